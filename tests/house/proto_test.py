"""The protos keep what buf's STANDARD lint asks, break nothing that the last release (docs/release.binpb) promised, and say what each
thing in them is. `proto_test.py --release` writes the set anew, at a release and then only. Where buf is installed it judges as well."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from google.protobuf import descriptor_pb2

RELEASE = "docs/release.binpb"
THEIRS = ("google/", "grpc/", "buf/")  # written elsewhere, taken as they are
UNPROMISED = THEIRS + ("runtime/",)  # the tests' own
Field = descriptor_pb2.FieldDescriptorProto


def described(*options):
    """The protos as a set, by file."""
    paths = sorted(os.path.relpath(os.path.join(at, name), "proto") for at, _, names in os.walk("proto") for name in names if name.endswith(".proto"))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "set")
        subprocess.run(["protoc", "-Iproto", "-I/usr/include", "--include_imports", "--descriptor_set_out=" + path, *options, *paths], check=True)
        with open(path, "rb") as file:
            return file.read()


def files_of(packed, without):
    """Only what is ours: {name: FileDescriptorProto}."""
    return {file.name: file for file in descriptor_pb2.FileDescriptorSet.FromString(packed).file if not file.name.startswith(without)}


def messages_of(file):
    """(name, descriptor, path) of each message, nested ones too; an entry of a map is none."""
    def walk(name, message, path):
        if not message.options.map_entry:
            yield name, message, path
        for i, inner in enumerate(message.nested_type):
            yield from walk(name + "." + inner.name, inner, path + (3, i))
    for i, message in enumerate(file.message_type):
        yield from walk(message.name, message, (4, i))


def enums_of(file):
    yield from ((enum.name, enum) for enum in file.enum_type)
    for name, message, _ in messages_of(file):
        yield from ((name + "." + enum.name, enum) for enum in message.enum_type)


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).upper()


def lint_of(files):
    """Breaches of STANDARD: packages, names, zero values, requests and responses."""
    used = {}
    for name, file in files.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\.v[0-9]+", file.package):
            yield "%s: package %s has no version" % (name, file.package)
        if os.path.dirname(name) != file.package.replace(".", "/") or not re.fullmatch(r"[a-z0-9_]+\.proto", os.path.basename(name)):
            yield "%s: is not where its package says, or has a capital" % name
        for message, descriptor, _ in messages_of(file):
            if not re.fullmatch(r"([A-Z][A-Za-z0-9]*\.?)+", message):
                yield "%s: message %s" % (name, message)
            yield from ("%s: field %s.%s" % (name, message, field.name) for field in [*descriptor.field, *descriptor.oneof_decl]
                        if not re.fullmatch(r"_?[a-z][a-z0-9]*(_[a-z0-9]+)*", field.name))
        for enum, descriptor in enums_of(file):
            prefix = snake(descriptor.name) + "_"
            if descriptor.value[0].name != prefix + "UNSPECIFIED" or descriptor.value[0].number != 0 or descriptor.options.allow_alias:
                yield "%s: enum %s does not begin with %sUNSPECIFIED = 0" % (name, enum, prefix)
            yield from ("%s: value %s" % (name, value.name) for value in descriptor.value if not re.fullmatch(prefix + "[A-Z0-9_]+", value.name))
        for service in file.service:
            if not re.fullmatch(r"[A-Z][A-Za-z0-9]*Service", service.name):
                yield "%s: service %s" % (name, service.name)
            for rpc in service.method:
                for own, suffix in ((rpc.input_type, "Request"), (rpc.output_type, "Response")):
                    base = own.rsplit(".", 1)[1]
                    if base not in (rpc.name + suffix, re.sub("Service$", "", service.name) + rpc.name + suffix):
                        yield "%s: %s.%s uses %s" % (name, service.name, rpc.name, base)
                    if used.setdefault(own, (service.name, rpc.name)) != (service.name, rpc.name):
                        yield "%s: %s is used by two rpcs" % (name, base)
    for package in {file.package for file in files.values()}:
        for option in ("go_package", "java_package", "csharp_namespace", "java_multiple_files"):
            if len({getattr(file.options, option) for file in files.values() if file.package == package}) > 1:
                yield "%s: %s differs from file to file" % (package, option)


def shape(field):
    return field.name, field.type, field.label, field.type_name, field.proto3_optional


def fields_broken(name, old, new):
    """A field that went leaves its number and its name reserved; one that stays has its number, name and type."""
    fields = {field.number: field for field in new.field}
    for field in old.field:
        now = fields.get(field.number)
        if now is None:
            kept = any(at.start <= field.number < at.end for at in new.reserved_range) and field.name in new.reserved_name
            yield "%s.%s = %d is gone%s" % (name, field.name, field.number, " (and reserved)" if kept else "")
        elif shape(now) != shape(field) or (field.HasField("oneof_index") != now.HasField("oneof_index")):
            yield "%s.%s = %d has another name, type or place" % (name, field.name, field.number)


def breaks_of(old, new):
    """The things that a client of the old set would miss in the new one."""
    for name, before in old.items():
        if name not in new:
            yield "%s is gone" % name
            continue
        file = new[name]
        if (before.package, before.options.go_package, before.options.java_package, before.options.csharp_namespace) != \
                (file.package, file.options.go_package, file.options.java_package, file.options.csharp_namespace):
            yield "%s has another package" % name
        messages = {message: descriptor for message, descriptor, _ in messages_of(file)}
        for message, descriptor, _ in messages_of(before):
            if message not in messages:
                yield "%s: message %s is gone" % (name, message)
            else:
                yield from ("%s: %s" % (name, broken) for broken in fields_broken(message, descriptor, messages[message]))
        enums = dict(enums_of(file))
        for enum, descriptor in enums_of(before):
            values = {(value.name, value.number) for value in enums[enum].value} if enum in enums else set()
            yield from ("%s: %s.%s is gone or renumbered" % (name, enum, value.name) for value in descriptor.value
                        if (value.name, value.number) not in values)
        rpcs = {(service.name, rpc.name): rpc for service in file.service for rpc in service.method}
        for service in before.service:
            for rpc in service.method:
                now = rpcs.get((service.name, rpc.name))
                if now is None or (now.input_type, now.output_type, now.client_streaming, now.server_streaming) != \
                        (rpc.input_type, rpc.output_type, rpc.client_streaming, rpc.server_streaming):
                    yield "%s: rpc %s.%s is gone or takes something else" % (name, service.name, rpc.name)


def elements_of(file):
    """(name, path) of all that a reader of a proto may ask about. A request or a response is told by its rpc, an unset value by its name."""
    yield from ((service.name, (6, i)) for i, service in enumerate(file.service))
    yield from (("%s.%s" % (service.name, rpc.name), (6, i, 2, j)) for i, service in enumerate(file.service) for j, rpc in enumerate(service.method))
    enums = [((5, i), enum) for i, enum in enumerate(file.enum_type)]
    for name, message, path in messages_of(file):
        if not name.endswith(("Request", "Response")):
            yield name, path
        yield from (("%s.%s" % (name, field.name), path + (2, i)) for i, field in enumerate(message.field))
        yield from (("%s.%s" % (name, oneof.name), path + (8, i)) for i, oneof in enumerate(message.oneof_decl) if not oneof.name.startswith("_"))
        enums += [(path + (4, i), enum) for i, enum in enumerate(message.enum_type)]
    for path, enum in enums:
        yield enum.name, path
        yield from ((value.name, path + (2, i)) for i, value in enumerate(enum.value) if not value.name.endswith("_UNSPECIFIED"))


def silent_of(files):
    """The elements that say nothing of themselves."""
    for name, file in files.items():
        said = {tuple(at.path) for at in file.source_code_info.location if (at.leading_comments + at.trailing_comments).strip()}
        yield from ("%s: %s" % (name, element) for element, path in elements_of(file) if path not in said)


def changed(packed, change):
    """The set after one change to the ledger's transfers, by file."""
    files = files_of(packed, UNPROMISED)
    change(files["ledger/v1/transfer.proto"])
    return files


class ProtoTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.packed = described()
        with open(RELEASE, "rb") as file:
            cls.released = file.read()

    def test_the_standard_lint(self):
        self.assertEqual(list(lint_of(files_of(self.packed, THEIRS))), [])

    def test_nothing_is_broken_since_the_last_release(self):
        self.assertEqual(list(breaks_of(files_of(self.released, UNPROMISED), files_of(self.packed, UNPROMISED))), [])

    def test_each_break_is_seen(self):
        """The rules see what they are for."""
        def renumber(file):
            file.message_type[0].field[0].number = 999

        def rename(file):
            file.message_type[0].field[0].name = "other"

        def retype(file):
            file.message_type[0].field[0].type = Field.TYPE_BYTES
        changes = (renumber, rename, retype, lambda file: file.message_type[0].field.pop(0), lambda file: file.message_type.pop(0),
                   lambda file: file.service[0].method.pop(0), lambda file: setattr(file.service[0].method[0], "server_streaming", True),
                   lambda file: setattr(file.options, "go_package", "x"))
        before = files_of(self.packed, UNPROMISED)
        for change in changes:
            self.assertNotEqual(list(breaks_of(before, changed(self.packed, change))), [])
        self.assertEqual(list(breaks_of(before, changed(self.packed, lambda file: file.message_type.add(name="New")))), [])

    def test_each_lint_is_seen(self):
        changes = (lambda file: setattr(file, "package", "ledger"), lambda file: setattr(file.message_type[0], "name", "small"),
                   lambda file: setattr(file.message_type[0].field[0], "name", "Big"), lambda file: setattr(file.service[0], "name", "Transfers"),
                   lambda file: setattr(file.service[0].method[0], "input_type", file.service[0].method[1].input_type),
                   lambda file: file.enum_type.add(name="Colour").value.add(name="RED", number=0))
        for change in changes:
            self.assertNotEqual(list(lint_of(changed(self.packed, change))), [])

    def test_everything_says_what_it_is(self):
        """Units, limits, when it is empty, the rule behind it."""
        files = files_of(described("--include_source_info"), UNPROMISED)
        self.assertEqual(list(silent_of(files)), [])
        self.assertGreater(sum(len(list(elements_of(file))) for file in files.values()), 1400)
        self.assertEqual(list(silent_of({"new": descriptor_pb2.FileDescriptorProto(message_type=[{"name": "New", "field": [{"name": "id"}]}])})),
                         ["new: New", "new: New.id"])

    def test_every_amount_says_its_unit(self):
        """Where it stands, or where its message does."""
        silent = []
        for file in files_of(described("--include_source_info"), UNPROMISED).values():
            said = {tuple(at.path): at.leading_comments for at in file.source_code_info.location}
            silent += ["%s.%s" % (name, field.name) for name, message, path in messages_of(file) for i, field in enumerate(message.field)
                       if field.name.endswith("_micros") and not re.search("(?i)micros", said.get(path + (2, i), "") + said.get(path, ""))]
        self.assertEqual(silent, [])

    def test_buf_itself(self):
        if shutil.which("buf") is None:
            self.skipTest("buf is not installed (Debian has none): its own lint and breaking are not run")
        subprocess.run(["buf", "lint"], check=True)
        subprocess.run(["buf", "breaking", "--against", RELEASE], check=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--release"]:
        released = descriptor_pb2.FileDescriptorSet.FromString(described())
        for kept in released.file:
            kept.source_code_info.SetInParent()  # without text: buf asks that there is one
        with open(RELEASE, "wb") as output:
            output.write(released.SerializeToString(deterministic=True))
    else:
        unittest.main()
