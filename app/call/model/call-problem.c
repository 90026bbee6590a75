/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-problem.h"

struct _CallProblem {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (CallProblem, call_problem, G_TYPE_OBJECT)

static void
call_problem_class_init (CallProblemClass *class)
{
}

static void
call_problem_init (CallProblem *self)
{
}

CallProblem *
call_problem_new (const char *title, const char *text, CallRemedy remedy)
{
  return g_object_new (CALL_TYPE_PROBLEM, NULL);
}

CallProblem *
call_problem_new_from_room (int code, const char *reason, const char *message)
{
  return g_object_new (CALL_TYPE_PROBLEM, NULL);
}

CallProblem *
call_problem_new_from_media (const char *device, const GError *error)
{
  return g_object_new (CALL_TYPE_PROBLEM, NULL);
}

const char *
call_problem_get_title (CallProblem *self)
{
  return NULL;
}

const char *
call_problem_get_text (CallProblem *self)
{
  return NULL;
}

CallRemedy
call_problem_get_remedy (CallProblem *self)
{
  return 0;
}
