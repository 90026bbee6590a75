# SPDX-License-Identifier: LGPL-2.1-or-later
"""A client that counts and keeps messages as docs/protocol.md says, and can be cut off at will."""
import socket

from rawsocket import RawSocket, encode


class Member:
    """Everything it is sent in its session is in messages, once; check_order() is about that."""

    def __init__(self, uri, uid, receive_buffer=None, **params):
        self.uri = uri
        self.uid = uid
        self.connection = RawSocket(uri, receive_buffer=receive_buffer)
        self.session = self.connection.join(uid=uid, **params)
        self.sent = []  # texts
        self.messages = []
        self.seq = 0
        self.last_id = 1000

    # Sending: also without a connection, as then it is sent later

    def send(self, text):
        self.sent.append(text)
        if self.connection:
            self.connection.send_text(text)

    def notify(self, method, **params):
        self.send(encode(method, params))

    def ask(self, method, **params):
        """Does not wait. Returns: the id"""
        self.last_id += 1
        self.send(encode(method, params, self.last_id))
        return self.last_id

    def request(self, method, **params):
        """Returns: the whole answer"""
        number = self.ask(method, **params)
        return self.until(lambda message: message.get('id') == number)

    # Receiving

    def receive(self):
        message = self.connection.receive()
        self.messages.append(message)
        if 'method' in message:
            self.seq += 1
            assert message['params']['epoch'] == self.session['epoch']
            assert message['params']['seq'] == self.seq, (self.seq, message)
        return message

    def until(self, condition):
        """The next message for which it holds."""
        while True:
            message = self.receive()
            if condition(message):
                return message

    def event(self, method):
        return self.until(lambda message: message.get('method') == method)['params']

    def events(self, method):
        return [message['params'] for message in self.messages if message.get('method') == method]

    def answers(self):
        return [message['id'] for message in self.messages if 'method' not in message]

    # Losing the connection, and coming back

    def cut(self, reset=True):
        """As a lost network; by a reset the server loses what it has not read yet."""
        if reset:
            self.connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                              b'\1\0\0\0\0\0\0\0')
        self.connection.socket.close()
        self.connection = None

    def try_resume(self, **changes):
        """The connection, and what the server answers on it."""
        connection = RawSocket(self.uri)
        answer = connection.request('room.resume', **{
            'sessionSecret': self.session['sessionSecret'], 'epoch': self.session['epoch'],
            'received': len(self.messages), **changes})
        # What is sent again may have come with the answer.
        assert not connection.kept
        return connection, answer

    def resume(self):
        """Returns: how many messages it had to send again"""
        self.connection, answer = self.try_resume()
        again = self.sent[answer['result']['received']:]
        for text in again:
            self.connection.send_text(text)
        return len(again)

    def error(self, **changes):
        """The code of the error that a resume is answered with."""
        connection, answer = self.try_resume(**changes)
        connection.socket.close()
        return answer['error']['code']
