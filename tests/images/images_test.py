"""The images hold what they should and nothing else, run without any right, and are the same when they are made again elsewhere."""
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import container
import tool

tool.modules("cyclonedx")
PROGRAMS = {
    "kontor": {"bin/" + name for name in ("kontor", "kontor-identity", "kontor-payments", "kontor-ledger", "kontor-sharing", "kontor-gateway", "kontor-bench", "kontor-load")},
    "kontor-front": {"bin/haproxy"},
    "kontor-development": {"bin/python3", "bin/sh", "usr/lib/postgresql/15/bin/initdb", "usr/lib/postgresql/15/bin/postgres"},
}
LEAN = ("kontor", "kontor-front")  # no shell, no interpreter
COMPRESSED_MAX = {"kontor": 44_000_000, "kontor-front": 12_000_000, "kontor-development": 50_000_000}
WHOLE_MAX = {"kontor": 110_000_000, "kontor-front": 25_000_000, "kontor-development": 180_000_000}
STOP = {"kontor": None, "kontor-front": "SIGUSR1", "kontor-development": "SIGINT"}
OURS = {"kontor": set(), "kontor-front": {"etc/haproxy/haproxy.cfg"}}  # beside the programs and who the user is
SBOM = "usr/share/kontor/sbom.cdx.json"
LIBRARY = re.compile(r"lib(64)?/([\w.+-]+/)?[\w.+-]+\.so(\.[\w.]+)?$")


