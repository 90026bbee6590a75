/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "webhook-post.h"

#include "source.h"

/* Of the answer's body nothing is looked at. So much is read to keep the connection for the next
 * event; with more the connection is closed instead. */
#define BODY_MAX 65536

/* 100 (Continue) and the like, before the answer: libsoup reads as long as they come, and nothing
 * else happens meanwhile. */
#define INFORMATIONAL_MAX 8

#define IDLE_SECONDS 60

/* It lives until libsoup has called back, however it ends. */
struct _SrvWebhookPost {
  SoupMessage *message;
  GCancellable *cancellable;
  GSource *timeout;
  GInputStream *answer; /* (nullable) */
  gsize read;
  guint informational;
  char *problem;           /* (nullable) */
  SrvWebhookPosted posted; /* (nullable): not to be called any more */
  gpointer user_data;
};

/*
 * srv_webhook_post_session_new:
 * @connections: to one host
 *
 * Connections are kept, certificates verified by what the system trusts. There is no proxy: whoever
 * is in the environment of a server is not to hear of its rooms.
 */
SoupSession *
srv_webhook_post_session_new (guint connections)
{
  return soup_session_new_with_options (
      "max-conns-per-host", connections, "max-conns", connections * 8, "idle-timeout", IDLE_SECONDS,
      "proxy-resolver", NULL, "user-agent", "nertc-server/" NERTC_VERSION, NULL);
}

static void
post_free (SrvWebhookPost *self)
{
  srv_source_clear (&self->timeout);
  g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->answer);
  g_free (self->problem);
  g_object_unref (self->message);
  g_object_unref (self->cancellable);
  g_free (self);
}

static void
finish (SrvWebhookPost *self)
{
  if (self->posted)
    self->posted (self->problem, self->user_data);
  post_free (self);
}

static void read_on (SrvWebhookPost *self);

static void
on_read (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  SrvWebhookPost *self = user_data;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (stream), result, NULL);
  gsize size = bytes ? g_bytes_get_size (bytes) : 0;

  self->read += size;
  if (size > 0 && self->read < BODY_MAX)
    read_on (self);
  else
    finish (self);
}

/* The next event is to find the connection free; libsoup frees it at the end of what is read, not
 * of what is skipped. */
static void
read_on (SrvWebhookPost *self)
{
  g_input_stream_read_bytes_async (self->answer, 4096, G_PRIORITY_DEFAULT, self->cancellable,
                                   on_read, self);
}

static void
on_answer (GObject *session, GAsyncResult *result, gpointer user_data)
{
  SrvWebhookPost *self = user_data;
  g_autoptr (GError) error = NULL;
  guint status = soup_message_get_status (self->message);

  self->answer = soup_session_send_finish (SOUP_SESSION (session), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->problem = g_strdup ("no answer in time");
  else if (error)
    self->problem = g_strdup (error->message);
  else if (!SOUP_STATUS_IS_SUCCESSFUL (status))
    self->problem = g_strdup_printf ("the answer is %u", status);
  if (self->answer)
    read_on (self);
  else
    finish (self);
}

static void
on_informational (SoupMessage *message, gpointer user_data)
{
  SrvWebhookPost *self = user_data;

  if (++self->informational > INFORMATIONAL_MAX)
    g_cancellable_cancel (self->cancellable);
}

static gboolean
on_timeout (gpointer user_data)
{
  SrvWebhookPost *self = user_data;

  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

/* Returns: (transfer none): good until @posted is called, or until it is cancelled */
SrvWebhookPost *
srv_webhook_post_start (SoupSession *session, GUri *uri, GBytes *body, const char *signature,
                        guint timeout_ms, SrvWebhookPosted posted, gpointer user_data)
{
  SrvWebhookPost *self = g_new0 (SrvWebhookPost, 1);

  self->message = soup_message_new_from_uri (SOUP_METHOD_POST, uri);
  self->cancellable = g_cancellable_new ();
  self->posted = posted;
  self->user_data = user_data;
  /* An event that comes twice has the same id: without that, each would have a connection of its
   * own. */
  soup_message_add_flags (self->message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  soup_message_set_request_body_from_bytes (self->message, "application/json", body);
  soup_message_headers_append (soup_message_get_request_headers (self->message), "Nertc-Signature",
                               signature);
  g_signal_connect (self->message, "got-informational", G_CALLBACK (on_informational), self);
  srv_source_start_timer (&self->timeout, timeout_ms, on_timeout, self);
  soup_session_send_async (session, self->message, G_PRIORITY_DEFAULT, self->cancellable, on_answer,
                           self);
  return self;
}

/* Nothing is called any more. */
void
srv_webhook_post_cancel (SrvWebhookPost *self)
{
  self->posted = NULL;
  g_cancellable_cancel (self->cancellable);
}
