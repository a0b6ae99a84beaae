#include "ledger/store/facts_keeping.h"

/* The requests that were refused for ever. */
static void put_requests(struct kept_batch *batch, const struct kept *kept)
{
    struct columns *columns = &batch->columns;
    size_t count = kept->refusal_count;
    if (!kept_batch_begin(batch, count, 6, 1))
        return;
    struct id *companies = columns_ids(columns), *ids = columns_ids(columns),
              *origins = columns_ids(columns), *keys = columns_ids(columns);
    struct bytes *hashes = columns_bytes(columns), *answers = columns_bytes(columns);
    int64_t *codes = columns_int64s(columns);
    for (size_t i = 0; i < count; i++) {
        const struct kept_refusal *refusal = &kept->refusals[i];
        companies[i] = refusal->order->scope_id;
        ids[i] = refusal->order->request_id;
        origins[i] = refusal->order->origin.id;
        keys[i] = refusal->order->request_key;
        hashes[i] = refusal->body_hash;
        answers[i] = refusal->answer;
        codes[i] = refusal->code;
    }
    batch->in.request_company_ids = id_array(companies, count);
    batch->in.request_ids = id_array(ids, count);
    batch->in.request_origins = id_array(origins, count);
    batch->in.request_keys = id_array(keys, count);
    batch->in.request_body_hashes = bytes_array(hashes, count);
    batch->in.request_answers = bytes_array(answers, count);
    batch->in.request_codes = int64_array(codes, count);
}

/* How long the company's chain is behind this batch; 0: it has nothing here. */
static int64_t length_of(const struct facts *facts, struct id company_id)
{
    const struct chain *chain = facts_chain(facts, company_id);
    return chain != NULL ? chain->length : 0;
}

static void put_refused_terms(struct kept_batch *batch, const struct kept *kept)
{
    struct columns *columns = &batch->columns;
    size_t count = kept->refusal_count;
    if (!kept_batch_begin(batch, count, 0, 8))
        return;
    int64_t *places = columns_int64s(columns), *after = columns_int64s(columns),
            *kinds = columns_int64s(columns), *amounts = columns_int64s(columns);
    const char **currencies = columns_texts(columns), **remarks = columns_texts(columns),
               **tags = columns_texts(columns), **reasons = columns_texts(columns);
    for (size_t i = 0; i < count; i++) {
        const struct order *order = kept->refusals[i].order;
        after[i] = length_of(batch->facts, order->company_id);
        places[i] = (int64_t)i + 1;
        kinds[i] = order->kind;
        amounts[i] = order->amount_micros;
        currencies[i] = order->currency;
        remarks[i] = order->remark;
        tags[i] = order->tag;
        reasons[i] = kept->refusals[i].reason;
    }
    batch->in.refused_after_sequences = int64_array(after, count);
    batch->in.refused_places = int64_array(places, count);
    batch->in.refused_kinds = int64_array(kinds, count);
    batch->in.refused_amount_micros = int64_array(amounts, count);
    batch->in.refused_currencies = text_array(currencies, count);
    batch->in.refused_remarks = text_array(remarks, count);
    batch->in.refused_tags = text_array(tags, count);
    batch->in.refused_reasons = text_array(reasons, count);
}

static void put_refused_names(struct kept_batch *batch, const struct kept *kept)
{
    struct columns *columns = &batch->columns;
    size_t count = kept->refusal_count;
    if (!kept_batch_begin(batch, count, 4, 2))
        return;
    struct id *chains = columns_ids(columns), *accounts = columns_ids(columns),
              *others = columns_ids(columns), *actors = columns_ids(columns);
    for (size_t i = 0; i < count; i++) {
        const struct order *order = kept->refusals[i].order;
        chains[i] = order->company_id;
        accounts[i] = order->account_id;
        others[i] =
            id_is_nil(order->counterparty_id) ? order->sub_account_id : order->counterparty_id;
        actors[i] = order_actor_reference(order);
    }
    batch->in.refused_company_ids = id_array(chains, count);
    batch->in.refused_account_ids = id_array(accounts, count);
    batch->in.refused_counterparty_ids = columns_nullable_ids(columns, others);
    batch->in.refused_actor_references = columns_nullable_ids(columns, actors);
}

static void put_actors(struct kept_batch *batch, const struct kept *kept)
{
    struct columns *columns = &batch->columns;
    size_t count = kept->actor_count;
    if (!kept_batch_begin(batch, count, 6, 7))
        return;
    struct id *companies = columns_ids(columns), *references = columns_ids(columns),
              *principals = columns_ids(columns), *accounts = columns_ids(columns),
              *credentials = columns_ids(columns), *approvals = columns_ids(columns);
    int64_t *kinds = columns_int64s(columns);
    const char **roles = columns_texts(columns), **steps = columns_texts(columns);
    for (size_t i = 0; i < count; i++) {
        const struct actor *actor = kept->actors[i]->actor;
        companies[i] = kept->actors[i]->company_id;
        references[i] = actor->reference;
        principals[i] = actor->principal_id;
        accounts[i] = actor->account_id;
        credentials[i] = actor->credential_id;
        approvals[i] = actor->approval_id;
        kinds[i] = actor->credential;
        roles[i] = actor->roles;
        steps[i] = actor->step;
    }
    batch->in.actor_company_ids = id_array(companies, count);
    batch->in.actor_references = id_array(references, count);
    batch->in.actor_principal_ids = columns_nullable_ids(columns, principals);
    batch->in.actor_account_ids = columns_nullable_ids(columns, accounts);
    batch->in.actor_credential_ids = columns_nullable_ids(columns, credentials);
    batch->in.actor_approval_ids = columns_nullable_ids(columns, approvals);
    batch->in.actor_credential_kinds = int64_array(kinds, count);
    batch->in.actor_roles = text_array(roles, count);
    batch->in.actor_steps = text_array(steps, count);
}

void kept_batch_put_acts(struct kept_batch *batch, const struct kept *kept)
{
    put_requests(batch, kept);
    put_refused_terms(batch, kept);
    put_refused_names(batch, kept);
    put_actors(batch, kept);
}
