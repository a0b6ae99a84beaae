"""Rows of a company move while an order waits for a lock: somebody repairs by hand, or an evaluation by time is kept. Rows are changed where
they were found; one that is no longer there is never passed over in silence, its balance with it: the order is decided again."""
import os
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import unsound, wait_until  # noqa: E402
from ledger_client import CNY, Company, micros  # noqa: E402
from service import POSTGRES, Clock, Service  # noqa: E402
from sql import Sql  # noqa: E402

HOUR = 3600


class Moved(unittest.TestCase):
    def setUp(self):
        self.clock = Clock()
        self.ledger = self.enterContext(Service("ledger", clock=self.clock, database_lock_wait="10s"))
        self.sql, self.holder = Sql(POSTGRES, self.ledger.database), Sql(POSTGRES, self.ledger.database)
        for session in (self.sql, self.holder):
            session.rows("SET search_path = ledger")
            self.addCleanup(session.close)
        self.company = Company(self.ledger)
        self.a = self.company.open()
        self.b = self.company.open(payment_mode="PAYMENT_MODE_POSTPAID")
        self.company.top_up(self.a, "1000.00")
        self.company.transfer(self.a, self.b, "10.00")

    def waiting(self):
        return self.sql.rows("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") != [("0",)]

    def passes(self, moving, order):
        """The order waits behind the statements of another session, which commits; then it is done, once and whole."""
        before, told = int(self.entries()), []
        for statement in moving:
            self.holder.rows(statement)
        caller = threading.Thread(target=lambda: told.append(order()), daemon=True)
        caller.start()
        wait_until(self.waiting)
        self.holder.rows("COMMIT")
        caller.join()
        self.assertEqual(len(told), 1)
        self.assertEqual(int(self.entries()), before + 1)
        self.assertEqual(unsound(self.sql), [])
        self.assertEqual(self.company.audit()[0], [])
        return told[0]

    def entries(self):
        return self.sql.rows("SELECT count(*) FROM entry")[0][0]

    def passes_moved(self, table, order):
        """Twice: the rows wait for, or their company does."""
        moved = "UPDATE %s SET company_id = company_id WHERE company_id = '%s'" % (table, self.company.id)
        if table == "lot":
            moved = "UPDATE lot SET source = source FROM account WHERE number = account AND company_id = '%s'" % self.company.id
        self.passes(["BEGIN", moved], order)
        return self.passes(["BEGIN", "SELECT 1 FROM chain WHERE company_id = '%s' FOR UPDATE" % self.company.id, moved], order)

    def test_accounts(self):
        self.passes_moved("account", lambda: self.company.top_up(self.a, "1.00"))
        self.assertEqual(self.company.balance(self.a).own_micros, micros("992.00"))

    def test_lots(self):
        self.passes_moved("lot", lambda: self.company.spend(self.b, "1.00"))
        self.assertEqual(self.company.balance(self.b).transferred_in_micros, micros("8.00"))

    def test_holds(self):
        hold = self.company.call("HoldService/PlaceHold", self.a, amount_micros=micros("10.00"), **CNY,
                                 expire_time={"seconds": int(self.clock.now()) + HOUR}).hold.hold_id
        self.passes_moved("hold", lambda: self.company.call("HoldService/CaptureHold", self.a, hold_id=hold, amount_micros=micros("1.00"), **CNY))
        self.assertEqual(self.company.balance(self.a).frozen_micros, micros("8.00"))

    def test_purchases_and_what_lots_gave(self):
        for table in ("purchase", "purchase_lot"):
            bought = self.company.spend(self.b, "5.00").purchase.purchase_id
            self.passes_moved(table, lambda: self.company.call("PurchaseService/RefundPurchase", self.b, purchase_id=bought,
                                                               amount_micros=micros("2.00"), **CNY))

    def test_credit_lines_and_bills(self):
        limits = iter(("80.00", "100.00", "90.00"))

        def set_limit():
            self.company.call("CreditService/SetCreditLimit", self.b, limit_micros=micros(next(limits)), **CNY)

        set_limit()
        self.passes_moved("credit_line", set_limit)
        self.company.call("CreditService/ConfirmCreditLimit", self.b)
        self.company.spend(self.b, "20.00")
        self.company.top_up(self.b, "5.00")
        self.passes_moved("bill", lambda: self.company.call("UsageService/PayBills", self.b, amount_micros=micros("2.00"), **CNY))
        self.assertEqual(self.company.balance(self.b).outstanding_micros, micros("6.00"))

    def test_an_evaluation_makes_what_is_remembered_stale(self):
        """LED-05: it moves the account's row, so the company has another revision, though nothing else changed."""
        revision = "SELECT revision FROM chain WHERE company_id = '%s'" % self.company.id
        before = self.sql.rows(revision)
        self.clock.turn(25 * HOUR)
        wait_until(lambda: self.sql.rows("SELECT 1 FROM account WHERE evaluated_time < now() + interval '1 day'") == [], seconds=30)
        self.assertNotEqual(self.sql.rows(revision), before)
        self.company.top_up(self.a, "1.00")
        self.assertEqual(unsound(self.sql), [])


if __name__ == "__main__":
    unittest.main()
