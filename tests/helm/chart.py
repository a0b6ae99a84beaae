"""The chart helm/kontor as Helm renders it. Not a test."""
import functools
import glob
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "support"))
import tool  # noqa: E402

tool.modules("kubernetes")
import yaml  # noqa: E402

CHART = "helm/kontor"
HELMS = {"helm3": tool.program("helm3", "helm"), "helm4": tool.program("helm4", "helm")}
OLDEST, NEWEST = "1.27.0", "1.37.0"
VALUES = sorted(glob.glob(CHART + "/ci/*-values.yaml"))
SERVICES = ("gateway", "identity", "ledger", "payments", "sharing")


def name_of(path):
    return os.path.basename(path).removesuffix("-values.yaml")


def helm(which, *words):
    return subprocess.run([HELMS[which], *words], capture_output=True, text=True, timeout=120)


@functools.cache
def text(values, which="helm4", version=NEWEST, more=()):
    """The manifests of a file of values, hooks and tests included; more: further words."""
    done = helm(which, "template", "kontor", CHART, "--namespace", "kontor", "--values", values, "--kube-version", version, *more)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout


def render(values, which="helm4", version=NEWEST, more=()):
    return [document for document in yaml.safe_load_all(text(values, which, version, more)) if document]


def of_kind(objects, kind):
    return [entry for entry in objects if entry["kind"] == kind]


def by_name(objects):
    return {entry["metadata"]["name"]: entry for entry in objects}


def component(entry):
    return entry["metadata"]["labels"]["app.kubernetes.io/component"]


def template_of(entry):
    """The pod that an object makes, with its metadata; None when it makes none."""
    return entry if entry["kind"] == "Pod" else entry["spec"].get("template") if entry["kind"] in ("Deployment", "Job") else None


def pods(objects):
    return [(entry, template_of(entry)) for entry in objects if template_of(entry)]


def selects(labels, template):
    return labels.items() <= template["metadata"]["labels"].items()


def is_hook(entry):
    return "helm.sh/hook" in entry["metadata"].get("annotations", {})
