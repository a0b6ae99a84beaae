"""Card testing and ceilings against the real service, database and simulator: S5 and PAY-26, both sides of each boundary."""
import concurrent.futures
import random
import unittest
from decimal import Decimal

from payments_stack import Clock, Payments, Refusal, eventually, new_id, psql, refused, state

import grpc

Code = grpc.StatusCode
HOUR, DAY = 3600, 24 * 3600
CEILING = 100_000_000_000
DECLINED = ("4000000000000127", "4000000000000002", "4000000000009995", "4000000000009987", "4000000000009979")
clock = Clock()


def card_number(prefix="400012"):
    """A number nobody has, with its check digit."""
    body = prefix + "".join(random.choice("0123456789") for _ in range(15 - len(prefix)))
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(body))]
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return body + str(-total % 10)


class AttemptTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.payments = Payments(clock=clock)
        cls.addClassCleanup(cls.payments.stop)

    def setUp(self):
        self.payments.simulator.rules()
        clock.turn(DAY + 60)  # what the test before tried does not count any more
        self.account = self.payments.account()

    def add(self, number, account=None, principal=None, source=None):
        """ACCEPTED, or the reason and whose limit it was."""
        metadata = [(name, value) for name, value in (("kontor-principal-id", principal), ("kontor-source-address", source)) if value]
        try:
            self.payments.call("PaymentMethodService/AddCard", metadata=metadata, account_id=account or self.account, request_id=new_id(),
                               number=number, expiry_month=12, expiry_year=2034, security_code="739", holder_name="Li Na")
            return "ACCEPTED"
        except Refusal as refusal:
            return " ".join([refusal.reason] + [refusal.terms[term] for term in ("of", "counted") if term in refusal.terms])

    def answers(self):
        try:
            return self.payments.methods(self.account) == []
        except Refusal:
            return False

    def asked(self):
        counts = self.payments.simulator.counts()
        return counts["declines"] + counts["authorizations"]

    # ---- cards ----

    def test_an_account_tries_ten_declined_cards_an_hour(self):
        """Counted before the provider is asked, whatever card it is; an hour later there is one more."""
        self.assertEqual({self.add(DECLINED[n % 2]) for n in range(10)}, {"CARD_DECLINED"})
        before = self.asked()
        self.assertEqual(self.add(card_number()), "TOO_MANY_ATTEMPTS ACCOUNT REFUSED")
        self.assertEqual(self.asked(), before, "nothing reached the provider")
        clock.turn(HOUR + 60)
        self.assertEqual(self.add(card_number()), "ACCEPTED")

    def test_a_restart_forgets_nothing_and_a_refusal_is_kept(self):
        request = new_id()
        self.assertEqual({self.add(DECLINED[n % 2]) for n in range(10)}, {"CARD_DECLINED"})
        self.payments.service.kill()
        self.payments.service.start()
        eventually(lambda: self.answers(), True)
        for seconds in (0, HOUR + 60):
            clock.turn(seconds)
            with refused(self, Code.RESOURCE_EXHAUSTED, "TOO_MANY_ATTEMPTS"):
                self.payments.add_card(self.account, request_id=request)

    def test_many_at_once_get_no_more(self):
        """A card that is being asked about counts as refused until the provider accepts it."""
        before = self.asked()
        self.payments.simulator.control("delay", [0.2, 0.3])
        with concurrent.futures.ThreadPoolExecutor(25) as pool:
            told = sorted(pool.map(lambda n: self.add(DECLINED[n % 5]), range(25)))
        self.payments.simulator.control("delay", [0, 0])
        self.assertEqual(set(told) - {"CARD_DECLINED", "CARD_ALREADY_ADDED"}, {"TOO_MANY_ATTEMPTS ACCOUNT REFUSED"})
        self.assertLessEqual(self.asked() - before, 10)

    def test_a_security_code_is_tried_five_times_a_day_over_all_accounts(self):
        told = [self.add(DECLINED[0], self.payments.account()) for _ in range(6)]
        self.assertEqual(told, ["CARD_DECLINED"] * 5 + ["TOO_MANY_ATTEMPTS CARD REFUSED"])

    def test_adding_and_removing_ends_after_twenty_a_day(self):
        for n in range(20):
            method = self.payments.add_card(self.account, card_number())
            eventually(lambda: state(self.payments.method(self.account, method.payment_method_id).hold), "VOIDED")
            self.payments.call("PaymentMethodService/RemovePaymentMethod", account_id=self.account, request_id=new_id(),
                               payment_method_id=method.payment_method_id)
        self.assertEqual(self.add(card_number()), "TOO_MANY_ATTEMPTS ACCOUNT ALL")
        clock.turn(DAY + 60)
        self.assertEqual(self.add(card_number()), "ACCEPTED")

    def test_a_card_is_on_three_accounts(self):
        """The provider's test numbers belong to everybody and are not counted."""
        number = card_number()
        accounts = [self.payments.account() for _ in range(4)]
        self.assertEqual([self.add(number, account) for account in accounts], ["ACCEPTED"] * 3 + ["CARD_ACCOUNT_LIMIT"])
        self.assertEqual([self.add("4242424242424242", account) for account in accounts], ["ACCEPTED"] * 4)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            at_once = list(pool.map(lambda account: self.add("5555555555554477", account), [self.payments.account() for _ in range(8)]))
        self.assertEqual(at_once.count("ACCEPTED"), 3, at_once)

    def put_and_remove(self, number):
        account = self.payments.account()
        method = self.payments.add_card(account, number)
        eventually(lambda: state(self.payments.method(account, method.payment_method_id).hold), "VOIDED")
        self.payments.call("PaymentMethodService/RemovePaymentMethod", account_id=account, request_id=new_id(),
                           payment_method_id=method.payment_method_id)
        return account

    def shared(self, number):
        cards = self.payments.call("PaymentMethodService/ListSharedCards", page_size=100).cards
        return [card for card in cards if card.last_four == number[-4:]]

    def uses(self, card_id, **page):
        return self.payments.call("PaymentMethodService/ListSharedCardMethods", card_id=card_id, **page)

    def test_a_card_that_was_ever_put_on_more_than_five_accounts_is_shown_to_operators(self):
        """Removed ones count, and refused ones; the same account counts once."""
        number = card_number()
        accounts = [self.put_and_remove(number) for _ in range(5)]
        self.assertEqual(self.add(number, accounts[0]), "ACCEPTED")
        self.assertEqual(self.shared(number), [])
        sixth = self.payments.account()
        self.assertEqual(self.add(number, sixth), "ACCEPTED")
        (card,) = self.shared(number)
        self.assertEqual((card.account_count, card.brand), (6, 1))
        self.assertNotIn(number, str(card))
        self.assertEqual([use.account_id for use in self.uses(card.card_id).payment_methods], [sixth, accounts[0]] + accounts[::-1])
        self.assertEqual({use.card.holder_name for use in self.uses(card.card_id).payment_methods}, {""})
        seventh = self.put_and_remove(number)
        (again,) = self.shared(number)
        self.assertEqual((again.card_id, again.account_count), (card.card_id, 7))
        first = self.uses(card.card_id, page_size=1)
        self.assertEqual([use.account_id for use in first.payment_methods], [seventh])
        second = self.uses(card.card_id, page_size=1, page_token=first.next_page_token)
        self.assertEqual([use.account_id for use in second.payment_methods], [sixth])
        self.assertEqual(list(self.uses(new_id()).payment_methods), [])

    def test_declined_cards_are_shared_and_test_numbers_never(self):
        number = "4000000000000069"  # declined, and tried by no other test here
        for accounts, listed in ((5, 0), (1, 1)):
            self.assertEqual({self.add(number, self.payments.account()) for _ in range(accounts)}, {"CARD_DECLINED"})
            self.assertEqual(len(self.shared(number)), listed)
            clock.turn(DAY + 60)
        self.assertEqual({self.add("4242424242424242", self.payments.account()) for _ in range(6)}, {"ACCEPTED"})
        self.assertEqual(self.shared("4242424242424242"), [])

    def test_a_principal_has_no_more_by_having_many_accounts(self):
        principal = new_id()
        self.assertEqual({self.add(DECLINED[n % 4], self.payments.account(), principal) for n in range(20)}, {"CARD_DECLINED"})
        self.assertEqual(self.add(DECLINED[4], self.payments.account(), principal), "TOO_MANY_ATTEMPTS PRINCIPAL REFUSED")
        self.assertEqual(self.add(DECLINED[4], self.payments.account(), new_id()), "CARD_DECLINED")

    def test_a_source_is_counted_by_its_network(self):
        """IPv6: whoever has one address has the whole /64."""
        database = self.payments.service.database
        count = lambda: int(psql(database, "SELECT count(*) FROM payments.tried_subject WHERE subject_kind = 'SOURCE'"))
        before = count()
        for source in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "203.0.113.9", "::ffff:203.0.113.9"):
            self.assertEqual(self.add("4242424242424242", self.payments.account(), source=source), "ACCEPTED")
        self.assertEqual(count() - before, 2)
        self.assertEqual(psql(database, "SELECT count(*) FROM payments.tried t WHERE t::text LIKE '%203.0.113%'"), "0")

    # ---- top-ups ----

    def top_up(self, micros, account=None, card=None, **fields):
        return self.payments.top_up(account or self.account, card or self.card, micros, **fields)

    def with_card(self, number="4242424242424242"):
        self.card = self.payments.add_card(self.account, number).payment_method_id

    def refused_above(self, limit, micros, **terms):
        with self.assertRaises(Refusal) as caught:
            self.top_up(micros)
        self.assertEqual((caught.exception.code, caught.exception.reason), (Code.PERMISSION_DENIED, "CEILING_EXCEEDED"))
        seen = caught.exception.terms
        self.assertEqual((seen["rule"], seen["limit"], seen["currency"]), ("PAY-26", limit, "USD"))
        self.assertEqual({name: seen[name] for name in terms}, terms)
        self.assertEqual({name: seen[name + "_micros"] for name in terms}, {name: str(int(Decimal(text) * 10**6)) for name, text in terms.items()})

    def test_a_top_up_by_card_ends_at_the_ceiling_and_the_day_at_twice_that(self):
        self.with_card()
        self.refused_above("TOP_UP", CEILING + 10_000, ceiling="100000.00", used="0.00", asked="100000.01", left="100000.00")
        self.top_up(CEILING)
        self.top_up(CEILING - 20_000_000)
        self.refused_above("DAY", 20_010_000, ceiling="200000.00", used="199980.00", asked="20.01", left="20.00")
        self.top_up(20_000_000)
        self.refused_above("DAY", 20_000_000, used="200000.00", left="0.00")
        clock.turn(DAY + 60)
        self.top_up(CEILING)

    def test_the_day_is_of_one_account_in_one_currency_by_card(self):
        """Orders of others, wire transfers and orders for an account in another currency take nothing of it."""
        mine, other = (self.payments.account(country="CN", currency="CNY") for _ in range(2))
        card, others_card = (self.payments.add_card(account, "4000001560000002").payment_method_id for account in (mine, other))
        order = lambda account, card, currency, **fields: self.payments.top_up(account, card, CEILING, currency, **fields)
        order(mine, card, "CNY")
        order(mine, "", "CNY", rail="TOP_UP_RAIL_WIRE")
        order(other, others_card, "CNY")
        order(mine, card, "USD", target=self.account)
        order(mine, card, "CNY")
        with refused(self, Code.PERMISSION_DENIED, "CEILING_EXCEEDED"):
            self.payments.top_up(mine, card, 1_000_000_000, "CNY")

    def test_a_declined_top_up_is_an_attempt_and_takes_nothing_of_the_day(self):
        self.with_card("4000000000000341")  # accepted, then every charge is declined
        for _ in range(10):
            top_up = self.top_up(CEILING)
            eventually(lambda: state(self.payments.get_top_up(self.account, top_up.top_up_id)), "FAILED")
        with self.assertRaises(Refusal) as caught:
            self.top_up(CEILING)
        self.assertEqual((caught.exception.reason, caught.exception.terms["of"]), ("TOO_MANY_ATTEMPTS", "ACCOUNT"))

    def test_top_ups_at_once_stay_within_the_day(self):
        self.with_card()

        def order(_):
            try:
                self.top_up(60_000_000_000)
                return "ACCEPTED"
            except Refusal as refusal:
                return refusal.reason
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            told = sorted(pool.map(order, range(8)))
        self.assertEqual(told, ["ACCEPTED"] * 3 + ["CEILING_EXCEEDED"] * 5)

    def test_an_account_orders_twenty_top_ups_an_hour(self):
        self.with_card()
        for _ in range(20):
            top_up = self.top_up(20_000_000)
            eventually(lambda: state(self.payments.get_top_up(self.account, top_up.top_up_id)), "SUCCEEDED")
        with refused(self, Code.RESOURCE_EXHAUSTED, "TOO_MANY_ATTEMPTS"):
            self.top_up(20_000_000)
        clock.turn(HOUR + 60)
        self.top_up(20_000_000)


if __name__ == "__main__":
    unittest.main()
