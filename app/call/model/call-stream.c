/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-stream.h"

#include "call-change.h"

struct _CallStream {
  GObject parent_instance;

  char *id;
  CallMember *member;
  gboolean is_screen;
  gboolean has_audio;
  gboolean has_video;
  gboolean audio_muted;
  gboolean video_muted;
  GdkPaintable *picture;
  CallFigures *figures;
  GHashTable *places; /* widget → Size */
  guint width;        /* the largest of them */
  guint height;
};

G_DEFINE_FINAL_TYPE (CallStream, call_stream, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ID,
  PROP_MEMBER,
  PROP_IS_OWN,
  PROP_IS_SCREEN,
  PROP_HAS_AUDIO,
  PROP_HAS_VIDEO,
  PROP_AUDIO_MUTED,
  PROP_VIDEO_MUTED,
  PROP_PICTURE,
  PROP_FIGURES,
  PROP_WIDTH,
  PROP_HEIGHT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
call_stream_finalize (GObject *object)
{
  CallStream *self = CALL_STREAM (object);

  g_free (self->id);
  g_clear_object (&self->member);
  g_clear_object (&self->picture);
  g_clear_object (&self->figures);
  g_hash_table_unref (self->places);
  G_OBJECT_CLASS (call_stream_parent_class)->finalize (object);
}

static void
call_stream_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallStream *self = CALL_STREAM (object);

  switch (id) {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_MEMBER:
      g_value_set_object (value, self->member);
      break;
    case PROP_IS_OWN:
      g_value_set_boolean (value, call_stream_is_own (self));
      break;
    case PROP_IS_SCREEN:
      g_value_set_boolean (value, self->is_screen);
      break;
    case PROP_HAS_AUDIO:
      g_value_set_boolean (value, self->has_audio);
      break;
    case PROP_HAS_VIDEO:
      g_value_set_boolean (value, self->has_video);
      break;
    case PROP_AUDIO_MUTED:
      g_value_set_boolean (value, self->audio_muted);
      break;
    case PROP_VIDEO_MUTED:
      g_value_set_boolean (value, self->video_muted);
      break;
    case PROP_PICTURE:
      g_value_set_object (value, self->picture);
      break;
    case PROP_FIGURES:
      g_value_set_object (value, self->figures);
      break;
    case PROP_WIDTH:
      g_value_set_uint (value, self->width);
      break;
    case PROP_HEIGHT:
      g_value_set_uint (value, self->height);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_stream_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallStream *self = CALL_STREAM (object);
  gboolean changed = FALSE;

  switch (id) {
    case PROP_ID:
      changed = call_change_string (&self->id, value);
      break;
    case PROP_MEMBER:
      changed = call_change_object (&self->member, value);
      break;
    case PROP_IS_SCREEN:
      changed = call_change_boolean (&self->is_screen, value);
      break;
    case PROP_HAS_AUDIO:
      changed = call_change_boolean (&self->has_audio, value);
      break;
    case PROP_HAS_VIDEO:
      changed = call_change_boolean (&self->has_video, value);
      break;
    case PROP_AUDIO_MUTED:
      changed = call_change_boolean (&self->audio_muted, value);
      break;
    case PROP_VIDEO_MUTED:
      changed = call_change_boolean (&self->video_muted, value);
      break;
    case PROP_PICTURE:
      changed = call_change_object (&self->picture, value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  if (changed)
    g_object_notify_by_pspec (object, pspec);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags written = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags fixed = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, fixed);
  properties[PROP_MEMBER] = g_param_spec_object ("member", NULL, NULL, CALL_TYPE_MEMBER, fixed);
  properties[PROP_IS_OWN] = g_param_spec_boolean ("is-own", NULL, NULL, FALSE, read);
  properties[PROP_IS_SCREEN] = g_param_spec_boolean ("is-screen", NULL, NULL, FALSE, fixed);
  properties[PROP_HAS_AUDIO] = g_param_spec_boolean ("has-audio", NULL, NULL, FALSE, written);
  properties[PROP_HAS_VIDEO] = g_param_spec_boolean ("has-video", NULL, NULL, FALSE, written);
  properties[PROP_AUDIO_MUTED] = g_param_spec_boolean ("audio-muted", NULL, NULL, FALSE, written);
  properties[PROP_VIDEO_MUTED] = g_param_spec_boolean ("video-muted", NULL, NULL, FALSE, written);
  properties[PROP_PICTURE] =
      g_param_spec_object ("picture", NULL, NULL, GDK_TYPE_PAINTABLE, written);
  properties[PROP_FIGURES] = g_param_spec_object ("figures", NULL, NULL, CALL_TYPE_FIGURES, read);
  properties[PROP_WIDTH] = g_param_spec_uint ("width", NULL, NULL, 0, G_MAXUINT, 0, read);
  properties[PROP_HEIGHT] = g_param_spec_uint ("height", NULL, NULL, 0, G_MAXUINT, 0, read);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
call_stream_class_init (CallStreamClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->finalize = call_stream_finalize;
  object_class->get_property = call_stream_get_property;
  object_class->set_property = call_stream_set_property;
  install_properties (object_class);
}

static void
call_stream_init (CallStream *self)
{
  self->figures = call_figures_new ();
  self->places = g_hash_table_new_full (NULL, NULL, NULL, g_free);
}

/* Returns: (transfer full) */
CallStream *
call_stream_new (const char *id, CallMember *member, gboolean is_screen)
{
  return g_object_new (CALL_TYPE_STREAM, "id", id, "member", member, "is-screen", is_screen, NULL);
}

const char *
call_stream_get_id (CallStream *self)
{
  return self->id;
}

CallMember *
call_stream_get_member (CallStream *self)
{
  return self->member;
}

gboolean
call_stream_is_own (CallStream *self)
{
  return call_member_is_self (self->member);
}

gboolean
call_stream_is_screen (CallStream *self)
{
  return self->is_screen;
}

gboolean
call_stream_has_audio (CallStream *self)
{
  return self->has_audio;
}

gboolean
call_stream_has_video (CallStream *self)
{
  return self->has_video;
}

gboolean
call_stream_is_audio_muted (CallStream *self)
{
  return self->audio_muted;
}

gboolean
call_stream_is_video_muted (CallStream *self)
{
  return self->video_muted;
}

GdkPaintable *
call_stream_get_picture (CallStream *self)
{
  return self->picture;
}

CallFigures *
call_stream_get_figures (CallStream *self)
{
  return self->figures;
}

void
call_stream_set_picture (CallStream *self, GdkPaintable *picture)
{
  g_object_set (self, "picture", picture, NULL);
}

typedef struct {
  guint width;
  guint height;
} Size;

/* Told once for both, so that nothing is made in a size between */
static void
measure_places (CallStream *self)
{
  guint width = 0, height = 0;
  GHashTableIter iter;
  Size *size;

  g_hash_table_iter_init (&iter, self->places);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &size)) {
    width = MAX (width, size->width);
    height = MAX (height, size->height);
  }
  if (width == self->width && height == self->height)
    return;
  self->width = width;
  self->height = height;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WIDTH]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEIGHT]);
}

/* place is whoever shows it, and is only compared; 0 × 0: no longer */
void
call_stream_set_shown_size (CallStream *self, gpointer place, guint width, guint height)
{
  if (width && height) {
    Size *size = g_new (Size, 1);

    *size = (Size){ width, height };
    g_hash_table_insert (self->places, place, size);
  } else {
    g_hash_table_remove (self->places, place);
  }
  measure_places (self);
}

void
call_stream_get_shown_size (CallStream *self, guint *width, guint *height)
{
  *width = self->width;
  *height = self->height;
}
