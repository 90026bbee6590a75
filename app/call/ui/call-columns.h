/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Its children below each other where it is narrow; where it is wide, in two columns, of which the
 * left one has every other child. */
#define CALL_TYPE_COLUMNS (call_columns_get_type ())
G_DECLARE_FINAL_TYPE (CallColumns, call_columns, CALL, COLUMNS, GtkWidget)

G_END_DECLS
