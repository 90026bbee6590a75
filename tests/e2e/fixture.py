# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the end-to-end tests stand on: real processes, each with a watchdog and an end.

Every process is ended by its id when its test ends, and by the kernel should the test die first.
Nothing here sleeps: one waits for a line that a process prints.
"""
import ctypes
import faulthandler
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SOURCE = pathlib.Path(os.environ.get('NERTC_SOURCE_ROOT', pathlib.Path(__file__).parents[2]))
BUILD = pathlib.Path(os.environ.get('NERTC_BUILD_ROOT', SOURCE / 'build'))
sys.path[:0] = [str(SOURCE / 'tests' / 'common'), str(SOURCE / 'app' / 'tools')]

SERVER = BUILD / 'app' / 'server' / 'nertc-server'
MEMBER = pathlib.Path(__file__).with_name('member.py')
PYTHON = '/usr/bin/python3'
PR_SET_PDEATHSIG = 1
# Options of each nertc-server, which say how it carries media: tests/common/on_janus.py sets them.
MEDIA = shlex.split(os.environ.get('NERTC_TEST_MEDIA', ''))
# A slow machine, or one that does other work, needs longer; a good run never waits so long.
PATIENCE = 20 * float(os.environ.get('NERTC_TEST_PATIENCE', '1'))

CHATTER = re.compile(r'last-message|"event": "(picture|sound)"|"(play|publish)-stats"|\(property-notify\)|GstMessageState'
                     r'Changed|stream-status|^W: .pulseaudio')

LIBC = ctypes.CDLL(None)


def environment(**more):
    """That of a process under test: the plugin of this build, and nothing of the user's."""
    return {
        **os.environ,
        'GST_PLUGIN_PATH': str(BUILD / 'gst'),
        'GST_REGISTRY': str(BUILD / 'gst-registry.bin'),
        'GI_TYPELIB_PATH': str(BUILD / 'signaling-client'),
        'LD_LIBRARY_PATH': str(BUILD / 'signaling-client'),
        'PYTHONDONTWRITEBYTECODE': '1',
        'GST_DEBUG_NO_COLOR': '1',
        'NO_AT_BRIDGE': '1',
        **more,
    }


class Line(str):
    """A line that a process printed, and when: seconds of the clock of all processes here."""
    at = 0.0

    @classmethod
    def read_now(cls, text):
        line = cls(text.rstrip('\n'))
        line.at = time.monotonic()
        return line


