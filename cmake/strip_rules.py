"""strip_rules.py IN.fds OUT.fds: the descriptor set as strangers get it by reflection, without the field rules (our part of
protovalidate's vocabulary would clash with the official file that they may have) and without the routes, which are the gateway's own."""
import sys

import google.protobuf.duration_pb2  # noqa: F401  its file is in the pool before others ask for it
from google.protobuf import descriptor_pb2 as pb
from google.protobuf import descriptor_pool, message_factory

RULES = "buf/validate/validate.proto"
packed = open(sys.argv[1], "rb").read()
pool = descriptor_pool.Default()


def known(path, message, option):
    """An option of fields that is to go, known from the file that declares it."""
    pool.Add(next(file for file in pb.FileDescriptorSet.FromString(packed).file if file.name == path))
    message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName(message))
    extension = pool.FindExtensionByName(option)
    pb.FieldOptions.RegisterExtension(extension)
    return extension


STRIPPED = known(RULES, "buf.validate.FieldRules", "buf.validate.field"), known("kontor/v1/options.proto", "kontor.v1.Route", "kontor.v1.setting")


def strip(declared):
    for field in declared.field:
        for extension in STRIPPED:
            field.options.ClearExtension(extension)
        if not field.options.SerializeToString():
            field.ClearField("options")
    for nested in declared.nested_type:
        strip(nested)


kept = [file for file in pb.FileDescriptorSet.FromString(packed).file if file.name != RULES]  # read again: now the option is known
for file in kept:
    imports = RULES in file.dependency
    file.dependency[:] = [name for name in file.dependency if name != RULES]
    for declared in file.message_type:
        strip(declared)
    for service in file.service:
        for method in service.method:
            method.ClearField("options")
    locations = file.source_code_info.location
    for i in reversed(range(len(locations))):
        path = locations[i].path
        is_option = {extension.number for extension in STRIPPED} & set(path) or path[:1] == [6] and len(path) > 4 and path[4] == 4  # of a field, of a method
        if is_option or imports and path[:1] == [3]:  # of imports, which moved
            del locations[i]
open(sys.argv[2], "wb").write(pb.FileDescriptorSet(file=kept).SerializeToString())
