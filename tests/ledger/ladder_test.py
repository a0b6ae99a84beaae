"""The ladder of warnings before a suspension (A.6, c-2, LED-32): which notices an account gets while its money runs out, and that whoever was warned
stops in the entry that takes the last of it. The clock is turned; the gateway, which has notices sent, is played here."""
import os
import sys
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import wait_until  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import Clock, Service, message, new_id, psql, refused  # noqa: E402

MINUTE, HOUR, DAY = 60, 3600, 86400
FIVE_DAYS, TWENTY, FIVE, LAST_DAY, LAST_HOUR, SUSPENDING, STOPPED = range(1, 8)
RUNNING, IS_SUSPENDING, SUSPENDED = 1, 2, 3


class Ladder(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock, unwarned_grace="15m"))

    def setUp(self):
        self.company = Company(self.ledger)

    def opened(self, amount, a_day=700):
        """An account that spent as much on each of seven days, and has an amount left."""
        account = self.company.open(country="CN")
        self.clock.turn(8 * DAY)
        self.company.top_up(account, 7 * a_day + amount)
        for day in range(1, 8):
            self.use(account, a_day, effective_time={"seconds": int(self.clock.now()) - day * DAY})
        wait_until(lambda: self.company.read("RunwayService/GetRunway", account).runway.spent_micros == micros(7 * a_day))
        self.clock.turn(2 * HOUR)  # the last hour has nothing in it
        return account

    def use(self, account, amount, **fields):
        return self.company.call("UsageService/RecordUsage", account, amount_micros=micros(amount), currency="CNY", **fields).balances[0]

    def warned(self, account):
        """The warnings about an account, once all that was booked was looked at."""
        behind = "SELECT count(*) FROM ledger.told_chain JOIN ledger.chain USING (company_id) WHERE warned_length < chain.length AND company_id = '%s'"
        wait_until(lambda: psql(self.ledger.database, behind % self.company.id) == "0")
        found, cursor = [], ""
        while True:
            events = self.ledger.call("event.v1.EventService/ListEvents", cursor=cursor, page_size=1000).events
            for event in events:
                if event.type == "ledger.v1.RunwayWarning":
                    payload = message(event.type).FromString(event.payload)
                    found += [payload] if payload.account_id == account else []
            if not events:
                return found
            cursor = events[-1].cursor

    def rungs(self, account):
        return [(told.rung, list(told.rungs)) for told in self.warned(account)]

    def deliver(self, account, notice_id, rung, channel=1):
        self.ledger.call("ledger.v1.SuspensionService/RecordNotice", account_id=account, notice_id=notice_id, rung=rung, channel=channel,
                         deliver_time={"seconds": int(self.clock.now())})

    def read(self, account):
        return self.company.read("SuspensionService/GetSuspension", account)

    def test_a_posting_through_several_rungs_is_told_once(self):
        account = self.opened(5000)
        self.assertEqual(self.rungs(account), [])
        self.use(account, "3300")  # 1,700 left: below five days and 20 % of 21,000, and in an hour all of it goes
        self.assertEqual(self.rungs(account), [(LAST_HOUR, [FIVE_DAYS, TWENTY, LAST_DAY, LAST_HOUR])])
        self.use(account, 1)
        self.assertEqual(len(self.warned(account)), 1)
        self.company.top_up(account, 10 ** 6)  # above all of them: armed again
        self.assertEqual(len(self.warned(account)), 1)
        self.clock.turn(2 * HOUR)
        self.company.transfer(account, self.company.open(), "997500")  # 4,199 left: no spend, and below a rung all the same
        self.assertEqual(self.rungs(account)[1:], [(TWENTY, [TWENTY])])

    def test_a_drain_of_ninety_minutes_meets_the_ladder(self):
        """A job that uses 60 a minute of 5,400 (LED-05). Its owner is told before, each notice is delivered, and it stops at once in the end."""
        account, delivered = self.opened(5400), 0
        for minute in range(90):
            self.clock.turn(MINUTE)
            balance = self.use(account, 60)
            if minute % 10 == 4 or minute > 85:
                for told in self.warned(account)[delivered:]:
                    self.deliver(account, told.notice_id, told.rung)
                    delivered += 1
        self.assertTrue(balance.suspended)
        found = self.read(account)
        self.assertEqual(found.suspension.state, SUSPENDED)
        told = self.warned(account)
        self.assertEqual([named for one in told for named in one.rungs].count(LAST_HOUR), 1)
        self.assertEqual(sorted({named for one in told for named in one.rungs}), [FIVE_DAYS, TWENTY, FIVE, LAST_DAY, LAST_HOUR])
        self.assertEqual([notice.notice_id for notice in reversed(found.notices)], [one.notice_id for one in told])  # the suspension names them
        self.assertTrue(all(notice.HasField("deliver_time") and notice.raise_time.seconds <= found.suspension.turn_time.seconds
                            for notice in found.notices))

    def test_who_was_not_reached_has_a_grace(self):
        """The same notices, and none was delivered; the one about the stop to come is, by two channels."""
        account = self.opened(1000)
        self.use(account, 999)
        self.assertEqual(len(self.warned(account)), 1)
        self.assertFalse(self.use(account, 1).suspended)
        self.assertEqual((self.read(account).suspension.state, len(self.warned(account))), (IS_SUSPENDING, 1))
        notice = new_id()
        for channel in (1, 2, 2):
            self.deliver(account, notice, SUSPENDING, channel)
        self.assertEqual(sorted((one.rung, one.channel) for one in self.read(account).notices)[-2:], [(SUSPENDING, 1), (SUSPENDING, 2)])
        self.company.top_up(account, 1)
        self.assertEqual(self.read(account).suspension.state, RUNNING)
        self.assertTrue(self.use(account, 1).suspended)  # it was told minutes ago
        self.deliver(account, new_id(), STOPPED)
        self.assertEqual(max(one.rung for one in self.read(account).notices), SUSPENDING)  # came before it
        self.clock.turn(8 * DAY)
        self.company.top_up(account, 1)
        self.assertFalse(self.use(account, 1).suspended)  # the mail about the stop was no warning, and the others are too old

    def test_a_day_that_passes_is_looked_at(self):
        account = self.opened(4000)
        self.assertEqual(self.rungs(account), [(TWENTY, [TWENTY])])
        self.use(account, 2000)
        self.clock.turn(2 * HOUR)
        before = len(self.warned(account))
        looked = "SELECT rungs FROM ledger.ladder WHERE account_id = '%s'" % account
        self.assertNotEqual(psql(self.ledger.database, looked), "0")
        self.clock.turn(10 * DAY)  # nothing was spent in a week: all is well
        wait_until(lambda: psql(self.ledger.database, looked) == "0")
        self.assertEqual(len(self.warned(account)), before)

    def test_an_account_that_fails_keeps_no_other_waiting(self):
        """The zone of one whose company comes first is none any more; its chain is to be looked at, and later on to be folded, too."""
        first, second = sorted((Company(self.ledger), Company(self.ledger)), key=lambda company: company.id)
        self.company = first
        failing, other = self.opened(5000), first.open(country="CN")
        self.assertEqual(self.rungs(failing), [])
        self.company = second
        account = self.opened(5000)
        self.assertEqual(self.rungs(account), [])
        database = self.ledger.database
        psql(database, "UPDATE ledger.billing_zone SET time_zone = 'Nowhere/Land' WHERE account_id = '%s'" % failing)
        psql(database, "UPDATE ledger.told_chain SET warned_length = 0 WHERE company_id = '%s'" % first.id)
        self.use(account, 3300)
        self.assertEqual([rung for rung, _ in self.rungs(account)], [LAST_HOUR])
        first.top_up(other, 1)
        first.top_up(failing, 1)
        self.use(account, 1500)  # 200 left
        self.assertEqual([rung for rung, _ in self.rungs(account)], [LAST_HOUR, FIVE])
        psql(database, "UPDATE ledger.billing_zone SET time_zone = 'Asia/Shanghai' WHERE account_id = '%s'" % failing)

    def test_a_stranger_s_notice_is_refused(self):
        with refused(self, grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND"):
            self.deliver(new_id(), new_id(), FIVE_DAYS)
        account = self.company.open()
        for fields in ({"rung": 8}, {"rung": 0}, {"rung": 1, "channel": 3}):
            with refused(self, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT"):
                self.deliver(account, new_id(), **fields)


if __name__ == "__main__":
    unittest.main()
