"""Money across companies (LED-22) with the real programs: an agent allocates to a customer of another company and reclaims, while identity, the
ledger and the gateway are killed in turn. Afterwards each was done once, nothing is under way, and the audit finds nothing. KONTOR_SEED
repeats a run."""
import os
import random
import sys
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "journeys"), os.path.dirname(os.path.abspath(__file__))]
from junior_test import code_of  # noqa: E402
from kill_test import SEED, Killer, StubbornCustomer, insist  # noqa: E402
from stack import Journey, micros  # noqa: E402

ROUNDS = 4
TERMS = ["--permit", "allocate", "--settlement", "allocation", "--invoices", "customer", "--shutdown", "delay"]


class AllocationKillTest(Journey):
    def setUp(self):
        (self.agent,), (self.customer,) = self.stack.company("agent"), self.stack.company("customer")
        self.stack.operator("partner", "authorise", self.agent.account_id, "--reference", "C-2026-8")
        asked = self.agent.kontor("relation", "request", self.customer.account_id, *TERMS)["relation"]
        self.customer.kontor("factor", "confirm", code_of(self.customer.kontor("factor", "enroll", "--name", "phone")["secret"]))
        self.customer.kontor("relation", "confirm", asked["relationId"], "--hash", asked["offer"]["offerHash"])
        self.agent.top_up("1000.00")
        self.stack.await_equal(self, micros("1000.00"), self.agent.own, timeout=60)
        self.agent.__class__ = self.customer.__class__ = StubbornCustomer  # from here on processes are killed

    def ask(self, *words):
        return insist(self.stack, *words, "--currency", "CNY", profile="agent")

    def go_and_come(self):
        """20 there and 15 back, each as soon as the other has arrived; and 1 there that nobody waits for."""
        before = self.customer.transferred_in()
        self.ask("allocate", "--to", self.customer.account_id, "--amount", "20.00")
        self.stack.await_equal(self, before + micros("20.00"), self.customer.transferred_in, timeout=90)
        self.ask("reclaim", "--from", self.customer.account_id, "--amount", "15.00", "--accept-suspension")
        self.ask("allocate", "--to", self.customer.account_id, "--amount", "1.00")
        self.stack.await_equal(self, before + micros("6.00"), self.customer.transferred_in, timeout=90)

    def test_each_is_done_once_whatever_is_killed(self):
        print("seed %d" % SEED, file=sys.stderr)
        there = 0
        for name in ("ledger", "gateway", "identity"):
            with self.subTest(killed=name), Killer(self.stack.services[name], random.Random("%d %s" % (SEED, name))) as killer:
                for _ in range(ROUNDS):
                    self.go_and_come()
                    there += micros("6.00")
            self.assertIsNone(killer.error)
            self.assertGreater(killer.kills, 0)
            under_way = lambda: [int(self.agent.balance().get(field, 0)) for field in ("inTransitOutMicros", "inTransitInMicros")]
            self.stack.await_equal(self, [0, 0], under_way, timeout=90)
            self.stack.await_equal(self, (micros("1000.00") - there, there), lambda: (self.agent.own(), self.customer.transferred_in()), timeout=90)
        self.assertEqual(self.stack.operator("transit", "list", "--older-than", "1").get("transits", []), [])
        audit = self.stack.operator("audit")["totals"]
        self.assertEqual((audit["findings"], [total["sumMicros"] for total in audit["sums"]]), ("0", ["0"]))
        kinds = sorted(transfer["kind"] for transfer in self.customer.kontor("transfer", "list")["transfers"])
        self.assertEqual(kinds, ["TRANSFER_KIND_ALLOCATION"] * 6 * ROUNDS + ["TRANSFER_KIND_RECLAIM"] * 3 * ROUNDS)


if __name__ == "__main__":
    unittest.main()
