"""ID-08, ID-18: a verifier, a process of its own, decides about companies and real names; what it does not answer people decide, and nothing of a name
or number is in a log, an address or the clear."""
import http.server
import json
import os
import subprocess
import threading
import time
import unittest
import urllib.request

import identity_test as identity
import real_name_test as names
import relation_test
from identity_test import Code, Refusal, call, change, clock, company_account, new_id, operator, psql, refused
from real_name_test import individual, told

from ledger import wait_until
from operators import make_first
from service import ROOT, Service, free_port

SUBMITTED, VERIFIED, REJECTED, REVOKED, IN_REVIEW = range(1, 6)
KEY = "a verifier's token"
port = free_port()
simulator = None
numbers = []


def setUpModule():
    global simulator
    secret = os.path.join(identity.state, "verifier-token")
    with open(secret, "w", encoding="utf-8") as file:
        file.write(KEY + "\n")
    identity.service = Service("identity", clock=clock, state_directory=identity.state, verifier_url="http://127.0.0.1:%d/verify" % port,
                               verifier_secret_file=secret, verifier_timeout="1s")
    make_first(identity.service, *identity.OPERATOR)
    simulator = start()


def tearDownModule():
    end(simulator)
    identity.tearDownModule()


def start():
    process = subprocess.Popen(["/usr/bin/python3", os.path.join(ROOT, "identity", "simulator", "verifier_simulator.py"), "--port", str(port),
                                "--silence", "3"], env=dict(os.environ, VERIFIER_API_KEY=KEY), stderr=subprocess.PIPE, text=True)
    assert "verifier on" in process.stderr.readline()
    return process


def end(process):
    process.kill()
    process.wait(10)
    process.stderr.close()


def asked(submission):
    with urllib.request.urlopen("http://127.0.0.1:%d/control/asked" % port, timeout=10) as answer:
        return json.load(answer).get(submission, 0)


def number():
    """A new legal entity identifier (ISO 17442)."""
    base = "%018d" % (int(new_id()[:14].replace("-", ""), 16) % 10 ** 18)
    numbers.append(base + "%02d" % (98 - int(base) * 100 % 97))
    return numbers[-1]


def company(ending, account=None):
    account = account or company_account()
    return account, account.submit(scheme="COMPANY_SCHEME_LEI", number=number(), name="Hidden Firm Ltd %s" % ending)


def submissions(account):
    return call("CompanyService/ListSubmissions", account.principal, account_id=account.account).submissions


def real_name(ending):
    person = individual()
    return person, names.submit(person, name="%s %s" % (names.NAME, ending))


