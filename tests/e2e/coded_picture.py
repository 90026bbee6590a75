# SPDX-License-Identifier: LGPL-2.1-or-later
"""A picture that says which one it is, and survives VP8: bars of black and white.

Twenty bars side by side: four bits who sends it, twelve bits which frame it is, four bits to check
these.
"""
import itertools

BARS = 20
COUNTERS = 1 << 12
BLACK, WHITE = 16, 235
# Halfway, with room for what the encoder does at the edges.
DARK, BRIGHT = 90, 160


def checksum(value):
    return (value ^ value >> 4 ^ value >> 8 ^ value >> 12 ^ 0b1010) & 0xf


def encode(sender, counter, width, height):
    """The bytes of an I420 frame; the width is a multiple of twenty bars, both are even."""
    value = (sender & 0xf) << 12 | counter % COUNTERS
    value = value << 4 | checksum(value)
    bar = width // BARS
    row = b''.join(bytes([WHITE if value >> BARS - 1 - i & 1 else BLACK]) * bar
                   for i in range(BARS))
    row += bytes([BLACK]) * (width - len(row))
    return row * height + bytes([128]) * (width * height // 2)


def decode(luminance, width, height, stride):
    """(sender, counter) of a picture, or None if it is none of ours."""
    value, bar = 0, width // BARS
    for i in range(BARS):
        levels = [luminance[height * y // 4 * stride + bar * i + bar // 2] for y in (1, 2, 3)]
        if max(levels) < DARK:
            value <<= 1
        elif min(levels) > BRIGHT:
            value = value << 1 | 1
        else:
            return None
    value, check = value >> 4, value & 0xf
    return (value >> 12, value % COUNTERS) if checksum(value) == check else None


def steps(counters):
    """From each frame to the next: 1, more where some were lost, less where one came again."""
    half = COUNTERS // 2
    return [(b - a + half) % COUNTERS - half for a, b in itertools.pairwise(counters)]
