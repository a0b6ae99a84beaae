"""LED-20, LED-22 at the door: to whom an agent may allocate, by call, by order and as a preview, and for whom it pays, by what identity says at that
moment, and that the ledger hears of the relation before the order, and of its end before the answer. The peers are fakes."""
import time
import unittest

import grpc
from fake_peers import No, new_id
from freeze_test import FROM_AGENT, RECHARGE, Freezes
from order_test import CONTROL, DIFFERENT, PREVIEW, SAME, SUBMIT, outcome, transfer

from service import Refusal, psql

ALLOCATE, RECLAIM = "ledger.v1.AllocationService/AllocateToSubAccount", "ledger.v1.AllocationService/ReclaimFromSubAccount"
REQUEST = "ledger.v1.AllocationService/RequestFunding"
UPDATE, END = "ledger.v1.RelationService/UpdateRelation", "identity.v1.RelationService/EndRelation"
CONFIRM, CHECK = "identity.v1.RelationService/ConfirmRelation", "identity.v1.RelationService/CheckRelation"
RECLAIMABLE, QUOTA = "ledger.v1.AllocationService/GetReclaimable", "ledger.v1.QuotaService/GetQuota"


def allocation(to):
    return {"allocate_to_sub_account": dict(request_id=new_id(), destination_account_id=to, amount_micros=10000000, currency="CNY")}


