# SPDX-License-Identifier: LGPL-2.1-or-later
"""An internet with two homes: a machine in the middle that both reach, and one at each side, behind
a NAT or not. Where the middle does not forward, the two cannot reach each other."""
import namespaces

MIDDLE = '192.0.2.1'

# One port for all destinations: whoever is told of it by STUN can be reached there.
CONE = 'masquerade'
# A port for each destination: what STUN tells is of no use to anybody else.
SYMMETRIC = 'masquerade fully-random'

RULES = '''
table ip home {
  chain out {
    type nat hook postrouting priority srcnat
    oifname "outer" %s
  }
  chain forward {
    type filter hook forward priority filter; policy drop
    ct state established,related accept
    iifname "inner" accept
  }
  chain input {
    type filter hook input priority filter
    iifname "outer" meta l4proto udp drop
  }
}
'''


class Internet:
    def __init__(self, nat=None, forwards=True):
        namespaces.skip_unless_possible()
        self.spaces = []
        self.middle = self.make()
        self.middle.run('ip', 'address', 'add', f'{MIDDLE}/32', 'dev', 'lo')
        self.add_the_rest_of_the_world()
        if forwards:
            self.forward(self.middle)
        self.sides = [self.make_side(number, nat) for number in (1, 2)]

    def make(self):
        space = namespaces.Namespace(None, None)
        self.spaces.append(space)
        return space

    def add_the_rest_of_the_world(self):
        """What is for addresses that are nowhere gets lost: coturn ends a relay that it cannot send
        from, as with no way at all."""
        self.middle.run('ip', 'link', 'add', 'world', 'type', 'veth', 'peer', 'name', 'void')
        for name in ('world', 'void'):
            self.middle.run('ip', 'link', 'set', name, 'arp', 'off', 'up')
        self.middle.run('ip', 'route', 'add', 'default', 'dev', 'world')

    def forward(self, space):
        space.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward')

    def join(self, upper, upper_name, lower, lower_name, net):
        """A cable with NET.1 at its upper end and NET.2 at the lower, whose way out it is."""
        upper.run('ip', 'link', 'add', upper_name, 'type', 'veth', 'peer', 'name', lower_name,
                  'netns', str(lower.holder.pid))
        for space, name, number in ((upper, upper_name, 1), (lower, lower_name, 2)):
            # An IPv6 address that is not ready yet would keep libnice from gathering any.
            space.run('ip', 'link', 'set', name, 'addrgenmode', 'none')
            space.run('ip', 'address', 'add', f'{net}.{number}/24', 'dev', name)
            space.run('ip', 'link', 'set', name, 'up')
        lower.run('ip', 'route', 'add', 'default', 'via', f'{net}.1')

    def make_side(self, number, nat):
        machine = self.make()
        outermost, name = machine, 'cable'
        if nat:
            outermost, name = self.make(), 'outer'
            self.join(outermost, 'inner', machine, 'cable', f'10.{number}.0')
            self.forward(outermost)
            outermost.run('nft', '-f', '-', text=RULES % nat)
        self.join(self.middle, f'side{number}', outermost, name, f'198.51.{99 + number}')
        return machine

    def close(self):
        for space in self.spaces:
            space.close()
