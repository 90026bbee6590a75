// SPDX-License-Identifier: LGPL-2.1-or-later
// That it rings: two soft tones every three seconds, and the title of the page.

const every = 3000;

function tone(context, hertz, start) {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.15, start + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + 0.5);
}

/**
 * @param {string} words for the title
 * @returns {() => void} ends it
 */
export function startRinging(words) {
  const before = document.title;
  const context = new AudioContext();
  const ring = () => {
    document.title = document.title === words ? before : words;
    tone(context, 660, context.currentTime);
    tone(context, 880, context.currentTime + 0.25);
  };
  ring();
  const timer = setInterval(ring, every);
  return () => {
    clearInterval(timer);
    context.close();
    document.title = before;
  };
}
