/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-problem-words.h"

#include "nertc-error.h"

#include <glib/gi18n.h>

typedef struct {
  int code; /* a NertcError */
  CallProblemWords words;
} CodeRow;

static const CallProblemWords unknown = {
  N_ ("That did not work"),
  N_ ("Try again. What the program says: %s"),
  CALL_REMEDY_RETRY,
  CALL_FIELD_NONE,
  TRUE,
};

static const CodeRow by_code[] = {
  { NERTC_ERROR_SERVER_UNREACHABLE,
    { N_ ("The server cannot be reached"),
      N_ ("Check your network and the server’s address. If both are right, the server may be down: "
          "try again in a while."),
      CALL_REMEDY_RETRY, CALL_FIELD_SERVER } },
  { NERTC_ERROR_CONNECTION_LOST,
    { N_ ("The connection to the server was lost"), N_ ("Check your network, then try again."),
      CALL_REMEDY_RETRY } },
  { NERTC_ERROR_TIMEOUT,
    { N_ ("The server does not answer"),
      N_ ("It may have too much to do, or be no server for calls. Check its address, then try "
          "again in a while."),
      CALL_REMEDY_RETRY, CALL_FIELD_SERVER } },
  { NERTC_ERROR_CERTIFICATE,
    { N_ ("The server’s certificate cannot be trusted"),
      N_ ("Somebody may be listening between you and the server, so nothing was sent. Check the "
          "server’s address and the clock of this computer. What is wrong: %s"),
      CALL_REMEDY_CHANGE, CALL_FIELD_SERVER, TRUE } },
  { NERTC_ERROR_APP_KEY_UNKNOWN,
    { N_ ("The server does not know this app key"),
      N_ ("Check the app key, or ask those who run the server."), CALL_REMEDY_CHANGE,
      CALL_FIELD_APP_KEY } },
  { NERTC_ERROR_TOKEN_REQUIRED,
    { N_ ("This server asks for a token"),
      N_ ("Put in the one from the application that invites you."), CALL_REMEDY_CHANGE,
      CALL_FIELD_TOKEN } },
  { NERTC_ERROR_TOKEN_MALFORMED,
    { N_ ("The token is not valid"),
      N_ ("Check that you copied all of it and nothing else, or ask for a new one."),
      CALL_REMEDY_CHANGE, CALL_FIELD_TOKEN } },
  { NERTC_ERROR_TOKEN_SIGNATURE,
    { N_ ("The server does not accept this token"),
      N_ ("It was made for another server or app key. Check the app key, or ask for a new token."),
      CALL_REMEDY_CHANGE, CALL_FIELD_TOKEN } },
  { NERTC_ERROR_TOKEN_EXPIRED,
    { N_ ("The token has expired"), N_ ("Ask the application that invited you for a new one."),
      CALL_REMEDY_CHANGE, CALL_FIELD_TOKEN } },
  { NERTC_ERROR_TOKEN_NOT_YET_VALID,
    { N_ ("The token is not valid yet"),
      N_ ("Come back later, or check the clock of this computer."), CALL_REMEDY_RETRY,
      CALL_FIELD_TOKEN } },
  { NERTC_ERROR_TOKEN_OTHER_ROOM,
    { N_ ("The token is for another room"),
      N_ ("Check the room’s name and the app key, or ask for a token for this room."),
      CALL_REMEDY_CHANGE, CALL_FIELD_CHANNEL } },
  { NERTC_ERROR_TOKEN_OTHER_UID,
    { N_ ("The token is for another user ID"),
      N_ ("Leave the user ID empty, or use the one that the token is for."), CALL_REMEDY_CHANGE,
      CALL_FIELD_UID } },
  { NERTC_ERROR_ROOM_NAME_INVALID,
    { N_ ("The server does not accept this room name"),
      N_ ("Use letters without accents, digits and simple signs, at most 64."), CALL_REMEDY_CHANGE,
      CALL_FIELD_CHANNEL } },
  { NERTC_ERROR_UID_INVALID,
    { N_ ("The server does not accept this user ID"),
      N_ ("Use letters without accents, digits and simple signs, at most 64."), CALL_REMEDY_CHANGE,
      CALL_FIELD_UID } },
  { NERTC_ERROR_UID_TAKEN,
    { N_ ("Somebody in the room has this user ID"),
      N_ ("Choose another one, or leave it empty. If it is you in another window, close that."),
      CALL_REMEDY_CHANGE, CALL_FIELD_UID } },
  { NERTC_ERROR_ROOM_FULL,
    { N_ ("The room is full"), N_ ("Wait until somebody leaves, then try again."),
      CALL_REMEDY_RETRY } },
  { NERTC_ERROR_TOO_MANY_ROOMS,
    { N_ ("The server has too many rooms"),
      N_ ("Try again in a while, or join a room that is there already."), CALL_REMEDY_RETRY } },
  { NERTC_ERROR_BANNED,
    { N_ ("You may not enter this room for now"),
      N_ ("An administrator decided so. What the server says: %s"), CALL_REMEDY_NONE,
      CALL_FIELD_NONE, TRUE } },
  { NERTC_ERROR_GRANT_MISSING,
    { N_ ("You may not do this here"), N_ ("Your token does not allow it: ask for one that does."),
      CALL_REMEDY_CHANGE, CALL_FIELD_TOKEN } },
  { NERTC_ERROR_TOO_MANY_STREAMS,
    { N_ ("You send as many streams as you may"), N_ ("Stop one of them first."),
      CALL_REMEDY_NONE } },
  { NERTC_ERROR_STREAM_ID_TAKEN,
    { N_ ("Your picture and sound could not be published"),
      N_ ("Another program sends under the same name. Close it, then publish again."),
      CALL_REMEDY_RETRY } },
  { NERTC_ERROR_STREAM_ID_INVALID,
    { N_ ("Your picture and sound could not be published"),
      N_ ("The server does not accept the name of the stream. What it says: %s"), CALL_REMEDY_RETRY,
      CALL_FIELD_NONE, TRUE } },
  { NERTC_ERROR_STREAM_NOT_FOUND,
    { N_ ("The picture or sound is gone"), N_ ("Whoever sent it has just stopped."),
      CALL_REMEDY_NONE } },
  { NERTC_ERROR_MESSAGE_TOO_LARGE,
    { N_ ("The message is too long"), N_ ("Send it in parts."), CALL_REMEDY_NONE } },
  { NERTC_ERROR_RATE_EXCEEDED,
    { N_ ("Too many messages to the server"), N_ ("Wait a moment, then try again."),
      CALL_REMEDY_RETRY } },
  { NERTC_ERROR_MEMBER_NOT_FOUND,
    { N_ ("This person is not in the room any more"), N_ ("They have just left."),
      CALL_REMEDY_NONE } },
  { NERTC_ERROR_UID_OFFLINE,
    { N_ ("Nobody with this user ID can be called"),
      N_ ("They have to be in a room of this server, or wait to be called."), CALL_REMEDY_NONE } },
  { NERTC_ERROR_INVITE_NOT_FOUND,
    { N_ ("The call is over already"), N_ ("Call back, if you know the user ID."),
      CALL_REMEDY_NONE } },
  { NERTC_ERROR_NOT_JOINED,
    { N_ ("You are in no room"), N_ ("Join one first."), CALL_REMEDY_CHANGE } },
  { NERTC_ERROR_ALREADY_JOINED,
    { N_ ("You are in a room already"), N_ ("Leave it first."), CALL_REMEDY_NONE } },
  { NERTC_ERROR_SESSION_GONE,
    { N_ ("The connection was lost for too long"), N_ ("Join the room again."),
      CALL_REMEDY_RETRY } },
  { NERTC_ERROR_ROOM_CLOSED,
    { N_ ("The call has ended"), N_ ("The server ended it. Join the room again."),
      CALL_REMEDY_RETRY } },
  { NERTC_ERROR_WRONG_STATE,
    { N_ ("That is not possible now"),
      N_ ("Wait until the call has begun or ended, then try "
          "again."),
      CALL_REMEDY_RETRY } },
  { NERTC_ERROR_INTERNAL,
    { N_ ("The server has a problem"),
      N_ ("Try again in a while, or tell those who run it. What it says: %s"), CALL_REMEDY_RETRY,
      CALL_FIELD_NONE, TRUE } },
  { NERTC_ERROR_INVALID_PARAMS,
    { N_ ("The server does not accept what was put in"), N_ ("What it says: %s"),
      CALL_REMEDY_CHANGE, CALL_FIELD_NONE, TRUE } },
  { NERTC_ERROR_PARSE,
    { N_ ("This is no server for calls"),
      N_ ("It answers in another language. Check the server’s address."), CALL_REMEDY_CHANGE,
      CALL_FIELD_SERVER } },
  { NERTC_ERROR_INVALID_REQUEST,
    { N_ ("The server does not understand this application"),
      N_ ("One of both may be out of date: update this application, or ask those who run the "
          "server."),
      CALL_REMEDY_NONE, CALL_FIELD_SERVER } },
  { NERTC_ERROR_METHOD_NOT_FOUND,
    { N_ ("The server cannot do this"),
      N_ ("It may be out of date: ask those who run it to update it."), CALL_REMEDY_NONE,
      CALL_FIELD_SERVER } },
};

