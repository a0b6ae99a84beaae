"""Memory that runs out never thins an answer: every rpc of the ledger is asked while its n-th allocation fails, for n = 1, 2, 3 … until
none fails. It gives the whole answer, as it does without a fault, or a clear error; and what is kept under the request id is the whole
answer. An rpc without a row here fails the test. Every tenth n; every one with KONTOR_LONG=yes."""
import os
import re
import struct
import sys
import tempfile
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from ledger_client import Company, micros  # noqa: E402
from service import POOL, Refusal, Service, message, new_id  # noqa: E402

STEP = 1 if os.environ.get("KONTOR_LONG") == "yes" else 10
CLEAR = {("RESOURCE_EXHAUSTED", "EXHAUSTED"), ("RESOURCE_EXHAUSTED", "OVERLOADED"), ("RESOURCE_EXHAUSTED", "TOO_LARGE"),
         ("UNAVAILABLE", "INDEFINITE"), ("UNAVAILABLE", "UNAVAILABLE"), ("UNAVAILABLE", "CONFLICT"), ("INTERNAL", "INTERNAL")}
CNY = {"currency": "CNY"}


def shape(value, field=None):
    """What of a message is there: ids, moments and counters stand for themselves, everything else by its value or its sign."""
    if hasattr(value, "ListFields"):
        return {f.name: [shape(v, f) for v in content] if f.label == f.LABEL_REPEATED else shape(content, f)
                for f, content in value.ListFields()}
    if isinstance(value, bytes):
        return re.sub(rb"[0-9]", b"9", value)  # terms of a refusal
    if isinstance(value, str):
        return "text" if field.name.endswith(("_id", "cursor", "token")) or value.count("-") == 4 else value
    return (value > 0) - (value < 0)


