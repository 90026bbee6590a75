#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The room server goes away and comes back; the call does not stop for it, not for one frame."""
import re

import fixture
import tap
from websocket_proxy import Proxy

FRAMES_AFTER = 60
TRANSPORT_ID = re.compile(r'transport-id\W+string\W*\)([\w-]+)')


class ServerRestartTest(fixture.Case):
    def begin_call(self, server):
        self.members = [self.start_member(server, f'--uid={uid}', f'--code={uid}',
                                          '--size=320x240')
                        for uid in (1, 2)]
        for member, other in zip(self.members, (2, 1)):
            member.wait_event('picture', sender=other, counter=lambda counter: counter > 30)
        self.marks = [member.mark() for member in self.members]
        self.transports = [self.find_transports(*pair) for pair in zip(self.members, self.marks)]
        self.assertEqual([1, 1], [len(ids) for ids in self.transports])

    def find_transports(self, member, since):
        """The connections over which the member sends, as its next statistics tell."""
        return TRANSPORT_ID.findall(member.wait_message('publish-stats', since=since)['consumers'])

    def wait_state(self, state, **fields):
        for member, mark in zip(self.members, self.marks):
            member.wait_message('state-changed', since=mark, new=state, **fields)

    def check_untouched(self):
        """Each picture has come, once and in order, over the connections that there were."""
        for member, mark, other in zip(self.members, self.marks, (2, 1)):
            seen = member.events('picture')[-1]['counter']
            member.wait_event('picture', since=mark, sender=other,
                              counter=lambda counter: counter > seen + FRAMES_AFTER)
            numbers = [event['counter'] for event in member.events('picture', mark)]
            self.assertEqual(list(range(numbers[0], numbers[-1] + 1)), numbers)
            self.assertEqual([], member.events('error'))
            self.assertEqual([], [event for event in member.events('message', mark)
                                  if event['name'] in ('member-left', 'stream-removed')])
        self.assertEqual(self.transports, [self.find_transports(member, member.mark())
                                           for member in self.members])

    def restart(self, end):
        server = self.start_server()
        self.begin_call(server)
        end(server)
        server.wait()
        self.wait_state('reconnecting')
        back = self.start_server(port=server.port)
        at = fixture.time.monotonic()
        self.wait_state('connected')
        print(f'# both back after {fixture.time.monotonic() - at:.1f} s', flush=True)
        self.check_untouched()
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

    def test_after_a_cut(self):
        """Only the connections to the server are lost: that is nobody else's business."""
        server = self.start_server()
        proxy = Proxy(server.port)
        self.addCleanup(proxy.close)
        self.begin_call(proxy.url)
        proxy.cut()
        self.wait_state('reconnecting', reason='lost')
        self.wait_state('connected')
        self.check_untouched()


if __name__ == '__main__':
    tap.main()
