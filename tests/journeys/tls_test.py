"""Mutual TLS everywhere: between the services and at the door. Without a certificate of the authority nobody gets in."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import grpc

from stack import BUILD, UNAVAILABLE, Journey, Stack, entity_number, free_port, new_id
from service import Refusal, message


def make_certificates(folder):
    """An authority, one certificate of the services for all of 127.0.0.1, and one of a partner."""
    path = lambda name: os.path.join(folder, name)
    run = lambda *words: subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)
    run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=an authority",
        "-keyout", "authority.key", "-out", "authority.pem")
    run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=kontor", "-keyout", "key.pem", "-out", "request.pem")
    with open(path("names"), "w", encoding="utf-8") as file:
        file.write("subjectAltName=IP:127.0.0.1,URI:spiffe://kontor/service\n")
    run("x509", "-req", "-in", "request.pem", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "2",
        "-extfile", "names", "-out", "certificate.pem")
    for name in ("partner", "other"):
        with open(path(name), "w", encoding="utf-8") as file:
            file.write("subjectAltName=URI:spiffe://kontor/%s\n" % name)
        run("x509", "-req", "-in", "request.pem", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "2",
            "-extfile", name, "-out", name + ".pem")
    return path("authority.pem"), path("certificate.pem"), path("key.pem")


class TlsTest(Journey):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="kontor-tls-")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.authority, cls.certificate, cls.key = make_certificates(folder)
        files = {"tls_authority_file": cls.authority, "tls_certificate_file": cls.certificate, "tls_key_file": cls.key}
        cls.partner, cls.other = os.path.join(folder, "partner.pem"), os.path.join(folder, "other.pem")
        mine = {"KONTOR_AUTHORITY_FILE": cls.authority, "KONTOR_CERTIFICATE_FILE": cls.certificate, "KONTOR_KEY_FILE": cls.key}
        cls.stack = Stack(common=files, environment=mine, inside={"tls_peer_identities": "spiffe://kontor/other, spiffe://kontor/service"})
        cls.addClassCleanup(cls.stack.stop)

    def test_a_partner_with_a_certificate_does_everything(self):
        agency = self.stack.customer("agency").open(entity_number())
        self.assertEqual(agency.own(), 0)

    def test_without_a_certificate_nobody_gets_in(self):
        for strange in ({"KONTOR_CERTIFICATE_FILE": "", "KONTOR_KEY_FILE": ""},
                        {"KONTOR_AUTHORITY_FILE": "", "KONTOR_CERTIFICATE_FILE": "", "KONTOR_KEY_FILE": ""}):
            mine, self.stack.environment = self.stack.environment, dict(self.stack.environment, **strange)
            try:
                code, _, _ = self.stack.run("balance", "--timeout", "2")
            finally:
                self.stack.environment = mine
            self.assertEqual(code, UNAVAILABLE)

    def test_the_services_inside_do_not_speak_to_strangers_either(self):
        for name, service in self.stack.services.items():
            with open(self.authority, "rb") as file:
                channel = grpc.secure_channel(service.address, grpc.ssl_channel_credentials(file.read()))
            with self.assertRaises(grpc.RpcError) as caught:
                channel.unary_unary("/grpc.health.v1.Health/Check")(b"", timeout=2)
            self.assertIn(caught.exception.code(), (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED), name)
            channel.close()

    def test_a_partner_of_the_same_authority_gets_in_at_the_gateway_only(self):
        """The services inside believe the roles that a caller names, so they let only each other in."""
        read = lambda path: pathlib.Path(path).read_bytes()
        operator = (("kontor-roles", "OPERATOR"), ("kontor-principal-id", "01a1fe74-4f6a-721f-9dd9-fe055ec6715a"))
        codes = {}
        for name, service in self.stack.services.items():
            credentials = grpc.ssl_channel_credentials(read(self.authority), read(self.key), read(self.partner))
            channel = grpc.secure_channel(service.address, credentials)
            with self.assertRaises(grpc.RpcError) as caught:
                channel.unary_unary("/event.v1.EventService/ListEvents")(b"", timeout=10, metadata=operator)
            codes[name] = caught.exception.code()
            channel.close()
        self.assertEqual(codes.pop("gateway"), grpc.StatusCode.UNIMPLEMENTED)
        self.assertEqual(set(codes.values()), {grpc.StatusCode.PERMISSION_DENIED}, codes)

    def test_services_that_call_for_themselves_have_request_ids_of_their_own(self):
        """Settled 2: who names no principal and no step is named by the certificate."""
        read = lambda path: pathlib.Path(path).read_bytes()
        request_id, company_id, reasons = new_id(), new_id(), []
        for certificate in (self.certificate, self.other, self.certificate, self.other):
            channel = grpc.secure_channel(self.stack.ledger.address, grpc.ssl_channel_credentials(read(self.authority), read(self.key), read(certificate)))
            open_account = channel.unary_unary("/ledger.v1.AccountService/OpenAccount", request_serializer=lambda m: m.SerializeToString())
            request = message("ledger.v1.OpenAccountRequest")(account_id=new_id(), company_id=company_id, request_id=request_id, corporate=True)
            try:
                open_account(request, timeout=20)
                reasons.append("")
            except grpc.RpcError as error:
                reasons.append(Refusal(error).reason)
            channel.close()
        self.assertEqual(reasons, ["", "", "IDEMPOTENCY_MISMATCH", "IDEMPOTENCY_MISMATCH"])

    def test_a_certificate_of_another_authority_opens_nothing(self):
        folder = tempfile.mkdtemp(prefix="kontor-tls-other-")
        self.addCleanup(shutil.rmtree, folder)
        _, certificate, key = make_certificates(folder)
        read = lambda path: pathlib.Path(path).read_bytes()
        for name, service in self.stack.services.items():
            channel = grpc.secure_channel(service.address, grpc.ssl_channel_credentials(read(self.authority), read(key), read(certificate)))
            with self.assertRaises(grpc.RpcError) as caught:
                channel.unary_unary("/grpc.health.v1.Health/Check")(b"", timeout=2)
            self.assertIn(caught.exception.code(), (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED), name)
            channel.close()

    def test_a_server_that_could_not_ask_for_certificates_does_not_start(self):
        """A forgotten authority must not mean that everybody may call with any role: the services inside believe their callers."""
        ledger = self.stack.ledger
        arguments = [os.path.join(BUILD, "kontor-ledger"), "--listen-address=0.0.0.0:%d" % free_port(), "--admin-address=",
                     "--database-url=host=%s user=postgres dbname=%s" % (os.environ["KONTOR_TEST_POSTGRES"], ledger.database)]
        tls = ["--tls-certificate-file=" + self.certificate, "--tls-key-file=" + self.key, "--tls-peer-identities=spiffe://kontor/service"]
        for files in ([], tls):
            done = subprocess.run(arguments + files, capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertIn("mutual TLS needs an authority" if files else "others can reach this address", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
