"""docs/reasons.csv has a row of every reason that the code can give, and none else: with the codes, the services and the terms that the
code gives. `reason_test.py --write` takes these from the code and makes docs/reasons.md; sentences are written by hand. Tests of the services
hold what is really said to the same rows (tests/support/service.py)."""
import csv
import functools
import glob
import re
import sys
import unittest

from refusal_terms import terms_of_code

SERVICES = ("identity", "payments", "ledger", "sharing", "gateway", "runtime")
SOURCE, PAGE = "docs/reasons.csv", "docs/reasons.md"
S = r"[\s\\]*"  # what lies between two tokens; a line of a macro ends in \\
ROW = re.compile(r'X\(~\w+,~(?:NEVER|NOT_YET),~CODE_(\w+),~"(\w+)"'.replace("~", S))
FREE = re.compile(r'struct refusal(?: \w+ =~|\)~)\{~(?:"(\w+)"|STATUS_REASON_(\w+)),~\w+,~CODE_(\w+),'.replace("~", S))
BLOCKERS = re.compile(r"#define \w+BLOCKERS\(X\)((?:.*\\\n)*.*\n)")
BLOCKER = re.compile(r'X\(~\w+,~"(\w+)",~"'.replace("~", S))
FAULTS = re.compile(r"#define FAULTS\(X\)((?:.*\\\n)*.*\n)")
REASON_OF = re.compile(r"^static const char \*reason_of\([^)]*\)\n\{(.*?)^\}", re.M | re.S)  # of a violation
HEADER = ["reason", "kind", "codes", "services", "terms", "english", "chinese", "action"]
INTRODUCTION = """# Reasons

Every no has a gRPC code and a reason for programs: `google.rpc.ErrorInfo`, whose domain is `<service>.kontor`, or `kontor` of a call that was
turned away before it reached its service. A program acts on the reason and on nothing else: sentences may change, a reason does not. A
mutation's no is the answer to its `request_id` for ever: whoever tries again later takes a new one, unless the last column says the same.

Terms are the keys that `ErrorInfo.metadata` may have. An amount stands there twice: as a decimal, and as `<name>_micros` in millionths of the
unit of `currency`. Where there is `binding`, it names the term that decided, and `limit` is the most that would have passed.

A no that gRPC itself gives has no `ErrorInfo`: a message of over 1 MiB is RESOURCE_EXHAUSTED, a compressed one UNIMPLEMENTED. Nothing was
done, and to repeat it is useless: send less in one message, and uncompressed. Calls that a broken connection, a proxy or a client's own
deadline ends have none either; [what is promised](GUARANTEES.md) tells what is known then.

This page is made of [reasons.csv](reasons.csv), which a program can read; `runtime` means every service.
"""
KINDS = {"refusal": "Refusals: `ErrorInfo.reason`", "precondition": "Preconditions: `PreconditionFailure.violations.type`",
         "field": "Fields: `BadRequest.field_violations.reason`"}


def code_of(service):
    for path in sorted(glob.glob(service + "/**/*.[ch]", recursive=True)):
        with open(path, encoding="utf-8") as file:
            yield re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)


@functools.cache
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
            for body in REASON_OF.findall(text) if "call_add_precondition_violation" in text else ():
                for reason in re.findall(r'"(\w+)"', body):
                    note("precondition", reason, "FAILED_PRECONDITION", service)
            for listed in FAULTS.findall(text):
                for reason in re.findall(r"X\((\w+)\)", listed):
                    note("field", reason, "INVALID_ARGUMENT", service)
    return found


def rows():
    with open(SOURCE, encoding="utf-8", newline="") as file:
        read = list(csv.reader(file))
    assert read[0] == HEADER, read[0]
    return [dict(zip(HEADER, row, strict=True)) for row in read[1:]]


def filled(row):
    """The row with what the code says of its reason."""
    codes, services = given()[row["kind"], row["reason"]]
    terms = terms_of_code().get(row["reason"], ()) if row["kind"] == "refusal" else ()
    return dict(row, codes=" ".join(sorted(codes)), services=" ".join(service for service in SERVICES if service in services), terms=" ".join(sorted(terms)))


