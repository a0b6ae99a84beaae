#include "bench/load/page.h"

#include "bench/load/plot.h"

#define NS_PER_MS 1e6

static const char head[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<title>kontor-load</title>\n<style>\n"
    ":root{--paper:#fbfbf9;--card:#fff;--ink:#1c1f23;--soft:#666d76;--rule:#e4e4de;"
    "--good:#2f7d5b;--bad:#b3372f;--warn:#b7791f;--blue:#2f6690;--sky:#8fb3cf;--grey:#a9afb6}\n"
    "@media(prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1b1f23;--ink:#e7e9ea;"
    "--soft:#99a1aa;--rule:#2b3137;--good:#57b98c;--bad:#e5746b;--warn:#dda544;"
    "--blue:#6fa8d6;--sky:#3d6a8f;--grey:#6b737c}}\n"
    "*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);"
    "font:15px/1.5 system-ui,-apple-system,\"Segoe UI\",sans-serif}\n"
    "main{max-width:980px;margin:0 auto;padding:36px 20px 60px}\n"
    "h1{font-size:26px;line-height:1.25;margin:0 0 4px;font-weight:650}"
    "h2{font-size:16px;margin:34px 0 8px;font-weight:650}p{margin:0 0 "
    "10px}.soft{color:var(--soft)}\n"
    ".verdict{display:inline-block;padding:1px 12px;border-radius:99px;color:var(--paper);"
    "font-size:15px;font-weight:600;vertical-align:4px;margin-left:10px}\n"
    ".good{background:var(--good)}.bad{background:var(--bad)}.warn{background:var(--warn)}\n"
    ".cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:10px;"
    "margin:20px 0 0}.cards div{background:var(--card);border:1px solid var(--rule);"
    "border-radius:8px;padding:10px 14px}.cards b{display:block;font-size:21px;font-weight:600;"
    "font-variant-numeric:tabular-nums}.cards span{color:var(--soft);font-size:13px}\n"
    "figure{margin:0;background:var(--card);border:1px solid var(--rule);border-radius:8px;"
    "padding:10px 10px 4px}svg{display:block;width:100%;height:auto}"
    "figcaption{color:var(--soft);font-size:13px;padding:2px 6px 6px}\n"
    ".grid{stroke:var(--rule);stroke-width:1}.phase{stroke:var(--soft);stroke-dasharray:2 "
    "4}.axis{fill:var(--soft);font-size:12px}"
    ".line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}\n"
    ".middle{stroke:var(--good)}.slow{stroke:var(--blue)}.slowest{stroke:var(--grey);stroke-width:"
    "1.2}.succeeded{fill:var(--good)}.refused{fill:var(--grey)}.limited{fill:var(--warn)}"
    ".failed{fill:var(--bad)}\n"
    ".key{display:inline-block;width:11px;height:11px;border-radius:3px;margin:0 5px 0 12px;"
    "vertical-align:-1px}.k-middle,.k-succeeded{background:var(--good)}.k-slow{background:"
    "var(--blue)}.k-slowest,.k-refused{background:var(--grey)}.k-limited{background:var(--warn)}"
    ".k-failed{background:var(--bad)}\n"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
    "th,td{text-align:right;white-space:nowrap;padding:5px 10px;border-bottom:1px solid "
    "var(--rule)}"
    "th{color:var(--soft);font-weight:500;font-size:13px}th:first-child,td:first-child"
    "{text-align:left}.wide{overflow-x:auto}.met{color:var(--good)}.missed{color:var(--bad);"
    "font-weight:600}code{font-size:13px}\n"
    "</style></head><body><main>\n";

/* ---- texts ---- */

static int64_t all_of(const struct span *span)
{
    int64_t sum = 0;
    for (size_t i = 0; i < OUTCOMES; i++)
        sum += span->calls[i];
    return sum;
}

static void duration(FILE *file, double ns)
{
    char text[32];
    fputs(plot_duration(text, ns), file);
}

static void quantile_cell(FILE *file, const struct span *span, double share)
{
    fputs("<td>", file);
    if (span->latency.total == 0)
        fputs("–", file);
    else
        duration(file, (double)histogram_quantile(&span->latency, share));
    fputs("</td>", file);
}

/* ---- the parts ---- */

static void write_title(FILE *file, const struct result *result)
{
    char began[32];
    const char *class = result->verdict == VERDICT_PASS        ? "good"
                        : result->verdict == VERDICT_SATURATED ? "warn"
                                                               : "bad";
    fputs("<h1>", file);
    plot_text(file, result->scenario);
    fprintf(file, "<span class=\"verdict %s\">%s</span></h1>\n<p class=\"soft\">", class,
            result_verdict(result));
    plot_text(file, result->gateway);
    fputs(" · ", file);
    snprintf(began, sizeof began, "%.10s %.8s UTC", result->began, result->began + 11);
    plot_text(file, began);
    fprintf(file, " · %lld generator%s%s</p>\n", (long long)result->generators,
            result->generators == 1 ? "" : "s", result->stopped > 0 ? " · stopped early" : "");
}

static void card(FILE *file, const char *label, double ns)
{
    fputs("<div><b>", file);
    duration(file, ns);
    fprintf(file, "</b><span>%s</span></div>", label);
}

static void write_cards(FILE *file, const struct result *result)
{
    const struct span *span = &result->measured;
    double rate = result->measured_seconds > 0
                      ? (double)span->calls[OUTCOME_SUCCEEDED] / result->measured_seconds
                      : 0;
    fprintf(file, "<div class=\"cards\"><div><b>%.1f /s</b><span>succeeded</span></div>", rate);
    card(file, "middle, p50", (double)histogram_quantile(&span->latency, 0.5));
    card(file, "p99", (double)histogram_quantile(&span->latency, 0.99));
    card(file, "slowest", (double)span->latency.maximum);
    fprintf(file, "<div><b>%lld</b><span>failed of %lld</span></div>",
            (long long)span->calls[OUTCOME_FAILED], (long long)all_of(span));
    fprintf(file, "<div><b>%lld</b><span>turned away by a limit</span></div>",
            (long long)span->calls[OUTCOME_LIMITED]);
    if (result->saturation_per_s > 0)
        fprintf(file, "<div><b>%.0f /s</b><span>saturation</span></div>", result->saturation_per_s);
    fputs("</div>\n", file);
}

static void write_money(FILE *file, const struct result *result)
{
    const struct money *money = &result->money;
    bool is_right = money->mistakes + money->undecided + money->unread == 0;
    fprintf(file,
            "<h2>Money: <span class=\"%s\">%s</span></h2>\n<p>%lld orders acknowledged, %lld "
            "refused; %lld had no answer at first and were asked for again, %lld are undecided. "
            "%lld accounts read back, %lld companies audited, %lld mistakes, %lld not to be "
            "read.</p>\n",
            is_right ? "met" : "missed", is_right ? "right" : "not shown to be right",
            (long long)money->acknowledged, (long long)money->refused, (long long)money->repeated,
            (long long)money->undecided, (long long)money->accounts, (long long)money->companies,
            (long long)money->mistakes, (long long)money->unread);
    for (size_t i = 0; i < money->sentence_count; i++) {
        fputs("<p class=\"missed\"><code>", file);
        plot_text(file, money->sentences[i]);
        fputs("</code></p>\n", file);
    }
}

static void amount(FILE *file, const struct objective *objective, double value)
{
    if (objective->kind == OBJECTIVE_LATENCY)
        duration(file, value);
    else if (objective->kind == OBJECTIVE_RATE)
        fprintf(file, "%.1f /s", value);
    else
        fprintf(file, "%.3g %%", value * 100);
}

static void write_objectives(FILE *file, const struct result *result)
{
    if (result->objective_count == 0)
        return;
    fputs("<h2>Objectives</h2>\n<table><tr><th>objective</th><th>wanted</th><th>seen</th>"
          "<th></th></tr>\n",
          file);
    for (size_t i = 0; i < result->objective_count; i++) {
        const struct objective *one = &result->objectives[i];
        fputs("<tr><td>", file);
        plot_text(file, one->name);
        fprintf(file, "</td><td>%s ", one->kind == OBJECTIVE_RATE ? "≥" : "≤");
        amount(file, one, one->bound);
        fputs("</td><td>", file);
        amount(file, one, one->seen);
        fprintf(file, "</td><td class=\"%s\">%s</td></tr>\n", one->is_met ? "met" : "missed",
                one->is_met ? "met" : "missed");
    }
    fputs("</table>\n", file);
}

static void write_row(FILE *file, const char *name, const struct span *span)
{
    static const double shares[] = {0.5, 0.9, 0.99, 0.999, 1};
    fputs("<tr><td>", file);
    plot_text(file, name);
    fprintf(file, "</td><td>%lld</td>", (long long)all_of(span));
    for (size_t i = OUTCOME_REFUSED; i < OUTCOMES; i++)
        fprintf(file, "<td>%lld</td>", (long long)span->calls[i]);
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        quantile_cell(file, span, shares[i]);
    fputs("</tr>\n", file);
}

static void write_tables(FILE *file, const struct result *result)
{
    fputs("<h2>Phases and calls</h2>\n<div class=\"wide\"><table><tr><th></th><th>calls</th>"
          "<th>refused</th><th>limited</th><th>failed</th><th>p50</th><th>p90</th><th>p99</th>"
          "<th>p99.9</th><th>max</th></tr>\n",
          file);
    for (size_t i = 0; i < result->phase_count; i++)
        write_row(file, result->phase_names[i], &result->phases[i]);
    for (size_t i = 0; i < PIECE_KINDS; i++)
        if (all_of(&result->kinds[i]) > 0)
            write_row(file, piece_name((enum piece_kind)i), &result->kinds[i]);
    fputs("</table></div>\n<h2>Answers</h2>\n<table><tr><th>code and reason</th><th>calls</th>"
          "</tr>\n",
          file);
    for (size_t i = 0; i < result->answer_count; i++) {
        fputs("<tr><td><code>", file);
        plot_text(file, result->answers[i].text);
        fprintf(file, "</code></td><td>%lld</td></tr>\n", (long long)result->answers[i].count);
    }
    fputs("</table>\n", file);
}

static void write_plots(FILE *file, const struct result *result)
{
    fputs("<h2>Latency over time</h2>\n<figure>", file);
    plot_latency(file, result);
    fputs("<figcaption><i class=\"key k-middle\"></i>p50<i class=\"key k-slow\"></i>p99"
          "<i class=\"key k-slowest\"></i>slowest. From the moment a call was meant to begin; by "
          "that moment it is drawn.</figcaption></figure>\n<h2>Calls per second</h2>\n<figure>",
          file);
    plot_calls(file, result);
    fputs("<figcaption><i class=\"key k-succeeded\"></i>succeeded<i class=\"key k-refused\"></i>"
          "refused<i class=\"key k-limited\"></i>limited<i class=\"key k-failed\"></i>failed"
          "</figcaption></figure>\n<h2>Percentiles</h2>\n<figure>",
          file);
    plot_percentiles(file, result);
    fputs("<figcaption>Of the measured phases; the tail is drawn as wide as the rest."
          "</figcaption></figure>\n",
          file);
}

bool page_write(const struct result *result, FILE *file)
{
    fputs(head, file);
    write_title(file, result);
    write_cards(file, result);
    write_money(file, result);
    write_objectives(file, result);
    write_plots(file, result);
    write_tables(file, result);
    fprintf(file,
            "<p class=\"soft\">The generator was at most %.1f ms behind; %lld calls of %lld began "
            "late by its own fault, %lld never.</p>\n</main></body></html>\n",
            (double)result->behind_max_ns / NS_PER_MS, (long long)result->late,
            (long long)result->planned, (long long)result->never_begun);
    return fflush(file) == 0 && ferror(file) == 0;
}
