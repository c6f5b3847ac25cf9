package dev.fairlead;

import dev.fairlead.wire.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A column of a table for people.
 *
 * @param right numbers stand at the right
 * @param cell what of a row's document stands in it
 */
record Column(String title, boolean right, Function<JsonNode, String> cell) {
  private static final String NOTHING = "-";

  /** A member's text. */
  static Column text(String title, String member) {
    return new Column(title, false, row -> shown(row.get(member)));
  }

  static Column number(String title, String member) {
    return new Column(title, true, row -> shown(row.get(member)));
  }

  static String shown(JsonNode value) {
    if (value.isArray()) {
      List<String> items = new ArrayList<>();
      value.items().forEach(item -> items.add(shown(item)));
      return items.isEmpty() ? NOTHING : String.join(", ", items);
    }
    if (value.isBoolean()) {
      return value.boolOr(false) ? "yes" : "no";
    }
    String text = value.hasValue() ? value.textOr(value.toString()) : "";
    return text.isEmpty() ? NOTHING : text;
  }

  /** Rows under their titles, two spaces between columns, none at a line's end. */
  static String table(JsonNode rows, List<Column> columns) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(columns.stream().map(Column::title).toList());
    for (JsonNode row : rows.items()) {
      lines.add(columns.stream().map(c -> c.cell().apply(row).replace('\n', ' ')).toList());
    }
    int[] widths = new int[columns.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder out = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String space = " ".repeat(widths[i] - line.get(i).length());
        text.append(i == 0 ? "" : "  ");
        text.append(columns.get(i).right() ? space + line.get(i) : line.get(i) + space);
      }
      out.append(text.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }
}
