/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-command-line.h"

#include <glib/gi18n.h>

/* Larger files are no tokens. */
#define TOKEN_MAX 16384

static const GOptionEntry options[] = {
  { "room", 'r', 0, G_OPTION_ARG_STRING, NULL, N_ ("The room to join"), N_ ("NAME") },
  { "server", 's', 0, G_OPTION_ARG_STRING, NULL, N_ ("The server that has the room"),
    N_ ("ADDRESS") },
  { "app-key", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("The application that the room belongs to"),
    N_ ("KEY") },
  { "uid", 'u', 0, G_OPTION_ARG_STRING, NULL, N_ ("Who you are in the room, uniquely"), N_ ("ID") },
  { "name", 'n', 0, G_OPTION_ARG_STRING, NULL, N_ ("What the others see as your name"),
    N_ ("NAME") },
  { "token-file", 0, 0, G_OPTION_ARG_FILENAME, NULL,
    N_ ("A file with the token; or put the token into the environment variable NERTC_TOKEN"),
    N_ ("FILE") },
  { "join", 'j', 0, G_OPTION_ARG_NONE, NULL, N_ ("Join at once"), NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, N_ ("[LINK]") },
  { NULL },
};

void
call_command_line_add_options (GApplication *application)
{
  g_application_add_main_option_entries (application, options);
  g_application_set_option_context_summary (
      application, _ ("Joins calls. A link looks like nertc://127.0.0.1:8980/standup."));
}

gboolean
call_command_line_says (GApplicationCommandLine *line)
{
  GVariantDict *dict = g_application_command_line_get_options_dict (line);

  for (guint i = 0; options[i].long_name; i++) {
    if (g_variant_dict_contains (dict, options[i].long_name))
      return TRUE;
  }
  return FALSE;
}

static void
take (GVariantDict *dict, const char *option, char **place)
{
  char *text;

  if (!g_variant_dict_lookup (dict, option, "s", &text))
    return;
  g_free (*place);
  *place = text;
}

static gboolean
take_token_file (CallAddress *address, GApplicationCommandLine *line, const char *name,
                 GError **error)
{
  g_autoptr (GFile) file = g_application_command_line_create_file_for_arg (line, name);
  g_autofree char *text = NULL;
  gsize length = 0;

  if (!g_file_load_contents (file, NULL, &text, &length, NULL, NULL) || length > TOKEN_MAX ||
      !g_utf8_validate (text, (gssize) length, NULL)) {
    g_set_error (error, CALL_ADDRESS_ERROR, CALL_FIELD_TOKEN,
                 _ ("The file “%s” cannot be read, or has no token in it."), name);
    return FALSE;
  }
  address->token = g_strdup (g_strstrip (text));
  return TRUE;
}

/* As the other programs do: the file is named on purpose, the environment may be old. */
static gboolean
take_token (CallAddress *address, GApplicationCommandLine *line, GError **error)
{
  GVariantDict *dict = g_application_command_line_get_options_dict (line);
  const char *name, *token;

  if (g_variant_dict_lookup (dict, "token-file", "^&ay", &name))
    return take_token_file (address, line, name, error);
  token = g_application_command_line_getenv (line, "NERTC_TOKEN");
  if (token && *token)
    address->token = g_strdup (token);
  return TRUE;
}

/* Returns: (transfer full) (nullable): what the link says, or nothing yet */
static CallAddress *
read_link (GVariantDict *dict, GError **error)
{
  g_autofree const char **links = NULL;

  if (!g_variant_dict_lookup (dict, G_OPTION_REMAINING, "^a&s", &links) || !links[0])
    return call_address_new ();
  return call_address_new_from_link (links[g_strv_length ((char **) links) - 1], error);
}

CallAddress *
call_command_line_read (GApplicationCommandLine *line, gboolean *join, GError **error)
{
  GVariantDict *dict = g_application_command_line_get_options_dict (line);
  g_autoptr (CallAddress) address = read_link (dict, error);

  *join = g_variant_dict_contains (dict, "join");
  if (!address || !take_token (address, line, error))
    return NULL;
  take (dict, "room", &address->channel);
  take (dict, "server", &address->server);
  take (dict, "app-key", &address->app_key);
  take (dict, "uid", &address->uid);
  take (dict, "name", &address->user_name);
  return g_steal_pointer (&address);
}
