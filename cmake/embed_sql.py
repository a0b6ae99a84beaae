"""Embeds a store's .sql files: embed_sql.py PREFIX FOLDER OUT writes OUT/queries.h, queries.c and query_rows.h from FOLDER/queries/*.sql (read
by query_file.py) and FOLDER/migrations/*.sql in the order of their numbers:

    struct query PREFIX_query_NAME                    the statement
    struct PREFIX_NAME                                what goes in
    PREFIX_NAME(transaction, in, rows)                runs it in a transaction
    PREFIX_NAME_alone(reader, in, rows)               as a transaction of its own
    PREFIX_NAME_in_lane(reader, lane, in)             as database_query_in_lane
    PREFIX_NAME_send(transaction, in)                 as transaction_send; PREFIX_NAME_send_silently likewise
    struct PREFIX_NAME_row, PREFIX_NAME_row(rows, i)  a row of what comes out, by name; has_x: x is not NULL (in query_rows.h, which whoever
                                                      is handed rows may include)
    struct migration PREFIX_migrations[]

A statement without parameters has no `in`; queries that share lists have the structs of the one whose they are."""
import os
import sys
from glob import glob

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import query_file  # noqa: E402

CALLS = (  # suffix, what runs it, arguments before and after
    ("", "transaction_query", "struct transaction *transaction", "transaction", True),
    ("_send", "transaction_send", "struct transaction *transaction", "transaction", False),
    ("_send_silently", "transaction_send_silently", "struct transaction *transaction", "transaction", False),
    ("_alone", "database_query", "struct reader reader", "reader", True),
    ("_in_lane", "database_query_in_lane", "struct reader reader, size_t lane", "reader, lane", False),
)


def literal(text):
    return "\n".join('    "%s\\n"' % line.replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))


def member(field):
    return "    %s%s%s;\n" % (field.type, "" if field.type.endswith("*") else " ", field.member)


def parameter(field):
    value = "in->" + field.member
    if field.is_array:
        return "{.kind = PARAM_%s_ARRAY, .data = %s.items, .size = %s.count, .nulls = %s.nulls}" % (field.kind.upper(), value, value, value)
    if field.kind == "bytes":
        value = "%s.data, %s.size" % (value, value)
    made = "param_%s(%s)" % (field.kind, value)
    if not field.is_nullable or field.kind == "text":
        return made
    present = {"id": "!id_is_nil(%s)", "bytes": "in->" + field.member + ".data != NULL"}.get(field.kind, "%s != 0")
    return "%s ? %s : param_null()" % (present % value if "%s" in present else present, made)


def parameters(query, prefix):
    """The struct of what goes in and how it becomes parameters."""
    if not query.ins:
        return ""
    made, struct = "", "struct %s_%s" % (prefix, query.ins_of or query.name)
    if not query.ins_of:
        made += "%s {\n%s};\n" % (struct, "".join(member(field) for field in query.ins))
    if not query.ins_of or query.ins_are_some:
        made += "static inline void %s_%s_params(const %s *in, struct param params[%d])\n{\n" % (prefix, query.name, struct, len(query.ins))
        for place, field in enumerate(query.ins):
            value = parameter(field)
            made += "    params[%d] = %s%s;\n" % (place, "(struct param)" if value.startswith("{") else "", value)
        made += "}\n"
    return made


def calls(query, prefix):
    made = ""
    for suffix, run, declared, passed, has_rows in CALLS:
        into = ", const struct %s_%s *in" % (prefix, query.ins_of or query.name) if query.ins else ""
        made += "must_check static inline enum failure %s_%s%s(%s%s%s)\n{\n" % (
            prefix, query.name, suffix, declared, into, ", struct rows *rows" if has_rows else "")
        if query.ins:
            made += "    struct param params[%d];\n    %s_%s_params(in, params);\n" % (
                len(query.ins), prefix, query.name if query.ins_are_some else query.ins_of or query.name)
        made += "    return %s(%s, &%s_query_%s, %s%s);\n}\n" % (
            run, passed, prefix, query.name, "params, %d" % len(query.ins) if query.ins else "NO_PARAMS", ", rows" if has_rows else "")
    return made


def row(query, prefix):
    """The struct of a row and its reader."""
    if not query.own_outs:
        return ""
    struct = "struct %s_%s_row" % (prefix, query.name)
    made, fill = struct + " {\n", ""
    if query.outs_of:
        made += "    struct %s_%s_row %s;\n" % (prefix, query.outs_of, query.outs_of)
        fill += "        .%s = %s_%s_row(rows, row),\n" % (query.outs_of, prefix, query.outs_of)
    for place, field in enumerate(query.own_outs, len(query.outs) - len(query.own_outs)):
        made += member(field)
        fill += "        .%s = row_%s(rows, row, %d),\n" % (field.member, "time_us" if field.kind == "time" else field.kind, place)
        if field.is_nullable:
            made += "    bool has_%s;\n" % field.name
            fill += "        .has_%s = !row_is_null(rows, row, %d),\n" % (field.name, place)
    return made + "};\nstatic inline %s %s_%s_row(const struct rows *rows, size_t row)\n{\n    return (%s){\n%s    };\n}\n" % (
        struct, prefix, query.name, struct, fill)


def header(path, guard, include, parts):
    with open(path, "w", encoding="utf-8") as h:
        h.write("#ifndef %s\n#define %s\n#include \"%s\"\n%s#endif\n" % (guard, guard, include, "".join(parts)))


def write(prefix, folder, out):
    queries = list(query_file.read_queries(folder).values())
    migrations = sorted(glob(os.path.join(folder, "migrations", "*.sql")))
    os.makedirs(out, exist_ok=True)
    guard = "GENERATED_%s_%%s_H" % prefix.upper()
    header(os.path.join(out, "query_rows.h"), guard % "ROWS", "runtime/database/database.h",
           [row(query, prefix) for query in sorted(queries, key=lambda query: query.outs_of is not None)])
    header(os.path.join(out, "queries.h"), guard % "QUERIES", "runtime/database/migrate.h",
           ["#include \"query_rows.h\"\n"] + ["extern const struct query %s_query_%s;\n" % (prefix, query.name) for query in queries] +
           [parameters(query, prefix) for query in queries] + [calls(query, prefix) for query in queries] +
           ["extern const struct migration %s_migrations[];\n" % prefix])
    with open(os.path.join(out, "queries.c"), "w", encoding="utf-8") as c:
        c.write('#include "queries.h"\n')
        for query in queries:
            c.write("const struct query %s_query_%s = {\n    \"%s_%s\",\n%s};\n" % (prefix, query.name, prefix, query.name, literal(query.text)))
        c.write("const struct migration %s_migrations[] = {\n" % prefix)
        for path in migrations:
            with open(path, encoding="utf-8") as file:
                c.write("    {\"%s\",\n%s},\n" % (os.path.splitext(os.path.basename(path))[0], literal(file.read().rstrip())))
        c.write("    {NULL, NULL}};\n")


if __name__ == "__main__":
    try:
        write(*sys.argv[1:])
    except query_file.Mistake as mistake:
        sys.exit(str(mistake))
