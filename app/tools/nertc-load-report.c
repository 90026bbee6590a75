/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-load-report.h"

#include <json-glib/json-glib.h>

static double
per_second (guint64 count, double seconds)
{
  return seconds > 0 ? (double) count / seconds : 0;
}

static double
ms (gint64 us)
{
  return (double) us / 1000;
}

/* Text */

static void add_line (GString *text, const char *title, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static void
add_line (GString *text, const char *title, const char *format, ...)
{
  va_list arguments;

  g_string_append_printf (text, "%-11s ", title);
  va_start (arguments, format);
  g_string_append_vprintf (text, format, arguments);
  va_end (arguments);
  g_string_append_c (text, '\n');
}

static void
add_times (GString *text, const char *title, const LoadHistogram *times, const char *meaning)
{
  if (times->count > 0)
    add_line (text, title, "p50 %.1f, p99 %.1f, max %.1f ms %s (%" G_GUINT64_FORMAT ")",
              ms (load_histogram_get (times, 0.5)), ms (load_histogram_get (times, 0.99)),
              ms (times->max), meaning, times->count);
}

static void
add_joins (GString *text, const LoadJoins *joins)
{
  add_times (text, "  connect", &joins->connects, "until the WebSocket is open");
  add_times (text, "  answer", &joins->joins, "until room.join is answered");
  add_times (text, "  told", &joins->told, "until another member is told");
  add_times (text, "  all told", &joins->last_told, "until the last one is told");
}

static void
add_messages (GString *text, const LoadOptions *options, const LoadFigures *figures,
              const LoadSummary *summary)
{
  if (figures->sent == 0)
    return;
  add_line (text, "messages", "%" G_GUINT64_FORMAT " sent, %.1f/s", figures->sent,
            per_second (figures->sent, summary->stay_s));
  add_line (text, "deliveries",
            "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT ", %.0f/s; dropped: %" G_GUINT64_FORMAT,
            figures->delays.count, figures->expected,
            per_second (figures->delays.count, summary->stay_s), figures->dropped);
  add_times (text, "  answer", &figures->answers, "until the sender has it");
  add_times (text, "  delay", &figures->delays, "until a receiver has it");
}

static void
add_media (GString *text, const LoadOptions *options, const LoadSummary *summary)
{
  const LoadMediaFigures *media = summary->media;

  if (!media)
    return;
  add_line (text, "media", "%u of %u streams received; publishers: %d, subscribers: %d",
            media->playing, media->expected, options->publishers, options->subscribers);
  add_times (text, "  play", &media->plays, "from asking for a stream to its first frame");
  add_line (text, "  frames", "%" G_GUINT64_FORMAT ", %.0f/s, %.0f kbit/s", media->frames,
            per_second (media->frames, media->seconds),
            per_second (media->bytes, media->seconds) * 8 / 1000);
}

static void
add_server (GString *text, const LoadFigures *figures, const LoadSummary *summary)
{
  if (summary->before.rss == 0)
    return;
  add_line (text, "memory", "%.1f MiB, %.1f before: %.1f KiB per member",
            (double) summary->full.rss / 1048576, (double) summary->before.rss / 1048576,
            (double) (summary->full.rss - summary->before.rss) / 1024 / MAX (summary->joined, 1));
  add_line (text, "CPU time", "%.0f µs per join",
            (double) (summary->full.cpu - summary->before.cpu) /
                (double) MAX (figures->ramp.joins.count, 1));
  if (figures->delays.count > 0)
    add_line (text, "", "%.1f µs per delivery",
              (double) (summary->after.cpu - summary->full.cpu) / (double) figures->delays.count);
}

static int
compare_errors (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (a, b);
}

static void
add_errors (GString *text, const LoadFigures *figures)
{
  GList *kinds = g_list_sort (g_hash_table_get_keys (figures->errors), compare_errors);

  if (!kinds)
    add_line (text, "errors", "none");
  for (GList *l = kinds; l; l = l->next) {
    LoadError *error = g_hash_table_lookup (figures->errors, l->data);

    add_line (text, l == kinds ? "errors" : "", "%" G_GUINT64_FORMAT " × %s%s%s", error->count,
              (const char *) l->data, error->example ? ": " : "",
              error->example ? error->example : "");
  }
  g_list_free (kinds);
}

/* Returns: (transfer full): some lines */
char *
load_report_as_text (const LoadOptions *options, const LoadFigures *figures,
                     const LoadSummary *summary)
{
  GString *text = g_string_new (NULL);

  add_line (text, "server", "%s", options->server);
  add_line (text, "members", "%u of %d in, rooms: %d; lost: %" G_GUINT64_FORMAT, summary->joined,
            options->members, options->rooms, figures->lost);
  add_line (text, "joins", "%.0f/s in %.1f s", per_second (summary->joined, summary->ramp_s),
            summary->ramp_s);
  add_joins (text, &figures->ramp);
  if (figures->left > 0 && figures->churn.joins.count > 0) {
    add_line (text, "came back", "%" G_GUINT64_FORMAT ", %.1f/s", figures->churn.joins.count,
              per_second (figures->churn.joins.count, summary->stay_s));
    add_joins (text, &figures->churn);
  }
  add_messages (text, options, figures, summary);
  add_line (text, "received", "%" G_GUINT64_FORMAT " events, %.1f MiB", figures->events,
            (double) figures->bytes / 1048576);
  add_media (text, options, summary);
  add_server (text, figures, summary);
  add_errors (text, figures);
  return g_string_free (text, FALSE);
}

/* JSON */

static void
set_number (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

static void
set_count (JsonBuilder *builder, const char *name, guint64 count)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64) count);
}

