"""Pay on behalf with everything real (R5, LED-17, LED-20, ID-39, S14): who is paid for follows from the relation that both agreed to, from the
confirmation to its end, and nobody sets it."""
import unittest

from junior_test import code_of
from stack import Journey

COMMON = ["--invoices", "customer", "--shutdown", "delay"]
PAYS = ["--permit", "view-balance,pay-on-behalf", "--settlement", "agent-pays", *COMMON]
ALLOCATES = ["--permit", "view-balance,pay-on-behalf", "--settlement", "allocation", *COMMON]


class PayOnBehalf(Journey):
    def agree(self, customer):
        relation, = customer.kontor("relation", "list")["relations"]
        customer.kontor("relation", "confirm", relation["relationId"], "--hash", relation["offer"]["offerHash"])
        return relation["relationId"]

    def paid_for(self, customer):
        return customer.kontor("account", "ledger")["account"].get("payOnBehalf", False)

    def test_it_follows_from_the_relation(self):
        agent, = self.stack.company("agent")
        customer, sibling = self.stack.company("customer", "sibling")
        agent.top_up("1000.00"), customer.top_up("100.00")
        self.stack.await_equal(self, (1_000_000_000, 100_000_000), lambda: (agent.own(), customer.own()))
        buy = ["purchase", "--currency", "CNY", "--region", "eu-central-1", "--for", customer.account_id]
        line = ["quota", "set", "--currency", "CNY", "--for", customer.account_id, "--line"]
        for words in ([*line, "500.00"], [*buy, "--amount", "1.00"]):
            with self.stack.refused(self, "PAY_ON_BEHALF_NOT_AGREED"):
                agent.kontor(*words)
        self.stack.operator("partner", "authorise", agent.account_id, "--reference", "C-2026-8")
        customer.kontor("factor", "confirm", code_of(customer.kontor("factor", "enroll", "--name", "phone")["secret"]))
        agent.kontor("relation", "request", customer.account_id, *ALLOCATES)
        relation = self.agree(customer)
        with self.stack.refused(self, "PAY_ON_BEHALF_NOT_AGREED"):  # the permission alone is not the settlement mode
            agent.kontor(*line, "500.00")
        customer.transfer(sibling, "1.00")
        agent.kontor("relation", "change", relation, *PAYS)
        with self.stack.refused(self, "PAY_ON_BEHALF_NOT_AGREED"):  # ID-39: it counts from the confirmation
            agent.kontor(*line, "500.00")
        self.agree(customer)
        self.stack.await_equal(self, True, lambda: self.paid_for(customer))
        with self.stack.refused(self, "DISABLED_PAY_ON_BEHALF"):  # LED-17
            customer.transfer(sibling, "1.00")
        with self.stack.refused(self, "QUOTA_NOT_FOUND"):  # PAY-16
            agent.kontor(*buy, "--amount", "1.00")
        agent.kontor(*line, "500.00")
        agent.kontor(*buy, "--amount", "200.00")
        ordered = ["purchase", "from-agent", "--agent", agent.account_id, "--currency", "CNY", "--region", "cn-hangzhou"]  # its own real name (ID-08)
        bought = customer.kontor(*ordered, "--amount", "100.00", "--remark", "by us")["paidFor"]
        listed = customer.kontor("purchase", "paid-for")["paidFors"]
        self.assertEqual([(line["paidForId"] == bought["paidForId"], line["payerAccountId"], line["amountMicros"], line.get("remark", "")) for line in listed],
                         [(True, agent.account_id, "100000000", "by us"), (False, agent.account_id, "200000000", "")])
        self.assertEqual(agent.kontor("purchase", "list")["purchases"][0]["purchaseId"], bought["paidForId"])
        self.assertEqual(agent.kontor("purchase", "paid-for").get("paidFors", []), [])
        with self.stack.refused(self, "PAY_ON_BEHALF_NOT_AGREED"):
            sibling.kontor(*ordered, "--amount", "1.00")
        customer.purchase("2.00", "eu-central-1")  # ID-23: what it pays itself is banned by nothing
        self.assertEqual((agent.own(), customer.own()), (700_000_000, 97_000_000))
        with self.stack.refused(self, "QUOTA_EXCEEDED"):
            agent.kontor(*buy, "--amount", "200.01")
        with self.stack.refused(self, "QUOTA_EXCEEDED"):
            customer.kontor(*ordered, "--amount", "200.01")
        agent.kontor("quota", "offset", "--for", customer.account_id, "--amount", "300.00", "--currency", "CNY")
        hold = ["hold", "place", "--currency", "CNY", "--expires", "now+2h", "--region", "cn-hangzhou", "--for", customer.account_id]
        placed = agent.kontor(*hold, "--amount", "450.00")
        self.assertEqual((placed["hold"]["subAccountId"], placed["quota"]["availableMicros"]), (customer.account_id, "50000000"))
        for words in ([*buy, "--amount", "50.01"], [*hold, "--amount", "50.01"]):
            with self.stack.refused(self, "QUOTA_EXCEEDED"):
                agent.kontor(*words)
        theirs = ["hold", "from-agent", "--agent", agent.account_id, "--currency", "CNY", "--expires", "now+2h", "--region", "cn-hangzhou"]
        with self.stack.refused(self, "QUOTA_EXCEEDED"):
            customer.kontor(*theirs, "--amount", "50.01")
        own = customer.kontor(*theirs, "--amount", "50.00")["hold"]
        self.assertEqual((own["accountId"], own["subAccountId"]), (agent.account_id, customer.account_id))
        agent.kontor("hold", "void", own["holdId"])
        with self.stack.refused(self, "PAY_ON_BEHALF_NOT_AGREED"):
            sibling.kontor(*theirs, "--amount", "1.00")
        with self.stack.refused(self, "QUOTA_USED"):  # B.2: the quota is not at rest while something of it is held
            agent.kontor("relation", "end", relation, "--customer", customer.account_id, "--yes")
        customer.kontor("relation", "end", relation, "--customer", customer.account_id, "--yes")  # ID-41
        self.stack.await_equal(self, False, lambda: self.paid_for(customer))
        for words in ([*line, "500.00"], [*buy, "--amount", "1.00"], [*hold, "--amount", "1.00"]):
            with self.stack.refused(self, "PAY_ON_BEHALF_NOT_AGREED"):
                agent.kontor(*words)
        with self.stack.refused(self, "PAY_ON_BEHALF_NOT_AGREED"):
            customer.kontor(*theirs, "--amount", "1.00")
        agent.kontor("hold", "capture", placed["hold"]["holdId"], "--amount", "120.00", "--currency", "CNY", "--final")  # what was placed stands
        self.assertEqual((customer.kontor("purchase", "paid-for")["paidFors"][0]["amountMicros"], agent.own()), ("120000000", 580_000_000))
        quota = agent.kontor("quota", "show", customer.account_id)["quota"]
        self.assertEqual((quota["deductedMicros"], quota.get("heldMicros", "0")), ("120000000", "0"))
        customer.transfer(sibling, "1.00")


if __name__ == "__main__":
    unittest.main()
