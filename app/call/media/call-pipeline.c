/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-pipeline.h"

GstElement *
call_pipeline_new (const char *name)
{
  return NULL;
}

GstClockTime
call_pipeline_get_time (void)
{
  return 0;
}

GstElement *
call_pipeline_make (const char *factory, GError **error)
{
  return NULL;
}

void
call_pipeline_stop (GstElement *pipeline)
{
}
