# SPDX-License-Identifier: LGPL-2.1-or-later
"""What this machine can capture: each function returns a Device, or None and the reason."""
import glob
import json
import os
import pathlib
import re
import socket
import subprocess
from typing import NamedTuple


class Device(NamedTuple):
    what: str  # in the user's words
    source: list  # the words of the gst-launch-1.0 source


def output_of(*words):
    try:
        return subprocess.run(words, capture_output=True, text=True, timeout=10,
                              check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ''


def parse_cameras(text):
    """The devices that `gst-device-monitor-1.0 Video/Source` prints."""
    cameras = []
    for part in text.split('Device found:')[1:]:
        name = re.search(r'^\s*name\s*: (.*)$', part, re.MULTILINE)
        launch = re.search(r'^\s*gst-launch-1\.0 (.*?) ! ', part, re.MULTILINE)
        node = re.search(r'^\s*api\.v4l2\.path = "?([^\s"]+)', part, re.MULTILINE)
        if name and launch:
            source = ['v4l2src', f'device={node[1]}'] if node else launch[1].split()
            # Not every node of PipeWire stamps its frames.
            if source[0] == 'pipewiresrc':
                source.append('do-timestamp=true')
            # /dev/video0 is what v4l2src takes by itself.
            if source == ['v4l2src', 'device=/dev/video0']:
                source.pop()
            cameras.append(Device(f'camera “{name[1]}”', source))
    return cameras


def find_camera():
    """A V4L2 or PipeWire camera."""
    cameras = parse_cameras(output_of('gst-device-monitor-1.0', 'Video/Source'))
    if cameras:
        return cameras[0], None
    nodes = glob.glob('/dev/video*')
    if nodes:
        return None, (f"no camera that this user can open ({', '.join(nodes)} there; "
                      "is this user in the group video?)")
    return None, 'no camera (neither /dev/video* nor one of PipeWire)'


def pulse_is_there():
    """Whether a PulseAudio server can be asked; pactl itself would start one."""
    if os.environ.get('PULSE_SERVER'):
        return True
    folder = os.environ.get('PULSE_RUNTIME_PATH') or \
        os.path.join(os.environ.get('XDG_RUNTIME_DIR', f'/run/user/{os.getuid()}'), 'pulse')
    return pathlib.Path(folder, 'native').is_socket()


def parse_microphone(sources, default):
    """The default one of the sources that `pactl --format=json list sources` prints, or the first;
    a monitor is what a loudspeaker plays and no microphone."""
    microphones = [source for source in sources
                   if source.get('properties', {}).get('device.class') != 'monitor'
                   and not source['name'].endswith('.monitor')]
    if not microphones:
        return None
    for source in microphones:
        if source['name'] == default:
            return Device(f"microphone “{source.get('description', default)}”", ['pulsesrc'])
    first = microphones[0]
    return Device(f"microphone “{first.get('description', first['name'])}”",
                  ['pulsesrc', f"device={first['name']}"])


def find_microphone():
    if not pulse_is_there():
        return None, 'no microphone (no PulseAudio server)'
    try:
        sources = json.loads(output_of('pactl', '--format=json', 'list', 'sources'))
    except ValueError:
        return None, 'no microphone (the PulseAudio server does not answer)'
    device = parse_microphone(sources, output_of('pactl', 'get-default-source').strip())
    return device, None if device else 'no microphone (PulseAudio has none)'


def x11_answers(display):
    """Whether there is an X server behind this DISPLAY."""
    match = re.fullmatch(r'([^:/]*):(\d+)(\.\d+)?', display)
    if not match:
        return False
    host, number = match[1], int(match[2])
    if host and host != 'unix':
        addresses = [(socket.AF_INET, (host, 6000 + number))]
    else:
        path = f'/tmp/.X11-unix/X{number}'
        addresses = [(socket.AF_UNIX, path), (socket.AF_UNIX, '\0' + path)]
    for family, address in addresses:
        with socket.socket(family) as client:
            client.settimeout(2)
            try:
                client.connect(address)
                return True
            except OSError:
                pass
    return False


def find_display():
    """A Device whose source captures the screen; it has none where windows can be shown only."""
    display = os.environ.get('DISPLAY')
    if os.environ.get('WAYLAND_DISPLAY'):
        return Device('a Wayland screen', []), None
    if not display:
        return None, 'no display (DISPLAY is not set)'
    if not x11_answers(display):
        return None, f'no display (nothing answers at DISPLAY={display})'
    return Device(f'the X11 screen {display}', ['ximagesrc']), None
