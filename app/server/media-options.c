/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "media-options.h"

#include <gio/gio.h>
#include <string.h>

/* sockaddr_un.sun_path, with its end */
#define SOCKET_PATH_MAX 107

#define HOST_MAX 255

/* Each transport takes a port of each address that the machine has. */
#define PORTS_MIN 20

static guint
count (char **list)
{
  return list ? g_strv_length (list) : 0;
}

static gboolean
has_word (const SrvOptions *options, const char *word)
{
  return options->media && g_strv_contains ((const char *const *) options->media, word);
}

static gboolean
is_address (const char *text)
{
  return g_str_has_prefix (text, "janus:") || g_str_has_prefix (text, "januss:");
}

static gboolean
is_good_address (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  const char *host;

  if (!uri || g_uri_get_userinfo (uri) || g_uri_get_query (uri) || g_uri_get_fragment (uri) ||
      g_uri_get_port (uri) == 0)
    return FALSE;
  host = g_uri_get_host (uri);
  if (host && *host)
    return strlen (host) <= HOST_MAX;
  /* A path only: of a socket */
  return host && g_str_equal (g_uri_get_scheme (uri), "janus") && g_uri_get_port (uri) == -1 &&
         strlen (g_uri_get_path (uri)) > 1 && strlen (g_uri_get_path (uri)) <= SOCKET_PATH_MAX;
}

static gboolean
check_value (const char *value, GError **error)
{
  /* Somebody may have put a secret there. */
  if (strchr (value, '@'))
    return srv_options_invalid (
        error, "media is an address with a ‘@’; leave out what stands before it, and put the "
               "API secret into a file for --media-secret-file");
  if (g_str_equal (value, "mesh") || g_str_equal (value, "janus") || g_str_equal (value, "auto"))
    return TRUE;
  if (!is_address (value) || !is_good_address (value))
    return srv_options_invalid (
        error,
        "media is ‘%s’; use mesh, janus, auto, or the address of a Janus: "
        "janus://HOST[:PORT][/PATH], januss://HOST[:PORT][/PATH] for TLS, or "
        "janus:///PATH/OF/A/SOCKET (of %d bytes at most)",
        value, SOCKET_PATH_MAX);
  return TRUE;
}

static gboolean
check_values (const SrvOptions *options, GError **error)
{
  guint total = count (options->media);

  if (total > SRV_MEDIA_NODES_MAX)
    return srv_options_invalid (error, "media is given %u times; use at most %d nodes", total,
                                SRV_MEDIA_NODES_MAX);
  for (guint i = 0; i < total; i++) {
    if (!check_value (options->media[i], error))
      return FALSE;
    for (guint j = 0; j < i; j++) {
      if (g_str_equal (options->media[i], options->media[j]))
        return srv_options_invalid (error, "media is ‘%s’ twice; name each node once",
                                    options->media[i]);
    }
  }
  if (total > 1 && has_word (options, "mesh"))
    return srv_options_invalid (
        error,
        "media is ‘mesh’, and ‘%s’ as well; use auto instead of mesh, if rooms are to "
        "begin in a mesh",
        options->media[g_str_equal (options->media[0], "mesh") ? 1 : 0]);
  return TRUE;
}

/* Whether --media-ports and the like, which are for the Janus that is started here, have one. */
static gboolean
check_own (const SrvOptions *options, GError **error)
{
  const struct {
    const char *name;
    const char *value;
  } own[] = {
    { "media-ports", options->media_ports },
    { "media-address", options->media_address },
    { "media-interface", options->media_interface },
  };

  if (srv_media_options_have_own_janus (options))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (own); i++) {
    if (own[i].value)
      return srv_options_invalid (
          error,
          "%s is ‘%s’, but no Janus is started here that could use it; say "
          "--media=janus, or write it into the configuration of the nodes that "
          "--media names",
          own[i].name, own[i].value);
  }
  return TRUE;
}

static gboolean
check_ports (const SrvOptions *options, GError **error)
{
  guint min, max;

  if (!options->media_ports)
    return TRUE;
  if (!srv_media_options_read_ports (options, &min, &max))
    return srv_options_invalid (
        error,
        "media-ports is ‘%s’; use MIN-MAX with numbers from 1024 to 65535, and %d "
        "ports at least, as in 20000-29999",
        options->media_ports, PORTS_MIN);
  return TRUE;
}

