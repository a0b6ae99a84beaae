/* The moves of a connection. */
#include <assert.h>

#include "runtime/base/state.h"
#include "runtime/database/connection.h"

static const struct state links[] = {
    [LINK_AWAITED] = {"awaited", TO(LINK_UP)},
    [LINK_UP] = {"up", TO(LINK_USELESS) | TO(LINK_DOWN)},
    [LINK_USELESS] = {"useless", TO(LINK_DOWN)},
    [LINK_DOWN] = {"down", TO(LINK_AWAITED)},
};

static const struct state holds[] = {
    [HOLD_FREE] = {"free", TO(HOLD_LENT)},
    [HOLD_LENT] = {"lent", TO(HOLD_RETURNED)},
    [HOLD_RETURNED] = {"returned", TO(HOLD_FREE)},
};

void connection_move_link(struct connection *connection, enum connection_link to)
{
    connection->link = STATE_MOVE(links, connection->link, to);
    assert((connection->pg != NULL) == (to == LINK_UP || to == LINK_USELESS));
}

void connection_move_hold(struct connection *connection, enum connection_hold to)
{
    connection->hold = STATE_MOVE(holds, connection->hold, to);
}

const char *connection_link_name(const struct connection *connection)
{
    return links[connection->link].name;
}

const char *connection_hold_name(const struct connection *connection)
{
    return holds[connection->hold].name;
}
