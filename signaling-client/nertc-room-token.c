/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-intent.h"
#include "nertc-wire.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TOKEN_VARIABLE "NERTC_TOKEN"

/* RFC 7515, section 7.1: base64url, and the points between its parts */
#define TOKEN_ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

/*
 * Where tokens come from and when they are sent. A token is told to the server and to nobody else:
 * no property gives it back, and no error or message of the log has it in its text.
 */

/* What is wrong with a token file for a reader, or NULL. */
static const char *
read_bounded (int fd, char *text, gsize size, gsize *length)
{
  struct stat info;

  /* A pipe would have to be waited for, and would be empty at the next join. */
  if (fstat (fd, &info) != 0)
    return g_strerror (errno);
  if (!S_ISREG (info.st_mode))
    return "it is no regular file";
  *length = 0;
  while (*length < size) {
    gssize n = read (fd, text + *length, size - *length);

    if (n < 0 && errno != EINTR)
      return g_strerror (errno);
    if (n == 0)
      return NULL;
    *length += (gsize) MAX (n, 0);
  }
  return "it is longer than a token, which has at most 4096 characters";
}

/* What has another form, such as a secret or the name of a file, is not sent to anybody. */
static gboolean
has_token_form (const char *text)
{
  const char *first = strchr (text, '.');
  const char *second = first ? strchr (first + 1, '.') : NULL;

  return second && !strchr (second + 1, '.') && text[strspn (text, TOKEN_ALPHABET)] == '\0';
}

/* A JWT begins with {" in base64url. One that is given as the name of its file is not repeated. */
static gboolean
looks_like_token (const char *text)
{
  return g_str_has_prefix (text, "eyJ") && has_token_form (text);
}

/* Returns: (transfer full) (nullable) */
static char *
read_token_file (const char *path, GError **error)
{
  /* One more for the end of the line and one for the NUL: longer files are refused. */
  char text[NERTC_TOKEN_MAX + 64] = { 0 };
  int fd = g_open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
  gsize length = 0;
  const char *problem =
      fd < 0 ? g_strerror (errno) : read_bounded (fd, text, sizeof text - 1, &length);

  if (fd >= 0)
    close (fd);
  text[problem ? 0 : length] = '\0';
  g_strstrip (text);
  if (!problem && !*text)
    problem = "it is empty";
  if (!problem)
    return g_strdup (text);
  g_set_error (
      error, NERTC_ERROR, NERTC_ERROR_TOKEN_MALFORMED,
      "The token file ‘%s’ cannot be used: %s; put into it what nertc-token prints, or set "
      "‘token-file’ to another file",
      looks_like_token (path) ? "(a token)" : path, problem);
  return NULL;
}

static char *
describe_origin (NertcRoom *self)
{
  if (self->token)
    return g_strdup ("the property ‘token’");
  if (self->token_file)
    return g_strdup_printf ("the file ‘%s’", self->token_file);
  return g_strdup ("the environment variable " TOKEN_VARIABLE);
}

static gboolean
check_token (NertcRoom *self, const char *token, GError **error)
{
  gsize length = strlen (token);
  g_autofree char *origin = NULL;

  if (length <= NERTC_TOKEN_MAX && has_token_form (token))
    return TRUE;
  origin = describe_origin (self);
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_TOKEN_MALFORMED,
               "What %s has is no token, which is three parts of letters, digits, ‘-’ and ‘_’ "
               "with points between, at most %d characters; put there what nertc-token mint prints",
               origin, NERTC_TOKEN_MAX);
  return FALSE;
}

/*
 * The token for the next join or renewal: the property, or else the file, or else the environment.
 *
 * Returns: whether it could be read; @token: (transfer full) (nullable): none there
 */
gboolean
nertc_room_read_token (NertcRoom *self, char **token, GError **error)
{
  const char *variable = g_getenv (TOKEN_VARIABLE);
  g_autofree char *text = NULL;

  *token = NULL;
  if (self->token)
    text = g_strdup (self->token);
  else if (self->token_file)
    text = read_token_file (self->token_file, error);
  else if (variable && *variable)
    text = g_strstrip (g_strdup (variable));
  if (!text)
    return self->token_file == NULL || self->token != NULL;
  if (!check_token (self, text, error))
    return FALSE;
  *token = g_steal_pointer (&text);
  return TRUE;
}

/* Returns: (transfer full): @error as the room server sent it, and what can be done about it here
 */
GError *
nertc_room_explain_refusal (NertcRoom *self, const GError *error)
{
  GError *told = g_error_copy (error);
  g_autofree char *origin = describe_origin (self);
  g_autofree char *message = told->message;

  if (error->domain == NERTC_ERROR && self->sent_token &&
      error->code >= NERTC_ERROR_APP_KEY_UNKNOWN && error->code <= NERTC_ERROR_TOKEN_OTHER_UID)
    told->message =
        g_strdup_printf ("%s. It came from %s; nertc-token makes another one", message, origin);
  else
    message = NULL;
  return told;
}

/* Returns: whether the token could be read; there may be none */
gboolean
nertc_room_add_token (NertcRoom *self, JsonObject *params, GError **error)
{
  g_clear_pointer (&self->sent_token, g_free);
  if (!nertc_room_read_token (self, &self->sent_token, error))
    return FALSE;
  nertc_wire_set_string (params, "token", self->sent_token);
  return TRUE;
}

/* Renewal */

typedef struct {
  NertcRoom *room;     /* unowned: it ends its requests before it goes */
  NertcWaiter *waiter; /* (nullable): the room itself asked */
  char *token;
  gboolean given; /* by the application, with the call */
} Renewal;

