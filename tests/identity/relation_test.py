"""Partners and their customers against the real identity (B.1, B.2, ID-21 to ID-25, ID-30, ID-39, ID-40): who may have customers, what both
agree to, what stands in the way, and that of two at once one passes."""
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
import time
import unittest

import identity_test as identity
from identity_test import Code, Person, Refusal, call, change, clock, join, letters, new_id, operator, psql, refused

from service import POSTGRES, ROOT, SERVICE

sys.path.insert(0, os.path.join(ROOT, "cmake"))
from query_file import read_queries  # noqa: E402

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
DAY = 86400
TERMS = {"permissions": ["RELATION_PERMISSION_VIEW_BALANCE", "RELATION_PERMISSION_ALLOCATE"], "settlement_mode": "SETTLEMENT_MODE_ALLOCATION",
         "invoice_recipient": "INVOICE_RECIPIENT_CUSTOMER", "shutdown_policy": "SHUTDOWN_POLICY_DELAY", "price_book": "gold"}
STATES = ["", "OWNER_CONFIRMING", "ACTIVE", "CHANGE_CONFIRMING", "DISSOCIATING", "REJECTED", "CANCELLED_BY_PARENT", "EXPIRED", "ENDED"]


def sql(text):
    return psql(identity.service.database, text).strip()


def submission(person, company):
    """Of the number of a company, which waits for an operator."""
    return sql("INSERT INTO identity.company_submission (submission_id, account_id, principal_id, country, scheme, number, name, state, submit_time) "
               "VALUES (gen_random_uuid(), '%s', '%s', 'CN', 'LEI', '%s', 'Firm', 'SUBMITTED', now()) RETURNING submission_id"
               % (person.account, person.principal, company))


def decided(rpc, submission_id, **fields):
    """An operator's, or the reasons why not."""
    try:
        change("CompanyService/" + rpc, operator(), submission_id=submission_id, **fields)
        return "DECIDED"
    except Refusal as refusal:
        return " ".join(refusal.preconditions) or refusal.reason


def approve_last(person):
    return decided("ApproveCompany", sql("SELECT submission_id FROM identity.company_submission WHERE account_id = '%s' AND state = 'SUBMITTED'"
                                         % person.account))


def leave_company(firm):
    """An operator revokes it."""
    return decided("RevokeCompany", sql("SELECT submission_id FROM identity.company_submission WHERE account_id = '%s' AND state = 'VERIFIED'"
                                        % firm.account), reason="It was sold.")


def set_closed(person, closed=True):
    change("ClosingService/SetClosed", account_id=person.account, closed=closed)


def put_under(child, parent):
    sql("INSERT INTO identity.structure_edge VALUES ('%s', 'GROUP', 1, '%s', now())" % (child.account, parent.account))


class Firm(Person):
    """Of a verified company of its own."""

    def __init__(self, company=None):
        super().__init__()
        self.company = company or new_id()
        self.name = "Firm %s" % self.company[:8]
        if not company:
            sql("INSERT INTO identity.company (company_id, country, scheme, number, create_time, main_account_id) "
                "VALUES ('%s', 'ZZ', 'LEI', '%s', now(), '%s')" % (self.company, self.company, self.account))
        sql("UPDATE identity.account SET type = 'CORPORATE' WHERE account_id = '%s'" % self.account)
        sql("INSERT INTO identity.company_submission (submission_id, account_id, principal_id, country, scheme, number, name, state, company_id, "
            "submit_time, decide_time) VALUES (gen_random_uuid(), '%s', '%s', 'CN', 'LEI', '%s', '%s', 'VERIFIED', '%s', now(), now())"
            % (self.account, self.principal, self.company, self.name, self.company))

    def authorise(self, **fields):
        return change("PartnerService/AuthorisePartner", operator(), partner_account_id=self.account, reference="C-2026-7", **fields).partner


class Partner(Firm):
    def __init__(self, **fields):
        super().__init__(**fields)
        self.authorise()

    def ask(self, other, terms=None, **fields):
        return change("RelationService/RequestRelation", self.principal, account_id=self.account,
                      customer_account_id=other if isinstance(other, str) else other.account, terms=terms or TERMS, **fields).relation

    def cancel(self, relation):
        return change("RelationService/CancelRelation", self.principal, account_id=self.account, relation_id=relation.relation_id).relation


def answer(rpc, person, relation, standing="NONE", caller=None, **fields):
    metadata = [("kontor-principal-id", caller or person.principal)] + ([("kontor-standing", standing)] if standing else [])
    return identity.service.call("identity.v1.RelationService/" + rpc, metadata=tuple(metadata), account_id=person.account,
                                 relation_id=relation.relation_id, **fields)


def confirm(person, relation, standing="NONE", caller=None, **fields):
    fields = dict({"request_id": new_id(), "offer_hash": relation.offer.offer_hash}, **fields)
    return answer("ConfirmRelation", person, relation, standing, caller, **fields).relation


def end(caller, standing="NONE", **fields):
    metadata = [("kontor-principal-id", caller)] + ([("kontor-standing", standing)] if standing else [])
    return identity.service.call("identity.v1.RelationService/EndRelation", metadata=tuple(metadata), **dict({"request_id": new_id()}, **fields)).relation


def leave(person, relation, standing="NONE", **fields):
    return end(person.principal, standing, account_id=person.account, relation_id=relation.relation_id,
               **dict({"customer_account_id": relation.customer_account_id}, **fields))


def withdraw(person, relation):
    return change("RelationService/WithdrawEnd", person.principal, account_id=person.account, relation_id=relation.relation_id).relation


def offer_change(partner, relation, **terms):
    return change("RelationService/ChangeRelation", partner.principal, account_id=partner.account, relation_id=relation.relation_id,
                  terms=dict(TERMS, **terms)).relation


def refuse(person, relation):
    return change("RelationService/RefuseRelation", person.principal, account_id=person.account, relation_id=relation.relation_id).relation


def check(person, relation, standing="NONE"):
    return [obstacle.reason for obstacle in answer("CheckRelation", person, relation, standing).obstacles]


def relations(person, **fields):
    return list(call("RelationService/ListRelations", person.principal, account_id=person.account, **fields).relations)


def control(person, **fields):
    return call("RelationService/GetBillingControl", person.principal, account_id=person.account, **fields)


def outcome(person, relation):
    """ACTIVE, or why not."""
    try:
        return STATES[confirm(person, relation).state]
    except Refusal as refusal:
        return " ".join(refusal.preconditions) or refusal.reason


