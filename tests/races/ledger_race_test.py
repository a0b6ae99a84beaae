"""Races on the ledger: callers at the same moment, through two replicas over one database."""
import os
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import Company, micros  # noqa: E402
from service import Refusal, Service, new_id  # noqa: E402


def at_once(*calls):
    """Starts all behind one gate; the answers or the refusals, in order."""
    gate, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(i):
        gate.wait()
        try:
            answers[i] = calls[i]()
        except Refusal as no:
            answers[i] = no
    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def accepted(answers):
    return [a for a in answers if not isinstance(a, Refusal)]


class Races(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.first = cls.enterClassContext(Service("ledger"))
        cls.second = cls.enterClassContext(Service("ledger", database=cls.first.database))

    def setUp(self):
        self.company = Company(self.first)
        self.a, self.b = self.company.open(), self.company.open()

    def tearDown(self):
        findings, totals = self.company.audit()
        self.assertEqual((findings, {s.sum_micros for s in totals.sums}), ([], {0}))

    def test_two_transfers_of_sixty_from_a_hundred(self):  # E15
        for _ in range(20):
            a, b = self.company.open(), self.company.open()
            self.company.top_up(a, 100)
            answers = at_once(lambda: self.company.transfer(a, b, 60, ledger=self.first), lambda: self.company.transfer(a, b, 60, ledger=self.second))
            self.assertEqual(len(accepted(answers)), 1)
            loser = next(a for a in answers if isinstance(a, Refusal))
            self.assertEqual((loser.reason, loser.terms["limit"]), ("EXCEEDS_TRANSFERABLE", "40.00"))

    def test_the_same_request_id_at_once(self):  # E32
        self.company.top_up(self.a, 1000)
        for _ in range(20):
            request_id = new_id()
            answers = at_once(*[lambda ledger=ledger: self.company.transfer(self.a, self.b, 10, request_id=request_id, ledger=ledger)
                                for ledger in (self.first, self.second) * 3])
            self.assertEqual(len({a.transfer.transfer_id for a in answers}), 1)
        self.assertEqual(self.company.balance(self.b).cash_micros, micros(200))

    def test_a_revoke_against_a_spend(self):  # LED-10, LED-12
        for _ in range(20):
            b = self.company.open()
            self.company.top_up(self.a, 100)
            self.company.transfer(self.a, b, 100)
            answers = at_once(lambda: self.company.revoke(self.a, b, 70, suspension_acknowledged=True, ledger=self.first),
                              lambda: self.company.spend(b, 70, ledger=self.second))
            self.assertEqual(len(accepted(answers)), 1)
            self.assertEqual(self.company.balance(b).cash_micros, micros(30))

    def test_one_hold_captured_by_many(self):
        self.company.top_up(self.a, 100)
        hold = self.company.call("HoldService/PlaceHold", self.a, amount_micros=micros(100), currency="CNY",
                                 expire_time={"seconds": int(time.time()) + 3600}).hold.hold_id
        answers = at_once(*[lambda ledger=ledger: self.company.call("HoldService/CaptureHold", self.a, hold_id=hold, amount_micros=micros(60), currency="CNY",
                                                                    final=True, ledger=ledger) for ledger in (self.first, self.second) * 4])
        self.assertEqual(len(accepted(answers)), 1)
        self.assertEqual(self.company.balance(self.a).cash_micros, micros(40))

    def test_limits_never_exceed_the_line_together(self):  # D.3
        self.company.call("CreditService/SetCreditLine", self.a, line_micros=micros(1000), currency="CNY")
        accounts = [self.company.open() for _ in range(8)]
        answers = at_once(*[lambda account=account, ledger=ledger: self.company.call("CreditService/SetCreditLimit", account, limit_micros=micros(300),
                                                                                     currency="CNY", ledger=ledger)
                            for account, ledger in zip(accounts, (self.first, self.second) * 4)])
        self.assertEqual(len(accepted(answers)), 3)

    def test_what_happened_is_some_serial_order_that_respects_time(self):
        """An account's versions are the order. Each answer must follow from the one before it, and whoever answered before another
        one asked must have come first."""
        self.company.top_up(self.a, 100000)
        self.company.top_up(self.b, 100000)
        recorded, lock = [], threading.Lock()

        def client(number):
            ledger = (self.first, self.second)[number % 2]
            for i in range(25):
                source, destination = (self.a, self.b) if (number + i) % 3 else (self.b, self.a)
                amount = 1 + (number * 7 + i) % 5
                asked = time.monotonic()
                answer = self.company.transfer(source, destination, amount, ledger=ledger)
                with lock:
                    recorded.append((asked, time.monotonic(), source, amount, {x.account_id: x for x in answer.balances}))
        at_once(*[lambda n=n: client(n) for n in range(8)])
        for account in (self.a, self.b):
            story = sorted(recorded, key=lambda r: r[4][account].version)
            self.assertEqual([r[4][account].version for r in story], list(range(2, 2 + len(recorded))))
            cash = micros(100000)
            for asked, answered, source, amount, balances in story:
                cash += -micros(amount) if source == account else micros(amount)
                self.assertEqual(balances[account].cash_micros, cash)
            latest = 0
            for asked, answered, _, _, _ in story:
                self.assertGreater(answered, latest)
                latest = max(latest, asked)


if __name__ == "__main__":
    unittest.main()
