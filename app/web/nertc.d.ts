// SPDX-License-Identifier: LGPL-2.1-or-later
// Type definitions of nertc.js, the browser's part of gst-nertc.

/** A member's name in the room: a Number if this page joined by a Number and it is one, else text. */
export type Uid = number | string;

/**
 * What a member sends: `audio` and `video` are microphone and camera, `screen` and `audioSlave` the
 * shared screen and its sound.
 */
export type MediaType = 'audio' | 'video' | 'screen' | 'audioSlave';
export type VideoType = 'video' | 'screen';
export type AudioType = 'audio' | 'audioSlave';

export type Role = 'host' | 'audience';
export type Grant = 'publish' | 'subscribe' | 'message' | 'admin';

export type ConnectionState = 'DISCONNECTED' | 'CONNECTING' | 'CONNECTED' | 'DISCONNECTING';

/** Why something ended: the words of docs/protocol.md. */
export type CloseReason =
  | 'left'
  | 'unpublished'
  | 'timeout'
  | 'kicked'
  | 'banned'
  | 'replaced'
  | 'expired'
  | 'closed'
  | 'shutdown'
  | 'slow-reader'
  | 'rate'
  | 'lost'
  | 'refused'
  | 'failed'
  | 'succeeded'
  | 'unsubscribed';

/**
 * What every call rejects with.
 *
 * From the server: `code` and `name` of docs/protocol.md, "Errors" (1005 `uid-taken` …). Found by
 * this library:
 *
 * | code | name | meaning |
 * |---|---|---|
 * | 1001 | `not-joined` | the call needs a joined room |
 * | 1002 | `already-joined` | the client is in a room, or on its way into one |
 * | 1011 | `stream-not-found` | the stream is not there any more, or not of this client |
 * | 2001 | `server-unreachable` | no connection to the server |
 * | 2002 | `timeout` | no answer in time |
 * | 2003 | `connection-lost` | the connection was lost and did not come back |
 * | 2004 | `room-closed` | the server ended the membership meanwhile |
 * | 2005 | `wrong-state` | the call does not fit now; the message says why |
 * | 2101 | `NOT_SUPPORT` | this browser, or an insecure page, lacks what is needed |
 * | 2102 | `INVALID_ARGUMENT` | an argument is missing or of the wrong kind |
 * | 2103 | `ABORTED` | leave(), close() or destroy() came before the call was done |
 * | 2111 | `NotAllowedError` | Media access: the user or the system denies the device |
 * | 2112 | `NotFoundError` | Media access: there is no such device |
 * | 2113 | `NotReadableError` | Media access: another program uses the device, or it fails |
 * | 2114 | `OverconstrainedError` | Media access: no device can do what is asked |
 * | 2115 | `SecurityError` | Media access: forbidden to this page |
 * | 2116 | `AbortError` | Media access: the device broke off |
 * | 41030 | `notAllowedError` | the browser wants a click before it plays sound |
 *
 * The message of the ones of media access begins with `Media access: ` and the name.
 */
export declare class NertcError extends Error {
  readonly code: number;
  readonly name: string;
  /** The same as `code`. */
  getCode(): number;
}

/* Constants */

export interface StreamTypes {
  readonly HIGH: 0;
  readonly LOW: 1;
}

export interface VideoQualities {
  /** 320 × 180 */
  readonly VIDEO_QUALITY_180p: 2;
  /** 640 × 480 */
  readonly VIDEO_QUALITY_480p: 4;
  /** 1280 × 720 */
  readonly VIDEO_QUALITY_720p: 8;
  /** 1920 × 1080 */
  readonly VIDEO_QUALITY_1080p: 16;
}

export interface VideoFrameRates {
  /** As the camera likes, up to 30 */
  readonly CHAT_VIDEO_FRAME_RATE_NORMAL: 0;
  readonly CHAT_VIDEO_FRAME_RATE_5: 1;
  readonly CHAT_VIDEO_FRAME_RATE_10: 2;
  readonly CHAT_VIDEO_FRAME_RATE_15: 3;
  readonly CHAT_VIDEO_FRAME_RATE_20: 4;
  readonly CHAT_VIDEO_FRAME_RATE_25: 5;
  readonly CHAT_VIDEO_FRAME_RATE_30: 6;
}

