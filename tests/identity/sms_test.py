"""With the setting sms-hook-url, text messages and calls go to an HTTP hook, e-mail still to the spool. A hook that is away, refuses or is slow
gets the message again, under the same key; what it is told is in no log."""
import contextlib
import glob
import http.server
import json
import os
import re
import shutil
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from mail_test import Clock, Mail, Service, awaited, free_port  # noqa: E402


class Hook(http.server.ThreadingHTTPServer):
    """Answers with the statuses it was given, one after the other, then 204; 0: hangs up without an answer; a function: what it does itself."""

    daemon_threads = True

    def __init__(self, port, statuses):
        super().__init__(("127.0.0.1", port), Taker)
        self.statuses, self.came = list(statuses), []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Taker(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = self.server.statuses.pop(0) if self.server.statuses else 204
        self.server.came.append((self.path, dict(self.headers), body, status))
        if status == 0 or callable(status):
            self.close_connection = True
            return status and status(self)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Sms(unittest.TestCase):
    PHONE = "+8613800138000"
    send_code = Mail.send_code

    def setUp(self):
        self.state, self.clock, self.port = tempfile.mkdtemp(prefix="kontor-identity-"), Clock(), free_port()
        self.addCleanup(shutil.rmtree, self.state, True)
        self.secret = os.path.join(self.state, "hook-secret")
        self.write_secret("first secret")
        self.service = Service("identity", clock=self.clock, state_directory=self.state,
                               sms_hook_url="http://127.0.0.1:%d/sms?from=kontor" % self.port, sms_hook_secret_file=self.secret)
        self.addCleanup(self.service.__exit__, None, None, None)

    def write_secret(self, text):
        with open(self.secret, "w", encoding="ascii") as file:
            file.write(text + "\n")

    def hook(self, *statuses):
        hook = Hook(self.port, statuses)
        self.addCleanup(hook.server_close)
        self.addCleanup(hook.shutdown)
        return hook

    def send_sms(self, email="li@example.com", delivery="DELIVERY_SMS"):
        self.send_code(email, delivery=delivery, phone=self.PHONE)

    def is_delivered(self):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.service.admin_port, timeout=10) as answer:
            return b'\nidentity_message_total{outcome="delivered"} 1\n' in answer.read()

    def spooled(self):
        found = []
        for path in glob.glob(os.path.join(self.state, "spool", "*.json")):
            with open(path, encoding="utf-8") as file:
                found.append(json.load(file)["channel"])
        return found

    def test_codes_go_out_by_the_hook(self):
        hook = self.hook()
        self.send_code("wang@example.com")
        self.send_sms()
        awaited(self, lambda: hook.came and self.spooled())
        path, headers, body, _ = hook.came[0]
        self.assertEqual(path, "/sms?from=kontor")
        self.assertEqual(headers["Authorization"], "Bearer first secret")
        self.assertEqual((headers["Content-Type"], headers["Idempotency-Key"]), ("application/json", body["message_id"]))
        self.assertEqual((body["to"], body["channel"], set(body)), (self.PHONE, "SMS", {"message_id", "to", "channel", "text"}))
        code = re.search(r"\b\d{6}\b", body["text"]).group()
        self.write_secret("second secret")
        self.send_sms("zhao@example.com", "DELIVERY_VOICE")
        awaited(self, lambda: len(hook.came) == 2)
        self.assertEqual((hook.came[1][1]["Authorization"], hook.came[1][2]["channel"]), ("Bearer second secret", "VOICE"))
        self.assertEqual(self.spooled(), ["EMAIL"])
        self.service.stop()
        for told in (code, self.PHONE, self.PHONE[1:], "first secret", "second secret"):
            self.assertNotIn(told, self.service.log())

    def test_a_hook_that_does_not_take_it_gets_it_again(self):
        os.unlink(self.secret)
        self.send_sms()
        awaited(self, lambda: "identity_bearer_unreadable" in self.service.log())
        self.write_secret("first secret")
        hook = self.hook(500, 0, 302, 401)
        for tries in range(1, 6):
            self.clock.turn(15 * 20)
            awaited(self, lambda: len(hook.came) == tries)
        self.assertEqual([came[3] for came in hook.came], [500, 0, 302, 401, 204])
        self.assertEqual(len({came[2]["message_id"] for came in hook.came} | {came[1]["Idempotency-Key"] for came in hook.came}), 1)
        awaited(self, self.is_delivered)
        self.clock.turn(3600)
        self.send_sms("zhao@example.com")
        awaited(self, lambda: len(hook.came) == 6)
        self.assertIn('"status":401', self.service.log())

    def resident_bytes(self):
        with open("/proc/%d/statm" % self.service.process.pid, encoding="ascii") as file:
            return int(file.read().split()[1]) * 4096

    def test_a_hook_that_answers_oddly(self):
        def raw(head, body=b""):
            def answer(taker):
                with contextlib.suppress(OSError):  # nobody listens to the end
                    taker.wfile.write(("HTTP/1.1 %s\r\n\r\n" % head).encode() + body)
            return answer

        elsewhere = Hook(free_port(), [])
        self.addCleanup(elsewhere.server_close)
        self.addCleanup(elsewhere.shutdown)
        hook = self.hook(raw("307 Temporary Redirect\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:%d/sms" % elsewhere.server_address[1]),
                         raw("200 OK\r\nContent-Length: 100", b"{"),  # and closes
                         lambda taker: taker.wfile.write(b"no http at all\r\n\r\n"),
                         raw("200 OK\r\nContent-Length: %d" % (10 << 20), b"<" * (10 << 20)))
        self.send_sms()
        for tries in range(1, 5):
            awaited(self, lambda: len(hook.came) == tries)
            before = self.resident_bytes()
            awaited(self, lambda: self.service.log().count("identity_message_not_delivered") == tries or self.is_delivered())
            self.clock.turn(15 * 20)
        awaited(self, self.is_delivered)  # 200 with too much is an answer still
        self.assertLess(self.resident_bytes() - before, 8 << 20)
        self.send_sms("zhao@example.com")
        awaited(self, lambda: len(hook.came) == 5)
        self.assertEqual((elsewhere.came, len({came[2]["message_id"] for came in hook.came})), ([], 2))
        self.assertIn('"status":307', self.service.log())
        for came in hook.came:
            for told in (re.search(r"\b\d{6}\b", came[2]["text"]).group(), self.PHONE, "first secret"):
                self.assertNotIn(told, self.service.log())

    def test_a_hook_that_asks_for_a_pause_gets_it(self):
        def busy(taker):
            taker.wfile.write(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 500\r\nContent-Length: 0\r\n\r\n")

        hook = self.hook(busy, busy)
        self.send_sms()
        for tries in (1, 2):
            awaited(self, lambda: self.service.log().count("identity_message_not_delivered") == tries)
            self.clock.turn(400)
            time.sleep(2.5)  # two turns of the job
            self.assertEqual(len(hook.came), tries)
            self.clock.turn(110)
            awaited(self, lambda: len(hook.came) == tries + 1)
        self.assertIn('"status":429', self.service.log())

    def test_a_hook_that_hangs_holds_up_no_mail(self):
        released = threading.Event()
        self.addCleanup(released.set)
        hook = self.hook(*[lambda taker: released.wait(60)] * 3)
        for name in ("li", "zhao", "qian"):
            self.send_sms(name + "@example.com")
        awaited(self, lambda: hook.came)
        began = time.monotonic()
        self.send_code("wang@example.com")
        awaited(self, self.spooled)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual((self.spooled(), len(hook.came)), (["EMAIL"], 1))
        self.service.process.terminate()  # and does not hold up the end
        self.assertEqual(self.service.process.wait(30), 0)

    def test_without_a_spool(self):
        self.service.stop()
        self.service.settings.update({"smtp_url": "smtp://127.0.0.1:1", "spool_directory": "/nowhere/at/all"})
        self.service.start()
        hook = self.hook()
        self.send_sms()
        awaited(self, lambda: hook.came)


if __name__ == "__main__":
    del Mail
    unittest.main()
