package dev.fairlead.identity;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Refused;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The keys that this node knows: a snapshot in memory that is swapped whole, so that no request
 * waits for a store, and none is refused because a store is down.
 */
public final class Keys {
  /** What a presented credential turned out to be. */
  public sealed interface Verdict {
    record Known(Principal principal) implements Verdict {}

    /** Nothing was presented. */
    record Missing() implements Verdict {
      /** For operations that want a key. */
      public Refused refusal() {
        return refused("No API key was sent. Send it as 'Authorization: Bearer <key>'.");
      }
    }

    /**
     * The authority knows it to be bad.
     *
     * @param why for the caller: what is wrong with it
     */
    record Bad(String why) implements Verdict {
      public Refused refusal() {
        return refused(why);
      }
    }

    /** The key is good, but not from this address. */
    record Elsewhere(String name, String peer) implements Verdict {
      public Refused refusal() {
        return new Refused(
            Fault.client(
                Fault.Kind.FORBIDDEN,
                "The API key '"
                    + name
                    + "' cannot be used from "
                    + peer
                    + ". Its owner has named the addresses that it may be used from."));
      }
    }

    private static Refused refused(String why) {
      return new Refused(Fault.client(Fault.Kind.UNAUTHENTICATED, why));
    }
  }

  private final InstantSource clock;
  private volatile Map<String, Key> byId = Map.of();
  private volatile Map<String, Key> byAccount = Map.of();

  public Keys(InstantSource clock) {
    this.clock = clock;
  }

  /** From now on these keys are known, and no others. */
  public void replace(Collection<Key> keys) {
    Map<String, Key> next = new HashMap<>();
    Map<String, Key> accounts = new HashMap<>();
    for (Key key : keys) {
      next.put(key.id(), key);
      accounts.merge(key.account(), key, Keys::newer);
    }
    byId = Map.copyOf(next);
    byAccount = Map.copyOf(accounts);
  }

  public Collection<Key> all() {
    return byId.values();
  }

  private static Key newer(Key one, Key other) {
    return one.createdAt().isBefore(other.createdAt()) ? other : one;
  }

  /** The last of a key's rotations. */
  public Optional<Key> ofAccount(String account) {
    return Optional.ofNullable(byAccount.get(account));
  }

  public Optional<Key> key(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /**
   * @param peer the caller's address
   */
  public Verdict authenticate(Optional<String> presented, String peer) {
    if (presented.isEmpty() || presented.get().isBlank()) {
      return new Verdict.Missing();
    }
    String secret = presented.get();
    Key key = byId.get(KeyGrammar.id(secret));
    if (key == null) {
      return new Verdict.Bad(
          KeyGrammar.isMistyped(secret)
              ? "The API key is mistyped: its check characters do not match."
              : "The API key is not known here.");
    }
    KeyTerms terms = key.terms();
    if (terms.disabled()) {
      return new Verdict.Bad("The API key '" + key.name() + "' is disabled.");
    }
    if (terms.expired(clock.instant())) {
      return new Verdict.Bad("The API key '" + key.name() + "' has expired.");
    }
    if (!terms.admits(peer)) {
      return new Verdict.Elsewhere(key.name(), peer);
    }
    return new Verdict.Known(new Principal(key));
  }
}
