"""How a call passes the gateway: rate, session, access, account and company, and what the peer is told. The peers are fakes, so that
what reaches them can be seen."""
import json
import os
import sys
import time
import unittest

import grpc
from fake_peers import FakePeers, No, gateway, message, new_id, well_formed, well_formed_order
from route_test import read_table

from service import POOL, ROOT, Refusal, refused

sys.path.insert(0, os.path.join(ROOT, "tests", "journeys"))
from foreign import ForeignClient  # noqa: E402

OPERATORS = ("OPERATOR", "OPERATOR_ADMINISTRATOR", "OPERATOR_REVIEW", "OPERATOR_FINANCE", "OPERATOR_SUPPORT", "OPERATOR_LOOK")
ROLE = {"ROLE_ACCOUNT_ADMINISTRATOR": 1, "ROLE_MEMBER": 2, "ROLE_OPERATOR": 3}
ROLE.update({"ROLE_" + name: 9 + place for place, name in enumerate(OPERATORS) if place > 0})
BALANCE = "ledger.v1.AccountService/GetBalance"
TRANSFER = "ledger.v1.TransferService/CreateTransfer"
PURCHASE = "ledger.v1.PurchaseService/CreatePurchase"
RESOLVE = "identity.v1.SessionService/ResolveSession"


class Passage(unittest.TestCase):
    """A gateway in front of fakes, and one session."""
    settings = {"session_cache": "0s", "writes_per_second": 0, "reads_per_second": 0, "anonymous_per_second": 0}

    @classmethod
    def setUpClass(cls):
        cls.peers = FakePeers()
        cls.gateway = gateway(cls.peers, **cls.settings)
        cls.addClassCleanup(cls.peers.stop)
        cls.addClassCleanup(cls.gateway.__exit__, None, None, None)

    def setUp(self):
        self.peers.seen.clear()
        self.peers.answers.clear()
        self.account, self.company, self.principal, self.session = new_id(), new_id(), new_id(), new_id()
        self.roles, self.corporate = ["ROLE_ACCOUNT_ADMINISTRATOR"], True
        self.peers.answer(RESOLVE, self.resolve)
        self.peers.answer("identity.v1.CompanyService/CheckSameCompany", lambda request, _: {"verdict": 1, "company_id": self.company})

    def resolve(self, request, _):
        if request.session_token != "a-session":
            raise No(grpc.StatusCode.UNAUTHENTICATED, "SESSION_ENDED")
        own = request.account_id in ("", self.account)
        proved = {"factor_kinds": [1], "mfa_time": {"seconds": int(time.time())}} if any(role.startswith("ROLE_OPERATOR") for role in self.roles) else {}
        return {**proved, "principal_id": self.principal, "session_id": self.session, "account_id": request.account_id or self.account, "corporate": self.corporate,
                "company_id": self.company, "roles": [ROLE[role] for role in self.roles if own or role.startswith("ROLE_OPERATOR")]}

    def call(self, rpc, token="a-session", metadata=(), **fields):
        """A well-formed request with these fields."""
        session = (("authorization", "Bearer " + token),) if token else ()
        if "orders" in fields:
            fields["orders"] = [well_formed_order(order) for order in fields["orders"]]
        elif "order" in fields:
            fields["order"] = well_formed_order(fields["order"])
        elif "request" not in fields:
            service, method = rpc.split("/")
            fields = well_formed(POOL.FindServiceByName(service).methods_by_name[method].input_type, fields)
        return self.gateway.call(rpc, metadata=session + tuple(metadata), **fields)


