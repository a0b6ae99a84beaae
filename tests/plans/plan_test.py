"""Every statement of every context is planned once and kept: it comes to its rows as accesses.txt says, whatever the planner knows of the
tables (findings P1 and F1). A statement that accesses.txt does not name fails; with KONTOR_PLANS=write the file is written anew, to be read
before it is kept.

A line is: context.statement, then each index with the columns that bound what is read of it; tid:table, where rows are changed where they
lie; a|b, where it may be either. An index without a bound, marked *, is read whole: a reason stands behind --."""
import glob
import json
import os
import re
import subprocess
import sys
import unittest
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "support"), os.path.join(HERE, "..", "..", "cmake")]
from query_file import read_queries  # noqa: E402
from service import POSTGRES, ROOT  # noqa: E402

CONTEXTS = ("gateway", "identity", "ledger", "payments", "sharing")
ACCESSES = os.path.join(HERE, "accesses.txt")
ROWS = 10000  # of as many companies


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def session_options():
    """The settings of a connection, taken from where they are said."""
    options = re.search(r"#define PLAN_OPTIONS\b((?:.*\\\n)*.*)", read("runtime", "database", "plan_options.h")).group(1)
    found = re.findall(r"-c (\w+)=(\w+)", options)
    assert found
    return "".join("SET %s = %s; " % option for option in found)


def statements(context):
    """Name and text of each, the runtime's in the context's schema too."""
    folders = [os.path.join(ROOT, folder) for folder in ("runtime/database", context + "/store")]
    return {name: query.text for folder in folders for name, query in read_queries(folder).items()}


