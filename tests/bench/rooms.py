# SPDX-License-Identifier: LGPL-2.1-or-later
"""The room server alone, under nertc-load: memory, joins, and messages to rooms of every size.

Server and load have a core each where there are two. Times are those that the load sees, so that
what else runs on the machine counts; the CPU time of the server depends less on that."""
import json
import os
import subprocess

from children import Fault
from report import Figure

SERVER_CORE, LOAD_CORE = 0, 1
WATCHDOG_S = 120
OPTIONS = ('--page=off', '--max-members=1000', '--max-unjoined=5000')

# A server that lags behind sees more messages in a second than were sent in one.
RATE_EXCEEDED = 1013

# Members of a room, rooms, messages per second in each: towards 100,000 deliveries a second
FAN_OUT = ((10, 280, 40), (100, 10, 101), (1000, 1, 100))
FAN_OUT_SHORT = ((10, 2, 5), (50, 1, 5))

# What others need for the same, as measured on such a machine with programs of their own
LIBSOUP, GALENE, SIGNALLING = 'libsoup', 'Galène', "webrtcsink's server"


def pin():
    """In the new process."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, {cores[LOAD_CORE % len(cores)]})


class RoomsBench:
    def __init__(self, bench):
        self.children = bench.children
        self.short = bench.short

    def run(self, words):
        try:
            # pylint: disable-next=subprocess-popen-preexec-fn
            return subprocess.run(words, capture_output=True, text=True, check=False,
                                  timeout=WATCHDOG_S, preexec_fn=pin)
        except subprocess.TimeoutExpired:
            raise Fault(f'nertc-load took longer than {WATCHDOG_S} s') from None

    def load(self, overload=False, **options):
        """@overload: whether messages may be more than the server takes in time

        Returns: what nertc-load says of a new room server"""
        server, url = self.children.room_server(*OPTIONS, core=SERVER_CORE)
        program = self.children.build / 'app' / 'tools' / 'nertc-load'
        words = [f'--{name.replace("_", "-")}={value}' for name, value in options.items()]
        done = self.run([program, '--json', f'--server={url}', f'--server-pid={server.pid}',
                         *words])
        self.children.end(server)
        if done.returncode != 0:
            raise Fault(f'nertc-load: {done.stderr or done.stdout}')
        seen = json.loads(done.stdout)
        known = {f'error {RATE_EXCEEDED}'} if overload else set()
        if set(seen['errors']) - known or seen['joined'] != seen['members']:
            raise Fault(f'nertc-load with {" ".join(words)}: {done.stdout}')
        return seen

    def many(self):
        members, rooms = (100, 10) if self.short else (5000, 500)
        seen = self.load(members=members, rooms=rooms, rate=0, duration=0)
        process = seen['process']
        name = f'{members} members in {rooms} rooms'
        return [
            Figure(f'{name}: memory of each', 'KiB', [process['bytesPerMember'] / 1024], 16,
                   (f'{LIBSOUP} alone; {GALENE} 50; {SIGNALLING} 132', 4.2, 'quoted'),
                   bounds=(-1, 1000)),
            Figure(f'{name}: connects with join', '/s', [seen['joinsPerSecond']], 1000,
                   (f'{GALENE}, connects alone; {SIGNALLING} 3900', '2800–4800', 'quoted'),
                   bounds=(0, 1e6), at_least=True),
            Figure(f'{name}: CPU time of a join', 'µs', [process['cpuPerJoinMicroseconds']],
                   bounds=(-1, 1e6)),
        ]

    def steady(self):
        members, rate = (50, 100) if self.short else (2000, 200)
        seen = self.load(members=members, rooms=members // 10, rate=rate, duration=0)
        return [Figure(f'{rate} joins a second: answer, 99 %', 'ms', [seen['join']['p99']], 20)]

    def full(self):
        members = 50 if self.short else 500
        seen = self.load(members=members, rate=100, churn=10, duration=1 if self.short else 10)
        joins = seen['churn']
        return [
            Figure(f'join into a room of {members}: answer', 'ms', [joins['join']['p50']], 3,
                   (GALENE, '1–3', 'quoted'), bounds=(-1, 20000)),
            Figure(f'join into a room of {members}: everybody is told', 'ms',
                   [joins['allTold']['p50']], 15, (GALENE, '12–27', 'quoted'),
                   bounds=(-1, 20000)),
        ]

    def fan_out(self, members, rooms, rate):
        seen = self.load(members=members * rooms, rooms=rooms, rate=500, message_rate=rate,
                         duration=1 if self.short else 6, overload=True)
        name = f'messages to rooms of {members}'
        return [
            Figure(f'{name}: delay, 50 %', 'ms', [seen['delay']['p50']]),
            Figure(f'{name}: delay, 99 %', 'ms', [seen['delay']['p99']]),
            Figure(f'{name}: deliveries', '/s', [seen['deliveriesPerSecond']],
                   None if self.short else 95000,
                   (f'{GALENE}; {LIBSOUP} 10000', 136000, 'quoted'), bounds=(0, 1e7),
                   at_least=True),
            Figure(f'{name}: CPU time of a delivery', 'µs',
                   [seen['process']['cpuPerDeliveryMicroseconds']], bounds=(-1, 1e5)),
        ]

    def measure(self):
        """Returns: figures, of one reading each: of thousands of members"""
        figures = self.many() + self.steady() + self.full()
        for sizes in FAN_OUT_SHORT if self.short else FAN_OUT:
            figures += self.fan_out(*sizes)
        return figures
