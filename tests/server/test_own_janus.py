# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server that starts a Janus of its own, which goes with it, however it ends, and leaves nothing."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

from rawsocket import WATCHDOG, RawSocket, Server

PROGRAM = None
SAMPLE = pathlib.Path(__file__).resolve().parents[2] / 'data' / 'nertc-janus'


def find_janus(server):
    """The process of it that the server has now, or None."""
    for task in pathlib.Path('/proc').glob('[0-9]*/stat'):
        try:
            name, rest = task.read_text(encoding='utf-8').rsplit(')', 1)
        except OSError:
            continue
        state, parent = rest.split()[:2]
        if name.endswith('(janus') and state != 'Z' and int(parent) == server.process.pid:
            return int(task.parent.name)
    return None


def runs(pid):
    try:
        state = pathlib.Path('/proc', str(pid), 'stat').read_text(encoding='utf-8')
    except OSError:
        return False
    return state.rsplit(')', 1)[1].split()[0] != 'Z'


def wait_for(condition):
    end = time.monotonic() + WATCHDOG
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError('it does not happen')


@unittest.skipUnless(shutil.which('janus'), 'no janus: ./dev setup test installs it')
class OwnJanusTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='nertc-')
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in ('TMPDIR', 'XDG_RUNTIME_DIR'):
            self.addCleanup(os.environ.__setitem__, name, os.environ.get(name, '/tmp'))
            os.environ[name] = folder.name
        # Another user is to get through, where we are root.
        self.folder.chmod(0o711)

    def start(self):
        server = Server(PROGRAM, '--media=janus', stderr=subprocess.PIPE)
        self.addCleanup(server.stop)
        self.await_up(server)
        return server, wait_for(lambda: find_janus(server))

    def await_up(self, server):
        for line in server.process.stderr:
            if line.endswith(' is up\n'):
                return
        self.fail('it is never up')

    def left(self):
        return list(self.folder.glob('nertc-server-janus-*'))

    def test_ends_with_the_server(self):
        server, janus = self.start()
        self.assertEqual(len(self.left()), 1)
        with urllib.request.urlopen(server.uri.replace('ws', 'http', 1)
                                    .replace('/room', '/metrics'), timeout=WATCHDOG) as answer:
            figures = answer.read().decode().splitlines()
        self.assertIn('nertc_media_node_up{node="own"} 1', figures)
        self.assertIn('nertc_media_node_lost_to_members_total{node="own"} 0', figures)
        self.assertEqual(server.stop(), 0)
        self.assertFalse(runs(janus))
        self.assertEqual(self.left(), [])

    def test_ends_with_a_server_that_is_killed(self):
        server, janus = self.start()
        server.process.kill()
        wait_for(lambda: not runs(janus))
        # What it could not take away the next one does.
        self.assertEqual(len(self.left()), 1)
        former = self.left()
        self.start()
        self.assertEqual(len(self.left()), 1)
        self.assertNotEqual(self.left(), former)

    def test_two_servers_leave_each_other_alone(self):
        one, _ = self.start()
        self.start()
        self.assertEqual(len(self.left()), 2)
        one.stop()
        self.assertEqual(len(self.left()), 1)

    def test_is_up_again_when_it_was_killed(self):
        server, janus = self.start()
        os.kill(janus, signal.SIGKILL)
        self.await_up(server)
        self.assertNotEqual(wait_for(lambda: find_janus(server)), janus)

    def test_is_up_again_when_it_was_frozen(self):
        server, janus = self.start()
        os.kill(janus, signal.SIGSTOP)
        self.await_up(server)
        self.assertNotEqual(wait_for(lambda: find_janus(server)), janus)

    def test_its_secret_is_nowhere_to_be_seen(self):
        server, janus = self.start()
        files = pathlib.Path(self.left()[0], 'janus.jcfg').read_text(encoding='utf-8')
        secret = next(line.split('"')[1] for line in files.splitlines() if 'api_secret' in line)
        self.assertGreaterEqual(len(secret), 40)
        for what in ('cmdline', 'environ'):
            self.assertNotIn(secret, pathlib.Path('/proc', str(janus), what).read_text('utf-8'))
        server.process.terminate()
        self.assertNotIn(secret, server.process.stderr.read())


class OddJanusTest(unittest.TestCase):
    """What calls itself Janus is a script."""

    def start(self, *lines):
        folder = tempfile.TemporaryDirectory(prefix='nertc-')
        self.addCleanup(folder.cleanup)
        program = pathlib.Path(folder.name, 'janus')
        program.write_text('\n'.join(['#!/bin/sh', *lines, '']), encoding='utf-8')
        program.chmod(0o755)
        pathlib.Path(folder.name).chmod(0o755)
        self.addCleanup(os.environ.__setitem__, 'PATH', os.environ['PATH'])
        os.environ['PATH'] = f"{folder.name}:{os.environ['PATH']}"
        server = Server(PROGRAM, '--media=janus', stderr=subprocess.PIPE)
        self.addCleanup(server.stop)
        return server

    def test_never_starts(self):
        """It is tried again and again, and the server says why, though not each time."""
        server = self.start('echo "[FATAL] [janus.c:main:1] Nothing is as it should be"', 'exit 3')
        line = next(line for line in server.process.stderr if 'starting it again' in line)
        self.assertIn('ended with status 3: Nothing is as it should be', line)
        with RawSocket(server.uri) as member:
            member.join()

    def test_complains_without_end(self):
        server = self.start('trap "" TERM', 'echo $$ >&2',
                            'yes "[ERR] [a.c:f:1] Nothing is as it should be" | head -n 20000',
                            'echo "[ERR] [a.c:f:1] The last"', 'exec sleep 100')
        with RawSocket(server.uri) as member:
            member.join()
        server.process.terminate()
        told = [line for line in server.process.stderr if 'should be' in line]
        self.assertIn('Janus: Nothing is as it should be', told[0])
        self.assertLess(len(told), 20)


@unittest.skipUnless(shutil.which('janus'), 'no janus: ./dev setup test installs it')
class SampleTest(unittest.TestCase):
    """The configuration of a node that runs elsewhere is what the room server needs."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='nertc-')
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        for path in SAMPLE.iterdir():
            text = path.read_text(encoding='utf-8')
            text = text.replace('CHANGE THIS', 'open sesame').replace(' 8188', f' {self.port}')
            (self.folder / path.name).write_text(text, encoding='utf-8')
        node = subprocess.Popen(['janus', '-F', self.folder], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
        self.addCleanup(node.wait)
        self.addCleanup(node.kill)

    def start(self, secret):
        (self.folder / 'secret').write_text(secret, encoding='utf-8')
        server = Server(PROGRAM, f'--media=janus://127.0.0.1:{self.port}',
                        f'--media-secret-file={self.folder}/secret', stderr=subprocess.PIPE)
        self.addCleanup(server.stop)
        return server.process.stderr

    def test_is_up(self):
        self.assertTrue(any(line.endswith(' is up\n') for line in self.start('open sesame\n')))

    def test_other_secret(self):
        for line in self.start('close sesame\n'):
            self.assertNotIn('close sesame', line)
            self.assertNotIn('is up', line)
            if '403' in line or 'secret' in line.lower():
                return
        self.fail('nothing is said of the secret')


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
