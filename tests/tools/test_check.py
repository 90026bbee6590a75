# SPDX-License-Identifier: LGPL-2.1-or-later
"""nertc-check as a program, with real servers, and with plugins that are hidden from it."""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

import certificates
import tap
import turnserver

SOURCE = pathlib.Path(__file__).parents[2]
BUILD = pathlib.Path(os.environ['NERTC_BUILD_ROOT'])
PROGRAM = BUILD / 'app' / 'tools' / 'nertc-check'
SERVER = BUILD / 'app' / 'server' / 'nertc-server'
TOKEN = BUILD / 'app' / 'tools' / 'nertc-token'
PATIENCE = 20 * float(os.environ.get('NERTC_TEST_PATIENCE', '1'))
SECRET = 'a secret of more than thirty-two bytes'
# Plugins of GStreamer, by the names of their files: with all that there may be each registry would
# take seconds.
PLUGINS = (
    'alaw', 'aom', 'app', 'audioconvert', 'audioresample', 'audiotestsrc', 'autodetect',
    'coreelements', 'de265', 'dtls', 'libav', 'mulaw', 'nice', 'openh264', 'opus', 'opusparse',
    'pipewire', 'pulseaudio', 'rtp', 'rtpmanager', 'srtp', 'video4linux2', 'videoconvertscale',
    'videoparsersbad', 'vpx', 'webrtc', 'webrtcdsp', 'x264', 'x265', 'ximagesrc', 'xvimagesink')
SHOWN = {}


def show(folder, *hidden):
    """The environment in which GStreamer has no plugins but those of the list, without @hidden."""
    system = subprocess.run(['pkg-config', '--variable=pluginsdir', 'gstreamer-1.0'], check=True,
                            capture_output=True, text=True, timeout=PATIENCE).stdout.strip()
    folder.mkdir()
    for name in PLUGINS:
        file = pathlib.Path(system, f'libgst{name}.so')
        if file.exists() and name not in hidden:
            (folder / file.name).symlink_to(file)
    return {'GST_PLUGIN_SYSTEM_PATH_1_0': str(folder), 'GST_REGISTRY': str(folder / 'registry')}


def setUpModule():
    folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
    unittest.addModuleCleanup(folder.cleanup)
    SHOWN.update(show(pathlib.Path(folder.name, 'plugins')))


def environment(**more):
    """That of the process: the plugin of this build, no desktop, no sound server. A build with
    sanitizers is scanned by itself only."""
    env = {**os.environ, **SHOWN, 'GST_PLUGIN_PATH': str(BUILD / 'gst'),
           'GST_REGISTRY_FORK': 'no',
           'LD_LIBRARY_PATH': str(BUILD / 'signaling-client'),
           'PULSE_SERVER': 'unix:/nonexistent', 'XDG_RUNTIME_DIR': '/nonexistent',
           'LC_ALL': 'C.UTF-8', **more}
    return {name: value for name, value in env.items()
            if value is not None and not (name in ('DISPLAY', 'WAYLAND_DISPLAY', 'NERTC_TOKEN')
                                          and name not in more)}


def run(*options, **more):
    """Status, output, errors."""
    done = subprocess.run([PROGRAM, *map(str, options)], capture_output=True, text=True,
                          timeout=2 * PATIENCE, env=environment(**more), check=False)
    return done.returncode, done.stdout, done.stderr


def look(*options, **more):
    """Status, and what it found: lists of items. Libraries of devices may complain beside it."""
    status, output, _ = run('--json', *options, **more)
    return status, json.loads(output)


