"""The junior (PAY-26, c-19): may work with money, and not top up 500,000. An act over the ceiling is asked for, approved by somebody else with
a factor, and done once, whatever dies between."""
import base64
import hashlib
import hmac
import struct
import threading
import time
import unittest

from stack import Journey, micros, new_id, psql

BIG = ["topup", "--rail", "wire", "--amount", "500000.00", "--currency", "CNY", "--no-wait"]


def code_of(secret, steps=0):
    """The code that an app shows (RFC 6238), so many steps of 30 s from now."""
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30 + steps), hashlib.sha1).digest()
    return "%06d" % ((struct.unpack(">I", mac[mac[-1] & 15:][:4])[0] & 0x7FFFFFFF) % 1000000)


class JuniorTest(Journey):
    def setUp(self):
        self.lead, = self.stack.company("lead-" + new_id()[:4])
        self.junior = self.stack.customer("junior-" + new_id()[:4]).sign_up().join(self.lead, "finance")
        self.lead.kontor("ceiling", "set", "finance:top-up:1000.00:2000.00,finance:transfer:1000.00:2000.00", "--currency", "CNY", "--approvers", "1",
                         "--approver-role", "account-administrator", "--time-zone", "Asia/Shanghai")

    def enrol(self, who):
        secret = who.kontor("factor", "enroll", "--name", "phone")["secret"]
        who.kontor("factor", "confirm", code_of(secret))

    def acts(self, *words, request_id=None):
        """The junior in the lead's account."""
        return self.junior.kontor(*words, "--account", self.lead.account_id, *(["--request-id", request_id] if request_id else []))

    def order(self):
        return [*BIG, "--to", self.lead.account_id]

    def ask(self, request_id):
        with self.stack.refused(self, "APPROVAL_REQUIRED") as seen:
            self.acts(*self.order(), request_id=request_id)
        self.assertEqual((seen[0].terms["limit"], seen[0].terms["ceiling"], seen[0].terms["asked"]), ("TRANSACTION", "1000.00", "500000.00"))
        return seen[0].terms["approval_id"]

    def approval(self, approval_id):
        return self.lead.kontor("approval", "show", approval_id)["approval"]

    def approve(self, approval_id):
        return self.lead.kontor("approval", "approve", approval_id, "--hash", self.approval(approval_id)["requestHash"], "--yes")["approval"]

    def top_ups(self):
        return int(psql(self.stack.payments.database, "SELECT count(*) FROM payments.top_up WHERE account_id = '%s'" % self.lead.account_id))

    def test_the_junior_asks_and_finance_approves_with_a_factor(self):
        request_id = new_id()
        approval_id = self.ask(request_id)
        with self.stack.refused(self, "SELF_APPROVAL"):
            self.junior.kontor("approval", "reject", approval_id, "--account", self.lead.account_id)
        with self.stack.refused(self, "MFA_REQUIRED"):
            self.approve(approval_id)
        self.enrol(self.lead)
        self.assertEqual(self.top_ups(), 0)
        letters = lambda: [letter["text"] for letter in self.stack.messages(self.lead.email) if approval_id in letter["text"]]  # noqa: E731
        self.stack.await_equal(self, 1, lambda: len(letters()), 40)
        self.assertIn("500000.00 CNY waits for an approval", letters()[0])
        self.approve(approval_id)
        self.stack.await_equal(self, "APPROVAL_STATE_EXECUTED", lambda: self.approval(approval_id)["state"])
        told = self.acts(*self.order(), request_id=request_id)["topUp"]
        self.assertEqual((told["amountMicros"], told["state"], self.top_ups()), (str(micros("500000.00")), "TOP_UP_STATE_AWAITING_FUNDS", 1))

    def test_what_the_junior_may_no_more_is_not_done(self):
        approval_id = self.ask(new_id())
        self.enrol(self.lead)
        person = self.approval(approval_id)["requesterPrincipalId"]
        self.lead.kontor("member", "grant", person, "--role", "member")  # else it would be cancelled
        self.lead.kontor("member", "revoke", person, "--role", "finance")
        self.approve(approval_id)
        self.stack.await_equal(self, ("APPROVAL_STATE_FAILED", "PERMISSION_DENIED"),
                               lambda: tuple(self.approval(approval_id).get(name) for name in ("state", "failureReason")))
        self.assertEqual(self.top_ups(), 0)

    def test_what_a_leaver_asked_for_is_cancelled(self):  # ID-27
        approval_id = self.ask(new_id())
        self.lead.kontor("member", "remove", self.approval(approval_id)["requesterPrincipalId"])
        self.stack.await_equal(self, "APPROVAL_STATE_CANCELLED", lambda: self.approval(approval_id)["state"])

    def test_what_was_approved_is_not_done_in_a_frozen_account(self):  # GW-03
        approval_id = self.ask(new_id())
        freezer = self.stack.customer("freezer-" + new_id()[:4]).sign_up().join(self.lead, "billing-freezer")
        self.enrol(self.lead)
        freezer.kontor("freeze", "start", "--reason", "a drill", "--account", self.lead.account_id)
        self.approve(approval_id)
        self.stack.await_equal(self, ("APPROVAL_STATE_FAILED", "RECHARGE_FROZEN"),
                               lambda: tuple(self.approval(approval_id).get(name) for name in ("state", "failureReason")))
        self.assertEqual(self.top_ups(), 0)

    def test_killed_between_the_approval_and_the_act(self):
        approval_id = self.ask(new_id())
        self.enrol(self.lead)
        words = [self.approval(approval_id)["requestHash"], approval_id]
        approving = threading.Thread(target=lambda: self.stack.run("approval", "approve", words[1], "--hash", words[0], "--yes", profile=self.lead.name))
        approving.start()
        state = lambda: psql(self.stack.gateway.database, "SELECT state FROM gateway.approval WHERE approval_id = '%s'" % approval_id)
        deadline = time.monotonic() + 20
        while state() == "PENDING" and time.monotonic() < deadline:
            pass
        self.stack.gateway.kill()
        approving.join()
        self.stack.gateway.start()
        psql(self.stack.gateway.database, "UPDATE gateway.saga SET due_time = now() WHERE finish_time IS NULL")  # as when the lease is over
        self.stack.await_equal(self, ("EXECUTED", 1), lambda: (state(), self.top_ups()), timeout=60)


if __name__ == "__main__":
    unittest.main()