class AllocationTest(Freezes):
    def setUp(self):
        super().setUp()
        self.customer = new_id()
        self.others[self.customer] = DIFFERENT
        self.terms = {}
        self.peers.answer(CONTROL, lambda request, _: {"agents": [self.agent(self.customer, **self.terms)] if request.account_id == self.customer else []})
        self.peers.answer(ALLOCATE, self.nothing_kept)

    def no(self, rpc=ALLOCATE, **fields):
        reached = self.reached(rpc)
        with self.assertRaises(Refusal) as caught:
            self.call(rpc, **fields)
        self.assertEqual(self.reached(rpc), reached)
        return caught.exception

    def test_to_a_customer(self):
        self.call(ALLOCATE, destination_account_id=self.customer)
        (told, _), = self.peers.calls(UPDATE)
        self.assertEqual((told.relation_id, told.agent_account_id, told.customer_account_id, told.version, told.allocates, told.ended),
                         (self.relation, self.account, self.customer, 3, True, False))
        order = [rpc for rpc, *_ in self.peers.seen if rpc in (CONTROL, UPDATE, ALLOCATE)]
        self.assertEqual(order, [CONTROL, UPDATE, ALLOCATE])

    def test_to_nobody_else(self):
        """Whether there is such an account is not told."""
        for other in (new_id(), self.account):
            no = self.no(destination_account_id=other)
            self.assertIn((no.code, no.reason), [(grpc.StatusCode.NOT_FOUND, "RELATION_NOT_FOUND"), (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT")])
        self.terms = {"permissions": [1, 2, 9]}
        no = self.no(destination_account_id=self.customer)
        self.assertEqual((no.code, no.reason, no.terms), (grpc.StatusCode.FAILED_PRECONDITION, "ALLOCATION_NOT_PERMITTED", {"account_id": self.customer}))
        self.assertEqual(self.peers.calls(UPDATE), [])

    def test_another_partners_customer(self):
        self.peers.answer(CONTROL, lambda *_: {"agents": [dict(self.agent(self.customer), account_id=new_id()), self.agent(self.customer)]})
        self.assertEqual(self.no(destination_account_id=self.customer).reason, "RELATION_NOT_FOUND")  # its reseller's, not its own

    def test_while_identity_or_the_ledger_does_not_answer(self):
        def away(*_):
            raise No(grpc.StatusCode.UNAVAILABLE)
        for rpc in (UPDATE, CONTROL):
            self.peers.answer(rpc, away)
            self.assertEqual(self.no(destination_account_id=self.customer).code, grpc.StatusCode.UNAVAILABLE)

    def test_frozen_no_money_reaches_it(self):
        """GW-04: of the agent, and of its customer; what the agent reclaims it does not stop."""
        self.peers.freezes[self.customer] = self.held(RECHARGE)
        self.stopped(ALLOCATE, "RECHARGE_FROZEN", "RECHARGE", destination_account_id=self.customer)
        self.call(RECLAIM, destination_account_id=self.customer)
        self.peers.freezes.clear()
        self.level = RECHARGE
        self.stopped(ALLOCATE, "RECHARGE_FROZEN", "RECHARGE", destination_account_id=self.customer)

    def test_what_was_allocated_before_hears_its_answer_again(self):  # E32
        self.terms = {"permissions": [1]}
        kept = {"transfer": {"transfer_id": self.freeze}}
        self.peers.answer(ALLOCATE, lambda request, metadata: kept if "kontor-replay-only" in metadata else {})
        self.assertEqual(self.call(ALLOCATE, destination_account_id=self.customer).transfer.transfer_id, self.freeze)

    def test_among_other_orders(self):
        stranger = new_id()
        self.assertEqual(self.submit(allocation(self.customer), transfer(), allocation(stranger), allocation(self.customer)),
                         ["allocate_to_sub_account", "create_transfer", "RELATION_NOT_FOUND", "allocate_to_sub_account"])
        self.assertEqual(len(self.seen()[-1].orders), 3)
        self.assertEqual(len(self.peers.calls(CONTROL)), 2)  # of each customer once
        self.assertEqual(outcome(self.call(PREVIEW, order=allocation(stranger)).result), "RELATION_NOT_FOUND")

    def test_a_customer_asks_for_more(self):
        """LED-41: the ledger hears of the customer's own relation first; without one it is asked all the same, and says so."""
        agent = new_id()
        self.partners(agent)
        self.call(REQUEST, amount_micros=10000000, currency="CNY")
        (told, _), = self.peers.calls(UPDATE)
        self.assertEqual((told.agent_account_id, told.customer_account_id, told.ended), (agent, self.account, False))
        self.assertEqual([rpc for rpc, *_ in self.peers.seen if rpc in (CONTROL, UPDATE, REQUEST)], [CONTROL, UPDATE, REQUEST])
        self.partners()
        self.call(REQUEST, amount_micros=10000000, currency="CNY")
        self.assertEqual((len(self.peers.calls(UPDATE)), self.reached(REQUEST)), (1, 2))

    def test_reclaimed_without_a_relation(self):  # D.7
        self.call(RECLAIM, destination_account_id=new_id())
        self.assertEqual((self.peers.calls(CONTROL), self.reached(RECLAIM)), ([], 1))


class FromAgentTest(Freezes):
    """LED-20: who pays, and until when."""

    def setUp(self):
        super().setUp()
        self.peers.answer("ledger.v1.QuotaService/GetQuota", lambda *_: {"quota": {}, "purchasable": {"binding": "quota"}})
        self.peers.answer(FROM_AGENT, self.nothing_kept)

    def test_the_agent_pays_as_long_as_identity_says_so(self):
        """LED-20: whatever the ledger has heard; it hears of the relation before the order. One of the company needs none (LED-38)."""
        agent = new_id()
        self.partners(agent)
        psql(self.gateway.database, "INSERT INTO gateway.account (account_id, company_id, lease_time) VALUES ('%s', '%s', now())" % (agent, new_id()))
        self.call(FROM_AGENT, agent_account_id=agent.upper())
        (told, _), = self.peers.calls(UPDATE)
        self.assertEqual((told.relation_id, told.agent_account_id, told.customer_account_id, told.ended), (self.relation, agent, self.account, False))
        order = [rpc for rpc, *_ in self.peers.seen if rpc in (CONTROL, UPDATE, FROM_AGENT)]
        self.assertEqual(order, [CONTROL, UPDATE, FROM_AGENT])
        for partners in ((), (new_id(), agent)):  # it ended; it is its reseller's
            self.partners(*partners)
            with self.assertRaises(Refusal) as caught:
                self.call(FROM_AGENT, agent_account_id=agent)
            self.assertEqual(caught.exception.reason, "PAY_ON_BEHALF_NOT_AGREED")
        self.assertEqual((self.reached(FROM_AGENT), len(self.peers.calls(UPDATE))), (1, 1))
        self.peers.answer("identity.v1.CompanyService/CheckSameCompany", lambda *_: {"verdict": SAME})
        self.call(FROM_AGENT, agent_account_id=agent)
        self.assertEqual(len(self.peers.calls(UPDATE)), 1)

    def test_the_ledger_hears_of_an_end_before_the_answer(self):
        agent, ended = new_id(), {"seconds": 1700000100}
        relation = {"relation_id": self.relation, "agent_account_id": agent, "customer_account_id": self.account, "state": 8, "end_time": ended}
        self.peers.answer(END, lambda *_: {"relation": relation})
        end = lambda: self.call(END, relation_id=self.relation, customer_account_id=self.account).relation.state
        self.assertEqual(end(), 8)
        (told, _), = self.peers.calls(UPDATE)
        self.assertEqual((told.relation_id, told.agent_account_id, told.customer_account_id, told.ended, told.since_time.seconds, told.version > 0),
                         (self.relation, agent, self.account, True, ended["seconds"], True))
        self.peers.answer(UPDATE, lambda *_: (_ for _ in ()).throw(No(grpc.StatusCode.UNAVAILABLE)))
        self.assertEqual(end(), 8)  # the saga of the event tells it
        relation.update(state=4)  # it will end
        told = len(self.peers.calls(UPDATE))
        self.assertEqual((end(), len(self.peers.calls(UPDATE))), (4, told))


class SwitchTest(Freezes):
    """c-9: what identity is told of the partner whose place is taken, and the ledger of its end."""

    def setUp(self):
        super().setUp()
        self.agent = new_id()
        self.lots = {"reclaimable": {"terms": [{"name": "remaining", "amount_micros": 40000000}]}, "currency": "CNY"}
        psql(self.gateway.database, "INSERT INTO gateway.account (account_id, company_id, lease_time) VALUES ('%s', '%s', now())" % (self.agent, new_id()))
        blocker = {"reason": "HAS_PARTNER", "relation_id": self.relation, "agent_account_id": self.agent, "customer_account_id": self.account}
        self.peers.answer("identity.v1.ClosingService/ListClosingBlockers", lambda *_: {"blockers": [blocker]})
        self.peers.answer("ledger.v1.AccountService/GetAccount", lambda *_: {"account": {"state": 1}})
        self.peers.answer("ledger.v1.AccountService/GetBalance", lambda *_: {"balance": {}, "transferable": {}})
        self.peers.answer(QUOTA, lambda *_: (_ for _ in ()).throw(No(grpc.StatusCode.NOT_FOUND, "QUOTA_NOT_FOUND")))
        self.peers.answer(RECLAIMABLE, lambda *_: self.lots)

    def resolve(self, request, metadata):
        return dict(super().resolve(request, metadata), factor_kinds=[1], mfa_time={"seconds": int(time.time())})

    def standing(self, **fields):
        self.call(CHECK, **dict({"replaced_relation_id": self.relation}, **fields))
        return self.peers.calls(CHECK)[-1][1]["kontor-standing"]

    def test_what_the_present_partner_leaves_is_told(self):
        self.assertEqual(self.standing(), "LOTS_REMAINING=40000000CNY")
        asked = self.peers.calls(RECLAIMABLE)[-1][0]
        self.assertEqual((asked.account_id, asked.destination_account_id), (self.agent, self.account))
        self.lots["reclaimable"]["terms"][0]["amount_micros"] = 0
        self.assertEqual(self.standing(), "NONE")
        self.peers.answer(QUOTA, lambda *_: {"quota": {"deducted_micros": 1}, "purchasable": {"binding": "quota"}})
        self.assertEqual(self.standing(), "QUOTA_USED")
        asked = len(self.peers.calls(RECLAIMABLE))
        self.assertEqual((self.standing(replaced_relation_id=""), len(self.peers.calls(RECLAIMABLE))), ("NONE", asked))

    def test_a_partner_that_can_take_nothing_back_leaves_nothing(self):
        for reason in ("NO_PRIOR_TRANSFER", "ACCOUNT_CLOSED"):
            self.peers.answer(RECLAIMABLE, lambda *_, reason=reason: (_ for _ in ()).throw(No(grpc.StatusCode.FAILED_PRECONDITION, reason)))
            self.assertEqual(self.standing(), "NONE")

    def test_while_the_ledger_does_not_answer_nothing_is_said(self):
        for no in (No(grpc.StatusCode.UNAVAILABLE), None):
            self.peers.answer(RECLAIMABLE, lambda *_, no=no: {} if no is None else (_ for _ in ()).throw(no))
            with self.assertRaises(Refusal):
                self.standing()
        self.assertEqual(self.peers.calls(CHECK), [])

    def test_the_ledger_hears_of_the_end_before_the_answer(self):
        ended = {"relation_id": self.relation, "agent_account_id": self.agent, "customer_account_id": self.account, "state": 8, "version": 2,
                 "end_time": {"seconds": 1700000100}}
        begun = dict(ended, relation_id=new_id(), agent_account_id=new_id(), state=2)
        self.peers.answer(CONFIRM, lambda *_: {"relation": begun, "replaced_relation": ended})
        self.call(CONFIRM, replaced_relation_id=self.relation, offer_hash="0" * 64)
        (told, _), = self.peers.calls(UPDATE)
        self.assertEqual((told.relation_id, told.agent_account_id, told.customer_account_id, told.ended, told.since_time.seconds),
                         (self.relation, self.agent, self.account, True, 1700000100))
        self.peers.answer(CONFIRM, lambda *_: {"relation": begun})
        self.call(CONFIRM, replaced_relation_id="", offer_hash="0" * 64)
        self.assertEqual(len(self.peers.calls(UPDATE)), 1)


if __name__ == "__main__":
    unittest.main()
