#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "ledger/domain/price_book.h"

#define NANOS_OF_ONE INT64_C(1000000000)
#define MICROS_OF_ONE INT64_C(1000000)
#define NUMBER_SIZE 32

struct words {
    char *text;
    size_t length;
};

static void add(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct words *words, const char *format, ...)
{
    va_list arguments;
    assert(words->length < PRICE_WORDS_SIZE);
    va_start(arguments, format);
    int written =
        vsnprintf(words->text + words->length, PRICE_WORDS_SIZE - words->length, format, arguments);
    va_end(arguments);
    words->length += written > 0 ? (size_t)written : 0;
    if (words->length >= PRICE_WORDS_SIZE)
        words->length = PRICE_WORDS_SIZE - 1;
}

/* A number of 10^-decimals, with as few of them as say it, but with least. */
static const char *number_of(int64_t parts, int decimals, int least, char text[NUMBER_SIZE])
{
    int64_t one = decimals == 9 ? NANOS_OF_ONE : MICROS_OF_ONE;
    assert(parts >= 0 && (decimals == 9 || decimals == 6) && least <= decimals);
    int size =
        snprintf(text, NUMBER_SIZE, "%" PRId64 ".%0*" PRId64, parts / one, decimals, parts % one);
    for (; decimals > least && text[size - 1] == '0'; decimals--)
        text[--size] = '\0';
    if (text[size - 1] == '.')
        text[size - 1] = '\0';
    return text;
}

static const char *decimal(int64_t parts, int decimals, char text[NUMBER_SIZE])
{
    return number_of(parts, decimals, 2, text);
}

static const char *quantity(int64_t micros, char text[NUMBER_SIZE])
{
    return number_of(micros, 6, 0, text);
}

static void add_fee(struct words *words, const struct price_tier *tier)
{
    char number[NUMBER_SIZE];
    assert(tier->flat_micros >= 0);
    if (tier->flat_micros > 0)
        add(words, " and %s once", decimal(tier->flat_micros, 6, number));
}

static void add_tiers(struct words *words, const struct price *price, const char *currency)
{
    char number[NUMBER_SIZE], up_to[NUMBER_SIZE];
    assert(price->tier_count > 0);
    for (size_t i = 0; i < price->tier_count; i++) {
        const struct price_tier *tier = &price->tiers[i];
        bool is_last = i + 1 == price->tier_count;
        add(words, "%s%s%s", i > 0 ? ", " : "", is_last && i > 0 ? "then " : "",
            decimal(tier->nanos, 9, number));
        if (is_last)
            add(words, " %s", currency);
        else
            add(words, " up to %s", quantity(tier->up_to_micros, up_to));
        add_fee(words, tier);
    }
}

static void add_single(struct words *words, const struct price *price, const char *currency)
{
    char number[NUMBER_SIZE], package[NUMBER_SIZE];
    assert(price->tier_count == 1);
    add(words, "%s %s ", decimal(price->tiers[0].nanos, 9, number), currency);
    if (price->model == PRICE_PACKAGE)
        add(words, "for each %s begun", quantity(price->package_micros, package));
    else
        add(words, price->model == PRICE_FLAT ? "for any quantity" : "a unit");
    add_fee(words, &price->tiers[0]);
}

void price_words(const struct price *price, const char *currency, char words[PRICE_WORDS_SIZE])
{
    struct words said = {words, 0};
    assert(price->model < PRICE_MODEL_END && currency != NULL);
    words[0] = '\0';
    if (price->model == PRICE_NONE)
        add(&said, "sold no more");
    else if (price->model != PRICE_GRADUATED && price->model != PRICE_VOLUME)
        add_single(&said, price, currency);
    else {
        if (price->model == PRICE_VOLUME)
            add(&said, "all at ");
        add_tiers(&said, price, currency);
    }
}
