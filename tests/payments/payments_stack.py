"""kontor-payments and the provider's simulator as real processes, with what tests of payments have in common."""
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from service import POSTGRES, ROOT, Clock, Refusal, Service, free_port, message, new_id, psql, refused  # noqa: E402,F401

VISA, VISA_CHINA, MASTERCARD = "4242424242424242", "4000001560000002", "5555555555554444"
SECURITY_CODE = "739"
KEY, SECRET = "sk_test_payments", "whsec_payments"


class Simulator:
    def __init__(self, webhook_port, delay="0"):
        self.port = free_port()
        self.process = subprocess.Popen(
            ["/usr/bin/python3", os.path.join(ROOT, "payments", "simulator", "psp_simulator.py"), "--port", str(self.port),
             "--delay", delay,
             "--api-key", KEY, "--webhook-secret", SECRET, "--webhook-url", "http://127.0.0.1:%d/webhooks/stripe" % webhook_port],
            stdout=subprocess.PIPE)
        self.process.stdout.readline()

    def control(self, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET" if body is None else "POST", "/control/" + path, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        result = json.loads(answer.read())
        connection.close()
        assert answer.status == 200, result
        return result

    def rules(self, *rules):
        """Sets what goes wrong, for example {"path": "/cancel$", "action": "error_before", "times": 3}; none puts all right."""
        self.control("rules", list(rules))

    def counts(self):
        return self.control("counts")

    def intents(self, step=None):
        return [i for i in self.control("intents") if step in (None, i["metadata"].get("kontor_step"))]

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


class Payments:
    """The two processes; short leases, so that a killed process's work is taken over soon."""

    def __init__(self, clock=None, delay="0", **settings):
        self.folder = tempfile.mkdtemp(prefix="kontor-payments-")
        self.webhook_port = free_port()
        self.simulator = Simulator(self.webhook_port, delay)
        own = {"state_directory": self.folder, "provider_url": "http://127.0.0.1:%d" % self.simulator.port, "provider_key": KEY,
               "webhook_secret": SECRET, "webhook_address": "127.0.0.1:%d" % self.webhook_port, "worker_interval": "50ms",
               "step_lease": "2s", "provider_timeout": "1500ms"}
        self.service = Service("payments", clock=clock, **dict(own, **settings))

    def stop(self, kind=None):
        try:
            self.service.__exit__(kind, None, None)
        finally:
            self.simulator.stop()
            shutil.rmtree(self.folder, True)

    # ---- what tests do ----

    def call(self, rpc, **fields):
        return self.service.call("payments.v1." + rpc, **fields)

    def account(self, country="US", currency="USD", corporate=False, address=True, name="Li Na"):
        account = new_id()
        self.call("AccountService/UpdateAccountFacts", account_id=account, request_id=new_id(), country=country, corporate=corporate,
                  principal_name=name, billing_address_present=address, as_of_time={"seconds": int(time.time())})
        if currency:
            self.call("AccountService/SetCurrency", account_id=account, request_id=new_id(), currency=currency)
        return account

    def add_card(self, account, number=VISA, request_id=None, **fields):
        wanted = dict(expiry_month=12, expiry_year=2034, security_code=SECURITY_CODE, holder_name="Li Na")
        wanted.update(fields)
        return self.call("PaymentMethodService/AddCard", account_id=account, request_id=request_id or new_id(), number=number,
                         **wanted).payment_method

    def method(self, account, method_id):
        return self.call("PaymentMethodService/GetPaymentMethod", account_id=account, payment_method_id=method_id).payment_method

    def methods(self, account):
        return list(self.call("PaymentMethodService/ListPaymentMethods", account_id=account).payment_methods)

    def top_up(self, account, method_id, micros=100_000_000, currency="USD", request_id=None, rail="TOP_UP_RAIL_CARD", **fields):
        return self.call("TopUpService/CreateTopUp", account_id=account, request_id=request_id or new_id(),
                         target_account_id=fields.pop("target", account), payment_method_id=method_id, rail=rail, amount_micros=micros,
                         currency=currency, **fields).top_up

    def get_top_up(self, account, top_up_id):
        return self.call("TopUpService/GetTopUp", account_id=account, top_up_id=top_up_id).top_up

    def events(self, kind):
        answer = self.service.call("event.v1.EventService/ListEvents", page_size=1000)
        return [message(e.type).FromString(e.payload) for e in answer.events if e.type == "payments.v1." + kind]

    def told(self, kind, expected, of):
        """Waits until the events of a kind for which of() says something are as expected. An event is shown once no older transaction of
        the whole cluster is running, so it may take a moment."""
        return eventually(lambda: [of(e) for e in self.events(kind) if of(e) is not None], expected)


def state(thing):
    """The state's name without its prefix."""
    value = thing.DESCRIPTOR.fields_by_name["state"].enum_type.values_by_number[thing.state].name
    return value.split("_STATE_", 1)[1]


def eventually(look, expected, seconds=20):
    """Asks until the answer is as expected; the last answer is shown when it never is."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen == expected:
            return seen
        if time.monotonic() > deadline:
            raise AssertionError("%r was expected, %r is so" % (expected, seen))
        time.sleep(0.05)
