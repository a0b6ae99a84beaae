"""Migrations only expand, so that programs one version older go on (docs/operations/upgrade.md). One that contracts names the last version that
must not run any more, and may be part of a release only when that version's successor is out. Those in before.txt are older than the rule."""
import glob
import os
import re
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CONTRACTS = re.compile(r"\A-- Contracts after (\d+)\.(\d+)\.(\d+): .+")
# An older program cannot live with these. A table that is made in the same file is new to everybody: see made().
TAKES = (
    ("drops or renames", r"ALTER TABLE (?:IF EXISTS |ONLY )?(\S+)[^;]*?\b(?:DROP (?!DEFAULT)(?:COLUMN|CONSTRAINT|\w+)|RENAME)\b"),
    ("drops", r"DROP (?:TABLE|VIEW|SEQUENCE|TYPE|FUNCTION|SCHEMA|INDEX) (?:IF EXISTS )?(\S+?)[;,\s]"),
    ("renames", r"ALTER (?:INDEX|VIEW|SEQUENCE|TYPE|SCHEMA) (\S+)[^;]*?\bRENAME\b"),
    ("wants a value that older programs do not give", r"ALTER TABLE (?:ONLY )?(\S+)[^;]*?\bSET NOT NULL\b"),
    ("wants a value that older programs do not give", r"ALTER TABLE (?:ONLY )?(\S+)[^;]*?\bADD COLUMN (?:(?!\bADD COLUMN\b|\bDEFAULT\b|\bGENERATED\b)[^;])*?\bNOT NULL\b(?!\s+(?:DEFAULT|GENERATED))"),
    ("has another type", r"ALTER TABLE (?:ONLY )?(\S+)[^;]*?\bALTER (?:COLUMN )?\S+ (?:SET DATA )?TYPE\b"),
    ("allows less", r"ALTER TABLE (?:ONLY )?(\S+)[^;]*?\bADD (?:CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)\b"),
    ("allows less", r"CREATE UNIQUE INDEX \S+\s+ON (\S+)"),
    ("allows less", r"REVOKE [^;]*? ON (?:TABLE )?(\S+)"),
    ("rewrites rows", r"UPDATE (\S+) SET"),
    ("removes rows", r"(?:DELETE FROM|TRUNCATE(?: TABLE)?) (?!ON\b)(\S+)"),
)


def made(sql):
    return {name.strip('"(') for name in re.findall(r"CREATE (?:TABLE|VIEW) (?:IF NOT EXISTS )?(\S+)", sql)}


def plain(text):
    return re.sub(r"\s+", " ", re.sub(r"--[^\n]*", "", text))


def values(words):
    return set(re.findall(r"'([^']*)'", words))


WIDENED = r"ALTER TABLE (?P<table>\w+) DROP CONSTRAINT (?P<name>\w+), ADD CONSTRAINT (?P=name) CHECK "
OF_LIST = r"\(\w+ IN \((?P<allowed>[^()]*)\)\)"


def allowed_before(name, earlier):
    was = re.findall(r"CONSTRAINT %s CHECK \(\w+ IN \(([^()]*)\)\)" % name, earlier)
    return values(was[-1]) if was else None


def new_values(sql, earlier):
    """Those that a wider constraint of this file allows for the first time."""
    return set().union(*(values(match["allowed"]) - (allowed_before(match["name"], earlier) or set()) for match in re.finditer(WIDENED + OF_LIST, sql)))


def without_harmless(sql, earlier):
    """Less what takes nothing: a constraint made anew that allows all it allowed and more, an index that is made anew at once, and rows given a
    column that is new to all."""
    def widens(match):
        was = allowed_before(match["name"], earlier)
        return "ALTER TABLE %s" % match["table"] if was and was <= values(match["allowed"]) else match[0]

    def excuses(match):
        was = re.findall(r"CONSTRAINT %s CHECK \(((?:[^()]|\([^()]*\))*)\)" % match["name"], earlier)
        return "ALTER TABLE %s" % match["table"] if was and match["allowed"].startswith(was[-1] + " OR ") else match[0]

    def remakes(match):
        return "" if "CREATE INDEX %s ON " % match["name"] in earlier else match[0]

    def covers(match):
        """One of a kind, as before and among rows in states that are new to all."""
        was = re.findall(r"CREATE UNIQUE INDEX %s ON %s WHERE %s (?:= |IN )([^;]*);" % (match["name"], re.escape(match["of"]), match["state"]), earlier)
        return "" if was and values(was[-1]) <= values(match["kept"]) <= values(was[-1]) | new_values(sql, earlier) else match[0]

    def fills(match):
        return "" if re.search(r"ALTER TABLE %s\b[^;]*?\bADD COLUMN %s\b" % (match["table"], match["column"]), sql) else match[0]

    sql = re.sub(r"DROP INDEX (?P<name>\w+); (?=CREATE INDEX (?P=name) ON )", remakes, sql)
    sql = re.sub(r"DROP INDEX (?P<name>\w+); CREATE UNIQUE INDEX (?P=name) ON (?P<of>\w+ \([^()]*\)) WHERE (?P<state>\w+) IN (?P<kept>\([^()]*\));", covers, sql)
    sql = re.sub(r"UPDATE (?P<table>\w+) SET (?P<column>\w+) = (?:\([^;]*\)|[^;,]*)(?=;)", fills, sql)
    sql = re.sub(WIDENED + OF_LIST, widens, sql)
    return re.sub(WIDENED + r"\((?P<allowed>(?:[^()]|\([^()]*\))*)\)", excuses, sql)


