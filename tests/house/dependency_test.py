"""Holds every #include to the one rule of dependency (ARCHITECTURE.md), headers to no circles, and SQL to the stores."""
import glob
import re
import sys

CONTEXTS = {"identity", "payments", "ledger", "sharing", "gateway"}
# The rooms that a room may include beside itself; "runtime" alone means every room of it.
ROOMS = {
    "domain": {"runtime/base", "runtime/people"},
    "store": {"domain", "runtime/base", "runtime/loop", "runtime/database"},
    "peers": {"domain", "runtime/base", "runtime/loop", "runtime/rpc", "runtime/http"},
    # what the rooms above share: a context's struct, its keys
    "": {"domain", "store", "peers", "runtime"},
    "batch": {"", "domain", "store", "peers", "runtime"},
    # An rpc may begin a job or join one that is under way; no job knows an rpc.
    "jobs": {"", "batch", "domain", "store", "peers", "runtime"},
    "service": {"", "batch", "jobs", "domain", "store", "peers", "runtime"},
    "main.c": {"", "domain", "store", "peers", "jobs", "service", "runtime"},
}
RUNTIME = {
    "base": set(),
    "people": set(),
    "factor": {"base"},
    "trace": {"base"},
    "loop": {"base", "trace"},
    "rpc": {"base", "trace", "loop"},
    "database": {"base", "trace", "loop"},
    "http": {"base", "trace", "loop"},
    "idempotency": {"base", "loop", "rpc", "database"},
    "events": {"base", "loop", "rpc", "database"},
    "process": {"base", "trace", "loop", "rpc", "database", "http", "events", "idempotency"},
}
LOAD = "bench/load"  # the one part of the bench that is a product: kontor-load
# Which folders may see a library.
LIBRARIES = {
    r"phonenumbers/|(idn2|zxcvbn)\.h": r"runtime/people/",
    r"liboath/|fido\.h|fido/|cbor\.h": r"runtime/factor/",
    r"libpq": r"runtime/database/",
    r"grpc": r"runtime/rpc/",
    r"uv\.h": r"runtime/|bench/load/alarm\.c",
    r"curl/|microhttpd\.h": r"runtime/http/",
    r"openssl/": r"runtime/|\w+/(service|peers)/",
    r"utf8proc\.h": r"runtime/(base|rpc)/|\w+/service/",
    r"protobuf-c/": r"runtime/|\w+/(service|peers|jobs|batch)/|cli/",
    r"\bjq\.h": r"cli/",
    r"jansson\.h": r"\w+/peers/|cli/|runtime/factor/client_data\.c|bench/load/(result_json|spool)\.c",
    r"sodium[./]": r"\w+/service/|identity/keys\.c",
}
PURE_C = "assert ctype errno float inttypes iso646 limits math stdalign stdarg stdbool stddef stdint stdio stdlib string time".split()
SQL = re.compile(r"\b(SELECT\s.*\bFROM|INSERT INTO|UPDATE\s+\w+\s+SET|DELETE FROM|(CREATE|ALTER|DROP) (TABLE|INDEX|SCHEMA))\b")


def top_of(path):
    return LOAD if path.startswith(LOAD + "/") else path.split("/")[0]


def room_of(path):
    """A file beside the rooms is of the room "", which is what they share; main.c is a room of its own."""
    room = path[len(top_of(path)) + 1:].split("/")[0]
    return room if room == "main.c" or "." not in room else ""


def proto_is_allowed(top, room, included):
    """Generated types stay above the store, in peers and in the runtime; a context other than the gateway sees its own alone."""
    owner = included.split("/")[0]
    if top == "runtime":
        return owner not in CONTEXTS and room != "base"
    return top in ("cli", LOAD, "gateway") and room not in ("domain", "store", "rules") or room in ("service", "jobs", "batch", "peers", "") and owner in (top, "google", "event")


def is_allowed(path, included, is_library):
    top, room = top_of(path), room_of(path)
    if is_library:
        if room == "domain":
            return included[:-2] in PURE_C
        return all(re.match(where, path) for library, where in LIBRARIES.items() if re.match(library, included))
    if included.endswith(".pb-c.h"):
        return proto_is_allowed(top, room, included)
    included_top, included_room = top_of(included), room_of(included)
    if top == "runtime":
        return included_top == "runtime" and included_room in RUNTIME[room] | {room}
    if top == "cli":
        return included_top in ("cli", "runtime")
    if top == LOAD:
        return included in ("bench/measure/histogram.h", "bench/measure/load.h", "bench/measure/roster.h", "bench/measure/traffic.h") or (
            included.startswith(("bench/load/rules/", "runtime/base/")) if room == "rules" else included_top in (LOAD, "runtime"))
    if included_top == "runtime":
        return bool({"runtime", "runtime/" + included_room} & ROOMS[room])
    return included_top == top and included_room in ROOMS[room] | {room}


def reached(header, graph, found):
    """All headers that a header includes, directly or not."""
    for included in graph.get(header, ()):
        if included not in found:
            found.add(included)
            reached(included, graph, found)
    return found


mistakes = []
files = [path for top in sorted(CONTEXTS | {"runtime", "cli", LOAD}) for path in sorted(glob.glob(top + "/**/*.[ch]", recursive=True) + glob.glob(top + "/**/*.cc", recursive=True))]
for path in files:
    text = open(path, encoding="utf-8").read()
    for bracket, included in re.findall(r'^\s*#\s*include\s+([<"])([^>"]+)', text, re.M):
        if not is_allowed(path, included, bracket == "<"):
            mistakes.append("%s may not include %s" % (path, included))
    if re.match(r"\w+/jobs/", path) and "clock_now_us" in text:
        mistakes.append("%s: a job says whose clock it asks (runtime/base/clock.h)" % path)
    if not re.match(r"runtime/database/|\w+/store/", path):
        for literal in re.findall(r'"(?:[^"\\\n]|\\.)*"', text):
            if SQL.search(literal):
                mistakes.append("%s: SQL outside of a store: %s" % (path, literal))
headers = {path: re.findall(r'^#include "([^"]+)"', open(path, encoding="utf-8").read(), re.M) for path in files if path.endswith(".h")}
mistakes += ["%s includes itself by way of others" % path for path in headers if path in reached(path, headers, set())]
print("\n".join(mistakes) or "%d files keep the rule of dependency" % len(files))
sys.exit(bool(mistakes) or not files)
