"""Writes a file's bytes as a C array: embed_bytes.py FILE NAME OUT.c gives NAME[] and NAME_size."""
import sys

path, name, out = sys.argv[1:]
data = open(path, "rb").read()
with open(out, "w") as f:
    f.write("#include <stddef.h>\n#include <stdint.h>\nextern const uint8_t %s[];\nextern const size_t %s_size;\n" % (name, name))
    f.write("const size_t %s_size = %d;\nconst uint8_t %s[] = {\n" % (name, len(data), name))
    for i in range(0, len(data), 24):
        f.write(",".join(str(b) for b in data[i:i + 24]) + ",\n")
    f.write("0};\n")
