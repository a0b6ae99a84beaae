"""History: what a call looks at is bounded, however rare what it asks for is; recorded and effective time; balances of the past."""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import Company, micros  # noqa: E402
from service import ROOT, Clock, Service, new_id, psql  # noqa: E402

sys.path.insert(0, os.path.join(ROOT, "cmake"))
from query_file import read_queries  # noqa: E402

LOOK = 1000  # postings that a call looks at


class HistoryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock))

    def setUp(self):
        self.company = Company(self.ledger)
        self.a, self.b, self.c = self.company.open(), self.company.open(), self.company.open()

    def stamp(self, microseconds):
        return {"seconds": microseconds // 1000000, "nanos": microseconds % 1000000 * 1000}

    def micros_of(self, stamp):
        return stamp.seconds * 1000000 + stamp.nanos // 1000

    def many(self, count):
        """So many transfers from a to b, of 0.01."""
        while count > 0:
            now = min(count, 1000)
            order = {"destination_account_id": self.b, "amount_micros": micros("0.01"), "currency": "CNY"}
            results = self.company.submit(self.a, *[("create_transfer", order)] * now)
            self.assertEqual({result.WhichOneof("outcome") for result in results}, {"create_transfer"})
            count -= now

    def pages(self, rpc, account, member, **fields):
        """Every page of a list until its token is empty."""
        token, pages = "", []
        while token or not pages:
            answer = self.company.read(rpc, account, page_token=token, **fields)
            pages.append(list(getattr(answer, member)))
            token = answer.next_page_token
            self.assertLess(len(pages), 50)
        return pages


class Bounded(HistoryTest):
    def test_what_is_rare_comes_in_short_pages(self):
        self.company.top_up(self.a, 1000)
        self.company.transfer(self.a, self.c, 7, tag="rare", remark="one of a kind")
        self.many(LOOK - 1)
        for rpc, member in (("PostingService/ListPostings", "postings"), ("TransferService/ListTransfers", "transfers")):
            for narrowed in ({"tag": "rare"}, {"remark_contains": "of a kind"}, {"counterparty_account_id": self.c}):
                fields = dict(narrowed, book="BOOK_OWN") if member == "postings" else narrowed
                self.assertEqual(len(self.pages(rpc, self.a, member, **fields)[0]), 1, "the last of those that one call looks at")
        self.many(1)
        for rpc, member in (("PostingService/ListPostings", "postings"), ("TransferService/ListTransfers", "transfers")):
            for narrowed in ({"tag": "rare"}, {"remark_contains": "of a kind"}, {"counterparty_account_id": self.c}):
                fields = dict(narrowed, book="BOOK_OWN") if member == "postings" else narrowed
                pages = self.pages(rpc, self.a, member, **fields)
                self.assertEqual([len(page) for page in pages], [0, 1], "one further back than one call looks")
                self.assertEqual((pages[1][0].tag, abs(pages[1][0].amount_micros)), ("rare", micros(7)))
        kinds = self.pages("PostingService/ListPostings", self.a, "postings", kind="ENTRY_KIND_TOP_UP")
        self.assertEqual([posting.book for page in kinds for posting in page], [7, 1])

    def test_pages_give_each_posting_once(self):
        self.company.top_up(self.a, 1000)
        self.many(30)
        self.company.spend(self.b, "0.05")
        for size in (1, 2, 3, 7, 100):
            for fields in ({}, {"remark_contains": "x"}, {"effective_start_time": {"seconds": 1}}, {"kind": "ENTRY_KIND_TRANSFER"}):
                seen = [(p.sequence, p.book) for page in self.pages("PostingService/ListPostings", self.b, "postings", page_size=size, **fields)
                        for p in page]
                self.assertEqual(seen, sorted(set(seen), reverse=True))
                self.assertEqual(len(seen), {"remark_contains": 0, "kind": 30}.get(next(iter(fields), ""), 32))

    def explain(self, name, parameters):
        """How many rows of each table a query went through."""
        query = read_queries(os.path.join(ROOT, "ledger", "store"))[name]
        plan = psql(self.ledger.database, "SET search_path = ledger; SET plan_cache_mode = force_custom_plan; PREPARE q AS %s;"
                    " EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE q(%s)" % (query.text, ", ".join(parameters)))
        rows = {}

        def walk(node):
            table = node.get("Relation Name")
            rows[table] = rows.get(table, 0) + (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
            for child in node.get("Plans", ()):
                walk(child)
        walk(json.loads(plan)[0]["Plan"])
        return rows

    def test_no_call_goes_through_more(self):
        self.company.top_up(self.a, 1000)
        self.many(3 * LOOK)
        ids = ["'%s'::uuid" % self.company.id, "'%s'::uuid" % self.a]
        rare = ["NULL::uuid", "'rare'", "''"]
        rows = self.explain("list_postings", ids + ["9223372036854775807", "10", "51", "0"] + rare + ["0", str(LOOK), "0", "NULL", "NULL"])
        self.assertEqual((round(rows["entry"] / LOOK), rows["posting"]), (2, 0))  # legs, own and the one of the top up, and the entry of each
        rows = self.explain("list_transfers", ids + ["9223372036854775807", "51"] + rare + ["0", str(LOOK), "NULL", "NULL"])
        self.assertEqual(rows["entry"], 2 * LOOK)
        rows = self.explain("count_entries_before", ids[:1] + ["'2000-01-01'"])
        self.assertLess(rows["entry"], 20)
        rows = self.explain("read_balance_as_of", ids + ["now()"])
        self.assertEqual(rows["posting"], 0)
        self.assertLess(rows["entry"], 20 + 2 * 9)


class Times(HistoryTest):
    def test_recorded_time_at_its_boundaries(self):
        self.company.top_up(self.a, 100)
        times = []
        for amount in (1, 2, 3):
            self.clock.turn(5)
            times.append(self.micros_of(self.company.transfer(self.a, self.b, amount).transfer.recorded_time))

        def listed(**fields):
            postings = self.company.read("PostingService/ListPostings", self.b, **fields).postings
            transfers = self.company.read("TransferService/ListTransfers", self.b, **fields).transfers
            self.assertEqual([p.amount_micros for p in postings], [t.amount_micros for t in transfers])
            return [p.amount_micros // micros(1) for p in postings]
        self.assertEqual(listed(start_time=self.stamp(times[1])), [3, 2])
        self.assertEqual(listed(start_time=self.stamp(times[1] + 1)), [3])
        self.assertEqual(listed(end_time=self.stamp(times[1])), [1])
        self.assertEqual(listed(end_time=self.stamp(times[1] + 1)), [2, 1])
        self.assertEqual(listed(start_time=self.stamp(times[1]), end_time=self.stamp(times[1] + 1)), [2])
        self.assertEqual(listed(start_time=self.stamp(times[1]), end_time=self.stamp(times[1])), [])
        self.assertEqual(listed(end_time=self.stamp(times[2] + 1), page_size=2), [3, 2])
        self.assertEqual(listed(start_time=self.stamp(times[2] + 1)), [])
        self.assertEqual(listed(end_time=self.stamp(times[0])), [])

    def test_effective_time_apart_from_recorded_time(self):
        self.company.top_up(self.a, 100)
        now = int(self.clock.now()) * 1000000
        day = 86400 * 1000000
        for amount, effective in ((1, now - 3 * day), (2, now), (3, now - 2 * day)):
            transfer = self.company.transfer(self.a, self.b, amount, effective_time=self.stamp(effective)).transfer
            self.assertEqual(self.micros_of(transfer.effective_time), effective)
            self.assertGreaterEqual(self.micros_of(transfer.recorded_time), now)

        def listed(**fields):
            postings = self.company.read("PostingService/ListPostings", self.b, **fields).postings
            transfers = self.company.read("TransferService/ListTransfers", self.b, **fields).transfers
            self.assertEqual([(p.amount_micros, p.effective_time) for p in postings], [(t.amount_micros, t.effective_time) for t in transfers])
            return [p.amount_micros // micros(1) for p in postings]
        self.assertEqual(listed(effective_start_time=self.stamp(now - 2 * day)), [3, 2])
        self.assertEqual(listed(effective_start_time=self.stamp(now - 2 * day + 1)), [2])
        self.assertEqual(listed(effective_end_time=self.stamp(now - 2 * day)), [1])
        self.assertEqual(listed(effective_end_time=self.stamp(now - 2 * day + 1)), [3, 1])
        self.assertEqual(listed(start_time=self.stamp(now), effective_end_time=self.stamp(now)), [3, 1])


class Consumed(HistoryTest):  # B.5
    def consumed(self, start, end, *accounts):
        """In hundredths, by account, of what was recorded from one microsecond up to another."""
        found = self.ledger.call("ledger.v1.AccountService/GetBalances", company_id=self.company.id, account_ids=accounts or [self.a],
                                 start_time=self.stamp(start), end_time=self.stamp(end)).consumptions
        return [consumption.amount_micros // 10000 for account in accounts or [self.a]
                for consumption in found if consumption.account_id == account]

    def test_purchases_usage_and_refunds_within_a_span(self):
        self.company.top_up(self.a, 1000)
        self.company.top_up(self.b, 1000)
        money = lambda amount: {"amount_micros": micros(amount), "currency": "CNY"}
        bought = self.company.call("PurchaseService/CreatePurchase", self.a, **money(100)).purchase
        self.clock.turn(5)
        self.company.call("PurchaseService/CreatePurchase", self.b, **money(7))
        self.clock.turn(5)
        used = self.company.call("UsageService/RecordUsage", self.a, **money(20)).charge
        self.clock.turn(5)
        expire = self.stamp(int(self.clock.now() + 3600) * 1000000)
        self.company.call("HoldService/PlaceHold", self.a, expire_time=expire, **money(5))  # set aside, not consumed
        first, second, last = self.micros_of(bought.recorded_time), self.micros_of(used.recorded_time), int(self.clock.now() * 1000000)
        self.company.call("PurchaseService/RefundPurchase", self.a, purchase_id=bought.purchase_id, **money(30))
        later = last + 60000000
        self.assertEqual(self.consumed(0, last, self.a, self.b), [12000, 700])
        self.assertEqual([self.consumed(first, end) for end in (first, first + 1, second, second + 1, last, later)],
                         [[0], [10000], [10000], [12000], [12000], [9000]])
        self.assertEqual([self.consumed(start, later) for start in (first, first + 1, second + 1, last, later)],
                         [[9000], [-1000], [-3000], [-3000], [0]])
        self.assertEqual(self.consumed(first, last, self.b, new_id()), [700])
        plain = self.ledger.call("ledger.v1.AccountService/GetBalances", company_id=self.company.id, account_ids=[self.a])
        self.assertEqual((len(plain.balances), len(plain.consumptions)), (1, 0))


class Past(HistoryTest):  # c-14
    def past(self, account, moment):
        return self.company.balance(account, as_of_time=self.stamp(moment))

    def around(self, account, stamp, *terms):
        """Terms one microsecond before a moment, at it, and one after."""
        moment = self.micros_of(stamp)
        return [tuple(getattr(self.past(account, moment + offset), term + "_micros") // 10000 for term in terms) for offset in (-1, 0, 1)]

    def place(self, amount, seconds):
        """A hold of the account a that expires so many seconds from now."""
        expire = int(self.clock.now() * 1000000) + seconds * 1000000
        return self.company.call("HoldService/PlaceHold", self.a, amount_micros=micros(amount), currency="CNY", expire_time=self.stamp(expire)).hold

    def ended_time(self, kind):
        """When the last entry of a kind was recorded."""
        seconds = psql(self.ledger.database, "SELECT (extract(epoch FROM max(entry.recorded_time)) * 1000000)::bigint FROM ledger.entry "
                       "JOIN ledger.chain ON chain.number = entry.chain WHERE company_id = '%s' AND kind = %d" % (self.company.id, kind))
        return type("Stamp", (), {"seconds": int(seconds) // 1000000, "nanos": int(seconds) % 1000000 * 1000})

    def test_books_at_the_moment_of_a_posting(self):
        postpaid = self.company.open(payment_mode="PAYMENT_MODE_POSTPAID")
        self.company.top_up(self.a, 100)
        self.clock.turn(1)
        sent = self.company.transfer(self.a, postpaid, 60).transfer.recorded_time
        self.assertEqual(self.around(self.a, sent, "own", "cash"), [(10000, 10000), (4000, 4000), (4000, 4000)])
        self.assertEqual(self.around(postpaid, sent, "transferred_in", "cash"), [(0, 0), (6000, 6000), (6000, 6000)])
        self.clock.turn(1)
        used = self.company.call("UsageService/RecordUsage", postpaid, amount_micros=micros(80), currency="CNY").charge.recorded_time
        self.assertEqual(self.around(postpaid, used, "unbilled"), [(0,), (8000,), (8000,)])
        self.clock.turn(1)
        billed = self.company.call("UsageService/SettleUsage", postpaid).charge.recorded_time
        self.assertEqual(self.around(postpaid, billed, "transferred_in", "unbilled", "outstanding"), [(6000, 8000, 0), (0, 0, 2000), (0, 0, 2000)])

    def test_a_hold_from_its_placing_to_its_end(self):  # D.4
        self.company.top_up(self.a, 100)
        first = self.place(50, 3600)
        self.clock.turn(1)
        second = self.place(30, 3600)
        self.assertEqual(self.around(self.a, first.placed_time, "frozen"), [(0,), (5000,), (5000,)])
        self.assertEqual(self.around(self.a, second.placed_time, "frozen", "cash"), [(5000, 10000), (8000, 10000), (8000, 10000)])
        self.clock.turn(1)
        capture = {"hold_id": first.hold_id, "currency": "CNY"}
        self.company.call("HoldService/CaptureHold", self.a, amount_micros=micros(20), **capture)
        self.assertEqual(self.around(self.a, self.ended_time(11), "frozen", "cash"), [(8000, 10000), (6000, 8000), (6000, 8000)])
        self.clock.turn(1)
        self.company.call("HoldService/CaptureHold", self.a, amount_micros=micros(10), final=True, **capture)
        self.assertEqual(self.around(self.a, self.ended_time(11), "frozen", "cash"), [(6000, 8000), (3000, 7000), (3000, 7000)])
        self.clock.turn(1)
        self.company.call("HoldService/VoidHold", self.a, hold_id=second.hold_id)
        self.assertEqual(self.around(self.a, self.ended_time(12), "frozen"), [(3000,), (0,), (0,)])
        self.assertEqual(self.company.audit()[0], [])

    def test_a_hold_until_its_time(self):  # D.4
        """It is over at its very moment, whether or not anybody has noted that, and in whichever order they were placed."""
        self.company.top_up(self.a, 100)
        late, soon, later = self.place(50, 60), self.place(30, 40), self.place(1, 3600)

        def check():
            self.assertEqual(self.around(self.a, soon.expire_time, "frozen"), [(8100,), (5100,), (5100,)])
            self.assertEqual(self.around(self.a, late.expire_time, "frozen"), [(5100,), (100,), (100,)])
        self.clock.turn(90)
        check()
        self.company.top_up(self.a, 1)  # a batch notes it, if the sweep has not
        self.assertEqual(self.company.read("HoldService/GetHold", self.a, hold_id=late.hold_id).hold.state, 4)
        check()
        self.company.call("HoldService/VoidHold", self.a, hold_id=later.hold_id)
        check()
        self.assertEqual(self.company.audit()[0], [])

    def test_what_the_migration_finds_is_what_is_kept_since(self):
        """The past of holds that were there before it: told by entries and holds, row by row as it is kept now."""
        self.test_a_hold_from_its_placing_to_its_end()
        self.setUp()
        self.test_a_hold_until_its_time()
        with open(os.path.join(ROOT, "ledger", "store", "migrations", "0020_remember_frozen_and_limits.sql"), encoding="utf-8") as file:
            told = file.read().split("INSERT INTO frozen (company_id, account_id, since_time, sequence, frozen_micros)")[1].split(";")[0]
        # entries as they lay then
        told = told.replace("FROM entry\n", "FROM (SELECT company_id, account_id, sequence, kind, amount_micros, entry.recorded_time, reference_id FROM entry "
                            "JOIN chain ON chain.number = entry.chain JOIN account USING (company_id) WHERE account.number = entry.account) AS entry\n")
        differ = psql(self.ledger.database, "SET search_path = ledger; WITH told AS (%s) SELECT count(*), (SELECT count(*) FROM frozen) FROM "
                      "((SELECT * FROM told EXCEPT SELECT * FROM frozen) UNION ALL (SELECT * FROM frozen EXCEPT SELECT * FROM told)) AS differ" % told)
        self.assertEqual(differ.split("|")[0], "0")
        self.assertGreater(int(differ.split("|")[1]), 8)

    def test_the_limit_as_it_was_set(self):  # D.3
        self.company.top_up(self.a, 100)
        for limit in (100, 250):
            before = self.company.balance(self.a).credit_limit_micros // 10000
            self.clock.turn(1)
            self.company.call("CreditService/SetCreditLimit", self.a, limit_micros=micros(limit), currency="CNY")
            self.assertEqual(self.around(self.a, self.ended_time(14), "credit_limit"), [(before,), (limit * 100,), (limit * 100,)])
        self.clock.turn(1)
        self.company.call("CreditService/ConfirmCreditLimit", self.a)
        self.assertEqual(self.around(self.a, self.ended_time(15), "credit_limit"), [(25000,)] * 3)

    def test_what_has_no_past_is_not_made_up(self):
        self.company.top_up(self.a, 100)
        now = self.company.balance(self.a)
        self.assertEqual((now.version, now.available_micros), (1, micros(100)))
        self.clock.turn(1)
        then = self.past(self.a, int(self.clock.now() * 1000000))
        self.assertEqual((then.cash_micros, then.version, then.available_micros, then.effective_credit_limit_micros, then.overdue, then.suspended),
                         (micros(100), 0, 0, 0, False, False))


if __name__ == "__main__":
    unittest.main()
