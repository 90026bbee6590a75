/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A room of the library, and a server that says anything. Whatever it hears, the room keeps to the
 * protocol itself, and lets go of everything in the end.
 */

#include "fuzz.h"
#include "nertc-message.h"
#include "nertc-room-private.h"
#include "nertc-socket.h"

#include <string.h>

#define STEPS_MAX 200
#define BOTH (NERTC_MEDIA_AUDIO | NERTC_MEDIA_VIDEO)

/* The socket */

typedef struct _Server Server;

#define FUZZ_TYPE_SOCKET (fuzz_socket_get_type ())
G_DECLARE_FINAL_TYPE (FuzzSocket, fuzz_socket, FUZZ, SOCKET, GObject)

struct _FuzzSocket {
  GObject parent;
  Server *server; /* NULL: it is gone, or the room has closed */
};

struct _Server {
  NertcRoom *room;
  FuzzSocket *socket; /* (nullable): the latest, as long as it is open */
  GPtrArray *sockets;
  GQueue asked; /* of NertcMessage: requests that are not answered */
  guint epoch;
  gint64 seq;
};

static void fuzz_socket_iface_init (NertcSocketInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FuzzSocket, fuzz_socket, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (NERTC_TYPE_SOCKET, fuzz_socket_iface_init))

static void
fuzz_socket_connect_async (NertcSocket *socket, const char *url, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (socket, cancellable, callback, user_data);

  g_task_return_boolean (task, TRUE);
}

