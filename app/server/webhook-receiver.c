/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "webhook-receiver.h"

#include "source.h"
#include "webhook-post.h"

/* The events of one room that wait. It is there as long as one does. */
typedef struct {
  SrvWebhookReceiver *receiver;
  char *room;
  GQueue events;        /* of Event; the first one is being sent, or is the next */
  SrvWebhookPost *post; /* (nullable) */
  GSource *retry;       /* (nullable) */
  GList *ready;         /* (nullable): its place among those that wait for their turn */
  guint failures;       /* in a row */
} Line;

typedef struct {
  Line *line;
  GBytes *body;
  gint64 deadline;
  GList of_all;  /* its place among all */
  GList of_line; /* and in its line */
} Event;

struct _SrvWebhookReceiver {
  GUri *uri;
  char *name; /* for a log: what else is in the URL may be a secret */
  const SrvWebhookCommon *common;
  SrvWebhookFigures *figures;
  GHashTable *lines; /* room → Line */
  GQueue events;     /* of Event: all, the oldest first */
  GQueue ready;      /* of Line */
  guint active;
  gboolean failing; /* the log has it */
  gboolean hurrying;
};

static void start (Line *line);

/* Lines and their events */

static void
line_free (Line *self)
{
  if (self->post) {
    srv_webhook_post_cancel (self->post);
    self->receiver->active--;
  }
  if (self->ready)
    g_queue_delete_link (&self->receiver->ready, self->ready);
  srv_source_clear (&self->retry);
  g_free (self->room);
  g_free (self);
}

static void
drop_line_if_empty (Line *line)
{
  if (line->events.length == 0)
    g_hash_table_remove (line->receiver->lines, line->room);
}

/* The line may be empty then. */
static void
remove_event (Event *event)
{
  SrvWebhookReceiver *receiver = event->line->receiver;

  g_queue_unlink (&receiver->events, &event->of_all);
  g_queue_unlink (&event->line->events, &event->of_line);
  g_bytes_unref (event->body);
  g_free (event);
  receiver->figures->waiting = receiver->events.length;
}

static void
drop_event (Event *event)
{
  event->line->receiver->figures->dropped++;
  remove_event (event);
}

static gboolean
is_being_sent (const Event *event)
{
  return event->line->post && event->line->events.head == &event->of_line;
}

/* Returns: (nullable): the first of @events that can be dropped */
static Event *
find_oldest (GQueue *events)
{
  for (GList *l = events->head; l; l = l->next) {
    if (!is_being_sent (l->data))
      return l->data;
  }
  return NULL;
}

static void
drop_oldest (GQueue *events)
{
  Event *event = find_oldest (events);
  Line *line = event ? event->line : NULL;

  if (!event)
    return;
  drop_event (event);
  drop_line_if_empty (line);
}

/* Whose turn it is */

static void
pump (SrvWebhookReceiver *self)
{
  while (self->active < self->common->limits.concurrency && self->ready.length > 0) {
    Line *line = g_queue_pop_head (&self->ready);

    line->ready = NULL;
    start (line);
  }
}

static void
make_ready (Line *line)
{
  g_queue_push_tail (&line->receiver->ready, line);
  line->ready = g_queue_peek_tail_link (&line->receiver->ready);
}

static gboolean
on_retry (gpointer user_data)
{
  Line *line = user_data;

  srv_source_clear (&line->retry);
  make_ready (line);
  pump (line->receiver);
  return G_SOURCE_REMOVE;
}

static guint
get_delay (const Line *line)
{
  const SrvWebhookLimits *limits = &line->receiver->common->limits;

  return (guint) MIN ((guint64) limits->retry_ms << MIN (line->failures - 1, 20),
                      limits->retry_max_ms);
}

/* What comes of an attempt */

static void
log_failure (SrvWebhookReceiver *self, const char *problem)
{
  if (self->failing)
    return;
  self->failing = TRUE;
  g_warning ("Webhook %s does not take an event: %s. Events wait for it for a while; look at what "
             "is there",
             self->name, problem);
}

static void
log_success (SrvWebhookReceiver *self)
{
  if (self->failing)
    g_message ("Webhook %s takes events again", self->name);
  self->failing = FALSE;
}

/* Those of the line that would still be here too late. */
static void
give_up_old_ones (Line *line, guint delay_ms)
{
  gint64 next = g_get_monotonic_time () + delay_ms * G_TIME_SPAN_MILLISECOND;
  Event *event;

  while ((event = g_queue_peek_head (&line->events)) &&
         (line->receiver->hurrying || event->deadline < next))
    drop_event (event);
}

