"""Changes by time alone, with no order: an override that ends (LED-19), a bill that falls due (D.8), a day (LED-05). The clock is
turned to both sides of the moment; that a sweep has passed without doing anything is seen by what it did to another account."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import wait_until  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import POSTGRES, Clock, Service, message, new_id, psql  # noqa: E402
from sql import Sql  # noqa: E402

HOUR, DAY = 3600, 86400


class Evaluated(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock))

    def setUp(self):
        self.company = Company(self.ledger)

    def stamp(self, seconds):
        return {"seconds": int(seconds), "nanos": 0}

    def told(self, kind, account):
        """The events of a kind about an account."""
        found, cursor = [], ""
        while True:
            events = self.ledger.call("event.v1.EventService/ListEvents", cursor=cursor, page_size=1000).events
            for event in events:
                if event.type == "ledger.v1." + kind:
                    payload = message(event.type).FromString(event.payload)
                    found += [payload] if payload.account_id == account else []
            if not events:
                return found
            cursor = events[-1].cursor

    def on_credit(self, company=None, limit=1000):
        """A postpaid account that lives on its credit limit."""
        company = company or self.company
        account = company.open(payment_mode=2)
        company.call("CreditService/SetCreditLimit", account, limit_micros=micros(limit), currency="CNY")
        company.call("CreditService/ConfirmCreditLimit", account)
        return account

    def overridden(self, until, company=None):
        """Credit control is disabled (LED-17), and an operator has allowed it until then (LED-19)."""
        company = company or self.company
        account = self.on_credit(company)
        company.override(account, self.stamp(until))
        company.paid_by(account)
        self.assertFalse(company.balance(account).suspended)
        return account

    def suspended(self, account):
        return psql(self.ledger.database, "SELECT suspended FROM ledger.account WHERE account_id = '%s'" % account) == "t"

    def turn_to(self, time):
        self.clock.turn(time - self.clock.now())

    def test_an_evaluation_is_of_the_moment_at_which_it_has_the_lock(self):
        """Company by company: while one holds the sweep up, a bill of the next falls due and an order judges by that (D.8). Judged by the
        moment at which the sweep began, the account would resume, and nothing would ever stop it again."""
        first, second = Company(self.ledger), Company(self.ledger)
        first.id, second.id = "0" * 8 + first.id[8:], "f" * 8 + second.id[8:]
        waiting, account = first.open(), self.on_credit(second)
        second.spend(account, 1000)
        self.assertTrue(second.balance(account).suspended)
        holder = Sql(POSTGRES, self.ledger.database)
        self.addCleanup(holder.close)
        holder.rows("BEGIN; SELECT 1 FROM ledger.chain WHERE company_id = '%s' FOR UPDATE" % first.id)
        self.clock.turn(DAY + HOUR)
        wait_until(lambda: psql(self.ledger.database, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                " AND wait_event_type = 'Lock'") != "0")
        self.clock.turn(30 * DAY)
        self.assertTrue(second.top_up(account, 500).balances[0].suspended)
        evaluated = "SELECT bool_and(evaluated_time > to_timestamp(%f)) FROM ledger.account WHERE account_id IN ('%s', '%s')"
        holder.rows("ROLLBACK")
        wait_until(lambda: psql(self.ledger.database, evaluated % (self.clock.now() - DAY, waiting, account)) == "t", seconds=30)
        self.assertTrue(self.suspended(account))
        self.assertEqual(self.told("AccountResumed", account)[1:], [])  # once, when the credit limit was confirmed

    def test_an_override_ends_at_its_moment(self):
        moment = int(self.clock.now()) + HOUR
        sooner, later = self.overridden(moment - 30), self.overridden(moment)
        self.turn_to(moment - 20)
        wait_until(lambda: self.suspended(sooner))
        self.assertFalse(self.suspended(later))
        self.assertEqual(self.told("AccountSuspended", later), [])
        self.turn_to(moment)
        wait_until(lambda: self.suspended(later))
        told = self.told("AccountSuspended", later)
        self.assertEqual([(t.available_micros, t.line_micros, t.currency) for t in told], [(0, micros(100), "CNY")])
        self.company.top_up(later, 200)  # decided on what the sweep left behind, not on what the ledger remembered
        self.assertEqual((self.suspended(later), len(self.told("AccountResumed", later))), (False, 2))  # by its limit, and by the money
        self.assertEqual(self.company.audit()[0], [])

    def billed(self, due, amount=50):
        account = self.on_credit()
        self.company.call("UsageService/RecordUsage", account, amount_micros=micros(amount), currency="CNY")
        self.company.call("UsageService/SettleUsage", account, due_time=self.stamp(due))
        return account

    def test_a_bill_that_falls_due_is_told_once(self):
        moment = int(self.clock.now()) + HOUR
        sooner, later, paid = self.billed(moment - 30), self.billed(moment), self.billed(moment)
        self.company.top_up(paid, 100)
        self.company.call("UsageService/PayBills", paid, amount_micros=micros(50), currency="CNY")
        self.turn_to(moment - 20)
        wait_until(lambda: self.told("AccountOverdue", sooner))
        self.assertEqual(self.told("AccountOverdue", later), [])
        self.turn_to(moment)
        wait_until(lambda: self.told("AccountOverdue", later))
        self.turn_to(moment + DAY + HOUR)
        last = self.billed(moment + DAY + HOUR)
        wait_until(lambda: self.told("AccountOverdue", last))
        told = self.told("AccountOverdue", later)
        self.assertEqual([(t.outstanding_micros, t.currency, t.due_time.seconds) for t in told], [(micros(50), "CNY", moment)])
        self.assertEqual(self.told("AccountOverdue", paid), [])

    def test_a_bill_that_was_due_before_it_was_booked_is_told(self):
        account = self.billed(int(self.clock.now()) - HOUR)
        wait_until(lambda: self.told("AccountOverdue", account))

    def evaluated_before(self, account, seconds):
        """As if a version that knew of no day had left it suspended by mistake, evaluated so long ago."""
        psql(self.ledger.database, "UPDATE ledger.account SET suspended = true, evaluated_time = to_timestamp(%.6f) WHERE account_id = '%s'"
             % (self.clock.now() - seconds, account))

    def test_each_account_is_evaluated_every_day(self):
        old, young = self.on_credit(), self.on_credit()
        self.evaluated_before(young, DAY - 60)
        self.evaluated_before(old, DAY)
        wait_until(lambda: not self.suspended(old))
        self.assertEqual(len(self.told("AccountResumed", old)), 2)  # by its limit, and by the day
        self.assertTrue(self.suspended(young))
        self.clock.turn(61)
        wait_until(lambda: not self.suspended(young))

    def test_a_clock_that_was_set_back_is_no_reason_to_wait(self):
        account = self.on_credit()
        self.evaluated_before(account, -DAY)
        wait_until(lambda: not self.suspended(account))

    def test_a_locked_company_holds_up_itself_alone(self):
        moment = int(self.clock.now()) + HOUR
        others = Company(self.ledger)
        locked, free = self.overridden(moment), self.overridden(moment, others)
        sql = Sql(POSTGRES, self.ledger.database)
        try:
            sql.rows("BEGIN")
            sql.rows("SELECT * FROM ledger.chain WHERE company_id = '%s' FOR UPDATE" % self.company.id)
            self.turn_to(moment)
            wait_until(lambda: self.suspended(free), 30)
            self.assertFalse(self.suspended(locked))
        finally:
            sql.close()
        wait_until(lambda: self.suspended(locked), 30)

    def test_what_an_operator_changes_is_told(self):
        account = self.on_credit(limit=150)
        self.company.update(account, "buffer_micros", buffer_micros=micros("150.01"))
        self.assertTrue(self.suspended(account))
        self.company.update(account, "buffer_micros", buffer_micros=micros("150.00"))
        self.assertFalse(self.suspended(account))
        self.assertEqual([t.line_micros for t in self.told("AccountSuspended", account)], [micros("150.01")])
        self.assertEqual(len(self.told("AccountResumed", account)), 2)  # by its limit, and by its line


if __name__ == "__main__":
    unittest.main()
