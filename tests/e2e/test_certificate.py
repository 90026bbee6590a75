#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Somebody in the middle exchanges the fingerprint of the certificate that a description announces:
not one frame passes, in either direction."""
import re

import fixture
import tap
from websocket_proxy import Proxy

FINGERPRINT = re.compile(r'(a=fingerprint:sha-256 )([0-9A-Fa-f]{2})')


def tamper(text):
    return FINGERPRINT.sub(lambda match: match[1] + f'{int(match[2], 16) ^ 0xff:02X}', text)


class CertificateTest(fixture.Case):
    def start_pair(self, change=lambda text: text, **more):
        server = self.start_server()
        self.proxy = Proxy(server.port, change, **more)
        self.addCleanup(self.proxy.close)
        return (self.start_member(server, '--uid=1', '--code=1'),
                self.start_member(self.proxy.url, '--uid=2', '--code=2'))

    def failures(self):
        return [message['params'] for message in list(self.proxy.from_client)
                if message.get('method') == 'transport.failed']

    def test_an_honest_proxy_is_no_trouble(self):
        seen = []

        def change(text):
            seen.extend(FINGERPRINT.findall(text))
            return text

        one, two = self.start_pair(change)
        one.wait_event('picture', sender=2)
        two.wait_event('picture', sender=1)
        self.assertTrue(seen, 'there are fingerprints to tamper with')
        self.assertEqual([], self.failures())

    def test_a_tampered_fingerprint_is_refused(self):
        one, two = self.start_pair(tamper)
        two.wait_message('stream-added', uid='1')
        self.proxy.wait_for('transport.failed', fixture.PATIENCE, count=3, code='certificate')
        self.assertEqual({'certificate'}, {failure['code'] for failure in self.failures()})
        self.check_nothing_came(one, two)

    def test_the_other_end_refuses_a_tampered_one(self):
        """Whoever that is: the other member, or a media server."""
        one, two = self.start_pair(change_client=tamper)
        two.wait_message('stream-added', uid='1')
        # Two each time: of what is sent, and of what is received.
        self.proxy.wait_for('transport.description', fixture.PATIENCE, count=5)
        self.check_nothing_came(one, two)

    def check_nothing_came(self, one, two):
        self.assertEqual([], [event for event in one.events('picture') + two.events('picture')
                              if event['sender']])
        self.assertEqual(set(), {event['hz'] for event in one.events('sound') + two.events('sound')}
                         - {0})
        self.assertEqual([], one.events('error') + two.events('error'))


if __name__ == '__main__':
    tap.main()
