/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-load-figures.h"
#include "nertc-load-message.h"
#include "nertc-load-options.h"
#include "nertc-load-socket.h"

G_BEGIN_DECLS

/* One simulated member: on its way into a room, in it, out of it. */
typedef struct _LoadMember LoadMember;

typedef enum {
  LOAD_MEMBER_OUT,
  LOAD_MEMBER_CONNECTING,
  LOAD_MEMBER_JOINING,
  LOAD_MEMBER_IN,
  LOAD_MEMBER_LEAVING,
} LoadMemberState;

#define LOAD_MEMBER_STATES (LOAD_MEMBER_LEAVING + 1)

/* What all of them share */
typedef struct {
  const LoadOptions *options;
  LoadFigures *figures;
  LoadPoller *poller;
  LoadMember *members;
  guint *present;                   /* by room */
  guint counts[LOAD_MEMBER_STATES]; /* by state */
} LoadScene;

/* Requests whose answers are waited for, of which the time is known */
#define LOAD_PENDING 8

struct _LoadMember {
  LoadSocket socket; /* first: it is what callbacks are given */
  LoadScene *scene;
  guint index;
  LoadMemberState state;
  gint64 started; /* to connect */
  gint64 joined;  /* when room.join was sent */
  gint64 last_told;
  gint64 requests;
  gint64 sent_at[LOAD_PENDING];
  gint64 seq; /* of its last event */
};

extern const LoadSocketCallbacks load_member_callbacks;

void load_member_init (LoadMember *self, LoadScene *scene, guint index);
void load_member_clear (LoadMember *self);
void load_member_enter (LoadMember *self);
void load_member_leave (LoadMember *self);
void load_member_say (LoadMember *self);

G_END_DECLS
