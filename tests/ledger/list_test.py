"""Holds, purchases and bills as an account's tables show them: narrowed, in pages, each call with a bounded look however rare the thing is."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import Company, micros  # noqa: E402
from service import Clock, Service, new_id, psql, refused  # noqa: E402

import grpc  # noqa: E402

INVALID = grpc.StatusCode.INVALID_ARGUMENT
DAY = 86400
HOLDS, PURCHASES, BILLS = "HoldService/ListHolds", "PurchaseService/ListPurchases", "UsageService/ListBills"


class ListTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock))

    def setUp(self):
        self.company = Company(self.ledger)
        self.a, self.b = self.company.open(), self.company.open()
        self.company.top_up(self.a, 1000)

    def moment(self, ahead=0):
        return {"seconds": int(self.clock.now()) + ahead}

    def listed(self, rpc, member, account=None, **fields):
        return list(getattr(self.company.read(rpc, account or self.a, **fields), member))

    def hold(self, amount, ahead=DAY, **fields):
        return self.company.call("HoldService/PlaceHold", self.a, amount_micros=micros(amount), currency="CNY", expire_time=self.moment(ahead),
                                 **fields).hold.hold_id

    def usage(self, account, amount, due, **fields):
        self.company.call("UsageService/RecordUsage", account, amount_micros=micros(amount), currency="CNY")
        self.company.call("UsageService/SettleUsage", account, due_time=self.moment(due), **fields)

    def paged(self, rpc, member, account=None, **fields):
        """The sizes of the pages, each size to the one that promises no other; and what they gave, the same for each."""
        whole = self.listed(rpc, member, account, **fields)
        for size in range(1, len(whole) + 2):
            token, seen = None, []
            while token != "":
                page = self.company.read(rpc, account or self.a, page_size=size, page_token=token or "", **fields)
                seen += list(getattr(page, member))
                token = page.next_page_token
            self.assertEqual(seen, whole, size)
        return whole


class Holds(ListTest):
    def ids(self, **fields):
        return [hold.hold_id for hold in self.listed(HOLDS, "holds", **fields)]

    def total(self, account=None, **fields):
        page = self.company.read(HOLDS, account or self.a, with_total=True, **fields)
        return page.active_count, page.active_micros

    def test_they_are_listed_by_the_state_that_they_have_now(self):
        """D.4: at the very moment of its expiry a hold is EXPIRED, noted or not."""
        kept, captured, voided = self.hold(1, tag="kept"), self.hold(2), self.hold(3, remark="for the Tokyo POC")
        over = self.hold(4, ahead=60)
        self.company.call("HoldService/CaptureHold", self.a, hold_id=captured, amount_micros=micros(2), currency="CNY")
        self.company.call("HoldService/VoidHold", self.a, hold_id=voided)
        self.assertEqual(self.ids(state="HOLD_STATE_ACTIVE"), [over, kept])
        self.company.call("HoldService/CaptureHold", self.a, hold_id=over, amount_micros=micros("1.50"), currency="CNY")
        self.assertEqual(self.total(), (2, micros("3.50")))
        self.clock.turn(30)
        self.assertEqual(self.total(), (2, micros("3.50")))
        self.clock.turn(30)
        self.assertEqual((self.total(), self.total(tag="servers", page_size=1), self.total(account=self.b)), ((1, micros(1)), (1, micros(1)), (0, 0)))
        self.clock.turn(1)
        self.assertEqual(self.ids(), [over, voided, captured, kept])
        for state, expected in (("ACTIVE", [kept]), ("CAPTURED", [captured]), ("VOIDED", [voided]), ("EXPIRED", [over])):
            self.assertEqual(self.ids(state="HOLD_STATE_" + state), expected, state)
        self.assertEqual(self.ids(tag="kept"), [kept])
        self.assertEqual(self.ids(remark_contains="Tokyo"), [voided])
        self.assertEqual(self.listed(HOLDS, "holds", account=self.b), [])
        self.assertEqual([hold.state for hold in self.paged(HOLDS, "holds")], [4, 3, 2, 1])

    def test_they_are_narrowed_by_when_they_were_placed(self):
        first = self.hold(1)
        self.clock.turn(100)
        between = self.moment()
        self.clock.turn(100)
        second = self.hold(2)
        self.assertEqual((self.ids(start_time=between), self.ids(end_time=between)), ([second], [first]))

    def test_a_look_is_bounded(self):
        """1,000 entries a call; the page of a rare one is empty and its token goes on."""
        rare = self.hold(1, tag="rare")
        order = {"amount_micros": micros("0.01"), "currency": "CNY", "expire_time": self.moment(DAY)}
        self.company.submit(self.a, *[("place_hold", order)] * 999)
        self.assertEqual(self.ids(tag="rare"), [rare])
        self.hold("0.01")
        self.assertEqual(self.total(), (1001, micros("11.00")))
        page = self.company.read(HOLDS, self.a, tag="rare")
        self.assertEqual((page.active_count, page.active_micros), (0, 0))
        self.assertEqual(len(page.holds), 0)
        rest = self.company.read(HOLDS, self.a, tag="rare", page_token=page.next_page_token)
        self.assertEqual(([hold.hold_id for hold in rest.holds], rest.next_page_token), ([rare], ""))


class Purchases(ListTest):
    def test_they_are_listed_with_what_was_refunded(self):
        """Paid from one source or several, a capture among them; usage and refunds are none."""
        plain = self.company.spend(self.a, 10, tag="servers").purchase.purchase_id
        self.company.transfer(self.a, self.b, 30)
        self.company.top_up(self.b, 5)
        mixed = self.company.spend(self.b, 32, remark="Tokyo").purchase.purchase_id
        capture = self.company.call("HoldService/CaptureHold", self.a, hold_id=self.hold(7), amount_micros=micros(6), currency="CNY",
                                    final=True).purchase_id
        self.company.call("PurchaseService/RefundPurchase", self.a, purchase_id=plain, amount_micros=micros(4), currency="CNY")
        self.company.call("UsageService/RecordUsage", self.a, amount_micros=micros(1), currency="CNY")
        found = self.paged(PURCHASES, "purchases")
        self.assertEqual([(each.purchase_id, each.amount_micros, each.refunded.own_micros) for each in found],
                         [(capture, micros(6), 0), (plain, micros(10), micros(4))])
        of_b = self.listed(PURCHASES, "purchases", account=self.b)
        self.assertEqual([(each.purchase_id, each.paid.transferred_in_micros, each.paid.own_micros) for each in of_b], [(mixed, micros(30), micros(2))])
        self.assertEqual(found[1], self.company.read("PurchaseService/GetPurchase", self.a, purchase_id=plain).purchase)
        for fields, expected in (({"tag": "servers"}, 1), ({"tag": "server"}, 0), ({"remark_contains": "Tokyo"}, 0),
                                 ({"effective_start_time": self.moment(3600)}, 0), ({"end_time": self.moment(3600)}, 2)):
            self.assertEqual(len(self.listed(PURCHASES, "purchases", **fields)), expected, fields)

    def test_they_are_narrowed_to_a_sub_account(self):
        """LED-20."""
        sub = self.company.customer(self.a)
        self.company.call("QuotaService/SetQuota", self.a, sub_account_id=sub, line_micros=micros(50), currency="CNY")
        bought = self.company.spend(self.a, 3, sub_account_id=sub).purchase.purchase_id
        self.company.spend(self.a, 4)
        found = self.listed(PURCHASES, "purchases", sub_account_id=sub)
        self.assertEqual([(each.purchase_id, each.sub_account_id) for each in found], [(bought, sub)])


class Bills(ListTest):
    def setUp(self):
        super().setUp()
        self.company.call("CreditService/SetCreditLine", self.a, line_micros=micros(10 ** 6), currency="CNY")
        self.postpaid = self.company.open(payment_mode="PAYMENT_MODE_POSTPAID")

    def bills(self, **fields):
        return [(bill.owed_micros // 10 ** 6, bill.paid_micros // 10 ** 6, bill.state, bill.overdue)
                for bill in self.listed(BILLS, "bills", account=self.postpaid, **fields)]

    def test_they_are_listed_the_latest_due_first_with_what_is_paid(self):
        self.usage(self.postpaid, 10, 5 * DAY, tag="may")
        self.usage(self.postpaid, 20, 3 * DAY, remark="June, Tokyo")
        self.usage(self.postpaid, 40, 5 * DAY)
        self.assertEqual(self.bills(), [(40, 0, 1, False), (10, 0, 1, False), (20, 0, 1, False)])
        self.company.top_up(self.postpaid, 25)
        self.company.call("UsageService/PayBills", self.postpaid, currency="CNY")
        self.assertEqual(self.bills(), [(40, 0, 1, False), (10, 5, 1, False), (20, 20, 2, False)])
        self.clock.turn(5 * DAY)
        self.assertEqual(self.bills(state="BILL_STATE_UNPAID"), [(40, 0, 1, True), (10, 5, 1, True)])
        self.assertEqual(self.bills(state="BILL_STATE_PAID"), [(20, 20, 2, False)])
        self.assertEqual(self.bills(tag="may"), [(10, 5, 1, True)])
        self.assertEqual(self.bills(remark_contains="Tokyo"), [(20, 20, 2, False)])
        self.assertEqual(self.bills(end_time=self.moment(-DAY)), [(20, 20, 2, False)])
        self.assertEqual(len(self.bills(start_time=self.moment(-DAY))), 2)
        self.assertEqual(len(self.paged(BILLS, "bills", account=self.postpaid)), 3)
        self.assertEqual(self.listed(BILLS, "bills"), [])

    def test_without_anything_unpaid_none_is_looked_for(self):
        self.assertEqual(self.bills(state="BILL_STATE_UNPAID"), [])
        self.usage(self.postpaid, 10, DAY)
        self.company.top_up(self.postpaid, 10)
        self.company.call("UsageService/PayBills", self.postpaid, currency="CNY")
        self.assertEqual(self.bills(state="BILL_STATE_UNPAID"), [])
        self.assertEqual(self.bills(), [(10, 10, 2, False)])


class Risks(ListTest):
    """E23: own 500, limit 1,000, unbilled 900; the 500 are transferred to another account."""
    RPC = "CreditService/ListCreditRisks"

    def on_credit(self, own=500, unbilled=900):
        account = self.company.open(payment_mode="PAYMENT_MODE_POSTPAID")
        self.company.call("CreditService/SetCreditLine", account, line_micros=micros(10 ** 6), currency="CNY")
        self.company.call("CreditService/SetCreditLimit", account, limit_micros=micros(1000), currency="CNY")
        self.company.call("CreditService/ConfirmCreditLimit", account)
        self.company.top_up(account, own)
        self.company.call("UsageService/RecordUsage", account, amount_micros=micros(unbilled), currency="CNY")
        return account

    def risks(self):
        return {risk.balance.account_id: risk for risk in self.listed(self.RPC, "risks", page_size=100)}

    def test_who_moves_its_cash_out_and_lives_on_credit_is_listed(self):
        account = self.on_credit()
        self.company.transfer(account, self.a, 499.99)
        self.assertNotIn(account, self.risks())
        self.clock.turn(60)
        before = self.moment()["seconds"]
        self.company.transfer(account, self.a, 0.01)
        risk = self.risks()[account]
        self.assertEqual((risk.balance.own_micros, risk.balance.credit_limit_micros, risk.balance.unbilled_micros, risk.balance.available_micros),
                         (0, micros(1000), micros(900), micros(100)))
        self.assertEqual(risk.transferable_micros, 0)
        self.assertLessEqual(before, risk.since_time.seconds)
        self.clock.turn(60)
        self.assertEqual(self.risks()[account].since_time, risk.since_time)
        self.company.revoke(account, self.a, 500)
        self.assertNotIn(account, self.risks())

    def test_cash_that_was_spent_or_that_others_gave_is_none(self):
        little, spent, carried = self.on_credit(unbilled=0.01), self.on_credit(), self.on_credit()
        self.company.spend(spent, 500)
        for account in (little, carried):
            self.company.transfer(account, self.a, 500)
        self.assertEqual(set(self.risks()) & {little, spent, carried}, {little, carried})
        self.company.top_up(self.b, 900.01)
        for account, amount in ((little, 0.01), (carried, 900)):  # as much as it owes
            self.company.transfer(self.b, account, amount)
        self.assertEqual(set(self.risks()) & {little, spent, carried}, set())

    def test_money_that_came_and_was_spent_since_ends_it(self):
        account = self.on_credit()
        self.company.transfer(account, self.a, 500)
        self.assertIn(account, self.risks())
        self.company.top_up(account, 10)
        self.company.spend(account, 10)
        self.assertNotIn(account, self.risks())

    def test_pages_and_a_bounded_look(self):
        mine = sorted((self.on_credit() for _ in range(3)), reverse=True)
        for account in mine:
            self.company.transfer(account, self.a, 500)
        self.assertEqual([risk.balance.account_id for risk in self.paged(self.RPC, "risks") if risk.balance.account_id in mine], mine)
        psql(self.ledger.database, """INSERT INTO ledger.account (company_id, account_id, corporate, company_verified, currency, state, payment_mode,
             buffer_micros, contract_state, suspended, opened_time)
             SELECT gen_random_uuid(), ('ffffffff' || substr(gen_random_uuid()::text, 9))::uuid, true, true, 'CNY', 1, 1, 0, 1, true, now()
             FROM generate_series(1, 1000)""")
        first = self.company.read(self.RPC, self.a)
        self.assertEqual(list(first.risks), [])
        second = self.company.read(self.RPC, self.a, page_token=first.next_page_token)
        self.assertEqual([risk.balance.account_id for risk in second.risks if risk.balance.account_id in mine], mine)
        self.assertEqual(second.next_page_token, "")
        psql(self.ledger.database, "DELETE FROM ledger.account WHERE account_id >= 'ffffffff-0000-0000-0000-000000000000'")


class Asked(ListTest):
    def test_what_no_entry_can_have_is_refused(self):
        for rpc in (HOLDS, PURCHASES, BILLS):
            for field, bad in (("tag", "x" * 65), ("remark_contains", "x" * 257), ("page_token", "next please"), ("page_size", -1)):
                with self.subTest(rpc=rpc, field=field), refused(self, INVALID, field=field):
                    self.company.read(rpc, self.a, **{field: bad})
        for rpc in (HOLDS, BILLS):
            with refused(self, INVALID, field="state"):
                self.company.read(rpc, self.a, state=77)


if __name__ == "__main__":
    unittest.main()
