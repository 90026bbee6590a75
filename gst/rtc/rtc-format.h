/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-converter.h"

G_BEGIN_DECLS

/* What a pad sends, decided by what it is linked to. Pure. */
RtcFormat rtc_format_choose (RtcMedia media, GstCaps *peer_caps);
GstCaps *rtc_format_get_initial_caps (RtcMedia media, GstCaps *peer_caps);
GstCaps *rtc_format_get_wanted_caps (RtcMedia media, GstCaps *peer_caps, GstCaps *initial);
GstCaps *rtc_format_get_template_caps (RtcMedia media);

G_END_DECLS
