"""Headers and calls that the front hands over to the gateway, and those it keeps from it. The gateway behind it only notes what it is told."""
import base64
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

import grpc

from door import DATA, EMPTY_MESSAGE, END_HEADERS, END_STREAM, HEADERS, RST_STREAM, SETTINGS, Bare, Notes, call_headers, frame
from front import Front
from service import Refusal

RPC = "/ledger.v1.AccountService/GetBalance"
CANCEL = b"\0\0\0\x08"


def openssl(folder, *words):
    subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)


def make_authority(folder, name):
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=" + name,
            "-keyout", name + ".key", "-out", name + ".pem")


def make_certificate(folder, authority, name, names):
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name, "-keyout", name + ".key",
            "-out", name + ".csr")
    with open(os.path.join(folder, name + ".ext"), "w", encoding="ascii") as file:
        file.write("subjectAltName=" + names)
    openssl(folder, "x509", "-req", "-in", name + ".csr", "-CA", authority + ".pem", "-CAkey", authority + ".key", "-CAcreateserial", "-days",
            "2", "-extfile", name + ".ext", "-out", name + ".pem")


class Door(unittest.TestCase):
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.front = Front(**cls.settings)
        cls.addClassCleanup(cls.front.stop)
        cls.gateway = Notes(cls.front.gateway)
        cls.addClassCleanup(cls.gateway.stop)

    def setUp(self):
        self.gateway.seen.clear()

    def call(self, channel, metadata=(), timeout=20):
        return channel.unary_unary(RPC)(b"", metadata=metadata, timeout=timeout, wait_for_ready=True)

    def from_source(self, source):
        channel = grpc.insecure_channel(self.front.from_source(source), options=[("grpc.use_local_subchannel_pool", 1)])
        self.addCleanup(channel.close)
        return channel

    def bare(self, source="127.0.0.1"):
        connection = Bare(self.front.address, source)
        self.addCleanup(connection.close)
        return connection


class Headers(Door):
    def test_the_gateway_hears_where_a_call_comes_from(self):
        for source in ("127.0.0.1", "127.0.0.77", "127.9.8.7"):
            self.call(self.from_source(source))
            self.assertEqual(self.gateway.metadata()["kontor-source-address"], source)

    def test_what_only_the_front_may_say_does_not_pass(self):
        names = ("kontor-source-address", "kontor_source_address", "kontor-client-certificate", "kontor-certificate-sha256", "kontor-roles", "kontor-anything",
                 "x-forwarded-for", "forwarded")
        self.call(self.from_source("127.0.0.5"), metadata=[(name, "203.0.113.7") for name in names] + [("x-request-id", "mine")])
        metadata = self.gateway.metadata()
        self.assertNotIn("203.0.113.7", metadata.values())
        self.assertEqual((metadata["kontor-source-address"], metadata["x-request-id"]), ("127.0.0.5", "mine"))

    def test_who_speaks_no_grpc_is_told_so(self):
        for method, path, kind, status in (("GET", "/", "", 404), ("GET", "/health/ready", "", 404), ("POST", RPC, "application/json", 404),
                                           ("POST", RPC, "application/grpc", 415), ("POST", RPC, "application/grpc-web+proto", 415)):
            connection = http.client.HTTPConnection(self.front.address, timeout=10)
            connection.request(method, path, headers={"content-type": kind})
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.getheader("content-type")), (status, "text/plain"), path)
            connection.close()
        self.assertEqual(self.gateway.seen, [])

    def test_a_call_that_is_reset_before_its_message_does_not_reach_the_gateway(self):
        for source in ("127.0.0.21", "127.0.0.22", "127.0.0.23"):
            connection = self.bare(source)
            for stream in range(1, 401, 2):
                connection.send(frame(HEADERS, END_HEADERS, stream, call_headers(RPC)) + frame(RST_STREAM, 0, stream, CANCEL))
            # The same connection is served still, and by then the front has read what came before.
            connection.send(frame(HEADERS, END_HEADERS, 401, call_headers(RPC)) + frame(DATA, END_STREAM, 401, EMPTY_MESSAGE))
            deadline = time.monotonic() + 30
            while source not in [m["kontor-source-address"] for _, m in self.gateway.seen] and time.monotonic() < deadline:
                time.sleep(0.01)
        self.assertEqual([m["kontor-source-address"] for _, m in self.gateway.seen], ["127.0.0.21", "127.0.0.22", "127.0.0.23"])

    def test_headers_alone_reach_nobody_and_end_in_time(self):
        released = threading.Event()
        self.addCleanup(released.set)
        silent = self.from_source("127.0.0.31").stream_unary(RPC).future(iter(lambda: released.wait(40) and None, None), timeout=60)
        self.call(self.from_source("127.0.0.32"))
        with self.assertRaises(grpc.RpcError) as caught:
            silent.result()
        # HAProxy resets the stream behind its answer, because the request never ended; a client may take the code from there.
        refusal = Refusal(caught.exception)
        self.assertEqual(refusal.reason, "DEADLINE")
        self.assertIn(refusal.code, (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED))
        self.assertEqual(len(self.gateway.seen), 1)


