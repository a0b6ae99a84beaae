"""Hand-over of an account whose owner leaves, against the real identity (ID-27): all or nothing, by the owner or by two others."""
import concurrent.futures
import os
import re
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import identity_test as identity  # noqa: E402
from contact_change_test import HOUR, awaited  # noqa: E402
from identity_test import Code, PASSWORD, Person, Refusal, call, change, join, letters, log_in, new_email, new_id, new_phone, psql, refused, wrong  # noqa: E402

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
ADMINISTRATOR = "ROLE_ACCOUNT_ADMINISTRATOR"
OTHER_PASSWORD = "nine quiet harbours at dawn"


def code_since(to, seen):
    deadline = time.monotonic() + 20
    while True:
        found = re.findall(r"\b\d{6}\b", " ".join(letter["text"] for letter in letters(to)[seen:]))
        if found:
            identity.secrets.append(found[-1])
            return found[-1]
        if time.monotonic() > deadline:
            raise AssertionError("no code to " + to)
        time.sleep(0.02)


class HandOver:
    """Of a company's account; its owner leaves, administrators stay who have been that for a day."""

    def __init__(self):
        identity.clock.turn(HOUR)  # what was sent before counts for no limit any more
        self.owner = Person()
        self.owner.verify_phone()
        self.one, self.other, self.third = Person(), Person(), Person()
        for friend in (self.one, self.other, self.third):
            join(self.owner, friend, ADMINISTRATOR)
        identity.clock.turn(24 * HOUR)
        self.email, self.phone = new_email(), new_phone()

    def begin(self, by=None, email=None, phone=None, **fields):
        self.by = by or self.owner.principal
        self.email, self.phone = email or self.email, phone or self.phone
        self.seen = {to: len(letters(to)) for to in (self.email, self.phone, self.owner.email)}
        fields.setdefault("reason", "The owner leaves the company.")
        answer = change("HandOverService/BeginHandOver", self.by, account_id=self.owner.account, email=self.email, phone=self.phone, **fields)
        self.id = answer.hand_over_id
        return answer

    def codes(self):
        codes = {"email_code": code_since(self.email, self.seen[self.email]), "phone_code": code_since(self.phone, self.seen[self.phone])}
        return codes if self.by != self.owner.principal else dict(codes, old_code=code_since(self.owner.email, self.seen[self.owner.email]))

    def confirm(self, by=None, **fields):
        return change("HandOverService/ConfirmHandOver", by or self.by, account_id=self.owner.account, hand_over_id=self.id,
                      **(fields or self.codes()))

    def approve(self, by=None, **fields):
        return change("HandOverService/ApproveHandOver", by or self.other.principal, account_id=self.owner.account, hand_over_id=self.id,
                      **fields)

    def cancel(self, by):
        return change("HandOverService/CancelHandOver", by, account_id=self.owner.account, hand_over_id=self.id)

    def remove(self, by, who):
        return change("RoleService/RemoveMember", by.principal, account_id=self.owner.account, principal_id=who.principal)

    def state(self, by=None):
        return call("HandOverService/GetHandOver", by or self.one.principal, account_id=self.owner.account).hand_over

    def account(self):
        return call("AccountService/GetAccount", account_id=self.owner.account).account

    def members(self):
        return {member.principal_id: member for member in call("RoleService/ListMembers", account_id=self.owner.account).members}


def outcome(act):
    """Where the hand-over stands by it, or why not."""
    try:
        return str(act().hand_over.state)
    except Refusal as refusal:
        return refusal.reason


def at_once(*acts):
    with concurrent.futures.ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(outcome, acts))


def choose_password(email, password=OTHER_PASSWORD):
    seen = len(letters(email))
    sent = change("PasswordService/SendPasswordResetCode", email=email)
    change("PasswordService/ResetPassword", email=email, reset_id=sent.reset_id, code=code_since(email, seen), new_password=password,
           new_password_confirmation=password)


