"""Holds the size and the tidiness of the code: files, functions, lines, nesting, parameters, what a header opens with, words that
stay out, refusals outside of the domain, rows outside of the store, sentences that open with What or Who, and assertions.

Where a law was not yet kept when it was made, tests/house/ratchet.txt says by how much: `law place number`. A number there may only
fall (that of `asserts`, a floor for each hundred functions, only rise), no row may be added, and a row that is not needed any more
has to go. `python3 tests/house/tidy_test.py --tighten` does that; it never loosens anything."""
import collections
import glob
import re
import sys

RATCHET = "tests/house/ratchet.txt"
FOLDERS = ("runtime", "identity", "payments", "ledger", "sharing", "gateway", "cli", "tests", "bench")
CONTEXTS = ("identity", "payments", "ledger", "sharing", "gateway")
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
LINE_LENGTH_MAX = 100
NESTING_MAX = 3
PARAMETERS_MAX = 5
DICTATED = re.compile(r"\benum MHD_Result\b")  # called by a library, which says with what
# A hundred functions of the room have this many assertions in the end; the floors lead there, in steps of five.
ASSERTED = {"domain": r"\w+/domain/", "runtime": r"runtime/"}
FORBIDDEN = re.compile(r"\b(TODO|FIXME|HACK)\b")
REFUSAL = re.compile(r"struct refusal \w+\s*=\s*\{|\(struct refusal\)\s*\{")
ROW = re.compile(r"\brow_\w+\(")
OPENING = re.compile(r"(?:^|[.:;]\s+)(What|Who|Whoever|Whatever)\s")
COMMENT = re.compile(r"/\*(.*?)\*/", re.S)
SCRIPT_COMMENT = re.compile(r'"""(.*?)"""|^ *# ([^\n]*)|  # ([^\n]*)', re.S | re.M)
CONTROL = re.compile(r"(if|for|while|switch|do)\b")
TABLE = re.compile(r"\]\s*=\s*\{$")

mistakes = []
lengths = []
asserts = collections.Counter()
counted = collections.Counter()
found = {}  # (law, place): by how much the law is exceeded there
seen = collections.defaultdict(list)  # (law, place): where exactly


def exceed(law, place, number, where):
    found[law, place] = number
    seen[law, place].append(where)


def count(law, place, where):
    exceed(law, place, found.get((law, place), 0) + 1, where)


def without_comments(text):
    return re.sub(r"/\*.*?\*/", lambda comment: re.sub(r"[^\n]", " ", comment.group()), text, flags=re.S)


def functions(code):
    """Yields head, first line and lines of every function. As clang-format writes it, a body stands between braces in the first column."""
    head, start = [], None
    lines = code.split("\n")
    for number, line in enumerate(lines):
        if start is None:
            if line == "{" and "(" in "".join(head):
                start = number
            elif not line.strip() or line.startswith(("#", "}")) or line.rstrip().endswith((";", "\\")):
                head = []
            else:
                head.append(line)
        elif line == "}":
            yield " ".join(head), start + 1, lines[start:number + 1]
            head, start = [], None


def parameters(head):
    inner = re.search(r"\b\w+\((.*)\)[^()]*$", head)
    if not inner or inner.group(1).strip() in ("", "void"):
        return 0
    depth, commas = 0, 0
    for letter in inner.group(1):
        depth += (letter in "([") - (letter in ")]")
        commas += letter == "," and depth == 0
    return commas + 1


