#include "identity/domain/same_company.h"

#include <assert.h>

/* Only corporate accounts are verified to a company. */
static bool is_consistent(const struct account_company *one)
{
    return id_is_nil(one->company_id) || one->type == ACCOUNT_TYPE_CORPORATE;
}

enum same_company_verdict same_company_decide(const struct account_company *one,
                                              const struct account_company *other)
{
    assert(is_consistent(one) && is_consistent(other));
    if (one->type == ACCOUNT_TYPE_INDIVIDUAL || other->type == ACCOUNT_TYPE_INDIVIDUAL)
        return SAME_COMPANY_NOT_CORPORATE;
    if (id_is_nil(one->company_id) || id_is_nil(other->company_id))
        return SAME_COMPANY_NOT_VERIFIED;
    if (!id_equal(one->company_id, other->company_id))
        return SAME_COMPANY_DIFFERENT;
    return SAME_COMPANY;
}

bool same_company_fails(enum same_company_verdict verdict, const struct account_company *one)
{
    assert(verdict == SAME_COMPANY_NOT_CORPORATE || verdict == SAME_COMPANY_NOT_VERIFIED);
    return verdict == SAME_COMPANY_NOT_CORPORATE ? one->type == ACCOUNT_TYPE_INDIVIDUAL
                                                 : id_is_nil(one->company_id);
}
