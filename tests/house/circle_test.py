"""No circles among the .c files of a room: who calls whom, told by the symbols of the built libraries, has a bottom."""
import collections
import glob
import os
import re
import subprocess
import sys

BUILD = os.environ.get("KONTOR_BUILD", "build/dev")
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
    if circle:
        arrows = ["%s -> %s" % (a, b) for a in circle for b in sorted(graph[a]) if a in within.get(b, ())]
        mistakes.append("%s: files stand in circles: %s" % (room, ", ".join(arrows)))
print("\n".join(mistakes) or "%d rooms have no circle" % rooms)
sys.exit(bool(mistakes) or rooms < 20)
