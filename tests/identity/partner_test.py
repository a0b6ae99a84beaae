"""A partner's people in the account of its customer, against the real identity (B.5): what the gateway hears of them at each question, and what
they freeze (B.2)."""
import unittest

import identity_test as identity
from identity_test import Code, Person, call, change, join, log_in, new_id, refused
from relation_test import TERMS, Firm, Partner, clock, confirm, leave, offer_change, put_under, sql, withdraw

from service import message

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
ADMINISTRATOR, MEMBER, FREEZER = 1, 2, 8
VIEW_BALANCE, VIEW_CONSUMPTION, FREEZE_RECHARGE = (1, 2, 10)
NAMES = {VIEW_BALANCE: "RELATION_PERMISSION_VIEW_BALANCE", VIEW_CONSUMPTION: "RELATION_PERMISSION_VIEW_CONSUMPTION",
         FREEZE_RECHARGE: "RELATION_PERMISSION_FREEZE_RECHARGE"}
RECHARGE, NEW_PURCHASE = 1, 2
IN_FORCE, UNDONE = 2, 3


def terms(*permissions):
    return dict(TERMS, permissions=[NAMES[permission] for permission in permissions])


def told(token, account, **question):
    """Identity's answer about a session or key in an account."""
    answer, = call("SessionService/ResolveSessions", questions=[dict({"session_token": token, "account_id": account, "takes_partners": True,
                                                                     "takes_keys": True, "takes_custom_roles": True, "source_address": "192.0.2.7"},
                                                                    **question)]).answers
    return answer


def partner_of(token, account, **question):
    """(partner, permissions, roles), or nothing."""
    session = told(token, account, **question).session
    held = session.partner
    return (held.account_id, sorted(held.permissions), sorted(held.roles)) if session.HasField("partner") else None


