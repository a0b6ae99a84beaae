"""A client that knows nothing of Kontor but grpc.reflection.v1 and learns the rest from the running gateway: every message below was
asked for over the wire. Not a test."""
import queue

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

# The reflection protocol itself, in the few fields that are needed; the one thing that must be known beforehand.
_FILE = descriptor_pb2.FileDescriptorProto(name="reflection.proto", package="grpc.reflection.v1", syntax="proto3")


def _message(type_name, **fields):
    made = _FILE.message_type.add(name=type_name)
    for field, (number, kind, repeated) in fields.items():
        made.field.add(name=field, number=number, label=3 if repeated else 1, type=11 if isinstance(kind, str) else kind,
                       type_name=".grpc.reflection.v1." + kind if isinstance(kind, str) else None)


_STRING, _BYTES = 9, 12
_message("ServerReflectionRequest", file_by_filename=(3, _STRING, False), file_containing_symbol=(4, _STRING, False),
         all_extension_numbers_of_type=(6, _STRING, False), list_services=(7, _STRING, False))
_message("ErrorResponse", error_message=(2, _STRING, False))
_message("FileDescriptorResponse", file_descriptor_proto=(1, _BYTES, True))
_message("ServiceResponse", name=(1, _STRING, False))
_message("ListServiceResponse", service=(1, "ServiceResponse", True))
_message("ServerReflectionResponse", file_descriptor_response=(4, "FileDescriptorResponse", False), list_services_response=(6, "ListServiceResponse", False),
         error_response=(7, "ErrorResponse", False))
_OWN_POOL = descriptor_pool.DescriptorPool()
_OWN_POOL.Add(_FILE)
_OWN = message_factory.MessageFactory(_OWN_POOL)
_Request = _OWN.GetPrototype(_OWN_POOL.FindMessageTypeByName("grpc.reflection.v1.ServerReflectionRequest"))
_Response = _OWN.GetPrototype(_OWN_POOL.FindMessageTypeByName("grpc.reflection.v1.ServerReflectionResponse"))


class ForeignClient:
    """client = ForeignClient("127.0.0.1:7400"); client.call("ledger.v1.AccountService/GetBalance")"""

    def __init__(self, address, token=""):
        self.channel, self.token, self.methods = grpc.insecure_channel(address), token, {}
        self.pool = descriptor_pool.DescriptorPool()
        self.factory, self.files = message_factory.MessageFactory(self.pool), {}
        questions = queue.Queue()
        self.answers = self.channel.stream_stream("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                                                  request_serializer=lambda m: m.SerializeToString(),
                                                  response_deserializer=_Response.FromString)(iter(questions.get, None), timeout=30)
        self.questions = questions
        for service in self._ask(list_services="*").list_services_response.service:
            if not service.name.startswith("grpc."):
                self._learn_service(service.name)
        questions.put(None)

    @staticmethod
    def ask_once(address, **question):
        """One answer of a server's reflection."""
        with grpc.insecure_channel(address) as channel:
            ask = channel.stream_stream("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                                        request_serializer=lambda m: m.SerializeToString(), response_deserializer=_Response.FromString)
            return next(ask(iter([_Request(**question)]), timeout=30))

    def _ask(self, **question):
        self.questions.put(_Request(**question))
        return next(self.answers)

    def _learn_service(self, name):
        self._learn_files(self._ask(file_containing_symbol=name).file_descriptor_response.file_descriptor_proto)
        for method in self.pool.FindServiceByName(name).methods:
            described = descriptor_pb2.MethodDescriptorProto()
            method.CopyToProto(described)
            self.methods["%s/%s" % (name, method.name)] = (method, described.client_streaming, described.server_streaming)

    def _learn_files(self, packed_files):
        for packed in packed_files:
            file = descriptor_pb2.FileDescriptorProto.FromString(packed)
            if file.name in self.files:
                continue
            self.files[file.name] = file
            for needed in file.dependency:
                if needed not in self.files:
                    self._learn_files(self._ask(file_by_filename=needed).file_descriptor_response.file_descriptor_proto)
            self.pool.Add(file)

    def message(self, descriptor):
        return self.factory.GetPrototype(descriptor)

    def request(self, rpc, **fields):
        return self.message(self.methods[rpc][0].input_type)(**fields)

    def call(self, rpc, timeout=20, **fields):
        """A unary call with keyword arguments; grpc.RpcError when it is refused."""
        answer = self.send(rpc, self.request(rpc, **fields).SerializeToString(), timeout)
        return self.message(self.methods[rpc][0].output_type).FromString(answer)

    def send(self, rpc, payload, timeout=20, metadata=()):
        """Bytes as they are; the answer's bytes, of a stream the last message's."""
        _, client_streams, server_streams = self.methods[rpc]
        metadata = tuple(metadata) + ((("authorization", "Bearer " + self.token),) if self.token else ())
        same = {"request_serializer": None, "response_deserializer": None}
        if client_streams:
            answers = self.channel.stream_stream("/" + rpc, **same)(iter([payload]), timeout=timeout, metadata=metadata)
        elif server_streams:
            answers = self.channel.unary_stream("/" + rpc, **same)(payload, timeout=timeout, metadata=metadata)
        else:
            return self.channel.unary_unary("/" + rpc, **same)(payload, timeout=timeout, metadata=metadata)
        last = b""
        for last in answers:
            pass
        return last

    def open(self, rpc, requests, timeout=60):
        """A stream: requests (keyword arguments, one after the other) in, messages out as an iterator that can be cancelled."""
        method, client_streams, _ = self.methods[rpc]
        packed = (self.request(rpc, **fields).SerializeToString() for fields in requests)
        metadata = (("authorization", "Bearer " + self.token),)
        same = {"request_serializer": None, "response_deserializer": self.message(method.output_type).FromString}
        if client_streams:
            return self.channel.stream_stream("/" + rpc, **same)(packed, timeout=timeout, metadata=metadata)
        return self.channel.unary_stream("/" + rpc, **same)(next(packed), timeout=timeout, metadata=metadata)

    def streams(self, rpc):
        return self.methods[rpc][1] or self.methods[rpc][2]

    def close(self):
        self.channel.close()
