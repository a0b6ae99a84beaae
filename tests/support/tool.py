"""Tools that Debian 12 lacks and tests/tools/get gets. Where one is missing its tests are skipped, and ./check tells them by name; in CI
(KONTOR_CI=yes) it counts them as failed.

    HELM = tool.program("helm4", "helm")       the path of a program
    tool.modules("protovalidate")              modules of Python are found from now on, if they are there
    @tool.needs("helm4")                       a test, or a class of tests
    tool.main()                                instead of unittest.main: ctest hears of skipped tests

A test in bash prints "skipped: needs …" and ends with 77."""
import os
import sys
import unittest

SKIPPED = 77  # cmake/kontor.cmake: SKIP_RETURN_CODE
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_TOOLS = os.environ.get("KONTOR_TOOLS") or os.path.join(os.environ.get("KONTOR_VAR") or os.path.join(_ROOT, "var"), "tools")


def is_there(name):
    return os.path.exists(os.path.join(_TOOLS, ".%s.made_of" % name))


def program(name, binary):
    return os.path.join(_TOOLS, name, binary)


def modules(name):
    """Before what Debian has, for they bring what they need in their own versions."""
    if is_there(name):
        sys.path.insert(0, os.path.join(_TOOLS, name))


def needs(*names):
    missing = [name for name in names if not is_there(name)]
    return unittest.skipIf(missing, "needs %s: tests/tools/get" % " and ".join(missing))


def main():
    result = unittest.main(exit=False).result
    for reason in sorted({reason for _, reason in result.skipped}):
        print("skipped: " + reason)
    sys.exit(1 if not result.wasSuccessful() else SKIPPED if result.skipped else 0)
