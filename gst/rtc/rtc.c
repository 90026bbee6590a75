/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc.h"

#include "rtc-delay.h"
#include "rtc-element.h"

GST_DEBUG_CATEGORY (rtc_debug);

/* Has to come before anything else of the engine. */
void
rtc_init (void)
{
  GST_DEBUG_CATEGORY_INIT (rtc_debug, "nertcrtc", 0, "the engine of nertcsink and nertcsrc");
  rtc_delay_init ();
}

typedef struct {
  GMainContext *context;
  GSourceFunc func;
  GObject *object;
} Waiter;

static GMutex lock;
static GThread *warm_up_thread; /* not joined yet; protected by lock, as all below */
static gboolean started;
static gboolean ready;
static GSList *waiters;

static void
call_waiter (Waiter *waiter)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, waiter->func, waiter->object, g_object_unref);
  g_source_attach (source, waiter->context);
  g_main_context_unref (waiter->context);
  g_free (waiter);
}

static gpointer
make_certificate (gpointer unused)
{
  g_autoptr (GstElement) dtlsdec = gst_element_factory_make ("dtlsdec", NULL);
  GSList *waiting;

  if (dtlsdec)
    gst_object_ref_sink (dtlsdec);
  g_mutex_lock (&lock);
  ready = TRUE;
  waiting = g_slist_reverse (g_steal_pointer (&waiters));
  g_mutex_unlock (&lock);
  g_slist_free_full (waiting, (GDestroyNotify) call_waiter);
  return NULL;
}

static void
warm_up (void)
{
  g_mutex_lock (&lock);
  if (!started)
    warm_up_thread = g_thread_new ("nertc-warm-up", make_certificate, NULL);
  started = TRUE;
  g_mutex_unlock (&lock);
}

/*
 * rtc_when_ready:
 * @context: where @func is called, once, as soon as making a peer takes no time any more
 * @object: kept until then, and given to @func
 *
 * A peer that is made earlier would hold its context up for as long as the key takes.
 */
void
rtc_when_ready (GMainContext *context, GSourceFunc func, GObject *object)
{
  Waiter *waiter = g_new0 (Waiter, 1);
  gboolean now;

  waiter->context = g_main_context_ref (context);
  waiter->func = func;
  waiter->object = g_object_ref (object);
  g_mutex_lock (&lock);
  now = ready;
  if (!now)
    waiters = g_slist_prepend (waiters, waiter);
  g_mutex_unlock (&lock);
  if (now)
    call_waiter (waiter);
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
