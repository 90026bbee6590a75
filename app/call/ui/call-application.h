/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CALL_APPLICATION_ID "org.gstnertc.Call"

/* One process for each session: another start hands over what it was started with. */
#define CALL_TYPE_APPLICATION (call_application_get_type ())
G_DECLARE_FINAL_TYPE (CallApplication, call_application, CALL, APPLICATION, AdwApplication)

CallApplication *call_application_new (void);

G_END_DECLS
