"""SettleGathered: orders of many callers and companies in one message. Each ends as its own rpc would have ended, field by field; no neighbour
harms it: not one that is malformed, poisoned, of a locked company, out of time; and the request ids tell what a killed ledger did."""
import hashlib
import os
import random
import re
import sys
import threading
import time
import unittest
import uuid

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import SERVICES, order_message, unsound, wait_until  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import POOL, POSTGRES, Refusal, Service, message, new_id, psql, refused  # noqa: E402
from sql import Sql  # noqa: E402

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"seconds: \d+|nanos: \d+")
CENT = 10000


class Sender:
    def __init__(self, account, roles="MEMBER", principal=None):
        self.principal, self.account, self.roles = principal or new_id(), account, roles

    def headers(self):
        return (("kontor-principal-id", self.principal), ("kontor-account-id", self.account), ("kontor-roles", self.roles))


class End:
    """The end of one order: the response, or the google.rpc.Status; and whether it was replayed."""

    def __init__(self, response, status, replayed):
        self.response, self.status, self.replayed = response, status, replayed

    def told(self):
        """Code and reason; ("OK", "")."""
        if self.status is None:
            return "OK", ""
        code = next(code.name for code in grpc.StatusCode if code.value[0] == self.status.code)
        reason = next((message("google.rpc.ErrorInfo").FromString(detail.value).reason for detail in self.status.details
                       if detail.type_url.endswith("ErrorInfo")), "")
        return code, reason

    def text(self, names):
        """All of it, without what differs between two companies: ids by their names or the order of their coming, and moments."""
        details = [message(detail.type_url.rsplit("/", 1)[-1]).FromString(detail.value) for detail in self.status.details] if self.status else []
        said = [str(self.response), self.status.message if self.status else "", str(self.told()), str(self.replayed)] + [str(d) for d in details]
        known = dict(names)
        return TIME.sub("moment", UUID.sub(lambda found: known.setdefault(found[0], "#%d" % len(known)), "\n".join(said)))


def response_type(kind):
    service, method = SERVICES[kind].split("/")
    return message(POOL.FindServiceByName("ledger.v1." + service).methods_by_name[method].output_type.full_name)


def alone(ledger, kind, fields, sender, timeout=20):
    """By its own rpc."""
    stub = ledger.channel.unary_unary("/ledger.v1." + SERVICES[kind], request_serializer=lambda m: m.SerializeToString(),
                                      response_deserializer=response_type(kind).FromString)
    try:
        response, call = stub.with_call(order_message(kind, fields), timeout=timeout, metadata=sender.headers())
    except grpc.RpcError as error:
        trailers = dict(error.trailing_metadata() or ())
        packed = trailers.get("grpc-status-details-bin", b"")
        return End(None, message("google.rpc.Status").FromString(packed), trailers.get("kontor-replayed") == "true")
    return End(response, None, dict(call.trailing_metadata()).get("kontor-replayed") == "true")


def gather(ledger, orders, timeout_ms=20000):
    """In one message; orders: (kind, fields, sender), or with a timeout of its own."""
    request = message("ledger.v1.SettleGatheredRequest")()
    for kind, fields, sender, *own in orders:
        order = request.orders.add(principal_id=sender.principal, account_id=sender.account, roles=sender.roles,
                                   timeout_ms=own[0] if own else timeout_ms)
        getattr(order.order, kind).CopyFrom(order_message(kind, fields))
    results = ledger.call("ledger.v1.GatheringService/SettleGathered", request=request, timeout=60).results
    assert len(results) == len(orders)
    ends = []
    for (kind, *_), result in zip(orders, results):
        if result.WhichOneof("outcome") == "answer":
            ends.append(End(response_type(kind).FromString(result.answer), None, result.replayed))
        else:
            ends.append(End(None, message("google.rpc.Status").FromString(result.refused), result.replayed))
    return ends


class GatheringTest(unittest.TestCase):
    settings = {}

    def setUp(self):
        self.ledger = self.enterContext(Service("ledger", **self.settings))
        self.sql = Sql(POSTGRES, self.ledger.database)
        self.addCleanup(self.sql.close)

    def company(self, amount="1000.00"):
        company = Company(self.ledger)
        company.a, company.b = company.open(), company.open()
        company.top_up(company.a, amount)
        company.sender = Sender(company.a)
        return company

    def transfer(self, company, cents=1, request_id=None, **fields):
        return ("create_transfer", dict({"account_id": company.a, "company_id": company.id, "destination_account_id": company.b, "currency": "CNY",
                                         "amount_micros": cents * CENT, "request_id": request_id or new_id()}, **fields), company.sender)

    def given(self, company):
        return company.balance(company.b).cash_micros // CENT


