"""Roles of an account's own (GW-01, GW-13, ID-36), through the gateway: made, given, written anew, taken, deleted; what they open counts at once,
and nobody gives by one what they may not do."""
import os
import threading
import unittest

from stack import Journey, Refused, new_id, psql

ALLOW, DENY, HIDDEN = ("PERMISSION_OUTCOME_" + name for name in ("ALLOW", "DENY", "HIDDEN"))


class CustomRoleTest(Journey):
    def setUp(self):
        self.owner, = self.stack.company("owner-" + new_id()[:4])
        self.clerk = self.member("clerk")

    def member(self, name, role="billing-freezer"):
        return self.stack.customer("%s-%s" % (name, new_id()[:4])).sign_up().join(self.owner, role)

    def person(self, who):
        return psql(self.stack.identity.database, "SELECT principal_id FROM identity.account WHERE account_id = '%s'" % who.account_id)

    def make(self, *words, name=None, owner=None):
        return (owner or self.owner).kontor("role", "create", name or "role " + new_id()[:8], *words)["role"]

    def grant(self, role, who=None, *more, owner=None):
        return (owner or self.owner).kontor("member", "grant", self.person(who or self.clerk), "--custom-role", role["roleId"], *more)["member"]

    def acts(self, *words, who=None, account=None):
        return (who or self.clerk).kontor(*words, "--account", (account or self.owner).account_id)

    def check(self, permission, who=None, account=None):
        check, = self.acts("permission", "check", permission, who=who, account=account)["checks"]
        return check["outcome"], check.get("role", ""), check.get("deniedByRole", False), check.get("inherited", False)

    def test_what_is_given_counts_at_once_and_so_does_what_is_written_and_taken(self):
        role = self.make("--allow", "ledger.balance.get,ledger.transfer.*", "--deny", "ledger.transfer.revoke", name="Mover")
        self.assertTrue({"ledger.balance.get", "ledger.transfer.create"} <= set(role["holds"]))
        self.assertNotIn("ledger.transfer.revoke", role["holds"])
        self.assertEqual(self.check("ledger.transfer.create"), (HIDDEN, "", False, False))
        member = self.grant(role)
        self.assertEqual((member["customRoleIds"], member["roles"]), ([role["roleId"]], ["ROLE_BILLING_FREEZER"]))
        self.assertEqual(self.check("ledger.transfer.create"), (ALLOW, "Mover", False, False))
        self.assertEqual(self.check("ledger.transfer.revoke"), (DENY, "Mover", True, False))
        self.acts("balance")
        self.owner.kontor("role", "update", role["roleId"], "--name", "Mover", "--allow", "ledger.balance.get", "--deny", "ledger.transfer.*")
        self.assertEqual(self.check("ledger.transfer.create"), (HIDDEN, "Mover", True, False))
        self.acts("balance")
        self.owner.kontor("member", "grant", self.person(self.clerk), "--role", "finance")
        self.assertEqual(self.check("ledger.transfer.create"), (HIDDEN, "Mover", True, False))  # a deny wins
        with self.stack.refused(self, "ROLE_IN_USE") as seen:
            self.owner.kontor("role", "delete", role["roleId"], "--yes")
        self.assertEqual(seen[0].terms["holders"], "1")
        self.owner.kontor("member", "revoke", self.person(self.clerk), "--custom-role", role["roleId"])
        self.assertEqual(self.check("ledger.transfer.create"), (ALLOW, "FINANCE", False, False))
        with self.stack.refused(self, "NOT_A_MEMBER"):
            self.owner.kontor("member", "revoke", self.person(self.clerk), "--custom-role", role["roleId"])
        self.owner.kontor("role", "delete", role["roleId"], "--yes")
        for words in (("role", "show", role["roleId"]), ("role", "delete", role["roleId"], "--yes"),
                      ("member", "grant", self.person(self.clerk), "--custom-role", role["roleId"])):
            with self.stack.refused(self, "ROLE_NOT_FOUND"):
                self.owner.kontor(*words)

    def test_who_has_nothing_else_is_a_member_by_it(self):
        role = self.make("--allow", "ledger.balance.get")
        self.grant(role)
        self.owner.kontor("member", "revoke", self.person(self.clerk), "--role", "billing-freezer")
        self.acts("balance")
        with self.stack.refused(self, "PERMISSION_DENIED"):
            self.acts("transfer", "--amount", "1.00", "--to", self.clerk.account_id, "--currency", "CNY")
        told, = [member for member in self.owner.kontor("member", "list")["members"] if member["principalId"] == self.person(self.clerk)]
        self.assertEqual((told.get("roles", []), told["customRoleIds"]), ([], [role["roleId"]]))
        acts = self.owner.kontor("who-did-what", "--by", self.person(self.clerk)).get("acts", [])
        self.assertTrue(any(role["roleId"] in act["actor"]["roles"] for act in acts), acts)  # GW-07, of what was refused
        self.owner.kontor("member", "remove", self.person(self.clerk))
        with self.stack.refused(self, "PERMISSION_DENIED"):
            self.acts("balance")
        self.assertEqual(self.owner.kontor("role", "show", role["roleId"])["role"].get("holderCount", 0), 0)

    def test_nobody_gives_what_they_may_not_do(self):
        for words, reason, field, permission in (
                (("--allow", "ledger.balance.get,ledger.balance.steal"), "UNKNOWN_PERMISSION", "permissions", "ledger.balance.steal"),
                (("--allow", "ledger.*", "--deny", "ledgers.*"), "UNKNOWN_PERMISSION", "denied_permissions", "ledgers.*"),
                (("--allow", "identity.role.grant"), "PERMISSION_RESERVED", "permissions", "identity.role.grant"),
                (("--allow", "identity.company.submit"), "PERMISSION_RESERVED", "permissions", "identity.company.submit"),
                (("--allow", "identity.freeze.begin"), "PERMISSION_RESERVED", "permissions", "identity.freeze.begin"),
                (("--allow", "gateway.saga.*"), "PERMISSION_RESERVED", "permissions", "gateway.saga.*"),
                (("--allow", "identity.company.approve"), "PERMISSION_RESERVED", "permissions", "identity.company.approve")):
            with self.stack.refused(self, reason) as seen:
                self.make(*words)
            self.assertEqual((seen[0].terms["field"], seen[0].terms["permission"]), (field, permission))
        second = self.member("second", "account-administrator")
        self.owner.kontor("member", "grant", self.person(second), "--role", "agency-billing-viewer")
        words = ("role", "create", "Payer", "--allow", "payments.*")
        with self.stack.refused(self, "PERMISSION_NOT_YOURS") as seen:
            self.acts(*words, who=second)
        self.assertEqual((seen[0].terms["pattern"], seen[0].terms["permission"].split(".")[0]), ("payments.*", "payments"))
        payer = self.owner.kontor(*words)["role"]
        with self.stack.refused(self, "PERMISSION_NOT_YOURS"):  # nor by writing it anew
            self.acts("role", "update", payer["roleId"], "--name", "Payer", "--allow", "payments.*", who=second)
        with self.stack.refused(self, "PERMISSION_DENIED"):
            self.acts(*words)
        self.grant(payer)
        self.assertEqual(self.check("payments.top_up.return")[0], DENY)  # the provider's stays the provider's
        everything = self.make("--allow", "*")
        self.grant(everything)
        self.acts("member", "list")
        with self.stack.refused(self, "PERMISSION_DENIED"):
            self.acts("member", "grant", self.person(self.clerk), "--role", "account-administrator")

    def test_the_built_in_ones_are_shown_with_what_they_open(self):
        own = self.make("--allow", "ledger.balance.get", name="Balance")
        listed = self.owner.kontor("role", "list")["roles"]
        self.assertEqual([role["name"] for role in listed], ["ACCOUNT_ADMINISTRATOR", "MEMBER", "FINANCE", "TECHNOLOGY", "AGENCY_BILLING_VIEWER",
                                                             "CLIENT_SUCCESS", "BILLING_FREEZER", "ISOLATED_SPEND", "Balance"])
        self.assertEqual(listed[-1]["permissions"], ["ledger.balance.get"])
        viewer = self.owner.kontor("role", "show", "--built-in", "agency-billing-viewer")["role"]
        self.assertIn("payments.top_up.create", viewer["deniedPermissions"])
        self.assertIn("ledger.balance.get", viewer["holds"])
        self.assertIn("ledger.transfer.create", self.owner.kontor("role", "show", "--built-in", "account-administrator")["role"]["holds"])
        self.assertEqual(self.owner.kontor("role", "show", own["roleId"])["role"]["holds"], ["ledger.balance.get"])
        stranger = self.stack.customer("stranger-" + new_id()[:4]).sign_up()
        with self.stack.refused(self, "ROLE_NOT_FOUND"):
            stranger.kontor("role", "show", own["roleId"])
        for name in ("Balance", "FINANCE", "finance", "Account administrator"):
            with self.stack.refused(self, "ROLE_NAME_TAKEN"):
                self.make("--allow", "ledger.balance.get", name=name)

    def test_with_what_is_under_the_account(self):
        main, below = self.stack.company("main-" + new_id()[:4], "below-" + new_id()[:4])
        clerk = self.stack.customer("clerk-" + new_id()[:4]).sign_up().join(main, "billing-freezer")
        second = self.stack.customer("second-" + new_id()[:4]).sign_up().join(main, "account-administrator")
        role = self.make("--allow", "ledger.balance.get", name="Below", owner=main)
        main.kontor("member", "grant", self.person(clerk), "--custom-role", role["roleId"], "--subtree")
        self.assertEqual(self.check("ledger.balance.get", clerk, below), (ALLOW, "Below", False, True))
        self.acts("balance", who=clerk, account=below)
        with self.stack.refused(self, "SUBTREE_NOT_YOURS"):  # who administers the one account alone does not write what holds below
            self.acts("role", "update", role["roleId"], "--name", "Below", "--allow", "ledger.*", who=second, account=main)
        with self.stack.refused(self, "ROLE_NOT_FOUND"):
            below.kontor("role", "show", role["roleId"])
        main.kontor("role", "update", role["roleId"], "--name", "Below", "--allow", "ledger.lot.list")
        with self.stack.refused(self, "PERMISSION_DENIED"):
            self.acts("balance", who=clerk, account=below)

    def test_a_deny_given_above_binds_members_and_no_owner(self):  # ID-20, GW-13
        main, below = self.stack.company("main-" + new_id()[:4], "below-" + new_id()[:4])
        clerk = self.stack.customer("clerk-" + new_id()[:4]).sign_up().join(main, "finance")
        below.join(main, "member")
        role = self.make("--allow", "ledger.balance.get", "--deny", "ledger.transfer.create", name="No money", owner=main)["roleId"]
        main.kontor("member", "grant", self.person(clerk), "--role", "finance", "--subtree")
        self.assertEqual(self.check("ledger.transfer.create", clerk, below)[0], ALLOW)
        for who in (clerk, below):
            main.kontor("member", "grant", self.person(who), "--custom-role", role, "--subtree")
        self.assertEqual(self.check("ledger.transfer.create", clerk, below), (DENY, "No money", True, True))
        self.assertEqual(self.check("ledger.transfer.create", below, below)[0], ALLOW)
        self.assertNotEqual(self.check("ledger.transfer.create", below, main)[0], ALLOW)  # above he owns nothing

    def test_an_administrator_is_told_of_others(self):
        """ID-36: by the decision that they would meet themselves."""
        role = self.make("--allow", "ledger.balance.get,ledger.transfer.create", "--deny", "payments.*", name="Told")
        self.grant(role)
        asked = ("ledger.transfer.create", "payments.top_up.create", "ledger.lot.list", "identity.session.list")
        of_clerk = ["permission", "check", ",".join(asked), "--of", self.person(self.clerk)]
        told = self.owner.kontor(*of_clerk)["checks"]
        self.assertEqual([check["outcome"] for check in told], [ALLOW, HIDDEN, HIDDEN, ALLOW])
        self.assertEqual([check.get("role", "") for check in told], ["Told", "Told", "", ""])
        self.assertEqual(told, self.acts("permission", "check", ",".join(asked))["checks"])
        self.assertEqual(len(self.owner.kontor("permission", "check", "--of", self.person(self.clerk))["checks"]),
                         len(self.acts("permission", "check")["checks"]))
        with self.stack.refused(self, "PERMISSION_DENIED"):  # by a member alone
            self.acts(*of_clerk)
        stranger = self.stack.customer("stranger-" + new_id()[:4]).sign_up()
        self.stack.operator("customer", "look", "--account", self.owner.account_id, "--reason", "Asked for.")
        operators = psql(self.stack.identity.database, "SELECT principal_id FROM identity.principal WHERE operator").split()
        self.assertTrue(operators)
        for somebody in (self.person(stranger), *operators, new_id()):
            with self.stack.refused(self, "NOT_A_MEMBER"):
                self.owner.kontor("permission", "check", "ledger.balance.get", "--of", somebody)
        self.owner.kontor("member", "revoke", self.person(self.clerk), "--custom-role", role["roleId"])
        self.assertEqual(self.owner.kontor(*of_clerk)["checks"][0]["outcome"], HIDDEN)

    def test_programs_have_them_too(self):
        role = self.make("--allow", "ledger.balance.get")
        program = self.owner.kontor("program", "create", "portal", "--custom-role", role["roleId"])["program"]
        self.assertEqual((program.get("roles", []), program["customRoleIds"]), ([], [role["roleId"]]))
        key = self.owner.kontor("key", "create", program["programId"], "--permissions", "ledger.*", "--expires", "+1d")
        path = os.path.join(self.stack.folder, "key")
        with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(key["secret"])
        ask = lambda: self.stack.kontor("balance", "--program-key-file", path)  # noqa: E731
        ask()
        self.owner.kontor("role", "update", role["roleId"], "--name", role["name"], "--allow", "ledger.lot.list")
        with self.stack.refused(self, "PERMISSION_DENIED"):
            ask()
        self.owner.kontor("program", "set-roles", program["programId"], "--role", "finance")
        ask()
        self.owner.kontor("role", "delete", role["roleId"], "--yes")

    def test_a_role_taken_while_orders_are_under_way(self):
        """Nothing passes that is asked once the taking was answered."""
        role = self.make("--allow", "ledger.transfer.create,ledger.balance.get")
        self.grant(role)
        main = self.stack.customer("to-" + new_id()[:4]).sign_up()
        taken, late, reasons = threading.Event(), [], []

        def move():
            while not late:
                begun_after = taken.is_set()
                try:
                    self.acts("transfer", "--amount", "1.00", "--to", main.account_id, "--currency", "CNY")
                    reasons.append(("DONE", begun_after))
                except Refused as refusal:
                    reasons.append((refusal.reason, begun_after))
                if begun_after:
                    late.append(True)

        movers = [threading.Thread(target=move) for _ in range(3)]
        for mover in movers:
            mover.start()
        self.stack.await_equal(self, True, lambda: len(reasons) >= 3)
        self.owner.kontor("member", "revoke", self.person(self.clerk), "--custom-role", role["roleId"])
        taken.set()
        for mover in movers:
            mover.join()
        self.assertTrue({reason for reason, after in reasons if not after} - {"PERMISSION_DENIED"}, reasons)  # it could be asked before
        self.assertEqual({reason for reason, after in reasons if after}, {"PERMISSION_DENIED"})


if __name__ == "__main__":
    unittest.main()
