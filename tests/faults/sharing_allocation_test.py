"""Memory that runs out never thins an answer of sharing (whole_answers.py)."""
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from service import Service, new_id  # noqa: E402
from whole_answers import Faults, WholeAnswers  # noqa: E402

DAY, UNIT = 86400, 1000000


class Allocations(WholeAnswers, unittest.TestCase):
    context = "sharing"

    @classmethod
    def setUpClass(cls):
        cls.faults = Faults(cls)
        cls.service = cls.enterClassContext(Service("sharing", fault_allocation_file=cls.faults.path))
        cls.company, cls.a = new_id(), new_id()
        cls.call("AccountService/OpenAccount", corporate=True, verified=True)
        cls.b = cls.open()
        cls.asset, cls.other = cls.plan(), cls.open()
        cls.call("ShareService/ShareWithAccounts", asset_id=cls.asset, recipient_account_ids=[cls.b])
        cls.pool = cls.call("CouponService/RequestCouponPool", **cls.pool_fields(10 ** 7)).pool.pool_id

    @classmethod
    def call(cls, rpc, **fields):
        known = cls.method(rpc).input_type.fields_by_name
        given = {"account_id": cls.a, "company_id": cls.company, "request_id": new_id()}
        return cls.service.call("sharing.v1." + rpc, **dict({name: value for name, value in given.items() if name in known}, **fields))

    @classmethod
    def open(cls):
        account = new_id()
        cls.call("AccountService/OpenAccount", account_id=account, corporate=True, verified=True)
        return account

    @staticmethod
    def in_days(days):
        return {"seconds": int(time.time()) + days * DAY}

    @classmethod
    def plan_fields(cls):
        return {"kind": "ASSET_KIND_SAVINGS_PLAN", "name": "plan", "products": ["ecs", "oss"], "bill_types": ["PAY_AS_YOU_GO"],
                "expire_time": cls.in_days(30)}

    @classmethod
    def plan(cls):
        return cls.call("AssetService/RegisterAsset", **cls.plan_fields()).asset.asset_id

    @classmethod
    def pool_fields(cls, total):
        return {"target": "DISTRIBUTION_TARGET_ENTERPRISE_MANAGEMENT_ACCOUNT", "total_micros": total * UNIT, "currency": "CNY", "products": ["ecs"],
                "bill_types": ["PAY_AS_YOU_GO"], "expire_time": cls.in_days(60)}

    @classmethod
    def coupon_fields(cls):
        return {"pool_id": cls.pool, "recipient_account_ids": [cls.b], "coupon_count": 2, "face_micros": 10 * UNIT}

    @classmethod
    def coupon(cls):
        return cls.call("CouponService/IssueCoupons", **cls.coupon_fields()).asset_ids[0]

    @classmethod
    def group(cls):
        return cls.call("ShareService/CreateOrganization", name="group", member_account_ids=[cls.b]).organization_id

    @classmethod
    def shared(cls):
        asset = cls.plan()
        cls.call("ShareService/ShareWithAccounts", asset_id=asset, recipient_account_ids=[cls.b, cls.other])
        return asset

    @classmethod
    def related(cls):
        account = cls.open()
        cls.call("AccountService/StartPaymentRelation", account_id=account, payer_account_id=cls.a)
        return {"account_id": account, "payer_account_id": cls.a}

    def defaults(self):
        return {"account_id": self.a, "company_id": self.company}

    def usage(self, **more):
        return dict({"usage_time": {"seconds": int(time.time()) + 1}, "product": "ecs", "bill_type": "PAY_AS_YOU_GO"}, **more)

    def priced(self):
        return {"sku": "s", "product": "ecs", "bill_type": "PAY_AS_YOU_GO", "quantity_micros": 2 * UNIT, "list_price_nano": 2 * 10 ** 9, "currency": "CNY"}

    def covered(self):
        """An account of its own with assets: one covers a part of a piece, one does not apply."""
        account = self.open()
        for fields in ({"bill_types": ["OTHER"]}, {"bill_types": []}):
            self.call("AssetService/RegisterAsset", account_id=account,
                      **{**self.plan_fields(), "hourly_micros": UNIT, "commitment_currency": "CNY", "rates": ["s@*=%d" % 10 ** 9], **fields})
        return account

    def cover(self):
        return {"pieces": [self.usage(piece_id=new_id(), account_id=self.covered(), **self.priced())]}

    def explained(self):
        asked = self.cover()
        self.call("CoverageService/CoverUsage", **asked)
        return {"account_id": asked["pieces"][0]["account_id"], "line_id": asked["pieces"][0]["piece_id"]}

    def line(self):
        """Of an account of its own, which has a coupon."""
        account = self.open()
        self.call("CouponService/GrantCoupon", account_id=account, asset_id=new_id(), name="SPRING", face_micros=5 * UNIT, currency="CNY",
                  provisioned_time=self.in_days(0), expire_time=self.in_days(30))
        return self.usage(line_id=new_id(), account_id=account, amount_micros=UNIT, currency="CNY")

    def paid(self):
        line = self.line()
        self.call("CoverageService/ApplyCoupons", lines=[line])
        return {"line_id": line["line_id"], "amount_micros": UNIT}

    def rows(self):
        return {
            "AccountService/OpenAccount": lambda: {"account_id": new_id(), "corporate": True, "verified": True},
            "AccountService/StartPaymentRelation": lambda: {"account_id": self.open(), "payer_account_id": self.a},
            "AccountService/EndPaymentRelation": self.related,
            "AssetService/RegisterAsset": self.plan_fields,
            "AssetService/GetAsset": lambda: {"asset_id": self.asset}, "AssetService/ListAssets": lambda: {"page_size": 1},
            "BenefitService/CheckBenefit": lambda: self.usage(asset_id=self.asset),
            "CoverageService/CoverUsage": self.cover,
            "CoverageService/ApplyCoupons": lambda: {"lines": [self.line()]},
            "CoverageService/ReturnToCoupons": self.paid,
            "ReportService/ExplainLine": self.explained,
            "ReportService/PreviewLine": lambda: dict(self.priced(), account_id=self.covered()),
            "ReportService/GetAssetUse": lambda: {"asset_id": self.asset},
            "ReportService/ListExpiringAssets": lambda: {"account_id": self.covered(), "within_days": 60, "page_size": 1},
            "CouponService/RequestCouponPool": lambda: self.pool_fields(100),
            "CouponService/ListCouponPools": lambda: {"page_size": 1},
            "CouponService/IssueCoupons": self.coupon_fields,
            "CouponService/GrantCoupon": lambda: {"asset_id": new_id(), "name": "SPRING", "face_micros": 5 * UNIT, "currency": "CNY", "products": ["ecs"],
                                                  "regions": ["eu-central-1"], "provisioned_time": self.in_days(0), "expire_time": self.in_days(30)},
            "CouponService/RevokeCoupon": lambda: {"asset_id": self.coupon()},
            "CouponService/RedeemCoupon": lambda: self.usage(asset_id=self.coupon(), account_id=self.b, amount_micros=3 * UNIT),
            "ShareService/ShareWithAccounts": lambda: {"asset_id": self.plan(), "recipient_account_ids": [self.b, self.other]},
            "ShareService/ShareWithOrganization": lambda: {"asset_id": self.plan(), "organization_id": self.group()},
            "ShareService/StopSharing": lambda: {"asset_id": self.shared(), "recipient_account_ids": [self.b]},
            "ShareService/ListShares": lambda: {"asset_id": self.asset},
            "ShareService/ListReceivedShares": lambda: {"account_id": self.b, "page_size": 1},
            "ShareService/ListAutomaticRules": lambda: {"page_size": 1}, "ShareService/ListOrganizations": lambda: {"page_size": 1},
            "ShareService/ListOrganizationMembers": lambda: {"organization_id": self.group(), "page_size": 1},
            "ShareService/SetAutomaticRule": lambda: {"kind": "ASSET_KIND_RESERVED_INSTANCE", "recipient_account_ids": [self.b]},
            "ShareService/CreateOrganization": lambda: {"name": "group", "member_account_ids": [self.b, self.other]},
            "ShareService/UpdateOrganizationMembers": lambda: {"organization_id": self.group(), "add_account_ids": [self.other],
                                                               "remove_account_ids": [self.b]},
        }


if __name__ == "__main__":
    unittest.main()
