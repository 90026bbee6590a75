/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The mesh plane by itself: real rooms, and a recorder in place of the members' connections. */

#include "plane-recorder.h"

/* Long enough for what a test does between two successors, in a debugger's slow motion too. */
#define RETRY_MS 200
#define SETTLE_MS 150

typedef struct {
  PlaneRecorder told;
  SrvRooms *rooms;
  SrvMediaPlane *plane;
  GPtrArray *members;
  SrvMember *a; /* publishes "s" */
  SrvMember *b; /* has subscribed to it */

} Fixture;

/* @changes: (transfer full) */
static void
apply (Fixture *self, GPtrArray *changes)
{
  g_assert_nonnull (changes);
  for (guint i = 0; i < changes->len; i++)
    srv_media_plane_apply (self->plane, g_ptr_array_index (changes, i));
  g_ptr_array_unref (changes);
}

static SrvMember *
join (Fixture *self, const char *uid)
{
  SrvJoin join = { "", "room", uid, "", "", uid, NULL };
  SrvMember *member;

  apply (self, srv_rooms_join (self->rooms, &join, &member, NULL));
  g_ptr_array_add (self->members, srv_member_ref (member));
  return member;
}

static void
subscribe (Fixture *self, gboolean audio, gboolean video)
{
  apply (self, srv_rooms_subscribe (self->rooms, self->b, "s", audio, video, NULL));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  SrvRoomLimits limits = { 9, 9, 9, 9 };
  SrvPublish publish = { .id = "s", .source = "camera", .audio = TRUE, .video = TRUE };
  SrvStream *stream;

  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) srv_member_unref);
  plane_recorder_init (&self->told);
  self->rooms = srv_rooms_new (&limits);
  self->plane = srv_media_plane_new (&plane_recorder_events, &self->told, RETRY_MS, SETTLE_MS);
  self->a = join (self, "a");
  self->b = join (self, "b");
  apply (self, srv_rooms_publish (self->rooms, self->a, &publish, &stream, NULL));
  plane_recorder_assert (&self->told, "");
  subscribe (self, TRUE, TRUE);
  plane_recorder_assert (
      &self->told, "a: open as sender for s audio video, b: open as receiver for s audio video");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < self->members->len; i++) {
    SrvMember *member = self->members->pdata[i];

    if (g_ptr_array_find (member->room->members, member, NULL))
      apply (self, srv_rooms_leave (self->rooms, member, NERTC_CLOSE_REASON_LEFT));
  }
  g_ptr_array_unref (self->members);
  srv_media_plane_free (self->plane);
  srv_rooms_free (self->rooms);
  plane_recorder_clear (&self->told);
}

static gboolean
on_passed (gpointer passed)
{
  *(gboolean *) passed = TRUE;
  return G_SOURCE_REMOVE;
}

