# SPDX-License-Identifier: LGPL-2.1-or-later
"""The HTTP API at its doors: who is let in, which bodies are read, and what becomes of those who
send anything else."""
import concurrent.futures
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from urllib.parse import urlsplit

from rawsocket import WATCHDOG, RawSocket, Server

PROGRAM = None
KEY = 'k' * 31 + '~'


def rest(connection):
    """All that comes until the end."""
    received = b''
    try:
        while data := connection.recv(1 << 16):
            received += data
    except ConnectionError:
        pass  # closed with something unread
    return received


def status_of(answer):
    return int(answer.split()[1]) if answer else None


class Api(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # pylint: disable=consider-using-with
        cls.folder = tempfile.TemporaryDirectory()
        cls.key_file = pathlib.Path(cls.folder.name, 'admin-key')
        cls.write_key(KEY)
        cls.server = Server(PROGRAM, f'--admin-key-file={cls.key_file}', '--join-timeout=30',
                            stderr=subprocess.PIPE)
        cls.where = urlsplit(cls.server.uri)

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        cls.folder.cleanup()
        assert status == 0, f'the server ended with status {status}'

    @classmethod
    def write_key(cls, text):
        cls.key_file.write_text(text, encoding='ascii')
        cls.key_file.chmod(0o600)

    def setUp(self):
        self.client = http.client.HTTPConnection(self.where.hostname, self.where.port, WATCHDOG)
        self.addCleanup(self.client.close)

    def ask(self, method, path, body=None, key=KEY, **headers):
        """The answer, with the JSON in it."""
        fields = {name.replace('_', '-'): value for name, value in headers.items()}
        if key:
            fields.setdefault('Authorization', f'Bearer {key}')
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            fields.setdefault('Content-Type', 'application/json')
        self.client.request(method, path, body, fields)
        answer = self.client.getresponse()
        text = answer.read()
        self.assertEqual(answer.headers['Cache-Control'], 'no-store')
        self.assertEqual(answer.headers['X-Content-Type-Options'], 'nosniff')
        self.assertIsNone(answer.headers['Access-Control-Allow-Origin'])
        return answer, json.loads(text) if text else None

    def bare(self, data=b'', server=None):
        """A TCP connection that has sent @data."""
        where = urlsplit(server.uri) if server else self.where
        connection = socket.create_connection((where.hostname, where.port), WATCHDOG)
        self.addCleanup(connection.close)
        connection.sendall(data)
        return connection

    def request(self, line, *headers, body=b'', key=KEY):
        lines = [line + ' HTTP/1.1', 'Host: x', *headers]
        if key:
            lines.append(f'Authorization: Bearer {key}')
        return '\r\n'.join(lines + ['', '']).encode('latin-1') + body


class DoorTest(Api):
    def test_health(self):
        for key in (KEY, None, 'x' * 40):
            answer, body = self.ask('GET', '/healthz', key=key)
            self.assertEqual((answer.status, body), (200, {'status': 'ok'}))
        answer, body = self.ask('HEAD', '/healthz', key=None)
        self.assertEqual((answer.status, body), (200, None))
        answer, body = self.ask('POST', '/healthz', key=None)
        self.assertEqual((answer.status, answer.headers['Allow']), (405, 'GET, HEAD'))

    def test_off(self):
        with Server(PROGRAM) as server:
            for line in ('GET /api/rooms', 'GET /api', 'GET /api/nothing', 'POST /api/rooms'):
                answer = rest(self.bare(self.request(line, 'Content-Length: 2', body=b'{}'),
                                        server))
                self.assertEqual(status_of(answer), 403, line)
                self.assertIn(b'--admin-key-file', answer)

    def test_wrong_keys(self):
        for header in ('', 'Bearer', 'Bearer ', f'Bearer  {KEY}', f'Bearer {KEY[:-1]}',
                       f'Bearer {KEY}x', f'Bearer {KEY.upper()}', f'Basic {KEY}', KEY,
                       f'Bearer {KEY}, Bearer {KEY}', 'Bearer ' + 'x' * 5000):
            for method, path in (('GET', '/api/rooms'), ('GET', '/api'), ('POST', '/api/none')):
                with self.subTest(header[:50], path=path):
                    answer, body = self.ask(method, path, Authorization=header)
                    self.assertEqual((answer.status, body['name']), (401, 'unauthorized'))
                    self.assertTrue(answer.headers['WWW-Authenticate'].startswith('Bearer '))
                    self.assertEqual(answer.headers['Connection'], 'close')
                    self.client.close()

    def test_right_key(self):
        for header in (f'Bearer {KEY}', f'bearer {KEY}', f'BEARER {KEY}'):
            answer, body = self.ask('GET', '/api/none', Authorization=header)
            self.assertEqual((answer.status, body['name']), (404, 'not-found'))

    def test_reload(self):
        """While a key is changed both count; one that cannot be used changes nothing."""
        second = 's' * 40
        try:
            for text, counts, says in ((f'{KEY}\n{second}\n', (KEY, second), None),
                                       ('short', (KEY, second), 'Going on with the admin key'),
                                       (second, (second,), None),
                                       (KEY + '\n', (KEY,), None)):
                self.write_key(text)
                self.server.process.send_signal(signal.SIGHUP)
                if says:
                    line = self.server.process.stderr.readline()
                    self.assertIn(says, line)
                    self.assertNotIn('short', line.replace('admin-key', ''))
                for key in (KEY, second):
                    wanted = 404 if key in counts else 401
                    self.until(lambda key=key, wanted=wanted: wanted == self.probe(key))
        finally:
            self.write_key(KEY)
            self.server.process.send_signal(signal.SIGHUP)

    def probe(self, key):
        self.client.close()
        return self.ask('GET', '/api/none', key=key)[0].status

    def until(self, condition):
        deadline = time.monotonic() + WATCHDOG
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def test_key_files(self):
        path = pathlib.Path(self.folder.name, 'other')
        for text in (None, '', 'k' * 31, 'k' * 1025, 'k' * 31 + ' k', 'ä' * 40,
                     f'{KEY}\n{KEY}\n{KEY}'):
            with self.subTest(text and text[:40]):
                if text is not None:
                    path.write_text(text, encoding='utf-8')
                    path.chmod(0o600)
                run = subprocess.run([PROGRAM, '--port=0', f'--admin-key-file={path}'], text=True,
                                     capture_output=True, timeout=WATCHDOG, check=False)
                self.assertEqual(run.returncode, 1)
                self.assertIn(f"openssl rand -hex 32 > '{path}'", run.stderr)
                self.assertNotIn('kkk', run.stderr)

    def test_readable_key(self):
        path = pathlib.Path(self.folder.name, 'open')
        path.write_text(KEY, encoding='ascii')
        path.chmod(0o644)
        with Server(PROGRAM, f'--admin-key-file={path}', stderr=subprocess.PIPE) as server:
            self.assertIn('chmod o-rw', server.process.stderr.readline())

    def test_paths(self):
        for path in ('/api', '/api/', '/api/rooms/', '/api//rooms', '/api/%72ooms', '/api/../api',
                     '/api/rooms%00', '/api/ROOMS', '/api/' + 'x' * 8000):
            with self.subTest(path[:40]):
                self.assertEqual(self.ask('GET', path)[1]['name'], 'not-found')
        for path in ('/apis', '/API/rooms', '/healthz/', '/%2fapi/rooms'):
            with self.subTest(path):
                self.client.request('GET', path)
                answer = self.client.getresponse()
                answer.read()
                self.assertEqual(answer.status, 404)
        # RFC 3986, section 2.3: the same address
        self.assertEqual(self.ask('GET', '/%61pi/rooms', key=None)[0].status, 401)

    def test_proxies_get_one_answer(self):
        for sign in ('Via', 'Forwarded', 'X_Forwarded_For', 'X_Real_IP'):
            answer, _ = self.ask('GET', '/healthz', **{sign: 'x'})
            self.assertEqual(answer.headers['Connection'], 'close')

    # Bodies

    def test_end_of_a_body(self):
        """Where two readers could see it at different places, nobody gets an answer to what
        follows (RFC 9112, section 11.2)."""
        follows = self.request('GET /healthz')
        for line in ('Content-Length: 2\r\nContent-Length: 5', 'Content-Length: 2, 2',
                     'Content-Length: +2', 'Content-Length: -1', 'Content-Length: 0x2',
                     'Content-Length: 2 2', 'Content-Length: 18446744073709551618',
                     'Content-Length: 2\r\n 2', 'Content-Length: 2\r\nTransfer-Encoding: chunked',
                     'Transfer-Encoding: chunked', 'Transfer-Encoding: identity',
                     'Transfer-Encoding: xchunked', 'Transfer-Encoding:\tchunked',
                     'Transfer-Encoding: gzip, chunked', 'Transfer-Encoding\0: chunked'):
            for key in (KEY, None):
                with self.subTest(line, key=key):
                    answer = rest(self.bare(self.request('POST /api/none', line, body=b'{}',
                                                         key=key) + follows))
                    self.assertNotIn(b'"ok"', answer)
                    self.assertLessEqual(answer.count(b'HTTP/1.1'), 1)

    def test_no_body_elsewhere(self):
        for path in ('/healthz', '/', '/apis', '/room'):
            answer = rest(self.bare(self.request(f'GET {path}', 'Content-Length: 2', body=b'{}')))
            self.assertEqual(answer, b'')

    def test_chunked(self):
        answer = rest(self.bare(self.request('POST /api/rooms', 'Transfer-Encoding: chunked')))
        self.assertEqual(status_of(answer), 411)
        self.assertIn(b'"length-required"', answer)

    def test_too_large(self):
        for size in (64 * 1024 + 1, 1 << 40, (1 << 63) - 1):
            answer = rest(self.bare(self.request('POST /api/rooms', f'Content-Length: {size}')))
            self.assertEqual(status_of(answer), 413)
            self.assertIn(b'"body-too-large"', answer)

    def test_body_without_key(self):
        """It is answered all the same, so that who sends it gets to know."""
        answer, body = self.ask('POST', '/api/rooms', b' ' * 64 * 1024, key='x')
        self.assertEqual((answer.status, body['name']), (401, 'unauthorized'))

    def test_slow_body(self):
        with Server(PROGRAM, f'--admin-key-file={self.key_file}', '--join-timeout=1') as server:
            started = time.monotonic()
            connection = self.bare(self.request('POST /api/rooms', 'Content-Length: 65536',
                                                'Content-Type: application/json'), server)
            connection.settimeout(0.1)
            answer = None
            while answer is None:
                self.assertLess(time.monotonic() - started, WATCHDOG)
                try:
                    connection.sendall(b' ')
                    answer = connection.recv(1 << 16)
                except TimeoutError:
                    pass
                except ConnectionError:
                    answer = b''
            self.assertEqual(answer, b'')
            self.assertGreaterEqual(time.monotonic() - started, 0.9)

    def test_many_at_once(self):
        """A thousand requests of a hundred clients, while somebody joins a room."""
        def client(number):
            connection = http.client.HTTPConnection(self.where.hostname, self.where.port, WATCHDOG)
            statuses = []
            for i in range(10):
                key = KEY if (i + number) % 2 else 'x' * 32
                connection.request('GET', '/api/none', headers={'Authorization': f'Bearer {key}'})
                answer = connection.getresponse()
                answer.read()
                statuses.append((answer.status, key == KEY))
            connection.close()
            return statuses

        with concurrent.futures.ThreadPoolExecutor(25) as pool, \
                RawSocket(self.server.uri) as member:
            futures = [pool.submit(client, number) for number in range(100)]
            member.join()
            for future in futures:
                for status, right in future.result():
                    self.assertEqual(status, 404 if right else 401)
            member.request('room.leave')


if __name__ == '__main__':
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
