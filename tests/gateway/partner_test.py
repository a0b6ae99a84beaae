"""B.5: a partner's people in the account of its customer, and what a partner is told of its customers together. The peers are fakes that say
which relation holds."""
import unittest

import grpc
from fake_peers import No, new_id
from passage_test import BALANCE, RESOLVE, Passage
from permission_test import NAMES  # noqa: F401, who has learnt the roles of accounts

from service import psql, refused

CUSTOMERS, SUM = "gateway.v1.OverviewService/ListCustomers", "gateway.v1.OverviewService/GetAccountSums"
RELATIONS, BALANCES = "identity.v1.RelationService/ListRelations", "ledger.v1.AccountService/GetBalances"
MINE, LOTS, CHECK = "identity.v1.AccountService/ListMyAccounts", "ledger.v1.AccountService/ListLots", "gateway.v1.PermissionService/CheckPermissions"
PURCHASES, FREEZE = "ledger.v1.PurchaseService/ListPurchases", "identity.v1.FreezeService/FreezeAccounts"
DENIED = grpc.StatusCode.PERMISSION_DENIED
VIEW_BALANCE, VIEW_CONSUMPTION, FREEZE_RECHARGE = 1, 2, 10
ADMINISTRATOR, MEMBER, CLIENT_SUCCESS, FREEZER = 1, 2, 7, 8
ACTIVE, WAITING, LEAVING = 2, 1, 4
UNIT = 1000000
SPAN = {"start_time": {"seconds": 1790000000}, "end_time": {"seconds": 1790086400}}


