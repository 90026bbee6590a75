/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-choice.h"
#include "call-problem.h"
#include "call-source.h"

G_BEGIN_DECLS

/* Camera or microphone: open while it is wanted and there, with another device in place of one that
 * goes. What it gives is told when the first of it has come; during a change to another device it
 * stays what it was. Signals: "changed": any of the functions below that get something has another
 * answer; "level": that of call_source_get_level(). */
#define CALL_TYPE_INPUT (call_input_get_type ())
G_DECLARE_FINAL_TYPE (CallInput, call_input, CALL, INPUT, GObject)

/* (transfer full): what opens the device; picture is NULL for a microphone */
typedef CallSource *(*CallInputOpen) (GstDevice *device, CallPicture *picture, gpointer user_data);

/* kind: "camera" or "microphone" */
CallInput *call_input_new (const char *kind, CallChoice *choice, CallInputOpen open,
                           gpointer user_data);
void call_input_set_wanted (CallInput *self, gboolean wanted);
void call_input_reopen (CallInput *self); /* if it is open: it is to be opened in another way */
void call_input_retry (CallInput *self);  /* if it has failed */

CallTap *call_input_get_tap (CallInput *self);
CallPicture *call_input_get_picture (CallInput *self);
CallSource *call_input_get_source (CallInput *self);
CallProblem *call_input_get_problem (CallInput *self);

G_END_DECLS
