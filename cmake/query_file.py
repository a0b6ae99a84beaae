"""A store's query file: sentences, then what goes in and what comes out, then the statement, which names its parameters:

    -- The shares of an asset, newest first, before the one that the last page ended with.
    -- in: asset_id id, before_id id, limit int64
    -- out: share_id id, account_id id, ended_time time?
    SELECT share_id, account_id, ended_time FROM share WHERE asset_id = :asset_id AND share_id < :before_id LIMIT :limit

Several lines of either are one list; none: nothing goes in, no columns come out. `-- out: as read_asset` is the row of another query
of the folder, `-- out: as read_asset, count int64` begins with it, `-- in: as …` are another's parameters, `-- in: some of …` those of them that
the statement names. `-- part: fence` stands for parts/fence.sql, which several statements have. A ? behind the type: it may be NULL; going in, nil, 0 µs and no data are sent as NULL.
An array (id[]) may hold NULLs. PostgreSQL is sent the sentences and the statement with $1::uuid for :asset_id."""
import glob
import os
import re

# type: PostgreSQL's name, C type, its array in C
TYPES = {
    "id": ("uuid", "struct id", "struct id_array"),
    "int64": ("bigint", "int64_t", "struct int64_array"),
    "bool": ("boolean", "bool", "struct bool_array"),
    "text": ("text", "const char *", "struct text_array"),
    "time": ("timestamptz", "int64_t", "struct time_array"),
    "bytes": ("bytea", "struct bytes", "struct bytes_array"),
}
FIELD = re.compile(r"([a-z][a-z0-9_]*) ([a-z0-9]+)(\[\])?(\?)?")
# What is no place for a name: texts, quoted names, comments.
OPAQUE = re.compile(r"('(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*)")
NAME = re.compile(r"(?<![:\w]):([a-z][a-z0-9_]*)")


class Mistake(Exception):
    """A query file that does not follow its own lists."""


class Field:
    """One parameter or column."""

    def __init__(self, text):
        found = FIELD.fullmatch(text)
        if not found or found.group(2) not in TYPES:
            raise Mistake("cannot read %r: a name and one of %s" % (text, ", ".join(TYPES)))
        self.name, self.kind = found.group(1), found.group(2)
        self.is_array, self.is_nullable = bool(found.group(3)), bool(found.group(4))
        if self.is_array and self.is_nullable:
            raise Mistake("%s: an array is not NULL" % self.name)
        self.postgres = TYPES[self.kind][0] + ("[]" if self.is_array else "")
        self.type = TYPES[self.kind][2 if self.is_array else 1]
        # In C a time is in microseconds and says so.
        self.member = re.sub(r"_times?$", "", self.name) + "_us" if self.kind == "time" else self.name


class Query:
    """A query file as read. ins_of and outs_of name the query whose list it shares, or begins with; own_outs are what stands behind."""

    def __init__(self, path):
        self.path, self.name = path, os.path.splitext(os.path.basename(path))[0]
        with open(path, encoding="utf-8") as file:
            lines = file.read().rstrip().split("\n")
        head = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
        self.sentences = [line for line in lines[:head] if not re.match(r"-- (in|out):", line)]
        self.ins_are_some = any(line.startswith("-- in: some of ") for line in lines[:head])
        self.ins_of, self.ins = self.fields(lines[:head], "in")
        self.outs_of, self.own_outs = self.fields(lines[:head], "out")
        self.outs = self.own_outs
        self.body = re.sub(r"^-- part: ([a-z_]+)$", self.part, "\n".join(lines[head:]), flags=re.M)

    def part(self, found):
        path = os.path.join(os.path.dirname(self.path), "parts", found.group(1) + ".sql")
        if not os.path.exists(path):
            raise Mistake("there is no part " + found.group(1))
        with open(path, encoding="utf-8") as file:
            return file.read().rstrip()

    def fields(self, lines, word):
        found = [line[len(word) + 5:] for line in lines if line.startswith("-- %s: " % word)]
        texts = [text for line in found for text in line.rstrip(",").split(", ")]
        shared = re.sub("^(as|some of) ", "", texts.pop(0)) if texts and re.match("as |some of ", texts[0]) else None
        fields = [Field(text) for text in texts]
        for key in ("name", "member"):
            names = [getattr(field, key) for field in fields]
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise Mistake("%s twice: %s" % (word, ", ".join(sorted(twice))))
        return shared, fields

    def names(self, field):
        return any(field.name in NAME.findall(part) for part in OPAQUE.split(self.body)[::2])

    def numbered(self, without_cast=None):
        """The statement as PostgreSQL takes it: $1::uuid for the name of the first parameter."""
        places = {field.name: "$%d%s" % (place + 1, "" if place == without_cast else "::" + field.postgres)
                  for place, field in enumerate(self.ins)}
        used = set()

        def place(found):
            if found.group(1) not in places:
                raise Mistake(":%s is not among what goes in" % found.group(1))
            used.add(found.group(1))
            return places[found.group(1)]

        parts = OPAQUE.split(self.body)
        for i in range(0, len(parts), 2):
            if "$" in parts[i]:
                raise Mistake("names its parameters and numbers none")
            parts[i] = NAME.sub(place, parts[i])
        unused = [name for name in places if name not in used]
        if unused:
            raise Mistake("goes in and is not used: " + ", ".join(unused))
        return "".join(parts)

    @property
    def text(self):
        """What is sent: the sentences stay, so that a slow query's log says what it is for."""
        return "\n".join(self.sentences + [self.numbered()])


def read_queries(folder):
    """The queries of a store's folder, by name, each with its own lists or with those that it shares."""
    queries = {}
    for path in sorted(glob.glob(os.path.join(folder, "queries", "*.sql"))):
        try:
            query = Query(path)
        except Mistake as mistake:
            raise Mistake("%s: %s" % (path, mistake)) from None
        queries[query.name] = query
    for query in queries.values():
        for shared in {query.ins_of, query.outs_of} - {None}:
            if shared not in queries:
                raise Mistake("%s: there is no %s" % (query.path, shared))
        if query.ins_of and queries[query.ins_of].ins_of or query.outs_of and queries[query.outs_of].outs_of:
            raise Mistake("%s: shares what is shared itself" % query.path)
    for query in queries.values():
        if query.ins_of:
            query.ins = [field for field in queries[query.ins_of].ins if not query.ins_are_some or query.names(field)]
        if query.outs_of:
            query.outs = queries[query.outs_of].outs + query.own_outs
        try:
            query.numbered()
        except Mistake as mistake:
            raise Mistake("%s: %s" % (query.path, mistake)) from None
    return queries
