/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which ways the connections of nertcsink and nertcsrc take. */
#include "media-fixture.h"

#include <gst/webrtc/webrtc.h>

#define CAMERA MEDIA_ROOM "name=room " MEDIA_CAMERA "nertcsink "
#define VIEWER(options) MEDIA_ROOM "name=room nertcsrc subscribe=video " options " ! " MEDIA_PICTURE

/* The candidates of the other end, as a room hears of them on its thread */
typedef struct {
  GMutex lock;
  GPtrArray *ports; /* of GUINT_TO_POINTER() */
  gboolean complete;
} Candidates;

/* RFC 8839, section 5.1: the sixth word */
static guint
get_port (const char *candidate)
{
  g_auto (GStrv) words = g_strsplit (candidate, " ", -1);

  return g_strv_length (words) > 5 ? (guint) g_ascii_strtoull (words[5], NULL, 10) : 0;
}

static void
on_candidate (NertcTransport *transport, guint line, const char *candidate, Candidates *self)
{
  g_mutex_lock (&self->lock);
  if (*candidate)
    g_ptr_array_add (self->ports, GUINT_TO_POINTER (get_port (candidate)));
  else
    self->complete = TRUE;
  g_mutex_unlock (&self->lock);
}

static void
on_opened (NertcRoom *room, NertcTransport *transport, Candidates *self)
{
  g_signal_connect (transport, "candidate", G_CALLBACK (on_candidate), self);
}

static void
candidates_watch (Candidates *self, GstElement *pipeline)
{
  g_autoptr (GstElement) signal = media_get (pipeline, "room");
  g_autoptr (NertcRoom) room = NULL;

  *self = (Candidates){ .ports = g_ptr_array_new () };
  g_mutex_init (&self->lock);
  g_object_get (signal, "room", &room, NULL);
  g_signal_connect (room, "transport-opened", G_CALLBACK (on_opened), self);
}

static gboolean
are_complete (Candidates *self)
{
  gboolean complete;

  g_mutex_lock (&self->lock);
  complete = self->complete;
  g_mutex_unlock (&self->lock);
  return complete;
}

/* After the pipeline has gone. */
static void
candidates_clear (Candidates *self)
{
  g_ptr_array_unref (self->ports);
  g_mutex_clear (&self->lock);
}

static void
assert_ports (Candidates *self, guint min, guint max)
{
  nertc_await (are_complete (self));
  fail_unless (self->ports->len > 0);
  for (guint i = 0; i < self->ports->len; i++) {
    guint port = GPOINTER_TO_UINT (g_ptr_array_index (self->ports, i));

    fail_unless (port >= min && port <= max, "%u is not from %u to %u", port, min, max);
  }
}

GST_START_TEST (test_port_range)
{
  GstElement *camera = room_pipeline_new (CAMERA "port-range=42000-42019");
  GstElement *viewer = room_pipeline_new (VIEWER ("port-range=42020-42039"));
  Candidates of_camera, of_viewer;
  CallSink picture;

  call_code_pictures (camera, "camera", CALL_BASE);
  call_watch (&picture, viewer, "picture", 0);
  candidates_watch (&of_viewer, camera);
  candidates_watch (&of_camera, viewer);
  room_join (camera);
  room_join (viewer);
  nertc_await (call_shows (&picture, CALL_BASE));
  assert_ports (&of_camera, 42000, 42019);
  assert_ports (&of_viewer, 42020, 42039);
  room_pipeline_free (camera);
  room_pipeline_free (viewer);
  candidates_clear (&of_camera);
  candidates_clear (&of_viewer);
}
GST_END_TEST

/* Without a TURN server there is no way then, and no address is told. Each end in its turn: who has
 * none gives up at once, and the other one with it. */
GST_START_TEST (test_relay_only)
{
  gboolean sender = __i__ == 0;
  GstElement *camera = room_pipeline_new (sender ? CAMERA "ice-transport-policy=relay" : CAMERA);
  GstElement *viewer =
      room_pipeline_new (sender ? VIEWER ("") : VIEWER ("ice-transport-policy=relay"));
  Candidates of_camera, of_viewer;
  Candidates *of_relay = sender ? &of_camera : &of_viewer;

  candidates_watch (&of_viewer, camera);
  candidates_watch (&of_camera, viewer);
  room_join (camera);
  room_join (viewer);
  nertc_await (are_complete (of_relay));
  room_pipeline_free (camera);
  room_pipeline_free (viewer);
  assert_equals_int (of_relay->ports->len, 0);
  candidates_clear (&of_camera);
  candidates_clear (&of_viewer);
}
GST_END_TEST

static void
assert_refused (const char *factory, const char *port_range)
{
  g_autofree char *line = g_strdup_printf ("roomsignal server=%%s channel=standup %s port-range=%s",
                                           factory, port_range);
  GstElement *pipeline = room_pipeline_new (line);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  fail_unless (gst_element_set_state (pipeline, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE);
  message = media_await_message (pipeline, GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  fail_unless (strstr (error->message, port_range) && strstr (error->message, "40000-40100"), "%s",
               error->message);
  room_pipeline_free (pipeline);
}

GST_START_TEST (test_bad_port_range)
{
  const char *ranges[] = { "40000", "0-1", "2-1", "1-65536", "a-b", "1-2-3", "-", "1-", "+1-2" };

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++) {
    assert_refused ("nertcsink", ranges[i]);
    assert_refused ("nertcsrc", ranges[i]);
  }
}
GST_END_TEST

GST_START_TEST (test_properties)
{
  g_autoptr (GstElement) src = gst_object_ref_sink (gst_element_factory_make ("nertcsrc", NULL));
  g_autofree char *port_range = NULL;
  g_autofree char *none = NULL;
  GstWebRTCICETransportPolicy policy;

  gst_util_set_object_arg (G_OBJECT (src), "ice-transport-policy", "relay");
  g_object_set (src, "port-range", "1-65535", NULL);
  g_object_get (src, "port-range", &port_range, "ice-transport-policy", &policy, NULL);
  assert_equals_string (port_range, "1-65535");
  assert_equals_int (policy, GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY);
  g_object_set (src, "port-range", "", NULL);
  g_object_get (src, "port-range", &none, NULL);
  assert_equals_string (none, NULL);
}
GST_END_TEST

static Suite *
routes_suite (void)
{
  Suite *suite = suite_create ("routes");
  TCase *tests = tcase_create ("routes");

  suite_add_tcase (suite, tests);
  tcase_set_timeout (tests, 60);
  tcase_add_checked_fixture (tests, call_start, room_server_free);
  tcase_add_test (tests, test_port_range);
  tcase_add_loop_test (tests, test_relay_only, 0, 2);
  tcase_add_test (tests, test_bad_port_range);
  tcase_add_test (tests, test_properties);
  return suite;
}

ROOM_TEST_MAIN (routes)
