/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* RFC 8445, section 5.1.1 */
typedef enum {
  RTC_CANDIDATE_HOST,
  RTC_CANDIDATE_SRFLX,
  RTC_CANDIDATE_PRFLX,
  RTC_CANDIDATE_RELAY,
  RTC_N_CANDIDATE_TYPES,
} RtcCandidateType;

/* How many ICE candidates of each type an end has told: what there was to try, for a message. */
typedef struct {
  guint counts[RTC_N_CANDIDATE_TYPES];
} RtcCandidates;

void rtc_candidates_add (RtcCandidates *self, const char *candidate);
guint rtc_candidates_count (const RtcCandidates *self);
char *rtc_candidates_describe (const RtcCandidates *self);

char *rtc_ice_servers_describe (const char *const *servers, const char *scheme);

G_END_DECLS
