/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/sdp/sdp.h>

G_BEGIN_DECLS

/* The DTLS certificate fingerprints that a session description announces (RFC 8122). */
GStrv rtc_fingerprints_from_sdp (const GstSDPMessage *sdp);
gboolean rtc_fingerprints_match (const char *const *fingerprints, const char *pem);

G_END_DECLS
