"""Every query is what its `-- in:` and `-- out:` lines say, as PostgreSQL describes it against the migrated schema: the columns by name,
type and number, the parameters by type, and which columns may be NULL. The C that reads and writes them is made of the same lines."""
import ctypes
import glob
import os
import re
import subprocess
import sys
import tempfile
import unittest
import uuid

sys.path[:0] = [os.path.join(os.path.dirname(__file__), "..", "support"), os.path.join(os.path.dirname(__file__), "..", "..", "cmake")]
import query_file  # noqa: E402
from sql import LIBPQ, Sql  # noqa: E402

POSTGRES = os.environ["KONTOR_TEST_POSTGRES"]
CONTEXTS = ("identity", "payments", "ledger", "sharing", "gateway")
# A column may be as narrow as its values; what is sent is not.
ALIKE = {"smallint": "bigint", "integer": "bigint", "timestamp with time zone": "timestamptz", "timestamp with time zone[]": "timestamptz[]"}
# Outside of runtime/database, which carries them, C knows a query by its generated names alone.
BY_HAND = re.compile(r"\b(?:NO_)?PARAMS\b|\bparam_\w+\(|\brow_\w+\(|\b(?:%s|runtime)_query_\w+" % "|".join(CONTEXTS))
QUERIES = re.compile(r'#include "\w+/store/queries\.h"')
UNKNOWN = "?"  # PostgreSQL needs the cast to know

for name, result, arguments in [("PQprepare", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int,
                                                                ctypes.c_void_p]),
                                ("PQdescribePrepared", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p]),
                                ("PQfname", ctypes.c_char_p, [ctypes.c_void_p, ctypes.c_int]),
                                ("PQftype", ctypes.c_uint, [ctypes.c_void_p, ctypes.c_int]),
                                ("PQftable", ctypes.c_uint, [ctypes.c_void_p, ctypes.c_int]),
                                ("PQftablecol", ctypes.c_int, [ctypes.c_void_p, ctypes.c_int]),
                                ("PQnparams", ctypes.c_int, [ctypes.c_void_p]),
                                ("PQparamtype", ctypes.c_uint, [ctypes.c_void_p, ctypes.c_int])]:
    function = getattr(LIBPQ, name)
    function.restype, function.argtypes = result, arguments


class Described:
    """A statement as PostgreSQL describes it: types of parameters, and columns as (name, type, may be NULL by its table)."""

    def __init__(self, context, text):
        made = LIBPQ.PQprepare(context.sql.connection, b"", text.encode(), 0, None)
        self.mistake = "" if LIBPQ.PQresultStatus(made) == 1 else LIBPQ.PQerrorMessage(context.sql.connection).decode()
        LIBPQ.PQclear(made)
        self.parameters, self.columns = [], []
        if not self.mistake:
            told = LIBPQ.PQdescribePrepared(context.sql.connection, b"")
            self.parameters = [context.types[LIBPQ.PQparamtype(told, i)] for i in range(LIBPQ.PQnparams(told))]
            self.columns = [(LIBPQ.PQfname(told, i).decode(), context.types[LIBPQ.PQftype(told, i)],
                             (LIBPQ.PQftable(told, i), LIBPQ.PQftablecol(told, i)) in context.nullable) for i in range(LIBPQ.PQnfields(told))]
            LIBPQ.PQclear(told)


class Context:
    """A schema as its migrations make it."""

    def __init__(self, name):
        self.name, self.database = name, "kontor_test_query_%s" % uuid.uuid4().hex[:12]
        self.psql("postgres", "-c", 'CREATE DATABASE "%s"' % self.database)
        files = [os.path.join(folder, "migrations", file) for folder in ("runtime/database", name + "/store")
                 for file in sorted(os.listdir(os.path.join(folder, "migrations")))]
        self.psql(self.database, "-c", "CREATE SCHEMA %s" % name, "-c", "SET search_path TO %s" % name,
                  *[word for file in files for word in ("-f", file)])
        self.sql = Sql(POSTGRES, self.database)
        self.sql.rows("SET search_path TO %s" % name)
        self.types = {int(oid): kind for oid, kind in self.sql.rows("SELECT oid::bigint, format_type(oid, NULL) FROM pg_type")}
        self.nullable = {(int(table), int(column)) for table, column in self.sql.rows(
            "SELECT attrelid::bigint, attnum FROM pg_attribute WHERE NOT attnotnull")}

    @staticmethod
    def psql(database, *arguments):
        subprocess.run(["psql", "-h", POSTGRES, "-U", "postgres", "-d", database, "-qX", "-v", "ON_ERROR_STOP=1", *arguments], check=True,
                       stdout=subprocess.DEVNULL)

    def end(self):
        self.sql.close()
        self.psql("postgres", "-c", 'DROP DATABASE "%s" WITH (FORCE)' % self.database)

    def queries(self):
        """Those of the context, and the runtime's, which run in every schema."""
        return {(folder, query.name): query for folder in ("runtime/database", self.name + "/store")
                for query in query_file.read_queries(folder).values()}

    def inferred(self, query, place):
        """The type that PostgreSQL gives a parameter when the statement does not say."""
        told = Described(self, query.numbered(without_cast=place))
        return UNKNOWN if told.mistake else told.parameters[place]

    def mistakes(self, query):
        described = Described(self, query.text)
        if described.mistake:
            return ["is refused: " + described.mistake]
        found = []
        for place, field in enumerate(query.ins):
            kind = self.inferred(query, place)
            if kind != UNKNOWN and ALIKE.get(kind, kind) != field.postgres:
                found.append("in: %s is %s, not %s" % (field.name, kind, field.postgres))
        said = [(field.name, field.postgres) for field in query.outs]
        told = [(name, "timestamptz" if kind == "timestamp with time zone" else kind) for name, kind, _ in described.columns]
        if said != told:
            found.append("out: says %s, gives %s" % (said, told))
        found += ["out: %s may be NULL" % field.name for field, (_, _, nullable) in zip(query.outs, described.columns)
                  if nullable and not field.is_nullable]
        return found


