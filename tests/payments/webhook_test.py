"""Hostile bytes at the webhook port: whatever comes, the process lives, answers in time and keeps nothing that is not signed."""
import contextlib
import socket
import time
import unittest

from payments_stack import Payments, psql


class WebhookTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.payments = Payments()
        cls.addClassCleanup(cls.payments.stop)

    def exchange(self, *parts, pause=0):
        """The answer to bytes that arrive in parts; b"" when the connection was only closed."""
        with socket.create_connection(("127.0.0.1", self.payments.webhook_port), timeout=20) as connection:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
            with contextlib.suppress(OSError):  # it would be kept; it may be over by now
                connection.shutdown(socket.SHUT_WR)
            answer = b""
            try:
                while True:
                    more = connection.recv(4096)
                    if not more:
                        return answer
                    answer += more
            except ConnectionResetError:
                return answer

    def status(self, *parts, **more):
        answer = self.exchange(*parts, **more)
        return int(answer.split(b" ")[1]) if answer else 0

    def test_what_is_not_a_webhook(self):
        post = b"POST /webhooks/stripe HTTP/1.1\r\nHost: a\r\n"
        rows = [
            (404, b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
            (405, b"GET /webhooks/stripe HTTP/1.1\r\n\r\n"),
            (401, post + b"Content-Length: 2\r\n\r\n{}"),
            (401, post + b"Stripe-Signature: t=1,v1=2\r\nContent-Length: 2\r\n\r\n{}"),
            (401, post + b"\r\n"),
            (413, post + b"Content-Length: 65537\r\n\r\n"),
            (400, post + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
            (401, post + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
            (400, post + b"Transfer-Encoding: gzip\r\n\r\n"),
            (400, post + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
            (400, post + b"Content-Length : 2\r\n\r\n{}"),
            (400, b"\x01\x02 / HTTP/1.1\r\n\r\n"),
            (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            (431, post + b"X: " + b"x" * 9000 + b"\r\n\r\n"),
            (414, b"GET /" + b"x" * 20000),
        ]
        for expected, sent in rows:
            with self.subTest(sent=sent[:60]):
                self.assertEqual(self.status(sent), expected)

    def test_slow_and_split(self):
        body = b"{}" * 100
        parts = (b"POST /webhooks/str", b"ipe HTTP/1.1\r\nContent-Len", b"gth: 200\r\n", b"\r\n" + body[:50], body[50:])
        self.assertEqual(self.status(*parts, pause=0.05), 401)

    def test_a_body_of_the_greatest_size(self):
        self.assertEqual(self.status(b"POST /webhooks/stripe HTTP/1.1\r\nContent-Length: 65536\r\n\r\n", b"x" * 65536), 401)

    def test_those_who_hang_up(self):
        for sent in (b"", b"POST", b"POST /webhooks/stripe HTTP/1.1\r\nContent-Length: 10\r\n\r\n123"):
            with socket.create_connection(("127.0.0.1", self.payments.webhook_port)) as connection:
                connection.sendall(sent)
        self.assertEqual(self.status(b"GET / HTTP/1.1\r\n\r\n"), 404)

    def test_a_crowd_that_says_nothing_keeps_nobody_out(self):
        crowd = [socket.create_connection(("127.0.0.1", self.payments.webhook_port)) for _ in range(80)]
        try:
            for connection in crowd[:40]:
                connection.sendall(b"POST /webhooks/stripe HTTP/1.1\r\n")
            self.assertEqual([self.status(b"GET / HTTP/1.1\r\n\r\n") for _ in range(5)], [404] * 5)
        finally:
            for connection in crowd:
                connection.close()
        self.assertEqual(self.status(b"GET / HTTP/1.1\r\n\r\n"), 404)

    def test_nothing_unsigned_is_kept(self):
        self.assertEqual(psql(self.payments.service.database, "SELECT count(*) FROM payments.webhook"), "0")


if __name__ == "__main__":
    unittest.main()
