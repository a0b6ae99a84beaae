"""Budgets in the ledger (LED-36, LED-44, breadth A.5): both sides of a threshold, once a period, at once where it is past, by the forecast, in the
periods of the billing zone, which Python counts by itself, and with a cap. The clock is turned."""
import datetime
import os
import sys
import unittest
import zoneinfo

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import wait_until  # noqa: E402
from ledger_client import CNY, Company, micros  # noqa: E402
from service import Clock, Service, message, new_id, psql, refused  # noqa: E402

EXHAUSTED, MISSING, PRECONDITION, INVALID = (getattr(grpc.StatusCode, name) for name in (
    "RESOURCE_EXHAUSTED", "NOT_FOUND", "FAILED_PRECONDITION", "INVALID_ARGUMENT"))
MONTH, QUARTER, YEAR = 1, 2, 3
ACTUAL, FORECAST = 1, 2
DAY = 86400


def period(zone, at, months):
    """By zoneinfo: the months of a year that a wall of the zone shows at a moment."""
    wall = datetime.datetime.fromtimestamp(at, zoneinfo.ZoneInfo(zone))
    begin = wall.replace(month=(wall.month - 1) // months * months + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
    end = begin.month + months
    return int(begin.timestamp()), int(begin.replace(year=begin.year + (end - 1) // 12, month=(end - 1) % 12 + 1).timestamp())


class Budgets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock))

    def setUp(self):
        self.company = Company(self.ledger)
        self.zone = "Asia/Shanghai"
        left = period(self.zone, self.clock.now(), 1)[1] - self.clock.now()
        if left < 12 * DAY:
            self.clock.turn(left + DAY)
        self.account = self.company.open(country="CN")
        self.company.top_up(self.account, 10 ** 6)

    def create(self, amount=1000, thresholds=(500000, 800000, 1000000), **fields):
        known = {"name": "Cloud", "amount_micros": micros(amount), "period": MONTH, "basis": ACTUAL, "thresholds_ppm": thresholds, **CNY}
        return self.company.call("BudgetService/CreateBudget", self.account, **dict(known, **fields)).budget

    def update(self, budget_id, amount, thresholds, **fields):
        return self.company.call("BudgetService/UpdateBudget", self.account, budget_id=budget_id, amount_micros=micros(amount),
                                 thresholds_ppm=thresholds, **dict(CNY, **fields)).budget

    def delete(self, budget_id):
        self.company.call("BudgetService/DeleteBudget", self.account, budget_id=budget_id)

    def listed(self, **fields):
        return self.company.read("BudgetService/ListBudgets", self.account, **fields)

    def buy(self, amount):
        return self.company.spend(self.account, amount).purchase.purchase_id

    def told(self):
        """The thresholds of each event about the account, once all that was booked, made or changed was looked at."""
        grew = ("SELECT count(*) FROM ledger.chain LEFT JOIN ledger.told_chain USING (company_id)"
                " WHERE coalesce(budget_length, 0) < chain.length AND company_id = '%s'")
        new = "SELECT count(*) FROM ledger.budget WHERE looked_time = 'epoch' AND account_id = '%s'"
        for query, about in ((grew, self.company.id), (new, self.account)):
            wait_until(lambda: psql(self.ledger.database, query % about) == "0")
        self.events, cursor = [], ""
        while True:
            found = self.ledger.call("event.v1.EventService/ListEvents", cursor=cursor, page_size=1000).events
            for event in found:
                if event.type == "ledger.v1.BudgetCrossed":
                    payload = message(event.type).FromString(event.payload)
                    self.events += [payload] if payload.account_id == self.account else []
            if not found:
                return [[ppm // 10000 for ppm in event.thresholds_ppm] for event in self.events]
            cursor = found[-1].cursor

    def test_each_threshold_is_told_once_a_period(self):
        made = self.create(name="Everything")
        self.assertEqual((made.name, made.amount_micros, list(made.thresholds_ppm), made.follows_cap, made.HasField("standing")),
                         ("Everything", micros(1000), [500000, 800000, 1000000], False, False))
        self.buy("499.99")
        self.assertEqual(self.told(), [])
        purchase = self.buy("0.01")
        self.assertEqual(self.told(), [[50]])
        self.assertEqual((self.events[0].budget_id, self.events[0].spent_micros, self.events[0].name), (made.budget_id, micros(500), "Everything"))
        self.company.call("PurchaseService/RefundPurchase", self.account, purchase_id=purchase, amount_micros=micros("0.01"), **CNY)
        self.buy("0.01")
        self.assertEqual(self.told(), [[50]])
        self.buy(500)
        self.assertEqual(self.told(), [[50], [80, 100]])
        listed = self.listed().budgets[0]
        begin, end = period(self.zone, self.clock.now(), 1)
        self.assertEqual((listed.standing.spent_micros, list(listed.standing.fired_thresholds_ppm), listed.standing.period_start_time.seconds,
                          listed.standing.period_end_time.seconds), (micros(1000), [500000, 800000, 1000000], begin, end))
        self.clock.turn(end - self.clock.now() + 60)
        self.assertEqual((self.listed().budgets[0].standing.spent_micros, len(self.listed().budgets[0].standing.fired_thresholds_ppm)), (0, 0))
        self.buy(500)
        self.assertEqual(self.told(), [[50], [80, 100], [50]])

    def test_what_is_past_is_told_at_once(self):
        self.buy(800)
        made = self.create()
        self.assertEqual(self.told(), [[50, 80]])
        self.update(made.budget_id, 1000, (700000, 900000))  # the same amount: 70 % is below what was told
        self.assertEqual(self.told(), [[50, 80]])
        self.update(made.budget_id, 1600, (500000, 900000))  # another one
        self.assertEqual(self.told(), [[50, 80], [50]])
        self.update(made.budget_id, "1600.01", (500000, 900000))
        self.assertEqual(self.told(), [[50, 80], [50]])

    def test_periods_are_of_the_billing_zone(self):
        for kind, months in ((MONTH, 1), (QUARTER, 3), (YEAR, 12)):
            self.create(period=kind)
            standing = self.listed().budgets[0].standing
            self.assertEqual((standing.period_start_time.seconds, standing.period_end_time.seconds), period(self.zone, self.clock.now(), months))
        begin = period(self.zone, self.clock.now(), 12)[0]
        use = lambda at: self.company.call("UsageService/RecordUsage", self.account, amount_micros=micros(600), effective_time={"seconds": at}, **CNY)
        use(begin - 900)
        use(begin)
        self.told()
        spent = {budget.period: budget.standing.spent_micros for budget in self.listed().budgets}
        self.assertEqual(spent[YEAR], micros(600))
        self.assertEqual(self.told()[0], [50])
        self.assertEqual({event.period for event in self.events if event.spent_micros == micros(600)} - {MONTH, QUARTER}, {YEAR})

    def test_a_forecast_is_told_before_it_comes(self):
        self.clock.turn(8 * DAY)
        for day in range(1, 8):
            self.company.call("UsageService/RecordUsage", self.account, amount_micros=micros(70), effective_time={
                "seconds": int(self.clock.now()) - day * DAY}, **CNY)
        self.create(amount=10000, basis=FORECAST, thresholds=[1])
        self.told()
        standing = self.listed().budgets[0].standing
        left = standing.period_end_time.seconds - self.clock.now()
        self.assertAlmostEqual(standing.forecast_micros, standing.spent_micros + micros(490) * left / (7 * DAY), delta=micros("0.2"))
        self.create(amount=standing.forecast_micros // 10 ** 6 + 1, basis=FORECAST, thresholds=[1000000], name="above")
        self.create(amount=standing.forecast_micros // 10 ** 6 - 1, basis=FORECAST, thresholds=[1000000], name="below")
        self.create(amount=standing.forecast_micros // 10 ** 6 - 1, basis=ACTUAL, thresholds=[1000000], name="spent")
        self.told()
        self.assertEqual([event.name for event in self.events], ["Cloud", "below"])

    def test_a_cap_brings_its_budget(self):  # LED-44
        cap = lambda amount, rpc="SetCap": self.company.call("CapService/" + rpc, self.account, cap_micros=micros(amount), **CNY)
        found = lambda: [(budget.amount_micros, [ppm // 10000 for ppm in budget.thresholds_ppm], budget.follows_cap) for budget in self.listed().budgets]
        cap(0)
        self.assertEqual(found(), [])
        cap(1000)
        self.assertEqual(found(), [(micros(1000), [50, 80, 100], True)])
        cap(600, "ImposeCap")  # the lowest
        self.assertEqual(found(), [(micros(600), [50, 80, 100], True)])
        self.buy(300)
        self.assertEqual(self.told(), [[50]])
        self.update(self.listed().budgets[0].budget_id, 600, [990000])
        cap(500)
        self.assertEqual(found(), [(micros(600), [99], False)])
        self.delete(self.listed().budgets[0].budget_id)
        self.create(amount=7)
        cap(400)
        self.assertEqual(found(), [(micros(7), [50, 80, 100], False)])

    def test_who_is_refused(self):
        made = [self.create(request_id=request) for request in (new_id(),) for _ in range(2)]
        self.assertEqual(made[0], made[1])
        for _ in range(19):
            last = self.create()
        with refused(self, EXHAUSTED, "BUDGET_LIMIT"):
            self.create()
        page = self.listed(page_size=15)
        rest = self.listed(page_size=15, page_token=page.next_page_token)
        ids = [budget.budget_id for budget in list(page.budgets) + list(rest.budgets)]
        self.assertEqual((len(ids), ids, ids[-1], rest.next_page_token), (20, sorted(ids, reverse=True), made[0].budget_id, ""))
        self.delete(last.budget_id)
        for change in (lambda: self.delete(last.budget_id), lambda: self.update(last.budget_id, 1, [1])):
            with refused(self, MISSING, "BUDGET_NOT_FOUND"):
                change()
        self.create()
        for change in (lambda: self.create(currency="USD"), lambda: self.update(made[0].budget_id, 1, [1], currency="USD")):
            with refused(self, PRECONDITION, "CURRENCY_MISMATCH"):
                change()
        for fields in ({"name": ""}, {"name": "n" * 129}, {"amount": 0}, {"amount": "0.001"}, {"period": 0}, {"period": 4}, {"basis": 0}, {"basis": 3},
                       {"thresholds": []}, {"thresholds": [2, 1]}, {"thresholds": [0]}, {"thresholds": [10000001]}, {"thresholds": range(1, 12)}):
            with refused(self, INVALID, "INVALID_ARGUMENT"):
                self.create(**fields)
        own, self.account = self.account, self.company.open()
        with refused(self, MISSING, "BUDGET_NOT_FOUND"):  # of another account
            self.delete(made[0].budget_id)
        self.account = new_id()
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.listed()
        acts = psql(self.ledger.database, "SELECT action || '|' || reason FROM ledger.act WHERE account_id = '%s' AND reason <> ''" % own).split("\n")
        self.assertIn("create_budget|BUDGET_LIMIT", acts)


if __name__ == "__main__":
    unittest.main()
