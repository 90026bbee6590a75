/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-load-crowd.h"

#include "nertc-load-member.h"

#include <sys/resource.h>

/* How long those who leave may take, and those who are still on their way */
#define PATIENCE (5 * G_USEC_PER_SEC)

#define SETTLE (G_USEC_PER_SEC / 5)

/* So much later a message is still sent. */
#define LATE_S 0.1

/* What one turn does of a kind, so that what comes in is read in time */
#define TURN_MAX 64

struct _LoadCrowd {
  LoadScene scene;
  gint64 began;  /* to join */
  gint64 stayed; /* from when on all were in */
  guint entered; /* members who have tried at least once */
  guint64 said;
  guint64 churned;
  guint next_leaver;
};

LoadCrowd *
load_crowd_new (const LoadOptions *options, const LoadTarget *target, LoadFigures *figures)
{
  LoadCrowd *self = g_new0 (LoadCrowd, 1);
  LoadScene *scene = &self->scene;

  scene->options = options;
  scene->figures = figures;
  scene->poller = load_poller_new (target, &load_member_callbacks);
  scene->present = g_new0 (guint, options->rooms);
  scene->members = g_new0 (LoadMember, options->members);
  for (int i = 0; i < options->members; i++)
    load_member_init (&scene->members[i], scene, (guint) i);
  return self;
}

void
load_crowd_free (LoadCrowd *self)
{
  for (int i = 0; i < self->scene.options->members; i++)
    load_member_clear (&self->scene.members[i]);
  load_poller_free (self->scene.poller);
  g_free (self->scene.present);
  g_free (self->scene.members);
  g_free (self);
}

/* Returns: how many of something are due by now */
static guint64
count_due (double rate, gint64 since)
{
  return (guint64) (rate * (double) (g_get_monotonic_time () - since) / G_USEC_PER_SEC);
}

static guint
count_on_their_way (const LoadScene *scene)
{
  return scene->counts[LOAD_MEMBER_CONNECTING] + scene->counts[LOAD_MEMBER_JOINING];
}

/* Joining */

static void
enter_some (LoadCrowd *self)
{
  const LoadOptions *options = self->scene.options;
  guint64 due = options->join_rate > 0 ? 1 + count_due (options->join_rate, self->began)
                                       : (guint64) options->members;

  for (guint i = 0; i < TURN_MAX && self->entered < MIN (due, (guint64) options->members) &&
                    count_on_their_way (&self->scene) < (guint) options->joining;
       i++)
    load_member_enter (&self->scene.members[self->entered++]);
}

static gboolean
is_ramping (LoadCrowd *self)
{
  return self->entered < (guint) self->scene.options->members ||
         count_on_their_way (&self->scene) > 0;
}

/* Staying */

/* The first of each room, then the second of each, and so on. What could not be said in time, as
 * the machine was busy, is left out: a burst would be another load than was asked for. */
static void
say_some (LoadCrowd *self)
{
  const LoadOptions *options = self->scene.options;
  double rate = options->message_rate * options->rooms;
  guint64 due = count_due (rate, self->stayed);
  guint64 late = TURN_MAX + (guint64) (rate * LATE_S);

  if (due > self->said + late)
    self->said = due - late;

  for (guint i = 0; i < TURN_MAX && self->said < due; i++)
    load_member_say (&self->scene.members[self->said++ % (guint) options->members]);
}

/* One who is in leaves, and one who is out comes back, of those in turn. */
static void
churn_some (LoadCrowd *self)
{
  const LoadOptions *options = self->scene.options;
  guint64 due = count_due (options->churn, self->stayed);

  for (guint i = 0; i < TURN_MAX && self->churned < due; i++, self->churned++)
    load_member_leave (&self->scene.members[self->next_leaver++ % (guint) options->members]);
}

static void
bring_back (LoadCrowd *self)
{
  const LoadOptions *options = self->scene.options;

  if (options->churn <= 0 || self->scene.counts[LOAD_MEMBER_OUT] == 0)
    return;
  /* Those who left last are right before the next one. */
  for (guint i = 1; i <= MIN (2 * TURN_MAX, (guint) options->members); i++) {
    LoadMember *member = &self->scene.members[(self->next_leaver + (guint) options->members - i) %
                                              (guint) options->members];

    if (member->state == LOAD_MEMBER_OUT)
      load_member_enter (member);
  }
}

