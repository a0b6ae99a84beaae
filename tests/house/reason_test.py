"""docs/reasons.csv has a row of every reason that the code can give, and none else: with the codes, the services and the terms that the
code gives. docs/reasons.md is made of it: `reason_test.py --write`."""
import csv
import glob
import re
import sys
import unittest

SERVICES = ("identity", "payments", "ledger", "sharing", "gateway", "runtime")
SOURCE, PAGE = "docs/reasons.csv", "docs/reasons.md"
S = r"[\s\\]*"  # what lies between two tokens; a line of a macro ends in \\
ROW = re.compile(r'X\(~\w+,~(?:NEVER|NOT_YET),~CODE_(\w+),~"(\w+)"'.replace("~", S))
FREE = re.compile(r'struct refusal(?: \w+ =~|\)~)\{~(?:"(\w+)"|STATUS_REASON_(\w+)),~\w+,~CODE_(\w+),'.replace("~", S))
BLOCKERS = re.compile(r"#define \w+BLOCKERS\(X\)((?:.*\\\n)*.*\n)")
BLOCKER = re.compile(r'X\(~\w+,~"(\w+)",~"'.replace("~", S))
FAULTS = re.compile(r"#define FAULTS\(X\)((?:.*\\\n)*.*\n)")
TERMS = re.compile(r"REFUSAL_TERMS\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)|struct refusal_term terms\[\] = \{(.*?)\};", re.S)
ALLOWANCE = re.compile(r'allowance_(?:add|bound)\(~&?\w+,~(?:\w+ \? "(\w+)" : )?"(\w+)"'.replace("~", S))
HEADER = ["reason", "kind", "codes", "services", "terms", "english", "chinese", "action"]
KINDS = {"refusal": "Refusals: `ErrorInfo.reason`", "precondition": "Preconditions: `PreconditionFailure.violations.type`",
         "field": "Fields: `BadRequest.field_violations.reason`"}


def code_of(service):
    for path in sorted(glob.glob(service + "/**/*.[ch]", recursive=True)):
        with open(path, encoding="utf-8") as file:
            yield re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)


def given():
    """{(kind, reason): (codes, services)} of the code."""
    found = {}

    def note(kind, reason, code, service):
        codes, services = found.setdefault((kind, reason), (set(), set()))
        codes.add(code)
        services.add(service)
    for service in SERVICES:
        for text in code_of(service):
            for code, reason in ROW.findall(text):
                note("refusal", reason, code, service)
            for reason, named, code in FREE.findall(text):
                note("refusal", reason or named, code, service)
            for listed in BLOCKERS.findall(text):
                for reason in BLOCKER.findall(listed):
                    note("precondition", reason, "FAILED_PRECONDITION", service)
            for listed in FAULTS.findall(text):
                for reason in re.findall(r"X\((\w+)\)", listed):
                    note("field", reason, "INVALID_ARGUMENT", service)
    return found


def terms_given():
    """The names of all terms: those written where a call is refused, and the amounts that an allowance is made of."""
    names = {"limit", "limit_micros", "binding", "currency"}
    for service in SERVICES:
        for text in code_of(service):
            for one, other in TERMS.findall(text):
                names |= set(re.findall(r'\{"([a-z_]+)",', one + other))
            names |= {name + end for pair in ALLOWANCE.findall(text) for name in pair if name for end in ("", "_micros")}
    return names


def rows():
    with open(SOURCE, encoding="utf-8", newline="") as file:
        read = list(csv.reader(file))
    assert read[0] == HEADER, read[0]
    return [dict(zip(HEADER, row, strict=True)) for row in read[1:]]


def page():
    lines = ["# Reasons", "", "Every no has a gRPC code and a reason for programs (`google.rpc.ErrorInfo`, its domain is `<service>.kontor`). A program acts on the "
             "reason and on nothing", "else: sentences may change, a reason does not. Terms are the keys of `ErrorInfo.metadata`; an amount stands there as a decimal and, "
             "as `<name>_micros`,", "in millionths of the unit of `currency`. This page is made of [reasons.csv](reasons.csv), which a program can read; `runtime` means every service."]
    for kind, title in KINDS.items():
        lines += ["", "## " + title, "", "| reason | code | service | terms | meaning | 中文 | what to do |", "|---|---|---|---|---|---|---|"]
        for row in rows():
            if row["kind"] == kind:
                told = dict(row, terms=", ".join("`%s`" % term for term in row["terms"].split()))
                lines.append("| `%(reason)s` | %(codes)s | %(services)s | %(terms)s | %(english)s | %(chinese)s | %(action)s |" % told)
    return "\n".join(lines) + "\n"


class ReasonTest(unittest.TestCase):
    def test_every_reason_has_its_row_and_every_row_its_reason(self):
        told = {(row["kind"], row["reason"]): (set(row["codes"].split()), set(row["services"].split())) for row in rows()}
        self.assertEqual(len(told), len(rows()), "a reason has two rows")
        self.assertEqual(told, given())
        self.assertGreater(len(told), 200)

    def test_terms_are_those_of_the_code(self):
        self.assertEqual({term for row in rows() for term in row["terms"].split()}, terms_given())

    def test_each_row_says_it_in_both_languages_and_what_to_do(self):
        for row in rows():
            with self.subTest(reason=row["reason"]):
                self.assertRegex(row["reason"], "^[A-Z][A-Z0-9_]+[A-Z0-9]$")
                self.assertRegex(row["english"], r"^[A-Z][^|]*[.?]$")
                self.assertRegex(row["chinese"], "^[^|]*[\u4e00-\u9fff][^|]*。$")
                self.assertRegex(row["action"], r"^[A-Z0-9][^|]*\.$")

    def test_the_page_is_made_of_the_rows(self):
        with open(PAGE, encoding="utf-8") as file:
            self.assertEqual(file.read(), page(), "reason_test.py --write")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        with open(PAGE, "w", encoding="utf-8") as output:
            output.write(page())
    else:
        unittest.main()
