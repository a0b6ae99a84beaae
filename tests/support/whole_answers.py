"""Memory that runs out never thins an answer: every rpc of a service is asked while its n-th allocation fails, for n = 1, 2, 3 … until none
fails. It gives the whole answer, as it does without a fault, or a clear error; and what is kept under the request id is the whole answer.
An rpc without a row fails the test. Every sixtieth n from one by chance on, more of a short rpc's; every one with KONTOR_LONG=yes.

A test of a service says of which context it is, where it is asked, and what makes an rpc's fields, anew for each call:

    class Allocations(WholeAnswers, unittest.TestCase):
        context, other_packages = "sharing", ()"""
import os
import random
import re
import struct
import sys
import tempfile

import grpc
from google.protobuf import descriptor_pb2

from service import POOL, ROOT, Refusal, message, new_id

SEED = int(os.environ.get("KONTOR_SEED", random.SystemRandom().randrange(1 << 32)))
STEPS = (1,) if os.environ.get("KONTOR_LONG") == "yes" else (60, 20, 6, 1)  # the next where the one before told of none
CLEAR = {("RESOURCE_EXHAUSTED", "EXHAUSTED"), ("RESOURCE_EXHAUSTED", "OVERLOADED"), ("RESOURCE_EXHAUSTED", "TOO_LARGE"),
         ("UNAVAILABLE", "INDEFINITE"), ("UNAVAILABLE", "UNAVAILABLE"), ("UNAVAILABLE", "CONFLICT"), ("INTERNAL", "INTERNAL")}


def shape(value, field=None):
    """The parts of a message that are there: ids, moments and counters stand for themselves, everything else by its value or its sign."""
    if hasattr(value, "ListFields"):
        return {f.name: [shape(v, f) for v in content] if f.label == f.LABEL_REPEATED else shape(content, f)
                for f, content in value.ListFields()}
    if isinstance(value, bytes):
        return re.sub(rb"[0-9]", b"9", value)  # terms of a refusal
    if isinstance(value, str):
        return "text" if field.name.endswith(("_id", "_ids", "cursor", "token", "reference")) or value.count("-") == 4 else value
    return (value > 0) - (value < 0)


class Faults:
    """A file with a number, from which a service counts its allocations down to the one that fails."""

    def __init__(self, test):
        self.handle, self.path = tempfile.mkstemp(prefix="kontor-fault-")
        self.put(0)
        test.addClassCleanup(os.unlink, self.path)

    def put(self, nth):
        os.pwrite(self.handle, struct.pack("<Q", nth), 0)

    def is_met(self):
        """And none comes any more."""
        left, = struct.unpack("<Q", os.pread(self.handle, 8, 0))
        self.put(0)
        return left == 0


