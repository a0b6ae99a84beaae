"""The second model: an oracle written from the rules alone predicts every verdict, balance and lot of seeded random histories, which
the real service then settles alone, in bulk, in groups and streamed, through two replicas over one database.

    KONTOR_MODEL_SEED=7 KONTOR_MODEL_ORDERS=20000 tests/model/ledger_test.py    replays one seed, longer"""
import contextlib
import os
import random
import sys
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import batches  # noqa: E402
from ledger_client import contract_hash  # noqa: E402
from service import Clock, Refusal, Service, message, new_id, psql  # noqa: E402

UNIT = 1000000
CENT = UNIT // 100
HOUR = 3600
TERM = 30 * 24 * HOUR
LINE = 1000000 * UNIT


class No(Exception):
    """The code and reason that the oracle refuses with."""


class Lot:
    def __init__(self, source, amount):
        self.source, self.granted, self.spent, self.revoked = source, amount, 0, 0

    def left(self):
        return self.granted - self.spent - self.revoked


class Account:
    def __init__(self, name, postpaid):
        self.name, self.id, self.postpaid = name, new_id(), postpaid
        self.buffer = 100 * UNIT if postpaid else 0
        self.own = self.refund_credit = self.unbilled = self.limit = self.version = 0
        self.contract = "NONE"
        self.lots, self.bills, self.holds = [], [], []  # bills: [due, unpaid]
        self.suspended = True

    def given(self):
        return sum(lot.left() for lot in self.lots)

    def owed(self):
        return sum(unpaid for _, unpaid in self.bills)

    def frozen(self):
        return sum(hold["left"] for hold in self.holds)

    def credit(self):
        return self.limit if self.contract == "CONFIRMED" else 0

    def available(self):
        return self.own + self.given() + self.credit() + self.refund_credit - self.unbilled - self.owed() - self.frozen()

    def past_due(self, now):
        return any(due <= now for due, _ in self.bills)

    def of_source(self, source):
        return sum(lot.left() for lot in self.lots if lot.source is source)

    def touched(self, now):
        self.version += 1
        below = self.available() < self.buffer if self.postpaid else self.available() <= 0
        self.suspended = below or (self.suspended and self.past_due(now))


