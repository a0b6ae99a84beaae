"""The chart's way through a release by both helms, against a small API server of ours (api.py): install, upgrade, roll back, test, uninstall;
the order of the migrations; and that what cannot be applied changes nothing."""
import functools
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import chart
from chart import tool

if tool.is_there("kubernetes"):
    from api import Cluster

MINIMAL = chart.CHART + "/ci/minimal-values.yaml"


def by_each(test):
    """By each helm, with a cluster of its own."""
    @functools.wraps(test)
    def by_all(self):
        for which in chart.HELMS:
            with self.subTest(which):
                self.begin()
                test(self, which)
    return by_all


@tool.needs("helm3", "helm4", "kubernetes")
class Release(unittest.TestCase):
    def begin(self):
        self.cluster = Cluster("1.34")
        self.addCleanup(self.cluster.stop)
        self.folder = tempfile.mkdtemp(prefix="kontor-helm-")
        self.addCleanup(shutil.rmtree, self.folder)

    def helm(self, which, *words):
        environment = {**os.environ, "HOME": self.folder, "KUBECONFIG": self.folder + "/none"}
        return subprocess.run([chart.HELMS[which], *words, "--kube-apiserver", self.cluster.url(), "--namespace", "kontor"], env=environment,
                              capture_output=True, text=True, timeout=120)

    def done(self, which, *words):
        done = self.helm(which, *words)
        self.assertEqual(done.returncode, 0, "%s %s\n%s%s" % (which, words, done.stdout, done.stderr))
        return done.stdout

    def install(self, which, *words):
        return self.done(which, "install", "kontor", chart.CHART, "--values", MINIMAL, *words)

    def change(self, which, *words):
        return self.helm(which, "upgrade", "kontor", chart.CHART, "--values", MINIMAL, *words)

    def replicas(self):
        return {name: entry["spec"]["replicas"] for name, entry in self.cluster.of_kind("Deployment").items()}

    @by_each
    def test_a_whole_life(self, which):
        self.assertIn("helm test kontor", self.install(which))
        self.assertEqual(set(self.cluster.of_kind("Deployment")), {"kontor-" + name for name in chart.SERVICES})
        uids = {name: entry["metadata"]["uid"] for name, entry in self.cluster.of_kind("Deployment").items()}
        self.assertEqual(self.change(which, "--set", "ledger.replicas=3").returncode, 0)
        self.assertEqual(self.replicas()["kontor-ledger"], 3)
        self.assertEqual(set(self.cluster.of_kind("PodDisruptionBudget")), {"kontor-ledger"})
        self.done(which, "rollback", "kontor", "1")
        self.assertEqual(self.replicas()["kontor-ledger"], 1)
        self.assertEqual(self.cluster.of_kind("PodDisruptionBudget"), {})
        history = json.loads(self.done(which, "history", "kontor", "--output", "json"))
        self.assertEqual([row["revision"] for row in history], [1, 2, 3])
        self.assertEqual({name: entry["metadata"]["uid"] for name, entry in self.cluster.of_kind("Deployment").items()}, uids, "none was made anew")
        self.done(which, "uninstall", "kontor")
        self.assertEqual(self.cluster.of_kind("Deployment"), {})

    @by_each
    def test_the_migrations_come_first_and_are_gone_afterwards(self, which):
        self.install(which)
        begun = [self.cluster.history.index(("create", kind, name)) for kind, name in
                 (("NetworkPolicy", "kontor-migrations"), ("Job", "kontor-migrations"), ("Deployment", "kontor-ledger"))]
        self.assertEqual(begun, sorted(begun))
        self.assertLess(self.cluster.history.index(("delete", "Job", "kontor-migrations")), begun[2], "it had ended before")
        self.assertEqual(self.cluster.of_kind("Job"), {})

    @by_each
    def test_nothing_is_changed_when_a_migration_fails(self, which):
        self.install(which)
        self.cluster.failing.add("kontor-migrations")
        done = self.change(which, "--set", "ledger.replicas=3")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(self.replicas()["kontor-ledger"], 1)
        self.cluster.failing.clear()
        self.assertEqual(self.change(which, "--set", "ledger.replicas=3").returncode, 0)
        self.assertEqual(self.replicas()["kontor-ledger"], 3)

    @by_each
    def test_helm_test_tells_by_its_exit_code(self, which):
        self.install(which)
        self.done(which, "test", "kontor")
        self.cluster.failing.add("kontor-test")
        self.assertNotEqual(self.helm(which, "test", "kontor").returncode, 0)

    @by_each
    def test_selectors_do_not_change_with_the_version(self, which):
        """A Deployment's selector is immutable, so no upgrade may touch it."""
        self.install(which)
        copy = os.path.join(self.folder, "chart")
        shutil.copytree(chart.CHART, copy)
        with open(copy + "/Chart.yaml", encoding="utf-8") as file:
            text = file.read()
        with open(copy + "/Chart.yaml", "w", encoding="utf-8") as file:
            file.write(text.replace("ersion: 0.1.0", "ersion: 9.9.9"))
        self.done(which, "upgrade", "kontor", copy, "--values", MINIMAL, "--set", "commonLabels.team=money")
        self.assertIn(":9.9.9", json.dumps(self.cluster.of_kind("Deployment")))


if __name__ == "__main__":
    tool.main()