static gboolean
is_staying (LoadCrowd *self)
{
  const LoadOptions *options = self->scene.options;

  return count_due (1000, self->stayed) < (guint64) (options->duration * 1000) &&
         self->scene.counts[LOAD_MEMBER_IN] + count_on_their_way (&self->scene) +
                 self->scene.counts[LOAD_MEMBER_LEAVING] >
             0;
}

/* Leaving */

static void
leave_some (LoadCrowd *self)
{
  guint count = 0;

  for (int i = 0; i < self->scene.options->members && count < TURN_MAX; i++) {
    LoadMember *member = &self->scene.members[i];

    if (member->state == LOAD_MEMBER_IN) {
      load_member_leave (member);
      count++;
    }
  }
}

static void
leave_all (LoadCrowd *self, const volatile sig_atomic_t *stop)
{
  gint64 limit = g_get_monotonic_time () + PATIENCE;

  while (self->scene.counts[LOAD_MEMBER_OUT] < (guint) self->scene.options->members &&
         g_get_monotonic_time () < limit && *stop < 2) {
    leave_some (self);
    load_poller_run (self->scene.poller, 1);
  }
}

/* What is on its way when nothing is sent any more */
static void
hear_the_rest (LoadCrowd *self, const volatile sig_atomic_t *stop)
{
  LoadFigures *figures = self->scene.figures;
  gint64 limit = g_get_monotonic_time () + PATIENCE;

  while (figures->delays.count + figures->dropped < figures->expected && figures->lost == 0 &&
         self->scene.options->churn <= 0 && g_get_monotonic_time () < limit && *stop < 2)
    load_poller_run (self->scene.poller, 10);
}

/* Those who are in their rooms count, too. */
static void
count_last_told (LoadCrowd *self)
{
  for (int i = 0; i < self->scene.options->members; i++) {
    LoadMember *member = &self->scene.members[i];

    if (member->last_told)
      load_histogram_add (&self->scene.figures->now->last_told, member->last_told);
    member->last_told = 0;
  }
}

static double
get_seconds_since (gint64 since)
{
  return (double) (g_get_monotonic_time () - since) / G_USEC_PER_SEC;
}

static void
look_at_server (LoadCrowd *self, LoadUsage *usage)
{
  if (self->scene.options->server_pid > 0)
    load_process_get_usage (self->scene.options->server_pid, usage, NULL);
}

/* Those who are told of the last join hear it before the next thing begins. */
static void
settle (LoadCrowd *self, const volatile sig_atomic_t *stop)
{
  gint64 limit = g_get_monotonic_time () + SETTLE;

  while (!*stop && g_get_monotonic_time () < limit)
    load_poller_run (self->scene.poller, 10);
  count_last_told (self);
  self->scene.figures->now = &self->scene.figures->churn;
}

static void
ramp (LoadCrowd *self, const volatile sig_atomic_t *stop, LoadSummary *summary)
{
  look_at_server (self, &summary->before);
  self->began = g_get_monotonic_time ();
  while (!*stop && is_ramping (self)) {
    enter_some (self);
    load_poller_run (self->scene.poller, 1);
  }
  summary->ramp_s = get_seconds_since (self->began);
  settle (self, stop);
  summary->joined = self->scene.counts[LOAD_MEMBER_IN];
  look_at_server (self, &summary->full);
}

static void
stay (LoadCrowd *self, const volatile sig_atomic_t *stop, LoadSummary *summary)
{
  self->stayed = g_get_monotonic_time ();
  while (!*stop && is_staying (self)) {
    say_some (self);
    bring_back (self);
    churn_some (self);
    load_poller_run (self->scene.poller, 1);
  }
  hear_the_rest (self, stop);
  summary->stay_s = get_seconds_since (self->stayed);
  look_at_server (self, &summary->after);
}

/* @stop: is set by a signal: what was measured so far is the result; 2: at once */
void
load_crowd_run (LoadCrowd *self, const volatile sig_atomic_t *stop, LoadSummary *summary)
{
  struct rusage usage;

  ramp (self, stop, summary);
  stay (self, stop, summary);
  count_last_told (self);
  leave_all (self, stop);
  getrusage (RUSAGE_SELF, &usage);
  summary->own_cpu = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC +
                     usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}
