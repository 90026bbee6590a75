/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-device-report.h"

#include <unistd.h>

typedef struct {
  const char *type; /* of its devices: providers have no other name that a device tells */
  const char *prefix;
  guint sound; /* ranks; 0: not taken from it */
  guint camera;
} Provider;

/* PulseAudio knows which device is the default, and mixes; with PipeWire it is the same devices. */
static const Provider providers[] = {
  { "GstPulseDevice", "pulse", 3, 0 },
  { "GstPipeWireDevice", "pipewire", 2, 1 },
  { "GstAlsaDevice", "alsa", 1, 0 },
  { "GstV4l2Device", "v4l2", 0, 2 },
};

static const Provider *
find_provider (GstDevice *device)
{
  for (guint i = 0; i < G_N_ELEMENTS (providers); i++) {
    if (g_str_equal (G_OBJECT_TYPE_NAME (device), providers[i].type))
      return &providers[i];
  }
  return NULL;
}

static gboolean
find_kind (GstDevice *device, CallDeviceKind *kind)
{
  if (gst_device_has_classes (device, "Video/Source"))
    *kind = CALL_DEVICE_CAMERA;
  else if (gst_device_has_classes (device, "Audio/Source"))
    *kind = CALL_DEVICE_MICROPHONE;
  else if (gst_device_has_classes (device, "Audio/Sink"))
    *kind = CALL_DEVICE_SPEAKER;
  else
    return FALSE;
  return TRUE;
}

/* The first of several fields that is there */
static const char *
get_field (const GstStructure *fields, const char *const *names)
{
  for (; fields && *names; names++) {
    const char *value = gst_structure_get_string (fields, *names);

    if (value && *value)
      return value;
  }
  return NULL;
}

#define GET_FIELD(fields, ...) get_field (fields, (const char *const[]){ __VA_ARGS__, NULL })

/* PipeWire names a camera of the kernel as v4l2:/dev/video0 */
static char *
find_path (const GstStructure *fields)
{
  const char *path = GET_FIELD (fields, "api.v4l2.path", "device.path", "object.path");

  if (path && g_str_has_prefix (path, "v4l2:"))
    path += strlen ("v4l2:");
  return path && g_str_has_prefix (path, "/dev/") ? g_strdup (path) : NULL;
}

/* Numbers of devices and objects change with each start; names, and where it is plugged in, stay */
static char *
find_id (GstDevice *device, const Provider *provider, const GstStructure *fields)
{
  g_autofree char *internal = NULL;
  const char *name;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (device), "internal-name"))
    g_object_get (device, "internal-name", &internal, NULL);
  name = internal ? internal : GET_FIELD (fields, "node.name", "v4l2.device.card", "device.path");
  if (!name)
    name = gst_structure_get_name (fields);
  if (GET_FIELD (fields, "v4l2.device.bus_info") && provider->camera)
    return g_strdup_printf ("%s:%s@%s", provider->prefix, name,
                            GET_FIELD (fields, "v4l2.device.bus_info"));
  return g_strdup_printf ("%s:%s", provider->prefix, name);
}

/* What a loudspeaker plays is no microphone, and a node that cannot be opened is no camera. */
static gboolean
is_of_use (CallDeviceReport *self, const Provider *provider, const GstStructure *fields)
{
  const char *class = GET_FIELD (fields, "device.class");

  if (!self->rank || (class && g_str_equal (class, "monitor")))
    return FALSE;
  return !g_str_equal (provider->prefix, "v4l2") || !self->path ||
         access (self->path, R_OK | W_OK) == 0;
}

CallDeviceReport *
call_device_report_new (GstDevice *device)
{
  g_autoptr (GstStructure) found = gst_device_get_properties (device);
  g_autoptr (GstStructure) fields =
      found ? g_steal_pointer (&found) : gst_structure_new_empty ("-");
  g_autoptr (CallDeviceReport) self = g_rc_box_new0 (CallDeviceReport);
  const Provider *provider = find_provider (device);

  if (!provider || !find_kind (device, &self->kind))
    return NULL;
  self->device = gst_object_ref (device);
  self->rank = self->kind == CALL_DEVICE_CAMERA ? provider->camera : provider->sound;
  self->id = find_id (device, provider, fields);
  self->name = gst_device_get_display_name (device);
  self->path = find_path (fields);
  gst_structure_get_boolean (fields, "is-default", &self->is_default);
  return is_of_use (self, provider, fields) ? g_steal_pointer (&self) : NULL;
}

static void
clear_report (gpointer data)
{
  CallDeviceReport *self = data;

  gst_clear_object (&self->device);
  g_free (self->id);
  g_free (self->name);
  g_free (self->path);
}

void
call_device_report_unref (CallDeviceReport *self)
{
  g_rc_box_release_full (self, clear_report);
}

static GPtrArray *
read_devices (GPtrArray *devices, CallDeviceKind kind)
{
  GPtrArray *reports = g_ptr_array_new_with_free_func ((GDestroyNotify) call_device_report_unref);

  for (guint i = 0; i < devices->len; i++) {
    g_autoptr (CallDeviceReport) report = call_device_report_new (devices->pdata[i]);

    if (report && report->kind == kind)
      g_ptr_array_add (reports, g_steal_pointer (&report));
  }
  return reports;
}

/* Of sound the best provider is asked alone, as names differ from one to the other; a camera of the
 * kernel is known by its path. */
static gboolean
is_better (const CallDeviceReport *other, const CallDeviceReport *report)
{
  if (other->rank <= report->rank)
    return FALSE;
  return report->kind != CALL_DEVICE_CAMERA ||
         (report->path && g_strcmp0 (report->path, other->path) == 0);
}

static gboolean
has_better (GPtrArray *reports, const CallDeviceReport *report)
{
  for (guint i = 0; i < reports->len; i++) {
    if (is_better (reports->pdata[i], report))
      return TRUE;
  }
  return FALSE;
}

/* Two cameras of one make may have one name. */
static void
make_ids_unique (GPtrArray *reports)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < reports->len; i++) {
    CallDeviceReport *report = reports->pdata[i];

    g_autofree char *id = g_strdup (report->id);

    for (guint n = 2; g_hash_table_contains (ids, report->id); n++) {
      g_free (report->id);
      report->id = g_strdup_printf ("%s#%u", id, n);
    }
    g_hash_table_add (ids, report->id);
  }
}

GPtrArray *
call_device_reports_choose (GPtrArray *devices, CallDeviceKind kind)
{
  g_autoptr (GPtrArray) all = read_devices (devices, kind);
  GPtrArray *chosen = g_ptr_array_new_with_free_func ((GDestroyNotify) call_device_report_unref);

  for (guint i = 0; i < all->len; i++) {
    if (!has_better (all, all->pdata[i]))
      g_ptr_array_add (chosen, g_rc_box_acquire (all->pdata[i]));
  }
  make_ids_unique (chosen);
  return chosen;
}
