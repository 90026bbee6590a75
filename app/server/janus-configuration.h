/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a Janus of our own is told; pure. */
typedef struct {
  const char *socket;     /* where it listens */
  const char *secret;     /* what every request has to carry */
  const char *ports;      /* (nullable): "MIN-MAX" */
  const char *address;    /* (nullable): where it is reached from outside */
  const char *interfaces; /* (nullable): which it uses */
  guint loops;            /* threads that carry media */
} SrvJanusConfiguration;

#define SRV_JANUS_FILES 3

/* In the order of the following. */
extern const char *const srv_janus_file_names[SRV_JANUS_FILES];

char *srv_janus_configuration_make (const SrvJanusConfiguration *self, guint file);

G_END_DECLS
