#include "runtime/base/plain_text.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

#include "runtime/base/card_number.h"
#include "runtime/base/text.h"

#define ZERO_WIDTH_NON_JOINER 0x200c
#define ZERO_WIDTH_JOINER 0x200d
/* nothing below has another spelling, or follows another character */
#define FIRST_COMBINING 0x300
#define DECOMPOSED_MAX 4 /* code points of a canonical decomposition (UAX #15) */
/* of a text of 64 bytes: 21 code points, each of a compatibility form of 18 at most */
#define FOLDED_MAX 384

struct codepoints {
    utf8proc_int32_t at[PLAIN_TEXT_BYTES_MAX];
    size_t count;
};

static void decode(const char *text, size_t size, struct codepoints *codepoints)
{
    assert(text != NULL);
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text, *end = at + size;
    codepoints->count = 0;
    while (at < end)
        at += utf8proc_iterate(at, end - at, &codepoints->at[codepoints->count++]);
}

/* ---- what hides ---- */

static bool is_joiner(utf8proc_int32_t codepoint)
{
    return codepoint == ZERO_WIDTH_NON_JOINER || codepoint == ZERO_WIDTH_JOINER;
}

static bool may_be_joined(utf8proc_int32_t codepoint)
{
    switch (utf8proc_category(codepoint)) {
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_SO:
    case UTF8PROC_CATEGORY_SK:
        return true;
    default:
        return false;
    }
}

static bool is_unseen(utf8proc_int32_t codepoint)
{
    switch (utf8proc_category(codepoint)) {
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
        return true;
    default:
        return false;
    }
}

static bool joins_its_neighbours(const struct codepoints *text, size_t i)
{
    return is_joiner(text->at[i]) && i > 0 && i + 1 < text->count &&
           may_be_joined(text->at[i - 1]) && may_be_joined(text->at[i + 1]);
}

static bool hides(const struct codepoints *text)
{
    for (size_t i = 0; i < text->count; i++) {
        if (is_unseen(text->at[i]) && !joins_its_neighbours(text, i))
            return true;
    }
    return false;
}

/* ---- the one spelling ---- */

