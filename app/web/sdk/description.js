// SPDX-License-Identifier: LGPL-2.1-or-later

const PAYLOAD_LINE = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /;

/** The payload types of a media section: RFC 8866, section 5.14, the formats of its m= line. */
const payloadTypes = (section) => new Set(section.split(/\r?\n/, 1)[0].split(' ').slice(3));

function withoutStrays(section) {
  const known = payloadTypes(section);
  const isStray = (line) => {
    const type = PAYLOAD_LINE.exec(line)?.[1];
    return type !== undefined && !known.has(type);
  };
  const lines = section.split(/(?<=\n)/);
  return lines.filter((line) => !isStray(line)).join('');
}

/**
 * A description as others can read it. With some codecs chosen Firefox leaves the a=rtcp-fb lines of
 * all the others in its offer, and Chromium refuses an offer that speaks of a payload type that its
 * m= line has not (RFC 4585, section 4.2).
 * @param {string} sdp
 */
export function tidy(sdp) {
  const [session, ...sections] = sdp.split(/^(?=m=)/m);
  return session + sections.map(withoutStrays).join('');
}
