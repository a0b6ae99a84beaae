"""Every table has its row in docs/growth.md, which says what bounds it, and no row there is of a table that is no more."""
import glob
import re
import sys

CONTEXTS = ("identity", "payments", "ledger", "sharing", "gateway")


def made(folder):
    """Tables that the migrations of a folder make and do not drop."""
    tables = {"migration"} if folder.startswith("runtime") else set()
    for path in sorted(glob.glob(folder + "/migrations/*.sql")):
        with open(path, encoding="utf-8") as file:
            sql = re.sub(r"--[^\n]*", "", file.read())
        for word, name, renamed in re.findall(r"\b(CREATE|DROP|ALTER) TABLE (?:IF (?:NOT )?EXISTS )?(?:ONLY )?(?:\w+\.)?(\w+)(?:\s+RENAME TO (\w+))?", sql):
            if word == "CREATE":
                tables.add(name)
            elif word == "DROP":
                tables.discard(name)
            elif renamed:
                tables = tables - {name} | {renamed}
    return tables


def told():
    """The page's rows as {who: tables}."""
    tables = {}
    with open("docs/growth.md", encoding="utf-8") as file:
        for who, names in re.findall(r"^\| (every schema|\w+):? ((?:`\w+`(?:, )?)+) \|", file.read(), re.M):
            tables.setdefault(who, set()).update(re.findall(r"`(\w+)`", names))
    return tables


page, mistakes = told(), []
for who, folder in [("every schema", "runtime/database")] + [(context, context + "/store") for context in CONTEXTS]:
    mistakes += ["docs/growth.md does not say what bounds %s %s" % (who, name) for name in sorted(made(folder) - page.get(who, set()))]
    mistakes += ["docs/growth.md tells of %s %s, which is no more" % (who, name) for name in sorted(page.get(who, set()) - made(folder))]
print("\n".join(mistakes) or "%d tables have a bound or a reason" % sum(len(names) for names in page.values()))
sys.exit(bool(mistakes))
