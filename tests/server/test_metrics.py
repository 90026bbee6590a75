# SPDX-License-Identifier: LGPL-2.1-or-later
"""What nertc-server counts, as Prometheus reads it."""
import http.client
import os
import pathlib
import re
import sys
import tempfile
import time
import unittest
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families

from rawsocket import RawSocket, Server
from sessionclient import Member

PROGRAM = None
DOCUMENT = pathlib.Path(__file__, '../../../docs/operations.md').resolve()
PROTOCOL = pathlib.Path(__file__, '../../../docs/protocol.md').resolve()
VERSION = re.search(r"version: '([\d.]+)'",
                    pathlib.Path(__file__, '../../../meson.build').resolve().read_text('utf-8'))[1]
KEY = 'a-key-that-nobody-could-guess-if-he-tried'


def fetch(server, host='127.0.0.1', **headers):
    """Status, type and text."""
    connection = http.client.HTTPConnection(host, urlsplit(server.uri).port, timeout=20)
    connection.request('GET', '/metrics', headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.getheader('Content-Type'), text


def values(server):
    """(name, value of the label or None) → value, of each sample"""
    return {(sample.name, next(iter(sample.labels.values()), None)): sample.value
            for family in text_string_to_metric_families(fetch(server)[2])
            for sample in family.samples}


def wait_for(server, condition):
    """The first values for which it holds."""
    for _ in range(2000):
        seen = values(server)
        if condition(seen):
            return seen
        time.sleep(0.01)
    raise AssertionError(f'it never held: {seen}')


class MetricsTest(unittest.TestCase):
    def test_documents_have_each_of_them(self):
        with Server(PROGRAM) as server:
            text = fetch(server)[2]
        told = re.findall(r'^# TYPE (\w+) (\w+)$', text, re.MULTILINE)
        written = re.findall(r'^\| `((?:nertc|process)_\w+)`(?: \S+)? \| (\w+) \|',
                             DOCUMENT.read_text(encoding='utf-8'), re.MULTILINE)
        self.assertEqual(sorted(told), sorted(written))
        self.assertEqual(len(told), len(set(told)))

    def test_each_error_has_its_name(self):
        written = re.findall(r'^\| (?:-32\d\d\d|1\d\d\d) \| ([a-z-]+) \|',
                             PROTOCOL.read_text(encoding='utf-8'), re.MULTILINE)
        with Server(PROGRAM) as server:
            seen = values(server)
        self.assertEqual(sorted(label for name, label in seen if name == 'nertc_errors_total'),
                         sorted(written))

    def test_format(self):
        with Server(PROGRAM) as server:
            status, content_type, text = fetch(server)
            self.assertEqual((status, content_type),
                             (200, 'text/plain; version=0.0.4; charset=utf-8'))
            families = list(text_string_to_metric_families(text))
        for family in families:
            self.assertTrue(family.documentation.endswith('.'), family.name)
            # The parser takes the ending off; one that was not there would have no type.
            self.assertNotEqual(family.type, 'unknown', family.name)
        lines = [line for line in text.splitlines() if not line.startswith('#')]
        self.assertEqual(len(lines), len({line.rsplit(' ', 1)[0] for line in lines}))

    def test_what_happens_is_counted(self):
        with Server(PROGRAM) as server:
            before = values(server)
            self.assertEqual(before['nertc_joins_total', None], 0)
            with RawSocket(server.uri) as alice, RawSocket(server.uri) as bob:
                alice.join(uid='alice')
                self.assertEqual(bob.error('room.join', channel='room', uid='alice'), 1005)
                self.assertEqual(bob.error('room.dance'), -32601)
                bob.join(uid='bob')
                stream = alice.request('stream.publish', source='camera', audio=True, video=True)
                identifier = stream['result']['streamId']
                bob.request('stream.subscribe', streamId=identifier, audio=True, video=True)
                seen = values(server)
                # Those two and that of the metrics; libsoup may take its time to close others.
                self.assertGreaterEqual(seen['nertc_connections', None], 3)
                self.assertGreaterEqual(seen['nertc_connections_waiting', None], 1)
                for name, value in (('rooms', 1), ('members', 2), ('streams', 1),
                                    ('subscriptions', 1), ('transports', 1), ('joins_total', 2),
                                    ('members_away', 0), ('messages_received_total', 6)):
                    self.assertEqual(seen[f'nertc_{name}', None], value, name)
                self.assertEqual(seen['nertc_errors_total', 'uid-taken'], 1)
                self.assertEqual(seen['nertc_errors_total', 'method-not-found'], 1)
                self.assertEqual(seen['nertc_errors_total', 'internal'], 0)
                self.assertGreater(seen['nertc_sent_bytes_total', None], 500)
                self.assertGreater(seen['nertc_received_bytes_total', None], 500)
                # At least an answer for each, and what the others were told.
                sent = seen['nertc_messages_sent_total', None]
                self.assertGreaterEqual(sent, 9)
                # Of those that go out together one is timed.
                timed = seen['nertc_event_latency_seconds_count', None]
                self.assertGreaterEqual(timed, 6)
                self.assertLessEqual(timed, sent)
                self.assertEqual(seen['nertc_event_latency_seconds_bucket', '+Inf'], timed)
                self.assertLess(0, seen['nertc_event_latency_seconds_sum', None])
                bob.request('room.leave')
                seen = values(server)
                self.assertEqual(seen['nertc_leaves_total', 'left'], 1)
                for name, value in (('members', 1), ('subscriptions', 0), ('transports', 0)):
                    self.assertEqual(seen[f'nertc_{name}', None], value, name)

    def test_who_is_away(self):
        with Server(PROGRAM) as server:
            alice = Member(server.uri, 'alice')
            alice.cut()
            seen = wait_for(server, lambda values: values['nertc_members_away', None] == 1)
            self.assertEqual(seen['nertc_members', None], 1)
            self.assertGreater(seen['nertc_away_bytes', None], 0)
            alice.resume()
            seen = values(server)
            self.assertEqual(seen['nertc_resumes_total', None], 1)
            self.assertEqual(seen['nertc_members_away', None], 0)
            alice.connection.socket.close()

    def test_the_process(self):
        with Server(PROGRAM) as server:
            seen = values(server)
            self.assertLess(abs(seen['process_open_fds', None] - server.descriptors()), 4)
            self.assertLess(abs(seen['process_resident_memory_bytes', None] / 1024
                                / server.kilobytes() - 1), 0.5)
            self.assertLess(abs(seen['process_start_time_seconds', None] - time.time()), 600)
            self.assertGreater(seen['process_cpu_seconds_total', None], 0)
            self.assertGreaterEqual(seen['process_max_fds', None], seen['process_open_fds', None])
            self.assertEqual([label for name, label in seen if name == 'nertc_build_info'],
                             [VERSION])

    def serve_with_key(self):
        file = tempfile.NamedTemporaryFile('w')  # pylint: disable=consider-using-with
        self.addCleanup(file.close)
        file.write(KEY + '\n')
        file.flush()
        os.chmod(file.name, 0o600)
        return Server(PROGRAM, f'--admin-key-file={file.name}')

    def ask(self, server, method, path, body=None):
        connection = http.client.HTTPConnection('127.0.0.1', urlsplit(server.uri).port, timeout=20)
        connection.request(method, path, body, {'Authorization': f'Bearer {KEY}',
                                                'Content-Type': 'application/json'})
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()

    def test_who_is_put_out(self):
        with self.serve_with_key() as server:
            with RawSocket(server.uri) as alice, RawSocket(server.uri) as bob:
                alice.join(uid='alice')
                bob.join(uid='bob')
                self.ask(server, 'POST', '/api/members/kick', '{"channel":"room","uid":"bob"}')
                seen = values(server)
                self.assertEqual(seen['nertc_leaves_total', 'kicked'], 1)
                self.assertEqual(seen['nertc_members', None], 1)
                self.ask(server, 'DELETE', '/api/room?channel=room')
                seen = values(server)
                self.assertEqual(seen['nertc_leaves_total', 'closed'], 1)
                self.assertEqual(seen['nertc_members', None], 0)
                self.assertEqual(seen['nertc_rooms', None], 0)

    def test_others_need_the_key(self):
        with self.serve_with_key() as server:
            # A proxy on this machine asks for somebody else.
            self.assertEqual(fetch(server, **{'X-Forwarded-For': '192.0.2.1'})[0], 401)
            self.assertEqual(fetch(server, Via='1.1 proxy')[0], 401)
            self.assertEqual(fetch(server, Via='1.1 proxy', Authorization=f'Bearer {KEY}')[0], 200)
            self.assertEqual(fetch(server)[0], 200)


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
