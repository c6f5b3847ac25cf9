package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Turn;
import dev.fairlead.protocol.Target;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the turns of a conversation as {@code contents} and {@code systemInstruction}.
 *
 * <p>Signatures: only those that the target's family issued are written, on the part that bore
 * them. Gemini 3 refuses a history in which the first call of a step has none; Google documents a
 * value that stands in for it where a history came from elsewhere, and it is written there only.
 * See ai.google.dev/gemini-api/docs/thought-signatures.
 *
 * <p>Addresses: both of Google's services fetch public http(s) addresses themselves, so an address
 * is handed on as fileData, without loss.
 */
final class ContentsWriter {
  private static final Proof NO_SIGNATURE =
      new Proof(Text.of("skip_thought_signature_validator"), Optional.empty());

  private final ChatRequest request;
  private final Target target;
  private final Losses losses;
  private final Contents contents = new Contents();
  private final List<java.util.function.Consumer<JsonWriter>> system = new ArrayList<>();
  private Map<String, Raw> systemOwn = Map.of();

  ContentsWriter(ChatRequest request, Target target, Losses losses) {
    this.request = request;
    this.target = target;
    this.losses = losses;
  }

  void write(JsonWriter out, Optional<String> moreSystem) {
    boolean begun = false;
    for (int i = 0; i < request.turns().size(); i++) {
      Turn turn = request.turns().get(i);
      String node = "turns[" + i + "]";
      if (turn.role() == Role.SYSTEM || turn.role() == Role.DEVELOPER) {
        system(turn, node);
        if (begun) {
          losses.add(node, "position", "Gemini has one system instruction, before all turns.");
        }
      } else {
        begun = true;
        turn(turn, node);
      }
      turn.name().ifPresent(n -> losses.add(node, "name", "Gemini's turns have no names."));
      losses.extras(node, turn.extras());
    }
    moreSystem.ifPresent(
        text -> system.add(it -> PartWriter.text(Text.of(text), Optional.empty(), Map.of(), it)));
    for (String name : contents.answerTheOpen()) {
      losses.add("", "tool result", "The call of " + name + " had no result; a failure was added.");
    }
    boolean cached = Names.own(request.extras()).containsKey("cachedContent");
    if (contents.isEmpty() && !cached) {
      // The API wants at least one content; a blank is the least that can be said.
      contents.add(
          "user",
          Map.of(),
          it -> PartWriter.text(Text.of(" "), Optional.empty(), Map.of(), it));
    }
    contents.write(out.name("contents"));
    if (!system.isEmpty()) {
      out.name("systemInstruction").beginObject().name("parts").beginArray();
      system.forEach(part -> part.accept(out));
      out.endArray();
      systemOwn.forEach(out::field);
      out.endObject();
    }
  }

  private void system(Turn turn, String node) {
    if (systemOwn.isEmpty()) {
      systemOwn = Names.own(turn.extras());
    }
    for (int j = 0; j < turn.parts().size(); j++) {
      String at = node + ".parts[" + j + "]";
      switch (turn.parts().get(j)) {
        case Part.Text text -> {
          if (!text.text().isEmpty()) {
            Map<String, Raw> own = Names.own(text.extras());
            system.add(out -> PartWriter.text(text.text(), Optional.empty(), own, out));
          }
          losses.cache(at, text.cache());
          losses.extras(at, text.extras());
        }
        case Part other -> losses.add(at, "part", "Gemini's system instruction takes only text.");
      }
    }
  }

  private void turn(Turn turn, String node) {
    String role = turn.role() == Role.ASSISTANT ? "model" : "user";
    List<Part> parts = turn.parts();
    Set<String> signedCalls = new HashSet<>();
    for (int pass = 0; pass < 2; pass++) {
      for (int j = 0; j < parts.size(); j++) {
        boolean isResult = parts.get(j) instanceof Part.ToolResult;
        if (isResult != (pass == 0)) {
          continue;
        }
        String at = node + ".parts[" + j + "]";
        Optional<Proof> carried =
            j + 1 < parts.size() && hasNoSeat(parts.get(j))
                ? carried(parts.get(j + 1))
                : Optional.empty();
        part(turn, role, at, parts.get(j), carried, signedCalls);
        if (carried.isPresent()) {
          j++;
        }
      }
    }
  }

  private static boolean hasNoSeat(Part part) {
    return part instanceof Part.Text || part instanceof Part.Media;
  }

  /** The signature that this part carries for the part before it. */
  private Optional<Proof> carried(Part part) {
    return part instanceof Part.Reasoning reasoning
            && reasoning.text().isEmpty()
            && reasoning.extras().members().isEmpty()
            && reasoning.id().isEmpty()
        ? trusted(reasoning.proof(), reasoning.extras())
        : Optional.empty();
  }

  private Optional<Proof> trusted(Optional<Proof> proof, Extras extras) {
    boolean isOwn = extras.dialect() == Dialect.GEMINI;
    return proof.filter(it -> it.issuedBy().map(target.family()::equals).orElse(isOwn));
  }

