"""The outbox of a real process: followed by cursor while the database is dumped, moved and put back under it; removed when it was read;
and a process that is older than its schema."""
import os
import subprocess
import sys
import unittest
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import wait_until  # noqa: E402
from ledger_client import Company  # noqa: E402
from service import BUILD, POSTGRES, Service, free_port, new_id, psql  # noqa: E402

LIST = "event.v1.EventService/ListEvents"


def copy(database):
    """Another database with what this one has, as a dump brings it."""
    other = "kontor_test_copy_" + new_id()[:8]
    psql("postgres", 'CREATE DATABASE "%s"' % other)
    dump = subprocess.run(["pg_dump", "-h", POSTGRES, "-U", "postgres", database], check=True, capture_output=True).stdout
    subprocess.run(["psql", "-h", POSTGRES, "-U", "postgres", "-d", other, "-qXv", "ON_ERROR_STOP=1"], input=dump, check=True,
                   stdout=subprocess.DEVNULL)
    return other


class Reader:
    """Reads on from its cursor, as an event consumer does."""

    def __init__(self):
        self.cursor, self.seen = "", []

    def read(self, ledger, consumer=""):
        """The events that came; whether they began again."""
        came, began_again = [], False
        while True:
            page = ledger.call(LIST, cursor=self.cursor, page_size=3, consumer=consumer)
            began_again = began_again or page.began_again
            if not page.events:
                return came, began_again
            came += [event.event_id for event in page.events]
            self.cursor = page.events[-1].cursor


class Events(unittest.TestCase):
    def start(self, database=None, **settings):
        ledger = self.enterContext(Service("ledger", database=database, **settings))
        if database is not None:
            self.addCleanup(psql, "postgres", 'DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % database)
        return ledger

    def happen(self, ledger, count):
        """Some events of each of so many companies, and until all of them are told."""
        for _ in range(count):
            company = Company(ledger)
            company.top_up(company.open(), 1)
        untold = ("SELECT count(*) FROM ledger.chain LEFT JOIN ledger.told_chain USING (company_id)"
                  " WHERE chain.length > coalesce(told_chain.length, 0)")
        wait_until(lambda: psql(ledger.database, untold) == "0", 30)

    def kept(self, ledger):
        return psql(ledger.database, "SELECT event_id FROM ledger.outbox ORDER BY position").split("\n")

    def test_a_moved_database_goes_on_and_an_older_one_is_read_again(self):
        first, reader = self.start(), Reader()
        self.happen(first, 5)
        before, _ = reader.read(first)
        older = copy(first.database)
        self.happen(first, 4)
        read, again = reader.read(first)
        self.assertFalse(again)
        moved = copy(first.database)
        first.stop()
        second = self.start(moved)  # after a move: nothing twice, nothing lost
        self.happen(second, 3)
        new, again = reader.read(second)
        self.assertEqual((again, before + read + new), (False, self.kept(second)))
        second.stop()
        third = self.start(older)  # after a backup was put back: all that is there, though its new ones have numbers that were read
        self.happen(third, 40)
        new, again = reader.read(third)
        self.assertEqual((again, new), (True, self.kept(third)))
        self.assertGreater(len(new), len(before) + len(read))
        self.assertEqual(reader.read(third), ([], False))

    def metric(self, ledger, line):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % ledger.admin_port, timeout=5) as answer:
            return line + "\n" in answer.read().decode()

    def test_what_every_consumer_has_read_is_removed(self):
        ledger, reader = self.start(event_consumers="gateway, mirror", events_keep="0s"), Reader()
        self.happen(ledger, 5)
        events, _ = reader.read(ledger, "gateway")
        wait_until(lambda: self.metric(ledger, 'events_unread{consumer="mirror"} %d' % len(events)), 30)
        self.assertTrue(self.metric(ledger, 'events_unread{consumer="gateway"} 0'))
        self.assertEqual(len(self.kept(ledger)), len(events))
        Reader().read(ledger, "mirror")
        wait_until(lambda: len(self.kept(ledger)) == 1, 30)
        self.happen(ledger, 1)
        came, again = reader.read(ledger, "gateway")
        self.assertFalse(again)
        self.assertGreater(len(came), 0)

    def test_an_older_program_does_not_start_on_a_newer_schema(self):
        ledger = self.start()
        ledger.stop()
        psql(ledger.database, "INSERT INTO ledger.migration (name, sha256) VALUES ('9999_of_tomorrow', 'x')")
        arguments = [os.path.join(BUILD, "kontor-ledger"), "--listen-address=127.0.0.1:%d" % free_port(), "--admin-address=",
                     "--database-url=host=%s user=postgres dbname=%s" % (POSTGRES, ledger.database)]
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        said = [line for line in (done.stdout + done.stderr).split("\n") if "schema_is_newer" in line]
        self.assertEqual(len(said), 1)
        self.assertIn("9999_of_tomorrow", said[0])
        ledger.settings["newer_schema_allowed"] = "true"
        ledger.start()


if __name__ == "__main__":
    unittest.main()
