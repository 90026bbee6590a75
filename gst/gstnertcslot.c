/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertcslot.h"

#include "gstnertccall.h"
#include "rtc-speaker.h"

/* So long may media take to come before somebody is told: transports say within 10 s what is wrong.
 */
#define PLAY_TIMEOUT_S 12

/* So long may a track take to change over when another one has. */
#define PATIENCE_MS 1000

/*
 * So long may a successor look for a path while the older transport waits for its own to come back.
 * Checks of ICE go out after 0, 0.5 and 1.5 s; the next one would come after 3.5 s, but the next
 * successor begins anew before that. So about once a second somebody finds a path that is back.
 */
#define SUCCESSOR_PATIENCE_MS 2000

struct _GstNertcSlot {
  GObject parent_instance;

  /* Set once */
  NertcRoom *room; /* whose thread ends with it */
  GMainContext *context;
  guint number;
  GstNertcSlotNotify notify;
  gpointer user_data;
  GObject *life;

  /* Changed on the room's context only, with the lock: other threads read it */
  GMutex lock;
  RtcOutput *outputs[RTC_N_MEDIA];

  /* On the room's context only */
  NertcStream *stream;
  char *user_name;            /* of its publisher, for the tags */
  NertcMedia wanted;          /* of the stream, whether it has it or not */
  GPtrArray *transports;      /* of GstNertcTransport, the oldest first */
  GstNertcTransport *playing; /* not owned: the one that was reported last */
  GstNertcPlayState state;
  char *problem;       /* (nullable): why nothing plays */
  const char *failure; /* (nullable): and what kind of reason it is */
  GSource *timer;
  GSource *patience; /* with a track that does not change over to the newest transport */
};

G_DEFINE_TYPE (GstNertcSlot, gst_nertc_slot, G_TYPE_OBJECT)

static gboolean
on_timeout (gpointer user_data)
{
  GstNertcSlot *self = user_data;

  self->notify (self, TRUE, self->user_data);
  return G_SOURCE_REMOVE;
}

static void
stop_timer (GstNertcSlot *self)
{
  if (self->timer)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
set_state (GstNertcSlot *self, GstNertcPlayState state)
{
  if (self->state == state)
    return;
  self->state = state;
  stop_timer (self);
  if (state == GST_NERTC_PLAY_STATE_PLAY_REQUESTING) {
    self->timer = g_timeout_source_new_seconds (PLAY_TIMEOUT_S);
    g_source_set_callback (self->timer, on_timeout, self, NULL);
    g_source_attach (self->timer, self->context);
  }
  self->notify (self, FALSE, self->user_data);
}

/* Transports */

static void
request_key_frame (RtcOutput *output, GObject *transport)
{
  rtc_peer_request_key_frame (gst_nertc_transport_get_peer (GST_NERTC_TRANSPORT (transport)));
}

static NertcMedia
get_flag (RtcMedia media)
{
  return media == RTC_MEDIA_AUDIO ? NERTC_MEDIA_AUDIO : NERTC_MEDIA_VIDEO;
}

/* Returns: the tracks that go out as they come over @transport */
static NertcMedia
get_current (GstNertcSlot *self, GstNertcTransport *transport)
{
  NertcMedia current = NERTC_MEDIA_NONE;

  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    if (self->outputs[i] && rtc_output_is_current (self->outputs[i], transport))
      current |= get_flag (i);
  }
  return current;
}

/* Whether another transport plays, which ends when @transport counts as playing. */
static gboolean
is_successor (GstNertcSlot *self, GstNertcTransport *transport)
{
  for (guint i = 0; i < self->transports->len; i++) {
    GstNertcTransport *other = g_ptr_array_index (self->transports, i);

    if (other != transport && get_current (self, other) != NERTC_MEDIA_NONE)
      return TRUE;
  }
  return FALSE;
}

/*
 * The tracks that have to come before the transport counts as playing. Beside another one that is
 * all of them: what has not changed over yet would be cut.
 */
