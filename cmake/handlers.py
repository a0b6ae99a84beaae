"""handlers.py IN.fds OUT: from the protos, what the handlers of each service share with them. For <context>/v1/<name>.proto:

OUT/<context>/service/<name>_request.h   each rpc's request as C has it (ids, microseconds, lists, pages), and <rpc>_fields, which reads it
OUT/<context>/service/<name>_rpc.h       its adapter, the once call of a mutation, and the mount; for the one file that writes the rpcs: one
                                         that it does not write does not compile

A request with a request_id is a mutation, done once within its company (without one: its account), and its act is kept (GW-07):
    static int stop_sharing(struct mutation *mutation, const struct stop_sharing *request, Sharing__V1__StopSharingResponse *response);
any other is a read:
    static int list_shares(struct call *call, const struct list_shares *request, Sharing__V1__ListSharesResponse *response);

What a file defines before it includes the second header it writes by itself. Functions, which the header declares:
    #define add_card_read add_card_read          its reader, which may go on from the made one, add_card_fields
    #define add_card_prepare add_card_prepare    int (call, struct add_card *): work before the transaction, not done for a request that
                                                 has its answer; a no is not kept
    #define add_card_refused add_card_refused    enum failure (mutation, const struct add_card *): notes a refusal, where acts are kept
                                                 by the service itself
    #define add_card_kept add_card_kept          void (call, …Request *): puts digests in the place of secrets, in what is hashed
Expressions, 0 or what answers the call:
    #define add_card_admit(call)                     before the request is looked at
    #define add_card_done(call, request, response)   after the once call, of a first request as of a repeated one
And:
    #define add_card_scope(call, request)        the scope of its request ids
    #define add_card_linkage extern              its functions are in another file than the mount
    #define add_card_place f                     in the ledger: how the chain is found (ledger/service/placing.h); in sharing: where the company is
    #define add_card_by_hand                     the whole adapter: payment_method_service_add_card, by RPC_UNARY or a macro of the service's own;
                                                 its once call is given add_card_act, which says what is kept of it (GW-07)
A stream is always by hand. A request that is one of the kinds of ledger.v1.Order is an order: its rpc is ORDER_RPC of
ledger/service/order_call.h, and nobody writes anything for it.

The gateway answers the rpcs of gateway.v1 itself, once its router let the call pass; they are given the exchange (gateway/service/exchange.h):
    static int list_sagas(struct exchange *exchange, const struct list_sagas *request, Gateway__V1__ListSagasResponse *response);
    static int redrive_saga(struct exchange *exchange, struct mutation *mutation, const struct redrive_saga *request, …Response *response);
and may define redrive_saga_scope and redrive_saga_done, with the exchange in the place of the call."""
import os
import re
import sys

from google.protobuf import descriptor_pb2 as pb
from google.protobuf import descriptor_pool, message_factory

CONTEXTS = {"identity": "identity/service/start.h", "payments": "payments/service/start.h", "ledger": "ledger/service/start.h",
            "sharing": "sharing/service/sharing_service.h", "gateway": "gateway/service/router.h"}  # where struct <context> and the mounts are
ACTING = ("account_id", "company_id")  # a caller of the gateway may leave them out; the gateway fills them in, for all but the accountless


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def c_type(full_name):
    return "__".join(part[0].upper() + part[1:] for part in full_name.strip(".").split("."))


