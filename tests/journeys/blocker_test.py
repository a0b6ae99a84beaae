"""GW-10, ID-35: whoever is refused asks why, hears everything at once, and mends it line by line; the reason that is explained is the reason
that the call gives, in whatever service it is decided."""
import subprocess
import unittest

from stack import PASSWORD, Journey, new_id, psql
from service import OWNER

BUY = ["purchase", "--currency", "CNY"]


class BlockerTest(Journey):
    def reasons(self, who, action, *words):
        return [blocker["reason"] for blocker in who.kontor("explain", action, *words).get("blockers", [])]

    def agrees(self, who, reasons, action, asked, *words):
        """The call hears what was explained first."""
        self.assertEqual(self.reasons(who, action, *asked), reasons)
        with self.stack.refused(self, reasons[0]):
            who.kontor(*words, *asked)

    def test_a_newcomer_mends_what_stands_line_by_line(self):
        person = self.stack.customer("newcomer").sign_up()
        region, amount = ["--region", "ap-southeast-1"], ["--amount", "5.00"]
        explained = lambda: self.reasons(person, "ledger.purchase.create", *region)
        self.agrees(person, ["BILLING_ADDRESS_MISSING", "CURRENCY_MISSING", "PAYMENT_METHOD_MISSING"], "ledger.purchase.create", region, *BUY, *amount)
        with self.stack.refused(self, "BILLING_ADDRESS_MISSING"):  # R10
            person.add_card()
        self.assertEqual(self.reasons(person, "identity.billing_address.add"), ["SECOND_CHANNEL_UNVERIFIED"])
        with self.stack.refused(self, "SECOND_CHANNEL_UNVERIFIED"):
            person.add_address(corporate=False)
        self.agrees(person, ["ACCOUNT_NOT_FOUND"], "ledger.balance.get", [], "balance")
        person.verify_phone().add_address(corporate=False)
        self.assertEqual(explained(), ["CURRENCY_MISSING", "PAYMENT_METHOD_MISSING"])
        self.assertEqual(self.reasons(person, "payments.top_up.create"), ["CURRENCY_NOT_SET"])
        with self.stack.refused(self, "CURRENCY_NOT_SET"):
            person.kontor("topup", *amount, "--currency", "CNY", "--rail", "wire", "--to", person.account_id, "--no-wait")
        person.set_currency()
        card = person.add_card()["paymentMethodId"]
        self.assertEqual(explained(), [])
        self.agrees(person, ["EXCEEDS_AVAILABLE"], "ledger.purchase.create", [*region, *amount, "--currency", "CNY"], "purchase")
        person.top_up("100.00", card)
        self.assertEqual(self.reasons(person, "ledger.purchase.create", *region, *amount), [])
        person.purchase("5.00", "ap-southeast-1")
        self.agrees(person, ["REAL_NAME_REQUIRED"], "ledger.purchase.create", ["--region", "cn-hangzhou"], *BUY, *amount)

    def test_a_company_that_is_not_verified(self):
        """R1, settled 11: before its papers are looked at a company has a balance, tops up and buys; it passes nothing on."""
        company = self.stack.customer("fresh").sign_up().verify_phone().add_address().set_currency()
        card = company.add_card()["paymentMethodId"]
        self.assertEqual(company.kontor("ready").get("missingSteps", []), [])
        self.agrees(company, ["EXCEEDS_AVAILABLE"], "ledger.purchase.create",
                    ["--region", "eu-central-1", "--amount", "5.00", "--currency", "CNY"], "purchase")
        company.top_up("100.00", card)
        company.purchase("5.00", "eu-central-1")
        self.assertEqual(self.reasons(company, "ledger.transfer.create"), ["NOT_VERIFIED"])
        company.submit_company("5493001KJTIIGC8Y1R12")
        state = company.kontor("account", "onboarding")
        self.assertEqual([banner["reason"] for banner in state["banners"]], ["COMPANY_IN_REVIEW"])
        self.assertEqual((state["steps"][-1]["kind"], state["steps"][-1]["state"], state["currency"]),
                         ("ONBOARDING_STEP_KIND_VERIFY_COMPANY", "ONBOARDING_STEP_STATE_IN_REVIEW", "CNY"))

    def test_another_region_is_confirmed_once(self):
        """GW-14"""
        buyer, = self.stack.company("regional")
        buyer.top_up("100.00")
        buyer.kontor("account", "set-region", "eu-central-1")
        buyer.purchase("1.00", "eu-central-1")
        self.agrees(buyer, ["REGION_UNCONFIRMED"], "ledger.purchase.create", ["--region", "ap-southeast-1"], *BUY, "--amount", "1.00")
        buyer.kontor("account", "confirm-region", "ap-southeast-1")
        buyer.kontor("account", "confirm-region", "ap-southeast-1")  # again: nothing
        buyer.purchase("1.00", "ap-southeast-1")
        state = buyer.kontor("account", "onboarding")
        self.assertEqual((state["region"], state["confirmedRegions"]), ("eu-central-1", ["ap-southeast-1"]))
        records = [(record["kind"], record["detail"]) for record in buyer.kontor("account", "records")["records"]]
        self.assertEqual(records[-2:], [("REGION_SET", "eu-central-1"), ("REGION_CONFIRMED", "ap-southeast-1")])
        for number in range(31):
            buyer.kontor("account", "confirm-region", "zone-%d" % number)
        with self.stack.refused(self, "REGION_LIMIT"):
            buyer.kontor("account", "confirm-region", "zone-31")
        with self.stack.refused(self, "INVALID_ARGUMENT"):
            buyer.kontor("account", "confirm-region", "No Region")

    def test_what_the_books_say(self):
        payer, other = self.stack.company("payer", "other")
        payer.top_up("100.00")
        sub = ["--for", other.account_id]
        self.agrees(payer, ["QUOTA_NOT_FOUND"], "ledger.purchase.create", [*sub, "--amount", "5.00", "--currency", "CNY"], "purchase", "--region",
                    "eu-central-1")
        payer.kontor("quota", "set", *sub, "--line", "150.00", "--currency", "CNY")
        asked = [*sub, "--amount", "150.01", "--currency", "CNY"]
        self.agrees(payer, ["QUOTA_EXCEEDED", "PAYER_INSUFFICIENT"], "ledger.purchase.create", asked, "purchase", "--region", "eu-central-1")
        asked = [*sub, "--amount", "100.01", "--currency", "CNY"]
        self.agrees(payer, ["PAYER_INSUFFICIENT"], "ledger.purchase.create", asked, "purchase", "--region", "eu-central-1")
        asked = ["--amount", "100.01", "--currency", "CNY"]
        self.agrees(payer, ["EXCEEDS_TRANSFERABLE"], "ledger.transfer.create", asked, "transfer", "--to", other.account_id)
        self.agrees(payer, ["CURRENCY_MISMATCH"], "ledger.purchase.create", ["--amount", "1.00", "--currency", "USD"], "purchase", "--region", "eu-central-1")
        self.assertEqual(self.reasons(payer, "resource.run"), [])
        self.stack.operator("account", "state", "frozen", "--account", payer.account_id)
        self.agrees(payer, ["ACCOUNT_FROZEN"], "ledger.purchase.create", ["--amount", "1.00", "--currency", "CNY"], "purchase", "--region", "eu-central-1")
        self.assertEqual([row["reason"] for row in self.stack.operator("explain", "ledger.purchase.create", "--account", payer.account_id)["blockers"]],
                         ["ACCOUNT_FROZEN"])

    def test_the_caller_is_told_of_itself(self):
        """ID-36"""
        lead, = self.stack.company("lead")
        member = self.stack.customer("member").sign_up().join(lead)
        told = member.kontor("explain", "ledger.transfer.create", "--account", lead.account_id)
        self.assertEqual(([row["reason"] for row in told["blockers"]], told["permission"]["outcome"]), (["PERMISSION_DENIED"], "PERMISSION_OUTCOME_DENY"))
        with self.stack.refused(self, "PERMISSION_DENIED"):
            member.kontor("transfer", "--to", new_id(), "--amount", "1.00", "--currency", "CNY", "--account", lead.account_id)
        with self.stack.refused(self, "UNKNOWN_ACTION"):
            member.kontor("explain", "ledger.purchase.eat")


