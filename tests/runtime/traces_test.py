"""A service that traces, against a collector that takes, refuses, dawdles, hangs up or is not there: what it is told is OTLP, and no call ever
waits for it."""
import os
import re
import sys
import threading
import time
import unittest
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from collector import CLIENT, SERVER, Collector, TraceTest  # noqa: E402
from service import Refusal, Service, free_port, new_id  # noqa: E402

RPC = "sharing.v1.AssetService/GetAsset"
TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = "00-%s-%s-%%02x" % (TRACE, SPAN)


class Traces(TraceTest):
    def service(self, **settings):
        service = Service("sharing", **settings)
        self.addCleanup(service.__exit__, None, None, None)
        return service

    def ask(self, service, *headers):
        """A call that is refused, for there is no such asset, and asks the database first; what it said."""
        account_id = new_id()
        try:
            service.call(RPC, account_id=account_id, company_id=new_id(), asset_id=new_id(),
                         metadata=(("kontor-principal-id", new_id()), ("kontor-account-id", account_id)) + headers)
        except Refusal as no:
            return no.code.name
        return "OK"

    def count(self, service, name):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % service.admin_port, timeout=10) as answer:
            return int(re.search(r"^trace_spans_%s_total (\d+)$" % name, answer.read().decode(), re.M).group(1))

    def wait_count(self, service, name, least):
        deadline = time.monotonic() + 60
        while (count := self.count(service, name)) < least:
            self.assertLess(time.monotonic(), deadline, "%s: %d" % (name, count))
            time.sleep(0.05)
        return count

    def test_a_sampled_call_is_told_with_its_statements(self):
        with Collector() as collector:
            service = self.service(trace_endpoint=collector.url, trace_sample_ratio="0")
            self.assertEqual(self.ask(service, ("traceparent", PARENT % 1), ("tracestate", "a=1"), ("tracestate", "b=2")), "NOT_FOUND")
            spans = collector.wait_for(lambda spans: any(span.kind == SERVER for span in spans))
            root, children = self.assert_tree(spans)
            self.assertEqual((root.name, root.kind, root.trace, root.parent, root.service), (RPC, SERVER, TRACE, SPAN, "kontor-sharing"))
            self.assertEqual(root.attributes, {"rpc.system.name": "grpc", "rpc.method": RPC, "rpc.response.status_code": "NOT_FOUND"})
            self.assertFalse(root.failed, "a refusal is no fault of the server")
            statements = children[root.id]
            self.assertTrue(statements)
            for statement in statements:
                self.assertEqual((statement.kind, statement.attributes),
                                 (CLIENT, {"db.system.name": "postgresql", "db.query.summary": statement.name}))
                self.assertRegex(statement.name, r"^[a-z_]+$")
                self.assertTrue(root.start <= statement.start and statement.end <= root.end + 1000)

    def test_the_callers_flag_is_followed_and_else_the_ratio(self):
        with Collector() as collector:
            service = self.service(trace_endpoint=collector.url, trace_sample_ratio="0")
            self.ask(service)
            self.ask(service, ("traceparent", PARENT % 0))
            self.ask(service, ("traceparent", (PARENT % 1).upper()))
            self.ask(service, ("traceparent", PARENT % 1), ("traceparent", PARENT % 1))  # two of them are none
            self.ask(service, ("traceparent", "01-%s-%s-01-of-a-later-version" % (TRACE, SPAN)))
            calls = [span for span in collector.wait_for(lambda spans: any(span.kind == SERVER for span in spans)) if span.kind == SERVER]
            self.assertEqual([(span.trace, span.parent) for span in calls], [(TRACE, SPAN)])
            service.stop()
            self.assertEqual(len([span for span in collector.spans() if span.kind == SERVER]), 1)
            service.settings["trace_sample_ratio"] = "1"
            service.start()
            self.ask(service)
            self.ask(service, ("traceparent", PARENT % 0))
            service.stop()  # which carries away what waits
            calls = [span for span in collector.spans() if span.kind == SERVER][1:]
            self.assertEqual([(span.name, span.parent) for span in calls], [(RPC, None)])
            self.assertNotEqual(calls[0].trace, TRACE)
            jobs = [span for span in collector.spans() if span.parent is None and span.kind != SERVER]
            self.assertFalse([span for span in jobs if span.name == "trace_export"], "carrying spans away makes none")

    def test_nothing_is_recorded_without_an_endpoint(self):
        service = self.service(trace_sample_ratio="1")
        self.ask(service, ("traceparent", PARENT % 1))
        self.assertEqual([self.count(service, name) for name in ("exported", "failed", "dropped")], [0, 0, 0])

    def test_the_token_goes_to_the_collector_and_nowhere_else(self):
        token = "collector-" + new_id()
        with Collector() as collector, Collector() as elsewhere:
            def send_away(handler):
                handler.send_response(307)
                handler.send_header("Location", elsewhere.url + "/v1/traces")
                handler.send_header("Content-Length", "0")
                handler.end_headers()
            service = self.service(trace_endpoint=collector.url, trace_sample_ratio="0", trace_token=token)
            self.ask(service, ("traceparent", PARENT % 1))
            self.wait_count(service, "exported", 2)
            collector.answer = send_away
            self.ask(service, ("traceparent", PARENT % 1))
            self.wait_count(service, "failed", 1)
            self.assertEqual(set(collector.bearers), {"Bearer " + token})
            self.assertEqual(elsewhere.bodies, [], "a redirection is not followed")
            self.assertNotIn(token, "".join(collector.bodies) + service.log())

    def test_no_token_is_told_when_there_is_none(self):
        with Collector() as collector:
            service = self.service(trace_endpoint=collector.url, trace_sample_ratio="0")
            self.ask(service, ("traceparent", PARENT % 1))
            self.wait_count(service, "exported", 1)
            self.assertEqual(set(collector.bearers), {None})

    def test_the_end_of_an_endless_answer_is_not_waited_for(self):
        def flood(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", str(1 << 30))
            handler.end_headers()
            try:
                while True:
                    handler.wfile.write(b"x" * 65536)
            except OSError:
                handler.close_connection = True
        with Collector(flood) as collector:
            service = self.service(trace_endpoint=collector.url, trace_sample_ratio="0")
            self.assertEqual(self.ask(service, ("traceparent", PARENT % 1)), "NOT_FOUND")
            self.wait_count(service, "exported", 2)  # its head said 200
            self.assertEqual(self.ask(service, ("traceparent", PARENT % 1)), "NOT_FOUND")
            self.assertEqual(len({span.id for span in collector.spans()}), len(collector.spans()), "none is sent twice")

    def test_hostile_traces_begin_none_and_harm_none(self):
        hostile = ("", "00", PARENT % 1 + "-", "00-%s-%s-01" % ("0" * 32, SPAN), "00-%s-%s-01" % (TRACE, "0" * 16), "ff-%s-%s-01" % (TRACE, SPAN),
                   "0" * 6000, (PARENT % 1).upper(), "01-%s-%s-01-%s" % (TRACE, SPAN, "a" * 5000))
        with Collector() as collector:
            service = self.service(trace_endpoint=collector.url, trace_sample_ratio="0")
            for parent in hostile:
                self.assertEqual(self.ask(service, ("traceparent", parent), ("tracestate", "a=" + "b" * 6000)), "NOT_FOUND", parent)
            self.assertEqual(self.ask(service, ("traceparent", PARENT % 1), *[("tracestate", "k%d=v" % i) for i in range(200)]), "NOT_FOUND")
            self.wait_count(service, "exported", 2)
            self.assertEqual({(span.trace, span.parent) for span in collector.spans() if span.kind == SERVER}, {(TRACE, SPAN)})

    def test_what_cannot_be_meant_is_refused(self):
        for setting, value in (("trace_endpoint", "collector:4318"), ("trace_endpoint", "http://user:secret@collector"), ("trace_endpoint", "http:///v1"),
                               ("trace_sample_ratio", "1.5"), ("trace_sample_ratio", "lots")):
            with self.assertRaises(AssertionError) as told:
                Service("sharing", **{setting: value})
            self.assertIn(setting.replace("_", "-"), str(told.exception))
            self.assertNotIn("user:secret", str(told.exception))

    def test_a_collector_that_refuses_is_asked_once(self):
        with Collector(lambda handler: Collector.take(handler, 400, '{"code":3,"message":"no"}')) as collector:
            service = self.service(trace_endpoint=collector.url, trace_sample_ratio="0")
            self.ask(service, ("traceparent", PARENT % 1))
            failed = self.wait_count(service, "failed", 2)
            spans = collector.spans()
            self.assertEqual(len(spans), failed)
            self.assertEqual(len({span.id for span in spans}), failed, "none came twice")
            self.assertEqual(self.count(service, "exported"), 0)

    def test_a_collector_for_whom_it_is_too_much_or_that_hangs_up_is_asked_again(self):
        ways = [lambda handler: Collector.take(handler, 503, ""), Collector.cut, Collector.take]
        with Collector(lambda handler: ways.pop(0)(handler)) as collector:
            service = self.service(trace_endpoint=collector.url, trace_sample_ratio="0")
            self.ask(service, ("traceparent", PARENT % 1))
            exported = self.wait_count(service, "exported", 2)
            self.assertEqual(len(collector.bodies), 3)
            self.assertEqual(len(set(collector.bodies)), 1, "the same batch")
            self.assertEqual((len(collector.spans()), self.count(service, "failed")), (3 * exported, 0))

    def test_what_a_collector_takes_in_part_is_counted_so(self):
        with Collector(lambda handler: Collector.take(handler, 200, '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"no"}}')) as collector:
            service = self.service(trace_endpoint=collector.url, trace_sample_ratio="0")
            self.ask(service, ("traceparent", PARENT % 1))
            self.wait_count(service, "exported", 1)
            self.assertEqual(self.count(service, "failed"), len(collector.bodies))
            self.assertEqual(self.count(service, "exported"), len(collector.spans()) - len(collector.bodies))

    def test_a_dead_collector_costs_spans_and_no_call(self):
        service = self.service(trace_endpoint="http://127.0.0.1:%d" % free_port(), trace_sample_ratio="0")
        for _ in range(20):
            self.assertEqual(self.ask(service, ("traceparent", PARENT % 1)), "NOT_FOUND")
        self.wait_count(service, "failed", 2)
        self.assertEqual(service.log().count('"trace_export_failed"'), 1)
        service.stop()

    def test_a_collector_that_never_answers_costs_spans_and_no_call(self):
        let_go = threading.Event()

        def hold(handler):
            let_go.wait(300)
            Collector.take(handler)
        with Collector(hold) as collector:
            service = self.service(trace_endpoint=collector.url, trace_sample_ratio="0")
            self.addCleanup(let_go.set)
            asked = 0
            while self.count(service, "dropped") == 0:  # the buffer is full
                for _ in range(200):
                    self.assertEqual(self.ask(service, ("traceparent", PARENT % 1)), "NOT_FOUND")
                asked += 200
                self.assertLess(asked, 50000)
            self.assertEqual(self.count(service, "exported"), 0)
            service.stop()  # which does not wait for it long either
            let_go.set()


if __name__ == "__main__":
    unittest.main()
