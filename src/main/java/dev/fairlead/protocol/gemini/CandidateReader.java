package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.ChatEvent.Head;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.StopReason;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one candidate, chunk by chunk. Neighbouring texts are one block, as are neighbouring
 * thoughts; every call is a block of its own, whole at once. The signature of a text becomes a
 * block of encrypted reasoning after it (see {@link PartReader}). The finish reason is held until
 * the end, because more can follow it.
 */
final class CandidateReader {
  private enum Open {
    NOTHING,
    TEXT,
    THOUGHT
  }

  private static final Set<String> KNOWN =
      Set.of("content", "index", "finishReason", "logprobsResult", "tokenCount");

  private final int choice;
  private final CallNumbers calls;
  private final Grounding grounding;
  private Open open = Open.NOTHING;
  private int block = -1;
  private boolean called;
  private @Nullable Proof pending;
  private @Nullable PartialArgs partial;
  private Head.ToolCallHead partialHead = new Head.ToolCallHead("", "");
  private Optional<Proof> partialProof = Optional.empty();
  private Optional<String> finish = Optional.empty();

  /** Numbers the calls of an answer, over all its candidates. */
  static final class CallNumbers {
    private int next;
    String responseId = "";

    String id() {
      return CallIds.inAnswer(next++, responseId);
    }
  }

  CandidateReader(int choice, CallNumbers calls) {
    this.choice = choice;
    this.calls = calls;
    this.grounding = new Grounding(choice);
  }

  boolean isFinished() {
    return finish.isPresent();
  }

  void read(JsonNode candidate, UsageReader usage, Consumer<ChatEvent> events) {
    for (JsonNode part : Names.list(candidate.get("content").get("parts"))) {
      if (part.isObject()) {
        part(part, events);
      }
    }
    for (JsonNode.Member member : candidate.members()) {
      String name = Names.camel(member.name());
      if (!member.value().hasValue()) {
        continue;
      }
      switch (name) {
        case "groundingMetadata" -> grounding.grounded(member.value(), events);
        case "citationMetadata" -> grounding.cited(member.value(), events);
        case "logprobsResult" -> {
          logprobs(member.value(), events);
          note(name, member.value(), events);
        }
        default -> {}
      }
      if (!KNOWN.contains(name)) {
        note(name, member.value(), events);
      }
    }
    Optional<String> reason = StopWords.read(Names.get(candidate, "finishReason"));
    if (reason.isPresent()) {
      finish = reason;
    }
  }

  private void note(String name, JsonNode value, Consumer<ChatEvent> events) {
    events.accept(
        new ChatEvent.Note(Dialect.GEMINI, "candidates[" + choice + "]." + name, value.raw()));
  }

  private void part(JsonNode part, Consumer<ChatEvent> events) {
    flush(events);
    String kind = PartReader.kind(part);
    Optional<Proof> proof = PartReader.proof(part);
    switch (kind) {
      case "text" -> {
        boolean thought = part.get("thought").boolOr(false);
        Text text = part.get("text").asText();
        if (!text.isEmpty()) {
          open(thought ? Open.THOUGHT : Open.TEXT, events);
          events.accept(new ChatEvent.Delta(choice, block, text));
          if (!thought) {
            grounding.grew(text.toString());
          }
        }
        if (thought && open == Open.THOUGHT && proof.isPresent()) {
          events.accept(new ChatEvent.ProofDelta(choice, block, proof.get()));
          close(events);
        } else {
          pending = proof.orElse(null);
        }
      }
      case "thought" -> pending = proof.orElse(null);
      case "functionCall" -> call(part, proof, events);
      case "inlineData", "fileData" -> {
        whole(PartReader.media(part, kind), events);
        pending = proof.orElse(null);
      }
      default -> {
        if (part.size() > 0) {
          whole(PartReader.opaque(part, kind), events);
        }
      }
    }
  }

  private void open(Open wanted, Consumer<ChatEvent> events) {
    if (open == wanted) {
      return;
    }
    close(events);
    open = wanted;
    block++;
    Head head =
        wanted == Open.TEXT
            ? new Head.TextHead()
            : new Head.ReasoningHead(Part.ReasoningKind.FULL, Optional.empty());
    events.accept(new ChatEvent.Open(choice, block, head));
    if (wanted == Open.TEXT) {
      grounding.opened(block);
    }
  }

