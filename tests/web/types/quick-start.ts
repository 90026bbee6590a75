// SPDX-License-Identifier: LGPL-2.1-or-later
// What the guides teach, in strict TypeScript: it has to compile, and is never run.
import NERTC, { type Client, type LocalStream } from '../../../app/web/nertc.js';

const rtc: { client?: Client; localStream?: LocalStream } = {};
const view = document.createElement('div');

export async function startCall(channelName: number, uid: number): Promise<void> {
  rtc.client = NERTC.createClient({ appkey: '', debug: true });
  const client = rtc.client;
  client.on('peer-online', (evt) => console.log(evt.uid, evt.userName));
  client.on('peer-leave', (evt) => console.log(evt.uid, evt.reason));
  client.on('stream-added', (evt) => {
    evt.stream.setSubscribeConfig({
      audio: true,
      audioSlave: true,
      video: true,
      screen: true,
      highOrLow: NERTC.STREAM_TYPE.HIGH,
    });
    client.subscribe(evt.stream).then(
      () => console.log(evt.mediaType),
      (error) => console.error(error),
    );
  });
  client.on('stream-subscribed', async ({ stream }) => {
    await stream.play(view);
    stream.setRemoteRenderMode({ width: 160, height: 120, cut: false });
  });
  client.on('stream-removed', ({ stream, mediaType }) => stream.stop(mediaType));
  await client.join({ channelName, uid, token: '' });
  rtc.localStream = NERTC.createStream({ uid, audio: true, video: true, screen: false, client });
  rtc.localStream.setVideoProfile({
    resolution: NERTC.VIDEO_QUALITY.VIDEO_QUALITY_720p,
    frameRate: NERTC.VIDEO_FRAME_RATE.CHAT_VIDEO_FRAME_RATE_15,
  });
  rtc.localStream.setAudioProfile('speech_low_quality');
  await rtc.localStream.init();
  await rtc.localStream.play('local');
  rtc.localStream.setLocalRenderMode({ width: 640, height: 480, cut: true });
  await client.publish(rtc.localStream);
}

export async function talk(client: Client): Promise<void> {
  client.on('message-received', ({ uid, kind, text, time }) => console.log(uid, kind, text, time));
  client.on('invite-received', async ({ inviteId, userName }) => {
    const { channelName } = await client.acceptInvite(inviteId);
    console.log(userName, channelName);
  });
  const { missing } = await client.sendMessage('on', { kind: 'command', to: [7, 'bob'] });
  const { inviteId } = await client.invite(7, { text: 'Lunch?', timeout: 30 });
  client.on('invite-updated', (evt) => console.log(missing, inviteId, evt.state === 'ringing'));
  if (client.getGrants().includes('admin')) await client.muteMember(7, { audio: true });
  await client.switchChannel({ channelName: 'retro' });
}

export async function endCall(): Promise<void> {
  await rtc.client?.leave();
  rtc.localStream?.destroy();
  rtc.client = rtc.localStream = undefined;
}

// A page may use what the script tag sets as well.
export const version: string = globalThis.NERTC.VERSION;
