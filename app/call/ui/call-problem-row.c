/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-problem-row.h"

struct _CallProblemRow {
  AdwActionRow parent_instance;

  CallProblem *problem;
};

G_DEFINE_FINAL_TYPE (CallProblemRow, call_problem_row, ADW_TYPE_ACTION_ROW)

enum {
  PROP_0,
  PROP_PROBLEM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
call_problem_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
    case PROP_PROBLEM:
      g_value_set_object (value, CALL_PROBLEM_ROW (object)->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_problem_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id) {
    case PROP_PROBLEM:
      call_problem_row_set_problem (CALL_PROBLEM_ROW (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_problem_row_dispose (GObject *object)
{
  g_clear_object (&CALL_PROBLEM_ROW (object)->problem);
  G_OBJECT_CLASS (call_problem_row_parent_class)->dispose (object);
}

static void
call_problem_row_class_init (CallProblemRowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_problem_row_dispose;
  object_class->get_property = call_problem_row_get_property;
  object_class->set_property = call_problem_row_set_property;
  properties[PROP_PROBLEM] =
      g_param_spec_object ("problem", NULL, NULL, CALL_TYPE_PROBLEM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/org/gstnertc/Call/ui/call-problem-row.ui");
}

static void
call_problem_row_init (CallProblemRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
call_problem_row_set_problem (CallProblemRow *self, CallProblem *problem)
{
  const char *title = problem ? call_problem_get_title (problem) : NULL;
  const char *text = problem ? call_problem_get_text (problem) : NULL;

  if (!g_set_object (&self->problem, problem))
    return;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title ? title : "");
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self), problem != NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}
