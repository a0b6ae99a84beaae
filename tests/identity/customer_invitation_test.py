"""Somebody new is invited to be a partner's customer, against the real identity (ID-21): whom it reaches, what the token opens, and that the
account is the partner's customer once it is verified who stands behind it."""
import concurrent.futures
import hashlib
import re
import time
import unittest

import identity_test as identity
from identity_test import Code, Person, Refusal, call, change, clock, letter, letters, new_email, new_id, new_phone, operator, refused
from relation_test import DAY, TERMS, Firm, Partner, behind_the_lock, canonical, confirm, control, decided, relations, set_closed, sql, submission, told

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
STATES = ["", "CREATED", "SENT", "OPENED", "ACCEPTED", "ASSOCIATED", "DECLINED", "EXPIRED", "CANCELLED", "BOUNCED"]


def invite(partner, *emails, **fields):
    return list(change("CustomerInvitationService/InviteCustomers", partner.principal, account_id=partner.account, emails=emails,
                       **dict({"terms": TERMS}, **fields)).results)


def of_partner(rpc, partner, invitation_id, **fields):
    return change("CustomerInvitationService/" + rpc, partner.principal, account_id=partner.account, invitation_id=invitation_id, **fields)


def listed(partner):
    return list(call("CustomerInvitationService/ListCustomerInvitations", partner.principal, account_id=partner.account).invitations)


def state_of(partner, invitation_id):
    return next(STATES[found.state] for found in listed(partner) if found.invitation_id == invitation_id)


def token_to(to, count=1):
    """(invitation, token) of the count-th message that has one."""
    deadline = time.monotonic() + 20
    while True:
        found = [match for text in letters(to) for match in re.findall(r"invitation is ([0-9a-f-]{36}) and your token ([0-9a-f]{64})", text["text"])]
        if len(found) >= count:
            break
        assert time.monotonic() < deadline, "no invitation number %d" % count
        time.sleep(0.02)
    identity.secrets.append(found[count - 1][1])
    return {"invitation_id": found[count - 1][0], "token": found[count - 1][1]}


def look(known, **fields):
    return change("CustomerInvitationService/OpenCustomerInvitation", **dict(known, **fields))


def accept(person, known, standing="NONE", **fields):
    shown = fields.pop("offer_hash", None) or look(known).offer_hash
    metadata = [("kontor-principal-id", person.principal)] + ([("kontor-standing", standing)] if standing else [])
    return identity.service.call("identity.v1.CustomerInvitationService/AcceptCustomerInvitation", metadata=tuple(metadata), account_id=person.account,
                                 **dict({"request_id": new_id()}, **dict(known, offer_hash=shown, **fields)))


def decline(known):
    return change("CustomerInvitationService/DeclineCustomerInvitation", **known)


def verify_company(person):
    """An operator approves the company of somebody who has just come."""
    sql("UPDATE identity.account SET type = 'CORPORATE' WHERE account_id = '%s'" % person.account)
    return decided("ApproveCompany", submission(person, new_id()))


class Newcomer(Person):
    """Somebody who was written to before, and signs up now."""

    def __init__(self, email):
        self.email = email
        sign_up, count = identity.start(email=email), len(letters(email))
        change("SignUpService/SendCode", sign_up_id=sign_up)
        made = change("SignUpService/VerifyCode", sign_up_id=sign_up, code=identity.code_to(email, count + 1))
        self.account, self.principal = made.account_id, made.principal_id


class Invited(unittest.TestCase):
    def setUp(self):
        self.partner, self.email = Partner(), new_email()

    def invited(self):
        result, = invite(self.partner, self.email)
        return result.invitation_id, token_to(self.email)

    def await_letter(self, words):
        """To the partner."""
        deadline = time.monotonic() + 30
        while not any(words in text["text"] for text in letters(self.partner.email)):
            self.assertLess(time.monotonic(), deadline, words)
            time.sleep(0.02)

    def await_state(self, invitation_id, state):
        deadline = time.monotonic() + 30
        while state_of(self.partner, invitation_id) != state and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(state_of(self.partner, invitation_id), state)


