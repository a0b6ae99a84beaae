"""Two kinds of no on the ledger (settled 2 and 10): a never is kept under the request id for good, a not yet frees it. Through two replicas
over one database, alone, in groups and in one batch, each with what it remembers of the company."""
import os
import sys
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import batches, kept_times  # noqa: E402
from ledger_client import CNY, Company, micros, reason_of  # noqa: E402
from service import Service, new_id, psql, refused  # noqa: E402

MISSING, PRECONDITION, OUT_OF_RANGE = grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.OUT_OF_RANGE
LARGEST = (2 ** 63 - 1) // 16 // 10000 * 10000


class NotYet(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.first = cls.enterClassContext(Service("ledger"))
        cls.second = cls.enterClassContext(Service("ledger", database=cls.first.database))

    def setUp(self):
        self.company = Company(self.first)
        self.request = {"request_id": new_id(), "top_up_id": new_id()}

    def tearDown(self):
        self.assertEqual(self.company.audit()[0], [])

    def kept(self, request_id):
        return str(kept_times(lambda statement: psql(self.first.database, statement), self.company.id, request_id))

    def credit(self, account, amount=100, **fields):
        return self.company.top_up(account, amount, **dict(self.request, **fields))

    def credited_once(self, account, amount=100, **fields):
        """By either replica, then replayed by both."""
        answers = [self.credit(account, amount, ledger=ledger, **fields) for ledger in (self.second, self.first, self.second)]
        self.assertEqual(answers, answers[:1] * 3)
        self.assertEqual(self.company.balance(account).cash_micros, micros(amount))

    def test_an_account_that_is_not_opened_yet(self):
        account = new_id()
        for ledger in (self.first, self.second):
            with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
                self.credit(account, ledger=ledger)
        self.assertEqual(self.kept(self.request["request_id"]), "0")
        self.company.call("AccountService/OpenAccount", account, corporate=True, company_verified=True, currency="CNY")
        self.credited_once(account)

    def test_an_account_without_a_currency_yet(self):  # M1: the credit overtook the currency
        account = self.company.open(currency="")
        with refused(self, PRECONDITION, "CURRENCY_NOT_SET"):
            self.credit(account)
        self.company.call("AccountService/SetCurrency", account, currency="CNY")
        self.credited_once(account)

    def test_another_currency_is_a_never(self):  # PAY-24: it stays
        account = self.company.open(currency="USD")
        with refused(self, PRECONDITION, "CURRENCY_MISMATCH"):
            self.credit(account)
        self.assertEqual(self.kept(self.request["request_id"]), "1")

    def test_an_account_that_is_closed_and_opened_again(self):
        account = self.company.open()
        self.company.update(account, "state", state="ACCOUNT_STATE_CLOSED")
        with refused(self, PRECONDITION, "ACCOUNT_CLOSED"):
            self.credit(account)
        self.company.update(account, "state", state="ACCOUNT_STATE_ACTIVE")
        self.credited_once(account)

    def test_a_book_that_has_no_room(self):  # E31
        account, other = self.company.open(), self.company.open()
        for _ in range(8):
            self.company.call("TopUpService/CreditTopUp", account, top_up_id=new_id(), amount_micros=LARGEST // 8 // 10000 * 10000, **CNY)
        with refused(self, OUT_OF_RANGE, "OUT_OF_RANGE"):
            self.company.call("TopUpService/CreditTopUp", account, amount_micros=LARGEST, **dict(CNY, **self.request))
        self.assertEqual(self.kept(self.request["request_id"]), "0")
        with refused(self, OUT_OF_RANGE, "OUT_OF_RANGE"):  # of no account
            self.company.call("TopUpService/CreditTopUp", other, amount_micros=LARGEST + 10000 * 10, **dict(CNY, **self.request))
        self.assertEqual(self.kept(self.request["request_id"]), "1")

    def test_what_a_replica_remembers_is_not_believed(self):
        """The first replica knows the account as closed and says so; the second opens it; no commit of the first's would tell."""
        account, other = self.company.open(), self.company.open()
        self.company.update(account, "state", state="ACCOUNT_STATE_CLOSED")
        self.company.top_up(other, 10)
        with refused(self, PRECONDITION, "ACCOUNT_CLOSED"):
            self.credit(account)
        self.company.top_up(other, 10)
        for _ in range(40):  # until it decides from memory
            before = batches(self.first)[1]
            self.company.top_up(other, 10)
            if batches(self.first)[1] > before:
                break
        with refused(self, PRECONDITION, "ACCOUNT_CLOSED"):
            self.credit(account)
        self.company.update(account, "state", state="ACCOUNT_STATE_ACTIVE", ledger=self.second)
        self.credit(account)
        self.credited_once(account)

    def test_a_customers_order_keeps_the_same_no(self):
        """A not yet of a credit is a never of an order that a customer may have undone meanwhile."""
        account = self.company.open()
        self.company.update(account, "state", state="ACCOUNT_STATE_CLOSED")
        orders = (("PurchaseService/CreatePurchase", {}), ("UsageService/RecordUsage", {}), ("TopUpService/CreateAdjustment", {"remark": "r"}))
        ids = {rpc: new_id() for rpc, _ in orders}
        for _ in range(2):
            for rpc, fields in orders:
                with refused(self, PRECONDITION, "ACCOUNT_CLOSED"):
                    self.company.call(rpc, account, request_id=ids[rpc], amount_micros=micros(1), **dict(CNY, **fields))
                self.assertEqual(self.kept(ids[rpc]), "1")
            self.company.update(account, "state", state="ACCOUNT_STATE_ACTIVE")
        self.assertEqual(self.company.balance(account).cash_micros, 0)

    def test_a_step_of_the_opening(self):
        """call_once: SetCurrency may overtake OpenAccount; a locked currency is a never."""
        account, early, late = new_id(), new_id(), new_id()
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.company.call("AccountService/SetCurrency", account, request_id=early, currency="CNY")
        self.company.call("AccountService/OpenAccount", account, corporate=True, company_verified=True)
        self.company.call("AccountService/SetCurrency", account, request_id=early, currency="CNY", ledger=self.second)
        with refused(self, PRECONDITION, "CURRENCY_LOCKED"):
            self.company.call("AccountService/SetCurrency", account, request_id=late, currency="USD")
        self.assertEqual((self.kept(early), self.kept(late)), ("1", "1"))

    def submit_group(self, account, amount):
        """A credit linked with a purchase: one group."""
        credit = dict(self.request, amount_micros=micros(100), account_id=account, **CNY)
        spend = dict(request_id=self.request["top_up_id"], amount_micros=micros(amount), **CNY)
        return self.company.submit(account, ("credit_top_up", credit, True), ("create_purchase", spend))

    def test_a_group_is_kept_or_not_as_a_whole(self):
        account, ids = self.company.open(currency=""), self.request.values()
        self.assertEqual([reason_of(r) for r in self.submit_group(account, 60)], ["CURRENCY_NOT_SET", "GROUP_FAILED"])
        self.assertEqual([self.kept(i) for i in ids], ["0", "0"])
        self.company.call("AccountService/SetCurrency", account, currency="CNY")
        self.assertEqual([reason_of(r) for r in self.submit_group(account, 60)], ["", ""])
        self.assertEqual([(reason_of(r), r.replayed) for r in self.submit_group(account, 60)], [("", True)] * 2)
        self.assertEqual(self.company.balance(account).cash_micros, micros(40))

    def test_a_group_that_a_customers_order_fails_is_kept(self):
        account, ids = self.company.open(), self.request.values()
        for _ in range(2):
            self.assertEqual([reason_of(r) for r in self.submit_group(account, 101)], ["GROUP_FAILED", "EXCEEDS_AVAILABLE"])
            self.assertEqual([self.kept(i) for i in ids], ["1", "1"])
            self.company.top_up(account, 100)
        self.assertEqual(self.company.balance(account).cash_micros, micros(200))

    def test_twice_in_one_call(self):
        account = self.company.open(currency="")
        credit = dict(self.request, amount_micros=micros(100), **CNY)
        results = self.company.submit(account, ("credit_top_up", credit), ("credit_top_up", credit))
        self.assertEqual([(reason_of(r), r.replayed) for r in results], [("CURRENCY_NOT_SET", False)] * 2)
        self.company.call("AccountService/SetCurrency", account, currency="CNY")
        results = self.company.submit(account, ("credit_top_up", credit), ("credit_top_up", credit))
        self.assertEqual([(reason_of(r), r.replayed) for r in results], [("", False), ("", True)])
        self.credited_once(account)


if __name__ == "__main__":
    unittest.main()
