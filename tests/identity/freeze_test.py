"""Freezes against the real identity (GW-03, GW-04, c-13): who begins, confirms and undoes one, whom it hits at each question, how it ends by
itself, and what is noted and told of it. Boundaries to the microsecond are in identity/domain."""
import concurrent.futures
import time
import unittest

import identity_test as identity
from identity_test import Code, Person, approve, call, change, company_account, log_in, new_id, psql, refused

from service import Refusal, message

SERVICE = "FreezeService/"
RECHARGE, NEW_PURCHASE, PAYG_SUSPEND = 1, 2, 3
PENDING, IN_FORCE, UNDONE, EXPIRED, LAPSED = 1, 2, 3, 4, 5
FREEZER = "ROLE_BILLING_FREEZER"


def setUpModule():
    identity.setUpModule()


def tearDownModule():
    identity.tearDownModule()


def company(number, *, count):
    """Accounts of one company; the first is its main account."""
    accounts = [company_account() for _ in range(count)]
    for account in accounts:
        account.submission = approve(account.submit(number=number)).submission_id
    return accounts


class Freezes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.main, cls.branch, cls.other = company("91110000600037341L", count=3)
        cls.stranger, = company("91350100M000100Y43", count=1)
        cls.finance, cls.cto = Person(), Person()
        for person in (cls.finance, cls.cto):
            identity.join(cls.main, person, FREEZER, subtree=True)
        cls.token = {account: log_in(account.email).session_token for account in (cls.main, cls.branch, cls.other, cls.stranger)}

    def tearDown(self):
        """Nothing holds any more; days pass and every freeze of the test ends by itself, or is undone."""
        for account in (self.main, self.branch):
            for freeze in self.list(account):
                if freeze.state in (PENDING, IN_FORCE) and freeze.account_id == account.account:
                    self.undo(freeze, self.cto if freeze.created_by == self.finance.principal else self.finance)

    # ---- the acts

    def freeze(self, caller=None, account=None, **fields):
        fields.setdefault("reason", "a stolen card")
        return change(SERVICE + "FreezeAccounts", (caller or self.finance).principal, account_id=(account or self.main).account, **fields)

    def confirm(self, freeze, caller, **fields):
        return change(SERVICE + "ConfirmFreeze", caller.principal, account_id=freeze.account_id, freeze_id=freeze.freeze_id, **fields).freeze

    def undo(self, freeze, caller, account=None, **fields):
        return change(SERVICE + "UndoFreeze", caller.principal, account_id=account.account if account else freeze.account_id,
                      freeze_id=freeze.freeze_id, **fields).freeze

    def list(self, account):
        return call(SERVICE + "ListFreezes", account_id=account.account).freezes

    def held(self, account):
        """The level that the gateway hears of the account; 0: none."""
        answer, = call("SessionService/ResolveSessions", questions=[{"session_token": self.token[account]}]).answers
        return answer.session.freeze.level

    def held_everywhere(self, level):
        self.assertEqual([self.held(account) for account in (self.main, self.branch, self.other)], [level] * 3)

    def noted(self, freeze):
        """The kinds of what was noted of a freeze, in order; those of other tests may end meanwhile."""
        return psql(identity.service.database, "SELECT kind FROM identity.security_event WHERE detail = '%s' ORDER BY note_time" % freeze.freeze_id).split()

    def told(self, name, freeze):
        """The one event of a type that a freeze has."""
        kind = message("identity.v1." + name)
        rows = psql(identity.service.database, "SELECT encode(payload, 'hex') FROM identity.outbox WHERE type = 'identity.v1.%s'" % name)
        event, = (event for event in map(kind.FromString, map(bytes.fromhex, rows.split())) if event.freeze_id == freeze.freeze_id)
        return event

    # ---- whom it hits

    def test_one_call_hits_all_under_it_and_nobody_else(self):  # GW-03
        answer = self.freeze()
        self.assertEqual((answer.account_count, answer.freeze.state, answer.freeze.level), (3, IN_FORCE, RECHARGE))
        self.held_everywhere(RECHARGE)
        self.assertEqual(self.held(self.stranger), 0)
        self.undo(answer.freeze, self.cto)
        self.held_everywhere(0)

    def test_a_freeze_below_hits_nobody_above_or_beside(self):
        freeze = self.freeze(account=self.branch, level=NEW_PURCHASE).freeze
        self.assertEqual([self.held(account) for account in (self.main, self.branch, self.other)], [0, NEW_PURCHASE, 0])
        self.undo(freeze, self.cto)

    def test_freezes_of_parent_and_child_add_up(self):
        above, below = self.freeze().freeze, self.freeze(account=self.branch, level=PAYG_SUSPEND).freeze
        self.assertEqual([self.held(account) for account in (self.main, self.branch, self.other)], [RECHARGE, PAYG_SUSPEND, RECHARGE])
        self.undo(below, self.cto)
        self.held_everywhere(RECHARGE)
        second = self.freeze(account=self.branch).freeze
        self.undo(above, self.cto)
        self.assertEqual([self.held(account) for account in (self.main, self.branch, self.other)], [0, RECHARGE, 0])
        self.undo(second, self.cto)

    def test_accounts_that_join_are_frozen_and_those_that_leave_are_not(self):  # GW-04
        freeze = self.freeze().freeze
        new, = company("91110000600037341L", count=1)
        self.token[new] = log_in(new.email).session_token
        self.assertEqual(self.held(new), RECHARGE)
        change("CompanyService/RevokeCompany", identity.operator(), submission_id=new.submission, reason="sold")
        self.assertEqual(self.held(new), 0)
        self.undo(freeze, self.cto)

    def test_the_gateway_hears_it_of_other_accounts_too(self):
        freeze = self.freeze(account=self.branch).freeze
        answer, = call("SessionService/ResolveSessions", questions=[{"session_token": self.token[self.main],
                                                                     "other_account_ids": [self.other.account, self.branch.account]}]).answers
        self.assertEqual([other.freeze.freeze_id for other in answer.others], ["", freeze.freeze_id])
        self.assertFalse(answer.session.HasField("freeze"))
        self.undo(freeze, self.cto)

    def test_a_preview_counts_and_names_them(self):  # c-13
        freeze = self.freeze(account=self.branch).freeze
        page = call(SERVICE + "PreviewFreeze", account_id=self.main.account, page_size=2)
        rest = call(SERVICE + "PreviewFreeze", account_id=self.main.account, page_size=2, page_token=page.next_page_token)
        levels = {row.account_id: row.level for row in list(page.accounts) + list(rest.accounts)}
        self.assertEqual(levels, {self.main.account: 0, self.branch.account: RECHARGE, self.other.account: 0})
        self.assertEqual((page.account_count, rest.account_count, rest.next_page_token), (3, 3, ""))
        self.undo(freeze, self.cto)

    def test_a_preview_tells_the_strictest_of_many(self):
        """Partners have 32 each beside the account's own."""
        held = []
        for level, partner, count in (("RECHARGE", "'%s'" % self.other.account, 32), ("NEW_PURCHASE", "NULL", 1)):
            rows = psql(identity.service.database, "INSERT INTO identity.account_freeze (account_id, freeze_id, level, reason, created_by, create_time, "
                        "begin_time, partner_account_id) SELECT '%s', gen_random_uuid(), '%s', 'why', '%s', now(), now(), %s FROM generate_series(1, %d) "
                        "RETURNING freeze_id" % (self.stranger.account, level, self.finance.principal, partner, count))
            held += [row for row in rows.split() if len(row) == 36]
        self.assertEqual(len(held), 33)
        row, = call(SERVICE + "PreviewFreeze", account_id=self.stranger.account).accounts
        psql(identity.service.database, "DELETE FROM identity.account_freeze WHERE account_id = '%s'" % self.stranger.account)
        self.assertEqual(row.level, NEW_PURCHASE)

    # ---- who may

    def test_nobody_but_a_freezer(self):  # GW-03: an administrator without the role is refused
        for caller in (self.main, self.stranger, Person()):
            with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
                self.freeze(caller)
        freeze = self.freeze().freeze
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            self.undo(freeze, self.main)
        with refused(self, Code.UNAUTHENTICATED, "PRINCIPAL_MISSING"):
            change(SERVICE + "FreezeAccounts", account_id=self.main.account, reason="x")
        self.undo(freeze, self.cto)

    def test_a_freezer_may_have_roles_of_the_account_s_own(self):
        other = change("CustomRoleService/CreateRole", self.main.principal, account_id=self.main.account, name="reads", permissions=["ledger.*"]).role
        for person in (self.finance, self.cto):
            change("RoleService/GrantRole", self.main.principal, account_id=self.main.account, principal_id=person.principal,
                   custom_role_id=other.role_id)
        freeze = self.freeze().freeze
        self.undo(freeze, self.cto)
        with refused(self, Code.NOT_FOUND, "FREEZE_NOT_FOUND"):
            change(SERVICE + "UndoFreeze", self.cto.principal, account_id=self.main.account, freeze_id=new_id())

    def test_undone_by_another_principal_once(self):
        freeze = self.freeze().freeze
        with refused(self, Code.PERMISSION_DENIED, "OWN_FREEZE"):
            self.undo(freeze, self.finance)
        self.held_everywhere(RECHARGE)
        with refused(self, Code.NOT_FOUND, "FREEZE_NOT_FOUND"):  # not from below
            self.undo(freeze, self.cto, account=self.branch)
        answer = self.undo(freeze, self.cto)
        self.assertEqual((answer.state, answer.ended_by), (UNDONE, self.cto.principal))
        with refused(self, Code.FAILED_PRECONDITION, "FREEZE_ENDED"):
            self.undo(freeze, self.cto)

    def test_whoever_made_the_program_or_a_key_of_it_undoes_no_freeze_of_it(self):  # c-13: it has seen the secret
        account = self.main.account
        for person in (self.finance, self.cto):
            change("RoleService/GrantRole", self.main.principal, account_id=account, principal_id=person.principal, role="ROLE_ACCOUNT_ADMINISTRATOR")
        program = change("ProgramService/CreateProgram", self.finance.principal, account_id=account, name="guard", roles=[FREEZER]).program
        freeze = change(SERVICE + "FreezeAccounts", program.program_id, account_id=account, reason="an alarm").freeze
        with refused(self, Code.PERMISSION_DENIED, "OWN_FREEZE"):
            self.undo(freeze, self.finance)
        self.undo(freeze, self.cto)
        ends = int(identity.clock.now()) + 3600
        change("KeyService/CreateKey", self.cto.principal, account_id=account, program_id=program.program_id, scope={"permissions": ["identity.freeze.*"]},
               expire_time={"seconds": ends})
        freeze = change(SERVICE + "FreezeAccounts", program.program_id, account_id=account, reason="an alarm", expire_time={"seconds": ends}).freeze
        with refused(self, Code.PERMISSION_DENIED, "OWN_FREEZE"):
            self.undo(freeze, self.cto)
        identity.clock.turn(3601)
        self.held_everywhere(0)

    def test_a_repeated_call_freezes_once(self):
        request = new_id()
        first, second = (self.freeze(request_id=request) for _ in range(2))
        self.assertEqual(first, second)
        self.undo(first.freeze, self.cto)
        self.held_everywhere(0)
        self.assertEqual(self.freeze(request_id=request), first)  # replayed, and not frozen again
        self.held_everywhere(0)

    # ---- two persons

    def test_a_second_freezer_confirms(self):
        freeze = self.freeze(two_person=True).freeze
        self.assertEqual((freeze.state, freeze.HasField("begin_time")), (PENDING, False))
        self.held_everywhere(0)
        with refused(self, Code.PERMISSION_DENIED, "OWN_FREEZE"):
            self.confirm(freeze, self.finance)
        confirmed = self.confirm(freeze, self.cto)
        self.assertEqual((confirmed.state, confirmed.confirmed_by), (IN_FORCE, self.cto.principal))
        self.held_everywhere(RECHARGE)
        with refused(self, Code.FAILED_PRECONDITION, "FREEZE_IN_FORCE"):
            self.confirm(freeze, self.cto)
        self.undo(freeze, self.cto)
        self.held_everywhere(0)

    def test_what_nobody_confirms_lapses(self):
        freeze = self.freeze(two_person=True).freeze
        identity.clock.turn(30 * 60)
        with refused(self, Code.FAILED_PRECONDITION, "FREEZE_ENDED"):
            self.confirm(freeze, self.cto)
        self.await_noted(freeze, ["FREEZE_PROPOSED", "FREEZE_LAPSED"])
        self.assertEqual(next(each.state for each in self.list(self.main) if each.freeze_id == freeze.freeze_id), LAPSED)

    def test_a_pending_one_is_taken_back_by_its_own_freezer(self):
        freeze = self.freeze(two_person=True).freeze
        self.assertEqual(self.undo(freeze, self.finance).state, UNDONE)

    # ---- its end by itself

    def await_noted(self, freeze, kinds):
        deadline = time.monotonic() + 20
        while len(self.noted(freeze)) < len(kinds) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(self.noted(freeze), kinds)

    def test_it_expires_to_the_moment_and_that_is_noted(self):
        freeze = self.freeze(expire_time={"seconds": int(identity.clock.now()) + 3600}).freeze
        self.held_everywhere(RECHARGE)
        identity.clock.turn(3601)
        self.token.update({account: log_in(account.email).session_token for account in (self.main, self.branch, self.other)})
        self.held_everywhere(0)
        self.await_noted(freeze, ["FREEZE_BEGAN", "FREEZE_EXPIRED"])
        ended = self.told("FreezeEnded", freeze)
        self.assertEqual((ended.freeze_id, ended.outcome, ended.end_time), (freeze.freeze_id, EXPIRED, freeze.expire_time))
        with refused(self, Code.FAILED_PRECONDITION, "FREEZE_ENDED"):
            self.undo(freeze, self.cto)

    def test_what_cannot_be_is_refused(self):
        for seconds in (-1, 366 * 86400 + 60):
            with refused(self, Code.INVALID_ARGUMENT, "FREEZE_EXPIRE_TIME"):
                self.freeze(expire_time={"seconds": int(identity.clock.now()) + seconds})
        for fields in ({"reason": ""}, {"reason": "x" * 257}, {"level": 4}):
            with refused(self, Code.INVALID_ARGUMENT):
                self.freeze(**fields)

    def test_an_account_has_at_most_32(self):
        freezes = [self.freeze(account=self.branch).freeze for _ in range(32)]
        with refused(self, Code.RESOURCE_EXHAUSTED, "FREEZE_LIMIT"):
            self.freeze(account=self.branch)
        for freeze in freezes:
            self.undo(freeze, self.cto)
        self.undo(self.freeze(account=self.branch).freeze, self.cto)

    # ---- at once

    def test_freezing_and_undoing_at_once(self):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            request = new_id()
            same = list(pool.map(lambda _: self.freeze(request_id=request), range(8)))
            self.assertEqual({answer.freeze.freeze_id for answer in same}, {same[0].freeze.freeze_id})

            def undo(_):
                try:
                    return self.undo(same[0].freeze, self.cto).state
                except Refusal as refusal:
                    return refusal.reason
            self.assertEqual(sorted(map(str, pool.map(undo, range(8)))), [str(UNDONE)] + ["FREEZE_ENDED"] * 7)
            self.held_everywhere(0)
            freezes = list(pool.map(lambda _: self.freeze().freeze, range(8)))
            self.assertEqual(len({freeze.freeze_id for freeze in freezes}), 8)
            self.held_everywhere(RECHARGE)
            list(pool.map(lambda freeze: self.undo(freeze, self.cto), freezes))
        self.held_everywhere(0)

    # ---- what is noted, told and shown

    def test_each_step_is_noted_and_told(self):
        freeze = self.freeze(two_person=True, level=PAYG_SUSPEND).freeze
        self.confirm(freeze, self.cto)
        self.undo(freeze, self.cto)
        self.assertEqual(self.noted(freeze), ["FREEZE_PROPOSED", "FREEZE_BEGAN", "FREEZE_UNDONE"])
        self.assertEqual(self.told("FreezeProposed", freeze).account_id, self.main.account)
        began, ended = (self.told(name, freeze) for name in ("FreezeBegan", "FreezeEnded"))
        self.assertEqual((began.account_id, began.level, ended.outcome), (self.main.account, PAYG_SUSPEND, UNDONE))

    def test_of_a_freeze_above_nothing_is_told_of_people(self):
        freeze = self.freeze(reason="the junior's laptop").freeze
        shown = next(each for each in self.list(self.branch) if each.freeze_id == freeze.freeze_id)
        self.assertEqual((shown.state, shown.level, shown.reason, shown.created_by), (IN_FORCE, RECHARGE, "", ""))
        own = next(each for each in self.list(self.main) if each.freeze_id == freeze.freeze_id)
        self.assertEqual((own.reason, own.created_by), ("the junior's laptop", self.finance.principal))
        self.undo(freeze, self.cto)

    # ---- those of all accounts, for operators

    def list_all(self, **fields):
        found, token = [], ""
        while True:
            page = call(SERVICE + "ListAllFreezes", identity.operator(), page_size=2, page_token=token, **fields)
            found += page.freezes
            token = page.next_page_token
            if not token:
                return found

    def test_by_account_state_and_level(self):
        held = self.freeze(level=NEW_PURCHASE).freeze
        ended = self.undo(self.freeze().freeze, self.cto)
        ids = [freeze.freeze_id for freeze in self.list_all()]
        self.assertEqual(ids, sorted(set(ids), reverse=True))
        self.assertLessEqual({held.freeze_id, ended.freeze_id}, set(ids))
        for fields, expected in (({"state": IN_FORCE}, True), ({"state": UNDONE}, False), ({"level": NEW_PURCHASE}, True), ({"level": PAYG_SUSPEND}, False),
                                 ({"of_account_id": self.main.account}, True), ({"of_account_id": self.stranger.account}, False)):
            self.assertEqual(held.freeze_id in [freeze.freeze_id for freeze in self.list_all(**fields)], expected, fields)
        shown = next(freeze for freeze in self.list_all(state=IN_FORCE) if freeze.freeze_id == held.freeze_id)
        self.assertEqual((shown.account_id, shown.reason, shown.created_by), (self.main.account, "a stolen card", self.finance.principal))

    def test_a_state_is_that_of_the_moment(self):
        pending = self.freeze(two_person=True).freeze
        brief = self.freeze(expire_time={"seconds": int(identity.clock.now()) + 600}).freeze

        def state(freeze):
            return [name for name in (PENDING, IN_FORCE, UNDONE, EXPIRED, LAPSED) if freeze.freeze_id in [one.freeze_id for one in self.list_all(state=name)]]

        self.assertEqual((state(pending), state(brief)), ([PENDING], [IN_FORCE]))
        identity.clock.turn(601)
        self.assertEqual((state(pending), state(brief)), ([PENDING], [EXPIRED]))
        identity.clock.turn(1200)
        self.assertEqual((state(pending), state(brief)), ([LAPSED], [EXPIRED]))
        self.token.update({account: log_in(account.email).session_token for account in self.token})  # for the tests that come


if __name__ == "__main__":
    unittest.main()
