# SPDX-License-Identifier: LGPL-2.1-or-later
"""Three members in two namespaces: one on the left with the server, a viewer beside it, and one on
the right whose paths are cut or who is stopped."""
import itertools
import signal

import fixture
import namespaces

SMALL = ('--size=160x120', '--encoder=vp8enc deadline=1 cpu-used=8 target-bitrate=150000')
# A frame each 33 ms: so many in a row may be missing at somebody who has nothing to do with it.
BUSY_FRAMES = 30
# GLib's and GStreamer's pools keep some threads; a connection has more than this.
SPARE = 4


class PathCase(fixture.Case):
    WATCHDOG = 180

    def start_call(self, ipv4=True, viewer=False):
        namespaces.skip_unless_possible()
        self.cable = namespaces.Cable(ipv4)
        self.addCleanup(self.cable.close)
        left, right = self.cable.left, self.cable.right
        self.server = self.start_server('--auth=open', f'--bind={left.address or left.address6}',
                                        prefix=left.prefix)
        self.one = self.start_member(self.server, '--uid=1', '--code=1', *SMALL,
                                     '--src=from-uid=2', prefix=left.prefix)
        self.two = self.start_member(self.server, '--uid=2', '--code=2', *SMALL,
                                     '--src=from-uid=1', prefix=right.prefix)
        self.viewer = viewer and self.start_member(
            self.server, '--uid=3', '--no-video', '--no-audio', '--receive=video',
            '--src=from-uid=1', prefix=left.prefix)
        self.one.wait_event('picture', sender=2, counter=lambda counter: counter > 30)
        self.two.wait_event('picture', sender=1, counter=lambda counter: counter > 30)
        if viewer:
            self.viewer.wait_event('picture', sender=1, counter=lambda counter: counter > 30)
        self.marks = {member: member.mark() for member in (self.one, self.two)}

    def start_call_on_loopback(self, without=()):
        """Two members on a machine without network, where the server listens on ::1."""
        namespaces.skip_unless_possible()
        machine = namespaces.Namespace(None, None)
        self.addCleanup(machine.close)
        for address in without:
            machine.run('ip', 'address', 'del', address, 'dev', 'lo')
        server = self.start_server('--bind=::1', prefix=machine.prefix)
        self.assertIn('[::1]', server.url)
        one, two = (self.start_member(server, f'--uid={uid}', f'--code={uid}', *SMALL,
                                      prefix=machine.prefix) for uid in (1, 2))
        one.wait_event('picture', sender=2)
        two.wait_event('picture', sender=1)

    def pass_time(self, seconds):
        """What the others do meanwhile takes so long: there is nothing to wait for."""
        with self.one.changed:
            self.one.changed.wait_for(lambda: self.one.over, seconds)

    def wait_noticed(self, member, since, limit):
        """That nothing arrives, from @since on."""
        event = member.wait_message('play-state', state='play-requesting',
                                    since=self.marks[member])
        self.check_time(f'{member.pid} notices', event['at'] - since, limit)

    def wait_back(self, since, limit, counter=0):
        """Pictures on both sides after @since: at the one who was away, not an old one."""
        for member, other, oldest in ((self.one, 2, 0), (self.two, 1, counter)):
            event = member.wait_event(
                'picture', sender=other, since=self.marks[member],
                at=lambda at: at > since, counter=lambda counter: counter >= oldest)
            self.check_time(f'{member.pid} has a picture again', event['at'] - since, limit)
            self.assertEqual([], member.events('error'))

    def check_time(self, what, seconds, limit):
        print(f'# {what} after {seconds:.2f} s', flush=True)
        self.assertLess(seconds, limit * fixture.PATIENCE / 20, what)

    def cut_udp(self, seconds, limit, notice_limit=8):
        """Both directions, from the right side; TCP goes on."""
        before = [member.resources() for member in (self.one, self.two)]
        since = self.cable.right.cut_udp()
        self.pass_time(seconds)
        if seconds > 7:
            for member in (self.one, self.two):
                self.wait_noticed(member, since, notice_limit)
        if seconds > 12:
            for member in (self.one, self.two):
                member.wait_message('network-quality', since=self.marks[member], down='down')
        self.wait_back(self.cable.right.mend_udp(), limit)
        for member in (self.one, self.two):
            self.assertEqual([], [event for event in member.events('message', self.marks[member])
                                  if event['name'] in ('stream-removed', 'member-left')])
        self.wait_gone(before)

    def wait_gone(self, before):
        """Whatever was tried meanwhile leaves no thread and no file descriptor."""
        for member, (threads, files, _) in zip((self.one, self.two), before):
            end = fixture.time.monotonic() + fixture.PATIENCE
            while True:
                now = member.resources()
                if now[0] <= threads + SPARE and now[1] <= files + SPARE:
                    break
                self.assertLess(fixture.time.monotonic(), end,
                                f'{threads} threads, {files} files became {now[0]}, {now[1]}')
                self.pass_time(0.2)
            print(f'# {threads} threads, {files} files, then {now[0]}, {now[1]}', flush=True)

    def stop(self, seconds, limit, notice_limit=8):
        """The member on the right, by SIGSTOP."""
        self.two.send(signal.SIGSTOP)
        since = fixture.time.monotonic()
        self.wait_noticed(self.one, since, notice_limit)
        self.pass_time(since + seconds - fixture.time.monotonic())
        counter = self.viewer.events('picture')[-1]['counter']
        self.two.send(signal.SIGCONT)
        self.wait_back(fixture.time.monotonic(), limit, counter)

    def check_pictures(self, member, sender):
        """It has seen all, whatever happened to others."""
        counters = [event['counter'] for event in member.events('picture')
                    if event['sender'] == sender]
        missing = max(b - a - 1 for a, b in itertools.pairwise(counters))
        self.assertLess(missing, BUSY_FRAMES)