class Oracle:
    """The rules, once more, in another language and by another shape."""

    def __init__(self, accounts):
        self.accounts, self.purchases, self.now = accounts, {}, 0.0

    def expire(self, *accounts):
        """Each ends at its own time, whoever notes it when: what fell due since keeps nobody suspended (D.8)."""
        for account in accounts:
            for hold in sorted([h for h in account.holds if h["expire"] <= self.now], key=lambda h: h["expire"]):
                account.holds.remove(hold)
                account.touched(hold["expire"])

    def settle(self, order):
        """Returns the accounts it touches; raises No."""
        self.expire(*self.accounts)
        touched = getattr(self, order["do"])(order)
        for account in touched:
            account.touched(self.now)
        return touched

    def transfer(self, o):
        a, b, amount = o["account"], o["other"], o["amount"]
        if o.get("version") and o["version"] != a.version:
            raise No("VERSION_MISMATCH")
        if a.past_due(self.now) or a.available() < 0:
            raise No("OVERDUE")
        if amount > max(0, min(a.own, a.available())):
            raise No("EXCEEDS_TRANSFERABLE")
        if o.get("left") and a.available() - amount < o["left"]:
            raise No("MINIMUM_LEFT")
        a.own -= amount
        if b.lots and b.lots[-1].source is a and b.lots[-1].left() > 0:
            b.lots[-1].granted += amount
        else:
            b.lots.append(Lot(a, amount))
        return [a, b]

    def revoke(self, o):
        a, b, amount = o["account"], o["other"], o["amount"]
        if not any(lot.source is a for lot in b.lots):
            raise No("NO_PRIOR_TRANSFER")
        if amount > max(0, min(b.given(), b.of_source(a), b.available())):
            raise No("EXCEEDS_REVOCABLE")
        after = b.available() - amount
        stops = after < b.buffer if b.postpaid else after <= 0
        if stops and not b.suspended and not o["acknowledged"]:
            raise No("WOULD_SUSPEND")
        a.own += amount
        for lot in reversed([lot for lot in b.lots if lot.source is a]):
            taken = min(lot.left(), amount)
            lot.revoked += taken
            amount -= taken
        return [a, b]

    def pay(self, a, amount):
        """D.9 steps 4 to 6: what each source carried, and the shares of the lots."""
        shares, rest = [], amount
        for lot in a.lots:
            taken = min(lot.left(), rest)
            if taken:
                lot.spent += taken
                shares.append([lot, taken])
                rest -= taken
        own = min(rest, a.own)
        a.own -= own
        rest -= own
        refund_credit = min(rest, a.refund_credit)
        a.refund_credit -= refund_credit
        return {"shares": shares, "own": own, "refund_credit": refund_credit, "credit": rest - refund_credit}

    def bill(self, a, amount, due=None):
        if amount:
            at_once = not a.postpaid and a.credit() == 0
            a.bills.append([due or (self.now if at_once else self.now + TERM), amount])
            a.bills.sort(key=lambda bill: bill[0])

    def enough(self, a, amount):
        if amount > a.available():
            pending = a.limit if a.contract == "PENDING" else 0
            raise No("CONTRACT_PENDING" if pending and amount <= a.available() + pending else "EXCEEDS_AVAILABLE")

    def purchase(self, o):
        a, amount = o["account"], o["amount"]
        self.enough(a, amount)
        paid = self.pay(a, amount)
        self.bill(a, paid["credit"])
        self.purchases[o["key"]] = dict(paid, account=a)
        return [a]

    def refund(self, o):
        a, amount, paid = o["account"], o["amount"], self.purchases.get(o["of"])
        if paid is None or paid["account"] is not a:
            raise No("PURCHASE_NOT_FOUND")
        if amount > sum(share for _, share in paid["shares"]) + paid["own"] + paid["refund_credit"] + paid["credit"]:
            raise No("EXCEEDS_PURCHASE")
        for source in ("credit", "refund_credit", "own"):
            back = min(amount, paid[source])
            paid[source] -= back
            amount -= back
            if source == "own":
                a.own += back
            else:
                a.refund_credit += back
        for share in reversed(paid["shares"]):
            back = min(amount, share[1])
            share[1] -= back
            share[0].spent -= back
            amount -= back
        return [a]

    def usage(self, o):
        a = o["account"]
        if a.postpaid:
            a.unbilled += o["amount"]
        else:
            self.bill(a, self.pay(a, a.unbilled + o["amount"])["credit"])
            a.unbilled = 0
        return [a]

    def settlement(self, o):
        a = o["account"]
        if a.unbilled == 0:
            raise No("NOTHING_OWED")
        amount, a.unbilled = a.unbilled, 0
        self.bill(a, self.pay(a, amount)["credit"])
        return [a]

    def pay_bills(self, o):
        a, funds = o["account"], o["account"].own + o["account"].given() + o["account"].refund_credit
        amount = o["amount"] or min(a.owed(), funds)
        if a.owed() == 0 or amount == 0:
            raise No("NOTHING_OWED")
        if amount > a.owed():
            raise No("EXCEEDS_OUTSTANDING")
        if amount > funds:
            raise No("EXCEEDS_AVAILABLE")
        self.pay(a, amount)
        while amount:
            paid = min(amount, a.bills[0][1])
            a.bills[0][1] -= paid
            amount -= paid
            if a.bills[0][1] == 0:
                a.bills.pop(0)
        return [a]

    def top_up(self, o):
        o["account"].own += o["amount"]
        return [o["account"]]

    def adjustment(self, o):
        a = o["account"]
        if o["amount"] < 0 and -o["amount"] > min(a.own, a.available()):
            raise No("EXCEEDS_AVAILABLE")
        a.own += o["amount"]
        return [a]

    def hold(self, o):
        a = o["account"]
        self.enough(a, o["amount"])
        a.holds.append({"key": o["key"], "left": o["amount"], "expire": o["expire"]})
        return [a]

    def open_hold(self, o):
        if o["of"] not in o["known"] or o["known"][o["of"]] is not o["account"]:
            raise No("HOLD_NOT_FOUND")
        for hold in o["account"].holds:
            if hold["key"] == o["of"]:
                return hold
        raise No("HOLD_ENDED")

    def capture(self, o):
        a, hold = o["account"], self.open_hold(o)
        if o["amount"] > hold["left"]:
            raise No("EXCEEDS_HOLD")
        hold["left"] -= o["amount"]
        if hold["left"] == 0 or o["final"]:
            a.holds.remove(hold)
        self.bill(a, self.pay(a, o["amount"])["credit"])
        return [a]

    def void(self, o):
        o["account"].holds.remove(self.open_hold(o))
        return [o["account"]]

    def limit(self, o):
        a, more = o["account"], o["amount"] - o["account"].limit
        allocated = sum(account.limit for account in self.accounts)
        if more > 0 and more > LINE - allocated:
            raise No("LIMIT_ABOVE_ALLOCATABLE")
        if more < 0 and a.contract == "CONFIRMED" and a.available() + more <= 0:
            raise No("LIMIT_BELOW_USAGE")
        a.limit = o["amount"]
        a.contract = "PENDING" if a.contract == "NONE" else a.contract
        return [a]

    def confirm(self, o):
        if o["account"].contract != "PENDING":
            raise No("CONTRACT_NOT_PENDING")
        if o["hash"] != contract_hash(o["account"].id, o["account"].limit, "CNY"):
            raise No("CONTRACT_CHANGED")
        o["account"].contract = "CONFIRMED"
        return [o["account"]]


