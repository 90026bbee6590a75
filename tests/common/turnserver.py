# SPDX-License-Identifier: LGPL-2.1-or-later
"""coturn for the tests: as a command line, and how to see that it answers."""
import socket
import sys
import time

PATIENCE = 20
# A binding request (RFC 8489, section 5), and how its answer begins.
REQUEST = bytes.fromhex('000100002112a442') + bytes(12)
RESPONSE = bytes.fromhex('0101')


def command(folder, address, port, *options):
    return ['turnserver', '-n', '--no-cli', '--log-file=stdout', f'--listening-ip={address}',
            f'--relay-ip={address}', f'--listening-port={port}', '--no-tls', '--no-dtls',
            '--realm=test', '--allow-loopback-peers', f'--pidfile={folder}/pid',
            f'--userdb={folder}/db', *options]


def answers(address, port, patience=PATIENCE):
    """Whether it does, in time."""
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    end = time.monotonic() + patience
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.1)
        probe.connect((address, port))
        while time.monotonic() < end:
            try:
                probe.send(REQUEST)
                if probe.recv(1500)[:2] == RESPONSE:
                    return True
            except ConnectionError:
                time.sleep(0.05)
            except TimeoutError:
                pass
    return False


if __name__ == '__main__':
    # In a namespace, it is asked from there.
    sys.exit(0 if answers(sys.argv[1], int(sys.argv[2])) else 1)
