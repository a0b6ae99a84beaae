"""The connection to PostgreSQL is cut after each message of a batch, and at every byte of its COMMIT, either way, for batches that read what
they need and for those that have it in memory. A caller is told the truth or that it is not known; the same request id then gives the same
answer, and the money moved once."""
import os
import sys
import unittest
import urllib.request
import uuid

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from cutting_proxy import TO_CLIENT, TO_SERVER, Proxy, after_messages, behind_message, in_commit  # noqa: E402
from ledger import kept_times, wait_until  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import POSTGRES, Refusal, Service, new_id, psql  # noqa: E402
from sql import Sql  # noqa: E402

# Bytes from the first of the COMMIT's Bind to the end of the Sync (40 to 42, by the name it was prepared under); around the word that it was
# done, with the two answers before it and the one behind it.
COMMIT_BYTES = {TO_SERVER: range(0, 43), TO_CLIENT: range(-10, 18)}

# A batch from memory is one statement, which commits by itself: the end of its Bind, Describe, Execute and Sync; all of their answers.
STATEMENT_BYTES = {TO_SERVER: (1, range(-20, 24)), TO_CLIENT: (0, range(0, 29))}


class CommitCut(unittest.TestCase):
    def setUp(self):
        self.database = "kontor_test_commit_" + new_id()[:8]
        psql("postgres", 'CREATE DATABASE "%s"' % self.database)
        self.addCleanup(psql, "postgres", 'DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % self.database)
        self.proxy = Proxy(POSTGRES)
        self.addCleanup(self.proxy.stop)
        self.ledger = self.enterContext(Service("ledger", database=self.database, batch_lanes=1, database_connections_exclusive=1,
                                                database_wait_max="50ms",
                                                database_url="host=%s user=postgres dbname=%s" % (self.proxy.folder, self.database)))
        self.sql = Sql(POSTGRES, self.database)
        self.addCleanup(self.sql.close)
        self.company = Company(self.ledger)
        self.a, self.b = self.company.open(), self.company.open()
        self.company.top_up(self.a, 100000)
        self.moved, self.orders, self.unknown = 0, [], {"done": 0, "not done": 0}

    def transfer(self, request_id):
        return self.company.transfer(self.a, self.b, 1, request_id=request_id).transfer.transfer_id

    def insist(self, request_id):
        """As transfer, until the ledger has its connections again."""
        answers = []

        def is_told():
            try:
                answers.append(self.transfer(request_id))
            except Refusal as no:
                self.assertEqual(no.code, grpc.StatusCode.UNAVAILABLE, no.sentence)
            return bool(answers)
        wait_until(is_told)
        return answers[0]

    def cached_batches(self):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.ledger.admin_port, timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return next((int(float(line.split()[1])) for line in lines if line.startswith("ledger_batches_cached_total ")), 0)

    def warm(self, from_memory):
        """Transfers over the connection that will be cut, so that its statements are prepared; until the last of them needed no reading."""
        self.assertFalse(self.proxy.cut_at)
        before = self.cached_batches()
        for turn in range(100):
            request_id = new_id()
            self.proxy.follow(uuid.UUID(request_id).bytes)
            self.insist(request_id)
            self.moved += 1
            if turn > 0 and (not from_memory or (turn % 8 == 1 and self.cached_batches() > before)):
                break
        self.assertIsNotNone(self.proxy.followed)

    def await_quiet(self):
        """Until no backend is at work for a client that is gone: then what is booked is booked."""
        wait_until(lambda: self.sql.rows("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                                         "AND pid <> pg_backend_pid() AND state <> 'idle'") == [("0",)])

    def is_booked(self, request_id):
        return kept_times(lambda statement: self.sql.rows(statement)[0][0], self.company.id, request_id) == 1

    def told(self, request_id):
        """The answer, or None when it is not known; a no that says that nothing was done is held to it."""
        try:
            return self.transfer(request_id)
        except Refusal as no:
            self.assertEqual(no.code, grpc.StatusCode.UNAVAILABLE, no.sentence)
            self.assertIn(no.reason, ("UNAVAILABLE", "INDEFINITE"))
            self.await_quiet()
            booked = self.is_booked(request_id)
            if no.reason == "UNAVAILABLE":
                self.assertFalse(booked, "told that nothing was done")
            else:
                self.unknown["done" if booked else "not done"] += 1
            return None

    def cut(self, direction, where, from_memory=False, **how):
        """Returns whether it was cut before the exchange was over."""
        self.warm(from_memory)
        request_id = new_id()
        self.proxy.arm(direction, where, **how)
        told = self.told(request_id)
        was_cut = self.proxy.cut.is_set()
        self.proxy.open()
        self.orders.append((request_id, told))
        self.moved += 1
        if not from_memory:  # who asks again makes the ledger look for a while: not while it shall not
            self.ask_again()
        return was_cut

    def ask_again(self):
        for request_id, told in self.orders:
            answers = {self.insist(request_id) for _ in range(2)}
            self.assertEqual(len(answers), 1)
            if told is not None:
                self.assertEqual(answers, {told})
        self.orders.clear()
        self.assertEqual(self.moved_now(), self.moved)

    def moved_now(self):
        return int(self.sql.rows("SELECT count(*) FROM ledger.entry WHERE kind = 1")[0][0])

    def check(self):
        self.ask_again()
        self.await_quiet()
        wait_until(self.ledger.is_ready)
        self.assertEqual(self.moved_now(), self.moved)
        self.assertEqual(self.company.balance(self.b).cash_micros, micros(self.moved))
        findings, totals = self.company.audit()
        self.assertEqual((findings, [s.sum_micros for s in totals.sums]), ([], [0]))

    def cut_everywhere(self, direction, **how):
        count = 0
        while self.is_cut_surely(direction, after_messages(count), **how):
            count += 1
        self.assertGreater(count, 3 if how.get("from_memory") else 12)
        cuts = [self.cut(direction, where, **how) for where in self.end_of_exchange(direction, how.get("from_memory", False))]
        self.assertGreater(sum(cuts), 20)
        self.check()

    @staticmethod
    def end_of_exchange(direction, from_memory):
        """Each byte at which it is decided."""
        if not from_memory:
            return [in_commit(offset) for offset in COMMIT_BYTES[direction]]
        message, offsets = STATEMENT_BYTES[direction]
        return [behind_message(message, offset) for offset in offsets]

    def is_cut_surely(self, *place, **how):
        """An order may take another of the connections for transactions than the one before it did."""
        return any(self.cut(*place, **how) for _ in range(5))

    def cut_surely(self, *place, **how):
        self.assertTrue(self.is_cut_surely(*place, **how), (place, how))

    def test_the_request_is_lost(self):
        """So many bytes reach the server, the rest never does."""
        self.cut_everywhere(TO_SERVER)

    def test_the_answer_is_lost(self):
        self.cut_everywhere(TO_CLIENT)

    def test_the_request_is_lost_of_a_batch_from_memory(self):
        self.cut_everywhere(TO_SERVER, from_memory=True)

    def test_the_answer_is_lost_of_a_batch_from_memory(self):
        self.cut_everywhere(TO_CLIENT, from_memory=True)

    def test_the_request_comes_late(self):
        """The ledger has lost the connection and tries again, while what it had sent before still is on its way to the server."""
        for from_memory in (False, True):
            places = [after_messages(count) for count in range(0, 4 if from_memory else 14, 2)]
            for where in places + self.end_of_exchange(TO_SERVER, from_memory)[1:-6:9]:
                self.cut_surely(TO_SERVER, where, from_memory, late_seconds=0.05)
        self.check()

    def test_the_server_stays_away(self):
        """The ledger cannot look whether it was done, and says so: indefinite, whether it was or not."""
        for from_memory in (False, True):
            for direction in (TO_SERVER, TO_CLIENT):
                for where in self.end_of_exchange(direction, from_memory)[1:-6:6]:
                    self.cut_surely(direction, where, from_memory, shut=True)
        self.assertGreater(self.unknown["done"], 0)
        self.assertGreater(self.unknown["not done"], 0)
        self.check()


class MidCommit(unittest.TestCase):
    """A COMMIT that takes its time (a deferred trigger sleeps in it) is neither cancelled nor timed out: its answer would only be lost."""

    def setUp(self):
        self.ledger = self.enterContext(Service("ledger", database_statement_timeout="200ms"))
        self.company = Company(self.ledger)
        self.a, self.b = self.company.open(), self.company.open()
        self.company.top_up(self.a, 100)
        psql(self.ledger.database, "CREATE FUNCTION sleep_a_while() RETURNS trigger LANGUAGE plpgsql AS "
             "$$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$; CREATE CONSTRAINT TRIGGER sleeps_at_commit AFTER INSERT ON ledger.entry "
             "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sleep_a_while()")

    def booked(self):
        return psql(self.ledger.database, "SELECT count(*) FROM ledger.entry WHERE kind = 1")

    def test_a_statement_may_not_take_so_long_but_a_commit_may(self):
        self.assertEqual(self.company.transfer(self.a, self.b, 1).transfer.amount_micros, micros(1))
        self.assertEqual(self.booked(), "1")

    def test_a_caller_that_gives_up_meanwhile(self):
        request_id = new_id()
        with self.assertRaises(Refusal) as no:
            self.company.transfer(self.a, self.b, 1, request_id=request_id, timeout=0.5)
        self.assertEqual(no.exception.code, grpc.StatusCode.DEADLINE_EXCEEDED)
        wait_until(lambda: self.booked() == "1")
        self.company.transfer(self.a, self.b, 1, request_id=request_id)
        self.assertEqual(self.booked(), "1")


if __name__ == "__main__":
    unittest.main()
