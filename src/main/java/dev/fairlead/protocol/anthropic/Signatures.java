package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.Proof;
import dev.fairlead.wire.Text;
import java.util.Optional;

/**
 * The member {@code signature} of a thinking block. Anthropic's own stand in it exactly as issued.
 * A proof of another family is given to an Anthropic client with its issuer in front, so that it is
 * recognised when the client sends it back.
 */
final class Signatures {
  /** The family that signs in this dialect. */
  static final String FAMILY = "anthropic";

  private static final String FOREIGN = "issued-by.";

  private Signatures() {}

  /** What a client sends back; empty for the empty signature of unsigned thinking. */
  static Optional<Proof> read(Text signature) {
    if (signature.isEmpty()) {
      return Optional.empty();
    }
    String text = signature.toString();
    int end = text.startsWith(FOREIGN) ? text.indexOf('.', FOREIGN.length()) : -1;
    if (end < 0) {
      return Optional.of(new Proof(signature, Optional.empty()));
    }
    String family = text.substring(FOREIGN.length(), end);
    return Optional.of(new Proof(Text.of(text.substring(end + 1)), Optional.of(family)));
  }

  /** What a client is given. */
  static Text write(Proof proof) {
    Optional<String> foreign = proof.issuedBy().filter(family -> !family.equals(FAMILY));
    return foreign.isEmpty()
        ? proof.data()
        : Text.of(FOREIGN + foreign.get() + "." + proof.data());
  }
}
