#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Media through a TURN server, and through nothing else."""
import socket

import fixture
import tap
from websocket_proxy import Proxy

USER, PASSWORD = 'somebody', 'secret'


def find_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def wait_for_answer(port, process):
    """Until a binding request (RFC 8489, section 5) is answered."""
    request = bytes.fromhex('000100002112a442') + bytes(12)
    end = fixture.time.monotonic() + fixture.PATIENCE
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.1)
        probe.connect(('127.0.0.1', port))
        while fixture.time.monotonic() < end:
            try:
                probe.send(request)
                if probe.recv(1500)[:2] == bytes.fromhex('0101'):
                    return
            except OSError:
                with process.changed:
                    process.changed.wait(0.1)
    raise AssertionError(f'no answer from {process.tell()}')


class RelayTest(fixture.Case):
    def start_turn_server(self):
        self.need('turnserver')
        port = find_port()
        turn = self.start(
            'turnserver', '-n', '--no-cli', '--log-file=stdout', '--listening-ip=127.0.0.1',
            '--relay-ip=127.0.0.1', f'--listening-port={port}', '--no-tls', '--no-dtls',
            '--lt-cred-mech', f'--user={USER}:{PASSWORD}', '--realm=test', '--allow-loopback-peers',
            f'--pidfile={self.folder}/pid', f'--userdb={self.folder}/db')
        wait_for_answer(port, turn)
        return f'turn:127.0.0.1:{port} {USER} {PASSWORD}'

    def test_relays_only(self):
        server = self.start_server(f'--ice-server={self.start_turn_server()}')
        proxy = Proxy(server.port, lambda text: text)
        self.addCleanup(proxy.close)
        policy = 'ice-transport-policy=relay'
        one = self.start_member(server, '--uid=1', '--code=1', f'--sink={policy}',
                                f'--src={policy}')
        two = self.start_member(proxy.url, '--uid=2', '--code=2', f'--sink={policy}',
                                f'--src={policy}')
        one.wait_event('picture', sender=2)
        two.wait_event('picture', sender=1)
        candidates = [message['params']['candidate'] for message in list(proxy.from_client)
                      if message.get('method') == 'transport.candidate']
        self.assertTrue(any(candidates))
        self.assertEqual([], [text for text in candidates if text and ' typ relay' not in text])
        for text in candidates:
            self.assertNotIn(PASSWORD, text)


if __name__ == '__main__':
    tap.main()
