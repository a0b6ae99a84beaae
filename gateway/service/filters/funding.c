/* A customer asks its agent for more (LED-41): the ledger, which decides, hears of their relation
 * as it is now. Without one it says so. */
#include "gateway/service/filter.h"
#include "gateway/service/relation.h"
#include "runtime/base/text.h"
#include "runtime/rpc/message_field.h"

static int tell_relation(struct exchange *exchange)
{
    struct identity_relation relation;
    int no = relation_ask(exchange, message_field_text(exchange->request, "account_id"), &relation);
    return no != 0 || text_is_empty(relation.agent_id) ? no : relation_tell(exchange, &relation);
}

const struct filter filter_funding = {.before = tell_relation};
