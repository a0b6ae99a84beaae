"""The pages of the house name what is there: every link leads somewhere, every file, folder and test that a page names in backticks exists,
and so does all that is said to show a guarantee. Decisions tell what was true on their day: of them the links, and the files that they name
with their place in the house."""
import glob
import os
import re
import unittest

PAGES = sorted(["README.md", "ARCHITECTURE.md", *glob.glob("docs/*.md"), *glob.glob("docs/operations/*.md"), *glob.glob("*/README.md"), *glob.glob("*/*/README.md")])
DECISIONS = sorted(glob.glob("docs/decisions/*.md"))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
QUOTED = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
FILE = re.compile(r"[\w./*…-]*\w\.(?:c|h|py|sh|proto|sql|md|csv|txt|cfg|json|binpb)")
FOLDER = re.compile(r"(?:[\w-]+/)+")
TEST = re.compile(r"(?:(\w+)\.)?(test_\w+)")
MADE = re.compile(r"(?:build|var)/|client\.py$")  # by a build, by a run, by the reader of a page


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def tree():
    """Every file and folder of the house, none that a build or a run has made."""
    for at, folders, names in os.walk("."):
        folders[:] = [name for name in folders if name not in ("build", "var", ".git", "__pycache__")]
        yield from (os.path.relpath(os.path.join(at, name)) for name in names)
        yield from (os.path.relpath(os.path.join(at, name)) + "/" for name in folders)


class Names:
    """Files, folders, tests and services that a page may name."""

    def __init__(self):
        self.paths = list(tree())
        code = "".join(read(path) for path in self.paths if path.startswith("tests/") and path.endswith((".py", ".c", ".h")))
        code += "".join(read(path) for path in self.paths if path.startswith("proto/") and path.endswith(".proto"))
        self.tests, self.classes = set(re.findall(r"(?:\bdef |^static inline void )(\w+)", code, re.M)), set(re.findall(r"^(?:class|service) (\w+)", code, re.M))
        self.suites = {re.sub(r"_test\.\w+$", "", path.removeprefix("tests/")).replace("/", ".") for path in self.paths if "_test." in path}

    def has_path(self, text):
        pattern = re.compile(r"(?:.*/)?" + re.escape(text).replace(r"\*", ".*").replace("…", ".*"))
        return any(pattern.fullmatch(path) for path in self.paths)

    def has_test(self, text):
        named = TEST.fullmatch(text)
        return bool(named and named[2] in self.tests and (named[1] is None or named[1] in self.classes))

    def lacks(self, text):
        """Whether it names a file, a folder or a test that is not there."""
        if FILE.fullmatch(text) or FOLDER.fullmatch(text):
            return not MADE.match(text) and not self.has_path(text)
        return bool(TEST.fullmatch(text)) and not self.has_test(text)

    def shows(self, text):
        """Whether it is there to show a guarantee."""
        return text in self.classes | self.tests | self.suites or self.has_test(text) or self.has_path(text) or self.has_path(text + "/")


class DocsTest(unittest.TestCase):
    def test_every_link_leads_somewhere(self):
        for page in PAGES + DECISIONS:
            for target in LINK.findall(read(page)):
                if not target.startswith(("http://", "https://", "mailto:")):
                    self.assertTrue(os.path.exists(os.path.join(os.path.dirname(page), target)), "%s: %s" % (page, target))

    def test_all_that_a_page_names_is_there(self):
        names = Names()
        self.assertEqual([(page, quoted) for page in PAGES for quoted in QUOTED.findall(read(page)) if names.lacks(quoted)], [])

    def test_what_a_page_compiles_is_whole(self):
        """A file that protoc is told to compile imports nothing of ours that it is not told to."""
        lines = [(page, folders.split(",")) for page in PAGES for folders in re.findall(r"python_out=\S+ proto/\{(\S+)\}/\*\.proto", read(page))]
        self.assertGreater(len(lines), 1)
        for page, folders in lines:
            files = [path for folder in folders for path in glob.glob("proto/%s/*.proto" % folder)]
            needed = {name for path in files for name in re.findall(r'^import "(.*)";', read(path), re.M) if os.path.exists("proto/" + name)}
            self.assertEqual(sorted(needed - {path.removeprefix("proto/") for path in files}), [], page)

    def test_a_file_that_a_decision_names_is_there(self):
        files = [(page, quoted) for page in DECISIONS for quoted in QUOTED.findall(read(page)) if FILE.fullmatch(quoted)]
        placed = [(page, path) for page, path in files if os.path.isdir(path.partition("/")[0]) and not MADE.match(path)]
        self.assertGreater(len(placed), 3)
        self.assertEqual([(page, path) for page, path in placed if not glob.glob(path)], [])

    def test_all_that_shows_a_guarantee_is_there(self):
        names = Names()
        rows = [line.rstrip("|").rsplit("|", 1)[1] for line in read("docs/GUARANTEES.md").split("\n") if line.startswith("|")]
        shown = [quoted for row in rows for quoted in QUOTED.findall(row)]
        self.assertGreater(len(shown), 60)
        self.assertEqual([quoted for quoted in shown if not names.shows(quoted)], [])


if __name__ == "__main__":
    unittest.main()
