/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Stands between clients and a server on this machine and copies bytes, until it cuts: a connection
 * ends, at both ends and without a word, when it has copied so many bytes. Works in the main
 * context that is the thread's default when it is made.
 */
typedef struct _CuttingProxy CuttingProxy;

CuttingProxy *cutting_proxy_new (guint16 server_port);
void cutting_proxy_free (CuttingProxy *self);

guint16 cutting_proxy_get_port (CuttingProxy *self);
void cutting_proxy_cut (CuttingProxy *self, gsize first, gsize step, guint times);
guint cutting_proxy_count_cuts (CuttingProxy *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CuttingProxy, cutting_proxy_free)

G_END_DECLS
