"""Two batches under way on one lane, the second decided upon what the first one will leave behind; then the world says no to the first:
its backend dies, its time is over, the revision is another one, a constraint refuses it, an older database was put back. Nothing is lost
or doubled, and no order overtakes one of its company that came before."""
import os
import sys
import threading
import unittest
import urllib.request
import uuid

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from cutting_proxy import TO_SERVER, Proxy  # noqa: E402
from ledger import unsound, wait_until  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import POSTGRES, ROOT, Clock, Refusal, Service, new_id, psql, refused  # noqa: E402
from sql import Sql  # noqa: E402

sys.path.insert(0, os.path.join(ROOT, "cmake"))
from query_file import read_queries  # noqa: E402

NEW_REVISION = "UPDATE ledger.chain SET revision = gen_random_uuid() WHERE company_id = '%s'"


class SlowProxy(Proxy):
    """Keeps what its mark begins from the server until release()."""

    def __init__(self, server_folder):
        self.slow_mark, self.slow, self.kept = None, None, b""
        super().__init__(server_folder)

    def keep(self, mark):
        with self.lock:
            self.slow_mark, self.slow, self.kept = mark, None, b""

    def release(self):
        with self.lock:
            pair, kept = self.slow, self.kept
            self.slow_mark, self.slow = None, None
            super()._send(pair, TO_SERVER, kept)

    def _send(self, pair, direction, data):
        if direction == TO_SERVER and self.slow is None and self.slow_mark is not None and self.slow_mark in data:
            self.slow = pair
        if direction == TO_SERVER and self.slow is pair:
            self.kept += data
        else:
            super()._send(pair, direction, data)


class Asked(threading.Thread):
    """A transfer of b's lender whose answer, or refusal, comes when it comes."""

    def __init__(self, company, a, b, amount, request_id=None):
        super().__init__(daemon=True)
        self.request_id, self.answer = request_id or new_id(), None
        self.ask = lambda: company.transfer(a, b, amount, request_id=self.request_id)
        self.start()

    def run(self):
        try:
            self.answer = self.ask()
        except Refusal as no:
            self.answer = no

    def told(self):
        self.join(30)
        return self.answer


