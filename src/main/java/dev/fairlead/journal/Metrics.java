package dev.fairlead.journal;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Counters and histograms, in Prometheus' text form, with OpenTelemetry's gen_ai names where it has
 * them (semantic conventions 1.41). Reckoned from generations, off the request's path. No label
 * holds a key, a user or a prompt, and no family grows beyond a bound: what exceeds it counts as
 * {@code other}.
 */
public final class Metrics {
  private static final int MOST_SERIES = 500;
  private static final String OTHER = "other";

  /** Boundaries of the durations, in seconds (OpenTelemetry). */
  private static final double[] SECONDS = {
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92
  };

  private static final double[] FIRST_TOKEN = {
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
  };

  private static final double[] OVERHEAD = {
    0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.1
  };

  private static final double[] TOKENS = {
    1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864
  };

  private record Read(String name, String help, String type, LongSupplier value) {}

  private static final class Histogram {
    final double[] bounds;
    final LongAdder[] counts;
    final DoubleAdder sum = new DoubleAdder();

    Histogram(double[] bounds) {
      this.bounds = bounds;
      this.counts = new LongAdder[bounds.length + 1];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = new LongAdder();
      }
    }

    void record(double value) {
      int i = 0;
      while (i < bounds.length && value > bounds[i]) {
        i++;
      }
      counts[i].increment();
      sum.add(value);
    }
  }

  private record Family<T>(String name, String help, ConcurrentMap<String, T> series) {
    T at(String labels, java.util.function.Supplier<T> fresh) {
      T known = series.get(labels);
      if (known != null) {
        return known;
      }
      String bounded = series.size() < MOST_SERIES ? labels : "label=\"" + OTHER + "\"";
      return series.computeIfAbsent(bounded, l -> fresh.get());
    }
  }

  /** How a call to a provider ended. */
  private record Outcome(String provider, String word) {}

  private final ConcurrentMap<Kind, Series> kinds = new ConcurrentHashMap<>();
  private final ConcurrentMap<Outcome, LongAdder> outcomes = new ConcurrentHashMap<>();
  private final List<Read> reads = new ArrayList<>();
  private final Family<LongAdder> requests =
      family("fairlead_requests_total", "Requests by the status that the caller got");
  private final Family<LongAdder> attempts =
      family("fairlead_attempts_total", "Calls to providers by outcome");
  private final Family<LongAdder> failovers =
      family("fairlead_failovers_total", "Answers that came from another than the first endpoint");
  private final Family<DoubleAdder> cost =
      family("fairlead_cost_usd_total", "Cost of what was served, in USD");
  private final Family<LongAdder> losses =
      family("fairlead_losses_total", "Request members that could not be carried");
  private final Family<Histogram> duration =
      family("gen_ai_server_request_duration_seconds", "From the request's arrival to its end");
  private final Family<Histogram> firstToken =
      family(
          "gen_ai_server_time_to_first_token_seconds",
          "From the request's arrival to the answer's first piece");
  private final Family<Histogram> tokens =
      family("gen_ai_client_token_usage", "Tokens by type, as the providers counted");
  private final Family<Histogram> overhead =
      family("fairlead_overhead_seconds", "The gateway's own part of the time to the first call");

  private static <T> Family<T> family(String name, String help) {
    return new Family<>(name, help, new ConcurrentHashMap<>());
  }

  /** A value that is read when it is asked for. */
  public void gauge(String name, String help, LongSupplier value) {
    synchronized (reads) {
      reads.add(new Read(name, help, "gauge", value));
    }
  }

  /** A count that somebody else keeps. */
  public void counter(String name, String help, LongSupplier value) {
    synchronized (reads) {
      reads.add(new Read(name, help, "counter", value));
    }
  }

  /** What decides into which series an exchange is reckoned. */
  private record Kind(
      int status,
      Dialect dialect,
      String operation,
      Optional<String> provider,
      Optional<String> model,
      Optional<Fault.Kind> fault) {}

  /** The series of one kind of exchange, so that their labels are written once. */
  private record Series(
      LongAdder requests,
      DoubleAdder cost,
      LongAdder losses,
      Histogram duration,
      Histogram firstToken,
      Histogram inputTokens,
      Histogram outputTokens,
      Histogram overhead) {}

  private Series series(Kind kind) {
    String served =
        labels(
            "gen_ai_operation_name",
            kind.operation().equals("completions") ? "text_completion" : "chat",
            "gen_ai_provider_name",
            kind.provider().orElse("none"),
            "gen_ai_response_model",
            kind.model().orElse("none"));
    String failed = escaped(kind.fault().map(Fault.Kind::word).orElse(""));
    String dialect = labels("dialect", kind.dialect().id());
    return new Series(
        requests.at(
            labels("code", "" + kind.status(), "dialect", kind.dialect().id()), LongAdder::new),
        cost.at(served, DoubleAdder::new),
        losses.at(dialect, LongAdder::new),
        duration.at(served + ",error_type=\"" + failed + "\"", () -> new Histogram(SECONDS)),
        firstToken.at(served, () -> new Histogram(FIRST_TOKEN)),
        tokens.at(served + ",gen_ai_token_type=\"input\"", () -> new Histogram(TOKENS)),
        tokens.at(served + ",gen_ai_token_type=\"output\"", () -> new Histogram(TOKENS)),
        overhead.at("", () -> new Histogram(OVERHEAD)));
  }

  /** Reckons one exchange in. */
  public void observe(Generation g) {
    Optional<Fault.Kind> fault = g.fault().map(Fault::kind);
    Kind kind =
        new Kind(g.status(), g.dialect(), g.operation(), g.providerName(), g.model(), fault);
    Series series = kinds.get(kind);
    if (series == null) {
      series = series(kind);
      if (kinds.size() < MOST_SERIES) {
        kinds.put(kind, series);
      }
    }
    series.requests().increment();
    for (AttemptRecord attempt : g.attempts()) {
      Outcome outcome = new Outcome(attempt.provider(), attempt.fault().orElse("served"));
      outcomes
          .computeIfAbsent(
              outcome,
              o ->
                  attempts.at(
                      labels("provider", o.provider(), "outcome", o.word()), LongAdder::new))
          .increment();
    }
    if (g.attempts().size() > 1 && fault.isEmpty()) {
      count(failovers, labels("reason", g.attempts().get(0).fault().orElse("unknown")));
    }
    series.cost().add(g.cost().total().nanoUsd() / 1e9);
    series.losses().add(g.losses().size());
    series.duration().record(g.durationMillis() / 1e3);
    series.overhead().record(g.overheadMicros() / 1e6);
    if (g.latencyMillis() >= 0 && g.streamed()) {
      series.firstToken().record(g.latencyMillis() / 1e3);
    }
    if (g.usage().isPresent()) {
      series.inputTokens().record(g.usage().get().input());
      series.outputTokens().record(g.usage().get().output());
    }
  }

  /** Counts a request that was refused at the door. */
  public void refused(Dialect dialect, Fault fault) {
    count(requests, labels("code", "" + fault.status(), "dialect", dialect.id()));
  }

  private static void count(Family<LongAdder> family, String labels) {
    family.at(labels, LongAdder::new).increment();
  }

  private static String labels(String... namesAndValues) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.append(i == 0 ? "" : ",").append(namesAndValues[i]).append("=\"");
      out.append(escaped(namesAndValues[i + 1])).append('"');
    }
    return out.toString();
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  /** Everything, in Prometheus' text form. */
  public String render() {
    StringBuilder out = new StringBuilder(4096);
    synchronized (reads) {
      for (Read read : reads) {
        head(out, read.name(), read.help(), read.type());
        out.append(read.name()).append(' ').append(read.value().getAsLong()).append('\n');
      }
    }
    for (Family<LongAdder> family : List.of(requests, attempts, failovers, losses)) {
      head(out, family.name(), family.help(), "counter");
      sorted(family).forEach((labels, n) -> line(out, family.name(), labels, "" + n.sum()));
    }
    head(out, cost.name(), cost.help(), "counter");
    sorted(cost).forEach((labels, n) -> line(out, cost.name(), labels, number(n.sum())));
    for (Family<Histogram> family : List.of(duration, firstToken, tokens, overhead)) {
      head(out, family.name(), family.help(), "histogram");
      sorted(family).forEach((labels, h) -> histogram(out, family.name(), labels, h));
    }
    return out.toString();
  }

  private static <T> Map<String, T> sorted(Family<T> family) {
    return new TreeMap<>(family.series());
  }

  private static void head(StringBuilder out, String name, String help, String type) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void line(StringBuilder out, String name, String labels, String value) {
    out.append(name);
    if (!labels.isEmpty()) {
      out.append('{').append(labels).append('}');
    }
    out.append(' ').append(value).append('\n');
  }

  private static void histogram(StringBuilder out, String name, String labels, Histogram h) {
    String comma = labels.isEmpty() ? "" : labels + ",";
    long sum = 0;
    for (int i = 0; i < h.bounds.length; i++) {
      sum += h.counts[i].sum();
      line(out, name + "_bucket", comma + "le=\"" + number(h.bounds[i]) + "\"", "" + sum);
    }
    sum += h.counts[h.bounds.length].sum();
    line(out, name + "_bucket", comma + "le=\"+Inf\"", "" + sum);
    line(out, name + "_sum", labels, number(h.sum.sum()));
    line(out, name + "_count", labels, "" + sum);
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%d", (long) value)
        : Double.toString(value);
  }
}
