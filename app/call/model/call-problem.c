/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-problem.h"

#include "call-problem-words.h"

#include <glib/gi18n.h>

struct _CallProblem {
  GObject parent_instance;

  char *title;
  char *text;
  CallRemedy remedy;
  CallField field;
};

G_DEFINE_FINAL_TYPE (CallProblem, call_problem, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_TITLE,
  PROP_TEXT,
  PROP_REMEDY,
  PROP_FIELD,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
call_problem_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallProblem *self = CALL_PROBLEM (object);

  switch (id) {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_REMEDY:
      g_value_set_int (value, (int) self->remedy);
      break;
    case PROP_FIELD:
      g_value_set_int (value, (int) self->field);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_problem_finalize (GObject *object)
{
  CallProblem *self = CALL_PROBLEM (object);

  g_free (self->title);
  g_free (self->text);

  G_OBJECT_CLASS (call_problem_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  properties[PROP_REMEDY] =
      g_param_spec_int ("remedy", NULL, NULL, 0, CALL_REMEDY_DEVICES, 0, flags);
  properties[PROP_FIELD] = g_param_spec_int ("field", NULL, NULL, 0, CALL_FIELD_TOKEN, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
call_problem_class_init (CallProblemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = call_problem_get_property;
  object_class->finalize = call_problem_finalize;
  install_properties (object_class);
}

static void
call_problem_init (CallProblem *self)
{
}

/* What another program says, as a sentence. Returns: (transfer full) */
static char *
make_sentence (const char *message)
{
  g_autofree char *text = g_strstrip (g_strdup (message ? message : ""));
  gboolean ended = g_str_has_suffix (text, ".") || g_str_has_suffix (text, "!") ||
                   g_str_has_suffix (text, "?") || g_str_has_suffix (text, "。");

  if (!*text)
    return g_strdup (_ ("Nothing more is known."));
  return g_strconcat (text, ended ? NULL : ".", NULL);
}

static CallProblem *
new_from_words (const CallProblemWords *words, const char *message)
{
  CallProblem *self = call_problem_new (_ (words->title), NULL, words->remedy);
  g_autofree char *sentence = make_sentence (message);
  g_auto (GStrv) parts = g_strsplit (_ (words->text), "%s", 2);

  self->text = g_strjoinv (words->says_message ? sentence : "%s", parts);
  self->field = words->field;
  return self;
}

CallProblem *
call_problem_new (const char *title, const char *text, CallRemedy remedy)
{
  CallProblem *self = g_object_new (CALL_TYPE_PROBLEM, NULL);

  self->title = g_strdup (title);
  self->text = g_strdup (text);
  self->remedy = remedy;
  return self;
}

static const char *
get_field_title (CallField field)
{
  switch (field) {
    case CALL_FIELD_SERVER:
      return _ ("This is no server");
    case CALL_FIELD_APP_KEY:
      return _ ("This is no app key");
    case CALL_FIELD_CHANNEL:
      return _ ("This is no room name");
    case CALL_FIELD_UID:
      return _ ("This is no user ID");
    case CALL_FIELD_USER_NAME:
      return _ ("Your name is too long");
    case CALL_FIELD_TOKEN:
    case CALL_FIELD_NONE:
    default:
      return _ ("This is no link to a room");
  }
}

CallProblem *
call_problem_new_at_field (CallField field, const char *text)
{
  CallProblem *self = call_problem_new (get_field_title (field), text, CALL_REMEDY_CHANGE);

  self->field = field;
  return self;
}

/* Why a membership ended tells more than the error that came with it. */
CallProblem *
call_problem_new_from_room (int code, const char *reason, const char *message)
{
  const CallProblemWords *words = call_problem_words_of_reason (reason);
  g_autofree char *said = NULL;
  CallProblem *self;

  self = new_from_words (words ? words : call_problem_words_of_code (code), message);
  /* What an administrator wants to say to who is put out */
  if (words && !words->says_message && message && *message) {
    said = g_steal_pointer (&self->text);
    self->text = g_strdup_printf (_ ("“%s” %s"), message, said);
  }
  return self;
}

typedef struct {
  const char *domain;
  int code;
  CallFailure failure;
} FailureRow;

/* GStreamer's errors by name and number, as the model knows nothing of GStreamer */
static const FailureRow failures[] = {
  { "gst-resource-error-quark", 3, CALL_FAILURE_MISSING }, /* NOT_FOUND */
  { "gst-resource-error-quark", 4, CALL_FAILURE_BUSY },    /* BUSY */
  { "gst-resource-error-quark", 9, CALL_FAILURE_MISSING }, /* READ: it was there before */
  { "gst-resource-error-quark", 15, CALL_FAILURE_DENIED }, /* NOT_AUTHORIZED */
  { "gst-core-error-quark", 12, CALL_FAILURE_SOFTWARE },   /* MISSING_PLUGIN */
  { "gst-stream-error-quark", 6, CALL_FAILURE_SOFTWARE },  /* CODEC_NOT_FOUND */
  { "g-io-error-quark", G_IO_ERROR_NOT_FOUND, CALL_FAILURE_MISSING },
  { "g-io-error-quark", G_IO_ERROR_BUSY, CALL_FAILURE_BUSY },
  { "g-io-error-quark", G_IO_ERROR_PERMISSION_DENIED, CALL_FAILURE_DENIED },
  { "g-io-error-quark", G_IO_ERROR_NOT_SUPPORTED, CALL_FAILURE_SOFTWARE },
};

static CallFailure
find_failure (const GError *error)
{
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++) {
    if (g_quark_try_string (failures[i].domain) == error->domain && failures[i].code == error->code)
      return failures[i].failure;
  }
  return CALL_FAILURE_OTHER;
}

CallProblem *
call_problem_new_from_media (const char *device, const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  return new_from_words (call_problem_words_of_device (device, find_failure (error)),
                         error->message);
}

CallProblem *
call_problem_new_from_path (const char *failure, const char *message)
{
  return new_from_words (call_problem_words_of_path (failure), message);
}

const char *
call_problem_get_title (CallProblem *self)
{
  g_return_val_if_fail (CALL_IS_PROBLEM (self), NULL);

  return self->title;
}

const char *
call_problem_get_text (CallProblem *self)
{
  g_return_val_if_fail (CALL_IS_PROBLEM (self), NULL);

  return self->text;
}

CallRemedy
call_problem_get_remedy (CallProblem *self)
{
  g_return_val_if_fail (CALL_IS_PROBLEM (self), CALL_REMEDY_NONE);

  return self->remedy;
}

CallField
call_problem_get_field (CallProblem *self)
{
  g_return_val_if_fail (CALL_IS_PROBLEM (self), CALL_FIELD_NONE);

  return self->field;
}
