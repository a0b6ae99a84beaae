"""Hostile bytes at every rpc of every service, learned by reflection: whatever comes, the process lives, answers within the deadline,
and says no in the caller's terms, never INTERNAL. The seed is printed; KONTOR_SEED repeats a run."""
import collections
import os
import random
import sys
import unittest
import uuid

import grpc
from foreign import ForeignClient
from google.protobuf.descriptor import FieldDescriptor as Field

from stack import PASSWORD, Journey

from operators import Operator

SEED = int(os.environ.get("KONTOR_SEED", random.SystemRandom().randrange(1 << 32)))
FORBIDDEN = (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS, grpc.StatusCode.UNAVAILABLE,
             grpc.StatusCode.DEADLINE_EXCEEDED)
LAST = ("FreezeAccounts", "LogOut", "RevokeSession", "RevokeAllSessions", "RevokeOtherSessions", "RevokeMemberSessions", "RevokeRole")  # what may end our own session, or stop money, comes last
NIL = "00000000-0000-0000-0000-000000000000"
TEXTS = ["", "x" * 70000, "ü" * 300, "\x00", "a\nb\r\x1b[2J", "﻿‮", "' OR 1=1 --", "%s%n%x", "../../etc/passwd", NIL]
NUMBERS = [0, 1, -1, 2 ** 63 - 1, -2 ** 63, 10 ** 18, 999999, 5000]
SMALL_NUMBERS = [0, 1, -1, 2 ** 31 - 1, -2 ** 31, 101]


def tag(number, wire_type):
    return bytes([number << 3 | wire_type]) if number < 16 else bytes([(number << 3 | wire_type) & 0x7F | 0x80, number >> 4])


class Hostility:
    """Makes payloads for a message."""

    def __init__(self, client, dice, known_ids):
        self.client, self.dice, self.known_ids = client, dice, known_ids

    def text(self):
        return self.dice.choice(TEXTS + [str(uuid.UUID(int=self.dice.getrandbits(128)))] * 4 + self.known_ids * 3)

    def fill(self, descriptor, depth=0):
        """A message in which every field is something that somebody might send to see what happens."""
        made = self.client.message(descriptor)()
        for field in descriptor.fields:
            if self.dice.random() < 0.15 or depth > 4:
                continue
            count = self.dice.choice((1, 2, 101)) if field.label == Field.LABEL_REPEATED and depth == 0 else 1
            values = [self.value(field, depth) for _ in range(count)]
            if field.label == Field.LABEL_REPEATED:
                if field.type == Field.TYPE_MESSAGE:
                    for value in values:
                        getattr(made, field.name).add().CopyFrom(value)
                else:
                    getattr(made, field.name).extend(values)
            elif field.type == Field.TYPE_MESSAGE:
                getattr(made, field.name).CopyFrom(values[0])
            else:
                setattr(made, field.name, values[0])
        return made

    def plausible(self, descriptor, hostile_field=None, depth=0):
        """A message that could be meant, but for one field."""
        made = self.client.message(descriptor)()
        for field in descriptor.fields:
            if field.containing_oneof and made.WhichOneof(field.containing_oneof.name) or depth > 4:
                continue
            if field.type == Field.TYPE_MESSAGE:
                child = getattr(made, field.name)
                child = child.add() if field.label == Field.LABEL_REPEATED else child
                child.CopyFrom(self.fill(field.message_type, 4) if field.name == hostile_field else
                               self.plausible(field.message_type, depth=depth + 1))
                continue
            value = self.value(field, depth) if field.name == hostile_field else self.meant(field)
            if field.label == Field.LABEL_REPEATED:
                getattr(made, field.name).append(value)
            else:
                setattr(made, field.name, value)
        return made

    def meant(self, field):
        """A value that an honest caller might write there."""
        if field.type == Field.TYPE_STRING:
            known = {"request_id": str(uuid.UUID(int=self.dice.getrandbits(128))), "currency": "CNY", "country": "CN", "region": "cn-hangzhou",
                     "email": "a@example.com", "phone": "+8613800138000", "page_token": "", "cursor": "", "code": "123456"}
            return known.get(field.name, self.dice.choice(self.known_ids) if "_id" in field.name else "name")
        if field.type == Field.TYPE_INT64:
            return 1000000 if field.name != "expected_version" else 0
        if field.type == Field.TYPE_BYTES:
            return b""
        return field.type != Field.TYPE_BOOL and 1 or 0

    def value(self, field, depth):
        if field.type == Field.TYPE_MESSAGE:
            return self.fill(field.message_type, depth + 1)
        if field.type == Field.TYPE_STRING:
            return self.text()
        if field.type == Field.TYPE_BYTES:
            return self.dice.randbytes(self.dice.choice((0, 1, 5000)))
        if field.type == Field.TYPE_BOOL:
            return self.dice.random() < 0.5
        if field.type == Field.TYPE_ENUM:
            return self.dice.choice(SMALL_NUMBERS)
        return self.dice.choice(NUMBERS if field.type == Field.TYPE_INT64 else SMALL_NUMBERS)

    def nil_ids(self, descriptor):
        """An honest message that names nobody: in each of its ids, and in all of them."""
        ids = [field for field in descriptor.fields if field.type == Field.TYPE_STRING and "_id" in field.name]
        for nil in [[field] for field in ids] + [ids]:
            made = self.plausible(descriptor)
            for field in nil:
                setattr(made, field.name, NIL) if field.label != Field.LABEL_REPEATED else getattr(made, field.name).append(NIL)
            yield made.SerializeToString()

    def payloads(self, descriptor):
        filled = [self.fill(descriptor).SerializeToString() for _ in range(5)]
        yield b""
        yield from filled
        for field in descriptor.fields:
            yield self.plausible(descriptor, field.name).SerializeToString()            # one field of an honest message
        yield from self.nil_ids(descriptor)
        yield filled[0][:self.dice.randrange(len(filled[0]) + 1)]                       # cut short
        yield self.dice.randbytes(self.dice.choice((1, 7, 64, 4096)))                   # noise
        yield b"".join(tag(f.number, 2) + b"\x04\xff\xfe\xc0\x80" for f in descriptor.fields if f.type == Field.TYPE_STRING)  # no UTF-8
        yield b"".join(tag(f.number, 0) + b"\x01" for f in descriptor.fields)           # every field of another wire type
        yield tag(1, 2) + b"\xff\xff\xff\xff\x0f"                                       # a length of 4 GiB
        yield b"\xfa\x7f\x00" * 20000                                                   # many unknown fields


