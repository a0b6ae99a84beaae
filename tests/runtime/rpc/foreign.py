"""A caller that is not ours: Python's gRPC and bare sockets against the echo server of foreign_test.c. Messages are spelled as bytes."""

import socket
import sys
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import grpc

ADDRESS = f"127.0.0.1:{sys.argv.pop(1)}"
SERVICE = "/runtime.test.v1.EchoService/"
CODE = grpc.StatusCode


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytearray([value]))


def nested(depth):
    message = b""
    for _ in range(depth):
        message = field(1, message)
    return field(7, message)


class Foreign(unittest.TestCase):
    def setUp(self):
        self.channel = grpc.insecure_channel(ADDRESS, options=[("grpc.use_local_subchannel_pool", 1)])
        self.addCleanup(self.channel.close)

    def call(self, request, method="Echo", **options):
        options.setdefault("timeout", 10)
        return self.channel.unary_unary(SERVICE + method)(request, **options)

    def refused(self, code, request, **options):
        with self.assertRaises(grpc.RpcError) as caught:
            self.call(request, **options)
        self.assertEqual(caught.exception.code(), code, caught.exception.details())
        return caught.exception

    def test_what_is_said_comes_back(self):
        for request in (b"", field(1, "Grüße, 世界"), field(2, bytes(100_000)) + field(3, 42)):
            self.assertEqual(self.call(request), request)

    def test_headers_without_a_message_hold_no_place_for_long(self):
        released = threading.Event()
        self.addCleanup(released.set)
        silent = self.channel.stream_unary(SERVICE + "Echo").future(iter(lambda: released.wait(20) and None, None), timeout=20)
        with self.assertRaises(grpc.RpcError) as caught:
            silent.result()
        self.assertEqual(caught.exception.code(), CODE.DEADLINE_EXCEEDED)
        self.assertIn("grpc-status-details-bin", dict(caught.exception.trailing_metadata()), "it was the server that gave up")

    def test_many_at_once(self):
        with ThreadPoolExecutor(16) as pool:
            texts = [field(1, f"call {number}") for number in range(400)]
            self.assertEqual(list(pool.map(self.call, texts)), texts)

    def test_details_and_request_id_travel_with_a_refusal(self):
        error = self.refused(CODE.FAILED_PRECONDITION, field(6, "OVERDUE"), metadata=[("x-request-id", "foreign-1")])
        trailers = dict(error.trailing_metadata())
        self.assertIn(b"type.googleapis.com/google.rpc.ErrorInfo", trailers["grpc-status-details-bin"])
        self.assertIn(b"type.googleapis.com/google.rpc.PreconditionFailure", trailers["grpc-status-details-bin"])
        self.assertEqual(trailers["x-request-id"], "foreign-1")
        self.assertEqual(error.details(), "The source has an overdue payment.")

    def test_a_trailer_travels_with_an_answer(self):
        _, call = self.channel.unary_unary(SERVICE + "Echo").with_call(b"", timeout=10)
        self.assertEqual(dict(call.trailing_metadata()).get("x-echo"), "said")

    def test_bytes_that_are_no_message(self):
        for request in (b"\xff", b"\x0a\x7f", b"\x08\x01", b"\x0b\x0c", field(1, b"\xc0\xaf"), field(1, b"a\0b"), nested(33), nested(8000)):
            self.refused(CODE.INVALID_ARGUMENT, request)
        self.assertEqual(self.call(nested(30)), b"")

    def test_little_that_becomes_much(self):
        self.refused(CODE.RESOURCE_EXHAUSTED, field(15, 1) * 400_000)

    def test_a_message_over_the_maximum(self):
        self.refused(CODE.RESOURCE_EXHAUSTED, field(2, bytes(5 << 20)))
        self.assertEqual(self.call(b""), b"")

    def test_a_compressed_message_is_not_read(self):
        self.refused(CODE.UNIMPLEMENTED, field(2, bytes(1 << 19)), compression=grpc.Compression.Gzip)
        self.assertEqual(self.call(b""), b"")

    def test_unknown_methods_and_services(self):
        self.refused(CODE.UNIMPLEMENTED, b"", method="Shout")
        with self.assertRaises(grpc.RpcError) as caught:
            self.channel.unary_unary("/no.such.Service/Echo")(b"", timeout=10)
        self.assertEqual(caught.exception.code(), CODE.UNIMPLEMENTED)

    def test_the_callers_deadline(self):
        started = time.monotonic()
        self.refused(CODE.DEADLINE_EXCEEDED, field(4, 5000), timeout=0.1)
        self.assertLess(time.monotonic() - started, 4)

    def test_the_servers_deadline_without_one(self):
        self.refused(CODE.DEADLINE_EXCEEDED, field(4, 20000), timeout=None)

    def test_a_message_that_never_comes(self):
        def nothing():
            time.sleep(3)
            yield b""

        with self.assertRaises(grpc.RpcError) as caught:
            self.channel.stream_unary(SERVICE + "Echo")(nothing())
        self.assertEqual(caught.exception.code(), CODE.DEADLINE_EXCEEDED)

    def test_an_end_instead_of_a_message(self):
        with self.assertRaises(grpc.RpcError) as caught:
            self.channel.stream_unary(SERVICE + "Echo")(iter(()), timeout=10)
        self.assertEqual(caught.exception.code(), CODE.INVALID_ARGUMENT)

    def test_large_headers_are_taken_up_to_the_maximum(self):
        self.assertEqual(self.call(b"", metadata=[("x-large", "x" * 50_000)]), b"")

    def test_cancel(self):
        call = self.channel.unary_unary(SERVICE + "Echo").future(field(4, 20000), timeout=20)
        time.sleep(0.05)
        call.cancel()
        self.assertEqual(call.code(), CODE.CANCELLED)

    def test_streams(self):
        repeated = self.channel.unary_stream(SERVICE + "EchoRepeatedly")(field(1, "again") + field(2, 50), timeout=10)
        self.assertEqual(list(repeated), [field(1, "again")] * 50)
        self.assertEqual(self.channel.stream_unary(SERVICE + "EchoCount")(iter([field(1, "one")] * 70), timeout=10), field(1, 70))
        each = [field(1, f"turn {turn}") for turn in range(70)]
        self.assertEqual(list(self.channel.stream_stream(SERVICE + "EchoEach")(iter(each), timeout=10)), each)

    def test_health(self):
        check = self.channel.unary_unary("/grpc.health.v1.Health/Check")
        self.assertEqual(check(b"", timeout=10), field(1, 1))
        self.assertEqual(check(field(1, "runtime.test.v1.EchoService"), timeout=10), field(1, 1))
        with self.assertRaises(grpc.RpcError) as caught:
            check(field(1, "no.such.Service"), timeout=10)
        self.assertEqual(caught.exception.code(), CODE.NOT_FOUND)
        watch = self.channel.unary_stream("/grpc.health.v1.Health/Watch")
        for service, state in (("", 1), ("no.such.Service", 3)):
            states = watch(field(1, service), timeout=10)
            self.assertEqual(next(states), field(1, state))
            states.cancel()

    def test_noise_on_the_socket(self):
        host, port = ADDRESS.split(":")
        preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        settings = bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
        headers_of_no_sense = bytes([0, 0, 5, 1, 5, 0, 0, 0, 1]) + b"\xff" * 5
        for noise in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01" + bytes(200), preface + b"\xff" * 300,
                      preface + settings + headers_of_no_sense):
            with socket.create_connection((host, int(port)), timeout=5) as connection:
                connection.sendall(noise)
                time.sleep(0.02)
        self.assertEqual(self.call(b""), b"")


if __name__ == "__main__":
    unittest.main(verbosity=0)
