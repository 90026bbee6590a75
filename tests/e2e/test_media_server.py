#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A media server is killed in the middle of a call, or comes in: nobody leaves for it."""
import os
import signal

import coded_picture
import fixture
import media_servers
import tap

# A busy machine may lose a frame by itself; not in every round.
ROUNDS = 3
FRAMES_AFTER = 60


class KilledTest(media_servers.Case):
    def test_own(self):
        """The one that the server has started starts again."""
        server = self.start_server('--media=janus')
        child = self.find_child(server)
        self.begin_call(server)
        self.assertEqual([1, 1], [len(self.consumers(member)) for member in self.members])
        marks = self.marks()
        os.kill(child, signal.SIGKILL)
        at = fixture.time.monotonic()
        self.check_back(marks, at, media_servers.BACK)
        self.check_nobody_left(marks)
        self.find_child(server, child)

    def test_one_of_two(self):
        """Rooms go over to the other, and stay there."""
        nodes = self.start_call('one', 'two')
        used = self.find_used(nodes)
        marks = self.marks()
        at = used.kill()
        self.check_back(marks, at, media_servers.BACK)
        self.check_nobody_left(marks)


class AutoTest(media_servers.Case):
    """A room that outgrows the mesh."""

    def join_and_move(self):
        """A third one comes, and all streams move. Returns: how many frames the first two lose."""
        marks = self.marks()
        in_mesh = [set(self.consumers(member)) for member in self.members]
        third = self.start_member(self.server, '--uid=3', '--no-video', '--no-audio')
        for member, before in zip(self.members, in_mesh):
            self.wait_consumers(member, lambda ids: len(ids) == 1 and not before & set(ids))
        third.wait_event('picture', sender=lambda sender: sender in (1, 2))
        lost = 0
        for member, mark in marks.items():
            seen = member.events('picture')[-1]['counter']
            member.wait_event('picture', since=member.mark(), counter=lambda counter: (
                (counter - seen) % coded_picture.COUNTERS > FRAMES_AFTER))
            pictures = member.events('picture', mark)
            found = coded_picture.steps([event['counter'] for event in pictures])
            self.assertEqual([], [step for step in found if step < 1])
            lost += sum(found) - len(found)
            gap = max(b['at'] - a['at'] for a, b in zip(pictures, pictures[1:]))
            print(f'# {member.uid}: {sum(found) - len(found)} of {len(found)} frames lost, '
                  f'largest gap {gap * 1000:.0f} ms', flush=True)
        self.check_nobody_left(marks)
        third.do('quit')
        third.wait()
        return lost

    def test_no_frame_is_lost(self):
        lost = []
        self.start_node('one')
        while len(lost) < ROUNDS and 0 not in lost:
            for member in self.members:
                member.end()
            self.members = []
            self.begin_call(self.start_server(*self.media('one'), '--media=auto',
                                              '--mesh-limit=1'))
            lost.append(self.join_and_move())
        self.assertIn(0, lost)


if __name__ == '__main__':
    tap.main()
