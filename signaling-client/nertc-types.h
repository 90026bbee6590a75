/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "nertc-error.h"
#include "nertc-role.h"

G_BEGIN_DECLS

/**
 * NertcRoomState:
 * @NERTC_ROOM_STATE_DISCONNECTED: not in the room
 * @NERTC_ROOM_STATE_CONNECTING: the first join is under way
 * @NERTC_ROOM_STATE_CONNECTED: in the room
 * @NERTC_ROOM_STATE_RECONNECTING: the connection was lost; it is being made again
 * @NERTC_ROOM_STATE_DISCONNECTING: a leave is under way
 * @NERTC_ROOM_STATE_FAILED: refused, ended by the server or given up; a new join may be tried
 * @NERTC_ROOM_STATE_LISTENING: in no room, but reachable for invitations
 *
 * Where a room stands. The nicks are the words of the names, in lower case.
 */
typedef enum {
  NERTC_ROOM_STATE_DISCONNECTED,
  NERTC_ROOM_STATE_CONNECTING,
  NERTC_ROOM_STATE_CONNECTED,
  NERTC_ROOM_STATE_RECONNECTING,
  NERTC_ROOM_STATE_DISCONNECTING,
  NERTC_ROOM_STATE_FAILED,
  NERTC_ROOM_STATE_LISTENING,
} NertcRoomState;

/**
 * NertcInvitationState:
 * @NERTC_INVITATION_STATE_CALLING: it is on its way
 * @NERTC_INVITATION_STATE_RINGING: who is invited is being told
 * @NERTC_INVITATION_STATE_ACCEPTED: both are to join the room
 * @NERTC_INVITATION_STATE_REJECTED: who is invited does not want to
 * @NERTC_INVITATION_STATE_BUSY: who is invited has no time for it
 * @NERTC_INVITATION_STATE_CANCELLED: who invited took it back, or is gone
 * @NERTC_INVITATION_STATE_TIMEOUT: nobody answered in time
 * @NERTC_INVITATION_STATE_OFFLINE: who is invited is gone; or the session here was lost, and what
 *   became of the invitation is not known
 * @NERTC_INVITATION_STATE_ELSEWHERE: this user has answered it on another device
 *
 * Where an invitation stands; from %NERTC_INVITATION_STATE_ACCEPTED on it is over.
 */
typedef enum {
  NERTC_INVITATION_STATE_CALLING,
  NERTC_INVITATION_STATE_RINGING,
  NERTC_INVITATION_STATE_ACCEPTED,
  NERTC_INVITATION_STATE_REJECTED,
  NERTC_INVITATION_STATE_BUSY,
  NERTC_INVITATION_STATE_CANCELLED,
  NERTC_INVITATION_STATE_TIMEOUT,
  NERTC_INVITATION_STATE_OFFLINE,
  NERTC_INVITATION_STATE_ELSEWHERE,
} NertcInvitationState;

/**
 * NertcSource:
 * @NERTC_SOURCE_CAMERA: camera and microphone
 * @NERTC_SOURCE_SCREEN: a screen and its sound
 * @NERTC_SOURCE_CUSTOM: anything else
 *
 * Where a stream comes from.
 */
typedef enum {
  NERTC_SOURCE_CAMERA,
  NERTC_SOURCE_SCREEN,
  NERTC_SOURCE_CUSTOM,
} NertcSource;

/**
 * NertcMedia:
 * @NERTC_MEDIA_NONE: nothing
 * @NERTC_MEDIA_AUDIO: the audio track
 * @NERTC_MEDIA_VIDEO: the video track
 *
 * The tracks of a stream.
 */
typedef enum {
  NERTC_MEDIA_NONE = 0,
  NERTC_MEDIA_AUDIO = 1 << 0,
  NERTC_MEDIA_VIDEO = 1 << 1,
} NertcMedia;

/**
 * NertcRole:
 * @NERTC_ROLE_SENDER: this end sends, and offers
 * @NERTC_ROLE_RECEIVER: this end receives, and answers
 *
 * Which end of a transport this is.
 */
typedef enum {
  NERTC_ROLE_SENDER,
  NERTC_ROLE_RECEIVER,
} NertcRole;

/**
 * NertcDescriptionType:
 * @NERTC_DESCRIPTION_TYPE_OFFER: an offer
 * @NERTC_DESCRIPTION_TYPE_ANSWER: an answer
 *
 * The part a session description plays (RFC 3264).
 */
typedef enum {
  NERTC_DESCRIPTION_TYPE_OFFER,
  NERTC_DESCRIPTION_TYPE_ANSWER,
} NertcDescriptionType;

/**
 * NertcFailure:
 * @NERTC_FAILURE_ICE: no path was found, or it was lost
 * @NERTC_FAILURE_DTLS: the DTLS handshake failed
 * @NERTC_FAILURE_CERTIFICATE: the peer's certificate is not the one its description announced
 * @NERTC_FAILURE_DESCRIPTION: a description could not be applied
 * @NERTC_FAILURE_SILENCE: nothing arrived for too long
 * @NERTC_FAILURE_MEDIA: an element of the path failed
 * @NERTC_FAILURE_CODEC: this end has no element for the codec
 * @NERTC_FAILURE_TURN: no path was found, and no TURN server gave this end an address
 *
 * What broke a transport.
 */
typedef enum {
  NERTC_FAILURE_ICE,
  NERTC_FAILURE_DTLS,
  NERTC_FAILURE_CERTIFICATE,
  NERTC_FAILURE_DESCRIPTION,
  NERTC_FAILURE_SILENCE,
  NERTC_FAILURE_MEDIA,
  NERTC_FAILURE_CODEC,
  NERTC_FAILURE_TURN,
} NertcFailure;

/**
 * NertcQuality:
 * @NERTC_QUALITY_UNKNOWN: nothing was measured
 * @NERTC_QUALITY_EXCELLENT: loss up to 10 %, round trip up to 100 ms
 * @NERTC_QUALITY_GOOD: loss above 10 %, or round trip above 100 ms
 * @NERTC_QUALITY_POOR: loss above 20 %, or round trip above 200 ms
 * @NERTC_QUALITY_BAD: loss above 30 %, or round trip above 350 ms
 * @NERTC_QUALITY_VERY_BAD: loss above 50 %, or round trip above 500 ms
 * @NERTC_QUALITY_DOWN: the path was lost
 *
 * How good a member's network is.
 */
typedef enum {
  NERTC_QUALITY_UNKNOWN,
  NERTC_QUALITY_EXCELLENT,
  NERTC_QUALITY_GOOD,
  NERTC_QUALITY_POOR,
  NERTC_QUALITY_BAD,
  NERTC_QUALITY_VERY_BAD,
  NERTC_QUALITY_DOWN,
} NertcQuality;

/**
 * NertcMessageType:
 * @NERTC_MESSAGE_TYPE_BROADCAST: for all others of the room; who is away gets it when it is back
 * @NERTC_MESSAGE_TYPE_BARRAGE: for all others who are there and quick enough; who misses some is
 *   told how many
 * @NERTC_MESSAGE_TYPE_COMMAND: for members that are named; the sender is told whether it has
 * arrived
 *
 * The kinds of messages among members. The nicks are the words of the names, in lower case.
 */
typedef enum {
  NERTC_MESSAGE_TYPE_BROADCAST,
  NERTC_MESSAGE_TYPE_BARRAGE,
  NERTC_MESSAGE_TYPE_COMMAND,
} NertcMessageType;

G_END_DECLS
