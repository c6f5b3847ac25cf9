package dev.fairlead.catalog.refresh;

import dev.fairlead.wire.JsonWriter;
import java.util.List;

/** What a refresh would change, for people and for programs. */
public record Difference(PublicList.Kind source, List<Change> changes) {
  private static final String ROW = "%-10s %-18s %-44s %-22s %14s  %s%n";

  public Difference {
    changes = List.copyOf(changes);
  }

  public boolean isEmpty() {
    return changes.isEmpty();
  }

  private static String kind(Change change) {
    return switch (change) {
      case Change.Added added -> "added";
      case Change.PriceChanged price -> "price";
      case Change.LimitChanged limit -> "limit";
      case Change.Vanished gone -> "vanished";
    };
  }

  /** A row for each change: prices in USD per million tokens. */
  public String table() {
    StringBuilder out = new StringBuilder();
    out.append(String.format(ROW, "CHANGE", "PROVIDER", "MODEL", "WHAT", "BEFORE", "AFTER"));
    for (Change c : changes) {
      out.append(
          String.format(ROW, kind(c), c.provider(), c.model(), c.subject(), c.before(), c.after()));
    }
    return out.toString();
  }

  public void writeTo(JsonWriter out) {
    out.beginObject().field("source", source.name().toLowerCase(java.util.Locale.ROOT));
    out.name("changes").beginArray();
    for (Change c : changes) {
      out.beginObject().field("change", kind(c)).field("provider", c.provider());
      out.field("model", c.model()).field("what", c.subject());
      out.field("before", c.before()).field("after", c.after()).endObject();
    }
    out.endArray().endObject();
  }
}
