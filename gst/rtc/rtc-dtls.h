/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * The DTLS elements of a peer, and how they end. GStreamer's DTLS connection may be freed by the
 * timer of its handshake, on the thread of the system clock, and two threads that free the
 * connection and an element that listens to it at the same time crash (as of GStreamer 1.22). So
 * the elements outlive their bin and are freed on that thread, too.
 */
typedef struct _RtcDtls RtcDtls;

RtcDtls *rtc_dtls_new (void);
void rtc_dtls_end (gpointer dtls);

void rtc_dtls_add (RtcDtls *self, GstElement *element);
void rtc_dtls_keep (RtcDtls *self, GObject *object);

G_END_DECLS