static bool is_normal(const char *text, size_t size, const struct codepoints *codepoints)
{
    utf8proc_int32_t normal[PLAIN_TEXT_BYTES_MAX * DECOMPOSED_MAX];
    bool simple = true;
    for (size_t i = 0; i < codepoints->count; i++)
        simple = simple && codepoints->at[i] < FIRST_COMBINING;
    if (simple)
        return true;
    utf8proc_ssize_t count = utf8proc_decompose(
        (const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, normal,
        PLAIN_TEXT_BYTES_MAX * DECOMPOSED_MAX, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    assert(count >= 0 && count <= PLAIN_TEXT_BYTES_MAX * DECOMPOSED_MAX);
    count = utf8proc_normalize_utf32(normal, count, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    return (size_t)count == codepoints->count &&
           memcmp(normal, codepoints->at, (size_t)count * sizeof(normal[0])) == 0;
}

/* ---- card numbers, in digits and separators of any script ---- */

/* Digits stand in runs of ten, zero first (Unicode's stability policy for category Nd). */
static char digit_of(utf8proc_int32_t codepoint)
{
    utf8proc_int32_t first = codepoint;
    while (first > 0 && utf8proc_category(first - 1) == UTF8PROC_CATEGORY_ND)
        first--;
    return (char)('0' + (codepoint - first) % 10);
}

static char plain_ascii(utf8proc_int32_t codepoint)
{
    switch (utf8proc_category(codepoint)) {
    case UTF8PROC_CATEGORY_ND:
        return digit_of(codepoint);
    case UTF8PROC_CATEGORY_ZS:
        return ' ';
    case UTF8PROC_CATEGORY_PD:
        return '-';
    default:
        return 'x';
    }
}

static bool holds_card_number(const struct codepoints *codepoints)
{
    char ascii[PLAIN_TEXT_BYTES_MAX + 1];
    for (size_t i = 0; i < codepoints->count; i++)
        ascii[i] = plain_ascii(codepoints->at[i]);
    ascii[codepoints->count] = '\0';
    return card_number_is_in(ascii);
}

/* ---- the judgement ---- */

/* Clean ASCII hides nothing and has one spelling. */
static bool is_ascii(const char *text)
{
    assert(text != NULL);
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80)
            return false;
    }
    return true;
}

/* Apart from ASCII, which most texts are: the code points take a page of the stack. */
static __attribute__((noinline)) enum text_fault judge_unicode(const char *text, size_t size)
{
    struct codepoints codepoints;
    decode(text, size, &codepoints);
    if (hides(&codepoints))
        return TEXT_HIDES;
    if (!is_normal(text, size, &codepoints))
        return TEXT_NOT_NORMAL;
    return holds_card_number(&codepoints) ? TEXT_HOLDS_CARD_NUMBER : TEXT_PLAIN;
}

enum text_fault plain_text_judge(const char *text, size_t size_max)
{
    assert(size_max <= PLAIN_TEXT_BYTES_MAX);
    size_t size = text != NULL ? strnlen(text, size_max + 1) : 0;
    if (size > size_max)
        return TEXT_TOO_LONG;
    if (!text_is_clean(text, size_max))
        return TEXT_NOT_CLEAN;
    if (is_ascii(text))
        return card_number_is_in(text) ? TEXT_HOLDS_CARD_NUMBER : TEXT_PLAIN;
    return judge_unicode(text, size);
}

/* ---- likeness ---- */

static bool separates(utf8proc_int32_t codepoint)
{
    switch (utf8proc_category(codepoint)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PC:
        return true;
    default:
        return false;
    }
}

/* Into room for FOLDED_MAX; 0 also of a text that is too long or malformed. */
static size_t fold(const char *text, utf8proc_int32_t *folded)
{
    const int options = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                        UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    utf8proc_ssize_t size = utf8proc_decompose((const utf8proc_uint8_t *)text, 0, folded,
                                               FOLDED_MAX, (utf8proc_option_t)options);
    size_t count = 0;
    if (size < 0 || size > FOLDED_MAX)
        return 0;
    for (utf8proc_ssize_t i = 0; i < size; i++)
        if (!separates(folded[i]))
            folded[count++] = folded[i];
    return count;
}

bool plain_text_is_like(const char *text, const char *other)
{
    utf8proc_int32_t one[FOLDED_MAX], two[FOLDED_MAX];
    assert(text != NULL && other != NULL);
    size_t count = fold(text, one);
    return count > 0 && count == fold(other, two) && memcmp(one, two, count * sizeof *one) == 0;
}

bool plain_text_is_blank(const char *text)
{
    assert(text != NULL);
    utf8proc_int32_t codepoint = ' ';
    for (utf8proc_ssize_t size = 0;
         *text != '\0' && utf8proc_category(codepoint) == UTF8PROC_CATEGORY_ZS; text += size) {
        size = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &codepoint);
        if (size < 1)
            return false;
    }
    return utf8proc_category(codepoint) == UTF8PROC_CATEGORY_ZS;
}

const char *text_fault_sentence(enum text_fault fault)
{
    static const char *const sentences[] = {
#define TEXT_FAULT_SENTENCE(fault, reason, sentence) sentence,
        TEXT_FAULTS(TEXT_FAULT_SENTENCE)
#undef TEXT_FAULT_SENTENCE
    };
    assert(fault > TEXT_PLAIN && fault <= TEXT_HOLDS_CARD_NUMBER);
    return sentences[fault - 1];
}

enum fault text_fault_reason(enum text_fault fault)
{
    static const enum fault reasons[] = {
#define TEXT_FAULT_REASON(fault, reason, sentence) reason,
        TEXT_FAULTS(TEXT_FAULT_REASON)
#undef TEXT_FAULT_REASON
    };
    assert(fault > TEXT_PLAIN && fault <= TEXT_HOLDS_CARD_NUMBER);
    return reasons[fault - 1];
}
