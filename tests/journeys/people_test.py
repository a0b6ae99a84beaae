"""People come into an account by invitation, and are out of it at once (ID-20)."""
import os
import subprocess
import unittest

from stack import BUILD, PASSWORD, Journey


class PeopleTest(Journey):
    def test_a_colleague_without_an_account_of_its_own(self):
        owner, clerk = self.stack.customer("owner").open(), self.stack.customer("clerk")
        owner.kontor("member", "invite", clerk.email, "--role", "finance", "--name", "Li Lei")
        invitation_id, code = self.stack.invitation(clerk.email)
        clerk.kontor("invitation", "join", invitation_id, "--code", code.lower().replace("-", " "), "--name", "Li Lei", stdin=PASSWORD + "\n")
        clerk.log_in()
        clerk.kontor("balance")  # in the one account in which it is a member
        self.assertEqual([entry["accountId"] for entry in clerk.kontor("account", "list")["accounts"]], [owner.account_id])
        with self.stack.refused(self, "PERMISSION_DENIED"):
            clerk.kontor("member", "invite", "other@example.com", "--role", "member", "--account", owner.account_id)
        self.assertEqual([entry["state"] for entry in owner.kontor("invitation", "list")["invitations"]], ["INVITATION_STATE_ACCEPTED"])
        principal = next(member["principalId"] for member in owner.kontor("member", "list")["members"] if not member.get("owner"))
        self.assertEqual({member.get("name") or "" for member in owner.kontor("member", "list")["members"]}, {"", "Li Lei"})
        owner.kontor("member", "remove", principal)
        with self.stack.refused(self, "SESSION_ENDED", code=4):  # where it may act nowhere, what runs ends
            clerk.kontor("topup", "--amount", "1.00", "--currency", "CNY", "--rail", "wire", "--no-wait", "--account", owner.account_id)

    def test_the_leaver(self):
        """Removed while he works: his session goes on in his own account, and does nothing more in the other; his stream ends."""
        owner, leaver = self.stack.customer("owner").open(), self.stack.customer("leaver").open()
        leaver.join(owner, "finance")
        top_up = lambda: leaver.kontor("topup", "--amount", "60000.00", "--currency", "CNY", "--rail", "wire", "--no-wait",  # noqa: E731
                                       "--account", owner.account_id, "--to", owner.account_id)
        top_up()
        follower = subprocess.Popen([os.path.join(BUILD, "kontor"), "changes", "--follow", "--account", owner.account_id, "--profile", "leaver", "--json"],
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.stack.kontor_environment())
        principal = leaver.kontor("whoami")["account"]["principalId"]
        owner.kontor("member", "remove", principal)
        with self.stack.refused(self, "PERMISSION_DENIED"):
            top_up()
        out, _ = follower.communicate(timeout=60)
        self.assertIn("PERMISSION_DENIED", out)
        self.assertEqual([entry["accountId"] for entry in leaver.kontor("account", "list")["accounts"]], [leaver.account_id])
        leaver.kontor("balance")

    def test_a_customer_helps_another(self):
        owner, friend = self.stack.customer("owner").open(), self.stack.customer("friend").open()
        friend.join(owner)
        friend.kontor("balance", "--account", owner.account_id)
        sent = owner.kontor("member", "invite", "nobody@example.com", "--role", "member")["invitation"]
        owner.kontor("invitation", "revoke", sent["invitationId"])
        with self.stack.refused(self, "CODE_WRONG"):
            friend.kontor("invitation", "accept", sent["invitationId"], "--code", "00000-00000")


if __name__ == "__main__":
    unittest.main()
