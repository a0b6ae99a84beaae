"""An agency's first day (cli/demonstration.sh tells the same story to people): from sign-up to an audit that sums to zero."""
import os
import subprocess
import time
import unittest

from junior_test import code_of
from stack import BUILD, UNREPORTED, Journey, Refused, entity_number, micros, new_id


class FirstDayTest(Journey):
    def test_the_first_day(self):
        stack = self.stack
        agency, a, b = stack.company("agency", "project-a", "project-b")
        self.card_is_held_and_given_back(agency)
        self.top_up_is_credited_when_the_provider_confirms(agency)
        self.projects_get_their_budgets(agency, a, b)
        self.what_was_given_cannot_be_passed_on(a, b)
        self.project_spends(a)
        self.agency_takes_back_what_is_left(agency, a)
        self.credit_limit_counts_once_confirmed(a)
        self.strangers_are_refused(agency)
        self.savings_plan_applies_from_its_share_on(agency, a)
        self.audit_balances_to_zero(agency)
        self.statement_is_proved(a)

    def card_is_held_and_given_back(self, agency):
        """PAY-05, PAY-06: exactly 1.00 USD, whatever the account's currency, always voided."""
        method = agency.add_card()
        self.assertEqual((method["hold"]["amountMicros"], method["hold"]["currency"]), (str(micros("1.00")), "USD"))
        show = lambda: agency.kontor("card", "show", method["paymentMethodId"])["paymentMethod"]["hold"]["state"]
        self.stack.await_equal(self, "HOLD_STATE_VOIDED", show)
        self.card = method["paymentMethodId"]

    def top_up_is_credited_when_the_provider_confirms(self, agency):
        """PAY-13: exactly what was entered."""
        for _ in range(2):
            self.assertEqual(agency.top_up("100000.00", self.card)["state"], "TOP_UP_STATE_CREDITED")
        self.assertEqual(agency.own(), micros("200000.00"))

    def projects_get_their_budgets(self, agency, a, b):
        agency.transfer(a, "50000.00")
        agency.transfer(b, "100000.00")
        self.assertEqual((a.transferred_in(), a.own()), (micros("50000.00"), 0))
        self.assertEqual((b.transferred_in(), b.own()), (micros("100000.00"), 0))
        self.assertEqual(agency.own(), micros("50000.00"))

    def what_was_given_cannot_be_passed_on(self, a, b):
        """LED-07, E6: everything transferred in, so nothing is transferable."""
        with self.stack.refused(self, "EXCEEDS_TRANSFERABLE") as seen:
            a.transfer(b, "0.01")
        self.assertTrue(seen[0].terms, "the refusal explains itself")
        self.assertEqual(a.balance()["transferable"]["amountMicros"], "0")

    def project_spends(self, a):
        """ID-07: a purchase names everything that is missing."""
        self.assertEqual([step["reason"] for step in a.kontor("ready", "--region", "cn-hangzhou")["missingSteps"]], ["PAYMENT_METHOD_MISSING"])
        with self.stack.refused(self, "PAYMENT_METHOD_MISSING"):
            a.purchase("8200.00")
        a.add_card()
        self.assertEqual(a.purchase("8200.00")["paid"]["transferredInMicros"], str(micros("8200.00")))
        self.assertEqual(a.transferred_in(), micros("41800.00"))

    def agency_takes_back_what_is_left(self, agency, a):
        """LED-13: the last cent goes, one more does not. E10: it would stop A's services, which must be meant."""
        with self.stack.refused(self, "EXCEEDS_REVOCABLE"):
            agency.revoke(a, "41800.01")
        with self.stack.refused(self, "WOULD_SUSPEND"):
            agency.revoke(a, "41800.00")
        agency.revoke(a, "41800.00", "--accept-suspension")
        self.assertEqual((a.transferred_in(), agency.own()), (0, micros("91800.00")))

    def credit_limit_counts_once_confirmed(self, a):
        """LED-14, LED-15, E21: 0 while pending, all of it after the administrator confirmed, and one SMS."""
        messages = lambda: sum("credit limit" in message["text"] for message in self.stack.messages(a.phone))
        limit = lambda: int(a.kontor("limit", "show")["creditLimit"]["effectiveLimitMicros"])
        self.stack.operator("limit", "line", "--account", a.account_id, "--amount", "100000.00", "--currency", "CNY")
        self.stack.operator("limit", "set", "--account", a.account_id, "--amount", "10000.00", "--currency", "CNY")
        self.assertEqual((limit(), messages()), (0, 0))
        contract, = a.kontor("contract", "list")["contracts"]
        self.assertEqual((contract["limitMicros"], contract["state"]), (str(micros("10000.00")), "CONTRACT_STATE_PENDING"))
        confirm = ["limit", "confirm", "--hash", contract["contractHash"]]
        with self.stack.refused(self, "MFA_REQUIRED"):
            a.kontor(*confirm)
        a.kontor("factor", "confirm", code_of(a.kontor("factor", "enroll", "--name", "phone")["secret"]))
        with self.stack.refused(self, "CONTRACT_CHANGED"):
            a.kontor(*confirm[:-1], "0" * 64)
        a.kontor(*confirm)
        self.assertEqual(limit(), micros("10000.00"))
        self.stack.await_equal(self, 1, messages)
        self.stack.operator("limit", "set", "--account", a.account_id, "--amount", "12000.00", "--currency", "CNY")
        self.assertEqual(limit(), micros("12000.00"))  # LED-16: later changes count at once, with an SMS
        self.stack.await_equal(self, 2, messages)

    def strangers_are_refused(self, agency):
        """LED-06, ID-18."""
        stranger = self.stack.customer("stranger").open(entity_number())
        with self.stack.refused(self, "DIFFERENT_COMPANY"):
            agency.transfer(stranger, "100.00")
        self.assertEqual(stranger.balance()["balance"]["cashMicros"], "0")

    def savings_plan_applies_from_its_share_on(self, agency, a):
        """SHR-04, SHR-06."""
        asset = self.stack.operator("asset", "register", "--account", agency.account_id, "--kind", "savings-plan", "--name", "compute",
                                    "--expires", "now+365d", "--products", "ecs")["asset"]["assetId"]
        check = lambda ago: a.kontor("benefit", "check", "--asset", asset, "--product", "ecs", "--used", self.stack.time(-ago))
        self.assertEqual(check(0)["reason"], "NOT_SHARED")
        self.stack.clock.turn(600)
        agency.kontor("share", "add", "--asset", asset, "--with", a.account_id)
        self.assertTrue(check(0)["applies"])
        earlier = check(60)
        self.assertEqual((earlier["applies"], earlier["reason"]), (False, "SHARE_NOT_YET_ACTIVE"))

    def audit_balances_to_zero(self, agency):
        for totals in (agency.kontor("audit")["totals"], self.stack.operator("audit")["totals"]):
            self.assertEqual(totals["findings"], "0")
            self.assertGreater(int(totals["postings"]), 0)
            self.assertEqual([total["sumMicros"] for total in totals["sums"]], ["0"] * len(totals["sums"]))

    def statement_is_proved(self, a):
        """c-14: through the gateway into a file, and checked without it; one altered bit, and it does not hold."""
        path, deadline = os.path.join(self.stack.folder, "a.proof"), time.monotonic() + 30
        while True:
            try:
                a.kontor("proof", "get", path)
                break
            except Refused as refused:
                self.assertEqual(refused.reason, "PROOF_NOT_YET")
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.5)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path, "rb") as file:
            kept = file.read()
        for words in (["--until", "2020-01-01"], ["--account", new_id()]):  # the proof that is there stays until another one is whole
            with self.assertRaises(Refused):
                a.kontor("proof", "get", path, *words)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), kept)
        self.assertEqual([name for name in os.listdir(self.stack.folder) if name.startswith("a.proof")], ["a.proof"])
        for elsewhere in (self.stack.folder, os.path.join(self.stack.folder, "nowhere", "a.proof")):
            with self.assertRaises(Refused) as caught:
                a.kontor("proof", "get", elsewhere)
            self.assertEqual(caught.exception.code, UNREPORTED)
        key = a.kontor("proof", "keys")["keys"][0]["publicKey"]
        self.assertIn("the proof holds", self.verify(path, key, 0))
        with open(path, "r+b") as file:
            packed = bytearray(file.read())
            packed[len(packed) // 2] ^= 1
            file.seek(0)
            file.write(packed)
        self.assertIn("does NOT hold", self.verify(path, key, 1))

    def verify(self, path, key, code):
        environment = dict(os.environ, KONTOR_GATEWAY="127.0.0.1:1", XDG_STATE_HOME=self.stack.folder)
        done = subprocess.run([os.path.join(BUILD, "kontor"), "proof", "verify", path, "--key", key], env=environment, capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout + done.stderr


if __name__ == "__main__":
    unittest.main()
