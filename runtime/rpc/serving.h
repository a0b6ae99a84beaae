/* Inside the server: what its files know of each other. Nothing outside this folder includes it. */
#ifndef RUNTIME_RPC_SERVING_H
#define RUNTIME_RPC_SERVING_H

#include <grpc/grpc.h>

#include "runtime/base/id.h"
#include "runtime/base/source.h"
#include "runtime/loop/loop.h"
#include "runtime/rpc/completion.h"
#include "runtime/rpc/measure.h"
#include "runtime/rpc/server.h"
#include "runtime/rpc/status.h"

#define VIOLATIONS_MAX 32
#define TRAILERS_MAX 8
#define REQUEST_ID_HEADER "x-request-id"
#define REFUSAL_BYTES_MAX ((size_t)64 * 1024)

/* ---- the trace of a call: trace.c ---- */

struct call;

struct caller_trace {
    char parent[128]; /* the header traceparent, "" when it is none; versions to come are longer */
    char state[TRACE_STATE_BYTES_MAX + 1];
};

void call_trace_read(const struct call *call, struct caller_trace *trace);
void call_trace_end(struct call *call); /* tells its span how it ended */

/* Whether a server is to blame for this end of a call. */
bool code_is_a_servers_fault(enum code code);

/* ---- methods: what is mounted ---- */

struct method {
    const char *path;   /* "/ledger.v1.TransferService/CreateTransfer" */
    const char *domain; /* "ledger.kontor", of its ErrorInfo */
    struct call_measure *measure;
    ProtobufCService *service;
    unsigned index;
    void *context;
    bool client_streams;
    bool server_streams;
    bool guarded;
    bool sensitive; /* its messages hold secrets: their memory is wiped */
    bool only_reads;
    struct method *next; /* of the same hash */
};

#define METHOD_BUCKETS 256

struct methods {
    struct method *buckets[METHOD_BUCKETS];
    const char *services[128]; /* in the order of mounting */
    size_t service_count;
    struct arena arena;
};

void methods_init(struct methods *methods);
void methods_mount(struct methods *methods, ProtobufCService *service, void *context, bool guarded);
const struct method *methods_find(const struct methods *methods, const char *path,
                                  size_t length); /* NULL: not mounted */
void methods_deinit(struct methods *methods);

/* ---- a call ---- */

struct trailer {
    const char *name;
    const char *value;
};

/* Where a call is (call_phase.c has the moves). */
enum call_phase {
    CALL_ARRIVED,     /* its headers are here */
    CALL_WAITING,     /* for its message, with neither place nor task */
    CALL_RUNNING,     /* has a place and a task: from here on a drain waits for it */
    CALL_FINISHED,    /* its handler has said how it ends */
    CALL_ANSWERED,    /* its status is on its way, or it was cancelled */
    CALL_TURNED_AWAY, /* was told no, without a task */
};

/* The receiving side: messages of the client. */
enum call_receiving {
    RECEIVING_NOTHING, /* nobody asked for the next message */
    RECEIVING_ASKED,   /* asked for, perhaps before the task ran */
    RECEIVING_CAME,    /* call->message is there, or the end of the stream */
    RECEIVING_ENDED,   /* nothing more will come */
    RECEIVING_BROKEN,  /* the connection broke */
};

/* The sending side: messages to the client. */
enum call_sending {
    SENDING_NOTHING,   /* not even the initial metadata */
    SENDING_UNDER_WAY, /* a message, one at a time */
    SENDING_TAKEN,     /* gRPC took all there was */
    SENDING_BROKEN,    /* the client is gone */
    SENDING_CLOSED,    /* the status went out: nothing more may be sent */
};

#define SOURCE_ADDRESS_SIZE 46 /* the longest of IPv6, and its end */

#define SOURCE_BUCKETS 1024

/* The calls of one source that are taken, with answers that it does not take; sources.c. */
struct source_share {
    struct source_share *next; /* in its bucket */
    char source[SOURCE_SIZE];
    size_t calls;
    size_t streams; /* of those */
    size_t probes;  /* beside those: health and reflection */
};

