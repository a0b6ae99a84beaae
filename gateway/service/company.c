#include "gateway/service/company.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/jobs/account_sync.h"
#include "gateway/service/company_cache.h"
#include "gateway/service/freeze.h"
#include "gateway/store/account_store.h"
#include "runtime/base/clock.h"

#define MOVE_PAUSE_US INT64_C(3600000000)

int company_refuse(struct exchange *exchange, enum company_verdict verdict, const char *account_id)
{
    return call_refuse(exchange->call, company_refusal(verdict),
                       REFUSAL_TERMS({"account_id", account_id}));
}

static enum failure read_home(struct exchange *exchange, const char *account_id,
                              struct account_home *home)
{
    struct company_cache *cache = exchange->gateway->companies;
    struct id account;
    *home = (struct account_home){.company_id = {{0}}};
    if (!id_parse(account_id, &account) || company_cache_find(cache, account, home))
        return FAILURE_NONE;
    enum failure failure = account_store_read(
        reader_of(call_task(exchange->call), exchange->gateway->database), account, home);
    if (failure == FAILURE_NONE && company_home_stays(account, home))
        company_cache_keep(cache, account, home);
    return failure;
}

/* "" for nil. */
static const char *text_of(struct exchange *exchange, struct id id)
{
    char *text = arena_alloc(call_arena(exchange->call), ID_TEXT_SIZE);
    return id_is_nil(id) ? "" : id_format(id, text);
}

enum failure company_opened(struct exchange *exchange, const char *account_id,
                            const char **company_id)
{
    struct account_home home;
    enum failure failure = read_home(exchange, account_id, &home);
    *company_id = failure == FAILURE_NONE ? text_of(exchange, home.company_id) : "";
    return failure;
}

enum failure company_chain(struct exchange *exchange, const char *account_id, const char **chain_id)
{
    struct account_home home;
    enum failure failure = read_home(exchange, account_id, &home);
    *chain_id = failure == FAILURE_NONE ? text_of(exchange, home.chain_id) : "";
    return failure;
}

/* One that stayed alone is tried again: what kept it may be over. */
int company_catch_up(struct exchange *exchange, const char *account_id)
{
    struct account_home home;
    struct id account, company;
    int no = read_home(exchange, account_id, &home);
    bool is_alone = no == 0 && id_parse(account_id, &account) &&
                    id_parse(exchange->session.company_id, &company) &&
                    id_equal(home.chain_id, account);
    if (is_alone && !id_equal(home.told_company_id, company))
        return account_sync_part(call_task(exchange->call), exchange->gateway, account,
                                 ACCOUNT_PART_MONEY, false);
    if (is_alone && home.looked_us + MOVE_PAUSE_US <= clock_work_us())
        account_sync_begin(call_task(exchange->call), exchange->gateway, account);
    return no;
}

/* Benefits follow an account before they are asked for, not after. The account's company may have
 * changed since its home was remembered. */
static int company_share_along(struct exchange *exchange, const char *account_id)
{
    struct account_home home;
    struct id account, company;
    int no = read_home(exchange, account_id, &home);
    if (no != 0 || !id_parse(account_id, &account) ||
        !id_parse(exchange->session.company_id, &company) || id_is_nil(home.benefit_company_id) ||
        id_equal(home.sharing_company_id, company))
        return no;
    company_cache_forget(exchange->gateway->companies, account);
    no = read_home(exchange, account_id, &home);
    return no != 0 || id_equal(home.sharing_company_id, company)
               ? no
               : account_sync_part(call_task(exchange->call), exchange->gateway, account,
                                   ACCOUNT_PART_SHARING, false);
}

static bool changes_books(const struct exchange *exchange)
{
    return exchange->route->kind != ROUTE_READ && exchange->mounted->peer != NULL &&
           exchange->mounted->peer == exchange->gateway->ledger;
}

static bool asks_sharing(const struct exchange *exchange)
{
    return exchange->mounted->peer != NULL && exchange->mounted->peer == exchange->gateway->sharing;
}

/* The gateway's own record comes first: money and benefits stay where they are when a verification
 * ends, and when another company is verified later. Identity's answer stands in until the account
 * was opened; where it names no company, either, the ledger finds the account or does not. */
int company_find(struct exchange *exchange, const char **company_id)
{
    const struct identity_session *session = &exchange->session;
    struct account_home home;
    bool is_of_benefits = asks_sharing(exchange);
    *company_id = session->company_id;
    if (text_is_empty(session->account_id))
        return 0;
    if (!session->corporate) {
        *company_id = session->account_id;
        return 0;
    }
    int no = changes_books(exchange) ? company_catch_up(exchange, session->account_id) : 0;
    if (is_of_benefits)
        no = company_share_along(exchange, session->account_id);
    if (no == 0)
        no = read_home(exchange, session->account_id, &home);
    if (no != 0)
        return no;
    struct id found = is_of_benefits ? home.benefit_company_id : home.company_id;
    if (!id_is_nil(found))
        *company_id = text_of(exchange, found);
    else if (!is_of_benefits && text_is_empty(session->company_id))
        *company_id = session->account_id;
    exchange->chain_id = text_of(exchange, home.chain_id);
    return 0;
}

