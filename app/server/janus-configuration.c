/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "janus-configuration.h"

const char *const srv_janus_file_names[SRV_JANUS_FILES] = {
  "janus.jcfg",
  "janus.transport.pfunix.jcfg",
  "janus.plugin.videoroom.jcfg",
};

/* All that Janus 1.1 has but what is needed: it loads whatever it finds and is not told to leave.
 */
#define OTHER_PLUGINS \
  "libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so," \
  "libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so," \
  "libjanus_textroom.so,libjanus_videocall.so,libjanus_voicemail.so"
#define OTHER_TRANSPORTS \
  "libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_rabbitmq.so," \
  "libjanus_websockets.so"

static void
add_text (GString *out, const char *name, const char *value)
{
  if (!value)
    return;
  g_string_append_printf (out, "  %s = \"", name);
  for (const char *c = value; *c; c++) {
    if (*c == '"' || *c == '\\')
      g_string_append_c (out, '\\');
    g_string_append_c (out, *c);
  }
  g_string_append (out, "\"\n");
}

static void
begin (GString *out, const char *name)
{
  g_string_append_printf (out, "%s: {\n", name);
}

static void
end (GString *out)
{
  g_string_append (out, "}\n");
}

/* From debug_level 4 on it says when its socket is not served. */
static void
add_general (GString *out, const SrvJanusConfiguration *self)
{
  begin (out, "general");
  add_text (out, "server_name", "nertc-server");
  add_text (out, "api_secret", self->secret);
  g_string_append (out, "  debug_level = 4\n"
                        "  debug_colors = false\n"
                        "  session_timeout = 60\n"
                        "  reclaim_session_timeout = 10\n"
                        "  hide_dependencies = true\n");
  g_string_append_printf (out, "  event_loops = %u\n", self->loops);
  end (out);
}

static void
add_media (GString *out, const SrvJanusConfiguration *self)
{
  begin (out, "media");
  /* As often as other receivers of this project tell when packets came; and every packet that is
   * lost is to be told of, for metrics. */
  g_string_append (out, "  twcc_period = 100\n"
                        "  slowlink_threshold = 1\n"
                        "  ipv6 = true\n");
  add_text (out, "rtp_port_range", self->ports);
  end (out);
}

static void
add_nat (GString *out, const SrvJanusConfiguration *self)
{
  begin (out, "nat");
  /* Whoever hides behind such a name finds Janus, not the other way round. */
  g_string_append (out, "  ignore_mdns = true\n");
  if (self->address)
    g_string_append (out, "  keep_private_host = true\n");
  add_text (out, "nat_1_1_mapping", self->address);
  add_text (out, "ice_enforce_list", self->interfaces);
  end (out);
}

static void
add_modules (GString *out)
{
  begin (out, "plugins");
  add_text (out, "disable", OTHER_PLUGINS);
  end (out);
  begin (out, "transports");
  add_text (out, "disable", OTHER_TRANSPORTS);
  end (out);
  begin (out, "loggers");
  add_text (out, "disable", "libjanus_jsonlog.so");
  end (out);
  begin (out, "events");
  g_string_append (out, "  broadcast = false\n");
  end (out);
}

static void
add_transport (GString *out, const SrvJanusConfiguration *self)
{
  begin (out, "general");
  g_string_append (out, "  enabled = true\n"
                        "  events = false\n");
  add_text (out, "json", "compact");
  add_text (out, "path", self->socket);
  end (out);
  begin (out, "admin");
  g_string_append (out, "  admin_enabled = false\n");
  end (out);
}

/* Returns: (transfer full): what is to be in the file @file */
char *
srv_janus_configuration_make (const SrvJanusConfiguration *self, guint file)
{
  GString *out = g_string_new (NULL);

  switch (file) {
    case 0:
      add_general (out, self);
      add_media (out, self);
      add_nat (out, self);
      add_modules (out);
      break;
    case 1:
      add_transport (out, self);
      break;
    default:
      begin (out, "general");
      g_string_append (out, "  events = false\n");
      end (out);
  }
  return g_string_free (out, FALSE);
}
