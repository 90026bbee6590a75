#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A desktop portal (org.freedesktop.portal.ScreenCast) for tests: scripted_portal.py NODE

It shares the node of PipeWire without asking anybody. Lines on its input: "answer CODE", what Start
is answered from then on: 0 shares, 1 is the user's no, 2 the desktop's; "close": ends the share. It
prints what it is asked."""
import os
import socket
import sys

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib

PATH = '/org/freedesktop/portal/desktop'
SCREEN_CAST = 'org.freedesktop.portal.ScreenCast'
INTERFACES = '''<node>
  <interface name="org.freedesktop.portal.ScreenCast">
    <method name="CreateSession">
      <arg type="a{sv}" direction="in"/><arg type="o" direction="out"/>
    </method>
    <method name="SelectSources">
      <arg type="o" direction="in"/><arg type="a{sv}" direction="in"/>
      <arg type="o" direction="out"/>
    </method>
    <method name="Start">
      <arg type="o" direction="in"/><arg type="s" direction="in"/>
      <arg type="a{sv}" direction="in"/><arg type="o" direction="out"/>
    </method>
    <method name="OpenPipeWireRemote">
      <arg type="o" direction="in"/><arg type="a{sv}" direction="in"/>
      <arg type="h" direction="out"/>
    </method>
    <property name="AvailableSourceTypes" type="u" access="read"/>
    <property name="AvailableCursorModes" type="u" access="read"/>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.Session">
    <method name="Close"/>
    <signal name="Closed"><arg type="a{sv}"/></signal>
  </interface>
</node>'''
PROPERTIES = {'AvailableSourceTypes': 3, 'AvailableCursorModes': 3, 'version': 4}


def say(text):
    os.write(1, (text + '\n').encode())


class Portal:
    def __init__(self, node):
        self.node = node
        self.answer = 0
        self.client = self.session = None
        self.info = Gio.DBusNodeInfo.new_for_xml(INTERFACES)
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.bus.register_object(
            PATH, self.info.lookup_interface(SCREEN_CAST), self.on_call,
            lambda bus, sender, path, interface, name: GLib.Variant('u', PROPERTIES[name]), None)
        Gio.bus_own_name_on_connection(
            self.bus, 'org.freedesktop.portal.Desktop', Gio.BusNameOwnerFlags.NONE,
            lambda *_: say('there'), None)

    def path_of(self, what, token):
        return f'{PATH}/{what}/{self.client[1:].replace(".", "_")}/{token}'

    def on_call(self, _bus, sender, _path, _interface, method, parameters, invocation):
        say(f'asked {method}')
        self.client = sender
        if method == 'OpenPipeWireRemote':
            self.open_remote(invocation)
            return
        options = parameters.unpack()[-1]
        request = self.path_of('request', options['handle_token'])
        invocation.return_value(GLib.Variant('(o)', (request,)))
        code, results = getattr(self, method)(options)
        self.bus.emit_signal(sender, request, 'org.freedesktop.portal.Request', 'Response',
                             GLib.Variant('(ua{sv})', (code, results)))

    def CreateSession(self, options):
        self.session = self.path_of('session', options['session_handle_token'])
        self.bus.register_object(
            self.session, self.info.lookup_interface('org.freedesktop.portal.Session'),
            self.on_closed, None, None)
        return 0, {'session_handle': GLib.Variant('s', self.session)}

    def SelectSources(self, options):
        say(f'types {options["types"]} cursor {options["cursor_mode"]}')
        return 0, {}

    def Start(self, _options):
        if self.answer:
            return self.answer, {}
        stream = (self.node, {'source_type': GLib.Variant('u', 1)})
        return 0, {'streams': GLib.Variant('a(ua{sv})', [stream])}

    def open_remote(self, invocation):
        with socket.socket(socket.AF_UNIX) as remote:
            remote.connect(os.path.join(os.environ['XDG_RUNTIME_DIR'], 'pipewire-0'))
            descriptors = Gio.UnixFDList.new()
            descriptors.append(remote.fileno())
        invocation.return_value_with_unix_fd_list(GLib.Variant('(h)', (0,)), descriptors)

    def on_closed(self, _bus, _sender, _path, _interface, _method, _parameters, invocation):
        invocation.return_value(None)
        say('closed')

    def obey(self, source, _condition):
        line = source.readline()
        if line.startswith('answer'):
            self.answer = int(line.split()[1])
            say(f'answers {self.answer}')
        elif line.startswith('close'):
            self.bus.emit_signal(self.client, self.session, 'org.freedesktop.portal.Session',
                                 'Closed', GLib.Variant('(a{sv})', ({},)))
        return bool(line)


def main():
    portal = Portal(int(sys.argv[1]))
    GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP,
                      portal.obey)
    GLib.MainLoop().run()


if __name__ == '__main__':
    main()
