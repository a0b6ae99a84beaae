"""Peers of the gateway that answer as a test wants, and remember what they were asked. Not a test.

    peers = FakePeers()
    peers.answer("ledger.v1.AccountService/GetBalance", lambda request, metadata: {})
    peers.calls("ledger.v1.AccountService/GetBalance")    → [(request, metadata), …]

The gateway asks identity of several calls at once; each question is answered, and remembered, as a ResolveSession and a CheckSameCompany
for each other account, which is what a test gives answers to. An rpc that streams is answered by a function of (request, context) that yields messages."""
import os
import sys
import threading
import time
from concurrent import futures

import grpc
from google.protobuf import descriptor_pb2

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "support"))
from service import POOL, Service, message, new_id  # noqa: E402

NAMES = ("identity", "payments", "ledger", "sharing")
RESOLVE, RESOLVE_ALL = "identity.v1.SessionService/ResolveSession", "identity.v1.SessionService/ResolveSessions"
ACCOUNTS = ("identity.v1.AccountService/GetAccount", "ledger.v1.AccountService/GetAccount")
SAME_COMPANY = "identity.v1.CompanyService/CheckSameCompany"
LIST_UPSTREAMS = "identity.v1.UpstreamService/ListUpstreams"
OF_THE_CALL = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)  # a no of identity, not of a question


SETTLE_GATHERED = "ledger.v1.GatheringService/SettleGathered"
# The rpc of each order's request.
ORDER_RPCS = {method.input_type.full_name: "%s/%s" % (service.full_name, method.name)
              for field in POOL.FindMessageTypeByName("ledger.v1.Order").oneofs_by_name["kind"].fields
              for service in field.message_type.file.services_by_name.values() for method in service.methods
              if method.input_type == field.message_type}


class No(Exception):
    """Raised by an answer: the peer refuses."""

    def __init__(self, code, reason="", sentence="no", lost=False, not_yet=False, fields=(), terms=None):
        super().__init__(sentence)
        self.code, self.reason, self.sentence, self.lost, self.not_yet = code, reason, sentence, lost, not_yet
        self.fields = fields  # each of them "must be better."
        self.terms = terms or {}


MAY_BE_EMPTY = ("account_id", "company_id", "counterparty_account_id", "payment_method_id", "code_id", "organization_id")
FILLED = {"currency": lambda: "CNY", "amount_micros": lambda: 10000000, "limit_micros": lambda: 0, "line_micros": lambda: 0,
          "recipient_account_ids": lambda: [new_id()], "expire_time": lambda: {"seconds": int(time.time()) + 3600}}


SETTINGS = ("gateway.v1.CheckPermissionsRequest.principal_id",  # which take more than their rpc does
            "sharing.v1.RegisterAssetRequest.currency")  # of a savings plan with figures alone


def well_formed(kind, fields):
    """A request of that type (a descriptor) with the fields that a test does not care about filled in, so that what it does care about
    is reached."""
    filled = {}
    for field in kind.fields:
        if field.name in fields or field.name in MAY_BE_EMPTY or field.full_name in SETTINGS:
            continue
        if field.name in FILLED:
            filled[field.name] = FILLED[field.name]()
        elif field.name.endswith("_id") and field.message_type is None:
            filled[field.name] = new_id()
    return dict(filled, **fields)


def well_formed_order(order):
    if not isinstance(order, dict):
        return order
    kinds = POOL.FindMessageTypeByName("ledger.v1.Order").fields_by_name
    return {name: well_formed(kinds[name].message_type, value) if isinstance(value, dict) else value for name, value in order.items()}


def status_of(no):
    """A refusal as it travels."""
    status = message("google.rpc.Status")(code=no.code.value[0], message=no.sentence)
    if no.reason:
        info = message("google.rpc.ErrorInfo")(reason=no.reason, domain="fake.kontor", metadata=no.terms)
        status.details.add(type_url="type.googleapis.com/google.rpc.ErrorInfo", value=info.SerializeToString())
    if no.fields:
        violations = [{"field": field, "description": "must be better."} for field in no.fields]
        bad = message("google.rpc.BadRequest")(field_violations=violations)
        status.details.add(type_url="type.googleapis.com/google.rpc.BadRequest", value=bad.SerializeToString())
    if no.not_yet:
        retry = message("google.rpc.RetryInfo")(retry_delay={"seconds": 1})
        status.details.add(type_url="type.googleapis.com/google.rpc.RetryInfo", value=retry.SerializeToString())
    return status


def account_of(request, _):
    """Of a test that says nothing else: an account about which nothing is known."""
    return {"account": {"account_id": request.account_id}}


