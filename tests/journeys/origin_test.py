"""The chooser of a request id is part of its key (settled 2), with everything real: a member who computes the id of an internal step takes nothing
from it, and colleagues who choose one UUID make two requests."""
import unittest

from stack import PASSWORD, Journey, micros, new_id
from ledger_client import derive
from service import Refusal

TOP_UP = "payments.v1.TopUpService/"


class OriginTest(Journey):
    def setUp(self):
        self.owner, clerk = self.stack.customer("owner").open(), self.stack.customer("clerk").open()
        self.account = {"account_id": self.owner.account_id}
        clerk.join(self.owner)
        self.session_of(self.owner)
        self.session_of(clerk)
        self.clerk = clerk

    def session_of(self, person):
        session = self.stack.gateway.call("identity.v1.SessionService/LogIn", email=person.email, password=PASSWORD)
        person.token = (("authorization", "Bearer " + session.session_token),)
        return session, session.principal_id

    def call(self, person, rpc, **fields):
        return self.stack.gateway.call(rpc, metadata=person.token, **dict(self.account, **fields))

    def spend(self, person, request_id, amount="0.01"):
        return self.call(person, "ledger.v1.PurchaseService/CreatePurchase", request_id=request_id, amount_micros=micros(amount), currency="CNY",
                         region="ap-southeast-1").purchase.purchase_id

    def state(self, value):
        self.stack.ledger.call("ledger.v1.AccountService/UpdateAccount", company_id=self.owner.account_id, request_id=new_id(),
                               update_fields=["state"], state=value, **self.account)

    def test_a_member_takes_no_id_of_a_step(self):
        card = self.owner.add_card()["paymentMethodId"]
        self.state("ACCOUNT_STATE_CLOSED")  # the credit has to wait, so that the member is first
        self.call(self.owner, TOP_UP + "CreateTopUp", target_account_id=self.owner.account_id, request_id=new_id(), payment_method_id=card,
                  rail="TOP_UP_RAIL_CARD", amount_micros=micros("500.00"), currency="CNY")
        top_up = self.call(self.clerk, TOP_UP + "ListTopUps").top_ups[0].top_up_id
        for label in ("credit", "mark"):
            with self.assertRaises(Refusal):
                self.spend(self.clerk, derive(top_up, label))
        self.state("ACCOUNT_STATE_ACTIVE")
        for label in ("ledger.open", "ledger.currency"):
            with self.assertRaises(Refusal):
                self.spend(self.clerk, derive(self.owner.account_id, label), "10000.00")
        self.stack.await_equal(self, micros("500.00"), self.owner.own, 40)
        self.stack.await_equal(self, 5, lambda: self.call(self.owner, TOP_UP + "GetTopUp", top_up_id=top_up).top_up.state)

    def test_colleagues_who_choose_one_id_make_two_requests(self):
        self.owner.top_up("500.00")
        request_id = new_id()
        ids = [self.spend(person, request_id) for person in (self.owner, self.clerk, self.owner, self.clerk)]
        self.assertEqual((ids[:2], len(set(ids))), (ids[2:], 2))
        self.assertEqual(self.owner.own(), micros("499.98"))


if __name__ == "__main__":
    unittest.main()
