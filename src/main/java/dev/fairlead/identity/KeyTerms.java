package dev.fairlead.identity;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a key may do, and until when.
 *
 * @param allowance what it may spend; empty for whatever others allow
 * @param ownCredentialsCount what is used with the organization's own credentials counts against
 *     the allowance too
 * @param models ids, with {@code author/*}, that alone it may call; empty for all
 * @param providers slugs of the providers that alone may answer it; empty for all
 * @param addresses from which alone it may be used; empty for anywhere
 */
public record KeyTerms(
    boolean disabled,
    Optional<Instant> expiresAt,
    Optional<Allowance> allowance,
    boolean ownCredentialsCount,
    List<String> models,
    List<String> providers,
    List<AddressRange> addresses) {
  /** Anything, for ever. */
  public static final KeyTerms NONE =
      new KeyTerms(
          false, Optional.empty(), Optional.empty(), false, List.of(), List.of(), List.of());

  public KeyTerms {
    models = List.copyOf(models);
    providers = List.copyOf(providers);
    addresses = List.copyOf(addresses);
  }

  /** The same, to this moment only. */
  public KeyTerms until(Instant end) {
    return new KeyTerms(
        disabled, Optional.of(end), allowance, ownCredentialsCount, models, providers, addresses);
  }

  public boolean expired(Instant now) {
    return expiresAt.filter(end -> !now.isBefore(end)).isPresent();
  }

  /** True for an address that it may be used from. */
  public boolean admits(String address) {
    return addresses.isEmpty() || addresses.stream().anyMatch(range -> range.contains(address));
  }
}
