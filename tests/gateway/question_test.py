"""The one question to identity before a call, and how those that wait go together: each call hears its own answer, from a question that was
asked after it came. The peers are fakes, so that what identity was asked can be seen and held back. A question that has waited for a second
goes alone, so on a machine that stands still a case is tried again."""
import concurrent.futures
import re
import threading
import time
import unittest
import urllib.request

import grpc
from fake_peers import RESOLVE_ALL, SETTLE_GATHERED, No, new_id
from passage_test import RESOLVE, TRANSFER, Passage

from service import Refusal, refused

UNDER_WAY = 2  # messages to identity at once
PLENTY = 60  # s, of what must come
TRIES = 5


class Questions(Passage):
    def setUp(self):
        super().setUp()
        self.ended, self.asked, self.principals, self.held, self.let_go = set(), set(), {}, [], threading.Event()
        self.lock = threading.Lock()
        self.let_go.set()
        self.peers.answer(RESOLVE, self.who)
        self.peers.answer(RESOLVE_ALL, self.hold)
        self.pool = concurrent.futures.ThreadPoolExecutor(64)
        self.addCleanup(self.pool.shutdown)
        self.addCleanup(self.let_go.set)

    def hold(self, request, metadata):
        """The answer is of when identity was asked, and is told when it is let go."""
        answer = self.peers.resolve_all(request, metadata)
        with self.peers.lock:
            self.held.append([question.session_token for question in request.questions])
        self.assertTrue(self.let_go.wait(PLENTY))
        return answer

    def who(self, request, _):
        """Each token is somebody's of its own."""
        with self.lock:
            self.asked.add(request.session_token)
            over = request.session_token in self.ended or request.session_token.startswith("bad")
        if over:
            raise No(grpc.StatusCode.UNAUTHENTICATED, "SESSION_ENDED")
        principal, account = self.principals.setdefault(request.session_token, (new_id(), new_id()))
        return {"principal_id": principal, "account_id": request.account_id or account, "corporate": True, "company_id": self.company,
                "roles": [1] if request.account_id in ("", account) else []}

    def end(self, token):
        """Whether nobody had asked of it when it ended."""
        with self.lock:
            self.ended.add(token)
            return token not in self.asked

    def transfer(self, token, **fields):
        """The reason of a refusal, or ""."""
        try:
            self.call(TRANSFER, token=token, request_id=new_id(), **fields)
            return ""
        except Refusal as refusal:
            return refusal.reason

    def live(self):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.gateway.admin_port, timeout=20) as answer:
            live = re.search(r"^rpc_server_calls_live (\d+)", answer.read().decode(), re.M)  # absent before the first call
            return int(live.group(1)) if live else 0

    def until(self, reached):
        deadline = time.monotonic() + PLENTY
        while not reached():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)

    def begin(self, *tokens, **fields):
        """Calls that wait, each in the gateway before the next begins."""
        begun = []
        for token in tokens:
            before = self.live()
            begun.append(self.pool.submit(self.transfer, token, **fields))
            self.until(lambda: self.live() > before)
        return begun

    def occupy(self):
        """As many messages under way as may be, which end when they are let go."""
        self.let_go.clear()
        begun = self.begin(*["first-%d" % i for i in range(UNDER_WAY)])
        self.until(lambda: len(self.held) == UNDER_WAY)
        return begun


