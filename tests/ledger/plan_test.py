"""Every statement of a batch, planned as the batch plans it on tables that are new and empty, goes along the index it was meant for:
the plan is made once and used for ever, so a bad one would stay (the plan trap)."""
import glob
import os
import re
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "support"), os.path.join(HERE, "..", "model")]
from ledger import Stream  # noqa: E402
from ledger_histories_test import History  # noqa: E402
from service import POSTGRES, ROOT, Clock, Service, psql  # noqa: E402
from sql import Sql  # noqa: E402

QUERIES = os.path.join(ROOT, "ledger", "store", "queries")
SAMPLES = {"uuid": "'00000000-0000-7000-8000-000000000001'::uuid", "bigint": "1", "text": "'a'", "bytea": "'\\x00'::bytea", "timestamptz": "now()",
           "boolean": "true", "integer": "1"}

# What each statement of a batch reads along; anything else means that it looks at more than it asked for.
MEANT = {
    "find_requests": {"request_pkey", "request_before_pkey"},
    "read_spendable_lots": {"lot_pkey", "account_pkey", "account_by_id"}, "read_last_lots": {"lot_pkey"},
    "read_source_lots": {"lot_by_source", "account_pkey", "account_by_id"}, "read_holds": {"hold_pkey"},
    "read_expired_holds": {"hold_active_by_account"}, "update_holds": {"hold_pkey"}, "read_purchases": {"purchase_pkey"},
    "update_purchases": {"purchase_pkey"}, "update_purchase_lots": {"purchase_lot_pkey"}, "read_bills": {"bill_pkey", "account_pkey", "account_by_id"},
    "update_bills": {"bill_pkey"}, "lock_chains": {"chain_pkey"}, "take_chain": {"chain_pkey"},
    "read_accounts": {"account_pkey", "account_by_id"}, "find_accounts_elsewhere": {"account_by_id"}, "read_purchase_lots": {"purchase_pkey", "purchase_lot_pkey", "lot_pkey"},
    "keep_batch": {"request_before_pkey", "chain_pkey", "account_pkey", "account_by_id", "lot_pkey"}, "read_credit_lines": {"credit_line_pkey"}, "update_credit_lines": {"credit_line_pkey"},
    "read_pools": {"pool_pkey"}, "read_quotas": {"quota_pkey"}, "read_quotas_of_purchases": {"entry_pkey", "quota_pkey"},
}


def text_of(name):
    with open(os.path.join(QUERIES, name + ".sql"), encoding="utf-8") as file:
        return file.read()


def along_indexes():
    """What a connection for batches sets, taken from where it is said."""
    with open(os.path.join(ROOT, "runtime", "database", "connector.c"), encoding="utf-8") as file:
        options = re.search(r"#define PLANS_ALONG_INDEXES((?:.*\\\n)*.*)", file.read()).group(1)
    return "; ".join("SET LOCAL " + option for option in re.findall(r"-c (\w+=\w+)", options))


class Plans(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger"))

    def explain(self, name, database):
        prepared = "SET search_path = ledger; PREPARE q AS %s;" % text_of(name)
        types = psql(database, prepared + " SELECT unnest(parameter_types)::text FROM pg_prepared_statements WHERE name = 'q'").split("\n")
        values = ["ARRAY[%s]::%s" % (SAMPLES[t[:-2].split(" ")[0].replace("timestamp", "timestamptz")], t) if t.endswith("[]")
                  else "%s::%s" % (SAMPLES[t.split(" ")[0].replace("timestamp", "timestamptz")], t) for t in types if t]
        return psql(database, "BEGIN; SET LOCAL search_path = ledger; %s; PREPARE q AS %s; EXPLAIN EXECUTE q%s"
                    % (along_indexes(), text_of(name), "(%s)" % ", ".join(values) if values else ""))

    def test_each_statement_of_a_batch_reads_along_its_index(self):
        self.look_at_plans(self.ledger.database)

    def test_also_when_the_planner_knows_of_a_few_rows(self):
        """A plan that reads a small table whole would be kept when the table has grown."""
        clock = Clock()
        with Service("ledger", clock=clock) as small:
            sql, streams = Sql(POSTGRES, small.database), [Stream(small)] * 2
            try:
                history = History([small, small], streams, sql, clock, 7)
                while history.orders < 600:
                    history.step_orders()
                streams[0].close()
                sql.rows("INSERT INTO ledger.credit_line SELECT gen_random_uuid(), 'CNY', 1, 0 FROM generate_series(1, 3)")
                sql.rows("INSERT INTO ledger.chain (company_id, recorded_time, hash) SELECT gen_random_uuid(), now(), sha256('') "
                         "FROM generate_series(1, 3)")
                sql.rows("ANALYZE")
                self.look_at_plans(small.database)
            finally:
                sql.close()

    def look_at_plans(self, database):
        for name, meant in MEANT.items():
            plan = self.explain(name, database)
            used = {a or b for a, b in re.findall(r"using (\w+)|Bitmap Index Scan on (\w+)", plan)}
            self.assertTrue(used and used <= meant, "%s:\n%s" % (name, plan))
            self.assertNotIn("Seq Scan", plan, name)
            for scan in re.findall(r"Index (?:Only )?Scan using .*\n.*", plan):
                self.assertIn("Index Cond", scan, "%s reads an index whole:\n%s" % (name, plan))

    def test_every_query_is_understood(self):
        for path in sorted(glob.glob(os.path.join(QUERIES, "*.sql"))):
            self.explain(os.path.splitext(os.path.basename(path))[0], self.ledger.database)


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
                psql(ledger.database, "INSERT INTO ledger.lot VALUES (gen_random_uuid(), gen_random_uuid(), 1, gen_random_uuid(), 5, 3, 3, now())")
            with self.assertRaises(Exception):
                psql(ledger.database, "INSERT INTO ledger.hold VALUES (gen_random_uuid(), 1, gen_random_uuid(), 1, 5, 6, now(), now())")


if __name__ == "__main__":
    unittest.main()