class Alike(GatheringTest):
    """The same history twice, alone in one company and gathered in another."""

    def order(self, dice, places, done):
        """One of an order's kinds, over names of accounts; good, refused, malformed or repeated."""
        if done and dice.random() < 0.15:
            kind, fields = dice.choice(done)
            return kind, dict(fields, **({"amount_micros": fields.get("amount_micros", 0) + CENT} if dice.random() < 0.3 else {}))
        kind = dice.choice(["create_transfer", "create_transfer", "revoke_transfer", "create_purchase", "record_usage", "pay_bills", "place_hold",
                            "create_adjustment", "set_credit_limit", "refund_purchase", "set_quota"])
        fields = {"account_id": dice.choice(places), "request_id": new_id(), "currency": dice.choice(["CNY"] * 9 + ["USD"]),
                  "amount_micros": dice.choice([dice.randrange(1, 60000) * CENT] * 9 + [-1, 0, 1, 3 * CENT + 1])}
        if kind in ("create_transfer", "revoke_transfer"):
            fields["destination_account_id"] = dice.choice(places + ["nobody"])
        if kind == "revoke_transfer":
            fields["suspension_acknowledged"] = dice.random() < 0.5
        if kind == "create_adjustment":
            fields["remark"] = dice.choice(["", "a correction"])
        if kind == "place_hold":
            fields["expire_seconds"] = dice.choice([0, time.time() + 3600])
        if kind == "set_credit_limit":
            fields["limit_micros"] = fields["amount_micros"]
        if kind == "refund_purchase":
            fields["purchase_id"] = dice.choice(["nobody", ""])
        if kind == "set_quota":
            fields.update(sub_account_id=dice.choice(places + ["nobody"]), line_micros=fields["amount_micros"])
        if dice.random() < 0.05:
            fields["request_id"] = "not an id"
        if kind in ("create_transfer", "create_purchase") and dice.random() < 0.2:
            fields["minimum_left_micros"] = dice.choice([1, 500000]) * CENT
        return kind, fields

    def test_every_answer_is_that_of_its_own_rpc(self):
        seed = random.randrange(10**9)
        dice = random.Random(seed)
        places = ["a", "b", "c"]
        ids = []
        for _ in range(2):
            company = Company(self.ledger)
            names = {place: company.open() for place in places}
            company.top_up(names["a"], "2000.00")
            ids.append((company, dict(names, nobody=new_id())))
        roles = {place: dice.choice(["MEMBER", "OPERATOR"]) for place in places}
        senders = [{place: Sender(names[place], roles[place]) for place in places} for _, names in ids]
        done, told = [], {}
        for _ in range(60 if os.environ.get("KONTOR_LONG") == "yes" else 12):
            orders = [self.order(dice, places, done) for _ in range(dice.choice([1, 5, 40]))]
            sides = [[(kind, {key: names.get(value, value) if isinstance(value, str) else value for key, value in fields.items()} |
                       {"company_id": company.id}, by[fields["account_id"]]) for kind, fields in orders]
                     for (company, names), by in zip(ids, senders)]
            texts = [[end.text({value: key for key, value in names.items()} | {company.id: "company"}) for end in ends] for ends, (company, names)
                     in zip(([alone(self.ledger, *order) for order in sides[0]], gather(self.ledger, sides[1])), ids)]
            for order, one, other in zip(orders, *texts):
                self.assertEqual(one, other, "seed %d: %s" % (seed, order))
                told[one.split("\n(")[1].split("\n")[0]] = True
            done += orders
        self.assertGreater(len(told), 3, told)
        self.assertEqual(unsound(self.sql), [])


