/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-devices.h"

#include "check-wait.h"
#include "rtc-element.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define FORMATS_MAX 40
#define FORMATS_TOLD 3
#define PORTAL "org.freedesktop.portal.Desktop"

static const struct {
  const char *name;
  const char *class;
  gboolean shows; /* it takes sound, rather than give some */
  const char *remedy;
} kinds[] = {
  { "camera", "Video/Source", FALSE,
    "connect one; where PipeWire has it, it needs a session of that user" },
  { "microphone", "Audio/Source", FALSE,
    "connect one; sound goes by PulseAudio or PipeWire, which has to run for this user" },
  { "speaker", "Audio/Sink", TRUE,
    "connect one; sound goes by PulseAudio or PipeWire, which has to run for this user" },
};

typedef struct {
  CheckReport *report;
  gboolean open;
  guint limit_ms;
} Tour;

static CheckItem *
add_item (Tour *self, const char *kind, CheckStatus status, const char *name)
{
  g_autofree char *text = name ? g_strdup_printf ("%s “%s”", kind, name) : g_strdup (kind);
  CheckItem *item = check_report_add (self->report, CHECK_DEVICES, status, text);

  json_object_set_string_member (item->more, "kind", kind);
  return item;
}

/* Formats */

static char *
describe_rate (const GstStructure *structure)
{
  const GValue *value = gst_structure_get_value (structure, "framerate");
  int n, d;

  if (value && GST_VALUE_HOLDS_LIST (value) && gst_value_list_get_size (value) > 0)
    value = gst_value_list_get_value (value, 0);
  if (!value || !GST_VALUE_HOLDS_FRACTION (value))
    return g_strdup ("");
  n = gst_value_get_fraction_numerator (value);
  d = gst_value_get_fraction_denominator (value);
  return n % d == 0 ? g_strdup_printf ("@%d", n / d) : g_strdup_printf ("@%.2f", (double) n / d);
}

/* Returns: (transfer full) (nullable): such as “640x480@30 image/jpeg”; %NULL: it does not say */
static char *
describe_format (const GstStructure *structure)
{
  g_autofree char *rate = describe_rate (structure);
  const char *name = gst_structure_get_name (structure);
  int width, height, channels;

  if (gst_structure_get_int (structure, "width", &width) &&
      gst_structure_get_int (structure, "height", &height))
    return g_strdup_printf ("%dx%d%s %s", width, height, rate, name);
  if (gst_structure_get_int (structure, "rate", &width) &&
      gst_structure_get_int (structure, "channels", &channels))
    return g_strdup_printf ("%d Hz, %d channel%s", width, channels, channels == 1 ? "" : "s");
  return g_strdup (name);
}

static GPtrArray *
list_formats (GstCaps *caps)
{
  GPtrArray *formats = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; caps && i < gst_caps_get_size (caps) && formats->len < FORMATS_MAX; i++) {
    g_autofree char *text = describe_format (gst_caps_get_structure (caps, i));

    if (!g_ptr_array_find_with_equal_func (formats, text, g_str_equal, NULL))
      g_ptr_array_add (formats, g_steal_pointer (&text));
  }
  return formats;
}

static void
set_formats (CheckItem *item, GstCaps *caps)
{
  g_autoptr (GPtrArray) formats = list_formats (caps);
  g_autoptr (GString) text = g_string_new (NULL);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < formats->len; i++) {
    json_array_add_string_element (array, formats->pdata[i]);
    if (i < FORMATS_TOLD)
      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", (char *) formats->pdata[i]);
  }
  if (formats->len > FORMATS_TOLD)
    g_string_append_printf (text, " and %u more", formats->len - FORMATS_TOLD);
  json_object_set_array_member (item->more, "formats", array);
  if (text->len > 0)
    check_item_set_detail (item, "%s", text->str);
}

/* Whether it opens */

/* What a driver says of a device is in the debug text of an error. */
static void
explain (CheckItem *item, const char *group, const GError *error, const char *debug)
{
  item->status = CHECK_FAILED;
  check_item_set_detail (item, "%s", error->message);
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY) ||
      (debug && strstr (debug, g_strerror (EBUSY))))
    check_item_set_remedy (item, "another program uses it: end that");
  else if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED) ||
           (debug && strstr (debug, g_strerror (EACCES))))
    check_item_set_remedy (item,
                           "this user may not open it: say “adduser %s %s” as root, and log in "
                           "again",
                           g_get_user_name (), group);
  else
    check_item_set_remedy (item, "does it work in other programs? %s", debug ? debug : "");
}

