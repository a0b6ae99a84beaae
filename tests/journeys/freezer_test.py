"""The freezer's day (GW-03, GW-04, c-13) through `kontor` and the gateway, and a freeze of thousands of accounts against recharges of all of
them at once: none is accepted after its answer, those that were accepted before are there exactly once.

    KONTOR_LONG=yes       10,000 accounts, not 400; prints how long the freeze took, and until the last account refused"""
import concurrent.futures
import os
import threading
import time
import unittest

from stack import Journey, micros, new_id, psql

from service import Refusal

COUNT = 10000 if os.environ.get("KONTOR_LONG") == "yes" else 400
CALLERS = 32
TOP_UP = "payments.v1.TopUpService/CreateTopUp"
FREEZE, UNDO = "identity.v1.FreezeService/FreezeAccounts", "identity.v1.FreezeService/UndoFreeze"
WIRE, AMOUNT = 4, 60_000_000_000
ADMINISTRATOR = 1

IDENTITY = """
INSERT INTO identity.account (account_id, principal_id, country, type, sign_up_channel, create_time)
SELECT md5('{mark}' || i)::uuid, '{owner}', 'CN', 'CORPORATE', 'EMAIL', now() FROM generate_series(1, {count}) AS i;
INSERT INTO identity.company_submission (submission_id, account_id, principal_id, country, scheme, number, name, state, company_id, submit_time,
    decide_time)
SELECT md5('{mark}s' || i)::uuid, md5('{mark}' || i)::uuid, '{owner}', 'CN', 'LEI', '{mark}', 'Branch', 'VERIFIED', main.company_id, now(), now()
FROM generate_series(1, {count}) AS i, identity.company_submission AS main WHERE main.account_id = '{main}' AND main.state = 'VERIFIED';
INSERT INTO identity.structure_edge (child_account_id, kind, version, parent_account_id, begin_time)
SELECT md5('{mark}' || i)::uuid, 'GROUP', 1, '{main}', now() FROM generate_series(1, {count}) AS i;
ANALYZE identity.structure_edge, identity.account, identity.company_submission"""
PAYMENTS = """
INSERT INTO payments.account (account_id, currency, currency_set_time, country, corporate, principal_name, billing_address_present, facts_time)
SELECT md5('{mark}' || i)::uuid, 'CNY', now(), 'CN', true, 'Li Lei', true, now() FROM generate_series(1, {count}) AS i"""
GATEWAY = """
INSERT INTO gateway.account (account_id, company_id, lease_time)
SELECT md5('{mark}' || i)::uuid, main.company_id, now() FROM generate_series(1, {count}) AS i, gateway.account AS main
WHERE main.account_id = '{main}'"""


