# SPDX-License-Identifier: LGPL-2.1-or-later
"""A desktop for one application: a display, a session bus, accessibility, sound and, where it is asked
for, cameras; all of its own, and gone with whoever started it."""
import contextlib
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile
import time
import unittest

import fixture

import accessibility
import coded_picture

import gi

gi.require_version('Gst', '1.0')
from gi.repository import Gst

# Without folders of services, so that nothing of the machine's own starts.
BUS_CONFIGURATION = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/session-bus</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''
ACCESSIBILITY_CONFIGURATION = '/usr/share/defaults/at-spi2/accessibility.conf'
SIZE = (1280, 720)
# Of the tone that the microphone hears
MICROPHONE_HZ = 450
E2E = pathlib.Path(fixture.__file__).parent
CAMERA_CODE, CAMERA_COUNTER = 9, 77


class Desktop:
    """@size: of the screen, in pixels."""

    def __init__(self, size=SIZE):
        self.need('Xvfb', 'dbus-daemon', 'pulseaudio', 'pactl', 'xdotool')
        Gst.init()
        self.size = size
        self.stack = contextlib.ExitStack()
        with contextlib.ExitStack() as undo:
            undo.callback(self.stack.close)
            self.start_all()
            undo.pop_all()

    def start_all(self):
        folder = tempfile.mkdtemp(prefix='nertc-call-')
        self.stack.callback(shutil.rmtree, folder, ignore_errors=True)
        self.folder = pathlib.Path(folder)
        self.runtime = self.folder / 'run'
        self.runtime.mkdir(mode=0o700)
        self.display = fixture.start_xvfb(self.stack.callback, self.size)
        self.env = self.environment()
        self.start_buses()
        self.start_sound()

    def close(self):
        self.stack.close()

    @staticmethod
    def need(*programs):
        for program in programs:
            if not shutil.which(program):
                raise unittest.SkipTest(f'no {program}: ./dev setup test installs it')

    def environment(self):
        """Of everything that runs on this desktop: nothing of the user's own."""
        env = fixture.environment(
            DISPLAY=self.display, XDG_RUNTIME_DIR=str(self.runtime), HOME=str(self.folder),
            XDG_CONFIG_HOME=str(self.folder / 'config'), XDG_CACHE_HOME=str(self.folder / 'cache'),
            XDG_DATA_HOME=str(self.folder / 'data'),
            DBUS_SESSION_BUS_ADDRESS=f'unix:path={self.runtime}/session-bus',
            AT_SPI_BUS_ADDRESS=f'unix:path={self.runtime}/accessibility-bus',
            PULSE_SERVER=f'unix:{self.runtime}/pulse.socket',
            GSETTINGS_BACKEND='keyfile', GSETTINGS_SCHEMA_DIR=str(fixture.BUILD / 'data'),
            GDK_BACKEND='x11', GSK_RENDERER='cairo', LC_ALL='C.UTF-8',
            NERTC_LOCALE_DIR=str(fixture.BUILD / 'po'))
        for name in ('NO_AT_BRIDGE', 'GTK_A11Y', 'WAYLAND_DISPLAY', 'LANGUAGE', 'XAUTHORITY',
                     'SESSION_MANAGER', 'GTK_THEME'):
            env.pop(name, None)
        return env

    def start(self, *words, env=None):
        process = fixture.Process(words, {**self.env, **(env or {})}, self.folder)
        self.stack.callback(process.end)
        return process

    @staticmethod
    def wait_until(condition, tell):
        end = time.monotonic() + fixture.PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(tell())
            # A process starts; nothing tells when it is done.
            time.sleep(0.02)

    def start_buses(self):
        """The session's, and the one for accessibility, which GTK finds by its address."""
        if not os.path.exists(ACCESSIBILITY_CONFIGURATION):
            raise unittest.SkipTest('no at-spi2-core: ./dev setup test installs it')
        configuration = self.folder / 'bus.conf'
        configuration.write_text(BUS_CONFIGURATION.format(folder=self.runtime), 'utf-8')
        for name, file in (('session', configuration),
                           ('accessibility', ACCESSIBILITY_CONFIGURATION)):
            bus = self.start('dbus-daemon', f'--config-file={file}', '--nofork', '--print-address',
                             f'--address=unix:path={self.runtime}/{name}-bus')
            bus.wait_for('^unix:path')
        self.accessibility = accessibility.Bus(self.env['AT_SPI_BUS_ADDRESS'])

    def start_sound(self):
        """Loudspeaker and microphone: the one plays to nobody, the other hears a tone."""
        socket = f'{self.runtime}/pulse.socket'
        pulse = self.start(
            'pulseaudio', '-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no',
            '--disallow-exit', '--log-target=stderr', '--log-level=notice',
            f'--load=module-native-protocol-unix socket={socket} auth-anonymous=1',
            '--load=module-null-sink sink_name=loudspeaker '
            'sink_properties=device.description=Loudspeaker',
            f'--load=module-sine-source source_name=microphone frequency={MICROPHONE_HZ}')
        self.wait_until(lambda: not self.pactl('set-default-source', 'microphone').returncode,
                        pulse.tell)

    def pactl(self, *words):
        return subprocess.run(['pactl', *words], env=self.env, check=False, capture_output=True,
                              text=True)

    def recording_streams(self):
        """How many programs listen to the microphone."""
        return len(self.pactl('list', 'short', 'source-outputs').stdout.splitlines())

    def start_cameras(self):
        """PipeWire, for start_camera()."""
        self.need('pipewire', 'wireplumber', 'pw-dump')
        pipewire = self.start('pipewire')
        self.wait_until((self.runtime / 'pipewire-0').is_socket, pipewire.tell)
        self.start('wireplumber')

    def start_camera(self, name='Testcam', code=CAMERA_CODE, pattern=None):
        """A camera that sees a coded picture, or a @pattern of videotestsrc. Returns: its process."""
        if pattern:
            source = f'videotestsrc is-live=true pattern={pattern}'
        else:
            # As the camera gives it: what converts before pipewiresink gets buffers of its pool
            # that it cannot use.
            grey = coded_picture.encode(code, CAMERA_COUNTER, 640, 480)[:640 * 480]
            picture = self.folder / f'camera-{code}.yuy2'
            picture.write_bytes(b''.join(bytes([level, 128]) for level in grey[:640]) * 480)
            source = (f'filesrc location={picture} blocksize={picture.stat().st_size} ! '
                      'rawvideoparse format=yuy2 width=640 height=480 framerate=15/1 ! '
                      'imagefreeze is-live=true')
        camera = self.start('gst-launch-1.0', *shlex.split(
            f'{source} ! video/x-raw,format=YUY2,width=640,height=480,framerate=15/1 ! '
            'pipewiresink mode=provide '
            'stream-properties="props,media.class=Video/Source,media.role=Camera,'
            f'node.name=camera{code},node.description={name}"'))
        self.wait_until(lambda: self.camera_nodes(name), camera.tell)
        return camera

    def camera_nodes(self, name):
        dump = subprocess.run(['pw-dump'], env=self.env, check=False, capture_output=True, text=True)
        try:
            return [node for node in json.loads(dump.stdout) if name ==
                    node.get('info', {}).get('props', {}).get('node.description')]
        except ValueError:
            return []

    def is_camera_used(self, name='Testcam'):
        return any(node['info'].get('state') == 'running' for node in self.camera_nodes(name))

    def hear(self):
        """A process that tells, as lines of level and tone, what the loudspeaker plays."""
        return self.start(fixture.PYTHON, pathlib.Path(__file__).with_name('listener.py'),
                          'loudspeaker.monitor', env={'PYTHONPATH': str(E2E)})

    def screenshot(self, path=None):
        """The screen, as rows of luminance: (bytes, width, height, stride); and a PNG at @path."""
        line = (f'ximagesrc display-name={self.display} num-buffers=1 use-damage=false '
                'show-pointer=false ! tee name=t ! queue ! videoconvert ! '
                'video/x-raw,format=GRAY8 ! appsink name=sink sync=false')
        if path:
            line += f' t. ! queue ! videoconvert ! pngenc ! filesink location="{path}"'
        pipeline = Gst.parse_launch(line)
        try:
            pipeline.set_state(Gst.State.PLAYING)
            sample = pipeline.get_by_name('sink').emit('pull-sample')
            pipeline.bus.timed_pop_filtered(5 * Gst.SECOND, Gst.MessageType.EOS |
                                            Gst.MessageType.ERROR)
        finally:
            pipeline.set_state(Gst.State.NULL)
        caps = sample.get_caps().get_structure(0)
        width, height = caps.get_int('width').value, caps.get_int('height').value
        buffer = sample.get_buffer()
        return buffer.extract_dup(0, buffer.get_size()), width, height, (width + 3) // 4 * 4
