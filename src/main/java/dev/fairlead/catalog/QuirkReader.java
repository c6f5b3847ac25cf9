package dev.fairlead.catalog;

import dev.fairlead.config.ConfigNode;
import dev.fairlead.config.Section;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@code quirks:}, a list of {@code {drop: m}}, {@code {rename: m, to: n}}, {@code {set: m,
 * value: v}} and {@code {default: m, value: v}}.
 */
final class QuirkReader {
  private QuirkReader() {}

  static Optional<List<Quirk>> read(Section owner) {
    if (!owner.has("quirks")) {
      return Optional.empty();
    }
    List<Quirk> quirks = new ArrayList<>();
    for (Section s : owner.sections("quirks")) {
      one(s).ifPresent(quirks::add);
      s.end();
    }
    return Optional.of(quirks);
  }

  private static Optional<Quirk> one(Section s) {
    Optional<String> drop = s.text("drop");
    Optional<String> rename = s.text("rename");
    Optional<String> set = s.text("set");
    Optional<String> fallback = s.text("default");
    if (drop.isPresent()) {
      return drop.map(Quirk.Drop::new);
    }
    if (rename.isPresent()) {
      return rename.map(member -> new Quirk.Rename(member, s.requiredText("to")));
    }
    Optional<Raw> value = s.value("value").map(QuirkReader::raw);
    if (set.isPresent() && value.isPresent()) {
      return Optional.of(new Quirk.Set(set.get(), value.get()));
    }
    if (fallback.isPresent() && value.isPresent()) {
      return Optional.of(new Quirk.Default(fallback.get(), value.get()));
    }
    s.missing("drop");
    return Optional.empty();
  }

  static Raw raw(ConfigNode node) {
    JsonWriter out = new JsonWriter();
    node.writeTo(out);
    return out.toRaw();
  }
}
