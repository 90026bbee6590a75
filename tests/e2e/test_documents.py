#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the documents show works as it stands: every gst-launch-1.0 line, every program.

They run with a display and a sound server made for them. Only v4l2src is exchanged, for lack of a
camera, and the exchange is printed.
"""
import re
import shlex
import subprocess

import documented_lines
import fixture
import readme_lines
import tap
from websocket_proxy import Proxy

DEFAULT_PORT = 8980
CAMERA = 'v4l2src'
INSTEAD = 'videotestsrc is-live=true'
# Those that test_recipes.py runs, and looks at what comes of them
ELSEWHERE = ('bridge', 'record', 'rtp')
LISTENER = re.compile(r'uid=(\S+)')
CHANNEL = re.compile(r'channel=(\S+)|nertcs?://[^/\s]+/([^?\s"]+)')


class DocumentCase(fixture.Case):
    def start_world(self):
        """A server, reached through a proxy where the documents expect it, a display and a sound
        server."""
        server = self.start_server()
        try:
            self.proxy = Proxy(server.port, listen_port=DEFAULT_PORT)
        except OSError:
            self.fail(f'port {DEFAULT_PORT} is taken; what the documents show needs it')
        self.addCleanup(self.proxy.close)
        self.env = {**self.start_sound(), 'DISPLAY': self.start_display()}
        return server


class LinesTest(DocumentCase):
    """One test for each line; they are made below."""

    def run_line(self, line):
        text = line.text
        if CAMERA in text:
            print(f'# {CAMERA} → {INSTEAD}')
            text = text.replace(CAMERA, INSTEAD)
        words = shlex.split(text)
        server = self.start_world()
        channel = CHANNEL.search(text)
        channel = next(filter(None, channel.groups())) if channel else 'standup'
        other = self.start_member(server, f'--channel={channel}', '--uid=other')
        other.wait_message('state-changed', new='connected')
        process = self.start(*words, env=self.env)
        if 'listen=true' in words:
            process.wait_for('new=.*listening')
            other.do('invite', LISTENER.search(text).group(1), channel)
        joined = other.wait_message('member-joined')
        if 'nertcsink' in text:
            other.wait_message('stream-added', uid=joined['uid'])
            other.wait_event('picture')
        if 'nertcsrc' in text:
            self.proxy.wait_for('transport.playing', fixture.PATIENCE)
        process.wait_for('Setting pipeline to PLAYING')
        self.assertIsNone(process.child.poll(), process.tell())
        self.assertFalse(process.has('^ERROR'), process.tell())
        at = process.interrupt()
        left = other.wait_message('member-left', uid=joined['uid'])
        self.assertEqual('left', left['reason'])
        self.assertLess(left['read-at'] - at, 5.0)
        self.assertIn(process.wait(), (0, 130), process.tell())
        self.assertEqual([], other.events('error'))


def add_test(number, line):
    name = f'test_{number:02}_{re.sub("[^a-z0-9]+", "_", line.where.lower()).strip("_")}'

    def test(self):
        print(f'# {line.text}')
        self.run_line(line)

    setattr(LinesTest, name, test)


def is_elsewhere(line):
    blocks = readme_lines.blocks('line')
    return shlex.split(line.text) in [readme_lines.words_of(blocks[name]) for name in ELSEWHERE]


for number, line in enumerate(documented_lines.find(fixture.SOURCE), 1):
    if not is_elsewhere(line):
        add_test(number, line)


class ProgramsTest(DocumentCase):
    def build_c(self, text):
        source, program = self.folder / 'call.c', self.folder / 'call'
        source.write_text(text, encoding='utf-8')
        flags = subprocess.run(['pkg-config', '--cflags', '--libs', 'gstreamer-1.0'], check=True,
                               capture_output=True, text=True).stdout.split()
        subprocess.run(['cc', '-Wall', '-Wextra', '-Wno-unused-parameter', '-Werror', source, '-o',
                        program, *flags], check=True)
        return [program]

    def write_python(self, text):
        source = self.folder / 'call.py'
        source.write_text(text, encoding='utf-8')
        return [fixture.PYTHON, source]

    def run_call(self, words):
        server = self.start_world()
        process = self.start(*words, env=self.env)
        other = self.start_member(server, '--channel=standup', '--uid=other')
        other.wait_event('picture')
        process.wait_for('member-joined: other')
        other.do('leave')
        process.wait_for('member-left: other')
        process.interrupt()
        self.assertEqual(0, process.wait(), process.tell())

    def test_the_c_program(self):
        self.run_call(self.build_c(readme_lines.blocks('program')['c']))

    def test_the_python_program(self):
        self.run_call(self.write_python(readme_lines.blocks('program')['python']))

    def test_the_streams_program(self):
        server = self.start_world()
        process = self.start(*self.write_python(readme_lines.blocks('program')['streams']),
                             env=self.env)
        other = self.start_member(server, '--channel=standup', '--uid=other', '--receive=',
                                  '--sink=stream-id=desk')
        for media in ('audio', 'video'):
            process.wait_for(f'{media} of other/desk comes')
        self.proxy.wait_for('transport.playing', fixture.PATIENCE)
        mark = process.mark()
        other.do('leave')
        for media in ('audio', 'video'):
            process.wait_for(f'{media}_other/desk is gone', since=mark)
        process.interrupt()
        self.assertEqual(0, process.wait(), process.tell())

    def test_the_room_program(self):
        server = self.start_world()
        other = self.start_member(server, '--channel=standup', '--uid=other')
        other.wait_message('state-changed', new='connected')
        process = self.start(*self.write_python(readme_lines.blocks('program')['room']),
                             env=self.env)
        process.wait_for(r"I am .+; here are \['other'\]")
        self.assertEqual(0, process.wait(), process.tell())


    def test_the_chat_program(self):
        server = self.start_world()
        other = self.start_member(server, '--channel=standup', '--uid=other')
        other.wait_message('state-changed', new='connected')
        process = self.start(*self.write_python(readme_lines.blocks('program')['chat']),
                             env=self.env)
        uid = other.wait_message('member-joined')['uid']
        other.do('say', 'Hello')
        process.wait_for('^other: Hello$')
        print('Good morning, 早上好', file=process.child.stdin, flush=True)
        other.wait_message('message', uid=uid, text='Good morning, 早上好')
        print('t' * 1025, file=process.child.stdin, flush=True)
        process.wait_for('has 1025 bytes')
        process.child.stdin.close()
        self.assertEqual(0, process.wait(), process.tell())


class TheSearchTest(fixture.unittest.TestCase):
    def test_finds_the_lines_of_documents(self):
        found = list(documented_lines.find(fixture.SOURCE))
        self.assertGreater(sum(line.where == 'README.md' for line in found), 4)
        for element in ('roomsignal', 'nertcsink', 'nertcsrc'):
            self.assertTrue([line for line in found if line.where == f'gst/gst{element}.c'],
                            f'the documentation of {element} has an example line')


if __name__ == '__main__':
    tap.main()
