#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the user gives into calls: a camera of PipeWire and a microphone of PulseAudio, which come and
go, as the application captures them."""
import re
import shlex
import subprocess

import fixture  # first: it tells where the others are

import tap

PROBE = fixture.BUILD / 'tests' / 'call' / 'call-media-probe'


class Case(fixture.Case):
    def setUp(self):
        super().setUp()
        self.env = self.start_sound()
        self.env |= {'GSETTINGS_BACKEND': 'memory',
                     'GSETTINGS_SCHEMA_DIR': str(fixture.BUILD / 'data'), 'LC_ALL': 'C.UTF-8'}

    def start_pipewire(self):
        self.need('pipewire', 'wireplumber', 'dbus-run-session')
        self.start('pipewire', env=self.env)
        runtime = fixture.pathlib.Path(self.env['XDG_RUNTIME_DIR'])
        self.wait_until((runtime / 'pipewire-0').is_socket)
        self.start('dbus-run-session', '--', 'wireplumber', env=self.env)

    def start_camera(self, name, pattern='white', size='width=320,height=240'):
        return self.start('gst-launch-1.0', *shlex.split(
            f'videotestsrc is-live=true pattern={pattern} ! '
            f'video/x-raw,format=YUY2,{size},framerate=30/1 ! '
            'pipewiresink mode=provide stream-properties="props,media.class=Video/Source,'
            f'media.role=Camera,node.name={name},node.description={name}"'), env=self.env)

    def start_media(self):
        media = self.start(PROBE, env=self.env)
        media.wait_for(r'^speakers \[')
        return media

    def wait_until(self, condition):
        end = fixture.time.monotonic() + fixture.PATIENCE
        while not condition():
            self.assertLess(fixture.time.monotonic(), end)

    def tell(self, media, line):
        """Returns: a mark from before."""
        mark = media.mark()
        media.child.stdin.write(line + '\n')
        media.child.stdin.flush()
        return mark

    def quit(self, media):
        media.wait_for('^over$', since=self.tell(media, 'quit'))
        self.assertEqual(0, media.wait())

    def is_recorded(self):
        listed = subprocess.run(['pactl', 'list', 'short', 'source-outputs'], env=self.env,
                                check=True, capture_output=True, text=True)
        return bool(listed.stdout.strip())


class MicrophoneTest(Case):
    def test_is_open_while_it_is_needed(self):
        media = self.start_media()
        # What the loudspeaker plays is no microphone.
        self.assertTrue(media.has(r'^microphones \[pulse:microphone=[^]]*!\]$'), media.tell())
        self.assertTrue(media.has(r'^speakers \[pulse:loudspeaker=[^]]*!\]$'), media.tell())
        self.assertFalse(self.is_recorded())
        mark = self.tell(media, 'previewing on')
        media.wait_for('^camera-problem: No camera', since=mark)
        media.wait_for('^taps: camera closed, microphone open', since=mark)
        media.wait_for(r'^level [5-9]\d %', since=mark)
        mark = self.tell(media, 'microphone-on off')
        media.wait_for('^taps: .*microphone closed', since=mark)
        media.wait_for('^level 0 %', since=mark)
        self.wait_until(lambda: not self.is_recorded())
        # In a call it is open, and its sound is processed anew when a setting changes.
        mark = self.tell(media, 'previewing off')
        self.tell(media, 'in-call on')
        self.tell(media, 'microphone-on on')
        media.wait_for('^taps: .*microphone open', since=mark)
        media.wait_for(r'^level [1-9]', since=mark)
        for key in ('noise-suppression', 'echo-cancellation', 'gain-control'):
            mark = self.tell(media, f'set {key} false')
        media.wait_for(r'^level [5-9]\d %', since=mark)
        self.assertFalse(media.has('^microphone-problem: [^n]'), media.tell())
        self.tell(media, 'in-call off')
        self.wait_until(lambda: not self.is_recorded())
        self.quit(media)

    def test_unplugged_and_back(self):
        media = self.start_media()
        loaded = self.load('module-sine-source source_name=headset frequency=600')
        media.wait_for(r'^microphones .*\[pulse:headset=')
        mark = self.tell(media, "set microphone 'pulse:headset'")
        self.tell(media, 'in-call on')
        media.wait_for('^taps: .*microphone open', since=mark)
        mark = media.mark()
        self.pactl('unload-module', loaded)
        media.wait_for('^notice: “Sine source at 600 Hz” was unplugged. “.*” is used instead',
                       since=mark)
        media.wait_for('^taps: .*microphone open', since=mark)
        mark = media.mark()
        self.load('module-sine-source source_name=headset frequency=600')
        media.wait_for('^notice: “Sine source at 600 Hz” is connected again', since=mark)
        media.wait_for('^taps: .*microphone open', since=mark)
        self.quit(media)

    def test_echo(self):
        """A microphone that hears nothing but the loudspeaker: more than 20 dB less with echo
        cancellation."""
        self.need_element('webrtcdsp')
        self.load('module-remap-source master=loudspeaker.monitor source_name=room')
        media = self.start_media()
        media.wait_for(r'^microphones .*\[pulse:room=')
        for key in ('noise-suppression', 'gain-control', 'echo-cancellation'):
            self.tell(media, f'set {key} false')
        self.tell(media, "set microphone 'pulse:room'")
        self.tell(media, 'in-call on')
        mark = self.tell(media, 'play')
        media.wait_for(r'^level (5[5-9]|[6-9]\d) %', since=mark)
        mark = self.tell(media, 'set echo-cancellation true')
        media.wait_for(r'^level ([05]|1\d|20) %', since=mark)
        mark = self.tell(media, 'set echo-cancellation false')
        media.wait_for(r'^level (5[5-9]|[6-9]\d) %', since=mark)
        self.tell(media, 'in-call off')
        media.wait_for('^taps: .*microphone closed', since=mark)
        self.quit(media)

    def need_element(self, name):
        if subprocess.run(['gst-inspect-1.0', '--exists', name], check=False).returncode:
            self.skipTest(f'no {name}: ./dev setup test installs it')

    def pactl(self, *words):
        return subprocess.run(['pactl', *words], env=self.env, check=True, capture_output=True,
                              text=True).stdout.strip()

    def load(self, module):
        return self.pactl('load-module', *module.split())

    def test_test_sound(self):
        heard = self.start('gst-launch-1.0', '-m', 'pulsesrc', 'device=loudspeaker.monitor', '!',
                           'audioconvert', '!', 'level', '!', 'fakesink', env=self.env)
        heard.wait_for('level')
        media = self.start_media()
        self.tell(media, 'sound')
        heard.wait_for(lambda line: re.search(r'rms=\(GValueArray\)<\s*-[\d.]+', line) and float(
            re.search(r'rms=\(GValueArray\)<\s*(-[\d.]+)', line)[1]) > -40)
        self.quit(media)


class CameraTest(Case):
    def setUp(self):
        super().setUp()
        self.start_pipewire()

    def test_unplugged(self):
        camera = self.start_camera('white')
        media = self.start_media()
        media.wait_for(r'^cameras \[pipewire:white=white\]')
        self.tell(media, 'microphone-on off')
        self.tell(media, 'in-call on')
        media.wait_for('^taps: camera open, .*picture shown')
        media.wait_for('^picture 320x240 brightness 23[45] age new')
        mark = media.mark()
        camera.kill()
        media.wait_for('^camera-problem: The camera “white” was unplugged', since=mark)
        media.wait_for('^taps: camera closed, .*picture none', since=mark)
        self.quit(media)

    def test_another_one_meanwhile(self):
        white = self.start_camera('white', size='width=1280,height=720')
        media = self.start_media()
        media.wait_for(r'^cameras \[pipewire:white')
        self.start_camera('black', 'black')
        media.wait_for(r'^cameras .*\[pipewire:black=black')
        self.tell(media, 'previewing on')
        # The profile is 640x480: the camera's picture keeps its shape.
        media.wait_for('^picture 640x360 brightness 23')
        mark = self.tell(media, "set camera 'pipewire:black'")
        media.wait_for('^picture 320x240 brightness 16 ', since=mark)
        self.assertFalse(media.has('^taps: camera closed', since=mark), media.tell())
        mark = self.tell(media, "set camera 'pipewire:white'")
        media.wait_for('^picture 640x360 brightness 23', since=mark)
        mark = self.tell(media, "set video-profile '180p15'")
        media.wait_for('^picture 320x180 brightness 23', since=mark)
        white.kill()
        media.wait_for('^notice: “white” was unplugged. “black” is used instead', since=mark)
        media.wait_for('^picture 240x180 brightness 16', since=mark)
        self.quit(media)


if __name__ == '__main__':
    tap.main()
