"""Identity as a foreign client sees it: ID-01 to ID-06, ID-09 to ID-11, ID-17 to ID-19, ID-33, ID-34, ID-38 against the real service,
its database and its spool."""
import concurrent.futures
import glob
import hashlib
import hmac
import json
import os
import re
import shutil
import sys
import tempfile
import time
import unittest
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from operators import make_first  # noqa: E402
from service import Client, Clock, Refusal, Service, message, new_id, psql, refused  # noqa: E402

import grpc  # noqa: E402

Code = grpc.StatusCode
PASSWORD = "seven green bicycles in rain"
OPERATOR = ("operator@provider.example", "an operator reviews firms")
clock = Clock()
state = tempfile.mkdtemp(prefix="kontor-identity-")
service = None
secrets = []


def setUpModule():
    global service
    service = Service("identity", clock=clock, state_directory=state)
    make_first(service, *OPERATOR)


def tearDownModule():
    service.__exit__(None, None, None)
    shutil.rmtree(state, True)


def call(rpc, caller=None, source=None, **fields):
    metadata = tuple((name, value) for name, value in (("kontor-principal-id", caller), ("kontor-source-address", source)) if value)
    return service.call("identity.v1." + rpc, metadata=metadata, **fields)


def change(rpc, caller=None, **fields):
    fields.setdefault("request_id", new_id())
    return call(rpc, caller, **fields)


def letters(to):
    """The messages delivered to an address or number, oldest first."""
    found = []
    for path in sorted(glob.glob(os.path.join(state, "spool", "*.json"))):
        with open(path, encoding="utf-8") as file:
            found.append(json.load(file))
    return [letter for letter in found if letter["to"] == to]


def letter(to, count=1):
    """The count-th letter to somebody, awaited."""
    deadline = time.monotonic() + 20
    while len(letters(to)) < count:
        if time.monotonic() > deadline:
            raise AssertionError("no letter number %d" % count)
        time.sleep(0.02)
    return letters(to)[count - 1]


def code_to(to, count=1):
    code = re.search(r"\b\d{6}\b", letter(to, count)["text"]).group()
    secrets.append(code)
    return code


def wrong(code):
    return "%06d" % ((int(code) + 1) % 1000000)


def new_email():
    email = "person-%s@example.com" % new_id()[:13]
    secrets.append(email)
    return email


def new_phone():
    phone = "+86139%08d" % (int(new_id()[:7], 16) % 100000000)
    secrets.append(phone)
    return phone


def form(**changes):
    terms = {"accepted": True, "version": "2026-01"}
    fields = dict(country="CN", email=new_email(), password=PASSWORD, password_confirmation=PASSWORD, membership_agreement=terms,
                  privacy_policy=terms, product_terms=terms, terms_of_use=terms)
    fields.update(changes)
    return fields


def start(**changes):
    return change("SignUpService/StartSignUp", **form(**changes)).sign_up_id


class Person:
    """Somebody who signed up by e-mail."""

    def __init__(self, email=None):
        self.email = email or new_email()
        sign_up = start(email=self.email)
        change("SignUpService/SendCode", sign_up_id=sign_up)
        answer = change("SignUpService/VerifyCode", sign_up_id=sign_up, code=code_to(self.email))
        self.account, self.principal = answer.account_id, answer.principal_id

    def verify_phone(self):
        self.phone = new_phone()
        verification = change("AccountService/StartContactVerification", account_id=self.account, delivery="DELIVERY_SMS", phone=self.phone)
        return change("AccountService/ConfirmContactVerification", account_id=self.account, verification_id=verification.verification_id,
                      code=code_to(self.phone)).account

    def add_address(self, **address):
        return change("AccountService/AddBillingAddress", account_id=self.account, **address).account

    def submit(self, caller=None, scheme="COMPANY_SCHEME_USCC", country="CN", number="91110000600037341L", name="Agency Ltd"):
        return change("CompanyService/SubmitCompany", caller or self.principal, account_id=self.account, country=country, scheme=scheme,
                      registration_number=number, name=name).submission


ADDRESS = {"country": "CN", "city": "Hangzhou", "street": "1 West Lake Road", "postal_code": "310000"}
INDIVIDUAL = {"individual": {"name": "Wang Fang", "address": ADDRESS}}
CORPORATE = {"corporate": {"corporation_name": "Agency Ltd", "address": ADDRESS, "contact": {"name": "Wang Fang", "email": "bills@agency.example"}}}


def invitation_to(email):
    """(id, code) of the invitation that came last."""
    found = re.search(r"invitation is ([0-9a-f-]{36}) and your code (\w{5}-\w{5})", letters(email)[-1]["text"])
    secrets.append(found[2])
    return {"invitation_id": found[1], "code": found[2]}


def invite(owner, email, role, **fields):
    """By the principal who gives the role, and there."""
    count = len(letters(email))
    principal, account = (owner.principal, owner.account) if isinstance(owner, Person) else owner
    sent = change("InvitationService/InviteMember", principal, account_id=account, email=email, role=role, **fields).invitation
    letter(email, count + 1)
    return sent


def join(owner, friend, role="ROLE_MEMBER", **fields):
    """The friend becomes a member."""
    invite(owner, friend.email, role, **fields)
    return change("InvitationService/AcceptInvitation", friend.principal, **invitation_to(friend.email))


def company_account():
    person = Person()
    person.verify_phone()
    person.add_address(**CORPORATE)
    return person


def log_in(email="", password=PASSWORD, **more):
    session = call("SessionService/LogIn", email=email, password=password, device="test", **more)
    secrets.extend(token for token in (session.session_token, session.device_token) if token)
    return session


def operator():
    return log_in(*OPERATOR).principal_id


def approve(submission):
    return change("CompanyService/ApproveCompany", operator(), submission_id=submission.submission_id).submission