KINDS = {"transfer": "create_transfer", "revoke": "revoke_transfer", "purchase": "create_purchase", "refund": "refund_purchase", "usage": "record_usage",
         "settlement": "settle_usage", "pay_bills": "pay_bills", "top_up": "credit_top_up", "adjustment": "create_adjustment", "hold": "place_hold",
         "capture": "capture_hold", "void": "void_hold", "limit": "set_credit_limit", "confirm": "confirm_credit_limit"}
RPCS = {"transfer": "TransferService/CreateTransfer", "revoke": "TransferService/RevokeTransfer", "purchase": "PurchaseService/CreatePurchase",
        "refund": "PurchaseService/RefundPurchase", "usage": "UsageService/RecordUsage", "settlement": "UsageService/SettleUsage",
        "pay_bills": "UsageService/PayBills", "top_up": "TopUpService/CreditTopUp", "adjustment": "TopUpService/CreateAdjustment",
        "hold": "HoldService/PlaceHold", "capture": "HoldService/CaptureHold", "void": "HoldService/VoidHold",
        "limit": "CreditService/SetCreditLimit", "confirm": "CreditService/ConfirmCreditLimit"}
WEIGHTS = {"transfer": 24, "revoke": 12, "purchase": 14, "refund": 8, "usage": 8, "settlement": 4, "pay_bills": 8, "top_up": 16, "adjustment": 3, "hold": 6,
           "capture": 5, "void": 3, "limit": 3, "confirm": 2}


