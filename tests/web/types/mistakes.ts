// SPDX-License-Identifier: LGPL-2.1-or-later
// What the types must refuse: every line below an expectation is an error, or tsc complains.
import NERTC, {
  NertcError,
  type Client,
  type ClientEvents,
  type CloseReason,
  type LocalStream,
  type RemoteStream,
} from '../../../app/web/nertc.js';

export async function mistakes(client: Client, mine: LocalStream, theirs: RemoteStream) {
  // @ts-expect-error: a room has a name
  await client.join({ uid: 7 });
  // @ts-expect-error: a uid is text or a number
  await client.join({ channelName: 'standup', uid: { id: 7 } });
  // @ts-expect-error: there is no such field
  await client.join({ channelName: 'standup', userid: 7 });
  // @ts-expect-error: there is no such event
  client.on('stream-add', () => {});
  // @ts-expect-error: peer-leave has no stream
  client.on('peer-leave', ({ stream }) => stream);
  // @ts-expect-error: a callback is needed
  client.on('peer-leave');
  // @ts-expect-error: a stream of others is not published
  await client.publish(theirs);
  // @ts-expect-error: a stream of one's own is not subscribed to
  await client.subscribe(mine);
  // @ts-expect-error: there is no such kind of media
  await client.unpublish(mine, 'picture');
  // @ts-expect-error: only what sends has devices
  await theirs.open({ type: 'video' });
  // @ts-expect-error: only what comes from others can be subscribed to
  mine.setSubscribeConfig({ audio: true });
  // @ts-expect-error: sizes are numbers
  theirs.setRemoteRenderMode({ width: '320px' });
  // @ts-expect-error: 'cut', not 'crop'
  theirs.setRemoteRenderMode({ width: 320, height: 240, crop: true });
  // @ts-expect-error: switchDevice() is for camera and microphone
  await mine.switchDevice('screen', 'id');
  // @ts-expect-error: a role is one of two words
  await client.setClientRole('speaker');
  // @ts-expect-error: a command is for somebody
  await client.sendMessage('on', { kind: 'command' });
  // @ts-expect-error: a broadcast is for all
  await client.sendMessage('on', { kind: 'broadcast', to: [7] });
  // @ts-expect-error: for how long
  await client.banMember(7);
  // @ts-expect-error: one is invited by a uid
  await client.listen({ userName: 'Alice' });
  // @ts-expect-error: constants cannot be set
  NERTC.STREAM_TYPE.HIGH = 1;
  // @ts-expect-error: nor the version
  NERTC.VERSION = '9';
  // @ts-expect-error: a promise has to be awaited to read it
  console.log(NERTC.getCameras().length);
}

// Names and codes are what they are for: to be told apart.
export function explain(error: unknown): string {
  if (!(error instanceof NertcError)) return String(error);
  const code: number = error.code;
  return `${code} ${error.name}: ${error.message}`;
}

// Every event can be listened to by a table of its own.
export const listeners: Partial<ClientEvents> = {
  'mute-audio': ({ uid }) => console.log(uid),
  // @ts-expect-error: this event has more than a uid
  'network-quality': ({ uid }) => console.log(uid),
};

// @ts-expect-error: a word that the protocol does not have
export const reason: CloseReason = 'gone';
