package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.CacheMark;
import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Edit;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Turn;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Target.ReasoningStyle;
import dev.fairlead.protocol.Target.Trait;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What must change in a received request so that an endpoint of the same dialect takes it, as edits
 * of its own bytes. Where edits of top-level members cannot do it (turns of a role that the
 * endpoint does not know, reasoning in another shape), there is no adaptation, and canon is
 * encoded.
 */
final class Adaptation {
  private static final String GATEWAY = "gateway";
  private static final String QUIRK = "quirk";
  private static final Raw WITH_USAGE = Raw.of("{\"include_usage\":true}");

  private final JsonNode root;
  private final Target target;
  private final List<Edit> edits = new ArrayList<>();

  private Adaptation(JsonNode root, Target target) {
    this.root = root;
    this.target = target;
  }

  static Optional<List<Edit>> of(JsonNode root, ChatRequest request, Target target) {
    if (LegacyCompletions.isLegacy(request)) {
      return Optional.empty(); // it came in another form than any endpoint takes
    }
    boolean asSent = target.traits().contains(Trait.AS_SENT);
    if (!asSent && !fits(root, request, target)) {
      return Optional.empty();
    }
    Adaptation it = new Adaptation(root, target);
    it.edit(GATEWAY, "the provider's name of the model", new Edit.Change.SetModel(target.model()));
    it.directives();
    it.usage(request);
    if (!asSent) {
      it.deviations();
    }
    return Optional.of(it.edits);
  }

  private static boolean fits(JsonNode root, ChatRequest request, Target target) {
    boolean openrouter = target.reasoningStyle() == ReasoningStyle.OPENROUTER;
    boolean effort = openrouter || target.reasoningStyle() == ReasoningStyle.EFFORT;
    if ((root.get("reasoning").hasValue() && !openrouter)
        || (root.get("include_reasoning").hasValue() && !openrouter)
        || (root.get("reasoning_effort").hasValue() && !effort)) {
      return false;
    }
    for (Turn turn : request.turns()) {
      if (turn.role() == Role.DEVELOPER && !target.traits().contains(Trait.DEVELOPER_ROLE)) {
        return false;
      }
      for (Part part : turn.parts()) {
        if (part instanceof Part.Reasoning && !target.traits().contains(Trait.REASONING_DETAILS)) {
          return false;
        }
        if (mark(part).isPresent() && !target.traits().contains(Trait.CACHE_CONTROL)) {
          return false;
        }
      }
    }
    return true;
  }

  private static Optional<CacheMark> mark(Part part) {
    return switch (part) {
      case Part.Text text -> text.cache();
      case Part.Media media -> media.cache();
      case Part.ToolCall call -> call.cache();
      case Part.ToolResult result -> result.cache();
      case Part.Reasoning ignored -> Optional.empty();
      case Part.Refusal ignored -> Optional.empty();
      case Part.Opaque ignored -> Optional.empty();
    };
  }

  private void directives() {
    for (JsonNode.Member member : root.members()) {
      if (OpenAiChatCodec.DIRECTIVES.contains(member.name())) {
        edit(GATEWAY, "said to the gateway", new Edit.Change.RemoveMember(member.name()));
      }
    }
  }

  /** Usage is always asked for: what is not reported cannot be reckoned. */
  private void usage(ChatRequest request) {
    JsonNode options = root.get("stream_options");
    if (!request.stream()) {
      return;
    }
    if (target.traits().contains(Trait.NO_STREAM_OPTIONS)) {
      if (options.exists()) {
        edit(QUIRK, "an error at this endpoint", new Edit.Change.RemoveMember("stream_options"));
      }
    } else if (!options.isObject()) {
      edit(
          GATEWAY,
          "usage is always asked for",
          new Edit.Change.SetMember("stream_options", WITH_USAGE));
    } else if (!options.get("include_usage").boolOr(false)) {
      JsonWriter out = new JsonWriter().beginObject();
      for (JsonNode.Member member : options.members()) {
        if (!member.name().equals("include_usage")) {
          out.name(member.name()).value(member.value());
        }
      }
      Raw asked = out.field("include_usage", true).endObject().toRaw();
      edit(
          GATEWAY, "usage is always asked for", new Edit.Change.SetMember("stream_options", asked));
    }
  }

  private void deviations() {
    if (target.traits().contains(Trait.MAX_COMPLETION_TOKENS) && root.get("max_tokens").exists()) {
      edit(
          QUIRK,
          "its name here",
          root.get("max_completion_tokens").exists()
              ? new Edit.Change.RemoveMember("max_tokens")
              : new Edit.Change.RenameMember("max_tokens", "max_completion_tokens"));
    }
    if (target.traits().contains(Trait.NO_SAMPLING)) {
      for (String name : List.of("temperature", "top_p")) {
        if (root.get(name).exists()) {
          edit(QUIRK, "the model takes none", new Edit.Change.RemoveMember(name));
        }
      }
    }
  }

  private void edit(String author, String reason, Edit.Change change) {
    edits.add(new Edit(author, reason, change));
  }
}
