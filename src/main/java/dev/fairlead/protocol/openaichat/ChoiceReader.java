package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.ChatEvent.Head;
import dev.fairlead.canon.Citation;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Part.ReasoningKind;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.Refused;
import dev.fairlead.canon.StopReason;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the deltas of one choice. At most one block of text, reasoning or refusal is open at a
 * time; tool calls may be open beside each other.
 */
final class ChoiceReader {
  private enum Kind {
    NONE,
    TEXT,
    REASONING,
    REFUSAL
  }

  private final int index;
  private final CallReader calls;
  private int blocks;
  private Kind open = Kind.NONE;
  private int openBlock;
  private int lastText = -1;
  private @Nullable ReasoningKind reasoningKind;
  private long reasoningIndex;
  private final List<Citation> waiting = new ArrayList<>();
  private final Map<String, Raw> audio = new LinkedHashMap<>();
  private final StringBuilder audioData = new StringBuilder();
  private final StringBuilder transcript = new StringBuilder();
  private String stopWord = "";

  ChoiceReader(int index) {
    this.index = index;
    this.calls = new CallReader(index, () -> blocks++);
  }

  int index() {
    return index;
  }

  boolean hasStopped() {
    return !stopWord.isEmpty();
  }

  /**
   * @param whole the answer came whole: then the message counts where a delta stands beside it
   *     (Perplexity gives both, in streams and in whole answers)
   */
  void read(JsonNode choice, boolean whole, Consumer<ChatEvent> events) {
    JsonNode logprobs = choice.get("logprobs");
    if (logprobs.isObject() && logprobs.size() > 0) {
      events.accept(new ChatEvent.Logprobs(index, logprobs.raw()));
    }
    JsonNode message = choice.get(whole ? "message" : "delta");
    if (!message.isObject()) {
      message = choice.get(whole ? "delta" : "message");
    }
    if (message.isObject()) {
      message(message, events);
    } else if (choice.get("text").isString()) {
      text(Kind.TEXT, choice.get("text"), events);
    }
    String word = FinishReasons.word(choice.get("finish_reason"));
    if (!word.isEmpty()) {
      stop(word, choice, events);
    }
  }

  private void message(JsonNode message, Consumer<ChatEvent> events) {
    thoughts(message, events);
    JsonNode content = message.get("content");
    if (content.isString()) {
      text(Kind.TEXT, content, events);
    } else if (content.isArray() || content.isObject()) {
      for (JsonNode part : content.items()) {
        part(part, events);
      }
    }
    text(Kind.REFUSAL, message.get("refusal"), events);
    for (JsonNode annotation : message.get("annotations").items()) {
      annotation(annotation, events);
    }
    for (JsonNode image : message.get("images").items()) {
      whole(image, events);
    }
    audio(message.get("audio"));
    JsonNode list = message.get("tool_calls");
    if (list.size() > 0) {
      calls.read(list, () -> closeOpen(events), events);
    }
    JsonNode function = message.get("function_call");
    if (function.isObject()) {
      calls.legacy(function, () -> closeOpen(events), events);
    }
  }

  private void thoughts(JsonNode message, Consumer<ChatEvent> events) {
    JsonNode details = message.get("reasoning_details");
    JsonNode plain = message.get("reasoning_content");
    if (!plain.isString() || plain.asText().isEmpty()) {
      plain = message.get("reasoning");
    }
    boolean readable = false;
    for (JsonNode item : details.items()) {
      readable |=
          !item.get("text").textOr("").isEmpty() || !item.get("summary").textOr("").isEmpty();
    }
    if (!readable) {
      text(Kind.REASONING, plain, events);
    }
    for (JsonNode item : details.items()) {
      detail(item, events);
    }
  }

  private void detail(JsonNode item, Consumer<ChatEvent> events) {
    ReasoningKind kind = ReasoningDetails.kind(item);
    if (kind == null) {
      if (item.isObject()) {
        String type = item.get("type").textOr("reasoning");
        closeOpen(events);
        wholePart(new Part.Opaque(Dialect.OPENAI_CHAT, type, item.raw()), events);
      }
      return;
    }
    JsonNode text = item.get(kind == ReasoningKind.SUMMARY ? "summary" : "text");
    JsonNode proof = item.get(kind == ReasoningKind.ENCRYPTED ? "data" : "signature");
    boolean proves = proof.isString() && !proof.asText().isEmpty();
    boolean says = text.isString() && !text.asText().isEmpty();
    if (!says && !proves) {
      return;
    }
    long place = item.get("index").longOr(-1);
    boolean same =
        open == Kind.REASONING
            && reasoningKind == kind
            && (place < 0 || reasoningIndex < 0 || place == reasoningIndex);
    if (!same || kind == ReasoningKind.ENCRYPTED) {
      closeOpen(events);
      reasoning(kind, place, item.get("id").textIfAny(), events);
    }
    if (says) {
      events.accept(new ChatEvent.Delta(index, openBlock, text.asText()));
    }
    if (proves) {
      Optional<String> issuer = ReasoningDetails.issuer(item.get("format").textOr(""));
      events.accept(new ChatEvent.ProofDelta(index, openBlock, new Proof(proof.asText(), issuer)));
    }
  }

