"""The chart's values, read once for its schema and its page: every key of helm/kontor/values.yaml with its sentence (behind "# --") and its
default; and the settings that the programs themselves know. Not a test."""
import os
import re
import subprocess

import yaml

CHART = "helm/kontor"
SERVICES = ("identity", "payments", "ledger", "sharing", "gateway")
KEY = re.compile(r"( *)([A-Za-z]\w*):")
WORDS = re.compile(r": ((?:[a-z]+, )+[a-z]+ or [a-z]+)\.")  # a sentence that tells all words there are
HELP = re.compile(r"  --([a-z-]+)=(\S*)$")
# The chart itself decides where a process listens, whom it calls, where its files are, whether it is safe.
DECIDED = {"settings-file", "listen-address", "admin-address", "drain-delay", "drain-grace", "insecure-allowed", "key-file", "key-create",
           "state-directory", "webhook-address", "provider-url", "migrate-only", "first-operator", "operator-recovery", "grant-to", "sms-hook-secret-file", "verifier-secret-file", "tls-certificate-file", "tls-key-file", "tls-authority-file",
           "tls-peer-identities", "identity-target", "payments-target", "ledger-target", "sharing-target"}


def read_values():
    """[(path, default, sentence)]: the sentence of a key without one is empty, and then it has keys below."""
    with open(CHART + "/values.yaml", encoding="utf-8") as file:
        text = file.read()
    found, path, sentence, values = [], [], "", yaml.safe_load(text)
    for line in text.splitlines():
        told = re.fullmatch(r" *# -- (.*)", line)
        key = KEY.match(line)
        if told:
            sentence = told[1]
        elif key and (sentence or not covered(found, path, len(key[1]))):
            path = [at for at in path if at[0] < len(key[1])] + [(len(key[1]), key[2])]
            names = tuple(name for _, name in path)
            default = values
            for name in names:
                default = default[name]
            found.append((names, default, sentence))
            sentence = ""
    return found


def covered(found, path, indentation):
    """Whether the line lies below a key that has its sentence already."""
    return bool(found and found[-1][2] and path and indentation > path[-1][0])


class Setting:
    def __init__(self, name, default, sentence):
        self.name, self.default, self.sentence = name, default, sentence
        self.is_secret = default in ("…", "(secret)")
        self.is_for_tests = re.match(r"(For tests|Tests):", sentence) is not None

    def schema(self):
        if words := WORDS.search(self.sentence):
            return {"enum": re.split(", | or ", words[1]), "description": self.sentence}
        kinds = {"true": "boolean", "false": "boolean"}.get(self.default) or ("integer" if re.fullmatch(r"\d+", self.default) else None)
        return {"type": [kinds, "string"] if kinds else "string", "description": self.sentence}


def settings_of(service, *words):
    """{name: Setting} as the program tells them."""
    program = os.path.join(os.environ.get("KONTOR_BUILD", "build/dev"), "kontor-" + service)
    lines = subprocess.run([program, *words, "--help"], check=True, capture_output=True, text=True).stdout.splitlines()
    found = {}
    for at, line in enumerate(lines):
        if head := HELP.match(line):
            found[head[1]] = Setting(head[1], head[2], lines[at + 1].strip())
    return found


def settable(service):
    """The settings that values may have: no secret, nothing for tests, nothing that the chart decides."""
    return {name: setting for name, setting in settings_of(service).items()
            if not (setting.is_secret or setting.is_for_tests or name in DECIDED)}
