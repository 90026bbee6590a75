/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-types.h"

G_BEGIN_DECLS

#define NERTC_TYPE_TRANSPORT (nertc_transport_get_type ())
NERTC_API
G_DECLARE_FINAL_TYPE (NertcTransport, nertc_transport, NERTC, TRANSPORT, GObject)

NERTC_API const char *nertc_transport_get_id (NertcTransport *self);
NERTC_API const char *nertc_transport_get_stream_id (NertcTransport *self);
NERTC_API const char *nertc_transport_get_uid (NertcTransport *self);
NERTC_API NertcRole nertc_transport_get_role (NertcTransport *self);
NERTC_API NertcMedia nertc_transport_get_media (NertcTransport *self);
NERTC_API NertcMedia nertc_transport_get_wanted (NertcTransport *self);
NERTC_API const char *const *nertc_transport_get_ice_servers (NertcTransport *self);
NERTC_API gboolean nertc_transport_is_open (NertcTransport *self);

NERTC_API void nertc_transport_send_description (NertcTransport *self, NertcDescriptionType type,
                                                 const char *sdp);
NERTC_API void nertc_transport_send_candidate (NertcTransport *self, guint sdp_m_line_index,
                                               const char *candidate);
NERTC_API void nertc_transport_report_playing (NertcTransport *self);
NERTC_API void nertc_transport_report_failed (NertcTransport *self, NertcFailure failure,
                                              const char *message);
NERTC_API void nertc_transport_report_recovered (NertcTransport *self);

G_END_DECLS
