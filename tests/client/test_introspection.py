#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library from Python, through introspection, on a room server of its own.

    test_introspection.py NERTC_SERVER
"""
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import unittest

import gi

gi.require_version('Nertc', '1.0')
from gi.repository import Gio, GLib, GObject, Nertc

import tap

SERVER = sys.argv[1]
WATCHDOG_SECONDS = 20
BOTH = Nertc.Media.AUDIO | Nertc.Media.VIDEO


def wait(condition):
    """Iterates the main context until something is true."""
    late = []
    watchdog = GLib.timeout_add_seconds(WATCHDOG_SECONDS, late.append, True)
    while not condition():
        GLib.MainContext.default().iteration(True)
        assert not late, 'waited in vain'
    GLib.source_remove(watchdog)


def call(room, name, *arguments):
    """Calls NAME_async and returns what NAME_finish returns."""
    results = []
    getattr(room, f'{name}_async')(*arguments, None, lambda _, result: results.append(result))
    wait(lambda: results)
    return getattr(room, f'{name}_finish')(results[0])


class RoomTest(unittest.TestCase):
    def setUp(self):
        self.server = subprocess.Popen([SERVER, '--port=0'], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.wait, WATCHDOG_SECONDS)
        self.addCleanup(self.server.terminate)
        self.url = self.server.stdout.readline().split()[-1]

    def join(self, **properties):
        room = Nertc.Room(server=self.url, channel='standup', **properties)
        self.assertTrue(call(room, 'join'))
        return room

    def test_messages(self):
        seen = []
        alice, bob = self.join(uid='alice'), self.join(uid='bob')
        bob.connect('message', lambda _, *said: seen.append(said[:3]))
        alice.connect('message-delivered', lambda _, *told: seen.append(told))
        self.assertEqual([], call(alice, 'send_message', Nertc.MessageType.BROADCAST, 'Hello',
                                  None).missing)
        sent = call(alice, 'send_message', Nertc.MessageType.COMMAND, 'on', ['bob', 'eve'])
        self.assertEqual(['eve'], sent.missing)
        wait(lambda: len(seen) == 3)
        self.assertEqual([('alice', Nertc.MessageType.BROADCAST, 'Hello'),
                          ('alice', Nertc.MessageType.COMMAND, 'on'),
                          (sent[0], 'bob', True)], seen)
        with self.assertRaises(GLib.Error) as raised:
            call(alice, 'send_message', Nertc.MessageType.BARRAGE, 't' * 1025, None)
        self.assertTrue(raised.exception.matches(Nertc.error_quark(),
                                                 Nertc.Error.MESSAGE_TOO_LARGE))

    def test_call(self):
        seen = []
        alice = self.join(uid='alice', user_name='Alice')
        alice.connect('member-joined', lambda _, member: seen.append(member.props.user_name))
        alice.connect('transport-opened', lambda _, transport: seen.append(transport))
        bob = self.join(user_name='Bob')
        wait(lambda: seen == ['Bob'])
        self.assertRegex(bob.props.uid, r'^\d+$')
        self.assertEqual(['alice'], [member.get_uid() for member in bob.get_members()])

        roster = Nertc.Roster.new(bob)
        stream_id = call(alice, 'publish', 'a1', Nertc.Source.SCREEN, BOTH, Nertc.Media(0))
        self.assertEqual('a1', stream_id)
        wait(lambda: len(roster.get_streams()) == 1)
        stream = roster.get_streams()[0]
        self.assertEqual(('alice', Nertc.Source.SCREEN, BOTH),
                         (stream.props.uid, stream.props.source, stream.get_media()))
        self.assertTrue(call(bob, 'subscribe', 'a1', BOTH))
        wait(lambda: len(seen) == 2)
        self.assertEqual(Nertc.Role.SENDER, seen[1].props.role)
        self.assertEqual([], seen[1].get_ice_servers())

        answers = []
        seen[1].connect('description', lambda _, kind, sdp: answers.append((kind, sdp)))
        bob_end = []
        bob.connect('transport-opened', lambda _, transport: bob_end.append(transport))
        seen[1].report_failed(Nertc.Failure.ICE, 'No route')
        # Bob's end of the first one may come late.
        wait(lambda: len(seen) == 3 and bob_end and bob_end[-1].get_id() == seen[2].get_id())
        bob_end[-1].connect('description', lambda _, kind, sdp: answers.append((kind, sdp)))
        seen[2].send_description(Nertc.DescriptionType.OFFER, 'v=0')
        wait(lambda: answers)
        self.assertEqual([(Nertc.DescriptionType.OFFER, 'v=0')], answers)

        self.assertTrue(call(alice, 'leave'))
        wait(lambda: not len(roster.get_members()))

    def test_errors(self):
        """Errors are of the domain of the library, and say what to do."""
        alice = self.join(uid='alice')
        with self.assertRaises(GLib.Error) as taken:
            self.join(uid=alice.props.uid)
        self.assertTrue(taken.exception.matches(Nertc.error_quark(), Nertc.Error.UID_TAKEN))
        with self.assertRaises(GLib.Error) as invalid:
            call(Nertc.Room(server=self.url, channel='a/b'), 'join')
        self.assertTrue(invalid.exception.matches(Nertc.error_quark(),
                                                  Nertc.Error.ROOM_NAME_INVALID))
        self.assertIn('‘/’ at byte 2', invalid.exception.message)
        with self.assertRaises(GLib.Error):
            Nertc.check_uid('')

    def test_untrusted(self):
        """A server with a certificate that nobody has signed."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(
            pathlib.Path(os.environ['NERTC_SOURCE_ROOT'], 'tests', 'data', 'untrusted.pem'))
        with socket.create_server(('127.0.0.1', 0)) as listener:
            def shake_hands():
                connection = listener.accept()[0]
                try:
                    context.wrap_socket(connection, server_side=True).close()
                except (ssl.SSLError, OSError):
                    connection.close()

            thread = threading.Thread(target=shake_hands)
            thread.start()
            url = f'wss://127.0.0.1:{listener.getsockname()[1]}/room'
            with self.assertRaises(GLib.Error) as untrusted:
                call(Nertc.Room(server=url, channel='standup'), 'join')
            thread.join()
        self.assertTrue(untrusted.exception.matches(Nertc.error_quark(),
                                                    Nertc.Error.CERTIFICATE))
        self.assertIn(url, untrusted.exception.message)
        self.assertIn('tls-ca-file', untrusted.exception.message)

    def test_closed(self):
        closed = []
        room = self.join(reconnect_timeout=0)
        room.connect('closed', lambda _, error, reason, text: closed.append((error, reason)))
        self.server.terminate()
        wait(lambda: closed)
        error, reason = closed[0]
        self.assertTrue(error.matches(Nertc.error_quark(), Nertc.Error.CONNECTION_LOST))
        self.assertEqual(Nertc.CloseReason.TIMEOUT, reason)
        self.assertEqual(Nertc.RoomState.FAILED, room.props.state)
        self.assertEqual('timeout', Nertc.close_reason_to_string(reason))

    def test_cancel(self):
        cancellable = Gio.Cancellable()
        room = Nertc.Room(server=self.url, channel='standup')
        results = []
        room.join_async(cancellable, lambda _, result: results.append(result))
        cancellable.cancel()
        wait(lambda: results)
        with self.assertRaises(GLib.Error) as cancelled:
            room.join_finish(results[0])
        self.assertTrue(cancelled.exception.matches(Gio.io_error_quark(),
                                                    Gio.IOErrorEnum.CANCELLED))

    def test_documented_types(self):
        """What an application needs to know of a type it can ask."""
        for name in ('server', 'channel', 'app-key', 'uid', 'user-name', 'user-data', 'extra-info',
                     'user-updates', 'join-timeout', 'reconnect-timeout', 'token',
                     'token-file', 'role', 'grants', 'state', 'member-count', 'muted-by-admin'):
            self.assertIsNotNone(Nertc.Room.find_property(name), name)
        names = set(GObject.signal_list_names(Nertc.Room))
        self.assertEqual({'state-changed', 'member-joined', 'member-updated', 'member-left',
                          'stream-added', 'stream-updated', 'stream-removed', 'stream-failed',
                          'transport-opened', 'closed', 'message', 'message-delivered', 'invited',
                          'network-quality', 'active-speaker', 'token-will-expire',
                          'token-renewed'}, names)
        self.assertFalse(Nertc.Room.find_property('token').flags & GObject.ParamFlags.READABLE)
        self.assertEqual('screen', Nertc.Source.SCREEN.value_nick)


if __name__ == '__main__':
    del sys.argv[1]
    tap.main()
