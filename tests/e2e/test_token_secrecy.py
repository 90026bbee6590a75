#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lines with a token: where it may come from, and where it must not show."""
import subprocess

import fixture
import tap

TOOL = fixture.BUILD / 'app' / 'tools' / 'nertc-token'
SECRET = 'a-secret-of-the-test-that-is-long-enough'


class TokensTest(fixture.Case):
    def setUp(self):
        super().setUp()
        keys = self.write('keys.conf', f'[app demo]\nsecrets={SECRET}\n')
        secret = self.write('demo.secret', SECRET)
        self.server = self.start_server(f'--config={keys}', '--auth=token')
        self.token = subprocess.run(
            [TOOL, 'mint', '--app-key', 'demo', '--secret-file', secret, '--room', 'standup',
             '--uid', '8', '--expires-in', '1h'],
            check=True, capture_output=True, text=True).stdout.strip()

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding='utf-8')
        path.chmod(0o600)
        return path

    def assert_hidden(self, text):
        for part in (self.token, *self.token.split('.')[1:]):
            self.assertNotIn(part, text)

    def join(self, setting, **env):
        """Joins, and returns all that the line and GStreamer's log say."""
        log = self.folder / 'log'
        line = self.launch(
            f'-v roomsignal server={self.server.url} channel=standup {setting}',
            env=fixture.environment(GST_DEBUG_FILE=str(log), **env))
        line.wait_for(r'state-changed.*new=\(NertcRoomState\)connected')
        line.wait_for('uid = "?8"?$')
        line.interrupt()
        self.assertEqual(0, line.wait(), line.tell())
        said = '\n'.join(line.lines)
        return said + log.read_text(encoding='utf-8', errors='replace') if log.exists() else said

    def test_file(self):
        path = self.write('8.token', self.token + '\n')
        self.assert_hidden(self.join(f'token-file={path}', GST_DEBUG='*:9'))

    def test_environment(self):
        self.assert_hidden(self.join('', GST_DEBUG='*:9', NERTC_TOKEN=self.token))

    def test_property(self):
        """It stands in the line, which GStreamer's own log may show, but not in what is told."""
        self.assert_hidden(self.join(f'token={self.token}'))

    def test_refused(self):
        log = self.folder / 'log'
        path = self.write('8.token', self.token)
        line = self.launch(
            f'roomsignal server={self.server.url} channel=standup uid=9 token-file={path}',
            env=fixture.environment(GST_DEBUG_FILE=str(log), GST_DEBUG='*:9'))
        line.wait_for('ERROR: ')
        self.assertNotEqual(0, line.wait(), line.tell())
        said = '\n'.join(line.lines)
        for part in ('‘8’', '‘9’', str(path), 'nertc-token'):
            self.assertIn(part, said)
        self.assert_hidden(said + log.read_text(encoding='utf-8', errors='replace'))


if __name__ == '__main__':
    tap.main()
