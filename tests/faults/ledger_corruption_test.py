"""Somebody with the rights of a superuser changes what is kept, one value at a time: every column of every table and every row deleted.
The audit must notice each, but for those that no rule of money depends on, which are named here. Then it is put back, and the audit is
content again. The seed is printed; KONTOR_SEED repeats a run."""
import contextlib
import os
import random
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "support"), os.path.join(HERE, "..", "model")]
import ledger  # noqa: E402
from ledger_histories_test import History  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import POSTGRES, SERVICE, Clock, Refusal, Service  # noqa: E402
from sql import Sql  # noqa: E402

SEED = int(os.environ.get("KONTOR_SEED", "0")) or int(time.time())
TABLES = ("account", "bill", "chain", "credit_line", "entry", "frozen", "hold", "lot", "posting", "purchase", "purchase_lot")
# Rows that carry money, where a table has others too.
ALIVE = {"account": "version > 0", "bill": "owed_micros > paid_micros", "chain": "length > 0", "credit_line": "allocated_micros > 0"}
# Facts that other contexts tell the ledger, and counters and moments that are nowhere else to compare with.
FACTS = {"account.corporate", "account.company_verified", "account.verified_company_id", "account.state", "account.payment_mode", "account.buffer_micros",
         "account.pay_on_behalf", "account.receivables", "account.opened_time", "account.suspended", "account.suspension_policy", "account.warned_time",
         "account.stop_due_time", "account.turned_time", "account.release_due", "account.acknowledged_time", "account.spending",
         "account.spending_set_time", "account.spending_set_by", "account.override_until_time",
         "account.override_reason", "account.override_approver_id", "account.lot_first", "account.evaluated_time", "account.told_due_time",
         "bill.due_time", "purchase_lot.lot_sequence", "chain.revision",
         "credit_line.line_micros", "hold.expire_time"}
CHANGES = {"bigint": ("{0} + 1", "{0} - 1"), "integer": ("{0} + 1", "{0} - 1", "{0} + 1000"), "smallint": ("{0} % 2 + 1", "3 - {0}"), "uuid": ("'00000000-0000-4000-8000-00000000beef'",),
           "text": ("{0} || 'x'", "'USD'", "'CNY'"), "boolean": ("NOT {0}",), "timestamp with time zone": ("{0} + interval '1 second'",),
           "bytea": ("set_byte({0}, 7, 255 - get_byte({0}, 7))",)}


@contextlib.contextmanager
def only_we_write(sql):
    """No job of the ledger acts on what is wrong meanwhile: its entry would stay."""
    what = "INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ledger"
    sql.rows("REVOKE %s FROM %s" % (what, SERVICE))
    try:
        yield
    finally:
        sql.rows("GRANT %s TO %s" % (what, SERVICE))


