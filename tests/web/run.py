#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs files of node's tests and says what it finds in TAP: run.py FILE.mjs… [PATTERN].

A pattern chooses cases by their names. Several files are one program: what they share starts once,
such as browsers. Whatever the tests start ends with them: processes that
their parents leave behind come to this one, and it ends them by their ids. Files go into a
folder that goes, too.
"""
import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = pathlib.Path(os.environ.get('NERTC_SOURCE_ROOT', HERE.parents[1]))
BUILD = pathlib.Path(os.environ.get('NERTC_BUILD_ROOT', SOURCE / 'build'))
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
LIBC = ctypes.CDLL(None)


def modules_are_current():
    """As ./dev leaves them: beside the modules lies the lock file that they came from."""
    installed = HERE / 'node_modules' / '.installed-lock'
    return installed.exists() and installed.read_bytes() == (
        HERE / 'package-lock.json').read_bytes()


def children(pid):
    try:
        tasks = list(pathlib.Path('/proc', str(pid), 'task').iterdir())
        return [int(word) for task in tasks for word in (task / 'children').read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def end_descendants(pid):
    for child in children(pid):
        end_descendants(child)
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            pass


def reap():
    """Ends what is left, until nothing is."""
    while children(os.getpid()):
        end_descendants(os.getpid())
        try:
            os.wait()
        except ChildProcessError:
            return


def stop(number, frame):
    sys.exit(128 + number)


def run(words, folder):
    environment = {
        **os.environ,
        'HOME': folder,
        'TMPDIR': folder,
        'NERTC_SOURCE_ROOT': str(SOURCE),
        'NERTC_BUILD_ROOT': str(BUILD),
        'NO_AT_BRIDGE': '1',
    }
    return subprocess.run(words, env=environment, check=False, preexec_fn=lambda: LIBC.prctl(
        PR_SET_PDEATHSIG, signal.SIGKILL)).returncode


def program_of(files, folder):
    """One file that has the tests of all."""
    if len(files) == 1:
        return files[0]
    program = pathlib.Path(folder, 'all.mjs')
    program.write_text(''.join(f"import '{pathlib.Path(file).resolve().as_uri()}';\n"
                               for file in files), encoding='utf-8')
    return str(program)


def main():
    files = [word for word in sys.argv[1:] if word.endswith('.mjs')]
    pattern = [word for word in sys.argv[1:] if word not in files]
    if not shutil.which('node'):
        print('1..0 # SKIP no node: ./dev setup test installs it')
        return 0
    if not modules_are_current():
        print('Bail out! tests/web/node_modules is missing or old: run ./dev setup test')
        return 1
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    folder = tempfile.mkdtemp(prefix='nertc-web-')
    try:
        return run(['node', f'--test-reporter={HERE}/tap-reporter.mjs',
                    '--test-reporter-destination=stdout',
                    *(f'--test-name-pattern={text}' for text in pattern),
                    program_of(files, folder)], folder)
    finally:
        reap()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    sys.exit(main())
