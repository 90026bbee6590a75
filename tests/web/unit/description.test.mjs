// SPDX-License-Identifier: LGPL-2.1-or-later
import assert from 'node:assert/strict';
import test from 'node:test';

import { tidy } from '../../../app/web/sdk/description.js';

const lines = (...all) => all.map((line) => `${line}\r\n`).join('');

test('lines of payload types that the section has not go, all others stay', () => {
  const audio = ['m=audio 9 UDP/TLS/RTP/SAVPF 109', 'a=rtpmap:109 opus/48000/2', 'a=mid:0'];
  const video = ['m=video 0 UDP/TLS/RTP/SAVPF 120 124', 'a=rtcp-fb:120 nack', 'a=rtcp-fb:* nack'];
  const strays = ['a=rtcp-fb:121 nack', 'a=rtcp-fb:12 nack', 'a=rtpmap:109 VP9/90000'];
  const session = ['v=0', 'o=- 1 0 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=group:BUNDLE 0 1'];
  const last = ['a=fmtp:124 apt=120', 'a=ssrc:121 cname:a'];
  assert.equal(
    tidy(lines(...session, ...audio, ...video, ...strays, ...last)),
    lines(...session, ...audio, ...video, ...last),
  );
});

test('what is in order stays as it is', () => {
  for (const sdp of [
    '',
    lines('v=0', 's=-'),
    'v=0\nm=video 9 UDP/TLS/RTP/SAVPF 96\na=rtcp-fb:96 nack\n',
  ])
    assert.equal(tidy(sdp), sdp);
});
