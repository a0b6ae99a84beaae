"""B.3, ID-27 against the real identity: an administrator of the account's partner begins its hand-over, where the terms of their relation permit
that at the moment, and somebody of the account or of the provider approves it."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import grpc  # noqa: E402
import identity_test as identity  # noqa: E402
import relation_test  # noqa: E402
from contact_change_test import awaited  # noqa: E402
from hand_over_test import HandOver, OTHER_PASSWORD, choose_password, code_since  # noqa: E402
from identity_test import call, Code, Person, Refusal, change, join, letters, log_in, new_email, new_id, new_phone, operator, refused  # noqa: E402
from relation_test import control  # noqa: E402

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
TOLD = "Your partner began to hand the Kontor account"
TERMS = dict(relation_test.TERMS, permissions=["RELATION_PERMISSION_HANDOVER"])


def told(person):
    return [TOLD in letter["text"] for letter in letters(person.email)].count(True)


class OfPartner(HandOver):
    def __init__(self, terms=TERMS):
        self.email, self.phone = new_email(), new_phone()
        self.customer = relation_test.Firm()
        self.partner = relation_test.Partner()
        self.relation = relation_test.confirm(self.customer, self.partner.ask(self.customer, terms))
        self.customer.verify_phone()
        self.owner = self.customer
        self.one, self.other, self.third = Person(), Person(), Person()
        for friend in (self.one, self.other, self.third):
            join(self.owner, friend, "ROLE_ACCOUNT_ADMINISTRATOR")
        identity.clock.turn(24 * 3600)

    def owners(self):
        return [member.principal_id for member in self.members().values() if member.owner]

    def act(self, rpc, caller, partner=None, **fields):
        metadata = [("kontor-principal-id", caller)]
        if partner is not False:
            metadata.append(("kontor-partner-account-id", (partner or self.partner).account))
        fields = dict({"account_id": self.owner.account}, **fields)
        if rpc != "GetHandOver":
            fields.setdefault("request_id", new_id())
        return identity.service.call("identity.v1.HandOverService/" + rpc, metadata=tuple(metadata), **fields)

    def begin_as_partner(self, caller=None, partner=None):
        self.seen = {to: len(letters(to)) for to in (self.email, self.phone)}
        answer = self.act("BeginHandOver", caller or self.partner.principal, partner, email=self.email, phone=self.phone, reason="Its owner left.")
        self.id = answer.hand_over_id
        return answer

    def confirm_as_partner(self, caller=None):
        codes = {"email_code": code_since(self.email, self.seen[self.email]), "phone_code": code_since(self.phone, self.seen[self.phone])}
        return self.act("ConfirmHandOver", caller or self.partner.principal, hand_over_id=self.id, **codes)


class ByThePartner(unittest.TestCase):
    def test_it_begins_and_the_account_approves(self):
        hand = OfPartner()
        self.assertFalse(hand.begin_as_partner().wants_old_code)
        self.assertEqual(hand.confirm_as_partner().hand_over.state, 2)
        told = hand.act("GetHandOver", hand.partner.principal).hand_over
        self.assertEqual((told.partner_account_id, told.begun_by, told.email), (hand.partner.account, hand.partner.principal, hand.email))
        second = Person()
        join(hand.partner, second, "ROLE_ACCOUNT_ADMINISTRATOR")
        join(hand.owner, second, "ROLE_ACCOUNT_ADMINISTRATOR")
        for caller, partner in ((hand.partner.principal, None), (second.principal, None), (second.principal, False)):
            with refused(self, Code.PERMISSION_DENIED, "HAND_OVER_BY_PARTNER"):  # not by a role in the account either
                hand.act("ApproveHandOver", caller, partner, hand_over_id=hand.id)
        with refused(self, Code.PERMISSION_DENIED, "HAND_OVER_NOT_YOURS"):  # by the owner whom they take it from
            hand.cancel(hand.owner.principal)
        done = hand.approve().hand_over
        self.assertEqual((done.state, done.approved_by), (3, hand.other.principal))
        self.assertEqual(hand.owners(), [done.successor_id])
        choose_password(hand.email)
        session = log_in(hand.email, OTHER_PASSWORD)
        self.assertEqual((session.principal_id, session.account_id), (done.successor_id, hand.owner.account))
        with refused(self, Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
            log_in(hand.owner.email)

    def test_the_account_s_people_hear_of_it(self):
        """The owner and whoever administers it, once; nobody of a hand-over by its own people."""
        hand, clerk, request_id = OfPartner(), Person(), new_id()
        join(hand.owner, clerk, "ROLE_FINANCE")
        fields = dict(email=hand.email, phone=hand.phone, reason="Its owner left.", request_id=request_id)
        first = hand.act("BeginHandOver", hand.partner.principal, **fields)
        self.assertEqual(hand.act("BeginHandOver", hand.partner.principal, **fields), first)
        for person in (hand.owner, hand.one, hand.other, hand.third):
            awaited(person.email, "Your partner began to hand the Kontor account %s over" % hand.owner.account)
            self.assertEqual([TOLD in notice.text for notice in call("NoticeService/ListNotices", person.principal).notices].count(True), 1)
        hand.begin(by=hand.one.principal, email=new_email(), phone=new_phone())
        self.assertEqual([told(person) for person in (hand.owner, hand.one, hand.other, hand.third, hand.partner, clerk)], [1, 1, 1, 1, 0, 0])

    def test_they_hear_of_it_though_identity_dies(self):
        hand = OfPartner()
        fields = dict(email=hand.email, phone=hand.phone, reason="Its owner left.", request_id=new_id())
        first = hand.act("BeginHandOver", hand.partner.principal, **fields)
        identity.service.kill()
        identity.service.close()
        identity.service.start()
        identity.service.channel = grpc.insecure_channel(identity.service.address)
        self.assertEqual(hand.act("BeginHandOver", hand.partner.principal, **fields), first)
        identity.clock.turn(61)
        for person in (hand.owner, hand.other):
            awaited(person.email, TOLD)
        self.assertEqual([told(person) for person in (hand.owner, hand.other)], [1, 1])

    def test_who_controls_the_billing_shows_it(self):  # ID-30
        hand = OfPartner()
        self.assertEqual(control(hand.customer).hand_over_id, "")
        before = {"seconds": int(identity.clock.now())}
        identity.clock.turn(10)
        hand.begin_as_partner()
        identity.clock.turn(10)
        during = {"seconds": int(identity.clock.now())}
        self.assertEqual(control(hand.customer).hand_over_id, hand.id)
        identity.clock.turn(10)
        hand.act("CancelHandOver", hand.partner.principal, hand_over_id=hand.id)
        self.assertEqual([control(hand.customer, **at).hand_over_id for at in ({}, {"as_of_time": before}, {"as_of_time": during})], ["", "", hand.id])
        hand.begin(by=hand.one.principal, email=new_email(), phone=new_phone())  # of its own people
        self.assertEqual(control(hand.customer).hand_over_id, "")

    def test_the_provider_approves_too(self):
        hand = OfPartner()
        hand.begin_as_partner()
        hand.confirm_as_partner()
        self.assertEqual(hand.approve(operator()).hand_over.state, 3)

    def test_not_without_the_permission(self):
        hand = OfPartner(relation_test.TERMS)
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            hand.begin_as_partner()
        stranger = relation_test.Partner()
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            hand.begin_as_partner(stranger.principal, stranger)

    def test_not_by_who_is_no_administrator_there(self):
        hand, clerk = OfPartner(), Person()
        join(hand.partner, clerk, "ROLE_FINANCE")
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            hand.begin_as_partner(clerk.principal)

    def test_who_left_the_partner_yesterday_approves_none(self):
        """Nor by giving up the role there in between; a day before it was begun is long enough."""
        hand, lately, early = OfPartner(), Person(), Person()
        for person in (lately, early):
            join(hand.owner, person, "ROLE_ACCOUNT_ADMINISTRATOR")
            join(hand.partner, person, "ROLE_FINANCE")
        change("RoleService/LeaveAccount", early.principal, account_id=hand.partner.account)
        identity.clock.turn(24 * 3600 + 1)
        hand.begin_as_partner()
        hand.confirm_as_partner()
        change("RoleService/LeaveAccount", lately.principal, account_id=hand.partner.account)
        with refused(self, Code.PERMISSION_DENIED, "HAND_OVER_BY_PARTNER"):
            hand.approve(lately.principal)
        self.assertEqual(hand.approve(early.principal).hand_over.state, 3)

    def test_it_ends_with_the_relation(self):
        hand = OfPartner()
        hand.begin_as_partner()
        hand.confirm_as_partner()
        with refused(self, Code.FAILED_PRECONDITION, "HAND_OVER_UNDER_WAY"):
            hand.remove(hand.owner, hand.third)
        relation_test.leave(hand.customer, hand.relation)
        self.assertEqual(hand.state().state, 5)
        for decide in (hand.approve, lambda: hand.cancel(hand.other.principal)):
            with refused(self, Code.NOT_FOUND, "HAND_OVER_NOT_FOUND"):
                decide()
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            hand.act("CancelHandOver", hand.partner.principal, hand_over_id=hand.id)
        identity.clock.turn(60)
        relation_test.confirm(hand.customer, hand.partner.ask(hand.customer, TERMS))
        self.assertEqual(hand.state().state, 5)  # nor does it come back
        hand.remove(hand.owner, hand.third)  # it holds nobody any more, nor the owner:
        hand.begin(hand.owner.principal, email=new_email(), phone=new_phone())
        self.assertEqual(hand.owners(), [hand.owner.principal])

    def test_it_waits_for_whoever_changes_the_relation(self):
        """Of an approval and terms without HANDOVER at once one counts, whichever is first."""
        hand = OfPartner()
        hand.begin_as_partner()
        hand.confirm_as_partner()
        offer = relation_test.offer_change(hand.partner, hand.relation)

        def answered(act):
            try:
                return "DONE" if act() else ""
            except Refusal:
                return "REFUSED"
        self.assertEqual(relation_test.behind_the_lock(self, lambda: answered(hand.approve), lambda: answered(
            lambda: relation_test.confirm(hand.customer, offer))), ["DONE", "REFUSED"])

    def test_it_holds_administrators_for_a_day_whoever_of_the_partner_begins(self):
        hand, second = OfPartner(), Person()
        join(hand.partner, second, "ROLE_ACCOUNT_ADMINISTRATOR")
        hand.begin_as_partner()
        identity.clock.turn(23 * 3600)
        hand.begin_as_partner(second.principal)
        with refused(self, Code.FAILED_PRECONDITION, "HAND_OVER_UNDER_WAY"):
            hand.remove(hand.owner, hand.third)
        identity.clock.turn(3600 + 60)
        self.assertEqual(hand.state().state, 1)  # it is under way still
        hand.remove(hand.owner, hand.third)

    def test_it_ends_with_the_term_and_the_instant_of_the_end(self):
        hand = OfPartner()
        hand.begin_as_partner()
        hand.confirm_as_partner()
        relation_test.leave(hand.customer, hand.relation, effective_time={"seconds": int(identity.clock.now()) + 3600})
        self.assertEqual(hand.state().state, 2)  # it holds until then
        identity.clock.turn(3600)
        with refused(self, Code.NOT_FOUND, "HAND_OVER_NOT_FOUND"):
            hand.approve()
        hand = OfPartner()
        hand.begin_as_partner()
        hand.confirm_as_partner()
        change("RelationService/ChangeRelation", hand.partner.principal, account_id=hand.partner.account, relation_id=hand.relation.relation_id,
               terms=relation_test.TERMS)
        relation_test.confirm(hand.customer, relation_test.relations(hand.customer)[0])
        with refused(self, Code.NOT_FOUND, "HAND_OVER_NOT_FOUND"):
            hand.approve()
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            hand.begin_as_partner()

    def test_its_five_a_day_are_its_own(self):
        hand = OfPartner()
        for _ in range(5):
            hand.begin_as_partner()
            identity.clock.turn(3601)
        with refused(self, Code.RESOURCE_EXHAUSTED, "HAND_OVER_LIMIT"):
            hand.begin_as_partner()
        hand.begin(by=hand.one.principal, email=new_email(), phone=new_phone())

    def test_its_five_a_day_count_the_owner_s_too_who_is_of_the_partner(self):
        hand = OfPartner()
        join(hand.partner, hand.owner, "ROLE_ACCOUNT_ADMINISTRATOR")
        hand.begin_as_partner(hand.owner.principal)
        for _ in range(4):
            identity.clock.turn(3601)
            hand.begin_as_partner()
        identity.clock.turn(3601)
        with refused(self, Code.RESOURCE_EXHAUSTED, "HAND_OVER_LIMIT"):
            hand.begin_as_partner()

    def test_it_touches_none_but_its_own(self):
        hand = OfPartner()
        hand.begin(by=hand.one.principal)
        with refused(self, Code.PERMISSION_DENIED, "HAND_OVER_NOT_YOURS"):
            hand.act("BeginHandOver", hand.partner.principal, email=new_email(), phone=hand.phone, reason="Its owner left.")
        with refused(self, Code.PERMISSION_DENIED, "HAND_OVER_NOT_YOURS"):
            hand.act("CancelHandOver", hand.partner.principal, hand_over_id=hand.id)
        with refused(self, Code.NOT_FOUND, "HAND_OVER_NOT_FOUND"):  # nor hears of the successor
            hand.act("GetHandOver", hand.partner.principal)
        hand.cancel(hand.one.principal)
        hand.begin_as_partner()
        hand.act("CancelHandOver", hand.partner.principal, hand_over_id=hand.id)
        self.assertEqual(hand.state().state, 4)


if __name__ == "__main__":
    unittest.main()
