# SPDX-License-Identifier: LGPL-2.1-or-later
"""What every file of the tree has to look like: format, licence line, length."""
import pathlib
import re
import shutil
import subprocess

# What npm has installed is not ours.
MODULES = 'node_modules'
FOLDERS = ('app', 'gst', 'signaling-client', 'tests')
# Other versions of clang-format lay out the same style differently.
FORMATTERS = ('clang-format-14', 'clang-format')
FORMATTER_VERSION = 'version 14.'
LICENCE = 'SPDX-License-Identifier: LGPL-2.1-or-later'
LINES_MAX = 800
FUNCTION_LINES_MAX = 80


def files(root, *patterns):
    for folder in FOLDERS:
        for pattern in patterns:
            for path in sorted(pathlib.Path(root, folder).rglob(pattern)):
                if MODULES not in path.parts:
                    yield path


def formatter():
    """The clang-format that this project uses, or None."""
    for name in FORMATTERS:
        path = shutil.which(name)
        if path and FORMATTER_VERSION in subprocess.run(
                [path, '--version'], capture_output=True, text=True, check=True).stdout:
            return path
    return None


def check_format(root, program):
    """The first complaint about each C file that clang-format would change; how many files."""
    paths = [str(path) for path in files(root, '*.c', '*.h')]
    if not paths:
        return [], 0
    done = subprocess.run([program, '--dry-run', '--Werror', '--style=file', *paths],
                          capture_output=True, text=True, check=False)
    found = {}
    for path, line in re.findall(r'^(.+?):(\d+):\d+: error: ', done.stderr, re.MULTILINE):
        found.setdefault(path, f'{path}:{line}: run clang-format -i on it')
    if done.returncode and not found:
        found[''] = done.stderr
    return list(found.values()), len(paths)


def check_heads(root):
    """Files without the licence line in their first lines."""
    complaints = []
    for path in files(root, '*.c', '*.h', '*.py', '*.sh'):
        head = path.read_text(encoding='utf-8').splitlines()[:3]
        if head and not any(LICENCE in line for line in head):
            complaints.append(f'{path}: no {LICENCE} at its top')
    return complaints


def check_lengths(root):
    complaints = []
    for path in files(root, '*.c', '*.h', '*.py'):
        lines = len(path.read_text(encoding='utf-8').splitlines())
        if lines > LINES_MAX:
            complaints.append(f'{path}: {lines} lines; split it, {LINES_MAX} is the end')
    return complaints


def check_functions(root):
    """Functions whose body, from the line of its { to that of its }, is too long."""
    complaints = []
    for path in files(root, '*.c'):
        start = None
        for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
            if line == '{':
                start = number
            elif line == '}' and start:
                if number - start > FUNCTION_LINES_MAX:
                    complaints.append(f'{path}:{start}: a function of {number - start} lines')
                start = None
    return complaints


def check_python(root):
    complaints = []
    for path in files(root, '*.py'):
        try:
            compile(path.read_text(encoding='utf-8'), path, 'exec')
        except SyntaxError as error:
            complaints.append(f'{path}:{error.lineno}: {error.msg}')
    return complaints


def check_whitespace(root):
    complaints = []
    for path in files(root, '*.c', '*.h', '*.py', '*.sh', 'meson.build'):
        text = path.read_text(encoding='utf-8')
        if text and not text.endswith('\n'):
            complaints.append(f'{path}: no newline at its end')
        for number, line in enumerate(text.splitlines(), 1):
            if line != line.rstrip():
                complaints.append(f'{path}:{number}: white space at its end')
    return complaints
