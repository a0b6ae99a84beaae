"""Streams at the gateway: each request passes like a call of its own, the session is looked at again while nothing passes, and nobody
holds more than a few. The peers are fakes."""
import contextlib
import queue
import threading
import time
import unittest

import grpc
from fake_peers import No, message, new_id
from order_test import DIFFERENT, STREAM, SUBMIT, Orders, outcome, purchase, transfer
from passage_test import RESOLVE

from service import Refusal, refused

WATCH, RUNWAY = "ledger.v1.ChangeService/WatchChanges", "ledger.v1.RunwayService/WatchRunway"
REQUESTS = {WATCH: "ledger.v1.WatchChangesRequest", RUNWAY: "ledger.v1.WatchRunwayRequest", STREAM: "ledger.v1.StreamOrdersRequest"}
RESPONSES = {WATCH: "ledger.v1.WatchChangesResponse", RUNWAY: "ledger.v1.WatchRunwayResponse", STREAM: "ledger.v1.StreamOrdersResponse"}


class Open:
    """A stream that a test feeds and reads step by step."""

    def __init__(self, test, rpc, token):
        self.requests, self.rpc = queue.Queue(), rpc
        stub = test.gateway.channel.stream_stream("/" + rpc, request_serializer=lambda m: m.SerializeToString(),
                                                  response_deserializer=message(RESPONSES[rpc]).FromString)
        metadata = (("authorization", "Bearer " + token),) if token else ()
        self.call = stub(iter(self.requests.get, None), timeout=60, metadata=metadata)
        test.addCleanup(self.cancel)

    def send(self, **fields):
        self.requests.put(message(REQUESTS[self.rpc])(**fields))
        return self

    def end(self):
        self.requests.put(None)
        return self

    def read(self):
        try:
            return next(self.call)
        except StopIteration:
            return None
        except grpc.RpcError as error:
            raise Refusal(error) from None

    def cancel(self):
        self.call.cancel()
        self.requests.put(None)


class Streams(Orders):
    settings = dict(Orders.settings, stream_recheck="50ms", streams_per_principal=3)

    def setUp(self):
        super().setUp()
        self.quiet, self.gone = threading.Event(), threading.Event()
        self.addCleanup(self.quiet.set)
        self.peers.answer(WATCH, self.watch)

    def watch(self, request, context):
        """Three changes, and then nothing until the test is over or the watcher is gone."""
        context.add_callback(self.gone.set)
        start = int(request.cursor or 0)
        for sequence in range(start + 1, start + 4):
            yield message("ledger.v1.WatchChangesResponse")(change={"sequence": sequence}, cursor=str(sequence))
        while context.is_active() and not request.until_now and not self.quiet.wait(0.01):
            pass

    def open(self, rpc=WATCH, token="a-session"):
        return Open(self, rpc, token)

    def revoke_session(self):
        def ended(request, _):
            raise No(grpc.StatusCode.UNAUTHENTICATED, "SESSION_ENDED")
        self.peers.answer(RESOLVE, ended)

    @contextlib.contextmanager
    def ended(self, code, reason):
        with refused(self, code, reason):
            yield

    def await_calls(self, rpc, count):
        deadline = time.monotonic() + 20
        while len(self.peers.calls(rpc)) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertGreaterEqual(len(self.peers.calls(rpc)), count)


