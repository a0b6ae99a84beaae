"""GW-05: a client-success manager sees no raw billing data. Every field of every answer says what is hidden of it or is listed with a reason
(unmasked.txt); and through the running gateway, whose peers tell all they could ever tell, nothing of it leaves: not in an answer, a stream
or a refusal."""
import os
import time
import unittest

import grpc
from fake_peers import POOL, No, message
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import FieldDescriptor as Field
from matrix_test import read_matrix
from passage_test import BALANCE, RESOLVE, TRANSFER
from stream_test import RUNWAY, WATCH, Streams

from service import BUILD, Refusal, refused

BAND, ABSENT = 1, 2
NUMBERS = (Field.TYPE_INT64, Field.TYPE_UINT64, Field.TYPE_SINT64, Field.TYPE_SFIXED64, Field.TYPE_FIXED64, Field.TYPE_DOUBLE, Field.TYPE_FLOAT)
TEXTS = (Field.TYPE_STRING, Field.TYPE_BYTES)
DENIED = "denied"
UNIT = 1000000
CHECK = "gateway.v1.PermissionService/CheckPermissions"
ONBOARDING = "identity.v1.AccountService/GetOnboardingState"  # answered by the gateway, without an amount
POSTINGS = "ledger.v1.PostingService/ListPostings"


def masks():
    """{"ledger.v1.Balance.own_micros": BAND}, of every field that has the option."""
    with open(os.path.join(BUILD, "generated", "proto", "kontor.fds"), "rb") as file:
        packed = file.read()
    pool = descriptor_pool.DescriptorPool()
    files = descriptor_pb2.FileDescriptorSet.FromString(packed).file
    for file in files:
        pool.Add(file)
    options = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("google.protobuf.FieldOptions"))
    mask = pool.FindExtensionByName("kontor.v1.mask")
    found = {}
    for file in files:
        for declared in file.message_type:
            for field in declared.field:
                value = options.FromString(field.options.SerializeToString()).Extensions[mask]
                if value:
                    found["%s.%s.%s" % (file.package, declared.name, field.name)] = value
    return found


def unmasked():
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "unmasked.txt"), encoding="utf-8") as file:
        return dict(line.split(None, 1) for line in file if line.strip() and not line.startswith("#"))


MASKS, UNMASKED = masks(), unmasked()


def method_of(rpc):
    service, method = rpc.split("/")
    return POOL.FindServiceByName(service).methods_by_name[method]


def answer_of(rpc):
    return method_of(rpc).output_type


def fields_of(kind, known=None):
    """Every field of a message and of those inside of it that are there at all."""
    known = {kind.full_name} if known is None else known
    for field in kind.fields:
        yield field
        inside = field.message_type
        if inside is not None and MASKS.get(field.full_name) != ABSENT and inside.full_name not in known and not inside.full_name.startswith("google."):
            known.add(inside.full_name)
            yield from fields_of(inside, known)


def band(micros):
    """The rule, in floating words: nothing, below 1,000, and then by tens."""
    units = abs(micros) // UNIT
    size = 0 if micros == 0 else 1 if units < 1000 else 10 ** (len(str(units)) - 1)
    return size * UNIT * (-1 if micros < 0 else 1)


class Declared(unittest.TestCase):
    def setUp(self):
        self.matrix = read_matrix()

    def reached(self, rows):
        return {field.full_name: field for rpc, row in self.matrix.items() if rows(row) for field in fields_of(answer_of(rpc))}

    def test_every_number_of_an_answer_is_masked_or_listed_with_a_reason(self):
        lacking = [name for name, field in self.reached(lambda row: True).items()
                   if field.type in NUMBERS and name not in MASKS and name not in UNMASKED]
        self.assertEqual(lacking, [])

    def test_every_text_that_is_shown_in_bands_is_masked_or_listed_with_a_reason(self):
        plain = ("_id", "_ids", "currency", "country", "next_page_token")
        lacking = [name for name, field in self.reached(lambda row: "S" in row).items()
                   if field.type in TEXTS and not field.name.endswith(plain) and name not in MASKS and name not in UNMASKED]
        self.assertEqual(lacking, [])

    def test_what_cannot_be_masked_is_denied(self):
        shown = self.reached(lambda row: "S" in row)
        self.assertEqual([name for name, reason in UNMASKED.items() if reason.startswith(DENIED) and name in shown], [])

    def test_what_everybody_may_tells_no_amount(self):
        told = self.reached(lambda row: row in (["anybody"], ["logged-in"]))
        self.assertEqual([name for name in told if name in MASKS or name.endswith("_micros")], [])

    def test_the_list_is_of_what_there_is(self):
        requests = {field.full_name for rpc in self.matrix for field in method_of(rpc).input_type.fields}
        self.assertEqual(set(UNMASKED) - set(self.reached(lambda row: True)) - requests, set())
        self.assertEqual(set(UNMASKED) & set(MASKS), set())


