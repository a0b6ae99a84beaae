"""Races on the ledger: callers at the same moment, through two replicas over one database."""
import os
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import unsound, wait_until  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import POSTGRES, Refusal, Service, new_id  # noqa: E402
from sql import Sql  # noqa: E402


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

    def both_waiting_for_the_lock(self, *calls):
        """The answers of two callers whose batches both stand before the company's lock, held by somebody else."""
        sql, answers = Sql(POSTGRES, self.first.database), []
        sql.rows("BEGIN; SELECT 1 FROM ledger.chain WHERE company_id = '%s' FOR UPDATE" % self.company.id)
        callers = threading.Thread(target=lambda: answers.extend(at_once(*calls)))
        callers.start()
        try:
            wait_until(lambda: sql.rows("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
                       == [("2",)])
        finally:
            sql.rows("COMMIT")
            callers.join()
            sql.close()
        return answers

    def test_what_was_done_is_looked_for_after_the_lock(self):  # E32
        """The other's commit came while this one waited: looked for before, or in the statement that waits, it would not be found."""
        self.company.top_up(self.a, 1000)
        for turn in range(6):
            request_id = new_id()
            answers = self.both_waiting_for_the_lock(*[lambda ledger=ledger: self.company.transfer(self.a, self.b, 10, request_id=request_id, ledger=ledger)
                                                       for ledger in (self.first, self.second)])
            self.assertEqual(len({answer.transfer.transfer_id for answer in answers}), 1)
            request_id = new_id()
            answers = self.both_waiting_for_the_lock(*[lambda ledger=ledger, amount=amount: self.company.transfer(self.a, self.b, amount,
                                                                                                                  request_id=request_id, ledger=ledger)
                                                       for ledger, amount in ((self.first, 1), (self.second, 2))])
            self.assertEqual([no.reason for no in answers if isinstance(no, Refusal)], ["IDEMPOTENCY_MISMATCH"])
        entries = self.company.read("TransferService/ListTransfers", self.b).transfers
        self.assertEqual(sorted(entry.amount_micros == micros(10) for entry in entries), [False] * 6 + [True] * 6)

    def test_a_record_and_its_balance_are_never_seen_apart(self):
        """A known failure of others: whoever looks while orders are settled sees, at each moment, books that are the sums of their postings."""
        self.company.top_up(self.a, 10000)
        over, seen = threading.Event(), []

        def look():
            sql = Sql(POSTGRES, self.first.database)
            sql.rows("SET search_path = ledger")
            while not over.is_set():
                seen.append(unsound(sql, self.company.id))
            sql.close()

        def client(ledger):
            for i in range(40):
                self.company.transfer(self.a, self.b, 1 + i % 7, ledger=ledger)
                self.company.revoke(self.a, self.b, 1, suspension_acknowledged=True, ledger=ledger)
                self.company.spend(self.a, "0.01", ledger=ledger)
        looking = threading.Thread(target=look)
        looking.start()
        answers = at_once(*[lambda ledger=ledger: client(ledger) for ledger in (self.first, self.second) * 2])
        over.set()
        looking.join()
        self.assertEqual([answer for answer in answers if answer is not None], [])
        self.assertGreater(len(seen), 20)
        self.assertEqual([what for look in seen for what in look], [])

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

    def test_one_hold_on_behalf_ended_by_many(self):  # LED-20
        """The quota has each part back, or consumed, once."""
        self.company.top_up(self.a, 1000)
        sub, consumed = self.company.customer(self.a), 0
        quota = lambda: self.company.read("QuotaService/GetQuota", self.a, sub_account_id=sub).quota  # noqa: E731
        self.company.call("QuotaService/SetQuota", self.a, sub_account_id=sub, line_micros=micros(900), currency="CNY")
        for _ in range(10):
            hold = self.company.call("HoldService/PlaceHold", self.a, sub_account_id=sub, amount_micros=micros(60), currency="CNY",
                                     expire_time={"seconds": int(time.time()) + 3600}).hold.hold_id
            answers = at_once(*[lambda rpc=rpc, fields=fields, ledger=ledger: self.company.call("HoldService/" + rpc, self.a, hold_id=hold, ledger=ledger, **fields)
                                for rpc, fields in (("CaptureHold", dict(amount_micros=micros(40), currency="CNY", final=True)), ("VoidHold", {}))
                                for ledger in (self.first, self.second)])
            took, = accepted(answers)
            consumed += 40 if took.HasField("hold") and took.hold.captured_micros else 0
            self.assertEqual((quota().deducted_micros, quota().held_micros, quota().available_micros), (micros(consumed), 0, micros(900 - consumed)))
        self.assertEqual(self.company.audit()[0], [])

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