class History(unittest.TestCase):
    @contextlib.contextmanager
    def two_replicas(self):
        clock = Clock()
        with Service("ledger", clock=clock) as first, Service("ledger", clock=clock, database=first.database) as second:
            self.clock, self.replicas = clock, [first, second]
            yield
            committed, recalled = [sum(counts) for counts in zip(batches(first), batches(second))]
            print("%d of %d batches from memory" % (recalled, committed), file=sys.stderr)
            self.assertGreater(recalled, committed // 20)

    def run_history(self, seed, orders, many_lots=False):
        """A company of its own, over the two replicas; with accounts of hundreds of lots, or as many as come about."""
        print("seed %d" % seed, file=sys.stderr)
        self.dice, self.seed, self.company = random.Random(seed), seed, new_id()
        self.accounts = [Account("ABCDE"[i], i % 2 == 1) for i in range(5)]
        self.oracle = Oracle(self.accounts)
        self.ids, self.known, self.done, self.tally, self.stretch = {}, {}, [], {}, 0
        for account in self.accounts:
            self.open(account)
        if many_lots:
            self.grant_lots(100)
        while orders > 0:
            orders -= self.step()
            if many_lots and self.dice.random() < 0.02:
                self.grant_lots(self.dice.choice([10, 70, 140]))
            if self.dice.random() < 0.15:
                self.check_everything()
            if self.dice.random() < 0.1:
                self.clock.turn(self.dice.choice([1, HOUR, 2 * HOUR, TERM // 3]))
        self.check_everything()
        self.check_audit()
        print("seed %d: %s" % (seed, ", ".join("%s %d" % row for row in sorted(self.tally.items()))), file=sys.stderr)

    def replica(self):
        return self.sticky if self.stretch else self.dice.choice(self.replicas)

    def open(self, account):
        self.replica().call("ledger.v1.AccountService/OpenAccount", account_id=account.id, company_id=self.company, request_id=new_id(), corporate=True,
                            company_verified=True, currency="CNY", payment_mode="PAYMENT_MODE_POSTPAID" if account.postpaid else "PAYMENT_MODE_PREPAID")

    # ---- making orders ----

    def amount_near(self, limit, fine=False):
        """Around a boundary, so that both sides are hit."""
        if limit > 0 and self.dice.random() < 0.5:
            step = 1 if fine else CENT
            return max(step, limit // step * step + self.dice.choice([-step, 0, 0, step]))
        return self.dice.randrange(4, 40000) * CENT

    def sum_near(self, amounts, boundaries):
        """Around the sum of the first of them; fewer than the largest boundary: of as many as there are."""
        if len(amounts) < boundaries[0] or self.dice.random() < 0.6:
            return 0
        return max(0, sum(amounts[:self.dice.choice(boundaries)]) + self.dice.choice([-1, 0, 0, 1]))

    def amount_of_lots(self, a):
        """Around what the first lots hold: as many as the ledger remembers, or reads at once, or takes whatever is wanted."""
        return self.sum_near([lot.left() for lot in a.lots if lot.left() > 0], [5, 6, 62, 63, 64, 65, 126, 300])

    def amount_of_newest(self, a, b):
        newest = [lot.left() for lot in reversed(b.lots) if lot.source is a and lot.left() > 0]
        return self.sum_near(newest, [5, 62, 63, 64, 65, 126]) // CENT * CENT

    def grant_lots(self, count):
        """So many lots to each of three accounts, of two sources in turn, so that none joins the one before it; over one replica, which goes on for a while."""
        self.stretch, self.sticky = self.dice.choice([1, 40]), self.dice.choice(self.replicas)
        for i in range(count):
            source, orders, predictions = self.accounts[i % 2], [], []
            for do, other in [("top_up", None)] + [("transfer", other) for other in self.accounts[2:]]:
                orders.append({"do": do, "account": source, "other": other, "amount": self.dice.randrange(1, 500) * CENT * (1 if other else 4), "key": new_id(),
                               "request_id": new_id(), "known": self.known, "linked": False})
                predictions.append(self.predict(orders[-1]))
            self.submit(source, orders, predictions)

    def make_order(self, account=None):
        dice, oracle = self.dice, self.oracle
        a = account or dice.choice(self.accounts)
        b = dice.choice([other for other in self.accounts if other is not a])
        do = dice.choices(list(WEIGHTS), WEIGHTS.values())[0]
        o = {"do": do, "account": a, "key": new_id(), "request_id": new_id(), "known": self.known}
        if do == "transfer":
            o.update(other=b, amount=self.amount_near(min(a.own, a.available())))
            if dice.random() < 0.1:
                o["version"] = max(1, a.version - dice.choice([0, 0, 1]))
            if dice.random() < 0.1:
                o["left"] = dice.randrange(1, 30000) * CENT
        elif do == "revoke":
            o.update(other=b, amount=self.amount_near(min(b.of_source(a), b.available())), acknowledged=dice.random() < 0.7)
        elif do in ("purchase", "hold"):
            o.update(amount=self.amount_near(a.available(), fine=True), expire=oracle.now + dice.choice([HOUR, 3 * HOUR]))
        elif do == "refund":
            own = [key for key, purchase in oracle.purchases.items() if purchase["account"] is a or dice.random() < 0.05]
            o.update(of=dice.choice(own[-8:] or [new_id()]), amount=self.amount_near(0, fine=True) // 4)
        elif do in ("capture", "void"):
            own = [key for key, owner in self.known.items() if owner is a]
            o.update(of=dice.choice(own[-6:] or list(self.known)[-3:] or [new_id()]), amount=self.amount_near(0), final=dice.random() < 0.3)
        elif do == "pay_bills":
            o.update(amount=dice.choice([0, 0, self.amount_near(a.owed(), fine=True)]))
        elif do == "adjustment":
            o.update(amount=dice.choice([1, -1]) * self.amount_near(min(a.own, a.available())))
        elif do == "limit":
            o.update(amount=dice.choice([dice.randrange(0, 200000) * CENT, 900000 * UNIT, max(0, (a.limit - a.available()) // CENT * CENT + dice.choice([0, CENT]))]))
        elif do in ("usage", "top_up"):
            o.update(amount=dice.randrange(1, 200000) * CENT if do == "top_up" else dice.randrange(1, 60000) * 3331)
        if do in ("purchase", "usage"):
            o["amount"] = self.amount_of_lots(a) or o["amount"]
        if do == "revoke":
            o["amount"] = self.amount_of_newest(a, b) or o["amount"]
        if do == "confirm":
            o["hash"] = contract_hash(a.id, a.limit + dice.choice([0, 0, 0, 0, CENT]), "CNY")
        if do == "pay_bills" and o["amount"]:
            o["amount"] = self.sum_near([unpaid for _, unpaid in a.bills], [1, 15, 16, 17]) or o["amount"]
        return o

    def wire(self, o):
        """The request message of an order."""
        fields = {"account_id": o["account"].id, "company_id": self.company, "request_id": o["request_id"]}
        if "amount" in o and o["do"] not in ("limit", "void"):
            fields.update(amount_micros=o["amount"], currency="CNY")
        if o["do"] == "limit":
            fields.update(limit_micros=o["amount"], currency="CNY")
        if o.get("other"):
            fields["destination_account_id"] = o["other"].id
        if o["do"] == "revoke":
            fields["suspension_acknowledged"] = o["acknowledged"]
        if o["do"] == "refund":
            fields["purchase_id"] = self.ids.get(o["of"], o["of"])
        if o["do"] in ("capture", "void"):
            fields["hold_id"] = self.ids.get(o["of"], o["of"])
        if o["do"] == "capture":
            fields["final"] = o["final"]
        if o["do"] == "hold":
            fields["expire_time"] = {"seconds": int(o["expire"]), "nanos": int(o["expire"] % 1 * 1e9)}
        if o["do"] == "confirm":
            fields["contract_hash"] = o["hash"]
        if o["do"] == "adjustment":
            fields["remark"] = "a correction"
        if "version" in o or "left" in o:
            fields["conditions"] = {"expected_version": o.get("version", 0), "minimum_left_micros": o.get("left", 0)}
        return fields

    # ---- predicting ----

    def predict(self, o):
        """("", touched) or (reason, None)."""
        try:
            touched = [(account, self.seen(account)) for account in self.oracle.settle(o)]
        except No as no:
            return str(no), None
        if o["do"] == "hold":
            self.known[o["key"]] = o["account"]
        return "", [(account, self.seen(account)) for account, _ in touched]

    def seen(self, account):
        return {"version": account.version, "own_micros": account.own, "transferred_in_micros": account.given(), "cash_micros": account.own + account.given(),
                "refund_credit_micros": account.refund_credit, "unbilled_micros": account.unbilled, "outstanding_micros": account.owed(),
                "frozen_micros": account.frozen(), "credit_limit_micros": account.limit, "effective_credit_limit_micros": account.credit(),
                "available_micros": account.available(), "suspended": account.suspended}

    def compare(self, o, predicted, reason, response):
        expected, touched = predicted
        story = "seed %d, order %d: %s" % (self.seed, len(self.done), {k: (v.name if isinstance(v, Account) else v) for k, v in o.items() if k != "known"})
        self.assertEqual(reason, expected, story)
        self.done.append(o)
        verdict = reason or o["do"]
        self.tally[verdict] = self.tally.get(verdict, 0) + 1
        if reason:
            return
        self.assertEqual(len(response.balances), len(touched), story)
        for balance, (account, seen) in zip(response.balances, touched):
            self.assertEqual({name: getattr(balance, name) for name in seen}, seen, "%s of %s" % (story, account.name))
        if o["do"] == "purchase":
            self.ids[o["key"]] = response.purchase.purchase_id
        if o["do"] == "hold":
            self.ids[o["key"]] = response.hold.hold_id

    # ---- settling ----

    def step(self):
        """Orders over both replicas; or, in a stretch, over one of them without replays, which then decides from memory."""
        self.oracle.now = self.clock.now()
        if self.stretch:
            self.stretch -= 1
            return self.dice.choices([self.alone, self.bulk], [30, 1])[0]()
        if self.dice.random() < 0.05:
            self.stretch, self.sticky = self.dice.choice([40, 120]), self.dice.choice(self.replicas)
        return self.dice.choice([self.alone, self.alone, self.bulk, self.bulk, self.gathered, self.stream, self.again])()

    def alone(self):
        o = self.make_order()
        predicted = self.predict(o)
        try:
            response, reason = self.replica().call("ledger.v1." + RPCS[o["do"]], **self.wire(o)), ""
        except Refusal as refusal:
            response, reason = None, refusal.reason
        self.compare(o, predicted, reason, response)
        return 1

    def again(self):
        """The same request id: the same answer, though the world has moved on."""
        if not self.done:
            return 1
        o = self.dice.choice(self.done[-50:])
        before = [self.seen(account) for account in self.accounts]
        try:
            self.replica().call("ledger.v1." + RPCS[o["do"]], metadata=o.get("sender", ()), **self.wire(o))
        except Refusal as refusal:
            self.assertNotEqual(refusal.reason, "IDEMPOTENCY_MISMATCH")
        self.assertEqual(before, [self.seen(account) for account in self.accounts])
        return 1

    def gathered(self):
        """Orders of several senders in one message, each by itself."""
        request, orders, predictions = message("ledger.v1.SettleGatheredRequest")(), [], []
        for _ in range(self.dice.choice([1, 5, 30])):
            o = self.make_order()
            if o["do"] in ("refund", "capture", "void") and o["of"] not in self.ids:
                continue  # refers to an order of this very message
            sender = self.dice.choice(self.accounts).id
            o["sender"] = (("kontor-principal-id", sender), ("kontor-account-id", o["account"].id), ("kontor-roles", "OPERATOR"))
            request.orders.add(order={KINDS[o["do"]]: self.wire(o)}, principal_id=sender, account_id=o["account"].id, roles="OPERATOR", timeout_ms=20000)
            orders.append(o)
            predictions.append(self.predict(o))
        if orders:
            results = self.replica().call("ledger.v1.GatheringService/SettleGathered", request=request).results
            self.assertEqual(len(results), len(orders))
            for o, predicted, result in zip(orders, predictions, results):
                self.compare(o, predicted, *self.end_of(o, result))
        return len(orders)

    def end_of(self, o, result):
        """Reason and response of a GatheredResult."""
        if result.WhichOneof("outcome") == "refused":
            status = message("google.rpc.Status").FromString(result.refused)
            return message("google.rpc.ErrorInfo").FromString(status.details[0].value).reason, None
        return "", message("ledger.v1.%sResponse" % RPCS[o["do"]].split("/")[1]).FromString(result.answer)

    def make_bulk(self):
        """Orders of one acting account, some of them linked; predicted group by group, as the service will judge."""
        account, orders, predictions = self.dice.choice(self.accounts), [], []
        for _ in range(self.dice.choice([2, 10, 60])):
            size = self.dice.choice([1] * 12 + [2, 3])
            group = []
            kept = self.snapshot()
            outcome = []
            for _ in range(size):
                o = self.make_order(account)
                if o["do"] in ("refund", "capture", "void") and o["of"] not in self.ids:
                    continue  # refers to an order of this very bulk, whose id is not known yet
                group.append(o)
                if not any(reason for reason, _ in outcome):
                    outcome.append(self.predict(o))
            if any(reason for reason, _ in outcome) and len(group) > 1:
                failed = outcome[-1][0]
                self.restore(kept)
                outcome = [("GROUP_FAILED", None)] * (len(outcome) - 1) + [(failed, None)] + [("GROUP_FAILED", None)] * (len(group) - len(outcome))
            for i, o in enumerate(group):
                o["linked"] = i + 1 < len(group)
            orders += group
            predictions += outcome
        return account, orders, predictions

    def snapshot(self):
        return [dict(account.__dict__, lots=[(lot, lot.granted, lot.spent, lot.revoked) for lot in account.lots], bills=[list(b) for b in account.bills],
                     holds=[(h, dict(h)) for h in account.holds]) for account in self.accounts], {
            key: dict(p, shares=[list(s) for s in p["shares"]]) for key, p in self.oracle.purchases.items()}, dict(self.known)

    def restore(self, kept):
        accounts, self.oracle.purchases, self.known = kept
        for account, state in zip(self.accounts, accounts):
            account.__dict__.update({k: v for k, v in state.items() if k not in ("lots", "holds")})
            account.lots, account.holds = [], []
            for lot, lot.granted, lot.spent, lot.revoked in state["lots"]:
                account.lots.append(lot)
            for hold, fields in state["holds"]:
                hold.update(fields)
                account.holds.append(hold)

    def orders_on_wire(self, orders):
        return [message("ledger.v1.Order")(**{KINDS[o["do"]]: self.wire(o), "linked": o["linked"]}) for o in orders]

    def compare_results(self, orders, predictions, results):
        self.assertEqual(len(results), len(orders))
        for o, predicted, result in zip(orders, predictions, results):
            which = result.WhichOneof("outcome")
            reason = ""
            if which == "refused":
                info = message("google.rpc.ErrorInfo").FromString(result.refused.details[0].value)
                reason = info.reason
            else:
                self.assertEqual(which, KINDS[o["do"]])
            self.compare(o, predicted, reason, None if reason else getattr(result, which))

    def bulk(self):
        account, orders, predictions = self.make_bulk()
        if orders:
            self.submit(account, orders, predictions)
        return len(orders)

    def submit(self, account, orders, predictions):
        answer = self.replica().call("ledger.v1.OrderService/SubmitOrders", account_id=account.id, company_id=self.company,
                                     orders=self.orders_on_wire(orders))
        self.compare_results(orders, predictions, answer.results)

    def stream(self):
        bulks = [bulk for bulk in (self.make_bulk_of_known() for _ in range(3)) if bulk[1]]
        request = message("ledger.v1.StreamOrdersRequest")
        messages = [request(account_id=a.id, company_id=self.company, orders=self.orders_on_wire(orders)) for a, orders, _ in bulks]
        call = self.replica().channel.stream_stream("/ledger.v1.OrderService/StreamOrders", request_serializer=lambda m: m.SerializeToString(),
                                                    response_deserializer=message("ledger.v1.StreamOrdersResponse").FromString)
        answers = list(call(iter(messages), timeout=60))
        self.assertEqual(len(answers), len(bulks))
        for (_, orders, predictions), answer in zip(bulks, answers):
            self.compare_results(orders, predictions, answer.results)
        return sum(len(orders) for _, orders, _ in bulks)

    make_bulk_of_known = make_bulk

    # ---- looking at everything ----

    def check_everything(self):
        self.oracle.now = self.clock.now()
        replica = self.replica()
        for account in self.accounts:
            balance = replica.call("ledger.v1.AccountService/GetBalance", account_id=account.id, company_id=self.company)
            live = [hold for hold in account.holds if hold["expire"] > self.oracle.now]
            self.assertEqual(balance.balance.own_micros, account.own)
            self.assertEqual(balance.balance.frozen_micros, sum(hold["left"] for hold in live))
            gate = account.past_due(self.oracle.now) or balance.balance.available_micros < 0
            self.assertEqual(balance.transferable.amount_micros, 0 if gate else max(0, min(account.own, balance.balance.available_micros)))
            lots = replica.call("ledger.v1.AccountService/ListLots", account_id=account.id, company_id=self.company, page_size=100).lots
            expected = [(lot.source.id, lot.granted, lot.spent, lot.revoked) for lot in account.lots if lot.left() > 0][:100]
            self.assertEqual([(lot.source_account_id, lot.granted_micros, lot.spent_micros, lot.revoked_micros) for lot in lots][:100], expected)

    def check_audit(self):
        audit = self.replica().channel.unary_stream("/ledger.v1.AuditService/Audit", request_serializer=lambda m: m.SerializeToString(),
                                                    response_deserializer=message("ledger.v1.AuditResponse").FromString)
        answers = list(audit(message("ledger.v1.AuditRequest")(company_id=self.company), timeout=60))
        self.assertEqual([finding.sentence for answer in answers for finding in answer.findings], [])
        self.assertEqual([total.sum_micros for total in answers[-1].totals.sums], [0])

    def test_histories(self):
        seeds = [int(os.environ["KONTOR_MODEL_SEED"])] if "KONTOR_MODEL_SEED" in os.environ else [1, 2, random.randrange(10**9)]
        for seed in seeds:
            with self.two_replicas():
                self.run_history(seed, int(os.environ.get("KONTOR_MODEL_ORDERS", "8000")))

    def test_accounts_of_hundreds_of_lots(self):
        with self.two_replicas():
            for _ in range(60 if os.environ.get("KONTOR_LONG") == "yes" else 2):
                self.run_history(random.randrange(10**9), 1500, many_lots=True)

    def test_a_bill_falls_due_between_the_end_of_a_hold_and_its_noting(self):
        """Ten days after a hold ended, and after a bill fell due since, the ledger noted it, and kept suspended who had resumed by it."""
        with self.two_replicas():
            self.run_history(981111033, 5900)

    def test_many_short_histories(self):
        with self.two_replicas():
            for _ in range(200 if os.environ.get("KONTOR_LONG") == "yes" else 4):
                self.run_history(random.randrange(10**9), 1500)


if __name__ == "__main__":
    unittest.main()
