"""Every rule that is named exists: a number that is in no catalogue is a typing mistake or an invention. The catalogue's ranges stand here,
so that the check needs nothing outside of the repository. And a number leads to a line of code and to a test: a rule that a page, a proto
or a header promises is named where it is decided and where it is tested. The comment at the head of a file is no such line, and what a
paragraph that begins with "Not here" names is no promise."""
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


def catalogued(text):
    return {"%s-%s" % found for found in CATALOGUED.findall(text)}


def promises(path, text):
    if not path.endswith(".md"):
        return catalogued(text)
    return catalogued("".join(part for part in text.split("\n\n") if not part.lstrip("*").startswith("Not here")))


def code(path, text):
    """The rules that a file of code names behind its head."""
    if not path.endswith((".c", ".h", ".py", ".sh", ".sql")):
        return set()
    return catalogued(text.partition("*/")[2] if text.startswith("/*") else text)


mistakes = []
named, promised, in_code, in_tests = set(), {}, set(), set()
for top in FOLDERS:
    for path in sorted(glob.glob(top + "/**/*", recursive=True)):
        if not path.endswith(ENDINGS) or path == "tests/house/rule_test.py":
            continue
        with open(path, encoding="utf-8") as file:
            whole = file.read()
        for number, line in enumerate(whole.split("\n"), 1):
            mistakes += ["%s:%d names %s, which is no rule" % (path, number, rule) for rule in unknown_rules(line)]
        named |= catalogued(whole)
        if path.startswith("tests/"):
            in_tests |= catalogued(whole)
        else:
            in_code |= code(path, whole)
            for rule in promises(path, whole):
                promised.setdefault(rule, path)
for where, there in (("line of code", in_code), ("test", in_tests)):
    mistakes += ["%s promises %s, which no %s names" % (promised[rule], rule, where) for rule in sorted(promised.keys() - there)]
print("\n".join(mistakes) or "%d catalogued rules are named, none unknown" % len(named))
sys.exit(bool(mistakes) or not named)
