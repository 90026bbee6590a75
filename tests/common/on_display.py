#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a program on an X display of its own: on_display.py PROGRAM ARGUMENT…

GTK draws by cairo there, keeps its settings in memory, and hands out what screen readers would be
told to the program itself. Of the user's own there is no configuration, session bus or sound. Without
Xvfb the program is not run, and that is a skip."""
import os
import select
import shutil
import subprocess
import sys
import tempfile

SKIP = 77
PATIENCE = 60  # seconds until there must be a display

ENVIRONMENT = {
    'GDK_BACKEND': 'x11',
    'GSK_RENDERER': 'cairo',
    'GTK_A11Y': 'test',
    'GSETTINGS_BACKEND': 'memory',
    'GTK_USE_PORTAL': '0',
    'NO_AT_BRIDGE': '1',
    'DBUS_SESSION_BUS_ADDRESS': 'disabled:',
    'LC_ALL': 'C.UTF-8',
}
# The cache stays: GStreamer's registry is in it.
FOLDERS = ('XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR')
NOT_OURS = ('GTK_THEME', 'LANGUAGE', 'WAYLAND_DISPLAY')


def environment(number, folder):
    env = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    return {**env, **ENVIRONMENT, **dict.fromkeys(FOLDERS, folder), 'DISPLAY': f':{number}',
            'PULSE_SERVER': f'unix:{folder}/nobody'}


def start_display():
    read, write = os.pipe()
    display = subprocess.Popen(
        ['Xvfb', '-displayfd', str(write), '-screen', '0', '1280x1024x24', '-nolisten', 'tcp',
         '-noreset'],
        pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    ready, _, _ = select.select([read], [], [], PATIENCE)
    # It stays open: Xvfb writes number and newline apart, and ends when either cannot be written.
    number = os.read(read, 16).decode().strip() if ready else ''
    if not number:
        display.kill()
        sys.exit('Xvfb did not start')
    return display, number


def main():
    if not shutil.which('Xvfb'):
        print('1..0 # SKIP no Xvfb: ./dev setup test installs it')
        return SKIP
    display, number = start_display()
    try:
        with tempfile.TemporaryDirectory(prefix='nertc-display-') as folder:
            return subprocess.call(sys.argv[1:], env=environment(number, folder))
    finally:
        display.terminate()
        display.wait()


if __name__ == '__main__':
    sys.exit(main())
