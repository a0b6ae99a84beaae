"""The client's commands follow from the protos: an rpc of which cli/ has never heard is a command with options, required-ness and help,
and works. cmake/commands.py guesses nothing that does not follow."""
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

from google.protobuf import descriptor_pb2

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(TESTS)
sys.path[:0] = [os.path.join(TESTS, "support"), os.path.join(TESTS, "gateway")]
from fake_peers import FakePeers  # noqa: E402
from service import BUILD, POOL, new_id  # noqa: E402

UNKNOWN = """syntax = "proto3";
package ledger.v1;
import "buf/validate/validate.proto";
import "google/protobuf/timestamp.proto";
import "kontor/v1/options.proto";
// Wagers.
service WagerService {
  // Places a wager (XYZ-1); it is settled later.
  rpc PlaceWager(PlaceWagerRequest) returns (PlaceWagerResponse) {
    option (kontor.v1.route) = {caller: CALLER_ADMINISTRATOR, kind: KIND_MONEY, permission: "ledger.wager.place"};
  }
  // Lists wagers, newest first.
  rpc ListWagers(ListWagersRequest) returns (ListWagersResponse) {
    option (kontor.v1.route) = {caller: CALLER_MEMBER, kind: KIND_READ, permission: "ledger.wager.list"};
  }
  // Settles one by itself.
  rpc SettleWager(SettleWagerRequest) returns (SettleWagerResponse) { option (kontor.v1.route) = {caller: CALLER_INTERNAL}; }
%s}
enum WagerKind {
  WAGER_KIND_UNSPECIFIED = 0;
  WAGER_KIND_ON_RED = 1;
  WAGER_KIND_ON_BLACK = 2;
}
message Limits {
  // The most that may be lost, in micros of the currency.
  int64 loss_micros = 1;
}
message PlaceWagerRequest {
  string account_id = 1;
  // Filled in by the gateway; callers of the gateway leave it empty.
  string company_id = 2;
  string request_id = 3 [(buf.validate.field).string.uuid = true];
  // The table to play at. It has a croupier.
  string table_id = 4 [(buf.validate.field).string.uuid = true];
  // A friend, if any.
  string friend_account_id = 5 [(buf.validate.field).string.uuid = true, (buf.validate.field).ignore = IGNORE_IF_ZERO_VALUE];
  // Above zero.
  int64 amount_micros = 6 [(buf.validate.field).int64.gt = 0];
  string currency = 7 [(kontor.v1.currency) = true];
  // WAGER_KIND_ON_RED wins half the time.
  WagerKind kind = 8;
  // When it ends; required.
  google.protobuf.Timestamp end_time = 9 [(buf.validate.field).required = true];
  // Words.
  repeated string words = 10;
  // Doubles the stake.
  bool doubled = 11;
  Limits limits = 12;
  // The word that opens the table.
  string table_word = 13 [(kontor.v1.sensitive) = true];
}
message PlaceWagerResponse { string wager_id = 1; }
message ListWagersRequest { string account_id = 1; int32 page_size = 2; string page_token = 3; }
message ListWagersResponse { repeated PlaceWagerResponse wagers = 1; }
message SettleWagerRequest { string wager_id = 1; }
message SettleWagerResponse {}
"""
STREAM = """  // Watches wagers.
  rpc WatchWagers(ListWagersRequest) returns (stream ListWagersResponse) {
    option (kontor.v1.route) = {caller: CALLER_MEMBER, kind: KIND_READ, permission: "ledger.wager.watch"};
  }
"""
NAMED = """  // Lists holds of wagers.
  rpc ListHolds(ListWagersRequest) returns (ListWagersResponse) {
    option (kontor.v1.route) = {caller: CALLER_MEMBER, kind: KIND_READ, permission: "ledger.wager.watch"};
  }
  // Gets a hold of wagers.
  rpc GetHold(ListWagersRequest) returns (ListWagersResponse) {
    option (kontor.v1.route) = {caller: CALLER_MEMBER, kind: KIND_READ, permission: "ledger.wager.watch"};
  }
"""
UNTYPED = """  // Weighs a wager.
  rpc WeighWager(WeighWagerRequest) returns (WeighWagerResponse) {
    option (kontor.v1.route) = {caller: CALLER_MEMBER, kind: KIND_READ, permission: "ledger.wager.weigh"};
  }
"""
MESSAGES = "message WeighWagerRequest { %s weights = 1; repeated Limits limits = 2; }\nmessage WeighWagerResponse {}\n"
PLACE = "ledger.v1.WagerService/PlaceWager"


