/* The moves of a call. */
#include "runtime/base/state.h"
#include "runtime/rpc/serving.h"

static const struct state phases[] = {
    [CALL_ARRIVED] = {"arrived", TO(CALL_WAITING) | TO(CALL_RUNNING) | TO(CALL_TURNED_AWAY)},
    [CALL_WAITING] = {"waiting", TO(CALL_RUNNING) | TO(CALL_TURNED_AWAY)},
    [CALL_RUNNING] = {"running", TO(CALL_FINISHED)},
    [CALL_FINISHED] = {"finished", TO(CALL_ANSWERED)},
    [CALL_ANSWERED] = {"answered", 0},
    [CALL_TURNED_AWAY] = {"turned_away", 0},
};

static const struct state receivings[] = {
    [RECEIVING_NOTHING] = {"nothing", TO(RECEIVING_ASKED) | TO(RECEIVING_ENDED)},
    [RECEIVING_ASKED] = {"asked", TO(RECEIVING_CAME) | TO(RECEIVING_BROKEN)},
    [RECEIVING_CAME] = {"came", TO(RECEIVING_NOTHING)},
    [RECEIVING_ENDED] = {"ended", 0},
    [RECEIVING_BROKEN] = {"broken", 0},
};

/* A message that is under way when its sender gives up is closed with the call. */
static const struct state sendings[] = {
    [SENDING_NOTHING] = {"nothing", TO(SENDING_UNDER_WAY) | TO(SENDING_CLOSED)},
    [SENDING_UNDER_WAY] = {"under_way",
                           TO(SENDING_TAKEN) | TO(SENDING_BROKEN) | TO(SENDING_CLOSED)},
    [SENDING_TAKEN] = {"taken", TO(SENDING_UNDER_WAY) | TO(SENDING_CLOSED)},
    [SENDING_BROKEN] = {"broken", TO(SENDING_CLOSED)},
    [SENDING_CLOSED] = {"closed", 0},
};

void call_move(struct call *call, enum call_phase to)
{
    call->phase = STATE_MOVE(phases, call->phase, to);
}

void call_move_receiving(struct call *call, enum call_receiving to)
{
    call->receiving = STATE_MOVE(receivings, call->receiving, to);
}

void call_move_sending(struct call *call, enum call_sending to)
{
    call->sending = STATE_MOVE(sendings, call->sending, to);
}
