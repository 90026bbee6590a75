/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-address.h"

G_BEGIN_DECLS

/* What went wrong, in the user's words: what it is, what to do, and what may be done by a button.
 */

typedef enum {
  CALL_REMEDY_NONE,
  CALL_REMEDY_RETRY,   /* the same again */
  CALL_REMEDY_CHANGE,  /* other fields in the lobby */
  CALL_REMEDY_DEVICES, /* another device */
} CallRemedy;

/* Properties, read-only: title, text (strings, translated), remedy, field (ints). */
#define CALL_TYPE_PROBLEM (call_problem_get_type ())
G_DECLARE_FINAL_TYPE (CallProblem, call_problem, CALL, PROBLEM, GObject)

CallProblem *call_problem_new (const char *title, const char *text, CallRemedy remedy);
/* @text: what is wrong with what was put into @field, and what to put there */
CallProblem *call_problem_new_at_field (CallField field, const char *text);
/* @code: a NertcError, 0: none. @reason: the word of a NertcCloseReason, why a membership ended;
 * NULL or "none": it did not begin. @message: nullable: what the server or an administrator says */
CallProblem *call_problem_new_from_room (int code, const char *reason, const char *message);
/* @device: "camera", "microphone", "speaker", "screen" or "recording"; anything else: of the call
 */
CallProblem *call_problem_new_from_media (const char *device, const GError *error);
/* @failure: the word of a NertcFailure: why pictures and sound of somebody do not come or go */
CallProblem *call_problem_new_from_path (const char *failure, const char *message);

const char *call_problem_get_title (CallProblem *self);
const char *call_problem_get_text (CallProblem *self);
CallRemedy call_problem_get_remedy (CallProblem *self);
CallField call_problem_get_field (CallProblem *self);

G_END_DECLS
