"""Cards as a foreign client sees them: PAY-01, PAY-03 to PAY-06, PAY-11, ID-03 against the real service, database and simulator."""
import concurrent.futures
import base64
import glob
import os
import pathlib
import subprocess
import unittest

from payments_stack import MASTERCARD, POSTGRES, SECURITY_CODE, VISA, VISA_CHINA, Payments, eventually, new_id, psql, refused, state

import grpc

Code = grpc.StatusCode


class CardTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.payments = Payments()
        cls.addClassCleanup(cls.payments.stop)

    def setUp(self):
        self.simulator = self.payments.simulator
        self.simulator.rules()
        self.before = self.simulator.counts()

    def counted(self, name):
        return self.simulator.counts()[name] - self.before[name]

    def hold_of(self, account, method):
        return state(self.payments.method(account, method.payment_method_id).hold)

    def assert_held_once_and_given_back(self, account, method):
        eventually(lambda: self.hold_of(account, method), "VOIDED")
        self.assertEqual((self.counted("authorizations"), self.counted("voids"), self.counted("charges")), (1, 1, 0))

    # ---- the way it should go ----

    def test_a_card_is_added_and_its_dollar_given_back(self):
        """PAY-05, PAY-06: exactly 1.00 USD whatever the account's currency, authorised, never captured, voided."""
        account = self.payments.account(country="CN", currency="CNY")
        method = self.payments.add_card(account, VISA_CHINA)
        self.assertEqual(state(method), "ACTIVE")
        self.assertEqual((method.card.last_four, method.card.brand, method.card.country), ("0002", 1, "CN"))
        self.assertEqual((method.hold.amount_micros, method.hold.currency), (1_000_000, "USD"))
        self.assert_held_once_and_given_back(account, method)
        hold = [i for i in self.simulator.intents("hold") if i["metadata"]["kontor_account"] == account]
        self.assertEqual([(i["amount"], i["currency"], i["status"], i["amount_received"]) for i in hold], [(100, "usd", "canceled", 0)])
        self.payments.told("PaymentMethodAdded", [method.payment_method_id],
                           lambda e: e.payment_method_id if e.account_id == account else None)

    def test_the_same_request_is_one_card(self):
        account, request = self.payments.account(), new_id()
        first = self.payments.add_card(account, request_id=request)
        again = self.payments.add_card(account, request_id=request)
        self.assertEqual(first.payment_method_id, again.payment_method_id)
        self.assert_held_once_and_given_back(account, first)
        with refused(self, Code.FAILED_PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            self.payments.add_card(account, MASTERCARD, request_id=request)

    def test_the_same_request_at_once_is_one_card(self):
        account, request = self.payments.account(), new_id()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            cards = list(pool.map(lambda _: self.payments.add_card(account, request_id=request), range(8)))
        self.assertEqual(len({card.payment_method_id for card in cards}), 1)
        self.assert_held_once_and_given_back(account, cards[0])

    def test_a_corporate_card_takes_the_principals_name(self):
        """PAY-03."""
        corporate = self.payments.account(corporate=True, name="Wei Zhang")
        self.assertEqual(self.payments.add_card(corporate, holder_name="").card.holder_name, "Wei Zhang")
        with refused(self, Code.INVALID_ARGUMENT, "HOLDER_NAME_MISSING"):
            self.payments.add_card(self.payments.account(), holder_name="")

    def test_a_removed_card_is_gone_and_may_come_back(self):
        account = self.payments.account()
        method = self.payments.add_card(account)
        eventually(lambda: self.hold_of(account, method), "VOIDED")
        request = dict(account_id=account, request_id=new_id(), payment_method_id=method.payment_method_id)
        removed = self.payments.call("PaymentMethodService/RemovePaymentMethod", **request).payment_method
        self.assertEqual((state(removed), self.payments.methods(account)), ("REMOVED", []))
        self.assertEqual(state(self.payments.call("PaymentMethodService/RemovePaymentMethod", **request).payment_method), "REMOVED")
        with refused(self, Code.FAILED_PRECONDITION, "PAYMENT_METHOD_REMOVED"):
            self.payments.call("PaymentMethodService/RemovePaymentMethod", **dict(request, request_id=new_id()))
        self.assertEqual(state(self.payments.add_card(account)), "ACTIVE")

    # ---- what is refused ----

    def test_cards_that_are_refused_never_reach_the_provider(self):
        account = self.payments.account()
        rows = [
            ("4242424242424241", {}, "CARD_NUMBER_INVALID"),
            ("not a number", {}, "CARD_NUMBER_INVALID"),
            ("378282246310005", {}, "CARD_BRAND_NOT_ACCEPTED"),
            ("30569309025904", {}, "CARD_BRAND_NOT_ACCEPTED"),
            ("6200000000000005", {}, "CARD_BRAND_NOT_ACCEPTED"),
            (VISA, {"expiry_month": 1, "expiry_year": 2020}, "CARD_EXPIRED"),
            (VISA, {"security_code": "12"}, "SECURITY_CODE_INVALID"),
        ]
        for number, fields, reason in rows:
            with self.subTest(reason=reason), refused(self, Code.INVALID_ARGUMENT, reason):
                self.payments.add_card(account, number, **fields)
        with refused(self, Code.FAILED_PRECONDITION, "BILLING_ADDRESS_MISSING"):  # PAY-04
            self.payments.add_card(self.payments.account(address=False))
        with refused(self, Code.FAILED_PRECONDITION, "BILLING_ADDRESS_MISSING"):  # nobody told of one
            self.payments.add_card(new_id())
        with refused(self, Code.INVALID_ARGUMENT, field="expiry"):
            self.payments.add_card(account, expiry_month=13)
        with refused(self, Code.INVALID_ARGUMENT, field="holder_name"):
            self.payments.add_card(account, holder_name=VISA)
        self.assertEqual(self.counted("authorizations"), 0)
        self.assertEqual(self.payments.methods(account), [])

    def test_every_decline_says_what_to_do_and_saves_nothing(self):
        """PAY-06: a declined hold → the card is not saved. Why is not told: neither loss nor theft, nor that the code was wrong."""
        rows = ["4000000000000002", "4000000000009995", "4000000000009987", "4000000000009979", "4000000000000069", "4000000000000127",
                "4000000000000119", "4000000000003220"]
        told = set()
        for number in rows:
            with self.subTest(number=number[-4:]):
                account, request = self.payments.account(), new_id()
                for _ in range(2):  # the same request is told the same
                    with self.assertRaises(Exception) as caught:
                        self.payments.add_card(account, number, request_id=request)
                    self.assertEqual((caught.exception.reason, caught.exception.terms), ("CARD_DECLINED", {"advice": "OTHER_METHOD"}))
                    told.add(str(caught.exception))
                self.assertEqual(self.payments.methods(account), [])
        self.assertEqual(len(told), 1, "no decline is told from another (S5)")
        self.assertEqual((self.counted("authorizations"), self.counted("declines")), (0, len(rows)))

    def test_a_card_of_another_country_is_refused_without_a_hold(self):
        """ID-03."""
        account = self.payments.account(country="CN", currency="CNY")
        with refused(self, Code.FAILED_PRECONDITION, "COUNTRY_MISMATCH"):
            self.payments.add_card(account, VISA)
        self.assertEqual((self.counted("authorizations"), self.payments.methods(account)), (0, []))

    def test_a_card_is_saved_once(self):
        account = self.payments.account()
        self.payments.add_card(account)
        with refused(self, Code.ALREADY_EXISTS, "CARD_ALREADY_ADDED"):
            self.payments.add_card(account)
        self.payments.add_card(self.payments.account())  # another account may have it too

    def test_wallets_wait_for_an_adapter(self):
        """PAY-01, PAY-02 (a), PAY-08."""
        account = self.payments.account()
        rows = [("PAYMENT_METHOD_KIND_PAYPAL", "METHOD_NOT_CONFIGURED"), ("PAYMENT_METHOD_KIND_PAYTM", "METHOD_NOT_AVAILABLE_IN_COUNTRY")]
        for kind, reason in rows:
            with refused(self, Code.FAILED_PRECONDITION, reason):
                self.payments.call("PaymentMethodService/LinkWallet", account_id=account, request_id=new_id(), kind=kind)
        with refused(self, Code.INVALID_ARGUMENT, field="kind"):
            self.payments.call("PaymentMethodService/LinkWallet", account_id=account, request_id=new_id(), kind=77)

    # ---- what goes wrong on the way ----

    def test_an_answer_lost_after_the_hold_was_made(self):
        self.simulator.rules({"path": "/payment_intents$", "action": "drop_after"})
        account = self.payments.account()
        method = self.payments.add_card(account)
        self.assertEqual(state(method), "ACTIVE")
        self.assert_held_once_and_given_back(account, method)

    def test_an_answer_lost_before_the_hold_was_made(self):
        self.simulator.rules({"path": "/payment_intents$", "action": "drop_before"})
        account = self.payments.account()
        method = self.payments.add_card(account)
        self.assertEqual(state(method), "ACTIVE")
        self.assert_held_once_and_given_back(account, method)

    def test_an_error_after_the_hold_was_made(self):
        self.simulator.rules({"path": "/payment_intents$", "action": "error_after"})
        account = self.payments.account()
        method = self.payments.add_card(account)
        self.assert_held_once_and_given_back(account, method)

    def test_a_hold_that_takes_longer_than_we_wait(self):
        self.simulator.rules({"path": "/payment_intents$", "action": "slow_commit", "seconds": 3})
        account = self.payments.account()
        method = self.payments.add_card(account)
        self.assert_held_once_and_given_back(account, method)

    def test_a_void_is_repeated_until_it_is_confirmed(self):
        self.simulator.rules({"path": "/cancel$", "action": "error_before", "times": 2})
        account = self.payments.account()
        method = self.payments.add_card(account)
        self.assertEqual(state(method), "ACTIVE")
        self.assert_held_once_and_given_back(account, method)

    def test_a_void_whose_answer_was_lost_is_not_a_second_void(self):
        self.simulator.rules({"path": "/cancel$", "action": "drop_after"})
        account = self.payments.account()
        method = self.payments.add_card(account)
        self.assert_held_once_and_given_back(account, method)

    # ---- what is kept ----

    def test_neither_number_nor_security_code_is_anywhere(self):
        """PAY-03: not in the database, not in logs, in no form that a search would find."""
        number = "5200828282828210"
        account = self.payments.account()
        self.payments.add_card(account, number, security_code=SECURITY_CODE)
        with refused(self, Code.INVALID_ARGUMENT, "CARD_NUMBER_INVALID"):
            self.payments.add_card(account, number[:-1] + "1", security_code=SECURITY_CODE)
        dump = subprocess.run(["pg_dump", "-h", POSTGRES, "-U", "postgres", self.payments.service.database],
                              check=True, capture_output=True).stdout
        kept = {"database": dump, "log": self.payments.service.log().encode()}
        for path in glob.glob(os.path.join(self.payments.folder, "*")):
            kept[path] = pathlib.Path(path).read_bytes()
        raw = number.encode()
        forms = [raw, raw[::-1], raw.hex().encode(), base64.b64encode(raw), number.encode("utf-16-le"), raw.hex().upper().encode(),
                 b"5200 8282 8282 8210", b"5200-8282-8282-8210", raw[:12]]
        for where, content in kept.items():
            for form in forms:
                self.assertNotIn(form, content, where)
        columns = psql(self.payments.service.database, "SELECT string_agg(m::text, '') FROM payments.payment_method m")
        self.assertIn("8210", columns)
        self.assertNotIn(SECURITY_CODE + ",", columns)
        texts = "SELECT string_agg(m.holder_name || m.brand || m.last_four, ',') FROM payments.payment_method m"
        self.assertNotIn(SECURITY_CODE, psql(self.payments.service.database, texts))


if __name__ == "__main__":
    unittest.main()
