/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-problem.h"

G_BEGIN_DECLS

/* Says what went wrong, where it did; there is nothing to see while nothing did. Properties:
 * problem: CallProblem, writable, nullable */
#define CALL_TYPE_PROBLEM_ROW (call_problem_row_get_type ())
G_DECLARE_FINAL_TYPE (CallProblemRow, call_problem_row, CALL, PROBLEM_ROW, AdwActionRow)

void call_problem_row_set_problem (CallProblemRow *self, CallProblem *problem);

G_END_DECLS
