"""GW-03, GW-04 at the door: what a freeze that identity tells of stops, of the acting account and of the one that money would go to; by call,
by order and by message of a stream. The peers are fakes; the table of levels is in gateway/domain."""
import time
import unittest

import grpc
from fake_peers import RESOLVE, No, new_id, status_of, well_formed_order
from order_test import CONTROL, DIFFERENT, STREAM, SUBMIT, Orders, outcome, purchase, transfer
from passage_test import BALANCE, PURCHASE, TRANSFER
from stream_test import Open

from service import Refusal, psql

TOP_UP, CARD = "payments.v1.TopUpService/CreateTopUp", "payments.v1.PaymentMethodService/AddCard"
CAPTURE, REVOKE = "ledger.v1.HoldService/CaptureHold", "ledger.v1.TransferService/RevokeTransfer"
FROM_AGENT, HOLD_FROM_AGENT = "ledger.v1.PurchaseService/OrderFromAgent", "ledger.v1.HoldService/HoldFromAgent"
RECHARGE, NEW_PURCHASE, PAYG_SUSPEND = 1, 2, 3
FREEZER = 8
BEGUN = 1_800_000_000


class Freezes(Orders):
    def setUp(self):
        super().setUp()
        self.level, self.freeze, self.until = 0, new_id(), 0
        self.peers.freezes.clear()
        self.kept = {}
        for rpc in (TOP_UP, TRANSFER, PURCHASE):
            self.peers.answer(rpc, self.nothing_kept)

    def held(self, level):
        held = {"freeze_id": self.freeze, "level": level, "begin_time": {"seconds": BEGUN}}
        return dict(held, expire_time={"seconds": self.until}) if self.until else held

    def resolve(self, request, metadata):
        answer = super().resolve(request, metadata)
        return dict(answer, freeze=self.held(self.level)) if self.level else answer

    def settle(self, request, metadata):
        """Every order that reaches the ledger is accepted; of those that came before it has the answers of self.kept."""
        if "kontor-replay-only" not in metadata:
            return super().settle(request, metadata)
        self.assertEqual((metadata["kontor-freeze-epoch"], request.company_id), ("0", ""))
        never = {"refused": status_of(No(grpc.StatusCode.ABORTED, "FREEZE_MOVED", not_yet=True))}
        return {"results": [self.kept.get(getattr(order, order.WhichOneof("kind")).request_id, never) for order in request.orders]}

    @staticmethod
    def nothing_kept(_, metadata):
        """Of a request that came before there is no answer."""
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

    def partners(self, *agents):
        """Of the acting account, as identity says now; whoever is no other is of another company."""
        of = lambda agent: dict(self.agent(self.account), account_id=agent, terms={"permissions": [1, 9], "settlement_mode": 1})
        self.peers.answer(CONTROL, lambda request, _: {"agents": [of(agent) for agent in agents if request.account_id == self.account]})
        self.peers.answer("identity.v1.CompanyService/CheckSameCompany", lambda *_: {"verdict": DIFFERENT})


