/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The files of app/web, which are part of the program. */
typedef struct _SrvWebFiles SrvWebFiles;

typedef struct {
  const char *type; /* of its content */
  GBytes *content;
  GBytes *gzip; /* (nullable): the same, compressed; none where that saves nothing */
  char *etag;
  gboolean is_sdk; /* pages of other hosts may use it */
} SrvWebFile;

SrvWebFiles *srv_web_files_new (void);
void srv_web_files_free (SrvWebFiles *self);

const SrvWebFile *srv_web_files_find (SrvWebFiles *self, const char *path);
gboolean srv_web_files_is_folder (SrvWebFiles *self, const char *path);

G_END_DECLS
