package dev.fairlead.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Header fields in order; names compare without regard to case. Immutable. */
public final class Headers {
  public static final Headers NONE = new Headers(new String[0]);

  private final String[] flat;

  private Headers(String[] flat) {
    this.flat = flat;
  }

  /** Name, value, name, value. */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a name without a value");
    }
    for (String s : namesAndValues) {
      if (s == null) {
        throw new IllegalArgumentException("a name or a value is null");
      }
    }
    return new Headers(namesAndValues.clone());
  }

  public static Headers copyOf(List<String> namesAndValues) {
    return of(namesAndValues.toArray(new String[0]));
  }

  /** The first {@code count} entries of an array that holds names and values in turn. */
  static Headers copyOf(String[] namesAndValues, int count) {
    return count == 0 ? NONE : new Headers(Arrays.copyOf(namesAndValues, count));
  }

  public Optional<String> get(String name) {
    for (int i = 0; i < flat.length; i += 2) {
      if (flat[i].equalsIgnoreCase(name)) {
        return Optional.of(flat[i + 1]);
      }
    }
    return Optional.empty();
  }

  public List<String> all(String name) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < flat.length; i += 2) {
      if (flat[i].equalsIgnoreCase(name)) {
        values.add(flat[i + 1]);
      }
    }
    return Collections.unmodifiableList(values);
  }

  public Headers with(String name, String value) {
    String[] more = new String[flat.length + 2];
    int at = 0;
    for (int i = 0; i < flat.length; i += 2) {
      if (!flat[i].equalsIgnoreCase(name)) {
        more[at++] = flat[i];
        more[at++] = flat[i + 1];
      }
    }
    more[at++] = name;
    more[at++] = value;
    return copyOf(more, at);
  }

  public void forEach(BiConsumer<String, String> each) {
    for (int i = 0; i < flat.length; i += 2) {
      each.accept(flat[i], flat[i + 1]);
    }
  }

  /** The number of fields. */
  int size() {
    return flat.length / 2;
  }

  String name(int index) {
    return flat[2 * index];
  }

  String value(int index) {
    return flat[2 * index + 1];
  }

  @Override
  public String toString() {
    return flat.length / 2 + " header fields"; // values may be secrets
  }
}
