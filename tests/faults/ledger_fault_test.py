"""Faults on the ledger: the n-th statement and the n-th allocation fail, for n = 1, 2, 3 …; whatever the answer was, the request id tells
the truth afterwards, and nothing is ever half done. Every second n from one by chance on; every one with KONTOR_LONG=yes."""
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import Company, micros  # noqa: E402
from service import Refusal, Service, new_id, psql  # noqa: E402

SEED = int(os.environ.get("KONTOR_SEED", random.SystemRandom().randrange(1 << 32)))
STEP = 1 if os.environ.get("KONTOR_LONG") == "yes" else 2


class Faults(unittest.TestCase):
    def setUp(self):
        self.database = "kontor_test_ledger_fault_" + new_id()[:8]
        psql("postgres", 'CREATE DATABASE "%s"' % self.database)
        self.addCleanup(psql, "postgres", 'DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % self.database)
        with Service("ledger", database=self.database) as ledger:
            self.company = Company(ledger)
            self.a, self.b = self.company.open(), self.company.open()
            self.company.top_up(self.a, 1000000)

    def stories(self):
        """The orders that are tried under every fault, each with how much it moves from a to b."""
        return ((lambda id: self.company.transfer(self.a, self.b, 10, request_id=id), 10), (lambda id: self.company.revoke(self.a, self.b, 4, request_id=id), -4))

    def try_with(self, **fault):
        """Returns whether the fault was met: something failed that was not the rules' no."""
        self.met = False
        with Service("ledger", database=self.database, **fault) as ledger:
            self.company.ledger = ledger
            for story, moved in self.stories():
                before, request_id = self.cash(), new_id()
                for _ in range(2):  # done once or twice over, booked once
                    self.persist(lambda: story(request_id))
                self.assertEqual(self.cash() - before, micros(moved), fault)
        with Service("ledger", database=self.database) as ledger:
            self.company.ledger = ledger
            findings, totals = self.company.audit()
            self.assertEqual((findings, [s.sum_micros for s in totals.sums]), ([], [0]), fault)
        return self.met

    def persist(self, story):
        """A caller who was told that it may not have happened asks again with the same id."""
        for _ in range(4):
            try:
                return story()
            except Refusal as no:
                self.met = True
                self.assertIn(no.code.name, ("UNAVAILABLE", "INTERNAL", "RESOURCE_EXHAUSTED", "UNKNOWN"), no.sentence)
        self.fail("one fault was met again and again")

    def cash(self):
        return int(psql(self.database, "SELECT transferred_in_micros FROM ledger.account WHERE account_id = '%s'" % self.b))

    def test_every_statement(self):
        met = [n for n in range(1 + SEED % STEP, 26, STEP) if self.try_with(fault_statement=n)]
        for n in range(26, 120):  # counted from the start: jobs make some, on a slow machine more, and what meets others is tried again unseen
            if len(met) <= 1 and self.try_with(fault_statement=n):
                met.append(n)
        self.assertGreater(len(met), 1, "KONTOR_SEED=%d" % SEED)

    def test_every_allocation(self):
        wanted = (list(range(1, 30, 4)) + list(range(30, 200, 17)))[SEED % STEP::STEP]
        met = [n for n in wanted if self.try_with(fault_allocation=n)]
        for n in range(200, 1000, 17):  # allocations are counted from the start; on a slow machine jobs make more of them before a call comes
            if len(met) <= 1 and self.try_with(fault_allocation=n):
                met.append(n)
        self.assertGreater(len(met), 1, "KONTOR_SEED=%d" % SEED)


if __name__ == "__main__":
    unittest.main()
