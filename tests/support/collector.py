"""OpenTelemetry collectors for tests: one of our own, which checks each byte that comes and answers as a test wants, and a real one.

    with Collector() as collector:
        … trace_endpoint=collector.url …
        spans = collector.wait_for(lambda spans: …)"""
import http.server
import json
import os
import re
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tool  # noqa: E402
from service import free_port  # noqa: E402

INTERNAL, SERVER, CLIENT = 1, 2, 3
_HEX = {"traceId": 32, "spanId": 16, "parentSpanId": 16}
_SPAN_KEYS = {"traceId", "spanId", "parentSpanId", "flags", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "attributes", "links",
              "droppedLinksCount", "status"}


def _attributes(pairs):
    found = {}
    for pair in pairs:
        assert set(pair) == {"key", "value"} and len(pair["value"]) == 1 and pair["key"] not in found, pair
        kind, value = next(iter(pair["value"].items()))
        assert kind in ("stringValue", "intValue") and isinstance(value, str), pair
        found[pair["key"]] = int(value) if kind == "intValue" else value
    return found


def _is_id(holder, key):
    value = holder[key]
    return re.fullmatch("[0-9a-f]{%d}" % _HEX[key], value) and set(value) != {"0"}


class Span:
    """One span, once its JSON was found to be OTLP's."""

    def __init__(self, service, span, strict):
        if strict:
            assert set(span) <= _SPAN_KEYS, span
        assert _is_id(span, "traceId") and _is_id(span, "spanId") and ("parentSpanId" not in span or not strict or _is_id(span, "parentSpanId")), span
        assert span["kind"] in (INTERNAL, SERVER, CLIENT) and span["name"], span
        self.service, self.name, self.kind = service, span["name"], span["kind"]
        self.trace, self.id, self.parent = span["traceId"], span["spanId"], span.get("parentSpanId") or None
        self.start, self.end = int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])
        assert isinstance(span["startTimeUnixNano"], str) and self.start <= self.end, span
        assert abs(self.end / 1e9 - time.time()) < 3600, "the times are of the machine's clock: %s" % span
        self.attributes = _attributes(span.get("attributes", []))
        self.links = [(link["traceId"], link["spanId"]) for link in span.get("links", [])]
        self.failed = span.get("status", {}).get("code", 0) == 2
        assert self.failed == ("error.type" in self.attributes), span

    def __repr__(self):
        return "%s %s (%s)" % (self.service, self.name, self.id)


def read_request(text, strict=True):
    """The spans of an ExportTraceServiceRequest."""
    spans, request = [], json.loads(text)
    assert set(request) == {"resourceSpans"}, request
    for resource_spans in request["resourceSpans"]:
        resource = _attributes(resource_spans["resource"]["attributes"])
        assert set(resource) == {"service.namespace", "service.name", "service.version", "service.instance.id"}, resource
        for scope_spans in resource_spans["scopeSpans"]:
            assert scope_spans["scope"]["name"] == "kontor", scope_spans["scope"]
            spans += [Span(resource["service.name"], span, strict) for span in scope_spans["spans"]]
    return spans


class _Waiting:
    def wait_for(self, enough, timeout=60):
        """The spans that came, once they are enough."""
        deadline = time.monotonic() + timeout
        while not enough(spans := self.spans()):
            assert time.monotonic() < deadline, "not what was waited for: %s" % spans
            time.sleep(0.05)
        return spans


class Collector(_Waiting):
    """Answers each request with what answer(handler) does; "taken" by default."""

    def __init__(self, answer=None):
        self.bodies, self.bearers, self.mistakes, self.answer = [], [], [], answer or Collector.take
        self.open = 0  # requests that came and are not answered
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                try:
                    assert self.path == "/v1/traces" and self.headers["Content-Type"] == "application/json", self.headers
                    self.spans = read_request(body)
                except Exception as mistake:  # told by the test, not to the service
                    outer.mistakes.append(repr(mistake))
                outer.bearers.append(self.headers.get("Authorization"))
                outer.bodies.append(body)
                outer.open += 1
                outer.answer(self)
                outer.open -= 1

            def log_message(self, *_):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads, block_on_close = True, False

            def handle_error(self, *_):
                pass  # a client that gave up

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    @staticmethod
    def take(handler, status=200, body='{"partialSuccess":{}}'):
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body.encode())

    @staticmethod
    def cut(handler):
        """Hangs up in the middle of the answer."""
        handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n{"partial')
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True

    def spans(self):
        assert not self.mistakes, self.mistakes
        return [span for body in list(self.bodies) for span in read_request(body)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class RealCollector(_Waiting):
    """OpenTelemetry's own, built from tests/tools/otel-collector: OTLP over HTTP in, a line of JSON for each batch out."""

    def __init__(self):
        self.port = free_port()
        self.url = "http://127.0.0.1:%d" % self.port
        self.out, self.log = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+")
        self.config = tempfile.NamedTemporaryFile("w", suffix=".yaml")
        self.config.write("receivers: {otlp: {protocols: {http: {endpoint: '127.0.0.1:%d'}}}}\n"
                          "exporters: {print: {}}\n"
                          "service: {telemetry: {metrics: {level: none}}, pipelines: {traces: {receivers: [otlp], exporters: [print]}}}\n" % self.port)
        self.config.flush()
        self.process = subprocess.Popen([tool.program("otel-collector", "otel-collector"), "--config=" + self.config.name],
                                        stdout=self.out, stderr=self.log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not self.is_there():
            assert self.process.poll() is None and time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def is_there(self):
        with socket.socket() as asking:
            return asking.connect_ex(("127.0.0.1", self.port)) == 0

    def said(self):
        self.log.seek(0)
        return self.log.read()[-4000:]

    def spans(self):
        self.out.seek(0)
        return [span for line in self.out.read().splitlines(True) if line.endswith("\n") for span in read_request(line, strict=False)]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        for file in (self.out, self.log, self.config):
            file.close()


class TraceTest(unittest.TestCase):
    def assert_tree(self, spans):
        """One root whose parent is not ours, everything else below it, inside of its time."""
        ids = {span.id: span for span in spans}
        self.assertEqual(len(ids), len(spans), "ids are told once")
        self.assertEqual(len({span.trace for span in spans}), 1)
        roots = [span for span in spans if span.parent not in ids]
        self.assertEqual(len(roots), 1, roots)
        return roots[0], {span.id: [child for child in spans if child.parent == span.id] for span in spans}
