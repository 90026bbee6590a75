/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-toast.h"

AdwToast *
call_toast_new (const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  return adw_toast_new (markup);
}
