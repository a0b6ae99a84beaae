"""The whole of Kontor as real processes: PostgreSQL databases, five services, the provider's simulator, a spool for messages and a
clock to turn; and `kontor`, the client, as a function. Not a test.

    with Stack() as stack:
        agency, project = stack.company("agency", "project")
        agency.top_up("100000.00")"""
import contextlib
import datetime
import glob
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "support"))
from operators import Operator  # noqa: E402
from service import BUILD, ROOT, Client, Clock, Service, free_port, new_id, psql  # noqa: E402,F401

PASSWORD = "correct horse battery staple"
CARD = ("4000001560000002", "123")  # a Visa issued in China
OPERATOR_EMAIL, OPERATOR_PASSWORD = "operator@kontor.example", "an operator's long password"
DONE, REFUSED, USAGE, UNAVAILABLE, NOT_LOGGED_IN, UNREPORTED, INDEFINITE = range(7)


class Refused(Exception):
    """`kontor` ended with another exit code than 0; what it said as JSON."""

    def __init__(self, code, error, text):
        super().__init__("exit code %d: %s" % (code, text.strip()))
        self.code, self.error = code, error
        self.reason, self.terms = error.get("reason", ""), error.get("terms", {})
        self.preconditions = [violation["reason"] for violation in error.get("preconditionViolations", [])]


class Simulator:
    """The payment provider, a process of its own with its own journal."""

    def __init__(self, folder, webhook_port, delay):
        self.port, self.journal = free_port(), os.path.join(folder, "simulator.journal")
        self.log_path, self.process = os.path.join(folder, "simulator.log"), None
        self.arguments = ["/usr/bin/python3", os.path.join(ROOT, "payments", "simulator", "psp_simulator.py"), "--port", str(self.port),
                          "--api-key", "sk_test_journey", "--webhook-url", "http://127.0.0.1:%d/webhooks/stripe" % webhook_port,
                          "--webhook-secret", "whsec_journey", "--delay", delay, "--journal", self.journal]
        self.start()

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def charged_micros(self):
        """The amount that cards were charged for top-ups; every currency here has two decimals."""
        with urllib.request.urlopen("http://127.0.0.1:%d/control/intents" % self.port, timeout=10) as answer:
            return sum(intent["amount_received"] * 10000 for intent in json.load(answer) if intent["metadata"].get("kontor_step") == "top_up")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)


class Verifier:
    """The verifier's simulator, a process of its own."""

    def __init__(self):
        self.port = free_port()
        self.process = subprocess.Popen(["/usr/bin/python3", os.path.join(ROOT, "identity", "simulator", "verifier_simulator.py"), "--port", str(self.port)],
                                        stderr=subprocess.PIPE, text=True)
        assert "verifier on" in self.process.stderr.readline()
        self.settings = {"verifier_url": "http://127.0.0.1:%d/verify" % self.port, "verifier_timeout": "2s"}

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stderr.close()


