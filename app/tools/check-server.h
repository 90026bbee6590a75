/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check-report.h"

G_BEGIN_DECLS

typedef struct {
  const char *server;
  const char *ca_file;    /* (nullable) */
  const char *channel;    /* (nullable): a name that nobody else has */
  const char *app_key;    /* (nullable) */
  const char *token_file; /* (nullable) */
  guint limit_ms;         /* for each step */
} CheckServer;

gboolean check_server_is_valid (const char *server);
GStrv check_server (CheckReport *report, const CheckServer *options);

G_END_DECLS
