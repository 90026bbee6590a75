/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Makes tokens for nertc-server, looks into them, and makes the secrets that sign them. */

#include "token.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define EXIT_USAGE 2

#define FILE_SIZE_MAX 65536
#define DAY G_GINT64_CONSTANT (86400)
#define SECRET_BYTES 32

static const char help[] =
    "Usage: nertc-token COMMAND [OPTION…]\n"
    "\n"
    "Commands:\n"
    "  secret    print a random secret, for a key file and for mint\n"
    "  mint      print a token that nertc-server takes\n"
    "  inspect   print what a token says, and with --secret-file whether it is good\n"
    "\n"
    "`nertc-token COMMAND --help` has the options of each.\n"
    "\n"
    "Examples:\n"
    "  umask 077; nertc-token secret > demo.secret\n"
    "  printf '[app demo]\\nsecrets=%s\\n' \"$(cat demo.secret)\" >> nertc-server.conf\n"
    "  nertc-token mint --app-key demo --secret-file demo.secret --room standup \\\n"
    "      --uid alice > alice.token\n"
    "  nertc-token inspect --secret-file demo.secret alice.token\n"
    "\n"
    "A secret signs tokens for everybody: it stays with the server, and with the program that "
    "makes\n"
    "tokens. It is read from a file, as other users of the machine can see command lines.\n"
    "\n"
    "Exit status: 0; 1 where a token is not good or a file cannot be read; 2 for a wrong option.\n";

static int
complain (int status, const GError *error)
{
  g_printerr ("nertc-token: %s\n", error->message);
  return status;
}

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

static gint64
get_time (void)
{
  return g_get_real_time () / G_TIME_SPAN_SECOND;
}

/* Whether the options are good, and no more than @files names stand behind them. */
static gboolean
parse_options (GOptionContext *context, char ***arguments, guint files, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!g_option_context_parse_strv (context, arguments, &problem))
    return refuse (error, "%s; see --help", problem->message);
  return g_strv_length (*arguments) <= 1 + files ||
         refuse (error, "‘%s’ is one too many; see --help", (*arguments)[1 + files]);
}

/* Files */

static gboolean
read_all (int file, const char *name, GString *text, GError **error)
{
  char buffer[4096];
  gssize got;

  while ((got = read (file, buffer, sizeof buffer)) != 0) {
    if (got < 0 && errno != EINTR)
      return refuse (error, "Cannot read %s: %s; name another file", name, g_strerror (errno));
    g_string_append_len (text, buffer, MAX (got, 0));
    if (text->len > FILE_SIZE_MAX)
      return refuse (error, "%s has more than %d bytes; name another file", name, FILE_SIZE_MAX);
  }
  return TRUE;
}

/* A long name of no file may be a secret or a token itself, which is not repeated. */
static gboolean
refuse_path (const char *path, const char *what, int problem, GError **error)
{
  if (problem == ENOENT && strlen (path) >= TOKEN_SECRET_MIN && !strchr (path, '/'))
    return refuse (error,
                   "There is no file of the name given for the %s; name the file that it is in, or "
                   "- for standard input, as other users of the machine see command lines",
                   what);
  return refuse (error, "Cannot read the %s in ‘%s’: %s; name another file", what, path,
                 g_strerror (problem));
}

/* Returns: (transfer full) (nullable): the one line of a file, or of standard input for "-" */
static char *
read_line (const char *path, const char *what, GError **error)
{
  gboolean is_input = g_str_equal (path, "-");
  g_autofree char *name = is_input ? g_strdup ("standard input") : g_strdup_printf ("‘%s’", path);
  g_autoptr (GString) text = g_string_new (NULL);
  int file = is_input ? STDIN_FILENO : g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gboolean done;

  if (file < 0) {
    refuse_path (path, what, errno, error);
    return NULL;
  }
  done = read_all (file, name, text, error);
  if (!is_input)
    close (file);
  if (!done)
    return NULL;
  if (strlen (text->str) == text->len && g_utf8_validate (text->str, -1, NULL) &&
      *g_strstrip (text->str) && !strpbrk (text->str, "\r\n"))
    return g_strdup (text->str);
  refuse (error, "There is no %s in %s; it has to be a line of text, and nothing else", what, name);
  return NULL;
}

static void
warn_if_others_can_read (const char *path)
{
  GStatBuf status;

  if (g_stat (path, &status) == 0 && S_ISREG (status.st_mode) && (status.st_mode & S_IROTH))
    g_printerr ("nertc-token: warning: every user of this machine can read the secret in ‘%s’; "
                "say: chmod o-rw '%s'\n",
                path, path);
}

static char *
read_secret (const char *path, GError **error)
{
  g_autofree char *secret = read_line (path, "secret", error);

  if (!secret || !token_check_secret (secret, error))
    return NULL;
  warn_if_others_can_read (path);
  return g_steal_pointer (&secret);
}

/* nertc-token secret */

