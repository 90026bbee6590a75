// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a browser counts (WebRTC Statistics), as figures of one track between two looks. */

const KINDS = ['audio', 'video'];

const number = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const rounded = (value) => Math.round(number(value));

/** @param {RTCStatsReport | Map<string, any>} report */
function groupByType(report) {
  /** @type {Record<string, any[]>} */
  const groups = {};
  for (const stats of report.values()) (groups[stats.type] ??= []).push(stats);
  return groups;
}

/* The pair that is in use; Firefox says so at the pair itself. */
function findPair(groups) {
  const pairs = groups['candidate-pair'] ?? [];
  const selected = groups.transport?.[0]?.selectedCandidatePairId;
  return (
    pairs.find(({ id }) => id === selected) ??
    pairs.find((pair) => pair.selected || (pair.nominated && pair.state === 'succeeded'))
  );
}

function readTrack(groups, kind, report) {
  const ofKind = (type) => (groups[type] ?? []).find((stats) => stats.kind === kind);
  const rtp = ofKind('outbound-rtp') ?? ofKind('inbound-rtp');
  if (!rtp) return null;
  return {
    rtp,
    remote: ofKind('remote-inbound-rtp') ?? ofKind('remote-outbound-rtp') ?? {},
    source: ofKind('media-source') ?? {},
    codec: report.get(rtp.codecId) ?? {},
  };
}

/**
 * @typedef {object} Look
 * @property {number} at ms
 * @property {string} heard another text when RTP or RTCP has arrived since
 * @property {number} sent packets of RTP so far
 * @property {any} pair the candidate pair in use
 * @property {{audio?: any, video?: any}} tracks
 */

/**
 * @param {RTCStatsReport | Map<string, any>} report
 * @param {number} at ms
 * @returns {Look}
 */
export function readReport(report, at) {
  const groups = groupByType(report);
  const pair = findPair(groups) ?? {};
  /* Firefox has no figures of the transport. Those of the pair count no checks of connectivity. */
  const arrivals = [groups.transport?.[0]?.packetsReceived, pair.bytesReceived];
  for (const stats of groups['inbound-rtp'] ?? []) arrivals.push(stats.packetsReceived);
  for (const stats of groups['remote-inbound-rtp'] ?? [])
    arrivals.push(stats.timestamp, stats.roundTripTimeMeasurements);
  for (const stats of groups['remote-outbound-rtp'] ?? [])
    arrivals.push(stats.remoteTimestamp ?? stats.timestamp, stats.reportsSent);
  const tracks = Object.fromEntries(
    KINDS.map((kind) => [kind, readTrack(groups, kind, report)]).filter(([, track]) => track),
  );
  const sent = (groups['outbound-rtp'] ?? [])
    .map(({ packetsSent }) => number(packetsSent))
    .reduce((sum, packets) => sum + packets, 0);
  return { at, heard: arrivals.join('/'), sent, pair, tracks };
}

const codecName = ({ mimeType = '' }) => mimeType.split('/').at(-1)?.toUpperCase() ?? '';

/* kbit/s */
function bitrate(field, look, before, kind) {
  const now = number(look.tracks[kind]?.rtp[field]);
  const then = before?.tracks[kind]?.rtp[field];
  const ms = before ? look.at - before.at : 0;
  return then === undefined || ms <= 0 ? 0 : Math.max(0, rounded((8 * (now - then)) / ms));
}

/* Per cent of what should have come between two looks; NaN: nothing should have */
function receivedLoss(look, before, kind) {
  const now = look.tracks[kind]?.rtp ?? {};
  const then = before?.tracks[kind]?.rtp ?? {};
  const lost = Math.max(0, number(now.packetsLost) - number(then.packetsLost));
  const received = number(now.packetsReceived) - number(then.packetsReceived);
  return lost + received > 0 ? (100 * lost) / (lost + received) : NaN;
}

/**
 * @param {Look} look
 * @returns {{loss: number, roundTrip: number}} of what is sent, as the receiver reports it; NaN: unknown
 */
export function sentPath(look) {
  const reports = KINDS.map((kind) => look.tracks[kind]?.remote ?? {});
  const worst = (field, factor) => {
    const known = reports.map((report) => report[field]).filter((value) => value !== undefined);
    return known.length > 0 ? factor * Math.max(...known) : NaN;
  };
  return { loss: worst('fractionLost', 100), roundTrip: worst('roundTripTime', 1000) };
}

/**
 * @param {Look} look
 * @param {Look | undefined} before
 * @returns {{loss: number, roundTrip: number}} of what is received; a receiver measures no round trip
 */
