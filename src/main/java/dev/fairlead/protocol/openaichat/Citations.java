package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.Citation;
import dev.fairlead.canon.Dialect;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.util.Optional;
import java.util.OptionalInt;

/** Citations as this dialect's {@code url_citation} annotations. */
final class Citations {
  private Citations() {}

  /** Empty for an annotation of another kind. */
  static Optional<Citation> read(JsonNode annotation) {
    JsonNode it = annotation.get("url_citation");
    if (!it.isObject()) {
      return Optional.empty();
    }
    return Optional.of(
        new Citation(
            it.get("url").textIfAny(),
            it.get("title").textIfAny(),
            it.get("content").textIfAny(),
            offset(it.get("start_index")),
            offset(it.get("end_index")),
            Dialect.OPENAI_CHAT,
            annotation.raw()));
  }

  private static OptionalInt offset(JsonNode node) {
    long value = node.longOr(-1);
    return value >= 0 && value <= Integer.MAX_VALUE
        ? OptionalInt.of((int) value)
        : OptionalInt.empty();
  }

  /** True when the citation can be said here: it is our own, or it has an address. */
  static boolean canWrite(Citation citation) {
    return citation.dialect() == Dialect.OPENAI_CHAT || citation.url().isPresent();
  }

  static void write(JsonWriter out, Citation citation) {
    if (citation.dialect() == Dialect.OPENAI_CHAT) {
      out.value(citation.original());
      return;
    }
    out.beginObject().field("type", "url_citation").name("url_citation").beginObject();
    out.field("url", citation.url().orElse(""));
    out.field("title", citation.title().orElse(""));
    citation.quote().ifPresent(it -> out.field("content", it));
    out.field("start_index", citation.start().orElse(0));
    out.field("end_index", citation.end().orElse(0));
    out.endObject().endObject();
  }
}
