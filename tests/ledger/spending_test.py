"""PAY-16 in the ledger: a read-only account spends nothing by whatever way, is filled by who accepts that, completes what is under way, and says
since when it is so and by whom (an account that is opened may spend, ID-23). The decision is made at the gateway (tests/gateway/domain/access_test.c, tests/journeys/spending_test.py)."""
import os
import sys
import threading
import time
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import CNY, Company, micros, reason_of  # noqa: E402
from service import Refusal, Service, new_id, psql, refused  # noqa: E402

INVALID, MISSING, PRECONDITION = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION
SPEND, READ_ONLY = 1, 2


class Spending(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger"))

    def setUp(self):
        self.company, self.master = Company(self.ledger), new_id()
        self.a, self.b = self.company.open(), self.company.open()
        self.company.top_up(self.a, 100)
        self.company.top_up(self.b, 100)

    def tearDown(self):
        self.assertEqual(self.company.audit()[0], [])

    def set(self, account, permission, **fields):
        return self.company.call("AccountService/SetSpendingPermission", account, permission=permission,
                                 metadata=(("kontor-principal-id", self.master),), **fields)

    def account(self):
        return self.company.read("AccountService/GetAccount", self.b).account

    def hold(self):
        return self.company.call("HoldService/PlaceHold", self.b, amount_micros=micros(1), expire_time={"seconds": int(time.time()) + 3600}, **CNY)

    def adjust(self, amount, **fields):
        return self.company.call("TopUpService/CreateAdjustment", self.b, amount_micros=micros(amount), remark="goodwill", **dict(CNY, **fields))

    def assert_not_permitted(self):
        for order in (lambda: self.company.spend(self.b, 1), self.hold, lambda: self.company.transfer(self.b, self.a, 1)):
            with refused(self, PRECONDITION, "SPENDING_NOT_PERMITTED"):
                order()

    def test_an_account_may_spend_until_somebody_says_otherwise(self):
        before = self.account()
        self.assertEqual((before.spending_permission, before.spending_set_time, before.spending_set_by_principal_id), (SPEND, before.opened_time, ""))
        told = self.set(self.b, READ_ONLY)
        self.assertEqual((told.account.spending_permission, told.account.spending_set_by_principal_id, told.balances[0].read_only),
                         (READ_ONLY, self.master, True))
        self.assertGreater(told.account.spending_set_time.ToNanoseconds(), before.opened_time.ToNanoseconds())
        self.assertEqual(self.account(), told.account)
        self.assertTrue(self.company.balance(self.b).read_only)
        self.assertFalse(self.company.balance(self.b, as_of_time=told.account.spending_set_time).read_only)  # it has no past
        self.assert_not_permitted()
        bulk = self.company.submit(self.b, ("create_purchase", dict(CNY, amount_micros=micros(1))))
        self.assertEqual([reason_of(result) for result in bulk], ["SPENDING_NOT_PERMITTED"])
        self.set(self.b, SPEND)
        self.company.spend(self.b, 1)
        self.company.transfer(self.b, self.a, 1)

    def test_nothing_is_left_to_transfer(self):
        self.set(self.b, READ_ONLY)
        told = self.company.read("AccountService/GetBalance", self.b).transferable
        self.assertEqual((told.amount_micros, told.binding), (0, "SPENDING_NOT_PERMITTED"))

    def test_money_is_put_in_by_who_accepts_it(self):
        self.set(self.b, READ_ONLY)
        with refused(self, PRECONDITION, "SUBACCOUNT_READ_ONLY"):
            self.company.transfer(self.a, self.b, 1)
        with refused(self, PRECONDITION, "SUBACCOUNT_READ_ONLY"):
            self.adjust(1)
        request_id = new_id()
        answer = self.company.transfer(self.a, self.b, 10, request_id=request_id, accept_read_only=True)
        self.assertEqual([balance.read_only for balance in answer.balances], [False, True])
        self.adjust(1, accept_read_only=True)
        self.adjust(-1)
        self.company.revoke(self.a, self.b, 10, suspension_acknowledged=True)
        self.set(self.b, SPEND)
        self.assertEqual(self.company.transfer(self.a, self.b, 10, request_id=request_id, accept_read_only=True), answer)
        with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            self.company.transfer(self.a, self.b, 10, request_id=request_id)

    def test_what_is_under_way_is_completed(self):
        hold = self.hold().hold.hold_id
        self.set(self.b, READ_ONLY)
        self.company.top_up(self.b, 50)  # payments has it
        self.company.call("HoldService/CaptureHold", self.b, hold_id=hold, amount_micros=micros(1), **CNY)
        self.company.call("UsageService/RecordUsage", self.b, amount_micros=micros(1), **CNY)
        self.assertEqual(self.company.balance(self.b).own_micros, micros(148))

    def test_a_purchase_beside_it_is_whole_or_refused(self):
        for _ in range(8):
            self.set(self.b, SPEND)
            before, heard = self.company.balance(self.b).own_micros, []

            def buy():
                try:
                    self.company.spend(self.b, 1)
                    heard.append("")
                except Refusal as no:
                    heard.append(no.reason)

            buyer = threading.Thread(target=buy)
            buyer.start()
            self.set(self.b, READ_ONLY)
            buyer.join()
            spent = before - self.company.balance(self.b).own_micros
            self.assertIn((heard, spent), [([""], micros(1)), (["SPENDING_NOT_PERMITTED"], 0)])
            self.assert_not_permitted()

    def test_it_is_an_act(self):
        """GW-07; refused ones too"""
        self.set(self.b, READ_ONLY, remark="the pilot has ended")
        self.company.update(self.b, "state", state=2)
        for permission in (0, 3):
            with refused(self, INVALID, "INVALID_ARGUMENT", "permission"):
                self.set(self.b, permission)
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.set(new_id(), SPEND)
        acts = psql(self.ledger.database, "SELECT action || '|' || reason || '|' || remark FROM ledger.act WHERE company_id = '%s'"
                                          " AND action LIKE 'set_spending%%' ORDER BY after_sequence, number" % self.company.id)
        self.assertEqual(acts.split("\n"), ["set_spending_permission||READ_ONLY: the pilot has ended", "set_spending_permission|ACCOUNT_NOT_FOUND|SPEND"])


if __name__ == "__main__":
    unittest.main()
