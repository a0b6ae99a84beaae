"""Notices against the real identity: what people are told is a list of theirs, which nobody else reads."""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import identity_test as identity  # noqa: E402
from factor_test import Wearer  # noqa: E402
from identity_test import Code, Person, call, change, join, log_in, new_id, operator, refused  # noqa: E402

from service import SERVICE, psql  # noqa: E402

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
SECURITY, ACCOUNT, PAYMENT, CREDIT_LIMIT = 1, 2, 3, 4


def listed(person, **fields):
    return call("NoticeService/ListNotices", person.principal, **fields)


def read(person, **fields):
    return change("NoticeService/MarkNoticesRead", person.principal, **fields)


def texts(person, **fields):
    return [notice.text for notice in listed(person, **fields).notices]


def send(person, text, **fields):
    return change("NotificationService/SendNotification", account_id=person.account, delivery="DELIVERY_EMAIL", subject="News", text=text, **fields)


class Told(unittest.TestCase):
    def test_what_others_did_to_one(self):
        owner, friend = Person(), Person()
        join(owner, friend)
        change("RoleService/GrantRole", owner.principal, account_id=owner.account, principal_id=friend.principal, role="ROLE_FINANCE")
        change("RoleService/RevokeRole", owner.principal, account_id=owner.account, principal_id=friend.principal, role="ROLE_FINANCE")
        log_in(friend.email)
        change("SessionService/RevokeMemberSessions", owner.principal, account_id=owner.account, principal_id=friend.principal)
        change("RoleService/RemoveMember", owner.principal, account_id=owner.account, principal_id=friend.principal)
        notices = listed(friend).notices
        self.assertEqual([(notice.kind, notice.text, notice.account_id) for notice in notices], [
            (ACCOUNT, "You are no member of the account any more.", owner.account),
            (SECURITY, "An administrator ended sessions of your Kontor log-in.", ""),
            (ACCOUNT, "A role was taken from you.", owner.account), (ACCOUNT, "A role was given to you.", owner.account),
            (ACCOUNT, "A role was given to you.", owner.account)])
        self.assertEqual({notice.HasField("read_time") for notice in notices}, {False})
        self.assertEqual(texts(owner), [])  # of what one does oneself

    def test_of_a_look(self):
        owner = Person()
        call("DeskService/OpenLook", operator(), account_id=owner.account, request_id=new_id(), reason="a card that fails")
        notice, = listed(owner).notices
        self.assertEqual((notice.kind, notice.account_id), (ACCOUNT, owner.account))
        self.assertNotIn("card", notice.text)

    def test_of_a_factor_as_the_e_mail_says(self):
        wearer = Wearer()
        wearer.has_factor()
        self.assertEqual(texts(wearer.person), ["A factor was added to your Kontor log-in."])
        self.assertEqual({notice.kind for notice in listed(wearer.person).notices}, {SECURITY})

    def test_what_the_other_services_have_sent(self):
        owner, friend = Person(), Person()
        join(owner, friend)
        request_id = new_id()
        for _ in range(2):
            send(owner, "Your top-up failed.", kind="NOTICE_KIND_PAYMENT", request_id=request_id)
        send(owner, "From a gateway of the last release.")
        self.assertEqual([(notice.kind, notice.subject, notice.text, notice.account_id) for notice in listed(owner).notices],
                         [(ACCOUNT, "News", "From a gateway of the last release.", owner.account),
                          (PAYMENT, "News", "Your top-up failed.", owner.account)])
        self.assertEqual(texts(friend), ["A role was given to you."])
        with refused(self, Code.INVALID_ARGUMENT, field="kind"):
            send(owner, "Hello.", kind=99)

    def test_what_was_not_sent_is_no_notice(self):
        owner = Person()
        with refused(self, Code.FAILED_PRECONDITION, "CONTACT_MISSING"):
            change("NotificationService/SendNotification", account_id=owner.account, delivery="DELIVERY_SMS", text="Hello.")
        self.assertEqual(texts(owner), [])

    def test_a_code_is_none(self):
        person = Person()
        change("SessionService/SendLogInCode", email=person.email)
        change("PasswordService/SendPasswordResetCode", email=person.email)
        self.assertEqual(texts(person), [])


