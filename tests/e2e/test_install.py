#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`meson install` and `meson devenv` do what people expect of them."""
import os
import pathlib
import subprocess
import unittest

import fixture
import tap

USES_LIBRARY = '''
#include <nertc/nertc.h>

int
main (void)
{
  g_autoptr (NertcRoom) room = nertc_room_new ("ws://127.0.0.1:8980/room", "standup");

  g_print ("%s\\n", nertc_room_get_state (room) == NERTC_ROOM_STATE_DISCONNECTED ? "good" : "bad");
  return 0;
}
'''
ELEMENTS = ('roomsignal', 'nertcsink', 'nertcsrc')


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          check=False, timeout=60, **options)
    if done.returncode:
        raise AssertionError(f'{words}: {done.returncode}\n{done.stdout}{done.stderr}')
    return done.stdout


def plain_environment(**more):
    """Nothing that leads to the build."""
    env = {key: value for key, value in os.environ.items()
           if not key.startswith(('GST_', 'GI_', 'LD_', 'PKG_CONFIG'))}
    return {**env, **{key: str(value) for key, value in more.items()}}


class InstallTest(fixture.Case):
    def setUp(self):
        super().setUp()
        run('meson', 'install', '-C', fixture.BUILD, '--no-rebuild', '--quiet', '--destdir',
            self.folder)

    def find(self, name):
        paths = list(self.folder.rglob(name))
        self.assertEqual(1, len(paths), f'{name}: {paths}')
        return paths[0]

    def test_the_plugin(self):
        library = self.find('libnertc-1.so')
        env = plain_environment(GST_PLUGIN_PATH=self.find('libgstnertc.so').parent,
                                LD_LIBRARY_PATH=library.parent,
                                GST_REGISTRY=self.folder / 'registry.bin')
        for element in ELEMENTS:
            text = run('gst-inspect-1.0', element, env=env)
            self.assertIn('Element Properties', text)

    def test_the_library(self):
        pc = self.find('nertc-1.pc')
        env = plain_environment(PKG_CONFIG_PATH=pc.parent, PKG_CONFIG_SYSROOT_DIR=self.folder)
        flags = run('pkg-config', '--cflags', '--libs', 'nertc-1', env=env).split()
        # The headers of other packages are not below the folder.
        flags = [flag if pathlib.Path(flag[2:]).exists()
                 else flag.replace(str(self.folder), '', 1) for flag in flags]
        source = self.folder / 'room.c'
        source.write_text(USES_LIBRARY, encoding='utf-8')
        run('cc', '-Wall', '-Wextra', '-Werror', source, '-o', self.folder / 'room', *flags)
        env = plain_environment(LD_LIBRARY_PATH=self.find('libnertc-1.so').parent)
        self.assertEqual('good\n', run(self.folder / 'room', env=env))

    def test_introspection(self):
        env = plain_environment(GI_TYPELIB_PATH=self.find('Nertc-*.typelib').parent,
                                LD_LIBRARY_PATH=self.find('libnertc-1.so').parent)
        self.assertEqual('standup\n', run(
            fixture.PYTHON, '-c', 'import gi; gi.require_version("Nertc", "1.0")\n'
            'from gi.repository import Nertc\n'
            'print(Nertc.Room.new("ws://127.0.0.1:1/room", "standup").props.channel)', env=env))

    def test_the_server_and_its_tools(self):
        env = plain_environment(LD_LIBRARY_PATH=self.find('libnertc-1.so').parent)
        self.assertIn('--port', run(self.find('nertc-server'), '--help', env=env))
        self.assertIn('mint', run(self.find('nertc-token'), '--help', env=env))
        self.assertIn('--ice-server', run(self.find('nertc-check'), '--help', env=env))


class DevenvTest(unittest.TestCase):
    def run_inside(self, *words):
        return run('meson', 'devenv', '-C', fixture.BUILD, *words, env=plain_environment())

    def test_gstreamer_finds_the_plugin(self):
        for element in ELEMENTS:
            self.assertIn('Element Properties', self.run_inside('gst-inspect-1.0', element))

    def test_python_finds_the_library(self):
        self.assertIn('None', self.run_inside(
            fixture.PYTHON, '-c', 'import gi; gi.require_version("Nertc", "1.0")\n'
            'from gi.repository import Nertc\n'
            'print(Nertc.Room.new("ws://127.0.0.1:1/room", "standup").get_uid())'))

    def test_the_server_is_on_the_path(self):
        self.assertIn('--port', self.run_inside('nertc-server', '--help'))
        self.assertIn('mint', self.run_inside('nertc-token', '--help'))


if __name__ == '__main__':
    tap.main()
