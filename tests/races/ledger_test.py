"""Many callers at once on few accounts, through two replicas: what they were told must be what some order of one after the other would
have shown, an order that respects real time.

How it is checked. An accepted order answers with the versions that it made of its accounts; each version is made once, so the
versions of an account line its orders up, and all accounts together with real time (who was answered before another asked came
first) give a partial order. A topological order of it is replayed by the second model, which must give each answer again, balance
by balance. A refused order made no version: it must be refused with the same reason at some moment between its question and its
answer, so the model is asked at each point of that stretch, which the orders that touch the account the money was to leave bound.
A cycle, a version missing or made twice, or a refusal that no moment explains is a violation."""
import os
import random
import sys
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "support"), os.path.join(HERE, "..", "model")]
import ledger  # noqa: E402
import ledger_model as model  # noqa: E402
from service import Service, new_id  # noqa: E402

SEED = int(os.environ.get("KONTOR_SEED", "0")) or int(time.time())
UNIT = 1000000
CLIENTS, ORDERS, ROUNDS = 12, 25, int(os.environ.get("KONTOR_RACE_ROUNDS", "3"))


class Recorded:
    """One order as its caller saw it."""

    def __init__(self, kind, order, asked, answered, answer):
        self.kind, self.order, self.asked, self.answered, self.answer = kind, order, asked, answered, answer
        self.versions = {b.account_id: b.version for b in answer.response.balances} if not answer.refused else {}

    def __repr__(self):
        return "%s %s -> %s" % (self.kind, self.order, self.answer)


def serial_order(accepted):
    """Each after those whose versions it continues and those answered before it asked; fails on a cycle."""
    left, order, at = set(accepted), [], {}
    while left:
        latest_start = min(recorded.answered for recorded in left)
        ready = [recorded for recorded in left if recorded.asked <= latest_start
                 and all(at.get(account_id, recorded.first_version) + 1 == version for account_id, version in recorded.versions.items())]
        assert ready, "no order fits: %s" % sorted(left, key=lambda recorded: recorded.asked)[:4]
        chosen = min(ready, key=lambda recorded: recorded.answered)
        at.update(chosen.versions)
        order.append(chosen)
        left.remove(chosen)
    return order


