/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef void (*CallTestSoundDone) (const GError *error,
                                   gpointer user_data); /* NULL: it was heard */

/* A short sound, for the user to hear whether the speaker works. speaker NULL: the default.
 *
 * Returns: (transfer full): the sound ends when it is finalized, without done */
GObject *call_test_sound_new (GstDevice *speaker, CallTestSoundDone done, gpointer user_data);

G_END_DECLS
