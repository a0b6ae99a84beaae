"""Work that spans contexts is carried to its end exactly once: peers that fail at the n-th call, answers that are lost after the work was
done, a gateway that is killed, and two gateways on one database."""
import contextlib
import json
import os
import re
import threading
import time
import unittest
import urllib.request

import grpc
from fake_peers import FakePeers, No, gateway, message, new_id

from service import Refusal, Service, psql

CREDIT = "ledger.v1.TopUpService/CreditTopUp"
MARK = "payments.v1.TopUpService/MarkCredited"
SHARE = "sharing.v1.AccountService/OpenAccount"
GRANT = "sharing.v1.CouponService/GrantCoupon"
NOTIFY = "identity.v1.NotificationService/SendNotification"
DELIVERED, RECORD = "identity.v1.NotificationService/GetNotification", "ledger.v1.SuspensionService/RecordNotice"
GET = "payments.v1.TopUpService/GetTopUp"
SUSPEND = "payments.v1.TopUpDeskService/MarkInSuspense"
REFUND = "payments.v1.TopUpDeskService/StartRefund"
RELEASE = "ledger.v1.TopUpService/ReleaseTopUp"
FORGO = "ledger.v1.TopUpService/ForgoTopUp"
RECEIVE = "ledger.v1.TransitService/ReceiveTransit"
RETURN = "ledger.v1.TransitService/ReturnTransit"
UPDATE_RELATION = "ledger.v1.RelationService/UpdateRelation"
UPDATE_RISK = "ledger.v1.RelationService/UpdateRelationRisk"
SUCCEEDED, CREDITED, IN_SUSPENSE, RETURNING, REFUNDING = 4, 5, 9, 10, 11
UPDATE_FACTS = "payments.v1.AccountService/UpdateAccountFacts"


