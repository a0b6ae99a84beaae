"""Passkeys against the real identity (ID-32), by an authenticator and a browser of our own (python3-cryptography): the ceremony, and every
challenge, session, site and counter that is another."""
import base64
import concurrent.futures
import hashlib
import json
import os
import struct
import sys
import unittest

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import factor_test  # noqa: E402
import identity_test as identity  # noqa: E402
from factor_test import Wearer  # noqa: E402
from identity_test import Code, new_id, refused  # noqa: E402

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
ORIGIN, PRESENT, VERIFIED, NEW = "https://localhost", 1, 4, 0x40


def client_data(kind, challenge, origin=ORIGIN, **more):
    text = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
    return json.dumps(dict({"type": kind, "challenge": text, "origin": origin, "crossOrigin": False}, **more)).encode()


class Authenticator:
    """Has one key; answers whatever it is asked."""

    def __init__(self, counter=1):
        self.key, self.id, self.counter = ec.generate_private_key(ec.SECP256R1()), os.urandom(32), counter

    def data(self, rp_id, flags):
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + struct.pack(">I", self.counter)

    def create(self, options, rp_id=None, flags=PRESENT | VERIFIED, **said):
        point = self.key.public_key().public_numbers()
        cose = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + point.x.to_bytes(32, "big") + b"\x22\x58\x20" + point.y.to_bytes(32, "big")
        data = self.data(rp_id or options.rp_id, flags | NEW) + bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose
        return {"client_data_json": client_data("webauthn.create", options.challenge, **said),
                "attestation_object": b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data}

    def get(self, options, rp_id=None, flags=PRESENT | VERIFIED, **said):
        said, data = client_data("webauthn.get", options.challenge, **said), self.data(rp_id or options.rp_id, flags)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return {"credential_id": self.id, "client_data_json": said, "authenticator_data": data, "signature": signature}


class Holder(Wearer):
    """Somebody with a passkey."""

    def __init__(self, counter=1):
        super().__init__()
        self.authenticator = Authenticator(counter)
        self.enrolled = self.finish(self.authenticator.create(self.begin()))
        self.token = self.enrolled.session_token

    def begin(self):
        return self.call("FactorService/BeginWebauthnEnrollment", request_id=new_id())

    def finish(self, answer, name="key ring"):
        return self.call("FactorService/FinishWebauthnEnrollment", name=name, **answer)

    def ask(self, operation_hash=b""):
        return self.call("SessionService/BeginWebauthnProof", request_id=new_id(), operation_hash=operation_hash)


