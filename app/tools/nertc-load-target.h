/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gnutls/gnutls.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* The server that is put under load: where it is, and whom it has to be. */
typedef struct {
  char *uri;
  char *host;
  char *authority; /* as the header Host has it */
  char *path;
  gboolean tls;
  gnutls_certificate_credentials_t credentials; /* (nullable): no TLS */
  struct sockaddr_storage address;
  socklen_t address_length;
} LoadTarget;

LoadTarget *load_target_new (const char *uri, const char *ca_file, GError **error);
void load_target_free (LoadTarget *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LoadTarget, load_target_free)

G_END_DECLS
