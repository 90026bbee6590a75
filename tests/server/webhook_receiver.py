# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a webhook of nertc-server sends, received and verified."""
import hashlib
import hmac
import http.server
import json
import queue
import re
import threading

SECRET = 'a secret that only the two of them have'
WATCHDOG = 20  # seconds that anything may take


class Receiver:
    """Takes events on a free port. What @answer, called with the event and how often it has come,
    returns is the status of the answer."""

    def __init__(self, answer=lambda event, times: 200, port=0):
        receiver = self
        self.answer = answer
        self.requests = queue.Queue()
        self.times = {}
        self.connections = 0

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def setup(self):
                receiver.connections += 1
                super().setup()

            def do_POST(self):  # pylint: disable=invalid-name
                body = self.rfile.read(int(self.headers['Content-Length']))
                event = json.loads(body)
                count = receiver.times[event['id']] = receiver.times.get(event['id'], 0) + 1
                receiver.requests.put((self.path, dict(self.headers), body))
                self.send_response(receiver.answer(event, count))
                self.send_header('Location', '/elsewhere')
                self.send_header('Content-Length', '2')
                self.end_headers()
                self.wfile.write(b'ok')

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        class Listener(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):  # pylint: disable=arguments-differ
                """The server may close a connection at any time."""

        self.server = Listener(('127.0.0.1', port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f'http://127.0.0.1:{self.port}/hook'
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def next(self):
        """The next event, whose signature is right."""
        path, headers, body = self.requests.get(timeout=WATCHDOG)
        assert path == '/hook', path
        assert headers['Content-Type'] == 'application/json', headers
        match = re.fullmatch(r't=(\d+),v1=([0-9a-f]{64})', headers['Nertc-Signature'])
        expected = hmac.new(SECRET.encode(), match[1].encode() + b'.' + body, hashlib.sha256)
        assert expected.hexdigest() == match[2]
        return json.loads(body)

    def until(self, name):
        """All events up to the first of that @name."""
        events = [self.next()]
        while events[-1]['event'] != name:
            events.append(self.next())
        return events
