"""The cache of the ledger, attacked: each test first makes sure that batches are decided from memory (the metric tells), then changes
the world behind it: through another replica, by the clock, by a cut connection, by an older database that was put back."""
import os
import sys
import threading
import time
import unittest
import urllib.request
import uuid

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from cutting_proxy import TO_SERVER, Proxy  # noqa: E402
from ledger import Stream, submit_bulk, submit_one, unsound, wait_until  # noqa: E402
from ledger_client import CNY, Company, micros, reason_of  # noqa: E402
from service import POSTGRES, ROOT, Clock, Refusal, Service, new_id, psql, refused  # noqa: E402
from sql import Sql  # noqa: E402

PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION


def counted(ledger, name="ledger_batches_cached_total"):
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % ledger.admin_port, timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return next((int(float(line.split()[1])) for line in lines if line.startswith(name + " ")), 0)


def units(amount_micros):
    """The other way round of micros()."""
    return "%d.%06d" % divmod(amount_micros, 10**6)


def recalls(ledger, do):
    """Does it, and again until a batch needed no reading; fails when none does."""
    for _ in range(40):  # whoever replayed a request is looked up for sixteen batches
        before = counted(ledger)
        do()
        if counted(ledger) > before:
            return
    raise AssertionError("nothing is decided from memory")


class Remembering(unittest.TestCase):
    """Accounts a (with 1,000 of its own) and b of a company, remembered by the first of two replicas."""

    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.first = cls.enterClassContext(Service("ledger", clock=cls.clock))
        cls.second = cls.enterClassContext(Service("ledger", clock=cls.clock, database=cls.first.database))
        cls.sql = Sql(POSTGRES, cls.first.database)
        cls.addClassCleanup(cls.sql.close)

    def setUp(self):
        self.company = Company(self.first)
        self.a, self.b = self.company.open(), self.company.open()
        self.company.top_up(self.a, 1000)
        self.warm()

    def tearDown(self):
        self.assertEqual(unsound(self.sql), [])
        self.assertEqual(self.company.audit()[0], [])

    def warm(self, ledger=None):
        """Until the replica decides a transfer from a to b and a purchase of b's from memory."""
        recalls(ledger or self.first, lambda: self.company.transfer(self.a, self.b, 1, ledger=ledger))
        recalls(ledger or self.first, lambda: self.company.call("UsageService/RecordUsage", self.b, amount_micros=micros("0.01"),
                                                                currency="CNY", ledger=ledger))

    def elsewhere(self, what, *arguments, **fields):
        return getattr(self.company, what)(*arguments, ledger=self.second, **fields)

    def stamp(self, moment):
        return {"seconds": int(moment), "nanos": int(moment % 1 * 1e9)}

    def usage(self, account, amount, **fields):
        return self.company.call("UsageService/RecordUsage", account, amount_micros=micros(amount), **dict(CNY, **fields))

    def given(self, account):
        """The rests of the lots, oldest first."""
        lots = self.company.read("AccountService/ListLots", account, page_size=100).lots
        return [(lot.source_account_id, lot.granted_micros - lot.spent_micros - lot.revoked_micros) for lot in lots]


