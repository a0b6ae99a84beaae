"""Shared by the tests of the ledger: orders as dictionaries, companies of accounts, a stream, and the invariants under D.15 in SQL."""
import hashlib
import queue
import time
import urllib.request
import uuid

import grpc

from service import POOL, Refusal, message, new_id

SERVICES = {"create_transfer": "TransferService/CreateTransfer", "revoke_transfer": "TransferService/RevokeTransfer",
            "create_purchase": "PurchaseService/CreatePurchase", "refund_purchase": "PurchaseService/RefundPurchase",
            "record_usage": "UsageService/RecordUsage", "settle_usage": "UsageService/SettleUsage",
            "pay_bills": "UsageService/PayBills", "credit_top_up": "TopUpService/CreditTopUp",
            "create_adjustment": "TopUpService/CreateAdjustment", "place_hold": "HoldService/PlaceHold",
            "capture_hold": "HoldService/CaptureHold", "void_hold": "HoldService/VoidHold",
            "set_credit_limit": "CreditService/SetCreditLimit", "confirm_credit_limit": "CreditService/ConfirmCreditLimit",
            "set_quota": "QuotaService/SetQuota", "offset_quota": "QuotaService/OffsetQuota",
            "receive_transit": "TransitService/ReceiveTransit", "return_transit": "TransitService/ReturnTransit",
            "allocate_to_sub_account": "AllocationService/AllocateToSubAccount",
            "reclaim_from_sub_account": "AllocationService/ReclaimFromSubAccount"}
CONDITIONS = ("minimum_left_micros", "expected_version")
CODES = {code.value[0]: code.name for code in grpc.StatusCode}

# One row for each thing that is not as it must be; none in a sound ledger.
UNSOUND = """
SELECT 'entry ' || sequence || ' of ' || company_id || ' sums to ' || sum(amount_micros)
  FROM posting GROUP BY company_id, sequence HAVING sum(amount_micros) <> 0
UNION ALL
SELECT currency || ' sums to ' || sum(p.amount_micros)
  FROM posting p JOIN entry e USING (company_id, sequence) GROUP BY currency HAVING sum(p.amount_micros) <> 0
UNION ALL
SELECT account_id || ': book ' || book || ' is ' || kept || ', its postings say ' || folded
  FROM (SELECT a.account_id, b.book, b.kept, coalesce((SELECT sum(p.amount_micros) FROM posting p
                 WHERE p.company_id = a.company_id AND p.account_id = a.account_id AND p.book = b.book), 0) AS folded
          FROM account a, LATERAL (VALUES (1, own_micros), (2, transferred_in_micros), (3, refund_credit_micros), (4, unbilled_micros),
               (5, outstanding_micros), (6, revenue_micros), (7, top_up_micros), (8, adjustment_micros), (9, clearing_micros)) AS b (book, kept)) AS books
 WHERE kept <> folded
UNION ALL
SELECT account_id || ': transferred in ' || transferred_in_micros || ', lots differ' FROM account a
 WHERE transferred_in_micros <> coalesce((SELECT sum(granted_micros - spent_micros - revoked_micros) FROM lot l
                                           WHERE l.company_id = a.company_id AND l.account_id = a.account_id), 0)
UNION ALL
SELECT account_id || ': frozen ' || frozen_micros || ', holds differ' FROM account a
 WHERE frozen_micros <> coalesce((SELECT sum(amount_micros - captured_micros) FROM hold h
                                   WHERE h.company_id = a.company_id AND h.account_id = a.account_id AND h.state = 1), 0)
UNION ALL
SELECT account_id || ': outstanding ' || outstanding_micros || ', bills differ' FROM account a
 WHERE -outstanding_micros <> coalesce((SELECT sum(owed_micros - paid_micros) FROM bill b
                                         WHERE b.company_id = a.company_id AND b.account_id = a.account_id), 0)
UNION ALL
SELECT account_id || ': a balance below zero' FROM account
 WHERE own_micros < 0 OR transferred_in_micros < 0 OR refund_credit_micros < 0 OR frozen_micros < 0
UNION ALL
SELECT company_id || ': ' || currency || ' limits above the line' FROM credit_line c
 WHERE line_micros < (SELECT coalesce(sum(credit_limit_micros), 0) FROM account a
                       WHERE a.company_id = c.company_id AND a.currency = c.currency)"""