export type AudioProfile =
  | 'speech_low_quality'
  | 'speech_standard'
  | 'music_standard'
  | 'standard_stereo'
  | 'high_quality'
  | 'high_quality_stereo';

export interface VideoProfile {
  /** One of VIDEO_QUALITY, or a size of your own */
  resolution?: VideoQualities[keyof VideoQualities] | { width: number; height: number };
  /** One of VIDEO_FRAME_RATE */
  frameRate?: VideoFrameRates[keyof VideoFrameRates];
  /** The most that is sent, bit/s; by default as the size needs it */
  bitrate?: number;
}

/** 0 unknown, 1 excellent, 2 good, 3 poor, 4 bad, 5 very bad, 6 down */
export type NetworkQuality = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/* Devices and what the browser can do */

export interface Device {
  deviceId: string;
  label: string;
}

export interface Devices {
  /** Cameras */
  video: Device[];
  /** Microphones */
  audioIn: Device[];
  /** Speakers; empty where the browser does not tell */
  audioOut: Device[];
}

export interface Capability<Detail = undefined> {
  result: boolean;
  detail?: Detail;
}

export interface SystemRequirements {
  /** Whether a call is possible at all */
  result: boolean;
  webRTC: boolean;
  /** Whether pictures and sound of your own (canvas, Web Audio) can be sent */
  customCapture: boolean;
  camera: boolean;
  microphone: boolean;
  /** Which codecs can be both sent and received */
  videoCodec: { H264: boolean; H265: boolean; VP8: boolean; VP9: boolean; AV1: boolean };
  screenSharing: boolean;
  /** For what is false: why, and what to do */
  errInfo: {
    [Missing in
      | 'webRTC'
      | 'customCapture'
      | 'camera'
      | 'microphone'
      | 'videoCodec'
      | 'screenSharing']?: {
      name: string;
      message: string;
    };
  };
}

/* Streams */

export interface RenderMode {
  /** CSS pixels; absent: that of the view */
  width?: number;
  height?: number;
  /** true: fill and crop; false: show all of the picture */
  cut?: boolean;
}

export interface PlayOptions {
  audio?: boolean;
  audioSlave?: boolean;
  video?: boolean;
  screen?: boolean;
  /** Picture only; one's own sound is never played */
  muted?: boolean;
}

export interface SnapshotOptions {
  /** Absent: of the camera, or of the screen where there is no camera */
  mediaType?: VideoType;
  name?: string;
}

/** What a member sends, one's own (LocalStream) or another's (RemoteStream). */
export interface Stream {
  /** Which stream of the member it is; absent in the one of camera and screen */
  readonly streamId?: string;
  /** The uid of the member; null in one's own before the room is joined */
  getId(): Uid | null;

  hasAudio(): boolean;
  hasAudioSlave(): boolean;
  hasVideo(): boolean;
  hasScreen(): boolean;

  /**
   * Shows the pictures in an element, given itself or by its id, and plays the sound. Resolves when
   * it plays. Where the browser wants a click first, `notAllowedError` comes from the client and the
   * call resolves; then resume() from a click.
   */
  play(view?: HTMLElement | string | null, options?: PlayOptions): Promise<void>;
  /** Stops showing and playing, of one kind or of all; the elements are taken out of the page. */
  stop(mediaType?: MediaType): void;
  isPlaying(mediaType?: MediaType): Promise<boolean>;
  /** To be called from a click, when the browser would not play without one. */
  resume(): Promise<void>;

  /** How loud it is now, 0 to 1 */
  getAudioLevel(mediaType?: AudioType): number;
  /** A picture as PNG, as it is shown now */
  takeSnapshot(options?: SnapshotOptions): Promise<Blob>;
  /** For an application's own drawing and recording; null where there is none */
  getAudioTrack(mediaType?: AudioType): MediaStreamTrack | null;
  getVideoTrack(mediaType?: VideoType): MediaStreamTrack | null;
  getMediaStream(mediaType: MediaType): MediaStream | null;
}

