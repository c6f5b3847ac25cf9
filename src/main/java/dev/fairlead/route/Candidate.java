package dev.fairlead.route;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An endpoint with one of its credentials, as one decision saw it. All that a decision reads of an
 * endpoint stands here, so that it can be made again when the catalog has changed.
 *
 * @param choice which of the request's models it serves, by place
 * @param seat the credential; empty when there is none
 * @param lacks parameters that the request sends, or needs, and that it does not honour
 * @param cannotRead modalities of the request's input that it does not take
 * @param cannotMake modalities of the wanted output that it does not give
 * @param coolUntil until when this seat must wait
 */
record Candidate(
    Facts facts,
    int choice,
    Optional<Seat> seat,
    List<String> lacks,
    List<String> cannotRead,
    List<String> cannotMake,
    Quote quote,
    EndpointSignals signals,
    Optional<Instant> coolUntil) {

  String id() {
    return facts.endpoint();
  }

  boolean own() {
    return seat.map(Seat::own).orElse(false);
  }

  String credential() {
    return seat.map(Seat::credential).orElse("");
  }

  boolean lacks(String parameter) {
    return !lacks.isEmpty() && lacks.contains(parameter);
  }

  void write(JsonWriter out) {
    out.beginObject();
    facts.write(out.name("facts"));
    out.field("choice", choice);
    if (seat.isPresent()) {
      out.field("credential", seat.get().credential()).field("own", seat.get().own());
    }
    Words.write(out, "lacks", lacks);
    Words.write(out, "cannot_read", cannotRead);
    Words.write(out, "cannot_make", cannotMake);
    quote.write(out.name("price"));
    signals.write(out.name("signals"));
    Words.instant(out, "cool_until", coolUntil);
    out.endObject();
  }

  static Candidate read(JsonNode node) {
    JsonNode credential = node.get("credential");
    return new Candidate(
        Facts.read(node.get("facts")),
        (int) node.get("choice").longOr(0),
        credential.isString()
            ? Optional.of(new Seat(credential.text(), node.get("own").boolOr(false)))
            : Optional.empty(),
        Words.read(node.get("lacks")),
        Words.read(node.get("cannot_read")),
        Words.read(node.get("cannot_make")),
        Quote.read(node.get("price")),
        EndpointSignals.read(node.get("signals")),
        Words.instant(node.get("cool_until")));
  }
}
