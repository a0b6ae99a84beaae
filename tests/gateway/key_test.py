"""A program's key at the door: it comes in a session's place, within its scope, and never for what is a person's. The peers are fakes;
identity's own part is tests/identity/key_test.py, the rows of the decision are in gateway/domain."""
import unittest

import grpc
from fake_peers import RESOLVE_ALL, new_id, well_formed_order
from order_test import STREAM, SUBMIT, Orders, transfer
from passage_test import BALANCE, RESOLVE, TRANSFER
from stream_test import Open

from service import Refusal, refused

CREATE, GRANT, LIST_SESSIONS = "identity.v1.KeyService/CreateKey", "identity.v1.RoleService/GrantRole", "identity.v1.SessionService/ListSessions"
CHECK = "gateway.v1.PermissionService/CheckPermissions"
DENIED, FINANCE = grpc.StatusCode.PERMISSION_DENIED, 4


class Program(Orders):
    def setUp(self):
        super().setUp()
        self.key = new_id()
        self.allows, self.denies, self.key_roles = ["ledger.*", "ledger.transfer.create"], [], [FINANCE]

    def resolve(self, request, metadata):
        answer = super().resolve(request, metadata)
        own = request.account_id in ("", self.account)
        return dict(answer, session_id=self.key, key_kind=1, roles=self.key_roles if own else [],
                    key_scope={"permissions": self.allows, "denied_permissions": self.denies})


