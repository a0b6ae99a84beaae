#include "ledger/batch/untold.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#define PLACES 16384 /* a power of two; 256 KiB */
#define PROBES_MAX 8 /* from the place that the id's last bytes name */

struct untold {
    struct id places[PLACES]; /* nil: free */
    size_t next;              /* where taking goes on */
};

struct untold *untold_new(void)
{
    static struct untold untold; /* one per process */
    return &untold;
}

void untold_note(struct untold *untold, struct id company_id)
{
    uint32_t first;
    assert(!id_is_nil(company_id));
    memcpy(&first, company_id.bytes + sizeof company_id.bytes - sizeof first, sizeof first);
    struct id *free_place = NULL;
    for (uint32_t probe = 0; probe < PROBES_MAX; probe++) {
        struct id *place = &untold->places[(first + probe) % PLACES];
        if (id_equal(*place, company_id))
            return; /* behind one that became free, too: nobody is taken twice */
        if (free_place == NULL && id_is_nil(*place))
            free_place = place;
    }
    if (free_place != NULL)
        *free_place = company_id;
}

size_t untold_take(struct untold *untold, struct id *companies, size_t count)
{
    size_t taken = 0;
    for (size_t i = 0; i < PLACES && taken < count; i++) {
        struct id *place = &untold->places[untold->next++ % PLACES];
        if (id_is_nil(*place))
            continue;
        companies[taken++] = *place;
        *place = (struct id){{0}};
    }
    return taken;
}
