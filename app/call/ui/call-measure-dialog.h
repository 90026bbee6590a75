/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* What an administrator is asked about before it is done, since it cannot be taken back */
typedef enum {
  CALL_MEASURE_KICK,
  CALL_MEASURE_BAN,
  CALL_MEASURE_CLOSE, /* the room: for all */
} CallMeasure;

#define CALL_TYPE_MEASURE_DIALOG (call_measure_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CallMeasureDialog, call_measure_dialog, CALL, MEASURE_DIALOG,
                      AdwMessageDialog)

/* member: NULL with CALL_MEASURE_CLOSE */
void call_measure_dialog_ask (GtkWindow *parent, CallRoom *room, CallMember *member,
                              CallMeasure measure);

G_END_DECLS