class ByTheOwner(unittest.TestCase):
    def test_the_owner_gives_the_account_away_with_three_codes(self):
        hand, token = HandOver(), None
        token = log_in(hand.owner.email).session_token
        self.assertTrue(hand.begin().wants_old_code)
        answer = hand.confirm()
        self.assertEqual((answer.hand_over.state, answer.ends.sessions, answer.ends.roles), (3, 1, 1))
        account, successor = hand.account(), answer.hand_over.successor_id
        self.assertEqual((account.email, account.phone, account.email_verified, account.phone_verified, account.principal_id),
                         (hand.email, hand.phone, True, True, successor))
        self.assertNotIn(hand.owner.principal, hand.members())
        self.assertEqual((hand.members()[successor].owner, list(hand.members()[successor].roles)), (True, [1]))
        with refused(self, Code.UNAUTHENTICATED, "SESSION_ENDED"):
            call("SessionService/ResolveSession", session_token=token)
        with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
            log_in(hand.owner.email)
        awaited(hand.owner.email, "handed over to another person")
        awaited(hand.owner.phone, "handed over to another person")
        awaited(hand.email, "is yours now. To choose a password")
        choose_password(hand.email)
        session = log_in(hand.email, OTHER_PASSWORD)
        self.assertIn("is yours now", call("NoticeService/ListNotices", successor).notices[-1].text)
        self.assertEqual((session.principal_id, session.account_id), (successor, hand.owner.account))

    def test_one_code_is_not_enough(self):  # ID-11
        hand = HandOver()
        hand.begin()
        codes = hand.codes()
        for name in codes:
            with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
                hand.confirm(**dict(codes, **{name: wrong(codes[name])}))
            with refused(self, Code.INVALID_ARGUMENT, field=name):
                hand.confirm(**dict(codes, **{name: ""}))
        self.assertEqual(hand.account().email, hand.owner.email)
        self.assertEqual(log_in(hand.owner.email).principal_id, hand.owner.principal)

    def test_the_same_request_hands_over_once(self):
        hand, request_id = HandOver(), new_id()
        hand.begin()
        codes = hand.codes()
        first = hand.confirm(request_id=request_id, **codes)
        self.assertEqual(hand.confirm(request_id=request_id, **codes), first)
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            hand.confirm(**codes)


