#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tokens as people use them: what README.md says of them, and the line that --dev prints."""
import os
import re

import fixture
import readme_lines
import tap

URL = 'ws://127.0.0.1:8980/room'  # where the README expects the server


def environment(**more):
    tools = [fixture.BUILD / 'app' / 'server', fixture.BUILD / 'app' / 'tools']
    path = os.pathsep.join([*map(str, tools), os.environ['PATH']])
    return fixture.environment(PATH=path, **more)


class TokensTest(fixture.Case):
    def start_block(self, text, last, env=None):
        """The shell becomes the program @last, which ends the block, so that signals reach it."""
        text = text.replace(f'{last} ', f'exec {last} ')
        return self.start('sh', '-ec', text, env=env or environment())

    def start_other(self, server, token):
        other = self.start_member(server, '--channel=standup', '--uid=other', '--no-audio',
                                  '--receive=video', env=environment(NERTC_TOKEN=token))
        other.wait_message('state-changed', new='connected')
        return other

    def watch(self, other, process):
        joined = other.wait_message('member-joined')
        other.wait_event('picture')
        self.assertFalse(process.has('^ERROR'), process.tell())
        self.assertEqual([], other.events('error'))
        return joined['uid']

    def test_readme(self):
        blocks = readme_lines.blocks('shell')
        server = self.start_block(blocks['token-server'], 'nertc-server')
        server.wait_for(f'listening on {URL}')
        mint = self.start('nertc-token', 'mint', '--app-key=demo', '--secret-file=demo.secret',
                          env=environment())
        token = mint.wait_for(r'^\S+$')
        other = self.start_other(URL, token)
        member = self.start_block(blocks['token-member'], 'gst-launch-1.0')
        self.assertEqual('8', self.watch(other, member))

    def test_wrong_token_is_told(self):
        server = self.start_server('--dev')
        stranger = self.start_member(server, '--channel=standup', '--receive=')
        text = stranger.wait_event('error')
        self.assertIn('token', text['text'] + text['debug'])

    def test_line_of_dev(self):
        server = self.start_server('--dev')
        line = str(server.wait_for('^NERTC_TOKEN='))
        token = re.match(r'NERTC_TOKEN=(\S+)', line)[1]
        other = self.start_other(server, token)
        member = self.start_block(line, 'gst-launch-1.0',
                                  environment(DISPLAY=self.start_display()))
        self.watch(other, member)


if __name__ == '__main__':
    tap.main()
