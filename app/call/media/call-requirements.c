/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-requirements.h"

struct _CallRequirement {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (CallRequirement, call_requirement, G_TYPE_OBJECT)

static void
call_requirement_class_init (CallRequirementClass *class)
{
}

static void
call_requirement_init (CallRequirement *self)
{
}

GListModel *
call_requirements_find_missing (void)
{
  return NULL;
}
