"""Memory that runs out never thins an answer of the gateway (whole_answers.py): every rpc that has a route, its own among them, in front of
peers that are fakes and fill in every field of every answer."""
import os
import sys
import time
import unittest
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "support"), os.path.join(HERE, "..", "gateway")]
import grpc  # noqa: E402
from fake_peers import RESOLVE, RESOLVE_ALL, FakePeers, No, gateway  # noqa: E402
from route_test import all_rpcs, read_table  # noqa: E402
from service import message, new_id, psql  # noqa: E402
from whole_answers import Faults, WholeAnswers  # noqa: E402

ADMINISTRATOR, FREEZER, OPERATORS = 1, 8, [10, 11, 12, 13]
ONCE = ("ceilings",)  # twice the same are refused
LEFT_OUT = ("effective_time", "built_in", "began_again")  # of an order: for the provider's own services alone; a role is named in one way; of acts
TEXTS = {"action": "ledger.purchase.create", "currency": "CNY", "commitment_currency": "CNY", "region": "ap-southeast-1", "country": "CN", "default_currency": "CNY", "permissions": "ledger.balance.get", "denied_permissions": "ledger.balance.get", "time_zone": "UTC",
         "region_id": "cn-hangzhou", "product_id": "oss", "sku_id": "oss-storage", "price_book_id": "list", "resource_id": "bucket", "record_id": "r-1", "tag": "env=production"}  # words, and no UUIDs


def some_value(field, depth, place=0):
    if field.message_type is not None:
        return filled(field.message_type, depth + 1)
    if field.type == field.TYPE_STRING:
        some_id = str(uuid.uuid5(uuid.NAMESPACE_DNS, "%s %d" % (field.name, place)))
        return TEXTS.get(field.name, some_id if field.name.endswith(("_id", "_ids")) else "text")
    return b"bytes" if field.type == field.TYPE_BYTES else 1_000_000 if field.name.endswith("_micros") else 1


def filled(descriptor, depth=0, **fields):
    """Every field has something in it, of a choice the first; to a bound where messages lie in themselves."""
    made, chosen = message(descriptor.full_name)(**fields), set()
    if descriptor.full_name == "google.protobuf.Any":
        return made
    for field in descriptor.fields:
        if field.name in fields or field.name in LEFT_OUT or depth > 4 or (field.containing_oneof and field.containing_oneof.name in chosen):
            continue
        chosen |= {field.containing_oneof.name} if field.containing_oneof else set()
        if field.label == field.LABEL_REPEATED:
            getattr(made, field.name).extend(some_value(field, depth, place) for place in range(1 if field.name in ONCE else 2))
        elif field.message_type is not None:
            getattr(made, field.name).CopyFrom(some_value(field, depth))
            getattr(made, field.name).SetInParent()
        else:
            setattr(made, field.name, some_value(field, depth))
    return made


