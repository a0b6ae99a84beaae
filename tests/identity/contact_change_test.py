"""Changes of both contacts against the real identity: codes to the old and the new one, the lost one, uniqueness, races (ID-03, ID-11, ID-17,
S10)."""
import concurrent.futures
import os
import re
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import identity_test as identity  # noqa: E402
from identity_test import Code, Person, Refusal, call, change, letters, log_in, new_email, new_phone, psql, refused, wrong  # noqa: E402

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
HOUR = 3600


def awaited(to, words):
    """The last letter to somebody with these words, once it is there."""
    deadline = time.monotonic() + 20
    while True:
        found = [letter for letter in letters(to) if re.search(words, letter["text"])]
        if found:
            return found[-1]
        if time.monotonic() > deadline:
            raise AssertionError("no letter with " + words)
        time.sleep(0.02)


def sign_up(email):
    """Somebody who has had letters before."""
    started, count = identity.start(email=email), len(letters(email))
    change("SignUpService/SendCode", sign_up_id=started)
    return change("SignUpService/VerifyCode", sign_up_id=started, code=identity.code_to(email, count + 1)).account_id


class Owner:
    """The owner of an account whose contact is to be another."""

    def __init__(self, with_phone=False):
        identity.clock.turn(HOUR)  # what was sent before counts for no limit any more
        self.person = Person()
        if with_phone:
            self.person.verify_phone()
        identity.clock.turn(HOUR)

    def start(self, email="", phone="", by=None, **fields):
        self.new, self.old = email or phone, self.person.email if email else getattr(self.person, "phone", "")
        self.seen = {to: len(letters(to)) for to in (self.new, self.old)}
        self.channel = "CHANNEL_EMAIL" if email else "CHANNEL_PHONE"
        self.change_id = change("ContactChangeService/StartContactChange", by or self.person.principal, account_id=self.person.account,
                                delivery="DELIVERY_EMAIL" if email else "DELIVERY_SMS", email=email, phone=phone, **fields).change_id

    def code(self, to):
        """The code that came last, of this start."""
        deadline = time.monotonic() + 20
        while not [letter for letter in letters(to)[self.seen.get(to, 0):] if re.search(r"\b\d{6}\b", letter["text"])]:
            if time.monotonic() > deadline:
                raise AssertionError("no code")
            time.sleep(0.02)
        code = re.findall(r"\b\d{6}\b", " ".join(letter["text"] for letter in letters(to)[self.seen.get(to, 0):]))[-1]
        identity.secrets.append(code)
        return code

    def confirm(self, new_code="", old_code="", change_id=None, by=None, **fields):
        return change("ContactChangeService/ConfirmContactChange", by or self.person.principal, account_id=self.person.account,
                      change_id=change_id or self.change_id, channel=self.channel, new_code=new_code, old_code=old_code, **fields)

    def codes(self, old=None):
        return self.code(self.new), self.code(old or self.old)

    def cancel(self):
        return change("ContactChangeService/CancelContactChange", self.person.principal, account_id=self.person.account,
                      change_id=self.change_id, channel=self.channel)

    def account(self):
        return call("AccountService/GetAccount", account_id=self.person.account).account