static void
let_retry_time_pass (void)
{
  gboolean passed = FALSE;

  g_timeout_add (RETRY_MS * 2, on_passed, &passed);
  while (!passed)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_relay (Fixture *self, gconstpointer data)
{
  srv_media_plane_description (self->plane, self->a, self->told.transport, "offer", "x");
  srv_media_plane_candidate (self->plane, self->a, self->told.transport, 1, "c");
  plane_recorder_assert (&self->told, "b: offer x, b: candidate 1 c");
  srv_media_plane_description (self->plane, self->b, self->told.transport, "answer", "y");
  srv_media_plane_candidate (self->plane, self->b, self->told.transport, 0, "");
  plane_recorder_assert (&self->told, "a: answer y, a: candidate 0 ");
}

static void
test_wrong_part_is_not_relayed (Fixture *self, gconstpointer data)
{
  srv_media_plane_description (self->plane, self->a, self->told.transport, "answer", "x");
  srv_media_plane_description (self->plane, self->b, self->told.transport, "offer", "x");
  plane_recorder_assert (&self->told, "");
}

static void
test_others_have_no_say (Fixture *self, gconstpointer data)
{
  SrvMember *stranger = join (self, "stranger");

  srv_media_plane_description (self->plane, stranger, self->told.transport, "offer", "x");
  srv_media_plane_candidate (self->plane, stranger, self->told.transport, 0, "c");
  srv_media_plane_failed (self->plane, stranger, self->told.transport, FALSE);
  srv_media_plane_playing (self->plane, stranger, self->told.transport);
  plane_recorder_assert (&self->told, "");
}

static void
test_unknown_id_is_dropped (Fixture *self, gconstpointer data)
{
  srv_media_plane_description (self->plane, self->a, "none", "offer", "x");
  srv_media_plane_candidate (self->plane, self->a, "none", 0, "c");
  srv_media_plane_failed (self->plane, self->a, "none", FALSE);
  srv_media_plane_playing (self->plane, self->b, "none");
  plane_recorder_assert (&self->told, "");
}

static void
test_update_keeps_the_transport (Fixture *self, gconstpointer data)
{
  subscribe (self, TRUE, FALSE);
  plane_recorder_assert (&self->told, "a: update audio, b: update audio");
  subscribe (self, TRUE, FALSE);
  plane_recorder_assert (&self->told, "");
}

static void
test_closed_with_the_subscription (Fixture *self, gconstpointer data)
{
  apply (self, srv_rooms_unsubscribe (self->rooms, self->b, "s", NULL));
  plane_recorder_assert (&self->told,
                         "a: close this one unsubscribed, b: close this one unsubscribed");
  srv_media_plane_candidate (self->plane, self->a, self->told.transport, 0, "late");
  plane_recorder_assert (&self->told, "");
}

static void
test_closed_with_the_publisher (Fixture *self, gconstpointer data)
{
  apply (self, srv_rooms_leave (self->rooms, self->a, NERTC_CLOSE_REASON_TIMEOUT));
  plane_recorder_assert (&self->told, "a: close this one timeout, b: close this one timeout");
}

#define CLOSED_AND_REOPENED \
  "a: close this one failed, b: close this one failed, a: open as sender for s audio video, " \
  "b: open as receiver for s audio video"

static void
test_first_successor_comes_at_once (Fixture *self, gconstpointer data)
{
  g_autofree char *failed = g_strdup (self->told.transport);

  srv_media_plane_failed (self->plane, self->b, failed, FALSE);
  plane_recorder_assert (&self->told, CLOSED_AND_REOPENED);
  g_assert_cmpstr (self->told.transport, !=, failed);
  /* The other end says the same of the same transport: it is closed already. */
  srv_media_plane_failed (self->plane, self->a, failed, FALSE);
  plane_recorder_assert (&self->told, "");
}

static void
test_next_successors_take_their_time (Fixture *self, gconstpointer data)
{
  gint64 opened;

  srv_media_plane_failed (self->plane, self->a, self->told.transport, FALSE);
  plane_recorder_assert (&self->told, CLOSED_AND_REOPENED);
  for (guint i = 0; i < 2; i++) {
    opened = self->told.opened_at;
    srv_media_plane_failed (self->plane, self->b, self->told.transport, FALSE);
    plane_recorder_assert (&self->told, "a: close this one failed, b: close this one failed");
    plane_recorder_await (&self->told);
    plane_recorder_assert (
        &self->told, "a: open as sender for s audio video, b: open as receiver for s audio video");
    g_assert_cmpint (self->told.opened_at - opened, >=, RETRY_MS * G_TIME_SPAN_MILLISECOND);
  }
}

static void
test_no_successor_without_subscription (Fixture *self, gconstpointer data)
{
  srv_media_plane_failed (self->plane, self->a, self->told.transport, FALSE);
  srv_media_plane_failed (self->plane, self->a, self->told.transport, FALSE);
  plane_recorder_assert (&self->told, CLOSED_AND_REOPENED
                         ", a: close this one failed, b: close this one failed");
  apply (self, srv_rooms_unsubscribe (self->rooms, self->b, "s", NULL));
  plane_recorder_assert (&self->told, "");
  /* The timer of the successor went with the subscription: it does not come before a later one. */
  let_retry_time_pass ();
  plane_recorder_assert (&self->told, "");
  subscribe (self, FALSE, TRUE);
  plane_recorder_assert (&self->told,
                         "a: open as sender for s video, b: open as receiver for s video");
}

static void
test_successor_knows_what_is_wanted_now (Fixture *self, gconstpointer data)
{
  subscribe (self, FALSE, TRUE);
  plane_recorder_assert (&self->told, "a: update video, b: update video");
  srv_media_plane_failed (self->plane, self->a, self->told.transport, FALSE);
  plane_recorder_assert (&self->told,
                         "a: close this one failed, b: close this one failed, "
                         "a: open as sender for s video, b: open as receiver for s video");
}

static void
set_away (Fixture *self, SrvMember *member, gboolean away)
{
  srv_member_set_away (member, away);
  srv_media_plane_presence_changed (self->plane, member);
}

#define OPENED "a: open as sender for s audio video, b: open as receiver for s audio video"

/* However often it fails, one successor is opened when the other end is back, and none before. */
static void
test_nothing_is_opened_towards_who_is_away (Fixture *self, gconstpointer data)
{
  SrvMember *ends[] = { self->a, self->b };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    set_away (self, ends[i], TRUE);
    srv_media_plane_failed (self->plane, ends[1 - i], self->told.transport, FALSE);
    plane_recorder_assert (&self->told, "a: close this one failed, b: close this one failed");
    let_retry_time_pass ();
    plane_recorder_assert (&self->told, "");
    set_away (self, ends[i], FALSE);
    plane_recorder_assert (
        &self->told, "a: open as sender for s audio video, b: open as receiver for s audio video");
    set_away (self, ends[i], TRUE);
    set_away (self, ends[i], FALSE);
    plane_recorder_assert (&self->told, "");
    let_retry_time_pass ();
  }
}

