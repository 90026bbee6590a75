/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-problem.h"

#include <gst/gst.h>
#include <nertc.h>
#include <string.h>

#define MESSAGE "the words of the server"

/* Whatever went wrong, there is a title, and a sentence that says what to do. */
static void
check_words (CallProblem *problem, const char *what)
{
  const char *title = call_problem_get_title (problem);
  const char *text = call_problem_get_text (problem);

  if (!title || !*title || !text || !*text)
    g_error ("No words for %s", what);
  if (strchr (title, '%') || strchr (text, '%'))
    g_error ("A place is left open for %s: %s. %s", what, title, text);
  if (!g_str_has_suffix (text, ".") || g_str_has_suffix (text, ".."))
    g_error ("No sentence for %s: %s", what, text);
}

static gboolean
is_unknown (CallProblem *problem)
{
  return g_str_equal (call_problem_get_title (problem), "That did not work");
}

static void
test_every_code (void)
{
  g_autoptr (GEnumClass) codes = g_type_class_ref (NERTC_TYPE_ERROR);

  g_assert_cmpuint (codes->n_values, >, 30);
  for (guint i = 0; i < codes->n_values; i++) {
    const GEnumValue *code = &codes->values[i];
    g_autoptr (CallProblem) problem = call_problem_new_from_room (code->value, NULL, MESSAGE);

    check_words (problem, code->value_name);
    if (is_unknown (problem))
      g_error ("%s has no words of its own", code->value_name);
  }
}

static void
test_unknown_code (void)
{
  g_autoptr (CallProblem) problem = call_problem_new_from_room (9999, "none", MESSAGE);
  g_autoptr (CallProblem) silent = call_problem_new_from_room (0, NULL, NULL);

  check_words (problem, "an unknown code");
  check_words (silent, "no code");
  g_assert_true (is_unknown (problem));
  g_assert_nonnull (strstr (call_problem_get_text (problem), MESSAGE "."));
  g_assert_cmpint (call_problem_get_remedy (problem), ==, CALL_REMEDY_RETRY);
}

/* Reasons of streams and transports, and of joins that were refused, leave the word to the code. */
static gboolean
ends_a_membership (int reason)
{
  switch (reason) {
    case NERTC_CLOSE_REASON_NONE:
    case NERTC_CLOSE_REASON_LEFT:
    case NERTC_CLOSE_REASON_UNPUBLISHED:
    case NERTC_CLOSE_REASON_REFUSED:
    case NERTC_CLOSE_REASON_SUCCEEDED:
    case NERTC_CLOSE_REASON_UNSUBSCRIBED:
      return FALSE;
    default:
      return TRUE;
  }
}

static void
test_every_reason (void)
{
  g_autoptr (CallProblem) full = call_problem_new_from_room (NERTC_ERROR_ROOM_FULL, NULL, NULL);

  for (int reason = NERTC_CLOSE_REASON_NONE; reason <= NERTC_CLOSE_REASON_UNSUBSCRIBED; reason++) {
    const char *nick = nertc_close_reason_to_string (reason);
    g_autoptr (CallProblem) problem =
        call_problem_new_from_room (NERTC_ERROR_ROOM_FULL, nick, MESSAGE);
    gboolean is_full =
        g_str_equal (call_problem_get_title (problem), call_problem_get_title (full));

    check_words (problem, nick);
    g_assert_cmpint (is_full, ==, !ends_a_membership (reason));
  }
}

static void
test_administrator (void)
{
  g_autoptr (CallProblem) problem = call_problem_new_from_room (0, "kicked", "Be kind");

  g_assert_cmpstr (call_problem_get_title (problem), ==, "You were removed from the room");
  g_assert_cmpstr (call_problem_get_text (problem), ==,
                   "“Be kind” An administrator ended your membership.");
}

static void
test_fields (void)
{
  static const struct {
    NertcError code;
    CallField field;
  } rows[] = {
    { NERTC_ERROR_SERVER_UNREACHABLE, CALL_FIELD_SERVER },
    { NERTC_ERROR_APP_KEY_UNKNOWN, CALL_FIELD_APP_KEY },
    { NERTC_ERROR_TOKEN_REQUIRED, CALL_FIELD_TOKEN },
    { NERTC_ERROR_TOKEN_EXPIRED, CALL_FIELD_TOKEN },
    { NERTC_ERROR_TOKEN_OTHER_UID, CALL_FIELD_UID },
    { NERTC_ERROR_UID_TAKEN, CALL_FIELD_UID },
    { NERTC_ERROR_ROOM_NAME_INVALID, CALL_FIELD_CHANNEL },
    { NERTC_ERROR_ROOM_FULL, CALL_FIELD_NONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (CallProblem) problem = call_problem_new_from_room ((int) rows[i].code, NULL, NULL);

    g_assert_cmpint (call_problem_get_field (problem), ==, rows[i].field);
  }
}

static void
check_device (const char *device, GQuark domain, int code, const char *title)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, MESSAGE);
  g_autoptr (CallProblem) problem = call_problem_new_from_media (device, error);

  check_words (problem, device);
  g_assert_cmpstr (call_problem_get_title (problem), ==, title);
}

static void
test_devices (void)
{
  GQuark resource = GST_RESOURCE_ERROR;

  check_device ("camera", resource, GST_RESOURCE_ERROR_NOT_FOUND, "No camera was found");
  check_device ("camera", resource, GST_RESOURCE_ERROR_READ, "No camera was found");
  check_device ("camera", resource, GST_RESOURCE_ERROR_BUSY, "The camera is in use");
  check_device ("camera", resource, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
                "This application may not use the camera");
  check_device ("camera", resource, GST_RESOURCE_ERROR_SETTINGS, "The camera does not work");
  check_device ("camera", GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED, "The camera does not work");
  check_device ("microphone", G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No microphone was found");
  check_device ("microphone", G_IO_ERROR, G_IO_ERROR_BUSY, "The microphone is in use");
  check_device ("speaker", G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                "This application may not play sound");
  check_device ("speaker", resource, GST_RESOURCE_ERROR_OPEN_WRITE, "The speaker does not work");
  check_device ("screen", G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "The screen is not shared");
  check_device ("recording", G_IO_ERROR, G_IO_ERROR_NO_SPACE, "The call is not recorded");
  check_device ("recording", resource, GST_RESOURCE_ERROR_BUSY, "The call is not recorded");
  check_device ("camera", GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
                "Software is missing on this computer");
  check_device ("lamp", GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND,
                "Software is missing on this computer");
  check_device ("lamp", resource, GST_RESOURCE_ERROR_BUSY, "That did not work");
}

static void
test_paths (void)
{
  g_autoptr (GEnumClass) failures = g_type_class_ref (NERTC_TYPE_FAILURE);

  for (guint i = 0; i < failures->n_values; i++) {
    const char *nick = failures->values[i].value_nick;
    g_autoptr (CallProblem) problem = call_problem_new_from_path (nick, MESSAGE);

    check_words (problem, nick);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/call/problem/every-code", test_every_code);
  g_test_add_func ("/call/problem/unknown-code", test_unknown_code);
  g_test_add_func ("/call/problem/every-reason", test_every_reason);
  g_test_add_func ("/call/problem/administrator", test_administrator);
  g_test_add_func ("/call/problem/fields", test_fields);
  g_test_add_func ("/call/problem/devices", test_devices);
  g_test_add_func ("/call/problem/paths", test_paths);
  return g_test_run ();
}
