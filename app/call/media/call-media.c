/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-media-private.h"

#include <gst/gst.h>

#include "call-devices-private.h"
#include "call-input.h"
#include "call-screen-share.h"
#include "call-test-sound.h"

#define METER_FLOOR -60.0 /* dBFS that a meter shows as nothing */

struct _CallMedia {
  GObject parent_instance;

  GSettings *settings;
  CallDevices *devices;
  CallChoice *cameras;
  CallChoice *microphones;
  CallChoice *speakers;
  CallInput *camera;
  CallInput *microphone;
  CallScreenShare *share;
  GObject *test_sound;
  CallProblem *speaker_problem;
  double level;
  gboolean camera_on;
  gboolean microphone_on;
  gboolean audio_only;
  gboolean previewing;
  gboolean in_call;
};

G_DEFINE_FINAL_TYPE (CallMedia, call_media, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_DEVICES,
  PROP_CAMERA,
  PROP_MICROPHONE,
  PROP_SPEAKER,
  PROP_CAMERA_ON,
  PROP_MICROPHONE_ON,
  PROP_PREVIEWING,
  PROP_AUDIO_ONLY,
  PROP_PICTURE,
  PROP_LEVEL,
  PROP_CAMERA_PROBLEM,
  PROP_MICROPHONE_PROBLEM,
  PROP_SPEAKER_PROBLEM,
  PROP_SCREEN_PROBLEM,
  PROP_SHARING,
  PROP_SCREEN_PICTURE,
  PROP_HAS_SOUND_PROCESSING,
  PROP_SETTINGS,
  N_PROPS,
};

