#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls between members who cannot reach each other, or not without help: STUN where it is enough,
TURN where it is not. Server and coturn are on a machine in the middle."""
import fixture
import internet
import tap
import turnserver

SMALL = ('--size=160x120', '--encoder=vp8enc deadline=1 cpu-used=8 target-bitrate=150000')
SECRET = 'a secret of two servers'
PORT = 3478
STUN = f'--ice-server=stun:{internet.MIDDLE}:{PORT}'
TURN = f'--turn=turn:{internet.MIDDLE}:{PORT}'


class TurnTest(fixture.Case):
    def start_call(self, *options, nat=None, forwards=True, policy='all'):
        self.need('turnserver')
        self.net = internet.Internet(nat, forwards)
        self.addCleanup(self.net.close)
        middle = self.net.middle
        self.turn = self.keep(fixture.Process([*middle.prefix, *turnserver.command(
            self.folder, internet.MIDDLE, PORT, '--verbose', '--use-auth-secret',
            f'--static-auth-secret={SECRET}')]))
        middle.run(fixture.PYTHON, turnserver.__file__, internet.MIDDLE, str(PORT))
        secret = self.folder / 'turn-secret'
        secret.write_text(SECRET, encoding='ascii')
        if TURN in options:
            options = (*options, f'--turn-secret-file={secret}')
        server = self.start_server('--auth=open', f'--bind={internet.MIDDLE}', *options,
                                   prefix=middle.prefix)
        routes = f'ice-transport-policy={policy}'
        self.members = [
            self.start_member(server, f'--uid={uid}', f'--code={uid}', *SMALL, f'--sink={routes}',
                              f'--src={routes}', prefix=side.prefix)
            for uid, side in enumerate(self.net.sides, 1)]

    def check_pictures(self):
        for member, sender in zip(self.members, (2, 1)):
            # Where only one way works, libnice waits for all others to fail: 4.5 s.
            member.wait_event('picture', 2 * fixture.PATIENCE, sender=sender,
                              counter=lambda counter: counter > 30)

    def relayed(self):
        """Whether coturn has relayed anything."""
        return self.turn.has('ALLOCATE processed, success')

    def test_relays_only(self):
        self.start_call(TURN, forwards=False, policy='relay')
        self.check_pictures()

    def test_stun_is_enough(self):
        self.start_call(STUN, nat=internet.CONE)
        self.check_pictures()
        self.assertFalse(self.relayed())

    def test_stun_is_not_enough(self):
        self.start_call(STUN, TURN, nat=internet.SYMMETRIC)
        self.check_pictures()
        self.assertTrue(self.relayed())


if __name__ == '__main__':
    tap.main()
