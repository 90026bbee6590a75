# SPDX-License-Identifier: LGPL-2.1-or-later
"""nertc-token as a program. What it mints is checked here by other code than its own."""
import base64
import hashlib
import hmac
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = None
WATCHDOG = 20
SECRET = 'a secret of more than thirty-two bytes'


def run(*arguments, given=None):
    """Status, output, errors."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, timeout=WATCHDOG,
                          input=given if isinstance(given, bytes) else (given or '').encode(),
                          check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def decode(part):
    return base64.urlsafe_b64decode(part + '=' * (-len(part) % 4))


class ToolCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.secret = pathlib.Path(folder.name, 'demo.secret')
        self.secret.write_text(SECRET + '\n', encoding='utf-8')
        self.secret.chmod(0o600)

    def mint(self, *more):
        status, token, errors = run('mint', '--app-key=demo', f'--secret-file={self.secret}', *more)
        self.assertEqual((status, errors), (0, ''))
        self.assertRegex(token, r'^[\w-]+\.[\w-]+\.[\w-]+\n$')
        return token.rstrip('\n')

    def assert_refused(self, status, arguments, *parts, given=None):
        seen, output, errors = run(*arguments, given=given)
        self.assertEqual((seen, output), (status, ''), errors)
        self.assertEqual(errors.count('\n'), 1, errors)
        for part in ('nertc-token: ', *parts):
            self.assertIn(part, errors)
        self.assertNotIn(SECRET, errors)


class MintTest(ToolCase):
    def test_signature_and_claims(self):
        head, body, signature = self.mint().split('.')
        digest = hmac.new(SECRET.encode(), f'{head}.{body}'.encode(), hashlib.sha256).digest()
        claims = json.loads(decode(body))
        self.assertEqual(json.loads(decode(head)), {'alg': 'HS256', 'typ': 'JWT'})
        self.assertEqual(decode(signature), digest)
        self.assertEqual(set(claims), {'appKey', 'exp', 'role', 'grants'})
        self.assertEqual(claims['grants'], ['publish', 'subscribe', 'message'])
        self.assertAlmostEqual(claims['exp'], time.time() + 3600, delta=WATCHDOG)

    def test_everything(self):
        claims = json.loads(decode(self.mint(
            '--room=a room', '--uid=alice', '--role=audience', '--grant=subscribe', '--grant=admin',
            '--expires-in=7d', '--starts-in=15m').split('.')[1]))
        self.assertEqual([claims[name] for name in ('appKey', 'room', 'sub', 'role', 'grants')],
                         ['demo', 'a room', 'alice', 'audience', ['subscribe', 'admin']])
        self.assertAlmostEqual(claims['nbf'], time.time() + 900, delta=WATCHDOG)
        self.assertEqual(claims['exp'] - claims['nbf'], 7 * 86400)

    def test_refusals(self):
        mint = ['mint', '--app-key=demo', f'--secret-file={self.secret}']
        self.assert_refused(2, ['mint'], '--app-key', '--secret-file', '--help')
        for option, part in (('--expires-in=1w', '‘1w’'), ('--expires-in=-5', '‘-5’'),
                             ('--expires-in=9999999999d', '15m'), ('--starts-in=', '‘’'),
                             ('--role=king', 'host or audience'), ('--grant=paint', '‘paint’'),
                             ('--room=a/b', '‘/’'), ('--uid=', '0 bytes'), ('stray', '‘stray’'),
                             ('--secret=x', '--help')):
            with self.subTest(option):
                self.assert_refused(2, [*mint, option], part)
        self.assert_refused(2, ['mint', '--app-key=a b', f'--secret-file={self.secret}'], '‘a b’')

    def test_bad_secret_files(self):
        mint = ['mint', '--app-key=demo', '--secret-file=-']
        self.assert_refused(1, [*mint[:2], '--secret-file=/nonexistent'], '‘/nonexistent’')
        self.assert_refused(1, [*mint[:2], f'--secret-file={SECRET}'], 'name the file')
        for given, part in ((b'', 'standard input'), (b'\0' * 40, 'a line of text'),
                            (b'\xff' * 40, 'a line of text'), (b'x' * 100000, '65536'),
                            (b'short', '5 bytes'),
                            (f'[app demo]\nsecrets={SECRET}\n'.encode(), 'a line of text')):
            self.assert_refused(1, mint, part, given=given)

    def test_secret_for_all_to_read(self):
        self.secret.chmod(0o644)
        status, token, errors = run('mint', '--app-key=demo', f'--secret-file={self.secret}')
        self.assertEqual((status, token.count('.')), (0, 2))
        self.assertIn('chmod o-rw', errors)


class SecretTest(ToolCase):
    def test_secret(self):
        secrets = [run('secret')[1] for _ in range(2)]
        self.assertNotEqual(*secrets)
        for secret in secrets:
            self.assertRegex(secret, r'^[\w-]{43}\n$')
        status, token, _ = run('mint', '--app-key=demo', '--secret-file=-', given=secrets[0])
        self.assertEqual(status, 0)
        self.secret.write_text(secrets[0], encoding='utf-8')
        status, output, _ = run('inspect', f'--secret-file={self.secret}', given=token)
        self.assertEqual(status, 0)
        self.assertIn('signature: good', output)


class InspectTest(ToolCase):
    def test_claims(self):
        status, output, errors = run('inspect', given=self.mint('--uid=alice', '--expires-in=1h'))
        self.assertEqual((status, errors), (0, ''))
        self.assertEqual(output.splitlines()[:6],
                         ['app key: demo', 'room: any', 'uid: alice', 'role: host',
                          'grants: publish subscribe message', 'starts: at once'])
        self.assertTrue(re.search(r'^expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(in 3[56]\d\d s\)$',
                                  output, re.MULTILINE), output)
        self.assertIn('signature: not looked at', output)

    def test_what_is_not_good(self):
        options = ['inspect', f'--secret-file={self.secret}']
        token = self.mint()
        forged = f'{token[:-5]}{"A" if token[-5] != "A" else "B"}{token[-4:]}'
        for given, part in ((forged, 'another secret'), (self.mint('--expires-in=0'), 'expired'),
                            (self.mint('--starts-in=1h'), 'is valid in')):
            status, output, errors = run(*options, given=given)
            self.assertEqual(status, 1)
            self.assertIn(part, errors)
            self.assertNotIn('good', output)
            self.assertNotIn(given, errors)
        for given in ('', 'a.b.c', token[:-1], 'x' * 5000):
            self.assert_refused(1, options, given=given)
        self.assert_refused(1, [*options, '/nonexistent'], '‘/nonexistent’')
        self.assertNotIn(token, run('inspect', token)[2])


class HelpTest(ToolCase):
    def test_help_and_version(self):
        status, output, _ = run('--help')
        self.assertEqual((status, output), run('-h')[:2])
        self.assertEqual(status, 0)
        for word in ('secret', 'mint', 'inspect', 'Examples:', 'Exit status:'):
            self.assertIn(word, output)
        for command in ('secret', 'mint', 'inspect'):
            self.assertIn(f'nertc-token {command} ', run(command, '--help')[1])
        self.assertRegex(run('--version')[1], r'^nertc-token \d+\.\d+\.\d+\n$')
        self.assertEqual(run()[0], 2)
        self.assert_refused(2, ['paint'], '‘paint’', '--help')


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
