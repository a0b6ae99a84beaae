"""c-19 at the door: an act over a ceiling waits, is approved by others with a fresh factor, and is carried out once, by what is so then. The
peers are fakes, so that what reaches them can be seen."""
import hashlib
import threading
import time
import unittest

import grpc
from ceiling_test import ACT, DENIED, GET, PRECONDITION, SET, TOP_UP, UNIT, Ceilings
from fake_peers import No, new_id
from passage_test import RESOLVE, ROLE

from service import Clock, Refusal, message, psql

APPROVALS = "gateway.v1.ApprovalService/"
NOTIFY = "identity.v1.NotificationService/SendNotification"
PENDING, APPROVED, EXECUTED, FAILED, REJECTED, CANCELLED, EXPIRED = range(1, 8)
FINANCE, ADMINISTRATOR = "ROLE_FINANCE", "ROLE_ACCOUNT_ADMINISTRATOR"
CLOCK = Clock()


class Approvals(Ceilings):
    settings = dict(Ceilings.settings, clock=CLOCK)

    def setUp(self):
        super().setUp()
        self.junior, self.lead, self.owner = new_id(), new_id(), new_id()
        self.has = {self.junior: [FINANCE], self.lead: [ADMINISTRATOR], self.owner: [ADMINISTRATOR]}
        self.fresh = {self.lead, self.owner}
        self.done, self.appointers, self.makers, self.bound, self.freeze = {}, {}, {}, {}, {}
        self.peers.answer(TOP_UP, self.once)
        self.policy(1)

    def resolve(self, request, _):
        kind, who = request.session_token.split(":")
        if who not in self.has:
            raise No(grpc.StatusCode.UNAUTHENTICATED, "SESSION_ENDED")
        answer = {**self.freeze, "appointer_principal_ids": self.appointers.get(who, []), "maker_principal_ids": self.makers.get(who, []),
                  "session_id": "session of " + who if kind == "token" else "", "principal_id": who, "account_id": self.account,
                  "company_id": self.account, "roles": [ROLE[role] for role in self.has[who]], "factor_kinds": [1] if who in self.fresh else []}
        if who in self.bound:
            answer["mfa_operation_hash"] = bytes.fromhex(self.bound[who])
        return dict(answer, mfa_time={"seconds": int(CLOCK.now())}) if who in self.fresh else answer

    def once(self, request, metadata):
        """As a peer keeps it: one act for one request id of an origin."""
        key = (metadata["kontor-principal-id"], request.request_id)
        self.done.setdefault(key, (new_id(), request.SerializeToString()))
        self.assertEqual(self.done[key][1], request.SerializeToString())
        return {"top_up": {"top_up_id": self.done[key][0]}}

    def by(self, who, rpc, **fields):
        return self.gateway.call(rpc, metadata=(("authorization", "Bearer token:" + who),), **fields)

    def policy(self, approvers, once=1000, day=2000, **more):
        self.by(self.owner, SET, request_id=new_id(), currency="CNY", approvers=approvers, ceilings=[
            {"role": ROLE[FINANCE], "action": ACT["top_up"], "transaction_micros": once * UNIT, "day_micros": day * UNIT}], **more)

    def order(self, amount=500000, **more):
        return dict({"request_id": new_id(), "target_account_id": self.account, "payment_method_id": new_id(), "rail": 1,
                     "amount_micros": amount * UNIT, "currency": "CNY", "remark": "a big one"}, **more)

    def refusal(self, who, rpc, **fields):
        with self.assertRaises(Refusal) as caught:
            self.by(who, rpc, **fields)
        return caught.exception

    def ask(self, order):
        """The approval's id that the refusal names."""
        no = self.refusal(self.junior, TOP_UP, **order)
        self.assertEqual((no.code, no.reason), (PRECONDITION, "APPROVAL_REQUIRED"))
        return no.terms["approval_id"]

    def get(self, approval_id, who=None):
        return self.by(who or self.junior, APPROVALS + "GetApproval", approval_id=approval_id).approval

    def decide(self, who, verb, approval_id, **more):
        if verb == "Approve":
            more = dict({"request_hash": self.get(approval_id).request_hash}, **more)
        return self.by(who, APPROVALS + verb, **dict({"request_id": new_id(), "approval_id": approval_id}, **more)).approval

    def no_to(self, who, verb, approval_id, **more):
        with self.assertRaises(Refusal) as caught:
            self.decide(who, verb, approval_id, **more)
        return caught.exception.reason

    def ends(self, approval_id, state, who=None):
        """Told to somebody who may see it still."""
        deadline = time.monotonic() + 30
        while self.get(approval_id, who).state != state and time.monotonic() < deadline:
            time.sleep(0.05)
        approval = self.get(approval_id, who)
        self.assertEqual(approval.state, state, approval)
        return approval

    def used(self):
        return sum(use.used_micros for use in self.by(self.junior, GET).uses)


