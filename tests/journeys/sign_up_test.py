"""How an account comes to be, as people do it: in one go, by e-mail or by phone, and what the second channel is for."""
import os
import subprocess
import unittest

from stack import BUILD, PASSWORD, Journey


class SignUpTest(Journey):
    def test_an_account_is_opened_in_one_go(self):
        customer = self.stack.customer("new")
        process = subprocess.Popen([os.path.join(BUILD, "kontor"), "account", "open", "--country", "CN", "--email", customer.email, "--accept-terms",
                                    "--profile", "new", "--only", "account_id"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, env=self.stack.kontor_environment())
        process.stdin.write(PASSWORD + "\n")
        process.stdin.flush()
        out, err = process.communicate(self.stack.code(customer.email) + "\n", timeout=60)
        self.assertEqual((process.returncode, err), (0, ""))
        self.assertEqual(customer.kontor("whoami")["account"]["accountId"], out.strip())

    def test_the_phone_instead_and_then_the_address(self):
        """ID-04, ID-05, ID-06: the other channel is verified before the billing address."""
        customer = self.stack.customer("caller")
        customer.kontor("signup", "start", "--country", "CN", "--email", customer.email, "--accept-terms", "--phone", customer.phone,
                        "--channel", "phone", stdin=PASSWORD + "\n")
        customer.kontor("signup", "send-code", "--delivery", "voice")
        self.assertEqual(self.stack.messages(customer.email), [])
        with self.stack.refused(self, "CODE_WRONG"):
            customer.kontor("signup", "verify", "000000" if self.stack.code(customer.phone) != "000000" else "000001")
        customer.kontor("signup", "verify", self.stack.code(customer.phone))
        with self.stack.refused(self, "LOG_IN_REFUSED", code=4):  # S10: the address is not verified yet
            customer.log_in()
        customer.kontor("login", "--phone", customer.phone, stdin=PASSWORD + "\n")
        with self.stack.refused(self, "SECOND_CHANNEL_UNVERIFIED") as seen:
            customer.add_address(corporate=False)
        self.assertEqual(seen[0].terms["channel"], "EMAIL")
        customer.kontor("contact", "send-code", "--delivery", "email")
        customer.kontor("contact", "verify", self.stack.code(customer.email))
        customer.add_address(corporate=False)
        customer.kontor("login", stdin=PASSWORD + "\n")  # by the e-mail address from now on, as the profile knows
        customer.kontor("login", "send-code")
        customer.kontor("login", "--code", self.stack.code(customer.email, after=1), stdin=PASSWORD + "\n")

    def test_the_onboarding_names_the_next_steps(self):
        """ID-09"""
        customer = self.stack.customer("newcomer").sign_up()
        steps = lambda: [(step["kind"].replace("ONBOARDING_STEP_KIND_", ""), step["state"].replace("ONBOARDING_STEP_STATE_", ""))
                         for step in customer.kontor("account", "onboarding")["steps"]]
        self.assertEqual(steps()[:3], [("VERIFY_SECOND_CHANNEL", "OPEN"), ("ADD_BILLING_ADDRESS", "OPEN"), ("SET_CURRENCY", "OPEN")])
        customer.verify_phone().add_address(corporate=False).set_currency().add_card()
        self.assertEqual(steps()[3:], [("ADD_PAYMENT_METHOD", "DONE"), ("SET_REGION", "OPEN")])
        customer.kontor("account", "set-region", "cn-hangzhou")
        self.assertEqual(([state for _, state in steps()[:5]], steps()[5:]), (["DONE"] * 5, [("REGISTER_REAL_NAME", "OPEN")]))  # ID-08


if __name__ == "__main__":
    unittest.main()
