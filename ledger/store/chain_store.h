/* How far chains have grown, for those who follow them. */
#ifndef LEDGER_STORE_CHAIN_STORE_H
#define LEDGER_STORE_CHAIN_STORE_H

#include "runtime/database/database.h"

struct chain_head {
    int64_t length; /* 0: there is no entry, or no chain */
    bool has_moved; /* the account that the chain is named like has left it (decision 17) */
};

/* heads[i] of ids[i]; one round trip for all. */
enum failure chain_store_read_heads(struct reader reader, const struct id *ids, size_t count,
                                    struct chain_head *heads) must_check;

#endif
