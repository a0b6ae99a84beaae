/* Shows people their notices, and keeps which ones they have read. */
#include <assert.h>

#include "identity/service/fields.h"
#include "identity/service/identity_service.h"
#include "identity/service/start.h"
#include "identity/store/notice_store.h"
#include "identity/v1/notice.pb-c.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define list_notices_admit(call) caller_admit(call)
#define mark_notices_read_admit(call) caller_admit(call)
#define mark_notices_read_scope(call, request) caller_id(call)
#define mark_notices_read_read mark_notices_read_read
#include "identity/service/notice_rpc.h"

#define KIND_IS_THE_WIRES(kind)                                                             \
    static_assert((int)NOTICE_##kind == (int)IDENTITY__V1__NOTICE_KIND__NOTICE_KIND_##kind, \
                  "kinds are the wire's");
NOTICES(KIND_IS_THE_WIRES)

/* ---- ListNotices ---- */

static ProtobufCMessage *notice_to_message(struct call *call, const void *row)
{
    const struct notice *notice = row;
    struct arena *arena = call_arena(call);
    Identity__V1__Notice *message = arena_alloc(arena, sizeof *message);
    identity__v1__notice__init(message);
    message->notice_id = id_to_message(call, notice->notice_id);
    message->kind = (Identity__V1__NoticeKind)notice->kind;
    message->create_time = timestamp_from_us(arena, notice->created_us);
    if (!id_is_nil(notice->account_id))
        message->account_id = id_to_message(call, notice->account_id);
    message->subject = arena_strdup(arena, notice->subject);
    message->text = arena_strdup(arena, notice->text);
    if (notice->read_us != 0)
        message->read_time = timestamp_from_us(arena, notice->read_us);
    return &message->base;
}

static int list_notices(struct call *call, const struct list_notices *request,
                        Identity__V1__ListNoticesResponse *response)
{
    struct notices found;
    int64_t unread = 0;
    const struct notice_page page = {.principal_id = caller_id(call),
                                     .kind = (enum notice_kind)request->kind,
                                     .start_us = request->start_us,
                                     .end_us = request->end_us,
                                     .unread = request->unread,
                                     .before_id = request->before_id,
                                     .limit = page_limit(request->page_size)};
    int no = notice_store_list(identity_reader(call), &page, &found);
    if (no == 0)
        no = notice_store_count_unread(identity_reader(call), page.principal_id, &unread);
    response->unread_count = (int32_t)unread;
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, notice_id,
                                      notice_to_message),
                                 &response->base);
}

/* ---- MarkNoticesRead ---- */

static void mark_notices_read_read(struct call *call,
                                   const Identity__V1__MarkNoticesReadRequest *message,
                                   struct mark_notices_read *request)
{
    mark_notices_read_fields(call, message, request);
    if (request->n_notice_ids == 0 && !request->all)
        call_add_field_violation(call, "notice_ids", FAULT_REQUIRED,
                                 "Must name a notice, unless all are meant.");
    if (request->n_notice_ids != 0 && request->all)
        call_add_field_violation(call, "all", FAULT_NOT_ALLOWED, "Stands in the place of ids.");
}

static int mark_notices_read(struct mutation *mutation, const struct mark_notices_read *request,
                             Identity__V1__MarkNoticesReadResponse *response)
{
    const struct notices_read read = {caller_id(mutation->call),
                                      id_array(request->notice_ids, request->n_notice_ids),
                                      request->all, mutation->now_us};
    int64_t marked = 0, unread = 0;
    int no = notice_store_mark_read(mutation->transaction, &read, &marked, &unread);
    response->marked_count = (int32_t)marked;
    response->unread_count = (int32_t)unread;
    return no;
}
