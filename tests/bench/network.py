# SPDX-License-Identifier: LGPL-2.1-or-later
"""A network for a media server: Janus uses no loopback addresses, and a machine may have no others.
"""
import ctypes
import json
import os
import subprocess

CLONE_NEWNET = 0x40000000
ADDRESS = '10.77.0.1/24'
LIBC = ctypes.CDLL(None, use_errno=True)


def run(*words):
    return subprocess.run(['ip', *words], capture_output=True, text=True, check=True).stdout


def has_address():
    """Other than one of loopback, of an interface that is up."""
    return any(entry['family'] == 'inet' and entry['scope'] == 'global'
               for interface in json.loads(run('-json', 'address', 'show', 'up'))
               for entry in interface.get('addr_info', ()))


def provide():
    """Whatever is started from now on has an address that is not one of loopback.

    Returns: None; or why that cannot be, as a sentence
    """
    try:
        if has_address():
            return None
        if LIBC.unshare(CLONE_NEWNET):
            return (f'This machine has loopback addresses only, and no other network may be made: '
                    f'{os.strerror(ctypes.get_errno())}. Run it as root.')
        run('link', 'set', 'lo', 'up')
        run('link', 'add', 'media0', 'type', 'veth', 'peer', 'name', 'media1')
        run('address', 'add', ADDRESS, 'dev', 'media0')
        for name in ('media0', 'media1'):
            run('link', 'set', name, 'up')
    except (OSError, subprocess.CalledProcessError) as error:
        return f'No network can be made: {getattr(error, "stderr", None) or error}'
    return None