class QuestionTest(Questions):
    def test_a_lone_call_asks_alone_and_those_that_wait_ask_together(self):
        self.assertEqual(self.transfer("alone"), "")
        self.assertEqual(self.held, [["alone"]])
        expected = [["first-%d" % i] for i in range(UNDER_WAY)] + [["waits-%d" % i for i in range(10)]]
        for _ in range(TRIES):
            self.held.clear()
            first = self.occupy()
            waiting = self.begin(*expected[-1])
            self.let_go.set()
            self.assertEqual([call.result() for call in first + waiting], [""] * 12)
            self.assertEqual(sorted(token for message in self.held for token in message), sorted(sum(expected, [])))
            if self.held == expected:
                return
        self.fail("those that waited never went together: %s" % self.held)

    def test_a_bad_token_harms_none_beside_it(self):
        self.occupy()
        tokens = ["good-0", "bad-0", "good-1", "bad-1", "good-2"]
        waiting = self.begin(*tokens)
        self.let_go.set()
        self.assertEqual([call.result() for call in waiting], ["", "SESSION_ENDED", "", "SESSION_ENDED", ""])

    def test_an_account_that_is_not_theirs_and_another_company_are_each_calls_own(self):
        stranger = new_id()
        self.peers.answer("identity.v1.CompanyService/CheckSameCompany", lambda request, _: {"verdict": 4 if request.other_account_id == stranger else 1})
        self.occupy()
        denied, = self.begin("a", account_id=new_id())
        different, = self.begin("b", destination_account_id=stranger)
        done, = self.begin("c")
        self.let_go.set()
        self.assertEqual([call.result() for call in (denied, different, done)], ["PERMISSION_DENIED", "DIFFERENT_COMPANY", ""])

    # ---- a question is asked after its call came

    def test_a_session_that_ended_while_the_call_waited_moves_no_money(self):
        for number in range(TRIES):
            token = "to-be-ended-%d" % number
            self.held.clear()
            self.occupy()
            waiting, = self.begin(token)
            waited = self.end(token)
            self.let_go.set()
            reason = waiting.result()
            if waited:
                self.assertEqual(reason, "SESSION_ENDED")
                return
        self.fail("it never waited")

    def test_an_answer_from_before_the_end_serves_no_call_from_after_it(self):
        """The same session twice: the first call's answer is on its way when the session ends and the second call comes."""
        self.let_go.clear()
        early, = self.begin("shared")
        self.until(lambda: self.held == [["shared"]])
        self.end("shared")
        late, = self.begin("shared")
        self.let_go.set()
        self.assertEqual((early.result(), late.result()), ("", "SESSION_ENDED"))

    # ---- who leaves

    def test_a_call_that_is_given_up_harms_none_beside_it(self):
        self.occupy()
        before = self.live()
        gone = [self.pool.submit(self.given_up, token) for token in ("gone-0", "gone-1")]
        self.until(lambda: self.live() == before + 2)
        waiting = self.begin("stays-0", "stays-1")
        self.assertEqual([call.result() for call in gone], ["DEADLINE_EXCEEDED"] * 2)
        self.until(lambda: self.live() == before + 2)
        self.let_go.set()
        self.assertEqual([call.result() for call in waiting], ["", ""])
        self.assertEqual(sorted(token for message in self.held[UNDER_WAY:] for token in message), ["stays-0", "stays-1"])

    def given_up(self, token):
        try:
            self.gateway.call(TRANSFER, timeout=0.5, metadata=(("authorization", "Bearer " + token),), request_id=new_id(),
                              destination_account_id=new_id(), amount_micros=10000000, currency="CNY")
        except Refusal as refusal:
            return refusal.code.name
        return ""

    # ---- many at once

    def test_nobody_hears_anothers_answer(self):
        """Each transfer reaches the ledger under the principal and the account of its own token."""
        def one(number):
            token = "bad-%d" % number if number % 7 == 0 else "someone-%d" % (number % 23)
            request_id = new_id()
            try:
                self.call(TRANSFER, token=token, request_id=request_id)
            except Refusal as refusal:
                return request_id, token, refusal.reason
            return request_id, token, ""
        outcomes = list(self.pool.map(one, range(400)))
        told = {request.request_id: (metadata["kontor-principal-id"], request.account_id) for request, metadata in self.peers.calls(TRANSFER)}
        for request_id, token, reason in outcomes:
            self.assertEqual(reason, "SESSION_ENDED" if token.startswith("bad") else "")
            self.assertEqual(told.get(request_id), None if reason else self.principals[token])
        self.assertLess(len(self.held), 400)  # some went together


class GatheredTest(Questions):
    def test_the_ledger_hears_how_long_the_caller_waits(self):
        """Of an order that goes gathered, because one is under way by its own rpc."""
        came, goes = threading.Event(), threading.Event()
        self.addCleanup(goes.set)

        def hold(*_):
            came.set()
            self.assertTrue(goes.wait(PLENTY))
            return {}
        self.peers.answer(TRANSFER, hold)
        first, = self.begin("first")
        self.assertTrue(came.wait(PLENTY))
        with self.assertRaises(Refusal):
            self.gateway.call(TRANSFER, timeout=2, metadata=(("authorization", "Bearer second"),), request_id=new_id(),
                              destination_account_id=new_id(), amount_micros=10000000, currency="CNY")
        goes.set()
        self.assertEqual(first.result(), "")
        (sent, _), = self.peers.calls(SETTLE_GATHERED)
        self.assertIn(sent.orders[0].timeout_ms, range(1, 3000))  # gRPC rounds


class IdentityAway(Questions):
    def test_identity_that_ends_in_the_middle_leaves_nothing_done(self):
        first = self.occupy()
        waiting = self.begin(*["waits-%d" % i for i in range(5)])
        self.peers.servers["identity"].server.stop(0)
        self.assertEqual({call.result() for call in first + waiting}, {"UNAVAILABLE"})
        self.assertEqual(self.peers.calls(TRANSFER), [])
        with refused(self, grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE"):
            self.call(TRANSFER, token="later", request_id=new_id())


if __name__ == "__main__":
    unittest.main()
