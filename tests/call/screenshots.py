#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pictures of nertc-call in its states, to be looked at: ./dev screenshots. No test.

    screenshots.py [PATTERN]     only looks whose name fits, as in en-large-light
"""
import gettext
import os
import pathlib
import re
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / 'e2e')]

import fixture  # first: it tells where the others are

import call_app
import desktop

FOLDER = fixture.BUILD / 'screenshots' / 'app'
SCREEN_SIZE = (1280, 800)
SIZES = {'large': (1100, 740), 'small': (360, 720)}
NAMES = ['Ada', '李小龙', 'robot', 'Grace', 'Zoë', 'Kitchen', 'Noor', 'Olu']
PATTERNS = ['smpte', 'ball', 'circular', 'zone-plate', 'pinwheel', 'spokes', 'gradient', 'colors']
LOOKS = ['en-large-light', 'en-small-light', 'zh-large-light', 'en-large-dark', 'zh-small-dark']
# What the others receive costs this machine too much to see how it looks.
MEMBER = ('roomsignal server={url} channel=standup uid={uid} user-name={name} '
          'videotestsrc is-live=true pattern={pattern} ! '
          'video/x-raw,width=320,height=180,framerate=5/1 ! vp8enc deadline=1 cpu-used=8 ! '
          'nertcsink name=me audiotestsrc is-live=true wave={wave} volume=0.2 ! opusenc ! me.')
SCREEN = ('roomsignal server={url} channel=standup uid=ada user-name=Ada '
          'videotestsrc is-live=true pattern=smpte100 ! '
          'video/x-raw,width=960,height=540,framerate=5/1 ! vp8enc deadline=1 cpu-used=8 ! '
          'nertcsink source=screen')


class Look:
    """The application in one language, size and scheme, and a walk through it."""

    def __init__(self, name, home):
        self.name = name
        self.language, self.size, self.scheme = name.split('-')
        self.home = home
        self.processes = []
        self.missing = []
        catalogue = {'en': [], 'zh': ['zh_CN']}[self.language]
        self.translate = gettext.translation(
            'gst-nertc', fixture.BUILD / 'po', catalogue, fallback=True).gettext

    def keep(self, process):
        self.processes.append(process)
        return process

    def end(self):
        for process in reversed(self.processes):
            process.end()
        self.processes.clear()

    def start(self, *words, **settings):
        width, height = SIZES[self.size]
        locale = {'en': 'C.UTF-8', 'zh': 'zh_CN.UTF-8'}[self.language]
        self.app = self.keep(call_app.App(self.home, *words, settings={
            'server': f"'{self.server.url}'", 'user-name': "'Sam'", 'uid': "'sam'",
            'window-width': str(width), 'window-height': str(height), 'picture-fit': "'crop'",
            'recent-rooms': "[('wss://calls.example.org/room', '', 'standup', int64 1700000000), "
                            "('wss://calls.example.org/room', '', '研发例会', int64 1690000000)]",
            **{key.replace('_', '-'): value for key, value in settings.items()},
        }, env={'ADW_DEBUG_COLOR_SCHEME': 'prefer-dark' if self.scheme == 'dark' else
                'prefer-light', 'LC_ALL': locale, 'LOCPATH': locale_path()})).connect()

    def shoot(self, state):
        """When it has drawn: the pictures of two moments are alike, or it moves all the time."""
        width, height = SIZES[self.size]
        path = FOLDER / f'{self.name}-{state}.png'
        last = None
        for _ in range(8):
            now = self.home.screenshot(path)[0]
            if now == last:
                break
            last = now
            self.home.accessibility.sleep_until_something_happens(
                call_app.accessibility.GLib.MainContext.default())
        subprocess.run(['gst-launch-1.0', '-q', *shlex.split(
            f'filesrc location={path} ! pngdec ! videocrop right={max(self.home.size[0] - width, 0)} '
            f'bottom={max(self.home.size[1] - height, 0)} ! videoconvert ! pngenc ! '
            f'filesink location={path}.cropped')], check=True)
        os.replace(f'{path}.cropped', path)
        print(path, flush=True)

    def step(self, state, *doing):
        """Does something and takes a picture; what cannot be done is told, and left out."""
        try:
            for do in doing:
                do()
            self.shoot(state)
        except (AssertionError, subprocess.SubprocessError) as error:
            self.missing.append(state)
            print(f'{self.name}: no picture of {state}: {str(error)[:1500]}', flush=True)

    def click(self, name, role='button'):
        return lambda: self.app.click(self.translate(name), role, timeout=8)

    def put(self, name, text):
        return lambda: self.app.put(self.translate(name), text)

    def see(self, pattern):
        return lambda: self.app.wait(re.compile(pattern), timeout=10)

    def press(self, *keys):
        return lambda: self.app.press(*keys)

    def join_others(self, count):
        def do():
            while self.others < count:
                line = MEMBER.format(
                    url=self.server.url, uid=1001 + self.others, name=NAMES[self.others],
                    pattern=PATTERNS[self.others], wave='sine' if self.others == 1 else 'silence')
                self.keep(self.home.start('gst-launch-1.0', *shlex.split(line)))
                self.app.wait(re.compile(f'^{NAMES[self.others]}'), call_app.TILE, timeout=15)
                self.others += 1
        return do

    def walk(self):
        self.others = 0
        self.server = self.keep(fixture.Server(*getattr(self, 'options', ())))
        self.lobby()
        self.in_call()

    def lobby(self):
        self.start()
        self.step('lobby', self.see('^' + self.translate('Join') + '$'))
        self.step('preferences', self.press('ctrl+comma'))
        self.step('preferences-closed', self.press('Escape'))
        self.step('lobby-room-missing', self.put('Room', ''), self.click('Join'))
        self.app.end()
        self.start('--server=ws://127.0.0.1:9/room', '--room=standup', '--join')
        self.step('lobby-no-server', self.see('^' + self.translate('Join') + '$'))
        self.app.end()

    def in_call(self):
        self.start('--room=standup', '--join')
        self.step('call-1', self.see('^' + self.translate('Leave') + '$'))
        self.step('call-2', self.join_others(1))
        self.step('chat', self.click('Chat'), self.put('Message', 'Good morning, Ada 👋'),
                  self.click('Send'), self.put('Message', 'See https://example.org/notes, please'),
                  self.click('Send'))
        self.step('people', self.click('People'))
        self.step('statistics', self.click('Statistics'))
        self.step('call-4', self.click('Statistics'), self.join_others(3))
        self.step('call-4-muted', self.click('Microphone'), self.click('Camera'))
        self.step('speaker', self.click('Microphone'), self.click('Camera'),
                  self.press('ctrl+g'))
        self.step('screen', self.share)
        self.step('screen-grid', self.press('ctrl+g'))
        self.screen.end()
        self.step('share-dialog', self.click('Share screen'))
        self.step('invite', self.press('Escape'), self.press('ctrl+n'))
        self.step('shortcuts', self.press('Escape'), self.press('ctrl+question'))
        self.step('call-9', self.press('Escape'), self.join_others(8))
        self.step('call-9-people', self.click('People'))
        self.step('ringing', self.click('People'), self.ring)
        self.step('reconnecting', self.stop_server)
        self.step('ended', self.click('Leave'))
        self.app.end()

    def share(self):
        self.screen = self.keep(self.home.start('gst-launch-1.0', *shlex.split(
            SCREEN.format(url=self.server.url))))
        self.app.wait(re.compile('^Ada.+'), call_app.TILE, timeout=10)

    def ring(self):
        self.keep(fixture.Member(self.server, '--channel=garden', '--uid=grandma',
                                 '--room=user-name=Grandma', '--no-video', '--no-audio',
                                 '--receive=audio')).wait_message('state-changed', new='connected')
        self.processes[-1].do('invite', 'sam', 'garden')
        self.app.wait(self.translate('Accept'), 'button', timeout=10)

    def stop_server(self):
        self.server.kill()
        self.server.wait()
        self.app.wait(re.compile(self.translate('The connection to the room is lost. '
                                                'Reconnecting…')), timeout=10)


def locale_path():
    """A folder with the locale zh_CN: a plain Debian has none but C, which is never translated."""
    folder = fixture.BUILD / 'locale'
    if not (folder / 'zh_CN.UTF-8').exists():
        folder.mkdir(exist_ok=True)
        subprocess.run(['localedef', '-i', 'zh_CN', '-f', 'UTF-8', folder / 'zh_CN.UTF-8'],
                       check=True)
    return str(folder)


def main(pattern=''):
    FOLDER.mkdir(parents=True, exist_ok=True)
    missing = 0
    for name in LOOKS:
        if not re.search(pattern, name):
            continue
        home = desktop.Desktop(SCREEN_SIZE)
        look = Look(name, home)
        try:
            home.start_cameras()
            home.start_camera('Camera', pattern='snow')
            look.walk()
        finally:
            look.end()
            home.close()
        missing += len(look.missing)
    return 1 if missing else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