class Keys(Program):
    def test_it_opens_what_its_roles_and_its_scope_allow(self):
        self.call(BALANCE)
        self.call(TRANSFER)
        seen = self.peers.calls(BALANCE)[0][1]
        self.assertEqual((seen["kontor-principal-id"], seen["kontor-credential-kind"], seen["kontor-credential-id"], seen["kontor-roles"]),
                         (self.principal, "KEY", self.key, "FINANCE"))
        with refused(self, DENIED, "KEY_SCOPE"):
            self.call("payments.v1.TopUpService/ListTopUps")
        with refused(self, DENIED, "PERMISSION_DENIED"):
            self.call("ledger.v1.PurchaseService/CreatePurchase")
        self.denies = ["ledger.transfer.*"]
        with refused(self, DENIED, "KEY_SCOPE"):
            self.call(TRANSFER)
        self.assertEqual(len(self.peers.calls(TRANSFER)), 1)

    def test_it_lists_no_account_that_it_does_not_reach(self):
        """GW-13: a key may reach less than its program does, whose accounts identity lists."""
        below = new_id()
        self.allows.append("gateway.account.list")
        self.peers.answer("identity.v1.AccountService/ListMyAccounts", lambda *_: {"accounts": [
            {"account_id": below, "company_name": "Secret Ltd"}, {"account_id": self.account}], "next_page_token": "x"})
        page = self.call("gateway.v1.OverviewService/ListAccounts")
        self.assertEqual([(view.account.account_id, view.hidden) for view in page.accounts], [(self.account, False)])
        self.assertNotEqual(page.next_page_token, "")

    def test_without_a_front_nobody_says_which_certificate_was_shown(self):
        """Identity is not asked, however a caller writes it: the handshake was not the gateway's to see."""
        before = len(self.peers.calls(RESOLVE_ALL))
        for scheme in ("Program ", "program ", "PROGRAM "):
            metadata = (("authorization", scheme + new_id()), ("kontor-certificate-sha256", "0" * 64))
            with refused(self, grpc.StatusCode.UNAUTHENTICATED, "SESSION_REQUIRED"):
                self.call(BALANCE, token="", metadata=metadata)
        with refused(self, grpc.StatusCode.UNAUTHENTICATED, "SESSION_REQUIRED"):  # nor is a token like the name of one
            self.call(BALANCE, token="", metadata=(("authorization", "Bearer %s %s" % (new_id(), "0" * 64)),))
        self.assertEqual(len(self.peers.calls(RESOLVE_ALL)), before)

    def test_money_is_named_in_full(self):  # ID-32
        for allows in (["*"], ["ledger.*"], ["ledger.transfer.*"]):
            self.allows = allows
            with refused(self, DENIED, "KEY_SCOPE"):
                self.call(TRANSFER)
        self.allows = ["*"]
        self.call(BALANCE)
        self.assertEqual(self.peers.calls(TRANSFER), [])

    def test_what_is_a_person_s_it_never_does(self):
        self.allows, self.key_roles = ["*", "identity.role.grant", "identity.key.create"], [1]
        for rpc in (GRANT, CREATE, LIST_SESSIONS, "identity.v1.FactorService/EnrollTotp", "identity.v1.ProgramService/CreateProgram",
                    "identity.v1.MfaPolicyService/SetMfaPolicy"):
            with refused(self, DENIED, "PERSON_REQUIRED"):
                self.call(rpc)
            self.assertEqual(self.peers.calls(rpc), [])
        self.call("identity.v1.KeyService/ListKeys")

    def test_in_another_account_it_may_nothing(self):
        with refused(self, DENIED, "PERMISSION_DENIED"):
            self.call(BALANCE, account_id=new_id())

    def test_orders_together_and_streams_are_within_its_scope(self):
        """An order may do what the rpc that takes its request may."""
        self.allows = ["ledger.order.submit", "ledger.order.stream", "ledger.transfer.create"]
        self.assertEqual(len(self.call(SUBMIT, orders=[transfer()]).results), 1)
        stream = Open(self, STREAM, "a-session")
        self.assertEqual(len(stream.send(account_id=self.account, orders=[well_formed_order(transfer())]).read().results), 1)
        self.allows.remove("ledger.transfer.create")
        with self.assertRaises(Refusal) as caught:
            self.call(SUBMIT, orders=[transfer()])
        self.assertEqual((caught.exception.reason, caught.exception.terms["field"]), ("KEY_SCOPE", "orders[0]"))
        with self.assertRaises(Refusal) as caught:
            stream.send(account_id=self.account, orders=[well_formed_order(transfer())]).read()
        self.assertEqual(caught.exception.reason, "KEY_SCOPE")

    def test_its_scope_is_told_by_check_permissions(self):
        self.denies = ["ledger.balance.*"]
        names = ["ledger.balance.get", "ledger.transfer.create", "payments.top_up.create", "identity.role.grant", "ledger.purchase.create"]
        checks = self.call(CHECK, permissions=names).checks
        self.assertEqual([(check.outcome == 1, check.denied_by_key) for check in checks],
                         [(False, True), (True, False), (False, True), (False, False), (False, False)])

    def test_a_key_is_in_no_log_and_no_refusal(self):
        secret = "kontor_" + "a1B" * 16 + "9"
        with self.assertRaises(Refusal) as caught:
            self.call(BALANCE, token=secret)
        self.assertEqual(caught.exception.code, grpc.StatusCode.UNAUTHENTICATED)
        for text in (str(caught.exception), self.gateway.log()):
            self.assertNotIn(secret[7:], text)

    def test_a_scope_names_permissions_that_there_are(self):
        self.allows, self.key_roles = ["*"], [1]
        self.peers.answer(RESOLVE, lambda request, metadata: Orders.resolve(self, request, metadata))
        end = {"seconds": 1}
        self.call(CREATE, scope={"permissions": ["ledger.*", "payments.top_up.create", "*"], "denied_permissions": ["identity.*"]}, expire_time=end)
        for scope in ({"permissions": ["ledger.balances.*"]}, {"permissions": ["*"], "denied_permissions": ["ledger.transfer.make"]},
                      {"permissions": [""]}):
            with refused(self, grpc.StatusCode.INVALID_ARGUMENT, "UNKNOWN_PERMISSION"):
                self.call(CREATE, scope=scope, expire_time=end)


class Cache(Program):
    settings = dict(Orders.settings, session_cache="1s")

    def test_a_key_is_asked_about_at_every_call_with_its_address(self):
        """Reads of a person use an answer up to a second old; a key's do not, so that one that was revoked or stolen opens nothing."""
        for _ in range(3):
            self.call(BALANCE)
        asked = [question for request, _ in self.peers.calls(RESOLVE_ALL) for question in request.questions]
        self.assertEqual([(question.takes_keys, question.source_address) for question in asked], [(True, "127.0.0.1")] * 3)


if __name__ == "__main__":
    unittest.main()
