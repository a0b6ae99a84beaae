#include "ledger/batch/answer.h"

#include "runtime/rpc/terms.h"

/* As TERM_AMOUNT, of a name that the allowance says. Returns how many terms it is. */
static size_t add_amount(struct arena *arena, struct refusal_term terms[2], const struct term *term,
                         const struct currency *currency)
{
    terms[0] = (struct refusal_term){term->name, term_decimal(arena, term->micros, currency)};
    terms[1] = (struct refusal_term){arena_printf(arena, "%s_micros", term->name),
                                     term_micros(arena, term->micros)};
    return 2;
}

const struct refusal_term *answer_terms(struct arena *arena, const struct allowance *allowance,
                                        const char *currency)
{
    struct refusal_term *terms =
        arena_alloc_array(arena, 2 * allowance->term_count + 5, sizeof *terms);
    bool is_bound = allowance->binding[0] != '\0';
    if (!is_bound && allowance->term_count == 0)
        return terms;
    size_t count = 0;
    const struct currency *known = currency_find(currency);
    for (size_t i = 0; i < allowance->term_count; i++)
        count += add_amount(arena, &terms[count], &allowance->terms[i], known);
    terms[count++] = (struct refusal_term){"currency", currency};
    if (!is_bound) /* not for the caller to know */
        return terms;
    count +=
        add_amount(arena, &terms[count], &(const struct term){"limit", allowance->micros}, known);
    terms[count++] = (struct refusal_term){"binding", allowance->binding};
    return terms;
}
