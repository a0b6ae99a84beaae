"""Habits that people bring from other clients: options anywhere, mistakes told all at once with what was meant."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kontor_test  # noqa: E402
from kontor_test import BALANCE, DONE, LOG_IN, MONEY, TRANSFER, USAGE  # noqa: E402


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


if __name__ == "__main__":
    unittest.main()
