/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-error.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The wire, as one table: nertc_methods has a row for each message. */

typedef enum {
  NERTC_FIELD_STRING,
  NERTC_FIELD_CHOICE,
  NERTC_FIELD_NAME,
  NERTC_FIELD_INTEGER,
  NERTC_FIELD_BOOLEAN,
  NERTC_FIELD_OBJECT,
  NERTC_FIELD_ARRAY,
} NertcFieldType;

/* The longest string in an array of strings, in characters, unless the field says another. */
#define NERTC_ITEM_MAX 1024

/* The longest token, in characters. */
#define NERTC_TOKEN_MAX 4096

/* The longest text of a message, in bytes of UTF-8. A schema counts characters. */
#define NERTC_TEXT_BYTES_MAX 1024

/* The longest ban: ten years. */
#define NERTC_BAN_SECONDS_MAX 315360000

/* The most members that a command is for. */
#define NERTC_ADDRESSEES_MAX 100

/* The most members in one room.quality, which is a message with the longest uids, too. */
#define NERTC_QUALITY_MAX 1000

typedef gboolean (*NertcNameCheck) (const char *name, GError **error);

/*
 * One field of an object on the wire; an array of them ends with a NULL name.
 * min and max bound the characters of a string, the value of an integer, the items of an array.
 */
typedef struct _NertcField NertcField;
struct _NertcField {
  const char *name;
  NertcFieldType type;
  gboolean required;
  gint64 min;
  gint64 max;
  const char *const *choices; /* CHOICE */
  NertcNameCheck check;       /* NAME */
  const char *pattern;        /* NAME: the same rule for the JSON Schema */
  const NertcField *fields;   /* OBJECT, and the items of an ARRAY; NULL: an array of strings */
  gint64 item_max;            /* ARRAY of strings: characters of each; 0: NERTC_ITEM_MAX */
};

typedef enum {
  NERTC_SENDER_CLIENT,
  NERTC_SENDER_SERVER,
} NertcSender;

typedef enum {
  NERTC_MESSAGE_REQUEST,
  NERTC_MESSAGE_NOTIFICATION,
  NERTC_MESSAGE_RESULT,
  NERTC_MESSAGE_ERROR,
} NertcMessageKind;

typedef struct {
  const char *name;
  NertcSender sender;
  NertcMessageKind kind; /* REQUEST or NOTIFICATION; what the server notifies is an event */
  gboolean needs_join;
  const NertcField *params;
  const NertcField *result; /* of a REQUEST */
} NertcMethod;

extern const NertcMethod nertc_methods[];

/* What every event carries beside its own fields: the epoch and the sequence number. */
extern const NertcField nertc_event_fields[];

gint64 nertc_field_get_item_max (const NertcField *field);
const NertcMethod *nertc_method_find (const char *name, NertcSender sender);

gboolean nertc_fields_check (const NertcField *fields, JsonObject *object, GError **error);
gboolean nertc_method_check_event (JsonObject *params, GError **error);
gboolean nertc_method_check_params (const NertcMethod *method, JsonObject *params, GError **error);
gboolean nertc_method_check_result (const NertcMethod *method, JsonObject *result, GError **error);

G_END_DECLS
