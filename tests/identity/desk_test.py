"""The operators' desk: customers found by e-mail, phone, company or number, masked; and looks into accounts, each with a reason that the customer
sees, which end by themselves and with the operator's roles."""
import subprocess
import unittest

import identity_test as identity
from identity_test import Code, Person, call, change, clock, company_account, join, log_in, new_id, operator, refused

from service import OWNER, SERVICE, psql

ASK = "SessionService/ResolveSessions"
HOUR, LOOK, LOOK_OPENED, LOOK_CLOSED = 3600, 14, 44, 46


def setUpModule():
    identity.setUpModule()


def tearDownModule():
    identity.tearDownModule()


def found(**by):
    return call("DeskService/ListCustomers", operator(), **by).customers


def ids(customers):
    return [customer.account_id for customer in customers]


class Finding(unittest.TestCase):
    def setUp(self):
        self.customer = company_account()
        self.name = "Firma %s GmbH" % new_id()[24:]
        self.customer.submit(name=self.name)

    def test_a_customer_is_found_by_each_thing_that_is_known(self):
        mine = [self.customer.account]
        self.assertEqual(ids(found(email=self.customer.email.upper())), mine)
        self.assertEqual(ids(found(phone=self.customer.phone)), mine)
        self.assertEqual(ids(found(company_name=self.name[:12].upper())), mine)
        self.assertEqual(ids(found(of_account_id=self.customer.account)), mine)
        self.assertIn(self.customer.account, ids(found(registration_number="9111 0000-6000 37341l", page_size=100)))
        for nobody in ({"email": "nobody@example.com"}, {"phone": "+8613900000000"}, {"company_name": self.name + "x"}, {"registration_number": "1"},
                       {"of_account_id": new_id()}):
            self.assertEqual(ids(found(**nobody)), [], nobody)

    def test_it_is_shown_masked(self):
        customer, = found(email=self.customer.email)
        self.assertEqual((customer.masked_email, customer.masked_phone), ("p…@example.com", "…" + self.customer.phone[-3:]))
        self.assertEqual((customer.company_name, customer.registration_number, customer.submission_state, customer.type, customer.country),
                         (self.name, "91110000600037341L", 1, 2, "CN"))
        self.assertNotIn(self.customer.email, str(customer))
        person = Person()
        customer, = found(email=person.email)
        self.assertEqual((customer.masked_phone, customer.company_name, customer.submission_state), ("", "", 0))

    def test_by_a_members_address_the_accounts_are_found_in_which_they_are(self):
        friend = Person()
        join(self.customer, friend)
        self.assertEqual(set(ids(found(email=friend.email))), {friend.account, self.customer.account})

    def test_one_page_after_another(self):
        others = [company_account() for _ in range(3)]
        for other in others:
            other.submit(name=self.name + " II")
        seen, token = [], ""
        while True:
            page = call("DeskService/ListCustomers", operator(), company_name=self.name, page_size=2, page_token=token)
            seen += ids(page.customers)
            token = page.next_page_token
            if not token:
                break
        self.assertEqual(seen, sorted([self.customer.account] + [other.account for other in others], reverse=True))

    def test_one_thing_and_no_more_is_asked_by(self):
        for bad in ({}, {"email": "a@example.com", "phone": "+8613900000000"}, {"email": "no address"}):
            with refused(self, Code.INVALID_ARGUMENT, field="email"):
                found(**bad)
        with refused(self, Code.INVALID_ARGUMENT, field="registration_number"):
            found(registration_number=" - ")


