/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (CallApplication) application = call_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
