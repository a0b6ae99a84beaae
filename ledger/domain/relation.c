#include "ledger/domain/relation.h"

#include <assert.h>

static const struct refusal refusals[] = {RELATION_REFUSALS(REFUSAL_ROW)};

const struct refusal *relation_refusal(enum relation_verdict verdict)
{
    assert(verdict != RELATION_ACCEPTED);
    return &refusals[verdict - 1];
}

bool relation_agent_pays(const struct relation_news *news)
{
    assert(news != NULL);
    return !news->ended && news->pay_on_behalf && news->settlement == SETTLEMENT_AGENT_PAYS;
}

bool relation_is_news(const struct relation *known, const struct relation_news *news)
{
    assert(known != NULL && news != NULL);
    return !known->ended && (news->ended || news->version > known->version);
}

bool relation_is_next(const struct relation *known, const struct relation_news *news)
{
    assert(known != NULL && news != NULL);
    return known->version >= news->previous_version;
}

void relation_hear(struct relation *relation, const struct relation_news *news)
{
    assert(relation_is_news(relation, news) && relation_is_next(relation, news));
    bool paid = relation->agent_pays, pays = relation_agent_pays(news);
    relation->version = news->version;
    relation->ended = news->ended;
    relation->allocates = !news->ended && news->allocates;
    relation->agent_purchases = !news->ended && news->agent_purchases;
    if (pays)
        relation->paid_until_us = 0;
    else if (paid)
        relation->paid_until_us = news->since_us;
    relation->agent_pays = pays;
}

bool relation_hear_risk(struct relation *relation, const struct relation_risk *risk)
{
    assert(relation->version > 0);
    if (relation->ended || risk->since_us <= relation->risk_us)
        return false;
    relation->at_risk = risk->at_risk;
    relation->risk_us = risk->since_us;
    return true;
}

bool relation_is_at_risk(const struct relation *relation)
{
    return relation != NULL && !relation->ended && relation->at_risk;
}

bool relation_allocates(const struct relation *relation)
{
    return relation != NULL && !relation->ended && relation->allocates;
}
