"""An agency that goes broke (B.3, ID-26, c-8), and limits by self-service (LED-15, LED-42), with everything real."""
import unittest

from junior_test import code_of
from service import psql
from stack import Journey, Refused, micros

DAY = 86400
TERMS = ["--permit", "view-balance,allocate,pay-on-behalf", "--settlement", "agent-pays", "--invoices", "customer", "--shutdown", "immediate"]
CNY = ["--currency", "CNY"]


def prove(customer):
    customer.kontor("factor", "confirm", code_of(customer.kontor("factor", "enroll", "--name", "phone")["secret"]))


class Broke(Journey):
    def associate(self, agency, customer):
        relation = agency.kontor("relation", "request", customer.account_id, *TERMS)["relation"]
        prove(customer)
        customer.kontor("relation", "confirm", relation["relationId"], "--hash", relation["offer"]["offerHash"])
        self.stack.await_equal(self, True, lambda: customer.kontor("account", "ledger")["account"].get("payOnBehalf", False))
        agency.kontor("quota", "set", *CNY, "--for", customer.account_id, "--line", "300.00")
        return relation["relationId"]

    def order(self, agency, customer):
        return customer.kontor("purchase", "from-agent", "--agent", agency.account_id, "--amount", "10.00", *CNY, "--region", "cn-hangzhou")["paidFor"]

    def risk(self, customer):
        return customer.kontor("upstream", "get").get("risk", {})

    def told(self, customer):
        return sum("UPSTREAM_AT_RISK" in message["text"] for message in self.stack.messages(customer.email))

    @staticmethod
    def reclaimable(agency, customer):
        try:
            told = agency.kontor("reclaimable", customer.account_id)["reclaimable"]
        except Refused as no:
            if no.reason != "NO_PRIOR_TRANSFER":  # it has not come there yet
                raise
            return 0
        return int(told["amountMicros"]) if told["binding"] != "ring_fenced" else told["binding"]

    def ran_out(self, customer):
        return psql(self.stack.identity.database, "SELECT count(*) FROM identity.outbox WHERE type = 'identity.v1.UpstreamGraceEnded'"
                    " AND convert_from(payload, 'LATIN1') LIKE '%%%s%%'" % customer.account_id)

    def test_its_customers_are_told_and_go_on(self):
        (agency,), (bold,), (quiet,) = (self.stack.company(name) for name in ("agency", "bold", "quiet"))
        self.stack.operator("partner", "authorise", agency.account_id, "--reference", "C-2026-9")
        agency.top_up("1000.00")
        self.stack.await_equal(self, micros("1000.00"), agency.own)
        relation = self.associate(agency, bold)
        self.associate(agency, quiet)
        agency.kontor("allocate", "--to", bold.account_id, "--amount", "100.00", *CNY)
        self.stack.await_equal(self, micros("100.00"), bold.transferred_in)
        bought = self.order(agency, bold)
        with self.stack.refused(self, "UPSTREAM_NOT_AT_RISK"):
            bold.kontor("upstream", "accept-bridge", relation, "--yes")
        self.stack.operator("account", "state", "frozen", "--account", agency.account_id)
        for customer in (bold, quiet):
            self.stack.await_equal(self, "UPSTREAM_CAUSE_FROZEN", lambda who=customer: self.risk(who).get("cause"))
            self.stack.await_equal(self, 1, lambda who=customer: self.told(who))
            with self.stack.refused(self, "PAYER_UNAVAILABLE"):
                self.order(agency, customer)
        self.assertEqual(bold.kontor("purchase", "paid-for")["paidFors"][0]["paidForId"], bought["paidForId"])
        bold.add_card()
        bold.purchase("30.00", "eu-central-1")  # what was allocated is its own to spend
        self.assertEqual(bold.transferred_in(), micros("70.00"))
        bridged = bold.kontor("upstream", "accept-bridge", relation, "--yes")["relation"]
        self.assertEqual((bridged["state"], bridged["terms"]["settlementMode"]), ("RELATION_STATE_ACTIVE", "SETTLEMENT_MODE_OWN_ACCOUNT"))
        with self.stack.refused(self, "PAYS_ALREADY"):
            bold.kontor("upstream", "accept-bridge", relation, "--yes")
        self.stack.await_equal(self, False, lambda: bold.kontor("account", "ledger")["account"].get("payOnBehalf", False))
        with self.stack.refused(self, "PAY_ON_BEHALF_NOT_AGREED"):
            self.order(agency, bold)
        self.assertEqual(bold.transferred_in(), micros("70.00"))
        risk = self.risk(quiet)
        self.assertEqual((risk["servicesEndTime"], self.ran_out(quiet)), (risk["graceEndTime"], "0"))
        self.stack.clock.turn(15 * DAY - 600)
        self.stack.await_equal(self, 2, lambda: self.told(quiet))  # of the moments that passed unseen the last one
        self.assertEqual(self.ran_out(quiet), "0")
        self.stack.clock.turn(600)
        self.stack.await_equal(self, "1", lambda: self.ran_out(quiet))
        self.assertEqual((self.ran_out(bold), self.told(bold)), ("0", 1))

    def test_allocated_money_is_ring_fenced(self):  # ID-26
        (agency,), (customer,) = (self.stack.company(name) for name in ("fenced", "kept"))
        self.stack.operator("partner", "authorise", agency.account_id, "--reference", "C-2026-10")
        agency.top_up("1000.00")
        self.stack.await_equal(self, micros("1000.00"), agency.own)
        relation = self.associate(agency, customer)
        agency.kontor("allocate", "--to", customer.account_id, "--amount", "100.00", *CNY)
        self.stack.await_equal(self, micros("100.00"), lambda: self.reclaimable(agency, customer))
        reclaim = ["reclaim", "--from", customer.account_id, "--amount", "5.00", *CNY]
        self.stack.operator("account", "state", "frozen", "--account", agency.account_id)
        with self.stack.refused(self, "RECLAIM_RING_FENCED"):
            agency.kontor(*reclaim)
        self.stack.await_equal(self, "UPSTREAM_CAUSE_FROZEN", lambda: self.risk(customer).get("cause"))
        self.stack.operator("account", "state", "active", "--account", agency.account_id)
        self.stack.await_equal(self, micros("100.00"), lambda: self.reclaimable(agency, customer))
        self.stack.operator("partner", "end", agency.account_id, "--yes")  # without a contract, and neither frozen nor overdue
        self.stack.await_equal(self, "ring_fenced", lambda: self.reclaimable(agency, customer))
        self.assertEqual(self.risk(customer)["cause"], "UPSTREAM_CAUSE_ENDED")
        customer.kontor("upstream", "accept-bridge", relation, "--yes")
        with self.stack.refused(self, "RECLAIM_RING_FENCED"):
            agency.kontor(*reclaim)
        self.stack.operator("partner", "authorise", agency.account_id, "--reference", "C-2026-11")
        self.stack.await_equal(self, micros("100.00"), lambda: self.reclaimable(agency, customer))
        agency.kontor(*reclaim)
        self.assertEqual(customer.transferred_in(), micros("95.00"))


