"""Factors against the real identity (ID-32): codes of a foreign TOTP (hmac and struct, RFC 6238), step-up, replay, waits, recovery codes,
the last factor."""
import base64
import concurrent.futures
import hashlib
import hmac
import os
import re
import struct
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import identity_test as identity  # noqa: E402
from identity_test import Code, Person, call, letters, log_in, new_id, psql, refused  # noqa: E402

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
STEP = 30


def code_at(secret, moment):
    """RFC 6238 by itself, of a secret in base32."""
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(moment) // STEP), hashlib.sha1).digest()
    at = mac[-1] & 15
    return "%06d" % ((struct.unpack(">I", mac[at:at + 4])[0] & 0x7fffffff) % 1000000)


def now():
    return identity.clock.now()


def to_step_start():
    """The clock stands at the first second of a step: a wait of the machine does not change the step."""
    identity.clock.turn(STEP - now() % STEP + 0.5)


class Wearer:
    """Somebody who is logged in, as the gateway tells it."""

    def __init__(self):
        self.person = Person()
        self.log_in()

    def log_in(self):
        session = log_in(self.person.email)
        self.token, self.session = session.session_token, session.session_id

    def call(self, rpc, **fields):
        metadata = (("kontor-principal-id", self.person.principal), ("kontor-credential-id", self.session))
        return identity.service.call("identity.v1." + rpc, metadata=metadata, **fields)

    def enroll(self, name="phone"):
        answer = self.call("FactorService/EnrollTotp", request_id=new_id(), name=name)
        self.secret = answer.secret
        identity.secrets += [answer.secret, answer.otpauth_uri]
        return answer

    def code(self, steps=0):
        code = code_at(self.secret, now() + steps * STEP)
        return code

    def confirm(self, factor_id, code=None):
        answer = self.call("FactorService/ConfirmTotp", factor_id=factor_id, code=code or self.code())
        self.token = answer.session_token
        identity.secrets += answer.recovery_codes
        return answer

    def has_factor(self):
        """With the current step taken."""
        to_step_start()
        enrolled = self.enroll()
        return self.confirm(enrolled.factor_id)

    def prove(self, **proof):
        answer = self.call("SessionService/ProveFactor", **proof)
        self.token = answer.session_token
        return answer

    def resolve(self, token=None):
        answer = call("SessionService/ResolveSessions", questions=[{"session_token": token or self.token}]).answers[0]
        return answer.session if answer.WhichOneof("outcome") == "session" else None

    def factors(self):
        return self.call("FactorService/ListFactors").factors


def told(wearer, words, count=1):
    """The owner gets as many letters with these words, awaited."""
    deadline = time.monotonic() + 20
    while sum(words in letter["text"] for letter in letters(wearer.person.email)) < count:
        if time.monotonic() > deadline:
            raise AssertionError("no letter with " + words)
        time.sleep(0.02)


class Enrolment(unittest.TestCase):
    def test_a_secret_counts_once_a_code_of_it_was_seen(self):
        wearer = Wearer()
        to_step_start()
        enrolled = wearer.enroll()
        self.assertRegex(enrolled.secret, "^[A-Z2-7]{32}$")
        self.assertEqual(enrolled.otpauth_uri, "otpauth://totp/Kontor:%s?secret=%s&issuer=Kontor" % (wearer.person.principal, enrolled.secret))
        self.assertEqual(list(wearer.factors()), [])
        self.assertEqual(list(wearer.resolve().factor_kinds), [])
        before = wearer.token
        answer = wearer.confirm(enrolled.factor_id)
        self.assertIsNone(wearer.resolve(before))  # the token is another
        resolved = wearer.resolve()
        self.assertEqual((list(resolved.factor_kinds), resolved.session_id), ([1], wearer.session))
        self.assertEqual(answer.proof_expire_time.ToMicroseconds() - resolved.mfa_time.ToMicroseconds(), 300000000)
        self.assertEqual([(factor.factor_id, factor.name, factor.kind) for factor in wearer.factors()], [(enrolled.factor_id, "phone", 1)])
        self.assertEqual(len(set(answer.recovery_codes)), 10)
        told(wearer, "factor was added")

    def test_a_repeated_enrolment_shows_the_secret_until_it_counts(self):
        wearer, request = Wearer(), new_id()
        to_step_start()
        one, two = (wearer.call("FactorService/EnrollTotp", request_id=request, name="phone") for _ in range(2))
        self.assertEqual((one.factor_id, one.secret, one.otpauth_uri), (two.factor_id, two.secret, two.otpauth_uri))
        wearer.secret = one.secret
        wearer.confirm(one.factor_id)
        three = wearer.call("FactorService/EnrollTotp", request_id=request, name="phone")
        self.assertEqual((three.factor_id, three.secret, three.otpauth_uri), (one.factor_id, "", ""))

    def test_what_waits_is_replaced_and_forgotten(self):
        wearer = Wearer()
        first, second = wearer.enroll(), wearer.enroll()
        with refused(self, Code.NOT_FOUND, "FACTOR_NOT_FOUND"):
            wearer.confirm(first.factor_id)
        identity.clock.turn(86400 + 1)
        with refused(self, Code.NOT_FOUND, "FACTOR_NOT_FOUND"):
            wearer.confirm(second.factor_id)

    def test_of_another_and_of_nobody(self):
        wearer, other = Wearer(), Wearer()
        enrolled = wearer.enroll()
        other.secret = wearer.secret
        with refused(self, Code.NOT_FOUND, "FACTOR_NOT_FOUND"):
            other.confirm(enrolled.factor_id)
        with refused(self, Code.UNAUTHENTICATED, "PRINCIPAL_MISSING"):
            call("FactorService/EnrollTotp", request_id=new_id())

    def test_ten_factors_at_most(self):
        wearer = Wearer()
        wearer.has_factor()
        for n in range(9):
            identity.clock.turn(STEP)
            wearer.confirm(wearer.enroll("number %d" % n).factor_id)
        self.assertEqual(len(wearer.factors()), 10)
        with refused(self, Code.RESOURCE_EXHAUSTED, "FACTOR_LIMIT"):
            wearer.enroll()