class Elsewhere(Remembering):
    """An order of the second replica counts for the first one's very next order."""

    def test_replicas_take_turns(self):
        """Single, in bulk and streamed, in turns of uneven length: each answer tells the balance that all before it leave."""
        streams = [Stream(self.first), Stream(self.second)]
        left, before = self.company.balance(self.a).cash_micros, [counted(self.first), counted(self.second)]
        for turn in range(60):
            replica, way = turn // 3 % 2, turn % 3
            orders = [("create_transfer", dict(CNY, account_id=self.a, company_id=self.company.id, destination_account_id=self.b,
                                               request_id=new_id(), amount_micros=micros("0.%02d" % (1 + turn + i))), False)
                      for i in range(1 + turn % 5)]
            if way == 0:
                answers = [submit_one((self.first, self.second)[replica], *order[:2]) for order in orders]
            elif way == 1:
                answers = submit_bulk((self.first, self.second)[replica], orders)
            else:
                answers = streams[replica].submit(orders)
            for (_, order, _), answer in zip(orders, answers):
                left -= order["amount_micros"]
                self.assertEqual(answer.response.balances[0].cash_micros, left)
        for stream in streams:
            stream.close()
        self.assertGreater(counted(self.first), before[0])
        self.assertGreater(counted(self.second), before[1])

    def test_what_an_operator_says_there(self):
        """UpdateAccount of either account: refused here from then on, and open again when it says so."""
        empty, other = self.company.open(), self.company.open()  # ID-12: only what is empty is closed
        cases = [(self.a, "state", 2, 1, "ACCOUNT_FROZEN"), (other, "state", 3, 1, "DESTINATION_CLOSED"),
                 (empty, "state", 3, 1, "ACCOUNT_CLOSED"), (self.a, "company_verified", False, True, "NOT_VERIFIED"),
                 (self.b, "company_verified", False, True, "NOT_VERIFIED"), (self.a, "receivables", True, False, "DISABLED_RECEIVABLES")]
        for account, field, off, on, reason in cases:
            source, destination = empty if account == empty else self.a, other if account == other else self.b
            with self.subTest(field=field, reason=reason):
                self.elsewhere("update", account, field, **{field: off})
                with refused(self, PRECONDITION, reason):
                    self.company.transfer(source, destination, "0.01")
                with refused(self, PRECONDITION, reason):  # decided from cache, this time
                    self.company.transfer(source, destination, "0.01")
                self.elsewhere("update", account, field, **{field: on})
                if source == empty:
                    self.company.top_up(source, 1)
                self.company.transfer(source, destination, "0.01")
                self.warm()

    def test_a_relation_told_there(self):
        """LED-17, R5: that an agent pays ends self-service here, and opens it again when it ceases to."""
        agent, relation = self.elsewhere("paid_by", self.a)
        for _ in range(2):  # the second is decided from cache
            with refused(self, PRECONDITION, "DISABLED_PAY_ON_BEHALF"):
                self.company.transfer(self.a, self.b, "0.01")
        self.elsewhere("relate", agent, self.a, relation_id=relation, ended=True)
        self.company.transfer(self.a, self.b, "0.01")

    def test_what_was_paid_there(self):
        """E15: what the other spent of the last hundred cannot be spent again, whichever of the books it came from."""
        for _ in range(3):
            given, own = self.company.balance(self.b).transferred_in_micros, self.company.balance(self.a).own_micros
            self.elsewhere("spend", self.b, units(given))
            self.elsewhere("transfer", self.a, self.b, units(own))
            with refused(self, PRECONDITION, "EXCEEDS_TRANSFERABLE"):
                self.company.transfer(self.a, self.b, "0.01")
            with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
                self.company.spend(self.b, units(own + 10000))
            self.company.top_up(self.a, 1000)
            self.warm()

    def test_a_lot_spent_or_revoked_there(self):
        given = self.company.balance(self.b).transferred_in_micros
        self.elsewhere("spend", self.b, units(given))  # the lot that is remembered as open is none
        with refused(self, PRECONDITION, "EXCEEDS_REVOCABLE"):
            self.company.revoke(self.a, self.b, "0.01", suspension_acknowledged=True)
        self.company.transfer(self.a, self.b, 100)  # and is not joined
        self.assertEqual(self.given(self.b), [(self.a, micros(100))])
        self.warm()
        self.elsewhere("revoke", self.a, self.b, 60, suspension_acknowledged=True)
        left = self.company.balance(self.b).transferred_in_micros
        with refused(self, PRECONDITION, "EXCEEDS_REVOCABLE"):
            self.company.revoke(self.a, self.b, 41, suspension_acknowledged=True)
        self.usage(self.b, units(left))
        self.assertEqual(self.given(self.b), [])

    def test_a_hold_placed_voided_and_expired_there(self):
        place = dict(CNY, amount_micros=micros(900), expire_time=self.stamp(self.clock.now() + 60))
        hold = self.company.call("HoldService/PlaceHold", self.a, ledger=self.second, **place).hold.hold_id
        for _ in range(2):
            with refused(self, PRECONDITION, "EXCEEDS_TRANSFERABLE"):
                self.company.transfer(self.a, self.b, 200)
        self.company.call("HoldService/VoidHold", self.a, hold_id=hold, ledger=self.second)
        self.company.transfer(self.a, self.b, 200)
        self.warm()
        self.company.call("HoldService/PlaceHold", self.a, **dict(place, amount_micros=micros(700)))
        for _ in range(2):
            with refused(self, PRECONDITION, "EXCEEDS_TRANSFERABLE"):
                self.company.transfer(self.a, self.b, 200)
        self.clock.turn(61)  # over at its very moment (D.4), whoever books the end
        self.company.transfer(self.a, self.b, 200)

    def test_a_limit_set_and_confirmed_there(self):
        available = self.company.balance(self.b).available_micros
        beyond = units(available + micros(10))
        self.company.call("CreditService/SetCreditLimit", self.b, limit_micros=micros(50), ledger=self.second, **CNY)
        with refused(self, PRECONDITION, "CONTRACT_PENDING"):
            self.company.spend(self.b, beyond)
        self.company.call("CreditService/ConfirmCreditLimit", self.b, ledger=self.second)
        self.company.spend(self.b, beyond)
        self.assertEqual(self.company.balance(self.b).available_micros, micros(40))
        self.usage(self.b, "0.01")
        self.company.call("CreditService/SetCreditLimit", self.b, limit_micros=micros(20), ledger=self.second, **CNY)
        with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
            self.company.spend(self.b, 10)

    def test_a_currency_set_and_an_account_opened_there(self):
        bare = self.company.open(currency="")
        for _ in range(2):
            with refused(self, PRECONDITION, "CURRENCY_MISMATCH"):
                self.company.transfer(self.a, bare, 1)
        self.company.call("AccountService/SetCurrency", bare, currency="CNY", ledger=self.second)
        self.company.transfer(self.a, bare, 1)
        unknown = new_id()
        for _ in range(2):
            with refused(self, grpc.StatusCode.NOT_FOUND, "DESTINATION_NOT_FOUND"):
                self.company.transfer(self.a, unknown, 1)
        self.company.call("AccountService/OpenAccount", unknown, corporate=True, company_verified=True, currency="CNY", ledger=self.second)
        self.company.transfer(self.a, unknown, 1)

    def test_a_pool_opened_there(self):
        """The first settles for sub-accounts that it does not know of (LED-20)."""
        sub, quota = new_id(), lambda: self.company.read("QuotaService/GetQuota", self.a, sub_account_id=sub).quota
        self.elsewhere("update", self.a, "payment_mode", payment_mode=2)
        self.usage(self.a, 5)
        recalls(self.first, lambda: self.usage(self.a, 5))  # that it pays for nobody is remembered
        self.company.customer(self.a, sub, ledger=self.second)
        self.company.call("QuotaService/SetQuota", self.a, sub_account_id=sub, line_micros=micros(100), ledger=self.second, **CNY)
        self.usage(self.a, 30, sub_account_id=sub, ledger=self.second)
        self.assertEqual((quota().deducted_micros, quota().undeducted_micros), (0, micros(30)))
        self.company.call("UsageService/SettleUsage", self.a)
        self.assertEqual((quota().deducted_micros, quota().undeducted_micros), (micros(30), 0))


    def test_a_hold_on_behalf_placed_there(self):
        """The first meets it by its end alone, by hand and by its time (LED-20)."""
        sub, quota = new_id(), lambda: self.company.read("QuotaService/GetQuota", self.a, sub_account_id=sub).quota
        self.company.customer(self.a, sub)
        self.company.call("QuotaService/SetQuota", self.a, sub_account_id=sub, line_micros=micros(100), **CNY)
        self.usage(self.a, 5)
        place = dict(CNY, sub_account_id=sub, amount_micros=micros(30), expire_time=self.stamp(self.clock.now() + 60), ledger=self.second)
        ended, _ = (self.company.call("HoldService/PlaceHold", self.a, **place).hold.hold_id for _ in range(2))
        self.assertEqual(quota().held_micros, micros(60))
        self.company.call("HoldService/CaptureHold", self.a, hold_id=ended, amount_micros=micros(10), final=True, **CNY)
        self.assertEqual((quota().deducted_micros, quota().held_micros), (micros(10), micros(30)))
        self.clock.turn(61)
        self.usage(self.a, 5)
        self.assertEqual((quota().deducted_micros, quota().held_micros, quota().available_micros), (micros(10), 0, micros(90)))
        self.assertEqual(self.company.audit()[0], [])


