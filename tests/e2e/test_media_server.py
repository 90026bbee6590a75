#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A media server goes down in the middle of a call, or comes in: nobody leaves for it."""
import os
import signal

import coded_picture
import fixture
import media_servers
import tap

# Seconds in which sound and picture are back.
BACK = 5
# A busy machine may lose a frame by itself; not in every round.
ROUNDS = 3
FRAMES_AFTER = 60


class OwnTest(media_servers.Case):
    """The server's own Janus."""

    def test_it_is_killed(self):
        server = self.start_server('--media=janus')
        child = self.find_child(server)
        self.begin_call(server)
        self.assertEqual([1, 1], [len(self.consumers(member)) for member in self.members])
        marks = self.marks()
        os.kill(child, signal.SIGKILL)
        at = fixture.time.monotonic()
        self.check_back(marks, at, BACK)
        self.check_nobody_left(marks)
        self.find_child(server, child)

    def test_it_freezes(self):
        """Nothing ends its connections, it only says nothing more."""
        server = self.start_server('--media=janus')
        child = self.find_child(server)
        self.begin_call(server)
        marks = self.marks()
        os.kill(child, signal.SIGSTOP)
        at = fixture.time.monotonic()
        # Until it is noticed 3 s may pass.
        self.check_back(marks, at, 3 + BACK)
        self.check_nobody_left(marks)

    def test_the_server_is_killed(self):
        """Its Janus goes with it; another comes with the next."""
        server = self.start_server('--media=janus')
        child = self.find_child(server)
        self.begin_call(server)
        marks = self.marks()
        server.kill()
        server.wait()
        self.server = self.start_server('--media=janus', port=server.port)
        at = fixture.time.monotonic()
        self.assertNotEqual(child, self.find_child(self.server))
        self.check_back(marks, at, 2 * BACK)
        self.check_nobody_left(marks)


class NodesTest(media_servers.Case):
    """Those that run elsewhere."""

    def start_call(self, *names, more=()):
        nodes = [self.start_node(name) for name in names]
        self.begin_call(self.start_server(*self.media(*names), *more))
        return nodes

    def carries(self, node):
        """Whether media goes through it: each connection has sockets of its own."""
        return len(list(media_servers.pathlib.Path(f'/proc/{node.pid}/fd').iterdir()))

    def test_one_of_two_is_killed(self):
        """Rooms go over to the other, and stay there."""
        nodes = self.start_call('one', 'two')
        used = max(nodes, key=self.carries)
        marks = self.marks()
        at = used.kill()
        self.check_back(marks, at, BACK)
        self.check_nobody_left(marks)

    def test_one_of_two_freezes(self):
        nodes = self.start_call('one', 'two')
        used = max(nodes, key=self.carries)
        self.addCleanup(used.send, signal.SIGCONT)
        marks = self.marks()
        used.send(signal.SIGSTOP)
        at = fixture.time.monotonic()
        self.check_back(marks, at, 3 + BACK)
        self.check_nobody_left(marks)
        marks = self.marks()
        used.send(signal.SIGCONT)
        self.wait_flow(marks)
        self.check_nobody_left(marks)

    def test_the_last_one_is_killed(self):
        """The room goes on as a mesh, with a warning, and goes back to the node."""
        node, = self.start_call('one')
        through_node = self.consumers(self.members[0])
        marks = self.marks()
        at = node.kill()
        self.check_back(marks, at, BACK)
        self.server.wait_for('(?i)mesh')
        in_mesh = self.wait_consumers(self.members[0], lambda ids: ids and ids != through_node)
        self.start_node('one')
        self.wait_consumers(self.members[0], lambda ids: ids and ids != in_mesh)
        self.wait_flow(self.marks())
        self.check_nobody_left(marks)

    def test_no_mesh_for_so_many(self):
        """The log says why there is no media; it comes back with the node."""
        node, = self.start_call('one', more=['--mesh-limit=1'])
        third = self.add_member(3)
        third.wait_event('picture', sender=lambda sender: sender in (1, 2))
        marks = self.marks()
        mark = self.server.mark()
        node.kill()
        self.server.wait_for('(?i)no media', since=mark)
        self.start_node('one')
        at = fixture.time.monotonic()
        self.members.remove(third)
        self.check_back(marks, at, 2 * BACK)
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
