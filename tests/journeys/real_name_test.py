"""ID-08, ID-19: a person buys in mainland China once a real name is registered, by nobody else; an operator decides, and takes it back. Hong Kong is
not mainland."""
import unittest

from stack import Journey

NUMBER = ["--country", "CN", "--document", "resident-card", "--number", "11010519491231002X", "--name", "Zhuge Kongming"]
MAINLAND = ["purchase", "--amount", "1.00", "--currency", "CNY", "--region", "cn-hangzhou"]


class RealNameTest(Journey):
    def buyer(self, name):
        person = self.stack.customer(name).sign_up().verify_phone().add_address(corporate=False).set_currency()
        person.top_up("100.00", person.add_card()["paymentMethodId"])
        return person

    def reasons(self, person):
        return [row["reason"] for row in person.kontor("explain", "ledger.purchase.create", "--region", "cn-hangzhou").get("blockers", [])]

    def step(self, person):
        found = [step for step in person.kontor("account", "onboarding")["steps"] if step["kind"].endswith("REGISTER_REAL_NAME")]
        return (found[0]["state"].rsplit("STATE_")[-1], found[0].get("reason", "")) if found else None

    def test_a_person_registers_and_buys(self):
        person = self.buyer("person")
        person.purchase("1.00", "cn-hongkong")
        person.purchase("1.00", "ap-southeast-1")
        self.assertEqual((self.reasons(person), self.step(person)), (["REAL_NAME_REQUIRED"], None))
        with self.stack.refused(self, "REAL_NAME_REQUIRED"):
            person.kontor(*MAINLAND)
        person.kontor("account", "set-region", "cn-hangzhou")
        self.assertEqual(self.step(person), ("OPEN", "REAL_NAME_REQUIRED"))
        with self.stack.refused(self, "DOCUMENT_NUMBER_CHECK"):
            person.kontor("real-name", "submit", *NUMBER[:5], "110105194912310021", *NUMBER[6:])
        submission = person.kontor("real-name", "submit", *NUMBER)["submissionId"]
        self.assertEqual(self.step(person), ("IN_REVIEW", "REAL_NAME_REQUIRED"))
        with self.stack.refused(self, "REAL_NAME_REQUIRED"):
            person.kontor(*MAINLAND)
        waiting, = [name for name in self.stack.operator("real-name", "list", "--state", "in-review")["realNames"] if name["submissionId"] == submission]
        self.assertEqual((waiting["maskedName"], waiting["maskedNumber"], waiting["accountId"]), ("Z…", "…02X", person.account_id))
        self.stack.operator("real-name", "approve", submission)
        self.assertEqual((self.reasons(person), self.step(person)), ([], ("DONE", "")))
        person.kontor(*MAINLAND)
        records = [(record["kind"], record["detail"]) for record in person.kontor("onboarding", "export")["records"]]
        self.assertEqual([record for record in records if record[0].startswith("REAL_NAME")],
                         [("REAL_NAME_SUBMITTED", "RESIDENT_CARD"), ("REAL_NAME_VERIFIED", "RESIDENT_CARD")])
        self.stack.operator("real-name", "revoke", submission, "--reason", "The card was another's.", "--yes")
        with self.stack.refused(self, "REAL_NAME_REQUIRED"):
            person.kontor(*MAINLAND)
        acts = [act["action"] for act in self.stack.operator("who-did-what", "own")["acts"]]
        self.assertIn("identity.real_name.approve", acts)

    def test_a_company_buys_there_by_its_verification(self):
        company, = self.stack.company("firm")
        company.top_up("100.00")
        company.kontor(*MAINLAND)
        with self.stack.refused(self, "NOT_INDIVIDUAL"):
            company.kontor("real-name", "submit", *NUMBER)

    def test_the_agent_does_not_register_for_its_customer(self):
        person, agent = self.buyer("customer"), self.buyer("agent")
        agent.join(person, "account-administrator")
        with self.stack.refused(self, "NOT_OWN_NAME"):
            agent.kontor("real-name", "submit", *NUMBER, "--account", person.account_id)
        with self.stack.refused(self, "PERMISSION_DENIED"):
            self.stack.operator("real-name", "submit", *NUMBER, "--account", person.account_id)
        submission = person.kontor("real-name", "submit", *NUMBER)["submissionId"]
        with self.stack.refused(self, "PERMISSION_DENIED"):
            agent.kontor("real-name", "approve", submission)
        self.stack.operator("real-name", "reject", submission, "--reason", "The picture cannot be read.")
        self.assertEqual([(name["state"], name["reason"]) for name in person.kontor("real-name", "list")["realNames"]],
                         [("SUBMISSION_STATE_REJECTED", "The picture cannot be read.")])


if __name__ == "__main__":
    unittest.main()
