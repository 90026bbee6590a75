/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/*
 * A folder of this run that nobody else can look into, for the configuration and the socket of a
 * program that the server starts. Where the server is root that program is not to be, nor to share
 * a user with any other: it gets a user that there is not, as systemd's DynamicUser= would give it,
 * which may read the files and owns nothing but the folder of the socket.
 */
typedef struct _SrvRunFolder SrvRunFolder;

SrvRunFolder *srv_run_folder_new (GError **error);
void srv_run_folder_free (SrvRunFolder *self);

const char *srv_run_folder_get_path (SrvRunFolder *self);
const char *srv_run_folder_get_socket (SrvRunFolder *self);
gboolean srv_run_folder_get_user (SrvRunFolder *self, uid_t *user);

gboolean srv_run_folder_prepare (SrvRunFolder *self, GError **error);
gboolean srv_run_folder_write (SrvRunFolder *self, const char *name, const char *text,
                               GError **error);

G_END_DECLS
