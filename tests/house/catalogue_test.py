"""Holds the schemas of ledger and sharing to what distribution by company needs, over PostgreSQL's own catalogue: company_id first in
every primary key, unique index and foreign key; ids made by the application; no triggers, and no sequences or identities but for the outbox's order. And every
context's SQL to what a pool of connections and a second node can bear: no session advisory locks, no LISTEN."""
import glob
import os
import re
import subprocess
import unittest

POSTGRES = os.environ["KONTOR_TEST_POSTGRES"]
CONTEXTS = ("identity", "payments", "ledger", "sharing", "gateway")
DISTRIBUTED = ("ledger", "sharing")
OF_THE_SCHEMA = ("migration", "act_log", "act_log_head", "outbox_head", "outbox_consumer", "key_check", "audit_run", "freeze_fence",
                 "region", "product", "sku", "price_book", "price", "price_tier", "price_revision")  # the schema's as a whole, a row or few, or the same in every one: no company's
ORDERS = ("outbox_told_seq", "outbox", "act_log_told_seq", "act_log")  # in which the rows of one company, which are on one node, were written: no id
# The ledger's names for chains and accounts inside one database (docs/decisions/0016): rows that a company takes elsewhere are numbered anew
# there. A key that begins with a number, or with the hash over a company and a request, is one company's all the same.
NUMBERS = ("chain_number_seq", "account_number_seq", "chain", "account")
OF_ONE_COMPANY = {"chain_number_is_unique": "number", "account_number_is_unique": "number", "entry_pkey": "chain", "posting_pkey": "account",
                  "lot_pkey": "account", "entry_by_request": "request_key",
                  "transit_pkey": "transit_id", "transit_lot_pkey": "transit_id", "relation_pkey": "relation_id",
                  "funding_request_pkey": "funding_request_id", "funding_request_that_waits": "customer_id",  # of two chains, named by the entry of one
                  "usage_record_pkey": "source",  # unique whatever account it names
                  "meter_period_pkey": "account_id", "usage_account_pkey": "account_id", "usage_fold_pkey": "fold_id",
                  "billing_zone_pkey": "account_id", "spend_day_pkey": "account_id",
                  "suspension_acknowledgement_pkey": "account_id", "ladder_pkey": "account_id",
                  "suspension_notice_pkey": "account_id", "price_assignment_pkey": "account_id",
                  "association_pkey": "customer_id", "spending_cap_pkey": "account_id", "budget_pkey": "account_id",
                  "group_tier_pkey": "agent_id", "group_volume_pkey": "agent_id", "group_rate_pkey": "agent_id", "repricing_pkey": "repricing_id",
                  "resource_pkey": "registration_id", "resource_by_source": "source"}  # of an account, whatever chain it is in

# Every key of the schema: its table, kind, name and first column.
KEYS = """
SELECT c.relname, CASE WHEN i.indisprimary THEN 'primary key' ELSE 'unique index' END, x.relname,
       (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = i.indkey[0])
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
WHERE i.indisunique AND c.relnamespace = '%(schema)s'::regnamespace
UNION ALL
SELECT c.relname, 'foreign key', k.conname, (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = k.conkey[1])
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.contype = 'f' AND k.connamespace = '%(schema)s'::regnamespace
UNION ALL
SELECT f.relname, 'referenced key', k.conname, (SELECT attname FROM pg_attribute WHERE attrelid = f.oid AND attnum = k.confkey[1])
FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
WHERE k.contype = 'f' AND k.connamespace = '%(schema)s'::regnamespace"""
TABLES = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = '%(schema)s'::regnamespace"
KEYLESS = TABLES + " AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary)"
TRIGGERS = """
SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND c.relnamespace = '%(schema)s'::regnamespace"""
SEQUENCES = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = '%(schema)s'::regnamespace"
IDENTITIES = """
SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attidentity <> '' AND c.relnamespace = '%(schema)s'::regnamespace"""
FUNCTIONS = "SELECT proname FROM pg_proc WHERE pronamespace = '%(schema)s'::regnamespace"


def run_psql(database, *arguments):
    command = ["psql", "-h", POSTGRES, "-U", "postgres", "-d", database, "-qtA", "-F", "|", "-v", "ON_ERROR_STOP=1", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError("%s: %s" % (" ".join(arguments)[:200], done.stderr))
    return [tuple(line.split("|")) for line in done.stdout.splitlines() if line]


def migrations(context):
    """The runtime's own tables come first, as in database_migrate."""
    return sorted(glob.glob("runtime/database/migrations/*.sql")) + sorted(glob.glob(context + "/store/migrations/*.sql"))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def without_comments(sql):
    return re.sub(r"--[^\n]*", "", sql)


class Catalogue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = "kontor_test_catalogue_%d" % os.getpid()
        run_psql("postgres", "-c", "CREATE DATABASE " + cls.database)
        for context in CONTEXTS:
            run_psql(cls.database, "-c", "CREATE SCHEMA " + context)
            files = [argument for path in migrations(context) for argument in ("-f", path)]
            run_psql(cls.database, "-c", "SET search_path TO " + context, *files)

    @classmethod
    def tearDownClass(cls):
        run_psql("postgres", "-c", "DROP DATABASE %s WITH (FORCE)" % cls.database)

    def rows(self, query, schema):
        return [row for row in run_psql(self.database, "-c", query % {"schema": schema}) if row[0] not in OF_THE_SCHEMA]

    def test_every_table_has_a_primary_key(self):
        for schema in CONTEXTS:
            self.assertTrue(self.rows(TABLES, schema), "the schema %s is empty" % schema)
            self.assertEqual(self.rows(KEYLESS, schema), [], schema)

    def test_company_id_comes_first_in_every_key(self):
        for schema in DISTRIBUTED:
            keys = self.rows(KEYS, schema)
            self.assertGreater(len(keys), 3)
            self.assertEqual([key for key in keys if key[3] not in ("company_id", OF_ONE_COMPANY.get(key[2]))], [], schema)

    def test_ids_are_made_by_the_application(self):
        for schema in CONTEXTS:
            made = [row for row in self.rows(SEQUENCES, schema) + self.rows(IDENTITIES, schema) if row[0] not in ORDERS + NUMBERS]
            self.assertEqual(made, [], schema)

    def test_rules_are_in_no_trigger_and_no_function(self):
        for schema in CONTEXTS:
            self.assertEqual(self.rows(TRIGGERS, schema) + self.rows(FUNCTIONS, schema), [], schema)

    def test_sql_keeps_to_what_can_be_distributed_and_pooled(self):
        forbidden = r"\bpg_(try_)?advisory_\w+|\bLISTEN\b|\bNOTIFY\b|\bgen_random_uuid\b|\bnextval\b|\bSERIAL\b|\bCREATE\s+TRIGGER\b"
        files = glob.glob("*/store/*/*.sql") + glob.glob("runtime/database/*/*.sql")
        self.assertGreater(len(files), 20)
        for path in files:
            found = re.search(forbidden, without_comments(read(path)), re.I)
            self.assertIsNone(found, path)

    def test_every_query_says_first_what_it_is_for(self):
        for path in glob.glob("*/store/*/*.sql") + glob.glob("runtime/database/*/*.sql"):
            self.assertTrue(read(path).startswith("-- "), path)


if __name__ == "__main__":
    unittest.main()
