/* Refusals: the rules say no. Each decision has one ordered list in its domain header, X(VERDICT, CODE, "REASON", "sentence"), and
 * the first that applies is given. The list makes the verdict enum, the wire answer (gRPC code + google.rpc.ErrorInfo), the table
 * in the docs and the order of the tests. */
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

struct refusal {
    const char *reason; /* ErrorInfo.reason, for example "OVERDUE"; rules.md D.16 */
    enum code code;
    const char *sentence; /* for people; no personal data, no secrets */
};

/* In a domain header:
 *   #define TRANSFER_REFUSALS(X) X(TRANSFER_OVERDUE, CODE_FAILED_PRECONDITION, "OVERDUE", "The source has an overdue payment.") ...
 *   enum transfer_verdict { TRANSFER_ACCEPTED = 0, TRANSFER_REFUSALS(REFUSAL_ENUM) };
 * in its .c:
 *   static const struct refusal refusals[] = { TRANSFER_REFUSALS(REFUSAL_ROW) };
 *   const struct refusal *transfer_refusal(enum transfer_verdict v) { return &refusals[v - 1]; }   */
#define REFUSAL_ENUM(verdict, code, reason, sentence) verdict,
#define REFUSAL_ROW(verdict, code, reason, sentence) {(reason), (code), (sentence)},

#endif
