"""Certificates of programs against the real identity (issue 11.4): registered, pinned by their SHA-256, begun, ended, rotated, revoked. The
certificates are made by the openssl program; the handshake is tests/journeys/certificate_test.py."""
import hashlib
import os
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import identity_test as identity  # noqa: E402
from identity_test import Code, Person, change, new_id, psql, refused  # noqa: E402
from key_test import DAY, HOUR, Keys, ask, outcome, stamp  # noqa: E402

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
folder = tempfile.TemporaryDirectory(prefix="kontor-certificates-")


def certificate(*words, key=("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), days=30, form="PEM"):
    """One that is signed by itself."""
    path = os.path.join(folder.name, new_id())
    subprocess.run(["openssl", "req", "-x509", "-newkey", *key, "-nodes", "-days", str(days), "-subj", "/CN=portal", "-keyout", path + ".key", "-out",
                    path + ".pem", *words], check=True, capture_output=True)
    subprocess.run(["openssl", "x509", "-in", path + ".pem", "-outform", form, "-out", path], check=True, capture_output=True)
    with open(path, "rb") as file:
        return file.read()


def der(pem):
    return subprocess.run(["openssl", "x509", "-outform", "DER"], input=pem, check=True, capture_output=True).stdout


def hash_of(pem):
    return hashlib.sha256(der(pem)).digest()


class Certificates(Keys):
    def register(self, pem, permissions=("ledger.*",), addresses=(), **fields):
        fields.setdefault("program_id", self.program)
        return self.act("KeyService/RegisterCertificate", certificate=pem, scope={"permissions": permissions, "addresses": addresses}, **fields).key

    def use(self, pem, program=None, source="198.51.100.7", **fields):
        return outcome(ask(dict(certificate_hash=hash_of(pem), program_id=program or self.program, source_address=source, **fields))[0])


class Registering(Certificates):
    def test_it_acts_as_its_program(self):
        pem = certificate()
        key = self.register(pem, name="blue", addresses=["198.51.100.0/24"])
        self.assertEqual((key.kind, key.prefix, key.name, key.program_id), (2, hash_of(pem).hex(), "blue", self.program))
        resolved = ask({"certificate_hash": hash_of(pem), "program_id": self.program, "source_address": "198.51.100.7"})[0].session
        self.assertEqual((resolved.principal_id, resolved.session_id, resolved.key_kind, list(resolved.key_scope.permissions)),
                         (self.program, key.key_id, 2, ["ledger.*"]))
        self.assertEqual(resolved.expire_time, key.expire_time)
        self.assertEqual(self.use(pem, source="203.0.113.1"), "KEY_ADDRESS_REFUSED")
        self.assertEqual([key.key_id], [listed.key_id for listed in self.keys()])
        self.assertEqual(self.events(key.key_id)[0][:2], ("KEY_MADE", self.owner.principal))

    def test_pem_and_der_are_the_same(self):
        pem = certificate()
        request = new_id()
        key = self.register(der(pem), request_id=request)
        self.assertEqual(self.register(der(pem), request_id=request), key)
        self.assertEqual(self.use(pem), self.program)
        with refused(self, Code.ALREADY_EXISTS, "CERTIFICATE_REGISTERED"):
            self.register(pem)

    def test_a_certificate_is_of_the_program_that_says_so(self):
        """A stranger who sees one in a handshake may register it, too: it opens nothing of others, and nobody is kept from registering their own."""
        pem, other = certificate(), self.make_program().program_id
        self.register(pem)
        self.assertEqual(self.use(pem, program=other), "KEY_REFUSED")
        self.register(pem, program_id=other)
        self.assertEqual((self.use(pem), self.use(pem, program=other)), (self.program, other))

    def test_no_text_is_a_certificate(self):
        pem = certificate()
        self.register(pem)
        kept = psql(identity.service.database, "SELECT encode(secret_hash, 'hex') FROM identity.program_key WHERE prefix = '%s'" % hash_of(pem).hex())
        for token in (hash_of(pem).hex(), kept, "%s %s" % (self.program, hash_of(pem).hex())):
            self.assertIn(outcome(ask({"session_token": token, "source_address": "198.51.100.7"})[0]), ("SESSION_ENDED", "KEY_REFUSED"))
        for wrong in ({"certificate_hash": bytes.fromhex(kept)}, {"certificate_hash": hash_of(pem)[:31]}, {"certificate_hash": bytes(32)},
                      {"certificate_hash": hash_of(pem), "program_id": "portal"}):
            question = dict({"program_id": self.program, "source_address": "198.51.100.7"}, **wrong)
            self.assertEqual(outcome(ask(question)[0]), "KEY_REFUSED", wrong)
        self.assertNotIn("principal", outcome(ask({"certificate_hash": hash_of(pem), "program_id": self.program, "takes_keys": False})[0]))

    def test_what_is_no_certificate(self):
        pem = certificate()
        for wrong in (b"", b"portal", pem[:-40], pem + certificate(), der(pem) + b"\0", b"\0" * 8193, pem.replace(b"BEGIN CERT", b"BEGIN X")):
            with self.assertRaises(identity.Refusal) as caught:
                self.register(wrong)
            self.assertEqual(list(caught.exception.fields), ["certificate"], wrong[:30])

    def test_weak_and_ended_ones(self):
        with refused(self, Code.INVALID_ARGUMENT, "CERTIFICATE_WEAK"):
            self.register(certificate(key=("rsa:1024",)))
        self.register(certificate(key=("rsa:2048",)))
        self.register(certificate(key=("ed25519",)))
        old = certificate(days=1)
        identity.clock.turn(2 * DAY)
        with refused(self, Code.FAILED_PRECONDITION, "CERTIFICATE_OVER"):
            self.register(old)

    def test_ends(self):
        month = certificate(days=30)
        begins = int(subprocess.run("openssl x509 -noout -enddate | cut -d= -f2 | date -u -f - +%s", shell=True, input=month, check=True,
                                    capture_output=True).stdout)
        self.assertEqual(self.register(month).expire_time.seconds, begins + 1)
        asked = stamp(DAY)
        self.assertEqual(self.register(certificate(days=30), expire_time=asked).expire_time.seconds, asked["seconds"])
        years = self.register(certificate(days=3000))
        self.assertAlmostEqual(years.expire_time.seconds, identity.clock.now() + 366 * DAY, delta=60)
        with refused(self, Code.INVALID_ARGUMENT, "KEY_END"):
            self.register(certificate(days=3000), expire_time=stamp(367 * DAY))

    def test_the_maximum_is_that_of_keys(self):
        for _ in range(9):
            self.make()
        key = self.register(certificate())
        with refused(self, Code.RESOURCE_EXHAUSTED, "KEY_LIMIT"):
            self.register(certificate())
        self.act("KeyService/RevokeKey", key_id=key.key_id)
        self.register(certificate())

    def test_who_registers(self):
        friend = Person()
        identity.join(self.owner, friend, "ROLE_FINANCE")
        for caller in (friend.principal, self.program):
            with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
                self.act("KeyService/RegisterCertificate", caller, program_id=self.program, certificate=certificate(), scope={"permissions": ["*"]})
        stranger = Person()
        with refused(self, Code.NOT_FOUND, "PROGRAM_NOT_FOUND"):
            self.act("KeyService/RegisterCertificate", stranger.principal, account_id=stranger.account, program_id=self.program,
                     certificate=certificate(), scope={"permissions": ["*"]})


class Using(Certificates):
    def test_not_before_its_beginning_nor_after_its_end(self):
        pem = certificate(days=3)
        ahead = identity.clock.now() - time.time()
        identity.clock.turn(-ahead - HOUR)
        try:
            key = self.register(pem)
            self.assertGreater(key.begin_time.seconds, identity.clock.now())
            self.assertEqual(self.use(pem), "KEY_REFUSED")
        finally:
            identity.clock.turn(HOUR)
        self.assertEqual(self.use(pem), self.program)
        identity.clock.turn(key.expire_time.seconds - identity.clock.now() - 2)
        self.assertEqual(self.use(pem), self.program)
        identity.clock.turn(2.1)
        self.assertEqual(self.use(pem), "KEY_REFUSED")

    def test_revoked_and_removed(self):
        one, two = certificate(days=300), certificate(days=300)
        key = self.register(one)
        self.register(two)
        self.act("KeyService/RevokeKey", key_id=key.key_id)
        self.assertEqual((self.use(one), self.use(two)), ("KEY_REFUSED", self.program))
        self.register(one)  # a revoked one may come again
        self.assertEqual(self.use(one), self.program)
        self.act("ProgramService/RemoveProgram", program_id=self.program)
        self.assertEqual((self.use(one), self.use(two)), ("KEY_REFUSED",) * 2)

    def test_rotation_overlaps(self):
        old, new = certificate(days=300), certificate(days=300)
        key = self.register(old, addresses=["198.51.100.0/24"], name="blue")
        secret = self.make().key
        with refused(self, Code.NOT_FOUND, "KEY_NOT_FOUND"):
            self.act("KeyService/RotateCertificate", key_id=secret.key_id, certificate=new)
        with refused(self, Code.NOT_FOUND, "KEY_NOT_FOUND"):
            self.act("KeyService/RotateKey", key_id=key.key_id, expire_time=stamp(DAY))
        with refused(self, Code.ALREADY_EXISTS, "CERTIFICATE_REGISTERED"):
            self.act("KeyService/RotateCertificate", key_id=key.key_id, certificate=old)
        answer = self.act("KeyService/RotateCertificate", key_id=key.key_id, certificate=new, overlap_hours=2)
        self.assertEqual((list(answer.key.scope.addresses), answer.key.name, answer.key.prefix), (["198.51.100.0/24"], "blue", hash_of(new).hex()))
        self.assertEqual((self.use(old), self.use(new)), (self.program,) * 2)
        identity.clock.turn(2 * HOUR + 1)
        self.assertEqual((self.use(old), self.use(new)), ("KEY_REFUSED", self.program))

    def test_the_account_s_networks_hold_for_programs(self):  # ID-43
        pem = certificate(days=300)
        key, secret = self.register(pem), self.make(end=300 * DAY)
        change("SessionPolicyService/SetSessionPolicy", self.owner.principal, account_id=self.owner.account, networks=["203.0.113.0/24"],
               may_shut_out=True)
        by_secret = lambda source: outcome(ask({"session_token": secret.secret, "source_address": source})[0])
        self.assertEqual((self.use(pem), by_secret("198.51.100.7")), ("NETWORK_NOT_ALLOWED",) * 2)
        self.assertEqual((self.use(pem, source="203.0.113.7"), by_secret("203.0.113.7")), (self.program,) * 2)
        self.assertIn("KEY_ADDRESS_REFUSED", [event[0] for event in self.events(key.key_id)])


del Keys, Certificates  # theirs are run once

if __name__ == "__main__":
    unittest.main()
