# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who may include whom, as docs/architecture.md draws it:

    app/call/ui ─► app/call/media ─► app/call/model,  app/call/media ─► gst/codecs, signaling-client
    app/call/media ─► app/call/paint
    app/call/media ─► (elements by name) ─► gst ─► gst/rtc ─► gst/codecs ◄─ app/tools
                                      gst ─► signaling-client ─► protocol ◄─ app/server
                                                                  ◄─ app/token ◄─ app/server, app/tools
"""
import pathlib
import re
from typing import NamedTuple

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)

JSON = ('json-glib/',)
GSTREAMER = ('gst/',)
TOOLKIT = ('gtk/', 'adwaita')
SOCKETS = ('libsoup/', 'sys/socket.h', 'sys/un.h', 'netinet/', 'arpa/', 'netdb.h',
           'gio/gsocket', 'gio/gnetworking.h', 'gio/gunixsocket')


class Layer(NamedTuple):
    folder: str
    may_use: tuple  # other layers
    forbidden: tuple  # beginnings of the names of system headers


# The deepest folder that holds a file decides its layer. What is in none of them is free.
LAYERS = (
    Layer('signaling-client/protocol', (), GSTREAMER + TOOLKIT + SOCKETS),
    Layer('signaling-client', ('signaling-client/protocol',), GSTREAMER + TOOLKIT),
    Layer('gst/codecs', (), JSON + SOCKETS + TOOLKIT),
    Layer('gst/rtc', ('gst/codecs',), JSON + SOCKETS + TOOLKIT),
    Layer('gst', ('gst/rtc', 'gst/codecs', 'signaling-client', 'signaling-client/protocol'), SOCKETS + TOOLKIT),
    Layer('app/token', ('signaling-client/protocol',), GSTREAMER + TOOLKIT + SOCKETS),
    Layer('app/server', ('app/token', 'signaling-client/protocol'), GSTREAMER + TOOLKIT),
    Layer('app/call/model', ('signaling-client/protocol',), GSTREAMER + TOOLKIT + JSON + SOCKETS),
    Layer('app/call/media', ('app/call/model', 'app/call/paint', 'gst/codecs', 'signaling-client'),
          TOOLKIT + JSON + SOCKETS),
    Layer('app/call/paint', (), GSTREAMER + JSON + SOCKETS),
    Layer('app/call/ui', ('app/call/media', 'app/call/model'), GSTREAMER + JSON + SOCKETS),
    Layer('app/call', ('app/call/ui',), GSTREAMER + JSON + SOCKETS),
    Layer('app/tools', ('app/token', 'gst/codecs', 'signaling-client', 'signaling-client/protocol'),
          TOOLKIT),
)


def layer_of(path):
    """The layer of a file, by its path from the root; None for tests and other free files."""
    fitting = [layer for layer in LAYERS if path.startswith(layer.folder + '/')]
    return max(fitting, key=lambda layer: len(layer.folder), default=None)


def sources(root):
    for folder in ('app', 'gst', 'signaling-client'):
        for path in sorted(pathlib.Path(root, folder).rglob('*.[ch]')):
            yield path.relative_to(root).as_posix()


def complaint(path, layer, name, homes):
    """What is wrong with @path including @name, or None."""
    system = next((start for start in layer.forbidden if name.startswith(start)), None)
    if system:
        return f'{path}: {layer.folder} may not include <{name}>'
    home = homes.get(pathlib.PurePosixPath(name).name)
    if not home or home is layer or home.folder in layer.may_use:
        return None
    return f'{path}: {layer.folder} may not include "{name}" of {home.folder}'


def check(root):
    """Every include below @root that goes against the arrows, as sentences; and how many
    includes were looked at."""
    files = list(sources(root))
    homes = {pathlib.PurePosixPath(path).name: layer_of(path)
             for path in files if path.endswith('.h')}
    complaints, seen = [], 0
    for path in files:
        layer = layer_of(path)
        if not layer:
            continue
        for mark, name in INCLUDE.findall(pathlib.Path(root, path).read_text(encoding='utf-8')):
            seen += 1
            # A library's folder, such as <stun/usages/turn.h>, has no header of ours.
            found = complaint(path, layer, name, {} if mark == '<' and '/' in name else homes)
            if found:
                complaints.append(found)
    return complaints, seen