/* A retry that comes due while somebody is away waits, too. */
static void
test_retry_waits_for_who_is_away (Fixture *self, gconstpointer data)
{
  srv_media_plane_failed (self->plane, self->b, self->told.transport, FALSE);
  srv_media_plane_failed (self->plane, self->b, self->told.transport, FALSE);
  plane_recorder_assert (&self->told, CLOSED_AND_REOPENED
                         ", a: close this one failed, b: close this one failed");
  set_away (self, self->a, TRUE);
  let_retry_time_pass ();
  plane_recorder_assert (&self->told, "");
  set_away (self, self->a, FALSE);
  plane_recorder_assert (
      &self->told, "a: open as sender for s audio video, b: open as receiver for s audio video");
}

static void
test_subscription_waits_for_who_is_away (Fixture *self, gconstpointer data)
{
  apply (self, srv_rooms_unsubscribe (self->rooms, self->b, "s", NULL));
  plane_recorder_assert (&self->told,
                         "a: close this one unsubscribed, b: close this one unsubscribed");
  set_away (self, self->a, TRUE);
  subscribe (self, TRUE, TRUE);
  plane_recorder_assert (&self->told, "");
  /* Both have to be there. */
  set_away (self, self->b, TRUE);
  set_away (self, self->a, FALSE);
  plane_recorder_assert (&self->told, "");
  set_away (self, self->b, FALSE);
  plane_recorder_assert (
      &self->told, "a: open as sender for s audio video, b: open as receiver for s audio video");
}

static void
test_unheard (Fixture *self, gconstpointer data)
{
  SrvMember *c = join (self, "c");
  g_autofree char *at_b = g_strdup (self->told.transport);
  g_autofree char *at_c = NULL;

  srv_media_plane_playing (self->plane, self->b, at_b);
  apply (self, srv_rooms_subscribe (self->rooms, c, "s", TRUE, TRUE, NULL));
  at_c = g_strdup (self->told.transport);
  srv_media_plane_playing (self->plane, c, at_c);
  g_ptr_array_set_size (self->told.told, 0);
  set_away (self, self->a, TRUE);
  srv_media_plane_failed (self->plane, self->b, at_b, TRUE);
  plane_recorder_assert (&self->told, "");
  /* Heard again, and not again. */
  srv_media_plane_playing (self->plane, self->b, at_b);
  srv_media_plane_failed (self->plane, c, at_c, TRUE);
  plane_recorder_assert (&self->told, "");
  srv_media_plane_failed (self->plane, self->b, at_b, TRUE);
  plane_recorder_assert (&self->told, "s is unheard");
  srv_media_plane_playing (self->plane, self->b, at_b);
  /* Who is away has no say. */
  set_away (self, self->b, TRUE);
  srv_media_plane_failed (self->plane, c, at_c, TRUE);
  plane_recorder_assert (&self->told, "s is unheard");
}