class Webauthn(unittest.TestCase):
    def test_enrolment_and_proof(self):
        holder = Holder()
        self.assertEqual([(factor.kind, factor.name) for factor in holder.factors()], [(2, "key ring")])
        self.assertEqual(len(holder.enrolled.recovery_codes), 10)
        self.assertEqual((list(holder.resolve().factor_kinds), holder.resolve().HasField("mfa_time")), ([2], True))
        again = holder.begin()
        self.assertEqual((again.rp_id, list(again.algorithms), list(again.excluded_credential_ids)),
                         ("localhost", [-7, -8, -257], [holder.authenticator.id]))
        self.assertEqual(again.user_id.hex(), holder.person.principal.replace("-", ""))
        holder.log_in()
        options = holder.ask()
        self.assertEqual((list(options.credential_ids), len(options.challenge)), ([holder.authenticator.id], 32))
        holder.authenticator.counter += 1
        holder.prove(webauthn=holder.authenticator.get(options))
        self.assertTrue(holder.resolve().HasField("mfa_time"))
        with refused(self, Code.FAILED_PRECONDITION, "PROOF_USED"):  # the passkey is enrolled already
            holder.finish(holder.authenticator.create(holder.begin()))

    def test_a_challenge_works_once_and_for_five_minutes(self):
        holder = Holder(counter=0)
        proof = holder.authenticator.get(holder.ask())
        holder.prove(webauthn=proof)
        with refused(self, Code.FAILED_PRECONDITION, "CHALLENGE_UNKNOWN"):
            holder.prove(webauthn=proof)
        proof = holder.authenticator.get(holder.ask())
        identity.clock.turn(295)
        holder.prove(webauthn=proof)
        proof = holder.authenticator.get(holder.ask())
        identity.clock.turn(301)
        with refused(self, Code.FAILED_PRECONDITION, "CHALLENGE_UNKNOWN"):
            holder.prove(webauthn=proof)

    def test_a_wrong_answer_uses_it_up(self):
        holder = Holder(counter=0)
        options = holder.ask()
        with refused(self, Code.INVALID_ARGUMENT, "PROOF_REFUSED"):
            holder.prove(webauthn=holder.authenticator.get(options, flags=PRESENT))
        with refused(self, Code.FAILED_PRECONDITION, "CHALLENGE_UNKNOWN"):
            holder.prove(webauthn=holder.authenticator.get(options))

    def test_it_is_one_session_s_and_one_operation_s(self):
        holder = Holder(counter=0)
        operation, other = os.urandom(32), os.urandom(32)
        proof = holder.authenticator.get(holder.ask(operation))
        before, token = holder.session, holder.token
        holder.log_in()
        with refused(self, Code.FAILED_PRECONDITION, "CHALLENGE_UNKNOWN"):
            holder.prove(webauthn=dict(proof, operation_hash=operation))
        holder.session, holder.token = before, token
        holder.prove(webauthn=dict(proof, operation_hash=operation))
        for named in (other, b""):
            with refused(self, Code.INVALID_ARGUMENT, "PROOF_REFUSED"):
                holder.prove(webauthn=dict(holder.authenticator.get(holder.ask(operation)), operation_hash=named))

    def test_another_site_origin_key_or_type(self):
        holder, other = Holder(counter=0), Authenticator(counter=0)
        other.id = holder.authenticator.id
        wrong = ({"origin": "https://localhost.example"}, {"origin": "http://localhost"}, {"rp_id": "example.com"}, {"crossOrigin": True},
                 {"flags": VERIFIED}, {"type": "webauthn.create"})
        for bent in wrong:
            with self.subTest(bent):
                identity.clock.turn(3600)
                holder.log_in()
                with refused(self, Code.INVALID_ARGUMENT, "PROOF_REFUSED"):
                    holder.prove(webauthn=holder.authenticator.get(holder.ask(), **bent))
        identity.clock.turn(3600)
        holder.log_in()
        with refused(self, Code.INVALID_ARGUMENT, "PROOF_REFUSED"):
            holder.prove(webauthn=other.get(holder.ask()))
        identity.clock.turn(3600)
        holder.log_in()
        with refused(self, Code.INVALID_ARGUMENT, "PROOF_REFUSED"):
            holder.prove(webauthn=dict(holder.authenticator.get(holder.ask()), credential_id=b"unknown"))

    def test_the_counter_rises_or_stays_none(self):
        holder = Holder(counter=7)
        for counter, passes in ((8, True), (8, False), (7, False), (0, False), (9, True)):
            holder.authenticator.counter = counter
            proof = holder.authenticator.get(holder.ask())
            if passes:
                holder.prove(webauthn=proof)
            else:
                with refused(self, Code.FAILED_PRECONDITION, "PROOF_USED"):
                    holder.prove(webauthn=proof)
        none = Holder(counter=0)
        for _ in range(2):
            none.prove(webauthn=none.authenticator.get(none.ask()))

    def test_of_two_at_once_with_one_answer_one_passes(self):
        holder = Holder(counter=0)
        proof = holder.authenticator.get(holder.ask())

        def attempt(_):
            try:
                return holder.call("SessionService/ProveFactor", webauthn=proof).session_token
            except identity.Refusal as refusal:
                return refusal.reason
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            outcomes = sorted(pool.map(attempt, range(4)), key=len)
        self.assertEqual(outcomes[:3], ["CHALLENGE_UNKNOWN"] * 3)
        self.assertIsNotNone(holder.resolve(outcomes[3]))

    def test_sizes(self):
        holder = Holder()
        good = holder.authenticator.get(holder.ask())
        for field, size in (("credential_id", 1024), ("client_data_json", 8193), ("authenticator_data", 8193), ("signature", 8193)):
            for value in (b"", b"x" * size):
                with self.assertRaises(identity.Refusal) as caught:
                    holder.prove(webauthn=dict(good, **{field: value}))
                self.assertIn("webauthn." + field, caught.exception.fields)
        with self.assertRaises(identity.Refusal):
            holder.ask(b"short")

    def test_enrolment_is_of_this_site_too(self):
        wearer = Wearer()
        begin = lambda: wearer.call("FactorService/BeginWebauthnEnrollment", request_id=new_id())
        finish = lambda **answer: wearer.call("FactorService/FinishWebauthnEnrollment", **answer)
        for bent in ({"origin": "https://localhost.example"}, {"rp_id": "example.com"}, {"flags": PRESENT}, {"type": "webauthn.get"}):
            with refused(self, Code.INVALID_ARGUMENT, "PROOF_REFUSED"):
                finish(**Authenticator().create(begin(), **bent))
        good = Authenticator().create(begin())
        with refused(self, Code.INVALID_ARGUMENT, "PROOF_REFUSED"):
            finish(**dict(good, attestation_object=good["attestation_object"] + b"\0"))
        with refused(self, Code.FAILED_PRECONDITION, "CHALLENGE_UNKNOWN"):
            finish(**good)
        self.assertEqual(list(wearer.factors()), [])
        with refused(self, Code.FAILED_PRECONDITION, "NO_FACTOR"):
            wearer.call("SessionService/BeginWebauthnProof", request_id=new_id())

    def test_a_passkey_beside_an_app(self):
        wearer = Wearer()
        wearer.has_factor()
        with refused(self, Code.FAILED_PRECONDITION, "NO_FACTOR"):
            wearer.call("SessionService/BeginWebauthnProof", request_id=new_id())
        answer = Authenticator().create(wearer.call("FactorService/BeginWebauthnEnrollment", request_id=new_id()))
        enrolled = wearer.call("FactorService/FinishWebauthnEnrollment", **answer)
        self.assertEqual(list(enrolled.recovery_codes), [])
        wearer.token = enrolled.session_token
        self.assertEqual(sorted(wearer.resolve().factor_kinds), [1, 2])
        identity.clock.turn(factor_test.STEP)
        wearer.prove(totp_code=wearer.code())


if __name__ == "__main__":
    unittest.main()
