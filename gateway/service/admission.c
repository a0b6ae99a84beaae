#include "gateway/service/admission.h"

#include <assert.h>

#include "gateway/domain/access.h"
#include "gateway/domain/blocker.h"
#include "gateway/domain/ceiling.h"
#include "gateway/domain/step_up.h"
#include "gateway/service/company.h"
#include "gateway/service/form.h"
#include "gateway/service/freeze.h"
#include "gateway/service/mask.h"
#include "runtime/rpc/message_field.h"
#include "gateway/service/rate.h"
#include "gateway/service/session_cache.h"
#include "runtime/base/clock.h"

#define OPERATION_HASH_SIZE 32

/* The account that the request names; "" for the session's own. A text that is no id is refused
 * only after the caller is known. */
static const char *named_account(const struct exchange *exchange)
{
    struct id id;
    if (exchange->request == NULL)
        return "";
    const char *text = message_field_text(exchange->request, "account_id");
    return id_parse(text, &id) ? text : "";
}

/* The session and what is known of the accounts in the request, in one question. How accounts stand
 * to each other is not kept, so a read that needs that asks, too. */
static int resolve_session(struct exchange *exchange)
{
    struct task *task = call_task(exchange->call);
    struct session_cache *cache = exchange->gateway->sessions;
    const struct session_cache_key key = {
        .token = exchange->token,
        .account_id = named_account(exchange),
        .source_address = call_source_address(exchange->call),
        .without_policy = exchange->request == NULL || access_is_about_oneself(exchange->route),
        .epoch = cache->epoch};
    bool cache_allowed = exchange->route->kind == ROUTE_READ && exchange->others.count == 0 &&
                         !blocker_is_explained(exchange->route);
    if (cache_allowed &&
        session_cache_find(cache, task_arena(task), &key, clock_monotonic_us(), &exchange->session))
        return 0;
    const struct identity_question question = {.token = key.token,
                                               .certificate = exchange->certificate,
                                               .source_address = key.source_address,
                                               .account_id = key.account_id,
                                               .without_policy = key.without_policy,
                                               .with_appointers =
                                                   step_up_is_approval(exchange->route) ||
                                                   ceiling_takes_two(exchange->route),
                                               .others = exchange->others.ids,
                                               .other_count = exchange->others.count};
    struct rpc_status status;
    enum failure failure = identity_session_resolve(task, &exchange->gateway->questions, &question,
                                                    &exchange->session, &status);
    int no = exchange_result(exchange, failure, &status);
    if (no == 0)
        session_cache_keep(cache, &key, clock_monotonic_us(),
                           exchange->session.expire_us - clock_now_us(), &exchange->session);
    return no;
}

int admission_look_again(struct exchange *exchange)
{
    return resolve_session(exchange);
}

static int check_session(struct exchange *exchange)
{
    if (exchange->route->caller == ROUTE_PUBLIC || text_is_empty(exchange->token))
        return 0;
    int no = resolve_session(exchange);
    if (no == CODE_UNAUTHENTICATED)
        rate_forget_session(exchange);
    if (no == 0)
        call_note_actor(exchange->call, exchange->session.principal_id,
                        exchange->session.account_id, exchange->session.session_id);
    return no == 0 ? rate_of_session(exchange) : no;
}

static int refuse_access(struct exchange *exchange, enum access_verdict verdict)
{
    return call_refuse(exchange->call, access_refusal(verdict),
                       REFUSAL_TERMS({"permission", exchange->route->permission}));
}

/* c-19: whether what is approved is what the factor was proved for. */
static bool names_operation(const struct exchange *exchange)
{
    struct bytes hash = exchange->session.proved_for;
    char text[2 * OPERATION_HASH_SIZE + 1];
    if (hash.size != OPERATION_HASH_SIZE || !step_up_is_approval(exchange->route))
        return false;
    bytes_to_hex(hash.data, hash.size, text);
    return text_equal(message_field_text(exchange->request, "request_hash"), text);
}

/* ID-32 */
enum step_up_verdict admission_step_up(const struct exchange *exchange, const struct route *route)
{
    const struct identity_session *session = &exchange->session;
    const struct access_holder holder = exchange_holder(exchange);
    const struct step_up_facts facts = {.roles = holder.roles,
                                        .is_program = session->scope != NULL,
                                        .factors = session->factors,
                                        .proved_us = session->proved_us,
                                        .is_bound = session->proved_for.data != NULL,
                                        .names_operation = names_operation(exchange),
                                        .money = session->money,
                                        .who_may_what = session->who_may_what};
    return step_up_decide(route, &facts, clock_now_us());
}

int admission_check_step_up(struct exchange *exchange, const struct route *route)
{
    const struct identity_session *session = &exchange->session;
    enum step_up_verdict verdict = admission_step_up(exchange, route);
    if (verdict == STEP_UP_PASSED)
        return 0;
    return call_refuse(exchange->call, step_up_refusal(verdict),
                       REFUSAL_TERMS({"permission", route->permission},
                                     {"factors", step_up_accepted(session->factors)},
                                     {"enrolled", session->factors != 0 ? "true" : "false"}));
}

static void note_for_stream(const struct exchange *exchange)
{
    struct stream_note *note = exchange->note;
    bool fits = text_print(note->account_id, ID_TEXT_SIZE, "%s", exchange->session.account_id);
    assert(fits);
    (void)fits;
    note->is_masked = exchange->is_masked;
}

