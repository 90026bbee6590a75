/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "web-files.h"

#include "nertc-web.h"

#include <gio/gio.h>
#include <string.h>

#define PREFIX "/web"
#define INDEX "index.html"

#define GZIP_LEVEL 9

/* What a file is compressed into has no end of its own; this is one step. */
#define STEP 4096

struct _SrvWebFiles {
  GHashTable *files; /* path from the root, as in "/sdk/wire.js" → SrvWebFile */
};

static const struct {
  const char *ending;
  const char *type;
} types[] = {
  { ".html", "text/html; charset=utf-8" },
  { ".js", "text/javascript; charset=utf-8" },
  { ".css", "text/css; charset=utf-8" },
  { ".svg", "image/svg+xml" },
  { ".png", "image/png" },
  { ".json", "application/json" },
  { ".webmanifest", "application/manifest+json" },
};

static const char *
type_of (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (g_str_has_suffix (path, types[i].ending))
      return types[i].type;
  }
  return "text/plain; charset=utf-8";
}

/* Returns: (transfer full) (nullable): %NULL if it would not be smaller */
static GBytes *
compress (GBytes *content)
{
  g_autoptr (GZlibCompressor) compressor =
      g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, GZIP_LEVEL);
  g_autoptr (GByteArray) output = g_byte_array_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (content, &size);
  GConverterResult result = G_CONVERTER_CONVERTED;

  for (gsize read = 0; result == G_CONVERTER_CONVERTED && output->len < size;) {
    guint8 step[STEP];
    gsize taken = 0;
    gsize given = 0;

    result = g_converter_convert (G_CONVERTER (compressor), data + read, size - read, step,
                                  sizeof step, G_CONVERTER_INPUT_AT_END, &taken, &given, NULL);
    read += taken;
    g_byte_array_append (output, step, given);
  }
  if (result != G_CONVERTER_FINISHED || output->len >= size)
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&output));
}

/* RFC 9110, section 8.8.1: a weak one stands for the file, be it compressed or not. */
static char *
make_etag (GBytes *content)
{
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);

  return g_strdup_printf ("W/\"%.32s\"", hash);
}

/* @content: (transfer full) */
static SrvWebFile *
file_new (const char *path, GBytes *content)
{
  SrvWebFile *self = g_new0 (SrvWebFile, 1);

  self->type = type_of (path);
  self->content = content;
  self->gzip = compress (content);
  self->etag = make_etag (content);
  self->is_sdk = g_str_has_prefix (path, "/sdk/") || g_str_has_prefix (path, "/nertc.");
  return self;
}

static void
file_free (gpointer data)
{
  SrvWebFile *self = data;

  g_bytes_unref (self->content);
  g_clear_pointer (&self->gzip, g_bytes_unref);
  g_free (self->etag);
  g_free (self);
}

/* @folder: ends in a slash, as the names of folders within one do */
static void
add_folder (SrvWebFiles *self, const char *folder)
{
  GResource *resource = srv_web_get_resource ();
  g_autofree char *place = g_strconcat (PREFIX, folder, NULL);
  g_auto (GStrv) names = g_resource_enumerate_children (resource, place, 0, NULL);

  for (guint i = 0; names && names[i]; i++) {
    g_autofree char *path = g_strconcat (folder, names[i], NULL);
    g_autofree char *full = g_strconcat (PREFIX, path, NULL);
    GBytes *content = g_resource_lookup_data (resource, full, 0, NULL);

    if (content)
      g_hash_table_insert (self->files, g_strdup (path), file_new (path, content));
    else
      add_folder (self, path);
  }
}

SrvWebFiles *
srv_web_files_new (void)
{
  SrvWebFiles *self = g_new0 (SrvWebFiles, 1);

  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, file_free);
  add_folder (self, "/");
  return self;
}

void
srv_web_files_free (SrvWebFiles *self)
{
  g_hash_table_unref (self->files);
  g_free (self);
}

/* @path: as in a request. Returns: (transfer none) (nullable): for a folder, its index.html */
const SrvWebFile *
srv_web_files_find (SrvWebFiles *self, const char *path)
{
  g_autofree char *name = g_strconcat (path, g_str_has_suffix (path, "/") ? INDEX : NULL, NULL);

  return g_hash_table_lookup (self->files, name);
}

/* Whether a slash behind @path makes it that of a page. */
gboolean
srv_web_files_is_folder (SrvWebFiles *self, const char *path)
{
  g_autofree char *name = g_strconcat (path, "/" INDEX, NULL);

  return g_hash_table_contains (self->files, name);
}
