"""Faults that runbooks were written from, made again: a number tells of each."""
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "journeys"))
from stack import Journey, Service, new_id, psql  # noqa: E402
from service import SERVICE, message  # noqa: E402
from tls_test import make_certificates  # noqa: E402


def value(service, series):
    """Of a metric with its labels as they are shown; None: it is not there."""
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % service.admin_port, timeout=20) as answer:
        found = re.search("^%s (.*)$" % re.escape(series), answer.read().decode(), re.M)
    return found and float(found.group(1))


def wait_until(condition, seconds=90):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in %d seconds" % seconds
        time.sleep(0.1)


class Ages(Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agency, = cls.stack.company("agency")
        cls.card = cls.agency.add_card()["paymentMethodId"]

    def assert_grows_and_ends(self, service, series, begin, end):
        self.assertEqual(value(service, series), 0)
        begin()
        try:
            wait_until(lambda: value(service, series) > 0)
            first = value(service, series)
            wait_until(lambda: value(service, series) > first)
        finally:
            end()
        wait_until(lambda: value(service, series) == 0)

    def top_up(self):
        self.agency.kontor("topup", "--amount", "150.00", "--currency", "CNY", "--method", self.card, "--no-wait", "--accept-read-only")  # else the ledger is asked

    def test_a_provider_that_is_silent_leaves_a_top_up_in_doubt(self):
        self.addCleanup(self.stack.simulator.process.send_signal, signal.SIGCONT)
        self.assert_grows_and_ends(
            self.stack.payments, "payments_top_up_oldest_doubt_seconds",
            lambda: (self.stack.simulator.process.send_signal(signal.SIGSTOP), self.top_up()),
            lambda: (self.stack.simulator.process.send_signal(signal.SIGCONT), self.stack.clock.turn(600)))  # the next try is minutes away

    def test_a_ledger_that_is_away_leaves_a_saga_open(self):
        self.assert_grows_and_ends(self.stack.gateway, "gateway_saga_oldest_seconds", lambda: (self.stack.ledger.kill(), self.top_up()),
                                   self.stack.ledger.start)

    def test_a_hold_whose_end_cannot_be_booked(self):
        ledger = self.stack.ledger
        self.agency.top_up("200.00", self.card)

        def place():
            request = message("ledger.v1.PlaceHoldRequest")(account_id=self.agency.account_id, request_id=new_id(), amount_micros=1000000, currency="CNY")
            request.expire_time.FromMicroseconds(int((self.stack.clock.now() + 5) * 1000000))
            psql(ledger.database, "REVOKE UPDATE ON ledger.hold FROM " + SERVICE)
            ledger.call("ledger.v1.HoldService/PlaceHold", request=request)

        self.assert_grows_and_ends(ledger, "ledger_hold_oldest_expired_seconds", place,
                                   lambda: psql(ledger.database, "GRANT UPDATE ON ledger.hold TO " + SERVICE))


class Limits(unittest.TestCase):
    def test_a_maximum_that_is_reached_is_named(self):
        with Service("ledger", calls_max=2) as ledger:
            self.assertEqual(value(ledger, 'rpc_server_limited_total{limit="streams"}'), 0)
            open_stream = ledger.channel.stream_stream("/ledger.v1.OrderService/StreamOrders", request_serializer=lambda request: request)
            streams = [open_stream(iter(queue.Queue().get, None)) for _ in range(3)]
            wait_until(lambda: value(ledger, 'rpc_server_limited_total{limit="streams"}') == 2)
            self.assertEqual([value(ledger, 'rpc_server_limited_total{limit="%s"}' % limit) for limit in ("calls", "probes", "source", "tasks")], [0] * 4)
            for stream in streams:
                stream.cancel()

    def test_connections_have_a_maximum(self):
        with Service("sharing", database_connections_exclusive=3) as sharing:
            self.assertEqual((value(sharing, "database_pool_max"), value(sharing, "database_pool_in_use")), (3, 0))

    def test_a_stranger_is_counted(self):
        with Service("identity") as identity, Service("gateway", identity_target=identity.address) as gateway:
            self.assertEqual(value(gateway, "rpc_server_unauthenticated_total"), 0)
            call = gateway.channel.unary_unary("/ledger.v1.AccountService/GetBalance")
            with self.assertRaises(grpc.RpcError):
                call(b"")
            wait_until(lambda: value(gateway, "rpc_server_unauthenticated_total") == 1)


class Certificates(unittest.TestCase):
    def test_their_ends_are_told(self):
        folder = tempfile.mkdtemp(prefix="kontor-told-")
        self.addCleanup(shutil.rmtree, folder)
        authority, certificate, key = make_certificates(folder)
        with Service("ledger", tls_certificate_file=certificate, tls_key_file=key, tls_authority_file=authority,
                     tls_peer_identities="spiffe://kontor/gateway") as ledger:
            for name, path in (("own", certificate), ("authority", authority)):
                told = subprocess.run(["openssl", "x509", "-noout", "-enddate", "-dateopt", "iso_8601", "-in", path], check=True, capture_output=True, text=True)
                end = subprocess.run(["date", "+%s", "-d", told.stdout.strip().removeprefix("notAfter=")], check=True, capture_output=True, text=True)
                self.assertEqual(value(ledger, 'tls_certificate_expiry_timestamp_seconds{certificate="%s"}' % name), float(end.stdout))


if __name__ == "__main__":
    unittest.main()