/* ID-37, GW-05 */
static void tell_account(struct exchange *exchange)
{
    const char *account_id = exchange->session.account_id;
    if (exchange->note != NULL) {
        note_for_stream(exchange);
        return;
    }
    if (!text_is_empty(account_id))
        call_set_trailer(exchange->call, "kontor-account-id", account_id);
    if (exchange->is_masked)
        call_set_trailer(exchange->call, "kontor-masked", "true");
}

static int check_access(struct exchange *exchange)
{
    int no = check_session(exchange);
    if (no != 0)
        return no;
    const struct access_holder holder = exchange_holder(exchange);
    enum access_verdict verdict =
        access_decide(exchange->route, text_is_empty(exchange->token) ? NULL : &holder);
    if (verdict != ACCESS_GRANTED)
        return refuse_access(exchange, verdict);
    exchange->is_masked = access_is_masked(exchange->route, &holder);
    tell_account(exchange);
    no = admission_check_step_up(exchange, exchange->route);
    return no == 0 ? rate_of_account(exchange) : no;
}

int admission_resolve_principal(struct exchange *exchange, struct id principal_id)
{
    struct task *task = call_task(exchange->call);
    const struct identity_question question = {.token = "",
                                               .source_address = "",
                                               .principal_id = principal_id,
                                               .account_id = named_account(exchange),
                                               .with_appointers = true,
                                               .others = exchange->others.ids,
                                               .other_count = exchange->others.count};
    struct rpc_status status;
    enum failure failure = identity_session_resolve(task, &exchange->gateway->questions, &question,
                                                    &exchange->session, &status);
    return exchange_result(exchange, failure, &status);
}

int admission_greet(struct exchange *exchange)
{
    assert(exchange->route->caller != ROUTE_PUBLIC);
    if (text_is_empty(exchange->token))
        return refuse_access(exchange, ACCESS_SESSION_REQUIRED);
    return check_session(exchange);
}

static void set_text(struct exchange *exchange, const char *field, const char *value)
{
    message_field_set_text(exchange->request, field,
                           arena_strdup(call_arena(exchange->call), value));
}

/* An account_id that the caller wrote is theirs by now, was refused, or is no id, which the form
 * tells. */
static void set_account(struct exchange *exchange)
{
    bool is_asked = message_field_is_text(exchange->request, "account_id");
    if (exchange->route->caller != ROUTE_PUBLIC && is_asked &&
        text_is_empty(message_field_text(exchange->request, "account_id")))
        set_text(exchange, "account_id", exchange->session.account_id);
}

/* B.5: a partner sees of its customer's lots those that came from it. */
static int set_source(struct exchange *exchange)
{
    const char *field = "source_account_id";
    const struct identity_partner *partner = exchange->session.partner;
    if (partner == NULL || !message_field_is_text(exchange->request, field))
        return 0;
    const char *source = message_field_text(exchange->request, field);
    if (!text_is_empty(source) && !text_equal(source, partner->account_id))
        return refuse_access(exchange, ACCESS_DENIED);
    set_text(exchange, field, partner->account_id);
    return 0;
}

/* company_id is never the caller's to write. That a buyer's company is not verified is told by the
 * filter, together with all else that is missing (ID-07). */
static int set_company(struct exchange *exchange)
{
    if (exchange->route->caller == ROUTE_PUBLIC ||
        !message_field_is_text(exchange->request, "company_id"))
        return 0;
    const char *company_id;
    int no = exchange->route->filter == FILTER_READY ? company_find(exchange, &company_id)
                                                     : company_of(exchange, &company_id);
    if (no == 0)
        set_text(exchange, "company_id", company_id);
    return no;
}

/* A factor was proved when it was asked for, and by each who approved it. */
int admission_repeat(struct exchange *exchange, struct id principal_id)
{
    int no = admission_resolve_principal(exchange, principal_id);
    if (no == CODE_UNAUTHENTICATED) /* there is no such principal any more */
        return refuse_access(exchange, ACCESS_DENIED);
    if (no != 0)
        return no;
    const struct access_holder holder = exchange_holder(exchange);
    enum access_verdict verdict = access_decide(exchange->route, &holder);
    if (verdict != ACCESS_GRANTED)
        return refuse_access(exchange, verdict);
    no = freeze_check(exchange, &exchange->session.freeze, exchange->session.account_id);
    return no == 0 ? set_company(exchange) : no;
}

/* A principal may be gone meanwhile: what has left in their name is asked about all the same. */
int admission_recall(struct exchange *exchange, struct id principal_id)
{
    int no = admission_resolve_principal(exchange, principal_id);
    if (no == CODE_UNAUTHENTICATED) {
        char *text = arena_alloc(call_arena(exchange->call), ID_TEXT_SIZE);
        call_forget_refusal(exchange->call);
        exchange->session = (struct identity_session){.session_id = "",
                                                      .principal_id = id_format(principal_id, text),
                                                      .account_id = named_account(exchange),
                                                      .company_id = ""};
        no = 0;
    }
    return no == 0 ? set_company(exchange) : no;
}

int admission_check(struct exchange *exchange)
{
    int no = rate_of_message(exchange);
    if (no == 0)
        no = check_access(exchange);
    if (no != 0)
        return no;
    set_account(exchange);
    no = forms_check(exchange->gateway->forms, exchange->request, exchange->call);
    if (no == 0 && exchange->is_masked)
        no = masks_check(exchange->gateway->masks, exchange->request, exchange->call);
    if (no == 0)
        no = set_source(exchange);
    if (no == 0)
        no = freeze_check(exchange, &exchange->session.freeze, exchange->session.account_id);
    return no == 0 ? set_company(exchange) : no;
}
