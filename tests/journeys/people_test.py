"""People come into an account by invitation, and are out of it at once (ID-20)."""
import os
import re
import subprocess
import tempfile
import threading
import time
import unittest

from junior_test import code_of
from stack import BUILD, PASSWORD, Journey, Refused, new_id, psql


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

    def test_a_leaver_s_keys_end(self):  # ID-27
        """But for those that the request keeps; the answer counts them."""
        owner, leaver = self.stack.customer("owner").open(), self.stack.customer("leaver").open()
        leaver.join(owner, "account-administrator")
        there = ["--account", owner.account_id]
        program = owner.kontor("program", "create", "portal", "--role", "finance")["program"]["programId"]
        made = [leaver.kontor("key", "create", program, "--permissions", "ledger.balance.get", "--expires", "+30d", *there) for _ in range(3)]
        ends = owner.kontor("member", "remove", leaver.kontor("whoami")["account"]["principalId"], "--kept-key", made[1]["key"]["keyId"])["ends"]
        self.assertEqual((ends["roles"], ends["keys"]), (1, 2))
        for place, answer in enumerate(made):
            if place == 1:
                owner.kontor("balance", "--program-key-file", self.kept(answer["secret"]), *there)
                continue
            with self.stack.refused(self, "KEY_REFUSED", code=4):
                owner.kontor("balance", "--program-key-file", self.kept(answer["secret"]), *there)
        acts = owner.kontor("who-did-what", "--action", "identity.member.remove")["acts"]
        self.assertEqual([act["objectId"] for act in acts], [leaver.kontor("whoami")["account"]["principalId"]])

    def test_a_member_leaves_by_itself(self):  # ID-27
        owner, leaver = self.stack.customer("owner").open(), self.stack.customer("leaver").open()
        leaver.join(owner, "finance")
        there = ["--account", owner.account_id]
        leaver.kontor("balance", *there)
        with self.stack.refused(self, "OWNER_ROLE"):
            owner.kontor("member", "leave", "--yes")
        self.assertEqual(leaver.kontor("member", "leave", "--yes", *there)["ends"]["roles"], 1)
        with self.stack.refused(self, "PERMISSION_DENIED"):
            leaver.kontor("balance", *there)
        told = owner.kontor("notice", "list", "--unread")
        self.assertIn("left the account by itself", told["notices"][0]["text"])
        owner.kontor("notice", "read", told["notices"][0]["noticeId"])
        self.assertEqual(owner.kontor("notice", "list", "--unread").get("unreadCount", 0), 0)

    def enrol(self, who):
        who.kontor("factor", "confirm", code_of(who.kontor("factor", "enroll", "--name", "phone")["secret"]))

    def administer_for_a_day(self, owner):
        psql(self.stack.identity.database, "UPDATE identity.role_grant SET grant_time = grant_time - interval '1 day' WHERE account_id = '%s'"
             % owner.account_id)

    def hand_over(self, owner, one, successor):
        """Begun by an administrator, for an owner who says nothing, and proved: (the words of an administrator in the account, its id)."""
        there = ["--account", owner.account_id]
        begun = one.kontor("hand-over", "begin", "--email", successor.email, "--phone", successor.phone, "--reason", "The owner left.", *there)
        one.kontor("hand-over", "confirm", begun["handOverId"], "--email-code", self.stack.code(successor.email), "--phone-code",
                   self.stack.code(successor.phone), "--yes", *there)
        return there, begun["handOverId"]

    def test_the_leaver_owns_the_account(self):  # ID-27
        """Two administrators with a factor each take the account from an owner who says nothing, whatever he does meanwhile."""
        owner, one, other, successor = (self.stack.customer(name) for name in ("owner", "one", "other", "successor"))
        owner.open()
        for who in (one, other):
            who.sign_up().join(owner, "account-administrator")
        self.administer_for_a_day(owner)
        there = ["--account", owner.account_id]
        program = owner.kontor("program", "create", "portal", "--role", "finance")["program"]["programId"]
        secret = owner.kontor("key", "create", program, "--permissions", "ledger.balance.get", "--expires", "+30d")["secret"]
        begun = one.kontor("hand-over", "begin", "--email", successor.email, "--phone", successor.phone, "--reason", "The owner left.", *there)
        codes = ["--email-code", self.stack.code(successor.email), "--phone-code", self.stack.code(successor.phone), "--yes"]
        with self.stack.refused(self, "MFA_REQUIRED"):
            one.kontor("hand-over", "confirm", begun["handOverId"], *codes, *there)
        for who in (one, other):
            self.enrol(who)
        one.kontor("hand-over", "confirm", begun["handOverId"], *codes, *there)
        with self.stack.refused(self, "OWN_HAND_OVER"):
            one.kontor("hand-over", "approve", begun["handOverId"], "--yes", *there)
        with self.stack.refused(self, "HAND_OVER_NOT_YOURS"):
            owner.kontor("hand-over", "cancel", begun["handOverId"])
        with self.stack.refused(self, "HAND_OVER_UNDER_WAY"):
            owner.kontor("member", "remove", one.kontor("whoami")["account"]["principalId"])
        self.assertEqual(other.kontor("hand-over", "show", *there)["handOver"]["state"], "HAND_OVER_STATE_WAITING")
        done = other.kontor("hand-over", "approve", begun["handOverId"], "--yes", *there)
        self.assertEqual((done["handOver"]["state"], done["ends"]["keys"]), ("HAND_OVER_STATE_DONE", 1))
        with self.stack.refused(self, "SESSION_ENDED", code=4):
            owner.kontor("balance")
        with self.stack.refused(self, "LOG_IN_REFUSED", code=4):
            owner.log_in()
        with self.stack.refused(self, "KEY_REFUSED", code=4):
            one.kontor("balance", "--program-key-file", self.kept(secret), *there)
        self.assertEqual(one.kontor("account", "show", *there)["account"]["email"], successor.email)
        successor.kontor("password", "send-code", "--email", successor.email)
        code = self.reset_code(successor.email)
        successor.kontor("password", "reset", code, "--email", successor.email, stdin=PASSWORD + "\n" + PASSWORD + "\n")
        successor.log_in()
        self.assertEqual(successor.kontor("whoami")["account"]["accountId"], owner.account_id)
        acts = one.kontor("who-did-what", "--action", "identity.hand_over.approve", *there)["acts"]
        self.assertEqual(len(acts), 2, acts)  # the one that began it was refused, too

    def test_the_partner_of_the_account_begins_it(self):  # B.3
        """By what the customer agreed to, with a factor; somebody of the account approves, and nothing is left of it once their relation ended."""
        (partner,), (customer,) = self.stack.company("partner"), self.stack.company("customer")
        other, successor, another = (self.stack.customer(name) for name in ("other", "successor", "another"))
        other.sign_up().join(customer, "account-administrator")
        self.administer_for_a_day(customer)
        self.stack.operator("partner", "authorise", partner.account_id, "--reference", "C-2026-12")
        for who in (customer, other):
            self.enrol(who)
        there, terms = ["--account", customer.account_id], ["--settlement", "own-account", "--invoices", "customer", "--shutdown", "delay"]

        def agree(relation):
            customer.kontor("relation", "confirm", relation["relationId"], "--hash", relation["offer"]["offerHash"])
            return relation["relationId"]

        def begin(successor):
            return partner.kontor("hand-over", "begin", "--email", successor.email, "--phone", successor.phone, "--reason", "The owner left.", *there)

        relation = agree(partner.kontor("relation", "request", customer.account_id, "--permit", "view-balance", *terms)["relation"])
        with self.stack.refused(self, "PERMISSION_DENIED"):
            begin(successor)
        agree(partner.kontor("relation", "change", relation, "--permit", "view-balance,handover", *terms)["relation"])
        begun = begin(successor)["handOverId"]
        for who in (customer, other):
            self.stack.await_equal(self, 1, lambda who=who: sum("partner began to hand" in message["text"] for message in self.stack.messages(who.email)))
        self.assertEqual(other.kontor("billing-control", *there)["handOverId"], begun)
        codes = ["--email-code", self.stack.code(successor.email), "--phone-code", self.stack.code(successor.phone), "--yes"]
        with self.stack.refused(self, "MFA_REQUIRED"):
            partner.kontor("hand-over", "confirm", begun, *codes, *there)
        self.enrol(partner)
        partner.kontor("hand-over", "confirm", begun, *codes, *there)
        with self.stack.refused(self, "PERMISSION_DENIED"):
            partner.kontor("hand-over", "approve", begun, "--yes", *there)
        with self.stack.refused(self, "HAND_OVER_NOT_YOURS"):
            customer.kontor("hand-over", "cancel", begun)
        shown = other.kontor("hand-over", "show", *there)["handOver"]
        self.assertEqual((shown["state"], shown["partnerAccountId"]), ("HAND_OVER_STATE_WAITING", partner.account_id))
        self.assertEqual(other.kontor("hand-over", "approve", begun, "--yes", *there)["handOver"]["state"], "HAND_OVER_STATE_DONE")
        with self.stack.refused(self, "SESSION_ENDED", code=4):
            customer.kontor("balance")
        self.assertEqual(partner.kontor("hand-over", "show", *there)["handOver"]["state"], "HAND_OVER_STATE_DONE")
        act = other.kontor("who-did-what", "--action", "identity.hand_over.begin", "--page-size", "1", *there)["acts"][0]
        self.assertEqual(act["actor"]["roles"], ["PARTNER"])
        begin(another)
        partner.kontor("relation", "end", relation, "--customer", customer.account_id, "--yes")
        self.assertEqual(other.kontor("hand-over", "show", *there)["handOver"]["state"], "HAND_OVER_STATE_LAPSED")
        with self.stack.refused(self, "PERMISSION_DENIED"):
            partner.kontor("hand-over", "show", *there)

    def kept(self, secret):
        """The path of a file with the secret."""
        handle, path = tempfile.mkstemp()
        self.addCleanup(os.unlink, path)
        with open(handle, "w", encoding="ascii") as file:
            file.write(secret)
        return path

    def reset_code(self, email):
        deadline = time.monotonic() + 60
        while True:
            found = [re.search(r"\b\d{6}\b", message["text"])[0] for message in self.stack.messages(email)
                     if "to set a new password" in message["text"]]
            if found:
                return found[-1]
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def test_identity_dies_while_an_account_is_handed_over(self):  # ID-27
        """All of it or nothing: repeated with its request id, it is done once."""
        owner, one, other, successor = (self.stack.customer(name) for name in ("owner", "one", "other", "successor"))
        owner.open()
        for who in (one, other):
            who.sign_up().join(owner, "account-administrator")
            self.enrol(who)
        self.administer_for_a_day(owner)
        there, hand_over_id = self.hand_over(owner, one, successor)
        request, answers = new_id(), []

        def approve():
            for _ in range(20):
                try:
                    answers.append(other.kontor("hand-over", "approve", hand_over_id, "--yes", "--request-id", request, *there))
                    return
                except Refused as refused:
                    self.assertIn(refused.error.get("reason"), ("UNAVAILABLE", "INDEFINITE", None), refused)

        approving = threading.Thread(target=approve)
        approving.start()
        for pause in (0.02, 0.05, 0.1):
            time.sleep(pause)
            self.stack.identity.kill()
            owner_of = psql(self.stack.identity.database, "SELECT principal_id FROM identity.account WHERE account_id = '%s'" % owner.account_id)
            gone = psql(self.stack.identity.database, "SELECT outcome IS NOT NULL FROM identity.hand_over WHERE hand_over_id = '%s'" % hand_over_id)
            lives = psql(self.stack.identity.database, "SELECT count(*) FROM identity.principal WHERE principal_id = '%s' AND delete_time IS NULL"
                         % owner_of)
            self.assertEqual(lives, "1", "the owner is one who lives")
            self.assertIn(gone, ("t", "f"))
            self.stack.identity.start()
        approving.join()
        self.assertEqual([answer["handOver"]["state"] for answer in answers], ["HAND_OVER_STATE_DONE"])
        self.assertEqual(other.kontor("hand-over", "approve", hand_over_id, "--yes", "--request-id", request, *there), answers[0])
        self.assertEqual(one.kontor("account", "show", *there)["account"]["principalId"], answers[0]["handOver"]["successorId"])

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
