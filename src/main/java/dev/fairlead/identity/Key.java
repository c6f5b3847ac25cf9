package dev.fairlead.identity;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A key of ours, without its secret.
 *
 * @param id SHA-256 of the secret, in hexadecimal: its public identifier
 * @param label the masked form that people recognise it by
 * @param management it manages, and cannot infer
 * @param fixed it stands in the configuration or the environment, not in the store
 * @param models ids, with {@code author/*}, that alone it may call; empty for all
 * @param allowance what it may spend; empty for whatever others allow
 */
public record Key(
    String id,
    String name,
    String label,
    String workspace,
    boolean management,
    boolean fixed,
    boolean disabled,
    Instant createdAt,
    Optional<Instant> expiresAt,
    List<String> models,
    Optional<Allowance> allowance) {
  public Key {
    models = List.copyOf(models);
  }
}
