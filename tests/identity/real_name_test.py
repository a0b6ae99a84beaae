"""ID-08, ID-19: who registers whose real name, what operators decide, what becomes of it, and that names and numbers are nowhere in the clear."""
import unittest

import identity_test as identity
from identity_test import INDIVIDUAL, Code, Person, call, change, clock, company_account, join, new_id, operator, refused

from ledger import wait_until
from service import psql

DAY = 24 * 3600
SUBMITTED, VERIFIED, REJECTED, REVOKED, IN_REVIEW, EXPIRED, SUPERSEDED = range(1, 8)
NAME = "Zhuge Kongming"
used = []


def setUpModule():
    identity.setUpModule()


def tearDownModule():
    identity.tearDownModule()


def card():
    """A new resident card: GB 11643 with ISO 7064 MOD 11-2, its check written from the weights of the standard."""
    stem = "110105%04d%02d%02d%03d" % (1900 + len(used) % 100, 1 + len(used) % 12, 1 + len(used) % 28, len(used) % 1000)
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(stem, weights)) % 11]
    used.append(stem + check)
    return stem + check


def individual():
    person = Person()
    person.verify_phone()
    person.add_address(**INDIVIDUAL)
    return person


def submit(person, caller=None, **fields):
    fields = {"country": "CN", "document_kind": "DOCUMENT_KIND_RESIDENT_CARD", "name": NAME, **fields}
    fields.setdefault("document_number", card())
    return change("RealNameService/SubmitRealName", caller or person.principal, account_id=person.account, **fields)


def decide(verb, submission, caller=None, **fields):
    return change("RealNameService/%sRealName" % verb, caller or operator(), submission_id=submission.submission_id, **fields).state


def verified(**fields):
    person = individual()
    submission = submit(person, **fields)
    decide("Approve", submission)
    return person, submission


def account(person):
    return call("AccountService/GetAccount", account_id=person.account).account


def names(person=None, **fields):
    who = {"account_id": person.account} if person else {}
    return call("RealNameService/ListRealNames", person.principal if person else operator(), **who, **fields).real_names


def trail(person):
    return [(record.kind, record.detail) for record in call("AccountService/ListOnboardingRecords", account_id=person.account, page_size=100).records
            if record.kind.startswith("REAL_NAME")]


def told(person):
    """All that the owner was told of the account, oldest first: by e-mail, and as notices, which say the same."""
    mail = [letter["text"] for letter in identity.letters(person.email) if letter["subject"] == "Your Kontor account"]
    notices = call("NoticeService/ListNotices", person.principal, page_size=100).notices
    return mail, [notice.text for notice in reversed(notices)]


class Submitting(unittest.TestCase):
    def test_a_person_submits_and_an_operator_approves(self):
        person = individual()
        self.assertFalse(account(person).real_name_registered)
        submission = submit(person)
        self.assertEqual(submission.state, IN_REVIEW)
        self.assertEqual((account(person).real_name_registered, account(person).real_name_in_review), (False, True))
        self.assertEqual(decide("Approve", submission), VERIFIED)
        self.assertEqual((account(person).real_name_registered, account(person).real_name_in_review), (True, False))
        name, = names(person)
        self.assertEqual((name.masked_name, name.masked_number, name.state, name.country, name.document_kind, name.person_id),
                         ("Z…", "…" + used[-1][-3:], VERIFIED, "CN", 1, ""))
        self.assertEqual(trail(person), [("REAL_NAME_SUBMITTED", "RESIDENT_CARD"), ("REAL_NAME_VERIFIED", "RESIDENT_CARD")])

    def test_nobody_but_the_owner_does(self):  # ID-19
        person, agent = individual(), individual()
        join(person, agent, "ROLE_ACCOUNT_ADMINISTRATOR")
        for other in (agent.principal, operator(), new_id()):
            with refused(self, Code.PERMISSION_DENIED, "NOT_OWN_NAME"):
                submit(person, other)

    def test_it_is_for_individuals(self):  # ID-01
        with refused(self, Code.FAILED_PRECONDITION, "NOT_INDIVIDUAL"):
            submit(company_account())
        with refused(self, Code.FAILED_PRECONDITION, "NOT_INDIVIDUAL"):
            submit(Person())

    def test_one_at_a_time_and_five_a_day(self):
        person = individual()
        for number in range(5):
            submission = submit(person)
            with refused(self, Code.FAILED_PRECONDITION, "IN_REVIEW"):
                submit(person)
            decide("Reject", submission, reason="no %d" % number)
        with refused(self, Code.RESOURCE_EXHAUSTED, "SUBMISSION_LIMIT"):
            submit(person)
        self.assertEqual([(name.state, name.reason) for name in names(person)], [(REJECTED, "no %d" % number) for number in (4, 3, 2, 1, 0)])
        clock.turn(DAY + 1)
        submit(person)

    def test_a_number_is_read(self):
        person, good = individual(), card()
        for bad, reason, fields in ((good[:-1] + ("1" if good[-1] != "1" else "2"), "DOCUMENT_NUMBER_CHECK", {}), ("1", "DOCUMENT_NUMBER_FORM", {}),
                                    (good, "DOCUMENT_NOT_OF_COUNTRY", {"country": "DE"})):
            with refused(self, Code.INVALID_ARGUMENT, reason):
                submit(person, document_number=bad, **fields)
        for field, bad in (("document_kind", "DOCUMENT_KIND_UNSPECIFIED"), ("name", ""), ("name", "x" * 129), ("document_number", ""),
                           ("document_number", "1" * 65), ("country", "XX")):
            with refused(self, Code.INVALID_ARGUMENT, field=field):
                submit(person, **{field: bad})
        self.assertEqual(list(names(person)), [])

    def test_a_repeated_call_submits_one(self):
        person, fields = individual(), {"document_number": card(), "request_id": new_id()}
        self.assertEqual(submit(person, **fields).submission_id, submit(person, **fields).submission_id)
        self.assertEqual(len(names(person)), 1)