class ByItself(GatheringTest):
    settings = {"batch_lanes": 1}

    def test_many_companies_in_one_message(self):
        """A thousand orders, in their order within a company."""
        companies = [self.company() for _ in range(20)]
        orders = [self.transfer(companies[n % 20], 1, tag=str(n)) for n in range(1000)]
        self.assertEqual({end.told() for end in gather(self.ledger, orders)}, {("OK", "")})
        for n, company in enumerate(companies):
            self.assertEqual(self.given(company), 50)
            tags = self.sql.rows("SELECT tag FROM ledger.entry JOIN ledger.chain ON number = chain WHERE company_id = '%s' AND tag <> '' ORDER BY sequence" % company.id)
            self.assertEqual([row[0] for row in tags], [str(n + 20 * i) for i in range(50)])

    def test_the_count_is_bounded(self):
        company = self.company()
        for orders in ([], [self.transfer(company)] * 1001):
            with refused(self, grpc.StatusCode.INVALID_ARGUMENT, "TOO_MANY_ORDERS"):
                gather(self.ledger, orders)
        self.assertEqual(self.given(company), 0)

    def test_what_nobody_sent_is_not_settled(self):
        company = self.company()
        order = self.transfer(company)
        company.sender.principal = ""
        empty = message("ledger.v1.SettleGatheredRequest")(orders=[{"principal_id": new_id(), "account_id": company.a, "timeout_ms": 1000}])
        ends = gather(self.ledger, [order])
        self.assertEqual(ends[0].told(), ("INVALID_ARGUMENT", "INVALID_ARGUMENT"))
        result = self.ledger.call("ledger.v1.GatheringService/SettleGathered", request=empty).results[0]
        self.assertEqual(End(None, message("google.rpc.Status").FromString(result.refused), False).told(), ("INVALID_ARGUMENT", "INVALID_ARGUMENT"))
        self.assertEqual(self.given(company), 0)

    def test_poison_and_malformed_ones_harm_only_themselves(self):
        company, other = self.company(), self.company()
        psql(self.ledger.database, "ALTER TABLE ledger.entry ADD CONSTRAINT poison CHECK (amount_micros <> %d)" % micros("6.66"))
        orders = [self.transfer(c, cents) for c in (company, other) for cents in (1, 2, 666, 0, 3)]
        told = [end.told() for end in gather(self.ledger, orders)]
        self.assertEqual(told[:5], told[5:])
        self.assertEqual([code for code, _ in told[:5]], ["OK", "OK", "INTERNAL", "INVALID_ARGUMENT", "OK"])
        self.assertEqual([self.given(company), self.given(other)], [6, 6])

    def test_what_touches_much_leaves_room_for_others(self):
        """A thousand lots spent, given back and spent again: no neighbour in the batch is told TOO_LARGE, which would be kept."""
        company, other = self.company(), self.company()
        giver = company.open()
        company.top_up(giver, 100)
        gather(self.ledger, [self.transfer(company, account_id=(company.a, giver)[n % 2]) for n in range(1000)])
        next_sequence = int(self.sql.rows("SELECT length + 1 FROM ledger.chain WHERE company_id = '%s'" % company.id)[0][0])
        mark = hashlib.sha256(uuid.UUID(company.id).bytes).digest()[:6]
        orders = []
        for sequence in range(next_sequence, next_sequence + 6, 2):
            fields = {"account_id": company.b, "company_id": company.id, "currency": "CNY", "amount_micros": 1000 * CENT}
            purchase_id = str(uuid.UUID(bytes=mark + b"\x80\0\x80" + sequence.to_bytes(7, "big")))
            orders.append(("create_purchase", dict(fields, request_id=new_id()), company.sender))
            orders.append(("refund_purchase", dict(fields, request_id=new_id(), purchase_id=purchase_id), company.sender))
        orders += [self.transfer(company), self.transfer(other)]
        self.assertEqual({end.told() for end in gather(self.ledger, orders)}, {("OK", "")})
        self.assertEqual([self.given(company), self.given(other)], [1001, 1])

    def test_an_id_has_an_origin(self):
        """Two principals chose one request id; each hears its own answer again, gathered or alone."""
        company, request_id = self.company(), new_id()
        kind, fields, one = self.transfer(company, 1, request_id)
        other = Sender(company.a)
        first = gather(self.ledger, [(kind, fields, one), (kind, dict(fields, amount_micros=2 * CENT), other)])
        self.assertEqual([(end.told(), end.replayed) for end in first], [(("OK", ""), False)] * 2)
        again = gather(self.ledger, [(kind, fields, one), (kind, dict(fields, amount_micros=2 * CENT), other), (kind, fields, other)])
        self.assertEqual([end.told()[1] for end in again], ["", "", "IDEMPOTENCY_MISMATCH"])
        for end, before in zip(again, first):
            self.assertEqual((end.response, end.replayed), (before.response, True))
        self.assertEqual(alone(self.ledger, kind, fields, one).response, first[0].response)
        twice = self.transfer(company, 4)
        ends = gather(self.ledger, [twice, twice])
        self.assertEqual(ends[0].response, ends[1].response)
        self.assertEqual(self.given(company), 7)

    def test_a_customers_order_is_of_now(self):
        company = self.company()
        request = message("ledger.v1.SettleGatheredRequest")()
        for roles in ("MEMBER", "OPERATOR", "ACCOUNT_ADMINISTRATOR,MEMBER"):
            kind, fields, _ = self.transfer(company)
            order = request.orders.add(principal_id=new_id(), account_id=company.a, roles=roles, timeout_ms=20000)
            getattr(order.order, kind).CopyFrom(order_message(kind, fields))
            order.order.create_transfer.effective_time.FromSeconds(int(time.time()) - 3600)
        results = self.ledger.call("ledger.v1.GatheringService/SettleGathered", request=request).results
        self.assertEqual([result.WhichOneof("outcome") for result in results], ["refused", "answer", "refused"])


