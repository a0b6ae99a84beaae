"""Plain text against Python's unicodedata, which shares no code with utf8proc: every code point by itself, and random texts by their
normal form. The seed is printed; KONTOR_SEED replays it."""
import os
import random
import subprocess
import sys
import unicodedata
import unittest

BUILD = os.environ["KONTOR_BUILD"]
SEED = int(os.environ.get("KONTOR_SEED", random.randrange(1 << 32)))
PLAIN, TOO_LONG, NOT_CLEAN, HIDES, NOT_NORMAL, CARD = range(6)


def judge(texts):
    lines = "\n".join(text.encode("utf-8").hex() for text in texts)
    done = subprocess.run([os.path.join(BUILD, "test_runtime_base_plain_text"), "--judge"], input=lines, capture_output=True, text=True, check=True)
    answers = [int(line) for line in done.stdout.split()]
    assert len(answers) == len(texts)
    return answers


def expected(character):
    category = unicodedata.category(character)
    if category == "Cc":
        return NOT_CLEAN
    if category in ("Cf", "Zl", "Zp", "Co", "Cn"):
        return HIDES
    return PLAIN if unicodedata.normalize("NFC", character) == character else NOT_NORMAL


class PlainText(unittest.TestCase):
    def test_every_code_point(self):
        characters = [chr(code) for code in range(1, sys.maxunicode + 1) if not 0xd800 <= code <= 0xdfff]
        wrong = []
        for character, answer in zip(characters, judge(characters)):
            newer = unicodedata.category(character) == "Cn" and answer != HIDES  # assigned since this Python was made
            if not newer and answer != expected(character):
                wrong.append((hex(ord(character)), answer))
        self.assertEqual(wrong, [])

    def test_normal_forms(self):
        random.seed(SEED)
        marks = [chr(code) for code in range(0x300, 0x370) if unicodedata.category(chr(code)) == "Mn"]
        letters = [chr(code) for code in list(range(0x41, 0x5b)) + list(range(0xc0, 0x250)) + list(range(0x1100, 0x1200))]
        texts = ["".join(random.choice(random.choice((letters, marks))) for _ in range(random.randint(1, 12))) for _ in range(20000)]
        texts += [unicodedata.normalize("NFC", text) for text in texts]
        wrong = [text for text, answer in zip(texts, judge(texts))
                 if answer != (PLAIN if unicodedata.normalize("NFC", text) == text else NOT_NORMAL)]
        self.assertEqual(wrong, [], "seed %d" % SEED)


if __name__ == "__main__":
    print("seed %d" % SEED)
    unittest.main()
