/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-address.h"

G_BEGIN_DECLS

void call_command_line_add_options (GApplication *application);
/* Whether it names anything at all, other than the program */
gboolean call_command_line_says (GApplicationCommandLine *line);
/* join: whether to join at once; errors are CALL_ADDRESS_ERROR */
CallAddress *call_command_line_read (GApplicationCommandLine *line, gboolean *join, GError **error);

G_END_DECLS