class Invitations(Invited):
    def test_whoever_is_new_becomes_a_customer(self):
        invitation_id, known = self.invited()
        self.await_state(invitation_id, "SENT")
        shown = look(known)
        self.assertEqual((shown.agent_account_id, shown.agent_company_name, state_of(self.partner, invitation_id)),
                         (self.partner.account, self.partner.name, "OPENED"))
        mine, = listed(self.partner)
        self.assertEqual((mine.email, mine.phone, mine.terms, mine.offer_hash, mine.expire_time.seconds - mine.create_time.seconds),
                         (self.email, "", shown.terms, shown.offer_hash, 7 * DAY))
        person = Newcomer(self.email)
        accepted = accept(person, known)
        self.assertEqual((STATES[accepted.state], accepted.expire_time.seconds - mine.create_time.seconds), ("ACCEPTED", 30 * DAY))
        self.assertEqual((relations(person), list(control(person).agents)), ([], []))
        self.assertEqual(verify_company(person), "DECIDED")
        self.await_state(invitation_id, "ASSOCIATED")
        relation, = relations(person)
        self.assertEqual((relation.relation_id, relation.state, relation.terms, relation.version), (invitation_id, 2, shown.terms, 1))
        self.assertEqual((control(person).agents[0].offer_hash, control(person).agents[0].account_id), (shown.offer_hash, self.partner.account))
        self.assertEqual((told(relation, "RelationBegan"), listed(self.partner)[0].customer_account_id), (1, person.account))
        self.await_letter("is your customer now")
        for act in (lambda: look(known), lambda: decline(known), lambda: accept(person, known, offer_hash=shown.offer_hash),
                    lambda: of_partner("CancelCustomerInvitation", self.partner, invitation_id)):
            with refused(self, Code.FAILED_PRECONDITION, "INVITATION_ENDED"):
                act()

    def test_it_is_at_once_for_who_is_verified(self):
        _, known = self.invited()
        person = Newcomer(self.email)
        verify_company(person)
        request = new_id()
        accepted = accept(person, known, request_id=request)
        self.assertEqual((STATES[accepted.state], accepted.HasField("expire_time")), ("ASSOCIATED", False))
        self.assertEqual(accept(person, known, request_id=request, offer_hash=listed(self.partner)[0].offer_hash), accepted)
        self.assertEqual(relations(person)[0].state, 2)

    def test_the_hash_is_that_of_the_bytes(self):  # ID-24
        invitation_id, known = self.invited()
        shown, mine = look(known), listed(self.partner)[0]
        bytes_ = canonical_of(self.partner, mine)
        self.assertEqual(shown.offer_hash, hashlib.sha256(bytes_).hexdigest())
        person = Newcomer(self.email)
        with refused(self, Code.FAILED_PRECONDITION, "OFFER_CHANGED"):
            accept(person, known, offer_hash="0" * 64)

    def test_each_has_its_own_result(self):
        there, numbered = Person(), Person()
        phone = numbered.verify_phone().phone
        results = invite(self.partner, self.email, there.email, self.email.upper(), phones=[phone, new_phone()])
        self.assertEqual([result.reason for result in results], ["", "CONTACT_REGISTERED", "ALREADY_INVITED", "CONTACT_REGISTERED", ""])
        self.assertEqual([bool(result.invitation_id) for result in results], [True, False, False, False, True])
        self.assertEqual(len(listed(self.partner)), 2)
        self.assertEqual([result.reason for result in invite(Partner(), self.email)], [""])  # another partner may, too
        clock.turn(7 * DAY)
        self.assertEqual([result.reason for result in invite(self.partner, self.email)], [""])

    def test_a_number_is_invited(self):
        phone = new_phone()
        result, = invite(self.partner, phones=[phone])
        known = token_to(phone)
        person = Person()
        with refused(self, Code.PERMISSION_DENIED, "INVITATION_OF_ANOTHER"):
            accept(person, known)
        sign_up = identity.start(phone=phone, channel="CHANNEL_PHONE")
        change("SignUpService/SendCode", sign_up_id=sign_up, delivery="DELIVERY_SMS")
        code = re.search(r"\b\d{6}\b", letter(phone, 2)["text"]).group()
        made = change("SignUpService/VerifyCode", sign_up_id=sign_up, code=code)
        person.account, person.principal = made.account_id, made.principal_id
        self.assertEqual((STATES[accept(person, known).state], listed(self.partner)[0].phone), ("ACCEPTED", phone))
        self.assertEqual(state_of(self.partner, result.invitation_id), "ACCEPTED")

    def test_who_invites_and_whom(self):
        firm, member = Firm(), Person()
        identity.join(self.partner, member)
        for person in (firm, Person()):
            with refused(self, Code.FAILED_PRECONDITION, "PARTNER_NOT_AUTHORISED"):
                invite(person, self.email)
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            change("CustomerInvitationService/InviteCustomers", member.principal, account_id=self.partner.account, emails=[self.email], terms=TERMS)
        for field, fields in (("emails", {}), ("emails", {"emails": [new_email() for _ in range(6)]}),
                              ("emails", {"emails": [new_email() for _ in range(3)], "phones": [new_phone() for _ in range(3)]}),
                              ("emails", {"emails": ["nobody"]}), ("phones", {"phones": ["110"]}), ("phones", {"phones": [""]}),
                              ("terms.settlement_mode", {"emails": [self.email], "terms": {}})):
            with self.subTest(fields=fields), refused(self, Code.INVALID_ARGUMENT, field=field):
                change("CustomerInvitationService/InviteCustomers", self.partner.principal, account_id=self.partner.account,
                       **dict({"terms": TERMS}, **fields))
        self.assertEqual(len(invite(self.partner, *(new_email() for _ in range(5)))), 5)
        for rpc in ("ResendCustomerInvitation", "CancelCustomerInvitation"):
            for partner in (Partner(), self.partner):
                with refused(self, Code.NOT_FOUND, "INVITATION_NOT_FOUND"):
                    of_partner(rpc, partner, listed(self.partner)[0].invitation_id if partner is not self.partner else new_id())

    def test_text_messages_are_counted(self):  # S10
        reasons = [result.reason for _ in range(3) for result in invite(self.partner, phones=[new_phone() for _ in range(4)])]
        self.assertEqual(reasons, [""] * 10 + ["MESSAGE_LIMIT"] * 2)
        # that nobody has the number was told as well: such answers count as those about people who are here
        sql("INSERT INTO identity.contact_answer SELECT '%s', to_timestamp(%f), gen_random_uuid() FROM generate_series(1, 187)"
            % (self.partner.account, clock.now()))
        self.assertEqual([invite(self.partner, phones=[new_phone()])[0].reason for _ in range(2)], ["MESSAGE_LIMIT", "INVITATION_LIMIT"])

    def test_a_day_has_its_most(self):
        sql("INSERT INTO identity.customer_invitation SELECT gen_random_uuid(), '%s', 'EMAIL', '', gen_random_uuid()::text::bytea, '', 'ALLOCATION', '', "
            "'CUSTOMER', 'NONE', false, '', '%s', to_timestamp(%f), '', gen_random_uuid(), to_timestamp(%f) FROM generate_series(1, 199)"
            % (self.partner.account, self.partner.principal, clock.now(), clock.now()))
        self.assertEqual([result.reason for result in invite(self.partner, new_email(), new_email())], ["", "INVITATION_LIMIT"])
        asker, there = Partner(), Person()  # whoever asks for who is registered is answered as often as he may invite
        sql("INSERT INTO identity.contact_answer SELECT '%s', to_timestamp(%f), gen_random_uuid() FROM generate_series(1, 198)" % (asker.account, clock.now()))
        self.assertEqual([result.reason for result in invite(asker, there.email, new_email(), there.email, new_email())],
                         ["CONTACT_REGISTERED", ""] + ["INVITATION_LIMIT"] * 2)
        clock.turn(DAY)
        self.assertEqual(invite(asker, there.email)[0].reason, "CONTACT_REGISTERED")
        for _ in range(9):
            self.assertEqual(invite(Partner(), self.email)[0].reason, "")
        self.assertEqual([invite(Partner(), self.email)[0].reason for _ in range(2)], ["", "INVITATION_LIMIT"])


