#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Media servers freeze, end and come back in the middle of a call: nobody leaves for it."""
import os
import signal

import fixture
import media_servers
import tap


class OwnTest(media_servers.Case):
    """The server's own Janus."""

    def test_it_freezes(self):
        """Nothing ends its connections, it only says nothing more."""
        server = self.start_server('--media=janus')
        child = self.find_child(server)
        self.begin_call(server)
        marks = self.marks()
        os.kill(child, signal.SIGSTOP)
        at = fixture.time.monotonic()
        # Until it is noticed 3 s may pass.
        self.check_back(marks, at, media_servers.NOTICED + media_servers.BACK)
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
        self.check_back(marks, at, 2 * media_servers.BACK)
        self.check_nobody_left(marks)


class NodesTest(media_servers.Case):
    """Those that run elsewhere."""

    def test_one_of_two_freezes(self):
        nodes = self.start_call('one', 'two')
        used = self.find_used(nodes)
        self.addCleanup(used.send, signal.SIGCONT)
        marks = self.marks()
        used.send(signal.SIGSTOP)
        at = fixture.time.monotonic()
        self.check_back(marks, at, media_servers.NOTICED + media_servers.BACK)
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
        self.check_back(marks, at, media_servers.BACK)
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
        self.check_back(marks, at, 2 * media_servers.BACK)
        self.check_nobody_left(marks)


if __name__ == '__main__':
    tap.main()
