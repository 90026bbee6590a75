#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""No include goes against the arrows of the architecture."""
import os
import pathlib
import sys
import tempfile
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / 'common')]

import include_arrows
import tap

ROOT = os.environ.get('NERTC_SOURCE_ROOT', pathlib.Path(__file__).resolve().parents[2])


class TheTree(unittest.TestCase):
    def test_follows_the_arrows(self):
        complaints, seen = include_arrows.check(ROOT)
        self.assertEqual([], complaints)
        self.assertGreater(seen, 50)


class TheCheck(unittest.TestCase):
    """It finds what is wrong in a tree made for it."""

    HEADERS = ['signaling-client/protocol/nertc-message.h', 'signaling-client/nertc-room.h',
               'gst/gstnertcsrc.h', 'gst/rtc/rtc-gate.h', 'app/server/room.h']

    def complaints(self, path, include):
        with tempfile.TemporaryDirectory() as root:
            for name in [*self.HEADERS, path]:
                file = pathlib.Path(root, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text('', encoding='utf-8')
            pathlib.Path(root, path).write_text(f'#include {include}\n', encoding='utf-8')
            return include_arrows.check(root)[0]

    def test_refuses(self):
        for path, include in [
            ('signaling-client/protocol/a.c', '"nertc-room.h"'),
            ('signaling-client/protocol/a.c', '<libsoup/soup.h>'),
            ('signaling-client/protocol/a.c', '<gst/gst.h>'),
            ('signaling-client/a.c', '"gstnertcsrc.h"'),
            ('signaling-client/a.c', '<gst/gst.h>'),
            ('signaling-client/a.c', '"../app/server/room.h"'),
            ('gst/rtc/a.c', '"gstnertcsrc.h"'),
            ('gst/rtc/a.c', '<nertc-room.h>'),
            ('gst/rtc/a.c', '"nertc-message.h"'),
            ('gst/rtc/a.c', '<json-glib/json-glib.h>'),
            ('gst/rtc/a.c', '<sys/socket.h>'),
            ('gst/a.c', '"room.h"'),
            ('gst/a.c', '<libsoup/soup.h>'),
            ('app/server/a.c', '"nertc-room.h"'),
            ('app/server/a.c', '<gst/gst.h>'),
            ('app/call/a.c', '"nertc-room.h"'),
        ]:
            with self.subTest(path=path, include=include):
                self.assertEqual(1, len(self.complaints(path, include)))

    def test_lets_pass(self):
        for path, include in [
            ('signaling-client/a.c', '"protocol/nertc-message.h"'),
            ('signaling-client/a.c', '<libsoup/soup.h>'),
            ('gst/a.c', '"rtc/rtc-gate.h"'),
            ('gst/a.c', '<nertc-room.h>'),
            ('gst/rtc/a.c', '<gst/gst.h>'),
            ('app/server/a.c', '"nertc-message.h"'),
            ('tests/unit/a.c', '"rtc-gate.h"'),
        ]:
            with self.subTest(path=path, include=include):
                self.assertEqual([], self.complaints(path, include))


if __name__ == '__main__':
    tap.main()