typedef struct {
  const char *reason; /* the word of a NertcCloseReason */
  CallProblemWords words;
} ReasonRow;

static const ReasonRow by_reason[] = {
  { "kicked",
    { N_ ("You were removed from the room"), N_ ("An administrator ended your membership."),
      CALL_REMEDY_RETRY } },
  { "banned",
    { N_ ("You were removed from the room"), N_ ("An administrator removed you for some time."),
      CALL_REMEDY_NONE } },
  { "replaced",
    { N_ ("You joined somewhere else"),
      N_ ("Another program joined this room with your user ID. Rejoining here ends it there."),
      CALL_REMEDY_RETRY } },
  { "expired",
    { N_ ("Your token has ended"),
      N_ ("Ask the application that invited you for a new one, then join again."),
      CALL_REMEDY_CHANGE, CALL_FIELD_TOKEN } },
  { "closed",
    { N_ ("The room was closed"), N_ ("Somebody ended the call for all."), CALL_REMEDY_RETRY } },
  { "shutdown",
    { N_ ("The server was shut down"), N_ ("Try again in a while."), CALL_REMEDY_RETRY } },
  { "timeout",
    { N_ ("The connection was lost"),
      N_ ("It did not come back in time. Check your network, then join again."),
      CALL_REMEDY_RETRY } },
  { "lost",
    { N_ ("The connection was lost"),
      N_ ("It did not come back in time. Check your network, then join again."),
      CALL_REMEDY_RETRY } },
  { "slow-reader",
    { N_ ("This computer could not keep up"),
      N_ ("It or the network was too slow for this room. Close other programs, or try “Audio "
          "only”."),
      CALL_REMEDY_RETRY } },
  { "rate",
    { N_ ("The server ended the call"), N_ ("More was sent to it than it takes. Join again."),
      CALL_REMEDY_RETRY } },
  { "failed",
    { N_ ("The call has ended"),
      N_ ("Something unforeseen went wrong. Join again. What the program says: %s"),
      CALL_REMEDY_RETRY, CALL_FIELD_NONE, TRUE } },
};

