/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-push-to-talk.h"

struct _CallPushToTalk {
  GObject parent_instance;

  GtkWidget *widget; /* weak, as it owns the controllers */
  GtkEventController *key;
  GtkEventController *focus;
  CallMedia *media;
  gboolean talking;
};

G_DEFINE_FINAL_TYPE (CallPushToTalk, call_push_to_talk, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_MEDIA,
  PROP_TALKING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
set_talking (CallPushToTalk *self, gboolean talking)
{
  if (self->talking == talking)
    return;
  self->talking = talking;
  call_media_set_microphone_on (self->media, talking);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TALKING]);
}

static gboolean
takes_space (CallPushToTalk *self)
{
  GtkRoot *root = gtk_widget_get_root (self->widget);
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;

  if (!focus)
    return FALSE;
  if (GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus) ||
      gtk_widget_get_native (focus) != GTK_NATIVE (root))
    return TRUE;
  return gtk_window_get_focus_visible (GTK_WINDOW (root)) &&
         (GTK_IS_BUTTON (focus) || GTK_IS_SWITCH (focus) || GTK_IS_RANGE (focus) ||
          GTK_IS_LIST_BOX_ROW (focus));
}

static gboolean
on_pressed (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
            gpointer user_data)
{
  CallPushToTalk *self = user_data;

  if (key != GDK_KEY_space || state & gtk_accelerator_get_default_mod_mask () || !self->media)
    return GDK_EVENT_PROPAGATE;
  if (self->talking)
    return GDK_EVENT_STOP; /* the key repeats */
  if (takes_space (self))
    return GDK_EVENT_PROPAGATE;
  if (!call_media_is_microphone_on (self->media))
    set_talking (self, TRUE);
  return GDK_EVENT_STOP;
}

static void
on_released (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
             gpointer user_data)
{
  if (key == GDK_KEY_space)
    set_talking (user_data, FALSE);
}

/* Another window has the keyboard now: the release would not be told. */
static void
on_leave (GtkEventControllerFocus *controller, gpointer user_data)
{
  set_talking (user_data, FALSE);
}

void
call_push_to_talk_set_media (CallPushToTalk *self, CallMedia *media)
{
  if (media == self->media)
    return;
  if (self->media)
    set_talking (self, FALSE);
  g_set_object (&self->media, media);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MEDIA]);
}

static void
call_push_to_talk_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallPushToTalk *self = CALL_PUSH_TO_TALK (object);

  switch (id) {
    case PROP_MEDIA:
      g_value_set_object (value, self->media);
      break;
    case PROP_TALKING:
      g_value_set_boolean (value, self->talking);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_push_to_talk_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id) {
    case PROP_MEDIA:
      call_push_to_talk_set_media (CALL_PUSH_TO_TALK (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_push_to_talk_dispose (GObject *object)
{
  CallPushToTalk *self = CALL_PUSH_TO_TALK (object);

  call_push_to_talk_set_media (self, NULL);
  if (self->widget) {
    gtk_widget_remove_controller (self->widget, self->key);
    gtk_widget_remove_controller (self->widget, self->focus);
  }
  g_clear_weak_pointer (&self->widget);
  G_OBJECT_CLASS (call_push_to_talk_parent_class)->dispose (object);
}

static void
call_push_to_talk_class_init (CallPushToTalkClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_push_to_talk_dispose;
  object_class->get_property = call_push_to_talk_get_property;
  object_class->set_property = call_push_to_talk_set_property;
  properties[PROP_MEDIA] =
      g_param_spec_object ("media", NULL, NULL, CALL_TYPE_MEDIA,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_TALKING] = g_param_spec_boolean ("talking", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
call_push_to_talk_init (CallPushToTalk *self)
{
}

/* Listens on widget and all that is in it while it exists. Returns: (transfer full) */
CallPushToTalk *
call_push_to_talk_new (GtkWidget *widget)
{
  CallPushToTalk *self = g_object_new (CALL_TYPE_PUSH_TO_TALK, NULL);

  self->key = gtk_event_controller_key_new ();
  self->focus = gtk_event_controller_focus_new ();
  g_set_weak_pointer (&self->widget, widget);
  gtk_event_controller_set_propagation_phase (self->key, GTK_PHASE_CAPTURE);
  g_signal_connect_object (self->key, "key-pressed", G_CALLBACK (on_pressed), self, 0);
  g_signal_connect_object (self->key, "key-released", G_CALLBACK (on_released), self, 0);
  g_signal_connect_object (self->focus, "leave", G_CALLBACK (on_leave), self, 0);
  gtk_widget_add_controller (widget, self->key);
  gtk_widget_add_controller (widget, self->focus);
  return self;
}
