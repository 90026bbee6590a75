/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-wire.h"

static const char *const sources[] = {
  [NERTC_SOURCE_CAMERA] = "camera",
  [NERTC_SOURCE_SCREEN] = "screen",
  [NERTC_SOURCE_CUSTOM] = "custom",
};

static const char *const description_types[] = {
  [NERTC_DESCRIPTION_TYPE_OFFER] = "offer",
  [NERTC_DESCRIPTION_TYPE_ANSWER] = "answer",
};

static const char *const roles[] = {
  [NERTC_ROLE_SENDER] = "sender",
  [NERTC_ROLE_RECEIVER] = "receiver",
};

static const char *const failures[] = {
  [NERTC_FAILURE_ICE] = "ice",
  [NERTC_FAILURE_DTLS] = "dtls",
  [NERTC_FAILURE_CERTIFICATE] = "certificate",
  [NERTC_FAILURE_DESCRIPTION] = "description",
  [NERTC_FAILURE_SILENCE] = "silence",
  [NERTC_FAILURE_MEDIA] = "media",
  [NERTC_FAILURE_CODEC] = "codec",
  [NERTC_FAILURE_TURN] = "turn",
};

static const char *const message_types[] = {
  [NERTC_MESSAGE_TYPE_BROADCAST] = "broadcast",
  [NERTC_MESSAGE_TYPE_BARRAGE] = "barrage",
  [NERTC_MESSAGE_TYPE_COMMAND] = "command",
};

static guint
find (const char *const *words, guint n_words, const char *word)
{
  for (guint i = 0; i < n_words; i++) {
    if (g_strcmp0 (words[i], word) == 0)
      return i;
  }
  g_return_val_if_reached (0);
}

const char *
nertc_source_to_wire (NertcSource source)
{
  return sources[source];
}

NertcSource
nertc_source_from_wire (const char *word)
{
  return (NertcSource) find (sources, G_N_ELEMENTS (sources), word);
}

const char *
nertc_description_type_to_wire (NertcDescriptionType type)
{
  return description_types[type];
}

NertcDescriptionType
nertc_description_type_from_wire (const char *word)
{
  return (NertcDescriptionType) find (description_types, G_N_ELEMENTS (description_types), word);
}

const char *
nertc_failure_to_wire (NertcFailure failure)
{
  return failures[failure];
}

NertcRole
nertc_role_from_wire (const char *word)
{
  return (NertcRole) find (roles, G_N_ELEMENTS (roles), word);
}

const char *
nertc_message_type_to_wire (NertcMessageType type)
{
  return message_types[type];
}

NertcMessageType
nertc_message_type_from_wire (const char *word)
{
  return (NertcMessageType) find (message_types, G_N_ELEMENTS (message_types), word);
}

NertcMedia
nertc_media_from_wire (JsonObject *object, const char *audio, const char *video)
{
  NertcMedia media = NERTC_MEDIA_NONE;

  if (json_object_get_boolean_member_with_default (object, audio, FALSE))
    media |= NERTC_MEDIA_AUDIO;
  if (json_object_get_boolean_member_with_default (object, video, FALSE))
    media |= NERTC_MEDIA_VIDEO;
  return media;
}

void
nertc_media_to_wire (JsonObject *object, const char *audio, const char *video, NertcMedia media)
{
  json_object_set_boolean_member (object, audio, (media & NERTC_MEDIA_AUDIO) != 0);
  json_object_set_boolean_member (object, video, (media & NERTC_MEDIA_VIDEO) != 0);
}

/* Returns: (transfer full): an object that begins with one field */
JsonObject *
nertc_wire_object (const char *name, const char *value)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, name, value);
  return object;
}

/* A field that is not set stays away. */
void
nertc_wire_set_string (JsonObject *object, const char *name, const char *value)
{
  if (value)
    json_object_set_string_member (object, name, value);
}

/*
 * @text: (nullable): of the application. What is no UTF-8, and a message that is too large for any
 *   connection, would never be answered
 * @max: in characters
 */
gboolean
nertc_wire_check_text (const char *what, const char *text, glong max, GError **error)
{
  glong length;

  if (!text)
    return TRUE;
  if (!g_utf8_validate (text, -1, NULL)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS, "The %s is not UTF-8", what);
    return FALSE;
  }
  length = g_utf8_strlen (text, -1);
  if (length > max) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                 "The %s has %ld characters; use at most %ld", what, length, max);
    return FALSE;
  }
  return TRUE;
}
