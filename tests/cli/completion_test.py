"""Completion, as bash and zsh carry it out: what Tab makes of a line."""
import os
import pty
import select
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kontor_test  # noqa: E402
from kontor_test import BUILD, DONE, USAGE  # noqa: E402
from service import new_id  # noqa: E402

BASH = """source <(kontor completion bash)
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
compopt() { echo "compopt $*"; }
_kontor; [ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' "${COMPREPLY[@]}" """


class Completion(unittest.TestCase):
    setUpClass = classmethod(kontor_test.KontorTest.setUpClass.__func__)
    setUp, kontor, log_in = kontor_test.KontorTest.setUp, kontor_test.KontorTest.kontor, kontor_test.KontorTest.log_in

    def environment(self):
        return dict(os.environ, XDG_STATE_HOME=self.folder, HOME=self.folder, PATH=BUILD + ":" + os.environ["PATH"], TERM="dumb",
                    KONTOR_GATEWAY=self.gateway.address)

    def bash(self, *words):
        """The words that bash would offer for the last one."""
        done = subprocess.run(["bash", "--norc", "-c", BASH, "bash", "kontor", *words], env=self.environment(), capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split("\n")[:-1]

    def typed(self, shell, setting, line, wanted):
        """Types a line with a Tab into a real shell at a terminal, until it shows what is wanted."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(shell, stdin=theirs, stdout=theirs, stderr=theirs, env=self.environment(), start_new_session=True,
                                   cwd=self.folder)
        os.close(theirs)
        shown = b""

        def read_until(text):
            nonlocal shown
            end = time.monotonic() + 60
            while text not in shown and time.monotonic() < end:
                if select.select([ours], [], [], 1)[0]:
                    shown += os.read(ours, 4096)
            self.assertIn(text, shown)
        try:
            os.write(ours, setting + b"; printf '%s%s\\n' rea dy\n")
            read_until(b"ready")
            shown = b""
            os.write(ours, line)
            read_until(wanted)
        finally:
            process.kill()
            process.wait()
            os.close(ours)


class BashTest(Completion):
    def test_commands_options_and_values(self):
        for words, some, none in ((["comp"], ["company", "completion"], ["compliance"]), (["company", ""], ["submit", "list", "revoke"], ["balance"]),
                                  (["transfer", "l"], ["list"], ["show"]), (["--json", "company", "rej"], ["reject"], []),
                                  (["transfer", "--"], ["--to", "--amount", "--account", "--help", "--json"], []),
                                  (["transfer", "--to", "x", "--"], ["--amount"], ["--to"]), (["--pro"], ["--profile"], []),
                                  (["company", "list", "--state", ""], ["submitted", "verified"], ["--json"]),
                                  (["member", "invite", "p", "--role", "m"], ["member"], ["account-administrator"]),
                                  (["member", "invite", "p", "--role", "="], ["member"], []), (["member", "invite", "p", "--role", "=", "m"], ["member"], []),
                                  (["account", "state", ""], ["active", "frozen", "closed"], []), (["account", "state", "closed", ""], [], ["active"]),
                                  (["preview", "purch"], ["purchase"], ["preview"]), (["preview", "transfer", "--am"], ["--amount"], []),
                                  (["completion", ""], [], ["balance"]), (["nosuch", ""], [], ["balance"])):
            offered = self.bash(*words)
            self.assertEqual(([word for word in some if word not in offered], [word for word in none if word in offered]), ([], []), (words, offered))
        self.assertEqual(self.gateway.seen, [])

    def test_each_command_is_offered_once_and_by_the_helps_name(self):
        nouns = self.bash("")
        self.assertEqual(len(nouns), len(set(nouns)))
        overview = self.kontor("help").stdout
        for noun in set(nouns) - {"help", "completion"}:
            self.assertIn("\n  %s " % noun, overview)
        self.assertGreater(len(nouns), 30)

    def test_only_what_may_be_given_is_offered(self):
        self.assertNotIn("credited", self.bash("topup", "unsettled", "--state", ""))
        self.assertEqual(self.bash("wallet", "link", ""), ["paypal", "paytm"])

    def test_ids_that_were_shown(self):
        account, transfer = new_id(), new_id()
        self.gateway.answer("ledger.v1.TransferService/ListTransfers",
                            lambda *_: {"transfers": [{"transfer_id": transfer, "destination_account_id": account}]})
        self.assertEqual(self.kontor("transfer", "list").returncode, DONE)
        self.assertEqual(self.bash("transfer", "--to", ""), ["@last", account])
        self.assertEqual(self.bash("transfer", "show", transfer[:5]), [transfer])
        self.assertEqual(self.bash("--account", ""), ["@last", account])
        self.assertEqual(self.bash("--profile", "other", "transfer", "--to", ""), [])

    def test_files_and_profiles(self):
        self.log_in()
        self.assertEqual(self.bash("login", "--password-file", ""), ["compopt -o default"])
        self.assertEqual(self.bash("--key-file", ""), ["compopt -o default"])
        self.assertEqual(self.bash("balance", "--profile", ""), ["default"])

    def test_hostile_words_do_nothing(self):
        for words in (["$(touch %s/x)" % self.folder, ""], ["--" + "a" * 5000, ""], ["a"] * 300, ["=", "="], ["--profile=../../etc/x", "--account", ""],
                      ["--role", "="], [""], ["--", "--"], ["-"]):
            self.bash(*words)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "x")))

    def test_tab_in_a_real_bash(self):
        self.typed(["bash", "--norc", "--noprofile", "-i"], b"source <(kontor completion bash)", b"kontor hold pl\t", b"kontor hold place ")
        self.typed(["bash", "--norc", "--noprofile", "-i"], b"source <(kontor completion bash)", b"kontor account state --state=fr\t", b"--state=frozen")


class ZshTest(Completion):
    SETTING = b"PS1='> '; autoload -Uz compinit; compinit -u -D; source <(kontor completion zsh)"

    def test_tab_in_a_real_zsh(self):
        for line, wanted in ((b"kontor hold pl\t", b"ace "), (b"kontor member invite p --role mem\t", b"ber"), (b"kontor company re\t\t", b"revoke"),
                             (b"kontor account state --state=fr\t", b"ozen")):
            self.typed(["zsh", "-f", "-i"], self.SETTING, line, wanted)


class ScriptTest(Completion):
    def test_a_shell_is_named(self):
        for words in (("completion",), ("completion", "tcsh")):
            done = self.kontor(*words)
            self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
        self.assertIn("kontor completion bash", self.kontor("help").stdout)


if __name__ == "__main__":
    unittest.main()
