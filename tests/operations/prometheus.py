"""Prometheus and its promtool, of Debian's package. Not a test."""
import shutil
import unittest

needed = unittest.skipUnless(shutil.which("promtool"), "needs prometheus (Debian package)")
