package dev.fairlead.operation;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** Ids that are made here. */
public final class Ids {
  private static final long VERSION = 0xF000L;
  private static final long RANDOM = 0x4000L;
  private static final long VARIANT = 0xC000_0000_0000_0000L;
  private static final long STANDARD = 0x8000_0000_0000_0000L;

  private Ids() {}

  /** A UUID by chance, as RFC 9562 wants it: clients may look. */
  public static String uuid(RandomGenerator random) {
    long high = random.nextLong() & ~VERSION | RANDOM;
    long low = random.nextLong() & ~VARIANT | STANDARD;
    return new UUID(high, low).toString();
  }
}
