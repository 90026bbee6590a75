/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertcmonitor.h"

#include "rtc-stats.h"

#define REPORT_INTERVAL_MS 2000
#define LISTEN_INTERVAL_MS 100

static const char monitor_key[] = "gst-nertc-monitor";

typedef struct {
  GObject *object; /* not owned: it takes itself out */
  GstNertcReporterFuncs funcs;
} Reporter;

typedef struct {
  NertcRoom *room; /* not owned: it owns the monitor */
  GArray *reporters;
  GSource *report_timer;
  GSource *listen_timer;
  RtcSpeaker *speaker;
  gboolean has_told; /* the room something else than that nothing is known */
} Monitor;

/* Returns: (element-type Reporter): whose objects are kept alive: one may go amidst the round */
static GArray *
copy_reporters (Monitor *self)
{
  GArray *reporters = g_array_copy (self->reporters);

  for (guint i = 0; i < reporters->len; i++)
    g_object_ref (g_array_index (reporters, Reporter, i).object);
  return reporters;
}

static void
free_reporters (GArray *reporters)
{
  for (guint i = 0; i < reporters->len; i++)
    g_object_unref (g_array_index (reporters, Reporter, i).object);
  g_array_unref (reporters);
}

static void
tell_quality (Monitor *self, guint up, guint down)
{
  gboolean known = up > 0 || down > 0;

  if (known || self->has_told)
    nertc_room_report_quality (self->room, (NertcQuality) up, (NertcQuality) down);
  self->has_told = known;
}

static gboolean
on_report (gpointer user_data)
{
  g_autoptr (GArray) up = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) down = g_array_new (FALSE, FALSE, sizeof (guint));
  Monitor *self = user_data;
  GArray *reporters = copy_reporters (self);

  for (guint i = 0; i < reporters->len; i++) {
    const Reporter *reporter = &g_array_index (reporters, Reporter, i);

    reporter->funcs.report (reporter->object, up, down);
  }
  tell_quality (self, rtc_quality_median (up), rtc_quality_median (down));
  free_reporters (reporters);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_listen (gpointer user_data)
{
  g_autoptr (GArray) voices = g_array_new (FALSE, FALSE, sizeof (RtcVoice));
  Monitor *self = user_data;

  for (guint i = 0; i < self->reporters->len; i++) {
    const Reporter *reporter = &g_array_index (self->reporters, Reporter, i);

    if (reporter->funcs.listen)
      reporter->funcs.listen (reporter->object, voices);
  }
  if (rtc_speaker_listen (self->speaker, (const RtcVoice *) (void *) voices->data, voices->len,
                          g_get_monotonic_time ()))
    nertc_room_report_speaker (self->room, rtc_speaker_get_id (self->speaker),
                               rtc_speaker_get_level (self->speaker));
  return G_SOURCE_CONTINUE;
}

static GSource *
start_timer (Monitor *self, guint interval_ms, GSourceFunc func)
{
  GSource *timer = g_timeout_source_new (interval_ms);

  g_source_set_callback (timer, func, self, NULL);
  g_source_attach (timer, nertc_room_get_context (self->room));
  return timer;
}

static void
stop_timer (GSource *timer)
{
  g_source_destroy (timer);
  g_source_unref (timer);
}

static void
free_monitor (gpointer data)
{
  Monitor *self = data;

  stop_timer (self->report_timer);
  stop_timer (self->listen_timer);
  g_array_unref (self->reporters);
  rtc_speaker_free (self->speaker);
  g_free (self);
}

static Monitor *
ensure_monitor (NertcRoom *room)
{
  Monitor *self = g_object_get_data (G_OBJECT (room), monitor_key);

  if (self)
    return self;
  self = g_new0 (Monitor, 1);
  self->room = room;
  self->reporters = g_array_new (FALSE, FALSE, sizeof (Reporter));
  self->speaker = rtc_speaker_new ();
  self->report_timer = start_timer (self, REPORT_INTERVAL_MS, on_report);
  self->listen_timer = start_timer (self, LISTEN_INTERVAL_MS, on_listen);
  g_object_set_data_full (G_OBJECT (room), monitor_key, self, free_monitor);
  return self;
}

/* @reporter: a #GObject that has to be removed before it ends */
void
gst_nertc_monitor_add (NertcRoom *room, gpointer reporter, const GstNertcReporterFuncs *funcs)
{
  Reporter added = { reporter, *funcs };

  g_array_append_val (ensure_monitor (room)->reporters, added);
}

/* With the last one everything ends, and the room hears of that. */
static void
end (Monitor *self)
{
  NertcRoom *room = self->room;

  tell_quality (self, 0, 0);
  if (rtc_speaker_get_id (self->speaker))
    nertc_room_report_speaker (room, NULL, -127);
  g_object_set_data (G_OBJECT (room), monitor_key, NULL);
}

void
gst_nertc_monitor_remove (NertcRoom *room, gpointer reporter)
{
  Monitor *self = g_object_get_data (G_OBJECT (room), monitor_key);

  if (!self)
    return;
  for (guint i = self->reporters->len; i > 0; i--) {
    if (g_array_index (self->reporters, Reporter, i - 1).object == reporter)
      g_array_remove_index (self->reporters, i - 1);
  }
  if (self->reporters->len == 0)
    end (self);
}
