#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A line as pasted lives through whatever the others do, and its own preview never stops."""
import itertools

import fixture
import tap

LINE = '''roomsignal server={server.url} channel=test uid=me
    videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=30/1 ! tee name=camera
    camera. ! queue ! vp8enc deadline=1 ! nertcsink name=me
    audiotestsrc is-live=true ! opusenc ! me.
    camera. ! queue ! videoconvert ! fakesink name=preview silent=false sync=true
    nertcsrc name=them
    them. ! videoconvert ! fakesink name=shown silent=false sync=true
    them. ! audioconvert ! audioresample ! fakesink name=heard silent=false sync=true'''

FRAME = '{}: last-message = chain '
SIZE = r'shown\.GstPad:sink: caps = .*width=\(int\){}\b'
MANY = 30
# Of a preview with 30 frames per second on a busy machine.
GAP_MAX = 0.5


class OneLinerTest(fixture.Case):
    def launch_verbose(self, line, env=None):
        return self.start('gst-launch-1.0', '-mv', *fixture.shlex.split(line), env=env)

    def wait_frames(self, process, name, since, count=MANY):
        """Waits for so many frames at a sink."""
        seen = itertools.count(1)
        process.wait_for(lambda line: FRAME.format(name) in line and next(seen) >= count,
                         since=since)

    def largest_gap(self, process, name):
        times = [line.at for line in process.lines if FRAME.format(name) in line]
        self.assertGreater(len(times), MANY)
        return max(b - a for a, b in itertools.pairwise(times))

    def test_lives_through_everything(self):
        server = self.start_server()
        line = self.launch_verbose(LINE.format(server=server))

        # alone in the room
        line.wait_for('state-changed.*connected')
        self.wait_frames(line, 'preview', 0)

        # a member with video only
        other = self.start_member(server, '--uid=2', '--no-audio')
        mark = line.mark()
        line.wait_for(SIZE.format(640))
        self.wait_frames(line, 'shown', mark)
        self.wait_frames(line, 'heard', mark)  # silence, so that a sound card goes on
        other.wait_event('picture')

        # leaving
        mark = line.mark()
        other.do('leave')
        line.wait_for('member-left', since=mark)
        mark = line.mark()
        self.wait_frames(line, 'preview', mark)

        # a third member, and the second coming back with another size
        other.do('quit')
        self.assertEqual(0, other.wait())
        again = self.start_member(server, '--uid=2', '--size=320x240')
        line.wait_for(SIZE.format(320), since=mark)
        self.wait_frames(line, 'shown', mark)
        third = self.start_member(server, '--uid=3', '--size=200x120')
        line.wait_for(r'member-joined.*uid=\(string\)3\b', since=mark)
        third.wait_event('picture')
        mark = line.mark()
        again.kill()
        # The slot takes the next stream: that of the third.
        line.wait_for(SIZE.format(200), since=mark, timeout=25)
        self.wait_frames(line, 'shown', mark)
        third.do('leave')
        line.wait_for(r'member-left.*uid=\(string\)3\b', since=mark)
        mark = line.mark()
        self.wait_frames(line, 'preview', mark)

        self.assertLess(self.largest_gap(line, 'preview'), GAP_MAX)
        line.interrupt()
        self.assertEqual(0, line.wait())
        self.assertFalse(line.has('^(ERROR|WARNING)'), line.tell())

    def test_a_sink_that_fails_is_an_error_of_the_line(self):
        """The opposite: what the line itself does wrong is told."""
        server = self.start_server()
        line = self.launch_verbose(f'roomsignal server={server.url} channel=test '
                                   'videotestsrc is-live=true num-buffers=30 ! identity '
                                   'error-after=10 ! nertcsink')
        line.wait_for('^ERROR')


if __name__ == '__main__':
    tap.main()
