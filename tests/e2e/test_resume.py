#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The connection to the room server is cut in the middle of a negotiation; the call comes about all
the same, over the transports that were opened at first."""
import json
import threading

import fixture
import tap
from websocket_proxy import Proxy

SMALL = ('--size=160x120', '--encoder=vp8enc deadline=1 cpu-used=8 target-bitrate=150000')
# Seconds after which a transport that does not connect is given up, less some.
CONNECT_LIMIT = 8


class Cutter:
    """Cuts at the first message of each of these methods, from this side: it gets lost."""

    def __init__(self, *methods):
        self.methods = set(methods)
        self.lock = threading.Lock()
        self.cuts = 0
        self.said = []

    def __call__(self, text):
        message = json.loads(text)
        method = message.get('method')
        with self.lock:
            if method in self.methods:
                self.methods.remove(method)
                self.cuts += 1
                raise EOFError
            self.said.append(message)
        return text

    def count(self, method):
        with self.lock:
            return sum(message.get('method') == method for message in self.said)


class ResumeTest(fixture.Case):
    def test_cut_while_offers_are_under_way(self):
        from_server = Cutter('transport.description')
        from_client = Cutter('transport.description', 'transport.playing')
        server = self.start_server()
        proxy = Proxy(server.port, from_server, change_client=from_client)
        self.addCleanup(proxy.close)
        one = self.start_member(server, '--uid=1', '--code=1', *SMALL)
        one.wait_message('state-changed', new='connected')
        two = self.start_member(proxy.url, '--uid=2', '--code=2', *SMALL)
        began = two.wait_message('state-changed', new='connected')['at']
        took = max(member.wait_event('picture', sender=sender)['at'] - began
                   for member, sender in ((one, 2), (two, 1)))
        print(f'# pictures after {took:.2f} s', flush=True)
        # Lost once, and sent again on the next connection.
        proxy.wait_for('transport.playing', fixture.PATIENCE, count=2)
        self.assertEqual(3, from_server.cuts + from_client.cuts)
        if took < CONNECT_LIMIT:
            self.assertEqual(2, from_server.count('transport.open'))
            self.assertEqual(0, from_server.count('transport.close'))
        for member in (one, two):
            self.assertEqual([], member.events('error'))
        self.assertEqual([], [event for event in one.events('message')
                              if event['name'] in ('member-left', 'stream-removed')])


if __name__ == '__main__':
    tap.main()
