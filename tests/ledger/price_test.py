"""Price books in the ledger: what is set is never changed and never begins in the past, which price counts for an account at a moment, and what a
quantity would be charged (LED-25, LED-39, ID-23)."""
import contextlib
import os
import sys
import time
import unittest
from fractions import Fraction

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import Company  # noqa: E402
from service import Refusal, Service, new_id, psql, refused  # noqa: E402

INVALID, MISSING, EXISTS, FULL, PRECONDITION = (getattr(grpc.StatusCode, name) for name in (
    "INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION"))
UNIT, NANOS = 10 ** 6, 10 ** 9
TIERS = [{"up_to_micros": 10 * UNIT, "unit_nanos": NANOS}, {"up_to_micros": 100 * UNIT, "unit_nanos": 8 * NANOS // 10}, {"unit_nanos": NANOS // 2}]
AGENT, OWN, LIST = 1, 2, 3


def at(moment):
    return {"seconds": int(moment), "nanos": int(moment * UNIT) % UNIT * 1000}


def seconds(stamp):
    return stamp.seconds + stamp.nanos / NANOS


class Prices(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger"))
        cls.company = Company(cls.ledger)
        cls.account = cls.company.open()
        tail = new_id()[24:]
        cls.region, cls.other, cls.product = "r-" + tail, "o-" + tail, "p-" + tail
        catalogue = "ledger.v1.CatalogueService/"
        for region in (cls.region, cls.other):
            cls.ledger.call(catalogue + "CreateRegion", request_id=new_id(), region_id=region, name="Here", country="CN")
        cls.ledger.call(catalogue + "CreateProduct", request_id=new_id(), product_id=cls.product, name="Storage", service_category="Storage",
                        service_subcategory="Object Storage", publisher="Example Cloud")

    @classmethod
    def call(cls, rpc, **fields):
        return cls.ledger.call("ledger.v1.PriceService/" + rpc, **fields)

    @classmethod
    def sku(cls):
        sku = "s." + new_id()[24:]
        cls.ledger.call("ledger.v1.CatalogueService/CreateSku", request_id=new_id(), sku_id=sku, product_id=cls.product, meter="storage",
                        pricing_unit="GB-Hours", tax_category="standard")
        return sku

    @classmethod
    def book(cls):
        book = "b-" + new_id()[24:]
        cls.call("CreatePriceBook", request_id=new_id(), price_book_id=book, name="A contract")
        return book

    def set(self, *prices, book="list", **fields):
        rows = [dict({"region_id": "*", "currency": "CNY", "model": "PRICE_MODEL_PER_UNIT", "tiers": [{"unit_nanos": NANOS}]}, **price) for price in prices]
        return self.call("SetPrices", **dict({"request_id": new_id(), "price_book_id": book, "prices": rows}, **fields)).prices

    def shown(self, sku, account=None, region=None, **fields):
        found = self.call("GetPrice", account_id=account or self.account, company_id=self.company.id, sku_id=sku, region_id=region or self.region, **fields)
        return found.price.tiers[0].unit_nanos, found.source

    def listed(self, **fields):
        """All pages of one."""
        token, found = "", []
        while True:
            page = self.call("ListPrices", page_size=1, page_token=token, **fields)
            found += page.prices
            token = page.next_page_token
            if not token:
                return found

    @contextlib.contextmanager
    def refused_with(self, code, reason, **terms):
        with self.assertRaises(Refusal) as caught:
            yield
        refusal = caught.exception
        self.assertEqual((refusal.code, refusal.reason), (code, reason))
        self.assertEqual({name: refusal.terms.get(name) for name in terms}, terms)

    # ---- books

    def test_books(self):
        book = self.book()
        listed = self.call("ListPriceBooks", page_size=100).price_books
        names = [item.price_book_id for item in listed]
        self.assertEqual(names, sorted(names))
        self.assertIn("list", names)
        self.assertIn(book, names)
        with refused(self, EXISTS, "PRICE_BOOK_TAKEN"):
            self.call("CreatePriceBook", request_id=new_id(), price_book_id="list", name="Another")
        first = self.call("ListPriceBooks", page_size=1)
        self.assertEqual([item.price_book_id for item in self.call("ListPriceBooks", page_size=1, page_token=first.next_page_token).price_books], names[1:2])
        for field, value in (("price_book_id", "Gold"), ("price_book_id", ""), ("price_book_id", "b" * 33), ("name", ""), ("name", "n" * 129)):
            with self.subTest(field=field), refused(self, INVALID, field=field):
                self.call("CreatePriceBook", **dict({"request_id": new_id(), "price_book_id": "c-" + new_id()[24:], "name": "A"}, **{field: value}))

    # ---- prices

    def test_what_is_set_ends_what_was(self):
        sku, soon = self.sku(), int(time.time()) + 3600
        now, = self.set({"sku_id": sku})
        self.assertFalse(now.HasField("effective_end_time"))
        later, = self.set({"sku_id": sku, "tiers": [{"unit_nanos": 3}], "effective_time": at(soon + 200)})
        between, = self.set({"sku_id": sku, "tiers": [{"unit_nanos": 2}], "effective_time": at(soon)})
        self.assertEqual(seconds(between.effective_end_time), soon + 200)
        self.assertEqual([(price.price_id, price.effective_end_time.seconds) for price in self.listed(sku_id=sku)],
                         [(between.price_id, soon + 200), (later.price_id, 0), (now.price_id, soon)])
        for moment, nanos in ((soon - 1, NANOS), (soon - 0.000001, NANOS), (soon, 2), (soon + 199.999999, 2), (soon + 200, 3)):
            self.assertEqual(self.shown(sku, usage_time=at(moment)), (nanos, LIST), moment)
        with self.refused_with(MISSING, "PRICE_NOT_FOUND", sku=sku, region=self.region, currency="CNY"):
            self.shown(sku, usage_time=at(seconds(now.effective_start_time) - 1))
        for window, expected in ((dict(start_time=at(soon), end_time=at(soon + 1)), {between.price_id}),
                                 (dict(start_time=at(soon - 1), end_time=at(soon)), {now.price_id}),
                                 (dict(start_time=at(soon + 200)), {later.price_id}), (dict(region_id=self.region), set()),
                                 (dict(region_id="*", price_book_id="list"), {now.price_id, between.price_id, later.price_id})):
            self.assertEqual({price.price_id for price in self.listed(sku_id=sku, **window)}, expected, window)

    def test_never_in_the_past_and_never_twice(self):
        sku, soon = self.sku(), time.time() + 3600
        with self.refused_with(PRECONDITION, "PRICE_PAST", row="0"):
            self.set({"sku_id": sku, "effective_time": at(time.time() - 1)})
        self.set({"sku_id": sku, "effective_time": at(soon)})
        with self.refused_with(EXISTS, "PRICE_BEGIN_TAKEN", row="1"):
            self.set({"sku_id": sku}, {"sku_id": sku, "effective_time": at(soon)})
        self.assertEqual(len(self.listed(sku_id=sku)), 1)  # all or nothing
        self.set({"sku_id": sku, "effective_time": at(soon), "currency": "EUR"}, {"sku_id": sku, "effective_time": at(soon), "region_id": self.region})

    def test_of_what_is_sold(self):
        sku = self.sku()
        for fields, reason in (({"sku_id": "never.was"}, "SKU_NOT_FOUND"), ({"sku_id": sku, "region_id": "never-was"}, "REGION_NOT_FOUND")):
            with refused(self, MISSING, reason):
                self.set(fields)
        with refused(self, MISSING, "PRICE_BOOK_NOT_FOUND"):
            self.set({"sku_id": sku}, book="never-was")
        self.set({"sku_id": sku})
        self.ledger.call("ledger.v1.CatalogueService/RetireSku", request_id=new_id(), sku_id=sku)
        with refused(self, MISSING, "SKU_NOT_FOUND"):
            self.set({"sku_id": sku})
        self.assertEqual(self.shown(sku), (NANOS, LIST))
        none, = self.set({"sku_id": sku, "model": "PRICE_MODEL_NONE", "tiers": []})
        self.assertEqual(none.terms, "sold no more")
        with refused(self, MISSING, "PRICE_NOT_FOUND"):
            self.shown(sku)

    def test_fields(self):
        good = {"sku_id": self.sku()}
        for field, bad in (("sku_id", {"sku_id": "a b"}), ("region_id", {"region_id": "Hangzhou"}), ("currency", {"currency": "cny"}),
                           ("model", {"model": 0}), ("model", {"model": 7}), ("tiers", {"tiers": []}), ("tiers", {"tiers": [{"unit_nanos": -1}]}),
                           ("tiers", {"model": 2, "tiers": TIERS[:2]}), ("tiers", {"model": 2, "tiers": TIERS[2:] + TIERS[:1]}),
                           ("tiers", {"model": 2, "tiers": [dict(TIERS[0], up_to_micros=n + 1) for n in range(20)] + TIERS[2:]}),
                           ("package_micros", {"package_micros": 1}), ("package_micros", {"model": 4}), ("effective_time", {"effective_time": {"seconds": -1}})):
            with self.subTest(bad=bad), refused(self, INVALID, field="prices[1]." + field):
                self.set(good, dict(good, **bad))
        for count in (0, 101):
            with self.subTest(count=count), refused(self, INVALID, field="prices"):
                self.set(*[good] * count)
        told = self.set(*[dict(good, model="PRICE_MODEL_VOLUME", tiers=[dict(TIERS[0], up_to_micros=n + 1) for n in range(19)] + TIERS[2:],
                               effective_time=at(time.time() + 100 + n)) for n in range(100)])
        self.assertEqual([len(price.tiers) for price in told], [20] * 100)
        with refused(self, INVALID, field="region_id"):
            self.shown(good["sku_id"], region="*")

    def test_a_place_has_an_end(self):
        sku = self.sku()
        psql(self.ledger.database, "INSERT INTO ledger.price SELECT gen_random_uuid(), 'list', '%s', '*', 'CNY', 0, 0, now() + n * interval '1 hour', now() "
             "FROM generate_series(1, 999) AS n" % sku)
        self.set({"sku_id": sku})
        with self.refused_with(FULL, "PRICE_LIMIT", row="0"):
            self.set({"sku_id": sku})
        self.set({"sku_id": sku, "currency": "EUR"})

    def test_a_repeated_request_hears_the_same_and_is_kept(self):
        request_id, me, sku, book = new_id(), new_id(), self.sku(), self.book()
        known = dict(request_id=request_id, price_book_id=book, metadata=(("kontor-principal-id", me),))
        row = {"sku_id": sku, "region_id": "*", "currency": "CNY", "model": 1, "tiers": [{"unit_nanos": 5}]}
        revision = lambda: int(psql(self.ledger.database, "SELECT revision FROM ledger.price_revision"))  # noqa: E731
        before = revision()
        self.assertEqual(*(self.call("SetPrices", prices=[row], **known) for _ in range(2)))
        self.assertEqual(revision(), before + 1)
        with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            self.call("SetPrices", prices=[dict(row, currency="EUR")], **known)
        acts = self.ledger.call("act.v1.ActService/ListActs", filter={"principal_id": me}).acts
        self.assertEqual([(act.action, act.tag, act.reason) for act in acts if not act.reason], [("ledger.price.set", book, "")])

    # ---- of an account

    def assign(self, book, account=None, **fields):
        return self.call("AssignPriceBook", **dict({"account_id": account or self.account, "company_id": self.company.id, "request_id": new_id(),
                                                    "price_book_id": book}, **fields))

    def test_which_price_counts(self):
        sku, own, of_agent, account = self.sku(), self.book(), self.book(), self.company.open()
        show = lambda moment=None, **fields: self.shown(sku, account, **dict(fields, **({"usage_time": at(moment)} if moment else {})))  # noqa: E731
        self.set({"sku_id": sku, "tiers": [{"unit_nanos": 1}]}, {"sku_id": sku, "region_id": self.region, "tiers": [{"unit_nanos": 2}]})
        self.set({"sku_id": sku, "tiers": [{"unit_nanos": 3}]}, book=own)
        self.set({"sku_id": sku, "region_id": self.other, "tiers": [{"unit_nanos": 4}]}, book=of_agent)
        self.assertEqual((show(), show(region=self.other)), ((2, LIST), (1, LIST)))
        soon = int(time.time()) + 3600
        told = self.assign(own, account, effective_time=at(soon))
        self.assertEqual((told.price_book_id, seconds(told.effective_start_time)), (own, soon))
        self.assertEqual((show(soon - 0.000001), show(soon)), ((2, LIST), (3, OWN)))
        self.assertEqual(self.assign("", account, effective_time=at(soon + 100)).price_book_id, "list")
        self.assertEqual((show(soon + 99), show(soon + 100)), ((3, OWN), (2, LIST)))
        with refused(self, EXISTS, "PRICE_BEGIN_TAKEN"):
            self.assign(own, account, effective_time=at(soon))
        with refused(self, PRECONDITION, "PRICE_PAST"):
            self.assign(own, account, effective_time=at(time.time() - 1))
        with refused(self, MISSING, "PRICE_BOOK_NOT_FOUND"):
            self.assign("never-was", account)
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.assign(own, new_id())
        # the terms with its agent name a book, which has a price for the other region alone
        relation = dict(relation_id=new_id(), agent_account_id=self.account, customer_account_id=account, settlement_mode=3)
        tell = lambda **fields: self.ledger.call("ledger.v1.RelationService/UpdateRelation", **dict(relation, **fields))  # noqa: E731
        tell(version=1, price_book_id=of_agent, since_time=at(soon + 40))
        tell(version=2, price_book_id="", since_time=at(soon + 60), previous_version=1)
        # whose book it is not: a partner gives on only what it has, since then or before
        self.assertEqual(show(soon + 40, region=self.other), (3, OWN))
        self.assign(of_agent, effective_time=at(soon + 40.000001))
        self.assertEqual(show(soon + 41, region=self.other), (3, OWN))
        self.assign(of_agent, effective_time=at(soon + 40))
        self.assertEqual([show(soon + n, region=self.other) for n in (39, 40, 59, 60)], [(3, OWN), (4, AGENT), (4, AGENT), (3, OWN)])
        self.assertEqual(show(soon + 40), (3, OWN))
        tell(version=3, price_book_id=of_agent, since_time=at(soon + 70), previous_version=2)
        tell(version=3, ended=True, since_time=at(soon + 80))
        self.assertEqual([show(soon + n, region=self.other) for n in (70, 79, 80)], [(4, AGENT), (4, AGENT), (3, OWN)])
        with refused(self, INVALID, field="price_book_id"):
            tell(version=4, price_book_id="Gold", since_time=at(soon + 80))
        acts = self.company.read("ActService/ListActs", account, page_size=100).acts
        self.assertIn(("assign_price_book", own), [(act.action, act.remark) for act in acts])

    def test_a_charge_is_shown_before(self):
        sku = self.sku()
        self.set({"sku_id": sku, "model": "PRICE_MODEL_GRADUATED", "tiers": TIERS})

        def preview(quantity, used=0):
            return self.call("PreviewCharge", account_id=self.account, company_id=self.company.id, sku_id=sku, region_id=self.region,
                             quantity_micros=quantity, used_micros=used)

        def total(quantity):
            parts = ((10 * UNIT, Fraction(1)), (90 * UNIT, Fraction(4, 5)), (10 ** 18, Fraction(1, 2)))
            exact, left = Fraction(0), quantity
            for size, price in parts:
                exact, left = exact + min(size, left) * price, left - min(size, left)
            return int(exact + Fraction(1, 2))

        used = 0
        for piece in (4 * UNIT, 6 * UNIT, 1, 95 * UNIT, 40 * UNIT, 0):  # breadth A.2
            told = preview(piece, used)
            self.assertEqual(told.charge_micros, total(used + piece) - total(used))
            self.assertEqual(sum(step.charge_micros for step in told.steps), told.charge_micros)
            self.assertEqual(sum(step.quantity_micros for step in told.steps), piece)
            used += piece
        whole = preview(150 * UNIT)
        self.assertEqual([(step.quantity_micros, step.unit_nanos, step.charge_micros) for step in whole.steps],
                         [(10 * UNIT, NANOS, 10 * UNIT), (90 * UNIT, 8 * NANOS // 10, 72 * UNIT), (50 * UNIT, NANOS // 2, 25 * UNIT)])
        self.assertEqual((whole.charge_micros, whole.currency, whole.source, whole.price.terms),
                         (107 * UNIT, "CNY", LIST, "1.00 up to 10, 0.80 up to 100, then 0.50 CNY"))
        with refused(self, grpc.StatusCode.OUT_OF_RANGE, "OUT_OF_RANGE"):
            preview(2 ** 62, 2 ** 62)
        for field in ("quantity_micros", "used_micros"):
            with refused(self, INVALID, field=field):
                self.call("PreviewCharge", account_id=self.account, company_id=self.company.id, sku_id=sku, region_id=self.region, **{field: -1})

    def test_rows_that_are_no_price_charge_nothing(self):
        sku = self.sku()
        price, = self.set({"sku_id": sku})
        psql(self.ledger.database, "DELETE FROM ledger.price_tier WHERE price_id = '%s'" % price.price_id)
        with refused(self, grpc.StatusCode.INTERNAL):
            self.shown(sku)


if __name__ == "__main__":
    unittest.main()
