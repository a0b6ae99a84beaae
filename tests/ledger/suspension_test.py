"""When services stop at an account's line, by its policy, and run again, and what runners say about it (A.6, LED-01, LED-04, c-2). The clock is turned."""
import os
import sys
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import wait_until  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import Clock, Service, message, new_id, psql, refused  # noqa: E402

MINUTE, DAY = 60, 86400
RUNNING, SUSPENDING, SUSPENDED, RELEASE_DUE, RELEASED = range(1, 6)
IMMEDIATE, DELAY, NONE = range(1, 4)


class Suspended(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock, unwarned_grace="15m"))

    def setUp(self):
        self.company = Company(self.ledger)

    def opened(self, amount, **fields):
        account = self.company.open(**fields)
        self.company.top_up(account, amount)
        return account

    def use(self, account, amount):
        return self.company.call("UsageService/RecordUsage", account, amount_micros=micros(amount), currency="CNY").balances[0]

    def read(self, account):
        return self.company.read("SuspensionService/GetSuspension", account)

    def state(self, account):
        return self.read(account).suspension.state

    def set_policy(self, account, policy, **fields):
        return self.company.call("SuspensionService/SetSuspensionPolicy", account, policy=policy, **fields).suspension

    def acknowledge(self, account, suspension_id, runner="compute"):
        return self.company.call("SuspensionService/AcknowledgeSuspension", account, suspension_id=suspension_id, runner=runner).suspension

    def unacknowledged(self, account):
        found = self.ledger.call("ledger.v1.SuspensionService/ListUnacknowledgedSuspensions", page_size=100).suspensions
        return [suspension.state for suspension in found if suspension.account_id == account]

    def warn(self, account, ago):
        """As if a notice had been delivered; whatever was remembered of the company is stale."""
        psql(self.ledger.database, "UPDATE ledger.account SET warned_time = to_timestamp(%.6f) WHERE account_id = '%s';"
             " UPDATE ledger.chain SET revision = gen_random_uuid() WHERE company_id = '%s'" % (self.clock.now() - ago, account, self.company.id))

    def told(self, account):
        """The events about an account, since its first money made it run."""
        found, cursor = [], ""
        while True:
            events = self.ledger.call("event.v1.EventService/ListEvents", cursor=cursor, page_size=1000).events
            for event in events:
                if event.type.startswith("ledger.v1.Account"):
                    payload = message(event.type).FromString(event.payload)
                    found += [(event.type[len("ledger.v1.Account"):], payload)] if payload.account_id == account else []
            if not events:
                self.assertEqual(found[0][0], "Resumed")
                return found[1:]
            cursor = events[-1].cursor

    def test_who_was_warned_stops_in_that_entry(self):
        account = self.opened("0.02")
        self.warn(account, DAY)
        self.assertFalse(self.use(account, "0.01").suspended)
        self.assertTrue(self.use(account, "0.01").suspended)
        [(kind, event)] = self.told(account)
        found = self.read(account).suspension
        self.assertEqual((kind, event.suspension_id, found.state), ("Suspended", found.suspension_id, SUSPENDED))
        self.assertEqual(event.release_time.seconds - found.turn_time.seconds, 15 * DAY)

    def test_a_notice_counts_for_seven_days(self):
        account = self.opened(1)
        self.warn(account, 7 * DAY + 1)
        self.assertFalse(self.use(account, 1).suspended)
        self.assertEqual(self.state(account), SUSPENDING)

    def test_a_postpaid_account_runs_at_its_buffer(self):
        account = self.opened(100, payment_mode="PAYMENT_MODE_POSTPAID")
        self.warn(account, DAY)
        self.assertFalse(self.company.balance(account).suspended)
        self.assertTrue(self.use(account, "0.01").suspended)
        self.assertFalse(self.company.top_up(account, "0.01").balances[0].suspended)

    def test_who_was_not_warned_has_fifteen_minutes(self):
        spared, stopped = self.opened(1), self.opened(1)
        self.assertFalse(self.use(spared, 1).suspended or self.use(stopped, 1).suspended)
        found = self.read(stopped).suspension
        [(kind, event)] = self.told(stopped)
        self.assertEqual((kind, found.state, event.stop_time), ("Suspending", SUSPENDING, found.stop_time))
        self.clock.turn(10 * MINUTE)
        self.company.top_up(spared, 100)
        self.assertEqual([kind for kind, _ in self.told(spared)], ["Suspending", "Spared"])
        self.assertEqual(self.state(spared), RUNNING)
        other = self.opened(1)
        self.use(other, 1)
        self.clock.turn(found.stop_time.seconds - self.clock.now() - 1)
        self.assertEqual(self.state(stopped), SUSPENDING)
        self.clock.turn(2)
        wait_until(lambda: self.state(stopped) == SUSPENDED)
        self.assertEqual([kind for kind, _ in self.told(stopped)], ["Suspending", "Suspended"])
        self.assertEqual(self.state(other), SUSPENDING)

    def test_a_runner_acknowledges_what_it_has_done(self):
        account = self.opened(1)
        self.acknowledge(account, self.read(account).suspension.suspension_id)  # that it runs
        self.assertEqual(self.unacknowledged(account), [])
        self.warn(account, 0)
        self.use(account, 1)
        stop = self.read(account).suspension.suspension_id
        self.assertEqual(self.unacknowledged(account), [SUSPENDED])
        for runner in ("compute", "storage", "compute"):
            self.acknowledge(account, stop, runner)
        self.assertEqual([said.runner for said in self.read(account).acknowledgements], ["compute", "storage"])
        self.assertEqual(self.unacknowledged(account), [])
        self.company.top_up(account, 1)
        self.assertEqual((self.unacknowledged(account), len(self.read(account).acknowledgements)), ([RUNNING], 0))
        with refused(self, grpc.StatusCode.FAILED_PRECONDITION, "SUSPENSION_PASSED"):
            self.acknowledge(account, stop)
        with refused(self, grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND"):
            self.acknowledge(new_id(), stop)

    def test_what_is_stopped_is_released_after_fifteen_days(self):
        account = self.opened(1)
        self.warn(account, 0)
        self.use(account, 1)
        release = self.read(account).suspension.release_time.seconds
        self.clock.turn(release - self.clock.now() - 1)
        other = self.opened(1)
        self.use(other, 1)
        self.assertEqual(self.state(account), SUSPENDED)
        self.clock.turn(2)
        wait_until(lambda: self.state(account) == RELEASE_DUE)
        kind, event = self.told(account)[-1]
        self.assertEqual((kind, event.suspension_id), ("ReleaseDue", self.read(account).suspension.suspension_id))
        self.assertEqual(self.acknowledge(account, event.suspension_id).state, RELEASED)
        self.assertFalse(self.company.top_up(account, 1).balances[0].suspended)
        self.assertEqual(self.state(account), RUNNING)

    def test_policies_delay_or_never_stop(self):
        delay, never = self.opened(1), self.opened(1)
        self.assertEqual((self.set_policy(delay, DELAY).policy, self.set_policy(never, NONE, remark="a bank").policy), (DELAY, NONE))
        for account in (delay, never):
            self.warn(account, 0)
            self.assertFalse(self.use(account, 1).suspended)
        found = self.read(delay).suspension
        self.clock.turn(found.stop_time.seconds - self.clock.now() - 1)
        self.assertEqual(self.state(delay), SUSPENDING)
        self.clock.turn(2)
        wait_until(lambda: self.state(delay) == SUSPENDED)
        self.assertEqual((self.state(never), self.told(never)), (RUNNING, []))
        self.assertEqual(self.set_policy(delay, NONE).state, RUNNING)
        self.company.update(never, "state", state=3)
        with refused(self, grpc.StatusCode.FAILED_PRECONDITION, "ACCOUNT_CLOSED"):
            self.set_policy(never, IMMEDIATE)
        acts = psql(self.ledger.database, "SELECT action || '|' || reason || '|' || remark FROM ledger.act WHERE account_id = '%s'"
                    " AND action LIKE '%%policy' ORDER BY after_sequence, number" % never)
        self.assertEqual(acts.split("\n"), ["set_suspension_policy||NONE: a bank", "set_suspension_policy|ACCOUNT_CLOSED|IMMEDIATE"])

    def test_a_suspension_moves_with_its_account(self):
        account = new_id()
        alone = Company(self.ledger)
        alone.id = account
        alone.open(account, company_verified=False)
        alone.call("SuspensionService/SetSuspensionPolicy", account, policy=DELAY)
        alone.top_up(account, 1)
        alone.call("UsageService/RecordUsage", account, amount_micros=micros(1), currency="CNY")
        before = alone.read("SuspensionService/GetSuspension", account).suspension
        self.company.open(account, with_entries=True)
        self.assertEqual((before.state, self.read(account).suspension), (SUSPENDING, before))


if __name__ == "__main__":
    unittest.main()
