/* Refusals: the rules say no. Each decision has one ordered list in its domain header, X(VERDICT,
 * KIND, CODE, "REASON", "sentence"), and the first that applies is given. The list makes the
 * verdict enum, the kind of no, the wire answer (gRPC code + google.rpc.ErrorInfo), the table in
 * the docs and the order of the tests. */
#ifndef RUNTIME_BASE_REFUSAL_H
#define RUNTIME_BASE_REFUSAL_H

/* The gRPC status codes, so that the domain can name them without seeing gRPC. */
enum code {
    CODE_OK = 0,
    CODE_CANCELLED = 1,
    CODE_UNKNOWN = 2,
    CODE_INVALID_ARGUMENT = 3,
    CODE_DEADLINE_EXCEEDED = 4,
    CODE_NOT_FOUND = 5,
    CODE_ALREADY_EXISTS = 6,
    CODE_PERMISSION_DENIED = 7,
    CODE_RESOURCE_EXHAUSTED = 8,
    CODE_FAILED_PRECONDITION = 9,
    CODE_ABORTED = 10,
    CODE_OUT_OF_RANGE = 11,
    CODE_UNIMPLEMENTED = 12,
    CODE_INTERNAL = 13,
    CODE_UNAVAILABLE = 14,
    CODE_DATA_LOSS = 15,
    CODE_UNAUTHENTICATED = 16,
};

/* Two kinds of no (rules, settled 2 and 10). NEVER is kept under the request id and replayed: a
 * delayed duplicate can never do what the caller was told did not happen. NOT_YET is not kept, so
 * that the same id may succeed later: only for a state that passes, and only in an internal step
 * that can only go forward (money was received and has nowhere else to go). An order of a customer,
 * and a step whose saga has a way back, say NEVER. No row may leave the kind out: it does not
 * compile. */
enum refusal_kind { NEVER, NOT_YET };

struct refusal {
    const char *reason; /* ErrorInfo.reason, for example "OVERDUE"; rules.md D.16 */
    enum refusal_kind kind;
    enum code code;
    const char *sentence; /* for people; no personal data, no secrets */
};

/* In a domain header:
 *
 *     #define TRANSFER_REFUSALS(X)                                     \
 *         X(TRANSFER_OVERDUE, NEVER, CODE_FAILED_PRECONDITION, "OVERDUE", \
 *           "The source has an overdue payment.")
 *     enum transfer_verdict { TRANSFER_ACCEPTED = 0, TRANSFER_REFUSALS(REFUSAL_ENUM) };
 *
 * In its .c:
 *
 *     static const struct refusal refusals[] = {TRANSFER_REFUSALS(REFUSAL_ROW)};
 *     const struct refusal *transfer_refusal(enum transfer_verdict verdict)
 *     {
 *         return &refusals[verdict - 1];
 *     } */
#define REFUSAL_ENUM(verdict, kind, code, reason, sentence) verdict,
#define REFUSAL_ROW(verdict, kind, code, reason, sentence) {(reason), (kind), (code), (sentence)},

/* A list of refusals that no decision chooses among (what a call names is not there): each is an
 * object of its own. In a domain header LEDGER_REFUSALS(REFUSAL_EXTERN), in its .c
 * LEDGER_REFUSALS(REFUSAL_CONST). */
#define REFUSAL_EXTERN(name, kind, code, reason, sentence) extern const struct refusal name;
#define REFUSAL_CONST(name, kind, code, reason, sentence) \
    const struct refusal name = {(reason), (kind), (code), (sentence)};

#endif