export function receivedPath(look, before) {
  const losses = KINDS.map((kind) => receivedLoss(look, before, kind)).filter(
    (loss) => !Number.isNaN(loss),
  );
  return { loss: losses.length > 0 ? Math.max(...losses) : NaN, roundTrip: NaN };
}

/** @param {Look} look */
export function roundTrip(look) {
  return rounded(1000 * number(look.pair.currentRoundTripTime));
}

/** @param {Look} look */
export function availableBandwidth(look) {
  return rounded(look.pair.availableOutgoingBitrate);
}

/**
 * @param {Look} look
 * @param {'bytesSent' | 'bytesReceived'} field
 */
export function bytes(look, field) {
  return KINDS.reduce((sum, kind) => sum + number(look.tracks[kind]?.rtp[field]), 0);
}

/**
 * @param {Look} look
 * @param {Look} [before]
 */
export function localAudio(look, before) {
  const { remote = {}, source = {}, codec = {} } = look.tracks.audio ?? {};
  return {
    CodecType: codecName(codec),
    RecordingLevel: number(source.audioLevel),
    SamplingRate: number(codec.clockRate),
    SendBitrate: bitrate('bytesSent', look, before, 'audio'),
    PacketLossRate: rounded(100 * number(remote.fractionLost)),
    Rtt: rounded(1000 * number(remote.roundTripTime)),
  };
}

/**
 * @param {Look} look
 * @param {Look} [before]
 */
export function localVideo(look, before) {
  const { rtp = {}, remote = {}, source = {}, codec = {} } = look.tracks.video ?? {};
  return {
    CodecType: codecName(codec),
    CaptureFrameRate: rounded(source.framesPerSecond),
    CaptureResolutionWidth: number(source.width),
    CaptureResolutionHeight: number(source.height),
    SendFrameRate: rounded(rtp.framesPerSecond),
    SendResolutionWidth: number(rtp.frameWidth),
    SendResolutionHeight: number(rtp.frameHeight),
    SendBitrate: bitrate('bytesSent', look, before, 'video'),
    TargetSendBitrate: rounded(number(rtp.targetBitrate) / 1000),
    EncodeDelay: rounded((1000 * number(rtp.totalEncodeTime)) / (rtp.framesEncoded || 1)),
    PacketLossRate: rounded(100 * number(remote.fractionLost)),
    Rtt: rounded(1000 * number(remote.roundTripTime)),
    QualityLimitationReason: rtp.qualityLimitationReason ?? 'none',
  };
}

/* Mean time in the jitter buffer between two looks, ms */
function bufferDelay(look, before, kind) {
  const now = look.tracks[kind]?.rtp ?? {};
  const then = before?.tracks[kind]?.rtp ?? {};
  const count = number(now.jitterBufferEmittedCount) - number(then.jitterBufferEmittedCount);
  const delay = number(now.jitterBufferDelay) - number(then.jitterBufferDelay);
  return count > 0 ? rounded((1000 * delay) / count) : 0;
}

function remoteTrack(look, before, kind) {
  const { rtp = {}, codec = {} } = look.tracks[kind] ?? {};
  return {
    CodecType: codecName(codec),
    RecvBitrate: bitrate('bytesReceived', look, before, kind),
    PacketLossRate: rounded(receivedLoss(look, before, kind)),
    End2EndDelay: bufferDelay(look, before, kind),
    TransportDelay: roundTrip(look),
    Jitter: rounded(1000 * number(rtp.jitter)),
  };
}

/**
 * @param {Look} look
 * @param {Look} [before]
 */
export function remoteAudio(look, before) {
  const { rtp = {} } = look.tracks.audio ?? {};
  const rate = number(look.tracks.audio?.codec.clockRate) || 48_000;
  return {
    ...remoteTrack(look, before, 'audio'),
    RecvLevel: number(rtp.audioLevel),
    TotalFreezeTime: number(rtp.concealedSamples) / rate,
  };
}

/**
 * @param {Look} look
 * @param {Look} [before]
 */
export function remoteVideo(look, before) {
  const { rtp = {} } = look.tracks.video ?? {};
  return {
    ...remoteTrack(look, before, 'video'),
    RecvResolutionWidth: number(rtp.frameWidth),
    RecvResolutionHeight: number(rtp.frameHeight),
    RenderFrameRate: rounded(rtp.framesPerSecond),
    FreezeCount: number(rtp.freezeCount),
    TotalFreezeTime: number(rtp.totalFreezesDuration),
    FramesDecoded: number(rtp.framesDecoded),
  };
}
