"""Calls, streams and refusals through the front to a real gateway: nothing of gRPC is lost on the way, and no call in a reload."""
import resource
import threading
import time
import unittest
import urllib.request

import grpc

import door
from fake_peers import FakePeers, No, gateway, message, new_id, well_formed
from front import Front
from service import Client, Refusal, refused

BALANCE = "ledger.v1.AccountService/GetBalance"
TRANSFER = "ledger.v1.TransferService/CreateTransfer"
WATCH = "ledger.v1.ChangeService/WatchChanges"
RESOLVE = "identity.v1.SessionService/ResolveSession"
SESSION = (("authorization", "Bearer a-session"),)


def transfer(**fields):
    return well_formed(message("ledger.v1.CreateTransferRequest").DESCRIPTOR, fields)


def one_and_later_the_end(request):
    yield request
    time.sleep(0.02)


class FrontTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.front = Front(source_rate=100000, source_flood=100000)
        cls.addClassCleanup(cls.front.stop)
        cls.peers = FakePeers()
        cls.addClassCleanup(cls.peers.stop)
        cls.gateway = gateway(cls.peers, listen_address=cls.front.gateway, reads_per_second=0, writes_per_second=0, anonymous_per_second=0)
        cls.addClassCleanup(cls.gateway.__exit__, None, None, None)

    def setUp(self):
        self.peers.seen.clear()
        self.peers.answers.clear()
        self.account, self.company = new_id(), new_id()
        session = {"principal_id": new_id(), "account_id": self.account, "corporate": True, "company_id": self.company, "roles": [1]}
        self.peers.answer(RESOLVE, lambda request, _: session)
        self.peers.answer("identity.v1.CompanyService/CheckSameCompany", lambda request, _: {"verdict": 1, "company_id": self.company})
        self.client = Client(self.front.address)
        self.addCleanup(self.client.close)

    def call(self, rpc, **more):
        return self.client.call(rpc, metadata=SESSION, **more)

    def send_large(self, size):
        """A transfer with a field that nobody knows."""
        request = message("ledger.v1.CreateTransferRequest")(**transfer()).SerializeToString()
        send = self.client.channel.unary_unary("/" + TRANSFER)
        try:
            send(request + b"\x82\x7d" + bytes([size & 127 | 128, size >> 7 & 127 | 128, size >> 14]) + b"x" * size, metadata=SESSION, timeout=20)
        except grpc.RpcError as error:
            raise Refusal(error) from None

    def live_calls(self):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.gateway.admin_port, timeout=10) as page:
            return sum(int(line.split()[-1]) for line in page.read().decode().splitlines() if line.startswith("rpc_server_calls_live"))

    def await_no_live_calls(self):
        deadline = time.monotonic() + 20
        while self.live_calls() > 0 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(self.live_calls(), 0)

    # ---- one call

    def test_a_call_passes_and_the_services_hear_from_where(self):
        self.client = Client(self.front.from_source("127.0.0.77"))
        self.call(BALANCE)
        self.assertEqual(self.peers.calls(BALANCE)[0][1]["kontor-source-address"], "127.0.0.77")

    def test_a_refusal_keeps_its_details(self):
        def refuse(request, _):
            raise No(grpc.StatusCode.FAILED_PRECONDITION, "OVERDUE", "There is an overdue payment.")
        self.peers.answer(BALANCE, refuse)
        with self.assertRaises(Refusal) as caught:
            self.call(BALANCE)
        refusal = caught.exception
        self.assertEqual((refusal.code, refusal.reason, refusal.sentence),
                         (grpc.StatusCode.FAILED_PRECONDITION, "OVERDUE", "There is an overdue payment."))

    def test_an_unknown_rpc_is_unimplemented(self):
        with self.assertRaises(grpc.RpcError) as caught:
            self.client.channel.unary_unary("/nobody.v1.Nothing/Nothing")(b"", timeout=20)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.UNIMPLEMENTED)

    def test_a_deadline_and_a_cancel_reach_the_gateway(self):
        held = threading.Event()
        self.addCleanup(held.set)
        self.peers.answer(BALANCE, lambda request, _: held.wait(30) and {})
        with refused(self, grpc.StatusCode.DEADLINE_EXCEEDED):
            self.call(BALANCE, timeout=0.5)
        stub = self.client.channel.unary_unary("/" + BALANCE)
        waiting = stub.future(b"", metadata=SESSION, timeout=60)
        while not self.live_calls():
            time.sleep(0.01)
        waiting.cancel()
        self.await_no_live_calls()

    def test_large_messages_pass_up_to_the_gateways_limit(self):
        self.send_large(900_000)
        with refused(self, grpc.StatusCode.RESOURCE_EXHAUSTED):
            self.send_large(1_100_000)

    # ---- streams

    def test_a_stream_comes_message_by_message(self):
        taken = threading.Semaphore(0)

        def watch(request, context):
            for sequence in range(1, 31):
                yield message("ledger.v1.WatchChangesResponse")(change={"sequence": sequence}, cursor=str(sequence))
                taken.acquire(timeout=20)
        self.peers.answer(WATCH, watch)
        answers = self.watch()
        for sequence in range(1, 31):
            self.assertEqual(next(answers).change.sequence, sequence)
            taken.release()
        self.assertEqual(list(answers), [])

    def watch(self):
        stub = self.client.channel.unary_stream("/" + WATCH, request_serializer=lambda m: m.SerializeToString(),
                                                response_deserializer=message("ledger.v1.WatchChangesResponse").FromString)
        return stub(message("ledger.v1.WatchChangesRequest")(), metadata=SESSION, timeout=60)

    def test_a_refused_stream_hears_why(self):
        """HAProxy resets a stream that ends before its caller has said all: who reads both at once would hear CANCELLED."""
        request = message("ledger.v1.StreamOrdersRequest")
        stream = self.client.channel.stream_stream("/ledger.v1.OrderService/StreamOrders", request_serializer=request.SerializeToString,
                                                   response_deserializer=message("ledger.v1.StreamOrdersResponse").FromString)
        for count in range(40):
            with self.assertRaises(grpc.RpcError) as caught:
                list(stream(iter([request() for _ in range(count)]), timeout=20))
            self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAUTHENTICATED, caught.exception.details())

    def test_a_caller_may_end_its_side_in_a_frame_of_its_own(self):
        """As Go's streams do. HAProxy resets a call that is answered before: its caller would hear CANCELLED of what was done."""
        self.peers.answer(WATCH, lambda *_: iter([message("ledger.v1.WatchChangesResponse")(cursor="1")]))
        self.peers.answer("ledger.v1.AccountService/GetBalance", lambda *_: message("ledger.v1.GetBalanceResponse")())
        for rpc, asked, answered in ((WATCH, "ledger.v1.WatchChangesRequest", "ledger.v1.WatchChangesResponse"),
                                     ("ledger.v1.AccountService/GetBalance", "ledger.v1.GetBalanceRequest", "ledger.v1.GetBalanceResponse")):
            stub = self.client.channel.stream_stream("/" + rpc, request_serializer=lambda m: m.SerializeToString(),
                                                     response_deserializer=message(answered).FromString)
            for _ in range(20):
                self.assertEqual(len(list(stub(one_and_later_the_end(message(asked)()), metadata=SESSION, timeout=60))), 1)

    def test_a_bad_header_of_one_call_ends_no_other_call(self):  # S15
        bare = door.Bare(self.front.address)
        self.addCleanup(bare.close)
        ask = lambda stream, method, **more: bare.send(
            door.frame(door.HEADERS, door.END_HEADERS, stream, door.call_headers("/grpc.health.v1.Health/" + method, **more)) +
            door.frame(door.DATA, door.END_STREAM, stream, door.EMPTY_MESSAGE))
        ended, begun = set(), set()

        def await_stream(stream, seen):
            while stream not in seen:
                kind, flags, number = bare.next_frame() or self.fail("the connection was ended")
                self.assertNotEqual(kind, door.GOAWAY)
                begun.add(number)
                if kind == door.RST_STREAM or flags & door.END_STREAM:
                    ended.add(number)
        ask(1, "Watch")
        await_stream(1, begun)
        ask(3, "Check", **{"note-bin": "!not base64!"})
        ask(5, "Check")
        await_stream(3, ended)
        await_stream(5, ended)
        self.assertNotIn(1, ended)

    def test_questions_and_answers_alternate(self):
        """Reflection, as foreign clients use it."""
        response = message("grpc.reflection.v1.ServerReflectionResponse")
        asked = threading.Semaphore(1)

        def questions():
            for _ in range(60):
                asked.acquire(timeout=20)
                yield message("grpc.reflection.v1.ServerReflectionRequest")(list_services="*")
        stub = self.client.channel.stream_stream("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                                                 request_serializer=lambda m: m.SerializeToString(), response_deserializer=response.FromString)
        count = 0
        for answer in stub(questions(), timeout=60):
            self.assertIn("ledger.v1.AccountService", [service.name for service in answer.list_services_response.service])
            count += 1
            asked.release()
        self.assertEqual(count, 60)

    def test_health_is_told_and_watched(self):
        self.assertEqual(self.client.call("grpc.health.v1.Health/Check").status, 1)
        stub = self.client.channel.unary_stream("/grpc.health.v1.Health/Watch",
                                                response_deserializer=message("grpc.health.v1.HealthCheckResponse").FromString)
        watch = stub(b"", timeout=60)
        self.assertEqual(next(watch).status, 1)
        watch.cancel()
        self.await_no_live_calls()

    def test_no_core_is_left_of_what_passed(self):
        """Also where cores are allowed."""
        core, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (most, most))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_CORE, (core, most))
        front = Front()
        self.addCleanup(front.stop)
        with open("/proc/{0}/task/{0}/children".format(front.process.pid), encoding="ascii") as children:
            for pid in [front.process.pid, *map(int, children.read().split())]:
                with open("/proc/%d/limits" % pid, encoding="ascii") as limits:
                    self.assertRegex(limits.read(), r"Max core file size +0 +0 ")

    # ---- while something restarts

    def test_a_reload_loses_no_call_and_no_stream(self):
        quiet = threading.Event()
        self.addCleanup(quiet.set)

        def watch(request, context):
            yield message("ledger.v1.WatchChangesResponse")(cursor="1")
            quiet.wait(60)
            yield message("ledger.v1.WatchChangesResponse")(cursor="2")
        self.peers.answer(WATCH, watch)
        stream = self.watch()
        self.assertEqual(next(stream).cursor, "1")
        with Callers(self.front.address, BALANCE) as callers:
            for _ in range(3):
                callers.await_more(20)
                done = self.front.run("reload", str(self.front.process.pid))
                self.assertEqual(done.returncode, 0, done.stderr)
                callers.await_more(20)
        self.assertEqual(callers.refusals, [])
        quiet.set()
        self.assertEqual(next(stream).cursor, "2")

    def test_a_gateway_that_restarts_loses_nothing_that_was_said_done_and_did_nothing_that_was_said_undone(self):
        with Callers(self.front.address, TRANSFER) as callers:
            for end in (self.gateway.stop, self.gateway.kill):
                callers.await_more(20)
                end()
                self.gateway.start()
                callers.await_more(20)
        arrived = {request.request_id for request, _ in self.peers.calls(TRANSFER)}
        self.assertEqual(callers.done - arrived, set())
        undone = {request_id for request_id, refusal in callers.refusals if refusal.reason == "UNAVAILABLE"}
        self.assertEqual(undone & arrived, set())
        others = {(refusal.code, refusal.reason or refusal.sentence) for request_id, refusal in callers.refusals if request_id not in undone}
        # A stream that broke off has no status of anybody's; callers read UNKNOWN behind headers, and UNAVAILABLE before them.
        broken = {(grpc.StatusCode.UNKNOWN, "Stream removed"), (grpc.StatusCode.UNAVAILABLE, "Received RST_STREAM with error code 7")}
        self.assertEqual(others - broken - {(grpc.StatusCode.UNAVAILABLE, "INDEFINITE")}, set())

    def test_a_gateway_that_is_away_did_nothing(self):
        self.gateway.stop()
        self.addCleanup(self.gateway.start)
        with refused(self, grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE"):
            self.call(TRANSFER, **transfer())
        self.assertEqual(self.peers.calls(TRANSFER), [])


class Callers:
    """Four that call without a pause, each on a connection of its own; every call has a request id where the rpc takes one."""

    def __init__(self, address, rpc):
        self.rpc, self.done, self.refusals, self.over, self.lock = rpc, set(), [], threading.Event(), threading.Lock()
        self.clients = [Client(address) for _ in range(4)]
        self.threads = [threading.Thread(target=self.call, args=(client,)) for client in self.clients]

    def call(self, client):
        while not self.over.is_set():
            request_id = new_id()
            fields = transfer(request_id=request_id) if self.rpc == TRANSFER else {}
            try:
                client.call(self.rpc, metadata=SESSION, timeout=60, **fields)
                with self.lock:
                    self.done.add(request_id)
            except Refusal as refusal:
                with self.lock:
                    self.refusals.append((request_id, refusal))

    def await_more(self, count):
        goal, deadline = len(self.done) + count, time.monotonic() + 60
        while len(self.done) < goal:
            assert time.monotonic() < deadline, "nothing is answered any more"
            time.sleep(0.01)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind, value, trace):
        self.over.set()
        for thread in self.threads:
            thread.join()
        for client in self.clients:
            client.close()


if __name__ == "__main__":
    unittest.main()
