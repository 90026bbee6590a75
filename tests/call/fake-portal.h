/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A desktop portal that answers by a script, on a bus of the test's own. */
typedef struct {
  guint32 source_types; /* 0: there is no screen sharing */
  const char *silent;   /* the method that gets no Response */
  const char *refused;  /* the method whose Response has the code below */
  guint32 response;
  gboolean no_streams;
  guint32 node;
  int fd; /* what OpenPipeWireRemote hands out */
} FakePortalScript;

typedef struct _FakePortal FakePortal;

FakePortal *fake_portal_new (const char *bus_address, const FakePortalScript *script);
/* The methods called so far, and what of their arguments matters: "CreateSession
 * SelectSources(3,2)" */
const char *fake_portal_get_calls (FakePortal *self);
void fake_portal_close_session (FakePortal *self);
void fake_portal_free (FakePortal *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakePortal, fake_portal_free)

G_END_DECLS