enum {
  SIGNAL_TAPS_CHANGED,
  SIGNAL_NOTICE,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
notify (CallMedia *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
emit_taps_changed (CallMedia *self)
{
  g_signal_emit (self, signals[SIGNAL_TAPS_CHANGED], 0);
}

/* How devices are opened */

/* As the setting video-profile counts */
static const CallPictureOptions picture_options[] = {
  { 320, 180, 15 },
  { 640, 480, 30 },
  { 1280, 720, 30 },
};

static CallSource *
open_camera (GstDevice *device, CallPicture *picture, gpointer user_data)
{
  CallMedia *self = user_data;
  const guint profile = (guint) g_settings_get_enum (self->settings, "video-profile");

  return call_source_new_camera (
      device, &picture_options[MIN (profile, G_N_ELEMENTS (picture_options) - 1)], picture);
}

/* What cleans a voice would spoil music; echo is to be cancelled from both, where anything is
 * heard. */
static CallSoundOptions
get_sound_options (CallMedia *self)
{
  g_autofree char *profile = g_settings_get_string (self->settings, "audio-profile");
  const gboolean speech = g_str_equal (profile, "speech");

  return (CallSoundOptions){
    .echo_cancellation =
        self->in_call && g_settings_get_boolean (self->settings, "echo-cancellation"),
    .noise_suppression = speech && g_settings_get_boolean (self->settings, "noise-suppression"),
    .gain_control = speech && g_settings_get_boolean (self->settings, "gain-control"),
    .channels = g_str_equal (profile, "music-stereo") ? 2 : 1,
  };
}

static CallSource *
open_microphone (GstDevice *device, CallPicture *picture, gpointer user_data)
{
  const CallSoundOptions options = get_sound_options (user_data);

  return call_source_new_microphone (device, &options);
}

static void
update_sound_options (CallMedia *self)
{
  const CallSoundOptions options = get_sound_options (self);
  CallSource *source = call_input_get_source (self->microphone);

  if (source)
    call_source_set_sound_options (source, &options);
}

/* Whether devices are open */

static void
update_inputs (CallMedia *self)
{
  const gboolean used = self->previewing || self->in_call;

  call_input_set_wanted (self->camera, used && self->camera_on && !self->audio_only);
  call_input_set_wanted (self->microphone, used && self->microphone_on);
}

static void
retry_inputs (CallMedia *self)
{
  call_input_retry (self->camera);
  call_input_retry (self->microphone);
}

static void
set_level (CallMedia *self, double level)
{
  if (level == self->level)
    return;
  self->level = level;
  notify (self, PROP_LEVEL);
}

static void
on_level (CallMedia *self)
{
  const double level = call_source_get_level (call_input_get_source (self->microphone));

  set_level (self, CLAMP (1 - level / METER_FLOOR, 0, 1));
}

static void
on_camera_changed (CallMedia *self)
{
  notify (self, PROP_PICTURE);
  notify (self, PROP_CAMERA_PROBLEM);
  emit_taps_changed (self);
}

static void
on_microphone_changed (CallMedia *self)
{
  if (!call_input_get_tap (self->microphone))
    set_level (self, 0);
  notify (self, PROP_MICROPHONE_PROBLEM);
  emit_taps_changed (self);
}

static void
on_share_changed (CallMedia *self)
{
  notify (self, PROP_SHARING);
  notify (self, PROP_SCREEN_PICTURE);
  notify (self, PROP_SCREEN_PROBLEM);
  emit_taps_changed (self);
}

/* Speaker */

static void
set_speaker_problem (CallMedia *self, CallProblem *problem)
{
  if (g_set_object (&self->speaker_problem, problem))
    notify (self, PROP_SPEAKER_PROBLEM);
}

static void
on_speakers_changed (CallMedia *self)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No speaker");
  g_autoptr (CallProblem) missing = NULL;

  if (call_choice_is_ready (self->speakers) && !call_choice_get_used (self->speakers))
    missing = call_problem_new_from_media ("speaker", error);
  set_speaker_problem (self, missing);
  notify (self, PROP_SPEAKER);
}

static void
on_test_sound_done (const GError *error, gpointer user_data)
{
  CallMedia *self = user_data;
  g_autoptr (CallProblem) problem = error ? call_problem_new_from_media ("speaker", error) : NULL;

  set_speaker_problem (self, problem);
  g_clear_object (&self->test_sound);
}

void
call_media_play_test_sound (CallMedia *self)
{
  CallDevice *speaker = call_choice_get_used (self->speakers);

  g_clear_object (&self->test_sound);
  self->test_sound = call_test_sound_new (speaker ? call_devices_get_gst_device (speaker) : NULL,
                                          on_test_sound_done, self);
}

/* Settings */

static void
on_video_profile_changed (CallMedia *self)
{
  call_input_reopen (self->camera);
}

/* The number of channels may be another one. */
static void
on_audio_profile_changed (CallMedia *self)
{
  call_input_reopen (self->microphone);
}

/* What is muted during a call says nothing about the next one. */
static void
save_on (CallMedia *self, const char *key, gboolean on)
{
  if (!self->in_call)
    g_settings_set_boolean (self->settings, key, on);
}

static void
on_on_changed (CallMedia *self)
{
  if (self->in_call)
    return;
  call_media_set_camera_on (self, g_settings_get_boolean (self->settings, "camera-on"));
  call_media_set_microphone_on (self, g_settings_get_boolean (self->settings, "microphone-on"));
}

static void
on_notice (CallMedia *self, const char *notice)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, notice);
}