def listed(terms):
    """Amounts first, each by its one name."""
    amounts = [term for term in terms if term + "_micros" in terms]
    others = [term for term in terms if term not in amounts and term.removesuffix("_micros") not in amounts]
    told = ", ".join("`%s`" % term for term in amounts)
    return "; ".join(filter(None, ["amounts " + told if told else "", ", ".join("`%s`" % term for term in others)]))


def page():
    lines = INTRODUCTION.splitlines()
    for kind, title in KINDS.items():
        lines += ["", "## " + title, "", "| reason | code | service | terms | meaning | 中文 | what to do |", "|---|---|---|---|---|---|---|"]
        for row in rows():
            if row["kind"] == kind:
                told = dict(row, terms=listed(row["terms"].split()))
                lines.append("| `%(reason)s` | %(codes)s | %(services)s | %(terms)s | %(english)s | %(chinese)s | %(action)s |" % told)
    return "\n".join(lines) + "\n"


class ReasonTest(unittest.TestCase):
    def test_every_reason_has_its_row_and_every_row_its_reason(self):
        told = {(row["kind"], row["reason"]) for row in rows()}
        self.assertEqual(len(told), len(rows()), "a reason has two rows")
        self.assertEqual(told - set(given()), set(), "rows that the code does not give")
        self.assertEqual(set(given()) - told, set(), "reasons that have no row")
        self.assertGreater(len(told), 200)

    def test_codes_services_and_terms_are_those_of_the_code(self):
        self.assertEqual(set(terms_of_code()) - {row["reason"] for row in rows()}, set())
        for row in rows():
            with self.subTest(reason=row["reason"]):
                self.assertEqual(row, filled(row), "reason_test.py --write")

    def test_protos_name_reasons_and_terms_that_are_there(self):
        """In comments: OVERDUE, CURRENCY_LOCKED{currency}; beside reasons, values of enums and other words that the code says."""
        told = {row["reason"]: set(row["terms"].split()) for row in reversed(rows())}
        known = set(told) | {word for service in SERVICES for text in code_of(service) for word in re.findall(r'"([A-Z][A-Z_]+)"|CODE_([A-Z_]+)', text) for word in word}
        protos = {}
        for path in sorted(glob.glob("proto/*/v1/*.proto")):
            with open(path, encoding="utf-8") as file:
                protos[path] = file.read()
            for value in re.findall(r"^ +([A-Z][A-Z0-9_]+) = \d+;", protos[path], re.M):
                known |= {"_".join(value.split("_")[i:]) for i in range(value.count("_") + 1)}
        for path, text in protos.items():
            comments = " ".join(re.findall(r"// (.*)", text))
            for word in re.findall(r"\b[A-Z]+_[A-Z_]+\b", comments):
                self.assertTrue(word in known or word == "PAY_AS_YOU_GO", "%s: %s" % (path, word))
            for reason, terms in re.findall(r"\b([A-Z_]+)\{([a-z_, ]+)\}", comments):
                self.assertLessEqual(set(terms.split(", ")), told.get(reason, set()), "%s: %s" % (path, reason))

    def test_each_row_says_it_in_both_languages_and_what_to_do(self):
        for row in rows():
            with self.subTest(reason=row["reason"]):
                self.assertRegex(row["reason"], "^[A-Z][A-Z0-9_]+[A-Z0-9]$")
                self.assertRegex(row["english"], r"^[A-Z](?:[^|.]|\.[0-9])*\.$")  # one sentence
                self.assertRegex(row["chinese"], "^[^|]*[\u4e00-\u9fff][^|]*。$")
                self.assertRegex(row["action"], r"^[A-Z0-9][^|]*\.$")

    def test_the_page_is_made_of_the_rows(self):
        with open(PAGE, encoding="utf-8") as file:
            self.assertEqual(file.read(), page(), "reason_test.py --write")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        taken = [[filled(row)[column] for column in HEADER] for row in rows()]
        with open(SOURCE, "w", encoding="utf-8", newline="") as output:
            csv.writer(output, lineterminator="\n").writerows([HEADER, *taken])
        with open(PAGE, "w", encoding="utf-8") as output:
            output.write(page())
    else:
        unittest.main()
