package dev.fairlead.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Header fields in order; names compare without regard to case. Immutable. */
public final class Headers {
  public static final Headers NONE = new Headers(List.of());

  private final List<String> flat;

  private Headers(List<String> flat) {
    this.flat = flat;
  }

  /** Name, value, name, value. */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a name without a value");
    }
    return new Headers(List.of(namesAndValues));
  }

  public static Headers copyOf(List<String> namesAndValues) {
    return of(namesAndValues.toArray(new String[0]));
  }

  public Optional<String> get(String name) {
    for (int i = 0; i < flat.size(); i += 2) {
      if (flat.get(i).equalsIgnoreCase(name)) {
        return Optional.of(flat.get(i + 1));
      }
    }
    return Optional.empty();
  }

  public List<String> all(String name) {
    List<String> values = new ArrayList<>();
    forEach(
        (n, v) -> {
          if (n.equalsIgnoreCase(name)) {
            values.add(v);
          }
        });
    return Collections.unmodifiableList(values);
  }

  public Headers with(String name, String value) {
    List<String> more = new ArrayList<>(flat.size() + 2);
    for (int i = 0; i < flat.size(); i += 2) {
      if (!flat.get(i).equalsIgnoreCase(name)) {
        more.add(flat.get(i));
        more.add(flat.get(i + 1));
      }
    }
    more.add(name);
    more.add(value);
    return new Headers(more);
  }

  public void forEach(BiConsumer<String, String> each) {
    for (int i = 0; i < flat.size(); i += 2) {
      each.accept(flat.get(i), flat.get(i + 1));
    }
  }

  @Override
  public String toString() {
    return flat.size() / 2 + " header fields"; // values may be secrets
  }
}
