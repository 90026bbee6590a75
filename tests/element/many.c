/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rooms of many members, all in one process: each sends, and receives all others. */
#include "media-fixture.h"

#define MEMBERS_MAX 8
#define CONSUMERS 16
/* So many connections at once take their time. */
#define PATIENCE 60

#define CAMERA \
  "videotestsrc is-live=true pattern=black ! video/x-raw,width=160,height=120,framerate=10/1 ! " \
  "identity name=camera ! "

/*
 * GStreamer's rtpsession 1.22 complains now and then, when so many begin at a time: it lets go of
 * its lock while it makes the first report of a source that sends, and another thread adds a
 * source. It goes on with the next report.
 */
static void
start (void)
{
  GRegex *complaint = g_regex_new ("version == hash_table->version", 0, 0, NULL);

  call_start ();
  gst_check_add_log_filter ("GLib", G_LOG_LEVEL_CRITICAL, complaint, NULL, NULL, NULL);
}

typedef struct {
  guint number;
  guint count;          /* of all members that there may be */
  GstElement *pipeline; /* (nullable): in the room */
  CallSink pictures[MEMBERS_MAX - 1];
  guint starts;
} Member;

static char *
describe (Member *self)
{
  GString *line = g_string_new (NULL);

  g_string_append_printf (line,
                          "roomsignal server=%%s channel=standup uid=%u " CAMERA
                          "nertcsink video-bitrate=150000 nertcsrc name=them subscribe=video "
                          "slots=%u ",
                          self->number, self->count - 1);
  for (guint i = 0; i < self->count - 1; i++)
    g_string_append_printf (
        line, "them.video_%u ! video/x-raw ! appsink name=picture_%u sync=false ", i, i);
  return g_string_free (line, FALSE);
}

/* Each time its pictures are numbered on, so that they can be told from older ones. */
static void
member_join (Member *self)
{
  g_autofree char *line = describe (self);

  self->pipeline = room_pipeline_new (line);
  for (guint i = 0; i < self->count - 1; i++) {
    g_autofree char *name = g_strdup_printf ("picture_%u", i);

    call_watch (&self->pictures[i], self->pipeline, name, 0);
  }
  call_code_pictures (self->pipeline, "camera",
                      self->number * CALL_BASE + self->starts++ * CALL_BASE / 8);
  room_start (self->pipeline);
}

static void
member_leave (Member *self)
{
  g_clear_pointer (&self->pipeline, room_pipeline_free);
  for (guint i = 0; i < self->count - 1; i++) {
    call_check_pictures (&self->pictures[i]);
    call_unwatch (&self->pictures[i]);
  }
}

/* Returns: the latest picture of @other that @self has; %NERTC_PICTURE_NONE: none */
static guint
get_latest (Member *self, Member *other)
{
  for (guint i = 0; i < self->count - 1; i++) {
    guint picture = call_get_picture (&self->pictures[i]);

    if (picture != NERTC_PICTURE_NONE && picture / CALL_BASE == other->number)
      return picture;
  }
  return NERTC_PICTURE_NONE;
}

static gboolean
is_there (Member *member)
{
  return member->pipeline != NULL;
}

/* New pictures of everybody come to everybody. */
static void
await_all (Member *members, guint count)
{
  guint before[MEMBERS_MAX][MEMBERS_MAX];

  for (guint turn = 0; turn < 2; turn++) {
    for (guint i = 0; i < count; i++) {
      for (guint k = 0; k < count; k++) {
        Member *one = &members[i], *other = &members[k];

        if (i == k || !is_there (one) || !is_there (other))
          continue;
        nertc_await_for (get_latest (one, other) != NERTC_PICTURE_NONE &&
                             (turn == 0 || get_latest (one, other) > before[i][k]),
                         PATIENCE);
        before[i][k] = get_latest (one, other);
      }
    }
  }
}