static NertcMedia
get_awaited (GstNertcSlot *self, GstNertcTransport *transport)
{
  NertcMedia awaited = self->wanted & nertc_stream_get_media (self->stream) &
                       nertc_transport_get_media (gst_nertc_transport_get_signalling (transport)) &
                       ~nertc_stream_get_muted (self->stream);

  if (is_successor (self, transport))
    return awaited;
  return awaited & NERTC_MEDIA_VIDEO ? NERTC_MEDIA_VIDEO : awaited;
}

static void
stop_patience (GstNertcSlot *self)
{
  if (self->patience)
    g_source_destroy (self->patience);
  g_clear_pointer (&self->patience, g_source_unref);
}

static void
close_outputs (GstNertcSlot *self, GstNertcTransport *transport)
{
  if (self->playing == transport)
    self->playing = NULL;
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    if (self->outputs[i])
      rtc_output_close (self->outputs[i], transport);
  }
}

static void
close_transport (GstNertcSlot *self, GstNertcTransport *transport)
{
  close_outputs (self, transport);
  gst_nertc_transport_close (transport);
}

/* Those of an earlier session, of which the server knows nothing, end with their successor. */
static void
close_orphans (GstNertcSlot *self, GstNertcTransport *successor)
{
  for (guint i = self->transports->len; i > 0; i--) {
    GstNertcTransport *transport = g_ptr_array_index (self->transports, i - 1);

    if (transport == successor ||
        nertc_transport_is_open (gst_nertc_transport_get_signalling (transport)))
      continue;
    close_transport (self, transport);
    g_ptr_array_remove_index (self->transports, i - 1);
  }
}

static void
take_playing (GstNertcSlot *self, GstNertcTransport *transport)
{
  stop_patience (self);
  self->playing = transport;
  g_clear_pointer (&self->problem, g_free);
  self->failure = NULL;
  nertc_transport_report_playing (gst_nertc_transport_get_signalling (transport));
  set_state (self, GST_NERTC_PLAY_STATE_PLAYING);
  close_orphans (self, transport);
}

/* A track of the newest transport has not changed over in time: there seems to be nothing in it. */
static gboolean
on_patience_over (gpointer user_data)
{
  GstNertcSlot *self = user_data;

  if (self->transports->len > 0)
    take_playing (self, g_ptr_array_index (self->transports, self->transports->len - 1));
  return G_SOURCE_REMOVE;
}

static void
start_patience (GstNertcSlot *self)
{
  if (self->patience)
    return;
  self->patience = g_timeout_source_new (PATIENCE_MS);
  g_source_set_callback (self->patience, on_patience_over, self, NULL);
  g_source_attach (self->patience, self->context);
}

/* Whether media can come over it now. */
static gboolean
is_usable (GstNertcTransport *transport)
{
  RtcPeer *peer = gst_nertc_transport_get_peer (transport);

  return rtc_peer_is_connected (peer) && !rtc_peer_is_lost (peer);
}

/* Returns: whether all has come over it that has to */
static gboolean
is_ready (GstNertcSlot *self, GstNertcTransport *transport)
{
  return is_usable (transport) &&
         (get_awaited (self, transport) & ~get_current (self, transport)) == NERTC_MEDIA_NONE;
}

/*
 * Reports the newest transport that is ready; an older one only while none plays, when it was lost
 * and is back before its successor.
 */
static void
check_playing (GstNertcSlot *self)
{
  GstNertcTransport *transport;

  if (!self->stream || self->transports->len == 0)
    return;
  for (guint i = self->transports->len; i > 0; i--) {
    transport = g_ptr_array_index (self->transports, i - 1);
    if (transport == self->playing)
      break;
    if (is_ready (self, transport)) {
      take_playing (self, transport);
      return;
    }
  }
  transport = g_ptr_array_index (self->transports, self->transports->len - 1);
  if (transport != self->playing && is_usable (transport) && self->transports->len > 1 &&
      get_current (self, transport) != NERTC_MEDIA_NONE)
    start_patience (self);
}

/* Some track has changed over to some transport. */
static void
take_switch (gpointer object, gpointer data)
{
  GstNertcSlot *self = object;
  RtcMedia media = GPOINTER_TO_UINT (data);

  for (guint i = 0; self->stream && self->outputs[media] && i < self->transports->len; i++) {
    GstNertcTransport *transport = g_ptr_array_index (self->transports, i);

    if (rtc_output_is_current (self->outputs[media], transport))
      rtc_output_set_request (self->outputs[media], request_key_frame, G_OBJECT (transport));
  }
  check_playing (self);
}