class ByTwoOthers(unittest.TestCase):
    def test_two_administrators_withdraw_it_from_an_owner_who_says_nothing(self):
        hand = HandOver()
        token = log_in(hand.owner.email).session_token
        program = change("ProgramService/CreateProgram", hand.owner.principal, account_id=hand.owner.account, name="portal",
                         roles=["ROLE_FINANCE"]).program
        keys = [self.key(hand, program, by) for by in (hand.owner.principal, hand.one.principal)]
        self.assertFalse(hand.begin(hand.one.principal).wants_old_code)
        with refused(self, Code.FAILED_PRECONDITION, "HAND_OVER_UNPROVED"):
            hand.approve()
        self.assertEqual(hand.confirm().hand_over.state, 2)
        self.assertEqual(call("SessionService/ResolveSession", session_token=token).principal_id, hand.owner.principal)  # not yet
        with refused(self, Code.PERMISSION_DENIED, "OWN_HAND_OVER"):
            hand.approve(hand.one.principal)
        with refused(self, Code.PERMISSION_DENIED, "HAND_OVER_NOT_YOURS"):
            hand.cancel(hand.owner.principal)
        waiting = hand.state(hand.other.principal)
        self.assertEqual((waiting.state, waiting.email, waiting.phone, waiting.begun_by), (2, hand.email, hand.phone, hand.one.principal))
        answer = hand.approve()
        self.assertEqual((answer.hand_over.state, answer.hand_over.approved_by, answer.ends.sessions, answer.ends.roles, answer.ends.keys),
                         (3, hand.other.principal, 1, 1, 1))
        with refused(self, Code.UNAUTHENTICATED, "SESSION_ENDED"):
            call("SessionService/ResolveSession", session_token=token)
        with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
            log_in(hand.owner.email)
        ended = {key.key_id: key.HasField("revoke_time") for key in call("KeyService/ListKeys", hand.one.principal,
                                                                          account_id=hand.owner.account).keys}
        self.assertEqual(ended, {keys[0]: True, keys[1]: False})
        events = [(event.kind, event.principal_id, event.actor_principal_id, event.detail) for event in
                  call("SecurityEventService/ListAccountSecurityEvents", account_id=hand.owner.account).events if event.kind >= 32]
        self.assertEqual(events, [(34, hand.owner.principal, hand.other.principal, hand.id), (32, hand.one.principal, "", hand.id)])
        records = call("AccountService/ListOnboardingRecords", account_id=hand.owner.account).records
        self.assertIn("HANDED_OVER", [record.kind for record in records])

    def key(self, hand, program, by):
        expires = {"seconds": int(identity.clock.now()) + 60 * 24 * HOUR}
        return change("KeyService/CreateKey", by, account_id=hand.owner.account, program_id=program.program_id,
                      scope={"permissions": ["ledger.balance.get"]}, expire_time=expires).key.key_id

    def test_who_was_appointed_by_the_other_is_no_second_person(self):
        hand, puppet = HandOver(), Person()
        join((hand.one.principal, hand.owner.account), puppet, ADMINISTRATOR)
        hand.begin(hand.one.principal)
        hand.confirm()
        with refused(self, Code.PERMISSION_DENIED, "HAND_OVER_APPOINTED"):
            hand.approve(puppet.principal)
        hand.cancel(hand.one.principal)
        hand.begin(puppet.principal)
        hand.confirm()
        with refused(self, Code.PERMISSION_DENIED, "HAND_OVER_APPOINTED"):
            hand.approve(hand.one.principal)
        self.assertEqual(hand.approve(hand.other.principal).hand_over.state, 3)

    def test_who_were_both_made_by_a_third_are_no_two(self):
        """By any number of steps, and though somebody between was removed since; the owner who leaves may have made both."""
        hand, puppets, last = HandOver(), [Person(), Person()], Person()
        for puppet in puppets:
            join((hand.one.principal, hand.owner.account), puppet, ADMINISTRATOR)
        hand.begin(puppets[0].principal)
        hand.confirm()
        with refused(self, Code.PERMISSION_DENIED, "HAND_OVER_APPOINTED"):
            hand.approve(puppets[1].principal)
        join((puppets[1].principal, hand.owner.account), last, ADMINISTRATOR)
        hand.cancel(hand.one.principal)
        hand.remove(hand.one, puppets[1])
        hand.begin(hand.one.principal, email=new_email(), phone=new_phone())
        hand.confirm()
        for who in (last, puppets[0], hand.owner):
            with refused(self, Code.PERMISSION_DENIED, "HAND_OVER_APPOINTED"):
                hand.approve(who.principal)
        self.assertEqual(hand.approve(hand.other.principal).hand_over.state, 3)

    def test_who_began_it_was_removed_since(self):
        hand = HandOver()
        hand.begin(hand.one.principal)
        hand.confirm()
        hand.remove(hand.one, hand.one)
        with refused(self, Code.NOT_FOUND, "HAND_OVER_NOT_FOUND"):
            hand.approve(hand.other.principal)
        self.assertEqual(hand.account().email, hand.owner.email)

    def test_meanwhile_nobody_removes_an_administrator(self):
        """Neither the owner whoever begins it, nor that one whoever would object; not by a single role either."""
        hand, clerk = HandOver(), Person()
        join(hand.owner, clerk, "ROLE_FINANCE")
        hand.begin(hand.one.principal)
        for by, who in ((hand.owner, hand.one), (hand.owner, hand.other), (hand.one, hand.third)):
            with refused(self, Code.FAILED_PRECONDITION, "HAND_OVER_UNDER_WAY"):
                hand.remove(by, who)
            with refused(self, Code.FAILED_PRECONDITION, "HAND_OVER_UNDER_WAY"):
                change("RoleService/RevokeRole", by.principal, account_id=hand.owner.account, principal_id=who.principal, role=ADMINISTRATOR)
        hand.remove(hand.owner, clerk)  # who decides nothing
        hand.remove(hand.other, hand.other)  # by himself
        hand.confirm()
        with refused(self, Code.FAILED_PRECONDITION, "HAND_OVER_UNDER_WAY"):
            hand.remove(hand.one, hand.third)
        hand.cancel(hand.third.principal)
        hand.remove(hand.owner, hand.one)

    def test_an_owner_s_own_holds_nobody(self):
        hand = HandOver()
        hand.begin()
        hand.remove(hand.owner, hand.one)

    def test_who_begins_them_day_after_day_is_removed_at_last(self):
        hand = HandOver()
        hand.begin(hand.one.principal)
        identity.clock.turn(23 * HOUR)
        hand.begin(hand.one.principal)
        with refused(self, Code.FAILED_PRECONDITION, "HAND_OVER_UNDER_WAY"):
            hand.remove(hand.owner, hand.one)
        identity.clock.turn(HOUR + 60)
        self.assertEqual(hand.state().state, 1)  # it is under way still
        hand.remove(hand.owner, hand.one)
        hand.begin(hand.other.principal)  # another one's holds
        with refused(self, Code.FAILED_PRECONDITION, "HAND_OVER_UNDER_WAY"):
            hand.remove(hand.owner, hand.other)

    def test_a_newcomer_is_no_second_person(self):
        """Neither one who came since, or within the day before, by whomever, nor one who was given the subtree above since."""
        hand, before, since, above = HandOver(), Person(), Person(), Person()
        main = Person()
        psql(identity.service.database, "INSERT INTO identity.structure_edge VALUES ('%s', 'GROUP', 1, '%s', now())"
             % (hand.owner.account, main.account))
        join(main, above, ADMINISTRATOR)
        join(hand.owner, before, ADMINISTRATOR)
        identity.clock.turn(23 * HOUR)
        change("RoleService/GrantRole", main.principal, account_id=main.account, principal_id=above.principal, role=ADMINISTRATOR, subtree=True)
        hand.begin(hand.one.principal)
        hand.confirm()
        join(hand.owner, since, ADMINISTRATOR)
        for who in (before, since, above):
            with refused(self, Code.PERMISSION_DENIED, "HAND_OVER_NEWCOMER"):
                hand.approve(who.principal)
        identity.clock.turn(24 * HOUR)
        hand.begin(hand.one.principal)
        hand.confirm()
        self.assertEqual(hand.approve(above.principal).hand_over.state, 3)

    def test_an_owner_who_agrees_is_no_newcomer(self):
        owner, one = Person(), Person()
        owner.verify_phone()
        join(owner, one, ADMINISTRATOR)
        hand = HandOver()
        hand.owner = owner
        hand.begin(one.principal)
        hand.confirm()
        with refused(self, Code.PERMISSION_DENIED, "HAND_OVER_APPOINTED"):  # and nothing of newcomers
            hand.approve(owner.principal)

    def test_another_one_takes_the_place_of_what_lapsed_or_not(self):
        hand = HandOver()
        first = hand.begin(hand.one.principal).hand_over_id
        second = hand.begin(hand.other.principal).hand_over_id
        identity.clock.turn(24 * HOUR)
        hand.begin(hand.one.principal)
        rows = psql(identity.service.database, "SELECT hand_over_id, outcome, end_time - create_time = '24 h' FROM identity.hand_over "
                    "WHERE account_id = '%s' ORDER BY hand_over_id" % hand.owner.account).splitlines()
        self.assertEqual(rows, ["%s|CANCELLED|f" % first, "%s|LAPSED|t" % second, "%s||" % hand.id])

    def test_an_owner_puts_none_of_his_own_in_its_place(self):
        hand = HandOver()
        hand.begin(hand.one.principal)
        hand.confirm()
        taken = hand.id
        with refused(self, Code.PERMISSION_DENIED, "HAND_OVER_NOT_YOURS"):
            hand.begin(hand.owner.principal, email=new_email(), phone=new_phone())
        hand.id = taken
        self.assertEqual(hand.approve(hand.other.principal).hand_over.state, 3)

    def test_an_operator_and_an_administrator(self):
        hand = HandOver()
        with refused(self, Code.INVALID_ARGUMENT, field="reason"):
            hand.begin(identity.operator(), reason="")
        hand.begin(identity.operator())
        hand.confirm()
        self.assertEqual(hand.approve().hand_over.state, 3)

    def test_strangers_and_members_do_none_of_it(self):
        hand, member = HandOver(), Person()
        join(hand.owner, member)
        for who in (member, Person()):
            with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
                hand.begin(who.principal)
        hand.begin(hand.one.principal)
        hand.confirm()
        for act in (hand.approve, hand.cancel):
            with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
                act(member.principal)

    def test_it_lapses_after_a_day_and_another_takes_its_place(self):
        hand = HandOver()
        hand.begin(hand.one.principal)
        hand.confirm()
        first = hand.id
        hand.begin(hand.other.principal)
        hand.id, second = first, hand.id
        with refused(self, Code.NOT_FOUND, "HAND_OVER_NOT_FOUND"):
            hand.approve(hand.other.principal)
        hand.id = second
        hand.confirm()
        identity.clock.turn(24 * HOUR)
        self.assertEqual(hand.state().state, 5)
        with refused(self, Code.NOT_FOUND, "HAND_OVER_NOT_FOUND"):
            hand.approve(hand.one.principal)

    def test_five_a_day(self):
        hand = HandOver()
        for _ in range(5):
            hand.begin(hand.one.principal, phone=new_phone(), email=new_email())
        with refused(self, Code.RESOURCE_EXHAUSTED, "HAND_OVER_LIMIT"):
            hand.begin(hand.other.principal)
        hand.cancel(hand.other.principal)
        self.assertTrue(hand.begin().wants_old_code)  # the owner's are counted apart