class Tokens(Invited):
    def test_a_new_one_kills_the_old(self):
        invitation_id, old = self.invited()
        look(old)
        clock.turn(6 * DAY)
        request = new_id()
        until = of_partner("ResendCustomerInvitation", self.partner, invitation_id, request_id=request)
        self.assertEqual(of_partner("ResendCustomerInvitation", self.partner, invitation_id, request_id=request), until)
        known = token_to(self.email, 2)
        self.assertEqual(known["invitation_id"], invitation_id)
        with refused(self, Code.NOT_FOUND, "INVITATION_NOT_FOUND"):
            look(old)
        clock.turn(7 * DAY - 60)
        look(known)
        clock.turn(120)
        self.assertEqual(state_of(self.partner, invitation_id), "EXPIRED")
        for act in (lambda: look(known), lambda: of_partner("ResendCustomerInvitation", self.partner, invitation_id)):
            with refused(self, Code.FAILED_PRECONDITION, "INVITATION_ENDED"):
                act()

    def test_it_is_sent_again_five_times(self):
        invitation_id, _ = self.invited()
        for _ in range(5):
            of_partner("ResendCustomerInvitation", self.partner, invitation_id)
        with refused(self, Code.RESOURCE_EXHAUSTED, "INVITATION_LIMIT"):
            of_partner("ResendCustomerInvitation", self.partner, invitation_id)
        self.assertEqual((listed(self.partner)[0].resend_count, len(letters(self.email)) <= 6), (5, True))

    def test_another_token_opens_nothing(self):
        invitation_id, known = self.invited()
        for wrong in ({"token": "0" * 64}, {"token": ""}, {"token": known["token"][:-2]}, {"invitation_id": new_id()}):
            with self.subTest(wrong=wrong), refused(self, Code.NOT_FOUND, "INVITATION_NOT_FOUND"):
                look(known, **wrong)
        self.assertEqual(state_of(self.partner, invitation_id) in ("CREATED", "SENT"), True)
        kept = sql("SELECT encode(token_hash, 'hex') FROM identity.customer_invitation WHERE invitation_id = '%s'" % invitation_id)
        self.assertEqual(kept, hashlib.sha256(known["token"].encode()).hexdigest())

    def test_only_the_new_account_of_who_was_invited_accepts(self):
        _, known = self.invited()
        with refused(self, Code.PERMISSION_DENIED, "INVITATION_OF_ANOTHER"):
            accept(Person(), known)
        person = Newcomer(self.email)
        sql("UPDATE identity.account SET create_time = create_time - interval '1 hour' WHERE account_id = '%s'" % person.account)
        with refused(self, Code.FAILED_PRECONDITION, "ACCOUNT_NOT_NEW"):
            accept(person, known)

    def test_it_is_declined_and_taken_back(self):
        invitation_id, known = self.invited()
        decline(known)
        self.assertEqual(state_of(self.partner, invitation_id), "DECLINED")
        self.await_letter("declined")
        invitation_id, known = invite(self.partner, self.email)[0].invitation_id, token_to(self.email, 2)
        person = Newcomer(self.email)
        accept(person, known)
        of_partner("CancelCustomerInvitation", self.partner, invitation_id)
        verify_company(person)
        with refused(self, Code.FAILED_PRECONDITION, "INVITATION_ENDED"):
            look(known)
        self.assertEqual((state_of(self.partner, invitation_id), relations(person)), ("CANCELLED", []))