export interface StreamOptions {
  uid?: Uid;
  audio?: boolean;
  video?: boolean;
  screen?: boolean;
  /** The sound of the shared tab or system, where the browser can */
  screenAudio?: boolean;
  microphoneId?: string;
  cameraId?: string;
  facingMode?: 'user' | 'environment';
  /** All true by default */
  audioProcessing?: { AEC?: boolean; ANS?: boolean; AGC?: boolean };
  /** Tracks of your own in place of microphone, camera, screen; they are not stopped here */
  audioSource?: MediaStreamTrack;
  videoSource?: MediaStreamTrack;
  screenVideoSource?: MediaStreamTrack;
  screenAudioSource?: MediaStreamTrack;
  /** The client it belongs to; absent: the one made last */
  client?: Client;
}

export interface OpenOptions {
  type: MediaType;
  deviceId?: string;
  /** With `screen`: its sound, too */
  screenAudio?: boolean;
  /** A track of your own in place of a device */
  source?: MediaStreamTrack;
}

export interface LocalStream extends Stream {
  /**
   * Opens what createStream() named. A second call opens what is missing; on an error whatever this
   * call opened is closed again.
   */
  init(): Promise<void>;
  /** Opens a device; what is published follows by itself. */
  open(options: OpenOptions): Promise<void>;
  /** Closes a device; what is published follows by itself. */
  close(options: { type: MediaType }): Promise<void>;
  /** Another camera or microphone; what is published goes on without a gap. */
  switchDevice(type: 'audio' | 'video', deviceId: string): Promise<void>;
  /** Stops all, and lets go of all devices. Publishing ends. */
  destroy(): void;

  muteAudio(): Promise<void>;
  unmuteAudio(): Promise<void>;
  muteVideo(): Promise<void>;
  unmuteVideo(): Promise<void>;
  muteScreen(): Promise<void>;
  unmuteScreen(): Promise<void>;
  muteAudioSlave(): Promise<void>;
  unmuteAudioSlave(): Promise<void>;
  isMuted(mediaType: MediaType): boolean;

  /** Before init() or open(), or while it runs: then size and rate change at once if the camera can. */
  setVideoProfile(profile: VideoProfile): Promise<void>;
  setScreenProfile(profile: VideoProfile): Promise<void>;
  /** Before init() or open() */
  setAudioProfile(profile: AudioProfile): void;
  /** How loud the microphone is sent, 0 to 100, 100 as it comes */
  setCaptureVolume(volume: number, mediaType?: AudioType): void;
  setLocalRenderMode(options: RenderMode, mediaType?: VideoType): void;
}

export interface SubscribeConfig {
  audio?: boolean;
  audioSlave?: boolean;
  video?: boolean;
  screen?: boolean;
  /** The same as `screen` */
  screenShare?: boolean;
  /** STREAM_TYPE.HIGH or LOW; until small pictures exist LOW gives the high one */
  highOrLow?: 0 | 1;
}

export interface RemoteStream extends Stream {
  /** What subscribe() takes; all, where nothing was said. */
  setSubscribeConfig(config: SubscribeConfig): void;
  setRemoteRenderMode(options: RenderMode, mediaType?: VideoType): void;
  /** What the member says: nothing of it comes */
  isMuted(mediaType: MediaType): boolean;
  /** Silences or hides at this end only */
  muteAudio(): Promise<void>;
  unmuteAudio(): Promise<void>;
  muteVideo(): Promise<void>;
  unmuteVideo(): Promise<void>;
  muteScreen(): Promise<void>;
  unmuteScreen(): Promise<void>;
  muteAudioSlave(): Promise<void>;
  unmuteAudioSlave(): Promise<void>;
  /** 0 to 100 */
  setAudioVolume(volume: number, mediaType?: AudioType): void;
  /** Plays through another speaker (deviceId of getSpeakers()), where the browser can. */
  setAudioOutput(deviceId: string): Promise<void>;
}

