# SPDX-License-Identifier: LGPL-2.1-or-later
"""A WebSocket made of a bare socket, for what a well-behaved client library will not do."""

import json
import os
import socket
import struct
from urllib.parse import urlsplit

WATCHDOG = 20

TEXT = 0x1
BINARY = 0x2
CLOSE = 0x8
PING = 0x9
PONG = 0xA


def frame(opcode, payload=b"", fin=True, masked=True, reserved=0, length=None):
    """One client's frame; the keywords make it wrong."""
    length = len(payload) if length is None else length
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    bit = 0x80 if masked else 0
    if length < 126:
        head += bytes([bit | length])
    elif length < 65536:
        head += bytes([bit | 126]) + struct.pack(">H", length)
    else:
        head += bytes([bit | 127]) + struct.pack(">Q", length)
    if not masked:
        return head + payload
    mask = os.urandom(4)
    pad = mask * (len(payload) // 4 + 1)
    masked_payload = bytes(a ^ b for a, b in zip(payload, pad))
    return head + mask + masked_payload


class Closed(Exception):
    """The server ended the connection: code is None if it did so without a close frame."""

    def __init__(self, code=None, text=""):
        super().__init__(f"closed: {code} {text}")
        self.code = code
        self.text = text


class RawSocket:
    """Blocking; every wait ends after WATCHDOG seconds."""

    def __init__(self, uri, protocol="nertc.v1", receive_buffer=None, handshake=True):
        where = urlsplit(uri)
        self.socket = socket.socket(
            socket.AF_INET6 if ":" in where.hostname else socket.AF_INET, socket.SOCK_STREAM
        )
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(WATCHDOG)
        self.socket.connect((where.hostname, where.port))
        self.buffer = b""
        self.events = []
        self.answer_pings = True
        self.next_id = 1
        self.status = self.handshake(where, protocol) if handshake else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def handshake(self, where, protocol):
        lines = [
            f"GET {where.path} HTTP/1.1",
            f"Host: {where.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
        if protocol:
            lines.append(f"Sec-WebSocket-Protocol: {protocol}")
        self.socket.sendall("\r\n".join(lines + ["", ""]).encode())
        while b"\r\n\r\n" not in self.buffer:
            self.fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.headers = head.decode()
        return int(self.headers.split()[1])

    def fill(self):
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionError:
            data = b""
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
        self.send(frame(TEXT, text.encode() if isinstance(text, str) else text))

    def receive_frame(self):
        first, second = self.take(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self.take(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self.take(8))
        return first & 0xF, self.take(length)

    def receive(self):
        """The next message; Closed when the server closes."""
        while True:
            opcode, payload = self.receive_frame()
            if opcode == TEXT:
                return json.loads(payload)
            if opcode == PING and self.answer_pings:
                self.send(frame(PONG, payload))
            if opcode == CLOSE:
                code = struct.unpack(">H", payload[:2])[0] if payload else 1005
                raise Closed(code, payload[2:].decode())

    def request(self, method, **params):
        """The answer to a request; events that come before it are kept."""
        number = self.next_id
        self.next_id += 1
        self.send_text(
            json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        )
        while True:
            message = self.receive()
            if message.get("id") == number and "method" not in message:
                return message
            self.events.append(message)

    def notify(self, method, **params):
        self.send_text(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}))

    def join(self, channel="room", **params):
        return self.request("room.join", channel=channel, **params)["result"]

    def event(self, method):
        """The next event of that name; others are passed over."""
        while True:
            message = self.events.pop(0) if self.events else self.receive()
            if message.get("method") == method:
                return message["params"]

    def close_reason(self):
        """The reason in room.closed, and the code of the close frame after it."""
        reason = self.event("room.closed")["reason"]
        try:
            self.receive()
        except Closed as closed:
            return reason, closed.code
        raise AssertionError("a message after room.closed")
