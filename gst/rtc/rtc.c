/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc.h"

#include "rtc-element.h"

GST_DEBUG_CATEGORY (rtc_debug);

/* Has to come before anything else of the engine. */
void
rtc_init (void)
{
  GST_DEBUG_CATEGORY_INIT (rtc_debug, "nertcrtc", 0, "the engine of nertcsink and nertcsrc");
}

static gpointer
make_certificate (gpointer unused)
{
  g_autoptr (GstElement) dtlsdec = gst_element_factory_make ("dtlsdec", NULL);

  if (dtlsdec)
    gst_object_ref_sink (dtlsdec);
  return NULL;
}

static GMutex lock;
static gboolean warm;           /* or about to be; protected by lock, as the next */
static GThread *warm_up_thread; /* not joined yet */

static void
warm_up (void)
{
  g_mutex_lock (&lock);
  if (!warm)
    warm_up_thread = g_thread_new ("nertc-warm-up", make_certificate, NULL);
  warm = TRUE;
  g_mutex_unlock (&lock);
}

/*
 * rtc_start:
 * @element: is about to use the engine; on failure it posts an error
 *
 * The process makes one RSA key for all its DTLS connections, which takes up to a second: this
 * makes it beforehand, on a thread of its own.
 *
 * Returns: whether all that the engine needs is installed
 */
gboolean
rtc_start (GstElement *element)
{
  g_autoptr (GError) error = NULL;

  if (!rtc_elements_check (&error)) {
    GST_ELEMENT_ERROR (element, CORE, MISSING_PLUGIN, ("%s", error->message), (NULL));
    return FALSE;
  }
  warm_up ();
  return TRUE;
}

/* Waits for the key: OpenSSL does not survive a program that exits while it is made. */
void
rtc_stop (void)
{
  GThread *thread;

  g_mutex_lock (&lock);
  thread = g_steal_pointer (&warm_up_thread);
  g_mutex_unlock (&lock);
  if (thread)
    g_thread_join (thread);
}