/* On a streaming thread. */
static void
on_received (GstNertcTransport *transport, RtcMedia media, GstSample *sample, gpointer owner)
{
  GstNertcSlot *self = owner;
  g_autoptr (RtcOutput) output = NULL;
  RtcGateVerdict verdict;

  g_mutex_lock (&self->lock);
  output = self->outputs[media] ? g_object_ref (self->outputs[media]) : NULL;
  g_mutex_unlock (&self->lock);
  if (!output)
    return;
  verdict = rtc_output_push (output, transport, sample);
  if (verdict == RTC_GATE_REQUEST)
    rtc_peer_request_key_frame (gst_nertc_transport_get_peer (transport));
  else if (verdict == RTC_GATE_SWITCH)
    gst_nertc_call (self->context, self, take_switch, GUINT_TO_POINTER (media), NULL);
}

static void
open_outputs (GstNertcSlot *self, GstNertcTransport *transport)
{
  NertcMedia media = nertc_transport_get_media (gst_nertc_transport_get_signalling (transport));

  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    if (self->outputs[i] && (media & get_flag (i)))
      rtc_output_open (self->outputs[i], transport);
  }
}

static void
on_connected (GstNertcTransport *transport, gpointer owner)
{
  GstNertcSlot *self = owner;

  open_outputs (self, transport);
  check_playing (self); /* perhaps nothing will come that could be waited for */
}

/* Nothing plays: whatever can comes first. */
static void
open_usable (GstNertcSlot *self)
{
  for (guint i = self->transports->len; i > 0; i--) {
    GstNertcTransport *transport = g_ptr_array_index (self->transports, i - 1);

    if (is_usable (transport)) {
      open_outputs (self, transport);
      return;
    }
  }
}

/* Whether a transport waits for its path to come back. */
static gboolean
is_lost (GstNertcSlot *self)
{
  for (guint i = 0; i < self->transports->len; i++) {
    GstNertcTransport *transport = g_ptr_array_index (self->transports, i);

    if (rtc_peer_is_lost (gst_nertc_transport_get_peer (transport)))
      return TRUE;
  }
  return FALSE;
}

/* A successor that finds no path now gives way to one that may find it then. */
static void
limit_patience (GstNertcSlot *self)
{
  for (guint i = 0; i < self->transports->len; i++)
    rtc_peer_set_patience (gst_nertc_transport_get_peer (g_ptr_array_index (self->transports, i)),
                           SUCCESSOR_PATIENCE_MS);
}

static void
note_problem (GstNertcSlot *self, GstNertcTransport *transport)
{
  const char *problem = gst_nertc_transport_get_problem (transport);

  if (!problem || self->playing)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  self->failure = gst_nertc_transport_get_failure (transport);
}

/* It may come back, and begins with a key frame then. */
static void
on_lost (GstNertcTransport *transport, gpointer owner)
{
  GstNertcSlot *self = owner;

  if (self->playing != transport)
    return;
  close_outputs (self, transport);
  stop_patience (self);
  note_problem (self, transport);
  set_state (self, GST_NERTC_PLAY_STATE_PLAY_REQUESTING);
  open_usable (self);
  limit_patience (self); /* the other end may have noticed first */
}

static void
on_recovered (GstNertcTransport *transport, gpointer owner)
{
  GstNertcSlot *self = owner;

  if (!self->playing)
    open_usable (self);
  check_playing (self);
}

static void
on_ended (GstNertcTransport *transport, gpointer owner)
{
  GstNertcSlot *self = owner;

  close_outputs (self, transport);
  note_problem (self, transport);
  g_ptr_array_remove (self->transports, transport);
  stop_patience (self);
  if (!self->playing)
    open_usable (self);
  if (self->transports->len == 0 && self->stream)
    set_state (self, GST_NERTC_PLAY_STATE_PLAY_REQUESTING);
  else
    check_playing (self);
}

static const GstNertcTransportCallbacks transport_callbacks = {
  .connected = on_connected,
  .ended = on_ended,
  .lost = on_lost,
  .recovered = on_recovered,
  .received = on_received,
};