class Questions(unittest.TestCase):
    def setUp(self):
        self.partner, self.customer = Partner(), Firm()
        self.relation = confirm(self.customer, self.partner.ask(self.customer, terms(VIEW_BALANCE, VIEW_CONSUMPTION)))
        self.token = log_in(self.partner.email).session_token

    def permissions(self):
        found = partner_of(self.token, self.customer.account)
        return found and found[1]

    def test_a_partners_people_are_told_with_the_terms(self):
        self.assertEqual(partner_of(self.token, self.customer.account), (self.partner.account, [VIEW_BALANCE, VIEW_CONSUMPTION], [ADMINISTRATOR]))
        session = told(self.token, self.customer.account, other_account_ids=[new_id()]).session
        self.assertEqual((list(session.roles), session.account_id, session.company_id, session.corporate, session.owner, session.partner.relation_id),
                         ([], self.customer.account, self.customer.company, True, False, self.relation.relation_id))
        self.assertEqual(list(session.partner.given_roles), [ADMINISTRATOR])

    def test_nobody_else_is(self):
        member, stranger, own = Person(), Firm(), log_in(self.customer.email).session_token
        for token, account in ((log_in(stranger.email).session_token, self.customer.account), (own, self.partner.account),
                               (self.token, stranger.account), (self.token, new_id())):
            session = told(token, account).session
            self.assertEqual((session.HasField("partner"), list(session.roles), session.company_id), (False, [], ""))
        self.assertFalse(told(own, self.customer.account).session.HasField("partner"))
        self.assertIsNone(partner_of(self.token, self.customer.account, takes_partners=False), "a gateway of the last release")
        join(self.partner, member, "ROLE_FINANCE")
        self.assertEqual(partner_of(log_in(member.email).session_token, self.customer.account)[2], [4])
        join(self.customer, member)  # who has a role there acts by that one
        session = told(log_in(member.email).session_token, self.customer.account).session
        self.assertEqual((list(session.roles), session.HasField("partner")), ([MEMBER], False))

    def test_who_is_above_the_partner_acts_for_it(self):  # GW-13
        main = Firm(self.partner.company)
        put_under(self.partner, main)
        change("RoleService/GrantRole", main.principal, account_id=main.account, principal_id=main.principal, role="ROLE_ACCOUNT_ADMINISTRATOR",
               subtree=True)
        session = told(log_in(main.email).session_token, self.customer.account).session
        self.assertEqual((list(session.partner.inherited_roles), list(session.partner.given_roles)), ([ADMINISTRATOR], []))

    def test_of_a_distributor_no_edge_leads_to_its_resellers_customers(self):
        top = Partner()
        confirm(self.partner, top.ask(self.partner, terms(VIEW_BALANCE)))
        token = log_in(top.email).session_token
        self.assertEqual(partner_of(token, self.partner.account), (top.account, [VIEW_BALANCE], [ADMINISTRATOR]))
        self.assertIsNone(partner_of(token, self.customer.account))

    def test_the_terms_that_hold_count(self):
        offered = offer_change(self.partner, self.relation, **terms(VIEW_BALANCE, VIEW_CONSUMPTION, FREEZE_RECHARGE))
        self.assertEqual(self.permissions(), [VIEW_BALANCE, VIEW_CONSUMPTION])
        confirm(self.customer, offered)
        self.assertEqual(self.permissions(), [VIEW_BALANCE, VIEW_CONSUMPTION, FREEZE_RECHARGE])
        offer_change(self.partner, self.relation, **terms(VIEW_CONSUMPTION))  # less, at once
        self.assertEqual(self.permissions(), [VIEW_CONSUMPTION])

    def test_nothing_from_the_instant_on_that_it_ends(self):
        leave(self.customer, self.relation, effective_time={"seconds": int(clock.now()) + 60})
        self.assertEqual(self.permissions(), [VIEW_BALANCE, VIEW_CONSUMPTION])
        withdraw(self.customer, self.relation)
        self.assertEqual(self.permissions(), [VIEW_BALANCE, VIEW_CONSUMPTION])
        sql("UPDATE identity.relation SET effective_time = '2020-01-01' WHERE relation_id = '%s'" % self.relation.relation_id)
        self.assertIsNone(self.permissions())  # whether the job that notes it has come by or not

    def test_the_partners_policies_bind_its_people(self):  # ID-43, ID-32
        networks = {"networks": ["198.51.100.0/24"], "may_shut_out": True}
        change("SessionPolicyService/SetSessionPolicy", self.customer.principal, account_id=self.customer.account, **networks)
        self.assertEqual(self.permissions(), [VIEW_BALANCE, VIEW_CONSUMPTION])
        change("SessionPolicyService/SetSessionPolicy", self.partner.principal, account_id=self.partner.account, **networks)
        answer = told(self.token, self.customer.account)
        self.assertEqual(answer.WhichOneof("outcome"), "refused")
        info = message("google.rpc.ErrorInfo").FromString(answer.refused.details[0].value)
        self.assertEqual((info.reason, info.metadata["account_id"]), ("NETWORK_NOT_ALLOWED", self.partner.account))

    def test_a_program_reaches_what_its_key_reaches(self):
        def key(**fields):
            program = change("ProgramService/CreateProgram", self.partner.principal, account_id=self.partner.account, name="portal",
                             roles=["ROLE_FINANCE"], **fields).program
            scope = {"permissions": ["ledger.balance.get"]}
            return change("KeyService/CreateKey", self.partner.principal, account_id=self.partner.account, program_id=program.program_id, name="a key",
                          scope=scope, expire_time={"seconds": int(clock.now()) + 86400}).secret
        change("RoleService/GrantRole", self.partner.principal, account_id=self.partner.account, principal_id=self.partner.principal,
               role="ROLE_ACCOUNT_ADMINISTRATOR", subtree=True)
        self.assertIsNone(partner_of(key(), self.customer.account))
        self.assertEqual(partner_of(key(subtree=True), self.customer.account), (self.partner.account, [VIEW_BALANCE, VIEW_CONSUMPTION], [4]))


