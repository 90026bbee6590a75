#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`./dev call`, with a display and without."""
import ctypes
import json
import pathlib
import re
import shlex
import socket
import subprocess
import sys
import unittest

import fixture  # first: it tells where the others are

import capture_devices
import janus
import readme_lines
import tap

FIGURES = re.compile(r'member (\d) receives (\d+)x(\d+) +([\d.]+) fps +(\d+) kbit/s, '
                     r'sound +(-[\d.]+) dB')


# The mean luminance of a black screen is 16/255 and a little for the pointer.
WITH_A_BALL = 0.0633


def raise_window(display, window):
    x11 = ctypes.CDLL('libX11.so.6')
    x11.XOpenDisplay.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(x11.XOpenDisplay(display.encode()))
    x11.XRaiseWindow(connection, ctypes.c_ulong(window))
    x11.XCloseDisplay(connection)


class DevCallTest(fixture.Case):
    def call(self, *options, prefix=(), **more):
        """Without display and sound server, unless @more says otherwise. A mark in the
        environment lets us find every process that descends from it."""
        self.mark = f'NERTC_TEST_CALL={self.folder.name}'
        name, value = self.mark.split('=')
        env = fixture.environment(**{name: value})
        for variable in ('DISPLAY', 'WAYLAND_DISPLAY', 'PULSE_SERVER', 'GST_PLUGIN_PATH',
                         'GST_REGISTRY', 'GI_TYPELIB_PATH', 'LD_LIBRARY_PATH'):
            env.pop(variable, None)
        env.update({'XDG_RUNTIME_DIR': str(self.folder), 'NERTC_BUILD_DIR': str(fixture.BUILD),
                    **more})
        return self.start(*prefix, fixture.SOURCE / 'dev', 'call', *options, env=env)

    def assert_nothing_left(self):
        left = []
        for path in pathlib.Path('/proc').glob('[0-9]*/environ'):
            try:
                if self.mark.encode() in path.read_bytes().split(b'\0'):
                    left.append((path.parent / 'cmdline').read_bytes().replace(b'\0', b' '))
            except OSError:
                pass
        self.assertEqual([], left)

    def end(self, call):
        at = call.interrupt()
        self.assertEqual(0, call.wait(), call.tell())
        self.assertLess(fixture.time.monotonic() - at, 2.0)
        self.assert_nothing_left()

    def wait_figures(self, call, member):
        """The figures of a second in which everything arrives."""
        def good(line):
            match = FIGURES.search(line)
            return match and match[1] == str(member) and float(match[4]) > 20
        return FIGURES.search(call.wait_for(good, timeout=40)).groups()

    def discover(self, path):
        return subprocess.run(['gst-discoverer-1.0', path], check=True, capture_output=True,
                              text=True).stdout

    def decode(self, description):
        return subprocess.run(['gst-launch-1.0', '-q', *shlex.split(description)], check=False,
                              capture_output=True, text=True, timeout=20)

    def test_without_a_display(self):
        call = self.call()
        for member in (1, 2):
            _, width, height, fps, rate, level = self.wait_figures(call, member)
            self.assertEqual(('640', '480'), (width, height))
            self.assertLess(float(fps), 40)
            self.assertGreater(int(rate), 20)
            self.assertGreater(float(level), -60)
        self.assertTrue(call.has('no display'))
        self.assertTrue(call.has('member 1: a moving test picture and a speech-like tone'))
        self.assertTrue(call.has('member 2: a moving test picture and a speech-like tone'))
        begun = call.wait_for('member 1 receives')
        call.wait_for(lambda line: FIGURES.search(line) and line.at > begun.at + 13)
        self.end(call)
        kept = [re.search(r'received: (.*)', line)[1] for line in call.lines
                if 'received: ' in line]
        self.assertEqual(4, len(kept))
        for path in kept:
            with self.subTest(path=path):
                if path.endswith('.png'):
                    self.check_snapshot(path)
                else:
                    self.check_recording(path)

    def check_snapshot(self, path):
        done = self.decode(f'filesrc location={path} ! pngdec ! videoconvert ! '
                           'video/x-raw,width=640,height=480 ! fakesink')
        self.assertEqual((0, ''), (done.returncode, done.stderr))

    def check_recording(self, path):
        found = self.discover(path)
        seconds = float(re.search(r'Duration: 0:00:([\d.]+)', found)[1])
        self.assertAlmostEqual(10, seconds, delta=0.7)
        self.assertIn('Seekable: yes', found)
        self.assertIn('VP8', found)
        self.assertIn('Opus', found)
        done = self.decode(f'filesrc location={path} ! matroskademux name=d '
                           'd.video_0 ! queue ! vp8dec ! fakesink  '
                           'd.audio_0 ! queue ! opusdec ! fakesink')
        self.assertEqual((0, ''), (done.returncode, done.stderr))

    def test_by_way_of_a_media_server(self):
        """In a namespace of its own, where there is an interface beside loopback."""
        try:
            janus.skip_unless_possible()
        except unittest.SkipTest as reason:
            self.skipTest(str(reason))
        call = self.call('--media=janus', prefix=[
            sys.executable, fixture.SOURCE / 'tests/common/on_janus.py', '--bare'])
        for member in (1, 2):
            _, width, height, _, _, level = self.wait_figures(call, member)
            self.assertEqual(('640', '480'), (width, height))
            self.assertGreater(float(level), -60)
        self.assertTrue(call.has('Media server: a Janus'))
        self.assertFalse(call.has('no network interface'))
        call.interrupt()
        self.assertEqual(0, call.wait(), call.tell())
        self.assert_nothing_left()

    def test_anything_else_joins_by_the_line_that_it_prints(self):
        call = self.call()
        call.wait_for('Anything else joins')
        call.wait_for('Ctrl-C ends the call')
        rows = [str(line) for line in call.lines]
        first = next(i for i, row in enumerate(rows) if row.startswith('Anything else')) + 1
        text = '\n'.join(rows[first:rows.index('', first)])
        self.wait_figures(call, 1)
        guest = self.start('sh', '-c', text, env=fixture.environment(
            DISPLAY=self.start_display(), **{'PULSE_SERVER': self.start_sound()['PULSE_SERVER']}))
        log = fixture.BUILD / 'call' / 'member-1' / 'log.txt'
        guest.wait_for('Setting pipeline to PLAYING')
        end = fixture.time.monotonic() + fixture.PATIENCE
        while 'member-joined' not in log.read_text().partition('uid=(string)2')[2]:
            self.assertLess(fixture.time.monotonic(), end, guest.tell())
            call.wait_for('receives', since=call.mark())
        guest.send(fixture.signal.SIGTERM)
        self.end(call)

    def start_camera(self):
        """A camera of PipeWire. Returns: the folder in which its server is to be found."""
        self.need('pipewire', 'wireplumber', 'dbus-run-session')
        runtime = self.folder / 'pipewire'
        runtime.mkdir(mode=0o700)
        env = fixture.environment(XDG_RUNTIME_DIR=str(runtime), HOME=str(runtime))
        self.start('pipewire', env=env)
        self.wait_until((runtime / 'pipewire-0').is_socket)
        self.start('dbus-run-session', '--', 'wireplumber', env=env)
        self.start('gst-launch-1.0', *shlex.split(
            'videotestsrc is-live=true ! video/x-raw,format=YUY2,width=320,height=240,'
            'framerate=30/1 ! pipewiresink mode=provide stream-properties="props,'
            'media.class=Video/Source,media.role=Camera,node.name=cam,node.description=Cam"'),
            env=env)
        self.wait_until(lambda: 'Cam' in subprocess.run(
            ['gst-device-monitor-1.0', 'Video/Source'], env=env, check=False,
            capture_output=True, text=True).stdout)
        return runtime

    def wait_until(self, condition):
        end = fixture.time.monotonic() + fixture.PATIENCE
        while not condition():
            self.assertLess(fixture.time.monotonic(), end)

    def test_with_a_camera(self):
        call = self.call(XDG_RUNTIME_DIR=str(self.start_camera()))
        call.wait_for('member 1: camera “Cam”.*no microphone')
        call.wait_for('pipewiresrc target-object=')
        # No more than its size: the clock of pipewiresrc 0.3.65 may jump when the camera starts, and
        # audiotestsrc then makes up for hours.
        call.wait_for('member 2 receives 320x240 ', timeout=40)
        self.end(call)

    def check_devices(self, **more):
        """What nertc-check says of each kind of device."""
        done = subprocess.run([fixture.BUILD / 'app/tools/nertc-check', '--json', '--timeout=20'],
                              env=fixture.environment(**more), check=False, capture_output=True,
                              text=True, timeout=100)
        self.assertEqual(0, done.returncode, done.stderr)
        return json.loads(done.stdout)['devices']

    def test_check_opens_the_camera(self):
        devices = self.check_devices(XDG_RUNTIME_DIR=str(self.start_camera()),
                                     PULSE_SERVER='unix:/nonexistent')
        camera = next(item for item in devices if item['name'] == 'camera “Cam”')
        self.assertEqual(('ok', True), (camera['status'], camera['opens']), camera)
        self.assertIn('320x240', camera['detail'])

    def test_check_opens_screen_and_sound(self):
        env = self.start_sound()
        devices = self.check_devices(DISPLAY=self.start_display(),
                                     **{name: env[name] for name in ('PULSE_SERVER', 'HOME')})
        for kind in ('microphone', 'speaker', 'screen'):
            with self.subTest(kind):
                found = [item for item in devices if item['kind'] == kind]
                self.assertEqual([('ok', True)], [(item['status'], item.get('opens'))
                                                  for item in found], found)

    def test_opens_the_application(self):
        """Its window is named as the room while it is in the call."""
        self.need('xwininfo')
        display = self.start_display()
        call = self.call(DISPLAY=display, HOME=str(self.folder), GSETTINGS_BACKEND='memory',
                         GSK_RENDERER='cairo', PULSE_SERVER='unix:/nonexistent')
        call.wait_for('member 1: the call application')
        self.wait_until(lambda: re.search(r'"standup": \(', self.window_tree(display)))
        self.assertIsNone(call.child.poll(), call.tell())
        self.end(call)

    def test_with_a_display_and_a_microphone(self):
        self.need('xwininfo')
        env = self.start_sound()
        display = self.start_display()
        call = self.call('--lines', '--sound', DISPLAY=display, PULSE_SERVER=env['PULSE_SERVER'])
        call.wait_for(f'member 1: the X11 screen {display} and microphone “Sine source at 440 Hz”')
        call.wait_for('no camera')
        self.wait_for_windows(call, display)
        # What is played arrives at the loudspeaker: its monitor is not silent.
        heard = self.start('gst-launch-1.0', '-m', 'pulsesrc', 'device=loudspeaker.monitor', '!',
                           'audioconvert', '!', 'level', '!', 'fakesink', env=env)
        heard.wait_for(lambda line: re.search(r'rms=\(GValueArray\)<\s*-[\d.]+', line) and float(
            re.search(r'rms=\(GValueArray\)<\s*(-[\d.]+)', line)[1]) > -50)
        self.end(call)

    def window_tree(self, display):
        return subprocess.run(['xwininfo', '-root', '-tree', '-display', display], check=True,
                              capture_output=True, text=True).stdout

    def windows(self, display):
        return re.findall(r'(0x[0-9a-f]+) "[^"]*gst-launch', self.window_tree(display))

    def wait_for_windows(self, call, display):
        """There are two windows; in one of them the ball is to be seen, when it is on top."""
        end = fixture.time.monotonic() + 3 * fixture.PATIENCE
        while len(self.windows(display)) < 2:
            self.assertIsNone(call.child.poll(), call.tell())
            self.assertLess(fixture.time.monotonic(), end, call.tell())
        while not any(self.shows_a_ball(window, display) for window in self.windows(display)):
            self.assertLess(fixture.time.monotonic(), end, f'no ball in any window: {call.tell()}')

    def shows_a_ball(self, window, display):
        raise_window(display, int(window, 16))
        watch = self.start(
            'gst-launch-1.0', '-m', 'ximagesrc', 'use-damage=false', 'num-buffers=40', '!',
            'video/x-raw,framerate=10/1', '!', 'videoconvert', '!', 'videoanalyse', '!',
            'fakesink', env=fixture.environment(DISPLAY=display))
        watch.wait()
        return watch.has(lambda line: 'luma-average' in line and float(
            re.search(r'luma-average=\(double\)([\d.]+)', line)[1]) > WITH_A_BALL)

    def test_without_sound_nothing_is_played(self):
        env = self.start_sound()
        call = self.call('--lines', DISPLAY=self.start_display(),
                         PULSE_SERVER=env['PULSE_SERVER'])
        call.wait_for('Ctrl-C ends the call')
        lines = '\n'.join(call.lines).partition('Anything else')[0]
        self.assertEqual(2, lines.count('gst-launch-1.0'))
        self.assertNotIn('autoaudiosink', lines)
        self.assertTrue(call.has('Sound is not played'))
        self.end(call)

    def test_a_taken_port_is_no_obstacle(self):
        with socket.create_server(('127.0.0.1', 8980)):
            call = self.call('--seconds=8')
            self.wait_figures(call, 2)
            self.assertFalse(call.has(':8980/'))
            self.assertEqual(0, call.wait(60), call.tell())
        self.assert_nothing_left()


