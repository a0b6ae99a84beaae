"""Holds the size and the tidiness of the code: files, functions, lines, what a header opens with, and words that stay out."""
import glob
import re
import sys

FOLDERS = ("runtime", "identity", "payments", "ledger", "sharing", "gateway", "cli", "tests", "bench")
FILE_LINES_MAX = 700
FUNCTION_LINES_MAX = 80
LINE_LENGTH_MAX = 140
# A function that is the rule itself may be longer; each has its reason.
LONGER_FUNCTIONS = {"each_rule_refuses_at_its_boundary": 91}
FORBIDDEN = re.compile(r"\b(TODO|FIXME|HACK)\b")
FUNCTION = re.compile(r"^[A-Za-z_].*?\b(\w+)\([^;]*$")

mistakes = []
lengths = []


def functions(lines):
    """Yields name, first line and length of every function: it ends at the first closing brace in the first column."""
    name, start = None, 0
    for number, line in enumerate(lines):
        if line == "{" and name:
            start = number
        elif line == "}" and name:
            yield name, start + 1, number - start + 1
            name = None
        elif FUNCTION.match(line) and not line.startswith(("#", "struct {", "enum ")) or re.match(r"enum \w+ \w+\(", line):
            name = FUNCTION.match(line).group(1) if FUNCTION.match(line) else name


def check(path):
    text = open(path, encoding="utf-8").read()
    lines = text.split("\n")
    if len(lines) > FILE_LINES_MAX:
        mistakes.append("%s has %d lines; %d are the most" % (path, len(lines), FILE_LINES_MAX))
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_LENGTH_MAX:
            mistakes.append("%s:%d has %d columns; %d are the most" % (path, number, len(line), LINE_LENGTH_MAX))
        if "\t" in line or line != line.rstrip():
            mistakes.append("%s:%d has a tab or a trailing space" % (path, number))
        if FORBIDDEN.search(line):
            mistakes.append("%s:%d: %s stays out" % (path, number, FORBIDDEN.search(line).group()))
    if path.endswith(".h"):
        check_header(path, text)
    for name, line, length in functions(lines):
        lengths.append(length)
        if length > LONGER_FUNCTIONS.get(name, FUNCTION_LINES_MAX):
            mistakes.append("%s:%d: %s has %d lines; %d are the most" % (path, line, name, length, FUNCTION_LINES_MAX))


def check_header(path, text):
    guard = re.sub(r"\W", "_", path).upper()
    if not text.startswith("/* "):
        mistakes.append("%s does not open with what it is for" % path)
    if "#ifndef %s\n#define %s\n" % (guard, guard) not in text:
        mistakes.append("%s is not guarded by %s" % (path, guard))


files = [path for top in FOLDERS for path in sorted(glob.glob(top + "/**/*.[ch]", recursive=True))]
for path in files:
    check(path)
lengths.sort()
print("\n".join(mistakes))
print("%d files, %d functions: median %d lines, 85 %% within %d, longest %d" % (len(files), len(lengths), lengths[len(lengths) // 2],
                                                                          lengths[len(lengths) * 85 // 100], lengths[-1]))
sys.exit(bool(mistakes))
