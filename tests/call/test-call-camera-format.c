/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-camera-format.h"

static const CallPictureOptions vga = { 640, 480, 30 };
static const CallPictureOptions hd = { 1280, 720, 30 };

static void
check_chosen (const char *offered, const CallPictureOptions *options, const char *expected)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (offered);
  g_autoptr (GstCaps) chosen = call_camera_format_choose (caps, options);
  g_autoptr (GstCaps) wanted = expected ? gst_caps_from_string (expected) : NULL;

  if (!expected)
    g_assert_null (chosen);
  else if (!chosen || !gst_caps_is_equal (chosen, wanted))
    g_error ("Of %s: %" GST_PTR_FORMAT ", not %s", offered, chosen, expected);
}

#define YUY2 "video/x-raw, format=YUY2, "

static void
test_choose (void)
{
  check_chosen (YUY2 "width=320, height=240, framerate=30/1; " YUY2
                     "width=640, height=480, framerate=30/1; " YUY2
                     "width=1280, height=720, framerate=30/1",
                &vga, YUY2 "width=640, height=480, framerate=30/1");
  /* Ranges and lists, as drivers tell them */
  check_chosen (YUY2 "width=[16, 1920], height=[16, 1080], framerate={ 15/1, 30/1, 60/1 }", &hd,
                YUY2 "width=1280, height=720, framerate=30/1");
  /* A larger picture is made smaller before a smaller one is sent. */
  check_chosen (YUY2 "width=320, height=240, framerate=30/1; " YUY2
                     "width=800, height=600, framerate=30/1",
                &vga, YUY2 "width=800, height=600, framerate=30/1");
  /* USB carries 720p at full speed as JPEG only */
  check_chosen (YUY2 "width=1280, height=720, framerate=10/1; "
                     "image/jpeg, width=1280, height=720, framerate=30/1",
                &hd, "image/jpeg, width=1280, height=720, framerate=30/1");
  check_chosen (YUY2 "width=640, height=480, framerate=30/1; "
                     "image/jpeg, width=640, height=480, framerate=30/1",
                &vga, YUY2 "width=640, height=480, framerate=30/1");
  /* Nothing at all is told but the format */
  check_chosen ("video/x-raw, format=NV12", &vga, "video/x-raw, format=NV12");
}

static void
test_nothing_to_choose (void)
{
  check_chosen ("video/x-h264, width=640, height=480; "
                "video/x-raw(memory:DMABuf), width=640, height=480",
                &vga, NULL);
}

static void
check_fit (guint width, guint height, guint par_n, guint par_d, const CallPictureOptions *options,
           guint fit_width, guint fit_height)
{
  guint w, h;

  call_camera_format_fit (width, height, par_n, par_d, options, &w, &h);
  g_assert_cmpuint (w, ==, fit_width);
  g_assert_cmpuint (h, ==, fit_height);
}

static void
test_fit (void)
{
  check_fit (640, 480, 1, 1, &vga, 640, 480);
  check_fit (1280, 720, 1, 1, &vga, 640, 360);
  check_fit (480, 640, 1, 1, &vga, 360, 480);
  check_fit (320, 240, 1, 1, &hd, 320, 240);
  check_fit (1920, 1080, 1, 1, &hd, 1280, 720);
  check_fit (720, 576, 16, 15, &vga, 640, 480);
  check_fit (1, 10000, 1, 1, &vga, 2, 480);
  check_fit (353, 289, 1, 1, &vga, 352, 288);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/call-camera-format/choose", test_choose);
  g_test_add_func ("/call-camera-format/nothing-to-choose", test_nothing_to_choose);
  g_test_add_func ("/call-camera-format/fit", test_fit);
  return g_test_run ();
}