class Queries(unittest.TestCase):
    def check(self, name):
        context = Context(name)
        self.addCleanup(context.end)
        queries = context.queries()
        self.assertGreater(len(queries), 20)
        mistakes = ["%s/queries/%s.sql %s" % (*key, mistake) for key, query in queries.items() for mistake in context.mistakes(query)]
        self.assertEqual(mistakes, [], "\n".join(mistakes))

    def test_what_is_wrong_is_found(self):
        context = Context("gateway")
        self.addCleanup(context.end)
        right = "-- An account.\n-- in: account_id id, now time\n-- out: account_id id, company_id id?\n" \
                "SELECT account_id, company_id FROM account WHERE account_id = :account_id AND lease_time < :now\n"
        for old, new, mistakes in (
                ("", "", []),
                ("out: account_id id, company_id id?", "out: company_id id?, account_id id", ["out: says", "out: account_id may be"]),
                ("out: account_id id", "out: account_id text", ["out: says"]),
                (", company_id id?", "", ["out: says"]), ("company_id id?", "company_id id?, lease_id id?", ["out: says"]),
                ("company_id id?", "company_id id", ["out: company_id may be NULL"]),
                ("in: account_id id", "in: account_id text", ["is refused"]), ("now time", "now int64", ["is refused"]),
                ("SELECT account_id, company_id", "SELECT company_id, account_id", ["out: says", "out: account_id may be"])):
            with self.subTest(old=old, new=new), tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
                file.write(right.replace(old, new))
                file.flush()
                found = context.mistakes(query_file.Query(file.name))
                self.assertEqual(len(found), len(mistakes), found)
                for mistake, start in zip(found, mistakes):
                    self.assertTrue(mistake.startswith(start), found)
        # PostgreSQL would cast it to the column's type in silence.
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write("-- x\n-- in: peer id, cursor text\nINSERT INTO follower (peer, cursor) VALUES (:peer, :cursor)\n")
            file.flush()
            self.assertEqual(context.mistakes(query_file.Query(file.name)), ["in: peer is text, not uuid"])

    def test_lists_and_statement_agree(self):
        for text, mistake in (("-- x\n-- in: a id\nSELECT 1\n", "is not used: a"), ("-- x\nSELECT :a\n", ":a is not among"),
                              ("-- x\n-- in: a id\nSELECT $1\n", "numbers none"), ("-- x\n-- in: a uuid\nSELECT :a\n", "cannot read"),
                              ("-- x\n-- in: a id, a id\nSELECT :a\n", "in twice: a"), ("-- x\n-- in: a_time time, a time\nSELECT :a", "twice")):
            with self.subTest(text=text), tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
                file.write(text)
                file.flush()
                with self.assertRaisesRegex(query_file.Mistake, mistake):
                    query_file.Query(file.name).numbered()

    def test_no_position_is_written_by_hand(self):
        mistakes = []
        for path in glob.glob("*/**/*.[ch]", recursive=True):
            if path.split("/")[0] not in CONTEXTS:
                continue
            with open(path, encoding="utf-8") as file:
                text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
            mistakes += ["%s: %s" % (path, found.group()) for found in BY_HAND.finditer(text)]
            if "/store/" not in path and not path.endswith("/main.c"):  # which names the migrations
                mistakes += ["%s runs a query; only rows leave the store" % path for _ in QUERIES.finditer(text)]
        self.assertEqual(mistakes, [])

    def test_no_name_within_texts_and_comments(self):
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write("-- :x\n-- in: a time\nSELECT ':a $1', \"b:a\", now()::text -- :a\n  WHERE :a = now()\n")
            file.flush()
            self.assertEqual(query_file.Query(file.name).text,
                             "-- :x\nSELECT ':a $1', \"b:a\", now()::text -- :a\n  WHERE $1::timestamptz = now()")


for each in CONTEXTS:
    setattr(Queries, "test_" + each, lambda self, name=each: self.check(name))

if __name__ == "__main__":
    unittest.main()