static gboolean
fuzz_socket_connect_finish (NertcSocket *socket, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
fuzz_socket_set_ping_interval (NertcSocket *socket, guint seconds)
{
}

/* The room says nothing that is wrong. */
static void
fuzz_socket_send (NertcSocket *socket, const char *text)
{
  Server *server = FUZZ_SOCKET (socket)->server;
  g_autoptr (NertcMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;

  if (!server || server->socket != FUZZ_SOCKET (socket))
    return;
  message = nertc_message_decode (text, strlen (text), NERTC_SENDER_CLIENT, &id, &error);
  g_assert_no_error (error);
  if (message->kind == NERTC_MESSAGE_REQUEST)
    g_queue_push_tail (&server->asked, g_steal_pointer (&message));
}

static void
forget_socket (Server *server)
{
  server->socket = NULL;
  g_queue_clear_full (&server->asked, (GDestroyNotify) nertc_message_free);
}

static gboolean
on_closed (gpointer socket)
{
  nertc_socket_emit_closed (NERTC_SOCKET (socket), NERTC_CLOSE_CODE_NORMAL);
  return G_SOURCE_REMOVE;
}

static void
fuzz_socket_close (NertcSocket *socket, guint code)
{
  Server *server = FUZZ_SOCKET (socket)->server;

  if (!server || server->socket != FUZZ_SOCKET (socket))
    return;
  forget_socket (server);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_closed, g_object_ref (socket), g_object_unref);
}

static void
fuzz_socket_class_init (FuzzSocketClass *klass)
{
}

static void
fuzz_socket_init (FuzzSocket *self)
{
}

static void
fuzz_socket_iface_init (NertcSocketInterface *iface)
{
  iface->connect_async = fuzz_socket_connect_async;
  iface->connect_finish = fuzz_socket_connect_finish;
  iface->set_ping_interval = fuzz_socket_set_ping_interval;
  iface->send = fuzz_socket_send;
  iface->close = fuzz_socket_close;
}

static NertcSocket *
make_socket (gpointer data)
{
  Server *self = data;
  FuzzSocket *socket = g_object_new (FUZZ_TYPE_SOCKET, NULL);

  forget_socket (self);
  socket->server = self;
  self->socket = socket;
  g_ptr_array_add (self->sockets, g_object_ref (socket));
  return NERTC_SOCKET (socket);
}

/* What the server says */

#define MEMBER "'uid':'@u','userName':'@u','userData':'@s','role':'host'"
#define STREAM \
  "'streamId':'@s','source':'camera','audio':@b,'video':@b,'audioMuted':@b,'videoMuted':@b"

static const struct {
  const char *method;
  const char *params;
} events[] = {
  { "member.joined", MEMBER },
  { "member.updated", MEMBER },
  { "member.left", "'uid':'@u','reason':'timeout'" },
  { "stream.added", "'uid':'@u'," STREAM },
  { "stream.updated", "'uid':'@u'," STREAM },
  { "stream.removed", "'uid':'@u','streamId':'@s','reason':'unpublished'" },
  { "room.updated", "'extraInfo':'@u'" },
  { "room.quality", "'members':[{'uid':'@u','up':@d,'down':@d}]" },
  { "room.role", "'role':'audience','grants':['subscribe']" },
  { "room.role", "'role':'host','grants':['publish','subscribe']" },
  { "room.tokenWillExpire", "'expiresIn':@d" },
  { "room.closed", "'reason':'shutdown'" },
  { "room.closed", "'reason':'kicked'" },
  { "transport.open", "'transportId':'@t','role':'sender','uid':'@u','streamId':'@s','audio':true,"
                      "'video':@b,'iceServers':[]" },
  { "transport.open", "'transportId':'@t','role':'receiver','uid':'@u','streamId':'@s',"
                      "'audio':true,'video':@b,'iceServers':[{'urls':['stun:a']}]" },
  { "transport.description", "'transportId':'@t','type':'offer','sdp':'v=0'" },
  { "transport.description", "'transportId':'@t','type':'answer','sdp':'v=0'" },
  { "transport.candidate", "'transportId':'@t','sdpMLineIndex':0,'candidate':'c'" },
  { "transport.update", "'transportId':'@t','audio':@b,'video':@b" },
  { "transport.close", "'transportId':'@t','reason':'succeeded'" },
  { "transport.close", "'transportId':'@t','reason':'lost'" },
  { "news.of.tomorrow", "'mood':'sunny'" },
};

static const struct {
  const char *method;
  const char *result;
} results[] = {
  { "room.join", "'grace':30,'uid':'@u','epoch':'@e','sessionSecret':'secret','pingInterval':5,"
                 "'role':'host','grants':['publish','subscribe','message'],"
                 "'room':{'extraInfo':'@u'},'members':[{" MEMBER ",'streams':[{" STREAM "}]}]" },
  { "room.resume", "'received':@d,'pingInterval':5" },
  { "stream.publish", "'streamId':'@s'" },
};

static const NertcError refusals[] = { NERTC_ERROR_SESSION_GONE,   NERTC_ERROR_UID_TAKEN,
                                       NERTC_ERROR_RATE_EXCEEDED,  NERTC_ERROR_STREAM_NOT_FOUND,
                                       NERTC_ERROR_GRANT_MISSING,  NERTC_ERROR_TOKEN_EXPIRED,
                                       NERTC_ERROR_STREAM_ID_TAKEN };

static char *
fill (Server *self, const char *format, FuzzBytes *bytes)
{
  GString *text = g_string_new (NULL);

  for (const char *c = format; *c; c++) {
    if (*c != '@')
      g_string_append_c (text, *c == '\'' ? '"' : *c);
    else if (*++c == 'e')
      g_string_append_printf (text, "epoch%u", self->epoch);
    else if (*c == 'b')
      g_string_append (text, fuzz_bytes_take (bytes) % 2 ? "true" : "false");
    else if (*c == 'd')
      g_string_append_printf (text, "%d", fuzz_bytes_take (bytes) % 7);
    else
      g_string_append_printf (text, "%c%d", *c, fuzz_bytes_take (bytes) % 4);
  }
  return g_string_free (text, FALSE);
}

static void
say (Server *self, const char *text, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);
  g_autoptr (FuzzSocket) socket = self->socket ? g_object_ref (self->socket) : NULL;

  if (socket)
    nertc_socket_emit_message (NERTC_SOCKET (socket), bytes);
}

static void
say_event (Server *self, FuzzBytes *bytes)
{
  guint index = fuzz_bytes_take (bytes) % G_N_ELEMENTS (events);
  g_autofree char *params = fill (self, events[index].params, bytes);
  g_autofree char *text =
      g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":{\"epoch\":\"epoch%u\","
                       "\"seq\":%" G_GINT64_FORMAT ",%s}}",
                       events[index].method, self->epoch, ++self->seq, params);

  say (self, text, strlen (text));
}

static void
answer (Server *self, FuzzBytes *bytes)
{
  g_autoptr (NertcMessage) request = g_queue_pop_head (&self->asked);
  g_autofree char *result = NULL;
  g_autofree char *text = NULL;
  const char *format = "";

  if (!request)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (results); i++) {
    if (g_str_equal (results[i].method, request->method->name))
      format = results[i].result;
  }
  if (g_str_equal (request->method->name, "room.join")) {
    self->epoch++;
    self->seq = 0;
  }
  result = fill (self, format, bytes);
  text = g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"id\":%" G_GINT64_FORMAT ",\"result\":{%s}}",
                          request->id, result);
  say (self, text, strlen (text));
}

