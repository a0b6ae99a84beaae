"""Adds a kind of order and an rpc to a copy of the ledger, makes and compiles both, reads such an order off the wire, settles and
answers it. Prints the files and lines, and fails when they grow beyond the numbers that are written here or are not those of the pages."""
import concurrent.futures
import glob
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

BUILD = os.path.abspath(os.environ.get("KONTOR_BUILD", "build/dev"))
NEW = "tests/house/new_order/"
PAGES = ("ARCHITECTURE.md", "ledger/README.md")

REQUEST = """
message WriteOffBillsRequest {
  string account_id = 1 [(buf.validate.field).string.uuid = true, (buf.validate.field).ignore = IGNORE_IF_ZERO_VALUE];
  string company_id = 2;
  string request_id = 3 [(buf.validate.field).string.uuid = true];
  int64 amount_micros = 4 [(buf.validate.field).int64.gt = 0];
  string currency = 5 [(kontor.v1.currency) = true];
  string remark = 6 [(buf.validate.field).string.max_bytes = 256, (kontor.v1.plain) = true];
  string tag = 7 [(buf.validate.field).string.max_bytes = 64, (kontor.v1.plain) = true];
}
message WriteOffBillsResponse {
  Charge charge = 1;
  repeated Balance balances = 2;
}
"""
RPC = """  rpc WriteOffBills(WriteOffBillsRequest) returns (WriteOffBillsResponse) {
    option (kontor.v1.route) = {caller: CALLER_OPERATOR, kind: KIND_MONEY, permission: "ledger.bill.write_off"};
  }
"""
# (file, the lines go behind this (None: a new file), lines with %d for the next number)
ORDER = [
    ("ledger/domain/order.h", r"enum order_kind \{.*?(?=    ORDER_KIND_COUNT\n)", "    ORDER_WRITE_OFF_BILLS,\n"),
    ("ledger/domain/order_kind.c", r"rules\[ORDER_KIND_COUNT\] = \{.*?\n(?=\};)",
     "    [ORDER_WRITE_OFF_BILLS] = {AMOUNT_POSITIVE, AMOUNT, MUST_SAY_WHY | MAY_BE_FINE | NEEDS_BILLS, write_off_decide,\n"
     "                               write_off_book},\n"),
    ("ledger/domain/order_kind.c", r'#include "ledger/domain/usage.h"\n', '#include "ledger/domain/write_off.h"\n'),
    ("ledger/domain/write_off.h", None, open(NEW + "write_off.h").read()),
    ("ledger/domain/write_off.c", None, open(NEW + "write_off.c").read()),
    ("proto/ledger/v1/posting.proto", r"enum EntryKind \{.*?(?=\})", "  ENTRY_KIND_BILLS_WRITTEN_OFF = %d;\n"),
    ("proto/ledger/v1/usage.proto", r"service UsageService \{\n", RPC),
    ("proto/ledger/v1/usage.proto", r"\A.*\Z", REQUEST),
    ("proto/ledger/v1/order.proto", r"message Order \{\n.*?oneof kind \{\n", "    WriteOffBillsRequest write_off_bills = 29;\n"),
    ("proto/ledger/v1/order.proto", r"message OrderResult \{\n.*?oneof outcome \{\n", "    WriteOffBillsResponse write_off_bills = 29;\n"),
]
READ = [
    ("proto/ledger/v1/account.proto", r"service AccountService \{\n",
     "  rpc GetStanding(GetStandingRequest) returns (GetStandingResponse) {\n"
     '    option (kontor.v1.route) = {caller: CALLER_MEMBER, kind: KIND_READ, permission: "ledger.standing.get"};\n  }\n'),
    ("proto/ledger/v1/account.proto", r"\A.*\Z", """
message GetStandingRequest {
  string account_id = 1 [(buf.validate.field).string.uuid = true, (buf.validate.field).ignore = IGNORE_IF_ZERO_VALUE];
  string company_id = 2;
}
message GetStandingResponse {
  bool suspended = 1;
  int64 line_micros = 2;
}
"""),
    ("ledger/service/account_service.c", r"\A.*\Z", """
static int get_standing(struct call *call, const struct get_standing *request,
                          Ledger__V1__GetStandingResponse *response)
{
    struct account account;
    int no = account_read(call, request->company_id, request->account_id, &account);
    if (no != 0)
        return no;
    response->suspended = account.suspended;
    response->line_micros = account_suspension_line(&account);
    return 0;
}
"""),
]
FILES_MAX, LINES_MAX = {"order": 7, "rpc": 2}, {"order": 85, "rpc": 25}


def apply(scratch, edits):
    """Returns the lines that were added to each file."""
    added = {}
    for path, behind, lines in edits:
        target = os.path.join(scratch, path)
        before = open(target, encoding="utf-8").read() if behind else ""
        if "%d" in lines:
            lines %= 1 + max(int(number) for number in re.findall(r"ENTRY_KIND_\w+ = (\d+);", before))
        place = re.search(behind, before, re.S).end() if behind else 0
        with open(target, "w", encoding="utf-8") as file:
            file.write(before[:place] + lines + before[place:])
        added[path] = added.get(path, 0) + lines.count("\n")
    return added


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if done.returncode != 0:
        sys.exit("%s\n%s" % (" ".join(command), done.stdout))


