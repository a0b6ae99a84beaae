"""Our verdict on field rules is protovalidate's: for random requests of every rpc of every service, public or not, the fields that
runtime/rpc/field_rules.c refuses are those that the official library refuses. Debian has no such library, so its verdicts are kept in
field_rules.tsv and replayed; where it is there (tests/tools/get protovalidate), it also judges new random requests. `field_rules_test.py --record` writes the file anew, with the library, after protos changed their rules.

The file names an rpc; below it each line has what differs in the request from one that breaks no rule, and the refused fields with the ids
of their rules. $ is a UUID; values in braces: {"text": T, "times": N}, {"ids": N} (a list of so many), {"now": SECONDS} (a time from now).

Our checker also carries out rules of its own, which need no library's leave; and four differences are meant (OURS)."""
import json
import os
import random
import sys
import time
import unittest
import uuid
from concurrent.futures import ThreadPoolExecutor

import grpc

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "support")]
import tool  # noqa: E402

tool.modules("protovalidate")
from peer import Peer  # noqa: E402
from service import POOL, Refusal, message  # noqa: E402

try:
    import protovalidate
except ImportError:
    protovalidate = None

RECORD = os.path.join(HERE, "field_rules.tsv")
IS_LONG = os.environ.get("KONTOR_LONG") == "yes"
LIVE, PER_PEER = (25000, 2500) if IS_LONG else (1500, 2500)
RECORDED = 4  # at random, of each rpc that has rules
YEAR = 366 * 24 * 3600
ID = "0198c5b2-6f1e-7c3a-9d2b-5e8f7a6b4c3d"
PACKAGES = ("event.v1", "gateway.v1", "identity.v1", "ledger.v1", "payments.v1", "sharing.v1")
# The reasons of rules that are ours alone (kontor/v1/options.proto).
OWN = {"NOT_A_CURRENCY", "NOT_WHOLE", "SAME_AS_ACTING", "NOT_UTF8", "HIDDEN_CHARACTERS", "NOT_NORMAL", "CARD_NUMBER"}
RULES, CURRENCY = POOL.FindExtensionByName("buf.validate.field"), POOL.FindExtensionByName("kontor.v1.currency")
_OPTIONS = message("google.protobuf.FieldOptions")


def options_of(field):
    return _OPTIONS.FromString(field.GetOptions().SerializeToString())


def rules_of(field):
    return options_of(field).Extensions[RULES]


def all_rpcs():
    """{name: method} of every service that is ours."""
    found = {}
    for package in PACKAGES:
        for path in sorted(os.listdir(os.path.join(HERE, "..", "..", "proto", *package.split(".")))):
            for service in POOL.FindFileByName(package.replace(".", "/") + "/" + path).services_by_name.values():
                found.update(("%s/%s" % (service.full_name, method.name), method) for method in service.methods)
    return found


RPCS = all_rpcs()


def is_plain(field):
    """A field that is judged on its own; messages in lists and in oneofs are left to whoever takes them one by one."""
    is_list = field.label == field.LABEL_REPEATED
    return field.containing_oneof is None and not (is_list and field.type != field.TYPE_STRING)


def fields_of(kind, prefix=""):
    """{path: field} of a request, through the messages inside of it."""
    for field in kind.fields:
        is_message = field.message_type is not None and field.message_type.full_name != "google.protobuf.Timestamp"
        if is_plain(field) and is_message and not prefix:
            yield from fields_of(field.message_type, field.name + ".")
        elif is_plain(field) and not is_message:
            yield prefix + field.name, field


# ---- values

def value_of(spec):
    if not isinstance(spec, dict):
        return spec
    if "times" in spec:
        return spec["text"] * spec["times"]
    if "ids" in spec:
        return [str(uuid.UUID(int=n + 1)) for n in range(spec["ids"])]
    return {"seconds": int(time.time()) + spec["now"]} if "now" in spec else spec


