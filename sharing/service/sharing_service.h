/* The seven services of sharing, and what their files have in common. */
#ifndef SHARING_SERVICE_SHARING_SERVICE_H
#define SHARING_SERVICE_SHARING_SERVICE_H

#include "google/protobuf/timestamp.pb-c.h"
#include "runtime/database/database.h"
#include "runtime/rpc/server.h"
#include "sharing/domain/share.h"
#include "sharing/store/asset_store.h"
#include "sharing/store/share_store.h"
#include "sharing/v1/asset.pb-c.h"
#include "sharing/v1/share.pb-c.h"

#define ASSET_NAME_BYTES_MAX 128

/* The context of every service. */
struct sharing {
    struct database *database;
};

/* In place of an account, an asset or an organization. */
static const struct id nobody = {{0}};

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
void coverage_service_mount(struct rpc_server *server, struct sharing *sharing);
void report_service_mount(struct rpc_server *server, struct sharing *sharing);

/* A decision that says NULL or why not: 0, or the call is refused. */
int refuse_unless(struct call *call, const struct refusal *refusal);

/* Of several parties, or a party that stands for itself (ids NULL): 0, or the call is refused by
 * the first that fails, which the term account_id names (ID-18). */
int refuse_parties(struct call *call, const struct share_party *parties, const struct id *ids,
                   size_t count);

/* An id as text, or a list of names as protobuf-c wants it. */
char *id_to_message(struct call *call, struct id id);
char **names_to_message(struct call *call, const struct names *names);
Sharing__V1__Asset *asset_to_message(struct call *call, const struct asset *asset);
Sharing__V1__Share *share_to_message(struct call *call, const struct share *share);

/* count times the same moment. */
int64_t *repeat_time(struct call *call, int64_t time_us, size_t count);

/* "ecs", "PAY_AS_YOU_GO": 1 to 32 letters, digits, '_' and '-'. At most count_max of them. */
void field_names(struct call *call, const char *field, const char *const *texts, size_t count,
                 size_t count_max);

/* The facts of an asset that the rules ask about; borrows its lists. */
struct benefit_asset asset_to_benefit(const struct asset *asset);

/* Shares a new asset by its owner's automatic rule (SHR-07), as far as there is room; an event
 * tells of each account that is left out (SHR-08). */
enum failure share_by_rule(struct transaction *transaction, struct id company_id,
                           const struct asset *asset, int64_t now_us);

#endif
