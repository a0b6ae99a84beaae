"""Every entry and every refusal of money names its actor (GW-07): principal, account acted in, credential, roles, approval; or the step of our
own. The reference is what the canonical form hashes to, part of the entry's hash, and its row is there by the same commit, once."""
import os
import sys
import threading
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from actor import reference  # noqa: E402
from ledger import order_message  # noqa: E402
from ledger_client import CNY, Company, micros  # noqa: E402
from service import POSTGRES, SERVICE, Refusal, Service, message, new_id, refused  # noqa: E402
from sql import Sql  # noqa: E402

PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION
ENTRY = "SELECT coalesce(actor_reference::text, '') FROM entry JOIN chain ON number = chain WHERE company_id = '%s' ORDER BY sequence DESC LIMIT 1"
ACT = "SELECT coalesce(actor_reference::text, ''), reason, kind, amount_micros, account_id, tag FROM act WHERE company_id = '%s' ORDER BY after_sequence, number"
ACTOR = ("SELECT principal_id, account_id, credential_kind, credential_id, roles, coalesce(approval_id::text, ''), step FROM actor"
         " WHERE reference = '%s'")


class Somebody:
    """A principal with a session, as the gateway's headers tell it."""

    def __init__(self, account, roles="MEMBER,ACCOUNT_ADMINISTRATOR", kind=None, approval=""):
        self.principal, self.account, self.credential = new_id(), account, new_id()
        self.roles, self.kind, self.approval = roles, kind, approval

    def headers(self):
        told = {"principal-id": self.principal, "account-id": self.account, "credential-id": self.credential, "roles": self.roles,
                "credential-kind": self.kind, "approval-id": self.approval}
        return tuple(("kontor-" + name, value) for name, value in told.items() if value)

    @property
    def reference(self):
        return reference(self.principal, self.account, self.credential, self.kind, self.roles, self.approval)


