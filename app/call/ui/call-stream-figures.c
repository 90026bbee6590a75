/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-stream-figures.h"

#include <glib/gi18n.h>

#include "call-item-name.h"

static char *
describe_milliseconds (double value)
{
  /* TRANSLATORS: milliseconds */
  return value < 0 ? NULL : g_strdup_printf (_ ("%.0f ms"), value);
}

static char *
describe_percent (double value)
{
  /* TRANSLATORS: a percentage */
  return value < 0 ? NULL : g_strdup_printf (_ ("%.1f %%"), value);
}

static char *
describe_bitrate (double value)
{
  return value < 0 ? NULL : g_strdup_printf (_ ("%.0f kbit/s"), value);
}

static char *
video_size (CallFigures *figures)
{
  const CallTrackFigures *video = call_figures_get_video (figures);

  return video->width > 0 ? g_strdup_printf ("%d × %d", video->width, video->height) : NULL;
}

static char *
video_fps (CallFigures *figures)
{
  double fps = call_figures_get_video (figures)->fps;

  return fps < 0 ? NULL : g_strdup_printf ("%.1f", fps);
}

static char *
video_codec (CallFigures *figures)
{
  return g_strdup (call_figures_get_video (figures)->codec);
}

static char *
video_bitrate (CallFigures *figures)
{
  return describe_bitrate (call_figures_get_video (figures)->bitrate);
}

static char *
video_loss (CallFigures *figures)
{
  return describe_percent (call_figures_get_video (figures)->loss);
}

static char *
video_jitter (CallFigures *figures)
{
  return describe_milliseconds (call_figures_get_video (figures)->jitter);
}

static char *
audio_codec (CallFigures *figures)
{
  return g_strdup (call_figures_get_audio (figures)->codec);
}

static char *
audio_bitrate (CallFigures *figures)
{
  return describe_bitrate (call_figures_get_audio (figures)->bitrate);
}

static char *
audio_loss (CallFigures *figures)
{
  return describe_percent (call_figures_get_audio (figures)->loss);
}

static char *
audio_jitter (CallFigures *figures)
{
  return describe_milliseconds (call_figures_get_audio (figures)->jitter);
}

static char *
round_trip (CallFigures *figures)
{
  return describe_milliseconds (call_figures_get_rtt (figures));
}

static char *
delay (CallFigures *figures)
{
  return describe_milliseconds (call_figures_get_delay (figures));
}

static char *
loss (CallFigures *figures)
{
  return describe_percent (call_figures_get_loss (figures));
}

/* In groups; describe NULL: the heading of one. What is not known is left out. */
static const struct {
  const char *words;
  char *(*describe) (CallFigures *figures);
} rows[] = {
  { N_ ("Picture"), NULL },
  { N_ ("Resolution"), video_size },
  { N_ ("Frames per second"), video_fps },
  { N_ ("Bitrate"), video_bitrate },
  { N_ ("Packet loss"), video_loss },
  { N_ ("Jitter"), video_jitter },
  { N_ ("Codec"), video_codec },
  { N_ ("Sound"), NULL },
  { N_ ("Bitrate"), audio_bitrate },
  { N_ ("Packet loss"), audio_loss },
  { N_ ("Jitter"), audio_jitter },
  { N_ ("Codec"), audio_codec },
  { N_ ("Connection"), NULL },
  { N_ ("Round trip"), round_trip },
  { N_ ("Delay"), delay },
  { N_ ("Packet loss"), loss },
};

#define N_ROWS G_N_ELEMENTS (rows)

struct _CallStreamFigures {
  AdwBin parent_instance;

  GtkImage *icon;
  GtkLabel *title;
  GtkGrid *grid;
  GtkWidget *waiting;
  GtkWidget *words[N_ROWS];
  GtkWidget *values[N_ROWS];

  CallStream *stream;
};

