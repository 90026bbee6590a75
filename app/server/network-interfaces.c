/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "network-interfaces.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

/* Returns: (transfer full) (nullable): its address, if Janus may use it */
static char *
get_address (const struct ifaddrs *interface)
{
  char text[NI_MAXHOST];
  int family = interface->ifa_addr ? interface->ifa_addr->sa_family : AF_UNSPEC;
  socklen_t length = family == AF_INET ? sizeof (struct sockaddr_in) : sizeof (struct sockaddr_in6);

  if ((family != AF_INET && family != AF_INET6) || !(interface->ifa_flags & IFF_UP) ||
      interface->ifa_flags & IFF_LOOPBACK ||
      getnameinfo (interface->ifa_addr, length, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0)
    return NULL;
  /* RFC 4291, section 2.5.6: link-local, which is of no use here */
  return g_str_has_prefix (text, "fe80:") ? NULL : g_strdup (text);
}

/* @wanted: (nullable): as ice_enforce_list of Janus has it */
static gboolean
is_wanted (const char *name, const char *address, char **wanted)
{
  gboolean any = !wanted;

  for (guint i = 0; wanted && wanted[i] && !any; i++)
    any = g_str_has_prefix (name, wanted[i]) || g_str_has_prefix (address, wanted[i]);
  return any;
}

static char *
describe (GString *seen, const char *wanted)
{
  if (wanted)
    return g_strdup_printf ("media-interface is ‘%s’, but no interface of this name or address is "
                            "up now (there are:%s); no media will come through this server's Janus "
                            "until there is",
                            wanted, seen->len ? seen->str : " none but loopback");
  return g_strdup ("This machine has no network interface but loopback, which Janus does not use: "
                   "no media will come through it until there is another one; without a network, "
                   "use --media=mesh");
}

/* @wanted: (nullable): beginnings of names and addresses, with commas between; or all.
 *
 * Returns: (transfer full) (nullable): a sentence, where Janus will find nothing to listen on */
char *
srv_network_interfaces_describe_trouble (const char *wanted)
{
  g_auto (GStrv) list = wanted ? g_strsplit (wanted, ",", -1) : NULL;
  GString *seen = g_string_new (NULL);
  struct ifaddrs *interfaces = NULL;
  gboolean found = FALSE;
  char *trouble;

  if (getifaddrs (&interfaces) != 0)
    found = TRUE;
  for (struct ifaddrs *i = interfaces; i && !found; i = i->ifa_next) {
    g_autofree char *address = get_address (i);

    if (!address)
      continue;
    g_string_append_printf (seen, " %s %s,", i->ifa_name, address);
    found = is_wanted (i->ifa_name, address, list);
  }
  if (interfaces)
    freeifaddrs (interfaces);
  if (seen->len)
    g_string_truncate (seen, seen->len - 1);
  trouble = found ? NULL : describe (seen, wanted);
  g_string_free (seen, TRUE);
  return trouble;
}
