"""No circles among the .c files of a room: who calls whom, told by the symbols of the built libraries, has a bottom. Where that was
not yet so when the law was made, CIRCLES says how many files of the room stand in circles; the number may only fall, the row only go."""
import collections
import glob
import os
import re
import subprocess
import sys

BUILD = os.environ.get("KONTOR_BUILD", "build/dev")
CIRCLES = {
    "cli_rooms": 2,
}
SYMBOL = re.compile(r"^\S+?:(\S+)\.o:\s*[0-9a-f]*\s+(\w)\s+(\S+)$", re.M)


def calls(library):
    """{file: the files of the same room that it needs}"""
    shown = subprocess.run(["nm", "-A", library], capture_output=True, text=True, check=True).stdout
    home, needed = {}, collections.defaultdict(set)
    for file, kind, symbol in SYMBOL.findall(shown):
        if kind in "TDBRV":
            home[symbol] = file
        elif kind == "U":
            needed[file].add(symbol)
    return {file: {home[symbol] for symbol in symbols if symbol in home} - {file} for file, symbols in needed.items()}


def reached(graph, start):
    found, ahead = set(), list(graph.get(start, ()))
    while ahead:
        file = ahead.pop()
        if file not in found:
            found.add(file)
            ahead.extend(graph.get(file, ()))
    return found


mistakes, rooms = [], 0
for path in sorted(glob.glob(BUILD + "/lib*.a")):
    room, graph = os.path.basename(path)[3:-2], calls(path)
    rooms += 1
    within = {file: reached(graph, file) for file in graph}
    circle = sorted(file for file in graph if file in within[file])
    allowed = CIRCLES.get(room, 0)
    if len(circle) > allowed:
        arrows = ["%s -> %s" % (a, b) for a in circle for b in sorted(graph[a]) if a in within.get(b, ())]
        mistakes.append("%s: %d files stand in circles, %d may: %s" % (room, len(circle), allowed, ", ".join(arrows)))
    if len(circle) < allowed:
        mistakes.append("%s: %d files stand in circles; write that in place of %d" % (room, len(circle), allowed))
print("\n".join(mistakes) or "%d rooms have no more circles than before" % rooms)
sys.exit(bool(mistakes) or rooms < 20)
