# SPDX-License-Identifier: LGPL-2.1-or-later
"""Stands between a member and the server, reads every message and may change what the server says.

Only as much of RFC 6455 as the two ends here use: text frames without extensions.
"""
import json
import socket
import struct
import threading

TEXT = 1


def read_exactly(stream, count):
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data


def read_frame(stream):
    """(first byte, payload) of a frame (section 5.2)."""
    first, second = read_exactly(stream, 2)
    length = second & 0x7f
    if length == 126:
        length, = struct.unpack('>H', read_exactly(stream, 2))
    elif length == 127:
        length, = struct.unpack('>Q', read_exactly(stream, 8))
    key = read_exactly(stream, 4) if second & 0x80 else None
    payload = read_exactly(stream, length)
    return first, mask(payload, key) if key else payload


def mask(payload, key):
    """Masks or unmasks (section 5.3)."""
    pad = key * (len(payload) // 4 + 1)
    return bytes(a ^ b for a, b in zip(payload, pad))


def write_frame(sock, first, payload, masked):
    bit = 0x80 if masked else 0
    if len(payload) < 126:
        head = struct.pack('>BB', first, bit | len(payload))
    elif len(payload) < 1 << 16:
        head = struct.pack('>BBH', first, bit | 126, len(payload))
    else:
        head = struct.pack('>BBQ', first, bit | 127, len(payload))
    # A key of zeros leaves the payload as it is.
    sock.sendall(head + (bytes(4) if masked else b'') + payload)


def copy_handshake(stream, sock):
    """The HTTP head, without what would let the frames be compressed."""
    while True:
        line = stream.readline()
        if not line:
            raise EOFError
        if not line.lower().startswith(b'sec-websocket-extensions:'):
            sock.sendall(line)
        if line == b'\r\n':
            return


class Proxy:
    """Listens at @listen_port, by default at any; @change gets the text of each message of the
    server, @change_client that of the client's. By EOFError they cut the connection."""

    def __init__(self, server_port, change=lambda text: text, listen_port=0,
                 change_client=lambda text: text):
        self.server_port = server_port
        self.change = change
        self.change_client = change_client
        self.from_client = []
        self.changed = threading.Condition()
        self.sockets = []
        self.listener = socket.create_server(('127.0.0.1', listen_port))
        self.url = f'ws://127.0.0.1:{self.listener.getsockname()[1]}/room'
        self.run(self.accept)

    def run(self, function, *arguments):
        threading.Thread(target=function, args=arguments, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(('127.0.0.1', self.server_port))
            self.sockets += [client, server]
            self.run(self.copy, client, server, True)
            self.run(self.copy, server, client, False)

    def copy(self, source, target, from_client):
        try:
            with source.makefile('rb') as stream:
                copy_handshake(stream, target)
                while True:
                    first, payload = read_frame(stream)
                    if first & 0xf == TEXT:
                        text = payload.decode()
                        if from_client:
                            with self.changed:
                                self.from_client.append(json.loads(text))
                                self.changed.notify_all()
                            payload = self.change_client(text).encode()
                        else:
                            payload = self.change(text).encode()
                    write_frame(target, first, payload, from_client)
        except (EOFError, OSError):
            for sock in (source, target):
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def wait_for(self, method, timeout, count=1, **params):
        """Until the clients have sent so many messages of a method with these params."""
        def are_there():
            return sum(message.get('method') == method and
                       params.items() <= message['params'].items()
                       for message in self.from_client) >= count
        with self.changed:
            if not self.changed.wait_for(are_there, timeout):
                raise AssertionError(f'{method} {params}: not {count} within {timeout} s of '
                                     f'{[message.get("method") for message in self.from_client]}')

    def cut(self):
        """Ends every connection without a word; new ones are taken."""
        for sock in self.sockets:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.sockets = []

    def close(self):
        """Gives the port free again: no thread waits at it any more."""
        for sock in (self.listener, *self.sockets):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()