class Corruption(unittest.TestCase):
    def setUp(self):
        print("KONTOR_SEED=%d" % SEED, flush=True)
        self.dice, clock = random.Random(SEED), Clock()
        self.ledger = self.enterContext(Service("ledger", clock=clock))
        self.sql = Sql(POSTGRES, self.ledger.database)
        self.addCleanup(self.sql.close)
        streams = [ledger.Stream(self.ledger)]
        self.addCleanup(streams[0].close)
        self.history = History([self.ledger, self.ledger], streams, self.sql, clock, 7)
        while self.history.orders < 400:
            self.history.step_orders()
        self.sql.rows("SET search_path = ledger; SET session_replication_role = replica")
        self.enterContext(only_we_write(self.sql))

    def findings(self):
        findings, totals = ledger.audit(self.ledger)
        self.assertEqual(totals.findings, len(findings))
        return [(finding.kind, finding.account_id, finding.sequence) for finding in findings]

    def columns(self):
        return self.sql.rows("SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'ledger' "
                             "AND table_name IN (%s) ORDER BY 1, ordinal_position" % ", ".join("'%s'" % table for table in TABLES))

    def pick_row(self, table, condition):
        rows = self.sql.rows("SELECT ctid FROM %s WHERE %s AND %s" % (table, condition, ALIVE.get(table, "true")))
        return self.dice.choice(rows)[0] if rows else None

    def changed(self, table, column, kind):
        """Changes one value, audits, puts the row back: what the audit said, "refused" when a constraint bites, None without a row."""
        row = self.pick_row(table, "%s IS NOT NULL" % column)
        if row is None:
            return None
        for change in CHANGES[kind]:
            self.sql.rows("CREATE TEMP TABLE kept AS SELECT * FROM %s WHERE ctid = '%s'" % (table, row))
            try:
                new_row = self.sql.rows("UPDATE %s SET %s = %s WHERE ctid = '%s' AND %s IS DISTINCT FROM %s RETURNING ctid"
                                        % (table, column, change.format(column), row, column, change.format(column)))
            except AssertionError:
                new_row = []
            if not new_row:  # a constraint bites, or it is so already
                self.sql.rows("DROP TABLE kept")
                continue
            said = self.findings()
            self.sql.rows("DELETE FROM %s WHERE ctid = '%s'; INSERT INTO %s OVERRIDING SYSTEM VALUE SELECT * FROM kept; DROP TABLE kept" % (table, new_row[0][0], table))
            return said
        return "refused"

    def test_every_value_is_watched(self):
        self.assertEqual(self.findings(), [])
        missed, seen = [], 0
        for table, column, kind in self.columns():
            name = "%s.%s" % (table, column)
            said = self.changed(table, column, kind)
            if said == [] and name not in FACTS:
                missed.append(name)
            seen += bool(said)
        self.assertEqual(" ".join(missed), "", "changed, and the audit said nothing")
        self.assertGreater(seen, 60)
        self.assertEqual(self.findings(), [])

    def test_a_posting_of_no_known_book_is_told(self):
        for book in (0, -4, 9, 32767):
            said = self.sql.rows("SELECT ctid, book FROM posting ORDER BY sequence LIMIT 1")[0]
            self.sql.rows("UPDATE posting SET book = %d WHERE ctid = '%s'" % (book, said[0]))
            self.assertNotEqual(self.findings(), [], book)
            self.sql.rows("UPDATE posting SET book = %s WHERE book = %d" % (said[1], book))
        self.assertEqual(self.findings(), [])

    def test_every_row_is_missed(self):
        for table in TABLES:
            row = self.pick_row(table, "true")
            self.assertIsNotNone(row, table)
            self.sql.rows("CREATE TEMP TABLE kept AS SELECT * FROM %s WHERE ctid = '%s'; DELETE FROM %s WHERE ctid = '%s'" % (table, row, table, row))
            said = self.findings()
            self.sql.rows("INSERT INTO %s OVERRIDING SYSTEM VALUE SELECT * FROM kept; DROP TABLE kept" % table)
            self.assertNotEqual(said, [], "a row of %s is gone, and the audit said nothing" % table)
        self.assertEqual(self.findings(), [])

    def test_the_first_wrong_entry_is_named(self):
        """Two hashes swapped, an amount moved from one entry to another: the chain breaks at the first of them."""
        chain = self.sql.rows("SELECT number FROM chain WHERE company_id = '%s'" % self.history.company)[0][0]
        first, second = sorted(self.dice.sample(range(3, 60), 2))
        swap = ("UPDATE entry SET hash = CASE sequence WHEN {0} THEN (SELECT hash FROM entry WHERE sequence = {1} AND chain = {2}) "
                "ELSE (SELECT hash FROM entry WHERE sequence = {0} AND chain = {2}) END "
                "WHERE sequence IN ({0}, {1}) AND chain = {2}").format(first, second, chain)
        self.sql.rows(swap)
        kind, _, sequence = self.findings()[0]
        self.assertEqual((kind, sequence), ("CHAIN_BROKEN", first))
        self.sql.rows(swap)
        self.assertEqual(self.findings(), [])
        for table, kinds in (("entry", "kind = 8"), ("posting", "true")):
            entry = int(self.sql.rows("SELECT min(sequence) FROM %s WHERE chain = %s AND %s" % (table, chain, kinds))[0][0])
            where = "WHERE sequence = %d AND chain = %s" % (entry, chain)
            if table == "posting":
                where += " AND book IN (SELECT book FROM posting %s ORDER BY book LIMIT 2)" % where
            move = ("UPDATE entry SET change_micros = change_micros {0} 1 " if table == "entry" else
                    "UPDATE posting SET amount_micros = amount_micros {0} CASE WHEN book = (SELECT min(book) FROM posting %s) THEN 1 ELSE -1 END "
                    % where) + where
            self.sql.rows(move.format("+"))
            kinds = [(kind, sequence) for kind, _, sequence in self.findings()]
            self.assertIn(("CHAIN_BROKEN", entry), kinds)
            self.assertNotIn("ENTRY_NOT_BALANCED", [kind for kind, _ in kinds])
            self.sql.rows(move.format("-"))
            self.assertEqual(self.findings(), [])

    def test_legs_where_there_are_none_are_told(self):
        """An entry whose postings stand beside it, or that has none: what its own row says of legs is nothing."""
        for book in (0, -1):
            row = self.sql.rows("SELECT ctid FROM entry WHERE book = %d LIMIT 1" % book)[0][0]
            for column, value, back in (("change_micros", "1", "0"), ("balance_micros", "-1", "0"), ("other_book", "1", "NULL"),
                                        ("other_balance_micros", "0", "NULL"), ("book", str(-1 - book), str(book))):
                changed = self.sql.rows("UPDATE entry SET %s = %s WHERE ctid = '%s' RETURNING ctid" % (column, value, row))[0][0]
                self.assertIn("CHAIN_BROKEN", [kind for kind, _, _ in self.findings()], (book, column))
                row = self.sql.rows("UPDATE entry SET %s = %s WHERE ctid = '%s' RETURNING ctid" % (column, back, changed))[0][0]
        self.assertEqual(self.findings(), [])

    def test_a_posting_beside_an_entry_is_told(self):
        """One leg changed; one more than the entry has; one of an entry that has its legs in its row."""
        entry, chain, account = self.sql.rows("SELECT sequence, chain, account FROM posting ORDER BY sequence LIMIT 1")[0]
        where = "WHERE sequence = %s AND account = %s" % (entry, account)
        leg = "%s AND book = (SELECT max(book) FROM posting %s)" % (where, where)
        self.sql.rows("UPDATE posting SET amount_micros = amount_micros + 1 " + leg)
        self.assertIn(("ENTRY_NOT_BALANCED", int(entry)), [(kind, sequence) for kind, _, sequence in self.findings()])
        self.sql.rows("UPDATE posting SET amount_micros = amount_micros - 1 " + leg)
        two = self.sql.rows("SELECT sequence, account FROM entry WHERE chain = %s AND book > 0 LIMIT 1" % chain)[0]
        for sequence, of in ((entry, account), two, ("100000", account)):
            free = self.sql.rows("SELECT min(book) FROM generate_series(1, 8) AS book WHERE book NOT IN (SELECT book FROM posting "
                                 "WHERE account = %s AND sequence = %s)" % (of, sequence))[0][0]
            self.sql.rows("INSERT INTO posting (chain, account, book, sequence, amount_micros, balance_micros) VALUES (%s, %s, %s, %s, 0, 0)"
                          % (chain, of, free, sequence))
            self.assertNotEqual(self.findings(), [], sequence)
            self.sql.rows("DELETE FROM posting WHERE account = %s AND book = %s AND sequence = %s" % (of, free, sequence))
        self.assertEqual(self.findings(), [])


