# SPDX-License-Identifier: LGPL-2.1-or-later
"""An application as a screen reader has it: a tree of nodes with roles, names and states, by AT-SPI.

GTK 4.8 makes a node when somebody asks for the children of its parent, and tells of all that are made
in one answer (org.a11y.atspi.Cache); so a look at the whole tree is one call and one for each place
that is new. Its states do not tell what is on a page that is not shown, but no point lies within
such a node.
"""
import collections
import re
import time

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib

ROOT = '/org/a11y/atspi/accessible/root'
ACCESSIBLE = 'org.a11y.atspi.Accessible'
ACTION = 'org.a11y.atspi.Action'
COMPONENT = 'org.a11y.atspi.Component'
EDITABLE = 'org.a11y.atspi.EditableText'
TEXT = 'org.a11y.atspi.Text'
VALUE = 'org.a11y.atspi.Value'
WINDOW_COORDINATES = 1
# What happens while nobody tells: GTK 4.8 is silent about some.
LOOK_AGAIN_MS = 200
# Between two looks, however much happens
PAUSE_MS = 30

# at-spi2's numbers, with the names that GTK gives
ROLES = {2: 'alert', 7: 'switch', 8: 'check box', 11: 'combo box', 16: 'dialog', 23: 'window',
         27: 'image', 29: 'label', 31: 'list', 32: 'list item', 33: 'menu', 35: 'menu item',
         39: 'group', 42: 'progress bar', 43: 'button', 44: 'radio', 51: 'slider',
         52: 'spin button', 61: 'text box', 62: 'toggle button', 75: 'application', 79: 'entry',
         116: 'static'}
STATES = {'active': 1, 'checked': 4, 'expanded': 10, 'focused': 12, 'pressed': 20,
          'selected': 23, 'sensitive': 24, 'visible': 30}


# What GTK gives as a name to who has none
TYPE_NAME = re.compile('(Gtk|Adw|Call)[A-Z]\\w+$')


