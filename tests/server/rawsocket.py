# SPDX-License-Identifier: LGPL-2.1-or-later
"""A WebSocket made of a bare socket, for what no well-behaved client library does; and the server
as a process."""
import json
import os
import resource
import socket
import struct
import subprocess
import threading
from urllib.parse import urlsplit

WATCHDOG = 20  # seconds that anything may take

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
MESSAGE_MAX = 256 * 1024


class Server:
    """A nertc-server on a free port."""

    def __init__(self, program, *options, open_files=None, stderr=None):
        # Memory that a sanitizer holds back would count as the server's.
        sanitizer = os.environ.get('ASAN_OPTIONS', '') + ':quarantine_size_mb=1'
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen([program, '--port=0', *options], text=True,
                                        stdout=subprocess.PIPE, stderr=stderr,
                                        preexec_fn=open_files and (lambda: resource.setrlimit(
                                            resource.RLIMIT_NOFILE, (open_files, open_files))),
                                        env={**os.environ, 'ASAN_OPTIONS': sanitizer})
        # One that hangs must not hang the test.
        self.watchdog = threading.Timer(3 * WATCHDOG, self.process.kill)
        self.watchdog.start()
        self.uri = self.process.stdout.readline().split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """The exit status."""
        self.process.terminate()
        status = self.process.wait()
        self.watchdog.cancel()
        self.process.stdout.close()
        if self.process.stderr:
            self.process.stderr.close()
        return status

    def descriptors(self):
        return len(os.listdir(f'/proc/{self.process.pid}/fd'))

    def kilobytes(self):
        with open(f'/proc/{self.process.pid}/status', encoding='ascii') as file:
            return next(int(line.split()[1]) for line in file if line.startswith('VmRSS'))


def frame(opcode, payload=b'', *, fin=True, masked=True, reserved=0, length=None):
    """One frame of a client; the keywords make it a fragment, or wrong."""
    length = len(payload) if length is None else length
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    bit = 0x80 if masked else 0
    if length < 126:
        head += bytes([bit | length])
    elif length < 65536:
        head += bytes([bit | 126]) + struct.pack('>H', length)
    else:
        head += bytes([bit | 127]) + struct.pack('>Q', length)
    # A mask of zeros is one like any other, and quick.
    return head + (bytes(4) if masked else b'') + payload


def encode(method, params, number=None):
    message = {'jsonrpc': '2.0', 'method': method, 'params': params}
    if number is not None:
        message['id'] = number
    return json.dumps(message).encode()


class Closed(Exception):
    """The server ended the connection; code is None if it did so without a close frame."""

    def __init__(self, code=None, text=''):
        super().__init__(f'closed: {code} {text}')
        self.code = code
        self.text = text


class RawSocket:
    """Blocking; any wait ends after WATCHDOG seconds with an error."""

    def __init__(self, uri, *, protocol='nertc.v1', path=None, origin=None,
                 receive_buffer=None, extra=b'', tls=None):
        where = urlsplit(uri)
        self.socket = socket.socket(socket.AF_INET6 if ':' in where.hostname else socket.AF_INET)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(WATCHDOG)
        self.socket.connect((where.hostname, where.port))
        if tls:  # an SSLContext
            self.socket = tls.wrap_socket(self.socket, server_hostname=where.hostname)
        self.buffer = b''
        self.kept = []  # messages that came before the answer to a request
        self.answers_pings = True
        self.last_id = 0
        self.status = self.shake_hands(where.netloc, path or where.path, protocol, origin, extra)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def shake_hands(self, host, path, protocol, origin, extra):
        lines = [f'GET {path} HTTP/1.1', f'Host: {host}', 'Upgrade: websocket',
                 'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
                 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
        if protocol:
            lines.append(f'Sec-WebSocket-Protocol: {protocol}')
        if origin:
            lines.append(f'Origin: {origin}')
        self.send('\r\n'.join(lines + ['', '']).encode() + extra)
        while b'\r\n\r\n' not in self.buffer:
            self.fill()
        head, self.buffer = self.buffer.split(b'\r\n\r\n', 1)
        return int(head.split()[1])

    def fill(self):
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionError:
            data = b''
        if not data:
            raise Closed()
        self.buffer += data

    def take(self, count):
        while len(self.buffer) < count:
            self.fill()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def send(self, data):
        self.socket.sendall(data)

    def send_text(self, text):
        self.send(frame(TEXT, text))

    def receive_frame(self):
        first, second = self.take(2)
        length = second & 0x7F
        if length == 126:
            length, = struct.unpack('>H', self.take(2))
        elif length == 127:
            length, = struct.unpack('>Q', self.take(8))
        return first & 0xF, self.take(length)

    def receive(self):
        """The next message; Closed when the server closes."""
        while True:
            opcode, payload = self.receive_frame()
            if opcode == TEXT:
                assert len(payload) <= MESSAGE_MAX
                return json.loads(payload)
            if opcode == PING and self.answers_pings:
                self.send(frame(PONG, payload))
            if opcode == CLOSE:
                self.send(frame(CLOSE, payload[:2]))
                code = struct.unpack('>H', payload[:2])[0] if payload else 1005
                raise Closed(code, payload[2:].decode())

    def request(self, method, **params):
        """The whole answer."""
        self.last_id += 1
        self.send_text(encode(method, params, self.last_id))
        while True:
            message = self.receive()
            if message.get('id') == self.last_id and 'method' not in message:
                return message
            self.kept.append(message)

    def error(self, method, **params):
        """The code of the error that a request is answered with."""
        return self.request(method, **params)['error']['code']

    def notify(self, method, **params):
        self.send_text(encode(method, params))

    def join(self, channel='room', **params):
        return self.request('room.join', channel=channel, **params)['result']

    def event(self, method):
        """The next event of that name; whatever comes before it is passed over."""
        while True:
            message = self.kept.pop(0) if self.kept else self.receive()
            if message.get('method') == method:
                return message['params']

    def end(self):
        """How the server ends the connection: what it sends until then, the code, the words."""
        messages, self.kept = self.kept, []
        try:
            while True:
                messages.append(self.receive())
        except Closed as closed:
            return messages, closed.code, closed.text
