// SPDX-License-Identifier: LGPL-2.1-or-later
// What runs inside a page under test, before the page's own scripts: cameras, microphones and
// screens with known content, readers of what is shown and heard, and books about what is open.

/**
 * Given to the page as text: nothing outside its body is seen there. Leaves globalThis.probe.
 *
 * The picture is that of tests/e2e/coded_picture.py: twenty bars, four bits who sends it, twelve
 * which frame it is, four to check these; so what a page sends a member in Python reads, and the
 * other way round.
 * @param {{camera?: boolean, code?: number, tone?: number, screenCode?: number,
 *   screenTone?: number, width?: number, height?: number, rate?: number}} options
 *   camera: false leaves the browser's own devices; width, height: whatever the page asks for
 */
export function install(options) {
  const BARS = 20;
  const COUNTERS = 1 << 12;
  const checksum = (value) => (value ^ (value >> 4) ^ (value >> 8) ^ (value >> 12) ^ 0b1010) & 0xf;
  const settings = {
    camera: true,
    code: 1,
    tone: 500,
    screenCode: 9,
    screenTone: 900,
    rate: 20,
    ...options,
  };

  // What is open

  const connections = [];
  const tracks = [];
  const violations = [];
  document.addEventListener('securitypolicyviolation', (event) =>
    violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`),
  );
  globalThis.RTCPeerConnection = class extends globalThis.RTCPeerConnection {
    constructor(...words) {
      super(...words);
      connections.push(this);
    }
  };

  // Cameras, microphones, screens

  let context;
  function audioContext() {
    context ??= new AudioContext();
    if (context.state === 'suspended') context.resume();
    return context;
  }

  function draw(canvas, value) {
    const pen = canvas.getContext('2d');
    const bar = Math.floor(canvas.width / BARS);
    pen.fillStyle = '#000';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = '#fff';
    for (let i = 0; i < BARS; i += 1)
      if ((value >> (BARS - 1 - i)) & 1) pen.fillRect(bar * i, 0, bar, canvas.height);
  }

  function codedTrack(code, width, height, rate) {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const track = (draw(canvas, 0), canvas.captureStream(rate)).getVideoTracks()[0];
    let counter = 0;
    const timer = setInterval(() => {
      const value = ((code & 0xf) << 12) | counter % COUNTERS;
      draw(canvas, (value << 4) | checksum(value));
      counter += 1;
      if (track.readyState === 'ended') clearInterval(timer);
    }, 1000 / rate);
    return track;
  }

  function toneTrack(frequency) {
    const oscillator = new OscillatorNode(audioContext(), { frequency });
    const quiet = new GainNode(audioContext(), { gain: 0.3 });
    const destination = audioContext().createMediaStreamDestination();
    oscillator.connect(quiet).connect(destination);
    oscillator.start();
    return destination.stream.getAudioTracks()[0];
  }

  const wished = (constraint, otherwise) =>
    constraint?.exact ??
    constraint?.ideal ??
    constraint?.max ??
    (typeof constraint === 'number' ? constraint : otherwise);

  function given(constraints, code, tone) {
    const stream = new MediaStream();
    if (constraints.video) {
      const width = settings.width ?? wished(constraints.video.width, 640);
      const height = settings.height ?? wished(constraints.video.height, 480);
      stream.addTrack(codedTrack(code, width, height, settings.rate));
    }
    if (constraints.audio) stream.addTrack(toneTrack(tone));
    return stream;
  }

  /** @param {(constraints: MediaStreamConstraints) => Promise<MediaStream>} take */
  function keepBooks(take) {
    return async (constraints = {}) => {
      if (probe.deny) throw new DOMException('by the test', probe.deny);
      const stream = await take(constraints);
      tracks.push(...stream.getTracks());
      return stream;
    };
  }

  const devices = navigator.mediaDevices;
  if (devices) {
    const own = devices.getUserMedia.bind(devices);
    devices.getUserMedia = keepBooks(
      settings.camera
        ? async (constraints) => given(constraints, settings.code, settings.tone)
        : own,
    );
    devices.getDisplayMedia = keepBooks(async (constraints) =>
      given({ video: true, ...constraints }, settings.screenCode, settings.screenTone),
    );
  }

  // Readers

  const reader = document.createElement('canvas');

  /** {sender, counter, width, height, black}; sender is null if the picture is none of ours. */
  function picture(video) {
    const width = video?.videoWidth;
    const height = video?.videoHeight;
    if (!width || video.readyState < 2) return null;
    Object.assign(reader, { width, height: 3 });
    const pen = reader.getContext('2d', { willReadFrequently: true });
    pen.drawImage(video, 0, 0, width, height, 0, 0, width, 3);
    const { data } = pen.getImageData(0, 1, width, 1);
    const bar = Math.floor(width / BARS);
    const levels = Array.from({ length: BARS }, (_, i) => data[4 * (bar * i + (bar >> 1)) + 1]);
    const black = Math.max(...levels) < 60;
    if (levels.some((level) => level > 90 && level < 165))
      return { sender: null, counter: null, width, height, black };
    const value = levels.reduce((sum, level) => sum * 2 + (level > 128 ? 1 : 0), 0);
    const [body, check] = [value >> 4, value & 0xf];
    const good = checksum(body) === check;
    const [sender, counter] = good ? [body >> 12, body % COUNTERS] : [null, null];
    return { sender, counter, width, height, black };
  }

  // By the tracks themselves: their ids need not differ, those of GStreamer count from 0 each.
  const analysers = new WeakMap();

  function analyserOf(stream) {
    const track = stream.getAudioTracks()[0];
    if (!track) return null;
    if (!analysers.has(track)) {
      const alone = new MediaStream([track]);
      // Chromium lets a stream that came over the network sound only where an element plays it.
      const element = Object.assign(new Audio(), { srcObject: alone, muted: true });
      element.play().catch(() => {});
      const node = new AnalyserNode(audioContext(), { fftSize: 8192, smoothingTimeConstant: 0 });
      const source = audioContext().createMediaStreamSource(alone);
      source.connect(node);
      analysers.set(track, { node, source, element });
    }
    return analysers.get(track).node;
  }

  const square = (decibels) => 10 ** (decibels / 10);

  /** The loudest tones of @source, a MediaStream or an element that plays one: [{hz, share}] with
   * the share of all power, and the level as RMS. */
  function sound(source) {
    const node = source && analyserOf(source instanceof MediaStream ? source : source.srcObject);
    if (!node) return null;
    const bins = new Float32Array(node.frequencyBinCount);
    const samples = new Float32Array(node.fftSize);
    node.getFloatFrequencyData(bins);
    node.getFloatTimeDomainData(samples);
    const level = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
    const powers = Array.from(bins, square);
    const total = powers.reduce((sum, power) => sum + power, 0) || 1;
    const step = node.context.sampleRate / node.fftSize;
    const tones = [];
    for (let n = 0; n < 4 && level > 0.001; n += 1) {
      const top = powers.indexOf(Math.max(...powers));
      const from = Math.max(0, top - 4);
      const share = powers.slice(from, top + 5).reduce((sum, power) => sum + power, 0) / total;
      tones.push({ hz: Math.round(top * step), share });
      powers.fill(0, from, top + 5);
    }
    return { tones, level };
  }

  const probe = {
    settings,
    violations,
    /** The name of the DOMException that each asking for devices gets, e.g. NotAllowedError. */
    deny: '',
    picture,
    sound,
    openConnections: () => connections.filter((each) => each.signalingState !== 'closed').length,
    allConnections: () => connections,
    liveTracks: () => tracks.filter((track) => track.readyState === 'live').length,
  };
  globalThis.probe = probe;
}