class FreezeTest(Freezes):
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

    def test_an_order_that_was_accepted_before_hears_its_answer_again(self):  # E32
        """The ledger finds its chain; a purchase in the same way, by the level that stops it."""
        kept = {"transfer": {"transfer_id": self.freeze}}

        def answer(request, metadata):
            self.assertEqual((metadata.get("kontor-replay-only"), metadata["kontor-freeze-epoch"], request.company_id), ("true", "0", ""))
            return kept
        self.level = RECHARGE
        self.peers.answer(TRANSFER, answer)
        self.assertEqual(self.call(TRANSFER).transfer.transfer_id, self.freeze)
        self.peers.freezes[other := new_id()] = self.held(RECHARGE)
        self.level = 0
        self.assertEqual(self.call(TRANSFER, destination_account_id=other).transfer.transfer_id, self.freeze)

    def test_of_orders_together_each_hears_its_answer_again(self):  # E32
        """A group hears it whole; what the ledger never heard of is stopped, and kept as an act; what no freeze stops is done."""
        def accepted_before(order, **answer):
            (kind, request), = order.items()
            self.kept[request["request_id"]] = answer or {kind: {}}
            return order
        self.level = RECHARGE
        no = {"refused": status_of(No(grpc.StatusCode.FAILED_PRECONDITION, "EXCEEDS_AVAILABLE"))}
        orders = [accepted_before(transfer()), transfer(), purchase(), accepted_before(transfer(), **no),
                  dict(accepted_before(transfer()), linked=True), accepted_before(purchase()), dict(transfer(), linked=True), purchase()]
        told = ["create_transfer", "RECHARGE_FROZEN", "create_purchase", "EXCEEDS_AVAILABLE", "create_transfer", "create_purchase",
                "RECHARGE_FROZEN", "GROUP_FAILED"]
        self.assertEqual(self.submit(*orders), told)
        done = [[order.WhichOneof("kind") for order in request.orders] for request, metadata in self.peers.calls(SUBMIT)
                if "kontor-replay-only" not in metadata]
        self.assertEqual(done, [["create_purchase"]])
        stream = Open(self, STREAM, "a-session").send(account_id=self.account, orders=[well_formed_order(order) for order in orders]).read()
        self.assertEqual([outcome(result) for result in stream.results], told)

    def test_of_a_ledger_that_cannot_be_asked_nobody_hears_that_nothing_was_done(self):
        def gone(*_):
            raise No(grpc.StatusCode.UNAVAILABLE, "")
        for rpc, fields in ((TRANSFER, {}), (TOP_UP, {}), (SUBMIT, {"orders": [transfer()]})):
            self.level = RECHARGE
            self.peers.answer(rpc, gone)
            with self.assertRaises(Refusal) as caught:
                self.call(rpc, **fields)
            self.assertEqual(caught.exception.code, grpc.StatusCode.UNAVAILABLE, rpc)

    # ---- the fence: between a yes here and the peer's

    EPOCH = 41

    def knows(self, metadata):
        return metadata.get("kontor-freeze-epoch")

    def resolve_at(self, epoch):
        answer = self.resolve

        def resolve(request, metadata):
            return dict(answer(request, metadata), freeze_epoch=epoch)
        self.peers.answer(RESOLVE, resolve)

    def moved_once(self, rpc, becomes, answer=None):
        """The first time accounts were frozen meanwhile; from then on this one is by the level."""
        def move(request, metadata):
            if not seen:
                seen.append(metadata)
                self.level = becomes
                raise No(grpc.StatusCode.ABORTED, "FREEZE_MOVED", not_yet=True)
            return self.nothing_kept(request, metadata) if answer is None else answer
        seen = []
        self.peers.answer(rpc, move)

    def test_what_a_freeze_stops_says_what_was_known_when_it_was_let_in(self):
        self.resolve_at(self.EPOCH)
        for rpc in (TRANSFER, PURCHASE, CARD):
            self.call(rpc)
            self.assertEqual(self.knows(self.peers.calls(rpc)[-1][1]), str(self.EPOCH), rpc)
        for rpc in (REVOKE, CAPTURE, BALANCE):
            self.call(rpc)
            self.assertIsNone(self.knows(self.peers.calls(rpc)[-1][1]), rpc)

    def test_an_order_that_comes_too_late_is_asked_about_again(self):
        for rpc in (TRANSFER, CARD):
            self.moved_once(rpc, 0)
            self.call(rpc)
            self.level = 0
            self.moved_once(rpc, RECHARGE)
            with self.assertRaises(Refusal) as caught:
                self.call(rpc)
            self.assertEqual(caught.exception.reason, "RECHARGE_FROZEN")
            self.level = 0

    def late(self, *reasons):
        """The ledger refuses orders of the first call by these, "" is accepted; all of later calls are."""
        def settle(request, metadata):
            if "kontor-replay-only" in metadata:
                return self.settle(request, metadata)
            calls.append((len(request.orders), self.knows(metadata)))
            if len(calls) > 1:
                return self.settle(request, metadata)
            self.level = self.becomes
            self.assertEqual(len(request.orders), len(reasons))
            refused = lambda reason: {"refused": status_of(No(grpc.StatusCode.ABORTED, reason))}
            return {"results": [refused(reason) if reason else {order.WhichOneof("kind"): {}} for reason, order in zip(reasons, request.orders)]}
        calls = []
        self.peers.answer(SUBMIT, settle)
        return calls

    def test_of_orders_together_those_alone_that_came_too_late(self):
        self.resolve_at(self.EPOCH)
        reasons = ("", "GROUP_FAILED", "FREEZE_MOVED", "FREEZE_MOVED", "GROUP_FAILED")
        orders = [transfer(), dict(transfer(), linked=True), transfer(), {"create_purchase": {}}, {"create_purchase": {}}]
        self.becomes = RECHARGE
        calls = self.late(*reasons)
        told = [outcome(result) for result in self.call(SUBMIT, orders=orders).results]
        self.assertEqual(told, ["create_transfer", "RECHARGE_FROZEN", "RECHARGE_FROZEN", "create_purchase", "GROUP_FAILED"])
        self.assertEqual(calls, [(5, str(self.EPOCH)), (1, str(self.EPOCH))])
        self.level, self.becomes = 0, 0
        calls = self.late(*reasons)
        told = [outcome(result) for result in self.call(SUBMIT, orders=orders).results]
        self.assertEqual(told, ["create_transfer"] * 3 + ["create_purchase", "GROUP_FAILED"])
        self.assertEqual([count for count, _ in calls], [5, 3])

    def test_of_a_stream_likewise(self):
        self.becomes = RECHARGE
        self.late("FREEZE_MOVED")
        answer = Open(self, STREAM, "a-session").send(account_id=self.account, orders=[well_formed_order(transfer())]).read()
        self.assertEqual([outcome(result) for result in answer.results], ["RECHARGE_FROZEN"])

    def test_orders_that_stay_late_may_be_repeated(self):
        """Freezes without end: three times asked again, then told so; what was accepted beside them is told, too."""
        calls = []

        def settle(request, _):
            calls.append(len(request.orders))
            late = {"refused": status_of(No(grpc.StatusCode.ABORTED, "FREEZE_MOVED"))}
            return {"results": [late if order.create_transfer.remark == "late" else {"create_transfer": {}} for order in request.orders]}
        self.peers.answer(SUBMIT, settle)
        told = [outcome(result) for result in self.call(SUBMIT, orders=[transfer(), transfer(remark="late")]).results]
        self.assertEqual((told, calls), (["create_transfer", "FREEZE_MOVED"], [2, 1, 1, 1]))

    def test_when_they_cannot_be_asked_about_again_nobody_says_that_nothing_was_done(self):
        self.becomes = 0
        self.late("", "FREEZE_MOVED")
        settle = self.peers.answers[SUBMIT]

        def then_gone(request, metadata):
            if len(self.peers.calls(SUBMIT)) > 1:
                raise No(grpc.StatusCode.UNAVAILABLE)
            return settle(request, metadata)
        self.peers.answer(SUBMIT, then_gone)
        with self.assertRaises(Refusal) as caught:
            self.call(SUBMIT, timeout=30, orders=[transfer(), transfer()])
        self.assertEqual(caught.exception.reason, "INDEFINITE")

    def test_payments_and_the_ledger_are_told_before_the_answer(self):
        fences = ("payments.v1.FreezeService/RaiseFence", "ledger.v1.FreezeService/RaiseFence")
        self.resolve = lambda request, metadata, resolve=self.resolve: dict(resolve(request, metadata), roles=[FREEZER])
        self.resolve_at(self.EPOCH)
        freeze = lambda: self.call("identity.v1.FreezeService/FreezeAccounts", reason="a stolen card")

        def gone(*_):
            raise No(grpc.StatusCode.UNIMPLEMENTED)
        self.assertTrue(freeze().fenced)
        for fence in fences:
            self.assertEqual([request.freeze_epoch for request, _ in self.peers.calls(fence)], [self.EPOCH], fence)
        for silent, other in (fences, fences[::-1]):
            told = len(self.peers.calls(other))
            self.peers.answer(silent, gone)
            self.assertFalse(freeze().fenced)
            self.assertEqual(len(self.peers.calls(other)), told + 1)
            self.peers.answer(silent, lambda *_: {})

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

    def frozen_agent(self, agreed=True):
        def quota(*_):
            if not agreed:
                raise No(grpc.StatusCode.FAILED_PRECONDITION, "PAY_ON_BEHALF_NOT_AGREED")
            return {"quota": {}, "purchasable": {"binding": "quota"}}
        self.ready(True)
        self.peers.answer(FROM_AGENT, self.nothing_kept), self.peers.answer(HOLD_FROM_AGENT, self.nothing_kept)
        self.peers.answer("ledger.v1.QuotaService/GetQuota", quota)
        agent = new_id()
        psql(self.gateway.database, "INSERT INTO gateway.account (account_id, company_id, lease_time) VALUES ('%s', '%s', now())" % (agent, new_id()))
        self.peers.freezes[agent] = self.held(NEW_PURCHASE)
        self.partners(agent)
        return agent

    def test_nobody_buys_with_a_frozen_agents_money(self):
        agent = self.frozen_agent()
        for rpc in (FROM_AGENT, HOLD_FROM_AGENT):
            terms = self.stopped(rpc, "PURCHASE_FROZEN", "NEW_PURCHASE", agent_account_id=agent)
            self.assertEqual(terms["account_id"], agent)
        self.peers.freezes[agent] = self.held(RECHARGE)
        self.call(FROM_AGENT, agent_account_id=agent)
        self.level = NEW_PURCHASE
        self.stopped(FROM_AGENT, "PURCHASE_FROZEN", "NEW_PURCHASE", agent_account_id=agent)

    def test_nobody_orders_from_a_stranger(self):
        """Frozen or not, or nowhere, the same is heard, and none of it reaches the ledger: it would stand among the stranger's acts."""
        frozen = self.frozen_agent(agreed=False)
        for agent in (frozen, new_id()):
            for rpc in (FROM_AGENT, HOLD_FROM_AGENT):
                with self.assertRaises(Refusal) as caught:
                    self.call(rpc, agent_account_id=agent)
                self.assertEqual((caught.exception.reason, caught.exception.terms), ("PAY_ON_BEHALF_NOT_AGREED", {}))
        self.assertEqual((self.reached(FROM_AGENT), self.reached(HOLD_FROM_AGENT)), (0, 0))
        kept = {"paid_for": {"paid_for_id": self.freeze}}  # E32: before the relation ended
        self.peers.answer(FROM_AGENT, lambda _, metadata: kept if "kontor-replay-only" in metadata else {})
        self.assertEqual(self.call(FROM_AGENT, agent_account_id=frozen).paid_for.paid_for_id, self.freeze)

    def test_what_an_agent_paid_before_hears_its_answer_again(self):  # E32
        agent = self.frozen_agent()
        kept = {"paid_for": {"paid_for_id": self.freeze}}
        self.peers.answer(FROM_AGENT, lambda _, metadata: kept if "kontor-replay-only" in metadata else {})
        self.assertEqual(self.call(FROM_AGENT, agent_account_id=agent).paid_for.paid_for_id, self.freeze)
        self.peers.freezes.clear()
        self.level = NEW_PURCHASE
        self.assertEqual(self.call(FROM_AGENT, agent_account_id=agent).paid_for.paid_for_id, self.freeze)

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
