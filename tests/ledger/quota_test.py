"""Pay on behalf over gRPC on a real PostgreSQL: an agent pays for its sub-accounts, each within its quota (LED-20, D.9 step 3, D.10, E24)."""
import os
import sys
import threading
import time
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import CNY, Company, amounts, micros, reason_of  # noqa: E402
from service import Clock, Refusal, Service, message, new_id, psql, refused  # noqa: E402

INVALID, MISSING, PRECONDITION = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION


class Agent(Company):
    """A company whose one account pays for others."""

    def __init__(self, ledger, pool=0, **fields):
        super().__init__(ledger)
        self.customers = set()
        self.account = self.open(**fields)
        if pool:
            self.top_up(self.account, pool)

    def serve(self, sub_account):
        """It is a customer's, by a relation whose terms say that the agent pays; told once."""
        if sub_account not in self.customers:
            self.customers.add(sub_account)
            self.customer(self.account, sub_account)

    def set(self, sub_account, line, **fields):
        if sub_account.count("-") == 4 and sub_account != self.account:
            self.serve(sub_account)
        return self.call("QuotaService/SetQuota", self.account, sub_account_id=sub_account, line_micros=micros(line), **dict(CNY, **fields)).quota

    def offset(self, sub_account, amount, **fields):
        return self.call("QuotaService/OffsetQuota", self.account, sub_account_id=sub_account, amount_micros=micros(amount), **dict(CNY, **fields)).quota

    def buy(self, sub_account, amount, **fields):
        return self.spend(self.account, amount, sub_account_id=sub_account, **fields)

    def refund(self, purchase, amount):
        return self.call("PurchaseService/RefundPurchase", self.account, purchase_id=purchase.purchase_id, amount_micros=micros(amount), **CNY)

    def meter(self, sub_account, amount):
        return self.call("UsageService/RecordUsage", self.account, sub_account_id=sub_account, amount_micros=micros(amount), **CNY).quota

    def hold(self, sub_account, amount, until, **fields):
        return self.call("HoldService/PlaceHold", self.account, sub_account_id=sub_account, amount_micros=micros(amount), expire_time=until, **dict(CNY, **fields))

    def capture(self, hold, amount, **fields):
        return self.call("HoldService/CaptureHold", self.account, hold_id=hold.hold_id, amount_micros=micros(amount), **dict(CNY, **fields))

    def void(self, hold, **fields):
        return self.call("HoldService/VoidHold", self.account, hold_id=hold.hold_id, **fields)

    def get(self, sub_account):
        return self.read("QuotaService/GetQuota", self.account, sub_account_id=sub_account)

    def available(self):
        return self.balance(self.account).available_micros


def terms(quota):
    return tuple(value // 10000 / 100 for value in (quota.line_micros, quota.deducted_micros, quota.undeducted_micros, quota.available_micros))


class QuotaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock))


