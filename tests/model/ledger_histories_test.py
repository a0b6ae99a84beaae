"""Seeded random histories over few accounts, judged by the service and by the second model: every verdict, every balance, every lot.

KONTOR_SEED repeats a run, KONTOR_MODEL_ORDERS says how long it is. A difference prints the seed, the step and both sides."""
import os
import random
import sys
import time
import unittest
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "support")]
import ledger  # noqa: E402
import ledger_model as model  # noqa: E402
from ledger_client import contract_hash  # noqa: E402
from service import POSTGRES, Clock, Refusal, Service, new_id  # noqa: E402
from sql import Sql  # noqa: E402

SEED = int(os.environ.get("KONTOR_SEED", "0")) or int(time.time())
ORDERS = int(os.environ.get("KONTOR_MODEL_ORDERS", "6000"))
EPISODE = 250           # orders over one company's accounts; an episode has a seed of its own
UNIT, CENT = 1000000, 10000
HALF_DAY = 43200
ALONE = "alone"         # opened in a chain of its own, before its company is verified
KINDS = {"create_transfer": 24, "revoke_transfer": 12, "create_purchase": 12, "refund_purchase": 7, "record_usage": 9, "settle_usage": 3,
         "pay_bills": 5, "credit_top_up": 9, "create_adjustment": 4, "place_hold": 6, "capture_hold": 6, "void_hold": 4,
         "set_credit_limit": 5, "confirm_credit_limit": 2, "set_quota": 6, "offset_quota": 6, "receive_transit": 8, "return_transit": 6,
         "allocate_to_sub_account": 8, "reclaim_from_sub_account": 8}
LEAN = {"create_transfer": 24, "revoke_transfer": 12, "create_purchase": 9, "record_usage": 12, "settle_usage": 2, "credit_top_up": 9,
        "create_adjustment": 4, "place_hold": 1, "confirm_credit_limit": 1, "receive_transit": 3}  # what a memory suffices for

MIXED = {"step_orders": 84, "step_replay": 8, "step_twice_in_bulk": 2, "step_facts": 4, "step_time": 2, "step_join": 1, "step_relation": 2, "step_funding": 3, "step_risk": 1,
         "step_hold_from_agent": 2}
STRETCH = {"step_orders": 97, "step_facts": 1, "step_time": 2, "step_join": 1, "step_relation": 1}  # a replica that replayed an order reads for a while: none here


class Difference(AssertionError):
    """Service and model disagree."""


