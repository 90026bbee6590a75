/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-roster.h"

#include <nertc-roster.h>

#include "call-text.h"

/**
 * CallRoster:
 *
 * A NertcRoster has an item anew for each change; here items stay, so that widgets do.
 */
struct _CallRoster {
  GObject parent_instance;

  NertcRoster *source;
  CallMember *user;
  GListStore *members;
  GListStore *streams;
  GHashTable *names; /* uid → what the member was called: also of who has left */
};

G_DEFINE_FINAL_TYPE (CallRoster, call_roster, G_TYPE_OBJECT)

static CallMember *
find_member (GListModel *members, const char *uid)
{
  for (guint i = 0; i < g_list_model_get_n_items (members); i++) {
    g_autoptr (CallMember) member = g_list_model_get_item (members, i);

    if (g_strcmp0 (call_member_get_uid (member), uid) == 0)
      return member;
  }
  return NULL;
}

static CallStream *
find_stream (GListModel *streams, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (streams); i++) {
    g_autoptr (CallStream) stream = g_list_model_get_item (streams, i);

    if (g_str_equal (call_stream_get_id (stream), id))
      return stream;
  }
  return NULL;
}

/* Returns: (transfer none): of those in the room; never the user */
CallMember *
call_roster_find_member (CallRoster *self, const char *uid)
{
  return find_member (G_LIST_MODEL (self->members), uid);
}

/* Returns: (transfer none) (nullable) */
CallStream *
call_roster_find_stream (CallRoster *self, const char *stream_id)
{
  return find_stream (G_LIST_MODEL (self->streams), stream_id);
}

/* Returns: (transfer none): what to call a member who is or was there */
const char *
call_roster_get_name (CallRoster *self, const char *uid)
{
  const char *name = g_hash_table_lookup (self->names, uid);

  return name ? name : uid;
}

static gboolean
has_member (GListModel *source, const char *uid)
{
  for (guint i = 0; i < g_list_model_get_n_items (source); i++) {
    g_autoptr (NertcMember) member = g_list_model_get_item (source, i);

    if (g_strcmp0 (nertc_member_get_uid (member), uid) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_stream (GListModel *source, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (source); i++) {
    g_autoptr (NertcStream) stream = g_list_model_get_item (source, i);

    if (g_str_equal (nertc_stream_get_id (stream), id))
      return TRUE;
  }
  return FALSE;
}

/* What of a member follows from its camera stream: the last one, as streams may follow each other
 */
static void
mirror_tracks (CallRoster *self, CallMember *member)
{
  CallStream *camera = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->streams)); i++) {
    g_autoptr (CallStream) stream = g_list_model_get_item (G_LIST_MODEL (self->streams), i);

    if (call_stream_get_member (stream) == member && !call_stream_is_screen (stream))
      camera = stream;
  }
  g_object_set (member, "has-audio", camera && call_stream_has_audio (camera), "has-video",
                camera && call_stream_has_video (camera), "audio-muted",
                !camera || !call_stream_has_audio (camera) || call_stream_is_audio_muted (camera),
                "video-muted",
                !camera || !call_stream_has_video (camera) || call_stream_is_video_muted (camera),
                NULL);
}

static void
update_member (CallMember *member, NertcMember *from)
{
  NertcMedia muted = nertc_member_get_muted_by_admin (from);
  g_autofree char *name = call_text_to_line (nertc_member_get_user_name (from));

  g_object_set (member, "user-name", name, "role",
                nertc_member_get_role (from) == NERTC_MEMBER_ROLE_AUDIENCE ? "audience" : "host",
                "audio-muted-by-admin", (muted & NERTC_MEDIA_AUDIO) != 0, "video-muted-by-admin",
                (muted & NERTC_MEDIA_VIDEO) != 0, NULL);
}

static void
update_stream (CallStream *stream, NertcStream *from)
{
  NertcMedia media = nertc_stream_get_media (from), muted = nertc_stream_get_muted (from);

  g_object_set (stream, "has-audio", (media & NERTC_MEDIA_AUDIO) != 0, "has-video",
                (media & NERTC_MEDIA_VIDEO) != 0, "audio-muted", (muted & NERTC_MEDIA_AUDIO) != 0,
                "video-muted", (muted & NERTC_MEDIA_VIDEO) != 0, NULL);
}

static void
remove_gone_members (CallRoster *self, GListModel *source)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->members)); i-- > 0;) {
    g_autoptr (CallMember) member = g_list_model_get_item (G_LIST_MODEL (self->members), i);

    if (!call_member_is_self (member) && !has_member (source, call_member_get_uid (member)))
      g_list_store_remove (self->members, i);
  }
}

