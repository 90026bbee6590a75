// SPDX-License-Identifier: LGPL-2.1-or-later
// The ground that the other tests in browsers stand on.
import assert from 'node:assert/strict';
import test from 'node:test';

import { KINDS, launch } from './browsers.mjs';

for (const kind of KINDS)
  test(`has what a call needs (${kind})`, async () => {
    const browser = await launch(kind);
    try {
      const page = await browser.newPage();
      const types = await page.evaluate(() =>
        RTCRtpSender.getCapabilities('video').codecs.map(({ mimeType }) => mimeType),
      );
      assert.ok(types.includes('video/VP8'), types);
    } finally {
      await browser.close();
    }
  });
