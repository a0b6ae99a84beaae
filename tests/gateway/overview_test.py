"""First screens: an overview never fails for a part, and shows nothing that the part's own rpc would not show the same caller."""
import unittest

import grpc
from fake_peers import RESOLVE_ALL, No, new_id
from passage_test import BALANCE, RESOLVE, Passage
from permission_test import NAMES  # noqa: F401, who has learnt the roles of accounts

from service import psql, refused

OVERVIEW, ACCOUNTS = "gateway.v1.OverviewService/GetOverview", "gateway.v1.OverviewService/ListAccounts"
MY_ACCOUNTS, BALANCES = "identity.v1.AccountService/ListMyAccounts", "ledger.v1.AccountService/GetBalances"
HOLDS, BILLS, TOP_UPS = "ledger.v1.HoldService/ListHolds", "ledger.v1.UsageService/ListBills", "payments.v1.TopUpService/ListTopUps"
LIMIT, METHODS = "ledger.v1.CreditService/GetCreditLimit", "payments.v1.PaymentMethodService/ListPaymentMethods"
UNIT = 1000000


class OverviewTest(Passage):
    def setUp(self):
        super().setUp()
        self.open(self.account)
        self.peers.answer("identity.v1.AccountService/GetAccount", lambda request, _: {"account": {"account_id": request.account_id}})
        self.peers.answer(BALANCE, lambda *_: {"balance": {"account_id": self.account, "currency": "CNY", "available_micros": 4242 * UNIT}})
        self.peers.answer(LIMIT, lambda *_: {"credit_limit": {"account_id": self.account, "limit_micros": 100 * UNIT}})
        self.peers.answer(HOLDS, lambda *_: {"holds": [{"hold_id": new_id(), "amount_micros": UNIT}], "active_count": 7, "active_micros": 4242 * UNIT})
        self.peers.answer(BILLS, lambda *_: {"bills": [{"bill_id": new_id(), "owed_micros": UNIT, "remark": "Tokyo"}]})
        self.peers.answer(TOP_UPS, lambda *_: {"top_ups": [{"top_up_id": new_id(), "amount_micros": UNIT}]})

    def open(self, account):
        psql(self.gateway.database, "INSERT INTO gateway.account (account_id, company_id, lease_time) VALUES ('%s', '%s', now())" % (account, self.company))

    def no(self, code=grpc.StatusCode.UNAVAILABLE, reason="UNAVAILABLE"):
        def answer(*_):
            raise No(code, reason)
        return answer

    def test_it_tells_all_at_one_look(self):
        found = self.call(OVERVIEW)
        self.assertEqual((found.account_id, found.balance.available_micros, found.credit_limit.limit_micros), (self.account, 4242 * UNIT, 100 * UNIT))
        self.assertEqual((len(found.holds), len(found.bills), len(found.top_ups), found.waiting_approvals), (1, 1, 1, 0))
        self.assertEqual((found.active_hold_count, found.active_hold_micros), (7, 4242 * UNIT))
        self.assertEqual({step.reason for step in found.missing_steps}, {"BILLING_ADDRESS_MISSING", "PAYMENT_METHOD_MISSING", "CURRENCY_MISSING"})
        self.assertEqual((list(found.hidden), list(found.missing)), ([], []))
        (holds, _), (bills, _), (top_ups, _) = self.peers.calls(HOLDS)[0], self.peers.calls(BILLS)[0], self.peers.calls(TOP_UPS)[0]
        self.assertTrue(holds.with_total)
        self.assertEqual((holds.state, bills.state, top_ups.open, {holds.page_size, bills.page_size, top_ups.page_size}), (1, 1, True, {5}))
        self.assertEqual({holds.company_id, bills.company_id}, {self.company})

    def test_a_fresh_account_is_no_error(self):
        """A8: nothing of it is in the ledger; or the ledger does not know it yet."""
        self.account = new_id()
        found = self.call(OVERVIEW)
        self.assertFalse(found.HasField("balance"))
        self.assertEqual((list(found.missing), self.peers.calls(BALANCE)), ([], []))
        self.open(self.account)
        self.peers.answer(BALANCE, self.no(grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND"))
        found = self.call(OVERVIEW)
        self.assertEqual((found.HasField("balance"), list(found.missing)), (False, []))

    def test_what_does_not_answer_is_named(self):
        for rpc in (BILLS, TOP_UPS, METHODS):
            self.peers.answer(rpc, self.no())
        found = self.call(OVERVIEW)
        self.assertEqual(list(found.missing), ["ledger.bill.list", "payments.top_up.list", "gateway.readiness.get"])
        self.assertEqual((found.balance.available_micros, len(found.holds)), (4242 * UNIT, 1))

    def test_each_part_is_shown_to_whom_its_own_rpc_would(self):
        """GW-01, GW-02, GW-08; and GW-05: client success sees bands."""
        for role, hidden in (("FINANCE", []), ("MEMBER", []),
                             ("TECHNOLOGY", ["ledger.credit_limit.get", "ledger.bill.list", "payments.top_up.list", "gateway.approval.list"]),
                             ("AGENCY_BILLING_VIEWER", ["ledger.hold.list", "payments.top_up.list", "gateway.readiness.get", "gateway.approval.list"]),
                             ("ISOLATED_SPEND", ["ledger.credit_limit.get", "ledger.bill.list", "payments.top_up.list", "gateway.approval.list"]),
                             ("CLIENT_SUCCESS", ["gateway.approval.list"])):
            with self.subTest(role=role):
                self.peers.seen.clear()
                self.roles = ["ROLE_" + role]
                found = self.call(OVERVIEW)
                self.assertEqual(list(found.hidden), hidden)
                self.assertEqual(bool(self.peers.calls(TOP_UPS)), "payments.top_up.list" not in hidden)
                self.assertEqual(found.balance.available_micros, (1000 if role == "CLIENT_SUCCESS" else 4242) * UNIT)
                of_holds = 0 if "ledger.hold.list" in hidden else 1000 if role == "CLIENT_SUCCESS" else 4242
                self.assertEqual(found.active_hold_micros, of_holds * UNIT)
                self.assertEqual([bill.remark for bill in found.bills], [] if "ledger.bill.list" in hidden else ["" if role == "CLIENT_SUCCESS" else "Tokyo"])
        self.roles = ["ROLE_BILLING_FREEZER"]
        with refused(self, grpc.StatusCode.PERMISSION_DENIED):
            self.call(OVERVIEW)

    def test_an_operator_counts_the_provider_s_approvals(self):
        """LED-19: as ListApprovals tells them; those of the account are its own."""
        psql(self.gateway.database, "INSERT INTO gateway.approval VALUES ('%s', '%s', '%s', '%s', 'c', '/payments.v1.TopUpService/CreateTopUp', '', '', "
             "'TOP_UP', 1, 'CNY', '', '', '', 1, 'PENDING', now(), now() + interval '1 day')" % (new_id(), self.account, new_id(), new_id()))
        self.assertEqual(self.call(OVERVIEW).waiting_approvals, 1)
        self.roles = ["ROLE_OPERATOR_FINANCE", "ROLE_OPERATOR_LOOK"]
        found = self.call(OVERVIEW)
        self.assertEqual((found.waiting_approvals, "gateway.approval.list" in found.hidden), (0, False))

    # ---- accounts

    def mine(self, *accounts, more=False):
        self.peers.answer(MY_ACCOUNTS, lambda *_: {"accounts": [{"account_id": account} for account in accounts], "next_page_token": "x" if more else ""})
        self.peers.answer(BALANCES, lambda request, _: {"balances": [{"account_id": account, "available_micros": 4242 * UNIT} for account in request.account_ids]})

    def in_each(self, roles):
        """Roles by account, as identity says them; nobody else is anybody there."""
        own = self.resolve

        def answer(request, metadata):
            if request.account_id not in roles:
                return own(request, metadata)
            if roles[request.account_id] is None:
                raise No(grpc.StatusCode.PERMISSION_DENIED, "SESSION_POLICY")
            return dict(own(request, metadata), roles=roles[request.account_id])
        self.peers.answer(RESOLVE, answer)

    def test_accounts_come_with_their_balances(self):
        others = [new_id() for _ in range(3)]
        for account in others:
            self.open(account)
        self.mine(self.account, *others)
        self.in_each({account: [1] for account in others})
        found = self.call(ACCOUNTS, name_contains="agency", environment=3)
        self.assertEqual([(view.account.account_id, view.balance.available_micros, view.hidden) for view in found.accounts],
                         [(account, 4242 * UNIT, False) for account in [self.account] + others])
        (asked, metadata), = self.peers.calls(MY_ACCOUNTS)
        self.assertEqual((asked.under_account_id, asked.name_contains, asked.environment, asked.page_size), (self.account, "agency", 3, 50))
        self.assertEqual(dict(metadata)["kontor-principal-id"], self.principal)
        self.assertEqual(len(self.peers.calls(BALANCES)), 1, "one question for all of a company")

    def test_no_balance_is_told_where_the_caller_may_not_read_it(self):
        """GW-05, GW-13, ID-43: roles, masks and session policies of that very account."""
        success, spender, guarded, freezer = [new_id() for _ in range(4)]
        for account in (success, spender, guarded, freezer):
            self.open(account)
        self.mine(self.account, success, spender, guarded, freezer)
        self.in_each({success: [7], spender: [9], guarded: None, freezer: [8]})
        found = {view.account.account_id: (view.balance.available_micros // UNIT, view.hidden, view.masked) for view in self.call(ACCOUNTS).accounts}
        self.assertEqual(found, {self.account: (4242, False, False), success: (1000, False, True), spender: (4242, False, False),
                                 guarded: (0, True, False), freezer: (0, True, False)})
        asked = [set(request.account_ids) for request, _ in self.peers.calls(BALANCES)]
        self.assertEqual(asked, [{self.account, success, spender}])
        self.roles = ["ROLE_CLIENT_SUCCESS"]  # in the acting account: so all is in bands
        self.assertEqual({(view.masked, view.balance.available_micros // UNIT) for view in self.call(ACCOUNTS).accounts if not view.hidden}, {(True, 1000)})

    def test_a_ledger_that_does_not_answer_is_said(self):
        self.mine(self.account)
        self.peers.answer(BALANCES, self.no())
        found = self.call(ACCOUNTS)
        self.assertEqual((found.balances_missing, found.accounts[0].HasField("balance"), found.accounts[0].hidden), (True, False, False))

    def test_pages_go_on_behind_the_last_account(self):
        self.mine(self.account, more=True)
        page = self.call(ACCOUNTS, page_size=1)
        self.mine()
        self.assertEqual(self.call(ACCOUNTS, page_size=1, page_token=page.next_page_token).next_page_token, "")
        self.assertEqual(self.peers.calls(MY_ACCOUNTS)[-1][0].after_account_id, self.account)
        with refused(self, grpc.StatusCode.INVALID_ARGUMENT, field="page_token"):
            self.call(ACCOUNTS, page_token=page.next_page_token, environment=1)


class ManyTest(Passage):
    """S4: of each account of a list identity is asked, so each counts, as an order does."""
    settings = {**Passage.settings, "orders_per_second": 1, "orders_burst": 1000}

    def test_who_lists_many_is_limited(self):
        self.peers.answer(MY_ACCOUNTS, lambda *_: {"accounts": [{"account_id": new_id()} for _ in range(600)]})
        self.assertEqual(len(self.call(ACCOUNTS).accounts), 600)
        asked = len(self.peers.calls(RESOLVE_ALL))
        with refused(self, grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED"):
            self.call(ACCOUNTS)
        self.assertEqual(len(self.peers.calls(RESOLVE_ALL)), asked + 1)


if __name__ == "__main__":
    unittest.main()