G_DEFINE_FINAL_TYPE (CallStreamFigures, call_stream_figures, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_STREAM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static char *
describe_title (CallStream *stream)
{
  const char *name = call_member_get_name (call_stream_get_member (stream));

  if (call_stream_is_own (stream))
    return g_strdup (call_stream_is_screen (stream) ? _ ("Your screen") : _ ("You"));
  return call_stream_is_screen (stream) ? g_strdup_printf (_ ("%s’s screen"), name)
                                        : g_strdup (name);
}

static void
show_value (CallStreamFigures *self, guint i, const char *value)
{
  gtk_widget_set_visible (self->words[i], value != NULL);
  gtk_widget_set_visible (self->values[i], value != NULL);
  if (value)
    gtk_label_set_label (GTK_LABEL (self->values[i]), value);
}

static void
update (CallStreamFigures *self)
{
  CallFigures *figures = call_stream_get_figures (self->stream);
  guint heading = 0;
  gboolean any = FALSE;

  for (guint i = 0; i < N_ROWS; i++) {
    g_autofree char *value = rows[i].describe ? rows[i].describe (figures) : NULL;

    if (!rows[i].describe) {
      gtk_widget_set_visible (self->words[i], FALSE);
      heading = i;
      continue;
    }
    show_value (self, i, value);
    any |= value != NULL;
    if (value)
      gtk_widget_set_visible (self->words[heading], TRUE);
  }
  gtk_widget_set_visible (self->waiting, !any);
}

static void
show_stream (CallStreamFigures *self)
{
  g_autofree char *title = describe_title (self->stream);

  gtk_label_set_label (self->title, title);
  gtk_image_set_from_icon_name (self->icon, call_stream_is_screen (self->stream)
                                                ? "video-display-symbolic"
                                                : "camera-video-symbolic");
  call_item_set_name (GTK_WIDGET (self), title);
  update (self);
}

static void
unset_stream (CallStreamFigures *self)
{
  if (self->stream) {
    g_signal_handlers_disconnect_by_data (call_stream_get_figures (self->stream), self);
    g_signal_handlers_disconnect_by_data (call_stream_get_member (self->stream), self);
  }
  g_clear_object (&self->stream);
}

static void
set_stream (CallStreamFigures *self, CallStream *stream)
{
  if (self->stream == stream)
    return;
  unset_stream (self);
  if (g_set_object (&self->stream, stream)) {
    g_signal_connect_object (call_stream_get_figures (stream), "changed", G_CALLBACK (update), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (call_stream_get_member (stream), "notify::name",
                             G_CALLBACK (show_stream), self, G_CONNECT_SWAPPED);
    show_stream (self);
  }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STREAM]);
}

char *
call_stream_figures_to_text (CallStream *stream)
{
  CallFigures *figures = call_stream_get_figures (stream);
  g_autofree char *title = describe_title (stream);
  GString *text = g_string_new (title);
  const char *heading = NULL;

  g_string_append_c (text, '\n');
  for (guint i = 0; i < N_ROWS; i++) {
    g_autofree char *value = rows[i].describe ? rows[i].describe (figures) : NULL;

    if (!rows[i].describe)
      heading = _ (rows[i].words);
    else if (value)
      g_string_append_printf (text, "  %s, %s: %s\n", heading, _ (rows[i].words), value);
  }
  return g_string_free (text, FALSE);
}

static void
call_stream_figures_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_STREAM)
    g_value_set_object (value, CALL_STREAM_FIGURES (object)->stream);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
call_stream_figures_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_STREAM)
    set_stream (CALL_STREAM_FIGURES (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
call_stream_figures_dispose (GObject *object)
{
  unset_stream (CALL_STREAM_FIGURES (object));
  G_OBJECT_CLASS (call_stream_figures_parent_class)->dispose (object);
}

static void
call_stream_figures_class_init (CallStreamFiguresClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_stream_figures_dispose;
  object_class->get_property = call_stream_figures_get_property;
  object_class->set_property = call_stream_figures_set_property;
  properties[PROP_STREAM] =
      g_param_spec_object ("stream", NULL, NULL, CALL_TYPE_STREAM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gstnertc/Call/ui/call-stream-figures.ui");
  gtk_widget_class_bind_template_child (widget_class, CallStreamFigures, icon);
  gtk_widget_class_bind_template_child (widget_class, CallStreamFigures, title);
  gtk_widget_class_bind_template_child (widget_class, CallStreamFigures, grid);
  gtk_widget_class_bind_template_child (widget_class, CallStreamFigures, waiting);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
add_words (CallStreamFigures *self, guint i)
{
  GtkWidget *label = gtk_label_new (_ (rows[i].words));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, rows[i].describe ? "dim-label" : "caption-heading");
  gtk_grid_attach (self->grid, label, 0, (int) i, rows[i].describe ? 1 : 2, 1);
  return label;
}

static GtkWidget *
add_value (CallStreamFigures *self, guint i)
{
  GtkWidget *label = gtk_label_new (NULL);
  GtkAccessible *accessible = GTK_ACCESSIBLE (label);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "numeric");
  gtk_accessible_update_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY, self->words[i],
                                  NULL, -1);
  gtk_grid_attach (self->grid, label, 1, (int) i, 1, 1);
  return label;
}

static void
call_stream_figures_init (CallStreamFigures *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < N_ROWS; i++) {
    self->words[i] = add_words (self, i);
    if (rows[i].describe)
      self->values[i] = add_value (self, i);
  }
}
