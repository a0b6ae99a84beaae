"""Of somebody who leaves an account keys, certificates and invitations end, there and below (ID-27); against the real identity."""
import concurrent.futures
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import identity_test as identity  # noqa: E402
from certificate_test import certificate  # noqa: E402
from identity_test import Code, Person, Refusal, call, change, invitation_to, invite, join, letters, log_in, new_email, new_id, psql, refused  # noqa: E402
from key_test import DAY, Keys, secrets, stamp, use  # noqa: E402

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
ADMINISTRATOR = "ROLE_ACCOUNT_ADMINISTRATOR"
KEY_REVOKED, MEMBER_REMOVED, INVITATION_REVOKED, MEMBER_LEFT = 23, 26, 13, 52


def put_under(child, parent):
    psql(identity.service.database, "INSERT INTO identity.structure_edge VALUES ('%s', 'GROUP', 1, '%s', now())" % (child.account, parent.account))


class Leavers(Keys):
    def setUp(self):
        super().setUp()
        self.leaver, self.child = Person(), Person()
        put_under(self.child, self.owner)
        join(self.owner, self.leaver, ADMINISTRATOR, subtree=True)
        self.below = change("ProgramService/CreateProgram", self.child.principal, account_id=self.child.account, name="portal",
                            roles=["ROLE_FINANCE"]).program.program_id

    def make_key(self, by=None, account=None):
        """(its id, its secret)"""
        account = account or self.owner
        answer = self.act("KeyService/CreateKey", (by or self.leaver).principal, account_id=account.account,
                          program_id=self.below if account is self.child else self.program, scope={"permissions": ["ledger.*"]},
                          expire_time=stamp(DAY))
        secrets.append(answer.secret)
        return answer.key.key_id, answer.secret

    def remove(self, by=None, account=None, **fields):
        return change("RoleService/RemoveMember", (by or self.owner).principal, account_id=(account or self.owner).account,
                      principal_id=self.leaver.principal, **fields)

    def noted(self, account, kind):
        events = call("SecurityEventService/ListAccountSecurityEvents", account.principal, account_id=account.account).events
        return sorted(event.detail for event in events if event.kind == kind)

    def left(self):
        """The leavers of the account, as they were told."""
        found, cursor = [], ""
        while True:
            page = identity.service.call("event.v1.EventService/ListEvents", cursor=cursor, page_size=500).events
            found += [identity.message(event.type).FromString(event.payload) for event in page if event.type == "identity.v1.MemberLeft"]
            if not page:
                return [event.principal_id for event in found if event.account_id == self.owner.account]
            cursor = page[-1].cursor


