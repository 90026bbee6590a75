#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/call-app.md says what nertc-call says itself: its options and its keys."""
import os
import pathlib
import re
import shlex
import subprocess
import unittest

import fixture  # first: it tells where the others are

import tap

APP = fixture.BUILD / 'app' / 'call' / 'nertc-call'
DOCUMENT = fixture.SOURCE / 'docs' / 'call-app.md'
SHORTCUTS = fixture.SOURCE / 'app' / 'call' / 'ui' / 'call-shortcuts.ui'
OPTION = re.compile(r'--[a-z][a-z-]+')
# Of every GTK application, and not ours to tell
KEYS_OF_OTHERS = {'Escape', 'F10', 'Return Menu', 'p'}
WORDS = {'<Control>': 'Ctrl+', '<Shift>': 'Shift+', 'space': 'Space, held'}


class DocumentTest(unittest.TestCase):
    def setUp(self):
        self.text = DOCUMENT.read_text('utf-8')

    def options(self):
        env = {**os.environ, 'LC_ALL': 'C.UTF-8',
               'LD_LIBRARY_PATH': str(fixture.BUILD / 'signaling-client')}
        told = subprocess.run([APP, '--help'], env=env, check=True, capture_output=True, text=True,
                              timeout=fixture.PATIENCE).stdout
        return set(OPTION.findall(told.partition('Application Options')[2]))

    def test_without_settings(self):
        env = {'LC_ALL': 'C.UTF-8', 'LD_LIBRARY_PATH': str(fixture.BUILD / 'signaling-client'),
               'XDG_DATA_DIRS': '/nonexistent', 'XDG_DATA_HOME': '/nonexistent'}
        done = subprocess.run([APP], env=env, check=False, capture_output=True, text=True,
                              timeout=fixture.PATIENCE)
        self.assertEqual(1, done.returncode, done.stderr)
        self.assertIn('its settings are missing', done.stderr)

    def test_options(self):
        rows = {option for line in self.text.splitlines() if line.startswith('| `-')
                for option in OPTION.findall(line.split('|')[1])}
        self.assertEqual(self.options(), rows)

    def test_lines(self):
        lines = [shlex.split(line) for line in self.text.splitlines()
                 if line.startswith('    nertc-call')]
        self.assertGreater(len(lines), 2)
        used = {OPTION.match(word)[0] for words in lines for word in words if OPTION.match(word)}
        self.assertEqual(set(), used - self.options())

    def test_keys(self):
        accelerators = re.findall(r'name="accelerator">([^<]+)<', SHORTCUTS.read_text('utf-8'))
        keys = set()
        for key in set(accelerators) - KEYS_OF_OTHERS:
            key = key.replace('&lt;', '<').replace('&gt;', '>')
            for mark, word in WORDS.items():
                key = key.replace(mark, word)
            keys.add(key[:-1] + key[-1].upper() if re.search(r'\+\w$', key) else key)
        told = {line.split('|')[1].strip() for line in
                self.text.partition('| key |')[2].partition('\n\n')[0].splitlines()[2:]}
        self.assertEqual(keys, told)


if __name__ == '__main__':
    tap.main()
