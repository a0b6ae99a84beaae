#!/usr/bin/python3
"""A payment provider to build against: the part of Stripe's public HTTP API that Kontor speaks, with state, in one process.

It shares no code with the client. How a card behaves is chosen by its public test number; what goes wrong on the way is chosen by
rules that a test posts to /control/rules. See README.md beside this file. Card numbers are looked at once and never kept.
"""
import argparse
import hashlib
import hmac
import http.client
import json
import os
import random
import re
import socket
import sys
import threading
import time
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY_BYTES_MAX = 64 * 1024
WEBHOOK_TRIES = 8

# number: (brand, issuer's country, what happens); "later" means: only a charge of the saved card is declined.
CARDS = {
    "4242424242424242": ("visa", "US", None),
    "5555555555554444": ("mastercard", "US", None),
    "2223003122003222": ("mastercard", "US", None),
    "4000001240000000": ("visa", "CA", None),
    "4000001560000002": ("visa", "CN", None),
    "4000002500000003": ("visa", "FR", None),
    "4000002760000016": ("visa", "DE", None),
    "4000003560000008": ("visa", "IN", None),
    "4000003920000003": ("visa", "JP", None),
    "4000007020000003": ("visa", "SG", None),
    "4000007840000001": ("visa", "AE", None),
    "4000008260000000": ("visa", "GB", None),
    "4000000000000002": ("visa", "US", "generic_decline"),
    "4000000000009995": ("visa", "US", "insufficient_funds"),
    "4000000000009987": ("visa", "US", "lost_card"),
    "4000000000009979": ("visa", "US", "stolen_card"),
    "4000000000000069": ("visa", "US", "expired_card"),
    "4000000000000127": ("visa", "US", "incorrect_cvc"),
    "4000000000000119": ("visa", "US", "processing_error"),
    "4000000000003220": ("visa", "US", "authentication_required"),
    "4000000000000341": ("visa", "US", "later:generic_decline"),
}
OTHER_CODES = ("expired_card", "incorrect_cvc", "processing_error", "authentication_required")


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, status, kind, code, message, **more):
        super().__init__(message)
        self.status = status
        self.body = {"error": dict({"type": kind, "code": code, "message": message}, **more)}


def luhn_holds(number):
    digits = [int(d) for d in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * d, 10)) for d in digits[1::2])) % 10 == 0


def new_id(prefix):
    return "%s_%s" % (prefix, uuid.uuid4().hex[:24])


def nested(form):
    """a[b][c]=1 becomes {"a": {"b": {"c": "1"}}}."""
    result = {}
    for name, value in form:
        at = result
        parts = re.findall(r"[^\[\]]+", name)
        for part in parts[:-1]:
            at = at.setdefault(part, {})
        at[parts[-1]] = value
    return result


