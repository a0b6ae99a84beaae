"""Answers are made anew from what the entries keep: for every kind of order the same request is answered byte by byte as the first time, by
either replica, whatever later orders changed; with another body it is a mismatch."""
import os
import sys
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import CNY, Company, micros  # noqa: E402
from service import POOL, Clock, Service, message, new_id, refused  # noqa: E402

PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION
WORDS = {"remark": "für ½ Jahr", "tag": "t-1"}
KINDS = {oneof.name for oneof in POOL.FindMessageTypeByName("ledger.v1.Order").oneofs_by_name["kind"].fields}


class Replay(unittest.TestCase):
    def setUp(self):
        self.clock = Clock()
        self.first = self.enterContext(Service("ledger", clock=self.clock))
        self.second = self.enterContext(Service("ledger", clock=self.clock, database=self.first.database))
        self.company = Company(self.first)
        self.asked, self.kinds = [], set()

    def raw(self, ledger, rpc, request):
        """The bytes of the answer, and whether they are told as a replay."""
        call = ledger.channel.unary_unary("/ledger.v1." + rpc, request_serializer=lambda m: m.SerializeToString(), response_deserializer=lambda b: b)
        answer, told = call.with_call(request, timeout=20)
        return answer, ("kontor-replayed", "true") in told.trailing_metadata()

    def ask(self, rpc, account, **fields):
        """Asks the first time, remembers what was answered, and gives it as a message."""
        method = rpc.split("/")[1]
        self.kinds.add("".join("_" + letter.lower() if letter.isupper() else letter for letter in method)[1:])
        request = message("ledger.v1.%sRequest" % method)(account_id=account, company_id=self.company.id, request_id=new_id(), **fields)
        answer, replayed = self.raw(self.first, rpc, request)
        self.assertFalse(replayed)
        self.asked.append((rpc, request, answer))
        return message("ledger.v1.%sResponse" % method).FromString(answer)

    def all_again(self):
        for ledger in (self.second, self.first, self.second):
            for rpc, request, answer in self.asked:
                with self.subTest(rpc):
                    self.assertEqual(self.raw(ledger, rpc, request), (answer, True))

    def money(self, amount):
        return dict(amount_micros=micros(amount), **CNY)

    def moment(self, seconds):
        return {"seconds": int(self.clock.now()) + seconds}

    def test_every_kind(self):
        a, b = self.company.open(), self.company.open()
        agent, owing = (self.company.open(payment_mode="PAYMENT_MODE_POSTPAID") for _ in range(2))
        sub, suspense = new_id(), self.company.open_suspense()
        for account in (a, agent, owing, suspense):
            put = new_id()
            self.ask("TopUpService/CreditTopUp", account, top_up_id=put, **self.money(1000))
        self.ask("TopUpService/CreateAdjustment", a, **self.money("12.34"), remark="why")
        self.ask("TopUpService/CreateAdjustment", a, **self.money("-0.34"), remark="why")
        self.ask("TopUpService/ReleaseTopUp", suspense, top_up_id=put, **self.money(5))
        self.ask("TransferService/CreateTransfer", a, destination_account_id=b, **self.money(100), **WORDS)
        self.ask("TransferService/CreateTransfer", agent, destination_account_id=b, **self.money(7), effective_time=self.moment(-1000))
        self.ask("TransferService/RevokeTransfer", a, destination_account_id=b, **self.money(30), **WORDS)
        bought = self.ask("PurchaseService/CreatePurchase", b, **self.money("50.123456"), **WORDS).purchase.purchase_id
        self.ask("PurchaseService/RefundPurchase", b, purchase_id=bought, **self.money(3), **WORDS)
        self.ask("CreditService/SetCreditLimit", b, limit_micros=micros(500), currency="CNY")
        self.ask("CreditService/ConfirmCreditLimit", b, contract_hash=self.company.contract_hash(b))
        on_credit = self.ask("PurchaseService/CreatePurchase", b, **self.money(200)).purchase.purchase_id
        self.ask("PurchaseService/RefundPurchase", b, purchase_id=on_credit, **self.money(190))
        held = [self.ask("HoldService/PlaceHold", a, **self.money(20), expire_time=self.moment(3600)).hold.hold_id for _ in range(3)]
        self.ask("HoldService/CaptureHold", a, hold_id=held[0], **self.money(5), **WORDS)
        self.ask("HoldService/CaptureHold", a, hold_id=held[1], **self.money(6), final=True)
        self.ask("HoldService/VoidHold", a, hold_id=held[2])
        self.ask("UsageService/RecordUsage", a, **self.money("0.000001"), **WORDS)
        self.ask("UsageService/RecordUsage", owing, **self.money(1100))
        self.ask("UsageService/SettleUsage", owing, due_time=self.moment(60))
        self.ask("TopUpService/CreditTopUp", owing, top_up_id=new_id(), **self.money(60))
        self.ask("UsageService/PayBills", owing, **self.money(10))
        self.on_behalf(agent, sub)
        self.across(a, b)
        self.assertEqual(self.kinds, KINDS)
        self.all_again()
        self.change_everything(a, b, agent, owing)
        self.all_again()
        for rpc, request, _ in self.asked:
            request.account_id = agent if request.account_id != agent else owing
            with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
                self.second.call("ledger.v1." + rpc, request=request)
        self.assertEqual(self.company.audit()[0], [])

    def on_behalf(self, agent, sub):
        self.company.customer(agent, sub)
        self.ask("QuotaService/SetQuota", agent, sub_account_id=sub, line_micros=micros(300), currency="CNY")
        bought = self.ask("PurchaseService/CreatePurchase", agent, sub_account_id=sub, **self.money(40)).purchase.purchase_id
        self.ask("UsageService/RecordUsage", agent, sub_account_id=sub, **self.money("1.5"))
        self.ask("UsageService/SettleUsage", agent)
        self.ask("QuotaService/OffsetQuota", agent, sub_account_id=sub, **self.money(41))
        self.ask("PurchaseService/RefundPurchase", agent, purchase_id=bought, **self.money(2))
        held = [self.ask("HoldService/PlaceHold", agent, sub_account_id=sub, **self.money(20), expire_time=self.moment(3600)).hold.hold_id for _ in range(2)]
        captured = self.ask("HoldService/CaptureHold", agent, hold_id=held[0], **self.money(5)).purchase_id
        self.ask("HoldService/VoidHold", agent, hold_id=held[1])
        self.ask("PurchaseService/RefundPurchase", agent, purchase_id=captured, **self.money(1))

    def across(self, a, b):
        """Money from and to an account of the company that stays in a chain of its own, for it had entries before."""
        alone = new_id()
        call = lambda rpc, **fields: self.first.call("ledger.v1." + rpc, account_id=alone, company_id=alone, request_id=new_id(), **fields)
        call("AccountService/OpenAccount", corporate=True, currency="CNY")
        call("TopUpService/CreditTopUp", top_up_id=new_id(), **self.money(100))
        call("AccountService/UpdateAccount", update_fields=["verified_company_id"], verified_company_id=self.company.id)
        sent = call("TransferService/CreateTransfer", destination_account_id=b, **self.money(9)).transit_id
        self.ask("TransitService/ReceiveTransit", b, transit_id=sent, counterparty_account_id=alone, **WORDS)
        sent = self.ask("TransferService/CreateTransfer", a, destination_account_id=alone, **self.money(2)).transit_id
        self.ask("TransitService/ReturnTransit", a, transit_id=sent, counterparty_account_id=alone)
        self.first.call("ledger.v1.RelationService/UpdateRelation", relation_id=new_id(), agent_account_id=a, customer_account_id=alone, version=1,
                        allocates=True, settlement_mode=2, since_time={"seconds": 1700000000})
        sent = self.ask("AllocationService/AllocateToSubAccount", a, destination_account_id=alone, **self.money(3), **WORDS).transit_id
        call("TransitService/ReceiveTransit", transit_id=sent, counterparty_account_id=a)
        self.ask("AllocationService/ReclaimFromSubAccount", a, destination_account_id=alone, **self.money(1))

    def change_everything(self, *accounts):
        """Money, limits, flags, modes and time."""
        for account in accounts:
            self.company.top_up(account, 5000)
            self.company.spend(account, 1)
            self.company.call("CreditService/SetCreditLimit", account, limit_micros=micros(70), currency="CNY")
            self.company.call("HoldService/PlaceHold", account, **self.money(1), expire_time=self.moment(9000))
            self.company.paid_by(account)
        self.company.update(accounts[0], "state", state="ACCOUNT_STATE_FROZEN")
        self.company.update(accounts[1], "payment_mode", payment_mode="PAYMENT_MODE_POSTPAID")
        self.clock.turn(7200)

    def test_of_many_in_one_call(self):
        """In bulk, with a group, and twice in one call."""
        a, b = self.company.open(), self.company.open()
        self.company.top_up(a, 100)
        order = ("create_transfer", dict(request_id=new_id(), destination_account_id=b, **self.money(3)))
        group = [("create_transfer", dict(request_id=new_id(), destination_account_id=b, **self.money(4)), True),
                 ("create_purchase", dict(request_id=new_id(), **self.money(5)))]
        first = self.company.submit(a, order, order, *group)
        self.assertEqual([r.replayed for r in first], [False, True, False, False])
        self.company.spend(a, 50)
        for ledger in (self.second, self.first):
            self.company.ledger = ledger
            again = self.company.submit(a, order, order, *group)
            for one, other in zip(first, again):
                self.assertTrue(other.replayed)
                other.replayed = one.replayed
            self.assertEqual(list(first), list(again))
        self.assertEqual(self.company.balance(a).own_micros, micros(38))


if __name__ == "__main__":
    unittest.main()
