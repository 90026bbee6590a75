/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-error.h"

/* The formatter would take the name, which becomes a string, for a subtraction. */
/* clang-format off */
G_DEFINE_QUARK (nertc-error-quark, nertc_error)
/* clang-format on */

static const char *const close_reason_nicks[] = {
  [NERTC_CLOSE_REASON_NONE] = "none",
  [NERTC_CLOSE_REASON_LEFT] = "left",
  [NERTC_CLOSE_REASON_UNPUBLISHED] = "unpublished",
  [NERTC_CLOSE_REASON_TIMEOUT] = "timeout",
  [NERTC_CLOSE_REASON_KICKED] = "kicked",
  [NERTC_CLOSE_REASON_BANNED] = "banned",
  [NERTC_CLOSE_REASON_REPLACED] = "replaced",
  [NERTC_CLOSE_REASON_EXPIRED] = "expired",
  [NERTC_CLOSE_REASON_CLOSED] = "closed",
  [NERTC_CLOSE_REASON_SHUTDOWN] = "shutdown",
  [NERTC_CLOSE_REASON_SLOW_READER] = "slow-reader",
  [NERTC_CLOSE_REASON_RATE] = "rate",
  [NERTC_CLOSE_REASON_LOST] = "lost",
  [NERTC_CLOSE_REASON_REFUSED] = "refused",
  [NERTC_CLOSE_REASON_FAILED] = "failed",
  [NERTC_CLOSE_REASON_SUCCEEDED] = "succeeded",
  [NERTC_CLOSE_REASON_UNSUBSCRIBED] = "unsubscribed",
};

/**
 * nertc_close_reason_to_string:
 * @reason: a close reason
 *
 * Returns: the word that stands for @reason on the wire
 */
const char *
nertc_close_reason_to_string (NertcCloseReason reason)
{
  g_return_val_if_fail ((guint) reason < G_N_ELEMENTS (close_reason_nicks), "none");

  return close_reason_nicks[reason];
}

/**
 * nertc_close_reason_from_string:
 * @nick: (nullable): a word from the wire
 *
 * Returns: the reason it stands for, %NERTC_CLOSE_REASON_NONE for a word that is not known
 */
NertcCloseReason
nertc_close_reason_from_string (const char *nick)
{
  for (guint i = 0; i < G_N_ELEMENTS (close_reason_nicks); i++) {
    if (g_strcmp0 (nick, close_reason_nicks[i]) == 0)
      return (NertcCloseReason) i;
  }
  return NERTC_CLOSE_REASON_NONE;
}
