/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What went wrong, in the user's words: what it is, what to do, and what may be done by a button.
 */

typedef enum {
  CALL_REMEDY_NONE,
  CALL_REMEDY_RETRY,   /* the same again */
  CALL_REMEDY_CHANGE,  /* other fields in the lobby */
  CALL_REMEDY_DEVICES, /* another device */
} CallRemedy;

#define CALL_TYPE_PROBLEM (call_problem_get_type ())
G_DECLARE_FINAL_TYPE (CallProblem, call_problem, CALL, PROBLEM, GObject)

CallProblem *call_problem_new (const char *title, const char *text, CallRemedy remedy);
CallProblem *call_problem_new_from_room (int code, const char *reason, const char *message);
CallProblem *call_problem_new_from_media (const char *device, const GError *error);

const char *call_problem_get_title (CallProblem *self);
const char *call_problem_get_text (CallProblem *self);
CallRemedy call_problem_get_remedy (CallProblem *self);

G_END_DECLS