class Provider:
    """The state: customers, payment methods, intents; what was counted; what is to go wrong."""

    def __init__(self, options):
        self.options = options
        self.lock = threading.RLock()
        self.objects = {}
        self.behaviours = {}
        self.answers = {}  # idempotency key: (hash of the request, status, body), or None while it is under way
        self.counts = {"authorizations": 0, "voids": 0, "charges": 0, "declines": 0, "refunds": 0, "refused_keys": 0, "webhooks_sent": 0}
        self.rules = []
        self.webhooks = {"mode": "normal", "seconds": 0.0}
        self.delay = options.delay
        self.held_back = []
        self.journal = None
        if options.journal:
            self.replay(options.journal)
            self.journal = open(options.journal, "a", encoding="utf-8")

    # ---- durability ----

    def replay(self, path):
        try:
            lines = open(path, encoding="utf-8").read().splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                record = json.loads(line)
            except ValueError:
                continue  # the last line of a process that was killed
            if "object" in record:
                self.objects[record["object"]["id"]] = record["object"]
            if "behaviour" in record:
                self.behaviours.update(record["behaviour"])
            if "answer" in record:
                self.answers[record["answer"][0]] = tuple(record["answer"][1:])
            if "counts" in record:
                self.counts.update(record["counts"])
        for intent in list(self.objects.values()):
            if intent.get("status") == "processing":
                self.settle_later(intent["id"])

    def note(self, **record):
        if self.journal:
            self.journal.write(json.dumps(dict(record, counts=self.counts)) + "\n")
            self.journal.flush()

    def keep(self, thing):
        self.objects[thing["id"]] = thing
        self.note(object=thing)
        return thing

    def find(self, prefix, thing_id):
        thing = self.objects.get(thing_id)
        if thing is None or not thing_id.startswith(prefix + "_"):
            raise Refused(404, "invalid_request_error", "resource_missing", "No such %s" % prefix)
        return thing

    # ---- customers and payment methods ----

    def create_customer(self, form):
        return self.keep({"id": new_id("cus"), "object": "customer", "metadata": form.get("metadata", {})})

    def create_payment_method(self, form):
        card = form.get("card", {})
        number = re.sub(r"[^0-9]", "", card.get("number", ""))
        if form.get("type") != "card" or not 12 <= len(number) <= 19 or not luhn_holds(number):
            raise Refused(402, "card_error", "incorrect_number", "Your card number is incorrect.")
        if not re.fullmatch(r"[0-9]{3}", card.get("cvc", "")):
            raise Refused(402, "card_error", "invalid_cvc", "Your card's security code is invalid.")
        brand, country, behaviour = CARDS.get(number, ("mastercard" if number[0] in "25" else "visa", "US", None))
        method = {"id": new_id("pm"), "object": "payment_method", "type": "card", "customer": None, "card": {
            "brand": brand, "country": country, "last4": number[-4:],
            "exp_month": int(card["exp_month"]), "exp_year": int(card["exp_year"])}}
        self.behaviours[method["id"]] = behaviour
        self.note(behaviour={method["id"]: behaviour})
        return self.keep(method)

    def detach(self, method_id):
        method = self.find("pm", method_id)
        if method["customer"] is None:
            raise Refused(400, "invalid_request_error", "payment_method_unexpected_state", "The payment method is not attached.")
        method["customer"] = None
        method["detached"] = True
        return self.keep(method)

    # ---- payment intents ----

    def create_intent(self, form):
        method = self.find("pm", form.get("payment_method", ""))
        customer = self.find("cus", form.get("customer", ""))
        if method.get("detached") or (method["customer"] not in (None, customer["id"])):
            raise Refused(400, "invalid_request_error", "payment_method_unexpected_state", "The payment method belongs elsewhere.")
        if method["customer"] is None and method.get("used"):
            raise Refused(400, "invalid_request_error", "payment_method_unexpected_state", "Used before without being attached.")
        amount = int(form.get("amount", "0"))
        if not 0 < amount <= 99999999:
            raise Refused(400, "invalid_request_error", "amount_too_large" if amount > 0 else "parameter_invalid_integer", "Amount.")
        intent = {"id": new_id("pi"), "object": "payment_intent", "amount": amount, "amount_received": 0, "amount_capturable": 0,
                  "currency": form.get("currency", ""), "customer": customer["id"],
                  "capture_method": form.get("capture_method", "automatic"),
                  "payment_method": method["id"], "metadata": form.get("metadata", {}), "status": "requires_confirmation",
                  "last_payment_error": None, "setup_future_usage": form.get("setup_future_usage"), "created": int(time.time())}
        self.keep(intent)
        return self.confirm(intent["id"]) if form.get("confirm") == "true" else intent

    def confirm(self, intent_id):
        intent = self.find("pi", intent_id)
        if intent["status"] not in ("requires_confirmation", "requires_payment_method"):
            raise self.unexpected_state(intent)
        method = self.find("pm", intent["payment_method"])
        method["used"] = True
        behaviour = self.behaviours.get(method["id"])
        holds_only = intent["capture_method"] == "manual"
        if behaviour and behaviour.startswith("later:"):
            behaviour = None if holds_only else behaviour[6:]
        if behaviour:
            raise self.decline(intent, behaviour)
        if intent["setup_future_usage"]:
            method["customer"] = intent["customer"]
        self.keep(method)
        if holds_only:
            intent.update(status="requires_capture", amount_capturable=intent["amount"])
            self.counts["authorizations"] += 1
            self.keep(intent)
            self.tell("payment_intent.amount_capturable_updated", intent)
        elif self.delay[1] > 0:
            intent.update(status="processing")
            self.keep(intent)
            self.settle_later(intent["id"])
        else:
            self.succeed(intent)
        return intent

    def decline(self, intent, code):
        error = {"type": "card_error", "code": code if code in OTHER_CODES else "card_declined", "message": "Your card was declined."}
        if error["code"] == "card_declined":
            error["decline_code"] = code
        intent.update(status="requires_payment_method", last_payment_error=error)
        self.counts["declines"] += 1
        self.keep(intent)
        self.tell("payment_intent.payment_failed", intent)
        return Refused(402, payment_intent=dict(intent), kind=error["type"], **{k: v for k, v in error.items() if k != "type"})

    def settle_later(self, intent_id):
        def settle():
            with self.lock:
                intent = self.objects[intent_id]
                if intent["status"] == "processing":
                    self.succeed(intent)
        timer = threading.Timer(random.uniform(*self.delay), settle)
        timer.daemon = True
        timer.start()

    def succeed(self, intent):
        received = intent["amount"]
        rule = self.take_rule("SETTLE", "/v1/payment_intents/" + intent["id"], intent["metadata"])
        if rule and rule["action"] == "amount":
            received = int(rule["amount"])
        if rule and rule["action"] == "currency":
            intent["currency"] = rule["currency"]
        intent.update(status="succeeded", amount=received, amount_received=received)
        self.counts["charges"] += 1
        self.keep(intent)
        self.tell("payment_intent.succeeded", intent)

    def cancel(self, intent_id):
        intent = self.find("pi", intent_id)
        if intent["status"] not in ("requires_capture", "requires_payment_method", "requires_confirmation"):
            raise self.unexpected_state(intent)
        if intent["status"] == "requires_capture":
            self.counts["voids"] += 1
        intent.update(status="canceled", amount_capturable=0)
        self.keep(intent)
        self.tell("payment_intent.canceled", intent)
        return intent

    # ---- refunds ----

    def refund(self, form):
        """All that was received, once; a refund that failed leaves the money with us. A rule on REFUND makes it pending or failed."""
        intent = self.find("pi", form.get("payment_intent", ""))
        if intent["status"] != "succeeded":
            raise Refused(400, "invalid_request_error", "charge_not_captured", "Nothing was received by this intent.")
        if any(r["status"] in ("succeeded", "pending") for r in self.refunds_of(intent["id"])):
            raise Refused(400, "invalid_request_error", "charge_already_refunded", "The charge has already been refunded.")
        rule = self.take_rule("REFUND", "/v1/refunds", intent["metadata"])
        status = rule["action"] if rule else "succeeded"
        refund = {"id": new_id("re"), "object": "refund", "amount": intent["amount_received"], "currency": intent["currency"],
                  "payment_intent": intent["id"], "metadata": form.get("metadata", {}), "status": status,
                  "failure_reason": "declined" if status == "failed" else None, "created": int(time.time())}
        self.counts["refunds"] += status == "succeeded"
        return self.keep(refund)

    def refunds_of(self, intent_id):
        return [o for o in self.objects.values() if o["object"] == "refund" and o["payment_intent"] == intent_id]

    def list_refunds(self, form):
        return {"object": "list", "data": self.refunds_of(form.get("payment_intent", ""))[-int(form.get("limit", "10")):], "has_more": False}

    def settle_refund(self, refund_id):
        refund = self.find("re", refund_id)
        self.counts["refunds"] += refund["status"] == "pending"
        refund.update(status="succeeded")
        return self.keep(refund)

    def unexpected_state(self, intent):
        return Refused(400, "invalid_request_error", "payment_intent_unexpected_state",
                       "The intent is %s." % intent["status"], payment_intent=dict(intent))

    def search(self, query):
        match = re.fullmatch(r"metadata\['([a-z_]+)'\]:'([^']*)'", query)
        if not match:
            raise Refused(400, "invalid_request_error", "parameter_invalid_string", "This search is not understood here.")
        key, value = match.groups()
        found = [o for o in self.objects.values() if o["object"] == "payment_intent" and o["metadata"].get(key) == value]
        return {"object": "search_result", "data": found, "has_more": False}

    # ---- what goes wrong ----

    def take_rule(self, method, path, metadata):
        for rule in self.rules:
            if rule.get("times", 1) <= 0 or rule.get("method", "POST") != method:
                continue
            if re.search(rule.get("path", ""), path) and rule.get("step") in (None, metadata.get("kontor_step")):
                if rule.get("after", 0) > 0:
                    rule["after"] -= 1
                    continue
                rule["times"] = rule.get("times", 1) - 1
                return rule
        return None

    # ---- webhooks ----

    def tell(self, kind, intent):
        event = {"id": new_id("evt"), "object": "event", "type": kind, "created": int(time.time()), "data": {"object": dict(intent)}}
        mode, seconds = self.webhooks["mode"], self.webhooks.get("seconds", 0.0)
        if not self.options.webhook_url or mode == "lost":
            return
        if mode == "reorder":
            self.held_back.append(event)
            if len(self.held_back) < 2:
                return
            late, self.held_back = list(reversed(self.held_back)), []
            for each in late:
                self.deliver(each, 0)
            return
        for _ in range(3 if mode == "repeat" else 1):
            self.deliver(event, seconds if mode == "late" else 0)

    def deliver(self, event, seconds, secret=None, age=0):
        worker = threading.Thread(target=self.send_until_taken, args=(event, seconds, secret, age), daemon=True)
        worker.start()

    def send_until_taken(self, event, seconds, secret, age):
        time.sleep(seconds)
        for attempt in range(WEBHOOK_TRIES):
            if self.send_webhook(event, secret, age) in (200, 400, 401):
                return
            time.sleep(min(0.2 * 2 ** attempt, 10))

    def send_webhook(self, event, secret=None, age=0):
        body = json.dumps(event).encode()
        stamp = str(int(time.time()) - age)
        signature = hmac.new((secret or self.options.webhook_secret).encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        url = urllib.parse.urlsplit(self.options.webhook_url)
        try:
            connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
            headers = {"Content-Type": "application/json", "Stripe-Signature": "t=%s,v1=%s" % (stamp, signature)}
            connection.request("POST", url.path, body, headers)
            status = connection.getresponse().status
            connection.close()
        except (OSError, http.client.HTTPException):
            return 0
        with self.lock:
            self.counts["webhooks_sent"] += 1
        return status


def route(provider, method, path, form):
    parts = path.strip("/").split("/")
    if method == "POST" and parts == ["v1", "customers"]:
        return provider.create_customer(form)
    if method == "POST" and parts == ["v1", "payment_methods"]:
        return provider.create_payment_method(form)
    if method == "POST" and len(parts) == 4 and parts[1] == "payment_methods" and parts[3] == "detach":
        return provider.detach(parts[2])
    if method == "POST" and parts == ["v1", "payment_intents"]:
        return provider.create_intent(form)
    if method == "POST" and len(parts) == 4 and parts[1] == "payment_intents" and parts[3] in ("confirm", "cancel"):
        return getattr(provider, parts[3])(parts[2])
    if method == "POST" and parts == ["v1", "refunds"]:
        return provider.refund(form)
    if method == "GET" and parts == ["v1", "refunds"]:
        return provider.list_refunds(form)
    if method == "GET" and parts == ["v1", "payment_intents", "search"]:
        return provider.search(form.get("query", ""))
    if method == "GET" and len(parts) == 3 and parts[1] == "payment_intents":
        return provider.find("pi", parts[2])
    raise Refused(404, "invalid_request_error", "url_invalid", "Unrecognized request URL.")


def control(provider, method, path, body):
    """What tests read and set; not part of Stripe's API."""
    if method == "GET" and path == "/control/counts":
        return dict(provider.counts)
    if method == "GET" and path == "/control/intents":
        return [o for o in provider.objects.values() if o["object"] == "payment_intent"]
    if method == "POST" and path == "/control/rules":
        provider.rules = json.loads(body)
        return {}
    if method == "POST" and path == "/control/webhooks":
        provider.webhooks = json.loads(body)
        return {}
    if method == "POST" and path == "/control/delay":
        provider.delay = tuple(json.loads(body))
        return {}
    if method == "GET" and path == "/control/refunds":
        return [o for o in provider.objects.values() if o["object"] == "refund"]
    if method == "POST" and path == "/control/settle_refund":
        return provider.settle_refund(json.loads(body))
    if method == "POST" and path == "/control/settle":
        provider.succeed(provider.find("pi", json.loads(body)))
        return {}
    if method == "POST" and path == "/control/send":  # {"event": …, "secret": …, "age": …}: any event, forged or old
        wanted = json.loads(body)
        return {"status": provider.send_webhook(wanted["event"], wanted.get("secret"), wanted.get("age", 0))}
    raise Refused(404, "invalid_request_error", "url_invalid", "No such control.")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "psp-simulator"

    def log_message(self, format, *values):  # bodies never; paths carry ids only
        if self.server.provider.options.verbose:
            sys.stderr.write("%s %s\n" % (self.command, self.path.split("?")[0]))

    def do_GET(self):
        self.serve("GET", b"")

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_BYTES_MAX:
            self.answer(413, {"error": {"type": "invalid_request_error", "message": "Too large."}})
            return
        self.serve("POST", self.rfile.read(length))

    def serve(self, method, body):
        provider = self.server.provider
        address = urllib.parse.urlsplit(self.path)
        try:
            if address.path.startswith("/control/"):
                if address.path == "/control/send":  # calls the service, which may call back
                    self.answer(200, control(provider, method, address.path, body))
                    return
                with provider.lock:
                    result = control(provider, method, address.path, body)
                self.answer(200, result)
                return
            if self.headers.get("Authorization") != "Bearer " + provider.options.api_key:
                raise Refused(401, "invalid_request_error", "api_key_invalid", "Invalid API key.")
            self.serve_api(provider, method, address, body)
        except Refused as refused:
            self.answer(refused.status, refused.body)
        except ValueError as error:
            self.answer(400, {"error": {"type": "invalid_request_error", "message": type(error).__name__}})

    def serve_api(self, provider, method, address, body):
        text = body.decode("utf-8") if method == "POST" else address.query
        form = nested(urllib.parse.parse_qsl(text, keep_blank_values=True, max_num_fields=200))
        key = self.headers.get("Idempotency-Key") if method == "POST" else None
        with provider.lock:
            rule = provider.take_rule(method, address.path, self.metadata_of(provider, address.path, form))
        action = rule["action"] if rule else None
        if action == "delay":
            time.sleep(rule["seconds"])
        if action == "drop_before":
            self.drop()
            return
        if action in ("error_before", "rate_limit"):
            status = 429 if action == "rate_limit" else 500
            self.answer(status, {"error": {"type": "api_error", "message": "Try again."}})
            return
        status, result = self.once(provider, key, hashlib.sha256((address.path + "\n" + text).encode()).hexdigest(),
                                   lambda: route(provider, method, address.path, form), action == "error_after",
                                   rule.get("seconds", 0) if action == "slow_commit" else 0)
        if action == "drop_after":
            self.drop()
        else:
            self.answer(status, result)

    @staticmethod
    def metadata_of(provider, path, form):
        if "metadata" in form:
            return form["metadata"]
        match = re.search(r"pi_[0-9a-f]+", path)
        return provider.objects.get(match.group(0), {}).get("metadata", {}) if match else {}

    def once(self, provider, key, request_hash, work, fails_after, seconds):
        """An idempotency key's first answer is its answer for ever, an error included."""
        with provider.lock:
            if key is not None and key in provider.answers:
                return self.repeat(provider, provider.answers[key], request_hash)
            if key is not None:
                provider.answers[key] = None
        time.sleep(seconds)
        with provider.lock:
            try:
                status, result = 200, json.loads(json.dumps(work()))
            except Refused as refused:
                status, result = refused.status, refused.body
            if fails_after:
                status, result = 500, {"error": {"type": "api_error", "message": "An unknown error occurred."}}
            if key is not None:
                provider.answers[key] = (request_hash, status, result)
                provider.note(answer=[key, request_hash, status, result])
            return status, result

    @staticmethod
    def repeat(provider, kept, request_hash):
        if kept is None:
            return 409, {"error": {"type": "idempotency_error", "code": "idempotency_key_in_use", "message": "Still under way."}}
        if kept[0] != request_hash:
            provider.counts["refused_keys"] += 1
            return 400, {"error": {"type": "idempotency_error", "message": "Keys can only be used with the same parameters."}}
        return kept[1], kept[2]

    def drop(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def answer(self, status, result):
        body = json.dumps(result).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # a client that went away


def seconds_range(text):
    low, _, high = text.partition("-")
    return float(low), float(high or low)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7420, help="0 takes a free one; it is printed")
    parser.add_argument("--api-key", default=os.environ.get("PSP_API_KEY"), help="also by PSP_API_KEY, which ps does not show")
    parser.add_argument("--webhook-url", default="")
    parser.add_argument("--webhook-secret", default=os.environ.get("PSP_WEBHOOK_SECRET"), help="also by PSP_WEBHOOK_SECRET")
    parser.add_argument("--delay", type=seconds_range, default=(2.0, 4.0),
                        help="seconds until a charge is decided, such as 2-60; 0 decides at once")
    parser.add_argument("--journal", default="", help="a file that keeps the state over restarts")
    parser.add_argument("--verbose", action="store_true", help="one line for every request, without bodies")
    server = Server((parser.parse_args().host, parser.parse_args().port), Handler)
    server.provider = Provider(parser.parse_args())
    print("psp-simulator on http://%s:%d" % server.server_address[:2], flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
