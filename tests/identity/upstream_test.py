"""Trouble of partners against the real identity (B.3, ID-26, c-8): who is told when, once each; that nothing is said to stop before the grace ends;
the bridge; and that the trouble is over."""
import time
import unittest

import identity_test as identity
from identity_test import Code, call, change, clock, letters, new_id, operator, refused
from relation_test import DAY, STATES, TERMS, Firm, Partner, confirm, control, leave, relations, sql

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
PAID = dict(TERMS, settlement_mode="SETTLEMENT_MODE_AGENT_PAYS", shutdown_policy="SHUTDOWN_POLICY_IMMEDIATE", agent_purchases_allowed=True)
ENDED, FROZEN, OVERDUE = 1, 2, 3


def note(partner, **standing):
    return change("UpstreamService/NoteUpstream", agent_account_id=partner.account, **standing).cause


def risk_of(person):
    answer = call("UpstreamService/GetUpstream", person.principal, account_id=person.account)
    return answer.risk if answer.HasField("risk") else None


def bridge(person, relation, **fields):
    return change("UpstreamService/AcceptBridge", person.principal, account_id=person.account, relation_id=relation.relation_id, **fields).relation


def awaited(what, wanted):
    deadline = time.monotonic() + 60
    while what() != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    return what()


def warnings(person):
    return [letter["text"] for letter in letters(person.email) if "UPSTREAM_AT_RISK" in letter["text"]]


def looked():
    """Two whole turns of the job begin and end."""
    for _ in range(2):
        marker = Partner()
        customer = Firm()
        relation = confirm(customer, marker.ask(customer, PAID))
        note(marker, frozen=True)
        awaited(lambda: risk_of(customer) is not None, True)
        note(marker)
        awaited(lambda: risk_of(customer) is None, True)
        leave(customer, relation)


def told(person, event):
    return int(sql("SELECT count(*) FROM identity.outbox WHERE type = 'identity.v1.%s' AND convert_from(payload, 'LATIN1') LIKE '%%%s%%'"
                   % (event, person.account)))