int company_of(struct exchange *exchange, const char **company_id)
{
    int no = company_find(exchange, company_id);
    const char *account_id = exchange->session.account_id;
    bool is_unknown = no == 0 && !text_is_empty(account_id) && text_is_empty(*company_id);
    return is_unknown ? company_refuse(exchange, COMPANY_NOT_VERIFIED, account_id) : no;
}

/* ---- the other accounts of a request ---- */

static int compare_ids(const void *one, const void *other)
{
    return id_compare(*(const struct id *)one, *(const struct id *)other);
}

static void make_room(struct others *others, struct arena *arena, size_t count)
{
    if (others->count + count <= others->room)
        return;
    others->room = 2 * (others->count + count);
    struct id *ids = arena_alloc_array(arena, others->room, sizeof(*ids));
    if (others->count > 0)
        memcpy(ids, others->ids, others->count * sizeof(*ids));
    others->ids = ids;
}

void company_name_others(struct exchange *exchange, char *const *account_ids, size_t count)
{
    struct others *others = &exchange->others;
    if (count > IDENTITY_OTHERS_MAX)
        count = IDENTITY_OTHERS_MAX;
    make_room(others, call_arena(exchange->call), count);
    for (size_t i = 0; i < count && others->count < IDENTITY_OTHERS_MAX; i++) {
        if (id_parse(account_ids[i], &others->ids[others->count]))
            others->count++;
    }
}

void company_end_others(struct exchange *exchange)
{
    struct others *others = &exchange->others;
    size_t distinct = 0;
    if (others->count > 1)
        qsort(others->ids, others->count, sizeof(struct id), compare_ids);
    for (size_t i = 0; i < others->count; i++) {
        if (i == 0 || !id_equal(others->ids[distinct - 1], others->ids[i]))
            others->ids[distinct++] = others->ids[i];
    }
    others->count = distinct;
}

/* NULL when identity did not say. */
static const struct identity_comparison *find_comparison(const struct exchange *exchange,
                                                         struct id account_id)
{
    const struct others *others = &exchange->others;
    const struct id *found = others->count == 0 ? NULL
                                                : bsearch(&account_id, others->ids, others->count,
                                                          sizeof(struct id), compare_ids);
    size_t place = found != NULL ? (size_t)(found - others->ids) : others->count;
    return place < exchange->session.comparison_count ? &exchange->session.comparisons[place]
                                                      : NULL;
}

int company_compare(struct exchange *exchange, const char *other_account_id,
                    struct identity_comparison *comparison)
{
    struct id other;
    const struct identity_comparison *found =
        id_parse(other_account_id, &other) ? find_comparison(exchange, other) : NULL;
    if (found == NULL)
        return FAILURE_INTERNAL;
    *comparison = *found;
    if (text_is_empty(comparison->failing_account_id))
        comparison->failing_account_id = other_account_id;
    return exchange_result(exchange, FAILURE_NONE, &found->refused);
}

bool company_is_open(const struct exchange *exchange, const char *other_account_id)
{
    struct id other;
    const struct identity_comparison *found =
        id_parse(other_account_id, &other) ? find_comparison(exchange, other) : NULL;
    struct account_home home; /* one that may still move is looked at (company_catch_up) */
    return found != NULL && found->refused.code == CODE_OK && found->verdict == COMPANY_SAME &&
           found->freeze.level == FREEZE_NOTHING &&
           company_cache_find(exchange->gateway->companies, other, &home);
}

/* ID-18. A text that is no id is left to the peer, which says so. */
int company_check_same(struct exchange *exchange, const char *account_id,
                       const char *other_account_id)
{
    struct id account, other;
    if (!id_parse(account_id, &account) || !id_parse(other_account_id, &other) ||
        id_equal(account, other))
        return 0;
    struct identity_comparison comparison;
    int no = company_compare(exchange, other_account_id, &comparison);
    if (no != 0)
        return no;
    if (comparison.verdict != COMPANY_SAME)
        return company_refuse(exchange, comparison.verdict, comparison.failing_account_id);
    no = freeze_check(exchange, &comparison.freeze, other_account_id);
    if (no == 0 && asks_sharing(exchange))
        no = company_share_along(exchange, other_account_id);
    return no == 0 && changes_books(exchange) ? company_catch_up(exchange, other_account_id) : no;
}