class FakePeers(grpc.GenericRpcHandler):
    def __init__(self):
        self.answers, self.seen, self.lock, self.before, self.freezes = {}, [], threading.Lock(), None, {}  # freezes: of other accounts
        self.events = {name: [] for name in NAMES}
        self.server = grpc.server(futures.ThreadPoolExecutor(16), handlers=(self,), options=(("grpc.so_reuseport", 0),))
        self.address = "127.0.0.1:%d" % self.server.add_insecure_port("127.0.0.1:0")
        self.server.start()
        self.servers = {name: EventServer(self, name) for name in NAMES}

    def stop(self):
        for server in [self.server] + [peer.server for peer in self.servers.values()]:
            server.stop(0)

    def targets(self):
        return {name + "_target": peer.address for name, peer in self.servers.items()}

    def answer(self, rpc, answer):
        self.answers[rpc] = answer

    def calls(self, rpc):
        with self.lock:
            return [(request, metadata) for name, request, metadata in self.seen if name == rpc]

    def asked(self):
        """The rpcs that callers made the gateway ask for; its look at partners comes by itself, whatever a test does."""
        with self.lock:
            return {name for name, _, _ in self.seen} - {LIST_UPSTREAMS}

    def ask(self, rpc, request, metadata):
        """The answer to a part of a question, as a message; No as it was raised."""
        with self.lock:
            self.seen.append((rpc, request, metadata))
        service, method = rpc.split("/")
        answer = self.answers[rpc](request, metadata) if rpc in self.answers else {}
        kind = message(POOL.FindServiceByName(service).methods_by_name[method].output_type.full_name)
        return answer if isinstance(answer, kind) else kind(**answer)

    def compare(self, account_id, other_account_id, metadata):
        request = message("identity.v1.CheckSameCompanyRequest")(account_id=account_id, other_account_id=other_account_id)
        try:
            answer = self.ask(SAME_COMPANY, request, metadata)
            return {"verdict": answer.verdict, "failing_account_id": answer.failing_account_id, "freeze": self.freezes.get(other_account_id)}
        except No as no:
            if no.code in OF_THE_CALL:
                raise
            return {"refused": status_of(no)}

    def resolve(self, question, metadata):
        token = question.session_token or question.principal_id and "principal:" + question.principal_id
        request = message("identity.v1.ResolveSessionRequest")(session_token=token, account_id=question.account_id)
        try:
            session = self.ask(RESOLVE, request, metadata)
        except No as no:
            if no.code in OF_THE_CALL:
                raise
            return {"refused": status_of(no)}
        others = question.other_account_ids if session.roles and session.account_id else ()
        return {"session": session, "others": [self.compare(session.account_id, other, metadata) for other in others]}

    def resolve_all(self, request, metadata):
        return {"answers": [self.resolve(question, metadata) for question in request.questions]}

    def settle(self, gathered):
        """As the order's own rpc would have ended; that one's answer is a test's."""
        kind = gathered.order.WhichOneof("kind")
        request = getattr(gathered.order, kind)
        metadata = {"kontor-principal-id": gathered.principal_id, "kontor-account-id": gathered.account_id, "kontor-roles": gathered.roles}
        if gathered.let_in:
            metadata["kontor-freeze-epoch"] = str(gathered.let_in - 1)
        try:
            return {"answer": self.ask(ORDER_RPCS[request.DESCRIPTOR.full_name], request, metadata).SerializeToString()}
        except No as no:
            return {"refused": status_of(no).SerializeToString()}

    def settle_gathered(self, request, _):
        return {"results": [self.settle(gathered) for gathered in request.orders]}

    def service(self, details):
        rpc = details.method.lstrip("/")
        service, method = rpc.split("/")
        descriptor = POOL.FindServiceByName(service).methods_by_name[method]
        request_type, response_type = message(descriptor.input_type.full_name), message(descriptor.output_type.full_name)
        metadata = dict(details.invocation_metadata)
        described = descriptor_pb2.MethodDescriptorProto()
        descriptor.CopyToProto(described)

        def serve_stream(request, context):
            with self.lock:
                self.seen.append((rpc, request, metadata))
            yield from self.answers[rpc](request, context)

        if described.server_streaming:
            return grpc.unary_stream_rpc_method_handler(serve_stream, request_type.FromString, lambda m: m.SerializeToString())

        def serve(request, context):
            with self.lock:
                self.seen.append((rpc, request, metadata))
            try:
                if self.before:
                    self.before(rpc, request)
                answers = {RESOLVE_ALL: self.resolve_all, SETTLE_GATHERED: self.settle_gathered, **dict.fromkeys(ACCOUNTS, account_of), **self.answers}
                answer = answers[rpc](request, metadata) if rpc in answers else {}
                return answer if isinstance(answer, response_type) else response_type(**answer)
            except No as no:
                status = status_of(no)
                context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
                context.abort(no.code, no.sentence)

        return grpc.unary_unary_rpc_method_handler(serve, request_type.FromString, lambda m: m.SerializeToString())


class EventServer(grpc.GenericRpcHandler):
    """One peer: its own address and its own events; everything else is answered by the fakes together."""

    def __init__(self, peers, name):
        self.peers, self.name = peers, name
        self.server = grpc.server(futures.ThreadPoolExecutor(16), handlers=(self,), options=(("grpc.so_reuseport", 0),))
        self.address = "127.0.0.1:%d" % self.server.add_insecure_port("127.0.0.1:0")
        self.server.start()

    def service(self, details):
        if details.method != "/event.v1.EventService/ListEvents":
            return self.peers.service(details)
        request_type, response_type = message("event.v1.ListEventsRequest"), message("event.v1.ListEventsResponse")

        def serve(request, context):
            events, start = self.peers.events[self.name], int(request.cursor or 0)
            began_again = start > len(events)
            start = 0 if began_again else start
            return response_type(events=events[start:start + request.page_size], began_again=began_again,
                                 unread=max(0, len(events) - start - request.page_size))

        return grpc.unary_unary_rpc_method_handler(serve, request_type.FromString, lambda m: m.SerializeToString())

    def happened(self, kind, **fields):
        """Adds an event to the outbox; gives its id."""
        events = self.peers.events[self.name]
        event = message("event.v1.Event")(event_id=new_id(), scope_id=new_id(), type=kind, cursor=str(len(events) + 1),
                                          payload=message(kind)(**fields).SerializeToString())
        events.append(event)
        return event.event_id


def gateway(peers, **settings):
    """A real gateway in front of the fakes."""
    return Service("gateway", **dict(dict(peers.targets(), follow_interval="20ms"), **settings))
