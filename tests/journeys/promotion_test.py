"""ID-29 with everything real: a promotion that an operator defined is activated by its code, and is a coupon of the account in sharing as soon
as the account is there; and what a channel demands before its trial allowance (ID-42)."""
import unittest

from stack import Journey, new_id


class PromotionTest(Journey):
    def define(self, *words):
        code = "P-" + new_id()[:8].upper()
        self.stack.operator("promotion", "define", code, "--within-days", "30", "--amount", "50.00", "--currency", "CNY", "--grant-days", "90",
                            "--most", "5", *words)
        return code

    def coupons(self, person):
        return [(coupon["name"], coupon["remainingMicros"]) for coupon in person.kontor("asset", "list", "--kind", "coupon").get("assets", [])]

    def test_it_is_a_coupon_at_once(self):
        code, person = self.define("--needs", "second-channel", "--regions", "eu-central-1"), self.stack.customer("grateful").sign_up()
        with self.stack.refused(self, "SECOND_CHANNEL_UNVERIFIED"):
            person.kontor("promotion", "activate", code)
        person.verify_phone().add_address(corporate=False)
        activated = person.kontor("promotion", "activate", code.lower())["activation"]
        self.stack.await_equal(self, [(code, "50000000")], lambda: self.coupons(person))
        coupon, = person.kontor("asset", "list", "--kind", "coupon")["assets"]
        self.assertEqual((coupon["assetId"], coupon["regions"], coupon["expireTime"]), (activated["couponId"], ["eu-central-1"], activated["expireTime"]))
        with self.stack.refused(self, "PROMO_ALREADY_ACTIVATED"):
            person.kontor("promotion", "activate", code)
        self.assertEqual(person.kontor("promotion", "activated")["activations"], [activated])
        self.assertIn("PROMOTION_ACTIVATED", [record["kind"] for record in person.kontor("onboarding", "export")["records"]])  # ID-38
        with self.stack.refused(self, "NOT_CORPORATE"):  # SHR-03: an individual's is shared with nobody
            person.kontor("share", "add", "--asset", coupon["assetId"], "--with", self.stack.customer("friend").open().account_id)

    def test_it_waits_for_the_account(self):
        code, person = self.define(), self.stack.customer("early").sign_up()
        person.kontor("promotion", "activate", code)
        person.verify_phone().add_address(corporate=False)
        self.stack.await_equal(self, [(code, "50000000")], lambda: self.coupons(person))

    def test_a_channel_demands_its_steps_and_has_a_trial(self):
        """ID-42: diagnosis, readiness, the trial and the feature say the same; what is done opens all of them."""
        code, person = self.define("--trial"), self.stack.customer("trier").sign_up()
        policy = ["--before-features", "second-channel", "--before-provisioning", "second-channel,billing-address", "--trial", code]
        self.stack.operator("channel-policy", "set", "direct", *policy)
        self.addCleanup(self.stack.operator, "channel-policy", "set", "direct")
        explain = lambda action: [blocker["reason"] for blocker in person.kontor("explain", action).get("blockers", [])]
        self.assertEqual(explain("identity.promotion.activate_trial"), ["SECOND_CHANNEL_UNVERIFIED", "BILLING_ADDRESS_MISSING"])
        with self.stack.refused(self, "SECOND_CHANNEL_UNVERIFIED"):
            person.kontor("promotion", "try")
        self.assertEqual([step["reason"] for step in person.kontor("ready")["missingSteps"]],
                         ["SECOND_CHANNEL_UNVERIFIED", "BILLING_ADDRESS_MISSING", "CURRENCY_MISSING", "PAYMENT_METHOD_MISSING"])
        self.assertEqual(explain("identity.program.create"), ["SECOND_CHANNEL_UNVERIFIED"])
        with self.stack.refused(self, "SECOND_CHANNEL_UNVERIFIED"):
            person.kontor("program", "create", "portal", "--role", "finance")
        person.verify_phone()
        person.kontor("program", "create", "portal", "--role", "finance")
        with self.stack.refused(self, "BILLING_ADDRESS_MISSING"):
            person.kontor("promotion", "try")
        person.add_address(corporate=False)
        person.kontor("promotion", "try")
        self.stack.await_equal(self, [(code, "50000000")], lambda: self.coupons(person))
        with self.stack.refused(self, "PROMO_ALREADY_ACTIVATED"):
            person.kontor("promotion", "try")
        self.assertEqual([step["entryChannel"] for step in self.stack.operator("channel-policy", "show")["policies"]],
                         ["ENTRY_CHANNEL_" + name for name in ("DIRECT", "REFERRAL", "PARTNER", "UPGRADE")])


if __name__ == "__main__":
    unittest.main()
