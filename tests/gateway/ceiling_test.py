"""PAY-26 at the door: what the roles of an account may move at once and in a day, counted before the peer is asked, once however often it is
repeated, and by two at once. The peers are fakes, so that what reaches them can be seen; boundaries to the micro are in gateway/domain."""
import threading
import time
import unittest

import grpc
from fake_peers import No, gateway, new_id
from order_test import PREVIEW, SUBMIT, Orders, outcome, transfer
from passage_test import RESOLVE, ROLE, TRANSFER

from service import Refusal, psql

SET, GET = "gateway.v1.CeilingService/SetCeilings", "gateway.v1.CeilingService/GetCeilings"
TOP_UP, OFFSET = "payments.v1.TopUpService/CreateTopUp", "ledger.v1.QuotaService/OffsetQuota"
ACT = {"top_up": 1, "transfer": 2, "revoke": 3, "allocate": 4}
ROLE["ROLE_FINANCE"] = 4
UNIT = 10 ** 6
DENIED, PRECONDITION = grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.FAILED_PRECONDITION


class Ceilings(Orders):
    def setUp(self):
        super().setUp()
        self.top_ups = []
        self.peers.answer(TOP_UP, self.accept)
        psql(self.gateway.database, "INSERT INTO gateway.account (account_id, company_id, lease_time) VALUES ('%s', '%s', now())" % (
            self.account, self.account))  # opened

    def accept(self, request, _):
        self.top_ups.append(new_id())
        return {"top_up": {"top_up_id": self.top_ups[-1]}}

    def resolve(self, request, metadata):
        return dict(super().resolve(request, metadata), corporate=False)

    def set(self, *rows, **more):
        """Rows of (role, act, at once, in a day)."""
        ceilings = [{"role": ROLE["ROLE_" + role], "action": ACT[act], "transaction_micros": int(once * UNIT), "day_micros": int(day * UNIT)}
                    for role, act, once, day in rows]
        roles, self.roles = self.roles, ["ROLE_ACCOUNT_ADMINISTRATOR"]
        answer = self.call(SET, request={}, **dict(dict(request_id=new_id(), ceilings=ceilings, currency="CNY"), **more)).ceilings
        self.roles = roles
        return answer

    def call(self, rpc, **fields):
        fields.pop("request", None)
        if rpc in (SET, GET):
            return self.gateway.call(rpc, metadata=(("authorization", "Bearer a-session"),), **fields)
        return super().call(rpc, **fields)

    def top_up(self, amount, currency="CNY", **more):
        return self.call(TOP_UP, **dict(dict(target_account_id=self.account, amount_micros=round(amount * UNIT), currency=currency), **more))

    def above(self, limit, call, *words, **fields):
        """The terms of the refusal."""
        with self.assertRaises(Refusal) as caught:
            call(*words, **fields)
        no = caught.exception
        self.assertEqual((no.code, no.reason, no.terms.get("limit")), (DENIED, "CEILING_EXCEEDED", limit))
        return no.terms


