# SPDX-License-Identifier: LGPL-2.1-or-later
"""nertc-call from outside: what a person sees, hears, clicks and types."""
import contextlib
import faulthandler
import json
import os
import re
import subprocess
import unittest
import urllib.request

import fixture  # first: it tells where the others are

import accessibility
import coded_picture
import desktop

APP = fixture.BUILD / 'app' / 'call' / 'nertc-call'
# Settings that tests begin with: a tone is noise to noise suppression, an echo of itself, and none of
# the speech that DTX sends.
SETTINGS = {
    'audio-profile': "'music'",
    'echo-cancellation': 'false', 'noise-suppression': 'false', 'gain-control': 'false',
    'picture-fit': "'fit'", 'window-width': '1000', 'window-height': '700',
}
# Where bars may lie within a tile: which parts of its width the picture takes
SHARES = [share / 100 for share in range(100, 19, -1)]


class App(fixture.Process):
    """The application, started on a desktop. @words: its options; @settings: {key: GVariant text}."""

    def __init__(self, home, *words, settings=None, env=None, prefix=()):
        self.desktop = home
        write_settings(home, {**SETTINGS, **(settings or {})})
        super().__init__([APP, *words], env={**home.env, **(env or {})}, folder=home.folder,
                         prefix=prefix)
        self.tree = None

    def connect(self, timeout=3 * fixture.PATIENCE):
        """Waits until it shows a window."""
        bus = self.desktop.accessibility

        def mine():
            if self.over:
                raise AssertionError(f'it has ended: {self.tell()}')
            return next((owner for owner in bus.applications()
                         if bus.process_of(owner) == self.pid), None)
        self.tree = accessibility.Tree(bus, bus.wait(mine, timeout, self.tell))
        return self

    def describe(self):
        return f'{self.tree.tell()}\n{self.tell()}'

    def until(self, condition, timeout=fixture.PATIENCE, what=''):
        """What @condition gives when it gives something."""
        def check():
            if self.over:
                raise AssertionError(f'{what}: it has ended: {self.tell()}')
            return condition()
        return self.desktop.accessibility.wait(check, timeout,
                                               lambda: f'{what} in\n{self.describe()}')

    def find(self, name, role=None, within=None):
        return next(iter(self.tree.find(name, role, within)), None)

    def wait(self, name, role=None, timeout=fixture.PATIENCE, within=None, fits=lambda node: True):
        """The first node that is shown, has this name (a text or a pattern) and this role."""
        return self.until(
            lambda: next((node for node in self.tree.find(name, role, within) if fits(node)), None),
            timeout, f'{role or "something"} ‘{getattr(name, "pattern", name)}’')

    def wait_words(self, pattern, timeout=fixture.PATIENCE):
        """Something that is shown and says this."""
        return self.wait(re.compile(pattern), timeout=timeout)

    def wait_gone(self, name, role=None, timeout=fixture.PATIENCE):
        self.until(lambda: not self.find(name, role), timeout, f'the end of ‘{name}’')

    def wait_on(self, name, on=True, timeout=fixture.PATIENCE):
        """A toggle or switch, when it is on (or off)."""
        return self.wait(name, timeout=timeout,
                         fits=lambda node: node.role != 'label' and node.is_on() == on)

    def click(self, name, role=None, within=None, timeout=fixture.PATIENCE):
        node = self.wait(name, role, timeout, within, lambda node: node.role != 'label'
                         and node.has('sensitive'))
        node.act()
        return node

    def put(self, name, text):
        """Replaces the text of a field."""
        node = self.wait(name, fits=lambda node: node.role in ('text box', 'entry', 'spin button'))
        node.put_text(text)
        return node

    def windows(self):
        done = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(self.pid)],
                              env=self.desktop.env, check=False, capture_output=True, text=True)
        return done.stdout.split()

    def press(self, *keys):
        """Keys as xdotool names them: ctrl+d, space, F11; they go to the latest window."""
        window = self.until(self.windows, what='a window')[-1]
        subprocess.run(['xdotool', 'windowfocus', '--sync', window, 'key', '--delay', '20', *keys],
                       env=self.desktop.env, check=True, timeout=fixture.PATIENCE)

    def hold(self, key, down):
        window = self.until(self.windows, what='a window')[-1]
        subprocess.run(['xdotool', 'windowfocus', '--sync', window,
                        'keydown' if down else 'keyup', key],
                       env=self.desktop.env, check=True, timeout=fixture.PATIENCE)

    def picture_in(self, node, mirrored=False):
        """(sender, counter) of the coded picture that is on the screen where @node is."""
        return decode_within(self.desktop.screenshot(), node.box(), mirrored)

    def wait_picture(self, tile, code, mirrored=False, timeout=fixture.PATIENCE):
        """The tile (a pattern of its name), when it shows the picture of @code."""
        def shows():
            node = self.find(re.compile(tile), TILE)
            found = node and self.picture_in(node, mirrored)
            return node if found and found[0] == code else None
        return self.until(shows, timeout, f'picture {code} in {tile}')

    def quit(self):
        self.send(fixture.signal.SIGTERM)
        return self.wait_end()

    def wait_end(self, timeout=fixture.PATIENCE):
        return super().wait(timeout)


