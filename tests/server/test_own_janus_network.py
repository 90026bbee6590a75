# SPDX-License-Identifier: LGPL-2.1-or-later
"""The ports, addresses and interfaces of a Janus that the server starts, as members hear of them.
To be run in a network namespace of its own: on_janus.py --bare."""
import pathlib
import re
import subprocess
import sys
import unittest

import janus
from rawsocket import RawSocket, Server

PROGRAM = None
OFFER = pathlib.Path(__file__).resolve().parents[1] / 'data' / 'janus' / 'webrtcbin.sdp'
OTHER = '10.78.0.1'
CANDIDATE = re.compile(r'^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ (\S+)', re.M | re.I)


class NetworkTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for line in ('ip link add other0 type veth peer name other1',
                     f'ip address add {OTHER}/24 dev other0', 'ip link set other0 addrgenmode none',
                     'ip link set other1 addrgenmode none', 'ip link set other0 up',
                     'ip link set other1 up'):
            subprocess.run(line.split(), check=True)

    def candidates(self, *options):
        """Where Janus takes a stream, as a member is told that publishes one."""
        with Server(PROGRAM, '--media=janus', *options) as server, RawSocket(server.uri) as member:
            member.join()
            member.request('stream.publish', streamId='s', source='camera', audio=True, video=True)
            transport = member.event('transport.open')['transportId']
            member.notify('transport.description', transportId=transport, type='offer',
                          sdp=OFFER.read_text(encoding='utf-8'))
            answer = member.event('transport.description')['sdp']
            found = CANDIDATE.findall(answer.replace('\r', ''))
            self.assertTrue(found, answer)
            return [(address, int(port), kind) for address, port, kind in found]

    def addresses(self, *options):
        return {address for address, _, _ in self.candidates(*options)}

    def test_all_interfaces_but_loopback(self):
        self.assertEqual(self.addresses(), {janus.ADDRESS, OTHER})

    def test_interface(self):
        self.assertEqual(self.addresses('--media-interface=other0'), {OTHER})

    def test_beginning_of_an_address(self):
        self.assertEqual(self.addresses('--media-interface=10.77.'), {janus.ADDRESS})

    def test_ports(self):
        for _, port, _ in self.candidates('--media-ports=23000-23019'):
            self.assertIn(port, range(23000, 23020))

    def test_address_from_outside(self):
        found = self.addresses('--media-interface=other0', '--media-address=192.0.2.9')
        self.assertEqual(found, {OTHER, '192.0.2.9'})

    def test_interface_that_is_not_there(self):
        with Server(PROGRAM, '--media=janus', '--media-interface=eth9',
                    stderr=subprocess.PIPE) as server:
            for line in server.process.stderr:
                if 'eth9' in line:
                    self.assertIn('other0 ' + OTHER, line)
                    return

    def test_no_interface_but_loopback(self):
        words = ['unshare', '--net', PROGRAM, '--port=0', '--media=janus']
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              text=True) as server:
            self.assertTrue(any('no network interface' in line and '--media=mesh' in line
                                for line in server.stderr))
            server.kill()


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