def edges_of(relation):
    return int(sql("SELECT count(*) FROM identity.relation_offer WHERE relation_id = '%s' AND begin_time IS NOT NULL AND end_time IS NULL"
                   % relation.relation_id))


def told(relation, event):
    return int(sql("SELECT count(*) FROM identity.outbox WHERE type LIKE '%%%s' AND convert_from(payload, 'LATIN1') LIKE '%%%s%%'"
                   % (event, relation.relation_id)))


def edges():
    return int(sql("SELECT count(*) FROM identity.relation_offer WHERE begin_time IS NOT NULL AND end_time IS NULL"))


def canonical(relation):
    """As the proto writes the bytes down."""
    offer, terms = relation.offer, relation.offer.terms
    names = ["VIEW_BALANCE", "VIEW_CONSUMPTION", "MANAGE_INVOICES", "KEEP_INVOICES", "KEEP_CASH", "SHARE_CREDIT", "SHARE_DISCOUNT", "ALLOCATE",
             "PAY_ON_BEHALF", "FREEZE_RECHARGE", "SET_CAP", "RESELL", "HANDOVER"]
    lines = ["kontor.relation.offer.1", "relation_id=" + relation.relation_id, "agent_account_id=" + relation.agent_account_id,
             "customer_account_id=" + relation.customer_account_id, "version=%d" % offer.version,
             "permissions=" + ",".join(names[number - 1] for number in sorted(terms.permissions)),
             "settlement_mode=" + ["AGENT_PAYS", "ALLOCATION", "OWN_ACCOUNT"][terms.settlement_mode - 1], "price_book=" + terms.price_book,
             "invoice_recipient=" + ["CUSTOMER", "AGENT"][terms.invoice_recipient - 1],
             "shutdown_policy=" + ["IMMEDIATE", "DELAY", "NONE"][terms.shutdown_policy - 1],
             "agent_purchases=" + ("allowed" if terms.agent_purchases_allowed else "banned"),
             "valid_until_us=%d" % (offer.expire_time.seconds * 1000000 + offer.expire_time.nanos // 1000)]
    return "".join(line + "\n" for line in lines).encode()


def behind_the_lock(test, *acts):
    """The answer of each, sorted: two of them wait for whoever holds the one lock of the structure (B.1), and none is ahead of it."""
    holder = subprocess.Popen(["psql", "-h", POSTGRES, "-U", "postgres", "-d", identity.service.database, "-qtAX"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    test.addCleanup(holder.communicate)
    holder.stdin.write("BEGIN; SELECT one FROM identity.structure_lock FOR UPDATE;\n")
    holder.stdin.flush()
    test.assertEqual(holder.stdout.readline(), "t\n")
    with concurrent.futures.ThreadPoolExecutor(len(acts)) as pool:
        answers = [pool.submit(act) for act in acts]
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        deadline = time.monotonic() + 30
        while int(sql(waiting)) < 2 and not any(answer.done() for answer in answers):
            test.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        ahead = [answer.result() for answer in answers if answer.done()]
        holder.stdin.write("COMMIT;\n")
        holder.stdin.flush()
    test.assertEqual(ahead, [])
    return sorted(answer.result() for answer in answers)


class Contracts(unittest.TestCase):
    def test_an_operator_notes_and_ends_it(self):
        firm = Firm()
        made = firm.authorise(request_id=(request := new_id()))
        self.assertEqual((made.partner_account_id, made.reference, made.HasField("end_time")), (firm.account, "C-2026-7", False))
        self.assertEqual(firm.authorise(request_id=request), made)
        with refused(self, Code.ALREADY_EXISTS, "PARTNER_AUTHORISED"):
            firm.authorise()
        ended = change("PartnerService/EndPartner", operator(), partner_account_id=firm.account).partner
        self.assertTrue(ended.HasField("end_time"))
        with refused(self, Code.NOT_FOUND, "PARTNER_NOT_FOUND"):
            change("PartnerService/EndPartner", operator(), partner_account_id=firm.account)
        again = firm.authorise()
        listed = call("PartnerService/ListPartners", operator(), partner_account_id=firm.account).partners
        self.assertEqual(list(listed), [again, ended])
        self.assertIn(again, call("PartnerService/ListPartners", operator()).partners)

    def test_who_notes_it_and_of_whom(self):
        firm, individual = Firm(), Person()
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            change("PartnerService/AuthorisePartner", firm.principal, partner_account_id=firm.account, reference="X")
        with refused(self, Code.FAILED_PRECONDITION, "NOT_VERIFIED"):
            change("PartnerService/AuthorisePartner", operator(), partner_account_id=individual.account, reference="X")
        with refused(self, Code.NOT_FOUND, "ACCOUNT_NOT_FOUND"):
            change("PartnerService/AuthorisePartner", operator(), partner_account_id=new_id(), reference="X")
        for field, value in (("reference", ""), ("reference", "x" * 65), ("contract_end_time", {"seconds": 5})):
            with self.subTest(field=field), refused(self, Code.INVALID_ARGUMENT, field=field):
                firm.authorise(**{field: value}) if field != "reference" else change(
                    "PartnerService/AuthorisePartner", operator(), partner_account_id=firm.account, reference=value)

    def test_it_counts_until_its_date(self):
        firm, customer = Firm(), Firm()
        firm.authorise(contract_end_time={"seconds": int(clock.now()) + 3600})
        relation = Partner.ask(firm, customer)
        clock.turn(3601)
        self.assertEqual(check(customer, relation), ["PARTNER_NOT_AUTHORISED"])
        with refused(self, Code.FAILED_PRECONDITION, "PARTNER_NOT_AUTHORISED"):
            Partner.ask(firm, Firm())
        firm.authorise()
        self.assertEqual(outcome(customer, relation), "ACTIVE")


class Associations(unittest.TestCase):
    def test_both_agree_to_the_same_bytes(self):
        partner, customer = Partner(), Firm()
        request = new_id()
        asked = partner.ask(customer, request_id=request)
        self.assertEqual(partner.ask(customer, request_id=request), asked)
        self.assertEqual((STATES[asked.state], asked.offer.version, asked.HasField("terms"), asked.version), ("OWNER_CONFIRMING", 1, False, 0))
        self.assertEqual(asked.offer.offer_hash, hashlib.sha256(canonical(asked)).hexdigest())
        self.assertEqual(asked.offer.expire_time.seconds - asked.offer.offer_time.seconds, 7 * DAY)
        shown, = relations(customer)
        self.assertEqual((shown.offer, shown.agent_company_name), (asked.offer, partner.name))
        for wrong in ("", asked.offer.offer_hash[:-1] + ("0" if asked.offer.offer_hash[-1] != "0" else "1")):
            with refused(self, Code.FAILED_PRECONDITION, "OFFER_CHANGED"):
                confirm(customer, asked, offer_hash=wrong)
        request = new_id()
        active = confirm(customer, asked, request_id=request)
        self.assertEqual(confirm(customer, asked, request_id=request), active)
        self.assertEqual((STATES[active.state], active.version, active.terms, active.HasField("offer")), ("ACTIVE", 1, asked.offer.terms, False))
        self.assertEqual(relations(partner), relations(customer))
        self.assertEqual(relations(partner)[0].terms, asked.offer.terms)
        with refused(self, Code.FAILED_PRECONDITION, "NOTHING_OFFERED"):
            confirm(customer, asked)

    def test_the_owner_has_one_notice_and_the_partner_the_answer(self):  # ID-40
        partner, customer = Partner(), Firm()
        request = new_id()
        relation = partner.ask(customer, request_id=request)
        partner.ask(customer, request_id=request)
        texts = [letter["text"] for letter in letters_until(customer.email, relation.relation_id)]
        self.assertEqual(len([text for text in texts if relation.relation_id in text]), 1)
        notices = call("NoticeService/ListNotices", customer.principal).notices
        self.assertEqual(len([notice for notice in notices if relation.relation_id in notice.text]), 1)
        self.assertNotIn(partner.name, texts[-1])  # whoever pays for a contract writes nothing into a mail
        noted = call("SecurityEventService/ListSecurityEvents", customer.principal).events[0]
        self.assertEqual((noted.kind, noted.detail, noted.account_id, noted.network, noted.session_id), (48, relation.relation_id, customer.account, "", ""))
        confirm(customer, relation)
        self.assertIn("agreed to", letters_until(partner.email, relation.relation_id)[-1]["text"])
        self.assertEqual(call("SecurityEventService/ListSecurityEvents", partner.principal).events[0].kind, 49)

    def test_an_address_that_nobody_proved_is_not_written_to(self):
        """It may be a stranger's; the notice is where the owner logs in."""
        partner, customer = Partner(), Firm()
        sql("UPDATE identity.contact SET verify_time = NULL WHERE account_id = '%s' AND channel = 'EMAIL'" % customer.account)
        known = len(letters(customer.email))
        relation = partner.ask(customer)
        self.assertIn(relation.relation_id, call("NoticeService/ListNotices", customer.principal).notices[0].text)
        confirm(customer, relation)
        letters_until(partner.email, relation.relation_id)
        self.assertEqual(len(letters(customer.email)), known)

    def test_the_answer_does_not_tell_whether_there_is_such_an_account(self):
        partner, there, nowhere = Partner(), Firm(), new_id()
        sight = lambda relation: re.sub(r"[0-9a-f]{64}|[0-9a-f-]{36}|seconds: \d+|nanos: \d+", "", str(relation))  # noqa: E731
        one, other = partner.ask(there), partner.ask(nowhere)
        self.assertEqual(sight(one), sight(other))
        self.assertEqual(*(sight(found) for found in relations(partner)))
        associated = Firm()
        confirm(associated, Partner().ask(associated))
        self.assertEqual(sight(partner.ask(associated)), sight(one))
        for asked in (there, nowhere):
            with refused(self, Code.ALREADY_EXISTS, "RELATION_EXISTS"):
                partner.ask(asked)
        clock.turn(7 * DAY + 1)
        self.assertEqual([STATES[found.state] for found in relations(partner, with_ended=True)], ["EXPIRED"] * 3)
        self.assertEqual(relations(partner), [])
        partner.ask(nowhere)

    def test_all_that_stands_in_the_way_is_told(self):  # ID-22
        partner, person = Partner(), Person()
        relation = partner.ask(person)
        confirm_terms = check(person, relation, "OVERDUE,UNFINISHED_ORDERS")
        self.assertEqual(confirm_terms, ["OVERDUE", "UNFINISHED_ORDERS", "REAL_NAME_REQUIRED"])
        with self.assertRaises(Refusal) as caught:
            confirm(person, relation, "OVERDUE,UNFINISHED_ORDERS")
        self.assertEqual((caught.exception.reason, caught.exception.preconditions), ("OVERDUE", confirm_terms))
        customer = Firm()
        relation = partner.ask(customer)
        for standing in ("OVERDUE", "UNFINISHED_ORDERS", "ACCOUNT_CLOSED"):
            self.assertEqual(check(customer, relation, standing), [standing])
        for rpc, fields in (("CheckRelation", {}), ("ConfirmRelation", {"request_id": new_id(), "offer_hash": relation.offer.offer_hash})):
            with refused(self, Code.FAILED_PRECONDITION, "STANDING_MISSING"):
                answer(rpc, customer, relation, None, **fields)
        self.assertEqual(outcome(customer, relation), "ACTIVE")

    def test_a_second_partner_a_cycle_and_a_third_step_are_refused(self):  # ID-25
        top, middle, customer, below = Partner(), Partner(), Partner(), Firm()
        offered = customer.ask(below)  # before the customer is one itself
        confirm(middle, top.ask(middle))
        confirm(customer, middle.ask(customer))
        self.assertEqual(check(customer, Partner().ask(customer)), ["ASSOCIATED_WITH_ANOTHER"])
        self.assertEqual(outcome(below, offered), "RESELLER_DEPTH_EXCEEDED")
        with refused(self, Code.FAILED_PRECONDITION, "RESELLER_DEPTH_EXCEEDED"):
            customer.ask(Firm())
        self.assertEqual(outcome(top, middle.ask(top)), "RELATION_CYCLE RESELLER_DEPTH_EXCEEDED")

    def test_edges_of_a_group_do_not_count(self):  # settled 14
        top, headquarters, subsidiary, customer = Partner(), Partner(), Partner(), Firm()
        put_under(subsidiary, headquarters)
        confirm(headquarters, top.ask(headquarters))
        relation = subsidiary.ask(customer)
        self.assertEqual(outcome(customer, relation), "ACTIVE")  # top, headquarters and its subsidiary, customer
        self.assertEqual(outcome(headquarters, subsidiary.ask(headquarters)), "ASSOCIATED_WITH_ANOTHER RESELLER_DEPTH_EXCEEDED SAME_COMPANY")
        self.assertEqual(check(headquarters_of := Firm(company=headquarters.company), headquarters.ask(headquarters_of)), ["SAME_COMPANY"])

    def test_who_answers(self):
        partner, customer, stranger = Partner(), Firm(), Firm()
        member = Person()
        join(customer, member)
        relation = partner.ask(customer)
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            confirm(customer, relation, caller=member.principal)
        for act in (lambda: confirm(stranger, relation), lambda: refuse(stranger, relation), lambda: confirm(partner, relation),
                    lambda: refuse(partner, relation), lambda: check(stranger, relation)):
            with refused(self, Code.NOT_FOUND, "RELATION_NOT_FOUND"):
                act()
        with refused(self, Code.NOT_FOUND, "RELATION_NOT_FOUND"):
            change("RelationService/CancelRelation", customer.principal, account_id=customer.account, relation_id=relation.relation_id)
        self.assertEqual(relations(stranger, with_ended=True), [])
        rejected = refuse(customer, relation)
        self.assertEqual((STATES[rejected.state], rejected.HasField("end_time"), rejected.HasField("offer")), ("REJECTED", True, False))
        taken_back = partner.cancel(partner.ask(customer))
        self.assertEqual(STATES[taken_back.state], "CANCELLED_BY_PARENT")
        with refused(self, Code.FAILED_PRECONDITION, "NOTHING_OFFERED"):
            partner.cancel(taken_back)
        self.assertEqual([STATES[found.state] for found in relations(customer, with_ended=True, role="RELATION_ROLE_CUSTOMER")],
                         ["CANCELLED_BY_PARENT", "REJECTED"])
        self.assertEqual(relations(customer, with_ended=True, role="RELATION_ROLE_AGENT"), [])

    def test_an_offer_lapses(self):  # ID-24
        partner, customer = Partner(), Firm()
        relation = partner.ask(customer, valid_until_time={"seconds": int(clock.now()) + 100})
        clock.turn(101)
        with refused(self, Code.FAILED_PRECONDITION, "NOTHING_OFFERED"):
            confirm(customer, relation)
        for seconds, field in ((-1, "valid_until_time"), (7 * DAY + 60, "valid_until_time")):
            with refused(self, Code.INVALID_ARGUMENT, field=field):
                partner.ask(customer, valid_until_time={"seconds": int(clock.now()) + seconds})

    def test_bad_terms_are_refused_by_field(self):
        partner = Partner()
        for field, value in (("permissions", [99]), ("permissions", [1, 1]), ("permissions", [0]), ("settlement_mode", 0), ("settlement_mode", 4),
                             ("invoice_recipient", 3), ("shutdown_policy", 4), ("price_book", "Gold"), ("price_book", "g" * 33)):
            with self.subTest(field=field, value=value), refused(self, Code.INVALID_ARGUMENT, field="terms." + field):
                partner.ask(new_id(), terms=dict(TERMS, **{field: value}))
        with refused(self, Code.INVALID_ARGUMENT, field="customer_account_id"):
            partner.ask(partner)

    def test_who_controls_the_billing(self):  # ID-30
        top, middle, customer = Partner(), Partner(), Firm()
        alone = control(customer)
        self.assertEqual((alone.payer_account_id, alone.settlement_mode, alone.invoice_recipient, list(alone.agents)), (customer.account, 3, 1, []))
        before = {"seconds": int(clock.now())}
        clock.turn(10)
        confirm(middle, top.ask(middle))
        pays = dict(TERMS, permissions=["RELATION_PERMISSION_PAY_ON_BEHALF"], settlement_mode="SETTLEMENT_MODE_AGENT_PAYS")
        relation = middle.ask(customer, dict(pays, invoice_recipient="INVOICE_RECIPIENT_AGENT"))
        confirm(customer, relation)
        now = control(customer)
        self.assertEqual((now.payer_account_id, now.settlement_mode, now.invoice_recipient, now.owner_account_id),
                         (middle.account, 1, 2, customer.account))
        confirm(other := Firm(), middle.ask(other, dict(pays, permissions=[])))
        self.assertEqual(control(other).payer_account_id, other.account)  # LED-20: the mode alone lets nobody pay
        self.assertEqual([agent.account_id for agent in now.agents], [middle.account, top.account])
        self.assertEqual((now.agents[0].offer_hash, now.agents[0].terms), (relation.offer.offer_hash, relation.offer.terms))
        self.assertEqual(list(control(customer, as_of_time=before).agents), [])
        with refused(self, Code.INVALID_ARGUMENT, field="as_of_time"):
            control(customer, as_of_time={"seconds": int(clock.now()) + 60})

    def test_the_world_is_told(self):
        partner, customer = Partner(), Firm()
        relation = partner.ask(customer)
        confirm(customer, relation)
        self.assertEqual(told(relation, "RelationBegan"), 1)

    def test_terms_are_never_changed_in_the_database(self):
        for statement in ("UPDATE relation_offer SET permissions = ''", "DELETE FROM relation_offer", "DELETE FROM partner_contract",
                          "UPDATE partner_contract SET reference = ''"):
            done = subprocess.run(["psql", identity.service.database_url(SERVICE), "-qtAc", "SET search_path = identity; " + statement],
                                  capture_output=True, text=True, check=False)
            self.assertIn("permission denied", done.stderr, statement)


class Changes(unittest.TestCase):
    def setUp(self):
        self.partner, self.customer = Partner(), Firm()
        self.relation = confirm(self.customer, self.partner.ask(self.customer))

    def test_the_old_terms_hold_until_the_customer_agrees(self):
        offered = offer_change(self.partner, self.relation, price_book="silver")
        self.assertEqual((STATES[offered.state], offered.version, offered.terms, offered.offer.version, offered.offer.terms.price_book),
                         ("CHANGE_CONFIRMING", 1, self.relation.terms, 2, "silver"))
        self.assertEqual(offered.offer.offer_hash, hashlib.sha256(canonical(offered)).hexdigest())
        self.assertEqual(control(self.customer).agents[0].terms.price_book, "gold")
        with refused(self, Code.FAILED_PRECONDITION, "RELATION_NOT_ACTIVE"):
            offer_change(self.partner, self.relation, price_book="bronze")
        kept = refuse(self.customer, offered)
        self.assertEqual((STATES[kept.state], kept.version, kept.terms), ("ACTIVE", 1, self.relation.terms))
        offered = offer_change(self.partner, self.relation, price_book="silver")
        self.assertEqual(check(self.customer, offered, "OVERDUE"), [])  # nothing stands in the way of other terms
        before = {"seconds": int(clock.now()) + 1}
        clock.turn(5)
        changed = confirm(self.customer, offered, "OVERDUE")
        self.assertEqual((STATES[changed.state], changed.version, changed.terms.price_book), ("ACTIVE", 3, "silver"))
        self.assertEqual([control(self.customer, **at).agents[0].version for at in ({}, {"as_of_time": before})], [3, 1])
        self.assertEqual(edges_of(self.relation), 1)

    def test_an_offer_lapses_and_is_taken_back(self):
        offer_change(self.partner, self.relation, price_book="silver")
        self.assertEqual(STATES[self.partner.cancel(self.relation).state], "ACTIVE")
        offered = offer_change(self.partner, self.relation, price_book="silver")
        clock.turn(7 * DAY)
        with refused(self, Code.FAILED_PRECONDITION, "NOTHING_OFFERED"):
            confirm(self.customer, offered)
        self.assertEqual((relations(self.customer)[0].terms, STATES[relations(self.customer)[0].state]), (self.relation.terms, "ACTIVE"))

    def test_less_holds_at_once(self):
        less = offer_change(self.partner, self.relation, permissions=["RELATION_PERMISSION_ALLOCATE"])
        self.assertEqual((STATES[less.state], less.version, list(less.terms.permissions)), ("ACTIVE", 2, [8]))
        self.assertIn("less than before", letters_until(self.customer.email, "less than before")[-1]["text"])
        more = offer_change(self.partner, self.relation)  # as before is more than now
        self.assertEqual(STATES[more.state], "CHANGE_CONFIRMING")

    def test_who_offers(self):
        with refused(self, Code.FAILED_PRECONDITION, "NOTHING_CHANGED"):
            offer_change(self.partner, self.relation)
        for other in (self.customer, Partner()):
            with refused(self, Code.NOT_FOUND, "RELATION_NOT_FOUND"):
                offer_change(other, self.relation, price_book="silver")


class Switches(unittest.TestCase):
    """c-9: another partner in the place of the present one."""

    def setUp(self):
        self.old, self.new, self.customer = Partner(), Partner(), Firm()
        self.present = confirm(self.customer, self.old.ask(self.customer))
        self.offered = self.new.ask(self.customer)
        self.place = {"replaced_relation_id": self.present.relation_id}

    def no(self, standing="NONE", **fields):
        with self.assertRaises(Refusal) as caught:
            confirm(self.customer, self.offered, standing, **dict(self.place, **fields))
        self.assertEqual([agent.account_id for agent in control(self.customer).agents], [self.old.account])
        return caught.exception.preconditions or [caught.exception.reason]

    def test_one_ends_as_the_other_begins(self):
        with refused(self, Code.FAILED_PRECONDITION, "ASSOCIATED_WITH_ANOTHER"):
            confirm(self.customer, self.offered)
        request = new_id()
        fields = dict(self.place, request_id=request, offer_hash=self.offered.offer.offer_hash)
        both = answer("ConfirmRelation", self.customer, self.offered, **fields)
        self.assertEqual(answer("ConfirmRelation", self.customer, self.offered, **fields), both)
        begun, ended = both.relation, both.replaced_relation
        self.assertEqual((STATES[begun.state], STATES[ended.state], ended.relation_id, ended.agent_account_id, ended.HasField("terms")),
                         ("ACTIVE", "ENDED", self.present.relation_id, self.old.account, False))
        self.assertEqual(ended.end_time, begun.begin_time)
        self.assertEqual([agent.account_id for agent in control(self.customer).agents], [self.new.account])
        times = sql("SELECT count(*) FROM identity.relation_offer AS old JOIN identity.relation_offer AS new ON new.begin_time = old.end_time "
                    "WHERE old.relation_id = '%s' AND new.relation_id = '%s'" % (self.present.relation_id, begun.relation_id))
        self.assertEqual((times, told(self.present, "RelationEnded"), told(begun, "RelationBegan")), ("1", 1, 1))  # no gap
        self.assertIn("another partner", letters_until(self.old.email, "another partner")[-1]["text"])

    def test_each_obstacle_is_told_with_what_helps(self):
        standing = "OVERDUE,UNFINISHED_ORDERS,QUOTA_USED,LOTS_REMAINING=40000000CNY,ACCOUNT_CLOSED"
        all_of_them = ["OVERDUE", "UNFINISHED_ORDERS", "QUOTA_USED", "LOTS_REMAINING", "ACCOUNT_CLOSED"]
        found = answer("CheckRelation", self.customer, self.offered, standing, **self.place).obstacles
        self.assertEqual([(row.reason, row.may_stay) for row in found], [(each, each in ("QUOTA_USED", "LOTS_REMAINING")) for each in all_of_them])
        self.assertTrue(all(row.fix for row in found))
        self.assertEqual([(row.agent_account_id, row.amount_micros, row.currency) for row in found],
                         [("", 0, "")] * 2 + [(self.old.account, 0, ""), (self.old.account, 40000000, "CNY"), ("", 0, "")])
        self.assertEqual(check(self.customer, self.offered), ["ASSOCIATED_WITH_ANOTHER"])
        self.assertEqual(self.no(standing), all_of_them)
        self.assertEqual(self.no(standing, remainders_acknowledged=True), ["OVERDUE", "UNFINISHED_ORDERS", "ACCOUNT_CLOSED"])
        with self.assertRaises(Refusal) as caught:
            confirm(self.customer, self.offered, "LOTS_REMAINING=40000000CNY", **self.place)
        self.assertIn("40.00 CNY of account " + self.old.account, str(caught.exception))
        confirm(self.customer, self.offered, "QUOTA_USED,LOTS_REMAINING=40000000CNY", remainders_acknowledged=True, **self.place)

    def test_only_in_the_place_of_its_own(self):
        for stranger in (new_id(), self.offered.relation_id):
            self.assertIn(self.no(replaced_relation_id=stranger), (["RELATION_NOT_FOUND"], ["RELATION_NOT_ACTIVE"]))
        theirs = Firm()
        held = confirm(theirs, self.old.ask(theirs))
        self.assertEqual(self.no(replaced_relation_id=held.relation_id), ["RELATION_NOT_FOUND"])
        self.assertEqual(self.no(offer_hash="0" * 64), ["OFFER_CHANGED"])
        with refused(self, Code.NOT_FOUND, "RELATION_NOT_FOUND"):
            answer("CheckRelation", self.customer, self.offered, replaced_relation_id=held.relation_id)

    def test_a_change_takes_no_place(self):
        changed = offer_change(self.old, self.present, price_book="silver")
        for rpc, fields in (("CheckRelation", {}), ("ConfirmRelation", {"offer_hash": changed.offer.offer_hash, "request_id": new_id()})):
            with refused(self, Code.INVALID_ARGUMENT, field="replaced_relation_id"):
                answer(rpc, self.customer, changed, **dict(self.place, **fields))
        self.assertEqual(STATES[confirm(self.customer, self.offered, **self.place).state], "ACTIVE")  # an offer under way keeps nobody

    def test_an_end_that_was_asked_for_is_only_sooner(self):
        for asks in (self.old, self.customer):
            leave(asks, self.present, effective_time={"seconds": int(clock.now()) + 30 * DAY})
            self.assertEqual(check(self.customer, self.offered), ["ASSOCIATED_WITH_ANOTHER"])
            self.present = confirm(self.customer, self.offered, replaced_relation_id=self.present.relation_id)
            self.old, self.new = self.new, Partner()
            self.offered = self.new.ask(self.customer)

    def test_its_resellers_place_is_taken_by_their_distributor(self):
        distributor = Partner()
        confirm(self.old, distributor.ask(self.old))
        self.assertEqual(check(self.customer, distributor.ask(self.customer)), ["ASSOCIATED_WITH_ANOTHER"])
        offered = relations(self.customer)[0]
        self.assertEqual(STATES[confirm(self.customer, offered, **self.place).state], "ACTIVE")
        self.assertEqual([agent.account_id for agent in control(self.customer).agents], [distributor.account])

    def test_of_two_at_once_one_passes(self):
        others = [self.offered] + [Partner().ask(self.customer) for _ in range(3)]

        def switch(offered):
            try:
                return STATES[confirm(self.customer, offered, **self.place).state]
            except Refusal as refusal:
                return refusal.reason
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            self.assertEqual(sorted(pool.map(switch, others)), ["ACTIVE"] + ["RELATION_NOT_ACTIVE"] * 3)
        self.assertEqual(len(control(self.customer).agents), 1)

    def test_it_counts_as_an_end(self):  # B.2
        for _ in range(3):
            self.present = confirm(self.customer, self.offered, replaced_relation_id=self.present.relation_id)
            self.old, self.new = self.new, Partner()
            self.offered = self.new.ask(self.customer)
        self.assertEqual(self.no(replaced_relation_id=self.present.relation_id), ["RELATION_ENDINGS_LIMIT"])
        with refused(self, Code.RESOURCE_EXHAUSTED, "RELATION_ENDINGS_LIMIT"):
            answer("CheckRelation", self.customer, self.offered, replaced_relation_id=self.present.relation_id)


class Ends(unittest.TestCase):
    def setUp(self):
        self.partner, self.customer = Partner(), Firm()
        self.relation = confirm(self.customer, self.partner.ask(self.customer))

    def test_the_owner_leaves_at_once(self):  # ID-41
        request = new_id()
        ended = leave(self.customer, self.relation, request_id=request)
        self.assertEqual(leave(self.customer, self.relation, request_id=request), ended)
        self.assertEqual((STATES[ended.state], ended.HasField("terms"), list(control(self.customer).agents)), ("ENDED", False, []))
        self.assertIn("ends", letters_until(self.partner.email, " ends.")[-1]["text"])
        self.assertEqual(edges_of(self.relation), 0)
        self.assertEqual(outcome(self.customer, Partner().ask(self.customer)), "ACTIVE")  # another one, now
        self.assertEqual(told(self.relation, "RelationEnded"), 1)

    def test_it_ends_when_its_moment_comes(self):
        at = int(clock.now()) + 30 * DAY
        ending = leave(self.partner, self.relation, effective_time={"seconds": at})
        self.assertEqual((STATES[ending.state], ending.effective_time.seconds, ending.terms), ("DISSOCIATING", at, self.relation.terms))
        for person, fields in ((self.partner, {}), (self.customer, {"effective_time": {"seconds": at - DAY}})):
            with refused(self, Code.FAILED_PRECONDITION, "RELATION_NOT_ACTIVE"):
                leave(person, self.relation, **fields)
        with refused(self, Code.FAILED_PRECONDITION, "RELATION_NOT_ENDING"):
            withdraw(self.customer, self.relation)  # whoever asked alone
        clock.turn(30 * DAY + 1)
        self.assertEqual(STATES[relations(self.customer, with_ended=True)[0].state], "ENDED")
        deadline = time.monotonic() + 30
        while edges_of(self.relation) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual((edges_of(self.relation), told(self.relation, "RelationEnded")), (0, 1))
        self.assertEqual(relations(self.customer, with_ended=True)[0].end_time.seconds, at)
        with refused(self, Code.FAILED_PRECONDITION, "RELATION_NOT_ENDING"):
            withdraw(self.partner, self.relation)

    def test_a_later_end_of_the_partner_keeps_no_customer(self):  # ID-41
        leave(self.partner, self.relation, effective_time={"seconds": int(clock.now()) + 90 * DAY})
        with refused(self, Code.FAILED_PRECONDITION, "OVERDUE"):
            leave(self.customer, self.relation, "OVERDUE")
        self.assertEqual(STATES[leave(self.customer, self.relation).state], "ENDED")
        self.assertEqual((edges_of(self.relation), told(self.relation, "RelationEnded")), (0, 1))
        with refused(self, Code.FAILED_PRECONDITION, "RELATION_NOT_ENDING"):
            withdraw(self.partner, self.relation)

    def test_it_is_taken_back_before(self):
        leave(self.customer, self.relation, effective_time={"seconds": int(clock.now()) + 60})
        kept = withdraw(self.customer, self.relation)
        self.assertEqual((STATES[kept.state], kept.HasField("effective_time")), ("ACTIVE", False))
        clock.turn(120)
        self.assertEqual(STATES[relations(self.customer)[0].state], "ACTIVE")

    def test_nothing_is_owed_and_nothing_under_way(self):
        with self.assertRaises(Refusal) as caught:
            leave(self.customer, self.relation, "OVERDUE,UNFINISHED_ORDERS")
        self.assertEqual((caught.exception.reason, caught.exception.preconditions), ("OVERDUE", ["OVERDUE", "UNFINISHED_ORDERS"]))
        with refused(self, Code.FAILED_PRECONDITION, "STANDING_MISSING"):
            leave(self.customer, self.relation, None)
        with refused(self, Code.FAILED_PRECONDITION, "QUOTA_USED"):
            leave(self.partner, self.relation, "QUOTA_USED")
        stranger = Firm()
        for person, fields in ((stranger, {}), (self.customer, {"customer_account_id": stranger.account}),
                               (self.partner, {"customer_account_id": self.partner.account})):
            with refused(self, Code.NOT_FOUND, "RELATION_NOT_FOUND"):
                leave(person, self.relation, **fields)
        for seconds in (-1, 90 * DAY + 60):
            with refused(self, Code.INVALID_ARGUMENT, field="effective_time"):
                leave(self.customer, self.relation, effective_time={"seconds": int(clock.now()) + seconds})

    def test_neither_end_is_closed_while_it_holds(self):  # ID-12
        blockers = lambda person: [(row.reason, row.relation_id, row.agent_account_id, row.customer_account_id) for row in  # noqa: E731
                                   call("ClosingService/ListClosingBlockers", account_id=person.account).blockers]
        ends = (self.relation.relation_id, self.partner.account, self.customer.account)
        self.partner.ask(Firm())  # is none yet
        self.assertEqual((blockers(self.customer), blockers(self.partner)), ([("HAS_PARTNER", *ends)], [("HAS_CUSTOMERS", *ends)]))
        leave(self.customer, self.relation)
        self.assertEqual((blockers(self.customer), blockers(self.partner)), ([], []))

    def test_neither_end_is_closed_as_it_begins(self):
        """Whichever comes first, under the one lock."""
        for closing in (lambda partner, customer: partner, lambda partner, customer: customer):
            partner, customer = Partner(), Firm()
            offer, who = partner.ask(customer), closing(partner, customer)
            set_closed(who)
            self.assertEqual(check(customer, offer), [outcome(customer, offer)])
            self.assertEqual(outcome(customer, offer), "PARTNER_NOT_AUTHORISED" if who is partner else "ACCOUNT_CLOSED")
            set_closed(who, False)
            self.assertEqual(outcome(customer, offer), "ACTIVE")
            with self.assertRaises(Refusal) as caught:
                set_closed(who)
            self.assertEqual((caught.exception.code, caught.exception.preconditions),
                             (Code.FAILED_PRECONDITION, ["HAS_CUSTOMERS" if who is partner else "HAS_PARTNER"]))
        present = relations(customer)[0]
        other = Partner()
        offer = other.ask(customer)
        set_closed(other)
        with refused(self, Code.FAILED_PRECONDITION, "PARTNER_NOT_AUTHORISED"):  # nor does it take another's place
            confirm(customer, offer, replaced_relation_id=present.relation_id)

    def test_three_ends_in_ninety_days(self):
        for _ in range(2):
            leave(self.customer, self.relation)
            self.relation = confirm(self.customer, self.partner.ask(self.customer))
        leave(self.customer, self.relation, effective_time={"seconds": int(clock.now()) + 60})
        withdraw(self.customer, self.relation)  # is none
        leave(self.customer, self.relation)
        fourth = confirm(self.customer, self.partner.ask(self.customer))
        with refused(self, Code.RESOURCE_EXHAUSTED, "RELATION_ENDINGS_LIMIT"):
            leave(self.customer, fourth)
        clock.turn(90 * DAY + 1)
        self.assertEqual(STATES[leave(self.customer, fourth).state], "ENDED")


class Groups(unittest.TestCase):
    """B.1: edges of a group, made when a company is approved, are asked what those of associations are."""

    def joins(self, person, firm):
        return decided("ApproveCompany", submission(person, firm.company))

    def test_who_has_sold_to_a_company_does_not_join_it(self):
        seller, firm = Partner(), Firm()
        confirm(firm, seller.ask(firm))
        self.assertEqual(leave_company(seller), "DECIDED")
        self.assertEqual(self.joins(seller, firm), "RELATION_CYCLE")
        middle, below = Partner(), Partner()
        confirm(below, middle.ask(below))
        last = Firm()
        confirm(last, below.ask(last))
        leave_company(middle)
        self.assertEqual(self.joins(middle, last), "RELATION_CYCLE RESELLER_DEPTH_EXCEEDED")  # over somebody in between
        leave(last, relations(last)[0])
        self.assertEqual(approve_last(middle), "DECIDED")

    def test_a_line_grows_no_longer_by_a_group(self):
        top, firm, seller, buyer = Partner(), Partner(), Partner(), Partner()
        confirm(firm, top.ask(firm))
        confirm(buyer, seller.ask(buyer))
        last = Firm()
        confirm(last, buyer.ask(last))
        self.assertEqual(leave_company(seller), "DECIDED")
        self.assertEqual(self.joins(seller, firm), "RESELLER_DEPTH_EXCEEDED")  # top, firm and seller, buyer, last
        leave(last, relations(last)[0])
        self.assertEqual(approve_last(seller), "DECIDED")
        self.assertEqual(sql("SELECT count(*) FROM identity.structure_edge WHERE child_account_id = '%s' AND end_time IS NULL" % seller.account), "1")

    def test_a_company_counts_as_one_whoever_is_its_main_account(self):
        main = Partner()
        one, other, outsider = Partner(company=main.company), Partner(company=main.company), Partner()
        for member in (one, other):
            put_under(member, main)
        confirm(outsider, one.ask(outsider))
        self.assertEqual(outcome(other, outsider.ask(other)), "RELATION_CYCLE RESELLER_DEPTH_EXCEEDED")
        top = Partner()
        confirm(other, top.ask(other))
        with refused(self, Code.FAILED_PRECONDITION, "RESELLER_DEPTH_EXCEEDED"):
            outsider.ask(Firm())  # top, other and one, outsider
        self.assertEqual(leave_company(main), "DECIDED")  # one of both is the main account now, and above the other
        with refused(self, Code.FAILED_PRECONDITION, "RESELLER_DEPTH_EXCEEDED"):
            outsider.ask(Firm())


class Costs(unittest.TestCase):
    """The facts of an acceptance are as cheap for a partner with many customers as for one with a single one."""

    def blocks(self, agent, customer):
        text = read_queries(os.path.join(ROOT, "identity", "store"))["relation_facts"].text
        told_ = sql("SET search_path = identity; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; "
                    "SET plan_cache_mode = force_generic_plan; PREPARE facts AS %s\n;"
                    "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE facts ('%s', '%s', now())" % (text, agent.account, customer.account))
        plan = json.loads(told_)[0]["Plan"]
        return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]

    def test_they_do_not_grow_with_customers(self):
        partner, newcomer = Partner(), Firm()
        relation = confirm(customer := Firm(), partner.ask(customer))
        few = self.blocks(partner, newcomer), self.blocks(partner, partner)
        copy = "INSERT INTO identity.{0} SELECT (jsonb_populate_record(old, jsonb_build_object('relation_id', id, 'customer_account_id', id))).* " \
               "FROM identity.{0} AS old, copied WHERE relation_id = '%s';" % relation.relation_id
        sql("CREATE TEMP TABLE copied AS SELECT gen_random_uuid() AS id FROM generate_series(1, 5000);" + copy.format("relation") + copy.format("relation_offer") +
            "UPDATE identity.relation SET create_time = create_time - interval '2 days' WHERE agent_account_id = '%s'" % partner.account)
        self.assertEqual(int(sql("SELECT count(*) FROM identity.relation_offer WHERE agent_account_id = '%s'" % partner.account)), 5001)
        many = self.blocks(partner, newcomer), self.blocks(partner, partner)
        self.assertLess(max(many), max(few) + 60, (few, many))  # deeper indexes, not more customers
        self.assertEqual(outcome(newcomer, partner.ask(newcomer)), "ACTIVE")
        reseller = Partner()  # it sells to one, so the partner with 5,001 customers may take it, and under nobody else
        confirm(last := Firm(), reseller.ask(last))
        self.assertEqual(outcome(reseller, partner.ask(reseller)), "ACTIVE")
        self.assertEqual(outcome(partner, Partner().ask(partner)), "RESELLER_DEPTH_EXCEEDED")


class AtOnce(unittest.TestCase):
    def race(self, *answers):
        with concurrent.futures.ThreadPoolExecutor(len(answers)) as pool:
            return sorted(pool.map(lambda asked: asked() if callable(asked) else outcome(*asked), answers))

    def test_a_group_and_an_association_wait_for_the_one_lock(self):
        seller, firm = Partner(), Firm()
        leave_company(seller)
        offer, joining = seller.ask(firm), submission(seller, firm.company)
        self.assertIn(behind_the_lock(self, lambda: outcome(firm, offer), lambda: decided("ApproveCompany", joining)),
                      (["ACTIVE", "RELATION_CYCLE"], ["DECIDED", "SAME_COMPANY"]))

    def test_associations_wait_for_the_one_lock(self):
        one, other = Partner(), Partner()
        offers = (other, one.ask(other)), (one, other.ask(one))
        self.assertEqual(behind_the_lock(self, *(lambda offer=offer: outcome(*offer) for offer in offers)),
                         ["ACTIVE", "RELATION_CYCLE RESELLER_DEPTH_EXCEEDED"])
        a, b, c, d = Partner(), Partner(), Partner(), Partner()
        line = (b, a.ask(b)), (c, b.ask(c)), (d, c.ask(d))
        self.assertEqual(behind_the_lock(self, *(lambda offer=offer: outcome(*offer) for offer in line)),
                         ["ACTIVE", "ACTIVE", "RESELLER_DEPTH_EXCEEDED"])

    def test_a_switch_and_an_association_wait_for_the_one_lock(self):
        """The reseller comes under another distributor as its customer leaves it for one that is its customer, too: one line of three."""
        top, middle, below, last = Partner(), Partner(), Partner(), Firm()
        present = confirm(last, Partner().ask(last))
        confirm(below, middle.ask(below))
        switch, offer = below.ask(last), top.ask(middle)

        def switched():
            try:
                return STATES[confirm(last, switch, replaced_relation_id=present.relation_id).state]
            except Refusal as refusal:
                return " ".join(refusal.preconditions)
        self.assertEqual(behind_the_lock(self, switched, lambda: outcome(middle, offer)), ["ACTIVE", "RESELLER_DEPTH_EXCEEDED"])

    def test_closing_and_an_association_wait_for_the_one_lock(self):  # ID-12
        def closed(person):
            try:
                set_closed(person)
                return "CLOSED"
            except Refusal as refusal:
                return " ".join(refusal.preconditions)
        for at in (0, 1):
            ends = Partner(), Firm()
            offer = ends[0].ask(ends[1])
            self.assertIn(behind_the_lock(self, lambda: closed(ends[at]), lambda: outcome(ends[1], offer)),
                          (["ACTIVE", ("HAS_CUSTOMERS", "HAS_PARTNER")[at]], sorted(["CLOSED", ("PARTNER_NOT_AUTHORISED", "ACCOUNT_CLOSED")[at]])))

    def test_a_group_and_an_association_close_no_cycle(self):
        for _ in range(2):
            seller, firm = Partner(), Firm()
            leave_company(seller)
            offer, joining = seller.ask(firm), submission(seller, firm.company)
            found = self.race((firm, offer), lambda: decided("ApproveCompany", joining))
            self.assertIn(found, (["ACTIVE", "RELATION_CYCLE"], ["DECIDED", "SAME_COMPANY"]))

    def test_a_group_and_an_association_make_no_line_too_long(self):
        for _ in range(2):
            top, firm, seller, buyer, last = Partner(), Partner(), Partner(), Partner(), Firm()
            confirm(buyer, seller.ask(buyer))
            confirm(last, buyer.ask(last))
            leave_company(seller)
            offer, joining = top.ask(firm), submission(seller, firm.company)
            found = self.race((firm, offer), lambda: decided("ApproveCompany", joining))
            self.assertIn(found, (["ACTIVE", "RESELLER_DEPTH_EXCEEDED"], ["DECIDED", "RESELLER_DEPTH_EXCEEDED"]))

    def test_of_two_partners_one_has_the_customer(self):
        for _ in range(5):
            customer = Firm()
            offers = [Partner().ask(customer), Partner().ask(customer)]
            self.assertEqual(self.race(*((customer, offer) for offer in offers)), ["ACTIVE", "ASSOCIATED_WITH_ANOTHER"])

    def test_no_cycle_closes(self):
        for _ in range(5):
            one, other = Partner(), Partner()
            self.assertEqual(self.race((other, one.ask(other)), (one, other.ask(one))),
                             ["ACTIVE", "RELATION_CYCLE RESELLER_DEPTH_EXCEEDED"])

    def test_no_line_grows_too_long(self):
        """A to B and C to D hold: of B to C and D to A neither passes; and of the three edges of a line of four two do."""
        a, b, c, d = Partner(), Partner(), Partner(), Partner()
        confirm(b, a.ask(b))
        confirm(d, c.ask(d))
        self.assertEqual(self.race((c, b.ask(c)), (a, d.ask(a))), ["RESELLER_DEPTH_EXCEEDED"] * 2)
        e, f, g, h = Partner(), Partner(), Partner(), Partner()
        before = edges()
        found = self.race((f, e.ask(f)), (g, f.ask(g)), (h, g.ask(h)))
        self.assertEqual((found, edges() - before), (["ACTIVE", "ACTIVE", "RESELLER_DEPTH_EXCEEDED"], 2))


def letters_until(to, text):
    """The letters to somebody, once one of them has the text."""
    count = 1
    while text not in identity.letter(to, count)["text"]:
        count += 1
    return letters(to)


if __name__ == "__main__":
    unittest.main()
