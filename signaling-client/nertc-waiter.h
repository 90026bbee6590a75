/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A task of the application that waits for an answer, and its GCancellable. It is finished once;
 * what comes later is dropped.
 */
typedef struct _NertcWaiter NertcWaiter;

/* Called when the application cancels; it is to finish the waiter. */
typedef void (*NertcCancelFunc) (NertcWaiter *waiter, gpointer data);

NertcWaiter *nertc_waiter_new (GTask *task, NertcCancelFunc cancelled, gpointer data);
void nertc_waiter_free (NertcWaiter *self);

void nertc_waiter_return_true (NertcWaiter *self);
void nertc_waiter_return_pointer (NertcWaiter *self, gpointer pointer, GDestroyNotify destroy);
void nertc_waiter_return_string (NertcWaiter *self, const char *string);
gboolean nertc_waiter_return_object (NertcWaiter *self, GObject *object);
void nertc_waiter_return_error (NertcWaiter *self, const GError *error);
void nertc_waiter_return_cancelled (NertcWaiter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NertcWaiter, nertc_waiter_free)

G_END_DECLS
