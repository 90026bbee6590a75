/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "media-fixture.h"

#include <string.h>

GstElement *
media_get (GstElement *pipeline, const char *name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);

  fail_unless (element != NULL, "%s", name);
  return element;
}

GstPad *
media_get_pad (GstElement *pipeline, const char *name, const char *pad_name)
{
  g_autoptr (GstElement) element = media_get (pipeline, name);
  GstPad *pad = gst_element_get_static_pad (element, pad_name);

  fail_unless (pad != NULL, "%s.%s", name, pad_name);
  return pad;
}

GstElement *
media_start (const char *description, guint base)
{
  GstElement *pipeline = room_pipeline_new (description);

  call_code_pictures (pipeline, "camera", base);
  room_join (pipeline);
  return pipeline;
}

void
media_await_text (GstElement *pipeline, const char *name, const char *part)
{
  for (;;) {
    g_autofree char *text = room_await (pipeline, name);

    if (strstr (text, part))
      return;
  }
}

GstMessage *
media_await_message (GstElement *pipeline, GstMessageType types)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message = NULL;
  g_autoptr (GError) error = NULL;

  nertc_await ((message = gst_bus_pop_filtered (bus, types | GST_MESSAGE_ERROR)) != NULL);
  if (!(GST_MESSAGE_TYPE (message) & types)) {
    gst_message_parse_error (message, &error, NULL);
    ck_abort_msg ("%s", error->message);
  }
  return message;
}

GstPluginFeature *
media_remove_feature (const char *factory)
{
  GstPluginFeature *feature =
      gst_registry_find_feature (gst_registry_get (), factory, GST_TYPE_ELEMENT_FACTORY);

  fail_unless (feature != NULL, "%s", factory);
  gst_registry_remove_feature (gst_registry_get (), feature);
  return feature;
}

void
media_restore_feature (GstPluginFeature *feature)
{
  gst_registry_add_feature (gst_registry_get (), feature);
  gst_object_unref (feature);
}

static void
on_added (NertcRoom *room, NertcStream *stream, MediaMember *self)
{
  self->added++;
}

static void
on_updated (NertcRoom *room, NertcStream *stream, MediaMember *self)
{
  self->updated++;
}

static void
on_removed (NertcRoom *room, NertcStream *stream, NertcCloseReason reason, MediaMember *self)
{
  self->removed++;
}

static void
on_member_updated (NertcRoom *room, NertcMember *member, MediaMember *self)
{
  self->member_updates++;
}

MediaMember *
media_member_new (void)
{
  MediaMember *self = g_new0 (MediaMember, 1);

  self->room = nertc_room_new (nertc_test_server_get_uri (room_server), "standup");
  g_signal_connect (self->room, "stream-added", G_CALLBACK (on_added), self);
  g_signal_connect (self->room, "stream-updated", G_CALLBACK (on_updated), self);
  g_signal_connect (self->room, "stream-removed", G_CALLBACK (on_removed), self);
  g_signal_connect (self->room, "member-updated", G_CALLBACK (on_member_updated), self);
  nertc_room_join_async (self->room, NULL, NULL, NULL);
  nertc_await (nertc_room_get_state (self->room) == NERTC_ROOM_STATE_CONNECTED);
  return self;
}

void
media_member_free (MediaMember *self)
{
  g_signal_handlers_disconnect_by_data (self->room, self);
  nertc_room_leave_async (self->room, NULL, NULL, NULL);
  nertc_await (nertc_room_get_state (self->room) == NERTC_ROOM_STATE_DISCONNECTED);
  g_object_unref (self->room);
  g_free (self);
}

static NertcStream *
find_stream (MediaMember *self)
{
  g_autoptr (GPtrArray) streams = nertc_room_get_streams (self->room);

  return streams->len == 1 ? g_ptr_array_index (streams, 0) : NULL;
}

/* Returns: (transfer none): the one that there is, when it is there */
NertcStream *
media_member_get_stream (MediaMember *self)
{
  NertcStream *stream;

  nertc_await ((stream = find_stream (self)) != NULL);
  return stream;
}