class Stack:
    NAMES = ("identity", "payments", "ledger", "sharing", "gateway")

    def __init__(self, delay="0.1-0.3", names=NAMES, common=None, inside=None, environment=None, with_verifier=False, **gateway_settings):
        """common: settings of every service; inside: of all but the gateway; environment: what kontor is told beside the gateway."""
        self.environment, self.door = environment or {}, ""  # door: of a front that a test puts before the gateway
        self.folder = tempfile.mkdtemp(prefix="kontor-stack-")
        self.spool = os.path.join(self.folder, "spool")
        self.clock, self.services, self.failed, self.desk = Clock(), {}, False, None
        os.makedirs(self.spool, mode=0o700)
        webhook_port = free_port()
        self.simulator = Simulator(self.folder, webhook_port, delay)
        self.verifier = Verifier() if with_verifier else None
        own = {
            "identity": dict({"spool_directory": self.spool, "state_directory": os.path.join(self.folder, "identity")},
                             **(self.verifier.settings if with_verifier else {})),
            "ledger": {"key_file": os.path.join(self.folder, "ledger-key"), "key_create": "true", "anchor_interval": "2s"},
            "payments": {"state_directory": os.path.join(self.folder, "payments"), "webhook_secret": "whsec_journey",
                         "provider_url": "http://127.0.0.1:%d" % self.simulator.port, "provider_key": "sk_test_journey",
                         "webhook_address": "127.0.0.1:%d" % webhook_port, "step_lease": "5s", "provider_timeout": "3s"},
        }
        try:
            for name in names:
                if name == "gateway":
                    own["gateway"] = {n + "_target": s.address for n, s in self.services.items()}
                    own["gateway"].update({"follow_interval": "50ms", "reads_per_second": 0, "writes_per_second": 0,
                                           "anonymous_per_second": 0}, **gateway_settings)
                more = dict(common or {}, **(inside or {} if name != "gateway" else {}), **own.get(name, {}))
                self.services[name] = Service(name, clock=self.clock, **more)
        except BaseException:
            self.failed = True
            self.stop()
            raise

    def __getattr__(self, name):
        try:
            return self.__dict__["services"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.failed = self.failed or kind is not None
        self.stop()

    def stop(self):
        """Ends everything in order. A service that does not exit with 0, by a crash or a sanitizer's finding, fails the journey."""
        complaints = []
        for name in reversed(list(self.services)):
            try:
                self.services[name].stop()
            except Exception as error:  # every one is stopped, whatever the others do
                complaints.append("%s: %s" % (name, error))
        self.simulator.stop()
        if self.verifier:
            self.verifier.stop()
        if self.failed or complaints:
            self.show_logs()
        shutil.rmtree(self.folder, ignore_errors=True)
        if complaints and not self.failed:
            raise AssertionError("\n".join(complaints))

    def show_logs(self):
        for name, process in list(self.services.items()) + [("simulator", self.simulator)]:
            print("---- %s, end of its log\n%s" % (name, process.log()[-4000:]), file=sys.stderr)

    # ---- kontor

    def kontor_environment(self):
        return dict(os.environ, KONTOR_GATEWAY=self.door or self.gateway.address, XDG_STATE_HOME=os.path.join(self.folder, "state"), **self.environment)

    def run(self, *words, profile="default", stdin="", json_wanted=True):
        """Runs kontor and gives back its exit code, stdout and stderr."""
        environment = self.kontor_environment()
        arguments = [os.path.join(BUILD, "kontor")] + [str(word) for word in words] + ["--profile", profile]
        done = subprocess.run(arguments + (["--json"] if json_wanted else []), input=stdin, env=environment, capture_output=True,
                              text=True, timeout=120)
        return done.returncode, done.stdout, done.stderr

    def kontor(self, *words, profile="default", stdin=""):
        """The answer as JSON; anything but exit code 0 raises Refused."""
        code, out, err = self.run(*words, profile=profile, stdin=stdin)
        answer = json.loads(out) if out.strip() else {}
        if code != DONE:
            raise Refused(code, answer.get("error", {}), out + err)
        return answer

    # ---- messages

    def messages(self, to):
        """The messages sent to an address or a number, oldest first."""
        found = []
        for path in glob.glob(os.path.join(self.spool, "*.json")):
            with open(path, encoding="utf-8") as file:
                message = json.load(file)
            if message["to"] == to:
                found.append((os.stat(path).st_mtime_ns, path, message))
        return [message for _, _, message in sorted(found, key=lambda entry: entry[:2])]

    def code(self, to, after=0, timeout=90):
        """The code in the newest message to an address or a number, of those after the first `after`."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            texts = [message["text"] for message in self.messages(to)][after:]
            codes = [match.group(0) for text in texts for match in re.finditer(r"\b\d{6}\b", text)]
            if codes:
                return codes[-1]
            time.sleep(0.05)
        raise AssertionError("no code came to %s" % to)

    def invitation(self, to, timeout=90):
        """(id, code) of the newest invitation to an address; of a customer's its token."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            found = [match.groups() for message in self.messages(to)
                     for match in re.finditer(r"invitation is (\S{36}) and your (?:code|token) ([0-9A-Za-z-]+)", message["text"])]
            if found:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError("no invitation came to %s" % to)

    # ---- people

    def customer(self, name, country="CN", phone=None):
        return Customer(self, name, country, phone)

    def operator(self, *words):
        """The provider's first operator, who has all roles, does something."""
        return self.first_operator().do(*words)

    def first_operator(self):
        self.desk = self.desk or Operator(self, OPERATOR_EMAIL, OPERATOR_PASSWORD).come_in_first()
        return self.desk

    def company(self, *names):
        """Customers of one new company, opened and verified."""
        number = entity_number()
        return [self.customer(name).open(number) for name in names]

    def token(self, profile):
        """The session token of a profile, for callers that are not kontor."""
        with open(os.path.join(self.folder, "state", "kontor", profile + ".json"), encoding="utf-8") as file:
            return json.load(file)["session_token"]

    def time(self, seconds=0):
        """A moment as the services see it, for kontor's command line."""
        moment = datetime.datetime.fromtimestamp(self.clock.now() + seconds, datetime.timezone.utc)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    @contextlib.contextmanager
    def refused(self, test, reason, code=REFUSED):
        """Asserts that the block is refused for the reason; gives the refusal."""
        seen = []
        try:
            yield seen
        except Refused as refusal:
            test.assertEqual((refusal.code, refusal.reason), (code, reason), refusal)
            seen.append(refusal)
            return
        test.fail("accepted, though %s was expected" % reason)

    def await_equal(self, test, expected, question, timeout=20):
        """Asks until the answer is as expected; no step of a journey waits longer than it must."""
        deadline = time.monotonic() + timeout
        while (answer := question()) != expected and time.monotonic() < deadline:
            time.sleep(0.05)
        test.assertEqual(expected, answer)


    def check_received(self, test):
        """Every charge of a card is booked, to the cent: on accounts or in suspense."""
        left = "SELECT count(*) FROM payments.top_up WHERE rail = 'CARD' AND state NOT IN ('CREDITED', 'FAILED', 'IN_SUSPENSE')"
        self.await_equal(test, "0", lambda: psql(self.payments.database, left), timeout=120)
        booked = "SELECT coalesce(sum(CASE kind WHEN 8 THEN amount_micros ELSE -amount_micros END), 0) FROM ledger.entry WHERE kind IN (8, 18)"
        self.await_equal(test, self.simulator.charged_micros(), lambda: int(psql(self.ledger.database, booked)), timeout=60)


