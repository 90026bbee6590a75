// SPDX-License-Identifier: LGPL-2.1-or-later
// What of the SDK's media can be said without a browser: names, profiles, grades, figures, patience.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { MediaAccessError } from '../../../app/web/sdk/media-errors.js';
import { Path } from '../../../app/web/sdk/path.js';
import {
  VIDEO_FRAME_RATE,
  VIDEO_QUALITY,
  audioSettings,
  defaultVideo,
  videoSettings,
} from '../../../app/web/sdk/profiles.js';
import { gradeOf, medianGrade } from '../../../app/web/sdk/quality.js';
import {
  localVideo,
  readReport,
  receivedPath,
  remoteVideo,
  sentPath,
} from '../../../app/web/sdk/statistics.js';
import { fromWire, toWire } from '../../../app/web/sdk/uids.js';
import { FakeClock } from './fake-server.mjs';

describe('names of rooms and members', () => {
  test('go out as text', () => {
    assert.equal(toWire(7, 'uid'), '7');
    assert.equal(toWire(0, 'uid'), '0');
    assert.equal(toWire('007', 'uid'), '007');
    for (const none of [undefined, null, '']) assert.equal(toWire(none, 'uid'), undefined);
    for (const bad of [1.5, -1, NaN, Infinity, 2 ** 53, {}, true])
      assert.throws(() => toWire(bad, 'uid'), { code: 2102 });
  });

  test('come back as numbers to who uses numbers', () => {
    assert.equal(fromWire('7', true), 7);
    assert.equal(fromWire('9007199254740991', true), 2 ** 53 - 1);
    assert.equal(fromWire('7', false), '7');
    for (const text of ['007', '9007199254740992', '-1', '1e3', ' 7', 'alice', ''])
      assert.equal(fromWire(text, true), text);
  });
});

describe('profiles', () => {
  test('change what they name', () => {
    const small = videoSettings({ resolution: VIDEO_QUALITY.VIDEO_QUALITY_180p }, defaultVideo);
    assert.equal(`${small.width}x${small.height}@${small.frameRate}`, '320x180@30');
    assert.ok(small.bitrate < defaultVideo.bitrate);
    const slow = videoSettings(
      { frameRate: VIDEO_FRAME_RATE.CHAT_VIDEO_FRAME_RATE_15, bitrate: 1_500_000 },
      small,
    );
    assert.deepEqual(slow, { width: 320, height: 180, frameRate: 15, bitrate: 1_500_000 });
    const own = videoSettings({ resolution: { width: 800, height: 600 } }, slow);
    assert.equal(own.width, 800);
  });

  test('that are none are refused', () => {
    for (const bad of [{ resolution: 3 }, { resolution: {} }, { frameRate: 7 }, { bitrate: 1 }])
      assert.throws(() => videoSettings(bad, defaultVideo), { name: 'INVALID_ARGUMENT' });
    assert.throws(() => audioSettings('loud'), /music_standard/);
  });
});

describe('grades', () => {
  test('are those of the protocol', () => {
    const cases = [
      [NaN, NaN, 0],
      [0, 0, 1],
      [NaN, 100, 1],
      [10, 100, 1],
      [10.1, 0, 2],
      [0, 101, 2],
      [20.1, 0, 3],
      [0, 351, 4],
      [50.1, NaN, 5],
      [NaN, 501, 5],
    ];
    for (const [loss, roundTrip, grade] of cases)
      assert.equal(gradeOf(loss, roundTrip), grade, `${loss} % ${roundTrip} ms`);
  });

  test('of several are their median, the better of two', () => {
    assert.equal(medianGrade([]), 0);
    assert.equal(medianGrade([0, 0]), 0);
    assert.equal(medianGrade([5, 1]), 1);
    assert.equal(medianGrade([5, 0, 2, 6]), 5);
  });
});

const report = (...all) => new Map(all.map((stats, index) => [stats.id ?? `${index}`, stats]));

describe('figures', () => {
  const inbound = (more) => ({ type: 'inbound-rtp', kind: 'video', codecId: 'c', ...more });
  const codec = { id: 'c', type: 'codec', mimeType: 'video/VP8', clockRate: 90_000 };

  test('of what comes are made of two looks', () => {
    const first = inbound({ bytesReceived: 1000, packetsReceived: 10, packetsLost: 0 });
    const second = inbound({ bytesReceived: 126_000, packetsReceived: 100, packetsLost: 10 });
    const before = readReport(report(first, codec), 1000);
    const now = readReport(report(second, codec), 2000);
    const figures = remoteVideo(now, before);
    assert.equal(figures.RecvBitrate, 1000);
    assert.equal(figures.CodecType, 'VP8');
    assert.equal(figures.PacketLossRate, 10);
    assert.equal(receivedPath(now, before).loss, 10);
    assert.notEqual(now.heard, before.heard);
  });

  test('of what goes have the words of the receiver', () => {
    const sent = {
      type: 'outbound-rtp',
      kind: 'video',
      codecId: 'c',
      bytesSent: 0,
      frameWidth: 640,
    };
    const told = { type: 'remote-inbound-rtp', kind: 'video', fractionLost: 0.25 };
    const look = readReport(report(sent, codec, { ...told, roundTripTime: 0.12 }), 0);
    assert.deepEqual(sentPath(look), { loss: 25, roundTrip: 120 });
    assert.equal(localVideo(look).SendResolutionWidth, 640);
    assert.equal(localVideo(look).Rtt, 120);
  });

  test('hear the RTCP of a sender that has nothing to send', () => {
    const silent = inbound({ packetsReceived: 10 });
    const hear = (...more) => readReport(report(silent, ...more), 0).heard;
    const pair = { type: 'candidate-pair', selected: true };
    assert.notEqual(
      hear({ ...pair, bytesReceived: 1000 }),
      hear({ ...pair, bytesReceived: 1074 }),
      'Firefox',
    );
    assert.notEqual(
      hear({ type: 'transport', packetsReceived: 12 }),
      hear({ type: 'transport', packetsReceived: 13 }),
      'Chromium',
    );
    assert.equal(hear({ ...pair, bytesReceived: 1000 }), hear({ ...pair, bytesReceived: 1000 }));
  });

  test('are there when the browser tells nothing', () => {
    const look = readReport(report(), 0);
    assert.deepEqual(sentPath(look), { loss: NaN, roundTrip: NaN });
    assert.deepEqual(receivedPath(look, undefined), { loss: NaN, roundTrip: NaN });
    assert.equal(remoteVideo(look).RecvBitrate, 0);
  });
});

