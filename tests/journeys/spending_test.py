"""PAY-16 with everything real: who stands above an account says whether it may spend; then it spends nothing, and is filled only by who accepts that."""
import unittest

from stack import Journey, new_id, psql

TOP_UP = "payments.v1.TopUpService/CreateTopUp"
WIRE = 4


class Spending(Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main, cls.branch = cls.stack.company("main", "branch")
        cls.clerk = cls.stack.customer("clerk").open()
        cls.below = ("--account", cls.branch.account_id)
        cls.clerk.join(cls.main, "finance", "--subtree")
        for account in (cls.main, cls.branch):
            account.top_up("1000.00")

    def set(self, who, permission, account=None):
        return who.kontor("spending", "set", permission, "--account", (account or self.branch).account_id, "--remark", "the pilot")["account"]

    def wire(self, request_id=None, **fields):
        return self.stack.gateway.call(TOP_UP, metadata=(("authorization", "Bearer " + self.stack.token(self.main.name)),), account_id=self.main.account_id,
                                       target_account_id=self.branch.account_id, request_id=request_id or new_id(), rail=WIRE,
                                       amount_micros=60_000_000_000, currency="CNY", **fields).top_up

    def explained(self, action, *words):
        return [row["reason"] for row in self.branch.kontor("explain", action, *words).get("blockers", ())]

    def test_it_is_decided_above(self):
        with self.stack.refused(self, "PERMISSION_DENIED"):
            self.set(self.branch, "read-only")  # by its own administrator
        with self.stack.refused(self, "PERMISSION_DENIED"):
            self.set(self.clerk, "read-only", self.main)  # nobody stands above the main account
        before = self.branch.kontor("account", "ledger")["account"]
        self.assertEqual(before["spendingPermission"], "SPENDING_PERMISSION_SPEND")

    def test_a_read_only_account_spends_nothing_and_is_filled_knowingly(self):
        early = new_id()
        accepted = self.wire(early)
        told = self.set(self.clerk, "read-only")
        clerk = psql(self.stack.identity.database, "SELECT principal_id FROM identity.account WHERE account_id = '%s'" % self.clerk.account_id)
        self.assertEqual((told["spendingPermission"], told["spendingSetByPrincipalId"]), ("SPENDING_PERMISSION_READ_ONLY", clerk))
        try:
            with self.stack.refused(self, "SPENDING_NOT_PERMITTED"):
                self.branch.purchase("1.00")
            with self.stack.refused(self, "SPENDING_NOT_PERMITTED"):
                self.branch.transfer(self.main, "1.00")
            self.assertEqual((self.explained("ledger.purchase.create", "--region", "cn-hangzhou"), self.explained("payments.top_up.create")),
                             (["SPENDING_NOT_PERMITTED"], ["SUBACCOUNT_READ_ONLY"]))
            with self.stack.refused(self, "SUBACCOUNT_READ_ONLY"):
                self.main.transfer(self.branch, "1.00")
            with self.stack.refused(self, "SUBACCOUNT_READ_ONLY"):
                self.branch.kontor("topup", "--rail", "wire", "--amount", "60000.00", "--currency", "CNY", "--no-wait")
            self.assertEqual(self.wire(early).top_up_id, accepted.top_up_id)  # its answer again, though no new one would pass
            self.wire(accept_read_only=True)
            self.main.transfer(self.branch, "1.00", "--accept-read-only")
            overview = self.branch.kontor("overview")
            listed = {row["account"]["accountId"]: row["balance"].get("readOnly", False) for row in self.clerk.kontor(
                "account", "balances", "--account", self.main.account_id)["accounts"]}
            self.assertEqual((overview["balance"]["readOnly"], listed), (True, {self.main.account_id: False, self.branch.account_id: True}))
            acts = self.branch.kontor("who-did-what")["acts"]
            self.assertIn(("ledger.spending_permission.set", clerk), [(act["action"], act["actor"].get("principalId")) for act in acts])
        finally:
            self.set(self.clerk, "spend")
        self.branch.purchase("1.00")
        self.main.transfer(self.branch, "1.00")


if __name__ == "__main__":
    unittest.main()