/*
 * gst_nertc_slot_open_transport:
 * @signalling: of the stream in this slot
 * @config: the context, clock and latency to use
 */
gboolean
gst_nertc_slot_open_transport (GstNertcSlot *self, NertcTransport *signalling,
                               RtcPeerConfig *config, GError **error)
{
  g_autoptr (GstNertcTransport) transport = NULL;

  transport =
      gst_nertc_transport_new (signalling, config, &transport_callbacks, G_OBJECT (self), error);
  if (!transport)
    return FALSE;
  g_ptr_array_add (self->transports, g_object_ref (transport));
  gst_nertc_transport_start (transport);
  if (is_lost (self))
    limit_patience (self);
  return TRUE;
}

void
gst_nertc_slot_set_clock (GstNertcSlot *self, GstClock *clock)
{
  for (guint i = 0; i < self->transports->len; i++)
    rtc_peer_set_clock (gst_nertc_transport_get_peer (g_ptr_array_index (self->transports, i)),
                        clock);
}

/* The stream */

static void
announce_stream (GstNertcSlot *self, RtcMedia media)
{
  const char *uid = nertc_stream_get_uid (self->stream);
  const char *stream_id = nertc_stream_get_id (self->stream);
  gboolean has_name = self->user_name && *self->user_name;
  g_autofree char *id = g_strdup_printf ("%s/%s/%s", uid, stream_id, rtc_media_to_string (media));

  if (self->outputs[media])
    rtc_output_set_stream (self->outputs[media], id,
                           gst_tag_list_new (GST_TAG_TITLE, stream_id, GST_TAG_ARTIST,
                                             has_name ? self->user_name : uid, NULL));
}

/* @wanted: what of @stream was subscribed; @user_name: of its publisher, for the tags */
void
gst_nertc_slot_take_stream (GstNertcSlot *self, NertcStream *stream, NertcMedia wanted,
                            const char *user_name)
{
  gst_nertc_slot_release_stream (self);
  self->stream = g_object_ref (stream);
  self->wanted = wanted;
  self->user_name = g_strdup (user_name);
  for (guint i = 0; i < RTC_N_MEDIA; i++)
    announce_stream (self, i);
  set_state (self, GST_NERTC_PLAY_STATE_PLAY_REQUESTING);
}

/* The same stream with other tracks or flags. */
void
gst_nertc_slot_update_stream (GstNertcSlot *self, NertcStream *stream)
{
  gboolean changed = nertc_stream_get_media (stream) != nertc_stream_get_media (self->stream);

  g_set_object (&self->stream, stream);
  if (self->outputs[RTC_MEDIA_VIDEO])
    rtc_output_pause_stats (self->outputs[RTC_MEDIA_VIDEO]);
  if (changed)
    self->notify (self, FALSE, self->user_data);
  check_playing (self);
}

void
gst_nertc_slot_release_stream (GstNertcSlot *self)
{
  if (!self->stream)
    return;
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    if (self->outputs[i])
      rtc_output_set_request (self->outputs[i], NULL, NULL);
  }
  for (guint i = 0; i < self->transports->len; i++)
    close_transport (self, g_ptr_array_index (self->transports, i));
  g_ptr_array_set_size (self->transports, 0);
  stop_patience (self);
  set_state (self, GST_NERTC_PLAY_STATE_NO_PLAY);
  g_clear_pointer (&self->problem, g_free);
  self->failure = NULL;
  g_clear_pointer (&self->user_name, g_free);
  g_clear_object (&self->stream);
}

static void
let_output_go (GstNertcSlot *self, RtcMedia media)
{
  RtcOutput *output = self->outputs[media];

  if (!output)
    return;
  rtc_output_set_request (output, NULL, NULL);
  for (guint i = 0; i < self->transports->len; i++)
    rtc_output_close (output, g_ptr_array_index (self->transports, i));
}

/* @output: (nullable): where a track leaves that the stream has now; %NULL: it has it no more */
void
gst_nertc_slot_set_output (GstNertcSlot *self, RtcMedia media, RtcOutput *output)
{
  G_GNUC_UNUSED g_autoptr (RtcOutput) old = self->outputs[media];

  let_output_go (self, media);
  g_mutex_lock (&self->lock);
  self->outputs[media] = output ? g_object_ref (output) : NULL;
  g_mutex_unlock (&self->lock);
  if (self->stream)
    announce_stream (self, media);
}

