/* Streams: calls that may last as long as their caller likes. Each of their requests passes like a
 * call of its own; meanwhile a vigil looks again and again whether the session still lasts and may
 * do this, and ends the stream when not, or when the gateway stops. */
#ifndef GATEWAY_SERVICE_STREAM_H
#define GATEWAY_SERVICE_STREAM_H

#include "gateway/service/passage.h"

struct stream {
    struct passage *passage;
    char account_id[ID_TEXT_SIZE]; /* the acting account of the last request; "" before the first */
    bool moves_money;              /* a request is under way that is not broken off */
    bool over;                     /* no other request passes */
    struct task *vigil;            /* NULL before it runs and when it ended */
    struct event vigil_ended;
    unsigned misses;   /* how often in a row nobody could say whether the session lasts */
    enum code verdict; /* why the vigil ended the stream; CODE_OK: it did not */
    const struct refusal *refusal; /* the verdict in our words; NULL: in identity's */
    struct bytes packed;
    struct arena arena; /* of packed */
};

/* Serves the stream from its opening to its end. */
int stream_pass(struct passage *passage);

/* For whom a request of it acts: that is looked at again, too. */
void stream_note_account(struct stream *stream, const char *account_id);

#endif
