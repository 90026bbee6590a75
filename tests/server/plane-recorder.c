/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plane-recorder.h"

#include <string.h>

#define WATCHDOG_SECONDS 60

void
plane_recorder_init (PlaneRecorder *self)
{
  self->told = g_ptr_array_new_with_free_func (g_free);
}

void
plane_recorder_clear (PlaneRecorder *self)
{
  g_ptr_array_unref (self->told);
  g_free (self->transport);
}

void
plane_recorder_tell (PlaneRecorder *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_add (self->told, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/* Ids of a media server can be foreseen here, as NODE:NUMBER; those of others are random. */
static const char *
get_name (const char *transport_id)
{
  return strchr (transport_id, ':') ? transport_id : "";
}

static void
on_open (SrvMember *to, const SrvTransportOffer *offer, gpointer user_data)
{
  PlaneRecorder *self = user_data;
  const char *name = get_name (offer->transport_id);

  g_free (self->transport);
  self->transport = g_strdup (offer->transport_id);
  self->opened_at = g_get_monotonic_time ();
  plane_recorder_tell (self, "%s: open%s%s as %s for %s%s%s", to->uid, *name ? " " : "", name,
                       offer->role == SRV_ROLE_SENDER ? "sender" : "receiver", offer->stream->id,
                       offer->audio ? " audio" : "", offer->video ? " video" : "");
}

static void
on_description (SrvMember *to, const char *transport_id, const char *type, const char *sdp,
                gpointer user_data)
{
  plane_recorder_tell (user_data, "%s: %s %s", to->uid, type, sdp);
}

static void
on_candidate (SrvMember *to, const char *transport_id, guint m_line_index, const char *candidate,
              gpointer user_data)
{
  plane_recorder_tell (user_data, "%s: candidate %u %s", to->uid, m_line_index, candidate);
}

static void
on_adopt (SrvMember *to, const char *transport_id, gboolean audio, gboolean video,
          gpointer user_data)
{
  plane_recorder_tell (user_data, "%s: adopt %s%s%s", to->uid, transport_id, audio ? " audio" : "",
                       video ? " video" : "");
}

static void
on_update (SrvMember *to, const char *transport_id, gboolean audio, gboolean video,
           gpointer user_data)
{
  plane_recorder_tell (user_data, "%s: update%s%s", to->uid, audio ? " audio" : "",
                       video ? " video" : "");
}

static void
on_close (SrvMember *to, const char *transport_id, NertcCloseReason reason, gpointer user_data)
{
  PlaneRecorder *self = user_data;
  const char *name = get_name (transport_id);

  if (!*name)
    name = g_strcmp0 (transport_id, self->transport) == 0 ? "this one" : "older one";
  plane_recorder_tell (self, "%s: close %s %s", to->uid, name,
                       nertc_close_reason_to_string (reason));
}

static void
on_unheard (SrvStream *stream, gpointer user_data)
{
  plane_recorder_tell (user_data, "%s is unheard", stream->id);
}

const SrvTransportEvents plane_recorder_events = {
  .open = on_open,
  .description = on_description,
  .candidate = on_candidate,
  .adopt = on_adopt,
  .update = on_update,
  .close = on_close,
  .disown = on_close,
  .unheard = on_unheard,
};

void
plane_recorder_assert (PlaneRecorder *self, const char *expected)
{
  g_autofree char *text = NULL;

  g_ptr_array_add (self->told, NULL);
  text = g_strjoinv (", ", (char **) self->told->pdata);
  g_ptr_array_set_size (self->told, 0);
  g_assert_cmpstr (text, ==, expected);
}

static gboolean
on_watchdog (gpointer user_data)
{
  g_error ("nobody was told anything in %d s", WATCHDOG_SECONDS);
  return G_SOURCE_REMOVE;
}

void
plane_recorder_await (PlaneRecorder *self)
{
  guint watchdog = g_timeout_add_seconds (WATCHDOG_SECONDS, on_watchdog, NULL);

  while (self->told->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (watchdog);
}
