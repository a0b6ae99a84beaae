"""Money across companies (LED-21, LED-22, breadth B.4) with the real service: an agent's own money becomes a lot of its customer of another
company and what is left comes back, through two replicas over one database. The relation is what identity told last."""
import concurrent.futures
import os
import sys
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import CNY, Company, micros, reason_of  # noqa: E402
from service import Refusal, Service, message, new_id, psql, refused  # noqa: E402

MISSING, PRECONDITION = grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION
ALLOCATION, OWN_ACCOUNT = 2, 3


class AllocationTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.first = cls.enterClassContext(Service("ledger"))
        cls.second = cls.enterClassContext(Service("ledger", database=cls.first.database))

    def setUp(self):
        self.agency, self.clients = Company(self.first), Company(self.first)
        self.agent, self.customer = self.agency.open(), self.clients.open()
        self.agency.top_up(self.agent, 1000)
        self.relation, self.version = "01" + new_id()[2:], 0
        self.tell()

    def tearDown(self):
        for company in (self.agency, self.clients):
            self.assertEqual(company.audit()[0], [])

    def tell(self, allocates=True, ended=False, version=None, relation=None, **fields):
        self.version = version or self.version + 1
        self.first.call("ledger.v1.RelationService/UpdateRelation", **dict(dict(
            relation_id=relation or self.relation, agent_account_id=self.agent, customer_account_id=self.customer, version=self.version,
            allocates=allocates, ended=ended, settlement_mode=ALLOCATION, since_time=message("google.protobuf.Timestamp")(seconds=1700000000)), **fields))

    def call(self, rpc, account, request_id=None, ledger=None, **fields):
        return (ledger or self.first).call("ledger.v1." + rpc, account_id=account, request_id=request_id or new_id(), **fields)

    def read(self, rpc, account, **fields):
        return self.first.call("ledger.v1." + rpc, account_id=account, **fields)

    def allocate(self, amount, source=None, destination=None, **fields):
        return self.call("AllocationService/AllocateToSubAccount", source or self.agent, destination_account_id=destination or self.customer,
                         amount_micros=micros(amount), **dict(CNY, **fields))

    def reclaim(self, amount, source=None, **fields):
        return self.call("AllocationService/ReclaimFromSubAccount", source or self.agent, destination_account_id=self.customer,
                         amount_micros=micros(amount), **dict(CNY, suspension_acknowledged=True, **fields))

    def receive(self, account, other, transit, **fields):
        return self.call("TransitService/ReceiveTransit", account, transit_id=transit, counterparty_account_id=other, **fields)

    def give_back(self, account, other, transit, **fields):
        return self.call("TransitService/ReturnTransit", account, transit_id=transit, counterparty_account_id=other, **fields)

    def spend(self, account, amount):
        return self.call("PurchaseService/CreatePurchase", account, amount_micros=micros(amount), **CNY)

    def transfer(self, source, destination, amount):
        return self.call("TransferService/CreateTransfer", source, destination_account_id=destination, amount_micros=micros(amount), **CNY)

    def balance(self, account):
        return self.read("AccountService/GetBalance", account).balance

    def in_transit(self, account):
        told = self.read("AccountService/GetBalance", account)
        return told.in_transit_out_micros, told.in_transit_in_micros

    def clearing(self):
        return int(psql(self.first.database, "SELECT sum(clearing_micros) FROM ledger.account"))

    def ask(self, amount, **fields):
        return self.call("AllocationService/RequestFunding", self.customer, amount_micros=micros(amount), **dict(CNY, **fields)).funding_request

    def asked(self, account, with_ended=True):
        return self.read("AllocationService/ListFundingRequests", account, with_ended=with_ended).funding_requests

    def test_a_customer_asks_for_more(self):  # LED-41
        request_id = new_id()
        asked = self.ask(80, request_id=request_id, remark="the second project")
        self.assertEqual(self.ask(80, request_id=request_id, remark="the second project", ledger=self.second), asked)
        self.assertEqual((asked.state, asked.agent_account_id, asked.amount_micros, asked.expire_time.seconds - asked.create_time.seconds),
                         (1, self.agent, micros(80), 7 * 86400))
        with refused(self, PRECONDITION, "FUNDING_REQUEST_OPEN"):
            self.ask(1)
        for account in (self.agent, self.customer):
            self.assertEqual(list(self.asked(account, with_ended=False)), [asked])
        for rpc, account in (("Decline", self.customer), ("Withdraw", self.agent), ("Decline", self.agency.open())):
            with refused(self, MISSING, "FUNDING_REQUEST_NOT_FOUND"):
                self.call("AllocationService/%sFundingRequest" % rpc, account, funding_request_id=asked.funding_request_id)
        with refused(self, PRECONDITION, "EXCEEDS_TRANSFERABLE"):
            self.allocate(2000, funding_request_id=asked.funding_request_id)
        self.assertEqual(self.asked(self.agent)[0].state, 1)
        request_id = new_id()
        sent = self.allocate(60, request_id=request_id, funding_request_id=asked.funding_request_id)
        self.assertEqual(self.allocate(60, request_id=request_id, funding_request_id=asked.funding_request_id, ledger=self.second), sent)
        with refused(self, PRECONDITION, "FUNDING_REQUEST_NOT_OPEN"):
            self.allocate(60, funding_request_id=asked.funding_request_id)
        granted, = self.asked(self.customer)
        self.assertEqual((granted.state, granted.granted_micros, granted.transfer_id), (2, micros(60), sent.transfer.transfer_id))
        self.receive(self.customer, self.agent, sent.transit_id)
        for rpc, account, state in (("Decline", self.agent, 3), ("Withdraw", self.customer, 4)):
            named = dict(funding_request_id=self.ask(5).funding_request_id)
            ended = self.call("AllocationService/%sFundingRequest" % rpc, account, **named).funding_request
            self.assertEqual(ended.state, state)
            with refused(self, PRECONDITION, "FUNDING_REQUEST_ENDED"):
                self.call("AllocationService/%sFundingRequest" % rpc, account, **named)
            with refused(self, PRECONDITION, "FUNDING_REQUEST_NOT_OPEN"):
                self.allocate(5, **named)
        lapsed = self.ask(5)
        psql(self.first.database, "UPDATE ledger.funding_request SET expire_time = now() - interval '1 second' WHERE funding_request_id = '%s'"
             % lapsed.funding_request_id)
        with refused(self, PRECONDITION, "FUNDING_REQUEST_NOT_OPEN"):
            self.allocate(5, funding_request_id=lapsed.funding_request_id)
        self.assertEqual((list(self.asked(self.agent, with_ended=False)), [each.state for each in self.asked(self.agent)]), ([], [5, 4, 3, 2]))
        for _ in range(6):
            self.call("AllocationService/WithdrawFundingRequest", self.customer, funding_request_id=self.ask(1).funding_request_id)
        with refused(self, grpc.StatusCode.RESOURCE_EXHAUSTED, "FUNDING_REQUEST_LIMIT"):
            self.ask(1)
        page = self.read("AllocationService/ListFundingRequests", self.agent, with_ended=True, page_size=7)
        rest = self.read("AllocationService/ListFundingRequests", self.agent, with_ended=True, page_size=7, page_token=page.next_page_token)
        self.assertEqual((list(page.funding_requests) + list(rest.funding_requests), rest.next_page_token), (list(self.asked(self.customer)), ""))
        self.tell(allocates=False)
        with refused(self, PRECONDITION, "ALLOCATION_NOT_PERMITTED"):
            self.ask(1)
        self.tell(ended=True)
        with refused(self, MISSING, "RELATION_NOT_FOUND"):
            self.ask(1)

    def test_what_a_former_partner_was_asked_for_lapses(self):
        """LED-41: with the relation, whichever it is by; the next partner is asked at once, and no allocation grants what lapsed."""
        other, begun = self.agency.open(), "02" + new_id()[2:]
        asked = self.ask(80)
        self.tell(relation=begun, version=1, agent_account_id=other)
        with refused(self, PRECONDITION, "FUNDING_REQUEST_OPEN"):
            self.ask(1)
        self.tell(relation=begun, version=2, agent_account_id=other, ended=True)  # not by the partner that was asked
        self.assertEqual(self.asked(self.customer, with_ended=False)[0].state, 1)
        self.tell(version=2, ended=True)
        for account in (self.customer, self.agent):
            self.assertEqual([each.state for each in self.asked(account)], [7])
            self.assertEqual(list(self.asked(account, with_ended=False)), [])
        for rpc, account in (("Decline", self.agent), ("Withdraw", self.customer)):
            with refused(self, PRECONDITION, "FUNDING_REQUEST_ENDED"):
                self.call("AllocationService/%sFundingRequest" % rpc, account, funding_request_id=asked.funding_request_id)
        self.tell(relation="03" + new_id()[2:], version=1, agent_account_id=other)
        self.assertEqual(self.ask(5).agent_account_id, other)
        self.tell(relation="04" + new_id()[2:], version=1)  # the former one again
        with refused(self, PRECONDITION, "FUNDING_REQUEST_NOT_OPEN"):
            self.allocate(60, funding_request_id=asked.funding_request_id)

    def events(self, kind):
        rows = psql(self.first.database, "SELECT encode(payload, 'hex') FROM ledger.outbox WHERE type = 'ledger.v1.%s' ORDER BY recorded_time, event_id" % kind)
        told = [message("ledger.v1." + kind).FromString(bytes.fromhex(row)) for row in rows.split()]
        return [event for event in told if event.agent_account_id == self.agent]

    def test_both_sides_are_told(self):  # LED-41
        first = self.ask(80)
        event, = self.events("FundingRequested")
        self.assertEqual((event.customer_account_id, event.funding_request_id, event.amount_micros, event.currency, event.expire_time),
                         (self.customer, first.funding_request_id, micros(80), "CNY", first.expire_time))
        self.allocate(60, funding_request_id=first.funding_request_id)
        event, = self.events("FundingGranted")
        self.assertEqual((event.customer_account_id, event.funding_request_id, event.granted_micros, event.currency),
                         (self.customer, first.funding_request_id, micros(60), "CNY"))
        self.allocate(1)
        second = self.ask(7)
        self.call("AllocationService/DeclineFundingRequest", self.agent, funding_request_id=second.funding_request_id)
        event, = self.events("FundingDeclined")
        self.assertEqual((event.customer_account_id, event.funding_request_id, event.amount_micros, event.currency),
                         (self.customer, second.funding_request_id, micros(7), "CNY"))
        self.call("AllocationService/WithdrawFundingRequest", self.customer, funding_request_id=self.ask(2).funding_request_id)
        self.assertEqual([len(self.events(kind)) for kind in ("FundingRequested", "FundingGranted", "FundingDeclined")], [3, 1, 1])

    def test_a_grant_that_went_back_says_so(self):
        """The customer could not receive it (B.4): it has nothing, and may ask again."""
        asked = self.ask(80)
        sent = self.allocate(60, funding_request_id=asked.funding_request_id)
        self.tell(allocates=False)
        with refused(self, PRECONDITION, "RELATION_ENDED"):
            self.receive(self.customer, self.agent, sent.transit_id)
        self.assertEqual(self.asked(self.customer)[0].state, 2)
        self.give_back(self.agent, self.customer, sent.transit_id)
        for account in (self.customer, self.agent):
            returned, = self.asked(account)
            self.assertEqual((returned.state, returned.granted_micros, returned.transfer_id), (6, micros(60), sent.transfer.transfer_id))
        self.tell()
        with refused(self, PRECONDITION, "FUNDING_REQUEST_NOT_OPEN"):
            self.allocate(60, funding_request_id=asked.funding_request_id)
        again = self.ask(80)
        self.receive(self.customer, self.agent, self.allocate(60, funding_request_id=again.funding_request_id).transit_id)
        self.assertEqual([each.state for each in self.asked(self.agent)], [2, 6])

    def test_a_grant_that_was_made_up_is_found(self):
        asked = self.ask(80)
        self.allocate(60, funding_request_id=asked.funding_request_id)
        row = "UPDATE ledger.funding_request SET %s WHERE funding_request_id = '" + asked.funding_request_id + "'"
        for spoil, mend in (("granted_micros = granted_micros + 1", "granted_micros = granted_micros - 1"),
                            ("state = 3, transfer_id = NULL, granted_micros = NULL", "state = 2, transfer_id = kept, granted_micros = 60000000"),
                            ("transfer_id = gen_random_uuid()", "transfer_id = kept"),
                            ("customer_id = '%s'" % self.clients.open(), "customer_id = '%s'" % self.customer),
                            ("agent_id = '%s'" % self.agency.open(), "agent_id = '%s'" % self.agent)):
            kept = "'%s'" % self.asked(self.agent)[0].transfer_id  # before it is another's
            psql(self.first.database, row % spoil)
            self.assertEqual({kind for kind, *_ in self.agency.audit()[0]}, {"GRANT_DIFFERS"}, spoil)
            psql(self.first.database, row % mend.replace("kept", kept))

    @staticmethod
    def reason_of_act(act):
        try:
            act()
        except Refusal as no:
            return no.reason
        return ""

    def test_one_request_is_granted_once(self):
        """Two administrators at once, through two replicas, while the customer takes it back."""
        for _ in range(4):
            before = self.balance(self.agent).own_micros
            named = dict(funding_request_id=self.ask(5).funding_request_id)
            acts = [lambda each=each: self.allocate(5, ledger=each, **named) for each in (self.first, self.second)]
            acts.append(lambda: self.call("AllocationService/WithdrawFundingRequest", self.customer, **named))
            with concurrent.futures.ThreadPoolExecutor(3) as pool:
                reasons = list(pool.map(self.reason_of_act, acts))
            self.assertEqual(reasons.count(""), 1, reasons)
            spent = before - self.balance(self.agent).own_micros
            self.assertEqual((spent, self.asked(self.agent)[0].state), (0, 4) if reasons[2] == "" else (micros(5), 2))

    def test_there_and_back(self):
        """B.4's vector: 1,000; 400 allocated; 150 spent; 300 reclaimed is too much; 250."""
        before = self.clearing()
        request_id = new_id()
        sent = self.allocate(400, request_id=request_id, remark="for June", tag="june")
        self.assertEqual(self.allocate(400, request_id=request_id, remark="for June", tag="june", ledger=self.second), sent)
        self.assertEqual((sent.transfer.kind, sent.transit_id), (4, sent.transfer.transfer_id))
        self.assertEqual([(balance.account_id, balance.own_micros) for balance in sent.balances], [(self.agent, micros(600))])
        self.assertEqual((self.in_transit(self.agent), self.in_transit(self.customer)), ((micros(400), 0), (0, micros(400))))
        self.assertEqual(self.clearing() - before, micros(400))
        self.receive(self.customer, self.agent, sent.transit_id, remark="for June", tag="june")
        self.assertEqual((self.in_transit(self.agent), self.in_transit(self.customer), self.clearing()), ((0, 0), (0, 0), before))
        lot, = self.read("AccountService/ListLots", self.customer).lots
        self.assertEqual((lot.source_account_id, lot.kind, lot.granted_micros), (self.agent, 2, micros(400)))
        with refused(self, PRECONDITION, "DIFFERENT_COMPANY"):  # E13, LED-06: no chains, and no way around
            self.transfer(self.customer, self.agent, 1)
        self.spend(self.customer, 150)
        with self.assertRaises(Refusal) as caught:
            self.reclaim(300)
        no = caught.exception
        self.assertEqual((no.reason, no.terms["limit"], no.terms["remaining"], no.terms["binding"]),
                         ("EXCEEDS_REVOCABLE", "250.00", "250.00", "transferred_in"))
        self.assertNotIn("available", no.terms)  # B.5: the customer's own
        told = self.read("AllocationService/GetReclaimable", self.agent, destination_account_id=self.customer)
        self.assertEqual((told.reclaimable.amount_micros, [term.name for term in told.reclaimable.terms]), (micros(250), ["remaining"]))
        request_id = new_id()
        back = self.reclaim(250, request_id=request_id)
        self.assertEqual(self.reclaim(250, request_id=request_id, ledger=self.second), back)
        self.assertEqual((back.transfer.kind, back.transfer.source_account_id, back.transfer.destination_account_id, len(back.balances)),
                         (5, self.agent, self.customer, 0))
        self.receive(self.agent, self.customer, back.transit_id, ledger=self.second)
        self.assertEqual((self.balance(self.agent).own_micros, self.balance(self.customer).transferred_in_micros), (micros(850), 0))
        self.assertEqual(self.clearing(), before)
        there = [(transfer.kind, transfer.source_account_id, transfer.destination_account_id, transfer.amount_micros // 1000000, transfer.tag)
                 for who in (self.agent, self.customer) for transfer in self.read("TransferService/ListTransfers", who).transfers]
        self.assertEqual(there, [(5, self.agent, self.customer, 250, ""), (4, self.agent, self.customer, 400, "june")] * 2)
        listed = self.read("TransferService/ListTransfers", self.customer).transfers[1]
        self.assertEqual(self.read("TransferService/GetTransfer", self.customer, transfer_id=listed.transfer_id).transfer, listed)

    def test_by_what_identity_told_last(self):
        self.tell(allocates=False)
        with refused(self, PRECONDITION, "ALLOCATION_NOT_PERMITTED"):
            self.allocate(1)
        self.tell(version=1)  # late: nothing changes
        with refused(self, PRECONDITION, "ALLOCATION_NOT_PERMITTED"):
            self.allocate(1)
        self.tell(version=3)
        self.allocate(1)
        with refused(self, MISSING, "RELATION_NOT_FOUND"):
            self.allocate(1, source=self.customer, destination=self.agent)
        with refused(self, MISSING, "RELATION_NOT_FOUND"):
            self.allocate(1, destination=self.clients.open())
        self.tell(ended=True, version=3)
        with refused(self, MISSING, "RELATION_NOT_FOUND"):
            self.allocate(1, ledger=self.second)
        self.tell(version=4)  # an end is for good
        with refused(self, MISSING, "RELATION_NOT_FOUND"):
            self.allocate(1)
        second, older = "02" + new_id()[2:], "00" + new_id()[2:]
        self.tell(relation=second, version=1)  # another one of the same two
        self.allocate(1)
        self.tell(relation=second, version=1, ended=True)
        self.tell(relation=older, version=1)  # an invitation from before both, accepted after
        self.allocate(1)

    def test_no_version_is_skipped(self):
        """Told too early, it is not yet known, and is once what held before was told."""
        for early in (dict(version=3, previous_version=2), dict(version=2, previous_version=2, ended=True)):
            with refused(self, PRECONDITION, "RELATION_VERSION_MISSING"):
                self.tell(allocates=False, **early)
        self.allocate(1)  # as before
        self.tell(version=2, previous_version=1)
        self.tell(allocates=False, version=5, previous_version=2)  # offers that nobody agreed to are none
        with refused(self, PRECONDITION, "ALLOCATION_NOT_PERMITTED"):
            self.allocate(1)

    def test_it_ended_between(self):
        """B.4: the refusal is kept under its id, so no late duplicate receives what was returned."""
        for spoil, reason in ((lambda: self.tell(allocates=False), "RELATION_ENDED"),
                              (lambda: self.call("AccountService/UpdateAccount", self.customer, update_fields=["state"], state=3), "ACCOUNT_CLOSED")):
            sent, request_id = self.allocate(400), new_id()
            blockers = self.read("ClosingService/ListClosingBlockers", self.agent).blockers
            self.assertIn(("MONEY_IN_TRANSIT", micros(400)), [(blocker.reason, blocker.amount_micros) for blocker in blockers])
            spoil()
            for ledger in (self.first, self.second):
                with refused(self, PRECONDITION, reason):
                    self.receive(self.customer, self.agent, sent.transit_id, request_id=request_id, ledger=ledger)
            self.give_back(self.agent, self.customer, sent.transit_id)
            self.tell()
            with refused(self, PRECONDITION, reason):
                self.receive(self.customer, self.agent, sent.transit_id, request_id=request_id)
            with refused(self, PRECONDITION, "NOT_IN_TRANSIT"):
                self.receive(self.customer, self.agent, sent.transit_id)
            self.assertEqual((self.balance(self.agent).own_micros, self.in_transit(self.agent)), (micros(1000), (0, 0)))
        self.assertEqual([transfer.kind for transfer in self.read("TransferService/ListTransfers", self.agent).transfers], [3, 4, 3, 4])

    def test_right_is_with_the_lots(self):
        """D.7: an agent that is none any more reclaims its own, and nobody else does, nor by a revoke."""
        self.receive(self.customer, self.agent, self.allocate(100).transit_id)
        self.tell(ended=True)
        with refused(self, PRECONDITION, "NO_PRIOR_TRANSFER"):
            self.reclaim(1, source=self.agency.open())
        with refused(self, PRECONDITION, "NO_PRIOR_TRANSFER"):
            self.call("TransferService/RevokeTransfer", self.agent, destination_account_id=self.customer, amount_micros=micros(1), **CNY)
        back = self.reclaim(60)
        self.call("AccountService/UpdateAccount", self.agent, update_fields=["state"], state=2)  # GW-04: what is pending completes
        self.receive(self.agent, self.customer, back.transit_id)
        self.assertEqual(self.balance(self.agent).own_micros, micros(960))
        self.call("AccountService/UpdateAccount", self.agent, update_fields=["state"], state=1)
        back = self.reclaim(40)
        self.give_back(self.customer, self.agent, back.transit_id)
        self.assertEqual(self.balance(self.customer).transferred_in_micros, micros(40))

    def tell_risk(self, at_risk, seconds, relation=None, customer=None):
        self.second.call("ledger.v1.RelationService/UpdateRelationRisk", relation_id=relation or self.relation, agent_account_id=self.agent,
                         customer_account_id=customer or self.customer, at_risk=at_risk, since_time=message("google.protobuf.Timestamp")(seconds=seconds))

    def fenced(self, amount, **fields):
        with refused(self, PRECONDITION, "RECLAIM_RING_FENCED"):
            self.reclaim(amount, **fields)
        told = self.read("AllocationService/GetReclaimable", self.agent, destination_account_id=self.customer).reclaimable
        self.assertEqual((told.amount_micros, told.binding), (0, "ring_fenced"))
        self.assertEqual([(term.name, term.amount_micros > 0) for term in told.terms], [("remaining", True), ("ring_fenced", False)])

    def test_a_partner_in_trouble_reclaims_nothing(self):
        """B.3, ID-26: from the answer of what brought it there on, through either replica; what was on its way before arrives."""
        self.receive(self.customer, self.agent, self.allocate(100).transit_id)
        for ledger in (self.first, self.second):
            back = self.reclaim(1, ledger=ledger)
            self.call("AccountService/UpdateAccount", self.agent, update_fields=["state"], state=2, ledger=ledger)
            for each in (self.first, self.second):
                self.fenced(1, ledger=each)
            self.receive(self.agent, self.customer, back.transit_id)
            self.call("AccountService/UpdateAccount", self.agent, update_fields=["state"], state=1, ledger=ledger)
            self.receive(self.agent, self.customer, self.reclaim(1, ledger=ledger).transit_id)
        owed = self.balance(self.agent).available_micros + 1
        self.call("UsageService/RecordUsage", self.agent, amount_micros=owed, currency="CNY")  # overdue (D.8), in a chain that is not the customer's
        self.fenced(1)
        self.fenced(1, ledger=self.second)
        self.agency.top_up(self.agent, 10000)
        self.call("UsageService/PayBills", self.agent, amount_micros=self.balance(self.agent).outstanding_micros, currency="CNY")
        self.receive(self.agent, self.customer, self.reclaim(1).transit_id)
        self.tell_risk(True, 100)
        self.fenced(1)
        self.fenced(1, ledger=self.second)
        self.tell_risk(False, 100)
        self.tell_risk(False, 99)
        self.fenced(1)
        self.tell(allocates=False)  # other terms are no end of it
        self.fenced(1)
        self.tell_risk(False, 101)
        self.receive(self.agent, self.customer, self.reclaim(1).transit_id)
        self.tell_risk(True, 102)
        self.fenced(1)
        self.spend(self.customer, 5)
        self.tell(ended=True)
        self.receive(self.agent, self.customer, self.reclaim(1).transit_id)
        self.assertEqual(self.balance(self.customer).transferred_in_micros, micros(88))

    def test_a_limit_that_does_not_count_keeps_no_partner_from_the_fence(self):
        """LED-18, D.8, B.3: its receivables close what carried it; whatever became of the relation."""
        self.agent = self.agency.open(payment_mode="PAYMENT_MODE_POSTPAID")
        self.relation, self.version = "01" + new_id()[2:], 0
        self.tell()
        self.agency.top_up(self.agent, 1000)
        self.receive(self.customer, self.agent, self.allocate(100).transit_id)
        self.agency.call("CreditService/SetCreditLimit", self.agent, limit_micros=micros(500), **CNY)
        self.agency.call("CreditService/ConfirmCreditLimit", self.agent)
        self.call("UsageService/RecordUsage", self.agent, amount_micros=micros(950), **CNY)
        self.assertFalse(self.balance(self.agent).overdue)
        self.receive(self.agent, self.customer, self.reclaim(1).transit_id)
        self.call("AccountService/UpdateAccount", self.agent, update_fields=["receivables"], receivables=True)
        self.assertTrue(self.balance(self.agent).overdue)
        self.fenced(1)
        self.tell(ended=True)
        self.fenced(1)
        self.agency.top_up(self.agent, 100)
        self.receive(self.agent, self.customer, self.reclaim(1).transit_id)

    def test_a_risk_of_what_is_not_known_is_told_again(self):
        for unknown, code, reason in ((dict(relation=new_id()), PRECONDITION, "RELATION_VERSION_MISSING"), (dict(customer=new_id()), MISSING, "ACCOUNT_NOT_FOUND")):
            with refused(self, code, reason):
                self.tell_risk(True, 100, **unknown)

    def test_nothing_is_reclaimed_from_oneself(self):
        with refused(self, grpc.StatusCode.INVALID_ARGUMENT, field="destination_account_id"):
            self.read("AllocationService/GetReclaimable", self.agent, destination_account_id=self.agent)

    def test_whether_there_is_an_account_is_not_told(self):
        """B.2: one that is nowhere, one of another currency and a stranger's are the same to who never gave them anything."""
        for other in (new_id(), self.clients.open(currency="USD"), self.clients.open()):
            with refused(self, PRECONDITION, "NO_PRIOR_TRANSFER"):
                self.call("AllocationService/ReclaimFromSubAccount", self.agent, destination_account_id=other, amount_micros=micros(1), **CNY)
            with refused(self, PRECONDITION, "NO_PRIOR_TRANSFER"):
                self.read("AllocationService/GetReclaimable", self.agent, destination_account_id=other)

    def test_what_comes_back_may_lie_before_what_was_spent_meanwhile(self):
        """A reclaim is taken from the first lot and returned after the second was spent from: no finding of the audit (tearDown)."""
        sibling = self.clients.open()
        self.clients.top_up(sibling, 10)
        self.receive(self.customer, self.agent, self.allocate(10).transit_id)
        self.clients.transfer(sibling, self.customer, 10)
        taken = self.reclaim(10)
        self.spend(self.customer, 5)
        self.give_back(self.customer, self.agent, taken.transit_id)
        lots = self.read("AccountService/ListLots", self.customer, page_size=10).lots
        self.assertEqual([(lot.spent_micros, lot.revoked_micros) for lot in lots], [(0, 0), (micros(5), 0)])

    def test_two_allocations_at_once(self):
        """E15 across companies: 1,000; two of 600; one."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            ends = [pool.submit(self.allocate, 600, ledger=ledger) for ledger in (self.first, self.second)]
        self.assertEqual([end.exception().reason for end in ends if end.exception()], ["EXCEEDS_TRANSFERABLE"])

    def test_received_and_returned_at_once(self):
        for _ in range(5):
            sent = self.allocate(1)
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                ends = [pool.submit(self.receive, self.customer, self.agent, sent.transit_id, ledger=self.second),
                        pool.submit(self.give_back, self.agent, self.customer, sent.transit_id)]
            self.assertEqual([end.exception().reason for end in ends if end.exception()], ["NOT_IN_TRANSIT"])
        self.assertEqual(self.balance(self.agent).own_micros + self.balance(self.customer).transferred_in_micros, micros(1000))

    def test_in_bulk_linked_and_previewed(self):
        order = lambda amount, linked=False: message("ledger.v1.Order")(
            allocate_to_sub_account=dict(CNY, request_id=new_id(), destination_account_id=self.customer, amount_micros=micros(amount)), linked=linked)
        results = self.first.call("ledger.v1.OrderService/SubmitOrders", account_id=self.agent,
                                  orders=[order(400, True), order(700), order(600)]).results
        self.assertEqual([reason_of(result) for result in results], ["GROUP_FAILED", "EXCEEDS_TRANSFERABLE", ""])
        self.receive(self.customer, self.agent, results[2].allocate_to_sub_account.transit_id)
        told = self.read("OrderService/PreviewOrder", self.agent, order=order(400))
        self.assertEqual((reason_of(told.result), [balance.own_micros for balance in told.balances]), ("", [0]))
        told = self.read("OrderService/PreviewOrder", self.agent, order=message("ledger.v1.Order")(
            reclaim_from_sub_account=dict(CNY, destination_account_id=self.customer, amount_micros=micros(600), suspension_acknowledged=True)))
        self.assertEqual((reason_of(told.result), list(told.balances), list(told.would_suspend_account_ids)), ("", [], [self.customer]))

    def test_a_lot_of_the_other_kind_is_found(self):
        """Somebody makes an allocation a transfer, so that the agent's rights would be others."""
        self.receive(self.customer, self.agent, self.allocate(4).transit_id)
        change = "UPDATE ledger.lot SET kind = %d WHERE account = (SELECT number FROM ledger.account WHERE account_id = '" + self.customer + "')"
        psql(self.first.database, change % 1)
        self.assertEqual({kind for kind, *_ in self.clients.audit()[0]}, {"LOTS_DIFFER"})
        psql(self.first.database, change % 2)


if __name__ == "__main__":
    unittest.main()
