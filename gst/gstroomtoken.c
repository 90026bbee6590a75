/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstroomtoken.h"

#include "gstroomevents.h"

typedef struct {
  GstElement *element;
  NertcRoom *room;
  char *token; /* (nullable) */
} Renewal;

static void
renewal_free (gpointer data)
{
  Renewal *renewal = data;

  gst_object_unref (renewal->element);
  g_object_unref (renewal->room);
  g_free (renewal->token);
  g_free (renewal);
}

static void
on_renewed (GObject *room, GAsyncResult *result, gpointer data)
{
  g_autoptr (GstElement) element = data;
  g_autoptr (GError) error = NULL;

  /* That it was is told by the room. */
  if (!nertc_room_renew_token_finish (NERTC_ROOM (room), result, &error))
    gst_room_events_announce_renewal (element, error);
}

static gboolean
start_renewal (gpointer data)
{
  Renewal *renewal = data;

  nertc_room_renew_token_async (renewal->room, renewal->token, NULL, on_renewed,
                                gst_object_ref (renewal->element));
  return G_SOURCE_REMOVE;
}

/*
 * gst_room_token_renew:
 * @element: tells how it went, by the signal and message token-renewed
 * @token: (nullable): %NULL or empty: what the room finds itself
 *
 * Renews the token in the thread of the room.
 */
void
gst_room_token_renew (GstElement *element, NertcRoom *room, const char *token)
{
  Renewal *renewal = g_new (Renewal, 1);

  renewal->element = gst_object_ref (element);
  renewal->room = g_object_ref (room);
  renewal->token = token && *token ? g_strdup (token) : NULL;
  g_main_context_invoke_full (nertc_room_get_context (room), G_PRIORITY_DEFAULT, start_renewal,
                              renewal, renewal_free);
}

/* @renew: what carries out the action; gets the element and the token */
void
gst_room_token_install (GType type, GCallback renew)
{
  /**
   * GstRoomSignal::renew-token:
   * @roomsignal: the element
   * @token: (nullable): the new token; %NULL or empty: the one that #GstRoomSignal:token,
   *   #GstRoomSignal:token-file or the environment have now
   *
   * Gives the server a token that counts longer, without leaving the room.
   * #GstRoomSignal::token-renewed tells how it went.
   */
  g_signal_new_class_handler ("renew-token", type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, renew, NULL,
                              NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}