def texts(field, rules):
    if field.name.endswith("_id") or rules.string.uuid:
        return [ID, ID.upper(), "", "x", ID[:-1], ID + "0", "{%s}" % ID, "urn:uuid:" + ID, ID.replace("-", ""), ID.replace("-", "_"),
                ID[:-1] + "g", " " + ID, "ffffffff-ffff-ffff-ffff-ffffffffffff", ID[:-1] + "\uff11"]
    limit = rules.string.max_bytes
    if not limit:
        return ["", "a", {"text": "a", "times": 300}, "CNY", "?"]
    return ["", "a"] + [{"text": "a", "times": limit + more} for more in (-1, 0, 1, 100)] + [
        {"text": "é", "times": limit // 2 + more} for more in (0, 1)] + [{"text": "東", "times": limit // 3 + more} for more in (0, 1)]


def lists(rules):
    least, most = rules.repeated.min_items, rules.repeated.max_items
    counts = sorted({n for edge in (least, most) for n in (edge - 1, edge, edge + 1) if edge and n >= 0} | {0, 2})
    return [{"ids": n} for n in counts] + [[ID, ID], [ID, "x"], [""], ["y", "y"], [ID.upper()]]


def values(field):
    """The values that a field gets, at both sides of each boundary that its rules have."""
    rules = rules_of(field)
    if field.label == field.LABEL_REPEATED:
        return lists(rules)
    if field.message_type is not None:
        year = rules.timestamp.within.seconds or YEAR
        return [None, {"now": 0}, {"now": 3600}] + [{"now": sign * (year + more)} for sign in (-1, 1) for more in (-60, 60, 10 ** 7)]
    if field.type == field.TYPE_STRING:
        return ["CNY"] if options_of(field).Extensions[CURRENCY] else texts(field, rules)
    if field.type == field.TYPE_INT64:
        return [0, 1, -1, 2, 10 ** 6, -10 ** 6, 2 ** 63 - 1, -2 ** 63]
    if field.type == field.TYPE_INT32:
        return [0, 1, -1, 100, 2 ** 31 - 1, -2 ** 31]
    if field.type == field.TYPE_BOOL:
        return [False, True]
    return None


def edges(field):
    """The values that each rule of a field lets just pass, and those that it just refuses."""
    rules = rules_of(field)
    if field.label == field.LABEL_REPEATED:
        passed, refused = [{"ids": rules.repeated.max_items}], [{"ids": rules.repeated.max_items + 1}, [ID, ID]]
        if rules.repeated.min_items:
            passed, refused = passed + [{"ids": rules.repeated.min_items}], refused + [{"ids": rules.repeated.min_items - 1}]
    elif field.message_type is not None:
        year = rules.timestamp.within.seconds
        passed, refused = ([{"now": year - 60}, {"now": 60 - year}], [{"now": year + 60}, {"now": -year - 60}]) if year else ([{"now": 0}], [])
        refused += [None] * rules.required
    elif rules.string.uuid:
        passed, refused = [ID] + [""] * rules.ignore, [ID + "0", ID[:-1]] + [""] * (not rules.ignore)
    elif rules.string.max_bytes:
        passed, refused = ([{"text": "a", "times": rules.string.max_bytes + more}] for more in (0, 1))
    else:
        number = rules.int64 if field.type == field.TYPE_INT64 else rules.int32
        least = number.gt + 1 if number.HasField("gt") else number.gte
        passed, refused = [least], [least - 1]
    return passed, refused


def edge_changes(kind):
    """Requests whose fields are all at an edge, until each edge had its turn: those that pass, and those that do not."""
    found = [(path, edges(field)) for path, field in fields_of(kind) if rules_of(field).ByteSize()]
    for side in (0, 1):
        turns = max((len(at[side]) for _, at in found), default=0)
        yield from ({path: at[side][min(turn, len(at[side]) - 1)] for path, at in found} for turn in range(turns))


def well_formed(kind):
    """A request that breaks no rule."""
    request = {}
    for path, field in fields_of(kind):
        rules = rules_of(field)
        if "." in path:
            continue
        if rules.string.uuid:
            request[path] = ID
        elif rules.repeated.min_items:
            request[path] = {"ids": rules.repeated.min_items}
        elif rules.int64.HasField("gt"):
            request[path] = 10 ** 6
        elif rules.required:
            request[path] = {"now": 3600}
        elif options_of(field).Extensions[CURRENCY]:
            request[path] = "CNY"
    return request


def make(kind, changes):
    made = {}
    for path, spec in {**well_formed(kind), **changes}.items():
        at, parts = made, path.split(".")
        for part in parts[:-1]:
            at = at.setdefault(part, {})
        if spec is not None:
            at[parts[-1]] = value_of(spec)
    return message(kind.full_name)(**made)


def random_changes(kind, chance):
    """A few fields that are changed; all of them now and then."""
    known = {path: menu for path, menu in ((path, values(field)) for path, field in fields_of(kind)) if menu is not None}
    ruled = [path for path, field in fields_of(kind) if rules_of(field).ByteSize()]
    count = chance.choice((1, 1, 2, 3, len(known)))
    paths = chance.sample(sorted(known), min(count, len(known)))
    if ruled:
        paths.append(chance.choice(ruled))
    return {path: chance.choice(known[path]) for path in sorted(set(paths))}


# ---- verdicts

def theirs(validator, request):
    """{field: ids of rules} by the library."""
    found = {}
    for violation in validator.collect_violations(request):
        path = ".".join(element.field_name for element in violation.proto.field.elements)
        found.setdefault(path, set()).add(violation.proto.rule_id)
    return {path: sorted(ids) for path, ids in found.items()}


class Ours(Peer):
    """The checker, behind the runtime's server."""
    program = "test_runtime_rpc_field_rules"

    def __enter__(self):
        super().__enter__()
        self.channel = grpc.insecure_channel(self.address)
        return self

    def __exit__(self, *error):
        self.channel.close()
        super().__exit__(*error)

    def judge(self, rpc, request):
        """{field: reason}"""
        method = RPCS[rpc]
        stub = self.channel.stream_stream("/" + rpc, request_serializer=lambda m: m.SerializeToString(),
                                          response_deserializer=message(method.output_type.full_name).FromString)
        try:
            list(stub(iter([request]), timeout=60))
        except grpc.RpcError as error:
            refusal = Refusal(error)
            assert (refusal.code, bool(refusal.fields)) == (grpc.StatusCode.INVALID_ARGUMENT, True), (rpc, str(error))
            return refusal.faults
        return {}

    def judge_all(self, asked):
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda one: self.judge(*one), asked))