/* Statistics; numbers that the browser does not tell are 0 */

export interface TransportStats {
  /** Round trip of what is sent, and of what is received, ms */
  txRtt: number;
  rxRtt: number;
  /** bit/s */
  OutgoingAvailableBandwidth: number;
}

export interface SessionStats {
  /** Seconds since the room was joined */
  Duration: number;
  /** kbit/s of the last interval */
  SendBitrate: number;
  RecvBitrate: number;
  SendBytes: number;
  RecvBytes: number;
  /** Members of the room with oneself */
  UserCount: number;
}

export interface LocalAudioStats {
  mediaType: AudioType;
  CodecType: string;
  MuteState: boolean;
  /** 0 to 1 */
  RecordingLevel: number;
  SamplingRate: number;
  SendBitrate: number;
  /** Per cent, as the receivers report it */
  PacketLossRate: number;
  Rtt: number;
}

export interface LocalVideoStats {
  mediaType: VideoType;
  CodecType: string;
  MuteState: boolean;
  CaptureFrameRate: number;
  CaptureResolutionWidth: number;
  CaptureResolutionHeight: number;
  SendFrameRate: number;
  SendResolutionWidth: number;
  SendResolutionHeight: number;
  /** kbit/s to the consumer who gets most */
  SendBitrate: number;
  TargetSendBitrate: number;
  /** ms for one picture */
  EncodeDelay: number;
  PacketLossRate: number;
  Rtt: number;
  /** What keeps the picture small: `none`, `cpu`, `bandwidth`, `other` */
  QualityLimitationReason: string;
}

export interface RemoteAudioStats {
  CodecType: string;
  MuteState: boolean;
  RecvBitrate: number;
  /** 0 to 1 */
  RecvLevel: number;
  PacketLossRate: number;
  /** ms in the jitter buffer */
  End2EndDelay: number;
  /** ms, round trip */
  TransportDelay: number;
  /** ms */
  Jitter: number;
  /** Seconds, of concealed sound */
  TotalFreezeTime: number;
}

export interface RemoteVideoStats {
  CodecType: string;
  MuteState: boolean;
  RecvBitrate: number;
  RecvResolutionWidth: number;
  RecvResolutionHeight: number;
  RenderFrameRate: number;
  PacketLossRate: number;
  End2EndDelay: number;
  TransportDelay: number;
  Jitter: number;
  FreezeCount: number;
  /** Seconds */
  TotalFreezeTime: number;
  FramesDecoded: number;
}

/* Client */

export interface ClientOptions {
  appkey?: string;
  /** Writes what happens to the console */
  debug?: boolean;
  /** `ws(s)://HOST:PORT/room`, or `http(s)://HOST:PORT`; absent: where nertc.js came from */
  server?: string;
  /** Of the pictures that it sends; absent, or where the browser does not have it: VP8 */
  codec?: 'vp8' | 'vp9' | 'h264' | 'av1';
}

export interface JoinOptions {
  channelName: string | number;
  /** Absent, null, empty or 0: the server chooses one */
  uid?: Uid | null;
  token?: string;
  /** The name to show, up to 128 characters */
  userName?: string;
  /** Whatever the others should know, up to 1024 characters */
  userData?: string;
  /** false: nothing is told about members coming and going */
  userUpdates?: boolean;
}

/** To be there for invitations, in no room */
export interface ListenOptions {
  /** By which one can be invited */
  uid: Uid;
  token?: string;
  userName?: string;
  userData?: string;
}

export interface Member {
  uid: Uid;
  userName: string;
  userData: string;
  role: Role;
  /** By an administrator */
  audioMuted: boolean;
  videoMuted: boolean;
}

/**
 * `broadcast`: to all others, once and in order. `barrage`: to all others, but passed over where
 * somebody is away or does not keep up. `command`: to those who are named, and acknowledged.
 */
