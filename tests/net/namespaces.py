# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two network namespaces joined by a cable, so that a test can cut what passes between them.

Each is held by a process of its own and goes with it; nothing outside of them is touched.
"""
import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
PATIENCE = 10

CHAIN = """
table inet cut {
  chain %(hook)s {
    type filter hook %(hook)s priority 0
    %(which)s meta l4proto udp drop
    meta nfproto ipv6 meta l4proto udp drop
  }
}
"""


def skip_unless_possible():
    """Raises unittest.SkipTest, with the reason, where there can be no namespaces."""
    for program in ('ip', 'nft', 'nsenter', 'unshare'):
        if not shutil.which(program):
            raise unittest.SkipTest(f'no {program}: ./dev setup test installs it')
    made = subprocess.run(['unshare', '--net', 'true'], capture_output=True, text=True,
                          check=False)
    if made.returncode:
        raise unittest.SkipTest(f'no network namespaces here: {made.stderr.strip()}')


class Namespace:
    """One of them; @prefix goes before the words of a command that is to run in it."""

    def __init__(self, address, address6, interface='cable'):
        self.address, self.address6, self.interface = address, address6, interface
        self.holder = subprocess.Popen(
            ['unshare', '--net', 'cat'], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
        self.path = pathlib.Path('/proc', str(self.holder.pid), 'ns', 'net')
        end = time.monotonic() + PATIENCE
        while os.readlink(self.path) == os.readlink('/proc/self/ns/net'):
            if self.holder.poll() is not None or time.monotonic() > end:
                raise AssertionError('unshare made no namespace')
            os.sched_yield()
        self.prefix = ('nsenter', f'--net={self.path}')
        self.run('ip', 'link', 'set', 'lo', 'up')

    def run(self, *words, text=None):
        done = subprocess.run([*self.prefix, *words], input=text, capture_output=True, text=True,
                              check=False)
        if done.returncode:
            raise AssertionError(f'{" ".join(words)}: {done.stderr}')
        return time.monotonic()

    def give_addresses(self):
        if self.address:
            self.run('ip', 'address', 'add', f'{self.address}/24', 'dev', self.interface)
        if self.address6:
            self.run('ip', 'address', 'add', f'{self.address6}/64', 'dev', self.interface, 'nodad')

    def set_up(self):
        """The cable's end here, with its addresses. Returns: when."""
        at = self.run('ip', 'link', 'set', self.interface, 'up')
        self.give_addresses()
        return at

    def take_down(self):
        self.run('ip', 'address', 'flush', 'dev', self.interface)
        return self.run('ip', 'link', 'set', self.interface, 'down')

    def change_address(self):
        """Another one for new sockets; the old one is still there for TCP, but not for UDP."""
        new = f'{self.address}7'
        self.run('ip', 'address', 'add', f'{new}/24', 'dev', self.interface)
        return self.cut(f'ip daddr != {new}', f'ip saddr != {new}')

    def cut(self, incoming, outgoing):
        """UDP; each says which, with '' for all and None for nothing."""
        return self.run('nft', '-f', '-', text=''.join(
            CHAIN % {'hook': hook, 'which': which}
            for hook, which in (('input', incoming), ('output', outgoing)) if which is not None))

    def cut_udp(self, outgoing=True):
        """Lets no UDP in, or out, from now on; TCP goes on. Returns: since when."""
        return self.cut('', '' if outgoing else None)

    def mend_udp(self):
        return self.run('nft', 'delete', 'table', 'inet', 'cut')

    def close(self):
        self.holder.stdin.close()
        self.holder.wait()


class Cable:
    """Two namespaces, left and right, and nothing else."""

    def __init__(self, ipv4=True):
        self.left = Namespace('10.77.0.1' if ipv4 else None, 'fd77::1')
        self.right = Namespace('10.77.0.2' if ipv4 else None, 'fd77::2')
        self.left.run('ip', 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable',
                      'netns', str(self.right.holder.pid))
        for end in (self.left, self.right):
            end.set_up()

    def close(self):
        self.left.close()
        self.right.close()