def common(faults):
    """The fields that are refused by a rule that the library knows, too."""
    return {field for field, reason in faults.items() if reason not in OWN}


def recorded():
    with open(RECORD, encoding="utf-8") as file:
        for line in file:
            if not line.startswith(" "):
                rpc = line.strip()
                continue
            changes, verdict = line.strip(" \n").split("\t")
            fields = dict(word.split("=") for word in verdict.split() if word != "-")
            yield rpc, json.loads(changes.replace("$", ID)), {field: ids.split(",") for field, ids in fields.items()}


def record():
    validator = protovalidate.Validator()
    with open(RECORD, "w", encoding="utf-8") as file:
        for rpc, method in sorted(RPCS.items()):
            ruled = [(path, field) for path, field in fields_of(method.input_type) if rules_of(field).ByteSize()]
            chance = random.Random(rpc)  # a new rpc leaves the lines of the others
            chosen = [{}] + list(edge_changes(method.input_type))
            chosen += [random_changes(method.input_type, chance) for _ in range(RECORDED if ruled else 0)]
            chosen += [{path: value} for path, field in ruled for value in values(field) if rpc in PROBED]
            file.write(rpc + "\n")
            for changes in chosen:
                verdict = theirs(validator, make(method.input_type, changes))
                file.write("  %s\t%s\n" % (json.dumps(changes, ensure_ascii=False).replace(ID, "$"),
                                           " ".join("%s=%s" % (field, ",".join(ids)) for field, ids in sorted(verdict.items())) or "-"))


