"""Habits that people bring from other clients: options anywhere, mistakes told all at once with what was meant."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kontor_test  # noqa: E402
from kontor_test import BALANCE, DONE, LOG_IN, MONEY, TRANSFER, USAGE  # noqa: E402
from terminal import on_a_terminal  # noqa: E402


class Habits(unittest.TestCase):
    setUpClass = classmethod(kontor_test.KontorTest.setUpClass.__func__)
    setUp, kontor, log_in = kontor_test.KontorTest.setUp, kontor_test.KontorTest.kontor, kontor_test.KontorTest.log_in


class WordsTest(Habits):
    def test_an_option_of_every_command_stands_anywhere(self):
        self.gateway.answer(BALANCE, lambda *_: {"balance": {"account_id": "acc-2", "own_micros": 1}})
        for words in (("balance", "--account", "acc-2", "--json"), ("--account", "acc-2", "--json", "balance"),
                      ("--json", "balance", "--account=acc-2"), ("--account=acc-2", "balance", "--json")):
            done = self.kontor(*words)
            self.assertEqual((done.returncode, '"ownMicros"' in done.stdout), (DONE, True), (words, done.stderr))
            self.assertEqual(self.gateway.calls(BALANCE)[-1][0].account_id, "acc-2")
        page = self.kontor("transfer", "list", "--help").stdout
        for words in (("--json", "transfer", "--profile", "a", "list", "--help"), ("help", "transfer", "list"), ("--help", "transfer", "list")):
            self.assertEqual(self.kontor(*words).stdout, page, words)
        self.assertEqual(self.kontor("preview", "--json", *MONEY).returncode, DONE)

    def test_the_value_of_an_option_is_no_option(self):
        self.assertEqual(self.kontor(*MONEY, "--remark", "--json").returncode, DONE)
        self.assertEqual(self.gateway.calls(TRANSFER)[-1][0].remark, "--json")

    def test_what_stands_before_a_command_and_is_for_one_only_is_a_mistake(self):
        for words in (("--amount", "1", "transfer"), ("--profile",), ("--profile", "a"), ("-x",)):
            done = self.kontor(*words)
            self.assertEqual((done.returncode, done.stdout), (USAGE, ""), words)
        self.assertEqual(self.gateway.seen, [])

    def test_all_that_is_missing_or_wrong_is_told_at_once(self):
        done = self.kontor("transfer")
        self.assertEqual(done.returncode, USAGE)
        for option in ("--to is missing", "--amount is missing", "--currency is missing"):
            self.assertIn(option, done.stderr)
        done = self.kontor("hold", "place", "--amount", "x", "--expires", "soon")
        for option in ("--currency is missing", "--amount: an amount is", "--expires: a time is"):
            self.assertIn(option, done.stderr)
        done = self.kontor("card", "add", stdin="4242424242424242\n123\n")
        self.assertEqual((done.returncode, done.stderr.count(" is missing")), (USAGE, 2), done.stderr)
        self.assertEqual(self.gateway.seen, [])

    def test_no_secret_is_asked_for_before_the_rest_is_right(self):
        done = self.kontor("account", "open", "--country", "CN", stdin="")
        self.assertNotIn("password", done.stderr)
        self.assertIn("--email is missing", done.stderr)
        self.assertIn("--accept-terms is missing", done.stderr)
        self.assertEqual(self.kontor("login", "--email", "a@example.com", stdin="").returncode, USAGE)
        self.assertEqual(self.gateway.calls(LOG_IN), [])

    def test_what_was_meant(self):
        for words, meant in ((("balence",), "kontor balance"), (("blaance",), "kontor balance"), (("company", "lsit"), "kontor company list"),
                             (("transfer", "lst"), "kontor transfer list"), ((*MONEY, "--remrak", "a"), "--remark"),
                             ((*MONEY, "--requst-id", "a"), "--request-id"), (("balance", "--jsno"), "--json"),
                             (("member", "add", "p", "--role", "membr"), "member")):
            done = self.kontor(*words)
            self.assertEqual((done.returncode, "did you mean %s?" % meant in done.stderr), (USAGE, True), (words, done.stderr))
        self.assertEqual(self.gateway.seen, [])

    def test_nothing_is_guessed_of_what_is_far_from_everything(self):
        for words in (("nosuch",), ("xyz",), ("company", "qqqq"), (*MONEY, "--zzzz", "a"), ("b" * 5000,), (*MONEY, "--" + "b" * 50, "a")):
            done = self.kontor(*words)
            self.assertEqual((done.returncode, "did you mean" in done.stderr), (USAGE, False), words)


class IrreversibleTest(Habits):
    """A route says whether an rpc can be undone (kontor/v1/options.proto); of those that cannot, people are asked."""
    REMOVE = "payments.v1.PaymentMethodService/RemovePaymentMethod"

    def test_nobody_to_ask_means_that_nothing_is_sent(self):
        done = self.kontor("card", "remove", "m-1", stdin="yes\n")
        self.assertEqual((done.returncode, done.stdout, self.gateway.seen), (USAGE, "", []))
        self.assertIn("--yes", done.stderr)
        for words in (("card", "remove", "m-1", "--yes"), ("--yes", "card", "remove", "m-1")):
            self.assertEqual(self.kontor(*words).returncode, DONE)
        self.assertEqual([request.payment_method_id for request, _ in self.gateway.calls(self.REMOVE)], ["m-1"] * 2)

    def test_somebody_is_asked(self):
        for typed, code, sent in ((b"no\n", USAGE, 0), (b"\n", USAGE, 0), (b"yess\n", USAGE, 0), (b"yes\n", DONE, 1), (b"Y\n", DONE, 2)):
            found, shown = on_a_terminal(self, typed, "card", "remove", "m-1")
            self.assertEqual((found, len(self.gateway.calls(self.REMOVE))), (code, sent), shown)
            self.assertIn("Cannot be undone", shown)
            self.assertRegex(shown, "method +m-1")

    def test_mistakes_come_first(self):
        done = self.kontor("topup", "return", "--yes")
        self.assertEqual((done.returncode, "--remark is missing" in done.stderr), (USAGE, True))
        self.assertNotIn("nobody can be asked", self.kontor("topup", "return").stderr)

    def test_what_can_be_undone_asks_nothing(self):
        self.assertEqual(self.kontor(*MONEY).returncode, DONE)
        self.assertIn("Cannot be undone.", self.kontor("company", "revoke", "--help").stdout)
        self.assertNotIn("Cannot be undone.", self.kontor("company", "submit", "--help").stdout)


if __name__ == "__main__":
    unittest.main()
