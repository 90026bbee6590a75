/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "janus-sdp.h"

#include "nertc-error.h"

#include <string.h>

/* One of audio and one of video; another one does no harm. */
#define SECTIONS_MAX 4

#define CANDIDATES_MAX 16

/* What Janus can pass on */
static const char *const codecs[] = { "opus", "pcmu", "pcma", "g722", "vp8",
                                      "vp9",  "h264", "av1",  "h265", NULL };

static const char *const extensions[] = {
  "urn:ietf:params:rtp-hdrext:sdes:mid",
  "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  "urn:3gpp:video-orientation",
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
  NULL,
};

/* One part of a description: what is ahead of the first m-line, or one m-line and what follows. */
typedef struct {
  char *const *lines;
  guint count;
} Section;

/* Returns: (nullable): what follows @prefix in @line */
static const char *
after (const char *line, const char *prefix)
{
  return g_str_has_prefix (line, prefix) ? line + strlen (prefix) : NULL;
}

/* Returns: whether @text begins with @format, a payload type, and then a space */
static gboolean
is_for (const char *text, const char *format)
{
  gsize length = strlen (format);

  return strncmp (text, format, length) == 0 && text[length] == ' ';
}

/* Returns: (transfer full) (nullable): the name of the codec of @format, in lower case */
static char *
find_codec (const Section *section, const char *format)
{
  for (guint i = 1; i < section->count; i++) {
    const char *value = after (section->lines[i], "a=rtpmap:");

    if (value && is_for (value, format)) {
      const char *name = value + strlen (format) + 1;

      return g_ascii_strdown (name, (gssize) strcspn (name, "/"));
    }
  }
  return NULL;
}

/* Returns: (transfer none) (nullable): the first format that Janus takes */
static const char *
choose_format (const Section *section, char **formats)
{
  for (; *formats; formats++) {
    g_autofree char *codec = find_codec (section, *formats);

    if (codec && g_strv_contains (codecs, codec))
      return *formats;
  }
  return NULL;
}

/* Returns: (transfer full) (nullable): the format that repeats lost packets of @format (RFC 4588)
 */
static char *
find_rtx (const Section *section, const char *format)
{
  for (guint i = 1; i < section->count; i++) {
    const char *value = after (section->lines[i], "a=fmtp:");
    const char *apt = value ? strstr (value, " apt=") : NULL;

    if (apt && strncmp (apt + 5, format, strlen (format)) == 0 &&
        !g_ascii_isdigit (apt[5 + strlen (format)])) {
      g_autofree char *rtx = g_strndup (value, strcspn (value, " "));
      g_autofree char *codec = find_codec (section, rtx);

      if (g_strcmp0 (codec, "rtx") == 0)
        return g_steal_pointer (&rtx);
    }
  }
  return NULL;
}

static gboolean
is_of_format (const char *value, const char *format, const char *rtx)
{
  return is_for (value, format) || is_for (value, "*") || (rtx && is_for (value, rtx));
}

static gboolean
is_extension_known (const char *value)
{
  const char *uri = strchr (value, ' ');
  g_autofree char *name = uri ? g_strndup (uri + 1, strcspn (uri + 1, " ")) : NULL;

  return name && g_strv_contains (extensions, name);
}

/* Of its attributes a source only needs a name (RFC 5576, section 6.1). */
static gboolean
is_source_needed (const char *value)
{
  const char *attribute = strchr (value, ' ');

  return attribute && g_str_has_prefix (attribute + 1, "cname:");
}

static gboolean
is_kept (const char *line, const char *format, const char *rtx, guint *candidates)
{
  const char *value;

  if ((value = after (line, "a=rtpmap:")) || (value = after (line, "a=fmtp:")) ||
      (value = after (line, "a=rtcp-fb:")))
    return is_of_format (value, format, rtx);
  if ((value = after (line, "a=extmap:")))
    return is_extension_known (value);
  if ((value = after (line, "a=ssrc:")))
    return is_source_needed (value);
  if (after (line, "a=candidate:"))
    return (*candidates)++ < CANDIDATES_MAX;
  return !after (line, "a=rid:") && !after (line, "a=simulcast:") &&
         !after (line, "a=extmap-allow");
}

static void
append_line (GString *sdp, const char *line)
{
  g_string_append (sdp, line);
  g_string_append (sdp, "\r\n");
}

static gboolean
fail (GError **error, const char *problem)
{
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_PARSE, "The offer is of no use to Janus: %s",
               problem);
  return FALSE;
}

/* What Janus knows no codec of keeps its first one: Janus then refuses that section alone. */
static gboolean
append_media (GString *sdp, const Section *section, GError **error)
{
  /* m=<media> <port> <proto> <fmt> ... (RFC 8866, section 5.14) */
  g_auto (GStrv) words = g_strsplit (section->lines[0], " ", -1);
  g_autofree char *rtx = NULL;
  const char *format;
  guint candidates = 0;

  if (g_strv_length (words) < 4)
    return fail (error, "an m-line without a format");
  format = choose_format (section, words + 3);
  if (!format)
    format = words[3];
  rtx = find_rtx (section, format);
  g_string_append_printf (sdp, "%s %s %s %s%s%s\r\n", words[0], words[1], words[2], format,
                          rtx ? " " : "", rtx ? rtx : "");
  for (guint i = 1; i < section->count; i++) {
    if (is_kept (section->lines[i], format, rtx, &candidates))
      append_line (sdp, section->lines[i]);
  }
  return TRUE;
}

static gboolean
append_section (GString *sdp, const Section *section, GError **error)
{
  if (g_str_has_prefix (section->lines[0], "m="))
    return append_media (sdp, section, error);
  for (guint i = 0; i < section->count; i++)
    append_line (sdp, section->lines[i]);
  return TRUE;
}

static char **
split_lines (const char *sdp)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\n", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (char **line = lines; *line; line++) {
    g_strchomp (*line);
    if (**line)
      g_strv_builder_add (builder, *line);
  }
  return g_strv_builder_end (builder);
}

/*
 * An offer with what Janus takes of it: of each section the first codec that it has, which so
 * becomes the one that it answers with. It is much shorter then, as a request has to be.
 *
 * Returns: (transfer full) (nullable)
 */
char *
srv_janus_sdp_trim_offer (const char *sdp, GError **error)
{
  g_auto (GStrv) lines = split_lines (sdp);
  g_autoptr (GString) trimmed = g_string_new (NULL);
  guint sections = 0;

  for (char **line = lines; *line; sections++) {
    Section section = { line, 1 };

    for (line++; *line && !g_str_has_prefix (*line, "m="); line++)
      section.count++;
    if (sections > SECTIONS_MAX) {
      fail (error, "too many m-lines");
      return NULL;
    }
    if (!append_section (trimmed, &section, error))
      return NULL;
  }
  if (sections < 2) {
    fail (error, "no m-line");
    return NULL;
  }
  return g_string_free (g_steal_pointer (&trimmed), FALSE);
}

/* Janus offers Full Intra Requests (RFC 5104) and ignores them; Picture Loss Indications work. */
char *
srv_janus_sdp_strip_fir (const char *sdp)
{
  g_auto (GStrv) lines = split_lines (sdp);
  GString *stripped = g_string_new (NULL);

  for (char **line = lines; *line; line++) {
    if (!g_str_has_prefix (*line, "a=rtcp-fb:") || !g_str_has_suffix (*line, " ccm fir"))
      append_line (stripped, *line);
  }
  return g_string_free (stripped, FALSE);
}
