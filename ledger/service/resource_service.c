/* The register of resources: the services that run them tell it, the account's people read it and
 * say what renews itself. */
#include "ledger/domain/catalogue.h"
#include "ledger/domain/refusals.h"
#include "ledger/domain/resource.h"
#include "ledger/ledger.h"
#include "ledger/service/account_note.h"
#include "ledger/service/resource_message.h"
#include "ledger/store/resource_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/text.h"
#include "runtime/rpc/page.h"

#define register_resource_read register_resource_read
#define register_resource_refused register_resource_refused
#define change_resource_state_read change_resource_state_read
#define change_resource_state_refused change_resource_state_refused
#define set_auto_renew_read set_auto_renew_read
#define set_auto_renew_refused set_auto_renew_refused
#define extend_subscription_read extend_subscription_read
#define extend_subscription_refused extend_subscription_refused
#define get_resource_read get_resource_read
#include "ledger/service/resource_rpc.h"

/* ---- the fields ---- */

/* The account, and the resource by its service and its id. */
struct named {
    struct id company_id, account_id;
    const char *source, *resource_id;
};
#define NAMED(request)                                                                      \
    (&(const struct named){(request)->company_id, (request)->account_id, (request)->source, \
                           (request)->resource_id})

static void field_word(struct call *call, const char *field, const char *word)
{
    if (!catalogue_word_is_one(word))
        call_add_field_violation(call, field, FAULT_MALFORMED,
                                 "must be 1 to 32 letters, digits, \"_\" and \"-\"");
}

static void field_named(struct call *call, const struct named *named)
{
    field_word(call, "source", named->source);
    if (!catalogue_id_is_one(CATALOGUE_SKU, named->resource_id))
        call_add_field_violation(call, "resource_id", FAULT_MALFORMED,
                                 "must be 1 to 64 letters, digits, \".\", \"_\" and \"-\"");
}

static void field_meters(struct call *call, const struct register_resource *request)
{
    if (request->n_stopped_meters > RESOURCE_METERS_MAX)
        call_add_field_violation(call, "stopped_meters", FAULT_TOO_MANY, "has more than 16");
    for (size_t i = 0; i < request->n_stopped_meters && i < RESOURCE_METERS_MAX; i++)
        field_word(call, "stopped_meters", request->stopped_meters[i]);
}

static void field_term(struct call *call, const struct register_resource *request)
{
    bool has_term = request->has_start_time || request->has_end_time || request->auto_renew;
    if ((int)request->kind != RESOURCE_SUBSCRIPTION) {
        if (has_term)
            call_add_field_violation(call, "end_time", FAULT_NOT_ALLOWED,
                                     "a resource that is paid as it is used has no term");
        return;
    }
    if (!request->has_start_time)
        call_add_field_violation(call, "start_time", FAULT_REQUIRED, "is required");
    if (!request->has_end_time)
        call_add_field_violation(call, "end_time", FAULT_REQUIRED, "is required");
    else if (request->end_us <= request->start_us)
        call_add_field_violation(call, "end_time", FAULT_MISMATCH, "must be after the start");
}

static void register_resource_read(struct call *call,
                                   const Ledger__V1__RegisterResourceRequest *message,
                                   struct register_resource *request)
{
    register_resource_fields(call, message, request);
    field_named(call, NAMED(request));
    if (!catalogue_id_is_one(CATALOGUE_REGION, request->region_id))
        call_add_field_violation(call, "region_id", FAULT_MALFORMED,
                                 "must be 1 to 32 bytes of a-z, 0-9 and \"-\"");
    field_word(call, "product_id", request->product_id);
    if (!resource_kind_is_one((int)request->kind))
        call_add_field_violation(call, "kind", FAULT_UNKNOWN_VALUE, "is none of the kinds");
    field_meters(call, request);
    field_term(call, request);
}

static void change_resource_state_read(struct call *call,
                                       const Ledger__V1__ChangeResourceStateRequest *message,
                                       struct change_resource_state *request)
{
    change_resource_state_fields(call, message, request);
    field_named(call, NAMED(request));
    if (!resource_state_is_one((int)request->state))
        call_add_field_violation(call, "state", FAULT_UNKNOWN_VALUE, "is none of the states");
    if (request->version < 1)
        call_add_field_violation(call, "version", FAULT_NOT_POSITIVE, "must be above zero");
}

static void set_auto_renew_read(struct call *call, const Ledger__V1__SetAutoRenewRequest *message,
                                struct set_auto_renew *request)
{
    set_auto_renew_fields(call, message, request);
    field_named(call, NAMED(request));
}

