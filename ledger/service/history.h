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
char *history_page_token(struct arena *arena, int64_t sequence, int64_t book);

/* The times of a filter; absent matches all. */
void history_read_times(struct call *call, const Google__Protobuf__Timestamp *start, const Google__Protobuf__Timestamp *end,
                        struct history_filter *filter);

/* The nil id when the text is empty. */
struct id history_read_optional_id(struct call *call, const char *field, const char *text);

#endif