def contracts(text, earlier=""):
    """All that a migration takes from programs of before, as sentences."""
    sql = without_harmless(plain(text), plain(earlier))
    new = made(sql)
    return ["%s: %s" % (match.group(1).strip('";,('), what) for what, pattern in TAKES for match in re.finditer(pattern, sql)
            if match.group(1).strip('";,(') not in new]


def version():
    with open(os.path.join(ROOT, "CMakeLists.txt"), encoding="utf-8") as file:
        return tuple(int(part) for part in re.search(r"project\(kontor VERSION (\d+)\.(\d+)\.(\d+)", file.read()).groups())


def complaint(text, now, earlier=""):
    """Why a migration may not be part of a release of the version, after the earlier ones of its context; None when it may."""
    takes, said = contracts(text, earlier), CONTRACTS.match(text)
    if takes and not said:
        return "; ".join(takes) + ": expand only, or say `-- Contracts after VERSION: …` in the first line"
    after = tuple(int(part) for part in said.groups()) if said else None
    # N+1 serves beside N: what N reads may go in N+2, so at least one release lies between
    if after and not after[:2] < (now[0], now[1] - 1) and not after[0] < now[0]:
        return "it may contract only when programs of %d.%d are two releases old, and this is %d.%d" % (*after[:2], *now[:2])
    return None