class Teller:
    """Fills a message with all that it could ever tell: amounts that occur nowhere else, texts, and fields that nobody knows."""

    def __init__(self, choice):
        self.choice, self.amounts = choice, {}

    def amount(self):
        amount = (-1 if len(self.amounts) % 3 == 2 else 1) * 7 * 10 ** (len(self.amounts) % 11 + 3) + 1234567 + len(self.amounts)
        self.amounts[amount] = True
        return amount

    def value(self, field, depth):
        if field.message_type is not None:
            return self.fill(field.message_type, depth + 1)
        if field.type in TEXTS:
            return b"told" if field.type == Field.TYPE_BYTES else "told"
        return self.amount() if field.full_name in MASKS else 1

    def is_chosen(self, field):
        others = field.containing_oneof.fields if field.containing_oneof else [field]
        return others[self.choice % len(others)] is field

    def fill(self, kind, depth=0):
        filled = message(kind.full_name)()
        for field in kind.fields:
            if depth > 5 or field.type == Field.TYPE_ENUM or not self.is_chosen(field):
                continue
            if kind.full_name.startswith("google."):
                continue
            value = self.value(field, depth)
            if field.label == Field.LABEL_REPEATED:
                getattr(filled, field.name).extend([value, value])
            elif field.message_type is not None:
                getattr(filled, field.name).CopyFrom(value)
            else:
                setattr(filled, field.name, value)
        return message(kind.full_name).FromString(filled.SerializeToString() + b"\xf8\x7f\xb9\x60\xfa\x7f\x0411.5")


def leaks(told, shown, path=""):
    """Where something is shown that should not be, or not what should be."""
    for field in shown.DESCRIPTOR.fields:
        name, mask = "%s.%s" % (path, field.name), MASKS.get(field.full_name)
        before, after = getattr(told, field.name), getattr(shown, field.name)
        many = field.label == Field.LABEL_REPEATED
        if mask == BAND:
            wanted = [band(amount) for amount in before] if many else band(before)
            if (list(after) if many else after) != wanted:
                yield name, before, after
        elif mask == ABSENT:
            if len(after) > 0 if many or field.message_type is None else shown.HasField(field.name):
                yield name, before, after
        elif field.message_type is not None:
            for a, b in zip(before if many else [before], after if many else [after]):
                yield from leaks(a, b, name)
        elif before != after and not many:
            yield name, before, after
    known = type(shown)()
    known.CopyFrom(shown)
    known.DiscardUnknownFields()
    if known.SerializeToString() != shown.SerializeToString():
        yield path, "unknown", "fields"


