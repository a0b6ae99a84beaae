"""Received money is always booked, through everything real: what an account cannot take waits in suspense, moves on or goes back; an account
is closed only when nothing of it is left anywhere."""
import unittest

from stack import Journey, Refused, micros, new_id

UNIT = 1000000


class ReceivedTest(Journey):
    stack_settings = {"delay": "0.1-0.3"}

    def operator(self, *words):
        return self.stack.operator(*words)

    def lines(self, customer):
        """A new line of the bank's statement for a wire transfer of the customer."""
        top_up = customer.kontor("topup", "--rail", "wire", "--amount", "60000.00", "--currency", "CNY", "--no-wait")["topUp"]
        return top_up, ("wire", "receive", "--account", customer.account_id, "--reference", top_up["wireReference"], "--bank", "ICBC 0200",
                        "--statement", "2026-11-28", "--statement-line", new_id(), "--amount", "60000.00", "--currency", "CNY")

    def shown(self, customer, top_up):
        return customer.kontor("topup", "show", top_up["topUpId"])["topUp"]

    def state(self, customer, top_up):
        return self.shown(customer, top_up)["state"].rsplit("TOP_UP_STATE_")[-1]

    def set_state(self, customer, state):
        return self.operator("account", "state", state, "--account", customer.account_id)

    def suspended(self, customer):
        """A wire transfer that came when the account was closed."""
        top_up, line = self.lines(customer)
        self.set_state(customer, "closed")
        self.operator(*line)
        self.stack.await_equal(self, "IN_SUSPENSE", lambda: self.state(customer, top_up))
        return top_up, line

    def redrive(self, top_up):
        for saga in self.operator("saga", "list", "--min-tries", "1", "--page-size", "100").get("sagas", []):
            if saga.get("topUpId") == top_up["topUpId"]:
                try:
                    self.operator("saga", "redrive", saga["sagaId"])
                except Refused as refusal:  # it came to its end meanwhile
                    self.assertEqual(refusal.reason, "SAGA_NOT_FOUND")

    def suspense(self):
        """The amount in suspense as payments tells it, and whether the audit finds fault."""
        unsettled = self.operator("topup", "unsettled", "--page-size", "100").get("topUps", [])
        findings = int(self.operator("audit")["totals"].get("findings", 0))
        return sum(int(t["amountMicros"]) for t in unsettled if "suspenseTime" in t), findings

    def test_a_wire_transfer_to_a_closed_account_moves_on_when_it_is_open_again(self):
        customer, = self.stack.company("late")
        top_up, line = self.suspended(customer)
        self.assertEqual(self.shown(customer, top_up)["suspenseReason"], "ACCOUNT_CLOSED")
        self.assertIn(top_up["topUpId"], [t["topUpId"] for t in self.operator("topup", "unsettled", "--state", "in-suspense")["topUps"]])
        self.assertEqual(self.suspense(), (60000 * UNIT, 0))
        self.set_state(customer, "active")
        self.redrive(top_up)
        self.stack.await_equal(self, "CREDITED", lambda: self.state(customer, top_up))
        self.assertEqual(customer.own(), micros("60000.00"))
        self.operator(*line)  # the same line again: the same answer, and nothing more
        other, again = self.lines(customer)
        with self.stack.refused(self, "STATEMENT_LINE_RECORDED"):
            self.operator(*(again[:again.index("--statement-line") + 1] + (line[line.index("--statement-line") + 1],)
                            + again[again.index("--statement-line") + 2:]))
        self.assertEqual(self.state(customer, other), "AWAITING_FUNDS")
        self.stack.await_equal(self, (0, 0), self.suspense)
        self.assertEqual(customer.own(), micros("60000.00"))

    def test_an_operator_sends_it_back(self):
        customer, = self.stack.company("back")
        top_up, _ = self.suspended(customer)
        named = ("--account", customer.account_id)
        with self.stack.refused(self, "TOP_UP_NOT_OWED"):
            self.operator("topup", "returned", top_up["topUpId"], "--bank-reference", "too early", "--yes", *named)
        self.operator("topup", "return", top_up["topUpId"], "--remark", "closed for good", "--yes", *named)
        self.stack.await_equal(self, "REFUNDING", lambda: self.state(customer, top_up))
        self.operator("topup", "returned", top_up["topUpId"], "--bank-reference", "ICBC out 17", "--yes", *named)
        self.set_state(customer, "active")
        self.stack.await_equal(self, (0, 0), self.suspense)
        self.assertEqual((self.state(customer, top_up), customer.own()), ("RETURNED", 0))

    def test_a_card_is_refunded(self):
        """The ledger says closed while the card is being charged: the simulator holds the money, and gives it back once."""
        customer, = self.stack.company("card")
        card = customer.add_card()["paymentMethodId"]
        company = customer.kontor("account", "show")["account"]["companyId"]
        top_up = customer.kontor("topup", "--amount", "500.00", "--currency", "CNY", "--method", card, "--no-wait")["topUp"]
        self.stack.ledger.call("ledger.v1.AccountService/UpdateAccount", account_id=customer.account_id, company_id=company,
                               request_id=new_id(), update_fields=["state"], state="ACCOUNT_STATE_CLOSED")
        self.stack.await_equal(self, "IN_SUSPENSE", lambda: self.state(customer, top_up))
        self.operator("topup", "return", top_up["topUpId"], "--remark", "closed", "--yes", "--account", customer.account_id)
        self.stack.await_equal(self, "RETURNED", lambda: self.state(customer, top_up))
        self.stack.await_equal(self, (0, 0), self.suspense)

    def test_an_account_is_closed_when_nothing_is_left(self):
        customer, = self.stack.company("leaving")
        customer.top_up("500.00")
        self.operator("customer", "look", "--account", customer.account_id, "--reason", "Asked to close it.")
        listed = self.operator("account", "blockers", "--account", customer.account_id)["blockers"]
        self.assertEqual([(b["reason"], b["amountMicros"]) for b in listed], [("CASH_LEFT", str(micros("500.00")))])
        with self.stack.refused(self, "CASH_LEFT") as seen:
            self.set_state(customer, "closed")
        self.assertEqual(seen[0].preconditions, ["CASH_LEFT"])
        customer.purchase("500.00")
        self.set_state(customer, "closed")
        card = customer.kontor("card", "list")["paymentMethods"][0]["paymentMethodId"]
        with self.stack.refused(self, "ACCOUNT_CLOSED"):
            customer.kontor("topup", "--amount", "500.00", "--currency", "CNY", "--method", card)
        self.set_state(customer, "active")
        customer.top_up("500.00", card)
        self.assertEqual(customer.own(), micros("500.00"))

    def test_a_customer_does_not_date_an_order(self):
        customer, = self.stack.company("dated")
        customer.top_up("500.00")
        token = (("authorization", "Bearer " + self.stack.token("dated")),)
        with self.assertRaises(Exception) as caught:
            self.stack.gateway.call("ledger.v1.PurchaseService/CreatePurchase", metadata=token, account_id=customer.account_id,
                                    request_id=new_id(), amount_micros=micros("1.00"), currency="CNY", region="ap-southeast-1",
                                    effective_time={"seconds": int(self.stack.clock.now()) - 3600})
        self.assertEqual(getattr(caught.exception, "reason", ""), "INVALID_ARGUMENT")
        customer.purchase("1.00", region="ap-southeast-1")


if __name__ == "__main__":
    unittest.main()
