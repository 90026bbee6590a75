#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The room server goes away and comes back; the call does not stop for it."""
import itertools

import fixture
import tap

FRAMES_AFTER = 60


class ServerRestartTest(fixture.Case):
    def largest_gap(self, member, since):
        times = [event['at'] for event in member.events('picture', since)]
        return max(b - a for a, b in itertools.pairwise(times))

    def restart(self, end):
        server = self.start_server()
        one, two = (self.start_member(server, f'--uid={uid}', f'--code={uid}') for uid in (1, 2))
        marks = []
        for member, other in ((one, 2), (two, 1)):
            member.wait_event('picture', sender=other)
            member.wait_event('picture', sender=other, counter=lambda counter: counter > 30)
            marks.append(member.mark())
        end(server)
        server.wait()
        for member, mark in zip((one, two), marks):
            member.wait_message('state-changed', since=mark,
                                new='reconnecting')
        back = self.start_server(port=server.port)
        at = fixture.time.monotonic()
        for member, mark in zip((one, two), marks):
            joined = member.wait_message('state-changed', since=mark, timeout=10, new='connected')
            self.assertLess(joined['at'] - at, 5.0)
        for member, other, mark in ((one, 2, marks[0]), (two, 1, marks[1])):
            seen = member.events('picture')[-1]['counter']
            member.wait_event('picture', since=mark, sender=other,
                              counter=lambda counter: counter > seen + FRAMES_AFTER)
            self.assertLess(self.largest_gap(member, mark), 1.0)
            self.assertEqual([], member.events('error'))
        # Who comes now finds both, and gets what they send.
        for other in ('1', '2'):
            late = self.start_member(back, f'--uid=late-{other}', '--no-video', '--no-audio',
                                     f'--src=from-uid={other}')
            late.wait_message('stream-added', uid='1')
            late.wait_message('stream-added', uid='2')
            late.wait_event('picture', sender=int(other))

    def test_after_a_clean_shutdown(self):
        self.restart(lambda server: server.send(fixture.signal.SIGTERM))

    def test_after_a_crash(self):
        self.restart(lambda server: server.kill())


if __name__ == '__main__':
    tap.main()