static void
renewal_free (Renewal *self)
{
  g_clear_pointer (&self->waiter, nertc_waiter_free);
  g_free (self->token);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Renewal, renewal_free)

/* What the application gave is used by the next join, too. */
static void
keep_token (Renewal *renewal)
{
  if (renewal->given)
    nertc_room_set_text (&renewal->room->token, renewal->token);
}

static void
on_renewed (JsonObject *result, const GError *error, gpointer data)
{
  g_autoptr (Renewal) renewal = data;
  g_autoptr (NertcRoom) self = g_object_ref (renewal->room);
  gboolean lost = error && nertc_error_is_loss (error);
  g_autoptr (GError) told = error && !lost ? nertc_room_explain_refusal (self, error) : NULL;

  if (!told)
    keep_token (renewal);
  if (!error)
    nertc_room_end_token_watch (self);
  /* A loss tells nothing: the next join sends the token. */
  if (!error || (told && !renewal->waiter))
    nertc_room_emit_token_renewed (self, told);
  if (renewal->waiter && told)
    nertc_waiter_return_error (renewal->waiter, told);
  else if (renewal->waiter)
    nertc_waiter_return_true (renewal->waiter);
}

/* @token: (transfer full); @waiter: (transfer full) (nullable) */
static void
send_renewal (NertcRoom *self, char *token, gboolean given, NertcWaiter *waiter)
{
  g_autoptr (JsonObject) params = nertc_wire_object ("token", token);
  Renewal *renewal = g_new0 (Renewal, 1);

  renewal->room = self;
  renewal->waiter = waiter;
  renewal->token = token;
  renewal->given = given;
  g_free (self->sent_token);
  self->sent_token = g_strdup (token);
  nertc_connection_call (self->connection, "room.renewToken", params, on_renewed, renewal);
}

void
nertc_room_end_token_watch (NertcRoom *self)
{
  if (self->token_watch)
    g_source_destroy (self->token_watch);
  g_clear_pointer (&self->token_watch, g_source_unref);
}

/* Whether there is another token in the file than the server has had. */
static gboolean
renew_by_file (NertcRoom *self)
{
  g_autofree char *token = NULL;

  if (self->token || !self->token_file || !nertc_room_read_token (self, &token, NULL) ||
      g_strcmp0 (token, self->sent_token) == 0)
    return FALSE;
  send_renewal (self, g_steal_pointer (&token), FALSE, NULL);
  return TRUE;
}

static gboolean
on_token_watch (gpointer user_data)
{
  g_autoptr (NertcRoom) self = g_object_ref (NERTC_ROOM (user_data));

  if (nertc_room_has_session (self))
    renew_by_file (self);
  return G_SOURCE_CONTINUE;
}

/* From the warning on the file is looked at again and again: it may be written at any time. */
void
nertc_room_take_token_warning (NertcRoom *self, guint seconds)
{
  guint generation = self->generation;

  nertc_room_emit_token_will_expire (self, seconds);
  if (self->generation != generation || self->token || !self->token_file)
    return;
  nertc_room_start_timer (self, &self->token_watch, self->timing.token_watch, on_token_watch);
  renew_by_file (self);
}

static gboolean
take_token_to_renew (NertcRoom *self, const char *given, char **token, GError **error)
{
  if (self->state != NERTC_ROOM_STATE_RECONNECTING && self->state != NERTC_ROOM_STATE_CONNECTED &&
      self->state != NERTC_ROOM_STATE_LISTENING) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE,
                 "A token is renewed in a room that has been joined; this one is %s. The next join "
                 "takes what ‘token’ or ‘token-file’ say",
                 nertc_room_state_to_string (self->state));
    return FALSE;
  }
  if (given) {
    *token = g_strstrip (g_strdup (given));
    return check_token (self, *token, error);
  }
  if (!nertc_room_read_token (self, token, error))
    return FALSE;
  if (!*token)
    g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_TOKEN_REQUIRED,
                         "There is no token to renew with; give one, or set ‘token-file’");
  return *token != NULL;
}

/**
 * nertc_room_renew_token_async:
 * @self: a room that has been joined
 * @token: (nullable): the new token, which is used by later joins, too; %NULL: that of
 *   #NertcRoom:token or #NertcRoom:token-file, read anew, or of the environment
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Gives the server a token that counts longer, without leaving. #NertcRoom:role and
 * #NertcRoom:grants are then those of the new one. While the room is
 * %NERTC_ROOM_STATE_RECONNECTING the token is kept until there is a connection again.
 */
void
nertc_room_renew_token_async (NertcRoom *self, const char *token, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *text = NULL;
  GError *error = NULL;

  g_return_if_fail (NERTC_IS_ROOM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_room_renew_token_async);
  if (!take_token_to_renew (self, token, &text, &error)) {
    g_task_return_error (task, error);
  } else if (!nertc_room_has_session (self)) {
    if (token)
      nertc_room_set_text (&self->token, text);
    g_task_return_boolean (task, TRUE);
  } else {
    send_renewal (self, g_steal_pointer (&text), token != NULL,
                  nertc_waiter_new (g_steal_pointer (&task), NULL, NULL));
  }
}

/**
 * nertc_room_renew_token_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_TOKEN_REQUIRED when
 *   there is none, %NERTC_ERROR_TOKEN_MALFORMED, %NERTC_ERROR_TOKEN_EXPIRED,
 *   %NERTC_ERROR_TOKEN_OTHER_ROOM or another one from the server; the membership goes on with the
 *   token that it has
 *
 * Returns: whether the server took it, or the next join will send it
 */
gboolean
nertc_room_renew_token_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
