/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "quality.h"

#include "nertc-method.h"

/* What one member told since its room was told last. */
typedef struct {
  SrvMember *member;
  guint up;
  guint down;
} Report;

/* One room of which somebody has told. */
typedef struct {
  SrvQuality *quality;
  SrvRoom *room;       /* not owned: without members there is no board */
  GHashTable *reports; /* SrvMember → Report */
  GSource *timer;
} Board;

struct _SrvQuality {
  SrvQualityTell tell;
  gpointer user_data;
  guint interval_ms;
  GHashTable *boards; /* SrvRoom → Board */
};

static void
free_report (gpointer data)
{
  Report *report = data;

  srv_member_unref (report->member);
  g_free (report);
}

static GHashTable *
make_reports (void)
{
  return g_hash_table_new_full (NULL, NULL, NULL, free_report);
}

static void
free_board (gpointer data)
{
  Board *board = data;

  g_source_destroy (board->timer);
  g_source_unref (board->timer);
  g_hash_table_unref (board->reports);
  g_free (board);
}

static JsonObject *
report_to_json (const Report *report)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "uid", report->member->uid);
  json_object_set_int_member (object, "up", report->up);
  json_object_set_int_member (object, "down", report->down);
  return object;
}

/* Returns: (transfer full): the next reports, as many as one message takes */
static JsonObject *
make_params (GHashTableIter *reports)
{
  JsonObject *params = json_object_new ();
  JsonArray *members = json_array_new ();
  gpointer report;

  while (json_array_get_length (members) < NERTC_QUALITY_MAX &&
         g_hash_table_iter_next (reports, NULL, &report))
    json_array_add_object_element (members, report_to_json (report));
  json_object_set_array_member (params, "members", members);
  return params;
}

static void
tell_all (SrvQuality *self, SrvRoom *room, JsonObject *params)
{
  for (guint i = 0; i < room->members->len; i++)
    self->tell (g_ptr_array_index (room->members, i), params, self->user_data);
}

/* When nobody has told anything for the whole interval, the room has nothing to be told. */
static gboolean
on_interval (gpointer user_data)
{
  Board *board = user_data;
  g_autoptr (GHashTable) reports = g_steal_pointer (&board->reports);
  guint count = g_hash_table_size (reports);
  GHashTableIter iter;

  board->reports = make_reports ();
  if (count == 0) {
    g_hash_table_remove (board->quality->boards, board->room);
    return G_SOURCE_REMOVE;
  }
  g_hash_table_iter_init (&iter, reports);
  for (guint told = 0; told < count; told += NERTC_QUALITY_MAX) {
    g_autoptr (JsonObject) params = make_params (&iter);

    tell_all (board->quality, board->room, params);
  }
  return G_SOURCE_CONTINUE;
}

static Board *
ensure_board (SrvQuality *self, SrvRoom *room)
{
  Board *board = g_hash_table_lookup (self->boards, room);

  if (board)
    return board;
  board = g_new0 (Board, 1);
  board->quality = self;
  board->room = room;
  board->reports = make_reports ();
  board->timer = g_timeout_source_new (self->interval_ms);
  g_source_set_callback (board->timer, on_interval, board, NULL);
  g_source_attach (board->timer, g_main_context_get_thread_default ());
  g_hash_table_insert (self->boards, room, board);
  return board;
}

/* @up, @down: grades as docs/protocol.md has them, 0 to 6 */
void
srv_quality_report (SrvQuality *self, SrvMember *member, guint up, guint down)
{
  Board *board = ensure_board (self, member->room);
  Report *report = g_new0 (Report, 1);

  report->member = srv_member_ref (member);
  report->up = up;
  report->down = down;
  g_hash_table_replace (board->reports, member, report);
}

/* @member has left: nobody is to hear of its network any more. An empty room is forgotten. */
void
srv_quality_forget (SrvQuality *self, SrvMember *member)
{
  Board *board = g_hash_table_lookup (self->boards, member->room);

  if (!board)
    return;
  g_hash_table_remove (board->reports, member);
  if (member->room->members->len == 0)
    g_hash_table_remove (self->boards, member->room);
}

/* @interval_ms: %SRV_QUALITY_INTERVAL_MS, but in a test */
SrvQuality *
srv_quality_new (SrvQualityTell tell, gpointer user_data, guint interval_ms)
{
  SrvQuality *self = g_new0 (SrvQuality, 1);

  self->tell = tell;
  self->user_data = user_data;
  self->interval_ms = interval_ms;
  self->boards = g_hash_table_new_full (NULL, NULL, NULL, free_board);
  return self;
}

void
srv_quality_free (SrvQuality *self)
{
  g_hash_table_unref (self->boards);
  g_free (self);
}