  private void part(
      Turn turn,
      String role,
      String at,
      Part part,
      Optional<Proof> carried,
      Set<String> signedCalls) {
    Map<String, Raw> own = ownOf(turn, role);
    Map<String, Raw> mine = Names.own(part.extras());
    switch (part) {
      case Part.Text text -> {
        if (!text.text().isEmpty() || carried.isPresent()) {
          contents.add(role, own, out -> PartWriter.text(text.text(), carried, mine, out));
        }
        losses.cache(at, text.cache());
        if (!text.citations().isEmpty()) {
          losses.add(at, "citations", "Gemini's requests have no citations.");
        }
      }
      case Part.Reasoning reasoning -> reasoning(turn, role, at, reasoning, signedCalls);
      case Part.Media media -> {
        if (sayable(media, at)) {
          contents.add(role, own, out -> mediaOrText(media, carried, out));
        }
        losses.cache(at, media.cache());
      }
      case Part.ToolCall call -> call(call, at, own, signedCalls);
      case Part.ToolResult result -> result(result, at, own);
      case Part.Refusal refusal -> {
        losses.add(at, "refusal", "Gemini has no refusals; it was written as text.");
        contents.add(
            role, own, out -> PartWriter.text(refusal.text(), Optional.empty(), mine, out));
      }
      case Part.Opaque opaque -> {
        if (opaque.dialect() == Dialect.GEMINI) {
          contents.add(role, own, out -> out.value(opaque.raw()));
        } else {
          losses.add(at, opaque.kind(), "Only " + opaque.dialect().id() + " has such a part.");
        }
      }
    }
    losses.extras(at, part.extras());
  }

  private static Map<String, Raw> ownOf(Turn turn, String role) {
    boolean spoken = role.equals("model") == (turn.role() == Role.ASSISTANT);
    return spoken ? Names.own(turn.extras()) : Map.of();
  }

  /** Thoughts of a caller who speaks Gemini stay; others are kept only with a signature. */
  private void reasoning(
      Turn turn, String role, String at, Part.Reasoning reasoning, Set<String> signedCalls) {
    Optional<Proof> proof = trusted(reasoning.proof(), reasoning.extras());
    boolean isOwn = reasoning.extras().dialect() == Dialect.GEMINI;
    boolean foreignProof = reasoning.proof().isPresent() && proof.isEmpty();
    if (foreignProof || proof.isEmpty() && !isOwn) {
      losses.add(
          at,
          "reasoning",
          foreignProof
              ? "Its signature was issued elsewhere; the reasoning was left out."
              : "Gemini takes no reasoning without a signature of its own; it was left out.");
      return;
    }
    if (reasoning.kind() == Part.ReasoningKind.SUMMARY) {
      losses.add(at, "reasoning kind", "Gemini's thoughts are of one kind.");
    }
    Map<String, Raw> own = ownOf(turn, role);
    Map<String, Raw> mine = Names.own(reasoning.extras());
    if (!reasoning.text().isEmpty()) {
      contents.add(role, own, out -> PartWriter.thought(reasoning.text(), proof, mine, out));
    } else if (proof.isPresent()) {
      Optional<Part.ToolCall> call = callOf(turn, reasoning);
      if (call.isPresent()) {
        signedCalls.add(call.get().id() + ' ' + proof.get().data());
      } else {
        contents.add(role, own, out -> PartWriter.signature(proof.get(), mine, out));
      }
    }
  }

  /** OpenRouter's clients send a call's signature as encrypted reasoning with the call's id. */
  private static Optional<Part.ToolCall> callOf(Turn turn, Part.Reasoning reasoning) {
    for (Part part : turn.parts()) {
      if (part instanceof Part.ToolCall call
          && call.proof().isEmpty()
          && reasoning.id().filter(call.id()::equals).isPresent()) {
        return Optional.of(call);
      }
    }
    return Optional.empty();
  }

  private void call(
      Part.ToolCall call, String at, Map<String, Raw> own, Set<String> signedCalls) {
    Optional<Proof> proof = trusted(call.proof(), call.extras());
    if (call.proof().isPresent() && proof.isEmpty()) {
      losses.add(at, "thought signature", "It was issued elsewhere; the call goes without.");
    }
    for (String signed : signedCalls) {
      if (proof.isEmpty() && signed.startsWith(call.id() + ' ')) {
        proof =
            Optional.of(
                new Proof(Text.of(signed.substring(call.id().length() + 1)), Optional.empty()));
      }
    }
    if (proof.isEmpty()
        && target.reasoningStyle() == Target.ReasoningStyle.LEVEL
        && contents.isFirstCall()) {
      proof = Optional.of(NO_SIGNATURE);
    }
    Optional<Proof> signature = proof;
    contents.addCall(call.id(), call.name(), own, out -> PartWriter.call(call, signature, out));
    if (!PartWriter.arguments(call.arguments().toString(), new JsonWriter())) {
      losses.add(at, "arguments", "They are no JSON object; they stand as text under input.");
    }
    losses.cache(at, call.cache());
  }

