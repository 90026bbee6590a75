/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What happens and what is there, for Prometheus */

#include "error-name.h"
#include "exposition.h"
#include "http-operations.h"
#include "metrics.h"
#include "node-figures.h"
#include "process-figures.h"

/* What has one sample */

typedef struct {
  const char *name;
  const char *help;
  gsize offset; /* in SrvMetrics */
} Row;

static const Row gauges[] = {
  { "nertc_connections", "Connections.", G_STRUCT_OFFSET (SrvMetrics, connections) },
  { "nertc_connections_waiting", "Those of them that are in no room.",
    G_STRUCT_OFFSET (SrvMetrics, connections_waiting) },
  { "nertc_members", "Members of all rooms, those who are away included.",
    G_STRUCT_OFFSET (SrvMetrics, members) },
  { "nertc_streams", "Streams that are published.", G_STRUCT_OFFSET (SrvMetrics, streams) },
  { "nertc_subscriptions", "Subscriptions to them.", G_STRUCT_OFFSET (SrvMetrics, subscriptions) },
};

static const Row counters[] = {
  { "nertc_connections_accepted_total", "Connections that were accepted.",
    G_STRUCT_OFFSET (SrvMetrics, connections_accepted) },
  { "nertc_connections_refused_total", "Connections that were closed at once, as too many were.",
    G_STRUCT_OFFSET (SrvMetrics, connections_refused) },
  { "nertc_joins_total", "Members that joined a room.", G_STRUCT_OFFSET (SrvMetrics, joins) },
  { "nertc_resumes_total", "Members that came back after their connection was lost.",
    G_STRUCT_OFFSET (SrvMetrics, resumes) },
  { "nertc_transports_failed_total", "Connections for media of which a member said that it failed.",
    G_STRUCT_OFFSET (SrvMetrics, transports_failed) },
  { "nertc_messages_received_total", "Messages that clients sent.",
    G_STRUCT_OFFSET (SrvMetrics, messages_received) },
  { "nertc_messages_sent_total", "Messages that were written to clients.",
    G_STRUCT_OFFSET (SrvMetrics, messages_sent) },
  { "nertc_received_bytes_total", "Bytes of WebSockets that were read, before TLS.",
    G_STRUCT_OFFSET (SrvMetrics, bytes_received) },
  { "nertc_sent_bytes_total", "Bytes of WebSockets that were written, before TLS.",
    G_STRUCT_OFFSET (SrvMetrics, bytes_sent) },
};

static void
add_rows (GString *page, const Row *rows, gsize count, const char *type)
{
  for (gsize i = 0; i < count; i++) {
    srv_exposition_begin (page, rows[i].name, type, rows[i].help);
    srv_exposition_add_count (page, rows[i].name, NULL, NULL,
                              G_STRUCT_MEMBER (guint64, &srv_metrics, rows[i].offset));
  }
}

static void
add_gauge (GString *page, const char *name, const char *help, guint64 value)
{
  srv_exposition_begin (page, name, "gauge", help);
  srv_exposition_add_count (page, name, NULL, NULL, value);
}

static void
add_what_is_there (GString *page, SrvHub *hub)
{
  SrvMediaPlane *plane = srv_hub_get_media_plane (hub);
  const SrvAway *away = srv_hub_get_away (hub);

  add_gauge (page, "nertc_rooms", "Rooms.", srv_rooms_count (srv_hub_get_rooms (hub)));
  add_gauge (page, "nertc_transports", "Connections for media that are open, or opening.",
             g_hash_table_size (srv_media_plane_get_transports (plane)));
  add_gauge (page, "nertc_members_away", "Members whose connection is lost, and who may come back.",
             away->count);
  add_gauge (page, "nertc_away_bytes", "What is kept for them.", away->size);
}

/* What has one for each value of a label */

static void
add_errors (GString *page)
{
  const char *name = "nertc_errors_total";

  srv_exposition_begin (page, name, "counter", "Errors that clients were answered with.");
  for (guint i = 0; i < srv_error_names_count (); i++)
    srv_exposition_add_count (page, name, "code", srv_error_name_at (i), srv_metrics.errors[i]);
}

/* Those for which members leave; streams and transports end for others, too. */
static const NertcCloseReason reasons[] = {
  NERTC_CLOSE_REASON_LEFT,        NERTC_CLOSE_REASON_TIMEOUT,  NERTC_CLOSE_REASON_KICKED,
  NERTC_CLOSE_REASON_BANNED,      NERTC_CLOSE_REASON_REPLACED, NERTC_CLOSE_REASON_EXPIRED,
  NERTC_CLOSE_REASON_CLOSED,      NERTC_CLOSE_REASON_SHUTDOWN, NERTC_CLOSE_REASON_RATE,
  NERTC_CLOSE_REASON_SLOW_READER,
};

