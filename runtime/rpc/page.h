/* Pages of a list. A page's rows are read with one more than it answers with (page_limit): the row
 * too many says that another page follows, so a last page that is full promises none. */
#ifndef RUNTIME_RPC_PAGE_H
#define RUNTIME_RPC_PAGE_H

#include <stddef.h>

#include "runtime/rpc/call.h"

/* The message of one row, in the call's arena; NULL at the arena's maximum. */
typedef ProtobufCMessage *page_message(struct call *call, const void *row);

struct page {
    size_t size; /* asked for; 0: all rows, in one page */
    const void *rows;
    size_t count; /* of rows read: up to size + 1 */
    size_t row_size;
    size_t id_at; /* where a row has the struct id that the next page begins behind */
    page_message *to_message;
};

/* rows points to the first of count; the member id is its place in the list's order. */
#define PAGE(size_, rows_, count_, id_, to_message_)                    \
    (&(const struct page){.size = (size_),                              \
                          .rows = (rows_),                              \
                          .count = (count_),                            \
                          .row_size = sizeof(*(rows_)),                 \
                          .id_at = offsetof(__typeof__(*(rows_)), id_), \
                          .to_message = (to_message_)})

/* How many rows to read for a page of size. */
static inline size_t page_limit(size_t size)
{
    return size + 1;
}

/* Fills the one repeated field of messages that a list's response has, and its next_page_token, ""
 * on the last page. */
enum failure page_answer(struct call *call, const struct page *page,
                         ProtobufCMessage *response) must_check;

#endif
