/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-load-member.h"

#include <string.h>

static guint
get_room (const LoadMember *self)
{
  return self->index % (guint) self->scene->options->rooms;
}

static void
set_state (LoadMember *self, LoadMemberState state)
{
  LoadScene *scene = self->scene;

  scene->counts[self->state]--;
  scene->counts[state]++;
  if (self->state == LOAD_MEMBER_IN)
    scene->present[get_room (self)]--;
  if (state == LOAD_MEMBER_IN)
    scene->present[get_room (self)]++;
  self->state = state;
}

/* Saying */

static void
send_request (LoadMember *self, const char *text, gint64 now)
{
  self->sent_at[self->requests % LOAD_PENDING] = now;
  load_socket_send (&self->socket, text, strlen (text));
}

static char *
make_uid (const LoadMember *self)
{
  return g_strdup_printf ("%s-%u", self->scene->options->prefix, self->index);
}

static char *
make_join (const LoadMember *self, gint64 now)
{
  const LoadOptions *options = self->scene->options;
  g_autoptr (JsonObject) params = json_object_new ();
  g_autofree char *room = load_options_make_room (options, get_room (self));
  g_autofree char *uid = make_uid (self);
  g_autofree char *mark = load_message_make_mark (now, self->index);
  g_autofree char *token = load_options_make_token (options, room, uid);

  json_object_set_string_member (params, "channel", room);
  json_object_set_string_member (params, "uid", uid);
  json_object_set_string_member (params, "userName", uid);
  json_object_set_string_member (params, "userData", mark);
  if (options->app_key)
    json_object_set_string_member (params, "appKey", options->app_key);
  if (token)
    json_object_set_string_member (params, "token", token);
  if (options->no_user_updates)
    json_object_set_boolean_member (params, "userUpdates", FALSE);
  return nertc_message_encode_request ("room.join", 1, params);
}

static void
on_opened (LoadSocket *socket)
{
  LoadMember *self = (LoadMember *) socket;
  gint64 now = g_get_monotonic_time ();
  g_autofree char *join = make_join (self, now);

  load_histogram_add (&self->scene->figures->now->connects, now - self->started);
  self->requests = 1;
  self->joined = now;
  self->last_told = 0;
  self->seq = 0;
  set_state (self, LOAD_MEMBER_JOINING);
  send_request (self, join, now);
}

/* To all others in the room, one by one */
static char *
list_others (const LoadMember *self)
{
  const LoadOptions *options = self->scene->options;
  GString *list = g_string_new (NULL);
  guint count = 0;

  for (guint i = get_room (self); i < (guint) options->members && count < 100;
       i += (guint) options->rooms) {
    if (i == self->index || self->scene->members[i].state != LOAD_MEMBER_IN)
      continue;
    g_string_append_printf (list, "%s\"%s-%u\"", count++ ? "," : "", options->prefix, i);
  }
  return g_string_free (list, FALSE);
}

static char *
make_words (LoadMember *self, gint64 now)
{
  static const char *const kinds[] = { "broadcast", "barrage", "command" };
  const LoadOptions *options = self->scene->options;
  g_autofree char *mark = load_message_make_mark (now, self->index);
  int padding = MAX (0, options->message_size - (int) strlen (mark));
  g_autofree char *others = NULL;

  if (options->message_kind == LOAD_SEND_UPDATE)
    return g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"id\":%" G_GINT64_FORMAT
                            ",\"method\":\"room.update\",\"params\":{\"extraInfo\":\"%s%0*d\"}}",
                            self->requests, mark, padding, 0);
  if (options->message_kind == LOAD_SEND_COMMAND)
    others = list_others (self);
  return g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"id\":%" G_GINT64_FORMAT
                          ",\"method\":\"message.send\",\"params\":{\"kind\":\"%s\",%s%s%s"
                          "\"text\":\"%s%0*d\"}}",
                          self->requests, kinds[options->message_kind], others ? "\"to\":[" : "",
                          others ? others : "", others ? "]," : "", mark, padding, 0);
}

/* How many will hear it */
static guint
count_audience (const LoadMember *self)
{
  LoadSendKind kind = self->scene->options->message_kind;
  guint present = self->scene->present[get_room (self)];

  if (kind == LOAD_SEND_UPDATE)
    return present;
  return kind == LOAD_SEND_COMMAND ? MIN (present - 1, 100) : present - 1;
}

/* Says something to the others, if it is in its room. */
void
load_member_say (LoadMember *self)
{
  LoadFigures *figures = self->scene->figures;
  gint64 now = g_get_monotonic_time ();
  g_autofree char *words = NULL;

  if (self->state != LOAD_MEMBER_IN)
    return;
  self->requests++;
  words = make_words (self, now);
  figures->sent++;
  figures->expected += count_audience (self);
  send_request (self, words, now);
}

