/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "media-plane.h"

G_BEGIN_DECLS

/* Stands in for the members' connections, and writes down what they were told. */
typedef struct {
  GPtrArray *told; /* (element-type utf8): since the last look */
  char *transport; /* the id of the last one that was opened */
  gint64 opened_at;
} PlaneRecorder;

/* With a PlaneRecorder as their data. */
extern const SrvTransportEvents plane_recorder_events;

void plane_recorder_init (PlaneRecorder *self);
void plane_recorder_clear (PlaneRecorder *self);
void plane_recorder_tell (PlaneRecorder *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void plane_recorder_await (PlaneRecorder *self);
void plane_recorder_assert (PlaneRecorder *self, const char *expected);

G_END_DECLS