class LaneTest(unittest.TestCase):
    """One lane through a proxy, and accounts a and b of which a transfer is decided from memory."""
    lanes, statement_timeout = 1, "60s"

    def setUp(self):
        self.database = "kontor_test_lane_" + new_id()[:8]
        psql("postgres", 'CREATE DATABASE "%s"' % self.database)
        self.addCleanup(psql, "postgres", 'DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % self.database)
        self.clock, self.proxy = Clock(), SlowProxy(POSTGRES)
        self.addCleanup(self.proxy.stop)
        url = "host=%s user=postgres dbname=%s" % (self.proxy.folder, self.database)
        self.ledger = self.enterContext(Service("ledger", clock=self.clock, batch_lanes=self.lanes, database=self.database,
                                                database_statement_timeout=self.statement_timeout, database_url=url))
        self.sql, self.foreign = Sql(POSTGRES, self.database), Sql(POSTGRES, self.database)
        self.addCleanup(self.sql.close)
        self.addCleanup(self.foreign.close)
        self.company = Company(self.ledger)
        self.a, self.b = self.company.open(), self.company.open()
        self.company.top_up(self.a, 100000)
        self.warm()

    def tearDown(self):
        self.assertEqual(unsound(self.sql), [])
        self.assertEqual(self.company.audit()[0], [])

    def metric(self, name):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.ledger.admin_port, timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return next((int(float(line.split()[1])) for line in lines if line.startswith(name + " ")), 0)

    def cached_batches(self):
        return self.metric("ledger_batches_cached_total")

    def warm(self):
        """Until transfers from a to b are decided from memory; a lane whose backend died connects again first."""
        before = self.cached_batches()

        def is_warm():
            self.company.transfer(self.a, self.b, "0.01")
            return self.cached_batches() > before
        wait_until(is_warm, 30)

    def lock(self, statement="SELECT 1 FROM ledger.chain WHERE company_id = '%s' FOR UPDATE"):
        self.foreign.rows("BEGIN; " + statement % self.company.id)

    def waiting(self):
        """Backends that wait for a lock."""
        return [pid for pid, in self.sql.rows("SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                                              "AND wait_event_type = 'Lock'")]

    def ask(self, amount, **fields):
        return Asked(self.company, self.a, self.b, amount, **fields)

    def two_in_flight(self, first="1", second="2", request_id=None):
        """The first waits for the lock, the second was sent behind it."""
        one = self.ask(first, request_id=request_id)
        wait_until(lambda: len(self.waiting()) == 1)
        request_id = request_id or new_id()
        self.proxy.follow(uuid.UUID(request_id).bytes)
        two = self.ask(second, request_id=request_id)
        wait_until(lambda: self.proxy.followed is not None)
        return one, two

    def booked(self, *amounts):
        """Which of these transfers were booked, in the chain's order."""
        wanted = [micros(amount) for amount in amounts]
        rows = self.sql.rows("SELECT amount_micros FROM ledger.entry JOIN ledger.chain ON number = chain WHERE company_id = '%s' ORDER BY sequence" % self.company.id)
        return [amounts[wanted.index(int(row[0]))] for row in rows if int(row[0]) in wanted]


class Lane(LaneTest):
    def test_both_are_decided_and_kept_in_one_go(self):
        """The other tests rest on this: the second is sent before the first was answered, and both come from memory."""
        before = self.cached_batches()
        self.lock()
        one, two = self.two_in_flight()
        self.foreign.rows("COMMIT")
        balances = [answer.told().balances[0].own_micros for answer in (one, two)]
        self.assertEqual(balances[0] - balances[1], micros(2))
        self.assertEqual((self.booked("1", "2"), self.cached_batches()), (["1", "2"], before + 2))

    def test_another_revision(self):
        self.lock(NEW_REVISION)
        one, two = self.two_in_flight()
        self.foreign.rows("COMMIT")
        balances = [answer.told().balances[0].own_micros for answer in (one, two)]
        self.assertEqual((balances[0] - balances[1], self.booked("1", "2")), (micros(2), ["1", "2"]))

    def test_nothing_overtakes_what_has_to_be_tried_again(self):
        """The second order's statement is slow on its way. Meanwhile the first is done at its second try, and a third order comes."""
        self.lock(NEW_REVISION)
        one = self.ask("1")
        wait_until(lambda: len(self.waiting()) == 1)
        request_id = new_id()
        self.proxy.keep(uuid.UUID(request_id).bytes)
        two = self.ask("2", request_id=request_id)
        wait_until(lambda: self.proxy.slow is not None)
        three = self.ask("3")
        wait_until(lambda: self.metric("rpc_server_calls_live") == 3)
        self.foreign.rows("COMMIT")
        one.told()
        self.company.balance(self.a)
        self.proxy.release()
        two.told(), three.told()
        self.assertEqual(self.booked("1", "2", "3"), ["1", "2", "3"])

    def test_nothing_is_begun_behind_what_has_to_be_tried_again(self):
        """The facts that it would be decided upon never come true."""
        other = Sql(POSTGRES, self.database)
        self.addCleanup(other.close)
        self.lock(NEW_REVISION)
        one = self.ask("1")
        wait_until(lambda: len(self.waiting()) == 1)
        next_one = threading.Thread(target=lambda: other.rows("BEGIN; SELECT 1 FROM ledger.chain FOR UPDATE"))
        next_one.start()
        wait_until(lambda: len(self.waiting()) == 2)
        self.foreign.rows("COMMIT")
        next_one.join()
        wait_until(lambda: len(self.waiting()) == 1)  # tried again, behind the next one
        request_id = new_id()
        self.proxy.follow(uuid.UUID(request_id).bytes)
        two = self.ask("2", request_id=request_id)
        wait_until(lambda: self.metric("rpc_server_calls_live") == 2)
        self.company.balance(self.a)
        self.assertIsNone(self.proxy.followed)
        other.rows("COMMIT")
        one.told(), two.told()
        self.assertEqual(self.booked("1", "2"), ["1", "2"])

    def test_the_backend_dies(self):
        for turn in range(3):
            self.lock()
            one, two = self.two_in_flight("1.%d" % turn, "2.%d" % turn)
            wait_until(self.waiting)
            self.sql.rows("SELECT pg_terminate_backend(%s)" % self.waiting()[0])
            wait_until(lambda: self.metric("rpc_server_calls_live") == 2 and len(self.waiting()) == 1)  # tried again elsewhere
            self.foreign.rows("COMMIT")
            for asked in (one, two):
                self.assertNotIsInstance(asked.told(), Refusal)
            self.warm()
        self.assertEqual(self.booked("1.0", "1.1", "1.2", "2.0", "2.1", "2.2"), ["1.0", "2.0", "1.1", "2.1", "1.2", "2.2"])

    def test_poison(self):
        psql(self.database, "ALTER TABLE ledger.entry ADD CONSTRAINT poison CHECK (amount_micros <> %d)" % micros("6.66"))
        self.lock()
        one, two = self.two_in_flight("6.66", "2")
        self.foreign.rows("COMMIT")
        self.assertEqual(one.told().code, grpc.StatusCode.INTERNAL)
        self.assertEqual((two.told().transfer.amount_micros, self.booked("6.66", "2")), (micros(2), ["2"]))

    def test_the_same_request_twice(self):
        request_id = new_id()
        self.lock()
        one, two = self.two_in_flight("1", "1", request_id=request_id)
        self.foreign.rows("COMMIT")
        self.assertEqual(one.told().transfer.transfer_id, two.told().transfer.transfer_id)
        self.assertEqual(self.booked("1"), ["1"])


class TimeIsOver(LaneTest):
    statement_timeout = "2s"

    def test_under_a_foreign_lock(self):
        """Not given until patience ends: told that it is not done, and not done; the same request ids do."""
        own = self.company.balance(self.a).own_micros
        self.lock()
        one, two = self.two_in_flight()
        for asked in (one, two):
            self.assertIsInstance(asked.told(), Refusal)
            self.assertEqual((asked.told().code, asked.told().reason), (grpc.StatusCode.UNAVAILABLE, "LOCKED"))
        self.foreign.rows("COMMIT")
        self.assertEqual(self.company.balance(self.a).own_micros, own)
        for asked in (two, one):
            asked.ask()
        self.assertEqual(self.company.balance(self.a).own_micros, own - micros(3))


class Sweep(LaneTest):
    """Holds whose time has come, of several companies at once."""
    lanes = 2

    def place(self, company):
        account = company.open()
        company.top_up(account, 10)
        company.call("HoldService/PlaceHold", account, amount_micros=micros(5), currency="CNY",
                     expire_time={"seconds": int(self.clock.now()) + 60})

    def ended(self, company):
        return self.sql.rows("SELECT count(*) FROM ledger.hold WHERE state = 4 AND company_id = '%s'" % company.id) == [("1",)]

    def test_it_takes_the_companys_lane(self):
        other = Company(self.ledger)
        other.id = "00000000" + other.id[8:]  # swept first: the lane of the sweep is not this company's by chance
        self.place(other), self.place(self.company)
        self.warm()
        self.lock()
        self.clock.turn(61)
        wait_until(lambda: len(self.waiting()) == 1)
        one = self.ask("1")
        wait_until(lambda: self.metric("rpc_server_calls_live") == 1)
        self.company.balance(self.a)
        self.assertEqual(len(self.waiting()), 1)  # not beside the sweep, but behind it
        self.foreign.rows("COMMIT")
        self.assertEqual(one.told().transfer.amount_micros, micros(1))
        wait_until(lambda: self.ended(self.company) and self.ended(other))

    def test_what_fails_for_one_company_harms_no_other(self):
        companies = [self.company] + [Company(self.ledger) for _ in range(2)]
        companies[1].id, companies[2].id = "00000000" + companies[1].id[8:], "ffffffff" + companies[2].id[8:]
        for company in companies:
            self.place(company)
        psql(self.database, "ALTER TABLE ledger.hold ADD CONSTRAINT poison CHECK (state <> 4 OR company_id <> '%s')" % self.company.id)
        self.clock.turn(61)
        wait_until(lambda: self.ended(companies[1]) and self.ended(companies[2]))
        self.assertFalse(self.ended(self.company))
        psql(self.database, "ALTER TABLE ledger.hold DROP CONSTRAINT poison")
        wait_until(lambda: self.ended(self.company))


class PutBack(LaneTest):
    """An older copy of the database, or of a company, while the ledger runs."""

    def tables(self):
        """The tables of a company's rows: by its id, or by numbers."""
        return [name for name, in self.sql.rows("SELECT DISTINCT table_name FROM information_schema.columns "
                                                "WHERE table_schema = 'ledger' AND table_name <> 'leg' "
                                                "AND column_name IN ('company_id', 'chain', 'source')")]

    def copy(self):
        for table in self.tables():
            self.sql.rows("CREATE TABLE public.%s AS SELECT * FROM ledger.%s" % (table, table))

    def put_back(self, older=True):
        self.sql.rows("BEGIN")
        for table in self.tables():
            self.sql.rows("DELETE FROM ledger.%s" % table)
            if older:
                self.sql.rows("INSERT INTO ledger.%s SELECT * FROM public.%s" % (table, table))
        self.sql.rows("COMMIT")

    def test_what_is_remembered_of_later_is_not_believed(self):
        own = self.company.balance(self.a).own_micros
        self.copy()
        self.company.transfer(self.a, self.b, 500)
        self.company.spend(self.b, 100)
        self.warm()
        self.put_back()
        self.assertEqual(self.company.transfer(self.a, self.b, 7).balances[0].own_micros, own - micros(7))

    def test_a_company_that_is_not_there_any_more(self):
        for _ in range(2):
            with self.subTest():
                self.put_back(older=False)
                with refused(self, grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND"):
                    self.company.transfer(self.a, self.b, 7)
                self.assertEqual(self.sql.rows("SELECT count(*) FROM ledger.entry"), [("0",)])
                for account in (self.a, self.b):
                    self.company.call("AccountService/OpenAccount", account, corporate=True, company_verified=True, currency="CNY")
                self.company.top_up(self.a, 10)
                self.warm()


class Fence(unittest.TestCase):
    """keep_batch.sql alone, against a session that commits while it waits."""

    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger"))

    def setUp(self):
        self.company, self.found, self.given = new_id(), new_id(), new_id()
        self.sessions = [Sql(POSTGRES, self.ledger.database) for _ in range(2)]
        for session in self.sessions:
            session.rows("SET search_path = ledger")
            self.addCleanup(session.close)
        self.sessions[0].rows("INSERT INTO chain (company_id, length, recorded_time, hash, revision) VALUES ('%s', 0, now(), decode(repeat('00', 32), 'hex'), '%s')"
                              % (self.company, self.found))
        self.query = read_queries(os.path.join(ROOT, "ledger", "store"))["keep_batch"]
        self.sessions[0].rows("PREPARE keep AS " + self.query.text)

    def keep(self, found, request_id=None, step="f", key=None):
        """Keeps one refusal of a batch that was decided upon this revision; the error, or None."""
        request_id = request_id or new_id()
        nothing = "{%s}" % ("\\\\x" + "00" * 32)
        values = {"chain_company_ids": "{%s}" % self.company, "chain_lengths": "{1}", "chain_recorded_times": "{2026-01-01}",
                  "chain_hashes": nothing, "chain_revisions_found": "{%s}" % found, "chain_revisions": "{%s}" % self.given,
                  "now": "2026-01-01", "request_company_ids": "{%s}" % self.company, "request_ids": "{%s}" % request_id,
                  "asked_company_ids": "{%s}" % self.company, "asked_request_ids": "{%s}" % request_id,
                  "request_body_hashes": nothing, "request_codes": "{0}", "request_answers": "{\\\\x00}",
                  "request_origins": "{%s}" % self.given, "asked_origins": "{%s}" % self.given, "asked_is_step": "{%s}" % step,
                  "request_keys": "{%s}" % (key or new_id()),
                  "refused_company_ids": "{%s}" % self.company, "refused_after_sequences": "{0}", "refused_places": "{1}", "refused_kinds": "{1}", "refused_account_ids": "{%s}" % self.given,
                  "refused_counterparty_ids": "{%s}" % self.given, "refused_amount_micros": "{1}", "refused_currencies": "{CNY}", "refused_remarks": "{\"\"}",
                  "refused_tags": "{\"\"}", "refused_reasons": "{NO}", "refused_actor_references": "{%s}" % self.given,
                  "fence_place": "0", "let_in": "0"}
        self.assertLessEqual(values.keys(), {field.name for field in self.query.ins})
        arguments = ["$$%s$$::%s" % (values.get(field.name, "{}"), field.postgres) for field in self.query.ins]
        try:
            self.sessions[0].rows("EXECUTE keep(%s)" % ", ".join(arguments))
        except AssertionError as error:
            return str(error)
        return None

    def kept(self):
        return self.sessions[1].rows("SELECT count(*) FROM request WHERE company_id = '%s'" % self.company) == [("1",)]

    def test_an_id_of_before_there_were_origins_is_a_callers_and_no_steps(self):
        before, untouched = new_id(), new_id()
        self.sessions[1].rows("INSERT INTO request_before VALUES ('%s', '%s', decode(repeat('00', 32), 'hex'), 0, '', now())" % (self.company, before))
        self.assertIn("null value", self.keep(self.found, before))
        self.assertFalse(self.kept())
        self.assertIsNone(self.keep(self.found, before, step="t"))
        self.assertTrue(self.kept())
        self.assertIn("null value", self.keep(self.given, before, step="t"))
        self.assertIsNotNone(self.keep(self.found, untouched))  # the revision is another one by now

    def test_the_revision_that_was_found_is_let_through(self):
        self.assertIsNone(self.keep(self.found))
        self.assertEqual(self.sessions[1].rows("SELECT revision FROM chain WHERE company_id = '%s'" % self.company), [(self.given,)])
        self.assertTrue(self.kept())

    def test_another_revision_is_not(self):
        self.assertIn("null value", self.keep(new_id()))
        self.assertFalse(self.kept())

    def test_a_chain_that_is_gone_is_not(self):
        self.sessions[1].rows("DELETE FROM chain WHERE company_id = '%s'" % self.company)
        self.assertIn("division by zero", self.keep(self.found))
        self.assertFalse(self.kept())

    def test_a_batch_that_fails_at_the_fence_wrote_no_row(self):
        """A row that was written and rolled back would have taken the place between the others."""
        self.assertIsNone(self.keep(self.found))
        for _ in range(3):
            self.assertIn("null value", self.keep(new_id()))
        self.assertIsNone(self.keep(self.given))
        places = self.sessions[1].rows("SELECT ctid FROM request WHERE company_id = '%s' ORDER BY ctid" % self.company)
        (page, first), (other_page, second) = ([int(part) for part in place.strip("()").split(",")] for place, in places)
        self.assertEqual((other_page, second), (page, first + 1))

    def test_an_id_that_became_an_entry_is_refused_nobody(self):
        key, other = new_id(), new_id()
        self.sessions[1].rows("INSERT INTO entry (chain, sequence, kind, form, account, book, change_micros, balance_micros, amount_micros, recorded_time,"
                              " hash, currency, remark, tag, request_key) SELECT number, 1, 12, 2, 1, 0, 0, 0, 0, now(), '', '', '', '', '%s' FROM chain WHERE company_id = '%s'" % (key, self.company))
        self.assertIn("division by zero", self.keep(self.found, key=key))
        self.assertFalse(self.kept())
        self.assertIsNone(self.keep(self.found, key=other))

    def wait_behind(self, revision, then):
        """Keeps upon a revision while the row is locked by who then does this; the error, or None."""
        told = []
        self.sessions[1].rows("BEGIN; UPDATE chain SET revision = '%s' WHERE company_id = '%s'" % (revision, self.company))
        keeper = threading.Thread(target=lambda: told.append(self.keep(self.found)))
        keeper.start()
        wait_until(lambda: told or psql(self.ledger.database, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                                        "AND wait_event_type = 'Lock'") == "1")
        self.sessions[1].rows(then)
        keeper.join()
        return told[0]

    def test_after_a_wait_it_sees_who_was_first(self):
        self.assertIn("null value", self.wait_behind(new_id(), "COMMIT"))
        self.assertFalse(self.kept())

    def test_who_was_first_and_gave_up_does_not_count(self):
        self.assertIsNone(self.wait_behind(new_id(), "ROLLBACK"))
        self.assertTrue(self.kept())

    def test_a_snapshot_without_the_revision_is_not(self):
        """The row is as it was decided upon once the lock is there; the lots and accounts that the statement finds are older."""
        self.found = new_id()
        self.assertIn("null value", self.wait_behind(self.found, "COMMIT"))
        self.assertFalse(self.kept())


if __name__ == "__main__":
    unittest.main()