class Masked(Streams):
    def setUp(self):
        super().setUp()
        self.roles = ["ROLE_CLIENT_SUCCESS"]
        self.rpcs = [rpc for rpc, row in read_matrix().items() if "S" in row and not rpc.startswith("gateway.") and rpc != ONBOARDING]
        self.assertGreater(len(self.rpcs), 15)

    def tell(self, rpc, choice=0):
        told = Teller(choice).fill(answer_of(rpc))
        if rpc in (WATCH, RUNWAY):
            self.peers.answer(rpc, lambda request, context: iter([told, told]))
        else:
            self.peers.answer(rpc, lambda request, metadata: told)
        return told

    def shown(self, rpc):
        if rpc not in (WATCH, RUNWAY):
            return [self.call(rpc)]
        stream = self.open(rpc).send(until_now=True).end()
        return list(iter(stream.read, None))

    def test_no_raw_amount_leaves_in_an_answer(self):
        for rpc in self.rpcs:
            for choice in range(3):
                told = self.tell(rpc, choice)
                for shown in self.shown(rpc):
                    self.assertEqual(list(leaks(told, shown)), [], rpc)

    def test_who_may_otherwise_sees_it(self):
        """The least masked of the roles that allow it counts, and the test would see a leak."""
        for rpc in self.rpcs:
            told = self.tell(rpc)
            masked = any(field.full_name in MASKS for field in fields_of(answer_of(rpc)))
            for others in (["ROLE_MEMBER"], ["ROLE_CLIENT_SUCCESS", "ROLE_MEMBER"]):
                self.roles = others
                for shown in self.shown(rpc):
                    self.assertEqual(shown.SerializeToString(deterministic=True), told.SerializeToString(deterministic=True), rpc)
                    self.assertEqual(list(leaks(told, shown)) != [], masked or not masked)
            self.roles = ["ROLE_CLIENT_SUCCESS"]

    def test_a_refusal_tells_no_term(self):
        for rpc in self.rpcs:
            if rpc in (WATCH, RUNWAY):
                continue
            for code in (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT):
                def no(request, metadata, code=code):
                    raise No(code, "TOO_MUCH", "No.", terms={"own": "1234.56"}, fields=["page_token"])
                self.peers.answer(rpc, no)
                with self.assertRaises(Refusal) as caught:
                    self.call(rpc)
                self.assertEqual((caught.exception.code, caught.exception.reason, caught.exception.terms), (code, "TOO_MUCH", {}), rpc)
                self.assertEqual((caught.exception.fields, caught.exception.preconditions), (["page_token"], []), rpc)

    def test_it_is_said_that_amounts_are_bands(self):
        stub = self.gateway.channel.unary_unary("/" + BALANCE, request_serializer=lambda m: m.SerializeToString(),
                                                response_deserializer=message("ledger.v1.GetBalanceResponse").FromString)

        def said():
            _, call = stub.with_call(message("ledger.v1.GetBalanceRequest")(), metadata=(("authorization", "Bearer a-session"),))
            return dict(call.trailing_metadata()).get("kontor-masked")
        self.assertEqual(said(), "true")
        self.roles = ["ROLE_FINANCE", "ROLE_CLIENT_SUCCESS"]
        self.assertIsNone(said())
        names = ["ledger.balance.get", "ledger.transfer.create", "identity.session.list"]
        self.assertEqual([check.masked for check in self.call(CHECK, permissions=names).checks], [False] * 3)
        self.roles = ["ROLE_CLIENT_SUCCESS"]
        self.assertEqual([check.masked for check in self.call(CHECK, permissions=names).checks], [True, False, False])

    def test_nothing_is_asked_by_what_is_hidden(self):
        """A filter on a hidden text would tell it, letter by letter."""
        asked = [(rpc, field) for rpc in self.rpcs for field in fields_of(POOL.FindServiceByName(rpc.split("/")[0]).methods_by_name[rpc.split("/")[1]].input_type)
                 if field.full_name in MASKS]
        self.assertGreaterEqual(len(asked), 11)
        for rpc, field in asked:
            with self.assertRaises(Refusal) as caught:
                self.call(rpc, **{field.name: "a"})
            self.assertEqual((caught.exception.reason, caught.exception.terms), ("FIELD_MASKED", {"field": field.name}))
            self.assertEqual(self.peers.calls(rpc), [])
            self.roles = ["ROLE_MEMBER"]
            self.call(rpc, **{field.name: "a"})
            self.peers.seen.clear()
            self.roles = ["ROLE_CLIENT_SUCCESS"]

    def test_no_amount_is_tried(self):
        """Asked often enough whether an amount is too much, one knows how much there is."""
        explain = {"action": "ledger.purchase.create", "currency": "CNY"}
        for amount in (1, 2 ** 62):
            with self.assertRaises(Refusal) as caught:
                self.call("gateway.v1.BlockerService/ExplainBlockers", amount_micros=amount, **explain)
            self.assertEqual((caught.exception.reason, caught.exception.terms), ("FIELD_MASKED", {"field": "amount_micros"}))

    def test_filters_that_could_look_into_it_are_marked(self):
        """Every text that is asked by is an id, a token, marked, or listed because it is shown; every amount is marked."""
        for rpc in [rpc for rpc, row in read_matrix().items() if "S" in row]:
            service, method = rpc.split("/")
            for field in POOL.FindServiceByName(service).methods_by_name[method].input_type.fields:
                if field.name.endswith("_micros"):
                    self.assertIn(field.full_name, MASKS)
                elif field.type == Field.TYPE_STRING and not field.name.endswith(("_id", "page_token", "cursor", "currency")):
                    self.assertTrue(field.full_name in MASKS or field.full_name in UNMASKED, field.full_name)

    def test_a_watch_ends_when_its_watcher_is_to_see_less(self):
        self.roles = ["ROLE_FINANCE", "ROLE_CLIENT_SUCCESS"]
        stream = self.open().send()
        self.assertEqual(stream.read().cursor, "1")
        self.roles = ["ROLE_CLIENT_SUCCESS"]
        stream.read(), stream.read()
        with refused(self, grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"):
            stream.read()
        stream = self.open().send(cursor="3")
        self.assertEqual(stream.read().cursor, "4")
        time.sleep(0.3)
        self.assertTrue(stream.call.is_active())
        self.assertEqual(stream.call.cancel(), True)

    def test_money_is_not_moved(self):
        with refused(self, grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"):
            self.call(TRANSFER)


if __name__ == "__main__":
    unittest.main()