class Change(unittest.TestCase):
    def test_an_address_is_changed_by_both_codes(self):
        owner, new = Owner(), new_email()
        owner.start(email=new.upper())
        owner.new = new
        answer = owner.confirm(*owner.codes())
        self.assertEqual((answer.account.email, answer.account.email_verified, answer.HasField("effective_time")), (new, True, False))
        self.assertEqual(log_in(new).principal_id, owner.person.principal)
        with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
            log_in(owner.person.email)
        awaited(owner.person.email, "no contact of your Kontor account any more")
        awaited(new, "contact of your Kontor account was changed")
        events = call("SecurityEventService/ListAccountSecurityEvents", account_id=owner.person.account).events
        self.assertEqual([(event.detail, event.account_id) for event in events if event.kind == 17], [("EMAIL", owner.person.account)])
        records = call("AccountService/ListOnboardingRecords", account_id=owner.person.account).records
        self.assertIn(("CONTACT_CHANGED", "EMAIL"), [(record.kind, record.detail) for record in records])
        self.assertTrue(sign_up(owner.person.email))  # the old one is free

    def test_a_number_is_changed_by_both_codes(self):
        owner, new = Owner(with_phone=True), new_phone()
        owner.start(phone=new)
        owner.confirm(*owner.codes())
        self.assertEqual((owner.account().phone, owner.account().phone_verified), (new, True))
        awaited(owner.person.phone, "no contact of your Kontor account any more")
        self.assertTrue(log_in(owner.person.email).session_token)

    def test_who_logs_in_by_the_number_logs_in_by_the_new_one(self):  # S10
        phone, new = new_phone(), new_phone()
        sign_up = identity.start(email=new_email())
        change("SignUpService/SendCode", sign_up_id=sign_up, delivery="DELIVERY_SMS", phone=phone)
        opened = change("SignUpService/VerifyCode", sign_up_id=sign_up, code=identity.code_to(phone))
        owner = Owner()
        owner.person.account, owner.person.principal, owner.person.phone = opened.account_id, opened.principal_id, phone
        owner.start(phone=new)
        owner.confirm(*owner.codes())
        self.assertEqual(log_in(phone=new).principal_id, opened.principal_id)
        with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
            log_in(phone=phone)

    def test_one_code_is_not_enough_and_five_wrong_ones_lock(self):  # ID-11
        for of_new in (True, False):
            owner = Owner()
            owner.start(email=new_email())
            new_code, old_code = owner.codes()
            for _ in range(5):
                with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                    owner.confirm(*((wrong(new_code), old_code) if of_new else (new_code, wrong(old_code))))
            with refused(self, Code.RESOURCE_EXHAUSTED, "CODE_LOCKED"):
                owner.confirm(new_code, old_code)
            self.assertEqual(owner.account().email, owner.person.email)

    def test_codes_live_ten_minutes(self):  # ID-11
        for seconds, done in ((590, True), (600, False)):
            owner = Owner()
            owner.start(email=new_email())
            codes = owner.codes()
            identity.clock.turn(seconds)
            if done:
                owner.confirm(*codes)
            else:
                with refused(self, Code.FAILED_PRECONDITION, "CODE_EXPIRED"):
                    owner.confirm(*codes)

    def test_a_change_takes_the_place_of_the_one_before(self):
        owner = Owner()
        owner.start(email=new_email())
        first, codes = owner.change_id, owner.codes()
        identity.clock.turn(61)
        owner.start(email=new_email())
        with refused(self, Code.NOT_FOUND, "CONTACT_CHANGE_NOT_FOUND"):
            owner.confirm(*codes, change_id=first)
        with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
            owner.confirm(*codes) if codes[0] != owner.codes()[0] else owner.confirm(wrong(codes[0]), codes[1])
        owner.confirm(*owner.codes())
        with refused(self, Code.NOT_FOUND, "CONTACT_CHANGE_NOT_FOUND"):
            owner.confirm(*owner.codes())

    def test_a_cancelled_one_is_none(self):
        owner = Owner()
        owner.start(email=new_email())
        codes = owner.codes()
        owner.cancel()
        with refused(self, Code.NOT_FOUND, "CONTACT_CHANGE_NOT_FOUND"):
            owner.confirm(*codes)
        with refused(self, Code.NOT_FOUND, "CONTACT_CHANGE_NOT_FOUND"):
            owner.cancel()

    def test_a_repeated_request_says_the_same(self):
        owner = Owner()
        owner.start(email=new_email())
        request, codes = identity.new_id(), owner.codes()
        self.assertEqual(owner.confirm(*codes, request_id=request), owner.confirm(*codes, request_id=request))


class Refused(unittest.TestCase):
    def test_who_may_begin(self):
        owner, member = Owner(), Person()
        identity.join(owner.person, member, "ROLE_ACCOUNT_ADMINISTRATOR")
        with refused(self, Code.PERMISSION_DENIED, "OWNER_ONLY"):
            owner.start(email=new_email(), by=member.principal)
        owner.start(email=new_email())
        with refused(self, Code.PERMISSION_DENIED, "OWNER_ONLY"):
            owner.confirm(*owner.codes(), by=member.principal)

    def test_what_may_be_changed(self):
        owner = Owner()
        with refused(self, Code.FAILED_PRECONDITION, "CONTACT_UNVERIFIED"):
            owner.start(phone=new_phone())
        with refused(self, Code.FAILED_PRECONDITION, "CONTACT_UNCHANGED"):
            owner.start(email=owner.person.email.upper())
        with refused(self, Code.FAILED_PRECONDITION, "OTHER_CHANNEL_REQUIRED"):
            owner.start(email=new_email(), old_lost=True)
        with refused(self, Code.INVALID_ARGUMENT, field="email"):
            change("ContactChangeService/StartContactChange", owner.person.principal, account_id=owner.person.account,
                   delivery="DELIVERY_EMAIL", email="no address")
        with refused(self, Code.INVALID_ARGUMENT, field="phone"):
            change("ContactChangeService/StartContactChange", owner.person.principal, account_id=owner.person.account, delivery="DELIVERY_SMS")
        owner.start(email=new_email())
        for fields, field in ((("1", "2"), "new_code"), (("123456", ""), "old_code")):
            with refused(self, Code.INVALID_ARGUMENT, field=field):
                owner.confirm(*fields)
        with refused(self, Code.INVALID_ARGUMENT, field="new_code"):
            owner.confirm()

    def test_the_number_is_of_the_country(self):  # ID-03
        owner = Owner(with_phone=True)
        with refused(self, Code.FAILED_PRECONDITION, "COUNTRY_MISMATCH"):
            owner.start(phone="+4915112345678")

    def test_five_a_day(self):
        owner = Owner()
        for _ in range(5):
            owner.start(email=new_email())
            identity.clock.turn(61)
        with refused(self, Code.RESOURCE_EXHAUSTED, "CONTACT_CHANGE_LIMIT"):
            owner.start(email=new_email())
        identity.clock.turn(24 * HOUR)
        owner.start(email=new_email())


