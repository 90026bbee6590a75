/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-device-report.h"

/* Devices as providers report them, by the names of their types */

static GType
register_provider (const char *name)
{
  GType type = g_type_from_name (name);
  GTypeQuery query;

  if (type)
    return type;
  g_type_query (GST_TYPE_DEVICE, &query);
  return g_type_register_static_simple (GST_TYPE_DEVICE, name, query.class_size, NULL,
                                        query.instance_size, NULL, 0);
}

static void
add_device (GPtrArray *devices, const char *provider, const char *class, const char *name,
            const char *fields)
{
  g_autoptr (GstStructure) properties = gst_structure_from_string (fields, NULL);
  GstDevice *device = g_object_new (register_provider (provider), "device-class", class,
                                    "display-name", name, "properties", properties, NULL);

  g_assert_nonnull (properties);
  g_ptr_array_add (devices, gst_object_ref_sink (device));
}

static char *
tell (GPtrArray *devices, CallDeviceKind kind)
{
  g_autoptr (GPtrArray) reports = call_device_reports_choose (devices, kind);
  GString *told = g_string_new (NULL);

  for (guint i = 0; i < reports->len; i++) {
    const CallDeviceReport *report = reports->pdata[i];

    g_assert_cmpint (report->kind, ==, kind);
    g_string_append_printf (told, "%s%s=%s%s", i ? " " : "", report->id, report->name,
                            report->is_default ? "!" : "");
  }
  return g_string_free (told, FALSE);
}

static void
check (GPtrArray *devices, CallDeviceKind kind, const char *expected)
{
  g_autofree char *told = tell (devices, kind);

  g_assert_cmpstr (told, ==, expected);
}

static GPtrArray *
make_devices (void)
{
  return g_ptr_array_new_with_free_func (gst_object_unref);
}

static void
test_sound_by_two_providers (void)
{
  g_autoptr (GPtrArray) devices = make_devices ();

  add_device (devices, "GstPipeWireDevice", "Audio/Source", "Mic", "p, node.name=(string)mic");
  check (devices, CALL_DEVICE_MICROPHONE, "pipewire:mic=Mic");
  add_device (devices, "GstAlsaDevice", "Audio/Source", "hw", "p, node.name=(string)hw0");
  add_device (devices, "GstPulseDevice", "Audio/Source", "Mic",
              "p, node.name=(string)mic, device.class=(string)sound, is-default=(boolean)true");
  add_device (devices, "GstPulseDevice", "Audio/Source", "Monitor of speaker",
              "p, node.name=(string)speaker.monitor, device.class=(string)monitor");
  check (devices, CALL_DEVICE_MICROPHONE, "pulse:mic=Mic!");
  check (devices, CALL_DEVICE_SPEAKER, "");
  check (devices, CALL_DEVICE_CAMERA, "");
}

static void
test_a_monitor_is_no_microphone (void)
{
  g_autoptr (GPtrArray) devices = make_devices ();

  add_device (devices, "GstPulseDevice", "Audio/Source", "Monitor",
              "p, node.name=(string)m, device.class=(string)monitor");
  add_device (devices, "GstPulseDevice", "Audio/Sink", "Speaker", "p, node.name=(string)s");
  check (devices, CALL_DEVICE_MICROPHONE, "");
  check (devices, CALL_DEVICE_SPEAKER, "pulse:s=Speaker");
}

/* Of one camera v4l2 is taken, if the file of the device may be opened: here one that always may.
 */
static void
test_camera_by_two_providers (void)
{
  g_autoptr (GPtrArray) devices = make_devices ();

  add_device (devices, "GstPipeWireDevice", "Video/Source", "Cam (V4L2)",
              "p, node.name=(string)v4l2_input.usb, object.path=(string)v4l2:/dev/null");
  add_device (devices, "GstPipeWireDevice", "Video/Source", "Other", "p, node.name=(string)other");
  check (devices, CALL_DEVICE_CAMERA, "pipewire:v4l2_input.usb=Cam (V4L2) pipewire:other=Other");
  add_device (devices, "GstV4l2Device", "Video/Source", "Cam",
              "p, device.path=(string)/dev/null, v4l2.device.card=(string)Cam, "
              "v4l2.device.bus_info=(string)usb-1");
  check (devices, CALL_DEVICE_CAMERA, "pipewire:other=Other v4l2:Cam@usb-1=Cam");
}

static void
test_camera_that_cannot_be_opened (void)
{
  g_autoptr (GPtrArray) devices = make_devices ();

  add_device (devices, "GstPipeWireDevice", "Video/Source", "Cam",
              "p, node.name=(string)cam, api.v4l2.path=(string)/dev/nonexistent");
  add_device (devices, "GstV4l2Device", "Video/Source", "Cam",
              "p, device.path=(string)/dev/nonexistent, v4l2.device.card=(string)Cam");
  check (devices, CALL_DEVICE_CAMERA, "pipewire:cam=Cam");
}

static void
test_ids_are_unique (void)
{
  g_autoptr (GPtrArray) devices = make_devices ();

  for (guint i = 0; i < 3; i++)
    add_device (devices, "GstPipeWireDevice", "Video/Source", "Cam", "p, node.name=(string)cam");
  check (devices, CALL_DEVICE_CAMERA, "pipewire:cam=Cam pipewire:cam#2=Cam pipewire:cam#3=Cam");
}

static void
test_unknown_devices (void)
{
  g_autoptr (GPtrArray) devices = make_devices ();

  add_device (devices, "GstDecklinkDevice", "Video/Source", "Studio", "p, node.name=(string)deck");
  add_device (devices, "GstPipeWireDevice", "Video/Sink", "Wall", "p, node.name=(string)wall");
  check (devices, CALL_DEVICE_CAMERA, "");
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/call-device-report/sound-by-two-providers", test_sound_by_two_providers);
  g_test_add_func ("/call-device-report/a-monitor-is-no-microphone",
                   test_a_monitor_is_no_microphone);
  g_test_add_func ("/call-device-report/camera-by-two-providers", test_camera_by_two_providers);
  g_test_add_func ("/call-device-report/camera-that-cannot-be-opened",
                   test_camera_that_cannot_be_opened);
  g_test_add_func ("/call-device-report/ids-are-unique", test_ids_are_unique);
  g_test_add_func ("/call-device-report/unknown-devices", test_unknown_devices);
  return g_test_run ();
}
