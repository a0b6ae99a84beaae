"""A partner's discount by its group's volume (LED-25), and the prices at which it sells on (c-12): from when they count, for whom, and who may see them."""
import datetime
import os
import sys
import time
import unittest
from zoneinfo import ZoneInfo

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import Company  # noqa: E402
from service import Service, new_id, psql, refused  # noqa: E402

INVALID, MISSING, PRECONDITION = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION
UNIT = 10 ** 6
LIST, COST = 1, 2
TIERS = [{}, {"from_micros": 100000 * UNIT, "discount_ppm": 50000}, {"from_micros": 500000 * UNIT, "discount_ppm": 80000}]


def month(ahead=0, zone="UTC"):
    now = datetime.datetime.now(ZoneInfo(zone))
    return "%04d-%02d" % (now.year + (now.month - 1 + ahead) // 12, (now.month - 1 + ahead) % 12 + 1)


def number(text):
    return (int(text[:4]) - 1970) * 12 + int(text[5:]) - 1


class Resale(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger"))
        cls.company = Company(cls.ledger)
        cls.product = "p-" + new_id()[24:]
        cls.ledger.call("ledger.v1.CatalogueService/CreateProduct", request_id=new_id(), product_id=cls.product, name="Storage", service_category="Storage",
                        service_subcategory="Object Storage", publisher="Example Cloud")

    def sql(self, statement):
        return psql(self.ledger.database, statement)

    def customer_of(self, partner, **terms):
        customer = Company(self.ledger).open()
        relation = dict(relation_id=new_id(), agent_account_id=partner, customer_account_id=customer, version=1, settlement_mode=3)
        self.ledger.call("ledger.v1.RelationService/UpdateRelation", **dict(relation, since_time={"seconds": int(time.time()) - 60}, **terms))
        return customer, relation

    # ---- the discount

    def set(self, partner, tiers=TIERS):
        return self.company.call("GroupDiscountService/SetGroupDiscount", partner, tiers=tiers).group_discount

    def told(self, partner):
        return self.company.read("GroupDiscountService/GetGroupDiscount", partner).group_discount

    def test_a_table_counts_from_the_next_month_on(self):
        partner = self.company.open()
        self.assertEqual((self.told(partner).month, len(self.told(partner).tiers), self.told(partner).discount_ppm), (month(), 0, 0))
        for tiers in (TIERS[:2], TIERS):  # the second takes the place of the first
            answer = self.set(partner, tiers)
            told = self.told(partner)
            self.assertEqual(answer, told)
            self.assertEqual((len(told.tiers), [tier.discount_ppm for tier in told.next_tiers]), (0, [tier.get("discount_ppm", 0) for tier in tiers]))
        self.sql("UPDATE ledger.group_tier SET month = month - 1 WHERE agent_id = '%s'" % partner)
        before, now = (number(month(n)) for n in (-1, 0))
        for volume, rate in ((None, 0), (99999999999, 0), (100000 * UNIT, 50000), (499999990000, 50000), (500000 * UNIT, 80000), (-5, 0)):
            if volume is not None:
                self.sql("INSERT INTO ledger.group_volume VALUES ('%s', %d, 'CNY', %d), ('%s', %d, 'EUR', 999999999999999) ON CONFLICT (agent_id, month, "
                         "currency) DO UPDATE SET micros = excluded.micros" % (partner, before, volume, partner, before))
            told = self.told(partner)
            self.assertEqual((told.discount_ppm, told.volume_micros, told.next_discount_ppm, told.volume_so_far_micros), (rate, volume or 0, 0, 0))
        self.sql("INSERT INTO ledger.group_volume VALUES ('%s', %d, 'CNY', %d)" % (partner, now, 500000 * UNIT))
        self.assertEqual((self.told(partner).discount_ppm, self.told(partner).next_discount_ppm), (0, 80000))

    def test_the_month_is_of_the_partners_zone(self):
        partner = self.company.open()
        zone = "Pacific/Kiritimati" if month(zone="Pacific/Kiritimati") != month() else "Pacific/Pago_Pago"  # one of them may be in another month
        self.sql("INSERT INTO ledger.billing_zone VALUES ('%s', 'epoch', '%s') ON CONFLICT (account_id, since_time) DO UPDATE SET time_zone = "
                 "excluded.time_zone" % (partner, zone))
        self.assertEqual(self.told(partner).month, month(zone=zone))

    def test_tables_that_are_none(self):
        partner = self.company.open()
        for tiers in ([], [{"from_micros": n} for n in range(11)], [{"from_micros": -1}], [{"discount_ppm": 1000001}], [{"discount_ppm": -1}],
                      [{"from_micros": 5}, {"from_micros": 5}], [{"discount_ppm": 2}, {"from_micros": 5, "discount_ppm": 1}]):
            with self.subTest(tiers=tiers), refused(self, INVALID, field="tiers"):
                self.set(partner, tiers)
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.set(new_id())

    # ---- what is asked

    def ask(self, partner, ahead=1, **fields):
        fields = dict({"month": month(ahead), "basis": LIST}, **fields)
        return self.company.call("RepricingService/SetRepricing", partner, **fields).repricing

    def preview(self, partner, customer, amount=100000001, **fields):
        told = self.company.read("RepricingService/PreviewRepricing", partner, customer_account_id=customer, list_micros=amount, **fields)
        return told.cost_micros, told.resale_micros, told.margin_micros

    def test_the_most_specific_rule_of_a_month_counts(self):
        partner = self.company.open()
        customer, relation = self.customer_of(partner, resells=True)
        another, _ = self.customer_of(partner, resells=True)
        coming = month(1)
        see = lambda who, **fields: self.preview(partner, who, month=coming, **fields)[1]  # noqa: E731
        self.assertEqual(see(customer), 100000001)  # the list price
        rules = [self.ask(partner, adjustment_ppm=10000), self.ask(partner, product_id=self.product, adjustment_ppm=20000),
                 self.ask(partner, customer_account_id=customer, adjustment_ppm=30000),
                 self.ask(partner, customer_account_id=customer, product_id=self.product, adjustment_ppm=125000)]
        self.assertEqual((see(customer, product_id=self.product), see(customer), see(another, product_id=self.product), see(another)),
                         (112500001, 103000001, 102000001, 101000001))
        rules.append(self.ask(partner, adjustment_ppm=0))
        self.assertEqual((see(another), self.preview(partner, another)[1]), (100000001, 100000001))
        listed, token = [], ""
        while True:
            page = self.company.read("RepricingService/ListRepricings", partner, page_size=2, page_token=token)
            listed, token = listed + list(page.repricings), page.next_page_token
            if not token:
                break
        self.assertEqual(listed, rules[::-1])
        self.assertEqual([rule.adjustment_ppm for rule in self.company.read("RepricingService/ListRepricings", partner,
                                                                            customer_account_id=customer).repricings], [125000, 30000])
        self.sql("UPDATE ledger.repricing SET month = month - 2 WHERE partner_id = '%s'" % partner)
        self.assertEqual(len(self.company.read("RepricingService/ListRepricings", partner).repricings), 0)
        self.assertEqual(len(self.company.read("RepricingService/ListRepricings", partner, with_ended=True).repricings), 5)
        self.ledger.call("ledger.v1.RelationService/UpdateRelation", **dict(relation, ended=True, since_time={"seconds": int(time.time()) - 1}))
        with refused(self, PRECONDITION, "RESALE_NOT_PERMITTED"):  # who has left is no customer
            self.preview(partner, customer)

    def test_before_the_month_and_only_of_own_customers(self):
        partner = self.company.open()
        plain, _ = self.customer_of(partner)
        others, _ = self.customer_of(self.company.open(), resells=True)
        for customer in (plain, others, new_id()):
            with refused(self, PRECONDITION, "RESALE_NOT_PERMITTED"):
                self.ask(partner, customer_account_id=customer)
            with refused(self, PRECONDITION, "RESALE_NOT_PERMITTED"):
                self.preview(partner, customer)
        for ahead in (0, -1):
            with refused(self, PRECONDITION, "REPRICING_PERIOD_STARTED"):
                self.ask(partner, ahead)
        with refused(self, MISSING, "PRODUCT_NOT_FOUND"):
            self.ask(partner, product_id="never-was")
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.ask(new_id())
        for fields in ({"month": "2027-13"}, {"month": ""}, {"month": month(40)}, {"basis": 0}, {"basis": 3}, {"adjustment_ppm": -1000000},
                       {"adjustment_ppm": 10000001}, {"product_id": "a b"}, {"customer_account_id": partner}):
            (field, _), = fields.items()
            with self.subTest(fields=fields), refused(self, INVALID, field=field):
                self.ask(partner, **fields)
        self.ask(partner, adjustment_ppm=10000000)
        acts = self.company.read("ActService/ListActs", partner, page_size=100).acts
        self.assertIn(("set_repricing", ""), [(act.action, act.reason) for act in acts])
        self.assertIn("REPRICING_PERIOD_STARTED", [act.reason for act in acts])

    def test_a_loss_is_meant(self):
        partner = self.company.open()
        customer, _ = self.customer_of(partner, resells=True)
        self.set(partner, [{"discount_ppm": 80000}])
        self.sql("UPDATE ledger.group_tier SET month = month - 1 WHERE agent_id = '%s'" % partner)
        self.assertEqual(self.preview(partner, customer, basis=COST, adjustment_ppm=125000), (92000001, 103500001, 11500000))
        self.assertEqual(self.preview(partner, customer, 100 * UNIT, basis=LIST, adjustment_ppm=-80001), (92 * UNIT, 91999900, -100))
        self.ask(partner, adjustment_ppm=-80000)
        with refused(self, PRECONDITION, "REPRICING_NEGATIVE_MARGIN"):
            self.ask(partner, adjustment_ppm=-80001)
        self.ask(partner, adjustment_ppm=-80001, acknowledge_negative_margin=True)
        with refused(self, grpc.StatusCode.OUT_OF_RANGE, "OUT_OF_RANGE"):
            self.preview(partner, customer, 2 ** 62, basis=LIST, adjustment_ppm=10000000)


if __name__ == "__main__":
    unittest.main()
