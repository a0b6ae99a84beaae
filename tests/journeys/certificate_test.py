"""A program that acts by a client certificate (issue 11.4): real handshakes with the front, the gateway behind it and identity. The certificate
is signed by itself; the private key is what opens."""
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import unittest

import grpc

from stack import NOT_LOGGED_IN, Journey, Stack, new_id
from service import Refusal, message

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from front import Front  # noqa: E402

BALANCE, TRANSFER = "ledger.v1.AccountService/GetBalance", "ledger.v1.TransferService/CreateTransfer"
DAY = 86400


class CertificateTest(Journey):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="kontor-certificate-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.make("front", "-addext", "subjectAltName=IP:127.0.0.1")
        with open(cls.path("served.pem"), "wb") as file:
            file.write(cls.read("front.pem") + cls.read("front.key"))
        cls.front = Front(certificate=cls.path("served.pem"), program_certificates="yes")
        cls.addClassCleanup(cls.front.stop)
        cls.stack = Stack(environment={"KONTOR_AUTHORITY_FILE": cls.path("front.pem")}, listen_address=cls.front.gateway)
        cls.addClassCleanup(cls.stack.stop)
        cls.stack.door = cls.front.address
        cls.owner = cls.stack.customer("owner").open()
        cls.program = cls.owner.kontor("program", "create", "portal", "--role", "finance")["program"]["programId"]

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def read(cls, name):
        with open(cls.path(name), "rb") as file:
            return file.read()

    @classmethod
    def make(cls, name, *words, days=30):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", str(days), "-subj",
                        "/CN=" + name, "-keyout", cls.path(name + ".key"), "-out", cls.path(name + ".pem"), *words], check=True, capture_output=True)
        return cls.path(name + ".pem")

    def register(self, name, *words, permissions="ledger.balance.*"):
        return self.owner.kontor("certificate", "register", self.program, "--file", self.path(name + ".pem"), "--permissions", permissions,
                                 *words)["key"]

    def call(self, name, rpc=BALANCE, program=None, metadata=(), **fields):
        """By gRPC's core with the certificate of that name in the handshake; None: without one."""
        pair = (self.read(name + ".key"), self.read(name + ".pem")) if name else (None, None)
        credentials = grpc.ssl_channel_credentials(self.read("front.pem"), *pair)
        header = (("authorization", "Program " + (program or self.program)),)
        service, method = rpc.split("/")
        request = message("%s.%sRequest" % (service.rsplit(".", 1)[0], method))(**fields)
        with grpc.secure_channel(self.front.address, credentials, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
            try:
                channel.unary_unary("/" + rpc)(request.SerializeToString(), timeout=20, metadata=header + tuple(metadata))
                return "OK"
            except grpc.RpcError as error:
                return Refusal(error).reason

    def test_a_registered_certificate_acts_within_its_scope(self):
        self.make("portal")
        self.assertEqual(self.call("portal"), "KEY_REFUSED")
        key = self.register("portal")
        self.assertEqual(self.call("portal"), "OK")
        self.assertEqual(self.call("portal", TRANSFER, request_id=new_id()), "KEY_SCOPE")
        self.assertEqual(self.call("portal", "identity.v1.SessionService/ListSessions"), "PERSON_REQUIRED")
        self.assertEqual(self.call("portal", program=new_id()), "KEY_REFUSED")  # of another program
        self.make("other")
        self.assertEqual(self.call("other"), "KEY_REFUSED")
        self.owner.kontor("key", "revoke", key["keyId"], "--yes")
        self.assertEqual(self.call("portal"), "KEY_REFUSED")

    def test_without_the_private_key_nobody_is_the_program(self):
        self.make("portal2")
        key = self.register("portal2")
        shown = key["prefix"]
        forged = [("kontor-certificate-sha256", shown), ("Kontor-Certificate-Sha256".lower(), shown), ("kontor_certificate_sha256", shown)]
        self.assertEqual(self.call(None), "SESSION_REQUIRED")
        self.make("thief")
        for header in forged:
            self.assertEqual(self.call(None, metadata=[header]), "SESSION_REQUIRED", header)
            self.assertEqual(self.call("thief", metadata=[header]), "KEY_REFUSED", header)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        with self.assertRaises(ssl.SSLError):  # the certificate with another's key is none that a handshake is made with
            context.load_cert_chain(self.path("portal2.pem"), self.path("thief.key"))
        self.assertEqual(self.call("portal2"), "OK")

    def test_not_yet_and_no_more(self):
        """HAProxy lets an ended certificate in; identity does not."""
        self.make("later")
        self.stack.clock.turn(-DAY)
        try:
            self.owner.log_in()
            self.register("later")
            self.assertEqual(self.call("later"), "KEY_REFUSED")
        finally:
            self.stack.clock.turn(DAY)
            self.owner.log_in()
        self.assertEqual(self.call("later"), "OK")
        self.make("short", days=1)
        self.register("short")
        self.assertEqual(self.call("short"), "OK")
        self.stack.clock.turn(DAY + 2)
        self.assertEqual((self.call("short"), self.call("later")), ("KEY_REFUSED", "OK"))
        self.owner.log_in()

    def test_networks_and_rotation(self):
        self.make("old")
        key = self.register("old", "--from-addresses", "203.0.113.0/24")
        self.assertEqual(self.call("old"), "KEY_ADDRESS_REFUSED")
        self.owner.kontor("key", "revoke", key["keyId"], "--yes")
        key = self.register("old", "--from-addresses", "127.0.0.0/8")
        self.make("new")
        self.owner.kontor("certificate", "rotate", key["keyId"], "--file", self.path("new.pem"), "--overlap-hours", "1")
        self.assertEqual((self.call("old"), self.call("new")), ("OK", "OK"))
        self.stack.clock.turn(3601)
        self.owner.log_in()
        self.assertEqual((self.call("old"), self.call("new")), ("KEY_REFUSED", "OK"))

    def as_program(self, name):
        return ["--as-program", self.program, "--certificate-file", self.path(name + ".pem"), "--key-file", self.path(name + ".key")]

    def test_balances_of_a_list_are_shown_to_a_certificate_as_to_a_key(self):
        self.make("viewer")
        self.register("viewer", permissions="ledger.balance.*,gateway.account.list")
        shown = self.stack.kontor("account", "balances", *self.as_program("viewer"), profile="portal")["accounts"]
        self.assertEqual([("balance" in view, view.get("hidden", False)) for view in shown], [(True, False)])

    def test_kontor_acts_as_the_program_and_the_act_says_by_what(self):
        self.make("mover")
        self.register("mover")
        as_program = self.as_program("mover")
        self.stack.kontor("balance", *as_program, profile="portal")
        with self.stack.refused(self, "KEY_REFUSED", code=NOT_LOGGED_IN):
            self.stack.kontor("balance", "--as-program", new_id(), *as_program[2:], profile="portal")
        with self.stack.refused(self, "KEY_SCOPE"):
            self.stack.kontor("topup", "list", *as_program, profile="portal")
        with self.stack.refused(self, "KEY_SCOPE"):
            self.stack.kontor("transfer", "--to", new_id(), "--amount", "1.00", "--currency", "CNY", *as_program, profile="portal")
        told = self.owner.kontor("who-did-what", "--action", "ledger.transfer.create", "--page-size", "1")["acts"][0]
        self.assertEqual((told["actor"]["principalId"], told["actor"]["credential"], told["reason"]), (self.program, "CERTIFICATE", "KEY_SCOPE"))

    def test_a_file_with_a_private_key_stays_here(self):
        self.make("mixed")
        with open(self.path("both.pem"), "wb") as file:
            file.write(self.read("mixed.pem") + self.read("mixed.key"))
        code, _, err = self.stack.run("certificate", "register", self.program, "--file", self.path("both.pem"), "--permissions", "ledger.*",
                                      profile="owner")
        self.assertEqual((code, "private key" in err), (2, True), err)


if __name__ == "__main__":
    unittest.main()