class Allocations(WholeAnswers, unittest.TestCase):
    refused = ("ledger.v1.HoldService/PlaceHold", "ledger.v1.PurchaseService/CreatePurchase",  # the fakes know of no payment method
               "payments.v1.TopUpService/CreateTopUp",  # nor of a target that is verified
               "gateway.v1.ApprovalService/Approve", "gateway.v1.ApprovalService/Reject",  # of no such approval: each is decided once
               "gateway.v1.ApprovalService/Cancel",
               "ledger.v1.OverrideService/GrantOverride")  # it waits for another operator

    @classmethod
    def setUpClass(cls):
        cls.faults, cls.peers, cls.all = Faults(cls), FakePeers(), all_rpcs()
        cls.account, cls.company, cls.principal = new_id(), new_id(), new_id()
        cls.addClassCleanup(cls.peers.stop)
        for rpc, method in cls.all.items():
            cls.peers.answer(rpc, cls.answer_of(method))
        cls.peers.answer(RESOLVE, cls.resolve)
        cls.peers.answer(RESOLVE_ALL, cls.peers.resolve_all)
        cls.peers.answer("identity.v1.CompanyService/CheckSameCompany", lambda request, _: {"verdict": 1, "company_id": cls.company})
        cls.peers.answer("payments.v1.TopUpService/GetTopUp", cls.stuck)
        cls.peers.answer("ledger.v1.OverrideService/GrantOverride", cls.unapproved)
        mine = filled(cls.all["identity.v1.AccountService/ListMyAccounts"].output_type, next_page_token="")
        cls.peers.answer("identity.v1.AccountService/ListMyAccounts", lambda *_: mine)
        relations = filled(cls.all["identity.v1.RelationService/ListRelations"].output_type, next_page_token="")
        cls.peers.answer("identity.v1.RelationService/ListRelations", lambda *_: relations)
        result = filled(message("ledger.v1.OrderResult").DESCRIPTOR, replayed=False)
        cls.peers.answer("ledger.v1.OrderService/SubmitOrders", lambda request, _: {"results": [result] * len(request.orders)})
        cls.service = cls.enterClassContext(gateway(cls.peers, session_cache="0s", writes_per_second=0, reads_per_second=0,
                                                    anonymous_per_second=0, fault_allocation_file=cls.faults.path))
        cls.approval, provider = new_id(), "b7dbb2e2-a211-8fae-88cf-c0000f553852"  # whose the approvals of operators are
        psql(cls.service.database, "INSERT INTO gateway.approval VALUES ('%s', '%s', '%s', '%s', 'c', '/payments.v1.TopUpService/CreateTopUp', '', '', "
             "'TOP_UP', 1, 'CNY', '', '', 'a remark', 1, 'PENDING', now(), now() + interval '1 day')" % (cls.approval, provider, new_id(), new_id()))
        psql(cls.service.database, "INSERT INTO gateway.approval_vote VALUES ('%s', '%s', true, 'c', now())" % (cls.approval, new_id()))
        cls.top_up = new_id()
        cls.saga = cls.peers.servers["payments"].happened("payments.v1.TopUpSucceeded", top_up_id=cls.top_up, account_id=cls.account,
                                                          target_account_id=cls.account, amount_micros=1_000_000, currency="CNY")

    @classmethod
    def answer_of(cls, method):
        answer = filled(method.output_type)
        return lambda request, _: iter([answer, answer]) if cls.kind(cls.name_of(method)) == "unary_stream" else answer

    @classmethod
    def resolve(cls, request, _):
        return {"principal_id": cls.principal, "account_id": request.account_id or cls.account, "corporate": True, "company_id": cls.company,
                "roles": [ADMINISTRATOR, FREEZER, *OPERATORS], "inherited_roles": [ADMINISTRATOR], "factor_kinds": [1], "mfa_time": {"seconds": int(time.time())}}

    @classmethod
    def stuck(cls, request, _):
        """The saga of the top-up goes on for ever."""
        if request.top_up_id == cls.top_up:
            raise No(grpc.StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_MISMATCH")
        return filled(cls.all["payments.v1.TopUpService/GetTopUp"].output_type)

    @classmethod
    def unapproved(cls, request, _):
        raise No(grpc.StatusCode.PERMISSION_DENIED, "OVERRIDE_UNAPPROVED")

    @staticmethod
    def name_of(method):
        return method.containing_service.full_name + "/" + method.name

    @classmethod
    def method(cls, rpc):
        return cls.all[rpc]

    def request(self, rpc, fields):
        known = self.method(rpc).input_type.fields_by_name
        given = dict({"account_id": self.account} if "account_id" in known else {}, **fields)
        if "company_id" in known:
            given.setdefault("company_id", self.company)
        if "request_id" in known:
            given.setdefault("request_id", new_id())
        return filled(self.method(rpc).input_type, **given)

    def metadata(self, rpc):
        return (("authorization", "Bearer a-session"),)

    def rpcs(self):
        return {row[0] for row in read_table()[0] if "?" not in row[0]}

    def rows(self):
        deadline = time.monotonic() + 20
        while not self.ask("gateway.v1.SagaService/ListSagas", self.request("gateway.v1.SagaService/ListSagas", {"page_token": ""}))[0].sagas:
            self.assertLess(time.monotonic(), deadline)
        fields = lambda rpc: self.method(rpc).input_type.fields_by_name
        order = filled(message("ledger.v1.Order").DESCRIPTOR, linked=False)
        malformed = message("ledger.v1.Order")(create_transfer={"request_id": new_id(), "amount_micros": -1})
        orders = lambda: {"orders": [order, malformed]}
        acts = lambda: {"page_token": "", "end_time": {"seconds": 86400}}
        own = {"gateway.v1.ActService/ListActs": acts, "gateway.v1.ActService/ListOwnActs": acts, "gateway.v1.ActService/ListAllActs": acts,
               "ledger.v1.OrderService/SubmitOrders": orders, "ledger.v1.OrderService/StreamOrders": orders,
               "gateway.v1.ApprovalService/ListApprovals": lambda: {"page_token": "", "account_id": self.account, "state": 0},
               "gateway.v1.ApprovalService/GetApproval": lambda: {"approval_id": self.approval, "account_id": self.account},
               "gateway.v1.OverviewService/ListAccounts": lambda: {"page_token": "", "account_id": self.account},
               "gateway.v1.OverviewService/ListCustomers": lambda: {"page_token": "", "account_id": self.account, "end_time": {"seconds": 86400}},
               "gateway.v1.OverviewService/GetAccountSums": lambda: {"account_id": self.account, "scope": 2, "reseller_account_id": "",
                                                                  "end_time": {"seconds": 86400}},
               "gateway.v1.SagaService/ListSagas": lambda: {"page_token": "", "account_id": self.account},
               "gateway.v1.SagaService/RedriveSaga": lambda: {"saga_id": self.saga},
               "ledger.v1.HoldService/HoldFromAgent": lambda: {"account_id": new_id(), "expire_time": {"seconds": int(time.time()) + 3600}}}
        return {rpc: own.get(rpc, lambda rpc=rpc: {"account_id": new_id()} if "account_id" in fields(rpc) else {}) for rpc in sorted(self.rpcs())}


if __name__ == "__main__":
    unittest.main()
