/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-tap.h"

struct _CallTap {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (CallTap, call_tap, G_TYPE_OBJECT)

static void
call_tap_class_init (CallTapClass *class)
{
}

static void
call_tap_init (CallTap *self)
{
}

CallTap *
call_tap_new (void)
{
  return g_object_new (CALL_TYPE_TAP, NULL);
}

void
call_tap_watch (CallTap *self, GstPad *pad)
{
}

void
call_tap_unwatch (CallTap *self)
{
}

void
call_tap_add (CallTap *self, GstElement *appsrc)
{
}

void
call_tap_remove (CallTap *self, GstElement *appsrc)
{
}

GstElement *
call_tap_make_appsrc (const char *name)
{
  return NULL;
}
