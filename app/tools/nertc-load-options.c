/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-load-options.h"

#include "nertc-name.h"

#include <string.h>

#define TOKEN_HOURS 12
#define MEMBERS_MAX 100000
#define MEDIA_MAX 1000
#define PREFIX_MAX 32

static const char description[] =
    "Joins rooms of a server as many simulated members, who read what they are sent and say a "
    "little, and\nprints what that took. Members are spread over the rooms evenly.\n"
    "\n"
    "Examples:\n"
    "  nertc-load --rooms=10 --members=100 --rate=50 --duration=5\n"
    "  nertc-load --members=500 --message-rate=20 --server-pid=$(pidof nertc-server) --json\n"
    "\n"
    "Exit status: 0; 1 if the server was not reached, or nobody could join; 2 for a wrong option.\n"
    "Loads nothing but servers of your own: others may take it for an attack.";

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  *error = g_error_new_valist (NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS, format, arguments);
  va_end (arguments);
  return FALSE;
}

static gboolean
check_range (const char *name, double value, double min, double max, GError **error)
{
  return (value >= min && value <= max) ||
         refuse (error, "%s is %g; use a number from %g to %g", name, value, min, max);
}

static gboolean
check_numbers (LoadOptions *self, GError **error)
{
  return check_range ("members", self->members, 1, MEMBERS_MAX, error) &&
         check_range ("rooms", self->rooms, 1, self->members, error) &&
         check_range ("rate", self->join_rate, 0, 100000, error) &&
         check_range ("joining", self->joining, 1, MEMBERS_MAX, error) &&
         check_range ("duration", self->duration, 0, 86400, error) &&
         check_range ("churn", self->churn, 0, 100000, error) &&
         check_range ("message-rate", self->message_rate, 0, 100000, error) &&
         check_range ("message-size", self->message_size, 64, 1024, error) &&
         check_range ("publishers", self->publishers, 0, MEDIA_MAX, error) &&
         check_range ("subscribers", self->subscribers, 0, MEDIA_MAX, error);
}

static gboolean
check_media (LoadOptions *self, GError **error)
{
  return self->subscribers == 0 || self->publishers > 0 ||
         refuse (error, "subscribers is %d, but nobody publishes; give publishers, too",
                 self->subscribers);
}

static gboolean
check_prefix (LoadOptions *self, GError **error)
{
  if (strlen (self->prefix) > PREFIX_MAX || !nertc_check_room_name (self->prefix, NULL))
    return refuse (error, "prefix is ‘%s’; use 1 to %d characters that a room name may have",
                   self->prefix, PREFIX_MAX);
  return TRUE;
}

static gboolean
take_kind (LoadOptions *self, const char *word, GError **error)
{
  static const char *const words[] = { "broadcast", "barrage", "command", "update", NULL };

  for (guint i = 0; word && words[i]; i++) {
    if (g_str_equal (word, words[i])) {
      self->message_kind = (LoadSendKind) i;
      return TRUE;
    }
  }
  return !word ||
         refuse (error, "message-kind is ‘%s’; use broadcast, barrage, command or update", word);
}

/* Returns: (nullable): the one line of a file */
static char *
read_line (const char *name, const char *path, GError **error)
{
  g_autoptr (GError) problem = NULL;
  char *text = NULL;

  if (g_file_get_contents (path, &text, NULL, &problem))
    return g_strstrip (text);
  refuse (error, "%s: %s; name another file", name, problem->message);
  return NULL;
}

static gboolean
take_tokens (LoadOptions *self, const char *token_file, const char *secret_file, GError **error)
{
  if (self->app_key && !token_check_app_key (self->app_key, error))
    return FALSE;
  if (token_file && secret_file)
    return refuse (error, "token-file and secret-file are both given; leave one of them out");
  if (secret_file && !self->app_key)
    return refuse (error, "secret-file is given without app-key; name the key that it is of");
  if (token_file)
    self->token = read_line ("token-file", token_file, error);
  if (secret_file)
    self->secret = read_line ("secret-file", secret_file, error);
  self->token_expires = g_get_real_time () / G_USEC_PER_SEC + TOKEN_HOURS * 3600;
  if (self->secret)
    return token_check_secret (self->secret, error);
  return (!token_file || self->token) && !secret_file;
}

typedef struct {
  char *kind;
  char *token_file;
  char *secret_file;
} Words;