class Field:
    """One field of a request: its members in the struct, and the statements that read them."""

    def __init__(self, field, rules, said, case, of_list):
        self.name, self.type, self.type_name = field.name, field.type, field.type_name
        self.repeated = field.label == field.LABEL_REPEATED
        self.rules, self.said = rules, said  # said: names of our own options (kontor/v1/options.proto)
        self.case = case  # of a oneof: when the message has it; else None
        self.of_list = of_list  # narrows a list

    def lines(self):
        name, rules = self.name, self.rules
        if name == "request_id":
            return [], []
        if name == "page_size":
            return ["size_t page_size"], ["request->page_size = field_page_size(call, message->page_size);"]
        if name == "page_token" and "worded" in self.said:
            return ["const char *page_token"], ["request->page_token = field_page_text(call, &message->base);"]
        if name == "page_token":
            bound, up = ("after", "_up") if "ascending" in self.said else ("before", "")
            kind, end, reader = ("page_place", "", "field_page_place") if "numbered" in self.said else ("id", "_id", "field_page_token")
            return ["struct %s %s%s" % (kind, bound, end)], ["request->%s%s = %s%s(call, &message->base);" % (bound, end, reader, up)]
        if self.repeated:
            return self.list_lines()
        if self.type_name == ".google.protobuf.Timestamp":
            stem = name[:-len("_time")]
            return ["bool has_" + name, "int64_t %s_us" % stem], [
                "request->has_%s = message->%s != NULL;" % (name, name),
                'request->%s_us = message->%s != NULL ? field_time(call, "%s", message->%s) : 0;' % (stem, name, name, name)]
        if self.case:
            return [self.plain_type() + name], ["request->%s = %s ? message->%s : NULL;" % (name, self.case, name)]
        if rules.string.uuid or name in ACTING:
            optional = "accountless" in self.said if name in ACTING else rules.ignore
            reads = ['request->%s = %s(call, "%s", message->%s);' % (name, "field_optional_id" if optional else "field_id", name, name)]
            if "another_account" in self.said:
                reads.append('field_another(call, "%s", request->%s, request->account_id);' % (name, name))
            return ["struct id " + name], reads
        if "currency" in self.said:
            return ["const struct currency *" + name], ['request->%s = field_currency(call, "%s", message->%s);' % (name, name, name)]
        reads = ["request->%s = message->%s;" % (name, name)]
        if self.of_list and self.type == pb.FieldDescriptorProto.TYPE_ENUM:
            values = "__".join(snake(part) for part in c_type(self.type_name).split("__"))
            reads.append('field_enum(call, "%s", &%s__descriptor, (int)message->%s);' % (name, values, name))
        if self.of_list and self.rules.string.max_bytes:
            reads.append('field_text(call, "%s", message->%s, 0, %d);' % (name, name, self.rules.string.max_bytes))
        return [self.plain_type() + name], reads

    def list_lines(self):
        name, repeated = self.name, self.rules.repeated
        count = "request->n_%s = message->n_%s;" % (name, name)
        if repeated.items.string.uuid and repeated.HasField("max_items"):
            return ["const struct id *" + name, "size_t n_" + name], [count, (
                'request->%s = field_ids(call, "%s", message->%s, message->n_%s, %d, %s);' %
                (name, name, name, name, repeated.max_items, "false" if repeated.min_items else "true"))]
        if self.type == pb.FieldDescriptorProto.TYPE_STRING:
            return ["const char *const *" + name, "size_t n_" + name], [
                count, "request->%s = (const char *const *)message->%s;" % (name, name)]
        return [self.plain_type() + "const *" + name, "size_t n_" + name], [count, "request->%s = message->%s;" % (name, name)]

    def plain_type(self):
        if self.type == pb.FieldDescriptorProto.TYPE_MESSAGE:
            return ("" if self.repeated else "const ") + c_type(self.type_name) + " *"
        if self.type == pb.FieldDescriptorProto.TYPE_ENUM:
            return c_type(self.type_name) + " "
        return {pb.FieldDescriptorProto.TYPE_STRING: "const char *",
                pb.FieldDescriptorProto.TYPE_BYTES: "ProtobufCBinaryData ", pb.FieldDescriptorProto.TYPE_BOOL: "bool ",
                pb.FieldDescriptorProto.TYPE_INT32: "int32_t ", pb.FieldDescriptorProto.TYPE_INT64: "int64_t ",
                pb.FieldDescriptorProto.TYPE_UINT32: "uint32_t ", pb.FieldDescriptorProto.TYPE_UINT64: "uint64_t "}[self.type]