class Process:
    """A child and the lines that it prints."""

    def __init__(self, words, env=None, folder=None, prefix=()):
        self.words = [str(word) for word in (*prefix, *words)]
        self.lines = []
        self.changed = threading.Condition()
        self.child = subprocess.Popen(
            self.words, env=env or environment(), cwd=folder, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace',
            bufsize=1, start_new_session=True,
            preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
        self.pid = self.child.pid
        self.over = False
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for text in self.child.stdout:
            with self.changed:
                self.lines.append(Line.read_now(text))
                self.changed.notify_all()
        with self.changed:
            self.over = True
            self.changed.notify_all()

    def mark(self):
        """The present end of what it printed, to look from there on."""
        with self.changed:
            return len(self.lines)

    def wait_for(self, what, timeout=PATIENCE, since=0):
        """The first line from @since on that fits @what, a pattern or a function of the line."""
        fits = what if callable(what) else re.compile(what).search
        what = getattr(what, '__name__', what)
        end = time.monotonic() + timeout
        position = since
        with self.changed:
            while True:
                for line in self.lines[position:]:
                    if fits(line):
                        return line
                position = max(position, len(self.lines))
                if self.over:
                    raise AssertionError(f'{what}: not before the end of {self.tell()}')
                if not self.changed.wait(end - time.monotonic()) and time.monotonic() >= end:
                    raise AssertionError(f'{what}: not within {timeout:.1f} s from {self.tell()}')

    def has(self, what, since=0):
        fits = what if callable(what) else re.compile(what).search
        with self.changed:
            return any(fits(line) for line in self.lines[since:])

    def tell(self, count=25):
        """What it is and the last that it said, without what it says all the time."""
        with self.changed:
            said = [str(line)[:400] for line in self.lines if not CHATTER.search(line)]
            if self.lines and CHATTER.search(self.lines[-1]):
                said += ['…', str(self.lines[-1])[:400]]
            last = '\n  '.join(said[-count:])
        return f'{" ".join(self.words)[:600]}\n  {last}'

    def send(self, number):
        if self.child.poll() is None:
            self.child.send_signal(number)

    def interrupt(self):
        self.send(signal.SIGINT)
        return time.monotonic()

    def kill(self):
        self.send(signal.SIGKILL)
        return time.monotonic()

    def wait(self, timeout=PATIENCE):
        """The exit status, once it has ended by itself or by a signal sent before."""
        try:
            status = self.child.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f'still running after {timeout} s: {self.tell()}') from None
        self.reader.join(2)
        return status

    def end(self):
        """Ends it whatever it does: politely first."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            self.send(number)
            try:
                self.child.wait(3)
                break
            except subprocess.TimeoutExpired:
                pass
        # What it has started itself is of its group, and may hold its output open.
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.reader.join(5)
        self.child.stdin.close()
        if not self.reader.is_alive():
            self.child.stdout.close()

    def resources(self):
        """(threads, file descriptors, KiB of private memory) of the process now."""
        folder = pathlib.Path('/proc', str(self.pid))
        private = sum(int(amount) for amount in re.findall(
            r'^Private_(?:Clean|Dirty):\s+(\d+)', (folder / 'smaps_rollup').read_text(),
            re.MULTILINE))
        return (len(list((folder / 'task').iterdir())), len(list((folder / 'fd').iterdir())),
                private)


class Server(Process):
    """A nertc-server; port 0 lets it choose."""

    LISTENING = re.compile(r'wss?://(?:[^\s:]+|\[[^\s\]]+\]):(\d+)/room')

    def __init__(self, *options, port=0, prefix=()):
        super().__init__([SERVER, f'--port={port}', *MEDIA, *options], prefix=prefix)
        found = self.LISTENING.search(self.wait_for(self.LISTENING))
        self.port, self.url = int(found[1]), found[0]


class Member(Process):
    """A member that sends a coded picture and a tone, and says what it receives; see member.py."""

    def __init__(self, server, *options, env=None, prefix=()):
        super().__init__([PYTHON, MEMBER, f'--server={getattr(server, "url", server)}', *options],
                         env=env, prefix=prefix)

    def event(self, line):
        return json.loads(line) if line.startswith('{') else {}

    def wait_event(self, kind, timeout=PATIENCE, since=0, **fields):
        """The first event of a kind from @since on whose fields have these values."""
        def fits(line):
            event = self.event(line)
            return event.get('event') == kind and all(
                value(event.get(name)) if callable(value) else event.get(name) == value
                for name, value in fields.items())
        fits.__name__ = f'{kind} {fields}'
        line = self.wait_for(fits, timeout, since)
        return {**self.event(line), 'read-at': line.at}

    def events(self, kind, since=0):
        with self.changed:
            lines = list(self.lines[since:])
        return [event for event in map(self.event, lines) if event.get('event') == kind]

    def wait_message(self, name, timeout=PATIENCE, since=0, **fields):
        """A message of the pipeline's bus."""
        return self.wait_event('message', timeout, since, name=name, **{
            key.replace('_', '-'): value for key, value in fields.items()})

    def do(self, *words):
        self.child.stdin.write(' '.join(words) + '\n')
        self.child.stdin.flush()


