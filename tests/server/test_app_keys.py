# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tokens and app keys at nertc-server as a program: key file, SIGHUP, --dev, what it says and what
it must not say. The tokens are made here, by other code than the server's."""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from unittest import mock
from urllib.parse import urlsplit

from rawsocket import WATCHDOG, RawSocket, Server

PROGRAM = None

FIRST, SECOND = 'first-secret-' * 4, 'second-secret-' * 4


def mint(secret, **claims):
    def encode(data):
        return base64.urlsafe_b64encode(data).rstrip(b'=')

    claims = {'appKey': 'demo', 'exp': int(time.time()) + 3600, **claims}
    head = encode(b'{"alg":"HS256"}') + b'.' + encode(json.dumps(claims).encode())
    digest = hmac.new(secret.encode(), head, hashlib.sha256).digest()
    return (head + b'.' + encode(digest)).decode()


def app_key(*secrets, name='demo'):
    return f'[app {name}]\nsecrets={";".join(secrets)}\n'


class TokenCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name, 'server.conf')

    def write(self, text, mode=0o600):
        self.path.write_text(text, encoding='utf-8')
        self.path.chmod(mode)

    def start(self, *options):
        return Server(PROGRAM, f'--config={self.path}', *options, stderr=subprocess.PIPE)

    def join(self, server, **params):
        """0, or the code of the error."""
        with RawSocket(server.uri) as client:
            answer = client.request('room.join', channel='room', **params)
            return answer.get('error', {}).get('code', 0)

    def reload(self, server):
        """What the server says of it."""
        server.process.send_signal(signal.SIGHUP)
        while True:
            line = server.process.stderr.readline()
            self.assertTrue(line, 'the server has ended')
            if 'app keys' in line:
                return line


class KeyFileTest(TokenCase):
    def test_rotation(self):
        """Secret by secret, without dropping who is in."""
        old, new = mint(FIRST), mint(SECOND)
        self.write(app_key(FIRST))
        with self.start('--auth=token') as server, RawSocket(server.uri) as member:
            member.join(token=old)
            self.assertEqual(self.join(server, token=new), 1017)
            self.write(app_key(FIRST, SECOND))
            self.reload(server)
            self.assertEqual([self.join(server, token=token) for token in (old, new)], [0, 0])
            self.write(app_key(SECOND))
            self.reload(server)
            self.assertEqual([self.join(server, token=token) for token in (old, new)], [1017, 0])
            self.write(app_key(SECOND, name='other'))
            self.reload(server)
            self.assertEqual(self.join(server, token=new), 1014)
            self.assertEqual(member.request('member.update')['result'], {})

    def test_broken_file_changes_nothing(self):
        token = mint(FIRST)
        self.write(app_key(FIRST))
        with self.start('--auth=token') as server:
            for text in ('nonsense ' + SECOND, app_key('short'), app_key(FIRST, SECOND, FIRST),
                         '[app demo]\n', '[app demo]\nsecret=' + SECOND, '',
                         app_key(SECOND) + '[server]\nprot=1\n', app_key(SECOND) + '[apps b]\n'):
                with self.subTest(text):
                    self.write(text)
                    said = self.reload(server)
                    self.assertIn('before', said)
                    self.assertNotIn(SECOND, said)
                    self.assertEqual(self.join(server, token=token), 0)
            self.path.unlink()
            self.assertIn(str(self.path), self.reload(server))
            self.assertEqual(self.join(server, token=token), 0)

    def test_app_keys_need_tokens(self):
        """Where app keys are known and nothing is said of who may join, it takes a token."""
        self.write(app_key(FIRST))
        with self.start() as server:
            self.assertEqual(self.join(server), 1015)
        with self.start('--auth=open') as server:
            self.assertEqual(self.join(server), 0)

    def test_others_can_read_it(self):
        self.write(app_key(FIRST), mode=0o644)
        with self.start() as server:
            self.assertIn('chmod o-rw', server.process.stderr.readline())

    def test_no_secret_is_said(self):
        tokens = [mint(FIRST), mint(SECOND), mint(FIRST, exp=1), mint(FIRST)[:-4]]
        self.write(app_key(FIRST))
        with mock.patch.dict(os.environ, G_MESSAGES_DEBUG='all'):
            with self.start('--auth=token') as server:
                codes = [self.join(server, token=token) for token in tokens]
                self.assertEqual(1014, self.join(server, appKey='other\nforged'))
                server.process.terminate()
                said = ''.join(server.process.communicate(timeout=WATCHDOG))
        self.assertEqual(codes, [0, 1017, 1018, 1016])
        self.assertEqual(4, said.count('may not join room ‘room’'))
        self.assertIn('other\\nforged', said)
        for secret in (FIRST, SECOND, *tokens, *(token.split('.')[2] for token in tokens)):
            self.assertNotIn(secret, said)