class StepUp(unittest.TestCase):
    def test_a_proof_gives_another_token_and_its_time(self):
        wearer = Wearer()
        wearer.has_factor()
        wearer.log_in()
        self.assertFalse(wearer.resolve().HasField("mfa_time"))
        identity.clock.turn(STEP)
        before = wearer.token
        wearer.prove(totp_code=wearer.code())
        self.assertIsNone(wearer.resolve(before))
        self.assertLess(abs(wearer.resolve().mfa_time.ToMicroseconds() / 1e6 - now()), 20)

    def test_without_a_factor_nothing_is_proved(self):
        wearer = Wearer()
        wearer.enroll()  # waits
        for proof in ({"totp_code": "000000"}, {"recovery_code": "00000-00000"}):
            with refused(self, Code.FAILED_PRECONDITION, "NO_FACTOR"):
                wearer.prove(**proof)
        with refused(self, Code.FAILED_PRECONDITION, "NO_FACTOR"):
            wearer.call("FactorService/RegenerateRecoveryCodes")

    def test_a_code_of_the_step_before_or_the_next_one_once_and_never_backwards(self):
        wearer = Wearer()
        wearer.has_factor()
        identity.clock.turn(3 * STEP)
        for steps in (-2, 2):
            with refused(self, Code.INVALID_ARGUMENT, "PROOF_REFUSED"):
                wearer.prove(totp_code=wearer.code(steps))
        wearer.prove(totp_code=wearer.code(-1))
        wearer.prove(totp_code=wearer.code(1))
        for steps in (1, 0, -1):  # the counter does not rise
            with refused(self, Code.FAILED_PRECONDITION, "PROOF_USED"):
                wearer.prove(totp_code=wearer.code(steps))

    def test_of_two_at_once_with_one_code_one_passes(self):
        for _ in range(5):
            wearer = Wearer()
            wearer.has_factor()
            identity.clock.turn(STEP)
            code = wearer.code()

            def attempt(_):
                try:
                    return wearer.call("SessionService/ProveFactor", totp_code=code).session_token
                except identity.Refusal as refusal:
                    return refusal.reason
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                outcomes = sorted(pool.map(attempt, range(4)), key=len)
            self.assertEqual(outcomes[:3], ["PROOF_USED"] * 3)
            self.assertIsNotNone(wearer.resolve(outcomes[3]))

    def test_wrong_ones_wait_and_are_twenty_a_day(self):
        wearer = Wearer()
        wearer.has_factor()
        wrong = 0
        for wait in (0, 0, 0, 0, 0, 30, 60):
            identity.clock.turn(wait)
            with refused(self, Code.INVALID_ARGUMENT, "PROOF_REFUSED"):
                wearer.prove(totp_code="%06d" % ((int(wearer.code()) + 500) % 1000000))
            wrong += 1
            if wait:
                with refused(self, Code.RESOURCE_EXHAUSTED, "PROOF_THROTTLED"):
                    wearer.prove(totp_code=wearer.code())  # not even looked at
        identity.clock.turn(3600)
        to_step_start()
        wearer.prove(totp_code=wearer.code())  # forgives the row, not the day
        while wrong < 20:
            identity.clock.turn(3600)
            with refused(self, Code.INVALID_ARGUMENT, "PROOF_REFUSED"):
                wearer.call("SessionService/ProveFactor", totp_code="%06d" % ((int(wearer.code()) + 500) % 1000000))
            wrong += 1
        identity.clock.turn(3600)
        with refused(self, Code.RESOURCE_EXHAUSTED, "PROOF_THROTTLED"):
            wearer.prove(totp_code=wearer.code())

    def test_many_at_once_are_as_many_as_are_free(self):
        wearer = Wearer()
        wearer.has_factor()
        wrong = "%06d" % ((int(wearer.code()) + 500) % 1000000)

        def guess(_):
            try:
                return wearer.call("SessionService/ProveFactor", totp_code=wrong)
            except identity.Refusal as refusal:
                return refusal.reason
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            outcomes = list(pool.map(guess, range(64)))
        self.assertLessEqual(outcomes.count("PROOF_REFUSED"), 6)
        self.assertEqual(outcomes.count("PROOF_REFUSED") + outcomes.count("PROOF_THROTTLED"), 64)

    def test_a_session_that_has_ended_is_not_stepped_up(self):
        wearer = Wearer()
        wearer.has_factor()
        identity.clock.turn(STEP)
        call("SessionService/LogOut", session_token=wearer.token)
        with refused(self, Code.UNAUTHENTICATED, "SESSION_ENDED"):
            wearer.prove(totp_code=wearer.code())
        wearer.log_in()
        wearer.prove(totp_code=wearer.code())  # the code was not taken