class World:
    """Fakes that keep what they were told once by request id, as the real ones do, and can fail at any call."""

    def __init__(self, peers):
        self.peers, self.accounts, self.currencies = peers, {}, {}
        self.staying = set()
        self.opened, self.credited, self.marked, self.notified, self.shared, self.granted = {}, {}, {}, {}, {}, {}
        self.states, self.reasons, self.suspended, self.refunding, self.released, self.closed = {}, {}, {}, {}, {}, set()
        self.received, self.given_back, self.refusing = {}, {}, {}
        self.calls, self.fail_at, self.lose = 0, 0, False
        answers = {
            "identity.v1.AccountService/GetAccount": lambda r, _: {"account": self.accounts[r.account_id]},
            "payments.v1.AccountService/GetAccount": self.get_currency,
            UPDATE_FACTS: lambda r, _: {},
            MARK: lambda r, _: self.move(self.marked, r, (SUCCEEDED, IN_SUSPENSE, RETURNING), CREDITED),
            SUSPEND: self.suspend,
            REFUND: lambda r, _: self.move(self.refunding, r, (RETURNING,), REFUNDING),
            GET: lambda r, _: self.top_up(r),
            "ledger.v1.AccountService/GetAccount": self.get_ledger_account,
            "ledger.v1.AccountService/OpenAccount": self.open,
            "ledger.v1.AccountService/UpdateAccount": self.update,
            "ledger.v1.AccountService/SetCurrency": self.set_currency,
            CREDIT: self.credit,
            FORGO: lambda r, _: self.once(self.credited, r),
            RELEASE: self.release,
            RECEIVE: self.receive,
            RETURN: lambda r, _: self.once(self.given_back, r),
            UPDATE_RELATION: lambda r, _: {},
            UPDATE_RISK: lambda r, _: {},
            SHARE: lambda r, _: self.shared.update({r.account_id: r}) or {},
            NOTIFY: lambda r, _: self.once(self.notified, r),
        }
        for rpc, answer in answers.items():
            peers.answer(rpc, self.failing(answer))

    def failing(self, answer):
        """The fail_at-th call is refused before its work, or, when lose is set, after it."""
        def serve(request, metadata):
            self.calls += 1
            failing = self.calls == self.fail_at
            if failing and not self.lose:
                raise No(grpc.StatusCode.INTERNAL)
            result = answer(request, metadata)
            if failing:
                raise No(grpc.StatusCode.INTERNAL)
            return result
        return serve

    def once(self, kept, request):
        previous = kept.setdefault(request.request_id, request)
        if previous != request:
            raise No(grpc.StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_MISMATCH")
        return {}

    def receive(self, request, _):
        """A refusal is kept under its id (settled 2); what is not answered, or not yet, is not."""
        reason = self.refusing.get(request.account_id)
        if reason and reason[0].islower():
            raise No(getattr(grpc.StatusCode, reason.upper()))
        if reason == "MOVING":
            raise No(grpc.StatusCode.FAILED_PRECONDITION, reason, not_yet=True)
        kept = self.received.setdefault(request.request_id, (request, reason))
        if kept[1]:
            raise No(grpc.StatusCode.FAILED_PRECONDITION, kept[1])
        return {}

    # ---- top-ups, as payments keeps them, and the ledger

    def top_up(self, request):
        suspended = {"suspense_time": {"seconds": 1}} if request.top_up_id in self.reasons else {}
        return {"top_up": dict(suspended, top_up_id=request.top_up_id, state=self.states.get(request.top_up_id, SUCCEEDED))}

    def move(self, kept, request, sources, state):
        if request.request_id not in kept:
            if self.states.get(request.top_up_id, SUCCEEDED) not in sources:
                raise No(grpc.StatusCode.FAILED_PRECONDITION, "TOP_UP_NOT_SUCCEEDED", not_yet=True)
            self.states[request.top_up_id] = state
        self.once(kept, request)
        return self.top_up(request)

    def suspend(self, request, _):
        if request.request_id not in self.suspended:
            self.move({}, request, (SUCCEEDED,), IN_SUSPENSE)
            self.reasons[request.top_up_id] = request.reason
        self.once(self.suspended, request)
        return self.top_up(request)

    def credit(self, request, _):
        """Once, unless forgone; kept by account, so that suspense is seen apart."""
        if request.request_id not in self.credited:
            account = self.opened.get((request.company_id, request.account_id))
            if account is None:
                raise No(grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND", not_yet=True)
            if request.account_id in self.closed:
                raise No(grpc.StatusCode.FAILED_PRECONDITION, "ACCOUNT_CLOSED", not_yet=True)
            if not account.currency:
                raise No(grpc.StatusCode.FAILED_PRECONDITION, "CURRENCY_NOT_SET", not_yet=True)
            if account.currency != request.currency:
                raise No(grpc.StatusCode.FAILED_PRECONDITION, "CURRENCY_MISMATCH")
        return self.once(self.credited, request)

    def release(self, request, _):
        """Out of suspense comes what was put there, as in the ledger."""
        if request.request_id not in self.released and not self.of(self.credited, request.top_up_id, request.account_id):
            raise No(grpc.StatusCode.FAILED_PRECONDITION, "EXCEEDS_AVAILABLE", not_yet=True)
        return self.once(self.released, request)

    def of(self, kept, top_up, account=None):
        """The entries kept of a top-up; of its own account, or of another (suspense)."""
        found = [request for request in list(kept.values()) if top_up in (None, request.top_up_id)]
        return [r for r in found if account is None or r.account_id == account]

    def get_currency(self, request, _):
        if request.account_id not in self.currencies:
            raise No(grpc.StatusCode.NOT_FOUND)
        return {"account": {"account_id": request.account_id, "currency": self.currencies[request.account_id]}}

    def get_ledger_account(self, request, _):
        kept = self.find(request)
        if kept is None:
            raise No(grpc.StatusCode.NOT_FOUND)
        return {"account": kept}

    def find(self, request):
        """Where it is: by the chain that it was opened in."""
        kept = self.opened.get((request.company_id, request.account_id))
        return self.opened.get((kept.company_id, request.account_id), kept) if kept is not None else None

    def open(self, request, _):
        """Out of a chain of its own an account moves unless something keeps it there."""
        key, alone = (request.company_id, request.account_id), self.opened.get((request.account_id, request.account_id))
        if alone is not None and alone.corporate != request.corporate:
            raise No(grpc.StatusCode.ALREADY_EXISTS, "ACCOUNT_EXISTS")
        if key not in self.opened and alone is not None and request.company_verified:
            if request.account_id in self.staying:
                raise No(grpc.StatusCode.FAILED_PRECONDITION, "STAYS_FOR_HOLDS", not_yet=True)
            alone.company_id = request.company_id
            alone.verified_company_id, alone.company_verified = request.company_id, True
            self.opened[key] = alone
        kept = self.opened.setdefault(key, message("ledger.v1.Account")(
            account_id=request.account_id, company_id=request.company_id, corporate=request.corporate,
            company_verified=request.company_verified, verified_company_id=request.company_id if request.company_verified else "",
            currency=request.currency))
        return {"account": kept}

    def update(self, request, _):
        kept = self.find(request)
        kept.corporate = kept.corporate or "corporate" in request.update_fields
        kept.verified_company_id = request.verified_company_id
        kept.company_verified = request.verified_company_id == kept.company_id
        return {}

    def set_currency(self, request, _):
        self.find(request).currency = request.currency
        return {}

    def customer(self, company="", corporate=True):
        """An account as identity knows it."""
        account = new_id()
        self.accounts[account] = {"account_id": account, "type": 2 if corporate else 1, "country": "CN",
                                  "billing_address_present": True, "company_id": company}
        return account


class SagaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peers = FakePeers()
        cls.gateway = gateway(cls.peers)
        cls.addClassCleanup(cls.peers.stop)
        cls.addClassCleanup(cls.gateway.__exit__, None, None, None)

    def setUp(self):
        self.world = World(self.peers)
        self.addCleanup(self.end_sagas)

    def end_sagas(self):
        """A saga that a failed test left open is not the next one's."""
        psql(self.gateway.database, "UPDATE gateway.saga SET finish_time = now(), outcome = 'LEFT' WHERE finish_time IS NULL")

    def open_sagas(self):
        return int(psql(self.gateway.database, "SELECT count(*) FROM gateway.saga WHERE finish_time IS NULL"))

    def followed(self):
        """Whether every event was read and every saga is at its end."""
        cursors = dict(line.split("|") for line in psql(self.gateway.database, "SELECT peer, cursor FROM gateway.follower").splitlines())
        all_read = all(int(cursors.get(name) or 0) == len(self.peers.events[name]) for name in ("identity", "payments", "ledger"))
        return all_read and self.open_sagas() == 0

    def settle(self, timeout=40, leased=20):
        """leased: for how many seconds of its 60 a saga in hand is left to whoever has it; then its worker counts as dead."""
        deadline = time.monotonic() + timeout
        while not self.followed():
            if time.monotonic() > deadline:
                self.fail("a saga does not come to its end:\n" + self.gateway.log()[-3000:])
            # A postponed saga is due now: the test need not wait for the pause.
            psql(self.gateway.database, "UPDATE gateway.saga SET due_time = now() - interval '1 s' WHERE finish_time IS NULL"
                                        " AND due_time < now() + interval '%d s'" % (60 - leased))
            time.sleep(0.03)

    def opened_account(self, unverified=False):
        company = new_id()
        account = self.world.customer(company)
        self.world.currencies[account] = "CNY"
        if unverified:
            self.world.opened[company, account] = message("ledger.v1.Account")(account_id=account, company_id=company, company_verified=False)
        self.peers.servers["identity"].happened("identity.v1.CompanyVerified", account_id=account, company_id=company)
        return account, company

    def top_up(self, account):
        top_up = new_id()
        self.peers.servers["payments"].happened("payments.v1.TopUpSucceeded", top_up_id=top_up, account_id=account,
                                                target_account_id=account, amount_micros=200000000000, currency="CNY", remark="first")
        return top_up

    # ---- a peer that stands still

    def stand_still(self, rpc):
        """A call there is not answered until the event that is returned is set."""
        moved, answer = threading.Event(), self.peers.answers[rpc]
        self.peers.answer(rpc, lambda request, metadata: moved.wait(60) and answer(request, metadata))
        self.addCleanup(moved.set)
        return moved

    def happens(self, condition, timeout=40):
        deadline = time.monotonic() + timeout
        while not condition():
            self.assertLess(time.monotonic(), deadline, "it waits for the peer that stands still:\n" + self.gateway.log()[-2000:])
            psql(self.gateway.database, "UPDATE gateway.saga SET due_time = now() WHERE finish_time IS NULL AND due_time < now() + interval '31 s'")
            time.sleep(0.05)

    def limit(self):
        return self.peers.servers["ledger"].happened("ledger.v1.CreditLimitActivated", account_id=self.world.customer(new_id()),
                                                     limit_micros=1000000, currency="CNY")

    def test_a_peer_that_stands_still_keeps_nobody_else_waiting(self):
        """More sagas than there are workers hang at one peer; those of other customers that need the others end meanwhile."""
        payer, company = self.opened_account()
        self.settle()
        for rpc, cause in ((SHARE, self.opened_account), (NOTIFY, self.limit), (CREDIT, lambda: self.top_up(payer))):
            with self.subTest(rpc):
                moved = self.stand_still(rpc)
                caused = [cause() for _ in range(60)]
                self.happens(lambda: self.peers.calls(rpc))
                if rpc == SHARE:
                    self.happens(lambda: all((company, account) in self.world.opened for account, company in caused))
                if rpc != CREDIT:
                    top_up = self.top_up(payer)
                    self.happens(lambda: any(kept.top_up_id == top_up for kept in self.world.marked.values()))
                else:
                    account, _ = self.opened_account()
                    self.happens(lambda: account in self.world.shared)
                    limits = len(self.world.notified)
                    self.limit()
                    self.happens(lambda: len(self.world.notified) > limits)
                self.assertFalse(moved.is_set())
                moved.set()
                self.settle(120)

    # ---- accounts

    def test_a_verified_company_opens_the_account_everywhere(self):
        account, company = self.opened_account()
        self.settle()
        kept = self.world.opened[company, account]
        self.assertEqual((kept.corporate, kept.company_verified, kept.currency), (True, True, "CNY"))
        self.assertTrue(self.world.shared[account].verified)
        facts = [request for request, _ in self.peers.calls(UPDATE_FACTS) if request.account_id == account][-1]
        self.assertEqual((facts.country, facts.corporate, facts.billing_address_present), ("CN", True, True))
        self.assertEqual({request.country for request, _ in self.peers.calls("ledger.v1.AccountService/OpenAccount") if request.account_id == account}, {"CN"})

    def test_an_individual_is_its_own_company(self):
        account = self.world.customer(corporate=False)
        self.peers.servers["identity"].happened("identity.v1.BillingAddressAdded", account_id=account)
        self.settle()
        self.assertFalse(self.world.opened[account, account].company_verified)

    def address_added(self):
        account = self.world.customer()
        self.world.currencies[account] = "CNY"
        self.peers.servers["identity"].happened("identity.v1.BillingAddressAdded", account_id=account, corporate=True)
        self.settle()
        return account

    def verified(self, account):
        company = self.world.accounts[account]["company_id"] = new_id()
        self.peers.servers["identity"].happened("identity.v1.CompanyVerified", account_id=account, company_id=company)
        self.settle()
        return company

    def kept_home(self, account):
        return psql(self.gateway.database, "SELECT company_id, coalesce(chain_id, company_id), benefit_company_id FROM gateway.account"
                                           " WHERE account_id = '%s'" % account).split("|")

    def test_a_corporate_account_opens_before_its_company_is_verified(self):
        """R1, settled 11: in a chain of its own, in the ledger alone, and is topped up there."""
        account = self.address_added()
        kept = self.world.opened[account, account]
        self.assertEqual((kept.corporate, kept.company_verified, kept.currency), (True, False, "CNY"))
        self.assertNotIn(account, self.world.shared)
        top_up = self.top_up(account)
        self.settle()
        self.assertEqual([request.company_id for request in self.world.of(self.world.credited, top_up)], [account])
        self.assertEqual(self.kept_home(account), [account, account, ""])

    def test_verified_later_it_moves_into_its_companys_chain(self):
        account = self.address_added()
        company = self.verified(account)
        kept = self.world.opened[account, account]
        self.assertEqual((kept.company_id, kept.verified_company_id, kept.currency), (company, company, "CNY"))
        self.assertEqual(self.kept_home(account), [account, company, company])
        self.assertEqual(self.world.shared[account].company_id, company)
        top_up = self.top_up(account)  # under the chain that it was opened in, as all its requests for ever
        self.settle()
        self.assertEqual([request.company_id for request in self.world.of(self.world.credited, top_up)], [account])

    def test_money_that_arrives_after_the_verification_arrives_after_the_move(self):
        """Though the ledger was not told of it yet: the credit waits until it was."""
        account = self.address_added()
        company = self.world.accounts[account]["company_id"] = new_id()  # no event tells of it
        top_up = self.top_up(account)
        self.settle()
        self.assertEqual([request.company_id for request in self.world.of(self.world.credited, top_up)], [account])
        self.assertEqual((self.world.opened[account, account].company_id, self.kept_home(account)[:2]), (company, [account, company]))

    def test_what_keeps_it_leaves_it_working_and_is_asked_again(self):
        """Settled 11: it is of its company where it is, and tried again with an order of an hour later; then it moves."""
        account = self.address_added()
        self.world.staying.add(account)
        company = self.verified(account)
        kept = self.world.opened[account, account]
        self.assertEqual((kept.company_id, kept.verified_company_id, kept.company_verified), (account, company, False))
        self.assertEqual(self.kept_home(account), [account, account, company])
        self.world.staying.clear()
        tried = lambda: len([request for request, _ in self.peers.calls("ledger.v1.AccountService/OpenAccount") if request.account_id == account])
        before = tried()
        self.spend_as(account, company)
        self.assertEqual(tried(), before)
        psql(self.gateway.database, "UPDATE gateway.account SET lease_time = now() - interval '1 hour' WHERE account_id = '%s'" % account)
        self.spend_as(account, company)
        self.assertEqual(tried(), before + 1)
        self.assertEqual((self.world.opened[account, account].company_id, self.kept_home(account)), (company, [account, company, company]))

    def spend_as(self, account, company):
        self.peers.answer("identity.v1.SessionService/ResolveSession", lambda r, _: {
            "principal_id": new_id(), "account_id": account, "roles": ["ROLE_MEMBER"], "company_id": company, "corporate": True})
        with contextlib.suppress(Refusal):  # there is no such hold
            self.gateway.call("ledger.v1.HoldService/VoidHold", metadata=(("authorization", "Bearer a-session"),), request_id=new_id(), hold_id=new_id())

    def test_each_peer_call_of_a_move_fails_in_turn(self):
        for lose in (False, True):
            for nth in range(1, 20):
                account = self.address_added()
                self.world.calls, self.world.fail_at, self.world.lose = 0, nth, lose
                company = self.verified(account)
                kept = self.world.opened[account, account]
                self.assertEqual((kept.company_id, kept.verified_company_id), (company, company), nth)
                self.assertEqual(self.kept_home(account), [account, company, company])
                calls, self.world.fail_at = self.world.calls, 0
                if calls < nth:
                    break
            else:
                self.fail("a move takes more calls than it should")

    def converted(self, account, tell=True):
        self.world.accounts[account]["type"] = 2
        if tell:
            self.peers.servers["identity"].happened("identity.v1.AccountConverted", account_id=account)
            self.settle()

    def individual(self):
        account = self.world.customer(corporate=False)
        self.world.currencies[account] = "CNY"
        self.peers.servers["identity"].happened("identity.v1.BillingAddressAdded", account_id=account)
        self.settle()
        return account

    def test_an_individual_that_became_an_organisation_is_that_everywhere(self):  # ID-31
        account = self.individual()
        self.assertFalse(self.world.opened[account, account].corporate)
        self.converted(account)
        kept = self.world.opened[account, account]
        self.assertEqual((kept.corporate, kept.verified_company_id, self.world.shared[account].corporate), (True, "", True))
        self.assertTrue(self.peers.calls(UPDATE_FACTS)[-1][0].corporate)
        company = self.verified(account)
        kept = self.world.opened[account, account]
        self.assertEqual((kept.company_id, kept.verified_company_id, kept.currency), (company, company, "CNY"))
        self.assertEqual(self.kept_home(account), [account, company, account])  # benefits stay where they are

    def test_each_peer_call_of_a_conversion_fails_in_turn(self):
        """Whichever event is heard first, also that of the company alone."""
        for lose in (False, True):
            for nth in range(1, 30):
                account = self.individual()
                self.world.calls, self.world.fail_at, self.world.lose = 0, nth, lose
                self.converted(account, tell=nth % 2 == 0)
                company = self.verified(account)
                kept = self.world.opened[account, account]
                self.assertEqual((kept.corporate, kept.company_id, kept.verified_company_id), (True, company, company), nth)
                calls, self.world.fail_at = self.world.calls, 0
                if calls < nth:
                    break
            else:
                self.fail("a conversion takes more calls than it should")

    def test_a_revoked_company_stops_the_account_where_its_money_is(self):
        """ID-18: from the moment of the revocation; the money stays where it was."""
        account, company = self.opened_account()
        self.settle()
        self.world.accounts[account]["company_id"] = ""
        self.peers.servers["identity"].happened("identity.v1.CompanyRevoked", account_id=account, company_id=company)
        self.settle()
        self.assertFalse(self.world.opened[company, account].company_verified)
        self.assertFalse(self.world.shared[account].verified)
        other = self.world.accounts[account]["company_id"] = new_id()
        self.peers.servers["identity"].happened("identity.v1.CompanyVerified", account_id=account, company_id=other)
        self.settle()
        self.assertFalse(self.world.opened[company, account].company_verified)
        self.assertNotIn((other, account), self.world.opened)
        self.assertEqual(self.asked_company(account, verified_company=other), company)

    def asked_company(self, account, verified_company):
        """The company that the ledger is asked in for an account's balance, when identity names another as verified."""
        self.peers.answer("identity.v1.SessionService/ResolveSession", lambda r, _: {
            "principal_id": new_id(), "account_id": account, "roles": ["ROLE_MEMBER"], "company_id": verified_company, "corporate": True})
        self.gateway.call("ledger.v1.AccountService/GetBalance", metadata=(("authorization", "Bearer a-session"),))
        return self.peers.calls("ledger.v1.AccountService/GetBalance")[-1][0].company_id

    def test_the_coupon_of_a_promotion_is_given_once_the_account_is_there(self):
        """ID-29: whatever sharing said in between, under the same id and request; an account that is not open yet has it later."""
        account, company = self.world.customer(), new_id()
        coupon = {"coupon_id": new_id(), "code": "SPRING", "amount_micros": 50000000, "currency": "CNY", "products": ["ecs"], "regions": ["eu-central-1"],
                  "activate_time": {"seconds": 1900000000}, "expire_time": {"seconds": 1902592000}}
        self.peers.answer("identity.v1.PromotionService/ListActivations", lambda r, _: {"activations": [coupon] if r.account_id == account else []})
        self.peers.answer(GRANT, self.world.failing(lambda r, _: self.world.once(self.world.granted, r)))
        self.peers.servers["identity"].happened("identity.v1.PromotionActivated", account_id=account, coupon_id=coupon["coupon_id"])
        self.settle()
        self.assertEqual(self.world.granted, {})
        self.world.accounts[account]["company_id"] = company
        self.world.fail_at, self.world.lose = self.world.calls + 8, True
        for _ in range(2):
            self.peers.servers["identity"].happened("identity.v1.CompanyVerified", account_id=account, company_id=company)
            self.settle()
        given, = self.world.granted.values()
        self.assertEqual((given.account_id, given.company_id, given.asset_id, given.name, given.face_micros, list(given.products), list(given.regions),
                          given.provisioned_time.seconds, given.expire_time.seconds),
                         (account, company, coupon["coupon_id"], "SPRING", 50000000, ["ecs"], ["eu-central-1"], 1900000000, 1902592000))

    # ---- top-ups

    def test_a_top_up_is_credited_once_and_payments_is_told(self):
        account, company = self.opened_account()
        self.settle()
        top_up = self.top_up(account)
        self.settle()
        credited = [request for request in self.world.credited.values() if request.top_up_id == top_up]
        self.assertEqual([(r.company_id, r.account_id, r.amount_micros, r.currency) for r in credited], [(company, account, 200000000000, "CNY")])
        self.assertEqual(len([request for request in self.world.marked.values() if request.top_up_id == top_up]), 1)

    def fail_each_call(self, lose):
        """For n = 1, 2, 3 …: the n-th call to any peer fails, until nothing is left to fail."""
        account, _ = self.opened_account()
        self.settle()
        for nth in range(1, 10):
            self.world.calls, self.world.fail_at, self.world.lose = 0, nth, lose
            top_up = self.top_up(account)
            self.settle()
            self.assertEqual(len(self.world.of(self.world.credited, top_up, account)), 1, nth)
            self.assertEqual(len([request for request in self.world.marked.values() if request.top_up_id == top_up]), 1, nth)
            if self.world.calls < nth:
                return
        self.fail("a top-up takes more calls than it should")

    def test_each_peer_call_of_a_top_up_fails_in_turn(self):
        self.fail_each_call(lose=False)

    def test_each_peer_answer_of_a_top_up_is_lost_in_turn(self):
        self.fail_each_call(lose=True)

    def test_each_peer_call_of_an_opening_fails_in_turn(self):
        for lose in (False, True):
            for nth in range(1, 20):
                self.world.calls, self.world.fail_at, self.world.lose = 0, nth, lose
                account, company = self.opened_account()
                self.settle()
                kept = self.world.opened[company, account]
                self.assertEqual((kept.company_verified, kept.currency, self.world.shared[account].verified), (True, "CNY", True), nth)
                if self.world.calls < nth:
                    break
            else:
                self.fail("an account sync takes more calls than it should")

    def fault_in_turn(self, setting, numbers):
        """For n = 1, 2, 3 …: the n-th statement or allocation of a gateway that starts with an event to follow fails."""
        account, _ = self.opened_account()
        self.settle()
        self.addCleanup(self.gateway.settings.pop, setting, None)
        for nth in numbers:
            self.gateway.stop()
            top_up = self.top_up(account)
            self.gateway.settings[setting] = nth
            self.gateway.start()
            self.settle(leased=2)  # what fails may be a worker's first words about what it has in hand
            self.assertEqual(len(self.world.of(self.world.credited, top_up, account)), 1, nth)
            self.assertEqual(len([request for request in self.world.marked.values() if request.top_up_id == top_up]), 1, nth)

    def test_each_statement_of_a_top_up_fails_in_turn(self):
        self.fault_in_turn("fault_statement", range(1, 19))

    def test_each_allocation_of_a_top_up_fails_in_turn(self):
        self.fault_in_turn("fault_allocation", range(1, 121, 4))

    def test_a_gateway_that_is_killed_leaves_nothing_undone(self):
        account, _ = self.opened_account()
        self.settle()
        for rpc in (CREDIT, MARK):
            def kill_once(name, request, rpc=rpc, done=[]):
                if name == rpc and not done:
                    done.append(True)
                    self.gateway.kill()
            self.peers.before = kill_once
            top_up = self.top_up(account)
            self.gateway.process.wait(20)
            self.peers.before = None
            self.gateway.start()
            psql(self.gateway.database, "UPDATE gateway.saga SET due_time = now() WHERE finish_time IS NULL")
            self.settle()
            self.assertEqual(len([request for request in self.world.credited.values() if request.top_up_id == top_up]), 1, rpc)
            self.assertEqual(len([request for request in self.world.marked.values() if request.top_up_id == top_up]), 1, rpc)

    def test_two_gateways_share_the_work(self):
        second = Service("gateway", database=self.gateway.database, **dict(self.peers.targets(), follow_interval="20ms"))
        try:
            account, _ = self.opened_account()
            self.settle()
            top_ups = [self.top_up(account) for _ in range(60)]
            self.settle()
            self.assertEqual(sorted(r.top_up_id for r in self.world.credited.values() if r.top_up_id in top_ups), sorted(top_ups))
        finally:
            second.close()
            second.stop()

    # ---- money that no account can take, and its way back

    def closed_account(self):
        account, company = self.opened_account()
        self.settle()
        self.world.closed.add(account)
        return account

    def until(self, look, expected, timeout=20):
        deadline = time.monotonic() + timeout
        while look() != expected:
            self.assertLess(time.monotonic(), deadline, (look(), expected))
            psql(self.gateway.database, "UPDATE gateway.saga SET due_time = now() - interval '1 s' WHERE finish_time IS NULL"
                                        " AND due_time < now() + interval '40 s'")
            time.sleep(0.03)

    def where(self, top_up, account):
        """Credited to the account, put into suspense, released and for what: how often each."""
        world = self.world
        put = [r for r in world.of(world.credited, top_up) if r.DESCRIPTOR.name == "CreditTopUpRequest" and r.account_id != account]
        own = [r for r in world.of(world.credited, top_up, account) if r.DESCRIPTOR.name == "CreditTopUpRequest"]
        return len(own), len(put), [r.tag for r in world.of(world.released, top_up)]

    def in_suspense(self, account):
        top_up = self.top_up(account)
        self.until(lambda: self.where(top_up, account), (0, 1, []))
        return top_up

    def test_what_cannot_be_credited_waits_in_suspense_and_moves_on(self):
        account = self.closed_account()
        top_up = self.in_suspense(account)
        self.assertEqual((self.world.states[top_up], self.world.reasons[top_up]), (IN_SUSPENSE, "ACCOUNT_CLOSED"))
        self.world.closed.discard(account)
        self.settle()
        self.assertEqual((self.where(top_up, account), self.world.states[top_up]), ((1, 1, ["CREDITED"]), CREDITED))
        put = [r for r in self.world.of(self.world.credited, top_up) if r.account_id != account][0]
        released = self.world.of(self.world.released, top_up)[0]
        self.assertEqual([(r.company_id, r.account_id, r.amount_micros, r.currency) for r in (put,)],
                         [(r.company_id, r.account_id, r.amount_micros, r.currency) for r in (released,)])

    def waits(self, reason):
        """The saga stays open, and its log line says what it waits for."""
        mark = len(self.gateway.log())
        self.until(lambda: any('"saga_waits"' in line and '"%s"' % reason in line for line in self.gateway.log()[mark:].splitlines()), True)
        self.assertEqual(self.open_sagas(), 1)

    def test_an_account_that_nobody_opened_yet_and_then_without_a_currency(self):
        """Money for an account that becomes able to take it step by step: it waits in suspense, and says what for."""
        account = self.world.customer()
        top_up = self.in_suspense(account)
        self.assertEqual(self.world.reasons[top_up], "ACCOUNT_NOT_FOUND")
        self.waits("ACCOUNT_NOT_FOUND")
        company = self.world.accounts[account]["company_id"] = new_id()
        self.peers.servers["identity"].happened("identity.v1.CompanyVerified", account_id=account, company_id=company)
        self.until(lambda: (company, account) in self.world.opened and self.open_sagas(), 1)
        self.waits("CURRENCY_NOT_SET")
        self.assertEqual(self.where(top_up, account), (0, 1, []))
        self.world.currencies[account] = "CNY"
        self.peers.servers["payments"].happened("payments.v1.CurrencySet", account_id=account, currency="CNY")
        self.settle()
        self.assertEqual(self.where(top_up, account), (1, 1, ["CREDITED"]))

    def test_another_currency_stays_in_suspense_for_an_operator(self):
        account, company = self.opened_account()
        self.settle()
        self.world.opened[company, account].currency = "USD"
        top_up = self.top_up(account)
        self.settle()
        self.assertEqual((self.where(top_up, account), self.world.states[top_up]), ((0, 1, []), IN_SUSPENSE))
        self.returned(top_up, account)
        self.assertEqual(self.where(top_up, account), (0, 1, ["RETURNED"]))

    def decide_return(self, top_up, account):
        self.world.states[top_up] = RETURNING
        self.peers.servers["payments"].happened("payments.v1.TopUpReturnDecided", top_up_id=top_up, account_id=account,
                                                target_account_id=account, amount_micros=200000000000, currency="CNY", remark="first")

    def returned(self, top_up, account):
        self.decide_return(top_up, account)
        self.settle()
        self.assertEqual(self.world.states[top_up], REFUNDING)
        self.tell_returned(top_up, account)

    def tell_returned(self, top_up, account):
        self.peers.servers["payments"].happened("payments.v1.TopUpReturned", top_up_id=top_up, account_id=account,
                                                target_account_id=account, amount_micros=200000000000, currency="CNY",
                                                was_in_suspense=True)
        self.settle()

    def test_what_goes_back_is_never_credited(self):
        account = self.closed_account()
        top_up = self.in_suspense(account)
        self.returned(top_up, account)
        self.world.closed.discard(account)
        self.settle()
        self.assertEqual((self.where(top_up, account), len(self.world.of(self.world.refunding, top_up))), ((0, 1, ["RETURNED"]), 1))
        self.assertEqual(self.world.of(self.world.marked, top_up), [])

    def test_what_was_marked_and_not_booked_goes_through_suspense_on_its_way_back(self):
        """An operator decides before the money got as far as the suspense book: the book has it come and go."""
        account = self.closed_account()
        answer = self.peers.answers[CREDIT]

        def suspense_is_away(request, metadata):
            if request.account_id != account:
                raise No(grpc.StatusCode.UNAVAILABLE)
            return answer(request, metadata)
        self.peers.answer(CREDIT, suspense_is_away)
        top_up = self.top_up(account)
        self.until(lambda: self.world.states.get(top_up), IN_SUSPENSE)
        self.decide_return(top_up, account)
        self.settle()
        self.assertEqual((self.where(top_up, account), self.world.states[top_up]), ((0, 0, []), REFUNDING))
        self.peers.answer(CREDIT, answer)
        self.tell_returned(top_up, account)
        self.assertEqual(self.where(top_up, account), (0, 1, ["RETURNED"]))

    def test_a_credit_that_was_faster_than_the_return(self):
        """The ledger credited it and the gateway died before it said so; then an operator decided to return it: exactly one happens."""
        account = self.closed_account()
        top_up = self.in_suspense(account)
        answer = self.peers.answers[MARK]

        def dies(request, metadata):
            raise No(grpc.StatusCode.UNAVAILABLE)
        self.peers.answer(MARK, dies)
        self.world.closed.discard(account)
        self.until(lambda: self.where(top_up, account)[0], 1)
        self.decide_return(top_up, account)
        self.peers.answer(MARK, answer)
        self.settle()
        self.assertEqual((self.where(top_up, account), self.world.states[top_up]), ((1, 1, ["CREDITED"]), CREDITED))
        self.assertEqual(self.world.of(self.world.refunding, top_up), [])

    def test_a_return_and_a_credit_at_once_are_one(self):
        for _ in range(8):
            account = self.closed_account()
            top_up = self.in_suspense(account)
            self.decide_return(top_up, account)
            self.world.closed.discard(account)
            self.settle()
            refunded = len(self.world.of(self.world.refunding, top_up))
            self.assertEqual((self.where(top_up, account)[0], refunded) in ((1, 0), (0, 1)), True)
            self.assertEqual(self.world.states[top_up], REFUNDING if refunded else CREDITED)

    @staticmethod
    def failing(calls):
        """The n-th call fails before its work, or its answer is lost: both when there is time."""
        both = os.environ.get("KONTOR_LONG") == "yes"
        return [(nth, lose) for nth in range(1, calls + 1) for lose in (False, True) if both or lose == bool(nth % 2)]

    def test_each_call_on_the_way_through_suspense_fails_in_turn(self):
        for nth, lose in self.failing(10):
            account = self.closed_account()
            self.world.calls, self.world.fail_at, self.world.lose = 0, nth, lose
            top_up = self.in_suspense(account)
            self.world.closed.discard(account)
            self.settle()
            self.assertEqual((self.where(top_up, account), self.world.states[top_up]), ((1, 1, ["CREDITED"]), CREDITED), nth)

    def test_each_call_on_the_way_back_fails_in_turn(self):
        for nth, lose in self.failing(6):
            account = self.closed_account()
            top_up = self.in_suspense(account)
            self.world.calls, self.world.fail_at, self.world.lose = 0, nth, lose
            self.returned(top_up, account)
            self.assertEqual(self.where(top_up, account), (0, 1, ["RETURNED"]), nth)
            self.assertEqual(len(self.world.of(self.world.refunding, top_up)), 1, nth)

    def test_a_gateway_that_is_killed_on_the_way_through_suspense(self):
        for rpc in (SUSPEND, CREDIT, MARK, RELEASE):
            account = self.closed_account()

            def kill_once(name, request, rpc=rpc, done=[]):
                if name == rpc and not done:
                    done.append(True)
                    self.gateway.kill()
            self.peers.before = kill_once
            top_up = self.top_up(account)
            if rpc in (MARK, RELEASE):
                self.until(lambda: self.where(top_up, account), (0, 1, []))
                self.world.closed.discard(account)
                psql(self.gateway.database, "UPDATE gateway.saga SET due_time = now() WHERE finish_time IS NULL")
            self.gateway.process.wait(40)
            self.peers.before = None
            self.gateway.start()
            psql(self.gateway.database, "UPDATE gateway.saga SET due_time = now() WHERE finish_time IS NULL")  # the dead one's lease
            self.until(lambda: self.where(top_up, account)[1], 1)
            self.world.closed.discard(account)
            self.settle()
            self.assertEqual((self.where(top_up, account), self.world.states[top_up]), ((1, 1, ["CREDITED"]), CREDITED), rpc)

    def test_a_failed_top_up_is_told_to_the_payer_once(self):
        payer, top_up = new_id(), new_id()
        for _ in range(2):
            self.peers.servers["payments"].happened("payments.v1.TopUpFailed", top_up_id=top_up, account_id=payer, target_account_id=new_id(),
                                                    failure_reason="CARD_DECLINED", amount_micros=200000000000, currency="CNY")
        self.settle()
        sent = [request for request in self.world.notified.values() if request.account_id == payer]
        self.assertEqual([(r.delivery, "200000.00 CNY" in r.text, "declined" in r.text) for r in sent], [(1, True, True)])

    # ---- what a peer refuses

    STEPS = {CREDIT: "gateway.credit_top_up", MARK: "gateway.mark_credited", UPDATE_FACTS: "gateway.update_facts",
             "ledger.v1.AccountService/OpenAccount": "gateway.open_account", "ledger.v1.AccountService/SetCurrency": "gateway.set_currency",
             "ledger.v1.AccountService/UpdateAccount": "gateway.verify_account", "sharing.v1.AccountService/OpenAccount": "gateway.open_account",
             NOTIFY: "gateway.send_notice"}

    def test_every_alarm_is_there_before_its_first_event(self):
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "gateway", "jobs", "peer_step.h")) as header:
            steps = re.findall(r'X\(STEP_\w+, "([^"]+)"\)', header.read())
        self.assertIn("ledger.CreditTopUp", steps)
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.gateway.admin_port, timeout=5) as answer:
            shown = re.findall(r'^gateway_saga_refused_total\{step="([^"]+)"\} \d+$', answer.read().decode(), re.M)
        self.assertEqual(sorted(shown), sorted(steps), "an alert sees no increase in a series that begins at 1")

    def refusals(self, step):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.gateway.admin_port, timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith('gateway_saga_refused_total{step="%s"}' % step))

    def act(self, rpc):
        """Does what asks for the step; the id that the alarm is to name."""
        if rpc == NOTIFY:
            return self.peers.servers["ledger"].happened("ledger.v1.CreditLimitChanged", account_id=new_id(), limit_micros=1000000, currency="CNY")
        account, _ = self.opened_account(unverified=rpc.endswith("UpdateAccount"))
        if rpc not in (CREDIT, MARK):
            return account
        self.settle()
        return self.top_up(account)

    def hears(self, rpc, **no):
        """One step is refused until it was heard; what the log says of it, and how often the alarm was raised."""
        told, step = [], rpc.split(".")[0] + "." + rpc.split("/")[1]
        right, before = self.peers.answers[rpc], self.refusals(step)

        def refuse(request, metadata):
            told.append(request)
            raise No(grpc.StatusCode.FAILED_PRECONDITION, **no)
        self.peers.answer(rpc, refuse)
        mark = len(self.gateway.log())
        named = self.act(rpc)
        deadline = time.monotonic() + 20
        while named not in self.gateway.log()[mark:] or not told:
            self.assertLess(time.monotonic(), deadline, rpc)
            time.sleep(0.02)
        self.peers.answer(rpc, right)
        self.settle()
        return [json.loads(line) for line in self.gateway.log()[mark:].splitlines() if named in line and "step" in line], self.refusals(step) - before

    def test_a_no_that_does_not_pass_calls_people(self):
        """At no step a silent loop."""
        for rpc in self.STEPS:
            lines, alarms = self.hears(rpc, reason="IDEMPOTENCY_MISMATCH")
            self.assertEqual({(line["level"], line["event"], line["step"], line["reason"]) for line in lines},
                             {("ERROR", "saga_step_refused", rpc.split(".")[0] + "." + rpc.split("/")[1], "IDEMPOTENCY_MISMATCH")}, rpc)
            self.assertGreaterEqual(alarms, 1, rpc)

    def test_a_no_that_passes_is_waited_for(self):
        lines, alarms = self.hears(MARK, reason="TOP_UP_NOT_SUCCEEDED", not_yet=True)
        self.assertEqual(({(line["level"], line["event"]) for line in lines}, alarms), ({("WARN", "saga_step_not_yet")}, 0))

    def test_each_step_is_the_origin_of_its_request_ids(self):
        """And nobody is named who did not ask."""
        before = {rpc: len(self.peers.calls(rpc)) for rpc in self.STEPS}
        for rpc in self.STEPS:
            self.act(rpc)
        self.settle()
        for rpc, step in self.STEPS.items():
            calls = self.peers.calls(rpc)[before[rpc]:]
            self.assertTrue(calls, rpc)
            for _, metadata in calls:
                self.assertEqual((metadata.get("kontor-step"), "kontor-principal-id" in metadata, "kontor-public" in metadata), (step, False, False), rpc)

    # ---- a peer whose events begin again

    def test_events_that_are_read_again_do_nothing_twice(self):
        """The peer's database was put back, and knows no event of our cursor: all that it keeps is read, nothing is lost, nothing doubled."""
        account, _ = self.opened_account()
        self.settle()
        before = self.top_up(account)
        self.settle()
        calls = len(self.peers.calls(CREDIT))
        psql(self.gateway.database, "UPDATE gateway.follower SET cursor = '1000000' WHERE peer = 'payments'")
        after = self.top_up(account)
        self.settle()
        self.assertEqual(len(self.peers.calls(CREDIT)), calls + 1)
        credited = [request.top_up_id for request in self.world.credited.values()]
        self.assertEqual((credited.count(before), credited.count(after)), (1, 1))
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.gateway.admin_port, timeout=5) as answer:
            metrics = answer.read().decode()
        self.assertIn('gateway_event_consumer_began_again_total{peer="payments"} 1\n', metrics)
        self.assertIn('gateway_event_consumer_unread{peer="payments"} 0\n', metrics)

    # ---- relations (R5)

    def relation_happens(self, what, version, moment, **terms):
        told = {"terms": terms, "begin_time": {"seconds": moment}, "previous_version": version - 1} if terms else {"end_time": {"seconds": moment}}
        self.peers.servers["identity"].happened("identity.v1." + what, relation_id=self.relation, agent_account_id=self.agent,
                                                customer_account_id=self.customer, version=version, **told)
        self.settle()
        return self.peers.calls(UPDATE_RELATION)[-1]

    def test_the_ledger_is_told_how_a_relation_is(self):
        self.relation, self.agent, self.customer = new_id(), new_id(), new_id()
        permits = lambda *names: ["RELATION_PERMISSION_" + name for name in names]  # noqa: E731
        paid = {"permissions": permits("VIEW_BALANCE", "PAY_ON_BEHALF"), "settlement_mode": "SETTLEMENT_MODE_AGENT_PAYS", "agent_purchases_allowed": True,
                "price_book": "gold"}
        allocated = {"permissions": permits("ALLOCATE", "SHARE_DISCOUNT", "RESELL"), "settlement_mode": "SETTLEMENT_MODE_ALLOCATION"}
        for what, version, terms, said in (("RelationBegan", 1, paid, (False, True, True, 1, False)),
                                           ("RelationChanged", 2, allocated, (True, False, False, 2, False)),
                                           ("RelationEnded", 2, {}, (False, False, False, 3, True))):
            request, metadata = self.relation_happens(what, version, 1000 + version, **terms)
            self.assertEqual((request.relation_id, request.agent_account_id, request.customer_account_id, request.version, request.since_time.seconds),
                             (self.relation, self.agent, self.customer, version, 1000 + version))
            self.assertEqual((request.allocates, request.pay_on_behalf, request.agent_purchases_allowed, request.settlement_mode, request.ended), said)
            self.assertEqual((request.previous_version, request.price_book_id), (2 if said[-1] else version - 1, terms.get("price_book", "")))
            self.assertEqual((request.shares_discount, request.resells), (terms == allocated,) * 2)
            self.assertEqual(metadata["kontor-step"], "gateway.update_relation")

    def test_the_ledger_is_told_of_a_risk_and_its_end(self):  # B.3
        ends = dict(relation_id=new_id(), agent_account_id=new_id(), customer_account_id=new_id())
        for what, times, at_risk in (("UpstreamAtRisk", dict(begin_time={"seconds": 1000}, grace_end_time={"seconds": 9000}, cause=2), True),
                                     ("UpstreamRecovered", dict(end_time={"seconds": 2000}), False)):
            self.peers.servers["identity"].happened("identity.v1." + what, **ends, **times)
            self.settle()
            told, metadata = self.peers.calls(UPDATE_RISK)[-1]
            self.assertEqual((told.relation_id, told.agent_account_id, told.customer_account_id), tuple(ends.values()))
            self.assertEqual((told.at_risk, told.since_time.seconds, metadata["kontor-step"]), (at_risk, 1000 if at_risk else 2000, "gateway.update_relation_risk"))

    # ---- messages

    # ---- money between two chains (settled 11, breadth B.4)

    def send(self, receiver=None):
        """The transit, its sender and receiver."""
        transit, sender, receiver = new_id(), new_id(), receiver or new_id()
        self.peers.servers["ledger"].happened("ledger.v1.MoneySent", account_id=sender, transit_id=transit, receiver_account_id=receiver,
                                              remark="for June", tag="june")
        return transit, sender, receiver

    def ends(self, transit):
        """How it was received or refused, and how often it was returned."""
        received = [(reason or "") for request, reason in self.world.received.values() if request.transit_id == transit]
        return received, len([request for request in self.world.given_back.values() if request.transit_id == transit])

    def test_money_that_was_sent_is_received_once(self):
        transit, sender, receiver = self.send()
        self.settle()
        self.assertEqual(self.ends(transit), ([""], 0))
        request, _ = next(kept for kept in self.world.received.values() if kept[0].transit_id == transit)
        self.assertEqual((request.account_id, request.counterparty_account_id, request.company_id, request.remark, request.tag),
                         (receiver, sender, "", "for June", "june"))

    def test_only_a_refusal_that_is_kept_sends_money_back(self):
        for reason in ("ACCOUNT_CLOSED", "CURRENCY_MISMATCH", "OUT_OF_RANGE", "ACCOUNT_NOT_FOUND"):
            receiver = new_id()
            self.world.refusing[receiver] = reason
            transit, sender, _ = self.send(receiver)
            self.settle()
            self.assertEqual(self.ends(transit), ([reason], 1))
            given = next(request for request in self.world.given_back.values() if request.transit_id == transit)
            self.assertEqual((given.account_id, given.counterparty_account_id), (sender, receiver))

    def test_what_says_nothing_of_the_money_is_tried_again(self):
        """A time-out, a peer that is away, a not yet, a fault: for ever, and nothing goes back."""
        for reason in ("deadline_exceeded", "unavailable", "internal", "unknown", "resource_exhausted", "permission_denied", "MOVING"):
            receiver = new_id()
            self.world.refusing[receiver] = reason
            asked = len(self.peers.calls(RECEIVE))
            transit, _, _ = self.send(receiver)
            self.wait_for(lambda: len(self.peers.calls(RECEIVE)) >= asked + 2)
            self.assertEqual(self.ends(transit), ([], 0), reason)
            del self.world.refusing[receiver]
            self.settle()
            self.assertEqual(self.ends(transit), ([""], 0), reason)

    def wait_for(self, condition, seconds=40):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, self.gateway.log()[-3000:])
            psql(self.gateway.database, "UPDATE gateway.saga SET due_time = now() - interval '1 s' WHERE finish_time IS NULL"
                                        " AND due_time < now() + interval '40 s'")
            time.sleep(0.05)

    def test_each_step_between_two_chains_fails_in_turn(self):
        for nth, lose in self.failing(2):
            for reason in (None, "ACCOUNT_CLOSED"):
                receiver = new_id()
                if reason:
                    self.world.refusing[receiver] = reason
                self.world.calls, self.world.fail_at, self.world.lose = 0, nth, lose
                transit, _, _ = self.send(receiver)
                self.settle()
                self.assertEqual(self.ends(transit), ([reason or ""], 1 if reason else 0), (nth, lose))

    def test_a_gateway_that_is_killed_between_two_chains(self):
        for rpc in (RECEIVE, RETURN):
            def kill_once(name, request, rpc=rpc, done=[]):
                if name == rpc and not done:
                    done.append(True)
                    self.gateway.kill()
            self.peers.before = kill_once
            receiver = new_id()
            self.world.refusing[receiver] = "ACCOUNT_CLOSED"
            transit, _, _ = self.send(receiver)
            self.gateway.process.wait(20)
            self.peers.before = None
            self.gateway.start()
            psql(self.gateway.database, "UPDATE gateway.saga SET due_time = now() WHERE finish_time IS NULL")
            self.settle()
            self.assertEqual(self.ends(transit), (["ACCOUNT_CLOSED"], 1), rpc)

    def test_a_limit_is_told_once(self):
        """LED-15, LED-16: pending by e-mail, in effect and changed by one SMS each."""
        account, happened = new_id(), self.peers.servers["ledger"].happened
        happened("ledger.v1.CreditLimitPending", account_id=account, limit_micros=10000000000, currency="CNY")
        happened("ledger.v1.CreditLimitActivated", account_id=account, limit_micros=10000000000, currency="CNY")
        happened("ledger.v1.CreditLimitChanged", account_id=account, previous_limit_micros=10000000000, limit_micros=12000000000, currency="CNY")
        happened("ledger.v1.AccountSuspended", account_id=account)
        self.settle()
        sent = [request for request in self.world.notified.values() if request.account_id == account]
        self.assertEqual(sorted(request.delivery for request in sent), [1, 1, 2, 2])  # and the mail at a suspension
        self.assertTrue(any("10000.00 CNY is in effect" in request.text for request in sent))
        self.assertTrue(any("is now 12000.00 CNY" in request.text for request in sent))

    def deliver(self, state, no_phone=False):
        """Identity sends what it is given, delivers it or not yet, and knows a phone or none."""
        recorded = []

        def send(request, _):
            if no_phone and request.delivery == 2:
                raise No(grpc.StatusCode.FAILED_PRECONDITION, "CONTACT_MISSING")
            self.world.once(self.world.notified, request)
            return {"notification_id": request.request_id}
        self.peers.answer(NOTIFY, send)
        self.peers.answer(DELIVERED, lambda r, _: {"state": state[0], "deliver_time": {"seconds": 1800000000} if state[0] == 2 else None})
        self.peers.answer(RECORD, lambda r, _: recorded.append((r.notice_id, r.rung, r.channel, r.deliver_time.seconds)) or {})
        return recorded

    def told(self, account):
        return sorted((request.delivery, request.text) for request in self.world.notified.values() if request.account_id == account)

    def test_a_warning_is_told_back_once_it_was_delivered(self):
        """c-2: whoever was reached was warned, and nobody else."""
        state, account, notice = [1], new_id(), new_id()
        recorded = self.deliver(state)
        saga = self.peers.servers["ledger"].happened("ledger.v1.RunwayWarning", account_id=account, notice_id=notice, rung=5, rungs=[4, 5],
                                                     available_micros=29000000, currency="CNY", depletion_time={"seconds": 1800003600})
        self.happens(lambda: self.peers.calls(DELIVERED))
        self.assertEqual((recorded, psql(self.gateway.database, "SELECT outcome FROM gateway.saga WHERE saga_id = '%s'" % saga)), ([], ""))
        state[0] = 2
        self.settle()
        self.assertEqual(set(recorded), {(notice, 5, 1, 1800000000)})
        (delivery, text), = self.told(account)
        self.assertEqual((delivery, "29.00 CNY" in text, "2027-01-15T09:00:00" in text), (1, True, True))

    def test_a_stop_to_come_is_told_by_two_channels_and_a_stop_by_one_mail(self):
        """LED-43: exactly one mail at a suspension, whatever was sent before."""
        for no_phone in (False, True):
            with self.subTest(no_phone=no_phone):
                recorded, account, happened = self.deliver([2], no_phone), new_id(), self.peers.servers["ledger"].happened
                happened("ledger.v1.AccountSuspending", account_id=account, currency="CNY", stop_time={"seconds": 1800000900})
                happened("ledger.v1.AccountSuspended", account_id=account, available_micros=-10000, currency="CNY")
                self.settle()
                self.assertEqual(sorted((rung, channel) for _, rung, channel, _ in set(recorded)), [(6, 1)] + [(6, 2)] * (not no_phone) + [(7, 1)])
                told = self.told(account)
                self.assertEqual([delivery for delivery, _ in told], [1, 1] + [2] * (not no_phone))
                owed = [request.text for request in self.world.notified.values() if request.account_id == account and request.owed]
                self.assertEqual(["are stopped" in text for text in owed], [True])
                self.assertEqual(sum("are stopped" in text and "-0.01 CNY" in text for _, text in told), 1)

    def test_a_message_that_does_not_go_out_is_not_waited_for_without_end(self):
        """The account counts as one that nobody warned: its grace is longer."""
        recorded, account = self.deliver([1]), new_id()
        saga = self.peers.servers["ledger"].happened("ledger.v1.RunwayWarning", account_id=account, notice_id=new_id(), rung=5, currency="CNY")
        self.happens(lambda: self.peers.calls(DELIVERED))
        psql(self.gateway.database, "UPDATE gateway.saga SET tries = 27 WHERE saga_id = '%s'" % saga)
        self.settle()
        found = psql(self.gateway.database, "SELECT tries || ' ' || outcome FROM gateway.saga WHERE saga_id = '%s'" % saga)
        self.assertEqual((found, recorded), ("30 NOTICE_UNDER_WAY", []))

    def test_nobody_is_told_of_a_suspense_account(self):
        """Identity knows no such account, so its warning would go round for ever."""
        suspense = "54aee977-5a4d-831e-955c-0c25fcf92514"  # CNY
        asked = []

        def unknown(request, _):
            asked.append(request.account_id)
            raise No(grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND")
        self.peers.answer(NOTIFY, unknown)
        happened = self.peers.servers["ledger"].happened
        for event in ("RunwayWarning", "AccountSuspending", "AccountSuspended"):
            happened("ledger.v1." + event, account_id=suspense, currency="CNY", **({"notice_id": new_id()} if event == "RunwayWarning" else {}))
        self.settle()
        self.assertEqual(asked, [])

    def test_requests_for_more_are_told_once(self):
        """LED-41: to the agent that its customer asks, to the customer what came of it."""
        happened, request = self.peers.servers["ledger"].happened, new_id()
        ends = dict(agent_account_id=new_id(), customer_account_id=new_id(), funding_request_id=request, currency="CNY")
        happened("ledger.v1.FundingRequested", amount_micros=80000000, expire_time={"seconds": 1800000000}, **ends)
        happened("ledger.v1.FundingGranted", granted_micros=60000000, **ends)
        happened("ledger.v1.FundingDeclined", amount_micros=80000000, **ends)
        self.settle()
        told = {side: [each for each in self.world.notified.values() if each.account_id == ends[side + "_account_id"]] for side in ("agent", "customer")}
        asked, = told["agent"]
        self.assertEqual((asked.delivery, [word in asked.text for word in ("80.00 CNY", "2027-01-15", request, ends["customer_account_id"])]), (1, [True] * 4))
        self.assertEqual(sorted((each.delivery, "60.00 CNY" in each.text, "declined your request for 80.00 CNY" in each.text) for each in told["customer"]),
                         [(1, False, True), (1, True, False)])

    def test_a_message_to_somebody_without_a_phone_does_not_go_round_for_ever(self):
        def no(request, metadata):
            raise No(grpc.StatusCode.FAILED_PRECONDITION, "CONTACT_MISSING")
        self.peers.answer(NOTIFY, no)
        saga = self.peers.servers["ledger"].happened("ledger.v1.CreditLimitActivated", account_id=new_id(), limit_micros=1, currency="CNY")
        self.settle()
        self.assertEqual(psql(self.gateway.database, "SELECT outcome FROM gateway.saga WHERE saga_id = '%s'" % saga), "CONTACT_MISSING")


if __name__ == "__main__":
    unittest.main()
