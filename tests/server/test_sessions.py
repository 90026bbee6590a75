# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sessions that outlive their connection: nothing is lost, nothing comes twice, nobody else
notices, and nothing grows without bound."""
import struct
import sys
import time
import unittest

from rawsocket import CLOSE, RawSocket, Server, WATCHDOG, frame
from sessionclient import Member

PROGRAM = None

INVALID_PARAMS = -32602
NOT_JOINED = 1001
ALREADY_JOINED = 1002
UID_TAKEN = 1005
ROOM_FULL = 1006
SESSION_GONE = 1023

STREAM = {'source': 'camera', 'audio': True, 'video': True}
WANTED = {'audio': True, 'video': True}
BURST = 6


class SessionTest(unittest.TestCase):
    def serve(self, *options):
        server = Server(PROGRAM, *options)
        self.addCleanup(lambda: self.assertEqual(server.stop(), 0))
        self.server = server

    def member(self, uid, **params):
        member = Member(self.server.uri, uid, **params)
        self.addCleanup(lambda: member.connection and member.connection.socket.close())
        return member

    def connect(self):
        connection = RawSocket(self.server.uri)
        self.addCleanup(connection.socket.close)
        return connection

    def call(self, **consumer):
        """Two members, between whom there is a transport."""
        self.publisher = self.member('publisher')
        self.consumer = self.member('consumer', **consumer)
        self.publisher.request('stream.publish', streamId='s', **STREAM)
        self.consumer.request('stream.subscribe', streamId='s', **WANTED)
        self.transport = self.consumer.event('transport.open')['transportId']
        self.publisher.event('transport.open')

    def send_candidates(self, member, numbers):
        for number in numbers:
            member.notify('transport.candidate', transportId=self.transport, sdpMLineIndex=0,
                          candidate=str(number))

    def send_large(self, count):
        """To the consumer, 64 KiB each."""
        for _ in range(count):
            self.publisher.notify('transport.description', transportId=self.transport,
                                  type='offer', sdp='x' * 65536)
        self.publisher.request('room.ping')

    def assert_unnoticed(self, other):
        """Nothing was told to @other of anybody's coming and going."""
        other.request('room.ping')
        for name in ('member.joined', 'member.left', 'stream.added', 'stream.removed',
                     'transport.close'):
            self.assertEqual(other.events(name), [])

    # Nothing lost, nothing twice

    def check_burst(self, round_number, cut_after, reset):
        """Both send; the one is cut off after so many messages, and comes back."""
        numbers = range(round_number * BURST, (round_number + 1) * BURST)
        self.send_candidates(self.publisher, numbers)
        for number in numbers:
            self.asked.append(self.consumer.ask('room.update', extraInfo=str(number)))
            self.send_candidates(self.consumer, [number])
            if number % BURST == cut_after % BURST:
                # What was sent before may have come, or not.
                for _ in range(cut_after):
                    self.consumer.receive()
                self.consumer.cut(reset)
        self.send_candidates(self.publisher, ['more'])
        self.consumer.resume()
        self.consumer.until(lambda message: message.get('params', {}).get('candidate') == 'more')

    def test_every_point_of_a_burst(self):
        self.serve()
        self.call()
        self.asked = []
        # Of the publisher's candidates, and of answers and events to its own requests.
        rounds = BURST + 1
        for cut_after in range(rounds):
            self.check_burst(cut_after, cut_after, reset=True)
            self.consumer.request('room.ping')
        for cut_after in range(rounds):
            self.check_burst(rounds + cut_after, cut_after, reset=False)
            self.consumer.request('room.ping')
        self.publisher.request('room.ping')

        told = [str(number) for number in range(2 * rounds * BURST)]
        for member in (self.consumer, self.publisher):
            self.assertEqual([event['extraInfo'] for event in member.events('room.updated')], told)
            self.assertEqual([event['candidate'] for event in member.events('transport.candidate')
                              if event['candidate'] != 'more'], told)
        answers = self.consumer.answers()
        self.assertEqual([number for number in answers if number in self.asked], self.asked)
        self.assertEqual(len(answers), len(set(answers)))
        self.assert_unnoticed_by_publisher()

    def assert_unnoticed_by_publisher(self):
        self.assertEqual([event['uid'] for event in self.publisher.events('member.joined')],
                         ['consumer'])
        self.assertEqual(self.publisher.events('member.left'), [])
        self.assertEqual(self.publisher.events('transport.close'), [])

    def test_both_are_cut(self):
        """What either says while the other one is away comes when both are back, in any order."""
        self.serve()
        self.call()
        for number in range(4):
            pair = [self.publisher, self.consumer]
            for member in pair:
                self.send_candidates(member, [number * 3])
            for member in pair[::-1 if number & 1 else 1]:
                self.send_candidates(member, [number * 3 + 1])
                member.cut(reset=number < 2)
                self.send_candidates(member, [number * 3 + 2])
            for member in pair[::-1 if number & 2 else 1]:
                member.resume()
            last = str(number * 3 + 2)
            for member in pair:
                member.until(lambda message, last=last:
                             message.get('params', {}).get('candidate') == last)
        for member in (self.publisher, self.consumer):
            self.assertEqual([event['candidate'] for event in member.events('transport.candidate')],
                             [str(number) for number in range(12)])
        self.assert_unnoticed_by_publisher()

    def test_slow_reader_is_not_away(self):
        self.serve('--max-queue=512')
        self.call(receive_buffer=4096)
        # More than the socket buffers of both ends take.
        for _ in range(10):
            self.send_large(10)
        left = self.publisher.events('member.left') or [self.publisher.event('member.left')]
        self.assertEqual(left[0]['reason'], 'slow-reader')
        self.assertEqual(self.consumer.error(), SESSION_GONE)

    def test_what_happens_while_away(self):
        self.serve()
        a, b = self.member('a'), self.member('b')
        a.cut()
        b.request('room.update', extraInfo='while away')
        c = self.member('c')
        self.assertEqual([member['uid'] for member in c.session['members']], ['a', 'b'])
        number = a.ask('room.update', extraInfo='late')
        a.resume()
        a.until(lambda message: message.get('id') == number)
        self.assertEqual([message.get('method') for message in a.messages],
                         ['member.joined', 'room.updated', 'member.joined', None])
        self.assertEqual(c.event('room.updated')['extraInfo'], 'late')
        self.assert_unnoticed(c)

    def test_pong_is_what_frees(self):
        """What a pong answers for has arrived, and cannot be asked for again."""
        self.serve('--max-queue=512')
        self.call()
        self.send_large(5)
        for _ in range(5):
            self.consumer.event('transport.description')
        # More than half of what can be kept has made the server ask.
        self.consumer.request('room.ping')
        self.consumer.cut()
        self.assertEqual(self.consumer.error(received=0), SESSION_GONE)
        self.consumer.resume()
        self.assertIn('result', self.consumer.request('room.ping'))

    def test_resent_messages_are_within_the_rate(self):
        """Messages for transports count on the new connection as on the old one."""
        self.serve('--message-rate=1', '--message-burst=16')
        self.call()
        self.consumer.cut()
        self.send_candidates(self.consumer, range(25))
        self.consumer.resume()
        self.assertIn('result', self.consumer.request('room.ping'))

    def test_transports_that_were_only_named_are_not_missed(self):
        """To lose them takes nothing from what those that are there may send."""
        self.serve('--message-rate=1', '--message-burst=16')
        self.call()
        self.publisher.request('stream.publish', streamId='t', transports=['one', 'two'], **STREAM)
        self.publisher.request('stream.unpublish', streamId='t')
        self.publisher.cut()
        self.send_candidates(self.publisher, range(25))
        self.publisher.resume()
        self.assertIn('result', self.publisher.request('room.ping'))

    # Who may resume

    def test_refusals(self):
        self.serve()
        a, b = self.member('a'), self.member('b')
        a.event('member.joined')
        a.cut()
        self.assertEqual(a.error(sessionSecret='wrong'), SESSION_GONE)
        self.assertEqual(a.error(sessionSecret=''), SESSION_GONE)
        self.assertEqual(a.error(sessionSecret=b.session['sessionSecret']), SESSION_GONE)
        self.assertEqual(a.error(epoch='wrong'), SESSION_GONE)
        self.assertEqual(a.error(epoch=b.session['epoch']), SESSION_GONE)
        self.assertEqual(a.error(received=2), SESSION_GONE)
        self.assertEqual(a.error(received=2**53 - 1), SESSION_GONE)
        for wrong in (-1, 2**53, 0.5, '1', None):
            self.assertEqual(a.error(received=wrong), INVALID_PARAMS)
        # None of it changed anything.
        a.resume()
        self.assertIn('result', a.request('room.ping'))
        self.assert_unnoticed(b)

    def test_after_a_refusal_one_joins_on_the_same_connection(self):
        self.serve()
        a, b = self.member('a'), self.member('b')
        connection, answer = a.try_resume(received=7)
        self.addCleanup(connection.socket.close)
        self.assertEqual(answer['error']['code'], SESSION_GONE)
        self.assertEqual(connection.error('room.ping'), NOT_JOINED)
        self.assertEqual(connection.error('room.join', channel='room', uid='a'), UID_TAKEN)
        connection.join(uid='a', sessionSecret=a.session['sessionSecret'])
        self.assertEqual(b.event('member.left')['reason'], 'replaced')
        self.assertEqual(a.event('room.closed')['reason'], 'replaced')
        self.assertEqual(a.error(), SESSION_GONE)

    def test_with_a_session_there_is_none_to_resume(self):
        self.serve()
        a = self.member('a')
        params = {'epoch': a.session['epoch'], 'sessionSecret': a.session['sessionSecret']}
        answer = a.request('room.resume', received=0, **params)
        self.assertEqual(answer['error']['code'], ALREADY_JOINED)
        self.assertIn('result', a.request('room.ping'))

    def test_take_over(self):
        """Of a connection that looks alive; also when the next one does so at once."""
        self.serve()
        a, b = self.member('a'), self.member('b')
        first = a.connection
        a.request('room.ping')
        a.resume()
        second = a.connection
        a.resume()
        b.request('room.update', extraInfo='news')
        self.assertEqual(a.event('room.updated')['extraInfo'], 'news')
        for connection in (first, second):
            self.assertEqual(connection.end()[:2], ([], 1008))
        self.assert_unnoticed(b)

    def test_what_has_ended_is_gone(self):
        """A leave, by request and by closing, an offence and broken framing end a session. Who is
        out for good may hear of it once more."""
        self.serve()

        def leave(member):
            member.request('room.leave')

        def close(code):
            return lambda member: member.connection.send(frame(CLOSE, struct.pack('>H', code)))

        def flood(member):
            member.connection.send(frame(0x1, b'{}') * 2000)

        for name, end, reason in (('leave', leave, 'left'), ('1000', close(1000), 'left'),
                                  ('1001', close(1001), 'left'), ('flood', flood, 'rate'),
                                  ('no code', lambda member: member.connection.send(frame(CLOSE)),
                                   'left'),
                                  ('framing', lambda member: member.connection.send(frame(0x3)),
                                   'timeout'),
                                  ('size', lambda member: member.connection.send(
                                      frame(0x1, length=1 << 30)), 'timeout')):
            with self.subTest(name):
                watcher = self.member('watcher' + name.replace(' ', ''))
                member = self.member('x' + name.replace(' ', ''))
                end(member)
                self.assertEqual(watcher.event('member.left')['reason'], reason)
                if name == 'flood':
                    member.resume()
                    self.assertEqual(member.event('room.closed')['reason'], reason)
                    self.assertEqual(member.connection.end()[:2], ([], 1008))
                self.assertEqual(member.error(), SESSION_GONE)
                watcher.request('room.leave')

    def test_other_close_codes_are_a_loss(self):
        self.serve()
        b = self.member('b')
        for code in (1002, 1011, 4000):
            a = self.member(f'a{code}')
            a.connection.send(frame(CLOSE, struct.pack('>H', code)))
            a.connection.end()
            a.resume()
            a.request('room.ping')
        b.request('room.ping')
        self.assertEqual(b.events('member.left'), [])

    # Media of who is away

    def test_stream_of_who_is_gone(self):
        """Its consumers say that it is silent: it ends before the time of grace does."""
        self.serve('--grace=3600')
        self.call()
        self.consumer.notify('transport.playing', transportId=self.transport)
        self.consumer.request('room.ping')
        self.publisher.cut()
        self.consumer.notify('transport.failed', transportId=self.transport, code='silence')
        self.assertEqual(self.consumer.event('stream.removed')['reason'], 'timeout')
        self.publisher.resume()
        self.assertEqual(self.publisher.event('stream.removed')['reason'], 'timeout')
        answer = self.publisher.request('stream.publish', streamId='s', **STREAM)
        self.assertEqual(answer['result']['streamId'], 's')
        self.consumer.event('stream.added')
        self.assertEqual(self.consumer.events('member.left'), [])

    def test_transport_waits_for_who_is_away(self):
        self.serve('--grace=3600')
        self.call()
        self.consumer.request('stream.unsubscribe', streamId='s')
        self.publisher.event('transport.close')
        self.publisher.cut()
        self.consumer.request('stream.subscribe', streamId='s', **WANTED)
        self.publisher.resume()
        self.assertEqual(self.publisher.event('transport.open')['transportId'],
                         self.consumer.event('transport.open')['transportId'])

    def test_transports_live_on(self):
        """A new server takes over what both ends name, and nothing else."""
        self.serve()
        publisher, consumer = self.member('publisher'), self.member('consumer')
        publisher.request('stream.publish', streamId='s', transports=['t1', 't2'], **STREAM)
        consumer.request('stream.subscribe', streamId='s', audio=True, video=False,
                         transports=['t0', 't2'])
        for member in (publisher, consumer):
            update = member.event('transport.update')
            self.assertEqual((update['transportId'], update['audio'], update['video']),
                             ('t2', True, False))
        publisher.notify('transport.candidate', transportId='t2', sdpMLineIndex=0, candidate='c')
        self.assertEqual(consumer.event('transport.candidate')['transportId'], 't2')
        for member in (publisher, consumer):
            member.request('room.ping')
            self.assertEqual(member.events('transport.open'), [])
        publisher.request('stream.unpublish', streamId='s')
        publisher.request('room.ping')
        self.assertEqual({event['transportId'] for event in publisher.events('transport.close')},
                         {'t1', 't2'})

    def test_invited_while_away(self):
        self.serve('--grace=3600')
        caller, callee = self.member('caller'), self.member('callee')
        callee.cut()
        invite = caller.request('invite.send', uid='callee')['result']
        caller.cut()
        callee.resume()
        received = callee.event('invite.received')
        self.assertEqual(received['inviteId'], invite['inviteId'])
        callee.notify('invite.ringing', inviteId=invite['inviteId'])
        answer = callee.request('invite.accept', inviteId=invite['inviteId'])
        self.assertEqual(answer['result']['channel'], invite['channel'])
        caller.resume()
        self.assertEqual(caller.event('invite.updated')['state'], 'ringing')
        self.assertEqual(caller.event('invite.updated')['state'], 'accepted')

    def test_invited_and_lost(self):
        self.serve('--grace=1')
        caller, callee = self.member('caller'), self.member('callee')
        callee.cut()
        caller.request('invite.send', uid='callee')
        self.assertEqual(caller.event('invite.updated')['state'], 'offline')

    # Bounds

    def test_grace_ends(self):
        self.serve('--grace=1', '--max-members=2')
        a, b = self.member('a'), self.member('b')
        self.assertEqual(a.session['grace'], 1)
        started = time.monotonic()
        a.cut()
        # It is there as long as it may come back.
        other = self.connect()
        self.assertEqual(other.error('room.join', channel='room', uid='a'), UID_TAKEN)
        self.assertEqual(other.error('room.join', channel='room', uid='c'), ROOM_FULL)
        self.assertEqual(b.event('member.left')['reason'], 'timeout')
        self.assertGreaterEqual(time.monotonic() - started, 0.9)
        self.assertEqual(a.error(), SESSION_GONE)
        other.join(uid='a')

    def test_no_grace(self):
        self.serve('--grace=0')
        a, b = self.member('a'), self.member('b')
        self.assertEqual(a.session['grace'], 0)
        a.cut()
        self.assertEqual(b.event('member.left')['reason'], 'timeout')
        self.assertEqual(a.error(), SESSION_GONE)

    def test_too_much_is_missed_while_away(self):
        self.serve('--max-queue=512', '--grace=3600')
        self.call()
        self.consumer.cut()
        before = self.server.kilobytes()
        self.send_large(20)
        left = self.publisher.events('member.left') or [self.publisher.event('member.left')]
        self.assertEqual(left[0]['reason'], 'timeout')
        self.assertEqual(self.consumer.error(), SESSION_GONE)
        self.assertLess(self.server.kilobytes() - before, 8192)

    def test_too_much_is_missed_by_all_who_are_away(self):
        """A flood of one room ends the sessions there, and none of another."""
        self.serve('--max-away=1024', '--grace=3600')
        quiet = self.member('quiet', channel='quiet')
        flooder = self.member('flooder')
        lost = [self.member(f'm{i}') for i in range(4)]
        for member in [quiet, *lost]:
            member.cut()
        # Six times as much when it is sent: 500 KiB for each of them.
        for i in range(100):
            flooder.request('member.update', userData='\x01' * 1000 + str(i))
        left = (flooder.events('member.left') or [flooder.event('member.left')])[0]
        self.assertEqual(left['reason'], 'timeout')
        self.assertEqual(lost[int(left['uid'][1:])].error(), SESSION_GONE)
        quiet.resume()
        self.assertIn('result', quiet.request('room.ping'))

    def test_too_much_is_unconfirmed_while_connected(self):
        """Who answers no ping cannot have all of it again, but goes on."""
        self.serve('--max-queue=512', '--ping-interval=3600')
        self.call()
        self.consumer.connection.answers_pings = False
        before = self.server.kilobytes()
        for _ in range(20):
            self.send_large(5)
            for _ in range(5):
                self.consumer.event('transport.description')
        self.assertLess(self.server.kilobytes() - before, 8192)
        self.assertEqual(self.consumer.error(received=50), SESSION_GONE)
        self.assertIn('result', self.consumer.request('room.ping'))
        self.consumer.cut()
        self.consumer.resume()
        self.assertIn('result', self.consumer.request('room.ping'))
        self.assert_unnoticed_by_publisher()

    def test_shutdown_with_somebody_away(self):
        self.serve()
        a, b = self.member('a'), self.member('b')
        a.cut()
        b.request('room.ping')
        self.server.process.terminate()
        self.assertEqual(b.event('room.closed')['reason'], 'shutdown')
        self.assertEqual(self.server.process.wait(WATCHDOG), 0)
        self.assertEqual(b.events('member.left'), [])


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