class Told(unittest.TestCase):
    """Order and time as the entries tell them, and what they do not tell."""

    def setUp(self):
        self.clock = Clock()
        self.ledger = self.enterContext(Service("ledger", clock=self.clock))
        self.sql = Sql(POSTGRES, self.ledger.database)
        self.addCleanup(self.sql.close)
        self.sql.rows("SET search_path = ledger")
        self.company = Company(self.ledger)
        self.p, self.q, self.b = (self.company.open() for _ in range(3))
        self.company.top_up(self.p, 100)
        self.company.top_up(self.q, 100)

    def said(self, table, change):
        """The kinds of findings after a change of a table, which is then put back."""
        with only_we_write(self.sql):
            self.sql.rows("CREATE TEMP TABLE kept AS SELECT * FROM %s" % table)
            self.sql.rows(change)
            findings = self.company.audit()[0]
            self.sql.rows("DELETE FROM {0}; INSERT INTO {0} OVERRIDING SYSTEM VALUE SELECT * FROM kept; DROP TABLE kept".format(table))
        self.assertEqual(self.company.audit()[0], [])
        return {kind for kind, _, _ in findings}

    def hold(self, seconds):
        return self.company.call("HoldService/PlaceHold", self.p, amount_micros=micros(10), currency="CNY",
                                 expire_time={"seconds": int(self.clock.now()) + seconds}).hold

    def test_how_often_an_account_was_touched(self):
        self.company.transfer(self.p, self.b, 1)
        for account in (self.p, self.b):
            for change in ("+ 1", "- 1"):
                self.assertEqual(self.said("account", "UPDATE account SET version = version %s WHERE account_id = '%s'" % (change, account)), {"VERSION_DIFFERS"})

    def test_who_ordered_what_and_how(self):
        """The request, the actor, the sub-account and what the answer said beyond the entry: there, or not."""
        self.company.transfer(self.p, self.b, 1)
        last = " WHERE sequence = (SELECT max(sequence) FROM entry)"
        for column in ("request_key", "body_key", "actor_id", "actor_reference", "sub_account_id", "reference_id"):
            for value in ("gen_random_uuid()", "NULL"):
                if self.sql.rows("SELECT %s IS NULL FROM entry%s" % (column, last)) == [("t",)] and value == "NULL" or (column, value) == ("request_key", "NULL"):
                    continue  # it is so already, or a constraint bites
                told = {"CHAIN_BROKEN"} | ({"ACTOR_DIFFERS"} if column == "actor_reference" else set())
                self.assertEqual(self.said("entry", "UPDATE entry SET %s = %s%s" % (column, value, last)), told, (column, value))
        for value in ("NULL", "outcome || 'x'", "set_byte(outcome, 0, 255 - get_byte(outcome, 0))"):
            self.assertEqual(self.said("entry", "UPDATE entry SET outcome = %s%s" % (value, last)), {"CHAIN_BROKEN"}, value)

    def test_whose_number_it_is(self):
        """Numbers of two accounts or of two chains, swapped: every row that names them means the other."""
        self.company.transfer(self.p, self.b, 1)
        other = Company(self.ledger)
        other.top_up(other.open(), 1)
        self.sql.rows("ALTER TABLE account ALTER number SET GENERATED BY DEFAULT; ALTER TABLE chain ALTER number SET GENERATED BY DEFAULT")
        for table, key, ids in (("account", "account_id", (self.p, self.b)), ("chain", "company_id", (self.company.id, other.id))):
            first, second = (self.sql.rows("SELECT number FROM %s WHERE %s = '%s'" % (table, key, each))[0][0] for each in ids)
            swap = "".join("UPDATE %s SET number = %s WHERE %s = '%s'; " % (table, number, key, each)
                           for number, each in ((-1, ids[0]), (first, ids[1]), (second, ids[0])))
            self.assertLessEqual({"CHAIN_BROKEN", "BALANCE_DIFFERS"}, self.said(table, swap))

    def test_the_head_of_a_chain(self):
        self.assertEqual(self.said("chain", "UPDATE chain SET recorded_time = recorded_time + interval '1 microsecond'"), {"CHAIN_BROKEN"})
        empty = Company(self.ledger)
        empty.open()
        self.assertEqual(self.said("chain", "DELETE FROM chain WHERE company_id = '%s'" % empty.id), {"CHAIN_BROKEN"})

    def test_which_lot_paid(self):  # D.9
        for source in (self.p, self.q):
            self.company.transfer(source, self.b, 50)
        self.company.spend(self.b, 30)
        first, second = (row[0] for row in self.sql.rows("SELECT sequence FROM lot ORDER BY sequence"))
        other = "CASE %%s WHEN %s THEN %s ELSE %s END" % (first, second, first)
        self.assertEqual(self.said("purchase_lot", "UPDATE purchase_lot SET lot_sequence = " + other % "lot_sequence"), {"PURCHASES_DIFFER"})
        self.assertEqual(self.said("lot", "UPDATE lot SET spent_micros = %d - spent_micros" % micros(30)), {"LOTS_DIFFER", "PURCHASES_DIFFER"})
        self.company.spend(self.b, 20)
        self.company.spend(self.b, 50)
        swapped = "UPDATE purchase_lot SET lot_sequence = %s WHERE paid_micros = %d OR lot_sequence = %s" % (other % "lot_sequence", micros(20), second)
        self.assertEqual(self.said("purchase_lot", swapped), {"PURCHASES_DIFFER"})

    def test_when_a_hold_was_over(self):  # D.4
        captured, active = self.hold(60), self.hold(3600)
        self.company.call("HoldService/CaptureHold", self.p, hold_id=captured.hold_id, amount_micros=micros(10), currency="CNY")
        expired = self.hold(30)
        self.clock.turn(31)
        self.company.top_up(self.p, 1)
        self.assertEqual(self.company.read("HoldService/GetHold", self.p, hold_id=expired.hold_id).hold.state, 4)
        for state, time, found in ((2, "placed_time + interval '1 microsecond'", True), (4, "expire_time + interval '1 hour'", True),
                                   (1, "placed_time", True), (1, "placed_time + interval '367 days'", True),
                                   (1, "placed_time + interval '1 microsecond'", False)):  # its time is in no entry
            said = self.said("hold", "UPDATE hold SET expire_time = %s WHERE state = %d" % (time, state))
            self.assertEqual("HOLDS_DIFFER" in said, found, (state, time))

    def test_what_an_entry_left_outstanding(self):
        account = self.company.open(payment_mode="PAYMENT_MODE_POSTPAID")
        for days in (1, 2):
            self.company.call("UsageService/RecordUsage", account, amount_micros=micros(5), currency="CNY")
            self.company.call("UsageService/SettleUsage", account, due_time={"seconds": int(self.clock.now()) + days * 86400})
        later = "(SELECT max(due_time) FROM bill)"
        self.assertEqual(self.said("bill", "UPDATE bill SET sequence = sequence + 1 WHERE due_time = " + later), {"BILLS_DIFFER"})
        self.assertEqual(self.said("bill", "UPDATE bill SET due_time = due_time - interval '2 days' WHERE due_time = " + later), {"BILLS_DIFFER"})
        self.assertEqual(self.said("bill", "UPDATE bill SET due_time = due_time + interval '1 day' WHERE due_time = " + later), set())  # in no entry


