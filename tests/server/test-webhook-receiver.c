/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What waits for a webhook: its order, its bounds, and how it ends. */

#include "webhook-post.h"
#include "webhook-receiver.h"

#include <string.h>

#define WATCHDOG_SECONDS 60

typedef struct {
  SoupServer *server;
  char *url;
  GString *seen;   /* bodies, as they came, with a space behind each */
  GPtrArray *held; /* (element-type SoupServerMessage): that are not answered yet */
  gboolean holds;
  guint most_held;
  guint failures; /* so many are answered by 500 first */
  gsize answer;   /* bytes of its body */

  SrvWebhookCommon common;
  SrvWebhookFigures figures;
  SrvWebhookReceiver *receiver;
  guint idle;
} Fixture;

/* What was logged: a line each */
static GString *logged;

static GLogWriterOutput
on_log (GLogLevelFlags level, const GLogField *fields, gsize count, gpointer user_data)
{
  g_autofree char *line = g_log_writer_format_fields (level, fields, count, FALSE);

  if (level & (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE))
    g_string_append_printf (logged, "%s\n", line);
  return level & G_LOG_FLAG_FATAL ? g_log_writer_default (level, fields, count, NULL)
                                  : G_LOG_WRITER_HANDLED;
}

/* It is said once that it fails, and once that it does no more. @second: (nullable): nothing */
static void
assert_logged (const char *first, const char *second)
{
  const char *found = strstr (logged->str, first);

  g_test_message ("%s", logged->str);
  g_assert_nonnull (found);
  g_assert_null (strstr (found + 1, "does not take"));
  if (second)
    g_assert_nonnull (strstr (found, second));
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  Fixture *self = user_data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  g_string_append_len (self->seen, body->data, (gssize) body->length);
  g_string_append_c (self->seen, ' ');
  soup_server_message_set_status (message, self->failures > 0 ? 500 : 200, NULL);
  self->failures -= self->failures > 0;
  if (self->answer > 0)
    soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_TAKE,
                                      g_strnfill (self->answer, 'x'), self->answer);
  if (!self->holds)
    return;
  g_ptr_array_add (self->held, g_object_ref (message));
  self->most_held = MAX (self->most_held, self->held->len);
  soup_server_message_pause (message);
}

static void
answer_what_is_held (Fixture *self)
{
  self->holds = FALSE;
  for (guint i = 0; i < self->held->len; i++)
    soup_server_message_unpause (g_ptr_array_index (self->held, i));
  g_ptr_array_set_size (self->held, 0);
}

static char *
sign (GBytes *body, gpointer user_data)
{
  return g_strdup ("t=0,v1=0");
}

static void
on_idle (gpointer user_data)
{
  ((Fixture *) user_data)->idle++;
}

static gboolean
on_watchdog (gpointer user_data)
{
  g_error ("Nothing happens any more");
  return G_SOURCE_REMOVE;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  g_string_truncate (logged, 0);
  self->seen = g_string_new (NULL);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  self->common.limits = (SrvWebhookLimits){
    .events = 6,
    .room_events = 3,
    .concurrency = 2,
    .timeout_ms = 30000,
    .retry_ms = 1,
    .retry_max_ms = 8,
    .give_up_ms = 60000,
  };
  self->common.sign = sign;
  self->common.idle = on_idle;
  self->common.user_data = self;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->receiver)
    srv_webhook_receiver_free (self->receiver);
  g_clear_object (&self->common.session);
  answer_what_is_held (self);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (self->server);
  g_ptr_array_unref (self->held);
  g_string_free (self->seen, TRUE);
  g_free (self->url);
}

static void
start (Fixture *self)
{
  self->common.session = srv_webhook_post_session_new (self->common.limits.concurrency);
  self->receiver = srv_webhook_receiver_new (self->url, &self->common, &self->figures);
}

/* @rooms: one character for each room; its events are that and a number */
static void
push (Fixture *self, const char *rooms, int first, int last)
{
  for (int i = first; i <= last; i++) {
    for (const char *room = rooms; *room; room++) {
      char key[2] = { *room, '\0' };
      char *text = g_strdup_printf ("%s%d", key, i);
      g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));

      srv_webhook_receiver_push (self->receiver, key, body);
    }
  }
}

#define WAIT_FOR(condition) \
  do { \
    guint watchdog = g_timeout_add_seconds (WATCHDOG_SECONDS, on_watchdog, NULL); \
\
    while (!(condition)) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (watchdog); \
  } while (0)

static void
assert_figures (Fixture *self, guint delivered, guint failures, guint dropped)
{
  g_assert_cmpuint (self->figures.delivered, ==, delivered);
  g_assert_cmpuint (self->figures.failures, ==, failures);
  g_assert_cmpuint (self->figures.dropped, ==, dropped);
  g_assert_cmpuint (self->figures.waiting, ==, 0);
}

static void
test_order (Fixture *self, gconstpointer data)
{
  start (self);
  push (self, "a", 1, 3);
  WAIT_FOR (self->idle > 0);
  g_assert_cmpstr (self->seen->str, ==, "a1 a2 a3 ");
  assert_figures (self, 3, 0, 0);
}

