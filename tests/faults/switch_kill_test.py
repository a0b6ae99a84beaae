"""Customers take another partner in the place of their own (c-9), while identity is killed: at every moment each has one of the two, never none and
never both, and the end of one is the begin of the other. KONTOR_SEED repeats a run."""
import os
import random
import sys
import threading
import time
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "journeys"), os.path.dirname(os.path.abspath(__file__))]
from junior_test import code_of  # noqa: E402
from kill_test import SEED, Killer, insist  # noqa: E402
from stack import INDEFINITE, UNAVAILABLE, Journey, Refused, psql  # noqa: E402

TERMS = ["--permit", "view-balance", "--settlement", "own-account", "--invoices", "customer", "--shutdown", "delay"]
CUSTOMERS, SWITCHES = 2, 3  # as often as one may within 90 days


class Watcher(threading.Thread):
    """Counts the partners of customers, by identity's own table, as often as it can."""

    def __init__(self, database, customers):
        super().__init__(daemon=True)
        self.database, self.ended, self.looks, self.seen, self.error = database, threading.Event(), 0, set(), None
        self.question = ("SELECT (SELECT count(*) FROM identity.relation_offer WHERE customer_account_id = account.account_id "
                         "AND begin_time IS NOT NULL AND end_time IS NULL) FROM identity.account WHERE account_id IN (%s)"
                         % ", ".join("'%s'" % customer.account_id for customer in customers))

    def run(self):
        try:
            while not self.ended.wait(0.01):
                self.seen.update(psql(self.database, self.question).split())
                self.looks += 1
        except Exception as error:  # told by the test, in its own thread
            self.error = error

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, value, trace):
        self.ended.set()
        self.join(30)


class SwitchKillTest(Journey):
    def confirm(self, customer, asked, *more):
        return insist(self.stack, "relation", "confirm", asked["relationId"], "--hash", asked["offer"]["offerHash"], *more, profile=customer.name)

    def agents(self, customer):
        deadline = time.monotonic() + 60
        while True:
            try:
                return [agent["accountId"] for agent in customer.kontor("billing-control", "--timeout", "8").get("agents", [])]
            except Refused as refusal:
                if refusal.code not in (INDEFINITE, UNAVAILABLE) or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def test_each_has_one_partner_whatever_is_killed(self):
        print("seed %d" % SEED, file=sys.stderr)
        partners = [self.stack.company("partner-%d" % number)[0] for number in range(2)]
        customers = [self.stack.company("customer-%d" % number)[0] for number in range(CUSTOMERS)]
        held = {}
        for partner in partners:
            self.stack.operator("partner", "authorise", partner.account_id, "--reference", "C-2026-11")
        for customer in customers:
            customer.kontor("factor", "confirm", code_of(customer.kontor("factor", "enroll", "--name", "phone")["secret"]))
            asked = partners[0].kontor("relation", "request", customer.account_id, *TERMS)["relation"]
            held[customer] = self.confirm(customer, asked)["relation"]
        identity = self.stack.services["identity"]
        with Watcher(identity.database, customers) as watcher, Killer(identity, random.Random(SEED)) as killer:
            for turn in range(SWITCHES):
                new = partners[(turn + 1) % 2]
                for customer in customers:
                    asked = insist(self.stack, "relation", "request", customer.account_id, *TERMS, profile=new.name)["relation"]
                    answer = self.confirm(customer, asked, "--in-place-of", held[customer]["relationId"])
                    self.assertEqual(answer["replacedRelation"]["relationId"], held[customer]["relationId"])
                    self.assertEqual(answer["replacedRelation"]["endTime"], answer["relation"]["beginTime"])
                    held[customer] = answer["relation"]
                    self.assertEqual(self.agents(customer), [new.account_id])
        for thread in (watcher, killer):
            self.assertIsNone(thread.error)
        self.assertGreater(killer.kills, 0)
        self.assertGreater(watcher.looks, 0)
        self.assertEqual(watcher.seen, {"1"})


if __name__ == "__main__":
    unittest.main()
