package dev.fairlead.canon;

/**
 * How much of an answer came, be it text, reasoning or arguments: all that can be gone by where a
 * provider does not say what was used.
 *
 * @param bytes as they came, escapes included
 * @param pieces in which a stream brought it
 */
public record Volume(long bytes, long pieces) {
  public static final Volume NONE = new Volume(0, 0);

  public Volume plus(ChatEvent.Delta delta) {
    return new Volume(bytes + delta.text().roughLength(), pieces + 1);
  }

  public boolean isNone() {
    return pieces == 0;
  }
}
