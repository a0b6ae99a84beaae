"""Operators at the real identity (issue 11): the first by the installation's code, others by invitation; roles, the last administrator, and who
leaves."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import identity_test as identity  # noqa: E402
from identity_test import PASSWORD, Code, call, change, letter, log_in, new_email, new_id, psql, refused  # noqa: E402
from operators import first_code  # noqa: E402
from service import POOL  # noqa: E402

ADMINISTRATOR, REVIEW, FINANCE, SUPPORT = "ROLE_OPERATOR_ADMINISTRATOR", "ROLE_OPERATOR_REVIEW", "ROLE_OPERATOR_FINANCE", "ROLE_OPERATOR_SUPPORT"
DAY = 24 * 3600
DESK = "OperatorService/"
KINDS = POOL.FindEnumTypeByName("identity.v1.SecurityEventKind").values_by_name
JOINED, RECOVERY = (KINDS["SECURITY_EVENT_KIND_OPERATOR_" + name].number for name in ("JOINED", "RECOVERY"))


def numbers(*roles):
    return [{"ROLE_OPERATOR": 3, ADMINISTRATOR: 10, REVIEW: 11, FINANCE: 12, SUPPORT: 13}[role] for role in roles]


def setUpModule():
    identity.service = identity.Service("identity", clock=identity.clock, state_directory=identity.state)


tearDownModule = identity.tearDownModule


def accept_first(code, address, **more):
    fields = {"request_id": new_id(), "code": code, "email": address, "name": "First", "password": PASSWORD, "password_confirmation": PASSWORD}
    return call(DESK + "AcceptFirstOperator", **{**fields, **more})


def roles_of(token, **more):
    """Of a session, as the gateway is told them."""
    question = dict({"session_token": token, "takes_operator_roles": True}, **more)
    return list(call("SessionService/ResolveSessions", questions=[question]).answers[0].session.roles)


class FirstTest(unittest.TestCase):
    """In this order: afterwards there is somebody."""

    def test_1_nobody_is_there_and_no_guess_opens(self):
        self.assertEqual(psql(identity.service.database, "SELECT count(*) FROM identity.operator_grant").strip(), "0")
        for code in ("00000-00000-00000-00000-00000", "x" * 64):
            with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                accept_first(code, new_email())
        for code in ("", "7K3QX-M2D9T", "x" * 65, "7K3QX M2D9T 0GH4V WZ8RB 31NPC"):
            with refused(self, Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", field="code"):
                accept_first(code, new_email())

    def test_2_another_code_takes_the_place_and_ends_by_itself(self):
        lost, code = first_code(identity.service), first_code(identity.service)
        self.assertRegex(code, r"\A([0-9A-Z]{5}-){4}[0-9A-Z]{5}\Z")
        with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
            accept_first(lost, new_email())
        with refused(self, Code.ALREADY_EXISTS, "EMAIL_REGISTERED"):
            accept_first(code, identity.Person().email)
        for field, bad in (("password_confirmation", "another"), ("name", ""), ("email", "nowhere")):
            with refused(self, Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", field=field):
                accept_first(code, new_email(), **{field: bad})
        identity.clock.turn(3 * DAY)
        with refused(self, Code.FAILED_PRECONDITION, "CODE_EXPIRED"):
            accept_first(code, new_email())
        kept = psql(identity.service.database, "SELECT encode(code_hash, 'escape') FROM identity.operator_desk")
        self.assertNotIn(code, kept)

    def test_3_a_code_that_the_installation_keeps(self):
        with tempfile.NamedTemporaryFile("w", suffix=".code") as file:
            for text in ("", "short", "one two three four five six seven"):
                file.seek(0)
                file.truncate()
                file.write(text + "\n")
                file.flush()
                done = subprocess.run(identity.service.migration("--first-operator=" + file.name), capture_output=True, text=True, timeout=60)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn("first_operator_code_unreadable", done.stderr)
            self.assertEqual(first_code(identity.service, file.name + ".gone"), "")  # it may go once somebody operates
            kept = "an-installation-keeps-it-in_a_Secret"
            file.seek(0)
            file.truncate()
            file.write(kept + "\n")
            file.flush()
            for _ in range(2):  # each time the Job runs
                self.assertEqual(first_code(identity.service, file.name), "")
            request = new_id()
            FirstTest.email = new_email()
            answers = [accept_first(kept, self.email, request_id=request) for _ in range(2)]
            self.assertEqual(answers[0], answers[1])  # an answer that was lost comes again
            self.assertEqual(list(answers[0].roles), numbers(ADMINISTRATOR, REVIEW, FINANCE, SUPPORT))
            self.assertEqual(first_code(identity.service, file.name), "")
        for code in (kept, first_code(identity.service), "x" * 64):
            with refused(self, *((Code.FAILED_PRECONDITION, "OPERATOR_EXISTS") if code else (Code.INVALID_ARGUMENT, "INVALID_ARGUMENT"))):
                accept_first(code, new_email())
        self.assertEqual(psql(identity.service.database, "SELECT code_hash IS NULL FROM identity.operator_desk").strip(), "t")

    def test_4_it_operates(self):
        session = log_in(self.email)
        self.assertEqual(roles_of(session.session_token), numbers("ROLE_OPERATOR", ADMINISTRATOR, REVIEW, FINANCE, SUPPORT))
        told = call("SecurityEventService/ListSecurityEvents", session.principal_id).events
        self.assertEqual([event.kind for event in told if event.kind in (5, JOINED)], [5] * 4 + [JOINED])


class Desk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.email = FirstTest.email
        cls.first = log_in(cls.email).principal_id

    def invite(self, *roles, email=None, by=None, **more):
        email = email or new_email()
        before = len(identity.letters(email))
        answer = change(DESK + "InviteOperator", by or self.first, email=email, name="Li Lei", roles=roles, **more)
        text = letter(email, before + 1)["text"]
        found = re.search(r"invitation is (\S{36}) and your code (\S{11})", text)
        self.assertEqual(found.group(1), answer.invitation.invitation_id)
        identity.secrets.append(found.group(2))
        return email, answer.invitation, found.group(2)

    def accept(self, invitation, code, **more):
        fields = {"invitation_id": invitation.invitation_id, "code": code, "name": "Han Mei", "password": PASSWORD, "password_confirmation": PASSWORD}
        return change(DESK + "AcceptOperatorInvitation", **{**fields, **more})

    def operator(self, *roles, by=None):
        email, invitation, code = self.invite(*roles, by=by)
        return email, self.accept(invitation, code).principal_id

    def set_roles(self, principal_id, *roles, by=None):
        return change(DESK + "SetOperatorRoles", by or self.first, principal_id=principal_id, roles=roles)

    def told(self, address, *words):
        """Awaits an e-mail with all of the words."""
        deadline = time.monotonic() + 30
        while not any(all(word in one["text"] for word in words) for one in identity.letters(address)):
            self.assertLess(time.monotonic(), deadline, words)
            time.sleep(0.05)

    def remove(self, principal_id, by=None):
        return change(DESK + "RemoveOperator", by or self.first, principal_id=principal_id)


class InvitationTest(Desk):
    def test_who_has_the_address_comes_in_once(self):
        email, invitation, code = self.invite(REVIEW, SUPPORT)
        self.assertEqual((invitation.state, list(invitation.roles)), (1, numbers(REVIEW, SUPPORT)))
        answer = self.accept(invitation, code)
        self.assertEqual(list(answer.roles), numbers(REVIEW, SUPPORT))
        session = log_in(email)
        self.assertEqual((session.principal_id, session.account_id), (answer.principal_id, ""))
        self.assertEqual(roles_of(session.session_token), numbers("ROLE_OPERATOR", REVIEW, SUPPORT))
        self.assertEqual(roles_of(session.session_token, takes_operator_roles=False), numbers(REVIEW, SUPPORT))  # no operator to a gateway of before
        with refused(self, Code.FAILED_PRECONDITION, "INVITATION_ENDED"):
            self.accept(invitation, code)
        with refused(self, Code.ALREADY_EXISTS, "ALREADY_AN_OPERATOR"):
            change(DESK + "InviteOperator", self.first, email=email, roles=[SUPPORT])
        listed = call(DESK + "ListOperatorInvitations", self.first).invitations[0]
        self.assertEqual((listed.email, listed.name, listed.state, listed.accepted_by), (email, "Li Lei", 2, answer.principal_id))
        found = {one.principal_id: one for one in call(DESK + "ListOperators", self.first).operators}[answer.principal_id]
        self.assertEqual((found.email, found.name, found.has_factor, list(found.roles)), (email, "Han Mei", False, numbers(REVIEW, SUPPORT)))

    def test_a_repeated_call_sends_nothing_again(self):
        request, email = new_id(), new_email()
        answers = [change(DESK + "InviteOperator", self.first, request_id=request, email=email, name="", roles=[SUPPORT]) for _ in range(2)]
        self.assertEqual(answers[0], answers[1])
        letter(email)
        sent = psql(identity.service.database, "SELECT count(*) FROM identity.operator_invitation WHERE invitation_id = '%s'" % answers[0].invitation.invitation_id)
        self.assertEqual((sent.strip(), len(identity.letters(email))), ("1", 1))
        with refused(self, Code.ALREADY_EXISTS, "ALREADY_INVITED"):
            change(DESK + "InviteOperator", self.first, email=email, roles=[SUPPORT])

    def test_five_wrong_codes_lock_it(self):
        _, invitation, code = self.invite(SUPPORT)
        for _ in range(5):
            with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                self.accept(invitation, "00000-00000")
        with refused(self, Code.RESOURCE_EXHAUSTED, "INVITATION_LOCKED"):
            self.accept(invitation, code)
        with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
            self.accept(type(invitation)(invitation_id=new_id()), code)

    def test_the_code_comes_before_what_only_who_has_it_may_know(self):
        email, invitation, code = self.invite(SUPPORT)
        like = {"password": email, "password_confirmation": email}
        for _ in range(4):
            with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                self.accept(invitation, "00000-00000", **like)
        with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
            self.accept(type(invitation)(invitation_id=new_id()), code, **like)
        with refused(self, Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", field="password"):
            self.accept(invitation, code, **like)
        for fields in ({"password": "short", "password_confirmation": "short"}, {"password_confirmation": "another"}):  # by themselves (E35)
            with refused(self, Code.INVALID_ARGUMENT, "INVALID_ARGUMENT"):
                self.accept(invitation, "00000-00000", **fields)
        self.accept(invitation, code)

    def test_taken_back_or_too_late(self):
        _, invitation, code = self.invite(SUPPORT)
        change(DESK + "RevokeOperatorInvitation", self.first, invitation_id=invitation.invitation_id)
        for act in (lambda: self.accept(invitation, code),
                    lambda: change(DESK + "RevokeOperatorInvitation", self.first, invitation_id=invitation.invitation_id)):
            with refused(self, Code.FAILED_PRECONDITION, "INVITATION_ENDED"):
                act()
        with refused(self, Code.NOT_FOUND, "INVITATION_NOT_FOUND"):
            change(DESK + "RevokeOperatorInvitation", self.first, invitation_id=new_id())
        _, invitation, code = self.invite(SUPPORT)
        identity.clock.turn(7 * DAY)
        with refused(self, Code.FAILED_PRECONDITION, "INVITATION_ENDED"):
            self.accept(invitation, code)

    def test_a_customers_log_in_never_operates(self):
        person = identity.Person()
        _, invitation, code = self.invite(FINANCE, email=person.email)
        with refused(self, Code.ALREADY_EXISTS, "EMAIL_REGISTERED"):
            self.accept(invitation, code)
        self.assertNotIn(3, roles_of(log_in(person.email).session_token))

    def test_the_inviter_is_judged_again(self):
        _, inviter = self.operator(ADMINISTRATOR)
        _, invitation, code = self.invite(FINANCE, by=inviter)
        self.set_roles(inviter, SUPPORT)
        with refused(self, Code.FAILED_PRECONDITION, "INVITER_NOT_ADMINISTRATOR"):
            self.accept(invitation, code)

    def test_only_administrators_and_only_their_roles(self):
        _, reviewer = self.operator(REVIEW, FINANCE, SUPPORT)
        customer = identity.Person()
        for caller in (reviewer, customer.principal):
            for rpc, fields in (("InviteOperator", {"email": new_email(), "roles": [SUPPORT]}), ("SetOperatorRoles", {"principal_id": reviewer, "roles": [SUPPORT]}),
                                ("RemoveOperator", {"principal_id": self.first}), ("RevokeOperatorInvitation", {"invitation_id": new_id()})):
                with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
                    change(DESK + rpc, caller, **fields)
            for rpc in ("ListOperators", "ListOperatorInvitations"):
                with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
                    call(DESK + rpc, caller)
        for roles in ([], [FINANCE] * 5, ["ROLE_OPERATOR"], ["ROLE_ACCOUNT_ADMINISTRATOR"], ["ROLE_UNSPECIFIED"]):
            for rpc, fields in (("InviteOperator", {"email": new_email()}), ("SetOperatorRoles", {"principal_id": reviewer})):
                with refused(self, Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", field="roles"):
                    change(DESK + rpc, self.first, roles=roles, **fields)


class RolesTest(Desk):
    def test_the_next_question_hears_of_other_roles(self):
        email, principal = self.operator(SUPPORT)
        token = log_in(email).session_token
        self.assertEqual(list(self.set_roles(principal, FINANCE, REVIEW).roles), numbers(REVIEW, FINANCE))
        self.assertEqual(roles_of(token), numbers("ROLE_OPERATOR", REVIEW, FINANCE))
        told = call("SecurityEventService/ListSecurityEvents", principal).events
        changes = [(event.kind, event.detail, event.actor_principal_id) for event in told if event.kind in (5, 6)][:3]
        self.assertEqual(set(changes), {(5, "OPERATOR_REVIEW", self.first), (5, "OPERATOR_FINANCE", self.first), (6, "OPERATOR_SUPPORT", self.first)})

    def test_reviewers_review_and_others_do_not(self):
        owner = identity.company_account()
        submission = owner.submit()
        _, support = self.operator(FINANCE, SUPPORT)
        _, reviewer = self.operator(REVIEW)
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            change("CompanyService/ApproveCompany", support, submission_id=submission.submission_id)
        self.assertEqual(change("CompanyService/ApproveCompany", reviewer, submission_id=submission.submission_id).submission.state, 2)

    def test_nobody_gives_itself_a_role(self):
        _, other = self.operator(ADMINISTRATOR)
        with refused(self, Code.PERMISSION_DENIED, "OWN_ROLE"):
            self.set_roles(other, ADMINISTRATOR, FINANCE, by=other)
        self.set_roles(other, ADMINISTRATOR, FINANCE)
        self.set_roles(other, ADMINISTRATOR, by=other)
        self.remove(other)

    def test_the_last_administrator_stays(self):
        others = [one.principal_id for one in call(DESK + "ListOperators", self.first, page_size=100).operators
                  if 10 in one.roles and one.principal_id != self.first]
        for other in others:
            self.remove(other)
        for act in (lambda: self.remove(self.first), lambda: self.set_roles(self.first, SUPPORT)):
            with refused(self, Code.FAILED_PRECONDITION, "LAST_ADMINISTRATOR"):
                act()

    def test_of_two_who_remove_each_other_one_stays(self):
        _, other = self.operator(ADMINISTRATOR, SUPPORT)
        outcomes = []

        def drop(principal, by):
            try:
                self.set_roles(principal, SUPPORT, by=by)
                outcomes.append("")
            except identity.Refusal as refusal:
                outcomes.append(refusal.reason)

        threads = [threading.Thread(target=drop, args=pair) for pair in ((other, self.first), (self.first, other))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertEqual(sorted(outcomes), ["", "ROLE_MISSING"])
        left = psql(identity.service.database, "SELECT principal_id FROM identity.operator_grant WHERE role = 'OPERATOR_ADMINISTRATOR'").split()
        if self.first not in left:  # for the tests that come
            self.set_roles(self.first, ADMINISTRATOR, REVIEW, FINANCE, SUPPORT, by=other)
        self.assertTrue(left)


class MakersTest(Desk):
    """LED-19: who made an operator, as the gateway is told it: whenever, by however many steps, and whatever was taken again."""

    def makers(self, email):
        question = {"session_token": log_in(email).session_token, "takes_operator_roles": True, "with_appointers": True}
        return set(call("SessionService/ResolveSessions", questions=[question]).answers[0].session.maker_principal_ids)

    def test_it_is_never_forgotten(self):
        _, inviter = self.operator(ADMINISTRATOR)
        email, operates = self.operator(FINANCE, by=inviter)
        other_email, other = self.operator(ADMINISTRATOR, FINANCE)
        self.assertEqual(self.makers(self.email), set())
        self.assertEqual(self.makers(email), {inviter, self.first})
        self.assertEqual(self.makers(other_email), {self.first})
        self.set_roles(operates, FINANCE, SUPPORT, by=other)  # a role is enough
        self.set_roles(operates, FINANCE)
        self.remove(inviter)
        identity.clock.turn(30 * DAY)
        self.assertEqual(self.makers(email), {inviter, other, self.first})
        token = log_in(email).session_token
        answer = call("SessionService/ResolveSessions", questions=[{"session_token": token, "takes_operator_roles": True}]).answers[0]
        self.assertEqual(list(answer.session.maker_principal_ids), [])  # nobody asked
        self.remove(other)


class RecoveryTest(Desk):
    WHY = "The only administrator lost her phone."

    def recover(self, source="-", why=WHY):
        done = subprocess.run(identity.service.migration("--first-operator=" + source, "--operator-recovery=" + why), capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('"of":"recovery"', done.stderr)
        return done.stdout.strip()

    def events(self, principal, kind):
        return [event.detail for event in call("SecurityEventService/ListSecurityEvents", principal).events if event.kind == kind]

    def test_one_more_is_let_in_and_the_others_are_told(self):
        email, other = self.operator(ADMINISTRATOR)
        with refused(self, Code.FAILED_PRECONDITION, "OPERATOR_EXISTS"):
            accept_first("x" * 64, new_email())
        code = self.recover()
        identity.secrets.append(code)
        for principal in (self.first, other):
            self.assertEqual(self.events(principal, RECOVERY)[0], self.WHY)
        for address in (email, self.email):
            self.told(address, "one more administrator", self.WHY)
        with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
            accept_first("x" * 64, new_email())
        third = new_email()
        answer = accept_first(code, third)
        self.assertEqual(list(answer.roles), numbers(ADMINISTRATOR, REVIEW, FINANCE, SUPPORT))
        self.assertEqual(self.events(answer.principal_id, JOINED), ["recovery"])
        for address in (email, self.email):
            self.told(address, answer.principal_id, "by whoever owns the installation")
        self.assertEqual(identity.letters(third), [])
        with refused(self, Code.FAILED_PRECONDITION, "OPERATOR_EXISTS"):  # once
            accept_first(code, new_email())
        self.remove(other, by=answer.principal_id)
        self.remove(answer.principal_id)

    def test_the_code_ends_by_itself_and_the_next_takes_its_place(self):
        lost, code = self.recover(), self.recover()
        with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
            accept_first(lost, new_email())
        self.assertEqual(first_code(identity.service), "")  # what each migration says changes nothing of it
        identity.clock.turn(3 * DAY)
        with refused(self, Code.FAILED_PRECONDITION, "CODE_EXPIRED"):
            accept_first(code, new_email())
        with tempfile.NamedTemporaryFile("w", suffix=".code") as file:
            file.write("an-installation-keeps-it-in_a_Secret\n")
            file.flush()
            self.assertEqual(self.recover(file.name), "")
        self.remove(accept_first("an-installation-keeps-it-in_a_Secret", new_email()).principal_id)

    def test_it_is_an_act_and_no_setting(self):
        flag, sources = "--operator-recovery=" + self.WHY, "--first-operator=-"
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write("operator-recovery = %s\n" % self.WHY)
            file.flush()
            for words, environment in (((sources, "--settings-file=" + file.name), {}), ((sources,), {"KONTOR_OPERATOR_RECOVERY": self.WHY}), ((flag,), {}),
                                       ((sources, "--operator-recovery=" + "x" * 257), {}), ((sources, "--operator-recovery=   "), {}),
                                       (("--first-operator=%s.gone" % file.name, flag), {})):
                done = subprocess.run(identity.service.migration(*words), capture_output=True, text=True, timeout=60, env=dict(os.environ, **environment))
                self.assertEqual((done.returncode, done.stdout), (1, ""), words)
                self.assertRegex(done.stderr, "operator_recovery_not_safe|first_operator_code_unreadable")
            program, *words = identity.service.migration("--settings-file=" + file.name)
            done = subprocess.run([program] + [word.replace("migration-url", "database-url") for word in words if word != "--migrate-only"] +
                                  ["--listen-address=127.0.0.1:0", "--admin-address="], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 1)
            self.assertIn("operator_recovery_not_safe", done.stdout + done.stderr)


class NoticeTest(Desk):
    """Nobody is let in, given roles or removed behind an administrator's back."""

    def test_all_administrators_are_told(self):
        email, other = self.operator(ADMINISTRATOR)
        support_email, _ = self.operator(SUPPORT)

        def hear(*words):
            for address in (self.email, email):
                self.told(address, *words)

        _, joined = self.operator(FINANCE)
        hear(joined, self.first, "now on: OPERATOR_FINANCE; before: none")
        self.set_roles(joined, REVIEW)
        hear(joined, self.first, "now on: OPERATOR_REVIEW; before: OPERATOR_FINANCE")
        self.set_roles(joined, REVIEW)
        self.remove(other)  # who is removed hears of it, too
        hear(other, "now on: none; before: OPERATOR_ADMINISTRATOR")
        self.assertEqual(sum(joined in one["text"] for one in identity.letters(email)), 2)  # where nothing changed, nobody is told
        newest = call("NoticeService/ListNotices", self.first, page_size=1).notices[0]
        self.assertEqual((newest.kind, newest.account_id), (6, ""))
        self.assertIn("now on: none; before: OPERATOR_ADMINISTRATOR", newest.text)
        self.assertEqual([one["subject"] for one in identity.letters(support_email)], ["You are invited to operate Kontor"])


