/* kontor group-discount set: tiers on the command line, 0:0,100000:5,500000:8.5 in per cent. */
#include <stdio.h>
#include <string.h>

#include "cli/functions.h"
#include "cli/invocation.h"
#include "ledger/v1/group_discount.pb-c.h"
#include "runtime/base/amount.h"

#define TIERS_MAX 10
#define MICROS_OF_PPM 100 /* a per cent is 10,000 millionths, and 10^6 micros as it is read */

static bool read_tier(char *text, Ledger__V1__GroupTier *tier)
{
    const char *from = strsep(&text, ":");
    int64_t per_cent_micros = 0;
    ledger__v1__group_tier__init(tier);
    if (text == NULL || !amount_parse(from, &tier->from_micros) ||
        !amount_parse(text, &per_cent_micros) || per_cent_micros % MICROS_OF_PPM != 0)
        return false;
    tier->discount_ppm = per_cent_micros / MICROS_OF_PPM;
    return true;
}

static bool read_tiers(struct invocation *invocation, Ledger__V1__SetGroupDiscountRequest *request)
{
    struct arena *arena = task_arena(invocation->task);
    char *rest = arena_strdup(arena, invocation_value(invocation, "tiers"));
    request->tiers = arena_alloc_array(arena, TIERS_MAX, sizeof *request->tiers);
    for (request->n_tiers = 0; rest != NULL && request->n_tiers < TIERS_MAX; request->n_tiers++) {
        char *text = strsep(&rest, ",");
        const char *shown = arena_strdup(arena, text);
        request->tiers[request->n_tiers] = arena_alloc(arena, sizeof **request->tiers);
        if (read_tier(text, request->tiers[request->n_tiers]))
            continue;
        fprintf(stderr,
                "kontor: \"%s\" is no tier: a volume and a discount in per cent, as in "
                "100000:5\n",
                shown);
        return false;
    }
    if (rest != NULL)
        fprintf(stderr, "kontor: there are 10 tiers at most\n");
    return rest == NULL;
}

enum exit_code group_discount_run_set(struct invocation *invocation)
{
    enum exit_code code = invocation_fill(invocation);
    if (code != EXIT_DONE)
        return code;
    if (!read_tiers(invocation, (void *)invocation->request))
        return EXIT_USAGE;
    code = invocation_call(invocation, &ledger__v1__group_discount_service__descriptor,
                           "SetGroupDiscount", invocation->request, &invocation->response);
    if (code == EXIT_DONE)
        invocation_print(invocation, invocation->response);
    return code;
}
