# SPDX-License-Identifier: LGPL-2.1-or-later
"""The pages of the server: what browsers get, and what those who are none can do with them."""
import gzip
import http.client
import importlib
import pathlib
import re
import socket
import sys
import threading
import time
import unittest
from urllib.parse import urlsplit

from rawsocket import WATCHDOG, RawSocket, Server

PROGRAM = None
WEB = pathlib.Path(__file__).resolve().parents[2] / 'app' / 'web'
sys.dont_write_bytecode = True
sys.path.insert(0, str(WEB))
lean = importlib.import_module('lean').lean


def listed():
    """The files that the server is made with."""
    text = (WEB / 'meson.build').read_text(encoding='utf-8')
    names = re.search(r'web_files = \[(.*?)\]', text, re.DOTALL)[1]
    return re.findall(r"'([^']+)'", names)


def served(name):
    """What browsers get of a file."""
    return lean(name, (WEB / name).read_text(encoding='utf-8')).encode('utf-8')


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
        self.assertEqual(there - {'lean.py', 'meson.build', 'web.gresource.xml.in'}, set(listed()))

    def test_every_file(self):
        for name in listed():
            with self.subTest(name):
                wanted = served(name)
                answer, body = self.ask('/' + name)
                self.assertEqual(answer.status, 200)
                self.assertEqual(body, wanted)
                answer, body = self.ask('/' + name, Accept_Encoding='br, gzip')
                if answer.headers['Content-Encoding'] == 'gzip':
                    body = gzip.decompress(body)
                self.assertEqual(body, wanted)

    def test_lean(self):
        text = '''// SPDX-License-Identifier: X
// Says what it is.
/* One
   @a
 */
const a = 1; // stays

  /** @type {b} */ (b).c();
  // goes
const d = `
  // stays
  /* stays */
`;
/* goes */
'''
        wanted = '''




const a = 1; // stays

/** @type {b} */ (b).c();

const d = `
  // stays
  /* stays */
`;

'''
        self.assertEqual(lean('sdk/a.js', text), wanted)
        self.assertTrue(lean('nertc.js', text).startswith(text.split('\n')[0] + '\n\n'))
        self.assertEqual(lean('quick-start/a.js', text), text)
        self.assertEqual(lean('nertc.d.ts', text), text)

    def test_page(self):
        answer, body = self.ask('/')
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers['Content-Type'], 'text/html; charset=utf-8')
        self.assertEqual(body, served('index.html'))

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

    # Headers

    def test_content_security_policy(self):
        own = self.where.netloc
        policy = self.ask('/')[0].headers['Content-Security-Policy']
        self.assertTrue(policy.startswith("default-src 'none'; script-src 'self'; "), policy)
        self.assertIn(f" connect-src 'self' ws://{own} wss://{own}; ", policy)
        self.assertNotIn('unsafe', policy)

    def test_host_says_nothing_else(self):
        for host in ("x; script-src *", 'x *', "x'", 'x,y', 'a\tb'):
            policy = self.ask('/', Host=host)[0].headers['Content-Security-Policy']
            self.assertIn(" connect-src 'self'; ", policy)
            self.assertNotIn('*', policy)

    def test_who_may_use_what(self):
        for path, policy, anybody in (('/', 'same-origin', None),
                                      ('/quick-start/', 'same-origin', None),
                                      ('/nertc.d.ts', 'cross-origin', '*'),
                                      ('/sdk/room.js', 'cross-origin', '*')):
            headers = self.ask(path)[0].headers
            self.assertEqual(headers['Cross-Origin-Resource-Policy'], policy, path)
            self.assertEqual(headers['Access-Control-Allow-Origin'], anybody, path)
            self.assertEqual(headers['X-Content-Type-Options'], 'nosniff')
            self.assertEqual(headers['Referrer-Policy'], 'no-referrer')
            self.assertIn('camera=(self)', headers['Permissions-Policy'])
            self.assertEqual(headers['Cache-Control'], 'no-cache')

    def test_types(self):
        for path, start in (('/sdk/room.js', 'text/javascript'), ('/nertc.d.ts', 'text/plain'),
                            ('/quick-start/quick-start.css', 'text/css')):
            self.assertEqual(self.ask(path)[0].headers['Content-Type'], f'{start}; charset=utf-8')

    def test_codings(self):
        for accepted, coding in (('gzip', 'gzip'), ('br;q=1, GZIP;q=0.5', 'gzip'), ('gzip;q=0', None),
                                 ('br', None), ('', None), (',;q=,,"', None), ('x' * 5000, None)):
            answer, _ = self.ask('/sdk/room.js', Accept_Encoding=accepted)
            self.assertEqual(answer.headers['Content-Encoding'], coding, accepted)
            self.assertEqual(answer.headers['Vary'], 'Accept-Encoding')

    def test_ranges_are_ignored(self):
        whole = served('sdk/room.js')
        for ranges in ('0-3', '-5', '5-', ','.join(f'{i}-{i}' for i in range(0, 5000, 2))):
            answer, body = self.ask('/sdk/room.js', Range=f'bytes={ranges}')
            self.assertEqual((answer.status, body), (200, whole))

    def test_folder_without_slash(self):
        answer, _ = self.ask('/quick-start')
        self.assertEqual((answer.status, answer.headers['Location']), (301, '/quick-start/'))
        self.assertEqual(self.ask('/quick-start/')[0].status, 200)

    def test_other_methods(self):
        for method in ('POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'BREW'):
            with self.subTest(method):
                answer, _ = self.ask('/', method)
                self.assertEqual((answer.status, answer.headers['Allow']), (405, 'GET, HEAD'))

    # Connections

    def test_off(self):
        with Server(PROGRAM, '--page=off') as server:
            where = urlsplit(server.uri)
            client = http.client.HTTPConnection(where.hostname, where.port, WATCHDOG)
            client.request('GET', '/')
            self.assertEqual(client.getresponse().status, 404)
            client.close()
            with RawSocket(server.uri) as member:
                member.join()

    def bare(self, data=b'', server=None, receive_buffer=None):
        """A TCP connection that has sent @data."""
        where = urlsplit(server.uri) if server else self.where
        connection = socket.socket()
        self.addCleanup(connection.close)
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.settimeout(WATCHDOG)
        connection.connect((where.hostname, where.port))
        connection.sendall(data)
        return connection

    def serve(self, *options):
        server = Server(PROGRAM, *options)
        self.addCleanup(lambda: self.assertEqual(server.stop(), 0))
        return server

    def test_is_kept(self):
        self.ask('/')
        own = self.client.sock.getsockname()
        for _ in range(3):
            self.ask('/sdk/room.js')
            self.ask('/', If_None_Match='*')
            self.ask('/', 'HEAD')
        self.assertEqual(self.client.sock.getsockname(), own)

    def test_proxies_get_one_answer(self):
        for sign in ('Via', 'Forwarded', 'X_Forwarded_For', 'X_Real_IP'):
            answer, _ = self.ask('/', **{sign: 'x'})
            self.assertEqual(answer.headers['Connection'], 'close')

    def test_room_behind_a_page(self):
        """A connection that brought a page has all its time to join once it is a WebSocket."""
        server = self.serve('--join-timeout=2')
        client = RawSocket.__new__(RawSocket)
        client.socket, client.buffer, client.kept = self.bare(server=server), b'', []
        client.send(b'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n')
        while b'\r\n\r\n' not in client.buffer:
            client.fill()
        time.sleep(0.5)
        client.buffer = b''
        started = time.monotonic()
        self.assertEqual(client.shake_hands('x', '/room', 'nertc.v1', None, b''), 101)
        self.assertEqual(client.end()[1], 1008)
        self.assertGreaterEqual(time.monotonic() - started, 1.9)

    def test_websockets_have_one_place(self):
        with RawSocket(self.server.uri, path='/sdk/room.js') as client:
            self.assertEqual(client.status, 404)

    def test_end_of_a_request(self):
        """Where two readers could see it at different places, nobody gets an answer to what
        follows (RFC 9112, section 11.2)."""
        for line in (b'Content-Length: 5', b'Content-Length: 0\r\nContent-Length: 5',
                     b'Content-Length: +5', b'Content-Length: -1', b'Content-Length: 0x5',
                     b'Content-Length: 0, 5', b'Transfer-Encoding: chunked',
                     b'Transfer-Encoding: identity', b'Transfer-Encoding: xchunked',
                     b'Transfer-Encoding: chunked\r\nContent-Length: 0',
                     b'Transfer-Encoding\0: chunked', b'Transfer-Encoding:\tchunked'):
            with self.subTest(line):
                connection = self.bare(b'GET / HTTP/1.1\r\nHost: x\r\n' + line + b'\r\n\r\n'
                                       b'GET /sdk/room.js HTTP/1.1\r\nHost: x\r\n\r\n')
                self.assertNotIn(b' 200 ', self.rest(connection))

    def rest(self, connection):
        received = b''
        try:
            while data := connection.recv(1 << 16):
                received += data
        except ConnectionError:
            pass  # closed with something unread
        return received

    def test_bad_requests(self):
        for request in (b'GET\r\n\r\n', b'\0\0\0\0\r\n\r\n', b'GET / HTTP/9.9\r\nHost: x\r\n\r\n',
                        b'GET / HTTP/1.1\r\n\r\n', b'GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n',
                        b'GET index.html HTTP/1.1\r\nHost: x\r\n\r\n',
                        b'GET / HTTP/1.1\r\nHost: x\r\nX: ' + b'x' * 200000 + b'\r\n\r\n'):
            with self.subTest(request[:40]):
                connection = self.bare()
                try:
                    connection.sendall(request)
                except ConnectionError:
                    pass  # it has seen enough
                self.assertNotIn(b' 200 ', self.rest(connection))
        self.assertEqual(self.ask('/')[0].status, 200)

    def test_size_of_a_head(self):
        """More than anybody has to say would only keep the server busy."""
        first = b'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n'
        last = b'HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: %s\r\n\r\n'
        for before in (b'', first, first * 20):
            answers = self.rest(self.bare(before + last % (b'x' * 16000)))
            self.assertEqual(answers.count(b' 200 OK'), before.count(b'HEAD') + 1)
            answers = self.rest(self.bare(before + last % (b'x' * 40000)))
            self.assertLessEqual(answers.count(b' 200 OK'), before.count(b'HEAD'))

    def test_requests_of_a_connection(self):
        """There is an end to them, also when they come all at once."""
        answers = self.rest(self.bare(b'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n' * 256))
        self.assertEqual(answers.count(b' 200 OK'), 256)
        self.assertEqual(answers.count(b'Connection: close'), 1)

    def test_order_of_answers(self):
        request = b'%s %s HTTP/1.1\r\nHost: x\r\n%s\r\n'
        connection = self.bare(request % (b'GET', b'/nertc.d.ts', b'') +
                               request % (b'HEAD', b'/sdk/room.js', b'') +
                               request % (b'GET', b'/', b'Connection: close\r\n'))
        received = self.rest(connection)
        parts = [received.index(served('nertc.d.ts')),
                 received.index(served('index.html'))]
        self.assertEqual((received.count(b' 200 OK'), sorted(parts)), (3, parts))
        self.assertNotIn(served('sdk/room.js')[:200], received)

    def test_nobody_reads(self):
        """Who asks again and again and does not read costs others neither time nor memory."""
        server = self.serve('--join-timeout=600')
        before = server.kilobytes()
        request = b'GET /sdk/room.js HTTP/1.1\r\nHost: x\r\n\r\n'
        for _ in range(50):
            self.bare(request * 200, server, receive_buffer=4096)
        with RawSocket(server.uri) as member:
            for _ in range(50):
                member.join()
                member.request('room.leave')
        self.assertLess(server.kilobytes() - before, 20000)

    def test_flood(self):
        """Others go on while one asks as fast as it can."""
        enough = threading.Event()

        def flood():
            while not enough.is_set():
                try:
                    connection = self.bare(b'GET /sdk/room.js HTTP/1.1\r\nHost: x\r\n'
                                           b'Accept-Encoding: gzip\r\n\r\n' * 100)
                    connection.recv(1 << 16)
                    connection.close()
                except OSError:
                    pass

        thread = threading.Thread(target=flood)
        thread.start()
        try:
            with RawSocket(self.server.uri) as member:
                for _ in range(50):
                    member.join()
                    member.request('room.leave')
        finally:
            enough.set()
            thread.join()

    def test_has_its_time(self):
        """Requests do not lengthen the time that a connection has to join a room."""
        server = self.serve('--join-timeout=1')
        started = time.monotonic()
        connection = self.bare(server=server)
        try:
            while True:
                connection.sendall(b'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n')
                if not connection.recv(1 << 16):
                    break
                time.sleep(0.2)
        except ConnectionError:
            pass
        self.assertGreaterEqual(time.monotonic() - started, 0.9)
        self.assertLess(time.monotonic() - started, WATCHDOG)

    def test_none_stays_that_its_client_ended(self):
        """Libsoup 3.2 keeps connections that end between two requests."""
        server = self.serve()
        request = b'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n'
        before = server.descriptors()
        for reset in (False, True):
            for _ in range(20):
                connection = self.bare(request, server)
                self.assertNotIn(b'close', connection.recv(1 << 16))
                if reset:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                          b'\1\0\0\0\0\0\0\0')
                connection.close()
        deadline = time.monotonic() + WATCHDOG
        while server.descriptors() > before:
            self.assertLess(time.monotonic(), deadline, server.descriptors())
            time.sleep(0.01)

    def test_those_who_only_look_leave_space(self):
        """Where more than half of the places are taken, nobody keeps one after the answer."""
        server = self.serve('--max-unjoined=8', '--join-timeout=600')
        request = b'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n'
        kept = [self.bare(request, server) for _ in range(4)]
        for connection in kept:
            self.assertNotIn(b'close', connection.recv(1 << 16))
        for _ in range(10):
            self.assertIn(b'Connection: close', self.rest(self.bare(request, server)))
        with RawSocket(server.uri) as member:
            member.join()


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
