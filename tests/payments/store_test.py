"""The tables of payments: their constraints bite."""
import os
import subprocess
import sys
import unittest

from payments_stack import POSTGRES, ROOT, Payments, new_id, psql

sys.path.insert(0, os.path.join(ROOT, "cmake"))
from query_file import read_queries  # noqa: E402

NOW = "'2026-11-21T12:00:00Z'"


class StoreTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.payments = Payments()
        cls.addClassCleanup(cls.payments.stop)

    def sql(self, text):
        done = subprocess.run(["psql", "-h", POSTGRES, "-U", "postgres", "-d", self.payments.service.database, "-qtA",
                               "-v", "ON_ERROR_STOP=1"], input="SET search_path = payments;\n" + text, capture_output=True, text=True)
        return done.stdout, done.stderr

    def refuses(self, constraint, text):
        self.assertIn(constraint, self.sql(text)[1])

    def method(self, account, state="ACTIVE", last_four="4242", month=12, fingerprint="00" * 32):
        method = new_id()
        text = ("INSERT INTO account (account_id) VALUES ('%s') ON CONFLICT DO NOTHING;"
                "INSERT INTO payment_method (account_id, payment_method_id, kind, state, brand, last_four, expiry_month, expiry_year,"
                " holder_name, fingerprint, created_time) VALUES ('%s', '%s', 'BANK_CARD', '%s', 'VISA', '%s', %d, 2034, '', '\\x%s', %s);"
                % (account, account, method, state, last_four, month, fingerprint, NOW))
        return method, text

    def test_constraints_of_payment_methods(self):
        account = new_id()
        self.refuses("payment_method_shows_four_digits", self.method(account, last_four="4242424242424242")[1])
        self.refuses("payment_method_expires_in_a_month", self.method(account, month=13)[1])
        self.refuses("payment_method_fingerprint_is_hmac", self.method(account, fingerprint="00" * 16)[1])
        self.assertEqual(self.sql(self.method(account)[1])[1], "")
        self.refuses("payment_method_saves_a_card_once", self.method(account)[1])
        self.assertEqual(self.sql(self.method(account, state="REMOVED")[1])[1], "")
        self.assertEqual(self.sql(self.method(new_id())[1])[1], "")

    def test_a_hold_is_one_dollar_and_one_to_a_card(self):
        """PAY-05."""
        account = new_id()
        method, text = self.method(account)
        self.assertEqual(self.sql(text)[1], "")
        hold = ("INSERT INTO hold (account_id, hold_id, payment_method_id, state, amount_micros, currency, next_time, created_time)"
                " VALUES ('%s', gen_random_uuid(), '%s', '%s', %d, '%s', %s, %s);")
        self.refuses("hold_is_one_dollar", hold % (account, method, "RECORDED", 1000001, "USD", NOW, NOW))
        self.refuses("hold_is_one_dollar", hold % (account, method, "RECORDED", 1000000, "CNY", NOW, NOW))
        self.refuses("hold_open_has_a_next_time", hold % (account, method, "VOIDING", 1000000, "USD", "NULL", NOW))
        self.refuses("hold_open_has_a_next_time", hold % (account, method, "VOIDED", 1000000, "USD", NOW, NOW))
        self.assertEqual(self.sql(hold % (account, method, "RECORDED", 1000000, "USD", NOW, NOW))[1], "")
        self.refuses("hold_proves_a_method_once", hold % (account, method, "RECORDED", 1000000, "USD", NOW, NOW))

    def test_constraints_of_top_ups(self):
        account = new_id()
        method, text = self.method(account)
        self.assertEqual(self.sql(text)[1], "")
        top_up = ("INSERT INTO top_up (account_id, top_up_id, target_account_id, payment_method_id, rail, state, amount_micros, currency,"
                  " remark, wire_reference, next_time, created_time)"
                  " VALUES ('%s', gen_random_uuid(), '%s', %s, '%s', '%s', %d, 'CNY', '%s', %s, %s, %s);")
        card = "'%s'" % method
        row = lambda method=card, rail="CARD", state="CREATED", amount=100000000, remark="", reference="NULL", next=NOW: \
            top_up % (account, account, method, rail, state, amount, remark, reference, next, NOW)
        self.refuses("top_up_amount_is_positive", row(amount=0))
        self.refuses("top_up_remark_is_short", row(remark="x" * 257))
        self.refuses("top_up_by_card_names_it", row(method="NULL"))
        self.refuses("top_up_by_wire_has_a_reference", row(rail="WIRE", method="NULL", state="AWAITING_FUNDS", next="NULL"))
        self.refuses("top_up_driven_has_a_next_time", row(next="NULL"))
        self.refuses("top_up_driven_has_a_next_time", row(state="SUCCEEDED"))
        self.assertEqual(self.sql(row(remark="x" * 256))[1], "")
        self.assertEqual(self.sql(row(rail="WIRE", method="NULL", state="AWAITING_FUNDS", reference="'KT'", next="NULL"))[1], "")

    def test_a_webhook_is_kept_once(self):
        insert = read_queries(os.path.join(ROOT, "payments/store"))["webhook_insert"].text
        run = ("PREPARE asked AS %s; EXECUTE asked('stripe', 'evt_once', 'payment_intent.succeeded', NULL, NULL, 'RECEIVED', %s, %s);"
               % (insert, NOW, NOW))
        for _ in range(2):
            self.assertEqual(self.sql(run)[1], "")
        self.assertEqual(psql(self.payments.service.database, "SELECT count(*) FROM payments.webhook WHERE event_id = 'evt_once'"), "1")


if __name__ == "__main__":
    unittest.main()
