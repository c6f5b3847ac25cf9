package dev.fairlead.config;

import dev.fairlead.wire.JsonWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * A value of a configuration file that knows where it stands.
 *
 * @param text the scalar's text after interpolation; empty for the other kinds
 * @param plain a scalar without quotes: the only kind that can be a number or a switch
 * @param secret it came from the environment or a file, or its key is the name of a secret: it must
 *     not be repeated in messages
 */
public record ConfigNode(
    Kind kind,
    String text,
    boolean plain,
    boolean secret,
    List<Entry> entries,
    List<ConfigNode> items,
    Place place) {

  /** What a value is. */
  public enum Kind {
    MAPPING,
    SEQUENCE,
    SCALAR,
    NOTHING
  }

  /** A key of a mapping and its value. */
  public record Entry(String key, Place place, ConfigNode value) {}

  public ConfigNode {
    entries = List.copyOf(entries);
    items = List.copyOf(items);
  }

  static ConfigNode nothing(Place place) {
    return new ConfigNode(Kind.NOTHING, "", true, false, List.of(), List.of(), place);
  }

  static ConfigNode scalar(String text, boolean plain, boolean secret, Place place) {
    return new ConfigNode(Kind.SCALAR, text, plain, secret, List.of(), List.of(), place);
  }

  static ConfigNode mapping(List<Entry> entries, Place place) {
    return new ConfigNode(Kind.MAPPING, "", true, false, entries, List.of(), place);
  }

  static ConfigNode sequence(List<ConfigNode> items, Place place) {
    return new ConfigNode(Kind.SEQUENCE, "", true, false, List.of(), items, place);
  }

  public Optional<Entry> entry(String key) {
    for (Entry entry : entries) {
      if (entry.key().equals(key)) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  /** The value as JSON: plain scalars as numbers, switches and null where they read as such. */
  public void writeTo(JsonWriter out) {
    switch (kind) {
      case NOTHING -> out.nullValue();
      case SCALAR -> writeScalar(out);
      case SEQUENCE -> {
        out.beginArray();
        items.forEach(item -> item.writeTo(out));
        out.endArray();
      }
      case MAPPING -> {
        out.beginObject();
        for (Entry entry : entries) {
          out.name(entry.key());
          entry.value().writeTo(out);
        }
        out.endObject();
      }
    }
  }

  private void writeScalar(JsonWriter out) {
    if (plain && (text.equals("true") || text.equals("false"))) {
      out.value(text.equals("true"));
    } else if (plain && text.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d{1,2})?")) {
      out.value(new BigDecimal(text));
    } else {
      out.value(text);
    }
  }

  /** The value as a message may show it. */
  String shown() {
    return switch (kind) {
      case MAPPING -> "a mapping";
      case SEQUENCE -> "a list";
      case NOTHING -> "nothing";
      case SCALAR -> secret ? Secret.MASK : "`" + text + "`";
    };
  }

  /** Never the text: a node may hold a secret. */
  @Override
  public String toString() {
    return kind + " at " + place;
  }
}