static void
meet (guint count, guint changes, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  Member members[MEMBERS_MAX] = { { 0 } };

  for (guint i = 0; i < count; i++) {
    members[i].number = i + 1;
    members[i].count = count;
    member_join (&members[i]);
  }
  await_all (members, count);
  for (guint i = 0; i < changes; i++) {
    Member *member = &members[g_rand_int_range (random, 0, count)];

    if (is_there (member) && member->starts < 8)
      member_leave (member);
    if (g_rand_boolean (random) || !is_there (member))
      await_all (members, count);
    if (!is_there (member))
      member_join (member);
    await_all (members, count);
  }
  for (guint i = 0; i < count; i++)
    member_leave (&members[i]);
  room_await_rooms (0);
}

GST_START_TEST (test_four)
{
  meet (4, 8, 4);
}
GST_END_TEST

GST_START_TEST (test_eight)
{
  meet (8, 3, 8);
}
GST_END_TEST

/* 16 consumers */

static void
on_encoder (GstElement *sink, GstElement *encoder, guint *count)
{
  (*count)++;
}

static GstPadProbeReturn
on_block (GstPad *pad, GstPadProbeInfo *info, gpointer unused)
{
  return GST_PAD_PROBE_OK;
}

/* They share one encoder; one that stops reading holds up nobody. */
GST_START_TEST (test_many_consumers)
{
  GstElement *camera = room_pipeline_new (MEDIA_ROOM CAMERA "nertcsink name=me");
  g_autoptr (GstElement) me = media_get (camera, "me");
  GstElement *viewers[CONSUMERS];
  CallSink pictures[CONSUMERS];
  g_autoptr (GstPad) stuck = NULL;
  guint encoders = 0, last[CONSUMERS];

  g_signal_connect (me, "encoder-setup", G_CALLBACK (on_encoder), &encoders);
  call_code_pictures (camera, "camera", CALL_BASE);
  room_join (camera);
  for (guint i = 0; i < CONSUMERS; i++) {
    viewers[i] = room_pipeline_new (MEDIA_ROOM "nertcsrc subscribe=video ! " MEDIA_PICTURE);
    call_watch (&pictures[i], viewers[i], "picture", 0);
    room_start (viewers[i]);
  }
  for (guint i = 0; i < CONSUMERS; i++)
    nertc_await_for (call_shows (&pictures[i], CALL_BASE), PATIENCE);
  stuck = media_get_pad (viewers[0], "picture", "sink");
  gst_pad_add_probe (stuck, GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER, on_block, NULL,
                     NULL);
  for (guint i = 1; i < CONSUMERS; i++)
    last[i] = call_get_picture (&pictures[i]);
  for (guint i = 1; i < CONSUMERS; i++)
    nertc_await_for (call_get_picture (&pictures[i]) > last[i] + 10, PATIENCE);
  fail_unless_equals_int (encoders, 1);
  for (guint i = 0; i < CONSUMERS; i++) {
    room_pipeline_free (viewers[i]);
    call_check_pictures (&pictures[i]);
    call_unwatch (&pictures[i]);
  }
  room_pipeline_free (camera);
}
GST_END_TEST

static guint
measure_threads (void)
{
  room_await_rooms (0);
  return room_count_threads ();
}

/* Nothing is left of anybody who was there. */
GST_START_TEST (test_nothing_is_left)
{
  guint threads, files;

  meet (2, 1, 1);
  threads = measure_threads ();
  files = room_count_files ();
  meet (3, 3, 3);
  nertc_await_for (measure_threads () <= threads, PATIENCE);
  nertc_await_for (room_count_files () <= files, PATIENCE);
}
GST_END_TEST

static Suite *
many_suite (void)
{
  Suite *suite = suite_create ("many");
  TCase *tcase = tcase_create ("many");

  tcase_add_checked_fixture (tcase, start, room_server_free);
  tcase_set_timeout (tcase, 180);
  tcase_add_test (tcase, test_four);
  tcase_add_test (tcase, test_eight);
  tcase_add_test (tcase, test_many_consumers);
  tcase_add_test (tcase, test_nothing_is_left);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (many)
