# SPDX-License-Identifier: LGPL-2.1-or-later
"""nertc-server as a program: its options, its exit status, its signals."""
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from urllib.parse import urlsplit

from rawsocket import WATCHDOG, RawSocket, Server

PROGRAM = None


def run(*options):
    """Of a run that ends by itself: status, output, errors."""
    done = subprocess.run([PROGRAM, *options], capture_output=True, text=True, timeout=WATCHDOG,
                          check=False)
    return done.returncode, done.stdout, done.stderr


class ProgramTest(unittest.TestCase):
    def assert_refused(self, *options, parts, status=2):
        seen, output, errors = run(*options)
        self.assertEqual((seen, output), (status, ''))
        self.assertEqual(errors.count('\n'), 1, errors)
        for part in ('nertc-server: ', *parts):
            self.assertIn(part, errors)

    def test_bad_options(self):
        self.assert_refused('--port=abc', parts=['--port', 'abc', '0 to 65535'])
        self.assert_refused('--bind=0.0.0.0', parts=['0.0.0.0', '--auth=open'])
        self.assert_refused('--auth=maybe', parts=['maybe', 'open'])
        self.assert_refused('--prot=1', parts=['--prot', '--help'])
        self.assert_refused('--media=sfu', parts=['media', 'sfu', 'janus://HOST'])
        self.assert_refused('stray', parts=['stray', '--help'])
        self.assert_refused('--config=/nonexistent', parts=['/nonexistent', '--config'])

    def test_bad_key_file(self):
        with tempfile.NamedTemporaryFile('w', suffix='.conf') as file:
            file.write('[server]\nmax-rooms=many\n')
            file.flush()
            self.assert_refused(f'--config={file.name}',
                                parts=[file.name, 'max-rooms', 'many', 'from 1 to'])

    def test_key_file(self):
        with tempfile.NamedTemporaryFile('w', suffix='.conf') as file:
            file.write('[server]\nmax-members=1\nport=1\n')
            file.flush()
            with Server(PROGRAM, f'--config={file.name}') as server:
                with RawSocket(server.uri) as one, RawSocket(server.uri) as other:
                    one.join()
                    self.assertEqual(other.error('room.join', channel='room'), 1006)

    def test_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(('127.0.0.1', 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            self.assert_refused(f'--port={port}', parts=['127.0.0.1', port, '--port'], status=1)

    def test_bad_media_secret(self):
        with tempfile.NamedTemporaryFile('w') as file:
            file.write('two\nlines\n')
            file.flush()
            for path, part in (('/nonexistent', 'No such file'), (file.name, 'one line')):
                self.assert_refused('--media=janus://127.0.0.1', f'--media-secret-file={path}',
                                    parts=[path, part, 'API secret'], status=1)

    def test_help_and_version(self):
        status, output, _ = run('--help')
        self.assertEqual(status, 0)
        for option in ('--bind', '--port', '--config', '--dev', '--ice-server', '--auth', '--max-rooms',
                       '--max-members', '--max-streams', '--max-subscriptions', '--max-unjoined',
                       '--message-rate', '--message-burst', '--max-queue', '--max-away', '--ping-interval',
                       '--join-timeout', '--tls-certificate', '--tls-key', '--allow-origin', '--page', '--turn', '--turn-secret-file', '--turn-ttl',
                       '--media', '--mesh-limit', '--media-secret-file', '--media-ports',
                       '--media-address', '--media-interface', '--webhook', '--webhook-secret-file', '--version'):
            self.assertRegex(output, rf'(?m)^  {option}\b')
        status, output, _ = run('--version')
        self.assertEqual(status, 0)
        self.assertRegex(output, r'^nertc-server \d+\.\d+\.\d+\n$')

    def test_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number), Server(PROGRAM) as server:
                with RawSocket(server.uri) as member, RawSocket(server.uri) as guest:
                    member.join()
                    server.process.send_signal(number)
                    messages, code, _ = member.end()
                    self.assertEqual([message['params']['reason'] for message in messages],
                                     ['shutdown'])
                    self.assertEqual(code, 1001)
                    self.assertEqual(guest.end()[1], 1001)
                self.assertEqual(server.process.wait(WATCHDOG), 0)

    def test_stops_without_the_help_of_members(self):
        with Server(PROGRAM) as server, RawSocket(server.uri) as member:
            member.join()
            server.process.terminate()
            # The member does not answer the close frame.
            self.assertEqual(server.process.wait(WATCHDOG), 0)

    def test_second_signal_does_not_wait(self):
        with Server(PROGRAM) as server, RawSocket(server.uri) as member:
            member.join()
            server.process.terminate()
            member.receive()
            server.process.terminate()
            self.assertEqual(server.process.wait(1), 0)

    def test_restart_on_the_same_port(self):
        with Server(PROGRAM) as server:
            port = urlsplit(server.uri).port
            with RawSocket(server.uri) as member:
                member.join()
                server.stop()
        with Server(PROGRAM, f'--port={port}') as server:
            with RawSocket(server.uri) as member:
                member.join()

    def page_line(self, *options):
        with Server(PROGRAM, *options) as server:
            return server.process.stdout.readline(), urlsplit(server.uri).netloc

    def test_tells_where_the_page_is(self):
        line, where = self.page_line()
        self.assertEqual(line, f'page at http://{where}/\n')
        line, _ = self.page_line('--bind=0.0.0.0', '--auth=open')
        self.assertIn('--tls-certificate', line)

    def test_tells_how_media_goes(self):
        with Server(PROGRAM) as server:
            server.process.stdout.readline()
            self.assertEqual(server.process.stdout.readline(),
                             'media goes from member to member\n')

    def test_ipv6(self):
        try:
            with socket.socket(socket.AF_INET6) as probe:
                probe.bind(('::1', 0))
        except OSError:
            self.skipTest('this machine has no IPv6 loopback address')
        with Server(PROGRAM, '--bind=::1') as server:
            self.assertTrue(re.fullmatch(r'ws://\[::1\]:\d+/room', server.uri), server.uri)
            with RawSocket(server.uri) as member:
                member.join()


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
