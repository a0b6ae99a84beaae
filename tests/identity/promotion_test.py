"""Promotions against the real identity (ID-29): defined by an operator, activated once, inside the window, as often as they may be, with what
is asked for; and what is kept of it (ID-38)."""
import concurrent.futures
import subprocess
import time
import unittest

import identity_test as identity
from identity_test import CORPORATE, INDIVIDUAL, Code, Person, approve, call, change, clock, code_to, company_account, new_id, operator, psql, refused, start

from service import SERVICE

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
DAY, UNIT = 86400, 1000000
FIELDS = {"activate_within_days": 7, "amount_micros": 50 * UNIT, "currency": "CNY", "grant_days": 30, "activations_max": 100}


def define(**fields):
    """Of what is None nothing is said."""
    fields = dict(FIELDS, code="P-" + new_id()[:8], **fields) if "code" not in fields else dict(FIELDS, **fields)
    return change("PromotionService/DefinePromotion", operator(), **{name: value for name, value in fields.items() if value is not None}).promotion


def activate(person, code, **fields):
    return change("PromotionService/ActivatePromotion", person.principal, account_id=person.account, code=code, **fields).activation


def activations(person, **fields):
    return call("PromotionService/ListActivations", account_id=person.account, **fields)


def listed(code):
    return next(found for found in call("PromotionService/ListPromotions", operator(), page_size=100).promotions if found.code == code)


def referred():
    person = Person.__new__(Person)
    person.email = identity.new_email()
    sign_up = start(email=person.email, entry_channel="ENTRY_CHANNEL_REFERRAL", campaign="SPRING")
    change("SignUpService/SendCode", sign_up_id=sign_up)
    answer = change("SignUpService/VerifyCode", sign_up_id=sign_up, code=code_to(person.email))
    person.account, person.principal = answer.account_id, answer.principal_id
    return person


def outcome(person, code):
    """Its code, or why not."""
    try:
        return activate(person, code).code
    except identity.Refusal as refusal:
        return refusal.reason


def try_out(person, **fields):
    return change("PromotionService/ActivateTrial", person.principal, account_id=person.account, **fields).activation


def set_policy(channel, caller=None, **fields):
    return change("ChannelPolicyService/SetChannelPolicy", caller or operator(),
                  **dict({"entry_channel": "ENTRY_CHANNEL_" + channel}, **fields)).policy


def at(seconds):
    return {"seconds": int(seconds)}


