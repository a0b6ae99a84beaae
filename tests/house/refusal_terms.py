"""Which terms each refusal comes with, read from the code: from what is handed to call_refuse beside a refusal, and, for orders, from the
allowance that a decision of the ledger has filled in before it says no. Where one line refuses for several verdicts, all rows of their list
have the terms, but for those that NOT_IN rules out. A line that tells nothing by itself is in GIVEN_TO, or a mistake."""
import functools
import glob
import re

SERVICES = ("identity", "payments", "ledger", "sharing", "gateway", "runtime")
S = r"[\s\\]*"  # what lies between two tokens; a line of a macro ends in \\
LIST = re.compile(r"#define (\w+)\(X\)((?:.*\\\n)*.*\n)")
ROW = re.compile(r'X\(~(\w+),~(?:NEVER|NOT_YET),~CODE_\w+,~"(\w+)"'.replace("~", S))
ARRAY = re.compile(r"struct refusal (\w+)\[\] = \{(\w+)\(REFUSAL_ROW\)")
FINDER = re.compile(r"^const struct refusal \*(\w+)\([^)]*\)\s*\{[^}]*?&(\w+)\[", re.M)
NAMED = re.compile(r'const struct refusal (\w+) =~\{~"(\w+)"'.replace("~", S))
FUNCTION = re.compile(r"^[a-z][^;{}()=]*?\**(\w+)\(([^;{}]*)\)\s*\{\n(.*?)^\}", re.M | re.S)
REFUSE = re.compile(r"\b(?:call_refuse|call_refuse_retry|payments_refuse)\(")
KEY = re.compile(r'\{~"([a-z_]+)",'.replace("~", S))
AMOUNT_KEY = re.compile(r'\b\w*AMOUNT\w*\(~"([a-z_]+)",'.replace("~", S))  # a macro that gives an amount twice
ALLOWANCE = re.compile(r'allowance_(?:add|bound)\(~&?\w+,~(?:\w+ \? "(\w+)" : )?"(\w+)"'.replace("~", S))
EQUALS = re.compile(r"\b(?:verdict|closed) == (\w+)")


def plain(path):
    with open(path, encoding="utf-8") as file:
        return re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)


def arguments(text, at):
    """The arguments of the call whose parenthesis opens before at."""
    parts, depth, begin = [], 0, at
    for i in range(at, len(text)):
        depth += text[i] in "([{"
        depth -= text[i] in ")]}"
        if depth < 0 or (depth == 0 and text[i] == ","):
            parts.append(text[begin:i].strip())
            begin = i + 1
        if depth < 0:
            return parts
    raise AssertionError("a call does not end")


class Lists:
    """The refusals of one service: {list: {verdict: reason}}, which function lends which list's rows, and the free ones by name."""

    def __init__(self, texts):
        self.rows, arrays, self.finders, self.named = {}, {}, {}, {}
        for text in texts:
            self.rows |= {name: dict(ROW.findall(body)) for name, body in LIST.findall(text) if "X(" in body}
            self.named |= dict(NAMED.findall(text)) | {verdict: reason for name, body in LIST.findall(text) for verdict, reason in ROW.findall(body)
                                                       if verdict.islower()}
        for text in texts:
            arrays = {array: name for array, name in ARRAY.findall(text)}
            self.finders |= {function: self.rows[arrays[array]] for function, array in FINDER.findall(text) if array in arrays}

    def of(self, expression, verdicts):
        """The reasons that an expression may lend, when only some verdicts get there; None: it does not say."""
        if expression.startswith("&") and expression[1:] in self.named:
            return {self.named[expression[1:]]}
        found = re.fullmatch(r"(\w+)\((.*)\)", expression, re.S)
        if found is None or found[1] not in self.finders:
            return None
        rows = self.finders[found[1]]
        if found[2] in rows:
            return {rows[found[2]]}
        return {rows[verdict] for verdict in (verdicts or rows) if verdict in rows}


def condition_before(body, at):
    """The condition of the if whose one statement begins before at, or "" when there is none."""
    begin = max(body.rfind(mark, 0, at) for mark in (";", "{\n", "}\n"))
    found = re.match(r"[;{}]?\s*(?:else\s+)?if \(", body[begin:at])
    if found is None:
        return ""
    return ", ".join(arguments(body, begin + found.end()))


