"""Faults on the hold and the top-up: the n-th statement, the n-th allocation and the n-th request to the provider fail, for
n = 1, 2, 3 …; whatever was answered, in the end one dollar was held at most once and given back as often, and a top-up was charged
once."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "payments"))
from payments_stack import Payments, Refusal, eventually, new_id, state  # noqa: E402

import grpc  # noqa: E402

WORLD = ("UNAVAILABLE", "ABORTED", "INTERNAL", "RESOURCE_EXHAUSTED", "UNKNOWN", "DEADLINE_EXCEEDED")


class FaultTest(unittest.TestCase):
    def setUp(self):
        self.payments = Payments(step_lease="1s")
        self.service, self.simulator = self.payments.service, self.payments.simulator
        self.addCleanup(self.payments.stop)

    def restart(self, **settings):
        self.service.close()
        self.service.stop()
        for name in ("fault_statement", "fault_allocation"):
            self.service.settings.pop(name, None)
        self.service.settings.update(settings)
        self.service.start()
        self.service.channel = grpc.insecure_channel(self.service.address, [("grpc.use_local_subchannel_pool", 1)])

    def persist(self, story):
        """A caller who was told that it may not have happened asks again with the same id. None: the provider was away."""
        for _ in range(4):
            try:
                return story()
            except Refusal as no:
                self.assertIn(no.code.name, WORLD, no.sentence)
                if no.reason == "PROVIDER_UNAVAILABLE":
                    return None
                self.met = True
        self.fail("one fault was met again and again")

    def per_account(self, account, step):
        return [i["status"] for i in self.simulator.intents(step) if i["metadata"]["kontor_account"] == account]

    def assert_ends_well(self, account, method_is_saved, top_up_id):
        holds = self.per_account(account, "hold")
        eventually(lambda: self.per_account(account, "hold") == ["canceled"] * len(holds), True)
        self.assertLessEqual(len(holds), 2 if not method_is_saved else 1)
        self.assertIn(len(self.payments.methods(account)), (0, 1))
        if top_up_id:
            eventually(lambda: state(self.payments.get_top_up(account, top_up_id)), "SUCCEEDED")
            self.assertEqual(self.per_account(account, "top_up"), ["succeeded"])
            self.payments.told("TopUpSucceeded", [top_up_id], lambda e: e.top_up_id if e.top_up_id == top_up_id else None)

    def story(self, account):
        """A card is added and 100.00 USD topped up; under a fault, by a caller who does not give up."""
        card_request, top_up_request = new_id(), new_id()
        method = self.persist(lambda: self.payments.add_card(account, request_id=card_request))
        if method is None or state(method) != "ACTIVE":
            return None, None
        top_up = self.persist(lambda: self.payments.top_up(account, method.payment_method_id, request_id=top_up_request))
        return method.payment_method_id, top_up.top_up_id

    def try_all(self, setting, numbers):
        """All stories under their faults first; then, with all well, how each ended."""
        stories, met = [], 0
        for number, account in [(number, self.payments.account()) for number in numbers]:
            self.restart(**{setting: number})
            self.met = False
            stories.append((number, account) + self.story(account))
            met += self.met
        self.restart()
        for number, account, method, top_up in stories:
            with self.subTest(**{setting: number}):
                self.assert_ends_well(account, method is not None, top_up)
        return met

    def test_every_statement(self):
        self.assertGreater(self.try_all("fault_statement", range(1, 41)), 5)

    def test_every_allocation(self):
        self.assertGreater(self.try_all("fault_allocation", list(range(1, 30, 3)) + list(range(30, 300, 13))), 3)

    def test_every_request_to_the_provider(self):
        """POSTs in order: customer, token, authorisation, void, charge."""
        for nth in range(5):
            for action in ("drop_before", "drop_after", "error_before", "error_after", "rate_limit"):
                with self.subTest(nth=nth, action=action):
                    account, self.met = self.payments.account(), False
                    self.simulator.rules({"path": "^/v1/", "after": nth, "action": action})
                    method, top_up = self.story(account)
                    self.simulator.rules()
                    if method is None:  # said to be away: a new request succeeds
                        method = self.payments.add_card(account).payment_method_id
                    self.assert_ends_well(account, True, top_up)

    def test_every_question_to_the_provider(self):
        """The answer to a POST is lost, and the first questions about it come to nothing too."""
        for action in ("drop_before", "drop_after", "error_before", "rate_limit"):
            for step in ("hold", "top_up"):
                with self.subTest(action=action, step=step):
                    account, self.met = self.payments.account(), False
                    self.simulator.rules({"path": "/payment_intents$", "step": step, "action": "drop_after"},
                                         {"path": "/payment_intents", "method": "GET", "action": action, "times": 2})
                    method, top_up = self.story(account)
                    self.assert_ends_well(account, True, top_up)
                    self.assertIsNotNone(method)


if __name__ == "__main__":
    unittest.main()
