"""GW-03, GW-04 at the door: what a freeze that identity tells of stops, of the acting account and of the one that money would go to; by call,
by order and by message of a stream. The peers are fakes; the table of levels is in gateway/domain."""
import time
import unittest

import grpc
from fake_peers import No, new_id, well_formed_order
from order_test import STREAM, SUBMIT, Orders, transfer
from passage_test import BALANCE, PURCHASE, TRANSFER
from stream_test import Open

from service import Refusal

TOP_UP, CARD = "payments.v1.TopUpService/CreateTopUp", "payments.v1.PaymentMethodService/AddCard"
CAPTURE, REVOKE = "ledger.v1.HoldService/CaptureHold", "ledger.v1.TransferService/RevokeTransfer"
RECHARGE, NEW_PURCHASE, PAYG_SUSPEND = 1, 2, 3
BEGUN = 1_800_000_000


class Freezes(Orders):
    def setUp(self):
        super().setUp()
        self.level, self.freeze, self.until = 0, new_id(), 0
        self.peers.freezes.clear()
        self.peers.answer(TOP_UP, self.top_up)

    def held(self, level):
        held = {"freeze_id": self.freeze, "level": level, "begin_time": {"seconds": BEGUN}}
        return dict(held, expire_time={"seconds": self.until}) if self.until else held

    def resolve(self, request, metadata):
        answer = super().resolve(request, metadata)
        return dict(answer, freeze=self.held(self.level)) if self.level else answer

    @staticmethod
    def top_up(_, metadata):
        if "kontor-replay-only" in metadata:
            raise No(grpc.StatusCode.NOT_FOUND, "NOT_ANSWERED")
        return {}

    def reached(self, rpc):
        """The calls by which something may be done there."""
        return len([metadata for _, metadata in self.peers.calls(rpc) if "kontor-replay-only" not in metadata])

    def stopped(self, rpc, reason, level, **fields):
        reached = self.reached(rpc)
        with self.assertRaises(Refusal) as caught:
            self.call(rpc, **fields)
        no = caught.exception
        self.assertEqual((no.code, no.reason), (grpc.StatusCode.FAILED_PRECONDITION, reason))
        self.assertEqual((no.terms["freeze_id"], no.terms["level"]), (self.freeze, level))
        self.assertEqual(self.reached(rpc), reached)
        return no.terms

    def test_a_top_up_that_was_answered_before_hears_its_answer_again(self):  # E32
        """Payments is asked for its answer alone, and knows of no freeze by that call: an older one does nothing, either."""
        def answer(_, metadata):
            self.assertEqual((metadata.get("kontor-replay-only"), metadata["kontor-freeze-epoch"]), ("true", "0"))
            return {"top_up": {"top_up_id": self.freeze}}
        self.level = RECHARGE
        self.peers.answer(TOP_UP, answer)
        self.assertEqual(self.call(TOP_UP).top_up.top_up_id, self.freeze)
        def refusing(code, reason):
            def refuse(*_):
                raise No(code, reason)
            self.peers.answer(TOP_UP, refuse)
        for reason in ("NOT_ANSWERED", "FREEZE_MOVED"):
            refusing(grpc.StatusCode.NOT_FOUND, reason)
            with self.assertRaises(Refusal) as caught:
                self.call(TOP_UP)
            self.assertEqual(caught.exception.reason, "RECHARGE_FROZEN")
        refusing(grpc.StatusCode.FAILED_PRECONDITION, "BELOW_MINIMUM")
        with self.assertRaises(Refusal) as caught:
            self.call(TOP_UP)
        self.assertEqual(caught.exception.reason, "BELOW_MINIMUM")

    def goes_on(self, *rpcs):
        for rpc in rpcs:
            reached = len(self.peers.calls(rpc))
            self.call(rpc)
            self.assertEqual(len(self.peers.calls(rpc)), reached + 1, rpc)

    def test_each_level_stops_its_acts_and_no_others(self):
        self.level = RECHARGE
        for rpc in (TOP_UP, CARD, TRANSFER):
            self.stopped(rpc, "RECHARGE_FROZEN", "RECHARGE")
        self.goes_on(PURCHASE, CAPTURE, REVOKE, BALANCE)
        for level, name in ((NEW_PURCHASE, "NEW_PURCHASE"), (PAYG_SUSPEND, "PAYG_SUSPEND"), (77, "PAYG_SUSPEND")):
            self.level = level
            self.stopped(TOP_UP, "RECHARGE_FROZEN", name)
            self.stopped(PURCHASE, "PURCHASE_FROZEN", name)
            self.goes_on(CAPTURE, REVOKE, BALANCE)

    def test_the_refusal_says_which_since_when_and_until_and_nothing_of_the_freezer(self):
        self.level = RECHARGE
        terms = self.stopped(TRANSFER, "RECHARGE_FROZEN", "RECHARGE")
        self.assertEqual((terms["account_id"], terms["since"], terms["until"]), (self.account, "2027-01-15T08:00:00.000000Z", ""))
        self.until = BEGUN + 3600
        terms = self.stopped(TRANSFER, "RECHARGE_FROZEN", "RECHARGE")
        self.assertEqual(terms["until"], "2027-01-15T09:00:00.000000Z")
        self.assertEqual(set(terms), {"account_id", "freeze_id", "level", "since", "until"})

    def test_no_money_goes_to_a_frozen_account(self):
        other = new_id()
        self.peers.freezes[other] = self.held(RECHARGE)
        terms = self.stopped(TRANSFER, "RECHARGE_FROZEN", "RECHARGE", destination_account_id=other)
        self.assertEqual(terms["account_id"], other)
        self.assertEqual(self.stopped(TOP_UP, "RECHARGE_FROZEN", "RECHARGE", target_account_id=other)["account_id"], other)
        self.goes_on(TRANSFER)

    def test_a_stranger_learns_nothing_of_another_companys_freeze(self):
        other = new_id()
        self.peers.freezes[other] = self.held(RECHARGE)
        self.peers.answer("identity.v1.CompanyService/CheckSameCompany", lambda *_: {"verdict": 4})
        with self.assertRaises(Refusal) as caught:
            self.call(TRANSFER, destination_account_id=other)
        self.assertEqual((caught.exception.reason, caught.exception.terms.get("freeze_id")), ("DIFFERENT_COMPANY", None))

    def test_orders_together_are_judged_each_by_itself(self):
        frozen, free = new_id(), new_id()
        self.peers.freezes[frozen] = self.held(RECHARGE)
        results = self.call(SUBMIT, orders=[transfer(free), transfer(frozen), transfer(free)]).results
        self.assertEqual([result.HasField("refused") for result in results], [False, True, False])
        self.level = RECHARGE
        results = self.call(SUBMIT, orders=[transfer(free), {"create_purchase": {}}]).results
        self.assertEqual([result.HasField("refused") for result in results], [True, False])

    def test_a_stream_is_decided_at_each_message(self):
        stream = Open(self, STREAM, "a-session")
        send = lambda: stream.send(account_id=self.account, orders=[well_formed_order(transfer())]).read().results[0]
        self.assertFalse(send().HasField("refused"))
        self.level = RECHARGE
        self.assertTrue(send().HasField("refused"))

    def test_it_counts_from_the_next_call_on(self):
        self.goes_on(TRANSFER)
        self.level, begun = RECHARGE, time.monotonic()
        self.stopped(TRANSFER, "RECHARGE_FROZEN", "RECHARGE")
        self.assertLess(time.monotonic() - begun, 5)
        self.level = 0
        self.goes_on(TRANSFER)


if __name__ == "__main__":
    unittest.main()
