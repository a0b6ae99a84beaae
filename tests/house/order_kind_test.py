"""Walks the places where a kind of order is named, so that a new one takes those and no more: its number in the domain and in the history,
its row, its domain file, its rpc with request and response, and its place among the orders. Nothing else may ask what kind an order is of,
but the few that are named here. Nothing that cmake/orders.py makes of the oneof is written by hand."""
import glob
import re
import sys

# Other files that name a kind, and why: {file: kinds}
OTHERS = {
    "ledger/domain/settle.c": {"EXPIRE_HOLD"},  # makes the orders of holds whose time has come
    "ledger/jobs/hold_sweep.c": {"EXPIRE_HOLD"},  # asks for that
    "ledger/batch/attempt.c": {"EXPIRE_HOLD"},  # is no order of a caller
    "ledger/batch/settle.c": {"EXPIRE_HOLD"},
    "ledger/batch/batcher.c": {"EXPIRE_HOLD"},
    "ledger/batch/events.c": {"SET_CREDIT_LIMIT", "CONFIRM_CREDIT_LIMIT"},  # events of their own
    "ledger/domain/audit_fold.c": {"CREATE_TRANSFER", "REVOKE_TRANSFER", "REFUND_PURCHASE", "RECEIVE_TRANSIT", "RETURN_TRANSIT", "ALLOCATE_TO_SUB_ACCOUNT",
                                   "RECLAIM_FROM_SUB_ACCOUNT"},  # whose lots it follows
    "ledger/jobs/usage_booking.c": {"RECORD_USAGE"},  # which it makes of lines
    "ledger/service/transfer_service.c": {"REVOKE_TRANSFER"},  # GetRevocable asks what a revoke asks
    "ledger/service/allocation_service.c": {"RECLAIM_FROM_SUB_ACCOUNT"},  # and GetReclaimable a reclaim
}
ENUM, ROWS = "ledger/domain/order.h", "ledger/domain/order_kind.c"


def text(path):
    return re.sub(r"/\*.*?\*/", "", open(path, encoding="utf-8").read(), flags=re.S)


numbers = re.findall(r"\bORDER_(?!KIND_COUNT)(\w+)", re.search(r"enum order_kind \{(.*?)\}", text(ENUM), re.S)[1])
rows = dict(re.findall(r"\[ORDER_(\w+)\] = \{(AMOUNT.*?)\}", text(ROWS), re.S))
domain = "".join(text(path) for path in glob.glob("ledger/domain/*.c"))
orders, postings = open("proto/ledger/v1/order.proto").read(), open("proto/ledger/v1/posting.proto").read()
protos = "".join(open(path).read() for path in glob.glob("proto/ledger/v1/*.proto"))
entry_kinds = re.findall(r"ENTRY_KIND_(?!UNSPECIFIED)\w+ = (\d+);", postings)

mistakes = []
moves = re.findall(r"MOVED_\w+ = (\d+)", text("ledger/domain/moving.h"))  # entries that nobody orders
if sorted(map(int, entry_kinds)) != list(range(1, len(numbers) + 1)) + sorted(map(int, moves)):
    mistakes.append("proto/ledger/v1/posting.proto: EntryKind has not the numbers 1 to %d, and those of moves" % len(numbers))
for kind in numbers:
    functions = re.findall(r"\w+_(?:decide|book)\b", rows.get(kind, ""))
    if not any(function.endswith("_book") for function in functions):
        mistakes.append("%s: ORDER_%s has no row" % (ROWS, kind))
    mistakes += ["ledger/domain: %s is not there" % function for function in functions if not re.search(r"\b%s\([^;{]*\)\n?\s*\{" % function, domain)]
    if kind == "EXPIRE_HOLD":
        continue  # never on the wire
    member, name = kind.lower(), "".join(part.capitalize() for part in kind.split("_"))
    places = [re.search(r"\b%s%s %s = (\d+);" % (name, part, member), orders) for part in ("Request", "Response")]
    if all(places) and places[0][1] != places[1][1]:
        mistakes.append("proto/ledger/v1/order.proto: %s is %s in Order and %s in OrderResult: an answer is packed by the number of its order"
                        % (member, places[0][1], places[1][1]))
    for place, found in (("proto/ledger/v1: its rpc", re.search(r"rpc %s\(" % name, protos)),
                         ("proto/ledger/v1/order.proto: request", re.search(r"\b%sRequest %s = " % (name, member), orders)),
                         ("proto/ledger/v1/order.proto: response", re.search(r"\b%sResponse %s = " % (name, member), orders))):
        if not found:
            mistakes.append("ORDER_%s is not in %s" % (kind, place))
for path in sorted(glob.glob("ledger/**/*.[ch]", recursive=True) + glob.glob("gateway/**/*.[ch]", recursive=True)):
    if path in (ENUM, ROWS):
        continue
    code = re.sub(r"_Static_assert\(.*?\);", "", text(path), flags=re.S)
    named = {kind for kind in numbers if re.search(r"\bORDER_%s\b" % kind, code)}
    mistakes += ["%s asks for ORDER_%s: it belongs into its row" % (path, kind) for kind in sorted(named - OTHERS.get(path, set()))]
    mistakes += ["%s does not name ORDER_%s any more" % (path, kind) for kind in sorted(OTHERS.get(path, set()) - named)]
print("\n".join(mistakes) or "%d kinds of orders; another one takes a number, a number in the history, a row, a domain file, an rpc, and its place among the orders" % len(numbers))
sys.exit(bool(mistakes) or len(numbers) < 18)
