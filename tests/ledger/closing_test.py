"""ID-12, ID-15 on the ledger: an account is closed only when nothing is left in it or owed by it, and hears everything that is."""
import os
import sys
import time
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import CNY, Company, micros  # noqa: E402
from service import Refusal, Service, refused  # noqa: E402

PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION
ACTIVE, FROZEN, CLOSED = 1, 2, 3


class Closing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger"))

    def setUp(self):
        self.company = Company(self.ledger)

    def blockers(self, account):
        found = self.company.read("ClosingService/ListClosingBlockers", account).blockers
        return {blocker.reason: blocker.amount_micros for blocker in found}

    def set_state(self, account, state=CLOSED):
        return self.company.update(account, "state", state=state).account.state

    def assert_not_closed(self, account, reason):
        with self.assertRaises(Refusal) as caught:
            self.set_state(account)
        self.assertEqual((caught.exception.code, caught.exception.reason), (PRECONDITION, reason))
        self.assertEqual(self.company.read("AccountService/GetAccount", account).account.state, ACTIVE)

    def test_everything_that_is_left_is_listed(self):
        other, account = self.company.open(), self.company.open(payment_mode=2)
        self.company.top_up(other, 500)
        self.company.transfer(other, account, 300)
        self.company.top_up(account, 100)
        self.company.call("HoldService/PlaceHold", account, amount_micros=micros(10), expire_time={"seconds": int(time.time()) + 600}, **CNY)
        self.company.call("UsageService/RecordUsage", account, amount_micros=micros(7), **CNY)
        self.assertEqual(self.blockers(account), {"CASH_LEFT": micros(400), "HOLDS_ACTIVE": micros(10), "USAGE_UNBILLED": micros(7)})
        self.assert_not_closed(account, "CASH_LEFT")

    def test_a_cent_on_either_side(self):
        account = self.company.open()
        self.company.top_up(account, "0.01")
        self.assertEqual(self.blockers(account), {"CASH_LEFT": micros("0.01")})
        self.assert_not_closed(account, "CASH_LEFT")
        self.company.spend(account, "0.01")
        self.assertEqual(self.blockers(account), {})
        self.assertEqual(self.set_state(account), CLOSED)
        with refused(self, PRECONDITION, "ACCOUNT_CLOSED"):
            self.company.top_up(account, 1)
        self.assertEqual(self.set_state(account), CLOSED)  # again: nothing changes
        self.assertEqual(self.set_state(account, ACTIVE), ACTIVE)
        self.company.top_up(account, 1)

    def test_freezing_asks_nothing(self):
        account = self.company.open()
        self.company.top_up(account, 5)
        self.assertEqual(self.set_state(account, FROZEN), FROZEN)

    def test_a_bill_that_is_not_paid(self):
        account = self.company.open(payment_mode=2)
        self.company.call("UsageService/RecordUsage", account, amount_micros=micros(7), **CNY)
        self.company.call("UsageService/SettleUsage", account)
        self.assertEqual(self.blockers(account), {"BILLS_UNPAID": micros(7)})
        self.assert_not_closed(account, "BILLS_UNPAID")


if __name__ == "__main__":
    unittest.main()
