/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-devices-private.h"

#include "call-device-report.h"

#define N_KINDS (CALL_DEVICE_SPEAKER + 1)

struct _CallDevices {
  GObject parent_instance;

  GListStore *lists[N_KINDS];
  GPtrArray *reported; /* GstDevice: all of all providers, in the order they came */
  GstBus *bus;
  guint idle;
  gboolean ready;
};

G_DEFINE_FINAL_TYPE (CallDevices, call_devices, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_CAMERAS, /* in the order of CallDeviceKind */
  PROP_MICROPHONES,
  PROP_SPEAKERS,
  PROP_READY,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];
static guint changed_signal;

/* What GStreamer has for a device */

static GQuark
get_device_quark (void)
{
  return g_quark_from_static_string ("call-devices-gst-device");
}

GstDevice *
call_devices_get_gst_device (CallDevice *device)
{
  return g_object_get_qdata (G_OBJECT (device), get_device_quark ());
}

/* Lists */

static void
update_device (CallDevice *device, const CallDeviceReport *report)
{
  g_object_set_qdata_full (G_OBJECT (device), get_device_quark (), gst_object_ref (report->device),
                           gst_object_unref);
  g_object_set (device, "is-default", report->is_default, NULL);
}

static void
insert_device (GListStore *list, guint at, const CallDeviceReport *report)
{
  g_autoptr (CallDevice) device =
      call_device_new (report->kind, report->id, report->name, report->is_default);

  update_device (device, report);
  g_list_store_insert (list, at, device);
}

/* What is plugged in again, or has become the default, may be another one for GStreamer. */
static gboolean
is_for (CallDevice *device, const CallDeviceReport *report)
{
  return g_str_equal (call_device_get_id (device), report->id) &&
         g_strcmp0 (call_device_get_name (device), report->name) == 0;
}

static gboolean
is_reported (CallDevice *device, GPtrArray *reports)
{
  for (guint i = 0; i < reports->len; i++) {
    if (is_for (device, reports->pdata[i]))
      return TRUE;
  }
  return FALSE;
}

static void
remove_unreported (GListStore *list, GPtrArray *reports)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (list)); i-- > 0;) {
    g_autoptr (CallDevice) device = g_list_model_get_item (G_LIST_MODEL (list), i);

    if (!is_reported (device, reports))
      g_list_store_remove (list, i);
  }
}

/* What is left of the list is in the order of @reports. */
static void
update_list (CallDevices *self, CallDeviceKind kind)
{
  g_autoptr (GPtrArray) reports = call_device_reports_choose (self->reported, kind);
  GListStore *list = self->lists[kind];

  remove_unreported (list, reports);
  for (guint i = 0; i < reports->len; i++) {
    const CallDeviceReport *report = reports->pdata[i];
    g_autoptr (CallDevice) there = g_list_model_get_item (G_LIST_MODEL (list), i);

    if (there && is_for (there, report))
      update_device (there, report);
    else
      insert_device (list, i, report);
  }
}

static void
update_lists (CallDevices *self)
{
  for (guint kind = 0; kind < N_KINDS; kind++)
    update_list (self, kind);
  g_signal_emit (self, changed_signal, 0);
}

/* What the providers tell */

static void
add_reported (CallDevices *self, GstDevice *device)
{
  if (!g_ptr_array_find (self->reported, device, NULL))
    g_ptr_array_add (self->reported, gst_object_ref (device));
}

/* @device takes the place of @former, so that no list is shuffled. */
static void
replace_reported (CallDevices *self, GstDevice *former, GstDevice *device)
{
  guint at;

  if (g_ptr_array_find (self->reported, former, &at)) {
    gst_object_unref (self->reported->pdata[at]);
    self->reported->pdata[at] = gst_object_ref (device);
  } else {
    add_reported (self, device);
  }
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  CallDevices *self = user_data;
  g_autoptr (GstDevice) device = NULL;
  g_autoptr (GstDevice) former = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_ADDED) {
    gst_message_parse_device_added (message, &device);
    add_reported (self, device);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_REMOVED) {
    gst_message_parse_device_removed (message, &device);
    g_ptr_array_remove (self->reported, device);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_CHANGED) {
    gst_message_parse_device_changed (message, &device, &former);
    replace_reported (self, former, device);
  } else {
    return G_SOURCE_CONTINUE;
  }
  if (self->ready)
    update_lists (self);
  return G_SOURCE_CONTINUE;
}

/* The monitor */

/* Providers hide each other's devices, which is not needed to list each of them once, and would
 * take away the names by which sound is captured and played best. */