static void
set_times (JsonBuilder *builder, const char *name, const LoadHistogram *times)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  set_count (builder, "count", times->count);
  set_number (builder, "p50", ms (load_histogram_get (times, 0.5)));
  set_number (builder, "p90", ms (load_histogram_get (times, 0.9)));
  set_number (builder, "p99", ms (load_histogram_get (times, 0.99)));
  set_number (builder, "max", ms (times->max));
  json_builder_end_object (builder);
}

static void
set_joins (JsonBuilder *builder, const LoadJoins *joins)
{
  set_times (builder, "connect", &joins->connects);
  set_times (builder, "join", &joins->joins);
  set_times (builder, "told", &joins->told);
  set_times (builder, "allTold", &joins->last_told);
}

static void
set_usage (JsonBuilder *builder, const char *name, const LoadUsage *usage)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  set_count (builder, "rssBytes", (guint64) usage->rss);
  set_number (builder, "cpuSeconds", (double) usage->cpu / G_USEC_PER_SEC);
  json_builder_end_object (builder);
}

static void
set_media (JsonBuilder *builder, const LoadSummary *summary)
{
  const LoadMediaFigures *media = summary->media;

  if (!media)
    return;
  json_builder_set_member_name (builder, "media");
  json_builder_begin_object (builder);
  set_count (builder, "streamsExpected", media->expected);
  set_count (builder, "streams", media->playing);
  set_times (builder, "play", &media->plays);
  set_count (builder, "frames", media->frames);
  set_count (builder, "bytes", media->bytes);
  set_number (builder, "seconds", media->seconds);
  json_builder_end_object (builder);
}

static void
set_server (JsonBuilder *builder, const LoadFigures *figures, const LoadSummary *summary)
{
  if (summary->before.rss == 0)
    return;
  json_builder_set_member_name (builder, "process");
  json_builder_begin_object (builder);
  set_usage (builder, "before", &summary->before);
  set_usage (builder, "full", &summary->full);
  set_usage (builder, "after", &summary->after);
  set_number (builder, "bytesPerMember",
              (double) (summary->full.rss - summary->before.rss) / MAX (summary->joined, 1));
  set_number (builder, "cpuPerJoinMicroseconds",
              (double) (summary->full.cpu - summary->before.cpu) /
                  (double) MAX (figures->ramp.joins.count, 1));
  set_number (builder, "cpuPerDeliveryMicroseconds",
              (double) (summary->after.cpu - summary->full.cpu) /
                  (double) MAX (figures->delays.count, 1));
  json_builder_end_object (builder);
}

static void
set_errors (JsonBuilder *builder, const LoadFigures *figures)
{
  GHashTableIter iter;
  gpointer kind, error;

  json_builder_set_member_name (builder, "errors");
  json_builder_begin_object (builder);
  g_hash_table_iter_init (&iter, figures->errors);
  while (g_hash_table_iter_next (&iter, &kind, &error))
    set_count (builder, kind, ((LoadError *) error)->count);
  json_builder_end_object (builder);
}

static void
set_counts (JsonBuilder *builder, const LoadOptions *options, const LoadFigures *figures,
            const LoadSummary *summary)
{
  set_count (builder, "rooms", (guint64) options->rooms);
  set_count (builder, "members", (guint64) options->members);
  set_count (builder, "joined", summary->joined);
  set_count (builder, "lost", figures->lost);
  set_count (builder, "left", figures->left);
  set_count (builder, "events", figures->events);
  set_count (builder, "bytes", figures->bytes);
  set_count (builder, "messages", figures->sent);
  set_count (builder, "deliveries", figures->delays.count);
  set_count (builder, "deliveriesExpected", figures->expected);
  set_count (builder, "dropped", figures->dropped);
}

/* Returns: (transfer full): one object; times in milliseconds */
char *
load_report_as_json (const LoadOptions *options, const LoadFigures *figures,
                     const LoadSummary *summary)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "server");
  json_builder_add_string_value (builder, options->server);
  set_counts (builder, options, figures, summary);
  set_number (builder, "rampSeconds", summary->ramp_s);
  set_number (builder, "staySeconds", summary->stay_s);
  set_number (builder, "joinsPerSecond", per_second (summary->joined, summary->ramp_s));
  set_number (builder, "deliveriesPerSecond", per_second (figures->delays.count, summary->stay_s));
  set_number (builder, "ownCpuSeconds", (double) summary->own_cpu / G_USEC_PER_SEC);
  set_joins (builder, &figures->ramp);
  json_builder_set_member_name (builder, "churn");
  json_builder_begin_object (builder);
  set_joins (builder, &figures->churn);
  json_builder_end_object (builder);
  set_times (builder, "answer", &figures->answers);
  set_times (builder, "delay", &figures->delays);
  set_media (builder, summary);
  set_server (builder, figures, summary);
  set_errors (builder, figures);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, TRUE);
}
