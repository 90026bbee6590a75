/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-addresses.h"

#include <ifaddrs.h>
#include <net/if.h>

typedef struct {
  gboolean ipv4; /* on loopback, as the next */
  gboolean ipv6;
  gboolean others; /* elsewhere */
} Addresses;

static void
note_address (Addresses *self, const struct ifaddrs *address)
{
  gboolean ipv4 = address->ifa_addr && address->ifa_addr->sa_family == AF_INET;
  gboolean ipv6 = address->ifa_addr && address->ifa_addr->sa_family == AF_INET6;

  if ((!ipv4 && !ipv6) || !(address->ifa_flags & IFF_UP))
    return;
  if (!(address->ifa_flags & IFF_LOOPBACK))
    self->others = TRUE;
  self->ipv4 |= ipv4;
  self->ipv6 |= ipv6;
}

/*
 * Returns: (transfer full): the addresses by which members on a machine without any network reach
 *   each other; none where there is a network
 */
GStrv
rtc_addresses_of_loopback_alone (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  Addresses found = { FALSE };
  struct ifaddrs *addresses;

  if (getifaddrs (&addresses) != 0)
    return g_strv_builder_end (builder);
  for (struct ifaddrs *each = addresses; each; each = each->ifa_next)
    note_address (&found, each);
  freeifaddrs (addresses);
  if (found.ipv4 && !found.others)
    g_strv_builder_add (builder, "127.0.0.1");
  if (found.ipv6 && !found.others)
    g_strv_builder_add (builder, "::1");
  return g_strv_builder_end (builder);
}