class Database:
    """A context's tables, as its migrations make them."""

    def __init__(self, context):
        self.context, self.name = context, "kontor_test_plans_%s" % uuid.uuid4().hex[:12]
        self.run("postgres", 'CREATE DATABASE "%s"' % self.name)
        folders = ("runtime/database", context + "/store")
        files = [path for folder in folders for path in sorted(glob.glob(os.path.join(ROOT, folder, "migrations", "*.sql")))]
        self.sql("CREATE SCHEMA %s; SET search_path = %s; %s" % (context, context, "\n".join("BEGIN; %s; COMMIT;" % read(path) for path in files)))
        self.columns = self.index_columns()

    @staticmethod
    def run(database, sql):
        done = subprocess.run(["psql", "-h", POSTGRES, "-U", "postgres", "-d", database, "-qtAX", "-v", "ON_ERROR_STOP=1"], input=sql,
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(done.stderr[-3000:])
        return done.stdout

    def sql(self, sql):
        return self.run(self.name, "SET search_path = %s; %s" % (self.context, sql))

    def drop(self):
        self.run("postgres", 'DROP DATABASE "%s" WITH (FORCE)' % self.name)

    def tables(self):
        return self.sql("SELECT tablename FROM pg_tables WHERE schemaname = '%s' ORDER BY 1" % self.context).split()

    def fill(self, rows):
        """Rows of a plausible shape: every column of its own, and a fifth of all in one company's and one account's hands."""
        checks = self.sql("SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c' AND connamespace = '%s'::regnamespace"
                          % self.context)
        sql = "SET session_replication_role = replica; " + "".join(
            "ALTER TABLE %s DROP CONSTRAINT %s; " % tuple(line.split("|")) for line in checks.split())
        columns = {}
        for line in self.sql("SELECT attrelid::regclass, attname, attnotnull, format_type(atttypid, NULL) FROM pg_attribute JOIN pg_class ON"
                             " pg_class.oid = attrelid WHERE relkind = 'r' AND relnamespace = '%s'::regnamespace AND attnum > 0 AND NOT"
                             " attisdropped ORDER BY attrelid, attnum" % self.context).split("\n"):
            if line:
                table, name, not_null, kind = line.split("|")
                columns.setdefault(table, []).append(self.value(name, kind, not_null))
        for table, values in columns.items():
            sql += "INSERT INTO %s SELECT %s FROM generate_series(1, %d) AS n ON CONFLICT DO NOTHING; " % (table, ", ".join(values), rows)
        self.sql(sql)

    @staticmethod
    def value(name, kind, not_null):
        if kind.endswith("[]"):
            return "'{}'::%s" % kind
        value = {"uuid": "CASE WHEN n % 5 = 0 AND '{0}' IN ('company_id', 'account_id') THEN '00000000-0000-7000-8000-000000000001'::uuid"
                         " ELSE md5('{0}' || n)::uuid END",
                 "bigint": "n", "integer": "n", "smallint": "1 + n % 8", "text": "md5(n::text)", "bytea": "decode(md5(n::text), 'hex')",
                 "boolean": "n % 2 = 0", "timestamp with time zone": "now() - n * interval '1 minute'", "xid8": "n::text::xid8"}[kind]
        value = value.replace("{0}", name)
        return value if not_null == "t" else "CASE WHEN n %% 3 <> 0 THEN %s END" % value

    def plans(self):
        """The plan of each statement, as a connection makes and keeps it."""
        texts = statements(self.context)
        prepare = "SET search_path = %s; %s" % (self.context, session_options())
        prepare += "".join("PREPARE %s AS %s\n;\n" % (name, text) for name, text in texts.items())
        types = dict(line.split("|", 1) for line in self.run(self.name, prepare + "SELECT name, array_to_string(parameter_types, ',') FROM"
                                                             " pg_prepared_statements").split("\n") if line)
        explain = "".join("%s\\echo >>> %s\nEXPLAIN (FORMAT JSON) EXECUTE %s%s;\n" % (
            self.mode(name), name, name, "(%s)" % ", ".join("NULL::" + kind for kind in types[name].split(",")) if types[name] else "")
            for name in sorted(texts, key=self.mode))
        parts = re.split(r"^>>> (\w+)\n", self.run(self.name, prepare + explain), flags=re.M)[1:]
        return {name: json.loads(plan)[0]["Plan"] for name, plan in zip(parts[::2], parts[1::2])}

    def mode(self, name):
        """The audit's folds are planned under settings of their own."""
        folds = self.context == "ledger" and name.startswith("audit_") and name not in ("audit_chain", "audit_companies", "audit_company",
                                                                                        "audit_fold")
        return re.sub(r"true\)", "false)", statements("ledger")["audit_fold"]) + "\\g /dev/null\n" if folds else ""

    def index_columns(self):
        rows = self.sql("SELECT index.relname, attname FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid JOIN pg_attribute ON"
                        " attrelid = indexrelid JOIN pg_class AS t ON t.oid = indrelid WHERE t.relnamespace = '%s'::regnamespace"
                        " ORDER BY 1, attnum" % self.context)
        found = {}
        for line in rows.split():
            index, column = line.split("|")
            found.setdefault(index, []).append(column)
        return found


def accesses(plan, columns):
    """How a plan comes to the rows of each table."""
    found = []
    kind, condition = plan["Node Type"], plan.get("Index Cond", "")
    if plan.get("Index Name", plan.get("Relation Name", "")).startswith("pg_"):
        kind = "of PostgreSQL's own catalogue"
    if kind in ("Index Scan", "Index Only Scan", "Bitmap Index Scan"):
        index = plan["Index Name"]
        bounded = [column for column in columns[index] if re.search(r"\b%s\b" % column, condition) or (condition and column == "expr")]
        found.append("%s%s(%s)" % ("" if columns[index][0] in bounded else "*", index, ",".join(bounded)))
    elif kind == "Tid Scan":
        found.append("tid:" + plan["Relation Name"])
    elif kind in ("Seq Scan", "Sample Scan", "Tid Range Scan"):
        found.append("*" + plan["Relation Name"])
    for child in plan.get("Plans", []):
        found += accesses(child, columns)
    return found


def in_each_state(context):
    """(what the planner knows, {statement: accesses}) one after the other."""
    for states in (("never vacuumed", ""), ("vacuumed while empty", "VACUUM"), ("analyzed while empty", "ANALYZE"), ("one row, analyzed", 1),
                   ("stale: known as one row", ROWS), ("many rows, analyzed", "VACUUM ANALYZE")), (("many rows, no statistics", ROWS),):
        database = Database(context)
        try:
            database.sql("".join("ALTER TABLE %s SET (autovacuum_enabled = off); " % table for table in database.tables()))
            for state, change in states:
                if isinstance(change, int):
                    database.fill(change)
                elif change:
                    database.run(database.name, change)
                if change == 1:
                    database.run(database.name, "ANALYZE")
                yield state, {name: " ".join(sorted(set(accesses(plan, database.columns)))) for name, plan in database.plans().items()}
        finally:
            database.drop()


def meant():
    """{context.statement: (accesses, reason)}"""
    found = {}
    with open(ACCESSES, encoding="utf-8") as file:
        for line in file:
            line, _, reason = line.rstrip("\n").partition(" -- ")
            name, _, along = line.partition(" ")
            found[name] = (along.strip(), reason.strip())
    return found


def is_meant(along, expected):
    """Each access is one of those expected, and of each expectation there is one."""
    wanted = [set(each.split("|")) for each in expected.split()]
    return all(any(each in alternatives for alternatives in wanted) for each in along.split()) and \
        all(alternatives & set(along.split()) for alternatives in wanted)


class Plans(unittest.TestCase):
    def look_at(self, context):
        expected, unmeant = meant(), []
        for state, found in in_each_state(context):
            for name, along in found.items():
                key = context + "." + name
                if key not in expected or not is_meant(along, expected[key][0]):
                    unmeant.append("%s %s -- %s" % (key, along, state))
        self.assertEqual(unmeant, [], "%s says otherwise; see the head of %s" % (os.path.relpath(ACCESSES, ROOT), os.path.basename(__file__)))

    def test_whatever_is_read_whole_has_a_reason(self):
        for name, (along, reason) in meant().items():
            self.assertEqual("*" in along, reason != "", name)

    def test_each_statement_says_what_it_is_for(self):
        for context in CONTEXTS:
            for name, text in statements(context).items():
                self.assertRegex(text, r'\A-- [A-Z"]', name)

    def test_no_line_without_its_statement(self):
        names = ["%s.%s" % (context, name) for context in CONTEXTS for name in statements(context)]
        self.assertEqual(sorted(meant()), sorted(names))


for each_context in CONTEXTS:
    setattr(Plans, "test_" + each_context, lambda self, context=each_context: self.look_at(context))


def write():
    """The findings, with the reasons that stand there already; where it differs from state to state, all of it."""
    reasons, lines = {name: reason for name, (_, reason) in meant().items()} if os.path.exists(ACCESSES) else {}, []
    for context in CONTEXTS:
        every = {}
        for _, found in in_each_state(context):
            for name, along in found.items():
                every.setdefault(name, []).append(set(along.split()))
        for name, sets in sorted(every.items()):
            always = set.intersection(*sets)
            sometimes = sorted(set.union(*sets) - always)
            key, along = context + "." + name, sorted(always) + (["|".join(sometimes)] if sometimes else [])
            lines.append(" ".join([key] + along) + (" -- " + reasons[key] if reasons.get(key) else ""))
    with open(ACCESSES, "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))


if __name__ == "__main__":
    if os.environ.get("KONTOR_PLANS") == "write":
        write()
    else:
        unittest.main()