class Guards(Invited):
    """B.1 is asked at the moment of the association."""

    def test_a_contract_that_ended_associates_nobody(self):
        invitation_id, known = self.invited()
        person = Newcomer(self.email)
        change("PartnerService/EndPartner", operator(), partner_account_id=self.partner.account)
        with self.assertRaises(Refusal) as caught:
            accept(person, known)
        self.assertEqual(caught.exception.preconditions, ["PARTNER_NOT_AUTHORISED", "REAL_NAME_REQUIRED"])
        self.partner.authorise()
        accept(person, known)
        change("PartnerService/EndPartner", operator(), partner_account_id=self.partner.account)
        verify_company(person)
        deadline = time.monotonic() + 30
        waits = "SELECT next_time > accept_time FROM identity.customer_invitation WHERE invitation_id = '%s'" % invitation_id
        while sql(waits) != "t" and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual((state_of(self.partner, invitation_id), relations(person)), ("ACCEPTED", []))
        self.partner.authorise()
        clock.turn(3600)
        self.await_state(invitation_id, "ASSOCIATED")

    def test_how_the_account_stands_is_asked(self):  # B.1
        _, known = self.invited()
        person = Newcomer(self.email)
        for standing, told_ in (("ACCOUNT_CLOSED", ["REAL_NAME_REQUIRED", "ACCOUNT_CLOSED"]),
                                ("OVERDUE,UNFINISHED_ORDERS", ["OVERDUE", "UNFINISHED_ORDERS", "REAL_NAME_REQUIRED"])):
            with self.assertRaises(Refusal) as caught:
                accept(person, known, standing)
            self.assertEqual(caught.exception.preconditions, told_)
        with refused(self, Code.FAILED_PRECONDITION, "STANDING_MISSING"):
            accept(person, known, None, request_id=(request := new_id()))
        self.assertEqual(STATES[accept(person, known, request_id=request).state], "ACCEPTED")  # once by a gateway that says it

    def test_who_was_closed_meanwhile_is_nobodys_customer(self):  # ID-12
        invitation_id, known = self.invited()
        person = Newcomer(self.email)
        accept(person, known)
        set_closed(person)
        verify_company(person)
        looked = "SELECT next_time > accept_time FROM identity.customer_invitation WHERE invitation_id = '%s'" % invitation_id
        deadline = time.monotonic() + 30
        while sql(looked) != "t" and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual((sql(looked), state_of(self.partner, invitation_id), relations(person)), ("t", "ACCEPTED", []))
        set_closed(person, False)
        clock.turn(3600)
        self.await_state(invitation_id, "ASSOCIATED")

    def test_a_partner_that_was_closed_has_no_new_customer(self):
        invitation_id, known = self.invited()
        person = Newcomer(self.email)
        verify_company(person)
        set_closed(self.partner)
        with refused(self, Code.FAILED_PRECONDITION, "PARTNER_NOT_AUTHORISED"):
            accept(person, known)
        with refused(self, Code.FAILED_PRECONDITION, "PARTNER_NOT_AUTHORISED"):
            invite(self.partner, new_email())
        set_closed(self.partner, False)
        self.assertEqual(STATES[accept(person, known).state], "ASSOCIATED")

    def test_an_acceptance_waits_for_the_one_lock(self):
        """The invited one under its partner, and that one's partner under another: one line of three."""
        _, known = self.invited()
        person, top, middle = Newcomer(self.email), Partner(), Partner()
        verify_company(person)
        confirm(self.partner, middle.ask(self.partner))
        offer = top.ask(middle)

        def answered(act):
            try:
                act()
                return "DONE"
            except Refusal as refusal:
                return " ".join(refusal.preconditions)
        self.assertEqual(behind_the_lock(self, lambda: answered(lambda: accept(person, known)), lambda: answered(lambda: confirm(middle, offer))),
                         ["DONE", "RESELLER_DEPTH_EXCEEDED"])

    def test_of_two_partners_at_once_one_has_the_customer(self):
        for _ in range(3):
            email, partners = new_email(), [Partner(), Partner()]
            for partner in partners:
                self.assertEqual(invite(partner, email)[0].reason, "")
            known = [token_to(email, 1), token_to(email, 2)]
            person = Newcomer(email)
            verify_company(person)

            def one(token):
                try:
                    return STATES[accept(person, token).state]
                except Refusal as refusal:
                    return refusal.reason
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                self.assertEqual(sorted(pool.map(one, known)), ["ASSOCIATED", "ASSOCIATED_WITH_ANOTHER"])


def canonical_of(partner, invitation):
    """As the protos write the bytes down, of an invitation."""
    class Relation:
        relation_id, agent_account_id, customer_account_id = invitation.invitation_id, partner.account, ""

        class offer:  # noqa: N801
            version, terms = 1, invitation.terms

            class expire_time:  # noqa: N801
                seconds, nanos = invitation.create_time.seconds + 30 * DAY, invitation.create_time.nanos
    return canonical(Relation)


if __name__ == "__main__":
    unittest.main()