static void
test_again (Fixture *self, gconstpointer data)
{
  self->failures = 6;
  start (self);
  push (self, "a", 1, 2);
  WAIT_FOR (self->idle > 0);
  assert_logged ("does not take an event: the answer is 500", "takes events again");
  g_assert_cmpstr (self->seen->str, ==, "a1 a1 a1 a1 a1 a1 a1 a2 ");
  assert_figures (self, 2, 6, 0);
}

/* What is being sent stays; of what waits, what came last. */
static void
test_too_many_of_a_room (Fixture *self, gconstpointer data)
{
  self->holds = TRUE;
  start (self);
  push (self, "a", 1, 1);
  WAIT_FOR (self->held->len == 1);
  push (self, "a", 2, 9);
  g_assert_cmpuint (self->figures.waiting, ==, 3);
  answer_what_is_held (self);
  WAIT_FOR (self->idle > 0);
  g_assert_cmpstr (self->seen->str, ==, "a1 a8 a9 ");
  assert_figures (self, 3, 0, 6);
}

static void
test_too_many_in_all (Fixture *self, gconstpointer data)
{
  self->holds = TRUE;
  start (self);
  push (self, "ab", 1, 1);
  WAIT_FOR (self->held->len == 2);
  push (self, "abcdefgh", 2, 2);
  g_assert_cmpuint (self->figures.waiting, ==, 6);
  answer_what_is_held (self);
  WAIT_FOR (self->idle > 0);
  for (const char *kept = "efgh"; *kept; kept++)
    g_assert_nonnull (strchr (self->seen->str, *kept));
  g_assert_null (strpbrk (self->seen->str, "cd"));
  g_assert_null (strstr (self->seen->str, "a2"));
  assert_figures (self, 6, 0, 4);
}

static void
test_rooms_beside_each_other (Fixture *self, gconstpointer data)
{
  self->holds = TRUE;
  start (self);
  push (self, "abcd", 1, 1);
  WAIT_FOR (self->held->len == 2);
  answer_what_is_held (self);
  WAIT_FOR (self->idle > 0);
  g_assert_cmpuint (self->most_held, ==, 2);
  assert_figures (self, 4, 0, 0);
}

/* Nobody is there, for longer than it is worth to wait. */
static void
test_given_up (Fixture *self, gconstpointer data)
{
  soup_server_disconnect (self->server);
  self->common.limits.give_up_ms = 30;
  start (self);
  push (self, "ab", 1, 3);
  WAIT_FOR (self->idle > 0);
  assert_logged ("does not take an event", NULL);
  g_assert_cmpuint (self->figures.failures, >=, 2);
  assert_figures (self, 0, (guint) self->figures.failures, 6);
}

static void
test_no_answer (Fixture *self, gconstpointer data)
{
  self->holds = TRUE;
  self->common.limits.timeout_ms = 300;
  start (self);
  push (self, "a", 1, 1);
  WAIT_FOR (self->figures.failures == 1);
  self->common.limits.timeout_ms = 30000;
  answer_what_is_held (self);
  WAIT_FOR (self->idle > 0);
  assert_logged ("no answer in time", "takes events again");
  g_assert_true (g_str_has_suffix (self->seen->str, "a1 "));
  assert_figures (self, 1, 1, 0);
}

/* Nobody looks at it, nor keeps it. */
static void
test_long_answer (Fixture *self, gconstpointer data)
{
  self->answer = 4 << 20;
  start (self);
  push (self, "a", 1, 2);
  WAIT_FOR (self->idle > 0);
  assert_figures (self, 2, 0, 0);
}

static void
test_hurry (Fixture *self, gconstpointer data)
{
  self->failures = G_MAXUINT;
  self->common.limits.retry_ms = self->common.limits.retry_max_ms = 3600000;
  self->common.limits.give_up_ms = 7200000;
  start (self);
  push (self, "a", 1, 3);
  WAIT_FOR (self->figures.failures == 1);
  assert_logged ("does not take an event", NULL);
  g_assert_false (srv_webhook_receiver_is_idle (self->receiver));
  srv_webhook_receiver_hurry (self->receiver);
  WAIT_FOR (self->idle > 0);
  g_assert_cmpstr (self->seen->str, ==, "a1 a1 ");
  assert_figures (self, 0, 2, 3);
}

static void
test_end_amidst (Fixture *self, gconstpointer data)
{
  self->holds = TRUE;
  start (self);
  push (self, "abc", 1, 2);
  WAIT_FOR (self->held->len == 2);
  g_clear_pointer (&self->receiver, srv_webhook_receiver_free);
  assert_figures (self, 0, 0, 6);
  g_assert_cmpuint (self->idle, ==, 0);
}

static void
add (const char *path, void (*test) (Fixture *self, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  /* Warnings are part of it. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_log_set_writer_func (on_log, NULL, NULL);
  logged = g_string_new (NULL);
  add ("/webhooks/order", test_order);
  add ("/webhooks/again", test_again);
  add ("/webhooks/too-many-of-a-room", test_too_many_of_a_room);
  add ("/webhooks/too-many-in-all", test_too_many_in_all);
  add ("/webhooks/rooms-beside-each-other", test_rooms_beside_each_other);
  add ("/webhooks/given-up", test_given_up);
  add ("/webhooks/no-answer", test_no_answer);
  add ("/webhooks/long-answer", test_long_answer);
  add ("/webhooks/hurry", test_hurry);
  add ("/webhooks/end-amidst", test_end_amidst);
  status = g_test_run ();
  g_string_free (logged, TRUE);
  return status;
}
