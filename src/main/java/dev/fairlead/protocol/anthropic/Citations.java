package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.Citation;
import dev.fairlead.canon.Dialect;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Citations. Anthropic cites a whole text block and counts inside the source, so that there are no
 * offsets into the answer's text.
 */
final class Citations {
  private Citations() {}

  static List<Citation> readAll(JsonNode citations) {
    List<Citation> all = new ArrayList<>();
    for (JsonNode citation : citations.items()) {
      if (citation.isObject()) {
        all.add(read(citation));
      }
    }
    return all;
  }

  static Citation read(JsonNode citation) {
    Optional<String> source =
        citation.get("source").textIfAny().filter(s -> s.startsWith("http")); // search results
    return new Citation(
        citation.get("url").textIfAny().or(() -> source),
        citation.get("title").textIfAny().or(() -> citation.get("document_title").textIfAny()),
        citation.get("cited_text").textIfAny(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        Dialect.ANTHROPIC,
        citation.raw());
  }

  /** In its own words where it is ours; otherwise as a web search's result. */
  static void write(Citation citation, JsonWriter out) {
    if (citation.dialect() == Dialect.ANTHROPIC) {
      out.value(citation.original());
      return;
    }
    out.beginObject()
        .field("type", "web_search_result_location")
        .field("url", citation.url().orElse(""));
    out.name("title");
    if (citation.title().isPresent()) {
      out.value(citation.title().get());
    } else {
      out.nullValue();
    }
    out.field("cited_text", citation.quote().orElse("")).field("encrypted_index", "").endObject();
  }
}
