"""The tables refuse what no batch should ever write."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from service import Service, psql  # noqa: E402


class Constraints(unittest.TestCase):
    """The tables refuse what no batch should ever write."""

    def test_each_bites(self):
        with Service("ledger") as ledger:
            sql = ("SET search_path = ledger; INSERT INTO account (company_id, account_id, corporate, company_verified, currency, state, payment_mode,"
                   " buffer_micros, contract_state, suspended, opened_time, %s) VALUES (gen_random_uuid(), gen_random_uuid(), true, true, 'CNY', 1, 1, 0,"
                   " 1, true, now(), %s)")
            psql(ledger.database, sql % ("own_micros", 1))
            for column in ("own_micros", "transferred_in_micros", "refund_credit_micros", "frozen_micros", "credit_limit_micros"):
                with self.assertRaises(Exception, msg=column):
                    psql(ledger.database, sql % (column, -1))
            for column in ("unbilled_micros", "outstanding_micros"):
                with self.assertRaises(Exception, msg=column):
                    psql(ledger.database, sql % (column, 1))
            with self.assertRaises(Exception):
                psql(ledger.database, "INSERT INTO ledger.lot (account, sequence, source, granted_micros, spent_micros, revoked_micros) VALUES (1, 1, 1, 5, 3, 3)")
            with self.assertRaises(Exception):
                psql(ledger.database, "INSERT INTO ledger.hold VALUES (gen_random_uuid(), 1, gen_random_uuid(), 1, 5, 6, now(), now())")


if __name__ == "__main__":
    unittest.main()
