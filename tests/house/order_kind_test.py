"""Walks the places where a kind of order is named, so that a new one takes those and no more: its number, its row, its domain file, its row
and reader on the wire, its rpc, and its proto. Nothing else may ask what kind an order is of, but the few that are named here."""
import glob
import re
import sys

# Other files that name a kind, and why: {file: kinds}
OTHERS = {
    "ledger/domain/settle.c": {"HOLD_EXPIRE"},  # makes the orders of holds whose time has come
    "ledger/jobs/hold_sweep.c": {"HOLD_EXPIRE"},  # asks for that
    "ledger/batch/attempt.c": {"HOLD_EXPIRE"},  # is no order of a caller
    "ledger/batch/settle.c": {"HOLD_EXPIRE"},
    "ledger/batch/batcher.c": {"HOLD_EXPIRE"},
    "ledger/batch/events.c": {"LIMIT_SET", "LIMIT_CONFIRM"},  # events of their own
    "ledger/service/transfer_service.c": {"REVOKE"},  # GetRevocable asks what a revoke asks
}
ENUM, ROWS, WIRE, READERS = "ledger/domain/order.h", "ledger/domain/order_kind.c", "ledger/batch/order_message.h", "ledger/service/reading.c"


def text(path):
    return re.sub(r"/\*.*?\*/", "", open(path, encoding="utf-8").read(), flags=re.S)


numbers = re.findall(r"\bORDER_(\w+)", re.search(r"enum order_kind \{(.*?)\}", text(ENUM), re.S)[1])
rows = dict(re.findall(r"\[ORDER_(\w+)\] = \{(AMOUNT.*?)\}", text(ROWS), re.S))
wire = {kind: member for member, kind in re.findall(r"X\(\w+,\s*(\w+),\s*\w+,[\s\\]*ORDER_(\w+),", text(WIRE))}
domain = "".join(text(path) for path in glob.glob("ledger/domain/*.c"))
services = "".join(text(path) for path in glob.glob("ledger/service/*_service.c"))
orders, postings = open("proto/ledger/v1/order.proto").read(), open("proto/ledger/v1/posting.proto").read()
protos = "".join(open(path).read() for path in glob.glob("proto/ledger/v1/*.proto"))
entry_kinds = re.findall(r"ENTRY_KIND_(?!UNSPECIFIED)\w+ = (\d+);", postings)

mistakes = []
if sorted(map(int, entry_kinds)) != list(range(1, len(numbers) + 1)):
    mistakes.append("proto/ledger/v1/posting.proto: EntryKind has not the numbers 1 to %d" % len(numbers))
for kind in numbers:
    functions = re.findall(r"\w+_(?:decide|book)\b", rows.get(kind, ""))
    if not any(function.endswith("_book") for function in functions):
        mistakes.append("%s: ORDER_%s has no row" % (ROWS, kind))
    mistakes += ["ledger/domain: %s is not there" % function for function in functions if not re.search(r"\b%s\([^;{]*\)\n?\s*\{" % function, domain)]
    if kind == "HOLD_EXPIRE":
        continue  # never on the wire
    member = wire.get(kind, "")
    name = "".join(part.capitalize() for part in member.split("_"))
    for place, found in ((WIRE, bool(member)), (READERS, "read_%s(" % member in text(READERS)),
                         ("ledger/service: its rpc", re.search(r"ORDER_RPC\([^)]*\b%s\b" % member, services)),
                         ("proto/ledger/v1: its rpc", re.search(r"rpc %s\(" % name, protos)),
                         ("proto/ledger/v1/order.proto: request", re.search(r"\b%sRequest %s = " % (name, member), orders)),
                         ("proto/ledger/v1/order.proto: response", re.search(r"\b%sResponse %s = " % (name, member), orders))):
        if not found:
            mistakes.append("ORDER_%s is not in %s" % (kind, place))
for path in sorted(glob.glob("ledger/**/*.[ch]", recursive=True) + glob.glob("gateway/**/*.[ch]", recursive=True)):
    if path in (ENUM, ROWS, WIRE):
        continue
    code = re.sub(r"_Static_assert\(.*?\);", "", text(path), flags=re.S)
    named = {kind for kind in numbers if re.search(r"\bORDER_%s\b" % kind, code)}
    mistakes += ["%s asks for ORDER_%s: it belongs into its row" % (path, kind) for kind in sorted(named - OTHERS.get(path, set()))]
    mistakes += ["%s does not name ORDER_%s any more" % (path, kind) for kind in sorted(OTHERS.get(path, set()) - named)]
print("\n".join(mistakes) or "%d kinds of orders; another one is a number, a row, a domain file, a row and a reader on the wire, an rpc, and its proto" % len(numbers))
sys.exit(bool(mistakes) or len(numbers) < 18)