static void
add_leaves (GString *page)
{
  const char *name = "nertc_leaves_total";

  srv_exposition_begin (page, name, "counter", "Members that are in their room no more.");
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    srv_exposition_add_count (page, name, "reason", nertc_close_reason_to_string (reasons[i]),
                              srv_metrics.leaves[reasons[i]]);
}

static const char *const drop_names[SRV_DROPS] = {
  [SRV_DROP_SLOW_READER] = "slow-reader",
  [SRV_DROP_NOT_KEPT] = "not-kept",
};

/* A barrage is dropped for one receiver, as another one may get it. */
static void
add_drops (GString *page, SrvHub *hub)
{
  const char *name = "nertc_queue_drops_total";

  srv_exposition_begin (page, name, "counter", "What was dropped as too much of it waited.");
  for (guint i = 0; i < SRV_DROPS; i++)
    srv_exposition_add_count (page, name, "what", drop_names[i], srv_metrics.drops[i]);
  srv_exposition_add_count (page, name, "what", "barrage",
                            srv_messages_count_dropped (srv_hub_get_messages (hub)));
}

/* "The histogram must have a bucket with {le="+Inf"}. Its value must be identical to the value of
 * x_count"; each bucket counts what is in those before it, too. */
static void
add_latency (GString *page)
{
  const char *name = "nertc_event_latency_seconds";
  const SrvHistogram *histogram = &srv_metrics.event_latency;
  guint64 count = 0;

  srv_exposition_begin (page, name, "histogram",
                        "From reading what brings a message about to writing the message.");
  for (guint i = 0; i <= SRV_LATENCY_BUCKETS; i++) {
    char bound[G_ASCII_DTOSTR_BUF_SIZE] = "+Inf";

    if (i < SRV_LATENCY_BUCKETS)
      g_ascii_formatd (bound, sizeof bound, "%g", srv_latency_buckets[i] / 1e6);
    count += histogram->counts[i];
    srv_exposition_add_count (page, "nertc_event_latency_seconds_bucket", "le", bound, count);
  }
  srv_exposition_add (page, "nertc_event_latency_seconds_sum", NULL, NULL,
                      (double) histogram->sum / G_USEC_PER_SEC);
  srv_exposition_add_count (page, "nertc_event_latency_seconds_count", NULL, NULL, count);
}

static const struct {
  const char *name;
  const char *type;
  const char *help;
  gsize offset; /* in SrvWebhookFigures */
} webhook_rows[] = {
  { "nertc_webhook_events_delivered_total", "counter", "Events that the webhook took.",
    G_STRUCT_OFFSET (SrvWebhookFigures, delivered) },
  { "nertc_webhook_events_dropped_total", "counter",
    "Events that were given up, or had to make room for later ones.",
    G_STRUCT_OFFSET (SrvWebhookFigures, dropped) },
  { "nertc_webhook_failures_total", "counter", "Attempts to deliver an event that failed.",
    G_STRUCT_OFFSET (SrvWebhookFigures, failures) },
  { "nertc_webhook_events_waiting", "gauge", "Events that are still to be delivered.",
    G_STRUCT_OFFSET (SrvWebhookFigures, waiting) },
};

/* Their label is a number: a URL may have a secret in it. */
static void
add_webhooks (GString *page)
{
  for (guint i = 0; i < G_N_ELEMENTS (webhook_rows); i++) {
    const char *name = webhook_rows[i].name;

    srv_exposition_begin (page, name, webhook_rows[i].type, webhook_rows[i].help);
    for (guint j = 0; j < srv_metrics.webhook_count; j++) {
      char number[12];

      g_snprintf (number, sizeof number, "%u", j + 1);
      srv_exposition_add_count (
          page, name, "webhook", number,
          G_STRUCT_MEMBER (guint64, &srv_metrics.webhooks[j], webhook_rows[i].offset));
    }
  }
}

static char *
render (SrvHub *hub)
{
  GString *page = g_string_sized_new (8192);

  srv_exposition_begin (page, "nertc_build_info", "gauge", "The version, as a label.");
  srv_exposition_add_count (page, "nertc_build_info", "version", NERTC_VERSION, 1);
  add_what_is_there (page, hub);
  add_rows (page, gauges, G_N_ELEMENTS (gauges), "gauge");
  add_rows (page, counters, G_N_ELEMENTS (counters), "counter");
  add_leaves (page);
  add_errors (page);
  add_drops (page, hub);
  add_latency (page);
  add_webhooks (page);
  srv_node_figures_add (page, srv_hub_get_media_plane (hub));
  srv_process_figures_add (page, srv_metrics.started);
  return g_string_free (page, FALSE);
}

GPtrArray *
srv_http_metrics (SrvHttpRequest *request, GError **error)
{
  request->text = render (request->hub);
  request->type = SRV_EXPOSITION_TYPE;
  return g_ptr_array_new ();
}
