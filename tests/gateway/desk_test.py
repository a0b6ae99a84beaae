"""The work of operators at the gateway: close accounts, with every blocker of every context told; look at sagas that do not come to their end
and drive them again. The peers are fakes."""
import time
import unittest

import grpc
from fake_peers import No, new_id
from passage_test import Passage

from service import Refusal, psql, refused

UPDATE = "ledger.v1.AccountService/UpdateAccount"
SET_CLOSED, NO_RELATIONS = "payments.v1.ClosingService/SetClosed", "identity.v1.ClosingService/SetClosed"
LEDGER_BLOCKERS, PAYMENTS_BLOCKERS = "ledger.v1.ClosingService/ListClosingBlockers", "payments.v1.ClosingService/ListClosingBlockers"
IDENTITY_BLOCKERS = "identity.v1.ClosingService/ListClosingBlockers"
BLOCKERS = "gateway.v1.ClosingService/ListClosingBlockers"
CASH = {"reason": "CASH_LEFT", "sentence": "Cash is left.", "amount_micros": 12_340_000, "currency": "CNY"}
TRANSIT = {"reason": "MONEY_IN_TRANSIT", "sentence": "Money was received.", "amount_micros": 5_000_000, "currency": "USD"}
ACTIVE, FROZEN, CLOSED = 1, 2, 3
PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION


