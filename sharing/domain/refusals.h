/* The refusals with one cause each, which ownership.c finds; those of a decision with several stand
 * in its own list. */
#ifndef SHARING_DOMAIN_REFUSALS_H
#define SHARING_DOMAIN_REFUSALS_H

#include "runtime/base/refusal.h"

#define SHARING_REFUSALS(X)                                                                       \
    X(no_such_asset_in_company, NEVER, CODE_NOT_FOUND, "ASSET_NOT_FOUND",                         \
      "There is no such asset in the company.")                                                   \
    X(no_such_asset, NEVER, CODE_NOT_FOUND, "ASSET_NOT_FOUND", "The account owns no such asset.") \
    X(no_such_organization, NEVER, CODE_NOT_FOUND, "ORGANIZATION_NOT_FOUND",                      \
      "The account has no such organization.")                                                    \
    X(too_many_members, NEVER, CODE_RESOURCE_EXHAUSTED, "ORGANIZATION_FULL",                      \
      "An organization has at most 1000 members.")                                                \
    X(no_such_coupon, NEVER, CODE_NOT_FOUND, "COUPON_NOT_FOUND",                                  \
      "The account issued no such coupon.")                                                       \
    X(no_such_account, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND", "There is no such account.")   \
    X(no_such_relation, NEVER, CODE_NOT_FOUND, "PAYMENT_RELATION_NOT_FOUND",                      \
      "The accounts never had a payment relation.")

SHARING_REFUSALS(REFUSAL_EXTERN)

#endif
