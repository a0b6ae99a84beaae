/* Sharing as the gateway sees it: it keeps each account's company facts. Same answers as in
 * identity_peer.h. */
#ifndef GATEWAY_PEERS_SHARING_PEER_H
#define GATEWAY_PEERS_SHARING_PEER_H

#include <stdbool.h>

#include "runtime/base/id.h"
#include "runtime/rpc/client.h"

struct sharing_account {
    const char *account_id;
    const char *company_id;
    bool corporate;
    bool verified;
};

/* Opens the account or brings its facts up to date. */
enum failure sharing_account_open(struct task *task, struct rpc_client *sharing,
                                  const struct sharing_account *account, struct id request_id,
                                  struct rpc_status *status) must_check;

#endif