class Removed(Leavers):
    def test_the_keys_that_the_leaver_made_end_there_and_below(self):
        here, below, others = self.make_key(), self.make_key(account=self.child), self.make_key(self.owner)
        pem = self.act("KeyService/RegisterCertificate", self.leaver.principal, program_id=self.program, certificate=certificate(),
                       scope={"permissions": ["ledger.*"]}).key.key_id
        self.act("KeyService/RevokeKey", key_id=self.make_key()[0])  # ended before: counted nowhere
        ends = self.remove().ends
        self.assertEqual((ends.roles, ends.keys, ends.invitations, ends.sessions), (1, 3, 0, 0))
        self.assertEqual([use(secret) for _, secret in (here, below, others)], ["KEY_REFUSED", "KEY_REFUSED", self.program])
        self.assertEqual((len(self.noted(self.owner, KEY_REVOKED)), self.noted(self.child, KEY_REVOKED)), (3, [below[0]]))
        self.assertTrue({here[0], pem} <= set(self.noted(self.owner, KEY_REVOKED)))
        self.assertEqual(self.left(), [self.leaver.principal])

    def test_what_is_kept_goes_on(self):
        kept, ended = self.make_key(account=self.child), self.make_key()
        self.assertEqual(self.remove(kept_key_ids=[kept[0]]).ends.keys, 1)
        self.assertEqual((use(kept[1]), use(ended[1])), (self.below, "KEY_REFUSED"))

    def test_only_what_would_end_is_kept(self):
        _, secret = self.make_key()
        for other in (new_id(), self.make_key(self.owner)[0]):
            with refused(self, Code.NOT_FOUND, "KEY_NOT_FOUND"):
                self.remove(kept_key_ids=[other])
        with refused(self, Code.INVALID_ARGUMENT, field="kept_key_ids"):
            self.remove(kept_key_ids=[new_id() for _ in range(101)])
        self.assertEqual((use(secret), self.left()), (self.program, []))  # nothing of it was done

    def test_where_the_leaver_has_a_role_by_another_grant_keys_stay(self):
        join(self.child, self.leaver, "ROLE_MEMBER")
        _, secret = self.make_key(account=self.child)
        self.assertEqual(self.remove().ends.keys, 0)
        self.assertEqual(use(secret), self.below)
        self.assertEqual(self.remove(self.child, self.child).ends.keys, 1)
        self.assertEqual(use(secret), "KEY_REFUSED")

    def test_a_grant_above_keeps_what_is_below(self):
        top = Person()
        put_under(self.owner, top)
        join(top, self.leaver, "ROLE_MEMBER", subtree=True)
        secrets_made = [self.make_key()[1], self.make_key(account=self.child)[1]]
        self.assertEqual(self.remove().ends.keys, 0)
        self.assertEqual(self.remove(top, top).ends.keys, 2)
        self.assertEqual([use(secret) for secret in secrets_made], ["KEY_REFUSED"] * 2)

    def test_keys_elsewhere_are_not_theirs_to_end(self):
        """In the leaver's own account, which is under none."""
        program = change("ProgramService/CreateProgram", self.leaver.principal, account_id=self.leaver.account, name="own",
                         roles=["ROLE_FINANCE"]).program.program_id
        own = self.act("KeyService/CreateKey", self.leaver.principal, account_id=self.leaver.account, program_id=program,
                       scope={"permissions": ["ledger.*"]}, expire_time=stamp(DAY)).secret
        secrets.append(own)
        self.assertEqual(self.remove().ends.keys, 0)
        self.assertEqual(use(own), program)

    def test_who_loses_the_last_role_leaves_too(self):
        _, secret = self.make_key()
        change("RoleService/GrantRole", self.owner.principal, account_id=self.owner.account, principal_id=self.leaver.principal, role="ROLE_MEMBER")
        revoke = lambda role: change("RoleService/RevokeRole", self.owner.principal, account_id=self.owner.account,  # noqa: E731
                                     principal_id=self.leaver.principal, role=role)
        self.assertFalse(revoke(ADMINISTRATOR).HasField("ends"))
        self.assertEqual((use(secret), self.left()), (self.program, []))
        ends = revoke("ROLE_MEMBER").ends
        self.assertEqual((ends.roles, ends.keys), (1, 1))
        self.assertEqual((use(secret), self.left()), ("KEY_REFUSED", [self.leaver.principal]))

    def test_their_open_invitations_are_taken_back(self):
        """Else they would count again as soon as the leaver administers again."""
        emails = [new_email(), new_email()]
        sent = [invite((by.principal, self.owner.account), email, "ROLE_MEMBER") for by, email in zip((self.leaver, self.owner), emails)]
        ends = self.remove().ends
        self.assertEqual((ends.invitations, self.noted(self.owner, INVITATION_REVOKED)), (1, [sent[0].invitation_id]))
        join(self.owner, self.leaver, ADMINISTRATOR)
        for email, reason in zip(emails, ("INVITATION_ENDED", None)):
            fields = dict(invitation_to(email), name="Li Lei", password=identity.PASSWORD, password_confirmation=identity.PASSWORD)
            if reason:
                with refused(self, Code.FAILED_PRECONDITION, reason):
                    change("InvitationService/JoinByInvitation", **fields)
            else:
                change("InvitationService/JoinByInvitation", **fields)

    def test_of_a_program_that_is_removed_the_world_is_told_too(self):
        """The acts that it asked approvers for end with it."""
        change("ProgramService/RemoveProgram", self.owner.principal, account_id=self.owner.account, program_id=self.program)
        self.assertEqual(self.left(), [self.program])

    def test_sessions_of_who_may_act_nowhere_are_told(self):
        email = new_email()
        invite(self.owner, email, "ROLE_MEMBER")
        clerk = change("InvitationService/JoinByInvitation", **dict(invitation_to(email), name="Li Lei", password=identity.PASSWORD,
                                                                    password_confirmation=identity.PASSWORD)).principal_id
        log_in(email)
        ends = change("RoleService/RemoveMember", self.owner.principal, account_id=self.owner.account, principal_id=clerk).ends
        self.assertEqual((ends.roles, ends.sessions), (1, 1))

    def test_the_same_request_is_answered_alike(self):
        self.make_key()
        request = new_id()
        self.assertEqual(self.remove(request_id=request), self.remove(request_id=request))
        self.assertEqual(self.left(), [self.leaver.principal])


