"""The catalogue in the ledger: what is added is there for ever under its id, in lists by their ids, and says since when it is retired (S14)."""
import os
import sys
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from service import Service, new_id, psql, refused  # noqa: E402

INVALID, MISSING, EXISTS, FULL = (getattr(grpc.StatusCode, name) for name in ("INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS", "RESOURCE_EXHAUSTED"))
REGION = {"name": "China (Hangzhou)", "country": "CN"}
PRODUCT = {"name": "Object Storage", "service_category": "Storage", "service_subcategory": "Object Storage", "publisher": "Example Cloud"}
SKU = {"meter": "storage", "pricing_unit": "GB-Hours", "tax_category": "standard"}
THINGS = {"Region": REGION, "Product": PRODUCT, "Sku": SKU}


class Catalogue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger"))
        cls.product = cls.add("Product").product.product_id

    @classmethod
    def call(cls, rpc, **fields):
        return cls.ledger.call("ledger.v1.CatalogueService/" + rpc, **fields)

    @classmethod
    def add(cls, thing, id_=None, **fields):
        known = dict(THINGS[thing], **({"product_id": cls.product} if thing == "Sku" else {}))
        fields = dict(known, **fields)
        return cls.call("Create" + thing, **dict({"request_id": new_id(), thing.lower() + "_id": id_ or "x-" + new_id()[24:]}, **fields))

    def retire(self, thing, id_):
        return getattr(self.call("Retire" + thing, request_id=new_id(), **{thing.lower() + "_id": id_}), thing.lower())

    def listed(self, thing, **fields):
        """All pages of one."""
        token, found = "", []
        while True:
            page = self.call("List%ss" % thing, page_size=1, page_token=token, **fields)
            found += [getattr(item, thing.lower() + "_id") for item in getattr(page, thing.lower() + "s")]
            token = page.next_page_token
            if not token:
                return found

    def test_what_is_added_is_listed_by_its_id(self):
        for thing, fields in THINGS.items():
            name = thing.lower()
            first, second = sorted("y-" + new_id()[24:] for _ in range(2))
            self.add(thing, second)
            told = getattr(self.add(thing, first), name)
            for field, value in fields.items():
                self.assertEqual(getattr(told, field), value, (thing, field))
            self.assertTrue(told.HasField("create_time") and not told.HasField("retire_time"))
            found = self.listed(thing)
            self.assertEqual([item for item in found if item in (first, second)], [first, second])
            self.assertEqual(found, sorted(found))
            page = self.call("List%ss" % thing, page_size=100)
            self.assertEqual([item for item in getattr(page, name + "s") if getattr(item, name + "_id") == first], [told])

    def test_an_id_is_given_once(self):
        for thing in THINGS:
            taken = "z-" + new_id()[24:]
            self.add(thing, taken)
            for _ in range(2):
                with refused(self, EXISTS, "CATALOGUE_ID_TAKEN"):
                    self.add(thing, taken)
                if taken in self.listed(thing):
                    self.retire(thing, taken)

    def test_what_is_retired_says_since_when(self):
        for thing in THINGS:
            retired = "w-" + new_id()[24:]
            self.add(thing, retired)
            told = self.retire(thing, retired)
            self.assertTrue(told.HasField("retire_time"))
            self.assertNotIn(retired, self.listed(thing))
            self.assertIn(retired, self.listed(thing, with_ended=True))
            for gone in (retired, "never-was"):
                with refused(self, MISSING, thing.upper() + "_NOT_FOUND"):
                    self.retire(thing, gone)

    def test_a_sku_is_of_a_product_that_is_sold(self):
        product = self.add("Product").product.product_id
        mine = self.add("Sku", product_id=product).sku.sku_id
        self.assertEqual(self.listed("Sku", product_id=product), [mine])
        self.assertNotIn(mine, self.listed("Sku", product_id=self.product))
        self.retire("Product", product)
        for gone in (product, "never-was"):
            with refused(self, MISSING, "PRODUCT_NOT_FOUND"):
                self.add("Sku", product_id=gone)

    def test_fields(self):
        for thing, fields in (("Region", {"region_id": "Hangzhou"}), ("Region", {"region_id": ""}), ("Region", {"region_id": "*"}),
                              ("Region", {"region_id": "r" * 33}), ("Region", {"name": ""}), ("Region", {"country": "cn"}), ("Region", {"country": "C"}),
                              ("Product", {"product_id": "a b"}), ("Product", {"service_category": "storage"}),
                              ("Product", {"service_subcategory": "Virtual Machines"}), ("Product", {"publisher": ""}), ("Product", {"name": "n" * 129}),
                              ("Sku", {"sku_id": "s" * 65}), ("Sku", {"meter": "a b"}), ("Sku", {"pricing_unit": "GB_Hours"}), ("Sku", {"tax_category": ""}),
                              ("Sku", {"product_id": "a b"})):
            (field, value), = fields.items()
            with self.subTest(thing=thing, field=field, value=value), refused(self, INVALID, field=field):
                self.call("Create" + thing, **dict({"request_id": new_id(), thing.lower() + "_id": "v-" + new_id()[24:], "product_id": self.product}
                                                   if thing == "Sku" else {"request_id": new_id(), thing.lower() + "_id": "v-" + new_id()[24:]},
                                                   **dict(THINGS[thing], **fields)))
        with refused(self, INVALID, field="page_token"):
            self.call("ListRegions", page_token="cn-hangzhou")

    def test_a_repeated_request_hears_the_same(self):
        request_id, region = new_id(), "u-" + new_id()[24:]
        first, again = (self.call("CreateRegion", request_id=request_id, region_id=region, **REGION) for _ in range(2))
        self.assertEqual(first, again)
        with refused(self, grpc.StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            self.call("CreateRegion", request_id=request_id, region_id=region, **dict(REGION, country="DE"))

    def test_a_list_has_an_end(self):
        have = int(psql(self.ledger.database, "SELECT count(*) FROM ledger.region"))
        psql(self.ledger.database, "INSERT INTO ledger.region SELECT 'many-' || n, 'Many', 'CN', now() FROM generate_series(1, %d) AS n" % (199 - have))
        self.add("Region")
        with refused(self, FULL, "CATALOGUE_LIMIT"):
            self.add("Region")
        psql(self.ledger.database, "DELETE FROM ledger.region WHERE region_id LIKE 'many-%'")

    def test_who_did_it_is_kept(self):  # GW-07
        me, region = new_id(), "t-" + new_id()[24:]
        self.call("CreateRegion", request_id=new_id(), region_id=region, metadata=(("kontor-principal-id", me),), **REGION)
        acts = self.ledger.call("act.v1.ActService/ListActs", filter={"principal_id": me}).acts
        self.assertEqual([(act.action, act.tag, act.reason) for act in acts], [("ledger.region.create", region, "")])


if __name__ == "__main__":
    unittest.main()