class OutOfTime(GatheringTest):
    settings = {"batch_lanes": 1}

    def test_what_was_not_done_is_told(self):
        """Each has a deadline of its own; whoever hears UNAVAILABLE was not served, whoever hears OK was."""
        companies = [self.company() for _ in range(4)]
        orders = [(*self.transfer(companies[n % 4]), 1 if n % 3 == 0 else 20000) for n in range(400)]
        ends = gather(self.ledger, orders)
        self.assertLessEqual({end.told() for end in ends}, {("OK", ""), ("UNAVAILABLE", "UNAVAILABLE")})
        self.assertEqual({end.told() for end, order in zip(ends, orders) if order[3] > 1}, {("OK", "")})
        self.assertEqual(sum(self.given(company) for company in companies), sum(end.status is None for end in ends))


class Beside(GatheringTest):
    """Somebody holds a company."""
    settings = {"batch_lanes": 2}

    def held(self, company):
        holder = Sql(POSTGRES, self.ledger.database)
        self.addCleanup(holder.close)
        holder.rows("BEGIN; SELECT 1 FROM ledger.chain WHERE company_id = '%s' FOR UPDATE" % company.id)
        return holder

    def test_a_locked_company_is_not_waited_for(self):
        """Its order is LOCKED and not done; the others are settled, before anybody lets go, and again while a plain call waits for it."""
        locked, others = self.company(), [self.company() for _ in range(8)]
        holder = self.held(locked)
        orders = [self.transfer(company) for company in [*others[:4], locked, *others[4:], locked]]
        expected = [("OK", "")] * 4 + [("UNAVAILABLE", "LOCKED")] + [("OK", "")] * 4 + [("UNAVAILABLE", "LOCKED")]
        self.assertEqual([end.told() for end in gather(self.ledger, orders)], expected)
        plain = []
        waiting = threading.Thread(target=lambda: plain.append(alone(self.ledger, *self.transfer(locked, 7), timeout=60)))
        waiting.start()
        wait_until(lambda: self.ledger.call("grpc.health.v1.Health/Check") and "ledger_company_locked" in self.ledger.log())
        again = [self.transfer(company) for company in [*others[:4], locked, *others[4:], locked]]
        self.assertEqual([end.told() for end in gather(self.ledger, again)], expected)
        self.assertEqual([self.given(company) for company in others], [2] * 8)
        holder.rows("COMMIT")
        waiting.join()
        self.assertEqual(plain[0].told(), ("OK", ""))
        self.assertEqual([end.told() for end in gather(self.ledger, orders)], [("OK", "")] * len(orders))
        self.assertEqual(self.given(locked), 9)
        self.assertEqual(unsound(self.sql), [])


class Killed(GatheringTest):
    def test_the_request_ids_tell(self):
        """The ledger is killed in the middle of messages; what was answered stays, and every order is done once, whatever was heard."""
        companies = [self.company() for _ in range(5)]
        answered, orders = {}, []

        def send(dice):
            while True:
                sent = [self.transfer(dice.choice(companies)) for _ in range(50)]
                orders.extend(sent)
                try:
                    answered.update({order[1]["request_id"]: end.response for order, end in zip(sent, gather(self.ledger, sent)) if end.response})
                except Refusal:
                    return
        for _ in range(3):
            before = len(answered)
            threads = [threading.Thread(target=send, args=(random.Random(n),)) for n in range(3)]
            [thread.start() for thread in threads]
            wait_until(lambda: len(answered) > before + 100)
            self.ledger.kill()
            [thread.join() for thread in threads]
            self.ledger.start()
        for first in range(0, len(orders), 500):
            part = orders[first:first + 500]
            for order, end in zip(part, gather(self.ledger, part)):
                self.assertEqual(end.told(), ("OK", ""))
                if order[1]["request_id"] in answered:
                    self.assertEqual((end.response, end.replayed), (answered[order[1]["request_id"]], True))
        self.assertEqual(sum(self.given(company) for company in companies), len(orders))
        self.assertEqual(unsound(self.sql), [])


if __name__ == "__main__":
    unittest.main()
