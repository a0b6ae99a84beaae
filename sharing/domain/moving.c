#include "sharing/domain/moving.h"

#include <assert.h>

static bool was_merged(const struct benefit_home *home)
{
    assert(home->merged_company_ids != NULL || home->merged_count == 0);
    for (size_t i = 0; i < home->merged_count; i++) {
        if (id_equal(home->merged_company_ids[i], home->company_id))
            return true;
    }
    return false;
}

bool benefits_follow(const struct benefit_home *home)
{
    assert(home != NULL);
    if (id_is_nil(home->verified_company_id) || benefits_verified(home))
        return false;
    return id_equal(home->company_id, home->account_id) || was_merged(home);
}

bool benefits_can_move(int64_t rows)
{
    return rows <= MOVING_ROWS_MAX;
}

bool benefits_verified(const struct benefit_home *home)
{
    assert(home != NULL);
    return !id_is_nil(home->verified_company_id) &&
           id_equal(home->company_id, home->verified_company_id);
}