class ApprovalTest(Approvals):
    def test_it_is_asked_for_approved_and_carried_out_once(self):
        order = self.order()
        no = self.refusal(self.junior, TOP_UP, **order)
        self.assertEqual((no.reason, no.terms["state"], no.terms["limit"], no.terms["asked"], no.terms["action"]),
                         ("APPROVAL_REQUIRED", "PENDING", "TRANSACTION", "500000.00", "TOP_UP"))
        approval_id = self.ask(order)
        self.assertEqual(approval_id, no.terms["approval_id"])
        shown = self.get(approval_id, self.lead)
        self.assertEqual((shown.state, shown.requester_principal_id, shown.rpc, shown.amount_micros, shown.currency, shown.target_account_id,
                          shown.payment_method_id, shown.remark, shown.approvers_needed, shown.act_request_id),
                         (PENDING, self.junior, TOP_UP, 500000 * UNIT, "CNY", self.account, order["payment_method_id"], "a big one", 1,
                          order["request_id"]))
        kept = message("payments.v1.CreateTopUpRequest").FromString(shown.request)
        self.assertEqual((kept.amount_micros, kept.account_id), (500000 * UNIT, self.account))
        head = "".join(word + "\n" for word in (TOP_UP, self.account, self.junior, order["request_id"]))
        self.assertEqual(shown.request_hash, hashlib.sha256(head.encode() + shown.request).hexdigest())
        self.assertEqual(self.peers.calls(TOP_UP), [])
        self.assertEqual(self.decide(self.lead, "Approve", approval_id).state, APPROVED)
        ended = self.ends(approval_id, EXECUTED)
        self.assertEqual([(vote.principal_id, vote.approves) for vote in ended.votes], [(self.lead, True)])
        (request, told), = self.peers.calls(TOP_UP)
        self.assertEqual((request.request_id, request.amount_micros), (order["request_id"], 500000 * UNIT))
        self.assertEqual([told["kontor-" + name] for name in ("principal-id", "account-id", "approval-id", "credential-id", "roles")],
                         [self.junior, self.account, approval_id, "session of " + self.junior, "FINANCE"])
        answer = self.by(self.junior, TOP_UP, **order)  # by whoever waited for it
        self.assertEqual(answer.top_up.top_up_id, self.done[(self.junior, order["request_id"])][0])
        self.assertEqual((len(self.done), self.used()), (1, 500000 * UNIT))

    def mails(self, count):
        """All that the account was told of approvals, once so many came and no other is on its way."""
        told = lambda: [request.text for request, _ in self.peers.calls(NOTIFY) if request.account_id == self.account]
        waiting = "SELECT count(*) FROM gateway.saga WHERE finish_time IS NULL"
        deadline = time.monotonic() + 30
        while (len(told()) < count or psql(self.gateway.database, waiting) != "0") and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(len(told()), count)
        return told()

    def test_a_persons_requests_are_told_by_so_many_mails_an_hour(self):  # PAY-26
        """Of somebody else's as of nobody's before; the first one of a later hour says how many were left out."""
        CLOCK.turn(3600 - CLOCK.now() % 3600 + 1)
        for _ in range(7):
            self.ask(self.order())
        told = self.mails(5)
        self.assertEqual([("besides is not told" in text, "earlier requests" in text) for text in sorted(told, key=len)],
                         [(False, False)] * 4 + [(True, False)])
        other = new_id()
        self.has[other] = [FINANCE]
        self.refusal(other, TOP_UP, **self.order())
        self.assertEqual(len(self.mails(6)), 6)
        CLOCK.turn(3600)
        self.ask(self.order())
        self.assertIn("Of the same person 2 earlier requests were not told by e-mail.", self.mails(7)[-1])

    def test_what_who_left_asked_for_is_cancelled(self):  # ID-27
        """Where they have no role by now: in the account, and not in another one in which they act still."""
        leaver, stays = new_id(), new_id()
        self.has[leaver], self.has[stays] = [FINANCE], [FINANCE]
        asked = {who: self.refusal(who, TOP_UP, **self.order()).terms["approval_id"] for who in (leaver, stays, self.junior)}
        second = self.refusal(leaver, TOP_UP, **self.order()).terms["approval_id"]
        self.has[leaver] = []
        for who in (leaver, stays):
            self.peers.servers["identity"].happened("identity.v1.MemberLeft", account_id=self.account, principal_id=who)
        for approval_id in (asked[leaver], second):
            self.ends(approval_id, CANCELLED, self.lead)
        ended = "SELECT count(*) FROM gateway.saga WHERE event_type = 'identity.v1.MemberLeft' AND finish_time IS NOT NULL"
        deadline = time.monotonic() + 30
        while psql(self.gateway.database, ended) != "2" and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual((self.get(asked[stays], self.lead).state, self.get(asked[self.junior], self.lead).state), (PENDING, PENDING))

    def test_what_somebody_asked_for_who_is_no_more_is_cancelled(self):  # ID-27: the account was handed over
        approval_id = self.ask(self.order())
        del self.has[self.junior]
        self.peers.servers["identity"].happened("identity.v1.MemberLeft", account_id=self.account, principal_id=self.junior)
        self.ends(approval_id, CANCELLED, self.lead)

    def ended(self, approval_id):
        """Once it is decided and done with, whatever came first."""
        deadline = time.monotonic() + 30
        while self.get(approval_id, self.lead).state in (PENDING, APPROVED) and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.get(approval_id, self.lead).state

    def test_the_requester_goes_while_the_last_approval_is_given(self):  # ID-27
        """It is carried out once, or not at all and cancelled; nothing waits on."""
        self.policy(1, day=10**9)
        for _ in range(8):
            self.has[self.junior] = [FINANCE]
            order = self.order()
            approval_id = self.ask(order)
            request_hash = self.get(approval_id).request_hash

            def approve(approval_id=approval_id, request_hash=request_hash):
                try:
                    self.decide(self.lead, "Approve", approval_id, request_hash=request_hash)
                except Refusal as refusal:
                    self.assertEqual(refusal.reason, "APPROVAL_ENDED")

            approving = threading.Thread(target=approve)
            approving.start()
            self.has[self.junior] = []
            self.peers.servers["identity"].happened("identity.v1.MemberLeft", account_id=self.account, principal_id=self.junior)
            approving.join()
            state = self.ended(approval_id)
            self.assertIn(state, (EXECUTED, CANCELLED, FAILED))
            self.assertEqual((self.junior, order["request_id"]) in self.done, state == EXECUTED)

    def test_the_requester_goes_while_it_is_carried_out(self):  # ID-27
        """After it was asked whether they are there, and before it has left: it does not leave."""
        asked, go_on = threading.Event(), threading.Event()
        order = self.order()
        approval_id = self.ask(order)
        request_hash, resolve = self.get(approval_id).request_hash, self.resolve

        def wait(request, metadata):
            """Of the approver the gateway asks after it has asked of the requester."""
            if request.session_token == "principal:" + self.lead:
                asked.set()
                go_on.wait(30)
            return resolve(request, metadata)

        self.peers.answer(RESOLVE, wait)
        self.decide(self.lead, "Approve", approval_id, request_hash=request_hash)
        self.assertTrue(asked.wait(30))
        self.has[self.junior] = []
        go_on.set()
        self.assertIn(self.ended(approval_id), (CANCELLED, FAILED))
        self.assertEqual((self.done, self.peers.calls(TOP_UP)), ({}, []))

    def test_without_approvers_it_is_refused(self):
        self.policy(0)
        no = self.refusal(self.junior, TOP_UP, **self.order())
        self.assertEqual((no.code, no.reason), (DENIED, "CEILING_EXCEEDED"))
        self.assertEqual(len(self.by(self.junior, APPROVALS + "ListApprovals").approvals), 0)

    def test_who_may_not_approve(self):
        approval_id = self.ask(self.order())
        other = new_id()
        self.has[other], self.has[self.junior] = [FINANCE], [FINANCE]
        self.fresh |= {other, self.junior}
        self.assertEqual(self.no_to(self.junior, "Approve", approval_id), "SELF_APPROVAL")
        self.assertEqual(self.no_to(self.junior, "Reject", approval_id), "SELF_APPROVAL")
        self.assertEqual(self.no_to(other, "Approve", approval_id), "APPROVER_CEILING")
        self.appointers[self.lead] = [self.owner, self.junior]
        self.assertEqual(self.no_to(self.lead, "Approve", approval_id), "APPROVER_APPOINTED")
        self.appointers[self.lead] = [self.owner]
        self.assertEqual(self.no_to(self.lead, "Approve", approval_id, request_hash="0" * 64), "APPROVAL_HASH_MISMATCH")
        self.assertEqual(self.no_to(self.lead, "Approve", new_id(), request_hash="0" * 64), "APPROVAL_NOT_FOUND")
        self.assertEqual(self.no_to(self.lead, "Cancel", approval_id), "APPROVAL_NOT_FOUND")
        self.fresh.discard(self.lead)
        self.assertEqual(self.no_to(self.lead, "Approve", approval_id), "MFA_REQUIRED")
        self.policy(1, approver_roles=[ROLE[FINANCE]])
        self.assertEqual(self.no_to(self.owner, "Approve", approval_id), "APPROVER_ROLE")
        self.assertEqual(self.get(approval_id).state, PENDING)

    def test_a_factor_proved_for_one_act_is_for_that_alone(self):
        one, other = self.ask(self.order()), self.ask(self.order())
        self.bound[self.lead] = self.get(one).request_hash
        self.assertEqual(self.no_to(self.lead, "Approve", other), "MFA_REQUIRED")
        self.assertEqual(self.refusal(self.lead, SET, request_id=new_id(), currency="CNY").reason, "MFA_REQUIRED")
        self.decide(self.lead, "Approve", one)
        self.ends(one, EXECUTED)
        self.assertEqual(self.get(other).state, PENDING)

    def test_two_have_to_and_one_twice_is_one(self):
        self.policy(2)
        approval_id = self.ask(self.order())
        again = new_id()
        for _ in range(2):  # the same call repeated
            self.assertEqual(self.decide(self.lead, "Approve", approval_id, request_id=again).state, PENDING)
        self.assertEqual(self.no_to(self.lead, "Approve", approval_id), "ALREADY_APPROVED")
        self.assertEqual(self.peers.calls(TOP_UP), [])
        self.decide(self.owner, "Approve", approval_id)
        self.ends(approval_id, EXECUTED)
        self.assertEqual(len(self.done), 1)

    def test_two_at_once_are_one_execution(self):
        others = [new_id() for _ in range(6)]
        for other in others:
            self.has[other] = [ADMINISTRATOR]
            self.fresh.add(other)
        approval_id = self.ask(self.order())
        hash_, ends, gate = self.get(approval_id).request_hash, [], threading.Barrier(6)

        def one(who):
            gate.wait()
            try:
                ends.append(self.decide(who, "Approve", approval_id, request_hash=hash_).state)
            except Refusal as no:
                ends.append(no.reason)

        threads = [threading.Thread(target=one, args=(who,)) for who in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(map(str, ends)), [str(APPROVED)] + ["APPROVAL_ENDED"] * 5)
        self.ends(approval_id, EXECUTED)
        self.assertEqual((len(self.done), len(self.get(approval_id).votes)), (1, 1))

    def test_rejected_cancelled_and_expired_are_given_back_and_stay(self):
        for verb, who, state in (("Reject", self.lead, REJECTED), ("Cancel", self.junior, CANCELLED)):
            order = self.order()
            approval_id = self.ask(order)
            self.assertEqual(self.used(), 500000 * UNIT)
            self.assertEqual(self.decide(who, verb, approval_id).state, state)
            self.assertEqual(self.used(), 0)
            no = self.refusal(self.junior, TOP_UP, **order)
            self.assertEqual((no.reason, no.terms["state"], no.terms["approval_id"]), ("APPROVAL_ENDED", verb.upper() + ("ED" if verb == "Reject" else "LED"), approval_id))
            for again in ("Approve", "Reject"):
                self.assertEqual(self.no_to(self.lead, again, approval_id), "APPROVAL_ENDED")
        approval_id = self.ask(self.order())
        CLOCK.turn(72 * 3600 - 60)
        self.assertEqual(self.get(approval_id).state, PENDING)
        CLOCK.turn(61)
        self.assertEqual(self.get(approval_id).state, EXPIRED)
        self.assertEqual(self.no_to(self.lead, "Approve", approval_id), "APPROVAL_ENDED")
        self.assertEqual([approval.approval_id for approval in self.by(self.lead, APPROVALS + "ListApprovals", state=EXPIRED).approvals], [approval_id])
        self.assertEqual(len(self.by(self.lead, APPROVALS + "ListApprovals", state=PENDING).approvals), 0)
        self.assertEqual(len(self.by(self.lead, APPROVALS + "ListApprovals").approvals), 3)
        self.assertEqual(self.peers.calls(TOP_UP), [])

    def test_everything_is_decided_again(self):
        def requester_lost():
            self.has[self.junior] = []
            return "REQUESTER_GONE"

        def requester_gone():
            del self.has[self.junior]
            return "REQUESTER_GONE"

        def requester_may_not():
            self.has[self.junior] = ["ROLE_MEMBER"]
            return "PERMISSION_DENIED"

        def approver_lost():
            self.has[self.lead] = ["ROLE_MEMBER"]
            return "APPROVALS_MISSING"

        def approver_is_the_requesters_own():
            self.appointers[self.lead] = [self.junior]
            return "APPROVALS_MISSING"

        def more_wanted():
            self.policy(2)
            return "APPROVALS_MISSING"

        def another_role_wanted():
            self.policy(1, approver_roles=[ROLE[FINANCE]])
            return "APPROVALS_MISSING"

        def nothing_is_approved_any_more():
            self.policy(0)
            return "APPROVALS_MISSING"

        def the_peer_says_no():
            self.peers.answer(TOP_UP, lambda *_: (_ for _ in ()).throw(No(PRECONDITION, "RECHARGE_FROZEN")))
            return "RECHARGE_FROZEN"

        for change in (requester_lost, requester_gone, requester_may_not, approver_lost, approver_is_the_requesters_own, more_wanted, another_role_wanted, nothing_is_approved_any_more, the_peer_says_no):
            with self.subTest(change.__name__):
                self.setUp()
                approval_id = self.ask(self.order())
                reason = []
                # between the approval and the execution: the peer that the execution asks first stands still until it has changed
                changed = threading.Event()
                self.peers.before = lambda rpc, request: changed.wait(20) if rpc.endswith("ResolveSessions") and any(
                    question.principal_id for question in request.questions) else None
                try:
                    self.decide(self.lead, "Approve", approval_id)
                    reason.append(change())
                finally:
                    changed.set()
                    self.peers.before = None
                ended = self.ends(approval_id, CANCELLED if reason[0] == "REQUESTER_GONE" else FAILED, self.owner)
                self.assertEqual(ended.failure_reason, reason[0])
                self.assertEqual(self.done, {})

    def test_what_is_not_known_is_tried_again_and_done_once(self):
        lost = [2]

        def fail_twice(request, metadata):
            answer = self.once(request, metadata)
            if lost[0] > 0:
                lost[0] -= 1
                raise No(grpc.StatusCode.UNAVAILABLE, "INDEFINITE")
            return answer

        self.peers.answer(TOP_UP, fail_twice)
        approval_id = self.ask(self.order())
        self.decide(self.lead, "Approve", approval_id)
        self.ends(approval_id, EXECUTED)
        self.assertEqual((len(self.done), len(self.peers.calls(TOP_UP))), (1, 3))

    def test_what_left_in_the_name_of_who_is_gone_ends_by_the_peers_answer(self):
        lost = [1]

        def fail_once(request, metadata):
            answer = self.once(request, metadata)
            if lost:
                self.has.pop(self.junior, None)
                raise No(grpc.StatusCode.INTERNAL, "LOST" * lost.pop())
            return answer

        self.peers.answer(TOP_UP, fail_once)
        approval_id = self.ask(self.order())
        self.decide(self.lead, "Approve", approval_id)
        self.ends(approval_id, EXECUTED, self.owner)
        self.assertEqual(len(self.done), 1)

    def test_what_nobody_could_carry_out_in_time_expires(self):
        held = [True]
        self.peers.before = lambda rpc, request: (_ for _ in ()).throw(No(grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE")) if held and rpc.endswith(
            "ResolveSessions") and any(question.principal_id for question in request.questions) else None
        try:
            approval_id = self.ask(self.order())
            self.decide(self.lead, "Approve", approval_id)
            CLOCK.turn(72 * 3600 + 23 * 3600)
            self.assertEqual(self.get(approval_id).state, APPROVED)
            CLOCK.turn(3600 + 60)
            self.ends(approval_id, EXPIRED)
        finally:
            held.clear()
            self.peers.before = None
        self.assertEqual((self.peers.calls(TOP_UP), self.done), ([], {}))

    def test_what_was_done_and_not_heard_of_is_no_failure_whatever_changes(self):
        """The peer did it and its answer was lost; by the next try nobody has the roles for it any more. It ends as the peer answers."""
        for name in ("junior", "lead"):
            self.setUp()
            who, lost = getattr(self, name), [1]

            def fail_once(request, metadata, who=who, lost=lost):
                answer = self.once(request, metadata)
                if lost:
                    self.has[who] = []
                    raise No(grpc.StatusCode.INTERNAL, "LOST" * lost.pop())
                return answer

            self.peers.answer(TOP_UP, fail_once)
            approval_id = self.ask(self.order())
            self.decide(self.lead, "Approve", approval_id)
            self.ends(approval_id, EXECUTED, self.owner)
            self.assertEqual(len(self.done), 1)

    def test_no_top_up_begins_under_a_freeze_that_came_at_that_moment(self):  # GW-03
        def moved(_, metadata):
            self.freeze = {"freeze": {"freeze_id": new_id(), "level": 1, "begin_time": {"seconds": int(CLOCK.now())}}, "freeze_epoch": 7}
            raise No(grpc.StatusCode.ABORTED, "FREEZE_MOVED")

        self.peers.answer(TOP_UP, moved)
        approval_id = self.ask(self.order())
        self.decide(self.lead, "Approve", approval_id)
        self.assertEqual(self.ends(approval_id, FAILED).failure_reason, "RECHARGE_FROZEN")
        self.assertEqual(len(self.peers.calls(TOP_UP)), 1)

    def test_an_answer_lost_before_a_freeze_is_asked_for_and_nothing_begun(self):  # GW-03
        def lose(request, metadata):
            if self.freeze:
                self.assertEqual(metadata["kontor-freeze-epoch"], "0")
                return self.once(request, metadata)
            self.freeze = {"freeze": {"freeze_id": new_id(), "level": 1, "begin_time": {"seconds": int(CLOCK.now())}}, "freeze_epoch": 7}
            self.once(request, metadata)
            raise No(grpc.StatusCode.INTERNAL, "LOST")

        self.peers.answer(TOP_UP, lose)
        approval_id = self.ask(self.order())
        self.decide(self.lead, "Approve", approval_id)
        self.ends(approval_id, EXECUTED)
        self.assertEqual(len(self.done), 1)

    def test_killed_between_the_last_approval_and_the_execution(self):
        held = threading.Event()
        self.peers.before = lambda rpc, request: held.wait(20) if rpc == TOP_UP else None
        approval_id = self.ask(self.order())
        try:
            self.decide(self.lead, "Approve", approval_id)
            deadline = time.monotonic() + 20
            while not self.peers.calls(TOP_UP) and time.monotonic() < deadline:
                time.sleep(0.02)
            self.gateway.kill()
        finally:
            held.set()
            self.peers.before = None
        self.gateway.start()
        psql(self.gateway.database, "UPDATE gateway.saga SET due_time = now() WHERE finish_time IS NULL")  # as when the dead worker's lease is over
        deadline = time.monotonic() + 60
        while self.get(approval_id).state != EXECUTED and time.monotonic() < deadline:
            time.sleep(0.2)
        self.assertEqual((self.get(approval_id).state, len(self.done)), (EXECUTED, 1))

    def test_another_request_under_the_same_id_is_none(self):
        order = self.order()
        approval_id = self.ask(order)
        for changed in (dict(order, amount_micros=10 * UNIT), dict(order, remark="another")):
            self.assertEqual(self.refusal(self.junior, TOP_UP, **changed).reason, "IDEMPOTENCY_MISMATCH")
        self.assertNotEqual(self.ask(self.order()), approval_id)

    def test_a_hundred_wait_at_most(self):
        for _ in range(100):
            self.ask(self.order(1001))
        no = self.refusal(self.junior, TOP_UP, **self.order(1001))
        self.assertEqual(no.reason, "TOO_MANY_APPROVALS")
        page = self.by(self.lead, APPROVALS + "ListApprovals", page_size=60)
        rest = self.by(self.lead, APPROVALS + "ListApprovals", page_size=60, page_token=page.next_page_token)
        self.assertEqual((len(page.approvals), len(rest.approvals), rest.next_page_token), (60, 40, ""))
        self.decide(self.lead, "Reject", page.approvals[0].approval_id)
        self.ask(self.order(1001))

    def test_another_account_sees_none(self):
        approval_id = self.ask(self.order())
        self.account = new_id()
        self.assertEqual(self.refusal(self.lead, APPROVALS + "GetApproval", approval_id=approval_id).reason, "APPROVAL_NOT_FOUND")


if __name__ == "__main__":
    unittest.main()