class Recovery(unittest.TestCase):
    def test_a_code_works_once_however_it_is_typed(self):
        wearer = Wearer()
        codes = wearer.has_factor().recovery_codes
        self.assertTrue(all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", code) for code in codes))
        wearer.prove(recovery_code=codes[0].lower().replace("-", " "))
        with refused(self, Code.FAILED_PRECONDITION, "PROOF_USED"):
            wearer.prove(recovery_code=codes[0])
        with refused(self, Code.INVALID_ARGUMENT, "PROOF_REFUSED"):
            wearer.prove(recovery_code="00000-00000")
        wearer.prove(recovery_code=codes[9])
        told(wearer, "recovery code", 2)

    def test_new_codes_end_the_old_ones_and_are_five_sets_a_day(self):
        wearer = Wearer()
        old = wearer.has_factor().recovery_codes
        new = wearer.call("FactorService/RegenerateRecoveryCodes").recovery_codes
        identity.secrets.extend(new)
        self.assertEqual(len(set(new) | set(old)), 20)
        with refused(self, Code.INVALID_ARGUMENT, "PROOF_REFUSED"):
            wearer.prove(recovery_code=old[1])
        wearer.prove(recovery_code=new[1])
        for _ in range(3):  # the first set came with the factor
            wearer.call("FactorService/RegenerateRecoveryCodes")
        with refused(self, Code.RESOURCE_EXHAUSTED, "RECOVERY_CODES_LIMIT"):
            wearer.call("FactorService/RegenerateRecoveryCodes")

    def remove(self, wearer, factor):
        return wearer.call("FactorService/RemoveFactor", request_id=new_id(), factor_id=factor)

    def test_the_last_factor_goes_by_a_recovery_code_in_72_hours(self):
        wearer = Wearer()
        codes = wearer.has_factor().recovery_codes
        factor = wearer.factors()[0].factor_id
        with refused(self, Code.FAILED_PRECONDITION, "LAST_FACTOR"):
            self.remove(wearer, factor)
        wearer.prove(recovery_code=codes[0])
        identity.clock.turn(301)
        with refused(self, Code.FAILED_PRECONDITION, "LAST_FACTOR"):
            self.remove(wearer, factor)
        wearer.prove(recovery_code=codes[1])
        goes = self.remove(wearer, factor).remove_time.ToMicroseconds()
        self.assertLess(abs(goes / 1e6 - now() - 72 * 3600), 20)
        identity.clock.turn(60)
        self.assertEqual(self.remove(wearer, factor).remove_time.ToMicroseconds(), goes)  # asked again, it is not put off
        told(wearer, "72 hours", 2)
        to_step_start()
        wearer.prove(totp_code=wearer.code())  # it was not lost
        self.assertFalse(wearer.factors()[0].HasField("remove_time"))

    def test_another_factor_goes_at_once(self):
        wearer = Wearer()
        wearer.has_factor()
        identity.clock.turn(STEP)
        second = wearer.enroll("tablet")
        self.assertEqual(list(wearer.confirm(second.factor_id).recovery_codes), [])  # there are some
        self.assertFalse(self.remove(wearer, second.factor_id).HasField("remove_time"))
        self.assertEqual(len(wearer.factors()), 1)
        with refused(self, Code.NOT_FOUND, "FACTOR_NOT_FOUND"):
            self.remove(wearer, second.factor_id)

    def test_another_s_factor_is_not_found(self):
        wearer, other = Wearer(), Wearer()
        wearer.has_factor()
        with refused(self, Code.NOT_FOUND, "FACTOR_NOT_FOUND"):
            self.remove(other, wearer.factors()[0].factor_id)


class Noted(unittest.TestCase):
    def test_what_happens_is_noted_for_ever(self):
        wearer = Wearer()
        codes = wearer.has_factor().recovery_codes
        wearer.prove(recovery_code=codes[0])
        wearer.call("FactorService/RegenerateRecoveryCodes")
        wearer.call("FactorService/RemoveFactor", request_id=new_id(), factor_id=wearer.factors()[0].factor_id)
        kinds = psql(identity.service.database, "SELECT kind FROM identity.security_event WHERE principal_id = '%s' AND session_id = '%s'"
                     " ORDER BY note_time" % (wearer.person.principal, wearer.session)).split()
        self.assertEqual(kinds, ["LOG_IN", "FACTOR_ADDED", "RECOVERY_CODE_USED", "RECOVERY_CODES_MADE", "FACTOR_GOES"])


class Policy(unittest.TestCase):
    def setUp(self):
        self.wearer, self.friend = Wearer(), Wearer()
        self.account = self.wearer.person.account
        identity.join(self.wearer.person, self.friend.person)

    def set(self, by=None, **policy):
        return (by or self.wearer).call("MfaPolicyService/SetMfaPolicy", account_id=self.account, request_id=new_id(), **policy).policy

    def demands(self, wearer, account=None):
        session = call("SessionService/ResolveSessions", questions=[
            {"session_token": wearer.token, "account_id": account or self.account, "takes_custom_roles": True}]).answers[0].session
        return session.mfa_money, session.mfa_who_may_what

    def test_an_account_demands_of_everybody_and_more_of_roles(self):
        none, when, required = 1, 2, 3
        self.assertEqual(self.demands(self.wearer), (when, when))
        policy = self.set(money="MFA_DEMAND_NONE", required_roles=["ROLE_ACCOUNT_ADMINISTRATOR"])
        self.assertEqual((policy.money, policy.who_may_what, list(policy.required_roles)), (none, when, [1]))
        self.assertEqual((self.demands(self.wearer), self.demands(self.friend)), ((required, required), (none, when)))
        self.assertEqual(self.demands(self.friend, self.friend.person.account), (when, when))  # another account's
        read = self.friend.call("MfaPolicyService/GetMfaPolicy", account_id=self.account).policy
        self.assertEqual(read, policy)
        self.set(who_may_what="MFA_DEMAND_REQUIRED")
        self.assertEqual((self.demands(self.wearer), self.demands(self.friend)), ((when, required),) * 2)

    def test_a_role_of_the_account_s_own_counts_as_one_of_them(self):  # GW-01
        when, required = 2, 3
        role = self.wearer.call("CustomRoleService/CreateRole", account_id=self.account, request_id=new_id(), name="Payer",
                                permissions=["payments.top_up.create"]).role
        self.wearer.call("RoleService/GrantRole", account_id=self.account, request_id=new_id(), principal_id=self.friend.person.principal,
                         custom_role_id=role.role_id)
        self.assertEqual(self.demands(self.friend), (when, when))
        self.set(required_roles=["ROLE_FINANCE"])
        self.assertEqual((self.demands(self.friend), self.demands(self.wearer)), ((required, required), (when, when)))

    def test_administrators_set_it(self):
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            self.set(by=self.friend, money="MFA_DEMAND_NONE")
        for wrong in ({"money": 9}, {"who_may_what": -1}, {"required_roles": [3]}, {"required_roles": [1] * 9}):
            with self.assertRaises(identity.Refusal) as caught:
                self.set(**wrong)
            self.assertEqual(list(caught.exception.fields)[0].split("[")[0], list(wrong)[0])
        self.assertEqual(self.demands(self.wearer), (2, 2))


class Kept(unittest.TestCase):
    def test_no_secret_is_readable_in_the_database(self):
        wearer = Wearer()
        codes = wearer.has_factor().recovery_codes
        wearer.prove(recovery_code=codes[2])
        tables = psql(identity.service.database, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'identity'").split()
        self.assertIn("factor", tables)
        dump = "\n".join(psql(identity.service.database, "SELECT t FROM identity.%s t" % table) for table in tables)
        raw = base64.b32decode(wearer.secret)
        for secret in (wearer.secret, raw.hex(), *codes, *(code.replace("-", "") for code in codes), wearer.token):
            self.assertNotIn(secret, dump)
            self.assertNotIn(secret.encode().hex(), dump)


if __name__ == "__main__":
    unittest.main()
