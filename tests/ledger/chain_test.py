"""Where an account's money lives (settled 11, docs/decisions/0017): the chain it is booked in and the company it belongs to are two facts.
It opens in a chain of its own before its company is verified, moves into its company's once, and callers need not
know which it is. Through two replicas over one database, each with what it remembers."""
import concurrent.futures
import os
import sys
import time
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import CNY, Company, micros, reason_of  # noqa: E402
from service import Refusal, Service, message, new_id, psql, refused  # noqa: E402

MISSING, PRECONDITION, EXISTS = grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.ALREADY_EXISTS


class ChainTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.first = cls.enterClassContext(Service("ledger"))
        cls.second = cls.enterClassContext(Service("ledger", database=cls.first.database))

    def setUp(self):
        self.company = Company(self.first)
        self.sibling = self.company.open()

    def tearDown(self):
        self.assertEqual(self.company.audit()[0], [])

    def call(self, rpc, account, request_id=None, ledger=None, company="", **fields):
        """By the account alone, unless a company is named."""
        return (ledger or self.first).call("ledger.v1." + rpc, account_id=account, company_id=company, request_id=request_id or new_id(), **fields)

    def read(self, rpc, account, ledger=None, company="", **fields):
        return (ledger or self.first).call("ledger.v1." + rpc, account_id=account, company_id=company, **fields)

    def open_alone(self, **fields):
        account = new_id()
        opened = self.call("AccountService/OpenAccount", account, **dict({"corporate": True, "currency": "CNY"}, **fields)).account
        self.assertEqual((opened.company_id, opened.verified_company_id, opened.company_verified), (account, "", False))
        return account

    def join(self, account, company=None, **fields):
        return self.call("AccountService/OpenAccount", account, company=company or self.company.id, corporate=True, company_verified=True,
                         **dict({"with_entries": True}, **fields)).account

    def top_up(self, account, amount, **fields):
        return self.call("TopUpService/CreditTopUp", account, amount_micros=micros(amount), **dict(CNY, **fields))

    def spend(self, account, amount, **fields):
        return self.call("PurchaseService/CreatePurchase", account, amount_micros=micros(amount), **dict(CNY, **fields))

    def transfer(self, source, destination, amount, **fields):
        return self.call("TransferService/CreateTransfer", source, destination_account_id=destination, amount_micros=micros(amount),
                         **dict(CNY, **fields))

    def passes(self, act):
        """A replica that remembers the place of before says MOVING, once, and keeps nothing under the id."""
        try:
            return act()
        except Refusal as no:
            if no.reason != "MOVING":
                raise
            self.assertEqual(no.code, PRECONDITION)
            self.assertIsNotNone(no.retry_seconds)
        return act()

    def own(self, account):
        return self.read("AccountService/GetBalance", account).balance.own_micros

    # ---- found by the account

    def test_callers_need_not_know_the_chain(self):
        request_id, top_up = new_id(), new_id()
        answers = [self.top_up(self.sibling, 100, request_id=request_id, top_up_id=top_up, ledger=ledger, company=company)
                   for ledger in (self.first, self.second) for company in ("", self.sibling, self.company.id)]
        self.assertEqual(answers, answers[:1] * 6)
        for company in ("", self.sibling, self.company.id):
            self.assertEqual(self.read("AccountService/GetAccount", self.sibling, company=company).account.company_id, self.company.id)
            self.assertEqual(self.read("AccountService/GetBalance", self.sibling, company=company).balance.own_micros, micros(100))
            self.assertEqual(len(self.read("PostingService/ListPostings", self.sibling, company=company).postings), 2)
        other = self.company.open()
        self.transfer(self.sibling, other, 40)
        self.assertEqual(self.company.balance(other).transferred_in_micros, micros(40))

    def test_a_wrong_chain_is_refused(self):
        other = Company(self.first)
        other.open()
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.top_up(self.sibling, 100, company=other.id)
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.read("AccountService/GetBalance", self.sibling, company=other.id)
        unknown = new_id()
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.read("AccountService/GetBalance", unknown)
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.spend(unknown, 1)

    # ---- a chain of its own

    def test_before_its_company_is_verified_an_account_has_and_spends(self):
        """R1: an account that waits for its company's papers is an account like any other, but nothing is passed on from it."""
        account = self.open_alone()
        self.top_up(account, 100)
        self.spend(account, 30)
        self.assertEqual(self.own(account), micros(70))
        with refused(self, PRECONDITION, "NOT_VERIFIED"):
            self.transfer(account, self.sibling, 1)
        with refused(self, PRECONDITION, "NOT_VERIFIED"):
            self.transfer(self.sibling, account, 1)

    def test_for_a_gateway_of_before_it_stays_with_entries(self):
        account, request_id = self.open_alone(), new_id()
        self.top_up(account, 100)
        for ledger in (self.first, self.second):
            with refused(self, EXISTS, "ACCOUNT_ELSEWHERE"):
                self.join(account, with_entries=False, request_id=request_id, ledger=ledger)
        self.assertEqual(self.join(account).company_id, self.company.id)

    def test_with_money_sent_it_stays_and_belongs_all_the_same(self):
        account = self.open_alone()
        self.top_up(account, 100)
        told = self.call("AccountService/UpdateAccount", account, update_fields=["verified_company_id"], verified_company_id=self.company.id).account
        self.assertEqual((told.company_id, told.verified_company_id, told.company_verified), (account, self.company.id, False))
        sent = self.transfer(account, self.sibling, 1)
        self.company.top_up(self.sibling, 1)
        back = self.transfer(self.sibling, account, 1)
        self.receive(self.sibling, account, sent.transit_id)
        self.receive(account, self.sibling, back.transit_id)
        request_id = new_id()
        for ledger in (self.first, self.second):
            with refused(self, PRECONDITION, "STAYS_FOR_TRANSITS"):
                self.join(account, request_id=request_id, ledger=ledger)
        self.call("AccountService/UpdateAccount", account, update_fields=["verified_company_id"], verified_company_id=new_id())
        with refused(self, PRECONDITION, "DIFFERENT_COMPANY"):
            self.transfer(account, self.sibling, 1)
        self.spend(account, 100)

    # ---- between two chains (settled 11, breadth B.4)

    def receive(self, account, other, transit, ledger=None, **fields):
        return self.call("TransitService/ReceiveTransit", account, ledger=ledger, transit_id=transit, counterparty_account_id=other, **fields)

    def give_back(self, account, other, transit, **fields):
        return self.call("TransitService/ReturnTransit", account, transit_id=transit, counterparty_account_id=other, **fields)

    def revoke(self, source, destination, amount, **fields):
        return self.call("TransferService/RevokeTransfer", source, destination_account_id=destination, amount_micros=micros(amount),
                         **dict(CNY, **fields))

    def open_across(self, amount):
        """An account of the company in a chain of its own, with entries: it stays there."""
        account = self.open_alone()
        self.top_up(account, amount)
        self.call("AccountService/UpdateAccount", account, update_fields=["verified_company_id"], verified_company_id=self.company.id)
        return account

    def in_transit(self, account):
        told = self.read("AccountService/GetBalance", account)
        return told.in_transit_out_micros, told.in_transit_in_micros

    def clearing(self):
        return sum(row[0] for row in self.rows("SELECT clearing_micros FROM ledger.account"))

    def rows(self, statement):
        return [[int(value) for value in line.split("|")] for line in psql(self.first.database, statement).split()]

    def test_a_transfer_there_and_back(self):
        """B.4's vector: 1,000; 400 sent; 150 spent; 300 back is too much; 250 back."""
        account = self.open_across(1000)
        before = self.clearing()
        request_id = new_id()
        sent = self.transfer(account, self.sibling, 400, request_id=request_id, remark="for June", tag="june")
        self.assertEqual(self.transfer(account, self.sibling, 400, request_id=request_id, remark="for June", tag="june", ledger=None), sent)
        self.assertEqual((sent.transit_id, sent.transfer.transfer_id), (sent.transfer.transfer_id, sent.transit_id))
        self.assertEqual([(balance.account_id, balance.own_micros) for balance in sent.balances], [(account, micros(600))])
        self.assertEqual((self.in_transit(account), self.in_transit(self.sibling)), ((micros(400), 0), (0, micros(400))))
        self.assertEqual(self.clearing() - before, micros(400))
        with refused(self, PRECONDITION, "NO_PRIOR_TRANSFER"):
            self.revoke(account, self.sibling, 1)
        self.receive(self.sibling, account, sent.transit_id, remark="for June", tag="june")
        self.assertEqual((self.in_transit(account), self.in_transit(self.sibling), self.clearing()), ((0, 0), (0, 0), before))
        self.spend(self.sibling, 150)
        with refused(self, PRECONDITION, "EXCEEDS_REVOCABLE"):
            self.revoke(account, self.sibling, 300)
        self.assertEqual(self.read("TransferService/GetRevocable", account, destination_account_id=self.sibling).revocable.amount_micros,
                         micros(250))
        back = self.revoke(account, self.sibling, 250, suspension_acknowledged=True)
        self.assertEqual((back.transfer.source_account_id, back.transfer.destination_account_id), (account, self.sibling))
        self.receive(account, self.sibling, back.transit_id, ledger=self.second)
        self.assertEqual((self.own(account), self.own(self.sibling)), (micros(850), 0))
        self.assertEqual(self.clearing(), before)
        there = [(transfer.kind, transfer.source_account_id, transfer.destination_account_id, transfer.amount_micros // 1000000, transfer.tag)
                 for who in (account, self.sibling) for transfer in self.read("TransferService/ListTransfers", who).transfers]
        self.assertEqual(there, [(2, account, self.sibling, 250, ""), (1, account, self.sibling, 400, "june")] * 2)
        listed = self.read("TransferService/ListTransfers", self.sibling, counterparty_account_id=account).transfers
        self.assertEqual(len(listed), 2)
        self.assertEqual(self.read("TransferService/GetTransfer", self.sibling, transfer_id=listed[1].transfer_id).transfer, listed[1])
        self.assertEqual(self.company.audit()[0], [])

    def test_what_is_refused_comes_back(self):
        """B.4: the destination closed between."""
        account, other = self.open_across(1000), self.company.open()
        sent = self.transfer(account, other, 400)
        self.spend(account, 600)
        with refused(self, PRECONDITION, "MONEY_IN_TRANSIT"):
            self.call("AccountService/UpdateAccount", account, update_fields=["state"], state=3)
        blockers = self.read("ClosingService/ListClosingBlockers", account).blockers
        self.assertEqual([(blocker.reason, blocker.amount_micros) for blocker in blockers], [("MONEY_IN_TRANSIT", micros(400))])
        self.call("AccountService/UpdateAccount", other, update_fields=["state"], state=3)
        request_id = new_id()
        for ledger in (self.first, self.second):
            with refused(self, PRECONDITION, "ACCOUNT_CLOSED"):
                self.receive(other, account, sent.transit_id, request_id=request_id, ledger=ledger)
        self.give_back(account, other, sent.transit_id)
        self.call("AccountService/UpdateAccount", other, update_fields=["state"], state=1)
        with refused(self, PRECONDITION, "ACCOUNT_CLOSED"):  # a late duplicate hears what was answered
            self.receive(other, account, sent.transit_id, request_id=request_id)
        with refused(self, PRECONDITION, "NOT_IN_TRANSIT"):
            self.receive(other, account, sent.transit_id)
        self.assertEqual((self.own(account), self.in_transit(account)), (micros(400), (0, 0)))
        self.assertEqual([transfer.kind for transfer in self.read("TransferService/ListTransfers", account).transfers], [3, 1])

    def test_received_and_returned_at_once(self):
        """Two chains, two replicas, a lock each: the row of the transit lets one of them be."""
        account = self.open_across(1000)
        for _ in range(10):
            sent = self.transfer(account, self.sibling, 1)
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                ends = [pool.submit(self.receive, self.sibling, account, sent.transit_id, self.second),
                        pool.submit(self.give_back, account, self.sibling, sent.transit_id)]
            failed = [end.exception().reason for end in ends if end.exception()]
            self.assertEqual(failed, ["NOT_IN_TRANSIT"])
        self.assertEqual(self.own(account) + self.company.balance(self.sibling).transferred_in_micros, micros(1000))

    def test_in_bulk_and_linked(self):
        account = self.open_across(10)
        results = self.first.call("ledger.v1.OrderService/SubmitOrders", account_id=account, company_id=account, orders=[
            message("ledger.v1.Order")(create_transfer=dict(CNY, request_id=new_id(), destination_account_id=self.sibling, amount_micros=micros(amount)),
                                       linked=amount == 4) for amount in (4, 7, 6)]).results
        self.assertEqual([reason_of(result) for result in results], ["GROUP_FAILED", "EXCEEDS_TRANSFERABLE", ""])
        self.assertEqual(self.in_transit(account), (micros(6), 0))
        told = self.read("OrderService/PreviewOrder", account, order=message("ledger.v1.Order")(
            revoke_transfer=dict(CNY, destination_account_id=self.sibling, amount_micros=1000000)))
        self.assertEqual(reason_of(told.result), "NO_PRIOR_TRANSFER")

    def test_what_was_made_up_is_found(self):
        """Entries that are hashed as they should be, of a ledger that received what nobody sent, or the row of a transit that was forged."""
        account = self.open_across(10)
        sent = self.transfer(account, self.sibling, 4)
        self.receive(self.sibling, account, sent.transit_id)
        psql(self.first.database, "DELETE FROM ledger.transit WHERE transit_id = '%s'" % sent.transit_id)
        self.assertEqual({kind for kind, *_ in self.company.audit()[0]}, {"TRANSIT_DIFFERS"})
        psql(self.first.database, "INSERT INTO ledger.transit (transit_id, sender_id, receiver_id, amount_micros, sent_time, ended_time, kind, state, currency)"
             " VALUES ('%s', '%s', '%s', 4000000, now(), now(), 1, 3, 'CNY')" % (sent.transit_id, account, self.sibling))
        self.assertEqual({kind for kind, *_ in self.company.audit()[0]}, {"TRANSIT_DIFFERS"})
        psql(self.first.database, "UPDATE ledger.transit SET state = 2 WHERE transit_id = '%s'" % sent.transit_id)

    def test_operators_list_what_is_under_way(self):
        account = self.open_across(10)
        sent = [self.transfer(account, self.sibling, 1).transit_id for _ in range(3)]
        listed, token = [], ""
        while True:
            page = self.first.call("ledger.v1.TransitService/ListTransits", older_than_seconds=1, page_size=2, page_token=token)
            listed += [transit.transit_id for transit in page.transits]
            token = page.next_page_token
            if not token:
                if set(sent) <= set(listed):
                    break
                listed = []
                time.sleep(0.1)
        self.assertEqual(self.first.call("ledger.v1.TransitService/ListTransits").transits[:], [])
        for transit in sent:
            self.receive(self.sibling, account, transit)

    def test_verified_elsewhere_it_keeps_its_chain_and_its_money(self):
        """A company that changes moves nobody: the money is spent where it is, and goes to no account of the company of before."""
        account = self.company.open()
        self.company.top_up(account, 100)
        self.call("AccountService/UpdateAccount", account, update_fields=["verified_company_id"], verified_company_id=new_id())
        with refused(self, PRECONDITION, "DIFFERENT_COMPANY"):
            self.transfer(account, self.sibling, 1)
        with refused(self, EXISTS, "ACCOUNT_ELSEWHERE"):
            self.join(account, company=new_id())
        self.spend(account, 100)
        self.call("AccountService/UpdateAccount", account, update_fields=["company_verified"], company_verified=True)
        self.company.top_up(account, 5)
        self.transfer(account, self.sibling, 5)

    # ---- moving

    def test_without_entries_it_moves_at_once(self):
        account = self.open_alone()
        request_id = new_id()
        for ledger in (self.first, self.second):  # both remember where it is; the refusal is kept
            with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
                self.spend(account, 30, request_id=request_id, ledger=ledger)
        told = self.join(account)
        self.assertEqual((told.company_id, told.verified_company_id, told.company_verified), (self.company.id, self.company.id, True))
        top_up = {"request_id": new_id(), "top_up_id": new_id()}
        credited = [self.passes(lambda: self.top_up(account, 100, ledger=ledger, company=company, **top_up))
                    for ledger in (self.second, self.first) for company in (account, "")]
        self.assertEqual(credited, credited[:1] * 4)
        for ledger in (self.first, self.second):  # settled 2: for ever, though it would pass now
            for company in ("", account):
                with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
                    self.spend(account, 30, request_id=request_id, ledger=ledger, company=company)
                with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
                    self.spend(account, 31, request_id=request_id, ledger=ledger, company=company)
        self.transfer(account, self.sibling, 60, ledger=self.second)  # one entry of one chain
        self.assertEqual((self.own(account), self.company.balance(self.sibling).transferred_in_micros), (micros(40), micros(60)))
        self.assertEqual(psql(self.first.database, "SELECT length FROM ledger.chain WHERE company_id = '%s'" % account), "0")

    def test_a_preview_finds_it_again(self):
        account = self.open_alone()
        preview = lambda: self.read("OrderService/PreviewOrder", account, ledger=self.second, order=message("ledger.v1.Order")(
            create_purchase={"amount_micros": micros(1), "currency": "CNY"})).result
        self.assertEqual(reason_of(preview()), "EXCEEDS_AVAILABLE")
        self.join(account)
        self.assertEqual([reason_of(preview()) for _ in range(3)], ["MOVING", "EXCEEDS_AVAILABLE", "EXCEEDS_AVAILABLE"])

    def test_a_request_id_is_of_the_chain_it_was_opened_in(self):
        """Another name of the same chain makes no second request of it."""
        account = self.open_alone()
        self.join(account)
        self.passes(lambda: self.top_up(account, 100))
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.spend(account, 1, company=self.company.id)

    def test_opened_again_in_any_of_its_chains_it_stays_where_it_is(self):
        account = self.open_alone()
        self.join(account)
        self.assertEqual(self.join(account).company_id, self.company.id)
        late = self.call("AccountService/OpenAccount", account, company=account, corporate=True).account
        self.assertEqual(late.company_id, self.company.id)
        with refused(self, EXISTS, "ACCOUNT_ELSEWHERE"):  # once
            self.join(account, company=new_id())

    def test_nobody_else_moves(self):
        person = new_id()
        self.call("AccountService/OpenAccount", person, currency="CNY")
        with refused(self, EXISTS, "ACCOUNT_ELSEWHERE"):
            self.join(person)
        account = self.open_alone()
        with refused(self, EXISTS, "ACCOUNT_ELSEWHERE"):  # into no company that is not its own
            self.call("AccountService/OpenAccount", account, company=self.company.id, corporate=True)

    def convert(self, account, **fields):
        return self.call("AccountService/UpdateAccount", account, update_fields=["corporate"], **dict({"corporate": True}, **fields)).account

    def test_an_individual_becomes_an_organisation_and_moves(self):  # ID-31
        """Though every replica remembered where the person's account is."""
        person = new_id()
        self.call("AccountService/OpenAccount", person, currency="CNY")
        for ledger in (self.first, self.second):
            self.assertEqual(self.read("AccountService/GetAccount", person, ledger=ledger).account.company_id, person)
            with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
                self.spend(person, 1, ledger=ledger)
        with refused(self, grpc.StatusCode.INVALID_ARGUMENT, field="corporate"):  # nor back
            self.convert(person, corporate=False)
        self.assertTrue(self.convert(person).corporate)
        self.assertEqual(self.join(person).company_id, self.company.id)
        for ledger in (self.first, self.second):
            self.assertEqual(self.read("AccountService/GetAccount", person, ledger=ledger).account.company_id, self.company.id)
            self.assertEqual(self.read("AccountService/GetBalance", person, ledger=ledger, company=person).balance.own_micros, 0)
        for ledger in (self.second, self.first):
            self.passes(lambda: self.top_up(person, 50, ledger=ledger, top_up_id=new_id()))
        self.transfer(person, self.sibling, 60, ledger=self.second)
        self.assertEqual(self.own(person), micros(40))

    def test_an_individual_with_entries_becomes_an_organisation_where_it_is(self):  # ID-31
        """Balances are kept, and money of its siblings passes between the chains."""
        person = new_id()
        self.call("AccountService/OpenAccount", person, currency="CNY")
        self.top_up(person, 100, top_up_id=new_id())
        with refused(self, PRECONDITION, "NOT_CORPORATE"):
            self.transfer(person, self.sibling, 60)
        self.convert(person)
        with refused(self, PRECONDITION, "NOT_VERIFIED"):
            self.transfer(person, self.sibling, 60)
        with refused(self, EXISTS, "ACCOUNT_ELSEWHERE"):
            self.join(person, with_entries=False)
        self.call("AccountService/UpdateAccount", person, update_fields=["verified_company_id"], verified_company_id=self.company.id)
        self.transfer(person, self.sibling, 60)
        told = self.read("AccountService/GetBalance", person)
        self.assertEqual((told.balance.own_micros, told.in_transit_out_micros), (micros(40), micros(60)))

    def test_what_was_forgone_stays_so(self):
        """A top-up on its way back to the payer is not credited in the other chain."""
        account, request_id, top_up = self.open_alone(), new_id(), new_id()
        self.call("TopUpService/ForgoTopUp", account, request_id=request_id, top_up_id=top_up)
        self.join(account)
        for ledger in (self.first, self.second):
            with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
                self.passes(lambda: self.top_up(account, 100, request_id=request_id, top_up_id=top_up, ledger=ledger))
        credited = {"request_id": new_id(), "top_up_id": new_id()}
        self.passes(lambda: self.top_up(account, 100, **credited))
        with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            self.call("TopUpService/ForgoTopUp", account, ledger=self.second, **credited)

    def test_settings_and_acts_go_with_it(self):
        account = self.open_alone(currency="")
        self.call("AccountService/SetCurrency", account, currency="CNY")
        self.company.paid_by(account)
        who = tuple((name, new_id()) for name in ("kontor-principal-id", "kontor-approval-id", "kontor-approver-id"))
        until = int(time.time()) + 3600
        self.call("OverrideService/GrantOverride", account, until_time={"seconds": until}, reason="asked for", metadata=who)
        self.join(account)
        told = self.read("AccountService/GetAccount", account).account
        self.assertEqual((told.currency, told.pay_on_behalf, told.override_until_time.seconds), ("CNY", True, until))
        self.call("OverrideService/LiftOverride", account, company=account, metadata=who[:1])
        for company in (account, self.company.id):  # what was done before stands behind it, in the chain where it was
            acts, cursor, goes_on = [], "", True
            while goes_on:
                page = self.first.call("ledger.v1.ActService/ListActs", company_id=company, account_id=account, cursor=cursor, page_size=2)
                acts, cursor = acts + [act.action for act in page.acts], page.next_cursor
                goes_on = bool(cursor)
            self.assertEqual(acts, ["lift_override", "move_account", "grant_override", "set_currency"])
        for company in (account, self.company.id):
            found = self.first.call("ledger.v1.AccountService/GetBalances", company_id=company, account_ids=[account, self.sibling]).balances
            self.assertIn(account, [balance.account_id for balance in found])

    def test_a_move_and_a_credit_at_once(self):
        """Whichever is first: the money is credited once, and the account is in one chain."""
        for turn in range(20):
            account = self.open_alone()
            top_up = {"request_id": new_id(), "top_up_id": new_id()}

            def credit(ledger):
                return self.passes(lambda: self.top_up(account, 100, ledger=ledger, **top_up))

            with concurrent.futures.ThreadPoolExecutor(3) as pool:
                done = [pool.submit(credit, self.first), pool.submit(self.join, account), pool.submit(credit, self.second)]
                first, chain, second = [one.result() for one in done]
            self.assertEqual(first, second)
            self.assertEqual((chain.company_id, self.read("AccountService/GetAccount", account).account.company_id), (self.company.id,) * 2)
            self.assertEqual(self.own(account), micros(100), turn)
            self.assertEqual(psql(self.first.database, "SELECT count(*) FROM ledger.account WHERE account_id = '%s' AND moved_time IS NULL" % account),
                             "1")


if __name__ == "__main__":
    unittest.main()
