"""Trouble of partners against the real identity (B.3, ID-26, c-8): who is told when, once each; that nothing is said to stop before the grace ends;
the bridge; and that the trouble is over."""
import time
import unittest

import identity_test as identity
from identity_test import Code, Refusal, call, change, clock, letters, new_id, operator, refused
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


class AtRisk(unittest.TestCase):
    terms = PAID

    def setUp(self):
        self.partner, self.customer = Partner(), Firm()
        self.relation = confirm(self.customer, self.partner.ask(self.customer, self.terms))

    def begin(self, **standing):
        cause = note(self.partner, **(standing or {"overdue": True}))
        self.assertTrue(awaited(lambda: risk_of(self.customer) is not None, True))
        return cause

    def over(self):
        self.assertEqual(note(self.partner), 0)
        self.assertTrue(awaited(lambda: risk_of(self.customer) is None, True))

    def seconds(self, of="grace_end_time"):
        """From the begin of the risk until then."""
        risk = risk_of(self.customer)
        return getattr(risk, of).seconds - risk.begin_time.seconds


class Trouble(AtRisk):
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
        self.assertTrue(awaited(lambda: "in trouble no more." in letters(self.customer.email)[-1]["text"], True))
        self.begin()  # and once more
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

    def test_who_has_customers_or_is_in_trouble_is_listed(self):
        def listed():
            found, token = [], ""
            while token is not None:
                page = call("UpstreamService/ListUpstreams", page_size=100, page_token=token)
                found += [row.agent_account_id for row in page.upstreams]
                token = page.next_page_token or None
            return [partner.account in found for partner in (self.partner, alone)]
        alone = Partner()
        self.assertEqual(listed(), [True, False])
        note(alone, frozen=True)
        leave(self.customer, self.relation)
        self.assertEqual(listed(), [False, True])
        note(alone)
        self.assertEqual(listed(), [False, False])

    def test_a_contract_that_an_operator_ends_is_trouble_at_once(self):
        change("PartnerService/EndPartner", operator(), partner_account_id=self.partner.account)
        self.assertTrue(awaited(lambda: risk_of(self.customer) is not None, True))
        self.assertEqual(risk_of(self.customer).cause, ENDED)

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


class Returning(AtRisk):
    """A grace is used up by trouble and comes back without it: it is renewed by no trouble that ends and returns, and cut short by none."""
    about = 180  # seconds that pass meanwhile

    def test_what_was_left_and_the_time_between(self):
        self.begin()
        clock.turn(10 * DAY)
        self.over()
        clock.turn(2 * DAY)
        self.begin()
        self.assertAlmostEqual(self.seconds(), 7 * DAY, delta=self.about)
        clock.turn(7 * DAY - 600)
        looked()
        self.assertEqual(told(self.customer, "UpstreamGraceEnded"), 0)
        clock.turn(600 + self.about)
        self.assertEqual(awaited(lambda: told(self.customer, "UpstreamGraceEnded"), 1), 1)

    def test_nobody_has_more_by_ending_it_for_a_moment(self):
        for left in (15, 10, 5):
            self.begin()
            self.assertAlmostEqual(self.seconds(), left * DAY, delta=self.about)
            clock.turn(5 * DAY)
            self.over()
        self.begin()
        self.assertLess(self.seconds(), self.about)
        self.assertGreaterEqual(self.seconds("services_end_time"), 0)  # nothing stopped before the customer was told
        late = Firm()  # its grace has not begun
        confirm(late, self.partner.ask(late))
        self.assertTrue(awaited(lambda: risk_of(late) is not None, True))
        self.assertEqual(risk_of(late).grace_end_time.seconds - risk_of(late).begin_time.seconds, 15 * DAY)

    def test_it_is_whole_again_and_no_more_than_that(self):
        self.begin()
        clock.turn(14 * DAY)
        self.over()
        clock.turn(15 * DAY)
        self.begin()
        self.assertEqual(self.seconds(), 15 * DAY)


class ReturningLater(AtRisk):
    terms = dict(PAID, shutdown_policy="SHUTDOWN_POLICY_DELAY")

    def test_the_delay_of_a_policy_is_used_up_as_well(self):
        self.begin()
        clock.turn(20 * DAY)  # 15 of the grace and 5 of the delay
        self.over()
        self.begin()
        self.assertAlmostEqual(self.seconds("services_end_time"), 10 * DAY, delta=180)


class Many(AtRisk):
    """Customers whose moment comes at once, more than a page: copies of the one, each with its owner's address."""

    def copies(self, count, **contact):
        self.begin()
        accounts = [new_id() for _ in range(count)]
        copy = lambda table, where, **fields: ("INSERT INTO identity.{0} SELECT (jsonb_populate_record(old, jsonb_build_object({1}))).* "  # noqa: E731
                                               "FROM identity.{0} AS old, copied WHERE old.{2};").format(
            table, ", ".join("'%s', %s" % field for field in fields.items()), where)
        own, of_relation = "account_id = '%s'" % self.customer.account, "relation_id = '%s'" % self.relation.relation_id
        last_week = "to_timestamp(%f)" % (clock.now() - 8 * DAY)
        sql("CREATE TEMP TABLE copied (account uuid, relation uuid);" +
            "INSERT INTO copied VALUES %s;" % ", ".join("('%s', '%s')" % (account, new_id()) for account in accounts) +
            copy("account", own, account_id="account") +
            copy("contact", own + " AND old.channel = 'EMAIL'", account_id="account", contact_index="gen_random_uuid()", **contact) +
            copy("relation", of_relation, relation_id="relation", customer_account_id="account") +
            copy("relation_offer", of_relation, relation_id="relation", customer_account_id="account") +
            copy("relation_risk", of_relation, risk_id="gen_random_uuid()", relation_id="relation", customer_account_id="account",
                 begin_time=last_week, grace_end_time="%s + interval '15 days'" % last_week, next_time="%s + interval '7.5 days'" % last_week))
        return accounts

    def times(self, accounts):
        """How often each was told of its second moment."""
        texts = [letter["text"] for letter in letters(self.customer.email) if "UPSTREAM_AT_RISK" in letter["text"]]
        return [sum(account in text for text in texts) for account in accounts]

    def test_those_who_cannot_be_told_keep_no_other_waiting(self):
        self.copies(120, sealed="'\\x00'")
        accounts = self.copies(1)
        sql("UPDATE identity.relation_risk SET next_time = next_time + interval '1 hour' WHERE customer_account_id = '%s'" % accounts[0])
        self.assertEqual(awaited(lambda: self.times(accounts), [1]), [1])

    def answers(self):
        """The client's connection to the one that was killed is over."""
        try:
            return bool(call("NoticeService/ListNotices", self.customer.principal).notices)
        except Refusal:
            return False

    def test_each_is_told_once_through_a_kill(self):
        accounts = self.copies(250)
        self.assertTrue(awaited(lambda: sum(self.times(accounts)) > 0, True))
        identity.service.kill()
        self.assertLess(sum(self.times(accounts)), 250)
        sql("UPDATE identity.message SET next_time = to_timestamp(%f) WHERE state = 'QUEUED'" % clock.now())  # its lease was the dead one's
        identity.service.start()
        self.assertTrue(awaited(self.answers, True))
        self.assertEqual(awaited(lambda: self.times(accounts), [1] * 250), [1] * 250)
        looked()
        self.assertEqual(self.times(accounts), [1] * 250)


if __name__ == "__main__":
    unittest.main()