class Unique(unittest.TestCase):
    def test_an_address_of_somebody_is_told_to_its_owner_alone(self):  # S10
        owner, other = Owner(), Person()
        owner.start(email=other.email)
        self.assertIn("already has an account", awaited(other.email, "already has an account")["text"])
        with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
            owner.confirm("000000", owner.code(owner.old))

    def test_of_two_changes_to_one_address_one_is_done(self):  # ID-17
        owners, new = [Owner(), Owner()], new_email()
        for owner in owners:
            owner.start(email=new)
            owner.both = owner.codes()

        def attempt(owner):
            try:
                return owner.confirm(*owner.both).account.email
            except Refusal as refusal:
                return refusal.reason
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            said = list(pool.map(attempt, owners))
        self.assertEqual(sorted(said), sorted([new, "EMAIL_REGISTERED"]))
        winner = owners[said.index(new)]
        self.assertEqual(log_in(new).principal_id, winner.person.principal)
        loser = owners[1 - said.index(new)]
        self.assertEqual(log_in(loser.person.email).principal_id, loser.person.principal)


class Lost(unittest.TestCase):
    """The old contact is lost: the other one stands in for it, and the owner of the old one has 72 hours."""

    def begun(self):
        owner = Owner(with_phone=True)
        owner.seen_phone = len(letters(owner.person.phone))
        owner.start(email=new_email(), old_lost=True)
        owner.seen[owner.person.phone] = owner.seen_phone
        awaited(owner.person.email, "Somebody asked to change this contact")
        notice = call("NoticeService/ListNotices", owner.person.principal, page_size=1).notices[0]
        self.assertIn("change the e-mail address of the account without it", notice.text)
        answer = owner.confirm(*owner.codes(owner.person.phone))
        self.assertEqual(answer.account.email, owner.person.email)
        self.assertAlmostEqual(answer.effective_time.seconds, identity.clock.now() + 72 * HOUR, delta=60)
        return owner

    def test_it_waits_for_72_hours(self):
        owner = self.begun()
        identity.clock.turn(72 * HOUR - 60)
        with refused(self, Code.FAILED_PRECONDITION, "CONTACT_CHANGE_WAITS"):
            owner.confirm()
        identity.clock.turn(61)
        self.assertEqual(owner.confirm().account.email, owner.new)
        self.assertEqual(log_in(owner.new).principal_id, owner.person.principal)

    def test_it_can_be_cancelled_and_is_forgotten(self):
        owner = self.begun()
        owner.cancel()
        identity.clock.turn(73 * HOUR)
        with refused(self, Code.NOT_FOUND, "CONTACT_CHANGE_NOT_FOUND"):
            owner.confirm()
        owner = self.begun()
        identity.clock.turn(14 * 24 * HOUR)
        with refused(self, Code.NOT_FOUND, "CONTACT_CHANGE_NOT_FOUND"):
            owner.confirm()

    def test_an_address_that_was_taken_meanwhile_stays_where_it_is(self):  # ID-17
        owner = self.begun()
        self.assertTrue(sign_up(owner.new))
        identity.clock.turn(73 * HOUR)
        with refused(self, Code.ALREADY_EXISTS, "EMAIL_REGISTERED"):
            owner.confirm()
        self.assertEqual(owner.account().email, owner.person.email)


class Kept(unittest.TestCase):
    def test_no_contact_is_readable_in_the_database(self):
        owner, new = Owner(), new_email()
        owner.start(email=new)
        codes = owner.codes()
        owner.confirm(*codes)
        for table in ("request", "contact_change", "security_event", "onboarding_record"):
            dump = psql(identity.service.database, "SELECT t FROM identity.%s t" % table)
            for secret in (new, new.encode().hex(), owner.person.email):
                self.assertNotIn(secret, dump)


if __name__ == "__main__":
    unittest.main()
