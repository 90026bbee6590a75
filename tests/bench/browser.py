# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is measured in a browser: how soon the page shows a member, and what it sends."""
import pathlib
import shutil
import tempfile

from children import PATIENCE
from report import Figure, Stages

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = SOURCE / 'tests/web/bench.mjs'

CLICK_TARGET, OURS_TARGET = 600, 200
CLICKS, CLICKS_SHORT = 20, 3
KBIT, KBIT_TARGET = 1500, 1200
SENDS, SENDS_SHORT = 3, 1
# It starts, loads pages, and gives up itself.
BROWSER_PATIENCE = 3 * PATIENCE

CLICK_STAGES = (
    ('open', 'the WebSocket is open'),
    ('joined', 'the room is joined'),
    ('opened', 'the server has opened a transport'),
    ('offer', 'the offer has arrived'),
    ('answered', 'the browser has made its answer'),
    ('connected', 'the browser is connected (ICE, DTLS)'),
    ('frame', 'the first frame is shown'),
)
RECEIVER = ('nertcsrc', 'name=them', 'them.', '!', 'fakesink', 'them.', '!', 'fakesink')


def absence():
    """Why nothing can be measured in a browser here; None if it can."""
    if not shutil.which('node') or not pathlib.Path('/usr/bin/chromium').exists():
        return 'There is no node or no Chromium: the page was not measured; ./dev setup test'
    if not (SOURCE / 'tests/web/node_modules/puppeteer-core').is_dir():
        return 'tests/web/node_modules is missing: the page was not measured; ./dev setup test'
    return None


def ours(marks):
    """What of a click's time is not the browser's own: it makes an answer, and a connection."""
    return marks['frame'] - (marks['connected'] - marks['offer'])


class BrowserBench:
    def __init__(self, bench, room):
        self.children = bench.children
        self.url = bench.url
        self.room = room
        self.clicks = CLICKS_SHORT if bench.short else CLICKS
        self.sends = SENDS_SHORT if bench.short else SENDS
        self.browser = None

    def readings(self, figure):
        return self.sends if 'sent' in figure.name else self.clicks

    def measure(self):
        """Returns: figures, stages"""
        # For what a browser leaves lying about
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            try:
                return self.measure_in(folder)
            finally:
                if self.browser in self.children.all:
                    self.children.end(self.browser)

    def measure_in(self, folder):
        origin = self.url.replace('ws', 'http', 1).removesuffix('/room')
        self.browser = self.children.start(
            '/usr/bin/env', f'TMPDIR={folder}', shutil.which('node'), PROGRAM, origin, self.room)
        self.browser.wait_event('ready', patience=BROWSER_PATIENCE)
        self.click()
        runs = [self.click() for _ in range(self.clicks)]
        sent = self.send()
        self.children.finish(self.browser)
        return ([Figure('page, click to frame', 'ms', [run['frame'] for run in runs],
                        CLICK_TARGET),
                 Figure('page, click to frame, ours', 'ms', [ours(run) for run in runs],
                        OURS_TARGET), sent],
                [Stages('page', CLICK_STAGES, runs)])

    def click(self):
        clicking = self.browser.command('click')
        return self.browser.wait_event('clicked', clicking, BROWSER_PATIENCE)['marks']

    def send(self):
        """What a page sends that may send KBIT, after 5 s."""
        receiver = self.children.start(
            shutil.which('gst-launch-1.0') or 'gst-launch-1.0', '-m', 'roomsignal',
            f'server={self.url}', f'channel={self.room}-sender', *RECEIVER, end_with_us=True)
        receiver.wait_line(lambda line: 'new=(NertcRoomState)connected' in line or None, 'the join')
        values = []
        for _ in range(self.sends):
            sending = self.browser.command(f'send {KBIT}')
            values.append(self.browser.wait_event('sent', sending, BROWSER_PATIENCE)['kbit'])
        self.children.end(receiver)
        return Figure(f'page, sent after 5 s of {KBIT}', 'kbit/s', values, KBIT_TARGET,
                      bounds=(-1, 2 * KBIT), at_least=True)
