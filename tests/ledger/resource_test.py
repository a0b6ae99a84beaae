"""Resources and subscriptions in the ledger: registered once, told of by versions, listed by what charges still, and in the way of closing
(ID-12, ID-14, ID-22, LED-33, LED-34)."""
import itertools
import os
import sys
import time
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import Company  # noqa: E402
from service import Refusal, Service, new_id, psql, refused  # noqa: E402

INVALID, MISSING, EXISTS, FULL, PRECONDITION = (getattr(grpc.StatusCode, name) for name in (
    "INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION"))
PAYG, SUBSCRIPTION = 1, 2
CREATED, RUNNING, STOPPED, RELEASED = 1, 2, 3, 4
CLOSED = 3
PRODUCT = {"name": "Servers", "service_category": "Compute", "service_subcategory": "Virtual Machines", "publisher": "Example Cloud"}


def at(seconds):
    return {"seconds": int(seconds)}


class Resources(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger"))
        for product in ("ecs", "disk", "old"):
            cls.ledger.call("ledger.v1.CatalogueService/CreateProduct", request_id=new_id(), product_id=product, **PRODUCT)
        for region in ("cn-hangzhou", "cn-old"):
            cls.ledger.call("ledger.v1.CatalogueService/CreateRegion", request_id=new_id(), region_id=region, name="Hangzhou", country="CN")
        cls.ledger.call("ledger.v1.CatalogueService/RetireProduct", request_id=new_id(), product_id="old")
        cls.ledger.call("ledger.v1.CatalogueService/RetireRegion", request_id=new_id(), region_id="cn-old")
        cls.ids = ("r-%d" % n for n in itertools.count())

    def setUp(self):
        self.company = Company(self.ledger)
        self.account = self.company.open()

    def call(self, rpc, **fields):
        return self.company.call("ResourceService/" + rpc, fields.pop("account", self.account), **fields)

    def register(self, kind=PAYG, **fields):
        if kind == SUBSCRIPTION:
            fields = dict({"start_time": at(1), "end_time": at(4 * 10 ** 9)}, **fields)
        known = {"source": "vm", "resource_id": next(self.ids), "product_id": "ecs", "region_id": "cn-hangzhou", "kind": kind}
        return self.call("RegisterResource", **dict(known, **fields)).resource

    def tell(self, resource, state, version, **fields):
        return self.call("ChangeResourceState", source=resource.source, resource_id=resource.resource_id, state=state, version=version, **fields).resource

    def renew(self, resource, auto_renew):
        return self.call("SetAutoRenew", source=resource.source, resource_id=resource.resource_id, auto_renew=auto_renew).resource

    def listed(self, **fields):
        return [resource.resource_id for resource in self.company.read("ResourceService/ListResources", self.account, **fields).resources]

    def blockers(self):
        found = self.company.read("ClosingService/ListClosingBlockers", self.account).blockers
        self.assertEqual({blocker.currency for blocker in found} | {""}, {""})
        return {blocker.reason: (blocker.count, blocker.until_time.seconds) for blocker in found}

    def close(self):
        return self.company.update(self.account, "state", state=CLOSED).account.state

    def assert_open_for(self, reason):
        with self.assertRaises(Refusal) as caught:
            self.close()
        self.assertEqual((caught.exception.code, caught.exception.reason), (PRECONDITION, reason))

    def test_what_is_registered_is_told_as_it_was(self):
        told = self.register(SUBSCRIPTION, auto_renew=True, charges_from_creation=True, stopped_meters=["storage", "network"])
        self.assertEqual((told.account_id, told.product_id, told.region_id, told.kind, told.state, told.version), (
            self.account, "ecs", "cn-hangzhou", SUBSCRIPTION, CREATED, 0))
        self.assertEqual((list(told.stopped_meters), told.auto_renew, told.charges_from_creation, told.start_time.seconds, told.end_time.seconds),
                         (["storage", "network"], True, True, 1, 4 * 10 ** 9))
        named = {"source": told.source, "resource_id": told.resource_id}
        self.assertEqual(self.company.read("ResourceService/GetResource", self.account, **named).resource, told)
        with refused(self, MISSING, "RESOURCE_NOT_FOUND"):  # of another account
            self.company.read("ResourceService/GetResource", self.company.open(), **named)
        with refused(self, EXISTS, "RESOURCE_TAKEN"):
            self.register(resource_id=told.resource_id)
        self.register(resource_id=told.resource_id, source="db")  # each service has names of its own
        for fields, reason in (({"product_id": "old"}, "PRODUCT_NOT_FOUND"), ({"product_id": "never"}, "PRODUCT_NOT_FOUND"),
                               ({"region_id": "cn-old"}, "REGION_NOT_FOUND")):
            with refused(self, MISSING, reason):
                self.register(**fields)
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.register(account=new_id())

    def test_a_state_that_is_told_late_changes_nothing(self):
        resource, request_id = self.register(), new_id()
        self.assertEqual(self.tell(resource, RUNNING, 3).state, RUNNING)
        for version in (3, 2):
            told = self.tell(resource, RELEASED, version)
            self.assertEqual((told.state, told.version), (RUNNING, 3))
        self.assertEqual([self.tell(resource, STOPPED, 4, request_id=request_id).state for _ in range(2)], [STOPPED, STOPPED])
        with refused(self, PRECONDITION, "RESOURCE_STATE_STEP"):
            self.tell(resource, CREATED, 5)
        self.assertEqual(self.tell(resource, RELEASED, 5).state, RELEASED)
        with refused(self, PRECONDITION, "RESOURCE_RELEASED"):
            self.tell(resource, RUNNING, 6)
        self.assertEqual(self.tell(resource, RUNNING, 5).state, RELEASED)
        with refused(self, MISSING, "RESOURCE_NOT_FOUND"):
            self.tell(resource, RUNNING, 9, account=self.company.open())

    def test_a_term(self):
        resource = self.register(SUBSCRIPTION)
        extend = lambda seconds: self.call("ExtendSubscription", source="vm", resource_id=resource.resource_id, end_time=at(seconds)).resource
        self.assertEqual([self.renew(resource, on).auto_renew for on in (True, False, True)], [True, False, True])
        with refused(self, PRECONDITION, "SUBSCRIPTION_END_NOT_LATER"):
            extend(4 * 10 ** 9)
        self.assertEqual(extend(4 * 10 ** 9 + 1).end_time.seconds, 4 * 10 ** 9 + 1)
        over = self.register(SUBSCRIPTION, end_time=at(time.time() - 1), auto_renew=True)
        self.assertFalse(self.renew(over, False).auto_renew)
        with refused(self, PRECONDITION, "SUBSCRIPTION_OVER"):
            self.renew(over, True)
        with refused(self, PRECONDITION, "NOT_A_SUBSCRIPTION"):
            self.renew(self.register(), True)
        self.assertFalse(self.tell(resource, RELEASED, 1).auto_renew)

    def test_what_charges_still_is_listed(self):  # LED-33, LED-34
        disk = self.register(product_id="disk", stopped_meters=["storage"])
        server, gone, term = self.register(), self.register(), self.register(SUBSCRIPTION)
        for resource in (disk, server, gone):
            self.tell(resource, RUNNING, 1)
        for resource in (disk, server, gone):
            self.tell(resource, STOPPED, 2)
        self.tell(gone, RELEASED, 3)
        ids = [resource.resource_id for resource in (term, gone, server, disk)]
        self.assertEqual(self.listed(still_charging=True), [disk.resource_id])
        self.renew(term, True)
        self.assertEqual(self.listed(still_charging=True), [term.resource_id, disk.resource_id])
        self.assertEqual(self.listed(), [ids[0], ids[2], ids[3]])
        self.assertEqual(self.listed(with_ended=True), ids)
        self.assertEqual(self.listed(state=RELEASED), [gone.resource_id])
        self.assertEqual(self.listed(state=STOPPED, product_id="ecs"), [server.resource_id])
        self.assertEqual(self.listed(kind=SUBSCRIPTION), [term.resource_id])
        self.assertEqual(self.listed(region_id="cn-old"), [])
        page = self.company.read("ResourceService/ListResources", self.account, page_size=2, with_ended=True)
        rest = self.company.read("ResourceService/ListResources", self.account, page_size=2, with_ended=True, page_token=page.next_page_token)
        self.assertEqual([resource.resource_id for resource in [*page.resources, *rest.resources]], ids)
        self.assertEqual(rest.next_page_token, "")
        for field in ("state", "kind"):
            with refused(self, INVALID, field=field):
                self.listed(**{field: 9})

    def test_what_is_not_released_keeps_the_account_open(self):  # ID-12, ID-14, ID-22, LED-37
        self.assertEqual(self.blockers(), {})
        first, second = self.register(), self.register()
        self.assertEqual(self.blockers(), {"RESOURCES_NOT_STARTED": (2, 0)})
        self.assert_open_for("RESOURCES_NOT_STARTED")
        self.tell(first, RUNNING, 1)
        self.assertEqual(self.blockers(), {"RESOURCES_NOT_STARTED": (1, 0), "RESOURCES_NOT_RELEASED": (1, 0)})
        self.tell(second, RELEASED, 1)
        self.assert_open_for("RESOURCES_NOT_RELEASED")
        self.tell(first, RELEASED, 2)
        term, longer = self.register(SUBSCRIPTION, auto_renew=True), self.register(SUBSCRIPTION, end_time=at(5 * 10 ** 9))
        for resource in (term, longer):
            self.tell(resource, RUNNING, 1)
        self.assertEqual(self.blockers(), {"SUBSCRIPTION_ACTIVE": (2, 5 * 10 ** 9), "AUTO_RENEW_ON": (1, 0)})
        self.assert_open_for("SUBSCRIPTION_ACTIVE")
        self.renew(term, False)
        self.assertEqual(self.blockers(), {"SUBSCRIPTION_ACTIVE": (2, 5 * 10 ** 9)})
        for resource in (term, longer):
            self.tell(resource, RELEASED, 2)
        over = self.register(SUBSCRIPTION, end_time=at(time.time() - 1))
        self.tell(over, RUNNING, 1)
        self.assertEqual(self.blockers(), {"RESOURCES_NOT_RELEASED": (1, 0)})
        self.tell(over, RELEASED, 2)
        self.assertEqual((self.blockers(), self.close()), ({}, CLOSED))
        with refused(self, PRECONDITION, "ACCOUNT_CLOSED"):
            self.register()

    def test_fields(self):
        term = {"kind": SUBSCRIPTION, "start_time": at(5), "end_time": at(6)}
        for field, fields in (("source", {"source": ""}), ("source", {"source": "a b"}), ("resource_id", {"resource_id": ""}),
                              ("resource_id", {"resource_id": "x" * 65}), ("product_id", {"product_id": ""}), ("region_id", {"region_id": "X"}),
                              ("kind", {"kind": 0}), ("kind", {"kind": 3}), ("stopped_meters", {"stopped_meters": ["a b"]}),
                              ("stopped_meters", {"stopped_meters": ["m"] * 17}), ("end_time", {"end_time": at(6)}), ("end_time", {"auto_renew": True}),
                              ("end_time", {"kind": SUBSCRIPTION, "start_time": at(5)}), ("start_time", {"kind": SUBSCRIPTION, "end_time": at(5)}),
                              ("end_time", dict(term, end_time=at(5)))):
            with self.subTest(field=field, fields=fields), refused(self, INVALID, field=field):
                known = {"source": "vm", "resource_id": "v-1", "product_id": "ecs", "region_id": "cn-hangzhou", "kind": PAYG}
                self.call("RegisterResource", **dict(known, **fields))
        self.register(stopped_meters=["m"] * 16)
        self.register(resource_id="x" * 64, **term)
        resource = self.register()
        for field, state, version in (("version", RUNNING, 0), ("state", 0, 1), ("state", 5, 1)):
            with refused(self, INVALID, field=field):
                self.tell(resource, state, version)

    def test_an_account_has_at_most_100000(self):
        psql(self.ledger.database, "INSERT INTO ledger.resource SELECT gen_random_uuid(), 'many', n::text, '%s', 'ecs', 'cn-hangzhou', 1, 2, 1, false, '',"
             " NULL, NULL, false, true, now(), now() FROM generate_series(1, 99999) AS n" % self.account)
        last = self.register()
        with refused(self, FULL, "RESOURCE_LIMIT"):
            self.register()
        self.tell(last, RELEASED, 1)
        self.register()
        self.assertEqual(self.blockers(), {"RESOURCES_NOT_STARTED": (1, 0), "RESOURCES_NOT_RELEASED": (99999, 0)})

    def test_who_did_it_is_kept(self):  # GW-07
        resource = self.register()
        with refused(self, PRECONDITION, "RESOURCE_STATE_STEP"):
            self.tell(resource, STOPPED, 1)
        acts = self.ledger.call("ledger.v1.ActService/ListActs", account_id=self.account, company_id=self.company.id).acts
        self.assertEqual([(act.action, act.reason) for act in acts if "resource" in act.action],
                         [("change_resource_state", "RESOURCE_STATE_STEP"), ("register_resource", "")])


if __name__ == "__main__":
    unittest.main()