class Protos:
    """A packed descriptor set, whose options are known."""

    def __init__(self, packed):
        self.files = pb.FileDescriptorSet.FromString(packed).file
        pool = descriptor_pool.DescriptorPool()
        for file in self.files:
            pool.Add(file)
        self.options = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("google.protobuf.FieldOptions"))
        self.method_options = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("google.protobuf.MethodOptions"))
        self.rules, self.route_option = (pool.FindExtensionByName(name) for name in ("buf.validate.field", "kontor.v1.route"))
        self.own = {name: pool.FindExtensionByName("kontor.v1." + name) for name in ("currency", "ascending", "accountless", "numbered", "worded", "another_account")}
        self.messages = {"." + file.package + "." + message.name: message for file in self.files for message in file.message_type}
        self.orders = {field.type_name for field in self.messages[".ledger.v1.Order"].field if field.HasField("oneof_index")}

    def case(self, type_name, field):
        if not field.HasField("oneof_index") or field.proto3_optional:
            return None
        oneof = self.messages[type_name].oneof_decl[field.oneof_index].name
        constant = "%s__%s_%s" % ("__".join(snake(part) for part in c_type(type_name).split("__")), oneof, field.name)
        return "message->%s_case == %s" % (oneof, constant.upper())

    def route(self, method):
        return self.method_options.FromString(method.options.SerializeToString()).Extensions[self.route_option]

    def names(self, type_name, depth=0):
        """Of its fields; and, so deep, of those of its messages."""
        fields = self.messages[type_name].field
        within = {name for field in fields if depth and field.type_name in self.messages and not field.HasField("oneof_index")
                  and field.label != field.LABEL_REPEATED for name in self.names(field.type_name, depth - 1)}
        return {field.name for field in fields} | within

    def fields(self, type_name):
        of_list = "page_token" in self.names(type_name)
        for field in self.messages[type_name].field:
            if field.options.deprecated:
                continue
            options = self.options.FromString(field.options.SerializeToString())
            said = {name for name, extension in self.own.items() if options.Extensions[extension]}
            yield Field(field, options.Extensions[self.rules], said, self.case(type_name, field), of_list)


