"""Orders together at the gateway: an order may do what its own rpc may, and hears the same no. The peers are fakes, so that what reaches
the ledger can be seen."""
import time
import unittest

import grpc
from fake_peers import RESOLVE_ALL, SAME_COMPANY, No, message, new_id, well_formed_order
from passage_test import Passage
from route_test import all_rpcs

from service import POOL, Refusal, refused

SUBMIT = "ledger.v1.OrderService/SubmitOrders"
STREAM = "ledger.v1.OrderService/StreamOrders"
PREVIEW = "ledger.v1.OrderService/PreviewOrder"
KINDS = POOL.FindMessageTypeByName("ledger.v1.Order").oneofs_by_name["kind"].fields
CONTROL = "identity.v1.RelationService/GetBillingControl"
SAME, DIFFERENT = 1, 4


def unary_of(kind):
    """The rpc that takes the request of a kind: create_transfer → ledger.v1.TransferService/CreateTransfer."""
    return next(rpc for rpc, method in all_rpcs().items() if method.input_type == kind.message_type)


def outcome(result):
    """The word of a result: its kind, or the reason of its refusal."""
    if result.WhichOneof("outcome") != "refused":
        return result.WhichOneof("outcome")
    for detail in result.refused.details:
        if detail.type_url.endswith("ErrorInfo"):
            return message("google.rpc.ErrorInfo").FromString(detail.value).reason
    return "?"


class Orders(Passage):
    def setUp(self):
        super().setUp()
        self.relation = new_id()
        self.others = {}  # the verdict on another account; the same company when it is not named
        self.peers.answer(SUBMIT, self.settle)
        self.peers.answer(SAME_COMPANY, lambda request, _: {"verdict": self.others.get(request.other_account_id, SAME)})
        self.peers.answer(CONTROL, lambda request, _: {"agents": [self.agent(request.account_id)]})
        self.ready(True)

    def agent(self, customer, **terms):
        """The acting account, by terms that let it allocate (LED-22)."""
        return {"account_id": self.account, "relation_id": self.relation, "version": 3, "terms_begin_time": {"seconds": 1700000000},
                "terms": dict({"permissions": [1, 8], "settlement_mode": 2}, **terms)}

    def ready(self, yes):
        account = lambda request, _: {"account": {"account_id": request.account_id, "company_id": self.company, "type": 2,
                                                  "billing_address_present": yes}}
        self.peers.answer("identity.v1.AccountService/GetAccount", account)
        self.peers.answer("payments.v1.AccountService/GetAccount", lambda *_: {"account": {"currency": "CNY"}})
        self.peers.answer("payments.v1.PaymentMethodService/ListPaymentMethods", lambda *_: {"payment_methods": [{"state": 3}]})

    def settle(self, request, _):
        """Every order that reaches the ledger is accepted."""
        return {"results": [{order.WhichOneof("kind"): {}} for order in request.orders]}

    def submit(self, *orders, **more):
        return [outcome(result) for result in self.call(SUBMIT, orders=orders, **more).results]

    def seen(self, rpc=SUBMIT):
        return [request for request, _ in self.peers.calls(rpc)]

    def no(self, call, *words, **fields):
        with self.assertRaises(Refusal) as caught:
            call(*words, **fields)
        return caught.exception


def transfer(to=None, **more):
    return {"create_transfer": dict(dict(request_id=new_id(), destination_account_id=to or new_id(), amount_micros=10000000, currency="CNY"), **more)}


def purchase(region="cn-hangzhou", of=""):
    return {"create_purchase": dict(request_id=new_id(), amount_micros=10000000, currency="CNY", region=region, sub_account_id=of)}


