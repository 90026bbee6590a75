#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two rooms in one process."""
import fixture
import tap


class RoomsTest(fixture.Case):
    def start_sender(self, server, channel, code):
        return self.start_member(server, f'--channel={channel}', '--uid=sender', f'--code={code}')

    def test_one_pipeline_is_in_two_rooms(self):
        """It carries what it gets in one room over to the other, encoded as it comes."""
        server = self.start_server()
        inside = self.start_sender(server, 'inside', 3)
        outside = self.start_member(server, '--channel=outside', '--uid=guest', '--no-audio',
                                    '--code=4')
        bridge = self.launch(
            f'roomsignal name=in server={server.url} channel=inside uid=bridge '
            f'roomsignal name=out server={server.url} channel=outside uid=bridge '
            'nertcsrc name=them room=in  nertcsink name=me room=out '
            'them. ! video/x-vp8 ! me.  them. ! audio/x-opus ! me.')
        outside.wait_message('stream-added', uid='bridge')
        outside.wait_event('picture', sender=3)
        outside.wait_event('sound', hz=500, share=lambda share: share > 0.9)
        self.assertFalse(inside.events('picture'), 'nothing of the room outside comes in')
        bridge.interrupt()
        self.assertEqual(0, bridge.wait())
        outside.wait_message('member-left', uid='bridge')
        inside.wait_message('member-left', uid='bridge')

    def test_a_room_that_is_not_named_is_asked_for(self):
        server = self.start_server()
        line = self.launch(f'roomsignal name=one server={server.url} channel=a '
                           f'roomsignal name=two server={server.url} channel=b '
                           'videotestsrc is-live=true ! nertcsink')
        error = line.wait_for('^ERROR: .*')
        text = error + '\n'.join(line.lines[line.lines.index(error):])
        line.wait()
        for name in ('one', 'two', 'room'):
            self.assertIn(name, text)


if __name__ == '__main__':
    tap.main()
