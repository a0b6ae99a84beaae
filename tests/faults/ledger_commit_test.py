"""The connection to PostgreSQL is cut at each point of a batch, and at every byte of its COMMIT, either way. A caller is told the truth or
told that it is not known; the same request id then gives the same answer, and the money moved once."""
import os
import sys
import unittest
import uuid

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from cutting_proxy import TO_CLIENT, TO_SERVER, Proxy, frames  # noqa: E402
from ledger import wait_until  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import POSTGRES, Refusal, Service, new_id, psql  # noqa: E402
from sql import Sql  # noqa: E402

COMMIT_MESSAGES = {TO_SERVER: 4, TO_CLIENT: 4}  # Bind, Describe, Execute, Sync; and what each of them is answered with


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
        self.moved, self.unknown = 0, {"done": 0, "not done": 0}

    def transfer(self, request_id):
        return self.company.transfer(self.a, self.b, 1, request_id=request_id).transfer.transfer_id

    def warm(self):
        """One transfer over the connection that will be cut, so that its statements are prepared."""
        for _ in range(2):
            request_id = new_id()
            self.proxy.follow(uuid.UUID(request_id).bytes)
            self.transfer(request_id)
            self.moved += 1
        self.assertIsNotNone(self.proxy.followed)

    def exchange(self):
        """Where the messages of an undisturbed batch end, by direction."""
        self.warm()
        self.proxy.arm()
        self.transfer(new_id())
        self.moved += 1
        return {direction: frames(bytes(self.proxy.passed[direction])) for direction in (TO_SERVER, TO_CLIENT)}

    def await_quiet(self):
        """Until no backend is at work for a client that is gone: then what is booked is booked."""
        wait_until(lambda: self.sql.rows("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                                         "AND pid <> pg_backend_pid() AND state <> 'idle'") == [("0",)])

    def is_booked(self, request_id):
        return self.sql.rows("SELECT count(*) FROM ledger.request WHERE request_id = '%s'" % request_id) == [("1",)]

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

    def cut(self, direction, size, **how):
        """Returns whether it was cut before the exchange was over."""
        self.warm()
        request_id = new_id()
        self.proxy.arm(direction, size, **how)
        told = self.told(request_id)
        was_cut = self.proxy.cut.is_set()
        self.proxy.open()
        wait_until(self.ledger.is_ready)
        answers = {self.transfer(request_id) for _ in range(2)}
        self.assertEqual(len(answers), 1)
        if told is not None:
            self.assertEqual(answers, {told})
        self.moved += 1
        self.assertEqual(self.moved_now(), self.moved, (direction, size, how))
        return was_cut

    def moved_now(self):
        return int(self.sql.rows("SELECT count(*) FROM ledger.entry WHERE kind = 1")[0][0])

    def check(self):
        self.await_quiet()
        self.assertEqual(self.moved_now(), self.moved)
        self.assertEqual(self.company.balance(self.b).cash_micros, micros(self.moved))
        findings, totals = self.company.audit()
        self.assertEqual((findings, [s.sum_micros for s in totals.sums]), ([], [0]))

    def points(self, ends, direction):
        """Every end of a message, and every byte of the last ones: those of the COMMIT."""
        commit = ends[direction][-1 - COMMIT_MESSAGES[direction]]
        return sorted(set([0] + ends[direction]) | set(range(commit, ends[direction][-1] + 1)))

    def test_the_request_is_lost(self):
        """So many bytes reach the server, the rest never does."""
        ends = self.exchange()
        cuts = [self.cut(TO_SERVER, size) for size in self.points(ends, TO_SERVER)]
        self.assertGreater(sum(cuts), 40)
        self.check()

    def test_the_answer_is_lost(self):
        ends = self.exchange()
        cuts = [self.cut(TO_CLIENT, size) for size in self.points(ends, TO_CLIENT)]
        self.assertGreater(sum(cuts), 40)
        self.check()

    def test_the_request_comes_late(self):
        """The ledger has lost the connection and tries again, while what it had sent before still is on its way to the server."""
        ends = self.exchange()[TO_SERVER]
        for size in [0] + ends[:-1:4] + ends[-4:-1]:
            self.assertTrue(self.cut(TO_SERVER, size, late_seconds=0.05))
        self.check()

    def test_the_server_stays_away(self):
        """The ledger cannot look whether it was done, and says so: indefinite, whether it was or not."""
        ends = self.exchange()
        for direction in (TO_SERVER, TO_CLIENT):
            commit = ends[direction][-1 - COMMIT_MESSAGES[direction]:]
            for size in commit[:-1] + [commit[-1] - 1]:
                self.assertTrue(self.cut(direction, size, shut=True))
        self.assertGreater(self.unknown["done"], 0)
        self.assertGreater(self.unknown["not done"], 0)
        self.check()


if __name__ == "__main__":
    unittest.main()
