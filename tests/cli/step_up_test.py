"""kontor and factors (ID-32): tokens go to the profile and to no screen; on a terminal a code is asked for, and the same request goes again."""
import json
import os
import re
import sys
import unittest

import grpc

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kontor_test  # noqa: E402
from kontor_test import DONE, MONEY, REFUSED, TRANSFER, No  # noqa: E402
from terminal import on_a_terminal  # noqa: E402

PROVE, CONFIRM = "identity.v1.SessionService/ProveFactor", "identity.v1.FactorService/ConfirmTotp"


class StepUpTest(unittest.TestCase):
    setUpClass = classmethod(kontor_test.KontorTest.setUpClass.__func__)
    setUp, kontor, log_in = kontor_test.KontorTest.setUp, kontor_test.KontorTest.kontor, kontor_test.KontorTest.log_in
    on_a_terminal = on_a_terminal

    def guarded(self, enrolled="true"):
        """Money needs a proof; the gateway knows the proved session by its token."""
        def transfer(_, metadata):
            if metadata["authorization"] != "Bearer proved":
                raise No(grpc.StatusCode.FAILED_PRECONDITION, "MFA_REQUIRED", terms={"enrolled": enrolled, "factors": "TOTP,RECOVERY_CODE"})
            return {}
        self.gateway.answer(TRANSFER, transfer)
        self.gateway.answer(PROVE, self.prove)

    @staticmethod
    def prove(request, _):
        if "123456" not in (request.totp_code, request.recovery_code.replace("-", "")):
            raise No(grpc.StatusCode.INVALID_ARGUMENT, "PROOF_REFUSED", "The proof is wrong.")
        return {"session_token": "proved"}

    def token(self):
        with open(os.path.join(self.folder, "kontor", "default.json"), encoding="utf-8") as file:
            return json.load(file)["session_token"]

    def test_a_code_is_asked_for_and_the_same_request_goes_again(self):
        self.log_in()
        self.guarded()
        for typed in (b"123456\n", b"12-34-56\n"):
            self.gateway.seen.clear()
            code, shown = self.on_a_terminal(typed, *MONEY)
            self.assertEqual(code, DONE, shown)
            self.assertIn("Code of your app", shown)
            self.assertNotIn("proved", shown)
            requests = [request.request_id for request, _ in self.gateway.calls(TRANSFER)]
            self.assertEqual((len(requests), len(set(requests))), (2, 1))
            self.assertEqual(self.token(), "proved")
            self.log_in()

    def test_a_wrong_code_leaves_the_refusal(self):
        self.log_in()
        self.guarded()
        code, shown = self.on_a_terminal(b"654321\n", *MONEY)
        self.assertEqual(code, REFUSED)
        self.assertRegex(re.sub(r"\s+", " ", shown), "The proof is wrong.*MFA_REQUIRED")
        self.assertEqual(self.token(), "tell-nobody")

    def test_nobody_is_asked_who_has_no_factor_or_no_terminal(self):
        self.log_in()
        self.guarded(enrolled="false")
        code, shown = self.on_a_terminal(b"", *MONEY)
        self.assertEqual((code, "Code of your app" in shown), (REFUSED, False))
        self.guarded()
        done = self.kontor(*MONEY, stdin="123456\n")
        self.assertEqual((done.returncode, "MFA_REQUIRED" in done.stderr), (REFUSED, True))
        self.assertEqual(self.gateway.calls(PROVE), [])

    def test_step_up_keeps_the_token_and_shows_none(self):
        self.log_in()
        self.guarded()
        done = self.kontor("step-up", "123456", "--json")
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertNotIn("proved\"", done.stdout)
        self.assertEqual((self.token(), self.kontor(*MONEY).returncode), ("proved", DONE))

    def test_confirming_shows_the_recovery_codes_and_no_token(self):
        self.log_in()
        self.gateway.answer("identity.v1.FactorService/EnrollTotp", lambda *_: {"factor_id": "f-1", "secret": "ABC"})
        self.gateway.answer(CONFIRM, lambda *_: {"session_token": "stepped", "recovery_codes": ["7K3QX-M2D9T"]})
        self.assertIn("ABC", self.kontor("factor", "enroll", "--name", "phone").stdout)
        done = self.kontor("factor", "confirm", "123456")
        self.assertIn("7K3QX-M2D9T", done.stdout)
        self.assertNotIn("stepped", done.stdout + done.stderr)
        self.assertEqual((self.gateway.calls(CONFIRM)[0][0].factor_id, self.token()), ("f-1", "stepped"))


if __name__ == "__main__":
    unittest.main()