class OrderTest(Orders):
    # ---- who may send which

    def test_an_order_of_each_kind_may_what_its_own_rpc_may(self):
        """LED-06, LED-15 and every other rule of the routes table: alone, in a bulk, in a stream and as a preview."""
        granted = 0
        for roles in ([], ["ROLE_MEMBER"], ["ROLE_ACCOUNT_ADMINISTRATOR"], ["ROLE_OPERATOR", "ROLE_OPERATOR_FINANCE"],
                      ["ROLE_MEMBER", "ROLE_OPERATOR_FINANCE"]):
            self.roles = roles
            for kind in KINDS:
                order = {kind.name: {"request_id": new_id()}}
                alone = self.verdict(unary_of(kind), request_id=new_id())
                granted += alone is None
                expected = alone if roles else (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")
                for rpc, fields in ((SUBMIT, {"orders": [order]}), (PREVIEW, {"order": order}), (STREAM, {"orders": [order]})):
                    self.assertEqual(self.verdict(rpc, **fields), expected, (roles, kind.name, rpc))
        self.assertGreater(granted, len(KINDS))
        self.assertFalse([order for request in self.seen() for order in request.orders if order.HasField("credit_top_up")])

    def verdict(self, rpc, **fields):
        try:
            if rpc == STREAM:
                list(self.stream([fields]))
            else:
                self.call(rpc, **fields)
        except Refusal as refusal:
            return refusal.code, refusal.reason
        return None

    def stream(self, requests):
        """The answers to some requests, sent one after the other."""
        packed = (message("ledger.v1.StreamOrdersRequest")(**dict(fields, orders=[well_formed_order(order) for order in fields["orders"]]))
                  for fields in requests)
        stub = self.gateway.channel.stream_stream("/" + STREAM, request_serializer=lambda m: m.SerializeToString(),
                                                  response_deserializer=message("ledger.v1.StreamOrdersResponse").FromString)
        try:
            yield from stub(packed, timeout=30, metadata=(("authorization", "Bearer a-session"),))
        except grpc.RpcError as error:
            raise Refusal(error) from None

    def test_one_order_that_may_not_be_refuses_the_call_by_its_place(self):
        self.roles = ["ROLE_MEMBER"]
        refusal = self.no(self.submit, purchase(), purchase(), transfer(), purchase())
        self.assertEqual((refusal.code, refusal.reason), (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"))
        self.assertEqual(refusal.terms, {"permission": "ledger.transfer.create", "field": "orders[2]"})
        self.assertEqual(self.seen(), [])

    def test_a_partner_never_credits_itself(self):
        refusal = self.no(self.submit, transfer(), {"credit_top_up": {"request_id": new_id(), "amount_micros": 1000000, "currency": "CNY"}})
        self.assertEqual((refusal.code, refusal.reason, refusal.terms),
                         (grpc.StatusCode.UNIMPLEMENTED, "NOT_PUBLIC", {"field": "orders[1]"}))
        self.assertEqual(self.seen(), [])

    def test_an_order_of_a_kind_that_is_not_known_here_goes_nowhere(self):
        """A newer ledger may know it, and nobody here could say who may send it."""
        new_kind = b"\xda\x07\x02\x08\x01"  # field 123
        for packed in (b"", new_kind, message("ledger.v1.Order")(**transfer()).SerializeToString() + new_kind):
            order = message("ledger.v1.Order").FromString(packed)
            for rpc, fields, field in ((SUBMIT, {"orders": [transfer(), order]}, "orders[1]"), (PREVIEW, {"order": order}, "order")):
                with refused(self, grpc.StatusCode.INVALID_ARGUMENT, field=field):
                    self.call(rpc, **fields)
        with refused(self, grpc.StatusCode.INVALID_ARGUMENT, field="order"):
            self.call(PREVIEW)
        self.assertEqual(self.seen() + self.seen(PREVIEW), [])

    def test_a_stranger_is_asked_who_it_is_before_the_orders_are_looked_at(self):
        for orders in ([], [{}], [transfer()]):
            with refused(self, grpc.StatusCode.UNAUTHENTICATED, "SESSION_REQUIRED"):
                self.call(SUBMIT, token="", orders=orders)
        self.assertEqual(self.peers.asked(), set())

    # ---- what an order says of itself does not count

    def test_account_and_company_are_those_of_the_call(self):
        strangers, company = new_id(), new_id()
        self.submit(transfer(account_id=strangers, company_id=company), company_id=company)
        request, metadata = self.peers.calls(SUBMIT)[0]
        self.assertEqual((request.account_id, request.company_id), (self.account, self.company))
        self.assertEqual((metadata["kontor-account-id"], metadata["kontor-roles"]), (self.account, "ACCOUNT_ADMINISTRATOR"))
        self.assertEqual([asked.account_id for asked in self.seen(SAME_COMPANY)], [self.account])
        with refused(self, grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"):
            self.submit(transfer(), account_id=strangers)

    # ---- what stands in the way of one

    def test_an_account_of_another_company_is_the_no_of_its_order_alone(self):
        """LED-06, ID-18: the others are settled, each result in its order's place."""
        stranger, friend = new_id(), new_id()
        self.others[stranger] = DIFFERENT
        self.assertEqual(self.submit(transfer(friend), transfer(stranger), {"void_hold": {"request_id": new_id()}}, transfer(stranger)),
                         ["create_transfer", "DIFFERENT_COMPANY", "void_hold", "DIFFERENT_COMPANY"])
        self.assertEqual([order.create_transfer.destination_account_id for order in self.seen()[0].orders], [friend, ""])
        self.assertEqual(self.submit(transfer(stranger)), ["DIFFERENT_COMPANY"])
        self.assertEqual(len(self.seen()), 1)  # nothing was left to settle

    def test_a_group_fails_as_one(self):
        stranger = new_id()
        self.others[stranger] = DIFFERENT
        linked = lambda order: dict(order, linked=True)
        self.assertEqual(self.submit(transfer(), linked(transfer()), transfer(stranger), linked(transfer(stranger)), linked(transfer()),
                                     transfer(), transfer()),
                         ["create_transfer", "GROUP_FAILED", "DIFFERENT_COMPANY", "DIFFERENT_COMPANY", "GROUP_FAILED", "GROUP_FAILED",
                          "create_transfer"])
        self.assertEqual([order.linked for order in self.seen()[0].orders], [False, False])

    def test_identity_is_asked_once(self):
        """ID-18: of the session and of all other accounts, each of them once."""
        a, b, stranger = new_id(), new_id(), new_id()
        self.others[stranger] = DIFFERENT
        outcomes = self.submit(*[transfer(to) for to in (a, stranger, b, a, "no id", stranger)], purchase())
        self.assertEqual(outcomes, ["create_transfer", "DIFFERENT_COMPANY", "create_transfer", "create_transfer", "INVALID_ARGUMENT",
                                    "DIFFERENT_COMPANY", "create_purchase"])
        (question,), = (asked.questions for asked in self.seen(RESOLVE_ALL))
        self.assertEqual((question.session_token, list(question.other_account_ids)), ("a-session", sorted((a, stranger, b))))
        self.submit(*[transfer()] * 3)
        self.assertEqual([len(asked.questions) for asked in self.seen(RESOLVE_ALL)], [1, 1])  # a second call asks again

    def test_readiness_is_asked_once_for_each_region(self):
        """ID-07, ID-08"""
        self.assertEqual(self.submit(purchase(), purchase("ap-southeast-1"), purchase()), ["create_purchase"] * 3)
        self.assertEqual(self.asked_if_ready(), 2)
        self.ready(False)
        hold = {"place_hold": {"request_id": new_id(), "region": "cn-hangzhou"}}
        self.assertEqual(self.submit(purchase(), hold, transfer(), purchase("UPPER")),
                         ["BILLING_ADDRESS_MISSING", "BILLING_ADDRESS_MISSING", "create_transfer", "INVALID_ARGUMENT"])

    def test_readiness_is_asked_once_for_each_user_where_users_have_names(self):
        """ID-08, ID-19: elsewhere it does not follow from who uses it."""
        one, other = new_id(), new_id()
        for region, asked in (("cn-hangzhou", 3), ("ap-southeast-1", 1)):
            self.peers.seen.clear()
            bought = [purchase(region, of) for of in (one, "", other, one, "", other)]
            self.assertEqual(self.submit(*bought), ["create_purchase"] * 6)
            self.assertEqual(self.asked_if_ready(), asked)
            users = {request.account_id for request in self.seen("identity.v1.AccountService/GetAccount")} - {self.account}
            self.assertEqual(users, {one, other} if asked > 1 else set())

    def asked_if_ready(self):
        return len(self.seen("payments.v1.PaymentMethodService/ListPaymentMethods"))

    def test_what_nobody_can_say_fails_the_call(self):
        def away(request, _):
            raise No(grpc.StatusCode.UNAVAILABLE)
        self.peers.answer(SAME_COMPANY, away)
        for orders in ([transfer()], [transfer(), transfer()]):
            with refused(self, grpc.StatusCode.UNAVAILABLE):
                self.submit(*orders)
        session = {"principal_id": self.principal, "account_id": self.account, "corporate": True, "company_id": self.company, "roles": [1]}
        for others in ([], [{"verdict": SAME}], [{"verdict": SAME}] * 3, [{"verdict": SAME}, {}]):  # of two
            self.peers.answer(RESOLVE_ALL, lambda *_: {"answers": [{"session": session, "others": others}]})
            with refused(self, grpc.StatusCode.INTERNAL):
                self.submit(transfer(), transfer())
        for answers in ([], [{}], [{"session": session}] * 2, [{"refused": {}}], [{"refused": {"code": 99}}]):
            self.peers.answer(RESOLVE_ALL, lambda *_: {"answers": answers})
            with refused(self, grpc.StatusCode.INTERNAL):
                self.submit(transfer())
        self.assertEqual(self.seen(), [])

    def test_a_thousand_is_the_most_and_a_group_ends_within(self):
        orders = [transfer(to) for to in [new_id()] * 1001]
        self.assertEqual(self.submit(*orders[:1000]), ["create_transfer"] * 1000)
        for wrong in ([], orders, [dict(transfer(), linked=True)]):
            with refused(self, grpc.StatusCode.INVALID_ARGUMENT, "TOO_MANY_ORDERS"):
                self.submit(*wrong)
        self.assertEqual(len(self.seen()), 1)

    def test_a_thousand_refusals_fit(self):
        strangers = [new_id() for _ in range(1000)]
        self.others.update((stranger, DIFFERENT) for stranger in strangers)
        self.assertEqual(self.submit(*[transfer(stranger) for stranger in strangers]), ["DIFFERENT_COMPANY"] * 1000)

    def test_a_thousand_orders_and_answers_of_the_largest_size_fit(self):
        """An answer of the ledger must never be too large to be told once it is booked."""
        note = {"remark": "é" * 128, "tag": "t" * 64}
        balance = {field.name: 2 ** 62 if field.type == field.TYPE_INT64 else new_id()
                   for field in POOL.FindMessageTypeByName("ledger.v1.Balance").fields if field.type in (field.TYPE_INT64, field.TYPE_STRING)}
        times = {"effective_time": {"seconds": 2 ** 32}, "recorded_time": {"seconds": 2 ** 32}}
        booked = dict(transfer_id=new_id(), kind=1, source_account_id=new_id(), destination_account_id=new_id(), amount_micros=2 ** 62,
                      currency="CNY", **note, **times)
        result = {"create_transfer": {"transfer": booked, "balances": [balance, balance]}}
        self.peers.answer(SUBMIT, lambda request, _: {"results": [result] * len(request.orders)})
        orders = [transfer(amount_micros=2 ** 62 // 10000 * 10000, conditions={"minimum_left_micros": 1}, effective_time={"seconds": int(time.time())}, **note)
                  for _ in range(1000)]
        answer = self.call(SUBMIT, orders=orders)
        self.assertEqual((len(answer.results), answer.results[999].create_transfer.transfer.remark), (1000, note["remark"]))

    def test_the_ledgers_no_is_passed_on(self):
        def no(request, _):
            raise No(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT", "Not so.")
        self.peers.answer(SUBMIT, no)
        self.assertEqual(self.no(self.submit, transfer()).sentence, "Not so.")
        self.peers.answer(SUBMIT, lambda request, _: {"results": []})
        with refused(self, grpc.StatusCode.INTERNAL):
            self.submit(transfer())

    # ---- preview

    def test_a_preview_asks_what_the_order_would(self):
        """c-5: the same no, and nothing of it is kept."""
        stranger = new_id()
        self.others[stranger] = DIFFERENT
        self.assertEqual(outcome(self.call(PREVIEW, order=transfer(stranger)).result), "DIFFERENT_COMPANY")
        self.assertEqual(self.seen(PREVIEW), [])
        self.call(PREVIEW, order=transfer())
        self.assertEqual((self.seen(PREVIEW)[0].account_id, self.seen(PREVIEW)[0].company_id), (self.account, self.company))

    # ---- streams

    def test_a_stream_is_a_bulk_after_a_bulk(self):
        stranger = new_id()
        self.others[stranger] = DIFFERENT
        answers = list(self.stream([{"orders": [transfer(), transfer(stranger)]}, {"orders": [purchase()]}] * 20))
        self.assertEqual([[outcome(result) for result in answer.results] for answer in answers],
                         [["create_transfer", "DIFFERENT_COMPANY"], ["create_purchase"]] * 20)

    def test_what_may_not_be_ends_the_stream_where_it_stands(self):
        self.roles = ["ROLE_MEMBER"]
        answers = self.stream([{"orders": [purchase()]}, {"orders": [transfer()]}, {"orders": [purchase()]}])
        self.assertEqual(outcome(next(answers).results[0]), "create_purchase")
        refusal = self.no(next, answers)
        self.assertEqual((refusal.code, refusal.terms["field"]), (grpc.StatusCode.PERMISSION_DENIED, "orders[0]"))
        self.assertEqual(len(self.seen()), 1)


if __name__ == "__main__":
    unittest.main()