class Time(Remembering):
    """Changes by the clock alone, of what is cached."""

    def test_an_override_ends(self):  # LED-19
        self.company.update(self.a, "receivables", receivables=True)
        self.company.override(self.a, self.stamp(self.clock.now() + 60))
        self.warm()
        self.clock.turn(61)
        with refused(self, PRECONDITION, "DISABLED_RECEIVABLES"):
            self.company.transfer(self.a, self.b, "0.01")

    def test_credit_ends_with_an_override(self):  # D.3
        self.company.call("CreditService/SetCreditLimit", self.b, limit_micros=micros(50), **CNY)
        self.company.call("CreditService/ConfirmCreditLimit", self.b)
        self.company.update(self.b, "receivables", receivables=True)
        self.company.override(self.b, self.stamp(self.clock.now() + 60))
        self.warm()
        self.clock.turn(61)
        with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
            self.company.spend(self.b, units(self.company.balance(self.b).cash_micros + 10000))

    def test_a_bill_falls_due(self):  # LED-08, E11
        self.company.update(self.a, "payment_mode", payment_mode=2)
        self.company.call("CreditService/SetCreditLimit", self.a, limit_micros=micros(500), **CNY)
        self.company.call("CreditService/ConfirmCreditLimit", self.a)
        own = self.company.balance(self.a).own_micros
        self.company.spend(self.a, units(own + micros(100)))
        self.company.top_up(self.a, 300)
        self.warm()
        self.clock.turn(31 * 24 * 3600)
        for _ in range(2):
            with refused(self, PRECONDITION, "OVERDUE"):
                self.company.transfer(self.a, self.b, 1)
        self.company.call("UsageService/PayBills", self.a, amount_micros=micros(100), ledger=self.second, **CNY)
        self.company.transfer(self.a, self.b, 1)


