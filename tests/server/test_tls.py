# SPDX-License-Identifier: LGPL-2.1-or-later
"""The server's end of TLS, by clients that behave well, ill, or not at all."""
import errno
import http.client
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import warnings
from urllib.parse import urlsplit

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / 'common')]

# pylint: disable=wrong-import-position
from certificates import Certificates
from rawsocket import (MESSAGE_MAX, PING, TEXT, WATCHDOG, Closed, RawSocket, Server, encode, frame)

PROGRAM = None
STREAM = {'source': 'camera', 'audio': True, 'video': True}


class TlsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # pylint: disable=consider-using-with
        cls.folder = tempfile.TemporaryDirectory()
        cls.made = Certificates(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.trusting = ssl.create_default_context(cafile=self.made.authority)

    def serve(self, *options, certificate='good', **keywords):
        certificate, key = self.made[certificate]
        server = Server(PROGRAM, f'--tls-certificate={certificate}', f'--tls-key={key}', *options,
                        **keywords)
        self.addCleanup(lambda: self.assertEqual(server.stop(), 0))
        self.server = server

    def connect(self, **keywords):
        client = RawSocket(self.server.uri, tls=self.trusting, **keywords)
        self.addCleanup(client.socket.close)
        return client

    def member(self, uid, **keywords):
        client = self.connect(**keywords)
        client.join(uid=uid)
        return client

    def bare(self, data=b''):
        where = urlsplit(self.server.uri)
        connection = socket.create_connection((where.hostname, where.port), WATCHDOG)
        self.addCleanup(connection.close)
        connection.sendall(data)
        return connection

    def until(self, condition):
        deadline = time.monotonic() + WATCHDOG
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def assert_refused(self, *options, parts):
        done = subprocess.run([PROGRAM, '--port=0', *options], capture_output=True, text=True,
                              timeout=WATCHDOG, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ''), done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
        self.assertNotIn('.;', done.stderr)

    # Calls

    def test_call(self):
        self.serve()
        self.assertTrue(self.server.uri.startswith('wss://127.0.0.1:'), self.server.uri)
        one, other = self.member('one'), self.member('other')
        self.assertIn(one.socket.version(), ('TLSv1.2', 'TLSv1.3'))
        self.assertEqual(one.event('member.joined')['uid'], 'other')
        other.socket.close()
        one.request('member.update')

    def test_versions(self):
        self.serve()
        self.trusting.maximum_version = ssl.TLSVersion.TLSv1_2
        self.assertEqual(self.member('old').socket.version(), 'TLSv1.2')
        warnings.simplefilter('ignore', DeprecationWarning)
        self.trusting.set_ciphers('DEFAULT@SECLEVEL=0')
        self.trusting.minimum_version = self.trusting.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaises(ssl.SSLError):
            self.connect()

    def test_large_messages(self):
        """Larger than records of TLS, and many of them in one record."""
        self.serve('--message-burst=100000')
        client = self.member('a')
        join = encode('member.update', {}, 5)
        client.send_text(join + b' ' * (MESSAGE_MAX - len(join)))
        self.assertEqual(client.receive()['id'], 5)
        client.send(frame(TEXT, join) * 1000)
        for _ in range(1000):
            self.assertEqual(client.receive()['id'], 5)

    def test_byte_by_byte(self):
        self.serve()
        client = self.connect()
        for byte in frame(TEXT, encode('room.join', {'channel': 'room'}, 1)):
            client.send(bytes([byte]))
        self.assertEqual(client.receive()['id'], 1)

    def test_own_page(self):
        self.serve()
        own = urlsplit(self.server.uri).netloc
        for origin, status in ((f'https://{own}', 101), ('https://example.org', 403)):
            self.assertEqual(self.connect(origin=origin).status, status)

    def test_page(self):
        self.serve()
        where = urlsplit(self.server.uri)
        self.assertEqual(self.server.process.stdout.readline(), f'page at https://{where.netloc}/\n')
        client = http.client.HTTPSConnection(where.hostname, where.port, timeout=WATCHDOG,
                                             context=self.trusting)
        self.addCleanup(client.close)
        for path in ('/', '/sdk/room.js', '/nertc.d.ts', '/'):
            client.request('GET', path)
            own = client.sock.getsockname()
            answer = client.getresponse()
            self.assertEqual(answer.status, 200)
            self.assertEqual(len(answer.read()), int(answer.headers['Content-Length']))
        self.assertIn(f' wss://{where.netloc};', answer.headers['Content-Security-Policy'])
        self.assertEqual(client.sock.getsockname(), own)

    def test_pages_that_nobody_reads(self):
        """GnuTLS keeps a record that it could not send; more than the kernel takes is asked for."""
        self.serve('--join-timeout=600')
        slow = self.bare_tls(receive_buffer=4096)
        slow.sendall(b'GET /sdk/room.js HTTP/1.1\r\nHost: x\r\n\r\n' * 200)
        self.member('a').request('member.update')
        slow.sendall(b'GET /sdk/room.js HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
        received = slow.makefile('rb').read()
        self.assertEqual(received.count(b'HTTP/1.1 200 OK'), 201)

    def bare_tls(self, receive_buffer):
        where = urlsplit(self.server.uri)
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.settimeout(WATCHDOG)
        connection.connect((where.hostname, where.port))
        wrapped = self.trusting.wrap_socket(connection, server_hostname=where.hostname)
        self.addCleanup(wrapped.close)
        return wrapped

    # The ends of connections

    def test_close_is_told(self):
        """RFC 8446, section 6.1: the peer knows that nothing is missing."""
        self.serve('--join-timeout=1')
        client = self.connect()
        client.socket.suppress_ragged_eofs = False
        self.assertEqual(client.end()[1], 1008)
        self.assertEqual(client.socket.recv(1), b'')

    def test_descriptors_are_given_back(self):
        self.serve('--join-timeout=1')
        watcher = self.member('watcher')
        before = self.server.descriptors()
        for i in range(20):
            client = self.member(f'm{i}')
            if i % 2:
                client.socket.close()
            else:
                client.socket.unwrap().close()
        left = {watcher.event('member.joined')['uid'] for _ in range(20)}
        self.assertEqual(len(left), 20)
        self.bare(b'GET / HTTP/1.1\r\n\r\n').recv(1000)
        self.bare(b'\x16\x03\x01\x00\x01\x00').recv(1000)
        self.bare().close()
        self.until(lambda: self.server.descriptors() <= before)

    def test_slow_reader(self):
        self.serve('--max-queue=512')
        publisher, slow, transport = self.publish_to_slow_reader()
        for _ in range(100):
            publisher.notify('transport.description', transportId=transport, type='offer',
                             sdp='x' * 65536)
        self.assertEqual(publisher.event('transport.close')['reason'], 'slow-reader')
        slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        messages, code, text = slow.end()
        self.assertEqual((code, text), (1008, 'slow-reader'))
        sequence = [message['params']['seq'] for message in messages]
        self.assertEqual(sequence, list(range(1, len(sequence) + 1)))

    def test_slow_reader_who_never_reads_is_gone(self):
        self.serve('--max-queue=512')
        publisher, _, transport = self.publish_to_slow_reader()
        before = self.server.descriptors()
        for _ in range(40):
            publisher.notify('transport.description', transportId=transport, type='offer',
                             sdp='x' * 65536)
        publisher.event('member.left')
        self.until(lambda: self.server.descriptors() < before)

    def test_ping_amid_what_waits(self):
        """GnuTLS keeps what it could not send: nothing may get in between."""
        self.serve('--max-queue=65536', '--ping-interval=1')
        publisher, slow, transport = self.publish_to_slow_reader()
        count = 120
        for number in range(count):
            publisher.notify('transport.description', transportId=transport, type='offer',
                             sdp=str(number) + ' ' * 8192)
        while publisher.receive_frame()[0] != PING:
            pass
        slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        for number in range(count):
            self.assertEqual(int(slow.event('transport.description')['sdp']), number)

    def publish_to_slow_reader(self):
        publisher = self.member('publisher')
        publisher.request('stream.publish', streamId='s', **STREAM)
        slow = self.member('slow', receive_buffer=4096)
        slow.request('stream.subscribe', streamId='s', audio=True, video=True)
        return publisher, slow, publisher.event('transport.open')['transportId']

    # Who does not speak TLS, or does not get on with it

    def test_plain_http_is_told(self):
        self.serve()
        answer = self.bare(b'GET /room HTTP/1.1\r\nHost: x\r\n\r\n').makefile('rb').read()
        self.assertTrue(answer.startswith(b'HTTP/1.1 400 '), answer)
        self.assertIn(b'wss://', answer)
        with RawSocket(self.server.uri) as client:
            self.assertEqual(client.status, 400)

    def test_tls_on_a_plain_port(self):
        with Server(PROGRAM) as server:
            with self.assertRaisesRegex(ssl.SSLError, 'PROTOCOL_VERSION'):
                RawSocket(server.uri, tls=self.trusting)

    def test_noise(self):
        self.serve(stderr=subprocess.PIPE)
        for data in (b'\x16\x03\x01', b'\x80\x2e\x01\x03\x01', b'\0' * 9000, b'G', b'\xff' * 5,
                     b'\x16\x03\x01\x40\x00' + b'\0' * 16384):
            for _ in range(3):
                try:
                    connection = self.bare(data)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(1000):
                        pass
                except OSError as error:
                    # The server may have cut it before all of that was done.
                    if not isinstance(error, ConnectionError) and error.errno != errno.ENOTCONN:
                        raise
        self.member('a')
        self.server.process.terminate()
        self.assertEqual(self.server.process.stderr.read(), '')

    def test_half_open_ones_hold_nobody_up(self):
        self.serve()
        client_hello = ssl.MemoryBIO()
        try:
            self.trusting.wrap_bio(ssl.MemoryBIO(), client_hello,
                                   server_hostname='localhost').do_handshake()
        except ssl.SSLWantReadError:
            pass
        hello = client_hello.read()
        for _ in range(100):
            self.bare()
            self.bare(hello)
        self.member('a')

    def test_half_open_ones_have_their_time(self):
        self.serve('--join-timeout=1', '--max-unjoined=2')
        for connection in (self.bare(), self.bare(b'\x16\x03\x01')):
            while connection.recv(1000):
                pass
        self.member('a')
        self.bare()
        self.bare()
        with self.assertRaises((Closed, OSError)):
            self.connect()

    # Files

    def test_key_in_the_certificate_file(self):
        both = pathlib.Path(self.folder.name, 'both.pem')
        both.write_bytes(b''.join(pathlib.Path(path).read_bytes() for path in self.made['good']))
        with Server(PROGRAM, f'--tls-certificate={both}') as server:
            with RawSocket(server.uri, tls=self.trusting) as client:
                client.join()

    def test_files_that_do_not_do(self):
        certificate, key = self.made['good']
        _, other_key = self.made['next']
        locked = f'{self.folder.name}/locked.key'
        subprocess.run(['openssl', 'ec', '-aes128', '-passout', 'pass:x', '-in', key, '-out',
                        locked], check=True, capture_output=True)
        for files, parts in (
                (('/no/such', key), ['/no/such', '--tls-certificate']),
                ((certificate, '/no/such'), ['/no/such', '--tls-key']),
                ((self.folder.name, key), [self.folder.name, '--tls-certificate']),
                ((key, key), [key, 'no certificate', '--tls-certificate']),
                ((certificate, certificate), [certificate, 'no private key', '--tls-key']),
                ((certificate, other_key), [other_key, 'does not belong', certificate]),
                ((certificate, locked), [locked, 'passphrase'])):
            with self.subTest(files):
                self.assert_refused(f'--tls-certificate={files[0]}', f'--tls-key={files[1]}',
                                    parts=parts)
        self.assert_refused(f'--tls-certificate={certificate}',
                            parts=[certificate, 'no private key'])

    def test_dates_are_warned_of(self):
        for name, part in (('expired', 'expired'), ('future', 'not valid before')):
            self.serve(certificate=name, stderr=subprocess.PIPE)
            line = self.server.process.stderr.readline()
            self.assertIn('Warning', line)
            self.assertIn(part, line)
            self.assertIn(self.made[name][0], line)

    def issued_to(self, client):
        return dict(row[0] for row in client.socket.getpeercert()['subject'])['commonName']

    def test_files_are_read_again(self):
        paths = [pathlib.Path(self.folder.name, name) for name in ('live.pem', 'live.key')]

        def put(*sources):
            for source, path in zip(sources, paths):
                shutil.copy(source, path)

        put(*self.made['good'])
        server = self.server = Server(PROGRAM, f'--tls-certificate={paths[0]}',
                                      f'--tls-key={paths[1]}', stderr=subprocess.PIPE)
        self.addCleanup(server.stop)
        first = self.member('first')
        self.assertEqual(self.issued_to(first), 'good')

        put(*self.made['next'])
        server.process.send_signal(signal.SIGHUP)
        self.until(lambda: self.issued_to(self.connect()) == 'next')
        # One that does not do: those from before stay, and the log says why.
        put(self.made['good'][0])
        server.process.send_signal(signal.SIGHUP)
        line = server.process.stderr.readline()
        self.assertIn('does not belong', line)
        self.assertIn(str(paths[1]), line)
        self.assertEqual(self.issued_to(self.connect()), 'next')
        # Who was there noticed nothing.
        self.assertIn('result', first.request('member.update'))


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
