#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Holds a call of two members on this machine: what `./dev call` does after the build.

Where there is a display, one of them is the call application. Each other one is a gst-launch-1.0
process made of the lines of README.md; what of them is exchanged is printed. Everything that is
started here is ended here.
"""
import argparse
import ctypes
import datetime
import math
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import capture_devices
import readme_lines
from readme_lines import Line

SOURCE = pathlib.Path(__file__).resolve().parents[2]
DEFAULT_PORT = 8980
PR_SET_PDEATHSIG = 1
TEST_PICTURE = 'a moving test picture'
TEST_SOUND = 'a speech-like tone'
MEDIA_SERVERS = {
    'janus': 'a Janus, which the room server starts; members send to it once',
    'auto': 'a Janus, from the fifth member on who receives a stream',
}
# What the application sends arrives somewhere, and is looked at by nobody.
RECEIVE_ONLY = ('nertcsrc name=them  them. ! video/x-vp8 ! fakesink  '
                'them. ! audio/x-opus ! fakesink').split()
# What a member says all the time; it goes into the figures, not into the log.
CHATTER = re.compile('last-message|: level, ')
# From Ctrl-C to the end in two seconds: what is not done then is killed.
LEAVE_SECONDS, END_SECONDS = 1.2, 1.7


class Figures:
    """What one member receives, read from what gst-launch-1.0 -mv says about its elements."""

    ENCODED = re.compile(r':encoded: last-message = chain .*?\((\d+) bytes')
    SHOWN = re.compile(r':shown: last-message = chain ')
    SIZE = re.compile(r'(?:encoded|picture|shown)\W.*width\W+int\W+(\d+).*height\W+int\W+(\d+)')
    LEVEL = re.compile(r'\(element\): level, .*rms=\(GValueArray\)<\s*(-?[\d.]+|-inf)')

    def __init__(self):
        self.lock = threading.Lock()
        self.size = None
        self.frames_ever = 0
        self.start_again()

    def start_again(self):
        self.since = time.monotonic()
        self.bytes = self.frames = 0
        self.powers = []

    def read(self, line):
        with self.lock:
            if match := self.ENCODED.search(line):
                self.bytes += int(match[1])
            elif self.SHOWN.search(line):
                self.frames += 1
                self.frames_ever += 1
            elif 'caps' in line and (match := self.SIZE.search(line)):
                self.size = f'{match[1]}x{match[2]}'
            elif match := self.LEVEL.search(line):
                self.powers.append(10 ** (float(match[1]) / 10))

    def take(self):
        """The figures since the last time, in words."""
        with self.lock:
            seconds = time.monotonic() - self.since
            picture = 'no picture'
            if self.frames:
                picture = (f'{self.size} {self.frames / seconds:4.1f} fps '
                           f'{self.bytes * 8 / seconds / 1000:5.0f} kbit/s')
            sound = f'sound {decibel(self.powers):5.1f} dB' if self.powers else 'no sound'
            self.start_again()
            return f'{picture}, {sound}'


def decibel(powers):
    """The mean power; silence is -inf."""
    mean = sum(powers) / len(powers)
    return 10 * math.log10(mean) if mean else -math.inf


class Process:
    """A child of its own group, so that a Ctrl-C reaches it only through us; it does not outlive
    us in any case."""

    def __init__(self, words, folder, log, environment, on_line=None):
        libc = ctypes.CDLL(None)
        self.name = words[0]
        self.log = open(log, 'w', encoding='utf-8')
        self.last_error = None
        self.on_line = on_line
        self.child = subprocess.Popen(
            words, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace',
            start_new_session=True,
            preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.child.stdout:
            if line.startswith('ERROR') or (not self.last_error and 'WARNING: erron' in line):
                self.last_error = line.strip()
            if not CHATTER.search(line):
                self.log.write(line)
            if self.on_line:
                self.on_line(line)
        self.log.close()

    def ended(self):
        return self.child.poll() is not None

    def send(self, number):
        if not self.ended():
            self.child.send_signal(number)

    def wait_until(self, deadline):
        try:
            self.child.wait(max(0.01, deadline - time.monotonic()))
            self.reader.join(0.2)
            return True
        except subprocess.TimeoutExpired:
            return False


class Program:
    """A command line, as Line is, of a program that is no pipeline."""

    def __init__(self, words):
        self.all_words = words

    def words(self):
        return self.all_words

    def __str__(self):
        return shlex.join(self.all_words)


class Member:
    """One side of the call."""

    def __init__(self, call, uid, line, what):
        self.call, self.uid, self.line, self.what = call, uid, line, what
        self.folder = call.folder / f'member-{uid}'
        self.figures = Figures()
        self.process = None

    def start(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        print(f'member {self.uid}: {self.what}')
        print(f'  {self.line}\n', flush=True)
        self.process = Process(self.line.words(), self.folder, self.folder / 'log.txt',
                               self.call.environment, self.figures.read)

    def keep_recording(self):
        """Of the two pieces that splitmuxsink leaves, the one of the whole ten seconds."""
        pieces = sorted(self.folder.glob('them-*.webm'), key=lambda path: path.stat().st_size)
        if pieces:
            pieces.pop().rename(self.folder / 'them.webm')
        for piece in pieces:
            piece.unlink()

    def kept(self):
        return [path for path in (self.folder / 'them.png', self.folder / 'them.webm')
                if path.exists() and path.stat().st_size]


def port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', port))
            return probe.getsockname()[1]
        except OSError:
            return None


class Call:
    def __init__(self, options):
        self.build = (SOURCE / options.build).resolve()
        self.folder = self.build / 'call'
        self.application = self.build / 'app' / 'call' / 'nertc-call'
        self.folder.mkdir(exist_ok=True)
        self.options = options
        self.port = port_is_free(DEFAULT_PORT) or port_is_free(0)
        self.environment = {
            **os.environ,
            'GST_PLUGIN_PATH': os.pathsep.join(filter(None, [
                str(self.build / 'gst'), os.environ.get('GST_PLUGIN_PATH')])),
            # Of its own, so that the plugin under test never gets into the user's registry.
            'GST_REGISTRY': str(self.build / 'gst-registry.bin'),
            'GSETTINGS_SCHEMA_DIR': str(self.build / 'data'),
            'NERTC_LOCALE_DIR': str(self.build / 'po'),
        }
        self.lines = {name: Line.parse(text) for name, text in
                      readme_lines.blocks('line').items() if name in
                      ('camera', 'screen', 'test-picture', 'no-window')}
        self.display, self.no_display = capture_devices.find_display()
        self.stop = threading.Event()
        self.server = None
        self.members = []

    def tell_trouble(self, line):
        """What its own media server lacks; anything else is for the log."""
        if 'no network interface' in line:
            print(line.partition(': ')[2].strip(), flush=True)

    def start_server(self):
        self.server = Process(
            [str(self.build / 'app/server/nertc-server'), f'--port={self.port}',
             f'--media={self.options.media}'], self.folder,
            self.folder / 'server.log', self.environment, self.tell_trouble)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and not self.server.ended():
            with socket.socket() as probe:
                if probe.connect_ex(('127.0.0.1', self.port)) == 0:
                    return
            self.stop.wait(0.02)
        sys.exit(f'nertc-server does not come up; see {self.folder}/server.log')

    def room(self, uid, words):
        """The room part of a line, for this server and member."""
        words = [f'uid={uid}' if word.startswith('uid=') else word for word in words]
        if self.port != DEFAULT_PORT:
            words.append(f'server=ws://127.0.0.1:{self.port}/room')
        return words

    def others(self, line):
        """What is done with the others: the sound is heard only where it is asked for."""
        words = list(line.others)
        if not self.options.sound and 'autoaudiosink' in words:
            at = words.index('autoaudiosink')
            words[at:at + 1] = ['fakesink', 'sync=true']
        return words

    def opens_application(self):
        return self.display and not self.options.lines and self.application.exists()

    def application_member(self, uid):
        """In a process of its own even if the user has the application open."""
        return Member(self, uid, Program([
            str(self.application), '--gapplication-app-id=org.gstnertc.Call.Trial',
            f'--server=ws://127.0.0.1:{self.port}/room', '--room=standup', f'--uid={uid}',
            '--join']), 'the call application')

    def make_line(self, uid, picture, sound):
        end = self.lines['test-picture'] if self.display else self.lines['no-window']
        others = RECEIVE_ONLY if self.opens_application() else self.others(end)
        return Line(self.room(uid, end.room), picture, sound, others)

    def test_member(self, uid):
        line = self.lines['test-picture']
        return Member(self, uid, self.make_line(uid, line.picture, line.sound),
                      f'{TEST_PICTURE} and {TEST_SOUND}')

    def capturing_member(self, uid):
        """Camera and microphone where there are any; the screen where there is only a display."""
        camera, no_camera = capture_devices.find_camera()
        microphone, no_microphone = capture_devices.find_microphone()
        reasons = [reason for reason in (no_camera, no_microphone) if reason]
        line = self.lines['camera']
        if camera:
            picture, shown = exchange(line.picture, ['v4l2src'], camera.source), camera.what
        elif self.display and self.display.source:
            picture, shown = self.lines['screen'].picture, self.display.what
        else:
            picture, shown = self.lines['test-picture'].picture, TEST_PICTURE
        if microphone:
            sound, heard = exchange(line.sound, ['pulsesrc'], microphone.source), microphone.what
        else:
            sound, heard = self.lines['test-picture'].sound, TEST_SOUND
        what = f"{shown} and {heard}"
        if reasons:
            what += f" ({'; '.join(reasons)})"
        return Member(self, uid, self.make_line(uid, picture, sound), what)

    def say_how_to_join(self):
        line = self.lines['test-picture']
        # Without a uid: the server chooses one.
        words = [word for word in line.room if not word.startswith('uid=')]
        room = ['meson', 'devenv', '-C', str(self.build), *self.room(None, words)]
        print('Anything else joins the same room so, on this machine:')
        print(f'  {Line(room, line.picture, line.sound, line.others)}\n')

    def start(self):
        print(f'The room is ‘standup’ at ws://127.0.0.1:{self.port}/room')
        print(f'In a browser: http://127.0.0.1:{self.port}/?room=standup')
        if self.options.media != 'mesh':
            print(f'Media server: {MEDIA_SERVERS[self.options.media]}.')
        if self.no_display:
            print(f'Figures instead of windows: {self.no_display}.')
        if not self.options.sound and not self.opens_application():
            print('Sound is not played; --sound plays it.')
        print()
        self.start_server()
        first = self.application_member if self.opens_application() else self.capturing_member
        self.members = [first(1), self.test_member(2)]
        for member in self.members:
            member.start()
        self.say_how_to_join()
        print('Ctrl-C ends the call.\n', flush=True)

    def report(self):
        clock = datetime.datetime.now().strftime('%H:%M:%S')
        for member in self.members:
            print(f'{clock} member {member.uid} receives {member.figures.take()}', flush=True)

    def hold(self):
        """Until the end is asked for, the time is over or a process ends by itself."""
        end = time.monotonic() + self.options.seconds if self.options.seconds else None
        while not self.stop.wait(1):
            if any(process.ended() for process in self.processes()):
                return
            if not self.display:
                self.report()
            if end and time.monotonic() >= end:
                return

    def processes(self):
        return [process for process in [*(member.process for member in self.members), self.server]
                if process]

    def why_ended(self):
        """What to say about a process that ended by itself, or None."""
        for member in self.members:
            process = member.process
            if process and process.ended():
                if process.last_error and 'window was closed' in process.last_error:
                    return None
                if isinstance(member.line, Program) and process.child.returncode == 0:
                    return None
                return (f'member {member.uid} ended by itself: '
                        f'{process.last_error or "no error told"}; see {member.folder}/log.txt')
        if self.server and self.server.ended():
            return f'nertc-server ended by itself; see {self.folder}/server.log'
        return None

    def end(self):
        """Ends the members, then the server. Returns: whether nothing had to be killed."""
        start = time.monotonic()
        clean = True
        for number, seconds in ((signal.SIGINT, LEAVE_SECONDS), (signal.SIGINT, 0.2),
                                (signal.SIGKILL, 0.2)):
            for member in self.members:
                if member.process and not member.process.ended():
                    member.process.send(number)
                    clean = clean and number != signal.SIGKILL
            deadline = time.monotonic() + seconds
            if all([not member.process or member.process.wait_until(deadline)
                    for member in self.members]):
                break
        if self.server:
            self.server.send(signal.SIGTERM)
            if not self.server.wait_until(max(start + END_SECONDS, time.monotonic() + 0.1)):
                self.server.send(signal.SIGKILL)
                self.server.wait_until(time.monotonic() + 1)
                clean = False
        return clean

    def say_what_is_left(self):
        """Returns: whether each side received a picture, as far as that can be seen here."""
        if self.display:
            return True
        for member in self.members:
            member.keep_recording()
            for path in member.kept():
                print(f'member {member.uid} received: {path}')
        return all(member.figures.frames_ever for member in self.members)


def exchange(words, old, new):
    if words[:len(old)] == old:
        return new + words[len(old):]
    raise ValueError(f'{words} does not begin with {old}')


def parse_options():
    parser = argparse.ArgumentParser(prog='./dev call', description=__doc__)
    parser.add_argument('--build', default='build', help=argparse.SUPPRESS)
    parser.add_argument('--sound', action='store_true', help='play what the members hear')
    parser.add_argument('--lines', action='store_true',
                        help='two pipelines, also where the call application could be opened')
    parser.add_argument('--media', choices=['mesh', *MEDIA_SERVERS], default='mesh',
                        help='how pictures and sound go: from member to member, the default, or '
                             'by way of a media server')
    parser.add_argument('--seconds', type=float, default=0, help='end after so long')
    return parser.parse_args()


def main():
    call = Call(parse_options())
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: call.stop.set())
    trouble = None
    try:
        call.start()
        call.hold()
        trouble = None if call.stop.is_set() else call.why_ended()
    finally:
        clean = call.end()
    received = call.say_what_is_left()
    if trouble:
        sys.exit(trouble)
    if not clean:
        sys.exit('Something did not end in time and was killed.')
    if call.options.seconds and not call.stop.is_set() and not received:
        sys.exit('Somebody received no picture.')


if __name__ == '__main__':
    main()
