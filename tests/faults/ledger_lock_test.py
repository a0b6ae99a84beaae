"""Somebody holds rows of a company: a repair by hand, a session that was forgotten. The company holds up itself alone: everybody else is
served for as long as the rows are held, its own callers are told that nothing was done, and it is served again when they are let go."""
import contextlib
import os
import sys
import threading
import unittest
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import unsound, wait_until  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import POSTGRES, Refusal, Service, new_id  # noqa: E402
from sql import Sql  # noqa: E402

CHAIN = "SELECT 1 FROM ledger.chain WHERE company_id = ANY ('{%s}') FOR UPDATE"
ACCOUNT = "SELECT 1 FROM ledger.account WHERE company_id = ANY ('{%s}') FOR UPDATE"
UNDONE = {("UNAVAILABLE", "LOCKED"), ("DEADLINE_EXCEEDED", ""), ("DEADLINE_EXCEEDED", "DEADLINE")}


class Calls:
    """Calls side by side, and what became of each: "OK", or code and reason."""

    def __init__(self, calls):
        self.outcomes = [None] * len(calls)
        self.threads = [threading.Thread(target=self.run, args=(i, call), daemon=True) for i, call in enumerate(calls)]
        for thread in self.threads:
            thread.start()

    def run(self, i, call):
        try:
            call()
            self.outcomes[i] = "OK"
        except Refusal as refusal:
            self.outcomes[i] = (refusal.code.name, refusal.reason)

    def join(self):
        for thread in self.threads:
            thread.join()
        return self.outcomes


class LockTest(unittest.TestCase):
    def setUp(self):
        self.ledger = Service("ledger", batch_lanes=2)
        self.addCleanup(self.ledger.__exit__, None, None, None)
        self.sql = Sql(POSTGRES, self.ledger.database)
        self.addCleanup(self.sql.close)

    def companies(self, count):
        made = []
        for _ in range(count):
            company = Company(self.ledger)
            a, b = company.open(), company.open()
            company.top_up(a, "100.00")
            made.append((company, a, b))
        return made

    @contextlib.contextmanager
    def held(self, rows, companies):
        """The rows stay locked in a session of its own."""
        holder = Sql(POSTGRES, self.ledger.database)
        holder.rows("BEGIN")
        self.assertTrue(holder.rows(rows % ",".join(company.id for company, _, _ in companies)))
        try:
            yield
        finally:
            holder.rows("ROLLBACK")
            holder.close()

    def waiting(self):
        """Sessions of the ledger that wait for a lock."""
        return int(self.sql.rows("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")[0][0])

    def test_it_holds_up_itself_alone(self):
        """More companies than there are lanes; everybody else is served four times while the rows are held."""
        others = self.companies(12)
        for rows in (CHAIN, ACCOUNT):
            with self.subTest(rows):
                locked = self.companies(4)
                keys = [new_id() for _ in locked]
                ask = lambda i, **more: locked[i][0].transfer(locked[i][1], locked[i][2], "1.00", request_id=keys[i], **more)
                with self.held(rows, locked):
                    own = Calls([lambda i=i: ask(i, timeout=6) for i in range(len(locked))])
                    wait_until(lambda: self.waiting() > 0)
                    for _ in range(4):
                        done = Calls([lambda c=c: c[0].transfer(c[1], c[2], "0.01", timeout=60) for c in others]).join()
                        self.assertEqual(set(done), {"OK"})
                    self.assertLessEqual(set(own.join()), UNDONE)
                for i in range(len(locked)):
                    ask(i, timeout=60)
                    self.assertEqual(locked[i][0].balance(locked[i][2]).cash_micros, micros("1.00"))
        for company, _, b in others:
            self.assertEqual(company.balance(b).cash_micros, micros("0.08"))
        self.assertEqual(unsound(self.sql), [])

    def test_who_waits_is_served_when_the_rows_are_let_go(self):
        """Without being asked again, each once; the companies are back in the lanes then."""
        locked = self.companies(3)
        with self.held(CHAIN, locked):
            own = Calls([lambda c=c: c[0].transfer(c[1], c[2], "1.00", timeout=60) for c in locked])
            wait_until(lambda: self.metric("ledger_companies_locked") == 3)
        self.assertEqual(set(own.join()), {"OK"})
        wait_until(lambda: self.metric("ledger_companies_locked") == 0)
        for company, a, b in locked:
            company.transfer(a, b, "1.00")
            self.assertEqual(company.balance(b).cash_micros, micros("2.00"))
        self.assertEqual(unsound(self.sql), [])

    def metric(self, name):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.ledger.admin_port, timeout=10) as answer:
            values = [line.split()[1] for line in answer.read().decode().splitlines() if line.startswith(name + " ")]
        return int(values[0]) if values else 0

    def test_its_callers_are_bounded(self):
        """Of many callers some wait, the others are told at once that nothing was done: those use a new id afterwards, and the money moves
        once for each."""
        (company, a, b), other = self.companies(2)
        with self.held(CHAIN, [(company, a, b)]):
            keys = [new_id() for _ in range(120)]
            own = Calls([lambda key=key: company.transfer(a, b, "0.01", request_id=key, timeout=8) for key in keys])
            wait_until(lambda: own.outcomes.count(("UNAVAILABLE", "LOCKED")) > 0)
            other[0].transfer(other[1], other[2], "1.00", timeout=60)
            self.assertLessEqual(set(own.join()), UNDONE)
        for key, outcome in zip(keys, own.outcomes):
            company.transfer(a, b, "0.01", request_id=new_id() if outcome == ("UNAVAILABLE", "LOCKED") else key, timeout=60)
        self.assertEqual(company.balance(b).cash_micros, micros("1.20"))

    def test_its_orders_keep_their_order(self):
        """Those of one bulk and of the next, sent while the rows are held, come in the order in which they were sent."""
        company, a, b = self.companies(1)[0]
        with self.held(CHAIN, [(company, a, b)]):
            own = []
            for n in range(5):
                orders = [("create_transfer", {"destination_account_id": b, "amount_micros": 10000, "currency": "CNY", "tag": "%d.%d" % (n, m)})
                          for m in range(3)]
                own.append(Calls([lambda orders=orders: company.submit(a, *orders, timeout=60)]))
                wait_until(lambda n=n: self.submissions() > n)
        for calls in own:
            self.assertEqual(calls.join(), ["OK"])
        tags = [row[0] for row in self.sql.rows("SELECT tag FROM ledger.entry JOIN ledger.chain ON number = chain WHERE company_id = '%s' AND tag <> '' ORDER BY sequence" % company.id)]
        self.assertEqual(tags, ["%d.%d" % (n, m) for n in range(5) for m in range(3)])

    def submissions(self):
        """Calls that the ledger has begun to serve."""
        return self.metric("rpc_server_calls_live")

    def test_what_is_no_order_holds_up_itself_alone(self):
        """More changes of locked companies than there are connections; others open accounts meanwhile."""
        locked = self.companies(6)
        with self.held(CHAIN, locked):
            own = Calls([lambda c=c: c[0].open(timeout=8) for c in locked for _ in range(8)])
            wait_until(lambda: self.waiting() > 0)
            for _ in range(6):
                other = Company(self.ledger)
                other.open(timeout=60)
            self.assertLessEqual(set(own.join()), UNDONE)
        for company, _, _ in locked:
            company.open()


if __name__ == "__main__":
    unittest.main()
