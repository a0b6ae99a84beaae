"""Security events against the real identity: what is noted, who sees it, and how many failed log-ins are (ID-34, ID-38)."""
import concurrent.futures
import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import identity_test as identity  # noqa: E402
from factor_test import Wearer  # noqa: E402
from identity_test import Code, call, change, join, log_in, new_email, new_id, psql, refused  # noqa: E402

from service import POSTGRES  # noqa: E402

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
WRONG = "not the right password at all"
NETWORK = "203.0.113.0/24"


def kind(name):
    return "SECURITY_EVENT_KIND_" + name


class Seen:
    """Events as texts, newest first."""

    def __init__(self, wearer):
        self.wearer = wearer

    def mine(self, **fields):
        return self.wearer.call("SecurityEventService/ListSecurityEvents", **fields).events

    def of_account(self, **fields):
        return self.wearer.call("SecurityEventService/ListAccountSecurityEvents", account_id=self.wearer.person.account, **fields).events

    def names(self, events):
        return [type(event).DESCRIPTOR.fields_by_name["kind"].enum_type.values_by_number[event.kind].name[len(kind("")):] for event in events]


def fail(email, source="203.0.113.9"):
    with refused(unittest.TestCase(), Code.UNAUTHENTICATED, "LOG_IN_REFUSED"):
        call("SessionService/LogIn", source=source, email=email, password=WRONG, device="a phone")


def hour():
    """The clock stands at the beginning of an hour."""
    identity.clock.turn(3600 - identity.clock.now() % 3600 + 1)


class Noted(unittest.TestCase):
    def setUp(self):
        hour()
        self.wearer = Wearer()
        self.seen = Seen(self.wearer)

    def test_log_in_and_out(self):
        email = self.wearer.person.email
        fail(email)
        session = call("SessionService/LogIn", source="203.0.113.77", email=email, password=identity.PASSWORD, device="kontor on Debian")
        call("SessionService/LogOut", source="2001:db8:1:2:3::4", session_token=session.session_token)
        call("SessionService/LogOut", session_token=session.session_token)  # it had ended
        out, into, failed, first, given = self.seen.mine()
        self.assertEqual(self.seen.names((out, into, failed, first, given)), ["LOG_OUT", "LOG_IN", "LOG_IN_FAILED", "LOG_IN", "ROLE_GIVEN"])
        self.assertEqual((out.network, out.session_id), ("2001:db8:1::/48", session.session_id))
        self.assertEqual((into.network, into.device, into.session_id, into.times), (NETWORK, "kontor on Debian", session.session_id, 1))
        self.assertEqual((failed.network, failed.device, failed.session_id), (NETWORK, "a phone", ""))
        self.assertEqual({event.principal_id for event in self.seen.mine()}, {self.wearer.person.principal})
        self.assertEqual((given.detail, given.account_id), ("ACCOUNT_ADMINISTRATOR", self.wearer.person.account))

    def test_sessions_ended(self):
        sessions = [log_in(self.wearer.person.email) for _ in range(3)]
        self.wearer.call("SessionService/RevokeSession", request_id=new_id(), session_id=sessions[0].session_id)
        self.wearer.call("SessionService/RevokeAllSessions", request_id=new_id())
        self.wearer.call("SessionService/RevokeAllSessions", request_id=new_id())  # there were none
        every, one = self.seen.mine(kind=kind("SESSION_ENDED"))
        self.assertEqual((one.detail, one.times), (sessions[0].session_id, 1))
        self.assertEqual((every.detail, every.times), ("", 3))

    def test_roles(self):
        friend, account = Wearer(), self.wearer.person.account
        join(self.wearer.person, friend.person)
        self.wearer.call("RoleService/RevokeRole", request_id=new_id(), account_id=account, principal_id=friend.person.principal, role="ROLE_MEMBER")
        for events in (Seen(friend).mine(), self.seen.of_account()):
            taken, given = [event for event in events if event.principal_id == friend.person.principal and event.account_id == account
                            and self.seen.names([event]) != ["INVITATION_ACCEPTED"]]
            self.assertEqual(self.seen.names((taken, given)), ["ROLE_TAKEN", "ROLE_GIVEN"])
            for event in (taken, given):
                self.assertEqual((event.detail, event.actor_principal_id), ("MEMBER", self.wearer.person.principal))

    def test_a_session_that_a_policy_refuses_is_noted_once_an_hour(self):  # ID-43
        wearer, account = self.wearer, self.wearer.person.account
        change("SessionPolicyService/SetSessionPolicy", wearer.person.principal, account_id=account, networks=["203.0.113.0/24"], may_shut_out=True)

        def ask(source, **fields):
            asked = dict(session_token=wearer.token, account_id=account, source_address=source, **fields)
            return call("SessionService/ResolveSessions", questions=[asked] * 3).answers[0].HasField("refused")
        noted = lambda: [(event.principal_id, event.session_id, event.account_id, event.detail, event.network)  # noqa: E731
                         for event in self.seen.of_account(kind=kind("SESSION_REFUSED"))]
        once = [(wearer.person.principal, wearer.session, account, "NETWORK_NOT_ALLOWED", "198.51.100.0/24")]
        self.assertEqual((ask("203.0.113.7"), ask("198.51.100.7", without_policy=True), noted()), (False, False, []))
        self.assertEqual((ask("198.51.100.7"), noted()), (True, once))
        for _ in range(2):
            identity.clock.turn(1700)
            self.assertFalse(ask("198.51.100.7", without_policy=True))  # it is in use, and lasts
        self.assertEqual((ask("192.0.2.1"), noted()), (True, once))
        identity.clock.turn(201)
        self.assertEqual((ask("198.51.100.7"), noted()), (True, once * 2))
        acts = identity.service.call("act.v1.ActService/ListActs", filter={"account_id": account, "action": "identity.refuse_session"}).acts
        self.assertEqual([(act.actor.principal_id, act.object_id, act.reason, act.actor.reference != "") for act in acts],
                         [(wearer.person.principal, wearer.session, "NETWORK_NOT_ALLOWED", True)] * 2)

    def test_a_refused_change_is_none(self):
        friend = Wearer()
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            friend.call("RoleService/GrantRole", request_id=new_id(), account_id=self.wearer.person.account,
                        principal_id=self.wearer.person.principal, role="ROLE_FINANCE")
        self.assertEqual(self.seen.names(self.seen.mine()), ["LOG_IN", "ROLE_GIVEN"])


