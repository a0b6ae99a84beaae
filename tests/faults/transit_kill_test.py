"""Money between two chains of one company (settled 11, LED-22) with the real programs: an account with an open hold
stays in a chain of its own, and transfers and revokes between it and a sibling go and come while the ledger and the gateway are
killed. Afterwards each was done once, nothing is under way, and the audit finds nothing. KONTOR_SEED repeats a run."""
import os
import random
import sys
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "journeys"), os.path.dirname(os.path.abspath(__file__))]
from kill_test import SEED, Killer, StubbornCustomer, insist  # noqa: E402
from stack import Journey, entity_number, micros  # noqa: E402

ROUNDS = 6


class TransitKillTest(Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = entity_number()
        cls.sibling = cls.stack.customer("sibling").open(company)
        cls.early = cls.stack.customer("early").sign_up().verify_phone().add_address().set_currency()
        cls.early.top_up("1000.00")
        cls.stack.await_equal(cls(), micros("1000.00"), cls.early.own, timeout=60)
        cls.early.kontor("hold", "place", "--amount", "1.00", "--currency", "CNY", "--expires", "now+20h", "--region", "ap-southeast-1")  # it keeps it there
        cls.early.join_company(company)
        cls.stack.await_equal(cls(), "", cls.missing, timeout=60)
        cls.early.__class__ = cls.sibling.__class__ = StubbornCustomer  # from here on processes are killed

    @classmethod
    def missing(cls):
        """Why a transfer from the early one would be refused."""
        told = cls.early.kontor("preview", "transfer", "--to", cls.sibling.account_id, "--amount", "1.00", "--currency", "CNY")
        return "" if "createTransfer" in told["result"] else "refused"

    def ask(self, *words):
        return insist(self.stack, *words, "--currency", "CNY", profile="early")

    def go_and_come(self):
        """20 there and 15 back, each as soon as the other has arrived; and 1 there that nobody waits for."""
        amount = lambda: self.sibling.transferred_in()
        before = amount()
        sent = self.ask("transfer", "--to", self.sibling.account_id, "--amount", "20.00")
        self.assertEqual(sent["transitId"], sent["transfer"]["transferId"])
        self.stack.await_equal(self, before + micros("20.00"), amount, timeout=90)
        self.ask("revoke", "--from", self.sibling.account_id, "--amount", "15.00", "--accept-suspension")
        self.ask("transfer", "--to", self.sibling.account_id, "--amount", "1.00")
        self.stack.await_equal(self, before + micros("6.00"), amount, timeout=90)

    def test_each_is_done_once_whatever_is_killed(self):
        print("seed %d" % SEED, file=sys.stderr)
        there = 0
        for name in ("ledger", "gateway"):
            with self.subTest(killed=name), Killer(self.stack.services[name], random.Random("%d %s" % (SEED, name))) as killer:
                for _ in range(ROUNDS):
                    self.go_and_come()
                    there += micros("6.00")
            self.assertIsNone(killer.error)
            self.assertGreater(killer.kills, 0)
            under_way = lambda: [int(self.early.balance().get(field, 0)) for field in ("inTransitOutMicros", "inTransitInMicros")]
            self.stack.await_equal(self, [0, 0], under_way, timeout=90)
            self.stack.await_equal(self, (micros("1000.00") - there, there), lambda: (self.early.own(), self.sibling.transferred_in()), timeout=90)
        self.assertEqual(self.stack.operator("transit", "list", "--older-than", "1").get("transits", []), [])
        audit = self.stack.operator("audit")["totals"]
        self.assertEqual((audit["findings"], [total["sumMicros"] for total in audit["sums"]]), ("0", ["0"]))
        listed = self.sibling.kontor("transfer", "list")["transfers"]
        self.assertEqual({(transfer["sourceAccountId"], transfer["destinationAccountId"]) for transfer in listed},
                         {(self.early.account_id, self.sibling.account_id)})
        self.assertEqual(sorted(transfer["kind"] for transfer in listed), ["TRANSFER_KIND_REVOKE"] * 2 * ROUNDS + ["TRANSFER_KIND_TRANSFER"] * 4 * ROUNDS)


if __name__ == "__main__":
    unittest.main()