class Looks(unittest.TestCase):
    def setUp(self):
        self.customer, self.who = Person(), operator()
        self.token = log_in(*identity.OPERATOR).session_token

    def roles(self, account=None):
        answer, = call(ASK, questions=[{"session_token": self.token, "account_id": account or self.customer.account}]).answers
        return list(answer.session.roles)

    def look(self, reason="ticket 4711", **fields):
        return change("DeskService/OpenLook", self.who, **dict({"account_id": self.customer.account, "reason": reason}, **fields)).look

    def test_who_is_no_operator_looks_into_nothing(self):
        for somebody in (self.customer.principal, new_id()):
            with refused(self, Code.NOT_FOUND, "PRINCIPAL_NOT_FOUND"):
                change("DeskService/OpenLook", somebody, account_id=self.customer.account, reason="curious")

    def test_it_opens_that_account_for_an_hour(self):
        other = Person()
        self.assertNotIn(LOOK, self.roles())
        look = self.look()
        self.assertEqual((look.account_id, look.operator_principal_id, look.reason, look.end_time.seconds - look.begin_time.seconds),
                         (self.customer.account, self.who, "ticket 4711", HOUR))
        self.assertIn(LOOK, self.roles())
        self.assertNotIn(LOOK, self.roles(other.account))
        clock.turn(HOUR - 5)
        self.token = log_in(*identity.OPERATOR).session_token
        self.assertIn(LOOK, self.roles())
        clock.turn(6)
        self.assertNotIn(LOOK, self.roles())

    def test_the_customer_sees_who_and_why(self):
        looks = [self.look("ticket %d" % number) for number in range(3)]
        page = call("DeskService/ListLooks", self.customer.principal, account_id=self.customer.account, page_size=2)
        rest = call("DeskService/ListLooks", self.customer.principal, account_id=self.customer.account, page_size=2, page_token=page.next_page_token)
        self.assertEqual([(look.look_id, look.operator_principal_id, look.reason) for look in [*page.looks, *rest.looks]],
                         [(look.look_id, self.who, look.reason) for look in reversed(looks)])
        event = call("SecurityEventService/ListAccountSecurityEvents", self.customer.principal, account_id=self.customer.account,
                     kind=LOOK_OPENED, page_size=1).events[0]
        self.assertEqual((event.principal_id, event.actor_principal_id, event.detail), (self.customer.principal, self.who, looks[-1].look_id))

    def close(self, look, by=None, **fields):
        return change("DeskService/CloseLook", by or self.who, look_id=look.look_id, **fields).look

    def test_it_is_closed_by_who_opened_it_once(self):
        other, look = self.look("ticket 1"), self.look("ticket 2")
        for somebody in (self.customer.principal, new_id()):
            with refused(self, Code.NOT_FOUND, "LOOK_NOT_FOUND"):
                self.close(look, by=somebody)
        with refused(self, Code.NOT_FOUND, "LOOK_NOT_FOUND"):
            self.close(type(look)(look_id=new_id()))
        request_id = new_id()
        closed = [self.close(look, request_id=request_id) for _ in range(2)]
        self.assertEqual(closed[0], closed[1])
        self.assertTrue(look.begin_time.seconds <= closed[0].close_time.seconds < look.end_time.seconds)
        self.assertIn(LOOK, self.roles())  # by the other one
        self.close(other)
        self.assertNotIn(LOOK, self.roles())
        with refused(self, Code.FAILED_PRECONDITION, "LOOK_ENDED"):
            self.close(look)
        listed = call("DeskService/ListLooks", self.customer.principal, account_id=self.customer.account).looks
        self.assertEqual([(one.look_id, one.HasField("close_time")) for one in listed], [(look.look_id, True), (other.look_id, True)])
        event = call("SecurityEventService/ListAccountSecurityEvents", self.customer.principal, account_id=self.customer.account,
                     kind=LOOK_CLOSED, page_size=1).events[0]
        self.assertEqual((event.principal_id, event.actor_principal_id, event.detail), (self.customer.principal, self.who, other.look_id))

    def test_one_that_ended_by_itself_is_not_closed(self):
        look = self.look()
        clock.turn(HOUR)
        with refused(self, Code.FAILED_PRECONDITION, "LOOK_ENDED"):
            self.close(look)
        listed, = call("DeskService/ListLooks", self.customer.principal, account_id=self.customer.account).looks
        self.assertFalse(listed.HasField("close_time"))

    def test_a_repeated_call_opens_one(self):
        request_id = new_id()
        self.assertEqual(self.look(request_id=request_id).look_id, self.look(request_id=request_id).look_id)

    def test_it_needs_a_reason_and_an_account(self):
        for nothing in ("", " ", " \u3000\u00a0 "):
            with refused(self, Code.INVALID_ARGUMENT, field="reason"):
                self.look(nothing)
        self.look(" . ")
        with refused(self, Code.NOT_FOUND, "ACCOUNT_NOT_FOUND"):
            self.look(account_id=new_id())

    def test_it_ends_with_the_operators_roles(self):
        self.look()
        held = psql(identity.service.database, "SELECT string_agg(role, ' ') FROM identity.operator_grant WHERE principal_id = '%s'" % self.who).split()
        gone = "DELETE FROM identity.operator_grant WHERE principal_id = '%s'" % self.who
        try:
            for which in ("role <> 'OPERATOR_ADMINISTRATOR'", "true"):
                psql(identity.service.database, "%s AND %s" % (gone, which))
                self.assertNotIn(LOOK, self.roles())
        finally:
            for role in held:
                psql(identity.service.database, "INSERT INTO identity.operator_grant VALUES ('%s', '%s', NULL, to_timestamp(%f)) "
                     "ON CONFLICT DO NOTHING" % (self.who, role, clock.now()))
        self.assertNotIn(LOOK, self.roles())  # for good: who has the role again looks for a reason of now
        self.look()
        self.assertIn(LOOK, self.roles())

    def test_nobody_takes_one_away(self):
        look = self.close(self.look())
        for role in (OWNER, SERVICE):
            for change_of in ("DELETE FROM identity.operator_look", "UPDATE identity.operator_look SET reason = ''",
                              "DELETE FROM identity.operator_look_close", "UPDATE identity.operator_look_close SET close_time = now()"):
                with self.assertRaises(subprocess.CalledProcessError) as caught:
                    psql(identity.service.database, "SET ROLE %s; %s WHERE look_id = '%s'" % (role, change_of, look.look_id))
                self.assertIn("permission denied", caught.exception.stderr)


if __name__ == "__main__":
    unittest.main()
