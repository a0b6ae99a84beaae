"""Role by rpc (R6): every row of matrix.txt is played against the running gateway, with and without each role. The peers are fakes that say the
roles and take whatever reaches them."""
import os
import unittest

from passage_test import OPERATORS, ROLE, Passage
from permission_test import NAMES
from route_test import read_table

from service import Refusal

LETTERS = dict(zip("MAFTVSZINRPHL", ("MEMBER", "ACCOUNT_ADMINISTRATOR") + NAMES + tuple(name for name in OPERATORS if name != "OPERATOR")))
# Beside the letters of each single role: what a deny that wins takes from an administrator (GW-01, GW-02).
VIEWER_DENIED = {"identity.v1.AccountService/AddBillingAddress", "payments.v1.AccountService/SetCurrency", "payments.v1.PaymentMethodService/AddCard",
                 "payments.v1.PaymentMethodService/LinkWallet", "payments.v1.PaymentMethodService/RemovePaymentMethod",
                 "payments.v1.TopUpService/CreateTopUp"}
SPENDER_DENIED = {"ledger.v1.AllocationService/AllocateToSubAccount", "ledger.v1.AllocationService/DeclineFundingRequest",
                  "ledger.v1.AllocationService/ReclaimFromSubAccount",
                  "ledger.v1.CreditService/ConfirmCreditLimit", "ledger.v1.HoldService/HoldFromAgent", "ledger.v1.PurchaseService/OrderFromAgent",
                  "ledger.v1.QuotaService/SetQuota", "ledger.v1.QuotaService/OffsetQuota",
                  "ledger.v1.TransferService/CreateTransfer", "ledger.v1.TransferService/RevokeTransfer", "payments.v1.PaymentMethodService/AddCard",
                  "payments.v1.PaymentMethodService/LinkWallet", "payments.v1.PaymentMethodService/RemovePaymentMethod",
                  "payments.v1.TopUpService/CreateTopUp"}


def read_matrix():
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "matrix.txt"), encoding="utf-8") as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return {rpc: letters for rpc, *letters in rows}


class Matrix(Passage):
    def answer(self, rpc, letters, token="a-session"):
        """The reason of a refusal, or nothing."""
        self.roles = ["ROLE_" + LETTERS[letter] for letter in letters]
        try:
            self.call(rpc, token=token)
        except Refusal as refusal:
            return refusal.reason
        return ""

    def setUp(self):
        super().setUp()
        self.matrix, self.above = read_matrix(), {}

    def resolve(self, request, metadata):
        return dict(super().resolve(request, metadata), **self.above)

    def may(self, rpc, letters):
        """A stream's decision is told by CheckPermissions, which is the same; permission_test.py holds both to each other."""
        if rpc.split("/")[1] in ("StreamOrders", "WatchChanges", "Audit", "WatchRunway"):
            self.roles = ["ROLE_" + LETTERS[letter] for letter in letters]
            permission = {"StreamOrders": "ledger.order.submit", "WatchChanges": "ledger.change.watch", "Audit": "ledger.audit.run",
                          "WatchRunway": "ledger.runway.watch"}[rpc.split("/")[1]]
            return self.call("gateway.v1.PermissionService/CheckPermissions", permissions=[permission]).checks[0].outcome == 1
        return self.answer(rpc, letters) != "PERMISSION_DENIED"

    def test_every_public_rpc_has_its_row(self):
        self.assertEqual(set(self.matrix), {row[0] for row in read_table()[0] if "?" not in row[0]})

    def test_each_role_may_what_its_row_says(self):
        for rpc, row in self.matrix.items():
            everybody = row in (["anybody"], ["logged-in"])
            self.assertTrue(everybody or set(row) <= set(LETTERS), row)
            for letter in [""] + list(LETTERS):
                self.assertEqual(self.may(rpc, letter), everybody or letter in row, (rpc, LETTERS.get(letter, "no role")))

    def test_without_a_session_only_what_is_anybodys_is_open(self):
        for rpc, row in self.matrix.items():
            if rpc.split("/")[1] not in ("StreamOrders", "WatchChanges", "Audit", "WatchRunway"):
                self.assertEqual(self.answer(rpc, "", token="") == "SESSION_REQUIRED", row != ["anybody"], rpc)

    def test_a_deny_wins_over_an_administrator(self):  # GW-01, GW-02
        for rpc, row in self.matrix.items():
            if "A" in row:
                self.assertEqual(self.may(rpc, "AV"), rpc not in VIEWER_DENIED, rpc)
                self.assertEqual(self.may(rpc, "AI"), rpc not in SPENDER_DENIED, rpc)

    def test_a_deny_given_above_binds_members_and_no_owner(self):  # ID-20, GW-13
        """An owner is administrator, and what is given above him takes nothing from that; what the account itself gives him does."""
        for rpc, row in self.matrix.items():
            if "A" not in row:
                continue
            for owner, above in ((True, True), (True, False), (False, True)):
                viewer = [ROLE["ROLE_AGENCY_BILLING_VIEWER"]]
                self.above = {"owner": owner, "inherited_roles": viewer if above else [],
                              "given_roles": [ROLE["ROLE_ACCOUNT_ADMINISTRATOR"]] + ([] if above else viewer)}
                self.assertEqual(self.may(rpc, "AV"), rpc not in VIEWER_DENIED or (owner and above), (rpc, owner, above))

    def test_two_roles_may_what_either_may(self):  # GW-08
        for rpc, row in self.matrix.items():
            if row not in (["anybody"], ["logged-in"]):
                self.assertEqual(self.may(rpc, "FT"), bool({"F", "T"} & set(row)), rpc)


if __name__ == "__main__":
    unittest.main()
