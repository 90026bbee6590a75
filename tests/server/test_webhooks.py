# SPDX-License-Identifier: LGPL-2.1-or-later
"""What nertc-server tells webhooks, and that nobody waits for them."""
import hashlib
import hmac
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

from rawsocket import RawSocket, Server
from webhook_receiver import SECRET, WATCHDOG, Receiver

PROGRAM = None
DOCUMENT = pathlib.Path(__file__, '../../../docs/operations.md').resolve()


class WebhooksTest(unittest.TestCase):
    def setUp(self):
        self.file = tempfile.NamedTemporaryFile('w')  # pylint: disable=consider-using-with
        self.addCleanup(self.file.close)
        self.file.write(SECRET + '\n')
        self.file.flush()

    def serve(self, *receivers, **keywords):
        return Server(PROGRAM, f'--webhook-secret-file={self.file.name}',
                      *(f'--webhook={getattr(receiver, "url", receiver)}' for receiver in receivers),
                      **keywords)

    def test_a_room_from_beginning_to_end(self):
        with Receiver() as receiver, Receiver() as second, self.serve(receiver, second) as server:
            with RawSocket(server.uri) as alice, RawSocket(server.uri) as bob:
                alice.join(channel='stand up', uid='alice', userName='Alice ☺')
                bob.join(channel='stand up', uid='bob')
                stream = alice.request('stream.publish', source='camera', audio=True, video=True)
                alice.request('stream.unpublish', streamId=stream['result']['streamId'])
                bob.request('room.leave')
                alice.request('room.leave')
                events = receiver.until('room.ended')
                self.assertEqual(
                    [(event['event'], event.get('reason')) for event in events],
                    [('room.started', None), ('member.joined', None), ('member.joined', None),
                     ('stream.added', None), ('stream.removed', 'unpublished'),
                     ('member.left', 'left'), ('member.left', 'left'), ('room.ended', None)])
                self.assertEqual([event['sequence'] for event in events], list(range(1, 9)))
                self.assertEqual({(event['appKey'], event['channel'], event['stay'])
                                  for event in events}, {('', 'stand up', events[0]['stay'])})
                self.assertEqual(len({event['id'] for event in events}), 8)
                self.assertEqual(events[1]['member'], {'uid': 'alice', 'userName': 'Alice ☺',
                                                       'userData': '', 'role': 'host'})
                self.assertEqual(events[3]['stream']['uid'], 'alice')
                self.assertEqual(events[3]['stream']['source'], 'camera')
                self.assertEqual(events[5]['member']['uid'], 'bob')
                self.assertEqual(second.until('room.ended'), events)
                # One after the other, on one connection.
                self.assertEqual(receiver.connections, 1)
                # The next stay counts anew.
                bob.join(channel='stand up', uid='bob')
                started = receiver.next()
                self.assertEqual((started['event'], started['sequence']), ('room.started', 1))
                self.assertNotEqual(started['stay'], events[0]['stay'])

    def test_fails_and_is_tried_again_in_order(self):
        def answer(event, times):
            return 500 if event['event'] == 'member.joined' and times == 1 else 307 if times == 1 \
                and event['event'] == 'member.left' else 204

        with Receiver(answer) as receiver, self.serve(receiver) as server:
            with RawSocket(server.uri) as alice:
                alice.join(uid='alice')
                alice.request('room.leave')
                events = receiver.until('room.ended')
        self.assertEqual([event['event'] for event in events],
                         ['room.started', 'member.joined', 'member.joined', 'member.left',
                          'member.left', 'room.ended'])
        self.assertEqual(events[1], events[2])

    def test_waits_for_a_receiver_that_is_not_there_yet(self):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        with self.serve(f'http://127.0.0.1:{port}/hook', stderr=subprocess.PIPE) as server:
            with RawSocket(server.uri) as alice:
                alice.join(uid='alice')
                while 'does not take an event' not in server.process.stderr.readline():
                    pass
                with Receiver(port=port) as receiver:
                    self.assertEqual([event['event'] for event in receiver.until('member.joined')],
                                     ['room.started', 'member.joined'])

    def test_nobody_waits_for_a_slow_receiver(self):
        going_on = threading.Event()

        def answer(_event, _times):
            going_on.wait(WATCHDOG)
            return 200

        with Receiver(answer) as slow, Receiver() as quick, self.serve(slow, quick) as server:
            with RawSocket(server.uri) as alice, RawSocket(server.uri) as bob:
                alice.join(uid='alice')
                slow.next()
                # It holds the first event, while these come and go, in this room and in another.
                bob.join(channel='other', uid='bob')
                self.assertEqual(slow.next()['channel'], 'other')
                bob.request('room.leave')
                bob.join(uid='bob')
                bob.request('room.leave')
                alice.request('room.leave')
                events = quick.until('room.ended') + quick.until('room.ended')
                self.assertEqual(len(events), 10)
                going_on.set()
                seen = slow.until('room.ended') + slow.until('room.ended')
        for channel in ('room', 'other'):
            numbers = [event['sequence'] for event in seen if event['channel'] == channel]
            self.assertEqual(numbers, sorted(numbers))

    def test_the_last_events_go_before_the_server(self):
        with Receiver() as receiver, self.serve(receiver) as server:
            with RawSocket(server.uri) as alice:
                alice.join(uid='alice')
                receiver.until('member.joined')
                server.process.terminate()
                alice.end()
                self.assertEqual([(event['event'], event.get('reason'))
                                  for event in receiver.until('room.ended')],
                                 [('member.left', 'shutdown'), ('room.ended', None)])
            self.assertEqual(server.process.wait(WATCHDOG), 0)

    def test_ends_although_a_receiver_does_not_answer(self):
        with socket.socket() as deaf:
            deaf.bind(('127.0.0.1', 0))
            deaf.listen()
            url = f'http://127.0.0.1:{deaf.getsockname()[1]}/'
            with self.serve(url) as server, RawSocket(server.uri) as alice:
                alice.join(uid='alice')
                connection, _ = deaf.accept()
                with connection:
                    server.process.terminate()
                    alice.end()
                    self.assertEqual(server.process.wait(WATCHDOG), 0)

    def test_the_snippet_of_the_documentation(self):
        code = re.search(r'^```python webhook\n(.*?)^```$', DOCUMENT.read_text(encoding='utf-8'),
                         re.MULTILINE | re.DOTALL)[1]
        names = {}
        exec(code, names)  # pylint: disable=exec-used
        is_genuine = names['is_genuine']
        with Receiver() as receiver, self.serve(receiver) as server:
            with RawSocket(server.uri) as alice:
                alice.join(uid='alice')
                _, headers, body = receiver.requests.get(timeout=WATCHDOG)
        signature = headers['Nertc-Signature']
        seconds = int(signature.split(',')[0][2:])
        self.assertTrue(is_genuine(SECRET, signature, body))
        self.assertTrue(is_genuine(SECRET, signature, body, now=seconds + 300))
        self.assertFalse(is_genuine(SECRET, signature, body, now=seconds + 301))
        self.assertFalse(is_genuine(SECRET, signature, body + b' '))
        self.assertFalse(is_genuine(SECRET + 'x', signature, body))
        forged = hmac.new(b'', f'{seconds}.'.encode() + body, hashlib.sha256).hexdigest()
        for wrong in ('', 't=,v1=', 't', f't={seconds},v1={forged}', f't={seconds},v1=é',
                      signature.replace(str(seconds), str(seconds + 1)), f't={seconds}'):
            self.assertFalse(is_genuine(SECRET, wrong, body), wrong)

    def test_no_end_of_beginnings(self):
        """Nothing but "100 Continue": libsoup would listen to that alone."""
        def go_on(connection):
            try:
                while True:
                    connection.sendall(b'HTTP/1.1 100 Continue\r\n\r\n' * 100)
            except OSError:
                pass  # It had enough.

        with socket.socket() as listener:
            listener.bind(('127.0.0.1', 0))
            listener.listen()
            url = f'http://127.0.0.1:{listener.getsockname()[1]}/'
            with self.serve(url, stderr=subprocess.DEVNULL) as server:
                with RawSocket(server.uri) as alice:
                    alice.join(uid='alice')
                    connection, _ = listener.accept()
                    with connection:
                        go_on(connection)
                    alice.request('room.leave')

    def test_a_secret_that_is_none(self):
        with tempfile.NamedTemporaryFile('w') as file:
            file.write('short\n')
            file.flush()
            for path, part in ((file.name, '32 to 1024 bytes'), ('/nonexistent', 'No such file')):
                done = subprocess.run([PROGRAM, '--port=0', '--webhook=http://127.0.0.1/',
                                       f'--webhook-secret-file={path}'], capture_output=True,
                                      text=True, timeout=WATCHDOG, check=False)
                self.assertEqual(done.returncode, 1)
                self.assertIn(part, done.stderr)
                self.assertNotIn('short', done.stderr)


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
