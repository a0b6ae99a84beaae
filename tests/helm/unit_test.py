"""The suites of helm-unittest in helm/kontor/tests: single values and what they do to a manifest."""
import glob
import subprocess
import unittest

from chart import CHART, tool


@tool.needs("helm-unittest")
class Suites(unittest.TestCase):
    def test_every_suite(self):
        suites = sorted(glob.glob(CHART + "/tests/*_test.yaml"))
        self.assertGreater(len(suites), 2)
        done = subprocess.run([tool.program("helm-unittest", "helm-unittest"), "--strict", CHART], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("Test Suites: %d passed, %d total" % (len(suites), len(suites)), done.stdout)


if __name__ == "__main__":
    tool.main()
