#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The codec in C and the JSON schema say the same of every message: of the golden ones, of many that
are made from them, and of the examples in docs/protocol.md. An independent validator reads the schema.

    test_protocol.py CODEC_CHECK SCHEMA_PROGRAM
"""
import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

import jsonschema

import tap

ROOT = pathlib.Path(os.environ['NERTC_SOURCE_ROOT'])
CODEC, SCHEMA_PROGRAM = sys.argv[1:3]
SCHEMA_FILE = ROOT / 'data' / 'nertc-protocol.schema.json'
SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding='utf-8'))
GOLDEN = sorted((ROOT / 'tests' / 'data' / 'messages').glob('*.json'))

# What a field may be replaced by. Strings of 64, 65, … characters are around the bounds.
STRANGE = [None, True, False, 0, 1, -1, 0.5, 2.0, 255, 256, 3600, 3601, 2**53 - 1, 2**53, [], ['x'],
           [{}], {}, {'x': 1}, '', 'x', 'a b', 'a/b', 'é', '\t', 'x\n', '\x7f', 'left', 'camera',
           *(character * length for character in ('x', '😀')
             for length in (64, 65, 128, 129, 1024, 1025))]
STRANGE_SDP = ['x' * 65536, 'x' * 65537, 'é' * 65536, 'é' * 65537]


class Codec:
    """The C codec, as a program that is asked line by line."""

    def __enter__(self):
        self.process = subprocess.Popen([CODEC], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, encoding='utf-8')
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        assert self.process.wait() == 0
        self.process.stdout.close()

    def code(self, who, message):
        text = json.dumps(message, ensure_ascii=False)
        self.process.stdin.write(f'{who} {text}\n')
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


def too_large(message):
    """Size is the one thing that the schema cannot tell."""
    return len(json.dumps(message, ensure_ascii=False).encode()) > 256 * 1024


def validator(definition):
    return jsonschema.Draft202012Validator({**SCHEMA, 'anyOf': [{'$ref': f'#/$defs/{definition}'}]})


def at(message, path):
    """The container and the key of a place in a message."""
    *steps, last = [int(step) if step.isdigit() else step for step in path]
    for step in steps:
        message = message[step]
    return message, last


def grown(entry):
    message = copy.deepcopy(entry['message'])
    for path, length in entry.get('grow', {}).items():
        container, key = at(message, path.split('.'))
        container[key] += container[key][-1] * (length - len(container[key]))
    return message


def places(value, path=()):
    """Every place in a message, but not the whole of it."""
    items = (value.items() if isinstance(value, dict)
             else enumerate(value) if isinstance(value, list) else ())
    for key, inner in items:
        yield (*path, str(key))
        yield from places(inner, (*path, str(key)))


def variants(message):
    """Messages that differ from @message in one place."""
    for path in places(message):
        without = copy.deepcopy(message)
        container, key = at(without, path)
        del container[key]
        yield without
        for strange in STRANGE + (STRANGE_SDP if path[-1] == 'sdp' else []):
            changed = copy.deepcopy(message)
            container, key = at(changed, path)
            container[key] = strange
            yield changed


def golden_files():
    for path in GOLDEN:
        if path.name != 'text.json':
            yield path.name, json.loads(path.read_text(encoding='utf-8'))


class GoldenTest(unittest.TestCase):
    def test_codec_and_schema(self):
        with Codec() as codec:
            for name, file in golden_files():
                schema = validator(file['schema'])
                for entry in file['valid'] + file['invalid']:
                    with self.subTest(file=name, about=entry['about']):
                        message = grown(entry)
                        self.assertEqual(entry.get('code', 0),
                                         codec.code(file.get('method', file['sender']), message))
                        self.assertEqual('code' not in entry, schema.is_valid(message))

    def test_variants(self):
        """No message that differs from a valid one in one place divides codec and schema."""
        count = 0
        with Codec() as codec:
            for name, file in golden_files():
                schema = validator(file['schema'])
                for message in variants(file['valid'][min(1, len(file['valid']) - 1)]['message']):
                    who = file.get('method', file['sender'])
                    # What has become another message is no matter of this definition.
                    if (message.get('method') != file['valid'][0]['message'].get('method')
                            or too_large(message)):
                        continue
                    count += 1
                    if (codec.code(who, message) == 0) != schema.is_valid(message):
                        self.fail(f'{name}: codec says {codec.code(who, message)}, schema '
                                  f'{schema.is_valid(message)}: {json.dumps(message)[:400]}')
        self.assertGreater(count, 5000)

    def test_every_definition_has_golden_messages(self):
        named = {file['schema'] for _, file in golden_files()}
        self.assertEqual(set(SCHEMA['$defs']) - {'client', 'server'}, named)


class SchemaTest(unittest.TestCase):
    def test_valid(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_fresh(self):
        printed = subprocess.run([SCHEMA_PROGRAM], capture_output=True, check=True).stdout
        self.assertEqual(printed.decode(), SCHEMA_FILE.read_text(encoding='utf-8'),
                         f'write it again: nertc-protocol-schema > {SCHEMA_FILE.relative_to(ROOT)}')

    def test_whole(self):
        """The schema as a whole takes what any of its definitions takes."""
        whole = jsonschema.Draft202012Validator(SCHEMA)
        for _, file in golden_files():
            self.assertTrue(whole.is_valid(file['valid'][0]['message']))
        self.assertFalse(whole.is_valid({'jsonrpc': '2.0', 'id': 1, 'method': 'no.such'}))


if __name__ == '__main__':
    del sys.argv[1:3]
    tap.main()
