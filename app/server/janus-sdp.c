/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "janus-sdp.h"

#include "nertc-error.h"

#include <stdlib.h>
#include <string.h>

/* One of audio and one of video; another one does no harm. */
#define SECTIONS_MAX 4

#define CANDIDATES_MAX 16

/* Janus writes what it has read of a description, and reads it again, without asking whether that
 * can be read: a member who sends what is cut off there, or of which nothing is left, would end
 * it. It cuts off lines at 511 bytes, and what is ahead of the first m-line at 1023. */
#define LINE_MAX_LENGTH 400
#define SESSION_LINES_MAX 8
#define PROTOCOL_MAX 32

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

/* Others that have a value */
static const char *const attributes[] = { "group",         "ice-ufrag", "ice-pwd",    "ice-options",
                                          "fingerprint",   "setup",     "mid",        "msid",
                                          "msid-semantic", "rtcp",      "ssrc-group", NULL };

static const char *const flags[] = { "sendonly",    "recvonly",      "sendrecv",
                                     "inactive",    "rtcp-mux",      "rtcp-rsize",
                                     "bundle-only", "rtcp-mux-only", "end-of-candidates",
                                     NULL };

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

/* Returns: whether @text is a payload type as Janus writes it */
static gboolean
is_format (const char *text)
{
  gsize length = strlen (text);

  return length >= 1 && length <= 3 && strspn (text, "0123456789") == length &&
         (length == 1 || text[0] != '0') && atoi (text) <= 127;
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

      if (is_format (rtx) && g_strcmp0 (codec, "rtx") == 0)
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

/* Whether that is all that @value says: <encoding name>/<clock rate>[/<channels>] (RFC 8866,
 * section 6.6), so that no other codec can be read into it. */
static gboolean
is_mapping_to (const char *value, const char *const *names)
{
  const char *name = strchr (value, ' ') + 1;
  gsize length = strcspn (name, "/");
  g_autofree char *lower = g_ascii_strdown (name, (gssize) length);

  return name[length] == '/' && g_ascii_isdigit (name[length + 1]) &&
         g_strv_contains (names, lower) &&
         strspn (name + length, "0123456789/") == strlen (name + length);
}

static gboolean
is_mapping_kept (const char *value, const char *format, const char *rtx)
{
  static const char *const rtx_names[] = { "rtx", NULL };

  if (rtx && is_for (value, rtx))
    return is_mapping_to (value, rtx_names);
  return is_for (value, format) && is_mapping_to (value, codecs);
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

/* Janus takes any value with the like for the mapping of a format. */
static gboolean
has_mapping (const char *value)
{
  return strstr (value, "/90000") != NULL;
}

static gboolean
is_value_kept (const char *name, const char *value, const char *format, const char *rtx,
               guint *candidates)
{
  if (g_str_equal (name, "rtpmap"))
    return is_mapping_kept (value, format, rtx);
  if (has_mapping (value))
    return FALSE;
  if (g_str_equal (name, "fmtp") || g_str_equal (name, "rtcp-fb"))
    return is_of_format (value, format, rtx);
  if (g_str_equal (name, "extmap"))
    return is_extension_known (value);
  if (g_str_equal (name, "ssrc"))
    return is_source_needed (value);
  if (g_str_equal (name, "candidate"))
    return (*candidates)++ < CANDIDATES_MAX;
  return g_strv_contains (attributes, name);
}

/* Whether Janus has a use for this line, and cannot come to harm by it. */
static gboolean
is_kept (const char *line, const char *format, const char *rtx, guint *candidates)
{
  const char *text = after (line, "a=");
  const char *colon = text ? strchr (text, ':') : NULL;
  g_autofree char *name = colon ? g_strndup (text, (gsize) (colon - text)) : NULL;

  if (!text || strlen (line) > LINE_MAX_LENGTH)
    return FALSE;
  if (!colon)
    return g_strv_contains (flags, text);
  return colon[1] && is_value_kept (name, colon + 1, format, rtx, candidates);
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
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_PARSE, "The description is of no use to Janus: %s",
               problem);
  return FALSE;
}

/* m=<media> <port> <proto> <fmt> ... (RFC 8866, section 5.14), each as Janus can read it again */
static gboolean
check_media (char **words, GError **error)
{
  guint count = g_strv_length (words);

  if (count < 4)
    return fail (error, "an m-line without a format");
  if (!g_str_equal (words[0], "m=audio") && !g_str_equal (words[0], "m=video"))
    return fail (error, "an m-line that is neither audio nor video");
  if (strlen (words[2]) > PROTOCOL_MAX || !strstr (words[2], "RTP/SAVP"))
    return fail (error, "an m-line of another protocol than RTP/SAVPF");
  for (guint i = 3; i < count; i++) {
    if (!is_format (words[i]))
      return fail (error, "a format that is no number from 0 to 127");
  }
  return TRUE;
}

/* What Janus knows no codec of keeps a number: Janus then refuses that section alone. */
static gboolean
append_media (GString *sdp, const Section *section, GError **error)
{
  g_auto (GStrv) words = g_strsplit (section->lines[0], " ", -1);
  g_autofree char *rtx = NULL;
  const char *format;
  guint candidates = 0;

  if (!check_media (words, error))
    return FALSE;
  format = choose_format (section, words + 3);
  if (format)
    rtx = find_rtx (section, format);
  else
    format = words[3];
  g_string_append_printf (sdp, "%s %s %s %s%s%s\r\nc=IN IP4 0.0.0.0\r\n", words[0],
                          g_str_equal (words[1], "0") ? "0" : "9", words[2], format, rtx ? " " : "",
                          rtx ? rtx : "");
  for (guint i = 1; i < section->count; i++) {
    if (is_kept (section->lines[i], format, rtx, &candidates))
      append_line (sdp, section->lines[i]);
  }
  return TRUE;
}

/* Firefox names itself in the o-line, which Janus heeds. */
static void
append_session (GString *sdp, const Section *section)
{
  const char *name = "-";
  guint kept = 0;

  for (guint i = 0; i < section->count; i++) {
    if (g_str_has_prefix (section->lines[i], "o=mozilla"))
      name = "mozilla";
  }
  g_string_append_printf (sdp, "v=0\r\no=%s 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n", name);
  for (guint i = 0; i < section->count && kept < SESSION_LINES_MAX; i++) {
    guint none = CANDIDATES_MAX;

    if (is_kept (section->lines[i], "", NULL, &none)) {
      append_line (sdp, section->lines[i]);
      kept++;
    }
  }
}

static gboolean
append_section (GString *sdp, const Section *section, GError **error)
{
  if (g_str_has_prefix (section->lines[0], "m="))
    return append_media (sdp, section, error);
  append_session (sdp, section);
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
 * A description of a member with what Janus takes of it: of each section the first codec that it
 * has, which so becomes the one that it answers with. It is much shorter then, as a request has to
 * be, and nothing is in it that Janus cannot read.
 *
 * Returns: (transfer full) (nullable)
 */
char *
srv_janus_sdp_trim (const char *sdp, GError **error)
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

static gboolean
is_name (const char *line)
{
  return g_str_has_prefix (line, "s=");
}

/*
 * A description of Janus as members get it. It offers Full Intra Requests (RFC 5104) and ignores
 * them; Picture Loss Indications work. And it names its room, by a number that only the publisher's
 * end is to know.
 */
char *
srv_janus_sdp_clean (const char *sdp)
{
  g_auto (GStrv) lines = split_lines (sdp);
  GString *cleaned = g_string_new (NULL);

  for (char **line = lines; *line; line++) {
    if (!g_str_has_prefix (*line, "a=rtcp-fb:") || !g_str_has_suffix (*line, " ccm fir"))
      append_line (cleaned, is_name (*line) ? "s=-" : *line);
  }
  return g_string_free (cleaned, FALSE);
}