class Rpc:
    def __init__(self, protos, service, method):
        self.name, self.service = snake(method.name), snake(service)
        self.message, self.response = c_type(method.input_type), c_type(method.output_type)
        self.stream = method.client_streaming or method.server_streaming
        self.is_order = method.input_type in protos.orders
        fields = list(protos.fields(method.input_type))
        names = [field.name for field in fields]
        self.once = "request_id" in names
        self.is_placed = set(ACTING) <= set(names) and all("accountless" not in field.said for field in fields if field.name in ACTING)
        self.is_in_chain = "company_id" in names
        self.scope = "company_id" if "company_id" in names else "account_id" if "account_id" in names else None
        self.lines = [field.lines() for field in fields]
        self.act = self.act_of(protos, method) if self.once else ""

    def act_of(self, protos, method):
        """What is kept of a mutation (runtime/idempotency/call_act.h). Of an rpc that stays inside, the action is its own name."""
        route, package = protos.route(method), method.input_type.split(".")[1]
        action = route.permission or "%s.%s" % (package, self.name)
        asked, known = protos.names(method.input_type), protos.names(method.input_type) | protos.names(method.output_type, 1)
        thing = action.split(".")[1] + "_id"
        object_, tag = route.object or (thing if thing in known else ""), route.tag or ("tag" if "tag" in asked else "")
        for name, names in ((object_, known), (tag, asked)):
            if name and name not in names:
                sys.exit("%s: the route names the field %s, which is none of it" % (self.name, name))
        return ".action = \"%s\", .object = %s, .tag = %s" % (action, *('"%s"' % name if name else "NULL" for name in (object_, tag)))

    def struct(self):
        members = [member for members, _ in self.lines for member in members]
        return "struct %s {\n%s};\n" % (self.name, "".join("    %s;\n" % member for member in members) or "    bool nothing;\n")

    def fields(self):
        reads = "".join("    %s\n" % line for _, lines in self.lines for line in lines)
        return "static inline void %s_fields(struct call *call, const %s *message, struct %s *request)\n{\n%s%s%s}\n" % (
            self.name, self.message, self.name, "    (void)call, (void)message;\n", "    *request = (struct %s){0};\n" % self.name, reads)

    def functions(self, moves):
        """What the file writes, and what stands in for what it need not write; moves: where a company is kept is looked up."""
        name, linkage = self.name, self.name + "_linkage"
        yield "#ifndef %s\n#define %s static\n#endif" % (linkage, linkage)
        yield "#ifdef %s_read" % name
        yield "%s void %s_read(struct call *call, const %s *message, struct %s *request);" % (linkage, name, self.message, name)
        yield "#else\n#define %s_read %s_fields\n#endif" % (name, name)
        yield "#ifndef %s_admit\n#define %s_admit(call) 0\n#endif" % (name, name)
        if not self.once:
            yield "%s int %s(struct call *call, const struct %s *request, %s *response);" % (linkage, name, name, self.response)
            return
        yield "#ifdef %s_prepare" % name
        yield "%s int %s_prepare(struct call *call, struct %s *request);" % (linkage, name, name)
        yield "static int %s_prepared(struct call *call, void *request)\n{\n    return %s_prepare(call, request);\n}" % (name, name)
        yield "#else\n#define %s_prepared NULL\n#endif" % name
        yield "#ifdef %s_refused" % name
        yield "static enum failure %s_refused(struct mutation *mutation, const struct %s *request);" % (name, name)
        yield "static enum failure %s_noted(struct mutation *mutation, const void *request)\n{" % name
        yield "    return %s_refused(mutation, request);\n}\n#else\n#define %s_noted NULL\n#endif" % (name, name)
        yield "#ifdef %s_kept" % name
        yield "%s void %s_kept(struct call *call, %s *message);" % (linkage, name, self.message)
        yield "#else\n#define %s_kept(call, message) (void)(message)\n#endif" % name
        yield "#ifndef %s_scope\n#define %s_scope(call, request) ((request)->%s)\n#endif" % (name, name, self.scope or "has_no_scope")
        yield "#ifndef %s_done\n#define %s_done(call, request, response) 0\n#endif" % (name, name)
        yield "%s int %s(struct mutation *mutation, const struct %s *request, %s *response);" % (linkage, name, name, self.response)
        yield "static int %s_body(struct mutation *mutation, const void *request, ProtobufCMessage *response)" % name
        if not moves:
            yield "{\n    return %s(mutation, request, (%s *)response);\n}" % (name, self.response)
            return
        yield "{\n    struct %s placed = *(const struct %s *)request;" % (name, name)
        yield "    int no = %s_place(mutation, &placed.company_id);" % name
        yield "    return no == 0 ? %s(mutation, &placed, (%s *)response) : no;\n}" % (name, self.response)

    def adapter(self, service, context):
        name, adapter = self.name, "%s_%s" % (self.service, self.name)
        if self.is_order:
            yield "ORDER_RPC(%s, %s, %s, %s, %s)\n" % (adapter, service, name, self.message, self.response)
            return
        if self.once:  # the ledger keeps the acts of its chains itself (ledger.v1.ActService)
            yield "#define %s_act %s" % (name, "NULL" if context == "ledger" and self.is_in_chain else "(&(const struct call_act){%s})" % self.act)
        yield "#ifdef %s_by_hand" % name
        yield "static void %s(%s_Service *self, const %s *message, %s_Closure closure, void *data);" % (
            adapter, service, self.message, self.response)
        yield "#else"
        moves = context == "sharing" and self.is_placed  # sharing/service/placing.h
        if moves:
            yield "#ifndef %s_place\n#define %s_place placing_%s\n#endif" % (name, name, "hold" if self.once else "find")
        yield from self.functions(moves)
        placed = context == "ledger" and self.is_placed
        if placed:  # ledger/service/placing.h
            yield "#ifndef %s_place\n#define %s_place placing_%s\n#endif" % (name, name, "scope" if self.once else "name")
        yield "static int %s_call(struct call *call, const %s *%s, %s *response)\n{" % (
            adapter, self.message, "unplaced" if placed else "message", self.response)
        yield "    struct %s request;\n    int no = %s_admit(call);" % (name, name)
        if placed:
            yield "    %s placed = *unplaced, *message = &placed;" % self.message
            yield "    if (no == 0)\n        no = %s_place(call, placed.account_id, &placed.company_id);" % name
        yield "    if (no != 0)\n        return no;"
        yield "    %s_read(call, message, &request);" % name
        yield "    if (call_has_violations(call))\n        return call_refuse_violations(call);"
        if self.once:
            yield "    struct %s *context = call_context(call);\n    %s kept = *message;" % (context, self.message)
            yield "    %s_kept(call, &kept);" % name
            yield "    no = CALL_ONCE_WITH(call, context->database, %s_scope(call, &request), &kept, response, %s_body, &request, %s_act," % (
                name, name, name)
            yield "                        .prepare = %s_prepared, .refused = %s_noted);" % (name, name)
            yield "    return no == 0 ? %s_done(call, &request, response) : no;" % name
        elif placed:
            yield "    no = placing_turn(call, request.account_id, &request.company_id);"
            yield "    return no == 0 ? %s(call, &request, response) : no;" % name
        elif moves:
            yield "    no = %s_place(call, &request.company_id);" % name
            yield "    return no == 0 ? %s(call, &request, response) : no;" % name
        else:
            yield "    return %s(call, &request, response);" % name
        yield "}"
        yield "RPC_UNARY(%s, %s, %s, %s)\n#endif\n" % (adapter, service, self.message, self.response)

    def glue(self, service, context):
        if not self.stream:
            yield from self.adapter(service, context)
            return
        yield "#ifndef %s_linkage\n#define %s_linkage static\n#endif" % (self.name, self.name)
        yield "%s_linkage int %s_%s_call(struct call *call);" % (self.name, self.service, self.name)
        yield "RPC_STREAM(%s_%s, %s, %s, %s)\n" % (self.service, self.name, service, self.message, self.response)


    def answer(self):
        """What the gateway answers itself."""
        name, whom = self.name, "struct exchange *exchange, struct mutation *mutation" if self.once else "struct exchange *exchange"
        yield "#ifndef %s_linkage\n#define %s_linkage static\n#endif" % (name, name)
        yield "%s_linkage int %s(%s, const struct %s *request, %s *response);" % (name, name, whom, name, self.response)
        if self.once:
            yield "#ifndef %s_scope\n#define %s_scope(exchange, request) ((request)->%s)\n#endif" % (name, name, self.scope or "has_no_scope")
            yield "#ifndef %s_done\n#define %s_done(exchange, request, response) 0\n#endif" % (name, name)
            yield "struct %s_asked {\n    struct exchange *exchange;\n    struct %s request;\n};" % (name, name)
            yield "static int %s_body(struct mutation *mutation, const void *argument, ProtobufCMessage *response)\n{" % name
            yield "    const struct %s_asked *asked = argument;" % name
            yield "    return %s(asked->exchange, mutation, &asked->request, (%s *)(void *)response);\n}" % (name, self.response)
        yield "static int %s_answer(struct exchange *exchange)\n{" % name
        yield "    struct call *call = exchange->call;"
        yield "    const %s *message = (const %s *)(const void *)exchange->request;" % (self.message, self.message)
        yield "    %s *response = (%s *)(void *)exchange->response;" % (self.response, self.response)
        yield "    struct %s request;\n    %s_fields(call, message, &request);" % (name, name)
        yield "    if (call_has_violations(call))\n        return call_refuse_violations(call);"
        if self.once:
            yield "    struct %s_asked asked = {exchange, request};" % name
            yield "    const struct call_act act = {.actor = exchange_actor(exchange), %s};" % self.act
            yield "    int no = CALL_ONCE(call, exchange->gateway->database, %s_scope(exchange, &request), message, response, %s_body, &asked, &act);" % (
                name, name)
            yield "    return no == 0 ? %s_done(exchange, &request, response) : no;\n}\n" % name
        else:
            yield "    return %s(exchange, &request, response);\n}\n" % name


