"""Every statement of every context is planned once and kept: it reaches each row along the index that accesses.txt names, whatever the
planner knows of the tables (findings P1 and F1). A statement that is not in accesses.txt fails; `plan_test.py --print` writes it anew.

A line is: context statement index(columns that bound it) …. In front of an index: * all rows of the table are read along it, and a
reason must stand behind."""
import glob
import json
import os
import re
import subprocess
import sys
import unittest
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
from service import POSTGRES, ROOT  # noqa: E402

CONTEXTS = ("gateway", "identity", "ledger", "payments", "sharing")
ACCESSES = os.path.join(HERE, "accesses.txt")
ROWS = 10000


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def session_options():
    """What a connection sets, taken from where it is said."""
    options = re.search(r"#define PLANS\b((?:.*\\\n)*.*)", read("runtime", "database", "connector.c")).group(1)
    found = re.findall(r"-c (\w+)=(\w+)", options)
    assert found
    return "".join("SET %s = %s; " % option for option in found)


def statements(context):
    """Name and text of each, the runtime's in the context's schema too."""
    found = {}
    for folder in ("runtime/database", context + "/store"):
        for path in sorted(glob.glob(os.path.join(ROOT, folder, "queries", "*.sql"))):
            found[os.path.splitext(os.path.basename(path))[0]] = read(path)
    return found


class Database:
    """A context's tables, as its migrations make them."""

    def __init__(self, context):
        self.context, self.name = context, "kontor_test_plans_%s" % uuid.uuid4().hex[:12]
        self.run("postgres", 'CREATE DATABASE "%s"' % self.name)
        folders = ("runtime/database", context + "/store")
        files = [path for folder in folders for path in sorted(glob.glob(os.path.join(ROOT, folder, "migrations", "*.sql")))]
        self.sql("CREATE SCHEMA %s; SET search_path = %s; %s" % (context, context, "\n".join(read(path) + ";" for path in files)))

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
        sql = "SET session_replication_role = replica; SELECT setseed(0.5); "
        for table in self.tables():
            checks = self.sql("SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = '%s'::regclass" % table).split()
            sql += "".join("ALTER TABLE %s DROP CONSTRAINT %s; " % (table, name) for name in checks)
            columns = [line.split("|") for line in self.sql(
                "SELECT attname, format_type(atttypid, NULL), attnotnull FROM pg_attribute WHERE attrelid = '%s'::regclass AND attnum > 0"
                " AND NOT attisdropped ORDER BY attnum" % table).split("\n") if line]
            sql += "INSERT INTO %s SELECT %s FROM generate_series(1, %d) AS n ON CONFLICT DO NOTHING; " % (
                table, ", ".join(self.value(*column) for column in columns), rows)
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
        prepare += "".join("PREPARE %s AS %s;\n" % (name, text) for name, text in texts.items())
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
    if kind in ("Index Scan", "Index Only Scan", "Bitmap Index Scan"):
        index = plan["Index Name"]
        bounded = [column for column in columns[index] if re.search(r"\b%s\b" % column, condition)]
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
                columns = database.index_columns()
                yield state, {name: " ".join(sorted(set(accesses(plan, columns)))) for name, plan in database.plans().items()}
        finally:
            database.drop()


def meant():
    found = {}
    with open(ACCESSES, encoding="utf-8") as file:
        for line in file:
            line, _, reason = line.rstrip("\n").partition(" -- ")
            if line:
                context, name, along = (line.split(" ", 2) + [""])[:3]
                found.setdefault(context, {})[name] = (along, reason)
    return found
