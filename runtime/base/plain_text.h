/* Plain text: what people write into fields for other people to read (names, remarks, tags). On top
 * of clean text (text.h) nothing in it hides or reorders what stands beside it, it has one
 * spelling, and it holds no card number. */
#ifndef RUNTIME_BASE_PLAIN_TEXT_H
#define RUNTIME_BASE_PLAIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/base/fault.h"

#define PLAIN_TEXT_BYTES_MAX 1024

/* X(fault, reason, sentence), the first that applies is given. */
#define TEXT_FAULTS(X)                                                                 \
    X(TEXT_TOO_LONG, FAULT_TOO_LONG, "Is too long.")                                   \
    X(TEXT_NOT_CLEAN, FAULT_NOT_UTF8, "Must be UTF-8 without control characters.")     \
    X(TEXT_HIDES, FAULT_HIDDEN_CHARACTERS,                                             \
      "Must not have characters that are unseen or reorder others (bidi, zero width, " \
      "tags, line separators).")                                                       \
    X(TEXT_NOT_NORMAL, FAULT_NOT_NORMAL, "Must be in Unicode's normal form C.")        \
    X(TEXT_HOLDS_CARD_NUMBER, FAULT_CARD_NUMBER, "Must not hold a card number.")

enum text_fault {
    TEXT_PLAIN = 0,
#define TEXT_FAULT_MEMBER(fault, reason, sentence) fault,
    TEXT_FAULTS(TEXT_FAULT_MEMBER)
#undef TEXT_FAULT_MEMBER
};

/* Judges a text of at most size_max bytes; size_max is at most PLAIN_TEXT_BYTES_MAX. Unicode's
 * categories Cf, Zl, Zp, Co and Cn are refused, but for the joiners U+200C and U+200D between
 * characters of a word or an emoji, which some scripts need. */
enum text_fault plain_text_judge(const char *text, size_t size_max);

/* Nothing but spaces, of any script, or nothing at all: it says as much as "". */
bool plain_text_is_blank(const char *text);

/* Whether one is easily taken for the other: the same without case and compatibility forms (NFKC),
 * without spaces, hyphens, underscores and what is unseen. Of texts of at most 64 bytes. */
bool plain_text_is_like(const char *text, const char *other);

/* The sentence of a fault, and its reason for programs. */
const char *text_fault_sentence(enum text_fault fault);
enum fault text_fault_reason(enum text_fault fault);

#endif
