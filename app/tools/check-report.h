/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What nertc-check has found: sections of items, which JSON and text have alike. */

typedef enum {
  CHECK_OK,      /* it is there, and works */
  CHECK_MISSING, /* it is not installed */
  CHECK_ABSENT,  /* this machine has none */
  CHECK_FAILED,  /* it is there, but does not work */
  CHECK_SKIPPED, /* it was not tried */
} CheckStatus;

typedef enum {
  CHECK_ELEMENTS,
  CHECK_CODECS,
  CHECK_DEVICES,
  CHECK_SERVER,
  CHECK_ICE,
  CHECK_N_SECTIONS,
} CheckSection;

/* One line of it. JSON has it as an object; what is NULL or negative is left out. */
typedef struct {
  char *name;
  CheckStatus status;
  gboolean needed; /* without it there is no call, or not the one that was asked about */
  char *detail;
  char *remedy;
  double ms;        /* how long it took; negative: nothing to tell */
  JsonObject *more; /* further fields, of this section */
} CheckItem;

typedef struct _CheckReport CheckReport;

CheckReport *check_report_new (void);
void check_report_free (CheckReport *self);

CheckItem *check_report_add (CheckReport *self, CheckSection section, CheckStatus status,
                             const char *name);
GPtrArray *check_report_get_items (CheckReport *self, CheckSection section);
gboolean check_report_is_good (CheckReport *self);

char *check_report_to_json (CheckReport *self);
char *check_report_to_text (CheckReport *self, gboolean utf8, gboolean colour);

CheckItem *check_item_new (CheckStatus status, const char *name);
void check_item_free (CheckItem *self);
void check_item_set_detail (CheckItem *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void check_item_set_remedy (CheckItem *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckItem, check_item_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckReport, check_report_free)

G_END_DECLS