def entity_number():
    """A new legal entity identifier (ISO 17442): 18 characters and two check digits."""
    base = "%018d" % random.randrange(10 ** 17, 10 ** 18)
    return base + "%02d" % (98 - int(base) * 100 % 97)


def micros(amount):
    """"41800.00" as the ledger counts it."""
    return int(Decimal(amount) * 1000000)


class Journey(unittest.TestCase):
    """Tests that share one stack; its logs are shown when one of them fails."""
    stack_settings = {}

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(**cls.stack_settings)
        cls.addClassCleanup(cls.stack.stop)

    def tearDown(self):
        result = self._outcome.result
        self.stack.failed = self.stack.failed or any(
            getattr(test, "test_case", test) is self for test, _ in result.errors + result.failures)


class Customer:
    """One customer with a profile of its own. Each step is a method, so that a journey tells its story."""

    number = 0

    def __init__(self, stack, name, country="CN", phone=None):
        Customer.number += 1
        self.stack, self.name, self.country = stack, name, country
        self.email = "%s-%s@example.com" % (name, new_id()[:8])
        self.phone = phone or "+86138%08d" % (os.getpid() * 100 % 99999900 + Customer.number)
        self.account_id = ""

    def kontor(self, *words, stdin=""):
        return self.stack.kontor(*words, profile=self.name, stdin=stdin)

    def sign_up(self):
        self.kontor("signup", "start", "--country", self.country, "--email", self.email, "--accept-terms", stdin=PASSWORD + "\n")
        self.kontor("signup", "send-code")
        self.account_id = self.kontor("signup", "verify", self.stack.code(self.email))["accountId"]
        return self.log_in()

    def log_in(self):
        self.kontor("login", "--email", self.email, stdin=PASSWORD + "\n")
        return self

    def verify_phone(self):
        self.kontor("contact", "send-code", "--delivery", "sms", "--phone", self.phone)
        self.kontor("contact", "verify", self.stack.code(self.phone))
        return self

    def add_address(self, corporate=True):
        place = ["--country", self.country, "--city", "Hangzhou", "--street", "1 Wensan Road"]
        who = ["--corporation", self.name + " Ltd", "--contact-name", "Li Lei", "--contact-email", self.email] if corporate else ["--name", "Li Lei"]
        self.kontor("address", "add", *who, *place)
        return self

    def join_company(self, number):
        """Submits the company, and has it approved."""
        submission = self.submit_company(number)
        self.stack.operator("company", "approve", submission)
        return self

    def submit_company(self, number, scheme="lei"):
        return self.kontor("company", "submit", "--country", self.country, "--scheme", scheme, "--number", number, "--name",
                           self.name + " Ltd")["submission"]["submissionId"]

    def set_currency(self, currency="CNY"):
        self.kontor("currency", "set", currency)
        return self

    def add_card(self, number=CARD[0], code=CARD[1]):
        return self.kontor("card", "add", "--expiry-month", "12", "--expiry-year", "2034", "--holder", "Li Lei",
                           stdin="%s\n%s\n" % (number, code))["paymentMethod"]

    def join(self, owner, role="member", *more):
        """Is invited by the owner, and accepts."""
        owner.kontor("member", "invite", self.email, "--role", role, *more)
        invitation_id, code = self.stack.invitation(self.email)
        self.kontor("invitation", "accept", invitation_id, "--code", code)
        return self

    def open(self, company=None):
        """All of it: signed up, both channels, billing address, currency; corporate and verified when a company is given."""
        self.sign_up().verify_phone().add_address(corporate=company is not None).set_currency()
        return self.join_company(company) if company else self

    def top_up(self, amount, card=None):
        card = card or self.add_card()["paymentMethodId"]
        return self.kontor("topup", "--amount", amount, "--currency", "CNY", "--method", card)["topUp"]

    def transfer(self, to, amount, *more):
        return self.kontor("transfer", "--to", to.account_id, "--amount", amount, "--currency", "CNY", *more)["transfer"]

    def revoke(self, source, amount, *more):
        return self.kontor("revoke", "--from", source.account_id, "--amount", amount, "--currency", "CNY", *more)["transfer"]

    def purchase(self, amount, region="cn-hangzhou"):
        return self.kontor("purchase", "--amount", amount, "--currency", "CNY", "--region", region)["purchase"]

    def balance(self):
        return self.kontor("balance")

    def own(self):
        return int(self.balance()["balance"]["ownMicros"])

    def transferred_in(self):
        return int(self.balance()["balance"]["transferredInMicros"])
