"""bench/run from beginning to end, for a moment and with few accounts: every case is a measurement, whatever it measures."""
import json
import os
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("KONTOR_BUILD", os.path.join(ROOT, "build", "dev"))


def play(*words):
    """The runs of a matrix whose every case is played once, for a fifth of a second, by case."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as file:
        done = subprocess.run([os.path.join(ROOT, "bench", "run"), "--no-build", "--build", BUILD, "--rounds", "1", "--duration-ms", "200",
                               "--json", file.name, *words], capture_output=True, text=True, timeout=500)
        if done.returncode != 0:
            raise AssertionError("exit code %d\n%s%s" % (done.returncode, done.stdout, done.stderr))
        return {run["name"]: run for run in json.load(file)}


class RunTest(unittest.TestCase):
    def test_through_the_gateway_with_sessions(self):
        runs = play("--part", "gateway", "--quick", "--gateway-accounts", "2")
        for load in ("single, 1 outstanding", "single, 256 outstanding", "bulk of 256, 8 outstanding"):
            through, beside = runs["gateway, " + load], runs["beside it the ledger, " + load]
            self.assertEqual([(run["refused"], run["unfinished"]) for run in (through, beside)], [(0, 0)] * 2, load)
            for part in ("gateway", "identity", "ledger", "postgres", "own"):
                self.assertEqual(through["orders"] > 0, through[part + "_cpu_us"] > 0, (load, part))
        for name in ("gateway, single, 1 outstanding, 5000 idle connections", "gateway, gathering client, 256 outstanding",
                     "gateway, open loop at 50 %, by kontor-load"):
            self.assertEqual((runs[name]["refused"], runs[name]["unfinished"]), (0, 0), name)

    def test_the_ledger_beside_the_contenders(self):
        runs = play("--part", "ledger", "--quick", "--accounts", "20")
        for name in ("single, 1 outstanding", "bulk of 256, 8, hot", "procedure, 8 connections", "floor of 256, 2 connections"):
            self.assertEqual((runs[name]["refused"], runs[name]["unfinished"]), (0, 0), name)
            self.assertEqual(runs[name]["orders"] > 0, runs[name]["postgres_cpu_us"] > 0, name)

    def test_many_companies_and_two_replicas(self):
        runs = play("--part", "companies", "--quick", "--only", "single, 256")
        self.assertEqual({(run["refused"], run["unfinished"]) for run in runs.values()}, {(0, 0)})
        for where in ("8 companies", "two replicas, 8 companies", "100 companies"):
            self.assertTrue({"single, 256 outstanding, " + where + how for how in ("", ", statistics of empty tables")} <= set(runs), where)

    def test_few_lots_and_hundreds(self):
        runs = play("--part", "lots")
        self.assertEqual({name.rsplit(", ", 1)[1] for name in runs}, {"a few open lots", "hundreds of open lots"})
        self.assertEqual({(run["refused"], run["unfinished"]) for run in runs.values()}, {(0, 0)})

    def test_growth_in_the_companies_that_are_measured(self):
        runs = play("--part", "growth", "--accounts", "10", "--full-table", "0.005")
        self.assertEqual({name.rsplit(" ", 1)[1] for name in runs}, {"before", "after"})
        self.assertEqual({(run["refused"], run["unfinished"]) for run in runs.values()}, {(0, 0)})


if __name__ == "__main__":
    unittest.main()
