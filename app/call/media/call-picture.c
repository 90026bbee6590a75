/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-picture.h"

struct _CallPicture {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (CallPicture, call_picture, G_TYPE_OBJECT)

static void
call_picture_class_init (CallPictureClass *class)
{
}

static void
call_picture_init (CallPicture *self)
{
}

CallPicture *
call_picture_new (void)
{
  return g_object_new (CALL_TYPE_PICTURE, NULL);
}

GstElement *
call_picture_make_sink (CallPicture *self, GError **error)
{
  return NULL;
}

void
call_picture_set_size (CallPicture *self, guint width, guint height)
{
}

void
call_picture_clear (CallPicture *self)
{
}

GdkTexture *
call_picture_dup_texture (CallPicture *self)
{
  return NULL;
}

void
call_picture_get_counts (CallPicture *self, guint64 *shown, guint64 *dropped)
{
}
