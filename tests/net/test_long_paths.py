#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Paths that are away for long, and what they promise then: `./dev test --suite net-long`."""
import path_case
import tap


class LongPathsTest(path_case.PathCase):
    def test_udp_is_cut_for_5_s(self):
        self.start_call()
        self.cut_udp(5, limit=1)

    def test_udp_is_cut_for_15_s(self):
        self.start_call()
        self.cut_udp(15, limit=1)

    def test_udp_is_cut_for_45_s(self):
        self.start_call()
        self.cut_udp(45, limit=1)

    def test_one_direction_is_cut_for_15_s(self):
        """What still arrives goes on undisturbed, whatever is tried for the other direction."""
        self.start_call()
        self.cable.right.cut_udp(outgoing=False)
        self.pass_time(15)
        self.wait_back(self.cable.right.mend_udp(), limit=1)
        self.check_pictures(self.one, 2)

    def test_a_member_is_stopped_for_9_s(self):
        self.start_call(viewer=True)
        self.stop(9, limit=2)
        self.check_pictures(self.viewer, 1)

    def test_a_member_is_stopped_for_25_s(self):
        """The server gives it up meanwhile; it joins again by itself."""
        self.start_call(viewer=True)
        self.stop(25, limit=2)
        self.check_pictures(self.viewer, 1)
        self.two.wait_message('state-changed', new='connected', since=self.marks[self.two])

    def test_the_interface_is_gone_and_back(self):
        self.start_call()
        self.cable.right.take_down()
        self.pass_time(9)
        self.wait_back(self.cable.right.set_up(), limit=2)

    def test_the_address_is_another_one(self):
        """Signalling lives on the old one; the media needs a new path."""
        self.start_call()
        self.cable.right.change_address()
        self.pass_time(1)
        self.wait_back(path_case.fixture.time.monotonic(), limit=12)


if __name__ == '__main__':
    tap.main()
