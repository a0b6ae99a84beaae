"""kill -9 of kontor-payments at every step of the hold and of a top-up: the provider ends with exactly one authorisation and one void,
or one charge, and the ledger is told once (PAY-05, PAY-06, PAY-14)."""
import os
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "payments"))
from payments_stack import Payments, Refusal, eventually, new_id, psql, state  # noqa: E402

import grpc  # noqa: E402

HOLD_STEPS = ("card-tokenised", "hold-recorded", "hold-authorizing", "hold-answered", "hold-authorized", "hold-voiding",
              "hold-void-answered", "hold-voided")
TOP_UP_STEPS = ("top-up-created", "top-up-pending", "top-up-answered", "top-up-kept")


class KillTest(unittest.TestCase):
    def setUp(self):
        self.payments = Payments(step_lease="1s")
        self.service, self.simulator = self.payments.service, self.payments.simulator
        self.addCleanup(self.payments.stop)

    def start(self):
        """With a channel of its own: the old one would still be waiting to connect again."""
        self.service.start()
        self.service.close()
        self.service.channel = grpc.insecure_channel(self.service.address, [("grpc.use_local_subchannel_pool", 1)])

    def start_to_crash_at(self, step):
        self.service.kill()
        self.service.settings["crash_at"] = step
        self.start()

    def crashed(self):
        """Waits until the process killed itself, and starts it again without the wish to die."""
        self.service.process.wait(20)
        self.assertEqual(self.service.process.returncode, -9)
        del self.service.settings["crash_at"]
        self.start()

    def add_card_and_lose_the_answer(self, account, request):
        def add():
            try:
                self.payments.add_card(account, request_id=request)
            except Refusal:
                pass
        caller = threading.Thread(target=add)
        caller.start()
        self.crashed()
        caller.join(30)

    def held_and_voided(self):
        counts = self.simulator.counts()
        return counts["authorizations"], counts["voids"], counts["charges"]

    def test_the_hold(self):
        for step in HOLD_STEPS:
            with self.subTest(step=step):
                before = self.held_and_voided()
                account, request = self.payments.account(), new_id()
                self.start_to_crash_at(step)
                self.add_card_and_lose_the_answer(account, request)
                method = self.payments.add_card(account, request_id=request)  # the caller asks again
                eventually(lambda: state(self.payments.method(account, method.payment_method_id).hold), "VOIDED")
                self.assertEqual(state(self.payments.method(account, method.payment_method_id)), "ACTIVE")
                self.assertEqual(tuple(now - then for now, then in zip(self.held_and_voided(), before)), (1, 1, 0))
                self.assertEqual(len(self.payments.methods(account)), 1)

    def test_the_hold_when_nobody_asks_again(self):
        """From the moment the hold is recorded it ends given back, without anybody's help."""
        for step in HOLD_STEPS[1:]:
            with self.subTest(step=step):
                before = self.held_and_voided()
                account = self.payments.account()
                self.start_to_crash_at(step)
                self.add_card_and_lose_the_answer(account, new_id())
                eventually(lambda: [state(m.hold) for m in self.payments.methods(account)], ["VOIDED"])
                self.assertEqual(tuple(now - then for now, then in zip(self.held_and_voided(), before)), (1, 1, 0))
        open_holds = psql(self.service.database, "SELECT count(*) FROM payments.hold WHERE next_time IS NOT NULL")
        self.assertEqual(open_holds, "0")

    def test_a_top_up(self):
        account = self.payments.account()
        card = self.payments.add_card(account).payment_method_id
        for step in TOP_UP_STEPS:
            with self.subTest(step=step):
                charges = self.simulator.counts()["charges"]
                self.start_to_crash_at(step)
                request, top_up = new_id(), None
                try:
                    top_up = self.payments.top_up(account, card, request_id=request)
                except Refusal:
                    pass  # killed before it could answer: the caller asks again
                self.crashed()
                repeated = self.payments.top_up(account, card, request_id=request)
                self.assertEqual(repeated.top_up_id, top_up.top_up_id if top_up else repeated.top_up_id)
                eventually(lambda: state(self.payments.get_top_up(account, repeated.top_up_id)), "SUCCEEDED")
                time.sleep(0.3)
                self.assertEqual(self.simulator.counts()["charges"] - charges, 1)
                self.payments.told("TopUpSucceeded", [1], lambda e: 1 if e.top_up_id == repeated.top_up_id else None)


if __name__ == "__main__":
    unittest.main()
