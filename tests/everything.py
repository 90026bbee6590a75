#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds and runs everything: `./dev test` without further words, and so .ci/run.

The last line is the sum over all runs; the exit status is 0 only if something ran and nothing
failed. A build that fails counts as one failure.
"""
import collections
import os
import pathlib
import subprocess
import sys
import threading
import time

import tally
from tally import Failure, Tally

SOURCE = pathlib.Path(__file__).resolve().parent.parent

COMMON = ['--wrap-mode=nofallback', '-Dwerror=true']
# The tests have watchdogs of their own, which say what they waited for; meson's is for when those
# fail.
TIMEOUTS = '--timeout-multiplier=4'
# Compilers take a third less time for -O1 and lines without names of variables, and less than half
# for -O0; the warnings of -O2 are gcc's alone, and the first build has them.
SANITIZERS = ['-Db_sanitize=address,undefined', '-Db_lundef=false', '-Dintrospection=false']
SANITIZED = ['-Doptimization=1', '-Dc_args=-g1', *SANITIZERS]
SANITIZER_ENVIRONMENT = {
    # Without frame pointers in GLib stacks have to be unwound the slow way; ten frames take a third
    # of the time of thirty, and tell as much.
    'ASAN_OPTIONS': 'fast_unwind_on_malloc=0:malloc_context_size=10:detect_leaks=1:'
                    'strict_string_checks=1',
    'LSAN_OPTIONS': f'suppressions={SOURCE}/tests/data/lsan.supp:print_suppressions=0',
    'UBSAN_OPTIONS': 'halt_on_error=1:print_stacktrace=1',
    'NERTC_TEST_PATIENCE': '5',
}
# As ./dev fuzz has it, which looks for longer and takes its time to build
FUZZING = ['-Dfuzzing=true', '-Dc_args=-fsanitize=fuzzer-no-link -g1', '-Doptimization=0',
           *SANITIZERS]
CLANG_ENVIRONMENT = {**SANITIZER_ENVIRONMENT, 'CC': 'clang'}
# Stacks of every allocation would take most of the time.
FUZZING_ENVIRONMENT = {**CLANG_ENVIRONMENT, 'ASAN_OPTIONS': 'strict_string_checks=1'}


def take_only_idle_time():
    """For a child: it gets what time nobody else wants."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def stand_back():
    """For a child: it gets a tenth of what others want, so that its watchdogs see it go on."""
    os.nice(10)


# Of a command that says nothing otherwise, for whoever looks for why it failed
LAST_WORDS_MAX = 4000

MADE = set()
MAKING = collections.defaultdict(threading.Lock)


class Run:
    """One build directory, and one `meson test` in it."""

    def __init__(self, name, build, setup=(), test=(), environment=None, log='testlog'):
        self.name = name
        self.build = SOURCE / build
        self.setup = list(setup)
        self.test = list(test)
        self.environment = {**os.environ, **(environment or {})}
        self.log = log
        self.tally = Tally()
        self.failures = []
        self.last_words = ''

    def command(self, *words):
        print('+', *words, flush=True)
        return subprocess.run(words, cwd=SOURCE, env=self.environment, check=False).returncode

    def silent_command(self, *words, before):
        done = subprocess.run(words, cwd=SOURCE, env=self.environment, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors='replace',
                              preexec_fn=before)
        self.last_words = done.stdout[-LAST_WORDS_MAX:]
        return done.returncode

    def command_in_silence(self, *words):
        return self.silent_command(*words, before=None)

    def command_in_idle_time(self, *words):
        return self.silent_command(*words, before=take_only_idle_time)

    def command_beside(self, *words):
        return self.silent_command(*words, before=stand_back)

    def make(self, command):
        """Once is enough, also since tests may be running in it."""
        with MAKING[self.build]:
            return self.build in MADE or self.make_now(command)

    def make_now(self, command):
        # One that is there may be from before valgrind and others were installed.
        old = ['--reconfigure'] if (self.build / 'build.ninja').exists() else []
        if command('meson', 'setup', *old, str(self.build), *COMMON, *self.setup):
            return False
        if command('ninja', '-C', str(self.build)):
            return False
        MADE.add(self.build)
        return True

    def fail(self, what):
        self.tally = self.tally.plus(Tally(failed=1))
        self.failures.append(Failure(what, self.last_words))

    def carry_out(self, build_command=None, test_command=None):
        logs = self.build / 'meson-logs'
        if not self.make(build_command or self.command):
            self.fail('the build')
            return
        for old in logs.glob(f'{self.log}.*'):
            old.unlink()
        status = (test_command or self.command)(
            'meson', 'test', '-C', str(self.build), '--no-rebuild', '--print-errorlogs', *self.test)
        try:
            self.tally, self.failures = tally.tally_of_run(logs, self.log)
        except (OSError, ValueError) as error:
            self.fail(f'no test log: {error}')
            return
        if status and not self.tally.failed:
            self.fail(f'meson test ended with status {status}')
        if not sum(self.tally):
            self.fail('nothing ran')


# Who stands back is slow, and is no worse for it.
IDLE = {'NERTC_TEST_PATIENCE': '10'}
IDLE_TIMEOUTS = '--timeout-multiplier=40'