typedef struct {
  const char *failure; /* the word of a NertcFailure */
  CallProblemWords words;
} PathRow;

static const CallProblemWords no_media = {
  N_ ("No picture or sound comes through"),
  N_ ("It is tried on. What the program says: %s"),
  CALL_REMEDY_NONE,
  CALL_FIELD_NONE,
  TRUE,
};

static const PathRow by_path[] = {
  { "ice",
    { N_ ("No way through the network was found"),
      N_ ("A firewall may stop picture and sound. It is tried on; another network may help, or a "
          "server with TURN."),
      CALL_REMEDY_NONE } },
  { "turn",
    { N_ ("No way through the network was found"),
      N_ ("A firewall stops picture and sound, and the server that should help does not answer. "
          "It is tried on; another network may help."),
      CALL_REMEDY_NONE } },
  { "certificate",
    { N_ ("Somebody may be listening in"),
      N_ ("The other end is not the one that the server announced, so nothing was played. Ask "
          "those who run the server."),
      CALL_REMEDY_NONE } },
  { "dtls",
    { N_ ("No safe connection was made"),
      N_ ("Picture and sound could not be encrypted, so nothing was sent. It is tried on."),
      CALL_REMEDY_NONE } },
  { "silence",
    { N_ ("Nothing comes any more"), N_ ("The network of one of you may be gone. It is tried on."),
      CALL_REMEDY_NONE } },
  { "codec",
    { N_ ("This computer cannot play what comes"),
      N_ ("Software for it is not installed. What is missing: %s"), CALL_REMEDY_NONE,
      CALL_FIELD_NONE, TRUE } },
};

