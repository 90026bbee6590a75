#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two thousand members lose their server and storm back when it is there again."""
import resource

import fixture
import tap

# A main loop of GLib gets slow with thousands of connections: the members are in several processes.
PROCESSES, ROOMS, MEMBERS = 8, 13, 20
# Seconds; on a machine that took half of it to let them in at first, so much more.
LIMIT = 10
STORM = fixture.BUILD / 'tests' / 'e2e' / 'storm'
# Of the server: one for each member, and some.
DESCRIPTORS = PROCESSES * ROOMS * MEMBERS + 200


class StormTest(fixture.Case):
    def wait(self, what, marks):
        """Until all processes say so. Returns: when the last one did."""
        lines = [storm.wait_for(f'^{what} ', since=mark, timeout=3 * fixture.PATIENCE)
                 for storm, mark in zip(self.storms, marks)]
        return max(float(line.split()[1]) for line in lines)

    def marks(self):
        return [storm.mark() for storm in self.storms]

    def storm(self, end):
        if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < DESCRIPTORS:
            self.skipTest(f'fewer than {DESCRIPTORS} open files are allowed')
        server = self.start_server()
        began = fixture.time.monotonic()
        self.storms = [self.start(STORM, f'--server={server.url}', f'--prefix=house {number}',
                                  f'--rooms={ROOMS}', f'--members={MEMBERS}')
                       for number in range(PROCESSES)]
        first = self.wait('in', [0] * PROCESSES)
        self.wait('complete', [0] * PROCESSES)
        marks = self.marks()
        end(server)
        server.wait()
        self.wait('out', marks)
        marks = self.marks()
        self.start_server(port=server.port)
        started = fixture.time.monotonic()
        back = self.wait('in', marks)
        print(f'# {PROCESSES * ROOMS * MEMBERS} members in after {first - began:.2f} s, '
              f'in again {back - started:.2f} s after the start of the server', flush=True)
        self.assertLess(back - started, max(LIMIT, 2 * (first - began)))
        self.wait('complete', marks)

    def test_after_a_crash(self):
        self.storm(lambda server: server.kill())


if __name__ == '__main__':
    tap.main()
