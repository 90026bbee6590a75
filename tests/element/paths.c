/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connections over which nothing comes for a while, or no more: what a viewer makes of it. */
#include "media-fixture.h"

#define CAMERA MEDIA_ROOM MEDIA_CAMERA "vp8enc deadline=1 cpu-used=8 ! nertcsink"
#define VIEWER MEDIA_ROOM "name=room nertcsrc name=them subscribe=video ! " MEDIA_PICTURE

/* Every nicesink of the process has a number, in their order; these send nothing. */
static int cut_from;
static int cut_below;
static int n_sinks;

static GstPadProbeReturn
on_packet (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  int number = GPOINTER_TO_INT (data);

  return number >= g_atomic_int_get (&cut_from) && number < g_atomic_int_get (&cut_below)
             ? GST_PAD_PROBE_DROP
             : GST_PAD_PROBE_OK;
}

static gboolean
on_element_added (GSignalInvocationHint *hint, guint n_values, const GValue *values,
                  gpointer user_data)
{
  GstElement *element = g_value_get_object (&values[1]);
  GstElementFactory *factory = gst_element_get_factory (element);

  if (factory && g_str_equal (GST_OBJECT_NAME (factory), "nicesink")) {
    g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");
    int number = g_atomic_int_add (&n_sinks, 1);

    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packet,
                       GINT_TO_POINTER (number), NULL);
  }
  return TRUE;
}

/* A picture that is seen, and the transports over which it may come, as the room's thread tells */
typedef struct {
  GstElement *camera;
  GstElement *viewer;
  CallSink picture;
  gulong hook;
  int opened;
  int open;
  NertcTransport *first; /* to be compared only */
  int first_ended;
} Call;

static void
on_closed (NertcTransport *transport, NertcCloseReason reason, Call *self)
{
  g_atomic_int_add (&self->open, -1);
  if (transport == self->first)
    g_atomic_int_set (&self->first_ended, TRUE);
}

static void
on_opened (NertcRoom *room, NertcTransport *transport, Call *self)
{
  g_signal_connect (transport, "closed", G_CALLBACK (on_closed), self);
  if (g_atomic_int_add (&self->opened, 1) == 0)
    self->first = transport;
  g_atomic_int_add (&self->open, 1);
}

static void
watch_transports (Call *self)
{
  g_autoptr (GstElement) signal = media_get (self->viewer, "room");
  g_autoptr (NertcRoom) room = NULL;

  g_object_get (signal, "room", &room, NULL);
  g_signal_connect (room, "transport-opened", G_CALLBACK (on_opened), self);
}

static void
begin (Call *self)
{
  *self = (Call){ 0 };
  cut_from = cut_below = 0;
  self->hook = g_signal_add_emission_hook (g_signal_lookup ("element-added", GST_TYPE_BIN), 0,
                                           on_element_added, NULL, NULL);
  self->camera = room_pipeline_new (CAMERA);
  self->viewer = room_pipeline_new (VIEWER);
  call_code_pictures (self->camera, "camera", CALL_BASE);
  call_watch (&self->picture, self->viewer, "picture", 0);
  watch_transports (self);
  room_join (self->camera);
  room_join (self->viewer);
  media_await_text (self->viewer, "play-state", "state=(GstNertcPlayState)playing");
  nertc_await (call_shows (&self->picture, CALL_BASE));
}

/* Cuts what there is, or all that will ever be, and waits until that is noticed. */
static guint
cut (Call *self, gboolean for_good)
{
  g_atomic_int_set (&cut_below, for_good ? G_MAXINT : g_atomic_int_get (&n_sinks));
  media_await_text (self->viewer, "play-state", "state=(GstNertcPlayState)play-requesting");
  return call_get_picture (&self->picture);
}

static void
await_playing (Call *self, guint last_picture)
{
  media_await_text (self->viewer, "play-state", "state=(GstNertcPlayState)playing");
  nertc_await (call_get_picture (&self->picture) > last_picture);
  nertc_await (g_atomic_int_get (&self->open) == 1);
}

static void
end (Call *self)
{
  call_check_pictures (&self->picture);
  room_pipeline_free (self->camera);
  room_pipeline_free (self->viewer);
  room_await_rooms (0); /* its thread tells nothing any more */
  g_signal_remove_emission_hook (g_signal_lookup ("element-added", GST_TYPE_BIN), self->hook);
}

/* The transport that was lost plays again, before its successor, which goes. */
GST_START_TEST (test_path_is_back)
{
  static Call call;
  guint last_picture;
  int n_cut;

  begin (&call);
  n_cut = g_atomic_int_get (&n_sinks);
  last_picture = cut (&call, TRUE);
  nertc_await (g_atomic_int_get (&call.opened) == 2);
  g_atomic_int_set (&cut_from, n_cut);
  await_playing (&call, last_picture);
  fail_if (g_atomic_int_get (&call.first_ended));
  end (&call);
}
GST_END_TEST

/* It does not come back: its successor plays. */
GST_START_TEST (test_another_path)
{
  static Call call;
  guint last_picture;

  begin (&call);
  last_picture = cut (&call, FALSE);
  await_playing (&call, last_picture);
  assert_equals_int (g_atomic_int_get (&call.opened), 2);
  fail_unless (g_atomic_int_get (&call.first_ended));
  end (&call);
}
GST_END_TEST

static Suite *
paths_suite (void)
{
  Suite *suite = suite_create ("paths");
  TCase *tcase = tcase_create ("paths");

  tcase_add_checked_fixture (tcase, call_start, room_server_free);
  tcase_set_timeout (tcase, 90);
  tcase_add_test (tcase, test_path_is_back);
  tcase_add_test (tcase, test_another_path);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (paths)
