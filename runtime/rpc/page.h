/* Pages of a list. A page's rows are read with one more than it answers with (page_limit): the row
 * too many says that another page follows, so a last page that is full promises none.
 *
 * A page token is a place in a list and, behind a dash, whose question it answers: the list, who
 * asks, and what the list is narrowed to. In any other question it is NOT_A_CURSOR. The moments
 * that a list is narrowed to may move: the last week is another one a second later; and so may
 * allow_missing, for who hears of what is missing allows it and goes on. */
#ifndef RUNTIME_RPC_PAGE_H
#define RUNTIME_RPC_PAGE_H

#include <stddef.h>

#include "runtime/base/id.h"
#include "runtime/rpc/call.h"

/* How many of a page: 0 means 50, at most 100 (more is taken as 100); negative is a violation. */
size_t field_page_size(struct call *call, int32_t page_size);

/* The page_token of a list's request, which is the last row's id, for lists that are ordered by id
 * downwards: "" gives the highest id. */
struct id field_page_token(struct call *call, const ProtobufCMessage *request);

/* The same for lists that are ordered by id upwards: "" gives the nil id, which is the lowest. */
struct id field_page_token_up(struct call *call, const ProtobufCMessage *request);

/* A place in a list that is ordered by a number, and within it by another. */
struct page_place {
    int64_t number;
    int64_t part;
};

/* A page_token that is such a place: "" gives the highest place; or upwards, {0, 0}. */
struct page_place field_page_place(struct call *call, const ProtobufCMessage *request);
struct page_place field_page_place_up(struct call *call, const ProtobufCMessage *request);

/* A page_token that the list itself reads: "" on the first page. */
const char *field_page_text(struct call *call, const ProtobufCMessage *request);

/* A token of the question that was read by one of these. */
char *page_token_of_text(struct call *call, const char *last);
char *page_token_of_id(struct call *call, struct id last);
char *page_token_of_place(struct call *call, struct page_place last);

/* The message of one row, in the call's arena; NULL at the arena's maximum. */
typedef ProtobufCMessage *page_message(struct call *call, const void *row);

struct page {
    size_t size; /* asked for; 0: all rows, in one page */
    const void *rows;
    size_t count; /* of rows read: up to size + 1 */
    size_t row_size;
    size_t id_at;   /* where a row has the struct id that the next page begins behind … */
    bool is_worded; /* … or the text */
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

/* The same of rows in the order of a text, const char *. */
#define PAGE_OF_TEXTS(size_, rows_, count_, text_, to_message_)           \
    (&(const struct page){.size = (size_),                                \
                          .rows = (rows_),                                \
                          .count = (count_),                              \
                          .row_size = sizeof(*(rows_)),                   \
                          .id_at = offsetof(__typeof__(*(rows_)), text_), \
                          .is_worded = true,                              \
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
