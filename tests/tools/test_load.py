# SPDX-License-Identifier: LGPL-2.1-or-later
"""nertc-load against a real server. Counts are checked, speeds are not: those of this machine
while it runs tests say nothing."""
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SERVER = None
PROGRAM = None
WATCHDOG = 60
SECRET = 'a secret of more than thirty-two bytes'


def start_server(*options):
    # pylint: disable=consider-using-with
    server = subprocess.Popen([SERVER, '--port=0', '--page=off', *options], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    line = server.stdout.readline()
    return server, line.removeprefix('listening on ').strip()


def run(*arguments):
    """Status, output, errors."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          timeout=WATCHDOG, check=False)
    return done.returncode, done.stdout, done.stderr


class LoadCase(unittest.TestCase):
    def serve(self, *options):
        self.server, self.uri = start_server(*options)
        self.addCleanup(self.stop_server)

    def stop_server(self):
        self.server.kill()
        self.server.wait(WATCHDOG)
        self.server.stdout.close()

    def measure(self, *options, status=0):
        seen, output, errors = run(f'--server={self.uri}', '--json', *options)
        self.assertEqual((seen, errors), (status, ''), output)
        return json.loads(output)

    def assert_refused(self, status, options, *parts):
        seen, output, errors = run(*options)
        self.assertEqual((seen, output), (status, ''), errors)
        self.assertEqual(errors.count('\n'), 1, errors)
        for part in ('nertc-load: ', *parts):
            self.assertIn(part, errors)


class CrowdTest(LoadCase):
    def test_members_join_talk_and_leave(self):
        self.serve()
        seen = self.measure('--rooms=5', '--members=50', '--rate=0', '--duration=0.5',
                            '--message-kind=update', '--message-rate=10',
                            f'--server-pid={self.server.pid}')
        self.assertEqual((seen['joined'], seen['lost'], seen['left']), (50, 0, 50), seen)
        self.assertEqual(seen['errors'], {}, seen)
        for name, count in ('connect', 50), ('join', 50), ('told', 5 * 45), ('allTold', 45):
            self.assertEqual(seen[name]['count'], count, (name, seen))
            self.assertLessEqual(0 < seen[name]['p50'], seen[name]['max'], seen)
        self.assertGreater(seen['messages'], 0)
        self.assertEqual(seen['answer']['count'], seen['messages'], seen)
        self.assertEqual(seen['deliveries'], 10 * seen['messages'], seen)
        self.assertEqual(seen['deliveriesExpected'], seen['deliveries'], seen)
        self.assertGreater(seen['process']['full']['rssBytes'], 1 << 20)

    def test_members_leave_and_come_back(self):
        self.serve()
        seen = self.measure('--rooms=2', '--members=10', '--rate=0', '--duration=1', '--churn=50')
        self.assertEqual((seen['joined'], seen['lost'], seen['errors']), (10, 0, {}), seen)
        self.assertEqual(seen['join']['count'], 10, seen)
        self.assertGreater(seen['churn']['join']['count'], 0, seen)
        self.assertGreaterEqual(seen['left'], 10 + seen['churn']['join']['count'], seen)

    def test_is_interrupted(self):
        self.serve()
        with subprocess.Popen([PROGRAM, f'--server={self.uri}', '--members=5', '--rate=0',
                               '--duration=1000'], stdout=subprocess.PIPE, text=True) as program:
            self.addCleanup(program.kill)
            try:
                self.wait_for_sockets(program, 5)
            finally:
                program.send_signal(signal.SIGINT)
            output = program.communicate(timeout=WATCHDOG)[0]
        self.assertRegex(output, r'members +[0-5] of 5 in')
        self.assertRegex(output, r'errors +none\n')

    def wait_for_sockets(self, program, count):
        """As many as it has members, who may not be in yet: what it prints comes at its end."""
        deadline = time.monotonic() + WATCHDOG
        folder = pathlib.Path(f'/proc/{program.pid}/fd')
        while sum(self.is_socket(fd) for fd in folder.iterdir()) < count:
            self.assertLess(time.monotonic(), deadline)
            self.assertIsNone(program.poll())

    def is_socket(self, descriptor):
        try:
            return 'socket' in str(descriptor.readlink())
        except FileNotFoundError:
            return False


class TokenTest(LoadCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.secret = pathlib.Path(folder.name, 'demo.secret')
        self.secret.write_text(SECRET + '\n', encoding='utf-8')
        config = pathlib.Path(folder.name, 'server.conf')
        config.write_text(f'[app demo]\nsecrets={SECRET}\n', encoding='utf-8')
        config.chmod(0o600)
        self.serve(f'--config={config}')

    def test_each_has_a_token(self):
        seen = self.measure('--members=5', '--rate=0', '--duration=0', '--app-key=demo',
                            f'--secret-file={self.secret}')
        self.assertEqual((seen['joined'], seen['errors']), (5, {}), seen)

    def test_errors_are_counted_by_code(self):
        seen = self.measure('--members=5', '--rate=0', '--duration=0', status=1)
        self.assertEqual((seen['joined'], seen['errors']), (0, {'error 1015': 5}), seen)
        status, output, _ = run(f'--server={self.uri}', '--members=5', '--duration=0')
        self.assertEqual(status, 1)
        self.assertTrue(re.search(r'errors +5 × error 1015: .*token', output), output)


class MediaTest(LoadCase):
    """By the elements: of a build without sanitizers, which the scanner of plugins cannot load."""

    def test_all_is_received(self):
        self.serve()
        seen = self.measure('--rooms=2', '--members=2', '--rate=0', '--duration=0.2',
                            '--publishers=2', '--subscribers=2')
        self.assertEqual((seen['errors'], seen['joined']), ({}, 2), seen)
        self.assertEqual((seen['media']['streams'], seen['media']['streamsExpected']), (2, 2), seen)
        self.assertEqual(seen['media']['play']['count'], 2, seen)
        self.assertGreater(seen['media']['frames'], 2, seen)


class RefusalTest(LoadCase):
    def test_nobody_is_there(self):
        self.assert_refused(1, ['--server=ws://127.0.0.1:1/room'], 'ws://127.0.0.1:1/room',
                            'start nertc-server')

    def test_another_server(self):
        self.serve()
        self.uri = self.uri.replace('/room', '/elsewhere')
        seen = self.measure('--members=2', '--duration=0', status=1)
        self.assertEqual(seen['errors'], {'HTTP/1.1 404 Not Found': 2}, seen)

    def test_options(self):
        for option, *parts in (
                ('--members=0', 'members is 0', '1 to'),
                ('--rooms=51', 'rooms is 51', '1 to 50'),
                ('--prefix=a/b', 'prefix is ‘a/b’'),
                ('--publishers=1001', 'publishers is 1001', '0 to 1000'),
                ('--subscribers=1', 'subscribers is 1', 'publishers'),
                ('--message-kind=song', '‘song’', 'broadcast'),
                ('--server=http://a', '‘http://a’', 'ws://HOST:PORT/room'),
                ('--token-file=/nonexistent', 'token-file', '/nonexistent'),
                ('--secret-file=/nonexistent', 'app-key'),
                ('--server-pid=-3', '-3', 'pidof'),
                ('more', '‘more’', '--help')):
            status = 1 if 'http' in option else 2
            with self.subTest(option):
                self.assert_refused(status, [option], *parts)

    def test_too_few_descriptors(self):
        shell = 'ulimit -n 40; exec "$0" --members=100'
        done = subprocess.run(['/bin/sh', '-c', shell, PROGRAM], capture_output=True, text=True,
                              timeout=WATCHDOG, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r'^nertc-load: 100 members, .* need \d+ open files, .* 40; .*\n$')


if __name__ == '__main__':
    SERVER, PROGRAM = sys.argv[1:3]
    del sys.argv[1:3]
    unittest.main()
