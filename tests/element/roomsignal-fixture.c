/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "roomsignal-fixture.h"

#include <stdarg.h>

#include "gstroomcontext.h"
#include "gstroomsignal.h"

#define WATCHDOG 20 /* seconds */

NertcTestServer *room_server;

void
room_init (int *argc, char ***argv)
{
  g_autoptr (GstElement) dtlsdec = NULL;

  gst_init (argc, argv);
  dtlsdec = gst_element_factory_make ("dtlsdec", NULL);
  if (dtlsdec)
    gst_object_ref_sink (dtlsdec);
}

G_DEFINE_FINAL_TYPE (RoomUser, room_user, GST_TYPE_ELEMENT)

enum {
  PROP_0,
  PROP_ROOM,
};

static GstStateChangeReturn
room_user_change_state (GstElement *element, GstStateChange transition)
{
  RoomUser *self = ROOM_USER (element);

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    self->found = gst_room_context_acquire (element, self->room_object, self->name);
    if (!self->found)
      return GST_STATE_CHANGE_FAILURE;
  }
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    g_clear_object (&self->found);
  return GST_ELEMENT_CLASS (room_user_parent_class)->change_state (element, transition);
}

static void
room_user_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  g_free (ROOM_USER (object)->name);
  ROOM_USER (object)->name = g_value_dup_string (value);
}

static void
room_user_finalize (GObject *object)
{
  RoomUser *self = ROOM_USER (object);

  g_free (self->name);
  g_clear_object (&self->room_object);
  g_clear_object (&self->found);
  G_OBJECT_CLASS (room_user_parent_class)->finalize (object);
}

static void
room_user_class_init (RoomUserClass *klass)
{
  G_OBJECT_CLASS (klass)->set_property = room_user_set_property;
  G_OBJECT_CLASS (klass)->finalize = room_user_finalize;
  GST_ELEMENT_CLASS (klass)->change_state = room_user_change_state;
  g_object_class_install_property (
      G_OBJECT_CLASS (klass), PROP_ROOM,
      g_param_spec_string ("room", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Room user", "Testing",
                                         "Looks for a room", "gst-nertc");
}

static void
room_user_init (RoomUser *self)
{
}

void
room_server_start (void)
{
  fail_unless (GST_ELEMENT_REGISTER (roomsignal, NULL));
  fail_unless (gst_element_register (NULL, "roomuser", GST_RANK_NONE, ROOM_TYPE_USER));
  room_server = nertc_test_server_new ();
}

void
room_server_free (void)
{
  g_clear_pointer (&room_server, nertc_test_server_free);
}

GstElement *
room_pipeline_new (const char *description)
{
  g_auto (GStrv) parts = g_strsplit (description, "%s", -1);
  g_autofree char *whole = g_strjoinv (nertc_test_server_get_uri (room_server), parts);
  g_autoptr (GError) error = NULL;
  GstElement *element = gst_parse_launch (whole, &error);
  GstElement *pipeline;

  fail_unless (element && !error, "%s: %s", whole, error ? error->message : "");
  if (GST_IS_PIPELINE (element))
    return element;
  pipeline = gst_pipeline_new (NULL);
  gst_bin_add (GST_BIN (pipeline), element);
  return pipeline;
}

void
room_pipeline_free (GstElement *pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

static gint64
get_deadline (void)
{
  return g_get_monotonic_time () + (gint64) (WATCHDOG * nertc_get_patience () * G_TIME_SPAN_SECOND);
}

gboolean
room_took_less (gint64 start, gdouble seconds)
{
  return g_get_monotonic_time () - start < seconds * nertc_get_patience () * G_TIME_SPAN_SECOND;
}

static GstMessage *
pop (GstElement *pipeline, gint64 deadline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gint64 left = (deadline - g_get_monotonic_time ()) * GST_USECOND;

  return gst_bus_timed_pop_filtered (bus, (GstClockTime) MAX (left, 0),
                                     GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);
}

static void
fail_at_error (GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return;
  gst_message_parse_error (message, &error, &debug);
  ck_abort_msg ("%s (%s)", error->message, debug);
}

char *
room_await (GstElement *pipeline, const char *name)
{
  gint64 deadline = get_deadline ();

  for (;;) {
    g_autoptr (GstMessage) message = pop (pipeline, deadline);

    fail_unless (message != NULL, "no message “%s”", name);
    fail_at_error (message);
    if (gst_message_has_name (message, name))
      return gst_structure_to_string (gst_message_get_structure (message));
  }
}

void
room_await_text (GstElement *pipeline, const char *name, const char *part)
{
  g_autofree char *text = room_await (pipeline, name);

  fail_unless (strstr (text, part) != NULL, "“%s” is not in “%s”", part, text);
}

void
room_await_state (GstElement *pipeline, const char *state)
{
  g_autofree char *part = g_strdup_printf ("new=(NertcRoomState)%s,", state);

  for (;;) {
    g_autofree char *text = room_await (pipeline, "state-changed");

    if (strstr (text, part))
      return;
  }
}

void
room_await_error (GstElement *pipeline, int code, ...)
{
  gint64 deadline = get_deadline ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  const char *part;
  va_list parts;

  do {
    g_clear_pointer (&message, gst_message_unref);
    message = pop (pipeline, deadline);
    fail_unless (message != NULL, "no error message");
  } while (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR);

  gst_message_parse_error (message, &error, NULL);
  fail_unless (error->domain == GST_RESOURCE_ERROR);
  fail_unless (error->code == code, "code %d: %s", error->code, error->message);
  va_start (parts, code);
  while ((part = va_arg (parts, const char *)))
    fail_unless (strstr (error->message, part) != NULL, "“%s” is not in “%s”", part,
                 error->message);
  va_end (parts);
}

void
room_start (GstElement *pipeline)
{
  if (gst_element_set_state (pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    room_await (pipeline, "no message, for there is an error");
}

void
room_join (GstElement *pipeline)
{
  room_start (pipeline);
  room_await_state (pipeline, "connected");
}

static guint
count_threads (const char *prefix)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;
  guint count = 0;

  fail_unless (tasks != NULL);
  while ((id = g_dir_read_name (tasks))) {
    g_autofree char *path = g_build_filename ("/proc/self/task", id, "comm", NULL);
    g_autofree char *name = NULL;

    /* A thread may end meanwhile. */
    count += g_file_get_contents (path, &name, NULL, NULL) && g_str_has_prefix (name, prefix);
  }
  return count;
}

guint
room_count_threads (void)
{
  return count_threads ("") - count_threads ("pool-");
}

guint
room_count_files (void)
{
  return nertc_count_entries ("fd");
}

void
room_await_rooms (guint count)
{
  nertc_await (count_threads ("nertc-room") == count);
}

void
room_warm_up (void)
{
  GstElement *pipeline = room_pipeline_new ("roomsignal channel=warm-up server=%s");

  room_join (pipeline);
  room_pipeline_free (pipeline);
  room_await_rooms (0);
}