struct call {
    struct rpc_server *server;
    const struct method *method;
    grpc_call *core;
    grpc_metadata_array headers;
    struct task *task; /* while it is served */
    struct arena *arena;
    struct arena refusal_arena; /* a call that used up its arena can still say so */
    int64_t started_us;
    char source_address[SOURCE_ADDRESS_SIZE];
    char principal_id[ID_TEXT_SIZE]; /* who acts, for the log; "" when it is not known */
    char account_id[ID_TEXT_SIZE];
    char credential_id[ID_TEXT_SIZE];
    char question[17];   /* of a list: what its page tokens belong to (page.h) */
    unsigned references; /* the task and each batch under way */
    int64_t timeout_ms;  /* from started_us on; 0: without end */
    enum call_phase phase;
    enum call_receiving receiving;
    enum call_sending sending;
    void (*message_came)(struct call *call); /* while it waits: one of these two, once */
    void (*no_message_came)(struct call *call);
    struct call *next_waiting;
    struct call *previous_waiting;
    struct event *awaited; /* call_await; NULL: nothing */
    struct call *next_taken;
    struct call *previous_taken;
    struct source_share *share; /* its source's, while it is taken and counted there */

    struct completion closed; /* the client is gone or has everything */
    int is_cancelled;         /* written by gRPC, read when closed came */
    bool was_cancelled;
    struct completion received;
    struct event received_event;
    grpc_byte_buffer *message;
    struct completion sent;
    struct event sent_event;
    struct completion answered;

    struct arena receive_arena; /* of the streamed message */
    const ProtobufCMessage *response;

    enum failure failure; /* the world's no, for the log */
    struct status status;
    enum refusal_kind refusal_kind;
    struct bytes packed_status; /* a peer's, given on as it is */
    size_t field_violation_count;
    size_t precondition_violation_count;
    size_t trailer_count;
    struct status_violation field_violations[VIOLATIONS_MAX]; /* this and what follows is not
                                                                 cleared: few calls need it */
    struct status_violation precondition_violations[VIOLATIONS_MAX];
    struct trailer trailers[TRAILERS_MAX];
};

/* Makes a call of what arrived, and serves it or says no. Takes core; headers are moved out of
 * *headers. */
void serve_arrived(struct rpc_server *server, grpc_call *core, grpc_metadata_array *headers,
                   const grpc_call_details *details);

/* call_phase.c: each asserts that the move is one there may be. */
void call_move(struct call *call, enum call_phase to);
void call_move_receiving(struct call *call, enum call_receiving to);
void call_move_sending(struct call *call, enum call_sending to);

#define CALL_OF(completion, member) \
    ((struct call *)(void *)((char *)(completion)-offsetof(struct call, member)))

/* call_batch.c: the call lives while it has references. */
struct call *call_hold(struct call *call);
void call_release(struct call *call);
void call_watch_close(struct call *call);     /* a cancel by the client then cancels the task */
void call_start_receiving(struct call *call); /* so that the message comes while the task begins */
/* Holds the call until function ran. false: gRPC takes no more batches on it. */
bool call_start(struct call *call, const grpc_op *operations, size_t count,
                struct completion *completion,
                void (*function)(struct completion *completion, bool success)) must_check;
/* How many of *operations are needed to open the answer: 1 before anything was sent, else 0. */
size_t call_add_initial(const struct call *call, grpc_op *operations) must_check;
/* Whether a front is between the caller and this server. */
bool call_is_at_door(const struct call *call) must_check;
/* call->message, NULL at the end of the client's stream; FAILURE_DEADLINE after duration_ms. */
enum failure call_await_message(struct call *call, int64_t duration_ms) must_check;

/* Throws away what a caller still says until it has said all, for so long at most: a caller of one
 * message, too, may end its side in a frame of its own. HAProxy sends a reset (CANCEL) behind the
 * trailers of a call whose caller has not ended its side, and a client that reads both at once
 * hears CANCELLED in place of the status, though everything was done. */
void call_hear_out(struct call *call, int64_t duration_ms);
enum failure call_send_message(struct call *call, const ProtobufCMessage *message) must_check;

/* Tells the caller of a failure; the one place that says whether anything was done. */
enum code call_fail(struct call *call, enum failure failure);

/* call_answer.c: call->status, and call->response when it is OK. Closes the sending side. */
void call_answer(struct call *call);

