/* The five services of sharing, and what their files have in common. */
#ifndef SHARING_SERVICE_SHARING_SERVICE_H
#define SHARING_SERVICE_SHARING_SERVICE_H

#include "google/protobuf/timestamp.pb-c.h"
#include "runtime/database/database.h"
#include "runtime/rpc/server.h"
#include "sharing/store/asset_store.h"
#include "sharing/store/share_store.h"
#include "sharing/v1/asset.pb-c.h"
#include "sharing/v1/share.pb-c.h"

/* The context of every service. */
struct sharing {
    struct database *database;
};

/* For single statements of the call. */
static inline struct reader sharing_reader(struct call *call)
{
    const struct sharing *sharing = call_context(call);
    return reader_of(call_task(call), sharing->database);
}

void account_service_mount(struct rpc_server *server, struct sharing *sharing);
void asset_service_mount(struct rpc_server *server, struct sharing *sharing);
void share_service_mount(struct rpc_server *server, struct sharing *sharing);
void coupon_service_mount(struct rpc_server *server, struct sharing *sharing);
void benefit_service_mount(struct rpc_server *server, struct sharing *sharing);

/* An id as text, or a list of names as protobuf-c wants it; NULL at the arena's maximum. */
char *id_to_message(struct call *call, struct id id);
char **names_to_message(struct call *call, const struct names *names);
Sharing__V1__Asset *asset_to_message(struct call *call, const struct asset *asset);
Sharing__V1__Share *share_to_message(struct call *call, const struct share *share);

/* count times the same moment; NULL at the arena's maximum. */
int64_t *repeat_time(struct call *call, int64_t time_us, size_t count);

/* "ecs", "PAY_AS_YOU_GO": 1 to 32 letters, digits, '_' and '-'. At most count_max of them. */
void field_names(struct call *call, const char *field, const char *const *texts, size_t count,
                 size_t count_max);

/* What the rules ask about an asset; borrows its lists. */
struct benefit_asset asset_to_benefit(const struct asset *asset);

/* Shares a new asset by its owner's automatic rule (SHR-07), as far as there is room; who is left
 * out is told by an event (SHR-08). */
enum failure share_by_rule(struct transaction *transaction, struct id company_id,
                           const struct asset *asset, int64_t now_us);

#endif
