"""kill -9, again and again, of each process in turn while an agency lives its first day. A caller repeats a call that got no answer
with the same request id. Afterwards every amount is what was acknowledged, to the cent, and everything happened once. The seed is
printed; KONTOR_SEED repeats a run, KONTOR_KILLED names one process, KONTOR_LONG=yes lives days until each was killed fifty times."""
import os
import random
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "journeys"))
from junior_test import code_of  # noqa: E402
from stack import INDEFINITE, UNAVAILABLE, Customer, Journey, Refused, entity_number, micros, new_id  # noqa: E402

KILLS = 50 if os.environ.get("KONTOR_LONG") == "yes" else 1
SEED = int(os.environ.get("KONTOR_SEED", random.SystemRandom().randrange(1 << 32)))


class StubbornCustomer(Customer):
    """Repeats what got no answer, with the same request id, until it has one."""

    def kontor(self, *words, stdin=""):
        return insist(self.stack, *words, profile=self.name, stdin=stdin)

    def join_company(self, number):
        insist(self.stack, "company", "approve", self.submit_company(number), profile="operator")
        return self

    def add_card(self):
        """A question that the provider could not be asked is told as such; it is tried anew, as a new request."""
        for _ in range(20):
            try:
                return super().add_card()
            except Refused as refusal:
                if refusal.reason not in ("PROVIDER_UNAVAILABLE", "ABANDONED"):
                    raise
        raise AssertionError("the provider never answered")

    def open(self, company=None):
        """The ledger may hear of it later than the answer came: a saga brings it there."""
        super().open(company)
        deadline = time.monotonic() + 60
        while True:
            try:
                if self.balance()["balance"].get("currency") == "CNY":
                    return self
            except Refused as refusal:
                if refusal.reason != "ACCOUNT_NOT_FOUND" or time.monotonic() > deadline:
                    raise
            time.sleep(0.2)


def insist(stack, *words, profile, stdin=""):
    request_id, deadline = new_id(), time.monotonic() + 60
    while True:
        try:
            return stack.kontor(*words, "--request-id", request_id, "--timeout", "8", profile=profile, stdin=stdin)
        except Refused as refusal:
            if refusal.code not in (INDEFINITE, UNAVAILABLE) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


class Killer(threading.Thread):
    """Kills a process at moments that nobody knows, and starts it again at once: first soon, so that on a fast machine it happens too, then
    less and less often, so that on a slow one the day ends."""

    def __init__(self, victim, dice):
        super().__init__(daemon=True)
        self.victim, self.dice, self.ended, self.kills, self.error = victim, dice, threading.Event(), 0, None

    def run(self):
        try:
            while not self.ended.wait(self.dice.uniform(0.02, 0.8 if self.kills else 0.1) * (1 + self.kills / 5)):
                self.victim.kill()
                self.kills += 1
                self.victim.start()
        except Exception as error:  # told by the test, in its own thread
            self.error = error

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, value, trace):
        self.ended.set()
        self.join(90)


class KillTest(Journey):
    def setUp(self):
        print("seed %d" % SEED, file=sys.stderr)
        self.stack.operator("company", "list")

    def day(self, prefix):
        """The first day; gives what was acknowledged."""
        agency, a, b = (StubbornCustomer(self.stack, prefix + name) for name in ("-agency", "-a", "-b"))
        company = entity_number()
        for customer in (agency, a, b):
            customer.open(company)
        card = agency.add_card()["paymentMethodId"]
        a.add_card()
        self.wait_until_active(agency, a)
        top_ups = [agency.top_up("100000.00", card)["topUpId"] for _ in range(2)]
        agency.transfer(a, "50000.00")
        agency.transfer(b, "100000.00")
        a.purchase("8200.00")
        agency.revoke(a, "41800.00", "--accept-suspension")
        for words in (("line", "100000.00"), ("set", "10000.00")):
            insist(self.stack, "limit", words[0], "--account", a.account_id, "--amount", words[1], "--currency", "CNY", profile="operator")
        a.kontor("factor", "confirm", code_of(a.kontor("factor", "enroll", "--name", "phone")["secret"]))
        a.kontor("limit", "confirm", "--hash", a.kontor("contract", "list")["contracts"][0]["contractHash"])
        asset = insist(self.stack, "asset", "register", "--account", agency.account_id, "--kind", "savings-plan", "--name", "compute",
                       "--expires", "now+365d", profile="operator")["asset"]["assetId"]
        agency.kontor("share", "add", "--asset", asset, "--with", a.account_id)
        return agency, a, b, top_ups, asset

    def wait_until_active(self, *customers):
        for customer in customers:
            states = lambda: [method["state"] for method in customer.kontor("card", "list")["paymentMethods"]]
            self.stack.await_equal(self, ["PAYMENT_METHOD_STATE_ACTIVE"], states, timeout=60)

    def check(self, agency, a, b, top_ups, asset):
        self.assertEqual((agency.own(), agency.transferred_in()), (micros("91800.00"), 0))
        self.assertEqual((a.own(), a.transferred_in()), (0, 0))
        self.assertEqual((b.own(), b.transferred_in()), (0, micros("100000.00")))
        self.assertEqual(a.balance()["available"]["amountMicros"], str(micros("10000.00")))
        self.check_history(agency)
        self.stack.check_received(self)
        for top_up in top_ups:
            show = lambda: agency.kontor("topup", "show", top_up)["topUp"]["state"]
            self.stack.await_equal(self, "TOP_UP_STATE_CREDITED", show)
        for customer in (agency, a):
            holds = lambda: [method["hold"]["state"] for method in customer.kontor("card", "list")["paymentMethods"]]
            self.stack.await_equal(self, ["HOLD_STATE_VOIDED"], holds, timeout=60)
        texts = lambda: sum("in effect" in message["text"] for message in self.stack.messages(a.phone))
        self.stack.await_equal(self, 1, texts, timeout=90)  # a message in the hand of a process that was killed is free after 60 s
        self.assertTrue(a.kontor("benefit", "check", "--asset", asset)["applies"])
        audit = self.stack.operator("audit")["totals"]
        self.assertEqual((audit["findings"], [total["sumMicros"] for total in audit["sums"]]), ("0", ["0"]))

    def check_history(self, agency):
        """Each thing that was done stands in the books once."""
        postings = agency.kontor("history", "--book", "own", "--page-size", "100")["postings"]
        found = sorted((posting["kind"], posting["amountMicros"]) for posting in postings if posting["accountId"] == agency.account_id)
        self.assertEqual(found, sorted([("ENTRY_KIND_TOP_UP", str(micros("100000.00")))] * 2 + [
            ("ENTRY_KIND_TRANSFER", str(micros("-50000.00"))), ("ENTRY_KIND_TRANSFER", str(micros("-100000.00"))),
            ("ENTRY_KIND_REVOKE", str(micros("41800.00")))]))

    def test_each_process_is_killed_during_the_day(self):
        victims = dict(self.stack.services, simulator=self.stack.simulator)
        for name in os.environ.get("KONTOR_KILLED", "identity payments ledger sharing gateway simulator").split():
            with self.subTest(killed=name):
                kills = day = 0
                while kills < KILLS:
                    with Killer(victims[name], random.Random("%d %s %d" % (SEED, name, day))) as killer:
                        acknowledged = self.day("killed-%s-%d" % (name, day))
                    self.assertIsNone(killer.error)
                    self.assertGreater(killer.kills, 0)
                    kills, day = kills + killer.kills, day + 1
                    self.check(*acknowledged)
                print("%s: killed %d times" % (name, kills), file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
