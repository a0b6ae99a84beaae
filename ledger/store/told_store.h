/* Up to where each chain was told by EntriesRecorded. */
#ifndef LEDGER_STORE_TOLD_STORE_H
#define LEDGER_STORE_TOLD_STORE_H

#include "runtime/database/database.h"

struct told_chain {
    struct id company_id;
    int64_t told_length; /* of the last entry that was told; 0: none was */
    int64_t length;      /* of the last entry that is committed */
};

/* In the task's arena. A company that has no chain is left out. */
enum failure told_store_read(struct reader reader, struct id_array companies,
                             struct told_chain **chains, size_t *count) must_check;

/* The next chains behind a company, in the order of their ids; fewer than limit: they were the
 * last. */
enum failure told_store_list(struct reader reader, struct id after_company_id, size_t limit,
                             struct told_chain **chains, size_t *count) must_check;

/* One event a chain, with its packed message, noted and told together. */
enum failure told_store_tell(struct reader reader, const struct told_chain *chains,
                             const struct bytes *payloads, size_t count,
                             const char *type) must_check;

#endif
