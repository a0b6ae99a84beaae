#include <string.h>

#include "runtime/base/text.h"
#include "runtime/rpc/timestamp.h"
#include "sharing/service/sharing_service.h"

int refuse_unless(struct call *call, const struct refusal *refusal)
{
    return refusal == NULL ? 0 : call_refuse(call, refusal, NO_TERMS);
}

int refuse_parties(struct call *call, const struct share_party *parties, const struct id *ids,
                   size_t count)
{
    char text[ID_TEXT_SIZE];
    size_t refused;
    enum share_verdict verdict = share_parties_decide(parties, count, &refused);
    if (verdict == SHARE_ACCEPTED)
        return 0;
    return call_refuse(call, share_refusal(verdict),
                       ids != NULL ? REFUSAL_TERMS({"account_id", id_format(ids[refused], text)})
                                   : NO_TERMS);
}

char *id_to_message(struct call *call, struct id id)
{
    char text[ID_TEXT_SIZE];
    return arena_strdup(call_arena(call), id_format(id, text));
}

char **names_to_message(struct call *call, const struct names *names)
{
    char **texts = arena_alloc_array(call_arena(call), names->count + 1, sizeof(*texts));
    for (size_t i = 0; i < names->count; i++) {
        texts[i] = arena_strdup(call_arena(call), names->names[i]);
    }
    return texts;
}

Sharing__V1__Asset *asset_to_message(struct call *call, const struct asset *asset)
{
    Sharing__V1__Asset *message = arena_alloc(call_arena(call), sizeof(*message));
    sharing__v1__asset__init(message);
    message->asset_id = id_to_message(call, asset->asset_id);
    message->owner_account_id = id_to_message(call, asset->owner_id);
    message->kind = (Sharing__V1__AssetKind)asset->kind;
    message->state = asset->revoked ? SHARING__V1__ASSET_STATE__ASSET_STATE_REVOKED
                                    : SHARING__V1__ASSET_STATE__ASSET_STATE_AVAILABLE;
    message->name = arena_strdup(call_arena(call), asset->name);
    message->face_micros = asset->face_micros;
    message->remaining_micros = asset->remaining_micros;
    message->currency = arena_strdup(call_arena(call), asset->currency);
    message->provisioned_time = timestamp_from_us(call_arena(call), asset->provisioned_us);
    message->expire_time = timestamp_from_us(call_arena(call), asset->expire_us);
    if (asset->has_pool)
        message->pool_id = id_to_message(call, asset->pool_id);
    message->products = names_to_message(call, &asset->products);
    message->n_products = asset->products.count;
    message->bill_types = names_to_message(call, &asset->bill_types);
    message->n_bill_types = asset->bill_types.count;
    message->regions = names_to_message(call, &asset->regions);
    message->n_regions = asset->regions.count;
    message->hourly_micros = asset->hourly_micros;
    message->rates = names_to_message(call, &asset->rates);
    message->n_rates = asset->rates.count;
    return message;
}

Sharing__V1__Share *share_to_message(struct call *call, const struct share *share)
{
    Sharing__V1__Share *message = arena_alloc(call_arena(call), sizeof(*message));
    sharing__v1__share__init(message);
    message->asset_id = id_to_message(call, share->asset_id);
    message->account_id = id_to_message(call, share->account_id);
    if (!id_is_nil(share->organization_id))
        message->organization_id = id_to_message(call, share->organization_id);
    message->active_from_time = timestamp_from_us(call_arena(call), share->active.start_us);
    if (share->active.end_us != INTERVAL_OPEN)
        message->ended_time = timestamp_from_us(call_arena(call), share->active.end_us);
    return message;
}

static bool is_name(const char *text)
{
    size_t length =
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    return length >= 1 && length <= 32 && text[length] == '\0';
}

void field_names(struct call *call, const char *field, const char *const *texts, size_t count,
                 size_t count_max)
{
    if (count > count_max)
        call_add_field_violation(call, field, FAULT_TOO_MANY, "Names too many.");
    for (size_t i = 0; count <= count_max && i < count; i++) {
        if (!is_name(texts[i]))
            call_add_field_violation(call, field, FAULT_MALFORMED,
                                     "Must be names of 1 to 32 letters, digits, '_' and '-'.");
    }
}

int64_t *repeat_time(struct call *call, int64_t time_us, size_t count)
{
    int64_t *times = arena_alloc_array(call_arena(call), count + 1, sizeof(*times));
    for (size_t i = 0; i < count; i++)
        times[i] = time_us;
    return times;
}
