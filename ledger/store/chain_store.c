#include "ledger/store/chain_store.h"

#include "ledger/store/queries.h"

enum failure chain_store_read_heads(struct reader reader, const struct id *ids, size_t count,
                                    struct chain_head *heads)
{
    struct rows rows;
    for (size_t i = 0; i < count; i++)
        heads[i] = (struct chain_head){.length = 0};
    enum failure failure = ledger_read_chain_heads_alone(
        reader, &(struct ledger_read_chain_heads){.company_ids = {ids, count}}, &rows);
    for (size_t i = 0; failure == FAILURE_NONE && i < rows.count; i++) {
        struct ledger_read_chain_heads_row row = ledger_read_chain_heads_row(&rows, i);
        heads[row.place - 1] = (struct chain_head){row.length, row.has_moved};
    }
    return failure;
}
