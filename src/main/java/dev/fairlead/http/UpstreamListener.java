package dev.fairlead.http;

/**
 * What happens to a call, on the loop on which it was sent. After {@link #end} or {@link #failed},
 * and after {@link Call#cancel}, nothing more comes.
 */
public interface UpstreamListener {
  /**
   * The request has been handed to a connection: from here on the provider may act on it. May come
   * before {@link UpstreamClient#send} returns (nothing else does), and comes a second time when a
   * pooled connection turned out to be dead and the client took a fresh one by itself.
   */
  void sent(boolean reusedConnection);

  /** The answer's head. */
  void head(int status, Headers headers);

  /** A piece of the answer's body, content encodings undone. The array is the listener's. */
  void body(byte[] bytes);

  /** The answer is complete as HTTP sees it (length reached, or chunk terminator seen). */
  void end();

  /** The call failed. */
  void failed(TransportFault fault);
}