class LeaverTest(Desk):
    def test_who_was_removed_is_out_at_once_and_for_good(self):
        email, principal = self.operator(FINANCE)
        token = log_in(email).session_token
        self.remove(principal)
        answer = call("SessionService/ResolveSessions", questions=[{"session_token": token, "takes_operator_roles": True}]).answers[0]
        self.assertTrue(answer.HasField("refused"))
        with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
            log_in(email)
        with refused(self, Code.NOT_FOUND, "OPERATOR_NOT_FOUND"):
            self.remove(principal)
        self.assertEqual(self.left().count(principal), 1)  # what it asked another one for ends
        self.assertNotIn(principal, [one.principal_id for one in call(DESK + "ListOperators", self.first, page_size=100).operators])
        _, invitation, code = self.invite_again(email)
        self.assertNotEqual(self.accept(invitation, code).principal_id, principal)  # somebody new, with the address

    def left(self):
        """The leavers of no account, as the world is told."""
        found, cursor = [], ""
        while True:
            page = identity.service.call("event.v1.EventService/ListEvents", cursor=cursor, page_size=500).events
            found += [identity.message(event.type).FromString(event.payload) for event in page if event.type == "identity.v1.MemberLeft"]
            if not page:
                return [event.principal_id for event in found if event.account_id == ""]
            cursor = page[-1].cursor

    def invite_again(self, email):
        answer = change(DESK + "InviteOperator", self.first, email=email, name="Li Lei", roles=[SUPPORT])
        text = letter(email, 2)["text"]
        return email, answer.invitation, re.search(r"your code (\S{11})", text).group(1)

    def test_operators_are_listed_in_pages(self):
        for _ in range(2):
            self.operator(SUPPORT)
        seen, token = [], ""
        while True:
            page = call(DESK + "ListOperators", self.first, page_size=2, page_token=token)
            seen += [one.principal_id for one in page.operators]
            token = page.next_page_token
            if not token:
                break
        self.assertEqual(seen, sorted(set(seen)))
        self.assertIn(self.first, seen)


class SecretTest(Desk):
    def test_no_code_and_no_address_is_kept_or_logged(self):
        email, invitation, code = self.invite(SUPPORT)
        self.accept(invitation, code)
        log = identity.service.log()
        dump = subprocess.run(["pg_dump", "--data-only", "-h", os.environ["KONTOR_TEST_POSTGRES"], "-U", "postgres", identity.service.database],
                              capture_output=True, text=True, check=True).stdout
        for secret in (code, email, "Han Mei", PASSWORD, self.email):
            self.assertNotIn(secret, log)
            self.assertNotIn(secret, dump)


if __name__ == "__main__":
    unittest.main()
