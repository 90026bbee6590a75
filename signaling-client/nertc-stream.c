/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-stream.h"

#include "nertc-enum-types.h"

/**
 * NertcStream:
 *
 * What another member publishes: at most one audio and one video track that belong together. It is
 * immutable, so that it can be read in any thread: when a track is added, removed, muted or
 * unmuted, a new object takes its place.
 */
struct _NertcStream {
  GObject parent_instance;

  char *id;
  char *uid;
  NertcSource source;
  NertcMedia media;
  NertcMedia muted;
};

G_DEFINE_FINAL_TYPE (NertcStream, nertc_stream, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ID,
  PROP_UID,
  PROP_SOURCE,
  PROP_MEDIA,
  PROP_MUTED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
nertc_stream_set_property (GObject *object, guint property_id, const GValue *value,
                           GParamSpec *pspec)
{
  NertcStream *self = NERTC_STREAM (object);

  switch (property_id) {
    case PROP_ID:
      self->id = g_value_dup_string (value);
      break;
    case PROP_UID:
      self->uid = g_value_dup_string (value);
      break;
    case PROP_SOURCE:
      self->source = g_value_get_enum (value);
      break;
    case PROP_MEDIA:
      self->media = g_value_get_flags (value);
      break;
    case PROP_MUTED:
      self->muted = g_value_get_flags (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
nertc_stream_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NertcStream *self = NERTC_STREAM (object);

  switch (property_id) {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_UID:
      g_value_set_string (value, self->uid);
      break;
    case PROP_SOURCE:
      g_value_set_enum (value, self->source);
      break;
    case PROP_MEDIA:
      g_value_set_flags (value, self->media);
      break;
    case PROP_MUTED:
      g_value_set_flags (value, self->muted);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
nertc_stream_finalize (GObject *object)
{
  NertcStream *self = NERTC_STREAM (object);

  g_free (self->id);
  g_free (self->uid);
  G_OBJECT_CLASS (nertc_stream_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * NertcStream:id:
   *
   * The name of the stream that is unique under the app key.
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, "", flags);

  /**
   * NertcStream:uid:
   *
   * The member that publishes the stream.
   */
  properties[PROP_UID] = g_param_spec_string ("uid", NULL, NULL, "", flags);

  /**
   * NertcStream:source:
   *
   * Where the stream comes from.
   */
  properties[PROP_SOURCE] =
      g_param_spec_enum ("source", NULL, NULL, NERTC_TYPE_SOURCE, NERTC_SOURCE_CAMERA, flags);

  /**
   * NertcStream:media:
   *
   * The tracks it has.
   */
  properties[PROP_MEDIA] =
      g_param_spec_flags ("media", NULL, NULL, NERTC_TYPE_MEDIA, NERTC_MEDIA_NONE, flags);

  /**
   * NertcStream:muted:
   *
   * The tracks that are muted at present.
   */
  properties[PROP_MUTED] =
      g_param_spec_flags ("muted", NULL, NULL, NERTC_TYPE_MEDIA, NERTC_MEDIA_NONE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nertc_stream_class_init (NertcStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = nertc_stream_set_property;
  object_class->get_property = nertc_stream_get_property;
  object_class->finalize = nertc_stream_finalize;
  install_properties (object_class);
}

static void
nertc_stream_init (NertcStream *self)
{
}

/**
 * nertc_stream_get_id:
 * @self: a stream
 *
 * Returns: (transfer none): the name that is unique under the app key, 1 to 64 printable ASCII
 *   characters without space
 */
const char *
nertc_stream_get_id (NertcStream *self)
{
  g_return_val_if_fail (NERTC_IS_STREAM (self), NULL);

  return self->id;
}

/**
 * nertc_stream_get_uid:
 * @self: a stream
 *
 * Returns: (transfer none): the uid of its publisher
 */
const char *
nertc_stream_get_uid (NertcStream *self)
{
  g_return_val_if_fail (NERTC_IS_STREAM (self), NULL);

  return self->uid;
}

/**
 * nertc_stream_get_source:
 * @self: a stream
 *
 * Returns: where the stream comes from
 */
NertcSource
nertc_stream_get_source (NertcStream *self)
{
  g_return_val_if_fail (NERTC_IS_STREAM (self), NERTC_SOURCE_CUSTOM);

  return self->source;
}

/**
 * nertc_stream_get_media:
 * @self: a stream
 *
 * Returns: the tracks it has
 */
NertcMedia
nertc_stream_get_media (NertcStream *self)
{
  g_return_val_if_fail (NERTC_IS_STREAM (self), NERTC_MEDIA_NONE);

  return self->media;
}

/**
 * nertc_stream_get_muted:
 * @self: a stream
 *
 * Returns: the tracks that are muted at present
 */
NertcMedia
nertc_stream_get_muted (NertcStream *self)
{
  g_return_val_if_fail (NERTC_IS_STREAM (self), NERTC_MEDIA_NONE);

  return self->muted;
}