static void
put_member (CallRoster *self, NertcMember *from)
{
  CallMember *member = call_roster_find_member (self, nertc_member_get_uid (from));
  g_autoptr (CallMember) added = NULL;

  if (!member)
    member = added = call_member_new (nertc_member_get_uid (from), FALSE);
  update_member (member, from);
  g_hash_table_insert (self->names, g_strdup (call_member_get_uid (member)),
                       g_strdup (call_member_get_name (member)));
  if (added) {
    mirror_tracks (self, added);
    g_list_store_append (self->members, added);
  }
}

static void
remove_gone_streams (CallRoster *self, GListModel *source)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->streams)); i-- > 0;) {
    g_autoptr (CallStream) stream = g_list_model_get_item (G_LIST_MODEL (self->streams), i);

    if (call_stream_is_own (stream) || has_stream (source, call_stream_get_id (stream)))
      continue;
    g_list_store_remove (self->streams, i);
    mirror_tracks (self, call_stream_get_member (stream));
  }
}

/* Of a member who is not in the list there is nothing to show. */
static void
put_stream (CallRoster *self, NertcStream *from)
{
  CallStream *stream = call_roster_find_stream (self, nertc_stream_get_id (from));
  CallMember *member = call_roster_find_member (self, nertc_stream_get_uid (from));
  g_autoptr (CallStream) added = NULL;

  if (!member)
    return;
  if (!stream)
    stream = added = call_stream_new (nertc_stream_get_id (from), member,
                                      nertc_stream_get_source (from) == NERTC_SOURCE_SCREEN);
  update_stream (stream, from);
  if (added)
    g_list_store_append (self->streams, added);
  mirror_tracks (self, member);
}

static void
on_streams_changed (CallRoster *self, guint position, guint removed, guint added,
                    GListModel *source)
{
  if (removed)
    remove_gone_streams (self, source);
  for (guint i = position; i < position + added; i++) {
    g_autoptr (NertcStream) stream = g_list_model_get_item (source, i);

    put_stream (self, stream);
  }
}

static void
on_members_changed (CallRoster *self, guint position, guint removed, guint added,
                    GListModel *source)
{
  if (removed)
    remove_gone_members (self, source);
  for (guint i = position; i < position + added; i++) {
    g_autoptr (NertcMember) member = g_list_model_get_item (source, i);

    put_member (self, member);
  }
}

/* The user's own streams are put in by others. */
static void
on_own_streams_changed (CallRoster *self)
{
  mirror_tracks (self, self->user);
}

/* Nobody is left in the lists. */
void
call_roster_end (CallRoster *self)
{
  if (!self->source)
    return;
  g_signal_handlers_disconnect_by_data (nertc_roster_get_members (self->source), self);
  g_signal_handlers_disconnect_by_data (nertc_roster_get_streams (self->source), self);
  g_signal_handlers_disconnect_by_data (self->streams, self);
  g_clear_object (&self->source);
  g_list_store_remove_all (self->streams);
  g_list_store_remove_all (self->members);
}

static void
call_roster_dispose (GObject *object)
{
  CallRoster *self = CALL_ROSTER (object);

  call_roster_end (self);
  g_clear_object (&self->user);
  g_clear_object (&self->members);
  g_clear_object (&self->streams);
  G_OBJECT_CLASS (call_roster_parent_class)->dispose (object);
}

static void
call_roster_finalize (GObject *object)
{
  g_hash_table_unref (CALL_ROSTER (object)->names);
  G_OBJECT_CLASS (call_roster_parent_class)->finalize (object);
}

static void
call_roster_class_init (CallRosterClass *class)
{
  G_OBJECT_CLASS (class)->dispose = call_roster_dispose;
  G_OBJECT_CLASS (class)->finalize = call_roster_finalize;
}

static void
call_roster_init (CallRoster *self)
{
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* Returns: (transfer full); user is put into members */
CallRoster *
call_roster_new (NertcRoom *room, CallMember *user, GListStore *members, GListStore *streams)
{
  CallRoster *self = g_object_new (CALL_TYPE_ROSTER, NULL);

  self->user = g_object_ref (user);
  self->members = g_object_ref (members);
  self->streams = g_object_ref (streams);
  self->source = nertc_roster_new (room);
  g_list_store_append (members, user);
  g_signal_connect_swapped (nertc_roster_get_members (self->source), "items-changed",
                            G_CALLBACK (on_members_changed), self);
  g_signal_connect_swapped (nertc_roster_get_streams (self->source), "items-changed",
                            G_CALLBACK (on_streams_changed), self);
  g_signal_connect_swapped (streams, "items-changed", G_CALLBACK (on_own_streams_changed), self);
  return self;
}
