"""LED-19 in the ledger: an override names two operators, holds until its moment, is replaced and lifted, and is listed. That another operator
approved this very request the gateway sees to (tests/gateway/second_operator_test.py)."""
import os
import sys
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import Company  # noqa: E402
from service import Clock, Refusal, Service, new_id, psql, refused  # noqa: E402

INVALID, MISSING, PRECONDITION = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION
DENIED = grpc.StatusCode.PERMISSION_DENIED
DAY = 86400


class Override(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock))

    def setUp(self):
        self.company, self.me, self.other = Company(self.ledger), new_id(), new_id()
        self.a, self.b = self.company.open(), self.company.open()
        self.company.top_up(self.a, 100)
        self.company.paid_by(self.a)

    def until(self, seconds):
        moment = self.clock.now() + seconds
        return {"seconds": int(moment), "nanos": int(moment % 1 * 1e6) * 1000}

    def grant(self, seconds=3600, **fields):
        return self.company.override(self.a, self.until(seconds), by=self.me, **dict({"approver": self.other}, **fields))

    def listed(self, **fields):
        return self.ledger.call("ledger.v1.OverrideService/ListOverrides", **dict({"account_id": self.a}, **fields)).overrides

    def opened(self):
        try:
            self.company.transfer(self.a, self.b, 1)
        except Refusal as no:
            self.assertEqual(no.reason, "DISABLED_PAY_ON_BEHALF")
            return False
        return True

    def test_two_operators_open_the_gates_until_then(self):
        approval = new_id()
        self.assertFalse(self.opened())
        told = self.grant(approval=approval, reason="the agent pays late").override
        self.assertEqual((told.account_id, told.reason, told.operator_principal_id, told.approver_principal_id, told.approval_id, told.HasField("end_time")),
                         (self.a, "the agent pays late", self.me, self.other, approval, False))
        self.assertTrue(self.opened())
        self.assertEqual([item.override_id for item in self.listed()], [told.override_id])
        self.clock.turn(3601)
        self.assertFalse(self.opened())
        self.assertEqual((len(self.listed()), len(self.listed(with_ended=True))), (0, 1))

    def test_one_alone_does_not(self):
        for fields, reason in (({"approver": self.me}, "SELF_APPROVAL"), ({"approver": ""}, "OVERRIDE_UNAPPROVED"), ({"approval": ""}, "OVERRIDE_UNAPPROVED")):
            with refused(self, DENIED, reason):
                self.grant(**fields)
        for seconds, reason in ((-1, "OVERRIDE_PAST"), (91 * DAY, "OVERRIDE_TOO_LONG")):
            for approver in (self.other, ""):  # asked alone hears of it, too
                with refused(self, PRECONDITION, reason):
                    self.grant(seconds, approver=approver)
        with refused(self, INVALID, field="reason"):
            self.grant(reason="")
        with refused(self, INVALID, field="update_fields"):
            self.company.update(self.a, "override", override_until_time=self.until(3600), override_reason="why", override_approver_id=self.other)
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.company.override(new_id(), self.until(60))
        self.assertFalse(self.opened())
        self.assertEqual(len(self.listed(with_ended=True)), 0)

    def test_one_replaces_another_and_one_operator_lifts_it(self):
        first, second = self.grant().override, self.grant(7200).override
        self.assertEqual([item.override_id for item in self.listed()], [second.override_id])
        both = self.listed(with_ended=True)
        self.assertEqual([(item.override_id, item.ended_by_principal_id) for item in both], [(second.override_id, ""), (first.override_id, self.me)])
        page = self.ledger.call("ledger.v1.OverrideService/ListOverrides", account_id=self.a, with_ended=True, page_size=1)
        self.assertEqual([item.override_id for item in page.overrides], [second.override_id])
        rest = self.ledger.call("ledger.v1.OverrideService/ListOverrides", account_id=self.a, with_ended=True, page_size=1, page_token=page.next_page_token)
        self.assertEqual(([item.override_id for item in rest.overrides], rest.next_page_token), ([first.override_id], ""))
        request_id, who = new_id(), (("kontor-principal-id", self.other),)
        for _ in range(2):
            lifted = self.company.call("OverrideService/LiftOverride", self.a, request_id=request_id, metadata=who).override
            self.assertEqual((lifted.override_id, lifted.ended_by_principal_id), (second.override_id, self.other))
        self.assertFalse(self.opened())
        with refused(self, MISSING, "OVERRIDE_NOT_FOUND"):
            self.company.call("OverrideService/LiftOverride", self.a, metadata=who)

    def test_nobody_ended_what_its_time_did(self):
        first = self.grant().override
        self.clock.turn(3601)
        second = self.grant().override
        self.assertEqual([(item.override_id, item.HasField("end_time"), item.ended_by_principal_id) for item in self.listed(with_ended=True)],
                         [(second.override_id, False, ""), (first.override_id, False, "")])

    def test_a_closed_account_has_none(self):
        self.company.update(self.b, "state", state="ACCOUNT_STATE_CLOSED")
        with refused(self, PRECONDITION, "ACCOUNT_CLOSED"):
            self.company.override(self.b, self.until(60))

    def test_the_act_rests_on_the_approval(self):  # GW-07
        approval = new_id()
        self.grant(approval=approval)
        found = psql(self.ledger.database, "SELECT action, approval_id, principal_id FROM ledger.act JOIN ledger.actor ON reference = actor_reference "
                     "AND actor.company_id = act.company_id WHERE act.account_id = '%s' AND action = 'grant_override'" % self.a)
        self.assertEqual(found, "grant_override|%s|%s" % (approval, self.me))


if __name__ == "__main__":
    unittest.main()
