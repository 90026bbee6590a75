/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-room.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

NertcTransport *nertc_transport_new (NertcRoom *room, JsonObject *open, NertcMedia media);

void nertc_transport_take_description (NertcTransport *self, JsonObject *params);
void nertc_transport_take_candidate (NertcTransport *self, JsonObject *params);
void nertc_transport_take_update (NertcTransport *self, JsonObject *params);

void nertc_transport_orphan (NertcTransport *self);
void nertc_transport_supersede (NertcTransport *self);
gboolean nertc_transport_is_alive (NertcTransport *self);
void nertc_transport_adopt (NertcTransport *self);
void nertc_transport_close (NertcTransport *self, NertcCloseReason reason);
void nertc_transport_close_later (NertcTransport *self, NertcCloseReason reason);

G_END_DECLS
