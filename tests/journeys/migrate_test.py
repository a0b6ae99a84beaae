"""Migrating is one role's work and serving another's: `--migrate-only` as the schema's owner migrates, grants and ends; a service whose role may
not migrate waits for that, serves with what it was granted, and can change nothing of the schema (S15)."""
import os
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from service import BUILD, OWNER, POSTGRES, SERVICE, Service, make_roles, new_id, psql  # noqa: E402

EVERY = ("identity", "payments", "ledger", "sharing", "gateway")
PAYMENTS = {"provider_key": "sk_test_x", "webhook_secret": "whsec_x", "webhook_address": "127.0.0.1:0"}


class Waiting(Service):
    """One that is not waited for, and never told of the owner."""

    own_role = SERVICE

    def database_url(self, role):
        return "host=%s user=%s dbname=%s" % (POSTGRES, self.own_role, self.database)

    def is_ready(self):
        return self.process is not None and (self.waits or super().is_ready())

    waits = True

    def await_ready(self, test, seconds=60):
        deadline = time.monotonic() + seconds
        while not Service.is_ready(self):
            test.assertIsNone(self.process.poll(), self.log()[-3000:])
            test.assertLess(time.monotonic(), deadline, self.log()[-3000:])
            time.sleep(0.05)


class Migrate(unittest.TestCase):
    def setUp(self):
        make_roles()
        self.database = "kontor_test_migrate_" + new_id()[:8]
        psql("postgres", 'CREATE DATABASE "%s" OWNER %s' % (self.database, OWNER))
        self.addCleanup(psql, "postgres", 'DROP DATABASE "%s" WITH (FORCE)' % self.database)

    def url(self, role):
        return "host=%s user=%s dbname=%s" % (POSTGRES, role, self.database)

    def migrate(self, name, *settings):
        done = subprocess.run([os.path.join(BUILD, "kontor-" + name), "--migrate-only", *settings], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    def serve(self, name, **settings):
        folder = tempfile.mkdtemp(prefix="kontor-migrate-")
        if name in ("identity", "payments"):
            settings["state_directory"] = folder
        service = Waiting(name, database=self.database, **settings, **(PAYMENTS if name == "payments" else {}))
        self.addCleanup(service.__exit__, None, None, None)
        return service

    def await_told(self, service, text):
        deadline = time.monotonic() + 30
        while text not in service.log():
            self.assertIsNone(service.process.poll(), service.log())
            self.assertLess(time.monotonic(), deadline, service.log())
            time.sleep(0.05)

    def owned(self):
        return psql(self.database, "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname !~ '^(pg_|information)' "
                    "AND pg_get_userbyid(relowner) = '%s'" % SERVICE)

    def test_a_service_waits_for_the_owner_and_owns_nothing(self):
        for name in EVERY:
            service = self.serve(name)
            self.await_told(service, "migration_awaited")
            self.assertFalse(Service.is_ready(service))
            self.assertIn('"migration":"0000_create_outbox"', service.log())
            code, log = self.migrate(name, "--migration-url=" + self.url(OWNER), "--grant-to=" + SERVICE)
            self.assertEqual(code, 0, log)
            self.assertIn('"event":"migrated"', log)
            service.await_ready(self)
            self.assertNotIn("migration_applied", service.log())
        self.assertEqual(self.owned(), "0")

    def test_the_owner_need_not_know_the_service_or_its_secrets(self):
        for name in EVERY:  # as --database-url the owner's own; payments' secrets are not asked for
            code, log = self.migrate(name, "--database-url=" + self.url(OWNER))
            self.assertEqual(code, 0, log)
            with self.assertRaises(Exception):
                psql(self.database, "SET ROLE %s; SELECT FROM %s.request" % (SERVICE, name))
            self.assertEqual(self.migrate(name, "--database-url=" + self.url(OWNER), "--grant-to=" + SERVICE)[0], 0)
            psql(self.database, "SET ROLE %s; SELECT FROM %s.request" % (SERVICE, name))

    def test_it_fails_when_it_has_not_migrated(self):
        code, log = self.migrate("ledger")
        self.assertEqual(code, 2, log)
        self.assertIn("migration-url", log)
        code, log = self.migrate("ledger", "--migration-url=" + self.url(OWNER), "--grant-to=nobody_of_that_name")
        self.assertEqual(code, 1, log)
        self.assertIn("grant_failed", log)
        for _ in range(2):  # before there is a schema, and after
            code, log = self.migrate("ledger", "--migration-url=" + self.url(OWNER))
            self.assertEqual(code, 1, log)
            self.assertIn("neither grant-to nor database-url names a role", log)
            self.assertEqual(self.migrate("ledger", "--migration-url=" + self.url(OWNER), "--grant-to=" + SERVICE)[0], 0)
        code, log = self.migrate("ledger", "--database-url=" + self.url(SERVICE), "--grant-to=" + SERVICE)
        self.assertEqual(code, 1, log)
        self.assertIn("migration_refused", log)
        gone = subprocess.Popen([os.path.join(BUILD, "kontor-sharing"), "--migrate-only", "--database-url=host=/nowhere", "--database-wait-max=100ms"],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in gone.stdout:
            if "database_not_reached" in line:
                break
        gone.terminate()  # a Job that is ended before its work is done has failed
        self.assertEqual(gone.wait(60), 1)
        gone.stdout.close()

    def test_a_schema_that_is_older_is_waited_for_and_one_that_differs_is_refused(self):
        settings = ("--migration-url=" + self.url(OWNER), "--grant-to=" + SERVICE)
        self.assertEqual(self.migrate("sharing", *settings)[0], 0)
        last = psql(self.database, "SELECT max(name) FROM sharing.migration")
        kept = psql(self.database, "DELETE FROM sharing.migration WHERE name = '%s' RETURNING sha256" % last)
        service = self.serve("sharing")
        self.await_told(service, '"migration":"%s"' % last)
        self.assertFalse(Service.is_ready(service))
        psql(self.database, "INSERT INTO sharing.migration (name, sha256) VALUES ('%s', '%s')" % (last, kept))
        service.await_ready(self)
        psql(self.database, "UPDATE sharing.migration SET sha256 = 'x' WHERE name = '%s'" % last)
        service.stop()
        service.start()
        self.assertEqual(service.process.wait(60), 1)
        self.assertIn("migration_changed", service.log())
        service.process = None

    def test_an_older_program_goes_on_under_a_newer_schema(self):
        """The next release's Job has run: what serves goes on, and what starts again is let in by newer-schema-allowed."""
        self.assertEqual(self.migrate("sharing", "--migration-url=" + self.url(OWNER), "--grant-to=" + SERVICE)[0], 0)
        service = self.serve("sharing")
        service.await_ready(self)
        psql(self.database, "SET ROLE %s; ALTER TABLE sharing.request ADD COLUMN of_tomorrow text; CREATE TABLE sharing.of_tomorrow (a int); "
             "INSERT INTO sharing.migration (name, sha256) VALUES ('9999_of_tomorrow', 'x')" % OWNER)
        opened = {"account_id": new_id(), "company_id": new_id(), "request_id": new_id()}
        answer = service.call("sharing.v1.AccountService/OpenAccount", **opened)
        service.stop()
        service.start()
        self.assertEqual(service.process.wait(60), 1)
        self.assertIn("schema_is_newer", service.log())
        service.settings["newer_schema_allowed"] = "true"
        service.start()
        service.await_ready(self)
        self.assertEqual(service.call("sharing.v1.AccountService/OpenAccount", **opened), answer)

    def test_a_service_that_is_ended_before_its_database_is_there_ends_in_order(self):
        for name in EVERY:
            service = self.serve(name)
            self.await_told(service, "migration_awaited")
            service.stop()  # expects 0


if __name__ == "__main__":
    unittest.main()
