"""Money across companies with everything real (LED-21, LED-22, breadth B.4): an agency allocates to its reseller, the reseller its own money to
its customer, and nobody the money that was allocated to it. The rest comes back, though the relation ended."""
import unittest

from junior_test import code_of
from stack import Journey, micros

TERMS = ["--settlement", "allocation", "--invoices", "customer", "--shutdown", "delay"]
CNY = ["--currency", "CNY"]


class AllocationTest(Journey):
    def associate(self, agent, customer, permissions):
        """A partner by contract, whose offer the customer agrees to with a proved factor."""
        self.stack.operator("partner", "authorise", agent.account_id, "--reference", "C-" + agent.account_id[:8])
        asked = agent.kontor("relation", "request", customer.account_id, "--permit", permissions, *TERMS)["relation"]
        customer.kontor("factor", "confirm", code_of(customer.kontor("factor", "enroll", "--name", "phone")["secret"]))
        self.confirm(customer, asked)
        return asked["relationId"]

    def confirm(self, customer, relation):
        customer.kontor("relation", "confirm", relation["relationId"], "--hash", relation["offer"]["offerHash"])

    def arrives(self, amount, question):
        self.stack.await_equal(self, micros(amount), question)

    def test_a_customer_asks_for_more(self):  # LED-41
        (agency,), (customer,) = (self.stack.company(name) for name in ("funder", "asker"))
        self.associate(agency, customer, "allocate")
        agency.top_up("100.00")
        self.arrives("100.00", agency.own)
        agency.kontor("allocate", "--to", customer.account_id, "--amount", "1.00", *CNY)
        self.arrives("1.00", customer.transferred_in)
        customer.kontor("funding", "request", "--amount", "40.00", *CNY, "--remark", "the second project")
        seen, = agency.kontor("funding", "list")["fundingRequests"]
        self.assertEqual((seen["state"], seen["remark"]), ("FUNDING_REQUEST_STATE_OPEN", "the second project"))
        told = lambda who, words: sum(words in message["text"] for message in self.stack.messages(who.email))
        self.stack.await_equal(self, 1, lambda: told(agency, "asks you for 40.00 CNY"))
        with self.stack.refused(self, "FUNDING_REQUEST_OPEN"):
            customer.kontor("funding", "request", "--amount", "40.00", *CNY)
        grant = ["allocate", "--to", customer.account_id, "--amount", "30.00", *CNY, "--grants", seen["fundingRequestId"]]
        agency.kontor(*grant)
        self.arrives("31.00", customer.transferred_in)
        self.stack.await_equal(self, 1, lambda: told(customer, "30.00 CNY are on their way"))
        with self.stack.refused(self, "FUNDING_REQUEST_NOT_OPEN"):
            agency.kontor(*grant)
        granted, = customer.kontor("funding", "list", "--all")["fundingRequests"]
        self.assertEqual((granted["state"], granted["grantedMicros"]), ("FUNDING_REQUEST_STATE_GRANTED", str(micros("30.00"))))
        again = customer.kontor("funding", "request", "--amount", "5.00", *CNY)["fundingRequest"]
        with self.stack.refused(self, "FUNDING_REQUEST_NOT_FOUND"):
            customer.kontor("funding", "decline", again["fundingRequestId"])
        declined = agency.kontor("funding", "decline", again["fundingRequestId"], "--remark", "not this year")["fundingRequest"]
        self.assertEqual(declined["declineRemark"], "not this year")
        self.stack.await_equal(self, 1, lambda: told(customer, "declined your request for 5.00 CNY"))
        self.assertEqual(sum("not this year" in message["text"] for message in self.stack.messages(customer.email)), 0)
        last = customer.kontor("funding", "request", "--amount", "5.00", *CNY)["fundingRequest"]
        customer.kontor("funding", "withdraw", last["fundingRequestId"])
        self.assertEqual(agency.kontor("funding", "list").get("fundingRequests", []), [])

    def test_agency_reseller_and_customer(self):
        (agency,), (reseller,), (customer,) = (self.stack.company(name) for name in ("agency", "reseller", "customer"))
        first = self.associate(agency, reseller, "allocate,resell")
        second = self.associate(reseller, customer, "view-balance")
        agency.top_up("1000.00")
        self.arrives("1000.00", agency.own)
        allocate = lambda agent, to, amount, *more: agent.kontor("allocate", "--to", to.account_id, "--amount", amount, *CNY, *more)
        reclaim = lambda agent, from_, amount: agent.kontor("reclaim", "--from", from_.account_id, "--amount", amount, *CNY, "--accept-suspension")
        with self.stack.refused(self, "DIFFERENT_COMPANY"):
            agency.transfer(reseller, "400.00")
        with self.stack.refused(self, "RELATION_NOT_FOUND"):  # its customer's customer is none of its own
            allocate(agency, customer, "400.00")
        sent = allocate(agency, reseller, "400.00", "--remark", "for June")
        self.assertEqual((sent["transfer"]["kind"], [balance["accountId"] for balance in sent["balances"]]),
                         ("TRANSFER_KIND_ALLOCATION", [agency.account_id]))
        self.arrives("400.00", reseller.transferred_in)
        lot, = reseller.kontor("lots")["lots"]
        self.assertEqual((lot["kind"], lot["sourceAccountId"]), ("LOT_KIND_ALLOCATION", agency.account_id))
        with self.stack.refused(self, "ALLOCATION_NOT_PERMITTED"):
            allocate(reseller, customer, "1.00")
        offered = reseller.kontor("relation", "change", second, "--permit", "view-balance,allocate", *TERMS)["relation"]
        self.confirm(customer, offered)
        with self.stack.refused(self, "EXCEEDS_TRANSFERABLE"):  # E13: no chains
            allocate(reseller, customer, "1.00")
        reseller.top_up("100.00")
        self.arrives("100.00", reseller.own)
        allocate(reseller, customer, "60.00")
        self.arrives("60.00", customer.transferred_in)
        customer.add_card()
        customer.purchase("20.00")
        with self.stack.refused(self, "EXCEEDS_REVOCABLE"):
            reclaim(reseller, customer, "40.01")
        told = reseller.kontor("reclaimable", customer.account_id)
        self.assertEqual((told["reclaimable"]["amountMicros"], [term["name"] for term in told["reclaimable"]["terms"]]), (str(micros("40.00")), ["remaining"]))
        customer.kontor("relation", "end", second, "--customer", customer.account_id, "--yes")
        with self.stack.refused(self, "RELATION_NOT_FOUND"):
            allocate(reseller, customer, "1.00")
        reclaim(reseller, customer, "40.00")  # D.7: the lots have the right
        self.arrives("80.00", reseller.own)
        agency.kontor("relation", "change", first, "--permit", "resell", *TERMS)  # a reduction holds at once
        with self.stack.refused(self, "ALLOCATION_NOT_PERMITTED"):
            allocate(agency, reseller, "1.00")
        reclaim(agency, reseller, "400.00")
        self.arrives("1000.00", agency.own)
        self.assertEqual(self.stack.operator("transit", "list", "--older-than", "1").get("transits", []), [])
        audit = self.stack.operator("audit")["totals"]
        self.assertEqual((audit["findings"], [total["sumMicros"] for total in audit["sums"]]), ("0", ["0"]))
        listed = [(transfer["kind"], transfer["amountMicros"]) for transfer in reseller.kontor("transfer", "list")["transfers"]]
        self.assertEqual(listed, [("TRANSFER_KIND_" + kind, str(micros(amount))) for kind, amount in (
            ("RECLAIM", "400.00"), ("RECLAIM", "40.00"), ("ALLOCATION", "60.00"), ("ALLOCATION", "400.00"))])


if __name__ == "__main__":
    unittest.main()
