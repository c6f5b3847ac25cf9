package dev.fairlead.attempt;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Edit;
import dev.fairlead.canon.Edits;
import dev.fairlead.canon.Loss;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Encoded;
import dev.fairlead.protocol.Inbound;
import dev.fairlead.protocol.Target;
import dev.fairlead.protocol.Wire;
import dev.fairlead.provider.Quirks;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.MalformedJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The request's outgoing form for one endpoint. Same dialect and all edits spliceable: the received
 * bytes with the edits in place. Otherwise the endpoint's codec writes canon. Quirks are edits of
 * the outgoing form in both branches.
 */
final class Render {
  /**
   * @param spliced the received bytes went out, edited in place
   * @param losses what could not be carried
   */
  record Rendered(byte[] body, boolean spliced, List<Loss> losses) {}

  private Render() {}

  static Rendered render(Inbound inbound, Codec egress, Endpoint endpoint, List<Edit> edits) {
    Target target = endpoint.target(inbound.request().stream());
    if (inbound.codec().dialect() == endpoint.dialect()) {
      Optional<Rendered> spliced = splice(inbound, egress, endpoint, target, edits);
      if (spliced.isPresent()) {
        return spliced.get();
      }
    }
    ChatRequest request = Edits.apply(inbound.request(), edits).withModel(target.model());
    Encoded encoded = egress.encodeRequest(request, target);
    return quirked(egress, endpoint, encoded);
  }

  private static Optional<Rendered> splice(
      Inbound inbound, Codec egress, Endpoint endpoint, Target target, List<Edit> edits) {
    Optional<List<Edit>> adaptation = egress.adapt(inbound.wire(), inbound.request(), target);
    if (adaptation.isEmpty()) {
      return Optional.empty();
    }
    List<Edit> quirks = Quirks.edits(endpoint, inbound.wire().body().root());
    List<Edit> all = new ArrayList<>(edits);
    all.addAll(adaptation.get());
    all.addAll(quirks);
    return egress.splice(inbound.wire(), all).map(body -> new Rendered(body, true, dropped(all)));
  }

  private static Rendered quirked(Codec egress, Endpoint endpoint, Encoded encoded) {
    if (endpoint.quirks().isEmpty() && endpoint.anyParameter()) {
      return new Rendered(encoded.body(), false, encoded.losses());
    }
    try {
      Json outgoing = Json.read(encoded.body(), JsonLimits.RESPONSE);
      List<Edit> quirks = Quirks.edits(endpoint, outgoing.root());
      byte[] body =
          egress.splice(Wire.of(outgoing), quirks).orElseThrow(() -> unspliceable(endpoint));
      List<Loss> losses = new ArrayList<>(encoded.losses());
      losses.addAll(dropped(quirks));
      return new Rendered(body, false, losses);
    } catch (MalformedJson e) {
      throw new IllegalStateException("a codec wrote broken JSON for " + endpoint.id(), e);
    }
  }

  private static IllegalStateException unspliceable(Endpoint endpoint) {
    return new IllegalStateException("quirks that cannot be spliced: " + endpoint.id());
  }

  private static List<Loss> dropped(List<Edit> quirks) {
    List<Loss> losses = new ArrayList<>();
    for (Edit edit : quirks) {
      if (edit.author().equals("quirk")
          && edit.change() instanceof Edit.Change.RemoveMember(String name)) {
        losses.add(new Loss("request", name, edit.reason()));
      }
    }
    return losses;
  }
}
