/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-stats.h"

G_BEGIN_DECLS

/*
 * What the other end tells by RTCP (RFC 3550): receiver reports of what this end sends, and sender
 * reports that tell when a packet was captured. Read from the packets themselves: webrtcbin's
 * statistics keep one report block for all tracks of a connection.
 *
 * It also adds to what this end tells. rtpsession puts off its receiver report whenever it asks for
 * a key frame, so that on a bad path, where that is done all the time, there would be none: the
 * sender would not know just when it matters. So the report goes along with the request (RFC 4585,
 * section 3.1: a full compound packet), at most four times a second.
 *
 * Thread-safe; reference counted, as the session that it watches may live longer than the peer.
 */
typedef struct _RtcReports RtcReports;

RtcReports *rtc_reports_new (void);
void rtc_reports_unref (RtcReports *self);

void rtc_reports_watch (RtcReports *self, GstElement *rtpsession);
void rtc_reports_watch_arrivals (RtcReports *self, GstElement *rtpjitterbuffer);
void rtc_reports_take_arrival (RtcReports *self, GstBuffer *rtp);
gboolean rtc_reports_add (RtcReports *self, GstBuffer *rtcp, GstClockTime ntp_now);
void rtc_reports_take (RtcReports *self, GstBuffer *rtcp, GstClockTime ntp_now);

void rtc_reports_read_sent (RtcReports *self, guint32 ssrc, guint clock_rate, GstClockTime ntp_now,
                            RtcTrackStats *stats);
void rtc_reports_read_received (RtcReports *self, guint32 ssrc, guint clock_rate,
                                RtcTrackStats *stats);
gboolean rtc_reports_get_capture (RtcReports *self, guint32 ssrc, guint clock_rate,
                                  guint32 rtp_time, GstClockTime *ntp_time);

gboolean rtc_reports_get_arrival (RtcReports *self, guint32 ssrc, guint32 rtp_time,
                                  GstClockTime *ntp_time);

GstClockTime rtc_ntp_now (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcReports, rtc_reports_unref)

G_END_DECLS