def of_commit(*words):
    return subprocess.run(["git", *words], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def needed(content):
    """The libraries that a program or a library asks for, as readelf tells."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        told = subprocess.run(["readelf", "-dW", file.name], check=True, stdout=subprocess.PIPE, text=True).stdout
    return set(re.findall(r"\(NEEDED\).*\[(.*)\]", told))


def packages(sbom):
    return {component["name"]: component for component in sbom["components"]}


def named_files(component):
    yield from ((file["name"], file["hashes"]) for file in component.get("components", ()))


@tool.needs("containers")
@unittest.skipIf(os.geteuid() != 0, "needs root: containers without it are another matter")
class ImagesTest(unittest.TestCase):
    def each(self):
        return [(name, container.image(name)) for name in PROGRAMS]

    def sbom(self, image):
        return json.loads(image.content[SBOM])

    # ---- what is inside ----

    def test_only_our_programs_can_be_run(self):
        for name, image in self.each():
            runnable = {path for path, head in image.files.items() if head.isreg() and head.mode & 0o111}
            loaders = {path for path in runnable if "/ld-linux" in path}
            self.assertEqual(runnable - loaders, PROGRAMS[name])
            self.assertEqual(len(loaders), 1)

    def test_everything_is_roots_and_nobody_may_write(self):
        for _, image in self.each():
            for path, head in image.files.items():
                self.assertEqual((head.uid, head.gid), (0, 0), path)
                self.assertTrue(head.isreg() or head.isdir() or head.issym(), path)
                if path == "tmp":
                    self.assertEqual(head.mode & 0o7777, 0o1777)
                elif not head.issym():
                    self.assertEqual(head.mode & 0o7022, 0, path)
            self.assertIn("tmp", image.files)

    def test_there_are_the_libraries_that_are_needed_and_no_others(self):
        for name, image in self.each():
            elf = {path: needed(content) for path, content in image.content.items() if content[:4] == b"\x7fELF"}
            libraries = {os.path.basename(path) for path in elf if LIBRARY.match(path)}
            asked = set().union(*elf.values())
            if name in LEAN:
                self.assertEqual({path for path in elf if not LIBRARY.match(path)}, PROGRAMS[name])
                self.assertEqual(asked | {library for library in libraries if library.startswith("ld-linux")}, libraries)
            self.assertLessEqual(asked, libraries)

    def test_nothing_else_is_inside(self):
        told = re.compile(r"etc/(passwd|group|nsswitch\.conf|debian_version|os-release|ssl/certs/ca-certificates\.crt)$|usr/lib/os-release$"
                          r"|usr/share/(common-licenses|doc/[\w.+-]+)/[\w.+-]+$|var/lib/dpkg/status\.d/[\w.+-]+$|bin/[\w-]+$")
        for name in LEAN:
            image = container.image(name)
            files = {path for path, head in image.files.items() if not head.isdir()}
            zones = {path for path in files if path.startswith("usr/share/zoneinfo/")}
            self.assertEqual("usr/share/zoneinfo/tzdata.zi" in zones, name == "kontor")  # by whose time an account is billed
            self.assertEqual({path for path in files - zones if not told.match(path) and not LIBRARY.match(path)}, {SBOM} | OURS[name])

    def test_programs_tell_no_path_of_the_build(self):
        for name, image in self.each():
            for path, content in image.content.items():
                if path in PROGRAMS[name]:
                    self.assertNotIn(container.ROOT.encode(), content, path)
                    self.assertNotIn(b".debug_info", content, path)

    def test_trust_is_debians_alone(self):
        authorities = len(glob.glob("/usr/share/ca-certificates/mozilla/*.crt"))
        self.assertGreater(authorities, 100)
        for _, image in self.each():
            self.assertEqual(image.content["etc/ssl/certs/ca-certificates.crt"].count(b"BEGIN CERTIFICATE"), authorities)

    def test_licences_of_every_package_are_inside(self):
        for _, image in self.each():
            for package in packages(self.sbom(image)):
                text = image.content["usr/share/doc/%s/copyright" % package].decode()
                self.assertGreater(len(text), 200, package)
                for licence in re.findall(r"/usr/share/common-licenses/([A-Z][\w.-]*[\w])", text):
                    self.assertIn("usr/share/common-licenses/" + licence, image.files, package)

    def test_they_are_small(self):
        for name, image in self.each():
            self.assertLess(image.compressed, COMPRESSED_MAX[name])
            self.assertLess(sum(map(len, image.content.values())), WHOLE_MAX[name])

    # ---- what is told about it ----

    def test_the_sbom_names_every_file(self):
        for name, image in self.each():
            sbom = self.sbom(image)
            told = {path.lstrip("/"): hashes for component in [sbom["metadata"]["component"], *sbom["components"]] for path, hashes in named_files(component)}
            expected = {path: [{"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()}] for path, content in image.content.items() if path != SBOM}
            self.assertEqual(told, expected)
            with open(os.path.join(container.ROOT, "build", "images", name + ".cdx.json"), "rb") as file:
                self.assertEqual(file.read(), image.content[SBOM])

    def test_the_sbom_tells_packages_as_dpkg_does(self):
        for _, image in self.each():
            scanned = {path.rpartition("/")[2]: content.decode() for path, content in image.content.items() if path.startswith("var/lib/dpkg/status.d/")}
            told = packages(self.sbom(image))
            self.assertEqual(set(told), set(scanned))
            self.assertIn("libc6", told)
            for package, component in told.items():
                version = re.search(r"^Version: (.*)$", scanned[package], re.M)[1]
                self.assertEqual(component["version"], version)
                self.assertTrue(component["purl"].startswith("pkg:deb/debian/%s@" % package))
                self.assertEqual(component["bom-ref"], component["purl"])
                self.assertTrue(component["licenses"] and component["supplier"]["name"])

    def test_every_package_is_needed_by_the_image(self):
        for name, image in self.each():
            sbom = self.sbom(image)
            needs = {entry["ref"]: entry["dependsOn"] for entry in sbom["dependencies"]}
            self.assertEqual(set(needs), {name} | {component["bom-ref"] for component in sbom["components"]})
            reached, ahead = set(), [name]
            while ahead:
                at = ahead.pop()
                if at not in reached:
                    reached.add(at)
                    ahead += needs[at]
            self.assertEqual(reached, set(needs))

    @tool.needs("cyclonedx")
    def test_the_sbom_is_valid(self):
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator
        validator = JsonStrictValidator(SchemaVersion.V1_5)
        for _, image in self.each():
            sbom = self.sbom(image)
            self.assertIsNone(validator.validate_str(json.dumps(sbom)))
            self.assertIsNotNone(validator.validate_str(json.dumps({**sbom, "more": 1})))

    def test_labels_tell_where_it_is_from(self):
        for _, image in self.each():
            labels = {key.removeprefix("org.opencontainers.image."): value for key, value in image.config["Labels"].items()}
            self.assertEqual(set(labels), {"title", "description", "version", "revision", "source"})
            with open("CMakeLists.txt", encoding="utf-8") as file:
                self.assertIn("project(kontor VERSION %s " % labels["version"], file.read())
            self.assertEqual(labels["revision"].removesuffix("-dirty"), of_commit("rev-parse", "HEAD"))

    # ---- how they run ----

    def test_a_kubelet_sees_a_user_who_is_not_root(self):
        for name, image in self.each():
            self.assertEqual(image.config["User"], "65532:65532")
            self.assertNotIn("Entrypoint", image.config)
            self.assertNotIn("Volumes", image.config)
            self.assertEqual(image.config.get("StopSignal"), STOP[name])

    def test_the_front_is_set_as_outside_of_an_image(self):
        with open("gateway/front/run", encoding="utf-8") as file:
            usual = dict(re.findall(r"\b(FRONT_\w+)=\"\$\{\1:-([^}]+)\}\"", file.read()))
        given = dict(word.split("=", 1) for word in container.image("kontor-front").config["Env"] if word.startswith("FRONT_"))
        self.assertEqual(given, usual)
        self.assertGreater(len(usual), 5)

    def run_in(self, name, *words):
        version = container.image(name).config["Labels"]["org.opencontainers.image.version"]
        return container.podman("run", "--rm", "--pull", "never", "--log-driver", "none", "--read-only", "--read-only-tmpfs=false", "--cap-drop", "all", "--security-opt", "no-new-privileges",
                                "--network", "none", "localhost/%s:%s" % (name, version), *words)

    def test_every_program_runs_without_any_right(self):
        for name, programs in PROGRAMS.items():
            for program in programs:
                told = self.run_in(name, "/" + program, *{"bin/haproxy": ["-v"], "bin/sh": ["-c", "set"]}.get(program, ["--help"]))
                self.assertEqual(told.returncode, 0, told.stderr)
                self.assertGreater(len(told.stdout), 100)
        told = self.run_in("kontor")
        self.assertEqual(told.returncode, 0, told.stderr)

    def test_there_is_no_shell(self):
        for name in LEAN:
            for program in ("/bin/sh", "python3"):
                self.assertEqual(self.run_in(name, program, "-c", "true").returncode, 127)

    # ---- made again ----

    def test_made_again_elsewhere_they_are_the_same(self):
        """Under --long the programs are built again, too; else tests/release/reproducible.sh shows it for two of them."""
        digests = {name: image.digest for name, image in self.each()}
        with tempfile.TemporaryDirectory(prefix="kontor-images-") as folder:
            again = os.path.join(folder, "some", "other place")
            shutil.copytree(container.ROOT, again, symlinks=True, ignore=lambda at, names: {"build", "var"} & set(names) if at == container.ROOT else set())
            as_built = [] if os.environ.get("KONTOR_LONG") == "yes" else ["--as-built"]
            if as_built:
                shutil.copytree("build/release", again + "/build/release")
            before = os.umask(0o077)
            try:
                container.build(*as_built, *PROGRAMS, root=again)
            finally:
                os.umask(before)
            for name, digest in digests.items():
                self.assertEqual(container.Image(os.path.join(again, "build", "images", name + ".tar")).digest, digest)


if __name__ == "__main__":
    tool.main()