static void
on_buffer (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  gst_element_post_message (
      sink, gst_message_new_application (GST_OBJECT (sink), gst_structure_new_empty ("buffer")));
}

static void
judge (CheckItem *item, const char *group, GstMessage *message, gint64 start, guint limit_ms)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;

  json_object_set_boolean_member (item->more, "opens",
                                  message && GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR);
  if (message && GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR) {
    item->ms = check_get_ms_since (start);
    return;
  }
  if (message)
    gst_message_parse_error (message, &error, &debug);
  else
    g_set_error (&error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ,
                 "It was opened, but gave and took nothing in %.1f s", limit_ms / 1000.0);
  explain (item, group, error, debug);
}

/*
 * Runs @source and @sink, (transfer floating), until the first buffer or the end has come.
 * @caps: (nullable): what goes between them: pipewiresrc 0.3.65 cannot choose by itself
 */
static void
try_to_run (Tour *self, CheckItem *item, const char *group, GstElement *source, GstElement *sink,
            GstCaps *caps)
{
  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  gint64 start = g_get_monotonic_time ();

  gst_bin_add_many (GST_BIN (pipeline), source, sink, NULL);
  if (gst_element_link_filtered (source, sink, caps)) {
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    message =
        gst_bus_timed_pop_filtered (bus, self->limit_ms * GST_MSECOND,
                                    GST_MESSAGE_ERROR | GST_MESSAGE_EOS | GST_MESSAGE_APPLICATION);
  }
  judge (item, group, message, start, self->limit_ms);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static GstElement *
make_end (void)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);

  g_object_set (sink, "signal-handoffs", TRUE, "sync", FALSE, NULL);
  g_signal_connect (sink, "handoff", G_CALLBACK (on_buffer), NULL);
  return sink;
}

static void
try_source (Tour *self, CheckItem *item, const char *group, GstElement *source, GstCaps *caps)
{
  if (self->open)
    try_to_run (self, item, group, source, make_end (), caps);
  else
    gst_object_unref (gst_object_ref_sink (source));
}

/* An end of a silence that is too short to be heard */
static void
try_sink (Tour *self, CheckItem *item, GstElement *sink)
{
  GstElement *silence = self->open ? gst_element_factory_make ("audiotestsrc", NULL) : NULL;

  if (silence) {
    gst_util_set_object_arg (G_OBJECT (silence), "wave", "silence");
    g_object_set (silence, "num-buffers", 2, NULL);
    try_to_run (self, item, "audio", silence, sink, NULL);
  } else {
    gst_object_unref (gst_object_ref_sink (sink));
  }
}

/* Cameras, microphones, speakers */

/* What a loudspeaker plays is no microphone. */
static gboolean
is_monitor (const GstStructure *properties)
{
  return properties &&
         g_strcmp0 (gst_structure_get_string (properties, "device.class"), "monitor") == 0;
}

static void
check_device (Tour *self, guint kind, GstDevice *device, const GstStructure *properties)
{
  g_autofree char *name = gst_device_get_display_name (device);
  g_autoptr (GstCaps) caps = gst_device_get_caps (device);
  CheckItem *item = add_item (self, kinds[kind].name, CHECK_OK, name);
  GstElement *element = gst_device_create_element (device, NULL);
  const char *api = properties ? gst_structure_get_string (properties, "device.api") : NULL;

  if (api)
    json_object_set_string_member (item->more, "api", api);
  set_formats (item, caps);
  if (element && kinds[kind].shows)
    try_sink (self, item, element);
  else if (element)
    try_source (self, item, kind == 0 ? "video" : "audio", element, caps);
}

