# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the browser's part has to look like: laid out by prettier, types that fit by tsc."""
import json
import pathlib
import re
import shutil
import subprocess

import code_format

PATTERNS = ('app/web/**/*.js', 'app/web/**/*.d.ts', 'app/web/**/*.css', 'tests/web/**/*.mjs',
            'tests/web/**/*.js', 'tests/web/**/*.ts', 'tests/web/**/*.json', 'docs/*.js')
# npm writes it.
NOT_OURS = ('node_modules', 'package-lock.json')
LINES_MAX = 800


def files(root):
    root = pathlib.Path(root)
    return [path for pattern in PATTERNS for path in sorted(root.glob(pattern))
            if not any(part in NOT_OURS for part in path.relative_to(root).parts)]


def program(root, name):
    """The command of a program that ./dev has installed by npm, or None."""
    path = pathlib.Path(root, 'tests', 'web', 'node_modules', '.bin', name)
    return ['node', str(path)] if shutil.which('node') and path.exists() else None


def check_format(root, prettier):
    """The files that prettier would change; how many files."""
    paths = [path for path in files(root)]
    if not paths:
        return [], 0
    done = subprocess.run(
        [*prettier, '--list-different', f'--config={pathlib.Path(root, ".prettierrc.json")}',
         '--ignore-path=/dev/null', *map(str, paths)],
        capture_output=True, text=True, check=False)
    found = [f'{line}: run prettier --write on it' for line in done.stdout.splitlines()]
    return found + done.stderr.splitlines(), len(paths)


def check_types(root, tsc):
    """What tsc says about the types, and how many files of ours it looked at."""
    folder = pathlib.Path(root, 'tests', 'web')
    done = subprocess.run([*tsc, '--project', str(folder), '--listFiles', '--pretty', 'false'],
                          cwd=folder, capture_output=True, text=True, check=False)
    looked = [line for line in done.stdout.splitlines() if line.startswith(str(root))]
    count = sum('node_modules' not in line for line in looked)
    complaints = [line for line in done.stdout.splitlines() if not line.startswith('/')]
    nothing = 'error TS18003' in done.stdout
    return [] if nothing else complaints + done.stderr.splitlines(), count


def check_heads(root):
    """Files without the licence line in their first lines."""
    return [f'{path}: no {code_format.LICENCE} at its top' for path in files(root)
            if path.suffix != '.json' and code_format.LICENCE not in
            '\n'.join(path.read_text(encoding='utf-8').splitlines()[:3])]


def check_lengths(root):
    return [f'{path}: {count} lines; split it, {LINES_MAX} is the end' for path in files(root)
            if (count := len(path.read_text(encoding='utf-8').splitlines())) > LINES_MAX]


def check_lock(root):
    """Where modules come from is for the user's npm to say: no address of a registry in the
    lock file."""
    packages = json.loads(pathlib.Path(root, 'tests', 'web', 'package-lock.json').read_text(
        encoding='utf-8'))['packages']
    return [f'{name}: {row["resolved"]}' for name, row in packages.items() if 'resolved' in row]


def check_console(root):
    """The product prints nothing, except what is for those who debug."""
    return [f'{path}:{number}: {line.strip()}'
            for path in files(root) if 'app/web' in path.as_posix()
            for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1)
            if re.search(r'\bconsole\.(?!debug\b)', line) and not re.match(r'\s*(//|\*)', line)]
