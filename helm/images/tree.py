"""tree.py IMAGE BUILD TARGET: the whole root of an image from scratch, as files in TARGET: the programs of IMAGE (PROGRAMS below), stripped,
the shared libraries that they load and nothing more of Debian than these need: certificate authorities, licences, the files that tell
scanners what is inside. What is inside is also told as CycloneDX, in /usr/share/kontor/sbom.cdx.json: packages with their sources,
licences, files and who needs whom. The same programs and packages give the same bytes: KONTOR_REVISION says the commit,
SOURCE_DATE_EPOCH its time."""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import uuid

PROGRAMS = {
    "kontor": ["BUILD/" + name for name in ("kontor", "kontor-identity", "kontor-payments", "kontor-ledger", "kontor-sharing", "kontor-gateway", "kontor-bench", "kontor-load")],
    "kontor-front": ["/usr/sbin/haproxy"],
    "kontor-development": ["/usr/bin/python3", "/bin/sh", "/usr/lib/postgresql/15/bin/initdb", "/usr/lib/postgresql/15/bin/postgres"],
}
FILES = {  # path in the image: of our source
    "kontor": {},
    "kontor-front": {"etc/haproxy/haproxy.cfg": "gateway/front/haproxy.cfg"},
    "kontor-development": {"usr/share/kontor/postgres.py": "helm/images/development/postgres.py", "usr/share/kontor/psp_simulator.py": "payments/simulator/psp_simulator.py"},
}
FOLDERS = {  # of Debian's packages, whole
    "kontor": ["/usr/share/zoneinfo"],
    "kontor-development": ["/usr/lib/postgresql/15/lib", "/usr/share/postgresql/15", "/usr/lib/python3.11", "/usr/share/zoneinfo", "/usr/lib/locale/C.utf8"],
}
LEFT_OUT = re.compile(r"/bitcode/|/llvmjit|/pgxs/|/config-3|/__pycache__/|/zoneinfo/(right|posix)/")  # LLVM is three times the size of all the rest
USER = 65532
SBOM = "usr/share/kontor/sbom.cdx.json"
AUTHORITIES = "usr/share/ca-certificates/mozilla"  # of Debian alone: what this machine trusts beside them stays here
TOLD = ("usr/lib/os-release", "etc/debian_version")  # where scanners look for the distribution


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}).stdout.decode()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def libraries(program):
    """The path that each library is looked for at, as ldd tells."""
    told = output("ldd", program)
    if "not found" in told:
        sys.exit("tree.py: %s lacks a library" % program)
    return re.findall(r"^\s+(?:\S+ => )?(/\S+) \(0x", told, re.M)


def in_folder(folder):
    found = (os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)
    return sorted(path for path in found if os.path.exists(path) and not LEFT_OUT.search(path))


def is_elf(path):
    return path.rpartition("/")[2].find(".so") > 0 and read(path)[:4] == b"\x7fELF"


def needed(path):
    return re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-dW", path))


