/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-problem.h"

G_BEGIN_DECLS

/* Which words fit what went wrong. They are not translated yet: who shows them does that. */
typedef struct {
  const char *title;
  const char *text; /* with “%s” where says_message, and nowhere else */
  CallRemedy remedy;
  CallField field;
  gboolean says_message; /* the text takes in what the server or the machine says */
} CallProblemWords;

/* How a device can fail */
typedef enum {
  CALL_FAILURE_OTHER,
  CALL_FAILURE_MISSING, /* never there, or unplugged */
  CALL_FAILURE_BUSY,
  CALL_FAILURE_DENIED,
  CALL_FAILURE_SOFTWARE, /* a plugin or codec is not installed; the message names the package */
} CallFailure;

const CallProblemWords *call_problem_words_of_code (int code);             /* never NULL */
const CallProblemWords *call_problem_words_of_reason (const char *reason); /* NULL: none */
const CallProblemWords *call_problem_words_of_path (const char *failure);  /* never NULL */
const CallProblemWords *call_problem_words_of_device (const char *device, CallFailure failure);

G_END_DECLS
