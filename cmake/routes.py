"""routes.py IN.fds ROUTES.h PERMISSIONS.md MOUNTS.h: from the routes that the protos give their rpcs (kontor/v1/options.proto), the gateway's
table, the catalogue of permissions, and the services that the gateway mounts: each that has a route. An rpc without a route, or with half of
one, ends the build."""
import re
import sys

from google.protobuf import descriptor_pb2 as pb
from google.protobuf import descriptor_pool, message_factory

OPTIONS = "kontor/v1/options.proto"
STANDARD = ("google", "grpc", "runtime", "buf", "kontor")  # packages that are not Kontor's API
CALLERS = {"PUBLIC": "anybody", "SESSION": "whoever is logged in", "MEMBER": "members of the account",
           "MEMBER_OR_OPERATOR": "members of the account, and the provider", "ADMINISTRATOR": "administrators of the account",
           "ADMINISTRATOR_OR_OPERATOR": "administrators of the account, and the provider",
           "ABOVE": "administrators of an account above, with its subtree",
           "ABOVE_OR_OPERATOR": "administrators of an account above, with its subtree, and the provider",
           "OPERATOR": "the provider", "ROLE": "who has a role that names it"}


class Routes:
    """The routes of a packed descriptor set."""

    def __init__(self, packed):
        pool = descriptor_pool.DescriptorPool()
        for file in pb.FileDescriptorSet.FromString(packed).file:
            pool.Add(file)
        self.files = pb.FileDescriptorSet.FromString(packed).file
        self.classes = {name: message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("google.protobuf." + name))
                        for name in ("MethodOptions", "FieldOptions")}
        self.extensions = {name: pool.FindExtensionByName("kontor.v1." + name) for name in ("route", "setting")}
        self.enums = {name: pool.FindEnumTypeByName("kontor.v1." + name) for name in ("Caller", "Kind", "Filter")}

    def word(self, enum, number):
        return self.enums[enum].values_by_number[number].name[len(enum) + 1:]

    def read(self, name, options_class, options, path):
        """(path, permission, caller, kind, filter), or None where there is no such option."""
        options = self.classes[options_class].FromString(options.SerializeToString())
        extension = self.extensions[name]
        if not options.HasExtension(extension):
            return None
        route = options.Extensions[extension]
        words = self.word("Caller", route.caller), self.word("Kind", route.kind), self.word("Filter", route.filter)
        if words[0] != "INTERNAL" and ("UNSPECIFIED" in words[:2] or not route.permission) or words[0] == "UNSPECIFIED":
            sys.exit(path + ": the route lacks its caller, kind or permission")
        return (path, route.permission) + words

    def rows(self):
        """Of each rpc, and of each field that needs more than its rpc ("/ledger.v1.ChangeService/WatchChanges?whole_company")."""
        for file in self.files:
            if file.package.split(".")[0] in STANDARD:
                continue
            messages = {"." + file.package + "." + message.name: message for message in file.message_type}
            for service in file.service:
                for method in service.method:
                    path = "/%s.%s/%s" % (file.package, service.name, method.name)
                    row = self.read("route", "MethodOptions", method.options, path)
                    yield row or sys.exit(path + " has no route (kontor/v1/options.proto)")
                    for field in messages[method.input_type].field:
                        setting = self.read("setting", "FieldOptions", field.options, path + "?" + field.name)
                        if setting:
                            yield setting


def catalogue(rows):
    yield "# Permissions"
    yield ""
    yield "Made from the routes in the protos; the test `gateway.route` compares. A refusal with the reason PERMISSION_DENIED names the permission."
    yield ""
    yield "| permission | rpc | who may call | counts as |"
    yield "|---|---|---|---|"
    for path, permission, caller, kind, _ in sorted(rows, key=lambda row: (row[1], row[0])):
        yield "| `%s` | `%s` | %s | %s |" % (permission, path[1:], CALLERS[caller], kind.lower())


def request_of(path):
    """The request of an rpc, by its full name: Request is the method's name and "Request" (buf's STANDARD)."""
    service, method = path[1:].split("/")
    return "%s.%sRequest" % (service.rsplit(".", 1)[0], method)


def mounts(routes, public):
    """MOUNTED_SERVICES(X): X(ledger, transfer_service), one a service of a peer; OWN_SERVICES(X): X(act_service), one of gateway.v1."""
    served = {row[0][1:].split("/")[0] for row in public}
    own, mounted, headers = [], [], []
    for file in routes.files:
        names = [service.name for service in file.service if "%s.%s" % (file.package, service.name) in served]
        context = file.package.split(".")[0]
        for name in (re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower() for name in names):
            own += ["X(%s)" % name] * (context == "gateway")
            mounted += ["X(%s, %s)" % (context, name)] * (context != "gateway")
        headers += ['#include "%s"' % file.name.replace(".proto", ".pb-c.h")] * (bool(names) and context != "gateway")
    yield from ["/* Made by cmake/routes.py. */", "#ifndef GATEWAY_SERVICE_MOUNTS_H", "#define GATEWAY_SERVICE_MOUNTS_H", "", *headers, ""]
    yield "#define MOUNTED_SERVICES(X) " + " \\\n    ".join([""] + mounted).lstrip()
    yield "#define OWN_SERVICES(X) " + " \\\n    ".join([""] + own).lstrip()
    yield "#endif"


if __name__ == "__main__":
    described = Routes(open(sys.argv[1], "rb").read())
    found = list(described.rows())
    public = sorted((row for row in found if row[2] != "INTERNAL"), key=lambda row: row[0].encode())  # in strcmp's order
    requests = sorted((request_of(row[0]), place) for place, row in enumerate(public) if "?" not in row[0])
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write("/* Made by cmake/routes.py. */\nstatic const struct route routes[] = {\n")
        for path, permission, caller, kind, step in public:
            out.write('    {"%s", "%s", ROUTE_%s, ROUTE_%s, FILTER_%s},\n' % (path, permission, caller, kind, step.replace("UNSPECIFIED", "FORWARD")))
        out.write("};\nstatic const struct route_request requests[] = {\n")
        for request, place in requests:
            out.write('    {"%s", %d},\n' % (request, place))
        out.write("};\nstatic const char *const internal[] = {\n")
        for row in found:
            if row[2] == "INTERNAL":
                out.write('    "%s",\n' % row[0])
        out.write("};\n")
    with open(sys.argv[3], "w", encoding="utf-8") as out:
        out.write("\n".join(catalogue(public)) + "\n")
    with open(sys.argv[4], "w", encoding="utf-8") as out:
        out.write("\n".join(mounts(described, public)) + "\n")
