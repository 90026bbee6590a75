#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a test where its servers carry media by way of Janus: on_janus.py [--bare] COMMAND…

The test has a network namespace to itself, with an interface beside loopback, and in it one real
Janus; $NERTC_TEST_MEDIA says so to the fixtures, in options of nertc-server, and
$NERTC_TEST_MEDIA_WEBSOCKET is another address of it. With --bare there is
the namespace only: the test starts what it needs.
"""
import collections
import ctypes
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

import janus

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
INSIDE, BARE = '--inside', '--bare'
LAST_LINES = 60
PORT = 8188


def end_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def enter(words):
    """Begins anew in a namespace, or does not return."""
    try:
        janus.skip_unless_possible()
    except unittest.SkipTest as reason:
        print(f'1..0 # SKIP {reason}')
        sys.exit(0)
    os.execvp('unshare', ['unshare', '--net', sys.executable, __file__, INSIDE, *words])


class Node:
    """One Janus, and the last that it said."""

    def __init__(self, folder):
        self.folder = folder
        self.lines = collections.deque(maxlen=LAST_LINES)
        self.child = subprocess.Popen(
            janus.command(folder), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors='replace', preexec_fn=end_with_parent)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        self.lines.extend(self.child.stdout)

    def end(self):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        self.reader.join()

    def tell(self):
        print(f'# Janus {self.child.pid}, status {self.child.poll()}:')
        for line in self.lines:
            print('#  ', line.rstrip())


def run(words, **more):
    """The status of the test, to which this process hands on what it is told to end with."""
    child = subprocess.Popen(words, env={**os.environ, **more}, preexec_fn=end_with_parent)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: child.send_signal(number))
    status = child.wait()
    return status if status >= 0 else 128 - status


def run_beside_a_node(words, folder):
    janus.write_configuration(folder, os.urandom(16).hex(), port=PORT)
    node = janus.start(lambda: Node(folder), folder)
    try:
        status = run(words, NERTC_TEST_MEDIA=shlex.join(janus.media(folder)),
                     NERTC_TEST_MEDIA_WEBSOCKET=f'janus://127.0.0.1:{PORT}')
        alive = node.child.poll() is None
    finally:
        node.end()
    if status or not alive:
        node.tell()
    return status or (0 if alive else 1)


def main():
    words = sys.argv[1:]
    if words[0] != INSIDE:
        enter(words)
    words.pop(0)
    janus.make_network()
    if words[0] == BARE:
        return run(words[1:])
    # Its name is short, for that of a socket has 107 bytes at most.
    folder = tempfile.mkdtemp(prefix='nertc-janus-')
    try:
        return run_beside_a_node(words, pathlib.Path(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    sys.exit(main())
