"""An audit tells each caller its part, there is one a company at a time, and an abandoned one ends (F5)."""
import os
import sys
import threading
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from ledger import open_account, submit_one, top_up, wait_until  # noqa: E402
from service import POSTGRES, Refusal, Service, message, new_id, psql  # noqa: E402
from sql import Sql  # noqa: E402


class Audits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger", database_statement_timeout="10m"))

    def setUp(self):
        self.company, self.main, self.other = new_id(), new_id(), new_id()
        for account in (self.main, self.other):
            open_account(self.ledger, self.company, account)
            top_up(self.ledger, self.company, account, 5000000)

    def begin(self, account="", roles=None, company=None, timeout=60):
        call = self.ledger.channel.unary_stream("/ledger.v1.AuditService/Audit", request_serializer=lambda m: m.SerializeToString(),
                                                response_deserializer=message("ledger.v1.AuditResponse").FromString)
        metadata = (("kontor-principal-id", new_id()), ("kontor-account-id", account), ("kontor-roles", roles)) if roles else ()
        request = message("ledger.v1.AuditRequest")(account_id=account, company_id=self.company if company is None else company)
        return call(request, timeout=timeout, metadata=metadata)

    def audit(self, *args, **fields):
        """The accounts that findings name, and the totals; or Refusal."""
        try:
            answers = list(self.begin(*args, **fields))
        except grpc.RpcError as error:
            raise Refusal(error) from None
        return {finding.account_id for answer in answers for finding in answer.findings}, answers[-1].totals

    def test_a_member_is_told_about_its_account_alone(self):
        psql(self.ledger.database, "UPDATE ledger.account SET own_micros = own_micros + 1 WHERE company_id = '%s'" % self.company)
        try:
            for account, roles in ((self.main, "MEMBER"), (self.other, "MEMBER"), (self.other, "ACCOUNT_ADMINISTRATOR,MEMBER")):
                found, totals = self.audit(account, roles)
                self.assertEqual((found, totals.accounts, totals.entries, totals.postings, list(totals.sums)), ({account}, 1, 1, 2, []))
            for account, roles in ((self.main, "ACCOUNT_ADMINISTRATOR"), (self.other, "OPERATOR"), ("", None)):
                found, totals = self.audit(account, roles)
                self.assertEqual((found, totals.accounts, totals.entries), ({self.main, self.other}, 2, 2))
        finally:
            psql(self.ledger.database, "UPDATE ledger.account SET own_micros = own_micros - 1 WHERE company_id = '%s'" % self.company)

    def test_more_accounts_than_one_pass_takes(self):
        """Two passes along the chain: an entry is hashed that names an account of each, and each account is compared in its own."""
        last, spare = "ffffffff-ffff-4fff-bfff-ffffffffffff", 65536
        open_account(self.ledger, self.company, last)
        top_up(self.ledger, self.company, last, 3000000)
        psql(self.ledger.database, "INSERT INTO ledger.account (company_id, account_id, corporate, company_verified, currency, state, payment_mode, "
                                   "buffer_micros, contract_state, suspended, opened_time) SELECT company_id, gen_random_uuid(), corporate, "
                                   "company_verified, currency, state, payment_mode, buffer_micros, contract_state, suspended, opened_time "
                                   "FROM ledger.account, generate_series(1, %d) WHERE account_id = '%s'" % (spare, last))
        for source, destination, amount in ((self.main, last, 1000000), (last, self.main, 2000000)):
            order = {"account_id": source, "company_id": self.company, "request_id": new_id(), "currency": "CNY",
                     "destination_account_id": destination, "amount_micros": amount}
            self.assertFalse(submit_one(self.ledger, "create_transfer", order).refused)
        found, totals = self.audit()
        self.assertEqual((found, totals.accounts, totals.entries, totals.postings, [each.sum_micros for each in totals.sums]),
                         (set(), spare + 3, 5, 10, [0]))
        for account in (self.main, last):
            for column in ("own_micros", "transferred_in_micros", "version"):
                change = "UPDATE ledger.account SET %s = %s %s 1 WHERE account_id = '%s'"
                psql(self.ledger.database, change % (column, column, "+", account))
                self.assertEqual(self.audit()[0], {account})
                psql(self.ledger.database, change % (column, column, "-", account))
        psql(self.ledger.database, "DELETE FROM ledger.account WHERE company_id = '%s' AND version = 0" % self.company)

    def test_who_is_no_operator_names_a_company(self):
        with self.assertRaises(Refusal) as caught:
            self.audit(self.main, "ACCOUNT_ADMINISTRATOR", company="")
        self.assertIn("company_id", caught.exception.fields)
        self.assertGreater(self.audit("", "OPERATOR", company="")[1].companies, 0)

    def test_one_at_a_time_and_one_that_is_abandoned_ends(self):
        with_lock = Sql(POSTGRES, self.ledger.database)
        self.addCleanup(with_lock.close)
        with_lock.rows("BEGIN")
        with_lock.rows("LOCK TABLE ledger.entry")
        first = self.begin()
        threading.Thread(target=lambda: [None for _ in self.quietly(first)], daemon=True).start()
        wait_until(lambda: self.reason() == "AUDIT_RUNNING")
        first.cancel()
        with_lock.rows("ROLLBACK")
        wait_until(lambda: self.reason() == "")

    def test_postgresql_does_no_more_of_one_that_is_abandoned(self):
        """Its statement would go on for ten minutes; nobody waits for it, so it ends, and its connection serves again."""
        unfolded = ("SELECT count(*) FROM ledger.chain LEFT JOIN ledger.told_chain USING (company_id) "
                    "WHERE chain.length > coalesce(least(folded_length, warned_length, budget_length), 0)")
        wait_until(lambda: psql(self.ledger.database, unfolded) == "0")  # no other job reads entries then
        psql(self.ledger.database, "ALTER TABLE ledger.entry RENAME TO entry_kept; CREATE VIEW ledger.entry AS "
                                   "SELECT * FROM ledger.entry_kept WHERE pg_sleep(600) IS NOT NULL; GRANT SELECT ON ledger.entry TO PUBLIC")
        running = ("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND wait_event = 'PgSleep'")
        try:
            for timeout in (None, 2):
                audit = self.begin(timeout=timeout)
                threading.Thread(target=lambda stream=audit: [None for _ in self.quietly(stream)], daemon=True).start()
                wait_until(lambda: psql(self.ledger.database, running) == "1")
                if timeout is None:
                    audit.cancel()
                wait_until(lambda: psql(self.ledger.database, running) == "0")
        finally:
            psql(self.ledger.database, "DROP VIEW ledger.entry; ALTER TABLE ledger.entry_kept RENAME TO entry")
        wait_until(lambda: self.reason() == "")

    @staticmethod
    def quietly(stream):
        try:
            yield from stream
        except grpc.RpcError:
            return

    def reason(self):
        try:
            self.audit(self.main, "MEMBER")
        except Refusal as refusal:
            return refusal.reason
        return ""


if __name__ == "__main__":
    unittest.main()