/* What was silent before its publisher was known to be away; and what never played. */
static void
test_unheard_before (Fixture *self, gconstpointer data)
{
  set_away (self, self->a, TRUE);
  plane_recorder_assert (&self->told, "");
  set_away (self, self->a, FALSE);
  srv_media_plane_playing (self->plane, self->b, self->told.transport);
  srv_media_plane_failed (self->plane, self->b, self->told.transport, TRUE);
  plane_recorder_assert (
      &self->told, "a: open as sender for s audio video, b: open as receiver for s audio video");
  set_away (self, self->a, TRUE);
  plane_recorder_assert (&self->told, "s is unheard");
}

/* After a restart: who has what from before. */

static void
set_transports (GPtrArray *changes, const char *transports)
{
  SrvChange *change = g_ptr_array_index (changes, 0);

  g_assert_cmpuint (changes->len, ==, 1);
  srv_change_set_transports (change, g_strsplit (transports, " ", -1));
}

static SrvStream *
publish_with (Fixture *self, SrvMember *member, const char *id, const char *transports)
{
  SrvPublish publish = { .id = id, .source = "camera", .audio = TRUE, .video = TRUE };
  SrvStream *stream;
  GPtrArray *changes = srv_rooms_publish (self->rooms, member, &publish, &stream, NULL);

  set_transports (changes, transports);
  apply (self, changes);
  return stream;
}

static void
subscribe_with (Fixture *self, SrvMember *member, const char *id, const char *transports)
{
  GPtrArray *changes = srv_rooms_subscribe (self->rooms, member, id, TRUE, FALSE, NULL);

  set_transports (changes, transports);
  apply (self, changes);
}

static void
test_adoption (Fixture *self, gconstpointer data)
{
  publish_with (self, self->a, "t", "one two");
  plane_recorder_assert (&self->told, "");
  subscribe_with (self, self->b, "t", "none two");
  plane_recorder_assert (&self->told, "a: adopt two audio, b: adopt two audio");
  /* It is like any other from now on, and plays. */
  srv_media_plane_candidate (self->plane, self->a, "two", 0, "c");
  plane_recorder_assert (&self->told, "b: candidate 0 c");
  srv_media_plane_failed (self->plane, self->b, "two", TRUE);
  plane_recorder_assert (&self->told,
                         "a: open as sender for t audio, b: open as receiver for t audio");
  srv_media_plane_playing (self->plane, self->b, "two");
  plane_recorder_assert (&self->told, "a: close this one succeeded, b: close this one succeeded");
  /* The one that nobody came for. */
  plane_recorder_await (&self->told);
  plane_recorder_assert (&self->told, "a: close older one lost");
  apply (self, srv_rooms_unpublish (self->rooms, self->a, "t", NULL));
  plane_recorder_assert (&self->told,
                         "a: close older one unpublished, b: close older one unpublished");
}

/* Of two that were adopted the older one is not needed, even if that is the one that plays. */
static void
test_older_of_two_plays (Fixture *self, gconstpointer data)
{
  publish_with (self, self->a, "t", "one two");
  subscribe_with (self, self->b, "t", "one two");
  g_ptr_array_set_size (self->told.told, 0);
  srv_media_plane_playing (self->plane, self->b, "one");
  plane_recorder_assert (&self->told, "a: close older one succeeded, b: close older one succeeded");
  srv_media_plane_candidate (self->plane, self->a, "two", 0, "c");
  plane_recorder_assert (&self->told, "b: candidate 0 c");
}

/* What cannot be adopted is passed over, and a transport opened. */
static void
test_claims_in_vain (Fixture *self, gconstpointer data)
{
  g_autofree char *live = g_strdup (self->told.transport);
  g_autofree char *named = g_strdup_printf ("x x %s ", live);
  SrvMember *c = join (self, "c");

  /* That of others, one twice, none at all, and one that another stream has. */
  publish_with (self, c, "u", named);
  publish_with (self, self->a, "t", "x");
  plane_recorder_assert (&self->told, "");
  subscribe_with (self, self->b, "t", "x");
  plane_recorder_assert (&self->told,
                         "a: open as sender for t audio, b: open as receiver for t audio");
  subscribe_with (self, self->b, "u", live);
  plane_recorder_assert (&self->told,
                         "c: open as sender for u audio, b: open as receiver for u audio");
  srv_media_plane_candidate (self->plane, c, live, 0, "c");
  plane_recorder_assert (&self->told, "");
  srv_media_plane_candidate (self->plane, self->a, live, 0, "c");
  plane_recorder_assert (&self->told, "b: candidate 0 c");
  plane_recorder_await (&self->told);
  plane_recorder_assert (&self->told, "c: close older one lost");
}

