"""Accounts that waited alone move into their company's chain when it is verified (settled 11), while the ledger, the gateway and identity are killed: each
has moved once, with what it had, its money arrives, passes inside the one chain, and the audit finds nothing. KONTOR_SEED repeats a run."""
import os
import random
import sys
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "journeys"), os.path.dirname(os.path.abspath(__file__))]
from kill_test import SEED, Killer, StubbornCustomer, insist  # noqa: E402
from stack import Journey, entity_number, micros, psql  # noqa: E402

ROUNDS = 3


class MoveKillTest(Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = entity_number()
        cls.sibling = cls.stack.customer("sibling").open(cls.company)

    def waiting(self, name, money):
        """Opened in a chain of its own, with an entry or without."""
        customer = self.stack.customer(name).sign_up().verify_phone().add_address().set_currency()
        self.stack.await_equal(self, 0, customer.own, timeout=60)
        customer.__class__ = StubbornCustomer
        submission, card = customer.submit_company(self.company), customer.add_card()["paymentMethodId"]
        if money:
            customer.top_up("100.00", card)
            self.stack.await_equal(self, micros("100.00"), customer.own, timeout=60)
        return customer, submission, card

    def place(self, customer):
        """(chain, chain it was opened in, of that chain's company)."""
        return psql(self.stack.ledger.database, "SELECT company_id, opened_in_id, company_verified FROM ledger.account WHERE account_id = '%s' AND moved_time IS NULL"
                    % customer.account_id).strip().split("|")

    def test_each_moves_once_whatever_is_killed(self):
        print("seed %d" % SEED, file=sys.stderr)
        chain = self.place(self.sibling)[0]
        for name in ("ledger", "gateway", "identity"):
            prepared = [self.waiting("%s-%d" % (name, number), number == 1) for number in range(ROUNDS)]
            self.assertEqual([self.place(customer) for customer, _, _ in prepared], [[customer.account_id, "", "f"] for customer, _, _ in prepared])
            self.stack.first_operator().prove()
            with self.subTest(killed=name), Killer(self.stack.services[name], random.Random("%d %s" % (SEED, name))) as killer:
                for customer, submission, card in prepared:
                    insist(self.stack, "company", "approve", submission, profile="operator")
                    customer.top_up("100.00", card)
            self.assertIsNone(killer.error)
            self.assertGreater(killer.kills, 0)
            for number, (customer, _, _) in enumerate(prepared):
                self.stack.await_equal(self, micros("200.00" if number == 1 else "100.00"), customer.own, timeout=90)
                self.assertEqual(self.place(customer), [chain, customer.account_id, "t"])
                answer = insist(self.stack, "transfer", "--to", self.sibling.account_id, "--amount", "10.00", "--currency", "CNY", profile=customer.name)
                self.assertEqual(answer.get("transitId", ""), "")  # inside one chain it is one entry
        self.assertEqual(self.sibling.transferred_in(), 3 * ROUNDS * micros("10.00"))
        totals = self.stack.operator("audit")["totals"]
        self.assertEqual((totals["findings"], [total["sumMicros"] for total in totals["sums"]]), ("0", ["0"]))


if __name__ == "__main__":
    unittest.main()
