"""Sharing as a foreign client sees it: the rules SHR-01 to SHR-19 and E25, E26, E30, E34 against the real service and database."""
import os
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from service import Clock, Refusal, Service, message, new_id, psql, refused  # noqa: E402

import grpc  # noqa: E402

Code = grpc.StatusCode
DAY = 86400
clock = Clock()


def moment(seconds):
    return {"seconds": int(seconds), "nanos": int(seconds % 1 * 1e6) * 1000}


class SharingTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = Service("sharing", clock=clock)
        cls.addClassCleanup(cls.service.__exit__, None, None, None)

    def setUp(self):
        self.company = new_id()
        self.owner = self.open()

    def call(self, rpc, **fields):
        fields.setdefault("company_id", self.company)
        return self.service.call("sharing.v1." + rpc, **fields)

    def change(self, rpc, **fields):
        return self.call(rpc, request_id=new_id(), **fields)

    def open(self, company=None, corporate=True, verified=True):
        account = new_id()
        self.service.call("sharing.v1.AccountService/OpenAccount", account_id=account, company_id=company or self.company,
                          request_id=new_id(), corporate=corporate, verified=verified)
        return account

    def plan(self, owner=None, kind="ASSET_KIND_SAVINGS_PLAN", days=30, products=()):
        return self.change("AssetService/RegisterAsset", account_id=owner or self.owner, kind=kind, name="plan", products=products,
                           expire_time=moment(clock.now() + days * DAY)).asset.asset_id

    def group(self, members, owner=None, name="group"):
        return self.change("ShareService/CreateOrganization", account_id=owner or self.owner, name=name, member_account_ids=members).organization_id

    def share(self, asset, recipients, owner=None):
        return self.change("ShareService/ShareWithAccounts", account_id=owner or self.owner, asset_id=asset, recipient_account_ids=recipients)

    def check(self, asset, account, at, product="ecs", bill_type="PAY_AS_YOU_GO"):
        return self.call("BenefitService/CheckBenefit", account_id=account, asset_id=asset, usage_time=moment(at), product=product,
                         bill_type=bill_type).reason

    def verify(self, account, verified):
        self.service.call("sharing.v1.AccountService/OpenAccount", account_id=account, company_id=self.company, request_id=new_id(),
                          corporate=True, verified=verified)

    def test_a_benefit_ends_with_a_verification_and_comes_back_with_it(self):
        """SHR-03: as when an operator revokes a company; of the recipient and of the owner; late bills for usage before are covered."""
        recipient, asset = self.open(), self.plan()
        self.share(asset, [recipient])
        for party in (recipient, self.owner):
            clock.turn(3600)
            before = clock.now() - 1
            self.verify(party, False)
            self.verify(party, False)
            clock.turn(3600)
            self.assertEqual(self.check(asset, recipient, before), "APPLIES")
            self.assertEqual(self.check(asset, recipient, clock.now()), "NOT_VERIFIED")
            self.assertEqual(self.check(asset, self.owner, clock.now()), "APPLIES")
            during = clock.now()
            clock.turn(10)
            self.verify(party, True)
            self.verify(party, True)
            clock.turn(10)
            self.assertEqual(self.check(asset, recipient, clock.now()), "APPLIES")
            self.assertEqual(self.check(asset, recipient, during), "NOT_VERIFIED")

    def test_a_share_counts_from_its_commit_and_not_before(self):
        """SHR-04, SHR-06."""
        recipient, asset = self.open(), self.plan()
        self.assertEqual(self.check(asset, recipient, clock.now()), "NOT_SHARED")
        clock.turn(10)
        answer = self.share(asset, [recipient])
        self.assertEqual(answer.recipient_count, 1)
        start = answer.shares[0].active_from_time.seconds + answer.shares[0].active_from_time.nanos / 1e9
        clock.turn(7200)
        self.assertEqual(self.check(asset, recipient, start - 0.001), "SHARE_NOT_YET_ACTIVE")
        self.assertEqual(self.check(asset, recipient, start + 0.001), "APPLIES")
        self.change("ShareService/StopSharing", account_id=self.owner, asset_id=asset, recipient_account_ids=[recipient])
        self.assertEqual(self.check(asset, recipient, start + 3600), "APPLIES")
        self.assertEqual(self.check(asset, recipient, clock.now() + 1), "SHARE_ENDED")
        self.assertEqual(self.check(asset, self.owner, clock.now() + 1), "APPLIES")

    def test_an_asset_is_shared_with_a_hundred_accounts_and_not_one_more(self):
        """SHR-01, SHR-02, E25."""
        asset, recipients = self.plan(), [self.open() for _ in range(101)]
        with refused(self, Code.RESOURCE_EXHAUSTED, "SHARE_LIMIT"):
            self.share(asset, recipients)
        self.assertEqual(self.share(asset, recipients[:60]).recipient_count, 60)
        group = self.change("ShareService/CreateOrganization", account_id=self.owner, name="group", member_account_ids=recipients[45:95]).organization_id
        self.assertEqual(self.change("ShareService/ShareWithOrganization", account_id=self.owner, asset_id=asset, organization_id=group).recipient_count, 95)
        self.assertEqual(self.share(asset, recipients[95:100]).recipient_count, 100)
        self.assertEqual(self.share(asset, recipients[:1]).recipient_count, 100)
        with refused(self, Code.RESOURCE_EXHAUSTED, "SHARE_LIMIT"):
            self.share(asset, recipients[100:])
        other = self.plan()
        self.share(other, recipients[:60])
        too_wide = self.change("ShareService/CreateOrganization", account_id=self.owner, name="wide",
                               member_account_ids=recipients[55:100] + [recipients[100], self.open(), self.open(), self.open(), self.open()]).organization_id
        self.assertEqual(len(recipients[55:100]) + 5, 50)
        with refused(self, Code.RESOURCE_EXHAUSTED, "SHARE_LIMIT"):
            self.change("ShareService/ShareWithOrganization", account_id=self.owner, asset_id=other, organization_id=too_wide)

    def pages(self, rpc, rows, size, **fields):
        """The sizes of the pages of a list, to the one that promises no other."""
        sizes, token = [], None
        while token != "":
            page = self.call(rpc, page_size=size, page_token=token or "", **{"account_id": self.owner, **fields})
            sizes.append(len(getattr(page, rows)))
            token = page.next_page_token
        return sizes

    def test_a_full_last_page_promises_no_other(self):
        """A5: both sides of the boundary, for every list of sharing."""
        asset, pools = self.plan(), 3
        self.share(asset, [self.open() for _ in range(3)])
        self.plan(), self.plan()
        for _ in range(pools):
            self.change("CouponService/RequestCouponPool", account_id=self.owner, target="DISTRIBUTION_TARGET_ENTERPRISE_MANAGEMENT_ACCOUNT",
                        total_micros=1_000_000, currency="CNY", expire_time=moment(clock.now() + DAY))
        groups = [self.group([self.open() for _ in range(3)]) for _ in range(3)]
        receiver = self.open()
        for owner in (self.open(), self.open(), self.open()):
            self.share(self.plan(owner=owner), [receiver], owner=owner)
        for kind in ("SAVINGS_PLAN", "STORAGE_PACKAGE", "COUPON"):
            self.change("ShareService/SetAutomaticRule", account_id=self.owner, kind="ASSET_KIND_" + kind)
        for rpc, rows, fields in (("ShareService/ListShares", "shares", {"asset_id": asset}), ("AssetService/ListAssets", "assets", {}),
                                  ("CouponService/ListCouponPools", "pools", {}), ("ShareService/ListOrganizations", "organizations", {}),
                                  ("ShareService/ListOrganizationMembers", "members", {"organization_id": groups[0]}),
                                  ("ShareService/ListAutomaticRules", "rules", {}),
                                  ("ShareService/ListReceivedShares", "received_shares", {"account_id": receiver})):
            for size, expected in ((1, [1, 1, 1]), (2, [2, 1]), (3, [3]), (4, [3])):
                with self.subTest(rpc=rpc, size=size):
                    self.assertEqual(self.pages(rpc, rows, size, **fields), expected)

    def listed(self, rpc, rows, **fields):
        return list(getattr(self.call(rpc, **{"account_id": self.owner, **fields}), rows))

    def test_a_page_token_belongs_to_its_question(self):
        """A5: another list, another account, another filter, another asker; the moments that a list is narrowed to may move."""
        first, second = self.plan(), self.plan()
        for asset in (first, second):
            self.share(asset, [self.open(), self.open()])
        token = self.call("ShareService/ListShares", account_id=self.owner, asset_id=first, page_size=1).next_page_token
        asked = {"account_id": self.owner, "asset_id": first, "page_token": token}
        for more in ({}, {"page_size": 7}, {"start_time": moment(clock.now() - DAY)}):
            self.assertEqual(len(self.call("ShareService/ListShares", **{**asked, **more}).shares), 1, more)
        for rpc, fields in (("ShareService/ListShares", {**asked, "asset_id": second}),
                            ("ShareService/ListShares", {**asked, "state": "SHARE_STATE_ACTIVE"}),
                            ("ShareService/ListShares", {**asked, "page_token": token[:36]}),
                            ("ShareService/ListReceivedShares", {"account_id": self.owner, "page_token": token}),
                            ("AssetService/ListAssets", {"account_id": self.owner, "page_token": token})):
            with self.subTest(rpc=rpc, fields=fields), refused(self, Code.INVALID_ARGUMENT, field="page_token"):
                self.call(rpc, **fields)
        with refused(self, Code.INVALID_ARGUMENT, field="page_token"):
            self.service.call("sharing.v1.ShareService/ListShares", metadata=(("kontor-principal-id", new_id()),), company_id=self.company, **asked)

    def test_who_was_given_a_share_sees_it_with_its_asset(self):
        """A6: newest first, ended ones too, narrowed by state, kind and time; where a coupon came from is its owner's to know."""
        receiver, plan = self.open(), self.plan()
        self.share(plan, [receiver, self.open()])
        clock.turn(10)
        later = clock.now()
        pool = self.change("CouponService/RequestCouponPool", account_id=self.owner, target="DISTRIBUTION_TARGET_ENTERPRISE_MANAGEMENT_ACCOUNT",
                           total_micros=100_000_000, currency="CNY", expire_time=moment(clock.now() + DAY)).pool.pool_id
        coupon = self.change("CouponService/IssueCoupons", account_id=self.owner, pool_id=pool, recipient_account_ids=[receiver], coupon_count=1,
                             face_micros=10_000_000).asset_ids[0]
        self.change("ShareService/StopSharing", account_id=self.owner, asset_id=plan, recipient_account_ids=[receiver])

        def received(**fields):
            return [row.asset.asset_id for row in self.listed("ShareService/ListReceivedShares", "received_shares", account_id=receiver, **fields)]
        self.assertEqual(received(), [coupon, plan])
        for fields, expected in (({"state": "SHARE_STATE_ACTIVE"}, [coupon]), ({"state": "SHARE_STATE_ENDED"}, [plan]),
                                 ({"kind": "ASSET_KIND_COUPON"}, [coupon]), ({"kind": "ASSET_KIND_STORAGE_PACKAGE"}, []),
                                 ({"start_time": moment(later)}, [coupon]), ({"end_time": moment(later)}, [plan]),
                                 ({"account_id": self.owner}, [])):
            with self.subTest(fields=fields):
                self.assertEqual(received(**fields) if "account_id" not in fields else
                                 self.listed("ShareService/ListReceivedShares", "received_shares", **fields), expected)
        row = self.listed("ShareService/ListReceivedShares", "received_shares", account_id=receiver)[0]
        self.assertEqual((row.share.account_id, row.share.asset_id, row.asset.owner_account_id, row.asset.remaining_micros, row.asset.pool_id),
                         (receiver, coupon, self.owner, 10_000_000, ""))
        self.change("ShareService/StopSharing", account_id=self.owner, asset_id=coupon, recipient_account_ids=[receiver])
        row = self.listed("ShareService/ListReceivedShares", "received_shares", account_id=receiver)[0]
        self.assertEqual((row.asset.asset_id, row.share.HasField("ended_time"), row.asset.remaining_micros, row.asset.face_micros),
                         (coupon, True, 0, 10_000_000))
        with refused(self, Code.INVALID_ARGUMENT, field="state"):
            self.listed("ShareService/ListReceivedShares", "received_shares", state=9)

    def test_a_narrowed_list_of_received_shares_looks_so_far_and_no_further(self):
        """A look is of a thousand shares, however few match: behind so many of another kind there is a token in place of what matches."""
        receiver, plan = self.open(), self.plan()
        pool = self.change("CouponService/RequestCouponPool", account_id=self.owner, target="DISTRIBUTION_TARGET_ENTERPRISE_MANAGEMENT_ACCOUNT",
                           total_micros=100_000_000, currency="CNY", expire_time=moment(clock.now() + DAY)).pool.pool_id
        coupon = self.change("CouponService/IssueCoupons", account_id=self.owner, pool_id=pool, recipient_account_ids=[receiver], coupon_count=1,
                             face_micros=10_000_000).asset_ids[0]
        newer = ("INSERT INTO sharing.share (company_id, asset_id, account_id, organization_id, share_id, active_from_time, ended_time) "
                 "SELECT '%s', '%s', '%s', '00000000-0000-0000-0000-000000000000', ('ffffffff-ffff-7fff-8fff-' || lpad(to_hex(i), 12, '0'))::uuid, "
                 "now(), now() FROM generate_series(%d, %d) AS i")

        def pages():
            token, found = "", []
            while True:
                page = self.call("ShareService/ListReceivedShares", account_id=receiver, kind="ASSET_KIND_COUPON", page_token=token)
                found.append([row.asset.asset_id for row in page.received_shares])
                token = page.next_page_token
                if not token:
                    return found
        psql(self.service.database, newer % (self.company, plan, receiver, 1, 998))
        self.assertEqual(pages(), [[coupon]])
        psql(self.service.database, newer % (self.company, plan, receiver, 999, 999))
        self.assertEqual(pages(), [[coupon], []])
        psql(self.service.database, newer % (self.company, plan, receiver, 1000, 1000))
        self.assertEqual(pages(), [[], [coupon]])
        self.assertEqual(len(self.call("ShareService/ListReceivedShares", account_id=receiver, page_size=100).received_shares), 100)

    def test_shares_and_assets_are_narrowed(self):
        one, two = self.open(), self.open()
        plan, package = self.plan(), self.plan(kind="ASSET_KIND_STORAGE_PACKAGE")
        self.share(plan, [one, two])
        self.change("ShareService/StopSharing", account_id=self.owner, asset_id=plan, recipient_account_ids=[two])

        def shares(**fields):
            return [share.account_id for share in self.listed("ShareService/ListShares", "shares", asset_id=plan, **fields)]
        self.assertEqual(set(shares()), {one, two})
        self.assertEqual(shares(state="SHARE_STATE_ACTIVE"), [one])
        self.assertEqual(shares(state="SHARE_STATE_ENDED"), [two])
        self.assertEqual(shares(recipient_account_id=one), [one])

        def assets(**fields):
            return [asset.asset_id for asset in self.listed("AssetService/ListAssets", "assets", **fields)]
        self.assertEqual(assets(), [package, plan])
        self.assertEqual(assets(kind="ASSET_KIND_STORAGE_PACKAGE"), [package])
        self.assertEqual(assets(state="ASSET_STATE_REVOKED"), [])
        self.assertEqual(assets(name_contains="PLA"), [package, plan])
        self.assertEqual(assets(name_contains="plane"), [])
        self.assertEqual(assets(end_time=moment(clock.now() - DAY)), [])
        self.assertEqual(assets(pool_id=new_id()), [])
        with refused(self, Code.INVALID_ARGUMENT, field="name_contains"):
            assets(name_contains="x" * 129)

    def test_rules_and_organizations_are_told_to_their_owner_alone(self):
        members = sorted(self.open() for _ in range(3))
        group = self.group(members, name="Tokyo team")
        self.group([], name="others")
        self.change("ShareService/SetAutomaticRule", account_id=self.owner, kind="ASSET_KIND_SAVINGS_PLAN", recipient_account_ids=members[:2])
        self.change("ShareService/SetAutomaticRule", account_id=self.owner, kind="ASSET_KIND_STORAGE_PACKAGE", organization_id=group)
        self.assertEqual([(rule.kind, list(rule.recipient_account_ids), rule.organization_id)
                          for rule in self.listed("ShareService/ListAutomaticRules", "rules")], [(1, members[:2], ""), (3, [], group)])
        found = self.listed("ShareService/ListOrganizations", "organizations", name_contains="tokyo")
        self.assertEqual([(row.organization_id, row.name, row.member_count) for row in found], [(group, "Tokyo team", 3)])
        self.assertEqual(len(self.listed("ShareService/ListOrganizations", "organizations")), 2)
        self.assertEqual([member.account_id for member in self.listed("ShareService/ListOrganizationMembers", "members", organization_id=group)], members)
        stranger = self.open()
        for rpc, rows in (("ShareService/ListAutomaticRules", "rules"), ("ShareService/ListOrganizations", "organizations")):
            self.assertEqual(self.listed(rpc, rows, account_id=stranger), [])
        with refused(self, Code.NOT_FOUND, "ORGANIZATION_NOT_FOUND"):
            self.listed("ShareService/ListOrganizationMembers", "members", account_id=stranger, organization_id=group)

    def test_two_at_once_cannot_pass_the_hundred(self):
        asset = self.plan()
        self.share(asset, [self.open() for _ in range(99)])
        outcomes = []

        def one(account):
            try:
                self.share(asset, [account])
                outcomes.append("shared")
            except Refusal as refusal:
                outcomes.append(refusal.reason)

        threads = [threading.Thread(target=one, args=(self.open(),)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(outcomes), ["SHARE_LIMIT"] * 3 + ["shared"])

    def test_strangers_individuals_and_unverified_are_refused(self):
        """SHR-03, ID-18, settled 5 and 6."""
        asset = self.plan()
        for account, code, reason in ((self.open(company=new_id()), Code.FAILED_PRECONDITION, "DIFFERENT_COMPANY"),
                                      (self.open(verified=False), Code.FAILED_PRECONDITION, "NOT_VERIFIED"),
                                      (self.open(corporate=False), Code.FAILED_PRECONDITION, "NOT_CORPORATE"),
                                      (new_id(), Code.NOT_FOUND, "ACCOUNT_NOT_FOUND"),
                                      (self.owner, Code.INVALID_ARGUMENT, "RECIPIENT_IS_OWNER")):
            with self.subTest(reason=reason), refused(self, code, reason):
                self.share(asset, [self.open(), account])
        self.assertEqual(len(self.call("ShareService/ListShares", account_id=self.owner, asset_id=asset).shares), 0)

    def test_a_recipient_cannot_share_on(self):
        """SHR-19; to a stranger the asset does not exist."""
        asset, recipient, third = self.plan(), self.open(), self.open()
        with refused(self, Code.NOT_FOUND, "ASSET_NOT_FOUND"):
            self.share(asset, [third], owner=recipient)
        self.share(asset, [recipient])
        with refused(self, Code.PERMISSION_DENIED, "RESHARING_FORBIDDEN"):
            self.share(asset, [third], owner=recipient)

    def test_an_organization_takes_a_minute(self):
        """SHR-05, E26; joiners follow a minute after they join, leavers at once."""
        asset, member, joiner = self.plan(), self.open(), self.open()
        group = self.change("ShareService/CreateOrganization", account_id=self.owner, name="group", member_account_ids=[member]).organization_id
        clock.turn(1)
        saved = clock.now()
        self.change("ShareService/ShareWithOrganization", account_id=self.owner, asset_id=asset, organization_id=group)
        clock.turn(7200)
        self.assertEqual(self.check(asset, member, saved + 30), "SHARE_NOT_YET_ACTIVE")
        self.assertEqual(self.check(asset, member, saved + 65), "APPLIES")
        joined = clock.now()
        self.change("ShareService/UpdateOrganizationMembers", account_id=self.owner, organization_id=group, add_account_ids=[joiner], remove_account_ids=[member])
        self.assertEqual(self.check(asset, joiner, joined + 50), "SHARE_NOT_YET_ACTIVE")
        self.assertEqual(self.check(asset, joiner, joined + 65), "APPLIES")
        self.assertEqual(self.check(asset, member, joined + 5), "SHARE_ENDED")

    def test_sharing_with_an_organization_is_stopped(self):
        """R3: shares that came by it end, direct ones last, and who joins later gets nothing; not a stranger's organization."""
        member, both, joiner, asset = self.open(), self.open(), self.open(), self.plan()
        group = self.group([member, both])
        self.change("ShareService/ShareWithOrganization", account_id=self.owner, asset_id=asset, organization_id=group)
        self.share(asset, [both])
        clock.turn(120)

        def stop(**fields):
            return self.change("ShareService/StopSharing", **{"account_id": self.owner, "asset_id": asset, **fields}).ended_count

        with refused(self, Code.INVALID_ARGUMENT):
            stop()
        with refused(self, Code.NOT_FOUND, "ORGANIZATION_NOT_FOUND"):
            stop(organization_id=self.group([member], owner=member))
        before = clock.now() - 1
        self.assertEqual(stop(organization_id=group), 2)
        self.assertEqual(stop(organization_id=group), 0)
        clock.turn(1)
        self.change("ShareService/UpdateOrganizationMembers", account_id=self.owner, organization_id=group, add_account_ids=[joiner])
        clock.turn(120)
        self.assertEqual([self.check(asset, account, clock.now()) for account in (member, both, joiner)], ["SHARE_ENDED", "APPLIES", "NOT_SHARED"])
        self.assertEqual(self.check(asset, member, before), "APPLIES")

    def test_an_automatic_rule_shares_coupons_of_promotions(self):
        """R11, SHR-07: a minute after it was given."""
        recipient = self.open()
        self.change("ShareService/SetAutomaticRule", account_id=self.owner, kind="ASSET_KIND_COUPON", recipient_account_ids=[recipient])
        coupon, given = self.grant(self.owner), clock.now()
        clock.turn(300)
        self.assertEqual(self.check(coupon, recipient, given + 58), "SHARE_NOT_YET_ACTIVE")
        self.assertEqual(self.check(coupon, recipient, given + 62), "APPLIES")
        self.change("ShareService/StopSharing", account_id=self.owner, asset_id=coupon, recipient_account_ids=[recipient])
        self.grant(self.owner, asset_id=coupon)  # the same again is not given anew
        clock.turn(300)
        self.assertEqual(self.check(coupon, recipient, clock.now()), "SHARE_ENDED")

    def test_growth_beyond_a_hundred_leaves_newcomers_out_and_says_so(self):
        """SHR-08."""
        asset = self.plan()
        self.share(asset, [self.open() for _ in range(99)])
        group = self.change("ShareService/CreateOrganization", account_id=self.owner, name="group", member_account_ids=[]).organization_id
        self.change("ShareService/ShareWithOrganization", account_id=self.owner, asset_id=asset, organization_id=group)
        newcomers = [self.open(), self.open()]
        answer = self.change("ShareService/UpdateOrganizationMembers", account_id=self.owner, organization_id=group, add_account_ids=newcomers)
        self.assertEqual([(left.asset_id, left.account_id) for left in answer.left_out], [(asset, newcomers[1])])
        # An event is read once no older transaction of the whole PostgreSQL runs, so it may come a little later.
        told, cursor, deadline = [], "", time.monotonic() + 60
        while (asset, newcomers[1]) not in told and time.monotonic() < deadline:
            for event in self.service.call("event.v1.EventService/ListEvents", cursor=cursor, page_size=1000).events:
                cursor = event.cursor
                if event.type == "sharing.v1.ShareLimitReached":
                    reached = message(event.type).FromString(event.payload)
                    told.append((reached.asset_id, reached.account_id))
            time.sleep(0.05)
        self.assertIn((asset, newcomers[1]), told)
        self.assertNotIn((asset, newcomers[0]), told)

    def test_an_automatic_rule_shares_new_assets_after_a_minute(self):
        """SHR-07: existing assets are untouched."""
        recipient, before = self.open(), self.plan()
        self.change("ShareService/SetAutomaticRule", account_id=self.owner, kind="ASSET_KIND_SAVINGS_PLAN", recipient_account_ids=[recipient])
        bought = clock.now()
        asset, other_kind = self.plan(), self.plan(kind="ASSET_KIND_RESERVED_INSTANCE")
        clock.turn(7200)
        self.assertEqual(self.check(asset, recipient, bought + 55), "SHARE_NOT_YET_ACTIVE")
        self.assertEqual(self.check(asset, recipient, bought + 65), "APPLIES")
        self.assertEqual(self.check(before, recipient, bought + 3600), "NOT_SHARED")
        self.assertEqual(self.check(other_kind, recipient, bought + 3600), "NOT_SHARED")

    def pool(self, total=10000, target="DISTRIBUTION_TARGET_ENTERPRISE_MANAGEMENT_ACCOUNT", days=30, **fields):
        return self.change("CouponService/RequestCouponPool", account_id=self.owner, target=target, total_micros=total * 1000000, currency="CNY",
                           expire_time=moment(clock.now() + days * DAY), **fields).pool

    def issue(self, pool, count, face, recipients, **fields):
        return self.change("CouponService/IssueCoupons", account_id=self.owner, pool_id=pool.pool_id, coupon_count=count, face_micros=face * 1000000,
                           recipient_account_ids=recipients, **fields)

    def redeem(self, coupon, account, amount):
        return self.change("CouponService/RedeemCoupon", account_id=account, asset_id=coupon, amount_micros=amount * 1000000,
                           usage_time=moment(clock.now() + 1), product="ecs", bill_type="PAY_AS_YOU_GO")

    def test_a_pool_pays_for_what_it_can(self):
        """SHR-10, SHR-15, SHR-17, E30."""
        recipient, pool = self.open(), self.pool()
        issued = self.issue(pool, 12, 500, [recipient])
        self.assertEqual(issued.pool_remaining_micros, 4000 * 1000000)
        with refused(self, Code.FAILED_PRECONDITION, "COUPON_POOL_INSUFFICIENT"):
            self.issue(pool, 9, 500, [recipient])
        with self.assertRaises(Refusal) as short:
            self.issue(pool, 9, 500, [recipient])
        self.assertEqual(short.exception.terms, {"pool_remaining": "4000.00", "pool_remaining_micros": "4000000000", "currency": "CNY"})
        with self.assertRaises(Refusal) as none:
            self.issue(pool, 0, 500, [recipient])
        self.assertEqual((none.exception.reason, none.exception.terms), ("COUPON_COUNT_OUT_OF_RANGE", {}))
        coupon = issued.asset_ids[0]
        self.assertEqual(self.redeem(coupon, recipient, 200).remaining_micros, 300 * 1000000)
        with refused(self, Code.NOT_FOUND, "COUPON_NOT_FOUND"):
            self.change("CouponService/RevokeCoupon", account_id=recipient, asset_id=coupon)
        revoked = self.change("CouponService/RevokeCoupon", account_id=self.owner, asset_id=coupon)
        self.assertEqual((revoked.revoked_micros, revoked.pool_remaining_micros), (300 * 1000000, 4300 * 1000000))
        self.assertEqual(self.check(coupon, recipient, clock.now() + 1), "REVOKED")
        self.assertEqual(self.redeem(issued.asset_ids[1], recipient, 700).redeemed_micros, 500 * 1000000)

    def test_a_customer_cannot_set_the_scope(self):
        """SHR-13, SHR-14: each of the three is refused; the pool's own scope holds."""
        recipient, pool = self.open(), self.pool(products=["ecs"])
        for scope in ({"products": ["oss"]}, {"bill_types": ["SUBSCRIPTION"]}, {"expire_time": moment(clock.now() + 90 * DAY)}):
            with self.subTest(scope=scope), refused(self, Code.INVALID_ARGUMENT, "SCOPE_NOT_CUSTOMER_SETTABLE"):
                self.issue(pool, 1, 10, [recipient], **scope)
        coupon = self.issue(pool, 1, 10, [recipient]).asset_ids[0]
        self.assertEqual(self.check(coupon, recipient, clock.now() + 1), "APPLIES")
        self.assertEqual(self.check(coupon, recipient, clock.now() + 1, product="oss"), "PRODUCT_NOT_COVERED")

    def test_a_pool_for_another_target_is_not_listed(self):
        """SHR-16: an empty list, not an error."""
        self.pool(target="DISTRIBUTION_TARGET_OTHER")
        self.assertEqual(len(self.call("CouponService/ListCouponPools", account_id=self.owner).pools), 0)
        listed = self.pool()
        self.assertEqual([pool.pool_id for pool in self.call("CouponService/ListCouponPools", account_id=self.owner).pools], [listed.pool_id])

    def test_nothing_is_issued_from_a_pool_for_another_target(self):
        """R11, SHR-16: it is not there for the customer."""
        with refused(self, Code.NOT_FOUND, "COUPON_POOL_NOT_FOUND"):
            self.issue(self.pool(target="DISTRIBUTION_TARGET_OTHER"), 1, 10, [self.open()])

    def test_coupons_are_issued_to_verified_accounts_of_the_company_alone(self):
        """R11, SHR-03, ID-18: one that may not have it refuses all."""
        pool, good = self.pool(), self.open()
        for account, code, reason in ((new_id(), Code.NOT_FOUND, "ACCOUNT_NOT_FOUND"),
                                      (self.open(company=new_id()), Code.FAILED_PRECONDITION, "DIFFERENT_COMPANY"),
                                      (self.open(verified=False), Code.FAILED_PRECONDITION, "NOT_VERIFIED"),
                                      (self.open(corporate=False, verified=False), Code.FAILED_PRECONDITION, "NOT_CORPORATE")):
            with self.subTest(reason), refused(self, code, reason):
                self.issue(pool, 1, 10, [good, account])
        self.assertEqual(self.issue(pool, 1, 10, [good]).pool_remaining_micros, 9990 * 1000000)

    def test_only_the_payer_that_owns_the_coupon_counts(self):
        """R11, SHR-09: that another payer's relation ended changes nothing."""
        recipient, payer, coupon = self.open(), self.open(), self.grant(self.owner)
        self.share(coupon, [recipient])
        for verb in ("Start", "End"):
            self.change("AccountService/%sPaymentRelation" % verb, account_id=recipient, payer_account_id=payer)
            clock.turn(60)
        self.assertEqual(self.check(coupon, recipient, clock.now()), "APPLIES")

    def grant(self, account, **fields):
        fields = dict(dict(asset_id=new_id(), name="SPRING", face_micros=50 * 1000000, currency="CNY", provisioned_time=moment(clock.now()),
                           expire_time=moment(clock.now() + 30 * DAY)), **fields)
        self.change("CouponService/GrantCoupon", account_id=account, **fields)
        return fields["asset_id"]

    def test_a_promotion_gives_a_coupon_without_a_pool(self):
        """ID-29: listed as the owner's, of its regions, given up but returned nowhere; the same again is the same coupon."""
        fields = {"asset_id": new_id(), "regions": ["eu-central-1"], "products": ["ecs"]}
        coupon = self.grant(self.owner, **fields)
        self.assertEqual(self.grant(self.owner, **fields), coupon)
        asset, = self.call("AssetService/ListAssets", account_id=self.owner, kind="ASSET_KIND_COUPON").assets
        self.assertEqual((asset.asset_id, asset.name, asset.pool_id, list(asset.regions), asset.remaining_micros),
                         (coupon, "SPRING", "", ["eu-central-1"], 50 * 1000000))
        usage = {"account_id": self.owner, "asset_id": coupon, "usage_time": moment(clock.now() + 1), "product": "ecs", "bill_type": "PAY_AS_YOU_GO"}
        for region, reason in (("eu-central-1", "APPLIES"), ("eu-central-2", "REGION_NOT_COVERED"), ("", "REGION_NOT_COVERED")):
            self.assertEqual(self.call("BenefitService/CheckBenefit", region=region, **usage).reason, reason)
        with refused(self, Code.FAILED_PRECONDITION, "REGION_NOT_COVERED"):
            self.change("CouponService/RedeemCoupon", amount_micros=1000000, **usage)
        self.change("CouponService/RedeemCoupon", amount_micros=1000000, region="eu-central-1", **usage)
        self.grant(self.owner, **fields)  # what was used stays used
        revoked = self.change("CouponService/RevokeCoupon", account_id=self.owner, asset_id=coupon)
        self.assertEqual((revoked.revoked_micros, revoked.pool_remaining_micros), (49 * 1000000, 0))
        self.grant(self.owner, **fields)
        self.assertEqual(self.call("AssetService/GetAsset", account_id=self.owner, asset_id=coupon).asset.state, 2)

    def test_a_promotions_coupon_is_shared_by_the_same_rules(self):
        """SHR-03, SHR-19: with accounts of the company, by the owner alone; an individual's with nobody."""
        coupon, friend = self.grant(self.owner), self.open()
        self.share(coupon, [friend])
        self.assertEqual(self.check(coupon, friend, clock.now() + 1), "APPLIES")
        with refused(self, Code.PERMISSION_DENIED, "RESHARING_FORBIDDEN"):
            self.share(coupon, [self.owner], owner=friend)
        person = self.open(corporate=False, verified=False)
        with refused(self, Code.FAILED_PRECONDITION, "NOT_CORPORATE"):
            self.share(self.grant(person), [friend], owner=person)
        with refused(self, Code.NOT_FOUND, "ACCOUNT_NOT_FOUND"):
            self.grant(new_id())

    def test_a_coupon_follows_the_payment_relation(self):
        """SHR-09, SHR-11, E34."""
        recipient = self.open()
        coupon = self.issue(self.pool(), 1, 10, [recipient]).asset_ids[0]
        relation = {"account_id": recipient, "payer_account_id": self.owner}
        self.change("AccountService/StartPaymentRelation", **relation)
        clock.turn(3600)
        ended = self.change("AccountService/EndPaymentRelation", **relation).ended_time.seconds
        clock.turn(7200)
        restarted = self.change("AccountService/StartPaymentRelation", **relation).started_time.seconds
        clock.turn(3600)
        self.assertEqual(self.check(coupon, recipient, ended - 60), "APPLIES")
        self.assertEqual(self.check(coupon, recipient, ended + 60), "PAYMENT_RELATION_ENDED")
        self.assertEqual(self.check(coupon, recipient, restarted + 60), "APPLIES")
        self.assertEqual(self.redeem(coupon, recipient, 4).remaining_micros, 6 * 1000000)

    def test_a_relation_ends_where_it_started_by_a_clock_that_is_behind(self):
        """SHR-11: the process that ends a relation, or verifies, may have another clock; times do not overlap all the same."""
        account, microseconds = self.open(), lambda moment: moment.seconds * 1000000 + moment.nanos // 1000
        relation = {"account_id": account, "payer_account_id": self.owner}
        started = microseconds(self.change("AccountService/StartPaymentRelation", **relation).started_time)
        clock.turn(-5)
        self.addCleanup(clock.turn, 5)
        self.assertEqual(microseconds(self.change("AccountService/EndPaymentRelation", **relation).ended_time), started)
        self.assertEqual(microseconds(self.change("AccountService/StartPaymentRelation", **relation).started_time), started + 1)
        self.assertEqual(microseconds(self.change("AccountService/StartPaymentRelation", **relation).started_time), started + 1)
        for verified in (False, True, False, True):
            self.verify(account, verified)

    # ---- benefits that follow an account into its company (ID-31, R9)

    def become(self, account, company, merged=(), opened=None, verified=True):
        """As the gateway says it: under what it was opened, of which company it is verified now, and which are that one by now."""
        self.service.call("sharing.v1.AccountService/OpenAccount", account_id=account, company_id=opened or account, request_id=new_id(), corporate=True,
                          verified=verified, verified_company_id=company, merged_company_ids=list(merged))

    def grant_to(self, account, company):
        coupon = new_id()
        self.service.call("sharing.v1.CouponService/GrantCoupon", account_id=account, company_id=company, request_id=new_id(), asset_id=coupon, name="gift",
                          face_micros=5_000_000, currency="CNY", provisioned_time=moment(clock.now()), expire_time=moment(clock.now() + DAY))
        return coupon

    def kept(self, company):
        """How many rows each table has of a company."""
        tables = ("verification", "payment_relation", "coupon_pool", "asset", "share", "organization", "organization_member", "organization_share", "automatic_rule")
        return [int(psql(self.service.database, "SELECT count(*) FROM sharing.%s WHERE company_id = '%s'" % (table, company))) for table in tables]

    def test_what_a_person_had_follows_it_into_its_company(self):
        person = new_id()
        self.service.call("sharing.v1.AccountService/OpenAccount", account_id=person, company_id=person, request_id=new_id())
        coupon, revoked = self.grant_to(person, person), self.grant_to(person, person)
        own = dict(account_id=person, company_id=person)
        revoke = dict(own, request_id=new_id(), asset_id=revoked)
        answer = self.service.call("sharing.v1.CouponService/RevokeCoupon", **revoke)
        with refused(self, Code.FAILED_PRECONDITION, "NOT_CORPORATE"):
            self.service.call("sharing.v1.ShareService/ShareWithAccounts", **own, request_id=new_id(), asset_id=coupon, recipient_account_ids=[self.owner])
        self.become(person, "", verified=False)  # converted, and verified later
        with refused(self, Code.FAILED_PRECONDITION, "NOT_VERIFIED"):
            self.service.call("sharing.v1.ShareService/ShareWithAccounts", **own, request_id=new_id(), asset_id=coupon, recipient_account_ids=[self.owner])
        with refused(self, Code.FAILED_PRECONDITION, "NOT_VERIFIED"):
            self.share(self.plan(), [person])
        for _ in range(2):  # as a saga repeats it
            self.become(person, self.company)
        self.assertEqual({asset.asset_id for asset in self.service.call("sharing.v1.AssetService/ListAssets", **own).assets}, {revoked, coupon})
        self.assertEqual(self.service.call("sharing.v1.CouponService/RevokeCoupon", **revoke), answer)  # once, whatever its company is called
        self.service.call("sharing.v1.ShareService/ShareWithAccounts", **own, request_id=new_id(), asset_id=coupon, recipient_account_ids=[self.owner])
        plan = self.plan()
        self.share(plan, [person])
        clock.turn(1)
        self.assertEqual(self.check(coupon, self.owner, clock.now()), "APPLIES")
        self.assertEqual(self.check(plan, person, clock.now()), "APPLIES")
        self.assertEqual(self.service.call("sharing.v1.CouponService/RedeemCoupon", **own, request_id=new_id(), asset_id=coupon, amount_micros=2_000_000,
                                           usage_time=moment(clock.now()), product="ecs", bill_type="PAY_AS_YOU_GO").remaining_micros, 3_000_000)
        late = self.grant_to(person, person)  # under the name of before
        self.assertEqual(self.call("AssetService/GetAsset", account_id=person, asset_id=late).asset.asset_id, late)
        self.assertEqual(self.kept(person), [0] * 9)

    def test_all_of_a_company_follows_when_it_is_merged(self):
        """With its shares, rules, pools, organizations and the times of each; what a usage of before was covered by covers it still."""
        former, into = self.company, new_id()
        recipient, member, paid = self.open(), self.open(), self.open()
        pool = self.change("CouponService/RequestCouponPool", account_id=self.owner, target="DISTRIBUTION_TARGET_ENTERPRISE_MANAGEMENT_ACCOUNT",
                           total_micros=100_000_000, currency="CNY", expire_time=moment(clock.now() + 30 * DAY)).pool.pool_id
        coupon = self.change("CouponService/IssueCoupons", account_id=self.owner, pool_id=pool, recipient_account_ids=[recipient, paid], coupon_count=1,
                             face_micros=10_000_000).asset_ids[0]
        self.change("AccountService/StartPaymentRelation", account_id=paid, payer_account_id=self.owner)
        plan, group = self.plan(), self.group([member])
        self.change("ShareService/ShareWithOrganization", account_id=self.owner, asset_id=plan, organization_id=group)
        self.change("ShareService/SetAutomaticRule", account_id=self.owner, kind="ASSET_KIND_SAVINGS_PLAN", recipient_account_ids=[recipient])
        kept, stranger = self.kept(former), self.open(company=into)
        clock.turn(3600)
        before = clock.now()
        with refused(self, Code.FAILED_PRECONDITION, "DIFFERENT_COMPANY"):
            self.share(plan, [stranger])
        self.become(recipient, into, merged=[former], opened=former)  # the first of its accounts that is told
        self.assertEqual((self.kept(former), self.kept(into)), ([0] * 9, [kept[0] + 1] + kept[1:]))
        self.become(self.owner, into, merged=[new_id(), former], opened=former)
        self.assertEqual(self.kept(into), [kept[0] + 1] + kept[1:])
        clock.turn(3600)
        for at in (before, clock.now()):
            for asset, account in ((coupon, recipient), (coupon, paid), (plan, member), (plan, self.owner)):
                self.assertEqual(self.check(asset, account, at), "APPLIES")
        self.change("AccountService/EndPaymentRelation", account_id=paid, payer_account_id=self.owner)
        clock.turn(1)
        self.assertEqual(self.check(coupon, paid, clock.now()), "PAYMENT_RELATION_ENDED")
        self.assertEqual(self.share(plan, [stranger]).recipient_count, 2)
        ruled = self.plan()
        self.assertEqual([share.account_id for share in self.listed("ShareService/ListShares", "shares", asset_id=ruled)], [recipient])
        self.change("ShareService/UpdateOrganizationMembers", account_id=self.owner, organization_id=group, add_account_ids=[stranger])
        self.assertEqual(self.change("CouponService/RevokeCoupon", account_id=self.owner, asset_id=coupon).pool_remaining_micros, 100_000_000)
        asset = self.plan(owner=stranger)
        self.share(asset, [recipient], owner=stranger)
        self.company, last = into, new_id()
        self.assertEqual(len(self.listed("ShareService/ListReceivedShares", "received_shares", account_id=recipient)), 3)
        self.become(stranger, last, merged=[into, former], opened=into)  # and once more
        self.assertEqual((sum(self.kept(former)), sum(self.kept(into))), (0, 0))
        for self.company in (former, into, last):
            self.assertEqual(self.call("AssetService/GetAsset", account_id=self.owner, asset_id=plan).asset.asset_id, plan)

    def test_who_leaves_for_another_company_leaves_its_benefits(self):
        """Its siblings share them; there it shares nothing, and nobody there shares with it. Nor does what it was opened under follow a second time."""
        plan, elsewhere = self.plan(), new_id()
        sibling, stranger = self.open(), self.open(company=elsewhere)
        self.share(plan, [sibling])
        self.become(self.owner, elsewhere, merged=[new_id()], opened=self.company)
        clock.turn(1)
        self.assertEqual(self.check(plan, sibling, clock.now()), "NOT_VERIFIED")
        with refused(self, Code.FAILED_PRECONDITION, "NOT_VERIFIED"):
            self.share(plan, [sibling])
        with refused(self, Code.FAILED_PRECONDITION, "DIFFERENT_COMPANY"):
            self.service.call("sharing.v1.ShareService/ShareWithAccounts", company_id=elsewhere, account_id=stranger, request_id=new_id(),
                              asset_id=self.plan_of(stranger, elsewhere), recipient_account_ids=[sibling])
        person = new_id()
        self.service.call("sharing.v1.AccountService/OpenAccount", account_id=person, company_id=person, request_id=new_id())
        self.become(person, self.company)
        self.become(person, elsewhere)
        self.assertEqual(self.call("AssetService/GetAsset", account_id=self.owner, asset_id=plan).asset.asset_id, plan)
        self.assertEqual(psql(self.service.database, "SELECT verified FROM sharing.account WHERE account_id = '%s' AND moved_time IS NULL" % person).strip(), "f")

    def plan_of(self, owner, company):
        return self.service.call("sharing.v1.AssetService/RegisterAsset", company_id=company, account_id=owner, request_id=new_id(), kind="ASSET_KIND_SAVINGS_PLAN",
                                 name="plan", expire_time=moment(clock.now() + DAY)).asset.asset_id

    def test_what_is_done_while_a_company_follows_is_done_once(self):
        """Every change is before it or after it; none is refused for it, and none is lost."""
        former, into = self.company, new_id()
        owners = [self.open() for _ in range(4)]
        plans, recipients, errors, started = [self.plan(owner=owner) for owner in owners], [self.open() for _ in range(12)], [], threading.Event()

        def shares(owner, plan):
            try:
                for recipient in recipients:
                    self.share(plan, [recipient], owner=owner)
                    started.set()
            except Exception as error:
                errors.append(error)
        threads = [threading.Thread(target=shares, args=pair) for pair in zip(owners, plans)]
        movers = [threading.Thread(target=self.become, args=(owner, into, [former], former)) for owner in owners]
        for thread in threads:
            thread.start()
        started.wait(20)
        for thread in movers:
            thread.start()
        for thread in threads + movers:
            thread.join()
        self.assertEqual(errors, [])
        found = psql(self.service.database, "SELECT count(*), count(DISTINCT (asset_id, account_id)) FROM sharing.share WHERE company_id = '%s'" % into)
        self.assertEqual((found.strip(), sum(self.kept(former))), ("48|48", 0))

    def test_a_request_id_is_answered_once(self):
        """E32: the same body replays, another body is a mismatch; a refusal is replayed too."""
        asset, recipient = self.plan(), self.open()
        request = dict(account_id=self.owner, company_id=self.company, request_id=new_id(), asset_id=asset, recipient_account_ids=[recipient])
        first = self.service.call("sharing.v1.ShareService/ShareWithAccounts", **request)
        clock.turn(100)
        self.assertEqual(self.service.call("sharing.v1.ShareService/ShareWithAccounts", **request), first)
        with refused(self, Code.FAILED_PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            self.service.call("sharing.v1.ShareService/ShareWithAccounts", **dict(request, recipient_account_ids=[self.open()]))
        stranger, later = dict(request, request_id=new_id(), recipient_account_ids=[new_id()]), self.company
        for _ in range(2):
            with refused(self, Code.NOT_FOUND, "ACCOUNT_NOT_FOUND"):
                self.service.call("sharing.v1.ShareService/ShareWithAccounts", **stranger)
        self.service.call("sharing.v1.AccountService/OpenAccount", account_id=stranger["recipient_account_ids"][0], company_id=later,
                          request_id=new_id(), corporate=True, verified=True)
        with refused(self, Code.NOT_FOUND, "ACCOUNT_NOT_FOUND"):
            self.service.call("sharing.v1.ShareService/ShareWithAccounts", **stranger)

    def test_bad_input_is_refused_by_field(self):
        for field, value in (("asset_id", "x"), ("company_id", ""), ("recipient_account_ids", ["x"]), ("recipient_account_ids", []), ("request_id", "")):
            request = dict(account_id=self.owner, company_id=self.company, request_id=new_id(), asset_id=new_id(), recipient_account_ids=[new_id()])
            request[field] = value
            with self.subTest(field=field, value=value), refused(self, Code.INVALID_ARGUMENT, field=field):
                self.service.call("sharing.v1.ShareService/ShareWithAccounts", **request)


if __name__ == "__main__":
    unittest.main(verbosity=2)
