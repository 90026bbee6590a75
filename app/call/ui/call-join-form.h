/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-problem.h"

G_BEGIN_DECLS

/* Which room, and as whom. Signals: "submit": Enter was pressed in a field; "settled": what the
 * fields say may have changed, and nobody is writing. The token is kept nowhere. */
#define CALL_TYPE_JOIN_FORM (call_join_form_get_type ())
G_DECLARE_FINAL_TYPE (CallJoinForm, call_join_form, CALL, JOIN_FORM, AdwBin)

void call_join_form_fill (CallJoinForm *self, const CallAddress *address);
CallAddress *call_join_form_read (CallJoinForm *self);
CallAddress *call_join_form_check (CallJoinForm *self);
CallAddress *call_join_form_check_for_listening (CallJoinForm *self);
void call_join_form_show_problem (CallJoinForm *self, CallProblem *problem);
void call_join_form_keep (CallJoinForm *self);
gboolean call_join_form_focus (CallJoinForm *self);

G_END_DECLS