def make(scratch):
    """As the build makes what follows from the protos."""
    protos = [os.path.relpath(path, "proto") for path in glob.glob("proto/**/*.proto", recursive=True)]
    roots = ["--proto_path=%s/proto" % scratch, "--proto_path=/usr/include"]
    out = scratch + "/generated"
    os.makedirs(out + "/proto")
    os.makedirs(out + "/gateway/domain")
    run("protoc", *roots, "--include_imports", "--include_source_info", "--descriptor_set_out=%s/kontor.fds" % out, *protos)
    for proto in glob.glob(scratch + "/proto/ledger/v1/*.proto"):
        run("protoc-c", *roots, "--c_out=%s/proto" % out, os.path.relpath(proto, scratch + "/proto"))
    run(sys.executable, "cmake/handlers.py", out + "/kontor.fds", out)
    run(sys.executable, "cmake/orders.py", out + "/kontor.fds", out)
    run(sys.executable, "cmake/routes.py", out + "/kontor.fds", out + "/gateway/domain/routes.h", out + "/permissions.md", out + "/mounts.h")


class Compiler:
    """As the build compiles the domain, without a cache, with the copy before the original."""

    def __init__(self, scratch):
        self.scratch = scratch
        commands = json.load(open(BUILD + "/compile_commands.json"))
        given = shlex.split([entry["command"] for entry in commands if entry["file"].endswith("/ledger/domain/settle.c")][0])
        given = given[given.index(next(word for word in given if re.search(r"(gcc|clang)[-\d]*$", word))):]
        self.command = given[:given.index("-o")]
        self.plain = [word for word in self.command if not word.startswith(("-I", "-W"))]
        self.places = ["-I" + scratch, "-I" + scratch + "/generated", "-isystem", scratch + "/generated/proto", "-I.", "-I" + BUILD + "/generated",
                       "-isystem", BUILD + "/generated/proto", "-isystem", "/usr/include/postgresql"]

    def compile(self, path):
        target = "%s/%s.o" % (self.scratch, path.replace("/", "_"))
        ours = not path.endswith(".pb-c.c")
        warnings = [word for word in self.command if word.startswith("-W")] if ours else ["-w"]
        command = [word for word in self.plain if ours or word not in ("-include",) and not word.endswith("banned.h")]
        if path.startswith("tests/"):
            command = [word for word in command if word != "-include" and not word.endswith("banned.h")]
        source = path if path.startswith("tests/") else os.path.join(self.scratch, path)
        run(*command[:1], *warnings, *self.places, *command[1:], "-o", target, "-c", source)
        return target

    def link(self, objects, program):
        sanitizers = [word for word in self.command if word.startswith("-fsanitize")]
        archives = [BUILD + "/lib%s.a" % name for name in ("runtime_rpc", "runtime_loop", "runtime_trace", "kontor_proto", "runtime_base")]
        run(self.command[0], *sanitizers, "-o", program, *objects, *archives, "-lgrpc", "-lgpr", "-lprotobuf-c", "-luv", "-lcrypto", "-lutf8proc", "-lcmocka")


def build(scratch):
    compiler = Compiler(scratch)
    linked = sorted(os.path.relpath(path, scratch) for path in glob.glob(scratch + "/ledger/domain/*.c"))
    linked += ["ledger/batch/answer.c", "ledger/batch/answer_terms.c", "ledger/ledger_message.c", "ledger/service/reading.c", NEW + "settles.c"]
    linked += ["generated/proto/ledger/v1/%s.pb-c.c" % name for name in ("order", "usage", "posting")]
    compiled = ["ledger/service/account_service.c", "ledger/service/usage_service.c"]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(compiler.compile, linked + compiled))
    compiler.link(objects[:len(linked)], scratch + "/settles")
    run(scratch + "/settles")


def main():
    scratch = tempfile.mkdtemp()
    try:
        for folder in ("ledger", "proto"):
            shutil.copytree(folder, os.path.join(scratch, folder))
        added = {"order": apply(scratch, ORDER), "rpc": apply(scratch, READ)}
        make(scratch)
        build(scratch)
        permissions = open(scratch + "/generated/permissions.md", encoding="utf-8").read()
        missing = ["a route of " + name for name in ("ledger.bill.write_off", "ledger.standing.get") if name not in permissions]
    finally:
        shutil.rmtree(scratch)
    grown = []
    for what, files in added.items():
        lines = sum(files.values())
        print("a new %s: %d files, %d lines\n%s" % (what, len(files), lines, "".join("  %4d %s\n" % (count, path) for path, count in files.items())))
        if len(files) > FILES_MAX[what] or lines > LINES_MAX[what]:
            grown.append(what)
        told = re.compile(r"\s".join(("%d files and %d lines" % (len(files), lines)).split()))
        missing += ["%s on %s" % (told.pattern, page) for page in PAGES if not told.search(open(page, encoding="utf-8").read())]
    sys.exit("\n".join(["there is not: " + what for what in missing] + ["takes more than it did: " + what for what in grown]) or 0)


main()
