/* A task as a span of the trace that it is in. */
#include <assert.h>
#include <string.h>

#include "runtime/base/text.h"
#include "runtime/loop/scheduler.h"

static enum span_kind kind_of(const struct task_options *options)
{
    return options->span_kind == SPAN_NONE ? SPAN_INTERNAL : options->span_kind;
}

/* "/ledger.v1.TransferService/CreateTransfer" is named without the slash. */
static const char *name_of(const struct task *task)
{
    return task->name[0] == '/' ? task->name + 1 : task->name;
}

static bool is_sampled(const struct task *task)
{
    return (task->trace.flags & TRACE_SAMPLED) != 0;
}

/* The caller's flag is followed, whether anything is recorded here or not. */
static void continue_trace(struct task *task, const struct trace_context *caller)
{
    assert((caller->flags & ~(TRACE_SAMPLED | TRACE_RANDOM)) == 0);
    trace_context_renew_span(&task->trace);
    memcpy(task->trace.trace_id, caller->trace_id, TRACE_ID_SIZE);
    task->trace.flags = caller->flags;
    task->continues_trace = true;
}

static void begin_trace(struct task *task, enum span_kind kind)
{
    assert(task->span == NULL);
    trace_context_begin(&task->trace);
    task->continues_trace = false;
    if (kind != SPAN_NONE && spans_choose(&task->trace))
        task->trace.flags |= TRACE_SAMPLED;
}

void task_begin_trace(struct task *task, const struct task_options *options)
{
    struct trace_context caller;
    bool is_continued = trace_context_read(options->trace_parent, &caller);
    if (is_continued)
        continue_trace(task, &caller);
    else
        begin_trace(task, options->span_kind);
    trace_context_write(&task->trace, task->trace_parent);
    task->trace_state = is_continued && !text_is_empty(options->trace_state)
                            ? arena_strdup(&task->arena, options->trace_state)
                            : "";
    task->span = is_sampled(task) ? span_begin(&task->trace, is_continued ? caller.span_id : NULL,
                                               kind_of(options), name_of(task))
                                  : NULL;
}

void task_end_trace(struct task *task)
{
    span_end(task->span);
    task->span = NULL;
}

const char *task_trace_parent(const struct task *task)
{
    return task->trace_parent;
}

const char *task_trace_state(const struct task *task)
{
    return task->trace_state;
}

bool task_continues_trace(const struct task *task)
{
    return task->continues_trace;
}

struct trace_span *task_span(struct task *task)
{
    return task->span;
}

struct trace_span *task_span_begin(const struct task *task, enum span_kind kind, const char *name)
{
    if (task == NULL || task->span == NULL)
        return NULL;
    assert(is_sampled(task) && name != NULL);
    struct trace_context own = task->trace;
    trace_context_renew_span(&own);
    return span_begin(&own, task->trace.span_id, kind, name);
}

/* ---- work for several ---- */

/* Of an asker who asks several times it is told once. */
static bool works_for(const struct trace_span *span, const struct trace_span *asker)
{
    if (memcmp(span->parent_id, asker->context.span_id, SPAN_ID_SIZE) == 0)
        return true;
    return span->link_count > 0 && memcmp(span->links[span->link_count - 1].span_id,
                                          asker->context.span_id, SPAN_ID_SIZE) == 0;
}

void task_trace_for(struct task *task, struct trace_span *asker, const char *name)
{
    if (asker == NULL || (task->span != NULL && works_for(task->span, asker)))
        return;
    if (task->span != NULL) {
        span_link(task->span, &asker->context);
        span_link(asker, &task->trace);
        return;
    }
    assert(task_running == task);
    continue_trace(task, &asker->context);
    trace_context_write(&task->trace, task->trace_parent);
    task->span = span_begin(&task->trace, asker->context.span_id, SPAN_INTERNAL, name);
}

void task_trace_done(struct task *task)
{
    if (task->span == NULL)
        return;
    assert(task_running == task);
    task_end_trace(task);
    begin_trace(task, SPAN_NONE);
    trace_context_write(&task->trace, task->trace_parent);
}
