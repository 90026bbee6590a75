# SPDX-License-Identifier: LGPL-2.1-or-later
"""Janus for the tests, as one that runs elsewhere: its configuration, and how to see that it
answers. It takes no address of loopback: see network()."""
import pathlib
import shutil
import socket
import subprocess
import sysconfig
import time
import unittest

PATIENCE = 20
# Seconds for which a session whose connection was lost waits to be claimed.
RECLAIM = 60
ADDRESS = '10.77.0.1'
NETWORK = (
    'ip link set lo up',
    'ip link add media0 type veth peer name media1',
    f'ip address add {ADDRESS}/24 dev media0',
    # Further addresses would be further ways to one place.
    'ip link set media0 addrgenmode none',
    'ip link set media1 addrgenmode none',
    'ip link set media0 up',
    'ip link set media1 up',
)

GENERAL = """\
general: {{
  configs_folder = "{folder}"
  plugins_folder = "{folder}/plugins"
  transports_folder = "{folder}/transports"
  events_folder = "{folder}/none"
  loggers_folder = "{folder}/none"
  protected_folders = ["/usr"]
  debug_level = {level}
  log_to_file = "{folder}/log"
  debug_timestamps = true
  debug_colors = false
  api_secret = "{secret}"
  reclaim_session_timeout = {reclaim}
  event_loops = 2
}}
media: {{
  ipv6 = false
}}
"""
SOCKET = """\
general: {{
  enabled = true
  json = "compact"
  path = "{path}"
  type = "SOCK_SEQPACKET"
}}
admin: {{
  admin_enabled = false
}}
"""
# What it says when nobody serves its socket.
DEAF = 'Unix Sockets thread ended'
WEBSOCKET = """\
general: {{
  json = "compact"
  ws = true
  ws_ip = "127.0.0.1"
  ws_port = {port}
  wss = false
}}
admin: {{
  admin_ws = false
}}
"""
PLUGINS, TRANSPORTS = ['libjanus_videoroom.so'], ['libjanus_pfunix.so']


def find_modules():
    """The folder in which Debian has Janus's plugins and transports."""
    return pathlib.Path('/usr/lib', sysconfig.get_config_var('MULTIARCH') or '', 'janus')


def skip_unless_possible():
    """Raises unittest.SkipTest, with the reason, where there can be no Janus."""
    for program in ('janus', 'ip', 'unshare'):
        if not shutil.which(program):
            raise unittest.SkipTest(f'no {program}: ./dev setup test installs it')
    made = subprocess.run(['unshare', '--net', 'true'], capture_output=True, text=True, check=False)
    if made.returncode:
        raise unittest.SkipTest(f'no network namespaces here: {made.stderr.strip()}')


def make_network():
    """An interface beside loopback, in the namespace of this process."""
    for line in NETWORK:
        subprocess.run(line.split(), check=True)


def socket_path(folder):
    return f'{folder}/janus.socket'


def write_configuration(folder, secret, reclaim=RECLAIM, level=4, port=None):
    """Into a folder that is there: for the one plugin and the one transport that are needed; and
    for WebSockets, with a @port for them."""
    folder = pathlib.Path(folder)
    transports = TRANSPORTS + (['libjanus_websockets.so'] if port else [])
    for kind, names in (('plugins', PLUGINS), ('transports', transports), ('none', [])):
        (folder / kind).mkdir()
        for name in names:
            (folder / kind / name).symlink_to(find_modules() / kind / name)
    fields = {'folder': folder, 'path': socket_path(folder), 'secret': secret,
              'reclaim': reclaim, 'level': level, 'port': port}
    (folder / 'janus.jcfg').write_text(GENERAL.format(**fields), encoding='utf-8')
    (folder / 'janus.transport.pfunix.jcfg').write_text(SOCKET.format(**fields), encoding='utf-8')
    if port:
        (folder / 'janus.transport.websockets.jcfg').write_text(WEBSOCKET.format(**fields),
                                                                encoding='utf-8')
    (folder / 'janus.plugin.videoroom.jcfg').touch()
    (folder / 'secret').write_text(secret, encoding='utf-8')


def command(folder):
    return ['janus', f'--configs-folder={folder}']


def media(*folders):
    """The options of nertc-server for the Janus of each of these folders."""
    return [*(f'--media=janus://{socket_path(folder)}' for folder in folders),
            f'--media-secret-file={folders[0]}/secret']


def answers(folder, patience=PATIENCE, over=lambda: False):
    """Whether it does, in time and before it is @over."""
    end = time.monotonic() + patience
    while time.monotonic() < end and not over():
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe:
            probe.settimeout(1)
            try:
                probe.connect(socket_path(folder))
                probe.send(b'{"janus":"ping","transaction":"probe"}')
                if probe.recv(1500):
                    return True
            except OSError:
                time.sleep(0.05)
    return False


def is_deaf(folder):
    log = pathlib.Path(folder, 'log')
    return log.exists() and DEAF in log.read_text(encoding='utf-8', errors='replace')


def start(begin, folder, patience=PATIENCE):
    """Lets @begin start one, a process or what has one as its child, until it answers, and returns
    that. It takes several where the machine is busy: the thread that serves the socket may begin
    before it is told that it is to, and end at once (1.1.2)."""
    end = time.monotonic() + patience
    while True:
        pathlib.Path(folder, 'log').unlink(missing_ok=True)
        node = begin()
        process = getattr(node, 'child', node)
        over = lambda: process.poll() is not None or is_deaf(folder)
        if answers(folder, end - time.monotonic(), over):
            return node
        process.kill()
        process.wait()
        if time.monotonic() > end:
            raise AssertionError(f'Janus does not answer at {folder}')
