"""The gateway never refuses what a service would accept: a value that breaks a field rule of a public request (buf.validate and
kontor.v1 in the protos) the service that judges it refuses as INVALID_ARGUMENT, too, and names the field."""
import os
import re
import sys
import time
import unittest

import grpc
from fake_peers import well_formed
from google.protobuf import descriptor_pb2, descriptor_pool, duration_pb2, message_factory  # noqa: F401
from route_test import all_rpcs, read_table

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "payments"))
from payments_stack import Payments  # noqa: E402
from service import BUILD, Refusal, Service, new_id  # noqa: E402

INVALID = grpc.StatusCode.INVALID_ARGUMENT
JUDGED_BY_THE_GATEWAY = {"region", "account_id"}  # ID-08; in whose name the call is
# The fields that a request needs beside its rules to be well formed.
NEEDED = {"permission": 1, "rail": 1, "payment_method_id": new_id(), "number": "4242424242424242", "expiry_month": 12, "expiry_year": 2034,
          "security_code": "123", "holder_name": "Li Na", "state": 1, "update_fields": ["state"],
          "until_time": {"seconds": int(time.time()) + 3600}, "reason": "why",
          "name": "plan", "kind": 2, "sku": "ecs.large", "quantity_micros": 1000000, "organization_id": new_id(), "bank_reference": "reference", "remark": "why", "target": 1,
          "total_micros": 1000000, "bank": "bank", "statement": "1", "statement_line": "1", "wire_reference": "reference",
          "coupon_count": 1, "face_micros": 1000000, "product": "ecs", "bill_type": "PAY_AS_YOU_GO", "usage_time": {"seconds": int(time.time())},
          "region_id": "cn-hangzhou", "country": "CN", "product_id": "oss", "service_category": "Storage", "service_subcategory": "Object Storage",
          "publisher": "Example Cloud", "sku_id": "oss-storage", "record_id": "r-1", "records": [{}], "meter": "storage", "pricing_unit": "GB-Hours", "tax_category": "standard",
          "source": "vm", "resource_id": "vm-17", "start_time": {"seconds": 4 * 10 ** 9 - 1}, "end_time": {"seconds": 4 * 10 ** 9}, "group_by": [1], "version": 1,
          "price_book_id": "gold", "period": 1, "thresholds_ppm": [500000], "budget_id": new_id(), "tiers": [{"discount_ppm": 1}], "month": "2027-12", "basis": 1,
          "prices": [{"sku_id": "oss-storage", "region_id": "*", "currency": "CNY", "model": 1, "tiers": [{"unit_nanos": 1}]}],
          "time_zone": "UTC", "policy": 1, "runner": "compute", "suspension_id": new_id(), "company_id": new_id(), "account_id": new_id()}
ELSEWHERE = ("WatchChanges", "WatchRunway", "Audit", "StreamOrders", "SubmitOrders", "PreviewOrder")  # streams; orders are held in form_test.py
REPEATED, IGNORE_IF_ZERO = 3, 1


def load():
    """Every message of the protos, and the options of their fields: (buf.validate.field), (kontor.v1.currency), (kontor.v1.plain)."""
    packed = open(os.path.join(BUILD, "generated", "proto", "kontor.fds"), "rb").read()
    pool = descriptor_pool.Default()
    for file in descriptor_pb2.FileDescriptorSet.FromString(packed).file:
        if file.name in ("buf/validate/validate.proto", "kontor/v1/options.proto"):
            pool.Add(file)
    message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("buf.validate.FieldRules"))
    options = [pool.FindExtensionByName(name) for name in ("buf.validate.field", "kontor.v1.currency", "kontor.v1.plain")]
    for option in options:
        descriptor_pb2.FieldOptions.RegisterExtension(option)
    files = descriptor_pb2.FileDescriptorSet.FromString(packed).file  # read again, now that the options are known
    return {file.package + "." + declared.name: declared for file in files for declared in file.message_type}, options


