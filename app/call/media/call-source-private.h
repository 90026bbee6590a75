/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-source.h"

G_BEGIN_DECLS

/*
 * For the kinds of sources, each in a file of its own: make a source, put elements into its
 * pipeline, and start it with the pad that all its buffers pass, or let it fail.
 */

/* kind: sources of one kind are opened and closed one after the other, so that a device is let go
 * before it is opened again; a string that stays */
CallSource *call_source_new (const char *kind);
GstBin *call_source_get_bin (CallSource *self); /* NULL when it has ended */
/* (transfer none): in the pipeline, or NULL and an error that names the package */
GstElement *call_source_add (CallSource *self, const char *factory, GError **error);
/* element: (transfer floating) (nullable) */
GstElement *call_source_add_element (CallSource *self, GstElement *element, GError **error);
void call_source_start (CallSource *self, GstPad *pad);
/* error: (transfer full): told by "failed" when the caller has had time to listen */
void call_source_fail (CallSource *self, GError *error);

G_END_DECLS
