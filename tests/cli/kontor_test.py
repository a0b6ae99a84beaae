"""kontor as people and programs meet it: help, exit codes, credentials, secrets, amounts, JSON. The gateway behind it is a fake that
answers at once, so that only the client is judged."""
import json
import os
import re
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

import grpc
from google.protobuf import json_format

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TESTS, "support"), os.path.join(TESTS, "gateway")]
from fake_peers import FakePeers, No  # noqa: E402
from service import BUILD, POOL, message, new_id  # noqa: E402

BALANCE, TRANSFER, LOG_IN = "ledger.v1.AccountService/GetBalance", "ledger.v1.TransferService/CreateTransfer", "identity.v1.SessionService/LogIn"
MONEY = ("transfer", "--to", "acc-2", "--amount", "500.00", "--currency", "CNY")
SUBMIT, TRANSFER_LINE = "ledger.v1.OrderService/SubmitOrders", "transfer --to acc-2 --amount 1.00 --currency CNY"
DONE, REFUSED, USAGE, UNAVAILABLE, NOT_LOGGED_IN, UNREPORTED, INDEFINITE = range(7)


class KontorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = FakePeers()
        cls.addClassCleanup(cls.gateway.stop)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.gateway.seen.clear()
        self.gateway.answers.clear()

    def kontor(self, *words, stdin="", **environment):
        environment = dict(os.environ, KONTOR_GATEWAY=self.gateway.address, XDG_STATE_HOME=self.folder, **environment)
        return subprocess.run([os.path.join(BUILD, "kontor"), *words], input=stdin, env=environment, capture_output=True, text=True, timeout=60)

    def log_in(self):
        self.gateway.answer(LOG_IN, lambda *_: {"session_token": "tell-nobody", "account_id": "acc-1", "principal_id": "p-1"})
        done = self.kontor("login", "--email", "a@example.com", stdin="a long password\n")
        self.assertEqual(done.returncode, DONE, done.stderr)
        return done

    def test_a_command_sends_what_it_always_says(self):
        """An account's state alone is changed by its command: the field's name goes along, and nothing else can be given."""
        self.log_in()
        rpc = "ledger.v1.AccountService/UpdateAccount"
        self.gateway.answer(rpc, lambda *_: message("ledger.v1.UpdateAccountResponse")())
        done = self.kontor("account", "state", "frozen", "--account", "acc-2")
        self.assertEqual(done.returncode, DONE, done.stderr)
        sent = [request for called, request, _ in self.gateway.seen if called == rpc]
        self.assertEqual([list(request.update_fields) for request in sent], [["state"]])
        for words in (("--fields", "buffer_micros"), ("--buffer", "5"), ("--pay-on-behalf",)):
            self.assertEqual(self.kontor("account", "state", "frozen", "--account", "acc-2", *words).returncode, USAGE, words)
        self.assertNotIn("--fields", self.kontor("account", "state", "--help").stdout)

    def test_a_device_is_known_by_what_its_profile_keeps(self):  # S9
        given = ["device-1", "", "device-2"]
        self.gateway.answer(LOG_IN, lambda *_: {"session_token": "t", "account_id": "a", "principal_id": "p", "device_token": given.pop(0)})
        for _ in range(3):
            done = self.kontor("login", "--email", "a@example.com", "--json", stdin="a long password\n")
            self.assertEqual(done.returncode, DONE, done.stderr)
            self.assertNotIn("device-", done.stdout + done.stderr)
        self.assertEqual([request.device_token for rpc, request, _ in self.gateway.seen if rpc == LOG_IN], ["", "device-1", "device-1"])
        path = os.path.join(self.folder, "kontor", "default.json")
        self.assertEqual((json.load(open(path))["device_token"], stat.S_IMODE(os.stat(path).st_mode)), ("device-2", 0o600))
        self.assertEqual(self.kontor("logout").returncode, DONE)
        self.assertEqual(json.load(open(path)).get("device_token"), "device-2")

    # ---- help

    def test_help_lists_every_command_and_each_has_a_page(self):
        overview = self.kontor("help")
        self.assertEqual(overview.returncode, DONE)
        commands = re.findall(r"^  ([a-z][a-z-]*(?: [a-z-]+)?)  +[A-Z]", overview.stdout, re.M)
        self.assertGreater(len(commands), 55)
        for command in commands:
            page = self.kontor(*command.split(), "--help")
            self.assertEqual(page.returncode, DONE, command)
            self.assertIn("kontor " + command, page.stdout)

    def test_a_nouns_page_shows_all_its_verbs_with_examples(self):
        page = self.kontor("company", "--help").stdout
        for verb in ("submit", "list", "approve", "reject", "revoke"):
            self.assertIn("kontor company " + verb, page)
        self.assertIn("For example", page)

    def pages(self):
        nouns = re.findall(r"^  ([a-z]+)(?: [a-z-]+)?  +[A-Z]", self.kontor("help").stdout, re.M)
        return {noun: self.kontor("help", noun).stdout for noun in sorted(set(nouns))}

    def test_help_speaks_of_commands_and_options(self):
        for noun, page in self.pages().items():
            for line in page.replace("PayPal", "").split("\n"):
                if not line.startswith("    kontor "):
                    self.assertNotRegex(line, r"\b([A-Z][a-z]+){2,}\b|\b[a-z]+(_[a-z]+)+\b|\d\^|(?<!\+)\b\d{13,}\b", noun)
        self.assertIn("kontor transfer list", self.kontor("transfer", "show", "--help").stdout)
        self.assertIn("below 576460752303.423488;", self.kontor("hold", "place", "--help").stdout)

    def test_help_offers_only_what_may_be_given(self):
        for words, option, offered, not_offered in ((("member", "invite"), "role", "One of account-administrator, member", ", operator"),
                                                    (("wallet", "link"), "kind", "paypal or paytm", "bank-card"),
                                                    (("topup", "unsettled"), "state", "in-suspense, returning or refunding", "credited"),
                                                    (("asset", "register"), "kind", "One of savings-plan", ", coupon"),
                                                    (("coupon", "request-pool"), "target", "other, no customer", "unless given")):
            line = re.search(r"--%s\b.*" % option, self.kontor(*words, "--help").stdout).group()
            self.assertEqual((offered in line, not_offered in line), (True, False), line)

    def test_help_says_what_is_taken_when_nothing_is_given(self):
        for words, option, taken in ((("benefit", "check"), "used", "now"), (("benefit", "check"), "product", "ecs"),
                                     (("benefit", "check"), "bill-type", "PAY_AS_YOU_GO"), (("topup",), "rail", "card"),
                                     (("signup", "start"), "terms-version", "2026-01"), (("login",), "device", "kontor")):
            self.assertRegex(self.kontor(*words, "--help").stdout, r"--%s [A-Z]+ .* %s unless given\.\n" % (option, taken))
        for words in (("account", "open"), ("signup", "start")):
            self.assertRegex(self.kontor(*words, "--help").stdout, r"--accept-terms .* Required\.\n")
        self.assertRegex(self.kontor("orders", "--help").stdout, r"FILE .* Required\.\n")
        self.assertRegex(self.kontor("help").stdout, r"(?s)TIME .*RFC 3339.*now\+2h")

    def test_a_pool_is_for_whom_the_operator_says(self):  # SHR-16
        pool = "sharing.v1.CouponService/RequestCouponPool"
        words = ("coupon", "request-pool", "--amount", "10.00", "--currency", "CNY", "--expires", "now+1d")
        done = self.kontor(*words)
        self.assertEqual((done.returncode, "--target is missing" in done.stderr, self.gateway.seen), (USAGE, True, []), done.stderr)
        for target in ("enterprise-management-account", "other"):
            self.assertEqual(self.kontor(*words, "--target", target).returncode, DONE)
        self.assertEqual([request.target for request, _ in self.gateway.calls(pool)], [1, 2])

    def test_help_for_what_there_is_not_is_a_mistake(self):
        for words in (("help", "nosuch"), ("--help", "nosuch"), ("nosuch", "--help")):
            done = self.kontor(*words)
            self.assertEqual((done.returncode, done.stdout, 'no command "nosuch"' in done.stderr), (USAGE, "", True), words)

    def test_examples_are_commands_that_exist(self):
        overview = self.kontor("help").stdout
        for noun in set(re.findall(r"^  ([a-z]+)(?: [a-z-]+)?  +[A-Z]", overview, re.M)):
            page = self.kontor("help", noun).stdout
            for example in re.findall(r"^    kontor (.+)$", page, re.M):
                if noun == "preview":
                    page += self.kontor("help", example.split()[1]).stdout
                for option in re.findall(r" --([a-z-]+)", example):
                    known = r"--%s\b" % option
                    self.assertTrue(re.search(known, page.replace("kontor " + example, "", 1)) or re.search(known, overview), example)

    # ---- a file of orders

    def submit(self, *lines, more=()):
        """The calls that reached the gateway, one by one; every order is accepted."""
        self.gateway.seen.clear()
        self.gateway.answer(SUBMIT, lambda request, _: {"results": [{order.WhichOneof("kind"): {}} for order in request.orders]})
        path = os.path.join(self.folder, "orders.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        done = self.kontor("orders", "submit", path, *more)
        return done, [list(request.orders) for request, _ in self.gateway.calls(SUBMIT)]

    def test_a_line_is_a_command(self):
        done, calls = self.submit("  transfer --to acc-2 --amount 1.50 --currency CNY --remark \"project A, 'first' month\"  ", "# nothing", "",
                                  "usage record\t--amount 0.000125 --currency CNY --tag 'a \"b\"' &",
                                  "transfer --to acc-3 --amount 2 --currency CNY --remark two&three\r")
        self.assertEqual(done.returncode, DONE, done.stderr)
        first, second, third = calls[0]
        self.assertEqual((first.create_transfer.destination_account_id, first.create_transfer.amount_micros, first.create_transfer.remark),
                         ("acc-2", 1500000, "project A, 'first' month"))
        self.assertEqual((second.record_usage.amount_micros, second.record_usage.tag, second.linked), (125, 'a "b"', True))
        self.assertEqual((third.create_transfer.remark, third.linked), ("two&three", False))

    def test_a_call_holds_a_thousand_and_a_group_is_never_cut(self):
        line, linked = TRANSFER_LINE, TRANSFER_LINE + " &"
        for lines, sizes in (([line] * 1000, [1000]), ([line] * 1001, [1000, 1]), ([line] * 999 + [linked, line], [999, 2]),
                             ([linked] * 999 + [line], [1000]), ([line] + [linked] * 999 + [line], [1, 1000])):
            done, calls = self.submit(*lines)
            self.assertEqual((done.returncode, [len(call) for call in calls]), (DONE, sizes), done.stderr)
        done, calls = self.submit(*[linked] * 1000, line)
        self.assertEqual((done.returncode, calls), (USAGE, []), done.stderr)
        self.assertIn("more than 1,000", done.stderr)

    def test_the_same_run_again_has_the_same_request_ids(self):
        ids = lambda calls: [order.create_transfer.request_id for call in calls for order in call]
        same = ("--request-id", new_id())
        first, again = (ids(self.submit(TRANSFER_LINE, TRANSFER_LINE, more=same)[1]) for _ in range(2))
        self.assertEqual((first, len(set(first))), (again, 2))
        self.assertNotEqual(first, ids(self.submit(TRANSFER_LINE, TRANSFER_LINE)[1]))
        given = new_id()
        self.assertEqual(ids(self.submit(TRANSFER_LINE + " --request-id " + given)[1]), [given])

    def test_an_answer_that_was_lost_says_how_to_ask_again(self):
        def away(*_):
            raise No(grpc.StatusCode.UNAVAILABLE)
        self.gateway.answer(SUBMIT, away)
        with open(os.path.join(self.folder, "orders.txt"), "w", encoding="utf-8") as file:
            file.write(TRANSFER_LINE)
        done = self.kontor("orders", "submit", file.name)
        self.assertEqual(done.returncode, INDEFINITE)
        run = re.search(r"--request-id (\S+):", done.stderr).group(1)
        sent = {request.orders[0].create_transfer.request_id for request, _ in self.gateway.calls(SUBMIT)}
        again = self.submit(TRANSFER_LINE, more=("--request-id", run))[1]
        self.assertEqual(sent, {again[0][0].create_transfer.request_id})

    def test_the_last_attempts_no_says_nothing_of_the_one_that_was_lost(self):
        """The first answer was lost, so the money may have moved; that a later attempt did nothing does not say that nothing was done."""
        attempts = []

        def lost_then_refused(*_):
            attempts.append(None)
            raise No(grpc.StatusCode.UNAVAILABLE, sentence="" if len(attempts) == 1 else "The server is stopping; nothing was done. Try again.")
        self.log_in()
        self.gateway.answer(TRANSFER, lost_then_refused)
        done = self.kontor(*MONEY)
        self.assertEqual(done.returncode, INDEFINITE, done.stderr)
        self.assertGreater(len(attempts), 1)
        self.assertNotIn("nothing was done", done.stderr)

    def test_a_file_that_cannot_be_read_is_named(self):
        for words, complaint in (((), "--file is missing"), (("/nowhere/at-all",), "/nowhere/at-all: No such file"), (("-",), "no order in -"),
                                 (("-", "--request-id", "1"), "a request id is a UUID")):
            done = self.kontor("orders", "submit", *words, stdin=TRANSFER_LINE if "--request-id" in words else "# nothing\n")
            self.assertEqual((done.returncode, complaint in done.stderr), (USAGE, True), done.stderr)

    def test_a_character_that_hides_a_line_is_a_mistake(self):
        for lines, complaint in (((TRANSFER_LINE, "\0", TRANSFER_LINE), "orders.txt: it has a NUL character"),
                                 ((TRANSFER_LINE, TRANSFER_LINE + "\0 &", TRANSFER_LINE), "orders.txt: it has a NUL character"),
                                 ((TRANSFER_LINE, TRANSFER_LINE + "\r" + TRANSFER_LINE), "line 2 has a carriage return")):
            done, calls = self.submit(*lines)
            self.assertEqual((done.returncode, calls), (USAGE, []), done.stderr)
            self.assertIn(complaint, done.stderr)

    # ---- exit codes

    def test_mistakes_on_the_command_line_are_named(self):
        for words, complaint in ((("transfr",), 'no command "transfr"'), (("transfer", "--too", "x"), "there is no --too"),
                                 (("transfer", "--to"), "--to needs a value"), (("transfer",), "--to is missing"),
                                 (("balance", "extra"), '"extra" is not expected'),
                                 (("transfer", "--to", "x", "--amount", "12,5", "--currency", "CNY"), "--amount: an amount is a decimal"),
                                 (("signup", "send-code", "--sign-up", "x", "--delivery", "pigeon"), "one of email sms voice"),
                                 (("balance", "--profile", "../x"), "a profile's name"), (("balance", "--as-of", "last week"), "a time is")):
            done = self.kontor(*words)
            self.assertEqual((done.returncode, done.stdout), (USAGE, ""), words)
            self.assertIn(complaint, done.stderr)
        self.assertEqual(self.kontor().returncode, USAGE)
        self.assertEqual(self.gateway.seen, [])

    def test_a_refusal_says_reason_terms_and_what_to_do(self):
        def no(request, metadata):
            raise No(grpc.StatusCode.FAILED_PRECONDITION, "EXCEEDS_TRANSFERABLE", "The amount is more than can be transferred.",
                     terms={"own": "40.00", "own_micros": "40000000", "currency": "CNY", "binding": "own"})
        self.gateway.answer(TRANSFER, no)
        words = ("transfer", "--to", new_id(), "--amount", "1.00", "--currency", "CNY")
        done = self.kontor(*words)
        self.assertEqual((done.returncode, done.stdout), (REFUSED, ""))
        self.assertIn("kontor: The amount is more than can be transferred. (EXCEEDS_TRANSFERABLE)", done.stderr)
        self.assertIn("→ kontor balance", done.stderr)
        self.assertRegex(done.stderr, r"own +40\.00 CNY\n")
        self.assertNotRegex(done.stderr, "micros|currency")  # each term is said once
        error = json.loads(self.kontor(*words, "--json").stdout)["error"]
        self.assertEqual((error["code"], error["reason"]), ("FAILED_PRECONDITION", "EXCEEDS_TRANSFERABLE"))
        self.assertEqual((error["terms"]["own_micros"], error["terms"]["currency"]), ("40000000", "CNY"))

    def test_a_missing_permission_says_who_has_it(self):
        for rpc, words, who in ((BALANCE, ("balance",), "an operator looks into the account first"),
                                ("identity.v1.RoleService/RemoveMember", ("member", "remove", "x"), "an administrator of the account does this"),
                                ("identity.v1.OperatorService/ListOperators", ("operator", "list"), "an operator does this"),
                                ("ledger.v1.AccountService/SetSpendingPermission", ("spending", "set", "read-only"), "of an account above it"),
                                ("identity.v1.FreezeService/FreezeAccounts", ("freeze", "start", "a stolen card"), "--role billing-freezer")):
            def no(*_):
                raise No(grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED", "The session may not.", terms={"permission": "a.b"})
            self.gateway.answer(rpc, no)
            done = self.kontor(*words)
            self.assertEqual(done.returncode, REFUSED, done.stderr)
            self.assertRegex(done.stderr, "→ kontor permission check a.b tells what decides; .*" + who)

    def test_who_needs_an_approval_is_told_how_to_have_the_answer(self):
        def no(*_):
            raise No(grpc.StatusCode.FAILED_PRECONDITION, "APPROVAL_REQUIRED", "It waits.", terms={"approval_id": "appr-1"})
        self.gateway.answer(TRANSFER, no)
        done = self.kontor("transfer", "--to", "x", "--amount", "1.00", "--currency", "CNY")
        self.assertRegex(done.stderr, "→ others: kontor approval show appr-1, .* --request-id " + self.gateway.calls(TRANSFER)[-1][0].request_id)

    def test_a_term_that_is_a_field_names_its_option(self):
        def no(*_):
            raise No(grpc.StatusCode.PERMISSION_DENIED, "FIELD_MASKED", "It is hidden.", terms={"field": "remark_contains"})
        self.gateway.answer("ledger.v1.PostingService/ListPostings", no)
        self.assertRegex(self.kontor("history", "--remark", "March").stderr, r"field +--remark\n")

    def refuse_fields(self, rpc, *fields):
        def no(*_):
            raise No(grpc.StatusCode.INVALID_ARGUMENT, "INVALID", fields[0] + " must be better.", fields=fields)
        self.gateway.answer(rpc, no)

    def test_a_refusal_names_the_option_that_was_typed(self):
        self.refuse_fields(TRANSFER, "destination_account_id", "conditions.minimum_left_micros", "account_id", "request_id", "unheard_of")
        words = ("transfer", "--to", "x", "--amount", "1.00", "--currency", "CNY")
        done = self.kontor(*words)
        self.assertEqual(done.returncode, REFUSED)
        self.assertEqual(re.findall(r"^  (\S+) +must be better", done.stderr, re.M),
                         ["--to", "--minimum-left", "--account", "--request-id", "unheard_of"])
        self.assertTrue(done.stderr.startswith("kontor: --to must be better. (INVALID)\n"), done.stderr)
        error = json.loads(self.kontor(*words, "--json").stdout)["error"]
        self.assertEqual((error["sentence"], error["fieldViolations"][0]["field"]),
                         ("destination_account_id must be better.", "destination_account_id"))

    def test_a_refusal_of_many_fields_names_their_one_option(self):
        place = ("--country", "CN", "--city", "Hangzhou", "--street", "1 Wensan Road")
        fields = ("corporate.address.country", "individual.address.city", "corporate.contact.name", "individual.name", "corporate.address")
        self.refuse_fields("identity.v1.AccountService/AddBillingAddress", *fields)
        done = self.kontor("address", "add", "--name", "Li Lei", *place)
        self.assertEqual(re.findall(r"^  (\S.*?) +must be better", done.stderr, re.M),
                         ["--country", "--city", "--contact-name", "--name", "--country, --region, --city, --street, --postal-code"])
        self.refuse_fields("sharing.v1.ShareService/ShareWithAccounts", "recipient_account_ids[1]", "recipient_account_idsx")
        done = self.kontor("share", "add", "--asset", "x", "--with", "a,b")
        self.assertEqual(re.findall(r"^  (\S+) +must be better", done.stderr, re.M), ["--with", "recipient_account_idsx"])
        self.refuse_fields("payments.v1.PaymentMethodService/AddCard", "number")
        done = self.kontor("card", "add", "--expiry-month", "12", "--expiry-year", "2034", stdin="4242424242424242\n123\n")
        self.assertIn("  the card number ", done.stderr)

    def test_who_is_not_logged_in_is_told_how_to(self):
        def no(request, metadata):
            raise No(grpc.StatusCode.UNAUTHENTICATED, "SESSION_REQUIRED", "Log in first.")
        self.gateway.answer(BALANCE, no)
        done = self.kontor("balance")
        self.assertEqual(done.returncode, NOT_LOGGED_IN)
        self.assertIn("→ kontor login", done.stderr)
        self.assertEqual(self.kontor("whoami").returncode, NOT_LOGGED_IN)

    def test_an_answer_that_did_not_come_can_be_asked_for_again(self):
        words = ("transfer", "--to", new_id(), "--amount", "1.00", "--currency", "CNY", "--gateway", "127.0.0.1:1", "--timeout", "1")
        done = self.kontor(*words)
        self.assertEqual(done.returncode, UNAVAILABLE)
        request_id = re.search(r"--request-id ([0-9a-f-]{36})", done.stderr).group(1)
        self.kontor(*words[:-4], "--request-id", request_id)
        self.assertEqual(self.gateway.calls(TRANSFER)[0][0].request_id, request_id)

    # ---- credentials and secrets

    def test_credentials_are_for_their_owner_alone_and_never_shown(self):
        done = self.log_in()
        path = os.path.join(self.folder, "kontor", "default.json")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertNotIn("tell-nobody", done.stdout + done.stderr)
        self.kontor("balance")
        self.assertEqual(self.gateway.calls(BALANCE)[0][1]["authorization"], "Bearer tell-nobody")
        os.chmod(path, 0o644)
        self.assertIn("chmod 600", self.kontor("balance").stderr)

    def test_logging_out_forgets_the_session(self):
        self.log_in()
        self.assertEqual(self.kontor("logout").returncode, DONE)
        self.kontor("balance")
        self.assertNotIn("authorization", self.gateway.calls(BALANCE)[-1][1])

    def test_profiles_are_separate(self):
        self.log_in()
        self.kontor("balance", "--profile", "other")
        self.kontor("balance", KONTOR_PROFILE="other")
        self.assertTrue(all("authorization" not in metadata for _, metadata in self.gateway.calls(BALANCE)))

    def test_secrets_do_not_stand_on_the_command_line(self):
        done = self.kontor("card", "add", "--number", "4242424242424242", "--expiry-month", "12", "--expiry-year", "2030")
        self.assertEqual(done.returncode, USAGE)
        add = "payments.v1.PaymentMethodService/AddCard"
        self.gateway.answer(add, lambda *_: {"payment_method": {"payment_method_id": new_id()}})
        card_file = os.path.join(self.folder, "card")
        with open(card_file, "w", encoding="utf-8") as file:
            file.write("4242424242424242\n123\n")
        for more, stdin in ((("--card-file", card_file), ""), ((), "4242424242424242\n123\n")):
            done = self.kontor("card", "add", "--expiry-month", "12", "--expiry-year", "2030", *more, stdin=stdin)
            self.assertEqual(done.returncode, DONE, done.stderr)
            request = self.gateway.calls(add)[-1][0]
            self.assertEqual((request.number, request.security_code), ("4242424242424242", "123"))
            self.assertNotIn("4242", done.stdout + done.stderr)
        missing = self.kontor("card", "add", "--expiry-month", "12", "--expiry-year", "2030", stdin="4242424242424242\n")
        self.assertEqual(missing.returncode, USAGE)
        self.assertIn("the security code is missing", missing.stderr)

    # ---- requests

    def test_options_fill_the_request(self):
        self.kontor("transfer", "--to", "b", "--amount", "50000.00", "--currency", "CNY", "--remark", "für A", "--minimum-left=0.01")
        request = self.gateway.calls(TRANSFER)[0][0]
        self.assertEqual((request.destination_account_id, request.amount_micros, request.currency, request.remark), ("b", 50000000000, "CNY", "für A"))
        self.assertEqual(request.conditions.minimum_left_micros, 10000)
        self.assertRegex(request.request_id, "^[0-9a-f]{8}-[0-9a-f]{4}-7")

    def test_who_is_paid_for_is_named(self):  # LED-20
        service = "ledger.v1.QuotaService/"
        money = ("--amount", "300.00", "--currency", "CNY")
        self.kontor("purchase", *money, "--for", "sub-1")
        self.kontor("usage", "record", *money, "--for", "sub-2")
        self.kontor("quota", "set", "--for", "sub-3", "--line", "1000.00", "--currency", "CNY")
        self.kontor("quota", "offset", "sub-4", *money, "--remark", "paid in March")
        self.kontor("quota", "show", "sub-5")
        self.kontor("quota", "list", "--page-size", "7")
        asked = {rpc: request for rpc, requests in ((rpc, self.gateway.calls(rpc)) for rpc in (
            "ledger.v1.PurchaseService/CreatePurchase", "ledger.v1.UsageService/RecordUsage", service + "SetQuota", service + "OffsetQuota",
            service + "GetQuota", service + "ListQuotas")) for request, _ in requests}
        self.assertEqual([request.sub_account_id for request in list(asked.values())[:5]], ["sub-1", "sub-2", "sub-3", "sub-4", "sub-5"])
        self.assertEqual((asked[service + "SetQuota"].line_micros, asked[service + "OffsetQuota"].amount_micros), (1000000000, 300000000))
        self.assertEqual((asked[service + "OffsetQuota"].remark, asked[service + "ListQuotas"].page_size), ("paid in March", 7))
        self.assertEqual(self.kontor("quota", "set", "--for", "sub-3", "--currency", "CNY").returncode, USAGE)

    def test_a_quota_is_shown_with_its_terms(self):  # D.10, c-4
        quota = {"sub_account_id": "sub-1", "currency": "CNY", "line_micros": 1500000000, "deducted_micros": -300000000, "available_micros": 1800000000}
        self.gateway.answer("ledger.v1.QuotaService/GetQuota", lambda *_: {"quota": quota, "purchasable": {"amount_micros": 1000000, "binding": "pool"}})
        shown = self.kontor("quota", "show", "sub-1").stdout
        for text in ("1500.00 CNY", "-300.00 CNY", "1800.00 CNY", "pool"):
            self.assertIn(text, shown)

        def no(request, metadata):
            raise No(grpc.StatusCode.FAILED_PRECONDITION, "PAYER_INSUFFICIENT", "The amount is more than the payer has available.")
        self.gateway.answer("ledger.v1.PurchaseService/CreatePurchase", no)
        done = self.kontor("purchase", "--amount", "1.00", "--currency", "CNY", "--for", "sub-1")
        self.assertEqual(done.returncode, REFUSED)
        self.assertIn("→ kontor topup", done.stderr)

    def test_an_address_is_corporate_or_individual(self):
        add = "identity.v1.AccountService/AddBillingAddress"
        place = ("--country", "CN", "--city", "Hangzhou", "--street", "1 Wensan Road")
        self.kontor("address", "add", "--corporation", "Blue", "--contact-name", "Li Lei", "--contact-email", "b@example.com", *place)
        self.kontor("address", "add", "--name", "Li Lei", *place)
        corporate, individual = (request for request, _ in self.gateway.calls(add))
        self.assertEqual((corporate.WhichOneof("billing_address"), corporate.corporate.address.city, corporate.corporate.contact.name),
                         ("corporate", "Hangzhou", "Li Lei"))
        self.assertEqual((individual.WhichOneof("billing_address"), individual.individual.address.street), ("individual", "1 Wensan Road"))

    def test_options_of_two_kinds_of_address_are_refused_by_name(self):
        place = ("--country", "CN", "--city", "Hangzhou", "--street", "1 Wensan Road")
        contact = ("--contact-name", "Li Lei")
        both, stray = "--corporation or --name can be given, not more than one of them", "--contact-name is given only with --corporation"
        for words, complaint in ((("--corporation", "A", "--name", "B"), both), (("--name", "B", *contact), stray),
                                 (("--corporation", "A", "--name", "B", *contact), both), (contact, "--corporation or --name is missing"),
                                 ((), "--corporation or --name is missing")):
            for typed in (words + place, place + words):
                done = self.kontor("address", "add", *typed)
                self.assertEqual((done.returncode, done.stderr), (USAGE, "kontor: %s\n" % complaint), typed)
        self.assertEqual(self.gateway.seen, [])
        self.assertRegex(self.kontor("address", "add", "--help").stdout, "--name TEXT .*Either this or --corporation is required")

    def test_an_amount_that_cannot_be_is_told_why(self):
        for text, complaint in (("1.123456", None), ("1.1234567", "at most six decimals"), ("9223372036854.775807", None),
                                ("9223372036854.775808", "too large"), ("99999999999999999999", "too large"), ("1.", "is a decimal such as"),
                                (".5", "is a decimal such as"), ("1e3", "is a decimal such as"), ("", "is a decimal such as"), ("-", "is a decimal such as"),
                                ("1.5.5", "is a decimal such as"), ("1,000.00", "is a decimal such as")):
            done = self.kontor("transfer", "--to", "x", "--currency", "CNY", "--amount", text)
            self.assertEqual((done.returncode, (complaint or "") in done.stderr), (USAGE if complaint else DONE, True), (text, done.stderr))
        self.assertEqual([request.amount_micros for request, _ in self.gateway.calls(TRANSFER)], [1123456, 2**63 - 1])

    def test_lists_enums_and_times_are_read(self):
        share = "sharing.v1.ShareService/ShareWithAccounts"
        self.kontor("share", "add", "--asset", "x", "--with", "a,b,,c")
        self.assertEqual(list(self.gateway.calls(share)[0][0].recipient_account_ids), ["a", "b", "c"])
        self.kontor("asset", "register", "--kind", "savings-plan", "--name", "n", "--expires", "2030-01-31T12:00:00.25Z", "--products", "ecs,oss")
        request = self.gateway.calls("sharing.v1.AssetService/RegisterAsset")[0][0]
        self.assertEqual((request.kind, list(request.products)), (1, ["ecs", "oss"]))
        self.assertEqual((request.expire_time.seconds, request.expire_time.nanos), (1896091200, 250000000))
        budget = ["budget", "create", "b", "--amount", "1.00", "--currency", "CNY", "--period", "month", "--basis", "actual", "--thresholds"]
        self.kontor(*budget, "500000,1000000")
        self.assertEqual(list(self.gateway.calls("ledger.v1.BudgetService/CreateBudget")[0][0].thresholds_ppm), [500000, 1000000])
        self.assertEqual(self.kontor(*budget, "1,two").returncode, USAGE)

    def test_an_account_may_be_named(self):
        self.kontor("balance", "--account", "acc-2")
        self.assertEqual(self.gateway.calls(BALANCE)[0][0].account_id, "acc-2")

    # ---- answers

    def answer_balance(self):
        balance = {"account_id": "acc-1", "currency": "CNY", "own_micros": 91800000000, "transferred_in_micros": 10000}
        available = {"amount_micros": -1500000, "binding": "available", "terms": [{"name": "cash", "amount_micros": 91800010000}]}
        self.gateway.answer(BALANCE, lambda *_: {"balance": balance, "available": available})

    def test_the_amounts_of_a_stream_are_bands_before_it_ends(self):
        """GW-05: the trailer that says so comes after them."""
        change = message("ledger.v1.WatchChangesResponse")(cursor="1", change={"kind": 1, "amount_micros": 10 ** 9, "currency": "CNY", "account_id": "acc-1"})
        self.gateway.answer("ledger.v1.ChangeService/WatchChanges", lambda *_: iter([change]))
        self.assertIn(" 1000.00 CNY  acc-1", self.kontor("changes").stdout)
        self.gateway.answer("gateway.v1.PermissionService/CheckPermissions", lambda request, _: {"checks": [
            {"permission": permission, "masked": permission == "ledger.change.watch"} for permission in request.permissions]})
        shown = self.kontor("changes")
        self.assertIn(" 1000.00 to 10000.00 CNY  acc-1", shown.stdout)
        self.assertEqual(shown.stderr.count("amounts are bands"), 1)
        self.assertEqual(json.loads(self.kontor("changes", "--json").stdout)["change"]["amountMicros"], str(10 ** 9))

    def test_amounts_are_printed_as_decimals(self):
        self.answer_balance()
        shown = self.kontor("balance").stdout
        for line in ("own                     91800.00 CNY", "transferred in          0.01 CNY", "-1.50 CNY", "91800.01 CNY"):
            self.assertIn(line, shown)

    def test_json_is_protobufs_mapping(self):
        self.answer_balance()
        answer = json.loads(self.kontor("balance", "--json").stdout)
        self.assertEqual(answer["balance"]["ownMicros"], "91800000000")
        self.assertEqual(answer["available"]["terms"], [{"name": "cash", "amountMicros": "91800010000"}])
        self.assertEqual((answer["balance"]["overdue"], answer["balance"]["version"]), (False, "0"))
        self.assertNotIn("transferable", answer)

    def test_json_of_times_enums_and_text(self):
        moment = {"seconds": 1896091200, "nanos": 250000000}
        transfer = {"kind": 2, "remark": "für \"A\"\n", "recorded_time": moment}
        self.gateway.answer("ledger.v1.TransferService/ListTransfers", lambda *_: {"transfers": [transfer], "next_page_token": "t"})
        answer = json.loads(self.kontor("transfer", "list", "--json").stdout)
        self.assertEqual(answer["nextPageToken"], "t")
        found = answer["transfers"][0]
        self.assertEqual((found["kind"], found["remark"], found["recordedTime"]),
                         ("TRANSFER_KIND_REVOKE", "für \"A\"\n", "2030-01-31T12:00:00.250000Z"))

    def test_one_value_alone(self):
        self.answer_balance()
        for path, value in (("balance.own", "91800.00"), ("balance.own_micros", "91800000000"), ("available.amount", "-1.50"),
                            ("available.amount_micros", "-1500000"), ("available.terms.0.name", "cash"), ("balance.overdue", "no"), ("available.terms.7.name", ""), ("transferable.binding", "")):
            done = self.kontor("balance", "--only", path)
            self.assertEqual((done.returncode, done.stdout.strip()), (DONE, value), path)
        for nothing in ("balance.nothing", "balance.own.deeper", "balance.0", "", "available.terms.x"):
            self.assertEqual(self.kontor("balance", "--only", nothing).returncode, USAGE, nothing)

    def test_refusals_inside_of_an_answer_are_json(self):
        info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "OVERDUE", "domain": "ledger.kontor", "metadata": {"due": "5.00"}}
        retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1.500s"}
        answer = {"results": [{"refused": {"code": 9, "message": "The source has an overdue payment.", "details": [info, retry]}}]}
        response = json_format.ParseDict(answer, message("ledger.v1.SubmitOrdersResponse")(), descriptor_pool=POOL)
        self.gateway.answer(SUBMIT, lambda *_: response)
        path = os.path.join(self.folder, "orders.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(TRANSFER_LINE)
        done = self.kontor("orders", "submit", path, "--json")
        details = json.loads(done.stdout)["results"][0]["refused"]["details"]
        self.assertEqual(details, [info, dict(retry, retryDelay="1.500000000s")])

    def test_the_currency_that_was_set_is_shown(self):
        self.gateway.answer("payments.v1.AccountService/SetCurrency", lambda *_: {"account": {"account_id": "acc-1", "currency": "CNY"}})
        self.assertRegex(self.kontor("currency", "set", "CNY").stdout, r"(?m)^currency +CNY$")

    # ---- nothing is sent before everything is checked, and what was sent is never called a mistake

    def test_what_cannot_be_shown_is_refused_before_it_is_done(self):
        for words in ((*MONEY, "--only", "transfer.nope"), ("preview", *MONEY, "--only", "transfer.transfer_id"),
                      ("orders", "submit", "-", "--only", "results.0.nope"), ("login", "--email", "a@example.com", "--only", "nope"),
                      ("topup", "--amount", "1", "--currency", "CNY", "--only", "top_up.nope"), ("logout", "--only", "anything"),
                      ("changes", "--only", "change.nope"), ("audit", "--only", "nope")):
            done = self.kontor(*words, stdin=TRANSFER_LINE)
            self.assertEqual((done.returncode, "--only: the answer" in done.stderr), (USAGE, True), words)
        self.assertEqual(self.gateway.seen, [])

    def test_a_profile_that_cannot_be_written_stops_only_what_needs_it(self):
        program = os.path.join(self.folder, "kontor-of-nobody")
        shutil.copy(os.path.join(BUILD, "kontor"), program)
        os.makedirs(os.path.join(self.folder, "kontor"))
        os.chmod(self.folder, 0o755)
        environment = dict(os.environ, KONTOR_GATEWAY=self.gateway.address, XDG_STATE_HOME=self.folder)
        identity = {"user": 65534} if os.geteuid() == 0 else {}
        if not identity:
            os.chmod(os.path.join(self.folder, "kontor"), 0o500)
        run = lambda *words: subprocess.run([program, *words], input="a long password\n", env=environment, capture_output=True, text=True,
                                            timeout=60, **identity)
        for words in (("login", "--email", "a@example.com"), ("topup", "--amount", "1", "--currency", "CNY"),
                      ("account", "open", "--country", "CN", "--email", "a@example.com", "--accept-terms")):
            done = run(*words)
            self.assertEqual((done.returncode, "credentials file cannot be written" in done.stderr), (USAGE, True), done.stderr)
        self.assertEqual(self.gateway.seen, [])
        self.assertEqual(run("balance").returncode, DONE)

    def test_what_was_done_but_not_kept_or_printed_is_no_mistake_of_the_caller(self):
        self.gateway.answer(LOG_IN, lambda *_: {"session_token": "t", "account_id": "a", "principal_id": "p"})
        environment = dict(os.environ, KONTOR_GATEWAY=self.gateway.address, XDG_STATE_HOME=self.folder)
        full = subprocess.run([os.path.join(BUILD, "kontor"), "login", "--email", "a@example.com"], input="a long password\n", env=environment,
                              capture_output=True, text=True, timeout=60, restore_signals=False,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))
        self.assertEqual((full.returncode, "cannot be written" in full.stderr), (UNREPORTED, True), full.stderr)
        for words in (MONEY, (*MONEY, "--json"), (*MONEY, "--only", "transfer.transfer_id"), ("balance",), ("help",)):
            with open("/dev/full", "w", encoding="utf-8") as nowhere:
                done = subprocess.run([os.path.join(BUILD, "kontor"), *words], env=environment, stdout=nowhere, stderr=subprocess.PIPE,
                                      text=True, timeout=60)
            self.assertEqual(done.returncode, UNREPORTED, (words, done.stderr))
        self.assertEqual(len(self.gateway.calls(TRANSFER)), 3)

    def test_a_reader_that_goes_away_is_told_nothing(self):
        shell = "%s transfer list | true; echo ${PIPESTATUS[0]}" % os.path.join(BUILD, "kontor")
        rows = [{"source_account_id": "a" * 200, "amount_micros": n} for n in range(1000)]
        self.gateway.answer("ledger.v1.TransferService/ListTransfers", lambda *_: {"transfers": rows})
        done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=60,
                              env=dict(os.environ, KONTOR_GATEWAY=self.gateway.address, XDG_STATE_HOME=self.folder))
        self.assertEqual((done.stdout.strip(), done.stderr), (str(UNREPORTED), ""))

    # ---- what is said twice, or cannot be

    def test_an_option_is_given_once(self):
        for words in ((*MONEY, "--amount", "600.00"), (*MONEY, "--amount=1.00"), ("balance", "--account", "a", "--account", "a"),
                      ("quota", "show", "sub-1", "--for", "sub-2"), ("purchase", "show", "p", "--purchase", "p")):
            done = self.kontor(*words)
            self.assertEqual((done.returncode, re.search(r"--[a-z-]+ is given twice|is not expected", done.stderr) is not None), (USAGE, True), words)
        self.assertEqual(self.gateway.seen, [])

    def test_a_time_out_is_a_number_of_seconds(self):
        for text in ("abc", "", "0", "-1", "3601", "5s", "nan", "inf", "1e9"):
            done = self.kontor("balance", "--timeout", text)
            self.assertEqual((done.returncode, "--timeout is a number of seconds" in done.stderr), (USAGE, True), text)
        self.assertEqual(self.gateway.seen, [])
        for text in ("0.5", "3600"):
            self.assertEqual(self.kontor("balance", "--timeout", text).returncode, DONE, text)

    # ---- several steps in one command

    def test_a_wrong_digit_is_asked_for_again(self):
        codes = []

        def verify(request, _):
            codes.append((request.sign_up_id, request.code))
            if request.code != "123456":
                raise No(grpc.StatusCode.INVALID_ARGUMENT, "CODE_WRONG", "The code is wrong.")
            return {"account_id": "acc-1", "principal_id": "p-1"}
        sign_up = "identity.v1.SignUpService/"
        self.gateway.answer(sign_up + "StartSignUp", lambda *_: {"sign_up_id": "s-1"})
        self.gateway.answer(sign_up + "VerifyCode", verify)
        self.gateway.answer(LOG_IN, lambda *_: {"session_token": "t", "account_id": "acc-1", "principal_id": "p-1"})
        words = ("account", "open", "--country", "CN", "--email", "a@example.com", "--accept-terms")
        done = self.kontor(*words, stdin="a long password\n123455\n123456\n")
        self.assertEqual((done.returncode, codes), (DONE, [("s-1", "123455"), ("s-1", "123456")]), done.stderr)
        self.assertEqual(len({request.request_id for request, _ in self.gateway.calls(sign_up + "VerifyCode")}), 2)
        ended = self.kontor(*words, stdin="a long password\n123455\n")
        self.assertEqual((ended.returncode, "kontor signup verify" in ended.stderr), (REFUSED, True), ended.stderr)
        self.assertEqual(self.kontor("signup", "verify", "123456").returncode, DONE)
        self.assertEqual(codes[-1], ("s-1", "123456"))

    def test_the_card_that_is_remembered_is_for_the_card_rail(self):
        add, create = "payments.v1.PaymentMethodService/AddCard", "payments.v1.TopUpService/CreateTopUp"
        self.gateway.answer(add, lambda *_: {"payment_method": {"payment_method_id": "m-1"}})
        self.gateway.answer(create, lambda *_: {"top_up": {"top_up_id": "t-1", "state": "TOP_UP_STATE_CREDITED"}})
        self.kontor("card", "add", "--expiry-month", "12", "--expiry-year", "2034", stdin="4242424242424242\n123\n")
        for more, method in (((), "m-1"), (("--rail", "wire"), ""), (("--rail", "wire", "--method", "m-2"), "m-2"), (("--rail", "card"), "m-1")):
            done = self.kontor("topup", "--amount", "60000.00", "--currency", "CNY", *more)
            self.assertEqual((done.returncode, self.gateway.calls(create)[-1][0].payment_method_id), (DONE, method), done.stderr)

    def test_a_list_is_a_table(self):
        rows = [{"kind": 1, "source_account_id": "a", "destination_account_id": "b", "amount_micros": 1000000 * n, "currency": "CNY"} for n in (1, 20000)]
        self.gateway.answer("ledger.v1.TransferService/ListTransfers", lambda *_: {"transfers": rows})
        lines = self.kontor("transfer", "list").stdout.splitlines()
        self.assertEqual(lines[1].split(), ["kind", "source", "account", "id", "destination", "account", "id", "amount"])
        self.assertEqual(lines[2].index("1.00 CNY") + len("1.00 CNY"), lines[3].index("20000.00 CNY") + len("20000.00 CNY"))

    def test_a_members_roles_are_in_the_table(self):
        roles = (["ROLE_ACCOUNT_ADMINISTRATOR", "ROLE_MEMBER"], ["ROLE_MEMBER"])
        members = [{"principal_id": "p-%d" % n, "roles": found} for n, found in enumerate(roles)]
        self.gateway.answer("identity.v1.RoleService/ListMembers", lambda *_: {"members": members})
        shown = self.kontor("member", "list").stdout
        self.assertRegex(shown, r"(?m)^ *principal id +roles")
        self.assertRegex(shown, r"p-0 +account administrator, member")
        self.assertRegex(shown, r"p-1 +member\b")

    def test_terms_are_told_in_full_in_a_list(self):
        """B.2: the notice sends a customer to this list, to read what it agrees to; ID-30: so does billing-control for what holds."""
        terms = {"permissions": [1, 8], "settlement_mode": 2, "invoice_recipient": 1, "shutdown_policy": 2, "agent_purchases_allowed": True}
        told = "view balance, allocate allocation customer delay agent purchases allowed"
        offer = {"version": 1, "terms": dict(terms, agent_purchases_allowed=False), "offer_hash": "9f86", "expire_time": {"seconds": 1}}
        self.gateway.answer("identity.v1.RelationService/ListRelations", lambda *_: {"relations": [{"relation_id": "r-1", "terms": terms, "offer": offer}]})
        shown = self.kontor("relation", "list").stdout
        self.assertIn("  %s  " % told, shown)
        self.assertIn("  1 %s 9f86\n" % told.removesuffix(" agent purchases allowed"), shown)
        self.gateway.answer("identity.v1.RelationService/GetBillingControl", lambda *_: {"agents": [{"account_id": "a", "terms": terms}]})
        self.assertIn(told, self.kontor("billing-control").stdout)

    def test_a_contract_is_told_to_its_last_word(self):
        """LED-42: who confirms it has read all of it; the text has 639 bytes at most."""
        text = "a " * 317 + "last."
        contract = {"version": 1, "text": text, "limit_micros": 5, "currency": "CNY", "contract_hash": "9f86"}
        self.gateway.answer("ledger.v1.CreditService/ListCreditContracts", lambda *_: {"contracts": [contract]})
        self.assertIn(text, self.kontor("contract", "list").stdout)


if __name__ == "__main__":
    unittest.main()
