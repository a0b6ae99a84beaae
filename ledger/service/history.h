/* Reading lists: filters, page tokens and kinds that the list rpcs share. */
#ifndef LEDGER_SERVICE_HISTORY_H
#define LEDGER_SERVICE_HISTORY_H

#include "google/protobuf/timestamp.pb-c.h"
#include "ledger/store/history_store.h"
#include "ledger/v1/posting.pb-c.h"
#include "runtime/rpc/call.h"

/* The kinds as the wire names them. */
Ledger__V1__EntryKind history_kind_to_wire(int64_t order_kind);
int64_t history_kind_from_wire(Ledger__V1__EntryKind kind); /* 0 when unspecified or unknown */

/* "sequence" or "sequence.book"; "" is the newest. Adds a violation when it is not one of ours. */
void history_read_page_token(struct call *call, const char *token, struct history_filter *filter);

/* The times of a filter; absent matches all. Recorded times become places in the chain: once the
 * request was found to be well formed, in one look at it for each. */
struct history_times {
    const Google__Protobuf__Timestamp *start, *end; /* recorded */
    const Google__Protobuf__Timestamp *effective_start, *effective_end;
    int64_t start_us, end_us;
};
void history_read_times(struct call *call, struct history_times *times,
                        struct history_filter *filter);
enum failure history_find_times(struct reader reader, const struct history_times *times,
                                struct history_filter *filter) must_check;

/* Where a row of a list stands; kind 0: there the look ended with more behind it. */
struct history_place {
    int64_t sequence;
    int64_t book;
    int64_t kind;
};
typedef struct history_place history_place(const struct rows *rows, size_t row);

/* How much of what was found is listed, and where the next page begins ("" after the last; NULL: no
 * memory). */
size_t history_page(struct arena *arena, const struct history_filter *filter,
                    const struct rows *rows, history_place *place, char **next_page_token);

/* The nil id when the text is empty. */
struct id history_read_optional_id(struct call *call, const char *field, const char *text);

#endif