class ByThemselves(Leavers):
    def leave(self, who=None, **fields):
        return change("RoleService/LeaveAccount", (who or self.leaver).principal, account_id=self.owner.account, **fields)

    def notices(self, who):
        return call("NoticeService/ListNotices", who.principal).notices

    def test_all_ends_that_ends_of_who_is_removed(self):
        here, below, others = self.make_key(), self.make_key(account=self.child), self.make_key(self.owner)
        invite((self.leaver.principal, self.owner.account), new_email(), "ROLE_MEMBER")
        ends = self.leave().ends
        self.assertEqual((ends.roles, ends.keys, ends.invitations, ends.sessions), (1, 2, 1, 0))
        self.assertEqual([use(secret) for _, secret in (here, below, others)], ["KEY_REFUSED", "KEY_REFUSED", self.program])
        self.assertEqual(self.left(), [self.leaver.principal])
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            self.make_key()

    def test_the_administrators_are_told(self):
        administrator, member = Person(), Person()
        join(self.owner, administrator, ADMINISTRATOR)
        join(self.owner, member)
        self.leave()
        for who in (self.owner, administrator):
            told = self.notices(who)[0]
            self.assertIn("The member %s left the account by itself." % self.leaver.principal, told.text)
            self.assertEqual(told.account_id, self.owner.account)
        for who in (member, self.leaver):
            self.assertEqual([notice.text for notice in self.notices(who)], ["A role was given to you."])
        event, = [event for event in call("SecurityEventService/ListAccountSecurityEvents", self.owner.principal,
                                          account_id=self.owner.account).events if event.kind == MEMBER_LEFT]
        self.assertEqual((event.principal_id, event.actor_principal_id), (self.leaver.principal, ""))

    def test_neither_the_owner_nor_the_last_administrator(self):
        with refused(self, Code.PERMISSION_DENIED, "OWNER_ROLE"):
            self.leave(self.owner)  # though there is another administrator
        change("RoleService/RevokeRole", self.owner.principal, account_id=self.owner.account, principal_id=self.owner.principal, role=ADMINISTRATOR)
        with refused(self, Code.FAILED_PRECONDITION, "LAST_ADMINISTRATOR"):
            self.leave()
        other = Person()
        join((self.leaver.principal, self.owner.account), other, ADMINISTRATOR)
        self.assertEqual(self.leave().ends.roles, 1)

    def test_of_two_last_administrators_at_once_one_stays(self):
        other = Person()
        join(self.owner, other, ADMINISTRATOR)
        change("RoleService/RevokeRole", self.owner.principal, account_id=self.owner.account, principal_id=self.owner.principal, role=ADMINISTRATOR)

        def outcome(who):
            try:
                return str(self.leave(who).ends.roles)
            except Refusal as refusal:
                return refusal.reason

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            self.assertEqual(sorted(pool.map(outcome, (self.leaver, other))), ["1", "LAST_ADMINISTRATOR"])

    def test_whoever_is_no_member(self):
        program = call("ProgramService/ListPrograms", self.owner.principal, account_id=self.owner.account).programs[0].program_id
        for who in (Person().principal, program):
            with refused(self, Code.NOT_FOUND, "NOT_A_MEMBER"):
                change("RoleService/LeaveAccount", who, account_id=self.owner.account)
        with refused(self, Code.NOT_FOUND, "NOT_A_MEMBER"):  # what was given above is left there
            change("RoleService/LeaveAccount", self.leaver.principal, account_id=self.child.account)
        with refused(self, Code.UNAUTHENTICATED, "PRINCIPAL_MISSING"):
            change("RoleService/LeaveAccount", account_id=self.owner.account)

    def test_who_may_act_nowhere_any_more_is_logged_out(self):
        email = new_email()
        invite(self.owner, email, "ROLE_MEMBER")
        clerk = change("InvitationService/JoinByInvitation", **dict(invitation_to(email), name="Li Lei", password=identity.PASSWORD,
                                                                    password_confirmation=identity.PASSWORD)).principal_id
        token = log_in(email).session_token
        self.assertEqual(change("RoleService/LeaveAccount", clerk, account_id=self.owner.account).ends.sessions, 1)
        with refused(self, Code.UNAUTHENTICATED, "SESSION_ENDED"):
            call("SessionService/ResolveSession", session_token=token)

    def test_the_same_request_is_answered_alike(self):
        request = new_id()
        self.assertEqual(self.leave(request_id=request), self.leave(request_id=request))
        self.assertEqual(self.left(), [self.leaver.principal])
        with refused(self, Code.NOT_FOUND, "NOT_A_MEMBER"):
            self.leave()


class Races(Leavers):
    def test_no_key_is_made_below_while_its_maker_is_removed(self):
        for _ in range(6):
            made = []

            def make(_, made=made):
                try:
                    made.append(self.make_key(account=self.child)[1])
                except Refusal as refusal:
                    self.assertIn(refusal.reason, ("ROLE_MISSING", "CONFLICT"))

            with concurrent.futures.ThreadPoolExecutor(5) as pool:
                work = [pool.submit(make, place) for place in range(4)] + [pool.submit(self.remove)]
                for each in work:
                    each.result()
            self.assertEqual([use(secret) for secret in made], ["KEY_REFUSED"] * len(made))
            join(self.owner, self.leaver, ADMINISTRATOR, subtree=True)


if __name__ == "__main__":
    unittest.main()