def nesting(body):
    """A control statement in a function's body has the depth 1, one inside of it 2; told by the indentation of what opens a statement."""
    deepest, opens = 0, True
    for line in body:
        text = line.strip()
        if opens and CONTROL.match(text):
            deepest = max(deepest, (len(line) - len(line.lstrip())) // 4)
        if text:
            opens = text.endswith((";", "{", "}", ")", ":", "else", "do"))
    return deepest


def length_of(path, body):
    """The rows of a test's table are data: they are not counted."""
    length, in_table = 0, False
    for line in body:
        in_table = in_table and not line.strip().endswith("};")
        length += not in_table
        in_table = in_table or path.startswith("tests/") and bool(TABLE.search(line))
    return length


def check_functions(path, code):
    for head, line, body in functions(code):
        name = re.search(r"\b(\w+)\(", head).group(1)
        length, deep, given = length_of(path, body), nesting(body), parameters(head)
        where = "%s:%d: %s" % (path, line, name)
        lengths.append(length)
        if length > FUNCTION_LINES_MAX:
            exceed("function_lines", path + ":" + name, length, "%s has %d lines" % (where, length))
        if deep > NESTING_MAX:
            exceed("nesting", path + ":" + name, deep, "%s nests %d deep" % (where, deep))
        if given > PARAMETERS_MAX and not DICTATED.search(head):
            count("parameters", path, "%s has %d parameters" % (where, given))
        for room, pattern in ASSERTED.items():
            if re.match(pattern, path):
                counted[room] += 1
                asserts[room] += len(re.findall(r"\bassert\(", "\n".join(body)))


def check_lines(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LINE_LENGTH_MAX:
            count("columns", path, "%s:%d has %d columns" % (path, number, len(line)))
        if "\t" in line or line != line.rstrip():
            mistakes.append("%s:%d has a tab or a trailing space" % (path, number))
        if FORBIDDEN.search(line):
            mistakes.append("%s:%d: %s stays out" % (path, number, FORBIDDEN.search(line).group()))


def check_header(path, text):
    guard = re.sub(r"\W", "_", path).upper()
    if not text.startswith("/* "):
        mistakes.append("%s does not open with what it is for" % path)
    if "#ifndef %s\n#define %s\n" % (guard, guard) not in text:
        mistakes.append("%s is not guarded by %s" % (path, guard))


def check_comments(path, text):
    for comment in (SCRIPT_COMMENT if path.endswith((".py", ".sh")) else COMMENT).finditer(text):
        said = next(group for group in comment.groups() if group is not None)
        for opening in OPENING.finditer(re.sub(r"\n\s*\*?", "\n", said).strip()):
            line = text.count("\n", 0, comment.start()) + 1
            count("openings", path.split("/")[0], "%s:%d: a sentence opens with %s" % (path, line, opening.group(1)))


def check_rooms(path, code):
    """Rules and refusals only in domain/, the reading of rows only in store/."""
    if not re.match(r"(%s)/" % "|".join(CONTEXTS), path):
        return
    for law, pattern, room in (("refusals_outside", REFUSAL, "domain"), ("rows_outside", ROW, "store")):
        for match in pattern.finditer(code) if path.split("/")[1] != room else ():
            count(law, path, "%s:%d: %s outside of %s/" % (path, code.count("\n", 0, match.start()) + 1, match.group(), room))


def check(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    code = without_comments(text)
    lines = text.count("\n")
    if lines > FILE_LINES_MAX:
        exceed("file_lines", path, lines, "%s has %d lines" % (path, lines))
    check_lines(path, text)
    check_comments(path, text)
    check_functions(path, code)
    check_rooms(path, code)
    if path.endswith(".h"):
        check_header(path, text)


def read_ratchet():
    with open(RATCHET, encoding="utf-8") as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return {(law, place): int(number) for law, place, number in rows}


def tighten(ratchet):
    """The rows that are left: none more, none looser."""
    rows = {key: min(number, found[key]) for key, number in ratchet.items() if key in found}
    rows.update({key: max(number, density(key[1]) // 5 * 5) for key, number in ratchet.items() if key[0] == "asserts"})
    with open(RATCHET, encoding="utf-8") as file:
        comments = [line for line in file if line.startswith("#")]
    with open(RATCHET, "w", encoding="utf-8") as file:
        file.writelines(comments + ["%s %s %d\n" % (law, place, number) for (law, place), number in sorted(rows.items())])
    return rows


def density(room):
    return asserts[room] * 100 // max(1, counted[room])


def compare(ratchet):
    for key in sorted(found):
        if found[key] > ratchet.get(key, 0):
            mistakes.extend(seen[key])
            mistakes.append("  more than before: %s allows %s %s %d" % ((RATCHET,) + key + (ratchet.get(key, 0),)))
    for (law, place), number in sorted(ratchet.items()):
        if law == "asserts" and density(place) < number:
            mistakes.append("%s: %d assertions for each hundred functions, %d are the floor" % (place, density(place), number))
        if law != "asserts" and (law, place) not in found:
            mistakes.append("%s: the row `%s %s` is not needed any more; --tighten takes it out" % (RATCHET, law, place))


files = [path for top in FOLDERS for path in sorted(glob.glob(top + "/**/*.[ch]", recursive=True))]
for source in files:
    check(source)
for source in sorted(glob.glob("tests/**/*.py", recursive=True) + glob.glob("tests/**/*.sh", recursive=True)):
    with open(source, encoding="utf-8") as opened:
        check_comments(source, opened.read())
compare(tighten(read_ratchet()) if "--tighten" in sys.argv else read_ratchet())
lengths.sort()
print("\n".join(mistakes))
print("%d files, %d functions: median %d lines, 85 %% within %d, longest %d; assertions for each hundred functions: %s" % (
    len(files), len(lengths), lengths[len(lengths) // 2], lengths[len(lengths) * 85 // 100], lengths[-1],
    ", ".join("%s %d" % (room, density(room)) for room in ASSERTED)))
sys.exit(bool(mistakes))
