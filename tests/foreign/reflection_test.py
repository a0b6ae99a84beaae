"""A client that has no proto of ours: it learns the API from the running server by reflection, and calls it."""
import os
import subprocess
import sys
import tempfile
import unittest

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from peer import Peer  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NOT_FOUND = grpc.StatusCode.NOT_FOUND.value[0]


def reflection_module(version):
    """The standard's own messages, compiled as any reflecting client has them."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["protoc", "--proto_path=" + os.path.join(ROOT, "proto"), "--descriptor_set_out=" + os.path.join(folder, "out"),
                        "grpc/reflection/%s/reflection.proto" % version], check=True)
        with open(os.path.join(folder, "out"), "rb") as file:
            files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        pool.Add(file)
    factory = message_factory.MessageFactory(pool)
    return tuple(factory.GetPrototype(pool.FindMessageTypeByName("grpc.reflection.%s.%s" % (version, name)))
                 for name in ("ServerReflectionRequest", "ServerReflectionResponse"))


class Learner:
    """Asks a server what it offers."""

    def __init__(self, channel, version):
        self.request, response = reflection_module(version)
        self.stub = channel.stream_stream("/grpc.reflection.%s.ServerReflection/ServerReflectionInfo" % version,
                                          request_serializer=lambda m: m.SerializeToString(), response_deserializer=response.FromString)

    def ask(self, **question):
        return next(self.stub(iter([self.request(**question)]), timeout=10))

    def ask_all(self, *questions):
        return list(self.stub((self.request(**question) for question in questions), timeout=10))

    def services(self):
        return [service.name for service in self.ask(list_services="").list_services_response.service]

    def learn(self, pool, symbol):
        """Adds the file of the symbol and, before it, every file that it imports."""
        self._add(pool, self.ask(file_containing_symbol=symbol), set())

    def _add(self, pool, answer, known):
        for packed in answer.file_descriptor_response.file_descriptor_proto:
            file = descriptor_pb2.FileDescriptorProto.FromString(packed)
            for name in file.dependency:
                if name not in known:
                    self._add(pool, self.ask(file_by_filename=name), known)
            if file.name not in known:
                known.add(file.name)
                pool.Add(file)


class ReflectionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = Peer().__enter__()
        cls.channel = grpc.insecure_channel(cls.peer.address)

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        cls.peer.__exit__(None, None, None)

    def test_both_versions_list_the_same_services(self):
        expected = ["event.v1.EventService", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                    "grpc.reflection.v1alpha.ServerReflection"]
        for version in ("v1", "v1alpha"):
            self.assertEqual(sorted(Learner(self.channel, version).services()), expected)

    def test_an_rpc_is_called_with_nothing_but_what_was_learned(self):
        for version in ("v1", "v1alpha"):
            pool = descriptor_pool.DescriptorPool()
            Learner(self.channel, version).learn(pool, "event.v1.EventService")
            method = pool.FindServiceByName("event.v1.EventService").methods_by_name["ListEvents"]
            factory = message_factory.MessageFactory(pool)
            call = self.channel.unary_unary("/event.v1.EventService/ListEvents", request_serializer=lambda m: m.SerializeToString(),
                                            response_deserializer=factory.GetPrototype(method.output_type).FromString)
            answer = call(factory.GetPrototype(method.input_type)(cursor="größer 東京", page_size=3), timeout=10)
            events = [(event.type, event.cursor, event.payload) for event in answer.events]
            self.assertEqual(events, [("echo", "größer 東京", b"\0\0\0")])

    def test_comments_are_learned_too(self):
        answer = Learner(self.channel, "v1").ask(file_containing_symbol="event.v1.EventService")
        file = descriptor_pb2.FileDescriptorProto.FromString(answer.file_descriptor_response.file_descriptor_proto[0])
        comments = [location.leading_comments for location in file.source_code_info.location]
        self.assertTrue(any("cursor" in comment for comment in comments))

    def test_what_is_unknown_is_an_error_response_within_a_living_stream(self):
        answers = Learner(self.channel, "v1").ask_all({"file_by_filename": "no/such.proto"}, {"file_containing_symbol": "no.such.Symbol"},
                                                      {"file_containing_symbol": "event.v1.Event"})
        self.assertEqual([answer.error_response.error_code for answer in answers], [NOT_FOUND, NOT_FOUND, 0])
        self.assertEqual(len(answers[2].file_descriptor_response.file_descriptor_proto), 1)

    def test_field_rules_stay_at_home(self):
        """A copy of buf/validate/validate.proto would clash with the official one that a client may have."""
        answers = Learner(self.channel, "v1").ask_all({"file_by_filename": "buf/validate/validate.proto"},
                                                      {"file_containing_symbol": "ledger.v1.CreateTransferRequest"})
        self.assertEqual(answers[0].error_response.error_code, NOT_FOUND)
        file = descriptor_pb2.FileDescriptorProto.FromString(answers[1].file_descriptor_response.file_descriptor_proto[0])
        self.assertEqual([name for name in file.dependency if name.startswith("buf/")], [])
        fields = [field for declared in file.message_type for field in declared.field]
        self.assertGreater(len(fields), 40)
        self.assertEqual([field.name for field in fields if b"\xba\x48" in field.options.SerializeToString()], [])  # 1159, length-delimited
        self.assertEqual([location.path for location in file.source_code_info.location if 1159 in location.path], [])
        comments = {tuple(location.path): location.leading_comments for location in file.source_code_info.location}
        request = next(i for i, declared in enumerate(file.message_type) if declared.name == "CreateTransferRequest")
        self.assertIn("The account the money leaves", comments[4, request, 2, 0])

    def test_messages_without_extensions_say_so(self):
        answer = Learner(self.channel, "v1").ask(all_extension_numbers_of_type="event.v1.Event")
        self.assertEqual(answer.all_extension_numbers_response.base_type_name, "event.v1.Event")
        self.assertEqual(list(answer.all_extension_numbers_response.extension_number), [])
        answer = Learner(self.channel, "v1").ask(file_containing_extension={"containing_type": "event.v1.Event", "extension_number": 100})
        self.assertEqual(answer.error_response.error_code, NOT_FOUND)


if __name__ == "__main__":
    unittest.main()
