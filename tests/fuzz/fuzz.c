/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

/* Silence: thousands of inputs are refused in a second. What a programmer is to blame for ends the
 * program. */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize count, gpointer user_data)
{
  if (!(level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)))
    return G_LOG_WRITER_HANDLED;
  g_log_writer_standard_streams (level, fields, count, NULL);
  abort ();
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_log_set_writer_func (write_log, NULL, NULL);
  return 0;
}

guint8
fuzz_bytes_take (FuzzBytes *self)
{
  gsize size;
  const guint8 *byte = fuzz_bytes_take_many (self, 1, &size);

  return size ? *byte : 0;
}

const guint8 *
fuzz_bytes_take_many (FuzzBytes *self, gsize wanted, gsize *size)
{
  const guint8 *data = self->data;

  *size = MIN (wanted, self->size);
  self->data += *size;
  self->size -= *size;
  return data;
}

void
fuzz_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}
