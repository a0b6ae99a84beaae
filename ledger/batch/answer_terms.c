#include "ledger/batch/answer.h"

#include <inttypes.h>

#include "runtime/base/amount.h"

/* An amount as people read it, and as <name>_micros for programs. Returns how many terms it is. */
static size_t add_amount(struct arena *arena, struct refusal_term terms[2], const char *name,
                         int64_t micros, const struct currency *currency)
{
    char text[AMOUNT_TEXT_SIZE];
    terms[0] =
        (struct refusal_term){name, arena_strdup(arena, amount_format(micros, currency, text))};
    terms[1] = (struct refusal_term){arena_printf(arena, "%s_micros", name),
                                     arena_printf(arena, "%" PRId64, micros)};
    return 2;
}

const struct refusal_term *answer_terms(struct arena *arena, const struct allowance *allowance,
                                        const char *currency)
{
    struct refusal_term *terms =
        arena_alloc_array(arena, 2 * allowance->term_count + 5, sizeof *terms);
    if (terms == NULL || allowance->binding[0] == '\0')
        return terms;
    size_t count = 0;
    const struct currency *known = currency_find(currency);
    for (size_t i = 0; i < allowance->term_count; i++)
        count += add_amount(arena, &terms[count], allowance->terms[i].name,
                            allowance->terms[i].micros, known);
    count += add_amount(arena, &terms[count], "limit", allowance->micros, known);
    terms[count++] = (struct refusal_term){"currency", currency};
    terms[count++] = (struct refusal_term){"binding", allowance->binding};
    for (size_t i = 0; i < count; i++)
        if (terms[i].key == NULL || terms[i].value == NULL)
            return NULL;
    return terms;
}
