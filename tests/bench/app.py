# SPDX-License-Identifier: LGPL-2.1-or-later
"""The call application under Xvfb, with members who send 640x480 at 30 fps and a tone: how long until
its window is there, and what it takes to show and play them."""
import pathlib
import re
import shutil
import tempfile
import time

from children import Fault
from report import Figure

# streams: (what its process may take, % of a core; the size of its window)
LOADS = {1: (15, (700, 620)), 4: (None, (1280, 800)), 9: (75, (1280, 800))}
LOADS_SHORT = (1,)
STARTS, STARTS_SHORT = 10, 2
WINDOW_TARGET_MS = 500
FPS = 30
SETTLE_S, WINDOW_S, WINDOW_SHORT_S = 3, 10, 3
SCREEN = '1600x1000x24'
PEER = ('gtk4paintablesink in a window of its own', '16–25', 'quoted')

VIDEO = ('videotestsrc is-live=true pattern=smpte '
         '! video/x-raw,format=I420,width=640,height=480,framerate=30/1 '
         '! vp8enc deadline=1 cpu-used=8 threads=1 end-usage=cbr target-bitrate=750000 '
         'keyframe-max-dist=3000 ! tee name=video')
AUDIO = ('audiotestsrc is-live=true volume=0.1 samplesperbuffer=960 '
         '! audio/x-raw,rate=48000,channels=2 ! opusenc ! tee name=audio')
MEMBER = ('roomsignal name=room{0} server={1} channel={2} uid=member{0} '
          'nertcsink name=sink{0} room=room{0} '
          'video. ! queue ! sink{0}.video_0  audio. ! queue ! sink{0}.audio_0')


def absence():
    """Returns: why it cannot be measured here; None: it can"""
    for program in ('Xvfb', 'gst-launch-1.0'):
        if not shutil.which(program):
            return f'No call application is measured: there is no {program}'
    return None


def pause(seconds):
    """What is measured is what happens meanwhile."""
    time.sleep(seconds)


class AppBench:
    def __init__(self, bench):
        self.children = bench.children
        self.short = bench.short
        self.url = None

    def readings(self, figure):
        return (STARTS_SHORT if self.short else STARTS) if 'window' in figure.name else 1

    def settings(self, folder, size):
        """So that the window has this size, and no device is looked for."""
        path = pathlib.Path(folder, 'glib-2.0', 'settings', 'keyfile')
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('[org/gstnertc/Call]\ncamera-on=false\nmicrophone-on=false\n'
                        f'window-width={size[0]}\nwindow-height={size[1]}\n', encoding='utf-8')

    def start_display(self, folder):
        env = self.children.env
        env.update(GDK_BACKEND='x11', GSK_RENDERER='cairo', GTK_A11Y='none', LC_ALL='C.UTF-8',
                   GSETTINGS_BACKEND='keyfile', XDG_CONFIG_HOME=folder, XDG_RUNTIME_DIR=folder,
                   GSETTINGS_SCHEMA_DIR=str(self.children.build / 'data'), HOME=folder,
                   DBUS_SESSION_BUS_ADDRESS='disabled:')
        display = self.children.start(shutil.which('Xvfb'), '-displayfd', '1', '-screen', '0',
                                      SCREEN, '-nolisten', 'tcp', end_with_us=True)
        number = display.wait_line(re.compile(r'^(\d+)$').match, 'a display')[1]
        env['DISPLAY'] = f':{number}'

    def start_app(self, *options):
        """Returns: the application, and how long until its window was painted, in ms"""
        app = self.children.program('call-app', *options, end_with_us=True)
        window = app.wait_event('window')
        return app, (window['at'] - app.began) / 1000

    def start_members(self, channel, count):
        """Returns: their process, when all of them publish"""
        each = (MEMBER.format(i, self.url, channel) for i in range(count))
        line = ' '.join([VIDEO, AUDIO, *each])
        members = self.children.start(shutil.which('gst-launch-1.0'), '-m', *line.split(),
                                      end_with_us=True)
        for i in range(count):
            publishing = re.compile(f'(?i)"sink{i}".*: publish-state, state=\\S*publishing,')
            members.wait_line(publishing.search, f'member {i} publishes')
        return members

    def starts(self):
        values = []
        for _ in range(1 + (STARTS_SHORT if self.short else STARTS)):
            app, took = self.start_app()
            self.children.end(app)
            values.append(took)
        # The first writes caches that the others find.
        return Figure('app: start to window', 'ms', values[1:], WINDOW_TARGET_MS)

    def window_of(self, app, count):
        """Returns: CPU in %, frames of each per second, and how many were dropped"""
        app.wait_event('painted', streams=count)
        pause(SETTLE_S)
        begin, used = app.wait_event('painted', app.mark()), app.processor_seconds()
        began = time.monotonic()
        pause(WINDOW_SHORT_S if self.short else WINDOW_S)
        end, used = app.wait_event('painted', app.mark()), app.processor_seconds() - used
        seconds = (end['at'] - begin['at']) / 1e6
        shown = (end['shown'] - begin['shown']) / seconds / count
        if shown > 2 * FPS:
            raise Fault(f'The application shows {shown:.0f} frames per second of {FPS}')
        return (100 * used / (time.monotonic() - began), shown, end['dropped'] - begin['dropped'])

    def load(self, folder, count):
        target, size = LOADS[count]
        # Of its own: those before may be missed in theirs, and keep their places.
        channel = f'bench-{count}'
        self.settings(folder, size)
        members = self.start_members(channel, count)
        app, _ = self.start_app('--join', f'--server={self.url}', f'--room={channel}', '--uid=me',
                                '--name=Me')
        used, shown, dropped = self.window_of(app, count)
        resident = app.resident_kib() / 1024
        self.children.end(app)
        self.children.end(members)
        name = f'app, {count} streams' if count > 1 else 'app, 1 stream'
        return [
            Figure(f'{name}: CPU', '%', [used], target, PEER if count == 1 else None,
                   bounds=(0, 400)),
            Figure(f'{name}: shown of each', 'fps', [shown], FPS - 1, at_least=True,
                   bounds=(0, 2 * FPS)),
            Figure(f'{name}: dropped', 'frames', [dropped], 0, bounds=(-1, 1e6)),
            Figure(f'{name}: resident', 'MiB', [resident], bounds=(0, 4096)),
        ]

    def measure(self):
        with tempfile.TemporaryDirectory(prefix='nertc-bench-') as folder:
            self.settings(folder, LOADS[1][1])
            self.start_display(folder)
            self.url = self.children.server()
            figures = [self.starts()]
            for count in LOADS_SHORT if self.short else LOADS:
                figures += self.load(folder, count)
        return figures
