#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Paths that fail and come back, between network namespaces. Those that take long are in
test_long_paths.py."""
import path_case
import tap


class PathsTest(path_case.PathCase):
    def test_udp_is_cut(self):
        self.start_call()
        self.cut_udp(8, limit=3, notice_limit=10)

    def test_a_member_is_stopped(self):
        self.start_call(viewer=True)
        self.stop(9, limit=4, notice_limit=10)
        self.check_pictures(self.viewer, 1)

    def test_ipv6_only(self):
        self.start_call(ipv4=False)

    def test_no_network(self):
        self.start_call_on_loopback()

    def test_no_network_and_no_ipv4(self):
        self.start_call_on_loopback(without=('127.0.0.1/8',))


if __name__ == '__main__':
    tap.main()
