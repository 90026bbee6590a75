/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-member-row.h"

struct _CallMemberRow {
  AdwBin parent_instance;

  CallMember *member;
};

G_DEFINE_FINAL_TYPE (CallMemberRow, call_member_row, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_MEMBER,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
set_member (CallMemberRow *self, CallMember *member)
{
  if (g_set_object (&self->member, member))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MEMBER]);
}

static void
call_member_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallMemberRow *self = CALL_MEMBER_ROW (object);

  switch (id) {
    case PROP_MEMBER:
      g_value_set_object (value, self->member);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_member_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallMemberRow *self = CALL_MEMBER_ROW (object);

  switch (id) {
    case PROP_MEMBER:
      set_member (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_member_row_dispose (GObject *object)
{
  CallMemberRow *self = CALL_MEMBER_ROW (object);

  set_member (self, NULL);
  G_OBJECT_CLASS (call_member_row_parent_class)->dispose (object);
}

static void
call_member_row_class_init (CallMemberRowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_member_row_dispose;
  object_class->get_property = call_member_row_get_property;
  object_class->set_property = call_member_row_set_property;
  properties[PROP_MEMBER] =
      g_param_spec_object ("member", NULL, NULL, CALL_TYPE_MEMBER,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/org/gstnertc/Call/ui/call-member-row.ui");
}

static void
call_member_row_init (CallMemberRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
