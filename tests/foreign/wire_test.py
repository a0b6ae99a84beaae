"""The gRPC protocol as another implementation's client sees it: statuses, deadlines, compression, sizes, streams, strange bytes."""
import os
import sys
import threading
import time
import unittest

import grpc

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "support")]
from peer import Peer  # noqa: E402
from service import message  # noqa: E402

LIST_EVENTS = "/event.v1.EventService/ListEvents"
CHECK = "/grpc.health.v1.Health/Check"
WATCH = "/grpc.health.v1.Health/Watch"


class WireTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = Peer().__enter__()
        cls.channel = grpc.insecure_channel(cls.peer.address)

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        cls.peer.__exit__(None, None, None)

    def raw(self, method, request=b"", **options):
        return self.channel.unary_unary(method)(request, timeout=options.pop("timeout", 10), **options)

    def list_events(self, cursor="", page_size=0, **options):
        request = message("event.v1.ListEventsRequest")(cursor=cursor, page_size=page_size).SerializeToString()
        return message("event.v1.ListEventsResponse").FromString(self.raw(LIST_EVENTS, request, **options))

    def refusal(self, *arguments, **options):
        with self.assertRaises(grpc.RpcError) as refused:
            self.list_events(*arguments, **options)
        return refused.exception

    def refusal_raw(self, method, request=b"", **options):
        with self.assertRaises(grpc.RpcError) as refused:
            self.raw(method, request, **options)
        return refused.exception

    def details(self, error):
        """The details of a google.rpc.Status by the last word of their type."""
        packed = dict(error.trailing_metadata())["grpc-status-details-bin"]
        status = message("google.rpc.Status").FromString(packed)
        self.assertEqual((status.code, status.message), (error.code().value[0], error.details()))
        return {detail.type_url.rsplit(".", 1)[-1]: message(detail.type_url.rsplit("/", 1)[-1]).FromString(detail.value)
                for detail in status.details}

    # ---- answers ----

    def test_text_of_every_alphabet_comes_back(self):
        self.assertEqual(self.list_events("größer 東京 🏠").events[0].cursor, "größer 東京 🏠")

    def test_an_empty_request_is_a_request(self):
        self.assertEqual(len(message("event.v1.ListEventsResponse").FromString(self.raw(LIST_EVENTS, b"")).events), 1)

    def test_large_answers_and_requests_pass_in_pieces(self):
        self.assertEqual(len(self.list_events("large").events[0].payload), 200000)
        self.assertEqual(len(self.list_events("x" * 300000).events[0].cursor), 300000)

    def test_many_calls_share_a_connection(self):
        stub = self.channel.unary_unary(LIST_EVENTS)
        requests = [message("event.v1.ListEventsRequest")(cursor=str(i)).SerializeToString() for i in range(90)]
        calls = [stub.future(request, timeout=20) for request in requests]
        answers = [message("event.v1.ListEventsResponse").FromString(call.result()).events[0].cursor for call in calls]
        self.assertEqual(answers, [str(i) for i in range(90)])

    # ---- refusals ----

    def test_a_refusal_carries_reason_domain_and_terms(self):
        error = self.refusal("refuse")
        self.assertEqual((error.code(), error.details()), (grpc.StatusCode.FAILED_PRECONDITION, "The source has an overdue payment."))
        details = self.details(error)
        self.assertEqual(details["ErrorInfo"].reason, "OVERDUE")
        self.assertEqual(details["ErrorInfo"].domain, "event.kontor")
        self.assertEqual(dict(details["ErrorInfo"].metadata), {"overdue": "12.00"})
        self.assertEqual([violation.type for violation in details["PreconditionFailure"].violations], ["OVERDUE"])

    def test_all_fields_at_fault_are_named_at_once(self):
        error = self.refusal("violate")
        self.assertEqual(error.code(), grpc.StatusCode.INVALID_ARGUMENT)
        fields = [violation.field for violation in self.details(error)["BadRequest"].field_violations]
        self.assertEqual(fields, ["cursor", "page_size"])

    def test_a_fault_of_ours_tells_nothing_of_its_cause(self):
        error = self.refusal("internal")
        self.assertEqual(error.code(), grpc.StatusCode.INTERNAL)
        self.assertEqual(self.details(error)["ErrorInfo"].reason, "INTERNAL")

    def test_unknown_methods_and_services_are_unimplemented(self):
        for method in ("/event.v1.EventService/Nothing", "/no.such.Service/Method", "/", "/x"):
            self.assertEqual(self.refusal_raw(method).code(), grpc.StatusCode.UNIMPLEMENTED, method)

    # ---- strange bytes ----

    def test_bytes_that_are_no_message_are_refused(self):
        for request in (b"\xff", b"\x0a\x7f", b"\x0b", b"\x0a\xff\xff\xff\xff\x0f", b"\x10" + b"\xff" * 11):
            self.assertEqual(self.refusal_raw(LIST_EVENTS, request).code(), grpc.StatusCode.INVALID_ARGUMENT, request)

    def test_text_that_is_not_utf8_or_has_a_nul_is_refused_by_its_field(self):
        for text in (b"\xc3", b"\xed\xa0\x80", b"\xc0\x80", b"a\0b", b"\xf5\x80\x80\x80"):
            error = self.refusal_raw(LIST_EVENTS, b"\x0a" + bytes([len(text)]) + text)
            self.assertEqual(error.code(), grpc.StatusCode.INVALID_ARGUMENT, text)
            self.assertEqual([violation.field for violation in self.details(error)["BadRequest"].field_violations], ["cursor"])

    def test_a_message_over_the_maximum_is_refused(self):
        error = self.refusal("z" * (1024 * 1024 + 1))
        self.assertEqual(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        self.assertNotIn("grpc-status-details-bin", dict(error.trailing_metadata()))  # gRPC's own word: it has no reason
        self.list_events("z" * (1024 * 1024 - 4))  # with tag and length the message is as long as it may be

    def test_small_bytes_that_unpack_to_much_memory_are_refused_and_harm_nobody(self):
        self.assertEqual(self.refusal_raw(LIST_EVENTS, b"\x78\x01" * 500000).code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        self.assertEqual(len(self.list_events("after").events), 1)

    def test_compressed_requests_are_not_taken_so_that_none_is_a_bomb(self):
        error = self.refusal("b" * (16 * 1024 * 1024), compression=grpc.Compression.Gzip, timeout=20)
        self.assertEqual(error.code(), grpc.StatusCode.UNIMPLEMENTED)
        self.assertNotIn("grpc-status-details-bin", dict(error.trailing_metadata()))
        self.assertEqual(len(self.list_events("after").events), 1)

    # ---- time ----

    def test_a_deadline_ends_the_call(self):
        begun = time.monotonic()
        self.assertEqual(self.refusal("slow", timeout=0.2).code(), grpc.StatusCode.DEADLINE_EXCEEDED)
        self.assertLess(time.monotonic() - begun, 5)

    def test_a_call_can_be_cancelled(self):
        request = message("event.v1.ListEventsRequest")(cursor="slow").SerializeToString()
        call = self.channel.unary_unary(LIST_EVENTS).future(request, timeout=20)
        threading.Timer(0.1, call.cancel).start()
        with self.assertRaises(grpc.FutureCancelledError):
            call.result()

    # ---- streams ----

    def test_health_is_checked_and_watched(self):
        response = message("grpc.health.v1.HealthCheckResponse")
        request = message("grpc.health.v1.HealthCheckRequest")
        self.assertEqual(response.FromString(self.raw(CHECK)).status, response.SERVING)
        named = request(service="event.v1.EventService").SerializeToString()
        self.assertEqual(response.FromString(self.raw(CHECK, named)).status, response.SERVING)
        unknown = request(service="no.such.Service").SerializeToString()
        self.assertEqual(self.refusal_raw(CHECK, unknown).code(), grpc.StatusCode.NOT_FOUND)
        stream = self.channel.unary_stream(WATCH, response_deserializer=response.FromString)(unknown, timeout=10)
        self.assertEqual(next(stream).status, response.SERVICE_UNKNOWN)
        stream.cancel()

    def test_a_second_message_to_a_unary_method_is_not_served(self):
        stub = self.channel.stream_unary(LIST_EVENTS)
        try:
            stub(iter([b"", b""]), timeout=10)
        except grpc.RpcError as error:
            self.assertIn(error.code(), (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL, grpc.StatusCode.INVALID_ARGUMENT))

    def test_a_unary_call_without_a_message_ends(self):
        with self.assertRaises(grpc.RpcError) as refused:
            self.channel.stream_unary(LIST_EVENTS)(iter([]), timeout=10)
        self.assertNotEqual(refused.exception.code(), grpc.StatusCode.DEADLINE_EXCEEDED)


if __name__ == "__main__":
    unittest.main()
