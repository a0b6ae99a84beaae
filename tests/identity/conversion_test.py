"""ID-31 against the real identity: an individual's account becomes an organisation's, by its owner, once nothing stands in the way; for ever."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import identity_test as identity  # noqa: E402
from hand_over_test import HOUR, HandOver  # noqa: E402
from identity_test import (ADDRESS, CORPORATE, INDIVIDUAL, Code, Person, Refusal, approve, call, change, company_account, join, letters,  # noqa: E402
                           new_id, operator, psql, refused)

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
ORGANISATION = {"corporate": {"corporation_name": "Wang Design Ltd", "address": ADDRESS, "contact": {"name": "Wang Fang", "email": "bills@wang.example"}}}
CARD = {"country": "CN", "document_kind": "DOCUMENT_KIND_RESIDENT_CARD", "document_number": "11010519491231002X", "name": "Wang Fang"}


def person(**address):
    somebody = Person()
    somebody.verify_phone()
    somebody.add_address(**(address or INDIVIDUAL))
    return somebody


def convert(somebody, caller=None, standing="NONE", **fields):
    metadata = [("kontor-principal-id", caller or somebody.principal)] + ([("kontor-standing", standing)] if standing else [])
    fields = dict(dict(ORGANISATION, request_id=new_id(), account_id=somebody.account), **fields)
    return identity.service.call("identity.v1.AccountService/ConvertAccount", metadata=tuple(metadata), **fields).account


def account_of(somebody):
    return call("AccountService/GetAccount", account_id=somebody.account)


def count(question, somebody):
    return int(psql(identity.service.database, "SELECT count(*) FROM identity.%s" % (question % somebody.account)))


class Conversion(unittest.TestCase):
    def told(self, somebody, standing):
        with self.assertRaises(Refusal) as caught:
            convert(somebody, standing=standing)
        return caught.exception

    def test_all_of_it_at_once(self):
        somebody = person()
        before = account_of(somebody).account
        request = new_id()
        account = convert(somebody, request_id=request)
        self.assertEqual((account.account_id, account.principal_id, account.create_time, account.email),
                         (before.account_id, before.principal_id, before.create_time, before.email))
        self.assertEqual((account.type, account.company_id, account.entry_channel, account.HasField("upgrade_time")), (2, "", before.entry_channel, True))
        self.assertEqual(account_of(somebody).corporate.corporation_name, "Wang Design Ltd")
        self.assertEqual(convert(somebody, request_id=request), account)
        with refused(self, Code.FAILED_PRECONDITION, "NOT_INDIVIDUAL"):  # for ever
            convert(somebody)
        with refused(self, Code.ALREADY_EXISTS, "BILLING_ADDRESS_PRESENT"):
            somebody.add_address(**INDIVIDUAL)
        with refused(self, Code.ALREADY_EXISTS, "ALREADY_UPGRADED"):  # ID-28, D
            change("AccountService/UpgradeAccount", somebody.principal, account_id=somebody.account)
        records = call("AccountService/ListOnboardingRecords", account_id=somebody.account, page_size=100).records
        self.assertEqual([(record.kind, record.detail, record.actor_principal_id) for record in records][-1:],
                         [("CONVERTED", "CORPORATE", somebody.principal)])
        self.assertEqual([count(question, somebody) for question in (
            "former_billing_address WHERE account_id = '%s' AND end_time > create_time",
            "outbox WHERE type = 'identity.v1.AccountConverted' AND company_id = '%s'")], [1, 1])
        identity.letter(somebody.email, 2)
        self.assertEqual(sum("organisation" in letter["text"] for letter in letters(somebody.email)), 1)

    def test_who_stands_behind_it_is_verified_anew(self):
        somebody = person()
        sent = change("RealNameService/SubmitRealName", somebody.principal, account_id=somebody.account, **CARD)
        self.assertEqual(self.told(somebody, "NONE").reason, "IN_REVIEW")
        change("RealNameService/ApproveRealName", operator(), submission_id=sent.submission_id)
        self.assertTrue(account_of(somebody).account.real_name_registered)
        self.assertFalse(convert(somebody).real_name_registered)
        name, = call("RealNameService/ListRealNames", somebody.principal, account_id=somebody.account).real_names
        self.assertEqual(name.state, 7)  # SUPERSEDED
        with refused(self, Code.FAILED_PRECONDITION, "NOT_INDIVIDUAL"):
            change("RealNameService/SubmitRealName", somebody.principal, account_id=somebody.account, **CARD)
        self.assertEqual([step.kind for step in call("AccountService/GetOnboardingState", account_id=somebody.account).steps][-1], 4)
        agency = company_account()
        company = approve(agency.submit()).company_id if not account_of(agency).account.company_id else ""
        joined = approve(somebody.submit())
        self.assertEqual((joined.company_id, account_of(somebody).account.real_name_registered), (company, True))

    def test_the_owner_alone(self):  # as ID-19
        somebody, friend = person(), Person()
        join(somebody, friend, "ROLE_ACCOUNT_ADMINISTRATOR")
        for caller in (friend.principal, operator()):
            with refused(self, Code.PERMISSION_DENIED, "OWNER_ONLY"):
                convert(somebody, caller)
        for other in (Person(), company_account()):  # without an address it is nobody's yet
            with refused(self, Code.FAILED_PRECONDITION, "NOT_INDIVIDUAL"):
                convert(other)

    def test_every_obstacle_is_told(self):
        somebody = person()
        for standing in ("OVERDUE", "MONEY_IN_TRANSIT", "TOP_UP_UNDER_WAY", "ACCOUNT_CLOSED"):
            told = self.told(somebody, standing)
            self.assertEqual((told.code, told.reason, told.preconditions), (Code.FAILED_PRECONDITION, standing, [standing]))
        self.assertEqual(self.told(somebody, "UNFINISHED_ORDERS,TOP_UP_UNDER_WAY,OVERDUE,ACCOUNT_CLOSED,MONEY_IN_TRANSIT").preconditions,
                         ["ACCOUNT_CLOSED", "OVERDUE", "MONEY_IN_TRANSIT", "TOP_UP_UNDER_WAY"])
        with refused(self, Code.FAILED_PRECONDITION, "STANDING_MISSING"):
            convert(somebody, standing=None)
        self.assertEqual(convert(somebody, standing="UNFINISHED_ORDERS,QUOTA_USED").type, 2)  # a hold goes on

    def test_not_while_it_is_handed_over(self):
        hand = HandOver()
        hand.owner.add_address(**INDIVIDUAL)
        hand.begin(by=hand.one.principal)
        self.assertEqual(self.told(hand.owner, "NONE").preconditions, ["HAND_OVER_UNDER_WAY"])
        hand.cancel(hand.one.principal)
        self.assertEqual(convert(hand.owner).type, 2)
        identity.clock.turn(HOUR)

    def test_a_bad_address_names_each_field(self):
        somebody = person()
        for fields, field in (({"corporate": None}, "corporate"),
                              ({"corporate": dict(CORPORATE["corporate"], corporation_name="")}, "corporate.corporation_name"),
                              ({"corporate": dict(CORPORATE["corporate"], address=None)}, "corporate.address"),
                              ({"corporate": dict(CORPORATE["corporate"], contact=None)}, "corporate.contact")):
            with refused(self, Code.INVALID_ARGUMENT, field=field):
                convert(somebody, **fields)
        self.assertEqual(account_of(somebody).account.type, 1)


if __name__ == "__main__":
    unittest.main()
