"""GW-10, ID-35, ID-36 at the door: for every blocker that the gateway decides, the call is refused by the very reason that ExplainBlockers
tells first; and it tells all of them, with the rule of the permission and the accepted factors. The peers are fakes; what the ledger decides
is in journeys/blocker_test.py."""
import time
import unittest

import grpc
from ceiling_test import ACT, SET, TOP_UP, UNIT
from fake_peers import No, new_id
from freeze_test import Freezes
from passage_test import BALANCE, PURCHASE, ROLE, TRANSFER
from permission_test import ALLOW, DENY

from service import Refusal, psql

EXPLAIN, ONBOARDING = "gateway.v1.BlockerService/ExplainBlockers", "identity.v1.AccountService/GetOnboardingState"
ACTION = {PURCHASE: "ledger.purchase.create", TOP_UP: "payments.top_up.create", TRANSFER: "ledger.transfer.create", BALANCE: "ledger.balance.get"}
FROM_AGENT = ("ledger.purchase.order_from_agent", "ledger.hold.place_from_agent")
BILLING, FEATURE, RESOURCE = 1, 2, 3


class Blockers(Freezes):
    def setUp(self):
        super().setUp()
        self.factors, self.policy, self.opened, self.account_facts = [], {}, True, {}
        self.peers.answer("ledger.v1.AccountService/GetAccount", self.books)
        self.peers.answer(BALANCE, lambda *_: {"balance": {"available_micros": 50 * UNIT}, "transferable": {"amount_micros": 20 * UNIT, "binding": "own"}})
        self.state, self.spending = 1, 1

    def books(self, request, _):
        if not self.opened:
            raise No(grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND")
        return {"account": {"account_id": request.account_id, "state": self.state, "spending_permission": self.spending}}

    def resolve(self, request, metadata):
        return dict(super().resolve(request, metadata), factor_kinds=self.factors, **self.policy)

    def account_is(self, channel_policy=None, **facts):
        whole = dict(company_id=self.company, type=2, billing_address_present=True, email_verified=True, phone_verified=True, sign_up_channel=1)
        self.peers.answer("identity.v1.AccountService/GetAccount", lambda request, _: {"account": {**whole, "account_id": request.account_id, **facts},
                                                                                       "channel_policy": channel_policy})

    def explain(self, rpc, **fields):
        return self.gateway.call(EXPLAIN, metadata=(("authorization", "Bearer a-session"),), action=ACTION.get(rpc, rpc), **fields)

    def reasons(self, rpc, **fields):
        return [blocker.reason for blocker in self.explain(rpc, **fields).blockers]

    def agrees(self, rpc, reasons, region="", **fields):
        """The call hears what was explained."""
        asked = {"region": region} if region else {}
        self.assertEqual(self.reasons(rpc, **asked), reasons)
        if rpc == TOP_UP:
            fields.setdefault("target_account_id", self.account)
        with self.assertRaises(Refusal) as caught:
            self.call(rpc, **asked, **fields)
        self.assertEqual(caught.exception.reason, reasons[0])
        return caught.exception


class BlockerTest(Blockers):
    def test_nothing_stands_where_all_is_well(self):
        answer = self.explain(PURCHASE, region="ap-southeast-1")
        self.assertEqual((answer.clear, list(answer.blockers), answer.factors, answer.permission.outcome), (True, [], "", ALLOW))
        self.call(PURCHASE, region="ap-southeast-1")

    def test_a_permission_is_told_with_its_rule(self):
        """ID-36"""
        self.roles = ["ROLE_MEMBER"]
        self.agrees(TRANSFER, ["PERMISSION_DENIED"])
        self.assertEqual(self.explain(TRANSFER).permission.outcome, DENY)
        ROLE["ROLE_CLIENT_SUCCESS"] = 7
        self.roles = ["ROLE_CLIENT_SUCCESS"]
        answer = self.explain(TOP_UP)
        self.assertEqual((answer.permission.outcome, [(row.reason, row.list, row.owner) for row in answer.blockers]),
                         (DENY, [("PERMISSION_DENIED", FEATURE, "gateway")]))
        self.assertTrue(answer.blockers[0].mend and answer.blockers[0].sentence)

    def test_a_factor_is_told_with_those_that_are_accepted(self):
        """ID-32"""
        self.factors = [1]
        self.agrees(TRANSFER, ["MFA_REQUIRED"])
        self.assertEqual(self.explain(TRANSFER).factors, "TOTP,RECOVERY_CODE")
        self.factors, self.policy = [], {"mfa_money": 3}
        self.agrees(PURCHASE, ["MFA_REQUIRED"])
        self.assertEqual(self.reasons(BALANCE), [])

    def test_a_freeze_stands_where_it_stops(self):
        """GW-03"""
        self.level = 1
        self.agrees(TOP_UP, ["RECHARGE_FROZEN"])
        self.assertEqual(self.reasons(PURCHASE), [])
        self.level = 2
        self.agrees(PURCHASE, ["PURCHASE_FROZEN"])
        self.assertEqual(self.reasons("resource.run"), [])
        self.level = 3
        self.assertEqual(self.reasons("resource.run"), ["PAYG_FROZEN"])

    def test_what_the_channel_demands_is_told_and_refused(self):
        """ID-42: before provisioning and the trial allowance, and before features; a program and who has a factor need enrol none."""
        program, trial = "identity.v1.ProgramService/CreateProgram", "identity.v1.PromotionService/ActivateTrial"
        ACTION.update({program: "identity.program.create", trial: "identity.promotion.activate_trial"})
        both = ["SECOND_CHANNEL_UNVERIFIED", "MFA_REQUIRED"]
        self.account_is(channel_policy={"provisioning_steps": [1, 4, 31, 9]}, phone_verified=False)
        no = self.agrees(PURCHASE, both, region="ap-southeast-1")
        self.assertEqual(no.preconditions, both)
        self.assertEqual([step.reason for step in self.call("gateway.v1.ReadinessService/GetReadiness").missing_steps], both)
        self.assertEqual(self.agrees(trial, both).preconditions, both)
        self.assertEqual(self.reasons(program), [])
        self.call(program, name="portal")
        self.account_is(channel_policy={"feature_steps": [1, 4]}, phone_verified=False)
        self.assertEqual(self.agrees(program, both, name="portal").preconditions, both)
        self.call(PURCHASE, region="ap-southeast-1")
        self.call(trial)
        self.account_is(channel_policy={"feature_steps": [1, 4], "provisioning_steps": [1, 4]})
        self.factors, self.policy = [1], {"mfa_time": {"seconds": int(time.time())}}
        self.call(program, name="portal")
        self.call(trial)

    def test_a_purchase_hears_all_that_the_account_lacks(self):
        """ID-07, ID-08, GW-14, R1: readiness, diagnosis and refusal are one list."""
        self.account_is(company_id="", billing_address_present=False, region="eu-central-1")
        self.peers.answer("payments.v1.AccountService/GetAccount", lambda *_: {})
        self.peers.answer("payments.v1.PaymentMethodService/ListPaymentMethods", lambda *_: {})
        self.company = ""
        everything = ["BILLING_ADDRESS_MISSING", "CURRENCY_MISSING", "PAYMENT_METHOD_MISSING", "REAL_NAME_REQUIRED", "REGION_UNCONFIRMED"]
        no = self.agrees(PURCHASE, everything, region="cn-hangzhou")
        self.assertEqual(no.preconditions, everything)
        ready = self.call("gateway.v1.ReadinessService/GetReadiness", region="cn-hangzhou")
        self.assertEqual([step.reason for step in ready.missing_steps], everything)
        self.assertEqual(len(self.peers.calls(PURCHASE)), 0)

    def test_so_does_a_purchase_that_another_pays(self):
        """LED-20: all but the payment method; and nothing of the account's own money."""
        self.account_is(company_id="", billing_address_present=False, region="eu-central-1")
        self.peers.answer("payments.v1.PaymentMethodService/ListPaymentMethods", lambda *_: {})
        self.state = 2
        for action in FROM_AGENT:
            self.assertEqual(self.reasons(action, region="cn-hangzhou", amount_micros=500 * UNIT),
                             ["BILLING_ADDRESS_MISSING", "REAL_NAME_REQUIRED", "REGION_UNCONFIRMED"])

    def test_a_read_only_account_is_topped_up_by_who_accepts_it(self):
        """PAY-16; the ledger refuses purchases and transfers by the same reason (tests/ledger/spending_test.py)."""
        psql(self.gateway.database, "INSERT INTO gateway.account (account_id, company_id, lease_time) VALUES ('%s', '%s', now())" % (
            self.account, self.account))
        self.spending = 2
        self.assertEqual([self.reasons(rpc) for rpc in (PURCHASE, TRANSFER, "resource.run")], [["SPENDING_NOT_PERMITTED"]] * 2 + [[]])
        self.agrees(TOP_UP, ["SUBACCOUNT_READ_ONLY"])
        self.assertEqual([dict(metadata).get("kontor-replay-only") for _, metadata in self.peers.calls(TOP_UP)], ["true"])  # an answer of before, if there is one
        self.call(TOP_UP, target_account_id=self.account, accept_read_only=True)
        self.spending = 1
        self.call(TOP_UP, target_account_id=self.account)
        self.assertEqual(len(self.peers.calls(TOP_UP)), 3)

    def test_another_region_is_confirmed_once(self):
        """GW-14"""
        self.account_is(region="eu-central-1")
        self.agrees(PURCHASE, ["REGION_UNCONFIRMED"], region="eu-central-2")
        self.account_is(region="eu-central-1", confirmed_regions=["ap-1", "eu-central-2"])
        self.assertEqual(self.reasons(PURCHASE, region="eu-central-2"), [])
        self.call(PURCHASE, region="eu-central-2")

    def test_a_ceiling_is_told_as_the_call_tells_it(self):
        """PAY-26, c-19"""
        psql(self.gateway.database, "INSERT INTO gateway.account (account_id, company_id, lease_time) VALUES ('%s', '%s', now())" % (
            self.account, self.account))
        row = [{"role": 1, "action": ACT["top_up"], "transaction_micros": 10 * UNIT, "day_micros": 10 * UNIT}]
        set_them = lambda **more: self.gateway.call(SET, metadata=(("authorization", "Bearer a-session"),), request_id=new_id(), ceilings=row,
                                                    currency="CNY", **more)
        set_them()
        self.assertEqual(self.reasons(TOP_UP, amount_micros=10 * UNIT), [])
        self.assertEqual(self.reasons(TOP_UP, amount_micros=10 * UNIT + 1), ["CEILING_EXCEEDED"])
        set_them(approvers=1)
        self.assertEqual(self.reasons(TOP_UP, amount_micros=10 * UNIT + 1), ["APPROVAL_REQUIRED"])
        with self.assertRaises(Refusal) as caught:
            self.call(TOP_UP, target_account_id=self.account, amount_micros=20 * UNIT, currency="CNY")
        self.assertEqual(caught.exception.reason, "APPROVAL_REQUIRED")

    def test_an_amount_is_judged_for_those_who_may_read_the_balance(self):
        """GW-05: nobody finds out a balance by asking often."""
        self.assertEqual(self.reasons(PURCHASE, amount_micros=50 * UNIT), [])
        self.assertEqual(self.reasons(PURCHASE, amount_micros=50 * UNIT + 1), ["EXCEEDS_AVAILABLE"])
        self.assertEqual(self.reasons(TRANSFER, amount_micros=20 * UNIT + 1), ["EXCEEDS_TRANSFERABLE"])
        self.assertEqual(self.reasons(PURCHASE, amount_micros=1, currency="USD"), ["CURRENCY_MISMATCH"])
        ROLE["ROLE_CLIENT_SUCCESS"] = 7
        self.roles = ["ROLE_CLIENT_SUCCESS"]
        self.assertEqual(self.reasons(PURCHASE), ["PERMISSION_DENIED"])
        with self.assertRaises(Refusal) as caught:
            self.reasons(PURCHASE, amount_micros=50 * UNIT + 1)
        self.assertEqual(caught.exception.reason, "FIELD_MASKED")

    def test_an_operator_asks_for_the_accounts_sake(self):
        self.state = 2
        self.roles = ["ROLE_OPERATOR", "ROLE_OPERATOR_SUPPORT"]
        self.assertEqual(self.no(self.explain, PURCHASE, account_id=self.account).reason, "MFA_REQUIRED")  # always, of operators
        self.factors, self.policy = [1], {"mfa_time": {"seconds": int(time.time())}}
        answer = self.explain(PURCHASE, account_id=self.account)
        self.assertEqual([(row.reason, row.list) for row in answer.blockers], [("ACCOUNT_FROZEN", RESOURCE)])
        self.assertFalse(answer.HasField("permission"))

    def test_an_operator_tries_no_amount_without_a_look(self):
        """GW-05: who reads the balance of a customer gives a reason."""
        self.factors = [1]
        for role in ("REVIEW", "FINANCE", "SUPPORT"):
            self.roles = ["ROLE_OPERATOR", "ROLE_OPERATOR_" + role]
            self.assertEqual(self.reasons(PURCHASE, account_id=self.account, amount_micros=50 * UNIT + 1), [], role)
            self.roles.append("ROLE_OPERATOR_LOOK")
            self.assertEqual(self.reasons(PURCHASE, account_id=self.account, amount_micros=50 * UNIT + 1), ["EXCEEDS_AVAILABLE"], role)

    def test_an_act_that_nobody_knows_is_refused(self):
        for action in ("", "ledger.purchase", "resource.walk"):
            self.assertEqual(self.no(self.explain, action).reason, "UNKNOWN_ACTION")

    def test_the_session_is_looked_at_anew(self):
        """Sessions that reads remember know of no freeze and no factor."""
        self.call(BALANCE)
        self.level = 2
        self.assertEqual(self.reasons(PURCHASE), ["PURCHASE_FROZEN"])


class OnboardingTest(Blockers):
    def steps(self):
        return [(step.kind, step.state, step.reason) for step in self.call(ONBOARDING).steps]

    def test_the_steps_are_open_as_long_as_their_blockers_stand(self):
        """ID-09, R10: nothing is called done while a purchase lacks it."""
        self.account_is(company_id="", type=0, billing_address_present=False, phone_verified=False)
        self.peers.answer("payments.v1.AccountService/GetAccount", lambda *_: {})
        self.peers.answer("payments.v1.PaymentMethodService/ListPaymentMethods", lambda *_: {})
        self.company, self.corporate = "", False
        second, address, method, _, currency, region = 1, 2, 3, 4, 5, 6
        self.assertEqual(self.steps(), [(second, 1, "SECOND_CHANNEL_UNVERIFIED"), (address, 1, "BILLING_ADDRESS_MISSING"),
                                        (currency, 1, "CURRENCY_MISSING"), (method, 1, "PAYMENT_METHOD_MISSING"), (region, 1, "")])
        state = self.call(ONBOARDING)
        self.assertEqual((state.steps[0].channel, [banner.reason for banner in state.banners]), (2, ["SECOND_CHANNEL_UNVERIFIED"]))

    def test_a_company_under_review_has_its_banner(self):
        """GW-11"""
        self.account_is(company_id="", company_in_review=True, region="eu-central-1", confirmed_regions=["ap-1"])
        state = self.call(ONBOARDING)
        self.assertEqual([(step.kind, step.state) for step in state.steps], [(1, 3), (2, 3), (5, 3), (3, 3), (6, 3), (4, 2)])
        self.assertEqual(([banner.reason for banner in state.banners], state.currency, state.region, list(state.confirmed_regions)),
                         (["COMPANY_IN_REVIEW"], "CNY", "eu-central-1", ["ap-1"]))


if __name__ == "__main__":
    unittest.main()
