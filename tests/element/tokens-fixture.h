/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "media-fixture.h"

G_BEGIN_DECLS

/* A server that asks for tokens of the app key "demo", and members who have them. */

#define TOKENS_SECRET "0123456789abcdef0123456789abcdef"
#define TOKENS_HOUR 3600

#define TOKENS_ROOM "roomsignal name=room server=%s channel=standup "
#define TOKENS_CAMERA \
  "videotestsrc is-live=true ! video/x-raw,width=176,height=144,framerate=15/1 ! " \
  "identity name=camera ! nertcsink name=me stream-id=s "
#define TOKENS_VIEWER \
  "nertcsrc name=them subscribe=video ! video/x-raw ! appsink name=picture sync=false "

extern char *tokens_path; /* of a file for a token, empty at first */

void tokens_set_up (void);
void tokens_tear_down (void);

char *tokens_mint (const char *room, const char *uid, NertcMemberRole role, NertcGrants grants,
                   gint64 seconds);
GstElement *tokens_make_member (const char *uid, NertcMemberRole role, NertcGrants grants,
                                const char *description);

GstMessage *tokens_await_message (GstElement *pipeline, GstMessageType type);
void tokens_await_warning (GstElement *pipeline, const char *part);

G_END_DECLS
