"""Files that prove submissions (ID-08, ID-18, ID-19): sent in pieces by who submits, read by who reviews under a look, sealed, and deleted 30 days
after the decision; a kill -9 loses nothing that was acknowledged."""
import hashlib
import os
import unittest

import identity_test as identity
import real_name_test
from identity_test import Code, call, change, clock, company_account, join, log_in, new_id, operator, refused  # noqa: F401

from ledger import wait_until
from service import Refusal, psql

DAY, HOUR = 24 * 3600, 3600
PIECE, MIB = 262144, 1048576
PDF, JPEG, PNG = 1, 2, 3
MARK = b"the licence of Zhuge Kongming"
FOUND = """SELECT format('%s: %s', tablename, (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM identity.%I AS kept
    WHERE position(''MARK'' in kept::text) + position(''HEX'' in kept::text) > 0', tablename), false, true, '')))[1])
    FROM pg_tables WHERE schemaname = 'identity'"""


def setUpModule():
    identity.setUpModule()


def tearDownModule():
    identity.tearDownModule()


def pdf(size):
    """A file of its own, which holds MARK in each of its pieces."""
    text = b"%PDF-1.7\n" + os.urandom(16)
    while len(text) < size:
        text += MARK + os.urandom(40000)
    return text[:size]


def company():
    owner = company_account()
    return owner, owner.submit().submission_id


def person():
    owner = real_name_test.individual()
    return owner, real_name_test.submit(owner).submission_id


