#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A screen is shared: by the desktop's portal, and from an X11 display."""
import fixture  # first: it tells where the others are

import pathlib
import shlex

import desktop
import tap

PROBE = fixture.BUILD / 'tests' / 'call' / 'share-probe'
WINDOW = fixture.BUILD / 'tests' / 'call' / 'test-window'
SOUND = fixture.BUILD / 'tests' / 'call' / 'sound-probe'
PORTAL = pathlib.Path(__file__).with_name('scripted_portal.py')
NO, CLOSED = 19, 18  # G_IO_ERROR_CANCELLED, G_IO_ERROR_CLOSED


class ShareTest(fixture.Case):
    @classmethod
    def setUpClass(cls):
        cls.desktop = desktop.Desktop((801, 601))
        cls.addClassCleanup(cls.desktop.close)

    def start(self, *words, env=None, folder=None):
        return super().start(*words, env={**self.desktop.env, **(env or {})}, folder=folder)

    def tell(self, process, line):
        process.child.stdin.write(line + '\n')
        process.child.stdin.flush()

    def share_node(self):
        """Returns: the number of PipeWire's node for a screen of an odd size, white."""
        self.desktop.start_cameras()
        screen = self.start('gst-launch-1.0', *shlex.split(
            'videotestsrc is-live=true pattern=white ! '
            'video/x-raw,format=BGRx,width=801,height=601,framerate=15/1 ! pipewiresink '
            'mode=provide stream-properties="props,media.class=Video/Source,node.name=screen,'
            'node.description=Testscreen"'))
        self.desktop.wait_until(lambda: self.desktop.camera_nodes('Testscreen'), screen.tell)
        return self.desktop.camera_nodes('Testscreen')[0]['id']

    def test_by_the_portal(self):
        portal = self.start(fixture.PYTHON, PORTAL, self.share_node())
        portal.wait_for('there')
        self.tell(portal, 'answer 1')
        portal.wait_for('answers 1')
        probe = self.start(PROBE, 'portal')
        probe.wait_for(f'refused {NO} ')
        self.assertEqual(0, probe.wait())

        self.tell(portal, 'answer 0')
        portal.wait_for('answers 0')
        probe = self.start(PROBE, 'portal')
        probe.wait_for('picture 800x600 white')
        self.assertTrue(portal.has('types 3 cursor 2'))
        self.tell(portal, 'close')
        probe.wait_for(f'ended {CLOSED} ')
        self.assertEqual(0, probe.wait())

    def test_whole_screen(self):
        probe = self.start(PROBE, 'x11')
        probe.wait_for('picture 800x600 black')
        self.tell(probe, 'end')
        self.assertEqual(0, probe.wait())

    def test_window_that_changes_its_size(self):
        window = self.start(WINDOW, 'A window')
        window.wait_for('ready')
        probe = self.start(PROBE, 'x11', 'A window')
        probe.wait_for('picture 320x240 white')
        self.tell(window, 'size 500 400')
        probe.wait_for('picture 500x400 white')
        self.tell(window, 'size 100 80')
        probe.wait_for('picture 100x80 white')
        self.tell(window, 'close')
        probe.wait_for(f'ended {CLOSED} ')
        self.assertEqual(0, probe.wait())

    def test_sound_of_others(self):
        """What this process plays, as the voices of a call are, is not among it."""
        probe = self.start(SOUND)
        self.desktop.wait_until(
            lambda: 'sound-probe' in self.desktop.pactl('list', 'sink-inputs').stdout, probe.tell)
        probe.wait_for('hears 0')
        player = self.start('gst-launch-1.0', *shlex.split(
            'audiotestsrc is-live=true freq=700 volume=0.3 ! pulsesink'))
        probe.wait_for('hears 700')
        mark = probe.mark()
        player.interrupt()
        probe.wait_for('hears 0', since=mark)
        self.tell(probe, 'end')
        self.assertEqual(0, probe.wait())
        self.assertFalse(probe.has('hears 1350'))


if __name__ == '__main__':
    tap.main()
