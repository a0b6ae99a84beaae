"""Habits that people bring from other clients: options anywhere, mistakes told all at once with what was meant."""
import os
import re
import stat
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kontor_test  # noqa: E402
from kontor_test import BALANCE, DONE, LOG_IN, MONEY, TRANSFER, UNREPORTED, USAGE  # noqa: E402
from service import new_id  # noqa: E402
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
                             (("member", "invite", "p", "--role", "membr"), "member")):
            done = self.kontor(*words)
            self.assertEqual((done.returncode, "did you mean %s?" % meant in done.stderr), (USAGE, True), (words, done.stderr))
        self.assertEqual(self.gateway.seen, [])

    def test_nothing_is_guessed_of_what_is_far_from_everything(self):
        for words in (("nosuch",), ("xyz",), ("company", "qqqq"), (*MONEY, "--zzzz", "a"), ("b" * 5000,), (*MONEY, "--" + "b" * 50, "a")):
            done = self.kontor(*words)
            self.assertEqual((done.returncode, "did you mean" in done.stderr), (USAGE, False), words)


class IdsTest(Habits):
    TRANSFERS, SHOW = "ledger.v1.TransferService/ListTransfers", "ledger.v1.TransferService/GetTransfer"
    FIRST, SECOND, THIRD, OWN = ("0198c5b2-1111-7000-8000-%012d" % 1, "0198c5b2-2222-7000-8000-%012d" % 2, "0298c5b2-3333-7000-8000-%012d" % 3,
                                 "0398c5b2-3333-7000-8000-%012d" % 4)

    def path(self):
        return os.path.join(self.folder, "kontor", "default.ids")

    def list(self, *rows):
        rows = [{"transfer_id": name, "source_account_id": self.OWN, "destination_account_id": account} for name, account in rows]
        self.gateway.answer(self.TRANSFERS, lambda *_: {"transfers": rows})
        self.assertEqual(self.kontor("transfer", "list").returncode, DONE)

    def test_an_id_that_was_shown_has_short_forms(self):
        self.gateway.answer(LOG_IN, lambda *_: {"session_token": "tell-nobody", "account_id": self.OWN, "principal_id": new_id()})
        self.assertEqual(self.kontor("login", "--email", "a@example.com", stdin="a long password\n").returncode, DONE)
        self.list((self.FIRST, self.SECOND), (self.SECOND, self.THIRD))
        for typed, whole in (("@last", self.FIRST), ("0198c5b2-2", self.SECOND), (self.THIRD, self.THIRD), ("0198c5b3", "0198c5b3"), ("019", "019")):
            self.assertEqual(self.kontor("transfer", "show", typed).returncode, DONE)
            self.assertEqual(self.gateway.calls(self.SHOW)[-1][0].transfer_id, whole, typed)
        for typed, whole in (("@last", self.SECOND), ("0298", self.THIRD)):  # never the own account
            self.kontor("balance", "--account", typed)
            self.assertEqual(self.gateway.calls(BALANCE)[-1][0].account_id, whole, typed)
            self.kontor("transfer", "--to", typed, *MONEY[3:])
            self.assertEqual(self.gateway.calls(TRANSFER)[-1][0].destination_account_id, whole, typed)
        self.kontor("share", "add", "--asset", new_id(), "--with", "@last,0298")
        self.assertEqual(list(self.gateway.calls("sharing.v1.ShareService/ShareWithAccounts")[0][0].recipient_account_ids), [self.SECOND, self.THIRD])

    def test_what_is_not_plain_is_refused_before_it_is_sent(self):
        done = self.kontor("transfer", "show", "@last")
        self.assertEqual((done.returncode, "--transfer: no answer showed" in done.stderr), (USAGE, True), done.stderr)
        self.list((self.FIRST, self.THIRD), (self.SECOND, self.THIRD))
        self.gateway.seen.clear()
        done = self.kontor("transfer", "show", "0198c5b2")
        self.assertEqual((done.returncode, self.FIRST in done.stderr, self.SECOND in done.stderr, self.gateway.seen), (USAGE, True, True, []))
        self.assertEqual(self.kontor("balance", "--account", "@first").returncode, DONE)

    def test_the_file_is_bounded_and_holds_ids_alone(self):
        self.log_in()
        self.list((self.FIRST, self.SECOND))
        self.assertEqual(stat.S_IMODE(os.stat(self.path()).st_mode), 0o600)
        for _ in range(3):
            self.list(*((new_id(), new_id()) for _ in range(300)))
        lines = open(self.path()).read().splitlines()
        self.assertEqual((len(lines), len(set(lines))), (500, 500))
        for line in lines:
            self.assertRegex(line, "^(transfer|account|principal) [0-9a-f-]{36}$")

    def test_a_file_that_is_spoilt_or_cannot_be_kept_stops_nothing(self):
        self.log_in()
        for content in (b"\0\xff" * 3000, b"transfer\n" * 5000, b"x" * 100000 + b" " + self.FIRST.encode()):
            with open(self.path(), "wb") as file:
                file.write(content)
            self.list((self.FIRST, self.SECOND))
        os.remove(self.path())
        os.mkdir(self.path())
        self.list((self.FIRST, self.SECOND))
        self.assertEqual(sorted(os.listdir(os.path.join(self.folder, "kontor"))), ["default.ids", "default.json"])


