#include "ledger/store/act_store.h"

#include "ledger/store/queries.h"

enum failure act_store_list(struct reader reader, const struct act_filter *filter,
                            struct rows *rows)
{
    return ledger_list_acts_alone(
        reader,
        &(struct ledger_list_acts){.company_id = filter->company_id,
                                   .account_id = filter->account_id,
                                   .account_ids = filter->account_ids,
                                   .before_sequence = filter->before_sequence,
                                   .before_number = filter->before_number,
                                   .after_sequence = filter->after_sequence,
                                   .last_sequence = filter->last_sequence,
                                   .start_us = filter->start_us,
                                   .end_us = filter->end_us,
                                   .kind = filter->kind,
                                   .action = filter->action,
                                   .principal_id = filter->principal_id,
                                   .tag = filter->tag,
                                   .look_max = ACT_LOOK_MAX,
                                   .limit = (int64_t)filter->limit},
        rows);
}

enum failure act_store_note(struct transaction *transaction, const struct noted_act *act)
{
    static const struct actor nobody;
    const struct actor *actor = act->actor != NULL ? act->actor : &nobody;
    return ledger_note_act(transaction,
                           &(struct ledger_note_act){.company_id = act->company_id,
                                                     .action = act->action,
                                                     .account_id = act->account_id,
                                                     .amount_micros = act->amount_micros,
                                                     .currency = act->currency,
                                                     .remark = act->remark,
                                                     .reason = act->reason,
                                                     .now_us = act->now_us,
                                                     .actor_reference = actor->reference,
                                                     .actor_principal_id = actor->principal_id,
                                                     .actor_account_id = actor->account_id,
                                                     .actor_credential_kind = actor->credential,
                                                     .actor_credential_id = actor->credential_id,
                                                     .actor_roles = actor->roles,
                                                     .actor_approval_id = actor->approval_id,
                                                     .actor_step = actor->step},
                           NULL);
}
