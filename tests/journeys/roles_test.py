"""The rights of the services' own roles in PostgreSQL: their work, and no more. The schemas belong to another role, so nothing that was
written for good can be changed, and no protection be taken away (S15, ID-38)."""
import unittest

from stack import Journey, psql
from service import SERVICE


class Roles(Journey):
    def attempt(self, context, sql):
        psql(getattr(self.stack, context).database, "SET ROLE %s; BEGIN; %s; ROLLBACK" % (SERVICE, sql))

    def assert_refused(self, context, sql):
        with self.assertRaises(Exception, msg="%s: %s" % (context, sql)):
            self.attempt(context, sql)

    def test_what_was_written_stays(self):
        for sql in ("UPDATE ledger.posting SET amount_micros = amount_micros + 1", "UPDATE ledger.entry SET remark = ''",
                    "DELETE FROM ledger.posting", "TRUNCATE ledger.entry CASCADE"):
            self.assert_refused("ledger", sql)
        for sql in ("DELETE FROM identity.onboarding_record", "DELETE FROM identity.security_event", "UPDATE identity.security_event SET kind = ''",
                    "TRUNCATE identity.security_event", "ALTER TABLE identity.security_event DISABLE RULE all",
                    "UPDATE identity.onboarding_record SET detail = ''",
                    "UPDATE identity.principal SET operator = true"):
            self.assert_refused("identity", sql)
        self.assert_refused("payments", "DELETE FROM payments.attempt")

    def test_a_service_owns_nothing(self):
        for context in ("identity", "payments", "ledger", "sharing", "gateway"):
            for sql in ("DROP SCHEMA %s CASCADE", "ALTER TABLE %s.request DISABLE TRIGGER ALL", "DELETE FROM %s.migration",
                        "CREATE TABLE %s.mine (a int)", "CREATE SCHEMA mine_%s"):
                self.assert_refused(context, sql % context)

    def test_it_may_do_its_work(self):
        for context in ("identity", "payments", "ledger", "sharing", "gateway"):
            self.attempt(context, "SELECT count(*) FROM %s.request" % context)
            self.attempt(context, "UPDATE %s.request SET code = code" % context)


if __name__ == "__main__":
    unittest.main()
