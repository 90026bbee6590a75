/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* What is to be shared: a node of PipeWire that the portal handed out, or a window or all of an X11
 * display. */
typedef struct {
  char *name;      /* for people */
  int pipewire_fd; /* -1: no portal; else owned */
  guint32 pipewire_node;
  char *x11_display;   /* NULL:  */
  gulong x11_window;   /* 0: the whole screen */
  gboolean with_sound; /* what the machine plays, without the voices of the call */
  gboolean with_pointer;
  GObject *portal_session; /* keeps the permission until the share ends; nullable */
} CallScreen;

#define CALL_TYPE_SCREEN (call_screen_get_type ())
GType call_screen_get_type (void);
CallScreen *call_screen_new (void);
CallScreen *call_screen_copy (const CallScreen *self);
void call_screen_free (CallScreen *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CallScreen, call_screen_free)

G_END_DECLS
