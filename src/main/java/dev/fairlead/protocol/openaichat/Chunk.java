package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.wire.JsonWriter;

/** Pieces that whole answers and streams write in the same shape. */
final class Chunk {
  private Chunk() {}

  static boolean isDetail(Part.Opaque part) {
    return part.dialect() == Dialect.OPENAI_CHAT && part.kind().startsWith("reasoning");
  }

  static boolean isAnnotation(Part.Opaque part) {
    return part.dialect() == Dialect.OPENAI_CHAT && part.kind().equals("annotation");
  }

  /** Clients need an id to answer a call; where the provider gave none, one is made. */
  static String id(String id, AnswerContext context, int place) {
    return id.isEmpty() ? "call_" + context.generationId() + "_" + place : id;
  }

  static void image(JsonWriter out, Part.Media image) {
    out.beginObject().field("type", "image_url").name("image_url").beginObject();
    switch (image.source()) {
      case MediaSource.Url it -> out.field("url", it.url());
      case MediaSource.Inline it ->
          out.field("url", "data:" + it.mediaType() + ";base64," + it.base64());
      case MediaSource.FileId it -> out.field("url", it.id());
      case MediaSource.PlainText it -> out.field("url", it.text());
    }
    out.endObject().endObject();
  }

  static void audio(JsonWriter out, Part.Media audio) {
    out.beginObject();
    if (audio.source() instanceof MediaSource.Inline it) {
      out.field("data", it.base64());
    }
    Losses.own(audio.extras()).forEach(out::field);
    out.endObject();
  }
}