static gboolean
parse_words (LoadOptions *self, Words *words, char ***arguments, gboolean *show_version,
             GError **error)
{
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &self->server,
      "its address (default ws://127.0.0.1:8980/room)", "URI" },
    { "rooms", 0, 0, G_OPTION_ARG_INT, &self->rooms, "how many rooms (default 1)", "N" },
    { "members", 0, 0, G_OPTION_ARG_INT, &self->members,
      "how many members in all of them together (default 50)", "N" },
    { "rate", 0, 0, G_OPTION_ARG_DOUBLE, &self->join_rate,
      "joins per second; 0: as fast as they are answered (default 100)", "N" },
    { "joining", 0, 0, G_OPTION_ARG_INT, &self->joining,
      "how many may be on their way into a room at once (default 256)", "N" },
    { "duration", 0, 0, G_OPTION_ARG_DOUBLE, &self->duration,
      "how long to stay when all have joined (default 10)", "SECONDS" },
    { "churn", 0, 0, G_OPTION_ARG_DOUBLE, &self->churn,
      "members per second who leave and come back, meanwhile (default 0)", "N" },
    { "message-rate", 0, 0, G_OPTION_ARG_DOUBLE, &self->message_rate,
      "messages per second in each room, meanwhile, from its members in turn (default 0)", "N" },
    { "message-kind", 0, 0, G_OPTION_ARG_STRING, &words->kind,
      "broadcast, barrage, command, or update, the extra info of the room (default broadcast)",
      "KIND" },
    { "message-size", 0, 0, G_OPTION_ARG_INT, &self->message_size,
      "bytes of such a text (default 100)", "BYTES" },
    { "publishers", 0, 0, G_OPTION_ARG_INT, &self->publishers,
      "further members who send picture and sound by real transports, meanwhile (default 0)", "N" },
    { "subscribers", 0, 0, G_OPTION_ARG_INT, &self->subscribers,
      "further members who receive all of that in their room (default 0)", "N" },
    { "no-user-updates", 0, 0, G_OPTION_ARG_NONE, &self->no_user_updates,
      "members do not ask to be told who comes and goes", NULL },
    { "prefix", 0, 0, G_OPTION_ARG_STRING, &self->prefix,
      "what names of rooms and uids begin with (default load)", "TEXT" },
    { "app-key", 0, 0, G_OPTION_ARG_STRING, &self->app_key, "of the rooms", "KEY" },
    { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &words->token_file,
      "file with one token for all, for any room and uid", "FILE" },
    { "secret-file", 0, 0, G_OPTION_ARG_FILENAME, &words->secret_file,
      "file with the secret of the app key: makes each member a token of its own", "FILE" },
    { "tls-ca-file", 0, 0, G_OPTION_ARG_FILENAME, &self->tls_ca_file,
      "PEM file with the certificates to trust (default: those of the system)", "FILE" },
    { "server-pid", 0, 0, G_OPTION_ARG_INT, &self->server_pid,
      "process of the server on this machine: prints its memory and CPU time", "PID" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json, "print JSON", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, show_version, "print the version", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("— load on a room server");
  g_autoptr (GError) problem = NULL;

  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, &problem))
    return refuse (error, "%s; see --help", problem->message);
  if (!self->server)
    self->server = g_strdup ("ws://127.0.0.1:8980/room");
  if (!self->prefix)
    self->prefix = g_strdup ("load");
  return g_strv_length (*arguments) <= 1 ||
         refuse (error, "‘%s’ is no option; see --help", (*arguments)[1]);
}

static LoadOptions *
options_new (void)
{
  LoadOptions *self = g_new0 (LoadOptions, 1);

  self->rooms = 1;
  self->members = 50;
  self->join_rate = 100;
  self->joining = 256;
  self->duration = 10;
  self->message_size = 100;
  return self;
}

/* --help ends the process. Returns: (nullable): every option valid, or an error that names it and
 * the remedy */
LoadOptions *
load_options_parse (char ***arguments, gboolean *show_version, GError **error)
{
  g_autoptr (LoadOptions) self = options_new ();
  Words words = { NULL };
  gboolean valid = parse_words (self, &words, arguments, show_version, error) &&
                   check_numbers (self, error) && check_media (self, error) &&
                   check_prefix (self, error) && take_kind (self, words.kind, error) &&
                   take_tokens (self, words.token_file, words.secret_file, error);

  g_free (words.kind);
  g_free (words.token_file);
  g_free (words.secret_file);
  return valid ? g_steal_pointer (&self) : NULL;
}

/* Returns: (transfer full): the name of a room, from 0 to rooms − 1 */
char *
load_options_make_room (const LoadOptions *self, guint index)
{
  return g_strdup_printf ("%s-%u", self->prefix, index);
}

/* Returns: (transfer full) (nullable): a token for this one alone, or the one for all */
char *
load_options_make_token (const LoadOptions *self, const char *room, const char *uid)
{
  g_autoptr (TokenClaims) claims = NULL;

  if (!self->secret)
    return g_strdup (self->token);
  claims = token_claims_new (self->app_key, self->token_expires);
  claims->room = g_strdup (room);
  claims->uid = g_strdup (uid);
  return token_mint (claims, self->secret, NULL);
}

void
load_options_free (LoadOptions *self)
{
  g_free (self->server);
  g_free (self->tls_ca_file);
  g_free (self->prefix);
  g_free (self->app_key);
  g_free (self->token);
  g_free (self->secret);
  g_free (self);
}
