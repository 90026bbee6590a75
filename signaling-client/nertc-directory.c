/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-directory.h"

#include "nertc-wire.h"

typedef struct {
  NertcMember *member;
  gboolean missing;
} MemberEntry;

typedef struct {
  NertcStream *stream;
  gboolean missing;
} StreamEntry;

struct _NertcDirectory {
  gboolean with_members;
  GPtrArray *members; /* in the order of their coming */
  GPtrArray *streams;
  GHashTable *members_by_uid;
  GHashTable *streams_by_id;
};

static void
member_entry_free (MemberEntry *entry)
{
  g_object_unref (entry->member);
  g_free (entry);
}

static void
stream_entry_free (StreamEntry *entry)
{
  g_object_unref (entry->stream);
  g_free (entry);
}

static void
change_free (NertcChange *change)
{
  g_object_unref (change->object);
  g_free (change);
}

GPtrArray *
nertc_changes_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) change_free);
}

static void
add_change (GPtrArray *changes, NertcChangeKind kind, gpointer object, NertcCloseReason reason)
{
  NertcChange *change = g_new (NertcChange, 1);

  change->kind = kind;
  change->object = g_object_ref (object);
  change->reason = reason;
  g_ptr_array_add (changes, change);
}

/* @with_members: whether members are kept, or only their streams */
NertcDirectory *
nertc_directory_new (gboolean with_members)
{
  NertcDirectory *self = g_new0 (NertcDirectory, 1);

  self->with_members = with_members;
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) member_entry_free);
  self->streams = g_ptr_array_new_with_free_func ((GDestroyNotify) stream_entry_free);
  self->members_by_uid = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->streams_by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
nertc_directory_free (NertcDirectory *self)
{
  g_hash_table_unref (self->members_by_uid);
  g_hash_table_unref (self->streams_by_id);
  g_ptr_array_unref (self->members);
  g_ptr_array_unref (self->streams);
  g_free (self);
}

static NertcMember *
read_member (JsonObject *object)
{
  NertcMemberRole role = NERTC_MEMBER_ROLE_HOST;

  nertc_member_role_from_string (json_object_get_string_member (object, "role"), &role);
  return g_object_new (NERTC_TYPE_MEMBER, "uid", json_object_get_string_member (object, "uid"),
                       "user-name", json_object_get_string_member (object, "userName"), "user-data",
                       json_object_get_string_member (object, "userData"), "role", role,
                       "muted-by-admin", nertc_media_from_wire (object, "audioMuted", "videoMuted"),
                       NULL);
}

static gboolean
member_equal (NertcMember *a, NertcMember *b)
{
  return nertc_member_get_role (a) == nertc_member_get_role (b) &&
         nertc_member_get_muted_by_admin (a) == nertc_member_get_muted_by_admin (b) &&
         g_str_equal (nertc_member_get_user_name (a), nertc_member_get_user_name (b)) &&
         g_str_equal (nertc_member_get_user_data (a), nertc_member_get_user_data (b));
}

static NertcStream *
read_stream (const char *uid, JsonObject *object)
{
  return g_object_new (NERTC_TYPE_STREAM, "uid", uid, "id",
                       json_object_get_string_member (object, "streamId"), "source",
                       nertc_source_from_wire (json_object_get_string_member (object, "source")),
                       "media", nertc_media_from_wire (object, "audio", "video"), "muted",
                       nertc_media_from_wire (object, "audioMuted", "videoMuted"), NULL);
}

/* Whether they are one stream; only its tracks, and what of them is muted, may differ. */
static gboolean
stream_same (NertcStream *a, NertcStream *b)
{
  return g_str_equal (nertc_stream_get_uid (a), nertc_stream_get_uid (b)) &&
         nertc_stream_get_source (a) == nertc_stream_get_source (b);
}

