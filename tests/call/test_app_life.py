#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How calls of nertc-call begin and end, and what they go on through."""
import fixture  # first: it tells where the others are

import call_app
import desktop

# The first calls load what later ones use.
REJOINS, SETTLED = 20, 5
THREADS_MAX, FILES_MAX, PRIVATE_KIB_MAX = 6, 20, 40000
# What glibc keeps for fifty threads that have ended would hide what is lost.
ONE_ARENA = {'MALLOC_ARENA_MAX': '1', 'MALLOC_TRIM_THRESHOLD_': '65536'}


class LifeTest(call_app.Case):
    """Each case starts the application."""

    def wait_devices_free(self, app):
        app.until(lambda: not self.desktop.is_camera_used() and not
                  self.desktop.recording_streams(), what='camera and microphone to be free')

    def wait_devices_used(self, app):
        app.until(lambda: self.desktop.is_camera_used() and self.desktop.recording_streams(),
                  what='camera and microphone to be open')

    def test_from_the_lobby_and_back(self):
        ada = self.start_member()
        app = self.start_app()
        app.put('Room', self.channel)
        app.click('Join', 'button')
        ada.wait_message('member-joined', uid='sam', user_name='Sam')
        ada.wait_event('picture', sender=desktop.CAMERA_CODE)
        app.wait_picture('^Ada', 1)
        mark = ada.mark()
        app.click('Leave', 'button')
        ada.wait_message('member-left', since=mark, uid='sam')
        app.wait_words('You left the room')
        self.wait_devices_free(app)

    def test_kicked(self):
        app = self.start_in_call()
        self.wait_devices_used(app)
        self.administer('POST', 'members/kick', channel=self.channel, uid='sam',
                        message='Too loud & <rude>')
        app.wait_words('(?i)removed')
        app.wait_words('Too loud & <rude>')
        self.wait_devices_free(app)

    def test_room_closed(self):
        app = self.start_in_call()
        self.administer('DELETE', f'room?channel={self.channel}&message=Over%20now')
        app.wait_words('Over now')

    def test_server_restarted(self):
        ada = self.start_member()
        app = self.start_in_call()
        app.wait_picture('^Ada', 1)
        self.server.kill()
        self.server.wait()
        app.wait_words('Reconnecting')
        app.wait_picture('^Ada', 1)
        mark = ada.mark()
        type(self).server = self.keep_for_all(
            fixture.Server(*self.server_options, port=self.server.port))
        ada.wait_message('state-changed', new='connected', since=mark)
        app.wait_gone(call_app.re.compile('Reconnecting'))
        app.wait_picture('^Ada', 1)
        ada.wait_event('picture', since=ada.mark(), sender=desktop.CAMERA_CODE)

    def test_rejoin_leaks_nothing(self):
        ada = self.start_member()
        app = self.start_in_call(env=ONE_ARENA)
        before = None
        for count in range(REJOINS):
            mark = ada.mark()
            app.click('Leave', 'button')
            ada.wait_message('member-left', since=mark, uid='sam')
            if count == SETTLED:
                self.wait_devices_free(app)
                before = app.resources()
            elif count == REJOINS - 1:
                self.wait_devices_free(app)
                break
            mark = ada.mark()
            app.click('Rejoin', 'button')
            ada.wait_message('member-joined', since=mark, uid='sam')
            app.wait('Leave', 'button')
        after = app.until(lambda: self.settled(app, before), what='threads and files to be gone')
        print(f'# threads, files, KiB: {before}, then {after}')
        self.assertLess(after[2] - before[2], PRIVATE_KIB_MAX)

    @staticmethod
    def settled(app, before):
        now = app.resources()
        return now if (now[0] - before[0] <= THREADS_MAX and
                       now[1] - before[1] <= FILES_MAX) else None

    def test_invitation_is_accepted(self):
        app = self.start_app(settings={'listen': 'true'})
        app.wait_words('Others can call you as “sam”')
        ada = self.start_member()
        ada.wait_message('state-changed', new='connected')
        ada.do('invite', 'sam', self.channel)
        app.wait_words('Ada calls you|ada calls you')
        app.click('Accept', 'button')
        ada.wait_message('member-joined', uid='sam')
        app.wait_picture('^Ada', 1)
        mark = ada.mark()
        app.click('Leave', 'button')
        app.click('Rejoin', 'button')
        ada.wait_message('member-joined', since=mark, uid='sam')
        app.wait('Leave', 'button')
        mark = ada.mark()
        self.assertEqual(0, app.quit())
        ada.wait_message('member-left', since=mark, uid='sam', reason='left')

    def test_refused_while_others_can_call(self):
        self.administer('POST', 'bans', channel=self.channel, uid='sam', seconds=3600)
        app = self.start_app(settings={'listen': 'true'})
        app.wait_words('Others can call you as')
        app.put('Room', self.channel)
        app.click('Join', 'button')
        app.wait_words('may not enter this room')

    def test_screen_is_shared(self):
        ada = self.start_member('ada', 1, 700, '--receive=')
        app = self.start_in_call()
        app.click('Share screen', 'button')
        app.click('Share', 'button')
        ada.wait_message('stream-added', uid='sam', stream_source='screen')
        mark = ada.mark()
        app.click('Share screen', 'button')
        ada.wait_message('stream-removed', since=mark, uid='sam')

    def test_link_goes_to_the_one_that_runs(self):
        ada = self.start_member()
        app = self.start_app()
        app.wait('Join', 'button')
        link = f'nertc://127.0.0.1:{self.server.port}/{self.channel}'
        second = self.keep(fixture.Process([call_app.APP, '--join', link], env=self.desktop.env))
        self.assertEqual(0, second.wait(), second.tell())
        ada.wait_message('member-joined', uid='sam')
        app.wait_picture('^Ada', 1)


class UnpluggedTest(call_app.Case):
    """On a desktop of its own: after this, PipeWire's next camera does not always give a picture."""

    def test_camera_unplugged(self):
        ada = self.start_member()
        app = self.start_in_call()
        ada.wait_event('picture', sender=desktop.CAMERA_CODE)
        self.camera.kill()
        self.camera.wait()
        app.wait_words('The camera “Testcam” was unplugged')
        mark = ada.mark()
        ada.wait_event('sound', since=mark, hz=desktop.MICROPHONE_HZ)
        app.wait_picture('^Ada', 1)
        app.wait('Leave', 'button')


if __name__ == '__main__':
    call_app.main()
