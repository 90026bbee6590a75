// SPDX-License-Identifier: LGPL-2.1-or-later
/* Every client receives these (docs/protocol.md, "Media"). */
const AUDIO_MIME = 'audio/opus';
const VIDEO_MIME = 'video/vp8';
const RTX_MIME = 'video/rtx';

const baseline = /profile-level-id=42[ec]0/i;

function isChosen(codec, mime) {
  const type = codec.mimeType.toLowerCase();
  if (type !== mime) return type === RTX_MIME && mime.startsWith('video/');
  if (type !== 'video/h264') return true;
  const format = codec.sdpFmtpLine ?? '';
  return format.includes('packetization-mode=1') && baseline.test(format);
}

/**
 * Offers one codec, and the repetition of lost packets (RFC 4588), so that both ends use the same.
 * @param {RTCRtpTransceiver} transceiver
 * @param {'audio' | 'video'} kind
 * @param {string} [videoCodec] 'vp8', 'vp9', 'h264', 'av1'; absent is VP8
 */
export function prepareCodecs(transceiver, kind, videoCodec) {
  const mime =
    kind === 'audio' ? AUDIO_MIME : videoCodec ? `video/${videoCodec.toLowerCase()}` : VIDEO_MIME;
  const all = RTCRtpSender.getCapabilities?.(kind)?.codecs ?? [];
  const chosen = all.filter((codec) => isChosen(codec, mime));
  const found = chosen.some((codec) => codec.mimeType.toLowerCase() === mime);
  if (found && transceiver.setCodecPreferences) transceiver.setCodecPreferences(chosen);
}

/**
 * @returns {{audio: string[], video: string[]}} what this browser can both send and receive
 */
export function supportedCodecs() {
  const names = (kind) => {
    const list = (side) => side?.getCapabilities?.(kind)?.codecs ?? [];
    const receivable = new Set(list(globalThis.RTCRtpReceiver).map(({ mimeType }) => mimeType));
    const both = list(globalThis.RTCRtpSender)
      .map(({ mimeType }) => mimeType)
      .filter((mimeType) => receivable.has(mimeType))
      .map((mimeType) => mimeType.split('/')[1].toUpperCase());
    return [...new Set(both)];
  };
  return { audio: names('audio'), video: names('video') };
}
