# SPDX-License-Identifier: LGPL-2.1-or-later
"""What documents promise and a machine can look up: links, and the tests of the feature table."""
import pathlib
import re

LINK = re.compile(r'\]\(([^)#\s]+)(?:#[^)]*)?\)')
ROW = re.compile(r'^\| ([RPSU]\d+) \|(.*)\|$')
REFERENCE = re.compile(r'`(tests/[^`:]+)::([^`]+)`')
STATES = ('done', 'partly', 'planned')


def documents(root):
    root = pathlib.Path(root)
    return sorted([*root.glob('*.md'), *root.glob('docs/*.md')])


def check_links(root):
    complaints = []
    for path in documents(root):
        for target in LINK.findall(path.read_text(encoding='utf-8')):
            if '://' not in target and not (path.parent / target).exists():
                complaints.append(f'{path}: there is no {target}')
    return complaints


def rows(text):
    """(id, cells) of each feature: capability, state, how it is given, tests."""
    for line in text.splitlines():
        match = ROW.match(line)
        if match:
            yield match[1], [cell.strip() for cell in match[2].split('|')]


def check_reference(root, file, case):
    path = pathlib.Path(root, file)
    if not path.is_file():
        return f'there is no {file}'
    text = path.read_text(encoding='utf-8')
    absent = [part for part in (case.split('.') if file.endswith('.py') else [case])
              if not re.search(rf'\b{re.escape(part)}\b' if part[0].isalpha() else re.escape(part),
                               text)]
    return f'{file} has no {absent[0]}' if absent else None


def check_features(root, text):
    """What is wrong with the feature table @text, as sentences; and the states that it has."""
    complaints, states = [], []
    for name, cells in rows(text):
        if len(cells) != 4:
            complaints.append(f'{name}: {len(cells)} cells instead of 4')
            continue
        state = cells[1].split()[0] if cells[1] else ''
        states.append(state)
        references = REFERENCE.findall(cells[3])
        if state not in STATES:
            complaints.append(f'{name}: the state ‘{state}’ is none of {STATES}')
        if (state == 'planned') == bool(references):
            complaints.append(f'{name}: {state}, with {len(references)} tests')
        for file, case in references:
            found = check_reference(root, file, case)
            if found:
                complaints.append(f'{name}: {found}')
    return complaints, states
