"""With the setting smtp-url, codes by e-mail go to an SMTP server; text messages still go to the spool. A server that is away for a
while gets the message later."""
import glob
import os
import re
import shutil
import socketserver
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from service import Clock, Service, free_port, new_id  # noqa: E402


class Session(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs that sends one message."""

    def say(self, line):
        self.wfile.write((line + "\r\n").encode())

    def handle(self):
        self.say("220 mail.example")
        envelope = {"from": "", "to": "", "text": ""}
        for line in iter(self.rfile.readline, b""):
            verb = line.decode().strip()
            if verb.upper().startswith("MAIL FROM:"):
                envelope["from"] = re.search(r"<(.*?)>", verb).group(1)
            elif verb.upper().startswith("RCPT TO:"):
                envelope["to"] = re.search(r"<(.*?)>", verb).group(1)
            elif verb.upper() == "DATA":
                self.say("354 go on")
                envelope["text"] = "".join(part.decode() for part in iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append(envelope)
            elif verb.upper() == "QUIT":
                self.say("221 bye")
                return
            self.say("250 fine")


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", port), Session)
        self.mails = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


def awaited(test, question):
    deadline = time.monotonic() + 20
    while not question():
        test.assertLess(time.monotonic(), deadline)
        time.sleep(0.05)


class Mail(unittest.TestCase):
    def setUp(self):
        self.state, self.clock, self.port = tempfile.mkdtemp(prefix="kontor-identity-"), Clock(), free_port()
        self.addCleanup(shutil.rmtree, self.state, True)
        self.service = Service("identity", clock=self.clock, state_directory=self.state, smtp_url="smtp://127.0.0.1:%d" % self.port,
                               smtp_from="no-reply@provider.example")
        self.addCleanup(self.service.__exit__, None, None, None)

    def send_code(self, email, **delivery):
        terms, password = {"accepted": True, "version": "1"}, "seven green bicycles in rain"
        sign_up = self.service.call("identity.v1.SignUpService/StartSignUp", request_id=new_id(), country="CN", email=email, password=password,
                                    password_confirmation=password, membership_agreement=terms, privacy_policy=terms, product_terms=terms,
                                    terms_of_use=terms).sign_up_id
        self.service.call("identity.v1.SignUpService/SendCode", request_id=new_id(), sign_up_id=sign_up, **delivery)
        return sign_up

    def test_codes_go_out_by_mail(self):
        server = MailServer(self.port)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        sign_up = self.send_code("wang@example.com")
        awaited(self, lambda: server.mails)
        mail = server.mails[0]
        self.assertEqual((mail["from"], mail["to"]), ("no-reply@provider.example", "wang@example.com"))
        self.assertIn("Subject: Your Kontor code", mail["text"])
        code = re.search(r"\b\d{6}\b", mail["text"].split("\r\n\r\n", 1)[1]).group()
        self.assertTrue(self.service.call("identity.v1.SignUpService/VerifyCode", request_id=new_id(), sign_up_id=sign_up, code=code).account_id)
        self.send_code("li@example.com", delivery="DELIVERY_SMS", phone="+8613800138000")
        awaited(self, lambda: glob.glob(os.path.join(self.state, "spool", "*.json")))
        self.assertEqual(len(server.mails), 1)

    def test_a_server_that_is_away_gets_it_later(self):
        self.send_code("wang@example.com")
        awaited(self, lambda: "identity_message_not_delivered" in self.service.log())
        self.assertNotIn("wang@example.com", self.service.log())
        server = MailServer(self.port)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.clock.turn(20)
        awaited(self, lambda: server.mails)


if __name__ == "__main__":
    unittest.main()
