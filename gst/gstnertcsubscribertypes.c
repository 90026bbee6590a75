/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertcsubscriber.h"

GType
gst_nertc_play_state_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { GST_NERTC_PLAY_STATE_NO_PLAY, "There is no stream", "no-play" },
    { GST_NERTC_PLAY_STATE_PLAY_REQUESTING, "Media is still to come", "play-requesting" },
    { GST_NERTC_PLAY_STATE_PLAYING, "Media comes", "playing" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstNertcPlayState", values));
  return type;
}

GType
gst_nertc_subscribe_get_type (void)
{
  static gsize type = 0;
  static const GFlagsValue values[] = {
    { GST_NERTC_SUBSCRIBE_AUDIO, "Sound of cameras and custom streams", "audio" },
    { GST_NERTC_SUBSCRIBE_VIDEO, "Picture of cameras and custom streams", "video" },
    { GST_NERTC_SUBSCRIBE_SCREEN, "Picture of shared screens", "screen" },
    { GST_NERTC_SUBSCRIBE_SCREEN_AUDIO, "Sound of shared screens", "screen-audio" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_flags_register_static ("GstNertcSubscribe", values));
  return type;
}
