# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the unittest cases of the calling file and says what it finds in TAP, so that meson counts
every case."""
import sys
import unittest


def name_of(test):
    """Class.test_case; no '#', which would begin a directive."""
    return test.id().removeprefix('__main__.').replace('#', ' ')


class TapResult(unittest.TestResult):
    def __init__(self, stream):
        super().__init__()
        self.stream = stream
        self.count = 0

    def say(self, text):
        print(text, file=self.stream, flush=True)

    def point(self, test, good, remark=''):
        self.count += 1
        self.say(f"{'ok' if good else 'not ok'} {self.count} {name_of(test)}{remark}")

    def startTest(self, test):
        super().startTest(test)
        self.say(f'# {name_of(test)}')

    def addSuccess(self, test):
        super().addSuccess(test)
        self.point(test, True)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.point(test, True, f' # SKIP {reason}')

    def explain(self, test, faults):
        self.point(test, False)
        for line in faults[-1][1].splitlines():
            self.say(f'# {line}')

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.explain(test, self.failures)

    def addError(self, test, err):
        super().addError(test, err)
        self.explain(test, self.errors)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.explain(subtest, self.failures if issubclass(err[0], test.failureException)
                         else self.errors)


def main(module='__main__'):
    """To be called at the end of a test file; words on the command line choose cases, as in
    unittest: Class or Class.test_case."""
    loader = unittest.defaultTestLoader
    names = sys.argv[1:]
    here = sys.modules[module]
    suite = (loader.loadTestsFromNames(names, here) if names
             else loader.loadTestsFromModule(here))
    result = TapResult(sys.stdout)
    suite.run(result)
    result.say(f'1..{result.count}')
    sys.exit(0 if result.wasSuccessful() and result.count else 1)