def mount(full, service, context, rpcs):
    prefix = "__".join(snake(part) for part in full.split("__"))
    yield "void %s_mount(struct rpc_server *server, struct %s *context)\n{" % (snake(service), context)
    if context == "gateway":
        yield "    static exchange_answer *const answers[] = {%s};" % ", ".join(rpc.name + "_answer" for rpc in rpcs)
        yield "    static struct mounted_service mounted = {.answers = answers};"
        yield "    mounted.gateway = context;"
        yield "    router_mount(server, &mounted, &%s__descriptor);\n}" % prefix
        return
    yield "    static %s_Service service = %s__INIT(%s_);" % (full, prefix.upper(), snake(service))
    yield "    rpc_server_mount(server, &service.base, context);\n}"


def guarded(name, lines, maker="handlers.py"):
    guard = name.upper().replace("/", "_").replace(".", "_")
    return "/* Made by cmake/%s. */\n#ifndef %s\n#define %s\n\n%s\n#endif\n" % (maker, guard, guard, "\n".join(lines))


def request_header(file, rpcs):
    yield '#include "%s"\n#include "runtime/rpc/field.h"\n#include "runtime/rpc/page.h"\n' % file.name.replace(".proto", ".pb-c.h")
    for rpc in rpcs:
        if not rpc.stream and not rpc.is_order:
            yield rpc.struct()
            yield rpc.fields()


