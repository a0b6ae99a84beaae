"""Costs of usage (LED-35, LED-39): each answer is computed again over ListUsageLines, and each bound is tried on both sides."""
import datetime
import itertools
import os
import random
import sys
import unittest
import zoneinfo

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import Company  # noqa: E402
from service import Refusal, Service, new_id, psql, refused  # noqa: E402

DAY, UNIT, NANOS = 86400, 10 ** 6, 1000
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
AMOUNTS = ("list_micros", "discount_micros", "contracted_micros", "coupon_micros", "net_micros")
KEYS = ("DAY", "MONTH", "PRODUCT", "SKU", "REGION", "RESOURCE", "TAG")
FIELDS = dict(zip(KEYS, ("day", "month", "product_id", "sku_id", "region_id", "resource_id", "tag_value")))
UTC = datetime.timezone.utc
SPRING = int(datetime.datetime(2030, 3, 31, 1, tzinfo=UTC).timestamp())  # Berlin's clocks go forward
COLUMNS = ("source, record_id, line_id, account_id, quantity_micros, start_time, end_time, record_time, sku_id, region_id, resource_id, tags, remark, digest, "
           "state, currency, used_micros, covered_micros, " + ", ".join(AMOUNTS))


def moment(us):
    return {"seconds": us // UNIT, "nanos": us % UNIT * NANOS}


def us_of(stamp):
    return stamp.seconds * UNIT + stamp.nanos // NANOS


def wall(us, zone):
    return datetime.datetime.fromtimestamp(us // UNIT, zone)


class Costs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger"))
        for region in ("cn-hangzhou", "ap-northeast-1"):
            cls.catalogue("CreateRegion", region_id=region, name=region, country="CN")
        for product, skus in (("oss", ("oss-storage", "oss-requests")), ("ecs", ("ecs-hours",))):
            cls.catalogue("CreateProduct", product_id=product, name="P", service_category="Storage", service_subcategory="Object Storage", publisher="Example")
            for sku in skus:
                cls.catalogue("CreateSku", sku_id=sku, product_id=product, meter="m", pricing_unit=sku + "-unit", tax_category="standard")
        cls.skus = {"oss-storage": "oss", "oss-requests": "oss", "ecs-hours": "ecs"}

    @classmethod
    def catalogue(cls, rpc, **fields):
        cls.ledger.call("ledger.v1.CatalogueService/" + rpc, request_id=new_id(), **fields)

    def setUp(self):
        self.company = Company(self.ledger)
        self.account = self.company.open(country="DE")

    def sql(self, text):
        return psql(self.ledger.database, "SET search_path = ledger; " + text)

    def put(self, *lines, account=None):
        """Rated lines, as rating leaves them: (µs, SKU, region, resource, tags, quantity, amounts)."""
        rows = []
        for us, sku, region, resource, tags, quantity, amounts in lines:
            at = "to_timestamp(%d) + interval '%d microseconds'" % divmod(us, UNIT)
            text = "".join("%s=%s\n" % tag for tag in tags.items())
            rows.append("('test', '%s', '%s', '%s', %d, %s, %s, %s, '%s', '%s', '%s', E'%s', '', '', 2, 'CNY', 0, 0, %s)" % (
                new_id(), new_id(), account or self.account, quantity, at, at, at, sku, region, resource, ("\n" + text if text else "").replace("\n", "\\n"),
                ", ".join("%d" % amount for amount in amounts)))
        self.sql("INSERT INTO usage_record (%s) VALUES %s" % (COLUMNS, ", ".join(rows)))

    def dice(self, seed, count, since=SPRING - 2 * DAY, until=SPRING + 3 * DAY):
        dice = random.Random(seed)
        for _ in range(count):
            list_, discount, coupon = dice.randrange(10 ** 9), dice.randrange(10 ** 6), dice.randrange(10 ** 6)
            tags = dict(dice.sample((("env", "two words"), ("team", "Größe = 1"), ("env2", "x")), dice.randrange(4)))
            yield (dice.randrange(since * UNIT, until * UNIT), dice.choice(sorted(self.skus)), dice.choice(("cn-hangzhou", "ap-northeast-1")),
                   "r-%d" % dice.randrange(5), tags, dice.randrange(1, 10 ** 9), (list_, discount, list_ - discount, coupon, list_ - discount - coupon))

    def ask(self, *keys, account=None, since=(SPRING - 10 * DAY) * UNIT, until=(SPRING + 10 * DAY) * UNIT, **fields):
        return self.company.read("CostService/GetCost", account or self.account, group_by=["COST_KEY_" + key for key in keys], start_time=moment(since),
                                 end_time=moment(until), **fields)

    def lines(self, **fields):
        token, found = "", []
        while True:
            page = self.ledger.call("ledger.v1.UsageRecordService/ListUsageLines", account_id=self.account, page_size=100, page_token=token, **fields)
            found += page.usage_lines
            token = page.next_page_token
            if not token:
                return found

    @staticmethod
    def told(cost):
        return [cost.quantity_micros, cost.pricing_unit] + [getattr(cost, name) for name in AMOUNTS] + [cost.line_count, cost.unrated_count]

    @staticmethod
    def summed(lines):
        is_one = len({line.sku_id for line in lines}) == 1
        return ([sum(line.quantity_micros for line in lines) if is_one else 0, lines[0].pricing_unit if is_one else ""]
                + [sum(getattr(line, name) for line in lines) for name in AMOUNTS] + [len(lines), sum(line.state in (1, 2) for line in lines)])

    @staticmethod
    def key_of(line, key, zone=BERLIN):
        if key == "TAG":
            return next((tag.value for tag in line.tags if tag.key == "env"), "")
        if key in ("DAY", "MONTH"):
            return wall(us_of(line.start_time), zone).strftime("%Y-%m-%d" if key == "DAY" else "%Y-%m")
        return getattr(line, FIELDS[key])

    def agree(self, keys, lines, **fields):
        answer = self.ask(*keys, tag_key="env" if "TAG" in keys else "", **fields)
        groups = {}
        for line in lines:
            groups.setdefault(tuple(self.key_of(line, key) for key in keys), []).append(line)
        told = [(tuple(getattr(cost, FIELDS[key]) for key in keys), self.told(cost)) for cost in answer.costs]
        self.assertEqual(told, [(key, self.summed(groups[key])) for key in sorted(groups, key=lambda key: [part.encode() for part in key])])
        self.assertEqual((self.told(answer.total), answer.currency), (self.summed(lines), "CNY"))
        for cost in answer.costs:
            self.assertEqual([name for key, name in FIELDS.items() if key not in keys and getattr(cost, name)], [])

    def test_an_answer_is_the_sum_of_the_lines(self):
        self.put(*self.dice(1, 120))
        other = self.company.open(country="DE")
        self.put(*self.dice(2, 20), account=other)
        lines = self.lines()
        self.assertEqual(len(lines), 120)
        for keys in [(key,) for key in KEYS] + list(itertools.permutations(KEYS, 2)):
            self.agree(keys, lines)
        for narrowed in ({"product_id": "oss"}, {"sku_id": "oss-storage"}, {"region_id": "ap-northeast-1"}, {"resource_id": "r-3"}, {"tag": "env=two words"},
                         {"product_id": "oss", "region_id": "ap-northeast-1"}):
            found = self.lines(**narrowed)
            self.assertTrue(0 < len(found) < 120)
            self.agree(("RESOURCE", "DAY"), found, **narrowed)
        self.assertEqual(self.ask("DAY", product_id="none").total.line_count, 0)
        with refused(self, grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND"):
            self.ask("DAY", account=new_id())

    def test_a_day_without_an_hour(self):
        """23 hours are one day, and a month ends within it."""
        begin = int(datetime.datetime(2030, 3, 31, tzinfo=BERLIN).timestamp()) * UNIT
        end = int(datetime.datetime(2030, 4, 1, tzinfo=BERLIN).timestamp()) * UNIT
        self.assertEqual(end - begin, 23 * 3600 * UNIT)
        self.put(*((us, "oss-storage", "cn-hangzhou", "r", {}, 1, (1, 0, 1, 0, 1)) for us in (begin - 1, begin, SPRING * UNIT - 1, SPRING * UNIT, end - 1, end)))
        self.assertEqual([(cost.day, cost.line_count) for cost in self.ask("DAY").costs], [("2030-03-30", 1), ("2030-03-31", 4), ("2030-04-01", 1)])
        self.assertEqual([(cost.month, cost.line_count) for cost in self.ask("MONTH").costs], [("2030-03", 5), ("2030-04", 1)])
        self.assertEqual(self.ask("DAY", since=begin, until=end).total.line_count, 4)  # the begin inclusive, the end exclusive
        self.assertEqual(self.ask("DAY", since=begin + 1, until=end + 1).total.line_count, 4)

    def test_a_zone_that_changes_every_month(self):
        """More changes than are read at once."""
        zones, begin = [], datetime.datetime(2030, 1, 1, tzinfo=UTC)
        names = itertools.cycle(("Asia/Tokyo", "America/New_York", "Europe/Berlin", "Pacific/Auckland"))
        for month in range(13):
            zones.append((int(begin.replace(year=2030 + month // 12, month=month % 12 + 1).timestamp()), next(names)))
        self.sql("DELETE FROM billing_zone WHERE account_id = '%s'; INSERT INTO billing_zone (account_id, since_time, time_zone) VALUES %s" % (
            self.account, ", ".join("('%s', to_timestamp(%d), '%s')" % (self.account, 0 if i == 0 else since, name) for i, (since, name) in enumerate(zones))))
        since = zones[0][0] - 3 * DAY
        self.put(*self.dice(3, 150, since, since + 399 * DAY))
        self.put(*self.dice(4, 150, since, since + 399 * DAY))
        days = {}
        for line in self.lines():
            name = [name for at, name in zones if at * UNIT <= us_of(line.start_time)][-1:] or [zones[0][1]]
            day = self.key_of(line, "DAY", zoneinfo.ZoneInfo(name[0]))
            days[day] = days.get(day, 0) + line.net_micros
        answer = self.ask("DAY", since=since * UNIT, until=(since + 400 * DAY) * UNIT)
        self.assertEqual({cost.day: cost.net_micros for cost in answer.costs}, days)

    def test_what_is_not_asked(self):
        def fault(*keys, **fields):
            try:
                return self.ask(*keys, **fields) and None
            except Refusal as no:
                self.assertEqual(no.code, grpc.StatusCode.INVALID_ARGUMENT)
                return no.fields
        since = SPRING * UNIT
        rows = ((("DAY",), {}, None), ((), {}, ["group_by"]), (("DAY", "SKU", "TAG"), {}, ["group_by"]), (("DAY", "DAY"), {}, ["group_by"]),
                (("UNSPECIFIED",), {}, ["group_by"]), (("TAG",), {}, ["tag_key"]), (("TAG",), {"tag_key": "k" * 64}, None), (("TAG",), {"tag_key": "k" * 65}, ["tag_key"]),
                (("TAG",), {"tag_key": "two words"}, ["tag_key"]), (("DAY",), {"tag_key": "env"}, ["tag_key"]), (("DAY",), {"tag": "env"}, ["tag"]),
                (("DAY",), {"since": since, "until": since}, ["end_time"]), (("DAY",), {"since": since, "until": since + 1}, None),
                (("DAY",), {"since": since, "until": since + 400 * DAY * UNIT}, None), (("DAY",), {"since": since, "until": since + 400 * DAY * UNIT + 1}, ["end_time"]),
                (("DAY",), {"page_token": "61.62"}, ["page_token"]))
        for keys, fields, field in rows:
            self.assertEqual(fault(*keys, **fields), field, (keys, fields))
        last = (253402300799 - 399 * DAY) * UNIT  # the end of all times
        self.assertEqual(self.ask("DAY", "MONTH", since=last, until=last + 399 * DAY * UNIT).total.line_count, 0)

    def test_what_has_no_price_is_counted_and_costs_nothing(self):
        now = int(datetime.datetime.now().timestamp()) - 60
        verdict, = self.ledger.call("ledger.v1.UsageRecordService/RecordUsageBatch", records=[
            {"source": "meter", "record_id": new_id(), "account_id": self.account, "sku_id": "oss-storage", "region_id": "cn-hangzhou", "resource_id": "r",
             "quantity_micros": 5, "start_time": {"seconds": now}, "end_time": {"seconds": now}}]).verdicts
        self.assertEqual(verdict.refused.message, "")
        cost, = self.ask("SKU", since=now * UNIT, until=(now + 1) * UNIT).costs
        self.assertEqual(self.told(cost), [5, "oss-storage-unit", 0, 0, 0, 0, 0, 1, 1])

    def test_a_sum_is_an_amount_or_refused(self):
        most = 2 ** 63 - 1
        line = (SPRING * UNIT, "oss-storage", "cn-hangzhou", "r", {}, 1)
        for place in range(5):
            self.account = self.company.open()
            amounts = [0] * 5
            amounts[place] = most
            self.put(line + (amounts,))
            self.assertEqual(getattr(self.ask("DAY").total, AMOUNTS[place]), most)
            amounts[place] = 1
            self.put(line[:3] + ("s",) + line[4:] + (amounts,))  # each row fits, and the total does not
            with refused(self, grpc.StatusCode.OUT_OF_RANGE, "COST_OUT_OF_RANGE"):
                self.ask("RESOURCE")

    def test_a_hundred_thousand_lines_and_a_thousand_rows(self):
        since, until = SPRING * UNIT, (SPRING + DAY) * UNIT
        self.sql("INSERT INTO usage_record (%s) SELECT 'many', '%s' || i, gen_random_uuid(), '%s', 1, at, at, at, 'oss-storage', 'cn-hangzhou', 'r-' || i %% 1000, '', '', '', "
                 "2, 'CNY', 0, 0, 7, 0, 7, 0, 7 FROM generate_series(1, 100000) AS i, LATERAL (SELECT to_timestamp(%d) + i * interval '1 microsecond' AS at) AS begun"
                 % (COLUMNS, self.account, self.account, SPRING))
        answer = self.ask("RESOURCE", since=since, until=until)
        self.assertEqual((len(answer.costs), answer.next_page_token, answer.total.net_micros, answer.total.line_count), (1000, "", 700000, 100000))
        self.assertEqual([cost.resource_id for cost in answer.costs], sorted("r-%d" % i for i in range(1000)))
        self.put((since, "oss-storage", "cn-hangzhou", "Last", {"env": "two words"}, 1, (1, 0, 1, 0, 1)))
        with refused(self, grpc.StatusCode.FAILED_PRECONDITION, "COST_TOO_WIDE"):
            self.ask("RESOURCE", since=since, until=until, resource_id="Last")  # filters make it no narrower
        first = self.ask("RESOURCE", "TAG", tag_key="env", since=since, until=since + 100000)
        self.assertEqual((len(first.costs), first.total.net_micros, first.costs[0].resource_id, first.costs[0].tag_value), (1000, 699994, "Last", "two words"))
        rest = self.ask("RESOURCE", "TAG", tag_key="env", since=since, until=since + 100000, page_token=first.next_page_token)
        self.assertEqual(([cost.resource_id for cost in rest.costs], rest.next_page_token, rest.total), (["r-999"], "", first.total))
        with refused(self, grpc.StatusCode.INVALID_ARGUMENT):
            self.ask("RESOURCE", since=since, until=since + 100000, page_token=first.next_page_token)  # of another question


if __name__ == "__main__":
    unittest.main()
