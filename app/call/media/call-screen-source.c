/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-source-private.h"

static CallSource *
new_missing (const char *kind)
{
  CallSource *self = call_source_new (kind);

  call_source_fail (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                                               "Screens cannot be shared yet"));
  return self;
}

CallSource *
call_source_new_screen (const CallScreen *screen, CallPicture *preview)
{
  return new_missing ("screen");
}

CallSource *
call_source_new_screen_sound (const CallScreen *screen)
{
  return new_missing ("screen-sound");
}