  private void close(Consumer<ChatEvent> events) {
    if (open != Open.NOTHING) {
      open = Open.NOTHING;
      events.accept(new ChatEvent.Close(choice, block));
    }
  }

  /** Gives the held signature its block. */
  private void flush(Consumer<ChatEvent> events) {
    Proof proof = pending;
    if (proof != null) {
      pending = null;
      close(events);
      block++;
      Head head = new Head.ReasoningHead(Part.ReasoningKind.ENCRYPTED, Optional.empty());
      events.accept(new ChatEvent.Open(choice, block, head));
      events.accept(new ChatEvent.ProofDelta(choice, block, proof));
      events.accept(new ChatEvent.Close(choice, block));
    }
  }

  private void whole(Part part, Consumer<ChatEvent> events) {
    close(events);
    block++;
    events.accept(new ChatEvent.Open(choice, block, new Head.WholeHead(part)));
    events.accept(new ChatEvent.Close(choice, block));
  }

  private void call(JsonNode part, Optional<Proof> proof, Consumer<ChatEvent> events) {
    JsonNode call = Names.get(part, "functionCall");
    boolean goesOn = Names.get(call, "willContinue").boolOr(false);
    JsonNode pieces = Names.get(call, "partialArgs");
    if (call.get("name").isString()) {
      finishPartial(events);
      String id = call.get("id").textOr("");
      Head.ToolCallHead head =
          new Head.ToolCallHead(id.isEmpty() ? calls.id() : id, call.get("name").text());
      if (!goesOn && !pieces.isArray()) {
        JsonNode args = call.get("args");
        emit(head, args.hasValue() ? args.toString() : "{}", proof, events);
        return;
      }
      partial = new PartialArgs();
      partialHead = head;
      partialProof = proof;
    }
    PartialArgs args = partial;
    if (args != null) {
      args.read(pieces);
      args.replace(call.get("args"));
      partialProof = partialProof.or(() -> proof);
      if (!goesOn) {
        finishPartial(events);
      }
    }
  }

  private void finishPartial(Consumer<ChatEvent> events) {
    PartialArgs args = partial;
    if (args != null) {
      partial = null;
      emit(partialHead, args.json(), partialProof, events);
    }
  }

  private void emit(
      Head.ToolCallHead head, String args, Optional<Proof> proof, Consumer<ChatEvent> events) {
    close(events);
    called = true;
    block++;
    events.accept(new ChatEvent.Open(choice, block, head));
    events.accept(new ChatEvent.Delta(choice, block, Text.of(args)));
    proof.ifPresent(it -> events.accept(new ChatEvent.ProofDelta(choice, block, it)));
    events.accept(new ChatEvent.Close(choice, block));
  }

  /** In OpenAI's shape: a list of tokens, each with its alternatives. */
  private void logprobs(JsonNode result, Consumer<ChatEvent> events) {
    JsonNode chosen = Names.get(result, "chosenCandidates");
    JsonNode top = Names.get(result, "topCandidates");
    if (!chosen.isArray()) {
      return;
    }
    JsonWriter out = new JsonWriter().beginObject().name("content").beginArray();
    int i = 0;
    for (JsonNode token : chosen.items()) {
      out.beginObject();
      token(token, out);
      out.name("top_logprobs").beginArray();
      for (JsonNode other : top.at(i++).get("candidates").items()) {
        out.beginObject();
        token(other, out);
        out.endObject();
      }
      out.endArray().endObject();
    }
    Raw raw = out.endArray().endObject().toRaw();
    events.accept(new ChatEvent.Logprobs(choice, raw));
  }

  private static void token(JsonNode token, JsonWriter out) {
    JsonNode value = Names.get(token, "logProbability");
    out.field("token", token.get("token").textOr("")).name("logprob");
    if (value.isNumber()) {
      out.value(value);
    } else {
      out.value(0L);
    }
    out.name("bytes").nullValue();
  }

  /** The stream is over: closes what is open, and says why the candidate ended, if that came. */
  void finish(Consumer<ChatEvent> events) {
    flush(events);
    close(events);
    if (finish.isPresent()) {
      finishPartial(events);
      StopReason reason = StopWords.meaning(finish.get(), called);
      events.accept(new ChatEvent.Stop(choice, reason, finish, Optional.empty()));
    }
  }
}