def rpc_header(file, context, stem, services):
    yield '#include "runtime/idempotency/call_once.h"\n#include "runtime/rpc/call.h"\n#include "runtime/rpc/server.h"'
    yield '#include "%s"\n#include "%s/service/%s_request.h"\n' % (CONTEXTS[context], context, stem)
    if context in ("ledger", "sharing"):
        yield '#include "%s/service/placing.h"' % context
    if any(rpc.is_order for _, rpcs in services for rpc in rpcs):
        yield '#include "%s/service/order_call.h"' % context
    for service, rpcs in services:
        full = c_type("%s.%s" % (file.package, service))
        for rpc in rpcs:
            yield from rpc.answer() if context == "gateway" else rpc.glue(full, context)
        yield from mount(full, service, context, rpcs)


if __name__ == "__main__":
    protos = Protos(open(sys.argv[1], "rb").read())
    for file in protos.files:
        context, _, stem = file.name.removesuffix(".proto").partition("/v1/")
        if context not in CONTEXTS:
            continue
        services = [(service.name, [Rpc(protos, service.name, method) for method in service.method]) for service in file.service]
        folder = os.path.join(sys.argv[2], context, "service")
        os.makedirs(folder, exist_ok=True)
        for kind, lines in (("request", request_header(file, [rpc for _, rpcs in services for rpc in rpcs])),
                            ("rpc", rpc_header(file, context, stem, services))):
            name = "%s/service/%s_%s.h" % (context, stem, kind)
            with open(os.path.join(sys.argv[2], name), "w", encoding="utf-8") as out:
                out.write(guarded(name, lines))
