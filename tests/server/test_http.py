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
from urllib.parse import quote, quote_plus, urlsplit

from rawsocket import WATCHDOG, RawSocket, Server

PROGRAM = None
KEY = 'k' * 31 + '~'

NAME_CHARACTERS = ('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
                   ' !#$%&()+-:;<=.>?@[]^_{}~,|')

ROOM_FULL = 1006
BANNED = 1025


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
        cls.server = Server(PROGRAM, f'--admin-key-file={cls.key_file}', '--join-timeout=120',
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

    def until(self, condition):
        deadline = time.monotonic() + WATCHDOG
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

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
        self.assertEqual(self.ask('GET', '/healthz?time=1', key=None)[0].status, 200)
        answer, body = self.ask('HEAD', '/healthz', key=None)
        self.assertEqual((answer.status, body), (200, None))
        answer, body = self.ask('POST', '/healthz', key=None)
        self.assertEqual((answer.status, answer.headers['Allow']), (405, 'GET, HEAD'))

    def test_ranges_are_ignored(self):
        many = ','.join(['0-'] * 3000)
        for path in ('/healthz', '/metrics', '/api/rooms'):
            for ranges in ('0-3', '-5', '5-', many):
                self.client.request('GET', path, headers={'Authorization': f'Bearer {KEY}',
                                                          'Range': f'bytes={ranges}'})
                answer = self.client.getresponse()
                answer.read()
                self.assertEqual((answer.status, answer.headers['Content-Range']), (200, None))

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
        for path in ('/api', '/api/', '/api/rooms/', '/api//rooms', '/api/../api',
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
        self.client.close()
        self.assertEqual(self.ask('GET', '/api/%72ooms')[1], {'rooms': []})

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

    def test_end_before_the_end_of_a_body(self):
        """Nothing is put in the place of what did not come, also if it came with another one."""
        body = b'{"channel":"x"}'
        post = self.request('POST /api/rooms', 'Content-Type: application/json',
                            f'Content-Length: {len(body) + 1}', body=body)
        connection = self.bare(self.request('GET /healthz') + post)
        connection.shutdown(socket.SHUT_WR)
        self.assertEqual(rest(connection).count(b'HTTP/1.1'), 1)

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


class RoomTest(Api):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.close_all)

    def close_all(self):
        for room in self.ask('GET', '/api/rooms?limit=1000')[1]['rooms']:
            self.ask('DELETE', '/api/room?channel=' + quote(room['channel'], safe=''))

    def good(self, method, path, body=None):
        answer, value = self.ask(method, path, body)
        self.assertIn(answer.status, (200, 201), value)
        return value

    def name(self, method, path, body=None):
        """That of the error."""
        answer, value = self.ask(method, path, body)
        self.assertEqual(answer.status // 100, 4, value)
        return value['name']

    def member(self, uid, channel='room', **params):
        client = RawSocket(self.server.uri)
        self.addCleanup(client.socket.close)
        client.join(channel, uid=uid, **params)
        return client

    # Rooms

    def test_names(self):
        """Every name that a room may have can be said, in the body and in the query."""
        self.assertEqual(len(NAME_CHARACTERS), 89)
        names = [*NAME_CHARACTERS, '..', '...', '%2e', 'a+b c', 'x' * 64,
                 NAME_CHARACTERS[:64], NAME_CHARACTERS[-64:]]
        for name in names:
            self.assertEqual(self.good('POST', '/api/rooms', {'channel': name})['channel'], name)
        for name in names:
            for query in (quote(name, safe=''), quote_plus(name),
                          ''.join(f'%{byte:02X}' for byte in name.encode())):
                self.assertEqual(self.good('GET', f'/api/room?channel={query}')['channel'], name)
        listed = [room['channel'] for room in self.good('GET', '/api/rooms?limit=1000')['rooms']]
        self.assertEqual(listed, sorted(names))
        for name in names:
            self.good('DELETE', '/api/room?channel=' + quote(name, safe=''))
        self.assertEqual(self.good('GET', '/api/rooms'), {'rooms': []})

    def test_bad_names(self):
        for query in ('', 'channel', 'channel=', 'channel=%00', 'channel=a%00', 'channel=%ff',
                      'channel=%c0%af', 'channel=%ed%a0%80', 'channel=/', 'channel=%2F', 'channel=' + 'x' * 65,
                      'channel=%C3%A4', 'channel=a&channel=a', 'channel=a&channel', 'Channel=a',
                      'channel=a&', 'channel=a&&appKey=', '&channel=a', 'channel=a&=', 'channel=a%0a',
                      'channel=a&' + 'x=' * 1000, 'channel=a&limit=1', 'channel=a;appKey=b'):
            with self.subTest(query[:60]):
                answer, value = self.ask('GET', '/api/room?' + query)
                self.assertIn((answer.status, value['name']),
                              ((400, 'invalid-params'), (400, 'room-name-invalid'),
                               (404, 'room-not-found')))
                if answer.status == 404:  # Nothing behind the last one is not wrong.
                    self.assertIn(query, ('channel=a&', 'channel=a&&appKey=', '&channel=a',
                                          'channel=a;appKey=b'))

        for query in ('channel=%', 'channel=%zz', 'channel=%2', '%', 'channel=a&%'):
            answer = rest(self.bare(self.request(f'GET /api/room?{query}')))
            self.assertEqual(status_of(answer), 400, query)

    def test_bodies(self):
        deep = 60000
        for body, name in ((b'', 'parse'), (b'{', 'parse'), (b'[' * deep, 'parse'),
                           (b'{"channel":' * 5000, 'parse'), (b'[' * 100 + b']' * 100, 'parse'),
                           (b'{"channel":"a"}x', 'parse'), (b'{"channel":"a"}{}', 'parse'),
                           (b'\xef\xbb\xbf{"channel":"a"}', 'parse'), (b"{'channel':'a'}", 'parse'),
                           (b'{"channel":"a\xff"}', 'parse'), (b'{"channel":"a\x00"}', 'parse'),
                           (b'{"channel":"a"}\x00', 'parse'), (b'{"channel":"a\\u0000"}', 'parse'),
                           (b'{"channel":"\\ud800"}', 'parse'), (b'{"channel":"a","maxMembers":1e999}', 'parse'),
                           (b'{"channel":"a","maxMembers":' + b'9' * 60000 + b'}', 'parse'),
                           (b'[]', 'invalid-request'), (b'null', 'invalid-request'), (b'7', 'invalid-request'),
                           (b'{}', 'invalid-params'), (b'{"channel":{}}', 'invalid-params'),
                           (b'{"channel":"a","maxMembers":1.5}', 'invalid-params'),
                           (b'{"channel":"a","x":1}', 'invalid-params'),
                           (b'{"channel":"a","' + b'x' * 60000 + b'":1}', 'invalid-params'),
                           (b'{"channel":"/"}', 'room-name-invalid')):
            with self.subTest(body[:60]):
                self.assertEqual(self.name('POST', '/api/rooms', body), name)
        padded = b'{"channel":"a"' + b' ' * (64 * 1024 - 15) + b'}'
        self.assertEqual(self.good('POST', '/api/rooms', padded)['channel'], 'a')

    def test_fields_have_one_place(self):
        for method in ('GET', 'DELETE'):
            self.assertEqual(self.name(method, '/api/room?channel=a', {'channel': 'a'}),
                             'invalid-request')
        self.assertEqual(self.name('POST', '/api/rooms?channel=a', {'channel': 'a'}),
                         'invalid-request')

    def test_continue(self):
        """Who asks whether to send the body is told."""
        connection = self.bare(self.request('POST /api/rooms', 'Content-Length: 15',
                                            'Content-Type: application/json', 'Connection: close',
                                            'Expect: 100-continue'))
        self.assertEqual(status_of(connection.recv(1 << 16)), 100)
        connection.sendall(b'{"channel":"a"}')
        self.assertEqual(status_of(rest(connection)), 201)

    def test_parts(self):
        names = [f'r{i:03}' for i in range(25)]
        for name in reversed(names):
            self.good('POST', '/api/rooms', {'channel': name})
        self.good('POST', '/api/rooms', {'channel': 'r000', 'appKey': 'other'})
        seen, parts, after = [], 0, ''
        while after is not None:
            part = self.good('GET', '/api/rooms?limit=10' + (f'&after={after}' if after else ''))
            seen += [room['channel'] for room in part['rooms']]
            after, parts = part.get('next'), parts + 1
        self.assertEqual((seen, parts), (names, 3))
        self.assertEqual(len(self.good('GET', '/api/rooms?appKey=other')['rooms']), 1)
        self.good('DELETE', '/api/room?channel=r000&appKey=other')

    def test_made_rooms_stay(self):
        room = self.good('POST', '/api/rooms', {'channel': 'room', 'maxMembers': 1,
                                                'extraInfo': 'é' * 1024})
        self.assertEqual((room['made'], room['maxMembers']), (True, 1))
        self.assertLess(abs(room['created'] - time.time()), 3600)
        alice = RawSocket(self.server.uri)
        self.addCleanup(alice.socket.close)
        self.assertEqual(alice.join(uid='alice')['room']['extraInfo'], 'é' * 1024)
        bob = RawSocket(self.server.uri)
        self.addCleanup(bob.socket.close)
        self.assertEqual(bob.error('room.join', channel='room'), ROOM_FULL)
        alice.request('room.leave')
        self.assertEqual(self.good('GET', '/api/room?channel=room')['members'], 0)
        self.assertEqual(self.name('POST', '/api/rooms', {'channel': 'room'}), 'room-exists')

    def test_making_a_room_of_members(self):
        alice = self.member('alice')
        self.assertFalse(self.good('GET', '/api/room?channel=room')['made'])
        room = self.good('POST', '/api/rooms', {'channel': 'room', 'extraInfo': 'x'})
        self.assertEqual((room['made'], room['members']), (True, 1))
        self.assertEqual(alice.event('room.updated')['extraInfo'], 'x')

    def test_closing(self):
        alice = self.member('alice')
        self.good('DELETE', '/api/room?channel=room&message=Over%20now')
        closed = alice.event('room.closed')
        self.assertEqual((closed['reason'], closed['message']), ('closed', 'Over now'))
        self.assertEqual(self.name('DELETE', '/api/room?channel=room'), 'room-not-found')

    # Members

    def test_members(self):
        uids = [f'm{i}' for i in range(5)]
        for uid in reversed(uids):
            self.member(uid, userName=uid.upper())
        part = self.good('GET', '/api/members?channel=room&limit=3')
        self.assertEqual([member['uid'] for member in part['members']], uids[:3])
        self.assertEqual(part['members'][0]['userName'], 'M0')
        part = self.good('GET', '/api/members?channel=room&after=' + part['next'])
        self.assertEqual([member['uid'] for member in part['members']], uids[3:])
        self.assertNotIn('next', part)

    def test_kick(self):
        alice, bob = self.member('alice'), self.member('bob')
        self.good('POST', '/api/members/kick', {'channel': 'room', 'uid': 'bob', 'message': 'x'})
        closed = bob.event('room.closed')
        self.assertEqual((closed['reason'], closed['message']), ('kicked', 'x'))
        self.assertEqual(alice.event('member.left')['reason'], 'kicked')
        self.assertEqual(self.name('POST', '/api/members/kick', {'channel': 'room', 'uid': 'bob'}),
                         'member-not-found')
        self.member('bob')

    def test_mute(self):
        alice = self.member('alice')
        alice.request('stream.publish', source='camera', audio=True, video=True)
        self.good('POST', '/api/members/mute', {'channel': 'room', 'uid': 'alice', 'audio': True})
        muted = alice.event('room.muted')
        self.assertEqual((muted['audio'], muted['video']), (True, False))
        member = self.good('GET', '/api/members?channel=room')['members'][0]
        self.assertEqual((member['audioMuted'], member['videoMuted']), (True, False))
        self.assertEqual(member['streams'][0]['audioMuted'], True)

    def test_ban(self):
        bob = self.member('bob')
        self.good('POST', '/api/bans', {'channel': 'room', 'uid': 'bob', 'seconds': 600})
        self.assertEqual(bob.event('room.closed')['reason'], 'banned')
        again = RawSocket(self.server.uri)
        self.addCleanup(again.socket.close)
        self.assertEqual(again.error('room.join', channel='room', uid='bob'), BANNED)
        ban = self.good('GET', '/api/bans?channel=room')['bans'][0]
        self.assertEqual(ban['uid'], 'bob')
        self.assertLessEqual(abs(ban['until'] - time.time() - 600), 60)
        self.good('DELETE', '/api/bans?channel=room&uid=bob')
        again.join(uid='bob')

    def test_lines_of_the_document(self):
        """Those of docs/operations.md, in their order, but for those that make key and server."""
        document = pathlib.Path(__file__).parents[2] / 'docs' / 'operations.md'
        chapter = document.read_text(encoding='utf-8').split('\n## HTTP API\n')[1].split('\n## ')[0]
        lines = [line.strip() for line in chapter.splitlines() if line.startswith('    ')]
        lines = [line for line in lines
                 if not line.startswith(('openssl ', 'chown ', 'nertc-server '))]
        self.assertEqual(lines[0], 'SERVER=http://127.0.0.1:8980 KEY=$(cat /etc/nertc/admin-key)')
        lines[0] = f'SERVER=http://{self.where.netloc} KEY=$(cat {self.key_file})'
        for uid in ('alice', 'bob', 'mallory'):
            self.member(uid, 'standup')
        done = subprocess.run(['bash', '-e'], input='\n'.join(lines), text=True, timeout=WATCHDOG,
                              capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ''), done.stdout)
        self.assertEqual(len(done.stdout.splitlines()), len(lines) - 2)
        seen = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(seen[0]['maxMembers'], 200)
        self.assertEqual([member['uid'] for member in self.good(
            'GET', '/api/members?channel=standup')['members']], ['alice'])

    def test_what_is_kept(self):
        """Soon, also if the server is killed then; and at its end what changed last."""
        with tempfile.TemporaryDirectory() as folder:
            options = (f'--admin-key-file={self.key_file}', f'--state-dir={folder}')
            file = pathlib.Path(folder, 'nertc-server.json')
            server = Server(PROGRAM, *options)
            self.post(server, '/api/rooms', {'channel': 'kept', 'maxMembers': 7})
            self.until(lambda: file.exists() and '"kept"' in file.read_text(encoding='utf-8'))
            server.process.kill()
            server.stop()
            with Server(PROGRAM, *options) as server:
                self.post(server, '/api/bans', {'channel': 'kept', 'uid': 'bob', 'seconds': 600})
            with Server(PROGRAM, *options) as server, RawSocket(server.uri) as member:
                member.join('kept')
                member.request('room.update', extraInfo='news')
            with Server(PROGRAM, *options) as server:
                for path, wanted in (('/api/room', b'"maxMembers":7'), ('/api/bans', b'"bob"'),
                                     ('/api/room', b'"extraInfo":"news"')):
                    answer = rest(self.bare(self.request(f'GET {path}?channel=kept',
                                                         'Connection: close'), server))
                    self.assertIn(wanted, answer)

    def post(self, server, path, fields):
        body = json.dumps(fields)
        answer = rest(self.bare(self.request(
            f'POST {path}', f'Content-Length: {len(body)}', 'Connection: close',
            'Content-Type: application/json', body=body.encode()), server))
        self.assertEqual(status_of(answer), 201)


if __name__ == '__main__':
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