# The role of a tile
TILE = 'group'


def write_settings(home, settings):
    folder = home.folder / 'config' / 'glib-2.0' / 'settings'
    folder.mkdir(parents=True, exist_ok=True)
    lines = ''.join(f'{key}={value}\n' for key, value in settings.items())
    (folder / 'keyfile').write_text(f'[org/gstnertc/Call]\n{lines}', 'utf-8')


def decode_within(screenshot, box, mirrored=False):
    """The coded picture in the middle of a box, in whatever size it has there."""
    data, width, height, stride = screenshot
    left, top, box_width, box_height = box
    left, top = max(left, 0), max(top, 0)
    box_width, box_height = min(box_width, width - left), min(box_height, height - top)
    if box_width < coded_picture.BARS or box_height < 8:
        return None
    rows = [data[(top + box_height * part // 8) * stride + left:][:box_width]
            for part in (3, 4, 5)]
    for share in SHARES:
        wide = int(box_width * share)
        start = (box_width - wide) // 2
        parts = [row[start:start + wide] for row in rows]
        if mirrored:
            parts = [part[::-1] for part in parts]
        # Four rows, of which decode() looks at the last three
        found = coded_picture.decode(b''.join([parts[0], *parts]), wide, 4, wide)
        if found:
            return found
    return None


ADMIN_KEY = 'key-of-whoever-runs-the-server-0123456789'


class Case(unittest.TestCase):
    """Cases that share one desktop, one server and, between them, nothing else."""

    WATCHDOG = 200
    CAMERA = True
    SERVER_OPTIONS = ()

    @classmethod
    def setUpClass(cls):
        cls.desktop = desktop.Desktop()
        cls.addClassCleanup(cls.desktop.close)
        key = cls.desktop.folder / 'admin-key'
        key.write_text(ADMIN_KEY, 'ascii')
        key.chmod(0o600)
        cls.server_options = [f'--admin-key-file={key}', *cls.SERVER_OPTIONS]
        cls.server = cls.keep_for_all(fixture.Server(*cls.server_options))
        if cls.CAMERA:
            cls.desktop.start_cameras()
            cls.camera = cls.desktop.start_camera()

    @classmethod
    def keep_for_all(cls, process):
        cls.addClassCleanup(process.end)
        return process

    def setUp(self):
        faulthandler.dump_traceback_later(self.WATCHDOG * fixture.PATIENCE / 20, exit=True)
        self.addCleanup(faulthandler.cancel_dump_traceback_later)
        self.channel = self.id().rpartition('.')[2].removeprefix('test_')[:40]
        self.processes = []

    def keep(self, process):
        self.processes.append(process)
        self.addCleanup(process.end)
        self.addCleanup(self.tell_if_failed, process)
        return process

    def tell_if_failed(self, process):
        result = self._outcome.result
        if any(getattr(test, 'test_case', test) is self for test, _ in
               result.failures + result.errors):
            words = process.tell()
            if isinstance(process, App) and process.tree and not process.over:
                self.keep_picture()
                with contextlib.suppress(accessibility.GLib.Error):
                    words = process.describe()
            print(f'# {process.pid}: ' + words.replace('\n', '\n# '))

    def keep_picture(self):
        folder = fixture.BUILD / 'screenshots' / 'failed'
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(Exception):
            self.desktop.screenshot(folder / f'{self.id().rpartition(".")[2]}.png')

    def start_app(self, *words, settings=None, env=None):
        """In the lobby, with server and name in its settings."""
        return self.keep(App(self.desktop, *words, env=env, settings={
            'server': f"'{self.server.url}'", 'user-name': "'Sam'", 'uid': "'sam'",
            **(settings or {})})).connect()

    def start_in_call(self, *words, settings=None, env=None):
        app = self.start_app(f'--room={self.channel}', '--join', *words, settings=settings, env=env)
        app.wait('Leave', 'button')
        return app

    def administer(self, method, path, **body):
        """By the HTTP API of the server."""
        request = urllib.request.Request(
            f'http://127.0.0.1:{self.server.port}/api/{path}',
            json.dumps(body).encode() if body else None,
            {'Authorization': f'Bearer {ADMIN_KEY}', 'Content-Type': 'application/json'},
            method=method)
        urllib.request.urlopen(request, timeout=fixture.PATIENCE).close()

    def start_member(self, uid='ada', code=1, hz=700, *options, name='Ada'):
        return self.keep(fixture.Member(
            self.server, f'--channel={self.channel}', f'--uid={uid}', f'--code={code}',
            f'--tone={hz}', f'--room=user-name={name}', '--size=320x240', *options))


def main():
    os.environ.setdefault('NO_AT_BRIDGE', '1')
    import tap
    tap.main()