/* Both of a succession live on; a consumer that comes later gets a new one; the stream ends. */
static void
test_claims_end_with_the_stream (Fixture *self, gconstpointer data)
{
  SrvMember *c = join (self, "c");

  publish_with (self, self->a, "t", "one two three");
  subscribe_with (self, self->b, "t", "one two");
  plane_recorder_assert (&self->told, "a: adopt one audio, b: adopt one audio, a: adopt two audio, "
                                      "b: adopt two audio");
  srv_media_plane_playing (self->plane, self->b, "two");
  plane_recorder_assert (&self->told, "a: close older one succeeded, b: close older one succeeded");
  subscribe_with (self, c, "t", "one");
  plane_recorder_assert (&self->told,
                         "a: open as sender for t audio, c: open as receiver for t audio");
  apply (self, srv_rooms_leave (self->rooms, self->b, NERTC_CLOSE_REASON_LEFT));
  g_ptr_array_set_size (self->told.told, 0);
  apply (self, srv_rooms_unpublish (self->rooms, self->a, "t", NULL));
  plane_recorder_assert (&self->told,
                         "a: close this one unpublished, c: close this one unpublished, "
                         "a: close older one unpublished");
  let_retry_time_pass ();
  plane_recorder_assert (&self->told, "");
}

static void
set_tracks (Fixture *self, gboolean audio, gboolean video)
{
  SrvStreamUpdate update = { .audio = &audio, .video = &video, .renew = TRUE };

  apply (self, srv_rooms_update_stream (self->rooms, self->a, "s", &update, NULL));
}

static void
renew (Fixture *self)
{
  set_tracks (self, TRUE, TRUE);
}

static void
test_playing_closes_older_ones (Fixture *self, gconstpointer data)
{
  g_autofree char *older = g_strdup (self->told.transport);

  srv_media_plane_playing (self->plane, self->b, older);
  plane_recorder_assert (&self->told, "");
  renew (self);
  plane_recorder_assert (
      &self->told, "a: open as sender for s audio video, b: open as receiver for s audio video");
  /* Both carry until the new one plays; it is the receiver who can tell. */
  srv_media_plane_candidate (self->plane, self->a, older, 0, "c");
  plane_recorder_assert (&self->told, "b: candidate 0 c");
  srv_media_plane_playing (self->plane, self->a, self->told.transport);
  plane_recorder_assert (&self->told, "");
  srv_media_plane_playing (self->plane, self->b, self->told.transport);
  plane_recorder_assert (&self->told, "a: close older one succeeded, b: close older one succeeded");
  srv_media_plane_playing (self->plane, self->b, self->told.transport);
  plane_recorder_assert (&self->told, "");
}

/* One that does not play yet is outdated when its description is: another takes its place. */
static void
test_one_is_pending_at_most (Fixture *self, gconstpointer data)
{
  g_autofree char *first = NULL;

  set_tracks (self, TRUE, FALSE);
  plane_recorder_assert (&self->told,
                         "a: close this one succeeded, b: close this one succeeded, "
                         "a: open as sender for s audio, b: open as receiver for s audio");
  first = g_strdup (self->told.transport);
  srv_media_plane_playing (self->plane, self->b, first);
  renew (self);
  plane_recorder_assert (
      &self->told, "a: open as sender for s audio video, b: open as receiver for s audio video");
  set_tracks (self, FALSE, TRUE);
  plane_recorder_assert (&self->told,
                         "a: close this one succeeded, b: close this one succeeded, "
                         "a: open as sender for s video, b: open as receiver for s video");
  /* The first one has gone on all the time. */
  srv_media_plane_candidate (self->plane, self->a, first, 0, "c");
  plane_recorder_assert (&self->told, "b: candidate 0 c");
  srv_media_plane_playing (self->plane, self->b, self->told.transport);
  plane_recorder_assert (&self->told, "a: close older one succeeded, b: close older one succeeded");
}

/* The successor that waits for its time comes with the tracks of that time, and is one. */
static void
test_renewed_while_a_successor_waits (Fixture *self, gconstpointer data)
{
  srv_media_plane_playing (self->plane, self->b, self->told.transport);
  renew (self);
  srv_media_plane_failed (self->plane, self->b, self->told.transport, FALSE);
  srv_media_plane_failed (self->plane, self->b, self->told.transport, FALSE);
  g_ptr_array_set_size (self->told.told, 0);
  set_tracks (self, FALSE, TRUE);
  plane_recorder_assert (&self->told, "");
  plane_recorder_await (&self->told);
  plane_recorder_assert (&self->told,
                         "a: open as sender for s video, b: open as receiver for s video");
}