class OnBehalf(QuotaTest):
    def test_quota_and_pool_are_both_needed(self):  # E24
        client = Company(self.ledger)
        sub = client.open()
        client.top_up(sub, 5000)
        before = client.balance(sub)
        agent = Agent(self.ledger, 50800)
        agent.relate(agent.account, sub), agent.customers.add(sub)
        agent.set(sub, 1000)
        agent.buy(sub, 800)
        with self.assertRaises(Refusal) as no:
            agent.buy(sub, 300)
        self.assertEqual(no.exception.reason, "QUOTA_EXCEEDED")
        self.assertEqual(no.exception.terms, amounts(quota="200.00", pool="50000.00", line="1000.00", deducted="-800.00", undeducted="0.00", held="0.00", limit="200.00") |
                         {"currency": "CNY", "binding": "quota"})
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            agent.buy(sub, "200.01")
        bought = agent.buy(sub, 200)
        self.assertEqual((terms(bought.quota), bought.purchase.sub_account_id), ((1000, 1000, 0, 0), sub))
        poor = Agent(self.ledger, 100)
        poor.relate(poor.account, sub), poor.customers.add(sub)
        poor.set(sub, 1000)
        with refused(self, PRECONDITION, "PAYER_INSUFFICIENT"):
            poor.buy(sub, 300)
        with refused(self, PRECONDITION, "PAYER_INSUFFICIENT"):
            poor.buy(sub, "100.000001")
        poor.buy(sub, 100)
        self.assertEqual(client.balance(sub), before)

    def test_an_offset_makes_room_and_a_refund_after_it_more(self):  # D.10
        agent, sub = Agent(self.ledger, 800), new_id()
        agent.set(sub, 1500)
        purchase = agent.buy(sub, 500).purchase
        self.assertEqual(terms(agent.offset(sub, 300, remark="paid in March")), (1500, 200, 0, 1300))
        with refused(self, PRECONDITION, "EXCEEDS_DEDUCTED"):
            agent.offset(sub, "200.01")
        answer = agent.refund(purchase, 500)
        self.assertEqual((terms(answer.quota), answer.purchase.sub_account_id), ((1500, -300, 0, 1800), sub))
        self.assertEqual(agent.available(), micros(800))
        found = agent.read("PurchaseService/GetPurchase", agent.account, purchase_id=purchase.purchase_id).purchase
        self.assertEqual((found.sub_account_id, found.refunded.own_micros), (sub, micros(500)))
        own = agent.spend(agent.account, 1)
        self.assertEqual((own.purchase.sub_account_id, own.HasField("quota")), ("", False))
        self.assertFalse(agent.refund(own.purchase, 1).HasField("quota"))

    def test_metered_usage_is_deducted_by_the_settlement_of_all(self):  # LED-20, D.10
        agent, subs = Agent(self.ledger, 1000, payment_mode="PAYMENT_MODE_POSTPAID"), [new_id(), new_id()]
        for sub in subs:
            agent.set(sub, 100)
            self.assertEqual(terms(agent.meter(sub, 60)), (100, 0, 60, 40))
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            agent.buy(subs[0], "40.01")
        self.assertEqual(terms(agent.meter(subs[0], 50)), (100, 0, 110, -10))
        with refused(self, PRECONDITION, "EXCEEDS_DEDUCTED"):
            agent.offset(subs[0], 1)
        charge = agent.call("UsageService/SettleUsage", agent.account).charge
        self.assertEqual((charge.amount_micros, charge.paid.own_micros), (micros(170), micros(170)))
        self.assertEqual([terms(agent.get(sub).quota) for sub in subs], [(100, 110, 0, -10), (100, 60, 0, 40)])
        self.assertEqual(terms(agent.meter(subs[1], 5)), (100, 60, 5, 35))
        self.assertEqual(terms(agent.offset(subs[0], 110)), (100, 0, 0, 100))
        self.assertEqual(agent.audit()[0], [])

    def test_a_purchase_is_all_or_nothing_between_two_replicas(self):
        """Quota for one of two: however they meet, one is refused."""
        agent, sub, told = Agent(self.ledger, 1000), new_id(), []
        agent.set(sub, 100)

        def buy(replica):
            try:
                told.append(agent.buy(sub, 60, ledger=replica).quota.deducted_micros)
            except Refusal as no:
                told.append(no.reason)
        with Service("ledger", clock=self.clock, database=self.ledger.database) as other:
            threads = [threading.Thread(target=buy, args=(replica,)) for replica in (self.ledger, other)]
            [thread.start() for thread in threads], [thread.join() for thread in threads]
        self.assertEqual(sorted(told, key=str), [micros(60), "QUOTA_EXCEEDED"])
        self.assertEqual(agent.available(), micros(940))

    def test_a_replica_that_remembers_no_sub_account_settles_for_it(self):
        """The cache of an account also says that it pays for nobody; the chain's revision says when that is over."""
        with Service("ledger", clock=self.clock, database=self.ledger.database) as other:
            agent, sub = Agent(self.ledger, 100, payment_mode="PAYMENT_MODE_POSTPAID"), new_id()
            own = dict(CNY, amount_micros=micros(1))
            agent.call("UsageService/RecordUsage", agent.account, **own)
            agent.call("UsageService/RecordUsage", agent.account, **own)
            agent.set(sub, 100, ledger=other)
            agent.call("UsageService/RecordUsage", agent.account, ledger=other, sub_account_id=sub, **own)
            agent.call("UsageService/SettleUsage", agent.account)
            self.assertEqual(terms(agent.get(sub).quota), (100, 1, 0, 99))
            self.assertEqual(agent.audit()[0], [])

    def test_what_cannot_be_asked(self):  # E35
        agent, sub = Agent(self.ledger, 100), new_id()
        for call, field in ((lambda: agent.set(sub, "-0.01"), "line_micros"), (lambda: agent.set(sub, "1.005"), "line_micros"),
                            (lambda: agent.set(agent.account, 1), "sub_account_id"), (lambda: agent.set("me", 1), "sub_account_id"),
                            (lambda: agent.buy("", 1, conditions={"expected_version": -1}), "conditions.expected_version"),
                            (lambda: agent.buy("you", 1), "sub_account_id"), (lambda: agent.offset(sub, 0), "amount_micros"),
                            (lambda: agent.offset("", 1), "sub_account_id")):
            with refused(self, INVALID, field=field):
                call()
        sub = new_id()
        for call in (lambda: agent.buy(sub, 1), lambda: agent.meter(sub, 1)):
            with refused(self, PRECONDITION, "PAY_ON_BEHALF_NOT_AGREED"):
                call()
        agent.serve(sub)
        for call in (lambda: agent.buy(sub, 1), lambda: agent.meter(sub, 1), lambda: agent.offset(sub, 1), lambda: agent.get(sub)):
            with refused(self, MISSING, "QUOTA_NOT_FOUND"):
                call()
        stranger = Company(self.ledger)
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            stranger.call("QuotaService/SetQuota", agent.account, sub_account_id=sub, line_micros=0, currency="CNY")
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            stranger.read("QuotaService/ListQuotas", agent.account)


