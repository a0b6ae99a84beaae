"""Runs one real service on a fresh database and talks to it with Python's own gRPC: a client that shares no code with ours.

    with Service("sharing", clock=Clock()) as sharing:
        answer = sharing.call("sharing.v1.AssetService/GetAsset", account_id=…, asset_id=…)
        with refused(self, grpc.StatusCode.NOT_FOUND, "ASSET_NOT_FOUND"):
            sharing.call(…)

KONTOR_BUILD is the build folder, KONTOR_TEST_POSTGRES the socket folder of the cluster that ./check started."""
import atexit
import contextlib
import csv
import functools
import glob
import mmap
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("KONTOR_BUILD", os.path.join(ROOT, "build", "dev"))
TODAY = BUILD  # programs of an earlier release know fewer settings
POSTGRES = os.environ.get("KONTOR_TEST_POSTGRES", "")


def _load_protos():
    """Every message of proto/, from a descriptor set that protoc makes now."""
    folder = tempfile.mkdtemp(prefix="kontor-protos-")
    atexit.register(shutil.rmtree, folder, True)
    files = sorted(glob.glob(os.path.join(ROOT, "proto", "**", "*.proto"), recursive=True))
    out = os.path.join(folder, "all.fds")
    subprocess.run(["protoc", "--proto_path=" + os.path.join(ROOT, "proto"), "--proto_path=/usr/include", "--include_imports",
                    "--descriptor_set_out=" + out] + files, check=True, stderr=subprocess.DEVNULL)
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(open(out, "rb").read()).file:
        pool.Add(file)
    return pool


POOL = _load_protos()
_FACTORY = message_factory.MessageFactory(POOL)


def message(name):
    """The class of a message, for example message("sharing.v1.Asset")."""
    return _FACTORY.GetPrototype(POOL.FindMessageTypeByName(name))


def new_id():
    return str(uuid.uuid4())


def free_port():
    """A port that is nobody else's until this process ends, however often who listens there is killed and started. SO_REUSEADDR, which every
    server sets, lets one listen beside a socket that is only bound and has it, too; the kernel gives the port to no one who takes any."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # only now: else two may be given the same
    atexit.register(held.close)
    return held.getsockname()[1]


def psql(database, sql):
    """One statement's rows as text."""
    done = subprocess.run(["psql", "-h", POSTGRES, "-U", "postgres", "-d", database, "-qtA", "-v", "ON_ERROR_STOP=1", "-c", sql],
                          check=True, capture_output=True, text=True)
    return done.stdout.strip()


OWNER, SERVICE = "kontor_test_owner", "kontor_test_service"


@functools.cache
def make_roles():
    """The owner of the schemas and the service, which is nobody's owner; tests that run side by side make them together."""
    for role in (OWNER, SERVICE):
        psql("postgres", "DO $$ BEGIN CREATE ROLE %s LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$" % role)


class Clock:
    """The clock of every service that was given it; turned forward by whole or part seconds."""

    def __init__(self):
        handle, self.path = tempfile.mkstemp(prefix="kontor-clock-")
        os.write(handle, struct.pack("<q", 0))
        self._map = mmap.mmap(handle, 8)
        os.close(handle)
        atexit.register(lambda: os.path.exists(self.path) and os.unlink(self.path))

    def turn(self, seconds):
        offset = struct.unpack("<q", self._map[:8])[0] + int(seconds * 1000000)
        self._map[:8] = struct.pack("<q", offset)

    def now(self):
        """Seconds since 1970 as the services see them."""
        return time.time() + struct.unpack("<q", self._map[:8])[0] / 1e6


DOMAINS = ("kontor", "identity.kontor", "payments.kontor", "ledger.kontor", "sharing.kontor", "gateway.kontor")