/** A connection that does nothing by itself. */
class FakeConnection extends EventTarget {
  connectionState = 'new';
  iceConnectionState = 'new';

  become(connectionState, iceConnectionState) {
    Object.assign(this, { connectionState, iceConnectionState });
    this.dispatchEvent(new Event('connectionstatechange'));
  }
}

function openPath(wantsRelay = false) {
  const clock = new FakeClock();
  const connection = new FakeConnection();
  const heard = [];
  const path = new Path(
    /** @type {any} */ (connection),
    wantsRelay,
    {
      connected: () => heard.push('connected'),
      failed: (code) => heard.push(`failed ${code}`),
      lost: (code) => heard.push(`lost ${code}`),
      recovered: () => heard.push('recovered'),
    },
    clock,
  );
  return { clock, connection, heard, path };
}

describe('a path', () => {
  test('is found within 10 s or not at all', async () => {
    const { clock, heard, connection } = openPath();
    connection.iceConnectionState = 'checking';
    await clock.turn(9999);
    assert.deepEqual(heard, []);
    await clock.turn(1);
    assert.deepEqual(heard, ['failed ice']);
  });

  test('without DTLS is another failure, and so is a TURN server that gives no address', async () => {
    const handshake = openPath();
    handshake.connection.iceConnectionState = 'connected';
    await handshake.clock.turn(10_000);
    assert.deepEqual(handshake.heard, ['failed dtls']);
    const relay = openPath(true);
    relay.connection.become('failed', 'failed');
    assert.deepEqual(relay.heard, ['failed turn']);
    const given = openPath(true);
    given.path.noteCandidate('candidate:1 1 udp 1 192.0.2.1 9 typ relay raddr 0.0.0.0 rport 0');
    given.connection.become('failed', 'failed');
    assert.deepEqual(given.heard, ['failed ice']);
  });

  test('is lost after 6 s of silence, and there again', async () => {
    const { clock, connection, heard, path } = openPath();
    connection.become('connected', 'connected');
    path.look('1', true);
    for (let second = 1; second < 6; second += 1) {
      await clock.turn(1000);
      path.look('1', true);
    }
    assert.ok(path.suspicious);
    assert.deepEqual(heard, ['connected']);
    await clock.turn(1000);
    path.look('1', true);
    path.look('1', true);
    assert.deepEqual(heard, ['connected', 'lost silence']);
    path.look('2', true);
    assert.deepEqual(heard.at(-1), 'recovered');
    assert.equal(path.lost, false);
  });

  test('on which nothing has come is not lost while there is nothing to come', async () => {
    const { clock, connection, heard, path } = openPath();
    const wait = async (seconds, text, due) => {
      for (let second = 0; second < seconds; second += 1) {
        await clock.turn(1000);
        path.look(text, due);
      }
    };
    connection.become('connected', 'connected');
    await wait(20, '1', false);
    await wait(5, '1', true);
    assert.deepEqual(heard, ['connected']);
    await wait(1, '1', true);
    assert.deepEqual(heard, ['connected', 'lost silence']);
    await wait(1, '2', true);
    /* Now reports are due whatever is muted. */
    await wait(6, '2', false);
    assert.deepEqual(heard, ['connected', 'lost silence', 'recovered', 'lost silence']);
  });

  test('of a page that was frozen is not lost at the first look', async () => {
    const { clock, connection, heard, path } = openPath();
    connection.become('connected', 'connected');
    path.look('1', true);
    await clock.turn(60_000);
    path.look('1', true);
    path.look('2', true);
    assert.deepEqual(heard, ['connected']);
  });

  test('that ICE loses is told once', () => {
    const { connection, heard } = openPath();
    connection.become('connected', 'connected');
    connection.become('failed', 'failed');
    connection.become('failed', 'failed');
    assert.deepEqual(heard, ['connected', 'lost ice']);
  });
});

describe('media access', () => {
  test('says the browser’s word, and what to do', () => {
    const error = new MediaAccessError({ name: 'NotFoundError' }, ['video']);
    assert.match(error.message, /^Media access: NotFoundError \(camera\): .*connect/);
    assert.equal(error.code, 2112);
    assert.equal(error.eventName, 'notFound');
    const old = new MediaAccessError({ name: 'PermissionDeniedError' }, ['audio']);
    assert.equal(old.name, 'NotAllowedError');
    assert.equal(old.eventName, 'accessDenied');
  });
});
