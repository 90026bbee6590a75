/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <locale.h>

#include "call-application.h"

/* NERTC_LOCALE_DIR: where the translations are as long as they are not installed */
static void
speak_the_users_language (void)
{
  const char *folder = g_getenv ("NERTC_LOCALE_DIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder ? folder : LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char **argv)
{
  g_autoptr (CallApplication) application = NULL;

  speak_the_users_language ();
  application = call_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
