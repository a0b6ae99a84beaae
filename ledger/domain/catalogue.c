#include "ledger/domain/catalogue.h"

#include <assert.h>
#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define WORD_SIZE_MAX 32

static const struct refusal refusals[] = {CATALOGUE_REFUSALS(REFUSAL_ROW)};

const struct refusal *catalogue_refusal(enum catalogue_verdict verdict)
{
    assert(verdict > CATALOGUE_ACCEPTED && verdict <= CATALOGUE_FULL);
    return &refusals[verdict - 1];
}

static bool is_of(const char *text, const char *letters, size_t size_max)
{
    assert(text != NULL && size_max > 0);
    size_t size = strspn(text, letters);
    return size >= 1 && size <= size_max && text[size] == '\0';
}

bool catalogue_word_is_one(const char *word)
{
    assert(word != NULL);
    return is_of(word, LOWER UPPER DIGITS "_-", WORD_SIZE_MAX);
}

bool catalogue_id_is_one(enum catalogue_kind kind, const char *id)
{
    assert(kind < CATALOGUE_KIND_END);
    if (kind == CATALOGUE_REGION)
        return is_of(id, LOWER DIGITS "-", WORD_SIZE_MAX);
    return kind == CATALOGUE_PRODUCT ? catalogue_word_is_one(id)
                                     : is_of(id, LOWER UPPER DIGITS "_-.", CATALOGUE_ID_SIZE_MAX);
}

static int64_t count_max(enum catalogue_kind kind)
{
    static const int64_t counts[] = {
#define CATALOGUE_COUNT(kind, count_max) [kind] = (count_max),
        CATALOGUE_KINDS(CATALOGUE_COUNT)
#undef CATALOGUE_COUNT
    };
    assert(kind < CATALOGUE_KIND_END);
    return counts[kind];
}

enum catalogue_verdict catalogue_create_decide(enum catalogue_kind kind,
                                               const struct catalogue_facts *facts)
{
    assert(facts->count >= 0);
    if (kind == CATALOGUE_SKU && !facts->has_parent)
        return CATALOGUE_NO_PRODUCT;
    if (facts->is_taken)
        return CATALOGUE_TAKEN;
    return facts->count >= count_max(kind) ? CATALOGUE_FULL : CATALOGUE_ACCEPTED;
}

enum catalogue_verdict catalogue_find_decide(enum catalogue_kind kind, bool found,
                                             int64_t retired_us)
{
    static const enum catalogue_verdict missing[] = {[CATALOGUE_REGION] = CATALOGUE_NO_REGION,
                                                     [CATALOGUE_PRODUCT] = CATALOGUE_NO_PRODUCT,
                                                     [CATALOGUE_SKU] = CATALOGUE_NO_SKU};
    assert(kind < CATALOGUE_KIND_END);
    return found && retired_us == 0 ? CATALOGUE_ACCEPTED : missing[kind];
}