class Serial(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print("KONTOR_SEED=%d" % SEED, flush=True)
        cls.first = cls.enterClassContext(Service("ledger"))
        cls.second = cls.enterClassContext(Service("ledger", database=cls.first.database))

    def open(self, count, own):
        """A company of accounts with so much own cash, in the ledger and in the model."""
        self.company, self.model = new_id(), model.Model()
        self.accounts = [ledger.open_account(self.first, self.company) for _ in range(count)]
        for account_id in self.accounts:
            ledger.top_up(self.first, self.company, account_id, own * UNIT)
            account = self.model.state.accounts[account_id] = model.Account(account_id, self.company)
            account.own, account.version, account.suspended = own * UNIT, 1, False

    def order(self, dice):
        account_id, other_id = dice.sample(self.accounts, 2)
        order = {"account_id": account_id, "company_id": self.company, "request_id": new_id(), "currency": "CNY",
                 "amount_micros": dice.choice([5, 10, 20, 40, 60]) * UNIT}
        kind = dice.choices(["create_transfer", "revoke_transfer", "create_purchase", "credit_top_up"], [8, 5, 3, 1])[0]
        if "transfer" in kind:
            order["destination_account_id"] = other_id
        if kind == "revoke_transfer":
            order["suspension_acknowledged"] = dice.random() < 0.5
        if kind == "credit_top_up":
            order["top_up_id"] = new_id()
        return kind, order

    def client(self, number, seed):
        dice, replica = random.Random(seed), (self.first, self.second)[number % 2]
        for _ in range(ORDERS):
            kind, order = self.order(dice)
            asked = time.monotonic()
            try:
                if dice.random() < 0.3:
                    answer = ledger.submit_bulk(replica, [(kind, order, False)])[0]
                else:
                    answer = ledger.submit_one(replica, kind, order)
            except Exception as error:
                self.failures.append(error)
                return
            self.recorded.append(Recorded(kind, order, asked, time.monotonic(), answer))

    def run_clients(self, seed):
        self.recorded, self.failures = [], []
        threads = [threading.Thread(target=self.client, args=(number, seed * 1000 + number)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.failures, [])

    def replay(self):
        """The model gives every answer again."""
        refused = [recorded for recorded in self.recorded if recorded.answer.refused]
        for recorded in self.recorded:
            recorded.first_version = 1
        story = serial_order([recorded for recorded in self.recorded if not recorded.answer.refused])
        unexplained = set(refused)
        for place in range(len(story) + 1):
            for recorded in list(unexplained):
                if self.may_stand(recorded, story, place) and self.is_refused_now(recorded):
                    unexplained.remove(recorded)
            if place < len(story):
                self.repeat(story[place])
        self.assertEqual(list(unexplained), [], "refused, though at no moment between question and answer it had to be")
        return len(story), len(refused)

    @staticmethod
    def may_stand(recorded, story, place):
        """Real time allows it between these orders: none before it asked after its answer, none behind it was answered before it asked."""
        decisive = recorded.order["destination_account_id" if recorded.kind == "revoke_transfer" else "account_id"]
        return (all(other.asked <= recorded.answered for other in story[:place] if decisive in other.versions)
                and all(other.answered >= recorded.asked for other in story[place:] if decisive in other.versions))

    def is_refused_now(self, recorded):
        verdict = None
        try:
            self.model.preview(recorded.kind, recorded.order)
        except model.Refused as refusal:
            verdict = refusal.code, refusal.reason
        return verdict == recorded.answer.refused

    def repeat(self, recorded):
        verdict = self.model.submit_group([(recorded.kind, recorded.order)])[0]
        self.assertNotIsInstance(verdict, model.Refused, "accepted: %s" % recorded)
        told = [{key: getattr(balance, key) for key in verdict[1][0]} for balance in recorded.answer.response.balances]
        self.assertEqual(told, verdict[1], recorded)

    def test_what_callers_were_told_is_some_serial_order(self):
        for turn in range(ROUNDS):
            self.open(4, 300)
            self.run_clients(SEED + turn)
            accepted, refused = self.replay()
            print("round %d: %d accepted, %d refused, all explained" % (turn, accepted, refused), flush=True)
            self.assertGreater(min(accepted, refused), 20)
        findings, _ = ledger.audit(self.first)
        self.assertEqual(list(findings), [])

    def test_opposite_directions_never_wait_for_each_other(self):
        """Linked orders that touch the accounts in opposite orders, from both replicas: nobody is a deadlock's victim."""
        self.open(6, 1000)
        errors = []

        def circle(number):
            ring = self.accounts if number % 2 else self.accounts[::-1]
            ring = ring[number % 6:] + ring[:number % 6]
            for _ in range(15):
                orders = [("create_transfer", {"account_id": ring[0], "company_id": self.company, "request_id": new_id(), "currency": "CNY",
                                               "amount_micros": UNIT, "destination_account_id": other}, other != ring[-1]) for other in ring[1:]]
                answers = ledger.submit_bulk((self.first, self.second)[number % 2], orders)
                errors.extend(answer.refused for answer in answers if answer.refused)
        threads = [threading.Thread(target=circle, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])
        cash = sum(ledger.balance(self.first, self.company, account_id).cash_micros for account_id in self.accounts)
        self.assertEqual(cash, 6000 * UNIT)
        self.assertEqual(ledger.audit(self.first, self.company)[0], [])
        for replica in (self.first, self.second):
            self.assertNotIn("deadlock", replica.log().lower())


if __name__ == "__main__":
    unittest.main()
