package dev.fairlead.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.Dialect;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Sse;

/**
 * OpenRouter's {@code debug.echo_upstream_body}: the first chunk of a stream carries the body that
 * went to the provider, and no choices.
 */
final class Echo {
  private Echo() {}

  static boolean wanted(Visit visit, JsonNode root) {
    return visit.flavour() == Flavour.OPENROUTER
        && visit.codec().dialect() == Dialect.OPENAI_CHAT
        && root.get("stream").boolOr(false)
        && root.get("debug").get("echo_upstream_body").boolOr(false);
  }

  static byte[] chunk(AnswerContext context, byte[] upstreamBody) {
    JsonWriter out = new JsonWriter(upstreamBody.length + 512).beginObject();
    out.field("id", context.generationId());
    out.field("provider", context.provider());
    out.field("model", context.model());
    out.field("object", "chat.completion.chunk");
    out.field("created", context.created());
    out.name("choices").beginArray().endArray();
    out.name("debug").beginObject();
    out.field("echo_upstream_body", new String(upstreamBody, UTF_8));
    return Sse.data(out.endObject().endObject().toBytes());
  }
}
