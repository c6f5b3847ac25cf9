package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.CacheMark;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Target.Trait;
import dev.fairlead.wire.JsonWriter;
import java.util.Optional;
import java.util.Set;

/** Writes parts of a message's content. */
final class PartWriter {
  private final JsonWriter out;
  private final Losses losses;
  private final Target target;

  PartWriter(JsonWriter out, Losses losses, Target target) {
    this.out = out;
    this.losses = losses;
    this.target = target;
  }

  static void cache(
      JsonWriter out, Losses losses, String node, Optional<CacheMark> mark, Target target) {
    if (mark.isEmpty()) {
      return;
    }
    if (!target.traits().contains(Trait.CACHE_CONTROL)) {
      losses.add(node, "cache_control", "the endpoint takes no cache marks");
      return;
    }
    out.name("cache_control").beginObject().field("type", "ephemeral");
    mark.get().ttl().ifPresent(it -> out.field("ttl", it));
    out.endObject();
  }

  void text(Part.Text part, String node) {
    out.beginObject().field("type", "text").field("text", part.text());
    cache(out, losses, node, part.cache(), target);
    losses.extras(out, node, part.extras(), Set.of());
    out.endObject();
  }

  /** Why this medium cannot be sent to the target; empty when it can. */
  Optional<String> obstacle(Part.Media part) {
    boolean openai = target.family().equals("openai");
    return switch (part.source()) {
      case MediaSource.FileId it -> {
        boolean known = it.issuedBy().isEmpty() || it.issuedBy().get().equals(target.family());
        yield part.kind() == Part.MediaKind.DOCUMENT && known
            ? Optional.empty()
            : Optional.of("the file lies in another provider's store");
      }
      case MediaSource.PlainText it ->
          part.kind() == Part.MediaKind.DOCUMENT
              ? Optional.empty()
              : Optional.of("a medium cannot be plain text");
      case MediaSource.Url it ->
          switch (part.kind()) {
            case IMAGE -> Optional.empty();
            case VIDEO -> openai ? Optional.of("OpenAI's models take no video") : Optional.empty();
            case AUDIO -> mistral() ? Optional.empty() : Optional.of("audio must be sent inline");
            case DOCUMENT ->
                openai ? Optional.of("documents must be sent inline") : Optional.empty();
          };
      case MediaSource.Inline it ->
          openai && part.kind() == Part.MediaKind.VIDEO
              ? Optional.of("OpenAI's models take no video")
              : Optional.empty();
    };
  }

  private boolean mistral() {
    return target.traits().contains(Trait.THINKING_PARTS);
  }

  /** Writes a medium that has no {@link #obstacle}. */
  void media(Part.Media part, String node) {
    if (part.source() instanceof MediaSource.PlainText it) {
      losses.add(node, "document", "given as a text part");
      out.beginObject().field("type", "text").field("text", it.text());
      cache(out, losses, node, part.cache(), target);
      out.endObject();
      return;
    }
    if (part.detail().isPresent() && part.kind() != Part.MediaKind.IMAGE) {
      losses.add(node, "detail", "only images have it");
    }
    if (part.filename().isPresent() && part.kind() != Part.MediaKind.DOCUMENT) {
      losses.add(node, "filename", "only files have it");
    }
    out.beginObject();
    String member =
        switch (part.kind()) {
          case IMAGE -> linked(part, "image_url");
          case VIDEO -> linked(part, "video_url");
          case AUDIO -> audio(part, node);
          case DOCUMENT -> mistral() ? document(part, node) : file(part);
        };
    cache(out, losses, node, part.cache(), target);
    losses.extras(out, node, part.extras(), Set.of(member));
    out.endObject();
  }

  private String linked(Part.Media part, String name) {
    out.field("type", name).name(name).beginObject();
    url("url", part.source());
    part.detail()
        .filter(it -> part.kind() == Part.MediaKind.IMAGE)
        .ifPresent(it -> out.field("detail", it));
    Losses.inner(out, part.extras(), name);
    out.endObject();
    return name;
  }

  private void url(String name, MediaSource source) {
    switch (source) {
      case MediaSource.Url it -> out.field(name, it.url());
      case MediaSource.Inline it ->
          out.field(name, "data:" + it.mediaType() + ";base64," + it.base64());
      case MediaSource.FileId it -> out.field(name, it.id());
      case MediaSource.PlainText it -> out.field(name, it.text());
    }
  }

  private String audio(Part.Media part, String node) {
    out.field("type", "input_audio");
    if (mistral()) {
      if (part.source() instanceof MediaSource.Inline it) {
        out.field("input_audio", it.base64());
        if (!it.mediaType().equals("audio/mpeg")) {
          losses.add(node, "format", "this endpoint is not told the audio's format");
        }
      } else {
        url("input_audio", part.source());
      }
      return "input_audio";
    }
    out.name("input_audio").beginObject();
    if (part.source() instanceof MediaSource.Inline it) {
      out.field("data", it.base64()).field("format", AudioFormats.format(it.mediaType()));
    }
    Losses.inner(out, part.extras(), "input_audio");
    out.endObject();
    return "input_audio";
  }

  private String document(Part.Media part, String node) {
    if (part.source() instanceof MediaSource.FileId) {
      return file(part);
    }
    out.field("type", "document_url");
    url("document_url", part.source());
    part.filename().ifPresent(it -> out.field("document_name", it));
    if (Losses.own(part.extras()).containsKey("file")) {
      losses.add(node, "file", "this endpoint's documents have no such members");
    }
    return "file";
  }

  private String file(Part.Media part) {
    out.field("type", "file").name("file").beginObject();
    if (part.source() instanceof MediaSource.FileId it) {
      part.filename().ifPresent(name -> out.field("filename", name));
      out.field("file_id", it.id());
    } else {
      out.field("filename", part.filename().orElse("document.pdf")); // servers demand a name
      url("file_data", part.source());
    }
    Losses.inner(out, part.extras(), "file");
    out.endObject();
    return "file";
  }

  /** Writes a part that only this dialect understands; false when it is another dialect's. */
  boolean opaque(Part.Opaque part, String node) {
    if (part.dialect() == Dialect.OPENAI_CHAT && !part.kind().startsWith("reasoning")) {
      out.value(part.raw());
      return true;
    }
    losses.add(node, part.kind(), "only the " + part.dialect().id() + " dialect can carry it");
    return false;
  }
}