static char *
make_secret (void)
{
  guint8 bytes[SECRET_BYTES];
  char *text;
  gssize got;

  do
    got = getrandom (bytes, sizeof bytes, 0);
  while (got < 0 && errno == EINTR);
  /* Up to 256 bytes come whole, and never fail (getrandom(2)). */
  g_assert (got == sizeof bytes);
  text = g_base64_encode (bytes, sizeof bytes);
  /* The alphabet of RFC 4648, section 5, has no character that a key file or a shell minds. */
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

static int
run_secret (GOptionContext *context, char ***arguments)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *secret = NULL;

  g_option_context_set_summary (context, "Prints a secret of 256 random bits.");
  if (!parse_options (context, arguments, 0, &error))
    return complain (EXIT_USAGE, error);
  secret = make_secret ();
  g_print ("%s\n", secret);
  return EXIT_SUCCESS;
}

/* nertc-token mint */

typedef struct {
  char *app_key;
  char *secret_file;
  char *room;
  char *uid;
  char *role;
  char **grants;
  char *expires_in;
  char *starts_in;
} MintOptions;

static void
mint_options_clear (MintOptions *self)
{
  g_free (self->app_key);
  g_free (self->secret_file);
  g_free (self->room);
  g_free (self->uid);
  g_free (self->role);
  g_strfreev (self->grants);
  g_free (self->expires_in);
  g_free (self->starts_in);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MintOptions, mint_options_clear)

/* "90", "90s", "15m", "1h", "7d" */
static gboolean
parse_time (const char *option, const char *text, gint64 *seconds, GError **error)
{
  static const struct {
    char unit;
    gint64 seconds;
  } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', DAY }, { '\0', 1 } };
  char *end = NULL;
  guint64 number = g_ascii_isdigit (*text) ? g_ascii_strtoull (text, &end, 10) : 0;

  for (guint i = 0; end && i < G_N_ELEMENTS (units); i++) {
    if (*end != units[i].unit || (*end && end[1]) || number > (guint64) (36500 * DAY))
      continue;
    *seconds = (gint64) number * units[i].seconds;
    if (*seconds <= 36500 * DAY)
      return TRUE;
  }
  return refuse (error, "--%s is ‘%s’; use a number of seconds, or such as 15m, 1h or 7d", option,
                 text);
}

static gboolean
take_grants (TokenClaims *claims, char **words, GError **error)
{
  claims->grants = NERTC_GRANTS_NONE;
  for (guint i = 0; words[i]; i++) {
    const char *word[] = { words[i], NULL };
    NertcGrants grant = nertc_grants_from_strv (word);

    if (grant == NERTC_GRANTS_NONE)
      return refuse (error, "--grant is ‘%s’; use publish, subscribe, message or admin", words[i]);
    claims->grants |= grant;
  }
  return TRUE;
}

static gboolean
take_times (TokenClaims *claims, const MintOptions *options, GError **error)
{
  gint64 now = get_time ();
  gint64 lifetime = 0;
  gint64 start = 0;

  if (!parse_time ("expires-in", options->expires_in ? options->expires_in : "1h", &lifetime,
                   error) ||
      !parse_time ("starts-in", options->starts_in ? options->starts_in : "0", &start, error))
    return FALSE;
  claims->not_before = start > 0 ? now + start : 0;
  claims->expires = now + start + lifetime;
  return TRUE;
}

static TokenClaims *
take_claims (const MintOptions *options, GError **error)
{
  g_autoptr (TokenClaims) claims = NULL;

  if (!options->app_key || !options->secret_file) {
    refuse (error, "mint needs --app-key and --secret-file; see nertc-token mint --help");
    return NULL;
  }
  claims = token_claims_new (options->app_key, 0);
  claims->room = g_strdup (options->room);
  claims->uid = g_strdup (options->uid);
  if (options->role && !nertc_member_role_from_string (options->role, &claims->role)) {
    refuse (error, "--role is ‘%s’; use host or audience", options->role);
    return NULL;
  }
  if (!take_times (claims, options, error) ||
      (options->grants && !take_grants (claims, options->grants, error)))
    return NULL;
  return g_steal_pointer (&claims);
}

static int
mint (const MintOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TokenClaims) claims = take_claims (options, &error);
  g_autofree char *secret = NULL;
  g_autofree char *token = NULL;

  if (!claims)
    return complain (EXIT_USAGE, error);
  secret = read_secret (options->secret_file, &error);
  if (!secret)
    return complain (EXIT_FAILURE, error);
  token = token_mint (claims, secret, &error);
  if (!token)
    return complain (EXIT_USAGE, error);
  g_print ("%s\n", token);
  return EXIT_SUCCESS;
}