static void extend_subscription_read(struct call *call,
                                     const Ledger__V1__ExtendSubscriptionRequest *message,
                                     struct extend_subscription *request)
{
    extend_subscription_fields(call, message, request);
    field_named(call, NAMED(request));
    if (!request->has_end_time)
        call_add_field_violation(call, "end_time", FAULT_REQUIRED, "is required");
}

static void get_resource_read(struct call *call, const Ledger__V1__GetResourceRequest *message,
                              struct get_resource *request)
{
    get_resource_fields(call, message, request);
    field_named(call, NAMED(request));
}

/* ---- what was done, or refused (GW-07) ---- */

/* locked NULL: of a refusal. */
static enum failure note(struct mutation *mutation, const struct named *named,
                         const struct locked_account *locked, const char *action,
                         const char *wanted)
{
    const char *remark = arena_printf(call_arena(mutation->call), "%s/%s%s%s", named->source,
                                      named->resource_id, wanted[0] != '\0' ? " " : "", wanted);
    return account_note(mutation, locked,
                        (struct noted_act){.company_id = named->company_id,
                                           .account_id = named->account_id,
                                           .action = action,
                                           .currency = "",
                                           .remark = remark});
}

static enum failure register_resource_refused(struct mutation *mutation,
                                              const struct register_resource *request)
{
    return note(mutation, NAMED(request), NULL, "register_resource", request->product_id);
}

static enum failure change_resource_state_refused(struct mutation *mutation,
                                                  const struct change_resource_state *request)
{
    return note(mutation, NAMED(request), NULL, "change_resource_state",
                resource_state_name((enum resource_state)request->state));
}

static enum failure set_auto_renew_refused(struct mutation *mutation,
                                           const struct set_auto_renew *request)
{
    return note(mutation, NAMED(request), NULL, "set_auto_renew",
                request->auto_renew ? "on" : "off");
}

static enum failure extend_subscription_refused(struct mutation *mutation,
                                                const struct extend_subscription *request)
{
    char until[CLOCK_TEXT_SIZE];
    return note(mutation, NAMED(request), NULL, "extend_subscription",
                clock_format(request->end_us, until));
}

/* ---- registering ---- */

static struct resource wanted(const struct mutation *mutation,
                              const struct register_resource *request)
{
    return (struct resource){.registration_id = id_new(mutation->now_us),
                             .source = request->source,
                             .resource_id = request->resource_id,
                             .account_id = request->account_id,
                             .product_id = request->product_id,
                             .region_id = request->region_id,
                             .kind = (enum resource_kind)request->kind,
                             .state = RESOURCE_CREATED,
                             .charges_from_creation = request->charges_from_creation,
                             .stopped_meters =
                                 resource_join(call_arena(mutation->call), request->stopped_meters,
                                               request->n_stopped_meters),
                             .start_us = request->start_us,
                             .end_us = request->end_us,
                             .auto_renew = request->auto_renew,
                             .created_us = mutation->now_us,
                             .changed_us = mutation->now_us};
}

/* Under the lock of the account's chain, so that it is not closed meanwhile. */
static int lock_account(struct mutation *mutation, const struct named *named,
                        struct locked_account *locked)
{
    int no =
        account_store_lock(mutation->transaction, named->company_id, named->account_id, locked);
    if (no == 0 && !locked->found)
        no = call_refuse(mutation->call, &account_unknown, NO_TERMS);
    return no;
}

static int insert(struct mutation *mutation, const struct resource *resource,
                  enum account_state state)
{
    struct resource_facts facts = {.state = state};
    bool kept = false;
    int no = resource_store_read_facts(mutation->transaction, resource, &facts);
    if (no == 0)
        no = resource_store_insert(mutation->transaction, resource, &kept);
    if (no != 0)
        return no;
    facts.is_taken = !kept;
    const struct refusal *refusal = resource_register_decide(&facts);
    return refusal != NULL ? call_refuse(mutation->call, refusal, NO_TERMS) : 0;
}

static int register_resource(struct mutation *mutation, const struct register_resource *request,
                             Ledger__V1__RegisterResourceResponse *response)
{
    const struct resource resource = wanted(mutation, request);
    struct locked_account locked;
    int no = lock_account(mutation, NAMED(request), &locked);
    if (no == 0)
        no = insert(mutation, &resource, locked.account.state);
    if (no == 0)
        no = note(mutation, NAMED(request), &locked, "register_resource", request->product_id);
    response->resource = (void *)resource_to_message(mutation->call, &resource);
    return no;
}

/* ---- changing ---- */

struct change {
    struct locked_account locked;
    struct resource resource;
};

