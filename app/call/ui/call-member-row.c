/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-member-row.h"

#include <glib/gi18n.h>

#include "call-item-name.h"
#include "call-member-actions.h"
#include "call-quality-bars.h"

struct _CallMemberRow {
  AdwBin parent_instance;

  AdwAvatar *avatar;
  GtkLabel *name;
  GtkLabel *details;
  GtkWidget *muted_for_me;
  GtkWidget *audio_muted;
  GtkWidget *video_muted;
  GtkWidget *menu;
  GtkWidget *scale;
  GtkAdjustment *volume;

  CallMember *member;
  CallRoom *room;
  GBinding *volume_binding;
};

G_DEFINE_FINAL_TYPE (CallMemberRow, call_member_row, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_MEMBER,
  PROP_ROOM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

typedef struct {
  gboolean is_self;
  gboolean speaking;
  gboolean has_audio;
  gboolean has_video;
  gboolean audio_muted;
  gboolean video_muted;
  gboolean audio_muted_by_admin;
  gboolean video_muted_by_admin;
  gboolean muted_for_me;
  gboolean audience;
} Flags;

static Flags
get_flags (CallMember *member)
{
  g_autofree char *role = NULL;
  Flags flags = { .is_self = call_member_is_self (member) };

  g_object_get (member, "speaking", &flags.speaking, "has-audio", &flags.has_audio, "has-video",
                &flags.has_video, "audio-muted", &flags.audio_muted, "video-muted",
                &flags.video_muted, "audio-muted-by-admin", &flags.audio_muted_by_admin,
                "video-muted-by-admin", &flags.video_muted_by_admin, "muted-for-me",
                &flags.muted_for_me, "role", &role, NULL);
  flags.audience = !g_strcmp0 (role, "audience");
  return flags;
}

static const char *
describe_role (const Flags *flags)
{
  if (flags->audience)
    return _ ("Listens");
  if (flags->audio_muted_by_admin)
    return _ ("Muted by an administrator");
  if (flags->video_muted_by_admin)
    return _ ("Camera turned off by an administrator");
  if (flags->speaking)
    return _ ("Speaks");
  return NULL;
}

static char *
describe_name (CallMember *member)
{
  const char *name = call_member_get_name (member);

  /* TRANSLATORS: the user among the members: “Ada (you)” */
  return call_member_is_self (member) ? g_strdup_printf (_ ("%s (you)"), name) : g_strdup (name);
}

static const char *
describe_quality (CallMember *member)
{
  static const char *const words[] = {
    NULL,
    NULL,
    N_ ("good network"),
    N_ ("fair network"),
    N_ ("poor network"),
    N_ ("very poor network"),
    N_ ("network down"),
  };
  const char *word = words[MIN (call_member_get_quality (member), G_N_ELEMENTS (words) - 1)];

  return word ? _ (word) : NULL;
}

static void
append (GString *sentence, const char *words)
{
  if (words)
    g_string_append_printf (sentence, ", %s", words);
}

static void
update_accessible_name (CallMemberRow *self, const char *name, const Flags *flags)
{
  g_autoptr (GString) sentence = g_string_new (name);

  append (sentence, describe_role (flags));
  append (sentence, gtk_widget_get_visible (self->audio_muted) ? _ ("muted") : NULL);
  append (sentence, gtk_widget_get_visible (self->video_muted) ? _ ("camera off") : NULL);
  append (sentence, flags->muted_for_me ? _ ("muted for you") : NULL);
  append (sentence, describe_quality (self->member));
  call_item_set_name (GTK_WIDGET (self), sentence->str);
}

static void
update_speaking (CallMemberRow *self, gboolean speaking)
{
  if (speaking)
    gtk_widget_add_css_class (GTK_WIDGET (self->avatar), "speaking");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->avatar), "speaking");
}

/* Who publishes nothing has neither microphone nor camera on */
static void
update_flags (CallMemberRow *self, const Flags *flags)
{
  gboolean audio_off = !flags->has_audio || flags->audio_muted || flags->audio_muted_by_admin;
  gboolean video_off = !flags->has_video || flags->video_muted || flags->video_muted_by_admin;

  gtk_widget_set_visible (self->audio_muted, audio_off && !flags->audience);
  gtk_widget_set_visible (self->video_muted, video_off && !flags->audience);
  gtk_widget_set_visible (self->muted_for_me, flags->muted_for_me);
  gtk_widget_set_sensitive (self->scale, !flags->muted_for_me);
  gtk_widget_set_tooltip_text (self->audio_muted, flags->audio_muted_by_admin
                                                      ? _ ("Muted by an administrator")
                                                      : _ ("Microphone off"));
  gtk_widget_set_tooltip_text (self->video_muted, flags->video_muted_by_admin
                                                      ? _ ("Camera turned off by an administrator")
                                                      : _ ("Camera off"));
}