class Trouble(unittest.TestCase):
    def setUp(self):
        self.partner, self.customer = Partner(), Firm()
        self.relation = confirm(self.customer, self.partner.ask(self.customer, PAID))

    def begin(self, **standing):
        cause = note(self.partner, **(standing or {"overdue": True}))
        self.assertTrue(awaited(lambda: risk_of(self.customer) is not None, True))
        return cause

    def test_the_customer_is_told_along_the_grace_once_each(self):
        self.assertIsNone(risk_of(self.customer))
        self.assertEqual(self.begin(), OVERDUE)
        risk = risk_of(self.customer)
        self.assertEqual((risk.relation_id, risk.agent_account_id, risk.cause), (self.relation.relation_id, self.partner.account, OVERDUE))
        self.assertEqual(risk.grace_end_time.seconds - risk.begin_time.seconds, 15 * DAY)
        self.assertEqual(risk.services_end_time, risk.grace_end_time)
        self.assertEqual(awaited(lambda: len(warnings(self.customer)), 1), 1)
        self.assertEqual(told(self.customer, "UpstreamAtRisk"), 1)
        for number, seconds in enumerate((7.5 * DAY, 4.5 * DAY, 2 * DAY, DAY - 3600), start=2):
            clock.turn(seconds - 600)
            looked()
            self.assertEqual(len(warnings(self.customer)), number - 1)
            clock.turn(600)
            self.assertEqual(awaited(lambda wanted=number: len(warnings(self.customer)), number), number)
        clock.turn(3600 - 600)
        looked()
        self.assertEqual((told(self.customer, "UpstreamGraceEnded"), len(warnings(self.customer))), (0, 5))
        clock.turn(600)
        self.assertEqual(awaited(lambda: told(self.customer, "UpstreamGraceEnded"), 1), 1)
        self.assertTrue(awaited(lambda: any("the grace is over" in letter["text"] for letter in letters(self.customer.email)), True))
        clock.turn(60 * DAY)
        looked()
        self.assertEqual((told(self.customer, "UpstreamGraceEnded"), len(warnings(self.customer)), told(self.customer, "UpstreamAtRisk")), (1, 5, 1))

    def test_moments_that_passed_unseen_are_one_notice(self):
        self.begin()
        self.assertEqual(awaited(lambda: len(warnings(self.customer)), 1), 1)
        clock.turn(14.5 * DAY)
        self.assertEqual(awaited(lambda: len(warnings(self.customer)), 2), 2)
        looked()
        self.assertEqual(len(warnings(self.customer)), 2)

    def test_it_is_over(self):
        self.begin(frozen=True)
        self.assertEqual(risk_of(self.customer).cause, FROZEN)
        self.assertEqual(note(self.partner, frozen=True), FROZEN)  # no second one
        self.assertEqual(note(self.partner), 0)
        self.assertTrue(awaited(lambda: risk_of(self.customer) is None, True))
        self.assertEqual((told(self.customer, "UpstreamAtRisk"), told(self.customer, "UpstreamRecovered")), (1, 1))
        self.assertEqual(awaited(lambda: [letter["text"] for letter in letters(self.customer.email)][-1][-19:], "in trouble no more."), "in trouble no more.")
        self.begin()  # and once more, with a grace of its own
        self.assertEqual(told(self.customer, "UpstreamAtRisk"), 2)

    def test_a_contract_that_ends_is_trouble(self):
        change("PartnerService/EndPartner", operator(), partner_account_id=self.partner.account)
        self.assertEqual(self.begin(closed=False), ENDED)
        listed, = call("UpstreamService/ListUpstreams", agent_account_id=self.partner.account).upstreams
        self.assertEqual((listed.agent_account_id, listed.authorised, listed.cause), (self.partner.account, False, ENDED))
        self.partner.authorise()
        self.assertEqual(note(self.partner), 0)
        listed, = call("UpstreamService/ListUpstreams", agent_account_id=self.partner.account).upstreams
        self.assertEqual((listed.authorised, listed.cause), (True, 0))
        self.assertEqual(list(call("UpstreamService/ListUpstreams", agent_account_id=self.customer.account).upstreams), [])

    def test_who_joins_meanwhile_is_at_risk_too(self):
        self.begin()
        late = Firm()
        confirm(late, self.partner.ask(late))
        self.assertTrue(awaited(lambda: risk_of(late) is not None, True))
        self.assertFalse(risk_of(late).HasField("services_end_time"))  # it pays with what was allocated

    def test_who_leaves_is_at_none(self):
        self.begin()
        leave(self.customer, self.relation)
        self.assertIsNone(risk_of(self.customer))
        clock.turn(8 * DAY)
        looked()
        self.assertEqual((len(warnings(self.customer)), told(self.customer, "UpstreamGraceEnded")), (1, 0))

    def test_who_changes_from_one_in_trouble_to_another_is_told_at_once(self):
        self.begin()
        leave(self.customer, self.relation)
        other = Partner()
        relation = confirm(self.customer, other.ask(self.customer, PAID))
        with refused(self, Code.FAILED_PRECONDITION, "UPSTREAM_NOT_AT_RISK"):
            bridge(self.customer, relation)
        note(other, frozen=True)
        self.assertEqual(awaited(lambda: getattr(risk_of(self.customer), "relation_id", None), relation.relation_id), relation.relation_id)
        note(self.partner)  # what was of the one before tells nothing any more
        looked()
        self.assertEqual((risk_of(self.customer).cause, told(self.customer, "UpstreamAtRisk"), told(self.customer, "UpstreamRecovered")), (FROZEN, 2, 0))

    def test_the_bridge(self):
        with refused(self, Code.FAILED_PRECONDITION, "UPSTREAM_NOT_AT_RISK"):
            bridge(self.customer, self.relation)
        self.begin()
        for person in (self.partner, Firm()):
            with refused(self, Code.NOT_FOUND, "RELATION_NOT_FOUND"):
                bridge(person, self.relation)
        with refused(self, Code.NOT_FOUND, "RELATION_NOT_FOUND"):
            change("UpstreamService/AcceptBridge", self.customer.principal, account_id=self.customer.account, relation_id=new_id())
        request = new_id()
        bridged = bridge(self.customer, self.relation, request_id=request)
        self.assertEqual(bridge(self.customer, self.relation, request_id=request), bridged)
        terms = bridged.terms
        self.assertEqual((STATES[bridged.state], bridged.version, terms.settlement_mode, terms.price_book, terms.agent_purchases_allowed,
                          list(terms.permissions)), ("ACTIVE", 2, 3, "", False, list(self.relation.terms.permissions)))
        self.assertEqual(relations(self.customer)[0], bridged)
        now = control(self.customer)
        self.assertEqual((now.payer_account_id, now.settlement_mode), (self.customer.account, 3))
        risk = risk_of(self.customer)
        self.assertEqual((risk.HasField("bridge_time"), risk.HasField("services_end_time")), (True, False))
        self.assertTrue(awaited(lambda: any("pays by itself" in letter["text"] for letter in letters(self.partner.email)), True))
        with refused(self, Code.FAILED_PRECONDITION, "PAYS_ALREADY"):
            bridge(self.customer, self.relation)
        clock.turn(16 * DAY)  # nothing is said any more, and nothing stops
        looked()
        self.assertEqual((len(warnings(self.customer)), told(self.customer, "UpstreamGraceEnded")), (1, 0))
        note(self.partner)
        self.assertTrue(awaited(lambda: risk_of(self.customer) is None, True))

    def test_better_late_than_never(self):
        self.begin()
        clock.turn(15 * DAY)
        self.assertEqual(awaited(lambda: told(self.customer, "UpstreamGraceEnded"), 1), 1)
        self.assertEqual(bridge(self.customer, self.relation).terms.settlement_mode, 3)


if __name__ == "__main__":
    unittest.main()
