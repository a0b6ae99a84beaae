"""ID-12 at payments: money on its way keeps an account open; a closed one is topped up no more, whatever begins at the same moment."""
import concurrent.futures
import unittest

from payments_stack import Payments, Refusal, eventually, new_id, psql, refused, state

import grpc

PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION


class ClosingTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.payments = Payments()
        cls.addClassCleanup(cls.payments.stop)

    def setUp(self):
        self.payments.simulator.control("delay", [0, 0])
        self.account = self.payments.account()
        self.card = self.payments.add_card(self.account).payment_method_id

    def call(self, rpc, **fields):
        return self.payments.call(rpc, request_id=new_id(), **fields)

    def set_closed(self, account, closed=True):
        self.call("ClosingService/SetClosed", account_id=account, closed=closed)

    def blockers(self, account):
        found = self.payments.call("ClosingService/ListClosingBlockers", account_id=account).blockers
        return [(b.reason, b.amount_micros, b.currency) for b in found]

    def paid(self, micros, **fields):
        top_up = self.payments.top_up(self.account, self.card, micros, **fields)
        eventually(lambda: state(self.payments.get_top_up(self.account, top_up.top_up_id)), "SUCCEEDED")
        return {"account_id": self.account, "top_up_id": top_up.top_up_id}

    def test_what_is_on_its_way_keeps_it_open(self):
        self.assertEqual(self.blockers(self.account), [])
        received = self.paid(30_000_000)
        self.payments.simulator.control("delay", [600, 600])
        self.payments.top_up(self.account, self.card)
        under_way, in_transit = ("TOP_UP_UNDER_WAY", 100_000_000, "USD"), ("MONEY_IN_TRANSIT", 30_000_000, "USD")
        self.assertEqual(self.blockers(self.account), [under_way, in_transit])
        with refused(self, PRECONDITION, "TOP_UP_UNDER_WAY"):
            self.set_closed(self.account)
        self.call("TopUpService/MarkCredited", **received)
        self.assertEqual(self.blockers(self.account), [under_way])

    def test_money_in_suspense_keeps_payer_and_target_open(self):
        target = self.payments.account()
        top_up = self.paid(20_000_000, target=target)
        self.call("TopUpDeskService/MarkInSuspense", reason="ACCOUNT_CLOSED", **top_up)
        for account in (self.account, target):
            with refused(self, PRECONDITION, "MONEY_IN_TRANSIT"):
                self.set_closed(account)
        self.call("TopUpService/MarkCredited", **top_up)
        for account in (self.account, target):
            self.set_closed(account)

    def test_every_state_on_the_way_keeps_payer_and_target_open(self):
        """ID-12: until the ledger has it, or the payer has it back; whatever is not received yet is told as under way."""
        expected = dict.fromkeys(("CREATED", "PENDING", "UNKNOWN", "MANUAL"), ["TOP_UP_UNDER_WAY"])
        expected.update(dict.fromkeys(("SUCCEEDED", "IN_SUSPENSE", "RETURNING", "REFUNDING"), ["MONEY_IN_TRANSIT"]))
        expected.update(dict.fromkeys(("CREDITED", "FAILED", "RETURNED"), []))
        target = self.payments.account()
        top_up = self.paid(20_000_000, target=target)
        for name, reasons in expected.items():
            due = "'infinity'" if name in ("CREATED", "PENDING", "UNKNOWN", "REFUNDING") else "NULL"
            psql(self.payments.service.database, "UPDATE payments.top_up SET state = '%s', next_time = %s WHERE top_up_id = '%s'"
                 % (name, due, top_up["top_up_id"]))
            for account in (self.account, target):
                self.assertEqual([found[0] for found in self.blockers(account)], reasons, name)

    def test_a_closed_account_is_topped_up_no_more_until_it_is_open_again(self):
        for _ in range(2):
            self.set_closed(self.account)
        with refused(self, PRECONDITION, "ACCOUNT_CLOSED"):
            self.payments.top_up(self.account, self.card)
        self.set_closed(self.account, False)
        self.payments.top_up(self.account, self.card)

    def test_a_wire_transfer_that_nobody_saw_yet_does_not_keep_it_open(self):
        account = self.payments.account(country="CN", currency="CNY")
        self.payments.top_up(account, "", 60_000_000_000, "CNY", rail="TOP_UP_RAIL_WIRE")
        self.set_closed(account)

    def test_a_top_up_that_begins_while_the_account_is_closed(self):
        """One of the two hears no, each time; both never hear yes."""
        self.payments.simulator.control("delay", [600, 600])

        def heard(act):
            try:
                act()
                return "yes"
            except Refusal as refusal:
                return refusal.reason
        for _ in range(8):
            target = self.payments.account()
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                both = [pool.submit(heard, act) for act in (
                    lambda: self.set_closed(target), lambda: self.payments.top_up(self.account, self.card, 20_000_000, target=target))]
            self.assertIn([one.result() for one in both], [["yes", "ACCOUNT_CLOSED"], ["TOP_UP_UNDER_WAY", "yes"]])


if __name__ == "__main__":
    unittest.main()
