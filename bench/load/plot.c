#include "bench/load/plot.h"

#include <math.h>

#define WIDTH 900.0
#define HEIGHT 270.0
#define LEFT 64.0
#define RIGHT 14.0
#define TOP 20.0
#define BOTTOM 34.0

void plot_text(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", file);
            break;
        case '<':
            fputs("&lt;", file);
            break;
        case '>':
            fputs("&gt;", file);
            break;
        case '"':
            fputs("&quot;", file);
            break;
        default:
            fputc(*text, file);
        }
    }
}

/* ---- the frame ---- */

struct frame {
    double x_max;     /* of what x counts, from 0 */
    double low, high; /* of y; on a scale of tens both are powers of ten */
    bool is_logarithmic;
};

static double x_of(const struct frame *frame, double x)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * (frame->x_max > 0 ? x / frame->x_max : 0);
}

static double y_of(const struct frame *frame, double y)
{
    double share = frame->is_logarithmic
                       ? log10(fmax(y, frame->low) / frame->low) / log10(frame->high / frame->low)
                       : (y - frame->low) / (frame->high - frame->low);
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * fmin(share, 1);
}

const char *plot_duration(char text[32], double ns)
{
    const char *unit = ns >= 1e9 ? "s" : ns >= 1e6 ? "ms" : "µs";
    double value = ns / (ns >= 1e9 ? 1e9 : ns >= 1e6 ? 1e6 : 1e3);
    snprintf(text, 32, "%.*f %s", value < 10 ? 2 : value < 100 ? 1 : 0, value, unit);
    return text;
}

static const char *axis_duration(char text[32], double ns)
{
    snprintf(text, 32, "%g %s",
             ns / (ns >= 1e9   ? 1e9
                   : ns >= 1e6 ? 1e6
                               : 1e3),
             ns >= 1e9   ? "s"
             : ns >= 1e6 ? "ms"
                         : "µs");
    return text;
}

static void begin(FILE *file, const char *title)
{
    fprintf(file,
            "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">"
            "<title>%s</title>\n",
            WIDTH, HEIGHT, title, title);
}

static void line_at(FILE *file, double y, const char *label)
{
    fprintf(
        file,
        "<line class=\"grid\" stroke=\"#e4e4de\" x1=\"%.0f\" y1=\"%.1f\" x2=\"%.0f\" y2=\"%.1f\"/>"
        "<text class=\"axis\" fill=\"#666d76\" font-size=\"12\" x=\"%.0f\" y=\"%.1f\" "
        "text-anchor=\"end\">%s</text>\n",
        LEFT, y, WIDTH - RIGHT, y, LEFT - 8, y + 4, label);
}

static void label_x(FILE *file, double x, const char *label)
{
    fprintf(file,
            "<text class=\"axis\" fill=\"#666d76\" font-size=\"12\" x=\"%.1f\" y=\"%.0f\" "
            "text-anchor=\"middle\">%s</text>\n",
            x, HEIGHT - BOTTOM + 20, label);
}

/* A step of 1, 2 or 5 times a power of ten, so that about four lines fit. */
static double step_for(double span)
{
    double raw = span / 4, power = pow(10, floor(log10(raw)));
    double times = raw / power;
    return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
}

static double interval_s(const struct result *result)
{
    return (double)result->interval_ns / (double)NS_PER_S;
}

static void axis_time(FILE *file, const struct frame *frame)
{
    double step = step_for(frame->x_max > 0 ? frame->x_max : 1);
    for (double s = 0; s <= frame->x_max; s += step) {
        char label[32];
        snprintf(label, sizeof label, "%g s", s);
        label_x(file, x_of(frame, s), label);
    }
}

/* Where the phases begin, with their names; of one phase, nothing. */
static void mark_phases(FILE *file, const struct result *result, const struct frame *frame)
{
    double begins_s = 0;
    for (size_t i = 0; i < result->phase_count && result->phase_count > 1; i++) {
        double x = x_of(frame, begins_s);
        fprintf(file,
                "<line class=\"phase\" stroke=\"#666d76\" x1=\"%.1f\" y1=\"%.0f\" x2=\"%.1f\" "
                "y2=\"%.0f\"/><text class=\"axis\" fill=\"#666d76\" font-size=\"12\" x=\"%.1f\" "
                "y=\"%.0f\">",
                x, TOP, x, HEIGHT - BOTTOM, x + 4, TOP - 6);
        plot_text(file, result->phase_names[i]);
        fputs("</text>\n", file);
        begins_s += result->phase_seconds[i];
    }
}

static struct frame frame_latency(const struct result *result, double x_max)
{
    struct frame frame = {.x_max = x_max, .low = 1e9, .high = 1e5, .is_logarithmic = true};
    for (size_t i = 0; i < result->interval_count; i++) {
        const struct histogram *latency = &result->intervals[i].latency;
        double middle = (double)histogram_quantile(latency, 0.5);
        if (latency->total > 0 && middle > 0)
            frame.low = fmin(frame.low, middle);
        frame.high = fmax(frame.high, (double)latency->maximum);
    }
    frame.low = pow(10, floor(log10(frame.low)));
    frame.high = fmax(pow(10, ceil(log10(frame.high))), frame.low * 10);
    return frame;
}

