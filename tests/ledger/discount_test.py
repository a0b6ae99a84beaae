"""The discount of a group, the whole way (LED-25, SHR-18, A.3): records in, lines with what is taken off, orders of the rest, and the volume that
makes next month's rate. The clock is turned over a month's end in the partner's zone."""
import datetime
import os
import random
import sys
import unittest
import zoneinfo
from fractions import Fraction

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import wait_until  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import Clock, Refusal, Service, new_id, psql  # noqa: E402

UNIT, NANOS, DAY = 10 ** 6, 10 ** 9, 86400
ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
TIERS = ((0, 0), (100000 * UNIT, 50000), (500000 * UNIT, 80000), (1000000 * UNIT, 100000))
BOOKED = 4
TICK = Fraction(1, UNIT)


def taken_off(list_micros, ppm):
    """Half away from zero."""
    return int(abs(Fraction(list_micros * ppm, 10 ** 6)) + Fraction(1, 2)) * (1 if list_micros >= 0 else -1)


class Discount(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock))
        cls.other = cls.enterClassContext(Service("ledger", clock=cls.clock, database=cls.ledger.database))
        cls.company = Company(cls.ledger)
        put = lambda rpc, **fields: cls.ledger.call("ledger.v1." + rpc, request_id=new_id(), **fields)  # noqa: E731
        put("CatalogueService/CreateRegion", region_id="cn-hangzhou", name="Hangzhou", country="CN")
        put("CatalogueService/CreateProduct", product_id="oss", name="Storage", service_category="Storage", service_subcategory="Object Storage", publisher="Example")
        put("CatalogueService/CreateSku", sku_id="units", product_id="oss", meter="m", pricing_unit="GB-Hours", tax_category="standard")
        for currency in ("CNY", "USD"):
            put("PriceService/SetPrices", price_book_id="list", prices=[{"sku_id": "units", "region_id": "*", "currency": currency, "model": "PRICE_MODEL_PER_UNIT",
                                                                         "tiers": [{"unit_nanos": NANOS}]}])

    def opened(self, **fields):
        account = self.company.open(**fields)
        self.company.top_up(account, 1000000, currency=fields.get("currency", "CNY"))
        return account

    def partner(self, *tiers):
        account = self.opened(country="CN")
        self.company.call("GroupDiscountService/SetGroupDiscount", account, tiers=[{"from_micros": start, "discount_ppm": ppm} for start, ppm in tiers])
        return account

    def tell(self, *records, ledger=None):
        while True:
            try:
                verdicts = (ledger or self.ledger).call("ledger.v1.UsageRecordService/RecordUsageBatch", timeout=60, records=list(records)).verdicts
                break
            except Refusal:  # it was not answered
                pass
        self.assertEqual([verdict.refused.message for verdict in verdicts], [""] * len(records))

    def record(self, account, quantity, start, **fields):
        whole, part = divmod(Fraction(start), 1)
        moment = {"seconds": int(whole), "nanos": int(part * NANOS)}
        return dict(dict(source="meter", record_id=new_id(), account_id=account, sku_id="units", region_id="cn-hangzhou", resource_id="r",
                         quantity_micros=quantity, start_time=moment, end_time=moment), **fields)

    def lines(self, account):
        token, found = "", []
        while True:
            page = self.ledger.call("ledger.v1.UsageRecordService/ListUsageLines", account_id=account, page_size=100, page_token=token)
            found, token = found + list(page.usage_lines), page.next_page_token
            if not token:
                return {line.record_id: line for line in found}

    def used(self, *rows):
        """Records of (account, quantity, start), in one batch: of each what it costs at list prices, and what is taken off."""
        records = [self.record(*row) for row in rows]
        self.tell(*records)
        accounts = {row[0] for row in rows}
        wait_until(lambda: all(line.state == BOOKED for account in accounts for line in self.lines(account).values()), 30)
        lines = {key: line for account in accounts for key, line in self.lines(account).items()}
        found = [lines[record["record_id"]] for record in records]
        for line in found:
            self.assertEqual((line.contracted_micros, line.net_micros), (line.list_micros - line.discount_micros,) * 2)
        return [(line.list_micros, line.discount_micros) for line in found]

    def group(self, partner):
        told = self.company.read("GroupDiscountService/GetGroupDiscount", partner).group_discount
        return told.volume_micros, told.discount_ppm, told.volume_so_far_micros

    def paid(self, account):
        """By orders, and what is carried to the next."""
        return micros(1000000) - self.company.balance(account).own_micros + int(psql(
            self.ledger.database, "SELECT carried_micros FROM ledger.usage_account WHERE account_id = '%s'" % account))

    def correct(self, partner, by):
        """As a line does that was rated before midnight and kept after it."""
        psql(self.ledger.database, "UPDATE ledger.group_volume SET micros = micros + %d WHERE agent_id = '%s' AND micros > 400000000000" % (by, partner))

    def turn_to(self, moment):
        self.clock.turn(moment - self.clock.now())
        self.assertGreaterEqual(self.clock.now(), moment)

    def test_the_group_shares_the_rate_of_the_month_before(self):
        first = datetime.datetime.fromtimestamp(self.clock.now(), ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        months = [int((first + datetime.timedelta(days=40 * n)).replace(day=1).timestamp()) for n in range(3)]
        below, at_it = self.partner(*TIERS), self.partner(*TIERS)  # the fourth tier is reached by neither
        eighty_five, half = self.partner((0, 85000)), self.partner((0, 500000))
        shares, plain, leaver, alone = (self.opened(country="US") for _ in range(4))
        dollars = self.opened(country="US", currency="USD")  # what it uses is no volume of the partner's currency; the rate is the same
        terms = dict(shares_discount=True, since_time={"seconds": int(self.clock.now()) - DAY})
        self.company.relate(at_it, shares, **terms)
        self.company.relate(at_it, dollars, **terms)
        self.company.relate(at_it, plain, **dict(terms, shares_discount=False))
        leaving = dict(terms, relation_id=self.company.relate(at_it, leaver, **terms))

        with self.subTest("The numbers of the guide, in the first month of a table from nothing on."):
            self.turn_to(months[1] + 9 * DAY)
            start = months[1] + 8 * DAY
            record = self.record(eighty_five, 123456789, start)
            self.tell(record)
            self.tell(self.record(eighty_five, 6 * UNIT, start), self.record(half, 5, start))
            self.tell(dict(record, record_id=new_id(), quantity_micros=-123456789, corrected_record_id=record["record_id"]))
            wait_until(lambda: [line.state for account in (eighty_five, half) for line in self.lines(account).values()] == [BOOKED] * 4, 30)
            lines = [line for account in (eighty_five, half) for line in self.lines(account).values()]
            self.assertEqual(sorted((line.list_micros, line.discount_micros, line.net_micros) for line in lines),
                             [(-123456789, -10493827, -112962962), (5, 3, 2), (6 * UNIT, 510000, 5490000), (123456789, 10493827, 112962962)])
            self.assertEqual((self.paid(eighty_five), self.paid(half)), (5490000, 2))
            self.assertEqual((self.group(eighty_five), self.group(half)), ((0, 85000, 6 * UNIT), (0, 500000, 5)))  # the volume is of list amounts

        with self.subTest("All that the group used, also at list prices, is its volume; what is given back is none."):
            self.assertEqual(self.used((below, 499999990000, start), (at_it, 300000 * UNIT, start), (shares, 100000 * UNIT, start), (plain, 50000 * UNIT, start),
                                       (leaver, 50000 * UNIT, start), (alone, 9 * UNIT, start), (dollars, UNIT, start), (shares, UNIT, months[1] - TICK)),
                             [(amount, 0) for amount in (499999990000, 300000 * UNIT, 100000 * UNIT, 50000 * UNIT, 50000 * UNIT, 9 * UNIT, UNIT, UNIT)])
            record = self.record(shares, 5 * UNIT, start)
            self.tell(record)
            self.tell(dict(record, record_id=new_id(), quantity_micros=-5 * UNIT, corrected_record_id=record["record_id"]))
            late, = (line.record_id for line in self.lines(shares).values() if line.list_micros == UNIT)
            self.tell(self.record(shares, -UNIT, months[1] - TICK, corrected_record_id=late))
            wait_until(lambda: self.group(at_it)[2] == 500000 * UNIT and len(self.lines(shares)) == 5, 30)
            self.assertEqual((self.group(below), self.group(alone)[2]), ((0, 0, 499999990000), 9 * UNIT))

        self.turn_to(months[2] + 60)  # where it is still the month before, in the customers' zone
        begin, left = months[2], months[2] + 30
        with self.subTest("The rate of each line is that of the month in which its usage begins, by the volume of the month before."):
            self.correct(below, 10000)
            self.assertEqual(self.group(below), (500000 * UNIT, 80000, 0))
            self.correct(below, -10000)
            self.assertEqual((self.group(below), self.group(at_it)), ((499999990000, 50000, 0), (500000 * UNIT, 80000, 0)))
            self.ledger.call("ledger.v1.RelationService/UpdateRelation", agent_account_id=at_it, customer_account_id=leaver, version=2, previous_version=1,
                             settlement_mode=1, pay_on_behalf=True, ended=True, **dict(leaving, since_time={"seconds": left}))
            rows = ((below, begin - TICK, 0), (below, begin, 50000), (at_it, begin - TICK, 0), (at_it, begin, 80000), (shares, begin - TICK, 0), (shares, begin, 80000),
                    (plain, begin, 0), (leaver, begin - TICK, 0), (leaver, left - TICK, 80000), (leaver, left, 0), (alone, begin, 0),
                    (dollars, begin, 80000))
            amount = 123456789
            self.assertEqual(self.used(*((account, amount, when) for account, when, _ in rows)),
                             [(amount, taken_off(amount, ppm)) for _, _, ppm in rows])

        with self.subTest("The rate that a line had stays, whatever becomes of the volume."):
            self.correct(below, 10000)
            self.assertEqual(self.group(below)[:2], (500000 * UNIT, 50000))
            self.assertEqual(self.used((below, UNIT, begin)), [(UNIT, 50000)])
            self.correct(below, -10000)

        with self.subTest("What comes late is volume of the month in which it comes, and changes no rate that counts."):
            self.assertEqual((self.group(below), self.group(at_it)), ((499999990000, 50000, 2 * amount + UNIT), (500000 * UNIT, 80000, 7 * amount)))
            days = [self.group(account)[2] for account in (leaver, alone)]  # their own month goes on: it is that before in their zone
            self.assertEqual(days, [amount, 9 * UNIT + amount])
            for account in (below, at_it, shares, plain, leaver, alone, dollars):
                self.assertEqual(self.paid(account), sum(line.net_micros for line in self.lines(account).values()))
            accounts = {below, at_it, shares, plain, leaver, alone, half, eighty_five}
            self.assertEqual([finding for finding in self.company.audit()[0] if finding[1] in accounts], [])

    def test_the_volume_is_added_once_while_ledgers_die(self):
        dice, partner = random.Random(3), self.opened()
        customers = [self.opened() for _ in range(3)]
        for customer in customers:
            self.company.relate(partner, customer)
        records = [self.record(dice.choice([partner] + customers), dice.randrange(1, 3 * UNIT), self.clock.now() // 1 - 60) for _ in range(240)]
        for ledger, other in ((self.ledger, self.other), (self.other, self.ledger)):
            self.tell(*records[:120], ledger=other)
            ledger.kill()
            ledger.start()
            self.tell(*records[60:], ledger=other)  # told again
        lists = lambda: [line.list_micros for account in [partner] + customers for line in self.lines(account).values() if line.state == BOOKED]  # noqa: E731
        wait_until(lambda: len(lists()) == 240, 30)
        self.assertEqual(self.group(partner)[2], sum(record["quantity_micros"] for record in records))
        self.assertEqual(sum(lists()), self.group(partner)[2])


if __name__ == "__main__":
    unittest.main()