class Companies(unittest.TestCase):
    def ends(self, account, state, reason="", timeout=20):
        wait_until(lambda: submissions(account)[0].state != SUBMITTED, timeout)
        self.assertEqual((submissions(account)[0].state, submissions(account)[0].reason), (state, reason))

    def test_what_it_verifies_is_verified(self):
        account, submission = company("(verified)")
        self.assertEqual(submission.state, SUBMITTED)
        self.ends(account, VERIFIED)
        company_id = call("AccountService/GetAccount", account_id=account.account).account.company_id
        self.assertEqual(submissions(account)[0].company_id, company_id)
        self.assertEqual(asked(submission.submission_id), 1)
        events = psql(identity.service.database, "SELECT type FROM identity.outbox WHERE company_id = '%s' AND type LIKE '%%Company%%'" % account.account)
        self.assertEqual(events.split(), ["identity.v1.CompanyVerified"])
        expected = ["The company of your Kontor account is verified."]
        wait_until(lambda: told(account) == (expected, expected), 20)
        self.assertEqual(told(account), (expected, expected))
        acts = psql(identity.service.database, "SELECT action FROM identity.act_log WHERE object_id = '%s' ORDER BY act_time" % submission.submission_id)
        self.assertIn("identity.verify_company", acts.split())

    def test_what_it_refuses_is_rejected_with_its_reason(self):
        account, _ = company("(refused)")
        self.ends(account, REJECTED, "The register does not know this name under this number.")
        company("(verified)", account)
        self.ends(account, VERIFIED)

    def test_all_else_is_for_people(self):
        for ending in ("", "(silent)", "(broken)", "(odd)"):
            account, submission = company(ending)
            self.ends(account, IN_REVIEW)
            self.assertEqual(told(account), ([], []))
            with refused(self, Code.FAILED_PRECONDITION, "IN_REVIEW"):
                company("(verified)", account)
            self.assertTrue(call("AccountService/GetAccount", account_id=account.account).account.company_in_review)
            identity.approve(submission)
            self.ends(account, VERIFIED)
            self.assertEqual(asked(submission.submission_id), 1, ending)

    def test_whom_a_relation_keeps_from_the_group_is_for_people(self):  # B.1
        partner, customer = company_account(), company_account()
        partner.submit(scheme="COMPANY_SCHEME_LEI", number=(shared := number()), name="Hidden Firm Ltd (verified)")
        self.ends(partner, VERIFIED)
        change("PartnerService/AuthorisePartner", operator(), partner_account_id=partner.account, reference="C-1")
        relation = change("RelationService/RequestRelation", partner.principal, account_id=partner.account, customer_account_id=customer.account,
                          terms=relation_test.TERMS).relation
        _, before = company("(verified)", customer)
        self.ends(customer, VERIFIED)
        relation_test.confirm(customer, relation)
        change("CompanyService/RevokeCompany", operator(), submission_id=before.submission_id, reason="It is another firm.")
        customer.submit(scheme="COMPANY_SCHEME_LEI", number=shared, name="Hidden Firm Ltd (verified)")
        self.ends(customer, IN_REVIEW)

    def test_whoever_is_first_decides(self):
        """An operator decides while the verifier is silent; what it would have said counts no more."""
        account, submission = company("(silent)")
        wait_until(lambda: asked(submission.submission_id) == 1, 20)
        change("CompanyService/RejectCompany", operator(), submission_id=submission.submission_id, reason="Seen before.")
        wait_until(lambda: not waits(submission), 20)
        self.ends(account, REJECTED, "Seen before.")

    def test_a_repeated_submission_is_asked_once(self):
        account, request_id = company_account(), new_id()
        fields = {"account_id": account.account, "country": "CN", "scheme": "COMPANY_SCHEME_LEI", "registration_number": number(),
                  "name": "Hidden Firm Ltd (verified)", "request_id": request_id}
        first = change("CompanyService/SubmitCompany", account.principal, **fields)
        self.ends(account, VERIFIED)
        self.assertEqual(change("CompanyService/SubmitCompany", account.principal, **fields), first)
        self.assertEqual((len(submissions(account)), asked(first.submission.submission_id)), (1, 1))


class Persons(unittest.TestCase):
    def ends(self, person, state):
        wait_until(lambda: names.names(person)[0].state != SUBMITTED, 20)
        self.assertEqual(names.names(person)[0].state, state)

    def test_verified_refused_and_for_people(self):
        for ending, state in (("(verified)", VERIFIED), ("(refused)", REJECTED), ("(silent)", IN_REVIEW), ("(odd)", IN_REVIEW)):
            person, submission = real_name(ending)
            self.assertEqual(submission.state, SUBMITTED)
            self.ends(person, state)
            self.assertEqual(names.account(person).real_name_registered, state == VERIFIED)
            self.assertEqual(names.account(person).real_name_in_review, state == IN_REVIEW)
            if state == IN_REVIEW:
                names.decide("Approve", submission)
                self.ends(person, VERIFIED)

    def test_one_person_on_many_accounts_is_flagged_this_way_too(self):  # ID-19
        document = names.card()
        for _ in range(6):
            person = individual()
            names.submit(person, name="%s (verified)" % names.NAME, document_number=document)
            self.ends(person, VERIFIED)
        shared = call("RealNameService/ListSharedPersons", operator(), page_size=100).persons
        self.assertIn(6, [entry.account_count for entry in shared])