# Rpcs whose every value is recorded one by one: between them they have every rule that the protos use.
PROBED = ("ledger.v1.TransferService/CreateTransfer", "ledger.v1.HoldService/PlaceHold", "sharing.v1.ShareService/ShareWithAccounts",
          "sharing.v1.ShareService/SetAutomaticRule", "ledger.v1.PostingService/ListPostings", "ledger.v1.QuotaService/SetQuota")

# Differences that are meant (field_rules.h): rpc, changes, what the library says, what we say.
TRANSFER, SHARE = "ledger.v1.TransferService/CreateTransfer", "sharing.v1.ShareService/ShareWithAccounts"
OURS = (
    (TRANSFER, {"request_id": "00000000-0000-0000-0000-000000000000"}, set(), {"request_id"}),  # names nothing
    (SHARE, {"recipient_account_ids": [ID, ID.upper()]}, set(), {"recipient_account_ids"}),  # the same id
    (TRANSFER, {"effective_time": {"seconds": 0}}, {"effective_time"}, set()),  # 0 is no time
    ("ledger.v1.OrderService/PreviewOrder", {}, set(), set()),  # orders are judged as their own rpcs are, tests/gateway/form_test.py
)


class FieldRulesTest(unittest.TestCase):
    def test_the_recorded_verdicts(self):
        lines = list(recorded())
        self.assertEqual({rpc for rpc, _, _ in lines}, set(RPCS), "an rpc is not recorded: field_rules_test.py --record")
        with Ours() as ours:
            verdicts = ours.judge_all([(rpc, make(RPCS[rpc].input_type, changes)) for rpc, changes, _ in lines])
        for (rpc, changes, expected), faults in zip(lines, verdicts):
            self.assertEqual(common(faults), set(expected), (rpc, changes))
        self.assertGreater(len(lines), 900)

    def test_the_record_has_both_sides_of_every_rule(self):
        """Of each field of each rpc that has a rule, one line has what just passes, and one what is just refused."""
        found = {(rpc, field, json.dumps(value), field in expected) for rpc, changes, expected in recorded() for field, value in changes.items()}
        wanted = {(rpc, path, json.dumps(value), is_refused) for rpc, method in RPCS.items() for path, field in fields_of(method.input_type)
                  if rules_of(field).ByteSize() for is_refused, side in enumerate(edges(field)) for value in side}
        self.assertEqual(sorted(wanted - found), [], "a rule is not recorded: field_rules_test.py --record")
        self.assertGreater(len(wanted), 900)
        rules = {rule for _, _, expected in recorded() for ids in expected.values() for rule in ids}
        self.assertEqual(rules, {"string.uuid", "string.uuid_empty", "string.max_bytes", "int64.gt", "int64.gte", "int32.gte", "repeated.min_items",
                                 "repeated.max_items", "repeated.unique", "timestamp.within", "required"})

    def test_the_differences_that_are_meant(self):
        with Ours() as ours:
            for rpc, changes, library, we in OURS:
                request = make(RPCS[rpc].input_type, changes)
                self.assertEqual(common(ours.judge(rpc, request)), we, (rpc, changes))
                if protovalidate is not None:
                    self.assertEqual(set(theirs(protovalidate.Validator(), request)), library, (rpc, changes))

    @tool.needs("protovalidate")
    def test_the_library_itself(self):
        validator, seed = protovalidate.Validator(), random.SystemRandom().getrandbits(32)
        chance, names = random.Random(seed), sorted(RPCS)
        for begun in range(0, LIVE, PER_PEER):
            asked = []
            for i in range(begun, min(begun + PER_PEER, LIVE)):
                rpc = names[i % len(names)]
                changes = random_changes(RPCS[rpc].input_type, chance)
                asked.append((rpc, changes, make(RPCS[rpc].input_type, changes)))
            with Ours() as ours:
                verdicts = ours.judge_all([(rpc, request) for rpc, _, request in asked])
            for (rpc, changes, request), faults in zip(asked, verdicts):
                self.assertEqual(common(faults), set(theirs(validator, request)), (seed, rpc, changes))


if __name__ == "__main__":
    if sys.argv[1:] == ["--record"]:
        record()
    else:
        tool.main()