export type MessageKind = 'broadcast' | 'barrage' | 'command';

export interface Message {
  messageId: string;
  /** Who sent it */
  uid: Uid;
  kind: MessageKind;
  text: string;
  /** Milliseconds since 1970, by the server's clock */
  time: number;
  /** Of a barrage: how many were passed over since the last one that came */
  dropped?: number;
}

export interface Invite {
  inviteId: string;
  /** Who invites */
  uid: Uid;
  userName: string;
  /** Where to */
  channelName: string;
  text: string;
  /** For how many seconds it rings */
  timeout: number;
}

export type InviteState =
  | 'ringing'
  | 'accepted'
  | 'rejected'
  | 'busy'
  | 'cancelled'
  | 'timeout'
  | 'offline'
  | 'elsewhere';

export interface ChannelInfo {
  channelName: string | number;
  uid: Uid | null;
  token?: string;
  extraInfo: string;
}

export interface NetworkQualityItem {
  uid: Uid;
  uplinkNetworkQuality: NetworkQuality;
  downlinkNetworkQuality: NetworkQuality;
}

export interface StreamEvent {
  stream: RemoteStream;
  mediaType: MediaType;
}

/** Of a device: the camera, the microphone, the screen */
export type DeviceEvent = 'audio' | 'video' | 'screen';

export interface ClientEvents {
  'connection-state-change': (evt: {
    prevState: ConnectionState;
    curState: ConnectionState;
    /** Whether it is, or was, about coming back after a loss */
    reconnect: boolean;
    reason?: CloseReason;
  }) => void;
  'peer-online': (evt: Member) => void;
  'peer-leave': (evt: { uid: Uid; reason: CloseReason }) => void;
  /** Another name, user data or role */
  'peer-updated': (evt: Member) => void;
  /** Once for each media type that a member has begun to send; also for what was there at the join */
  'stream-added': (evt: StreamEvent) => void;
  'stream-removed': (evt: StreamEvent & { reason?: CloseReason }) => void;
  /** Its first packet or picture has come, and it can be played */
  'stream-subscribed': (evt: StreamEvent) => void;
  'mute-audio': (evt: { uid: Uid }) => void;
  'unmute-audio': (evt: { uid: Uid }) => void;
  'mute-video': (evt: { uid: Uid }) => void;
  'unmute-video': (evt: { uid: Uid }) => void;
  'mute-screen': (evt: { uid: Uid }) => void;
  'unmute-screen': (evt: { uid: Uid }) => void;
  'mute-audio-slave': (evt: { uid: Uid }) => void;
  'unmute-audio-slave': (evt: { uid: Uid }) => void;
  /** Of all members who send or receive, every two seconds */
  'network-quality': (evt: NetworkQualityItem[]) => void;
  /** Who speaks (loudest) has changed */
  'active-speaker': (evt: { uid: Uid }) => void;
  /** Of all who can be heard, every second; 0 to 100, the loudest first */
  'volume-indicator': (evt: { uid: Uid; level: number }[]) => void;
  /** What an administrator has muted of oneself has changed */
  'muted-by-admin': (evt: { audio: boolean; video: boolean }) => void;
  /** Of a client that joined with userUpdates false; the others can count */
  'member-count': (evt: { count: number }) => void;
  'message-received': (evt: Message) => void;
  /** Of a command of one's own, once for each who was named: it arrived, or who it was for has left */
  'message-delivered': (evt: { messageId: string; uid: Uid; delivered: boolean }) => void;
  /** Who invites is told that it rings. */
  'invite-received': (evt: Invite) => void;
  /** By `uid`, of an invitation that was sent or received; all states but `ringing` end it */
  'invite-updated': (evt: { inviteId: string; uid: Uid; state: InviteState }) => void;
  /** One was removed by an administrator */
  'client-banned': (evt: { uid: Uid; reason: CloseReason; message: string }) => void;
  /** The membership was ended by the server for another reason */
  'channel-closed': (evt: { reason: CloseReason; message: string }) => void;
  /** Another login with the same uid took the place */
  'uid-duplicate': (evt: { uid: Uid }) => void;
  'client-role-changed': (evt: { role: Role; grants: Grant[] }) => void;
  'extra-info-changed': (evt: { extraInfo: string }) => void;
  /** The token ends in so many seconds: renewToken() */
  'token-will-expire': (evt: { expiresIn: number }) => void;
  'permkey-will-expire': (evt: { expiresIn: number }) => void;
  /** The token has ended, and the membership with it */
  'permkey-timeout': (evt: { reason: CloseReason }) => void;
  /** The server took the stream of oneself: the role changed, or it was away for too long */
  'stream-unpublished': (evt: {
    stream: LocalStream;
    mediaType: MediaType;
    reason: CloseReason;
  }) => void;
  /** The user ended sharing, by the browser's own bar */
  stopScreenSharing: (evt: { stream: LocalStream }) => void;
  stopScreenAudio: (evt: { stream: LocalStream }) => void;
  /** The device is gone */
  audioTrackEnded: (evt: { stream: LocalStream }) => void;
  videoTrackEnded: (evt: { stream: LocalStream }) => void;
  accessDenied: (mediaType: DeviceEvent) => void;
  notFound: (mediaType: DeviceEvent) => void;
  beOccupied: (mediaType: DeviceEvent) => void;
  deviceError: (mediaType: DeviceEvent) => void;
  /** The browser wants a click before it plays sound: resume() of the stream or the client from one */
  notAllowedError: (error: NertcError & { stream: Stream; mediaType: MediaType }) => void;
  /** A device came or went */
  'device-changed': (evt: { devices: Devices }) => void;
  /** Not an error, but worth a look; `msg` is a word such as `RECV_VIDEO_TIMEOUT` */
  exception: (evt: { msg: string; uid: Uid; mediaType?: MediaType; message?: string }) => void;
  error: (error: NertcError) => void;
}

