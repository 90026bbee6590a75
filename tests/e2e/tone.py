# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which tone a piece of sound is (Goertzel)."""
import math

RATE = 8000
STEP = 50  # Hz between the tones that are told apart: pieces are 1/50 s or a multiple of it


def power(samples, frequency):
    factor = 2 * math.cos(2 * math.pi * frequency / RATE)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + factor * last - before
    return (last * last + before * before - factor * last * before) * 2 / len(samples)


def find(samples, frequencies=range(200, 1300, STEP)):
    """(the strongest frequency or 0, its share of the power, the power as RMS)."""
    total = sum(sample * sample for sample in samples)
    if not samples or total / len(samples) < 1e-6:
        return 0, 0.0, 0.0
    best, strength = max(((frequency, power(samples, frequency)) for frequency in frequencies),
                         key=lambda pair: pair[1])
    return best, min(1.0, strength / total), math.sqrt(total / len(samples))
