"""An account with entries moves into its company's chain (settled 11, docs/decisions/0017): what it has and owes goes with it in one transaction,
what was booked stays where it was, and callers see one account. Through two replicas over one database."""
import concurrent.futures
import os
import random
import sys
import tempfile
import threading
import time
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import metrics, wait_until  # noqa: E402
from ledger_client import CNY, Company, micros  # noqa: E402
from proof import verify  # noqa: E402
from service import Refusal, Service, message, new_id, psql, refused  # noqa: E402

PRECONDITION, EXISTS = grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.ALREADY_EXISTS


class MovingTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        key = os.path.join(cls.enterClassContext(tempfile.TemporaryDirectory()), "key")
        settings = {"key_file": key, "key_create": "true", "anchor_interval": "1s"}
        cls.first = cls.enterClassContext(Service("ledger", **settings))
        cls.second = cls.enterClassContext(Service("ledger", database=cls.first.database, **settings))

    def setUp(self):
        self.company = Company(self.first)
        self.sibling = self.company.open()

    def tearDown(self):
        self.assertEqual(self.company.audit()[0], [])
        self.assertEqual(self.rows("SELECT coalesce(sum(clearing_micros), 0) FROM ledger.account"), [["0"]])

    def call(self, rpc, account, request_id=None, ledger=None, company="", **fields):
        return (ledger or self.first).call("ledger.v1." + rpc, account_id=account, company_id=company, request_id=request_id or new_id(), **fields)

    def read(self, rpc, account, ledger=None, company="", **fields):
        return (ledger or self.first).call("ledger.v1." + rpc, account_id=account, company_id=company, **fields)

    def rows(self, statement):
        return [line.split("|") for line in psql(self.first.database, statement).split("\n")]

    def open_alone(self, **fields):
        account = new_id()
        self.call("AccountService/OpenAccount", account, **dict({"corporate": True, "currency": "CNY"}, **fields))
        return account

    def join(self, account, company=None, **fields):
        return self.call("AccountService/OpenAccount", account, company=company or self.company.id, corporate=True, company_verified=True,
                         with_entries=True, **fields).account

    def order(self, rpc, account, amount, **fields):
        return self.call(rpc, account, amount_micros=micros(amount), **dict(CNY, **fields))

    def top_up(self, account, amount, **fields):
        return self.order("TopUpService/CreditTopUp", account, amount, **fields)

    def spend(self, account, amount, **fields):
        return self.order("PurchaseService/CreatePurchase", account, amount, **fields).purchase.purchase_id

    def refund(self, account, purchase, amount, **fields):
        return self.order("PurchaseService/RefundPurchase", account, amount, purchase_id=purchase, **fields)

    def passes(self, act):
        """A replica that remembers the place of before says MOVING, once, and keeps nothing under the id."""
        try:
            return act()
        except Refusal as no:
            self.assertEqual(no.reason, "MOVING")
            return act()

    def own(self, account, **fields):
        return self.read("AccountService/GetBalance", account, **fields).balance.own_micros // 1000000

    def answers(self, account, ledger):
        try:
            return self.own(account, ledger=ledger) == 100
        except Refusal as no:
            self.assertEqual(no.code, grpc.StatusCode.UNAVAILABLE)
            return False

    def pages(self, rpc, account, items, **fields):
        listed, token = [], ""
        while True:
            page = self.read(rpc, account, page_token=token, **fields)
            listed += getattr(page, items)
            token = page.next_page_token
            if not token:
                return listed

    def watched(self, account, cursor="", **fields):
        watch = self.first.channel.unary_stream("/ledger.v1.ChangeService/WatchChanges", request_serializer=lambda m: m.SerializeToString(),
                                                response_deserializer=message("ledger.v1.WatchChangesResponse").FromString)
        request = message("ledger.v1.WatchChangesRequest")
        return list(watch(request(account_id=account, cursor=cursor, until_now=True, **fields), timeout=20))

    # ---- what goes with it

    def test_what_it_has_and_owes_goes_with_it(self):
        account = self.open_alone(payment_mode="PAYMENT_MODE_POSTPAID")
        self.top_up(account, 100)
        self.spend(account, 30)
        self.order("UsageService/RecordUsage", account, 5)
        before = self.read("AccountService/GetBalance", account)
        told = self.join(account)
        self.assertEqual((told.company_id, told.verified_company_id, told.company_verified), (self.company.id, self.company.id, True))
        for ledger in (self.first, self.second):
            for company in ("", account, self.company.id):
                after = self.read("AccountService/GetBalance", account, ledger=ledger, company=company)
                self.assertGreater(after.balance.version, before.balance.version)
                after.balance.version = before.balance.version
                self.assertEqual(after, before)
        self.passes(lambda: self.call("UsageService/SettleUsage", account, ledger=self.second))
        self.assertEqual(self.own(account), 65)
        self.order("TransferService/CreateTransfer", account, 60, destination_account_id=self.sibling)  # one entry of one chain
        self.assertEqual((self.own(account), self.company.balance(self.sibling).transferred_in_micros), (5, micros(60)))

    def test_with_nothing_left_it_moves_too(self):
        account = self.open_alone()
        self.top_up(account, 10)
        self.spend(account, 10)
        self.assertEqual(self.join(account).company_id, self.company.id)
        self.passes(lambda: self.top_up(account, 1))
        self.assertEqual(self.own(account), 1)

    def test_once_and_nowhere_else(self):
        account = self.open_alone()
        self.top_up(account, 10)
        self.join(account)
        self.assertEqual(self.join(account).company_id, self.company.id)
        self.assertEqual(self.call("AccountService/OpenAccount", account, company=account, corporate=True).account.company_id, self.company.id)
        with refused(self, EXISTS, "ACCOUNT_ELSEWHERE"):
            self.join(account, company=new_id())
        self.assertEqual(self.own(account), 10)

    def test_settings_and_acts_go_with_it(self):
        account = self.open_alone()
        self.top_up(account, 10)
        who = tuple((name, new_id()) for name in ("kontor-principal-id", "kontor-approval-id", "kontor-approver-id"))
        until = int(time.time()) + 3600
        self.call("OverrideService/GrantOverride", account, until_time={"seconds": until}, reason="asked for", metadata=who)
        self.call("AccountService/SetSpendingPermission", account, permission="SPENDING_PERMISSION_READ_ONLY")
        self.join(account, metadata=who[:1])
        told = self.read("AccountService/GetAccount", account).account
        self.assertEqual((told.override_until_time.seconds, told.currency), (until, "CNY"))
        self.call("OverrideService/LiftOverride", account, metadata=who[:1])
        acts, cursor = [], ""
        while True:
            page = self.first.call("ledger.v1.ActService/ListActs", company_id=account, account_id=account, cursor=cursor, page_size=2)
            acts, cursor = acts + [act.action for act in page.acts], page.next_cursor
            if not cursor:
                break
        self.assertEqual(acts, ["lift_override", "move_account", "set_spending_permission", "grant_override", "credit_top_up"])

    # ---- what keeps it

    def stays(self, account, reason):
        request_id = new_id()
        for ledger in (self.first, self.second):
            with refused(self, PRECONDITION, reason):
                self.join(account, request_id=request_id, ledger=ledger)
        self.assertEqual(self.read("AccountService/GetAccount", account).account.company_id, account)
        return request_id

    def test_a_hold_keeps_it_while_it_is_open(self):
        account = self.open_alone()
        self.top_up(account, 10)
        hold = self.order("HoldService/PlaceHold", account, 4, expire_time={"seconds": int(time.time()) + 3600}).hold.hold_id
        request_id = self.stays(account, "STAYS_FOR_HOLDS")
        self.order("HoldService/CaptureHold", account, 4, hold_id=hold)
        self.join(account, request_id=request_id)  # a not yet: the same request passes
        self.assertEqual(self.own(account), 6)
        for company in ("", account):
            self.assertEqual(self.read("HoldService/GetHold", account, hold_id=hold, company=company).hold.captured_micros, micros(4))
        self.assertEqual([one.hold_id for one in self.pages("HoldService/ListHolds", account, "holds", page_size=1)], [hold])

    def test_a_hold_of_before_has_ended(self):
        """As it would have, had the account not moved; and for nobody but its account."""
        account, stays = self.open_alone(), self.open_alone()
        holds = []
        for one in (account, stays):
            self.top_up(one, 10)
            holds.append([self.order("HoldService/PlaceHold", one, 4, expire_time={"seconds": int(time.time()) + 3600}).hold.hold_id for _ in range(2)])
            self.order("HoldService/CaptureHold", one, 4, hold_id=holds[-1][0])
            self.call("HoldService/VoidHold", one, hold_id=holds[-1][1])
        self.join(account)
        self.passes(lambda: self.top_up(account, 1))
        for one, own in ((account, holds[0]), (stays, holds[1])):
            for hold in own:
                for act, reason in ((lambda: self.order("HoldService/CaptureHold", one, 1, hold_id=hold), "HOLD_ENDED"),
                                    (lambda: self.call("HoldService/VoidHold", one, hold_id=hold), "HOLD_ENDED"),
                                    (lambda: self.order("HoldService/CaptureHold", one, 1, hold_id=hold, currency="USD"), "CURRENCY_MISMATCH")):
                    with refused(self, PRECONDITION, reason):
                        act()
        for one, hold in ((account, holds[1][0]), (self.sibling, holds[0][0]), (account, new_id())):
            with refused(self, grpc.StatusCode.NOT_FOUND, "HOLD_NOT_FOUND"):
                self.call("HoldService/VoidHold", one, hold_id=hold)

    def test_a_bill_keeps_it_until_it_is_paid(self):
        account = self.open_alone()
        self.top_up(account, 10)
        self.order("UsageService/RecordUsage", account, 15)
        request_id = self.stays(account, "STAYS_FOR_BILLS")
        self.top_up(account, 6)
        self.order("UsageService/PayBills", account, 0)
        self.join(account, request_id=request_id)
        self.assertEqual(self.own(account), 1)
        self.assertEqual([(bill.owed_micros, bill.paid_micros) for bill in self.pages("UsageService/ListBills", account, "bills", page_size=1)],
                         [(micros(5), micros(5))])

    def test_a_limit_keeps_it(self):
        account = self.open_alone()
        self.top_up(account, 10)
        psql(self.first.database, "UPDATE ledger.account SET contract_state = 2 WHERE account_id = '%s'" % account)
        self.stays(account, "STAYS_FOR_CREDIT")
        psql(self.first.database, "UPDATE ledger.account SET contract_state = 1 WHERE account_id = '%s'" % account)

    def test_quotas_keep_it(self):
        account = self.open_alone()
        self.top_up(account, 10)
        customer = self.company.customer(account)
        self.call("QuotaService/SetQuota", account, sub_account_id=customer, line_micros=micros(5), currency="CNY")
        self.stays(account, "STAYS_FOR_QUOTAS")

    # ---- what was before

    def test_requests_of_before_are_answered_as_they_were(self):
        account, paid, bought, denied = self.open_alone(), new_id(), new_id(), new_id()
        top_up = new_id()
        before = [self.top_up(account, 100, request_id=paid, top_up_id=top_up), self.order("PurchaseService/CreatePurchase", account, 30, request_id=bought)]
        with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
            self.spend(account, 71, request_id=denied)
        self.join(account)
        for ledger in (self.first, self.second):
            for company in ("", account):
                self.assertEqual(self.passes(lambda: self.top_up(account, 100, request_id=paid, top_up_id=top_up, ledger=ledger, company=company)), before[0])
                self.assertEqual(self.order("PurchaseService/CreatePurchase", account, 30, request_id=bought, ledger=ledger, company=company), before[1])
                with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
                    self.spend(account, 71, request_id=denied, ledger=ledger, company=company)
        self.assertEqual(self.own(account), 70)

    def test_a_purchase_of_before_is_refunded(self):
        account = self.open_alone()
        self.top_up(account, 100)
        bought, early = self.spend(account, 30), self.spend(account, 20)
        self.refund(account, early, 5)
        self.join(account)
        late, request_id = self.passes(lambda: self.spend(account, 10)), new_id()
        given = self.passes(lambda: self.refund(account, bought, 12, request_id=request_id, ledger=self.second))
        for ledger in (self.first, self.second):
            self.assertEqual(self.refund(account, bought, 12, request_id=request_id, ledger=ledger), given)
        with refused(self, PRECONDITION):
            self.refund(account, bought, 19)
        self.refund(account, bought, 18, ledger=self.second)
        self.refund(account, early, 15)
        self.refund(account, late, 10)
        self.assertEqual(self.own(account), 100)
        self.assertEqual([one.purchase_id for one in self.pages("PurchaseService/ListPurchases", account, "purchases", page_size=1)], [late, early, bought])
        for company in ("", account):
            found = self.read("PurchaseService/GetPurchase", account, purchase_id=bought, company=company).purchase
            self.assertEqual((found.purchase_id, found.amount_micros), (bought, micros(30)))
        self.assertEqual(self.company.audit()[0], [])
        self.assertEqual(self.rows("UPDATE ledger.purchase SET refunded_own_micros = refunded_own_micros - 1 WHERE company_id = '%s' AND sequence = 2 RETURNING 1" % account), [["1"]])
        self.assertEqual({kind for kind, *_ in self.company.audit()[0]}, {"PURCHASES_DIFFER"})
        self.rows("UPDATE ledger.purchase SET refunded_own_micros = refunded_own_micros + 1 WHERE company_id = '%s' AND sequence = 2" % account)

    def test_of_the_past_both_chains_tell(self):
        account = self.open_alone()
        self.top_up(account, 100)
        self.spend(account, 30)
        middle = time.time()
        time.sleep(0.05)
        self.join(account)
        at = self.rows("SELECT extract(epoch FROM moved_time) * 1000000 FROM ledger.account WHERE company_id = '%s'" % account)
        moved = int(float(at[0][0]))
        self.passes(lambda: self.spend(account, 7))
        stamp = lambda us: {"seconds": us // 1000000, "nanos": us % 1000000 * 1000}
        past = lambda us: self.read("AccountService/GetBalance", account, as_of_time=stamp(us)).balance.own_micros // 1000000
        self.assertEqual([past(us) for us in (int(middle * 1000000), moved - 1, moved, int(time.time() * 1000000) + 1000000)], [70, 70, 70, 63])
        spans = [(0, int(time.time()) + 10)]
        for company in (account, self.company.id):
            found = self.first.call("ledger.v1.AccountService/GetBalances", company_id=company, account_ids=[account, self.sibling],
                                    start_time={"seconds": spans[0][0]}, end_time={"seconds": spans[0][1]})
            self.assertIn((account, micros(37)), [(one.account_id, one.amount_micros) for one in found.consumptions])
        found = self.first.call("ledger.v1.AccountService/GetBalances", company_id=self.company.id, account_ids=[account],
                                start_time=stamp(moved), end_time={"seconds": spans[0][1]})
        self.assertEqual([one.amount_micros for one in found.consumptions], [micros(7)])

    def test_who_reads_the_past_meanwhile_sees_it_whole(self):
        as_of, seen, moved = {"seconds": int(time.time()) + 60}, set(), threading.Event()

        def look(account, ledger):
            while not moved.is_set():
                seen.add(self.own(account, ledger=ledger, as_of_time=as_of))
            seen.add(self.own(account, ledger=ledger, as_of_time=as_of))

        for _ in range(8):
            account = self.open_alone()
            self.top_up(account, 100)
            moved.clear()
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                looks = [pool.submit(look, account, ledger) for ledger in (self.first, self.second) * 2]
                time.sleep(0.05)
                self.join(account)
                moved.set()
                for each in looks:
                    each.result()
        self.assertEqual(seen, {100})

    def test_lists_go_on_behind_the_move(self):
        account = self.open_alone()
        for amount in (100, 1, 2):
            self.top_up(account, amount)
        self.join(account)
        self.passes(lambda: self.top_up(account, 3))
        whole = [(one.kind, one.book, one.amount_micros // 1000000, one.balance_micros // 1000000) for one in
                 self.pages("PostingService/ListPostings", account, "postings", page_size=2, book="BOOK_OWN")]
        self.assertEqual(whole, [(8, 1, 3, 106), (41, 1, 103, 103), (40, 1, -103, 0), (8, 1, 2, 103), (8, 1, 1, 101), (8, 1, 100, 100)])
        moved = self.pages("PostingService/ListPostings", account, "postings", kind="ENTRY_KIND_MOVED_OUT")
        self.assertEqual({one.book: one.amount_micros for one in moved}, {1: -micros(103), 9: micros(103)})

    def test_a_page_token_of_before_goes_on_in_the_chain_of_before(self):
        """Each row once: those that were there when the list began. So does one from after the move, in whichever chain it stopped."""
        account = self.open_alone()
        self.top_up(account, 100)
        for number in range(4):
            self.spend(account, 1 + number)
        for _ in range(6):
            self.company.top_up(self.sibling, 1)  # places of the other chain that are like those of its own
        lists = {rpc: [items, None, []] for rpc, items in (("PurchaseService/ListPurchases", "purchases"), ("PostingService/ListPostings", "postings"))}
        place = {"purchases": lambda row: row.purchase_id, "postings": lambda row: (row.entry_id, row.book)}
        whole = {}
        for rpc, kept in lists.items():
            whole[rpc] = [place[kept[0]](row) for row in self.pages(rpc, account, kept[0], page_size=1)]
            first = self.read(rpc, account, page_size=2)
            kept[1], kept[2] = first.next_page_token, [place[kept[0]](row) for row in getattr(first, kept[0])]
        acts = self.first.call("ledger.v1.ActService/ListActs", company_id=account, account_id=account, page_size=2)
        self.join(account)
        for number in range(3):
            self.passes(lambda: self.spend(account, 11 + number))
        for rpc, (items, token, seen) in lists.items():
            for ledger in (self.first, self.second):
                rest, behind = [], token
                while behind:
                    page = self.read(rpc, account, ledger=ledger, page_token=behind, page_size=1)
                    rest, behind = rest + [place[items](row) for row in getattr(page, items)], page.next_page_token
                self.assertEqual(seen + rest, whole[rpc], rpc)
            anew = [place[items](row) for row in self.pages(rpc, account, items, page_size=1)]
            self.assertEqual((len(anew), len(set(anew)), [row for row in anew if row in whole[rpc]]), (len(anew), len(anew), whole[rpc]))
            self.assertGreater(len(anew), len(whole[rpc]) + 2)
        seen = [act.action for act in acts.acts]
        for company in (account, self.company.id):
            rest, cursor = [], acts.next_cursor
            while cursor:
                page = self.first.call("ledger.v1.ActService/ListActs", company_id=company, account_id=account, cursor=cursor, page_size=1)
                rest, cursor = rest + [act.action for act in page.acts], page.next_cursor
            self.assertEqual(seen + rest, ["create_purchase"] * 4 + ["credit_top_up"])
        anew, cursor = [], ""
        while True:
            page = self.first.call("ledger.v1.ActService/ListActs", company_id=account, account_id=account, cursor=cursor, page_size=1)
            anew, cursor = anew + [act.action for act in page.acts], page.next_cursor
            if not cursor:
                break
        self.assertEqual(anew, ["create_purchase"] * 3 + ["move_account"] + ["create_purchase"] * 4 + ["credit_top_up"])

    def test_a_watcher_goes_on(self):
        account = self.open_alone()
        self.top_up(account, 100)
        self.top_up(account, 1)
        seen = self.watched(account)
        self.join(account)
        self.company.top_up(self.sibling, 5)
        self.passes(lambda: self.top_up(account, 2))
        told = lambda changes: [(one.change.kind, one.change.amount_micros // 1000000) for one in changes]
        whole = [(8, 100), (8, 1), (40, 101), (41, 101), (8, 2)]
        changes = self.watched(account)
        self.assertEqual(told(changes), whole)
        for place, change in enumerate(changes):  # whichever was the last that it saw
            self.assertEqual(told(self.watched(account, change.cursor)), whole[place + 1:], change.cursor)
        self.assertEqual(told(self.watched(account, seen[-1].cursor)), whole[2:])
        self.assertEqual(told(self.watched(account, whole_company=True)), whole[:4] + [(8, 5), (8, 2)])
        for cursor in ("c", "cc1", "d1", "c-1", "c1x"):
            with self.assertRaises(grpc.RpcError) as no:
                self.watched(account, cursor)
            self.assertEqual(no.exception.code(), grpc.StatusCode.INVALID_ARGUMENT, cursor)

    def test_who_watches_meanwhile_sees_it_move(self):
        account, seen = self.open_alone(), []
        self.top_up(account, 100)
        watch = self.first.channel.unary_stream("/ledger.v1.ChangeService/WatchChanges", request_serializer=lambda m: m.SerializeToString(),
                                                response_deserializer=message("ledger.v1.WatchChangesResponse").FromString)
        stream = watch(message("ledger.v1.WatchChangesRequest")(account_id=account), timeout=30)
        for change in stream:
            seen.append(change.change.kind)
            if len(seen) == 1:
                self.join(account, ledger=self.second)
                self.top_up(account, 2, ledger=self.second)
            if len(seen) == 4:
                stream.cancel()
                break
        self.assertEqual(seen, [8, 40, 41, 8])

    def follow(self, account):
        watch = self.first.channel.unary_stream("/ledger.v1.ChangeService/WatchChanges", request_serializer=lambda m: m.SerializeToString(),
                                                response_deserializer=message("ledger.v1.WatchChangesResponse").FromString)
        stream = watch(message("ledger.v1.WatchChangesRequest")(account_id=account), timeout=60)
        self.addCleanup(stream.cancel)
        return stream

    def asked(self, *queries):
        """How often the first replica sent each of these statements."""
        told = metrics(self.first)
        return [told.get('database_statement_seconds_count{query="ledger_%s"}' % query, 0) for query in queries]

    def test_who_watches_from_before_the_first_entry_sees_it_move(self):
        account = self.open_alone()
        stream, looks = self.follow(account), self.asked("read_chain_heads")[0]
        wait_until(lambda: self.asked("read_chain_heads")[0] > looks + 1, 30)
        self.join(account, ledger=self.second)
        self.top_up(account, 2, ledger=self.second)
        first = next(stream)
        self.assertEqual((first.change.kind, first.change.account_id), (8, account))

    def test_idle_watchers_ask_together(self):
        """However many: one look at the heads of all their chains, and nothing of each."""
        accounts = [self.open_alone() for _ in range(20)] + [self.sibling]
        each = ("read_chain_length", "find_places", "find_left_behind", "list_changes")
        before = self.asked(*each)
        streams = [self.follow(account) for account in accounts]
        wait_until(lambda: self.asked(*each)[0] >= before[0] + len(accounts), 30)
        looks = self.asked("read_chain_heads")[0]
        wait_until(lambda: self.asked("read_chain_heads")[0] > looks + 1, 30)
        idle, looks = self.asked(*each), self.asked("read_chain_heads")[0]
        wait_until(lambda: self.asked("read_chain_heads")[0] > looks + 5, 30)
        self.assertEqual(self.asked(*each), idle)
        for account, stream in zip(accounts, streams):
            self.top_up(account, 1, ledger=self.second)
            self.assertEqual(next(stream).change.account_id, account)

    def test_both_statements_are_proved(self):
        account = self.open_alone()
        self.top_up(account, 100)
        self.join(account)
        self.passes(lambda: self.top_up(account, 2))
        keys = {bytes.fromhex(key.public_key) for key in self.read("ProofService/ListAnchorKeys", account).keys}
        deadline, kinds = time.monotonic() + 30, {}
        while kinds != {False: [41, 8], True: [8, 40]}:
            self.assertLess(time.monotonic(), deadline, kinds)
            time.sleep(0.2)
            for before in (False, True):
                try:
                    proof = self.read("ProofService/GetProof", account, before_move=before).proof
                except Refusal as no:
                    self.assertEqual(no.reason, "PROOF_NOT_YET" if "PROOF" in no.reason else no.reason)
                    continue
                keys = keys or {bytes.fromhex(key.public_key) for key in self.read("ProofService/ListAnchorKeys", account).keys}
                verify(proof.SerializeToString(deterministic=True), keys)
                kinds[before] = [entry.kind for entry in proof.entries]

    def test_where_nothing_was_left_there_is_no_proof_of_before(self):
        """It moved before its first entry, or never did: it is no not yet."""
        moved = self.open_alone()
        self.join(moved)
        for account in (moved, self.sibling, self.open_alone()):
            with refused(self, grpc.StatusCode.NOT_FOUND, "NOTHING_BEFORE_MOVE"):
                self.read("ProofService/GetProof", account, before_move=True)

    # ---- what the audit sees

    def test_what_was_made_up_is_found(self):
        account, other = self.open_alone(), self.open_alone()
        for one in (account, other):
            self.top_up(one, 100)
        self.join(account)
        here = "company_id = '%s' AND account_id = '%s'" % (self.company.id, account)
        there = "company_id = '%s' AND account_id = '%s'" % (account, account)
        for where, change, back in ((here, "moved_in_sequence = moved_in_sequence + 1", "moved_in_sequence = moved_in_sequence - 1"),
                                    (here, "moved_in_sequence = NULL", "moved_in_sequence = 1"),
                                    (there, "moved_in_sequence = 1", "moved_in_sequence = NULL"),
                                    (there, "moved_time = moved_time + interval '1 s'", "moved_time = moved_time - interval '1 s'"),
                                    (there, "moved_time = NULL", "moved_time = (SELECT recorded_time FROM ledger.chain WHERE chain.company_id = account.company_id)"),
                                    ("account_id = '%s'" % other, "moved_in_sequence = 1", "moved_in_sequence = NULL")):
            self.assertEqual(self.rows("UPDATE ledger.account SET %s WHERE %s RETURNING 1" % (change, where)), [["1"]])
            self.assertIn("MOVE_DIFFERS", {kind for kind, *_ in self.company.audit()[0]}, change)
            self.rows("UPDATE ledger.account SET %s WHERE %s" % (back, where))
            self.assertEqual(self.company.audit()[0], [], back)
        moved_in = "kind = 41 AND account = (SELECT number FROM ledger.account WHERE %s)" % here
        for change, back in (("amount_micros = amount_micros + 1", "amount_micros = amount_micros - 1"),
                             ("change_micros = change_micros + 1", "change_micros = change_micros - 1"), ("kind = 8", "kind = 41")):
            self.rows("SET session_replication_role = replica; UPDATE ledger.entry SET %s WHERE %s" % (change, moved_in.replace("kind = 41", "kind IN (8, 41)")))
            self.assertIn("MOVE_DIFFERS", {kind for kind, *_ in self.company.audit()[0]}, change)
            self.rows("UPDATE ledger.entry SET %s WHERE %s" % (back, moved_in.replace("kind = 41", "kind IN (8, 41)")))
            self.assertEqual(self.company.audit()[0], [], back)

    # ---- at once

    def test_orders_and_the_move_at_once(self):
        """In whichever order they come: each order is booked once, in one of the chains, and nothing is lost."""
        dice = random.Random(7)
        for turn in range(10):
            account = self.open_alone()
            self.top_up(account, 1000)
            orders = [(dice.choice(("top_up", "spend")), dice.randint(1, 9), new_id(), new_id()) for _ in range(24)]

            def act(order):
                kind, amount, request_id, top_up = order
                for place in range(3):  # told again through the other, and heard as before
                    ledger = (self.first, self.second)[place % 2]
                    fields = {"request_id": request_id, "ledger": ledger}
                    self.passes(lambda: self.top_up(account, amount, top_up_id=top_up, **fields) if kind == "top_up" else self.spend(account, amount, **fields))

            with concurrent.futures.ThreadPoolExecutor(6) as pool:
                acts = [pool.submit(act, order) for order in orders[:12]] + [pool.submit(self.join, account, ledger=self.second)]
                acts += [pool.submit(act, order) for order in orders[12:]]
                for one in acts:
                    one.result()
            self.assertEqual(self.own(account), 1000 + sum(amount if kind == "top_up" else -amount for kind, amount, *_ in orders), turn)
            self.assertEqual(self.company.audit()[0], [])

    def test_killed_in_the_middle(self):
        """kill -9 at any moment: the account is in one chain with all that it has, and moves when it is asked again."""
        ledger = self.enterContext(Service("ledger"))
        company = Company(ledger)
        company.open()
        accounts = [new_id() for _ in range(40)]
        for account in accounts:
            ledger.call("ledger.v1.AccountService/OpenAccount", account_id=account, request_id=new_id(), corporate=True, currency="CNY")
            self.top_up(account, 100, ledger=ledger)
        dice = random.Random(11)
        for _ in range(4):
            def move_all():
                for account in accounts:
                    try:
                        self.join(account, company=company.id, ledger=ledger)
                    except (Refusal, grpc.RpcError):
                        return

            mover = threading.Thread(target=move_all)
            mover.start()
            time.sleep(dice.uniform(0.02, 0.25))
            ledger.kill()
            mover.join()
            ledger.start()
            wait_until(lambda: self.answers(accounts[0], ledger))  # the first call may still go to the process that died
            self.assertEqual(company.audit()[0], [])
            for account in accounts:
                self.assertEqual(self.own(account, ledger=ledger), 100)
        for account in accounts:
            self.assertEqual(self.join(account, company=company.id, ledger=ledger).company_id, company.id)
            self.assertEqual(self.own(account, ledger=ledger), 100)
        self.assertEqual(company.audit()[0], [])


if __name__ == "__main__":
    unittest.main()
