/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-address.h"

#include <string.h>

#include "nertc-name.h"

static void
check_link (const char *link, const char *server, const char *channel, const char *uid,
            const char *user_name, const char *app_key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CallAddress) address = call_address_new_from_link (link, &error);

  if (error)
    g_error ("%s: %s", link, error->message);
  g_assert_cmpstr (address->server, ==, server);
  g_assert_cmpstr (address->channel, ==, channel);
  g_assert_cmpstr (address->uid, ==, uid);
  g_assert_cmpstr (address->user_name, ==, user_name);
  g_assert_cmpstr (address->app_key, ==, app_key);
  g_assert_null (address->token);
}

static void
test_links (void)
{
  check_link ("nertc://127.0.0.1:8980/standup", "ws://127.0.0.1:8980/room", "standup", NULL, NULL,
              NULL);
  check_link (" nertc://localhost/standup\n", "ws://localhost:8980/room", "standup", NULL, NULL,
              NULL);
  check_link ("nertcs://calls.example.org:443/A%20room?uid=7&user-name=Ada%20L&app-key=k-1",
              "wss://calls.example.org:443/room", "A room", "7", "Ada L", "k-1");
  check_link ("nertc://[::1]:9/a?reconnect-timeout=9", "ws://[::1]:9/room", "a", NULL, NULL, NULL);
  /* As the server's page invites */
  check_link ("http://127.0.0.1:8980/?room=standup&appkey=k", "ws://127.0.0.1:8980/room", "standup",
              NULL, NULL, "k");
  check_link ("https://calls.example.org/?room=a+b&name=Ada&wait=1#x",
              "wss://calls.example.org/room", "a b", NULL, "Ada", NULL);
}

static void
check_no_link (const char *link, CallField field, const char *hint)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (call_address_new_from_link (link, &error));
  g_assert_error (error, CALL_ADDRESS_ERROR, (int) field);
  if (!strstr (error->message, hint))
    g_error ("No “%s” in “%s”", hint, error->message);
}

static void
test_no_links (void)
{
  check_no_link ("standup", CALL_FIELD_NONE, "“standup” is no link");
  check_no_link ("", CALL_FIELD_NONE, "nertc://127.0.0.1:8980/standup");
  check_no_link ("nertc:///standup", CALL_FIELD_NONE, "is no link");
  check_no_link ("nertc://ada@127.0.0.1/standup", CALL_FIELD_NONE, "is no link");
  check_no_link ("file:///etc/passwd", CALL_FIELD_NONE, "is no link");
  check_no_link ("https://calls.example.org/", CALL_FIELD_NONE, "is no link");
  check_no_link ("nertc://127.0.0.1/a#b", CALL_FIELD_NONE, "is no link");
  check_no_link ("nertc://127.0.0.1/a%f0", CALL_FIELD_NONE, "is no link");
  check_no_link ("nertc://127.0.0.1/a%00", CALL_FIELD_NONE, "is no link");
  check_no_link ("nertc://127.0.0.1/", CALL_FIELD_CHANNEL, "Give the room’s name");
  check_no_link ("nertc://127.0.0.1/a/b", CALL_FIELD_CHANNEL, "“/” cannot be");
  check_no_link ("nertc://127.0.0.1/a?token=secret", CALL_FIELD_TOKEN, "does not belong");
}

/* Every character that a room's name may have, alone and together, goes there and back. */
static void
test_there_and_back (void)
{
  const char *servers[] = { "ws://127.0.0.1:8980/room", "wss://calls.example.org:443/room",
                            "ws://[::1]:80/room" };
  const char *channels[] = { "...", "100%25", "a b", "?x=1&y=2#z", "[1]" };
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (char c = 1; c > 0 && c < 127; c++) {
    if (c != '.' && nertc_check_room_name ((char[]){ c, '\0' }, NULL))
      g_ptr_array_add (names, g_strdup_printf ("%c", c));
  }
  g_assert_cmpuint (names->len, ==, 88);
  for (guint i = 0; i < G_N_ELEMENTS (channels); i++)
    g_ptr_array_add (names, g_strdup (channels[i]));
  for (guint i = 0; i < names->len; i++) {
    for (guint j = 0; j < G_N_ELEMENTS (servers); j++) {
      CallAddress address = { (char *) servers[j], (char *) "key+1", names->pdata[i],
                              (char *) "7",        (char *) "Ada",   (char *) "secret" };
      g_autofree char *link = call_address_to_link (&address);

      g_assert_null (strstr (link, "secret"));
      g_assert_null (strstr (link, "Ada"));
      check_link (link, servers[j], names->pdata[i], NULL, NULL, "key+1");
    }
  }
  g_ptr_array_unref (names);
}

static void
test_no_way_back (void)
{
  CallAddress nowhere = { NULL };
  CallAddress folder = { (char *) "wss://example.org/calls/room", NULL, (char *) "standup" };
  CallAddress usual = { NULL, NULL, (char *) "standup" };
  CallAddress dots = { NULL, NULL, (char *) ".." };
  g_autofree char *link = call_address_to_link (&usual);

  g_assert_null (call_address_to_link (&nowhere));
  g_assert_null (call_address_to_link (&folder));
  g_assert_null (call_address_to_link (&dots));
  g_assert_cmpstr (link, ==, "nertc://127.0.0.1:8980/standup");
}

