"""Checks a proof by docs/proof.md and nothing else: a second verifier, which shares no code with the ledger nor with `kontor proof verify`."""
import ctypes
import ctypes.util
import hashlib

from service import message

SODIUM = ctypes.CDLL(ctypes.util.find_library("sodium"))


class Wrong(Exception):
    """The proof does not hold; why."""


def check(holds, why):
    if not holds:
        raise Wrong(why)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def number(value):
    return value.to_bytes(8, "big", signed=True)


def text(value):
    return number(len(value.encode())) + value.encode()


def anchor_bytes(company, anchor):
    return b"".join((b"kontor anchor 1\n", company, number(anchor.number), number(anchor.period_us), number(anchor.first_sequence),
                     number(anchor.last_sequence), anchor.entries_root, number(anchor.account_count), anchor.accounts_root, anchor.previous))


def entry_bytes(entry):
    postings = b"".join(number(value) for posting in entry.postings for value in (posting.book, posting.amount_micros, posting.balance_micros))
    return b"".join((b"kontor entry 1\n", entry.hash, number(entry.sequence), number(entry.kind), entry.account_id, entry.counterparty_id,
                     entry.sub_account_id, number(entry.amount_micros), text(entry.currency), text(entry.remark), text(entry.tag),
                     entry.reference_id, entry.actor_reference, number(entry.effective_us), number(entry.recorded_us),
                     number(len(entry.postings)), postings))


def root_of(leaf, index, size, path):
    """RFC 9162, 2.1.3.2."""
    check(0 <= index < size, "a leaf outside of its tree")
    place, last, found = index, size - 1, leaf
    for side in path:
        check(last > 0 and len(side) == 32, "a path that is too long")
        if place % 2 == 1 or place == last:
            found = sha(b"\1", side, found)
            while place % 2 == 0 and place > 0:
                place, last = place >> 1, last >> 1
        else:
            found = sha(b"\1", found, side)
        place, last = place >> 1, last >> 1
    check(last == 0, "a path that is too short")
    return found


def sizes(thing, **names):
    for name, size in names.items():
        check(len(getattr(thing, name)) == size, "%s has another size" % name)


def check_anchors(proof, keys):
    check(proof.anchors, "no anchor")
    for anchor, before in zip(proof.anchors, [None] + list(proof.anchors)):
        sizes(anchor, entries_root=32, accounts_root=32, previous=32, public_key=32, signature=64)
        check(0 < anchor.number < 2 ** 63 - 1 and 0 < anchor.first_sequence <= anchor.last_sequence < 2 ** 63 - 1 and anchor.account_count > 0
              and 0 <= anchor.period_us < 253402300800000000,
              "a number that is none")
        check(keys is None or anchor.public_key in keys, "a key that is not ours")
        signed = anchor_bytes(proof.company_id, anchor)
        check(SODIUM.crypto_sign_verify_detached(anchor.signature, signed, ctypes.c_ulonglong(len(signed)), anchor.public_key) == 0,
              "a signature is wrong")
        if before is not None:
            check(anchor.previous == sha(anchor_bytes(proof.company_id, before)) and anchor.number == before.number + 1 and anchor.period_us >= before.period_us
                  and anchor.first_sequence == before.last_sequence + 1, "an anchor is missing")


def check_state(proof, state, anchor):
    sizes(state, hash=32)
    check(0 <= state.entries <= anchor.last_sequence, "a state of more entries than there are")
    leaf = sha(b"\0", proof.account_id, number(state.entries), state.hash)
    check(root_of(leaf, state.index, anchor.account_count, state.path) == anchor.accounts_root, "the anchor has another state")


def check_entry(proof, entry, balances):
    sizes(entry, account_id=16, counterparty_id=16, sub_account_id=16, reference_id=16, actor_reference=16, hash=32)
    anchor = next((each for each in proof.anchors if each.first_sequence <= entry.sequence <= each.last_sequence), None)
    check(anchor is not None, "an entry outside of the anchors")
    leaf, size = sha(b"\0", entry.hash), anchor.last_sequence - anchor.first_sequence + 1
    check(root_of(leaf, entry.sequence - anchor.first_sequence, size, entry.path) == anchor.entries_root, "an entry is not in its anchor")
    for posting in entry.postings:
        before = balances.get(posting.book, None if proof.HasField("opening") and proof.opening.entries else 0)
        check(before is None or before + posting.amount_micros == posting.balance_micros, "a balance does not follow")
        balances[posting.book] = posting.balance_micros


def verify(packed, keys=None):
    """The proof, when it holds; keys: those that anchors may be signed with."""
    try:
        proof = message("ledger.v1.Proof").FromString(packed)
    except Exception as error:
        raise Wrong("no proof") from error
    proof.DiscardUnknownFields()
    check(proof.SerializeToString(deterministic=True) == packed, "more than a proof")
    sizes(proof, company_id=16, account_id=16)
    check_anchors(proof, keys)
    check(proof.HasField("closing"), "no closing state")
    check_state(proof, proof.closing, proof.anchors[-1])
    count, state, last = 0, bytes(32), 0
    if proof.HasField("opening"):
        check_state(proof, proof.opening, proof.anchors[0])
        count, state, last = proof.opening.entries, proof.opening.hash, proof.anchors[0].last_sequence
    balances = {}
    for entry in proof.entries:
        check(entry.sequence > last, "an entry out of its order")
        check_entry(proof, entry, balances)
        count, state, last = count + 1, sha(state, entry_bytes(entry)), entry.sequence
    check((count, state) == (proof.closing.entries, proof.closing.hash), "the statement is another one")
    return proof
