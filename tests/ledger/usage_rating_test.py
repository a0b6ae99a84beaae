"""Rated usage, the whole way: records in, lines with their price, orders booked once (A.1, A.2, D.9, LED-33). The clock is turned, for no price
begins in the past; and the costs are computed again here, by fractions."""
import contextlib
import datetime
import os
import random
import subprocess
import sys
import unittest
import zoneinfo
from fractions import Fraction

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import wait_until  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import POSTGRES, Clock, Refusal, Service, new_id, psql, refused  # noqa: E402

UNIT, NANOS, HOUR, DAY = 10 ** 6, 10 ** 9, 3600, 86400
TIERS = ((10 * UNIT, NANOS), (100 * UNIT, 8 * NANOS // 10), (None, NANOS // 2))
RECORDED, PARKED, RATED, BOOKED, REFUSED = range(1, 6)


def half_away(exact):
    return int(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1)


def graduated(quantity):
    """F of the tiers, in micros."""
    sum_, before = Fraction(0), 0
    for up_to, nanos in TIERS:
        until = quantity if up_to is None else min(up_to, quantity)
        sum_ += Fraction(max(until - before, 0) * nanos, NANOS)
        before = max(before, until)
    return half_away(sum_)


class Rating(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock))
        cls.other = cls.enterClassContext(Service("ledger", clock=cls.clock, database=cls.ledger.database))
        cls.company = Company(cls.ledger)
        cls.catalogue("CreateRegion", region_id="cn-hangzhou", name="Hangzhou", country="CN")
        cls.catalogue("CreateProduct", product_id="oss", name="Storage", service_category="Storage", service_subcategory="Object Storage", publisher="Example")
        for sku in ("tiers", "requests", "dated", "flat", "unpriced", "closing"):
            cls.catalogue("CreateSku", sku_id=sku, product_id="oss", meter="m", pricing_unit="GB-Hours", tax_category="standard")
        cls.change = int(cls.clock.now()) + DAY
        cls.price("tiers", tiers=[dict({"unit_nanos": nanos}, **({"up_to_micros": up_to} if up_to else {})) for up_to, nanos in TIERS], model="PRICE_MODEL_GRADUATED")
        cls.price("requests", tiers=[{"unit_nanos": 200}])
        cls.price("dated")
        cls.price("dated", tiers=[{"unit_nanos": 2 * NANOS}], effective_time={"seconds": cls.change})
        cls.price("closing")
        cls.price("flat", currency="USD")
        cls.clock.turn(50 * DAY)
        cls.now = int(cls.clock.now()) // HOUR * HOUR

    @classmethod
    def catalogue(cls, rpc, **fields):
        cls.ledger.call("ledger.v1.CatalogueService/" + rpc, request_id=new_id(), **fields)

    @classmethod
    def price(cls, sku, **fields):
        row = dict({"sku_id": sku, "region_id": "*", "currency": "CNY", "model": "PRICE_MODEL_PER_UNIT", "tiers": [{"unit_nanos": NANOS}]}, **fields)
        cls.ledger.call("ledger.v1.PriceService/SetPrices", request_id=new_id(), price_book_id="list", prices=[row])

    def opened(self, amount=100000, **fields):
        account = self.company.open(**fields)
        if amount:
            self.company.top_up(account, amount)
        return account

    def record(self, account, sku, quantity, start=None, **fields):
        start = self.now - HOUR if start is None else start
        whole, part = divmod(Fraction(start), 1)
        moment = {"seconds": int(whole), "nanos": int(part * NANOS)}
        return dict(dict(source="meter", record_id=new_id(), account_id=account, sku_id=sku, region_id="cn-hangzhou", resource_id="r", quantity_micros=quantity,
                         start_time=moment, end_time=moment), **fields)

    def ask(self, rpc, ledger=None, **fields):
        """Again, when it was not answered."""
        while True:
            try:
                return (ledger or self.ledger).call("ledger.v1.UsageRecordService/" + rpc, timeout=60, **fields)
            except Refusal as no:
                self.assertEqual(no.code, grpc.StatusCode.UNAVAILABLE)

    def tell(self, *records, ledger=None):
        verdicts = self.ask("RecordUsageBatch", ledger, records=list(records)).verdicts
        self.assertEqual([verdict.refused.message for verdict in verdicts], [""] * len(records))

    def lines(self, account):
        token, found = "", []
        while True:
            page = self.ask("ListUsageLines", account_id=account, page_size=100, page_token=token)
            found += page.usage_lines
            token = page.next_page_token
            if not token:
                return {line.record_id: line for line in found}

    def settled(self, account, *states):
        """Its lines, once all of them are in one of the states."""
        wait_until(lambda: {line.state for line in self.lines(account).values()} <= set(states), 30)
        return self.lines(account)

    def orders(self, account):
        """The orders that were booked: how many, and how much."""
        row = psql(self.ledger.database, "SELECT count(*), coalesce(sum(entry.amount_micros), 0) FROM ledger.entry JOIN ledger.account ON account.number = entry.account "
                   "WHERE entry.kind = 5 AND account.account_id = '%s'" % account)
        return tuple(int(value) for value in row.split("|"))

    def carried(self, account):
        return int(psql(self.ledger.database, "SELECT carried_micros FROM ledger.usage_account WHERE account_id = '%s'" % account))

    def agree(self, account, sum_):
        """The account paid the cost of its lines, and all that it paid more is carried."""
        lines = self.lines(account)
        self.assertEqual(sum(line.net_micros for line in lines.values()), sum_)
        self.assertEqual(self.orders(account)[1] + self.carried(account), sum_)
        self.assertEqual(self.company.balance(account).own_micros, micros(100000) - self.orders(account)[1])

    # ---- the numbers of the guide

    def test_vectors(self):
        rows = (("tiers", (4 * UNIT, 6 * UNIT, 1, 95 * UNIT, 40 * UNIT), (4000000, 6000000, 1, 74500000, 20000000)),
                ("requests", (3 * UNIT,) * 6, (1, 0, 1, 0, 1, 1)))
        for sku, quantities, charges in rows:
            account = self.opened()
            told = [self.record(account, sku, quantity) for quantity in quantities]
            self.tell(*told)
            lines = self.settled(account, BOOKED)
            found = [lines[record["record_id"]] for record in told]
            self.assertEqual([line.net_micros for line in found], list(charges))
            self.assertEqual([line.used_micros for line in found], [sum(quantities[:i]) for i in range(len(quantities))])
            for line in found:
                self.assertEqual((line.list_micros, line.contracted_micros, line.covered_micros, line.discount_micros, line.coupon_micros),
                                 (line.net_micros, line.net_micros, 0, 0, 0))
                self.assertEqual((line.currency, line.price_book_id, bool(line.price_id), bool(line.entry_id)), ("CNY", "list", True, bool(line.net_micros)))
            self.agree(account, sum(charges))
            self.assertEqual(self.orders(account)[0], len({line.entry_id for line in found if line.entry_id}))

    def test_no_order_and_no_size_of_the_pieces_changes_the_sum(self):
        for seed in range(3):
            dice, account = random.Random(seed), self.opened()
            pieces = [dice.choice((dice.randrange(1, 9), dice.randrange(1, 9 * UNIT))) for _ in range(60)]
            records = [self.record(account, "tiers", piece, self.now - HOUR * dice.randrange(1, 40)) for piece in pieces]
            back = [dict(of, record_id=new_id(), quantity_micros=-of["quantity_micros"], corrected_record_id=of["record_id"]) for of in records[:10]]
            dice.shuffle(records)
            while records:
                size = dice.randrange(1, 20)
                some, records = records[:size], records[size:]
                self.tell(*some, ledger=dice.choice((self.ledger, self.other)))
                self.tell(*some, ledger=dice.choice((self.ledger, self.other)))  # told again
            self.tell(*back)
            lines = self.settled(account, BOOKED)
            months = {}
            for line in lines.values():
                months[line.period_start_time.seconds] = months.get(line.period_start_time.seconds, 0) + line.quantity_micros
            self.agree(account, sum(graduated(quantity) for quantity in months.values()))

    # ---- which price, and which month

    def test_the_price_is_that_of_the_begin(self):
        account = self.opened()
        rows = ((self.change - Fraction(1, UNIT), 1), (self.change, 2), (self.now, 2))
        told = [self.record(account, "dated", 7 * UNIT, start) for start, _ in rows]
        self.tell(*told)
        lines = self.settled(account, BOOKED)
        self.assertEqual([lines[record["record_id"]].net_micros for record in told], [7 * UNIT * times for _, times in rows])

    def test_late_usage_counts_over_its_own_month(self):
        account, zone = self.opened(country="CN"), zoneinfo.ZoneInfo("Asia/Shanghai")
        wall = datetime.datetime.fromtimestamp(self.now, zone)
        begin = int(wall.replace(day=1, hour=0, minute=0, second=0).timestamp())
        before = int((wall.replace(day=1, hour=0, minute=0, second=0) - datetime.timedelta(days=1)).replace(day=1).timestamp())
        told = [self.record(account, "tiers", 8 * UNIT, start) for start in (begin, begin - Fraction(1, UNIT), begin)]
        for record in told:  # each in a turn of its own, the late one between the others
            self.tell(record)
            self.settled(account, BOOKED)
        lines = self.lines(account)
        self.assertEqual([(line.period_start_time.seconds, line.used_micros, line.net_micros) for line in (lines[record["record_id"]] for record in told)],
                         [(begin, 0, 8000000), (before, 0, 8000000), (begin, 8 * UNIT, 2000000 + 4800000)])
        days = psql(self.ledger.database, "SELECT count(DISTINCT day_time) FROM ledger.usage_fold WHERE account_id = '%s'" % account)
        self.assertEqual(days, "2")

    def test_without_a_price_it_is_parked_until_one_appears(self):
        account, dollars, none = self.opened(), self.opened(0, currency="USD"), self.opened(0, currency="")
        self.price("unpriced", effective_time={"seconds": self.now + 5 * HOUR})  # not yet
        rows = [(account, self.record(account, "unpriced", UNIT)), (dollars, self.record(dollars, "tiers", UNIT)), (account, self.record(account, "flat", UNIT)),
                (none, self.record(none, "tiers", UNIT))]
        self.tell(*(record for _, record in rows))
        for owner, record in rows:
            line = self.settled(owner, PARKED)[record["record_id"]]
            self.assertEqual((line.reason, line.net_micros, line.price_id), ("PRICE_NOT_FOUND", 0, ""))
        listed, token = [], ""
        while True:
            page = self.ledger.call("ledger.v1.UsageRecordService/ListParkedUsage", page_size=1, page_token=token)
            listed += [line.record_id for line in page.usage_lines]
            token = page.next_page_token
            if not token:
                break
        self.assertEqual([record["record_id"] for _, record in rows], [record for record in listed if record in {record["record_id"] for _, record in rows}])
        self.assertEqual(self.orders(account), (0, 0))
        self.price("unpriced", region_id="cn-hangzhou")
        later = self.record(account, "unpriced", 3 * UNIT, int(self.clock.now()) + 2)
        self.tell(later)
        wait_until(lambda: self.lines(account)[later["record_id"]].state == BOOKED, 30)
        self.assertEqual(self.lines(account)[later["record_id"]].net_micros, 3 * UNIT)
        self.assertEqual(self.lines(account)[rows[0][1]["record_id"]].state, PARKED)  # no price reaches back to it
        psql(self.ledger.database, "UPDATE ledger.price SET from_time = from_time - interval '1 day' WHERE sku_id = 'unpriced' AND region_id = 'cn-hangzhou'")
        self.price("requests", effective_time={"seconds": self.now + 9 * HOUR})  # prices changed
        wait_until(lambda: self.lines(account)[rows[0][1]["record_id"]].state == BOOKED, 30)
        self.assertEqual(self.orders(account)[1], 4 * UNIT)

    # ---- giving back

    def test_a_correction_goes_back_over_the_same_counter_and_is_carried(self):
        account = self.opened()
        told = self.record(account, "tiers", 150 * UNIT)
        self.tell(told)
        self.settled(account, BOOKED)
        self.agree(account, graduated(150 * UNIT))
        back = dict(told, record_id=new_id(), quantity_micros=-60 * UNIT, corrected_record_id=told["record_id"])
        self.tell(back)
        line = self.settled(account, BOOKED)[back["record_id"]]
        self.assertEqual((line.net_micros, line.entry_id), (graduated(90 * UNIT) - graduated(150 * UNIT), ""))
        self.assertEqual((self.orders(account)[0], self.carried(account)), (1, line.net_micros))
        self.agree(account, graduated(90 * UNIT))
        self.tell(self.record(account, "tiers", 20 * UNIT))  # less than what is carried
        self.settled(account, BOOKED)
        self.assertEqual(self.orders(account)[0], 1)
        self.agree(account, graduated(110 * UNIT))
        self.tell(self.record(account, "tiers", 90 * UNIT))
        self.settled(account, BOOKED)
        self.assertEqual((self.orders(account)[0], self.carried(account)), (2, 0))
        self.agree(account, graduated(200 * UNIT))

    # ---- once, whatever dies

    def test_killed_between_rating_and_booking_it_is_booked_once(self):
        account, company = new_id(), Company(self.ledger)
        company.open(account)
        company.top_up(account, 1000)
        holder = subprocess.Popen(["psql", "-h", POSTGRES, "-U", "postgres", "-d", self.ledger.database, "-qtAX"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            holder.stdin.write("BEGIN; SELECT 'held' FROM ledger.chain WHERE company_id = '%s' FOR UPDATE;\n" % company.id)
            holder.stdin.flush()
            self.assertEqual(holder.stdout.readline().strip(), "held")
            self.tell(self.record(account, "tiers", 4 * UNIT))
            self.settled(account, RATED)  # and its order waits for who holds the chain
            self.assertEqual(self.blockers(account, company), {"USAGE_UNRATED": 1, "CASH_LEFT": 0})
            for ledger in (self.ledger, self.other):
                ledger.kill()
        finally:
            holder.communicate()
        for ledger in (self.ledger, self.other):
            ledger.start()
        line, = self.settled(account, BOOKED).values()
        self.assertEqual(self.orders(account), (1, 4000000))
        # what was booked, and of which nobody kept that it was: it is sent again, and hears of the same entry
        psql(self.ledger.database, "UPDATE ledger.usage_fold SET state = 1, entry_id = NULL WHERE account_id = '%s'" % account)
        self.assertEqual([again.entry_id for again in self.settled(account, BOOKED).values()], [line.entry_id])
        self.assertEqual(self.orders(account), (1, 4000000))
        self.assertEqual(company.balance(account).own_micros, micros(1000) - 4000000)

    def test_a_source_goes_on_while_ledgers_die(self):
        dice, account = random.Random(7), self.opened()
        records = [self.record(account, "tiers", dice.randrange(1, 3 * UNIT), self.now - HOUR * dice.randrange(1, 30)) for _ in range(400)]
        rest = list(records)
        for ledger in (self.ledger, self.other) * 2:
            for _ in range(2):
                some = dice.sample(records, 60)
                self.tell(*some, ledger=self.other if ledger is self.ledger else self.ledger)
                rest = [record for record in rest if record not in some]
            ledger.kill()
            ledger.start()
        self.tell(*rest, ledger=self.ledger)
        lines = self.settled(account, BOOKED)
        self.assertEqual(len(lines), 400)
        months = {}
        for line in lines.values():
            months[line.period_start_time.seconds] = months.get(line.period_start_time.seconds, 0) + line.quantity_micros
        self.agree(account, sum(graduated(quantity) for quantity in months.values()))
        self.assertEqual([finding for finding in self.company.audit()[0] if finding[1] == account], [])

    @contextlib.contextmanager
    def unrated(self, account):
        """Nobody rates the account meanwhile."""
        psql(self.ledger.database, "INSERT INTO ledger.usage_account (account_id) VALUES ('%s') ON CONFLICT DO NOTHING" % account)
        holder = subprocess.Popen(["psql", "-h", POSTGRES, "-U", "postgres", "-d", self.ledger.database, "-qtAX"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            holder.stdin.write("BEGIN; SELECT 'held' FROM ledger.usage_account WHERE account_id = '%s' FOR UPDATE;\n" % account)
            holder.stdin.flush()
            self.assertEqual(holder.stdout.readline().strip(), "held")
            yield
        finally:
            holder.communicate()

    def blockers(self, account, company=None):
        found = (company or self.company).read("ClosingService/ListClosingBlockers", account).blockers
        return {blocker.reason: blocker.count for blocker in found}

    def test_no_account_is_closed_over_usage_that_waits(self):
        account = self.opened(0)
        with self.unrated(account):
            self.tell(*(self.record(account, "closing", UNIT) for _ in range(3)))
            self.assertEqual(self.blockers(account), {"USAGE_UNRATED": 3})
            with refused(self, grpc.StatusCode.FAILED_PRECONDITION, "USAGE_UNRATED"):
                self.company.update(account, "state", state="ACCOUNT_STATE_CLOSED")
        self.settled(account, BOOKED)
        self.assertEqual(self.blockers(account), {"BILLS_UNPAID": 0})

    def test_an_account_that_was_closed_meanwhile(self):
        """Its order is refused, which its lines say; nothing is lost, and nothing is booked."""
        account = self.opened(0)
        with self.unrated(account):
            record = self.record(account, "closing", UNIT)
            self.tell(record)
            self.shut(account)
        line = self.settled(account, REFUSED)[record["record_id"]]
        self.assertEqual((line.reason, line.net_micros, line.entry_id), ("ACCOUNT_CLOSED", UNIT, ""))
        self.assertEqual(self.orders(account), (0, 0))

    def back(self, told):
        return dict(told, record_id=new_id(), quantity_micros=-told["quantity_micros"], corrected_record_id=told["record_id"])

    def test_what_nobody_paid_gives_nothing_back(self):
        account = self.opened(0)
        lost, later = self.record(account, "closing", 5 * UNIT), self.record(account, "closing", 4 * UNIT)
        psql(self.ledger.database, "INSERT INTO ledger.usage_account (account_id, carried_micros) VALUES ('%s', %d)" % (account, -UNIT))
        with self.unrated(account):
            self.tell(lost)
            self.shut(account)
        self.settled(account, REFUSED)
        self.assertEqual(self.carried(account), -UNIT)  # which its order had taken into account
        self.company.update(account, "state", state="ACCOUNT_STATE_ACTIVE")
        undone = self.back(lost)
        self.tell(undone)
        line = self.settled(account, BOOKED, REFUSED)[undone["record_id"]]
        self.assertEqual((line.state, line.reason, line.net_micros, self.carried(account)), (REFUSED, "ACCOUNT_CLOSED", -5 * UNIT, -UNIT))
        self.tell(later)
        line = self.settled(account, BOOKED, REFUSED)[later["record_id"]]
        self.assertEqual((line.state, line.used_micros, self.orders(account), self.carried(account)), (BOOKED, 0, (1, 3 * UNIT), 0))

    def shut(self, account):
        """As by a ledger of before, which asked for no usage that waits."""
        psql(self.ledger.database, "UPDATE ledger.account SET state = 3 WHERE account_id = '%s'" % account)

    # ---- much of it

    def test_five_thousand_records_of_one_account(self):
        account = self.opened()
        with self.unrated(account):
            for _ in range(5):
                self.tell(*(self.record(account, "tiers", UNIT // 10, self.now - HOUR - place) for place in range(1000)))
        wait_until(lambda: self.orders(account)[1] == graduated(500 * UNIT), 30)
        self.assertEqual(self.carried(account), 0)


if __name__ == "__main__":
    unittest.main()
