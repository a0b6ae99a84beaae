"""Codes of an app, by RFC 6238 itself."""
import base64
import hashlib
import hmac
import struct

STEP = 30


def totp(secret, moment):
    """Of a secret in base 32."""
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(moment) // STEP), hashlib.sha1).digest()
    at = mac[-1] & 15
    return "%06d" % ((struct.unpack(">I", mac[at:at + 4])[0] & 0x7fffffff) % 1000000)