class AwayTest(TokenCase):
    def test_token_ends_while_away(self):
        """Who is away when the token ends has not the whole grace, and hears of it when back."""
        self.write(app_key(FIRST))
        with self.start('--auth=token', '--grace=600') as server, RawSocket(server.uri) as other:
            other.join(token=mint(FIRST), uid='other')
            with RawSocket(server.uri) as away:
                session = away.join(token=mint(FIRST, exp=int(time.time()) + 6), uid='away')
            self.assertEqual(other.event('member.left')['reason'], 'expired')
            with RawSocket(server.uri) as back:
                answer = back.request('room.resume', sessionSecret=session['sessionSecret'],
                                      epoch=session['epoch'], received=0)
                self.assertEqual(answer['result']['received'], 0)
                methods = [(message['method'], message['params'].get('reason'))
                           for message in back.end()[0]]
            self.assertEqual(methods[0][0], 'room.tokenWillExpire')
            self.assertEqual(methods[-1], ('room.closed', 'expired'))


class DevTest(unittest.TestCase):
    def test_token_and_line(self):
        with Server(PROGRAM, '--dev') as server:
            lines = [server.process.stdout.readline().rstrip() for _ in range(10)]
            self.assertEqual(lines.pop(0), f'page at http://{urlsplit(server.uri).netloc}/')
            name, token = lines[0].split()[-1], lines[2]
            self.assertRegex(lines[4], r'^NERTC_TOKEN=\S+ gst-launch-1.0 roomsignal ')
            self.assertIn(f'NERTC_TOKEN={token} ', lines[4])
            self.assertIn(f'server={server.uri} ', lines[4])
            # The fragment of an address is sent to no server.
            self.assertEqual(lines[6], f'http://{urlsplit(server.uri).netloc}/?room=standup'
                                       f'&appkey={name}#token={token}')
            with RawSocket(server.uri) as member, RawSocket(server.uri) as stranger:
                result = member.join(token=token, appKey=name, uid='any')
                self.assertIn('admin', result['grants'])
                self.assertEqual(stranger.error('room.join', channel='room'), 1015)
                self.assertEqual(self.list_rooms(server, lines[8], name),
                                 ['room'])

    def list_rooms(self, server, admin_key, app_key):
        address = f'http://{urlsplit(server.uri).netloc}/api/rooms?appKey={app_key}'
        request = urllib.request.Request(address, headers={'Authorization': f'Bearer {admin_key}'})
        with urllib.request.urlopen(request, timeout=WATCHDOG) as answer:
            return [room['channel'] for room in json.load(answer)['rooms']]

    def test_loopback_only(self):
        done = subprocess.run([PROGRAM, '--dev', '--bind=0.0.0.0', '--auth=token'],
                              capture_output=True, text=True, timeout=WATCHDOG, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ''))
        self.assertIn('--dev', done.stderr)


class WarningTest(unittest.TestCase):
    def test_open_to_all(self):
        with Server(PROGRAM, '--auth=open', '--bind=0.0.0.0', stderr=subprocess.PIPE) as server:
            self.assertRegex(server.process.stderr.readline(),
                             r'warning: .*0\.0\.0\.0.*whoever.*--auth=token')


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
