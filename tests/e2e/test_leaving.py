#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Members that leave, in every way, and come back."""
import re

import fixture
import tap

# What the first rounds take belongs to warming up: caches, pools, the heap's highest tide.
WARM = 30
ROUNDS = 50


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

    def test_interrupted_while_connecting(self):
        """The process ends while its connection is being made, and makes no difficulties."""
        server = self.start_server()
        watcher = self.watch(server)
        for number in range(6):
            member = self.launch(f'roomsignal server={server.url} channel=test uid=m{number} '
                                 'videotestsrc is-live=true ! nertcsink')
            watcher.wait_for(rf'stream-added.*uid=\(string\)m{number}\b')
            member.interrupt()
            self.assertEqual(0, member.wait(), member.tell())
            watcher.wait_for(rf'member-left.*uid=\(string\)m{number}\b')

    def test_killed_member_is_gone_within_fifteen_seconds(self):
        server = self.start_server('--grace=10')
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
        server = self.start_server('--grace=0')
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
        # One arena: glibc gives new threads others, which fill up over hundreds of rounds.
        env = fixture.environment(MALLOC_ARENA_MAX='1')
        stays = self.start_member(server, '--uid=1', '--code=1', env=env)
        comes = self.start_member(server, '--uid=2', '--code=2', '--wait', env=env)
        stays.wait_message('state-changed', new='connected')
        used = {'who stays': [], 'who comes and goes': [], 'the server': []}
        for number in range(WARM + ROUNDS):
            here, there = stays.mark(), comes.mark()
            comes.do('join')
            stays.wait_event('picture', since=here, sender=2)
            comes.wait_event('picture', since=there, sender=1)
            comes.do('leave')
            stays.wait_message('member-left', since=here, uid='2', reason='left')
            comes.wait_event('set-state', since=there, state='ready')
            if number >= WARM:
                for name, process in zip(used, (stays, comes, server)):
                    used[name].append(process.resources())
        for name, samples in used.items():
            with self.subTest(name):
                self.assert_flat(name, *zip(*samples))
        self.assertEqual([], stays.events('error') + comes.events('error'))

    def assert_flat(self, name, threads, descriptors, memory):
        print(f'# {name}: in {ROUNDS} rounds {growth(threads)} threads, {growth(descriptors)} '
              f'descriptors and {growth(memory)} KiB more')
        # One thread per round would be 25, a transport of 1,700 KiB each time 42,500.
        self.assertLess(growth(threads), 10, 'threads')
        self.assertLess(growth(descriptors), 10, 'descriptors')
        self.assertLess(growth(memory), 12000, 'KiB')


def growth(samples):
    """From one half to the other, of the least: what is above it is just being torn down."""
    half = len(samples) // 2
    return min(samples[half:]) - min(samples[:half])


class JudgementTest(fixture.unittest.TestCase):
    def test_one_per_round_is_a_leak(self):
        self.assertGreaterEqual(growth([20 + i + i % 3 * 8 for i in range(ROUNDS)]), 15)
        self.assertGreaterEqual(growth([40000 + 600 * i + i % 7 * 900 for i in range(ROUNDS)]),
                                12000)

    def test_what_comes_and_goes_is_none(self):
        self.assertEqual(0, growth([20 + i % 5 * 8 for i in range(ROUNDS)]))


if __name__ == '__main__':
    tap.main()
