package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.StopReason;
import dev.fairlead.protocol.EventDecoder;
import dev.fairlead.wire.Frame;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.MalformedJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Reads GenerateContentResponses: the chunks of a stream, or a whole answer as the only chunk. The
 * dialect has no terminal marker; an answer is complete when every candidate that was seen has a
 * finish reason, or when the prompt was blocked.
 */
final class StreamReader implements EventDecoder {
  private static final int MOST_CANDIDATES = 128;
  private static final Set<String> KNOWN =
      Set.of(
          "candidates",
          "usageMetadata",
          "modelVersion",
          "responseId",
          "createTime",
          "error",
          "promptFeedback");

  private final CandidateReader.CallNumbers calls = new CandidateReader.CallNumbers();
  private final UsageReader usage = new UsageReader();
  private final Map<Integer, CandidateReader> candidates = new TreeMap<>();
  private Optional<String> blocked = Optional.empty();
  private boolean begun;
  private boolean failed;

  @Override
  public void decode(Frame frame, Consumer<ChatEvent> events) throws MalformedJson {
    if (!frame.isEmpty() && !frame.dataIs("[DONE]")) {
      read(frame.json().root(), events);
    }
  }

  /** Takes a response; an array of them in the order of its elements. */
  void read(JsonNode body, Consumer<ChatEvent> events) {
    for (JsonNode chunk : Names.list(body)) {
      if (chunk.isObject()) {
        chunk(chunk, events);
      }
    }
  }

  private void chunk(JsonNode chunk, Consumer<ChatEvent> events) {
    if (chunk.get("error").hasValue()) {
      failed = true;
      events.accept(new ChatEvent.Failed(Faults.inside(chunk)));
      return;
    }
    begin(chunk, events);
    JsonNode feedback = Names.get(chunk, "promptFeedback");
    if (feedback.hasValue()) {
      note("promptFeedback", feedback, events);
      JsonNode reason = Names.get(feedback, "blockReason");
      if (reason.hasValue()) {
        blocked = Optional.of(reason.isString() ? reason.text() : reason.toString());
      }
    }
    boolean counted = usage.read(Names.get(chunk, "usageMetadata"));
    for (JsonNode candidate : chunk.get("candidates").items()) {
      int index = (int) candidate.get("index").longOr(0);
      if (index < 0 || index >= MOST_CANDIDATES || !candidate.isObject()) {
        continue;
      }
      candidates.computeIfAbsent(index, i -> new CandidateReader(i, calls)).read(candidate, events);
      JsonNode queries = Names.get(Names.get(candidate, "groundingMetadata"), "webSearchQueries");
      counted |= usage.searched(index, queries);
    }
    if (counted) {
      events.accept(new ChatEvent.Used(usage.usage()));
    }
    for (JsonNode.Member member : chunk.members()) {
      if (!KNOWN.contains(Names.camel(member.name())) && member.value().hasValue()) {
        note(member.name(), member.value(), events);
      }
    }
  }

  private static void note(String name, JsonNode value, Consumer<ChatEvent> events) {
    events.accept(new ChatEvent.Note(Dialect.GEMINI, name, value.raw()));
  }

  private void begin(JsonNode chunk, Consumer<ChatEvent> events) {
    if (begun) {
      return;
    }
    begun = true;
    Optional<String> id = Names.get(chunk, "responseId").textIfAny();
    calls.responseId = id.orElse("");
    events.accept(
        new ChatEvent.Begin(
            id,
            Names.get(chunk, "modelVersion").textIfAny(),
            created(Names.get(chunk, "createTime").textOr("")),
            Extras.none(Dialect.GEMINI)));
  }

  private static OptionalLong created(String instant) {
    if (instant.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Instant.parse(instant).getEpochSecond());
    } catch (DateTimeException e) {
      return OptionalLong.empty(); // no time is better than a wrong one
    }
  }

  @Override
  public void finish(Consumer<ChatEvent> events) {
    candidates.values().forEach(candidate -> candidate.finish(events));
    boolean finished = saidItsEnd();
    boolean stopped = blocked.isPresent() && candidates.isEmpty();
    if (stopped) {
      events.accept(
          new ChatEvent.Stop(
              0,
              StopReason.CONTENT_FILTER,
              blocked.map(reason -> StopWords.BLOCKED + reason),
              Optional.empty()));
    }
    if (!failed && (finished || stopped)) {
      events.accept(new ChatEvent.End());
    }
  }

  @Override
  public boolean saidItsEnd() {
    return !candidates.isEmpty()
        && candidates.values().stream().allMatch(CandidateReader::isFinished);
  }
}