static void
refuse (Server *self, FuzzBytes *bytes)
{
  g_autoptr (NertcMessage) request = g_queue_pop_head (&self->asked);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!request)
    return;
  error = g_error_new_literal (
      NERTC_ERROR, (int) refusals[fuzz_bytes_take (bytes) % G_N_ELEMENTS (refusals)], "No");
  text = nertc_message_encode_error (request->id, error);
  say (self, text, strlen (text));
}

static void
hang_up (Server *self, guint code)
{
  g_autoptr (FuzzSocket) socket = self->socket ? g_object_ref (self->socket) : NULL;

  if (!socket)
    return;
  forget_socket (self);
  nertc_socket_emit_closed (NERTC_SOCKET (socket), code);
}

/* What the application does */

static void
on_transport (NertcRoom *room, NertcTransport *transport, gpointer user_data)
{
  nertc_transport_send_description (transport,
                                    nertc_transport_get_role (transport) == NERTC_ROLE_SENDER
                                        ? NERTC_DESCRIPTION_TYPE_OFFER
                                        : NERTC_DESCRIPTION_TYPE_ANSWER,
                                    "v=0");
  nertc_transport_send_candidate (transport, 0, "candidate:1");
}

static void
act (Server *self, FuzzBytes *bytes)
{
  guint8 what = fuzz_bytes_take (bytes);
  char id[] = { 's', (char) ('0' + what / 16 % 4), '\0' };

  switch (what % 8) {
    case 0:
      nertc_room_join_async (self->room, NULL, NULL, NULL);
      break;
    case 1:
      nertc_room_leave_async (self->room, NULL, NULL, NULL);
      break;
    case 2:
      nertc_room_publish_async (self->room, id, NERTC_SOURCE_CAMERA, BOTH, NERTC_MEDIA_NONE, NULL,
                                NULL, NULL);
      break;
    case 3:
      nertc_room_unpublish_async (self->room, id, NULL, NULL, NULL);
      break;
    case 4:
      nertc_room_subscribe_async (self->room, id, BOTH, NULL, NULL, NULL);
      break;
    case 5:
      nertc_room_unsubscribe_async (self->room, id, NULL, NULL, NULL);
      break;
    case 6:
      nertc_room_set_muted_async (self->room, id, NERTC_MEDIA_AUDIO, NULL, NULL, NULL);
      break;
    default:
      g_object_set (self->room, "user-data", id, "extra-info", id, NULL);
      break;
  }
}

static void
take_step (Server *self, FuzzBytes *bytes)
{
  guint8 step = fuzz_bytes_take (bytes);
  const guint8 *text;
  gsize size;

  switch (step % 10) {
    case 0:
      act (self, bytes);
      break;
    case 1:
      refuse (self, bytes);
      break;
    case 2:
      hang_up (self, step & 16 ? 1006 : 1001);
      break;
    case 3:
      text = fuzz_bytes_take_many (bytes, fuzz_bytes_take (bytes) * 4, &size);
      say (self, (const char *) text, size);
      break;
    case 4:
      self->seq++;
      break;
    case 5:
    case 6:
      answer (self, bytes);
      break;
    default:
      say_event (self, bytes);
      break;
  }
  fuzz_settle ();
}

static void
set_up (Server *self)
{
  /* A wait of the back-off is none. */
  NertcRoomTiming timing = { .leave = 60000,
                             .attempt = 60000,
                             .settle = 60000,
                             .uid_taken = 60000,
                             .stable = 0,
                             .hurry = 1000000,
                             .token_watch = 60000 };

  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->room = nertc_room_new ("ws://fuzz.test/room", "standup");
  nertc_room_set_socket_factory (self->room, make_socket, self);
  nertc_room_set_timing (self->room, &timing);
  g_signal_connect (self->room, "transport-opened", G_CALLBACK (on_transport), NULL);
  nertc_room_join_async (self->room, NULL, NULL, NULL);
  fuzz_settle ();
}

static void
tear_down (Server *self)
{
  /* Who waits for something keeps the room. */
  nertc_room_leave_async (self->room, NULL, NULL, NULL);
  fuzz_settle ();
  hang_up (self, 1000);
  fuzz_settle ();
  for (guint i = 0; i < self->sockets->len; i++)
    FUZZ_SOCKET (self->sockets->pdata[i])->server = NULL;
  g_assert_finalize_object (self->room);
  fuzz_settle ();
  forget_socket (self);
  g_ptr_array_unref (self->sockets);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzBytes bytes = { data, size };
  Server server = { NULL };

  set_up (&server);
  for (guint i = 0; i < STEPS_MAX && bytes.size > 0; i++)
    take_step (&server, &bytes);
  tear_down (&server);
  return 0;
}
