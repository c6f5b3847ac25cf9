package dev.fairlead.identity;

import java.util.List;

/**
 * Who is calling.
 *
 * @param keyId SHA-256 of the key, in hexadecimal: its public identifier
 * @param keyName the name that people gave it
 * @param models ids, with {@code author/*}, that alone it may call; empty for all
 * @param management it may manage, and cannot infer; otherwise the other way round
 */
public record Principal(
    String keyId, String keyName, String workspace, boolean management, List<String> models) {
  public Principal {
    models = List.copyOf(models);
  }
}