typedef struct {
  const char *device;
  CallFailure failure;
  CallProblemWords words;
} DeviceRow;

static const DeviceRow by_device[] = {
  { "camera",
    CALL_FAILURE_MISSING,
    { N_ ("No camera was found"),
      N_ ("Was it unplugged? Connect one, or choose another. Without one you are heard and not "
          "seen."),
      CALL_REMEDY_DEVICES } },
  { "camera",
    CALL_FAILURE_BUSY,
    { N_ ("The camera is in use"),
      N_ ("Close the other program that uses it, then turn it on again."), CALL_REMEDY_DEVICES } },
  { "camera",
    CALL_FAILURE_DENIED,
    { N_ ("This application may not use the camera"),
      N_ ("Allow it in your system’s privacy settings, or add your user to the group “video”."),
      CALL_REMEDY_DEVICES } },
  { "camera",
    CALL_FAILURE_OTHER,
    { N_ ("The camera does not work"),
      N_ ("Choose another one, or connect it again. What the system says: %s"), CALL_REMEDY_DEVICES,
      CALL_FIELD_NONE, TRUE } },
  { "microphone",
    CALL_FAILURE_MISSING,
    { N_ ("No microphone was found"),
      N_ ("Was it unplugged? Connect one, or choose another. Without one you are not heard."),
      CALL_REMEDY_DEVICES } },
  { "microphone",
    CALL_FAILURE_BUSY,
    { N_ ("The microphone is in use"),
      N_ ("Close the other program that uses it, then turn it on again."), CALL_REMEDY_DEVICES } },
  { "microphone",
    CALL_FAILURE_DENIED,
    { N_ ("This application may not use the microphone"),
      N_ ("Allow it in your system’s privacy settings, then turn it on again."),
      CALL_REMEDY_DEVICES } },
  { "microphone",
    CALL_FAILURE_OTHER,
    { N_ ("The microphone does not work"),
      N_ ("Choose another one, or connect it again. What the system says: %s"), CALL_REMEDY_DEVICES,
      CALL_FIELD_NONE, TRUE } },
  { "speaker",
    CALL_FAILURE_MISSING,
    { N_ ("No speaker was found"),
      N_ ("Was it unplugged? Connect one, or choose another. Until then you hear nothing."),
      CALL_REMEDY_DEVICES } },
  { "speaker",
    CALL_FAILURE_BUSY,
    { N_ ("The speaker is in use"),
      N_ ("Close the other program that uses it, or choose another speaker."),
      CALL_REMEDY_DEVICES } },
  { "speaker",
    CALL_FAILURE_DENIED,
    { N_ ("This application may not play sound"),
      N_ ("Allow it in your system’s settings, or choose another speaker."),
      CALL_REMEDY_DEVICES } },
  { "speaker",
    CALL_FAILURE_OTHER,
    { N_ ("The speaker does not work"),
      N_ ("Choose another one, or connect it again. What the system says: %s"), CALL_REMEDY_DEVICES,
      CALL_FIELD_NONE, TRUE } },
  { "screen",
    CALL_FAILURE_MISSING,
    { N_ ("The screen is not shared any more"),
      N_ ("What was shared is gone. Share something else."), CALL_REMEDY_RETRY } },
  { "screen",
    CALL_FAILURE_BUSY,
    { N_ ("The screen cannot be shared now"),
      N_ ("Another program shares it. End that, then share again."), CALL_REMEDY_RETRY } },
  { "screen",
    CALL_FAILURE_DENIED,
    { N_ ("The screen is not shared"),
      N_ ("The system or you said no. Share again and choose a window or screen."),
      CALL_REMEDY_RETRY } },
  { "screen",
    CALL_FAILURE_OTHER,
    { N_ ("The screen cannot be shared"), N_ ("Share again. What the system says: %s"),
      CALL_REMEDY_RETRY, CALL_FIELD_NONE, TRUE } },
  { "recording",
    CALL_FAILURE_MISSING,
    { N_ ("The call is not recorded"),
      N_ ("The folder for recordings is not there. Choose another one in the preferences."),
      CALL_REMEDY_RETRY } },
  { "recording",
    CALL_FAILURE_DENIED,
    { N_ ("The call is not recorded"),
      N_ ("Nothing may be written to the folder for recordings. Choose another one in the "
          "preferences."),
      CALL_REMEDY_RETRY } },
  { "recording",
    CALL_FAILURE_OTHER,
    { N_ ("The call is not recorded"), N_ ("Try again. What the system says: %s"),
      CALL_REMEDY_RETRY, CALL_FIELD_NONE, TRUE } },
};