class Failures(unittest.TestCase):
    def setUp(self):
        hour()
        self.wearer = Wearer()
        self.seen = Seen(self.wearer)

    def failed(self):
        return self.seen.mine(kind=kind("LOG_IN_FAILED"))

    def fail_often(self, count):
        for i in range(count):
            fail(self.wearer.person.email, "198.51.100.%d" % (i + 1))

    def test_ten_an_hour_are_noted(self):
        self.fail_often(10)
        self.assertEqual([event.times for event in self.failed()], [1] * 10)
        self.fail_often(2)
        self.assertEqual([event.times for event in self.failed()], [1] * 10)
        identity.clock.turn(3600)
        fail(self.wearer.person.email)  # of the next hour
        self.assertEqual([event.times for event in self.failed()], [1] * 11)

    def test_at_once_no_more_are_noted(self):
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            list(pool.map(lambda i: fail(self.wearer.person.email, "192.0.2.%d" % i), range(12)))
        self.assertEqual(len(self.failed()), 10)
        count = psql(identity.service.database, "SELECT failures FROM identity.log_in_failed_hour WHERE principal_id = '%s'"
                     % self.wearer.person.principal)
        self.assertEqual(count, "12")

    def test_an_address_that_is_nobody_s_costs_the_same_and_is_nobody_s_event(self):
        count = lambda table: int(psql(identity.service.database, "SELECT count(*) FROM identity." + table))
        before = count("security_event"), count("log_in_failed_hour")
        fail(new_email())
        self.assertEqual((count("security_event"), count("log_in_failed_hour")), (before[0], before[1] + 1))