class Listed(unittest.TestCase):
    def setUp(self):
        self.owner = Person()
        self.moments = []
        for i, kind in enumerate(["PAYMENT", "CREDIT_LIMIT", "PAYMENT", "PAYMENT"]):
            identity.clock.turn(60)
            send(self.owner, str(i), kind="NOTICE_KIND_" + kind)
            self.moments.append(int(identity.clock.now()))

    def test_pages_kinds_and_times(self):
        token, pages = "", []
        while True:
            page = listed(self.owner, page_size=3, page_token=token)
            pages.append([notice.text for notice in page.notices])
            token = page.next_page_token
            if not token:
                break
        self.assertEqual(pages, [["3", "2", "1"], ["0"]])
        self.assertEqual(texts(self.owner, kind="NOTICE_KIND_PAYMENT"), ["3", "2", "0"])
        self.assertEqual(texts(self.owner, kind="NOTICE_KIND_OPERATOR"), [])
        at = listed(self.owner).notices[1].create_time
        self.assertEqual(texts(self.owner, start_time=at), ["3", "2"])  # the start is part of it
        self.assertEqual(texts(self.owner, end_time=at), ["1", "0"])  # the end is not
        with refused(self, Code.INVALID_ARGUMENT, field="kind"):
            listed(self.owner, kind=99)

    def test_each_reads_but_its_own(self):
        stranger = Person()
        first = listed(self.owner).notices[0].notice_id
        self.assertEqual((texts(stranger), listed(stranger).unread_count), ([], 0))
        self.assertEqual(read(stranger, notice_ids=[first]).marked_count, 0)
        self.assertEqual(read(stranger, all=True).marked_count, 0)
        self.assertEqual(listed(self.owner).unread_count, 4)
        for rpc in ("ListNotices", "MarkNoticesRead"):
            with refused(self, Code.UNAUTHENTICATED, "PRINCIPAL_MISSING"):
                call("NoticeService/" + rpc)

    def test_an_administrator_reads_nobody_elses(self):
        friend = Person()
        join(self.owner, friend, "ROLE_ACCOUNT_ADMINISTRATOR")
        self.assertEqual(texts(friend, account_id=self.owner.account), ["A role was given to you."])


class Read(unittest.TestCase):
    def setUp(self):
        self.owner = Person()
        for i in range(4):
            send(self.owner, str(i))
        self.ids = [notice.notice_id for notice in listed(self.owner).notices]

    def test_some_are_read(self):
        answer = read(self.owner, notice_ids=[self.ids[0], self.ids[2], new_id()])
        self.assertEqual((answer.marked_count, answer.unread_count), (2, 2))
        identity.clock.turn(60)
        again = read(self.owner, notice_ids=self.ids[:2])
        self.assertEqual((again.marked_count, again.unread_count), (1, 1))
        notices = listed(self.owner).notices
        self.assertEqual([notice.HasField("read_time") for notice in notices], [True, True, True, False])
        self.assertLess(notices[0].read_time.seconds, notices[1].read_time.seconds)  # one that was read stays as it is
        self.assertEqual(texts(self.owner, unread=True), ["0"])
        self.assertEqual(listed(self.owner, page_size=1, kind="NOTICE_KIND_PAYMENT").unread_count, 1)

    def test_all_are_read_and_later_ones_are_not(self):
        request_id = new_id()
        self.assertEqual(read(self.owner, all=True, request_id=request_id).marked_count, 4)
        send(self.owner, "later")
        self.assertEqual(read(self.owner, all=True, request_id=request_id).marked_count, 4)  # the same answer
        self.assertEqual((listed(self.owner).unread_count, texts(self.owner, unread=True)), (1, ["later"]))

    def test_either_some_or_all(self):
        with refused(self, Code.INVALID_ARGUMENT, field="notice_ids"):
            read(self.owner)
        with refused(self, Code.INVALID_ARGUMENT, field="all"):
            read(self.owner, all=True, notice_ids=self.ids[:1])
        self.assertEqual(read(self.owner, notice_ids=[new_id() for _ in range(100)]).marked_count, 0)
        with refused(self, Code.INVALID_ARGUMENT, field="notice_ids"):
            read(self.owner, notice_ids=[new_id() for _ in range(101)])

    def test_what_was_told_cannot_be_changed(self):
        for change_of in ("body = ''", "subject = ''", "create_time = now()", "principal_id = notice_id"):
            with self.assertRaises(subprocess.CalledProcessError) as caught:
                psql(identity.service.database, "SET ROLE %s; UPDATE identity.notice SET %s" % (SERVICE, change_of))
            self.assertIn("permission denied", caught.exception.stderr)


if __name__ == "__main__":
    unittest.main()
