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


DOCUMENT = (ROOT / 'docs' / 'protocol.md').read_text(encoding='utf-8')
EXAMPLE = re.compile(r'^```json (client|server|result) ?(\S*)\n(.*?)^```$', re.MULTILINE | re.DOTALL)
SECTION = re.compile(r'^#{2,4} (?:(Request|Event|Notification) `(.*)`|.*)$', re.MULTILINE)
ROW = re.compile(r'^\| `([\w.]+)` \| (.*?) \| (yes|no) \|', re.MULTILINE)

NAMES = {'[a-zA-Z0-9': 'room name', '[ -~]': 'uid', '[!-~]': 'stream id'}
REASONS = SCHEMA['$defs']['event.room.closed']['properties']['params']['properties']['reason']


def sections():
    """The text of each message's section, by its definition in the schema."""
    starts = list(SECTION.finditer(DOCUMENT))
    for start, end in zip(starts, [*starts[1:], None]):
        if start[1]:
            yield (f'{start[1].lower()}.{start[2]}',
                   DOCUMENT[start.end():end.start() if end else None])


def type_words(schema):
    """How the document calls what the schema allows."""
    if schema == REASONS:
        return 'close reason'
    if 'enum' in schema:
        return ' '.join(f'`{word}`' for word in schema['enum'])
    if schema['type'] == 'integer':
        return f"integer {schema['minimum']}–{schema['maximum']}"
    if schema['type'] == 'array':
        items = schema['items']
        of = '' if items['type'] == 'object' else f' of {type_words(items)}'
        return f"array ≤ {schema['maxItems']}{of}"
    if schema['type'] == 'string' and 'maxLength' in schema:
        return f"text ≤ {schema['maxLength']}"
    if schema['type'] == 'string':
        return next(name for start, name in NAMES.items() if start in schema['pattern'])
    return schema['type']


def field_rows(schema, prefix=''):
    """The rows that the table of an object needs: (field, type, required)."""
    for name, field in schema['properties'].items():
        yield prefix + name, type_words(field), 'yes' if name in schema['required'] else 'no'
        inner = field.get('items', field)
        if inner.get('type') == 'object':
            yield from field_rows(inner, f'{prefix}{name}.')


class DocumentTest(unittest.TestCase):
    """docs/protocol.md says what the schema says."""

    def examples(self):
        for kind, method, text in EXAMPLE.findall(DOCUMENT):
            yield kind, method, json.loads(text)

    def test_examples(self):
        with Codec() as codec:
            for kind, method, message in self.examples():
                schema = validator(f'result.{method}' if kind == 'result' else kind)
                with self.subTest(message=message):
                    self.assertEqual(0, codec.code(method or kind, message))
                    schema.validate(message)

    def test_every_message_has_an_example(self):
        shown = {(kind, message['method']) for kind, _, message in self.examples()
                 if 'method' in message}
        for name in SCHEMA['$defs']:
            kind, _, method = name.partition('.')
            if kind in ('request', 'notification', 'event'):
                self.assertIn(('server' if kind == 'event' else 'client', method), shown)

    def test_no_other_json(self):
        self.assertEqual(DOCUMENT.count('```json'), len(list(self.examples())))

    def test_tables(self):
        told = dict(sections())
        for name, schema in SCHEMA['$defs'].items():
            kind, _, method = name.partition('.')
            if kind not in ('request', 'notification', 'event', 'result'):
                continue
            text = told['request.' + method if kind == 'result' else name]
            before, _, after = text.partition('\nResult:\n')
            body = schema['properties']['result' if kind == 'result' else 'params']
            expected = [row for row in field_rows(body) if row[0] not in ('epoch', 'seq')
                        or kind != 'event']
            with self.subTest(message=name):
                self.assertEqual(expected, ROW.findall(after if kind == 'result' else before))
                if not expected:
                    self.assertIn('\nNo fields.\n', after if kind == 'result' else before)

    def test_event_fields(self):
        fields = SCHEMA['$defs']['event.room.updated']['properties']['params']
        expected = [row for row in field_rows(fields) if row[0] in ('epoch', 'seq')]
        text = DOCUMENT.partition('\n## Events\n')[2].partition('\n### ')[0]
        self.assertEqual(expected, ROW.findall(text))

    def test_errors_and_reasons(self):
        header = (ROOT / 'signaling-client' / 'protocol' / 'nertc-error.h').read_text('utf-8')
        codes = re.findall(r'NERTC_ERROR_(\w+) = (-?\d+)', header)
        told = re.findall(r'^\| (-?\d+) \| ([\w-]+) \|', DOCUMENT.partition('\n## Errors\n')[2],
                          re.MULTILINE)
        self.assertEqual([(code, name.lower().replace('_', '-')) for name, code in codes
                          if int(code) < 2000], told)
        reasons = DOCUMENT.partition('\n### Close reasons\n')[2].partition('\n## ')[0]
        self.assertEqual(REASONS['enum'], re.findall(r'^\| `([\w-]+)` \|', reasons, re.MULTILINE))


if __name__ == '__main__':
    del sys.argv[1:3]
    tap.main()
