"""Traces through the whole of Kontor, as OpenTelemetry's own collector has them: a transfer through the gateway is one trace, and callers whose
orders go together are linked with the message that carried them."""
import os
import sys
import threading
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import tool  # noqa: E402
from collector import CLIENT, INTERNAL, SERVER, RealCollector, TraceTest  # noqa: E402
from ledger import wait_until  # noqa: E402
from service import Client, Refusal, new_id  # noqa: E402
from stack import Stack, micros  # noqa: E402

TRANSFER = "ledger.v1.TransferService/CreateTransfer"
CALLERS = 24


def new_trace(flag=1):
    """A trace that a caller began: its id, and the header."""
    trace = new_id().replace("-", "")
    return trace, ("traceparent", "00-%s-00f067aa0ba902b7-%02x" % (trace, flag))


@tool.needs("otel-collector")
class Traces(TraceTest):
    @classmethod
    def setUpClass(cls):
        cls.collector = RealCollector()
        cls.addClassCleanup(cls.collector.stop)
        cls.stack = Stack(common={"trace_endpoint": cls.collector.url, "trace_sample_ratio": "0"}, source_per_second=0)
        cls.addClassCleanup(cls.stack.stop)
        cls.agency, cls.project = cls.stack.company("agency", "project")
        cls.agency.top_up("9000.00")
        wait_until(lambda: cls.agency.own() == micros("9000.00"), 60)
        cls.session = ("authorization", "Bearer " + cls.stack.token("agency"))

    def transfer(self, client, header, cents=7):
        return client.call(TRANSFER, metadata=(self.session, header), account_id=self.agency.account_id, request_id=new_id(), currency="CNY",
                           destination_account_id=self.project.account_id, amount_micros=cents * 10000)

    def client(self):
        client = Client(self.stack.gateway.address)
        self.addCleanup(client.close)
        return client

    def of(self, trace, enough):
        return [span for span in self.collector.wait_for(lambda spans: enough([span for span in spans if span.trace == trace]))
                if span.trace == trace]

    def test_a_transfer_is_one_trace(self):
        trace, header = new_trace()
        self.transfer(self.client(), header, cents=4711)
        spans = self.of(trace, lambda spans: {"kontor-gateway", "kontor-identity", "kontor-ledger"} <= {span.service for span in spans if span.kind == SERVER})
        root, children = self.assert_tree(spans)
        self.assertEqual((root.service, root.name, root.kind, root.parent), ("kontor-gateway", TRANSFER, SERVER, "00f067aa0ba902b7"))
        self.assertEqual(root.attributes["rpc.response.status_code"], "OK")
        served = {span.service: span for span in spans if span.kind == SERVER}
        parent = {span.id: span for span in spans}
        for service in ("kontor-identity", "kontor-ledger"):  # called by the gateway, and so told by both
            asking = parent[served[service].parent]
            self.assertEqual((asking.service, asking.kind, asking.name), ("kontor-gateway", CLIENT, served[service].name))
            self.assertEqual(asking.attributes, {"rpc.system.name": "grpc", "rpc.method": asking.name, "server.address": "127.0.0.1",
                                                 "rpc.response.status_code": "OK"})
        statements = [span for span in spans if "db.system.name" in span.attributes]
        self.assertLessEqual({"kontor-ledger"}, {span.service for span in statements})
        batch = next(span for span in spans if span.name == "ledger_batch")
        self.assertEqual((batch.kind, parent[batch.parent].name, parent[batch.parent].parent), (INTERNAL, "ledger_settle", served["kontor-ledger"].id))
        self.assertTrue([span for span in children[batch.id] if span in statements], "the statement that keeps the transfer")
        told = repr([(span.name, span.attributes) for span in spans])
        for secret in ("4711", "47110000", self.agency.account_id, self.project.account_id, self.session[1]):
            self.assertNotIn(secret, told)

    def test_callers_whose_orders_go_together_are_linked_with_the_message(self):
        clients, found = [self.client() for _ in range(4)], []

        def call(i, header):
            self.transfer(clients[i % 4], header, cents=1 + i)
        for _ in range(20):
            traces = [new_trace() for _ in range(CALLERS)]
            threads = [threading.Thread(target=call, args=(i, header)) for i, (_, header) in enumerate(traces)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            wanted = {trace for trace, _ in traces}
            spans = self.collector.wait_for(lambda spans: {span.trace for span in spans if span.service == "kontor-gateway" and span.kind == SERVER} >= wanted)
            by_id = {(span.trace, span.id): span for span in spans}
            found = [span for span in spans if span.trace in wanted and span.kind == INTERNAL and span.links and (span.trace, span.parent) in by_id
                     and by_id[span.trace, span.parent].kind == SERVER and span.service == "kontor-gateway"]
            if found:
                break
        self.assertTrue(found, "no orders went together")
        for waiting in found:  # of which the message tells, too
            for link in waiting.links:
                spans = self.collector.wait_for(lambda spans: any((span.trace, span.id) == link for span in spans))
                message = next(span for span in spans if (span.trace, span.id) == link)
                self.assertIn((waiting.trace, waiting.id), message.links)
                self.assertNotEqual(message.trace, waiting.trace)

    def test_a_trace_that_is_not_recorded_is_not(self):
        (quiet, header), (told, other) = new_trace(0), new_trace()
        self.transfer(self.client(), header)
        self.transfer(self.client(), other)
        self.of(told, lambda spans: {"kontor-ledger"} <= {span.service for span in spans})
        self.assertFalse([span for span in self.collector.spans() if span.trace == quiet])

    def test_a_refusal_is_an_error_to_the_caller_alone(self):
        trace, header = new_trace()
        with self.assertRaises(Refusal) as no:
            self.transfer(self.client(), header, cents=10 ** 9)
        self.assertEqual(no.exception.code, grpc.StatusCode.FAILED_PRECONDITION)
        spans = self.of(trace, lambda spans: any(span.service == "kontor-gateway" and span.kind == SERVER for span in spans) and
                        any(span.service == "kontor-ledger" and span.kind == SERVER for span in spans))
        for span in spans:
            if span.kind == SERVER and span.service in ("kontor-gateway", "kontor-ledger"):
                self.assertEqual((span.failed, span.attributes["rpc.response.status_code"]), (False, "FAILED_PRECONDITION"))
        asked = next(span for span in spans if span.kind == CLIENT and span.name == TRANSFER)
        self.assertEqual((asked.failed, asked.attributes["error.type"]), (True, "FAILED_PRECONDITION"))

    def test_saga_and_jobs_have_traces_of_their_own(self):
        self.stack.gateway.stop()
        self.stack.gateway.settings["trace_sample_ratio"] = "1"
        self.stack.gateway.start()
        spans = self.collector.wait_for(lambda spans: any(span.name == "saga_worker" for span in spans) or
                                        any(span.name == "saga" for span in spans))
        for job in [span for span in spans if span.name in ("saga", "saga_worker")]:
            self.assertEqual((job.service, job.kind, job.parent), ("kontor-gateway", INTERNAL, None))
        looked = next(span for span in spans if span.name == "saga")
        self.assertTrue([span for span in spans if span.parent == looked.id and "db.system.name" in span.attributes])


if __name__ == "__main__":
    tool.main()