class Lots(Remembering):
    """Lots beyond what is remembered of them: first in, first out, all the same (D.9)."""

    def sources(self, count):
        """Each gives b ten, in this order."""
        accounts = [self.company.open() for _ in range(count)]
        for account in accounts:
            self.company.top_up(account, 1000)
            self.company.transfer(account, self.b, 10)
        return accounts

    def clear(self):
        given = self.company.balance(self.b).transferred_in_micros
        if given:
            self.usage(self.b, units(given))

    def test_from_four_to_seven_lots_and_back(self):
        self.clear()
        for count in (4, 5, 6, 7):
            with self.subTest(lots=count):
                sources = self.sources(count)
                left = [[source, micros(10)] for source in sources]
                for amount in ("3", "7.01", "0.99", "12", "5"):
                    self.usage(self.b, amount)
                    rest = micros(amount)
                    for lot in left:
                        taken = min(lot[1], rest)
                        lot[1] -= taken
                        rest -= taken
                    self.assertEqual(self.given(self.b), [tuple(lot) for lot in left if lot[1]])
                self.company.revoke(sources[-1], self.b, 4, suspension_acknowledged=True)
                self.company.transfer(sources[-1], self.b, 2)  # joins its last lot
                left[-1][1] -= micros(2)
                self.assertEqual(self.given(self.b), [tuple(lot) for lot in left if lot[1]])
                self.clear()

    def many(self, count):
        """So many lots of one for b, of two sources in turn; the replicas remember no more than the first 63 and the last."""
        self.clear()
        pair = self.company.open(), self.company.open()
        for account in pair:
            self.company.top_up(account, 1000)
        for i in range(count):
            self.company.transfer(pair[i % 2], self.b, 1)
        return pair

    def given_of_hundreds(self):
        """Of each lot: who gave it, and how much is left in cents, all pages."""
        found, token = [], ""
        while True:
            page = self.company.read("AccountService/ListLots", self.b, page_size=100, page_token=token)
            found += [(lot.source_account_id, (lot.granted_micros - lot.spent_micros - lot.revoked_micros) // 10000) for lot in page.lots]
            token = page.next_page_token
            if not token:
                return found

    def test_hundreds_of_lots_are_spent_from_memory(self):
        """First in, first out, through both ends of what is remembered; nothing is read for most orders."""
        pair = self.many(150)
        left = [[pair[i % 2], 100] for i in range(150)]
        before, batches = counted(self.first), counted(self.first, "ledger_batches_total")
        for cents in [150] * 20 + [1, 3199, 1, 100, 99, 1, 6401]:
            self.usage(self.b, "%d.%02d" % divmod(cents, 100))
            while cents:
                taken = min(left[0][1], cents)
                left[0][1] -= taken
                cents -= taken
                left = left[left[0][1] == 0:]
            self.assertEqual(self.given_of_hundreds(), [tuple(lot) for lot in left])
        self.assertEqual(counted(self.first, "ledger_batches_total") - batches, 27)
        self.assertGreater(counted(self.first) - before, 20)

    def test_hundreds_of_lots_are_spent_and_taken_back_by_turns(self):
        """By two replicas, of which each remembers what the other has spent since."""
        pair = self.many(140)
        left = [[pair[i % 2], 100] for i in range(140)]
        for turn in range(30):
            ledger = (self.first, self.second)[turn // 3 % 2]
            if turn % 5 == 4:  # the newest of this source, beyond what is remembered
                source, cents = pair[turn % 2], 250
                self.company.revoke(source, self.b, "2.50", suspension_acknowledged=True, ledger=ledger)
                for lot in reversed([lot for lot in left if lot[0] == source]):
                    taken = min(lot[1], cents)
                    lot[1] -= taken
                    cents -= taken
            else:
                cents = 70 + turn
                self.usage(self.b, "%d.%02d" % divmod(cents, 100), ledger=ledger)
                for lot in left:
                    taken = min(lot[1], cents)
                    lot[1] -= taken
                    cents -= taken
            left = [lot for lot in left if lot[1]]
            self.assertEqual(self.given_of_hundreds(), [tuple(lot) for lot in left], "turn %d" % turn)

    def test_a_source_of_two_lots_among_many(self):
        """Only the last of them is cached, and that one is open."""
        self.clear()
        sources = self.sources(6)
        for _ in range(3):
            self.company.transfer(sources[0], self.b, 10)
            self.company.transfer(sources[0], self.b, 1)
            self.company.revoke(sources[0], self.b, 15, suspension_acknowledged=True)
            self.assertEqual(self.given(self.b)[0], (sources[0], micros(6)))
            self.company.transfer(sources[0], self.b, 4)
            self.company.revoke(sources[0], self.b, 4, suspension_acknowledged=True)
            self.company.transfer(sources[0], self.b, 4)
            self.company.revoke(sources[0], self.b, 10, suspension_acknowledged=True)
            sources = sources[1:] + self.sources(1)

    def test_a_refund_opens_a_lot_below_the_first(self):  # E16
        self.clear()
        first, second, third = self.sources(3)
        bought = self.company.spend(self.b, 15).purchase
        recalls(self.first, lambda: self.usage(self.b, 1))
        self.company.call("PurchaseService/RefundPurchase", self.b, purchase_id=bought.purchase_id, amount_micros=micros(12), **CNY)
        self.assertEqual(self.given(self.b)[0], (first, micros(7)))
        before = counted(self.first)
        self.usage(self.b, 7)
        self.assertEqual(self.given(self.b)[0][0], second)
        self.assertGreater(counted(self.first), before)
        self.company.transfer(first, self.b, 1)  # its lot is closed: a new one, behind the third's
        self.assertEqual([source for source, _ in self.given(self.b)], [second, third, first])

    def test_a_source_takes_back_its_own_only(self):  # E12
        self.clear()
        first, second = self.sources(2)
        self.company.transfer(first, self.b, 5)
        recalls(self.first, lambda: self.usage(self.b, "0.01"))
        before = counted(self.first)
        with refused(self, PRECONDITION, "EXCEEDS_REVOCABLE"):
            self.company.revoke(first, self.b, 15, suspension_acknowledged=True)
        self.company.revoke(first, self.b, 12, suspension_acknowledged=True)
        self.assertGreater(counted(self.first), before)
        left = self.given(self.b)
        self.assertEqual((left[0][0], left[1]), (first, (second, micros(10))))
        self.assertLess(left[0][1], micros(3))
        stranger = self.company.open()
        self.company.top_up(stranger, 1)
        with refused(self, PRECONDITION, "NO_PRIOR_TRANSFER"):
            self.company.revoke(stranger, self.b, "0.01", suspension_acknowledged=True)
        self.usage(self.b, units(left[0][1]))
        with refused(self, PRECONDITION, "EXCEEDS_REVOCABLE"):  # not NO_PRIOR_TRANSFER, though no lot of it is open
            self.company.revoke(first, self.b, "0.01", suspension_acknowledged=True)


class Batches(Remembering):
    """Batches that are decided from memory and are not simply accepted."""

    def transfers(self, *amounts, linked=False):
        order = dict(CNY, destination_account_id=self.b)
        return [("create_transfer", dict(order, amount_micros=micros(amount)), *([True] if linked and amount != amounts[-1] else []))
                for amount in amounts]

    def test_a_group_that_is_undone(self):
        own, given = self.company.balance(self.a).own_micros, self.given(self.b)
        for _ in range(3):
            before = counted(self.first)
            results = self.company.submit(self.a, *self.transfers(10, 20, 5000, linked=True))
            self.assertEqual([reason_of(r) for r in results], ["GROUP_FAILED", "GROUP_FAILED", "EXCEEDS_TRANSFERABLE"])
            self.assertGreater(counted(self.first), before)
            self.assertEqual((self.company.balance(self.a).own_micros, self.given(self.b)), (own, given))
        c = self.company.open()
        self.company.transfer(self.a, c, 1)
        results = self.company.submit(c, ("record_usage", dict(CNY, amount_micros=micros(1)), True),
                                      ("create_transfer", dict(CNY, destination_account_id=self.b, amount_micros=micros(1))))
        self.assertEqual([reason_of(r) for r in results], ["GROUP_FAILED", "EXCEEDS_TRANSFERABLE"])
        self.assertEqual(self.given(c), [(self.a, micros(1))])
        self.usage(c, 1)
        self.assertEqual(self.given(c), [])

    def test_refusals_only_then_twins_then_replays(self):
        own = self.company.balance(self.a).own_micros
        before = counted(self.first)
        self.assertEqual([reason_of(r) for r in self.company.submit(self.a, *self.transfers(5000, 6000))], ["EXCEEDS_TRANSFERABLE"] * 2)
        twins = [(kind, dict(order, request_id=request_id)) for request_id in [new_id()] for kind, order in self.transfers(1, 1, 1)]
        results = self.company.submit(self.a, *twins)
        self.assertEqual([r.replayed for r in results], [False, True, True])
        self.assertGreaterEqual(counted(self.first), before + 2)
        self.assertEqual([r.replayed for r in self.company.submit(self.a, *twins)], [True] * 3)
        other = [(kind, dict(order, amount_micros=micros(2))) for kind, order in twins]
        self.assertEqual([reason_of(r) for r in self.company.submit(self.a, *other)], ["IDEMPOTENCY_MISMATCH"] * 3)
        self.company.transfer(self.a, self.b, 1)
        self.assertEqual(self.company.balance(self.a).own_micros, own - micros(2))


if __name__ == "__main__":
    unittest.main()
