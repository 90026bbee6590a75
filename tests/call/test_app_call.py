#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A call of nertc-call with a member of gst-launch's kind: what is seen, heard, said and switched."""
import re

import fixture  # first: it tells where the others are

import call_app
import desktop

ADA_CODE, ADA_HZ = 1, 700


class CallTest(call_app.Case):
    """One call, which every case leaves as it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada = cls.keep_for_all(fixture.Member(
            cls.server, '--channel=call', '--uid=ada', f'--code={ADA_CODE}', f'--tone={ADA_HZ}',
            '--room=user-name=Ada', '--size=320x240'))
        cls.app = cls.keep_for_all(call_app.App(
            cls.desktop, '--room=call', '--join', settings={
                'server': f"'{cls.server.url}'", 'user-name': "'Sam'", 'uid': "'sam'"}))
        cls.app.connect().wait('Leave', 'button')
        cls.ada.wait_message('stream-added', uid='sam')

    def setUp(self):
        super().setUp()
        for process in (self.app, self.ada):
            self.addCleanup(self.tell_if_failed, process)

    def test_the_other_is_seen(self):
        self.app.wait_picture('^Ada', ADA_CODE)

    def test_the_other_is_heard(self):
        listener = self.desktop.hear()
        self.addCleanup(listener.kill)
        listener.wait_for(rf'"hz": {ADA_HZ}, "share": (1|0\.9)')

    def test_the_other_sees_the_camera(self):
        self.ada.wait_event('picture', sender=desktop.CAMERA_CODE)

    def test_the_other_hears_the_microphone(self):
        self.ada.wait_event('sound', hz=desktop.MICROPHONE_HZ)

    def test_ones_own_picture_is_mirrored(self):
        self.app.wait_picture(r'^Sam', desktop.CAMERA_CODE, mirrored=True)

    def test_mute_and_unmute(self):
        mark = self.ada.mark()
        self.app.wait_on('Microphone')
        self.app.click('Microphone')
        self.ada.wait_message('stream-updated', since=mark, uid='sam', audio_muted=True)
        self.ada.wait_event('sound', since=mark, level=lambda level: level < 0.01)
        self.app.wait_on('Microphone', False)
        mark = self.ada.mark()
        self.app.click('Microphone')
        self.ada.wait_message('stream-updated', since=mark, uid='sam', audio_muted=False)
        self.ada.wait_event('sound', since=mark, hz=desktop.MICROPHONE_HZ)

    def test_mute_of_the_other_is_shown(self):
        self.ada.do('mute', 'audio_0', 'on')
        self.app.wait(re.compile('^Ada.*, muted'), call_app.TILE)
        self.ada.do('mute', 'audio_0', 'off')
        self.app.wait(re.compile('^Ada(?!.*muted)'), call_app.TILE)

    def test_camera_off_lets_go_of_it(self):
        self.app.wait_on('Camera')
        mark = self.ada.mark()
        self.app.click('Camera')
        self.ada.wait_message('stream-updated', since=mark, uid='sam', video_muted=True)
        self.app.until(lambda: not self.desktop.is_camera_used(), what='the camera to be free')
        mark = self.ada.mark()
        self.app.click('Camera')
        self.ada.wait_message('stream-updated', since=mark, uid='sam', video_muted=False)
        self.ada.wait_event('picture', since=mark, sender=desktop.CAMERA_CODE)

    def test_push_to_talk(self):
        self.app.click('Microphone')
        self.app.wait_on('Microphone', False)
        mark = self.ada.mark()
        self.app.hold('space', True)
        self.ada.wait_message('stream-updated', since=mark, uid='sam', audio_muted=False)
        mark = self.ada.mark()
        self.app.hold('space', False)
        self.ada.wait_message('stream-updated', since=mark, uid='sam', audio_muted=True)
        self.app.click('Microphone')
        self.app.wait_on('Microphone')

    def test_unpublish_and_publish(self):
        mark = self.ada.mark()
        self.app.press('ctrl+shift+p')
        self.ada.wait_message('stream-removed', since=mark, uid='sam')
        mark = self.ada.mark()
        self.app.press('ctrl+shift+p')
        self.ada.wait_message('stream-added', since=mark, uid='sam')
        self.ada.wait_event('picture', since=mark, sender=desktop.CAMERA_CODE)

    def test_recording(self):
        self.app.press('ctrl+r')
        self.app.wait_on('Record')
        self.app.press('ctrl+r')
        self.app.wait_words('Saved the recording “call .*\\.webm”')
        recordings = list(self.desktop.folder.glob('call *.webm'))
        self.assertEqual(1, len(recordings))
        self.assertEqual(b'\x1a\x45\xdf\xa3', recordings[0].read_bytes()[:4])  # EBML

    def open_panel(self, name):
        self.app.click(name, 'button')
        self.addCleanup(self.app.click, name, 'button')

    def test_chat_both_ways(self):
        self.open_panel('Chat')
        self.ada.do('say', 'Good-day')
        self.app.wait_words('Ada.*Good-day')
        self.app.put('Message', 'Hello Ada')
        self.app.click('Send')
        self.ada.wait_message('message', uid='sam', text='Hello Ada')
        self.app.wait_words('Hello Ada')

    def test_people(self):
        self.open_panel('People')
        self.app.wait(re.compile('^Ada'), 'list item')
        self.app.wait(re.compile(r'^Sam \(you\)'), 'list item')

    def test_statistics(self):
        self.open_panel('Statistics')
        self.app.wait_words('320 ?[×x] ?240')
        self.app.wait_words('VP8')
        self.app.wait_words('[1-9][0-9]* kbit/s')


if __name__ == '__main__':
    call_app.main()
