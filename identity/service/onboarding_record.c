/* How an account came to be, and every step since (ID-28, ID-38). */
#include "identity/service/account_service.h"

#include "identity/v1/event.pb-c.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

/* ---- UpgradeAccount (ID-28, D) ---- */

static enum failure tell_upgrade(struct mutation *mutation, struct id account_id)
{
    Identity__V1__AccountUpgraded event = IDENTITY__V1__ACCOUNT_UPGRADED__INIT;
    event.account_id = id_to_message(mutation->call, account_id);
    event.upgrade_time = timestamp_from_us(call_arena(mutation->call), mutation->now_us);
    return event_append(mutation, account_id, &event.base);
}

int upgrade_account(struct mutation *mutation, const struct upgrade_account *request,
                    Identity__V1__UpgradeAccountResponse *response)
{
    struct account_row row;
    (void)response;
    int no = account_lock(mutation, request->account_id, &row);
    if (no != 0)
        return no;
    if (row.account.upgraded_us != 0)
        return call_refuse(mutation->call, &account_upgraded, NO_TERMS);
    no = account_store_upgrade(mutation->transaction, request->account_id, mutation->now_us);
    if (no == 0)
        no = trail_note(mutation, request->account_id, "UPGRADED", "");
    return no == 0 ? tell_upgrade(mutation, request->account_id) : no;
}

/* ---- the records ---- */

static ProtobufCMessage *record_to_message(struct call *call, const void *row)
{
    const struct onboarding_record *record = row;
    Identity__V1__OnboardingRecord *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__onboarding_record__init(message);
    message->record_time = timestamp_from_us(call_arena(call), record->recorded_us);
    message->kind = arena_strdup(call_arena(call), record->kind);
    message->detail = arena_strdup(call_arena(call), record->detail);
    if (!id_is_nil(record->actor_id))
        message->actor_principal_id = id_to_message(call, record->actor_id);
    return &message->base;
}

int list_onboarding_records(struct call *call, const struct list_onboarding_records *request,
                            Identity__V1__ListOnboardingRecordsResponse *response)
{
    struct onboarding_records found;
    int no = account_store_list_records(identity_reader(call), request->account_id,
                                        request->after_id, page_limit(request->page_size), &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, record_id,
                                      record_to_message),
                                 &response->base);
}

static void answer_account(const Identity__V1__Account *account, bool second_channel_verified,
                           Identity__V1__ExportOnboardingResponse *response)
{
    response->account_id = account->account_id;
    response->entry_channel = account->entry_channel;
    response->campaign = account->campaign;
    response->country = account->country;
    response->create_time = account->create_time;
    response->sign_up_channel = account->sign_up_channel;
    response->second_channel_verified = second_channel_verified;
    response->type = account->type;
    response->company_id = account->company_id;
    response->region = account->region;
    response->n_confirmed_regions = account->n_confirmed_regions;
    response->confirmed_regions = account->confirmed_regions;
    response->upgrade_time = account->upgrade_time;
}

int export_onboarding(struct call *call, const struct export_onboarding *request,
                      Identity__V1__ExportOnboardingResponse *response)
{
    struct account_row row;
    struct onboarding_records found;
    int no = account_read(call, request->account_id, &row);
    if (no == 0)
        no = account_store_list_records(identity_reader(call), request->account_id,
                                        request->after_id, page_limit(request->page_size), &found);
    if (no != 0)
        return no;
    const Identity__V1__Account *account = account_to_message(call, &row);
    if (account == NULL)
        return FAILURE_INTERNAL;
    answer_account(account, account_second_channel_is_verified(&row.account), response);
    return page_answer(
        call, PAGE(request->page_size, found.items, found.count, record_id, record_to_message),
        &response->base);
}
