"""ID-18, R9: an agency and its subsidiary are one legal entity known to two registers. Two operators say so; from then on money passes between them, by
whichever number an account came, and all sums are right."""
import random
import unittest

from stack import Journey, entity_number

from operators import Operator

DAY = 86400
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def uscc():
    """A new unified social credit code: GB 32100-2015, written from the standard."""
    stem = "91110000" + "".join(random.choice("0123456789") for _ in range(9))
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(stem))
    return stem + ALPHABET[-total % 31]


class CompanyMerge(Journey):
    def open_as(self, name, scheme, number):
        customer = self.stack.customer(name).sign_up().verify_phone().add_address()
        self.stack.operator("company", "approve", customer.submit_company(number, scheme))
        customer.set_currency()
        customer.card = customer.add_card()["paymentMethodId"]
        return customer

    def company_of(self, customer):
        return customer.kontor("account", "show")["account"]["companyId"]

    def test_two_numbers_of_one_entity(self):
        first, (lei, code) = self.stack.first_operator(), (entity_number(), uscc())
        agency, subsidiary = self.open_as("agency", "lei", lei), self.open_as("subsidiary", "uscc", code)
        for customer in (agency, subsidiary):
            customer.top_up("500.00", customer.card)
            self.stack.await_equal(self, 500000000, customer.own)
        with self.stack.refused(self, "DIFFERENT_COMPANY"):
            agency.transfer(subsidiary, "50.00")
        sister = self.open_as("sister", "uscc", code)
        plan = first.do("asset", "register", "--account", subsidiary.account_id, "--kind", "savings-plan", "--name", "compute", "--expires",
                        "now+365d")["asset"]["assetId"]
        subsidiary.kontor("share", "add", "--asset", plan, "--with", sister.account_id)
        with self.stack.refused(self, "DIFFERENT_COMPANY"):
            subsidiary.kontor("share", "add", "--asset", plan, "--with", agency.account_id)
        reviewers = []
        for name in ("one", "two"):
            reviewer = Operator(self.stack, "%s@provider.example" % name, "reviews firms by night %s" % name, name)
            reviewers.append(reviewer.come_in_invited(first.do, "operator-review"))
        order = ["company", "merge", self.company_of(subsidiary), "--into", self.company_of(agency), "--reason", "The register knows both.", "--yes"]
        with self.stack.refused(self, "SECOND_OPERATOR_REQUIRED"):  # they came today
            reviewers[0].do(*order)
        self.stack.clock.turn(DAY + 1)
        for person in (first, *reviewers):
            person.log_in()
        for customer in (agency, subsidiary, sister):
            customer.log_in()
        with self.stack.refused(self, "APPROVAL_REQUIRED") as seen:
            reviewers[0].do(*order)
        approval_id = seen[0].terms["approval_id"]
        with self.stack.refused(self, "SELF_APPROVAL"):
            self.approve(reviewers[0], approval_id)
        self.approve(reviewers[1], approval_id)
        self.stack.await_equal(self, "APPROVAL_STATE_EXECUTED", lambda: reviewers[1].do("approval", "show", approval_id)["approval"]["state"])

        company = reviewers[0].do("company", "show", "--country", "CN", "--scheme", "uscc", "--number", code)["company"]
        self.assertEqual((company["companyId"], company["mainAccountId"], [number["number"] for number in company["numbers"]], company["accountCount"]),
                         (self.company_of(agency), agency.account_id, [lei, code], "3"))
        self.assertEqual(self.company_of(subsidiary), self.company_of(agency))
        agency.transfer(subsidiary, "50.00")
        self.stack.await_equal(self, 50000000, subsidiary.transferred_in)
        subsidiary.kontor("share", "add", "--asset", plan, "--with", agency.account_id)
        for customer in (agency, sister):
            self.assertTrue(customer.kontor("benefit", "check", "--asset", plan, "--used", "now+2d")["applies"])  # a day was turned

        late = self.open_as("late", "uscc", code)
        self.assertEqual(self.company_of(late), self.company_of(agency))
        subsidiary.kontor("share", "add", "--asset", plan, "--with", late.account_id)
        agency.transfer(late, "10.00")
        self.stack.await_equal(self, 10000000, late.transferred_in)
        self.assertEqual(first.do("audit")["totals"].get("findings", "0"), "0")

    def approve(self, operator, approval_id):
        operator.do("approval", "approve", approval_id, "--hash", operator.do("approval", "show", approval_id)["approval"]["requestHash"], "--yes")


if __name__ == "__main__":
    unittest.main()
