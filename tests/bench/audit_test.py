"""The audit after a run of bench/run finds nothing after an honest one, and each thing that is not as it must be."""
import os
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "bench", "matrix"))
from audit import audit  # noqa: E402
from case import Case, play  # noqa: E402
from ledger_stage import LedgerStage  # noqa: E402
from postgres import Postgres  # noqa: E402

BUILD = os.environ.get("KONTOR_BUILD", os.path.join(ROOT, "build", "dev"))


class AuditTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.postgres = Postgres()
        cls.addClassCleanup(cls.postgres.end, False)
        cls.postgres.lend_to_tests(BUILD)
        cls.stage = LedgerStage(BUILD, cls.postgres, companies=2, accounts=3)
        cls.addClassCleanup(cls.stage.end)
        cls.stage.prepare()
        for contender in ("bulk", "procedure", "floor"):
            play(cls.stage, Case(contender, contender, 2, 10), 200, 1)

    def found(self):
        return audit(self.stage)[0]

    def change(self, database, sql):
        self.postgres.psql(database, "-c", sql)

    def test_an_honest_run_is_clean(self):
        self.assertEqual(self.found(), [])

    def test_a_transfer_that_was_acknowledged_and_is_not_there(self):
        for whose in ("ledger", "peer"):
            self.stage.settled[whose] += 1
            self.assertRegex("\n".join(self.found()), r"\A\d+ transfers are kept, \d+ were acknowledged\Z")
            self.stage.settled[whose] -= 1

    def test_money_that_nobody_paid(self):
        for database, table, column in (("ledger", "ledger.account", "own_micros"), ("peer", "account", "balance_micros")):
            one = "UPDATE %s SET %s = %s %%s 1 WHERE account_id = (SELECT min(account_id::text)::uuid FROM %s)" % (table, column, column, table)
            self.change(database, one % "+")
            self.assertIn("were", "\n".join(self.found()))
            self.change(database, one % "-")

    def test_an_account_that_took_no_part(self):
        self.stage.accounts += 1
        self.assertIn("took part", "\n".join(self.found()))
        self.stage.accounts -= 1


if __name__ == "__main__":
    unittest.main()
