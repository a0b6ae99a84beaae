"""ID-08, ID-18: a company and a person prove who they are by files that they send with kontor, cut off and begun again; an operator reads them under
a look, and the act is told."""
import os
import tempfile
import unittest

from stack import Journey

NUMBER = ["--country", "CN", "--document", "resident-card", "--number", "11010519491231002X", "--name", "Zhuge Kongming"]


class EvidenceTest(Journey):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name, content=None):
        path = os.path.join(self.folder, name)
        if content is not None:
            with open(path, "wb") as file:
                file.write(content)
        return path

    def test_a_person_sends_files_and_a_reviewer_reads_them(self):
        person = self.stack.customer("prover").sign_up().verify_phone().add_address(corporate=False)
        submission = person.kontor("real-name", "submit", *NUMBER)["submissionId"]
        picture = b"\xff\xd8\xff\xe0" + os.urandom(4 * 1024 * 1024 - 4)
        card = self.path("card.jpg", picture)
        sent = person.kontor("evidence", "add", submission, card)["evidenceFile"]
        self.assertEqual((sent["form"], sent["sizeBytes"], sent["receivedBytes"]), ("EVIDENCE_FORM_JPEG", str(len(picture)), str(len(picture))))
        with self.stack.refused(self, "EVIDENCE_FORM"):
            person.kontor("evidence", "add", submission, self.path("card.exe", b"MZ" + os.urandom(10)))
        files = self.stack.operator("evidence", "list", submission)["evidenceFiles"]
        self.assertEqual([file["accountId"] for file in files], [person.account_id] * 2)
        out = self.path("read.jpg")
        with self.stack.refused(self, "LOOK_REQUIRED"):
            self.stack.operator("evidence", "read", sent["evidenceFileId"], out)
        self.assertFalse(os.path.exists(out))
        with self.stack.refused(self, "PERMISSION_DENIED"):
            person.kontor("evidence", "read", sent["evidenceFileId"], out)
        self.stack.operator("customer", "look", "--account", person.account_id, "--reason", "The real name is reviewed.")
        self.stack.operator("evidence", "read", sent["evidenceFileId"], out)
        with open(out, "rb") as file:
            self.assertEqual(file.read(), picture)
        acts = [(act["action"], act.get("objectId")) for act in self.stack.operator("who-did-what", "own")["acts"]]
        self.assertEqual(acts.count(("identity.evidence_file.get", sent["evidenceFileId"])), 1)
        told = [act["action"] for act in person.kontor("who-did-what")["acts"]]
        self.assertIn("identity.evidence_file.get", told)
        self.stack.operator("real-name", "approve", submission)
        with self.stack.refused(self, "SUBMISSION_DECIDED"):
            person.kontor("evidence", "add", submission, self.path("late.pdf", b"%PDF-1.7 too late"))


if __name__ == "__main__":
    unittest.main()