class ByRelation(QuotaTest):
    """R5: who is paid for follows from what identity told, and is asked with every order."""

    def setUp(self):
        self.agent, self.client = Agent(self.ledger, 1000, payment_mode="PAYMENT_MODE_POSTPAID"), Company(self.ledger)
        self.customer, self.relation = self.client.open(), new_id()
        self.agent.customers.add(self.customer)  # nothing is told but here

    def tell(self, version=1, **fields):
        self.agent.relate(self.agent.account, self.customer, **dict({"relation_id": self.relation, "version": version}, **fields))

    def not_agreed(self, *calls):
        for call in calls:
            with refused(self, PRECONDITION, "PAY_ON_BEHALF_NOT_AGREED"):
                call()

    def test_nobody_else_is_paid_for(self):  # S14
        agent, stranger = self.agent, new_id()
        agent.customers.add(stranger)
        for sub in (self.customer, stranger):
            self.not_agreed(lambda: agent.set(sub, 1), lambda: agent.buy(sub, 1), lambda: agent.meter(sub, 1), lambda: agent.get(sub))
        self.tell(settlement_mode="SETTLEMENT_MODE_ALLOCATION", allocates=True)
        self.not_agreed(lambda: agent.set(self.customer, 1))
        self.tell(2, pay_on_behalf=False)
        self.not_agreed(lambda: agent.set(self.customer, 1))
        member = agent.open()  # LED-38
        agent.customers.add(member)
        agent.set(member, 5), agent.buy(member, 5)
        agent.update(member, "company_verified", company_verified=False)
        self.not_agreed(lambda: agent.set(member, 9), lambda: agent.buy(member, 1))

    def test_an_end_ends_what_rested_on_it(self):
        agent, customer = self.agent, self.customer
        self.tell()
        self.assertTrue(self.client.read("AccountService/GetAccount", customer).account.pay_on_behalf)
        agent.set(customer, 100), agent.buy(customer, 30)
        ended = self.clock.now()
        stamp = lambda moment: {"seconds": int(moment), "nanos": int(moment % 1 * 1e9)}  # noqa: E731
        self.tell(ended=True, since_time=stamp(ended))
        self.assertFalse(self.client.read("AccountService/GetAccount", customer).account.pay_on_behalf)
        self.not_agreed(lambda: agent.set(customer, 1), lambda: agent.buy(customer, 1), lambda: agent.meter(customer, 1))
        used = dict(CNY, sub_account_id=customer, amount_micros=micros(1))
        agent.call("UsageService/RecordUsage", agent.account, effective_time=stamp(ended - 60), **used)
        self.not_agreed(lambda: agent.call("UsageService/RecordUsage", agent.account, effective_time=stamp(ended + 1), **used))
        answer = agent.get(customer)
        self.assertEqual((terms(answer.quota), answer.purchasable.binding, answer.purchasable.amount_micros), ((0, 30, 1, -31), "relation", 0))
        self.tell(2)  # an end is for good
        self.not_agreed(lambda: agent.buy(customer, 1))
        self.relation = "00000000" + new_id()[8:]  # of an invitation from before, accepted after
        self.tell(settlement_mode="SETTLEMENT_MODE_OWN_ACCOUNT")
        agent.call("UsageService/RecordUsage", agent.account, effective_time=stamp(ended - 30), **used)
        self.not_agreed(lambda: agent.meter(customer, 1))
        self.tell(2)
        with refused(self, MISSING, "QUOTA_NOT_FOUND"):  # the next relation begins without a line
            agent.buy(customer, 1)
        agent.set(customer, 41)
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            agent.buy(customer, "9.01")
        agent.buy(customer, 9)
        self.assertEqual(agent.audit()[0], [])

    def test_terms_may_leave_it_to_the_pool(self):  # PAY-16, B.2
        agent, customer = self.agent, self.customer
        self.tell()
        with refused(self, MISSING, "QUOTA_NOT_FOUND"):
            agent.buy(customer, 1)
        self.tell(2, agent_purchases_allowed=True)
        self.assertEqual(agent.get(customer).purchasable.amount_micros, micros(1000))
        agent.buy(customer, 600)
        with refused(self, PRECONDITION, "PAYER_INSUFFICIENT"):
            agent.buy(customer, "400.01")
        agent.set(customer, 700)
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            agent.buy(customer, "100.01")

    def test_what_is_late_or_told_again_changes_nothing(self):
        self.tell(3)
        self.tell(2, settlement_mode="SETTLEMENT_MODE_OWN_ACCOUNT"), self.tell(3, pay_on_behalf=False)
        self.agent.set(self.customer, 1)
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.agent.relate(self.agent.account, new_id())
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.agent.relate(new_id(), self.customer)
        with refused(self, INVALID, field="customer_account_id"):
            self.agent.relate(self.agent.account, self.agent.account)
        self.agent.relate(self.agent.account, self.client.open(), relation_id=self.relation, version=9, pay_on_behalf=False)
        self.agent.set(self.customer, 2)  # the id is these two accounts', whatever is said of others under it
        for field, wrong in (("settlement_mode", 0), ("settlement_mode", 4), ("version", 0), ("relation_id", "that one")):
            with refused(self, INVALID, field=field):
                self.tell(**{field: wrong})