class Freezes(unittest.TestCase):
    def setUp(self):
        self.partner, self.customer = Partner(), Firm()
        self.relation = confirm(self.customer, self.partner.ask(self.customer, terms(FREEZE_RECHARGE, VIEW_BALANCE)))
        self.one, self.two, self.theirs = Person(), Person(), Person()
        for person in (self.one, self.two):
            join(self.partner, person, "ROLE_BILLING_FREEZER")
        join(self.customer, self.theirs, "ROLE_BILLING_FREEZER")

    def act(self, rpc, person, partner=None, **fields):
        metadata = (("kontor-principal-id", person.principal),) + ((("kontor-partner-account-id", partner.account),) if partner else ())
        return identity.service.call("identity.v1.FreezeService/" + rpc, metadata=metadata,
                                     **dict({"account_id": self.customer.account, "request_id": new_id()}, **fields)).freeze

    def freeze(self, person, partner=None, **fields):
        return self.act("FreezeAccounts", person, partner, **dict({"reason": "the cards are stolen"}, **fields))

    def undo(self, freeze, person, partner=None):
        return self.act("UndoFreeze", person, partner, freeze_id=freeze.freeze_id)

    def listed(self, partner=None):
        metadata = (("kontor-partner-account-id", partner.account),) if partner else ()
        return [freeze.freeze_id for freeze in identity.service.call("identity.v1.FreezeService/ListFreezes", metadata=metadata,
                                                                     account_id=self.customer.account).freezes]

    def test_a_partner_freezes_recharges(self):
        freeze = self.freeze(self.one, self.partner)
        self.assertEqual((freeze.level, freeze.state, freeze.partner_account_id), (RECHARGE, IN_FORCE, self.partner.account))
        self.assertEqual(told(log_in(self.customer.email).session_token, self.customer.account).session.freeze.level, RECHARGE)
        with refused(self, Code.PERMISSION_DENIED, "FREEZE_LEVEL"):
            self.freeze(self.one, self.partner, level=NEW_PURCHASE)
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            self.freeze(self.partner, self.partner)  # an administrator without the role
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            self.freeze(self.one)  # for the account itself it is nobody
        with refused(self, Code.PERMISSION_DENIED, "OWN_FREEZE"):
            self.undo(freeze, self.one, self.partner)
        with refused(self, Code.PERMISSION_DENIED, "PARTNER_FREEZE"):
            self.undo(freeze, self.theirs)
        self.assertEqual(self.undo(freeze, self.two, self.partner).state, UNDONE)

    def test_each_sees_and_undoes_its_own(self):
        own, partners = self.freeze(self.theirs), self.freeze(self.one, self.partner)
        self.assertEqual(own.partner_account_id, "")
        self.assertEqual((self.listed(self.partner), self.listed()), ([partners.freeze_id], [partners.freeze_id, own.freeze_id]))
        with refused(self, Code.NOT_FOUND, "FREEZE_NOT_FOUND"):
            self.undo(own, self.two, self.partner)

    def test_it_is_judged_at_each_use(self):
        freeze = self.freeze(self.one, self.partner)
        offer_change(self.partner, self.relation, **terms(VIEW_BALANCE))  # less, at once
        for act in (lambda: self.freeze(self.one, self.partner), lambda: self.undo(freeze, self.two, self.partner)):
            with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
                act()
        self.assertEqual(self.undo(freeze, self.theirs).state, UNDONE)  # nobody else could

    def test_what_a_partner_that_left_has_frozen_the_account_undoes(self):
        freeze = self.freeze(self.one, self.partner)
        leave(self.customer, self.relation)
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            self.undo(freeze, self.two, self.partner)
        self.assertEqual(self.undo(freeze, self.theirs).state, UNDONE)

    def test_a_partner_has_its_own_maximum(self):
        for _ in range(32):
            self.freeze(self.one, self.partner)
        with refused(self, Code.RESOURCE_EXHAUSTED, "FREEZE_LIMIT"):
            self.freeze(self.one, self.partner)
        self.freeze(self.theirs)


if __name__ == "__main__":
    unittest.main()