MESSAGES, (RULES, CURRENCY, PLAIN) = load()


def bad_values(rules):
    """Just beside what the rules of one value accept."""
    kind = rules.WhichOneof("type")
    own = getattr(rules, kind) if kind else None
    if kind in ("int32", "int64"):
        most = own.gt if own.HasField("gt") else own.gte - 1
        return [most, most - 5, -2 ** (31 if kind == "int32" else 63)]
    if kind == "string":
        bad = ["x", new_id()[:-1], "{%s}" % new_id(), new_id() + " "] if own.uuid else []
        bad += ["a" * (own.max_bytes + 1), "é" * (own.max_bytes // 2 + 1)] if own.max_bytes else []
        return bad + ([""] if own.uuid and rules.ignore != IGNORE_IF_ZERO else [])
    if kind == "timestamp":
        far = own.within.seconds + 60
        return [{"seconds": int(time.time()) + far}, {"seconds": int(time.time()) - far}, {"seconds": -1}]
    return [None] if rules.required else []


def bad_lists(rules):
    own = rules.repeated
    if own.min_items:
        yield []
    if own.max_items:
        yield [new_id() for _ in range(own.max_items + 1)]
    if own.unique:
        yield [new_id()] * 2
    for bad in bad_values(own.items):
        yield [new_id(), bad]


def malformed(type_name):
    """(field, value): what breaks one rule of the request."""
    for field in MESSAGES[type_name].field:
        rules = field.options.Extensions[RULES]
        for bad in bad_lists(rules) if field.label == REPEATED else bad_values(rules):
            yield field.name, bad
        if field.options.Extensions[CURRENCY] and field.label != REPEATED:
            yield from ((field.name, bad) for bad in ("usd", "USDX", "XXX"))
        if field.options.Extensions[PLAIN] and field.label != REPEATED:
            yield from ((field.name, bad) for bad in ("a\u202eb", "4111 1111 1111 1111"))


class AgreementTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        payments = Payments()
        cls.addClassCleanup(payments.stop)
        cls.services = {"payments": payments.service, "ledger": cls.enterClassContext(Service("ledger")),
                        "sharing": cls.enterClassContext(Service("sharing"))}

    def verdict(self, rpc, fields):
        """The code and the fields that the context's own service answers with."""
        try:
            self.services[rpc.split(".")[0]].call(rpc, **fields)
        except Refusal as refusal:
            self.assertEqual([field for field, reason in refusal.faults.items() if not re.fullmatch("[A-Z][A-Z0-9_]+", reason)], [], rpc)
            return refusal.code, refusal.fields
        return None, []

    def test_what_the_rules_refuse_the_service_refuses(self):
        methods, count, skipped = all_rpcs(), 0, []
        for rpc, _, _, _ in read_table()[0]:
            if "?" in rpc or rpc.split(".")[0] not in self.services or rpc.split("/")[1] in ELSEWHERE:
                continue
            request = methods[rpc].input_type
            needed = {own: value for own, value in NEEDED.items() if own in request.fields_by_name}
            if self.verdict(rpc, well_formed(request, needed))[1]:  # then nobody could say which field it was
                skipped.append(rpc)
                continue
            for name, bad in malformed(request.full_name):
                if name in JUDGED_BY_THE_GATEWAY:
                    continue
                with self.subTest(rpc=rpc, field=name, value=str(bad)[:60]):
                    code, told = self.verdict(rpc, well_formed(request, dict(needed, **{name: bad})))
                    self.assertEqual(code, INVALID)
                    self.assertIn(name, [field.split("[")[0] for field in told] or [name])
                    count += 1
        self.assertGreater(count, 500)
        self.assertEqual(skipped, ["payments.v1.TopUpService/RecordWireReceipt"])  # whose reference has check digits


if __name__ == "__main__":
    unittest.main()