static int lock(struct mutation *mutation, const struct named *named, struct change *change)
{
    bool found = false;
    int no = lock_account(mutation, named, &change->locked);
    if (no == 0)
        no = resource_store_lock(mutation->transaction, named->source, named->resource_id,
                                 &change->resource, &found);
    if (no == 0 && (!found || !id_equal(change->resource.account_id, named->account_id)))
        no = resource_refuse(mutation->call, RESOURCE_UNKNOWN, NULL);
    return no;
}

static int keep(struct mutation *mutation, const struct named *named, struct change *change,
                const char *action, const char *wanted)
{
    change->resource.changed_us = mutation->now_us;
    int no = resource_store_update(mutation->transaction, &change->resource);
    return no != 0 ? no : note(mutation, named, &change->locked, action, wanted);
}

static int take_state(struct mutation *mutation, const struct change_resource_state *request,
                      struct change *change)
{
    enum resource_state state = (enum resource_state)request->state;
    enum resource_verdict verdict = resource_state_decide(&change->resource, state);
    if (verdict == RESOURCE_STEP)
        return resource_refuse_step(mutation->call, &change->resource, state);
    int no = resource_refuse(mutation->call, verdict, &change->resource);
    if (no != 0)
        return no;
    change->resource.state = state;
    change->resource.version = request->version;
    change->resource.auto_renew &= state != RESOURCE_RELEASED;
    return keep(mutation, NAMED(request), change, "change_resource_state",
                resource_state_name(state));
}

static int change_resource_state(struct mutation *mutation,
                                 const struct change_resource_state *request,
                                 Ledger__V1__ChangeResourceStateResponse *response)
{
    struct change change;
    int no = lock(mutation, NAMED(request), &change);
    if (no == 0 && !resource_is_late(&change.resource, request->version))
        no = take_state(mutation, request, &change);
    if (no == 0)
        response->resource = (void *)resource_to_message(mutation->call, &change.resource);
    return no;
}

static int set_auto_renew(struct mutation *mutation, const struct set_auto_renew *request,
                          Ledger__V1__SetAutoRenewResponse *response)
{
    struct change change;
    int no = lock(mutation, NAMED(request), &change);
    if (no == 0)
        no = resource_refuse(
            mutation->call,
            resource_renewal_decide(&change.resource, request->auto_renew, mutation->now_us),
            &change.resource);
    if (no != 0)
        return no;
    change.resource.auto_renew = request->auto_renew;
    no = keep(mutation, NAMED(request), &change, "set_auto_renew",
              request->auto_renew ? "on" : "off");
    response->resource = (void *)resource_to_message(mutation->call, &change.resource);
    return no;
}

static int extend_subscription(struct mutation *mutation, const struct extend_subscription *request,
                               Ledger__V1__ExtendSubscriptionResponse *response)
{
    struct change change;
    char until[CLOCK_TEXT_SIZE];
    int no = lock(mutation, NAMED(request), &change);
    if (no == 0)
        no = resource_refuse(mutation->call,
                             resource_extend_decide(&change.resource, request->end_us),
                             &change.resource);
    if (no != 0)
        return no;
    change.resource.end_us = request->end_us;
    no = keep(mutation, NAMED(request), &change, "extend_subscription",
              clock_format(request->end_us, until));
    response->resource = (void *)resource_to_message(mutation->call, &change.resource);
    return no;
}

/* ---- reads ---- */

static struct reader reader(struct call *call)
{
    struct ledger *ledger = call_context(call);
    return reader_of(call_task(call), ledger->database);
}

static int get_resource(struct call *call, const struct get_resource *request,
                        Ledger__V1__GetResourceResponse *response)
{
    struct resource resource;
    bool found;
    int no =
        resource_store_read(reader(call), request->source, request->resource_id, &resource, &found);
    if (no != 0)
        return no;
    if (!found || !id_equal(resource.account_id, request->account_id))
        return resource_refuse(call, RESOURCE_UNKNOWN, NULL);
    response->resource = (void *)resource_to_message(call, &resource);
    return 0;
}

static int list_resources(struct call *call, const struct list_resources *request,
                          Ledger__V1__ListResourcesResponse *response)
{
    struct resource_list list;
    const struct resource_page page = {.account_id = request->account_id,
                                       .before_id = request->before_id,
                                       .state = (int64_t)request->state,
                                       .kind = (int64_t)request->kind,
                                       .product_id = request->product_id,
                                       .region_id = request->region_id,
                                       .charging = request->still_charging,
                                       .with_ended = request->with_ended,
                                       .limit = page_limit(request->page_size)};
    int no = resource_store_list(reader(call), &page, &list);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, list.items, list.count, registration_id,
                                      resource_to_message),
                                 &response->base);
}