def find(items, name):
    return next(item for item in items if item['name'] == name)


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, *words, **more):
        process = subprocess.Popen(  # pylint: disable=consider-using-with
            [*map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def start_server(self, *options):
        """Returns: its address."""
        process = self.start(SERVER, '--port=0', *options)
        for line in process.stdout:
            found = re.search(r'wss?://\S+', line)
            if found:
                return found[0]
        self.fail('no server')
        return None

    def start_turn(self):
        """Returns: its port, of UDP and TCP."""
        if not shutil.which('turnserver'):
            self.skipTest('no turnserver: ./dev setup test installs it')
        port = free_port()
        self.start(*turnserver.command(self.folder, '127.0.0.1', port, '--lt-cred-mech',
                                       '--user=alice:secret'))
        self.assertTrue(turnserver.answers('127.0.0.1', port, PATIENCE))
        return port

    def steps(self, found):
        return {item['name']: item['status'] for item in found['server']}


class ReportTest(Case):
    def test_json(self):
        status, found = look('--no-devices')
        self.assertEqual((status, found['version'], found['good']), (0, 1, True))
        self.assertEqual(list(found), ['version', 'good', 'elements', 'codecs', 'devices', 'server',
                                       'iceServers'])
        for name in ('webrtcbin', 'nicesrc', 'dtlsdec', 'srtpdec', 'rtpbin', 'nertcsink',
                     'nertcsrc', 'roomsignal'):
            item = find(found['elements'], name)
            self.assertEqual((item['status'], item['needed']), ('ok', True))
        for name in ('OPUS', 'VP8'):
            item = find(found['codecs'], name)
            self.assertEqual((item['send'], item['receive'], item['needed'], item['missing']),
                             (True, True, True, []))
        self.assertEqual(find(found['codecs'], 'VP8')['encoder'], 'vp8enc')
        self.assertEqual({item['name'] for item in found['codecs']},
                         {'OPUS', 'PCMU', 'PCMA', 'VP8', 'VP9', 'H264', 'H265', 'AV1'})

    def check_keys(self, items):
        text = (SOURCE / 'docs' / 'nertc-check.md').read_text(encoding='utf-8')
        for item in items:
            for key, value in item.items():
                self.assertIn(f'`{key}`', text)
                if key in ('elements', 'missing'):
                    self.check_keys(value)

    def test_keys_are_documented(self):
        server = self.start_server('--auth=open', f'--ice-server=stun:127.0.0.1:{free_port()}')
        _, found = look(f'--server={server}', '--timeout=2', DISPLAY=':4711')
        for section, items in found.items():
            if isinstance(items, list):
                self.assertTrue(items, section)
                self.check_keys(items)

    def test_text(self):
        status, output, errors = run('--no-devices')
        self.assertEqual((status, errors), (0, ''))
        self.assertRegex(output, r'✓ .*\bwebrtcbin\b')
        self.assertRegex(output, r'✓ VP8 +sends by vp8enc, receives by vp8dec')
        self.assertTrue(output.endswith('\nAll that is needed is there.\n'))
        self.assertNotIn('\033', output)
        plain = run('--no-devices', LC_ALL='C')[1]
        self.assertTrue(plain.isascii(), plain)
        self.assertRegex(plain, r'ok +VP8 ')

    def test_usage(self):
        for options, part in ((['stray'], '‘stray’'), (['--paint'], '--help'),
                              (['--server=http://x'], '‘http://x’'), (['--timeout=0'], '1 to 600'),
                              (['--channel=x'], '--server'), (['--ice-server=turn:x'], 'number 1'),
                              (['--ice-server=stun:x', '--ice-server=x hush'], 'number 2')):
            with self.subTest(options):
                status, output, errors = run(*options)
                self.assertEqual((status, output), (2, ''))
                self.assertIn(part, errors)
                self.assertNotIn('hush', errors)
        status, output, _ = run('--help')
        self.assertEqual(status, 0)
        self.assertIn('Exit status:', output)
        self.assertRegex(run('--version')[1], r'^nertc-check \d+\.\d+\.\d+\n$')


class PackagesTest(Case):
    def test_packages_have_what_they_are_named_for(self):
        """All of the table that is installed here, by dpkg."""
        if not shutil.which('dpkg-query'):
            self.skipTest('no Debian')
        _, found = look('--no-devices')
        parts = [*found['elements'], *(part for codec in found['codecs']
                                       for part in codec['elements'])]
        packages = {os.path.realpath(part['file']): part['package'] for part in parts
                    if 'package' in part and 'file' in part}
        self.assertGreater(len(packages), 10)
        done = subprocess.run(['dpkg-query', '-S', *packages], capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        owners = {}
        for line in done.stdout.splitlines():
            package, file = line.split(': ', 1)
            owners[file] = package.split(':')[0]
        self.assertEqual(packages, owners)

    def hide(self, *plugins):
        return show(self.folder / 'plugins', *plugins)

    def test_missing_codec(self):
        status, found = look('--no-devices', **self.hide('openh264', 'x264'))
        self.assertEqual((status, found['good']), (0, True))
        item = find(found['codecs'], 'H264')
        self.assertEqual((item['status'], item['send'], item['receive']), ('missing', False, True))
        self.assertEqual(item['missing'], [{'role': 'encoder', 'element': 'x264enc',
                                            'package': 'gstreamer1.0-plugins-ugly'}])
        self.assertIn('gstreamer1.0-plugins-ugly', item['remedy'])
        self.assertEqual(find(found['codecs'], 'VP8')['status'], 'ok')

    def test_missing_needs(self):
        hidden = self.hide('nice', 'vpx')
        status, output, _ = run('--no-devices', **hidden)
        self.assertEqual(status, 1)
        self.assertRegex(output, r'✗ nicesrc\s+install the package gstreamer1\.0-nice\n')
        self.assertRegex(output, r'✗ VP8 .*neither.*vp8enc, vp8dec\s+install the package '
                                 r'gstreamer1\.0-plugins-good\n')
        self.assertRegex(output, r'\nNeeded, and not there: nicesrc, VP8\n$')
        status, found = look('--no-devices', **{**hidden, 'GST_PLUGIN_PATH': '/nonexistent'})
        self.assertEqual(status, 1)
        self.assertIn('GST_PLUGIN_PATH', find(found['elements'], 'nertcsink')['remedy'])


class DevicesTest(Case):
    def test_none(self):
        status, found = look('--timeout=2')
        self.assertEqual(status, 0)
        for kind in ('camera', 'microphone', 'speaker', 'screen'):
            items = [item for item in found['devices'] if item['kind'] == kind]
            self.assertTrue(items, kind)
            for item in items:
                self.assertFalse(item['needed'])
                self.assertIn(item['status'], ('ok', 'absent', 'failed'))
                self.assertTrue(item['status'] == 'ok' or item['remedy'])
        screen = find(found['devices'], 'screen')
        self.assertEqual((screen['status'], 'DISPLAY' in screen['remedy']), ('absent', True))

    def test_display_that_is_not_there(self):
        _, found = look('--timeout=2', DISPLAY=':4711')
        item = find(found['devices'], 'screen “X11 :4711”')
        self.assertEqual((item['status'], item['opens']), ('failed', False))
        _, found = look('--timeout=2', '--no-open', DISPLAY=':4711')
        self.assertNotIn('opens', find(found['devices'], 'screen “X11 :4711”'))


class ServerTest(Case):
    def test_good(self):
        server = self.start_server('--auth=open')
        status, found = look('--no-devices', f'--server={server}')
        self.assertEqual(status, 0)
        self.assertEqual(self.steps(found), dict.fromkeys(
            ('dns', 'tcp', 'websocket', 'join', 'iceServers', 'leave'), 'ok'))
        for item in found['server']:
            self.assertGreaterEqual(item['ms'], 0)
        self.assertEqual(found['iceServers'], [])

    def test_nobody_there(self):
        status, found = look('--no-devices', f'--server=ws://localhost:{free_port()}')
        self.assertEqual((status, self.steps(found)), (1, {'dns': 'ok', 'tcp': 'failed'}))
        self.assertIn('nertc-server', find(found['server'], 'tcp')['remedy'])

    def test_no_room_server(self):
        address = self.start_server('--auth=open').replace('/room', '/elsewhere')
        status, found = look('--no-devices', f'--server={address}')
        self.assertEqual((status, self.steps(found)),
                         (1, {'dns': 'ok', 'tcp': 'ok', 'websocket': 'failed'}))
        item = find(found['server'], 'websocket')
        self.assertIn('404', item['detail'])
        self.assertIn('/room', item['remedy'])

    def test_tokens(self):
        keys, secret, token = (self.folder / name for name in ('keys', 'secret', 'token'))
        keys.write_text(f'[app demo]\nsecrets={SECRET}\n', encoding='ascii')
        secret.write_text(SECRET, encoding='ascii')
        for file in (keys, secret):
            file.chmod(0o600)
        server = self.start_server('--auth=token', f'--config={keys}')

        def visit(*options, uid=None):
            words = [TOKEN, 'mint', '--app-key=demo', f'--secret-file={secret}']
            minted = subprocess.run([*words, *([f'--uid={uid}'] if uid else [])], check=True,
                                    capture_output=True, timeout=PATIENCE).stdout
            token.write_bytes(minted)
            return look('--no-devices', f'--server={server}', *options)

        status, found = visit('--app-key=demo', f'--token-file={token}')
        self.assertEqual((status, self.steps(found)['join']), (0, 'ok'))
        status, found = visit('--app-key=demo', f'--token-file={token}', uid='alice')
        self.assertEqual(status, 0)
        self.assertEqual(find(found['server'], 'join')['detail'], 'as ‘alice’')
        item = find(found['server'], 'iceServers')
        self.assertEqual(item['status'], 'skipped')
        self.assertIn('--ice-server', item['remedy'])
        for options, nick in (((), 'token-required'),
                              (('--app-key=other', f'--token-file={token}'), 'token-other-room')):
            status, found = visit(*options)
            item = find(found['server'], 'join')
            self.assertEqual((status, item['status'], item['detail']), (1, 'failed', nick))
            self.assertTrue(item['remedy'])

    def test_tls(self):
        folder = self.folder / 'certificates'
        folder.mkdir()
        made = certificates.Certificates(folder)
        certificate, key = made['good']
        server = self.start_server('--auth=open', f'--tls-certificate={certificate}',
                                   f'--tls-key={key}')
        status, found = look('--no-devices', f'--server={server}',
                             f'--tls-ca-file={made.authority}')
        self.assertEqual((status, self.steps(found)['tls']), (0, 'ok'))
        status, found = look('--no-devices', f'--server={server}')
        self.assertEqual((status, self.steps(found)),
                         (1, {'dns': 'ok', 'tcp': 'ok', 'tls': 'failed'}))
        self.assertIn('does not trust', find(found['server'], 'tls')['remedy'])


class IceTest(Case):
    def test_servers(self):
        port, dead = self.start_turn(), free_port(socket.SOCK_DGRAM)
        status, found = look(
            '--no-devices', '--timeout=10', f'--ice-server=stun:127.0.0.1:{port}',
            f'--ice-server=turn:localhost:{port}?transport=udp alice secret',
            f'--ice-server=turn:127.0.0.1:{port}?transport=tcp alice secret',
            f'--ice-server=turn:127.0.0.1:{port}?transport=udp alice hush',
            f'--ice-server=stun:127.0.0.1:{dead}')
        self.assertEqual(status, 1)
        stun, udp, tcp, refused, absent = found['iceServers']
        self.assertEqual([item['status'] for item in found['iceServers']],
                         ['ok', 'ok', 'ok', 'failed', 'failed'])
        for item in (stun, udp, tcp):
            self.assertRegex(item['address'], r'^127\.0\.0\.1:\d+$')
            self.assertGreater(item['ms'], 0)
        self.assertEqual((udp['transport'], tcp['transport']), ('udp', 'tcp'))
        self.assertIn('‘alice’', refused['remedy'])
        self.assertIn('401', refused['detail'])
        self.assertIn(str(dead), absent['remedy'])
        self.assertNotIn('hush', json.dumps(found))

    def test_those_of_the_server(self):
        port = self.start_turn()
        server = self.start_server('--auth=open',
                                   f'--ice-server=turn:127.0.0.1:{port} alice secret')
        status, found = look('--no-devices', '--timeout=10', f'--server={server}')
        self.assertEqual(status, 0)
        self.assertEqual([(item['transport'], item['status'], item['from'])
                          for item in found['iceServers']],
                         [('udp', 'ok', 'server'), ('tcp', 'ok', 'server')])
        server = self.start_server('--auth=open',
                                   f'--ice-server=turn:127.0.0.1:{port} alice hush')
        status, found = look('--no-devices', f'--server={server}')
        self.assertEqual(status, 1)
        self.assertEqual({item['status'] for item in found['iceServers']}, {'failed'})


if __name__ == '__main__':
    tap.main()