static void axis_tens(FILE *file, const struct frame *frame)
{
    char label[32];
    for (double ns = frame->low; ns <= frame->high * 1.01; ns *= 10)
        line_at(file, y_of(frame, ns), axis_duration(label, ns));
}

/* ---- latency over time ---- */

static void draw_quantile(FILE *file, const struct result *result, const struct frame *frame,
                          double share, const char *class)
{
    bool is_drawing = false;
    fprintf(file, "<path class=\"line %s\" fill=\"none\" stroke=\"#2f6690\" d=\"", class);
    for (size_t i = 0; i < result->interval_count; i++) {
        const struct histogram *latency = &result->intervals[i].latency;
        double middle_s = ((double)i + 0.5) * interval_s(result);
        if (latency->total > 0)
            fprintf(file, "%s%.1f %.1f", is_drawing ? "L" : "M", x_of(frame, middle_s),
                    y_of(frame, (double)histogram_quantile(latency, share)));
        is_drawing = latency->total > 0;
    }
    fprintf(file, "\"/>\n");
}

void plot_latency(FILE *file, const struct result *result)
{
    struct frame frame = frame_latency(result, (double)result->interval_count * interval_s(result));
    begin(file, "Latency over time");
    axis_tens(file, &frame);
    axis_time(file, &frame);
    mark_phases(file, result, &frame);
    draw_quantile(file, result, &frame, 1, "slowest");
    draw_quantile(file, result, &frame, 0.99, "slow");
    draw_quantile(file, result, &frame, 0.5, "middle");
    fprintf(file, "</svg>\n");
}

/* ---- calls over time ---- */

static double calls_of(const struct span *span)
{
    int64_t sum = 0;
    for (size_t i = 0; i < OUTCOMES; i++)
        sum += span->calls[i];
    return (double)sum;
}

static void draw_stack(FILE *file, const struct result *result, const struct frame *frame,
                       size_t index)
{
    static const char *const classes[OUTCOMES] = {"succeeded", "refused", "limited", "failed"};
    double per_s = 1 / interval_s(result), base = 0, from = (double)index * interval_s(result);
    double x = x_of(frame, from), width = x_of(frame, from + interval_s(result)) - x;
    for (size_t i = 0; i < OUTCOMES; i++) {
        double rate = (double)result->intervals[index].calls[i] * per_s;
        double top = y_of(frame, base + rate), bottom = y_of(frame, base);
        base += rate;
        if (rate > 0)
            fprintf(file,
                    "<rect class=\"%s\" fill=\"#2f7d5b\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                    "height=\"%.1f\"/>",
                    classes[i], x, top, fmax(width - 0.6, 0.6), bottom - top);
    }
}

void plot_calls(FILE *file, const struct result *result)
{
    struct frame frame = {.x_max = (double)result->interval_count * interval_s(result), .high = 1};
    for (size_t i = 0; i < result->interval_count; i++)
        frame.high = fmax(frame.high, calls_of(&result->intervals[i]) / interval_s(result));
    double step = step_for(frame.high);
    frame.high = ceil(frame.high / step) * step;
    begin(file, "Calls per second over time, by how they ended");
    for (double rate = 0; rate <= frame.high * 1.01; rate += step) {
        char label[32];
        snprintf(label, sizeof label, "%g /s", rate);
        line_at(file, y_of(&frame, rate), label);
    }
    axis_time(file, &frame);
    for (size_t i = 0; i < result->interval_count; i++)
        draw_stack(file, result, &frame, i);
    mark_phases(file, result, &frame);
    fprintf(file, "</svg>\n");
}

/* ---- percentiles ---- */

static double nines(double share)
{
    return -log10(1 - share);
}

void plot_percentiles(FILE *file, const struct result *result)
{
    static const double shares[] = {0, 0.5, 0.9, 0.99, 0.999, 0.9999};
    const struct histogram *latency = &result->measured.latency;
    double total = (double)latency->total;
    struct frame frame = frame_latency(result, fmin(fmax(log10(fmax(total, 1)), 1), 5));
    begin(file, "Latency by percentile");
    axis_tens(file, &frame);
    for (size_t i = 0; i < sizeof shares / sizeof *shares && nines(shares[i]) <= frame.x_max; i++) {
        char label[32];
        snprintf(label, sizeof label, "%g %%", shares[i] * 100);
        label_x(file, x_of(&frame, nines(shares[i])), label);
    }
    fprintf(file, "<path class=\"line slow\" fill=\"none\" stroke=\"#2f6690\" d=\"");
    for (int i = 0; i <= 200 && latency->total > 0; i++) {
        double x = frame.x_max * i / 200;
        fprintf(file, "%s%.1f %.1f", i == 0 ? "M" : "L", x_of(&frame, x),
                y_of(&frame, (double)histogram_quantile(latency, 1 - pow(10, -x))));
    }
    fprintf(file, "\"/></svg>\n");
}
