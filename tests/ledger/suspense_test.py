"""Money that the provider keeps for others: into suspense and out of it once each, never more out than in; a promise never to credit; and
who may say when an order counts (single, bulk, stream and preview)."""
import os
import sys
import threading
import time
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import CNY, Company, micros, reason_of  # noqa: E402
from service import Refusal, Service, message, new_id, refused  # noqa: E402

PRECONDITION, INVALID = grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.INVALID_ARGUMENT
CUSTOMER = (("kontor-principal-id", new_id()), ("kontor-roles", "ACCOUNT_ADMINISTRATOR,MEMBER"))
OPERATOR = (("kontor-principal-id", new_id()), ("kontor-roles", "OPERATOR"))


class LedgerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger"))

    def setUp(self):
        self.company = Company(self.ledger)


class Suspense(LedgerTest):
    def setUp(self):
        super().setUp()
        self.suspense = self.company.open_suspense()

    def put(self, top_up, amount=100):
        self.company.top_up(self.suspense, amount, top_up_id=top_up)

    def release(self, top_up, amount=100, request_id=None, **fields):
        return self.company.call("TopUpService/ReleaseTopUp", self.suspense, request_id, top_up_id=top_up, amount_micros=micros(amount),
                                 tag="CREDITED", **dict(CNY, **fields))

    def test_in_and_out_sums_to_nothing(self):
        first, second = new_id(), new_id()
        self.put(first, 100)
        self.put(second, 30)
        request = new_id()
        movement = self.release(first, 100, request).cash_movement
        self.assertEqual((movement.amount_micros, movement.top_up_id, movement.tag), (micros(-100), first, "CREDITED"))
        self.assertEqual(self.release(first, 100, request).cash_movement, movement)
        self.assertEqual(self.company.balance(self.suspense).own_micros, micros(30))
        postings = self.company.read("PostingService/ListPostings", self.suspense).postings
        self.assertEqual(sorted(p.amount_micros for p in postings), sorted(micros(n) for n in (100, -100, -100, 100, 30, -30)))
        self.assertEqual(self.company.audit()[0], [])

    def test_nothing_is_released_of_a_customer(self):
        self.suspense, top_up = self.company.open(), new_id()
        self.put(top_up)
        with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
            self.release(top_up)
        self.assertEqual(self.company.balance(self.suspense).own_micros, micros(100))

    def test_never_more_out_than_in(self):
        top_up, request = new_id(), new_id()
        with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
            self.release(top_up, 100, request)
        self.put(top_up, 100)
        with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
            self.release(top_up, "100.01")
        self.release(top_up, 100, request)  # the refusal was not kept
        with refused(self, PRECONDITION, "CURRENCY_MISMATCH"):
            self.release(top_up, 1, currency="USD")
        with refused(self, INVALID, "INVALID_ARGUMENT"):
            self.release("", 1)

    def test_the_audit_tells_what_left_without_having_come(self):
        one, other = new_id(), new_id()
        self.put(one)
        self.release(other)
        self.assertEqual([kind for kind, account, _ in self.company.audit()[0] if account == self.suspense], ["SUSPENSE_DIFFERS"])


