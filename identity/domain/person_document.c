#include "identity/domain/person_document.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "identity/domain/digits.h"

#define PASSPORT_BYTES_MIN 5
#define PASSPORT_BYTES_MAX 9 /* ICAO 9303 */
#define NATIONAL_BYTES_MIN 4

static const struct refusal refusals[] = {DOCUMENT_REFUSALS(REFUSAL_ROW)};

#define DOCUMENT_KIND_ROW(kind, country) {#kind, country},
static const struct {
    const char *name;
    const char *country;
} kinds[] = {{"", ""}, DOCUMENT_KINDS(DOCUMENT_KIND_ROW)};
#undef DOCUMENT_KIND_ROW

/* Capitals and digits of text; false when another character is there, nothing is left or it is too
 * long. */
static bool normalise(const char *text, char normal[DOCUMENT_NUMBER_SIZE])
{
    size_t length = 0;
    assert(text != NULL && normal != NULL);
    for (; *text != '\0'; text++) {
        if (strchr(" .-/()", *text) != NULL)
            continue;
        char c = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) ||
            length == DOCUMENT_NUMBER_SIZE - 1)
            return false;
        normal[length++] = c;
    }
    assert(length < DOCUMENT_NUMBER_SIZE);
    normal[length] = '\0';
    return length > 0;
}

static bool is_date(const char *digits) /* YYYYMMDD */
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    assert(digits_only(digits, 8));
    int year = digits_modulo(digits, 4, 10000);
    int month = digits_modulo(digits + 4, 2, 100), day = digits_modulo(digits + 6, 2, 100);
    if (year < 1850 || month < 1 || month > 12)
        return false;
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day >= 1 && day <= days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

/* GB 11643: the province (GB/T 2260; 81 to 83 of residence permits), the county, the date of birth,
 * three digits and the check. */
static bool resident_card_has_form(const char *number)
{
    static const char provinces[] = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 "
                                    "46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91";
    const char province[] = {number[0], number[1], '\0'};
    return strlen(number) == 18 && digits_only(number, 17) &&
           (digits_only(number + 17, 1) || number[17] == 'X') &&
           strstr(provinces, province) != NULL && is_date(number + 6);
}

/* ISO 7064 MOD 11-2 */
static bool resident_card_check(const char *number)
{
    int remainder = 0;
    assert(strlen(number) == 18);
    for (size_t i = 0; i < 17; i++)
        remainder = (remainder + number[i] - '0') * 2 % 11;
    int check = number[17] == 'X' ? 10 : number[17] - '0';
    return (remainder + check) % 11 == 1;
}

/* One or two letters, six digits and the check. */
static bool hong_kong_card_has_form(const char *number)
{
    size_t length = strlen(number);
    return (length == 8 && digits_fit(number, "A999999X") &&
            (digits_only(number + 7, 1) || number[7] == 'A')) ||
           (length == 9 && digits_fit(number, "AA999999X") &&
            (digits_only(number + 8, 1) || number[8] == 'A'));
}

/* Weights 9 to 1 from the first of two letters on, where one letter has a blank worth 36 before it;
 * the sum is divisible by 11, A of the check being 10. */
static bool hong_kong_card_check(const char *number)
{
    size_t length = strlen(number);
    int sum = length == 8 ? 36 * 9 : 0;
    assert(length == 8 || length == 9);
    for (size_t i = 0; i < length; i++)
        sum += digit_value(number[i]) * (int)(length - i);
    return sum % 11 == 0;
}

/* Only where no kind with a rule serves the country, so that one card cannot have two keys. */
static bool national_is_of(const char *country)
{
    assert(strlen(country) == 2);
    for (size_t i = 0; i < DOCUMENT_KIND_COUNT; i++)
        if (strcmp(kinds[i].country, country) == 0)
            return false;
    return true;
}

static bool is_of_country(const struct person_document *document)
{
    const char *country = kinds[document->kind].country;
    assert(strlen(document->country) == 2);
    if (document->kind == DOCUMENT_KIND_NATIONAL_CARD)
        return national_is_of(document->country);
    return country[0] == '\0' || strcmp(country, document->country) == 0;
}

static bool has_form(const struct person_document *document)
{
    size_t length = strlen(document->number);
    assert(length > 0 && length < DOCUMENT_NUMBER_SIZE);
    switch (document->kind) {
    case DOCUMENT_KIND_RESIDENT_CARD:
        return resident_card_has_form(document->number);
    case DOCUMENT_KIND_HONG_KONG_CARD:
        return hong_kong_card_has_form(document->number);
    case DOCUMENT_KIND_PASSPORT:
        return length >= PASSPORT_BYTES_MIN && length <= PASSPORT_BYTES_MAX;
    case DOCUMENT_KIND_NATIONAL_CARD:
        return length >= NATIONAL_BYTES_MIN;
    case DOCUMENT_KIND_NONE:
    case DOCUMENT_KIND_COUNT:
        break;
    }
    return false;
}

/* The check digits of a passport stand in its machine-readable zone, not in its number. */
static bool has_check(const struct person_document *document)
{
    assert(document->kind != DOCUMENT_KIND_NONE);
    if (document->kind == DOCUMENT_KIND_RESIDENT_CARD)
        return resident_card_check(document->number);
    return document->kind != DOCUMENT_KIND_HONG_KONG_CARD || hong_kong_card_check(document->number);
}

enum document_verdict person_document_read(struct person_document *out, const char *text,
                                           int64_t now_us)
{
    assert(out->kind > DOCUMENT_KIND_NONE && out->kind < DOCUMENT_KIND_COUNT);
    if (!is_of_country(out))
        return DOCUMENT_COUNTRY;
    if (!normalise(text, out->number) || !has_form(out))
        return DOCUMENT_FORM;
    if (!has_check(out))
        return DOCUMENT_CHECK;
    return out->expire_us != 0 && out->expire_us <= now_us ? DOCUMENT_EXPIRED : DOCUMENT_ACCEPTED;
}

const char *document_kind_name(enum document_kind kind)
{
    assert(kind > DOCUMENT_KIND_NONE && kind < DOCUMENT_KIND_COUNT);
    return kinds[kind].name;
}

enum document_kind document_kind_find(const char *name)
{
    int kind = DOCUMENT_KIND_NONE + 1;
    assert(name != NULL);
    while (kind < DOCUMENT_KIND_COUNT && strcmp(kinds[kind].name, name) != 0)
        kind++;
    return kind < DOCUMENT_KIND_COUNT ? (enum document_kind)kind : DOCUMENT_KIND_NONE;
}

const struct refusal *document_refusal(enum document_verdict verdict)
{
    assert(verdict != DOCUMENT_ACCEPTED);
    return &refusals[verdict - 1];
}
