"""Passwords against the real identity: changed by who knows the old one, set anew by a code (ID-33, S9, S10)."""
import concurrent.futures
import os
import re
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import identity_test as identity  # noqa: E402
from contact_change_test import awaited  # noqa: E402
from factor_test import Wearer, told  # noqa: E402
from identity_test import PASSWORD, Code, Person, Refusal, call, change, code_to, letter, letters, log_in, new_email, new_id, psql, refused, wrong  # noqa: E402
from security_test import Seen  # noqa: E402

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
NEW = "nine quiet lighthouses of autumn"
identity.secrets += [NEW, PASSWORD]


def live(token):
    answer = call("SessionService/ResolveSessions", questions=[{"session_token": token}]).answers[0]
    return answer.WhichOneof("outcome") == "session"


class Change(unittest.TestCase):
    def setUp(self):
        self.wearer = Wearer()
        self.email = self.wearer.person.email

    def change(self, **fields):
        fields = dict(dict(request_id=new_id(), old_password=PASSWORD, new_password=NEW), **fields)
        fields.setdefault("new_password_confirmation", fields["new_password"])
        return self.wearer.call("PasswordService/ChangePassword", **fields)

    def test_the_new_one_counts_and_the_old_one_no_more(self):
        others = [log_in(self.email) for _ in range(2)]
        self.assertEqual(self.change().ended_count, 2)
        self.assertTrue(live(self.wearer.token))
        self.assertEqual([live(other.session_token) for other in others], [False, False])
        with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
            log_in(self.email)
        self.assertTrue(log_in(self.email, NEW).session_token)
        told(self.wearer, "password of your Kontor log-in was changed")
        self.assertIn("PASSWORD_CHANGED", Seen(self.wearer).names(Seen(self.wearer).mine()))

    def test_a_wrong_old_one_changes_nothing_and_is_counted(self):
        for _ in range(5):
            with refused(self, Code.INVALID_ARGUMENT, "PASSWORD_WRONG"):
                self.change(old_password="not the right password at all")
        with refused(self, Code.INVALID_ARGUMENT, "PASSWORD_WRONG"):
            self.change(old_password="not the right password at all")
        with refused(self, Code.RESOURCE_EXHAUSTED, "LOG_IN_THROTTLED"):
            self.change()
        identity.clock.turn(31)
        self.change()
        self.assertTrue(log_in(self.email, NEW).session_token)
        with refused(self, Code.INVALID_ARGUMENT, "PASSWORD_WRONG"):
            self.change()  # the failures were forgotten

    def test_the_rules_are_those_of_a_sign_up(self):
        for new in ("Cloud123!", "", "aaaaaaaaaaaaaaaaaaaa", "password password password", self.email):
            with refused(self, Code.INVALID_ARGUMENT, field="new_password"):
                self.change(new_password=new)
        with refused(self, Code.INVALID_ARGUMENT, field="new_password_confirmation"):
            self.change(new_password_confirmation=NEW + "!")
        with refused(self, Code.INVALID_ARGUMENT, field="old_password"):
            self.change(old_password="")
        with refused(self, Code.INVALID_ARGUMENT, field="new_password"):
            self.change(new_password=b"\xc3\xbf".decode() * 600)
        self.assertTrue(log_in(self.email).session_token)

    def test_a_repeated_request_changes_once(self):
        request_id = new_id()
        first = self.change(request_id=request_id)
        self.assertEqual(self.change(request_id=request_id), first)
        with refused(self, Code.FAILED_PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            self.change(request_id=request_id, new_password=NEW + " and winter")

    def test_a_repeated_request_counts_no_guess(self):  # S9: a client that lost the answer asks again and again
        request_id = new_id()
        first = self.change(request_id=request_id)
        for _ in range(8):
            self.assertEqual(self.change(request_id=request_id), first)
        with refused(self, Code.INVALID_ARGUMENT, "PASSWORD_WRONG"):  # and not LOG_IN_THROTTLED
            self.change(old_password="not the right password at all")

    def test_of_two_at_once_one_changes(self):
        def attempt(new):
            try:
                self.change(new_password=new)
                return new
            except Refusal as refusal:
                return refusal.reason
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            said = list(pool.map(attempt, (NEW + " one", NEW + " two")))
        self.assertEqual(said.count("PASSWORD_WRONG"), 1)
        said.remove("PASSWORD_WRONG")
        self.assertTrue(log_in(self.email, said[0]).session_token)

    def test_a_log_in_by_the_old_one_beside_it_opens_nothing_that_stays(self):
        def try_log_in():
            try:
                return log_in(self.email).session_token
            except Refusal:
                return None
        with concurrent.futures.ThreadPoolExecutor(5) as pool:
            tries = [pool.submit(try_log_in) for _ in range(4)]
            pool.submit(self.change).result()
            tokens = [each.result() for each in tries]
        self.assertEqual([live(token) for token in tokens if token], [False] * len([token for token in tokens if token]))

    def test_who_acts_is_asked_first(self):
        with refused(self, Code.UNAUTHENTICATED, "PRINCIPAL_MISSING"):
            change("PasswordService/ChangePassword", old_password=PASSWORD, new_password=NEW, new_password_confirmation=NEW)


class Reset(unittest.TestCase):
    def setUp(self):
        identity.clock.turn(3600)  # what was sent before counts for no limit any more
        self.person = Person()

    def send(self, email=None, **fields):
        return change("PasswordService/SendPasswordResetCode", email=email or self.person.email, **fields).reset_id

    def reset(self, reset_id, code, email=None, **fields):
        return change("PasswordService/ResetPassword", reset_id=reset_id, email=self.person.email if email is None else email, code=code,
                      **dict(dict(new_password=NEW, new_password_confirmation=fields.get("new_password", NEW)), **fields))

    def unchanged(self):
        self.assertTrue(log_in(self.person.email).session_token)

    def test_a_code_sets_it_anew_and_ends_all_sessions(self):
        sessions = [log_in(self.person.email) for _ in range(2)]
        self.reset(self.send(), code_to(self.person.email, 2))
        self.assertEqual([live(session.session_token) for session in sessions], [False, False])
        with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
            log_in(self.person.email)
        self.assertTrue(log_in(self.person.email, NEW).session_token)
        self.assertIn("set anew", letter(self.person.email, 3)["text"])

    def test_factors_stay(self):  # ID-32
        wearer = Wearer()
        wearer.has_factor()
        told(wearer, "factor was added")
        count = len(letters(wearer.person.email))
        reset_id = self.send(wearer.person.email)
        self.reset(reset_id, code_to(wearer.person.email, count + 1), wearer.person.email)
        session = log_in(wearer.person.email, NEW)
        resolved = wearer.resolve(session.session_token)
        self.assertEqual((list(resolved.factor_kinds), resolved.HasField("mfa_time")), ([1], False))

    def test_a_code_works_once_and_for_ten_minutes(self):
        reset_id, code = self.send(), code_to(self.person.email, 2)
        identity.clock.turn(599)
        self.reset(reset_id, code)
        with refused(self, Code.FAILED_PRECONDITION, "CODE_USED"):
            self.reset(reset_id, code)
        reset_id, code = self.send(), code_to(self.person.email, 4)
        identity.clock.turn(600)
        with refused(self, Code.FAILED_PRECONDITION, "CODE_EXPIRED"):
            self.reset(reset_id, code)

    def test_a_mailbox_alone_opens_no_operator_s_desk(self):
        email, password = identity.OPERATOR
        count = len(letters(email))
        reset_id = self.send(email)
        with refused(self, Code.FAILED_PRECONDITION, "CODE_EXPIRED"):
            self.reset(reset_id, code_to(email, count + 1), email)
        self.assertTrue(log_in(email, password).session_token)

    def test_five_wrong_ones_lock_it(self):  # ID-11
        reset_id, code = self.send(), code_to(self.person.email, 2)
        for _ in range(5):
            with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                self.reset(reset_id, wrong(code))
        with refused(self, Code.RESOURCE_EXHAUSTED, "CODE_LOCKED"):
            self.reset(reset_id, code)
        self.unchanged()

    def test_a_code_is_of_its_address_and_of_its_purpose(self):
        other = Person()
        reset_id, code = self.send(), code_to(self.person.email, 2)
        with refused(self, Code.FAILED_PRECONDITION, "CODE_EXPIRED"):
            self.reset(reset_id, code, other.email)
        log_in_id = change("SessionService/SendLogInCode", email=self.person.email).code_id
        with refused(self, Code.FAILED_PRECONDITION, "CODE_EXPIRED"):
            self.reset(log_in_id, code_to(self.person.email, 3))
        with refused(self, Code.FAILED_PRECONDITION, "CODE_EXPIRED"):
            log_in(self.person.email, code_id=reset_id, code=code)
        self.unchanged()
        self.assertTrue(log_in(other.email).session_token)

    def test_nobody_hears_whether_there_is_an_account(self):  # S10
        answers, times = [], {}
        for email in (self.person.email, new_email()):
            begin = time.monotonic()
            sent = change("PasswordService/SendPasswordResetCode", email=email)
            times[email] = time.monotonic() - begin
            refusals = []
            for _ in range(6):
                with self.assertRaises(Refusal) as caught:
                    self.reset(sent.reset_id, "000000", email)
                refusals.append((caught.exception.reason, caught.exception.sentence))
            answers.append((sent.expire_time.seconds // 10, sorted(sent.DESCRIPTOR.fields_by_name), refusals))
        self.assertEqual(answers[0][1:], answers[1][1:])
        self.assertLess(abs(answers[0][0] - answers[1][0]), 2)
        unknown = letter(email)
        self.assertIn("no Kontor account", unknown["subject"])
        self.assertIsNone(re.search(r"\d{6}", unknown["text"]))

    def test_the_address_has_a_limit(self):
        identity.clock.turn(61)
        for _ in range(5):
            self.send()
        with refused(self, Code.RESOURCE_EXHAUSTED, "RATE_LIMITED"):
            self.send()

    def test_the_rules_are_those_of_a_sign_up(self):
        reset_id, code = self.send(), code_to(self.person.email, 2)
        for new in ("Cloud123!", "", self.person.email):
            with refused(self, Code.INVALID_ARGUMENT, field="new_password"):
                self.reset(reset_id, code, new_password=new)
        with refused(self, Code.INVALID_ARGUMENT, field="new_password_confirmation"):
            self.reset(reset_id, code, new_password_confirmation="")
        with refused(self, Code.INVALID_ARGUMENT, field="code"):
            self.reset(reset_id, "12345")
        self.reset(reset_id, code)  # none of it was a guess

    def test_by_phone(self):
        email, phone = new_email(), identity.new_phone()
        sign_up = identity.start(email=email)
        change("SignUpService/SendCode", sign_up_id=sign_up, delivery="DELIVERY_SMS", phone=phone)
        change("SignUpService/VerifyCode", sign_up_id=sign_up, code=code_to(phone))
        reset_id = change("PasswordService/SendPasswordResetCode", phone=phone).reset_id
        self.reset(reset_id, code_to(phone, 2), "", phone=phone)
        self.assertTrue(log_in(phone=phone, password=NEW).session_token)

    def test_a_repeated_request_says_the_same(self):
        reset_id, request_id = self.send(), new_id()
        code = code_to(self.person.email, 2)
        for _ in range(2):
            self.reset(reset_id, code, request_id=request_id)
        awaited(self.person.email, "set anew")
        self.assertEqual(len([one for one in letters(self.person.email) if "set anew" in one["text"]]), 1)

    def test_nothing_of_it_is_kept_readable(self):
        self.reset(self.send(), code_to(self.person.email, 2))
        dump = psql(identity.service.database, "SELECT r FROM identity.request r")
        for secret in (NEW, PASSWORD, self.person.email):
            self.assertNotIn(secret, dump)


if __name__ == "__main__":
    unittest.main()
