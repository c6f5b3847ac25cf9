package dev.fairlead.wire;

import java.util.Objects;

/** The stream is not framed as it says, or a frame is larger than the limit. */
public final class MalformedFrame extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedFrame(String message) {
    super(message, null, false, false);
  }

  /** Never null: every one of these is made with its reason. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