class Built:
    """kontor of protos that have one file more; cli/ is as it is."""

    def __init__(self, folder, rpcs="", messages=""):
        self.folder, self.protos, self.fds = folder, os.path.join(folder, "proto"), os.path.join(folder, "kontor.fds")
        shutil.copytree(os.path.join(ROOT, "proto"), self.protos)
        with open(os.path.join(self.protos, "ledger", "v1", "wager.proto"), "w", encoding="utf-8") as file:
            file.write(UNKNOWN % rpcs + messages)
        includes = ["--proto_path=" + self.protos, "--proto_path=/usr/include"]
        names = [os.path.relpath(path, self.protos) for path in sorted(glob.glob(self.protos + "/**/*.proto", recursive=True))]
        subprocess.run(["protoc", *includes, "--include_imports", "--include_source_info", "--descriptor_set_out=" + self.fds, *names],
                       check=True, capture_output=True)
        self.includes = includes

    def make(self, *more):
        """commands.py, with lines more for the client's text."""
        text = os.path.join(self.folder, "commands.txt")
        shutil.copy(os.path.join(ROOT, "cli", "commands.txt"), text)
        with open(text, "a", encoding="utf-8") as file:
            file.write("\n".join(("",) + more) + "\n")
        return subprocess.run(["/usr/bin/python3", os.path.join(ROOT, "cmake", "commands.py"), self.fds, text,
                               os.path.join(self.folder, "commands.c")], capture_output=True, text=True)

    def link(self):
        """As the build does it, with these commands in place of its own."""
        subprocess.run(["protoc-c", *self.includes, "--c_out=" + self.folder, "ledger/v1/wager.proto"], check=True, capture_output=True)
        commands = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "kontor"], check=True, capture_output=True, text=True).stdout
        compile_line = next(line for line in commands.split("\n") if " -c " in line and line.endswith("/generated/cli/commands.c"))
        objects = []
        for source in ("commands.c", "ledger/v1/wager.pb-c.c"):
            words = shlex.split(compile_line.split("&& ")[-1])
            words = ["-w" if word == "-Werror" else word for word in words if word != "ccache"]
            kept = [word for before, word in zip([""] + words, words) if not word.startswith("-M") and before not in ("-MT", "-MF", "-o", "-c")]
            objects.append(os.path.join(self.folder, os.path.basename(source) + ".o"))
            subprocess.run([*(word for word in kept if word not in ("-o", "-c")), "-I" + self.folder, "-c", os.path.join(self.folder, source),
                            "-o", objects[-1]], check=True, cwd=BUILD)
        words = shlex.split(commands.strip().split("\n")[-1].replace(": && ", "").replace(" && :", ""))
        words[words.index("-o") + 1] = program = os.path.join(self.folder, "kontor")
        made = next(i for i, word in enumerate(words) if word.endswith("generated/cli/commands.c.o"))
        subprocess.run(words[:made] + objects + words[made + 1:], check=True, cwd=BUILD)
        return program


class UnknownRpcTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        built = Built(cls.folder)
        made = built.make()
        assert made.returncode == 0, made.stderr
        cls.program = built.link()
        with open(built.fds, "rb") as file:
            POOL.Add(next(file for file in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file if file.name == "ledger/v1/wager.proto"))
        cls.gateway = FakePeers()
        cls.addClassCleanup(cls.gateway.stop)

    def kontor(self, *words, stdin="open sesame\n"):
        environment = dict(os.environ, KONTOR_GATEWAY=self.gateway.address, XDG_STATE_HOME=self.folder)
        return subprocess.run([self.program, *words], env=environment, input=stdin, capture_output=True, text=True, timeout=60)

    def test_it_is_in_the_overview(self):
        overview = self.kontor("help").stdout
        self.assertRegex(overview, r"(?m)^Wager\n  wager place +Places a wager\. Administrators only\.\n  wager list +Lists wagers, newest first\.\n\n")
        self.assertNotIn("wager settle", overview)

    def test_its_page_follows_from_its_fields(self):
        page = self.kontor("wager", "place", "--help").stdout
        rows = {name: (bool(bare), text) for bare, name, text in re.findall(r"^    (\[)?--([a-z-]+)\]?(.*)$", page, re.M)}
        self.assertEqual({name: " ".join(text.split()) for name, (_, text) in rows.items()}, {
            "table": "ID The table to play at. Required.", "friend": "ACCOUNT A friend, if any.",
            "amount": "AMOUNT Above zero. A decimal, such as 500.00. Required.", "currency": "CODE Currency. Required.",
            "kind": "KIND on-red wins half the time. One of on-red, on-black.", "until": "TIME When it ends. Required.",
            "words": "LIST Words. Separated by commas.", "doubled": "Doubles the stake.",
            "loss": "AMOUNT The most that may be lost. A decimal, such as 500.00.",
            "secret-file": "FILE Reads the table word from the file, one a line. Else they are"})
        self.assertEqual([name for name, (bare, _) in rows.items() if bare], ["table"])

    def test_it_is_called_with_every_option(self):
        self.gateway.answer(PLACE, lambda *_: {"wager_id": "w-1"})
        table, friend = new_id(), new_id()
        done = self.kontor("wager", "place", table, "--friend", friend, "--amount", "12.50", "--currency", "CNY", "--kind", "on-black",
                           "--until", "2030-01-31T12:00:00Z", "--words", "a,b", "--doubled", "--loss", "0.01", "--only", "wager_id")
        self.assertEqual((done.returncode, done.stdout), (0, "w-1\n"), done.stderr)
        request = self.gateway.calls(PLACE)[-1][0]
        self.assertEqual((request.table_id, request.friend_account_id, request.amount_micros, request.currency, request.kind),
                         (table, friend, 12500000, "CNY", 2))
        self.assertEqual((request.end_time.seconds, list(request.words), request.doubled, request.limits.loss_micros, request.table_word),
                         (1896091200, ["a", "b"], True, 10000, "open sesame"))
        self.assertRegex(request.request_id, "^[0-9a-f]{8}-[0-9a-f]{4}-7")

    def test_what_it_needs_is_asked_for_before_anything_is_sent(self):
        needed = {"--table": new_id(), "--amount": "1", "--currency": "CNY", "--until": "now+1h"}
        before = len(self.gateway.calls(PLACE))
        for missing in needed:
            words = [word for name, value in needed.items() if name != missing for word in (name, value)]
            done = self.kontor("wager", "place", *words)
            self.assertEqual((done.returncode, missing + " is missing" in done.stderr), (2, True), done.stderr)
        self.assertEqual(self.kontor("wager", "settle").returncode, 2)
        self.assertEqual(len(self.gateway.calls(PLACE)), before)