class SignUp(unittest.TestCase):
    def test_every_missing_field_is_named(self):  # ID-02
        with self.assertRaises(Refusal) as caught:
            change("SignUpService/StartSignUp")
        self.assertEqual(caught.exception.code, Code.INVALID_ARGUMENT)
        self.assertEqual(caught.exception.fields, ["country", "email", "password", "password_confirmation"])

    def test_the_confirmation_is_the_password(self):  # ID-02
        with refused(self, Code.INVALID_ARGUMENT, field="password_confirmation"):
            start(password_confirmation="another long enough password")

    def test_each_agreement_is_accepted(self):  # ID-02
        for terms in ("membership_agreement", "privacy_policy", "product_terms", "terms_of_use"):
            with self.assertRaises(Refusal) as caught:
                start(**{terms: {"accepted": False}})
            self.assertEqual((caught.exception.reason, caught.exception.terms["field"]), ("TERMS_NOT_ACCEPTED", terms))

    def test_the_bad_example_of_a_password_is_refused(self):  # ID-33
        for password in ("Cloud123!", "Cloud123!Cloud1234!"):
            with refused(self, Code.INVALID_ARGUMENT, field="password"):
                start(password=password, password_confirmation=password)

    def test_passwords_are_compared_in_their_normal_form(self):
        decomposed, composed = "Cafe\u0301 an der Ecke rechts", "Caf\u00e9 an der Ecke rechts"
        email = new_email()
        sign_up = start(email=email, password=decomposed, password_confirmation=composed)
        change("SignUpService/SendCode", sign_up_id=sign_up)
        change("SignUpService/VerifyCode", sign_up_id=sign_up, code=code_to(email))
        self.assertTrue(log_in(email, composed).session_token)

    def test_the_phone_is_of_the_country(self):  # ID-03
        with self.assertRaises(Refusal) as caught:
            start(phone="+4915112345678")
        self.assertEqual((caught.exception.reason, caught.exception.terms["field"]), ("COUNTRY_MISMATCH", "phone"))
        self.assertTrue(start(country="CA", phone="+14165550123"))
        self.assertTrue(start(country="US", phone="+14165550123"))

    def test_email_is_the_default_channel(self):  # ID-04, ID-05
        person = Person()
        account = call("AccountService/GetAccount", account_id=person.account).account
        self.assertTrue(account.email_verified)
        self.assertFalse(account.phone_verified)
        self.assertEqual((account.email, account.country, account.principal_id), (person.email, "CN", person.principal))
        self.assertEqual(letter(person.email)["channel"], "EMAIL")

    def test_phone_instead(self):  # ID-04, ID-05
        for delivery in ("SMS", "VOICE"):
            email, phone = new_email(), new_phone()
            sign_up = start(email=email)
            with refused(self, Code.INVALID_ARGUMENT, field="phone"):
                change("SignUpService/SendCode", sign_up_id=sign_up, delivery="DELIVERY_" + delivery)
            change("SignUpService/SendCode", sign_up_id=sign_up, delivery="DELIVERY_" + delivery, phone=phone)
            self.assertEqual(letter(phone)["channel"], delivery)
            self.assertEqual(letters(email), [])
            answer = change("SignUpService/VerifyCode", sign_up_id=sign_up, code=code_to(phone))
            account = call("AccountService/GetAccount", account_id=answer.account_id).account
            self.assertEqual((account.phone, account.phone_verified, account.email_verified), (phone, True, False))

    def test_the_same_request_gives_the_same_answer(self):
        fields, request_id = form(), new_id()
        first = change("SignUpService/StartSignUp", request_id=request_id, **fields)
        self.assertEqual(change("SignUpService/StartSignUp", request_id=request_id, **fields), first)
        changed = dict(fields, password=PASSWORD + "!", password_confirmation=PASSWORD + "!")
        with refused(self, Code.FAILED_PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            change("SignUpService/StartSignUp", request_id=request_id, **changed)
        send = new_id()
        for _ in range(3):
            change("SignUpService/SendCode", request_id=send, sign_up_id=first.sign_up_id)
        verify = dict(request_id=new_id(), sign_up_id=first.sign_up_id, code=code_to(fields["email"]))
        opened = change("SignUpService/VerifyCode", **verify)
        self.assertEqual(change("SignUpService/VerifyCode", **verify), opened)
        self.assertEqual(len(letters(fields["email"])), 1)

    def test_a_sign_up_is_forgotten_after_a_day(self):
        sign_up = start()
        clock.turn(24 * 3600 + 1)
        with refused(self, Code.NOT_FOUND, "SIGN_UP_NOT_FOUND"):
            change("SignUpService/SendCode", sign_up_id=sign_up)

    def test_a_registered_address_is_told_to_its_owner_alone(self):
        person = Person()
        answers = []
        for email in (person.email, person.email.upper(), new_email()):
            sign_up = start(email=email)
            sent = change("SignUpService/SendCode", sign_up_id=sign_up)
            with self.assertRaises(Refusal) as caught:
                change("SignUpService/VerifyCode", sign_up_id=sign_up, code="000000")
            answers.append((caught.exception.reason, caught.exception.sentence, sent.expire_time.seconds - sent.resend_time.seconds))
        self.assertEqual(len(set(answers)), 1)
        self.assertIn("already have", letter(person.email, 2)["subject"])
        self.assertIsNone(re.search(r"\d{6}", letter(person.email, 2)["text"]))

    def by_phone(self, email, phone):
        sign_up = start(email=email)
        change("SignUpService/SendCode", sign_up_id=sign_up, delivery="DELIVERY_SMS", phone=phone)
        return sign_up

    def opened_by_phone(self, email, phone, count=1):
        return change("SignUpService/VerifyCode", sign_up_id=self.by_phone(email, phone), code=code_to(phone, count))

    def test_by_phone_nothing_tells_who_has_an_account_with_the_address(self):  # S10
        owner, told = Person(), []
        for email in (owner.email, new_email()):
            phone = new_phone()
            opened = self.opened_by_phone(email, phone)
            session = log_in(phone=phone)
            self.assertEqual((session.account_id, session.principal_id), (opened.account_id, opened.principal_id))
            with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
                log_in(email, "violet harbours at low tide 8")
            sent = change("AccountService/StartContactVerification", account_id=opened.account_id, delivery="DELIVERY_EMAIL")
            with self.assertRaises(Refusal) as caught:
                change("AccountService/ConfirmContactVerification", account_id=opened.account_id, verification_id=sent.verification_id,
                       code="000000")
            told.append((caught.exception.reason, caught.exception.sentence, sent.expire_time.seconds - sent.resend_time.seconds))
        self.assertEqual(len(set(told)), 1)
        self.assertIn("already have", letter(owner.email, 2)["subject"])
        self.assertIsNone(re.search(r"\d{6}", letter(owner.email, 2)["text"]))
        self.assertEqual(log_in(owner.email).principal_id, owner.principal)

    def test_who_signed_up_by_phone_logs_in_by_the_address_once_it_is_verified(self):  # S10, ID-06
        email, phone = new_email(), new_phone()
        opened = self.opened_by_phone(email, phone)
        with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
            log_in(email)
        started = change("AccountService/StartContactVerification", account_id=opened.account_id, delivery="DELIVERY_EMAIL")
        change("AccountService/ConfirmContactVerification", account_id=opened.account_id, verification_id=started.verification_id,
               code=code_to(email))
        self.assertEqual(log_in(email).principal_id, opened.principal_id)
        with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
            log_in(phone=phone)
        self.assertNotEqual(self.opened_by_phone(new_email(), phone, 2).principal_id, opened.principal_id)  # the number is free again

    def test_a_number_that_logs_in_is_told_to_its_owner_alone(self):  # S10, ID-17
        phone, answers = new_phone(), []
        first = self.opened_by_phone(new_email(), phone)
        for number in (phone, new_phone()):
            sign_up = self.by_phone(new_email(), number)
            with self.assertRaises(Refusal) as caught:
                change("SignUpService/VerifyCode", sign_up_id=sign_up, code="000000")
            answers.append((caught.exception.reason, caught.exception.sentence))
        self.assertEqual(len(set(answers)), 1)
        self.assertIsNone(re.search(r"\d{6}", letter(phone, 2)["text"]))
        self.assertEqual(log_in(phone=phone).principal_id, first.principal_id)

    def test_two_sign_ups_of_one_number_give_one_account(self):  # ID-17
        phone = new_phone()
        first, second = self.by_phone(new_email(), phone), self.by_phone(new_email(), phone)
        codes = [code_to(phone, 1), code_to(phone, 2)]
        change("SignUpService/VerifyCode", sign_up_id=first, code=codes[0])
        with refused(self, Code.ALREADY_EXISTS, "PHONE_REGISTERED"):
            change("SignUpService/VerifyCode", sign_up_id=second, code=codes[1])

    def test_an_address_that_two_verify_at_once_logs_in_to_one(self):  # S10, ID-17
        email = new_email()
        opened = self.opened_by_phone(email, new_phone())
        started = change("AccountService/StartContactVerification", account_id=opened.account_id, delivery="DELIVERY_EMAIL")
        code = code_to(email)
        sign_up = start(email=email)
        change("SignUpService/SendCode", sign_up_id=sign_up)
        owned = change("SignUpService/VerifyCode", sign_up_id=sign_up, code=code_to(email, 2))
        with refused(self, Code.ALREADY_EXISTS, "EMAIL_REGISTERED"):
            change("AccountService/ConfirmContactVerification", account_id=opened.account_id, verification_id=started.verification_id, code=code)
        self.assertFalse(call("AccountService/GetAccount", account_id=opened.account_id).account.email_verified)
        self.assertEqual(log_in(email).principal_id, owned.principal_id)

    def test_an_address_that_nobody_verified_is_free(self):  # S10
        email, phone = new_email(), new_phone()
        sign_up = start(email=email)
        change("SignUpService/SendCode", sign_up_id=sign_up, delivery="DELIVERY_SMS", phone=phone)
        taken = change("SignUpService/VerifyCode", sign_up_id=sign_up, code=code_to(phone))
        mine = "violet harbours at low tide 9"
        sign_up = start(email=email, password=mine, password_confirmation=mine)
        change("SignUpService/SendCode", sign_up_id=sign_up)
        owned = change("SignUpService/VerifyCode", sign_up_id=sign_up, code=code_to(email))
        self.assertNotEqual(taken.principal_id, owned.principal_id)
        self.assertEqual(log_in(email, mine).principal_id, owned.principal_id)
        with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
            log_in(email)

    def test_a_source_has_ten_text_messages_in_ten_minutes(self):  # S10
        def ask(n, source="198.51.100.200"):
            try:
                change("SignUpService/SendCode", sign_up_id=start(), delivery="DELIVERY_SMS", phone="+86137%04d%04d" % (n, n), source=source)
                return "SENT"
            except Refusal as refusal:
                return refusal.reason + " " + refusal.terms["of"]
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            told = list(pool.map(ask, range(1000, 1012)))
        self.assertEqual((told.count("SENT"), told.count("MESSAGE_LIMIT PHONE_OF_SOURCE")), (10, 2), told)
        self.assertEqual(ask(1020, "198.51.100.201"), "SENT")
        clock.turn(601)
        self.assertEqual(ask(1021), "SENT")

    def test_two_sign_ups_of_one_address_give_one_account(self):  # ID-17
        email = new_email()
        first, second = start(email=email), start(email=email)
        change("SignUpService/SendCode", sign_up_id=first)
        change("SignUpService/SendCode", sign_up_id=second)
        codes = [code_to(email, 1), code_to(email, 2)]
        change("SignUpService/VerifyCode", sign_up_id=first, code=codes[0])
        with refused(self, Code.ALREADY_EXISTS, "EMAIL_REGISTERED"):
            change("SignUpService/VerifyCode", sign_up_id=second, code=codes[1])

    def test_the_onboarding_trail(self):  # ID-38
        person = Person()
        records = call("AccountService/ListOnboardingRecords", account_id=person.account).records
        self.assertEqual([record.kind for record in records], ["REGISTERED", "ENTERED"] + ["TERMS_ACCEPTED"] * 4 + ["CHANNEL_VERIFIED"])
        page = call("AccountService/ListOnboardingRecords", account_id=person.account, page_size=4)
        rest = call("AccountService/ListOnboardingRecords", account_id=person.account, page_token=page.next_page_token)
        self.assertEqual(list(page.records) + list(rest.records), list(records))
        self.assertEqual(rest.next_page_token, "")


class Codes(unittest.TestCase):
    def sign_up(self):
        email = new_email()
        sign_up = start(email=email)
        change("SignUpService/SendCode", sign_up_id=sign_up)
        return sign_up, email, code_to(email)

    def verify(self, sign_up, code):
        return change("SignUpService/VerifyCode", sign_up_id=sign_up, code=code)

    def test_a_wrong_code_fails_and_the_fifth_guess_may_still_be_right(self):  # ID-05, ID-11
        sign_up, _, code = self.sign_up()
        for _ in range(4):
            with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                self.verify(sign_up, wrong(code))
        self.assertTrue(self.verify(sign_up, code).account_id)

    def test_after_five_wrong_ones_the_right_code_fails(self):  # ID-11
        sign_up, _, code = self.sign_up()
        for _ in range(5):
            with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                self.verify(sign_up, wrong(code))
        with refused(self, Code.RESOURCE_EXHAUSTED, "CODE_LOCKED"):
            self.verify(sign_up, code)

    def test_a_code_lives_ten_minutes(self):  # ID-11
        sign_up, _, code = self.sign_up()
        clock.turn(601)
        with refused(self, Code.FAILED_PRECONDITION, "CODE_EXPIRED"):
            self.verify(sign_up, code)
        sign_up, _, code = self.sign_up()
        clock.turn(595)
        self.assertTrue(self.verify(sign_up, code).account_id)

    def test_a_used_code_fails(self):  # ID-05
        sign_up, _, code = self.sign_up()
        self.verify(sign_up, code)
        with refused(self, Code.FAILED_PRECONDITION, "CODE_USED"):
            self.verify(sign_up, code)

    def test_a_new_code_replaces_the_one_before(self):
        sign_up, email, first = self.sign_up()
        clock.turn(61)
        change("SignUpService/SendCode", sign_up_id=sign_up)
        second = code_to(email, 2)
        if first != second:
            with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                self.verify(sign_up, first)
        self.assertTrue(self.verify(sign_up, second).account_id)

    def test_resending_waits_a_minute_and_leaves_the_code_valid(self):  # ID-11
        sign_up, email, code = self.sign_up()
        with self.assertRaises(Refusal) as caught:
            change("SignUpService/SendCode", sign_up_id=sign_up)
        self.assertEqual((caught.exception.code, caught.exception.reason), (Code.RESOURCE_EXHAUSTED, "CODE_TOO_SOON"))
        self.assertTrue(50 < caught.exception.retry_seconds <= 60)
        self.assertTrue(self.verify(sign_up, code).account_id)
        self.assertEqual(len(letters(email)), 1)

    def test_resending_buys_no_guesses(self):  # ID-11
        sign_up, email, code = self.sign_up()
        for _ in range(3):
            with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                self.verify(sign_up, wrong(code))
        clock.turn(61)
        change("SignUpService/SendCode", sign_up_id=sign_up)
        second = code_to(email, 2)
        for _ in range(2):
            with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                self.verify(sign_up, wrong(second))
        with refused(self, Code.RESOURCE_EXHAUSTED, "CODE_LOCKED"):
            self.verify(sign_up, second)
        clock.turn(61)
        with refused(self, Code.RESOURCE_EXHAUSTED, "CODE_LOCKED"):
            change("SignUpService/SendCode", sign_up_id=sign_up)
        clock.turn(600)
        change("SignUpService/SendCode", sign_up_id=sign_up)
        self.assertTrue(self.verify(sign_up, code_to(email, 3)).account_id)

    def test_a_destination_gets_twenty_codes_in_five_minutes(self):  # ID-11
        email = new_email()
        sign_ups = [start(email=email) for _ in range(21)]
        for count, sign_up in enumerate(sign_ups[:20], 1):
            change("SignUpService/SendCode", sign_up_id=sign_up)
            if count in (5, 10, 15):  # S10: five a minute
                with self.assertRaises(Refusal) as caught:
                    change("SignUpService/SendCode", sign_up_id=sign_ups[20])
                self.assertEqual((caught.exception.reason, caught.exception.retry_seconds), ("RATE_LIMITED", 60))
                clock.turn(61)
        with refused(self, Code.RESOURCE_EXHAUSTED, "CODE_LIMIT"):
            change("SignUpService/SendCode", sign_up_id=sign_ups[20])
        clock.turn(301)
        change("SignUpService/SendCode", sign_up_id=sign_ups[20])

    def test_a_destination_sees_twenty_guesses_a_day(self):
        email, sign_ups = new_email(), []
        for count in range(1, 6):
            sign_up = start(email=email)
            change("SignUpService/SendCode", sign_up_id=sign_up)
            sign_ups.append((sign_up, code_to(email, count)))
        for sign_up, code in sign_ups[:4]:
            for _ in range(5):
                with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                    self.verify(sign_up, wrong(code))
        clock.turn(60)
        with refused(self, Code.RESOURCE_EXHAUSTED, "CODE_LOCKED"):  # looked at, but it says nothing
            self.verify(sign_ups[4][0], wrong(sign_ups[4][1]))
        with refused(self, Code.RESOURCE_EXHAUSTED, "CODE_LOCKED"):
            self.verify(*sign_ups[4])
        sign_up = start(email=email)
        change("SignUpService/SendCode", sign_up_id=sign_up)
        self.assertTrue(self.verify(sign_up, code_to(email, 6)).account_id)  # S9: the owner's first try, after strangers spent the budget

    def test_a_thousand_guesses_at_once_are_five(self):  # ID-11
        sign_up, email, code = self.sign_up()
        guesses = [new for new in ("%06d" % number for number in range(1001)) if new != code][:1000]

        def guess(number, text):
            client = clients[number % len(clients)]
            try:
                client.call("identity.v1.SignUpService/VerifyCode", timeout=60, request_id=new_id(), sign_up_id=sign_up, code=text)
                return "OK"
            except Refusal as refusal:
                return refusal.reason or refusal.code.name
        clients = [Client(service.address) for _ in range(8)]
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            answers = list(pool.map(guess, range(1000), guesses))
        for client in clients:
            client.close()
        self.assertEqual(answers.count("CODE_WRONG"), 5)
        self.assertEqual(answers.count("OK"), 0)
        with refused(self, Code.RESOURCE_EXHAUSTED, "CODE_LOCKED"):
            self.verify(sign_up, code)
        row = psql(service.database, "SELECT guesses FROM identity.challenge WHERE subject_id = '%s'" % sign_up)
        self.assertEqual(row, "5")

    def test_the_right_code_twice_at_once_opens_one_account(self):
        sign_up, email, code = self.sign_up()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            def verify(_):
                try:
                    return self.verify(sign_up, code).account_id
                except Refusal as refusal:
                    return refusal.reason
            answers = list(pool.map(verify, range(4)))
        self.assertEqual(sorted(answers)[1:], ["CODE_USED"] * 3)

    def test_a_code_is_six_digits(self):
        sign_up, _, _ = self.sign_up()
        for code in ("", "12345", "1234567", "12345a", "１２３４５６"):
            with refused(self, Code.INVALID_ARGUMENT, field="code"):
                self.verify(sign_up, code)


class SecondChannel(unittest.TestCase):
    def test_the_address_needs_the_other_channel(self):  # ID-06
        person = Person()
        with self.assertRaises(Refusal) as caught:
            person.add_address(**INDIVIDUAL)
        self.assertEqual((caught.exception.code, caught.exception.reason), (Code.FAILED_PRECONDITION, "SECOND_CHANNEL_UNVERIFIED"))
        self.assertEqual(caught.exception.terms["channel"], "PHONE")
        self.assertTrue(person.verify_phone().phone_verified)
        account = person.add_address(**INDIVIDUAL)
        self.assertTrue(account.billing_address_present)
        self.assertEqual(account.type, 1)

    def test_the_same_channel_twice_does_not_count(self):  # ID-06
        person = Person()
        with self.assertRaises(Refusal) as caught:
            change("AccountService/StartContactVerification", account_id=person.account, delivery="DELIVERY_EMAIL")
        self.assertEqual((caught.exception.reason, caught.exception.terms["channel"]), ("OTHER_CHANNEL_REQUIRED", "PHONE"))

    def test_after_a_sign_up_by_phone_it_is_the_email(self):  # ID-06
        email, phone = new_email(), new_phone()
        sign_up = start(email=email, phone=phone, channel="CHANNEL_PHONE")
        change("SignUpService/SendCode", sign_up_id=sign_up)
        account = change("SignUpService/VerifyCode", sign_up_id=sign_up, code=code_to(phone)).account_id
        with self.assertRaises(Refusal) as caught:
            change("AccountService/AddBillingAddress", account_id=account, **INDIVIDUAL)
        self.assertEqual(caught.exception.terms["channel"], "EMAIL")
        started = change("AccountService/StartContactVerification", account_id=account, delivery="DELIVERY_EMAIL")
        change("AccountService/ConfirmContactVerification", account_id=account, verification_id=started.verification_id, code=code_to(email))
        change("AccountService/AddBillingAddress", account_id=account, **INDIVIDUAL)

    def test_a_contact_changed_between_send_and_verify(self):
        person, first, second = Person(), new_phone(), new_phone()
        started = change("AccountService/StartContactVerification", account_id=person.account, delivery="DELIVERY_SMS", phone=first)
        change("AccountService/StartContactVerification", account_id=person.account, delivery="DELIVERY_SMS", phone=second)
        with refused(self, Code.FAILED_PRECONDITION, "CONTACT_CHANGED"):
            change("AccountService/ConfirmContactVerification", account_id=person.account, verification_id=started.verification_id, code=code_to(first))

    def test_the_phone_is_of_the_account_s_country(self):  # ID-03
        with refused(self, Code.FAILED_PRECONDITION, "COUNTRY_MISMATCH"):
            change("AccountService/StartContactVerification", account_id=Person().account, delivery="DELIVERY_SMS", phone="+4915112345678")

    def test_what_a_billing_address_holds(self):  # ID-10
        person = Person()
        person.verify_phone()
        without_contact = {"corporate": {"corporation_name": "Agency Ltd", "address": ADDRESS}}
        for address, field in (({}, "billing_address"), (without_contact, "corporate.contact"),
                               ({"individual": {"name": "Wang Fang"}}, "individual.address"), ({"individual": {"address": ADDRESS}}, "individual.name")):
            with refused(self, Code.INVALID_ARGUMENT, field=field):
                person.add_address(**address)
        person.add_address(**CORPORATE)
        self.assertEqual(call("AccountService/GetAccount", account_id=person.account).corporate.contact.email, "bills@agency.example")
        with refused(self, Code.ALREADY_EXISTS, "BILLING_ADDRESS_PRESENT"):
            person.add_address(**INDIVIDUAL)

    def test_an_account_is_labelled(self):  # GW-09
        person = Person()
        environment = lambda: call("AccountService/GetAccount", account_id=person.account).account.environment
        self.assertEqual(environment(), 0)
        for place, name in enumerate(("DEVELOPMENT", "TEST", "PRODUCTION"), 1):
            answer = change("AccountService/SetEnvironment", person.principal, account_id=person.account, environment="ENVIRONMENT_" + name)
            self.assertEqual((answer.account.environment, environment()), (place, place))
        for wrong in (0, 4):
            with refused(self, Code.INVALID_ARGUMENT, field="environment"):
                change("AccountService/SetEnvironment", person.principal, account_id=person.account, environment=wrong)
        with refused(self, Code.NOT_FOUND, "ACCOUNT_NOT_FOUND"):
            change("AccountService/SetEnvironment", person.principal, account_id=new_id(), environment=1)

    def test_the_steps_are_offered_in_order(self):  # ID-09
        def steps(account, paid=False):
            return [(step.kind, step.state) for step in
                    call("AccountService/GetOnboardingState", account_id=account, payment_method_present=paid).steps]
        person = Person()
        self.assertEqual(steps(person.account), [(1, 1), (2, 1), (3, 1)])
        person.verify_phone()
        self.assertEqual(steps(person.account), [(1, 3), (2, 1), (3, 1)])
        person.add_address(**CORPORATE)
        self.assertEqual(steps(person.account, paid=True), [(1, 3), (2, 3), (3, 3), (4, 1)])
        submission = person.submit()
        self.assertEqual(steps(person.account)[-1], (4, 2))
        approve(submission)
        self.assertEqual(steps(person.account)[-1], (4, 3))


class Sessions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.person = Person()

    def resolve(self, token, **fields):
        return call("SessionService/ResolveSession", session_token=token, **fields)

    def ended(self, token):
        with refused(self, Code.UNAUTHENTICATED, "SESSION_ENDED"):
            self.resolve(token)

    def test_log_in_resolve_log_out(self):
        session = log_in(self.person.email.upper())
        self.assertEqual((session.principal_id, session.account_id), (self.person.principal, self.person.account))
        resolved = self.resolve(session.session_token)
        self.assertEqual((resolved.principal_id, resolved.account_id, list(resolved.roles)), (self.person.principal, self.person.account, [1]))
        call("SessionService/LogOut", session_token=session.session_token)
        self.ended(session.session_token)
        call("SessionService/LogOut", session_token=session.session_token)
        for token in ("", "x", "0" * 64, "0" * 5000):
            self.ended(token)

    def test_thirty_minutes_without_use(self):
        session = log_in(self.person.email)
        clock.turn(29 * 60)
        self.resolve(session.session_token)
        clock.turn(29 * 60)
        self.resolve(session.session_token)
        clock.turn(30 * 60 + 1)
        self.ended(session.session_token)

    def test_twelve_hours_whatever_happens(self):
        session = log_in(self.person.email)
        for _ in range(25):
            clock.turn(28 * 60)
            self.resolve(session.session_token)
        clock.turn(20 * 60 + 1)
        self.ended(session.session_token)

    def test_unknown_and_wrong_answer_alike(self):
        answers = []
        for email in (self.person.email, new_email()):
            with self.assertRaises(Refusal) as caught:
                log_in(email, "not the right password at all")
            answers.append((caught.exception.code, caught.exception.reason, caught.exception.sentence))
        self.assertEqual(answers, [(Code.UNAUTHENTICATED, "LOG_IN_REFUSED", answers[0][2])] * 2)
        log_in(self.person.email)

    def test_unknown_and_wrong_take_the_same_time(self):
        times = {True: [], False: []}
        for known in [True, False] * 7:
            email = Person().email if known else new_email()
            begin = time.monotonic()
            with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
                log_in(email, "not the right password at all")
            times[known].append(time.monotonic() - begin)
        known, unknown = sorted(times[True])[3], sorted(times[False])[3]
        self.assertLess(max(known, unknown) / min(known, unknown), 3)

    def test_too_many_log_ins_at_once_are_told_to_come_back(self):
        def try_one(email):
            try:
                log_in(email, "not the right password at all")
            except Refusal as refusal:
                return refusal.reason, refusal.retry_seconds is not None
        with concurrent.futures.ThreadPoolExecutor(120) as pool:
            answers = list(pool.map(try_one, [new_email() for _ in range(120)]))
        self.assertEqual(set(answers), {("LOG_IN_REFUSED", False), ("LOG_INS_BUSY", True)})
        self.assertGreaterEqual(answers.count(("LOG_IN_REFUSED", False)), 40)
        self.assertTrue(log_in(self.person.email).session_token)

    def test_five_failures_are_free(self):
        for email in (Person().email, new_email()):
            for _ in range(6):
                with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
                    log_in(email, "not the right password at all")
            with self.assertRaises(Refusal) as caught:
                log_in(email)
            self.assertEqual((caught.exception.code, caught.exception.reason), (Code.RESOURCE_EXHAUSTED, "LOG_IN_THROTTLED"))
            self.assertTrue(20 < caught.exception.retry_seconds <= 30)
            clock.turn(31)
            with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
                log_in(email, "not the right password at all")
            clock.turn(31)
            with refused(self, Code.RESOURCE_EXHAUSTED, "LOG_IN_THROTTLED"):
                log_in(email)
            clock.turn(30)

    def fails(self, email, source, reason="LOG_IN_REFUSED", **more):
        with self.assertRaises(Refusal) as caught:
            log_in(email, "not the right password at all", source=source, **more)
        self.assertEqual(caught.exception.reason, reason)

    def test_a_stranger_does_not_lock_the_owner_out(self):  # S9
        person = Person()
        for _ in range(6):
            self.fails(person.email, "198.51.100.1")
        self.fails(person.email, "198.51.100.1", "LOG_IN_THROTTLED")
        session = log_in(person.email, source="203.0.113.7")
        for _ in range(6):
            self.fails(person.email, "203.0.113.7")
        self.fails(person.email, "203.0.113.7", "LOG_IN_THROTTLED")  # even the owner's source, when the stranger shares it …
        log_in(person.email, source="203.0.113.7", device_token=session.device_token)  # … does not shut out the owner's device
        self.assertEqual(log_in(person.email, source="203.0.113.8", device_token=session.device_token).device_token, "")
        self.fails(person.email, "198.51.100.1", "LOG_IN_THROTTLED", device_token="0" * 64)
        other = Person()
        self.fails(other.email, "198.51.100.9", device_token=session.device_token)  # a device is known for its own address

    def test_guesses_from_everywhere_end_at_a_hundred_a_day(self):  # S9
        person = Person()
        log_in(person.email, source="203.0.113.20")
        for email in (person.email, new_email()):
            for n in range(100):
                self.fails(email, "198.51.%d.%d" % (100 + n // 5, n % 5 + 1))
            self.fails(email, "192.0.2.1", "LOG_IN_THROTTLED")
        self.assertTrue(log_in(person.email, source="203.0.113.20").session_token)  # known from before
        with refused(self, Code.RESOURCE_EXHAUSTED, "LOG_IN_THROTTLED"):
            log_in(person.email, source="192.0.2.2")
        clock.turn(24 * 3600 + 1)
        self.assertTrue(log_in(person.email, source="192.0.2.2").session_token)

    def test_a_mailed_code_passes_where_strangers_have_spent_the_guesses(self):  # S9
        person = Person()
        for n in range(100):
            self.fails(person.email, "198.51.%d.%d" % (150 + n // 5, n % 5 + 1))
        with refused(self, Code.RESOURCE_EXHAUSTED, "LOG_IN_THROTTLED"):
            log_in(person.email, source="192.0.2.30")
        sent = change("SessionService/SendLogInCode", email=person.email.upper())
        code = code_to(person.email, 2)
        with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
            log_in(person.email, source="192.0.2.30", code_id=sent.code_id, code=wrong(code))
        self.assertTrue(log_in(person.email, source="192.0.2.30", code_id=sent.code_id, code=code).session_token)
        self.assertTrue(log_in(person.email, source="192.0.2.30").session_token)  # known from now on
        with refused(self, Code.FAILED_PRECONDITION, "CODE_USED"):
            log_in(person.email, source="192.0.2.31", code_id=sent.code_id, code=code)

    def test_a_log_in_code_opens_nothing_by_itself(self):  # S9
        person, other = Person(), Person()
        sent = change("SessionService/SendLogInCode", email=person.email)
        code = code_to(person.email, 2)
        with refused(self, Code.FAILED_PRECONDITION, "CODE_EXPIRED"):  # it is the address's own, and used up by the try
            log_in(other.email, code_id=sent.code_id, code=code)
        sent = change("SessionService/SendLogInCode", email=person.email)
        self.fails(person.email, "192.0.2.40", code_id=sent.code_id, code=code_to(person.email, 3))
        for fields in ({"code": "123456"}, {"code_id": new_id()}, {"code_id": new_id(), "code": "12345"}):
            with refused(self, Code.INVALID_ARGUMENT, field="code_id" if "code_id" not in fields else "code"):
                log_in(person.email, **fields)

    def test_a_log_in_code_does_not_tell_who_has_an_account(self):  # S9, S10
        phone, known, told = new_phone(), Person(), []
        sign_up = start(phone=phone, channel="CHANNEL_PHONE")
        change("SignUpService/SendCode", sign_up_id=sign_up)
        change("SignUpService/VerifyCode", sign_up_id=sign_up, code=code_to(phone))
        for address in ({"email": known.email}, {"email": new_email()}, {"phone": phone}, {"phone": new_phone()}):
            sent = change("SessionService/SendLogInCode", **address)
            with self.assertRaises(Refusal) as caught:
                log_in(code_id=sent.code_id, code="000000", **address)
            told.append((caught.exception.reason, caught.exception.sentence, len(sent.code_id)))
            to = list(address.values())[0]
            has_account = to in (known.email, phone)
            self.assertEqual(re.search(r"\d{6}", letter(to, 2 if has_account else 1)["text"]) is not None, has_account)
        self.assertEqual(len(set(told)), 1)
        request_id = new_id()
        first, again = [change("SessionService/SendLogInCode", request_id=request_id, email=known.email) for _ in range(2)]
        self.assertEqual(first, again)
        letter(known.email, 3)
        change("SessionService/SendLogInCode", email=known.email)
        letter(known.email, 4)
        self.assertEqual(len(letters(known.email)), 4)  # nothing was sent twice
        with refused(self, Code.INVALID_ARGUMENT, field="phone"):
            change("SessionService/SendLogInCode", email=known.email, phone=phone)
        with refused(self, Code.INVALID_ARGUMENT, field="email"):
            change("SessionService/SendLogInCode")

    def test_a_flood_of_made_up_log_ins_delays_its_own_source(self):  # S4
        def flood(n):
            try:
                log_in(new_email(), "not the right password at all", source="198.51.100.77")
            except Refusal as refusal:
                return refusal.reason
        with concurrent.futures.ThreadPoolExecutor(110) as pool:
            flooding = pool.map(flood, range(110))
            honest = [log_in(self.person.email, source="203.0.113.%d" % (n + 30)).session_token for n in range(5)]
            reasons = list(flooding)
        self.assertTrue(all(honest))
        self.assertEqual(set(reasons), {"LOG_IN_REFUSED", "LOG_INS_BUSY"})

    def test_log_ins_that_overlap_do_not_make_each_other_wait(self):
        """One reads its clock first and is counted last: as if the clock went back between the two."""
        for failures in range(1, 6):
            person = Person()
            for _ in range(failures):
                with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
                    log_in(person.email, "not the right password at all")
            clock.turn(-5)
            try:
                self.assertTrue(log_in(person.email).session_token)
            finally:
                clock.turn(5)

    def test_sessions_are_seen_and_ended_by_their_owner(self):  # ID-34
        person = Person()
        first, second = log_in(person.email), log_in(person.email)
        listed = call("SessionService/ListSessions", person.principal).sessions
        self.assertEqual([session.session_id for session in listed], [second.session_id, first.session_id])
        with refused(self, Code.NOT_FOUND, "SESSION_NOT_FOUND"):
            change("SessionService/RevokeSession", self.person.principal, session_id=first.session_id)
        change("SessionService/RevokeSession", person.principal, session_id=first.session_id)
        self.ended(first.session_token)
        log_in(person.email)
        self.assertEqual(change("SessionService/RevokeAllSessions", person.principal).revoked_count, 2)
        self.ended(second.session_token)

    def test_a_log_in_that_is_under_way_opens_nothing_when_all_sessions_end(self):  # ID-34
        """Sixteen passwords wait for their hashes, of which eight are made at once; they were looked at before all sessions ended."""
        person, caught = Person(), 0
        for _ in range(3):
            def opened(_):
                try:
                    return log_in(person.email).session_token
                except Refusal as refusal:
                    return refusal.reason
            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                tries = [pool.submit(opened, place) for place in range(16)]
                concurrent.futures.wait(tries, return_when=concurrent.futures.FIRST_COMPLETED)
                begun = clock.now()
                change("SessionService/RevokeAllSessions", person.principal)
                caught += [each.result() for each in tries].count("LOG_IN_REFUSED")
            lives = psql(service.database, "SELECT count(*) FROM identity.session WHERE principal_id = '%s' AND revoke_time IS NULL "
                         "AND create_time < to_timestamp(%f)" % (person.principal, begun))
            self.assertEqual(lives, "0")
        self.assertGreater(caught, 0, "no log-in was under way")

    def test_who_does_not_say_who_he_is(self):
        with refused(self, Code.UNAUTHENTICATED, "PRINCIPAL_MISSING"):
            call("SessionService/ListSessions")


class Roles(unittest.TestCase):
    def test_members_and_administrators(self):
        owner, friend = Person(), Person()
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            change("InvitationService/InviteMember", friend.principal, account_id=owner.account, email=friend.email, role="ROLE_MEMBER")
        with refused(self, Code.NOT_FOUND, "NOT_A_MEMBER"):
            change("RoleService/GrantRole", owner.principal, account_id=owner.account, principal_id=friend.principal, role="ROLE_MEMBER")
        join(owner, friend)
        token = log_in(friend.email).session_token
        self.assertEqual(list(call("SessionService/ResolveSession", session_token=token, account_id=owner.account).roles), [2])
        change("RoleService/GrantRole", owner.principal, account_id=owner.account, principal_id=friend.principal, role="ROLE_ACCOUNT_ADMINISTRATOR")
        members = call("RoleService/ListMembers", owner.principal, account_id=owner.account).members
        self.assertEqual({(member.principal_id, tuple(member.roles), member.owner) for member in members},
                         {(owner.principal, (1,), True), (friend.principal, (1, 2), False)})
        with refused(self, Code.PERMISSION_DENIED, "OWNER_ROLE"):  # S14
            change("RoleService/RevokeRole", friend.principal, account_id=owner.account, principal_id=owner.principal, role="ROLE_ACCOUNT_ADMINISTRATOR")
        for role in ("ROLE_AGENCY_BILLING_VIEWER", "ROLE_ACCOUNT_ADMINISTRATOR"):  # one denies, one would end the subtree
            with refused(self, Code.PERMISSION_DENIED, "OWNER_ROLE"):
                change("RoleService/GrantRole", friend.principal, account_id=owner.account, principal_id=owner.principal, role=role)
        change("RoleService/GrantRole", owner.principal, account_id=owner.account, principal_id=owner.principal, role="ROLE_FINANCE")
        change("RoleService/RevokeRole", owner.principal, account_id=owner.account, principal_id=owner.principal, role="ROLE_FINANCE")
        change("RoleService/RevokeRole", owner.principal, account_id=owner.account, principal_id=owner.principal, role="ROLE_ACCOUNT_ADMINISTRATOR")
        with refused(self, Code.FAILED_PRECONDITION, "LAST_ADMINISTRATOR"):
            change("RoleService/RevokeRole", friend.principal, account_id=owner.account, principal_id=friend.principal,
                   role="ROLE_ACCOUNT_ADMINISTRATOR")

    def held(self, person, account):
        """(roles, those of them from above) in an account."""
        resolved = call("SessionService/ResolveSession", session_token=log_in(person.email).session_token, account_id=account.account)
        return list(resolved.roles), list(resolved.inherited_roles)

    def given(self, person, account):
        """(whether it is the person's own, roles that were given in the account itself)."""
        resolved = call("SessionService/ResolveSession", session_token=log_in(person.email).session_token, account_id=account.account)
        return resolved.owner, list(resolved.given_roles)

    def give(self, by, account, person, role, rpc=None, **fields):
        if rpc:
            return change("RoleService/" + rpc, by.principal, account_id=account.account, principal_id=person.principal, role="ROLE_" + role, **fields).member
        return join((by.principal, account.account), person, "ROLE_" + role, **fields)

    def test_every_role_is_given_and_taken(self):
        owner, friend = Person(), Person()
        names = ("ACCOUNT_ADMINISTRATOR", "MEMBER", "FINANCE", "TECHNOLOGY", "AGENCY_BILLING_VIEWER", "CLIENT_SUCCESS", "BILLING_FREEZER")
        self.give(owner, owner, friend, "MEMBER")
        for name in names:
            self.give(owner, owner, friend, name, "GrantRole")
        self.assertEqual(self.held(friend, owner), ([1, 2, 4, 5, 6, 7, 8], []))
        for name in names:
            change("RoleService/RevokeRole", owner.principal, account_id=owner.account, principal_id=friend.principal, role="ROLE_" + name)
        self.assertEqual(self.held(friend, owner), ([], []))

    def test_a_grant_with_subtree_holds_below_and_nowhere_else(self):  # GW-13
        main, child, cousin = (company_account() for _ in range(3))
        submissions = [approve(account.submit(country="US", scheme="COMPANY_SCHEME_EIN", number="12-3456789")) for account in (main, child)]
        approve(cousin.submit(country="US", scheme="COMPANY_SCHEME_EIN", number="98-7654321"))
        boss, clerk = Person(), Person()
        self.give(main, main, boss, "ACCOUNT_ADMINISTRATOR", subtree=True)
        self.give(main, main, clerk, "FINANCE")
        self.assertEqual(self.held(boss, main), ([1], []))
        self.assertEqual(self.held(boss, child), ([1], [1]))
        self.assertEqual(self.held(boss, cousin), ([], []))
        self.assertEqual(self.held(clerk, child), ([], []))
        self.give(main, main, clerk, "FINANCE", "GrantRole", subtree=True)
        self.assertEqual(self.held(clerk, child), ([4], [4]))
        self.give(boss, child, clerk, "MEMBER")  # identity judges by the same roles as the gateway
        self.assertEqual(self.held(clerk, child), ([2, 4], [4]))
        mine = {entry.account_id: (list(entry.roles), entry.inherited) for entry in call("AccountService/ListMyAccounts", boss.principal).accounts}
        self.assertEqual(mine, {boss.account: ([1], False), main.account: ([1], False), child.account: ([1], True)})
        self.give(main, main, child, "AGENCY_BILLING_VIEWER", subtree=True)  # ID-20: what binds an owner is told apart
        self.assertEqual((self.held(child, child), self.given(child, child), self.given(boss, child)), (([1, 6], [6]), (True, [1]), (False, [])))
        self.give(child, child, child, "AGENCY_BILLING_VIEWER", "GrantRole")
        self.assertEqual((self.held(child, child), self.given(child, child)), (([1, 6], [6]), (True, [1, 6])))
        upward = Person()
        self.give(child, child, upward, "ACCOUNT_ADMINISTRATOR", subtree=True)
        self.assertEqual(self.held(upward, main), ([], []))
        with refused(self, Code.PERMISSION_DENIED, "OWNER_ROLE"):
            change("RoleService/RevokeRole", boss.principal, account_id=child.account, principal_id=child.principal, role="ROLE_ACCOUNT_ADMINISTRATOR")
        # The main account's verification ends: the next first verified is the main account, and nothing is inherited from the one before.
        change("CompanyService/RevokeCompany", operator(), submission_id=submissions[0].submission_id, reason="Fraud.")
        self.assertEqual(self.held(boss, child), ([], []))
        again = approve(main.submit(country="US", scheme="COMPANY_SCHEME_EIN", number="12-3456789"))
        self.assertEqual(self.held(boss, child), ([], []))
        self.assertEqual(self.held(upward, main), ([1], [1]))
        self.assertEqual(again.company_id, submissions[0].company_id)

    def test_who_holds_in_one_account_gives_no_subtree(self):  # GW-13
        main, child = company_account(), company_account()
        for account in (main, child):
            approve(account.submit(country="US", scheme="COMPANY_SCHEME_EIN", number="12-3456780"))
        boss, junior, friend = Person(), Person(), Person()
        self.give(main, main, boss, "ACCOUNT_ADMINISTRATOR", subtree=True)
        self.give(main, main, junior, "ACCOUNT_ADMINISTRATOR")
        self.give(junior, main, friend, "MEMBER")
        for person in (junior, friend):
            with refused(self, Code.PERMISSION_DENIED, "SUBTREE_NOT_YOURS"):
                self.give(junior, main, person, "ACCOUNT_ADMINISTRATOR", "GrantRole", subtree=True)
        self.give(junior, main, friend, "FINANCE", "GrantRole")
        self.assertEqual((self.held(junior, child), self.held(friend, child)), (([], []), ([], [])))
        self.give(boss, child, friend, "FINANCE", subtree=True)  # from above
        self.give(boss, main, junior, "ACCOUNT_ADMINISTRATOR", "GrantRole", subtree=True)
        self.give(junior, main, friend, "FINANCE", "GrantRole", subtree=True)
        self.assertEqual((self.held(junior, child), self.held(friend, child)), (([1], [1]), ([4], [4])))

    def test_nobody_makes_operators(self):
        owner = Person()
        with refused(self, Code.INVALID_ARGUMENT, field="role"):
            change("InvitationService/InviteMember", owner.principal, account_id=owner.account, email=new_email(), role="ROLE_OPERATOR")

    def test_of_a_foreign_account_nothing_is_told(self):
        owner, stranger = company_account(), Person()
        approve(owner.submit())
        token = log_in(stranger.email).session_token
        resolved = call("SessionService/ResolveSession", session_token=token, account_id=owner.account)
        self.assertEqual((list(resolved.roles), resolved.company_id, resolved.corporate), ([], "", False))

    def test_the_operator_has_no_account(self):
        session = log_in(*OPERATOR)
        resolved = call("SessionService/ResolveSession", session_token=session.session_token)
        self.assertEqual((session.account_id, resolved.account_id, list(resolved.roles)), ("", "", [3, 10, 11, 12, 13]))


class Companies(unittest.TestCase):
    def check(self, one, other):
        return call("CompanyService/CheckSameCompany", account_id=one.account, other_account_id=other.account)

    def test_same_company_is_the_same_registration(self):  # ID-18
        main, project, stranger, unverified = (company_account() for _ in range(4))
        one = approve(main.submit(name="Agency Ltd"))
        two = approve(project.submit(number="9111 0000 6000 3734 1L".lower(), name="The Agency, Limited"))
        other = approve(stranger.submit(number="91350100M000100Y43", name="Agency Ltd"))
        self.assertEqual(one.company_id, two.company_id)
        self.assertNotEqual(one.company_id, other.company_id)
        self.assertEqual((self.check(main, project).verdict, self.check(main, project).company_id), (1, one.company_id))
        self.assertEqual(self.check(main, stranger).verdict, 4)
        refused_by = self.check(main, unverified)
        self.assertEqual((refused_by.verdict, refused_by.failing_account_id), (3, unverified.account))

    def test_many_others_are_checked_at_once(self):  # ID-18
        main, project, stranger, unverified = (company_account() for _ in range(4))
        approve(main.submit())
        approve(project.submit())
        approve(stranger.submit(number="91350100M000100Y43"))
        check = lambda others, account=main.account: list(call("CompanyService/CheckSameCompanies", account_id=account,
                                                               other_account_ids=others).verdicts)
        others = [project.account, stranger.account, unverified.account, new_id(), project.account, main.account]
        self.assertEqual(check(others), [1, 4, 3, 0, 1, 1])
        self.assertEqual(check([project.account] * 1000), [1] * 1000)
        for wrong in ([], [project.account] * 1001, [project.account, "x"]):
            with refused(self, Code.INVALID_ARGUMENT, field="other_account_ids"):
                check(wrong)
        with refused(self, Code.NOT_FOUND, "ACCOUNT_NOT_FOUND"):
            check(others, account=new_id())

    def test_an_individual_is_no_company(self):  # ID-18
        main, person = company_account(), Person()
        person.verify_phone()
        person.add_address(**INDIVIDUAL)
        self.assertEqual((self.check(main, person).verdict, self.check(main, person).failing_account_id), (2, person.account))
        with refused(self, Code.FAILED_PRECONDITION, "NOT_CORPORATE"):
            person.submit()

    def test_registrations_of_two_states_are_one_company(self):  # ID-18
        one, two = company_account(), company_account()
        first = approve(one.submit(country="IN", scheme="COMPANY_SCHEME_GSTIN", number="27AAPFU0939F1ZV"))
        second = approve(two.submit(country="IN", scheme="COMPANY_SCHEME_GSTIN", number="29AAPFU0939F1ZR"))
        self.assertEqual(first.company_id, second.company_id)

    def test_the_agent_may_not_submit_for_the_sub_account(self):  # ID-19
        sub, agent = company_account(), Person()
        join(sub, agent, "ROLE_ACCOUNT_ADMINISTRATOR")
        with refused(self, Code.PERMISSION_DENIED, "NOT_OWN_COMPANY"):
            sub.submit(caller=agent.principal)
        self.assertTrue(sub.submit().submission_id)

    def test_mistyped_numbers(self):
        account = company_account()
        with refused(self, Code.INVALID_ARGUMENT, "REGISTRATION_NUMBER_CHECK"):
            account.submit(number="91110000600037341N")
        with refused(self, Code.INVALID_ARGUMENT, "REGISTRATION_NUMBER_FORM"):
            account.submit(number="9111000060003734")
        with refused(self, Code.INVALID_ARGUMENT, "SCHEME_NOT_OF_COUNTRY"):
            account.submit(country="US")

    def test_only_operators_decide(self):
        account = company_account()
        submission = account.submit()
        for rpc, fields in (("ApproveCompany", {}), ("RejectCompany", {"reason": "no"}), ("RevokeCompany", {"reason": "no"})):
            with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
                change("CompanyService/" + rpc, account.principal, submission_id=submission.submission_id, **fields)
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            call("CompanyService/ListSubmissions", account.principal)
        self.assertEqual(len(call("CompanyService/ListSubmissions", account.principal, account_id=account.account).submissions), 1)
        seen = call("CompanyService/ListSubmissions", operator(), state="SUBMISSION_STATE_SUBMITTED").submissions
        self.assertEqual(seen[0].submission_id, submission.submission_id)

    def test_rejected_and_submitted_again(self):
        account = company_account()
        submission = account.submit()
        with refused(self, Code.FAILED_PRECONDITION, "IN_REVIEW"):
            account.submit()
        with refused(self, Code.INVALID_ARGUMENT, field="reason"):
            change("CompanyService/RejectCompany", operator(), submission_id=submission.submission_id)
        rejected = change("CompanyService/RejectCompany", operator(), submission_id=submission.submission_id, reason="The licence has expired.")
        self.assertEqual(rejected.submission.reason, "The licence has expired.")
        with refused(self, Code.FAILED_PRECONDITION, "SUBMISSION_DECIDED"):
            approve(submission)
        approve(account.submit())
        with refused(self, Code.FAILED_PRECONDITION, "ALREADY_VERIFIED"):
            account.submit()

    def test_five_submissions_a_day(self):
        account, judge = company_account(), operator()
        for _ in range(5):
            change("CompanyService/RejectCompany", judge, submission_id=account.submit().submission_id, reason="no")
        with refused(self, Code.RESOURCE_EXHAUSTED, "SUBMISSION_LIMIT"):
            account.submit()
        clock.turn(24 * 3600 + 1)
        account.submit()

    def test_a_revoked_company_is_none(self):
        main, project = company_account(), company_account()
        approve(main.submit())
        submission = approve(project.submit())
        change("CompanyService/RevokeCompany", operator(), submission_id=submission.submission_id, reason="Fraud.")
        self.assertEqual(self.check(main, project).verdict, 3)
        with refused(self, Code.FAILED_PRECONDITION, "NOT_VERIFIED"):
            change("CompanyService/RevokeCompany", operator(), submission_id=submission.submission_id, reason="Fraud.")

    def test_events_tell_the_world(self):
        account = company_account()
        submission = approve(account.submit())
        change("CompanyService/RevokeCompany", operator(), submission_id=submission.submission_id, reason="Fraud.")
        events, cursor = [], ""
        while True:
            page = service.call("event.v1.EventService/ListEvents", cursor=cursor, page_size=500).events
            if not page:
                break
            events += [event for event in page if event.scope_id == account.account]
            cursor = page[-1].cursor
        self.assertEqual([event.type for event in events],
                         ["identity.v1." + name for name in ("AccountRegistered", "BillingAddressAdded", "CompanyVerified", "CompanyRevoked")])
        verified = message("identity.v1.CompanyVerified").FromString(events[2].payload)
        self.assertEqual((verified.account_id, verified.company_id), (account.account, submission.company_id))


class Notifications(unittest.TestCase):
    def test_a_message_goes_out_once(self):
        person, request_id = company_account(), new_id()
        for _ in range(3):
            sent = change("NotificationService/SendNotification", request_id=request_id, account_id=person.account, delivery="DELIVERY_SMS",
                          text="Your credit limit is 1000.00 CNY from now on.")
        deadline = time.monotonic() + 20
        while call("NotificationService/GetNotification", notification_id=sent.notification_id).state != 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual([entry["text"] for entry in letters(person.phone)][1:], ["Your credit limit is 1000.00 CNY from now on."])
        self.assertEqual(psql(service.database, "SELECT body IS NULL AND destination IS NULL FROM identity.message WHERE message_id = '%s'"
                              % sent.notification_id), "t")

    def test_a_number_that_nobody_verified(self):
        with refused(self, Code.FAILED_PRECONDITION, "CONTACT_MISSING"):
            change("NotificationService/SendNotification", account_id=Person().account, delivery="DELIVERY_SMS", text="Hello.")

    def test_an_account_is_sent_so_many_and_no_more(self):
        """S10, as codes are: whoever places holds and voids them has us send as many. The mail at a suspension goes out all the same (LED-43)."""
        person, other = company_account(), company_account()

        def send(delivery, person=person, **fields):
            try:
                return change("NotificationService/SendNotification", account_id=person.account, delivery=delivery, text="Hello.", **fields) and ""
            except Refusal as no:
                return "%s %s" % (no.code.name, " ".join([no.reason, no.terms["of"]]))
        for delivery, most, of in (("DELIVERY_SMS", 9, "PHONE_OF_ACCOUNT"),  # and the code that verified the phone
                                   ("DELIVERY_EMAIL", 20, "EMAIL_OF_ACCOUNT")):
            limit = "FAILED_PRECONDITION MESSAGE_LIMIT " + of
            self.assertEqual([send(delivery) for _ in range(most + 2)], [""] * most + [limit] * 2)
            self.assertEqual(send(delivery, other), "")
            self.assertEqual(send(delivery, owed=True), "" if of == "EMAIL_OF_ACCOUNT" else limit)
            self.assertEqual(send(delivery), limit)

    def test_a_killed_process_delivers_later(self):
        person = Person()
        change("NotificationService/SendNotification", account_id=person.account, delivery="DELIVERY_EMAIL", subject="After the crash", text="Hello.")
        service.kill()
        service.close()
        service.start()
        service.channel = grpc.insecure_channel(service.address)
        clock.turn(61)
        self.assertEqual(letter(person.email, 2)["subject"], "After the crash")


class KeptRequests(unittest.TestCase):
    """A repetition is known, even after an upgrade, by the scope and by the hash of the method and the message, with a keyed digest in the place
    of each secret and contact."""

    def digest(self, text):
        with open(os.path.join(state, "identity-key"), "rb") as file:
            master = file.read()
        key = hashlib.blake2b(b"", digest_size=32, key=master, salt=(4).to_bytes(16, "little"), person=b"identity" + bytes(8)).digest()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def kept(self, rpc, scope, caller=None, digests=(), **fields):
        fields["request_id"] = new_id()
        answer = call(rpc, caller, **fields)
        packed = message("identity.v1." + rpc.split("/")[1] + "Request")(**fields)
        for field in digests:
            setattr(packed, field, self.digest(getattr(packed, field)))
        expected = hashlib.sha256(b"/identity.v1." + rpc.encode() + b"\0" + packed.SerializeToString(deterministic=True)).hexdigest()
        self.assertEqual(psql(service.database, "SELECT company_id, encode(body_hash, 'hex') FROM identity.request WHERE request_id = '%s'"
                              % fields["request_id"]), "%s|%s" % (scope, expected), rpc)
        return answer

    def test_secrets_and_contacts_are_digests(self):
        email, phone, nobody = new_email(), new_phone(), bytes(16)
        derived = lambda label: str(uuid.UUID(bytes=hashlib.sha256(nobody + hashlib.sha256(label).digest()).digest()[:16], version=4))  # noqa: E731
        version_8 = lambda text: text[:14] + "8" + text[15:]  # noqa: E731
        secret = ("password", "password_confirmation", "email", "phone")
        sign_up = self.kept("SignUpService/StartSignUp", version_8(derived(b"sign-up")), digests=secret, **form(email=email)).sign_up_id
        self.kept("SignUpService/SendCode", sign_up, digests=("phone",), sign_up_id=sign_up, delivery="DELIVERY_EMAIL")
        opened = self.kept("SignUpService/VerifyCode", sign_up, sign_up_id=sign_up, code=code_to(email))
        account, principal = opened.account_id, opened.principal_id
        self.kept("SessionService/SendLogInCode", version_8(derived(b"log-in code")), digests=("email", "phone"), email=new_email())
        started = self.kept("AccountService/StartContactVerification", account, digests=("phone",), account_id=account, delivery="DELIVERY_SMS",
                            phone=phone)
        self.kept("AccountService/ConfirmContactVerification", account, account_id=account, verification_id=started.verification_id,
                  code=code_to(phone))
        invited = new_email()
        self.kept("InvitationService/InviteMember", account, principal, digests=("email", "name"), account_id=account, email=invited,
                  name="Li Lei", role="ROLE_MEMBER")
        letter(invited)
        came = invitation_to(invited)
        self.kept("InvitationService/JoinByInvitation", came["invitation_id"], digests=("code", "name", "password", "password_confirmation"),
                  name="Li Lei", password=PASSWORD, password_confirmation=PASSWORD, **came)

    def test_scopes(self):
        person, other = company_account(), Person()
        join(person, other)
        self.kept("RoleService/GrantRole", person.account, person.principal, account_id=person.account, principal_id=other.principal,
                  role="ROLE_FINANCE")
        submission = person.submit()
        self.kept("CompanyService/RejectCompany", operator(), operator(), submission_id=submission.submission_id, reason="unreadable")
        session = log_in(person.email)
        self.kept("SessionService/RevokeSession", person.principal, person.principal, session_id=session.session_id)
        self.kept("SessionService/RevokeAllSessions", person.principal, person.principal)


class ZSecrets(unittest.TestCase):
    """Runs last: what the tests before it used as secrets is nowhere it should not be."""

    def test_nothing_secret_is_logged(self):
        log = service.log()
        self.assertGreater(len(secrets), 100)
        for secret in [PASSWORD, OPERATOR[0], OPERATOR[1], "Wang Fang"] + [secret for secret in secrets if len(secret) > 6]:
            self.assertNotIn(secret, log)
        self.assertEqual([line for line in log.splitlines() if re.search(r"code is \d|\"code\": ?\"\d{6}", line)], [])

    def test_nothing_secret_is_kept_in_the_clear(self):
        rows = psql(service.database, """SELECT query_to_xml(format('SELECT * FROM identity.%I', tablename), true, false, '')
                                         FROM pg_tables WHERE schemaname = 'identity'""")
        for secret in [PASSWORD, OPERATOR[0], OPERATOR[1], "Wang Fang"] + [secret for secret in secrets if len(secret) > 6]:
            self.assertNotIn(secret, rows)
            self.assertNotIn(secret.encode().hex(), rows)

    def test_files_are_for_the_owner_alone(self):
        self.assertEqual(os.stat(os.path.join(state, "identity-key")).st_mode & 0o777, 0o600)
        for path in glob.glob(os.path.join(state, "spool", "*.json"))[:10]:
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)


if __name__ == "__main__":
    unittest.main()
