"""The canonical actor, by runtime/base/actor.h and nothing else: the reference that every context keeps it by."""
import hashlib
import uuid

KINDS = {"": 0, "SESSION": 1, "KEY": 2, "CERTIFICATE": 3}


def reference(principal="", account="", credential="", kind=None, roles="", approval="", step=""):
    kind = KINDS[("SESSION" if credential else "") if kind is None else kind]
    names = b",".join(sorted({name.encode() for name in roles.split(",") if name}))
    values = [uuid.UUID(text).bytes if text else b"" for text in (principal, account)] + [bytes([kind]) if kind else b""]
    values += [uuid.UUID(credential).bytes if credential else b"", names, uuid.UUID(approval).bytes if approval else b"", step.encode()]
    fields = b"".join(bytes([tag]) + len(value).to_bytes(2, "big") + value for tag, value in enumerate(values, 1) if value)
    return str(uuid.UUID(bytes=hashlib.sha256(b"kontor actor 1\n" + fields).digest()[:16]))
