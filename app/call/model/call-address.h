/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CALL_ADDRESS_DEFAULT_SERVER "ws://127.0.0.1:8980/room"

/* Where a call is, and as whom to be in it: what the fields of the lobby, a link and the command
 * line have in common. All strings may be NULL, which is "not told". */
typedef struct {
  char *server; /* URL, ws:// or wss:// */
  char *app_key;
  char *channel; /* name of the room */
  char *uid;     /* NULL: the server assigns one */
  char *user_name;
  char *token;      /* never part of a link, never kept */
  char *token_file; /* path: of the command line */
} CallAddress;

/* The fields of the lobby, to say which one wants another look */
typedef enum {
  CALL_FIELD_NONE,
  CALL_FIELD_SERVER,
  CALL_FIELD_APP_KEY,
  CALL_FIELD_CHANNEL,
  CALL_FIELD_UID,
  CALL_FIELD_USER_NAME,
  CALL_FIELD_TOKEN,
} CallField;

/* Its codes are CallField; NONE: a link that is none. Its messages are for the user, translated. */
#define CALL_ADDRESS_ERROR (call_address_error_quark ())
GQuark call_address_error_quark (void);

#define CALL_TYPE_ADDRESS (call_address_get_type ())
GType call_address_get_type (void);

CallAddress *call_address_new (void);
CallAddress *call_address_copy (const CallAddress *self);
void call_address_free (CallAddress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CallAddress, call_address_free)

CallAddress *call_address_new_from_link (const char *link, GError **error);
char *call_address_to_link (const CallAddress *self);
gboolean call_address_check (const CallAddress *self, GError **error);
gboolean call_address_check_field (CallField field, const char *text, GError **error);
char *call_address_complete_server (const char *text, GError **error);

G_END_DECLS
