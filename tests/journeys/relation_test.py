"""Partners with everything real (ID-22, ID-24, ID-25, ID-30): a partner by contract asks an account, whose administrator agrees to the very terms
with a proved factor, once nothing is under way there."""
import unittest

from junior_test import code_of
from real_name_test import NUMBER
from stack import Journey, Refused, new_id

TERMS = ["--permit", "view-balance,allocate,pay-on-behalf", "--settlement", "agent-pays", "--invoices", "customer", "--shutdown", "delay"]


class RelationTest(Journey):
    @staticmethod
    def pays(partner, customer):
        try:
            return bool(partner.kontor("quota", "set", "--for", customer.account_id, "--line", "50.00", "--currency", "CNY"))
        except Refused:
            return False

    def test_a_customer_agrees(self):
        partner, = self.stack.company("partner")
        customer, = self.stack.company("customer")
        with self.stack.refused(self, "PARTNER_NOT_AUTHORISED"):
            partner.kontor("relation", "request", customer.account_id, *TERMS)
        self.stack.operator("partner", "authorise", partner.account_id, "--reference", "C-2026-7")
        partner.kontor("relation", "request", new_id(), *TERMS)  # nobody's; the answer is as of anybody
        asked = partner.kontor("relation", "request", customer.account_id, *TERMS)["relation"]
        mine, = customer.kontor("relation", "list")["relations"]
        self.assertEqual((mine["offer"], mine["relationId"]), (asked["offer"], asked["relationId"]))
        confirm = ["relation", "confirm", mine["relationId"], "--hash", mine["offer"]["offerHash"]]
        with self.stack.refused(self, "MFA_REQUIRED"):
            customer.kontor(*confirm)
        customer.kontor("factor", "confirm", code_of(customer.kontor("factor", "enroll", "--name", "phone")["secret"]))
        customer.top_up("500.00")
        self.stack.await_equal(self, 500_000_000, customer.own)
        hold = customer.kontor("hold", "place", "--amount", "10.00", "--currency", "CNY", "--expires", self.stack.time(7200), "--region", "cn-hangzhou")
        self.assertEqual([obstacle["reason"] for obstacle in customer.kontor("relation", "check", mine["relationId"])["obstacles"]], ["UNFINISHED_ORDERS"])
        with self.stack.refused(self, "UNFINISHED_ORDERS"):
            customer.kontor(*confirm)
        customer.kontor("hold", "void", hold["hold"]["holdId"])
        self.assertEqual(customer.kontor("relation", "check", mine["relationId"]).get("obstacles", []), [])
        with self.stack.refused(self, "OFFER_CHANGED"):
            customer.kontor(*confirm[:-1], "0" * 64)
        self.assertEqual(customer.kontor(*confirm)["relation"]["state"], "RELATION_STATE_ACTIVE")
        control = customer.kontor("billing-control")
        self.assertEqual((control["payerAccountId"], [agent["accountId"] for agent in control["agents"]]), (partner.account_id, [partner.account_id]))
        with self.stack.refused(self, "PERMISSION_DENIED"):  # no role passes from the partner to its customer
            partner.kontor("member", "list", "--account", customer.account_id)
        for person, reason in ((customer, "HAS_PARTNER"), (partner, "HAS_CUSTOMERS")):
            blockers = [row for row in person.kontor("account", "blockers")["blockers"] if row.get("relationId")]
            self.assertEqual([(row["reason"], row["relationId"]) for row in blockers], [(reason, mine["relationId"])])
        end = ["relation", "end", mine["relationId"], "--customer", customer.account_id]
        partner.top_up("100.00")
        self.stack.await_equal(self, 100_000_000, partner.own)
        self.stack.await_equal(self, True, lambda: self.pays(partner, customer))  # once the ledger was told of the relation
        partner.kontor("purchase", "--amount", "10.00", "--currency", "CNY", "--region", "cn-hangzhou", "--for", customer.account_id)
        with self.stack.refused(self, "QUOTA_USED"):
            partner.kontor(*end, "--yes")
        partner.kontor("quota", "offset", "--for", customer.account_id, "--amount", "5.00", "--currency", "CNY")
        with self.stack.refused(self, "QUOTA_USED"):
            partner.kontor(*end, "--yes")
        partner.kontor("quota", "offset", "--for", customer.account_id, "--amount", "5.00", "--currency", "CNY")
        self.assertEqual(partner.kontor(*end, "--at", self.stack.time(3600), "--yes")["relation"]["state"], "RELATION_STATE_DISSOCIATING")
        self.assertEqual(partner.kontor("relation", "withdraw-end", mine["relationId"])["relation"]["state"], "RELATION_STATE_ACTIVE")
        partner.kontor("purchase", "--amount", "10.00", "--currency", "CNY", "--region", "cn-hangzhou", "--for", customer.account_id)
        self.assertEqual(customer.kontor(*end, "--yes")["relation"]["state"], "RELATION_STATE_ENDED")  # ID-41: nor does the quota it used
        self.assertEqual(customer.kontor("billing-control").get("agents", []), [])
        acts = customer.kontor("who-did-what", "--action", "identity.relation.confirm")["acts"]
        self.assertEqual([act.get("reason") or "" for act in acts], ["", "OFFER_CHANGED", "UNFINISHED_ORDERS", "MFA_REQUIRED"])

    def test_a_customer_switches_its_partner(self):  # c-9
        (old,), (new,), (customer,) = (self.stack.company(name) for name in ("leaving", "coming", "switching"))
        for partner in (old, new):
            self.stack.operator("partner", "authorise", partner.account_id, "--reference", "C-2026-10")
        customer.kontor("factor", "confirm", code_of(customer.kontor("factor", "enroll", "--name", "phone")["secret"]))
        present = old.kontor("relation", "request", customer.account_id, *TERMS)["relation"]
        customer.kontor("relation", "confirm", present["relationId"], "--hash", present["offer"]["offerHash"])
        old.top_up("100.00")
        self.stack.await_equal(self, 100_000_000, old.own)
        old.kontor("allocate", "--to", customer.account_id, "--amount", "40.00", "--currency", "CNY")
        self.stack.await_equal(self, 40_000_000, customer.transferred_in)
        customer.top_up("100.00")
        self.stack.await_equal(self, 100_000_000, customer.own)
        hold = customer.kontor("hold", "place", "--amount", "10.00", "--currency", "CNY", "--expires", self.stack.time(7200), "--region", "cn-hangzhou")
        offered = new.kontor("relation", "request", customer.account_id, *TERMS)["relation"]
        place = ["--in-place-of", present["relationId"]]
        found = lambda: [(row["reason"], row.get("agentAccountId"), row.get("amountMicros")) for row in  # noqa: E731
                         customer.kontor("relation", "check", offered["relationId"], *place).get("obstacles", [])]
        lots = lambda micros: ("LOTS_REMAINING", old.account_id, micros)  # noqa: E731
        self.assertEqual(found(), [("UNFINISHED_ORDERS", "", "0"), lots("40000000")])
        switch = ["relation", "confirm", offered["relationId"], "--hash", offered["offer"]["offerHash"], *place]
        with self.stack.refused(self, "UNFINISHED_ORDERS"):
            customer.kontor(*switch, "--acknowledge-remainders")
        customer.kontor("hold", "void", hold["hold"]["holdId"])
        old.kontor("reclaim", "--from", customer.account_id, "--amount", "15.00", "--currency", "CNY")
        self.assertEqual(found(), [lots("25000000")])
        with self.stack.refused(self, "LOTS_REMAINING"):
            customer.kontor(*switch)
        self.assertIn("balance", old.kontor("balance", "--account", customer.account_id))
        with self.stack.refused(self, "PERMISSION_DENIED"):
            new.kontor("balance", "--account", customer.account_id)
        answer = customer.kontor(*switch, "--acknowledge-remainders")
        self.assertEqual((answer["relation"]["state"], answer["replacedRelation"]["state"]), ("RELATION_STATE_ACTIVE", "RELATION_STATE_ENDED"))
        self.assertEqual([agent["accountId"] for agent in customer.kontor("billing-control")["agents"]], [new.account_id])
        with self.stack.refused(self, "PERMISSION_DENIED"):
            old.kontor("balance", "--account", customer.account_id)
        self.assertIn("balance", new.kontor("balance", "--account", customer.account_id))
        self.assertEqual([row["accountId"] for partner in (old, new) for row in partner.kontor("customer", "list").get("customers", [])],
                         [customer.account_id])
        with self.stack.refused(self, "RELATION_NOT_FOUND"):
            old.kontor("allocate", "--to", customer.account_id, "--amount", "1.00", "--currency", "CNY")
        self.assertFalse(self.pays(old, customer))
        old.kontor("reclaim", "--from", customer.account_id, "--amount", "25.00", "--currency", "CNY")  # what stayed (D.7)
        self.stack.await_equal(self, 100_000_000, old.own)

    def test_a_closed_account_becomes_no_customer(self):
        partner, = self.stack.company("seller")
        gone, = self.stack.company("gone")
        self.stack.operator("partner", "authorise", partner.account_id, "--reference", "C-2026-9")
        asked = partner.kontor("relation", "request", gone.account_id, *TERMS)["relation"]
        self.stack.operator("account", "state", "closed", "--account", gone.account_id)
        self.assertEqual([row["reason"] for row in gone.kontor("relation", "check", asked["relationId"])["obstacles"]], ["ACCOUNT_CLOSED"])

    def test_somebody_new_becomes_a_customer(self):  # ID-21
        partner, = self.stack.company("inviter")
        self.stack.operator("partner", "authorise", partner.account_id, "--reference", "C-2026-8")
        newcomer = self.stack.customer("newcomer")
        results = partner.kontor("customer", "invite", "--email", newcomer.email + "," + partner.email, *TERMS)["results"]
        self.assertEqual([result.get("reason", "") for result in results], ["", "CONTACT_REGISTERED"])
        invitation, token = self.stack.invitation(newcomer.email)
        known = [invitation, "--token", token]
        shown = newcomer.kontor("customer", "open-invitation", *known)  # without a log-in
        self.assertEqual(shown["agentAccountId"], partner.account_id)
        newcomer.open()
        accept = ["customer", "accept-invitation", *known, "--hash", shown["offerHash"]]
        with self.stack.refused(self, "INVITATION_OF_ANOTHER"):
            partner.kontor(*accept)
        self.assertEqual(newcomer.kontor(*accept)["state"], "CUSTOMER_INVITATION_STATE_ACCEPTED")
        self.assertEqual(newcomer.kontor("billing-control").get("agents", []), [])
        self.stack.operator("real-name", "approve", newcomer.kontor("real-name", "submit", *NUMBER)["submissionId"])
        self.stack.await_equal(self, [partner.account_id], lambda: [agent["accountId"] for agent in newcomer.kontor("billing-control").get("agents", [])],
                               timeout=60)
        self.assertEqual(partner.kontor("customer", "invitations")["invitations"][0]["state"], "CUSTOMER_INVITATION_STATE_ASSOCIATED")


if __name__ == "__main__":
    unittest.main()
