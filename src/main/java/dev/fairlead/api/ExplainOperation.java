package dev.fairlead.api;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Refused;
import dev.fairlead.exchange.Corridor;
import dev.fairlead.operation.Ask;
import dev.fairlead.operation.Reply;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Wire;
import dev.fairlead.route.Explanation;
import dev.fairlead.route.PlanInput;
import dev.fairlead.route.Planned;
import dev.fairlead.route.RequestNeeds;
import dev.fairlead.route.RoutingWish;
import dev.fairlead.route.RoutingWishReader;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import java.util.Optional;

/**
 * {@code POST /route/explain}: plans a chat request without calling anybody. Where nobody could be
 * asked, the explanation holds the error, with its availability, that the request would get.
 */
final class ExplainOperation {
  private static final int WORDS = 1_000;

  private final Corridor corridor;
  private final Codec chat;

  /**
   * @param chat the dialect of the body
   */
  ExplainOperation(Corridor corridor, Codec chat) {
    this.corridor = corridor;
    this.chat = chat;
  }

  Reply explain(Ask ask) throws Refused {
    Json body = body(ask);
    RoutingWish wish = RoutingWishReader.read(body.root());
    Planned planned =
        corridor
            .router()
            .plan(
                new PlanInput(
                    corridor.catalog().get(),
                    wish,
                    needs(body),
                    corridor.constraints().get(),
                    corridor.signals(),
                    corridor.seats().apply(ask.caller()),
                    Optional.empty(),
                    corridor.clock().instant(),
                    corridor.random().nextLong(),
                    "config"));
    JsonWriter out = new JsonWriter(4096).beginObject().name("data");
    Explanation.write(out, planned.record());
    return Reply.personal(out.endObject().toBytes());
  }

  private Json body(Ask ask) throws Refused {
    try {
      return Json.read(ask.request().body(), corridor.settings().limits());
    } catch (MalformedJson e) {
      throw Refused.invalid(String.valueOf(e.getMessage()));
    }
  }

  /** A body without messages asks about the model alone: a plain prompt is supposed. */
  private RequestNeeds needs(Json body) throws Refused {
    if (!body.root().get("messages").exists()) {
      return RequestNeeds.text(WORDS);
    }
    ChatRequest request = chat.decodeRequest(Wire.of(body));
    return RequestNeeds.of(request);
  }
}
