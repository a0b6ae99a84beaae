"""Every rule that the code names exists: a number that is in no catalogue is a typing mistake or an invention. The catalogue's
ranges stand here, so that the check needs nothing outside of the repository."""
import glob
import re
import sys

CATALOGUE = {"ID": 43, "PAY": 30, "LED": 44, "SHR": 20, "GW": 14}
DEFINITIONS_MAX = 16
EXAMPLES_MAX = 35
FOLDERS = ("proto", "runtime", "identity", "payments", "ledger", "sharing", "gateway", "cli", "tests", "docs", "bench")
ENDINGS = (".c", ".h", ".py", ".sh", ".sql", ".proto", ".md")

CATALOGUED = re.compile(r"\b(%s)-(\d+)\b" % "|".join(CATALOGUE))
DEFINITION = re.compile(r"(?<![\w.])D\.(\d+)\b")
EXAMPLE = re.compile(r"(?<![\w.%-])E(\d{1,2})\b(?!['\"=])")


def unknown_rules(line):
    for prefix, number in CATALOGUED.findall(line):
        if not 1 <= int(number) <= CATALOGUE[prefix]:
            yield "%s-%s" % (prefix, number)
    for number in DEFINITION.findall(line):
        if not 1 <= int(number) <= DEFINITIONS_MAX:
            yield "D." + number
    for number in EXAMPLE.findall(line):
        if not 1 <= int(number) <= EXAMPLES_MAX:
            yield "E" + number


mistakes = []
named = set()
for top in FOLDERS:
    for path in sorted(glob.glob(top + "/**/*", recursive=True)):
        if not path.endswith(ENDINGS) or path == "tests/house/rule_test.py":
            continue
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            mistakes += ["%s:%d names %s, which is no rule" % (path, number, rule) for rule in unknown_rules(line)]
            named.update("%s-%s" % found for found in CATALOGUED.findall(line))
print("\n".join(mistakes) or "%d catalogued rules are named, none unknown" % len(named))
sys.exit(bool(mistakes) or not named)