static void
test_old_one_fails_beside_a_pending_one (Fixture *self, gconstpointer data)
{
  g_autofree char *older = g_strdup (self->told.transport);

  srv_media_plane_playing (self->plane, self->b, older);
  renew (self);
  g_ptr_array_set_size (self->told.told, 0);
  srv_media_plane_failed (self->plane, self->b, older, FALSE);
  plane_recorder_assert (&self->told, "a: close older one failed, b: close older one failed");
}

/* Both fail while a successor waits for its time: it is still one. */
static void
test_both_fail (Fixture *self, gconstpointer data)
{
  g_autofree char *older = NULL;

  srv_media_plane_failed (self->plane, self->b, self->told.transport, FALSE);
  srv_media_plane_playing (self->plane, self->b, self->told.transport);
  older = g_strdup (self->told.transport);
  renew (self);
  srv_media_plane_failed (self->plane, self->b, self->told.transport, FALSE);
  g_ptr_array_set_size (self->told.told, 0);
  srv_media_plane_failed (self->plane, self->b, older, FALSE);
  plane_recorder_assert (&self->told, "a: close older one failed, b: close older one failed");
  plane_recorder_await (&self->told);
  plane_recorder_assert (
      &self->told, "a: open as sender for s audio video, b: open as receiver for s audio video");
}

#define OPENED "a: open as sender for s audio video, b: open as receiver for s audio video"

/* Makes the transport play, and then its path fail. */
static char *
lose_path (Fixture *self)
{
  char *id = g_strdup (self->told.transport);

  srv_media_plane_playing (self->plane, self->b, id);
  srv_media_plane_failed (self->plane, self->b, id, TRUE);
  plane_recorder_assert (
      &self->told, "a: open as sender for s audio video, b: open as receiver for s audio video");
  return id;
}

static void
test_lost_one_stays_beside_its_successor (Fixture *self, gconstpointer data)
{
  g_autofree char *lost = lose_path (self);

  /* The other end says the same; it has its successor. */
  srv_media_plane_failed (self->plane, self->a, lost, TRUE);
  plane_recorder_assert (&self->told, "");
  srv_media_plane_playing (self->plane, self->b, self->told.transport);
  plane_recorder_assert (&self->told, "a: close older one succeeded, b: close older one succeeded");
}

static void
test_lost_one_comes_back (Fixture *self, gconstpointer data)
{
  g_autofree char *lost = lose_path (self);

  srv_media_plane_playing (self->plane, self->b, lost);
  plane_recorder_assert (&self->told, "a: close this one succeeded, b: close this one succeeded");
  /* And it may be lost anew, at the other end; then both have to hear each other again. */
  srv_media_plane_failed (self->plane, self->a, lost, TRUE);
  plane_recorder_await (&self->told);
  plane_recorder_assert (
      &self->told, "a: open as sender for s audio video, b: open as receiver for s audio video");
  srv_media_plane_playing (self->plane, self->b, lost);
  plane_recorder_assert (&self->told, "");
  srv_media_plane_playing (self->plane, self->a, lost);
  plane_recorder_assert (&self->told, "a: close this one succeeded, b: close this one succeeded");
}

static void
test_successors_of_a_lost_one_go_on (Fixture *self, gconstpointer data)
{
  g_autofree char *lost = lose_path (self);

  for (guint i = 0; i < 2; i++) {
    srv_media_plane_failed (self->plane, self->b, self->told.transport, TRUE);
    plane_recorder_assert (&self->told, "a: close this one failed, b: close this one failed");
    plane_recorder_await (&self->told);
    plane_recorder_assert (
        &self->told, "a: open as sender for s audio video, b: open as receiver for s audio video");
  }
  /* It comes back while the next one waits for its time: that does not come. */
  srv_media_plane_failed (self->plane, self->b, self->told.transport, TRUE);
  g_ptr_array_set_size (self->told.told, 0);
  srv_media_plane_playing (self->plane, self->b, lost);
  let_retry_time_pass ();
  plane_recorder_assert (&self->told, "");
}

