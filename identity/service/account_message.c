#include "identity/service/account_service.h"

#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/timestamp.h"

static Identity__V1__AccountType type_to_message(enum account_type type)
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

/* A copy that a message may own; NULL when the seal is broken or the arena at its maximum. */
static char *opened(struct call *call, const struct identity *identity, const char *label,
                    struct bytes sealed)
{
    const char *text = keys_open_text(&identity->keys, call_arena(call), label, sealed);
    return text != NULL ? arena_strdup(call_arena(call), text) : NULL;
}

Identity__V1__Account *account_to_message(struct call *call, const struct identity *identity,
                                          const struct account_row *row)
{
    const struct account *account = &row->account;
    Identity__V1__Account *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__account__init(message);
    message->account_id = id_to_message(call, account->account_id);
    message->state = IDENTITY__V1__ACCOUNT_STATE__ACCOUNT_STATE_ACTIVE;
    message->type = type_to_message(account->type);
    message->country = arena_strdup(call_arena(call), row->country);
    message->email = opened(call, identity, LABEL_EMAIL, row->email_sealed);
    message->email_verified = account->email_verified;
    if (row->phone_sealed.data != NULL)
        message->phone = opened(call, identity, LABEL_PHONE, row->phone_sealed);
    message->phone_verified = account->phone_verified;
    message->sign_up_channel = account->sign_up_channel == CHANNEL_EMAIL
                                   ? IDENTITY__V1__CHANNEL__CHANNEL_EMAIL
                                   : IDENTITY__V1__CHANNEL__CHANNEL_PHONE;
    message->billing_address_present = account->type != ACCOUNT_TYPE_NONE;
    if (!id_is_nil(account->company_id))
        message->company_id = id_to_message(call, account->company_id);
    message->create_time = timestamp_from_us(call_arena(call), row->created_us);
    message->principal_id = id_to_message(call, account->owner_id);
    bool complete = message->account_id != NULL && message->country != NULL &&
                    message->email != NULL && message->phone != NULL &&
                    message->company_id != NULL && message->create_time != NULL &&
                    message->principal_id != NULL;
    return complete ? message : NULL;
}

int account_read(struct call *call, const struct identity *identity, struct id account_id,
                 struct account_row *row)
{
    bool exists = false;
    int no = account_store_read(reader_of(call_task(call), identity->database), account_id, row,
                                &exists);
    if (no != 0)
        return no;
    return exists ? 0 : call_refuse(call, &account_not_found, NO_TERMS);
}

int account_lock(struct mutation *mutation, struct id account_id, struct account_row *row)
{
    bool exists = false;
    int no = account_store_lock(mutation->transaction, account_id, row, &exists);
    if (no != 0)
        return no;
    return exists ? 0 : call_refuse(mutation->call, &account_not_found, NO_TERMS);
}

int account_answer(struct call *call, const struct identity *identity, struct id account_id,
                   Identity__V1__Account **account)
{
    struct account_row row;
    int no = account_read(call, identity, account_id, &row);
    if (no != 0)
        return no;
    *account = account_to_message(call, identity, &row);
    return *account != NULL ? 0 : FAILURE_INTERNAL;
}
