"""A ledger that was put back to a state before, while payments was not: what payments knows to be credited is credited there again, and never
forgone, in whatever order its sagas are carried on again."""
import unittest

import saga_test
from service import psql

CREDITED = saga_test.CREDITED
of_sagas = vars(saga_test.SagaTest)


class PutBack(unittest.TestCase):
    setUpClass = of_sagas["setUpClass"]
    open_sagas, followed, settle = (of_sagas[name] for name in ("open_sagas", "followed", "settle"))
    opened_account, top_up, decide_return = (of_sagas[name] for name in ("opened_account", "top_up", "decide_return"))

    def setUp(self):
        self.world = saga_test.World(self.peers)
        psql(self.gateway.database, "DELETE FROM gateway.saga")  # of another world

    def credited(self):
        account, company = self.opened_account()
        self.settle()
        top_up = self.top_up(account)
        self.settle()
        self.assertEqual((len(self.world.of(self.world.credited, top_up, account)), self.world.states[top_up]), (1, CREDITED))
        return top_up, account, company

    def carry_on_again(self, event="%"):
        psql(self.gateway.database, "UPDATE gateway.saga SET finish_time = NULL, outcome = '', due_time = now() WHERE event_type LIKE '%s'" % event)
        self.settle()

    def credits(self, top_up, account):
        """As (credited to the account, marked, refunds begun)."""
        kept = [request for request in self.world.of(self.world.credited, top_up, account) if request.DESCRIPTOR.name == "CreditTopUpRequest"]
        return len(kept), len(self.world.of(self.world.marked, top_up)), len(self.world.of(self.world.refunding, top_up))

    def test_what_payments_knows_to_be_credited_is_credited_again(self):
        top_up, account, _ = self.credited()
        self.carry_on_again()
        self.assertEqual(self.credits(top_up, account), (1, 1, 0))
        self.world.credited.clear()
        self.carry_on_again()
        self.assertEqual(self.credits(top_up, account), (1, 1, 0))

    def test_the_account_comes_back_before_its_money(self):
        top_up, account, company = self.credited()
        self.world.credited.clear()
        self.world.opened.clear()
        self.carry_on_again("%TopUpSucceeded' OR event_type LIKE '%CompanyVerified")
        self.assertEqual((self.credits(top_up, account), (company, account) in self.world.opened), ((1, 1, 0), True))

    def test_what_was_credited_before_a_return_was_decided_is_not_forgone(self):
        """An operator decided to return it when it was credited already; of that the ledger knows nothing any more."""
        top_up, account, _ = self.credited()
        self.decide_return(top_up, account)
        self.world.states[top_up] = CREDITED
        self.settle()
        for first in ("%TopUpReturnDecided", "%TopUpSucceeded"):
            self.world.credited.clear()
            self.carry_on_again(first)
            self.assertEqual(self.credits(top_up, account), (1, 1, 0), first)
            self.carry_on_again()
            self.assertEqual(self.credits(top_up, account), (1, 1, 0), first)


if __name__ == "__main__":
    unittest.main()