class ByTheSubAccount(QuotaTest):
    """Agent to pay (LED-20): the sub-account orders, the agent's pool pays, and each sees its own side."""

    def setUp(self):
        self.agent, self.client = Agent(self.ledger, 1000), Company(self.ledger)
        self.sub = self.client.open()
        self.client.top_up(self.sub, 5000)
        self.agent.relate(self.agent.account, self.sub), self.agent.customers.add(self.sub)

    def order(self, amount, agent=None, **fields):
        return self.client.call("PurchaseService/OrderFromAgent", self.sub, agent_account_id=agent or self.agent.account, amount_micros=micros(amount),
                                **dict(CNY, **fields)).paid_for

    def listed(self, account=None, company=None, **fields):
        return (company or self.client).read("PurchaseService/ListPaidFor", account or self.sub, **fields)

    def test_the_agent_pays_what_the_sub_account_orders(self):  # E24
        agent, before = self.agent, self.client.balance(self.sub)
        with refused(self, MISSING, "QUOTA_NOT_FOUND"):
            self.order(1)
        agent.set(self.sub, 300)
        bought = self.order(200, remark="a server", tag="oss")
        self.assertEqual((bought.payer_account_id, bought.amount_micros, bought.remark, bought.kind), (agent.account, micros(200), "a server", 1))
        found = agent.read("PurchaseService/GetPurchase", agent.account, purchase_id=bought.paid_for_id).purchase
        self.assertEqual((found.sub_account_id, found.tag, found.paid.own_micros), (self.sub, "oss", micros(200)))
        self.assertEqual((self.client.balance(self.sub), agent.available(), terms(agent.get(self.sub).quota)), (before, micros(800), (300, 200, 0, 100)))

    def test_it_stands_among_the_acts_of_whom_it_was_ordered_for(self):  # GW-07
        def acts(company, account):
            found = self.ledger.call("ledger.v1.ActService/ListActs", company_id=company.id, account_id=account).acts
            return [(act.action, act.account_id, act.amount_micros, act.remark, act.reason) for act in found if "from_agent" in act.action]
        self.agent.set(self.sub, 300)
        request_id = new_id()
        for _ in range(2):  # noted once, whatever is repeated
            self.order(200, remark="a server", request_id=request_id)
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            self.order("100.01")
        self.client.call("HoldService/HoldFromAgent", self.sub, agent_account_id=self.agent.account, amount_micros=micros(100),
                         expire_time={"seconds": int(time.time()) + 600}, **CNY)
        self.assertEqual(acts(self.client, self.sub), [("hold_from_agent", self.sub, micros(100), "", ""),
                                                       ("order_from_agent", self.sub, micros("100.01"), "", "QUOTA_EXCEEDED"),
                                                       ("order_from_agent", self.sub, micros(200), "a server", "")])
        self.assertEqual(acts(self.agent, self.agent.account), [])

    def test_a_refusal_tells_nothing_of_the_agents_money(self):
        self.agent.set(self.sub, 5000)
        cases = [("QUOTA_EXCEEDED", lambda: self.order("5000.01")), ("PAYER_INSUFFICIENT", lambda: self.order("1000.01")),
                 ("CURRENCY_MISMATCH", lambda: self.order(1, currency="USD")), ("PAY_ON_BEHALF_NOT_AGREED", lambda: self.order(1, agent=new_id())),
                 ("PAY_ON_BEHALF_NOT_AGREED", lambda: self.order(1, agent=Agent(self.ledger, 9).account))]
        for reason, call in cases:
            with self.assertRaises(Refusal) as no:
                call()
            self.assertEqual((no.exception.reason, no.exception.terms), (reason, {}))
        with refused(self, INVALID, field="amount_micros"):
            self.order(0)

    def test_the_same_request_id(self):  # E32, settled 2
        self.agent.set(self.sub, 100)
        kept, refusal = new_id(), new_id()
        first = self.order(60, request_id=kept)
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            self.order(60, request_id=refusal)
        self.agent.set(self.sub, 1000)
        self.assertEqual(self.order(60, request_id=kept), first)
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            self.order(60, request_id=refusal)
        with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            self.order(61, request_id=kept)
        self.agent.buy(self.sub, 5, request_id=kept)  # the agent's own ids are others
        self.assertEqual(terms(self.agent.get(self.sub).quota)[1], 65)

    def second_agent(self):
        other = Agent(self.ledger, 1000)
        other.relate(other.account, self.sub), other.customers.add(self.sub)
        other.set(self.sub, 500), self.agent.set(self.sub, 500)
        return other

    def test_one_id_buys_once_whoever_is_to_pay(self):
        """E32: of two agents, and of the sub-account's own money; what was refused stays refused."""
        other, kept, refusal, own = self.second_agent(), new_id(), new_id(), new_id()
        first = self.order(60, request_id=kept)
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            self.order(501, request_id=refusal)
        self.client.spend(self.sub, 60, request_id=own)
        for call in (lambda: self.order(60, other.account, request_id=kept), lambda: self.client.spend(self.sub, 60, request_id=kept),
                     lambda: self.order(501, other.account, request_id=refusal), lambda: self.order(60, request_id=own)):
            with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
                call()
        self.assertEqual(self.order(60, request_id=kept), first)
        self.assertEqual((self.agent.available(), other.available(), self.client.balance(self.sub).own_micros), (micros(940), micros(1000), micros(4940)))

    def test_one_id_of_two_agents_at_once(self):
        """Through two replicas: each agent's chain is decided upon apart, and one of them pays."""
        with Service("ledger", clock=self.clock, database=self.ledger.database) as replica:
            other, told = self.second_agent(), []

            def buy(agent, ledger, request_id):
                try:
                    told.append(self.order(10, agent.account, request_id=request_id, ledger=ledger).payer_account_id)
                except Refusal as no:
                    told.append(no.reason)
            for _ in range(10):
                told.clear()
                request_id = new_id()
                threads = [threading.Thread(target=buy, args=(*pair, request_id)) for pair in ((self.agent, self.ledger), (other, replica))]
                [thread.start() for thread in threads], [thread.join() for thread in threads]
                self.assertEqual(told.count("IDEMPOTENCY_MISMATCH"), 1)
        self.assertEqual(self.agent.available() + other.available(), micros(1900))

    def test_what_was_paid_for_is_listed(self):
        """Of all payers, newest first, in pages that miss nothing, and of nobody else's."""
        agent, other = self.agent, Agent(self.ledger, 100)
        agent.set(self.sub, 500)
        self.order(10), agent.refund(agent.buy(self.sub, 20).purchase, 5), agent.meter(self.sub, 3)
        other.relate(other.account, self.sub), other.customers.add(self.sub)
        other.set(self.sub, 50), other.buy(self.sub, 7)
        agent.spend(agent.account, 9)
        lines = [(line.payer_account_id, line.kind, line.amount_micros) for line in self.listed().paid_fors]
        self.assertEqual(lines, [(other.account, 1, micros(7)), (agent.account, 3, micros(3)), (agent.account, 2, -micros(5)),
                                 (agent.account, 1, micros(20)), (agent.account, 1, micros(10))])
        self.assertEqual(sum(amount for payer, _, amount in lines if payer == agent.account), agent.get(self.sub).quota.deducted_micros)
        paged, token = [], ""
        while token or not paged:
            page = self.listed(page_size=2, page_token=token)
            paged, token = paged + list(page.paid_fors), page.next_page_token
        self.assertEqual(paged, list(self.listed().paid_fors))
        self.assertEqual(list(self.listed(agent.account, agent).paid_fors), [])
        for token in ("next please", "1.2"):
            with refused(self, INVALID, field="page_token"):
                self.listed(page_token=token)
        agent.relate(agent.account, self.sub, ended=True)
        self.assertEqual(len(self.listed().paid_fors), 5)  # an end takes nothing back


