package dev.fairlead.protocol.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Citation;
import dev.fairlead.canon.Dialect;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads groundingMetadata and citationMetadata as citations. Their offsets count bytes of UTF-8 in
 * the candidate's whole text; canon's count UTF-16 units in one text block. An offset that does not
 * hit the quoted text is looked for by the quote, and left out when that is not there: the source
 * is told in any case. Knows the candidate's text blocks; one a candidate.
 */
final class Grounding {
  private record Block(int number, int start) {}

  private final int choice;
  private final StringBuilder text = new StringBuilder();
  private final List<Block> blocks = new ArrayList<>();
  private final Set<String> told = new HashSet<>();

  Grounding(int choice) {
    this.choice = choice;
  }

  void opened(int block) {
    blocks.add(new Block(block, text.length()));
  }

  void grew(String more) {
    text.append(more);
  }

  void grounded(JsonNode metadata, Consumer<ChatEvent> events) {
    List<JsonNode> chunks = new ArrayList<>();
    Names.get(metadata, "groundingChunks").items().forEach(chunks::add);
    Set<Integer> used = new HashSet<>();
    for (JsonNode support : Names.get(metadata, "groundingSupports").items()) {
      JsonNode segment = support.get("segment");
      for (JsonNode index : Names.get(support, "groundingChunkIndices").items()) {
        int i = (int) index.longOr(-1);
        if (i >= 0 && i < chunks.size()) {
          used.add(i);
          cite(chunks.get(i), segment, events);
        }
      }
    }
    for (int i = 0; i < chunks.size(); i++) {
      if (!used.contains(i)) {
        cite(chunks.get(i), JsonNode.ABSENT, events);
      }
    }
  }

  private void cite(JsonNode chunk, JsonNode segment, Consumer<ChatEvent> events) {
    JsonNode source = chunk.get("web");
    for (String kind : List.of("retrievedContext", "maps")) {
      source = source.exists() ? source : Names.get(chunk, kind);
    }
    JsonWriter original = new JsonWriter().beginObject().name("groundingChunk").value(chunk);
    if (segment.exists()) {
      original.name("segment").value(segment);
    }
    original.endObject();
    Optional<String> quote = segment.get("text").textIfAny();
    Optional<String> from = source.get("text").textIfAny();
    tell(
        source.get("uri").textIfAny(),
        source.get("title").textIfAny(),
        quote.or(() -> from),
        stretch(segment, segment.get("text").textOr("")),
        original,
        events);
  }

  void cited(JsonNode metadata, Consumer<ChatEvent> events) {
    JsonNode list = metadata.get("citations");
    list = list.exists() ? list : Names.get(metadata, "citationSources");
    for (JsonNode citation : list.items()) {
      if (citation.size() > 0) {
        tell(
            citation.get("uri").textIfAny(),
            citation.get("title").textIfAny(),
            Optional.empty(),
            stretch(citation, ""),
            new JsonWriter().value(citation),
            events);
      }
    }
  }

  private void tell(
      Optional<String> url,
      Optional<String> title,
      Optional<String> quote,
      int[] stretch,
      JsonWriter original,
      Consumer<ChatEvent> events) {
    if (blocks.isEmpty() || !told.add(original.toString())) {
      return;
    }
    Block block = blocks.getFirst();
    for (Block later : blocks) {
      block = stretch.length == 2 && later.start <= stretch[0] ? later : block;
    }
    Citation citation =
        new Citation(
            url,
            title,
            quote,
            stretch.length == 2 ? OptionalInt.of(stretch[0] - block.start) : OptionalInt.empty(),
            stretch.length == 2 ? OptionalInt.of(stretch[1] - block.start) : OptionalInt.empty(),
            Dialect.GEMINI,
            original.toRaw());
    events.accept(new ChatEvent.Cited(choice, block.number, citation));
  }

  /** Where the segment stands in the text, in UTF-16 units; empty when that is not known. */
  private int[] stretch(JsonNode segment, String quote) {
    JsonNode end = Names.get(segment, "endIndex");
    String whole = text.toString();
    if (end.isNumber()) {
      byte[] bytes = whole.getBytes(UTF_8);
      long from = Names.get(segment, "startIndex").longOr(0);
      long to = end.longOr(-1);
      if (from >= 0 && from <= to && to <= bytes.length) {
        int start = new String(bytes, 0, (int) from, UTF_8).length();
        int stop = new String(bytes, 0, (int) to, UTF_8).length();
        if (quote.isEmpty() || whole.startsWith(quote, start)) {
          return new int[] {start, stop};
        }
      }
    }
    int found = quote.isEmpty() ? -1 : whole.indexOf(quote);
    return found < 0 ? new int[0] : new int[] {found, found + quote.length()};
  }
}
