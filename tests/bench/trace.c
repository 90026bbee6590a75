/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace.h"

#include <gst/webrtc/webrtc.h>

#define MARKS_MAX 32

typedef struct {
  char name[32];
  gint64 time;
} Mark;

static GMutex lock;
static Mark marks[MARKS_MAX]; /* protected by lock, as the next */
static guint n_marks;

/* Forgets all marks. */
void
trace_begin (void)
{
  g_mutex_lock (&lock);
  n_marks = 0;
  g_mutex_unlock (&lock);
}

/* Must be called with lock. */
static Mark *
find (const char *name)
{
  for (guint i = 0; i < n_marks; i++) {
    if (g_str_equal (marks[i].name, name))
      return &marks[i];
  }
  return NULL;
}

/* @time: microseconds of CLOCK_MONOTONIC */
void
trace_mark_at (const char *name, gint64 time)
{
  g_mutex_lock (&lock);
  if (!find (name) && n_marks < MARKS_MAX) {
    g_strlcpy (marks[n_marks].name, name, sizeof marks[n_marks].name);
    marks[n_marks++].time = time;
  }
  g_mutex_unlock (&lock);
}

void
trace_mark (const char *name)
{
  trace_mark_at (name, g_get_monotonic_time ());
}

gboolean
trace_has (const char *name)
{
  gboolean has;

  g_mutex_lock (&lock);
  has = find (name) != NULL;
  g_mutex_unlock (&lock);
  return has;
}

/* Returns: (transfer full): an object of name → microseconds */
char *
trace_to_json (void)
{
  GString *json = g_string_new ("{");

  g_mutex_lock (&lock);
  for (guint i = 0; i < n_marks; i++)
    g_string_append_printf (json, "%s\"%s\": %" G_GINT64_FORMAT, i ? ", " : "", marks[i].name,
                            marks[i].time);
  g_mutex_unlock (&lock);
  return g_string_free (g_string_append_c (json, '}'), FALSE);
}

/* Elements, wherever in the process they are added to a bin */

typedef struct {
  const char *factory;
  TraceElement func;
  gpointer user_data;
} ElementWatch;

static gboolean
on_element_added (GSignalInvocationHint *hint, guint n_values, const GValue *values,
                  gpointer user_data)
{
  ElementWatch *watch = user_data;
  GstElement *element = g_value_get_object (&values[1]);
  GstElementFactory *factory = gst_element_get_factory (element);

  if (factory && g_str_equal (GST_OBJECT_NAME (factory), watch->factory))
    watch->func (element, watch->user_data);
  return TRUE;
}

/* The pipelines of the product are its own: this is how one sees them from outside. */
void
trace_watch_elements (const char *factory, TraceElement func, gpointer user_data)
{
  ElementWatch *watch = g_new0 (ElementWatch, 1);

  watch->factory = factory;
  watch->func = func;
  watch->user_data = user_data;
  g_type_class_ref (GST_TYPE_BIN); /* its signals are there from then on */
  g_signal_add_emission_hook (g_signal_lookup ("element-added", GST_TYPE_BIN), 0, on_element_added,
                              watch, g_free);
}

static GstPadProbeReturn
on_first_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  trace_mark (user_data);
  return GST_PAD_PROBE_REMOVE;
}

void
trace_watch_first_buffer (GstPad *pad, const char *name)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
                     on_first_buffer, g_strdup (name), g_free);
}

/* One end of a connection */

static void
mark_of_end (GstElement *webrtcbin, const char *what)
{
  const char *end = g_object_get_data (G_OBJECT (webrtcbin), "bench-end");
  g_autofree char *name = g_strconcat (end, "-", what, NULL);

  trace_mark (name);
}

static void
on_signaling_state (GstElement *webrtcbin, GParamSpec *pspec, gpointer unused)
{
  GstWebRTCSignalingState state;

  g_object_get (webrtcbin, "signaling-state", &state, NULL);
  if (state == GST_WEBRTC_SIGNALING_STATE_HAVE_LOCAL_OFFER)
    mark_of_end (webrtcbin, "offered");
  else if (state == GST_WEBRTC_SIGNALING_STATE_STABLE)
    mark_of_end (webrtcbin, "answered");
}

static void
on_ice_state (GstElement *webrtcbin, GParamSpec *pspec, gpointer unused)
{
  GstWebRTCICEConnectionState state;

  g_object_get (webrtcbin, "ice-connection-state", &state, NULL);
  if (state == GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED ||
      state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED)
    mark_of_end (webrtcbin, "ice");
}

static void
on_connection_state (GstElement *webrtcbin, GParamSpec *pspec, gpointer unused)
{
  GstWebRTCPeerConnectionState state;

  g_object_get (webrtcbin, "connection-state", &state, NULL);
  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    mark_of_end (webrtcbin, "connected");
}

static void
on_pad_added (GstElement *webrtcbin, GstPad *pad, gpointer unused)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const char *media =
      caps ? gst_structure_get_string (gst_caps_get_structure (caps, 0), "media") : NULL;
  const char *end = g_object_get_data (G_OBJECT (webrtcbin), "bench-end");
  g_autofree char *name = g_strconcat (end, "-packet", NULL);

  if (GST_PAD_IS_SRC (pad) && g_strcmp0 (media, "video") == 0)
    trace_watch_first_buffer (pad, name);
}

/* @end: which end of the connection @webrtcbin is, the beginning of the names of its marks */
void
trace_watch_peer (GstElement *webrtcbin, const char *end)
{
  g_object_set_data_full (G_OBJECT (webrtcbin), "bench-end", g_strdup (end), g_free);
  mark_of_end (webrtcbin, "made");
  g_signal_connect (webrtcbin, "notify::signaling-state", G_CALLBACK (on_signaling_state), NULL);
  g_signal_connect (webrtcbin, "notify::ice-connection-state", G_CALLBACK (on_ice_state), NULL);
  g_signal_connect (webrtcbin, "notify::connection-state", G_CALLBACK (on_connection_state), NULL);
  g_signal_connect (webrtcbin, "pad-added", G_CALLBACK (on_pad_added), NULL);
}
