package dev.fairlead.recorded;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of each exchange, by wire and direction: a table of counts, and the reasons of those
 * that failed. Guarded by itself.
 */
final class Findings {
  private static final class Row {
    int passed;
    int explained;
    final Map<String, List<String>> failed = new TreeMap<>();
  }

  private final Map<String, Row> rows = new TreeMap<>();
  private final Map<String, Integer> explanations = new TreeMap<>();

  synchronized void passed(String wire, String direction) {
    row(wire, direction).passed++;
  }

  /** It differs, and rightly so. */
  synchronized void explained(String wire, String direction, String why) {
    row(wire, direction).explained++;
    explanations.merge(why, 1, Integer::sum);
  }

  synchronized void failed(String wire, String direction, String id, List<String> reasons) {
    row(wire, direction).failed.put(id, List.copyOf(reasons));
  }

  /** No reasons, no failure. */
  synchronized void result(String wire, String direction, String id, List<String> reasons) {
    if (reasons.isEmpty()) {
      passed(wire, direction);
    } else {
      failed(wire, direction, id, reasons);
    }
  }

  private Row row(String wire, String direction) {
    return rows.computeIfAbsent("%-19s %s".formatted(wire, direction), name -> new Row());
  }

  synchronized int failures() {
    return rows.values().stream().mapToInt(it -> it.failed.size()).sum();
  }

  synchronized int passes() {
    return rows.values().stream().mapToInt(it -> it.passed).sum();
  }

  synchronized String table() {
    StringBuilder out = new StringBuilder("passed  explained  failed  wire and direction\n");
    rows.forEach(
        (name, row) ->
            out.append(
                "%6d  %9d  %6d  %s%n"
                    .formatted(row.passed, row.explained, row.failed.size(), name)));
    explanations.forEach((why, count) -> out.append("explained %d: %s%n".formatted(count, why)));
    return out.toString();
  }

  synchronized String reasons() {
    StringBuilder out = new StringBuilder();
    rows.forEach(
        (name, row) ->
            row.failed.forEach(
                (id, why) ->
                    out.append("%n%s %s%n    %s".formatted(name, id, String.join("\n    ", why)))));
    return out.toString();
  }
}
