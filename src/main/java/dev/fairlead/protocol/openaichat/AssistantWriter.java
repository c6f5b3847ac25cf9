package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.Citation;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Part.ReasoningKind;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.Turn;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Target.Trait;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes what the model said: thoughts, text, refusal, media, calls. One for each turn. */
final class AssistantWriter {
  private final JsonWriter out;
  private final Losses losses;
  private final Target target;
  private final PartWriter parts;
  private final CallIds ids;
  private final List<Part> thoughts = new ArrayList<>();
  private final List<Part.ToolCall> calls = new ArrayList<>();
  private final List<Part.Media> images = new ArrayList<>();
  private final List<Runnable> content = new ArrayList<>();
  private final List<Citation> citations = new ArrayList<>();
  private Optional<Part.Text> only = Optional.empty();
  private Optional<Part.Refusal> refusal = Optional.empty();
  private Optional<String> audio = Optional.empty();

  AssistantWriter(JsonWriter out, Losses losses, Target target, PartWriter parts, CallIds ids) {
    this.out = out;
    this.losses = losses;
    this.target = target;
    this.parts = parts;
    this.ids = ids;
  }

  void write(Turn turn, String node) {
    for (int p = 0; p < turn.parts().size(); p++) {
      collect(turn.parts().get(p), node + ".parts[" + p + "]");
    }
    boolean says =
        !content.isEmpty()
            || !calls.isEmpty()
            || !thoughts.isEmpty()
            || !images.isEmpty()
            || refusal.isPresent()
            || audio.isPresent();
    boolean lost = turn.parts().stream().anyMatch(it -> !(it instanceof Part.Text));
    if (!says && lost) {
      return; // nothing is left to say; the losses tell why
    }
    out.beginObject().field("role", "assistant");
    content();
    thoughts();
    refusal.ifPresent(it -> out.field("refusal", it.text()));
    annotations(turn);
    if (!images.isEmpty()) {
      out.name("images").beginArray();
      images.forEach(it -> parts.media(it, node));
      out.endArray();
    }
    audio.ifPresent(it -> out.name("audio").beginObject().field("id", it).endObject());
    calls(node);
    turn.name().ifPresent(it -> out.field("name", it));
    losses.extras(out, node, turn.extras(), Set.of("annotations"));
    out.endObject();
  }

  private void collect(Part part, String node) {
    switch (part) {
      case Part.Text it -> text(it, node);
      case Part.Reasoning it -> reasoning(it, node);
      case Part.ToolCall it -> calls.add(call(it, node));
      case Part.Refusal it -> {
        refusal = Optional.of(it);
        losses.extras(new JsonWriter(), node, it.extras(), Set.of());
      }
      case Part.Media it -> media(it, node);
      case Part.Opaque it -> opaque(it, node);
      case Part.ToolResult it -> losses.add(node, "tool_result", "the model gives no results");
    }
  }

  private void text(Part.Text it, String node) {
    if (it.text().isEmpty() && it.cache().isEmpty()) {
      return;
    }
    if (!calls.isEmpty()) {
      losses.add(node, "order", "text stands before the calls here");
    }
    for (Citation citation : it.citations()) {
      if (citation.dialect() == Dialect.OPENAI_CHAT) {
        citations.add(citation);
      } else {
        losses.add(node, "citation", "only its own dialect takes it back");
      }
    }
    boolean lost = it.cache().isPresent() && !target.traits().contains(Trait.CACHE_CONTROL);
    if (lost) {
      losses.add(node, "cache_control", "the endpoint takes no cache marks");
    }
    boolean own = it.extras().dialect() == Dialect.OPENAI_CHAT;
    if (!own) {
      losses.extras(out, node, it.extras(), Set.of());
    }
    Part.Text said =
        new Part.Text(
            it.text(),
            lost ? Optional.empty() : it.cache(),
            List.of(),
            own ? it.extras() : Fields.NONE);
    boolean plain = said.cache().isEmpty() && said.extras().isEmpty();
    only = plain && content.isEmpty() ? Optional.of(said) : Optional.empty();
    content.add(() -> parts.text(said, node));
  }

