"""The demonstration that ./start plays: it passes, passes again on the same data, and fails when something is not as it says."""
import os
import subprocess
import unittest

from stack import BUILD, OPERATOR_EMAIL, OPERATOR_PASSWORD, ROOT, Journey

from operators import first_code


class DemonstrationTest(Journey):
    stack_settings = {"delay": "0.1-0.3", "with_verifier": True}

    def play(self, spool=None):
        password_file = os.path.join(self.stack.folder, "operator-password")
        with open(password_file, "w", encoding="utf-8") as file:
            file.write(OPERATOR_PASSWORD)
        app_file = os.path.join(self.stack.folder, "operator-app")
        environment = dict(os.environ, KONTOR_GATEWAY=self.stack.gateway.address, KONTOR_SPOOL=spool or self.stack.spool,
                           KONTOR_OPERATOR_EMAIL=OPERATOR_EMAIL, KONTOR_OPERATOR_PASSWORD_FILE=password_file,
                           KONTOR_OPERATOR_APP_FILE=app_file, KONTOR_VERIFIER="yes", KONTOR_FIRST_OPERATOR_CODE=first_code(self.stack.identity),
                           PATH=BUILD + ":" + os.environ["PATH"])
        return subprocess.run([os.path.join(ROOT, "cli", "demonstration.sh")], env=environment, capture_output=True, text=True, timeout=400)

    def test_it_passes_and_passes_again(self):
        for _ in range(2):
            done = self.play()
            self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
            self.assertIn("everything as it should be", done.stdout)
            self.assertEqual(done.stderr, "")

    def test_it_fails_when_something_differs(self):
        done = self.play(spool=self.stack.folder + "/nowhere")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the demonstration failed at step 1", done.stderr)


if __name__ == "__main__":
    unittest.main()
