# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/openapi.yaml against the running server: every operation, every example, every answer that is
described, and nothing that is not."""
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
from urllib.parse import quote, urlencode, urlsplit

import jsonschema
import yaml
from rawsocket import WATCHDOG, RawSocket, Server

PROGRAM = None
ROOT = pathlib.Path(__file__).resolve().parents[2]
SPEC = yaml.safe_load((ROOT / 'docs' / 'openapi.yaml').read_text(encoding='utf-8'))
KEY = 'k' * 32
METHODS = ('get', 'post', 'delete', 'put', 'patch', 'options', 'trace')

# The server of this test has no media servers; tests/server/test-http-health.c has some.
ELSEWHERE = {('health', '503')}

# What an OpenAPI document has, as far as this one goes
DOCUMENT = {
    'type': 'object', 'required': ['openapi', 'info', 'servers', 'paths', 'components'],
    'properties': {
        'openapi': {'pattern': r'^3\.1\.\d+$'},
        'info': {'required': ['title', 'version']},
        'paths': {
            'patternProperties': {'^/': {
                'additionalProperties': False,
                'properties': {name: {'$ref': '#/$defs/operation'} for name in METHODS}}},
            'additionalProperties': False},
        'components': {
            'additionalProperties': False,
            'properties': {
                'schemas': {}, 'securitySchemes': {},
                'parameters': {'additionalProperties': {'$ref': '#/$defs/parameter'}},
                'responses': {'additionalProperties': {'$ref': '#/$defs/response'}}}}},
    '$defs': {
        'reference': {'required': ['$ref'], 'additionalProperties': False,
                      'properties': {'$ref': {'pattern': '^#/components/'}}},
        'operation': {
            'required': ['operationId', 'summary', 'tags', 'responses'],
            'additionalProperties': False,
            'properties': {
                'operationId': {'pattern': '^[a-z][A-Za-z]+$'}, 'summary': {'type': 'string'},
                'description': {'type': 'string'}, 'tags': {'type': 'array'}, 'security': {},
                'parameters': {'items': {'anyOf': [{'$ref': '#/$defs/reference'},
                                                   {'$ref': '#/$defs/parameter'}]}},
                'requestBody': {'required': ['required', 'content']},
                'responses': {
                    'additionalProperties': False,
                    'patternProperties': {'^[2-5][0-9][0-9]$': {
                        'anyOf': [{'$ref': '#/$defs/reference'}, {'$ref': '#/$defs/response'}]}}}}},
        'parameter': {
            'required': ['name', 'in', 'schema', 'examples'], 'additionalProperties': False,
            'properties': {'name': {'type': 'string'}, 'in': {'const': 'query'}, 'schema': {},
                           'required': {'type': 'boolean'}, 'description': {'type': 'string'},
                           'examples': {'minProperties': 1}}},
        'response': {
            'required': ['description', 'content'], 'additionalProperties': False,
            'properties': {'description': {'type': 'string'}, 'headers': {}, 'content': {
                'minProperties': 1, 'maxProperties': 1,
                'additionalProperties': {'required': ['schema', 'examples']}}}}}}


def resolve(node):
    """What a reference of the document stands for."""
    while '$ref' in node:
        target = SPEC
        for part in node['$ref'].removeprefix('#/').split('/'):
            target = target[part]
        node = target
    return node


def close(node):
    """A copy of a schema in which objects have nothing but the properties that it names."""
    if isinstance(node, list):
        return [close(item) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {name: close(value) for name, value in node.items()}
    if copy.get('type') == 'object':
        copy.setdefault('additionalProperties', False)
    return copy


CLOSED = close(SPEC['components'])


def validate(value, schema):
    jsonschema.Draft202012Validator({**close(schema), 'components': CLOSED}).validate(value)


class Operation:
    def __init__(self, path, method, row):
        self.path, self.method, self.name = path, method.upper(), row['operationId']
        self.parameters = [resolve(parameter) for parameter in row.get('parameters', ())]
        self.responses = {status: resolve(response) for status, response in row['responses'].items()}
        self.body = row.get('requestBody')
        self.is_open = row.get('security') == []

    def content(self, status):
        """The type of an answer, and how it is described."""
        return next(iter(self.responses[status]['content'].items()))

    def body_schema(self):
        return resolve(self.body['content']['application/json']['schema'])

    def fields(self):
        """Name → (whether it is required, schema)"""
        if self.body:
            schema = self.body_schema()
            return {name: (name in schema['required'], resolve(field))
                    for name, field in schema['properties'].items()}
        return {parameter['name']: (parameter.get('required', False), resolve(parameter['schema']))
                for parameter in self.parameters}

    def examples(self):
        """Fields of requests: those of each example, or the required ones, and then all."""
        if self.body:
            media = self.body['content']['application/json']
            return [example['value'] for example in media['examples'].values()]
        values = {parameter['name']: next(iter(parameter['examples'].values()))['value']
                  for parameter in self.parameters}
        required = {name: values[name] for name, (needed, _) in self.fields().items() if needed}
        return [required] if required == values else [required, values]


OPERATIONS = {row['operationId']: Operation(path, method, row)
              for path, rows in SPEC['paths'].items() for method, row in rows.items()}


class DocumentTest(unittest.TestCase):
    def test_document(self):
        jsonschema.Draft202012Validator.check_schema(DOCUMENT)
        jsonschema.Draft202012Validator(DOCUMENT).validate(SPEC)
        self.assertEqual(len(OPERATIONS), sum(map(len, SPEC['paths'].values())))
        tags = {tag['name'] for tag in SPEC['tags']}
        for rows in SPEC['paths'].values():
            for row in rows.values():
                self.assertLessEqual(set(row['tags']), tags)

    def test_references(self):
        """All lead somewhere, and everything is used."""
        used = set(re.findall(r"'?\$ref'?: '#/components/(\S+)'",
                              (ROOT / 'docs' / 'openapi.yaml').read_text(encoding='utf-8')))
        there = {f'{kind}/{name}' for kind in ('schemas', 'parameters', 'responses')
                 for name in SPEC['components'][kind]}
        self.assertEqual(used, there)

    def test_schemas(self):
        for name, schema in SPEC['components']['schemas'].items():
            with self.subTest(name):
                jsonschema.Draft202012Validator.check_schema(schema)

    def test_examples_fit(self):
        for operation in OPERATIONS.values():
            for parameter in operation.parameters:
                for example in parameter['examples'].values():
                    validate(example['value'], parameter['schema'])
            if operation.body:
                for example in operation.examples():
                    validate(example, operation.body_schema())
            for status in operation.responses:
                _, media = operation.content(status)
                for name, example in media['examples'].items():
                    with self.subTest(operation.name, status=status, example=name):
                        validate(example['value'], media['schema'])

    def test_operations_are_those_of_the_table(self):
        text = (ROOT / 'app' / 'server' / 'http-routes.c').read_text(encoding='utf-8')
        table = set(re.findall(r'^  \{ "([A-Z]+)", "([^"]+)",', text, re.MULTILINE))
        self.assertEqual({(operation.method, operation.path) for operation in OPERATIONS.values()},
                         table)


class ServerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # pylint: disable=consider-using-with
        cls.folder = tempfile.TemporaryDirectory()
        path = pathlib.Path(cls.folder.name, 'admin-key')
        path.write_text(KEY, encoding='ascii')
        path.chmod(0o600)
        option = f'--admin-key-file={path}'
        cls.server = Server(PROGRAM, option, '--max-rooms=8', '--join-timeout=120')
        cls.off = Server(PROGRAM)
        cls.tokens = Server(PROGRAM, option, '--dev', stderr=subprocess.DEVNULL)
        cls.seen = set()

    @classmethod
    def tearDownClass(cls):
        statuses = [server.stop() for server in (cls.server, cls.off, cls.tokens)]
        cls.folder.cleanup()
        assert statuses == [0, 0, 0], f'the servers ended with {statuses}'

    def setUp(self):
        self.clients = {}

    def tearDown(self):
        for client in self.clients.values():
            client.close()

    def connect(self, server):
        where = urlsplit(server.uri)
        if server not in self.clients:
            self.clients[server] = http.client.HTTPConnection(where.hostname, where.port, WATCHDOG)
        return self.clients[server]

    def ask(self, operation, fields=None, *, method=None, server=None, text=None, **headers):
        """Status, headers and content of the answer."""
        headers = {'Authorization': f'Bearer {KEY}', **headers}
        path, body = operation.path, text
        if operation.body:
            headers.setdefault('Content-Type', 'application/json')
            body = json.dumps(fields if fields is not None else {}) if text is None else text
        elif fields:
            path += '?' + urlencode(fields, quote_via=quote)
        client = self.connect(server or self.server)
        client.request(method or operation.method, path, body, headers)
        answer = client.getresponse()
        return answer.status, answer.headers, answer.read()

    def check(self, operation, fields=None, *, wanted, **keywords):
        """The content of the answer, which is as described."""
        status, headers, content = self.ask(operation, fields, **keywords)
        self.assertEqual(status, wanted, (operation.name, fields, content))
        described, media = operation.content(str(status))
        self.assertEqual(headers['Content-Type'], described)
        self.assertEqual(headers['Cache-Control'], 'no-store')
        for name in operation.responses[str(status)].get('headers', ()):
            self.assertIn(name, headers)
        self.seen.add((operation.name, str(status)))
        if described != 'application/json':
            return content
        value = json.loads(content)
        validate(value, media['schema'])
        return value

    def success(self, name, fields=None):
        operation = OPERATIONS[name]
        wanted = next(int(status) for status in operation.responses if status < '300')
        return self.check(operation, fields, wanted=wanted)

    def member(self, uid):
        client = RawSocket(self.server.uri)
        self.addCleanup(client.socket.close)
        client.join('standup', uid=uid)
        return client

    # All that is described

    def test_everything(self):
        self.send_examples()
        for operation in OPERATIONS.values():
            self.find_errors(operation)
        described = {(operation.name, status) for operation in OPERATIONS.values()
                     for status in operation.responses}
        self.assertEqual(described - self.seen, ELSEWHERE)

    def send_examples(self):
        before = {
            'listMembers': lambda: [self.member(uid) for uid in ('alice', 'carol', 'dave')][0]
                           .request('stream.publish', source='camera', audio=True, video=True),
            'closeRoom': lambda: self.ask(OPERATIONS['makeRoom'], {'channel': 'standup'}),
            'unbanMember': lambda: self.success('banMember', {'channel': 'standup', 'seconds': 1,
                                                              'uid': 'mallory'}),
        }
        order = ('makeRoom', 'listRooms', 'showRoom', 'listMembers', 'muteMember', 'kickMember',
                 'banMember', 'listBans', 'unbanMember', 'closeRoom')
        sent = set()
        for name in (*order, *(name for name in OPERATIONS if name not in order)):
            for fields in OPERATIONS[name].examples():
                if name in before and (name not in sent or name != 'listMembers'):
                    before[name]()
                sent.add(name)
                with self.subTest(name, fields=fields):
                    self.success(name, fields)

    # What goes wrong

    def find_errors(self, operation):
        nowhere = {'channel': 'nowhere', 'uid': 'nobody', 'audio': True, 'seconds': 1}
        fields = {name: nowhere[name] for name in operation.fields() if name in nowhere}
        finders = {
            '401': lambda: self.check(operation, fields, wanted=401, Authorization='', Via='x'),
            '403': lambda: self.check(operation, fields, wanted=403, server=self.off, Via='x'),
            '404': lambda: self.check(operation, fields, wanted=404,
                                      server=self.tokens if operation.name in ('makeRoom', 'banMember')
                                      else None),
            '409': lambda: self.check(operation, {'channel': 'lecture'}, wanted=409),
            '411': lambda: self.early(operation, 'Transfer-Encoding: chunked', 411),
            '413': lambda: self.early(operation, 'Content-Length: 65537', 413),
            '415': lambda: self.check(operation, fields, wanted=415,
                                      **{'Content-Type': 'text/plain'}),
            '429': self.make_too_many,
        }
        if '400' in operation.responses:
            self.find_bad_fields(operation, fields)
        for status in operation.responses:
            if status in finders:
                with self.subTest(operation.name, status=status):
                    finders[status]()

    def early(self, operation, line, wanted):
        """An answer to the head of a request."""
        where = urlsplit(self.server.uri)
        client = http.client.HTTPConnection(where.hostname, where.port, WATCHDOG)
        self.addCleanup(client.close)
        client.putrequest(operation.method, operation.path)
        for name, value in (('Authorization', f'Bearer {KEY}'), line.split(': ')):
            client.putheader(name, value)
        client.endheaders()
        answer = client.getresponse()
        self.assertEqual(answer.status, wanted)
        validate(json.loads(answer.read()), operation.content(str(wanted))[1]['schema'])
        self.seen.add((operation.name, str(wanted)))

    def make_too_many(self):
        statuses = [self.ask(OPERATIONS['makeRoom'], {'channel': f'r{i}'})[0] for i in range(8)]
        self.assertEqual(statuses[-1], 429)
        self.check(OPERATIONS['makeRoom'], {'channel': 'r8'}, wanted=429)
        for i in range(statuses.index(429)):
            self.success('closeRoom', {'channel': f'r{i}'})

    def find_bad_fields(self, operation, good):
        """Every bound that is described is one."""
        bad = [{**good, 'nonsense': 1}]
        for name, (required, schema) in operation.fields().items():
            if required:
                bad.append({other: value for other, value in good.items() if other != name})
            bad += [{**good, name: value} for value in self.out_of_bounds(operation, schema)]
        for fields in bad:
            with self.subTest(operation.name, fields=fields):
                self.check(operation, fields, wanted=400)

    @staticmethod
    def out_of_bounds(operation, schema):
        kind = schema.get('type')
        if kind == 'string':
            wrong = [7, None, ['x']] if operation.body else []
            return wrong + ['x' * (schema.get('maxLength', 64) + 1)] + ([''] if 'pattern' in schema else [])
        if kind == 'integer':
            return ['x', schema['minimum'] - 1, schema['maximum'] + 1, 1.5]
        return ['x', 1, None]

    # What is not described

    def test_other_methods(self):
        for path, rows in SPEC['paths'].items():
            allowed = {method.upper() for method in rows}
            allowed |= {'HEAD'} if 'GET' in allowed else set()
            for method in {name.upper() for name in METHODS} | {'HEAD', 'BREW'}:
                if method not in allowed:
                    with self.subTest(path, method=method):
                        operation = Operation(path, method, next(iter(rows.values())))
                        operation.body = None
                        status, headers, _ = self.ask(operation)
                        self.assertEqual(status, 405)
                        self.assertEqual(set(headers['Allow'].split(', ')), allowed)

    def test_head(self):
        for operation in OPERATIONS.values():
            if operation.method == 'GET':
                fields = operation.examples()[0]
                status, headers, content = self.ask(operation, fields)
                seen, others, nothing = self.ask(operation, fields, method='HEAD')
                self.assertEqual((seen, nothing), (status, b''), operation.name)
                self.assertGreater(int(others['Content-Length']), 0)
                self.assertEqual(headers['Content-Type'], others['Content-Type'])
                self.assertEqual(headers['Content-Length'], str(len(content)))


if __name__ == '__main__':
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