class PartnerTest(Passage):
    def setUp(self):
        super().setUp()
        self.terms, self.at_partner, self.money = {}, [ADMINISTRATOR], {}  # terms: by customer
        self.peers.answer(BALANCES, self.balances)

    def resolve(self, request, metadata):
        answer = super().resolve(request, metadata)
        if request.account_id in self.terms:
            answer.update(roles=[], partner={"account_id": self.account, "relation_id": self.relation_of(request.account_id),
                                             "permissions": self.terms[request.account_id], "roles": self.at_partner, "given_roles": self.at_partner})
        return answer

    @staticmethod
    def relation_of(customer):
        return customer[:-4] + "beef"

    def customer(self, *terms, available=0, consumed=0, currency="CNY"):
        account = new_id()
        self.terms[account] = list(terms)
        self.money[account] = (available * UNIT, consumed * UNIT, currency)
        psql(self.gateway.database, "INSERT INTO gateway.account (account_id, company_id, lease_time) VALUES ('%s', '%s', now())" % (account, new_id()))
        return account

    def balances(self, request, _):
        known = [(account, *self.money[account]) for account in request.account_ids if account in self.money]
        answer = {"balances": [{"account_id": account, "currency": currency, "available_micros": available, "cash_micros": available}
                               for account, available, _, currency in known]}
        if request.HasField("end_time"):
            answer["consumptions"] = [{"account_id": account, "currency": currency, "amount_micros": consumed} for account, _, consumed, currency in known]
        return answer

    def relate(self, *customers, states=None, more="", partner=None):
        """Identity's list of a partner's relations."""
        rows = [{"relation_id": self.relation_of(customer), "customer_account_id": customer, "state": (states or {}).get(customer, ACTIVE),
                 "terms": {"permissions": self.terms.get(customer, [VIEW_BALANCE])}} for customer in customers]
        lists = getattr(self, "lists", {})
        lists[partner or self.account] = rows
        self.lists = lists
        self.peers.answer(RELATIONS, lambda request, _: {"relations": self.lists.get(request.account_id, []), "next_page_token": more})

    # ---- in the customer's account

    def test_the_terms_bound_what_its_people_do(self):
        seller = self.customer(VIEW_BALANCE)
        self.call(BALANCE, account_id=seller)
        with refused(self, DENIED, "PERMISSION_DENIED"):
            self.call(PURCHASES, account_id=seller)
        self.terms[seller] = [VIEW_CONSUMPTION]
        self.call(PURCHASES, account_id=seller)
        with refused(self, DENIED, "PERMISSION_DENIED"):
            self.call(BALANCE, account_id=seller)
        del self.terms[seller]
        with refused(self, DENIED, "PERMISSION_DENIED"):
            self.call(PURCHASES, account_id=seller)

    def test_peers_hear_for_whom_they_act(self):
        seller = self.customer(VIEW_BALANCE)
        self.call(BALANCE, account_id=seller)
        (request, metadata), = self.peers.calls(BALANCE)
        self.assertEqual((metadata["kontor-account-id"], metadata["kontor-partner-account-id"], metadata["kontor-roles"], metadata["kontor-principal-id"]),
                         (seller, self.account, "PARTNER", self.principal))
        self.call(BALANCE)
        self.assertNotIn("kontor-partner-account-id", self.peers.calls(BALANCE)[-1][1])

    def test_of_lots_it_sees_its_own(self):
        seller = self.customer(VIEW_BALANCE)
        self.call(LOTS, account_id=seller, source_account_id="")
        self.call(LOTS, account_id=seller, source_account_id=self.account)
        with refused(self, DENIED, "PERMISSION_DENIED"):
            self.call(LOTS, account_id=seller, source_account_id=new_id())
        self.assertEqual([request.source_account_id for request, _ in self.peers.calls(LOTS)], [self.account] * 2)
        self.call(LOTS, source_account_id="")
        self.assertEqual(self.peers.calls(LOTS)[-1][0].source_account_id, "")

    def test_it_is_told_before(self):
        """ID-36"""
        seller = self.customer(FREEZE_RECHARGE, VIEW_BALANCE)
        self.at_partner = [FREEZER]
        checks = {check.permission: check for check in self.call(CHECK, account_id=seller).checks}
        allowed = {name for name, check in checks.items() if check.outcome == 1 and check.relation_id}
        self.assertEqual(allowed, {"identity.freeze." + verb for verb in ("begin", "confirm", "undo", "list")})
        self.assertEqual((checks["identity.freeze.begin"].role, checks["identity.freeze.begin"].relation_id), ("BILLING_FREEZER", self.relation_of(seller)))
        self.assertEqual(checks["ledger.balance.get"].outcome, 3)
        self.call(FREEZE, account_id=seller)
        self.at_partner = [ADMINISTRATOR]
        with refused(self, DENIED, "PERMISSION_DENIED"):
            self.call(FREEZE, account_id=seller)

    # ---- its customers together

    def test_customers_are_listed_as_far_as_each_relation_shows_them(self):
        both, balance, usage, nothing, gone = (self.customer(*terms, available=4242, consumed=17) for terms in (
            (VIEW_BALANCE, VIEW_CONSUMPTION), (VIEW_BALANCE,), (VIEW_CONSUMPTION,), (), (VIEW_BALANCE,)))
        self.relate(both, balance, usage, nothing, gone, states={gone: WAITING, usage: LEAVING}, more="theirs")
        found = self.call(CUSTOMERS, **SPAN)
        rows = {view.account_id: (view.balance.available_micros // UNIT, view.consumption.amount_micros // UNIT, list(view.hidden), view.masked)
                for view in found.customers}
        self.assertEqual(rows, {both: (4242, 17, [], False), balance: (4242, 0, ["ledger.purchase.list"], False),
                                usage: (0, 17, ["ledger.balance.get"], False), nothing: (0, 0, ["ledger.balance.get", "ledger.purchase.list"], False)})
        self.assertEqual(found.customers[0].relation_id, self.relation_of(both))
        (asked, metadata), = self.peers.calls(RELATIONS)
        self.assertEqual((asked.account_id, asked.role, asked.page_size, asked.with_ended), (self.account, 1, 50, False))
        self.assertEqual(metadata["kontor-principal-id"], self.principal)
        request = self.peers.calls(BALANCES)[0][0]
        self.assertEqual((request.start_time.seconds, request.end_time.seconds), (SPAN["start_time"]["seconds"], SPAN["end_time"]["seconds"]))
        self.call(CUSTOMERS, page_token=found.next_page_token)
        self.assertEqual(self.peers.calls(RELATIONS)[-1][0].page_token, "theirs")
        with refused(self, grpc.StatusCode.INVALID_ARGUMENT, field="start_time"):
            self.call(CUSTOMERS, start_time=SPAN["end_time"], end_time=SPAN["start_time"])

    def test_bands_stay_bands(self):
        """GW-05, by the roles at the partner's; of a sum the band is made of the whole."""
        sellers = [self.customer(VIEW_BALANCE, VIEW_CONSUMPTION, available=600, consumed=600) for _ in range(2)]
        self.relate(*sellers)
        self.at_partner = [CLIENT_SUCCESS]
        self.assertEqual([(view.balance.available_micros // UNIT, view.masked) for view in self.call(CUSTOMERS, **SPAN).customers], [(1, True)] * 2)
        total, = self.call(SUM, scope="SUM_SCOPE_CUSTOMERS", reseller_account_id="", **SPAN).sums
        self.assertEqual((total.available_micros // UNIT, total.consumed_micros // UNIT, total.account_count), (1000, 1000, 2))

    def test_sums_are_by_currency(self):
        sellers = [self.customer(VIEW_BALANCE, VIEW_CONSUMPTION, available=100, consumed=7), self.customer(VIEW_BALANCE, available=20, consumed=9),
                   self.customer(VIEW_CONSUMPTION, available=3, consumed=5, currency="AED"), self.customer(available=1000)]
        self.relate(*sellers)
        found = self.call(SUM, scope="SUM_SCOPE_CUSTOMERS", reseller_account_id="", **SPAN)
        self.assertEqual([(total.currency, total.account_count, total.available_micros // UNIT, total.consumer_count, total.consumed_micros // UNIT)
                          for total in found.sums], [("AED", 0, 0, 1, 5), ("CNY", 2, 120, 1, 7)])
        self.assertEqual((found.hidden_count, found.balances_missing), (1, False))

    def test_a_master_sums_over_its_members(self):
        """LED-42, GW-13"""
        members = [new_id(), new_id()]
        for member in members:
            self.money[member] = (50 * UNIT, 2 * UNIT, "CNY")
            psql(self.gateway.database, "INSERT INTO gateway.account (account_id, company_id, lease_time) VALUES ('%s', '%s', now())" % (member, self.company))
        self.peers.answer(MINE, lambda *_: {"accounts": [{"account_id": member} for member in members]})
        own = self.peers.answers[RESOLVE]
        self.peers.answer(RESOLVE, lambda request, metadata: dict(own(request, metadata), roles=[MEMBER]) if request.account_id in members
                          else own(request, metadata))
        for scope in ("SUM_SCOPE_UNSPECIFIED", "SUM_SCOPE_BELOW"):
            total, = self.call(SUM, scope=scope, reseller_account_id="", **SPAN).sums
            self.assertEqual((total.available_micros // UNIT, total.consumed_micros // UNIT, total.account_count, total.consumer_count), (100, 4, 2, 2))
        self.assertEqual(len(self.peers.calls(BALANCES)), 2, "one question for all of a company")

    def test_a_distributor_sees_sums_of_a_reseller_and_no_row(self):
        reseller = self.customer(VIEW_BALANCE, VIEW_CONSUMPTION)
        sellers = [self.customer(VIEW_BALANCE, available=10, consumed=1), self.customer(VIEW_BALANCE, VIEW_CONSUMPTION, available=20, consumed=2)]
        hidden = self.customer(available=40, consumed=4)
        self.relate(*sellers, hidden, partner=reseller)
        answer = lambda: self.call(SUM, scope="SUM_SCOPE_RESELLER", reseller_account_id=reseller, **SPAN)
        terms, self.terms = self.terms, {reseller: self.terms[reseller]}  # of those the distributor is no partner
        found = answer()
        total, = found.sums
        self.assertEqual((total.available_micros // UNIT, total.account_count, total.consumed_micros // UNIT, total.consumer_count, found.hidden_count),
                         (30, 2, 2, 1, 1))
        for seller in terms:
            if seller != reseller:
                with refused(self, DENIED, "PERMISSION_DENIED"):
                    self.call(BALANCE, account_id=seller)
        self.terms[reseller] = [VIEW_BALANCE]  # the distributor's own relation bounds it, too
        self.assertEqual((answer().sums[0].account_count, answer().sums[0].consumer_count), (2, 0))
        for terms in ([], [FREEZE_RECHARGE]):
            self.terms[reseller] = terms
            with refused(self, DENIED, "PERMISSION_DENIED"):
                answer()

    def test_a_stranger_is_told_of_no_reseller(self):
        told = set()
        for other in (new_id(), self.account):
            with self.assertRaises(Exception) as caught:
                self.call(SUM, scope="SUM_SCOPE_RESELLER", reseller_account_id=other, **SPAN)
            told.add((caught.exception.code, caught.exception.reason))
        self.assertEqual(told, {(DENIED, "PERMISSION_DENIED")})
        with refused(self, grpc.StatusCode.INVALID_ARGUMENT, field="scope"):
            self.call(SUM, scope=4, reseller_account_id="")
        for scope, reseller in (("SUM_SCOPE_RESELLER", ""), ("SUM_SCOPE_CUSTOMERS", new_id())):
            with refused(self, grpc.StatusCode.INVALID_ARGUMENT, field="reseller_account_id"):
                self.call(SUM, scope=scope, reseller_account_id=reseller)

    def test_what_is_too_much_is_refused(self):
        """E31, and both sides of the maximum of accounts."""
        sellers = [self.customer(VIEW_BALANCE) for _ in range(2)]
        self.relate(*sellers)
        ask = lambda: self.call(SUM, scope="SUM_SCOPE_CUSTOMERS", reseller_account_id="", **SPAN)
        for available, reason in ((2 ** 63 - 2, ""), (2 ** 63 - 1, "SUM_OUT_OF_RANGE")):
            self.money[sellers[0]], self.money[sellers[1]] = (available, 0, "CNY"), (1, 0, "CNY")
            if reason:
                with refused(self, grpc.StatusCode.OUT_OF_RANGE, reason):
                    ask()
            else:
                self.assertEqual(ask().sums[0].available_micros, 2 ** 63 - 1)
        for count, reason in ((1000, ""), (1001, "TOO_MANY_ACCOUNTS")):
            self.relate(*[new_id() for _ in range(count)])
            if reason:
                with refused(self, grpc.StatusCode.FAILED_PRECONDITION, reason):
                    ask()
            else:
                self.assertEqual(ask().hidden_count, 1000)

    def test_a_ledger_that_does_not_answer_is_said(self):
        self.relate(self.customer(VIEW_BALANCE))

        def away(*_):
            raise No(grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE")
        self.peers.answer(BALANCES, away)
        self.assertTrue(self.call(CUSTOMERS, **SPAN).balances_missing)
        self.assertTrue(self.call(SUM, scope="SUM_SCOPE_CUSTOMERS", reseller_account_id="", **SPAN).balances_missing)


class Remembered(Passage):
    settings = dict(Passage.settings, session_cache="1s")

    def test_no_read_remembers_a_partners_session(self):
        seller, terms = new_id(), [VIEW_BALANCE]
        own = self.peers.answers[RESOLVE]
        partner = lambda: {"account_id": self.account, "relation_id": new_id(), "permissions": terms, "roles": [MEMBER]}
        self.peers.answer(RESOLVE, lambda request, metadata: dict(own(request, metadata), roles=[], partner=partner()))
        self.call(BALANCE, account_id=seller)
        terms.clear()
        with refused(self, DENIED, "PERMISSION_DENIED"):
            self.call(BALANCE, account_id=seller)

    def test_no_read_remembers_who_may_do_nothing(self):  # c-9: a switch of partner counts at once
        customer, own, roles = new_id(), self.peers.answers[RESOLVE], []
        self.peers.answer(RESOLVE, lambda request, metadata: dict(own(request, metadata), roles=list(roles)))
        with refused(self, DENIED, "PERMISSION_DENIED"):
            self.call(BALANCE, account_id=customer)
        roles.append(MEMBER)
        self.call(BALANCE, account_id=customer)


if __name__ == "__main__":
    unittest.main()
