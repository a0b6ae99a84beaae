"""GW-03, GW-04 with everything real: what waits between the gateway's yes and the ledger's (single orders that go gathered, a running stream, an
approval that is carried out) is accepted before a freeze's answer or never; a repetition hears what became of it. The same when the gateway
is killed with kill -9 in the middle."""
import concurrent.futures
import os
import signal
import sys
import threading
import time
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from service import Refusal, Service, message  # noqa: E402
from stack import Journey, micros, new_id, psql  # noqa: E402

CALLERS, ROUNDS, CENT = 24, 4, 10000
FREEZE, UNDO = "identity.v1.FreezeService/FreezeAccounts", "identity.v1.FreezeService/UndoFreeze"
TRANSFER, PURCHASE = "ledger.v1.TransferService/CreateTransfer", "ledger.v1.PurchaseService/CreatePurchase"
SUBMIT = "ledger.v1.OrderService/SubmitOrders"
NEW_PURCHASE = 2


class Fence(Journey):
    stack_settings = {"source_per_second": 0, "calls_per_source": 1000}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main, cls.branch = cls.stack.company("main", "branch")
        cls.finance, cls.cto = cls.stack.customer("finance").open(), cls.stack.customer("cto").open()
        for person in (cls.finance, cls.cto):
            person.join(cls.main, "billing-freezer")
        cls.main.top_up("9000.00")
        cls.stack.await_equal(cls("runTest"), micros("9000.00"), cls.main.own)
        gateway = cls.stack.gateway
        cls.second = Service("gateway", clock=cls.stack.clock, database=gateway.database, **gateway.settings)
        cls.addClassCleanup(cls.second.stop)

    def runTest(self):
        """Nothing: a test to wait by."""

    @classmethod
    def headers(cls, who):
        return (("authorization", "Bearer " + cls.stack.token(who.name)),)

    def give(self, gateway, request=None):
        return gateway.call(TRANSFER, timeout=60, metadata=self.headers(self.main), account_id=self.main.account_id, currency="CNY",
                            destination_account_id=self.branch.account_id, amount_micros=CENT, request_id=request or new_id()).transfer

    def freeze(self, gateway=None, request=None, **fields):
        return (gateway or self.stack.gateway).call(FREEZE, timeout=60, metadata=self.headers(self.finance), account_id=self.main.account_id,
                                                    request_id=request or new_id(), reason="a stolen card", **fields)

    def undo(self, freeze):
        self.stack.gateway.call(UNDO, timeout=60, metadata=self.headers(self.cto), account_id=self.main.account_id, request_id=new_id(),
                                freeze_id=freeze.freeze_id)

    def accepted(self):
        """All that the ledger has of transfers and purchases of the account."""
        return int(psql(self.stack.ledger.database, "SELECT count(*) FROM ledger.entry WHERE kind IN (1, 3)"))

    def order(self, request=None):
        return message("ledger.v1.Order")(create_transfer={"request_id": request or new_id(), "destination_account_id": self.branch.account_id,
                                                           "amount_micros": CENT, "currency": "CNY"})

    def giving(self, gateway, ends):
        """Single orders without pause until one is refused; the ids of those that were answered, and the refusals."""
        while True:
            request = new_id()
            try:
                self.give(gateway, request)
                ends.append((request, ""))
            except Refusal as no:
                reason = no.reason or no.code.name  # a gateway that is killed says nothing
                ends.append((request, reason))
                if reason not in ("UNAVAILABLE", "INDEFINITE"):
                    return

    def streaming(self, gateway, ends):
        """One message after another on one stream until an order is refused."""
        stub = gateway.channel.stream_stream("/ledger.v1.OrderService/StreamOrders", request_serializer=lambda m: m.SerializeToString(),
                                             response_deserializer=message("ledger.v1.StreamOrdersResponse").FromString)
        turn, over = threading.Semaphore(1), threading.Event()

        def requests():
            while True:
                turn.acquire()
                if over.is_set():
                    return
                yield message("ledger.v1.StreamOrdersRequest")(account_id=self.main.account_id, orders=[self.order() for _ in range(3)])
        for answer in stub(requests(), metadata=self.headers(self.main), timeout=120):
            refused = [result for result in answer.results if result.WhichOneof("outcome") == "refused"]
            reasons = {message("google.rpc.ErrorInfo").FromString(result.refused.details[0].value).reason for result in refused}
            ends.extend(("", reason) for reason in reasons)
            if refused:
                over.set()
            turn.release()

    def test_nothing_that_waits_is_accepted_after_the_answer(self):
        """Through both gateways at once. In every other round the ledger stands still meanwhile, so that orders that were let in wait."""
        for turn in range(ROUNDS):
            ends, before = [], self.accepted()
            with concurrent.futures.ThreadPoolExecutor(CALLERS + 4) as pool:
                givers = [pool.submit(self.giving, (self.stack.gateway, self.second)[i % 2], ends) for i in range(CALLERS)]
                givers += [pool.submit(self.streaming, gateway, ends) for gateway in (self.stack.gateway, self.second)]
                self.stack.await_equal(self, True, lambda: self.accepted() > before + 2 * CALLERS)
                if turn % 2 == 1:
                    self.stack.ledger.process.send_signal(signal.SIGSTOP)
                freezing = pool.submit(self.freeze)
                if turn % 2 == 1:
                    time.sleep(0.3)
                    self.stack.ledger.process.send_signal(signal.SIGCONT)
                answer = freezing.result(60)
                at_the_answer = self.accepted()
                for giver in givers:
                    giver.result(120)
            self.assertTrue(answer.fenced)
            self.assertEqual(self.accepted(), at_the_answer)
            self.assertLessEqual({reason for _, reason in ends}, {"", "RECHARGE_FROZEN"})
            done = [request for request, reason in ends if request and not reason]
            again = self.give(self.second, done[-1])  # E32: it was accepted before, and is told so under the freeze
            self.assertEqual(again.amount_micros, CENT)
            together = self.stack.gateway.call("ledger.v1.OrderService/SubmitOrders", timeout=60, metadata=self.headers(self.main),
                                               account_id=self.main.account_id, orders=[self.order(done[-1]), self.order()])
            self.assertEqual([result.WhichOneof("outcome") for result in together.results], ["create_transfer", "refused"])
            with self.assertRaises(Refusal) as caught:
                self.give(self.second)
            self.assertEqual(caught.exception.reason, "RECHARGE_FROZEN")
            self.assertEqual(self.accepted(), at_the_answer)
            self.undo(answer.freeze)

    def test_what_a_gateway_that_stood_still_had_let_in(self):
        """It asked identity before the freeze and comes to the ledger long after the answer, which another gateway gave."""
        ends, before = [], self.accepted()
        with concurrent.futures.ThreadPoolExecutor(CALLERS + 4) as pool:
            givers = [pool.submit(self.giving, self.second, ends) for _ in range(CALLERS)] + [pool.submit(self.streaming, self.second, ends)]
            self.stack.await_equal(self, True, lambda: self.accepted() > before + 2 * CALLERS)
            self.second.process.send_signal(signal.SIGSTOP)
            try:
                answer = self.freeze()
                at_the_answer = self.accepted()
            finally:
                self.second.process.send_signal(signal.SIGCONT)
            for giver in givers:
                giver.result(120)
        self.assertTrue(answer.fenced)
        self.assertEqual(self.accepted(), at_the_answer)
        self.assertLessEqual({reason for _, reason in ends}, {"", "RECHARGE_FROZEN"})
        self.undo(answer.freeze)

    def test_purchases_by_the_level_that_stops_them(self):
        purchase = lambda request: self.stack.gateway.call(PURCHASE, timeout=60, metadata=self.headers(self.main), account_id=self.main.account_id,
                                                           request_id=request, amount_micros=CENT, currency="CNY", region="cn-hangzhou").purchase
        request = new_id()
        first, level_one = purchase(request), self.freeze().freeze
        purchase(new_id())  # a recharge freeze stops none
        level_two = self.freeze(level=NEW_PURCHASE).freeze
        self.assertEqual(purchase(request), first)
        with self.assertRaises(Refusal) as caught:
            purchase(new_id())
        self.assertEqual(caught.exception.reason, "PURCHASE_FROZEN")
        self.undo(level_one)
        self.undo(level_two)

    def test_the_gateway_is_killed_in_the_middle(self):
        for _ in range(ROUNDS):
            ends, before, request = [], self.accepted(), new_id()
            with concurrent.futures.ThreadPoolExecutor(CALLERS + 4) as pool:
                givers = [pool.submit(self.giving, (self.stack.gateway, self.second)[i % 2], ends) for i in range(CALLERS)]
                self.stack.await_equal(self, True, lambda: self.accepted() > before + CALLERS)
                freezing = pool.submit(self.until_answered, request)
                time.sleep(0.01)
                self.stack.gateway.kill()
                self.stack.gateway.start()
                answer = freezing.result(90)
                at_the_answer = self.accepted()
                for giver in givers:
                    giver.result(120)
            self.assertTrue(answer.fenced)
            self.assertEqual(self.accepted(), at_the_answer)
            self.undo(answer.freeze)

    def until_answered(self, request):
        """The same call until it is answered and counts everywhere, as a caller does who hears nothing."""
        deadline = time.monotonic() + 60
        while True:
            try:
                answer = self.freeze(request=request)
                if answer.fenced:
                    return answer
            except (Refusal, grpc.RpcError):
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