def start_xvfb(cleanup, size=(1280, 720)):
    """An X server without a screen, until @cleanup is carried out. Returns: its DISPLAY."""
    read, write = os.pipe()
    cleanup(os.close, read)
    os.set_inheritable(write, True)
    process = subprocess.Popen(
        ['Xvfb', '-displayfd', str(write), '-screen', '0', f'{size[0]}x{size[1]}x24', '-nolisten',
         'tcp', '-noreset'],
        pass_fds=[write], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
        preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
    os.close(write)
    cleanup(process.wait)
    cleanup(process.kill)
    number = os.read(read, 16)
    if not number:
        raise AssertionError('Xvfb did not start')
    return f':{int(number)}'


def only_in_mesh(why):
    """For a case, or a class of them, that asks for what media servers do otherwise."""
    return unittest.skipIf(MEDIA, f'in mesh only: {why}')


def transport_ids(stats):
    """Of the connections that the message publish-stats tells of."""
    return re.findall(r'transport-id\W+string\W*\)([\w-]+)', stats['consumers'])


class Case(unittest.TestCase):
    """A test with a folder, a watchdog and processes that end with it."""

    WATCHDOG = 120

    def setUp(self):
        faulthandler.dump_traceback_later(self.WATCHDOG * PATIENCE / 20, exit=True)
        self.addCleanup(faulthandler.cancel_dump_traceback_later)
        folder = tempfile.mkdtemp(prefix='nertc-e2e-')
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self.folder = pathlib.Path(folder)

    def need(self, *programs):
        """Skips the test where a program is missing that only tests need."""
        for program in programs:
            if not shutil.which(program):
                self.skipTest(f'no {program}: ./dev setup test installs it')

    def keep(self, process):
        self.addCleanup(process.end)
        self.addCleanup(self.tell_if_failed, process)
        return process

    def tell_if_failed(self, process):
        """What everybody said helps more than what the one said who missed something."""
        result = self._outcome.result
        if any(getattr(test, 'test_case', test) is self for test, _ in
               result.failures + result.errors):
            status = process.child.poll()
            print(f'# {process.pid}, status {status}: ' + process.tell().replace('\n', '\n# '))

    def start(self, *words, env=None, folder=None):
        return self.keep(Process(words, env, folder or self.folder))

    def start_server(self, *options, port=0, prefix=()):
        return self.keep(Server(*options, port=port, prefix=prefix))

    def start_member(self, server, *options, env=None, prefix=()):
        return self.keep(Member(server, *options, env=env, prefix=prefix))

    def launch(self, line, env=None, folder=None):
        """gst-launch-1.0 -m with a pipeline as one would type it."""
        return self.start('gst-launch-1.0', '-m', *shlex.split(line), env=env, folder=folder)

    def start_display(self):
        """An X server without a screen. Returns: its DISPLAY."""
        self.need('Xvfb')
        return start_xvfb(self.addCleanup)

    def start_sound(self):
        """A PulseAudio server whose loudspeaker plays to nobody, and whose microphone hears a tone
        of 440 Hz. Returns: the environment that leads to it."""
        self.need('pulseaudio', 'pactl')
        runtime = self.folder / 'runtime'
        runtime.mkdir(mode=0o700)
        env = environment(XDG_RUNTIME_DIR=str(runtime), HOME=str(self.folder),
                          PULSE_SERVER=f'unix:{runtime}/pulse.socket')
        pulse = self.start(
            'pulseaudio', '-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no',
            '--disallow-exit', '--log-target=stderr', '--log-level=notice',
            f'--load=module-native-protocol-unix socket={runtime}/pulse.socket auth-anonymous=1',
            '--load=module-null-sink sink_name=loudspeaker',
            '--load=module-sine-source source_name=microphone frequency=440',
            env=env)
        end = time.monotonic() + PATIENCE
        while subprocess.run(['pactl', 'set-default-source', 'microphone'], env=env, check=False,
                             capture_output=True).returncode:
            self.assertIsNone(pulse.child.poll(), pulse.tell())
            self.assertLess(time.monotonic(), end, pulse.tell())
        return env
