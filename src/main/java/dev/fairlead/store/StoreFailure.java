package dev.fairlead.store;

import org.jspecify.annotations.Nullable;

/** The store does not do what it must: disk, file or connection. */
public final class StoreFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
