/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-method.h"
#include "nertc-name.h"

G_BEGIN_DECLS

/* The words in which tables of #NertcField are written: for those who have one, in their .c. */

#define STRING(name, required, max) \
  { \
    name, NERTC_FIELD_STRING, required, 0, max \
  }
#define CHOICE(name, required, choices) \
  { \
    name, NERTC_FIELD_CHOICE, required, 0, 0, choices \
  }
#define INTEGER(name, required, min, max) \
  { \
    name, NERTC_FIELD_INTEGER, required, min, max \
  }
#define BOOLEAN(name, required) \
  { \
    name, NERTC_FIELD_BOOLEAN, required \
  }
#define OBJECT(name, required, fields) \
  { \
    name, NERTC_FIELD_OBJECT, required, 0, 0, NULL, NULL, NULL, fields \
  }
#define ARRAY(name, required, max, fields) \
  { \
    name, NERTC_FIELD_ARRAY, required, 0, max, NULL, NULL, NULL, fields \
  }
#define STRINGS(name, required, max, item_max) \
  { \
    name, NERTC_FIELD_ARRAY, required, 0, max, NULL, NULL, NULL, NULL, item_max \
  }
#define NAME(name, required, check, pattern) \
  { \
    name, NERTC_FIELD_NAME, required, 1, NERTC_NAME_MAX, NULL, check, pattern \
  }
#define ROOM_NAME(required) \
  NAME ("channel", required, nertc_check_room_name, NERTC_ROOM_NAME_PATTERN)
#define UID(required) NAME ("uid", required, nertc_check_uid, NERTC_UID_PATTERN)
#define STREAM_ID(required) \
  NAME ("streamId", required, nertc_check_stream_id, NERTC_STREAM_ID_PATTERN)
#define END \
  { \
    NULL \
  }

/* Characters */
#define TEXT_MAX 1024
#define USER_NAME_MAX 128

G_END_DECLS