def held(quota):
    """Consumed, held and available."""
    return tuple(value // 10000 / 100 for value in (quota.deducted_micros, quota.held_micros, quota.available_micros))


class Held(QuotaTest):
    """Holds on behalf (LED-20, D.4, D.10): set aside in the pool and in the quota alike, and given back or captured once."""

    def setUp(self):
        self.agent, self.client = Agent(self.ledger, 1000), Company(self.ledger)
        self.sub = self.client.open()
        self.relation = self.agent.relate(self.agent.account, self.sub)
        self.agent.customers.add(self.sub)

    def later(self, seconds=3600):
        return {"seconds": int(self.clock.now()) + seconds}

    def quota(self):
        return held(self.agent.get(self.sub).quota)

    def sound(self):
        self.assertEqual(self.agent.audit()[0], [])

    def test_quota_and_pool_are_both_needed(self):  # E24
        agent, sub = self.agent, self.sub
        with refused(self, MISSING, "QUOTA_NOT_FOUND"):
            agent.hold(sub, 1, self.later())
        agent.set(sub, 300)
        answer = agent.hold(sub, 200, self.later())
        self.assertEqual((answer.hold.sub_account_id, held(answer.quota), agent.available()), (sub, (0, 200, 100), micros(800)))
        with self.assertRaises(Refusal) as no:
            agent.hold(sub, "100.000001", self.later())
        self.assertEqual((no.exception.reason, no.exception.terms["held"], no.exception.terms["limit"]), ("QUOTA_EXCEEDED", "-200.00", "100.00"))
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            agent.buy(sub, "100.000001")
        agent.set(sub, 5000)
        with refused(self, PRECONDITION, "PAYER_INSUFFICIENT"):
            agent.hold(sub, "800.000001", self.later())
        agent.hold(sub, 800, self.later())
        self.assertEqual((self.quota(), agent.available()), ((0, 1000, 4000), 0))
        with refused(self, PRECONDITION, "PAY_ON_BEHALF_NOT_AGREED"):
            agent.hold(new_id(), 1, self.later())
        for wrong in ("you", agent.account):
            with refused(self, INVALID, field="sub_account_id"):
                agent.hold(wrong, 1, self.later())
        self.sound()

    def from_agent(self, amount, agent=None, **fields):
        return self.client.call("HoldService/HoldFromAgent", self.sub, agent_account_id=agent or self.agent.account, amount_micros=micros(amount),
                                **{**CNY, "expire_time": self.later(), **fields}).hold

    def test_the_sub_account_holds_itself(self):  # LED-20, E24
        """Within quota and pool; it hears nothing of the agent's money, its own is untouched, and the hold is the agent's."""
        agent, sub = self.agent, self.sub
        self.client.top_up(sub, 5000)
        before = self.client.balance(sub)
        with refused(self, MISSING, "QUOTA_NOT_FOUND"):
            self.from_agent(1)
        agent.set(sub, 300)
        placed = self.from_agent(200, remark="a cluster", tag="oss")
        self.assertEqual((placed.account_id, placed.sub_account_id, placed.amount_micros, placed.state), (agent.account, sub, micros(200), 1))
        self.assertEqual(agent.read("HoldService/GetHold", agent.account, hold_id=placed.hold_id).hold, placed)
        self.assertEqual((self.client.balance(sub), agent.available(), self.quota()), (before, micros(800), (0, 200, 100)))
        cases = [("QUOTA_EXCEEDED", lambda: self.from_agent("100.000001")), ("CURRENCY_MISMATCH", lambda: self.from_agent(1, currency="USD")),
                 ("EXPIRE_TIME_PAST", lambda: self.from_agent(1, expire_time=self.later(0))),
                 ("PAY_ON_BEHALF_NOT_AGREED", lambda: self.from_agent(1, agent=new_id())),
                 ("PAY_ON_BEHALF_NOT_AGREED", lambda: self.from_agent(1, agent=Agent(self.ledger, 9).account))]
        for reason, call in cases:
            with self.assertRaises(Refusal) as no:
                call()
            self.assertEqual((no.exception.reason, no.exception.terms), (reason, {}))
        self.from_agent(100)
        agent.set(sub, 5000)
        with self.assertRaises(Refusal) as no:
            self.from_agent("700.000001")
        self.assertEqual((no.exception.reason, no.exception.terms), ("PAYER_INSUFFICIENT", {}))
        self.from_agent(700)
        for field, amount, payer in (("agent_account_id", 1, "you"), ("account_id", 1, sub), ("amount_micros", 0, agent.account)):
            with refused(self, INVALID, field=field):
                self.from_agent(amount, agent=payer)
        agent.capture(placed, 150, final=True)
        self.assertEqual((self.quota(), agent.available()), ((150, 800, 4050), micros(50)))
        self.assertEqual(self.client.read("PurchaseService/ListPaidFor", sub).paid_fors[0].amount_micros, micros(150))
        self.sound()

    def test_one_id_of_the_sub_account_holds_once(self):  # E32, settled 2
        other, kept, refusal = Agent(self.ledger, 1000), new_id(), new_id()
        other.relate(other.account, self.sub), other.customers.add(self.sub)
        other.set(self.sub, 500), self.agent.set(self.sub, 100)
        until = self.later()
        first = self.from_agent(60, request_id=kept, expire_time=until)
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            self.from_agent(60, request_id=refusal, expire_time=until)
        self.agent.set(self.sub, 1000)
        self.assertEqual(self.from_agent(60, request_id=kept, expire_time=until), first)
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            self.from_agent(60, request_id=refusal, expire_time=until)
        for call in (lambda: self.from_agent(60, other.account, request_id=kept, expire_time=until),
                     lambda: self.from_agent(61, request_id=kept, expire_time=until),
                     lambda: self.client.call("PurchaseService/OrderFromAgent", self.sub, agent_account_id=self.agent.account, amount_micros=micros(60),
                                              request_id=kept, **CNY)):
            with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
                call()
        self.agent.hold(self.sub, 5, until, request_id=kept)  # the agent's own ids are others
        self.assertEqual((self.agent.available(), other.available()), (micros(935), micros(1000)))

    def test_each_part_ends_once(self):
        agent, sub = self.agent, self.sub
        agent.set(sub, 500)
        first, second, own = (agent.hold(sub, 200, self.later()).hold, agent.hold(sub, 100, self.later()).hold,
                              agent.call("HoldService/PlaceHold", agent.account, amount_micros=micros(50), expire_time=self.later(), **CNY))
        self.assertEqual((own.hold.sub_account_id, own.HasField("quota")), ("", False))
        captured = agent.capture(first, 120)
        self.assertEqual(self.quota(), (120, 180, 200))
        with refused(self, PRECONDITION, "EXCEEDS_HOLD"):
            agent.capture(first, "80.01")
        agent.capture(first, 30, final=True)
        self.assertEqual((self.quota(), agent.available()), ((150, 100, 250), micros(700)))
        self.assertEqual(held(agent.void(second).quota), (150, 0, 350))
        self.assertFalse(agent.void(own.hold).HasField("quota"))
        for again in (lambda: agent.void(second), lambda: agent.capture(first, 1)):
            with refused(self, PRECONDITION, "HOLD_ENDED"):
                again()
        bought = agent.read("PurchaseService/GetPurchase", agent.account, purchase_id=captured.purchase_id).purchase
        self.assertEqual((bought.sub_account_id, bought.amount_micros), (sub, micros(120)))
        back = agent.refund(bought, 20)
        self.assertEqual((held(back.quota), back.purchase.sub_account_id), ((130, 0, 370), sub))
        lines = self.client.read("PurchaseService/ListPaidFor", sub).paid_fors
        self.assertEqual([(line.kind, line.amount_micros) for line in lines], [(2, -micros(20)), (1, micros(30)), (1, micros(120))])
        self.assertEqual(lines[2].paid_for_id, captured.purchase_id)
        found = agent.read("HoldService/ListHolds", agent.account, sub_account_id=sub, page_size=1)
        rest = agent.read("HoldService/ListHolds", agent.account, sub_account_id=sub, page_token=found.next_page_token)
        self.assertEqual([(hold.hold_id, hold.sub_account_id) for hold in list(found.holds) + list(rest.holds)],
                         [(second.hold_id, sub), (first.hold_id, sub)])
        self.assertEqual(agent.read("HoldService/GetHold", agent.account, hold_id=first.hold_id).hold.sub_account_id, sub)
        self.sound()

    def test_time_ends_it_at_its_moment(self):
        """For every reader, before the sweep and after; the quota's other holds and those of another stay."""
        agent, sub, other = self.agent, self.sub, new_id()
        agent.set(sub, 300), agent.set(other, 300)
        short = agent.hold(sub, 100, self.later(60)).hold
        agent.hold(sub, 50, self.later()), agent.hold(other, 70, self.later(60))
        agent.capture(short, 30)
        self.clock.turn(61)
        self.assertEqual((self.quota(), held(agent.get(other).quota)), ((30, 50, 220), (0, 0, 300)))
        listed = agent.read("QuotaService/ListQuotas", agent.account).quotas
        self.assertEqual({quota.sub_account_id: quota.held_micros for quota in listed}, {sub: micros(50), other: 0})
        with refused(self, PRECONDITION, "HOLD_ENDED"):
            agent.capture(short, 1)
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            agent.hold(sub, "220.01", self.later())
        agent.hold(sub, 220, self.later())
        self.assertEqual(self.quota(), (30, 270, 0))
        self.sound()

    def test_what_was_placed_stands_when_the_relation_ends(self):
        agent, sub = self.agent, self.sub
        agent.set(sub, 300)
        captured, voided, expired = (agent.hold(sub, amount, self.later(seconds)).hold for amount, seconds in ((100, 3600), (80, 3600), (60, 60)))
        agent.relate(agent.account, sub, relation_id=self.relation, ended=True)
        with refused(self, PRECONDITION, "PAY_ON_BEHALF_NOT_AGREED"):
            agent.hold(sub, 1, self.later())
        agent.capture(captured, 100), agent.void(voided)
        self.clock.turn(61)
        agent.top_up(agent.account, 1)
        self.assertEqual(agent.read("HoldService/GetHold", agent.account, hold_id=expired.hold_id).hold.state, 4)
        self.assertEqual((self.quota(), agent.available()), ((100, 0, -100), micros(901)))
        self.assertEqual(self.client.read("PurchaseService/ListPaidFor", sub).paid_fors[0].amount_micros, micros(100))
        self.sound()

    def test_the_same_request_id(self):  # E32, settled 2
        agent, sub, ids = self.agent, self.sub, [new_id() for _ in range(5)]
        agent.set(sub, 100)
        until = self.later()
        first = agent.hold(sub, 60, until, request_id=ids[0])
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            agent.hold(sub, 60, until, request_id=ids[1])
        captured = agent.capture(first.hold, 20, request_id=ids[2])
        voided = agent.void(first.hold, request_id=ids[3])
        agent.set(sub, 1000)
        self.assertEqual((agent.hold(sub, 60, until, request_id=ids[0]), agent.capture(first.hold, 20, request_id=ids[2]),
                          agent.void(first.hold, request_id=ids[3])), (first, captured, voided))
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            agent.hold(sub, 60, until, request_id=ids[1])
        for call in (lambda: agent.hold("", 60, until, request_id=ids[0]), lambda: agent.hold(new_id(), 60, until, request_id=ids[0])):
            with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
                call()
        self.assertEqual(self.quota(), (20, 0, 980))

    def test_in_bulk_in_groups_and_as_a_preview(self):
        agent, sub = self.agent, self.sub
        agent.set(sub, 100)
        place = lambda amount, **more: ("place_hold", dict(CNY, sub_account_id=sub, amount_micros=micros(amount), expire_time=self.later(), **more))  # noqa: E731
        results = agent.submit(agent.account, place(60), place(50), ("create_purchase", dict(CNY, sub_account_id=sub, amount_micros=micros(10))), place(30))
        self.assertEqual([reason_of(result) for result in results], ["", "QUOTA_EXCEEDED", "", ""])
        self.assertEqual((held(results[3].place_hold.quota), self.quota()), ((10, 90, 0), (10, 90, 0)))
        first, second = (results[place].place_hold.hold.hold_id for place in (0, 3))
        capture = lambda hold, amount: ("capture_hold", dict(CNY, hold_id=hold, amount_micros=micros(amount)))  # noqa: E731
        group = [capture(first, 60) + (True,), ("void_hold", dict(hold_id=second)) + (True,), capture(second, 1)]
        self.assertEqual([reason_of(result) for result in agent.submit(agent.account, *group)], ["GROUP_FAILED", "GROUP_FAILED", "HOLD_ENDED"])
        self.assertEqual(self.quota(), (10, 90, 0))
        preview = agent.read("OrderService/PreviewOrder", agent.account, order={"void_hold": {"hold_id": first}})
        self.assertEqual((held(preview.result.void_hold.quota), self.quota()), ((10, 30, 60), (10, 90, 0)))
        results = agent.submit(agent.account, *group[:2], place(30))
        self.assertEqual([reason_of(result) for result in results], ["", "", ""])
        self.assertEqual(self.quota(), (70, 30, 0))
        self.sound()

    def test_the_last_of_the_quota_between_two_replicas(self):
        """Captures, voids, holds and purchases at once: the quota is never exceeded, nothing is given back twice."""
        agent, sub, told = self.agent, self.sub, []
        with Service("ledger", clock=self.clock, database=self.ledger.database) as other:
            for _ in range(8):
                agent.set(sub, 100)
                first = agent.hold(sub, 60, self.later()).hold
                acts = [lambda ledger: agent.capture(first, 60, ledger=ledger), lambda ledger: agent.void(first, ledger=ledger),
                        lambda ledger: agent.hold(sub, 50, self.later(), ledger=ledger), lambda ledger: agent.buy(sub, 40, ledger=ledger)]

                def run(act, ledger):
                    try:
                        act(ledger)
                        told.append("")
                    except Refusal as no:
                        told.append(no.reason)
                threads = [threading.Thread(target=run, args=(act, (self.ledger, other)[place % 2])) for place, act in enumerate(acts)]
                [thread.start() for thread in threads], [thread.join() for thread in threads]
                self.assertEqual(told[-4:].count("HOLD_ENDED"), 1, told[-4:])
                consumed, kept, left = self.quota()
                self.assertGreaterEqual(left, 0)
                for hold in agent.read("HoldService/ListHolds", agent.account, state="HOLD_STATE_ACTIVE").holds:
                    kept -= hold.amount_micros // 10000 / 100
                    agent.void(hold)
                self.assertEqual(kept, 0)
                if consumed:
                    agent.offset(sub, str(consumed))
                agent.top_up(agent.account, 100)
        self.assertLessEqual(set(told), {"", "HOLD_ENDED", "QUOTA_EXCEEDED"})
        self.sound()

    def test_a_pool_that_another_replica_opened(self):
        """The first remembers that the account pays for nobody, and meets its hold by time alone."""
        agent, sub = self.agent, self.sub
        with Service("ledger", clock=self.clock, database=self.ledger.database) as other:
            agent.top_up(agent.account, 1), agent.top_up(agent.account, 1)
            agent.set(sub, 100, ledger=other)
            agent.hold(sub, 60, self.later(60), ledger=other)
            self.clock.turn(61)
            agent.top_up(agent.account, 1)
        self.assertEqual(self.quota(), (0, 0, 100))
        self.sound()


class AsEveryOrder(QuotaTest):
    def test_the_same_request_id(self):  # E32, settled 2
        agent, sub, ids = Agent(self.ledger, 1000), new_id(), [new_id() for _ in range(4)]
        agent.set(sub, 100, request_id=ids[0])
        first = agent.buy(sub, 60, request_id=ids[1])
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            agent.buy(sub, 60, request_id=ids[2])
        agent.set(sub, 1000)
        agent.offset(sub, 10, request_id=ids[3])
        self.assertEqual(agent.buy(sub, 60, request_id=ids[1]), first)
        with refused(self, PRECONDITION, "QUOTA_EXCEEDED"):
            agent.buy(sub, 60, request_id=ids[2])
        self.assertEqual(terms(agent.set(sub, 100, request_id=ids[0])), (100, 0, 0, 100))
        self.assertEqual(terms(agent.offset(sub, 10, request_id=ids[3])), (1000, 50, 0, 950))
        for call in (lambda: agent.buy(new_id(), 60, request_id=ids[1]), lambda: agent.spend(agent.account, 60, request_id=ids[1]),
                     lambda: agent.set(new_id(), 100, request_id=ids[0]), lambda: agent.offset(sub, 11, request_id=ids[3])):
            with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
                call()
        self.assertEqual(terms(agent.get(sub).quota), (1000, 50, 0, 950))

    def orders(self, sub):
        on_behalf = dict(CNY, sub_account_id=sub)
        return [("set_quota", dict(on_behalf, line_micros=micros(100))), ("create_purchase", dict(on_behalf, amount_micros=micros(80))),
                ("create_purchase", dict(on_behalf, amount_micros=micros(30))), ("offset_quota", dict(on_behalf, amount_micros=micros(10))),
                ("create_purchase", dict(on_behalf, amount_micros=micros(30))), ("record_usage", dict(on_behalf, amount_micros=micros(5)))]

    def test_in_bulk_and_streamed(self):
        expected = ["", "", "QUOTA_EXCEEDED", "", "", ""]
        agent, sub = Agent(self.ledger, 1000), new_id()
        agent.serve(sub)
        results = agent.submit(agent.account, *self.orders(sub))
        self.assertEqual([reason_of(result) for result in results], expected)
        self.assertEqual([terms(getattr(r, r.WhichOneof("outcome")).quota) for r in results if not reason_of(r)],
                         [(100, 0, 0, 100), (100, 80, 0, 20), (100, 70, 0, 30), (100, 100, 0, 0), (100, 105, 0, -5)])
        agent, sub = Agent(self.ledger, 1000), new_id()
        agent.serve(sub)
        wire = [message("ledger.v1.Order")(**{kind: dict(order, request_id=new_id())}) for kind, order in self.orders(sub)]
        stream = self.ledger.channel.stream_stream("/ledger.v1.OrderService/StreamOrders", request_serializer=lambda m: m.SerializeToString(),
                                                   response_deserializer=message("ledger.v1.StreamOrdersResponse").FromString)
        request = message("ledger.v1.StreamOrdersRequest")
        answers = stream(iter([request(account_id=agent.account, company_id=agent.id, orders=[order]) for order in wire]), timeout=60)
        self.assertEqual([reason_of(answer.results[0]) for answer in answers], expected)
        self.assertEqual(terms(agent.get(sub).quota), (100, 105, 0, -5))
        self.assertEqual(agent.audit()[0], [])

    def test_a_group_is_all_or_nothing(self):
        agent, sub = Agent(self.ledger, 1000), new_id()
        agent.serve(sub)
        quota, purchase = self.orders(sub)[0], ("create_purchase", dict(CNY, sub_account_id=sub, amount_micros=micros("100.01")))
        self.assertEqual([reason_of(result) for result in agent.submit(agent.account, quota + (True,), purchase)], ["GROUP_FAILED", "QUOTA_EXCEEDED"])
        with refused(self, MISSING, "QUOTA_NOT_FOUND"):
            agent.get(sub)

    def test_preview_decides_and_keeps_nothing(self):
        agent, sub = Agent(self.ledger, 50), new_id()
        agent.set(sub, 100)
        order = lambda amount: {"create_purchase": dict(CNY, sub_account_id=sub, amount_micros=micros(amount))}  # noqa: E731
        preview = lambda amount: agent.read("OrderService/PreviewOrder", agent.account, order=order(amount))  # noqa: E731
        self.assertEqual((reason_of(preview("50.01").result), preview("50.01").allowance.binding), ("PAYER_INSUFFICIENT", "pool"))
        self.assertEqual(reason_of(preview("100.01").result), "QUOTA_EXCEEDED")
        answer = preview(50)
        self.assertEqual((terms(answer.result.create_purchase.quota), list(answer.would_suspend_account_ids)), ((100, 50, 0, 50), [agent.account]))
        self.assertEqual((terms(agent.get(sub).quota), agent.available()), ((100, 0, 0, 100), micros(50)))

    def test_reads_explain_and_page(self):  # c-4
        agent, subs = Agent(self.ledger, 250), sorted(new_id() for _ in range(5))
        for place, sub in enumerate(subs):
            agent.set(sub, 100 * (place + 1))
        agent.buy(subs[4], 150)
        answer = agent.get(subs[4])
        self.assertEqual((terms(answer.quota), answer.quota.currency), ((500, 150, 0, 350), "CNY"))
        self.assertEqual([(term.name, term.amount_micros) for term in answer.purchasable.terms],
                         [("quota", micros(350)), ("pool", micros(100)), ("line", micros(500)), ("deducted", -micros(150)), ("undeducted", 0),
                          ("held", 0)])
        self.assertEqual((answer.purchasable.binding, answer.purchasable.amount_micros), ("pool", micros(100)))
        self.assertEqual(agent.get(subs[0]).purchasable.binding, "quota")
        page = agent.read("QuotaService/ListQuotas", agent.account, page_size=3)
        rest = agent.read("QuotaService/ListQuotas", agent.account, page_size=3, page_token=page.next_page_token)
        self.assertEqual([quota.sub_account_id for quota in list(page.quotas) + list(rest.quotas)], subs)
        self.assertEqual(rest.next_page_token, "")
        with refused(self, INVALID, field="page_token"):
            agent.read("QuotaService/ListQuotas", agent.account, page_token="next please")

    def test_the_feed_and_the_history_tell_for_whom(self):
        agent, sub = Agent(self.ledger, 100), new_id()
        agent.set(sub, 100)
        purchase = agent.buy(sub, 30).purchase
        agent.refund(purchase, 10)
        agent.offset(sub, 20)
        watch = self.ledger.channel.unary_stream("/ledger.v1.ChangeService/WatchChanges", request_serializer=lambda m: m.SerializeToString(),
                                                 response_deserializer=message("ledger.v1.WatchChangesResponse").FromString)
        stream = watch(message("ledger.v1.WatchChangesRequest")(account_id=agent.account, company_id=agent.id, cursor="1"), timeout=30)
        changes = [next(stream).change for _ in range(4)]
        stream.cancel()
        self.assertEqual([(c.kind, c.counterparty_account_id, c.amount_micros) for c in changes],
                         [(16, sub, micros(100)), (3, sub, micros(30)), (4, sub, micros(10)), (17, sub, micros(20))])
        postings = agent.read("PostingService/ListPostings", agent.account, counterparty_account_id=sub, book="BOOK_OWN").postings
        self.assertEqual([posting.amount_micros for posting in postings], [micros(10), -micros(30)])


class Audited(unittest.TestCase):
    """Corruption by hand, as only a superuser could: each is found, and the quota is named."""

    def corrupt(self, sql):
        with Service("ledger") as ledger:
            agent, sub = Agent(ledger, 100, payment_mode="PAYMENT_MODE_POSTPAID"), new_id()
            agent.set(sub, 100)
            agent.refund(agent.buy(sub, 30).purchase, 5)
            agent.meter(sub, 10)
            agent.call("UsageService/SettleUsage", agent.account)
            agent.offset(sub, 20)
            agent.meter(sub, 7)
            agent.hold(sub, 9, {"seconds": int(time.time()) + 3600})
            self.assertEqual(agent.audit()[0], [])
            psql(ledger.database, "SET search_path = ledger; " + sql)
            call = ledger.channel.unary_stream("/ledger.v1.AuditService/Audit", request_serializer=lambda m: m.SerializeToString(),
                                               response_deserializer=message("ledger.v1.AuditResponse").FromString)
            findings = [finding for answer in call(message("ledger.v1.AuditRequest")(), timeout=60) for finding in answer.findings]
            self.assertEqual({f.account_id for f in findings if f.kind == "QUOTAS_DIFFER"}, {agent.account})
            return [(finding.kind, finding.sentence.replace(sub, "SUB")) for finding in findings]

    def test_a_line_that_grew(self):
        self.assertEqual(self.corrupt("UPDATE quota SET line_micros = line_micros + 1"),
                         [("QUOTAS_DIFFER", "line of the quota of SUB is kept as 100.000001 and folds to 100.")])

    def test_consumption_that_was_forgotten(self):
        findings = self.corrupt("UPDATE quota SET deducted_micros = deducted_micros - 1")
        self.assertEqual(findings, [("QUOTAS_DIFFER", "consumed of the quota of SUB is kept as 21.999999 and folds to 22.")])

    def test_a_settlement_that_never_was(self):
        findings = self.corrupt("UPDATE pool SET settled_sequence = 1000")
        self.assertEqual(findings, [("QUOTAS_DIFFER", "undeducted of the quota of SUB is kept as 0 and folds to 7.")])

    def test_a_hold_that_was_forgotten(self):
        self.assertEqual(self.corrupt("UPDATE quota SET held_micros = held_micros - 1"),
                         [("QUOTAS_DIFFER", "held of the quota of SUB is kept as 8.999999 and folds to 9.")])

    def test_a_hold_that_was_somebody_elses(self):
        kinds = {kind for kind, _ in self.corrupt("UPDATE hold SET sub_account_id = gen_random_uuid()")}
        self.assertEqual(kinds, {"HOLDS_DIFFER", "QUOTAS_DIFFER"})

    def test_a_quota_that_vanished(self):
        self.assertEqual({kind for kind, _ in self.corrupt("DELETE FROM quota")}, {"QUOTAS_DIFFER"})

    def test_what_is_held_of_a_quota_that_vanished_ends(self):
        with Service("ledger") as ledger:
            agent, sub = Agent(ledger, 100), new_id()
            agent.set(sub, 100)
            given, taken = (agent.hold(sub, amount, {"seconds": int(time.time()) + 3600}).hold for amount in (9, 5))
            psql(ledger.database, "DELETE FROM ledger.quota")
            agent.void(given)
            agent.capture(taken, 5)
            self.assertEqual(agent.available(), micros(95))
            self.assertEqual({kind for kind, *_ in agent.audit()[0]}, {"QUOTAS_DIFFER"})

    def test_a_purchase_that_was_somebody_elses(self):
        kinds = [kind for kind, _ in self.corrupt("UPDATE entry SET sub_account_id = NULL WHERE kind = 3")]
        self.assertEqual(kinds, ["CHAIN_BROKEN", "QUOTAS_DIFFER"])


if __name__ == "__main__":
    unittest.main()
