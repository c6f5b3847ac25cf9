package dev.fairlead.operation;

import dev.fairlead.wire.JsonWriter;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Members whose value may be missing: they stand there as null. */
public final class Fields {
  private Fields() {}

  public static void text(JsonWriter out, String name, Optional<String> value) {
    out.name(name);
    value.ifPresentOrElse(out::value, out::nullValue);
  }

  public static void number(JsonWriter out, String name, OptionalLong value) {
    out.name(name);
    value.ifPresentOrElse(out::value, out::nullValue);
  }

  public static void number(JsonWriter out, String name, OptionalDouble value) {
    out.name(name);
    value.ifPresentOrElse(out::value, out::nullValue);
  }

  public static void texts(JsonWriter out, String name, Collection<String> values) {
    out.name(name).beginArray();
    values.forEach(out::value);
    out.endArray();
  }

  public static void none(JsonWriter out, String name) {
    out.name(name).nullValue();
  }
}