/* A node that the user may not open is in no list of devices. Returns: whether there is one */
static gboolean
check_closed_nodes (Tour *self)
{
  g_autoptr (GDir) folder = g_dir_open ("/dev", 0, NULL);
  gboolean any = FALSE;
  const char *name;

  while (folder && (name = g_dir_read_name (folder))) {
    g_autofree char *path = g_build_filename ("/dev", name, NULL);

    if (!g_str_has_prefix (name, "video") || !g_ascii_isdigit (name[strlen ("video")]) ||
        g_access (path, R_OK | W_OK) == 0 || errno != EACCES)
      continue;
    any = TRUE;
    check_item_set_remedy (add_item (self, "camera", CHECK_FAILED, path),
                           "this user may not open it: say “adduser %s video” as root, and log in "
                           "again",
                           g_get_user_name ());
  }
  return any;
}

static void
check_kind (Tour *self, guint kind)
{
  g_autoptr (GstDeviceMonitor) monitor = gst_device_monitor_new ();
  guint found = 0;
  GList *devices;

  /* Not started it looks once: stopping PipeWire's part, 0.3.65, corrupts the heap now and then. */
  gst_device_monitor_add_filter (monitor, kinds[kind].class, NULL);
  devices = gst_device_monitor_get_devices (monitor);
  for (GList *link = devices; link; link = link->next) {
    g_autoptr (GstStructure) properties = gst_device_get_properties (link->data);

    if (is_monitor (properties))
      continue;
    check_device (self, kind, link->data, properties);
    found++;
  }
  g_list_free_full (devices, gst_object_unref);
  if (found == 0 && !(kind == 0 && check_closed_nodes (self)))
    check_item_set_remedy (add_item (self, kinds[kind].name, CHECK_ABSENT, NULL), "%s",
                           kinds[kind].remedy);
}

/* The screen */

static void
check_x11 (Tour *self, const char *display)
{
  g_autofree char *name = g_strdup_printf ("X11 %s", display);
  CheckItem *item = add_item (self, "screen", CHECK_OK, name);
  GstElement *source = gst_element_factory_make ("ximagesrc", NULL);

  json_object_set_string_member (item->more, "api", "x11");
  if (source) {
    g_object_set (source, "use-damage", FALSE, NULL);
    try_source (self, item, "video", source, NULL);
  } else {
    item->status = CHECK_MISSING;
    check_item_set_remedy (item, "install the package %s", rtc_element_get_package ("ximagesrc"));
  }
}

/* Returns: the version of the portal's screen cast; 0 and an error */
static guint
ask_portal (guint limit_ms, GError **error)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) value = NULL;

  if (!bus)
    return 0;
  answer = g_dbus_connection_call_sync (
      bus, PORTAL, "/org/freedesktop/portal/desktop", "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", "org.freedesktop.portal.ScreenCast", "version"),
      G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NONE, (int) limit_ms, NULL, error);
  if (!answer)
    return 0;
  g_variant_get (answer, "(v)", &value);
  return g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32) ? g_variant_get_uint32 (value) : 0;
}

/* Who may capture is asked there each time by a dialog, so that nothing is opened here. */
static void
check_wayland (Tour *self, const char *display)
{
  g_autoptr (GError) error = NULL;
  guint version = ask_portal (self->limit_ms, &error);
  CheckItem *item = add_item (self, "screen", version ? CHECK_OK : CHECK_FAILED, display);

  json_object_set_string_member (item->more, "api", "portal");
  if (version) {
    check_item_set_detail (item, "by the desktop portal, screen cast version %u", version);
    return;
  }
  check_item_set_detail (item, "%s", error ? error->message : "no screen cast");
  check_item_set_remedy (item, "install xdg-desktop-portal and the one of your desktop, such as "
                               "xdg-desktop-portal-gnome");
}

static void
check_screen (Tour *self)
{
  const char *wayland = g_getenv ("WAYLAND_DISPLAY");
  const char *x11 = g_getenv ("DISPLAY");

  if (wayland && *wayland)
    check_wayland (self, wayland);
  else if (x11 && *x11)
    check_x11 (self, x11);
  else
    check_item_set_remedy (add_item (self, "screen", CHECK_ABSENT, NULL),
                           "neither DISPLAY nor WAYLAND_DISPLAY is set: start this in a desktop");
}

/* @open: whether to open each for a moment */
void
check_devices (CheckReport *report, gboolean open, guint limit_ms)
{
  Tour self = { report, open, limit_ms };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    check_kind (&self, i);
  check_screen (&self);
}
