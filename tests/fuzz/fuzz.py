#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a fuzzing target: first on the inputs that are kept in corpus/NAME, then on what libFuzzer
makes of them. An input that breaks it is printed, and left in the present folder, to be put into
the corpus once it is mended.

    fuzz.py [--seconds=N] [--corpus=FOLDER] build-fuzz/tests/fuzz/fuzz-codec

FOLDER gets what reaches new code, and is a start for the next time; without one it is forgotten.
"""
import argparse
import base64
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MESSAGES = HERE.parent / 'data' / 'messages'
OFFERS = HERE.parent / 'data' / 'janus'
# An input takes milliseconds; a machine may be slow, and busy.
INPUT_SECONDS = 60
MEGABYTES = 3000


def golden_messages():
    """(sender, text) of every golden message, good or bad."""
    for path in sorted(MESSAGES.glob('*.json')):
        golden = json.loads(path.read_text(encoding='utf-8'))
        for case in golden['valid'] + golden['invalid']:
            text = case['text'] if 'text' in case else json.dumps(case['message'])
            yield golden['sender'], text.encode()


def tokens():
    header, claims = b'{"alg":"HS256","typ":"JWT"}', b'{"appKey":"demo","exp":2000}'
    most = (b'{"appKey":"demo","exp":2000,"nbf":1000,"room":"a room","sub":"al","role":"audience",'
            b'"grants":["publish","subscribe","message","admin"]}')
    for inner in (claims, most):
        yield b's!' + header + b'\0' + inner
        yield b'.'.join(base64.urlsafe_b64encode(part).rstrip(b'=')
                        for part in (header, inner, bytes(32)))


def janus():
    """What a Janus says, and offers that go to it; the id of a transport."""
    for path in sorted(OFFERS.glob('*.sdp')):
        yield b's' + path.read_bytes()
    yield b'iAAAAAAAAAAAAAEAAAAAAAAB'
    for message in (
            {'janus': 'success', 'session_id': 1, 'transaction': '1', 'data': {'id': 2}},
            {'janus': 'error', 'transaction': '1', 'error': {'code': 458, 'reason': 'gone'}},
            {'janus': 'media', 'sender': 3, 'type': 'video', 'receiving': True},
            {'janus': 'event', 'sender': 3, 'jsep': {'type': 'offer', 'sdp': 'v=0'},
             'plugindata': {'data': {'videoroom': 'event', 'room': 4, 'error_code': 1,
                                     'error': 'no'}}}):
        yield b'm' + json.dumps(message).encode()


def seeds(name):
    if name == 'codec':
        for sender, text in golden_messages():
            yield sender[0].encode() + text
    elif name == 'client':
        for sender, text in golden_messages():
            if sender == 'server':
                yield b'\xff' + text
    elif name == 'token':
        yield from tokens()
    elif name == 'janus':
        yield from janus()


def write_seeds(name, folder):
    folder.mkdir()
    for number, seed in enumerate(seeds(name)):
        (folder / str(number)).write_bytes(seed)


def run(target, seconds, found, scratch):
    name = target.name.removeprefix('fuzz-')
    kept = HERE / 'corpus' / name
    write_seeds(name, scratch / 'seeds')
    words = [str(target), f'-max_total_time={seconds}', f'-timeout={INPUT_SECONDS}', '-seed=1', '-detect_leaks=0',
             f'-rss_limit_mb={MEGABYTES}', '-print_final_stats=1', '-verbosity=1',
             f'-dict={HERE / "nertc.dict"}', f'-artifact_prefix={name}-', str(found),
             str(scratch / 'seeds'), *([str(kept)] if kept.is_dir() else [])]
    print('+', *words, flush=True)
    before = set(pathlib.Path().glob(f'{name}-*'))
    status = subprocess.run(words, check=False).returncode
    for path in sorted(set(pathlib.Path().glob(f'{name}-*')) - before):
        print(f'{path.resolve()}, in base64: {base64.b64encode(path.read_bytes()).decode()}')
    return status


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seconds', type=int, default=60)
    parser.add_argument('--corpus', type=pathlib.Path)
    parser.add_argument('target', type=lambda text: pathlib.Path(text).resolve())
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        scratch = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found = options.corpus or scratch / 'found'
        os.makedirs(found, exist_ok=True)
        return run(options.target, options.seconds, found, scratch)


if __name__ == '__main__':
    sys.exit(main())