class Promotions(unittest.TestCase):
    def test_it_is_activated_and_everything_is_kept(self):
        person = Person()
        promotion = define(products=["ecs", "oss"], bill_types=["PAY_AS_YOU_GO"], regions=["eu-central-1"])
        made = activate(person, promotion.code.lower())
        self.assertEqual((made.code, made.amount_micros, made.currency, list(made.products), list(made.bill_types), list(made.regions)),
                         (promotion.code, 50 * UNIT, "CNY", ["ecs", "oss"], ["PAY_AS_YOU_GO"], ["eu-central-1"]))
        self.assertEqual(made.expire_time.seconds - made.activate_time.seconds, 30 * DAY)
        self.assertEqual(made.actor_principal_id, person.principal)
        self.assertEqual(list(activations(person).activations), [made])
        self.assertEqual(listed(promotion.code).activation_count, 1)
        last = call("AccountService/ExportOnboarding", account_id=person.account, page_size=100).records[-1]  # ID-38
        self.assertEqual((last.kind, last.detail, last.actor_principal_id), ("PROMOTION_ACTIVATED", promotion.code, person.principal))
        acts = psql(identity.service.database, "SELECT count(*) FROM identity.act_log WHERE action = 'identity.promotion.activate' "
                    "AND object_id = '%s'" % made.coupon_id)
        self.assertEqual(acts.strip(), "1")

    def test_once_an_account_whatever_the_request(self):
        person, other, code = Person(), Person(), define().code
        request = new_id()
        self.assertEqual(activate(person, code, request_id=request), activate(person, code, request_id=request))
        with refused(self, Code.ALREADY_EXISTS, "PROMO_ALREADY_ACTIVATED"):
            activate(person, code)
        activate(other, code)
        self.assertEqual(listed(code).activation_count, 2)

    def test_the_window_of_an_account_closes(self):
        in_time, late = Person(), Person()
        code = define().code
        clock.turn(7 * DAY - 60)
        activate(in_time, code)
        clock.turn(120)
        with refused(self, Code.FAILED_PRECONDITION, "PROMO_WINDOW_CLOSED"):
            activate(late, code)
        activate(Person(), code)  # whose own window is open

    def test_the_window_of_all_closes(self):
        code = define(activate_within_days=None, activate_until_time=at(clock.now() + 600)).code
        activate(Person(), code)
        clock.turn(601)
        with refused(self, Code.FAILED_PRECONDITION, "PROMO_WINDOW_CLOSED"):
            activate(Person(), code)

    def test_an_operator_ends_it(self):
        code = define().code
        ended = change("PromotionService/EndPromotion", operator(), code=code).promotion
        self.assertTrue(ended.HasField("end_time"))
        with refused(self, Code.FAILED_PRECONDITION, "PROMO_WINDOW_CLOSED"):
            activate(Person(), code)
        with refused(self, Code.FAILED_PRECONDITION, "PROMO_ENDED"):
            change("PromotionService/EndPromotion", operator(), code=code)
        with refused(self, Code.ALREADY_EXISTS, "PROMO_CODE_TAKEN"):
            define(code=code)

    def test_the_channel(self):
        code = define(entry_channel="ENTRY_CHANNEL_REFERRAL").code
        activate(referred(), code)
        with refused(self, Code.FAILED_PRECONDITION, "PROMO_OTHER_CHANNEL"):
            activate(Person(), code)
        self.assertEqual(listed(code).entry_channel, 2)

    def test_what_verification_is_missing_is_named(self):
        person = Person()
        second, address, company = (define(required_verification="REQUIRED_VERIFICATION_" + name).code
                                    for name in ("SECOND_CHANNEL", "BILLING_ADDRESS", "COMPANY"))
        with refused(self, Code.FAILED_PRECONDITION, "SECOND_CHANNEL_UNVERIFIED"):
            activate(person, second)
        person.verify_phone()
        activate(person, second)
        with refused(self, Code.FAILED_PRECONDITION, "BILLING_ADDRESS_MISSING"):
            activate(person, address)
        person.add_address(**INDIVIDUAL)
        activate(person, address)
        firm = company_account()
        with refused(self, Code.FAILED_PRECONDITION, "REAL_NAME_REQUIRED"):
            activate(firm, company)
        approve(firm.submit())
        activate(firm, company)

    def test_of_two_at_once_one_has_the_last(self):
        code = define(activations_max=1).code
        people = [Person(), Person()]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            self.assertEqual(sorted(pool.map(lambda person: outcome(person, code), people)), sorted(["PROMO_EXHAUSTED", code]))
        one, other = Person(), define(activations_max=5).code
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            self.assertEqual(sorted(pool.map(lambda _: outcome(one, other), range(4))), sorted(["PROMO_ALREADY_ACTIVATED"] * 3 + [other]))
        self.assertEqual(listed(other).activation_count, 1)

    def test_who_defines(self):
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            change("PromotionService/DefinePromotion", Person().principal, code="MINE-1", **FIELDS)
        with refused(self, Code.NOT_FOUND, "PROMO_NOT_FOUND"):
            activate(Person(), "NONE-SUCH")

    def test_bad_input_is_refused_by_field(self):
        for field, value in (("code", "AB"), ("code", "A B C"), ("activate_within_days", 3651), ("activate_within_days", None), ("amount_micros", 0),
                             ("amount_micros", 5000), ("currency", "XXX"), ("products", ["a b"]), ("products", ["p"] * 51), ("bill_types", ["b"] * 11),
                             ("regions", ["EU"]), ("regions", ["r"] * 33), ("grant_days", 3651), ("grant_days", None), ("activations_max", 1000001),
                             ("activations_max", None), ("entry_channel", 9), ("required_verification", 9),
                             ("activate_until_time", at(time.time() - 1))):
            with self.subTest(field=field, value=value), refused(self, Code.INVALID_ARGUMENT, field=field):
                define(**{field: value})
        widest = define(code=("W" + new_id().replace("-", ""))[:32], activate_within_days=3650, products=["p" * 32] * 50, bill_types=["b" * 32] * 10,
                        regions=["r" * 32] * 32, grant_days=3650, activations_max=1000000)
        self.assertEqual(activate(Person(), widest.code).code, widest.code)

    def test_a_channel_names_its_trial_allowance(self):
        """ID-42: activated as such alone, one for ever, by the policy of the channel that the account has."""
        trial, other = define(trial=True).code, define(trial=True).code
        person = Person()
        with refused(self, Code.FAILED_PRECONDITION, "TRIAL_NONE"):
            try_out(person)
        with refused(self, Code.NOT_FOUND, "PROMO_NOT_FOUND"):
            activate(person, trial)
        set_policy("DIRECT", trial_code=trial.lower())
        self.addCleanup(set_policy, "DIRECT")
        policy = call("AccountService/GetAccount", account_id=person.account).channel_policy
        self.assertEqual((policy.entry_channel, policy.has_trial, policy.trial_code, policy.operator_principal_id), (1, True, "", ""))
        request = new_id()
        made = try_out(person, request_id=request)
        self.assertEqual((made.code, try_out(person, request_id=request)), (trial, made))
        set_policy("DIRECT", trial_code=other)
        with refused(self, Code.ALREADY_EXISTS, "PROMO_ALREADY_ACTIVATED"):
            try_out(person)
        with refused(self, Code.FAILED_PRECONDITION, "TRIAL_NONE"):
            try_out(referred())
        upgraded = Person()
        change("AccountService/UpgradeAccount", upgraded.principal, account_id=upgraded.account)
        with refused(self, Code.FAILED_PRECONDITION, "TRIAL_NONE"):
            try_out(upgraded)
        change("PromotionService/EndPromotion", operator(), code=other)
        with refused(self, Code.FAILED_PRECONDITION, "PROMO_WINDOW_CLOSED"):
            try_out(Person())

    def test_a_policy_is_an_administrators_to_set(self):
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            set_policy("PARTNER", caller=Person().principal)
        for code in ("NONE-SUCH", define().code):
            with refused(self, Code.NOT_FOUND, "PROMO_NOT_FOUND"):
                set_policy("PARTNER", trial_code=code)
        for field, value in (("entry_channel", 0), ("entry_channel", 5), ("feature_steps", [9]), ("feature_steps", [1, 1]),
                             ("provisioning_steps", [0]), ("trial_code", "A B")):
            with self.subTest(field=field, value=value), refused(self, Code.INVALID_ARGUMENT, field=field):
                set_policy(**{"channel": "PARTNER", field: value})
        made = set_policy("PARTNER", feature_steps=[4, 1], provisioning_steps=[3, 2])
        self.addCleanup(set_policy, "PARTNER")
        policies = call("ChannelPolicyService/GetChannelPolicies", operator()).policies
        self.assertEqual([policy.entry_channel for policy in policies], [1, 2, 3, 4])
        self.assertEqual((policies[2], list(made.feature_steps), list(made.provisioning_steps)), (made, [1, 4], [2, 3]))
        self.assertEqual((policies[3].HasField("set_time"), list(policies[3].provisioning_steps)), (False, []))  # built in

    def test_it_is_never_changed_in_the_database(self):
        activate(Person(), define().code)
        for statement in ("UPDATE promotion SET amount_micros = 1", "DELETE FROM promotion", "DELETE FROM promotion_activation",
                          "UPDATE promotion_activation SET expire_time = now()"):
            done = subprocess.run(["psql", identity.service.database_url(SERVICE), "-qtAc", "SET search_path = identity; " + statement],
                                  capture_output=True, text=True, check=False)
            self.assertIn("permission denied", done.stderr, statement)


if __name__ == "__main__":
    unittest.main()
