/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What members write to each other, as it is shown. */

/* What a message may have, in bytes of UTF-8: the server takes no more */
#define CALL_TEXT_LIMIT 1024

/* (transfer full): Pango markup that shows text as it is, with addresses of the web as links */
char *call_text_to_markup (const char *text);
/* Whether uri is one that may be opened for somebody who clicks it */
gboolean call_text_is_web_address (const char *uri);
/* (transfer full): the day of time in words, as seen at now, both in local time */
char *call_text_describe_day (GDateTime *time, GDateTime *now);
/* (transfer full): text, nullable, as what one is called: on one line, without the signs that would
 * turn what stands around it to the other direction */
char *call_text_to_line (const char *text);
gboolean call_text_same_day (GDateTime *a, GDateTime *b);

G_END_DECLS
