"""kontor as a program: the key of a file goes where a session's token would, to no screen and into no profile."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kontor_test  # noqa: E402
from kontor_test import DONE  # noqa: E402

BALANCE, CREATE = "ledger.v1.AccountService/GetBalance", "identity.v1.KeyService/CreateKey"
KEY, USAGE, ID = "kontor_" + "a1B" * 16 + "9", 2, "01977a4e-5c1e-7000-8000-000000000001"


class ProgramKeyTest(unittest.TestCase):
    setUpClass = classmethod(kontor_test.KontorTest.setUpClass.__func__)
    setUp, kontor, log_in = kontor_test.KontorTest.setUp, kontor_test.KontorTest.kontor, kontor_test.KontorTest.log_in

    def told(self, *words):
        done = self.kontor(*words)
        return done.returncode, done.stdout, done.stderr

    def key_file(self, text):
        path = os.path.join(self.folder, "key")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def profile(self):
        with open(os.path.join(self.folder, "kontor", "default.json"), encoding="utf-8") as file:
            return file.read()

    def test_the_key_stands_in_for_whoever_is_logged_in(self):
        self.log_in()
        before = self.profile()
        code, out, err = self.told("balance", "--program-key-file", self.key_file(KEY + "\n"))
        self.assertEqual(code, DONE, err)
        request, metadata = self.gateway.calls(BALANCE)[-1]
        self.assertEqual((metadata["authorization"], request.account_id), ("Bearer " + KEY, ""))
        self.assertEqual(self.profile(), before)
        self.assertNotIn(KEY, out + err)

    def test_it_is_not_kept_and_opens_nothing_of_people(self):
        path = self.key_file(KEY)
        code, _, err = self.told("step-up", "123456", "--program-key-file", path)
        self.assertNotEqual(code, DONE)
        self.assertIn("a program's key keeps no profile", err)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "kontor", "default.json")))

    def test_a_file_without_a_key_is_told(self):
        for path in (self.key_file(""), self.key_file("hunter2\n"), os.path.join(self.folder, "none")):
            code, _, err = self.told("balance", "--program-key-file", path)
            self.assertEqual(code, USAGE)
            self.assertIn("there is no program's key in this file", err)
            self.assertNotIn("hunter2", err)

    def test_a_list_of_roles_is_several_values(self):
        self.log_in()
        self.gateway.answer("identity.v1.ProgramService/CreateProgram", lambda request, _: {})
        code, _, err = self.told("program", "create", "portal", "--role", "finance,technology")
        self.assertEqual(code, DONE, err)
        self.assertEqual(list(self.gateway.calls("identity.v1.ProgramService/CreateProgram")[0][0].roles), [4, 5])
        code, _, err = self.told("program", "create", "portal", "--role", "finance,finnace")
        self.assertEqual(code, USAGE)
        self.assertIn("did you mean finance?", err)

    def test_the_secret_is_shown_once_and_remembered_nowhere(self):
        self.log_in()
        self.gateway.answer(CREATE, lambda request, _: {"key": {"key_id": ID}, "secret": KEY})
        code, out, err = self.told("key", "create", ID, "--permissions", "ledger.*,ledger.transfer.create", "--deny", "ledger.order.*",
                                     "--from-addresses", "203.0.113.0/24", "--expires", "+90d")
        self.assertEqual((code, KEY in out), (DONE, True), err)
        scope = self.gateway.calls(CREATE)[0][0].scope
        self.assertEqual((list(scope.permissions), list(scope.denied_permissions), list(scope.addresses)),
                         (["ledger.*", "ledger.transfer.create"], ["ledger.order.*"], ["203.0.113.0/24"]))
        for folder, _, names in os.walk(self.folder):
            for name in names:
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    self.assertNotIn(KEY, file.read(), name)


if __name__ == "__main__":
    unittest.main()