class XAway(unittest.TestCase):
    """While the verifier cannot be reached it is asked again; a killed service asks again, too, and gets the same answer."""

    def test_one_that_is_away_is_asked_again_and_then_left_to_people(self):
        global simulator
        end(simulator)
        account, submission = company("(verified)")
        wait_until(lambda: tries(submission) == 1, 20)
        self.assertEqual(submissions(account)[0].state, SUBMITTED)
        simulator = start()
        due(submission)
        Companies.ends(self, account, VERIFIED)
        end(simulator)
        account, submission = company("(verified)")
        for number_of_tries in range(1, 6):
            wait_until(lambda: tries(submission) in (number_of_tries, ""), 20)
            due(submission)
        Companies.ends(self, account, IN_REVIEW)
        simulator = start()

    def test_one_that_cannot_be_read_keeps_none_waiting(self):
        """Taken with three others, which are asked about; it waits for the end of its lease, and has not been tried."""
        global simulator
        end(simulator)
        sick, others = real_name("(verified)"), [real_name("(verified)") for _ in range(3)]
        for _, submission in (sick, *others):
            wait_until(lambda: tries(submission) == 1, 20)  # noqa: B023
        seal = "UPDATE identity.real_name SET number_sealed = %s WHERE submission_id = '" + sick[1].submission_id + "'"
        kept = psql(identity.service.database, "SELECT number_sealed FROM identity.real_name WHERE submission_id = '%s'" % sick[1].submission_id).strip()
        psql(identity.service.database, seal % "'\\x00'")
        simulator = start()
        psql(identity.service.database, "UPDATE identity.verification SET due_time = now()")
        for person, _ in others:
            Persons.ends(self, person, VERIFIED)
        self.assertEqual(tries(sick[1]), 1)
        psql(identity.service.database, seal % ("'%s'" % kept))
        due(sick[1])
        Persons.ends(self, sick[0], VERIFIED)

    def test_a_killed_service_asks_again(self):
        account, submission = company("(silent)")
        wait_until(lambda: asked(submission.submission_id) == 1, 20)
        identity.service.kill()
        due(submission)
        identity.service.start()
        wait_until(lambda: serves(account), 20)
        Companies.ends(self, account, IN_REVIEW)

    def test_an_answer_that_is_too_long_is_none(self):
        global simulator
        end(simulator)

        class Long(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"verdict": "VERIFIED", "reason": "' + b"x" * 100000 + b'"}')

            def log_message(self, *_):
                pass

        long = http.server.ThreadingHTTPServer(("127.0.0.1", port), Long)
        threading.Thread(target=long.serve_forever, daemon=True).start()
        try:
            account, _ = company("(verified)")
            Companies.ends(self, account, IN_REVIEW)
        finally:
            long.shutdown()
            long.server_close()
            simulator = start()


def serves(account):
    try:
        return bool(submissions(account))
    except Refusal:
        return False


def waits(submission):
    return psql(identity.service.database, "SELECT count(*) FROM identity.verification WHERE submission_id = '%s'" % submission.submission_id).strip() == "1"


def tries(submission):
    row = psql(identity.service.database, "SELECT tries FROM identity.verification WHERE submission_id = '%s'" % submission.submission_id).strip()
    return int(row) if row else ""


def due(submission):
    psql(identity.service.database, "UPDATE identity.verification SET due_time = now() WHERE submission_id = '%s'" % submission.submission_id)


class ZSecrets(unittest.TestCase):
    def test_names_and_numbers_are_in_no_log(self):
        log = identity.service.log()
        self.assertGreater(len(numbers), 5)
        self.assertIn("identity_verifier_unclear", log)
        for secret in [names.NAME, "Hidden Firm", KEY, *numbers, *names.used]:
            self.assertNotIn(secret, log)
        self.assertEqual(psql(identity.service.database, "SELECT count(*) FROM identity.verification").strip(), "0")


if __name__ == "__main__":
    unittest.main()