class Actors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger"))
        cls.other = cls.enterClassContext(Service("ledger", database=cls.ledger.database))
        cls.sql = Sql(POSTGRES, cls.ledger.database)
        cls.addClassCleanup(cls.sql.close)
        cls.sql.rows("SET search_path = ledger")

    def setUp(self):
        self.company = self.rich_company()
        self.account = self.company.account
        self.ann = Somebody(self.account)

    def tearDown(self):
        self.assertEqual(self.company.audit()[0], [])

    def rich_company(self):
        company = Company(self.ledger)
        company.account = company.open()
        company.top_up(company.account, 1000)
        return company

    def one(self, statement):
        return self.sql.rows(statement)[0]

    def spend(self, who, amount=1, **fields):
        return self.company.spend(self.account, amount, metadata=who.headers(), **fields)

    def gather(self, who, amount):
        request = message("ledger.v1.SettleGatheredRequest")()
        order = request.orders.add(principal_id=who.principal, account_id=who.account, roles=who.roles, credential_id=who.credential,
                                   credential_kind=who.kind or "", approval_id=who.approval, timeout_ms=20000)
        order.order.create_purchase.CopyFrom(order_message("create_purchase", dict(
            account_id=self.account, company_id=self.company.id, request_id=new_id(), amount_micros=micros(amount), **CNY)))
        return self.ledger.call("ledger.v1.GatheringService/SettleGathered", request=request).results[0]

    def test_an_entry_names_its_actor(self):
        cases = [self.ann, Somebody(self.account, kind="KEY"), Somebody(self.account, kind="CERTIFICATE", roles=""),
                 Somebody(self.account, approval=new_id())]
        for who in cases:
            self.spend(who)
            self.assertEqual(self.one(ENTRY % self.company.id), (who.reference,))
            kind = {None: "1", "KEY": "2", "CERTIFICATE": "3"}[who.kind]
            roles = "ACCOUNT_ADMINISTRATOR,MEMBER" if who.roles else ""
            self.assertEqual(self.one(ACTOR % who.reference), (who.principal, self.account, kind, who.credential, roles, who.approval, ""))

    def test_however_it_comes(self):
        """Alone, gathered, in bulk: one actor."""
        self.spend(self.ann)
        self.assertEqual(self.gather(self.ann, 1).WhichOneof("outcome"), "answer")
        self.assertEqual(self.one(ENTRY % self.company.id), (self.ann.reference,))
        self.company.submit(self.account, ("create_purchase", dict(amount_micros=micros(1), **CNY)), metadata=self.ann.headers())
        self.assertEqual(self.one(ENTRY % self.company.id), (self.ann.reference,))

    def test_a_step_is_an_actor_and_a_peer_is_nobody(self):
        for metadata, named in (((("kontor-step", "gateway.credit_top_up"),), reference(step="gateway.credit_top_up")), ((), "")):
            self.company.top_up(self.account, 1, metadata=metadata)
            self.assertEqual(self.one(ENTRY % self.company.id), (named,))

    def test_a_refusal_names_its_actor(self):
        for gathered in (False, True):
            bob = Somebody(self.account)
            if gathered:
                self.assertEqual(self.gather(bob, 5000).WhichOneof("outcome"), "refused")
            else:
                with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
                    self.spend(bob, 5000, tag="oss")
            self.assertEqual(self.sql.rows(ACT % self.company.id)[-1],
                             (bob.reference, "EXCEEDS_AVAILABLE", "3", str(micros(5000)), self.account, "" if gathered else "oss"))
            self.assertEqual(self.one(ACTOR % bob.reference)[0], bob.principal)

    def test_a_repeated_refusal_is_one_act(self):
        request_id = new_id()
        for _ in range(2):
            with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
                self.spend(self.ann, 5000, request_id=request_id)
        self.assertEqual(len(self.sql.rows(ACT % self.company.id)), 1)

    def test_a_refused_setting_is_one_act_however_often_it_is_repeated(self):
        for rpc, asked, action, amount in (
                ("AccountService/SetCurrency", dict(currency="USD"), "set_currency", 0),
                ("AccountService/UpdateAccount", dict(update_fields=["state"], state="ACCOUNT_STATE_CLOSED"), "update_account", 0),
                ("CreditService/SetCreditLine", dict(currency="CNY", line_micros=micros(1)), "set_credit_line", micros(1))):
            bob, request_id = Somebody(self.account), new_id()
            if action == "set_credit_line":  # less than was allocated
                self.company.call("CreditService/SetCreditLine", self.account, line_micros=micros(10), currency="CNY")
                self.company.call("CreditService/SetCreditLimit", self.account, limit_micros=micros(10), currency="CNY")
            for _ in range(2):
                with self.assertRaises(Refusal) as caught:
                    self.company.call(rpc, self.account, request_id=request_id, metadata=bob.headers(), **asked)
            told = [(act.action, act.amount_micros, act.reason) for act in self.acts(principal_id=bob.principal).acts]
            self.assertEqual(told, [(action, amount, caught.exception.reason)])

    def test_known_only_while_the_database_is_the_same(self):
        """Somebody put a database back in which the actor is not: the chain has another revision, and the actor comes again."""
        for _ in range(3):
            self.spend(self.ann)
        self.sql.rows("DELETE FROM actor WHERE reference = '%s'" % self.ann.reference)
        self.sql.rows("UPDATE chain SET revision = gen_random_uuid() WHERE company_id = '%s'" % self.company.id)
        self.spend(self.ann)
        self.assertEqual(self.one(ACTOR % self.ann.reference)[0], self.ann.principal)

    def test_known_only_after_the_commit(self):
        """A batch that came to nothing has taught nothing: its actor comes with the next."""
        self.spend(self.ann)
        bob = Somebody(self.account)
        self.sql.rows("BEGIN; SELECT FROM chain WHERE company_id = '%s' FOR UPDATE" % self.company.id)
        with self.assertRaises(Exception):
            self.spend(bob, timeout=1)
        self.sql.rows("ROLLBACK")
        self.spend(bob)
        self.assertEqual(self.one(ACTOR % bob.reference)[0], bob.principal)

    def test_the_same_actors_at_once(self):
        """Two companies, two replicas, the same new actors in other orders: nobody waits for another, each is there once a company."""
        companies = [self.company, self.rich_company()]
        everybody = [Somebody(self.account) for _ in range(12)]
        failures = []

        def pay(company, ledger, people):
            for who in people:
                try:
                    company.spend(company.account, 1, ledger=ledger, metadata=who.headers())
                except Exception as error:  # noqa: BLE001
                    failures.append(error)

        threads = [threading.Thread(target=pay, args=(company, ledger, people)) for company in companies for ledger in (self.ledger, self.other)
                   for people in (everybody, everybody[::-1])]
        [thread.start() for thread in threads], [thread.join() for thread in threads]
        self.assertEqual(failures, [])
        for who in everybody:
            self.assertEqual(len(self.sql.rows(ACTOR % who.reference)), len(companies))

    # ---- the list of acts (GW-07)

    def acts(self, **fields):
        return self.ledger.call("ledger.v1.ActService/ListActs", company_id=self.company.id, **fields)

    def all_acts(self, **fields):
        """Page by page, however small."""
        acts, cursor = [], ""
        while True:
            page = self.acts(cursor=cursor, **fields)
            acts += page.acts
            cursor = page.next_cursor
            if not cursor:
                return acts

    def a_day(self):
        """Everybody acts: spends, is refused, transfers, sets a line and an account's facts. Oldest first."""
        other, bob = self.company.open(), Somebody(self.account)
        self.spend(self.ann, 1, tag="oss", remark="one")
        with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
            self.spend(bob, 5000, tag="oss")
        with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
            self.spend(self.ann, 6000)
        self.company.transfer(self.account, other, 2, metadata=bob.headers())
        self.company.call("CreditService/SetCreditLine", self.account, line_micros=micros(7), currency="CNY", metadata=self.ann.headers())
        self.company.update(other, "receivables", receivables=True, metadata=bob.headers())
        return other, bob

    def test_acts_are_listed_with_their_actors(self):
        other, bob = self.a_day()
        acts = list(self.acts().acts)
        self.assertEqual([(act.action, act.amount_micros, act.reason, act.actor.principal_id) for act in acts[::-1]], [
            ("credit_top_up", micros(1000), "", ""), ("create_purchase", micros(1), "", self.ann.principal),
            ("create_purchase", micros(5000), "EXCEEDS_AVAILABLE", bob.principal),
            ("create_purchase", micros(6000), "EXCEEDS_AVAILABLE", self.ann.principal), ("create_transfer", micros(2), "", bob.principal),
            ("set_credit_line", micros(7), "", self.ann.principal), ("update_account", 0, "", bob.principal)])
        self.assertEqual([act.place for act in acts[::-1]], ["1.0", "2.0", "2.1", "2.2", "3.0", "3.1", "3.2"])
        one = acts[5]
        self.assertEqual((one.account_id, one.tag, one.remark, one.currency, bool(one.entry_id), one.request_id),
                         (self.account, "oss", "one", "CNY", True, ""))
        self.assertEqual((one.actor.reference, one.actor.credential_kind, one.actor.credential_id, one.actor.roles, one.actor.account_id),
                         (self.ann.reference, "SESSION", self.ann.credential, "ACCOUNT_ADMINISTRATOR,MEMBER", self.account))
        self.assertEqual((acts[0].remark, acts[0].account_id, acts[2].counterparty_account_id), ("receivables", other, other))

    def test_acts_are_narrowed(self):
        other, bob = self.a_day()
        places = lambda **fields: [act.place for act in self.all_acts(**fields)]  # noqa: E731
        self.assertEqual(places(account_id=other), ["3.2", "3.0"])
        self.assertEqual(places(account_id=self.account), ["3.1", "3.0", "2.2", "2.1", "2.0", "1.0"])
        self.assertEqual(places(account_ids=[other, new_id()]), ["3.2", "3.0"])
        self.assertEqual(places(account_ids=[self.account, new_id()]), ["3.1", "3.0", "2.2", "2.1", "2.0", "1.0"])
        self.assertEqual(places(account_ids=[other, self.account], page_size=2), ["3.2", "3.1", "3.0", "2.2", "2.1", "2.0", "1.0"])
        self.assertEqual(places(account_ids=[new_id()]), [])
        self.assertEqual(places(principal_id=bob.principal), ["3.2", "3.0", "2.1"])
        self.assertEqual(places(action="create_purchase"), ["2.2", "2.1", "2.0"])
        self.assertEqual(places(action="set_credit_line"), ["3.1"])
        self.assertEqual(places(action="no_such_thing"), [])
        self.assertEqual(places(tag="oss"), ["2.1", "2.0"])
        times = {act.place: act.recorded_time for act in self.all_acts()}
        self.assertEqual(places(start_time=times["2.1"], end_time=times["3.1"]), ["3.0", "2.2", "2.1"])
        self.assertEqual(places(start_time=times["3.2"]), ["3.2"])
        self.assertEqual(places(end_time=times["1.0"]), [])
        self.assertEqual(self.ledger.call("ledger.v1.ActService/ListActs", company_id=new_id()).acts[:], [])

    def test_pages_tell_each_act_once(self):
        """However small a page, and though others act meanwhile."""
        self.a_day()
        whole = [act.place for act in self.acts().acts]
        for size in (1, 2, 3, 7, 8):
            self.assertEqual([act.place for act in self.all_acts(page_size=size)], whole, size)
        page = self.acts(page_size=2)
        self.spend(self.ann)
        rest = self.acts(cursor=page.next_cursor)
        self.assertEqual([act.place for act in list(page.acts) + list(rest.acts)], whole)

    def test_a_cursor_is_one_of_ours(self):
        for cursor in ("1", "1.", ".1", "-1.0", "1.0x", "a.b", "1.0.0"):
            with refused(self, grpc.StatusCode.INVALID_ARGUMENT, field="cursor"):
                self.acts(cursor=cursor)

    def test_the_audit_tells_another_actor(self):
        self.spend(self.ann)
        where = " WHERE reference = '%s'" % self.ann.reference
        for change in ("SET roles = 'OPERATOR'", "SET account_id = NULL", "SET credential_kind = 2", "SET step = 'x'",
                       "SET approval_id = gen_random_uuid()", "SET credential_id = gen_random_uuid()", "SET principal_id = gen_random_uuid()",
                       "SET reference = gen_random_uuid()"):
            self.sql.rows("CREATE TEMP TABLE kept AS SELECT * FROM actor" + where)
            self.sql.rows("UPDATE actor " + change + where)
            self.assertEqual([(kind, sequence) for kind, _, sequence in self.company.audit()[0]], [("ACTOR_DIFFERS", 2)], change)
            self.sql.rows("DELETE FROM actor WHERE company_id = '%s'; INSERT INTO actor SELECT * FROM kept; DROP TABLE kept" % self.company.id)

    def test_nobody_changes_them(self):
        for table in ("actor", "act"):
            for change in ("UPDATE %s SET account_id = NULL", "DELETE FROM %s", "TRUNCATE %s"):
                with self.assertRaisesRegex(AssertionError, "permission denied"):
                    self.sql.rows("SET ROLE %s; " % SERVICE + change % table)
                self.sql.rows("RESET ROLE")


if __name__ == "__main__":
    unittest.main()
