/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is sent in every measurement, about 0.8 Mbit/s in all. */

#define MEDIA_WIDTH 640
#define MEDIA_HEIGHT 480
#define MEDIA_FRAME_MS 33

/* Colour bars with a field of noise: the bits of a camera's picture, and little to do for the
 * encoder, whose work is not what is measured. */
#define MEDIA_CAMERA \
  "videotestsrc is-live=true pattern=smpte " \
  "! video/x-raw,format=I420,width=640,height=480,framerate=30/1 "

#define MEDIA_VIDEO \
  MEDIA_CAMERA \
  "! vp8enc deadline=1 cpu-used=8 threads=1 end-usage=cbr target-bitrate=750000 " \
  "lag-in-frames=0 keyframe-max-dist=3000 buffer-size=1000 buffer-initial-size=500 " \
  "buffer-optimal-size=600 undershoot=100 overshoot=15 static-threshold=1 max-quantizer=60 "

/* One of many: little to encode and to decode */
#define MEDIA_SMALL_VIDEO \
  "videotestsrc is-live=true pattern=ball " \
  "! video/x-raw,format=I420,width=160,height=120,framerate=30/1 " \
  "! vp8enc deadline=1 cpu-used=8 threads=1 target-bitrate=64000 keyframe-max-dist=3000 "

#define MEDIA_AUDIO \
  "audiotestsrc is-live=true samplesperbuffer=960 volume=0.3 " \
  "! audio/x-raw,rate=48000,channels=2 ! opusenc bitrate=64000 "

/* A receiver has shown that it plays when so many frames have come. */
#define MEDIA_FRAMES 10
/* If there should be sound but is none, it is told after so many frames. */
#define MEDIA_FRAMES_MAX 150
/* What was encoded is said every so many frames. */
#define MEDIA_REPORT_INTERVAL 15