class Served(unittest.TestCase):
    """Rows that do not agree with one another: an order that rests on them fails, or heals them, and the ledger serves on."""

    def setUp(self):
        self.clock = Clock()
        self.ledger = self.enterContext(Service("ledger", clock=self.clock))
        self.sql = Sql(POSTGRES, self.ledger.database)
        self.addCleanup(self.sql.close)
        self.sql.rows("SET search_path = ledger; SET session_replication_role = replica")
        self.company, self.other = Company(self.ledger), Company(self.ledger)
        self.a, self.b = self.company.open(), self.company.open()
        self.c = self.other.open()
        self.company.top_up(self.a, 1000)
        self.company.transfer(self.a, self.b, 100)

    def call(self, rpc, account, **fields):
        return self.company.call(rpc, account, **fields)

    def money(self, rpc, account, amount, **fields):
        return self.call(rpc, account, amount_micros=micros(amount), currency="CNY", **fields)

    def hold(self, seconds=3600):
        return self.money("HoldService/PlaceHold", self.a, 10, expire_time={"seconds": int(self.clock.now()) + seconds}).hold.hold_id

    def told(self, act):
        try:
            act()
        except Refusal as no:
            return no.reason or no.code.name
        return ""

    def spoiled(self, change, mend, act):
        """The act is told this while the row is wrong, and with it right again; nobody has the rows in memory."""
        told = []
        for each in (change, mend):
            self.sql.rows("%s; UPDATE chain SET revision = gen_random_uuid()" % each)
            told.append(self.told(act))
            self.other.top_up(self.c, 1)  # it lives
        return told

    def test_what_does_not_agree_is_not_decided_upon(self):
        bought = self.company.spend(self.b, 10).purchase.purchase_id
        postpaid = self.company.open(payment_mode="PAYMENT_MODE_POSTPAID")
        self.company.top_up(postpaid, 1)
        self.money("UsageService/RecordUsage", postpaid, 5), self.call("UsageService/SettleUsage", postpaid)
        self.company.top_up(postpaid, 10)
        self.call("QuotaService/SetQuota", self.a, sub_account_id=self.b, line_micros=micros(100), currency="CNY")
        self.money("UsageService/RecordUsage", self.a, 1, sub_account_id=self.b)
        self.call("CreditService/SetCreditLimit", self.a, limit_micros=micros(100), currency="CNY")
        of_a, of_b, huge = "WHERE account_id = '%s'" % self.a, "WHERE account_id = '%s'" % self.b, 2 ** 62
        buy = lambda: self.money("PurchaseService/CreatePurchase", self.a, 1, sub_account_id=self.b)  # noqa: E731
        top_up = lambda: self.company.top_up(self.a, 1)  # noqa: E731
        cases = [
            ("UPDATE lot SET granted_micros = granted_micros + 1", "UPDATE lot SET granted_micros = granted_micros - 1", lambda: self.company.spend(self.b, 1)),
            ("UPDATE bill SET owed_micros = owed_micros + 1", "UPDATE bill SET owed_micros = owed_micros - 1",
             lambda: self.money("UsageService/PayBills", postpaid, 0)),
            ("UPDATE purchase_lot SET paid_micros = paid_micros - 1", "UPDATE purchase_lot SET paid_micros = paid_micros + 1",
             lambda: self.money("PurchaseService/RefundPurchase", self.b, 5, purchase_id=bought)),
            ("UPDATE credit_line SET allocated_micros = 0", "UPDATE credit_line SET allocated_micros = %d" % micros(100),
             lambda: self.call("CreditService/SetCreditLimit", self.a, limit_micros=micros(50), currency="CNY")),
            ("UPDATE quota SET metered_sequence = metered_sequence + 1000000", "UPDATE quota SET metered_sequence = metered_sequence - 1000000",
             lambda: self.money("UsageService/RecordUsage", self.a, 1, sub_account_id=self.b)),
            ("UPDATE pool SET settled_sequence = settled_sequence + 1000000", "UPDATE pool SET settled_sequence = settled_sequence - 1000000", buy),
            ("UPDATE quota SET deducted_micros = deducted_micros + %d" % huge, "UPDATE quota SET deducted_micros = deducted_micros - %d" % huge, buy),
            ("UPDATE account SET own_micros = own_micros + %d %s" % (huge, of_a), "UPDATE account SET own_micros = own_micros - %d %s" % (huge, of_a), top_up),
            ("UPDATE account SET currency = 'QQQ' %s" % of_a, "UPDATE account SET currency = 'CNY' %s" % of_a,
             lambda: self.call("CreditService/ConfirmCreditLimit", self.a)),
            ("UPDATE account SET earliest_due_time = '1960-01-01' %s" % of_b, "UPDATE account SET earliest_due_time = NULL %s" % of_b,
             lambda: self.company.spend(self.b, 1)),
            ("UPDATE chain SET length = length + (1::bigint << 57)", "UPDATE chain SET length = length - (1::bigint << 57)", top_up),
        ]
        for change, mend, act in cases[:-1]:
            self.assertEqual(self.spoiled(change, mend, act), ["INTERNAL", ""], change)
        change, mend, act = cases[-1]  # of both companies
        self.sql.rows("%s; UPDATE chain SET revision = gen_random_uuid()" % change)
        self.assertEqual((self.told(act), self.told(lambda: self.other.top_up(self.c, 1))), ("INTERNAL", "INTERNAL"))
        self.sql.rows("%s; UPDATE chain SET revision = gen_random_uuid()" % mend)
        self.assertEqual(self.told(act), "")

    def test_what_a_hold_sets_aside_is_given_back(self):
        """Of an account, or a quota, that says less than its holds; one without anything left has ended; the audit sees the rest."""
        holds = [self.hold() for _ in range(3)]
        less = "UPDATE account SET frozen_micros = %d WHERE account_id = '" + self.a + "'"
        void = lambda hold: lambda: self.call("HoldService/VoidHold", self.a, hold_id=hold)  # noqa: E731
        self.assertEqual(self.spoiled(less % micros(1), less % micros(20), void(holds[0])), ["", "HOLD_ENDED"])
        captured = "UPDATE hold SET captured_micros = %%s WHERE sequence = %d" % int(holds[1].replace("-", "")[-14:], 16)
        self.assertEqual(self.spoiled(captured % "amount_micros", captured % 0, void(holds[1])), ["HOLD_ENDED", ""])
        placed = "UPDATE hold SET placed_time = %s, expire_time = %s WHERE state = 1"
        now = "clock_timestamp() - interval '1 second'"
        self.assertEqual(self.spoiled(placed % ("'1960-01-01'", "'1961-01-01'"), placed % (now, "clock_timestamp() + interval '1 hour'"),
                                      lambda: self.company.top_up(self.a, 1)), ["INTERNAL", ""])

    def test_rows_without_their_account(self):
        self.sql.rows("CREATE TEMP TABLE gone AS SELECT * FROM account WHERE account_id = '%s'" % self.b)
        gone = "DELETE FROM account WHERE account_id = '%s'" % self.b
        back = "INSERT INTO account OVERRIDING SYSTEM VALUE SELECT * FROM gone"
        self.assertEqual(self.spoiled(gone, back, lambda: self.company.spend(self.b, 1)), ["ACCOUNT_NOT_FOUND", ""])


if __name__ == "__main__":
    unittest.main()