/* call.c */
bool call_is_stream(const struct call *call) must_check;
struct bytes call_header_value(const struct call *call, const char *name); /* no data: absent */

/* call_message.c: the one message of a call that does not stream, NULL for one that does. */
int call_read_request(struct call *call, const ProtobufCMessage **request) must_check;
extern const struct refusal call_malformed;

/* places.c: which maximum is reached, NULL: the call has room; and who waits for his message first.
 * The call waits until message_came is called, which ends in places_leave_waiting, when its message
 * is there or its connection broke; or until gave_up is called, having left. */
#define LIMIT_CALLS "calls"
#define LIMIT_STREAMS "streams"
#define LIMIT_PROBES "probes"
#define LIMIT_SOURCE "source"
#define LIMIT_TASKS "tasks"
const char *places_limit(const struct call *call) must_check;
void places_wait(struct call *call, void (*message_came)(struct call *call),
                 void (*gave_up)(struct call *call));
void places_leave_waiting(struct call *call);

/* origin.c: fills in source_address; and whether a server's address is a unix socket in a folder
 * that is its own user's alone, which is made when it is missing. */
void origin_read(struct call *call);
void origin_make_folder(const char *address);
bool origin_listens_privately(const char *address) must_check;

/* ---- the server ---- */

#define SLOTS 32

struct slot {
    struct completion arrived;
    struct rpc_server *server;
    grpc_call *core;
    grpc_call_details details;
    grpc_metadata_array headers;
};

/* Calls whose headers came and whose message did not: they hold neither place nor task. The oldest
 * go when there are too many, or when their time is over, for which a task watches while there are
 * any. */
struct waiting {
    struct call *oldest;
    struct call *newest;
    size_t count;
    struct task *watch; /* NULL before it begins */
    bool is_watched;
};

struct rpc_server {
    struct loop *loop;
    struct rpc_server_settings settings;
    struct methods methods;
    struct call_measure *other; /* of calls to no method */
    int (*guards[RPC_GUARDS_MAX])(struct call *call);
    size_t guard_count;
    struct completion_queue *queue;
    grpc_server *core;
    int port;
    struct slot slots[SLOTS];
    size_t slots_posted;
    struct waiting waiting;
    size_t calls_live;   /* being served; has a maximum */
    size_t streams_live; /* of those: may be half of the maximum, because they have no deadline of
                            ours */
    size_t probes_live;  /* health and reflection, beside those; have a maximum of their own */
    size_t calls_open;   /* those, and the ones being told no */
    struct call *taken;  /* the served ones, until the last of their batches ended */
    int64_t answered_us; /* when the last of those ended */
    struct source_share *shares[SOURCE_BUCKETS]; /* of those, by source */
    bool is_private;                             /* its address: nobody but a front reaches it */
    bool guards_mounts; /* health and reflection are mounted before it is set */
    bool serving;
    bool draining;
    bool is_shutting_down; /* gRPC is, or has */
    bool is_shut_down;
    struct completion shut_down;
    struct event changed; /* health watchers await it */
    struct event quiet;   /* the drain awaits it: nothing taken is left; then: nothing at all is */
};

/* ---- quiet.c ---- */

/* Nothing that was taken is left; once gRPC shuts down: nothing at all is. */
bool server_is_quiet(const struct rpc_server *server) must_check;
void server_look_quiet(struct rpc_server *server);
/* The call is served from now on. */
void server_take_call(struct rpc_server *server, struct call *call);
void server_call_ended(struct rpc_server *server, struct call *call);

/* ---- sources.c: counts only where calls_per_source_max is set ---- */

/* Of no source: nothing. */
struct source_share sources_share(struct rpc_server *server, const char *source) must_check;
void sources_add(struct call *call);
void sources_remove(struct call *call);

/* ---- sockets.c ---- */

/* No connection is accepted any more; those who try are refused. */
void sockets_stop_listening(const struct rpc_server *server);
size_t sockets_connected(const struct rpc_server *server) must_check;
/* At once, with whatever was not sent. */
void sockets_cut(const struct rpc_server *server);

/* ---- health ---- */

void health_mount(struct rpc_server *server);

#endif
