#include "identity/domain/company_merge.h"

#include <assert.h>

static const struct refusal refusals[] = {COMPANY_MERGE_REFUSALS(REFUSAL_ROW)};

const struct refusal *company_merge_refusal(enum company_merge_verdict verdict)
{
    assert(verdict != MERGE_ACCEPTED);
    return &refusals[verdict - 1];
}

/* Whether they are two that are known, and one legal entity as far as can be told. */
static enum company_merge_verdict decide_companies(const struct company_merge *merge)
{
    if (!merge->both_exist)
        return MERGE_UNKNOWN;
    if (merge->is_one)
        return MERGE_ONE;
    if (merge->is_merged)
        return MERGE_MERGED;
    if (merge->shares_register)
        return MERGE_SAME_REGISTER;
    if (merge->numbers > COMPANY_NUMBERS_MAX)
        return MERGE_NUMBERS;
    return merge->accounts > MERGED_ACCOUNTS_MAX ? MERGE_ACCOUNTS : MERGE_ACCEPTED;
}

/* B.1: what has to hold in the structure afterwards. */
static enum company_merge_verdict decide_structure(const struct company_merge *merge)
{
    assert(merge->above >= 0 && merge->below >= 0);
    if (merge->is_related)
        return MERGE_RELATED;
    if (merge->is_frozen)
        return MERGE_FROZEN;
    if (merge->is_cycle)
        return MERGE_CYCLE;
    return merge->above + merge->below > RELATION_DEPTH_MAX ? MERGE_DEPTH : MERGE_ACCEPTED;
}

enum company_merge_verdict company_merge_decide(const struct company_merge *merge)
{
    enum company_merge_verdict verdict = decide_companies(merge);
    if (verdict == MERGE_ACCEPTED)
        verdict = decide_structure(merge);
    if (verdict != MERGE_ACCEPTED)
        return verdict;
    if (id_equal(merge->approver_id, merge->operator_id))
        return MERGE_BY_ONE;
    return id_is_nil(merge->approver_id) ? MERGE_UNAPPROVED : MERGE_ACCEPTED;
}
