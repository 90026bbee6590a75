/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-fixture.h"

G_BEGIN_DECLS

#define MEDIA_ROOM "roomsignal server=%s channel=standup "

/* A source of coded pictures, to be numbered by media_start() */
#define MEDIA_CAMERA \
  "videotestsrc is-live=true ! video/x-raw,width=176,height=144,framerate=30/1 ! " \
  "identity name=camera ! "
#define MEDIA_MICROPHONE(frequency) \
  "audiotestsrc is-live=true samplesperbuffer=960 freq=" #frequency " ! "
#define MEDIA_PICTURE "video/x-raw ! appsink name=picture sync=false "
#define MEDIA_SOUND "audio/x-raw ! appsink name=sound sync=false "

GstElement *media_get (GstElement *pipeline, const char *name);
GstPad *media_get_pad (GstElement *pipeline, const char *name, const char *pad_name);

/* Makes a pipeline, numbers the pictures of its camera, and joins. */
GstElement *media_start (const char *description, guint base);

/* Waits for the element message @name with @part in it; what came before is dropped. */
void media_await_text (GstElement *pipeline, const char *name, const char *part);

/* Waits for a message of one of the types; an error that is not asked for is a failure. */
GstMessage *media_await_message (GstElement *pipeline, GstMessageType types);

/* A member who has nothing but the room, on the main context of the test */
typedef struct {
  NertcRoom *room;
  guint added; /* streams, as the next */
  guint removed;
  guint updated;
  guint member_updates;
} MediaMember;

MediaMember *media_member_new (void);
void media_member_free (MediaMember *self);
NertcStream *media_member_get_stream (MediaMember *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MediaMember, media_member_free)

/* While its feature is away, an element is missing as if its package were not installed. */
GstPluginFeature *media_remove_feature (const char *factory);
void media_restore_feature (GstPluginFeature *feature);

G_END_DECLS
