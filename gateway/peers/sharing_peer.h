/* Sharing as the gateway sees it: it keeps each account's company facts. */
#ifndef GATEWAY_PEERS_SHARING_PEER_H
#define GATEWAY_PEERS_SHARING_PEER_H

#include <stdbool.h>

#include "gateway/peers/peer_call.h"
#include "runtime/base/id.h"

struct sharing_account {
    const char *account_id;
    const char *company_id;
    bool corporate;
    bool verified;                   /* for company_id */
    const char *verified_company_id; /* "": none */
    char *const *merged_company_ids; /* of companies that are that one by now */
    size_t merged_company_count;
};

/* Opens the account or brings its facts up to date; what is kept under company_id may follow it
 * into its verified company. */
enum failure sharing_account_open(struct peer_call call, const struct sharing_account *account,
                                  struct id request_id) must_check;

#endif