class EntryTest(Journey):
    def test_how_an_account_came_to_be_is_kept_and_exported(self):
        """ID-28, ID-38"""
        person = self.stack.customer("referred")
        start = ["signup", "start", "--country", "CN", "--email", person.email, "--accept-terms"]
        for wrong in (["--entry-channel", "referral"], ["--entry-channel", "upgrade", "--campaign", "x"], ["--campaign", "x"],
                      ["--entry-channel", "partner", "--campaign", "two words"]):
            with self.stack.refused(self, "INVALID_ARGUMENT"):
                person.kontor(*start, *wrong, stdin=PASSWORD + "\n")
        person.kontor(*start, "--entry-channel", "referral", "--campaign", "spring-2027", stdin=PASSWORD + "\n")
        person.kontor("signup", "send-code")
        person.account_id = person.kontor("signup", "verify", self.stack.code(person.email))["accountId"]
        person.log_in().verify_phone().add_address(corporate=False)
        for _ in range(2):  # what changes nothing is no step
            person.kontor("account", "set-region", "eu-central-1")
        person.kontor("account", "upgrade", "--yes")
        with self.stack.refused(self, "ALREADY_UPGRADED"):
            person.kontor("account", "upgrade", "--yes")
        told = person.kontor("onboarding", "export")
        self.assertEqual((told["entryChannel"], told["campaign"], told["region"], told["secondChannelVerified"], told["type"]),
                         ("ENTRY_CHANNEL_REFERRAL", "spring-2027", "eu-central-1", True, "ACCOUNT_TYPE_INDIVIDUAL"))
        self.assertTrue(told["upgradeTime"])
        owner = person.kontor("whoami")["account"]["principalId"]
        steps = [(record["kind"], record["detail"], record.get("actorPrincipalId", "")) for record in told["records"]]
        self.assertEqual(steps[:2], [("REGISTERED", "CN", ""), ("ENTERED", "REFERRAL spring-2027", "")])
        self.assertEqual([step for step in steps if step[2]], [("CHANNEL_VERIFIED", "PHONE", owner), ("BILLING_ADDRESS_ADDED", "INDIVIDUAL", owner),
                                                               ("REGION_SET", "eu-central-1", owner), ("UPGRADED", "", owner)])
        self.assertEqual([record["recordTime"] for record in told["records"]], sorted(record["recordTime"] for record in told["records"]))
        with self.assertRaises(subprocess.CalledProcessError):  # written once, even for the tables' owner
            psql(self.stack.identity.database, "SET ROLE %s; UPDATE identity.account_entry SET channel = 'DIRECT' WHERE account_id = '%s'" % (OWNER, person.account_id))
        self.assertEqual(person.kontor("whoami")["account"]["entryChannel"], "ENTRY_CHANNEL_REFERRAL")

    def test_who_says_nothing_came_by_itself(self):
        person = self.stack.customer("direct").sign_up()
        told = person.kontor("onboarding", "export")
        self.assertEqual((told["entryChannel"], told.get("campaign", ""), told.get("upgradeTime")), ("ENTRY_CHANNEL_DIRECT", "", None))


if __name__ == "__main__":
    unittest.main()