class CeilingTest(Ceilings):
    def junior(self):
        self.roles = ["ROLE_FINANCE"]
        self.set(("FINANCE", "top_up", 10000, 20000), ("FINANCE", "transfer", 50, 100))

    def test_what_is_set_is_told(self):
        told = self.set(("FINANCE", "transfer", 1, 2), ("MEMBER", "top_up", 0, 0), time_zone="Asia/Shanghai")
        self.assertEqual((told.currency, told.time_zone, told.set_by_principal_id), ("CNY", "Asia/Shanghai", self.principal))
        answer = self.call(GET)
        self.assertEqual([(row.role, row.action, row.transaction_micros, row.day_micros) for row in answer.ceilings.ceilings],
                         [(4, 2, UNIT, 2 * UNIT), (2, 1, 0, 0)])
        self.assertEqual(len(self.set().ceilings), 0)
        self.account = new_id()
        self.assertEqual((len(self.call(GET).ceilings.ceilings), self.call(GET).ceilings.currency), (0, ""))

    def test_malformed_ones_are_refused(self):
        row = {"role": 4, "action": 1, "transaction_micros": 1, "day_micros": 1}
        for bad in ([dict(row, role=3)], [dict(row, role=0)], [dict(row, role=77)], [dict(row, action=0)], [dict(row, action=9)],
                    [dict(row, transaction_micros=-1)], [dict(row, day_micros=-1)], [row, row], [row] * 65):
            no = self.no(self.call, SET, request_id=new_id(), ceilings=bad, currency="CNY")
            self.assertEqual(no.reason, "INVALID_ARGUMENT", bad)
        self.assertEqual(self.no(self.set, time_zone="Mars/Olympus").reason, "UNKNOWN_TIME_ZONE")

    def test_at_once_and_in_a_day(self):
        self.junior()
        self.top_up(10000)
        terms = self.above("TRANSACTION", self.top_up, 10000.01)
        self.assertEqual((terms["ceiling"], terms["used"], terms["asked"], terms["left"], terms["action"], terms["currency"]),
                         ("10000.00", "10000.00", "10000.01", "10000.00", "TOP_UP", "CNY"))
        self.top_up(10000)
        terms = self.above("DAY", self.top_up, 0.01)
        self.assertEqual((terms["ceiling"], terms["used"], terms["left_micros"]), ("20000.00", "20000.00", "0"))
        self.call(TRANSFER, amount_micros=50 * UNIT, currency="CNY")  # another kind of act has its own
        self.above("TRANSACTION", self.call, TRANSFER, amount_micros=51 * UNIT, currency="CNY")
        self.assertEqual(len(self.peers.calls(TOP_UP)), 2)
        self.assertEqual({use.action: use.used_micros for use in self.call(GET).uses}, {1: 20000 * UNIT, 2: 50 * UNIT})

    def test_a_person_has_a_day_of_their_own(self):
        self.junior()
        self.top_up(10000)
        self.top_up(10000)
        self.principal = new_id()
        self.top_up(10000)

    def test_the_highest_of_the_roles_counts_and_none_without_a_ceiling(self):
        self.junior()
        self.roles = ["ROLE_FINANCE", "ROLE_MEMBER"]
        self.above("TRANSACTION", self.top_up, 10001)
        self.roles = ["ROLE_FINANCE", "ROLE_ACCOUNT_ADMINISTRATOR"]
        self.top_up(500000)
        self.call(OFFSET, amount_micros=9 * UNIT, currency="CNY")

    def test_a_role_of_the_account_s_own_is_no_way_past_them(self):  # GW-01
        own = {"role_id": new_id(), "name": "Treasury", "permissions": ["payments.top_up.*"]}
        self.peers.answer(RESOLVE, lambda request, metadata: dict(self.resolve(request, metadata), custom_roles=[own]))
        self.set(("FINANCE", "top_up", 100, 300), ("ACCOUNT_ADMINISTRATOR", "top_up", 1000, 200))
        self.roles = []
        self.top_up(100)
        self.above("TRANSACTION", self.top_up, 100.01)
        self.top_up(100)
        self.above("DAY", self.top_up, 0.01)
        self.roles = ["ROLE_FINANCE"]
        self.top_up(100)

    def test_another_currency_is_above(self):
        self.junior()
        self.above("TRANSACTION", self.top_up, 0.01, currency="USD")

    def test_a_repeated_one_counts_once_and_is_the_same_request(self):
        self.junior()
        again = {"request_id": new_id(), "target_account_id": self.account, "payment_method_id": new_id()}
        for _ in range(4):
            self.top_up(9000, **again)
        self.top_up(9000)
        no = self.no(self.top_up, 1, **again)
        self.assertEqual((no.code, no.reason), (PRECONDITION, "IDEMPOTENCY_MISMATCH"))
        self.top_up(2000)
        self.above("DAY", self.top_up, 0.01)

    def test_what_was_refused_is_given_back_and_what_is_not_known_counts(self):
        self.junior()
        for code, back in ((PRECONDITION, True), (grpc.StatusCode.PERMISSION_DENIED, True), (grpc.StatusCode.UNAVAILABLE, False)):
            self.peers.answer(TOP_UP, lambda *_, code=code: (_ for _ in ()).throw(No(code, "A_REASON")))
            with self.assertRaises(Refusal):
                self.top_up(4000)
            self.assertEqual(sum(use.used_micros for use in self.call(GET).uses), 0 if back else 4000 * UNIT, code)

    def test_a_top_up_that_fails_later_is_given_back(self):
        self.junior()
        self.top_up(7000)
        self.top_up(6000)
        self.peers.servers["payments"].happened("payments.v1.TopUpFailed", top_up_id=self.top_ups[0], account_id=self.account,
                                                target_account_id=self.account, failure_reason="CARD_DECLINED", amount_micros=7000 * UNIT, currency="CNY")
        deadline = time.monotonic() + 20
        while sum(use.used_micros for use in self.call(GET).uses) != 6000 * UNIT and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(sum(use.used_micros for use in self.call(GET).uses), 6000 * UNIT)

    def test_two_at_once_do_not_pass_together(self):
        self.junior()
        self.top_up(10000)
        ends, gate = [], threading.Barrier(8)

        def one():
            gate.wait()
            try:
                self.top_up(6000)
                ends.append("done")
            except Refusal as no:
                ends.append(no.reason)

        threads = [threading.Thread(target=one) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(ends), ["CEILING_EXCEEDED"] * 7 + ["done"])

    def test_what_is_set_counts_from_the_answer_on_at_every_gateway(self):
        self.roles = ["ROLE_FINANCE"]
        other = gateway(self.peers, **dict(self.settings, database=self.gateway.database))
        self.addCleanup(other.__exit__, None, None, None)
        ask = lambda: other.call(TOP_UP, metadata=(("authorization", "Bearer a-session"),), request_id=new_id(), target_account_id=self.account,
                                 payment_method_id=new_id(), rail=1, amount_micros=10001 * UNIT, currency="CNY")
        ask()
        self.junior()
        self.above("TRANSACTION", ask)
        self.set()
        ask()

    def test_orders_of_a_bulk_count_one_after_another(self):
        self.junior()
        give = lambda amount, **more: transfer(amount_micros=amount * UNIT, **more)
        self.assertEqual(self.submit(give(40), give(51), give(40), give(30), give(20), give(1)),
                         ["create_transfer", "CEILING_EXCEEDED", "create_transfer", "CEILING_EXCEEDED", "create_transfer", "CEILING_EXCEEDED"])
        self.assertEqual([len(request.orders) for request in self.seen()], [3])

    def test_a_group_that_fails_gives_back(self):
        self.junior()
        give = lambda amount, **more: transfer(amount_micros=amount * UNIT, **more)
        self.assertEqual(self.submit(dict(give(40), linked=True), give(51), give(40)), ["GROUP_FAILED", "CEILING_EXCEEDED", "create_transfer"])
        self.assertEqual(sum(use.used_micros for use in self.call(GET).uses), 40 * UNIT)
        refused = {"refused": {"code": 9, "message": "no"}}
        self.peers.answer(SUBMIT, lambda request, _: {"results": [refused for _ in request.orders]})
        self.submit(give(40))
        self.assertEqual(sum(use.used_micros for use in self.call(GET).uses), 40 * UNIT)

    def test_a_preview_hears_it_and_counts_nothing(self):
        self.junior()
        self.peers.answer(PREVIEW, lambda *_: {"result": {"create_transfer": {}}})
        for amount, end in ((50, "create_transfer"), (51, "CEILING_EXCEEDED"), (50, "create_transfer"), (50, "create_transfer")):
            self.assertEqual(outcome(self.call(PREVIEW, order=transfer(amount_micros=amount * UNIT)).result), end)
        self.assertEqual(len(self.call(GET).uses), 0)


if __name__ == "__main__":
    unittest.main()