class History:
    """One episode: a company of few accounts, told to the service and to the model step by step."""

    def __init__(self, replicas, streams, sql, clock, seed):
        self.replicas, self.streams, self.sql, self.clock = replicas, streams, sql, clock
        self.random, self.model = random.Random(seed), model.Model()
        self.model.now = 0
        self.clock_started = clock.now() - time.time()
        self.company, self.stranger_company = self.new_id(), self.new_id()
        self.times_asked = {}   # of each customer (LED-41)
        self.moment = 0         # of what identity told last of risks
        self.done, self.steps, self.orders, self.counts, self.acting = [], 0, 0, {}, None
        self.step_text, self.replica, self.kinds = "", 0, KINDS
        self.stretches = self.random.random() < 0.5  # long ones of one replica, which decides from memory
        self.accounts = [self.open() for _ in range(3)]
        self.accounts += [self.open(mode=model.POSTPAID, buffer=100 * UNIT) for _ in range(2)]
        self.odd = [self.open(currency="USD"), self.open(verified=False), self.open(corporate=False), self.open(company=self.stranger_company)]
        self.alone = [self.open(company=ALONE, verified=False) for _ in range(2)]
        self.odd += self.alone
        self.left = []          # chains of their own that accounts have left
        self.across = []        # of the company, and booked in a chain of their own (settled 11)
        self.customers = [self.open(company=ALONE, verified=False) for _ in range(2)] + [self.odd[3]]
        self.sub_accounts = self.customers + [self.accounts[0], self.new_id()]     # of others, of the company, and a name with nothing behind it
        self.agents = [self.open(company=ALONE, verified=False) for _ in range(2)]
        self.relations = 0
        for account_id in self.accounts[:3]:
            self.relate(account_id, self.customers[0], self.next_relation())
        for account_id in self.accounts:
            self.submit([("credit_top_up", self.filled("credit_top_up", account_id, amount_micros=100 * UNIT), False)], "single")
        if self.random.random() < 0.6:
            self.give("allocate_to_sub_account", self.customers[0], 40 * UNIT)
        if self.random.random() < 0.4:  # a customer of the company's that joins it, and has transfers of its agent, too
            joining = self.alone.pop()
            self.customers.append(joining)
            self.relate(self.accounts[0], joining, self.next_relation(), pays=False)
            self.give("allocate_to_sub_account", joining, 20 * UNIT)
            self.join(self.model.account(joining))
            self.give("create_transfer", joining, 20 * UNIT)
        if self.random.random() < 0.6:
            self.odd.append(self.open(company=ALONE, verified=False))
            self.submit([("credit_top_up", self.filled("credit_top_up", self.odd[-1], amount_micros=500 * UNIT), False)], "single")
            if self.random.random() < 0.6:
                self.submit([("place_hold", dict(self.new_place_hold(self.odd[-1]), amount_micros=UNIT), False)], "single")
            self.join(self.model.account(self.odd[-1]))

    def give(self, kind, to, amount):
        order = self.filled(kind, self.accounts[0], destination_account_id=to, amount_micros=amount)
        self.submit([(kind, order, False)], "single")
        self.submit([("receive_transit", self.new_receive_transit(to), False)], "single")

    def new_id(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def open(self, company=None, currency="CNY", mode=model.PREPAID, buffer=0, corporate=True, verified=True):
        account_id = self.new_id()
        company_id = account_id if company == ALONE else company or (self.company if corporate else account_id)
        ledger.open_account(self.replicas[0], company_id, account_id, corporate=corporate, company_verified=verified, currency=currency,
                            payment_mode=mode, buffer_micros=buffer)
        self.model.state.accounts[account_id] = model.Account(account_id, company_id, corporate, verified, currency, mode, buffer)
        return account_id

    # Orders: amounts lie at the boundaries, and a little beside them.

    def pick_account(self):
        """The acting account; in one call it is one account for all orders."""
        return self.acting or self.random.choice(self.accounts + self.across if self.random.random() < 0.97 else self.odd)

    def around(self, limit, finest=CENT):
        choice = self.random.random()
        if choice < 0.15 and limit > 0:
            return limit
        if choice < 0.3:
            return limit + finest
        if choice < 0.4 and limit > finest:
            return limit - finest
        if choice < 0.41:
            return self.random.choice([0, -CENT, 5, model.LARGEST, model.LARGEST - model.LARGEST % CENT])
        return self.random.choice([1, 5, 10, 25, 40, 60, 100]) * UNIT + self.random.choice([0, 0, 0, 1, 99]) * CENT

    def filled(self, kind, account_id, **fields):
        order = {"account_id": account_id, "company_id": self.model.account(account_id).opened_in, "request_id": self.new_id(), **fields}
        if kind not in ("settle_usage", "void_hold", "confirm_credit_limit", "receive_transit", "return_transit"):
            order.setdefault("currency", self.model.account(account_id).currency if self.random.random() < 0.99 else "USD")
        if kind == "credit_top_up":
            order.setdefault("top_up_id", self.new_id())
        if kind == "create_adjustment":
            order["remark"] = "counted again"
        if kind in ("create_transfer", "create_purchase", "place_hold", "revoke_transfer", "set_credit_limit", "set_quota", "allocate_to_sub_account") and self.random.random() < 0.06:
            order["expected_version"] = self.model.account(account_id).version + self.random.choice([0, 0, 1, -1])
            if order["expected_version"] < 0:
                order["expected_version"] = 1
        return order

    def another(self, account_id):
        others = [other for other in self.accounts + self.across * 2 + self.odd * (self.random.random() < 0.08) if other != account_id]
        return account_id if self.random.random() < 0.005 else self.new_id() if self.random.random() < 0.005 else self.random.choice(others)

    def new_order(self, kind=None):
        kind = kind or self.random.choices(list(self.kinds), list(self.kinds.values()))[0]
        account_id = self.pick_account()
        return kind, getattr(self, "new_" + kind)(account_id)

    def minimum_left(self, order, account, limit):
        if self.random.random() < 0.08:
            order["minimum_left_micros"] = max(0, account.available() - order["amount_micros"] + self.random.choice([0, 0, 1, -1]) * CENT)
            if order["minimum_left_micros"] > model.LARGEST:
                del order["minimum_left_micros"]
        return order

    def new_create_transfer(self, account_id):
        account = self.model.account(account_id)
        order = self.filled("create_transfer", account_id, destination_account_id=self.another(account_id),
                            amount_micros=self.around(account.transferable(self.model.now)))
        return self.minimum_left(order, account, account.available())

    def new_allocate_to_sub_account(self, account_id):
        account = self.model.account(account_id)
        known = [other for (agent, other), pair in self.model.state.pairs.items() if agent == account_id and pair.relation]
        order = self.filled("allocate_to_sub_account", account_id, amount_micros=self.around(account.transferable(self.model.now)),
                            destination_account_id=self.random.choice(known) if known and self.random.random() < 0.9 else self.another(account_id))
        asked = self.model.state.asked.get(order["destination_account_id"])
        if asked and self.random.random() < 0.6 or self.random.random() < 0.01:
            order["funding_request_id"] = asked[0] if asked else self.new_id()
        return self.minimum_left(order, account, account.available())

    def new_reclaim_from_sub_account(self, account_id):
        given = sorted((agent, customer) for agent, customer, kind in self.model.state.granted
                       if kind == "allocation" and self.acting in (None, agent))
        customer_id = self.another(account_id)
        if given and self.random.random() < 0.9:
            account_id, customer_id = self.random.choice(given)
        customer = self.model.state.accounts.get(customer_id)
        return self.filled("reclaim_from_sub_account", account_id, destination_account_id=customer_id,
                           amount_micros=self.around(customer.revocable(account_id, "allocation") if customer else 0),
                           suspension_acknowledged=self.random.random() < 0.8)

    def new_revoke_transfer(self, account_id):
        destination_id = self.another(account_id)
        destination = self.model.state.accounts.get(destination_id)
        order = self.filled("revoke_transfer", account_id, destination_account_id=destination_id,
                            amount_micros=self.around(destination.revocable(account_id) if destination else 0),
                            suspension_acknowledged=self.random.random() < 0.6)
        return self.minimum_left(order, destination, 0) if destination else order

    def pays_for_others(self, account_id):
        return self.random.random() < (0.4 if self.model.account(account_id).quotas else 0.06)

    def pick_sub_account(self, account_id, known=0.95):
        """One that the account has a quota for, or any; and that quota."""
        quotas = self.model.account(account_id).quotas
        if not quotas or self.random.random() > known:
            agreed = [sub for sub in self.sub_accounts if sub != account_id and self.model.agreed(self.model.account(account_id), sub)]
            return self.random.choice(agreed if agreed and self.random.random() < 0.8 else self.sub_accounts), None
        return self.random.choice(list(quotas.items()))

    def for_others(self, account):
        """Whom an order is for, and its amount: around what the pool has left, or the quota."""
        sub_account_id, quota = self.pick_sub_account(account.account_id)
        limits = [account.available(), quota.available if quota else 0]
        return {"sub_account_id": sub_account_id, "amount_micros": self.around(self.random.choice(limits + [min(limits)]), 1)}

    def new_create_purchase(self, account_id):
        account = self.model.account(account_id)
        if self.pays_for_others(account_id):
            return self.filled("create_purchase", account_id, **self.for_others(account))
        order = self.filled("create_purchase", account_id, amount_micros=self.around(account.available(), 1))
        return self.minimum_left(order, account, 0)

    def new_set_quota(self, account_id):
        sub_account_id, quota = self.pick_sub_account(account_id, known=0.5)
        used = quota.line - quota.available if quota else 0
        line = self.random.choice([0, 20 * UNIT, 60 * UNIT, 100 * UNIT, 500 * UNIT, max(0, used - used % CENT), 5, model.LARGEST_BOOK // CENT * CENT + CENT])
        return self.filled("set_quota", account_id, sub_account_id=sub_account_id, line_micros=line)

    def new_offset_quota(self, account_id):
        owing = [(other, *item) for other in self.accounts for item in self.model.account(other).quotas.items() if item[1].deducted > 0]
        if owing and not self.acting:
            account_id, sub_account_id, quota = self.random.choice(owing)
        else:
            sub_account_id, quota = self.pick_sub_account(account_id)
        return self.filled("offset_quota", account_id, sub_account_id=sub_account_id, amount_micros=self.around(quota.deducted if quota else 0, 1))

    def new_refund_purchase(self, account_id):
        purchases = [item for item in self.model.state.purchases.items() if isinstance(item[0], str) and self.acting in (None, item[1].account_id)]
        purchase_id, purchase = self.random.choice(purchases[-12:]) if purchases else (self.new_id(), None)
        if purchase and not self.acting and self.random.random() < 0.97:
            account_id = purchase.account_id
        left = purchase.paid.total() - purchase.refunded.total() if purchase else 0
        return self.filled("refund_purchase", account_id, purchase_id=purchase_id, amount_micros=self.around(left, 1))

    def new_record_usage(self, account_id):
        amount = self.around(self.model.account(account_id).available(), 1)
        who = {"sub_account_id": self.pick_sub_account(account_id)[0]} if self.pays_for_others(account_id) else {}
        return self.filled("record_usage", account_id, amount_micros=amount if amount < 10 ** 12 else 333333, **who)

    def new_settle_usage(self, account_id):
        return self.filled("settle_usage", account_id)

    def new_pay_bills(self, account_id):
        owing = [other for other in self.accounts if self.model.account(other).outstanding()]
        account_id = self.random.choice(owing) if owing and not self.acting else account_id
        account = self.model.account(account_id)
        limit = self.random.choice([account.outstanding(), account.cash() + account.refund_credit])
        amount = 0 if self.random.random() < 0.3 else max(0, self.around(limit, 1))
        return self.filled("pay_bills", account_id, amount_micros=amount)

    def new_credit_top_up(self, account_id):
        return self.filled("credit_top_up", account_id, amount_micros=self.around(20 * UNIT))

    def new_create_adjustment(self, account_id):
        account = self.model.account(account_id)
        return self.filled("create_adjustment", account_id, amount_micros=self.random.choice(
            [UNIT, -UNIT, -max(CENT, min(account.own, account.available()) // CENT * CENT), -account.own - CENT, CENT // 2]))

    def new_place_hold(self, account_id):
        account = self.model.account(account_id)
        expires = self.model.now + HALF_DAY * self.random.choice([1, 1, 3]) + HALF_DAY // 2
        what = self.for_others(account) if self.pays_for_others(account_id) else {"amount_micros": self.around(account.available(), 1)}
        order = self.filled("place_hold", account_id, expires=expires, **what)
        order["expire_seconds"] = time.time() + self.clock_started + expires
        if self.random.random() < 0.02:
            order["expires"], order["expire_seconds"] = self.model.now - HALF_DAY, self.clock.now() - HALF_DAY
        return self.minimum_left(order, account, 0)

    def pick_hold(self, account_id):
        holds = [item for item in self.model.state.holds.items() if isinstance(item[0], str) and self.acting in (None, item[1].account_id)]
        if not holds:
            return account_id, self.new_id(), 0
        hold_id, hold = self.random.choice(holds[-8:])
        return hold.account_id if not self.acting and self.random.random() < 0.97 else account_id, hold_id, hold.left

    def new_capture_hold(self, account_id):
        account_id, hold_id, left = self.pick_hold(account_id)
        return self.filled("capture_hold", account_id, hold_id=hold_id, amount_micros=self.around(left, 1), final=self.random.random() < 0.3)

    def new_void_hold(self, account_id):
        account_id, hold_id, _ = self.pick_hold(account_id)
        return self.filled("void_hold", account_id, hold_id=hold_id)

    def pick_transit(self, account_id, role):
        """One that is under way, mostly, and whose account of the role acts."""
        transits = [item for item in self.model.state.transits.items() if isinstance(item[0], str)
                    and (not item[1].ended or self.random.random() < 0.1) and self.acting in (None, getattr(item[1], role).account_id)]
        if not transits or self.random.random() < 0.02:
            return account_id, {"transit_id": self.new_id(), "counterparty_account_id": self.new_id()}
        transit_id, transit = self.random.choice(transits)
        other = transit.sender if role == "receiver" else transit.receiver
        return getattr(transit, role).account_id, {"transit_id": transit_id, "counterparty_account_id": other.account_id}

    def new_receive_transit(self, account_id):
        account_id, named = self.pick_transit(account_id, "receiver")
        return self.filled("receive_transit", account_id, **named)

    def new_return_transit(self, account_id):
        account_id, named = self.pick_transit(account_id, "sender")
        return self.filled("return_transit", account_id, **named)

    def new_set_credit_limit(self, account_id):
        account = self.model.account(account_id)
        lowest = account.limit - account.available()
        limit = self.random.choice([0, 50 * UNIT, 100 * UNIT, 200 * UNIT, lowest, lowest + CENT, lowest + UNIT,
                                    account.limit + self.model.allocatable(account), account.limit + self.model.allocatable(account) + UNIT])
        if limit > 1000 * UNIT and self.random.random() < 0.8:
            limit = 150 * UNIT
        return self.filled("set_credit_limit", account_id, limit_micros=max(0, limit - limit % CENT))

    def new_confirm_credit_limit(self, account_id):
        pending = [other for other in self.accounts if self.model.account(other).contract == model.PENDING]
        account = self.model.account(self.random.choice(pending) if pending and not self.acting else account_id)
        limit = account.limit + self.random.choice([0, 0, 0, 0, 0, CENT])
        return self.filled("confirm_credit_limit", account.account_id, contract_hash=contract_hash(account.account_id, limit, account.currency))

    # Steps: what the service answers is compared with what the model says.

    def differ(self, what, service, expected):
        if service != expected:
            raise Difference("%s\n  %s\n  service: %s\n  model:   %s" % (what, self.step_text, service, expected))

    def compare(self, kind, order, answer, verdict):
        """One answer against one verdict."""
        told = "%s %s\n  %s" % (kind, order, answer.sentence)
        if isinstance(verdict, model.Refused):
            self.counts[verdict.reason or verdict.code] = self.counts.get(verdict.reason or verdict.code, 0) + 1
            expected = (verdict.code, verdict.reason) if verdict.reason else (verdict.code, answer.refused[1] if answer.refused else None)
            self.differ(told, answer.refused or "accepted: %s" % answer.response, expected)
            return
        self.counts[kind] = self.counts.get(kind, 0) + 1
        outcome, balances = verdict
        self.differ(told, answer.refused, None)
        self.differ(told, read(answer.response.balances, balances), balances)
        self.compare_facts(told, order, answer.response, outcome.facts)

    def compare_facts(self, told, order, response, facts):
        if "hold" in facts:
            self.model.name(self.model.state.holds, order["request_id"], response.hold.hold_id)
            state = {1: "ACTIVE", 2: "CAPTURED", 3: "VOIDED", 4: "EXPIRED"}[response.hold.state]
            self.differ(told, (response.hold.amount_micros, response.hold.captured_micros, state), facts["hold_then"])
        if "purchase" in facts:
            purchase_id = response.purchase_id if "hold" in facts else response.purchase.purchase_id
            self.model.name(self.model.state.purchases, order["request_id"], purchase_id)
            if "hold" not in facts:
                self.differ(told, (terms(response.purchase.paid), terms(response.purchase.refunded)), facts["purchase_then"])
        if "transit" in facts:
            self.model.name(self.model.state.transits, order["request_id"], response.transit_id)
        if facts.get("quota"):
            self.differ(told, quota_terms(response.quota), facts["quota_then"])
        if "paid" in facts:
            self.differ(told, terms(response.charge.paid), facts["paid"].terms())

    def submit(self, orders, way):
        """Orders in one call or one by one; linked ones end a group at the first that is not linked."""
        self.steps += 1
        self.orders += len(orders)
        self.step_text = "step %d, %s: %s" % (self.steps, way, orders if len(orders) > 1 else "")
        verdicts, group = [], []
        for kind, order, linked in orders:
            group.append((kind, order))
            if not linked:
                verdicts += self.model.submit_group(group)
                group = []
        if self.random.random() < (0.08 if self.stretches else 0.5):
            self.replica = 1 - self.replica
        if way == "single":
            answers = [ledger.submit_one(self.replicas[self.replica], kind, order) for kind, order, _ in orders]
        elif way == "stream":
            answers = self.streams[self.replica % len(self.streams)].submit(orders)
        else:
            answers = ledger.submit_bulk(self.replicas[self.replica], orders)
        for (kind, order, linked), answer, verdict in zip(orders, answers, verdicts):
            self.compare(kind, order, answer, verdict)
            if not answer.refused or answer.refused[0] != "INVALID_ARGUMENT":
                self.done.append((kind, order, answer))

    def step_orders(self):
        way = self.random.choices(["single", "bulk", "stream"], [24, 4, 2] if self.stretches else [5, 4, 2])[0]
        self.kinds = LEAN if self.stretches and self.random.random() < 0.92 else KINDS
        if way == "single":
            kind, order = self.new_order()
            if self.random.random() < 0.15:
                self.step_preview(kind, order)
            return self.submit([(kind, order, False)], way)
        orders, self.acting = [], self.pick_account()
        for _ in range(self.random.choice([1, 2, 4, 8, 16])):
            orders += [self.new_order() + (False,)] if self.random.random() < 0.88 else self.new_group()
        self.acting = None
        self.submit(orders, way)

    def new_group(self):
        size = self.random.choice([2, 3, 4])
        return [self.new_order() + (place < size - 1,) for place in range(size)]

    def step_preview(self, kind, order):
        """The same verdict and balances as the order itself, which follows, and nothing kept."""
        try:
            verdict = self.model.preview(kind, order)
        except model.Refused as refused:
            verdict = refused
        self.step_text = "preview before step %d" % (self.steps + 1)
        answer, response = ledger.preview(self.random.choice(self.replicas), kind, order)
        told = "preview of %s %s" % (kind, order)
        if isinstance(verdict, model.Refused):
            self.differ(told, (answer.refused or "accepted")[0], verdict.code)
            self.differ(told, answer.refused[1] if verdict.reason else "", verdict.reason)
        else:
            self.differ(told, answer.refused, None)
            self.differ(told, (read(response.balances, verdict[0]), sorted(response.would_suspend_account_ids)), verdict)

    def step_replay(self):
        """An order of before again: the same answer; with another body: a mismatch (E32)."""
        if not self.done:
            return
        kind, order, before = self.random.choice(self.done[-60:])
        self.step_text = "replay after step %d" % self.steps
        other = dict(order)
        if self.random.random() < 0.4:
            other["tag" if kind not in ("void_hold", "confirm_credit_limit", "set_credit_limit", "set_quota") else "request_id"] = "other"
            if other["request_id"] != order["request_id"]:
                return
        replica = self.random.choice(self.replicas)
        answers = ledger.submit_bulk(replica, [(kind, other, False)] * self.random.choice([1, 2]))
        for answer in answers:
            if other == order:
                self.differ("replay of %s %s" % (kind, order), (answer, answer.replayed), (before, True))
            else:
                self.differ("another body for %s" % order["request_id"], (answer.refused or ("", ""))[1], "IDEMPOTENCY_MISMATCH")

    def step_twice_in_bulk(self):
        kind, order = self.new_order()
        self.steps += 1
        self.step_text = "step %d, twice in one call" % self.steps
        verdict = self.model.submit_group([(kind, order)])[0]
        first, second = ledger.submit_bulk(self.random.choice(self.replicas), [(kind, order, False)] * 2)
        self.compare(kind, order, first, verdict)
        self.differ("twice in one call: %s %s" % (kind, order), second, first)

    def step_facts(self):
        """Freezing, gates of LED-17 and LED-18, the company's verification: what else rules depend on."""
        account = self.model.account(self.random.choice(self.accounts))
        field = self.random.choice(["state", "state", "receivables", "company_verified"])
        back = self.random.random() < 0.6
        value = {"state": model.ACTIVE if back else model.FROZEN, "company_verified": back}.get(field, not back)
        self.replicas[0].call("ledger.v1.AccountService/UpdateAccount", account_id=account.account_id, company_id=account.company_id,
                              request_id=self.new_id(), update_fields=[field], **{field: value})
        setattr(account, "verified" if field == "company_verified" else field, value)
        balance = ledger.balance(self.replicas[0], account.company_id, account.account_id)
        account.version, account.suspended = balance.version, balance.suspended

    def next_relation(self):
        """A later one has a higher id."""
        self.relations += 1
        return "%08x-0000-7000-8000-%012x" % (self.relations, self.random.getrandbits(48))

    def relate(self, agent_id, customer_id, relation, pays=True, purchases=False, allocates=True):
        """Other terms of the relation of the two, or of a new one; None: the one that holds ends."""
        pair = self.model.pair(agent_id, customer_id)
        pair.version += 1
        mode = "SETTLEMENT_MODE_AGENT_PAYS" if pays else "SETTLEMENT_MODE_ALLOCATION"
        self.replicas[0].call("ledger.v1.RelationService/UpdateRelation", relation_id=relation or pair.relation, agent_account_id=agent_id,
                              customer_account_id=customer_id, version=pair.version, ended=not relation, settlement_mode=mode, pay_on_behalf=True,
                              agent_purchases_allowed=purchases, allocates=allocates, since_time={"seconds": 1})
        self.model.hear(agent_id, customer_id, relation, pays, purchases, allocates)
        customer = self.model.account(customer_id)
        balance = ledger.balance(self.replicas[0], customer.company_id, customer_id)
        customer.version, customer.suspended = balance.version, balance.suspended

    def step_relation(self):
        """An account of the company has a customer, or is one of somebody else's; terms change, relations end and begin anew (R5)."""
        if self.random.random() < 0.3:
            agent_id, customer_id = self.random.choice(self.agents), self.random.choice(self.accounts)
        else:
            agent_id, customer_id = self.random.choice(self.accounts + self.across), self.random.choice(self.customers)
        if agent_id == customer_id:
            return
        held, purchases = self.model.pair(agent_id, customer_id).relation, self.random.random() < 0.3
        ends = customer_id in self.accounts or self.random.random() < 0.15
        if held and ends:
            self.relate(agent_id, customer_id, None)
        else:
            self.relate(agent_id, customer_id, held or self.next_relation(), self.random.random() < 0.8, purchases, self.random.random() < 0.8)

    def step_funding(self):
        """A customer asks its agent for more, takes that back, or is declined; an allocation may grant it (LED-41)."""
        customer_id = self.random.choice(self.customers + self.accounts[:1])
        asks = self.model.asks(customer_id)
        call = lambda rpc, account_id, **fields: self.random.choice(self.replicas).call(
            "ledger.v1.AllocationService/" + rpc, account_id=account_id, **fields)
        listed = call("ListFundingRequests", customer_id).funding_requests
        self.differ("asked for", [(each.funding_request_id, each.agent_account_id) for each in listed if each.customer_account_id == customer_id],
                    [asks] if asks else [])
        if asks and self.random.random() < 0.5:
            rpc, account_id = self.random.choice([("WithdrawFundingRequest", customer_id), ("DeclineFundingRequest", asks[1])])
            call(rpc, account_id, request_id=self.new_id(), funding_request_id=asks[0])
            del self.model.state.asked[customer_id]
            return
        pairs = {agent: pair for (agent, other), pair in self.model.state.pairs.items() if other == customer_id and pair.relation}
        times = self.times_asked.setdefault(customer_id, [])
        expected = ("RELATION_NOT_FOUND" if not pairs else "ALLOCATION_NOT_PERMITTED" if not any(pair.allocates for pair in pairs.values())
                    else "FUNDING_REQUEST_OPEN" if asks else "FUNDING_REQUEST_LIMIT" if sum(at > self.model.now - 86400 for at in times) >= 10 else "")
        try:
            told = call("RequestFunding", customer_id, request_id=self.new_id(), amount_micros=UNIT,
                        currency=self.model.account(customer_id).currency).funding_request
        except Refusal as refusal:
            self.differ("asking", refusal.reason, expected)
            return
        self.differ("asking", "", expected)
        self.differ("who is asked", told.agent_account_id in pairs and pairs[told.agent_account_id].allocates, True)
        times.append(self.model.now)
        self.model.state.asked[customer_id] = told.funding_request_id, told.agent_account_id, self.model.now + 7 * 86400

    def step_hold_from_agent(self):
        """A sub-account holds its agent's money itself: the verdict is that on the agent's own order (LED-20)."""
        account = self.model.account(self.random.choice(self.accounts))
        order = self.filled("place_hold", account.account_id, expires=self.model.now + HALF_DAY, **self.for_others(account))
        order["expire_seconds"] = time.time() + self.clock_started + order["expires"]
        order.pop("expected_version", None)
        verdict = self.model.submit_group([("place_hold", order)])[0]
        sent = ledger.order_message("place_hold", order)
        self.steps, told = self.steps + 1, "step %d: held from the agent: %s" % (self.steps + 1, order)
        try:
            hold = self.random.choice(self.replicas).call(
                "ledger.v1.HoldService/HoldFromAgent", account_id=order["sub_account_id"], agent_account_id=account.account_id, request_id=order["request_id"],
                amount_micros=order["amount_micros"], currency=order["currency"], expire_time=sent.expire_time).hold
        except Refusal as no:
            self.differ(told, (no.code.name, no.reason), (verdict.code, verdict.reason or no.reason) if isinstance(verdict, model.Refused) else "")
            return
        self.differ(told, (hold.account_id, hold.sub_account_id, hold.amount_micros, hold.state),
                    (account.account_id, order["sub_account_id"], order["amount_micros"], 1) if not isinstance(verdict, model.Refused) else verdict.reason)
        self.model.name(self.model.state.holds, order["request_id"], hold.hold_id)

    def step_risk(self):
        """Identity tells that an agent is in trouble, or no more (B.3)."""
        held = sorted(ends for ends, pair in self.model.state.pairs.items() if pair.relation)
        if not held:
            return
        agent_id, customer_id = self.random.choice(held)
        pair = self.model.pair(agent_id, customer_id)
        pair.at_risk, self.moment = not pair.at_risk, self.moment + 1
        self.replicas[0].call("ledger.v1.RelationService/UpdateRelationRisk", relation_id=pair.relation, agent_account_id=agent_id,
                              customer_account_id=customer_id, at_risk=pair.at_risk, since_time={"seconds": self.moment})

    def step_join(self):
        waiting = self.alone + self.across
        if waiting:
            self.join(self.model.account(self.random.choice(waiting)))

    def join(self, account):
        """Settled 11: an account that waited alone is verified for the company."""
        reason, who = self.model.join(account, self.company), {"account_id": account.account_id}
        try:
            self.replicas[0].call("ledger.v1.AccountService/OpenAccount", company_id=self.company, corporate=True, company_verified=True, with_entries=True,
                                  request_id=self.new_id(), **who)
            told = ""
        except Refusal as no:
            told = no.reason
            self.replicas[0].call("ledger.v1.AccountService/UpdateAccount", request_id=self.new_id(), update_fields=["verified_company_id"],
                                  verified_company_id=self.company, **who)
        self.differ("why it stays", told, reason)
        for waiting in (self.odd, self.alone, self.across):
            if account.account_id in waiting:
                waiting.remove(account.account_id)
        (self.across if reason else self.accounts).append(account.account_id)
        if not reason:
            self.left.append(account.account_id)
            for replica in self.replicas:  # one that remembers where it was says MOVING once
                ledger.preview(replica, "create_purchase", {"amount_micros": UNIT, "currency": "CNY", "company_id": "", **who})

    def step_time(self):
        """The clock is turned: holds expire, once in a while bills become past due."""
        seconds = HALF_DAY if self.random.random() < 0.8 else 31 * 2 * HALF_DAY
        self.clock.turn(seconds)
        self.model.now += seconds
        ended = self.model.expire_holds()
        if ended:
            chains = ", ".join("'%s'" % chain for chain in sorted({account.company_id for account in self.model.state.accounts.values()}))
            ledger.wait_until(lambda: not self.sql.rows("SELECT 1 FROM ledger.hold WHERE company_id IN (%s) AND state = 1 AND expire_time <= "
                                                        "to_timestamp(%f)" % (chains, self.clock.now())))

    def step(self):
        steps = STRETCH if self.stretches else MIXED
        getattr(self, self.random.choices(list(steps), list(steps.values()))[0])()
        if not self.stretches or self.random.random() < 0.2:
            self.differ("invariants under D.15", ledger.unsound(self.sql, self.company), [])
        self.look(self.random.choice(self.accounts + self.across + self.customers))

    def look(self, account_id):
        """The answers of the service about an account: balance, limits, lots."""
        account, replica = self.model.account(account_id), self.random.choice(self.replicas)
        self.step_text = "after step %d" % self.steps
        answer = replica.call("ledger.v1.AccountService/GetBalance", account_id=account_id, company_id=account.company_id)
        expected = account.balance(self.model.now)
        self.differ("balance", {key: getattr(answer.balance, key) for key in expected}, expected)
        self.differ("transferable", answer.transferable.amount_micros, account.transferable(self.model.now))
        self.differ("available", answer.available.amount_micros, account.available())
        under_way = [transit for transit in self.model.state.transits.values() if not transit.ended]
        self.differ("in transit", (answer.in_transit_out_micros, answer.in_transit_in_micros),
                    (sum(transit.amount for transit in under_way if transit.sender is account),
                     sum(transit.amount for transit in under_way if transit.receiver is account)))
        lots = replica.call("ledger.v1.AccountService/ListLots", account_id=account_id, company_id=account.company_id, page_size=100).lots
        remaining = [[(lot.source_account_id, {1: "transfer", 2: "allocation"}[lot.kind]), lot.granted_micros - lot.spent_micros - lot.revoked_micros]
                     for lot in lots]
        self.differ("lots", joined(remaining), account.queue())
        quotas = replica.call("ledger.v1.QuotaService/ListQuotas", account_id=account_id, company_id=account.company_id).quotas
        self.differ("quotas", [(quota.sub_account_id, quota_terms(quota)) for quota in quotas],
                    [(sub_account_id, quota.terms()) for sub_account_id, quota in sorted(account.quotas.items())])
        source = self.random.choice([other for other in self.accounts + self.across if other != account_id])
        for kind, rpc, told in (("transfer", "TransferService/GetRevocable", "revocable"),
                                ("allocation", "AllocationService/GetReclaimable", "reclaimable")):
            granted = (source, account_id, kind) in self.model.state.granted
            fenced = kind == "allocation" and self.model.is_fenced(self.model.account(source), account_id)
            try:
                answer = replica.call("ledger.v1." + rpc, account_id=source, company_id=self.model.account(source).opened_in,
                                      destination_account_id=account_id)
            except Refusal as refusal:
                self.differ(told, refusal.reason, "NO_PRIOR_TRANSFER" if not granted else "")
            else:
                expected = 0 if fenced else account.revocable(source, kind)
                self.differ(told, getattr(answer, told).amount_micros, expected if granted else "NO_PRIOR_TRANSFER")

    def end(self):
        for account_id in self.accounts + self.across + self.customers:
            self.look(account_id)
        for company_id in [self.company] + self.across + self.left + self.customers[:2]:
            findings, _ = ledger.audit(self.replicas[1], company_id)
            self.differ("audit", [finding.sentence for finding in findings], [])
        self.differ("clearing", sum(account.clearing for account in self.model.state.accounts.values()),
                    sum(transit.amount for transit in self.model.state.transits.values() if not transit.ended))


def read(balances, expected):
    """Balances that were told, as far as the model knows them."""
    return [{key: getattr(balance, key) for key in (expected or [{}])[0]} for balance in balances]


def terms(payment):
    return payment.transferred_in_micros, payment.own_micros, payment.refund_credit_micros, payment.credit_micros


def quota_terms(quota):
    return quota.line_micros, quota.deducted_micros, quota.undeducted_micros, quota.held_micros, quota.available_micros


def joined(lots):
    """Neighbours of one source as one, empty ones left out."""
    queue = []
    for source, remaining in lots:
        if remaining and queue and queue[-1][0] == source:
            queue[-1][1] += remaining
        elif remaining:
            queue.append([source, remaining])
    return queue


class SecondModel(unittest.TestCase):
    def test_agrees_on_every_order(self):
        print("KONTOR_SEED=%d KONTOR_MODEL_ORDERS=%d" % (SEED, ORDERS), flush=True)
        clock, started, orders, counts = Clock(), time.monotonic(), 0, {}
        with Service("ledger", clock=clock) as first, Service("ledger", clock=clock, database=first.database) as second:
            sql, streams = Sql(POSTGRES, first.database), [ledger.Stream(first), ledger.Stream(second)]
            seed = SEED
            while orders < ORDERS:
                history = History([first, second], streams, sql, clock, seed)
                try:
                    while history.orders < min(EPISODE, ORDERS):
                        history.step()
                    history.end()
                except Difference as difference:
                    self.fail("KONTOR_SEED=%d KONTOR_MODEL_ORDERS=%d repeats it:\n%s" % (seed, EPISODE, difference))
                orders += history.orders
                for name, count in history.counts.items():
                    counts[name] = counts.get(name, 0) + count
                seed += 1
            for stream in streams:
                stream.close()
            findings, totals = ledger.audit(first)
            self.assertEqual([finding.sentence for finding in findings], [])
            self.assertEqual([total.sum_micros for total in totals.sums if total.sum_micros], [])
            sql.close()
            committed, recalled = [sum(counts_of) for counts_of in zip(ledger.batches(first), ledger.batches(second))]
        print("%d orders in %d episodes, %.1f s, %d of %d batches from memory; %s" % (orders, seed - SEED, time.monotonic() - started, recalled, committed,
              " ".join("%s=%d" % item for item in sorted(counts.items(), key=lambda item: -item[1]))))
        if ORDERS >= 6000:
            self.assertGreater(recalled, committed // 12)
            self.assertEqual([kind for kind in KINDS if not counts.get(kind)], [], "kinds that were never accepted")


if __name__ == "__main__":
    unittest.main()
