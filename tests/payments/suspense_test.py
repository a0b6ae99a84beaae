"""Money that was received and cannot be credited: in suspense, back to the payer, never both; and what operators do about top-ups that
need people. Against the real service, database and simulator."""
import unittest

from payments_stack import Clock, Payments, Refusal, eventually, new_id, psql, refused, state

import grpc

Code = grpc.StatusCode
DESK = "TopUpDeskService/"
OPERATOR = new_id()
clock = Clock()


class SuspenseTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.payments = Payments(clock=clock)
        cls.addClassCleanup(cls.payments.stop)

    def setUp(self):
        self.simulator = self.payments.simulator
        self.simulator.rules()
        self.simulator.control("delay", [0, 0])
        self.account = self.payments.account()
        self.card = self.payments.add_card(self.account).payment_method_id
        self.refunds = self.simulator.counts()["refunds"]

    def call(self, rpc, top_up, **fields):
        return self.payments.call(rpc, **dict({"request_id": new_id(), "account_id": top_up.account_id, "top_up_id": top_up.top_up_id},
                                              **fields)).top_up

    def desk(self, rpc, top_up, **fields):
        return self.call(DESK + rpc, top_up, metadata=(("kontor-principal-id", OPERATOR),), **fields)

    def state_of(self, top_up):
        return state(self.payments.get_top_up(top_up.account_id, top_up.top_up_id))

    def paid(self):
        top_up = self.payments.top_up(self.account, self.card)
        eventually(lambda: self.state_of(top_up), "SUCCEEDED")
        return top_up

    def suspended(self, reason="ACCOUNT_CLOSED"):
        top_up = self.paid()
        self.call(DESK + "MarkInSuspense", top_up, reason=reason)
        return top_up

    def refunded(self):
        return self.simulator.counts()["refunds"] - self.refunds

    def told(self, kind, top_up):
        self.payments.told(kind, [top_up.top_up_id], lambda e: e.top_up_id if e.top_up_id == top_up.top_up_id else None)

    def test_the_payer_sees_where_the_money_is(self):
        top_up = self.suspended()
        seen = self.payments.get_top_up(self.account, top_up.top_up_id)
        self.assertEqual((state(seen), seen.suspense_reason), ("IN_SUSPENSE", "ACCOUNT_CLOSED"))
        self.assertTrue(seen.HasField("suspense_time"))
        self.assertIn(top_up.top_up_id, [t.top_up_id for t in self.unsettled("TOP_UP_STATE_IN_SUSPENSE")])
        self.assertNotIn(top_up.top_up_id, [t.top_up_id for t in self.unsettled("TOP_UP_STATE_MANUAL")])
        for _ in range(2):
            self.assertEqual(state(self.call("TopUpService/MarkCredited", top_up)), "CREDITED")
        self.assertNotIn(top_up.top_up_id, [t.top_up_id for t in self.unsettled(0)])
        for rpc in ("ReturnTopUp", "MarkInSuspense", "StartRefund"):
            with refused(self, Code.FAILED_PRECONDITION, "TOP_UP_NOT_RETURNABLE" if rpc == "ReturnTopUp" else "TOP_UP_NOT_SUCCEEDED"):
                self.call(DESK + rpc, top_up, **{"ReturnTopUp": {"remark": "too late"}, "MarkInSuspense": {"reason": "X"}}.get(rpc, {}))

    def unsettled(self, wanted, **fields):
        return list(self.payments.call(DESK + "ListUnsettledTopUps", state=wanted, **fields).top_ups)

    def test_what_is_returned_is_refunded_once_and_never_credited(self):
        top_up = self.suspended()
        with refused(self, Code.FAILED_PRECONDITION, "TOP_UP_NOT_SUCCEEDED"):  # nothing is refunded before the ledger forgoes the credit
            self.call(DESK + "StartRefund", top_up)
        with refused(self, Code.INVALID_ARGUMENT, field="remark"):
            self.desk("ReturnTopUp", top_up, remark="")
        self.assertEqual(state(self.desk("ReturnTopUp", top_up, remark="closed for good")), "RETURNING")
        self.told("TopUpReturnDecided", top_up)
        self.assertEqual(self.refunded(), 0)
        one = "payments.top_up WHERE top_up_id = '%s'" % top_up.top_up_id
        psql(self.payments.service.database, "UPDATE %s" % one.replace(" WHERE", " SET tries = 9 WHERE"))  # the charge took days to be told
        self.assertEqual(state(self.call(DESK + "StartRefund", top_up)), "REFUNDING")
        eventually(lambda: self.state_of(top_up), "RETURNED")
        self.told("TopUpReturned", top_up)
        self.assertLess(int(psql(self.payments.service.database, "SELECT tries FROM " + one)), 9, "the refund's pauses begin anew")
        self.assertEqual(self.refunded(), 1)
        self.assertTrue(self.payments.get_top_up(self.account, top_up.top_up_id).HasField("returned_time"))
        with refused(self, Code.FAILED_PRECONDITION, "TOP_UP_NOT_SUCCEEDED"):
            self.call("TopUpService/MarkCredited", top_up)
        acts = psql(self.payments.service.database,
                    "SELECT act, principal_id, remark FROM payments.top_up_act WHERE top_up_id = '%s'" % top_up.top_up_id)
        self.assertEqual(acts.strip(), "RETURN|%s|closed for good" % OPERATOR)

    def test_credited_while_it_was_being_returned(self):
        """The ledger was faster: the top-up is credited and nothing is refunded."""
        top_up = self.suspended()
        self.desk("ReturnTopUp", top_up, remark="too slow")
        request = new_id()
        self.assertEqual(state(self.call("TopUpService/MarkCredited", top_up, request_id=request)), "CREDITED")
        with refused(self, Code.FAILED_PRECONDITION, "TOP_UP_NOT_SUCCEEDED"):
            self.call(DESK + "StartRefund", top_up)
        with refused(self, Code.FAILED_PRECONDITION, "IDEMPOTENCY_MISMATCH"):  # the same fields in another rpc are another request
            self.call(DESK + "StartRefund", top_up, request_id=request)
        self.assertEqual(self.refunded(), 0)

    def test_only_what_is_in_suspense_is_returned(self):
        top_up = self.paid()
        with refused(self, Code.FAILED_PRECONDITION, "TOP_UP_NOT_RETURNABLE"):
            self.desk("ReturnTopUp", top_up, remark="why not")
        with refused(self, Code.NOT_FOUND, "TOP_UP_NOT_FOUND"):
            self.desk("ReturnTopUp", top_up, top_up_id=new_id(), remark="which")

    def refunding(self):
        top_up = self.suspended()
        self.desk("ReturnTopUp", top_up, remark="back")
        self.call(DESK + "StartRefund", top_up)
        return top_up

    def test_answers_lost_and_errors_refund_once(self):
        for rule in ({"path": "/refunds$", "action": "drop_after"}, {"path": "/refunds$", "action": "drop_before"},
                     {"path": "/refunds$", "action": "error_after"}, {"path": "/refunds", "method": "GET", "action": "error_before"}):
            with self.subTest(**rule):
                self.refunds = self.simulator.counts()["refunds"]
                self.simulator.rules(rule)
                top_up = self.refunding()
                eventually(lambda: self.state_of(top_up), "RETURNED")
                self.assertEqual(self.refunded(), 1)

    def test_a_refund_that_takes_days(self):
        self.simulator.rules({"method": "REFUND", "action": "pending"})
        top_up = self.refunding()
        refund = lambda: [r for r in self.simulator.control("refunds") if r["metadata"]["kontor_reference"] == top_up.top_up_id]
        eventually(lambda: [r["status"] for r in refund()], ["pending"])
        self.assertEqual(self.state_of(top_up), "REFUNDING")
        self.simulator.control("settle_refund", refund()[0]["id"])
        clock.turn(24 * 3600)
        eventually(lambda: self.state_of(top_up), "RETURNED")
        self.assertEqual(self.refunded(), 1)

    def test_a_refund_that_the_provider_refuses_is_paid_by_hand_or_asked_for_again(self):
        reason = lambda t: self.payments.get_top_up(self.account, t.top_up_id).failure_reason
        for by_hand in (True, False):
            self.simulator.rules({"method": "REFUND", "action": "failed"})
            top_up = self.refunding()
            eventually(lambda: reason(top_up), "REFUND_DECLINED")
            self.assertEqual((self.state_of(top_up), self.refunded()), ("REFUNDING", 0))
            if by_hand:
                with refused(self, Code.INVALID_ARGUMENT, field="bank_reference"):
                    self.desk("RecordReturn", top_up, bank_reference="")
                self.assertEqual(state(self.desk("RecordReturn", top_up, bank_reference="ICBC out 17")), "RETURNED")
            else:
                self.desk("RedriveTopUp", top_up)
                eventually(lambda: self.state_of(top_up), "RETURNED")
            self.told("TopUpReturned", top_up)
            self.assertEqual(self.refunded(), 0 if by_hand else 1)

    def test_a_wire_transfer_is_returned_at_the_bank(self):
        account = self.payments.account(country="CN", currency="CNY")
        top_up = self.payments.top_up(account, "", 60_000_000_000, "CNY", rail="TOP_UP_RAIL_WIRE")
        self.payments.call("TopUpService/RecordWireReceipt", account_id=account, request_id=new_id(), wire_reference=top_up.wire_reference,
                           bank="ICBC", statement="1", statement_line="1", amount_micros=60_000_000_000, currency="CNY")
        self.call(DESK + "MarkInSuspense", top_up, reason="ACCOUNT_CLOSED")
        with refused(self, Code.FAILED_PRECONDITION, "TOP_UP_NOT_OWED"):
            self.desk("RecordReturn", top_up, bank_reference="early")
        self.desk("ReturnTopUp", top_up, remark="back")
        self.call(DESK + "StartRefund", top_up)
        self.assertEqual(state(self.desk("RecordReturn", top_up, bank_reference="ICBC out 18")), "RETURNED")
        with refused(self, Code.FAILED_PRECONDITION, "TOP_UP_NOT_OWED"):
            self.desk("RecordReturn", top_up, bank_reference="twice")
        self.assertEqual(self.refunded(), 0)

    # ---- top-ups in MANUAL ----

    def test_another_amount_than_ordered_goes_back_whole(self):
        self.simulator.rules({"method": "SETTLE", "action": "amount", "amount": 9999})
        top_up = self.payments.top_up(self.account, self.card)
        eventually(lambda: self.state_of(top_up), "MANUAL")
        self.assertIn(top_up.top_up_id, [t.top_up_id for t in self.unsettled("TOP_UP_STATE_MANUAL")])
        self.desk("ReturnTopUp", top_up, remark="other amount")
        self.call(DESK + "StartRefund", top_up)
        eventually(lambda: self.state_of(top_up), "RETURNED")
        self.assertEqual(self.refunded(), 1)

    def test_an_operator_asks_again(self):
        self.simulator.control("delay", [600, 600])
        top_up = self.payments.top_up(self.account, self.card)
        eventually(lambda: self.state_of(top_up), "PENDING")
        with refused(self, Code.FAILED_PRECONDITION, "TOP_UP_NOT_MANUAL"):
            self.desk("RedriveTopUp", top_up)
        clock.turn(23 * 3600 + 61)
        eventually(lambda: self.state_of(top_up), "MANUAL")
        self.simulator.control("webhooks", {"mode": "lost"})
        self.assertEqual(state(self.desk("RedriveTopUp", top_up)), "MANUAL")
        intent = [i for i in self.simulator.intents("top_up") if i["metadata"]["kontor_reference"] == top_up.top_up_id][0]
        self.simulator.control("settle", intent["id"])
        self.assertEqual(state(self.desk("RedriveTopUp", top_up)), "SUCCEEDED")
        self.told("TopUpSucceeded", top_up)

    def test_pages_end(self):
        for _ in range(3):
            self.suspended("CURRENCY_NOT_SET")
        token, seen = "", []
        while True:
            page = self.payments.call(DESK + "ListUnsettledTopUps", page_size=2, page_token=token)
            seen += [t.top_up_id for t in page.top_ups]
            token = page.next_page_token
            if not token:
                break
        self.assertEqual((len(seen), seen), (len(set(seen)), sorted(seen, reverse=True)))
        with refused(self, Code.INVALID_ARGUMENT, field="state"):
            self.unsettled(99)


if __name__ == "__main__":
    unittest.main()