class Limits(Door):
    settings = {"source_rate": 3, "source_connections": 4}

    def test_a_source_that_calls_too_often_is_told_in_grpcs_words_and_others_go_on(self):
        channel, refusals = self.from_source("127.0.0.41"), []
        self.call(channel)
        for future in [channel.unary_unary(RPC).future(b"", timeout=20) for _ in range(60)]:
            if future.exception() is not None:
                refusals.append(Refusal(future.exception()))
        self.assertGreater(len(refusals), 0)
        self.assertEqual({(r.code, r.reason, r.retry_seconds) for r in refusals}, {(grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED", 1)})
        self.assertEqual(len(self.gateway.seen), 61 - len(refusals), "who is refused does not reach the gateway")
        self.call(self.from_source("127.0.0.42"))

    def test_a_source_has_so_many_connections_and_others_have_theirs(self):
        self.assertEqual([self.bare("127.0.0.51").is_let_in() for _ in range(5)], [True] * 4 + [False])
        self.assertTrue(self.bare("127.0.0.52").is_let_in())


class DrainDelay(Door):
    settings = {"drain_delay": "3s", "source_rate": 1000000, "source_flood": 1000000}

    def another(self):
        front = Front(**self.settings)
        self.addCleanup(front.stop)
        gateway = Notes(front.gateway)
        self.addCleanup(gateway.stop)
        return front

    def test_whoever_comes_while_a_balancer_does_not_know_yet_is_served(self):
        early = self.from_source("127.0.0.61")
        self.call(early)
        self.front.process.send_signal(signal.SIGUSR1)
        self.call(early)
        late = self.from_source("127.0.0.62")
        self.call(late)
        early.close()
        late.close()
        self.assertEqual(self.front.process.wait(60), 0)

    def test_callers_go_to_another_front_without_a_failed_call(self):
        ends, stays = self.another(), self.another()
        failures, is_over = [], threading.Event()

        def calls(source):
            with grpc.insecure_channel("ipv4:%s,%s" % (ends.address, stays.address), options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
                while not is_over.is_set():
                    try:
                        channel.unary_unary(RPC)(b"", metadata=[("x-request-id", source)], timeout=20)
                    except grpc.RpcError as error:
                        failures.append("%s %s" % (error.code(), error.details()))
        threads = [threading.Thread(target=calls, args=(str(number),)) for number in range(4)]
        for thread in threads:
            thread.start()
        try:
            time.sleep(1)
            ends.process.send_signal(signal.SIGUSR1)
            self.assertEqual(ends.process.wait(60), 0)
            time.sleep(1)
        finally:
            is_over.set()
            for thread in threads:
                thread.join()
        self.assertEqual(failures, [])


class Certificates(unittest.TestCase):
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="kontor-front-tls-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        for authority in ("house", "stranger"):
            make_authority(cls.folder, authority)
        make_certificate(cls.folder, "house", "front", "IP:127.0.0.1")
        make_certificate(cls.folder, "house", "partner", "URI:spiffe://kontor/partner")
        make_certificate(cls.folder, "stranger", "forged", "URI:spiffe://kontor/partner")
        cls.serve("front")
        cls.front = Front(certificate=cls.path("served.pem"), **{"authority": cls.path("house.pem"), **cls.settings})
        cls.addClassCleanup(cls.front.stop)
        cls.gateway = Notes(cls.front.gateway)
        cls.addClassCleanup(cls.gateway.stop)

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def serve(cls, name):
        with open(cls.path("served.pem"), "wb") as file:
            file.write(cls.read(name + ".pem") + cls.read(name + ".key"))

    @classmethod
    def read(cls, name):
        with open(cls.path(name), "rb") as file:
            return file.read()

    def call(self, name=None, authority="house", metadata=()):
        pair = (self.read(name + ".key"), self.read(name + ".pem")) if name else (None, None)
        credentials = grpc.ssl_channel_credentials(self.read(authority + ".pem"), *pair)
        with grpc.secure_channel(self.front.address, credentials, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
            channel.unary_unary(RPC)(b"", timeout=20, metadata=metadata)
        return self.gateway.metadata()

    def test_the_gateway_hears_whose_certificate_it_was(self):
        openssl(self.folder, "x509", "-in", "partner.pem", "-outform", "DER", "-out", "partner.der")
        self.assertEqual(base64.b64decode(self.call("partner")["kontor-client-certificate"]), self.read("partner.der"))

    def test_without_a_certificate_there_is_none_whatever_the_caller_writes(self):
        metadata = self.call(metadata=[("kontor-client-certificate", "AAAA")])
        self.assertNotIn("kontor-client-certificate", metadata)

    def test_a_certificate_of_another_authority_does_not_come_in(self):
        seen = len(self.gateway.seen)
        with self.assertRaises(grpc.RpcError) as caught:
            self.call("forged")
        self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(len(self.gateway.seen), seen)

    def test_a_new_certificate_is_shown_without_a_reload(self):
        make_certificate(self.folder, "stranger", "next", "IP:127.0.0.1")
        self.serve("next")
        done = self.front.run("certificate")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.call(authority="stranger")
        self.serve("front")
        self.assertEqual(self.front.run("certificate").returncode, 0)
        self.call()


class ProgramCertificates(Certificates):
    """Any certificate comes in; only one that the authority signed is a partner's."""
    settings = {"program_certificates": "yes"}

    def test_a_certificate_of_another_authority_does_not_come_in(self):
        """It does here, as nobody's: also one whose authority has the name of the house's, in a chain or alone, and one that is its own."""
        os.makedirs(self.path("false"), exist_ok=True)
        make_authority(self.path("false"), "house")
        make_certificate(self.path("false"), "house", "mimic", "URI:spiffe://kontor/partner")
        shutil.copy(self.path("false/mimic.key"), self.path("mimic.key"))
        with open(self.path("mimic.pem"), "wb") as file:
            file.write(self.read("false/mimic.pem"))
        with open(self.path("chained.pem"), "wb") as file:
            file.write(self.read("false/mimic.pem") + self.read("false/house.pem"))
        shutil.copy(self.path("false/mimic.key"), self.path("chained.key"))
        openssl(self.folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=self", "-addext",
                "subjectAltName=URI:spiffe://kontor/partner", "-keyout", "self.key", "-out", "self.pem")
        for name in ("forged", "mimic", "chained", "self"):
            metadata = self.call(name)
            self.assertNotIn("kontor-client-certificate", metadata, name)
            self.assertEqual(metadata["kontor-certificate-sha256"], self.hash_of(name), name)

    def test_the_gateway_hears_whose_certificate_it_was(self):
        super().test_the_gateway_hears_whose_certificate_it_was()
        self.assertEqual(self.call("partner")["kontor-certificate-sha256"], self.hash_of("partner"))

    def test_without_a_certificate_there_is_none_whatever_the_caller_writes(self):
        super().test_without_a_certificate_there_is_none_whatever_the_caller_writes()
        for name in ("kontor-certificate-sha256", "kontor_certificate_sha256"):
            self.assertNotIn("0" * 64, self.call(metadata=[(name, "0" * 64)]).values())
            self.assertNotIn("0" * 64, self.call("partner", metadata=[(name, "0" * 64)]).values())

    def test_a_resumed_session_makes_nobody_a_partner(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.minimum_version = context.maximum_version = version
            context.set_alpn_protocols(["h2"])
            context.load_cert_chain(self.path("forged.pem"), self.path("forged.key"))
            session = None
            for resumed in (False, True):
                seen = len(self.gateway.seen)
                host, port = self.front.address.split(":")
                with context.wrap_socket(socket.create_connection((host, int(port)), timeout=20), session=session) as connection:
                    connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0))
                    connection.sendall(frame(HEADERS, END_HEADERS, 1, call_headers(RPC)) + frame(DATA, END_STREAM, 1, EMPTY_MESSAGE))
                    connection.recv(4096)
                    deadline = time.monotonic() + 30
                    while len(self.gateway.seen) == seen and time.monotonic() < deadline:
                        time.sleep(0.02)
                    session = connection.session
                    self.assertEqual(connection.session_reused, resumed)
                metadata = self.gateway.metadata()
                self.assertNotIn("kontor-client-certificate", metadata, version)
                self.assertEqual(metadata["kontor-certificate-sha256"], self.hash_of("forged"), version)

    def hash_of(self, name):
        """SHA-256 of the certificate as it was shown, by the openssl program."""
        told = subprocess.run(["openssl", "x509", "-in", self.path(name + ".pem"), "-noout", "-fingerprint", "-sha256"], capture_output=True,
                              check=True, text=True).stdout
        return told.split("=")[1].strip().replace(":", "").lower()


class ProgramsAlone(Certificates):
    """Without an authority of partners none is a partner's, not even one that the front's own authority signed."""

    settings = {"program_certificates": "yes", "authority": ""}

    def test_the_gateway_hears_whose_certificate_it_was(self):
        for name in ("partner", "front"):
            metadata = self.call(name)
            self.assertNotIn("kontor-client-certificate", metadata, name)
            self.assertRegex(metadata["kontor-certificate-sha256"], "^[0-9a-f]{64}$")

    def test_a_certificate_of_another_authority_does_not_come_in(self):
        self.assertNotIn("kontor-client-certificate", self.call("forged"))


class Settings(unittest.TestCase):
    def test_programs_certificates_go_with_tls_and_without_a_demand(self):
        run = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "gateway", "front", "run")
        settings = {"FRONT_RUN": "/tmp", "FRONT_GATEWAY": "/tmp/nobody.sock", "FRONT_PROGRAM_CERTIFICATES": "yes"}
        for more, word in (({}, "FRONT_CERTIFICATE"), ({"FRONT_CERTIFICATE": "/tmp/x", "FRONT_VERIFY": "required"}, "FRONT_VERIFY=required"),
                           ({"FRONT_PROGRAM_CERTIFICATES": "maybe"}, "yes or no")):
            done = subprocess.run([run, "check"], env={**os.environ, **settings, **more}, capture_output=True, text=True)
            self.assertEqual((done.returncode != 0, word in done.stderr), (True, True), done.stderr)

    def test_plaintext_stays_on_this_machine(self):
        run = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "gateway", "front", "run")
        for address, accepted in (("127.0.0.1:7400", True), ("[::1]:7400", True), ("0.0.0.0:7400", False), (":7400", False)):
            settings = {"FRONT_RUN": "/tmp", "FRONT_GATEWAY": "/tmp/nobody.sock", "FRONT_ADDRESS": address}
            done = subprocess.run([run, "check"], env={**os.environ, **settings}, capture_output=True, text=True)
            self.assertEqual(done.returncode == 0, accepted, address + done.stderr)
            self.assertEqual("FRONT_CERTIFICATE" in done.stderr, not accepted)


if __name__ == "__main__":
    unittest.main()