class TimesTest(Habits):
    HOLD, DAY = "ledger.v1.HoldService/PlaceHold", 86400

    def expires(self, text):
        """(exit code, seconds since 1970 that were sent, complaint)"""
        self.gateway.seen.clear()
        done = self.kontor("hold", "place", "--amount", "1", "--currency", "CNY", "--expires", text)
        calls = self.gateway.calls(self.HOLD)
        return done.returncode, calls[0][0].expire_time.seconds if calls else None, done.stderr

    def test_days_and_zones(self):
        for text, seconds in (("2026-11-01", 1793491200), ("2026-11-01T00:00:00Z", 1793491200), ("2026-11-01T08:00:00+08:00", 1793491200),
                              ("2026-10-31T19:30:00-04:30", 1793491200), ("2026-11-01+8h30m", 1793491200 + 30600), ("2026-11-01-1s", 1793491199),
                              ("2028-02-29", 1835395200), ("2026-11-01T00:00:00.999Z", 1793491200)):
            self.assertEqual(self.expires(text)[:2], (DONE, seconds), text)

    def test_words_and_durations(self):
        for text, seconds in (("now", 0), ("now+2h", 7200), ("now-90s", -90), ("+2h", 7200), ("-7d", -7 * self.DAY), ("+1w2d3h4m5s", 788645),
                              ("-1d12h", -129600)):
            code, sent, _ = self.expires(text)
            self.assertEqual(code, DONE, text)
            self.assertLess(abs(sent - seconds - time.time()), 120, text)
        for text, days in (("today", 0), ("yesterday", -1), ("tomorrow", 1), ("yesterday+24h", 0)):
            before = int(time.time()) // self.DAY
            sent = self.expires(text)[1]
            self.assertIn(sent - days * self.DAY, {before * self.DAY, int(time.time()) // self.DAY * self.DAY}, text)

    def test_what_is_no_time(self):
        for text in ("2026-02-30", "2025-02-29", "2026-13-01", "2026-1-1", "26-01-01", "20260101", "2026-11-01T", "2026-11-01T25:00:00Z",
                     "2026-11-01T00:00:00", "2026-11-01T00:00:00.Z", "2026-11-01T00:00:00+0800", "soon", "nowish", "now+", "now+2", "now+2y", "+", "-",
                     "+2h-1h", "now2h", "+1234567890s", "+999999999w", "-999999999w999999999w", "", "7d", "yesterday 8h", "1969-12-31"):
            code, _, told = self.expires(text)
            self.assertEqual((code, self.gateway.seen, "a time is" in told), (USAGE, [], True), (text, told))


class JqTest(Habits):
    TRANSFERS = "ledger.v1.TransferService/ListTransfers"

    def setUp(self):
        super().setUp()
        self.gateway.answer(self.TRANSFERS, lambda *_: {"transfers": [{"remark": "a\u00e9\n", "amount_micros": 5}, {"remark": "b", "amount_micros": 7}]})

    def test_texts_are_printed_as_they_are_and_the_rest_as_json(self):
        for expression, printed in ((".transfers[].remark", "a\u00e9\n\nb\n"), (".transfers[1] | {remark}", '{"remark":"b"}\n'), ("empty", ""),
                                    ("[.transfers[].amountMicros | tonumber] | add", "12\n"), (".nothing", "null\n"), (".transfers | length > 1", "true\n")):
            for words in (("transfer", "list", "--jq", expression), ("--jq", expression, "transfer", "list"), ("transfer", "list", "--json", "--jq", expression)):
                done = self.kontor(*words)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (DONE, printed, ""), words)

    def test_an_expression_that_cannot_be_read_stops_before_anything_is_sent(self):
        for expression in (".transfers[", "nosuch", "{", "import \"a\" as a; .", "include \"nosuch\"; ."):
            done = self.kontor(*MONEY, "--jq", expression)
            self.assertEqual((done.returncode, done.stdout, "kontor: --jq: " in done.stderr), (USAGE, "", True), (expression, done.stderr))
        for words in ((*MONEY, "--jq", ".", "--only", "transfer.transfer_id"), (*MONEY, "--jq")):
            self.assertEqual(self.kontor(*words).returncode, USAGE)
        self.assertEqual(self.gateway.seen, [])

    def test_one_that_fails_on_the_answer_is_no_mistake_of_the_caller_any_more(self):  # C1
        for expression in (".transfer | keys | .[\"a\"]", "error(\"no\")", "error({})", "1, error"):
            done = self.kontor(*MONEY, "--jq", expression)
            self.assertEqual((done.returncode, "kontor: --jq" in done.stderr), (UNREPORTED, True), (expression, done.stderr))
        self.assertEqual(len(self.gateway.calls(TRANSFER)), 4)

    def test_whoever_acts_for_the_provider(self):
        self.gateway.answer(LOG_IN, lambda *_: {"session_token": "t", "principal_id": "p-9"})
        self.kontor("login", "--email", "o@example.com", stdin="a long password\n")
        self.assertEqual(self.kontor("whoami", "--jq", ".principalId").stdout, "p-9\n")


class ManualTest(Habits):
    def test_the_manual_is_sound_and_has_every_command(self):
        page = self.kontor("help", "--man").stdout
        lint = subprocess.run(["mandoc", "-Tlint", "-Wwarning"], input=page, capture_output=True, text=True, timeout=60)
        self.assertEqual((lint.returncode, lint.stdout), (0, ""))
        read = re.sub(r".\x08", "", subprocess.run(["mandoc", "-Tutf8"], input=page, capture_output=True, text=True, timeout=60).stdout)
        for command in re.findall(r"^  ([a-z][a-z-]*(?: [a-z-]+)?)  +[A-Z]", self.kontor("help").stdout, re.M):
            self.assertIn("kontor %s\n" % command, read)
        self.assertIn("--accept-suspension", read)
        self.assertIn("Exit codes: 0 done", read)


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
