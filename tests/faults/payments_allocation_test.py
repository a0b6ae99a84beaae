"""Memory that runs out never thins an answer of payments (whole_answers.py). The provider may have been asked when memory runs out: then a
card or a top-up is on its way, says so, and the driver ends it."""
import os
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "support"), os.path.join(HERE, "..", "payments")]
from attempt_test import card_number  # noqa: E402
from payments_stack import Payments, eventually, new_id, psql, state  # noqa: E402
from whole_answers import Faults, WholeAnswers  # noqa: E402

UNIT = 1000000
OPERATOR = new_id()


class Allocations(WholeAnswers, unittest.TestCase):
    context = "payments"
    refused = ("PaymentMethodService/LinkWallet",)  # none is configured
    varying = ("voided_time", "failure_reason")  # the driver goes on meanwhile, and does what memory did not suffice for (PAY-06)
    moving = ("PaymentMethodService/AddCard", "TopUpDeskService/RedriveTopUp")  # its hold is voided meanwhile
    personal = ("last_four",)

    @classmethod
    def setUpClass(cls):
        cls.faults = Faults(cls)
        cls.payments = Payments(fault_allocation_file=cls.faults.path, worker_interval="1s")
        cls.addClassCleanup(cls.payments.stop)
        cls.payments.simulator.rules({"method": "REFUND", "action": "failed", "times": 1000000})
        cls.service = cls.payments.service
        cls.account = cls.payments.account()
        cls.card = cls.payments.add_card(cls.account).payment_method_id
        cls.top_up = cls.paid()
        psql(cls.service.database, "INSERT INTO payments.shared_card SELECT payment_method_id, fingerprint, brand, last_four, 6 "
                                   "FROM payments.payment_method WHERE payment_method_id = '%s'" % cls.card)

    @classmethod
    def customer(cls):
        """Of whom nothing was tried yet."""
        account = cls.payments.account()
        return account, cls.payments.add_card(account, number=card_number()).payment_method_id

    @classmethod
    def paid(cls):
        account, card = cls.customer()
        top_up = cls.payments.top_up(account, card)
        eventually(lambda: state(cls.payments.get_top_up(account, top_up.top_up_id)), "SUCCEEDED")
        return {"account_id": account, "top_up_id": top_up.top_up_id}

    @classmethod
    def desk(cls, rpc, top_up, **fields):
        cls.payments.call("TopUpDeskService/" + rpc, metadata=(("kontor-principal-id", OPERATOR),), request_id=new_id(), **top_up, **fields)
        return top_up

    @classmethod
    def suspended(cls):
        return cls.desk("MarkInSuspense", cls.paid(), reason="ACCOUNT_CLOSED")

    @classmethod
    def returning(cls):
        return cls.desk("ReturnTopUp", cls.suspended(), remark="closed for good")

    @classmethod
    def declined(cls):
        """The provider refuses the refund: people are called."""
        top_up = cls.returning()
        cls.payments.call("TopUpDeskService/StartRefund", request_id=new_id(), **top_up)
        eventually(lambda: cls.payments.get_top_up(top_up["account_id"], top_up["top_up_id"]).failure_reason, "REFUND_DECLINED")
        return top_up

    @classmethod
    def wire(cls):
        account = cls.payments.account(country="CN", currency="CNY")
        top_up = cls.payments.top_up(account, "", 60_000 * UNIT, "CNY", rail="TOP_UP_RAIL_WIRE")
        return {"account_id": account, "bank": "ICBC 0200", "statement": "s" + new_id()[:8], "statement_line": "1", "wire_reference": top_up.wire_reference,
                "amount_micros": 60_000 * UNIT, "currency": "CNY"}

    def metadata(self, rpc):
        return (("kontor-principal-id", OPERATOR),) if rpc.startswith("TopUpDesk") else ()

    def defaults(self):
        return {"account_id": self.account}

    def rows(self):
        def new_card():
            return {"account_id": self.payments.account(), "number": card_number(), "expiry_month": 12, "expiry_year": 2034, "security_code": "739",
                    "holder_name": "Li Na"}

        def new_top_up():
            account, card = self.customer()
            return {"account_id": account, "target_account_id": account, "payment_method_id": card, "rail": "TOP_UP_RAIL_CARD",
                    "amount_micros": 100 * UNIT, "currency": "USD", "remark": "for tests"}

        def removable():
            account, card = self.customer()
            return {"account_id": account, "payment_method_id": card}

        facts = {"country": "US", "principal_name": "Li Na", "billing_address_present": True}
        return {
            "AccountService/SetCurrency": lambda: {"account_id": self.payments.account(currency=None), "currency": "USD"},
            "AccountService/UpdateAccountFacts": lambda: dict(facts, account_id=new_id(), as_of_time={"seconds": int(time.time())}),
            "AccountService/GetAccount": dict,
            "ClosingService/ListClosingBlockers": dict,
            "FreezeService/RaiseFence": dict,
            "ClosingService/SetClosed": lambda: {"account_id": self.payments.account(), "closed": True},
            "PaymentMethodService/AddCard": new_card,
            "PaymentMethodService/LinkWallet": lambda: {"kind": "PAYMENT_METHOD_KIND_PAYPAL"},
            "PaymentMethodService/ListPaymentMethods": dict,
            "PaymentMethodService/ListSharedCards": lambda: {"page_size": 1},
            "PaymentMethodService/ListSharedCardMethods": lambda: {"card_id": self.card, "page_size": 1},
            "PaymentMethodService/GetPaymentMethod": lambda: {"payment_method_id": self.card},
            "PaymentMethodService/RemovePaymentMethod": removable,
            "TopUpService/CreateTopUp": new_top_up,
            "TopUpService/GetTopUp": lambda: self.top_up, "TopUpService/ListTopUps": lambda: {"account_id": self.top_up["account_id"]},
            "TopUpService/MarkCredited": self.paid, "TopUpService/RecordWireReceipt": self.wire,
            "TopUpDeskService/MarkInSuspense": lambda: dict(self.paid(), reason="ACCOUNT_CLOSED"),
            "TopUpDeskService/ReturnTopUp": lambda: dict(self.suspended(), remark="closed for good"),
            "TopUpDeskService/StartRefund": self.returning,
            "TopUpDeskService/RecordReturn": lambda: dict(self.declined(), bank_reference="ICBC out 17"),
            "TopUpDeskService/RedriveTopUp": self.declined,
            "TopUpDeskService/ListUnsettledTopUps": lambda: {"page_size": 1},
        }


if __name__ == "__main__":
    unittest.main()