def unsound(sql, company_id=None):
    """The breaches of the invariants under D.15 now, in one company or everywhere."""
    where = " WHERE company_id = '%s'" % company_id if company_id else ""
    rows = {"entry": "SELECT company_id, entry.* FROM ledger.entry JOIN ledger.chain ON number = chain",
            "posting": "SELECT company_id, account_id, book, sequence, amount_micros, balance_micros"
                       " FROM ledger.leg JOIN ledger.account ON number = account",
            "lot": "SELECT company_id, account_id, lot.* FROM ledger.lot JOIN ledger.account ON number = account"}
    tables = ["%s AS MATERIALIZED (%s%s)" % (table, rows.get(table, "SELECT * FROM ledger." + table), where)
              for table in ("account", "entry", "posting", "lot", "hold", "bill", "credit_line")]
    return [row[0] for row in sql.rows("WITH " + ", ".join(tables) + UNSOUND)]


def origin_id(kind, first="", second=""):
    """The id of who chose a request id, as it is kept for ever; without metadata and certificates it is the peer of no name."""
    label = hashlib.sha256(("%s\n%s\n%s" % (kind, first, second)).encode()).digest()
    made = bytearray(hashlib.sha256(bytes(16) + label).digest()[:16])
    made[6], made[8] = made[6] & 15 | 128, made[8] & 63 | 128
    return uuid.UUID(bytes=bytes(made))


def kept_times(sql, company_id, request_id, origin=origin_id("peer")):
    """How often a request is kept: as the entry that it became, or as its refusal."""
    key = hashlib.sha256(uuid.UUID(company_id).bytes + origin.bytes + uuid.UUID(request_id).bytes).digest()[:16].hex()
    return int(sql("SELECT (SELECT count(*) FROM ledger.entry WHERE request_key = '%s') + (SELECT count(*) FROM ledger.request"
                   " WHERE request_id = '%s' AND company_id = '%s' AND origin = '%s')" % (key, request_id, company_id, origin)))


def order_message(kind, order):
    """The request of one order; the keys of `order` are its fields, conditions lie flat beside them."""
    descriptor = POOL.FindServiceByName("ledger.v1." + SERVICES[kind].split("/")[0]).methods_by_name[SERVICES[kind].split("/")[1]]
    request = message(descriptor.input_type.full_name)()
    for key, value in order.items():
        if key in CONDITIONS:
            setattr(request.conditions, key, value)
        elif key == "expire_seconds":
            request.expire_time.FromMicroseconds(int(value * 1000000))
        elif key in descriptor.input_type.fields_by_name:
            setattr(request, key, value)
    return request


def refusal_of(status):
    """Code and reason of a google.rpc.Status."""
    reason = ""
    for detail in status.details:
        if detail.type_url.endswith("google.rpc.ErrorInfo"):
            reason = message("google.rpc.ErrorInfo").FromString(detail.value).reason
    return CODES[status.code], reason


class Answer:
    """The answer of the service to one order: refused as (code, reason), or the response."""

    def __init__(self, refused=None, response=None, replayed=None, sentence=""):
        self.refused, self.response, self.replayed, self.sentence = refused, response, replayed, sentence

    def __eq__(self, other):
        return (self.refused, self.response) == (other.refused, other.response)

    def __repr__(self):
        return "refused %s" % (self.refused,) if self.refused else str(self.response)


def answer_of(result):
    """An OrderResult as an Answer."""
    outcome = result.WhichOneof("outcome")
    if outcome == "refused":
        return Answer(refused=refusal_of(result.refused), replayed=result.replayed, sentence=str(result.refused.message))
    assert outcome, "an empty result"
    return Answer(response=getattr(result, outcome), replayed=result.replayed)