TWICE = {'NERTC_TEST_PATIENCE': '2'}
# The calls of suite element take minutes: they are held once, under the sanitizers.
FIRST = [
    # One at a time, in real time
    Run('gcc, calls', 'build', test=[TIMEOUTS, '--num-processes=1', '--suite=real-time',
                                     '--logbase=testlog-calls'],
        environment=TWICE, log='testlog-calls'),
]
# One at a time beside them: most of these wait more than they work.
BESIDE_FIRST = [
    Run('gcc', 'build', test=[
        TIMEOUTS, '--num-processes=1', '--no-suite=real-time', '--no-suite=call',
        '--no-suite=browser', '--no-suite=browsers-once', '--no-suite=element',
        '--no-suite=janus', '--no-suite=janus-core', '--no-suite=bench'],
        environment=TWICE),
]
# These wait more than they work, and measure nothing that the others could spoil.
WAITING = [
    Run('browsers', 'build', test=[TIMEOUTS, '--suite=browsers-once', '--logbase=testlog-web'],
        environment=TWICE, log='testlog-web'),
    # All of suite janus is for those who change something there.
    Run('janus', 'build', test=[TIMEOUTS, '--suite=janus-core', '--logbase=testlog-janus'],
        environment=TWICE, log='testlog-janus'),
]
# Meanwhile these take what time is left, and their builds what the first run leaves.
MEANWHILE = [
    # Python under valgrind takes its time, and shows nothing of ours.
    Run('valgrind', 'build', test=['--setup=valgrind', '--suite=unit', '--no-suite=python',
                                   IDLE_TIMEOUTS],
        environment=IDLE, log='testlog-valgrind'),
    # That it runs at all: nobody reads the figures of a machine that does other work.
    Run('bench', 'build', test=['--suite=bench', '--logbase=testlog-bench', IDLE_TIMEOUTS],
        environment=IDLE, log='testlog-bench'),
    # Both compilers build everything.
    Run('clang', 'build-clang', FUZZING, ['--suite=unit', IDLE_TIMEOUTS],
        {**CLANG_ENVIRONMENT, **IDLE}),
    Run('fuzz', 'build-clang', FUZZING, ['--suite=fuzz', '--logbase=testlog-fuzz', IDLE_TIMEOUTS],
        FUZZING_ENVIRONMENT, log='testlog-fuzz'),
    Run('sanitizers, what is pure', 'build-sanitizers', SANITIZED,
        ['--suite=unit', '--logbase=testlog-unit', IDLE_TIMEOUTS],
        {**SANITIZER_ENVIRONMENT, **IDLE}, log='testlog-unit'),
    Run('sanitizers', 'build-sanitizers', SANITIZED,
        ['--suite=server', '--no-suite=unit', '--no-suite=web', IDLE_TIMEOUTS],
        {**SANITIZER_ENVIRONMENT, **IDLE}),
]
LAST = [
    # One at a time: two calls in real time are more than two slow processes can do on two cores.
    Run('sanitizers, in real time', 'build-sanitizers', SANITIZED,
        [TIMEOUTS, '--num-processes=1', '--suite=element', '--no-suite=waiting',
         '--logbase=testlog-element'],
        SANITIZER_ENVIRONMENT, log='testlog-element'),
]
BESIDE_LAST = [
    Run('sanitizers, what waits', 'build-sanitizers', SANITIZED,
        [TIMEOUTS, '--num-processes=1', '--suite=waiting', '--logbase=testlog-waiting'],
        SANITIZER_ENVIRONMENT, log='testlog-waiting'),
    # On a display, one at a time: here is the time that is left.
    Run('gcc, the application', 'build', test=[TIMEOUTS, '--num-processes=1', '--suite=call',
                                               '--logbase=testlog-application'],
        environment=TWICE, log='testlog-application'),
]
RUNS = [*FIRST, *BESIDE_FIRST, *WAITING, *MEANWHILE, *LAST, *BESIDE_LAST]


def carry_out(runs):
    for run in runs:
        began = time.monotonic()
        print(f'== {run.name}', flush=True)
        run.carry_out()
        print(f'== {run.name}: {time.monotonic() - began:.0f} s', flush=True)


def build_in_idle_time():
    """While others test. What does not succeed is tried again by who needs it, and told there."""
    for run in MEANWHILE:
        run.make(run.command_in_idle_time)


def carry_out_beside(runs):
    for run in runs:
        began = time.monotonic()
        run.carry_out(test_command=run.command_in_silence)
        print(f'== {run.name}, beside: {time.monotonic() - began:.0f} s', flush=True)


def carry_out_two(runs, runs_beside):
    beside = threading.Thread(target=carry_out_beside, args=[runs_beside])
    beside.start()
    carry_out(runs)
    beside.join()


def carry_out_meanwhile(building):
    """One after the other; those of builds that are not made yet wait for them."""
    for run in MEANWHILE:
        if run.build not in MADE:
            building.join()
        began = time.monotonic()
        run.carry_out(run.command_in_idle_time, run.command_beside)
        print(f'== {run.name}, meanwhile: {time.monotonic() - began:.0f} s', flush=True)
    building.join()


def main():
    total, started = Tally(), time.monotonic()
    FIRST[0].make(FIRST[0].command)
    building = threading.Thread(target=build_in_idle_time)
    building.start()
    carry_out_two(FIRST, BESIDE_FIRST)
    meanwhile = threading.Thread(target=carry_out_meanwhile, args=[building])
    meanwhile.start()
    carry_out(WAITING)
    meanwhile.join()
    carry_out_two(LAST, BESIDE_LAST)
    for run in RUNS:
        if not sum(run.tally):
            run.fail('it was not carried out')
        total = total.plus(run.tally)
        for failure in run.failures:
            print(f'== {run.name}: {failure.test}\n{failure.output}')
    print(f'== everything, in {time.monotonic() - started:.0f} s')
    for run in RUNS:
        print(f'{run.name:25} {run.tally}')
        for failure in run.failures:
            print(f'{"":25} failed: {failure.test}')
    print(total, flush=True)
    return 0 if total.passed and not total.failed else 1


if __name__ == '__main__':
    sys.exit(main())
