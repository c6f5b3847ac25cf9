package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Edit;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Turn;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Target.Trait;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What must change in a received request so that an endpoint of this dialect takes it, as edits of
 * its top-level members. Where these cannot do it (thinking in another form, parts of another
 * issuer, a begun answer), there is no adaptation, and canon is encoded.
 */
final class Adaptation {
  /** Members that are said to the gateway and mean nothing to Anthropic. */
  static final Set<String> DIRECTIVES =
      Set.of(
          "provider",
          "models",
          "route",
          "plugins",
          "transforms",
          "preset",
          "session_id",
          "trace",
          "usage",
          "debug",
          "user");

  private final JsonNode root;
  private final ChatRequest request;
  private final Target target;
  private final List<Edit> edits = new ArrayList<>();

  private Adaptation(JsonNode root, ChatRequest request, Target target) {
    this.root = root;
    this.request = request;
    this.target = target;
  }

  static Optional<List<Edit>> of(JsonNode root, ChatRequest request, Target target) {
    Adaptation it = new Adaptation(root, request, target);
    boolean asSent = target.traits().contains(Trait.AS_SENT);
    if (!asSent && !it.fits()) {
      return Optional.empty();
    }
    it.edit("the provider's name of the model", new Edit.Change.SetModel(target.model()));
    it.bound();
    if (root.get("stream").boolOr(false) != target.stream()) {
      Raw stream = Raw.of(Boolean.toString(target.stream()));
      it.edit("how the answer is wanted", new Edit.Change.SetMember("stream", stream));
    }
    it.directives();
    if (target.traits().contains(Trait.NO_SAMPLING)) {
      it.withoutSampling();
    }
    return Optional.of(it.edits);
  }

  private boolean fits() {
    boolean can = target.traits().contains(Trait.NATIVE_JSON_SCHEMA);
    if (!can && !(request.format() instanceof OutputFormat.Unset)) {
      return false;
    }
    Turn last = request.turns().getLast();
    if (last.role() == Role.ASSISTANT
        && !last.parts().isEmpty()
        && last.parts().getLast() instanceof Part.Text
        && !target.traits().contains(Trait.PREFILL)) {
      return false;
    }
    for (Turn turn : request.turns()) {
      for (Part part : turn.parts()) {
        if (isForeign(part)) {
          return false;
        }
      }
    }
    return thinkingFits();
  }

  private boolean isForeign(Part part) {
    if (part instanceof Part.Reasoning reasoning) {
      boolean unsigned = reasoning.proof().isEmpty();
      return unsigned
          ? !target.traits().contains(Trait.REPLAY_REASONING_CONTENT)
          : isOthers(reasoning.proof().get().issuedBy());
    }
    return part instanceof Part.Media media
        && media.source() instanceof MediaSource.FileId file
        && isOthers(file.issuedBy());
  }

  private boolean isOthers(Optional<String> issuer) {
    return issuer.isPresent() && !issuer.get().equals(target.family());
  }

  private boolean thinkingFits() {
    Losses losses = new Losses();
    Thinking plan = Thinking.plan(request, target, false, losses);
    JsonNode thinking = root.get("thinking");
    boolean same =
        switch (plan.mode()) {
          case UNSET -> !thinking.hasValue() || request.reasoning().isUnset();
          case DISABLED -> thinking.get("type").textIs("disabled");
          case ADAPTIVE -> thinking.get("type").textIs("adaptive");
          case BUDGET -> thinking.get("budget_tokens").longOr(0) == plan.budget();
        };
    boolean sameEffort = root.get("output_config").get("effort").textIfAny().equals(plan.effort());
    return losses.list().isEmpty()
        && same
        && (sameEffort || request.reasoning().effort().isEmpty());
  }

  /** The API must be given a bound. */
  private void bound() {
    if (request.maxTokens().isEmpty()) {
      long bound = Thinking.plan(request, target, false, new Losses()).maxTokens();
      edit("the API must be given a bound", new Edit.Change.SetMaxTokens(bound));
    }
  }

  private void directives() {
    for (JsonNode.Member member : root.members()) {
      if (DIRECTIVES.contains(member.name())) {
        edit("said to the gateway", new Edit.Change.RemoveMember(member.name()));
      }
    }
    boolean named = root.get("metadata").hasValue();
    if (!named && request.user().isPresent()) {
      Raw metadata =
          new JsonWriter().beginObject().field("user_id", request.user().get()).endObject().toRaw();
      edit("the user's place in this dialect", new Edit.Change.SetMember("metadata", metadata));
    }
  }

  private void withoutSampling() {
    for (String name : List.of("temperature", "top_p", "top_k")) {
      if (root.get(name).exists()) {
        edits.add(new Edit("quirk", "the model takes none", new Edit.Change.RemoveMember(name)));
      }
    }
  }

  private void edit(String reason, Edit.Change change) {
    edits.add(new Edit("gateway", reason, change));
  }
}