class Allocations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        handle, cls.path = tempfile.mkstemp(prefix="kontor-fault-")
        os.write(handle, struct.pack("<Q", 0))
        cls.faults = handle
        cls.addClassCleanup(os.unlink, cls.path)
        cls.ledger = cls.enterClassContext(Service("ledger", fault_allocation_file=cls.path))
        cls.company = company = Company(cls.ledger)
        cls.a, cls.b = company.open(), company.open()
        company.top_up(cls.a, 1000000, remark="first")
        cls.transfer = company.transfer(cls.a, cls.b, 1000, remark="kept", tag="tag").transfer.transfer_id
        cls.purchase = company.spend(cls.a, 10, remark="bought").purchase.purchase_id
        company.call("CreditService/SetCreditLine", cls.a, line_micros=micros(100000), **CNY)
        company.call("CreditService/SetCreditLimit", cls.a, limit_micros=micros(100), **CNY)
        company.call("CreditService/ConfirmCreditLimit", cls.a)
        company.call("QuotaService/SetQuota", cls.a, sub_account_id=cls.b, line_micros=micros(100), **CNY)
        cls.hold = cls.place()

    @classmethod
    def place(cls):
        return cls.company.call("HoldService/PlaceHold", cls.a, amount_micros=micros(1), expire_time=cls.later(), **CNY).hold.hold_id

    @staticmethod
    def later():
        moment = message("google.protobuf.Timestamp")()
        moment.GetCurrentTime()
        moment.seconds += 86400
        return moment

    def rows(self):
        """For each rpc, what makes its fields, anew for each call."""
        a, b, company = self.a, self.b, self.company
        money = lambda amount=1, **more: dict(CNY, amount_micros=micros(amount), **more)
        new_a = lambda: {"account_id": new_id(), "corporate": True, "company_verified": True, "currency": "CNY"}
        order = lambda **kind: message("ledger.v1.Order")(**kind)
        give = lambda: order(create_transfer=dict(money(remark="in bulk"), request_id=new_id(), destination_account_id=b))
        too_much = lambda: order(create_transfer=dict(money(10 ** 9), request_id=new_id(), destination_account_id=b))
        topped = lambda: {"top_up_id": new_id()}
        return {
            "AccountService/OpenAccount": new_a,
            "AccountService/SetCurrency": lambda: {"account_id": company.open(currency=""), "currency": "CNY"},
            "AccountService/UpdateAccount": lambda: {"update_fields": ["buffer_micros"], "buffer_micros": micros(200)},
            "AccountService/GetAccount": dict, "AccountService/GetBalance": dict, "AccountService/ListLots": lambda: {"account_id": b},
            "AuditService/Audit": dict,
            "ChangeService/WatchChanges": lambda: {"whole_company": True, "until_now": True},
            "ClosingService/ListClosingBlockers": dict,
            "CreditService/SetCreditLine": lambda: {"line_micros": micros(100000), "currency": "CNY"},
            "CreditService/SetCreditLimit": lambda: {"limit_micros": micros(100), "currency": "CNY"},
            "CreditService/ConfirmCreditLimit": dict, "CreditService/GetCreditLimit": dict,
            "HoldService/PlaceHold": lambda: money(expire_time=self.later(), remark="held"),
            "HoldService/CaptureHold": lambda: {"hold_id": self.place(), "amount_micros": micros("0.50")},
            "HoldService/VoidHold": lambda: {"hold_id": self.place()},
            "HoldService/GetHold": lambda: {"hold_id": self.hold},
            "OrderService/SubmitOrders": lambda: {"orders": [give(), too_much(), give()]},
            "OrderService/StreamOrders": lambda: {"orders": [give(), too_much(), give()]},
            "OrderService/PreviewOrder": lambda: {"order": give()},
            "PostingService/ListPostings": lambda: {"page_size": 5},
            "PurchaseService/CreatePurchase": lambda: money(remark="bought", tag="tag"),
            "PurchaseService/RefundPurchase": lambda: {"purchase_id": company.spend(a, 2).purchase.purchase_id,
                                                       "amount_micros": micros(1)},
            "PurchaseService/GetPurchase": lambda: {"purchase_id": self.purchase},
            "QuotaService/SetQuota": lambda: {"sub_account_id": b, "line_micros": micros(100), "currency": "CNY"},
            "QuotaService/OffsetQuota": lambda: money(sub_account_id=b, remark="paid back"),
            "QuotaService/GetQuota": lambda: {"sub_account_id": b}, "QuotaService/ListQuotas": lambda: {"page_size": 5},
            "TopUpService/CreditTopUp": lambda: money(top_up_id=new_id(), remark="topped up"),
            "TopUpService/ReleaseTopUp": lambda: money(top_up_id=new_id()), "TopUpService/ForgoTopUp": topped,
            "TopUpService/CreateAdjustment": lambda: money(remark="adjusted"),
            "TransferService/CreateTransfer": lambda: money(destination_account_id=b, remark="given", tag="tag"),
            "TransferService/RevokeTransfer": lambda: money("0.50", destination_account_id=b, remark="taken back"),
            "TransferService/GetRevocable": lambda: {"destination_account_id": b},
            "TransferService/GetTransfer": lambda: {"transfer_id": self.transfer},
            "TransferService/ListTransfers": lambda: {"page_size": 5},
            "UsageService/RecordUsage": lambda: money(remark="used"),
            "UsageService/SettleUsage": lambda: company.call("UsageService/RecordUsage", a, **money()) and {},
            "UsageService/PayBills": dict,
        }

    # ---- asking

    def request(self, rpc, fields):
        method = self.method(rpc)
        fields = dict({"account_id": self.a, "company_id": self.company.id}, **fields)
        if "request_id" in method.input_type.fields_by_name:
            fields.setdefault("request_id", new_id())
        return message(method.input_type.full_name)(**fields)

    @staticmethod
    def method(rpc):
        service, name = rpc.split("/")
        return POOL.FindServiceByName("ledger.v1." + service).methods_by_name[name]

    def ask(self, rpc, request):
        """The whole answer as a list of messages, or the refusal."""
        method, channel = self.method(rpc), self.ledger.channel
        streams = {"AuditService/Audit": "unary_stream", "ChangeService/WatchChanges": "unary_stream",
                   "OrderService/StreamOrders": "stream_stream"}.get(rpc, "unary_unary")
        stub = getattr(channel, streams)("/ledger.v1." + rpc, request_serializer=lambda m: m.SerializeToString(),
                                         response_deserializer=message(method.output_type.full_name).FromString)
        try:
            answer = stub(iter([request]) if streams == "stream_stream" else request, timeout=30)
            return [answer] if streams == "unary_unary" else list(answer)
        except grpc.RpcError as error:
            no = Refusal(error)
            return no.code.name, no.reason, tuple(sorted(no.terms)), tuple(no.preconditions), tuple(no.fields)

    def ask_with_fault(self, rpc, request, nth):
        """The answer, and whether the fault was met."""
        os.pwrite(self.faults, struct.pack("<Q", nth), 0)
        answer = self.ask(rpc, request)
        left, = struct.unpack("<Q", os.pread(self.faults, 8, 0))
        os.pwrite(self.faults, struct.pack("<Q", 0), 0)
        return answer, left == 0

    @staticmethod
    def shape_of(answer):
        return [shape(part) for part in answer] if isinstance(answer, list) else answer

    def try_all(self, rpc, fields):
        whole = self.shape_of(self.ask(rpc, self.request(rpc, fields())))
        nth, met, errors = 1, True, 0
        while met:
            request = self.request(rpc, fields())
            answer, met = self.ask_with_fault(rpc, request, nth)
            where = "%s, allocation %d" % (rpc, nth)
            if isinstance(answer, tuple) and answer[:2] in CLEAR:
                errors += 1
            else:
                self.assertEqual(self.shape_of(answer), whole, where)
            if "request_id" in request.DESCRIPTOR.fields_by_name or "orders" in request.DESCRIPTOR.fields_by_name:
                again, once_more = self.ask(rpc, request), self.ask(rpc, request)
                clean = self.without_replayed(again)
                self.assertEqual(self.shape_of(clean), whole, where + ", asked again")
                self.assertEqual(clean, self.without_replayed(once_more), where)
                if isinstance(answer, list):
                    self.assertEqual(self.without_replayed(answer), clean, where + ", asked again")
            nth += STEP
        return errors

    @staticmethod
    def without_replayed(answer):
        for part in answer if isinstance(answer, list) else ():
            for result in getattr(part, "results", ()):
                result.replayed = False
        return answer

    def test_every_rpc_gives_the_whole_answer_or_a_clear_error(self):
        rows, errors = self.rows(), 0
        rpcs = {s.name + "/" + m.name for file in os.listdir(os.path.join(os.path.dirname(__file__), "..", "..", "proto", "ledger", "v1"))
                for s in POOL.FindFileByName("ledger/v1/" + file).services_by_name.values() for m in s.methods}
        self.assertEqual(set(rows), rpcs)
        for rpc, fields in rows.items():
            with self.subTest(rpc=rpc):
                met = self.try_all(rpc, fields)
                self.assertGreater(met, 0)
                errors += met
        print("%d rpcs, %d clear errors" % (len(rows), errors), file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
