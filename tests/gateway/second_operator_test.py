"""LED-19 at the door: what an operator never does alone waits until another operator has approved that very request, and everything is decided
again when it is carried out. The peers are fakes, so that what reaches them can be seen."""
import unittest

import grpc
from approval_test import APPROVALS, APPROVED, CANCELLED, CLOCK, EXECUTED, EXPIRED, FAILED, PENDING, REJECTED, Approvals
from fake_peers import No, new_id

from service import message

GRANT = "ledger.v1.OverrideService/GrantOverride"
OPERATOR = ["ROLE_OPERATOR", "ROLE_OPERATOR_FINANCE"]
DENIED, PRECONDITION = grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.FAILED_PRECONDITION


class SecondOperator(Approvals):
    def setUp(self):
        super().setUp()
        self.junior, self.lead, self.third = new_id(), new_id(), new_id()  # who asks, who approves, and one more
        for operator in (self.junior, self.lead, self.third):
            self.has[operator] = OPERATOR
        self.fresh |= {self.junior, self.lead, self.third}
        self.customer = self.owner
        self.granted = {}
        self.peers.answer(GRANT, self.grant)

    def carried(self):
        """Those of the ledger's calls that came by two."""
        return [(request, metadata) for request, metadata in self.peers.calls(GRANT) if "kontor-approver-id" in metadata]

    def grant(self, request, metadata):
        if request.until_time.seconds <= CLOCK.now():
            raise No(PRECONDITION, "OVERRIDE_PAST")
        if request.request_id not in self.granted and "kontor-approver-id" not in metadata:
            raise No(DENIED, "OVERRIDE_UNAPPROVED")
        self.granted.setdefault(request.request_id, new_id())
        return {"override": {"override_id": self.granted[request.request_id], "account_id": request.account_id}}

    def resolve(self, request, metadata):
        """An operator acts in whatever account the call names, and has none."""
        answer = super().resolve(request, metadata)
        return dict(answer, account_id=request.account_id) if OPERATOR == self.has[answer["principal_id"]] else answer

    def order(self, **more):
        return dict({"request_id": new_id(), "account_id": self.account, "until_time": {"seconds": int(CLOCK.now()) + 30 * 86400},
                     "reason": "The agent pays at the end of the month."}, **more)

    def ask(self, order):
        no = self.refusal(self.junior, GRANT, **order)
        self.assertEqual((no.code, no.reason), (PRECONDITION, "APPROVAL_REQUIRED"))
        return no.terms["approval_id"]

    def test_what_a_removed_operator_asked_for_is_cancelled(self):  # ID-27
        asked, others = self.ask(self.order()), self.refusal(self.third, GRANT, **self.order()).terms["approval_id"]
        del self.has[self.junior]
        self.peers.servers["identity"].happened("identity.v1.MemberLeft", principal_id=self.junior)
        self.ends(asked, CANCELLED, self.lead)
        self.assertEqual(self.decide(self.third, "Cancel", others).state, CANCELLED)  # it waited still

    def test_it_is_asked_for_approved_by_another_and_done_once(self):
        order = self.order()
        no = self.refusal(self.junior, GRANT, **order)
        self.assertEqual((no.reason, no.terms["rule"], no.terms["state"], no.terms["action"]), ("APPROVAL_REQUIRED", "LED-19", "PENDING", "OVERRIDE"))
        approval_id = self.ask(order)
        self.assertEqual(approval_id, no.terms["approval_id"])
        shown = self.get(approval_id, self.lead)
        self.assertEqual((shown.state, shown.requester_principal_id, shown.rpc, shown.target_account_id, shown.remark, shown.approvers_needed),
                         (PENDING, self.junior, GRANT, self.account, order["reason"], 1))
        self.assertEqual(message("ledger.v1.GrantOverrideRequest").FromString(shown.request).until_time.seconds, order["until_time"]["seconds"])
        self.assertEqual(self.carried(), [])
        self.assertEqual(self.decide(self.lead, "Approve", approval_id).state, APPROVED)
        self.ends(approval_id, EXECUTED)
        (request, told), = self.carried()
        self.assertEqual((request.request_id, request.account_id, request.reason), (order["request_id"], self.account, order["reason"]))
        self.assertEqual([told["kontor-" + name] for name in ("principal-id", "account-id", "approval-id", "approver-id", "roles")],
                         [self.junior, self.account, approval_id, self.lead, "OPERATOR,OPERATOR_FINANCE"])
        self.assertEqual(self.by(self.junior, GRANT, **order).override.override_id, self.granted[order["request_id"]])
        self.assertEqual(len(self.granted), 1)

    def test_what_would_be_refused_waits_for_nobody(self):
        order = self.order(until_time={"seconds": int(CLOCK.now())})
        self.assertEqual(self.refusal(self.junior, GRANT, **order).reason, "OVERRIDE_PAST")
        self.peers.answer(GRANT, lambda *_: (_ for _ in ()).throw(No(DENIED, "SELF_APPROVAL")))  # another no of the same code
        self.assertEqual(self.refusal(self.junior, GRANT, **self.order()).reason, "SELF_APPROVAL")
        self.peers.answer(GRANT, lambda *_: (_ for _ in ()).throw(No(grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE")))
        self.assertEqual(self.refusal(self.junior, GRANT, **self.order()).code, grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(len(self.by(self.lead, APPROVALS + "ListApprovals", state=PENDING).approvals), 0)

    def test_a_changed_request_is_another(self):
        order = self.order()
        self.ask(order)
        self.assertEqual(self.refusal(self.junior, GRANT, **dict(order, reason="Another one.")).reason, "IDEMPOTENCY_MISMATCH")
        self.assertNotEqual(self.ask(self.order()), self.ask(self.order()))

    def test_who_may_not_approve(self):
        approval_id = self.ask(self.order())
        hash_ = self.get(approval_id).request_hash
        self.assertEqual(self.no_to(self.junior, "Approve", approval_id), "SELF_APPROVAL")
        self.assertEqual(self.no_to(self.lead, "Approve", approval_id, request_hash="0" * 64), "APPROVAL_HASH_MISMATCH")
        self.appointers[self.lead] = [self.junior]
        self.assertEqual(self.no_to(self.lead, "Approve", approval_id), "APPROVER_APPOINTED")
        self.appointers[self.lead] = [self.third]
        self.assertEqual(self.no_to(self.lead, "Approve", approval_id), "APPROVER_APPOINTED")
        self.has[self.third] = ["ROLE_OPERATOR", "ROLE_OPERATOR_SUPPORT"]
        self.assertEqual(self.no_to(self.third, "Approve", approval_id), "PERMISSION_DENIED")
        self.has[self.third] = OPERATOR
        self.fresh.discard(self.third)
        self.assertEqual(self.no_to(self.third, "Approve", approval_id), "MFA_REQUIRED")
        for customers in ("GetApproval", "Approve", "Reject", "Cancel"):  # the customer's own administrator, with a factor
            fields = {"GetApproval": {}, "Approve": {"request_hash": hash_, "request_id": new_id()}}.get(customers, {"request_id": new_id()})
            self.assertEqual(self.refusal(self.customer, APPROVALS + customers, approval_id=approval_id, **fields).reason, "APPROVAL_NOT_FOUND")
        self.assertEqual(len(self.by(self.customer, APPROVALS + "ListApprovals").approvals), 0)
        self.assertEqual(self.refusal(self.customer, GRANT, **self.order()).reason, "PERMISSION_DENIED")
        self.assertEqual((self.get(approval_id).state, self.carried()), (PENDING, []))

    def test_nobody_makes_a_second_operator_of_their_own(self):
        """Whom the lead let in today asks for nothing that the lead could approve; what was asked for before waits on."""
        order = self.order()
        approval_id = self.ask(order)
        self.appointers[self.junior] = [self.lead]
        no = self.refusal(self.junior, GRANT, **self.order())
        self.assertEqual((no.code, no.reason, no.terms["rule"]), (DENIED, "SECOND_OPERATOR_REQUIRED", "LED-19"))
        self.assertEqual((self.ask(order), self.carried()), (approval_id, []))

    def test_a_second_mailbox_is_no_second_person(self):
        """Neither made the other, however long ago and by however many steps; who was made by somebody else approves."""
        root = new_id()
        for makers in ({self.lead: [self.junior]}, {self.lead: [self.third, self.junior]}, {self.junior: [self.lead]}, {self.junior: [root, self.lead]}):
            self.makers.clear()
            self.makers.update(makers)
            approval_id = self.ask(self.order())
            self.assertEqual(self.no_to(self.lead, "Approve", approval_id), "APPROVER_DEPENDENT", makers)
            self.makers.clear()
        self.assertEqual(self.no_to(self.lead, "Approve", approval_id), "APPROVER_DEPENDENT")  # what the requester was when it asked
        self.makers.update({self.junior: [root], self.lead: [root]})
        approval_id = self.ask(self.order())
        self.assertEqual(self.decide(self.lead, "Approve", approval_id).state, APPROVED)
        self.ends(approval_id, EXECUTED)

    def test_whoever_is_made_by_the_requester_meanwhile_counts_no_more(self):
        approval_id = self.ask(self.order())
        asked = []
        self.peers.before = lambda rpc, request: (asked.append(1), self.makers.update({self.lead: [self.junior]})) if rpc.endswith(
            "ResolveSessions") and any(question.principal_id for question in request.questions) else None
        try:
            self.decide(self.lead, "Approve", approval_id)
            self.assertEqual(self.ends(approval_id, FAILED, self.third).failure_reason, "APPROVALS_MISSING")
        finally:
            self.peers.before = None
        self.assertEqual((bool(asked), self.granted), (True, {}))

    def test_no_operator_decides_a_customers_approval(self):
        self.has[self.third] = ["ROLE_FINANCE"]
        order = dict(super().order())
        no = self.refusal(self.third, "payments.v1.TopUpService/CreateTopUp", **order)
        self.assertEqual(no.reason, "APPROVAL_REQUIRED")
        for verb, fields in (("GetApproval", {}), ("Approve", {"request_hash": "0" * 64, "request_id": new_id()}), ("Reject", {"request_id": new_id()})):
            for account in ("", self.account):
                fields = dict(fields, request_id=new_id()) if "request_id" in fields else fields
                self.assertEqual(self.refusal(self.lead, APPROVALS + verb, approval_id=no.terms["approval_id"], account_id=account, **fields).reason,
                                 "APPROVAL_NOT_FOUND")

    def test_rejected_taken_back_and_expired_stay_so(self):
        for verb, who, state in (("Reject", self.lead, REJECTED), ("Cancel", self.junior, CANCELLED)):
            order = self.order()
            approval_id = self.ask(order)
            self.assertEqual(self.decide(who, verb, approval_id).state, state)
            self.assertEqual(self.no_to(self.third, "Approve", approval_id), "APPROVAL_ENDED")
            self.assertEqual(self.refusal(self.junior, GRANT, **order).reason, "APPROVAL_ENDED")
        approval_id = self.ask(self.order())
        CLOCK.turn(72 * 3600 + 1)
        self.assertEqual(self.get(approval_id).state, EXPIRED)
        self.assertEqual(self.no_to(self.lead, "Approve", approval_id), "APPROVAL_ENDED")
        self.assertEqual(self.carried(), [])

    def test_everything_is_decided_again(self):
        def requester_is_none_any_more():
            self.has[self.junior] = ["ROLE_MEMBER"]
            return "PERMISSION_DENIED"

        def approver_is_none_any_more():
            self.has[self.lead] = ["ROLE_OPERATOR", "ROLE_OPERATOR_SUPPORT"]
            return "APPROVALS_MISSING"

        def the_ledger_says_no():
            self.peers.answer(GRANT, lambda *_: (_ for _ in ()).throw(No(PRECONDITION, "OVERRIDE_PAST")))
            return "OVERRIDE_PAST"

        for change in (requester_is_none_any_more, approver_is_none_any_more, the_ledger_says_no):
            with self.subTest(change.__name__):
                self.setUp()
                approval_id = self.ask(self.order())
                reason = []
                self.peers.before = lambda rpc, request: reason or reason.append(change()) if rpc.endswith("ResolveSessions") and any(
                    question.principal_id for question in request.questions) else None
                try:
                    self.decide(self.lead, "Approve", approval_id)
                    ended = self.ends(approval_id, FAILED, self.third)
                finally:
                    self.peers.before = None
                self.assertEqual((ended.failure_reason, self.granted), (reason[0], {}))


del Approvals  # its tests are run where they stand


if __name__ == "__main__":
    unittest.main()