static const CallProblemWords missing_software = {
  N_ ("Software is missing on this computer"),
  N_ ("Install what is named here, then start again: %s"),
  CALL_REMEDY_NONE,
  CALL_FIELD_NONE,
  TRUE,
};

const CallProblemWords *
call_problem_words_of_code (int code)
{
  for (guint i = 0; i < G_N_ELEMENTS (by_code); i++) {
    if (by_code[i].code == code)
      return &by_code[i].words;
  }
  return &unknown;
}

const CallProblemWords *
call_problem_words_of_reason (const char *reason)
{
  for (guint i = 0; i < G_N_ELEMENTS (by_reason); i++) {
    if (g_strcmp0 (by_reason[i].reason, reason) == 0)
      return &by_reason[i].words;
  }
  return NULL;
}

const CallProblemWords *
call_problem_words_of_path (const char *failure)
{
  for (guint i = 0; i < G_N_ELEMENTS (by_path); i++) {
    if (g_strcmp0 (by_path[i].failure, failure) == 0)
      return &by_path[i].words;
  }
  return &no_media;
}

const CallProblemWords *
call_problem_words_of_device (const char *device, CallFailure failure)
{
  const CallProblemWords *words = failure == CALL_FAILURE_SOFTWARE ? &missing_software : &unknown;

  for (guint i = 0; i < G_N_ELEMENTS (by_device); i++) {
    if (g_strcmp0 (by_device[i].device, device) != 0)
      continue;
    if (by_device[i].failure == failure)
      return &by_device[i].words;
    if (by_device[i].failure == CALL_FAILURE_OTHER && failure != CALL_FAILURE_SOFTWARE)
      words = &by_device[i].words;
  }
  return words;
}
