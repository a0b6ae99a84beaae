/* W3C Trace Context (level 2): who called whom, as the headers traceparent and tracestate tell it.
 * Both come from strangers and are read with no trust. */
#ifndef RUNTIME_TRACE_TRACE_CONTEXT_H
#define RUNTIME_TRACE_TRACE_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRACE_ID_SIZE 33     /* 32 lower case hex digits and the NUL */
#define SPAN_ID_SIZE 17      /* 16 of them */
#define TRACE_PARENT_SIZE 56 /* "00-" trace "-" span "-" 2 hex and the NUL */
#define TRACE_STATE_BYTES_MAX 512
#define TRACE_STATE_MEMBERS_MAX 32

#define TRACE_SAMPLED 0x01 /* what is done for it is recorded */
#define TRACE_RANDOM 0x02  /* the trace's id is random in its last 7 bytes */

struct trace_context {
    char trace_id[TRACE_ID_SIZE];
    char span_id[SPAN_ID_SIZE];
    uint8_t flags;
};

/* false: it is no traceparent, and the trace begins here. Of a later version than 00 its known
 * beginning is read. */
bool trace_context_read(const char *text, struct trace_context *context);
void trace_context_write(const struct trace_context *context, char text[TRACE_PARENT_SIZE]);

/* New ids, random (no secrets); no flags. The second keeps the trace. */
void trace_context_begin(struct trace_context *context);
void trace_context_renew_span(struct trace_context *context);

/* Whether it may be passed on: a list as the standard has it, of 32 members and 512 bytes at most;
 * "" is none. Else it is dropped as a whole. */
bool trace_state_is_valid(const char *text);

/* A decimal from 0 to 1, of 9 digits behind the point at most, in billionths. false: it is none. */
bool trace_ratio_read(const char *text, uint32_t *billionths);

/* Whether a trace that begins here is of that share; by its id, so that who decides again decides
 * the same. */
bool trace_is_of_share(const struct trace_context *context, uint32_t billionths);

#endif
