"""How usage is covered, against the real service and database (D.9 step 1, SHR-20, E26), and by a second computation of the order."""
import os
import random
import sys
import threading
import unittest
from fractions import Fraction

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from service import Clock, Refusal, Service, new_id, psql, refused  # noqa: E402

import grpc  # noqa: E402

Code = grpc.StatusCode
DAY, HOUR, UNIT, NANO = 86400, 3600, 10 ** 6, 10 ** 9
clock = Clock()


def moment(seconds):
    return {"seconds": int(seconds), "nanos": int(seconds % 1 * 1e6) * 1000}


def half_away(value):
    whole = abs(value)
    return int((whole * 2 + 1) // 2) * (1 if value >= 0 else -1)


class CoverageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = Service("sharing", clock=clock)
        cls.addClassCleanup(cls.service.__exit__, None, None, None)

    def setUp(self):
        self.company = new_id()
        self.owner, self.other = self.open(), self.open()

    def call(self, rpc, **fields):
        return self.service.call("sharing.v1." + rpc, company_id=self.company, **fields)

    def change(self, rpc, **fields):
        return self.call(rpc, request_id=new_id(), **fields)

    def open(self):
        account = new_id()
        self.change("AccountService/OpenAccount", account_id=account, corporate=True, verified=True)
        return account

    def asset(self, kind, hourly, rates, owner=None, days=30, **fields):
        return self.change("AssetService/RegisterAsset", account_id=owner or self.owner, kind="ASSET_KIND_" + kind, name="figures", hourly_micros=hourly,
                           rates=rates, expire_time=moment(clock.now() + days * DAY), commitment_currency="CNY" if kind == "SAVINGS_PLAN" else "", **fields).asset.asset_id

    def share(self, asset, *accounts, owner=None):
        self.change("ShareService/ShareWithAccounts", account_id=owner or self.owner, asset_id=asset, recipient_account_ids=accounts)

    def next_hour(self):
        clock.turn(HOUR - clock.now() % HOUR + 1)
        return clock.now()

    def piece(self, account, units, at=None, sku="s", price=NANO, **fields):
        return {"piece_id": new_id(), "account_id": account, "usage_time": moment(at or clock.now()), "sku": sku, "product": "ecs",
                "bill_type": "PAY_AS_YOU_GO", "region": "eu", "quantity_micros": int(units * UNIT), "list_price_nano": price, "currency": "CNY", **fields}

    def cover(self, *pieces, **fields):
        return list(self.change("CoverageService/CoverUsage", pieces=pieces, **fields).coverages)

    def covered(self, *pieces):
        return [coverage.covered_quantity_micros / UNIT for coverage in self.cover(*pieces)]

    def test_a_commitment_covers_an_hour_until_it_is_used(self):
        """4 of 10 GB-hours at 0.15 by 0.60 an hour; what is left of an hour is lost, and the next one has its own."""
        plan = self.asset("SAVINGS_PLAN", 600000, ["s@*=150000000"])
        self.next_hour()
        (first,) = self.cover(self.piece(self.owner, 10))
        self.assertEqual([(c.asset_id, c.quantity_micros, c.used_micros, c.reason) for c in first.considerations],
                         [(plan, 4 * UNIT, 600000, "HOUR_USED_UP")])
        self.assertEqual(first.covered_quantity_micros, 4 * UNIT)
        self.assertEqual(self.covered(self.piece(self.owner, 1)), [0])
        self.next_hour()
        self.assertEqual(self.covered(self.piece(self.owner, 3)), [3])
        self.assertEqual(self.covered(self.piece(self.owner, 3), self.piece(self.other, 3)), [1, 0])

    def test_an_answer_is_kept(self):
        """The same request, and the same piece in another one, hear what was told; both at once cover once."""
        self.asset("RESERVED_INSTANCE", 5 * UNIT, ["s@eu"])
        self.next_hour()
        piece, request = self.piece(self.owner, 3), new_id()
        answers = [self.call("CoverageService/CoverUsage", request_id=request, pieces=[piece]) for _ in range(2)]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(self.cover(piece), list(answers[0].coverages))
        found = []
        threads = [threading.Thread(target=lambda: found.extend(self.covered(self.piece(self.owner, 1.5)))) for _ in range(4)]
        [thread.start() for thread in threads], [thread.join() for thread in threads]
        self.assertEqual(sorted(found), [0, 0, 0.5, 1.5])

    def test_corrections_give_back(self):
        """10 units of which 4 are covered: 6 fewer change nothing, then each one gives back; what came last first."""
        plan = self.asset("SAVINGS_PLAN", 150000, ["s@*=150000000"])
        instance = self.asset("RESERVED_INSTANCE", 3 * UNIT, ["s@eu"])
        self.next_hour()
        self.assertEqual(self.covered(self.piece(self.owner, 10)), [4])
        self.assertEqual(self.covered(self.piece(self.owner, -6)), [0])
        (back,) = self.cover(self.piece(self.owner, -1.5))
        self.assertEqual([(c.asset_id, c.quantity_micros, c.used_micros) for c in back.considerations],
                         [(plan, -UNIT, -150000), (instance, -UNIT // 2, -UNIT // 2)])
        self.assertEqual(self.covered(self.piece(self.owner, -1), self.piece(self.other, 5), self.piece(self.owner, 5, sku="t")), [-1, 0, 0])
        self.assertEqual(self.covered(self.piece(self.owner, -9)), [-1.5])
        self.assertEqual(self.covered(self.piece(self.owner, 100)), [4])
        self.assertEqual(self.covered(self.piece(self.owner, 4, at=clock.now() + HOUR)), [4])

    def test_a_correction_counts_whatever_is_told_first(self):
        """D.9: usage and its correction in one call take nothing; a correction that came first is set off before anything is covered."""
        self.asset("RESERVED_INSTANCE", 20 * UNIT, ["s@eu"])
        self.next_hour()
        self.assertEqual(self.covered(self.piece(self.owner, 10), self.piece(self.owner, -10)), [10, -10])
        self.assertEqual(self.covered(self.piece(self.owner, 30, product="oss"), self.piece(self.owner, -5, product="oss")), [20, 0])
        self.next_hour()
        self.assertEqual(self.covered(self.piece(self.owner, -10)), [0])
        self.assertEqual(self.covered(self.piece(self.owner, 9), self.piece(self.owner, 9, product="oss")), [0, 9])
        fields = {key: value for key, value in self.piece(self.owner, 8).items() if key not in ("piece_id", "usage_time")}
        self.assertEqual(self.call("ReportService/PreviewLine", **fields).coverage.covered_quantity_micros, 7 * UNIT)
        (first,) = self.cover(self.piece(self.owner, 1))
        self.assertEqual([(c.quantity_micros, c.reason) for c in first.considerations], [(0, "COVERED_BEFORE")])
        self.assertEqual(self.covered(self.piece(self.owner, 3)), [3])
        self.next_hour()
        self.assertEqual(self.covered(self.piece(self.owner, -10), self.piece(self.owner, -2)), [0, 0])
        self.assertEqual(sum(self.covered(self.piece(self.owner, 8), self.piece(self.owner, 9), self.piece(self.owner, -1))), 4)

    def test_a_piece_told_twice_at_once_is_covered_once(self):
        """The late ones hear the answer."""
        self.asset("RESERVED_INSTANCE", 9 * UNIT, ["s@eu"])
        self.next_hour()
        for _ in range(3):
            piece, found = self.piece(self.owner, 1), []

            def tell():
                try:
                    found.extend(self.covered(piece))
                except Refusal as error:
                    found.append(error.code)

            threads = [threading.Thread(target=tell) for _ in range(6)]
            [thread.start() for thread in threads], [thread.join() for thread in threads]
            self.assertEqual(found, [1] * 6)
        self.assertEqual(self.covered(self.piece(self.owner, 9)), [6])

    def test_a_benefit_is_judged_when_the_usage_starts(self):
        """SHR-05, SHR-06, E26: by an organization a minute later; after its end no more, for late usage of before still."""
        asset = self.asset("STORAGE_PACKAGE", 10 * UNIT, ["s@eu", "t@*"])
        self.assertEqual([c.reason for c in self.cover(self.piece(self.other, 1))[0].considerations], [])
        group = self.change("ShareService/CreateOrganization", account_id=self.owner, name="g", member_account_ids=[self.other]).organization_id
        saved = self.next_hour()
        self.change("ShareService/ShareWithOrganization", account_id=self.owner, asset_id=asset, organization_id=group)
        clock.turn(600)

        def reasons(at):
            return [(c.quantity_micros, c.reason) for c in self.cover(self.piece(self.other, 1, at=at))[0].considerations]

        self.assertEqual(reasons(saved + 30), [(0, "SHARE_NOT_YET_ACTIVE")])
        self.assertEqual(reasons(saved + 90), [(UNIT, "")])
        self.change("ShareService/StopSharing", account_id=self.owner, asset_id=asset, recipient_account_ids=[self.other])
        self.assertEqual(reasons(clock.now() + 1), [(0, "SHARE_ENDED")])
        self.assertEqual(reasons(saved + 91), [(UNIT, "")])
        self.assertEqual(self.covered(self.piece(self.owner, 1, region="us"), self.piece(self.owner, 1, region="us", sku="t")), [0, 1])

    def test_what_does_not_apply_says_why(self):
        plan = self.asset("SAVINGS_PLAN", UNIT, ["s@*=1000"], products=["oss"])
        other = self.asset("SAVINGS_PLAN", UNIT, ["s@*=1000"])
        self.share(other, self.other)
        self.next_hour()

        def reasons(**fields):
            return {c.asset_id: c.reason for c in self.cover(self.piece(self.owner, 1, **fields))[0].considerations}

        self.assertEqual(reasons(price=1000), {plan: "PRODUCT_NOT_COVERED", other: "RATE_NOT_CHEAPER"})
        self.assertEqual(reasons(price=1001), {plan: "PRODUCT_NOT_COVERED", other: ""})
        self.assertEqual(reasons(currency="EUR"), {plan: "PRODUCT_NOT_COVERED", other: "PLAN_CURRENCY_MISMATCH"})
        self.assertEqual(reasons(sku="x"), {})
        self.change("AccountService/OpenAccount", account_id=self.other, corporate=True, verified=False)
        clock.turn(1)
        self.assertEqual([c.reason for c in self.cover(self.piece(self.other, 1))[0].considerations], ["NOT_VERIFIED"])

    def test_bad_pieces_and_figures_are_refused(self):
        good = self.piece(self.owner, 1)
        for change in ({"quantity_micros": 0}, {"quantity_micros": 10 ** 15 + 1}, {"quantity_micros": -10 ** 15 - 1}, {"list_price_nano": -1}, {"sku": ""},
                       {"sku": "x" * 65}, {"currency": "XXQ"}, {"piece_id": "1"}, {"region": "r" * 33}, {"usage_time": None}):
            with self.subTest(change), refused(self, Code.INVALID_ARGUMENT):
                self.cover({**good, **change})
        with refused(self, Code.INVALID_ARGUMENT):
            self.cover(good, good)
        hours = [self.piece(self.owner, 1, at=clock.now() + i * HOUR) for i in range(25)]
        with refused(self, Code.INVALID_ARGUMENT):
            self.cover(*hours)
        self.assertEqual(self.covered(*hours[:24]), [0] * 24)
        with refused(self, Code.INVALID_ARGUMENT):
            self.cover(*[self.piece(self.owner, -1) for _ in range(101)])
        self.assertEqual(self.covered(*[self.piece(self.owner, -1) for _ in range(100)]), [0] * 100)
        for kind, hourly, rates in (("SAVINGS_PLAN", 1, ["s@*"]), ("SAVINGS_PLAN", 0, ["s@*=1"]), ("SAVINGS_PLAN", 1, []), ("SAVINGS_PLAN", 10 ** 15 + 1, ["s@*=1"]),
                                    ("SAVINGS_PLAN", 1, ["s@*=1", "s@*=2"]), ("RESERVED_INSTANCE", 1, ["s@eu", "s@us"]), ("RESERVED_INSTANCE", 1, ["s@eu=1"])):
            with self.subTest((kind, hourly, rates)), refused(self, Code.INVALID_ARGUMENT):
                self.asset(kind, hourly, rates)

    def test_a_call_considers_so_much_and_no_more(self):
        """200 pairs an asset and piece at 10 assets: 2,000 pairs; one more is refused."""
        for _ in range(10):
            self.asset("RESERVED_INSTANCE", UNIT, ["s@eu"])
        self.next_hour()
        pieces = [self.piece(self.owner, 1) for _ in range(201)]
        with refused(self, Code.RESOURCE_EXHAUSTED, "COVERAGE_TOO_WIDE"):
            self.cover(*pieces)
        self.assertEqual(sum(self.covered(*pieces[:200])), 10)

    def copy(self, asset, count, **columns):
        """So many more assets like it, but for some columns."""
        names = ("owner_account_id", "kind", "name", "products", "bill_types", "currency", "face_micros", "remaining_micros", "provisioned_time", "expire_time",
                 "hourly_micros", "rates")
        psql(self.service.database, "INSERT INTO sharing.asset (company_id, asset_id, %s) SELECT company_id, gen_random_uuid(), %s FROM sharing.asset, "
             "generate_series(1, %d) WHERE asset_id = '%s'" % (", ".join(names), ", ".join(columns.get(name, name) for name in names), count, asset))

    def test_one_piece_may_have_as_many_assets_as_a_call(self):
        """2,000 assets cover it, and its correction finds them; one more is refused. Others of the company are not in the way."""
        asset = self.asset("RESERVED_INSTANCE", UNIT, ["s@eu"])
        self.next_hour()
        self.copy(asset, 10000, rates="'{t@eu}'", expire_time="expire_time - interval '1 day'")
        self.copy(asset, 1999)
        others = [self.piece(self.other, 1, sku="x") for _ in range(199)]
        self.assertEqual(self.covered(self.piece(self.owner, 2001), *others[:99])[0], 2000)
        with refused(self, Code.RESOURCE_EXHAUSTED, "COVERAGE_TOO_WIDE"):
            self.cover(self.piece(self.owner, 1), *others[99:])
        self.assertEqual(self.covered(self.piece(self.owner, -2001)), [-2000])
        self.copy(asset, 1)
        with refused(self, Code.RESOURCE_EXHAUSTED, "COVERAGE_TOO_WIDE"):
            self.cover(self.piece(self.owner, 1))

    def test_shares_of_other_hours_are_not_in_the_way(self):
        """5,001 of before; of those the newest still says why."""
        asset = self.asset("RESERVED_INSTANCE", UNIT, ["s@eu"])
        self.share(asset, self.other)
        self.next_hour()
        psql(self.service.database, "INSERT INTO sharing.share (company_id, asset_id, account_id, organization_id, share_id, active_from_time, ended_time) "
             "SELECT company_id, asset_id, account_id, organization_id, ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid, active_from_time - interval '9 days', "
             "active_from_time - interval '8 days' FROM sharing.share, generate_series(1, 5001) AS n WHERE asset_id = '%s'" % asset)
        self.assertEqual(self.covered(self.piece(self.other, 1)), [1])
        self.change("ShareService/StopSharing", account_id=self.owner, asset_id=asset, recipient_account_ids=[self.other])
        self.next_hour()
        self.assertEqual([c.reason for c in self.cover(self.piece(self.other, 1))[0].considerations], ["SHARE_ENDED"])

    # ---- coupons ----

    def grant(self, account, face, days=30, products=(), **fields):
        asset = new_id()
        self.change("CouponService/GrantCoupon", account_id=account, asset_id=asset, name="c", face_micros=face * UNIT, currency="CNY", products=products,
                    provisioned_time=moment(clock.now()), expire_time=moment(clock.now() + days * DAY), **fields)
        return asset

    def line(self, account, amount, at=None, **fields):
        return {"line_id": new_id(), "account_id": account, "usage_time": moment(at or clock.now()), "product": "ecs", "bill_type": "PAY_AS_YOU_GO",
                "region": "eu", "amount_micros": int(amount * UNIT), "currency": "CNY", **fields}

    def pay(self, *lines):
        return [[(use.asset_id, use.used_micros / UNIT, use.reason) for use in payment.uses]
                for payment in self.change("CoverageService/ApplyCoupons", lines=lines).payments]

    def left(self, asset, owner=None):
        return self.call("AssetService/GetAsset", account_id=owner or self.owner, asset_id=asset).asset.remaining_micros / UNIT

    def test_several_coupons_pay_for_a_line(self):
        """E27: 10 of two products until January before 5 of one until December; each that does not apply says why (c-11); kept."""
        december, january = self.grant(self.owner, 5, 300, ["ecs"]), self.grant(self.owner, 10, 10, ["ecs", "oss"])
        other, every = self.grant(self.owner, 9, 5, ["oss"]), self.grant(self.owner, 9, 6)
        clock.turn(1)
        line = self.line(self.owner, 12)
        self.assertEqual(self.pay(line, self.line(self.other, 1)), [[(other, 0, "PRODUCT_NOT_COVERED"), (every, 9, ""), (january, 3, "")], []])
        self.assertEqual(self.pay(line), [[(other, 0, "PRODUCT_NOT_COVERED"), (every, 9, ""), (january, 3, "")]])
        self.assertEqual(self.pay(self.line(self.owner, 3, currency="EUR", product="oss")),
                         [[(asset, 0, "COUPON_CURRENCY_MISMATCH") for asset in (other, january)] + [(december, 0, "PRODUCT_NOT_COVERED")]])
        self.assertEqual(self.pay(self.line(self.owner, 7), self.line(self.owner, 100)),
                         [[(other, 0, "PRODUCT_NOT_COVERED"), (january, 7, "")], [(other, 0, "PRODUCT_NOT_COVERED"), (december, 5, "")]])
        self.assertEqual([self.left(asset) for asset in (december, january, other, every)], [0, 0, 9, 0])
        with refused(self, Code.INVALID_ARGUMENT):
            self.pay(self.line(self.owner, 0))
        with refused(self, Code.INVALID_ARGUMENT):
            self.pay(*[self.line(self.owner, 1) for _ in range(101)])
        with refused(self, Code.INVALID_ARGUMENT, field="lines"):
            self.pay(line, line)

    def test_coupons_that_do_not_fit_are_not_in_the_way(self):
        """200 are considered: those of the currency and product first. When more fit, a line is asked for alone."""
        coupon = self.grant(self.owner, 1, products=["ecs"])
        self.copy(coupon, 100, currency="'EUR'", expire_time="expire_time - interval '1 day'")
        self.copy(coupon, 100, products="'{oss}'", expire_time="expire_time - interval '1 day'")
        clock.turn(1)
        (uses,) = self.pay(self.line(self.owner, 0.5))
        self.assertEqual((len(uses), uses[-1]), (200, (coupon, 0.5, "")))
        self.copy(coupon, 199)
        self.assertEqual(sum(use[1] for uses in self.pay(self.line(self.owner, 0.25), self.line(self.owner, 0.25)) for use in uses), 0.5)
        self.copy(self.grant(self.owner, 1), 1)
        with refused(self, Code.RESOURCE_EXHAUSTED, "COVERAGE_TOO_WIDE"):
            self.pay(self.line(self.owner, 1), self.line(self.owner, 1))
        ((use,),) = self.pay(self.line(self.owner, 0.25))
        self.assertEqual(use[1:], (0.25, ""))

    def test_a_shared_coupon_follows_the_payment_relation(self):
        """E34: ended at 10:00, used 09:59 and billed 11:00; used 10:01; established again at 12:00, used 12:01. Own before shared."""
        asset = self.grant(self.owner, 100)
        self.share(asset, self.other)
        relation = {"account_id": self.other, "payer_account_id": self.owner}
        payer = self.open()
        for verb in ("Start", "End"):  # another payer's relation says nothing
            self.change("AccountService/%sPaymentRelation" % verb, account_id=self.other, payer_account_id=payer)
        self.change("AccountService/StartPaymentRelation", **relation)
        clock.turn(7200)
        self.change("AccountService/EndPaymentRelation", **relation)
        ended = clock.now()
        clock.turn(3600)
        self.assertEqual(self.pay(self.line(self.other, 1, ended - 60), self.line(self.other, 1, ended + 60)),
                         [[(asset, 1, "")], [(asset, 0, "PAYMENT_RELATION_ENDED")]])
        clock.turn(3600)
        self.change("AccountService/StartPaymentRelation", **relation)
        clock.turn(60)
        own = self.change("CouponService/GrantCoupon", account_id=self.other, asset_id=new_id(), name="o", face_micros=UNIT, currency="CNY",
                          provisioned_time=moment(clock.now() - 60), expire_time=self.call("AssetService/GetAsset", account_id=self.owner, asset_id=asset).asset.expire_time)
        self.assertIsNotNone(own)
        (uses,) = self.pay(self.line(self.other, 3))
        self.assertEqual([use[1:] for use in uses], [(1, ""), (2, "")])
        self.assertEqual(uses[1][0], asset)
        self.assertEqual(self.left(asset), 97)

    def test_a_refund_goes_back_to_the_coupon_or_lapses(self):
        """D.9: the last that paid first; an expired coupon's part lapses; never more than coupons paid."""
        soon, later = self.grant(self.owner, 4, 1), self.grant(self.owner, 10, 9)
        clock.turn(1)
        line = self.line(self.owner, 7)
        self.assertEqual(self.pay(line), [[(soon, 4, ""), (later, 3, "")]])

        def back(amount, line_id=line["line_id"]):
            returns = self.change("CoverageService/ReturnToCoupons", line_id=line_id, amount_micros=int(amount * UNIT)).returns
            return [(part.asset_id, part.returned_micros / UNIT, part.lapsed_micros / UNIT) for part in returns]

        self.assertEqual(back(2), [(later, 2, 0)])
        self.assertEqual(back(1.5), [(later, 1, 0), (soon, 0.5, 0)])
        self.assertEqual((self.left(soon), self.left(later)), (0.5, 10))
        with refused(self, Code.FAILED_PRECONDITION, "RETURN_EXCEEDS_COUPONS"):
            back(3.500001)
        clock.turn(DAY)
        self.assertEqual(back(3.5), [(soon, 0, 3.5)])
        self.assertEqual(self.left(soon), 0.5)
        with refused(self, Code.FAILED_PRECONDITION, "RETURN_EXCEEDS_COUPONS"):
            back(0.000001)
        with refused(self, Code.NOT_FOUND, "COUPON_LINE_NOT_FOUND"):
            back(1, new_id())
        with refused(self, Code.INVALID_ARGUMENT):
            back(0)

    def test_a_revoked_coupon_gets_nothing_back_and_its_pool_what_was_left(self):
        """E30: 12 of 500 of 10,000; what is left of one goes back to the pool, a refund afterwards lapses."""
        pool = self.change("CouponService/RequestCouponPool", account_id=self.owner, target="DISTRIBUTION_TARGET_ENTERPRISE_MANAGEMENT_ACCOUNT",
                           total_micros=10000 * UNIT, currency="CNY", expire_time=moment(clock.now() + DAY)).pool.pool_id
        issued = self.change("CouponService/IssueCoupons", account_id=self.owner, pool_id=pool, recipient_account_ids=[self.other], coupon_count=12,
                             face_micros=500 * UNIT)
        self.assertEqual(issued.pool_remaining_micros, 4000 * UNIT)
        clock.turn(1)
        line = self.line(self.other, 200)
        (((asset, used, _),),) = self.pay(line)
        self.assertEqual(used, 200)
        self.assertEqual(self.change("CouponService/RevokeCoupon", account_id=self.owner, asset_id=asset).pool_remaining_micros, 4300 * UNIT)
        (part,) = self.change("CoverageService/ReturnToCoupons", line_id=line["line_id"], amount_micros=200 * UNIT).returns
        self.assertEqual((part.returned_micros, part.lapsed_micros), (0, 200 * UNIT))
        threads_found = []
        threads = [threading.Thread(target=lambda: threads_found.extend(self.pay(self.line(self.other, 2000)))) for _ in range(4)]
        [thread.start() for thread in threads], [thread.join() for thread in threads]
        self.assertEqual(sum(use[1] for uses in threads_found for use in uses), 11 * 500)

    # ---- reports ----

    def test_a_line_is_explained_to_whom_it_is_of(self):
        """c-11: by the id that the rating gave it; both sides of ownership."""
        asset, coupon = self.asset("SAVINGS_PLAN", 600000, ["s@*=150000000"]), self.grant(self.owner, 5)
        self.next_hour()
        piece = self.piece(self.owner, 10)
        self.cover(piece)
        line = self.line(self.owner, 6, line_id=piece["piece_id"])
        self.pay(line)
        found = self.call("ReportService/ExplainLine", account_id=self.owner, line_id=piece["piece_id"])
        self.assertEqual([(c.asset_id, c.quantity_micros, c.reason) for c in found.coverage.considerations], [(asset, 4 * UNIT, "HOUR_USED_UP")])
        self.assertEqual([(use.asset_id, use.used_micros) for use in found.payment.uses], [(coupon, 5 * UNIT)])
        for account, line_id in ((self.other, piece["piece_id"]), (self.owner, new_id())):
            with refused(self, Code.NOT_FOUND, "BENEFIT_LINE_NOT_FOUND"):
                self.call("ReportService/ExplainLine", account_id=account, line_id=line_id)

    def test_a_preview_says_what_then_happens_and_keeps_nothing(self):
        """10 units at 1.00: 4 covered, 6.00 left, of which a coupon pays 5.00."""
        asset, coupon = self.asset("SAVINGS_PLAN", 600000, ["s@*=150000000"]), self.grant(self.owner, 5)
        self.next_hour()
        fields = {key: value for key, value in self.piece(self.owner, 10).items() if key not in ("piece_id", "usage_time")}
        answers = [self.call("ReportService/PreviewLine", **fields) for _ in range(2)]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual([(c.asset_id, c.quantity_micros) for c in answers[0].coverage.considerations], [(asset, 4 * UNIT)])
        self.assertEqual((answers[0].uncovered_micros, [(use.asset_id, use.used_micros) for use in answers[0].payment.uses]), (6 * UNIT, [(coupon, 5 * UNIT)]))
        (done,) = self.cover(self.piece(self.owner, 3))
        self.assertEqual(done.covered_quantity_micros, 3 * UNIT)
        then = self.call("ReportService/PreviewLine", **fields)
        self.assertEqual((then.coverage.covered_quantity_micros, then.uncovered_micros), (UNIT, 9 * UNIT))
        self.assertFalse(self.call("ReportService/PreviewLine", **{**fields, "list_price_nano": 0}).HasField("payment"))

    def test_what_nobody_used_is_lost(self):
        """By days in UTC, of hours that are over; to the owner and to whom it is shared."""
        clock.turn(DAY - clock.now() % DAY + 10 * HOUR + 1800)  # half past ten
        asset = self.asset("RESERVED_INSTANCE", 5 * UNIT, ["s@eu"])
        self.share(asset, self.other)
        clock.turn(60)
        self.cover(self.piece(self.owner, 2))

        def days(account=self.owner, **fields):
            found = self.call("ReportService/GetAssetUse", account_id=account, asset_id=asset, **fields).days
            return [(day.day_time.seconds % DAY, day.committed_micros // UNIT, day.used_micros // UNIT, day.lost_micros // UNIT) for day in found]

        self.assertEqual(days(), [])  # the hour is not over
        clock.turn(HOUR)
        self.assertEqual(days(), [(0, 5, 2, 3)])
        clock.turn(DAY)
        self.cover(self.piece(self.other, 9))
        clock.turn(2 * HOUR)
        self.assertEqual(days(), [(0, 14 * 5, 2, 14 * 5 - 2), (0, 13 * 5, 5, 12 * 5)])
        self.assertEqual(days(self.other), days())
        self.change("ShareService/StopSharing", account_id=self.owner, asset_id=asset, recipient_account_ids=[self.other])
        late, day = self.open(), days()[1]
        self.share(asset, late)
        self.assertEqual(days(late), [])
        clock.turn(2 * HOUR)  # of the hour in which the share ended and the other began, both see all; the owner sees every hour
        self.assertEqual(days()[1], (0, day[1] + 10, 5, day[3] + 10))
        self.assertEqual(days(self.other)[1], (0, day[1] + 5, 5, day[3] + 5))
        self.assertEqual(days(late), [(0, 10, 0, 10)])
        self.assertEqual(days(start_time=moment(clock.now())), days()[1:])
        with refused(self, Code.NOT_FOUND, "ASSET_NOT_FOUND"):
            days(self.open())
        self.assertEqual(days(start_time=moment(1), end_time=moment(clock.now() + 99 * DAY)), days())
        clock.turn(91 * DAY)
        self.assertEqual(len(days(start_time=moment(1))), 31)  # until it expired
        clock.turn(DAY)
        self.assertEqual(len(days(start_time=moment(1))), 30)  # 92 days before the end

    def test_what_expires_soon_is_listed_to_owner_and_recipient(self):
        """c-10: both sides of the days; not what is used up, revoked, expired or given no more."""
        soon, late = self.asset("RESERVED_INSTANCE", UNIT, ["s@eu"], days=9), self.asset("RESERVED_INSTANCE", UNIT, ["s@eu"], days=11)
        coupon, revoked, used = self.grant(self.owner, 5, 9), self.grant(self.owner, 5, 9), self.grant(self.owner, 1, 5)
        self.share(soon, self.other)
        self.share(coupon, self.other)
        self.change("CouponService/RevokeCoupon", account_id=self.owner, asset_id=revoked)
        clock.turn(1)
        self.pay(self.line(self.owner, 1))
        self.assertEqual(self.left(used), 0)

        def listed(account, **fields):
            return [asset.asset_id for asset in self.call("ReportService/ListExpiringAssets", account_id=account, **fields).assets]

        self.assertEqual(sorted(listed(self.owner, within_days=10)), sorted([soon, coupon]))
        self.assertEqual(sorted(listed(self.owner)), sorted([soon, coupon, late]))
        self.assertEqual(sorted(listed(self.other)), sorted([soon, coupon]))
        first = self.call("ReportService/ListExpiringAssets", account_id=self.owner, page_size=2)
        self.assertEqual(len(first.assets), 2)
        rest = self.call("ReportService/ListExpiringAssets", account_id=self.owner, page_size=2, page_token=first.next_page_token)
        self.assertEqual((len(rest.assets), rest.next_page_token), (1, ""))
        self.change("ShareService/StopSharing", account_id=self.owner, asset_id=soon, recipient_account_ids=[self.other])
        self.assertEqual(listed(self.other), [coupon])
        for days in (-1, 367):
            with refused(self, Code.INVALID_ARGUMENT):
                listed(self.owner, within_days=days)
        clock.turn(9 * DAY)
        self.assertEqual(listed(self.owner), [late])

    # ---- a second computation ----

    def model(self, assets, pieces):
        """(piece, asset) → units, from the sentences of D.9: tier by tier, own before shared, narrower, earlier, id; of an asset's recipients those that
        save more, then by account."""
        left, covers = {piece["piece_id"]: piece["quantity_micros"] for piece in pieces}, {}
        room = {asset["id"]: Fraction(asset["hourly"]) for asset in assets}
        for kind in ("STORAGE_PACKAGE", "RESERVED_INSTANCE", "SAVINGS_PLAN"):
            for own in (True, False):
                for asset in sorted((a for a in assets if a["kind"] == kind), key=lambda a: (a["wide"], len(a["rates"]), a["days"], a["id"])):
                    def price(piece):
                        return asset["rates"].get((piece["sku"], piece["region"]), asset["rates"].get((piece["sku"], "*")))

                    def saving(piece):
                        return Fraction(piece["list_price_nano"], price(piece)) if kind == "SAVINGS_PLAN" else piece["list_price_nano"]

                    eligible = [p for p in pieces if price(p) is not None and (p["account_id"] == asset["owner"]) == own and
                                (own or p["account_id"] in asset["shared"]) and (kind != "SAVINGS_PLAN" or price(p) < p["list_price_nano"])]
                    for piece in sorted(eligible, key=lambda p: (-saving(p), p["account_id"], p["piece_id"])):
                        unit = Fraction(price(piece), NANO) if kind == "SAVINGS_PLAN" else Fraction(1)
                        units = min(left[piece["piece_id"]], room[asset["id"]] // unit)
                        if units:
                            covers[piece["piece_id"], asset["id"]] = int(units)
                            left[piece["piece_id"]] -= units
                            room[asset["id"]] -= half_away(units * unit)
        return covers

    def test_the_order_is_that_of_a_second_computation(self):
        random.seed(20)
        accounts = [self.owner, self.other, self.open(), self.open()]
        assets = []
        for i in range(14):
            kind = random.choice(("STORAGE_PACKAGE", "RESERVED_INSTANCE", "SAVINGS_PLAN", "SAVINGS_PLAN"))
            count = 1 if kind == "RESERVED_INSTANCE" else random.randint(1, 3)
            plan = kind == "SAVINGS_PLAN"
            rates = {(random.choice("stu"), random.choice(("eu", "us", "*"))): random.randint(1, 8) * NANO // 10 + i if plan else 0 for _ in range(count)}
            owner, shared = accounts[i % 3], random.sample(accounts, 2)
            days, hourly = random.choice((10, 20)), random.randint(1, 9) * UNIT
            texts = ["%s@%s%s" % (*key, "=%d" % value if plan else "") for key, value in rates.items()]
            asset = self.asset(kind, hourly, texts, owner=owner, days=days)
            if set(shared) - {owner}:
                self.share(asset, *(set(shared) - {owner}), owner=owner)
            expires = self.call("AssetService/GetAsset", account_id=owner, asset_id=asset).asset.expire_time
            assets.append({"id": asset, "kind": kind, "owner": owner, "shared": shared, "rates": rates, "hourly": hourly, "wide": sum(r == "*" for _, r in rates),
                           "days": (expires.seconds, expires.nanos)})
        self.next_hour()
        pieces = [self.piece(random.choice(accounts), random.randint(1, 5), sku=random.choice("stu"), region=random.choice(("eu", "us")),
                             price=random.randint(2, 12) * NANO // 10) for _ in range(30)]
        found = {(coverage.piece_id, c.asset_id): c.quantity_micros for coverage in self.cover(*pieces) for c in coverage.considerations if c.quantity_micros}
        self.assertEqual(found, self.model(assets, pieces))
        self.assertGreater(len(found), 14)


if __name__ == "__main__":
    unittest.main()
