/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-screen.h"

#include <fcntl.h>
#include <unistd.h>

G_DEFINE_BOXED_TYPE (CallScreen, call_screen, call_screen_copy, call_screen_free)

/* Returns: (transfer full) */
CallScreen *
call_screen_new (void)
{
  CallScreen *self = g_new0 (CallScreen, 1);

  self->pipewire_fd = -1;
  self->with_pointer = TRUE;
  return self;
}

/* Returns: (transfer full) */
CallScreen *
call_screen_copy (const CallScreen *self)
{
  CallScreen *copy = g_memdup2 (self, sizeof *self);

  copy->name = g_strdup (self->name);
  copy->x11_display = g_strdup (self->x11_display);
  if (self->pipewire_fd >= 0)
    copy->pipewire_fd = fcntl (self->pipewire_fd, F_DUPFD_CLOEXEC, 3);
  if (self->portal_session)
    g_object_ref (self->portal_session);
  return copy;
}

void
call_screen_free (CallScreen *self)
{
  g_free (self->name);
  g_free (self->x11_display);
  if (self->pipewire_fd >= 0)
    close (self->pipewire_fd);
  g_clear_object (&self->portal_session);
  g_free (self);
}
