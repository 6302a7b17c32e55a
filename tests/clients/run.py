"""Runs the client tests against the built simulator: all of them, or those whose names are given.

The simulator is the program that MOCK_DEFENDER names, by default target/release/mock-defender. The clients are
installed into a virtual environment beside this file, at the versions of requirements.txt.
"""

import argparse
import os
import subprocess
import sys
import time
import unittest
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
REQUIREMENTS = HERE / "requirements.txt"

SCRIPTS = ["base_url", "genuine_names", "dialects", "throttle", "determinism", "hostile", "curl_recipes", "readme_sign_in"]
SCRIPTS += ["broken_connections", "sign_in_msal", "gauntlet", "security", "browser", "browser_msal", "browser_console", "browser_portals", "sign_in_node"]


class Report(unittest.TestResult):
    """A line for each test as it ends, and what went wrong below it."""

    def __init__(self):
        super().__init__()
        self.passed = self.failed = 0

    def startTest(self, test):
        super().startTest(test)
        self._started = time.monotonic()

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1
        self._say("PASS", f"{title(test)} ({time.monotonic() - self._started:.1f} s)")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._say("SKIP", f"{title(test)}: {reason}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._fail(title(test), self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self._fail(title(test), self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            found = self.failures if issubclass(err[0], test.failureException) else self.errors
            self._fail(f"{title(test)} {subtest.params}", found[-1][1])

    def _fail(self, what, how):
        self.failed += 1
        self._say("FAIL", what)
        print("".join(f"      {line}" for line in how.splitlines(keepends=True)), flush=True)

    @staticmethod
    def _say(outcome, what):
        print(f"{outcome}  {what}", flush=True)


def title(test):
    """What the test shows."""
    return test.shortDescription() or str(test)


def enter_environment():
    """Goes on inside the virtual environment, which is made anew when the requirements have changed."""
    installed = ENVIRONMENT / "installed.txt"
    wanted = REQUIREMENTS.read_text()
    python = ENVIRONMENT / "bin" / "python"
    if not installed.exists() or installed.read_text() != wanted:
        print("installing the clients", flush=True)
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", REQUIREMENTS], check=True)
        installed.write_text(wanted)
    if Path(sys.prefix) != ENVIRONMENT:
        os.execv(python, [python, "-B", __file__, *sys.argv[1:]])


def run(script):
    """Runs the tests of one script."""
    tests = unittest.defaultTestLoader.loadTestsFromName(script)
    print(f"{script}: {sys.modules[script].__doc__.splitlines()[0]}", flush=True)
    report = Report()
    tests.run(report)
    return report


def main():
    """Runs what was asked for; the exit status says whether all of it passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scripts", nargs="*", metavar="NAME", help=f"one of {', '.join(SCRIPTS)}")
    chosen = parser.parse_args().scripts or SCRIPTS
    if unknown := set(chosen) - set(SCRIPTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(SCRIPTS)}")
    enter_environment()
    reports = [run(script) for script in chosen]
    passed, failed = sum(report.passed for report in reports), sum(report.failed for report in reports)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