class CaptureDevicesTest(fixture.unittest.TestCase):
    MONITOR = '''Probing devices...


Device found:

\tname  : Integrated Camera
\tclass : Video/Source
\tcaps  : video/x-raw, format=YUY2, width=640, height=480, framerate=30/1
\tproperties:
\t\tdevice.api = v4l2
\tgst-launch-1.0 v4l2src device=/dev/video2 ! ...

Device found:

\tname  : Cam
\tclass : Video/Source
\tcaps  : video/x-raw
\tgst-launch-1.0 pipewiresrc target-object=cam ! ...

Device found:

\tname  : Third
\tclass : Video/Source
\tcaps  : video/x-raw
\tproperties:
\t\tapi.v4l2.path = /dev/video0
\tgst-launch-1.0 pipewiresrc target-object=40 ! ...
'''

    def test_cameras(self):
        self.assertEqual([], capture_devices.parse_cameras('Probing devices...\n\n'))
        first, second, third = capture_devices.parse_cameras(self.MONITOR)
        self.assertEqual('camera “Integrated Camera”', first.what)
        self.assertEqual(['v4l2src', 'device=/dev/video2'], first.source)
        self.assertEqual(['pipewiresrc', 'target-object=cam', 'do-timestamp=true'], second.source)
        self.assertEqual(['v4l2src'], third.source)

    def test_microphones(self):
        monitor = {'name': 'out.monitor', 'description': 'Monitor of Out',
                   'properties': {'device.class': 'monitor'}}
        microphone = {'name': 'in', 'description': 'Mic', 'properties': {'device.class': 'sound'}}
        parse = capture_devices.parse_microphone
        self.assertIsNone(parse([monitor], 'out.monitor'))
        self.assertEqual(['pulsesrc'], parse([monitor, microphone], 'in').source)
        self.assertEqual(['pulsesrc', 'device=in'],
                         parse([monitor, microphone], 'out.monitor').source)

    def test_displays(self):
        self.assertFalse(capture_devices.x11_answers('nonsense'))
        self.assertFalse(capture_devices.x11_answers(':64999'))


class LineTest(fixture.unittest.TestCase):
    def test_the_parts_make_the_line_again(self):
        for name in ('camera', 'test-picture', 'screen', 'no-window'):
            text = readme_lines.blocks('line')[name]
            line = readme_lines.Line.parse(text)
            self.assertEqual(readme_lines.words_of(text), line.words())
            self.assertEqual(line.words(), readme_lines.words_of(str(line)))
            self.assertTrue(all((line.room, line.picture, line.sound, line.others)))


if __name__ == '__main__':
    tap.main()