# Functions that refuse by a refusal that was chosen elsewhere: which reasons get there.
COMPANY = {"NOT_CORPORATE", "NOT_VERIFIED", "DIFFERENT_COMPANY"}
GIVEN_TO = {
    ("gateway/service/filters/top_up_target.c", "refuse"): COMPANY,
    ("gateway/service/stream.c", "send_verdict"): {"PERMISSION_DENIED"},
    ("ledger/service/account_service.c", "set_currency"): {"CURRENCY_LOCKED"},
    ("payments/service/received.c", "received_refuse"): {"TOP_UP_NOT_SUCCEEDED", "TOP_UP_NOT_MANUAL", "TOP_UP_NOT_RETURNABLE", "TOP_UP_NOT_OWED"},
    ("payments/service/top_up_service.c", "refuse_above_ceiling"): {"CEILING_EXCEEDED"},
    ("sharing/service/share_service.c", "check_shares"): COMPANY | {"RECIPIENT_IS_OWNER", "ACCOUNT_NOT_FOUND"},
    ("sharing/service/sharing_message.c", "refuse_parties"): COMPANY | {"ACCOUNT_NOT_FOUND"},
}
# Functions that pass on what they are given.
PASSED_ON = {("payments/payments.c", "payments_refuse"), ("runtime/rpc/call.c", "call_refuse_retry")}
# Functions that only some verdicts of a list reach: which do not.
NOT_IN = {
    ("gateway/service/filters/orders.c", "check_order"): {"SESSION_REQUIRED"},
    ("gateway/service/filters/watch.c", "check"): {"SESSION_REQUIRED"},
}


def call_sites(lists, path, text):
    """(reason, terms) of each line of a file that refuses a call."""
    for name, _, body in FUNCTION.findall(text):
        for found in REFUSE.finditer(body):
            _, expression, terms, *_ = arguments(body, found.end())
            if terms == "terms":
                terms = re.search(r"struct refusal_term terms\[\] = \{(.*?)\};", body, re.S)
                terms = terms[1] if terms else "NO_TERMS"
            keys = set(KEY.findall(terms)) | {key + end for key in AMOUNT_KEY.findall(terms) for end in ("", "_micros")}
            if not keys and terms != "NO_TERMS" and (path, name) not in PASSED_ON:
                raise AssertionError("%s: %s refuses with terms that refusal_terms.py cannot read: %s" % (path, name, terms))
            if not keys:
                continue
            verdicts = set(EQUALS.findall(terms.split("?")[0] if "NO_TERMS" in terms else "")) or set(EQUALS.findall(condition_before(body, found.start())))
            assigned = re.search(r"refusal \*%s =\s*([^;]+);" % re.escape(expression), body) if expression.isidentifier() else None
            reasons = GIVEN_TO.get((path, name)) or lists.of(assigned[1] if assigned else expression, verdicts)
            if not reasons:
                raise AssertionError("%s: %s refuses by %s; refusal_terms.py must say which reasons come with %s" % (path, name, expression, sorted(keys)))
            yield from ((reason, keys) for reason in reasons - NOT_IN.get((path, name), set()))


def told(names):
    """The terms that a refused order tells of an allowance with these terms (ledger/batch/answer_terms.c)."""
    return {name + end for name in names | {"limit"} for end in ("", "_micros")} | {"currency", "binding"} if names else set()


def conjuncts(condition):
    return set(re.split(r"\s*&&\s*", re.sub(r"\s+", " ", condition)))


def is_ruled_out(choice, conjoined, returned):
    """Whether an earlier return took every case of these conditions in which the choice holds."""
    return any(choice in earlier and earlier - {choice} <= conjoined for earlier in returned)


def decisions(lists, bodies):
    """(reason, terms) of each no that a decision about an order says."""
    explained = {name: {key for pair in ALLOWANCE.findall(body) for key in pair if key} for name, (_, body) in bodies.items()}
    for name, (head, body) in bodies.items():
        if not re.search(r"struct allowance \*allowance", head):
            continue
        always, chosen, returned = set(), ("", set(), set()), []
        for statement in re.finditer(r"\*allowance =\s*([^;]+);|%s[^;]*;|return (\w+\(\w+\));" % ALLOWANCE.pattern, body):
            value, one, other, refusal = statement.groups()
            if value:
                condition, _, branches = value.rpartition("?")
                names = [explained[function] for function in re.findall(r"\b(\w+)\(", branches) if function in explained]
                always, chosen = (names[0], ("", set(), set())) if len(names) == 1 else (set(), (condition.strip(), *names))
            elif refusal:
                condition = condition_before(body, statement.start())
                conjoined = conjuncts(condition)
                reasons = lists.of(refusal, set(EQUALS.findall(condition)))
                choice, one, other = chosen
                names = always | (set() if choice and is_ruled_out(choice, conjoined, returned) else one) | (set() if choice in conjoined else other)
                returned.append(conjoined)
                yield from ((reason, told(names)) for reason in reasons or ())
            else:
                always = always | {key for key in (one, other) if key}


@functools.cache
def terms_of_code():
    """{reason: names of its terms}; a reason without terms is not in it."""
    terms = {}
    for service in SERVICES:
        paths = sorted(glob.glob(service + "/**/*.[ch]", recursive=True))
        texts = {path: plain(path) for path in paths}
        lists = Lists(texts.values())
        sites = [site for path in paths for site in call_sites(lists, path, texts[path])]
        if service == "ledger":
            bodies = {name: (head, body) for path in paths if path.startswith("ledger/domain/") for name, head, body in FUNCTION.findall(texts[path])}
            sites += decisions(lists, bodies)
        for reason, keys in sites:
            terms.setdefault(reason, set()).update(keys)
    return {reason: keys for reason, keys in terms.items() if keys}