  private void reasoning(
      ReasoningKind kind, long place, Optional<String> id, Consumer<ChatEvent> events) {
    open = Kind.REASONING;
    openBlock = blocks++;
    reasoningKind = kind;
    reasoningIndex = place;
    events.accept(new ChatEvent.Open(index, openBlock, new Head.ReasoningHead(kind, id)));
  }

  /** A piece of text for the open block of this kind; opens it if need be. */
  private void text(Kind kind, JsonNode node, Consumer<ChatEvent> events) {
    if (!node.isString()) {
      return;
    }
    Text text = node.asText();
    if (!text.isEmpty()) {
      piece(kind, text, events);
    }
  }

  private void piece(Kind kind, Text text, Consumer<ChatEvent> events) {
    boolean readable = kind != Kind.REASONING || reasoningKind != ReasoningKind.ENCRYPTED;
    if (open != kind || !readable) {
      closeOpen(events);
      if (kind == Kind.REASONING) {
        reasoning(ReasoningKind.FULL, -1, Optional.empty(), events);
      } else {
        open = kind;
        openBlock = blocks++;
        Head head = kind == Kind.TEXT ? new Head.TextHead() : new Head.RefusalHead();
        events.accept(new ChatEvent.Open(index, openBlock, head));
      }
      if (kind == Kind.TEXT) {
        lastText = openBlock;
        waiting.forEach(it -> events.accept(new ChatEvent.Cited(index, lastText, it)));
        waiting.clear();
      }
    }
    events.accept(new ChatEvent.Delta(index, openBlock, text));
  }

  private void closeOpen(Consumer<ChatEvent> events) {
    if (open != Kind.NONE) {
      events.accept(new ChatEvent.Close(index, openBlock));
      open = Kind.NONE;
      reasoningKind = null;
    }
  }

  private void part(JsonNode part, Consumer<ChatEvent> events) {
    JsonNode type = part.get("type");
    if (type.textIs("text") || (!type.exists() && part.get("text").isString())) {
      text(Kind.TEXT, part.get("text"), events);
    } else if (type.textIs("thinking")) {
      Text thought = PartReader.thought(part.get("thinking"));
      if (!thought.isEmpty()) {
        piece(Kind.REASONING, thought, events);
      }
    } else if (type.textIs("refusal")) {
      text(Kind.REFUSAL, part.get("refusal"), events);
    } else if (part.isObject()) {
      whole(part, events);
    }
  }

  private void whole(JsonNode part, Consumer<ChatEvent> events) {
    closeOpen(events);
    try {
      wholePart(PartReader.read(part, "part"), events);
    } catch (Refused e) {
      // A provider's part that breaks the dialect's rules is carried as it is.
      String type = part.get("type").textOr("part");
      wholePart(new Part.Opaque(Dialect.OPENAI_CHAT, type, part.raw()), events);
    }
  }

  private void wholePart(Part part, Consumer<ChatEvent> events) {
    int block = blocks++;
    events.accept(new ChatEvent.Open(index, block, new Head.WholeHead(part)));
    events.accept(new ChatEvent.Close(index, block));
  }

  private void annotation(JsonNode annotation, Consumer<ChatEvent> events) {
    Optional<Citation> citation = Citations.read(annotation);
    if (citation.isEmpty()) {
      if (annotation.isObject()) {
        Part part = new Part.Opaque(Dialect.OPENAI_CHAT, "annotation", annotation.raw());
        wholePart(part, events);
      }
    } else if (lastText < 0) {
      waiting.add(citation.get());
    } else {
      events.accept(new ChatEvent.Cited(index, lastText, citation.get()));
    }
  }

  /** Audio comes in pieces that mean nothing alone; it is given when it is whole. */
  private void audio(JsonNode node) {
    audioData.append(node.get("data").textOr(""));
    transcript.append(node.get("transcript").textOr(""));
    for (String name : List.of("id", "expires_at")) {
      if (node.get(name).hasValue()) {
        audio.put(name, node.get(name).raw());
      }
    }
  }

  private void giveAudio(Consumer<ChatEvent> events) {
    if (audioData.isEmpty() && transcript.isEmpty()) {
      return;
    }
    if (!transcript.isEmpty()) {
      audio.put(
          "transcript", new dev.fairlead.wire.JsonWriter().value(transcript.toString()).toRaw());
    }
    MediaSource source =
        new MediaSource.Inline("audio/mpeg", Text.of(audioData.toString())); // not told here
    wholePart(
        new Part.Media(
            Part.MediaKind.AUDIO,
            source,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new Extras(Dialect.OPENAI_CHAT, audio)),
        events);
    audioData.setLength(0);
    transcript.setLength(0);
  }

  private void stop(String word, JsonNode choice, Consumer<ChatEvent> events) {
    close(events);
    String own = choice.get("native_finish_reason").textOr(word);
    if (own.isEmpty()) {
      own = word;
    }
    if (stopWord.equals(own)) {
      return; // said twice by some
    }
    stopWord = own;
    StopReason reason = FinishReasons.read(word, calls.any());
    Optional<String> sequence = choice.get("stop_reason").textIfAny();
    if (reason == StopReason.END && sequence.isPresent()) {
      reason = StopReason.STOP_SEQUENCE;
    }
    events.accept(new ChatEvent.Stop(index, reason, Optional.of(own), sequence));
  }

  /** Closes what is open. */
  void close(Consumer<ChatEvent> events) {
    calls.close(() -> closeOpen(events), events);
    closeOpen(events);
    giveAudio(events);
  }
}
