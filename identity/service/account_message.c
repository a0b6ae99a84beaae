#include "identity/service/account_service.h"

#include <string.h>

#include "identity/domain/region.h"
#include "identity/service/words.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

Identity__V1__AccountType account_type_to_message(enum account_type type)
{
    switch (type) {
    case ACCOUNT_TYPE_INDIVIDUAL:
        return IDENTITY__V1__ACCOUNT_TYPE__ACCOUNT_TYPE_INDIVIDUAL;
    case ACCOUNT_TYPE_CORPORATE:
        return IDENTITY__V1__ACCOUNT_TYPE__ACCOUNT_TYPE_CORPORATE;
    case ACCOUNT_TYPE_NONE:
        break;
    }
    return IDENTITY__V1__ACCOUNT_TYPE__ACCOUNT_TYPE_UNSPECIFIED;
}

/* "a b" as a list. */
static size_t regions_to_message(struct arena *arena, const char *regions, char ***messages)
{
    size_t count = 0;
    *messages = arena_alloc_array(arena, REGIONS_MAX, sizeof **messages);
    char *rest = arena_strdup(arena, regions);
    for (char *region = strtok_r(rest, " ", &rest); region != NULL && count < REGIONS_MAX;
         region = strtok_r(NULL, " ", &rest))
        (*messages)[count++] = region;
    return count;
}

Identity__V1__Account *account_to_message(struct call *call, const struct account_row *row)
{
    const struct account *account = &row->account;
    Identity__V1__Account *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__account__init(message);
    message->account_id = id_to_message(call, account->account_id);
    message->state = IDENTITY__V1__ACCOUNT_STATE__ACCOUNT_STATE_ACTIVE;
    message->type = account_type_to_message(account->type);
    message->environment = (Identity__V1__Environment)account->environment;
    message->region = arena_strdup(call_arena(call), account->region);
    message->n_confirmed_regions = regions_to_message(call_arena(call), account->confirmed_regions,
                                                      &message->confirmed_regions);
    message->entry_channel = (Identity__V1__EntryChannel)account->entry.channel;
    message->campaign = arena_strdup(call_arena(call), account->entry.campaign);
    if (account->upgraded_us != 0)
        message->upgrade_time = timestamp_from_us(call_arena(call), account->upgraded_us);
    message->company_in_review = account->company_in_review;
    message->real_name_registered =
        account_is_registered(account, clock_of_us(account->account_id));
    message->real_name_in_review = account->real_name.in_review;
    message->country = arena_strdup(call_arena(call), row->country);
    message->email = text_open(call, LABEL_EMAIL, row->email_sealed);
    message->email_verified = account->email_verified;
    if (row->phone_sealed.data != NULL)
        message->phone = text_open(call, LABEL_PHONE, row->phone_sealed);
    message->phone_verified = account->phone_verified;
    message->sign_up_channel = (Identity__V1__Channel)account->sign_up_channel;
    message->billing_address_present = account->type != ACCOUNT_TYPE_NONE;
    if (!id_is_nil(account->company_id))
        message->company_id = id_to_message(call, account->company_id);
    message->n_merged_company_ids =
        words_to_message(call, row->merged_company_ids, &message->merged_company_ids);
    message->create_time = timestamp_from_us(call_arena(call), row->created_us);
    message->principal_id = id_to_message(call, account->owner_id);
    return message->email != NULL && message->phone != NULL ? message : NULL;
}

int account_read(struct call *call, struct id account_id, struct account_row *row)
{
    bool exists = false;
    int no = account_store_read(identity_reader(call), account_id, row, &exists);
    return no != 0 || exists ? no : call_refuse(call, &account_not_found, NO_TERMS);
}

int account_lock(struct mutation *mutation, struct id account_id, struct account_row *row)
{
    bool exists = false;
    int no = account_store_lock(mutation->transaction, account_id, row, &exists);
    return no != 0 || exists ? no : call_refuse(mutation->call, &account_not_found, NO_TERMS);
}

int account_answer(struct call *call, struct id account_id, Identity__V1__Account **message)
{
    struct account_row row;
    int no = account_read(call, account_id, &row);
    if (no != 0)
        return no;
    *message = account_to_message(call, &row);
    return *message != NULL ? 0 : FAILURE_INTERNAL;
}
