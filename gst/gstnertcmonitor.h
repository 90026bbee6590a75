/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-speaker.h"

#include <nertc.h>

G_BEGIN_DECLS

/*
 * Looks after the media of a room: asks all who publish and receive in it for their figures every 2
 * seconds, tells the room how good the network is, and finds out who speaks. One for each room, as
 * long as somebody reports. On the room's context only.
 */
typedef struct {
  /* Posts what it has; @up and @down get the grade of each path it sends and receives over. */
  void (*report) (gpointer reporter, GArray *up, GArray *down);
  /* (nullable): @voices gets an RtcVoice for each stream that is heard */
  void (*listen) (gpointer reporter, GArray *voices);
} GstNertcReporterFuncs;

void gst_nertc_monitor_add (NertcRoom *room, gpointer reporter, const GstNertcReporterFuncs *funcs);
void gst_nertc_monitor_remove (NertcRoom *room, gpointer reporter);

G_END_DECLS
