package dev.fairlead.protocol;

import dev.fairlead.canon.Loss;
import java.util.List;

/** A body, and what could not be said in it. */
public record Encoded(byte[] body, List<Loss> losses) {
  public Encoded {
    losses = List.copyOf(losses);
  }
}