class StreamTest(Streams):
    # ---- a watch

    def test_a_watch_tells_what_the_ledger_tells(self):
        stream = self.open().send(cursor="7", until_now=True, company_id=new_id()).end()
        self.assertEqual([stream.read().cursor for _ in range(3)] + [stream.read()], ["8", "9", "10", None])
        request = self.seen(WATCH)[0]
        self.assertEqual((request.account_id, request.company_id, request.cursor), (self.account, self.company, "7"))
        self.assertEqual(dict(stream.call.trailing_metadata())["kontor-account-id"], self.account)  # ID-37

    def test_a_whole_company_is_for_the_provider(self):
        for roles in (["ROLE_MEMBER"], ["ROLE_ACCOUNT_ADMINISTRATOR"]):
            self.roles = roles
            with refused(self, grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"):
                self.open().send(whole_company=True).read()
            self.assertEqual(self.open().send(until_now=True).read().cursor, "1")
        self.roles = ["ROLE_OPERATOR_FINANCE", "ROLE_OPERATOR_LOOK"]
        self.assertEqual(self.open().send(whole_company=True, account_id=new_id()).read().cursor, "1")

    def test_nobody_watches_an_account_of_others(self):
        with refused(self, grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"):
            self.open().send(account_id=new_id()).read()
        self.assertEqual(self.seen(WATCH), [])

    def test_who_goes_away_leaves_nothing_behind(self):
        stream = self.open().send()
        self.assertEqual(stream.read().cursor, "1")
        stream.cancel()
        self.assertTrue(self.gone.wait(20), "the ledger was not told")

    # ---- the vigil

    def test_a_session_that_ends_ends_its_watch(self):
        """Though nothing passes that could be refused."""
        stream = self.open().send()
        self.assertEqual([stream.read().cursor for _ in range(3)], ["1", "2", "3"])
        self.revoke_session()
        with self.ended(grpc.StatusCode.UNAUTHENTICATED, "SESSION_ENDED"):
            stream.read()
        self.assertTrue(self.gone.wait(20), "the ledger was not told")

    def test_a_right_that_is_taken_away_ends_the_watch(self):
        stream = self.open().send()
        stream.read()
        self.roles = []
        with self.ended(grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"):
            while True:
                stream.read()

    def test_a_stream_that_asks_nothing_is_watched_too(self):
        stream = self.open(STREAM)
        self.await_calls(RESOLVE, 3)
        self.revoke_session()
        with self.ended(grpc.StatusCode.UNAUTHENTICATED, "SESSION_ENDED"):
            stream.read()

    def test_identity_may_be_away_for_a_moment_but_not_for_long(self):
        stream = self.open().send()
        self.assertEqual([stream.read().cursor for _ in range(3)], ["1", "2", "3"])
        times = []

        def away(request, _):
            times.append(time.monotonic())
            raise No(grpc.StatusCode.UNAVAILABLE)
        self.peers.answer(RESOLVE, away)
        with self.ended(grpc.StatusCode.UNAVAILABLE, "SESSION_UNKNOWN"):
            stream.read()
        self.assertGreaterEqual(len(times), 3)

    # ---- seats

    def test_a_stranger_holds_no_stream(self):
        """The caller of one request is looked at when it is there, a streaming caller at once."""
        for begin in (lambda token: self.open(WATCH, token).send(), lambda token: self.open(STREAM, token)):
            with refused(self, grpc.StatusCode.UNAUTHENTICATED, "SESSION_REQUIRED"):
                begin("").read()
            with refused(self, grpc.StatusCode.UNAUTHENTICATED, "SESSION_ENDED"):
                begin("made-up").read()

    def test_a_principal_has_so_many_streams(self):
        streams = [self.open().send() for _ in range(3)]
        for stream in streams:
            stream.read()
        with refused(self, grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_STREAMS"):
            self.open().send().read()
        streams[0].cancel()
        self.assertTrue(self.gone.wait(20))
        deadline = time.monotonic() + 20
        while not (seated := self.is_seated()) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertTrue(seated)

    def is_seated(self):
        try:
            return self.open().send().read() is not None
        except Refusal:
            return False

    # ---- orders

    def test_every_message_of_orders_is_judged_anew(self):
        """A session that was revoked moves no money from that moment on."""
        stream = self.open(STREAM).send(orders=[purchase()])
        self.assertEqual(outcome(stream.read().results[0]), "create_purchase")
        self.revoke_session()
        stream.send(orders=[purchase()])
        with self.ended(grpc.StatusCode.UNAUTHENTICATED, "SESSION_ENDED"):
            stream.read()
        self.assertEqual(len(self.seen(SUBMIT)), 1)

    def test_a_ledger_that_restarts_is_asked_again(self):
        """Under the same request ids, so that what was done is done once."""
        stream, tries = self.open(STREAM), []

        def restarting(request, metadata):
            tries.append(request)
            if len(tries) == 2:
                raise No(grpc.StatusCode.UNAVAILABLE)
            return self.settle(request, metadata)
        self.peers.answer(SUBMIT, restarting)
        for _ in range(3):
            self.assertEqual(outcome(stream.send(orders=[transfer()]).read().results[0]), "create_transfer")
        self.assertEqual(len(tries), 4)
        self.assertEqual(tries[1], tries[2])

    def test_a_stream_goes_on_for_long_in_the_same_memory(self):
        stream = self.open(STREAM)
        for _ in range(20):
            orders = [transfer(remark="x" * 200) for _ in range(400)]
            self.assertEqual(len(stream.send(orders=orders).read().results), 400)

    def test_who_goes_away_in_the_middle_of_a_message_is_not_waited_for(self):
        entered, leave = threading.Event(), threading.Event()
        self.addCleanup(leave.set)

        def slow(request, metadata):
            entered.set()
            leave.wait(20)
            return self.settle(request, metadata)
        self.peers.answer(SUBMIT, slow)
        streams = [self.open(STREAM).send(orders=[purchase()]) for _ in range(3)]
        self.assertTrue(entered.wait(20))
        for stream in streams:
            stream.cancel()
        deadline = time.monotonic() + 15  # less than the ledger takes
        while not (seated := self.is_seated()) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertTrue(seated)


class StoppingTest(Streams):
    """A gateway that would wait ten minutes for what does not end by itself."""
    settings = dict(Streams.settings, stream_recheck="60s", drain_grace="10m")

    def test_a_gateway_that_stops_ends_its_streams(self):
        watch, idle = self.open().send(), self.open(STREAM)
        watch.read()
        self.await_calls(RESOLVE, 3)
        self.stop_and_start()
        for stream in (watch, idle):
            with self.ended(grpc.StatusCode.UNAVAILABLE, "GATEWAY_STOPS"):
                while True:
                    stream.read()

    def test_a_gateway_that_stops_finishes_the_orders_it_took(self):
        entered, leave = threading.Event(), threading.Event()

        def slow(request, metadata):
            entered.set()
            leave.wait(20)
            return self.settle(request, metadata)
        self.peers.answer(SUBMIT, slow)
        stream = self.open(STREAM).send(orders=[purchase()]).send(orders=[purchase()])
        self.assertTrue(entered.wait(20))
        stopping = threading.Thread(target=self.stop_and_start)
        stopping.start()
        while self.gateway.is_ready():
            time.sleep(0.01)
        leave.set()
        self.assertEqual(outcome(stream.read().results[0]), "create_purchase")
        with self.ended(grpc.StatusCode.UNAVAILABLE, "GATEWAY_STOPS"):
            stream.read()
        stopping.join()
        self.assertEqual(len(self.seen(SUBMIT)), 1)

    def stop_and_start(self):
        self.gateway.stop()
        self.gateway.start()


class FaultTest(Streams):
    settings = dict(Streams.settings, follow_interval="60s", stream_recheck="60s")

    def test_each_allocation_of_a_bulk_and_of_a_stream_fails_in_turn(self):
        """An answer is right or there is none, and the gateway lives."""
        stranger, failed = new_id(), []
        self.others[stranger] = DIFFERENT
        orders = [transfer(), transfer(stranger), dict(transfer(), linked=True), transfer(stranger), purchase()]
        expected = ["create_transfer", "DIFFERENT_COMPANY", "GROUP_FAILED", "DIFFERENT_COMPANY", "create_purchase"]
        self.addCleanup(self.gateway.settings.pop, "fault_allocation", None)
        for nth in range(1, 160, 3):
            self.gateway.stop()
            self.gateway.settings["fault_allocation"] = nth
            self.gateway.start()
            for ask in (lambda: self.call(SUBMIT, orders=orders), lambda: self.open(STREAM).send(orders=orders).end().read()):
                try:
                    seen = [outcome(result) for result in ask().results]
                    wordless = [full if got == "?" and full.isupper() else got for got, full in zip(seen, expected)]
                    self.assertEqual(wordless, expected, nth)  # a no may have lost its words, never become a yes
                except Refusal as refusal:
                    self.assertIn(refusal.code, (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNAUTHENTICATED,
                                                 grpc.StatusCode.UNAVAILABLE), nth)
                    failed.append(nth)
            self.assertEqual([outcome(result) for result in self.call(SUBMIT, orders=orders).results], expected, nth)
        self.assertGreater(len(failed), 10)


class SlowedTest(Orders):
    settings = {"session_cache": "0s", "writes_per_second": 20, "writes_burst": 2, "anonymous_per_second": 0}

    def test_a_stream_is_slowed_down_and_not_refused(self):
        stream = Open(self, STREAM, "a-session")
        for _ in range(6):
            self.assertEqual(outcome(stream.send(orders=[purchase()]).read().results[0]), "create_purchase")


if __name__ == "__main__":
    unittest.main()