static int
run_mint (GOptionContext *context, char ***arguments)
{
  g_auto (MintOptions) options = { NULL };
  g_autoptr (GError) error = NULL;
  GOptionEntry entries[] = {
    { "app-key", 0, 0, G_OPTION_ARG_STRING, &options.app_key, "the app key, as in the key file",
      "KEY" },
    { "secret-file", 0, 0, G_OPTION_ARG_FILENAME, &options.secret_file,
      "a file with one of its secrets; - is standard input", "FILE" },
    { "room", 0, 0, G_OPTION_ARG_STRING, &options.room, "the only room; any, if left out",
      "CHANNEL" },
    { "uid", 0, 0, G_OPTION_ARG_STRING, &options.uid, "the only uid; any, if left out", "UID" },
    { "role", 0, 0, G_OPTION_ARG_STRING, &options.role,
      "audience publishes nothing; host if left out", "host|audience" },
    { "grant", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.grants,
      "publish, subscribe, message or admin; may be given again; the first three if left out",
      "GRANT" },
    { "expires-in", 0, 0, G_OPTION_ARG_STRING, &options.expires_in,
      "how long it counts: seconds, or 15m, 1h, 7d (default 1h)", "TIME" },
    { "starts-in", 0, 0, G_OPTION_ARG_STRING, &options.starts_in,
      "from when on it counts (default 0: now)", "TIME" },
    { NULL },
  };

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, "Prints a token, and nothing else.");
  if (!parse_options (context, arguments, 0, &error))
    return complain (EXIT_USAGE, error);
  return mint (&options);
}

/* nertc-token inspect */

static char *
describe_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);
  g_autofree char *text = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
  gint64 left = seconds - get_time ();

  return left >= 0 ? g_strdup_printf ("%s (in %" G_GINT64_FORMAT " s)", text, left)
                   : g_strdup_printf ("%s (%" G_GINT64_FORMAT " s ago)", text, -left);
}

static void
print_claims (const TokenClaims *claims)
{
  g_auto (GStrv) words = nertc_grants_to_strv (claims->grants);
  g_autofree char *grants = g_strjoinv (" ", words);
  g_autofree char *expires = describe_time (claims->expires);
  g_autofree char *starts =
      claims->not_before > 0 ? describe_time (claims->not_before) : g_strdup ("at once");

  g_print ("app key: %s\n", claims->app_key);
  g_print ("room: %s\n", claims->room ? claims->room : "any");
  g_print ("uid: %s\n", claims->uid ? claims->uid : "any");
  g_print ("role: %s\n", nertc_member_role_to_string (claims->role));
  g_print ("grants: %s\n", *grants ? grants : "none");
  g_print ("starts: %s\n", starts);
  g_print ("expires: %s\n", expires);
}

static int
verify (const char *token, const TokenClaims *claims, const char *secret_file)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *secret = read_secret (secret_file, &error);
  const char *secrets[] = { secret, NULL };

  if (!secret || !token_verify (token, secrets, &error) ||
      !token_claims_check_time (claims, get_time (), &error))
    return complain (EXIT_FAILURE, error);
  g_print ("signature: good\n");
  return EXIT_SUCCESS;
}

static int
inspect (const char *path, const char *secret_file)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = read_line (path, "token", &error);
  g_autoptr (TokenClaims) claims = token ? token_read (token, &error) : NULL;

  if (!claims)
    return complain (EXIT_FAILURE, error);
  print_claims (claims);
  if (secret_file)
    return verify (token, claims, secret_file);
  g_print ("signature: not looked at; give --secret-file\n");
  return EXIT_SUCCESS;
}

static int
run_inspect (GOptionContext *context, char ***arguments)
{
  g_autofree char *secret_file = NULL;
  g_autoptr (GError) error = NULL;
  GOptionEntry entries[] = {
    { "secret-file", 0, 0, G_OPTION_ARG_FILENAME, &secret_file,
      "a file with the secret that should have signed it", "FILE" },
    { NULL },
  };

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context,
                                "Prints what the token in FILE, or on standard input, says. With "
                                "--secret-file it\nfails for a token that is forged, over or not "
                                "yet valid.");
  if (!parse_options (context, arguments, 1, &error))
    return complain (EXIT_USAGE, error);
  return inspect ((*arguments)[1] ? (*arguments)[1] : "-", secret_file);
}

/* Commands */

static const struct {
  const char *name;
  const char *parameters;
  int (*run) (GOptionContext *context, char ***arguments);
} commands[] = {
  { "secret", NULL, run_secret },
  { "mint", NULL, run_mint },
  { "inspect", "[FILE|-]", run_inspect },
};

static int
run (guint command, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (commands[command].parameters);
  g_auto (GStrv) arguments = g_strdupv (argv + 1);
  g_autofree char *program = g_strdup_printf ("nertc-token %s", commands[command].name);

  g_set_prgname (program);
  return commands[command].run (context, &arguments);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (commands); i++) {
    if (g_str_equal (argv[1], commands[i].name))
      return run (i, argv);
  }
  if (argc == 2 && g_str_equal (argv[1], "--version")) {
    g_print ("nertc-token %s\n", NERTC_VERSION);
    return EXIT_SUCCESS;
  }
  if (argc == 2 && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"))) {
    g_print ("%s", help);
    return EXIT_SUCCESS;
  }
  if (argc > 1)
    g_printerr ("nertc-token: ‘%s’ is no command; use secret, mint or inspect, or see --help\n",
                argv[1]);
  else
    g_printerr ("%s", help);
  return EXIT_USAGE;
}