/* Somebody new, or known, or missing until now. */
void
nertc_directory_put_member (NertcDirectory *self, JsonObject *object, GPtrArray *changes)
{
  g_autoptr (NertcMember) member = NULL;
  MemberEntry *entry;

  if (!self->with_members)
    return;
  member = read_member (object);
  entry = g_hash_table_lookup (self->members_by_uid, nertc_member_get_uid (member));
  if (!entry) {
    entry = g_new0 (MemberEntry, 1);
    entry->member = g_object_ref (member);
    g_ptr_array_add (self->members, entry);
    g_hash_table_insert (self->members_by_uid, g_strdup (nertc_member_get_uid (member)), entry);
    add_change (changes, NERTC_CHANGE_MEMBER_JOINED, member, NERTC_CLOSE_REASON_NONE);
  } else if (!member_equal (entry->member, member)) {
    g_set_object (&entry->member, member);
    add_change (changes, NERTC_CHANGE_MEMBER_UPDATED, member, NERTC_CLOSE_REASON_NONE);
  }
  entry->missing = FALSE;
}

static void
remove_stream_entry (NertcDirectory *self, StreamEntry *entry, NertcCloseReason reason,
                     GPtrArray *changes)
{
  add_change (changes, NERTC_CHANGE_STREAM_REMOVED, entry->stream, reason);
  g_hash_table_remove (self->streams_by_id, nertc_stream_get_id (entry->stream));
  g_ptr_array_remove (self->streams, entry);
}

/* Takes along what is left of the member's streams. */
void
nertc_directory_remove_member (NertcDirectory *self, const char *uid, NertcCloseReason reason,
                               GPtrArray *changes)
{
  MemberEntry *entry = g_hash_table_lookup (self->members_by_uid, uid);

  for (guint i = self->streams->len; i > 0; i--) {
    StreamEntry *stream = g_ptr_array_index (self->streams, i - 1);

    if (g_str_equal (nertc_stream_get_uid (stream->stream), uid))
      remove_stream_entry (self, stream, reason, changes);
  }
  if (!entry)
    return;
  add_change (changes, NERTC_CHANGE_MEMBER_LEFT, entry->member, reason);
  g_hash_table_remove (self->members_by_uid, uid);
  g_ptr_array_remove (self->members, entry);
}

static void
add_stream_entry (NertcDirectory *self, NertcStream *stream, GPtrArray *changes)
{
  StreamEntry *entry = g_new0 (StreamEntry, 1);

  entry->stream = g_object_ref (stream);
  g_ptr_array_add (self->streams, entry);
  g_hash_table_insert (self->streams_by_id, g_strdup (nertc_stream_get_id (stream)), entry);
  add_change (changes, NERTC_CHANGE_STREAM_ADDED, stream, NERTC_CLOSE_REASON_NONE);
}

/* A stream that is new, known, or missing until now; another one by its name takes its place. */
void
nertc_directory_put_stream (NertcDirectory *self, const char *uid, JsonObject *object,
                            GPtrArray *changes)
{
  g_autoptr (NertcStream) stream = read_stream (uid, object);
  StreamEntry *entry = g_hash_table_lookup (self->streams_by_id, nertc_stream_get_id (stream));

  if (entry && !stream_same (entry->stream, stream)) {
    remove_stream_entry (self, entry, NERTC_CLOSE_REASON_UNPUBLISHED, changes);
    entry = NULL;
  }
  if (!entry) {
    add_stream_entry (self, stream, changes);
    return;
  }
  if (nertc_stream_get_media (entry->stream) != nertc_stream_get_media (stream) ||
      nertc_stream_get_muted (entry->stream) != nertc_stream_get_muted (stream)) {
    g_set_object (&entry->stream, stream);
    add_change (changes, NERTC_CHANGE_STREAM_UPDATED, stream, NERTC_CLOSE_REASON_NONE);
  }
  entry->missing = FALSE;
}

void
nertc_directory_remove_stream (NertcDirectory *self, const char *stream_id, NertcCloseReason reason,
                               GPtrArray *changes)
{
  StreamEntry *entry = g_hash_table_lookup (self->streams_by_id, stream_id);

  if (entry)
    remove_stream_entry (self, entry, reason, changes);
}