class HostileTest(Journey):
    stack_settings = {"inside": {"reflection": "true"}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        print("seed %d" % SEED, file=sys.stderr)
        cls.agency, cls.project = cls.stack.company("agency", "project")
        cls.ids = [cls.agency.account_id, cls.project.account_id]
        cls.give_every_role(cls.agency)

    @classmethod
    def give_every_role(cls, owner):
        """Also one of the account's own: what no decision of one role has seen."""
        principal, = (member["principalId"] for member in owner.kontor("member", "list")["members"])
        own = owner.kontor("role", "create", "every read", "--allow", "ledger.*")["role"]["roleId"]
        for role in ("member", "finance", "technology", "agency-billing-viewer", "client-success", "billing-freezer"):
            owner.kontor("member", "grant", principal, "--role", role)
        owner.kontor("member", "grant", principal, "--custom-role", own)

    def strike(self, client, rpc, payload, metadata=()):
        streams = client.streams(rpc)
        self.struck[rpc.split("/")[0]] += 1
        try:
            client.send(rpc, payload, timeout=0.5 if streams else 20, metadata=metadata)
            self.answered["OK"] += 1
        except grpc.RpcError as error:
            self.answered[error.code().name] += 1
            if streams and error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
                return
            self.assertNotIn(error.code(), FORBIDDEN, "%s with %s (%d bytes, seed %d): %s" % (rpc, payload[:200].hex(), len(payload), SEED, error.details()))

    def setUp(self):
        self.struck, self.answered = collections.Counter(), collections.Counter()

    def assert_unharmed(self, pids):
        print("%s: %s" % (self._testMethodName, dict(self.answered)), file=sys.stderr)
        self.assertTrue(self.struck and min(self.struck.values()) >= 12, self.struck)
        for name, service in self.stack.services.items():
            self.assertIsNone(service.process.poll(), "%s ended:\n%s" % (name, service.log()[-3000:]))
            self.assertEqual(pids[name], service.process.pid)
        audit = self.stack.operator("audit")["totals"]
        self.assertEqual(audit["findings"], "0")

    def attack(self, address, token="", metadata=()):
        """Every payload at every rpc that the server tells of; the gateway of the public ones alone."""
        pids = {name: service.process.pid for name, service in self.stack.services.items()}
        client = ForeignClient(address, token)
        hostility = Hostility(client, random.Random(SEED), self.ids)
        for rpc in sorted(client.methods, key=lambda name: (name.split("/")[1] in LAST, name)):
            for payload in hostility.payloads(client.methods[rpc][0].input_type):
                self.strike(client, rpc, payload, metadata)
        client.close()
        return pids

    def token(self, email, password):
        client = ForeignClient(self.stack.gateway.address)
        token = client.call("identity.v1.SessionService/LogIn", email=email, password=password, device="hostile").session_token
        client.close()
        return token

    def test_strangers_at_the_gateway(self):
        self.assert_unharmed(self.attack(self.stack.gateway.address))

    def test_a_customer_at_the_gateway(self):
        self.assert_unharmed(self.attack(self.stack.gateway.address, self.token(self.agency.email, PASSWORD)))

    def test_an_operator_at_the_gateway(self):
        """One of several, who ends his own sessions, too."""
        intruder = Operator(self.stack, "intruder@kontor.example", PASSWORD, "intruder").come_in_invited(
            self.stack.operator, "operator-administrator", "operator-review", "operator-finance", "operator-support")
        self.assert_unharmed(self.attack(self.stack.gateway.address, intruder.token()))

    def test_each_service_from_inside(self):
        for name in ("identity", "payments", "ledger", "sharing"):
            roles = (("kontor-principal-id", str(uuid.uuid4())), ("kontor-account-id", self.agency.account_id),
                     ("kontor-roles", "ACCOUNT_ADMINISTRATOR,OPERATOR"))
            self.assert_unharmed(self.attack(self.stack.services[name].address, metadata=roles))


if __name__ == "__main__":
    unittest.main()
