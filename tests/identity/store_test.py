"""The tables of identity: their constraints bite."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from service import POSTGRES, Service, new_id, psql  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NOW = "'2026-11-21T12:00:00Z'"


class Store(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.state = tempfile.mkdtemp(prefix="kontor-identity-")
        cls.service = Service("identity", state_directory=cls.state)
        cls.addClassCleanup(shutil.rmtree, cls.state, True)
        cls.addClassCleanup(cls.service.__exit__, None, None, None)

    def sql(self, text):
        done = subprocess.run(["psql", "-h", POSTGRES, "-U", "postgres", "-d", self.service.database, "-qtA", "-v", "ON_ERROR_STOP=1"],
                              input="SET search_path = identity;\n" + text, capture_output=True, text=True)
        return done.stdout, done.stderr

    def refuses(self, constraint, statement):
        _, mistake = self.sql(statement)
        self.assertIn(constraint, mistake, statement)

    def test_who_never_verified_the_address_logs_in_by_the_number(self):  # S10, migration 0340
        def signed_up(channel, number, verified_too=False, account=None):
            email, principal, account = uuid.uuid4().hex, new_id(), account or new_id()
            _, mistake = self.sql("""
                INSERT INTO principal VALUES ('{p}', '{a}', '\\x{e}', 'hash', false, {now});
                INSERT INTO account (account_id, principal_id, country, sign_up_channel, create_time) VALUES ('{a}', '{p}', 'CN', '{c}', {now});
                INSERT INTO contact VALUES ('{a}', 'EMAIL', 's', '\\x{e}', {ev}), ('{a}', 'PHONE', 's', '\\x{n}', {pv});
                """.format(p=principal, a=account, e=email, n=number, c=channel, now=NOW, ev=NOW if verified_too or channel == "EMAIL" else "NULL",
                           pv=NOW if verified_too or channel == "PHONE" else "NULL"))
            self.assertEqual(mistake, "")
            return principal, email
        shared, own, other = uuid.uuid4().hex, uuid.uuid4().hex, uuid.uuid4().hex
        first, second = sorted([new_id(), new_id()])
        people = [(signed_up("PHONE", own), own), (signed_up("PHONE", shared, account=first), shared),
                  (signed_up("PHONE", shared, account=second), None),
                  (signed_up("PHONE", other, True), None), (signed_up("EMAIL", uuid.uuid4().hex), None)]
        with open(os.path.join(ROOT, "identity", "store", "migrations", "0340_log_in_by_what_is_verified.sql"), encoding="utf-8") as migration:
            _, mistake = self.sql(migration.read())
        self.assertEqual(mistake, "")
        for (principal, email), number in people:
            self.assertEqual(psql(self.service.database, "SELECT encode(email_index, 'hex') FROM identity.principal WHERE principal_id = '%s'"
                                  % principal), number or email)

    def person(self, index=None):
        """A principal with an account, both complete."""
        principal, account = new_id(), new_id()
        _, mistake = self.sql("""
            INSERT INTO principal VALUES ('{p}', '{a}', '\\x{i}', 'hash', false, {now});
            INSERT INTO account (account_id, principal_id, country, sign_up_channel, create_time) VALUES ('{a}', '{p}', 'CN', 'EMAIL', {now});
            """.format(p=principal, a=account, i=index or uuid.uuid4().hex, now=NOW))
        self.assertEqual(mistake, "")
        return principal, account

    def test_an_address_logs_in_to_one_live_principal(self):  # ID-17
        principal, _ = self.person("0a0b")
        again = "INSERT INTO principal VALUES ('%s', '%s', '\\x0a0b', 'hash', false, %s)" % (new_id(), new_id(), NOW)
        self.refuses("principal_of_live_email", again)
        self.sql("UPDATE principal SET delete_time = %s WHERE principal_id = '%s'" % (NOW, principal))
        self.assertEqual(self.sql(again)[1], "")

    def test_a_principal_has_an_account_or_operates(self):
        self.refuses("principal_has_an_account_or_operates",
                     "INSERT INTO principal VALUES ('%s', NULL, '\\x01', 'hash', false, %s)" % (new_id(), NOW))

    def test_one_verified_company_and_one_review(self):
        principal, account = self.person()
        company = new_id()
        self.sql("INSERT INTO company VALUES ('%s', 'CN', 'USCC', '%s', %s)" % (company, company[:8], NOW))
        self.refuses("company_is_one_registration",
                     "INSERT INTO company VALUES ('%s', 'CN', 'USCC', '%s', %s)" % (new_id(), company[:8], NOW))

        def submission(state, to="NULL"):
            return """INSERT INTO company_submission (submission_id, account_id, principal_id, country, scheme, number, name, state, company_id,
                      submit_time) VALUES ('%s', '%s', '%s', 'CN', 'USCC', '1', 'n', '%s', %s, %s)""" % (new_id(), account, principal, state, to, NOW)
        for state, to, constraint in (("SUBMITTED", "NULL", "account_has_one_submission_in_review"),
                                      ("VERIFIED", "'%s'" % company, "account_has_one_verified_company")):
            self.assertEqual(self.sql(submission(state, to))[1], "")
            self.refuses(constraint, submission(state, to))
        self.refuses("submission_verified_to_a_company", submission("VERIFIED"))
        self.refuses("submission_verified_to_a_company", submission("REJECTED", "'%s'" % company))
        self.refuses("submission_state_is_known", submission("PERHAPS"))

    def test_a_message_is_wiped_when_done(self):
        message = new_id()
        self.sql("INSERT INTO message (message_id, delivery, destination, body, next_time) VALUES ('%s', 'SMS', '\\x01', '\\x02', %s)" % (message, NOW))
        self.refuses("message_is_wiped_when_done", "UPDATE message SET state = 'DELIVERED' WHERE message_id = '%s'" % message)
        self.refuses("message_travels_somehow",
                     "INSERT INTO message (message_id, delivery, destination, body, next_time) VALUES ('%s', 'FAX', '', '', %s)" % (new_id(), NOW))

    def test_names_of_states_and_channels(self):
        principal, account = self.person()
        self.refuses("account_is_individual_or_corporate", "UPDATE account SET type = 'CLUB' WHERE account_id = '%s'" % account)
        self.refuses("account_signed_up_by_a_channel", "UPDATE account SET sign_up_channel = 'FAX' WHERE account_id = '%s'" % account)
        self.refuses("contact_is_email_or_phone", "INSERT INTO contact VALUES ('%s', 'FAX', '', '', NULL)" % account)
        self.refuses("role_is_of_an_account", "INSERT INTO role_grant VALUES ('%s', '%s', 'OPERATOR', %s)" % (account, principal, NOW))


if __name__ == "__main__":
    unittest.main()