def begin(owner, submission, content, caller=None, **fields):
    fields = {"size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), **fields}
    return change("EvidenceService/BeginEvidenceFile", caller or owner.principal, account_id=owner.account, submission_id=submission,
                  **fields).evidence_file


def append(owner, file, offset, content, caller=None, **fields):
    return change("EvidenceService/AppendEvidenceFile", caller or owner.principal, account_id=owner.account, evidence_file_id=file.evidence_file_id,
                  offset_bytes=offset, content=content, **fields).evidence_file


def send(owner, submission, content):
    file = begin(owner, submission, content)
    while file.received_bytes < len(content):
        file = append(owner, file, file.received_bytes, content[file.received_bytes:file.received_bytes + PIECE])
    return file


def files(submission, owner=None):
    who = {"account_id": owner.account} if owner else {}
    return call("EvidenceService/ListEvidenceFiles", owner.principal if owner else operator(), submission_id=submission, **who).evidence_files


def read_piece(file, offset, caller=None):
    return call("EvidenceService/GetEvidenceFile", caller or operator(), evidence_file_id=file.evidence_file_id, offset_bytes=offset)


def read(file):
    content = b""
    while len(content) < file.size_bytes:
        piece = read_piece(file, len(content))
        content += piece.content
        assert piece.next_offset_bytes == len(content)
    return content


def look(owner):
    return change("DeskService/OpenLook", operator(), account_id=owner.account, reason="The submission is reviewed.").look.look_id


def close(look_id):
    change("DeskService/CloseLook", operator(), look_id=look_id)


def approve_company(submission):
    change("CompanyService/ApproveCompany", operator(), submission_id=submission)


def rows(table, file):
    return int(psql(identity.service.database, "SELECT count(*) FROM identity.%s WHERE evidence_file_id = '%s'" % (table, file.evidence_file_id)))


def acts(file, action):
    return int(psql(identity.service.database, "SELECT count(*) FROM identity.act_log WHERE object_id = '%s' AND action = '%s'"
                    % (file.evidence_file_id, action)))


class Sending(unittest.TestCase):
    def test_files_of_a_company_and_of_a_person_arrive_whole(self):
        for owner, submission in (company(), person()):
            contents = [pdf(2 * PIECE + 7), b"\xff\xd8\xff\xe0" + os.urandom(96), b"\x89PNG\r\n\x1a\n" + os.urandom(PIECE - 8)]
            sent = [send(owner, submission, content) for content in contents]
            self.assertEqual([(file.form, file.size_bytes, file.received_bytes, file.HasField("complete_time")) for file in sent],
                             [(form, len(content), len(content), True) for form, content in zip((PDF, JPEG, PNG), contents)])
            self.assertEqual([file.evidence_file_id for file in files(submission, owner)], [file.evidence_file_id for file in reversed(sent)])
            look(owner)
            self.assertEqual([read(file) for file in sent], contents)

    def test_four_files_of_four_mib(self):  # both sides
        owner, submission = person()
        send(owner, submission, pdf(4 * MIB))
        with refused(self, Code.INVALID_ARGUMENT, field="size_bytes"):
            begin(owner, submission, b"", size_bytes=4 * MIB + 1, sha256="0" * 64)
        with refused(self, Code.INVALID_ARGUMENT, field="size_bytes"):
            begin(owner, submission, b"")
        for bad in ("", "0" * 63, "0" * 65, "g" * 64):
            with refused(self, Code.INVALID_ARGUMENT, field="sha256"):
                begin(owner, submission, b"x", sha256=bad)
        started = [begin(owner, submission, pdf(9 + place)) for place in range(3)]
        with refused(self, Code.RESOURCE_EXHAUSTED, "EVIDENCE_FILES_LIMIT"):
            begin(owner, submission, pdf(100))
        change("EvidenceService/RemoveEvidenceFile", owner.principal, account_id=owner.account, evidence_file_id=started[0].evidence_file_id)
        begin(owner, submission, pdf(100))

    def test_an_account_keeps_64_mib(self):
        owner = real_name_test.individual()
        for day in range(4):
            submission = real_name_test.submit(owner)
            for place in range(4):
                begin(owner, submission.submission_id, bytes([day, place]), size_bytes=4 * MIB)
            real_name_test.decide("Reject", submission, reason="no")
        submission = real_name_test.submit(owner)
        with refused(self, Code.RESOURCE_EXHAUSTED, "EVIDENCE_LIMIT"):
            begin(owner, submission.submission_id, b"x")

    def test_what_begins_otherwise_is_refused_and_by_its_name(self):
        owner, submission = company()
        for content in (b"MZ" + os.urandom(100), b"<html>", b"PDF-1.7 but not at the start", b"\x00%PDF-"):
            with refused(self, Code.INVALID_ARGUMENT, "EVIDENCE_FORM"):
                send(owner, submission, content)
            change("EvidenceService/RemoveEvidenceFile", owner.principal, account_id=owner.account,
                   evidence_file_id=files(submission, owner)[0].evidence_file_id)
        self.assertEqual(list(files(submission, owner)), [])

    def test_pieces_come_in_order_and_each_as_often_as_it_is_sent(self):
        owner, submission = company()
        content = pdf(2 * PIECE + 9)
        file = begin(owner, submission, content)
        with refused(self, Code.FAILED_PRECONDITION, "EVIDENCE_OFFSET"):
            append(owner, file, PIECE, content[PIECE:2 * PIECE])
        for size in (PIECE - 1, PIECE + 1, 0):
            with refused(self, Code.INVALID_ARGUMENT, "EVIDENCE_PIECE"):
                append(owner, file, 0, content[:size])
        with refused(self, Code.FAILED_PRECONDITION, "EVIDENCE_OFFSET"):
            append(owner, file, -1, content[:PIECE])
        key = new_id()
        for _ in range(2):
            self.assertEqual(append(owner, file, 0, content[:PIECE], request_id=key).received_bytes, PIECE)
        with refused(self, Code.FAILED_PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            append(owner, file, 0, content[1:PIECE + 1], request_id=key)
        self.assertEqual(append(owner, file, 0, content[:PIECE]).received_bytes, PIECE)
        with refused(self, Code.FAILED_PRECONDITION, "EVIDENCE_DIFFERS"):
            append(owner, file, 0, b"%PDF-" + content[6:PIECE + 1])
        again = begin(owner, submission, content)
        self.assertEqual((again.evidence_file_id, again.received_bytes), (file.evidence_file_id, PIECE))
        self.assertTrue(send(owner, submission, content).HasField("complete_time"))
        with refused(self, Code.FAILED_PRECONDITION, "EVIDENCE_COMPLETE"):
            append(owner, file, 3 * PIECE, b"x")
        self.assertEqual(begin(owner, submission, content).received_bytes, len(content))

    def test_the_whole_is_what_was_told(self):
        owner, submission = company()
        content = pdf(PIECE + 1)
        file = begin(owner, submission, content, sha256=hashlib.sha256(content + b"x").hexdigest())
        append(owner, file, 0, content[:PIECE])
        with refused(self, Code.FAILED_PRECONDITION, "EVIDENCE_HASH"):
            append(owner, file, PIECE, content[PIECE:])
        self.assertEqual(files(submission, owner)[0].received_bytes, PIECE)

    def once_it_is_back(self, ask):
        """The channel of before the kill is found broken by a first call."""
        found = []

        def asked():
            try:
                found.append(ask())
            except Refusal as refusal:
                self.assertEqual(refusal.code, Code.UNAVAILABLE)
            return found
        wait_until(asked, 30)
        return found[0]

    def test_a_kill_in_the_middle_loses_nothing_that_was_answered(self):
        owner, submission = company()
        content = pdf(3 * PIECE + 1)
        file = begin(owner, submission, content)
        for place in range(3):
            append(owner, file, place * PIECE, content[place * PIECE:(place + 1) * PIECE])
            identity.service.kill()
            identity.service.start()
            self.assertEqual(self.once_it_is_back(lambda: files(submission, owner)[0].received_bytes), (place + 1) * PIECE)
        self.assertTrue(send(owner, submission, content).HasField("complete_time"))
        look(owner)
        self.assertEqual(read(files(submission)[0]), content)

    def test_nobody_but_the_owner_proves(self):  # ID-19
        owner, submission = company()
        stranger, theirs = company()
        join(owner, stranger, "ROLE_ACCOUNT_ADMINISTRATOR")
        content = pdf(50)
        file = begin(owner, submission, content)
        for caller in (stranger.principal, operator(), new_id()):
            with refused(self, Code.PERMISSION_DENIED, "NOT_OWN_SUBMISSION"):
                begin(owner, submission, content, caller=caller)
            with refused(self, Code.PERMISSION_DENIED, "NOT_OWN_SUBMISSION"):
                append(owner, file, 0, content, caller=caller)
            with refused(self, Code.PERMISSION_DENIED, "NOT_OWN_SUBMISSION"):
                change("EvidenceService/RemoveEvidenceFile", caller, account_id=owner.account, evidence_file_id=file.evidence_file_id)
        with refused(self, Code.NOT_FOUND, "SUBMISSION_NOT_FOUND"):
            begin(stranger, submission, content)
        with refused(self, Code.NOT_FOUND, "SUBMISSION_NOT_FOUND"):
            begin(owner, new_id(), content)
        with refused(self, Code.NOT_FOUND, "EVIDENCE_NOT_FOUND"):
            append(stranger, file, 0, content)
        self.assertEqual(list(files(submission, stranger)), [])
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            call("EvidenceService/ListEvidenceFiles", stranger.principal, submission_id=theirs)

    def test_what_is_decided_takes_no_more(self):
        owner, submission = company()
        content = pdf(PIECE + 5)
        file = begin(owner, submission, content)
        approve_company(submission)
        for late in (lambda: begin(owner, submission, pdf(9)), lambda: append(owner, file, 0, content[:PIECE]),
                     lambda: change("EvidenceService/RemoveEvidenceFile", owner.principal, account_id=owner.account,
                                    evidence_file_id=file.evidence_file_id)):
            with refused(self, Code.FAILED_PRECONDITION, "SUBMISSION_DECIDED"):
                late()


class Reading(unittest.TestCase):
    def test_who_reviews_reads_under_a_look_and_an_act_is_kept(self):
        owner, submission = company()
        file = send(owner, submission, pdf(PIECE + 5))
        for caller in (owner.principal, company()[0].principal, new_id()):
            with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
                read_piece(file, 0, caller)
        with refused(self, Code.PERMISSION_DENIED, "LOOK_REQUIRED"):
            read_piece(file, 0)
        elsewhere = look(company()[0])
        with refused(self, Code.PERMISSION_DENIED, "LOOK_REQUIRED"):
            read_piece(file, 0)
        close(elsewhere)
        self.assertEqual(acts(file, "identity.evidence_file.get"), 0)
        mine = look(owner)
        read_piece(file, PIECE)
        self.assertEqual(acts(file, "identity.evidence_file.get"), 1)
        read(file)
        self.assertEqual(acts(file, "identity.evidence_file.get"), 1)
        for offset in (1, 2 * PIECE, PIECE + 5):
            with refused(self, Code.FAILED_PRECONDITION, "EVIDENCE_OFFSET"):
                read_piece(file, offset)
        close(mine)
        with refused(self, Code.PERMISSION_DENIED, "LOOK_REQUIRED"):
            read_piece(file, 0)
        look(owner)
        read(file)
        self.assertEqual(acts(file, "identity.evidence_file.get"), 2)
        clock.turn(HOUR + 1)
        with refused(self, Code.PERMISSION_DENIED, "LOOK_REQUIRED"):
            read_piece(file, 0)

    def test_half_a_file_is_not_read_nor_one_that_is_none(self):
        owner, submission = company()
        content = pdf(PIECE + 5)
        file = begin(owner, submission, content)
        append(owner, file, 0, content[:PIECE])
        look(owner)
        with refused(self, Code.FAILED_PRECONDITION, "EVIDENCE_INCOMPLETE"):
            read_piece(file, 0)
        file.evidence_file_id = new_id()
        with refused(self, Code.NOT_FOUND, "EVIDENCE_NOT_FOUND"):
            read_piece(file, 0)

    def test_pieces_are_bound_to_their_places(self):
        owner, submission = company()
        file = send(owner, submission, pdf(2 * PIECE))
        look(owner)
        psql(identity.service.database, """UPDATE identity.evidence_piece AS piece SET content_sealed = other.content_sealed
                                           FROM identity.evidence_piece AS other WHERE piece.evidence_file_id = '%s'
                                           AND other.evidence_file_id = piece.evidence_file_id AND piece.place = 0 AND other.place = 1"""
             % file.evidence_file_id)
        with refused(self, Code.INTERNAL):
            read_piece(file, 0)
        read_piece(file, PIECE)


class Deleting(unittest.TestCase):
    def test_thirty_days_after_the_decision_nothing_is_left_but_that_it_was_there(self):
        owner, submission = company()
        file = send(owner, submission, pdf(PIECE + 5))
        other_owner, name = person()
        cut, waiting = send(other_owner, name, pdf(40)), send(*company(), pdf(41))
        approve_company(submission)
        change("RealNameService/RejectRealName", operator(), submission_id=name, reason="no")
        clock.turn(30 * DAY - 60)
        look(owner)
        self.assertEqual(len(read(file)), PIECE + 5)
        clock.turn(120)
        for gone in (file, cut):
            wait_until(lambda: rows("evidence_piece", gone) == 0, 60)
            wait_until(lambda: acts(gone, "identity.delete_evidence") == 1, 60)
        self.assertEqual(rows("evidence_piece", waiting), 1)
        self.assertEqual(psql(identity.service.database, "SELECT count(*) FROM identity.evidence_key WHERE submission_id IN ('%s', '%s')"
                              % (submission, name)).strip(), "0")
        kept, = files(submission, owner)
        self.assertTrue(kept.HasField("delete_time"))
        look(owner)
        with refused(self, Code.FAILED_PRECONDITION, "EVIDENCE_DELETED"):
            read_piece(file, 0)

    def test_what_is_taken_back_is_gone_at_once(self):
        owner, submission = company()
        file = send(owner, submission, pdf(60))
        change("EvidenceService/RemoveEvidenceFile", owner.principal, account_id=owner.account, evidence_file_id=file.evidence_file_id)
        self.assertEqual((rows("evidence_piece", file), rows("evidence_file", file), list(files(submission))), (0, 0, []))


class ZSecrets(unittest.TestCase):
    def test_no_content_is_anywhere_in_the_clear(self):
        send(*company(), pdf(PIECE + 5))
        found = psql(identity.service.database, FOUND.replace("MARK", MARK.decode()).replace("HEX", MARK.hex()))
        self.assertIn("evidence_piece: 0", found)
        self.assertEqual([line for line in found.split("\n") if line.strip() and not line.endswith(": 0")], [])
        self.assertNotIn(MARK.decode(), identity.service.log())


if __name__ == "__main__":
    unittest.main()