class Limits(Journey):
    def test_the_main_account_sets_and_the_administrator_confirms(self):
        main, branch = self.stack.company("main", "branch")
        clerk = self.stack.customer("clerk").open()
        clerk.join(main, "finance", "--subtree")
        self.stack.operator("limit", "line", "--account", branch.account_id, "--amount", "1000.00", *CNY)
        set_limit = lambda who, amount: who.kontor("limit", "set", "--account", branch.account_id, "--amount", amount, *CNY)
        effective = lambda: int(branch.kontor("limit", "show")["creditLimit"]["effectiveLimitMicros"])
        sent = lambda: sum("credit limit" in message["text"] for message in self.stack.messages(branch.phone))
        pending = lambda: branch.kontor("contract", "list")["contracts"][0]["contractHash"]
        with self.stack.refused(self, "PERMISSION_DENIED"):  # LED-42: not the account itself
            set_limit(branch, "100.00")
        with self.stack.refused(self, "LIMIT_ABOVE_ALLOCATABLE"):
            set_limit(clerk, "1000.01")
        self.assertEqual(branch.kontor("contract", "list").get("contracts", []), [])
        set_limit(clerk, "1000.00")
        shown = pending()
        set_limit(clerk, "900.00")  # LED-16: replaces what waits
        self.assertEqual((effective(), sent()), (0, 0))
        with self.stack.refused(self, "PERMISSION_DENIED"):  # LED-15: no administrator of it
            clerk.kontor("limit", "confirm", "--account", branch.account_id, "--hash", pending())
        with self.stack.refused(self, "MFA_REQUIRED"):
            branch.kontor("limit", "confirm", "--hash", pending())
        prove(branch)
        with self.stack.refused(self, "CONTRACT_CHANGED"):
            branch.kontor("limit", "confirm", "--hash", shown)
        branch.kontor("limit", "confirm", "--hash", pending())
        self.assertEqual(effective(), micros("900.00"))
        self.stack.await_equal(self, 1, sent)
        with self.stack.refused(self, "CONTRACT_NOT_PENDING"):
            branch.kontor("limit", "confirm", "--hash", pending())
        set_limit(clerk, "800.00")
        self.assertEqual((effective(), branch.kontor("contract", "list")["contracts"][0]["limitMicros"]), (micros("800.00"), str(micros("900.00"))))
        self.stack.await_equal(self, 2, sent)


if __name__ == "__main__":
    unittest.main()