class Devices(unittest.TestCase):
    """ID-34."""

    def test_place_and_this_one(self):
        wearer = Wearer()
        other = call("SessionService/LogIn", source="198.51.100.200", email=wearer.person.email, password=identity.PASSWORD, device="firefox on Windows")
        sessions = wearer.call("SessionService/ListSessions").sessions
        self.assertEqual([(one.session_id, one.device, one.network, one.current) for one in sessions],
                         [(other.session_id, "firefox on Windows", "198.51.100.0/24", False), (wearer.session, "test", "", True)])

    def test_the_others_end_and_this_one_stays(self):
        wearer = Wearer()
        others = [log_in(wearer.person.email) for _ in range(2)]
        request_id = new_id()
        for _ in range(2):
            self.assertEqual(wearer.call("SessionService/RevokeOtherSessions", request_id=request_id).revoked_count, 2)
        self.assertEqual([wearer.resolve(other.session_token) for other in others], [None, None])
        self.assertEqual(wearer.resolve().session_id, wearer.session)
        self.assertEqual(wearer.call("SessionService/RevokeOtherSessions", request_id=new_id()).revoked_count, 0)
        self.assertEqual([event.times for event in Seen(wearer).mine(kind=kind("SESSION_ENDED"))], [2])

    def test_a_log_in_under_way_inherits_nothing_of_what_was_ended(self):
        """ID-43: whichever comes first, the device is known no more. Both wait here for the same row, which somebody else holds."""
        wearer = Wearer()
        email = wearer.person.email
        one = call("SessionService/LogIn", email=email, password=identity.PASSWORD, device="a laptop")
        psql(identity.service.database, "UPDATE identity.session SET mfa_time = now(), mfa_kind = 'TOTP' WHERE session_id = '%s'" % one.session_id)
        inherited = lambda session: psql(identity.service.database, "SELECT device_proof_time IS NOT NULL FROM identity.session "  # noqa: E731
                                         "WHERE session_id = '%s'" % session.session_id)
        log_in_there = lambda: call("SessionService/LogIn", email=email, password=identity.PASSWORD, device_token=one.device_token)  # noqa: E731
        self.assertEqual(inherited(log_in_there()), "t")
        database = identity.service.database
        waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event IN ('transactionid', 'tuple')"

        def await_waiting(count):
            deadline = time.monotonic() + 60
            while psql(database, waits) != count:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.02)
        with subprocess.Popen(["psql", "-h", POSTGRES, "-U", "postgres", "-d", database, "-qtA"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True) as holder, concurrent.futures.ThreadPoolExecutor() as pool:
            holder.stdin.write("BEGIN; SELECT 'held' FROM identity.principal WHERE principal_id = '%s' FOR UPDATE;\n" % wearer.person.principal)
            holder.stdin.flush()
            self.assertEqual(holder.stdout.readline().strip(), "held")
            under_way = pool.submit(log_in_there)
            ended = pool.submit(wearer.call, "SessionService/RevokeSession", request_id=new_id(), session_id=one.session_id)
            await_waiting("2")
            holder.stdin.write("COMMIT;\n")
            holder.stdin.close()
            ended.result()
            self.assertEqual(inherited(under_way.result()), "f")
        self.assertEqual(inherited(log_in_there()), "f")

    def test_an_administrator_ends_those_of_a_member(self):
        owner, member, stranger = Wearer(), Wearer(), Wearer()
        account = owner.person.account

        def end(by, of):
            return by.call("SessionService/RevokeMemberSessions", request_id=new_id(), account_id=account,
                           principal_id=of.person.principal).revoked_count
        with refused(self, Code.NOT_FOUND, "NOT_A_MEMBER"):
            end(owner, stranger)
        identity.join(owner.person, member.person)
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            end(member, owner)
        self.assertEqual(end(owner, member), 1)
        self.assertIsNone(member.resolve())
        member.log_in()
        owner.call("RoleService/GrantRole", request_id=new_id(), account_id=account, principal_id=member.person.principal,
                   role="ROLE_ACCOUNT_ADMINISTRATOR")
        with refused(self, Code.PERMISSION_DENIED, "OWNER_ROLE"):
            end(member, owner)  # S14
        self.assertEqual(end(owner, owner), 1)
        ended = Seen(member).mine(kind=kind("SESSION_ENDED"))
        self.assertEqual([(event.actor_principal_id, event.times) for event in ended], [(owner.person.principal, 1)])


class Lists(unittest.TestCase):
    def setUp(self):
        self.owner, self.friend = Wearer(), Wearer()
        self.account = self.owner.person.account
        self.seen = Seen(self.owner)

    def join(self):
        join(self.owner.person, self.friend.person)

    def test_an_account_hears_of_its_members_since_they_joined(self):
        identity.clock.turn(1)
        self.join()
        identity.clock.turn(1)
        self.friend.log_in()
        join(self.friend.person, self.owner.person, "ROLE_FINANCE")  # of another account
        events = [event for event in self.seen.of_account() if self.seen.names([event])[0] not in ("MEMBER_INVITED", "INVITATION_ACCEPTED")]
        self.assertEqual(self.seen.names(events), ["LOG_IN", "ROLE_GIVEN", "LOG_IN", "ROLE_GIVEN"])
        self.assertEqual([event.principal_id for event in events],
                         [self.friend.person.principal] * 2 + [self.owner.person.principal] * 2)
        self.assertEqual({event.account_id for event in events}, {"", self.account})

    def test_pages_kinds_and_times(self):
        moments = []
        for _ in range(4):
            identity.clock.turn(60)
            self.friend.log_in()
            moments.append(int(identity.clock.now()))
        seen, token, pages = Seen(self.friend), "", []
        while True:
            page = self.friend.call("SecurityEventService/ListSecurityEvents", page_size=2, kind=kind("LOG_IN"), page_token=token)
            pages.append(page.events)
            token = page.next_page_token
            if not token:
                break
        self.assertEqual([len(page) for page in pages], [2, 2, 1])
        ids = [event.event_id for page in pages for event in page]
        self.assertEqual(ids, sorted(ids, reverse=True))
        between = seen.mine(kind=kind("LOG_IN"), start_time={"seconds": moments[1] - 30}, end_time={"seconds": moments[2] + 30})
        self.assertEqual([event.event_id for event in between], ids[1:3])
        at = between[0].event_time
        self.assertEqual(len(seen.mine(start_time=at, end_time=between[0].event_time)), 0)  # the end is no part of it
        self.assertIn(between[0].event_id, [event.event_id for event in seen.mine(start_time=at)])  # the start is

    def test_a_kind_that_is_none_is_named(self):
        for rpc in ("ListSecurityEvents", "ListAccountSecurityEvents"):
            for number in (-1, 99):
                with refused(self, Code.INVALID_ARGUMENT, field="kind"):
                    self.owner.call("SecurityEventService/" + rpc, account_id=self.account, kind=number)

    def test_who_says_not_who_he_is_hears_nothing(self):
        with refused(self, Code.UNAUTHENTICATED, "PRINCIPAL_MISSING"):
            call("SecurityEventService/ListSecurityEvents")


if __name__ == "__main__":
    unittest.main()
