/* ID-18: two companies that are one legal entity, known to two registers, become one by two
 * operators (R9). */
#ifndef IDENTITY_DOMAIN_COMPANY_MERGE_H
#define IDENTITY_DOMAIN_COMPANY_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "identity/domain/relation.h"
#include "runtime/base/id.h"
#include "runtime/base/refusal.h"

#define COMPANY_NUMBERS_MAX 16  /* of one company */
#define MERGED_ACCOUNTS_MAX 500 /* that come over by one merge */

/* One that was merged already says where it went, as no row goes there twice. A company has one
 * number in a register, so two with numbers of one register are two. Partner and customer
 * would be one. A freeze that stands for the merged company's group would be over with
 * the group. */
#define COMPANY_MERGE_REFUSALS(X)                                                             \
    X(MERGE_UNKNOWN, NEVER, CODE_NOT_FOUND, "COMPANY_NOT_FOUND", "There is no such company.") \
    X(MERGE_ONE, NEVER, CODE_INVALID_ARGUMENT, "MERGE_ONE_COMPANY",                           \
      "A company is not merged into itself.")                                                 \
    X(MERGE_MERGED, NEVER, CODE_FAILED_PRECONDITION, "COMPANY_MERGED",                        \
      "The company was merged into another one already.")                                     \
    X(MERGE_SAME_REGISTER, NEVER, CODE_FAILED_PRECONDITION, "MERGE_SAME_REGISTER",            \
      "Both have a number in the same register, so they are two.")                            \
    X(MERGE_NUMBERS, NEVER, CODE_RESOURCE_EXHAUSTED, "MERGE_LIMIT",                           \
      "The company would have more than 16 numbers.")                                         \
    X(MERGE_ACCOUNTS, NEVER, CODE_RESOURCE_EXHAUSTED, "MERGE_LIMIT",                          \
      "More than 500 accounts would come over at once.")                                      \
    X(MERGE_RELATED, NEVER, CODE_FAILED_PRECONDITION, "MERGE_RELATED",                        \
      "An account of the one is the partner of an account of the other; end that first.")     \
    X(MERGE_FROZEN, NEVER, CODE_FAILED_PRECONDITION, "MERGE_FROZEN",                          \
      "The main account of the company that is merged is frozen; undo that first, or merge "  \
      "the other way round.")                                                                 \
    X(MERGE_CYCLE, NEVER, CODE_FAILED_PRECONDITION, "MERGE_CYCLE",                            \
      "The structure would lead back to the same account.")                                   \
    X(MERGE_DEPTH, NEVER, CODE_FAILED_PRECONDITION, "MERGE_DEPTH",                            \
      "More than two partners would stand above an account.")                                 \
    X(MERGE_BY_ONE, NEVER, CODE_PERMISSION_DENIED, "SELF_APPROVAL",                           \
      "Who asked for an act does not decide it.")                                             \
    X(MERGE_UNAPPROVED, NOT_YET, CODE_PERMISSION_DENIED, "MERGE_UNAPPROVED",                  \
      "Another operator has to approve it.")

enum company_merge_verdict { MERGE_ACCEPTED = 0, COMPANY_MERGE_REFUSALS(REFUSAL_ENUM) };
const struct refusal *company_merge_refusal(enum company_merge_verdict verdict);

struct company_merge {
    bool both_exist;
    bool is_one;
    bool is_merged; /* one of them */
    bool shares_register;
    int64_t numbers;  /* of both */
    int64_t accounts; /* that would come over */
    bool is_related;
    bool is_frozen;
    bool is_cycle;
    int64_t above, below; /* resale edges over and under the two groups (ID-25) */
    struct id operator_id;
    struct id approver_id; /* nil: nobody approved it */
};

enum company_merge_verdict company_merge_decide(const struct company_merge *merge);

#endif
