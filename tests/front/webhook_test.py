"""A payment provider's webhooks through the front to payments: signed ones are kept once, hostile forms reach nothing."""
import hashlib
import hmac
import json
import os
import socket
import time
import unittest
import urllib.request

import door
from front import Front

door.sys.path.insert(0, os.path.join(door.TESTS, "payments"))
from payments_stack import SECRET, Payments, psql  # noqa: E402

PATH = b"/webhooks/stripe"
KEPT = b"POST " + PATH + b" HTTP/1.1\r\nHost: a\r\n"
POST = KEPT + b"Connection: close\r\n"


def event(name):
    return json.dumps({"id": name, "object": "event", "type": "payment_intent.succeeded", "data": {"object": {"id": "pi_1"}}}).encode()


def signature(body):
    stamp = str(int(time.time())).encode()
    return b"t=" + stamp + b",v1=" + hmac.new(SECRET.encode(), stamp + b"." + body, hashlib.sha256).hexdigest().encode()


class WebhookTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.payments = Payments()
        cls.addClassCleanup(cls.payments.stop)
        cls.front = Front(webhooks="127.0.0.1:%d" % cls.payments.webhook_port, source_rate=100000, source_flood=100000)
        cls.addClassCleanup(cls.front.stop)

    def exchange(self, sent):
        with socket.create_connection(("127.0.0.1", self.front.port), timeout=30) as connection:
            connection.sendall(sent)
            answer = b""
            while more := connection.recv(4096):
                answer += more
            return answer

    def status(self, sent):
        answer = self.exchange(sent)
        return int(answer.split(b" ")[1]) if answer else 0

    def kept(self, name):
        return psql(self.payments.service.database, "SELECT count(*) FROM payments.webhook WHERE event_id = '%s'" % name)

    def heard(self):
        """The messages that payments' handler heard so far, refused or kept."""
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.payments.service.admin_port, timeout=10) as page:
            return sum(int(line.split()[-1]) for line in page.read().decode().splitlines() if line.startswith("payments_webhook_received_total"))

    def signed(self, body, framing=None):
        framing = framing or b"Content-Length: %d\r\n\r\n" % len(body) + body
        return POST + b"Stripe-Signature: " + signature(body) + b"\r\n" + framing

    # ---- what passes

    def test_a_signed_webhook_is_kept_once(self):
        body = event("evt_front_once")
        for _ in range(2):
            self.assertEqual(self.status(self.signed(body)), 200)
        self.assertEqual(self.kept("evt_front_once"), "1")

    def test_one_in_chunks_and_one_behind_expect(self):
        body = event("evt_front_chunks")
        self.assertEqual(self.status(self.signed(body, b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))), 200)
        self.assertEqual(self.kept("evt_front_chunks"), "1")
        body = event("evt_front_expect")
        self.assertIn(b"HTTP/1.1 200 ", self.exchange(self.signed(body, b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))))
        self.assertEqual(self.kept("evt_front_expect"), "1")

    def test_one_over_http2(self):
        body = event("evt_front_h2")
        bare = door.Bare(self.front.address)
        self.addCleanup(bare.close)
        fields = {":method": "POST", ":scheme": "http", ":path": PATH.decode(), ":authority": "a", "stripe-signature": signature(body).decode()}
        bare.send(door.frame(door.HEADERS, door.END_HEADERS, 1, b"".join(door.literal(*field) for field in fields.items())) +
                  door.frame(door.DATA, door.END_STREAM, 1, body))
        while (came := bare.next_frame() or self.fail("hung up")) and not came[1] & door.END_STREAM:
            self.assertNotEqual(came[0], door.RST_STREAM)
        self.assertEqual(self.kept("evt_front_h2"), "1")

    def test_a_large_one(self):
        body = event("evt_front_large")[:-1] + b" " * (65536 - len(event("evt_front_large"))) + b"}"
        self.assertEqual(self.status(self.signed(body)), 200)
        self.assertEqual(self.kept("evt_front_large"), "1")

    # ---- what does not

    def test_what_is_no_webhook(self):
        for expected, sent in ((404, b"POST /webhooks/nobody HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
                               (404, b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
                               (404, b"POST /webhook HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
                               (405, b"GET " + PATH + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
                               (401, POST + b"Content-Length: 2\r\n\r\n{}"),
                               (401, POST + b"Stripe-Signature: t=1,v1=2\r\nContent-Length: 2\r\n\r\n{}")):
            with self.subTest(sent=sent[:50]):
                self.assertEqual(self.status(sent), expected)

    def test_hostile_forms_reach_no_handler(self):
        body = event("evt_front_hostile")
        sign = b"Stripe-Signature: " + signature(body) + b"\r\n"
        length = b"Content-Length: %d\r\n" % len(body)
        rows = ((400, POST + sign + b"Content-Length : %d\r\n\r\n" % len(body) + body),
                (400, POST + sign + length + b"X: a\0b\r\n\r\n" + body),
                (400, POST + sign + length + b"X" * 3000 + b": " + b"y" * 3000 + b"\0\r\n\r\n" + body),
                (400, POST + sign + length + b"X\0: a\r\n\r\n" + body),
                (400, POST + sign + length + b"Content-Length: 1\r\n\r\n" + body),
                (400, POST.replace(PATH, PATH + b"\0") + sign + length + b"\r\n" + body),
                (431, POST + sign + length + b"X: " + b"x" * 9000 + b"\r\n\r\n" + body),
                (413, POST + sign + b"Content-Length: 65537\r\n\r\n" + body + b" " * (65537 - len(body))))
        before = self.heard()
        for expected, sent in rows:
            with self.subTest(sent=sent[-len(body) - 50:][:50]):
                self.assertEqual(self.status(sent), expected)
        self.assertEqual(self.heard(), before)
        self.assertEqual(self.kept("evt_front_hostile"), "0")

    def test_nothing_is_smuggled(self):
        """However a stranger frames it, the request hidden behind it is none."""
        hidden = self.signed(event("evt_front_hidden"))
        for framing in (b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % (len(hidden) + 5),
                        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n",
                        b"X: a\r\n Content-Length: %d\r\n\r\n" % len(hidden),
                        b"Transfer-Encoding: x\r\nContent-Length: 0\r\n\r\n",
                        b"Transfer-Encoding: x\r\n\r\n",
                        b"Content-Length : 0\r\n\r\n"):
            before = self.heard()
            with self.subTest(framing=framing):
                self.exchange(KEPT.replace(PATH, b"/webhooks/nobody") + framing + b"0\r\n\r\n" + hidden)
                self.assertLessEqual(self.heard() - before, 1)
        self.assertEqual(self.kept("evt_front_hidden"), "0")

    def test_a_folded_line_is_written_anew(self):
        body = event("evt_front_folded")
        self.assertEqual(self.status(self.signed(body, b"X: a\r\n b\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))), 200)
        self.assertEqual(self.kept("evt_front_folded"), "1")

    def test_without_payments_it_comes_again(self):
        self.payments.service.stop()
        self.addCleanup(self.payments.service.start)
        self.assertEqual(self.status(self.signed(event("evt_front_away"))), 503)


if __name__ == "__main__":
    unittest.main()
