#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A member of a call for the end-to-end tests: one pipeline that sends a coded picture and a tone
and prints, as lines of JSON, what it receives and what the bus says.

Commands come line by line on the standard input:
    leave               the pipeline goes to READY
    join                and to PLAYING again
    mute PAD on|off     of the nertcsink's pad, e.g. mute video_0 on
    set ELEMENT PROPERTY VALUE
    invite UID CHANNEL
    quit
"""
import argparse
import array
import json
import os
import signal
import sys
import time

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstApp', '1.0')
from gi.repository import GLib, Gst, GstApp

import coded_picture
import tone

FRAME_MS = 33
PIECE = tone.RATE // 10
# PyGObject makes these when they are first used, and that not safely in two threads at a time.
MADE_BEFORE_THREADS = (GstApp.AppSrc.push_buffer, Gst.FlowReturn.OK, Gst.MapFlags.READ,
                       Gst.Sample.get_caps, Gst.Buffer.map, Gst.Structure.get_int)


def say(event, **fields):
    line = json.dumps({'event': event, 'at': time.monotonic(), **fields}) + '\n'
    # In one piece: several threads speak.
    os.write(1, line.encode())


def describe(options):
    """The pipeline, in the words of gst-launch-1.0."""
    parts = [f'roomsignal name=room server={options.server} channel={options.channel} '
             f'{options.room}' + (f' uid={options.uid}' if options.uid else '')]
    if options.video or options.audio:
        parts.append(f'nertcsink name=me {options.sink}')
    if options.video:
        width, height = options.size.split('x')
        parts.append(f'appsrc name=camera is-live=true format=time do-timestamp=true '
                     f'caps=video/x-raw,format=I420,width={width},height={height},framerate=30/1 '
                     f'! {options.encoder} ! me.')
    if options.audio:
        parts.append(f'audiotestsrc is-live=true freq={options.tone} volume=0.3 ! opusenc ! me.')
    if options.receive:
        parts.append(f'nertcsrc name=them {options.src}')
    if options.receive in ('both', 'video'):
        # ‘:’ links again after each READY, in which the pads of nertcsrc go.
        parts.append('them. : videoconvert ! video/x-raw,format=GRAY8 ! '
                     'appsink name=picture emit-signals=true sync=false')
    if options.receive in ('both', 'audio'):
        parts.append('them. : audioconvert ! audioresample ! '
                     f'audio/x-raw,format=F32LE,rate={tone.RATE},channels=1 ! '
                     'appsink name=sound emit-signals=true sync=false')
    return ' '.join([*parts, options.more])


def plain(value):
    """As JSON can say it: an enum by its nick."""
    if isinstance(value, Gst.Structure):
        return value.to_string()
    if hasattr(value, 'value_nick'):
        return value.value_nick
    return value if isinstance(value, (str, int, float, bool)) else str(value)


class Member:
    def __init__(self, options):
        self.options = options
        self.loop = GLib.MainLoop()
        description = describe(options)
        say('pipeline', description=description)
        self.pipeline = Gst.parse_launch(description)
        self.pipeline.bus.add_signal_watch()
        self.pipeline.bus.connect('message', self.on_message)
        self.counter = 0
        self.samples = array.array('f')
        for name, handler in (('picture', self.on_picture), ('sound', self.on_sound)):
            sink = self.pipeline.get_by_name(name)
            if sink:
                sink.connect('new-sample', handler)
        if options.video:
            self.size = [int(side) for side in options.size.split('x')]
            GLib.timeout_add(FRAME_MS, self.push_frame)

    def push_frame(self):
        camera = self.pipeline.get_by_name('camera')
        if camera.current_state == Gst.State.PLAYING:
            data = coded_picture.encode(self.options.code, self.counter, *self.size)
            camera.push_buffer(Gst.Buffer.new_wrapped(data))
            self.counter += 1
        return GLib.SOURCE_CONTINUE

    def on_picture(self, sink):
        sample = sink.pull_sample()
        caps = sample.get_caps().get_structure(0)
        width, height = caps.get_int('width').value, caps.get_int('height').value
        stride = (width + 3) // 4 * 4
        success, data = sample.get_buffer().map(Gst.MapFlags.READ)
        found = success and coded_picture.decode(data.data, width, height, stride)
        sample.get_buffer().unmap(data)
        sender, counter = found or (None, None)
        say('picture', sender=sender, counter=counter, size=f'{width}x{height}',
            pts=sample.get_buffer().pts)
        return Gst.FlowReturn.OK

    def on_sound(self, sink):
        sample = sink.pull_sample()
        success, data = sample.get_buffer().map(Gst.MapFlags.READ)
        if success:
            self.samples.frombytes(bytes(data.data))
            sample.get_buffer().unmap(data)
        while len(self.samples) >= PIECE:
            frequency, share, level = tone.find(self.samples[:PIECE])
            del self.samples[:PIECE]
            say('sound', hz=frequency, share=round(share, 3), level=round(level, 4))
        return Gst.FlowReturn.OK

    def on_message(self, bus, message):
        if message.type == Gst.MessageType.ERROR:
            parsed = message.parse_error()
            say('error', source=message.src.name, text=parsed.gerror.message, debug=parsed.debug)
        elif message.type == Gst.MessageType.WARNING:
            details = message.parse_warning_details()
            say('warning', source=message.src.name, text=message.parse_warning().gerror.message,
                failure=details.get_string('failure') if details else None)
        elif message.type == Gst.MessageType.ELEMENT:
            structure = message.get_structure()
            fields = {}
            for i in range(structure.n_fields()):
                name = structure.nth_field_name(i)
                value = structure.get_value(name)
                fields[name] = plain(value)
            say('message', source=message.src.name, name=structure.get_name(),
                **{key: value for key, value in fields.items() if key not in ('name', 'source')},
                **({'stream-source': fields['source']} if 'source' in fields else {}))
        elif message.type == Gst.MessageType.STATE_CHANGED and message.src == self.pipeline:
            _, new, pending = message.parse_state_changed()
            say('state', state=new.value_nick, pending=pending.value_nick)

    def set_state(self, state):
        began = time.monotonic()
        result = self.pipeline.set_state(state)
        say('set-state', state=state.value_nick, result=result.value_nick,
            seconds=time.monotonic() - began)

    def on_command(self, channel, condition):
        line = sys.stdin.readline()
        words = line.split()
        if not line or words == ['quit']:
            self.loop.quit()
            return GLib.SOURCE_REMOVE
        if words == ['leave']:
            self.set_state(Gst.State.READY)
        elif words == ['join']:
            self.set_state(Gst.State.PLAYING)
        elif words[0] == 'mute':
            pad = self.pipeline.get_by_name('me').get_static_pad(words[1])
            pad.set_property('mute', words[2] == 'on')
        elif words[0] == 'set':
            Gst.util_set_object_arg(self.pipeline.get_by_name(words[1]), words[2], words[3])
        elif words[0] == 'invite':
            self.pipeline.get_by_name('room').emit('invite', words[1], words[2], None, 0)
        elif words[0] == 'say':
            self.pipeline.get_by_name('room').emit('send-message', words[1], None, None, None)
        else:
            raise ValueError(line)
        return GLib.SOURCE_CONTINUE

    def run(self):
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGINT, self.loop.quit)
        GLib.io_add_watch(GLib.IOChannel.unix_new(0), GLib.PRIORITY_DEFAULT,
                          GLib.IOCondition.IN | GLib.IOCondition.HUP, self.on_command)
        if not self.options.wait:
            self.set_state(Gst.State.PLAYING)
        self.loop.run()
        self.set_state(Gst.State.NULL)


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument('--server', required=True)
    parser.add_argument('--channel', default='test')
    parser.add_argument('--uid', default='')
    parser.add_argument('--room', default='', help='further properties of roomsignal')
    parser.add_argument('--sink', default='', help='further properties of nertcsink')
    parser.add_argument('--src', default='', help='further properties of nertcsrc')
    parser.add_argument('--more', default='', help='further elements')
    parser.add_argument('--code', type=int, default=1, help='0 to 15, in every picture')
    parser.add_argument('--tone', type=int, default=500, help='Hz')
    parser.add_argument('--size', default='640x480')
    parser.add_argument('--encoder', default='vp8enc deadline=1 target-bitrate=800000')
    parser.add_argument('--no-video', dest='video', action='store_false')
    parser.add_argument('--no-audio', dest='audio', action='store_false')
    parser.add_argument('--receive', default='both', choices=['both', 'audio', 'video', ''])
    parser.add_argument('--wait', action='store_true', help='for the command join')
    return parser.parse_args()


if __name__ == '__main__':
    Gst.init()
    Member(parse_options()).run()