  private void reasoning(Part.Reasoning it, String node) {
    Set<Trait> traits = target.traits();
    boolean details = traits.contains(Trait.REASONING_DETAILS);
    boolean foreign =
        it.proof().flatMap(Proof::issuedBy).filter(by -> !by.equals(target.family())).isPresent();
    Part.Reasoning kept = it;
    if (it.proof().isPresent() && (foreign || !details)) {
      losses.add(
          node,
          "proof",
          foreign ? "only its issuer could check it" : "the endpoint takes no proofs of thinking");
      kept = new Part.Reasoning(it.kind(), it.text(), Optional.empty(), it.id(), it.extras());
    }
    if (kept.kind() == ReasoningKind.ENCRYPTED && kept.proof().isEmpty()) {
      if (it.proof().isEmpty()) {
        losses.add(node, "reasoning", "encrypted thinking without its content says nothing");
      }
    } else if (details) {
      foreignExtras(it, node);
      thoughts.add(kept);
    } else if (traits.contains(Trait.THINKING_PARTS)) {
      foreignExtras(it, node);
      Part.Reasoning thought = kept;
      asText(kept, node);
      only = Optional.empty();
      content.add(() -> thinking(thought));
    } else if (traits.contains(Trait.REPLAY_REASONING_CONTENT)) {
      foreignExtras(it, node);
      asText(kept, node);
      thoughts.add(kept);
    } else {
      losses.add(node, "reasoning", "the endpoint takes no earlier thinking");
    }
  }

  private void foreignExtras(Part.Reasoning it, String node) {
    losses.extras(new JsonWriter(), node, it.extras(), Set.of(ReasoningDetails.LEFT, "thinking"));
  }

  private void asText(Part.Reasoning it, String node) {
    if (it.kind() == ReasoningKind.SUMMARY) {
      losses.add(node, "kind", "a summary is replayed as thinking");
    }
  }

  private void thinking(Part.Reasoning it) {
    out.beginObject().field("type", "thinking").name("thinking").beginArray();
    out.beginObject().field("type", "text").field("text", it.text()).endObject().endArray();
    Losses.inner(out, it.extras(), "thinking");
    out.endObject();
  }

  private Part.ToolCall call(Part.ToolCall it, String node) {
    boolean details = target.traits().contains(Trait.REASONING_DETAILS);
    boolean foreign =
        it.proof().flatMap(Proof::issuedBy).filter(by -> !by.equals(target.family())).isPresent();
    boolean carried = details || target.family().equals("google");
    if (it.cache().isPresent()) {
      losses.add(node, "cache_control", "a call carries no mark here");
    }
    boolean lost = it.proof().isPresent() && (foreign || !carried);
    if (lost) {
      losses.add(node, "proof", "only its issuer could check it");
    }
    return new Part.ToolCall(
        ids.called(it),
        it.name(),
        it.arguments(),
        lost ? Optional.empty() : it.proof(),
        it.cache(),
        it.extras());
  }

  private void media(Part.Media it, String node) {
    if (it.kind() == Part.MediaKind.AUDIO && it.source() instanceof MediaSource.FileId file) {
      boolean known = file.issuedBy().isEmpty() || file.issuedBy().get().equals(target.family());
      if (known) {
        audio = Optional.of(file.id());
      } else {
        losses.add(node, "audio", "only its issuer knows the id");
      }
    } else if (it.kind() == Part.MediaKind.IMAGE
        && target.traits().contains(Trait.REASONING_DETAILS)
        && parts.obstacle(it).isEmpty()) {
      images.add(it);
    } else {
      losses.add(node, "media", "the model's media cannot be sent back here");
    }
  }

