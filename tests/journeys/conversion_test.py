"""ID-31 with everything real: a freelancer who pays as a person founds a company. The account stays, its money and its partner with it; what the
account was refused as a person's it may do as a company's, once that is verified."""
import unittest

from junior_test import code_of
from stack import Journey, entity_number, new_id

WHERE = ["--country", "CN", "--city", "Hangzhou", "--street", "1 Wensan Road"]
CONVERT = ["account", "convert", "--corporation", "Li Design Ltd", *WHERE, "--contact-name", "Li Lei", "--contact-email", "bills@li.example", "--yes"]


class ConversionTest(Journey):
    def freelancer(self, name):
        person = self.stack.customer(name).open()
        person.kontor("factor", "confirm", code_of(person.kontor("factor", "enroll", "--name", "phone")["secret"]))
        return person

    def test_with_money(self):
        person = self.freelancer("freelancer")
        person.top_up("500.00")
        self.stack.await_equal(self, 500_000_000, person.own)
        number = entity_number()
        sibling = self.stack.customer("sibling").open(number)
        with self.stack.refused(self, "NOT_CORPORATE"):
            person.transfer(sibling, "10.00")
        before = person.kontor("account", "show")["account"]
        after = person.kontor(*CONVERT)["account"]
        self.assertEqual((after["accountId"], after["type"], after["createTime"]), (before["accountId"], "ACCOUNT_TYPE_CORPORATE", before["createTime"]))
        self.assertEqual(person.own(), 500_000_000)
        with self.stack.refused(self, "NOT_VERIFIED"):
            person.transfer(sibling, "10.00")
        with self.stack.refused(self, "NOT_INDIVIDUAL"):
            person.kontor(*CONVERT)
        person.join_company(number)
        self.assertEqual(person.kontor("account", "show")["account"]["companyId"], sibling.kontor("account", "show")["account"]["companyId"])
        person.transfer(sibling, "10.00")  # between two chains, for it has entries
        self.stack.await_equal(self, 10_000_000, sibling.transferred_in)
        sibling.top_up("200.00")
        self.stack.await_equal(self, 200_000_000, sibling.own)
        sibling.transfer(person, "30.00")
        self.stack.await_equal(self, 30_000_000, person.transferred_in)
        self.assertEqual(person.own(), 490_000_000)
        person.purchase("1.00", "cn-hangzhou")  # ID-08, as a company
        self.assertEqual([act.get("reason") or "" for act in person.kontor("who-did-what", "--action", "identity.account.convert")["acts"]],
                         ["NOT_INDIVIDUAL", ""])

    def test_without_money_it_moves_into_its_companys_chain(self):
        person, number = self.freelancer("founder"), entity_number()
        sibling = self.stack.customer("sibling").open(number)
        person.kontor(*CONVERT)
        person.join_company(number)
        sibling.top_up("200.00")
        self.stack.await_equal(self, 200_000_000, sibling.own)
        sibling.transfer(person, "30.00")
        self.assertEqual(person.transferred_in(), 30_000_000)  # at once: one entry of one chain

    def test_its_benefits_follow_it(self):
        """It shares with its company's accounts what it had as a person, and they share with it; a request of before is answered as before."""
        code, person, number = "P-" + new_id()[:8].upper(), self.freelancer("sharer"), entity_number()
        self.stack.operator("promotion", "define", code, "--within-days", "30", "--amount", "50.00", "--currency", "CNY", "--grant-days", "90", "--most", "5")
        person.kontor("promotion", "activate", code)
        coupons = lambda: [coupon["assetId"] for coupon in person.kontor("asset", "list").get("assets", [])]
        self.stack.await_equal(self, 1, lambda: len(coupons()))
        (coupon,), sibling = coupons(), self.stack.customer("shared").open(number)
        self.stack.operator("asset", "register", "--account", sibling.account_id, "--kind", "savings-plan", "--name", "compute", "--expires", "now+365d")
        plan, = (asset["assetId"] for asset in sibling.kontor("asset", "list")["assets"])
        with self.stack.refused(self, "NOT_CORPORATE"):
            sibling.kontor("share", "add", "--asset", plan, "--with", person.account_id)
        person.kontor(*CONVERT)
        with self.stack.refused(self, "NOT_VERIFIED"):
            person.kontor("share", "add", "--asset", coupon, "--with", sibling.account_id)
        person.join_company(number)
        request = ["share", "add", "--asset", coupon, "--with", sibling.account_id, "--request-id", new_id()]
        self.assertEqual(person.kontor(*request), person.kontor(*request))
        sibling.kontor("share", "add", "--asset", plan, "--with", person.account_id)
        self.assertEqual(coupons(), [coupon])
        received = lambda whom: [row["asset"]["assetId"] for row in whom.kontor("share", "received")["receivedShares"]]
        self.assertEqual((received(sibling), received(person)), ([coupon], [plan]))
        for whom, asset in ((sibling, coupon), (person, plan), (person, coupon)):
            self.assertTrue(whom.kontor("benefit", "check", "--asset", asset)["applies"])
        stranger = self.stack.customer("elsewhere").open(entity_number())
        with self.stack.refused(self, "DIFFERENT_COMPANY"):
            stranger.kontor("share", "add", "--asset", plan, "--with", person.account_id)

    def test_a_factor_always_and_nothing_under_way(self):
        person = self.stack.customer("hasty").open()
        with self.stack.refused(self, "MFA_REQUIRED"):
            person.kontor(*CONVERT)
        person.kontor("factor", "confirm", code_of(person.kontor("factor", "enroll", "--name", "phone")["secret"]))
        card = person.add_card()["paymentMethodId"]
        self.stack.simulator.kill()
        person.kontor("topup", "--amount", "200.00", "--currency", "CNY", "--method", card, "--no-wait")
        with self.stack.refused(self, "TOP_UP_UNDER_WAY"):
            person.kontor(*CONVERT)
        self.stack.simulator.start()
        self.stack.await_equal(self, 200_000_000, person.own, timeout=60)
        self.assertEqual(person.kontor(*CONVERT)["account"]["type"], "ACCOUNT_TYPE_CORPORATE")

    def test_another_administrator_does_not(self):
        person, other = self.freelancer("owner"), self.freelancer("other")
        other.join(person, "account-administrator")
        with self.stack.refused(self, "OWNER_ONLY"):
            other.kontor(*CONVERT, "--account", person.account_id)


if __name__ == "__main__":
    unittest.main()
