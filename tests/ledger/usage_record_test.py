"""Records of usage in the ledger: many accounts in one batch, each record judged by itself, taken once for ever by source and id, however often,
in whatever order and through whichever ledger it is told (A.2, S14)."""
import os
import random
import sys
import threading
import time
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import Company, micros  # noqa: E402
from service import Service, message, new_id, refused  # noqa: E402

RECORD, GET, LIST = ("ledger.v1.UsageRecordService/" + rpc for rpc in ("RecordUsageBatch", "GetUsageRecord", "ListUsageLines"))
PRODUCT = {"name": "Object Storage", "service_category": "Storage", "service_subcategory": "Object Storage", "publisher": "Example Cloud"}
HOUR = 3600


class UsageRecords(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger"))
        cls.other = cls.enterClassContext(Service("ledger", database=cls.ledger.database))
        cls.company = Company(cls.ledger)
        catalogue = lambda rpc, **fields: cls.ledger.call("ledger.v1.CatalogueService/" + rpc, request_id=new_id(), **fields)
        for region in ("cn-hangzhou", "eu-berlin"):
            catalogue("CreateRegion", region_id=region, name=region, country="CN")
        for product, sku in (("oss", "oss-storage"), ("ecs", "ecs-hours")):
            catalogue("CreateProduct", product_id=product, **PRODUCT)
            catalogue("CreateSku", sku_id=sku, product_id=product, meter="m", pricing_unit="GB-Hours", tax_category="standard")
        catalogue("RetireRegion", region_id="eu-berlin")
        cls.now = int(time.time()) // HOUR * HOUR

    def setUp(self):
        self.account = self.company.open()

    def record(self, start=None, **fields):
        start = self.now - HOUR if start is None else start
        known = dict(source="meter", record_id=new_id(), account_id=self.account, sku_id="oss-storage", region_id="cn-hangzhou",
                     resource_id="bucket-1", quantity_micros=micros(1), start_time={"seconds": start}, end_time={"seconds": start + HOUR})
        return dict(known, **fields)

    def tell(self, *records, ledger=None):
        return list((ledger or self.ledger).call(RECORD, records=list(records), timeout=60).verdicts)

    def reasons(self, *records):
        """Of each record: "" when it was taken, else the reason, and of what is malformed the field with its fault."""
        found = []
        for verdict in self.tell(*records):
            if not verdict.HasField("refused"):
                self.assertTrue(verdict.usage_line_id)
                found.append("")
                continue
            self.assertEqual(verdict.usage_line_id, "")
            details = {detail.type_url.rsplit(".", 1)[1]: detail.value for detail in verdict.refused.details}
            reason = message("google.rpc.ErrorInfo").FromString(details["ErrorInfo"]).reason
            if reason == "INVALID_ARGUMENT":
                bad = message("google.rpc.BadRequest").FromString(details["BadRequest"]).field_violations[0]
                reason = "%s %s" % (bad.field, bad.reason)
            found.append(reason)
        return found

    def lines(self, account=None, **fields):
        token, found = "", []
        while True:
            page = self.ledger.call(LIST, account_id=account or self.account, page_token=token, **fields)
            found += page.usage_lines
            token = page.next_page_token
            if not token:
                return found

    def test_a_bad_record_keeps_out_no_other(self):
        closed, late = self.company.open(), self.now - 92 * 24 * HOUR
        self.company.update(closed, "state", state="ACCOUNT_STATE_CLOSED")
        rows = (({}, ""), ({"account_id": new_id()}, "ACCOUNT_NOT_FOUND"), ({"account_id": closed}, "ACCOUNT_CLOSED"),
                ({"sku_id": "never-was"}, "SKU_NOT_FOUND"), ({"region_id": "never-was"}, "REGION_NOT_FOUND"),
                ({"region_id": "eu-berlin"}, ""),  # retired: what runs there goes on
                ({"region_id": ""}, "region_id MALFORMED"), ({"account_id": "x"}, "account_id NOT_A_UUID"),
                ({"quantity_micros": 0}, "quantity_micros ZERO"), ({"quantity_micros": -1}, "quantity_micros MISMATCH"),
                ({"end_time": {"seconds": self.now - HOUR - 1}}, "end_time MISMATCH"),
                ({"end_time": {"seconds": self.now + 1}}, "end_time OUT_OF_RANGE"),
                ({"end_time": {"seconds": -5}}, "end_time NOT_A_TIME"),
                ({"start": int(time.time()), "end_time": {"seconds": int(time.time()) + 290}}, ""),
                ({"start": int(time.time()), "end_time": {"seconds": int(time.time()) + 360}}, "USAGE_NOT_OVER"),
                ({"start": late + 2 * HOUR}, ""), ({"start": late - HOUR}, "USAGE_TOO_LATE"),
                ({"tags": [{"key": "a", "value": "x"}] * 2}, "tags NOT_DISTINCT"), ({"remark": "r" * 257}, "remark TOO_LONG"), ({}, ""))
        self.assertEqual(self.reasons(*(self.record(**fields) for fields, _ in rows)), [reason for _, reason in rows])
        self.assertEqual(len(self.lines()), sum(reason == "" for _, reason in rows))

    def test_how_many_a_batch_holds(self):
        for count in (0, 1001):
            with refused(self, grpc.StatusCode.INVALID_ARGUMENT, field="records"):
                self.tell(*[self.record()] * count)
        self.assertEqual(self.reasons(*(self.record() for _ in range(1000))), [""] * 1000)
        self.assertEqual(len({line.record_id for line in self.lines(page_size=100)}), 1000)

    def test_a_record_is_taken_once(self):
        record = self.record()
        first, again, other = self.tell(record, record, dict(record, quantity_micros=2))
        self.assertEqual((first.replayed, again.replayed, again.usage_line_id), (False, True, first.usage_line_id))
        self.assertTrue(other.HasField("refused"))
        for ledger in (self.ledger, self.other):
            verdict, = self.tell(record, ledger=ledger)
            self.assertEqual((verdict.replayed, verdict.usage_line_id), (True, first.usage_line_id))
        for change in ({"quantity_micros": 2}, {"remark": "x"}, {"tags": [{"key": "a"}]}, {"resource_id": "b"}, {"account_id": self.company.open()},
                       {"start_time": {"seconds": self.now - HOUR + 1}}):
            self.assertEqual(self.reasons(dict(record, **change)), ["IDEMPOTENCY_MISMATCH"], change)
        self.assertEqual(self.reasons(dict(record, source="meter-2")), [""])  # another source's
        self.assertEqual(len(self.lines()), 2)

    def test_what_is_refused_may_come_again_when_it_is_mended(self):
        record, mended = self.record(sku_id="later"), self.record(sku_id="later")
        mended["record_id"] = record["record_id"]
        self.assertEqual(self.reasons(record), ["SKU_NOT_FOUND"])
        self.ledger.call("ledger.v1.CatalogueService/CreateSku", request_id=new_id(), sku_id="later", product_id="oss", meter="m", pricing_unit="Hours",
                         tax_category="standard")
        self.assertEqual(self.reasons(mended), [""])

    def test_a_correction_takes_back_no_more_than_was_told(self):
        told = self.record(quantity_micros=10)
        minus = lambda micros_, of=told, **fields: dict(told, record_id=new_id(), quantity_micros=-micros_, corrected_record_id=of["record_id"], **fields)
        six, more = minus(6), minus(5)
        self.assertEqual(self.reasons(minus(1), told, six, more, minus(4)), ["CORRECTED_NOT_FOUND", "", "", "EXCEEDS_CORRECTABLE", ""])
        self.assertEqual(self.reasons(minus(1), six, minus(1, of=six)), ["EXCEEDS_CORRECTABLE", "", "CORRECTED_NOT_FOUND"])
        other = self.record(quantity_micros=10)
        self.assertEqual(self.reasons(other), [""])
        wrong = ({"account_id": self.company.open()}, {"sku_id": "ecs-hours"}, {"region_id": "eu-berlin"}, {"start_time": {"seconds": self.now - HOUR + 1}},
                 {"end_time": {"seconds": self.now - 1}})
        for fields in wrong:
            self.assertEqual(self.reasons(dict(minus(1, of=other), **fields)), ["CORRECTION_MISMATCH"], fields)
        self.assertEqual(self.reasons(minus(10, of=other, resource_id="another")), [""])
        corrected = {line.record_id: line.corrected_micros for line in self.lines()}
        self.assertEqual((corrected[told["record_id"]], corrected[other["record_id"]], corrected[six["record_id"]]), (10, 10, 0))

    def test_a_source_that_repeats_and_reorders_through_two_ledgers_is_counted_once(self):
        """Each thread tells all of it, cut and shuffled in its own way; corrections come before what they correct, too, and are told again."""
        records = [self.record(self.now - HOUR * (1 + i % 48), quantity_micros=100) for i in range(150)]
        corrections = [dict(of, record_id=new_id(), quantity_micros=-60, corrected_record_id=of["record_id"]) for of in records[:40] for _ in range(2)]
        taken, lock = {}, threading.Lock()

        def run(seed, ledger):
            chance, rest = random.Random(seed), records + corrections
            for _ in range(8):
                chance.shuffle(rest)
                again = []
                while rest:
                    some, rest = rest[:37], rest[37:]
                    for record, verdict in zip(some, self.tell(*some, ledger=ledger)):
                        if verdict.usage_line_id:
                            with lock:
                                taken.setdefault(record["record_id"], set()).add(verdict.usage_line_id)
                        else:
                            again.append(record)
                rest = again

        threads = [threading.Thread(target=run, args=(seed, ledger)) for seed, ledger in enumerate((self.ledger, self.other, self.ledger, self.other))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({len(ids) for ids in taken.values()}, {1})
        self.assertEqual(len(taken), 150 + 40)  # of two corrections by 60 of 100 one
        found = self.lines(page_size=100)
        self.assertEqual({line.record_id: line.usage_line_id for line in found}, {record: next(iter(ids)) for record, ids in taken.items()})
        self.assertEqual(sum(line.quantity_micros for line in found), 150 * 100 - 40 * 60)
        self.assertEqual(sum(line.corrected_micros for line in found), 40 * 60)

    def test_a_line_tells_all_of_its_record(self):
        told = self.record(remark="a remark", tags=[{"key": "env", "value": "prod=1, all"}, {"key": "team", "value": ""}])
        verdict, = self.tell(told)
        line = self.ledger.call(GET, source="meter", record_id=told["record_id"]).usage_line
        self.assertEqual(self.lines(), [line])
        for field, value in told.items():
            if field == "tags":
                value = [message("ledger.v1.UsageTag")(**tag) for tag in value]
            elif field.endswith("_time"):
                self.assertEqual(getattr(line, field).seconds, value["seconds"])
                continue
            self.assertEqual(list(line.tags) if field == "tags" else getattr(line, field), value, field)
        self.assertEqual((line.usage_line_id, line.product_id, line.pricing_unit), (verdict.usage_line_id, "oss", "GB-Hours"))
        self.assertLess(abs(line.recorded_time.seconds - time.time()), 60)
        with refused(self, grpc.StatusCode.NOT_FOUND, "USAGE_RECORD_NOT_FOUND"):
            self.ledger.call(GET, source="meter", record_id="never-was")

    def test_the_list_is_narrowed_and_has_pages(self):
        """LED-35, LED-39: by each filter alone, against the same choice made here; a page's size changes nothing."""
        tag = lambda value: [{"key": "env", "value": value}]
        told = [self.record(self.now - HOUR * (i + 1), sku_id=("oss-storage", "ecs-hours")[i % 2], region_id=("cn-hangzhou", "eu-berlin")[i // 2 % 2],
                            resource_id="bucket-%d" % (i % 3), tags=tag("ab"[i % 2])) for i in range(12)]
        self.assertEqual(self.reasons(*told), [""] * 12)
        self.tell(self.record(account_id=self.company.open()))
        begin = lambda record: record["start_time"]["seconds"]
        rows = (({}, lambda r: True), ({"product_id": "ecs"}, lambda r: r["sku_id"] == "ecs-hours"), ({"sku_id": "oss-storage"}, lambda r: r["sku_id"] == "oss-storage"),
                ({"region_id": "eu-berlin"}, lambda r: r["region_id"] == "eu-berlin"), ({"resource_id": "bucket-1"}, lambda r: r["resource_id"] == "bucket-1"),
                ({"tag": "env=a"}, lambda r: r["tags"] == tag("a")), ({"tag": "env="}, lambda r: False), ({"tag": "nv=a"}, lambda r: False),
                ({"start_time": {"seconds": begin(told[4])}}, lambda r: begin(r) >= begin(told[4])),
                ({"end_time": {"seconds": begin(told[4])}}, lambda r: begin(r) < begin(told[4])))
        for fields, wanted in rows:
            expected = [record["record_id"] for record in told if wanted(record)]
            for size in (1, 5, 0):
                self.assertEqual([line.record_id for line in self.lines(page_size=size, **fields)], expected, (fields, size))
        for fields, field in (({"tag": "env"}, "tag"), ({"page_token": "x"}, "page_token")):
            with refused(self, grpc.StatusCode.INVALID_ARGUMENT, field=field):
                self.ledger.call(LIST, account_id=self.account, **fields)

    def test_what_is_rare_is_found_behind_many_rows(self):
        rare = self.record(self.now - 3 * HOUR, resource_id="rare")
        self.tell(rare)
        for _ in range(2):
            self.tell(*(self.record(self.now - 2 * HOUR) for _ in range(1000)))
        page = self.ledger.call(LIST, account_id=self.account, resource_id="rare")
        self.assertEqual((len(page.usage_lines), bool(page.next_page_token)), (0, True))
        self.assertEqual([line.record_id for line in self.lines(resource_id="rare")], [rare["record_id"]])


if __name__ == "__main__":
    unittest.main()
