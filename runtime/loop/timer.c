#include <assert.h>
#include <stdlib.h>

#include "runtime/loop/scheduler.h"

bool timer_heap_init(struct timer_heap *heap, size_t count_max)
{
    assert(count_max > 0);
    *heap = (struct timer_heap){.count_max = count_max,
                                .tasks = calloc(count_max + 1, sizeof(struct task *))};
    return heap->tasks != NULL;
}

void timer_heap_deinit(struct timer_heap *heap)
{
    assert(heap->count == 0);
    free(heap->tasks);
}

static void place(struct timer_heap *heap, size_t index, struct task *task)
{
    assert(index >= 1 && index <= heap->count_max);
    heap->tasks[index] = task;
    task->timer_index = index;
}

static void sift_up(struct timer_heap *heap, size_t index, struct task *task)
{
    assert(index >= 1 && index <= heap->count);
    for (; index > 1 && task->wake_us < heap->tasks[index / 2]->wake_us; index /= 2)
        place(heap, index, heap->tasks[index / 2]);
    place(heap, index, task);
}

static void sift_down(struct timer_heap *heap, size_t index, struct task *task)
{
    assert(index >= 1 && index <= heap->count);
    for (size_t child; (child = 2 * index) <= heap->count; index = child) {
        if (child < heap->count && heap->tasks[child + 1]->wake_us < heap->tasks[child]->wake_us)
            child++;
        if (task->wake_us <= heap->tasks[child]->wake_us)
            break;
        place(heap, index, heap->tasks[child]);
    }
    place(heap, index, task);
}

void timer_heap_add(struct timer_heap *heap, struct task *task)
{
    assert(task->timer_index == 0 && heap->count < heap->count_max);
    sift_up(heap, ++heap->count, task);
}

void timer_heap_remove(struct timer_heap *heap, struct task *task)
{
    size_t index = task->timer_index;
    if (index == 0)
        return;
    assert(index <= heap->count);
    assert(heap->tasks[index] == task);
    struct task *last = heap->tasks[heap->count--];
    task->timer_index = 0;
    if (last == task)
        return;
    if (index > 1 && last->wake_us < heap->tasks[index / 2]->wake_us)
        sift_up(heap, index, last);
    else
        sift_down(heap, index, last);
}

struct task *timer_heap_first(const struct timer_heap *heap)
{
    assert(heap->count <= heap->count_max);
    return heap->count == 0 ? NULL : heap->tasks[1];
}