static GstDeviceMonitor *
make_monitor (void)
{
  GstDeviceMonitor *monitor = gst_device_monitor_new ();

  gst_device_monitor_set_show_all_devices (monitor, TRUE);
  gst_device_monitor_add_filter (monitor, "Video/Source", NULL);
  gst_device_monitor_add_filter (monitor, "Audio/Source", NULL);
  gst_device_monitor_add_filter (monitor, "Audio/Sink", NULL);
  return monitor;
}

static void
free_devices (gpointer devices)
{
  g_list_free_full (devices, gst_object_unref);
}

/* On a thread: the servers are asked for what they have. */
static void
start_monitor (GTask *task, gpointer source, gpointer monitor, GCancellable *cancellable)
{
  gst_device_monitor_start (monitor);
  g_task_return_pointer (task, gst_device_monitor_get_devices (monitor), free_devices);
}

static void
on_monitor_started (GObject *source, GAsyncResult *result, gpointer unused)
{
  CallDevices *self = CALL_DEVICES (source);
  GList *devices = g_task_propagate_pointer (G_TASK (result), NULL);

  for (GList *each = devices; each && self->reported; each = each->next)
    add_reported (self, each->data);
  free_devices (devices);
  if (!self->reported)
    return;
  self->ready = TRUE;
  update_lists (self);
  g_object_notify_by_pspec (source, properties[PROP_READY]);
}

/* Stopping the provider of PipeWire 0.3.65 breaks the heap: a monitor that has been started stays.
 */
static GstDeviceMonitor *
keep (GstDeviceMonitor *monitor)
{
  static GSList *kept;

  kept = g_slist_prepend (kept, monitor);
  return monitor;
}

/* When the window has been drawn */
static gboolean
on_idle (gpointer user_data)
{
  CallDevices *self = user_data;
  GstDeviceMonitor *monitor = keep (make_monitor ());
  g_autoptr (GTask) task = g_task_new (self, NULL, on_monitor_started, NULL);

  self->idle = 0;
  self->bus = gst_device_monitor_get_bus (monitor);
  gst_bus_add_watch (self->bus, on_message, self);
  g_task_set_task_data (task, monitor, NULL);
  g_task_run_in_thread (task, start_monitor);
  return G_SOURCE_REMOVE;
}

/* The object */

static void
call_devices_dispose (GObject *object)
{
  CallDevices *self = CALL_DEVICES (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->bus) {
    gst_bus_remove_watch (self->bus);
    gst_bus_set_flushing (self->bus, TRUE);
  }
  gst_clear_object (&self->bus);
  g_clear_pointer (&self->reported, g_ptr_array_unref);
  for (guint kind = 0; kind < N_KINDS; kind++)
    g_clear_object (&self->lists[kind]);
  G_OBJECT_CLASS (call_devices_parent_class)->dispose (object);
}

static void
call_devices_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallDevices *self = CALL_DEVICES (object);

  switch (id) {
    case PROP_CAMERAS:
    case PROP_MICROPHONES:
    case PROP_SPEAKERS:
      g_value_set_object (value, self->lists[id - PROP_CAMERAS]);
      break;
    case PROP_READY:
      g_value_set_boolean (value, self->ready);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  properties[PROP_CAMERAS] = g_param_spec_object ("cameras", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_MICROPHONES] =
      g_param_spec_object ("microphones", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_SPEAKERS] =
      g_param_spec_object ("speakers", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
call_devices_class_init (CallDevicesClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_devices_dispose;
  object_class->get_property = call_devices_get_property;
  install_properties (object_class);
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
call_devices_init (CallDevices *self)
{
  self->reported = g_ptr_array_new_with_free_func (gst_object_unref);
  for (guint kind = 0; kind < N_KINDS; kind++)
    self->lists[kind] = g_list_store_new (CALL_TYPE_DEVICE);
  self->idle = g_idle_add_full (G_PRIORITY_LOW, on_idle, self, NULL);
}

CallDevices *
call_devices_new (void)
{
  return g_object_new (CALL_TYPE_DEVICES, NULL);
}

GListModel *
call_devices_get_list (CallDevices *self, CallDeviceKind kind)
{
  return G_LIST_MODEL (self->lists[kind]);
}

/* Returns: (transfer none) (nullable) */
CallDevice *
call_devices_find (CallDevices *self, CallDeviceKind kind, const char *id)
{
  GListModel *list = call_devices_get_list (self, kind);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (CallDevice) device = g_list_model_get_item (list, i);

    if (g_strcmp0 (call_device_get_id (device), id) == 0)
      return device;
  }
  return NULL;
}

gboolean
call_devices_is_ready (CallDevices *self)
{
  return self->ready;
}