export interface Client {
  on<Name extends keyof ClientEvents>(event: Name, callback: ClientEvents[Name]): this;
  once<Name extends keyof ClientEvents>(event: Name, callback: ClientEvents[Name]): this;
  /** Without a callback: all of the event */
  off<Name extends keyof ClientEvents>(event: Name, callback?: ClientEvents[Name]): this;

  join(options: JoinOptions): Promise<void>;
  /** Streams of one's own stay open, but are not published any more. */
  leave(): Promise<void>;
  /** Leaves, joins another room with what differs, and publishes there what was published here. */
  switchChannel(options: Partial<JoinOptions> & { channelName: string | number }): Promise<void>;
  /** In the place of join(): in no room, there to be invited and to invite. leave() ends it. */
  listen(options: ListenOptions): Promise<void>;
  /** Leaves, closes all local streams of the client, and ends it. */
  destroy(): Promise<void>;

  /** All that the stream has open, or one kind of it */
  publish(stream: LocalStream, mediaType?: MediaType): Promise<void>;
  unpublish(stream?: LocalStream, mediaType?: MediaType): Promise<void>;
  /** What its setSubscribeConfig() says. Resolves when the server knows; `stream-subscribed` follows. */
  subscribe(stream: RemoteStream): Promise<void>;
  unsubscribe(stream: RemoteStream, mediaType?: MediaType): Promise<void>;
  /** LOW gives the high one until small pictures exist. */
  setRemoteVideoStreamType(stream: RemoteStream, highOrLow: 0 | 1): Promise<void>;
  /** Plays what the browser would not play without a click. To be called from one. */
  resume(): Promise<void>;

  getConnectionState(): ConnectionState;
  getUid(): Uid | null;
  getChannelInfo(): ChannelInfo;
  getMembers(): Member[];
  /** With oneself */
  getMemberCount(): number;
  /** What an administrator has muted of oneself */
  getMutedByAdmin(): { audio: boolean; video: boolean };
  getRole(): Role;
  getGrants(): Grant[];
  getRemoteStreams(): RemoteStream[];
  getLocalStreams(): LocalStream[];