class Closing(Passage):
    def setUp(self):
        super().setUp()
        self.roles = ["ROLE_OPERATOR_FINANCE", "ROLE_OPERATOR_LOOK"]

    def set_state(self, state, **fields):
        return self.call(UPDATE, **dict(dict(account_id=self.account, request_id=new_id(), update_fields=["state"], state=state), **fields))

    def told(self):
        return [request.closed for request, _ in self.peers.calls(SET_CLOSED)]

    def related(self):
        return [request.closed for request, _ in self.peers.calls(NO_RELATIONS)]

    def violations(self):
        with self.assertRaises(Refusal) as caught:
            self.set_state(CLOSED)
        self.assertEqual(caught.exception.code, PRECONDITION)
        return caught.exception

    def block(self, ledger=(), payments=()):
        self.peers.answer(LEDGER_BLOCKERS, lambda r, _: {"blockers": list(ledger)})
        self.peers.answer(PAYMENTS_BLOCKERS, lambda r, _: {"blockers": list(payments)})

    def test_every_blocker_of_every_context_is_told(self):
        self.block([CASH], [TRANSIT])
        listed = self.call(BLOCKERS, account_id=self.account).blockers
        self.assertEqual([(b.reason, b.amount_micros, b.currency) for b in listed],
                         [("CASH_LEFT", 12_340_000, "CNY"), ("MONEY_IN_TRANSIT", 5_000_000, "USD")])
        self.assertEqual(self.violations().reason, "CASH_LEFT")
        self.assertEqual((self.peers.calls(UPDATE), self.told()), ([], []))
        self.block([], [TRANSIT])
        self.assertEqual(self.violations().reason, "MONEY_IN_TRANSIT")
        self.assertEqual((self.peers.calls(UPDATE), self.told()), ([], []))

    def test_a_relation_is_named(self):
        self.block()
        relation = {"reason": "HAS_PARTNER", "sentence": "It has a partner.", "relation_id": (relation_id := new_id()), "customer_account_id": self.account}
        self.peers.answer(IDENTITY_BLOCKERS, lambda r, _: {"blockers": [relation]})
        listed, = self.call(BLOCKERS, account_id=self.account).blockers
        self.assertEqual((listed.reason, listed.relation_id, listed.amount_micros, listed.currency), ("HAS_PARTNER", relation_id, 0, ""))
        no = self.violations()
        self.assertEqual((no.preconditions, no.obstacles, self.told()), (["HAS_PARTNER"], ["It has a partner. Relation %s." % relation_id], []))

    def test_resources_are_counted(self):  # ID-12, ID-14
        kept = {"reason": "RESOURCES_NOT_RELEASED", "sentence": "Resources are there.", "count": 3}
        term = {"reason": "SUBSCRIPTION_ACTIVE", "sentence": "A term is not over.", "count": 1, "until_time": {"seconds": 4 * 10 ** 9}}
        self.block([kept, term])
        listed = self.call(BLOCKERS, account_id=self.account).blockers
        self.assertEqual([(b.reason, b.count, b.until_time.seconds, b.currency, b.relation_id) for b in listed],
                         [("RESOURCES_NOT_RELEASED", 3, 0, "", ""), ("SUBSCRIPTION_ACTIVE", 1, 4 * 10 ** 9, "", "")])
        no = self.violations()
        self.assertEqual(no.obstacles[0], "Resources are there. Count: 3.")
        self.assertRegex(no.obstacles[1], r"^A term is not over\. Count: 1; until 2096-10-02T07:06:40.*\.$")

    def test_amounts_are_told_by_an_open_look_alone(self):
        """ID-12: which obstacles there are hears whoever closes; how much is left, who may list them."""
        self.block([CASH], [TRANSIT])
        self.assertEqual(self.violations().obstacles, ["Cash is left. 12.34 CNY", "Money was received. 5.00 USD"])
        self.roles = ["ROLE_OPERATOR_FINANCE"]
        no = self.violations()
        self.assertEqual((no.preconditions, no.obstacles), (["CASH_LEFT", "MONEY_IN_TRANSIT"], ["Cash is left.", "Money was received."]))
        with refused(self, grpc.StatusCode.PERMISSION_DENIED):
            self.call(BLOCKERS, account_id=self.account)
        self.block()
        for peers_own in (SET_CLOSED, UPDATE):
            def no(*_):
                raise No(PRECONDITION, "CASH_LEFT", "12.34 CNY is left", terms={"amount": "12.34"})
            self.peers.answer(peers_own, no)
            for roles, told in ((["ROLE_OPERATOR_FINANCE"], {}), (["ROLE_OPERATOR_FINANCE", "ROLE_OPERATOR_LOOK"], {"amount": "12.34"})):
                self.roles = roles
                heard = self.violations()
                self.assertEqual((heard.reason, heard.terms, "12.34" in heard.sentence), ("CASH_LEFT", told, told != {}), peers_own)
            self.peers.answers.pop(peers_own)

    def test_top_ups_end_before_the_account_is_closed_and_begin_after_it_is_opened(self):
        self.block()
        self.assertEqual(list(self.call(BLOCKERS, account_id=self.account).blockers), [])
        self.set_state(CLOSED)
        order = [name for name, _, _ in self.peers.seen if name in (NO_RELATIONS, SET_CLOSED, UPDATE)]
        self.assertEqual((order, self.told()), ([NO_RELATIONS, SET_CLOSED, UPDATE], [True]))
        self.set_state(ACTIVE)
        self.assertEqual((self.told(), self.related()), ([True, False], [True, False]))

    def test_what_came_in_between_keeps_it_open(self):
        """A top-up began, or money arrived in the ledger, after the look."""
        self.block()

        def no(request, metadata):
            raise No(PRECONDITION, "TOP_UP_UNDER_WAY")
        self.peers.answer(SET_CLOSED, no)
        with refused(self, PRECONDITION, "TOP_UP_UNDER_WAY"):
            self.set_state(CLOSED)
        self.assertEqual((self.peers.calls(UPDATE), self.related()), ([], [True, False]))
        self.peers.answers.pop(SET_CLOSED)
        self.peers.seen.clear()
        self.peers.answer(UPDATE, no)
        with refused(self, PRECONDITION, "TOP_UP_UNDER_WAY"):
            self.set_state(CLOSED)
        self.assertEqual((self.told(), self.related()), ([True, False], [True, False]))

    def test_whether_it_is_a_partner_is_looked_at_at_once(self):  # B.3
        self.set_state(FROZEN)
        self.assertIn(self.account, [request.agent_account_id for request, _ in self.peers.calls("identity.v1.UpstreamService/ListUpstreams")])

    def test_a_relation_that_began_in_between_keeps_it_open(self):
        self.block()

        def no(request, metadata):
            if request.closed:
                raise No(PRECONDITION, "HAS_PARTNER")
            return {}
        self.peers.answer(NO_RELATIONS, no)
        with refused(self, PRECONDITION, "HAS_PARTNER"):
            self.set_state(CLOSED)
        self.assertEqual((self.peers.calls(UPDATE), True in self.told()), ([], False))

    def test_an_identity_of_the_last_release_does_not_know(self):
        self.block()

        def no(request, metadata):
            raise No(grpc.StatusCode.UNIMPLEMENTED)
        self.peers.answer(NO_RELATIONS, no)
        self.set_state(CLOSED)
        self.assertEqual(self.told(), [True])

    def test_no_operator_says_of_which_company_an_account_is(self):
        """ID-18: identity verified that."""
        for fields in (["company_verified"], ["verified_company_id"], ["state", "verified_company_id"], ["company_verified", "payment_mode"]):
            with self.assertRaises(Refusal) as caught:
                self.set_state(FROZEN, update_fields=fields, company_verified=True, verified_company_id=new_id())
            self.assertEqual((caught.exception.code, caught.exception.reason), (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT"), fields)
        self.assertEqual((self.peers.calls(UPDATE), self.told()), ([], []))

    def test_other_facts_are_passed_on_alone(self):
        self.set_state(0, update_fields=["receivables"], receivables=True)
        self.assertEqual((len(self.peers.calls(UPDATE)), self.told()), (1, []))

    def test_a_customer_closes_nothing_and_sees_what_keeps_it_open(self):
        self.roles = ["ROLE_ACCOUNT_ADMINISTRATOR"]
        with refused(self, grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"):
            self.set_state(CLOSED)
        self.block([CASH])
        self.assertEqual(len(self.call(BLOCKERS).blockers), 1)


class Sagas(Passage):
    settings = dict(Passage.settings, follow_interval="20ms")

    def setUp(self):
        super().setUp()
        self.roles = ["ROLE_OPERATOR_FINANCE"]
        self.broken = True
        self.peers.answer("payments.v1.TopUpService/GetTopUp", self.get)
        for rpc in ("ledger.v1.TopUpService/CreditTopUp", "payments.v1.TopUpService/MarkCredited"):
            self.peers.answer(rpc, lambda request, _: {})
        self.payer, self.top_up = new_id(), new_id()
        psql(self.gateway.database, "INSERT INTO gateway.account VALUES ('%s', '%s', NULL, now())" % (self.payer, new_id()))
        self.saga = self.peers.servers["payments"].happened("payments.v1.TopUpSucceeded", top_up_id=self.top_up, account_id=self.payer,
                                                            target_account_id=self.payer, amount_micros=1_000_000, currency="CNY")

    def get(self, request, _):
        if self.broken:
            raise No(PRECONDITION, "IDEMPOTENCY_MISMATCH")
        return {"top_up": {"top_up_id": request.top_up_id, "state": 5}}

    def listed(self, **fields):
        return [saga for saga in self.call("gateway.v1.SagaService/ListSagas", **fields).sagas if saga.saga_id == self.saga]

    def until(self, look, expected):
        deadline = time.monotonic() + 20
        while look() != expected:
            self.assertLess(time.monotonic(), deadline, look())
            time.sleep(0.05)

    def redrive(self, saga=None, **fields):
        return self.call("gateway.v1.SagaService/RedriveSaga", **dict({"request_id": new_id(), "saga_id": saga or self.saga}, **fields))

    def test_a_stuck_saga_is_listed_and_driven_again(self):
        self.until(lambda: len(self.listed(min_tries=3)), 1)
        saga = self.listed(min_tries=1)[0]
        self.assertEqual((saga.event_type, saga.account_id, saga.top_up_id), ("payments.v1.TopUpSucceeded", self.payer, self.top_up))
        self.assertEqual(self.listed(min_tries=1000), [])
        self.broken = False
        psql(self.gateway.database, "UPDATE gateway.saga SET due_time = now() + interval '1 day' WHERE saga_id = '%s'" % self.saga)
        request = new_id()
        self.assertTrue(self.redrive(request_id=request).due)
        self.until(lambda: self.listed(min_tries=1), [])
        self.assertTrue(self.redrive(request_id=request).due)  # the same request hears the same
        acts = psql(self.gateway.database, "SELECT act, principal_id FROM gateway.saga_act WHERE saga_id = '%s'" % self.saga)
        self.assertEqual(acts, "REDRIVE|" + self.principal)
        with refused(self, grpc.StatusCode.NOT_FOUND, "SAGA_NOT_FOUND"):  # DONE
            self.redrive()
        with refused(self, grpc.StatusCode.NOT_FOUND, "SAGA_NOT_FOUND"):
            self.redrive(new_id())

    def test_one_that_ended_early_is_open_again(self):
        self.until(lambda: len(self.listed(min_tries=1)), 1)
        self.broken = False
        psql(self.gateway.database, "UPDATE gateway.saga SET finish_time = now(), outcome = 'CURRENCY_MISMATCH', due_time = now() + interval '1 day'"
                                    " WHERE saga_id = '%s'" % self.saga)
        self.redrive()
        self.until(lambda: psql(self.gateway.database, "SELECT outcome FROM gateway.saga WHERE saga_id = '%s'" % self.saga), "DONE")

    def test_operators_alone(self):
        self.broken = False
        self.roles = ["ROLE_ACCOUNT_ADMINISTRATOR"]
        for act in (self.listed, self.redrive):
            with refused(self, grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"):
                act()


if __name__ == "__main__":
    unittest.main()
