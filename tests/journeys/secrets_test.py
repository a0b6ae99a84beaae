"""Secrets are gone from every service's memory when the call has ended: card numbers, security codes, passwords, codes, factors' and
programs' secrets. Reads
/proc/PID/mem, which root alone may: the services are not dumpable."""
import base64
import os
import random
import re
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import Journey, Refused  # noqa: E402
from totp import totp  # noqa: E402

SHADOW_BYTES = 1 << 30  # larger mappings are AddressSanitizer's own
WAIT_S = 30  # at most, for libraries that give their buffers back later


def luhn(body):
    total = sum((d * 2 - 9 if d > 4 else d * 2) if i % 2 == 0 else d for i, d in enumerate(map(int, reversed(body))))
    return body + str(-total % 10)


def occurrences(pid, needles):
    """Those of the needles, {what: bytes}, that are in the memory of a process."""
    found = set()
    with open("/proc/%d/maps" % pid, encoding="utf-8") as maps, open("/proc/%d/mem" % pid, "rb", 0) as memory:
        for line in maps:
            low, high, mode = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
            size = int(high, 16) - int(low, 16)
            if not mode.startswith("rw") or size > SHADOW_BYTES:
                continue
            try:
                memory.seek(int(low, 16))
                content = memory.read(size)
                found |= {what for what, needle in needles.items() if needle in content}
            except (OSError, OverflowError):
                continue
    return found


@unittest.skipUnless(os.geteuid() == 0, "reads other processes' memory, which needs root")
class Secrets(Journey):
    def assert_all_gone(self, secrets):
        """{what: text or bytes}"""
        needles = {what: secret.encode() if isinstance(secret, str) else secret for what, secret in secrets.items()}
        services = {name: getattr(self.stack, name) for name in ("gateway", "identity", "payments", "ledger", "sharing")}
        deadline = time.monotonic() + WAIT_S
        while True:
            kept = {name: found for name, service in services.items() if (found := occurrences(service.process.pid, needles))}
            if not kept or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        self.assertEqual(kept, {})

    def test_card_numbers_and_security_codes(self):
        customer = self.stack.customer("card").open()
        for _ in range(2):
            number, code = luhn("400000156" + "%06d" % random.randrange(10 ** 6)), "7%02d" % random.randrange(100)
            try:
                customer.add_card(number, code)
            except Refused:
                pass  # of another country, or declined: it was sent all the same
            self.assert_all_gone({"card number": number, "security code as the request has it": "\x32\x03" + code,
                                  "security code as the provider gets it": "cvc%5D=" + code})

    def test_passwords_and_codes(self):
        password = "umbrella %d walks over the frozen lake" % random.randrange(10 ** 9)
        customer = self.stack.customer("password")
        customer.kontor("signup", "start", "--country", "CN", "--email", customer.email, "--accept-terms", stdin=password + "\n")
        self.assert_all_gone({"password of a sign-up": password})
        customer.kontor("signup", "send-code")
        customer.kontor("signup", "verify", self.stack.code(customer.email))
        customer.kontor("login", "--email", customer.email, stdin=password + "\n")
        self.assert_all_gone({"password of a log-in": password})

    def test_codes_that_are_sent(self):
        """A message is nobody's to read once it has left: neither where it was made nor where it was delivered."""
        owner, clerk = self.stack.customer("codes").sign_up().verify_phone(), self.stack.customer("clerk").sign_up()
        owner.kontor("member", "invite", clerk.email, "--role", "member")
        invitation_id, code = self.stack.invitation(clerk.email)
        secrets = {"code of a sign-up": "code is " + self.stack.code(owner.email), "code in a text message": "code is " + self.stack.code(owner.phone),
                   "code of an invitation": code}
        self.assert_all_gone(secrets)
        clerk.kontor("invitation", "accept", invitation_id, "--code", code)
        self.assert_all_gone({"code that was typed": code, "code as it is compared": code.replace("-", "")})

    def test_factors_and_keys(self):
        owner = self.stack.customer("factors").sign_up()
        secret = owner.kontor("factor", "enroll", "--name", "app")["secret"]
        codes = owner.kontor("factor", "confirm", totp(secret, self.stack.clock.now()))["recoveryCodes"]
        program = owner.kontor("program", "create", "portal", "--role", "finance")["program"]["programId"]
        key = owner.kontor("key", "create", program, "--permissions", "ledger.balance.*", "--expires", "+1d")["secret"]
        self.assert_all_gone({"secret of an app": secret, "secret of an app as it counts": base64.b32decode(secret), "recovery code": codes[0],
                              "recovery code as it is compared": codes[0].replace("-", ""), "key of a program": key})

    def test_a_service_cannot_be_dumped(self):
        for name in ("gateway", "identity", "payments", "ledger", "sharing"):
            pid = getattr(self.stack, name).process.pid
            with open("/proc/%d/limits" % pid, encoding="utf-8") as limits:
                self.assertRegex(limits.read(), r"Max core file size +0 +0 ", name)


if __name__ == "__main__":
    unittest.main()
