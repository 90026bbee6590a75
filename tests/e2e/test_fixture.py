#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the end-to-end tests judge by can tell right from wrong."""
import math
import random
import unittest

import fixture  # first: it tells where the others are

import coded_picture
import janus
import on_janus
import tap
import tone


class CodedPictureTest(unittest.TestCase):
    def test_every_bit_comes_back(self):
        for width, height in ((640, 480), (320, 240), (200, 120)):
            for sender, counter in ((0, 0), (15, 4095), (5, 1234), (10, 4096 + 7)):
                data = coded_picture.encode(sender, counter, width, height)
                self.assertEqual(width * height * 3 // 2, len(data))
                self.assertEqual((sender, counter % 4096),
                                 coded_picture.decode(data, width, height, width))

    def test_steps(self):
        self.assertEqual([1, 1, 1], coded_picture.steps([4094, 4095, 0, 1]))
        self.assertEqual([1, 3, 0, -1], coded_picture.steps([7, 8, 11, 11, 10]))

    def test_noise_is_no_picture(self):
        for seed in range(20):
            data = random.Random(seed).randbytes(640 * 480)
            self.assertIsNone(coded_picture.decode(data, 640, 480, 640))

    def test_grey_and_black_are_no_picture(self):
        for level in (0, 16, 128, 235):
            self.assertIsNone(coded_picture.decode(bytes([level]) * 640 * 480, 640, 480, 640))

    def test_one_wrong_bar_is_noticed(self):
        data = bytearray(coded_picture.encode(3, 77, 640, 480))
        for y in range(480):
            for x in range(64, 96):
                data[y * 640 + x] = 251 - data[y * 640 + x]
        self.assertIsNone(coded_picture.decode(data, 640, 480, 640))


class ToneTest(unittest.TestCase):
    def sine(self, frequency, level=0.3):
        return [level * math.sin(2 * math.pi * frequency * i / tone.RATE) for i in range(800)]

    def test_tones_are_told_apart(self):
        for frequency in (300, 450, 800, 1200):
            found, share, level = tone.find(self.sine(frequency))
            self.assertEqual(frequency, found)
            self.assertGreater(share, 0.95)
            self.assertAlmostEqual(0.3 / math.sqrt(2), level, 2)

    def test_silence_is_no_tone(self):
        self.assertEqual((0, 0.0, 0.0), tone.find([0.0] * 800))

    def test_noise_has_no_share(self):
        source = random.Random(1)
        _, share, _ = tone.find([source.uniform(-1, 1) for _ in range(800)])
        self.assertLess(share, 0.3)


class ProcessTest(fixture.Case):
    def test_waits_for_a_line(self):
        process = self.start('sh', '-c', 'echo one; echo two; read x')
        self.assertEqual('two', process.wait_for('t.o'))
        with self.assertRaises(AssertionError):
            process.wait_for('three', timeout=0.1)

    def test_says_how_it_ended(self):
        process = self.start('sh', '-c', 'echo over; exit 3')
        with self.assertRaisesRegex(AssertionError, 'before the end'):
            process.wait_for('more')
        self.assertEqual(3, process.wait())

    def test_leaves_nothing(self):
        process = self.start('sh', '-c', 'trap "" INT TERM; echo ready; while :; do sleep 1; done')
        process.wait_for('ready')
        process.end()
        self.assertIsNotNone(process.child.poll())


# The one that the test's parent has started
KILL_JANUS = '''
for child in $(cat /proc/$PPID/task/*/children); do
  if [ "$(cat /proc/$child/comm)" = janus ]; then
    kill -9 $child
    until grep -q zombie /proc/$child/status; do sleep 0.05; done
  fi
done
'''


class OnJanusTest(fixture.Case):
    """A test by way of Janus is told of it, and what comes of it is told."""

    def on_janus(self, *words):
        janus.skip_unless_possible()
        return self.start(on_janus.__file__, *words)

    def test_tells_where_it_is(self):
        process = self.on_janus('sh', '-c', 'echo "$NERTC_TEST_MEDIA"; exit 3')
        process.wait_for('^--media=janus:///.* --media-secret-file=/')
        self.assertEqual(3, process.wait())

    def test_fails_if_janus_ends(self):
        process = self.on_janus('sh', '-c', KILL_JANUS)
        self.assertEqual(1, process.wait(), process.tell())
        process.wait_for('status -9')

    def test_has_a_network_to_itself(self):
        process = self.on_janus('--bare', 'ip', '-brief', 'address')
        process.wait_for(rf'^media0@\S+ +UP +{janus.ADDRESS}/24')
        self.assertEqual(0, process.wait())


if __name__ == '__main__':
    tap.main()
