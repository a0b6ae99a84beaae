"""Top-ups as a foreign client sees them: PAY-10, PAY-12 to PAY-15, PAY-17, PAY-24, E18, E32, and everything that goes wrong between us
and the provider, against the real service, database and simulator."""
import concurrent.futures
import time
import unittest

from payments_stack import VISA, Clock, Payments, Refusal, eventually, new_id, refused, state

import grpc

Code = grpc.StatusCode
USD, CNY = "USD", "CNY"
clock = Clock()


class TopUpTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.payments = Payments(clock=clock)
        cls.addClassCleanup(cls.payments.stop)

    def setUp(self):
        self.simulator = self.payments.simulator
        self.simulator.rules()
        self.simulator.control("delay", [0, 0])
        self.simulator.control("webhooks", {"mode": "normal"})
        self.account = self.payments.account()
        self.card = self.payments.add_card(self.account).payment_method_id
        eventually(lambda: state(self.payments.method(self.account, self.card).hold), "VOIDED")
        self.charges = self.simulator.counts()["charges"]

    def charged(self):
        return self.simulator.counts()["charges"] - self.charges

    def state_of(self, top_up):
        return state(self.payments.get_top_up(top_up.account_id, top_up.top_up_id))

    def assert_succeeds_once(self, top_up):
        eventually(lambda: self.state_of(top_up), "SUCCEEDED")
        self.payments.told("TopUpSucceeded", [(top_up.amount_micros, top_up.currency)],
                           lambda e: (e.amount_micros, e.currency) if e.top_up_id == top_up.top_up_id else None)
        self.assertEqual(self.charged(), 1)

    # ---- the way it should go ----

    def test_a_top_up_is_charged_once_and_told_once(self):
        """PAY-13, PAY-14, PAY-17."""
        self.simulator.control("delay", [0.3, 0.6])
        top_up = self.payments.top_up(self.account, self.card, 123_450_000, remark="ClientX-MarchQ2-AI-POC-Tokyo-OSS")
        self.assertEqual(state(top_up), "CREATED")
        self.assert_succeeds_once(top_up)
        charge = [i for i in self.simulator.intents("top_up") if i["metadata"]["kontor_reference"] == top_up.top_up_id]
        self.assertEqual([(i["amount_received"], i["currency"]) for i in charge], [(12345, "usd")])

    def test_the_same_request_is_one_top_up(self):
        """E32."""
        request = new_id()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: self.payments.top_up(self.account, self.card, request_id=request), range(8)))
        self.assertEqual(len({t.top_up_id for t in made}), 1)
        self.assert_succeeds_once(made[0])
        with refused(self, Code.FAILED_PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            self.payments.top_up(self.account, self.card, 101_000_000, request_id=request)

    def test_the_ledger_credits_it_once(self):
        top_up = self.payments.top_up(self.account, self.card)
        mark = dict(account_id=self.account, top_up_id=top_up.top_up_id)
        with refused(self, Code.NOT_FOUND, "TOP_UP_NOT_FOUND"):
            self.payments.call("TopUpService/MarkCredited", account_id=self.account, top_up_id=new_id(), request_id=new_id())
        eventually(lambda: self.state_of(top_up), "SUCCEEDED")
        for _ in range(2):
            credited = self.payments.call("TopUpService/MarkCredited", request_id=new_id(), **mark).top_up
            self.assertEqual(state(credited), "CREDITED")
        self.assertEqual(self.state_of(top_up), "CREDITED")

    def test_remarks_are_searched(self):
        """PAY-17."""
        for remark in ("ClientX-MarchQ2-AI", "ClientY-MarchQ2-AI", "clientx-april"):
            self.payments.top_up(self.account, self.card, remark=remark)
        found = self.payments.call("TopUpService/ListTopUps", account_id=self.account, remark_contains="CLIENTX").top_ups
        self.assertEqual([t.remark for t in found], ["clientx-april", "ClientX-MarchQ2-AI"])
        page = self.payments.call("TopUpService/ListTopUps", account_id=self.account, page_size=2)
        rest = self.payments.call("TopUpService/ListTopUps", account_id=self.account, page_size=2, page_token=page.next_page_token)
        self.assertEqual((len(page.top_ups), len(rest.top_ups), rest.next_page_token), (2, 1, ""))

    def test_they_are_narrowed(self):
        credited, open_one = [self.payments.top_up(self.account, self.card) for _ in range(2)]
        for top_up in (credited, open_one):
            eventually(lambda top_up=top_up: self.state_of(top_up), "SUCCEEDED")
        self.payments.call("TopUpService/MarkCredited", request_id=new_id(), account_id=self.account, top_up_id=credited.top_up_id)

        def listed(**fields):
            return [t.top_up_id for t in self.payments.call("TopUpService/ListTopUps", account_id=self.account, **fields).top_ups]
        both = [open_one.top_up_id, credited.top_up_id]
        at = open_one.create_time
        for fields, expected in (({}, both), ({"open": True}, both[:1]), ({"state": "TOP_UP_STATE_CREDITED"}, both[1:]),
                                 ({"rail": "TOP_UP_RAIL_CARD"}, both), ({"rail": "TOP_UP_RAIL_WIRE"}, []), ({"target_account_id": self.account}, both),
                                 ({"target_account_id": new_id()}, []), ({"start_time": at}, both[:1]), ({"end_time": at}, both[1:])):
            with self.subTest(fields=fields):
                self.assertEqual(listed(**fields), expected)
        with refused(self, Code.INVALID_ARGUMENT, field="state"):
            listed(state=99)

    # ---- what is refused ----

    def test_what_may_not_be_ordered(self):
        rows = [
            (dict(micros=19_990_000), Code.INVALID_ARGUMENT, "BELOW_MINIMUM"),  # PAY-12
            (dict(micros=100_005_000), Code.INVALID_ARGUMENT, "AMOUNT_NOT_WHOLE"),  # PAY-13, E18
            (dict(micros=0), Code.INVALID_ARGUMENT, "AMOUNT_NOT_POSITIVE"),
            (dict(currency=CNY), Code.FAILED_PRECONDITION, "CURRENCY_MISMATCH"),  # PAY-24
            (dict(target=new_id()), Code.FAILED_PRECONDITION, "ACCOUNT_NOT_KNOWN"),
            (dict(target=self.payments.account(currency=None)), Code.FAILED_PRECONDITION, "CURRENCY_NOT_SET"),
        ]
        for fields, code, reason in rows:
            with self.subTest(reason=reason), refused(self, code, reason):
                self.payments.top_up(self.account, self.card, **fields)
        with refused(self, Code.NOT_FOUND, "PAYMENT_METHOD_NOT_FOUND"):
            self.payments.top_up(self.account, new_id())
        with refused(self, Code.FAILED_PRECONDITION, "RAIL_NOT_AVAILABLE"):
            self.payments.top_up(self.account, "", rail="TOP_UP_RAIL_ALIPAY")
        with refused(self, Code.INVALID_ARGUMENT, field="rail"):
            self.payments.top_up(self.account, "", rail=9)
        with refused(self, Code.INVALID_ARGUMENT, field="target_account_id"):  # PAY-15: no default
            self.payments.top_up(self.account, self.card, target="")
        for remark in ("é" * 129, "4242 4242 4242 4242", "pay \u202e001", "a\u200bb", "cafe\u0301"):
            with refused(self, Code.INVALID_ARGUMENT, field="remark"):
                self.payments.top_up(self.account, self.card, remark=remark)
        self.payments.top_up(self.account, self.card, 20_000_000, remark="é" * 128)

    def test_a_refusal_names_its_terms(self):
        with self.assertRaises(Refusal) as caught:
            self.payments.top_up(self.account, self.card, 19_990_000)
        self.assertEqual(caught.exception.terms, {"minimum": "20.00", "minimum_micros": "20000000", "currency": "USD"})
        account = self.payments.account(currency="CNY")
        with self.assertRaises(Refusal) as caught:
            self.payments.top_up(account, "", 50_000_000_000, "CNY", rail="TOP_UP_RAIL_WIRE")
        self.assertEqual(caught.exception.terms, {"threshold": "50000.00", "threshold_micros": "50000000000", "currency": "CNY"})

    def test_a_currency_stays(self):
        """PAY-24."""
        account = self.payments.account(currency=None)
        set_currency = lambda currency: self.payments.call("AccountService/SetCurrency", account_id=account, request_id=new_id(),
                                                           currency=currency)
        with refused(self, Code.FAILED_PRECONDITION, "CURRENCY_NOT_SUPPORTED"):
            set_currency("JPY")
        with refused(self, Code.INVALID_ARGUMENT, field="currency"):
            set_currency("cny")
        for _ in range(2):
            self.assertEqual(set_currency(CNY).account.currency, CNY)
        with refused(self, Code.FAILED_PRECONDITION, "CURRENCY_LOCKED"):
            set_currency(USD)
        self.payments.told("CurrencySet", [CNY], lambda e: e.currency if e.account_id == account else None)

    def test_a_declined_charge_fails_and_says_what_to_do(self):
        account = self.payments.account()
        card = self.payments.add_card(account, "4000000000000341").payment_method_id
        top_up = self.payments.top_up(account, card)
        eventually(lambda: self.state_of(top_up), "FAILED")
        failed = self.payments.get_top_up(account, top_up.top_up_id)
        self.assertEqual((failed.failure_reason, failed.advice), ("CARD_DECLINED", "OTHER_METHOD"))
        self.payments.told("TopUpFailed", ["CARD_DECLINED"],
                           lambda e: e.failure_reason if e.top_up_id == top_up.top_up_id else None)

    # ---- wire transfers ----

    def test_a_wire_transfer_waits_for_the_bank(self):
        """PAY-10."""
        account = self.payments.account(country="CN", currency=CNY)
        with refused(self, Code.INVALID_ARGUMENT, "WIRE_BELOW_THRESHOLD"):
            self.payments.top_up(account, "", 50_000_000_000, CNY, rail="TOP_UP_RAIL_WIRE")
        top_up = self.payments.top_up(account, "", 50_000_010_000, CNY, rail="TOP_UP_RAIL_WIRE")
        self.assertEqual(state(top_up), "AWAITING_FUNDS")
        receipt = dict(account_id=account, bank="ICBC 0200", statement="2026-11-28", wire_reference=top_up.wire_reference, amount_micros=50_000_000_000, currency=CNY)
        record = lambda line, **other: self.payments.call("TopUpService/RecordWireReceipt", request_id=new_id(), statement_line=line,
                                                          **dict(receipt, **other))
        with refused(self, Code.FAILED_PRECONDITION, "CURRENCY_MISMATCH"):
            record("line 1", currency=USD)
        for _ in range(2):
            self.assertEqual((state(record("line 1").top_up), record("line 1").top_up.amount_micros), ("SUCCEEDED", 50_000_000_000))
        with refused(self, Code.FAILED_PRECONDITION, "TOP_UP_NOT_AWAITING_FUNDS"):
            record("line 2")
        self.payments.told("TopUpSucceeded", [50_000_000_000],
                           lambda e: e.amount_micros if e.top_up_id == top_up.top_up_id else None)

    def wire(self, account):
        return self.payments.top_up(account, "", 60_000_000_000, CNY, rail="TOP_UP_RAIL_WIRE")

    def receive(self, top_up, line, micros=60_000_000_000, **other):
        line = dict(bank="ICBC 0200", statement="2026-11-28", statement_line=line)
        return self.payments.call("TopUpService/RecordWireReceipt", request_id=new_id(), **dict(dict(
            line, account_id=top_up.account_id, wire_reference=top_up.wire_reference, amount_micros=micros, currency=CNY), **other)).top_up

    def test_a_line_of_a_statement_credits_once(self):
        """PAY-10: bank, statement and line together are one receipt; another of any of the three is another receipt."""
        account, other = (self.payments.account(country="CN", currency=CNY) for _ in range(2))
        first, second = self.wire(account), self.wire(account)
        with refused(self, Code.FAILED_PRECONDITION, "ACCOUNT_MISMATCH"):
            self.receive(first, "7", account_id=other)
        self.assertEqual(state(self.receive(first, "7")), "SUCCEEDED")
        self.assertEqual(state(self.receive(first, "7")), "SUCCEEDED")
        with self.assertRaises(Refusal) as caught:
            self.receive(second, "7")
        self.assertEqual((caught.exception.reason, caught.exception.terms), ("STATEMENT_LINE_RECORDED", {"top_up_id": first.top_up_id}))
        with refused(self, Code.ALREADY_EXISTS, "STATEMENT_LINE_RECORDED"):
            self.receive(first, "7", micros=60_000_010_000)
        self.assertEqual(self.state_of(second), "AWAITING_FUNDS")
        for other_line in (dict(bank="ICBC 0201"), dict(statement="2026-11-29"), dict(statement_line="8")):
            self.assertEqual(state(self.receive(self.wire(account), "7", **other_line)), "SUCCEEDED")
        for field in ("bank", "statement", "statement_line"):
            with refused(self, Code.INVALID_ARGUMENT, field=field):
                self.receive(second, "9", **{field: ""})
        told = [e.top_up_id for e in self.payments.events("TopUpSucceeded") if e.account_id == account]
        self.assertEqual(told.count(first.top_up_id), 1)

    def test_a_line_recorded_for_many_at_once_credits_one(self):
        account = self.payments.account(country="CN", currency=CNY)
        waiting = [self.wire(account) for _ in range(6)]

        def receive(top_up):
            try:
                return state(self.receive(top_up, "race"))
            except Refusal as refusal:
                return refusal.reason
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            verdicts = sorted(pool.map(receive, waiting))
        self.assertEqual(verdicts, ["STATEMENT_LINE_RECORDED"] * 5 + ["SUCCEEDED"])
        self.assertEqual([self.state_of(t) for t in waiting].count("SUCCEEDED"), 1)

    # ---- what goes wrong on the way ----

    def test_an_answer_lost_after_the_charge(self):
        self.simulator.rules({"path": "/payment_intents$", "action": "drop_after"})
        self.assert_succeeds_once(self.payments.top_up(self.account, self.card))

    def test_an_answer_lost_before_the_charge(self):
        self.simulator.rules({"path": "/payment_intents$", "action": "drop_before"})
        self.assert_succeeds_once(self.payments.top_up(self.account, self.card))

    def test_an_error_after_the_charge_and_no_webhook(self):
        self.simulator.control("webhooks", {"mode": "lost"})
        self.simulator.rules({"path": "/payment_intents$", "action": "error_after"})
        self.assert_succeeds_once(self.payments.top_up(self.account, self.card))

    def test_a_charge_that_takes_longer_than_we_wait(self):
        self.simulator.rules({"path": "/payment_intents$", "action": "slow_commit", "seconds": 2.5})
        self.assert_succeeds_once(self.payments.top_up(self.account, self.card))

    def test_a_provider_that_is_busy(self):
        self.simulator.rules({"path": "/payment_intents$", "action": "rate_limit", "times": 2})
        self.assert_succeeds_once(self.payments.top_up(self.account, self.card))

    def test_another_amount_is_never_credited(self):
        for rule in ({"action": "amount", "amount": 9999}, {"action": "currency", "currency": "eur"}):
            self.simulator.rules(dict(rule, method="SETTLE"))
            top_up = self.payments.top_up(self.account, self.card)
            eventually(lambda: self.state_of(top_up), "MANUAL")
            self.assertEqual(self.payments.get_top_up(self.account, top_up.top_up_id).failure_reason, "AMOUNT_MISMATCH")
            self.assertEqual([e for e in self.payments.events("TopUpSucceeded") if e.top_up_id == top_up.top_up_id], [])

    # ---- webhooks ----

    def test_webhooks_repeated_late_lost_or_out_of_order(self):
        self.simulator.control("delay", [0.2, 0.4])
        for mode in ({"mode": "repeat"}, {"mode": "late", "seconds": 2}, {"mode": "lost"}, {"mode": "reorder"}):
            with self.subTest(**mode):
                self.charges = self.simulator.counts()["charges"]
                self.simulator.control("webhooks", mode)
                self.assert_succeeds_once(self.payments.top_up(self.account, self.card))

    def webhook(self, top_up, kind="payment_intent.succeeded", **more):
        event = {"id": "evt_" + new_id(), "type": kind, "data": {"object": {
            "object": "payment_intent", "status": "succeeded", "amount_received": 1,
            "metadata": {"kontor_account": top_up.account_id, "kontor_reference": top_up.top_up_id}}}}
        return self.simulator.control("send", dict({"event": event}, **more))["status"]

    def test_a_webhook_says_where_to_look_and_nothing_else(self):
        """A signed event that claims success moves nothing by itself; a forged or an old one is turned away."""
        self.simulator.control("delay", [30, 30])
        self.simulator.control("webhooks", {"mode": "lost"})
        top_up = self.payments.top_up(self.account, self.card)
        eventually(lambda: self.state_of(top_up), "PENDING")
        self.assertEqual(self.webhook(top_up), 200)
        self.assertEqual(self.webhook(top_up, secret="whsec_forged"), 401)
        self.assertEqual(self.webhook(top_up, age=301), 401)
        self.assertEqual(self.webhook(top_up, age=290), 200)
        time.sleep(0.5)
        self.assertEqual(self.state_of(top_up), "PENDING")

    def test_a_failure_told_after_the_success_changes_nothing(self):
        top_up = self.payments.top_up(self.account, self.card)
        self.assert_succeeds_once(top_up)
        self.assertEqual(self.webhook(top_up, kind="payment_intent.payment_failed"), 200)
        time.sleep(0.5)
        self.assert_succeeds_once(top_up)

    def test_an_event_of_nobody_is_taken_and_forgotten(self):
        for event, status in (({"id": "evt_1", "type": "customer.created", "data": {"object": {}}}, 200), ({"no": "id"}, 401)):
            self.assertEqual(self.simulator.control("send", {"event": event})["status"], status)

    # ---- time ----

    def test_waiting_never_fails_a_charge(self):
        """PAY-14: after 60 s still processing, after 23 h a matter for people, and a late success counts all the same."""
        self.simulator.control("delay", [600, 600])
        self.simulator.control("webhooks", {"mode": "lost"})
        top_up = self.payments.top_up(self.account, self.card)
        eventually(lambda: self.state_of(top_up), "PENDING")
        self.assertFalse(self.payments.get_top_up(self.account, top_up.top_up_id).still_processing)
        clock.turn(61)
        self.assertTrue(self.payments.get_top_up(self.account, top_up.top_up_id).still_processing)
        self.assertEqual(self.state_of(top_up), "PENDING")
        clock.turn(23 * 3600)
        eventually(lambda: self.state_of(top_up), "MANUAL")
        intent = [i for i in self.simulator.intents("top_up") if i["metadata"]["kontor_reference"] == top_up.top_up_id][0]
        self.simulator.control("settle", intent["id"])
        self.assertEqual(self.webhook(top_up), 200)
        self.assert_succeeds_once(top_up)


if __name__ == "__main__":
    unittest.main()
