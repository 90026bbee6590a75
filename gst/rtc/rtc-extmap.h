/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <gst/sdp/sdp.h>

G_BEGIN_DECLS

/* RTP header extensions (RFC 8285), as SDP has them and as caps have them: `extmap-1` and on */

/* Counts the packets of all tracks of a connection, so that the other end can tell how each fared
 */
#define RTC_TRANSPORT_WIDE_URI \
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

/* What is offered */
#define RTC_TRANSPORT_WIDE_EXTMAP "3 " RTC_TRANSPORT_WIDE_URI

guint rtc_extmap_find_id (const GstCaps *caps, const char *uri);
void rtc_extmap_set (GstCaps *caps, const char *extmap);
const char *rtc_extmap_find (const GstSDPMessage *sdp, const char *media, const char *uri);

G_END_DECLS
