"""The ledger audits itself: one replica at a time, as often as audit-interval says, and every replica tells what the last run found."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from ledger import metrics, open_account, top_up, wait_until  # noqa: E402
from service import Service, new_id, psql  # noqa: E402

AUDIT = "ledger_audit_"


class AuditWatch(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.first = cls.enterClassContext(Service("ledger", audit_interval="500ms"))
        cls.second = cls.enterClassContext(Service("ledger", database=cls.first.database, audit_interval="500ms"))
        cls.silent = cls.enterClassContext(Service("ledger", database=cls.first.database, audit_interval="0s"))
        cls.company, cls.account = new_id(), new_id()
        open_account(cls.first, cls.company, cls.account)
        top_up(cls.first, cls.company, cls.account, 5000000)

    def sql(self, statement):
        return psql(self.first.database, statement)

    def wait_for_findings(self, count):
        """In a run that ended after this was asked for."""
        since = float(self.sql("SELECT extract(epoch FROM clock_timestamp())"))
        for ledger in (self.first, self.second):
            wait_until(lambda: metrics(ledger)[AUDIT + "last_run_timestamp_seconds"] > since + 1 and metrics(ledger)[AUDIT + "findings"] == count, 60)

    def own(self, change):
        self.sql("UPDATE ledger.account SET own_micros = own_micros + %d WHERE account_id = '%s'" % (change, self.account))

    def test_every_replica_tells_what_one_found(self):
        self.wait_for_findings(0)
        self.assertEqual(metrics(self.first)[AUDIT + "companies"], 1)
        self.own(1)
        try:
            self.wait_for_findings(1)
        finally:
            self.own(-1)
        self.wait_for_findings(0)

    def looks(self, ledger):
        return metrics(ledger)['runtime_job_runs_total{job_name="audit_watch"}']

    def test_nobody_begins_what_another_has_in_hand(self):
        begun = "SELECT begun_time FROM ledger.audit_run"
        wait_until(lambda: self.sql("UPDATE ledger.audit_run SET lease_time = clock_timestamp() + interval '1 hour' WHERE lease_time = ended_time"
                                    " RETURNING 1") == "1", 60)
        before, looks = self.sql(begun), [self.looks(ledger) for ledger in (self.first, self.second)]
        wait_until(lambda: all(self.looks(ledger) > seen + 2 for ledger, seen in zip((self.first, self.second), looks)), 60)
        self.assertEqual(self.sql(begun), before)
        self.sql("UPDATE ledger.audit_run SET lease_time = clock_timestamp()")
        wait_until(lambda: self.sql(begun) != before, 60)

    def test_an_interval_of_nothing_is_never(self):
        self.assertEqual(metrics(self.silent)['runtime_job_failures_total{job_name="audit_watch"}'], 0)
        self.assertEqual(metrics(self.silent)[AUDIT + "findings"], 0)
        self.assertEqual(metrics(self.silent)[AUDIT + "last_run_timestamp_seconds"], 0)  # its first look is a minute away


if __name__ == "__main__":
    unittest.main()
