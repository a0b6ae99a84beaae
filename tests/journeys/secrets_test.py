"""Secrets are gone from every service's memory when the call has ended: card numbers, security codes, passwords, codes. Reads
/proc/PID/mem, which root alone may: the services are not dumpable."""
import os
import random
import re
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import Journey, Refused  # noqa: E402

SHADOW_BYTES = 1 << 30  # larger mappings are AddressSanitizer's own
WAIT_S = 30  # at most, for libraries that give their buffers back later


def luhn(body):
    total = sum((d * 2 - 9 if d > 4 else d * 2) if i % 2 == 0 else d for i, d in enumerate(map(int, reversed(body))))
    return body + str(-total % 10)


def occurrences(pid, needle):
    found = 0
    with open("/proc/%d/maps" % pid, encoding="utf-8") as maps, open("/proc/%d/mem" % pid, "rb", 0) as memory:
        for line in maps:
            low, high, mode = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
            size = int(high, 16) - int(low, 16)
            if not mode.startswith("rw") or size > SHADOW_BYTES:
                continue
            try:
                memory.seek(int(low, 16))
                found += memory.read(size).count(needle)
            except (OSError, OverflowError):
                continue
    return found


@unittest.skipUnless(os.geteuid() == 0, "reads other processes' memory, which needs root")
class Secrets(Journey):
    def assert_gone(self, needle, what):
        services = {name: getattr(self.stack, name) for name in ("gateway", "identity", "payments", "ledger", "sharing")}
        deadline = time.monotonic() + WAIT_S
        while True:
            kept = {name: count for name, service in services.items() if (count := occurrences(service.process.pid, needle))}
            if not kept or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        self.assertEqual(kept, {}, what)

    def test_card_numbers_and_security_codes(self):
        customer = self.stack.customer("card").open()
        for _ in range(2):
            number, code = luhn("400000156" + "%06d" % random.randrange(10 ** 6)), "7%02d" % random.randrange(100)
            try:
                customer.add_card(number, code)
            except Refused:
                pass  # of another country, or declined: it was sent all the same
            self.assert_gone(number.encode(), "card number")
            self.assert_gone(b"\x32\x03" + code.encode(), "security code as the request has it")
            self.assert_gone(b"cvc%5D=" + code.encode(), "security code as the provider gets it")

    def test_passwords_and_codes(self):
        password = "umbrella %d walks over the frozen lake" % random.randrange(10 ** 9)
        customer = self.stack.customer("password")
        customer.kontor("signup", "start", "--country", "CN", "--email", customer.email, "--accept-terms", stdin=password + "\n")
        self.assert_gone(password.encode(), "password of a sign-up")
        customer.kontor("signup", "send-code")
        customer.kontor("signup", "verify", self.stack.code(customer.email))
        customer.kontor("login", "--email", customer.email, stdin=password + "\n")
        self.assert_gone(password.encode(), "password of a log-in")

    def test_a_service_cannot_be_dumped(self):
        for name in ("gateway", "identity", "payments", "ledger", "sharing"):
            pid = getattr(self.stack, name).process.pid
            with open("/proc/%d/limits" % pid, encoding="utf-8") as limits:
                self.assertRegex(limits.read(), r"Max core file size +0 +0 ", name)


if __name__ == "__main__":
    unittest.main()