class MadeTest(unittest.TestCase):
    """Names and functions that do not follow are said in cli/commands.txt, or the build ends."""

    def make(self, rpcs, *lines, messages=""):
        with tempfile.TemporaryDirectory() as folder:
            made = Built(folder, rpcs, messages).make(*lines)
            if made.returncode != 0:
                return made.stderr, ""
            with open(os.path.join(folder, "commands.c"), encoding="utf-8") as file:
                return made.stderr, file.read()

    def test_a_stream_needs_a_function(self):
        self.assertIn("WatchWagers streams", self.make(STREAM)[0])
        self.assertEqual(self.make(STREAM, "hidden: ledger.v1.WagerService/WatchWagers")[0], "")

    def test_a_field_that_cannot_be_typed_is_hidden_by_hand(self):
        for kind in ("bytes", "double", "uint64", "repeated int32"):
            self.assertIn("weights is of a kind that cli/request.c does not fill", self.make(UNTYPED, messages=MESSAGES % kind)[0], kind)
        complaint, text = self.make(UNTYPED, "wager weigh: ledger.v1.WagerService/WeighWager", "    weights hidden", messages=MESSAGES % "bytes")
        self.assertEqual((complaint, '.verb = "weigh"' in text), ("", True))

    def test_members_of_a_oneof_say_what_excludes_them(self):
        messages = "message WeighWagerRequest { oneof kind { Limits one = 1; Limits other = 2; } }\nmessage WeighWagerResponse {}\n"
        head, one, other = "wager weigh: ledger.v1.WagerService/WeighWager", "    one.loss_micros --one ", "    other.loss_micros --other "
        self.assertIn("--other is of a oneof", self.make(UNTYPED, head, one + "either", other, messages=messages)[0])
        self.assertIn("there is no --nothing", self.make(UNTYPED, head, one + "either", other + "goes-with=nothing", messages=messages)[0])
        complaint, text = self.make(UNTYPED, head, one + "either", other + "either", messages=messages)
        self.assertEqual((complaint, [name + ".loss_micros\", OPTION_EITHER" in text for name in ("one", "other")]), ("", [True, True]))

    def test_two_of_one_name_are_told_apart(self):
        self.assertIn("are both `kontor hold show`", self.make(NAMED, "wager holds: ledger.v1.WagerService/ListHolds")[0])
        complaint, text = self.make(NAMED, "wager holds: ledger.v1.WagerService/ListHolds", "wager hold: ledger.v1.WagerService/GetHold")
        self.assertEqual((complaint, text.count('.noun = "wager", .verb = "hold')), ("", 2))

    def test_a_line_for_nothing_is_a_mistake(self):
        for line, complaint in (("bet: ledger.v1.WagerService/Bet", "offers no rpc ledger.v1.WagerService/Bet"),
                                ("[Bets]: ledger.v1.BetService", "no service ledger.v1.BetService"),
                                ("wager list: ledger.v1.WagerService/ListWagers\n    nothing --all", "has no field nothing"),
                                ("wager list: ledger.v1.WagerService/ListWagers\n    page_size needed", "no such word: page_size needed")):
            self.assertIn(complaint, self.make("", line)[0])


if __name__ == "__main__":
    unittest.main()