static void
fail (Line *line, const char *problem)
{
  guint delay;

  line->receiver->figures->failures++;
  line->failures++;
  log_failure (line->receiver, problem);
  delay = get_delay (line);
  give_up_old_ones (line, delay);
  if (line->events.length > 0)
    srv_source_start_timer (&line->retry, delay, on_retry, line);
}

static void
succeed (Line *line)
{
  line->receiver->figures->delivered++;
  line->failures = 0;
  log_success (line->receiver);
  remove_event (g_queue_peek_head (&line->events));
  if (line->events.length > 0)
    make_ready (line);
}

static void
on_posted (const char *problem, gpointer user_data)
{
  Line *line = user_data;
  SrvWebhookReceiver *self = line->receiver;

  line->post = NULL;
  self->active--;
  if (problem)
    fail (line, problem);
  else
    succeed (line);
  drop_line_if_empty (line);
  pump (self);
  if (self->events.length == 0)
    self->common->idle (self->common->user_data);
}

static void
start (Line *line)
{
  SrvWebhookReceiver *self = line->receiver;
  Event *event = g_queue_peek_head (&line->events);
  g_autofree char *signature = self->common->sign (event->body, self->common->user_data);

  self->active++;
  line->post = srv_webhook_post_start (self->common->session, self->uri, event->body, signature,
                                       self->common->limits.timeout_ms, on_posted, line);
}

/* Public functions */

/*
 * srv_webhook_receiver_new:
 * @url: checked
 * @common: has to live as long
 * @figures: the same; what happens is counted there
 */
SrvWebhookReceiver *
srv_webhook_receiver_new (const char *url, const SrvWebhookCommon *common,
                          SrvWebhookFigures *figures)
{
  SrvWebhookReceiver *self = g_new0 (SrvWebhookReceiver, 1);

  self->uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  self->name = g_strdup_printf ("%s://%s:%d", g_uri_get_scheme (self->uri),
                                g_uri_get_host (self->uri), g_uri_get_port (self->uri));
  self->common = common;
  self->figures = figures;
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) line_free);
  return self;
}

/* What waits is dropped. */
void
srv_webhook_receiver_free (SrvWebhookReceiver *self)
{
  while (self->events.length > 0)
    drop_event (g_queue_peek_head (&self->events));
  g_hash_table_unref (self->lines);
  g_uri_unref (self->uri);
  g_free (self->name);
  g_free (self);
}

static Line *
get_line (SrvWebhookReceiver *self, const char *room)
{
  Line *line = g_hash_table_lookup (self->lines, room);

  if (line)
    return line;
  line = g_new0 (Line, 1);
  line->receiver = self;
  line->room = g_strdup (room);
  g_hash_table_insert (self->lines, line->room, line);
  return line;
}

static void
append (Line *line, GBytes *body)
{
  SrvWebhookReceiver *self = line->receiver;
  Event *event = g_new0 (Event, 1);

  event->line = line;
  event->body = g_bytes_ref (body);
  event->deadline =
      g_get_monotonic_time () + self->common->limits.give_up_ms * G_TIME_SPAN_MILLISECOND;
  event->of_all.data = event;
  event->of_line.data = event;
  g_queue_push_tail_link (&self->events, &event->of_all);
  g_queue_push_tail_link (&line->events, &event->of_line);
  self->figures->waiting = self->events.length;
}

/*
 * srv_webhook_receiver_push:
 * @room: what makes it one of a row
 *
 * Sends it when it is its turn. Where too many wait the oldest is dropped.
 */
void
srv_webhook_receiver_push (SrvWebhookReceiver *self, const char *room, GBytes *body)
{
  Line *line = get_line (self, room);

  append (line, body);
  if (!line->post && !line->retry && !line->ready) {
    make_ready (line);
    pump (self);
  }
  if (line->events.length > self->common->limits.room_events)
    drop_oldest (&line->events);
  if (self->events.length > self->common->limits.events)
    drop_oldest (&self->events);
}

/* From now on each event has one attempt more, at once; with the first that fails, all of its room
 * are given up. */
void
srv_webhook_receiver_hurry (SrvWebhookReceiver *self)
{
  GHashTableIter iter;
  gpointer each;

  self->hurrying = TRUE;
  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &each)) {
    Line *line = each;

    if (!line->retry)
      continue;
    srv_source_clear (&line->retry);
    make_ready (line);
  }
  pump (self);
}

gboolean
srv_webhook_receiver_is_idle (SrvWebhookReceiver *self)
{
  return self->events.length == 0;
}
