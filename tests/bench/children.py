# SPDX-License-Identifier: LGPL-2.1-or-later
"""The processes that the benchmark measures: started here, spoken to line by line, and ended by
their ids whatever happens. Nothing here sleeps: one waits for what a process says."""
import ctypes
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

PR_SET_PDEATHSIG = 1
# A slow machine, or one that does other work, needs longer; a good run never waits so long.
PATIENCE = 20 * float(os.environ.get('NERTC_TEST_PATIENCE', '1'))
LIBC = ctypes.CDLL(None)


class Fault(Exception):
    """What kept a figure from being measured."""


def now():
    """Microseconds of the clock that all programs of the benchmark use."""
    return time.monotonic_ns() // 1000


def environment(build):
    """The plugin of this build, a registry of its own, nothing that slows GStreamer down."""
    variables = {name: value for name, value in os.environ.items()
                 if not name.startswith(('GST_DEBUG', 'GST_TRACERS', 'G_DEBUG', 'G_MESSAGES'))}
    return {**variables, 'GST_PLUGIN_PATH': str(build / 'gst'),
            'GST_REGISTRY': str(build / 'bench-registry.bin'), 'GST_DEBUG_NO_COLOR': '1'}


class Process:
    """What the kernel says of a process."""

    def __init__(self, pid, name):
        self.pid, self.name = pid, name

    def tell(self):
        return self.name

    def file(self, name):
        try:
            return pathlib.Path('/proc', str(self.pid), name).read_text(encoding='utf-8')
        except OSError:
            raise Fault(f'it has ended: {self.tell()}') from None

    def count(self, folder):
        try:
            return len(os.listdir(f'/proc/{self.pid}/{folder}'))
        except OSError:
            raise Fault(f'it has ended: {self.tell()}') from None

    def resident_kib(self):
        return int(re.search(r'^VmRSS:\s+(\d+) kB', self.file('status'), re.MULTILINE)[1])

    def processor_seconds(self):
        # The name, in parentheses, may hold anything.
        fields = self.file('stat').rpartition(')')[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def descendants(self, name):
        """Those of its children, and theirs, that have this name."""
        found = []
        for task in os.listdir(f'/proc/{self.pid}/task'):
            for pid in self.file(f'task/{task}/children').split():
                child = Process(int(pid), name)
                if child.file('comm').strip() == name:
                    found.append(child)
                found += child.descendants(name)
        return found


class Child(Process):
    """A process of ours and what it says."""

    def __init__(self, words, env, end_with_us=False, core=None):
        """@end_with_us: for a program that does not see to it by itself; takes time
        @core: the only processor core it may use, where there are several; takes time"""
        self.words = [str(word) for word in words]
        self.end_with_us = end_with_us
        self.core = core
        self.lines = []
        self.changed = threading.Condition()
        self.over = False
        self.began = now()
        self.process = subprocess.Popen(
            self.words, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, bufsize=0,
            preexec_fn=self.prepare if end_with_us or core is not None else None)
        super().__init__(self.process.pid, self.words[0])
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def prepare(self):
        """In the new process."""
        cores = sorted(os.sched_getaffinity(0))
        if self.end_with_us:
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if self.core is not None and len(cores) > 1:
            os.sched_setaffinity(0, {cores[self.core % len(cores)]})

    def read(self):
        with os.fdopen(os.dup(self.process.stdout.fileno()), encoding='utf-8',
                       errors='replace') as output:
            for line in output:
                with self.changed:
                    self.lines.append(line.rstrip('\n'))
                    self.changed.notify_all()
        with self.changed:
            self.over = True
            self.changed.notify_all()

    def mark(self):
        """The present end of what it said, to look from there on."""
        with self.changed:
            return len(self.lines)

    def tell(self):
        said = '\n  '.join(line[:300] for line in self.lines[-12:])
        return f'{" ".join(self.words)}\n  {said or "(it said nothing)"}'

    def wait_line(self, fits, what, since=0, patience=PATIENCE):
        """What @fits returns for the first line from @since on for which that is not None."""
        end = time.monotonic() + patience
        position = since
        with self.changed:
            while True:
                for line in self.lines[position:]:
                    found = fits(line)
                    if found is not None:
                        return found
                position = max(position, len(self.lines))
                if self.over:
                    raise Fault(f'{what}: not before the end of {self.tell()}')
                left = end - time.monotonic()
                if left <= 0:
                    raise Fault(f'{what}: not within {patience:.0f} s from {self.tell()}')
                self.changed.wait(left)

    def wait_event(self, name, since=0, patience=PATIENCE, **fields):
        """The first event of this name whose fields have these values."""
        def fits(line):
            try:
                event = json.loads(line)
            except ValueError:
                return None
            wanted = {'event': name, **fields}
            return event if wanted.items() <= event.items() else None
        return self.wait_line(fits, ' '.join([name, *map(str, fields.values())]), since, patience)

    def command(self, word):
        """Has it do something. Returns: where what it says of that begins."""
        since = self.mark()
        try:
            self.process.stdin.write(f'{word}\n'.encode())
        except BrokenPipeError:
            raise Fault(f'{word}: it has ended: {self.tell()}') from None
        return since

    def finish(self):
        """Lets it end by itself, and insists that it ends well."""
        self.process.stdin.close()
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Fault(f'still running after {PATIENCE:.0f} s: {self.tell()}') from None
        self.reader.join(PATIENCE)
        if status:
            raise Fault(f'ended with status {status}: {self.tell()}')

    def end(self):
        """Ends it if it has not ended yet: politely first."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(number)
            try:
                self.process.wait(3)
                break
            except subprocess.TimeoutExpired:
                pass
        self.process.stdin.close()
        self.process.stdout.close()


class Children:
    """Starts the programs of a build, and ends every one that is left."""

    def __init__(self, build):
        self.build = build
        self.env = environment(build)
        self.all = []

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        for child in reversed(self.all):
            child.end()

    def start(self, *words, **options):
        if not pathlib.Path(words[0]).exists():
            raise Fault(f'There is no {words[0]}: build first, for example with ./dev build')
        child = Child(words, self.env, **options)
        self.all.append(child)
        return child

    def has(self, name):
        """Whether that program of the benchmark was built."""
        return (self.build / 'tests' / 'bench' / f'bench-{name}').exists()

    def program(self, name, *words, **options):
        return self.start(self.build / 'tests' / 'bench' / f'bench-{name}', *words, **options)

    def finish(self, child):
        child.finish()
        self.end(child)

    def end(self, child):
        child.end()
        self.all.remove(child)

    def server(self):
        """Returns: the URL of a new room server."""
        return self.room_server()[1]

    def room_server(self, *options, **keywords):
        """Returns: a new room server, and its URL"""
        server = self.start(self.build / 'app' / 'server' / 'nertc-server', '--port=0', *options,
                            end_with_us=True, **keywords)
        listening = re.compile(r'listening on (ws://\S+)').search
        return server, server.wait_line(listening, 'the room server')[1]