class PassageTest(Passage):
    # ---- what strangers are told of

    def test_reflection_tells_of_the_public_rpcs_alone(self):  # S15
        client = ForeignClient(self.gateway.address)
        self.assertEqual(set(client.methods), {row[0] for row in read_table()[0] if "?" not in row[0]})
        log_in = client.files["identity/v1/session.proto"].source_code_info.location
        comments = {location.leading_comments.split(".")[0].strip() for location in log_in}
        self.assertIn("Lists the live sessions of the caller, newest first (ID-34)", comments)
        self.assertNotIn("Tells who a session belongs to and what they may do in one account", comments)
        client.close()
        for question in ({"file_containing_symbol": "identity.v1.SessionService.ResolveSession"}, {"file_by_filename": "event/v1/event.proto"},
                         {"file_containing_symbol": "event.v1.EventService"}, {"file_by_filename": "identity/v1/notification.proto"},
                         {"file_by_filename": "runtime/test/v1/echo.proto"}, {"all_extension_numbers_of_type": "event.v1.ListEventsRequest"}):
            answer = ForeignClient.ask_once(self.gateway.address, **question)
            self.assertTrue(answer.HasField("error_response"), question)

    # ---- what the log tells

    def told(self, event, method, count=0):
        """The log's lines of a method, once there are so many: a call is answered before its line is written."""
        deadline = time.monotonic() + 20
        while True:
            lines = [json.loads(line) for line in self.gateway.log().splitlines() if line.startswith("{") and line.endswith("}")]
            lines = [line for line in lines if line["event"] == event and line["method"] == "/" + method]
            if len(lines) >= count or time.monotonic() > deadline:
                return lines
            time.sleep(0.02)

    def test_what_is_done_and_refused_is_told_with_who_acts(self):  # S15
        log_in = "identity.v1.SessionService/LogIn"
        done_before, failed_before, refused_before, in_before = (len(self.told(event, method)) for event, method in (
            ("call_done", TRANSFER), ("call_failed", TRANSFER), ("call_failed", BALANCE), ("call_done", log_in)))
        self.call(TRANSFER, request_id=new_id())
        self.call(BALANCE)
        self.peers.answer(TRANSFER, lambda *_: (_ for _ in ()).throw(No(grpc.StatusCode.FAILED_PRECONDITION, "EXCEEDS_TRANSFERABLE")))
        with refused(self, grpc.StatusCode.FAILED_PRECONDITION, "EXCEEDS_TRANSFERABLE"):
            self.call(TRANSFER, request_id=new_id())
        with refused(self, grpc.StatusCode.PERMISSION_DENIED):
            self.call(BALANCE, account_id=new_id())
        with refused(self, grpc.StatusCode.UNAUTHENTICATED):
            self.call(TRANSFER, token="", metadata=(("kontor-principal-id", new_id()),))
        who = (self.principal, self.account)
        names = lambda lines: [(line["principal_id"], line["account_id"]) for line in lines]
        done, failed = self.told("call_done", TRANSFER, done_before + 1), self.told("call_failed", TRANSFER, failed_before + 2)
        self.assertEqual(names(done)[-1], who)
        self.assertEqual(done[-1]["credential_id"], self.session)
        self.assertEqual((names(failed)[-2:], [line["reason"] for line in failed[-2:]]),
                         ([who, ("", "")], ["EXCEEDS_TRANSFERABLE", "SESSION_REQUIRED"]))
        self.assertEqual(self.told("call_done", BALANCE), [])
        self.assertEqual(self.told("call_failed", BALANCE, refused_before + 1)[-1]["principal_id"], self.principal)
        self.peers.answer(log_in, lambda *_: {"session_token": "t", "principal_id": self.principal, "account_id": self.account})
        self.call(log_in, token="", email="a@example.com", password="whatever")
        self.assertEqual(names(self.told("call_done", log_in, in_before + 1))[-1], who)

    # ---- who calls

    def test_a_stranger_learns_nothing(self):
        with refused(self, grpc.StatusCode.UNAUTHENTICATED, "SESSION_REQUIRED"):
            self.call(BALANCE, token="", account_id="not an id at all")
        self.assertEqual(self.peers.asked(), set())

    def test_an_ended_session_is_refused_in_identitys_words(self):
        with refused(self, grpc.StatusCode.UNAUTHENTICATED, "SESSION_ENDED"):
            self.call(BALANCE, token="yesterdays")

    def test_a_token_of_another_shape_is_none(self):
        for value in ("Basic YTpi", "Bearer", "Bearer ", "a-session", "Bearer " + "x" * 300):
            with refused(self, grpc.StatusCode.UNAUTHENTICATED, "SESSION_REQUIRED"):
                self.call(BALANCE, token="", metadata=(("authorization", value),))
        self.assertTrue(self.call(BALANCE, token="", metadata=(("authorization", "bearer a-session"),)) is not None)

    def test_the_public_rpcs_need_no_session(self):
        self.call("identity.v1.SignUpService/StartSignUp", token="", request_id=new_id())
        self.assertEqual(len(self.peers.calls("identity.v1.SignUpService/StartSignUp")), 1)

    def test_where_the_caller_calls_from_is_said_by_the_gateway(self):
        """Headers of ours that a caller sends do not pass."""
        forged = (("kontor-source-address", "203.0.113.7"), ("kontor-client-certificate", "AAAA"), ("kontor-roles", "OPERATOR"))
        self.call(BALANCE, metadata=forged)
        metadata = self.peers.calls(BALANCE)[0][1]
        self.assertEqual(metadata["kontor-source-address"], "127.0.0.1")
        self.assertEqual(metadata["kontor-roles"], "ACCOUNT_ADMINISTRATOR")
        self.assertNotIn("kontor-client-certificate", metadata)

    # ---- may they

    def test_a_member_does_not_move_money(self):
        """LED-06: the permission on the transferring account."""
        self.roles = ["ROLE_MEMBER"]
        with self.assertRaises(Refusal) as caught:
            self.call(TRANSFER, request_id=new_id())
        self.assertEqual((caught.exception.code, caught.exception.reason), (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"))
        self.assertEqual(caught.exception.terms, {"permission": "ledger.transfer.create"})
        self.assertEqual(self.peers.calls(TRANSFER), [])
        self.call(BALANCE)

    def test_only_an_administrator_confirms_a_limit(self):
        """LED-15"""
        for roles in (["ROLE_MEMBER"], ["ROLE_OPERATOR", "ROLE_OPERATOR_FINANCE"]):
            self.roles = roles
            with refused(self, grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"):
                self.call("ledger.v1.CreditService/ConfirmCreditLimit", request_id=new_id(), contract_hash="0" * 64)

    def test_only_an_administrator_says_for_whom_the_account_pays(self):
        """LED-20, LED-38: a member looks, the administrator sets; nobody makes another's account pay."""
        quota = "ledger.v1.QuotaService/"
        for roles in (["ROLE_MEMBER"], ["ROLE_OPERATOR", "ROLE_OPERATOR_FINANCE"]):
            self.roles = roles
            for rpc in ("SetQuota", "OffsetQuota"):
                with refused(self, grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"):
                    self.call(quota + rpc, sub_account_id=new_id(), request_id=new_id())
        self.roles, sub_account = ["ROLE_MEMBER"], new_id()
        self.call(quota + "GetQuota", sub_account_id=sub_account)
        self.roles = ["ROLE_ACCOUNT_ADMINISTRATOR"]
        with refused(self, grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"):
            self.call(quota + "SetQuota", account_id=new_id(), sub_account_id=self.account, request_id=new_id())
        self.call(quota + "SetQuota", sub_account_id=sub_account, line_micros=10000, request_id=new_id(), company_id=new_id())
        request, _ = self.peers.calls(quota + "SetQuota")[0]
        self.assertEqual((request.account_id, request.company_id, request.sub_account_id), (self.account, self.company, sub_account))

    def test_nobody_acts_in_an_account_of_others(self):
        with refused(self, grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"):
            self.call(BALANCE, account_id=new_id())
        self.assertEqual(self.peers.calls(BALANCE), [])

    def test_an_operator_acts_for_any_account_but_only_as_operator(self):
        self.roles, other = ["ROLE_OPERATOR", "ROLE_OPERATOR_FINANCE"], new_id()
        self.call("ledger.v1.CreditService/SetCreditLimit", account_id=other, request_id=new_id(), limit_micros=10000, currency="CNY")
        request, metadata = self.peers.calls("ledger.v1.CreditService/SetCreditLimit")[0]
        self.assertEqual((request.account_id, metadata["kontor-roles"]), (other, "OPERATOR,OPERATOR_FINANCE"))
        with refused(self, grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"):
            self.call(TRANSFER, account_id=other, request_id=new_id())

    def test_what_has_no_route_is_not_offered(self):
        for rpc in ("ledger.v1.TopUpService/CreditTopUp", RESOLVE, "sharing.v1.AccountService/OpenAccount"):
            with refused(self, grpc.StatusCode.UNIMPLEMENTED, "NOT_PUBLIC"):
                self.call(rpc)
        with self.assertRaises(Refusal) as caught:
            self.call("identity.v1.NotificationService/SendNotification")
        self.assertEqual(caught.exception.code, grpc.StatusCode.UNIMPLEMENTED)
        self.assertEqual(self.peers.asked(), set())

    # ---- what the peer is told

    def test_the_sessions_own_account_and_its_company_are_filled_in(self):
        self.call(BALANCE)
        request, metadata = self.peers.calls(BALANCE)[0]
        self.assertEqual((request.account_id, request.company_id), (self.account, self.company))
        self.assertEqual(metadata["kontor-principal-id"], self.principal)
        self.assertEqual(metadata["kontor-account-id"], self.account)
        self.assertEqual(metadata["kontor-roles"], "ACCOUNT_ADMINISTRATOR")

    def test_what_a_caller_writes_there_does_not_count(self):
        smuggled = (("kontor-roles", "OPERATOR"), ("kontor-source-address", "198.51.100.1"), ("kontor-principal-id", new_id()), ("kontor-account-id", new_id()),
                    ("kontor-step", "gateway.credit_top_up"), ("kontor-public", "true"))
        self.call(BALANCE, metadata=smuggled, company_id=new_id())
        request, metadata = self.peers.calls(BALANCE)[0]
        self.assertEqual((request.company_id, metadata["kontor-roles"]), (self.company, "ACCOUNT_ADMINISTRATOR"))
        self.assertEqual(metadata["kontor-principal-id"], self.principal)
        self.assertEqual([name for name in ("kontor-step", "kontor-public") if name in metadata], [])
        self.gateway.call("identity.v1.SignUpService/StartSignUp", metadata=smuggled, request_id=new_id())
        _, metadata = self.peers.calls("identity.v1.SignUpService/StartSignUp")[0]
        self.assertEqual({name: value for name, value in metadata.items() if name.startswith("kontor-")},
                         {"kontor-public": "true", "kontor-source-address": "127.0.0.1"})

    def test_an_individual_is_its_own_company(self):
        self.company, self.corporate = "", False
        self.call(BALANCE)
        self.assertEqual(self.peers.calls(BALANCE)[0][0].company_id, self.account)

    def test_before_a_company_is_verified_money_is_found_and_benefits_are_not(self):
        """Settled 11: the ledger finds an account by itself; sharing is among accounts of a verified company."""
        self.company = ""
        self.call(BALANCE)
        self.assertEqual(self.peers.calls(BALANCE)[-1][0].company_id, self.account)
        with refused(self, grpc.StatusCode.FAILED_PRECONDITION, "NOT_VERIFIED"):
            self.call("sharing.v1.AssetService/ListAssets")

    def test_an_account_id_that_is_none_is_named(self):
        with refused(self, grpc.StatusCode.INVALID_ARGUMENT, field="account_id"):
            self.call(BALANCE, account_id="1234")

    def test_unknown_fields_and_all_the_others_reach_the_peer(self):
        request = message("ledger.v1.CreateTransferRequest")(request_id=new_id(), destination_account_id=new_id(), amount_micros=70000,
                                                             currency="CNY", remark="für A")
        bytes_with_more = request.SerializeToString() + b"\xfa\x7f\x03new"
        request = message("ledger.v1.CreateTransferRequest").FromString(bytes_with_more)
        self.call(TRANSFER, request=request)
        seen = self.peers.calls(TRANSFER)[0][0]
        self.assertEqual((seen.amount_micros, seen.remark, seen.request_id), (70000, "für A", request.request_id))
        self.assertTrue(seen.SerializeToString().endswith(b"\xfa\x7f\x03new"))

    # ---- what the caller is told

    def test_the_account_is_named_in_every_answer(self):
        """ID-37"""
        descriptor = POOL.FindServiceByName("ledger.v1.AccountService").methods_by_name["GetBalance"]
        stub = self.gateway.channel.unary_unary("/" + BALANCE, request_serializer=lambda m: m.SerializeToString(),
                                                response_deserializer=message(descriptor.output_type.full_name).FromString)
        _, call = stub.with_call(message("ledger.v1.GetBalanceRequest")(), metadata=(("authorization", "Bearer a-session"),))
        self.assertEqual(dict(call.trailing_metadata())["kontor-account-id"], self.account)

    def test_a_peers_no_is_passed_on_with_its_reason(self):
        def no(request, metadata):
            raise No(grpc.StatusCode.FAILED_PRECONDITION, "EXCEEDS_TRANSFERABLE", "Too much.")
        self.peers.answer(TRANSFER, no)
        with self.assertRaises(Refusal) as caught:
            self.call(TRANSFER, request_id=new_id())
        self.assertEqual((caught.exception.reason, caught.exception.sentence), ("EXCEEDS_TRANSFERABLE", "Too much."))

    def test_a_peer_that_is_away_is_unavailable(self):
        def away(request, metadata):
            raise No(grpc.StatusCode.UNAVAILABLE)
        self.peers.answer(BALANCE, away)
        with refused(self, grpc.StatusCode.UNAVAILABLE):
            self.call(BALANCE)

    # ---- steps

    def test_a_purchase_is_refused_with_everything_that_is_missing(self):
        """ID-07, ID-08"""
        self.peers.answer("identity.v1.AccountService/GetAccount", lambda request, _: {"account": {"account_id": request.account_id}})
        with self.assertRaises(Refusal) as caught:
            self.call(PURCHASE, request_id=new_id(), region="cn-hangzhou")
        everything = ["BILLING_ADDRESS_MISSING", "CURRENCY_MISSING", "PAYMENT_METHOD_MISSING", "REAL_NAME_REQUIRED"]
        self.assertEqual(caught.exception.code, grpc.StatusCode.FAILED_PRECONDITION)
        self.assertEqual(caught.exception.preconditions, everything)
        ready = self.call("gateway.v1.ReadinessService/GetReadiness", region="cn-hangzhou")
        self.assertEqual(([step.reason for step in ready.missing_steps], ready.ready), (everything, False))
        abroad = self.call("gateway.v1.ReadinessService/GetReadiness", region="ap-southeast-1")
        self.assertEqual([step.reason for step in abroad.missing_steps], everything[:3])
        self.assertEqual(self.peers.calls(PURCHASE), [])

    def test_who_uses_what_is_bought_has_a_real_name(self):
        """ID-08, ID-19: of a purchase or hold on behalf the sub-account is asked; elsewhere nobody is."""
        named, nameless = new_id(), new_id()
        answer = lambda request, _: {"account": {"account_id": request.account_id, "billing_address_present": True,
                                                 "real_name_registered": request.account_id == named}}  # noqa: E731
        self.peers.answer("identity.v1.AccountService/GetAccount", answer)
        self.peers.answer("payments.v1.AccountService/GetAccount", lambda *_: {"account": {"currency": "CNY"}})
        self.peers.answer("payments.v1.PaymentMethodService/ListPaymentMethods", lambda *_: {"payment_methods": [{"state": 3}]})
        for sub, region, reason in ((named, "cn-hangzhou", ""), (nameless, "cn-hangzhou", "REAL_NAME_REQUIRED"), (nameless, "ap-southeast-1", ""),
                                    ("", "cn-hangzhou", "REAL_NAME_REQUIRED")):
            fields = {"region": region, "sub_account_id": sub, "amount_micros": 1, "currency": "CNY"}
            for rpc, more in ((PURCHASE, {}), ("ledger.v1.HoldService/PlaceHold", {"expire_time": {"seconds": int(time.time()) + 60}})):
                told = []
                try:
                    self.call(rpc, request_id=new_id(), **dict(fields, **more))
                    told.append("")
                except Refusal as no:
                    told += no.preconditions or [no.reason or no.sentence]
                self.assertEqual(told, [reason], (rpc, sub, region))

    def test_a_transfer_leaves_only_for_the_same_company(self):
        """LED-06, ID-18: each verdict of identity in its own words."""
        for verdict, reason in ((2, "NOT_CORPORATE"), (3, "NOT_VERIFIED"), (4, "DIFFERENT_COMPANY")):
            self.peers.answer("identity.v1.CompanyService/CheckSameCompany", lambda request, _: {"verdict": verdict})
            with refused(self, grpc.StatusCode.FAILED_PRECONDITION, reason):
                self.call(TRANSFER, request_id=new_id(), destination_account_id=new_id())
        self.assertEqual(self.peers.calls(TRANSFER), [])

    def test_every_recipient_of_a_share_is_checked(self):
        """SHR-03"""
        recipients, stranger = [new_id() for _ in range(5)], new_id()
        self.peers.answer("identity.v1.CompanyService/CheckSameCompany",
                          lambda request, _: {"verdict": 4 if request.other_account_id == stranger else 1})
        share = "sharing.v1.ShareService/ShareWithAccounts"
        self.call(share, request_id=new_id(), asset_id=new_id(), recipient_account_ids=recipients)
        with refused(self, grpc.StatusCode.FAILED_PRECONDITION, "DIFFERENT_COMPANY"):
            self.call(share, request_id=new_id(), asset_id=new_id(), recipient_account_ids=recipients + [stranger])
        self.assertEqual(len(self.peers.calls(share)), 1)

    def test_logging_out_needs_the_token_only_once(self):
        self.call("identity.v1.SessionService/LogOut")
        self.assertEqual(self.peers.calls("identity.v1.SessionService/LogOut")[0][0].session_token, "a-session")


class LimitTest(Passage):
    """The same gateway with limits and a session cache."""
    settings = {"session_cache": "1s", "writes_per_second": 2, "writes_burst": 4, "reads_per_second": 1000, "reads_burst": 1000,
                "anonymous_per_second": 1000, "anonymous_burst": 1000}

    def setUp(self):
        super().setUp()
        self.session, self.sessions = new_id(), [new_id() for _ in range(8)]
        self.principal, self.account = new_id(), new_id()
        resolve = self.resolve
        self.peers.answer(RESOLVE, lambda request, metadata: resolve(message("identity.v1.ResolveSessionRequest")(
            session_token="a-session" if request.session_token in [self.session] + self.sessions else "", account_id=request.account_id),
            metadata))

    def call(self, rpc, token="a-session", **fields):
        return super().call(rpc, token=self.session if token == "a-session" else token, **fields)

    def test_writes_have_a_limit_and_say_when_to_come_back(self):
        for _ in range(4):
            self.call(TRANSFER, request_id=new_id())
        with self.assertRaises(Refusal) as caught:
            self.call(TRANSFER, request_id=new_id())
        self.assertEqual((caught.exception.code, caught.exception.reason), (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED"))
        self.assertGreater(caught.exception.retry_seconds, 0)
        self.assertLessEqual(caught.exception.retry_seconds, 0.6)
        self.call(BALANCE)
        time.sleep(caught.exception.retry_seconds)
        self.call(TRANSFER, request_id=new_id())

    def passed(self, tokens, account=""):
        count = 0
        for _ in range(6):
            for token in tokens:
                try:
                    self.call(TRANSFER, token=token, account_id=account, request_id=new_id())
                    count += 1
                except Refusal as refusal:
                    self.assertEqual((refusal.reason, refusal.terms["of"]), ("RATE_LIMITED", self.limited_by))
        return count

    def test_eight_sessions_of_a_principal_have_the_rate_of_one(self):
        """S4."""
        self.limited_by, began = "PRINCIPAL", time.monotonic()
        count = self.passed(self.sessions)
        self.assertIn(count, range(4, 6 + int(2 * (time.monotonic() - began))))

    def test_principals_of_an_account_share_its_rate(self):
        """S4: an account has four principals' rates, however many act for it."""
        resolve, self.limited_by = self.resolve, "ACCOUNT"
        def anybody(request, metadata):
            answer = resolve(message("identity.v1.ResolveSessionRequest")(session_token="a-session", account_id=request.account_id), metadata)
            return dict(answer, principal_id=request.session_token)
        self.peers.answer(RESOLVE, anybody)
        began = time.monotonic()
        count = sum(self.once(new_id()) for _ in range(30))
        self.assertIn(count, range(16, 18 + int(8 * (time.monotonic() - began))))

    def once(self, token):
        try:
            self.call(TRANSFER, token=token, account_id=self.account, request_id=new_id())
            return 1
        except Refusal as refusal:
            self.assertEqual((refusal.reason, refusal.terms["of"]), ("RATE_LIMITED", self.limited_by))
            return 0

    def test_the_rate_is_asked_before_the_message_is_read(self):
        """S4: what is no message is refused for its rate; while there is room, for what it is."""
        send = self.gateway.channel.unary_unary("/" + TRANSFER, request_serializer=lambda raw: raw, response_deserializer=lambda raw: raw)
        def outcome():
            with self.assertRaises(grpc.RpcError) as caught:
                send(b"\xff\xff\xff", timeout=10, metadata=(("authorization", "Bearer " + self.session),))
            return Refusal(caught.exception).reason
        self.call(TRANSFER, request_id=new_id())
        seen = [outcome() for _ in range(8)]
        self.assertEqual(seen[:2], ["MALFORMED"] * 2)
        self.assertIn("RATE_LIMITED", seen)

    def test_reads_resolve_a_session_once_a_second_and_writes_always(self):
        for _ in range(3):
            self.call(BALANCE)
        self.assertEqual(len(self.peers.calls(RESOLVE)), 1)
        self.call(TRANSFER, request_id=new_id())
        self.call(TRANSFER, request_id=new_id())
        self.assertEqual(len(self.peers.calls(RESOLVE)), 3)

    def test_a_read_asks_again_once_sessions_may_have_ended(self):  # ID-34
        def asked(rpc, **fields):
            before = len(self.peers.calls(RESOLVE))
            self.call(rpc, **fields)
            return len(self.peers.calls(RESOLVE)) - before
        self.assertEqual([asked(BALANCE), asked(BALANCE)], [1, 0])
        asked("identity.v1.SessionService/RevokeOtherSessions", request_id=new_id())
        self.assertEqual([asked(BALANCE), asked(BALANCE)], [1, 0])

    def test_a_revoked_session_is_refused_at_once_where_money_moves(self):
        self.call(BALANCE)
        self.peers.answer(RESOLVE, lambda request, metadata: self.resolve(request, metadata))
        with refused(self, grpc.StatusCode.UNAUTHENTICATED, "SESSION_ENDED"):
            self.call(TRANSFER, request_id=new_id())
        time.sleep(1)
        with refused(self, grpc.StatusCode.UNAUTHENTICATED, "SESSION_ENDED"):
            self.call(BALANCE)


class StrangersTest(Passage):
    """A gateway that lets ten calls of strangers pass, and then none for long."""
    settings = {"anonymous_per_second": 1, "anonymous_burst": 10, "writes_per_second": 1000, "writes_burst": 1000}

    def test_made_up_tokens_share_the_limit_of_strangers(self):
        self.call(TRANSFER, request_id=new_id())
        refusals = []
        for _ in range(30):
            with self.assertRaises(Refusal) as caught:
                self.call(TRANSFER, token=new_id(), request_id=new_id())
            refusals.append(caught.exception.reason)
        self.assertGreater(refusals.count("RATE_LIMITED"), 10)
        log_in = lambda: self.call("identity.v1.SessionService/LogIn", token=new_id(), email="a@example.com", password="whatever")
        log_in()  # what strangers do elsewhere leaves the way in open (S4)
        with refused(self, grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED"):
            for _ in range(30):
                log_in()
        for _ in range(30):
            self.call(TRANSFER, request_id=new_id())


if __name__ == "__main__":
    unittest.main()