class Freezer(Journey):
    stack_settings = {"source_per_second": 0}  # ten thousand recharges come from one

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main, cls.branch = cls.stack.company("main", "branch")
        cls.finance, cls.cto = cls.stack.customer("finance").open(), cls.stack.customer("cto").open()
        cls.stack.await_equal(cls("runTest"), 2, cls.opened)
        cls.owner = cls.principal(cls.main)
        cls.call(cls.main, "identity.v1.RoleService/GrantRole", account_id=cls.main.account_id, request_id=new_id(), principal_id=cls.owner,
                 role=ADMINISTRATOR, subtree=True)
        for person in (cls.finance, cls.cto):
            person.join(cls.main, "billing-freezer", "--subtree")
        cls.accounts = cls.add_accounts(COUNT)

    def runTest(self):
        """Nothing: a test to wait by."""

    @classmethod
    def opened(cls):
        ids = "', '".join((cls.main.account_id, cls.branch.account_id))
        return int(psql(cls.stack.gateway.database, "SELECT count(company_id) FROM gateway.account WHERE account_id IN ('%s')" % ids))

    @classmethod
    def principal(cls, who):
        return psql(cls.stack.identity.database, "SELECT principal_id FROM identity.account WHERE account_id = '%s'" % who.account_id)

    @classmethod
    def add_accounts(cls, count):
        """Accounts of the company, under its main account, as they are after they were opened."""
        mark = new_id()[:8]
        names = {"mark": mark, "owner": cls.owner, "main": cls.main.account_id, "count": count}
        for name, sql in (("identity", IDENTITY), ("payments", PAYMENTS), ("gateway", GATEWAY)):
            psql(getattr(cls.stack, name).database, sql.format(**names))
        return psql(cls.stack.identity.database,
                    "SELECT md5('%s' || i)::uuid FROM generate_series(1, %d) AS i" % (mark, count)).split()

    @classmethod
    def call(cls, who, rpc, **fields):
        return cls.stack.gateway.call(rpc, timeout=60, metadata=(("authorization", "Bearer " + cls.stack.token(who.name)),), **fields)

    def recharge(self, account, request=None):
        """The top-up, or the reason why not."""
        try:
            return self.call(self.main, TOP_UP, account_id=account, target_account_id=account, request_id=request or new_id(), rail=WIRE,
                             amount_micros=AMOUNT, currency="CNY").top_up.top_up_id
        except Refusal as refusal:
            self.assertIn(refusal.reason, ("RECHARGE_FROZEN",), refusal)
            return refusal.reason

    def kept(self):
        return set(psql(self.stack.payments.database, "SELECT top_up_id FROM payments.top_up").split())

    def freeze(self, who=None, account=None, **fields):
        return self.call(who or self.finance, FREEZE, account_id=account or self.main.account_id, request_id=fields.pop("request_id", new_id()),
                         reason="a stolen card", **fields)

    def undo(self, freeze, who=None):
        return self.call(who or self.cto, UNDO, account_id=freeze.account_id, request_id=new_id(), freeze_id=freeze.freeze_id).freeze

    # ---- the day

    def test_a_day_of_the_freezer(self):
        main, branch = self.main.account_id, self.branch.account_id
        at = lambda who, *words: who.kontor(*words, "--account", main)
        with self.stack.refused(self, "PERMISSION_DENIED"):
            at(self.main, "freeze", "start", "--reason", "the administrator is none")
        preview = at(self.finance, "freeze", "preview")
        self.assertEqual(preview["accountCount"], COUNT + 2)
        top_up = ["topup", "--rail", "wire", "--amount", "60000.00", "--currency", "CNY", "--no-wait", "--request-id", new_id()]
        under_way = self.branch.kontor(*top_up)["topUp"]
        frozen = at(self.finance, "freeze", "start", "--reason", "a stolen laptop", "--level", "new-purchase")
        self.assertEqual((frozen["freeze"]["state"], frozen["accountCount"], frozen["fenced"]), ("FREEZE_STATE_IN_FORCE", COUNT + 2, True))
        with self.stack.refused(self, "RECHARGE_FROZEN") as refusals:
            self.branch.kontor("card", "add", "--expiry-month", "12", "--expiry-year", "2034", "--holder", "Li Lei", stdin="4000001560000002\n123\n")
        self.assertEqual((refusals[0].terms["freeze_id"], refusals[0].terms["level"]), (frozen["freeze"]["freezeId"], "NEW_PURCHASE"))
        self.assertNotIn("created_by", refusals[0].terms)
        self.assertEqual(self.branch.kontor(*top_up)["topUp"]["topUpId"], under_way["topUpId"])  # it was accepted before, and is told so again
        with self.stack.refused(self, "PURCHASE_FROZEN"):
            self.branch.purchase("10.00")
        self.stack.operator("wire", "receive", "--account", branch, "--reference", under_way["wireReference"], "--bank", "ICBC 0200", "--statement",
                            "2026-11-28", "--statement-line", new_id(), "--amount", "60000.00", "--currency", "CNY")
        self.stack.await_equal(self, micros("60000.00"), self.branch.own)  # what was under way is carried to its end
        freeze_id = frozen["freeze"]["freezeId"]
        with self.stack.refused(self, "OWN_FREEZE"):
            at(self.finance, "freeze", "undo", freeze_id, "--yes")
        shown = self.branch.kontor("freeze", "list")["freezes"]
        self.assertEqual([(each["freezeId"], each.get("createdBy", "")) for each in shown[:1]], [(freeze_id, "")])
        at(self.cto, "freeze", "undo", freeze_id, "--yes")
        self.assertNotEqual(self.recharge(branch), "RECHARGE_FROZEN")
        pending = at(self.finance, "freeze", "start", "--reason", "a drill", "--two-person")["freeze"]
        self.assertNotEqual(self.recharge(branch), "RECHARGE_FROZEN")
        at(self.cto, "freeze", "confirm", pending["freezeId"])
        self.assertEqual(self.recharge(branch), "RECHARGE_FROZEN")
        at(self.cto, "freeze", "undo", pending["freezeId"], "--yes")

    # ---- the race

    def test_no_recharge_is_accepted_after_the_answer(self):
        """All accounts recharge at once, and are frozen in the middle of it: payments keeps no more than when the freeze was answered."""
        begun, answers = threading.Semaphore(0), {}

        def recharge(account):
            begun.release()
            answers[account] = self.recharge(account)
        before = self.kept()
        with concurrent.futures.ThreadPoolExecutor(CALLERS) as pool:
            for account in self.accounts:
                pool.submit(recharge, account)
            for _ in range(COUNT // 4):
                begun.acquire()
            started = time.monotonic()
            answer = self.freeze()
            took, at_the_answer = time.monotonic() - started, self.kept()
        self.assertTrue(answer.fenced)
        accepted = {top_up for top_up in answers.values() if top_up != "RECHARGE_FROZEN"}
        self.assertEqual(len(answers), COUNT)
        self.assertGreater(len(accepted), 0)
        self.assertLess(len(accepted), COUNT)
        self.assertEqual(self.kept(), at_the_answer)
        self.assertEqual(at_the_answer - before, accepted)
        started = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(CALLERS) as pool:
            refused = list(pool.map(self.recharge, self.accounts))
        self.assertEqual(set(refused), {"RECHARGE_FROZEN"})
        print("%d accounts: frozen in %.1f ms, %d recharges accepted before; the last of all refused %.1f s after the answer" %
              (COUNT, took * 1000, len(accepted), time.monotonic() - started))
        self.undo(answer.freeze)

    def test_freezes_and_undoings_at_once_leave_what_is_left(self):
        account = self.accounts[0]

        def on_and_off(who, other):
            for _ in range(5):
                self.undo(self.freeze(who, level=2).freeze, other)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(on_and_off, self.finance, self.cto), pool.submit(on_and_off, self.cto, self.finance)]:
                done.result()
        self.assertNotEqual(self.recharge(account), "RECHARGE_FROZEN")

    # ---- kill -9

    def test_identity_and_gateway_are_killed_in_the_middle(self):
        for victim in (self.stack.identity, self.stack.gateway, self.stack.payments):
            request = new_id()
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                freezing = pool.submit(self.until_answered, request)
                time.sleep(0.01)
                victim.kill()
                victim.start()
                freeze = freezing.result().freeze
            self.assertEqual(self.until_recharge_is(self.accounts[1]), "RECHARGE_FROZEN", victim.name)
            own = "SELECT count(*) FROM identity.account_freeze WHERE end_time IS NULL"
            self.assertEqual(psql(self.stack.identity.database, own), "1")
            self.undo(freeze)

    def until_recharge_is(self, account):
        deadline = time.monotonic() + 30
        while True:
            try:
                return self.recharge(account)
            except AssertionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def until_answered(self, request):
        """The same call until it is answered, as a caller does who hears nothing."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.freeze(request_id=request)
            except Refusal:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