class Expand(unittest.TestCase):
    def test_migrations_since_the_rule_only_expand(self):
        with open(os.path.join(ROOT, "tests", "upgrade", "before.txt"), encoding="utf-8") as file:
            before = set(file.read().split())
        found = {os.path.relpath(path, ROOT) for path in glob.glob(os.path.join(ROOT, "*/store/migrations/*.sql"))
                 + glob.glob(os.path.join(ROOT, "runtime/database/migrations/*.sql"))}
        self.assertEqual(before - found, set(), "an old migration is never taken away")
        earlier = {}
        for path in sorted(found):
            context = path.split(os.sep)[0]
            with self.subTest(path), open(os.path.join(ROOT, path), encoding="utf-8") as file:
                text = file.read()
                if path not in before:
                    self.assertIsNone(complaint(text, version(), earlier.get(context, "")))
            earlier[context] = earlier.get(context, "") + text

    def test_what_the_rule_sees(self):
        for takes in ("ALTER TABLE a DROP COLUMN b;", "ALTER TABLE a DROP b;", "ALTER TABLE a RENAME COLUMN b TO c;", "ALTER TABLE a RENAME TO b;",
                      "DROP TABLE a;", "DROP VIEW a;", "DROP INDEX a;", "ALTER TABLE a ALTER COLUMN b SET NOT NULL;", "ALTER TABLE a ADD COLUMN b text NOT NULL;",
                      "ALTER TABLE a ADD COLUMN c text, ADD COLUMN b text NOT NULL;", "ALTER TABLE a ALTER b TYPE bigint;",
                      "ALTER TABLE a ADD CONSTRAINT b CHECK (c > 0);", "CREATE UNIQUE INDEX b ON a (c);", "REVOKE UPDATE ON a FROM PUBLIC;",
                      "UPDATE a SET b = 1;", "DELETE FROM a;", "TRUNCATE a;", "-- harmless, it says\nDROP TABLE a;"):
            self.assertIsNotNone(complaint(takes, (0, 1, 0)), takes)
        for adds in ("CREATE TABLE a (b text NOT NULL); CREATE UNIQUE INDEX c ON a (b); REVOKE UPDATE, TRUNCATE ON a FROM PUBLIC;", "ALTER TABLE a ADD COLUMN b text;",
                     "ALTER TABLE a ADD COLUMN b text NOT NULL DEFAULT '';", "CREATE INDEX b ON a (c);", "CREATE VIEW a AS SELECT 1;",
                     "ALTER TABLE a ALTER COLUMN b SET DEFAULT 1;", "-- DROP TABLE a;\nCREATE TABLE b (c text);"):
            self.assertIsNone(complaint(adds, (0, 1, 0)), adds)

    def test_a_wider_constraint_and_a_filled_new_column_take_nothing(self):
        earlier = "CREATE TABLE a (b text CONSTRAINT b_is_known CHECK (b IN ('X', 'Y')));"
        for allowed, harmless in (("'X', 'Y', 'Z'", True), ("'X', 'Y'", True), ("'X', 'Z'", False)):
            wider = "ALTER TABLE a DROP CONSTRAINT b_is_known, ADD CONSTRAINT b_is_known CHECK (b IN (%s))" % allowed
            self.assertEqual(complaint(wider + ", ADD COLUMN c text;", (0, 1, 0), earlier) is None, harmless, allowed)
            self.assertIsNotNone(complaint(wider + ", DROP COLUMN b;", (0, 1, 0), earlier), allowed)
            self.assertIsNotNone(complaint(wider + ";", (0, 1, 0), ""), "of a constraint that nobody knows")
        earlier = "CREATE TABLE a (b text, CONSTRAINT b_or_c CHECK (b OR c IS NOT NULL));"
        for allowed, harmless in (("b OR c IS NOT NULL OR d IS NOT NULL", True), ("b OR d IS NOT NULL", False), ("b OR c IS NOT NULL AND d", False)):
            other = "ALTER TABLE a DROP CONSTRAINT b_or_c, ADD CONSTRAINT b_or_c CHECK (%s);" % allowed
            self.assertEqual(complaint(other, (0, 1, 0), earlier) is None, harmless, allowed)
            self.assertIsNotNone(complaint(other, (0, 1, 0), ""), allowed)
        fills = "UPDATE a SET c = (SELECT 1 WHERE a.b = 'X');"
        self.assertIsNone(complaint("ALTER TABLE a ADD COLUMN c text; " + fills, (0, 1, 0)))
        for takes in (fills, "ALTER TABLE a ADD COLUMN d text; " + fills, "ALTER TABLE d ADD COLUMN c text; " + fills,
                      "ALTER TABLE a ADD COLUMN c text; UPDATE a SET c = 1, b = 2;"):
            self.assertIsNotNone(complaint(takes, (0, 1, 0)), takes)

    def test_an_index_that_is_made_anew_takes_nothing(self):
        for earlier, made, harmless in (("INDEX b ON a (c);", "INDEX b ON a (d)", True), ("INDEX b ON a (c);", "INDEX e ON a (d)", False),
                                        ("UNIQUE INDEX b ON a (c);", "INDEX b ON a (c)", False), ("INDEX b ON a (c);", "UNIQUE INDEX b ON a (c)", False)):
            self.assertEqual(complaint("DROP INDEX b;\nCREATE %s;" % made, (0, 1, 0), "CREATE " + earlier) is None, harmless, made)

    def test_a_unique_index_may_cover_states_that_are_new_to_all(self):
        earlier = """CREATE TABLE a (b text CONSTRAINT b_is_known CHECK (b IN ('X', 'Y')));
                     CREATE UNIQUE INDEX one_open ON a (c) WHERE b = 'X';"""
        for states, harmless in (("'X', 'Z'", True), ("'X', 'Y'", False), ("'Z'", False), ("'X', 'W'", False)):
            anew = """ALTER TABLE a DROP CONSTRAINT b_is_known, ADD CONSTRAINT b_is_known CHECK (b IN ('X', 'Y', 'Z'));
                      DROP INDEX one_open; CREATE UNIQUE INDEX one_open ON a (c) WHERE b IN (%s);""" % states
            self.assertEqual(complaint(anew, (0, 1, 0), earlier) is None, harmless, states)
            self.assertIsNotNone(complaint(anew.replace("a (c)", "a (d)"), (0, 1, 0), earlier), "other columns")
            self.assertIsNotNone(complaint(anew, (0, 1, 0), earlier.replace("UNIQUE ", "")), "of one that was not unique")

    def test_when_a_contracting_one_may_come(self):
        sql = "-- Contracts after 0.2.0: nobody reads a.\nDROP TABLE a;"
        for now, allowed in (((0, 2, 0), False), ((0, 3, 0), False), ((0, 4, 0), True), ((1, 0, 0), True)):
            self.assertEqual(complaint(sql, now) is None, allowed, now)


if __name__ == "__main__":
    unittest.main()
