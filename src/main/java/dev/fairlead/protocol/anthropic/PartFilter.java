package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.Role;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.anthropic.Conversation.Block;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Keeps of a turn's parts what its role may say here, in a form that can be written. */
final class PartFilter {
  private static final Set<String> IMAGES =
      Set.of("image/jpeg", "image/png", "image/gif", "image/webp");

  private final Target target;
  private final ToolNames names;
  private final Losses losses;
  private final boolean own;

  PartFilter(Target target, ToolNames names, Losses losses, boolean own) {
    this.own = own;
    this.target = target;
    this.names = names;
    this.losses = losses;
  }

  List<Block> keep(Role role, List<Part> parts, String node) {
    List<Block> kept = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      String at = node + ".parts[" + i + "]";
      keep(role, parts.get(i), at).ifPresent(part -> kept.add(new Block(part, at)));
    }
    return kept;
  }

  private Optional<Part> keep(Role role, Part part, String node) {
    losses.foreign(node, part.extras(), Set.of());
    return switch (part) {
      case Part.Text text -> text(text, node);
      case Part.Reasoning reasoning -> reasoning(role, reasoning, node);
      case Part.Media media -> media(role, media, node);
      case Part.ToolCall call -> call(role, call, node);
      case Part.ToolResult result -> result(role, result, node);
      case Part.Refusal refusal -> {
        losses.add(node, "refusal", "there is no such block here; sent as text");
        yield text(PartReader.plain(refusal.text()), node);
      }
      case Part.Opaque opaque -> {
        if (opaque.dialect() == Dialect.ANTHROPIC) {
          yield Optional.of(opaque);
        }
        yield lost(node, opaque.kind(), "only " + opaque.dialect().id() + " has it; left out");
      }
    };
  }

  private Optional<Part> lost(String node, String field, String reason) {
    losses.add(node, field, reason);
    return Optional.empty();
  }

  /**
   * Empty text is refused by the API, and blank text by some models; callers of this dialect are
   * taken to know.
   */
  private Optional<Part> text(Part.Text text, String node) {
    boolean blank = text.text().roughLength() < 64 && text.text().toString().isBlank();
    if (own ? text.text().isEmpty() : blank) {
      boolean said = !text.text().isEmpty() || text.cache().isPresent();
      return said ? lost(node, "text", "blank text is refused here; left out") : Optional.empty();
    }
    return Optional.of(text);
  }

  private Optional<Part> reasoning(Role role, Part.Reasoning reasoning, String node) {
    if (role != Role.ASSISTANT) {
      return lost(node, "reasoning", "only an assistant thinks here; left out");
    }
    Optional<Proof> proof = reasoning.proof().filter(p -> !p.data().isEmpty());
    if (proof.isEmpty()) {
      boolean taken = target.traits().contains(Target.Trait.REPLAY_REASONING_CONTENT);
      return taken && !reasoning.text().isEmpty()
          ? Optional.of(reasoning)
          : lost(node, "reasoning", "it is unsigned; left out");
    }
    Optional<String> issuer = proof.get().issuedBy();
    if (issuer.isPresent() && !issuer.get().equals(target.family())) {
      return lost(node, "reasoning", "issued by " + issuer.get() + ", means nothing to " + target.family() + "; left out");
    }
    return Optional.of(reasoning);
  }

  private Optional<Part> media(Role role, Part.Media media, String node) {
    String kind = media.kind().name().toLowerCase(Locale.ROOT);
    if (media.kind() == Part.MediaKind.AUDIO || media.kind() == Part.MediaKind.VIDEO) {
      return lost(node, kind, "the Messages API takes no " + kind + "; left out");
    }
    if (role != Role.USER) {
      return lost(node, kind, "only a user shows media here; left out");
    }
    media.detail()
        .filter(detail -> !detail.equals("auto"))
        .ifPresent(detail -> losses.add(node, "detail", "there is no such choice here"));
    return source(media, node)
        .map(
            source ->
                new Part.Media(
                    media.kind(), source, media.filename(), Optional.empty(), media.cache(), media.extras()));
  }

  private Optional<MediaSource> source(Part.Media media, String node) {
    boolean image = media.kind() == Part.MediaKind.IMAGE;
    return switch (media.source()) {
      case MediaSource.Inline inline -> inline(inline, image, node);
      case MediaSource.Url url -> url(url, image, node);
      case MediaSource.FileId file -> {
        if (file.issuedBy().isPresent() && !file.issuedBy().get().equals(target.family())) {
          losses.add(node, "file_id", "it lies at " + file.issuedBy().get() + "; left out");
          yield Optional.empty();
        }
        yield Optional.of(file);
      }
      case MediaSource.PlainText text -> {
        if (image) {
          losses.add(node, "image", "an image cannot be plain text; left out");
          yield Optional.empty();
        }
        yield Optional.of(text);
      }
    };
  }

  private Optional<MediaSource> inline(MediaSource.Inline inline, boolean image, String node) {
    String type = inline.mediaType().toLowerCase(Locale.ROOT);
    String known = type.equals("image/jpg") ? "image/jpeg" : type;
    boolean taken = image ? IMAGES.contains(known) : known.equals("application/pdf");
    if (taken) {
      return Optional.of(
          known.equals(inline.mediaType()) ? inline : new MediaSource.Inline(known, inline.base64()));
    }
    if (!image && (known.startsWith("text/") || known.equals("application/json"))) {
      Optional<Text> text = Base64Text.decode(inline.base64());
      if (text.isPresent()) {
        return Optional.of(new MediaSource.PlainText(text.get()));
      }
    }
    losses.add(node, "media_type", "the Messages API does not take " + inline.mediaType() + "; left out");
    return Optional.empty();
  }

  /** A data URL becomes a source with its bytes. */
  private Optional<MediaSource> url(MediaSource.Url url, boolean image, String node) {
    if (url.url().roughLength() > 5 && url.url().toString().startsWith("data:")) {
      String whole = url.url().toString();
      int comma = whole.indexOf(',');
      int semicolon = whole.indexOf(';');
      if (comma < 0 || !whole.substring(0, comma).endsWith(";base64")) {
        losses.add(node, "url", "only base64 data URLs can be sent; left out");
        return Optional.empty();
      }
      String type = whole.substring("data:".length(), semicolon);
      return inline(new MediaSource.Inline(type, Text.of(whole.substring(comma + 1))), image, node);
    }
    String address = url.url().toString();
    if (!address.startsWith("https://") && !address.startsWith("http://")) {
      losses.add(node, "url", "the Messages API fetches only http and https addresses; left out");
      return Optional.empty();
    }
    return Optional.of(url);
  }

  private Optional<Part> call(Role role, Part.ToolCall call, String node) {
    if (role != Role.ASSISTANT) {
      return lost(node, "tool_call", "only an assistant calls tools here; left out");
    }
    call.proof()
        .ifPresent(proof -> losses.add(node, "signature", "a call carries no signature here"));
    return Optional.of(
        new Part.ToolCall(
            call.id(),
            names.written(call.name(), node),
            call.arguments(),
            Optional.empty(),
            call.cache(),
            call.extras()));
  }

  private Optional<Part> result(Role role, Part.ToolResult result, String node) {
    if (role != Role.USER) {
      return lost(node, "tool_result", "only a user answers calls here; left out");
    }
    List<Part> content = new ArrayList<>();
    for (int i = 0; i < result.content().size(); i++) {
      Part inner = result.content().get(i);
      String at = node + ".content[" + i + "]";
      boolean nested = inner instanceof Part.ToolResult || inner instanceof Part.ToolCall;
      if (nested) {
        losses.add(at, "tool", "a result holds no calls or results; left out");
      } else {
        keep(Role.USER, inner, at).ifPresent(content::add);
      }
    }
    Extras extras = result.extras();
    return Optional.of(
        new Part.ToolResult(
            result.callId(), result.name(), content, result.error(), result.cache(), extras));
  }
}
