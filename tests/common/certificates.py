# SPDX-License-Identifier: LGPL-2.1-or-later
"""Certificates for the tests, made by openssl: a CA of one's own, and what it signs.

As a program it takes a folder, and leaves there NAME.pem and NAME.key for every name of ALL, and
ca.pem and stranger.pem of the two CAs.
"""
import datetime
import pathlib
import subprocess
import sys

CONFIG = '''
[ca]
default_ca = here
[here]
new_certs_dir = {folder}
database = {folder}/index
rand_serial = yes
default_md = sha256
policy = anything
unique_subject = no
[anything]
commonName = supplied
[extensions]
subjectAltName = {names}
'''
LOCAL = 'DNS:localhost,IP:127.0.0.1,IP:::1'
DAY = datetime.timedelta(days=1)

# name: names in the certificate, days from now when it begins and ends, which CA signs
ALL = {
    'good': (LOCAL, -1, 2, 'ca'),
    'next': (LOCAL, -1, 3, 'ca'),
    'expired': (LOCAL, -3, -2, 'ca'),
    'future': (LOCAL, 2, 3, 'ca'),
    'elsewhere': ('DNS:calls.example.org', -1, 2, 'ca'),
    'strange': (LOCAL, -1, 2, 'stranger'),
}


def openssl(*words):
    done = subprocess.run(['openssl', *map(str, words)], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, f'openssl {" ".join(map(str, words))}: {done.stderr}'


class Certificates:
    """Of which each is made when it is asked for."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / 'index').touch()
        for name in ('ca', 'stranger'):
            openssl('req', '-x509', *self.key(name), '-out', self.folder / f'{name}.pem', '-days',
                    30, '-subj', f'/CN=The {name} of the tests')

    def key(self, name):
        return ('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout',
                self.folder / f'{name}.key')

    def __getitem__(self, name):
        """The paths of certificate and key."""
        certificate, key = self.folder / f'{name}.pem', self.folder / f'{name}.key'
        if not key.exists():
            self.make(name, *ALL[name])
        return str(certificate), str(key)

    def make(self, name, names, begin, end, issuer):
        now = datetime.datetime.now(datetime.timezone.utc)
        begin, end = ((now + days * DAY).strftime('%Y%m%d%H%M%SZ') for days in (begin, end))
        request, config = self.folder / f'{name}.csr', self.folder / f'{name}.cnf'
        config.write_text(CONFIG.format(folder=self.folder, names=names), encoding='ascii')
        openssl('req', *self.key(name), '-new', '-subj', f'/CN={name}', '-out', request)
        openssl('ca', '-batch', '-notext', '-config', config, '-extensions', 'extensions', '-cert',
                self.folder / f'{issuer}.pem', '-keyfile', self.folder / f'{issuer}.key',
                '-startdate', begin, '-enddate', end, '-in', request, '-out',
                self.folder / f'{name}.pem')

    @property
    def authority(self):
        return str(self.folder / 'ca.pem')


if __name__ == '__main__':
    made = Certificates(sys.argv[1])
    for each in ALL:
        made[each]  # pylint: disable=pointless-statement
