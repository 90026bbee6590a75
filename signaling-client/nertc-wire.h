/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-types.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Types of the library to and from the words of the wire. What is read has been checked before. */

const char *nertc_source_to_wire (NertcSource source);
NertcSource nertc_source_from_wire (const char *word);
const char *nertc_description_type_to_wire (NertcDescriptionType type);
NertcDescriptionType nertc_description_type_from_wire (const char *word);
const char *nertc_failure_to_wire (NertcFailure failure);
NertcRole nertc_role_from_wire (const char *word);
const char *nertc_message_type_to_wire (NertcMessageType type);
NertcMessageType nertc_message_type_from_wire (const char *word);

NertcMedia nertc_media_from_wire (JsonObject *object, const char *audio, const char *video);
void nertc_media_to_wire (JsonObject *object, const char *audio, const char *video,
                          NertcMedia media);

JsonObject *nertc_wire_object (const char *name, const char *value);
void nertc_wire_set_string (JsonObject *object, const char *name, const char *value);
gboolean nertc_wire_check_text (const char *what, const char *text, glong max, GError **error);

G_END_DECLS
