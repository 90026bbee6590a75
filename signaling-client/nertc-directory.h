/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-member.h"
#include "nertc-stream.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * Who is in a room and what they publish. Pure: each mutator appends to @changes what has become
 * different, and the caller tells about it.
 *
 * After a server restart the members come back one by one. So those that a new snapshot does not
 * name are kept as missing; nertc_directory_settle() gives them up.
 */
typedef struct _NertcDirectory NertcDirectory;

typedef enum {
  NERTC_CHANGE_MEMBER_JOINED,
  NERTC_CHANGE_MEMBER_UPDATED,
  NERTC_CHANGE_MEMBER_LEFT,
  NERTC_CHANGE_STREAM_ADDED,
  NERTC_CHANGE_STREAM_UPDATED,
  NERTC_CHANGE_STREAM_REMOVED,
} NertcChangeKind;

typedef struct {
  NertcChangeKind kind;
  GObject *object;         /* a NertcMember or a NertcStream */
  NertcCloseReason reason; /* of MEMBER_LEFT and STREAM_REMOVED */
} NertcChange;

GPtrArray *nertc_changes_new (void);

NertcDirectory *nertc_directory_new (gboolean with_members);
void nertc_directory_free (NertcDirectory *self);

void nertc_directory_apply_snapshot (NertcDirectory *self, JsonArray *members, GPtrArray *changes);
gboolean nertc_directory_settle (NertcDirectory *self, GPtrArray *changes);
gboolean nertc_directory_is_settled (NertcDirectory *self);

void nertc_directory_put_member (NertcDirectory *self, JsonObject *member, GPtrArray *changes);
void nertc_directory_remove_member (NertcDirectory *self, const char *uid, NertcCloseReason reason,
                                    GPtrArray *changes);
void nertc_directory_put_stream (NertcDirectory *self, const char *uid, JsonObject *stream,
                                 GPtrArray *changes);
void nertc_directory_remove_stream (NertcDirectory *self, const char *stream_id,
                                    NertcCloseReason reason, GPtrArray *changes);

NertcMember *nertc_directory_get_member (NertcDirectory *self, const char *uid);
NertcStream *nertc_directory_get_stream (NertcDirectory *self, const char *stream_id);
gboolean nertc_directory_has_present_stream (NertcDirectory *self, const char *stream_id);
guint nertc_directory_count_members (NertcDirectory *self);
GPtrArray *nertc_directory_list_members (NertcDirectory *self);
GPtrArray *nertc_directory_list_streams (NertcDirectory *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NertcDirectory, nertc_directory_free)

G_END_DECLS