class Successors(unittest.TestCase):
    def done(self, hand):
        hand.begin(hand.one.principal)
        hand.confirm()
        return hand.approve().hand_over.successor_id

    def test_a_member_without_an_account_of_its_own_takes_it(self):
        hand, email = HandOver(), new_email()
        identity.invite(hand.owner, email, "ROLE_FINANCE")
        clerk = change("InvitationService/JoinByInvitation", name="Li Lei", password=OTHER_PASSWORD, password_confirmation=OTHER_PASSWORD,
                       **identity.invitation_to(email)).principal_id
        hand.email = email
        self.assertEqual(self.done(hand), clerk)
        self.assertEqual(log_in(email, OTHER_PASSWORD).account_id, hand.owner.account)
        self.assertEqual((hand.members()[clerk].owner, list(hand.members()[clerk].roles)), (True, [1, 4]))
        awaited(email, "You log in as before")

    def test_the_companys_own_address_stays_with_another_person_behind_it(self):
        hand = HandOver()
        hand.email = hand.owner.email
        successor = self.done(hand)
        self.assertNotEqual(successor, hand.owner.principal)
        with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
            log_in(hand.owner.email)
        choose_password(hand.owner.email)
        self.assertEqual(log_in(hand.owner.email, OTHER_PASSWORD).principal_id, successor)

    def test_a_code_of_the_leaver_sets_no_password_of_the_successor(self):
        hand = HandOver()
        hand.email = hand.owner.email
        hand.begin(hand.one.principal)
        hand.confirm()
        seen = len(letters(hand.email))
        sent = change("PasswordService/SendPasswordResetCode", email=hand.email)
        code = code_since(hand.email, seen)
        hand.approve()
        with refused(self, Code.FAILED_PRECONDITION, "CODE_EXPIRED"):
            change("PasswordService/ResetPassword", email=hand.email, reset_id=sent.reset_id, code=code, new_password=OTHER_PASSWORD,
                   new_password_confirmation=OTHER_PASSWORD)
        choose_password(hand.email)

    def test_whoever_has_an_account_is_told_and_the_caller_sees_no_difference(self):  # S10, ID-17
        hand, settled = HandOver(), Person()
        hand.email = settled.email
        hand.begin(hand.one.principal)
        with refused(self, Code.INVALID_ARGUMENT, "CODE_WRONG"):
            hand.confirm(email_code="000000", phone_code="000000")
        self.assertIn("already has an account", awaited(settled.email, "already has an account")["text"])
        self.assertEqual(hand.account().email, hand.owner.email)

    def test_an_address_that_gets_an_account_meanwhile(self):  # ID-17
        hand = HandOver()
        hand.begin(hand.one.principal)
        hand.confirm()
        sign_up(hand.email)
        with refused(self, Code.ALREADY_EXISTS, "EMAIL_REGISTERED"):
            hand.approve()
        self.assertEqual((hand.account().email, log_in(hand.owner.email).principal_id), (hand.owner.email, hand.owner.principal))  # nothing of it
        self.assertEqual(hand.state().state, 2)

    def test_the_number_is_of_the_country(self):  # ID-03
        with refused(self, Code.FAILED_PRECONDITION, "COUNTRY_MISMATCH"):
            HandOver().begin(phone="+4915112345678")

    def test_an_account_that_would_have_no_administrator_has_its_owner(self):
        hand, sibling = HandOver(), Person()
        join(sibling, hand.owner, ADMINISTRATOR)
        change("RoleService/RevokeRole", sibling.principal, account_id=sibling.account, principal_id=sibling.principal, role=ADMINISTRATOR)
        self.done(hand)
        members = call("RoleService/ListMembers", account_id=sibling.account).members
        self.assertEqual([(member.principal_id, list(member.roles)) for member in members], [(sibling.principal, [1])])