class Forgone(LedgerTest):
    def forgo(self, account, request_id, top_up):
        return self.company.call("TopUpService/ForgoTopUp", account, request_id, top_up_id=top_up)

    def test_what_was_forgone_is_never_credited(self):
        account, request, top_up = self.company.open(), new_id(), new_id()
        for _ in range(2):
            self.forgo(account, request, top_up)
        for _ in range(2):
            with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
                self.company.top_up(account, 100, request_id=request, top_up_id=top_up)
        self.assertEqual(self.company.balance(account).own_micros, 0)

    def test_what_was_credited_is_not_forgone(self):
        account, request, top_up = self.company.open(), new_id(), new_id()
        answer = self.company.top_up(account, 100, request_id=request, top_up_id=top_up)
        with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            self.forgo(account, request, top_up)
        self.assertEqual(self.company.top_up(account, 100, request_id=request, top_up_id=top_up), answer)

    def test_at_once_on_two_replicas(self):
        """An id is no entry and no promise together, whoever comes first; both hear the same again."""
        second = self.enterContext(Service("ledger", database=self.ledger.database))
        account, won = self.company.open(), {"credited": 0, "forgone": 0}
        for turn in range(40):
            ids = {"request_id": new_id(), "top_up_id": new_id()}
            ledgers = (self.ledger, second) if turn % 2 else (second, self.ledger)
            asked = {"credited": lambda ids=ids, ledger=ledgers[0]: self.company.top_up(account, 1, ledger=ledger, **ids),
                     "forgone": lambda ids=ids, ledger=ledgers[1]: self.company.call("TopUpService/ForgoTopUp", account, ledger=ledger, **ids)}
            done = []

            def ask(name, asked=asked, done=done):
                try:
                    asked[name]()
                    done.append(name)
                except Refusal as refusal:
                    self.assertEqual(refusal.reason, "IDEMPOTENCY_MISMATCH")
            for _ in range(2):
                calls = [threading.Thread(target=ask, args=(name,)) for name in asked]
                [call.start() for call in calls], [call.join() for call in calls]
            self.assertEqual((len(done), len(set(done))), (2, 1))
            won[done[0]] += 1
        self.assertEqual(self.company.balance(account).own_micros, micros(won["credited"]))
        self.assertEqual(self.company.audit()[0], [])

    def test_a_credit_that_was_refused_for_now_may_be_forgone(self):
        account, request, top_up = self.company.open(currency=""), new_id(), new_id()
        with refused(self, PRECONDITION, "CURRENCY_NOT_SET"):
            self.company.top_up(account, 100, request_id=request, top_up_id=top_up)
        self.forgo(account, request, top_up)
        self.company.call("AccountService/SetCurrency", account, currency="CNY")
        with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            self.company.top_up(account, 100, request_id=request, top_up_id=top_up)


class Dated(LedgerTest):
    """Only the provider's own services and its operators say when an order counts, a top-up as well (LED-27)."""

    def setUp(self):
        super().setUp()
        self.account = self.company.open()
        self.company.top_up(self.account, 1000)

    def order(self):
        return dict(CNY, amount_micros=micros(1), effective_time={"seconds": int(time.time()) - 3600})

    def ways(self, metadata):
        """The same purchase by every way an order can come; the reason of a refusal, or ""."""
        def alone():
            try:
                self.company.call("PurchaseService/CreatePurchase", self.account, metadata=metadata, **self.order())
                return ""
            except Refusal as refusal:
                return refusal.reason
        order = message("ledger.v1.Order")(create_purchase=dict(self.order(), request_id=new_id()))
        bulk = self.company.submit(self.account, ("create_purchase", self.order()), metadata=metadata)
        request = message("ledger.v1.StreamOrdersRequest")
        stream = self.ledger.channel.stream_stream("/ledger.v1.OrderService/StreamOrders",
                                                   request_serializer=lambda m: m.SerializeToString(),
                                                   response_deserializer=message("ledger.v1.StreamOrdersResponse").FromString)
        streamed = list(stream(iter([request(account_id=self.account, company_id=self.company.id, orders=[order])]), timeout=30,
                               metadata=metadata))

        def preview():
            try:
                self.ledger.call("ledger.v1.OrderService/PreviewOrder", account_id=self.account, company_id=self.company.id, order=order,
                                 metadata=metadata)
                return ""
            except Refusal as refusal:
                return refusal.reason
        return [alone(), reason_of(bulk[0]), reason_of(streamed[0].results[0]), preview()]

    def test_a_customer_does_not(self):
        self.assertEqual(self.ways(CUSTOMER), ["INVALID_ARGUMENT"] * 4)
        self.assertEqual(self.company.balance(self.account).own_micros, micros(1000))

    def test_the_provider_does(self):
        self.assertEqual(self.ways(OPERATOR), [""] * 4)
        self.assertEqual(self.ways(()), [""] * 4)

    def test_a_customers_order_without_a_date_is_of_now(self):
        self.company.spend(self.account, 1, metadata=CUSTOMER)
        self.assertEqual(self.company.balance(self.account).own_micros, micros(999))


if __name__ == "__main__":
    unittest.main()
