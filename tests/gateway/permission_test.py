"""CheckPermissions at the door (ID-36): what it says is what a call meets, role by role. The peers are fakes that say the roles."""
import unittest

import grpc
from fake_peers import RESOLVE, new_id
from passage_test import BALANCE, ROLE, TRANSFER, Passage

from service import Refusal, refused

CHECK = "gateway.v1.PermissionService/CheckPermissions"
TOP_UP = "payments.v1.TopUpService/CreateTopUp"
PURCHASE = "ledger.v1.PurchaseService/CreatePurchase"
RPCS = {"ledger.balance.get": BALANCE, "ledger.transfer.create": TRANSFER, "ledger.purchase.create": PURCHASE, "payments.top_up.create": TOP_UP,
        "identity.onboarding.get": "identity.v1.AccountService/GetOnboardingState", "identity.role.grant": "identity.v1.RoleService/GrantRole",
        "ledger.adjustment.create": "ledger.v1.TopUpService/CreateAdjustment"}
ALLOW, DENY, HIDDEN = 1, 2, 3
NAMES = ("FINANCE", "TECHNOLOGY", "AGENCY_BILLING_VIEWER", "CLIENT_SUCCESS", "BILLING_FREEZER", "ISOLATED_SPEND")
ROLE.update({"ROLE_" + name: 4 + place for place, name in enumerate(NAMES)})
# By the rules: GW-01, GW-02, GW-03, GW-05, GW-08, in the order of RPCS.
EXPECTED = {
    (): (HIDDEN,) * 7,
    ("MEMBER",): (ALLOW, DENY, ALLOW, DENY, ALLOW, DENY, HIDDEN),
    ("ACCOUNT_ADMINISTRATOR",): (ALLOW, ALLOW, ALLOW, ALLOW, ALLOW, ALLOW, HIDDEN),
    ("OPERATOR",): (HIDDEN,) * 7,
    ("OPERATOR_ADMINISTRATOR",): (HIDDEN,) * 7,
    ("OPERATOR_REVIEW",): (HIDDEN,) * 7,
    ("OPERATOR_FINANCE",): (HIDDEN, HIDDEN, DENY, DENY, HIDDEN, HIDDEN, ALLOW),
    ("OPERATOR_SUPPORT",): (HIDDEN, HIDDEN, HIDDEN, DENY, HIDDEN, HIDDEN, HIDDEN),
    ("OPERATOR_LOOK",): (ALLOW, DENY, DENY, DENY, ALLOW, DENY, HIDDEN),
    ("FINANCE",): (ALLOW, ALLOW, DENY, ALLOW, ALLOW, DENY, HIDDEN),
    ("TECHNOLOGY",): (ALLOW, HIDDEN, ALLOW, HIDDEN, ALLOW, HIDDEN, HIDDEN),
    ("AGENCY_BILLING_VIEWER",): (ALLOW, HIDDEN, DENY, HIDDEN, HIDDEN, HIDDEN, HIDDEN),
    ("AGENCY_BILLING_VIEWER", "ACCOUNT_ADMINISTRATOR"): (ALLOW, ALLOW, ALLOW, DENY, ALLOW, ALLOW, HIDDEN),
    ("AGENCY_BILLING_VIEWER", "FINANCE"): (ALLOW, ALLOW, DENY, DENY, ALLOW, DENY, HIDDEN),
    ("CLIENT_SUCCESS",): (ALLOW, DENY, DENY, DENY, ALLOW, DENY, HIDDEN),
    ("BILLING_FREEZER",): (HIDDEN,) * 7,
    ("ISOLATED_SPEND",): (ALLOW, HIDDEN, ALLOW, HIDDEN, HIDDEN, HIDDEN, HIDDEN),
    ("ISOLATED_SPEND", "ACCOUNT_ADMINISTRATOR"): (ALLOW, DENY, ALLOW, DENY, ALLOW, ALLOW, HIDDEN),
}


class Permissions(Passage):
    def passes(self, rpc):
        """Whether the call is not refused for want of a permission."""
        try:
            self.call(rpc)
        except Refusal as refusal:
            return refusal.reason != "PERMISSION_DENIED"
        return True

    def test_each_role_is_told_what_its_calls_meet(self):
        for roles, expected in EXPECTED.items():
            self.roles = ["ROLE_" + role for role in roles]
            checks = self.call(CHECK, permissions=list(RPCS)).checks
            self.assertEqual([check.permission for check in checks], list(RPCS))
            self.assertEqual(tuple(check.outcome for check in checks), expected, roles)
            for check in checks:
                self.assertEqual(self.passes(RPCS[check.permission]), check.outcome == ALLOW, (roles, check.permission))

    def test_the_rule_that_decided_is_named(self):
        self.roles = ["ROLE_ACCOUNT_ADMINISTRATOR", "ROLE_AGENCY_BILLING_VIEWER"]
        self.peers.answer(RESOLVE, lambda *words: dict(self.resolve(*words), inherited_roles=[ROLE["ROLE_ACCOUNT_ADMINISTRATOR"]]))
        rules = [(check.role, check.denied_by_role, check.inherited)
                 for check in self.call(CHECK, permissions=["ledger.transfer.create", "payments.top_up.create", "identity.session.list"]).checks]
        self.assertEqual(rules, [("ACCOUNT_ADMINISTRATOR", False, True), ("AGENCY_BILLING_VIEWER", True, False), ("", False, False)])

    def test_without_names_all_are_told(self):
        names = [check.permission for check in self.call(CHECK).checks]
        self.assertEqual(names, sorted(set(names)))
        self.assertGreater(len(names), 80)
        self.assertTrue(set(RPCS) <= set(names))

    def test_of_a_strangers_account_all_is_hidden(self):
        checks = self.call(CHECK, account_id=new_id(), permissions=list(RPCS)).checks
        self.assertEqual({check.outcome for check in checks}, {HIDDEN})

    def test_what_is_refused(self):
        with refused(self, grpc.StatusCode.UNAUTHENTICATED, "SESSION_REQUIRED"):
            self.call(CHECK, token="")
        with self.assertRaises(Refusal) as caught:
            self.call(CHECK, permissions=["ledger.balance.get", "ledger.balance.steal"])
        self.assertEqual((caught.exception.reason, caught.exception.terms["permission"]), ("UNKNOWN_PERMISSION", "ledger.balance.steal"))
        for permissions in (["ledger.balance.get"] * 101, ["x" * 65], [""]):
            with refused(self, grpc.StatusCode.INVALID_ARGUMENT):
                self.call(CHECK, permissions=permissions)
        self.assertEqual(len(self.call(CHECK, permissions=["ledger.balance.get"] * 100).checks), 100)


if __name__ == "__main__":
    unittest.main()