class Deciding(unittest.TestCase):
    def test_operators_alone_decide_and_once(self):
        person = individual()
        submission = submit(person)
        for stranger in (person.principal, individual().principal):
            for verb, fields in (("Approve", {}), ("Reject", {"reason": "no"}), ("Revoke", {"reason": "no"})):
                with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
                    decide(verb, submission, stranger, **fields)
        with refused(self, Code.INVALID_ARGUMENT, field="reason"):
            decide("Reject", submission, reason="")
        with refused(self, Code.FAILED_PRECONDITION, "NOT_VERIFIED"):
            decide("Revoke", submission, reason="too early")
        decide("Approve", submission)
        for verb, fields in (("Approve", {}), ("Reject", {"reason": "no"})):
            with refused(self, Code.FAILED_PRECONDITION, "SUBMISSION_DECIDED"):
                decide(verb, submission, **fields)
        submission.submission_id = new_id()
        with refused(self, Code.NOT_FOUND, "SUBMISSION_NOT_FOUND"):
            decide("Approve", submission)

    def test_a_verified_one_is_not_submitted_again_before_it_ends(self):
        person, submission = verified()
        with refused(self, Code.FAILED_PRECONDITION, "ALREADY_VERIFIED"):
            submit(person)
        self.assertEqual(decide("Revoke", submission, reason="The document was forged."), REVOKED)
        self.assertFalse(account(person).real_name_registered)
        self.assertEqual([(name.state, name.reason) for name in names(person)], [(REVOKED, "The document was forged.")])
        submit(person)

    def test_it_counts_until_the_document_expires(self):
        end = clock.now() + 40 * DAY
        person, _ = verified(expire_time={"seconds": int(end)})
        with refused(self, Code.FAILED_PRECONDITION, "ALREADY_VERIFIED"):
            submit(person)
        clock.turn(11 * DAY)
        renewed = submit(person)
        self.assertTrue(account(person).real_name_registered)
        decide("Approve", renewed)
        self.assertEqual([name.state for name in names(person)], [VERIFIED, SUPERSEDED])
        other, _ = verified(expire_time={"seconds": int(clock.now() + DAY)})
        clock.turn(DAY + 1)
        self.assertFalse(account(other).real_name_registered)
        with refused(self, Code.FAILED_PRECONDITION, "DOCUMENT_EXPIRED"):
            submit(other, expire_time={"seconds": int(clock.now()) - 1})
        wait_until(lambda: [name.state for name in names(other)] == [EXPIRED], 60)
        self.assertEqual(trail(other)[-1], ("REAL_NAME_EXPIRED", "RESIDENT_CARD"))

    def test_the_world_is_told_and_of_no_person(self):
        person = individual()
        decide("Reject", submit(person), reason="cannot be read")
        submission = submit(person)
        decide("Approve", submission)
        decide("Revoke", submission, reason="forged")
        told = psql(identity.service.database, "SELECT type FROM identity.outbox WHERE type LIKE '%%RealName%%' AND company_id = '%s' ORDER BY event_id"
                    % person.account)
        self.assertEqual(told.split(), ["identity.v1.RealName" + name for name in ("Rejected", "Verified", "Ended")])