/* Hearing */

static void
hear_joined (LoadMember *self, const LoadHeard *heard, gint64 now)
{
  LoadScene *scene = self->scene;
  LoadMember *other;

  if (!heard->sent || heard->index >= (guint) scene->options->members)
    return;
  /* Of an earlier stay; or of another program that does the same. */
  other = &scene->members[heard->index];
  if (other->joined != heard->sent)
    return;
  other->last_told = now - heard->sent;
  load_histogram_add (&scene->figures->now->told, now - heard->sent);
}

/* That of the join is of another kind than those that follow. */
static void
hear_answer (LoadMember *self, const LoadHeard *heard, gint64 now)
{
  LoadFigures *figures = self->scene->figures;
  gboolean is_known = heard->id > self->requests - LOAD_PENDING && heard->id <= self->requests;

  if (heard->kind == LOAD_HEARD_ERROR)
    load_figures_add_error (figures, heard->error, heard->example);
  if (self->state == LOAD_MEMBER_JOINING && heard->kind == LOAD_HEARD_ERROR) {
    set_state (self, LOAD_MEMBER_LEAVING);
    load_socket_close (&self->socket);
  } else if (self->state == LOAD_MEMBER_JOINING) {
    load_histogram_add (&figures->now->joins, now - self->joined);
    set_state (self, LOAD_MEMBER_IN);
  } else if (is_known && heard->kind == LOAD_HEARD_RESULT) {
    load_histogram_add (&figures->answers, now - self->sent_at[heard->id % LOAD_PENDING]);
  }
}

static void
hear_event (LoadMember *self, const LoadHeard *heard, gint64 now)
{
  LoadFigures *figures = self->scene->figures;

  if (heard->seq != self->seq + 1)
    load_figures_add_error (figures, "events missing or out of order", NULL);
  self->seq = heard->seq;
  figures->events++;
  figures->dropped += heard->dropped;
  if (heard->kind == LOAD_HEARD_JOINED)
    hear_joined (self, heard, now);
  else if (heard->kind == LOAD_HEARD_MESSAGE && heard->sent)
    load_histogram_add (&figures->delays, now - heard->sent);
  else if (heard->kind == LOAD_HEARD_CLOSED)
    load_figures_add_error (figures, heard->error, NULL);
}

static void
on_message (LoadSocket *socket, const char *text, gsize length)
{
  LoadMember *self = (LoadMember *) socket;
  gint64 now = g_get_monotonic_time ();
  LoadHeard heard;

  self->scene->figures->bytes += length;
  if (!load_message_read (&heard, text, length))
    load_figures_add_error (self->scene->figures, "not a message of the protocol", NULL);
  else if (heard.kind <= LOAD_HEARD_ERROR)
    hear_answer (self, &heard, now);
  else
    hear_event (self, &heard, now);
}

static void
on_closed (LoadSocket *socket, guint code, const char *why)
{
  LoadMember *self = (LoadMember *) socket;
  LoadFigures *figures = self->scene->figures;
  g_autofree char *text = code ? g_strdup_printf ("closed with code %u", code) : g_strdup (why);

  if (self->last_told)
    load_histogram_add (&figures->now->last_told, self->last_told);
  self->last_told = 0;
  if (self->state == LOAD_MEMBER_IN)
    figures->lost++;
  if (self->state != LOAD_MEMBER_LEAVING && text)
    load_figures_add_error (figures, text, NULL);
  set_state (self, LOAD_MEMBER_OUT);
}

const LoadSocketCallbacks load_member_callbacks = {
  .opened = on_opened,
  .message = on_message,
  .closed = on_closed,
};

/* Coming and going */

void
load_member_init (LoadMember *self, LoadScene *scene, guint index)
{
  self->scene = scene;
  self->index = index;
  scene->counts[self->state]++;
}

void
load_member_clear (LoadMember *self)
{
  load_socket_abort (&self->socket);
}

/* @self: out */
void
load_member_enter (LoadMember *self)
{
  self->started = g_get_monotonic_time ();
  set_state (self, LOAD_MEMBER_CONNECTING);
  load_socket_open (&self->socket, self->scene->poller);
}

/* By closing the connection, which says so (close code 1000). */
void
load_member_leave (LoadMember *self)
{
  if (self->state != LOAD_MEMBER_IN)
    return;
  self->scene->figures->left++;
  set_state (self, LOAD_MEMBER_LEAVING);
  load_socket_close (&self->socket);
}
