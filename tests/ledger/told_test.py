"""EntriesRecorded tells the world of every entry without a gap, whoever ended in between."""
import os
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import wait_until  # noqa: E402
from ledger_client import Company  # noqa: E402
from service import Refusal, Service, message, psql  # noqa: E402

RECORDED = "ledger.v1.EntriesRecorded"


class Told(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger"))

    def stretches(self, company):
        """(first, last) of each event of the company, in the order of the feed."""
        found, cursor = [], ""
        while True:
            events = self.ledger.call("event.v1.EventService/ListEvents", cursor=cursor, page_size=1000).events
            if not events:
                return found
            cursor = events[-1].cursor
            for event in events:
                if event.scope_id == company.id and event.type == RECORDED:
                    told = message(RECORDED).FromString(event.payload)
                    self.assertEqual(told.company_id, company.id)
                    found.append((told.first_sequence, told.last_sequence))

    def assert_told(self, company, length):
        wait_until(lambda: (self.stretches(company) or [(0, 0)])[-1][1] == length, seconds=30)
        stretches = self.stretches(company)
        self.assertEqual(stretches[0][0], 1)
        for before, after in zip(stretches, stretches[1:]):
            self.assertEqual(after[0], before[1] + 1)
        self.assertTrue(all(first <= last for first, last in stretches))
        return stretches

    def is_found(self):
        """The client's connection to the ledger that was killed is over."""
        try:
            self.ledger.call("event.v1.EventService/ListEvents")
            return True
        except Refusal:
            return False

    def funded(self):
        company = Company(self.ledger)
        account = company.open()
        company.top_up(account, 1000)
        return company, account

    def test_every_entry_is_told_without_a_gap(self):
        company, account = self.funded()
        self.assert_told(company, 1)
        for _ in range(20):
            company.spend(account, 1)
        self.assertLess(len(self.assert_told(company, 21)), 21)  # batches together

    def test_a_refusal_is_no_news(self):
        company, account = self.funded()
        self.assertEqual(len(self.assert_told(company, 1)), 1)
        with self.assertRaises(Refusal):
            company.spend(account, 5000)
        other, _ = self.funded()
        self.assert_told(other, 1)
        self.assertEqual(self.stretches(company), [(1, 1)])

    def test_what_a_killed_ledger_booked_is_told(self):
        company, account = self.funded()
        self.assert_told(company, 1)
        company.spend(account, 1)
        self.ledger.kill()
        self.ledger.start()
        wait_until(self.is_found)
        self.assert_told(company, 2)

    def test_two_ledgers_tell_each_entry_once(self):
        company, account = self.funded()
        with Service("ledger", database=self.ledger.database) as other:
            def spend(ledger):
                for _ in range(40):
                    company.call("PurchaseService/CreatePurchase", account, ledger=ledger, amount_micros=1000000, currency="CNY")
            threads = [threading.Thread(target=spend, args=(ledger,)) for ledger in (self.ledger, other)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            wait_until(lambda: (self.stretches(company) or [(0, 0)])[-1][1] == 81, seconds=30)
        covered = [place for first, last in self.stretches(company) for place in range(first, last + 1)]
        self.assertEqual(sorted(set(covered)), list(range(1, 82)))

    def test_a_chain_that_nobody_noted_is_found(self):
        company, account = self.funded()
        self.assert_told(company, 1)
        psql(self.ledger.database, "DELETE FROM ledger.told_chain WHERE company_id = '%s'" % company.id)
        wait_until(lambda: self.stretches(company) == [(1, 1), (1, 1)], seconds=30)


if __name__ == "__main__":
    unittest.main()
