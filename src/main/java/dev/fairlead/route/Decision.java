package dev.fairlead.route;

import dev.fairlead.canon.Loss;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The answer to a {@link Question}: who is asked, in which order, and who is not. It names
 * endpoints and holds none, so that it outlives the catalog.
 *
 * @param strategy that ordered the first model's endpoints
 * @param draw the number that the first place was drawn by
 * @param ranked in the order of attempts
 * @param losses wishes that could not be kept together
 */
public record Decision(
    String strategy, double draw, List<Ranked> ranked, List<Excluded> excluded, List<Loss> losses) {

  /**
   * @param choice which of the request's models it serves, by place
   * @param share how likely it was to come first, where that was drawn; otherwise 0
   * @param probe its breaker must be asked, and will let one request through
   * @param notBefore until when its provider wants to be left alone
   */
  public record Ranked(
      String endpoint,
      String model,
      int choice,
      String credential,
      boolean own,
      Reason reason,
      List<Demotion> demotions,
      double share,
      boolean sticky,
      boolean probe,
      Optional<Instant> notBefore) {
    public Ranked {
      demotions = List.copyOf(demotions);
    }

    static Ranked of(Place place) {
      Candidate candidate = place.candidate;
      return new Ranked(
          candidate.id(),
          candidate.facts().model(),
          candidate.choice(),
          candidate.credential(),
          candidate.own(),
          place.told(),
          place.demotions,
          place.share,
          place.sticky,
          place.probe,
          candidate.coolUntil());
    }

    void write(JsonWriter out) {
      out.beginObject()
          .field("endpoint", endpoint)
          .field("model", model)
          .field("choice", choice)
          .field("credential", credential)
          .field("own", own)
          .field("reason", reason.word());
      if (!demotions.isEmpty()) {
        Words.write(out, "demotions", demotions.stream().map(Demotion::word).toList());
      }
      out.field("share", share);
      Words.flag(out, "sticky", sticky);
      Words.flag(out, "probe", probe);
      Words.instant(out, "not_before", notBefore);
      out.endObject();
    }

    static Ranked read(JsonNode node) {
      List<Demotion> demotions = new ArrayList<>();
      Words.read(node.get("demotions"))
          .forEach(word -> demotions.add(Demotion.valueOf(word.toUpperCase(Locale.ROOT))));
      return new Ranked(
          node.get("endpoint").textOr(""),
          node.get("model").textOr(""),
          (int) node.get("choice").longOr(0),
          node.get("credential").textOr(""),
          node.get("own").boolOr(false),
          Reason.valueOf(node.get("reason").textOr("").toUpperCase(Locale.ROOT)),
          demotions,
          node.get("share").doubleOr(0),
          node.get("sticky").boolOr(false),
          node.get("probe").boolOr(false),
          Words.instant(node.get("not_before")));
    }
  }

  public Decision {
    ranked = List.copyOf(ranked);
    excluded = List.copyOf(excluded);
    losses = List.copyOf(losses);
  }

  void write(JsonWriter out) {
    out.beginObject().field("strategy", strategy).field("draw", draw);
    out.name("ranked").beginArray();
    ranked.forEach(leg -> leg.write(out));
    out.endArray().name("excluded").beginArray();
    excluded.forEach(one -> one.write(out));
    out.endArray().name("losses").beginArray();
    for (Loss loss : losses) {
      out.beginObject()
          .field("node", loss.node())
          .field("field", loss.field())
          .field("reason", loss.reason())
          .endObject();
    }
    out.endArray().endObject();
  }

  static Decision read(JsonNode node) {
    List<Ranked> ranked = new ArrayList<>();
    node.get("ranked").items().forEach(item -> ranked.add(Ranked.read(item)));
    List<Excluded> excluded = new ArrayList<>();
    node.get("excluded").items().forEach(item -> excluded.add(Excluded.read(item)));
    List<Loss> losses = new ArrayList<>();
    for (JsonNode item : node.get("losses").items()) {
      losses.add(
          new Loss(
              item.get("node").textOr(""),
              item.get("field").textOr(""),
              item.get("reason").textOr("")));
    }
    return new Decision(
        node.get("strategy").textOr(""), node.get("draw").doubleOr(0), ranked, excluded, losses);
  }
}
