# SPDX-License-Identifier: LGPL-2.1-or-later
"""The pages of the server: what browsers get, and what those who are none can do with them."""
import gzip
import http.client
import pathlib
import re
import sys
import unittest
from urllib.parse import urlsplit

from rawsocket import WATCHDOG, RawSocket, Server

PROGRAM = None
WEB = pathlib.Path(__file__).resolve().parents[2] / 'app' / 'web'


def listed():
    """The files that the server is made with."""
    text = (WEB / 'meson.build').read_text(encoding='utf-8')
    names = re.search(r'web_files = \[(.*?)\]', text, re.DOTALL)[1]
    return re.findall(r"'([^']+)'", names)


class WebTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(PROGRAM)
        cls.where = urlsplit(cls.server.uri)

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        assert status == 0, f'the server ended with status {status}'

    def setUp(self):
        self.client = http.client.HTTPConnection(self.where.hostname, self.where.port, WATCHDOG)
        self.addCleanup(self.client.close)

    def ask(self, path, method='GET', **headers):
        """The answer, with what is in it."""
        self.client.request(method, path, headers={name.replace('_', '-'): value
                                                   for name, value in headers.items()})
        answer = self.client.getresponse()
        return answer, answer.read()

    def test_nothing_is_forgotten(self):
        there = {path.relative_to(WEB).as_posix() for path in WEB.rglob('*') if path.is_file()}
        self.assertEqual(there - {'meson.build', 'web.gresource.xml.in'}, set(listed()))

    def test_every_file(self):
        for name in listed():
            with self.subTest(name):
                answer, body = self.ask('/' + name)
                self.assertEqual(answer.status, 200)
                self.assertEqual(body, (WEB / name).read_bytes())
                answer, body = self.ask('/' + name, Accept_Encoding='br, gzip')
                if answer.headers['Content-Encoding'] == 'gzip':
                    body = gzip.decompress(body)
                self.assertEqual(body, (WEB / name).read_bytes())

    def test_page(self):
        answer, body = self.ask('/')
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers['Content-Type'], 'text/html; charset=utf-8')
        self.assertEqual(body, (WEB / 'index.html').read_bytes())

    def test_is_not_sent_again(self):
        tag = self.ask('/')[0].headers['ETag']
        for tags in (tag, f'"other", {tag}', tag.removeprefix('W/'), '*'):
            answer, body = self.ask('/', If_None_Match=tags)
            self.assertEqual((answer.status, body), (304, b''))
            self.assertEqual(answer.headers['ETag'], tag)
        self.assertEqual(self.ask('/', If_None_Match='"other"')[0].status, 200)

    def test_head(self):
        for coding in ('identity', 'gzip'):
            got, body = self.ask('/', Accept_Encoding=coding)
            answer, nothing = self.ask('/', 'HEAD', Accept_Encoding=coding)
            self.assertEqual((answer.status, nothing), (200, b''))
            self.assertEqual(int(answer.headers['Content-Length']), len(body))
            self.assertEqual(answer.headers['ETag'], got.headers['ETag'])

    def test_what_is_not_there(self):
        for path in ('/none', '/index.html/', '//', '/%00', '/%2e%2e/meson.build',
                     '/../meson.build', '/../../etc/passwd', '/INDEX.HTML', '/meson.build',
                     '/web.gresource.xml', '/' + 'x' * 8000, '/rooms', '*'):
            with self.subTest(path):
                self.assertEqual(self.ask(path)[0].status, 404)

    def test_other_methods(self):
        for method in ('POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'BREW'):
            with self.subTest(method):
                answer, _ = self.ask('/', method)
                self.assertEqual((answer.status, answer.headers['Allow']), (405, 'GET, HEAD'))

    def test_off(self):
        with Server(PROGRAM, '--page=off') as server:
            where = urlsplit(server.uri)
            client = http.client.HTTPConnection(where.hostname, where.port, WATCHDOG)
            client.request('GET', '/')
            self.assertEqual(client.getresponse().status, 404)
            client.close()
            with RawSocket(server.uri) as member:
                member.join()


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