  /** One's own role: before join() whether to publish at all; in a room it needs the grant `admin`. */
  setClientRole(role: Role): Promise<void>;
  /** Another member's; needs the grant `admin`. */
  setMemberRole(uid: Uid, role: Role): Promise<void>;
  /** It may join again. This and the next four need the grant `admin`. */
  kickMember(uid: Uid, message?: string): Promise<void>;
  /** Out, and for so many seconds not in again; who is not there can be banned, too. */
  banMember(uid: Uid, seconds: number, message?: string): Promise<void>;
  unbanMember(uid: Uid): Promise<void>;
  /** At the source: nothing of it is sent, whatever the member does. Absent: as it is */
  muteMember(uid: Uid, what: { audio?: boolean; video?: boolean }): Promise<void>;
  /** For all members, oneself among them */
  closeRoom(message?: string): Promise<void>;

  /**
   * At most 1024 bytes in UTF-8, needs the grant `message`. `missing`: those of `to` who are not in
   * the room. A `broadcast` unless `kind` says so; `to` is of a `command` and of nothing else.
   */
  sendMessage(
    text: string,
    options?: { kind?: 'broadcast' | 'barrage' } | { kind: 'command'; to: Uid[] },
  ): Promise<{ messageId: string; missing: Uid[] }>;

  /**
   * Rings at somebody who is connected to the server, in any room or by listen(). Absent channelName:
   * one's own room, or where one is in none, a new name. Absent timeout: 60 seconds.
   */
  invite(
    uid: Uid,
    options?: { channelName?: string | number; text?: string; timeout?: number },
  ): Promise<{ inviteId: string; channelName: string }>;
  /** Then both join the room, each with a client that is in none. */
  acceptInvite(inviteId: string): Promise<{ channelName: string }>;
  rejectInvite(inviteId: string, options?: { busy?: boolean }): Promise<void>;
  /** One's own */
  cancelInvite(inviteId: string): Promise<void>;

  /** One's own name and data, as the others see them */
  updateUser(user: { userName?: string; userData?: string }): Promise<void>;
  /** The text that all members share */
  setExtraInfo(extraInfo: string): Promise<void>;
  renewToken(token: string): Promise<void>;
  updatePermKey(token: string): Promise<void>;

  getTransportStats(): Promise<TransportStats>;
  getSessionStats(): Promise<SessionStats>;
  getLocalAudioStats(): Promise<LocalAudioStats[]>;
  getLocalVideoStats(mediaType?: VideoType): Promise<LocalVideoStats[]>;
  /** By uid */
  getRemoteAudioStats(mediaType?: AudioType): Promise<Record<string, RemoteAudioStats>>;
  getRemoteVideoStats(mediaType?: VideoType): Promise<Record<string, RemoteVideoStats>>;
}

export interface NertcStatic extends VideoQualities, VideoFrameRates {
  readonly VERSION: string;
  readonly STREAM_TYPE: StreamTypes;
  readonly VIDEO_QUALITY: VideoQualities;
  readonly VIDEO_FRAME_RATE: VideoFrameRates;
  readonly NertcError: typeof NertcError;

  createClient(options?: ClientOptions): Client;
  createStream(options: StreamOptions): LocalStream;
  /** Destroys a client, or all of them. */
  destroy(client?: Client): Promise<void>;

  /** Names of devices are empty until the user has allowed one; true asks. */
  getDevices(askPermission?: boolean): Promise<Devices>;
  getCameras(askPermission?: boolean): Promise<Device[]>;
  getMicrophones(askPermission?: boolean): Promise<Device[]>;
  getSpeakers(askPermission?: boolean): Promise<Device[]>;
  checkSystemRequirements(): Promise<SystemRequirements>;
  checkBrowserCompatibility(): boolean;
  getSupportedCodec(): Promise<{ audio: string[]; video: string[] }>;
}

export declare const NERTC: NertcStatic;
export default NERTC;

declare global {
  var NERTC: NertcStatic;
}