def submit_one(client, kind, order, **options):
    """By its unary rpc."""
    try:
        return Answer(response=client.call("ledger.v1." + SERVICES[kind], request=order_message(kind, order), **options))
    except Refusal as refusal:
        if refusal.code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNKNOWN,
                            grpc.StatusCode.INTERNAL, grpc.StatusCode.CANCELLED):
            raise
        return Answer(refused=(refusal.code.name, refusal.reason), sentence=refusal.sentence)


def orders_message(name, orders):
    """A message with `orders`: (kind, order, linked) each."""
    request = message(name)(company_id=orders[0][1]["company_id"], account_id=orders[0][1]["account_id"])
    for kind, order, linked in orders:
        wrapped = request.orders.add(linked=linked)
        getattr(wrapped, kind).CopyFrom(order_message(kind, order))
    return request


def submit_bulk(client, orders, **options):
    """By SubmitOrders."""
    response = client.call("ledger.v1.OrderService/SubmitOrders", request=orders_message("ledger.v1.SubmitOrdersRequest", orders), **options)
    assert len(response.results) == len(orders), (len(response.results), len(orders))
    return [answer_of(result) for result in response.results]


def preview(client, kind, order):
    """The verdict, the balances and the accounts that would stop."""
    request = message("ledger.v1.PreviewOrderRequest")(account_id=order["account_id"], company_id=order["company_id"])
    getattr(request.order, kind).CopyFrom(order_message(kind, order))
    try:
        response = client.call("ledger.v1.OrderService/PreviewOrder", request=request)
    except Refusal as refusal:
        return Answer(refused=(refusal.code.name, refusal.reason), sentence=refusal.sentence), None
    return answer_of(response.result), response


class Stream:
    """StreamOrders: orders go in, results come out in order."""

    def __init__(self, client, timeout=None):
        self.requests = queue.Queue()
        self.results = client.channel.stream_stream(
            "/ledger.v1.OrderService/StreamOrders", request_serializer=lambda m: m.SerializeToString(),
            response_deserializer=message("ledger.v1.StreamOrdersResponse").FromString)(iter(self.requests.get, None), timeout=timeout)

    def send(self, orders):
        self.requests.put(orders_message("ledger.v1.StreamOrdersRequest", orders))

    def receive(self):
        return [answer_of(result) for result in next(self.results).results]

    def submit(self, orders):
        self.send(orders)
        answers = []
        while len(answers) < len(orders):
            answers += self.receive()
        return answers

    def close(self):
        self.requests.put(None)
        for _ in self.results:
            pass


def metrics(replica):
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % replica.admin_port, timeout=20) as answer:
        lines = [line for line in answer.read().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def batches(replica):
    """How many were committed, and how many of them were decided from memory."""
    told = metrics(replica)
    return [int(told.get(name, 0)) for name in ("ledger_batches_total", "ledger_batches_cached_total")]


def open_account(client, company_id, account_id=None, **facts):
    """A verified corporate prepaid CNY account unless said otherwise; its id."""
    account_id = account_id or new_id()
    fields = {"corporate": True, "company_verified": True, "currency": "CNY", **facts}
    client.call("ledger.v1.AccountService/OpenAccount", account_id=account_id, company_id=company_id, request_id=new_id(), **fields)
    return account_id


def top_up(client, company_id, account_id, amount_micros, currency="CNY"):
    return submit_one(client, "credit_top_up", {"account_id": account_id, "company_id": company_id, "request_id": new_id(),
                                                "top_up_id": new_id(), "amount_micros": amount_micros, "currency": currency})


def balance(client, company_id, account_id):
    return client.call("ledger.v1.AccountService/GetBalance", account_id=account_id, company_id=company_id).balance


def audit(client, company_id=""):
    """Every finding, first things first, and the totals."""
    call = client.channel.unary_stream("/ledger.v1.AuditService/Audit", request_serializer=lambda m: m.SerializeToString(),
                                       response_deserializer=message("ledger.v1.AuditResponse").FromString)
    findings, totals = [], None
    for response in call(message("ledger.v1.AuditRequest")(company_id=company_id), timeout=60):
        findings += response.findings
        totals = response.totals if response.HasField("totals") else totals
    return findings, totals


def wait_until(condition, seconds=10):
    """Until a condition holds; an assertion when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in %d seconds" % seconds
        time.sleep(0.02)