static void
listen_to_settings (CallMedia *self)
{
  static const struct {
    const char *signal;
    void (*callback) (CallMedia *self);
  } rows[] = {
    { "changed::video-profile", on_video_profile_changed },
    { "changed::audio-profile", on_audio_profile_changed },
    { "changed::echo-cancellation", update_sound_options },
    { "changed::noise-suppression", update_sound_options },
    { "changed::gain-control", update_sound_options },
    { "changed::camera-on", on_on_changed },
    { "changed::microphone-on", on_on_changed },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_signal_connect_object (self->settings, rows[i].signal, G_CALLBACK (rows[i].callback), self,
                             G_CONNECT_SWAPPED);
  g_settings_bind (self->settings, "audio-only", self, "audio-only", G_SETTINGS_BIND_DEFAULT);
}

/* The object */

#define CONNECT(object, signal, callback) \
  g_signal_connect_object (object, signal, G_CALLBACK (callback), self, G_CONNECT_SWAPPED)

static CallChoice *
make_choice (CallMedia *self, CallDeviceKind kind, const char *key)
{
  CallChoice *choice = call_choice_new (self->devices, kind, self->settings, key);

  CONNECT (choice, "notice", on_notice);
  return choice;
}

static void
on_cameras_changed (CallMedia *self)
{
  notify (self, PROP_CAMERA);
}

static void
on_microphones_changed (CallMedia *self)
{
  notify (self, PROP_MICROPHONE);
}

static void
call_media_constructed (GObject *object)
{
  CallMedia *self = CALL_MEDIA (object);

  G_OBJECT_CLASS (call_media_parent_class)->constructed (object);
  self->devices = call_devices_new ();
  self->cameras = make_choice (self, CALL_DEVICE_CAMERA, "camera");
  self->microphones = make_choice (self, CALL_DEVICE_MICROPHONE, "microphone");
  self->speakers = make_choice (self, CALL_DEVICE_SPEAKER, "speaker");
  self->camera = call_input_new ("camera", self->cameras, open_camera, self);
  self->microphone = call_input_new ("microphone", self->microphones, open_microphone, self);
  self->share = call_screen_share_new ();
  CONNECT (self->cameras, "changed", on_cameras_changed);
  CONNECT (self->microphones, "changed", on_microphones_changed);
  CONNECT (self->speakers, "changed", on_speakers_changed);
  CONNECT (self->camera, "changed", on_camera_changed);
  CONNECT (self->microphone, "changed", on_microphone_changed);
  CONNECT (self->microphone, "level", on_level);
  CONNECT (self->share, "changed", on_share_changed);
  self->camera_on = g_settings_get_boolean (self->settings, "camera-on");
  self->microphone_on = g_settings_get_boolean (self->settings, "microphone-on");
  listen_to_settings (self);
}

static void
call_media_dispose (GObject *object)
{
  CallMedia *self = CALL_MEDIA (object);

  /* They hold no reference, and may be held by others. */
  if (self->camera) {
    call_input_set_wanted (self->camera, FALSE);
    call_input_set_wanted (self->microphone, FALSE);
    call_screen_share_stop (self->share);
  }
  g_clear_object (&self->test_sound);
  g_clear_object (&self->camera);
  g_clear_object (&self->microphone);
  g_clear_object (&self->share);
  g_clear_object (&self->cameras);
  g_clear_object (&self->microphones);
  g_clear_object (&self->speakers);
  g_clear_object (&self->speaker_problem);
  g_clear_object (&self->devices);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (call_media_parent_class)->dispose (object);
}

static gboolean
has_sound_processing (void)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find ("webrtcdsp");

  return factory != NULL;
}

static GObject *
get_object (CallMedia *self, guint id)
{
  switch (id) {
    case PROP_DEVICES:
      return G_OBJECT (self->devices);
    case PROP_CAMERA:
      return (GObject *) call_choice_get_device (self->cameras);
    case PROP_MICROPHONE:
      return (GObject *) call_choice_get_device (self->microphones);
    case PROP_SPEAKER:
      return (GObject *) call_choice_get_device (self->speakers);
    case PROP_PICTURE:
      return (GObject *) call_input_get_picture (self->camera);
    case PROP_SCREEN_PICTURE:
      return (GObject *) call_screen_share_get_picture (self->share);
    case PROP_CAMERA_PROBLEM:
      return (GObject *) call_input_get_problem (self->camera);
    case PROP_MICROPHONE_PROBLEM:
      return (GObject *) call_input_get_problem (self->microphone);
    case PROP_SPEAKER_PROBLEM:
      return (GObject *) self->speaker_problem;
    case PROP_SCREEN_PROBLEM:
      return (GObject *) call_screen_share_get_problem (self->share);
    default:
      return NULL;
  }
}

static void
call_media_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallMedia *self = CALL_MEDIA (object);

  switch (id) {
    case PROP_CAMERA_ON:
      g_value_set_boolean (value, self->camera_on);
      break;
    case PROP_MICROPHONE_ON:
      g_value_set_boolean (value, self->microphone_on);
      break;
    case PROP_PREVIEWING:
      g_value_set_boolean (value, self->previewing);
      break;
    case PROP_AUDIO_ONLY:
      g_value_set_boolean (value, self->audio_only);
      break;
    case PROP_LEVEL:
      g_value_set_double (value, self->level);
      break;
    case PROP_SHARING:
      g_value_set_boolean (value, call_screen_share_is_on (self->share));
      break;
    case PROP_HAS_SOUND_PROCESSING:
      g_value_set_boolean (value, has_sound_processing ());
      break;
    default:
      g_value_set_object (value, get_object (self, id));
  }
}