class WholeAnswers:
    context = None
    varying = ()  # fields that may be there or not without anything missing
    moving = ()  # rpcs that answer a repeated request with what is so by then
    personal = ()  # fields that differ from call to call, and must be there
    refused = ()  # rpcs whose row is one that is refused
    shown_once = {}  # by rpc, the field that a repeated request is not told

    # ---- what a test gives

    def rows(self):
        raise NotImplementedError

    def channel(self):
        return self.service.channel

    def defaults(self):
        return {}

    def metadata(self, rpc):
        return ()

    # ---- asking

    @classmethod
    def method(cls, rpc):
        service, name = rpc.split("/")
        return POOL.FindServiceByName(cls.context + ".v1." + service).methods_by_name[name]

    @classmethod
    def kind(cls, rpc):
        described = descriptor_pb2.MethodDescriptorProto()
        cls.method(rpc).CopyToProto(described)
        words = {False: "unary", True: "stream"}
        return words[described.client_streaming] + "_" + words[described.server_streaming]

    def request(self, rpc, fields):
        """Of what everybody gives an rpc has what it knows."""
        method = self.method(rpc)
        known = method.input_type.fields_by_name
        given = dict({name: value for name, value in self.defaults().items() if name in known}, **fields)
        if "request_id" in known:
            given.setdefault("request_id", new_id())
        return message(method.input_type.full_name)(**given)

    def fresh(self, rpc, fields):
        """A request, made while there is a connection: a fault may have cost the last one."""
        grpc.channel_ready_future(self.channel()).result(timeout=30)
        return self.request(rpc, fields())

    def ask(self, rpc, request):
        """The whole answer as a list of messages, or the refusal."""
        method, kind = self.method(rpc), self.kind(rpc)
        stub = getattr(self.channel(), kind)("/%s/%s" % (method.containing_service.full_name, method.name), request_serializer=lambda m: m.SerializeToString(),
                                             response_deserializer=message(method.output_type.full_name).FromString)
        try:
            answer = stub(iter([request]) if kind == "stream_stream" else request, timeout=30, metadata=self.metadata(rpc))
            return [answer] if kind == "unary_unary" else list(answer)
        except grpc.RpcError as error:
            no = Refusal(error)
            return no.code.name, no.reason, tuple(sorted(no.terms)), tuple(no.preconditions), tuple(no.fields)

    def ask_with_fault(self, rpc, request, nth):
        """The answer, and whether the fault was met."""
        self.faults.put(nth)
        answer = self.ask(rpc, request)
        return answer, self.faults.is_met()

    def shape_of(self, answer):
        return [self.without_varying(shape(part)) for part in answer] if isinstance(answer, list) else answer

    def without_varying(self, shaped):
        if isinstance(shaped, dict):
            return {name: name in self.personal or self.without_varying(value) for name, value in shaped.items() if name not in self.varying}
        return [self.without_varying(value) for value in shaped] if isinstance(shaped, list) else shaped

    def try_once(self, rpc, request, nth, whole):
        """Whether the fault was met, and whether it was told as an error."""
        answer, met = self.ask_with_fault(rpc, request, nth)
        where = "%s, allocation %d" % (rpc, nth)
        is_error = isinstance(answer, tuple) and answer[:2] in CLEAR
        if not is_error:
            self.assertEqual(self.shape_of(answer), whole, where)
        if {"request_id", "orders"} & set(request.DESCRIPTOR.fields_by_name):
            again, once_more = [self.told_again(rpc, self.ask(rpc, request)) for _ in range(2)]
            shown = self.shown_once.get(rpc)
            self.assertEqual(self.shape_of(again), [{name: value for name, value in part.items() if name != shown} for part in whole]
                             if shown else whole, where + ", asked again")
            if rpc in self.moving:
                return met, is_error
            self.assertEqual(again, once_more, where)
            if not is_error and isinstance(answer, list):
                self.assertEqual(self.told_again(rpc, answer), again, where + ", asked again")
        return met, is_error

    def try_all(self, rpc, fields, step):
        """How often the fault was told. One that a work beside the call met does not count."""
        whole = self.shape_of(self.ask(rpc, self.fresh(rpc, fields)))
        self.assertEqual(isinstance(whole, tuple), rpc in self.refused, (rpc, whole))
        nth, met, errors = self.chance.randint(1, step), True, 0
        while met:
            met, is_error = self.try_once(rpc, self.fresh(rpc, fields), nth, whole)
            errors += is_error
            nth += step
        return errors

    def told_again(self, rpc, answer):
        """Less what a repeated request is not told, and that it was one."""
        for part in answer if rpc in self.shown_once and isinstance(answer, list) else ():
            part.ClearField(self.shown_once[rpc])
        for part in answer if isinstance(answer, list) else ():
            for result in getattr(part, "results", ()):
                if "replayed" in result.DESCRIPTOR.fields_by_name:
                    result.replayed = False
        return answer

    def rpcs(self):
        return {service.name + "/" + method.name for file in os.listdir(os.path.join(ROOT, "proto", self.context, "v1"))
                for service in POOL.FindFileByName("%s/v1/%s" % (self.context, file)).services_by_name.values() for method in service.methods}

    def test_every_rpc_gives_the_whole_answer_or_a_clear_error(self):
        rows, errors, self.chance = self.rows(), 0, random.Random(SEED)
        self.assertEqual(set(rows), self.rpcs())
        for rpc, fields in rows.items():
            with self.subTest(rpc=rpc):
                told = next(filter(None, (self.try_all(rpc, fields, step) for step in STEPS)), 0)
                self.assertGreater(told, 0)
                errors += told
        print("%d rpcs, %d clear errors, KONTOR_SEED=%d" % (len(rows), errors, SEED), file=sys.stderr)