class Telling(unittest.TestCase):
    def await_told(self, person, expected):
        wait_until(lambda: told(person) == (expected, expected), 20)
        self.assertEqual(told(person), (expected, expected))

    def test_the_owner_is_told_each_decision_once(self):
        person, request_id, end = individual(), new_id(), clock.now() + 40 * DAY
        submission = submit(person)
        self.assertEqual(told(person), ([], []))  # nothing is decided yet
        expected = ["The real name that you submitted for your Kontor account was rejected. The reason: It cannot be read."]
        for _ in range(2):
            decide("Reject", submission, reason="It cannot be read.", request_id=request_id)
        with refused(self, Code.FAILED_PRECONDITION, "SUBMISSION_DECIDED"):
            decide("Reject", submission, reason="Once more.")
        submission = submit(person, expire_time={"seconds": int(end)})
        decide("Approve", submission)
        expected.append("The real name of your Kontor account is verified.")
        self.await_told(person, expected)
        clock.turn(11 * DAY)
        submission = submit(person)
        decide("Approve", submission)  # the one before is superseded, which is not told besides
        expected.append("The real name of your Kontor account is verified.")
        decide("Revoke", submission, reason="It was forged.")
        expected.append("The verification of your Kontor account's real name was revoked. The reason: It was forged.")
        self.await_told(person, expected)

    def test_the_owner_is_told_that_the_document_expired(self):
        person, _ = verified(expire_time={"seconds": int(clock.now() + DAY)})
        clock.turn(DAY + 1)
        self.await_told(person, ["The real name of your Kontor account is verified.",
                                 "The document by which the real name of your Kontor account was verified has expired. Submit the next one."])

    def test_the_owner_is_told_of_the_company_too(self):
        account, agent = company_account(), individual()
        join(account, agent, "ROLE_ACCOUNT_ADMINISTRATOR")
        submission = account.submit(number="91350100M000100Y43")
        for verb, fields in (("Reject", {"reason": "It is another firm's."}), ("Approve", {}), ("Revoke", {"reason": "It was dissolved."})):
            if verb == "Approve":
                submission = account.submit(number="91350100M000100Y43")
            change("CompanyService/%sCompany" % verb, operator(), submission_id=submission.submission_id, **fields)
        self.await_told(account, ["The company that you submitted for your Kontor account was rejected. The reason: It is another firm's.",
                                  "The company of your Kontor account is verified.",
                                  "The verification of your Kontor account's company was revoked. The reason: It was dissolved."])
        self.assertFalse([text for text in sum(told(agent), []) if "company" in text])


class Sharing(unittest.TestCase):
    def shared(self):
        return {person.person_id: person.account_count for person in call("RealNameService/ListSharedPersons", operator(), page_size=100).persons}

    def test_one_person_on_more_than_five_accounts_is_shown_to_operators(self):
        number = card()
        owned = [verified(document_number=number) for _ in range(5)]
        person_id = names(state="SUBMISSION_STATE_VERIFIED")[0].person_id
        self.assertNotIn(person_id, self.shared())
        sixth, submission = verified(document_number=number[:6] + " " + number[6:].lower())
        self.assertEqual(self.shared()[person_id], 6)
        self.assertEqual({name.account_id for name in names(person_id=person_id)}, {person.account for person, _ in owned} | {sixth.account})
        decide("Revoke", submission, reason="closed")
        self.assertNotIn(person_id, self.shared())

    def test_customers_never_hear_of_it(self):
        person, _ = verified()
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            call("RealNameService/ListSharedPersons", person.principal)
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            call("RealNameService/ListRealNames", person.principal)
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            call("RealNameService/ListRealNames", individual().principal, account_id=person.account)


class ZSecrets(unittest.TestCase):
    def test_names_and_numbers_are_nowhere_in_the_clear(self):
        rows = psql(identity.service.database, """SELECT query_to_xml(format('SELECT * FROM identity.%I', tablename), true, false, '')
                                                  FROM pg_tables WHERE schemaname = 'identity'""")
        log = identity.service.log()
        self.assertGreater(len(used), 10)
        for secret in [NAME, *used]:
            self.assertNotIn(secret, log)
            self.assertNotIn(secret, rows)
            self.assertNotIn(secret.encode().hex(), rows)


if __name__ == "__main__":
    unittest.main()
