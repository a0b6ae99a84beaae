#include "gateway/domain/seats.h"

#include <assert.h>
#include <stddef.h>

bool seats_take(struct seats *seats, struct id principal_id)
{
    assert(!id_is_nil(principal_id));
    struct id *free_seat = NULL;
    int64_t taken = 0;
    for (size_t i = 0; i < SEATS; i++) {
        if (id_is_nil(seats->taken[i]))
            free_seat = &seats->taken[i];
        else
            taken += id_equal(seats->taken[i], principal_id) ? 1 : 0;
    }
    assert(taken <= SEATS);
    if (free_seat == NULL || taken >= seats->per_principal_max)
        return false;
    *free_seat = principal_id;
    return true;
}

void seats_leave(struct seats *seats, struct id principal_id)
{
    for (size_t i = 0; i < SEATS; i++) {
        if (id_equal(seats->taken[i], principal_id)) {
            seats->taken[i] = (struct id){{0}};
            return;
        }
    }
    assert(!"nobody leaves a seat that was not taken");
}
