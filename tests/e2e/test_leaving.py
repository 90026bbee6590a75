#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Members that leave, in every way, and come back."""
import re

import fixture
import tap

ROUNDS = 50
# What the first rounds take belongs to warming up: caches, pools, the DTLS certificate.
WARM = 10


class LeavingTest(fixture.Case):
    WATCHDOG = 300

    def watch(self, server, uid='watcher'):
        """A gst-launch-1.0 that prints who comes and goes."""
        watcher = self.launch(f'roomsignal server={server.url} channel=test uid={uid} '
                              'nertcsrc name=them  them. ! videoconvert ! fakesink')
        watcher.wait_for('state-changed.*connected')
        return watcher

    def test_interrupted_member_is_gone_within_a_second(self):
        server = self.start_server()
        watcher = self.watch(server)
        line = (f'roomsignal server={server.url} channel=test uid=1 '
                'videotestsrc is-live=true ! nertcsink')
        member = self.launch(line)
        watcher.wait_for(r'stream-added.*uid=\(string\)1\b')
        at = member.interrupt()
        left = watcher.wait_for(r'member-left.*uid=\(string\)1\b')
        self.assertIn('left', re.search(r'reason=\S+', left)[0])
        self.assertLess(left.at - at, 1.0)
        self.assertEqual(0, member.wait())

    def test_killed_member_is_gone_within_fifteen_seconds(self):
        server = self.start_server()
        watcher = self.watch(server)
        member = self.launch(f'roomsignal server={server.url} channel=test uid=1 '
                             'videotestsrc is-live=true ! nertcsink')
        watcher.wait_for(r'stream-added.*uid=\(string\)1\b')
        at = member.kill()
        removed = watcher.wait_for(r'stream-removed.*uid=\(string\)1\b', timeout=20)
        left = watcher.wait_for(r'member-left.*uid=\(string\)1\b', timeout=20)
        self.assertIn('timeout', re.search(r'reason=\S+', left)[0])
        self.assertLess(max(left.at, removed.at) - at, 15.0)
        self.assertIsNone(watcher.child.poll())

    def test_stopped_member_is_gone_within_fifteen_seconds(self):
        """Nothing ends its connection, it only says nothing more: what a lost network looks like."""
        server = self.start_server()
        watcher = self.watch(server)
        member = self.launch(f'roomsignal server={server.url} channel=test uid=1 '
                             'videotestsrc is-live=true ! nertcsink')
        watcher.wait_for(r'stream-added.*uid=\(string\)1\b')
        member.send(fixture.signal.SIGSTOP)
        at = fixture.time.monotonic()
        self.addCleanup(member.send, fixture.signal.SIGCONT)
        left = watcher.wait_for(r'member-left.*uid=\(string\)1\b', timeout=20)
        self.assertLess(left.at - at, 16.0)

    def test_leave_and_rejoin_leaves_nothing_behind(self):
        server = self.start_server()
        stays = self.start_member(server, '--uid=1', '--code=1')
        comes = self.start_member(server, '--uid=2', '--code=2', '--wait')
        stays.wait_message('state-changed', new='connected')
        used = {}
        for number in range(ROUNDS):
            here, there = stays.mark(), comes.mark()
            comes.do('join')
            stays.wait_event('picture', since=here, sender=2)
            comes.wait_event('picture', since=there, sender=1)
            comes.do('leave')
            stays.wait_message('member-left', since=here, uid='2', reason='left')
            comes.wait_event('set-state', since=there, state='ready')
            if number + 1 in (WARM, ROUNDS):
                used[number + 1] = [self.settle(process) for process in (stays, comes, server)]
        for name, before, after in zip(('who stays', 'who comes and goes', 'the server'),
                                       used[WARM], used[ROUNDS]):
            with self.subTest(name):
                print(f'# {name}: {before} → {after} (threads, descriptors, KiB)')
                self.assertLessEqual(after[0], before[0] + 2, 'threads')
                self.assertLessEqual(after[1], before[1] + 3, 'file descriptors')
                # Per round 100 KiB more would be a leak of a transport.
                self.assertLess(after[2] - before[2], 100 * (ROUNDS - WARM), 'memory')
        self.assertEqual([], stays.events('error') + comes.events('error'))

    def settle(self, process):
        """Its resources, as soon as threads that are ending have ended: the least of a second."""
        end = fixture.time.monotonic() + 1
        least = process.resources()
        while fixture.time.monotonic() < end:
            least = tuple(map(min, least, process.resources()))
        return least


if __name__ == '__main__':
    tap.main()