/* Its successor is needed all the same when the stream has other tracks by now. */
static void
test_outdated_one_comes_back (Fixture *self, gconstpointer data)
{
  g_autofree char *lost = lose_path (self);

  renew (self);
  plane_recorder_assert (&self->told,
                         "a: close this one succeeded, b: close this one succeeded, " OPENED);
  srv_media_plane_playing (self->plane, self->b, lost);
  plane_recorder_assert (&self->told, "");
  srv_media_plane_playing (self->plane, self->b, self->told.transport);
  plane_recorder_assert (&self->told, "a: close older one succeeded, b: close older one succeeded");
}

static void
test_lost_one_breaks (Fixture *self, gconstpointer data)
{
  g_autofree char *lost = lose_path (self);

  srv_media_plane_failed (self->plane, self->b, lost, FALSE);
  plane_recorder_assert (&self->told, "a: close older one failed, b: close older one failed");
}

/* What never played has nothing to come back to. */
static void
test_never_played (Fixture *self, gconstpointer data)
{
  srv_media_plane_failed (self->plane, self->b, self->told.transport, TRUE);
  plane_recorder_assert (&self->told, CLOSED_AND_REOPENED);
}

/* What plays goes on beside its successor; one that does not play yet needs none. */
static void
test_renewal (Fixture *self, gconstpointer data)
{
  srv_media_plane_set_renewal (self->plane, RETRY_MS);
  srv_media_plane_failed (self->plane, self->b, self->told.transport, FALSE);
  plane_recorder_assert (&self->told, CLOSED_AND_REOPENED);
  let_retry_time_pass ();
  plane_recorder_assert (&self->told, "");
  srv_media_plane_playing (self->plane, self->b, self->told.transport);
  plane_recorder_await (&self->told);
  plane_recorder_assert (
      &self->told, "a: open as sender for s audio video, b: open as receiver for s audio video");
}

#define ADD(name, function) \
  g_test_add ("/mesh-plane/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("relay", test_relay);
  ADD ("wrong-part-is-not-relayed", test_wrong_part_is_not_relayed);
  ADD ("others-have-no-say", test_others_have_no_say);
  ADD ("unknown-id-is-dropped", test_unknown_id_is_dropped);
  ADD ("update-keeps-the-transport", test_update_keeps_the_transport);
  ADD ("closed-with-the-subscription", test_closed_with_the_subscription);
  ADD ("closed-with-the-publisher", test_closed_with_the_publisher);
  ADD ("first-successor-comes-at-once", test_first_successor_comes_at_once);
  ADD ("next-successors-take-their-time", test_next_successors_take_their_time);
  ADD ("no-successor-without-subscription", test_no_successor_without_subscription);
  ADD ("successor-knows-what-is-wanted-now", test_successor_knows_what_is_wanted_now);
  ADD ("playing-closes-older-ones", test_playing_closes_older_ones);
  ADD ("one-is-pending-at-most", test_one_is_pending_at_most);
  ADD ("renewed-while-a-successor-waits", test_renewed_while_a_successor_waits);
  ADD ("old-one-fails-beside-a-pending-one", test_old_one_fails_beside_a_pending_one);
  ADD ("both-fail", test_both_fail);
  ADD ("lost-one-stays-beside-its-successor", test_lost_one_stays_beside_its_successor);
  ADD ("lost-one-comes-back", test_lost_one_comes_back);
  ADD ("successors-of-a-lost-one-go-on", test_successors_of_a_lost_one_go_on);
  ADD ("outdated-one-comes-back", test_outdated_one_comes_back);
  ADD ("lost-one-breaks", test_lost_one_breaks);
  ADD ("never-played", test_never_played);
  ADD ("adoption/both-ends", test_adoption);
  ADD ("adoption/in-vain", test_claims_in_vain);
  ADD ("adoption/older-of-two-plays", test_older_of_two_plays);
  ADD ("adoption/end", test_claims_end_with_the_stream);
  ADD ("away/nothing-is-opened", test_nothing_is_opened_towards_who_is_away);
  ADD ("away/retry", test_retry_waits_for_who_is_away);
  ADD ("away/subscription", test_subscription_waits_for_who_is_away);
  ADD ("away/unheard", test_unheard);
  ADD ("away/unheard-before", test_unheard_before);
  ADD ("renewal", test_renewal);
  return g_test_run ();
}