  private void result(Part.ToolResult result, String at, Map<String, Raw> own) {
    losses.cache(at, result.cache());
    String name = result.name().orElse("");
    Contents.Place place = contents.find(result.callId(), name);
    StringBuilder text = new StringBuilder();
    List<Part.Media> media = new ArrayList<>();
    List<Raw> opaque = new ArrayList<>();
    contentOf(result, at, text, media, opaque);
    boolean cached = Names.own(request.extras()).containsKey("cachedContent");
    if (place == null && !cached) {
      losses.add(at, "tool result", "No call before it has this id; it was written as text.");
      String said = "Result of a tool" + (name.isEmpty() ? "" : " (" + name + ")") + ": " + text;
      contents.add(
          "user", own, out -> PartWriter.text(Text.of(said), Optional.empty(), Map.of(), out));
      return;
    }
    boolean inside =
        target.reasoningStyle() == Target.ReasoningStyle.LEVEL
            || result.extras().dialect() == Dialect.GEMINI;
    String called = place == null ? name : place.name();
    List<Part.Media> within = inside ? media : List.of();
    java.util.function.Consumer<JsonWriter> part =
        out -> response(result, called, text.toString(), within, opaque, out);
    if (place == null) {
      contents.answerUnseen(own, part);
    } else {
      contents.answer(place, own, part);
    }
    if (!inside) {
      for (Part.Media medium : media) {
        losses.add(at, "content", "Before Gemini 3, results hold no media; it follows the result.");
        contents.add("user", Map.of(), out -> mediaOrText(medium, Optional.empty(), out));
      }
    }
  }

  private void contentOf(
      Part.ToolResult result,
      String at,
      StringBuilder text,
      List<Part.Media> media,
      List<Raw> opaque) {
    for (int k = 0; k < result.content().size(); k++) {
      String node = at + ".content[" + k + "]";
      switch (result.content().get(k)) {
        case Part.Text it -> {
          text.append(text.isEmpty() ? "" : "\n").append(it.text());
          losses.cache(node, it.cache());
          losses.extras(node, it.extras());
        }
        case Part.Media it -> {
          if (it.source() instanceof MediaSource.PlainText plain) {
            text.append(text.isEmpty() ? "" : "\n").append(plain.text());
          } else if (sayable(it, node)) {
            media.add(it);
          }
        }
        case Part.Opaque it -> {
          if (it.dialect() == Dialect.GEMINI) {
            opaque.add(it.raw());
          } else {
            losses.add(node, it.kind(), "Gemini's tool results hold text and media only.");
          }
        }
        case Part it -> losses.add(node, "part", "Gemini's tool results hold text and media only.");
      }
    }
  }

  private static void response(
      Part.ToolResult result,
      String name,
      String text,
      List<Part.Media> media,
      List<Raw> opaque,
      JsonWriter out) {
    Map<String, Raw> own = Names.own(result.extras());
    out.beginObject().name("functionResponse").beginObject();
    if (!result.callId().isEmpty() && !CallIds.isSynthetic(result.callId())) {
      out.field("id", result.callId());
    }
    out.field("name", name).name("response");
    ToolResults.write(text, result.error(), out);
    if (!media.isEmpty() || !opaque.isEmpty()) {
      out.name("parts").beginArray();
      media.forEach(it -> PartWriter.media(it, Optional.empty(), out));
      opaque.forEach(out::value);
      out.endArray();
    }
    Raw inner = own.get("functionResponse");
    if (inner != null) {
      inner.node().members().forEach(it -> out.name(it.name()).value(it.value()));
    }
    out.endObject();
    own.forEach(
        (key, raw) -> {
          if (!key.equals("functionResponse")) {
            out.field(key, raw);
          }
        });
    out.endObject();
  }

  private static void mediaOrText(Part.Media media, Optional<Proof> proof, JsonWriter out) {
    if (media.source() instanceof MediaSource.PlainText plain) {
      PartWriter.text(plain.text(), proof, Map.of(), out);
    } else {
      PartWriter.media(media, proof, out);
    }
  }

  /** Whether this dialect can point to the medium; tells what is lost of it in any case. */
  private boolean sayable(Part.Media media, String at) {
    if (media.detail().filter(word -> !word.equals("auto")).isPresent()) {
      losses.add(at, "detail", "Gemini takes no such hint with a part.");
    }
    if (media.filename().isPresent() && media.extras().dialect() != Dialect.GEMINI) {
      losses.add(at, "filename", "Gemini's API takes no names of files.");
    }
    if (media.source() instanceof MediaSource.PlainText) {
      losses.add(at, "document", "Gemini has no text documents; it was written as text.");
    }
    if (media.source() instanceof MediaSource.FileId file) {
      boolean known = file.issuedBy().map(target.family()::equals).orElse(true);
      if (!known || !Media.isStored(file.id())) {
        losses.add(at, "file_id", "The file is in another provider's store; it was left out.");
        return false;
      }
    }
    return true;
  }
}
