"""Embeds a store's .sql files: embed_sql.py PREFIX FOLDER STEM writes STEM.h and STEM.c with one struct query per
FOLDER/queries/*.sql (PREFIX_query_NAME) and PREFIX_migrations[] from FOLDER/migrations/*.sql in the order of their numbers."""
import os
import sys
from glob import glob

prefix, folder, stem = sys.argv[1:]


def literal(path):
    """The file as C string lines; the leading comment lines stay, so that a slow query's log says what it is for."""
    lines = open(path, encoding="utf-8").read().rstrip().split("\n")
    return "\n".join('    "%s\\n"' % l.replace("\\", "\\\\").replace('"', '\\"') for l in lines)


def name_of(path):
    return os.path.splitext(os.path.basename(path))[0]


queries = sorted(glob(os.path.join(folder, "queries", "*.sql")))
migrations = sorted(glob(os.path.join(folder, "migrations", "*.sql")))
os.makedirs(os.path.dirname(stem), exist_ok=True)
guard = "GENERATED_" + prefix.upper() + "_QUERIES_H"
with open(stem + ".h", "w") as h:
    h.write("#ifndef %s\n#define %s\n#include \"runtime/database/migrate.h\"\n" % (guard, guard))
    for q in queries:
        h.write("extern const struct query %s_query_%s;\n" % (prefix, name_of(q)))
    h.write("extern const struct query *const %s_queries[]; /* all of them, ended by NULL */\n" % prefix)
    h.write("extern const struct migration %s_migrations[];\n#endif\n" % prefix)
with open(stem + ".c", "w") as c:
    c.write('#include "%s.h"\n' % os.path.basename(stem))
    for q in queries:
        c.write("const struct query %s_query_%s = {\n    \"%s_%s\",\n%s};\n" % (prefix, name_of(q), prefix, name_of(q), literal(q)))
    c.write("const struct query *const %s_queries[] = {%s NULL};\n" % (prefix, "".join("&%s_query_%s, " % (prefix, name_of(q)) for q in queries)))
    c.write("const struct migration %s_migrations[] = {\n" % prefix)
    for m in migrations:
        c.write("    {\"%s\",\n%s},\n" % (name_of(m), literal(m)))
    c.write("    {NULL, NULL}};\n")