def sign_up(email):
    seen, started = len(letters(email)), identity.start(email=email)
    change("SignUpService/SendCode", sign_up_id=started)
    return change("SignUpService/VerifyCode", sign_up_id=started, code=code_since(email, seen))


class Races(unittest.TestCase):
    def waiting(self):
        hand = HandOver()
        hand.begin(hand.one.principal)
        hand.confirm()
        return hand

    def test_of_two_who_approve_at_once_one_does(self):
        hand = self.waiting()
        self.assertEqual(at_once(hand.approve, lambda: hand.approve(hand.third.principal)), ["3", "HAND_OVER_NOT_FOUND"])

    def test_two_accounts_for_one_successor_at_once(self):
        for _ in range(3):
            hands, email = [HandOver(), HandOver()], new_email()
            identity.invite(hands[0].owner, email, "ROLE_FINANCE")
            change("InvitationService/JoinByInvitation", name="Li Lei", password=OTHER_PASSWORD, password_confirmation=OTHER_PASSWORD,
                   **identity.invitation_to(email))
            for hand in hands:
                hand.begin(hand.one.principal, email=email)
                hand.confirm()
            self.assertEqual(at_once(*(hand.approve for hand in hands)), ["3", "EMAIL_REGISTERED"])

    def test_the_leaver_opens_nothing_meanwhile(self):
        """Log-ins, another password and roles for a friend, all at once with the approval: afterwards no session of the leaver lives."""
        for _ in range(4):
            hand, tokens = self.waiting(), []

            def log_in_again(_, hand=hand, tokens=tokens):
                try:
                    tokens.append(log_in(hand.owner.email).session_token)
                except Refusal as refusal:
                    self.assertIn(refusal.reason, ("LOG_IN_REFUSED", "LOG_INS_BUSY", "CONFLICT"))

            def change_password(hand=hand):
                try:
                    change("PasswordService/ChangePassword", hand.owner.principal, old_password=PASSWORD, new_password=OTHER_PASSWORD,
                           new_password_confirmation=OTHER_PASSWORD)
                except Refusal as refusal:
                    self.assertIn(refusal.reason, ("PRINCIPAL_NOT_FOUND", "PASSWORD_WRONG", "CONFLICT", "LOG_INS_BUSY"))

            with concurrent.futures.ThreadPoolExecutor(6) as pool:
                work = [pool.submit(log_in_again, place) for place in range(3)] + [pool.submit(change_password)]
                work.append(pool.submit(hand.approve))
                for each in work:
                    each.result()
            self.assertEqual(hand.state().state, 3)
            for token in tokens:
                with refused(self, Code.UNAUTHENTICATED, "SESSION_ENDED"):
                    call("SessionService/ResolveSession", session_token=token)
            for password in (PASSWORD, OTHER_PASSWORD):
                with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
                    log_in(hand.owner.email, password)


if __name__ == "__main__":
    unittest.main()