static gboolean
check_address (const SrvOptions *options, GError **error)
{
  g_autoptr (GInetAddress) address = NULL;

  if (!options->media_address)
    return TRUE;
  address = g_inet_address_new_from_string (options->media_address);
  if (!address || g_inet_address_get_is_any (address) || g_inet_address_get_is_loopback (address))
    return srv_options_invalid (
        error,
        "media-address is ‘%s’; use the IP address at which members reach this machine "
        "from outside",
        options->media_address);
  return TRUE;
}

/* It gets into a configuration file, between quotes. */
static gboolean
check_interface (const SrvOptions *options, GError **error)
{
  const char *text = options->media_interface;

  if (text && !g_regex_match_simple ("^[A-Za-z0-9_.:-]{1,64}(?:,[A-Za-z0-9_.:-]{1,64}){0,15}$",
                                     text, G_REGEX_DOLLAR_ENDONLY, 0))
    return srv_options_invalid (
        error,
        "media-interface is ‘%s’; use names of interfaces or the beginnings of "
        "addresses, as in eth0 or eth0,192.168.",
        text);
  return TRUE;
}

static gboolean
check_secret (const SrvOptions *options, GError **error)
{
  g_auto (GStrv) nodes = srv_media_options_list_nodes (options);

  if (options->media_secret_file && !*nodes)
    return srv_options_invalid (
        error,
        "media-secret-file is ‘%s’, but no node is named; do it by "
        "--media=janus://HOST (the Janus that is started here makes up a secret of its "
        "own)",
        options->media_secret_file);
  return TRUE;
}

/* Returns: whether what is said about media goes together; an error names option, value and
 * remedy */
gboolean
srv_media_options_check (const SrvOptions *options, GError **error)
{
  return check_values (options, error) && check_own (options, error) &&
         check_ports (options, error) && check_address (options, error) &&
         check_interface (options, error) && check_secret (options, error);
}

SrvMediaMode
srv_media_options_get_mode (const SrvOptions *options)
{
  if (has_word (options, "auto"))
    return SRV_MEDIA_AUTO;
  return count (options->media) == 0 || has_word (options, "mesh") ? SRV_MEDIA_MESH
                                                                   : SRV_MEDIA_NODES;
}

/* Whether the server is to start a Janus itself. */
gboolean
srv_media_options_have_own_janus (const SrvOptions *options)
{
  return has_word (options, "janus") || (has_word (options, "auto") && count (options->media) == 1);
}

/* Returns: (transfer full): the addresses of nodes that run elsewhere */
char **
srv_media_options_list_nodes (const SrvOptions *options)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  char **nodes;

  for (guint i = 0; i < count (options->media); i++) {
    if (is_address (options->media[i]))
      g_strv_builder_add (builder, options->media[i]);
  }
  nodes = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return nodes;
}

/* Returns: %FALSE if none are said, or none that can be used */
gboolean
srv_media_options_read_ports (const SrvOptions *options, guint *min, guint *max)
{
  g_auto (GStrv) parts = g_strsplit (options->media_ports ? options->media_ports : "", "-", 2);
  guint64 first, last;

  if (g_strv_length (parts) != 2 ||
      !g_ascii_string_to_unsigned (parts[0], 10, 1024, 65535, &first, NULL) ||
      !g_ascii_string_to_unsigned (parts[1], 10, 1024, 65535, &last, NULL) ||
      last < first + PORTS_MIN - 1)
    return FALSE;
  *min = (guint) first;
  *max = (guint) last;
  return TRUE;
}

/* Returns: (transfer full): by which way media goes, for who starts the server */
char *
srv_media_options_describe (const SrvOptions *options)
{
  SrvMediaMode mode = srv_media_options_get_mode (options);
  g_auto (GStrv) nodes = srv_media_options_list_nodes (options);
  g_autofree char *list = g_strjoinv (", ", nodes);
  gboolean own = srv_media_options_have_own_janus (options);
  g_autofree char *all =
      g_strconcat (own ? "a Janus of its own" : "", own && *list ? ", " : "", list, NULL);

  if (mode == SRV_MEDIA_MESH)
    return g_strdup ("from member to member");
  if (mode == SRV_MEDIA_NODES)
    return g_strdup_printf ("by way of %s", all);
  return g_strdup_printf ("from member to member; where a stream has more than %u consumers by way "
                          "of %s",
                          options->mesh_limit, all);
}
