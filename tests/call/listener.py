#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tells, in a line of JSON for each tenth of a second, what tone a source of PulseAudio brings."""
import array
import json
import os
import sys

import gi

gi.require_version('Gst', '1.0')
from gi.repository import Gst

import tone

PIECE = tone.RATE // 10


def main(device):
    Gst.init()
    pipeline = Gst.parse_launch(
        f'pulsesrc device={device} ! audioconvert ! audioresample ! '
        f'audio/x-raw,format=F32LE,rate={tone.RATE},channels=1 ! appsink name=sink sync=false')
    pipeline.set_state(Gst.State.PLAYING)
    sink = pipeline.get_by_name('sink')
    samples = array.array('f')
    while sample := sink.emit('pull-sample'):
        buffer = sample.get_buffer()
        samples.frombytes(buffer.extract_dup(0, buffer.get_size()))
        while len(samples) >= PIECE:
            frequency, share, level = tone.find(samples[:PIECE])
            del samples[:PIECE]
            line = {'hz': frequency, 'share': round(share, 3), 'level': round(level, 4)}
            os.write(1, (json.dumps(line) + '\n').encode())


if __name__ == '__main__':
    main(sys.argv[1])
