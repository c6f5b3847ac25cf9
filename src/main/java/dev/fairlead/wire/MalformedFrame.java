package dev.fairlead.wire;

/** The stream is not framed as it says, or a frame is larger than the limit. */
public final class MalformedFrame extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedFrame(String message) {
    super(message, null, false, false);
  }
}
