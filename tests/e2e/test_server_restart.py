#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The room server goes away and comes back; the call does not stop for it, not for one frame."""
import coded_picture
import fixture
import tap
from websocket_proxy import Proxy

FRAMES_AFTER = 60
# Small, so that a busy machine has nothing to thin out.
SMALL = ('--size=160x120', '--encoder=vp8enc deadline=1 cpu-used=8 target-bitrate=150000')
# It may lose a frame by itself all the same; not in every round.
ROUNDS = 3


class ServerRestartTest(fixture.Case):
    def begin_call(self, server):
        self.members = [self.start_member(server, f'--uid={uid}', f'--code={uid}', *SMALL)
                        for uid in (1, 2)]
        for member, other in zip(self.members, (2, 1)):
            member.wait_event('picture', sender=other, counter=lambda counter: counter > 30)
        self.marks = [member.mark() for member in self.members]
        self.transports = [self.find_transports(*pair) for pair in zip(self.members, self.marks)]
        self.assertEqual([1, 1], [len(ids) for ids in self.transports])

    def find_transports(self, member, since):
        """The connections over which the member sends, as its next statistics tell."""
        return fixture.transport_ids(member.wait_message('publish-stats', since=since))

    def wait_state(self, state, **fields):
        for member, mark in zip(self.members, self.marks):
            member.wait_message('state-changed', since=mark, new=state, **fields)

    def check_untouched(self):
        """No picture has come twice or late, and all over the connections that there were.
        Returns: how many have not come."""
        lost = 0
        for member, mark, other in zip(self.members, self.marks, (2, 1)):
            seen = member.events('picture')[-1]['counter']
            member.wait_event('picture', since=mark, sender=other,
                              counter=lambda counter: counter > seen + FRAMES_AFTER)
            found = coded_picture.steps(
                [event['counter'] for event in member.events('picture', mark)])
            self.assertGreater(len(found), FRAMES_AFTER)
            self.assertEqual([], [step for step in found if step < 1])
            lost += sum(found) - len(found)
            self.assertEqual([], member.events('error'))
            self.assertEqual([], [event for event in member.events('message', mark)
                                  if event['name'] in ('member-left', 'stream-removed')])
        self.assertEqual(self.transports, [self.find_transports(member, member.mark())
                                           for member in self.members])
        return lost

    def check_rounds(self, lose):
        """@lose is what happens to the connections."""
        lost = []
        while len(lost) < ROUNDS and 0 not in lost:
            self.marks = [member.mark() for member in self.members]
            lose()
            self.wait_state('connected')
            lost.append(self.check_untouched())
        print(f'# {lost} pictures lost', flush=True)
        self.assertIn(0, lost)

    def restart(self, end):
        end(self.server)
        self.server.wait()
        self.wait_state('reconnecting')
        self.server = self.start_server(port=self.server.port)

    def check_restart(self, end):
        self.server = self.start_server()
        self.begin_call(self.server)
        self.check_rounds(lambda: self.restart(end))
        # Who comes now finds both, and gets what they send.
        for other in ('1', '2'):
            late = self.start_member(self.server, f'--uid=late-{other}', '--no-video', '--no-audio',
                                     f'--src=from-uid={other}')
            late.wait_message('stream-added', uid='1')
            late.wait_message('stream-added', uid='2')
            late.wait_event('picture', sender=int(other))

    def test_after_a_clean_shutdown(self):
        self.check_restart(lambda server: server.send(fixture.signal.SIGTERM))

    def test_after_a_crash(self):
        self.check_restart(lambda server: server.kill())

    def test_after_a_cut(self):
        """Only the connections to the server are lost: that is nobody else's business."""
        server = self.start_server()
        proxy = Proxy(server.port)
        self.addCleanup(proxy.close)
        self.begin_call(proxy.url)

        def cut():
            proxy.cut()
            self.wait_state('reconnecting', reason='lost')
        self.check_rounds(cut)


if __name__ == '__main__':
    tap.main()
