/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  char *bind;
  guint port;                /* 0: any that is free */
  char **ice_servers;        /* (nullable): "URL [USERNAME CREDENTIAL]" each */
  char *auth;                /* (nullable): "token" or "open" */
  char *uid_policy;          /* (nullable): "replace", which is the default, or "refuse" */
  char *tls_certificate;     /* (nullable): a PEM file; TLS, if it is set */
  char *tls_key;             /* (nullable): a PEM file; the key is in the former otherwise */
  char **allow_origins;      /* (nullable): of web pages */
  char *page;                /* (nullable): "on", which is the default, or "off" */
  char *config;              /* (nullable): the key file that was read */
  GHashTable *app_keys;      /* those of the key file, see app-keys.h */
  char *dev_app_key;         /* (nullable): one that nobody knows after this run */
  char *dev_secret;          /* (nullable) */
  char *dev_admin_key;       /* (nullable) */
  char **turn;               /* (nullable): URLs of TURN servers that share the secret */
  char *turn_secret_file;    /* (nullable) */
  char **media;              /* (nullable): see media-options.h */
  char *media_secret_file;   /* (nullable): of the nodes that are named in the former */
  char *media_ports;         /* (nullable): "MIN-MAX" of UDP */
  char *media_address;       /* (nullable): an IP address */
  char *media_interface;     /* (nullable): names and addresses, with commas */
  char *state_dir;           /* (nullable): nothing outlives the server */
  char *admin_key_file;      /* (nullable): no HTTP API */
  char **webhooks;           /* (nullable): URLs */
  char *webhook_secret_file; /* (nullable) */
  guint max_rooms;
  guint max_members;       /* per room */
  guint max_streams;       /* per member */
  guint max_subscriptions; /* per member */
  guint max_unjoined;      /* connections that have not joined */
  guint message_rate;      /* per second and connection */
  guint message_burst;
  guint max_queue;     /* KiB unsent to a connection */
  guint max_away;      /* KiB kept for all members who are away */
  guint ping_interval; /* seconds */
  guint join_timeout;  /* seconds */
  guint grace;         /* seconds that a member outlives its connection */
  guint turn_ttl;      /* seconds */
  guint mesh_limit;    /* consumers of a stream */
} SrvOptions;

#define SRV_OPTIONS_ERROR (srv_options_error_quark ())
GQuark srv_options_error_quark (void);

typedef enum {
  SRV_OPTIONS_ERROR_INVALID,
} SrvOptionsError;

SrvOptions *srv_options_new (void);
SrvOptions *srv_options_parse (char ***arguments, gboolean *show_version, GError **error);
gboolean srv_options_check_key_file (GKeyFile *file, const char *path, GError **error);
gboolean srv_options_require_token (const SrvOptions *self);
gboolean srv_options_have_page (const SrvOptions *self);
gboolean srv_options_invalid (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
char *srv_options_describe_risk (const SrvOptions *self);
void srv_options_free (SrvOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SrvOptions, srv_options_free)

G_END_DECLS
