/* Work of one task for several askers: the first recorded one is its parent, the others are linked
 * with it, both ways and once. */
#include "tests/support/test_tasks.h"

#include "runtime/trace/span.h"

#define SPANS_MAX 8

static const struct trace_context first = {"0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331",
                                           TRACE_SAMPLED};
static const struct trace_context second = {"4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7",
                                            TRACE_SAMPLED};

static void record(void)
{
    spans_record(&(struct span_recording){.spans_max = SPANS_MAX, .billionths = 0, .crowd = 8});
}

static struct trace_span *asker_of(const struct trace_context *context)
{
    struct trace_span *span = span_begin(context, NULL, SPAN_INTERNAL, "asker");
    assert_non_null(span);
    return span;
}

static void assert_linked(const struct trace_span *span, const struct trace_context *with)
{
    assert_int_equal(span->link_count, 1);
    assert_string_equal(span->links[0].trace_id, with->trace_id);
    assert_string_equal(span->links[0].span_id, with->span_id);
}

static void work_for_both(struct task *task, void *argument)
{
    struct trace_span *one = asker_of(&first), *other = asker_of(&second);
    (void)argument;
    task_trace_for(task, NULL, "message");
    assert_null(task_span(task));
    for (int turn = 0; turn < 2; turn++) { /* who asks twice is told once */
        task_trace_for(task, one, "message");
        struct trace_span *own = task_span(task);
        assert_non_null(own);
        assert_string_equal(own->context.trace_id, first.trace_id);
        assert_string_equal(own->parent_id, first.span_id);
        assert_int_equal(one->link_count, 0);
        if (turn == 0)
            assert_int_equal(own->link_count, 0);
    }
    assert_memory_equal(task_trace_parent(task) + 3, first.trace_id, 32);
    task_trace_for(task, other, "message");
    task_trace_for(task, other, "message");
    assert_linked(task_span(task), &second);
    assert_linked(other, &task_span(task)->context);
    span_end(one);
    span_end(other);
    task_trace_done(task);
}

static void the_first_asker_is_the_parent_and_the_others_are_linked(void **state)
{
    (void)state;
    record();
    struct loop *loop = loop_of_test(1);
    spawn(loop, &(struct task_options){.name = "gatherer", .span_kind = SPAN_NONE}, work_for_both,
          NULL);
    run_to_the_end(loop);
    struct trace_span *spans[SPANS_MAX];
    size_t count = spans_take(spans, SPANS_MAX);
    assert_int_equal(count, 3);
    assert_string_equal(spans[2]->name, "message");
    for (size_t i = 0; i < count; i++)
        span_free(spans[i]);
    spans_stop();
}

static void work_twice(struct task *task, void *argument)
{
    (void)argument;
    const struct trace_context *askers[] = {&first, &second};
    for (size_t i = 0; i < 2; i++) {
        struct trace_span *asker = asker_of(askers[i]);
        task_trace_for(task, asker, "message");
        assert_string_equal(task_span(task)->context.trace_id, askers[i]->trace_id);
        assert_int_equal(task_span(task)->link_count, 0);
        span_end(asker);
        task_trace_done(task);
        assert_null(task_span(task));
        assert_false(task_continues_trace(task));
        assert_memory_not_equal(task_trace_parent(task) + 3, askers[i]->trace_id, 32);
    }
}

static void work_that_is_done_leaves_its_trace(void **state)
{
    (void)state;
    record();
    struct loop *loop = loop_of_test(1);
    spawn(loop, &(struct task_options){.name = "gatherer", .span_kind = SPAN_NONE}, work_twice,
          NULL);
    run_to_the_end(loop);
    assert_int_equal(spans_waiting(), 4);
    spans_stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_asker_is_the_parent_and_the_others_are_linked),
        cmocka_unit_test(work_that_is_done_leaves_its_trace),
    };
    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
