"""People come into an account by invitation, and are out of it at once (ID-20)."""
import unittest

from stack import PASSWORD, Journey


class PeopleTest(Journey):
    def test_a_colleague_without_an_account_of_its_own(self):
        owner, clerk = self.stack.customer("owner").open(), self.stack.customer("clerk")
        owner.kontor("member", "invite", clerk.email, "--role", "finance", "--name", "Li Lei")
        invitation_id, code = self.stack.invitation(clerk.email)
        clerk.kontor("invitation", "join", invitation_id, "--code", code.lower().replace("-", " "), "--name", "Li Lei", stdin=PASSWORD + "\n")
        clerk.log_in()
        clerk.kontor("balance", "--account", owner.account_id)
        with self.stack.refused(self, "PERMISSION_DENIED"):
            clerk.kontor("member", "invite", "other@example.com", "--role", "member", "--account", owner.account_id)
        self.assertEqual([entry["state"] for entry in owner.kontor("invitation", "list")["invitations"]], ["INVITATION_STATE_ACCEPTED"])
        principal = next(member["principalId"] for member in owner.kontor("member", "list")["members"] if not member.get("owner"))
        owner.kontor("member", "revoke", principal, "--role", "finance")
        with self.stack.refused(self, "PERMISSION_DENIED"):
            clerk.kontor("topup", "--amount", "1.00", "--currency", "CNY", "--rail", "wire", "--no-wait", "--account", owner.account_id)

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