guint
gst_nertc_slot_get_number (GstNertcSlot *self)
{
  return self->number;
}

GstNertcPlayState
gst_nertc_slot_get_state (GstNertcSlot *self)
{
  return self->state;
}

/* Returns: (transfer none) (nullable) */
NertcStream *
gst_nertc_slot_get_stream (GstNertcSlot *self)
{
  return self->stream;
}

/* Returns: (nullable): why nothing plays, as far as it is known */
const char *
gst_nertc_slot_get_problem (GstNertcSlot *self)
{
  return self->problem;
}

/* Returns: (nullable): the nick of the #NertcFailure that it is */
const char *
gst_nertc_slot_get_failure (GstNertcSlot *self)
{
  return self->failure;
}

/* Returns: which tracks there are pads for */
NertcMedia
gst_nertc_slot_get_capacity (GstNertcSlot *self)
{
  return (self->outputs[RTC_MEDIA_AUDIO] ? NERTC_MEDIA_AUDIO : NERTC_MEDIA_NONE) |
         (self->outputs[RTC_MEDIA_VIDEO] ? NERTC_MEDIA_VIDEO : NERTC_MEDIA_NONE);
}

/* Figures */

/* @grades: gets one. Returns: (transfer full): those of the stream in this slot */
GstStructure *
gst_nertc_slot_describe (GstNertcSlot *self, GArray *grades)
{
  GstStructure *structure = gst_nertc_stats_of_stream (self->outputs, self->transports, grades);

  gst_structure_set (structure, "slot", G_TYPE_UINT, self->number, "uid", G_TYPE_STRING,
                     nertc_stream_get_uid (self->stream), "stream-id", G_TYPE_STRING,
                     nertc_stream_get_id (self->stream), NULL);
  return structure;
}

/* @voices: (element-type RtcVoice): gets the sound of the stream in this slot, if it is known */
void
gst_nertc_slot_listen (GstNertcSlot *self, GArray *voices)
{
  for (guint i = 0; self->stream && i < self->transports->len; i++) {
    GstNertcTransport *transport = g_ptr_array_index (self->transports, i);
    RtcVoice voice = { .id = nertc_stream_get_uid (self->stream) };

    voice.level = rtc_peer_get_voice (gst_nertc_transport_get_peer (transport));
    if (voice.level <= 0)
      g_array_append_val (voices, voice);
  }
}

/*
 * @room: on whose context @notify is called
 * @audio, @video: (nullable): the ways out
 * @life: kept until the last connection of the slot is gone
 */
GstNertcSlot *
gst_nertc_slot_new (NertcRoom *room, guint number, RtcOutput *audio, RtcOutput *video,
                    GstNertcSlotNotify notify, gpointer user_data, GObject *life)
{
  GstNertcSlot *self = g_object_new (GST_TYPE_NERTC_SLOT, NULL);

  self->room = g_object_ref (room);
  self->context = nertc_room_get_context (room);
  self->number = number;
  g_set_object (&self->outputs[RTC_MEDIA_AUDIO], audio);
  g_set_object (&self->outputs[RTC_MEDIA_VIDEO], video);
  self->notify = notify;
  self->user_data = user_data;
  self->life = g_object_ref (life);
  return self;
}

static void
gst_nertc_slot_finalize (GObject *object)
{
  GstNertcSlot *self = GST_NERTC_SLOT (object);

  stop_timer (self);
  stop_patience (self);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->user_name, g_free);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->transports, g_ptr_array_unref);
  for (guint i = 0; i < RTC_N_MEDIA; i++)
    g_clear_object (&self->outputs[i]);
  g_clear_object (&self->room);
  g_clear_object (&self->life);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_nertc_slot_parent_class)->finalize (object);
}

static void
gst_nertc_slot_class_init (GstNertcSlotClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_nertc_slot_finalize;
}

static void
gst_nertc_slot_init (GstNertcSlot *self)
{
  g_mutex_init (&self->lock);
  self->transports = g_ptr_array_new_with_free_func (g_object_unref);
}