def owners(paths):
    """{path: the Debian package that this machine has it from}; since /usr was merged a file may be known by either of two names."""
    names = {path: (path, os.path.realpath(path), os.path.realpath(path).removeprefix("/usr")) for path in paths}
    told = subprocess.run(["dpkg-query", "-S", *set().union(*names.values())], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    packages = {name: package for package, name in re.findall(r"^(?!diversion)(\S+): (/.*)$", told, re.M)}
    found = {path: packages[name] for path, own in names.items() for name in reversed(own) if name in packages}
    if set(found) != set(paths):
        sys.exit("tree.py: in no Debian package: %s" % ", ".join(sorted(set(paths) - set(found))))
    return found


class Tree:
    def __init__(self, image, build, target):
        self.image, self.target = image, target
        self.programs = [name.replace("BUILD", build, 1) for name in PROGRAMS[image]]
        self.loaded = [path for folder in FOLDERS.get(image, ()) for path in in_folder(folder)]  # or read by them
        self.files = {}  # path in the image: Debian package, or "" for our own
        self.needs = {}  # package, or "" for the image: packages
        self.when = int(os.environ["SOURCE_DATE_EPOCH"])

    def write(self, path, content, package="", mode=0o644):
        at = os.path.join(self.target, path)
        os.makedirs(os.path.dirname(at), exist_ok=True)
        with open(at, "wb") as file:
            file.write(content)
        os.chmod(at, mode)
        self.files[path] = package

    def need(self, package, other):
        if package != other:
            self.needs.setdefault(package, set()).add(other)

    def add_programs(self):
        """With their libraries; who needs whom follows from what each names, by the one who has a file of that name."""
        users = self.programs + [path for path in self.loaded if is_elf(path)]
        places = sorted({place for user in users for place in libraries(user)})
        packages = owners([*places, *self.loaded, *(program for program in self.programs if program in PROGRAMS[self.image])])
        for program in self.programs:
            path = program.lstrip("/") if program.startswith("/usr/lib/") else "bin/" + os.path.basename(program)
            self.write(path, read(program), packages.get(program, ""), 0o755)
            subprocess.run(["strip", os.path.join(self.target, path)], check=True)
        for place in [*places, *self.loaded]:
            self.write(place.lstrip("/"), read(place), packages[place], 0o755 if "/ld-linux" in place else 0o644)
        for path in [*self.programs, *self.loaded]:
            self.need("", packages.get(path, ""))
        providers = {os.path.basename(place): packages[place] for place in places}
        for file in [*users, *places]:
            for name in needed(file):
                self.need(packages.get(file, ""), providers[name])

    def add_what_is_ours(self):
        self.write("etc/passwd", b"root:x:0:0:root:/:/nonexistent\nkontor:x:%d:%d:kontor:/tmp:/nonexistent\n" % (USER, USER))
        self.write("etc/group", b"root:x:0:\nkontor:x:%d:\n" % USER)
        self.write("etc/nsswitch.conf", b"hosts: files dns\n")
        for path, source in FILES[self.image].items():
            self.write(path, read(source))
        os.makedirs(self.target + "/tmp", exist_ok=True)

    def add_what_debian_gives(self):
        authorities = [read(os.path.join("/", AUTHORITIES, name)) for name in sorted(os.listdir("/" + AUTHORITIES))]
        self.write("etc/ssl/certs/ca-certificates.crt", b"".join(authorities), "ca-certificates")
        self.need("", "ca-certificates")
        for path in TOLD:
            self.write(path, read("/" + path), "base-files")
        os.symlink("../usr/lib/os-release", self.target + "/etc/os-release")
        for name in sorted(os.listdir("/usr/share/common-licenses")):
            self.write("usr/share/common-licenses/" + name, read("/usr/share/common-licenses/" + name), "base-files")
        self.need("", "base-files")

    def packages(self):
        return sorted(set(self.files.values()) - {""})

    def add_licences(self):
        for package in self.packages():
            name = package.split(":")[0]
            self.write("var/lib/dpkg/status.d/" + name, output("dpkg-query", "-s", package).encode(), package)
            self.write("usr/share/doc/%s/copyright" % name, read("/usr/share/doc/%s/copyright" % name), package)

    # ---- CycloneDX ----

    def of_files(self, package):
        return [{"type": "file", "name": "/" + path, "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(read(os.path.join(self.target, path))).hexdigest()}]}
                for path in sorted(self.files) if self.files[path] == package]

    def licences(self, package):
        """The short names of a copyright file that is written for machines; another's is "see the file"."""
        text = read("/usr/share/doc/%s/copyright" % package.split(":")[0]).decode()
        names = sorted(set(re.findall(r"^License:[ \t]*(\S[^\n]*?)\s*$", text, re.M))) if re.match(r"Format(-Specification)?:", text) else []
        return [{"license": {"name": name}} for name in names] or [{"license": {"name": "see /usr/share/doc/%s/copyright" % package.split(":")[0]}}]

    def of_package(self, package):
        form = "${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${Maintainer}"
        name, version, architecture, source, source_version, maintainer = output("dpkg-query", "-W", "-f", form, package).split("\t")
        purl = "pkg:deb/debian/%s@%s?arch=%s&distro=debian-12" % (name, urllib.parse.quote(version, safe="~"), architecture)
        return {"type": "library", "bom-ref": purl, "supplier": {"name": maintainer}, "name": name, "version": version, "licenses": self.licences(package), "purl": purl,
                "components": self.of_files(package), "properties": [{"name": "debian:source", "value": "%s %s" % (source, source_version)}]}

    def add_sbom(self):
        packages = {package: self.of_package(package) for package in self.packages()}
        version = re.search(r"^project\(kontor VERSION (\S+)", read("CMakeLists.txt").decode(), re.M)[1]
        refs = {"": self.image, **{package: told["purl"] for package, told in packages.items()}}
        told = {
            "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
            "metadata": {"component": {"type": "container", "bom-ref": self.image, "name": self.image, "version": version, "components": self.of_files(""),
                                       "properties": [{"name": "kontor:revision", "value": os.environ["KONTOR_REVISION"]}]}},
            "components": list(packages.values()),
            "dependencies": [{"ref": refs[package], "dependsOn": sorted(refs[other] for other in self.needs.get(package, ()))} for package in sorted(refs)],
        }
        told["serialNumber"] = "urn:uuid:%s" % uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(told, sort_keys=True))
        self.write(SBOM, json.dumps(told, indent=1, sort_keys=True).encode() + b"\n")

    def settle(self):
        """One time and, for folders, one mode, whatever the umask."""
        for at, folders, names in os.walk(self.target, topdown=False):
            for name in folders + names:
                path = os.path.join(at, name)
                if os.path.isdir(path) and not os.path.islink(path):
                    os.chmod(path, 0o1777 if path == self.target + "/tmp" else 0o755)
                os.utime(path, (self.when, self.when), follow_symlinks=False)
        os.chmod(self.target, 0o755)
        os.utime(self.target, (self.when, self.when))

    def make(self):
        shutil.rmtree(self.target, ignore_errors=True)
        os.makedirs(self.target)
        self.add_programs()
        self.add_what_is_ours()
        self.add_what_debian_gives()
        self.add_licences()
        self.add_sbom()
        self.settle()


if __name__ == "__main__":
    Tree(*sys.argv[1:]).make()