static void
update_menu (CallMemberRow *self, const char *name)
{
  /* TRANSLATORS: a menu of what can be done about a member */
  g_autofree char *words = g_strdup_printf (_ ("Volume and more for %s"), name);

  gtk_widget_set_visible (self->menu, !call_member_is_self (self->member));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
}

static void
update (CallMemberRow *self)
{
  Flags flags = get_flags (self->member);
  g_autofree char *name = describe_name (self->member);
  const char *role = describe_role (&flags);

  adw_avatar_set_text (self->avatar, call_member_get_name (self->member));
  gtk_label_set_label (self->name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), name);
  gtk_label_set_label (self->details, role ? role : "");
  gtk_widget_set_visible (GTK_WIDGET (self->details), role != NULL);
  update_speaking (self, flags.speaking);
  update_flags (self, &flags);
  update_menu (self, name);
  update_accessible_name (self, name, &flags);
}

static void
on_member_changed (CallMember *member, GParamSpec *pspec, gpointer self)
{
  /* It changes many times in a second while somebody speaks. */
  if (g_strcmp0 (pspec->name, "level"))
    update (self);
}

static void
update_actions (CallMemberRow *self)
{
  g_autoptr (GSimpleActionGroup) group = NULL;

  if (self->room && self->member)
    group = call_member_actions_new (self->room, self->member, GTK_WIDGET (self));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "member",
                                  group ? G_ACTION_GROUP (group) : NULL);
}

static void
unset_member (CallMemberRow *self)
{
  if (self->member)
    g_signal_handlers_disconnect_by_data (self->member, self);
  g_clear_pointer (&self->volume_binding, g_binding_unbind);
  g_clear_object (&self->member);
}

static void
set_member (CallMemberRow *self, CallMember *member)
{
  if (self->member == member)
    return;
  /* The list uses the row again: a menu that is open is about who was in it before. */
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->menu));
  unset_member (self);
  if (g_set_object (&self->member, member)) {
    g_signal_connect_object (member, "notify", G_CALLBACK (on_member_changed), self, 0);
    self->volume_binding = g_object_bind_property (member, "volume", self->volume, "value",
                                                   G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
    update (self);
  }
  update_actions (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MEMBER]);
}

static void
set_room (CallMemberRow *self, CallRoom *room)
{
  if (!g_set_object (&self->room, room))
    return;
  update_actions (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
}

static void
call_member_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallMemberRow *self = CALL_MEMBER_ROW (object);

  switch (id) {
    case PROP_MEMBER:
      g_value_set_object (value, self->member);
      break;
    case PROP_ROOM:
      g_value_set_object (value, self->room);
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
    case PROP_ROOM:
      set_room (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_member_row_dispose (GObject *object)
{
  CallMemberRow *self = CALL_MEMBER_ROW (object);

  unset_member (self);
  g_clear_object (&self->room);
  G_OBJECT_CLASS (call_member_row_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  properties[PROP_MEMBER] = g_param_spec_object ("member", NULL, NULL, CALL_TYPE_MEMBER, flags);
  properties[PROP_ROOM] = g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM, flags);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
bind_children (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, CallMemberRow, avatar);
  gtk_widget_class_bind_template_child (class, CallMemberRow, name);
  gtk_widget_class_bind_template_child (class, CallMemberRow, details);
  gtk_widget_class_bind_template_child (class, CallMemberRow, muted_for_me);
  gtk_widget_class_bind_template_child (class, CallMemberRow, audio_muted);
  gtk_widget_class_bind_template_child (class, CallMemberRow, video_muted);
  gtk_widget_class_bind_template_child (class, CallMemberRow, menu);
  gtk_widget_class_bind_template_child (class, CallMemberRow, scale);
  gtk_widget_class_bind_template_child (class, CallMemberRow, volume);
}

static void
call_member_row_class_init (CallMemberRowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_member_row_dispose;
  object_class->get_property = call_member_row_get_property;
  object_class->set_property = call_member_row_set_property;
  install_properties (object_class);
  g_type_ensure (CALL_TYPE_QUALITY_BARS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gstnertc/Call/ui/call-member-row.ui");
  bind_children (widget_class);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
call_member_row_init (CallMemberRow *self)
{
  g_autoptr (GSimpleActionGroup) none = g_simple_action_group_new ();

  /* A menu that is made before there is a group does not find the one that comes later. */
  gtk_widget_insert_action_group (GTK_WIDGET (self), "member", G_ACTION_GROUP (none));
  gtk_widget_init_template (GTK_WIDGET (self));
}