static void
test_servers (void)
{
  static const char *const servers[][2] = {
    { "ws://127.0.0.1:8980/room", "ws://127.0.0.1:8980/room" },
    { "wss://example.org/calls/room", "wss://example.org/calls/room" },
    { "wss://example.org", "wss://example.org/room" },
    { "http://127.0.0.1:8980/", "ws://127.0.0.1:8980/room" },
    { "https://example.org", "wss://example.org/room" },
    { "nertc://example.org", "ws://example.org:8980/room" },
    { "example.org", "wss://example.org/room" },
    { " example.org:8443 ", "wss://example.org:8443/room" },
    { "localhost", "ws://localhost:8980/room" },
    { "127.0.0.1:9000", "ws://127.0.0.1:9000/room" },
    { "[::1]", "ws://[::1]:8980/room" },
    { "", NULL },
    { NULL, NULL },
  };
  static const char *const wrong[] = { "ftp://example.org", "my server", "wss://", "a@b", "://" };

  for (guint i = 0; i < G_N_ELEMENTS (servers); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *server = call_address_complete_server (servers[i][0], &error);

    g_assert_no_error (error);
    g_assert_cmpstr (server, ==, servers[i][1]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (call_address_complete_server (wrong[i], &error));
    g_assert_error (error, CALL_ADDRESS_ERROR, CALL_FIELD_SERVER);
    g_assert_nonnull (strstr (error->message, wrong[i]));
  }
}

static void
check_field (CallField field, const char *text, const char *hint)
{
  g_autoptr (GError) error = NULL;
  gboolean good = call_address_check_field (field, text, &error);

  g_assert_cmpint (good, ==, hint == NULL);
  if (!hint)
    return;
  g_assert_error (error, CALL_ADDRESS_ERROR, (int) field);
  if (!strstr (error->message, hint))
    g_error ("No “%s” in “%s”", hint, error->message);
}

static void
test_fields (void)
{
  g_autofree char *longest = g_strnfill (64, 'x');
  g_autofree char *too_long = g_strnfill (65, 'x');
  g_autofree char *endless = g_strnfill (129, 'x');

  check_field (CALL_FIELD_CHANNEL, "A room 7 !#$%&()+-:;<=.>?@[]^_{}|~,", NULL);
  check_field (CALL_FIELD_CHANNEL, longest, NULL);
  check_field (CALL_FIELD_CHANNEL, too_long, "at most 64 characters; this one has 65");
  check_field (CALL_FIELD_CHANNEL, "", "Give the room’s name");
  check_field (CALL_FIELD_CHANNEL, NULL, "Give the room’s name");
  check_field (CALL_FIELD_CHANNEL, "café", "“é” cannot be");
  check_field (CALL_FIELD_CHANNEL, "a/b", "“/” cannot be");
  check_field (CALL_FIELD_UID, NULL, NULL);
  check_field (CALL_FIELD_UID, "Grace \"7\"", NULL);
  check_field (CALL_FIELD_UID, "李", "“李” cannot be");
  check_field (CALL_FIELD_UID, too_long, "has 65");
  check_field (CALL_FIELD_APP_KEY, "", NULL);
  check_field (CALL_FIELD_APP_KEY, longest, NULL);
  check_field (CALL_FIELD_APP_KEY, too_long, "has 65");
  check_field (CALL_FIELD_APP_KEY, "a key", "“ ” cannot be");
  check_field (CALL_FIELD_USER_NAME, "李华", NULL);
  check_field (CALL_FIELD_USER_NAME, endless, "at most 128");
  check_field (CALL_FIELD_SERVER, NULL, NULL);
  check_field (CALL_FIELD_SERVER, "my server", "“my server” is no address");
}

/* The first wrong field of an address is told. */
static void
test_addresses (void)
{
  g_autoptr (CallAddress) address =
      call_address_new_from_link ("nertcs://example.org/standup?uid=7&user-name=Ada", NULL);
  g_autoptr (CallAddress) copy = call_address_copy (address);
  g_autoptr (GError) error = NULL;

  g_assert_true (call_address_check (copy, NULL));
  g_free (copy->uid);
  copy->uid = g_strdup ("é");
  g_assert_false (call_address_check (copy, &error));
  g_assert_error (error, CALL_ADDRESS_ERROR, CALL_FIELD_UID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/call/address/links", test_links);
  g_test_add_func ("/call/address/no-links", test_no_links);
  g_test_add_func ("/call/address/there-and-back", test_there_and_back);
  g_test_add_func ("/call/address/no-way-back", test_no_way_back);
  g_test_add_func ("/call/address/servers", test_servers);
  g_test_add_func ("/call/address/fields", test_fields);
  g_test_add_func ("/call/address/addresses", test_addresses);
  return g_test_run ();
}