  private void opaque(Part.Opaque it, String node) {
    boolean detail = it.dialect() == Dialect.OPENAI_CHAT && it.kind().startsWith("reasoning");
    if (detail && target.traits().contains(Trait.REASONING_DETAILS)) {
      thoughts.add(it);
    } else if (detail || it.dialect() != Dialect.OPENAI_CHAT) {
      losses.add(node, it.kind(), "only the " + it.dialect().id() + " dialect can carry it");
    } else {
      only = Optional.empty();
      content.add(() -> out.value(it.raw()));
    }
  }

  private void content() {
    out.name("content");
    if (content.isEmpty()) {
      if (calls.isEmpty() && refusal.isEmpty()) {
        out.value("");
      } else {
        out.nullValue();
      }
    } else if (content.size() == 1 && only.isPresent()) {
      out.value(only.get().text());
    } else {
      out.beginArray();
      content.forEach(Runnable::run);
      out.endArray();
    }
  }

  private void thoughts() {
    if (!target.traits().contains(Trait.REASONING_DETAILS)) {
      if (!thoughts.isEmpty()) {
        out.field("reasoning_content", joined());
      }
      return;
    }
    boolean signed = calls.stream().anyMatch(it -> it.proof().isPresent());
    boolean plain =
        thoughts.size() <= 1
            && thoughts.stream()
                .allMatch(
                    it ->
                        it instanceof Part.Reasoning r
                            && r.kind() == ReasoningKind.FULL
                            && r.proof().isEmpty()
                            && r.id().isEmpty()
                            && r.extras().isEmpty());
    String text = joined();
    if (plain && !text.isEmpty()) {
      out.field("reasoning", text);
    }
    if ((plain || thoughts.isEmpty()) && !signed) {
      return;
    }
    out.name("reasoning_details").beginArray();
    int place = 0;
    for (Part thought : thoughts) {
      if (thought instanceof Part.Reasoning it && !plain) {
        ReasoningDetails.write(out, it, place++, Optional.of(target.family()));
      } else if (thought instanceof Part.Opaque it) {
        out.value(it.raw());
        place++;
      }
    }
    for (Part.ToolCall call : calls) {
      if (call.proof().isPresent()) {
        ReasoningDetails.writeSignature(out, call.id(), call.proof().get(), place++);
      }
    }
    out.endArray();
  }

  private String joined() {
    StringBuilder all = new StringBuilder();
    for (Part thought : thoughts) {
      if (thought instanceof Part.Reasoning it) {
        all.append(it.text());
      }
    }
    return all.toString();
  }

  private void annotations(Turn turn) {
    Raw rest = Losses.own(turn.extras()).get("annotations");
    if (citations.isEmpty() && rest == null) {
      return;
    }
    out.name("annotations").beginArray();
    citations.forEach(it -> Citations.write(out, it));
    if (rest != null) {
      rest.node().items().forEach(out::value);
    }
    out.endArray();
  }

  private void calls(String node) {
    if (calls.isEmpty()) {
      return;
    }
    out.name("tool_calls").beginArray();
    for (Part.ToolCall call : calls) {
      Raw type = Losses.own(call.extras()).get("type");
      boolean custom = type != null && type.node().textIs("custom");
      out.beginObject().field("id", call.id());
      out.field("type", custom ? "custom" : "function");
      out.name(custom ? "custom" : "function").beginObject().field("name", call.name());
      if (custom) {
        out.field("input", call.arguments());
      } else if (call.arguments().isEmpty()) {
        out.field("arguments", "{}");
      } else {
        out.field("arguments", call.arguments());
      }
      out.endObject();
      if (call.proof().isPresent() && !target.traits().contains(Trait.REASONING_DETAILS)) {
        out.name("extra_content").beginObject().name("google").beginObject();
        out.field("thought_signature", call.proof().get().data()).endObject().endObject();
      }
      losses.extras(out, node, call.extras(), Set.of("type"));
      out.endObject();
    }
    out.endArray();
  }
}