def plain(name):
    """GTK 4.8 takes a widget's own label, its mnemonic included, and that of the label which names
    it: ‘_Share Share’."""
    words = name.split(' ')
    first, last = (' '.join(part) for part in
                   (words[:len(words) // 2], words[len(words) // 2:]))
    return last if first.replace('_', '') == last else name


class Node(collections.namedtuple('Node', 'tree path parent index role name description states')):
    """As it was when one looked; what is done and asked goes to what it is now."""
    __slots__ = ()

    def has(self, state):
        return bool(self.states >> STATES[state] & 1)

    def is_on(self):
        """Of a toggle or a switch."""
        return self.has('pressed') or self.has('checked')

    def ask(self, interface, method, signature=None, *arguments):
        return self.tree.call(self.path, interface, method, signature, *arguments)

    def box(self):
        """(x, y, width, height) within the window."""
        return self.ask(COMPONENT, 'GetExtents', '(u)', WINDOW_COORDINATES)[0]

    def is_shown(self):
        """Whether it is on a page that is shown."""
        if not self.has('visible'):
            return False
        x, y, width, height = self.box()
        return self.ask(COMPONENT, 'Contains', '(iiu)', x + width // 2, y + height // 2,
                        WINDOW_COORDINATES)[0]

    def act(self):
        """What a click does."""
        return self.ask(ACTION, 'DoAction', '(i)', 0)[0]

    def focus(self):
        return self.ask(COMPONENT, 'GrabFocus')[0]

    def text(self):
        return self.ask(TEXT, 'GetText', '(ii)', 0, -1)[0]

    def put_text(self, text):
        return self.ask(EDITABLE, 'SetTextContents', '(s)', text)[0]

    def value(self):
        return self.tree.call(self.path, 'org.freedesktop.DBus.Properties', 'Get', '(ss)', VALUE,
                              'CurrentValue')[0]

    def put_value(self, value):
        self.tree.call(self.path, 'org.freedesktop.DBus.Properties', 'Set', '(ssv)', VALUE,
                       'CurrentValue', GLib.Variant('d', value))

    def tell(self):
        states = ' '.join(state for state in STATES if self.has(state)
                          and state not in ('sensitive', 'visible'))
        return (f'{self.role} ‘{self.name}’' + (f' ({self.description})' if self.description else '')
                + (f' {states}' if states else '') + ('' if self.has('sensitive') else ' grey'))


class Bus:
    """The accessibility bus of a desktop."""

    def __init__(self, address):
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
                 Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        self.connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        self.changed = True
        for interface in ('Object', 'Window'):
            self.connection.signal_subscribe(
                None, f'org.a11y.atspi.Event.{interface}', None, None, None,
                Gio.DBusSignalFlags.NONE, self.on_event)

    def on_event(self, *ignored):
        self.changed = True

    def call(self, owner, path, interface, method, signature=None, *arguments):
        return self.connection.call_sync(
            owner, path, interface, method, GLib.Variant(signature, arguments) if signature else None,
            None, Gio.DBusCallFlags.NONE, 10000, None).unpack()

    def process_of(self, owner):
        return self.call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                         'GetConnectionUnixProcessID', '(s)', owner)[0]

    def applications(self):
        return [owner for owner, _ in
                self.call('org.a11y.atspi.Registry', ROOT, ACCESSIBLE, 'GetChildren')[0]]

    def wait(self, condition, seconds, tell=lambda: ''):
        """What @condition gives when that is not nothing; asked again when something happens."""
        context = GLib.MainContext.default()
        end = time.monotonic() + seconds
        while True:
            self.changed = False
            found = condition()
            if found:
                return found
            if time.monotonic() >= end:
                raise AssertionError(f'not within {seconds:.0f} s: {tell()}')
            self.sleep_until_something_happens(context)

    def sleep_until_something_happens(self, context):
        """Also when it may have happened in silence."""
        over = []
        for interval in (PAUSE_MS, LOOK_AGAIN_MS):
            source = GLib.timeout_source_new(interval)
            source.set_callback(lambda *ignored: over.append(1))
            source.attach(context)
        while len(over) < (1 if self.changed else 2):
            context.iteration(True)


class Tree:
    """The nodes of one application."""

    def __init__(self, bus, owner):
        self.bus = bus
        self.owner = owner

    def call(self, path, *words):
        return self.bus.call(self.owner, path, *words)

    def children(self, path):
        return [child for owner, child in self.call(path, ACCESSIBLE, 'GetChildren')[0]]

    def items(self):
        """{path: item} of all nodes that are made already."""
        try:
            found = self.call('/org/a11y/atspi/cache', 'org.a11y.atspi.Cache', 'GetItems')[0]
        except GLib.Error:  # it is there a little later than the application, or gone with it
            return {}
        return {item[0][1]: item for item in found}

    def look(self):
        """All nodes now, from the top down, each behind its parent."""
        asked = {}
        items = self.items()
        while True:
            known = collections.Counter(item[2][1] for item in items.values())
            new = [path for path, item in items.items() if path not in asked and
                   (path == ROOT or item[4] > known[path])]
            if not new:
                break
            for path in new:
                try:
                    asked[path] = self.children(path)
                except GLib.Error:
                    asked[path] = []
            items = self.items()
        below = collections.defaultdict(list)
        for path, item in items.items():
            below[item[2][1]].append((item[3], path))
        return list(self.descend(items, below, ROOT))

    def descend(self, items, below, top):
        for _, path in sorted(below[top]):
            item = items[path]
            yield Node(self, path, top, item[3], ROLES.get(item[7], str(item[7])), plain(item[6]),
                       item[8], item[9][0] | item[9][1] << 32)
            yield from self.descend(items, below, path)

    def find(self, name, role=None, within=None, shown=True):
        """Nodes by name (a text or a pattern) and role; labels that only repeat the name of what
        holds them come last."""
        fits = name.search if isinstance(name, re.Pattern) else lambda text: text == name
        nodes = self.look()
        if within:
            nodes = self.inside(nodes, within)
        found = [node for node in nodes if fits(node.name) and role in (None, node.role)]
        found.sort(key=lambda node: node.role == 'label')
        return [node for node in found if not shown or self.is_shown(node)]

    @staticmethod
    def is_shown(node):
        try:
            return node.is_shown()
        except GLib.Error:  # gone meanwhile
            return False

    @staticmethod
    def inside(nodes, top):
        paths, found = {top.path}, []
        for node in nodes:
            if node.parent in paths:
                paths.add(node.path)
                found.append(node)
        return found

    def tell(self):
        """What there is to see, for whoever looks for why something is not there."""
        depth, lines = {ROOT: 0}, []
        for node in self.look():
            depth[node.path] = depth.get(node.parent, 0) + 1
            if node.name and not TYPE_NAME.match(node.name) and self.is_shown(node):
                lines.append('  ' * min(depth[node.path], 8) + node.tell())
        return '\n'.join(lines)