@functools.cache
def reasons():
    """docs/reasons.csv: {reason: (codes, terms)}, for a field, a precondition and a refusal of one name together."""
    found = {}
    with open(os.path.join(ROOT, "docs", "reasons.csv"), encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            codes, terms = found.setdefault(row["reason"], (set(), set()))
            codes.update(row["codes"].split())
            terms.update(row["terms"].split())
    return found


def check_told(code, info):
    """Every no of a service is one that the catalogue of reasons has, with no other code and no other terms."""
    if info.domain in DOMAINS:
        assert info.reason in reasons(), "docs/reasons.csv has no %s" % info.reason
        codes, terms = reasons()[info.reason]
        assert code in codes, "docs/reasons.csv has no %s of %s" % (code, info.reason)
        assert set(info.metadata) <= terms, "docs/reasons.csv has no %s of %s" % (sorted(set(info.metadata) - terms), info.reason)


class Refusal(Exception):
    """The no of a service, unpacked from grpc-status-details-bin."""

    def __init__(self, error):
        super().__init__(error.code().name + ": " + (error.details() or ""))
        self.code, self.sentence, self.reason, self.terms = error.code(), error.details(), "", {}
        self.fields, self.faults, self.preconditions, self.retry_seconds = [], {}, [], None
        self.obstacles = []  # the preconditions' sentences
        for key, value in error.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                self._read(message("google.rpc.Status").FromString(value))

    def _read(self, status):
        for detail in status.details:
            content = message(detail.type_url.rsplit("/", 1)[-1]).FromString(detail.value)
            if detail.type_url.endswith("ErrorInfo"):
                self.reason, self.terms = content.reason, dict(content.metadata)
                check_told(self.code.name, content)
            elif detail.type_url.endswith("BadRequest"):
                self.fields = [violation.field for violation in content.field_violations]
                self.faults = {violation.field: violation.reason for violation in content.field_violations}
            elif detail.type_url.endswith("PreconditionFailure"):
                self.preconditions = [violation.type for violation in content.violations]
                self.obstacles = [violation.description for violation in content.violations]
            elif detail.type_url.endswith("RetryInfo"):
                self.retry_seconds = content.retry_delay.seconds + content.retry_delay.nanos / 1e9


@contextlib.contextmanager
def refused(test, code, reason=None, field=None):
    """Asserts that the block is refused with the code and, when given, the reason or the field."""
    try:
        yield
    except Refusal as refusal:
        test.assertEqual((refusal.code, reason if reason is not None else refusal.reason), (code, refusal.reason), refusal.sentence)
        if field is not None:
            test.assertIn(field, refusal.fields)
        return
    test.fail("accepted, though %s %s was expected" % (code.name, reason or field or ""))


class Client:
    """Calls any rpc by its name with keyword arguments."""

    def __init__(self, address):
        self.address = address
        # A service that is killed and started again is found again soon.
        self.channel = grpc.insecure_channel(address, [("grpc.initial_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 1000)])

    def call(self, rpc, timeout=20, metadata=(), request=None, **fields):
        service, method = rpc.split("/")
        descriptor = POOL.FindServiceByName(service).methods_by_name[method]
        if request is None:
            request = message(descriptor.input_type.full_name)(**fields)
        stub = self.channel.unary_unary("/" + rpc, request_serializer=lambda m: m.SerializeToString(),
                                        response_deserializer=message(descriptor.output_type.full_name).FromString)
        try:
            return stub(request, timeout=timeout, metadata=metadata)
        except grpc.RpcError as error:
            raise Refusal(error) from None

    def close(self):
        self.channel.close()


class Service(Client):
    """kontor-<name> as a process of its own on a fresh database; more settings as keyword arguments (dashes as underscores)."""

    def __init__(self, name, clock=None, database=None, **settings):
        self.name, self.clock = name, clock
        self.own_database = database is None
        self.database = database or "kontor_test_%s_%s" % (name, uuid.uuid4().hex[:12])
        if self.own_database:
            make_roles()
            psql("postgres", 'CREATE DATABASE "%s" OWNER %s' % (self.database, OWNER))
        self.port, self.admin_port = free_port(), free_port()
        self.settings = dict({"key_create": "true"} if name in ("identity", "payments") else {}, **settings)
        self.log_path = tempfile.mktemp(prefix="kontor-%s-" % name, suffix=".log")
        self.process = None
        super().__init__("127.0.0.1:%d" % self.port)
        self.start()

    def start(self):
        """Starts the process and waits until it is ready; again after kill() or stop()."""
        arguments = [os.path.join(BUILD, "kontor-" + self.name), "--listen-address=" + self.settings.get("listen_address", self.address),
                     "--admin-address=127.0.0.1:%d" % self.admin_port, "--database-url=" + self.database_url(SERVICE)]
        if self.own_database:
            arguments.append("--migration-url=" + self.database_url(OWNER))
        if self.clock:
            arguments.append("--clock-file=" + self.clock.path)
        settings = dict({"unwarned_grace": "0s"} if self.name == "ledger" and BUILD == TODAY else {}, **self.settings)  # LED-01 to the letter
        arguments += ["--%s=%s" % (key.replace("_", "-"), value) for key, value in settings.items() if key != "listen_address"]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("kontor-%s did not become ready:\n%s" % (self.name, self.log()[-3000:]))
            time.sleep(0.05)

    def migration(self, *more):
        """The words by which the program migrates the database, and ends."""
        return [os.path.join(BUILD, "kontor-" + self.name), "--migrate-only", "--migration-url=" + self.database_url(OWNER),
                "--grant-to=" + (SERVICE if self.own_database else "postgres"),
                *(["--clock-file=" + self.clock.path] if self.clock else ()), *more]

    def database_url(self, role):
        """A database that a test brought along belongs to whom it pleases: the superuser is let in."""
        return "host=%s user=%s dbname=%s" % (POSTGRES, role if self.own_database else "postgres", self.database)

    def is_ready(self):
        try:
            with urllib.request.urlopen("http://127.0.0.1:%d/health/ready" % self.admin_port, timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def kill(self):
        """kill -9: what was acknowledged must survive it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self):
        """Ends it in order; its exit code must be 0, so a leak or an error of a sanitizer fails the test."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            code = self.process.wait(60)
            assert code == 0, "kontor-%s ended with %d:\n%s" % (self.name, code, self.log()[-6000:])

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.close()
        try:
            self.stop()
        except Exception:
            self.process.kill()
            if kind is None:
                raise
        if kind is None:
            if self.own_database:
                psql("postgres", 'DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % self.database)
            os.unlink(self.log_path)
        else:
            print("kept: database %s, log %s" % (self.database, self.log_path), file=sys.stderr)