static void
mark_all_missing (NertcDirectory *self)
{
  for (guint i = 0; i < self->members->len; i++)
    ((MemberEntry *) g_ptr_array_index (self->members, i))->missing = TRUE;
  for (guint i = 0; i < self->streams->len; i++)
    ((StreamEntry *) g_ptr_array_index (self->streams, i))->missing = TRUE;
}

static void
put_streams (NertcDirectory *self, JsonObject *member, GPtrArray *changes)
{
  JsonArray *streams = json_object_get_array_member (member, "streams");

  for (guint i = 0; i < json_array_get_length (streams); i++)
    nertc_directory_put_stream (self, json_object_get_string_member (member, "uid"),
                                json_array_get_object_element (streams, i), changes);
}

/* @members: of the answer to room.join; the members come first in @changes, then the streams */
void
nertc_directory_apply_snapshot (NertcDirectory *self, JsonArray *members, GPtrArray *changes)
{
  mark_all_missing (self);
  for (guint i = 0; i < json_array_get_length (members); i++)
    nertc_directory_put_member (self, json_array_get_object_element (members, i), changes);
  for (guint i = 0; i < json_array_get_length (members); i++)
    put_streams (self, json_array_get_object_element (members, i), changes);
}

gboolean
nertc_directory_is_settled (NertcDirectory *self)
{
  for (guint i = 0; i < self->members->len; i++) {
    if (((MemberEntry *) g_ptr_array_index (self->members, i))->missing)
      return FALSE;
  }
  for (guint i = 0; i < self->streams->len; i++) {
    if (((StreamEntry *) g_ptr_array_index (self->streams, i))->missing)
      return FALSE;
  }
  return TRUE;
}

/* Gives up whoever has not come back. */
gboolean
nertc_directory_settle (NertcDirectory *self, GPtrArray *changes)
{
  for (guint i = self->streams->len; i > 0; i--) {
    StreamEntry *entry = g_ptr_array_index (self->streams, i - 1);

    if (entry->missing)
      remove_stream_entry (self, entry, NERTC_CLOSE_REASON_TIMEOUT, changes);
  }
  for (guint i = self->members->len; i > 0; i--) {
    MemberEntry *entry = g_ptr_array_index (self->members, i - 1);

    if (entry->missing)
      nertc_directory_remove_member (self, nertc_member_get_uid (entry->member),
                                     NERTC_CLOSE_REASON_TIMEOUT, changes);
  }
  return changes->len > 0;
}

/* Returns: (transfer none) (nullable) */
NertcMember *
nertc_directory_get_member (NertcDirectory *self, const char *uid)
{
  MemberEntry *entry = g_hash_table_lookup (self->members_by_uid, uid);

  return entry ? entry->member : NULL;
}

/* Returns: (transfer none) (nullable) */
NertcStream *
nertc_directory_get_stream (NertcDirectory *self, const char *stream_id)
{
  StreamEntry *entry = g_hash_table_lookup (self->streams_by_id, stream_id);

  return entry ? entry->stream : NULL;
}

/* Whether the server has it at present. */
gboolean
nertc_directory_has_present_stream (NertcDirectory *self, const char *stream_id)
{
  StreamEntry *entry = g_hash_table_lookup (self->streams_by_id, stream_id);

  return entry && !entry->missing;
}

guint
nertc_directory_count_members (NertcDirectory *self)
{
  return self->members->len;
}

/* Returns: (transfer full) */
GPtrArray *
nertc_directory_list_members (NertcDirectory *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->members->len; i++) {
    MemberEntry *entry = g_ptr_array_index (self->members, i);

    g_ptr_array_add (list, g_object_ref (entry->member));
  }
  return list;
}

/* Returns: (transfer full) */
GPtrArray *
nertc_directory_list_streams (NertcDirectory *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->streams->len; i++) {
    StreamEntry *entry = g_ptr_array_index (self->streams, i);

    g_ptr_array_add (list, g_object_ref (entry->stream));
  }
  return list;
}
