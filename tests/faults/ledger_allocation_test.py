"""Memory that runs out never thins an answer of the ledger (whole_answers.py)."""
import itertools
import os
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from ledger import CODES  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import Refusal, Service, message, new_id, psql  # noqa: E402
from whole_answers import CLEAR, Faults, WholeAnswers  # noqa: E402

CNY = {"currency": "CNY"}
PRODUCT = {"name": "Object Storage", "service_category": "Storage", "service_subcategory": "Object Storage", "publisher": "Example Cloud"}
SKU = {"meter": "storage", "pricing_unit": "GB-Hours", "tax_category": "standard"}


class Allocations(WholeAnswers, unittest.TestCase):
    refused = ("OverrideService/GrantOverride", "OverrideService/LiftOverride")  # none without an approval, and so none to lift

    context = "ledger"
    personal = ("answer",)  # packed, with ids and moments in it

    @classmethod
    def setUpClass(cls):
        cls.faults = Faults(cls)
        cls.service = cls.enterClassContext(Service("ledger", fault_allocation_file=cls.faults.path, anchor_interval="1s", key_create="true",
                                                       key_file=os.path.join(cls.enterClassContext(tempfile.TemporaryDirectory()), "key")))
        cls.company = company = Company(cls.service)
        cls.a, cls.b = company.open(), company.open()
        cls.suspense, cls.customer = company.open_suspense(), Company(cls.service).open()
        for account in (cls.a, cls.suspense):
            company.top_up(account, 1000000, remark="first")
        cls.transfer = company.transfer(cls.a, cls.b, 1000, remark="kept", tag="tag").transfer.transfer_id
        cls.purchase = company.spend(cls.a, 10, remark="bought").purchase.purchase_id
        company.call("CreditService/SetCreditLine", cls.a, line_micros=micros(10 ** 6), **CNY)
        company.call("CreditService/SetCreditLimit", cls.a, limit_micros=micros(100), **CNY)
        company.call("CreditService/ConfirmCreditLimit", cls.a)
        company.call("QuotaService/SetQuota", cls.a, sub_account_id=cls.b, line_micros=micros(10 ** 6), **CNY)
        cls.tenant = Company(cls.service).open()
        cls.relation, cls.moments = new_id(), itertools.count(1)
        cls.service.call("ledger.v1.RelationService/UpdateRelation", relation_id=cls.relation, agent_account_id=cls.a, customer_account_id=cls.tenant,
                         version=1, allocates=True, resells=True, settlement_mode=2, since_time={"seconds": 1})
        sent = company.call("AllocationService/AllocateToSubAccount", cls.a, destination_account_id=cls.tenant, amount_micros=micros(1000), **CNY)
        cls.service.call("ledger.v1.TransitService/ReceiveTransit", account_id=cls.tenant, request_id=new_id(), transit_id=sent.transit_id,
                         counterparty_account_id=cls.a)
        cls.product, cls.region = cls.added("Product", **PRODUCT), cls.added("Region", name="Hangzhou", country="CN")
        cls.resource = cls.running()
        for _ in range(2):
            cls.added("Region", name="Hangzhou", country="CN")
            cls.added("Product", **PRODUCT)
            cls.sku = cls.added("Sku", product_id=cls.product, **SKU)
            cls.service.call("ledger.v1.PriceService/SetPrices", request_id=new_id(), **cls.priced(cls.sku))
            cls.service.call("ledger.v1.PriceService/CreatePriceBook", request_id=new_id(), price_book_id="b-" + new_id()[24:], name="Gold")
        used = [cls.used("bucket-0") for _ in range(3)]  # which have no price, and are parked soon
        cls.service.call("ledger.v1.UsageRecordService/RecordUsageBatch", records=used)
        cls.record, cls.hold = used[0]["record_id"], cls.place()
        cls.postpaid = company.open(payment_mode="PAYMENT_MODE_POSTPAID")
        cls.proved = cls.wait_for_proof()

    @classmethod
    def added(cls, thing, **fields):
        """The id of one that was added to the catalogue."""
        name = thing.lower() + "_id"
        answer = cls.service.call("ledger.v1.CatalogueService/Create" + thing, request_id=new_id(), **dict(fields, **{name: "x-" + new_id()[24:]}))
        return getattr(getattr(answer, thing.lower()), name)

    @staticmethod
    def months_ahead(count):
        now = time.gmtime()
        return "%04d-%02d" % (now.tm_year + (now.tm_mon - 1 + count) // 12, (now.tm_mon - 1 + count) % 12 + 1)

    @staticmethod
    def priced(sku):
        tiers = [{"up_to_micros": 10000000, "unit_nanos": 10 ** 9}, {"unit_nanos": 10 ** 8}]
        return {"account_id": "", "price_book_id": "list",
                "prices": [{"sku_id": sku, "region_id": "*", "currency": "CNY", "model": "PRICE_MODEL_GRADUATED", "tiers": tiers}]}

    @classmethod
    def used(cls, resource="bucket-1"):
        now = int(time.time())
        return dict(source="meter", record_id=new_id(), account_id=cls.a, sku_id=cls.sku, region_id=cls.region, resource_id=resource,
                    quantity_micros=micros(1), start_time={"seconds": now - 600}, end_time={"seconds": now}, remark="used",
                    tags=[{"key": "env", "value": "production"}])

    @classmethod
    def budget(cls):
        """Of an account that never has twenty of them."""
        for budget in cls.company.read("BudgetService/ListBudgets", cls.a).budgets:
            cls.company.call("BudgetService/DeleteBudget", cls.a, budget_id=budget.budget_id)
        return {"name": "Cloud", "amount_micros": micros(100), "currency": "CNY", "period": 3, "basis": 2, "thresholds_ppm": [500000, 1000000]}

    @classmethod
    def other_budget(cls):
        """Another amount and threshold of one that is made now."""
        made = cls.company.call("BudgetService/CreateBudget", cls.a, **cls.budget()).budget
        return {"budget_id": made.budget_id, "amount_micros": micros(200), "currency": "CNY", "thresholds_ppm": [900000]}

    @classmethod
    def running(cls, id_=None):
        """A subscription's fields; without an id it is registered, and this is its id."""
        fields = {"source": "vm", "resource_id": id_ or new_id(), "product_id": cls.product, "region_id": cls.region, "kind": 2,
                  "stopped_meters": ["storage", "network"], "start_time": {"seconds": 1}, "end_time": {"seconds": 4 * 10 ** 9}}
        return fields if id_ else cls.company.call("ResourceService/RegisterResource", cls.a, **fields).resource.resource_id

    @classmethod
    def wait_for_proof(cls):
        """Until what was booked is anchored; until when it was."""
        until, deadline = {"seconds": int(time.time()) + 1}, time.monotonic() + 30
        while True:
            time.sleep(1)
            try:
                cls.company.read("ProofService/GetProof", cls.a, start_time={"seconds": until["seconds"] - 60}, end_time=until)
                if time.time() > until["seconds"] + 3:
                    return until
            except Refusal:
                if time.monotonic() > deadline:
                    raise

    @classmethod
    def place(cls):
        return cls.company.call("HoldService/PlaceHold", cls.a, amount_micros=micros(1), expire_time=cls.later(), **CNY).hold.hold_id

    @classmethod
    def pending(cls):
        account = cls.company.open()
        cls.company.call("CreditService/SetCreditLimit", account, limit_micros=micros(10), **CNY)
        return {"account_id": account, "contract_hash": cls.company.contract_hash(account)}

    @classmethod
    def billed(cls):
        """It owes ten and has five."""
        account = cls.pending()["account_id"]
        cls.company.call("CreditService/ConfirmCreditLimit", account)
        cls.company.spend(account, 10)
        cls.company.top_up(account, 5)
        return dict(CNY, account_id=account, amount_micros=micros(2))

    @classmethod
    def funding(cls, ask=False):
        """The tenant has nothing open, and asked for nothing today; or asks now."""
        psql(cls.service.database, "UPDATE ledger.funding_request SET state = 5, end_time = expire_time WHERE state = 1")
        psql(cls.service.database, "UPDATE ledger.funding_request SET request_time = request_time - interval '2 days'")
        return not ask or cls.service.call("ledger.v1.AllocationService/RequestFunding", account_id=cls.tenant, request_id=new_id(),
                                           amount_micros=micros(1), **CNY).funding_request.funding_request_id

    @classmethod
    def turned(cls):
        """An account that runs since its first money came."""
        account = cls.company.open()
        cls.company.top_up(account, 5)
        return account

    @classmethod
    def turned_once(cls):
        account = cls.turned()
        return {"account_id": account, "runner": "compute",
                "suspension_id": cls.company.read("SuspensionService/GetSuspension", account).suspension.suspension_id}

    @classmethod
    def sent(cls):
        """Money from an account of the company in another chain (settled 11)."""
        across, own = Company(cls.company.ledger), dict(update_fields=["verified_company_id"], verified_company_id=cls.company.id)
        account = across.open(company_verified=False)
        across.call("AccountService/UpdateAccount", account, **own)
        across.top_up(account, 5)
        return account, across, across.transfer(account, cls.b, 1).transit_id

    @classmethod
    def receiving(cls):
        account, _, transit = cls.sent()
        return {"account_id": cls.b, "counterparty_account_id": account, "transit_id": transit}

    @classmethod
    def giving_back(cls):
        account, across, transit = cls.sent()
        return {"account_id": account, "company_id": across.id, "counterparty_account_id": cls.b, "transit_id": transit}

    @staticmethod
    def later():
        moment = message("google.protobuf.Timestamp")()
        moment.GetCurrentTime()
        moment.seconds += 86400
        return moment

    def gathered(self, order):
        """A gathered order stands for itself."""
        request = getattr(order, order.WhichOneof("kind"))
        request.account_id, request.company_id = self.a, self.company.id
        return message("ledger.v1.GatheredOrder")(order=order, principal_id=self.b, account_id=self.a, roles="MEMBER", timeout_ms=20000)

    def ask(self, rpc, request):
        """The clear error of one gathered order is the answer's."""
        answer = super().ask(rpc, request)
        for result in answer[0].results if rpc == "GatheringService/SettleGathered" and isinstance(answer, list) else ():
            status = message("google.rpc.Status").FromString(result.refused)
            if status.details:
                told = CODES[status.code], message("google.rpc.ErrorInfo").FromString(status.details[0].value).reason
                answer = told if told in CLEAR else answer
        return answer

    def defaults(self):
        return {"account_id": self.a, "company_id": self.company.id}

    def rows(self):
        a, b, company = self.a, self.b, self.company
        money = lambda amount=1, **more: dict(CNY, amount_micros=micros(amount), **more)
        new_a = lambda: {"account_id": new_id(), "corporate": True, "company_verified": True, "currency": "CNY"}
        order = lambda **kind: message("ledger.v1.Order")(**kind)
        give = lambda: order(create_transfer=dict(money(remark="in bulk"), request_id=new_id(), destination_account_id=b))
        too_much = lambda: order(create_transfer=dict(money(10 ** 9), request_id=new_id(), destination_account_id=b))
        listed = lambda: {"account_id": "", "page_size": 1}
        topped = lambda: {"top_up_id": new_id()}
        cap = lambda: {"cap_micros": micros(10 ** 8), "currency": "CNY"}
        return {
            "AccountService/OpenAccount": new_a,
            "AccountService/SetCurrency": lambda: {"account_id": company.open(currency=""), "currency": "CNY"},
            "AccountService/UpdateAccount": lambda: {"account_id": self.postpaid, "update_fields": ["buffer_micros"], "buffer_micros": micros(200)},
            "AccountService/SetSpendingPermission": lambda: {"permission": "SPENDING_PERMISSION_SPEND"},
            "AccountService/GetAccount": dict, "AccountService/GetBalance": dict, "AccountService/GetBalances": lambda: {"account_ids": [a, b], "start_time": {"seconds": 1}, "end_time": {"seconds": 4000000000}},
            "AccountService/ListLots": lambda: {"account_id": b},
            "AllocationService/AllocateToSubAccount": lambda: money(destination_account_id=self.tenant, remark="allocated"),
            "AllocationService/ReclaimFromSubAccount": lambda: money("0.50", destination_account_id=self.tenant),
            "AllocationService/GetReclaimable": lambda: {"destination_account_id": self.tenant},
            "AllocationService/RequestFunding": lambda: self.funding() and money(account_id=self.tenant, remark="more"),
            "AllocationService/WithdrawFundingRequest": lambda: {"account_id": self.tenant, "funding_request_id": self.funding(ask=True)},
            "AllocationService/DeclineFundingRequest": lambda: {"funding_request_id": self.funding(ask=True), "remark": "not this year"},
            "AllocationService/ListFundingRequests": lambda: {"page_size": 2, "with_ended": True},
            "AuditService/Audit": dict,
            "BillingTimeZoneService/SetBillingTimeZone": lambda: {"time_zone": "Asia/Tokyo"}, "BillingTimeZoneService/GetBillingTimeZone": dict,
            "CatalogueService/CreateRegion": lambda: {"account_id": "", "region_id": "r-" + new_id()[24:], "name": "Hangzhou", "country": "CN"},
            "CatalogueService/RetireRegion": lambda: {"account_id": "", "region_id": self.added("Region", name="Hangzhou", country="CN")},
            "CatalogueService/CreateProduct": lambda: dict(PRODUCT, account_id="", product_id="p-" + new_id()[24:]),
            "CatalogueService/RetireProduct": lambda: {"account_id": "", "product_id": self.added("Product", **PRODUCT)},
            "CatalogueService/CreateSku": lambda: dict(SKU, account_id="", sku_id="s-" + new_id()[24:], product_id=self.product),
            "CatalogueService/RetireSku": lambda: {"account_id": "", "sku_id": self.added("Sku", product_id=self.product, **SKU)},
            "CatalogueService/ListRegions": listed, "CatalogueService/ListProducts": listed, "CatalogueService/ListSkus": listed,
            "PriceService/CreatePriceBook": lambda: {"account_id": "", "price_book_id": "b-" + new_id()[24:], "name": "Gold"},
            "PriceService/SetPrices": lambda: self.priced(self.added("Sku", product_id=self.product, **SKU)),
            "PriceService/AssignPriceBook": lambda: {"price_book_id": "list"},
            "PriceService/ListPriceBooks": listed, "PriceService/ListPrices": listed,
            "PriceService/GetPrice": lambda: {"sku_id": self.sku, "region_id": "cn"},
            "PriceService/PreviewCharge": lambda: {"sku_id": self.sku, "region_id": "cn", "quantity_micros": 20000000},
            "CapService/SetCap": cap, "CapService/RemoveCap": lambda: company.call("CapService/SetCap", a, **cap()) and {},
            "CapService/ImposeCap": cap, "CapService/LiftCap": lambda: company.call("CapService/ImposeCap", a, **cap()) and {},
            "CapService/GetCap": lambda: company.call("CapService/SetCap", a, **cap()) and {},
            "BudgetService/CreateBudget": self.budget, "BudgetService/UpdateBudget": lambda: self.other_budget(),
            "BudgetService/DeleteBudget": lambda: {"budget_id": self.other_budget()["budget_id"]},
            "BudgetService/ListBudgets": lambda: self.other_budget() and {"page_size": 2},
            "ResourceService/RegisterResource": lambda: self.running(new_id()),
            "ResourceService/ChangeResourceState": lambda: {"source": "vm", "resource_id": self.running(), "state": 2, "version": 1},
            "ResourceService/SetAutoRenew": lambda: {"source": "vm", "resource_id": self.running(), "auto_renew": True},
            "ResourceService/ExtendSubscription": lambda: {"source": "vm", "resource_id": self.running(), "end_time": {"seconds": 5 * 10 ** 9}},
            "ResourceService/GetResource": lambda: {"source": "vm", "resource_id": self.resource},
            "ResourceService/ListResources": lambda: {"page_size": 2, "still_charging": True},
            "GroupDiscountService/SetGroupDiscount": lambda: {"tiers": [{"discount_ppm": 0}, {"from_micros": 1, "discount_ppm": 5}]},
            "GroupDiscountService/GetGroupDiscount": dict,
            "RepricingService/SetRepricing": lambda: {"month": self.months_ahead(1), "basis": 1, "adjustment_ppm": 1},
            "RepricingService/ListRepricings": lambda: {"page_size": 2},
            "RepricingService/PreviewRepricing": lambda: {"customer_account_id": self.tenant, "list_micros": 5, "basis": 1},
            "RunwayService/GetRunway": dict, "RunwayService/WatchRunway": lambda: {"until_now": True},
            "SuspensionService/GetSuspension": lambda: {"account_id": self.turned()}, "SuspensionService/ListUnacknowledgedSuspensions": listed,
            "SuspensionService/SetSuspensionPolicy": lambda: {"policy": "SUSPENSION_POLICY_DELAY", "remark": "a large customer"},
            "SuspensionService/AcknowledgeSuspension": self.turned_once,
            "SuspensionService/RecordNotice": lambda: {"notice_id": new_id(), "rung": "SUSPENSION_RUNG_DAY", "channel": "NOTICE_CHANNEL_EMAIL",
                                                       "deliver_time": {"seconds": next(self.moments)}},
            "ChangeService/WatchChanges": lambda: {"whole_company": True, "until_now": True},
            "ClosingService/ListClosingBlockers": dict,
            "CreditService/SetCreditLine": lambda: {"line_micros": micros(10 ** 6), "currency": "CNY"},
            "CreditService/SetCreditLimit": lambda: {"limit_micros": micros(100), "currency": "CNY"},
            "CreditService/ConfirmCreditLimit": self.pending, "CreditService/GetCreditLimit": dict, "CreditService/ListCreditRisks": dict,
            "CreditService/ListCreditContracts": dict,
            "HoldService/PlaceHold": lambda: money(expire_time=self.later(), remark="held", sub_account_id=b),
            "HoldService/HoldFromAgent": lambda: money(account_id=b, agent_account_id=a, expire_time=self.later(), remark="held"),
            "HoldService/CaptureHold": lambda: money("0.50", hold_id=self.place()),
            "HoldService/VoidHold": lambda: {"hold_id": self.place()},
            "HoldService/GetHold": lambda: {"hold_id": self.hold}, "HoldService/ListHolds": lambda: {"page_size": 2},
            "FreezeService/RaiseFence": dict,
            "GatheringService/SettleGathered": lambda: {"orders": [self.gathered(order) for order in (give(), too_much(), give())]},
            "OrderService/SubmitOrders": lambda: {"orders": [give(), too_much(), give()]},
            "OrderService/StreamOrders": lambda: {"orders": [give(), too_much(), give()]},
            "OrderService/PreviewOrder": lambda: {"order": give()},
            "OverrideService/GrantOverride": lambda: {"until_time": self.later(), "reason": "the invoice is on its way"},
            "OverrideService/LiftOverride": dict, "OverrideService/ListOverrides": dict,
            "PostingService/ListPostings": lambda: {"page_size": 5}, "ActService/ListActs": lambda: {"page_size": 5},
            "ProofService/GetProof": lambda: {"end_time": self.proved}, "ProofService/ListAnchorKeys": dict,
            "PurchaseService/CreatePurchase": lambda: money(remark="bought", tag="tag"),
            "PurchaseService/OrderFromAgent": lambda: money(account_id=b, agent_account_id=a, remark="bought"),
            "PurchaseService/ListPaidFor": lambda: {"account_id": b, "page_size": 2},
            "PurchaseService/RefundPurchase": lambda: money(purchase_id=company.spend(a, 2).purchase.purchase_id),
            "PurchaseService/GetPurchase": lambda: {"purchase_id": self.purchase}, "PurchaseService/ListPurchases": lambda: {"page_size": 2},
            "RelationService/UpdateRelation": lambda: {"relation_id": new_id(), "agent_account_id": a, "customer_account_id": self.customer, "version": 1,
                                                       "settlement_mode": "SETTLEMENT_MODE_AGENT_PAYS", "pay_on_behalf": True,
                                                       "since_time": {"seconds": 1}},
            "RelationService/UpdateRelationRisk": lambda: {"relation_id": self.relation, "agent_account_id": a, "customer_account_id": self.tenant,
                                                           "since_time": {"seconds": next(self.moments)}},
            "QuotaService/SetQuota": lambda: {"sub_account_id": b, "line_micros": micros(10 ** 6), "currency": "CNY"},
            "QuotaService/OffsetQuota": lambda: company.spend(a, 2, sub_account_id=b) and money(sub_account_id=b, remark="paid back"),
            "QuotaService/GetQuota": lambda: {"sub_account_id": b}, "QuotaService/ListQuotas": lambda: {"page_size": 5},
            "TopUpService/CreditTopUp": lambda: money(top_up_id=new_id(), remark="topped up"),
            "TopUpService/ReleaseTopUp": lambda: money(top_up_id=new_id(), account_id=self.suspense), "TopUpService/ForgoTopUp": topped,
            "TopUpService/CreateAdjustment": lambda: money(remark="adjusted"),
            "TransferService/CreateTransfer": lambda: money(destination_account_id=b, remark="given", tag="tag"),
            "TransferService/RevokeTransfer": lambda: money("0.50", destination_account_id=b, remark="taken back"),
            "TransferService/GetRevocable": lambda: {"destination_account_id": b},
            "TransferService/GetTransfer": lambda: {"transfer_id": self.transfer},
            "TransferService/ListTransfers": lambda: {"page_size": 5},
            "TransitService/ReceiveTransit": self.receiving, "TransitService/ReturnTransit": self.giving_back,
            "TransitService/ListTransits": lambda: {"page_size": 2},
            "UsageService/RecordUsage": lambda: money(remark="used"),
            "UsageService/SettleUsage": lambda: company.call("UsageService/RecordUsage", self.postpaid, **money()) and {"account_id": self.postpaid},
            "UsageRecordService/RecordUsageBatch": lambda: {"account_id": "", "records": [self.used(), dict(self.used(), quantity_micros=0)]},
            "UsageRecordService/GetUsageRecord": lambda: {"account_id": "", "source": "meter", "record_id": self.record},
            "UsageRecordService/ListParkedUsage": lambda: {"account_id": "", "page_size": 2},
            "CostService/GetCost": lambda: {"group_by": ["COST_KEY_DAY", "COST_KEY_TAG"], "tag_key": "env", "start_time": {"seconds": int(time.time()) - 86400},
                                            "end_time": {"seconds": int(time.time()) + 60}, "tag": "env=production"},
            "UsageRecordService/ListUsageLines": lambda: {"page_size": 2, "tag": "env=production", "resource_id": "bucket-0"},
            "UsageService/PayBills": self.billed, "UsageService/ListBills": lambda: {"account_id": self.postpaid, "page_size": 2},
        }


if __name__ == "__main__":
    unittest.main()
