"""ID-20: members by invitation, against the real service, its database and its spool."""
import concurrent.futures
import unittest

import identity_test as identity
from identity_test import (PASSWORD, Code, Person, call, change, invitation_to, invite, join, letters, log_in, new_email, new_id, refused)
from service import Refusal, psql

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
DAY = 86400


def newcomer(email, **fields):
    """Joins by the invitation that came last."""
    return change("InvitationService/JoinByInvitation", **dict(invitation_to(email), name="Li Lei", password=PASSWORD,
                                                               password_confirmation=PASSWORD, **fields))


def accept(person, **fields):
    return change("InvitationService/AcceptInvitation", person.principal, **fields)


def listed(owner):
    return call("InvitationService/ListInvitations", owner.principal, account_id=owner.account).invitations


def roles_of(email, account):
    return list(call("SessionService/ResolveSession", session_token=log_in(email).session_token, account_id=account).roles)


def wrong_code(code):
    return ("1" if code[0] != "1" else "2") + code[1:]


class Invitations(unittest.TestCase):
    def setUp(self):
        self.owner = Person()

    def test_a_new_person_joins_and_owns_nothing(self):
        email = new_email()
        sent = invite(self.owner, email, "ROLE_FINANCE", name="Li Lei", subtree=True)
        self.assertEqual((sent.email, sent.name, sent.role, sent.subtree, sent.state, sent.invited_by),
                         (email, "Li Lei", 4, True, 1, self.owner.principal))
        joined = newcomer(email)
        self.assertEqual((joined.account_id, joined.role), (self.owner.account, 4))
        self.assertEqual(roles_of(email, self.owner.account), [4])
        self.assertEqual(psql(identity.service.database, "SELECT count(*) FROM identity.account WHERE principal_id = '%s'"
                              % joined.principal_id), "0")
        self.assertEqual([(entry.state, entry.accepted_by) for entry in listed(self.owner)], [(2, joined.principal_id)])

    def test_it_acts_where_it_is_a_member(self):
        email, second = new_email(), Person()
        for owner in (self.owner, second):
            invite(owner, email, "ROLE_FINANCE")
            if owner is self.owner:
                principal = newcomer(email).principal_id
                identity.clock.turn(1)
            else:
                change("InvitationService/AcceptInvitation", principal, **invitation_to(email))
        session = log_in(email)
        resolved = lambda: call("SessionService/ResolveSession", session_token=session.session_token)  # noqa: E731
        self.assertEqual((session.account_id, resolved().account_id, list(resolved().roles)), (self.owner.account, self.owner.account, [4]))
        accounts = lambda **page: call("AccountService/ListMyAccounts", principal, **page)  # noqa: E731
        both = sorted((self.owner.account, second.account))
        self.assertEqual([(mine.account_id, list(mine.roles), mine.owner, mine.inherited) for mine in accounts().accounts],
                         [(account, [4], False, False) for account in both])
        first = accounts(page_size=1)
        self.assertEqual([mine.account_id for mine in accounts(page_size=1, page_token=first.next_page_token).accounts], both[1:])
        change("AccountService/SetEnvironment", second.principal, account_id=second.account, environment="ENVIRONMENT_TEST")
        for narrowed, expected in (({"environment": "ENVIRONMENT_TEST"}, [second.account]), ({"environment": "ENVIRONMENT_PRODUCTION"}, []),
                                   ({"name_contains": "agency"}, []), ({"under_account_id": second.account}, [second.account]),
                                   ({"under_account_id": Person().account}, []), ({"after_account_id": both[0]}, both[1:])):
            self.assertEqual([mine.account_id for mine in accounts(**narrowed).accounts], expected, narrowed)
        for owner, left in ((self.owner, second.account), (second, None)):
            change("RoleService/RemoveMember", owner.principal, account_id=owner.account, principal_id=principal)
            if left:
                self.assertEqual((resolved().account_id, list(resolved().roles)), (left, [4]))
        with refused(self, Code.UNAUTHENTICATED, "SESSION_ENDED"):  # it may act nowhere any more
            resolved()

    def test_who_leaves_loses_all_at_once(self):
        friend = Person()
        join(self.owner, friend, "ROLE_ACCOUNT_ADMINISTRATOR")
        change("RoleService/GrantRole", self.owner.principal, account_id=self.owner.account, principal_id=friend.principal, role="ROLE_FINANCE")
        token = log_in(friend.email).session_token
        remove = lambda by, who: change("RoleService/RemoveMember", by.principal, account_id=self.owner.account, principal_id=who.principal)  # noqa: E731
        with refused(self, Code.PERMISSION_DENIED, "OWNER_ROLE"):  # S14
            remove(friend, self.owner)
        remove(self.owner, friend)
        resolved = call("SessionService/ResolveSession", session_token=token, account_id=self.owner.account)
        self.assertEqual(list(resolved.roles), [])
        call("SessionService/ResolveSession", session_token=token)  # its own account is its own
        with refused(self, Code.NOT_FOUND, "NOT_A_MEMBER"):
            remove(self.owner, friend)
        with refused(self, Code.FAILED_PRECONDITION, "LAST_ADMINISTRATOR"):
            remove(self.owner, self.owner)
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            remove(friend, self.owner)
        events = call("SecurityEventService/ListAccountSecurityEvents", self.owner.principal, account_id=self.owner.account).events
        self.assertEqual([(event.principal_id, event.actor_principal_id) for event in events if event.kind == 26],
                         [(friend.principal, self.owner.principal)])

    def test_members_have_names(self):
        email = new_email()
        invite(self.owner, email, "ROLE_MEMBER", name="somebody")
        principal = newcomer(email).principal_id
        names = lambda: {member.principal_id: (member.name, member.added_by) for member in  # noqa: E731
                         call("RoleService/ListMembers", self.owner.principal, account_id=self.owner.account).members}
        self.assertEqual(names(), {self.owner.principal: ("", ""), principal: ("Li Lei", self.owner.principal)})
        identity.secrets.append("Wáng Fāng")
        change("SessionService/SetName", self.owner.principal, name="Wáng Fāng")
        change("SessionService/SetName", principal, name="")
        self.assertEqual(names(), {self.owner.principal: ("Wáng Fāng", ""), principal: ("", self.owner.principal)})
        with refused(self, Code.INVALID_ARGUMENT, field="name"):
            change("SessionService/SetName", principal, name="x" * 65)

    def test_its_address_is_taken_from_nobody(self):  # ID-17, S10
        email = new_email()
        invite(self.owner, email, "ROLE_MEMBER")
        newcomer(email)
        sign_up = identity.start(email=email)
        count = len(letters(email))
        change("SignUpService/SendCode", sign_up_id=sign_up)
        self.assertIn("already have", identity.letter(email, count + 1)["subject"])
        invite(Person(), email, "ROLE_MEMBER")
        with refused(self, Code.ALREADY_EXISTS, "EMAIL_REGISTERED"):
            newcomer(email)
        self.assertEqual(roles_of(email, self.owner.account), [2])

    def test_its_factors_are_told_to_its_address(self):
        email = new_email()
        invite(self.owner, email, "ROLE_MEMBER")
        principal = newcomer(email).principal_id
        self.assertEqual(psql(identity.service.database, "SELECT email_sealed IS NOT NULL AND account_id IS NULL FROM identity.principal"
                              " WHERE principal_id = '%s'" % principal), "t")

    def test_only_the_owner_of_the_address_accepts(self):
        friend, thief = Person(), Person()
        invite(self.owner, friend.email, "ROLE_MEMBER")
        came = invitation_to(friend.email)
        with refused(self, Code.PERMISSION_DENIED, "INVITATION_OF_ANOTHER"):
            accept(thief, **came)
        with refused(self, Code.ALREADY_EXISTS, "EMAIL_REGISTERED"):
            newcomer(friend.email)
        with refused(self, Code.UNAUTHENTICATED, "PRINCIPAL_MISSING"):
            change("InvitationService/AcceptInvitation", **came)
        self.assertEqual(accept(friend, **came).account_id, self.owner.account)
        self.assertEqual(roles_of(friend.email, self.owner.account), [2])

    def test_it_is_accepted_once(self):
        friend = Person()
        invite(self.owner, friend.email, "ROLE_MEMBER")
        came, request_id = invitation_to(friend.email), new_id()
        first = accept(friend, request_id=request_id, **came)
        self.assertEqual(accept(friend, request_id=request_id, **came), first)
        with refused(self, Code.FAILED_PRECONDITION, "INVITATION_ENDED"):
            accept(friend, **came)

    def test_of_many_at_once_one_joins(self):
        email = new_email()
        invite(self.owner, email, "ROLE_MEMBER")

        def try_one(_):
            try:
                return newcomer(email).principal_id
            except Refusal as refusal:
                return refusal.reason

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(try_one, range(4)))
        joined = [outcome for outcome in outcomes if outcome not in ("INVITATION_ENDED", "EMAIL_REGISTERED", "INVITATION_LOCKED")]
        self.assertEqual(len(joined), 1, outcomes)
        self.assertEqual(roles_of(email, self.owner.account), [2])

    def test_one_that_was_taken_back(self):
        friend = Person()
        sent = invite(self.owner, friend.email, "ROLE_MEMBER")
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            change("InvitationService/RevokeInvitation", friend.principal, account_id=self.owner.account, invitation_id=sent.invitation_id)
        other = Person()
        with refused(self, Code.NOT_FOUND, "INVITATION_NOT_FOUND"):
            change("InvitationService/RevokeInvitation", other.principal, account_id=other.account, invitation_id=sent.invitation_id)
        change("InvitationService/RevokeInvitation", self.owner.principal, account_id=self.owner.account, invitation_id=sent.invitation_id)
        with refused(self, Code.FAILED_PRECONDITION, "INVITATION_ENDED"):
            accept(friend, **invitation_to(friend.email))
        with refused(self, Code.FAILED_PRECONDITION, "INVITATION_ENDED"):
            change("InvitationService/RevokeInvitation", self.owner.principal, account_id=self.owner.account, invitation_id=sent.invitation_id)
        join(self.owner, friend)
        self.assertEqual([entry.state for entry in listed(self.owner)], [2, 3])

    def test_it_lives_seven_days(self):
        early, late = Person(), Person()
        for friend in (early, late):
            invite(self.owner, friend.email, "ROLE_MEMBER")
        identity.clock.turn(7 * DAY - 60)
        accept(early, **invitation_to(early.email))
        identity.clock.turn(61)
        with refused(self, Code.FAILED_PRECONDITION, "INVITATION_ENDED"):
            accept(late, **invitation_to(late.email))
        self.assertEqual({entry.state for entry in listed(self.owner)}, {2, 4})

    def test_five_wrong_codes_lock_it(self):
        friend = Person()
        sent = invite(self.owner, friend.email, "ROLE_MEMBER")
        came = invitation_to(friend.email)
        bad = dict(came, code=wrong_code(came["code"]))
        for _ in range(4):
            with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                accept(friend, **bad)
        with refused(self, Code.PERMISSION_DENIED, "INVITATION_OF_ANOTHER"):  # a right one does not count
            accept(Person(), **came)
        with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
            accept(friend, **bad)
        with refused(self, Code.RESOURCE_EXHAUSTED, "INVITATION_LOCKED"):
            accept(friend, **came)
        self.assertEqual([entry.state for entry in listed(self.owner)], [5])
        change("InvitationService/RevokeInvitation", self.owner.principal, account_id=self.owner.account, invitation_id=sent.invitation_id)
        with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):  # like one that is not there
            accept(friend, invitation_id=new_id(), code=came["code"])

    def test_the_inviter_is_judged_again(self):
        boss, friend = Person(), Person()
        join(self.owner, boss, "ROLE_ACCOUNT_ADMINISTRATOR")
        invite((boss.principal, self.owner.account), friend.email, "ROLE_ACCOUNT_ADMINISTRATOR")
        change("RoleService/GrantRole", self.owner.principal, account_id=self.owner.account, principal_id=boss.principal, role="ROLE_MEMBER")
        change("RoleService/RevokeRole", self.owner.principal, account_id=self.owner.account, principal_id=boss.principal,
               role="ROLE_ACCOUNT_ADMINISTRATOR")
        with refused(self, Code.FAILED_PRECONDITION, "INVITER_NOT_ADMINISTRATOR"):
            accept(friend, **invitation_to(friend.email))
        self.assertEqual(roles_of(friend.email, self.owner.account), [])

    def test_an_inviter_gives_no_subtree_that_is_not_his(self):  # GW-13
        junior, friend = Person(), Person()
        account = self.owner.account
        join(self.owner, junior, "ROLE_ACCOUNT_ADMINISTRATOR")
        reach = lambda subtree: change("RoleService/GrantRole", self.owner.principal, account_id=account, principal_id=junior.principal,  # noqa: E731
                                       role="ROLE_ACCOUNT_ADMINISTRATOR", subtree=subtree)
        with refused(self, Code.PERMISSION_DENIED, "SUBTREE_NOT_YOURS"):
            invite((junior.principal, account), friend.email, "ROLE_FINANCE", subtree=True)
        reach(True)
        invite((junior.principal, account), friend.email, "ROLE_FINANCE", subtree=True)
        reach(False)
        with refused(self, Code.FAILED_PRECONDITION, "INVITER_NOT_ADMINISTRATOR"):
            accept(friend, **invitation_to(friend.email))
        reach(True)
        accept(friend, **invitation_to(friend.email))
        self.assertEqual(roles_of(friend.email, account), [4])

    def test_whom_one_does_not_invite(self):
        friend, email = Person(), new_email()
        join(self.owner, friend)
        with refused(self, Code.ALREADY_EXISTS, "ALREADY_A_MEMBER"):
            invite(self.owner, friend.email, "ROLE_FINANCE")
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            invite((friend.principal, self.owner.account), email, "ROLE_MEMBER")
        invite(self.owner, email, "ROLE_MEMBER")
        with refused(self, Code.ALREADY_EXISTS, "ALREADY_INVITED"):
            invite(self.owner, email.upper(), "ROLE_FINANCE")
        with refused(self, Code.INVALID_ARGUMENT, field="email"):
            invite(self.owner, "nobody", "ROLE_MEMBER")
        for role in ("ROLE_UNSPECIFIED", "ROLE_OPERATOR", "ROLE_ISOLATED_SPEND"):
            with refused(self, Code.INVALID_ARGUMENT, field="role"):
                invite(self.owner, new_email(), role)

    def test_the_maximum(self):
        email = new_email()
        for count in range(10):
            sent = invite(self.owner, email, "ROLE_MEMBER")
            change("InvitationService/RevokeInvitation", self.owner.principal, account_id=self.owner.account, invitation_id=sent.invitation_id)
        with refused(self, Code.RESOURCE_EXHAUSTED, "INVITATION_LIMIT"):
            invite(self.owner, email, "ROLE_MEMBER")
        identity.clock.turn(DAY)
        invite(self.owner, email, "ROLE_MEMBER")

    def test_strangers_use_up_no_employer_s_invitations(self):
        email, employer = new_email(), identity.company_account()
        identity.approve(employer.submit())
        for owner in [Person() for _ in range(2)]:
            for _ in range(5):
                sent = invite(owner, email, "ROLE_MEMBER")
                change("InvitationService/RevokeInvitation", owner.principal, account_id=owner.account, invitation_id=sent.invitation_id)
        with refused(self, Code.RESOURCE_EXHAUSTED, "INVITATION_LIMIT"):
            invite(self.owner, email, "ROLE_MEMBER")
        for _ in range(10):
            sent = invite(employer, email, "ROLE_MEMBER")
            change("InvitationService/RevokeInvitation", employer.principal, account_id=employer.account, invitation_id=sent.invitation_id)
        with refused(self, Code.RESOURCE_EXHAUSTED, "INVITATION_LIMIT"):  # nor does it flood the address itself
            invite(employer, email, "ROLE_MEMBER")

    def test_its_password_is_judged_like_any(self):
        email = new_email()
        invite(self.owner, email, "ROLE_MEMBER")
        for fields, field in (({"password": "short"}, "password"), ({"password_confirmation": "another one than that"}, "password_confirmation"),
                              ({"password": email, "password_confirmation": email}, "password"), ({"name": ""}, "name"), ({"code": "x"}, "code")):
            with refused(self, Code.INVALID_ARGUMENT, field=field):
                change("InvitationService/JoinByInvitation", **dict(dict(invitation_to(email), name="Li", password=PASSWORD,
                                                                         password_confirmation=PASSWORD), **fields))
        newcomer(email)

    def test_the_code_comes_before_what_only_who_has_it_may_know(self):
        """Whether a password is like the address that was invited tells the address; guesses at the code are counted."""
        email = new_email()
        invite(self.owner, email, "ROLE_MEMBER")
        known = invitation_to(email)
        like = {"name": "Li", "password": email, "password_confirmation": email}
        for guess in ({"code": "00000-00000"}, {"invitation_id": new_id()}):
            with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                change("InvitationService/JoinByInvitation", **dict(like, **dict(known, **guess)))
        with refused(self, Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", field="password"):
            change("InvitationService/JoinByInvitation", **dict(like, **known))
        for _ in range(4):
            with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                change("InvitationService/JoinByInvitation", **dict(like, **dict(known, code="00000-00000")))
        with refused(self, Code.RESOURCE_EXHAUSTED, "INVITATION_LOCKED"):
            change("InvitationService/JoinByInvitation", **dict(like, **known))

    def test_all_is_noted(self):
        friend, gone = Person(), Person()
        sent = invite(self.owner, gone.email, "ROLE_MEMBER")
        change("InvitationService/RevokeInvitation", self.owner.principal, account_id=self.owner.account, invitation_id=sent.invitation_id)
        join(self.owner, friend)
        for rpc in ("GrantRole", "RevokeRole"):
            change("RoleService/" + rpc, self.owner.principal, account_id=self.owner.account, principal_id=friend.principal, role="ROLE_FINANCE")
        events = call("SecurityEventService/ListAccountSecurityEvents", self.owner.principal, account_id=self.owner.account).events
        noted = [(event.kind, event.principal_id, event.actor_principal_id, event.detail) for event in events if event.account_id]
        by, came = self.owner.principal, listed(self.owner)[0].invitation_id
        self.assertCountEqual(noted, [(5, by, "", "ACCOUNT_ADMINISTRATOR"), (12, by, "", sent.invitation_id), (13, by, "", sent.invitation_id), (12, by, "", came),
                                 (14, friend.principal, "", came), (5, friend.principal, by, "MEMBER"), (5, friend.principal, by, "FINANCE"),
                                 (6, friend.principal, by, "FINANCE")])


if __name__ == "__main__":
    unittest.main()