static void
set_audio_only (CallMedia *self, gboolean audio_only)
{
  if (self->audio_only == audio_only)
    return;
  self->audio_only = audio_only;
  update_inputs (self);
  notify (self, PROP_AUDIO_ONLY);
}

static void
call_media_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallMedia *self = CALL_MEDIA (object);

  switch (id) {
    case PROP_CAMERA:
      call_media_set_camera (self, g_value_get_object (value));
      break;
    case PROP_MICROPHONE:
      call_media_set_microphone (self, g_value_get_object (value));
      break;
    case PROP_SPEAKER:
      call_media_set_speaker (self, g_value_get_object (value));
      break;
    case PROP_CAMERA_ON:
      call_media_set_camera_on (self, g_value_get_boolean (value));
      break;
    case PROP_MICROPHONE_ON:
      call_media_set_microphone_on (self, g_value_get_boolean (value));
      break;
    case PROP_PREVIEWING:
      call_media_set_previewing (self, g_value_get_boolean (value));
      break;
    case PROP_AUDIO_ONLY:
      set_audio_only (self, g_value_get_boolean (value));
      break;
    case PROP_SETTINGS:
      self->settings = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

#define READ (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)
#define WRITE (READ | G_PARAM_WRITABLE | G_PARAM_EXPLICIT_NOTIFY)

static GParamSpec *
new_object (const char *name, GType type, GParamFlags flags)
{
  return g_param_spec_object (name, NULL, NULL, type, flags);
}

static GParamSpec *
new_boolean (const char *name, GParamFlags flags)
{
  return g_param_spec_boolean (name, NULL, NULL, FALSE, flags);
}

static void
install_properties (GObjectClass *class)
{
  properties[PROP_DEVICES] = new_object ("devices", CALL_TYPE_DEVICES, READ);
  properties[PROP_CAMERA] = new_object ("camera", CALL_TYPE_DEVICE, WRITE);
  properties[PROP_MICROPHONE] = new_object ("microphone", CALL_TYPE_DEVICE, WRITE);
  properties[PROP_SPEAKER] = new_object ("speaker", CALL_TYPE_DEVICE, WRITE);
  properties[PROP_CAMERA_ON] = new_boolean ("camera-on", WRITE);
  properties[PROP_MICROPHONE_ON] = new_boolean ("microphone-on", WRITE);
  properties[PROP_PREVIEWING] = new_boolean ("previewing", WRITE);
  properties[PROP_AUDIO_ONLY] = new_boolean ("audio-only", WRITE);
  properties[PROP_PICTURE] = new_object ("picture", GDK_TYPE_PAINTABLE, READ);
  properties[PROP_LEVEL] = g_param_spec_double ("level", NULL, NULL, 0, 1, 0, READ);
  properties[PROP_CAMERA_PROBLEM] = new_object ("camera-problem", CALL_TYPE_PROBLEM, READ);
  properties[PROP_MICROPHONE_PROBLEM] = new_object ("microphone-problem", CALL_TYPE_PROBLEM, READ);
  properties[PROP_SPEAKER_PROBLEM] = new_object ("speaker-problem", CALL_TYPE_PROBLEM, READ);
  properties[PROP_SCREEN_PROBLEM] = new_object ("screen-problem", CALL_TYPE_PROBLEM, READ);
  properties[PROP_SHARING] = new_boolean ("sharing", READ);
  properties[PROP_SCREEN_PICTURE] = new_object ("screen-picture", GDK_TYPE_PAINTABLE, READ);
  properties[PROP_HAS_SOUND_PROCESSING] = new_boolean ("has-sound-processing", READ);
  properties[PROP_SETTINGS] =
      new_object ("settings", G_TYPE_SETTINGS,
                  G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
install_signals (GType type)
{
  signals[SIGNAL_TAPS_CHANGED] =
      g_signal_new ("taps-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
call_media_class_init (CallMediaClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->constructed = call_media_constructed;
  object_class->dispose = call_media_dispose;
  object_class->get_property = call_media_get_property;
  object_class->set_property = call_media_set_property;
  install_properties (object_class);
  install_signals (G_TYPE_FROM_CLASS (class));
}

static void
call_media_init (CallMedia *self)
{
}

CallMedia *
call_media_new (GSettings *settings)
{
  return g_object_new (CALL_TYPE_MEDIA, "settings", settings, NULL);
}

CallDevices *
call_media_get_devices (CallMedia *self)
{
  return self->devices;
}

CallDevice *
call_media_get_camera (CallMedia *self)
{
  return call_choice_get_device (self->cameras);
}

CallDevice *
call_media_get_microphone (CallMedia *self)
{
  return call_choice_get_device (self->microphones);
}

CallDevice *
call_media_get_speaker (CallMedia *self)
{
  return call_choice_get_device (self->speakers);
}

/* Choosing what has failed tries it again. */
void
call_media_set_camera (CallMedia *self, CallDevice *device)
{
  call_choice_set_device (self->cameras, device);
  call_input_retry (self->camera);
}

void
call_media_set_microphone (CallMedia *self, CallDevice *device)
{
  call_choice_set_device (self->microphones, device);
  call_input_retry (self->microphone);
}

void
call_media_set_speaker (CallMedia *self, CallDevice *device)
{
  call_choice_set_device (self->speakers, device);
}

gboolean
call_media_is_camera_on (CallMedia *self)
{
  return self->camera_on;
}

gboolean
call_media_is_microphone_on (CallMedia *self)
{
  return self->microphone_on;
}

void
call_media_set_camera_on (CallMedia *self, gboolean on)
{
  if (self->camera_on == on)
    return;
  self->camera_on = on;
  save_on (self, "camera-on", on);
  update_inputs (self);
  notify (self, PROP_CAMERA_ON);
}

void
call_media_set_microphone_on (CallMedia *self, gboolean on)
{
  if (self->microphone_on == on)
    return;
  self->microphone_on = on;
  save_on (self, "microphone-on", on);
  update_inputs (self);
  notify (self, PROP_MICROPHONE_ON);
}

void
call_media_set_previewing (CallMedia *self, gboolean previewing)
{
  if (self->previewing == previewing)
    return;
  self->previewing = previewing;
  update_inputs (self);
  notify (self, PROP_PREVIEWING);
}

/* The probe of the echo comes and goes with the call. */
void
call_media_set_in_call (CallMedia *self, gboolean in_call)
{
  if (self->in_call == in_call)
    return;
  self->in_call = in_call;
  if (!in_call)
    call_screen_share_stop (self->share);
  update_inputs (self);
  if (in_call)
    retry_inputs (self);
  update_sound_options (self);
}

GdkPaintable *
call_media_get_picture (CallMedia *self)
{
  return (GdkPaintable *) call_input_get_picture (self->camera);
}

gboolean
call_media_is_sharing (CallMedia *self)
{
  return call_screen_share_is_on (self->share);
}

GdkPaintable *
call_media_get_screen_picture (CallMedia *self)
{
  return (GdkPaintable *) call_screen_share_get_picture (self->share);
}

void
call_media_share_screen (CallMedia *self, CallScreen *screen)
{
  /* Whoever was asked for while the call ended does not show it to the next one. */
  if (!self->in_call)
    return;
  call_screen_share_start (self->share, screen);
}

void
call_media_stop_sharing (CallMedia *self)
{
  call_screen_share_stop (self->share);
}

CallTap *
call_media_get_camera_tap (CallMedia *self)
{
  return call_input_get_tap (self->camera);
}

CallTap *
call_media_get_microphone_tap (CallMedia *self)
{
  return call_input_get_tap (self->microphone);
}

CallTap *
call_media_get_screen_tap (CallMedia *self)
{
  return call_screen_share_get_tap (self->share);
}

CallTap *
call_media_get_screen_sound_tap (CallMedia *self)
{
  return call_screen_share_get_sound_tap (self->share);
}

GstDevice *
call_media_get_speaker_device (CallMedia *self)
{
  CallDevice *speaker = call_choice_get_device (self->speakers);

  return speaker ? call_devices_get_gst_device (speaker) : NULL;
}

GSettings *
call_media_get_settings (CallMedia *self)
{
  return self->settings;
}
