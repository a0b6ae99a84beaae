"""A provider that is locked out: docs/operations/locked-out.md, played with everything real."""
import os
import re
import shlex
import subprocess
import unittest

from stack import NOT_LOGGED_IN, OPERATOR_EMAIL, PASSWORD, ROOT, Journey, Operator, Refused

PAGE = os.path.join(ROOT, "docs", "operations", "locked-out.md")


def lines():
    """The commands of the page, in their order."""
    with open(PAGE, encoding="utf-8") as file:
        blocks = re.findall(r"^ *```\n(.*?)^ *```\n", file.read(), re.M | re.S)
    return [line.strip() for block in blocks for line in block.splitlines()]


class LockedOut(Journey):
    def make_code(self):
        """The line for ./start, with this stack's database in place of var/settings."""
        words = shlex.split(next(line for line in lines() if "build/release/kontor-identity" in line))
        flags = [word for word in words if word.startswith(("--first-operator", "--operator-recovery"))]
        self.assertEqual([word.split("=")[0] for word in words[1:]], ["build/release/kontor-identity", "--settings-file", "--migrate-only",
                                                                      "--first-operator", "--operator-recovery"])
        done = subprocess.run(self.stack.identity.migration(*flags), capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def play(self, operator, known):
        for line in lines():
            if not line.startswith("kontor "):
                continue
            words = [known.get(word, word) for word in shlex.split(line)[1:]]
            self.assertEqual(words[-2:], ["--profile", "second"], line)
            if words[:2] == ["factor", "confirm"]:
                operator.secret = known["secret"]
                words[2] = operator.code()
            if words[0] == "operator" and words[1] != "accept-first":
                operator.prove()
            if words[:2] == ["operator", "remove"]:  # of a person kontor asks it
                words.insert(2, "--yes")
            answer = operator.kontor(*words[:-2], stdin=PASSWORD + "\n" if words[0] in ("operator", "login") else "")
            known["secret"] = answer.get("secret", known.get("secret"))
            known.update({"PRINCIPAL": one["principalId"] for one in answer.get("operators", ()) if one["email"] == OPERATOR_EMAIL})

    def test_the_page(self):
        lost = self.stack.first_operator()
        lost.secret = ""  # with the phone
        self.stack.clock.turn(301)  # what was proved counts no more
        with self.assertRaises(Refused):
            lost.kontor("operator", "invite", "other@kontor.example", "--role", "operator-administrator")
        second = Operator(self.stack, "second@kontor.example", PASSWORD, profile="second")
        code = self.make_code()
        self.stack.await_equal(self, True, lambda: any("lost her phone" in message["text"] for message in self.stack.messages(OPERATOR_EMAIL)))
        self.play(second, {"CODE": code})
        self.stack.invitation(OPERATOR_EMAIL)
        self.assertEqual([one["email"] for one in second.do("operator", "list")["operators"]], ["second@kontor.example"])
        with self.stack.refused(self, "SESSION_ENDED", code=NOT_LOGGED_IN):
            lost.kontor("operator", "list")


if __name__ == "__main__":
    unittest.main()
